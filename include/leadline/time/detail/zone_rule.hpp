#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/time/detail/civil.hpp"
#include "leadline/time/detail/time_text.hpp"

/// The closing rule of a zone's file: a POSIX TZ text (IEEE Std 1003.1, chapter 8.3) with the extension of
/// RFC 8536 that rule times run from -167 to 167 hours. `date/ptz.h` reads the same texts, but it knows no
/// negative rule time (Nuuk has one) and defines functions that are not inline, so that it cannot stand in a
/// header-only library.
namespace leadline::detail {

/// When, in each year, the clock changes: in local time of the offset that holds before the change.
struct zone_rule_date {
  enum class form : std::uint8_t { day_of_year_without_leap_day, day_of_year, weekday_of_month };
  form kind = form::weekday_of_month;
  int day = 0;      // of the year, from 1 (without leap day) or 0
  int month = 0;    // 1 to 12
  int week = 0;     // 1 to 5, where 5 is the last
  int weekday = 0;  // 0 is Sunday
  std::int64_t time_seconds = 7'200;

  [[nodiscard]] std::int64_t local_seconds(int year) const noexcept {
    std::int64_t days = 0;
    switch (kind) {
      case form::day_of_year_without_leap_day:
        days = days_from_civil(year, 1, 1) + day - 1 + (is_leap_year(year) && day >= 60 ? 1 : 0);
        break;
      case form::day_of_year: days = days_from_civil(year, 1, 1) + day; break;
      case form::weekday_of_month: {
        const std::int64_t first = days_from_civil(year, month, 1);
        const std::int64_t first_weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
        std::int64_t day_of_month = (weekday - first_weekday + 7) % 7 + 7 * (week - 1);
        if (day_of_month >= days_of_month(year, month)) day_of_month -= 7;
        days = first + day_of_month;
        break;
      }
    }
    return days * 86'400 + time_seconds;
  }
};

struct zone_rule {
  std::int64_t standard_offset_seconds = 0;
  bool has_daylight_saving = false;
  std::int64_t daylight_offset_seconds = 0;
  zone_rule_date begin;
  zone_rule_date end;
};

class zone_rule_reader {
 public:
  explicit zone_rule_reader(std::string_view text) : text_(text) {}

  [[nodiscard]] std::optional<zone_rule> read() {
    zone_rule rule;
    std::int64_t west_seconds = 0;
    if (!read_name() || !read_time(west_seconds, 24)) return std::nullopt;
    rule.standard_offset_seconds = -west_seconds;  // POSIX counts hours west of Greenwich
    if (at_ == text_.size()) return rule;
    rule.has_daylight_saving = true;
    rule.daylight_offset_seconds = rule.standard_offset_seconds + 3'600;
    if (!read_name()) return std::nullopt;
    if (at_ < text_.size() && text_[at_] != ',') {
      if (!read_time(west_seconds, 24)) return std::nullopt;
      rule.daylight_offset_seconds = -west_seconds;
    }
    if (!read_date(rule.begin) || !read_date(rule.end) || at_ != text_.size()) return std::nullopt;
    return rule;
  }

 private:
  [[nodiscard]] bool read_name() {
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '<') {
      at_ = text_.find('>', at_);
      if (at_ == std::string_view::npos) return false;
      ++at_;
      return true;
    }
    while (at_ < text_.size() && ascii_lower(text_[at_]) >= 'a' && ascii_lower(text_[at_]) <= 'z') ++at_;
    return at_ - begin >= 3;
  }

  [[nodiscard]] bool read_number(int& value, int minimum, int maximum) {
    const std::size_t begin = at_;
    value = 0;
    while (at_ < text_.size() && is_ascii_digit(text_[at_]) && at_ - begin < 4)
      value = value * 10 + (text_[at_++] - '0');
    return at_ != begin && value >= minimum && value <= maximum;
  }

  [[nodiscard]] bool read_letter(char letter) {
    if (at_ >= text_.size() || text_[at_] != letter) return false;
    ++at_;
    return true;
  }

  [[nodiscard]] bool read_time(std::int64_t& seconds, int hours_max) {
    std::int64_t sign = 1;
    if (read_letter('-')) {
      sign = -1;
    } else {
      static_cast<void>(read_letter('+'));
    }
    int hours = 0;
    int minutes = 0;
    int rest = 0;
    if (!read_number(hours, 0, hours_max)) return false;
    if (read_letter(':')) {
      if (!read_number(minutes, 0, 59)) return false;
      if (read_letter(':') && !read_number(rest, 0, 59)) return false;
    }
    seconds = sign * ((hours * 60 + minutes) * 60 + rest);
    return true;
  }

  [[nodiscard]] bool read_date(zone_rule_date& date) {
    if (!read_letter(',')) return false;
    if (read_letter('M')) {
      date.kind = zone_rule_date::form::weekday_of_month;
      if (!read_number(date.month, 1, 12) || !read_letter('.') || !read_number(date.week, 1, 5) || !read_letter('.') ||
          !read_number(date.weekday, 0, 6)) {
        return false;
      }
    } else if (read_letter('J')) {
      date.kind = zone_rule_date::form::day_of_year_without_leap_day;
      if (!read_number(date.day, 1, 365)) return false;
    } else {
      date.kind = zone_rule_date::form::day_of_year;
      if (!read_number(date.day, 0, 365)) return false;
    }
    return !read_letter('/') || read_time(date.time_seconds, 167);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace leadline::detail
