#include "support/slow_calendar.hpp"

#include <algorithm>

#include "leadline/base/limits.hpp"

namespace leadline::test {

namespace {

constexpr std::int64_t second_ms = 1'000;
constexpr std::int64_t minute_ms = 60 * second_ms;
constexpr std::int64_t day_ms = 24 * 60 * minute_ms;
/// "Not within the 400 days after some instant of use."
constexpr std::int64_t search_ms = 400 * day_ms;

std::int64_t floor_of(std::int64_t value, std::int64_t divisor) {
  std::int64_t quotient = value / divisor;
  if (quotient * divisor > value) --quotient;
  return quotient;
}

/// Day of the week of a date, Monday 0, counted on from a known Thursday.
std::size_t weekday_of(std::int64_t date) {
  const std::int64_t since_thursday = date - 7 * floor_of(date, 7);
  return static_cast<std::size_t>((since_thursday + 3) % 7);
}

std::int64_t local_to_instant(const std::vector<time_zone::stretch>& stretches, std::int64_t local_ms) {
  const auto end_of = [&](std::size_t i) {
    return i + 1 < stretches.size() ? stretches[i + 1].begin_ms : std::int64_t{1} << 60;
  };
  // The first instant at which the clock shows this time.
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const std::int64_t ms = local_ms - stretches[i].offset_ms;
    if ((i == 0 || ms >= stretches[i].begin_ms) && ms < end_of(i)) return ms;
  }
  // No clock ever shows it: it lies in the gap between two stretches, and the offset before the gap reads it.
  for (std::size_t i = 0; i + 1 < stretches.size(); ++i) {
    const std::int64_t change_ms = stretches[i + 1].begin_ms;
    if (local_ms >= change_ms + stretches[i].offset_ms && local_ms < change_ms + stretches[i + 1].offset_ms) {
      return local_ms - stretches[i].offset_ms;
    }
  }
  return local_ms - stretches.back().offset_ms;
}

}  // namespace

std::int64_t slow_calendar::instant_ms_of(const time_zone& zone, std::int64_t local_ms) {
  return local_to_instant(zone.stretches(), local_ms);
}

slow_calendar::slow_calendar(const calendar_spec& spec, const time_zone& zone, local_date first, local_date last)
    : first_date_(first.days()) {
  // An interval reaches up to two days from its date's UTC midnight on either side (zones reach from -12 to +14 hours,
  // shifts into the next night): three days at each end are only there to be complete, and are never asked about.
  begin_ms_ = std::max<std::int64_t>((first_date_ + 3) * day_ms, 0);
  end_ms_ = std::min<std::int64_t>((std::int64_t{last.days()} - 3) * day_ms, limits::instant_max_ms);
  begins_at_range_ = begin_ms_ == 0;
  ends_at_range_ = end_ms_ == limits::instant_max_ms;

  // Only the stretches near the window, the one before it included.
  const std::vector<time_zone::stretch>& all = zone.stretches();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool ends_before = i + 1 < all.size() && all[i + 1].begin_ms < (first_date_ - 5) * day_ms;
    if (!ends_before && all[i].begin_ms < (std::int64_t{last.days()} + 5) * day_ms) stretches_.push_back(all[i]);
  }

  for (std::int64_t date = first_date_; date <= last.days(); ++date) {
    const auto named = spec.dates.find(local_date::from_days(static_cast<std::int32_t>(date)));
    const std::vector<opening_interval>& hours =
        named != spec.dates.end() ? named->second : spec.hours[weekday_of(date)];
    std::vector<opening> openings;
    for (const opening_interval& interval : hours) {
      const std::int64_t midnight_ms = date * day_ms;
      const opening made = {local_to_instant(stretches_, midnight_ms + interval.open_minute * minute_ms),
                            local_to_instant(stretches_, midnight_ms + interval.close_minute * minute_ms)};
      // "An interval whose close, as instants, is not after its open on that date does not open on that date."
      if (made.close_ms > made.open_ms) openings.push_back(made);
    }
    dates_.push_back(std::move(openings));
  }

  first_minute_ = begin_ms_ / minute_ms;
  const std::int64_t minute_count = end_ms_ / minute_ms + 1 - first_minute_;
  minutes_.assign(static_cast<std::size_t>(std::max<std::int64_t>(minute_count, 0)), 0);
  std::vector<std::int64_t> mixed;
  for (const std::vector<opening>& openings : dates_) {
    for (const opening& one : openings) {
      for (std::int64_t minute = floor_of(one.open_ms, minute_ms); minute * minute_ms < one.close_ms; ++minute) {
        const std::int64_t index = minute - first_minute_;
        if (index < 0 || index >= minute_count) continue;
        if (one.open_ms <= minute * minute_ms && (minute + 1) * minute_ms <= one.close_ms) {
          minutes_[static_cast<std::size_t>(index)] = 60;
        } else {
          mixed.push_back(minute);
        }
      }
    }
  }
  for (const std::int64_t minute : mixed) {
    std::uint8_t open_seconds = 0;
    for (std::int64_t second = minute * 60; second < (minute + 1) * 60; ++second) {
      if (is_written_open(second)) ++open_seconds;
    }
    minutes_[static_cast<std::size_t>(minute - first_minute_)] = open_seconds;
  }
}

const std::vector<slow_calendar::opening>& slow_calendar::openings_of(std::int64_t date) const {
  static const std::vector<opening> none;
  const std::int64_t index = date - first_date_;
  if (index < 0 || index >= static_cast<std::int64_t>(dates_.size())) return none;
  return dates_[static_cast<std::size_t>(index)];
}

bool slow_calendar::is_written_open(std::int64_t second) const {
  const std::int64_t ms = second * second_ms;
  const std::int64_t near = floor_of(ms, day_ms);
  for (std::int64_t date = near - 3; date <= near + 3; ++date) {
    for (const opening& one : openings_of(date)) {
      if (one.open_ms <= ms && ms < one.close_ms) return true;
    }
  }
  return false;
}

bool slow_calendar::is_open_second(std::int64_t second) const {
  const std::int64_t index = floor_of(second, 60) - first_minute_;
  if (index >= 0 && index < static_cast<std::int64_t>(minutes_.size())) {
    const std::uint8_t open_seconds = minutes_[static_cast<std::size_t>(index)];
    if (open_seconds == 0 || open_seconds == 60) return open_seconds == 60;
  }
  return is_written_open(second);
}

std::int64_t slow_calendar::open_ms_of_minute(std::int64_t minute) const {
  return minutes_[static_cast<std::size_t>(minute - first_minute_)] * second_ms;
}

slow_answer slow_calendar::outside(std::int64_t ms) const {
  const bool is_range_end = ms < begin_ms_ ? begins_at_range_ : ends_at_range_;
  return {is_range_end ? slow_answer::kind::out_of_range : slow_answer::kind::beyond_window, {}};
}

slow_answer slow_calendar::inside(std::int64_t ms) const {
  if (ms < begin_ms_ || ms > end_ms_) return outside(ms);
  return {slow_answer::kind::at, instant::from_ms(ms)};
}

std::int64_t slow_calendar::offset_ms_at(std::int64_t ms) const {
  std::int64_t offset_ms = stretches_.front().offset_ms;
  for (const time_zone::stretch& one : stretches_) {
    if (one.begin_ms <= ms) offset_ms = one.offset_ms;
  }
  return offset_ms;
}

bool slow_calendar::is_open(instant at) const { return is_open_second(floor_of(at.ms(), second_ms)); }

std::int64_t slow_calendar::elapsed_ms(instant from, instant to) const {
  if (to < from) return -elapsed_ms(to, from);
  std::int64_t open_ms = 0;
  std::int64_t at = from.ms();
  while (at < to.ms()) {
    if (at % minute_ms == 0 && at + minute_ms <= to.ms()) {
      open_ms += open_ms_of_minute(at / minute_ms);
      at += minute_ms;
    } else {
      const std::int64_t second = floor_of(at, second_ms);
      const std::int64_t next = std::min((second + 1) * second_ms, to.ms());
      if (is_open_second(second)) open_ms += next - at;
      at = next;
    }
  }
  return open_ms;
}

slow_answer slow_calendar::add_ms(instant from, std::int64_t amount_ms) const {
  std::int64_t at = from.ms();
  std::int64_t left_ms = amount_ms < 0 ? -amount_ms : amount_ms;
  if (amount_ms == 0) return roll_forward(at);
  std::int64_t closed_ms = 0;
  if (amount_ms > 0) {
    for (;;) {
      if (at >= end_ms_) return outside(end_ms_ + 1);
      const std::int64_t minute_open_ms =
          at % minute_ms == 0 && at + minute_ms <= end_ms_ ? open_ms_of_minute(at / minute_ms) : minute_ms;
      std::int64_t step_ms = 0;
      if (at % minute_ms == 0 && at + minute_ms <= end_ms_ && (minute_open_ms == 0 || minute_open_ms == minute_ms) &&
          minute_open_ms < left_ms) {
        step_ms = minute_ms;
        left_ms -= minute_open_ms;
        closed_ms = minute_open_ms != 0 ? 0 : closed_ms + minute_ms;
      } else {
        const std::int64_t second = at / second_ms;
        step_ms = std::min((second + 1) * second_ms, end_ms_) - at;
        if (is_open_second(second)) {
          if (left_ms <= step_ms) return inside(at + left_ms);
          left_ms -= step_ms;
          closed_ms = 0;
        } else {
          closed_ms += step_ms;
        }
      }
      at += step_ms;
      // Closed up to and including the 400th day: only what opens after it is out of reach.
      if (closed_ms > search_ms) return {slow_answer::kind::never_opens, {}};
    }
  }
  for (;;) {
    if (at <= begin_ms_) return outside(begin_ms_ - 1);
    const bool is_whole = at % minute_ms == 0 && at - minute_ms >= begin_ms_;
    const std::int64_t minute_open_ms = is_whole ? open_ms_of_minute(at / minute_ms - 1) : minute_ms;
    std::int64_t step_ms = 0;
    if (is_whole && (minute_open_ms == 0 || minute_open_ms == minute_ms) && minute_open_ms < left_ms) {
      step_ms = minute_ms;
      left_ms -= minute_open_ms;
      closed_ms = minute_open_ms != 0 ? 0 : closed_ms + minute_ms;
    } else {
      const std::int64_t second = (at - 1) / second_ms;
      step_ms = at - std::max(second * second_ms, begin_ms_);
      if (is_open_second(second)) {
        if (left_ms <= step_ms) return inside(at - left_ms);
        left_ms -= step_ms;
        closed_ms = 0;
      } else {
        closed_ms += step_ms;
      }
    }
    at -= step_ms;
    if (closed_ms > search_ms) return {slow_answer::kind::never_opens, {}};
  }
}

slow_answer slow_calendar::roll_forward(std::int64_t ms) const {
  for (std::int64_t at = ms;;) {
    if (at > end_ms_) return outside(at);
    if (is_open(instant::from_ms(at))) return inside(at);
    if (at - ms > search_ms) return {slow_answer::kind::never_opens, {}};
    if (at % minute_ms == 0 && at + minute_ms <= end_ms_ && open_ms_of_minute(at / minute_ms) == 0) {
      at += minute_ms;
    } else {
      at = (floor_of(at, second_ms) + 1) * second_ms;
    }
  }
}

/// The instant itself when it is within (open, close], else the previous close.
slow_answer slow_calendar::roll_back(std::int64_t ms) const {
  for (std::int64_t at = ms;;) {
    if (at <= begin_ms_) return outside(begin_ms_ - 1);
    if (is_open(instant::from_ms(at - 1))) return inside(at);
    if (ms - at > search_ms) return {slow_answer::kind::never_opens, {}};
    if (at % minute_ms == 0 && at - minute_ms >= begin_ms_ && open_ms_of_minute(at / minute_ms - 1) == 0) {
      at -= minute_ms;
    } else {
      at = floor_of(at - 1, second_ms) * second_ms;
    }
  }
}

std::int64_t slow_calendar::last_close_of(std::int64_t date) const {
  std::int64_t close_ms = openings_of(date).front().close_ms;
  for (const opening& one : openings_of(date)) close_ms = std::max(close_ms, one.close_ms);
  return close_ms;
}

std::int64_t slow_calendar::first_open_of(std::int64_t date) const {
  std::int64_t open_ms = openings_of(date).front().open_ms;
  for (const opening& one : openings_of(date)) open_ms = std::min(open_ms, one.open_ms);
  return open_ms;
}

slow_answer slow_calendar::add_days(instant from, std::int64_t count, slow_day_end end) const {
  const bool is_back = count < 0;
  const slow_answer rolled = is_back ? roll_back(from.ms()) : roll_forward(from.ms());
  if (rolled.is != slow_answer::kind::at) return rolled;
  const std::int64_t rolled_ms = rolled.at.ms();

  const auto holds = [&](const opening& one, std::int64_t ms) {
    return is_back ? one.open_ms < ms && ms <= one.close_ms : one.open_ms <= ms && ms < one.close_ms;
  };
  // The date to which the interval open at the rolled instant belongs; of two, the later.
  std::int64_t date = floor_of(rolled_ms, day_ms) + 3;
  const auto holds_rolled = [&](const opening& one) { return holds(one, rolled_ms); };
  while (std::none_of(openings_of(date).begin(), openings_of(date).end(), holds_rolled)) --date;

  if (count == 0) return inside(end == slow_day_end::close ? last_close_of(date) : rolled_ms);
  const std::int64_t wall_ms = rolled_ms + offset_ms_at(rolled_ms) - date * day_ms;

  const std::int64_t last_date = first_date_ + static_cast<std::int64_t>(dates_.size()) - 1;
  std::int64_t since = date;
  for (std::int64_t left = is_back ? -count : count; left > 0;) {
    date += is_back ? -1 : 1;
    if (date < first_date_ || date > last_date) {
      return outside(is_back ? begin_ms_ - 1 : end_ms_ + 1);
    }
    if (!openings_of(date).empty()) {
      --left;
      // How far the next working date may be is told in days of 24 hours between a close and an opening; close to
      // the bound the model does not judge.
      const std::int64_t gap_ms =
          is_back ? first_open_of(since) - last_close_of(date) : first_open_of(date) - last_close_of(since);
      if (gap_ms > search_ms) return {slow_answer::kind::never_opens, {}};
      since = date;
    } else if ((date > since ? date - since : since - date) > 404) {
      return {slow_answer::kind::never_opens, {}};
    }
  }

  if (end == slow_day_end::close) return inside(last_close_of(date));
  const std::int64_t wanted_ms = local_to_instant(stretches_, date * day_ms + wall_ms);
  for (const opening& one : openings_of(date)) {
    if (holds(one, wanted_ms)) return inside(wanted_ms);
  }
  bool is_found = false;
  std::int64_t found_ms = 0;
  for (const opening& one : openings_of(date)) {
    if (!is_back && one.open_ms > wanted_ms && (!is_found || one.open_ms < found_ms)) {
      is_found = true;
      found_ms = one.open_ms;
    }
    if (is_back && one.close_ms < wanted_ms && (!is_found || one.close_ms > found_ms)) {
      is_found = true;
      found_ms = one.close_ms;
    }
  }
  if (is_found) return inside(found_ms);
  return inside(is_back ? first_open_of(date) : last_close_of(date));
}

slow_answer slow_calendar::next_open(instant at) const {
  // The first instant after `at` that is open and whose millisecond before is closed.
  const slow_answer closed = is_open(at) ? next_close(at) : slow_answer{slow_answer::kind::at, at};
  if (closed.is != slow_answer::kind::at) return closed;
  return roll_forward(closed.at.ms());
}

slow_answer slow_calendar::next_close(instant at) const {
  const slow_answer open = roll_forward(at.ms());
  if (open.is != slow_answer::kind::at) return open;
  for (std::int64_t now = open.at.ms();;) {
    if (now > end_ms_) return outside(now);
    if (!is_open(instant::from_ms(now))) return inside(now);
    if (now % minute_ms == 0 && now + minute_ms <= end_ms_ && open_ms_of_minute(now / minute_ms) == minute_ms) {
      now += minute_ms;
    } else {
      now = (floor_of(now, second_ms) + 1) * second_ms;
    }
  }
}

slow_answer slow_calendar::previous_close(instant at) const {
  // Strictly before `at`: a close at `at` itself is not previous, so begin inside the opening that it ends.
  std::int64_t now = at.ms();
  if (now > begin_ms_ && is_open(instant::from_ms(now - 1))) {
    for (;;) {
      if (now <= begin_ms_) return outside(begin_ms_ - 1);
      if (!is_open(instant::from_ms(now - 1))) break;
      if (now % minute_ms == 0 && now - minute_ms >= begin_ms_ && open_ms_of_minute(now / minute_ms - 1) == minute_ms) {
        now -= minute_ms;
      } else {
        now = floor_of(now - 1, second_ms) * second_ms;
      }
    }
  }
  return roll_back(now);
}

std::vector<instant> slow_calendar::edges() const {
  std::vector<instant> found;
  for (const std::vector<opening>& openings : dates_) {
    for (const opening& one : openings) {
      for (const std::int64_t ms : {one.open_ms, one.close_ms}) {
        if (ms >= begin_ms_ && ms <= end_ms_) found.push_back(instant::from_ms(ms));
      }
    }
  }
  return found;
}

}  // namespace leadline::test
