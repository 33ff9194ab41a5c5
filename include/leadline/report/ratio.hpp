#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"

namespace leadline {

/// A number kept as the fraction of two whole ones, in lowest terms: a rate, an amount of money, a mean of counts.
///
///     const std::optional<ratio> rate = ratio::parse("0.6");
///     rounded_up_quotient(320, *rate);  // 534, not the 533 or 535 that a rounded 0.6 could give
///
/// Plans round every step up, so the last bit of a double would now and then cost or bring a whole deal; and a rate
/// that was counted (534 of 900) has no finite decimals at all. What no longer fits into 64 bits is nothing, never a
/// wrapped number.
///
/// A plain value; distinct objects may be used from distinct threads.
class ratio {
 public:
  constexpr ratio() noexcept = default;
  /// REQUIRES `denominator` > 0.
  ratio(std::int64_t numerator, std::int64_t denominator) noexcept;
  /*implicit*/ constexpr ratio(std::int64_t whole) noexcept : numerator_(whole) {}

  /// Plain decimals of at most 18 digits, with a sign before or a `%` after them where there is one: "0.25", "25%".
  [[nodiscard]] static std::optional<ratio> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t numerator() const noexcept { return numerator_; }
  [[nodiscard]] constexpr std::int64_t denominator() const noexcept { return denominator_; }

  /// Decimals, rounded half away from zero to at most so many `places`, without zeros at the end. REQUIRES `places`
  /// from 0 to 9.
  [[nodiscard]] std::string text(int places) const;

  [[nodiscard]] friend bool operator==(const ratio&, const ratio&) noexcept = default;
  [[nodiscard]] friend std::strong_ordering operator<=>(const ratio& a, const ratio& b) noexcept {
    return a.compare(b);
  }

 private:
  [[nodiscard]] std::strong_ordering compare(const ratio& other) const noexcept;

  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;
};

/// Each nothing where the result needs more than 64 bits.
[[nodiscard]] std::optional<ratio> sum(const ratio& a, const ratio& b) noexcept;
[[nodiscard]] std::optional<ratio> difference(const ratio& a, const ratio& b) noexcept;
[[nodiscard]] std::optional<ratio> product(const ratio& a, const ratio& b) noexcept;
/// Nothing for a divisor of 0 too.
[[nodiscard]] std::optional<ratio> quotient(const ratio& a, const ratio& b) noexcept;

/// The least whole number that is not below a / b. REQUIRES a >= 0 and b > 0.
[[nodiscard]] std::optional<std::int64_t> rounded_up_quotient(const ratio& a, const ratio& b) noexcept;
/// The greatest whole number that is not above a x b. REQUIRES a >= 0 and b >= 0.
[[nodiscard]] std::optional<std::int64_t> rounded_down_product(const ratio& a, const ratio& b) noexcept;

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/ratio_inl.hpp"
#endif
