#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/detail/civil.hpp"
#include "leadline/time/detail/sorted_keys.hpp"
#include "leadline/time/detail/week_pattern.hpp"
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

  [[nodiscard]] bool is_working(std::int64_t day) const {
    bool is_found = false;
    for_each_interval(day, [&](std::int64_t, std::int64_t) { is_found = true; });
    return is_found;
  }

 private:
  [[nodiscard]] const std::vector<opening_interval>& intervals_of(std::int64_t day) const {
    const local_date date = local_date::from_days(static_cast<std::int32_t>(day));
    const auto exception = spec_.dates.find(date);
    return exception != spec_.dates.end() ? exception->second
                                          : spec_.hours[static_cast<std::size_t>(date.day_of_week())];
  }

  const calendar_spec& spec_;
  const time_zone& zone_;
};

/// Open time from the first day to the last, as pieces between which the answer changes its form: a piece either
/// follows the weekly pattern at one offset, or is open throughout, or closed throughout.
///
///     ... weekly, EST ... |closed: Dec 25| ... weekly, EST ... | weekly, EDT ... (no cut inside opening time)
///
/// A dated exception costs two pieces, a change of the clock outside opening time one.
class calendar_timeline {
 public:
  /// Days that lie in the timeline: the whole range of instants, and on both sides enough for any overnight
  /// shift, any offset and one day more.
  static constexpr std::int64_t first_day = -6;
  static constexpr std::int64_t end_day = limits::instant_max_ms / day_ms + 6;

  calendar_timeline(const calendar_spec& spec, const time_zone& zone)
      : pattern_(spec.hours), closed_pattern_(pattern_.complement()) {
    const calendar_dates dates(spec, zone);
    const std::set<std::int64_t> odd_days = find_odd_days(spec, zone);
    build_pieces(dates, zone, odd_days);
    build_sums();
    count_working_days(dates, odd_days);
  }

  [[nodiscard]] std::int64_t begin_ms() const noexcept { return starts_[0]; }
  [[nodiscard]] std::int64_t end_ms() const noexcept { return end_ms_; }
  /// Open time of the whole timeline.
  [[nodiscard]] std::int64_t open_ms() const noexcept { return open_ms_; }

  [[nodiscard]] bool is_open(std::int64_t at_ms) const noexcept {
    const piece& here = pieces_[starts_.last_at_most(at_ms)];
    switch (here.form) {
      case piece_form::weekly: return pattern_.is_open(at_ms + here.offset_ms);
      case piece_form::open: return true;
      case piece_form::closed: return false;
    }
    return false;
  }

  /// Open time in [begin, at).
  [[nodiscard]] std::int64_t open_ms_before(std::int64_t at_ms) const noexcept {
    const std::size_t i = starts_.last_at_most(at_ms);
    const piece& here = pieces_[i];
    switch (here.form) {
      case piece_form::weekly: return here.base_ms + pattern_.open_ms_before(at_ms + here.offset_ms);
      case piece_form::open: return sums_[i] + at_ms - starts_[i];
      case piece_form::closed: return sums_[i];
    }
    return 0;
  }

  /// The earliest instant with that much open time before it. REQUIRES 0 < amount <= open_ms().
  [[nodiscard]] std::int64_t earliest_with(std::int64_t amount) const noexcept {
    const std::size_t i = sums_.last_at_most(amount - 1);
    const piece& here = pieces_[i];
    if (here.form == piece_form::open) return starts_[i] + amount - sums_[i];
    return pattern_.earliest_with(amount - here.base_ms) - here.offset_ms;
  }
  /// The latest instant with that much open time before it. REQUIRES 0 <= amount < open_ms().
  [[nodiscard]] std::int64_t latest_with(std::int64_t amount) const noexcept {
    const std::size_t i = sums_.last_at_most(amount);
    const piece& here = pieces_[i];
    if (here.form == piece_form::open) return starts_[i] + amount - sums_[i];
    return pattern_.latest_with(amount - here.base_ms) - here.offset_ms;
  }

  /// The end of the open stretch that holds `at_ms`, or end_ms() when it never ends. REQUIRES is_open(at_ms).
  [[nodiscard]] std::int64_t end_of_open(std::int64_t at_ms) const noexcept {
    const std::int64_t closed_ms = closed_ms_before(at_ms);
    if (closed_ms >= end_ms_ - begin_ms() - open_ms_) return end_ms_;
    const std::size_t i = closed_sums_.last_at_most(closed_ms);
    const piece& here = pieces_[i];
    if (here.form == piece_form::closed) return starts_[i] + closed_ms - closed_sums_[i];
    return closed_pattern_.latest_with(closed_ms - closed_base_ms(here)) - here.offset_ms;
  }
  /// The beginning of the open stretch that holds `at_ms`, or begin_ms(). REQUIRES is_open(at_ms).
  [[nodiscard]] std::int64_t begin_of_open(std::int64_t at_ms) const noexcept {
    const std::int64_t closed_ms = closed_ms_before(at_ms);
    if (closed_ms == 0) return begin_ms();
    const std::size_t i = closed_sums_.last_at_most(closed_ms - 1);
    const piece& here = pieces_[i];
    if (here.form == piece_form::closed) return starts_[i] + closed_ms - closed_sums_[i];
    return closed_pattern_.earliest_with(closed_ms - closed_base_ms(here)) - here.offset_ms;
  }

  /// A closed stretch longer than a search may go, where there is one. In order of time.
  [[nodiscard]] const std::vector<time_span_ms>& long_closures() const noexcept { return long_closures_; }

  /// Working dates (dates with at least one opening) before `day`, counted from the first one of the timeline.
  [[nodiscard]] std::int64_t working_days_before(std::int64_t day) const noexcept {
    const std::size_t i = odd_days_.last_at_most(day - 1);
    if (odd_days_[i] >= day) return pattern_.working_days_before(day) - pattern_.working_days_before(first_day);
    return odd_sums_[i] + (odd_is_working_[i] ? 1 : 0) + pattern_.working_days_before(day) -
           pattern_.working_days_before(odd_days_[i] + 1);
  }
  /// The working date before which `count` others lie. REQUIRES 0 <= count < working_day_count().
  [[nodiscard]] std::int64_t working_day(std::int64_t count) const noexcept {
    const std::size_t i = odd_sums_.last_at_most(count);
    if (odd_sums_[i] > count) return pattern_.working_day(count + pattern_.working_days_before(first_day));
    // Of several odd days with the same count before them the last one is found; only it can be working.
    if (odd_sums_[i] == count && odd_is_working_[i]) return odd_days_[i];
    const std::int64_t rest = count - odd_sums_[i] - (odd_is_working_[i] ? 1 : 0);
    return pattern_.working_day(pattern_.working_days_before(odd_days_[i] + 1) + rest);
  }
  [[nodiscard]] std::int64_t working_day_count() const noexcept { return working_days_before(end_day); }

 private:
  enum class piece_form : std::uint8_t { weekly, open, closed };
  struct piece {
    piece_form form = piece_form::closed;
    std::int64_t offset_ms = 0;  // weekly: local time is UTC plus this
    std::int64_t base_ms = 0;    // weekly: open time before the piece, less the pattern's at its beginning
  };
  struct cut {
    std::int64_t at_ms;
    piece_form form;
    std::int64_t offset_ms;
  };

  /// Dates that the weekly pattern at one offset may get wrong: dated exceptions, and dates within whose
  /// two-day reach (an overnight shift) the offset changes.
  [[nodiscard]] static std::set<std::int64_t> find_odd_days(const calendar_spec& spec, const time_zone& zone) {
    std::set<std::int64_t> days;
    for (const auto& [date, intervals] : spec.dates) days.insert(date.days());
    for (std::size_t i = 1; i < zone.stretches().size(); ++i) {
      const std::int64_t change_ms = zone.stretches()[i].local_begin_ms;
      const std::int64_t last = floor_div(change_ms - 1, day_ms);
      for (std::int64_t day = floor_div(change_ms, day_ms) - 2; day <= last; ++day) {
        if ((day + 2) * day_ms > change_ms && day > first_day + 1 && day < end_day - 4) days.insert(day);
      }
    }
    return days;
  }

  void build_pieces(const calendar_dates& dates, const time_zone& zone, const std::set<std::int64_t>& odd_days) {
    const auto offset_of = [&](std::int64_t day) {
      return day * day_ms - zone.instant_of(day * day_ms).ms();
    };
    const std::int64_t first_offset = offset_of(odd_days.empty() ? 0 : *odd_days.begin() - 1);
    cuts_.push_back({first_day * day_ms - first_offset, piece_form::weekly, first_offset});
    end_ms_ = end_day * day_ms - offset_of(end_day);
    for (auto odd = odd_days.begin(); odd != odd_days.end();) {
      // A window of whole days around odd days so near to each other that their reaches meet: a day before,
      // because a clock set back lets a date begin on the evening before it, and three after, for a shift that
      // ends on the second night of a change.
      const std::int64_t first = *odd;
      std::int64_t last = first;
      for (++odd; odd != odd_days.end() && *odd - last <= 4; ++odd) last = *odd;
      const std::int64_t before_offset = offset_of(first - 1);
      const std::int64_t after_offset = offset_of(last + 3);
      add_window(dates, first, last, {(first - 1) * day_ms - before_offset, (last + 3) * day_ms - after_offset},
                 before_offset, after_offset);
    }
  }

  /// Cuts the timeline where it departs from the pattern on the left of the window, and where it agrees again
  /// with the one on its right.
  void add_window(const calendar_dates& dates, std::int64_t first, std::int64_t last, time_span_ms window,
                  std::int64_t before_offset, std::int64_t after_offset) {
    std::vector<time_span_ms> actual;
    for (std::int64_t day = first - 3; day <= last + 3; ++day) {
      dates.for_each_interval(day, [&](std::int64_t open_ms, std::int64_t close_ms) {
        const time_span_ms clipped{std::max(open_ms, window.begin), std::min(close_ms, window.end)};
        if (clipped.begin < clipped.end) actual.push_back(clipped);
      });
    }
    unite(actual);
    const std::vector<time_span_ms> left = pattern_within(window, before_offset);
    const std::vector<time_span_ms> right = pattern_within(window, after_offset);

    const std::int64_t departs_ms = first_difference(actual, left, window);
    const std::int64_t returns_ms = last_difference(actual, right, window);
    if (returns_ms <= departs_ms) {
      // Both patterns agree with the dates somewhere between: one cut, or none where the offset stays.
      if (before_offset != after_offset) cuts_.push_back({returns_ms, piece_form::weekly, after_offset});
      return;
    }
    std::int64_t at_ms = departs_ms;
    for (const time_span_ms& open : actual) {
      if (open.end <= at_ms || open.begin >= returns_ms) continue;
      if (open.begin > at_ms) cuts_.push_back({at_ms, piece_form::closed, 0});
      at_ms = std::min(open.end, returns_ms);
      cuts_.push_back({std::max(open.begin, departs_ms), piece_form::open, 0});
    }
    if (at_ms < returns_ms) cuts_.push_back({at_ms, piece_form::closed, 0});
    cuts_.push_back({returns_ms, piece_form::weekly, after_offset});
  }

  [[nodiscard]] std::vector<time_span_ms> pattern_within(time_span_ms window, std::int64_t offset_ms) const {
    std::vector<time_span_ms> spans = pattern_.spans_within(window.begin + offset_ms, window.end + offset_ms);
    for (time_span_ms& span : spans) span = {span.begin - offset_ms, span.end - offset_ms};
    return spans;
  }

  /// The first millisecond of the window that one of the two has open and the other closed, or its end.
  [[nodiscard]] static std::int64_t first_difference(const std::vector<time_span_ms>& a,
                                                     const std::vector<time_span_ms>& b, time_span_ms window) {
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
      if (i >= a.size()) return b[i].begin;
      if (i >= b.size()) return a[i].begin;
      if (a[i].begin != b[i].begin) return std::min(a[i].begin, b[i].begin);
      if (a[i].end != b[i].end) return std::min(a[i].end, b[i].end);
    }
    return window.end;
  }
  /// The end of the last millisecond of the window in which the two differ, or its beginning.
  [[nodiscard]] static std::int64_t last_difference(const std::vector<time_span_ms>& a,
                                                    const std::vector<time_span_ms>& b, time_span_ms window) {
    for (std::size_t i = 1; i <= std::max(a.size(), b.size()); ++i) {
      if (i > a.size()) return b[b.size() - i].end;
      if (i > b.size()) return a[a.size() - i].end;
      const time_span_ms& x = a[a.size() - i];
      const time_span_ms& y = b[b.size() - i];
      if (x.end != y.end) return std::max(x.end, y.end);
      if (x.begin != y.begin) return std::max(x.begin, y.begin);
    }
    return window.begin;
  }

  /// Turns cuts into pieces with the open time before each.
  void build_sums() {
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> sums;
    for (std::size_t i = 0; i < cuts_.size(); ++i) {
      const cut& here = cuts_[i];
      const std::int64_t end_ms = i + 1 < cuts_.size() ? cuts_[i + 1].at_ms : end_ms_;
      if (here.at_ms == end_ms) continue;
      piece added{here.form, here.offset_ms, 0};
      starts.push_back(here.at_ms);
      sums.push_back(open_ms_);
      switch (here.form) {
        case piece_form::weekly:
          added.base_ms = open_ms_ - pattern_.open_ms_before(here.at_ms + here.offset_ms);
          open_ms_ = added.base_ms + pattern_.open_ms_before(end_ms + here.offset_ms);
          break;
        case piece_form::open: open_ms_ += end_ms - here.at_ms; break;
        case piece_form::closed: break;
      }
      pieces_.push_back(added);
    }
    cuts_.clear();
    cuts_.shrink_to_fit();
    std::vector<std::int64_t> closed_sums;
    for (std::size_t i = 0; i < starts.size(); ++i) closed_sums.push_back(starts[i] - starts[0] - sums[i]);
    closed_sums_ = sorted_keys(std::move(closed_sums));
    starts_ = sorted_keys(std::move(starts));
    // A look-up of an amount finds the last piece that begins with it; pieces without open time before it share
    // the amount, so that the piece found always holds the next open millisecond.
    sums_ = sorted_keys(std::move(sums));
    find_long_closures();
  }

  void find_long_closures() {
    for (std::size_t i = 0; i < pieces_.size();) {
      const std::size_t first = i;
      const std::int64_t sum = sums_[i];
      for (++i; i < pieces_.size() && sums_[i] == sum; ++i) {
      }
      const std::int64_t end_ms = i < pieces_.size() ? starts_[i] : end_ms_;
      // Only a run of pieces without open time (the last one's beginning may be closed too) can be that long:
      // a weekly piece with open time is closed for less than a week at a time.
      if (end_ms - starts_[first] <= limits::calendar_search_max_ms - 2 * week_ms) continue;
      const std::int64_t begin = sum > 0 ? earliest_with(sum) : begin_ms();
      const std::int64_t end = sum < open_ms_ ? latest_with(sum) : end_ms_;
      if (end - begin <= limits::calendar_search_max_ms) continue;
      if (long_closures_.empty() || long_closures_.back().begin != begin) long_closures_.push_back({begin, end});
    }
  }

  void count_working_days(const calendar_dates& dates, const std::set<std::int64_t>& odd_days) {
    std::vector<std::int64_t> days;
    std::vector<std::int64_t> sums;
    std::int64_t sum = 0;
    std::int64_t counted_until = first_day;
    for (const std::int64_t day : odd_days) {
      const bool is_working = dates.is_working(day);
      // The first is kept in any case: the look-ups need one day to stand on.
      if (is_working == pattern_.is_working_day(day) && !days.empty()) continue;
      sum += pattern_.working_days_before(day) - pattern_.working_days_before(counted_until);
      days.push_back(day);
      sums.push_back(sum);
      odd_is_working_.push_back(is_working);
      sum += is_working ? 1 : 0;
      counted_until = day + 1;
    }
    if (days.empty()) {
      days.push_back(first_day);
      sums.push_back(0);
      odd_is_working_.push_back(pattern_.is_working_day(first_day));
    }
    odd_days_ = sorted_keys(std::move(days));
    odd_sums_ = sorted_keys(std::move(sums));
  }

  [[nodiscard]] std::int64_t closed_ms_before(std::int64_t at_ms) const noexcept {
    return at_ms - begin_ms() - open_ms_before(at_ms);
  }
  /// What `base_ms` is for closed time: both patterns together are the whole of local time.
  [[nodiscard]] std::int64_t closed_base_ms(const piece& here) const noexcept {
    return -begin_ms() - here.offset_ms - here.base_ms;
  }

  week_pattern pattern_;
  week_pattern closed_pattern_;
  std::vector<cut> cuts_;  // while building
  std::vector<piece> pieces_;
  sorted_keys starts_;  // of the pieces
  sorted_keys sums_;    // open time before each piece
  sorted_keys closed_sums_;
  std::int64_t end_ms_ = 0;
  std::int64_t open_ms_ = 0;
  std::vector<time_span_ms> long_closures_;
  // Days that work although their weekday does not, or the other way round, with the working days before each.
  sorted_keys odd_days_;
  sorted_keys odd_sums_;
  std::vector<bool> odd_is_working_;
};

}  // namespace leadline::detail
