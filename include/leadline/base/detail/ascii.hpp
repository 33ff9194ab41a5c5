#pragma once

/// Letters and digits of ASCII, whatever the locale says.
namespace leadline::detail {

[[nodiscard]] constexpr char ascii_lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}
[[nodiscard]] constexpr bool is_ascii_digit(char letter) noexcept { return letter >= '0' && letter <= '9'; }
[[nodiscard]] constexpr bool is_ascii_word(char letter) noexcept {
  const char lower = ascii_lower(letter);
  return (lower >= 'a' && lower <= 'z') || is_ascii_digit(lower) || lower == '_';
}

}  // namespace leadline::detail
