#pragma once

#include <cstdint>
#include <string_view>

#include "leadline/condition/value.hpp"
#include "leadline/time/instant.hpp"

namespace leadline {

/// Something that happened to a contact, as the host gives it: all views, valid for the call.
///
///     const std::array data{value::member{"path", value::of("/pricing")}};
///     const event seen{.id = value::of("e1"), .contact = "c42", .type = "page_view", .at = at,
///                      .data = value::of(std::span<const value::member>(data))};
///
/// `id` is a text or null; `data` an object or null. Anything else there is a `bad_event`, not undefined.
struct event {
  value id;
  std::string_view contact;
  std::string_view type;
  instant at;
  value data;
};

}  // namespace leadline
