#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/duration.hpp"
#include "leadline/time/instant.hpp"
#include "leadline/time/zone_source.hpp"

namespace leadline {

class time_zone;

/// Where a sum of business days ends on its last date.
enum class day_end : std::uint8_t {
  /// At the wall time at which it began.
  same_time,
  /// At that date's last close.
  close
};

/// When an office is open, and the questions that follow: how much open time lies between two instants, and
/// which instant is four business hours, or two business days, after another.
///
/// Open time is the union of all dates' opening intervals, each `[open, close)`, measured in real milliseconds:
/// a shift across a change of the clock is an hour shorter or longer. A sum used up at closing time ends at that
/// closing time, not at the next opening.
///
///     const auto office = business_calendar::build(spec, system_zones()).value();
///     office.add(friday_16_00, business_duration::hours(4));    // Monday 12:00 with 09:00-17:00
///     office.add(saturday, business_days(1));                   // Tuesday 09:00, never Monday
///     office.elapsed(friday_16_00, monday_12_00);               // 4 hours
///
/// Nothing is written out day by day: the weekly pattern is kept once, and the timeline is cut only where it
/// departs from the pattern (a dated exception, a change of the clock that touches opening time). Every query is
/// O(log of those cuts), whatever the span. Instants outside 1970 to 2200 give `calendar.out_of_range`; a search
/// that meets more than 400 days without an opening gives `calendar.never_opens`.
///
/// Immutable and cheap to copy (one reference); copies may be used from any number of threads.
class business_calendar {
 public:
  /// Errors: `time_zone.*`, `calendar.never_opens`.
  [[nodiscard]] static result<business_calendar> build(const calendar_spec& spec, const zone_source& zones);

  [[nodiscard]] bool is_open(instant at) const noexcept;

  /// Open time within [from, to); negative when `to` is before `from`. Instants outside the range count as its
  /// nearer end.
  [[nodiscard]] business_duration elapsed(instant from, instant to) const noexcept;

  /// For a positive amount the earliest instant u >= from with exactly that much open time in [from, u); for a
  /// negative one the latest u <= from with that much in [u, from). Zero gives `from` if open then, else the
  /// next opening.
  [[nodiscard]] result<instant> add(instant from, business_duration amount) const;

  /// `from` is rolled to the next opening if closed then; the result is at the same wall time of the shift, that
  /// many working dates later. When that wall time is outside the date's intervals: the next opening on that
  /// date, or its last close when none is left. A negative amount is the mirror image: rolled to the previous
  /// close unless within (open, close], then the previous close on that date, or its first opening.
  [[nodiscard]] result<instant> add(instant from, business_days amount, day_end end = day_end::same_time) const;

  /// The first instant after `at` at which the calendar goes from closed to open.
  [[nodiscard]] result<instant> next_open(instant at) const;
  /// The first instant after `at` at which it goes from open to closed. Errors: `calendar.never_closes`.
  [[nodiscard]] result<instant> next_close(instant at) const;
  /// The last instant before `at` at which it went from open to closed.
  [[nodiscard]] result<instant> previous_close(instant at) const;

  [[nodiscard]] const time_zone& zone() const noexcept;

 private:
  class plan;
  explicit business_calendar(std::shared_ptr<const plan> made) noexcept : plan_(std::move(made)) {}

  std::shared_ptr<const plan> plan_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/time/detail/business_calendar_inl.hpp"
#endif
