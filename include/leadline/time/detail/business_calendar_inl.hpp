#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "leadline/time/business_calendar.hpp"
#include "leadline/time/detail/calendar_timeline.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline {

/// A calendar made ready: the author's words (for the intervals of single dates), the zone, and the timeline.
class business_calendar::plan {
 public:
  plan(calendar_spec spec, time_zone zone)
      : spec_(std::move(spec)), zone_(std::move(zone)), dates_(spec_, zone_), timeline_(spec_, zone_) {}
  plan(const plan&) = delete;  // dates_ refers to its neighbours
  plan& operator=(const plan&) = delete;

  [[nodiscard]] const time_zone& zone() const noexcept { return zone_; }
  [[nodiscard]] const detail::calendar_timeline& timeline() const noexcept { return timeline_; }

  /// Which way a question looks along the timeline. Forward an interval is [open, close), backward (open, close].
  enum class direction : std::uint8_t { forward, backward };

  /// `at_ms` itself if within, else the next opening or the previous close; nothing where there is none.
  [[nodiscard]] std::optional<std::int64_t> roll(std::int64_t at_ms, direction way) const noexcept {
    return way == direction::forward ? timeline_.open_from(at_ms) : timeline_.open_until(at_ms);
  }

  /// An instant with the offset and the date on its clock.
  struct local_place {
    std::int64_t at_ms;
    std::int64_t offset_ms;
    std::int64_t day;
  };
  [[nodiscard]] local_place place_of(std::int64_t at_ms) const noexcept {
    const std::int64_t offset_ms = zone_.offset_ms_at(instant::from_ms(at_ms));
    return {at_ms, offset_ms, detail::day_of(at_ms + offset_ms)};
  }

  /// The date to which the interval at an instant within one belongs: where intervals of two dates overlap, the
  /// later date.
  [[nodiscard]] std::int64_t date_of(const local_place& place, direction way) const {
    // On a plain date the next date's intervals cannot have begun; an earlier one's matter only where it has none.
    if (holds_plain(place.day, place.at_ms + place.offset_ms - place.day * detail::day_ms, way)) return place.day;
    // A clock set back over midnight leaves an instant of the next date's interval on the date before; a date
    // that a zone skips lies up to two days back.
    for (std::int64_t day = place.day + 1; day > place.day - 3; --day) {
      bool is_found = false;
      dates_.for_each_interval(day, [&](std::int64_t open_ms, std::int64_t close_ms) {
        is_found = is_found || holds(open_ms, close_ms, place.at_ms, way);
      });
      if (is_found) return day;
    }
    return place.day;
  }

  /// An instant on one date: `wall_ms` of local time after its midnight if that is within an interval, else the
  /// next one's opening or, when none is left, the last close (backward: the mirror image).
  [[nodiscard]] std::int64_t on_date(std::int64_t day, std::int64_t wall_ms, direction way) const {
    const std::int64_t wanted_ms = zone_.instant_of(day * detail::day_ms + wall_ms).ms();
    if (holds_plain(day, wall_ms, way)) return wanted_ms;
    bool is_held = false;
    std::optional<std::int64_t> nearest;
    std::optional<std::int64_t> utmost;
    dates_.for_each_interval(day, [&](std::int64_t open_ms, std::int64_t close_ms) {
      is_held = is_held || holds(open_ms, close_ms, wanted_ms, way);
      if (way == direction::forward) {
        if (open_ms > wanted_ms) nearest = std::min(nearest.value_or(open_ms), open_ms);
        utmost = std::max(utmost.value_or(close_ms), close_ms);
      } else {
        if (close_ms < wanted_ms) nearest = std::max(nearest.value_or(close_ms), close_ms);
        utmost = std::min(utmost.value_or(open_ms), open_ms);
      }
    });
    if (is_held) return wanted_ms;
    return nearest ? *nearest : utmost.value_or(wanted_ms);
  }

  [[nodiscard]] std::int64_t last_close(std::int64_t day) const {
    const std::int64_t midnight_ms = zone_.instant_of(day * detail::day_ms).ms();
    std::int64_t latest_ms = midnight_ms;
    const auto visit = [&](std::int64_t, std::int64_t close_ms) { latest_ms = std::max(latest_ms, close_ms); };
    if (timeline_.is_plain(day)) {
      dates_.for_each_plain_interval(day, midnight_ms, visit);
    } else {
      dates_.for_each_interval(day, visit);
    }
    return latest_ms;
  }

  /// Whether going from one instant to the other crosses more than 400 days without an opening.
  [[nodiscard]] bool meets_long_closure(std::int64_t from_ms, std::int64_t to_ms) const noexcept {
    for (const detail::time_span_ms& closure : timeline_.long_closures()) {
      const std::int64_t begin = std::max(closure.begin, std::min(from_ms, to_ms));
      const std::int64_t end = std::min(closure.end, std::max(from_ms, to_ms));
      if (end - begin > limits::calendar_search_max_ms) return true;
    }
    return false;
  }

 private:
  [[nodiscard]] static bool holds(std::int64_t open_ms, std::int64_t close_ms, std::int64_t at_ms,
                                  direction way) noexcept {
    return way == direction::forward ? open_ms <= at_ms && at_ms < close_ms : open_ms < at_ms && at_ms <= close_ms;
  }

  /// Whether the date is plain, so that its wall times have one offset, and holds this one.
  [[nodiscard]] bool holds_plain(std::int64_t day, std::int64_t wall_ms, direction way) const noexcept {
    return timeline_.is_plain(day) && dates_.holds_plain(day, way == direction::forward ? wall_ms : wall_ms - 1);
  }

  calendar_spec spec_;
  time_zone zone_;
  detail::calendar_dates dates_;
  detail::calendar_timeline timeline_;
};

namespace detail {

[[nodiscard]] inline tl::unexpected<diagnostics> calendar_failure(std::string_view code, std::string message,
                                                                  std::string_view expected) {
  diagnostic problem;
  problem.code = code;
  problem.message = std::move(message);
  problem.expected = expected;
  return failure(std::move(problem));
}

[[nodiscard]] inline tl::unexpected<diagnostics> never_opens(instant from, std::string_view way) {
  return calendar_failure("calendar.never_opens",
                          "the calendar has no opening within the 400 days " + std::string(way) + " " + from.text(),
                          "opening hours, or dates that open, around every instant of use");
}

[[nodiscard]] inline tl::unexpected<diagnostics> time_out_of_range(std::string_view what) {
  return calendar_failure("calendar.out_of_range",
                          std::string(what) + " is not between 1970-01-01T00:00:00Z and 2200-01-01T00:00:00Z",
                          "instants from 1970 to 2200");
}

[[nodiscard]] inline result<instant> checked_instant(std::int64_t ms) {
  const instant found = instant::from_ms(ms);
  if (!found.is_in_range()) return time_out_of_range("the result");
  return found;
}

}  // namespace detail

LEADLINE_INLINE result<business_calendar> business_calendar::build(const calendar_spec& spec,
                                                                   const zone_source& zones) {
  const auto no_opening = [] {
    return detail::calendar_failure("calendar.never_opens", "the calendar never opens",
                                    "at least one opening interval in hours or dates");
  };
  result<time_zone> zone = time_zone::load(spec.time_zone, zones);
  if (!zone) {
    diagnostics problems = std::move(zone.error());
    const auto is_closed = [](const std::vector<opening_interval>& each) { return each.empty(); };
    if (std::all_of(spec.hours.begin(), spec.hours.end(), is_closed) &&
        std::all_of(spec.dates.begin(), spec.dates.end(), [&](const auto& each) { return is_closed(each.second); })) {
      problems.append(std::move(no_opening().value()));
    }
    return failure(std::move(problems));
  }
  auto made = std::make_shared<const plan>(spec, std::move(*zone));
  if (made->timeline().open_ms() == 0) return no_opening();
  return business_calendar(std::move(made));
}

LEADLINE_INLINE const time_zone& business_calendar::zone() const noexcept { return plan_->zone(); }

LEADLINE_INLINE bool business_calendar::is_open(instant at) const noexcept {
  return at.is_in_range() && plan_->timeline().is_open(at.ms());
}

LEADLINE_INLINE business_duration business_calendar::elapsed(instant from, instant to) const noexcept {
  const detail::calendar_timeline& timeline = plan_->timeline();
  const auto before = [&](instant at) {
    return timeline.open_ms_before(std::clamp(at, instant::min(), instant::max()).ms());
  };
  return business_duration::from_ms(before(to) - before(from));
}

LEADLINE_INLINE result<instant> business_calendar::add(instant from, business_duration amount) const {
  if (!from.is_in_range()) return detail::time_out_of_range("the start");
  const detail::calendar_timeline& timeline = plan_->timeline();
  std::int64_t found_ms = 0;
  if (amount.ms() == 0) {
    const auto rolled = plan_->roll(from.ms(), plan::direction::forward);
    if (!rolled) return detail::never_opens(from, "after");
    found_ms = *rolled;
  } else {
    // Sums of two bounded amounts: neither can leave int64.
    const std::int64_t open_ms =
        timeline.open_ms_before(from.ms()) + std::clamp(amount.ms(), -limits::duration_max_ms, limits::duration_max_ms);
    if (amount.ms() > 0) {
      if (open_ms > timeline.open_ms()) {
        if (plan_->meets_long_closure(from.ms(), timeline.end_ms())) return detail::never_opens(from, "after");
        return detail::time_out_of_range("the result");
      }
      found_ms = timeline.earliest_with(open_ms);
    } else {
      if (open_ms < 0) {
        if (plan_->meets_long_closure(timeline.begin_ms(), from.ms())) return detail::never_opens(from, "before");
        return detail::time_out_of_range("the result");
      }
      found_ms = timeline.latest_with(open_ms);
    }
  }
  if (plan_->meets_long_closure(from.ms(), found_ms)) {
    return detail::never_opens(from, amount.ms() < 0 ? "before" : "after");
  }
  return detail::checked_instant(found_ms);
}

LEADLINE_INLINE result<instant> business_calendar::add(instant from, business_days amount, day_end end) const {
  if (!from.is_in_range()) return detail::time_out_of_range("the start");
  const detail::calendar_timeline& timeline = plan_->timeline();
  const auto way = amount.count() < 0 ? plan::direction::backward : plan::direction::forward;
  const std::string_view way_text = amount.count() < 0 ? "before" : "after";
  const auto rolled_ms = plan_->roll(from.ms(), way);
  if (!rolled_ms) return detail::never_opens(from, way_text);
  std::int64_t found_ms = *rolled_ms;
  if (amount.count() != 0 || end == day_end::close) {
    const plan::local_place place = plan_->place_of(*rolled_ms);
    const std::int64_t day = plan_->date_of(place, way);
    const detail::day_set& working_days = timeline.working_days();
    const std::int64_t count = std::clamp(amount.count(), -limits::business_days_max, limits::business_days_max);
    const std::int64_t index = working_days.count_before(day) + count;
    if (index < 0 || index >= working_days.size()) {
      const std::int64_t edge_ms = index < 0 ? timeline.begin_ms() : timeline.end_ms();
      if (plan_->meets_long_closure(from.ms(), edge_ms)) return detail::never_opens(from, way_text);
      return detail::time_out_of_range("the result");
    }
    const std::int64_t target = working_days.nth(index);
    if (end == day_end::close) {
      found_ms = plan_->last_close(target);
    } else {
      found_ms = plan_->on_date(target, place.at_ms + place.offset_ms - day * detail::day_ms, way);
    }
  }
  if (plan_->meets_long_closure(from.ms(), found_ms)) return detail::never_opens(from, way_text);
  return detail::checked_instant(found_ms);
}

LEADLINE_INLINE result<instant> business_calendar::next_open(instant at) const {
  if (!at.is_in_range()) return detail::time_out_of_range("the instant");
  const detail::calendar_timeline& timeline = plan_->timeline();
  if (const auto near_ms = timeline.opening_near(at.ms())) return detail::checked_instant(*near_ms);
  const std::int64_t closed_from_ms = timeline.is_open(at.ms()) ? timeline.end_of_open(at.ms()) : at.ms();
  if (closed_from_ms >= timeline.end_ms()) {
    return detail::calendar_failure("calendar.never_closes",
                                    "the calendar never closes after " + at.text() + ", so it never opens again",
                                    "an instant before the calendar's last opening");
  }
  const auto opens_ms = plan_->roll(closed_from_ms, plan::direction::forward);
  if (!opens_ms || plan_->meets_long_closure(closed_from_ms, *opens_ms)) {
    return detail::never_opens(instant::from_ms(closed_from_ms), "after");
  }
  return detail::checked_instant(*opens_ms);
}

LEADLINE_INLINE result<instant> business_calendar::next_close(instant at) const {
  if (!at.is_in_range()) return detail::time_out_of_range("the instant");
  const detail::calendar_timeline& timeline = plan_->timeline();
  if (const auto near_ms = timeline.closing_near(at.ms())) return detail::checked_instant(*near_ms);
  const auto open_ms = plan_->roll(at.ms(), plan::direction::forward);
  if (!open_ms || plan_->meets_long_closure(at.ms(), *open_ms)) return detail::never_opens(at, "after");
  const std::int64_t closes_ms = timeline.end_of_open(*open_ms);
  if (closes_ms >= timeline.end_ms()) {
    return detail::calendar_failure("calendar.never_closes", "the calendar never closes after " + at.text(),
                                    "a calendar that closes");
  }
  return detail::checked_instant(closes_ms);
}

LEADLINE_INLINE result<instant> business_calendar::previous_close(instant at) const {
  if (!at.is_in_range()) return detail::time_out_of_range("the instant");
  const detail::calendar_timeline& timeline = plan_->timeline();
  if (const auto near_ms = timeline.closing_near_before(at.ms())) return detail::checked_instant(*near_ms);
  std::int64_t closed_until_ms = at.ms() - 1;
  if (timeline.is_open(closed_until_ms)) {
    const std::int64_t opened_ms = timeline.begin_of_open(closed_until_ms);
    if (opened_ms <= timeline.begin_ms()) {
      return detail::calendar_failure("calendar.never_closes", "the calendar never closed before " + at.text(),
                                      "a calendar that closes");
    }
    closed_until_ms = opened_ms - 1;
  }
  const auto closed_ms = plan_->roll(closed_until_ms, plan::direction::backward);
  if (!closed_ms || plan_->meets_long_closure(closed_until_ms, *closed_ms)) return detail::never_opens(at, "before");
  return detail::checked_instant(*closed_ms);
}

}  // namespace leadline
