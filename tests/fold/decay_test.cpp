#include "leadline/fold/decay.hpp"

#include <gtest/gtest.h>

#include "leadline/fold/detail/power_of_two.hpp"

namespace leadline::decay_test {
namespace {

constexpr instant start = instant::from_ms(1'767'225'600'000);  // 2026-01-01T00:00:00Z
constexpr elapsed_duration day = elapsed_duration::days(1);
constexpr elapsed_duration millisecond = elapsed_duration::from_ms(1);

[[nodiscard]] elapsed_duration days(std::int64_t count) { return elapsed_duration::days(count); }

[[nodiscard]] decay decay_of(decay_form form, std::int64_t period_days, std::int64_t percent = 0) {
  return {form, days(period_days).ms(), percent * 1'000};
}

[[nodiscard]] decayed_sum sum_of(const decay& how, std::int64_t points_milli) {
  decayed_sum sum;
  sum.add(how, start, points_milli);
  return sum;
}

TEST(half_life, leaves_exactly_half_after_one_and_a_quarter_after_two) {
  const decay how = decay_of(decay_form::half_life, 30);
  const decayed_sum sum = sum_of(how, 100'000);
  EXPECT_EQ(sum.milli_at(how, start), 100'000);
  EXPECT_EQ(sum.milli_at(how, start + days(30)), 50'000);
  EXPECT_EQ(sum.milli_at(how, start + days(60)), 25'000);
  EXPECT_EQ(sum.milli_at(how, start + days(30) - millisecond), 50'000);  // 50000.0000134 is cut off
  EXPECT_EQ(sum.milli_at(how, start + days(30) + elapsed_duration::from_ms(100)), 49'999);
}

TEST(half_life, of_half_a_period_is_one_over_the_root_of_two) {
  const decay how = decay_of(decay_form::half_life, 30);
  EXPECT_EQ(sum_of(how, 100'000).milli_at(how, start + days(15)), 70'710);  // 70710.678
}

TEST(half_life, of_a_penalty_falls_toward_zero_as_that_of_points_does) {
  const decay how = decay_of(decay_form::half_life, 30);
  EXPECT_EQ(sum_of(how, -100'000).milli_at(how, start + days(15)), -70'710);
  EXPECT_EQ(sum_of(how, -100'000).milli_at(how, start + days(30)), -50'000);
}

TEST(half_life, ends_at_nothing_after_very_long) {
  const decay how = decay_of(decay_form::half_life, 1);
  const decayed_sum sum = sum_of(how, 10'000'000'000);
  EXPECT_EQ(sum.milli_at(how, start + days(33)), 1);  // 10^10 / 2^33 = 1.16
  EXPECT_EQ(sum.milli_at(how, start + days(34)), 0);
  EXPECT_EQ(sum.milli_at(how, start + days(60'000)), 0);
}

TEST(half_life, of_points_and_an_equal_penalty_at_one_instant_is_nothing) {
  const decay how = decay_of(decay_form::half_life, 7);
  decayed_sum sum = sum_of(how, 12'345);
  sum.add(how, start + days(3), 1'000);
  sum.add(how, start + days(3), -1'000);
  EXPECT_EQ(sum.milli_at(how, start + days(7)), 6'172);  // 6172.5
}

TEST(linear, falls_evenly_and_is_gone_at_its_period) {
  const decay how = decay_of(decay_form::linear, 90);
  const decayed_sum sum = sum_of(how, 90'000);
  EXPECT_EQ(sum.milli_at(how, start + days(30)), 60'000);
  EXPECT_EQ(sum.milli_at(how, start + days(90) - millisecond), 0);  // 0.0000116 is cut off
  EXPECT_EQ(sum.milli_at(how, start + days(90)), 0);
  EXPECT_EQ(sum.milli_at(how, start + days(91)), 0);
}

TEST(percent, falls_in_whole_periods) {
  const decay how = decay_of(decay_form::percent, 30, 50);
  const decayed_sum sum = sum_of(how, 10'000);
  EXPECT_EQ(sum.milli_at(how, start + days(30) - millisecond), 10'000);
  EXPECT_EQ(sum.milli_at(how, start + days(30)), 5'000);
  EXPECT_EQ(sum.milli_at(how, start + days(60)), 0);
  EXPECT_EQ(sum.milli_at(how, start + days(600)), 0);
}

TEST(expires, keeps_all_until_its_period_is_over) {
  const decay how = decay_of(decay_form::expires, 60);
  const decayed_sum sum = sum_of(how, 10'000);
  EXPECT_EQ(sum.milli_at(how, start + days(60) - millisecond), 10'000);
  EXPECT_EQ(sum.milli_at(how, start + days(60)), 0);
}

TEST(none, keeps_all_for_ever) {
  const decay how;
  decayed_sum sum = sum_of(how, 10'000);
  sum.add(how, start + day, -3'000);
  EXPECT_EQ(sum.milli_at(how, start + days(60'000)), 7'000);
}

TEST(bends, are_the_ends_of_each_events_periods) {
  const decay how = decay_of(decay_form::percent, 30, 50);
  decayed_sum sum = sum_of(how, 10'000);
  sum.add(how, start + days(10), 10'000);
  EXPECT_EQ(sum.next_bend(how, start + days(10)), start + days(30));
  EXPECT_EQ(sum.next_bend(how, start + days(30)), start + days(40));
  EXPECT_EQ(sum.next_bend(how, start + days(40)), start + days(60));
  EXPECT_EQ(sum.next_bend(how, start + days(60)), start + days(70));
  EXPECT_EQ(sum.next_bend(how, start + days(70)), std::nullopt);
}

TEST(bends, do_not_exist_where_the_sum_glides_for_ever) {
  const decay how = decay_of(decay_form::half_life, 30);
  const decayed_sum sum = sum_of(how, 1'000);
  EXPECT_EQ(sum.next_bend(how, start), std::nullopt);
  EXPECT_TRUE(sum.is_gliding(how));
}

TEST(points, read_a_millisecond_before_they_were_earned_are_of_age_zero) {
  // A whole number of half-lives since 1970, so that the millisecond before lies in the period before.
  const instant at = instant::from_ms(0) + days(30 * 700);
  for (const decay& how : {decay_of(decay_form::half_life, 30), decay_of(decay_form::linear, 30),
                           decay_of(decay_form::percent, 30, 50), decay_of(decay_form::expires, 30), decay()}) {
    for (const std::int64_t points_milli : {100'000, -70'001}) {
      decayed_sum sum;
      sum.add(how, at, points_milli);
      EXPECT_EQ(sum.milli_at(how, at - millisecond), points_milli) << static_cast<int>(how.form);
    }
  }
}

TEST(sums, of_two_contacts_are_united_as_if_all_events_had_been_one_contacts) {
  for (const decay& how : {decay_of(decay_form::half_life, 3), decay_of(decay_form::linear, 9),
                           decay_of(decay_form::percent, 2, 30), decay_of(decay_form::expires, 8), decay()}) {
    decayed_sum all;
    decayed_sum even;
    decayed_sum odd;
    for (std::int64_t i = 0; i < 20; ++i) {
      const instant at = start + elapsed_duration::hours(i * 11);
      const std::int64_t points_milli = (i % 3 == 0 ? -1 : 1) * (1'000 + i * 777);
      all.add(how, at, points_milli);
      (i % 2 == 0 ? even : odd).add(how, at, points_milli);
    }
    even.unite(how, odd);
    for (std::int64_t hour = 220; hour < 400; hour += 7) {
      const instant at = start + elapsed_duration::hours(hour);
      EXPECT_EQ(even.milli_at(how, at), all.milli_at(how, at)) << static_cast<int>(how.form) << " after " << hour;
      EXPECT_EQ(even.next_bend(how, at), all.next_bend(how, at));
    }
  }
}

TEST(power_of_two, has_roots_that_are_each_the_root_of_the_one_before) {
  using detail::uint128;
  uint128 square = 0;  // of the first root: 2, which has no place below 2
  for (std::size_t i = 0; i < detail::roots_of_two.size(); ++i) {
    const uint128 root = uint128{detail::roots_of_two[i].high} << 64 | detail::roots_of_two[i].low;
    const uint128 product = detail::multiply_fraction(root, root);
    if (i == 0) {
      // Cut off, the root of 2 squares to a little less than 2.
      EXPECT_GT(product, ~uint128{0} - 4);
    } else {
      EXPECT_LE(product, square);
      EXPECT_LE(square - product, uint128{4}) << "root " << i;
    }
    square = root;
  }
}

TEST(power_of_two, rises_with_its_fraction) {
  std::uint64_t last = 0;
  for (std::uint64_t step = 0; step < 100'000; ++step) {
    const std::uint64_t power = detail::power_of_two(step * (~std::uint64_t{0} / 100'000));
    ASSERT_GT(power, last);
    last = power;
  }
  EXPECT_EQ(detail::power_of_two(0), std::uint64_t{1} << 63);
}

}  // namespace
}  // namespace leadline::decay_test
