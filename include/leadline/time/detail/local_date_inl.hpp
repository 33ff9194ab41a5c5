#pragma once

#include "leadline/time/detail/civil.hpp"
#include "leadline/time/detail/time_text.hpp"
#include "leadline/time/local_date.hpp"

namespace leadline {

LEADLINE_INLINE result<local_date> local_date::parse(std::string_view text) {
  constexpr std::string_view example = "a date of the form YYYY-MM-DD, such as 2026-12-25";
  const auto bad = [&](std::string_view code, const std::string& reason, std::size_t offset, std::size_t size) {
    return detail::time_text_failure(code, "the date " + detail::quoted_time_text(text) + " " + reason, example, offset,
                                     size);
  };
  const int year = detail::digits_at(text, 0, 4);
  const int month = detail::digits_at(text, 5, 2);
  const int day = detail::digits_at(text, 8, 2);
  if (text.size() != 10 || year < 0 || text[4] != '-' || month < 0 || text[7] != '-' || day < 0) {
    return bad("date.malformed", "is not of the form YYYY-MM-DD", 0, text.size());
  }
  if (month < 1 || month > 12) return bad("date.no_such_date", "names a month that does not exist", 5, 2);
  if (day < 1 || day > detail::days_of_month(year, month)) {
    return bad(
        "date.no_such_date",
        "names a day that " + std::string(detail::month_name(month)) + " " + std::to_string(year) + " does not have", 8,
        2);
  }
  const std::int32_t days = detail::days_from_civil(year, month, day);
  if (days < 0 || days > limits::instant_max_ms / detail::day_ms) {
    return bad("date.out_of_range", "is not between 1970-01-01 and 2200-01-01", 0, text.size());
  }
  return from_days(days);
}

LEADLINE_INLINE std::string local_date::text() const {
  const date::year_month_day civil = detail::civil_from_days(days_);
  const auto digits = [](unsigned value, unsigned divisor) {
    std::string out;
    for (; divisor != 0; divisor /= 10) out += static_cast<char>('0' + value / divisor % 10);
    return out;
  };
  return digits(static_cast<unsigned>(static_cast<int>(civil.year())), 1'000) + "-" +
         digits(static_cast<unsigned>(civil.month()), 10) + "-" + digits(static_cast<unsigned>(civil.day()), 10);
}

}  // namespace leadline
