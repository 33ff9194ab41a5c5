#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/detail/civil.hpp"

namespace leadline::detail {

/// A stretch of time [begin, end), in milliseconds of whatever line it lies on.
struct time_span_ms {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  [[nodiscard]] friend constexpr auto operator<=>(const time_span_ms&, const time_span_ms&) noexcept = default;
};

/// Sorts, and makes one of what overlaps or touches.
inline void unite(std::vector<time_span_ms>& spans) {
  std::sort(spans.begin(), spans.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (kept != 0 && spans[i].begin <= spans[kept - 1].end) {
      spans[kept - 1].end = std::max(spans[kept - 1].end, spans[i].end);
    } else {
      spans[kept++] = spans[i];
    }
  }
  spans.resize(kept);
}

/// The weekly opening hours on an endless line of local milliseconds in which every week is alike, with running
/// sums, so that open time is counted and found again without walking weeks.
///
/// `open_ms_before(x)` is the open time in [0, x), negative for x < 0; 0 is 1970-01-01T00:00, a Thursday.
class week_pattern {
 public:
  week_pattern() = default;
  explicit week_pattern(const std::array<std::vector<opening_interval>, 7>& hours) {
    // Each day's intervals, the part that runs over the week's end carried to its beginning. The week here
    // begins on Thursday, as the count of days does.
    std::vector<time_span_ms> spans;
    for (int day = 0; day < 7; ++day) {
      const auto& intervals = hours[static_cast<std::size_t>(local_date::from_days(day).day_of_week())];
      if (!intervals.empty()) working_days_.push_back(day);
      for (const opening_interval& interval : intervals) {
        const std::int64_t begin = day * day_ms + interval.open_minute * minute_ms;
        const std::int64_t end = day * day_ms + interval.close_minute * minute_ms;
        spans.push_back({begin, std::min(end, week_ms)});
        if (end > week_ms) spans.push_back({0, end - week_ms});
      }
    }
    unite(spans);
    lay_out(spans);
  }

  /// Open where this one is closed, without working days.
  [[nodiscard]] week_pattern complement() const {
    std::vector<time_span_ms> spans;
    std::int64_t at = 0;
    for (const span& one : spans_) {
      if (at < one.begin) spans.push_back({at, one.begin});
      at = one.end;
    }
    if (at < week_ms) spans.push_back({at, week_ms});
    week_pattern closed;
    closed.lay_out(spans);
    return closed;
  }

  /// Open time in one week.
  [[nodiscard]] std::int64_t open_ms() const noexcept { return open_ms_; }

  [[nodiscard]] bool is_open(std::int64_t local_ms) const noexcept {
    const std::int64_t of_week = local_ms - floor_div(local_ms, week_ms) * week_ms;
    const std::size_t i = span_at(of_week);
    return i < spans_.size() && spans_[i].begin <= of_week;
  }

  [[nodiscard]] std::int64_t open_ms_before(std::int64_t local_ms) const noexcept {
    const std::int64_t weeks = floor_div(local_ms, week_ms);
    const std::int64_t of_week = local_ms - weeks * week_ms;
    const std::size_t i = span_at(of_week);
    if (i == spans_.size()) return (weeks + 1) * open_ms_;
    return weeks * open_ms_ + spans_[i].open_ms_before + std::max<std::int64_t>(of_week - spans_[i].begin, 0);
  }

  /// The earliest x with `open_ms_before(x) == amount`: where that much is used up. REQUIRES open_ms() > 0.
  [[nodiscard]] std::int64_t earliest_with(std::int64_t amount) const noexcept {
    const std::int64_t weeks = floor_div(amount - 1, open_ms_);
    const std::int64_t rest = amount - weeks * open_ms_;  // 1 to open_ms_
    const std::size_t i = last_span_before(rest);
    return weeks * week_ms + spans_[i].begin + rest - spans_[i].open_ms_before;
  }

  /// The latest x with `open_ms_before(x) == amount`: where the next millisecond of open time begins.
  /// REQUIRES open_ms() > 0.
  [[nodiscard]] std::int64_t latest_with(std::int64_t amount) const noexcept {
    const std::int64_t weeks = floor_div(amount, open_ms_);
    const std::int64_t rest = amount - weeks * open_ms_;  // 0 to open_ms_ - 1
    const std::size_t i = last_span_before(rest + 1);
    return weeks * week_ms + spans_[i].begin + rest - spans_[i].open_ms_before;
  }

  [[nodiscard]] bool is_working_day(std::int64_t day) const noexcept {
    const auto of_week = static_cast<int>(day - floor_div(day, 7) * 7);
    return std::find(working_days_.begin(), working_days_.end(), of_week) != working_days_.end();
  }
  /// Working days in [0, day), negative for day < 0.
  [[nodiscard]] std::int64_t working_days_before(std::int64_t day) const noexcept {
    const std::int64_t weeks = floor_div(day, 7);
    const auto of_week = static_cast<int>(day - weeks * 7);
    std::int64_t count = weeks * static_cast<std::int64_t>(working_days_.size());
    for (const int working_day : working_days_) count += working_day < of_week ? 1 : 0;
    return count;
  }
  /// The working day before which `count` others lie, counted from day 0. REQUIRES a working day in the week.
  [[nodiscard]] std::int64_t working_day(std::int64_t count) const noexcept {
    const auto per_week = static_cast<std::int64_t>(working_days_.size());
    const std::int64_t weeks = floor_div(count, per_week);
    return weeks * 7 + working_days_[static_cast<std::size_t>(count - weeks * per_week)];
  }
  [[nodiscard]] bool has_working_days() const noexcept { return !working_days_.empty(); }

  /// The pattern's opening times within [from, to), united.
  [[nodiscard]] std::vector<time_span_ms> spans_within(std::int64_t from, std::int64_t to) const {
    std::vector<time_span_ms> found;
    for (std::int64_t week = floor_div(from, week_ms) * week_ms; week < to; week += week_ms) {
      for (const span& one : spans_) {
        const time_span_ms cut{std::max(week + one.begin, from), std::min(week + one.end, to)};
        if (cut.begin < cut.end) found.push_back(cut);
      }
    }
    unite(found);
    return found;
  }

 private:
  struct span {
    std::int64_t begin;
    std::int64_t end;
    std::int64_t open_ms_before;
  };

  void lay_out(const std::vector<time_span_ms>& spans) {
    for (const time_span_ms& one : spans) {
      spans_.push_back({one.begin, one.end, open_ms_});
      open_ms_ += one.end - one.begin;
    }
    // For each day the first span that ends after its midnight: a look-up in a week begins there.
    std::size_t first = 0;
    for (int day = 0; day < 7; ++day) {
      while (first < spans_.size() && spans_[first].end <= day * day_ms) ++first;
      first_span_of_day_[static_cast<std::size_t>(day)] = static_cast<std::uint32_t>(first);
    }
  }

  /// The first span that ends after `of_week`, or spans_.size().
  [[nodiscard]] std::size_t span_at(std::int64_t of_week) const noexcept {
    std::size_t i = first_span_of_day_[static_cast<std::size_t>(of_week / day_ms)];
    while (i < spans_.size() && spans_[i].end <= of_week) ++i;
    return i;
  }
  /// The last span with less than `amount` open time before it. REQUIRES amount > 0 and a span.
  [[nodiscard]] std::size_t last_span_before(std::int64_t amount) const noexcept {
    std::size_t i = spans_.size() - 1;
    while (spans_[i].open_ms_before >= amount) --i;
    return i;
  }

  std::vector<span> spans_;
  std::vector<int> working_days_;  // 0 is Thursday, as local_date counts
  std::int64_t open_ms_ = 0;
  std::array<std::uint32_t, 7> first_span_of_day_{};
};

}  // namespace leadline::detail
