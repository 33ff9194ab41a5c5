#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadline::detail {

/// Bytes of the well-formed UTF-8 sequence that begins at `at` (1 to 4), or 0 when the bytes there are none:
/// overlong forms, surrogates and code points above U+10FFFF are not well formed (Unicode 15, table 3-7).
/// REQUIRES at < text.size().
[[nodiscard]] inline std::size_t utf8_sequence_size(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[at + index]); };
  const auto continues = [&](std::size_t index, unsigned low = 0x80, unsigned high = 0xBF) {
    return at + index < text.size() && byte(index) >= low && byte(index) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead < 0xF0) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead < 0xF5) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/// Code points in `text`; a byte that belongs to no well-formed sequence counts as one.
[[nodiscard]] inline std::size_t utf8_length(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const std::size_t size = utf8_sequence_size(text, at);
    at += size == 0 ? 1 : size;
  }
  return count;
}

/// As much of a text as a message quotes: cut on a code point's edge.
[[nodiscard]] inline std::string abbreviated(std::string_view text, std::size_t size_max = 60) {
  if (text.size() <= size_max) return std::string(text);
  std::size_t end = size_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace leadline::detail
