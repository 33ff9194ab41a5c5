#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "leadline/condition/value.hpp"

namespace leadline::detail {

/// The text of a number as JavaScript has it: the shortest digits that read back as the same double, in plain
/// notation from 1e-6 up to 1e21. REQUIRES room for 32 bytes; gives the number of bytes written.
inline std::size_t write_number(double number, char* out) {
  if (number == 0) {  // both zeros
    *out = '0';
    return 1;
  }
  if (std::isnan(number)) {
    constexpr std::string_view text = "NaN";
    std::copy(text.begin(), text.end(), out);
    return text.size();
  }
  if (std::isinf(number)) {
    const std::string_view text = number < 0 ? "-Infinity" : "Infinity";
    std::memcpy(out, text.data(), text.size());
    return text.size();
  }
  char* at = out;
  char scientific[40];
  const char* const end =
      std::to_chars(scientific, scientific + sizeof scientific, number, std::chars_format::scientific).ptr;
  const char* from = scientific;
  if (*from == '-') *at++ = *from++;
  char digits[24];
  int count = 0;
  const char* const mark = static_cast<const char*>(std::memchr(from, 'e', static_cast<std::size_t>(end - from)));
  for (; from != mark; ++from) {
    if (*from != '.') digits[count++] = *from;
  }
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, exponent);
  const int point = exponent + 1;  // the decimal point stands after so many digits
  const auto put = [&at](char letter, int times) {
    for (int i = 0; i < times; ++i) *at++ = letter;
  };
  const auto put_digits = [&](int first, int last) {
    for (int i = first; i < last; ++i) *at++ = digits[i];
  };
  if (count <= point && point <= 21) {
    put_digits(0, count);
    put('0', point - count);
  } else if (0 < point && point <= 21) {
    put_digits(0, point);
    *at++ = '.';
    put_digits(point, count);
  } else if (-6 < point && point <= 0) {
    *at++ = '0';
    *at++ = '.';
    put('0', -point);
    put_digits(0, count);
  } else {
    *at++ = digits[0];
    if (count > 1) {
      *at++ = '.';
      put_digits(1, count);
    }
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    at = std::to_chars(at, at + 4, exponent < 0 ? -exponent : exponent).ptr;
  }
  return static_cast<std::size_t>(at - out);
}

/// Whole numbers stand in JSON as they are, also those above 2^53.
inline std::size_t write_number(value number, char* out) {
  if (number.kind() == value_kind::integer) {
    return static_cast<std::size_t>(std::to_chars(out, out + 24, number.integer()).ptr - out);
  }
  return write_number(number.real(), out);
}

}  // namespace leadline::detail
