#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/detail/civil.hpp"
#include "leadline/time/detail/day_set.hpp"
#include "leadline/time/detail/sorted_keys.hpp"
#include "leadline/time/detail/time_span.hpp"
#include "leadline/time/detail/week_shapes.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline::detail {

/// The opening intervals of single dates, as instants.
class calendar_dates {
 public:
  calendar_dates(const calendar_spec& spec, const time_zone& zone) : spec_(spec), zone_(zone) {}

  /// Calls `visit(open_ms, close_ms)` for each interval of the date that opens: one whose close is not after its
  /// open, as instants, does not (a shift that lies in a spring gap). In no particular order, overlaps kept.
  template <class Visit>
  void for_each_interval(std::int64_t day, Visit visit) const {
    for (const opening_interval& interval : intervals_of(day)) {
      const std::int64_t open_ms = zone_.instant_of(day * day_ms + interval.open_minute * minute_ms).ms();
      const std::int64_t close_ms = zone_.instant_of(day * day_ms + interval.close_minute * minute_ms).ms();
      if (open_ms < close_ms) visit(open_ms, close_ms);
    }
  }

  /// The same for a plain day (see `calendar_timeline::is_plain`), given its midnight.
  template <class Visit>
  void for_each_plain_interval(std::int64_t day, std::int64_t midnight_ms, Visit visit) const {
    for (const opening_interval& interval : intervals_of_weekday(day)) {
      visit(midnight_ms + interval.open_minute * minute_ms, midnight_ms + interval.close_minute * minute_ms);
    }
  }

  /// Whether an interval of a plain day holds the millisecond that begins at this wall time.
  [[nodiscard]] bool holds_plain(std::int64_t day, std::int64_t wall_ms) const noexcept {
    for (const opening_interval& interval : intervals_of_weekday(day)) {
      if (interval.open_minute * minute_ms <= wall_ms && wall_ms < interval.close_minute * minute_ms) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_working(std::int64_t day) const {
    bool is_found = false;
    for_each_interval(day, [&](std::int64_t, std::int64_t) { is_found = true; });
    return is_found;
  }
  [[nodiscard]] bool is_plain_working(std::int64_t day) const noexcept { return !intervals_of_weekday(day).empty(); }

 private:
  [[nodiscard]] const std::vector<opening_interval>& intervals_of(std::int64_t day) const {
    const auto exception = spec_.dates.find(local_date::from_days(static_cast<std::int32_t>(day)));
    return exception != spec_.dates.end() ? exception->second : intervals_of_weekday(day);
  }
  [[nodiscard]] const std::vector<opening_interval>& intervals_of_weekday(std::int64_t day) const noexcept {
    return spec_.hours[weekday_of(day)];
  }

  const calendar_spec& spec_;
  const time_zone& zone_;
};

/// Open time over the whole range of instants, as weeks of UTC: how much lies before each week, and which of a few
/// shapes the week has.
///
///     week        ... 2,920       2,921       2,922 (Thanksgiving)  2,923 ...
///     open before ... 5,692,000 h +40 h       +40 h                 +32 h ...
///     shape       ... EST         EST         EST, Thursday closed  EST ...
///
/// So the way from an instant to the open time before it is a division and a look into one week; the way back is a
/// look-up of the week and a look into it. Days, for sums of business days, are counted in a set of bits.
class calendar_timeline {
 public:
  calendar_timeline(const calendar_spec& spec, const time_zone& zone) {
    const calendar_dates dates(spec, zone);
    find_plain_days(spec, zone);
    build_weeks(dates, zone);
    find_long_closures();
    count_working_days(dates);
  }

  [[nodiscard]] std::int64_t begin_ms() const noexcept { return origin_ms; }
  [[nodiscard]] std::int64_t end_ms() const noexcept { return origin_ms + week_count * week_ms; }
  /// Open time of the whole timeline.
  [[nodiscard]] std::int64_t open_ms() const noexcept { return open_ms_; }

  /// A place on the line, begin_ms() <= at_ms < end_ms(), is what all questions but the last few start from.
  [[nodiscard]] bool is_open(std::int64_t at_ms) const noexcept {
    const place here = place_of(at_ms);
    return shapes_.begin(shapes_.first_ending_after(*here.shape, here.of_week)) <= here.of_week;
  }

  /// Open time in [begin, at).
  [[nodiscard]] std::int64_t open_ms_before(std::int64_t at_ms) const noexcept {
    const place here = place_of(at_ms);
    const std::size_t span = shapes_.first_ending_after(*here.shape, here.of_week);
    return sums_[here.week] + shapes_.open_ms_before(span) + std::max(here.of_week - shapes_.begin(span), 0);
  }

  /// Where the next millisecond of open time begins, when that much lies before it: the latest instant with that
  /// much before it. REQUIRES 0 <= amount < open_ms().
  [[nodiscard]] std::int64_t latest_with(std::int64_t amount) const noexcept {
    // Of several weeks with the same sum before them the last one is found, and only that one has open time.
    const std::size_t week = sums_.last_at_most(amount);
    const auto rest = static_cast<std::int32_t>(amount - sums_[week]);
    const std::size_t span = shapes_.span_with(shapes_[shape_of_[week]], rest);
    return begin_of_week(week) + shapes_.begin(span) + rest - shapes_.open_ms_before(span);
  }
  /// The earliest instant with that much open time before it. REQUIRES 0 < amount <= open_ms().
  [[nodiscard]] std::int64_t earliest_with(std::int64_t amount) const noexcept { return latest_with(amount - 1) + 1; }

  // The next two are inlined by force: handing back an optional through memory takes longer than the look-up.

  /// The first instant from `at_ms` on that is open; nothing where there is none.
  [[nodiscard]] [[gnu::always_inline]] std::optional<std::int64_t> open_from(std::int64_t at_ms) const noexcept {
    const place here = place_of(at_ms);
    const std::size_t span = shapes_.first_ending_after(*here.shape, here.of_week);
    if (span < end_of(*here.shape)) return at_ms + std::max(shapes_.begin(span) - here.of_week, 0);
    return open_from_later_week(at_ms, here.week);
  }
  /// The last instant up to `at_ms` whose last millisecond was open; nothing where there is none.
  [[nodiscard]] [[gnu::always_inline]] std::optional<std::int64_t> open_until(std::int64_t at_ms) const noexcept {
    const place here = place_of(at_ms);
    const std::size_t span = shapes_.first_beginning_after(*here.shape, here.of_week - 1);
    if (span > here.shape->first) return at_ms + std::min(shapes_.end(span - 1) - here.of_week, 0);
    return open_until_earlier_week(at_ms, here.week);
  }

  /// The first opening after `at_ms`, where it lies in the same week or the next: the usual case of `open_from` at
  /// the end of the open stretch.
  [[nodiscard]] std::optional<std::int64_t> opening_near(std::int64_t at_ms) const noexcept {
    const place here = place_of(at_ms);
    const std::size_t span = shapes_.first_beginning_after(*here.shape, here.of_week);
    // What begins within a week began there: spans that touch are one.
    if (span < end_of(*here.shape)) return at_ms - here.of_week + shapes_.begin(span);
    const week_shapes::shape* next = shape_after(here.week);
    if (next == nullptr || next->span_count == 0 || shapes_.begin(next->first) == 0) return std::nullopt;
    return begin_of_week(here.week + 1) + shapes_.begin(next->first);
  }
  /// The first closing after `at_ms`, where it lies in the same week or the next.
  [[nodiscard]] std::optional<std::int64_t> closing_near(std::int64_t at_ms) const noexcept {
    const place here = place_of(at_ms);
    const std::size_t span = shapes_.first_ending_after(*here.shape, here.of_week);
    if (span < end_of(*here.shape)) {
      if (shapes_.end(span) == week_ms) return std::nullopt;  // goes on in the next week, perhaps
      return at_ms - here.of_week + shapes_.end(span);
    }
    const week_shapes::shape* next = shape_after(here.week);
    if (next == nullptr || next->span_count == 0 || shapes_.end(next->first) == week_ms) return std::nullopt;
    return begin_of_week(here.week + 1) + shapes_.end(next->first);
  }
  /// The last closing before `at_ms`, where it lies in the same week or the one before.
  [[nodiscard]] std::optional<std::int64_t> closing_near_before(std::int64_t at_ms) const noexcept {
    const place here = place_of(at_ms);
    const std::size_t span = shapes_.first_ending_after(*here.shape, here.of_week - 1);
    if (span > here.shape->first) return at_ms - here.of_week + shapes_.end(span - 1);
    const week_shapes::shape* before = shape_before(here.week);
    if (before == nullptr || before->span_count == 0) return std::nullopt;
    const std::size_t last = end_of(*before) - 1;
    if (shapes_.end(last) == week_ms) return std::nullopt;
    return begin_of_week(here.week - 1) + shapes_.end(last);
  }

  /// The end of the open stretch that holds `at_ms`, or end_ms() when it never ends. REQUIRES is_open(at_ms).
  [[nodiscard]] std::int64_t end_of_open(std::int64_t at_ms) const noexcept {
    const std::int64_t closed_ms = closed_ms_before(at_ms);
    return closed_ms >= end_ms() - begin_ms() - open_ms_ ? end_ms() : closed_with(closed_ms);
  }
  /// The beginning of the open stretch that holds `at_ms`, or begin_ms(). REQUIRES is_open(at_ms).
  [[nodiscard]] std::int64_t begin_of_open(std::int64_t at_ms) const noexcept {
    const std::int64_t closed_ms = closed_ms_before(at_ms);
    return closed_ms == 0 ? begin_ms() : closed_with(closed_ms - 1) + 1;
  }

  /// A closed stretch longer than a search may go, where there is one. In order of time.
  [[nodiscard]] const std::vector<time_span_ms>& long_closures() const noexcept { return long_closures_; }

  /// Whether a date is like every other of its weekday: no dated exception, and no change of the clock while one of
  /// its intervals may be open or while the clock, before or after a change, shows that date. Then one offset, the
  /// one at its midnight, holds for all of it.
  [[nodiscard]] bool is_plain(std::int64_t day) const noexcept { return !special_days_.contains(day); }

  /// Working dates: those with at least one opening.
  [[nodiscard]] const day_set& working_days() const noexcept { return working_days_; }

 private:
  /// Sunday, 21 December 1969: before all instants, by more than any overnight shift and any offset. Weeks from
  /// midnight to midnight of a Sunday in UTC begin and end, for most of the world, outside office hours.
  static constexpr std::int64_t first_day = -11;
  static constexpr std::int64_t origin_ms = first_day * day_ms;
  static constexpr std::int64_t week_count = (limits::instant_max_ms / day_ms + 6 - first_day + 6) / 7;
  static constexpr std::int64_t end_day = first_day + 7 * week_count;
  /// The dates whose intervals may reach into a week of UTC, counted from its first day: two days back for an interval
  /// that ends on the second day, and 26 hours, the largest offset (see time_zone), on both sides.
  static constexpr std::int64_t reach_before = 4;
  static constexpr std::int64_t reach_after = 8;
  static_assert(week_count <= 65'536, "the number of a shape has 16 bits");

  struct place {
    std::size_t week;
    std::int32_t of_week;
    const week_shapes::shape* shape;
  };
  [[nodiscard]] place place_of(std::int64_t at_ms) const noexcept {
    const auto since_origin = static_cast<std::uint64_t>(at_ms - origin_ms);
    constexpr auto week = static_cast<std::uint64_t>(week_ms);
    const auto index = static_cast<std::size_t>(since_origin / week);
    return {index, static_cast<std::int32_t>(since_origin - index * week), &shapes_[shape_of_[index]]};
  }
  [[nodiscard]] static std::int64_t begin_of_week(std::size_t week) noexcept {
    return origin_ms + static_cast<std::int64_t>(week) * week_ms;
  }
  [[nodiscard]] static std::size_t end_of(const week_shapes::shape& shape) noexcept {
    return shape.first + shape.span_count;
  }
  [[nodiscard]] const week_shapes::shape* shape_after(std::size_t week) const noexcept {
    return week + 1 < shape_of_.size() ? &shapes_[shape_of_[week + 1]] : nullptr;
  }
  [[nodiscard]] const week_shapes::shape* shape_before(std::size_t week) const noexcept {
    return week > 0 ? &shapes_[shape_of_[week - 1]] : nullptr;
  }

  [[nodiscard]] std::optional<std::int64_t> open_from_later_week(std::int64_t at_ms, std::size_t week) const noexcept {
    if (const week_shapes::shape* next = shape_after(week); next != nullptr && next->span_count != 0) {
      return begin_of_week(week + 1) + shapes_.begin(next->first);
    }
    const std::int64_t amount = open_ms_before(at_ms);
    if (amount >= open_ms_) return std::nullopt;
    return latest_with(amount);
  }
  [[nodiscard]] std::optional<std::int64_t> open_until_earlier_week(std::int64_t at_ms,
                                                                    std::size_t week) const noexcept {
    if (const week_shapes::shape* before = shape_before(week); before != nullptr && before->span_count != 0) {
      return begin_of_week(week - 1) + shapes_.end(end_of(*before) - 1);
    }
    const std::int64_t amount = open_ms_before(at_ms);
    if (amount == 0) return std::nullopt;
    return earliest_with(amount);
  }

  void find_plain_days(const calendar_spec& spec, const time_zone& zone) {
    special_days_ = day_set(first_day, end_day);
    const auto insert = [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t day = std::max(first, first_day); day <= std::min(last, end_day - 1); ++day) {
        special_days_.insert(day);
      }
    };
    for (const auto& [date, intervals] : spec.dates) insert(date.days(), date.days());
    const std::vector<time_zone::stretch>& stretches = zone.stretches();
    for (std::size_t i = 1; i < stretches.size(); ++i) {
      // From the least that the clock shows at the change to the most, and two days before: an interval that begins
      // on one date may end on the next.
      const std::int64_t change_ms = stretches[i].begin_ms;
      const std::int64_t lower_ms = change_ms + std::min(stretches[i - 1].offset_ms, stretches[i].offset_ms);
      const std::int64_t upper_ms = change_ms + std::max(stretches[i - 1].offset_ms, stretches[i].offset_ms);
      insert(floor_div(lower_ms, day_ms) - 2, floor_div(std::max(upper_ms, stretches[i].local_begin_ms), day_ms));
    }
  }

  void build_weeks(const calendar_dates& dates, const time_zone& zone) {
    std::vector<bool> is_special_week(static_cast<std::size_t>(week_count));
    for (std::int64_t day = 0; day < 7 * week_count; ++day) {
      if (is_plain(first_day + day)) continue;
      for (std::int64_t week = std::max<std::int64_t>(day - reach_after + 6, 0) / 7;
           week <= std::min((day + reach_before) / 7, week_count - 1); ++week) {
        is_special_week[static_cast<std::size_t>(week)] = true;
      }
    }
    std::map<std::int64_t, std::uint16_t> plain_shapes;  // by the offset
    std::vector<std::int64_t> sums;
    sums.reserve(static_cast<std::size_t>(week_count));
    shape_of_.reserve(static_cast<std::size_t>(week_count));
    std::vector<time_span_ms> spans;
    for (std::int64_t week = 0; week < week_count; ++week) {
      const std::int64_t begin = origin_ms + week * week_ms;
      const std::int64_t offset_ms = zone.offset_ms_at(instant::from_ms(begin));
      const std::int64_t first = first_day + 7 * week - reach_before;
      const std::int64_t last = first_day + 7 * week + reach_after;
      const bool is_plain_week = !is_special_week[static_cast<std::size_t>(week)];
      const auto known = is_plain_week ? plain_shapes.find(offset_ms) : plain_shapes.end();
      std::uint16_t number = 0;
      if (known != plain_shapes.end()) {
        number = known->second;
      } else {
        spans.clear();
        for (std::int64_t day = first; day <= last; ++day) {
          dates.for_each_interval(day, [&](std::int64_t open_ms, std::int64_t close_ms) {
            const time_span_ms within{std::max(open_ms - begin, std::int64_t{0}), std::min(close_ms - begin, week_ms)};
            if (within.begin < within.end) spans.push_back(within);
          });
        }
        unite(spans);
        number = shapes_.add(spans);
        if (is_plain_week) plain_shapes.emplace(offset_ms, number);
      }
      sums.push_back(open_ms_);
      shape_of_.push_back(number);
      open_ms_ += shapes_.open_ms(shapes_[number]);
    }
    shapes_.finish();
    sums_ = sorted_keys(std::move(sums));
  }

  void find_long_closures() {
    std::int64_t closed_from_ms = begin_ms();
    const auto close = [&](std::int64_t until_ms) {
      if (until_ms - closed_from_ms > limits::calendar_search_max_ms) {
        long_closures_.push_back({closed_from_ms, until_ms});
      }
    };
    for (std::size_t week = 0; week < shape_of_.size(); ++week) {
      const week_shapes::shape& shape = shapes_[shape_of_[week]];
      if (shape.span_count == 0) continue;
      close(begin_of_week(week) + shapes_.begin(shape.first));
      closed_from_ms = begin_of_week(week) + shapes_.end(end_of(shape) - 1);
    }
    close(end_ms());
  }

  void count_working_days(const calendar_dates& dates) {
    working_days_ = day_set(first_day, end_day);
    for (std::int64_t day = first_day; day < end_day; ++day) {
      if (is_plain(day) ? dates.is_plain_working(day) : dates.is_working(day)) working_days_.insert(day);
    }
    working_days_.count();
  }

  [[nodiscard]] std::int64_t closed_ms_before(std::int64_t at_ms) const noexcept {
    return at_ms - begin_ms() - open_ms_before(at_ms);
  }
  /// Where the next millisecond of closed time begins, when that much lies before it. O(log weeks): asked only where
  /// an open stretch crosses the end of a week. REQUIRES 0 <= amount < closed time of the timeline.
  [[nodiscard]] std::int64_t closed_with(std::int64_t amount) const noexcept {
    std::size_t week = 0;
    for (std::size_t end = shape_of_.size(); end - week > 1;) {
      const std::size_t middle = week + (end - week) / 2;
      if (begin_of_week(middle) - begin_ms() - sums_[middle] <= amount) {
        week = middle;
      } else {
        end = middle;
      }
    }
    const auto rest = static_cast<std::int32_t>(amount - (begin_of_week(week) - begin_ms() - sums_[week]));
    // Every span with no more than that much closed time before it lies in front of the millisecond.
    const week_shapes::shape& shape = shapes_[shape_of_[week]];
    std::size_t span = shape.first;
    std::size_t end = end_of(shape);
    while (span < end) {
      const std::size_t middle = span + (end - span) / 2;
      if (shapes_.begin(middle) - shapes_.open_ms_before(middle) <= rest) {
        span = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin_of_week(week) + rest + shapes_.open_ms_before(span);
  }

  week_shapes shapes_;
  std::vector<std::uint16_t> shape_of_;  // by week
  sorted_keys sums_;                     // open time before each week
  std::int64_t open_ms_ = 0;
  std::vector<time_span_ms> long_closures_;
  day_set special_days_;
  day_set working_days_;
};

}  // namespace leadline::detail
