#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadline {

/// What a declared attribute or event field holds.
enum class data_type : std::uint8_t { string, number, boolean, date, strings };

/// The word an author writes for it.
[[nodiscard]] constexpr std::string_view name_of(data_type type) noexcept {
  constexpr std::string_view names[] = {"string", "number", "boolean", "date", "strings"};
  return names[static_cast<std::size_t>(type)];
}

}  // namespace leadline
