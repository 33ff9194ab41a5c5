#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/base/nearest_name.hpp"

/// Small readers and writers of text that the whole folder shares.
namespace leadline::detail {

/// "a", "a or b", "a, b or c".
[[nodiscard]] inline std::string joined(const std::vector<std::string>& words, std::string_view last = " or ") {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? last : std::string_view(", ");
    out += words[i];
  }
  return out;
}

/// A name in quotes, cut where it is too long for a message.
[[nodiscard]] inline std::string quoted_name(std::string_view name) {
  constexpr std::size_t shown_max = 60;
  if (name.size() <= shown_max) return '"' + std::string(name) + '"';
  std::size_t end = shown_max;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return '"' + std::string(name.substr(0, end)) + "...\"";
}

[[nodiscard]] inline std::string nearest(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return nearest_name(word, views);
}

/// What came of reading a number of thousandths.
enum class thousandths_outcome : std::uint8_t { read, too_fine, too_large };
struct thousandths {
  thousandths_outcome outcome = thousandths_outcome::read;
  std::int64_t milli = 0;
};

/// Reads a JSON number as written into thousandths, exactly: 0.1 is 100, never 100.00000000000001. Works on the
/// digits, since a double has already lost them.
[[nodiscard]] inline thousandths read_thousandths(std::string_view written) {
  constexpr std::int64_t digits_max = 999'999'999'999'999'999;  // 18 digits, below 2^63
  bool negative = false;
  std::size_t at = 0;
  if (at < written.size() && written[at] == '-') {
    negative = true;
    ++at;
  }
  std::string digits;
  std::int64_t exponent = 0;
  bool after_point = false;
  for (; at < written.size(); ++at) {
    const char letter = written[at];
    if (letter == '.') {
      after_point = true;
    } else if (letter == 'e' || letter == 'E') {
      std::string_view tail = written.substr(at + 1);
      if (tail.starts_with('+')) tail.remove_prefix(1);
      std::int64_t power = 0;
      const auto [end, error] = std::from_chars(tail.data(), tail.data() + tail.size(), power);
      if (error != std::errc()) power = tail.starts_with('-') ? -1'000'000 : 1'000'000;
      exponent += power;
      break;
    } else {
      digits += letter;
      if (after_point) --exponent;
    }
  }
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  digits.erase(0, first);
  while (digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (exponent < -3) return {thousandths_outcome::too_fine, 0};
  exponent += 3;
  if (static_cast<std::int64_t>(digits.size()) + exponent > 18) return {thousandths_outcome::too_large, 0};
  digits.append(static_cast<std::size_t>(exponent), '0');
  std::int64_t milli = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), milli);
  if (milli > digits_max) return {thousandths_outcome::too_large, 0};
  return {thousandths_outcome::read, negative ? -milli : milli};
}

/// Thousandths as a person writes them: 1500 is "1.5".
[[nodiscard]] inline std::string text_of_thousandths(std::int64_t milli) {
  std::string out = milli < 0 ? "-" : "";
  const std::uint64_t size = milli < 0 ? ~static_cast<std::uint64_t>(milli) + 1 : static_cast<std::uint64_t>(milli);
  out += std::to_string(size / 1'000);
  if (size % 1'000 != 0) {
    std::string rest = std::to_string(size % 1'000 + 1'000).substr(1);
    while (rest.back() == '0') rest.pop_back();
    out += '.' + rest;
  }
  return out;
}

/// The children of an array, or the value itself where one may stand for a list of one.
[[nodiscard]] inline std::vector<document::node> one_or_many(document::node value) {
  std::vector<document::node> out;
  if (!value) return out;
  if (!value.is_array()) {
    out.push_back(value);
    return out;
  }
  out.reserve(value.size());
  for (document::node item : value.children()) out.push_back(item);
  return out;
}

}  // namespace leadline::detail
