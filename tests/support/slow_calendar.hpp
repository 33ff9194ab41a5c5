#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/instant.hpp"
#include "leadline/time/local_date.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline::test {

/// What the slow model says. `beyond_window` is no answer: the walk left the dates that were written out. It never
/// says `never_closes` itself: a walk that meets no close runs out of the range.
struct slow_answer {
  enum class kind : std::uint8_t { at, never_opens, never_closes, out_of_range, beyond_window };
  kind is = kind::beyond_window;
  instant at;

  [[nodiscard]] friend bool operator==(const slow_answer&, const slow_answer&) = default;
};

/// Which date's end a sum of business days is after; a word of its own, so that the model owes nothing to the code
/// that it judges.
enum class slow_day_end : std::uint8_t { same_time, close };

/// A business calendar as slow and as plain as it can be: every opening interval of every date of a window is written
/// out, every minute of the window is looked at, and every question is a walk over those minutes.
///
/// It is written from the text of the contract and shares nothing with `business_calendar` but the author's spec and
/// the offsets of the zone (which have a test of their own).
///
///     const slow_calendar slow(spec, zone, first_date, last_date);
///     slow.add(friday_16_00, 4 * 3'600'000).at;     // Monday 12:00, after walking over 4,080 minutes
///
/// Opening time changes only at whole seconds, since offsets are whole seconds and shifts whole minutes: so a minute is
/// described by its open seconds, and within a second the calendar is open or closed.
///
/// Immutable; may be shared by threads.
class slow_calendar {
 public:
  slow_calendar(const calendar_spec& spec, const time_zone& zone, local_date first, local_date last);

  /// Questions may be asked of instants in [begin, end]; there every date that matters is written out.
  [[nodiscard]] instant begin() const { return instant::from_ms(begin_ms_); }
  [[nodiscard]] instant end() const { return instant::from_ms(end_ms_); }

  [[nodiscard]] bool is_open(instant at) const;
  /// Open milliseconds within [from, to); negative when `to` is before `from`.
  [[nodiscard]] std::int64_t elapsed_ms(instant from, instant to) const;
  [[nodiscard]] slow_answer add_ms(instant from, std::int64_t amount_ms) const;
  [[nodiscard]] slow_answer add_days(instant from, std::int64_t count, slow_day_end end) const;
  [[nodiscard]] slow_answer next_open(instant at) const;
  [[nodiscard]] slow_answer next_close(instant at) const;
  [[nodiscard]] slow_answer previous_close(instant at) const;

  /// Every instant at which an interval of some date opens or closes: where mistakes are likely.
  [[nodiscard]] std::vector<instant> edges() const;

  /// The instant that a local time means, found by looking at every stretch of the zone in turn.
  [[nodiscard]] static std::int64_t instant_ms_of(const time_zone& zone, std::int64_t local_ms);

 private:
  struct opening {
    std::int64_t open_ms;
    std::int64_t close_ms;
  };

  [[nodiscard]] const std::vector<opening>& openings_of(std::int64_t date) const;
  /// Whether an interval of a date near by holds the second.
  [[nodiscard]] bool is_written_open(std::int64_t second) const;
  /// The same, answered by the minutes where the whole minute is open or closed.
  [[nodiscard]] bool is_open_second(std::int64_t second) const;
  [[nodiscard]] std::int64_t open_ms_of_minute(std::int64_t minute) const;
  [[nodiscard]] slow_answer outside(std::int64_t ms) const;
  [[nodiscard]] slow_answer inside(std::int64_t ms) const;
  [[nodiscard]] slow_answer roll_forward(std::int64_t ms) const;
  [[nodiscard]] slow_answer roll_back(std::int64_t ms) const;
  [[nodiscard]] std::int64_t last_close_of(std::int64_t date) const;
  [[nodiscard]] std::int64_t first_open_of(std::int64_t date) const;

  std::int64_t offset_ms_at(std::int64_t ms) const;

  std::vector<time_zone::stretch> stretches_;
  std::int64_t first_date_ = 0;
  std::vector<std::vector<opening>> dates_;
  std::int64_t begin_ms_ = 0;
  std::int64_t end_ms_ = 0;
  bool begins_at_range_ = false;
  bool ends_at_range_ = false;
  std::int64_t first_minute_ = 0;
  /// Open seconds of every minute, 0 to 60.
  std::vector<std::uint8_t> minutes_;
};

}  // namespace leadline::test
