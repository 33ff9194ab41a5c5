#include "leadline/fold/clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "support/calendar_words.hpp"
#include "support/case_count.hpp"
#include "support/slow_calendar.hpp"

namespace leadline::test::clock_test {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

[[nodiscard]] std::int64_t ms(std::string_view text) { return at(text).ms(); }
[[nodiscard]] std::string text(std::int64_t at_ms) { return instant::from_ms(at_ms).text(); }

const business_calendar& office() {
  static const business_calendar made =
      build(with(monday_to_friday("America/New_York", {"09:00-17:00"}), "2026-11-26", {}));  // Thanksgiving
  return made;
}
/// Open through every night, the two on which the clock changes among them.
const business_calendar& night_shift() {
  static const business_calendar made = build(every_day("America/New_York", {"22:00-06:00"}));
  return made;
}

[[nodiscard]] clock_state started(std::string_view start, const duration& target, const business_calendar& calendar,
                                  day_end end = day_end::same_time) {
  clock_state clock;
  const std::int64_t start_ms = ms(start);
  clock.begin(start_ms, time_after(start_ms, target, &calendar, end).value(), clock_time::of(target, &calendar));
  return clock;
}

TEST(clock, of_business_time_stands_still_in_business_time) {
  const clock_time time = clock_time::open_time(office());
  clock_state clock = started("2026-03-06T16:00:00-05:00", bh(4), office());
  EXPECT_EQ(text(clock.due_ms), utc("2026-03-09T12:00:00-04:00"));  // the clock went forward between
  clock.pause(ms("2026-03-06T16:30:00-05:00"), time);
  EXPECT_EQ(clock.left_at(ms("2026-03-08T12:00:00-04:00"), time), 3.5 * hour_ms);
  clock.resume(ms("2026-03-09T10:00:00-04:00"), time);
  EXPECT_EQ(text(clock.due_ms), utc("2026-03-09T13:30:00-04:00"));
  EXPECT_EQ(clock.used_at(ms("2026-03-09T13:30:00-04:00"), time), 4 * hour_ms);
  const clock_account account = clock.account_at(ms("2026-03-09T13:30:00-04:00"), time);
  EXPECT_EQ(account.used_ms, 4 * hour_ms);
  // Paused from Friday 16:30 to Monday 10:00, a night of 23 hours among them: the office's closing lies within.
  EXPECT_EQ(account.stood_ms, (7.5 + 24 + 23 + 10) * hour_ms);
  EXPECT_EQ(account.closed_ms, 0);
}

TEST(clock, of_elapsed_time_stands_still_on_the_wall) {
  clock_state clock = started("2026-03-06T16:00:00Z", elapsed_duration::hours(24), office());
  const clock_time time = clock_time::elapsed();
  clock.pause(ms("2026-03-06T20:00:00Z"), time);
  clock.resume(ms("2026-03-08T20:00:00Z"), time);
  EXPECT_EQ(text(clock.due_ms), utc("2026-03-09T16:00:00Z"));
}

TEST(clock, of_business_days_is_moved_by_the_business_time_that_passed) {
  clock_state clock = started("2026-11-24T10:00:00-05:00", bd(2), office());
  EXPECT_EQ(text(clock.due_ms), utc("2026-11-27T10:00:00-05:00"));  // Thursday is closed
  const clock_time time = clock_time::open_time(office());
  clock.pause(ms("2026-11-24T16:00:00-05:00"), time);
  clock.resume(ms("2026-11-25T11:00:00-05:00"), time);  // three hours open
  EXPECT_EQ(text(clock.due_ms), utc("2026-11-27T13:00:00-05:00"));
  clock_state closing = started("2026-11-24T10:00:00-05:00", bd(2), office(), day_end::close);
  EXPECT_EQ(text(closing.due_ms), utc("2026-11-27T17:00:00-05:00"));
  closing.pause(ms("2026-11-24T16:00:00-05:00"), time);
  closing.resume(ms("2026-11-25T11:00:00-05:00"), time);
  EXPECT_EQ(text(closing.due_ms), utc("2026-11-30T12:00:00-05:00"));
}

TEST(clock, paused_at_its_due_instant_is_due_when_it_resumes) {
  for (const duration& target : {duration(bh(1)), duration(bd(1)), duration(elapsed_duration::hours(2))}) {
    clock_state clock = started("2026-03-05T16:00:00-05:00", target, office());
    const clock_time time = clock_time::of(target, &office());
    clock.pause(clock.due_ms, time);
    const std::int64_t later_ms = ms("2026-03-07T12:34:56.789-05:00");  // a Saturday
    clock.resume(later_ms, time);
    EXPECT_EQ(text(clock.due_ms), text(later_ms));
  }
}

TEST(clock, takes_an_instant_before_the_latest_of_its_own_for_that) {
  // What comes late takes effect at the last closed instant, and the clock may have begun at the open one after it.
  const std::int64_t start_ms = ms("2026-03-05T16:00:00-05:00");
  for (const duration& target : {duration(bh(1)), duration(bd(1)), duration(elapsed_duration::hours(2))}) {
    const clock_time time = clock_time::of(target, &office());
    clock_state clock = started("2026-03-05T16:00:00-05:00", target, office());
    const std::int64_t due_ms = clock.due_ms;
    EXPECT_EQ(clock.used_at(start_ms - 1, time), 0);
    EXPECT_EQ(clock.left_at(start_ms - 1, time), clock.left_at(start_ms, time));
    clock.pause(start_ms - 1, time);
    EXPECT_EQ(clock.used_at(start_ms - 1, time), 0);
    clock.settle(start_ms - 1, time);
    clock.resume(start_ms - 1, time);
    EXPECT_EQ(text(clock.due_ms), text(due_ms));
    clock.start_anew_with(start_ms - 1, due_ms, time);
    EXPECT_EQ(clock.used_at(start_ms, time), 0);
    clock.rebase(start_ms - 1, due_ms, time, time);
    EXPECT_EQ(clock.used_at(start_ms, time), 0);
    EXPECT_EQ(clock.left_at(start_ms, time), clock.total_ms);
    const clock_account account = clock.account_at(start_ms + hour_ms, time);
    EXPECT_EQ(account.used_ms + account.stood_ms + account.closed_ms, hour_ms);
    clock.breach(start_ms - 1, time);
    EXPECT_EQ(clock.breached_ms, start_ms);
  }
}

TEST(clock, paused_after_it_was_due_was_due_then) {
  // A target that names its instant may be past as the clock starts, and the clock may start standing still.
  const clock_time time = clock_time::elapsed();
  clock_state clock;
  clock.begin(ms("2026-03-05T16:00:00Z"), ms("2026-03-03T09:00:00Z"), time);
  clock.pause(ms("2026-03-05T16:00:00Z"), time);
  clock.settle(ms("2026-03-06T10:00:00Z"), time);
  EXPECT_EQ(text(clock.due_ms), "2026-03-03T09:00:00.000Z");
  clock.resume(ms("2026-03-07T10:00:00Z"), time);
  EXPECT_EQ(text(clock.due_ms), "2026-03-03T09:00:00.000Z");
  EXPECT_EQ(clock.left_at(ms("2026-03-07T10:00:00Z"), time), 0);
}

TEST(clock, counts_the_nights_on_which_the_clock_changes) {
  const clock_time time = clock_time::open_time(night_shift());
  // Spring: the shift of Saturday has seven hours; autumn: nine.
  const clock_state spring = started("2026-03-07T21:00:00-05:00", bh(7), night_shift());
  EXPECT_EQ(text(spring.due_ms), utc("2026-03-08T06:00:00-04:00"));
  EXPECT_EQ(spring.account_at(spring.due_ms, time).closed_ms, hour_ms);
  const clock_state autumn = started("2026-10-31T21:00:00-04:00", bh(9), night_shift());
  EXPECT_EQ(text(autumn.due_ms), utc("2026-11-01T06:00:00-05:00"));
}

TEST(clock, warns_at_the_first_millisecond_of_a_share) {
  const clock_state clock = started("2026-03-06T16:00:00-05:00", bh(4), office());
  const clock_time time = clock_time::open_time(office());
  const auto warned = [&](const compiled::clock_warning& warning) {
    return text(clock.warning_ms(warning, time, &office()).value_or(0));
  };
  EXPECT_EQ(warned({.percent_milli = 25'000, .before = {}, .text = {}}), utc("2026-03-06T17:00:00-05:00"));
  EXPECT_EQ(warned({.percent_milli = 50'000, .before = {}, .text = {}}), utc("2026-03-09T10:00:00-04:00"));
  EXPECT_EQ(warned({.percent_milli = 33'333, .before = {}, .text = {}}), utc("2026-03-09T09:19:59.952-04:00"));
  EXPECT_EQ(warned({.percent_milli = 1, .before = {}, .text = {}}), utc("2026-03-06T16:00:00.144-05:00"));
  EXPECT_EQ(warned({.percent_milli = 100'000, .before = {}, .text = {}}), utc("2026-03-09T12:00:00-04:00"));
  // The latest instant with exactly three hours: the opening, not the closing before it.
  EXPECT_EQ(warned({.percent_milli = 0, .before = bh(3), .text = {}}), utc("2026-03-09T09:00:00-04:00"));
  EXPECT_EQ(warned({.percent_milli = 0, .before = elapsed_duration::hours(24), .text = {}}),
            utc("2026-03-08T12:00:00-04:00"));
  EXPECT_FALSE(clock.warning_ms({.percent_milli = 0, .before = bh(5), .text = {}}, time, &office()));
}

TEST(clock, a_rebased_half_is_half) {
  const clock_time time = clock_time::open_time(office());
  clock_state clock = started("2026-03-10T09:00:00-04:00", bh(4), office());
  const std::int64_t start_ms = clock.start_ms;
  const std::int64_t changed_ms = ms("2026-03-10T11:00:00-04:00");
  clock.rebase(changed_ms, time_after(start_ms, bh(1), &office()).value(), time, time);
  EXPECT_EQ(text(clock.due_ms), utc("2026-03-10T11:30:00-04:00"));
  EXPECT_EQ(clock.used_at(changed_ms, time), hour_ms / 2);
  EXPECT_EQ(clock.left_at(changed_ms, time), hour_ms / 2);
  // Two thirds of an hour left of 100 ms: rounded up to a millisecond.
  clock_state third = started("2026-03-10T09:00:00-04:00", elapsed_duration::hours(3), office());
  third.rebase(ms("2026-03-10T10:00:00-04:00"), third.start_ms + 100, clock_time::elapsed(), clock_time::elapsed());
  EXPECT_EQ(third.due_ms - third.since_ms, 67);
}

TEST(clock, with_a_new_target_from_the_start_counts_what_was_used_in_full) {
  clock_state clock = started("2026-03-10T09:00:00-04:00", elapsed_duration::hours(8), office());
  clock.keeps_pauses = true;
  const clock_time wall = clock_time::elapsed();
  const clock_time open = clock_time::open_time(office());
  clock.pause(ms("2026-03-10T16:00:00-04:00"), wall);
  clock.resume(ms("2026-03-10T18:00:00-04:00"), wall);  // two hours, one of them open
  EXPECT_EQ(text(clock.due_ms), utc("2026-03-10T19:00:00-04:00"));
  const std::int64_t changed_ms = ms("2026-03-10T18:30:00-04:00");
  clock.start_anew_with(changed_ms, time_after(clock.start_ms, bh(8), &office()).value(), open);
  EXPECT_EQ(text(clock.due_ms), utc("2026-03-11T10:00:00-04:00"));
  EXPECT_EQ(clock.used_at(changed_ms, open), 7 * hour_ms);
  // Six hours would have been over before the pause, which then moved nothing.
  clock.start_anew_with(changed_ms, time_after(clock.start_ms, elapsed_duration::hours(6), &office()).value(), wall);
  EXPECT_EQ(text(clock.due_ms), utc("2026-03-10T15:00:00-04:00"));
}

TEST(clock, shares_are_exact_beyond_64_bits) {
  EXPECT_EQ(share_rounded_up(1, 1, 3), 1);
  EXPECT_EQ(share_rounded_up(2, 3, 6), 1);
  EXPECT_EQ(share_rounded_up(0, 7, 9), 0);
  EXPECT_EQ(share_rounded_up(7'257'600'000'000, 7'257'599'999'999, 7'257'600'000'000), 7'257'599'999'999);
  EXPECT_EQ(share_rounded_up(7'257'599'999'999, 7'257'599'999'999, 7'257'600'000'000), 7'257'599'999'999);
}

/// Random pauses and resumes over random calendars: what a clock used, stood still and was closed is counted stretch by
/// stretch by another calendar, adds up to the wall time, and the due instant is the first at which the target is used.
TEST(clock, account_adds_up_to_the_wall_time) {
  std::mt19937_64 random(7);
  const auto roll = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  const calendar_spec specs[] = {
      with(monday_to_friday("America/New_York", {"09:00-12:30", "13:30-18:00"}), "2026-03-10", {}),
      with(every_day("Europe/Berlin", {"22:00-06:00"}), "2026-03-30", {}),
      with(every_day("Australia/Lord_Howe", {"00:00-03:00", "12:00-24:00"}), "2026-04-04", {"01:00-02:15"})};
  for (const calendar_spec& spec : specs) {
    const business_calendar calendar = build(spec);
    const slow_calendar slow(spec, calendar.zone(), date("2026-01-01"), date("2026-08-01"));
    const clock_time open = clock_time::open_time(calendar);
    const std::int64_t first_ms = ms("2026-03-01T00:00:00Z");
    for (int n = 0; n < case_count(400); ++n) {
      std::int64_t now_ms = first_ms + roll(0, 35 * 24 * hour_ms);
      clock_state clock;
      const bool is_wall = roll(0, 3) == 0;
      const clock_time time = is_wall ? clock_time::elapsed() : open;
      const duration target = is_wall           ? duration(elapsed_duration::from_ms(roll(1, 40 * hour_ms)))
                              : roll(0, 1) == 0 ? duration(business_duration::from_ms(roll(1, 40 * hour_ms)))
                                                : duration(business_days(roll(1, 4)));
      clock.begin(now_ms, time_after(now_ms, target, &calendar).value(), time);
      clock_account expected;
      const auto pass = [&](std::int64_t to_ms) {
        const std::int64_t wall_ms = to_ms - now_ms;
        const std::int64_t open_ms = slow.elapsed_ms(instant::from_ms(now_ms), instant::from_ms(to_ms));
        if (clock.phase == clock_phase::paused) {
          expected.stood_ms += wall_ms;
        } else {
          expected.used_ms += is_wall ? wall_ms : open_ms;
          expected.closed_ms += is_wall ? 0 : wall_ms - open_ms;
        }
        now_ms = to_ms;
      };
      for (std::int64_t turn = roll(0, 8); turn > 0; --turn) {
        const bool is_paused = clock.phase == clock_phase::paused;
        const std::int64_t next_ms = now_ms + roll(0, 30 * hour_ms);
        if (!is_paused && next_ms > clock.due_ms) break;
        pass(next_ms);
        if (is_paused) {
          if (roll(0, 2) == 0) clock.settle(now_ms, time);  // counted in two parts
          clock.resume(now_ms, time);
        } else {
          clock.pause(now_ms, time);
        }
      }
      const std::int64_t end_ms = now_ms + roll(0, 10 * hour_ms);
      pass(end_ms);
      const clock_account found = clock.account_at(end_ms, time);
      ASSERT_EQ(found.used_ms, expected.used_ms) << n;
      ASSERT_EQ(found.stood_ms, expected.stood_ms) << n;
      ASSERT_EQ(found.closed_ms, expected.closed_ms) << n;
      ASSERT_EQ(found.used_ms + found.stood_ms + found.closed_ms, end_ms - clock.start_ms);
      ASSERT_EQ(found.used_ms, clock.used_at(end_ms, time));
      if (clock.phase == clock_phase::paused) continue;
      ASSERT_EQ(clock.used_at(clock.due_ms, time), clock.total_ms) << n;
      if (std::holds_alternative<business_duration>(target) && clock.due_ms > clock.since_ms) {
        ASSERT_EQ(clock.used_at(clock.due_ms - 1, time), clock.total_ms - 1) << n;
      }
    }
  }
}

}  // namespace
}  // namespace leadline::test::clock_test
