#pragma once

#include "leadline/condition/condition_scope.hpp"

namespace leadline {

LEADLINE_INLINE std::string_view name_of(declared_type type) noexcept {
  switch (type) {
    case declared_type::any: return "anything";
    case declared_type::number: return "a number";
    case declared_type::boolean: return "true or false";
    case declared_type::date: return "a date";
    case declared_type::text: return "a text";
    case declared_type::texts: return "a list of texts";
  }
  return "anything";
}

LEADLINE_INLINE std::string condition_scope::why_not(std::string_view) const { return {}; }

LEADLINE_INLINE std::shared_ptr<const text_set> condition_scope::find_list(std::string_view) const { return nullptr; }

}  // namespace leadline
