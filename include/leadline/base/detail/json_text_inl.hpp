#pragma once

#include <charconv>
#include <cstddef>

#include "leadline/base/detail/utf8.hpp"
#include "leadline/base/json_text.hpp"

namespace leadline::json_text {

LEADLINE_INLINE void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex_digits = "0123456789abcdef";
  out += '"';
  std::size_t plain_from = 0;
  std::size_t at = 0;
  // Plain stretches are copied whole; only what needs an escape interrupts them.
  const auto flush = [&](std::size_t until) { out.append(text.substr(plain_from, until - plain_from)); };
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\') {
      ++at;
      continue;
    }
    if (byte >= 0x80) {
      const std::size_t size = detail::utf8_sequence_size(text, at);
      if (size != 0) {
        at += size;
        continue;
      }
      flush(at);
      out += "\xEF\xBF\xBD";
    } else {
      flush(at);
      switch (byte) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
          out += "\\u00";
          out += hex_digits[byte >> 4];
          out += hex_digits[byte & 0xF];
      }
    }
    plain_from = ++at;
  }
  flush(at);
  out += '"';
}

LEADLINE_INLINE void append_thousandths(std::string& out, std::int64_t thousandths) {
  const bool is_negative = thousandths < 0;
  // Unsigned negation is right for the smallest int64 too.
  const std::uint64_t magnitude =
      is_negative ? 0 - static_cast<std::uint64_t>(thousandths) : static_cast<std::uint64_t>(thousandths);
  if (is_negative) out += '-';
  char digits[24];
  const auto whole = std::to_chars(digits, digits + sizeof digits, magnitude / 1000);
  out.append(digits, whole.ptr);
  auto fraction = static_cast<unsigned>(magnitude % 1000);
  if (fraction == 0) return;
  out += '.';
  for (unsigned divisor = 100; fraction != 0; divisor /= 10) {
    out += static_cast<char>('0' + fraction / divisor);
    fraction %= divisor;
  }
}

}  // namespace leadline::json_text
