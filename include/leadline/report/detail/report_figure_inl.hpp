#pragma once

#include "leadline/report/report_figure.hpp"

namespace leadline {

LEADLINE_INLINE std::string_view name_of(target_status status) noexcept {
  constexpr std::string_view names[] = {"met", "missed", "no data", "not declared", "not measured"};
  return names[static_cast<std::size_t>(status)];
}

}  // namespace leadline
