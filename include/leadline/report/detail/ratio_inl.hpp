#pragma once

#include <cassert>
#include <limits>
#include <numeric>

#include "leadline/fold/detail/power_of_two.hpp"
#include "leadline/report/ratio.hpp"

namespace leadline {

namespace detail {

[[nodiscard]] inline std::optional<std::int64_t> narrowed(int128 wide) noexcept {
  // The smallest number is left out: its negative does not fit.
  if (wide > std::numeric_limits<std::int64_t>::max() || wide <= std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(wide);
}

/// In lowest terms, if that fits. REQUIRES `denominator` > 0.
[[nodiscard]] inline std::optional<ratio> lowest_terms(int128 numerator, int128 denominator) noexcept {
  // Euclid's, since std::gcd does not take 128 bits everywhere.
  int128 a = numerator < 0 ? -numerator : numerator;
  int128 b = denominator;
  while (b != 0) {
    const int128 rest = a % b;
    a = b;
    b = rest;
  }
  const std::optional<std::int64_t> up = narrowed(numerator / a);
  const std::optional<std::int64_t> down = narrowed(denominator / a);
  if (!up || !down) return std::nullopt;
  return ratio(*up, *down);
}

/// The sum of two products of 64-bit numbers, where it stays within 127 bits.
[[nodiscard]] inline std::optional<int128> cross_sum(int128 a, int128 b, int128 c, int128 d) noexcept {
  int128 out = 0;
  if (__builtin_add_overflow(a * b, c * d, &out)) return std::nullopt;
  return out;
}

}  // namespace detail

LEADLINE_INLINE ratio::ratio(std::int64_t numerator, std::int64_t denominator) noexcept {
  assert(denominator > 0);
  const std::int64_t common = std::gcd(numerator, denominator);
  numerator_ = numerator / common;
  denominator_ = denominator / common;
}

LEADLINE_INLINE std::optional<ratio> ratio::parse(std::string_view text) {
  constexpr int digit_count_max = 18;
  const bool is_negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const bool is_percent = !text.empty() && text.back() == '%';
  if (is_percent) text.remove_suffix(1);
  while (is_percent && !text.empty() && text.back() == ' ') text.remove_suffix(1);
  std::int64_t digits = 0;
  std::int64_t denominator = 1;
  int digit_count = 0;
  bool is_behind_point = false;
  for (const char letter : text) {
    if (letter == '.' && !is_behind_point) {
      is_behind_point = true;
      continue;
    }
    if (letter < '0' || letter > '9' || ++digit_count > digit_count_max) return std::nullopt;
    digits = digits * 10 + (letter - '0');
    if (is_behind_point) denominator *= 10;
  }
  if (digit_count == 0) return std::nullopt;
  return detail::lowest_terms(is_negative ? -digits : digits, detail::int128{denominator} * (is_percent ? 100 : 1));
}

LEADLINE_INLINE std::string ratio::text(int places) const {
  assert(places >= 0 && places <= 9);
  std::int64_t scale = 1;
  for (int i = 0; i < places; ++i) scale *= 10;
  const bool is_negative = numerator_ < 0;
  const detail::int128 size = is_negative ? -detail::int128{numerator_} : detail::int128{numerator_};
  // Half a place more, then cut off: exact, since both sides are doubled instead.
  const detail::int128 rounded = (size * scale * 2 + denominator_) / (detail::int128{denominator_} * 2);
  const auto whole = static_cast<std::uint64_t>(rounded / scale);
  const auto fraction = static_cast<std::uint64_t>(rounded % scale);
  std::string out = is_negative && rounded != 0 ? "-" : "";
  out += std::to_string(whole);
  if (fraction == 0) return out;
  const std::string digits = std::to_string(fraction);
  out += '.';
  out.append(static_cast<std::size_t>(places) - digits.size(), '0');
  out += digits;
  out.erase(out.find_last_not_of('0') + 1);
  return out;
}

LEADLINE_INLINE std::strong_ordering ratio::compare(const ratio& other) const noexcept {
  const detail::int128 left = detail::int128{numerator_} * other.denominator_;
  const detail::int128 right = detail::int128{other.numerator_} * denominator_;
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

LEADLINE_INLINE std::optional<ratio> sum(const ratio& a, const ratio& b) noexcept {
  const auto up = detail::cross_sum(a.numerator(), b.denominator(), b.numerator(), a.denominator());
  if (!up) return std::nullopt;
  return detail::lowest_terms(*up, detail::int128{a.denominator()} * b.denominator());
}

LEADLINE_INLINE std::optional<ratio> difference(const ratio& a, const ratio& b) noexcept {
  const auto up = detail::cross_sum(a.numerator(), b.denominator(), -detail::int128{b.numerator()}, a.denominator());
  if (!up) return std::nullopt;
  return detail::lowest_terms(*up, detail::int128{a.denominator()} * b.denominator());
}

LEADLINE_INLINE std::optional<ratio> product(const ratio& a, const ratio& b) noexcept {
  return detail::lowest_terms(detail::int128{a.numerator()} * b.numerator(),
                              detail::int128{a.denominator()} * b.denominator());
}

LEADLINE_INLINE std::optional<ratio> quotient(const ratio& a, const ratio& b) noexcept {
  if (b.numerator() == 0) return std::nullopt;
  const detail::int128 up = detail::int128{a.numerator()} * b.denominator();
  const detail::int128 down = detail::int128{a.denominator()} * b.numerator();
  return down < 0 ? detail::lowest_terms(-up, -down) : detail::lowest_terms(up, down);
}

LEADLINE_INLINE std::optional<std::int64_t> rounded_up_quotient(const ratio& a, const ratio& b) noexcept {
  assert(a.numerator() >= 0 && b.numerator() > 0);
  const detail::int128 up = detail::int128{a.numerator()} * b.denominator();
  const detail::int128 down = detail::int128{a.denominator()} * b.numerator();
  return detail::narrowed(up / down + (up % down == 0 ? 0 : 1));
}

LEADLINE_INLINE std::optional<std::int64_t> rounded_down_product(const ratio& a, const ratio& b) noexcept {
  assert(a.numerator() >= 0 && b.numerator() >= 0);
  return detail::narrowed(detail::int128{a.numerator()} * b.numerator() /
                          (detail::int128{a.denominator()} * b.denominator()));
}

}  // namespace leadline
