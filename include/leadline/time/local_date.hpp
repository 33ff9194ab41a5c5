#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"

namespace leadline {

/// Days of the week as ISO 8601 orders them.
enum class weekday : std::uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

/// A date of the civil (proleptic Gregorian) calendar, without a time or a zone: whole days since 1970-01-01.
///
///     const local_date christmas = local_date::parse("2026-12-25").value();
///     christmas.day_of_week();            // weekday::friday
///
/// A plain value of 4 bytes; distinct objects may be used from distinct threads.
class local_date {
 public:
  constexpr local_date() noexcept = default;
  [[nodiscard]] static constexpr local_date from_days(std::int32_t days) noexcept { return local_date(days); }

  /// Reads `YYYY-MM-DD`, a date that exists, from 1970-01-01 to 2200-01-01. Errors: `date.*`.
  [[nodiscard]] static result<local_date> parse(std::string_view text);

  [[nodiscard]] constexpr std::int32_t days() const noexcept { return days_; }
  /// 1970-01-01 was a Thursday.
  [[nodiscard]] constexpr weekday day_of_week() const noexcept {
    const std::int32_t since_monday = (days_ + 3) % 7;
    return static_cast<weekday>(since_monday < 0 ? since_monday + 7 : since_monday);
  }
  [[nodiscard]] std::string text() const;

  [[nodiscard]] friend constexpr auto operator<=>(local_date, local_date) noexcept = default;

 private:
  constexpr explicit local_date(std::int32_t days) noexcept : days_(days) {}
  std::int32_t days_ = 0;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/time/detail/local_date_inl.hpp"
#endif
