// Durations as texts. What is wrong with wrong ones is in bad_input/; that the families do not mix is for the compiler
// to refuse (compile_fail/duration_families.cpp).

#include "leadline/time/duration.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <variant>

#include "leadline/base/limits.hpp"
#include "support/case_count.hpp"

namespace leadline::test::duration_test {
namespace {

duration read(std::string_view text) { return parse_duration(text, duration_sign::may_be_negative).value(); }
duration elapsed_ms(std::int64_t ms) { return elapsed_duration::from_ms(ms); }
duration business_ms(std::int64_t ms) { return business_duration::from_ms(ms); }

std::string code_of(std::string_view text) {
  const result<duration> answer = parse_duration(text);
  return answer ? std::string("read") : answer.error().front().code;
}

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

TEST(duration, of_elapsed_time_has_seconds_to_weeks) {
  EXPECT_EQ(read("90s"), elapsed_ms(90'000));
  EXPECT_EQ(read("30m"), elapsed_ms(1'800'000));
  EXPECT_EQ(read("1h30m"), elapsed_ms(5'400'000));
  EXPECT_EQ(read("14d"), elapsed_ms(14 * day_ms));
  EXPECT_EQ(read("2w"), elapsed_ms(14 * day_ms));
  EXPECT_EQ(read("1w2d3h4m5s"), elapsed_ms(9 * day_ms + 3 * hour_ms + 245'000));
  EXPECT_EQ(read("1w5s"), elapsed_ms(7 * day_ms + 5'000));
}

TEST(duration, of_a_day_is_exactly_24_hours) { EXPECT_EQ(read("1d"), read("24h")); }

TEST(duration, of_business_time_has_minutes_and_hours) {
  EXPECT_EQ(read("4bh"), business_ms(4 * hour_ms));
  EXPECT_EQ(read("30bm"), business_ms(1'800'000));
  EXPECT_EQ(read("1bh30bm"), business_ms(5'400'000));
}

TEST(duration, of_business_days_counts_days) { EXPECT_EQ(read("5bd"), duration(business_days(5))); }

TEST(duration, of_one_family_never_equals_one_of_another) {
  EXPECT_NE(read("4h"), read("4bh"));
  EXPECT_NE(read("0s"), read("0bm"));
  EXPECT_NE(read("0bm"), read("0bd"));
  EXPECT_NE(read("1d"), read("1bd"));
}

TEST(duration, may_be_nothing) {
  EXPECT_EQ(read("0s"), elapsed_ms(0));
  EXPECT_EQ(read("0bd"), duration(business_days(0)));
  EXPECT_EQ(read("-0s"), elapsed_ms(0));
  EXPECT_EQ(read("007h"), elapsed_ms(7 * hour_ms));
}

TEST(duration, may_be_negative_where_that_is_asked_for) {
  EXPECT_EQ(read("-30bm"), business_ms(-1'800'000));
  EXPECT_EQ(read("-1h30m"), elapsed_ms(-5'400'000));
  EXPECT_EQ(read("-2bd"), duration(business_days(-2)));
  EXPECT_EQ(code_of("-30bm"), "duration.negative");
}

TEST(duration, may_have_more_of_a_unit_than_fills_the_next) {
  EXPECT_EQ(read("1h90m"), elapsed_ms(9'000'000));
  EXPECT_EQ(read("120m"), read("2h"));
}

TEST(duration, is_refused_when_units_stand_in_another_order_or_twice) {
  EXPECT_EQ(code_of("30m1h"), "duration.unit_order");
  EXPECT_EQ(code_of("1h1h"), "duration.unit_order");
  EXPECT_EQ(code_of("30bm1bh"), "duration.unit_order");
  EXPECT_EQ(code_of("1d1w"), "duration.unit_order");
}

TEST(duration, is_refused_when_it_mixes_families) {
  for (const char* text : {"1h1bh", "1bh1h", "1bd1bh", "1bh1bd", "1bd1d", "1w1bd", "1bh30m", "1d4bh"}) {
    EXPECT_EQ(code_of(text), "duration.mixed_families") << text;
  }
}

TEST(duration, reaches_to_the_length_of_the_range_and_no_further) {
  EXPECT_EQ(read("84006d"), elapsed_ms(limits::duration_max_ms));
  EXPECT_EQ(code_of("84006d1s"), "duration.too_long");
  EXPECT_EQ(code_of("84007d"), "duration.too_long");
  EXPECT_EQ(read("12000w6d"), elapsed_ms(limits::duration_max_ms));
  EXPECT_EQ(read("2016144bh"), business_ms(limits::duration_max_ms));
  EXPECT_EQ(code_of("2016144bh1bm"), "duration.too_long");
  EXPECT_EQ(read("84006bd"), duration(business_days(84'006)));
  EXPECT_EQ(code_of("84007bd"), "duration.too_long");
  EXPECT_EQ(code_of("9223372036854775807s"), "duration.too_long");
  EXPECT_EQ(code_of("9223372036854775808s"), "duration.too_long");
  EXPECT_EQ(code_of("18446744073709551617s"), "duration.too_long");
  EXPECT_EQ(read("-84006d"), elapsed_ms(-limits::duration_max_ms));
}

TEST(duration, is_printed_in_its_shortest_form) {
  EXPECT_EQ(to_text(read("90m")), "1h30m");
  EXPECT_EQ(to_text(read("14d")), "2w");
  EXPECT_EQ(to_text(read("90bm")), "1bh30bm");
  EXPECT_EQ(to_text(read("5bd")), "5bd");
  EXPECT_EQ(to_text(read("-30bm")), "-30bm");
  EXPECT_EQ(to_text(read("0h")), "0s");
  EXPECT_EQ(to_text(read("0bh")), "0bm");
  EXPECT_EQ(to_text(read("0bd")), "0bd");
  EXPECT_EQ(to_text(elapsed_ms(1'999)), "1s");
  EXPECT_EQ(to_text(elapsed_ms(-1'999)), "-1s");
  EXPECT_EQ(to_text(elapsed_ms(-999)), "0s");
  EXPECT_EQ(to_text(business_ms(59'999)), "0bm");
}

TEST(duration, of_any_count_is_printed_without_overflow) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  // 2^63 ms are 15250284452 weeks, 3 days, 7 hours, 12 minutes and 55 seconds.
  EXPECT_EQ(to_text(elapsed_ms(lowest)), "-15250284452w3d7h12m55s");
  EXPECT_EQ(to_text(elapsed_ms(std::numeric_limits<std::int64_t>::max())), "15250284452w3d7h12m55s");
  EXPECT_EQ(to_text(duration(business_days(lowest))), "-9223372036854775808bd");
}

TEST(duration, is_read_back_as_it_was_printed) {
  std::mt19937_64 engine(90);
  for (int i = 0; i < case_count(20'000); ++i) {
    const std::int64_t sign = engine() % 2 == 0 ? 1 : -1;
    const std::int64_t bound = engine() % 2 == 0 ? limits::duration_max_ms : 100 * hour_ms;
    const auto ms = static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(bound));
    for (const duration& one : {elapsed_ms(sign * (ms - ms % 1'000)), business_ms(sign * (ms - ms % 60'000)),
                                duration(business_days(sign * (ms % 84'007)))}) {
      ASSERT_EQ(read(to_text(one)), one) << to_text(one);
    }
  }
}

TEST(duration, of_any_letters_is_read_or_refused_with_a_place_within_it) {
  constexpr std::string_view letters = "0123456789smhdwbbb-+. \n";
  std::mt19937_64 engine(17);
  int read_count = 0;
  for (int i = 0; i < case_count(50'000); ++i) {
    std::string text;
    for (std::uint64_t n = engine() % 9; n > 0; --n) text += letters[engine() % letters.size()];
    const result<duration> answer = parse_duration(text, duration_sign::may_be_negative);
    if (answer) {
      ++read_count;
      ASSERT_EQ(read(to_text(*answer)), *answer) << text;
      continue;
    }
    ASSERT_EQ(answer.error().size(), 1U);
    const diagnostic& problem = answer.error().front();
    ASSERT_LE(problem.where.offset + problem.where.size, text.size()) << text;
    ASSERT_TRUE(problem.code.starts_with("duration.")) << text;
  }
  EXPECT_GT(read_count, 0);
}

TEST(duration_families, have_arithmetic_of_their_own) {
  EXPECT_EQ(elapsed_duration::hours(1) + elapsed_duration::minutes(30), elapsed_duration::seconds(5'400));
  EXPECT_EQ(elapsed_duration::days(1) - elapsed_duration::hours(25), -elapsed_duration::hours(1));
  EXPECT_EQ(business_duration::hours(1) + business_duration::minutes(30), business_duration::minutes(90));
  EXPECT_LT(business_duration::hours(1), business_duration::minutes(61));
  EXPECT_EQ(-business_days(3), business_days(-3));
  EXPECT_LT(business_days(2), business_days(3));
}

TEST(duration_families, have_no_common_type) {
  static_assert(!std::is_convertible_v<business_duration, elapsed_duration>);
  static_assert(!std::is_convertible_v<elapsed_duration, business_duration>);
  static_assert(!std::is_constructible_v<elapsed_duration, business_duration>);
  static_assert(!std::is_constructible_v<business_duration, elapsed_duration>);
  static_assert(!std::is_constructible_v<business_duration, business_days>);
  static_assert(!std::is_constructible_v<elapsed_duration, business_days>);
  static_assert(!std::is_constructible_v<business_days, business_duration>);
  static_assert(!std::is_constructible_v<business_days, elapsed_duration>);
  static_assert(!std::is_convertible_v<std::int64_t, business_days>);
  static_assert(!std::is_constructible_v<elapsed_duration, std::int64_t>);
  static_assert(!std::is_assignable_v<elapsed_duration&, business_duration>);
  static_assert(!std::is_assignable_v<business_duration&, business_days>);
  SUCCEED();
}

}  // namespace
}  // namespace leadline::test::duration_test
