#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/base/detail/utf8.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/pack/calendars.hpp"

namespace leadline {

namespace detail {

/// Reads one `calendars` section, telling every problem it meets.
class calendars_reader {
 public:
  explicit calendars_reader(std::string_view default_time_zone) : default_time_zone_(default_time_zone) {}

  [[nodiscard]] parsed_calendars read(document::node section) {
    if (!expect(section, json_kind::object, "calendars", "an object of named calendars")) return std::move(read_);
    if (section.size() > limits::calendar_count_max) {
      tell_limit(section, "calendars", section.size(), limits::calendar_count_max);
      return std::move(read_);
    }
    for (const document::node entry : section.children()) {
      if (entry.key().empty()) tell_key(entry, "calendar.no_name", "a calendar has an empty name", "a name");
      read_.calendars.emplace(std::string(entry.key()), read_calendar(entry));
    }
    return std::move(read_);
  }

 private:
  static constexpr std::array<std::string_view, 3> calendar_keys = {"time_zone", "hours", "dates"};
  static constexpr std::array<std::string_view, 7> day_names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

  [[nodiscard]] calendar_spec read_calendar(document::node entry) {
    calendar_spec spec;
    spec.time_zone = default_time_zone_;
    if (!expect(entry, json_kind::object, "a calendar", "an object with time_zone, hours and dates")) return spec;
    for (const document::node member : entry.children()) {
      if (member.key() == "time_zone") {
        if (expect(member, json_kind::text, "time_zone", "the name of an IANA time zone, such as America/New_York")) {
          spec.time_zone = member.text();
        }
      } else if (member.key() == "hours") {
        read_hours(member, spec);
      } else if (member.key() == "dates") {
        read_dates(member, spec);
      } else {
        diagnostic problem;
        problem.code = "calendar.unknown_key";
        problem.message = "a calendar has no key \"" + shown(member.key()) + "\"";
        problem.suggestion = nearest_name(member.key(), calendar_keys);
        problem.allowed.assign(calendar_keys.begin(), calendar_keys.end());
        read_.problems.add(member.blame_key(std::move(problem)));
      }
    }
    if (spec.time_zone.empty() && !entry["time_zone"]) {
      diagnostic problem;
      problem.code = "calendar.no_time_zone";
      problem.message = "the calendar \"" + shown(entry.key()) + "\" has no time_zone, and no default is given";
      problem.expected = "time_zone, the name of an IANA time zone such as America/New_York";
      read_.problems.add(entry.blame_key(std::move(problem)));
    }
    return spec;
  }

  void read_hours(document::node hours, calendar_spec& spec) {
    if (!expect(hours, json_kind::object, "hours", "an object from days to opening intervals")) return;
    std::array<document::node, 7> named_by{};
    for (const document::node entry : hours.children()) {
      const std::optional<std::vector<std::size_t>> days = read_days(entry);
      const std::vector<opening_interval> intervals = read_intervals(entry);
      if (!days) continue;
      for (const std::size_t day : *days) {
        if (named_by[day]) {
          diagnostic problem;
          problem.code = "calendar.day_twice";
          problem.message = "hours name the day \"" + std::string(day_names[day]) + "\" twice";
          problem.expected = "each day of the week at most once";
          problem.related.push_back(
              {"named here first", entry.file(), named_by[day].key_where(), named_by[day].pointer()});
          read_.problems.add(entry.blame_key(std::move(problem)));
          continue;
        }
        named_by[day] = entry;
        spec.hours[day] = intervals;
      }
    }
  }

  /// `mon`, `mon-fri`, `sat,sun`, `mon-thu,sat`: the days in the order written, a range possibly over the week's
  /// end (`fri-mon`).
  [[nodiscard]] std::optional<std::vector<std::size_t>> read_days(document::node entry) {
    std::vector<std::size_t> days;
    std::string_view rest = entry.key();
    while (true) {
      const std::size_t comma = rest.find(',');
      const std::string_view part = trimmed(rest.substr(0, comma));
      const std::size_t dash = part.find('-');
      const std::optional<std::size_t> first = read_day(entry, trimmed(part.substr(0, dash)));
      if (!first) return std::nullopt;
      std::optional<std::size_t> last = first;
      if (dash != std::string_view::npos) last = read_day(entry, trimmed(part.substr(dash + 1)));
      if (!last) return std::nullopt;
      for (std::size_t day = *first;; day = (day + 1) % day_names.size()) {
        days.push_back(day);
        if (day == *last) break;
      }
      if (comma == std::string_view::npos) return days;
      rest.remove_prefix(comma + 1);
    }
  }

  [[nodiscard]] std::optional<std::size_t> read_day(document::node entry, std::string_view name) {
    const auto found = std::find(day_names.begin(), day_names.end(), name);
    if (found != day_names.end()) return static_cast<std::size_t>(found - day_names.begin());
    diagnostic problem;
    problem.code = "calendar.unknown_day";
    problem.message = name.empty() ? "hours have a key without a day" : "there is no day \"" + shown(name) + "\"";
    problem.expected = "a day (mon), a range (mon-fri) or a list (sat,sun)";
    problem.allowed.assign(day_names.begin(), day_names.end());
    // Whole names and capitals are what people try: "Monday" is near "mon" in no edit distance.
    std::string lower;
    for (const char letter : name.substr(0, 3)) lower += ascii_lower(letter);
    if (std::find(day_names.begin(), day_names.end(), lower) != day_names.end()) {
      problem.suggestion = lower;
    } else {
      problem.suggestion = nearest_name(name, day_names);
    }
    read_.problems.add(entry.blame_key(std::move(problem)));
    return std::nullopt;
  }

  void read_dates(document::node dates, calendar_spec& spec) {
    if (!expect(dates, json_kind::object, "dates", "an object from dates to opening intervals")) return;
    if (dates.size() > limits::calendar_date_count_max) {
      tell_limit(dates, "dates", dates.size(), limits::calendar_date_count_max);
      return;
    }
    for (const document::node entry : dates.children()) {
      result<local_date> date = local_date::parse(entry.key());
      std::vector<opening_interval> intervals = read_intervals(entry);
      if (!date) {
        for (const diagnostic& problem : date.error()) read_.problems.add(entry.blame_key(problem));
        continue;
      }
      spec.dates.emplace(*date, std::move(intervals));
    }
  }

  [[nodiscard]] std::vector<opening_interval> read_intervals(document::node list) {
    std::vector<opening_interval> intervals;
    if (!expect(list, json_kind::array, "opening intervals", "an array such as [\"09:00-17:00\"]; [] is closed")) {
      return intervals;
    }
    if (list.size() > limits::calendar_interval_count_max) {
      tell_limit(list, "opening intervals on one date", list.size(), limits::calendar_interval_count_max);
      return intervals;
    }
    for (const document::node entry : list.children()) {
      if (!expect(entry, json_kind::text, "an opening interval", "a text such as \"09:00-17:00\"")) continue;
      result<opening_interval> interval = opening_interval::parse(entry.text());
      if (interval) {
        intervals.push_back(*interval);
      } else {
        for (const diagnostic& problem : interval.error()) read_.problems.add(entry.blame(problem));
      }
    }
    return intervals;
  }

  [[nodiscard]] bool expect(document::node value, json_kind kind, std::string_view what, std::string_view expected) {
    if (value.kind() == kind) return true;
    diagnostic problem;
    problem.code = "calendar.wrong_type";
    problem.message =
        std::string(what) +
        (what == "hours" || what == "dates" || what == "calendars" || what == "opening intervals" ? " are " : " is ") +
        std::string(name_of(value.kind()));
    problem.expected = expected;
    read_.problems.add(value.blame(std::move(problem)));
    return false;
  }

  void tell_limit(document::node value, std::string_view what, std::size_t count, std::size_t maximum) {
    diagnostic problem;
    problem.code = "calendar.limit";
    problem.message =
        std::to_string(count) + " " + std::string(what) + " are more than the maximum of " + std::to_string(maximum);
    problem.expected = "at most " + std::to_string(maximum);
    read_.problems.add(value.blame(std::move(problem)));
  }

  void tell_key(document::node entry, std::string_view code, std::string message, std::string_view expected) {
    diagnostic problem;
    problem.code = code;
    problem.message = std::move(message);
    problem.expected = expected;
    read_.problems.add(entry.blame_key(std::move(problem)));
  }

  [[nodiscard]] static std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
  }
  [[nodiscard]] static std::string shown(std::string_view text) { return abbreviated(text); }

  std::string default_time_zone_;
  parsed_calendars read_;
};

}  // namespace detail

LEADLINE_INLINE parsed_calendars parse_calendars(document::node section, std::string_view default_time_zone) {
  return detail::calendars_reader(default_time_zone).read(section);
}

LEADLINE_INLINE result<business_calendar> build_calendar(document::node entry, const calendar_spec& spec,
                                                         const zone_source& zones) {
  result<business_calendar> built = business_calendar::build(spec, zones);
  if (built) return built;
  diagnostics placed;
  for (diagnostic& problem : built.error()) {
    const document::node zone = entry["time_zone"];
    if (problem.code.starts_with("time_zone.") && zone) {
      placed.add(zone.blame(std::move(problem)));
    } else {
      placed.add(entry.blame_key(std::move(problem)));
    }
  }
  return failure(std::move(placed));
}

}  // namespace leadline
