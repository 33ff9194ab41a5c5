// What the contract says about calendars, sentence by sentence, each with values worked out by hand.

#include "leadline/time/business_calendar.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "leadline/time/time_zone.hpp"
#include "support/calendar_words.hpp"

namespace leadline::test::business_calendar_test {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

/// March 2026 in New York: the 6th is a Friday, and on Sunday the 8th the clock goes from 02:00 EST to 03:00 EDT.
business_calendar new_york() { return build(monday_to_friday("America/New_York", {"09:00-17:00"})); }
/// A zone whose clock never changes, where that is not the point.
business_calendar tokyo() { return build(monday_to_friday("Asia/Tokyo", {"09:00-17:00"})); }
/// Monday to Friday from ten at night until six the next morning, in UTC. 2026-03-02 is a Monday.
business_calendar nights() { return build(monday_to_friday("UTC", {"22:00-06:00"})); }

// --- Adding business time --------------------------------------------------------------------------------------

TEST(business_time, four_hours_from_friday_at_four_end_on_monday_at_noon) {
  EXPECT_EQ(utc(new_york().add(at("2026-03-06T16:00:00-05:00"), bh(4))), utc("2026-03-09T12:00:00-04:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T16:00:00+09:00"), bh(4))), utc("2026-03-09T12:00:00+09:00"));
}

TEST(business_time, a_sum_used_up_at_closing_time_is_that_closing_time) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T16:00:00+09:00"), bh(1))), utc("2026-03-06T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-02T09:00:00+09:00"), bh(40))), utc("2026-03-06T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T16:00:00+09:00"), business_duration::from_ms(hour_ms + 1))),
            utc("2026-03-09T09:00:00.001+09:00"));
}

TEST(business_time, a_lead_of_saturday_afternoon_is_due_on_monday_at_one) {
  // The commonest mistake keeps the time of day while it skips closed days, and says Tuesday 11:00.
  EXPECT_EQ(utc(tokyo().add(at("2026-03-07T16:00:00+09:00"), bh(4))), utc("2026-03-09T13:00:00+09:00"));
}

TEST(business_time, nothing_added_is_the_instant_itself_when_open) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T12:34:56.789+09:00"), bh(0))), utc("2026-03-06T12:34:56.789+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T09:00:00+09:00"), bh(0))), utc("2026-03-06T09:00:00+09:00"));
}

TEST(business_time, nothing_added_is_the_next_opening_when_closed) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T17:00:00+09:00"), bh(0))), utc("2026-03-09T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-07T12:00:00+09:00"), bh(0))), utc("2026-03-09T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T08:59:59.999+09:00"), bh(0))), utc("2026-03-06T09:00:00+09:00"));
}

TEST(business_time, taken_away_gives_the_latest_instant_with_that_much_before_it) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-09T12:00:00+09:00"), bh(-4))), utc("2026-03-06T16:00:00+09:00"));
  // Used up at an opening: that opening, although Friday's closing has as much open time after it.
  EXPECT_EQ(utc(tokyo().add(at("2026-03-09T12:00:00+09:00"), bh(-3))), utc("2026-03-09T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-08T12:00:00+09:00"), bh(-8))), utc("2026-03-06T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-08T12:00:00+09:00"), business_duration::from_ms(-1))),
            utc("2026-03-06T16:59:59.999+09:00"));
}

TEST(business_time, breaks_between_intervals_do_not_count) {
  const business_calendar split = build(monday_to_friday("Asia/Tokyo", {"09:00-12:30", "13:30-18:00"}));
  EXPECT_EQ(utc(split.add(at("2026-03-06T12:00:00+09:00"), bh(1))), utc("2026-03-06T14:00:00+09:00"));
  EXPECT_EQ(utc(split.add(at("2026-03-06T12:00:00+09:00"), bm(30))), utc("2026-03-06T12:30:00+09:00"));
  EXPECT_EQ(split.elapsed(at("2026-03-06T00:00:00+09:00"), at("2026-03-07T00:00:00+09:00")), bh(8));
  EXPECT_FALSE(split.is_open(at("2026-03-06T13:00:00+09:00")));
}

TEST(business_time, a_year_of_it_is_found_as_exactly_as_a_second) {
  // 2026 has 261 Mondays to Fridays (it begins on a Thursday and has 365 days: 52 weeks and a Thursday).
  const instant year_begin = at("2026-01-01T00:00:00+09:00");
  EXPECT_EQ(tokyo().elapsed(year_begin, at("2027-01-01T00:00:00+09:00")), bh(261 * 8));
  EXPECT_EQ(utc(tokyo().add(year_begin, bh(261 * 8))), utc("2026-12-31T17:00:00+09:00"));
}

// --- Elapsed business time -------------------------------------------------------------------------------------

TEST(business_elapsed, counts_open_time_only) {
  EXPECT_EQ(tokyo().elapsed(at("2026-03-06T16:00:00+09:00"), at("2026-03-09T12:00:00+09:00")), bh(4));
  EXPECT_EQ(tokyo().elapsed(at("2026-03-07T00:00:00+09:00"), at("2026-03-09T09:00:00+09:00")), bh(0));
}

TEST(business_elapsed, is_negative_backwards) {
  EXPECT_EQ(tokyo().elapsed(at("2026-03-09T12:00:00+09:00"), at("2026-03-06T16:00:00+09:00")), bh(-4));
}

TEST(business_elapsed, clamps_instants_outside_the_range_to_its_ends) {
  const business_calendar always = build(every_day("UTC", {"00:00-24:00"}));
  EXPECT_EQ(always.elapsed(instant::from_ms(-5'000), instant::from_ms(7'000)).ms(), 7'000);
  EXPECT_EQ(always.elapsed(instant::max() - elapsed_duration::seconds(3), instant::max() + elapsed_duration::days(900)),
            business_duration::from_ms(3'000));
  EXPECT_EQ(always
                .elapsed(instant::from_ms(std::numeric_limits<std::int64_t>::min()),
                         instant::from_ms(std::numeric_limits<std::int64_t>::max()))
                .ms(),
            limits::instant_max_ms);
}

// --- Intervals -------------------------------------------------------------------------------------------------

TEST(opening, begins_at_its_first_millisecond_and_ends_before_its_last) {
  EXPECT_FALSE(tokyo().is_open(at("2026-03-06T08:59:59.999+09:00")));
  EXPECT_TRUE(tokyo().is_open(at("2026-03-06T09:00:00.000+09:00")));
  EXPECT_TRUE(tokyo().is_open(at("2026-03-06T16:59:59.999+09:00")));
  EXPECT_FALSE(tokyo().is_open(at("2026-03-06T17:00:00.000+09:00")));
}

TEST(opening, may_end_at_twenty_four_hours) {
  const business_calendar late = build(monday_to_friday("UTC", {"18:00-24:00"}));
  EXPECT_TRUE(late.is_open(at("2026-03-06T23:59:59.999Z")));
  EXPECT_FALSE(late.is_open(at("2026-03-07T00:00:00Z")));
  EXPECT_EQ(utc(late.add(at("2026-03-06T23:00:00Z"), bh(1))), utc("2026-03-07T00:00:00Z"));
}

TEST(opening, that_ends_at_or_before_its_start_ends_on_the_next_day) {
  EXPECT_TRUE(nights().is_open(at("2026-03-02T22:00:00Z")));
  EXPECT_TRUE(nights().is_open(at("2026-03-03T05:59:59.999Z")));
  EXPECT_FALSE(nights().is_open(at("2026-03-03T06:00:00Z")));
  // Monday's early morning would be Sunday's shift, and Saturday's belongs to Friday.
  EXPECT_FALSE(nights().is_open(at("2026-03-02T02:00:00Z")));
  EXPECT_TRUE(nights().is_open(at("2026-03-07T02:00:00Z")));
  // 09:00-09:00 is a whole day.
  const business_calendar whole = build(days(no_day("UTC"), 0, 0, {"09:00-09:00"}));
  EXPECT_EQ(whole.elapsed(at("2026-03-02T00:00:00Z"), at("2026-03-09T00:00:00Z")), bh(24));
  EXPECT_TRUE(whole.is_open(at("2026-03-03T08:59:59Z")));
}

TEST(opening, that_overlaps_or_touches_another_counts_once) {
  const business_calendar both =
      build(monday_to_friday("UTC", {"09:00-13:00", "12:00-17:00", "17:00-18:00", "10:00-11:00"}));
  EXPECT_EQ(both.elapsed(at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")), bh(9));
  EXPECT_EQ(utc(both.next_close(at("2026-03-02T12:30:00Z"))), utc("2026-03-02T18:00:00Z"));
  EXPECT_EQ(utc(both.next_open(at("2026-03-02T12:30:00Z"))), utc("2026-03-03T09:00:00Z"));
  // Across midnight too: Monday's night shift runs into Tuesday's early one.
  const business_calendar across = build(monday_to_friday("UTC", {"22:00-06:00", "04:00-08:00"}));
  EXPECT_EQ(utc(across.next_close(at("2026-03-02T23:00:00Z"))), utc("2026-03-03T08:00:00Z"));
  EXPECT_EQ(across.elapsed(at("2026-03-03T00:00:00Z"), at("2026-03-03T12:00:00Z")), bh(8));
}

TEST(opening, is_measured_in_real_time_across_a_change_of_the_clock) {
  // 2026-03-08, New York: 22:00 to 06:00 is seven hours; 2026-11-01: nine.
  const business_calendar night = build(every_day("America/New_York", {"22:00-06:00"}));
  EXPECT_EQ(night.elapsed(at("2026-03-07T12:00:00-05:00"), at("2026-03-08T12:00:00-04:00")), bh(7));
  EXPECT_EQ(night.elapsed(at("2026-10-31T12:00:00-04:00"), at("2026-11-01T12:00:00-05:00")), bh(9));
  EXPECT_EQ(night.elapsed(at("2026-03-06T12:00:00-05:00"), at("2026-03-07T12:00:00-05:00")), bh(8));
  EXPECT_EQ(utc(night.add(at("2026-03-07T22:00:00-05:00"), bh(7))), utc("2026-03-08T06:00:00-04:00"));
  EXPECT_EQ(utc(night.add(at("2026-10-31T22:00:00-04:00"), bh(9))), utc("2026-11-01T06:00:00-05:00"));
}

TEST(opening, that_begins_in_a_spring_gap_is_read_with_the_offset_before_it) {
  // 02:30 does not exist on 2026-03-08; as EST it is 07:30Z, that is 03:30 EDT.
  const business_calendar early = build(every_day("America/New_York", {"02:30-05:00"}));
  EXPECT_FALSE(early.is_open(at("2026-03-08T03:29:59.999-04:00")));
  EXPECT_TRUE(early.is_open(at("2026-03-08T03:30:00-04:00")));
  EXPECT_EQ(early.elapsed(at("2026-03-08T00:00:00-05:00"), at("2026-03-08T12:00:00-04:00")), bm(90));
}

TEST(opening, whose_close_is_not_after_its_open_does_not_open) {
  // 02:30 to 03:00: read as 03:30 EDT and 03:00 EDT. On every other date half an hour.
  const business_calendar brief = build(every_day("America/New_York", {"02:30-03:00"}));
  EXPECT_EQ(brief.elapsed(at("2026-03-08T00:00:00-05:00"), at("2026-03-09T00:00:00-04:00")), bh(0));
  EXPECT_EQ(brief.elapsed(at("2026-03-07T00:00:00-05:00"), at("2026-03-08T00:00:00-05:00")), bm(30));
  EXPECT_EQ(utc(brief.next_open(at("2026-03-07T12:00:00-05:00"))), utc("2026-03-09T02:30:00-04:00"));
  // And the date is no working date: from Saturday the 7th the next one is Monday the 9th.
  EXPECT_EQ(utc(brief.add(at("2026-03-07T02:40:00-05:00"), bd(1))), utc("2026-03-09T02:40:00-04:00"));
  EXPECT_EQ(utc(brief.add(at("2026-03-09T02:40:00-04:00"), bd(-1))), utc("2026-03-07T02:40:00-05:00"));
  // A shift wholly inside the gap keeps its length an hour later: 02:10 and 02:40 are both read as EST.
  const business_calendar inside = build(every_day("America/New_York", {"02:10-02:40"}));
  EXPECT_TRUE(inside.is_open(at("2026-03-08T03:10:00-04:00")));
  EXPECT_FALSE(inside.is_open(at("2026-03-08T03:40:00-04:00")));
}

TEST(opening, at_a_time_that_occurs_twice_begins_and_ends_at_its_first_occurrence) {
  // 2026-11-01: 01:00 to 02:00 EDT, then once more in EST.
  const business_calendar from_half_past = build(every_day("America/New_York", {"01:30-04:00"}));
  EXPECT_TRUE(from_half_past.is_open(at("2026-11-01T01:30:00-04:00")));
  EXPECT_EQ(from_half_past.elapsed(at("2026-11-01T00:00:00-04:00"), at("2026-11-01T12:00:00-05:00")), bm(210));
  const business_calendar until_half_past = build(every_day("America/New_York", {"00:00-01:30"}));
  EXPECT_FALSE(until_half_past.is_open(at("2026-11-01T01:30:00-04:00")));
  EXPECT_FALSE(until_half_past.is_open(at("2026-11-01T01:15:00-05:00")));
  EXPECT_EQ(until_half_past.elapsed(at("2026-11-01T00:00:00-04:00"), at("2026-11-02T00:00:00-05:00")), bm(90));
}

TEST(opening, follows_zones_that_shift_by_half_an_hour) {
  // Lord Howe, 2026-10-04: at 02:00 (+10:30) the clock goes to 02:30 (+11).
  const business_calendar island = build(every_day("Australia/Lord_Howe", {"00:00-06:00"}));
  EXPECT_EQ(island.elapsed(at("2026-10-04T00:00:00+10:30"), at("2026-10-04T12:00:00+11:00")), bm(330));
}

TEST(opening, on_a_date_that_a_zone_skips_coincides_with_the_next_date) {
  // Samoa went from 2011-12-29 (-10) to 2011-12-31 (+14). 09:00 on the 30th, read with the offset before the gap, is
  // the same instant as 09:00 on the 31st, so the two dates open together and their time counts once.
  const business_calendar apia = build(every_day("Pacific/Apia", {"09:00-17:00"}));
  EXPECT_TRUE(apia.is_open(at("2011-12-31T09:00:00+14:00")));
  EXPECT_EQ(apia.elapsed(at("2011-12-29T00:00:00-10:00"), at("2012-01-01T00:00:00+14:00")), bh(16));
}

// --- Dated exceptions ------------------------------------------------------------------------------------------

TEST(dated_exception, replaces_the_hours_of_its_date) {
  const business_calendar sales =
      build(with(with(with(monday_to_friday("America/New_York", {"09:00-17:00"}), "2026-12-24", {"09:00-12:00"}),
                      "2026-12-25", {}),
                 "2026-12-26", {"10:00-11:00"}));
  EXPECT_EQ(sales.elapsed(at("2026-12-24T00:00:00-05:00"), at("2026-12-25T00:00:00-05:00")), bh(3));
  EXPECT_EQ(sales.elapsed(at("2026-12-25T00:00:00-05:00"), at("2026-12-26T00:00:00-05:00")), bh(0));
  EXPECT_EQ(sales.elapsed(at("2026-12-26T00:00:00-05:00"), at("2026-12-27T00:00:00-05:00")), bh(1));
  EXPECT_EQ(utc(sales.add(at("2026-12-24T11:00:00-05:00"), bh(3))), utc("2026-12-28T10:00:00-05:00"));
  EXPECT_EQ(utc(sales.next_open(at("2026-12-24T12:00:00-05:00"))), utc("2026-12-26T10:00:00-05:00"));
}

TEST(dated_exception, of_a_date_leaves_the_night_shift_of_the_date_before_alone) {
  const business_calendar holiday = build(with(monday_to_friday("UTC", {"22:00-06:00"}), "2026-03-03", {}));
  // Monday's shift runs into the holiday, Tuesday's own does not begin.
  EXPECT_TRUE(holiday.is_open(at("2026-03-03T05:00:00Z")));
  EXPECT_FALSE(holiday.is_open(at("2026-03-03T23:00:00Z")));
  EXPECT_FALSE(holiday.is_open(at("2026-03-04T02:00:00Z")));
}

TEST(dated_exception, may_be_all_that_opens) {
  const business_calendar fair =
      build(with(with(no_day("UTC"), "2026-05-05", {"09:00-17:00"}), "2026-05-06", {"09:00-12:00"}));
  EXPECT_EQ(utc(fair.add(at("2026-05-05T16:00:00Z"), bh(2))), utc("2026-05-06T10:00:00Z"));
  EXPECT_EQ(utc(fair.add(at("2026-05-05T16:00:00Z"), bd(1))), utc("2026-05-06T12:00:00Z"));
  EXPECT_EQ(utc(fair.add(at("2026-05-06T12:00:00Z"), bh(0))), "calendar.never_opens");
}

// --- Business days ---------------------------------------------------------------------------------------------

TEST(business_day, keeps_the_wall_time) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-02T11:00:00+09:00"), bd(1))), utc("2026-03-03T11:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T11:00:00+09:00"), bd(1))), utc("2026-03-09T11:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-06T11:00:00.123+09:00"), bd(5))), utc("2026-03-13T11:00:00.123+09:00"));
  // Across the change of the clock: an hour less on the stopwatch, the same time on the wall.
  EXPECT_EQ(utc(new_york().add(at("2026-03-06T11:00:00-05:00"), bd(1))), utc("2026-03-09T11:00:00-04:00"));
}

TEST(business_day, one_from_a_saturday_is_tuesday_at_the_opening_and_never_monday) {
  EXPECT_EQ(utc(new_york().add(at("2026-03-07T12:00:00-05:00"), bd(1))), utc("2026-03-10T09:00:00-04:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-07T16:00:00+09:00"), bd(1))), utc("2026-03-10T09:00:00+09:00"));
}

TEST(business_day, from_closing_time_counts_from_the_next_opening) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-02T17:00:00+09:00"), bd(1))), utc("2026-03-04T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-02T08:00:00+09:00"), bd(1))), utc("2026-03-03T09:00:00+09:00"));
}

TEST(business_day, whose_wall_time_is_not_within_an_interval_goes_to_the_next_opening_on_that_date) {
  const business_calendar brunch =
      build(with(monday_to_friday("UTC", {"09:00-17:00"}), "2026-03-03", {"11:00-12:00", "15:00-16:00"}));
  EXPECT_EQ(utc(brunch.add(at("2026-03-02T10:00:00Z"), bd(1))), utc("2026-03-03T11:00:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-02T13:00:00Z"), bd(1))), utc("2026-03-03T15:00:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-02T12:00:00Z"), bd(1))), utc("2026-03-03T15:00:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-02T11:30:00Z"), bd(1))), utc("2026-03-03T11:30:00Z"));
}

TEST(business_day, whose_wall_time_is_after_the_last_opening_ends_at_that_dates_last_close) {
  const business_calendar short_day =
      build(with(monday_to_friday("UTC", {"09:00-17:00"}), "2026-03-03", {"09:00-12:00"}));
  EXPECT_EQ(utc(short_day.add(at("2026-03-02T16:00:00Z"), bd(1))), utc("2026-03-03T12:00:00Z"));
  EXPECT_EQ(utc(short_day.add(at("2026-03-02T12:00:00Z"), bd(1))), utc("2026-03-03T12:00:00Z"));
}

TEST(business_day, skips_dates_without_an_opening_and_counts_short_ones) {
  const business_calendar sales =
      build(with(with(monday_to_friday("UTC", {"09:00-17:00"}), "2026-12-24", {"09:00-12:00"}), "2026-12-25", {}));
  // From Wednesday the 23rd: Thursday, then Monday the 28th.
  EXPECT_EQ(utc(sales.add(at("2026-12-23T10:00:00Z"), bd(1))), utc("2026-12-24T10:00:00Z"));
  EXPECT_EQ(utc(sales.add(at("2026-12-23T10:00:00Z"), bd(2))), utc("2026-12-28T10:00:00Z"));
  const business_calendar open_saturday =
      build(with(monday_to_friday("UTC", {"09:00-17:00"}), "2026-03-07", {"09:00-17:00"}));
  EXPECT_EQ(utc(open_saturday.add(at("2026-03-06T10:00:00Z"), bd(1))), utc("2026-03-07T10:00:00Z"));
}

TEST(business_day, at_close_ends_at_the_last_close_of_its_date) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-02T11:00:00+09:00"), bd(1), day_end::close)), utc("2026-03-03T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-07T11:00:00+09:00"), bd(1), day_end::close)), utc("2026-03-10T17:00:00+09:00"));
  const business_calendar split = build(monday_to_friday("UTC", {"13:30-18:00", "09:00-12:30"}));
  EXPECT_EQ(utc(split.add(at("2026-03-02T10:00:00Z"), bd(1), day_end::close)), utc("2026-03-03T18:00:00Z"));
  EXPECT_EQ(utc(nights().add(at("2026-03-02T23:00:00Z"), bd(1), day_end::close)), utc("2026-03-04T06:00:00Z"));
}

TEST(business_day, none_is_the_rolled_instant_or_that_dates_last_close) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-02T11:00:00+09:00"), bd(0))), utc("2026-03-02T11:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-07T11:00:00+09:00"), bd(0))), utc("2026-03-09T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-02T11:00:00+09:00"), bd(0), day_end::close)), utc("2026-03-02T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-07T11:00:00+09:00"), bd(0), day_end::close)), utc("2026-03-09T17:00:00+09:00"));
}

TEST(business_day, of_a_night_shift_counts_from_the_date_on_which_the_shift_began) {
  // Tuesday 02:00 lies within Monday's shift: one day later is Wednesday 02:00, the night after Tuesday.
  EXPECT_EQ(utc(nights().add(at("2026-03-03T02:00:00Z"), bd(1))), utc("2026-03-04T02:00:00Z"));
  EXPECT_EQ(utc(nights().add(at("2026-03-03T02:00:00Z"), bd(1), day_end::close)), utc("2026-03-04T06:00:00Z"));
  EXPECT_EQ(utc(nights().add(at("2026-03-03T02:00:00Z"), bd(0), day_end::close)), utc("2026-03-03T06:00:00Z"));
  // Saturday 02:00 is Friday's: one day later is the night after Monday.
  EXPECT_EQ(utc(nights().add(at("2026-03-07T02:00:00Z"), bd(1))), utc("2026-03-10T02:00:00Z"));
  // Four days from the night after Monday is the night after Friday.
  EXPECT_EQ(utc(nights().add(at("2026-03-03T02:00:00Z"), bd(4))), utc("2026-03-07T02:00:00Z"));
}

TEST(business_day, of_a_night_shift_ends_on_the_shift_of_its_date_when_that_is_shorter) {
  const business_calendar shorter =
      build(with(monday_to_friday("UTC", {"22:00-06:00"}), "2026-03-03", {"22:00-01:00"}));
  EXPECT_EQ(utc(shorter.add(at("2026-03-03T02:00:00Z"), bd(1))), utc("2026-03-04T01:00:00Z"));
}

TEST(business_day, of_an_instant_in_the_intervals_of_two_dates_counts_from_the_later_date) {
  const business_calendar overlap = build(monday_to_friday("UTC", {"22:00-06:00", "04:00-08:00"}));
  // Tuesday 05:00 is in Monday's night shift and in Tuesday's early one; it counts as Tuesday's.
  EXPECT_EQ(utc(overlap.add(at("2026-03-03T05:00:00Z"), bd(1))), utc("2026-03-04T05:00:00Z"));
  EXPECT_EQ(utc(overlap.add(at("2026-03-03T05:00:00Z"), bd(0), day_end::close)), utc("2026-03-04T06:00:00Z"));
  EXPECT_EQ(utc(overlap.add(at("2026-03-03T03:00:00Z"), bd(0), day_end::close)), utc("2026-03-03T06:00:00Z"));
}

TEST(business_day, landing_in_a_spring_gap_is_read_with_the_offset_before_it) {
  const business_calendar night = build(every_day("America/New_York", {"00:00-06:00"}));
  EXPECT_EQ(utc(night.add(at("2026-03-07T02:30:00-05:00"), bd(1))), utc("2026-03-08T03:30:00-04:00"));
  EXPECT_EQ(utc(night.add(at("2026-03-07T02:30:00-05:00"), bd(2))), utc("2026-03-09T02:30:00-04:00"));
}

TEST(business_day, landing_on_a_repeated_time_is_its_first_occurrence) {
  const business_calendar night = build(every_day("America/New_York", {"00:00-06:00"}));
  EXPECT_EQ(utc(night.add(at("2026-10-31T01:30:00-04:00"), bd(1))), utc("2026-11-01T01:30:00-04:00"));
  // From the second occurrence the wall time is the same.
  EXPECT_EQ(utc(night.add(at("2026-11-01T01:30:00-05:00"), bd(1))), utc("2026-11-02T01:30:00-05:00"));
}

TEST(business_day, back_is_the_mirror_image) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-09T11:00:00+09:00"), bd(-1))), utc("2026-03-06T11:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-13T11:00:00+09:00"), bd(-5))), utc("2026-03-06T11:00:00+09:00"));
  // Closed: back to Friday's close, and a day before it Thursday's, which is within (09:00, 17:00].
  EXPECT_EQ(utc(tokyo().add(at("2026-03-07T12:00:00+09:00"), bd(-1))), utc("2026-03-05T17:00:00+09:00"));
  // A closing time is within its own interval, an opening time is not: it rolls back to Friday's close.
  EXPECT_EQ(utc(tokyo().add(at("2026-03-09T17:00:00+09:00"), bd(-1))), utc("2026-03-06T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().add(at("2026-03-09T09:00:00+09:00"), bd(-1))), utc("2026-03-05T17:00:00+09:00"));
}

TEST(business_day, back_to_a_shorter_date_goes_to_its_previous_close_or_first_opening) {
  const business_calendar brunch =
      build(with(monday_to_friday("UTC", {"09:00-17:00"}), "2026-03-03", {"11:00-12:00", "15:00-16:00"}));
  EXPECT_EQ(utc(brunch.add(at("2026-03-04T14:00:00Z"), bd(-1))), utc("2026-03-03T12:00:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-04T16:30:00Z"), bd(-1))), utc("2026-03-03T16:00:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-04T15:30:00Z"), bd(-1))), utc("2026-03-03T15:30:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-04T15:00:00Z"), bd(-1))), utc("2026-03-03T12:00:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-04T10:00:00Z"), bd(-1))), utc("2026-03-03T11:00:00Z"));
  EXPECT_EQ(utc(brunch.add(at("2026-03-04T11:00:00Z"), bd(-1))), utc("2026-03-03T11:00:00Z"));
}

TEST(business_day, back_at_close_is_that_dates_last_close) {
  EXPECT_EQ(utc(tokyo().add(at("2026-03-09T11:00:00+09:00"), bd(-1), day_end::close)),
            utc("2026-03-06T17:00:00+09:00"));
}

TEST(business_day, back_in_a_night_shift_counts_from_the_date_on_which_it_began) {
  EXPECT_EQ(utc(nights().add(at("2026-03-04T02:00:00Z"), bd(-1))), utc("2026-03-03T02:00:00Z"));
  // The close of Friday's shift on Saturday morning; a day before it, Thursday's on Friday morning.
  EXPECT_EQ(utc(nights().add(at("2026-03-07T12:00:00Z"), bd(-1))), utc("2026-03-06T06:00:00Z"));
}

// --- Next and previous -----------------------------------------------------------------------------------------

TEST(next_open, is_strictly_later) {
  EXPECT_EQ(utc(tokyo().next_open(at("2026-03-06T08:59:59.999+09:00"))), utc("2026-03-06T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().next_open(at("2026-03-06T09:00:00+09:00"))), utc("2026-03-09T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().next_open(at("2026-03-06T12:00:00+09:00"))), utc("2026-03-09T09:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().next_open(at("2026-03-06T17:00:00+09:00"))), utc("2026-03-09T09:00:00+09:00"));
}

TEST(next_close, is_strictly_later) {
  EXPECT_EQ(utc(tokyo().next_close(at("2026-03-06T12:00:00+09:00"))), utc("2026-03-06T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().next_close(at("2026-03-06T17:00:00+09:00"))), utc("2026-03-09T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().next_close(at("2026-03-07T12:00:00+09:00"))), utc("2026-03-09T17:00:00+09:00"));
}

TEST(previous_close, is_strictly_earlier) {
  EXPECT_EQ(utc(tokyo().previous_close(at("2026-03-09T12:00:00+09:00"))), utc("2026-03-06T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().previous_close(at("2026-03-06T17:00:00.001+09:00"))), utc("2026-03-06T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().previous_close(at("2026-03-06T17:00:00+09:00"))), utc("2026-03-05T17:00:00+09:00"));
  EXPECT_EQ(utc(tokyo().previous_close(at("2026-03-08T12:00:00+09:00"))), utc("2026-03-06T17:00:00+09:00"));
}

TEST(previous_close, may_be_the_first_instant_of_all) {
  // Wednesday's hours end as Thursday, 1970-01-01, begins.
  const business_calendar late = build(monday_to_friday("UTC", {"18:00-24:00"}));
  EXPECT_EQ(utc(late.previous_close(at("1970-01-01T00:00:00.001Z"))), utc("1970-01-01T00:00:00Z"));
  EXPECT_FALSE(late.previous_close(at("1970-01-01T00:00:00Z")).has_value());
}

// --- What never opens, and the ends of the range ----------------------------------------------------------------

TEST(calendar_that_never_opens, is_an_error_when_built) {
  const auto code_of = [](const calendar_spec& spec) {
    const result<business_calendar> built = business_calendar::build(spec, system_zones());
    return built ? std::string("built") : built.error().front().code;
  };
  EXPECT_EQ(code_of(no_day("UTC")), "calendar.never_opens");
  EXPECT_EQ(code_of(with(no_day("UTC"), "2026-01-01", {})), "calendar.never_opens");
  // The only opening there is lies in a spring gap.
  EXPECT_EQ(code_of(with(no_day("America/New_York"), "2026-03-08", {"02:30-03:00"})), "calendar.never_opens");
  EXPECT_EQ(code_of(with(no_day("America/New_York"), "2026-03-08", {"02:30-03:31"})), "built");
}

TEST(calendar_that_never_opens, within_400_days_is_an_error_when_asked) {
  // Open on one day in 2026 and one in 2028.
  const business_calendar rare =
      build(with(with(no_day("UTC"), "2026-01-01", {"09:00-17:00"}), "2028-01-01", {"09:00-17:00"}));
  EXPECT_EQ(utc(rare.add(at("2026-01-01T10:00:00Z"), bh(7))), utc("2026-01-01T17:00:00Z"));
  EXPECT_EQ(utc(rare.add(at("2026-01-01T10:00:00Z"), bh(8))), "calendar.never_opens");
  EXPECT_EQ(utc(rare.add(at("2026-01-01T10:00:00Z"), bd(1))), "calendar.never_opens");
  EXPECT_EQ(utc(rare.add(at("2028-01-01T10:00:00Z"), bd(-1))), "calendar.never_opens");
  EXPECT_EQ(utc(rare.add(at("2028-01-01T10:00:00Z"), bh(-2))), "calendar.never_opens");
  EXPECT_EQ(utc(rare.next_open(at("2026-01-01T12:00:00Z"))), "calendar.never_opens");
  EXPECT_EQ(utc(rare.next_close(at("2026-01-01T17:00:00Z"))), "calendar.never_opens");
  EXPECT_EQ(utc(rare.previous_close(at("2028-01-01T12:00:00Z"))), "calendar.never_opens");
  EXPECT_EQ(utc(rare.next_close(at("2026-01-01T12:00:00Z"))), utc("2026-01-01T17:00:00Z"));
  // What lies between is measured all the same.
  EXPECT_EQ(rare.elapsed(at("2025-01-01T00:00:00Z"), at("2029-01-01T00:00:00Z")), bh(16));
}

TEST(calendar_that_never_opens, is_one_that_opens_a_millisecond_after_400_days) {
  // From 2026-01-01T09:00 to 2027-02-05T09:00 are 400 days.
  const business_calendar edge =
      build(with(with(no_day("UTC"), "2025-12-31", {"09:00-17:00"}), "2027-02-05", {"09:00-17:00"}));
  EXPECT_EQ(utc(edge.add(at("2026-01-01T09:00:00Z"), bh(0))), utc("2027-02-05T09:00:00Z"));
  EXPECT_EQ(utc(edge.add(at("2026-01-01T08:59:59.999Z"), bh(0))), "calendar.never_opens");
  EXPECT_EQ(utc(edge.next_open(at("2026-01-01T09:00:00Z"))), utc("2027-02-05T09:00:00Z"));
  EXPECT_EQ(utc(edge.next_open(at("2026-01-01T08:59:59.999Z"))), "calendar.never_opens");
}

TEST(calendar_that_never_closes, opens_always_and_has_no_close) {
  const business_calendar always = build(every_day("America/New_York", {"00:00-24:00"}));
  EXPECT_TRUE(always.is_open(instant::min()));
  EXPECT_TRUE(always.is_open(at("2026-03-08T03:00:00-04:00")));
  EXPECT_EQ(utc(always.next_close(at("2026-03-08T00:00:00Z"))), "calendar.never_closes");
  EXPECT_EQ(utc(always.next_open(at("2026-03-08T00:00:00Z"))), "calendar.never_closes");
  EXPECT_EQ(utc(always.previous_close(at("2026-03-08T00:00:00Z"))), "calendar.never_closes");
  EXPECT_EQ(always.elapsed(at("1970-01-01T00:00:00Z"), at("2200-01-01T00:00:00Z")).ms(), limits::instant_max_ms);
  EXPECT_EQ(utc(always.add(at("2026-03-07T22:00:00-05:00"), bh(24))), utc("2026-03-08T23:00:00-04:00"));
  EXPECT_EQ(utc(always.add(at("2026-03-07T22:00:00-05:00"), bd(1))), utc("2026-03-08T22:00:00-04:00"));
}

TEST(range_of_instants, bounds_questions_and_answers) {
  const business_calendar office = build(monday_to_friday("UTC", {"09:00-17:00"}));
  const instant before = instant::min() - elapsed_duration::from_ms(1);
  const instant after = instant::max() + elapsed_duration::from_ms(1);
  for (const instant outside : {before, after, instant::from_ms(std::numeric_limits<std::int64_t>::min()),
                                instant::from_ms(std::numeric_limits<std::int64_t>::max())}) {
    EXPECT_FALSE(office.is_open(outside));
    EXPECT_EQ(utc(office.add(outside, bh(1))), "calendar.out_of_range");
    EXPECT_EQ(utc(office.add(outside, bd(1))), "calendar.out_of_range");
    EXPECT_EQ(utc(office.next_open(outside)), "calendar.out_of_range");
    EXPECT_EQ(utc(office.next_close(outside)), "calendar.out_of_range");
    EXPECT_EQ(utc(office.previous_close(outside)), "calendar.out_of_range");
  }
  // 2199-12-31 is a Tuesday; the day after it, 09:00 lies outside.
  EXPECT_EQ(utc(office.add(at("2199-12-31T16:00:00Z"), bh(1))), utc("2199-12-31T17:00:00Z"));
  EXPECT_EQ(utc(office.add(at("2199-12-31T16:00:00Z"), bm(61))), "calendar.out_of_range");
  EXPECT_EQ(utc(office.add(at("2199-12-31T16:00:00Z"), bd(1))), "calendar.out_of_range");
  EXPECT_EQ(utc(office.add(at("1970-01-01T10:00:00Z"), bh(-2))), "calendar.out_of_range");
  EXPECT_EQ(utc(office.add(at("1970-01-01T10:00:00Z"), bd(-1))), "calendar.out_of_range");
  for (const std::int64_t huge : {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(utc(office.add(at("2026-03-02T10:00:00Z"), business_duration::from_ms(huge))), "calendar.out_of_range");
    EXPECT_EQ(utc(office.add(at("2026-03-02T10:00:00Z"), bd(huge))), "calendar.out_of_range");
  }
}

TEST(range_of_instants, is_open_at_its_ends_as_the_neighbouring_dates_are) {
  // 1969-12-31 22:00 to 06:00 in UTC, and the evening of 1969-12-31 in New York, where 1970 begins five hours later.
  const business_calendar night = build(every_day("UTC", {"22:00-06:00"}));
  EXPECT_TRUE(night.is_open(instant::min()));
  EXPECT_EQ(utc(night.next_close(instant::min())), utc("1970-01-01T06:00:00Z"));
  EXPECT_EQ(utc(night.add(instant::min(), bh(8))), utc("1970-01-02T00:00:00Z"));
  const business_calendar evening = build(every_day("America/New_York", {"18:00-24:00"}));
  EXPECT_TRUE(evening.is_open(instant::min()));
  EXPECT_EQ(utc(evening.add(at("1970-01-01T00:00:00Z"), bd(1))), utc("1970-01-02T00:00:00Z"));
}

// --- Building and sharing --------------------------------------------------------------------------------------

TEST(business_calendar, of_an_unknown_zone_suggests_the_nearest_name) {
  const result<business_calendar> built =
      business_calendar::build(every_day("America/New_Yrok", {"09:00-17:00"}), system_zones());
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().front().code, "time_zone.unknown");
  EXPECT_EQ(built.error().front().suggestion, "America/New_York");
}

TEST(business_calendar, does_not_refer_to_the_spec_it_was_built_from) {
  business_calendar kept = [] {
    calendar_spec spec = monday_to_friday("Asia/Tokyo", {"09:00-17:00"});
    business_calendar made = build(spec);
    spec.hours = {};
    return made;
  }();
  const business_calendar copy = kept;
  kept = new_york();
  EXPECT_EQ(copy.zone().name(), "Asia/Tokyo");
  EXPECT_EQ(utc(copy.add(at("2026-03-02T16:00:00+09:00"), bd(1))), utc("2026-03-03T16:00:00+09:00"));
}

TEST(business_calendar, may_be_asked_from_many_threads) {
  const business_calendar office = new_york();
  std::vector<std::thread> threads;
  std::vector<std::int64_t> sums(4);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    threads.emplace_back([&sums, office, i] {
      for (int n = 0; n < 2'000; ++n) {
        const instant from = at("2026-01-01T00:00:00Z") + elapsed_duration::hours(n);
        sums[i] += office.add(from, bh(4)).value().ms() + office.add(from, bd(3)).value().ms() +
                   office.elapsed(from, from + elapsed_duration::days(9)).ms();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::int64_t sum : sums) EXPECT_EQ(sum, sums[0]);
}

}  // namespace
}  // namespace leadline::test::business_calendar_test
