// Instants, dates and opening intervals as texts. What is wrong with wrong ones is in bad_input/.

#include "leadline/time/instant.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "leadline/base/limits.hpp"
#include "leadline/time/local_date.hpp"
#include "leadline/time/opening_interval.hpp"
#include "support/calendar_words.hpp"
#include "support/case_count.hpp"

namespace leadline::test::instant_test {
namespace {

std::int64_t ms_of(std::string_view text) { return at(text).ms(); }

std::string code_of(std::string_view text) {
  const result<instant> read = instant::parse(text);
  return read ? std::string("read") : read.error().front().code;
}

TEST(instant, is_read_with_an_offset_or_z) {
  EXPECT_EQ(ms_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ms_of("2026-03-02T14:03:00-05:00"), 1'772'478'180'000);
  EXPECT_EQ(ms_of("2026-03-02T19:03:00Z"), 1'772'478'180'000);
  EXPECT_EQ(ms_of("2026-03-03T00:48:00+05:45"), 1'772'478'180'000);
  EXPECT_EQ(ms_of("2026-03-02t19:03:00z"), 1'772'478'180'000);
  EXPECT_EQ(ms_of("2026-03-02T19:03:00-00:00"), 1'772'478'180'000);
  EXPECT_EQ(ms_of("2026-03-01T19:04:00-23:59"), 1'772'478'180'000);
}

TEST(instant, keeps_milliseconds_and_cuts_off_what_is_finer) {
  EXPECT_EQ(ms_of("1970-01-01T00:00:01.5Z"), 1'500);
  EXPECT_EQ(ms_of("1970-01-01T00:00:01.05Z"), 1'050);
  EXPECT_EQ(ms_of("1970-01-01T00:00:01.125Z"), 1'125);
  EXPECT_EQ(ms_of("1970-01-01T00:00:01.1259Z"), 1'125);
  EXPECT_EQ(ms_of("1970-01-01T00:00:01.999999999999Z"), 1'999);
  EXPECT_EQ(ms_of("1970-01-01T00:00:00.0009999Z"), 0);
}

TEST(instant, reads_the_leap_second_as_the_second_after_it) {
  EXPECT_EQ(ms_of("2016-12-31T23:59:60Z"), ms_of("2017-01-01T00:00:00Z"));
  EXPECT_EQ(ms_of("2016-12-31T23:59:60.250Z"), ms_of("2017-01-01T00:00:00.250Z"));
  EXPECT_EQ(ms_of("2016-12-31T18:59:60-05:00"), ms_of("2017-01-01T00:00:00Z"));
  EXPECT_EQ(ms_of("2017-01-01T05:44:60+05:45"), ms_of("2017-01-01T00:00:00Z"));
}

TEST(instant, lies_between_1970_and_2200_both_included) {
  EXPECT_EQ(ms_of("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_EQ(ms_of("2200-01-01T00:00:00Z"), limits::instant_max_ms);
  EXPECT_EQ(ms_of("2200-01-01T05:00:00+05:00"), limits::instant_max_ms);
  EXPECT_EQ(code_of("1969-12-31T23:59:59.999Z"), "instant.out_of_range");
  EXPECT_EQ(code_of("2200-01-01T00:00:00.001Z"), "instant.out_of_range");
  EXPECT_EQ(code_of("2199-12-31T23:59:59-00:01"), "instant.out_of_range");
  EXPECT_EQ(code_of("0000-01-01T00:00:00Z"), "instant.out_of_range");
  EXPECT_TRUE(instant::min().is_in_range());
  EXPECT_TRUE(instant::max().is_in_range());
  EXPECT_FALSE((instant::min() - elapsed_duration::from_ms(1)).is_in_range());
  EXPECT_FALSE((instant::max() + elapsed_duration::from_ms(1)).is_in_range());
}

TEST(instant, knows_which_dates_exist) {
  EXPECT_EQ(code_of("2024-02-29T00:00:00Z"), "read");
  EXPECT_EQ(code_of("2000-02-29T00:00:00Z"), "read");
  EXPECT_EQ(code_of("2023-02-29T00:00:00Z"), "instant.no_such_date");
  EXPECT_EQ(code_of("2100-02-29T00:00:00Z"), "instant.no_such_date");
}

TEST(instant, is_refused_with_the_place_of_what_is_wrong) {
  const auto place_of = [](std::string_view text) {
    const result<instant> read = instant::parse(text);
    if (read) return std::string("read");
    const source_range where = read.error().front().where;
    return std::string(text.substr(static_cast<std::size_t>(where.offset), static_cast<std::size_t>(where.size)));
  };
  EXPECT_EQ(place_of("2026-13-02T14:03:00Z"), "13");
  EXPECT_EQ(place_of("2026-02-30T14:03:00Z"), "30");
  EXPECT_EQ(place_of("2026-03-02T24:03:00Z"), "24");
  EXPECT_EQ(place_of("2026-03-02T14:60:00Z"), "60");
  EXPECT_EQ(place_of("2026-03-02T14:03:61Z"), "61");
  EXPECT_EQ(place_of("2026-03-02T14:03:00+24:00"), "+24:00");
  EXPECT_EQ(place_of("2026-03-02T14:03:00Z and more"), " and more");
}

TEST(instant, refuses_every_text_that_lacks_a_letter_of_one_or_has_one_more) {
  const std::string right = "2026-03-02T14:03:00.125-05:30";
  for (std::size_t i = 0; i <= right.size(); ++i) {
    // Dropping a digit of the fraction leaves a right text; so does adding one there.
    const bool is_in_fraction = i > 19 && i < 23;
    if (i < right.size() && !is_in_fraction) {
      EXPECT_NE(code_of(std::string(right).erase(i, 1)), "read") << i;
    }
    if (i < 20 || i > 23) {
      EXPECT_NE(code_of(std::string(right).insert(i, 1, '0')), "read") << i;
    }
    EXPECT_NE(code_of(std::string(right).insert(i, 1, ' ')), "read") << i;
    EXPECT_NE(code_of(std::string(right).insert(i, 1, '\0')), "read") << i;
  }
}

TEST(instant, is_printed_in_utc_with_milliseconds) {
  EXPECT_EQ(at("2026-03-02T14:03:00-05:00").text(), "2026-03-02T19:03:00.000Z");
  EXPECT_EQ(instant::min().text(), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(instant::max().text(), "2200-01-01T00:00:00.000Z");
  EXPECT_EQ(instant::from_ms(-1).text(), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(instant::from_ms(951'782'400'007).text(), "2000-02-29T00:00:00.007Z");
  std::string line = "at ";
  instant::from_ms(0).append_to(line);
  EXPECT_EQ(line, "at 1970-01-01T00:00:00.000Z");
}

TEST(instant, is_read_back_as_it_was_printed) {
  std::mt19937_64 engine(1'970);
  for (int i = 0; i < case_count(50'000); ++i) {
    const instant one = instant::from_ms(static_cast<std::int64_t>(engine() % (limits::instant_max_ms + 1)));
    const std::string text = one.text();
    ASSERT_EQ(text.size(), 24U) << text;
    ASSERT_EQ(instant::parse(text).value(), one) << text;
  }
}

TEST(instant, moves_by_elapsed_time_and_is_ordered) {
  const instant one = at("2026-03-02T19:03:00Z");
  EXPECT_EQ((one + elapsed_duration::hours(2)).text(), "2026-03-02T21:03:00.000Z");
  EXPECT_EQ((one - elapsed_duration::days(2)).text(), "2026-02-28T19:03:00.000Z");
  EXPECT_EQ((one + elapsed_duration::hours(2) - one).ms(), 7'200'000);
  EXPECT_LT(one, one + elapsed_duration::from_ms(1));
}

TEST(local_date, is_read_and_printed_for_every_date_of_the_range) {
  // Every date in turn: each is the one before it plus a day, by the rules of the calendar written out here.
  int year = 1970;
  int month = 1;
  int day = 1;
  const auto digits = [](int value, int width) {
    std::string text = std::to_string(value);
    while (static_cast<int>(text.size()) < width) text.insert(0, 1, '0');
    return text;
  };
  for (std::int32_t n = 0; n <= 84'006; ++n) {
    const std::string text = digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2);
    const result<local_date> read = local_date::parse(text);
    ASSERT_TRUE(read) << text;
    ASSERT_EQ(read->days(), n) << text;
    ASSERT_EQ(read->text(), text);
    // 1970-01-01 was a Thursday.
    ASSERT_EQ(static_cast<int>(read->day_of_week()), (n + 3) % 7) << text;
    const bool is_leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    const int length = month == 2                                              ? (is_leap ? 29 : 28)
                       : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                               : 31;
    if (++day > length) {
      day = 1;
      if (++month > 12) {
        month = 1;
        ++year;
      }
    }
  }
  EXPECT_EQ(local_date::parse("2200-01-02").error().front().code, "date.out_of_range");
  EXPECT_EQ(local_date::parse("1969-12-31").error().front().code, "date.out_of_range");
}

TEST(local_date, of_christmas_2026_is_a_friday) {
  EXPECT_EQ(date("2026-12-25").day_of_week(), weekday::friday);
  EXPECT_EQ(local_date::from_days(-1).day_of_week(), weekday::wednesday);
  EXPECT_EQ(local_date::from_days(-1).text(), "1969-12-31");
}

TEST(opening_interval, is_read_as_minutes_of_its_date) {
  const auto read = [](std::string_view text) { return opening_interval::parse(text).value(); };
  EXPECT_EQ(read("09:00-17:30"), (opening_interval{540, 1'050}));
  EXPECT_EQ(read("00:00-24:00"), (opening_interval{0, 1'440}));
  EXPECT_EQ(read("23:59-24:00"), (opening_interval{1'439, 1'440}));
  // An end at or before the start is the next day's.
  EXPECT_EQ(read("22:00-06:00"), (opening_interval{1'320, 1'800}));
  EXPECT_EQ(read("09:00-09:00"), (opening_interval{540, 1'980}));
  EXPECT_EQ(read("00:00-00:00"), (opening_interval{0, 1'440}));
  EXPECT_EQ(read("18:00-00:00"), (opening_interval{1'080, 1'440}));
}

TEST(opening_interval, is_read_for_every_pair_of_times) {
  const auto clock = [](int minute) {
    std::string text = "00:00";
    text[0] = static_cast<char>('0' + minute / 600);
    text[1] = static_cast<char>('0' + minute / 60 % 10);
    text[3] = static_cast<char>('0' + minute % 60 / 10);
    text[4] = static_cast<char>('0' + minute % 10);
    return text;
  };
  for (int open = 0; open < 1'440; open += 7) {
    for (int close = 0; close <= 1'440; close += 5) {
      const result<opening_interval> read = opening_interval::parse(clock(open) + "-" + clock(close));
      ASSERT_TRUE(read);
      ASSERT_EQ(read->open_minute, open);
      ASSERT_EQ(read->close_minute, close > open ? close : close + 1'440);
    }
  }
}

}  // namespace
}  // namespace leadline::test::instant_test
