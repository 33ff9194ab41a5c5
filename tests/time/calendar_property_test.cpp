// Business calendars held against the slow model of tests/support/slow_calendar.hpp, and against laws that need no
// model: on random calendars in zones whose clocks do every odd thing that zones do.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/time/business_calendar.hpp"
#include "leadline/time/time_zone.hpp"
#include "support/case_count.hpp"
#include "support/slow_calendar.hpp"

namespace leadline::test::calendar_property_test {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr std::int64_t range_days = limits::instant_max_ms / day_ms;

constexpr std::array zone_names = {"America/New_York",
                                   "Europe/London",
                                   "Europe/Berlin",
                                   "Australia/Lord_Howe",  // changes by half an hour
                                   "Pacific/Apia",         // has no 2011-12-30
                                   "Africa/Casablanca",    // leaves its offset for Ramadan
                                   "Africa/Cairo",         // changes at midnight, on Fridays
                                   "America/St_Johns",     // changed at 00:01
                                   "Asia/Kathmandu",       // 5:45
                                   "America/Asuncion",
                                   "America/Santiago",
                                   "America/Nuuk",
                                   "Asia/Tokyo",
                                   "Europe/Dublin",       // winter is the exception
                                   "Pacific/Kiritimati",  // skipped a day, +14
                                   "Africa/Monrovia",     // -0:44:30 until 1972
                                   "America/Sao_Paulo",   // changed at midnight: dates that begin at 01:00
                                   "Antarctica/Troll",    // changes by two hours
                                   "Pacific/Kwajalein",   // skipped a day, from -12 to +12
                                   "UTC"};

/// Numbers from a seed, the same with every standard library.
class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  /// From `low` to `high`, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(engine_() % span);
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }
  template <class List>
  auto pick(const List& list) {
    return list[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(list.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

opening_interval interval_of(std::int64_t open_minute, std::int64_t length) {
  return {static_cast<std::int16_t>(open_minute), static_cast<std::int16_t>(open_minute + length)};
}

std::string clock_text(int minute) {
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return two(minute / 60) + ":" + two(minute % 60);
}

std::string text_of(const std::vector<opening_interval>& intervals) {
  std::string out = "[";
  for (const opening_interval& one : intervals) {
    out += (out.size() > 1 ? " " : "") + clock_text(one.open_minute) + "-" + clock_text(one.close_minute);
  }
  return out + "]";
}

/// Everything about a calendar that someone who looks into a failure has to know.
std::string text_of(const calendar_spec& spec) {
  std::string out = spec.time_zone + " mon..sun";
  for (const auto& day : spec.hours) out += " " + text_of(day);
  std::size_t shown = 0;
  for (const auto& [date, intervals] : spec.dates) {
    if (++shown > 60) return out + " and more dates";
    out += "\n    " + date.text() + " " + text_of(intervals);
  }
  return out;
}

std::vector<opening_interval> random_day(dice& roll) {
  switch (roll.between(0, 9)) {
    case 0: return {};
    case 1: return {interval_of(9 * 60, 8 * 60)};
    case 2: return {interval_of(9 * 60, 210), interval_of(810, 270)};            // a break at noon
    case 3: return {interval_of(22 * 60, 8 * 60)};                               // the night shift
    case 4: return {interval_of(0, 24 * 60)};                                    // all day
    case 5: return {interval_of(roll.between(0, 4) * 30, roll.between(1, 90))};  // where clocks change
    case 6: {                                                                    // overlapping, in no order
      const std::int64_t open = roll.between(0, 1'439);
      return {interval_of(open, roll.between(1, 1'440)), interval_of(roll.between(0, 1'439), roll.between(1, 1'440)),
              interval_of(open, roll.between(1, 300))};
    }
    case 7: {  // touching
      const std::int64_t open = roll.between(0, 1'300);
      const std::int64_t length = roll.between(1, 130);
      return {interval_of(open, length), interval_of(std::min<std::int64_t>(open + length, 1'439), length)};
    }
    case 8: {
      const std::int64_t open = roll.between(1'000, 1'439);
      return {interval_of(roll.between(0, 200), roll.between(1, 100)), interval_of(open, roll.between(100, 1'440))};
    }
    default: {
      std::vector<opening_interval> many;
      for (std::int64_t i = roll.between(2, 6); i > 0; --i) {
        many.push_back(interval_of(roll.between(0, 1'439), roll.between(1, 240)));
      }
      return many;
    }
  }
}

/// A random calendar and the dates over which the model will write it out.
struct random_calendar {
  calendar_spec spec;
  local_date first;
  local_date last;
};

random_calendar make_calendar(dice& roll, const time_zone& zone) {
  random_calendar made;
  made.spec.time_zone = zone.name();
  // Where the window begins: near a change of the clock, anywhere, or over an end of the range.
  std::int64_t middle = roll.between(0, range_days);
  std::vector<std::int64_t> changes;
  for (const time_zone::stretch& one : zone.stretches()) {
    if (one.begin_ms > 0 && one.begin_ms < limits::instant_max_ms) changes.push_back(one.begin_ms / day_ms);
  }
  if (!changes.empty() && !roll.one_in(4)) {
    // The changes of the last decades as the zone's history has them, rather than the same rule for ever.
    middle = roll.one_in(3) ? roll.pick(changes)
                            : changes[static_cast<std::size_t>(roll.between(
                                  0, std::min<std::int64_t>(90, static_cast<std::int64_t>(changes.size()) - 1)))];
  }
  const std::int64_t length = roll.one_in(12)  ? roll.between(1'500, 4'000)
                              : roll.one_in(3) ? roll.between(450, 900)
                                               : roll.between(20, 120);
  std::int64_t first = middle - roll.between(length / 4, 3 * length / 4);
  if (roll.one_in(20)) first = -4;
  if (roll.one_in(20)) first = range_days + 4 - length;
  first = std::clamp<std::int64_t>(first, -4, range_days + 4 - length);
  made.first = local_date::from_days(static_cast<std::int32_t>(first));
  made.last = local_date::from_days(static_cast<std::int32_t>(first + length));

  const auto set_days = [&](std::size_t from, std::size_t to, const std::vector<opening_interval>& intervals) {
    for (std::size_t day = from; day <= to; ++day) made.spec.hours[day] = intervals;
  };
  const std::int64_t form = roll.between(0, 9);
  if (form <= 1) {
    set_days(0, 4, random_day(roll));
  } else if (form == 2) {
    set_days(0, 6, {interval_of(0, 24 * 60)});
  } else if (form == 3) {
    set_days(0, 6, random_day(roll));
  } else if (form == 4) {
    const auto day = static_cast<std::size_t>(roll.between(0, 6));
    set_days(day, day, random_day(roll));
  } else if (form <= 7) {
    for (std::size_t day = 0; day < 7; ++day) set_days(day, day, random_day(roll));
  }  // else only dates

  const bool is_dates_only = form >= 8;
  const std::int64_t date_count = is_dates_only ? roll.between(1, 40) : roll.between(0, 25);
  for (std::int64_t i = 0; i < date_count; ++i) {
    std::int64_t date = roll.between(first, first + length);
    if (!changes.empty() && roll.one_in(3)) {
      const std::int64_t change = *std::min_element(
          changes.begin(), changes.end(),
          [&](std::int64_t a, std::int64_t b) { return std::abs(a - middle) < std::abs(b - middle); });
      date = change + roll.between(-2, 2);
    }
    date = std::clamp<std::int64_t>(date, 0, range_days);
    made.spec.dates[local_date::from_days(static_cast<std::int32_t>(date))] =
        !is_dates_only && roll.one_in(2) ? std::vector<opening_interval>() : random_day(roll);
  }
  return made;
}

/// An instant of the window: anywhere, or where something happens.
instant random_instant(dice& roll, const slow_calendar& slow, const std::vector<instant>& edges,
                       const time_zone& zone) {
  std::int64_t ms = roll.between(slow.begin().ms(), slow.end().ms());
  const std::int64_t form = roll.between(0, 9);
  if (form <= 4 && !edges.empty()) {
    ms = roll.pick(edges).ms() + (roll.one_in(2) ? 0 : roll.between(-1, 1));
  } else if (form == 5) {
    std::vector<std::int64_t> near;
    for (const time_zone::stretch& one : zone.stretches()) {
      if (one.begin_ms >= slow.begin().ms() && one.begin_ms <= slow.end().ms()) near.push_back(one.begin_ms);
    }
    if (!near.empty()) ms = roll.pick(near) + roll.between(-2, 2) * (roll.one_in(2) ? 1 : 30 * minute_ms);
  } else if (form == 6) {
    ms -= ms % minute_ms;
  } else if (form == 7 && roll.one_in(4)) {
    ms = roll.one_in(2) ? slow.begin().ms() : slow.end().ms();
  }
  return instant::from_ms(std::clamp(ms, slow.begin().ms(), slow.end().ms()));
}

struct question {
  enum class kind : std::uint8_t {
    is_open,
    elapsed,
    add,
    subtract,
    add_days,
    subtract_days,
    add_days_close,
    subtract_days_close,
    next_open,
    next_close,
    previous_close
  };
  kind asks;
  instant at;
  instant until;
  std::int64_t amount = 0;
};

std::string text_of(const question& asked) {
  static constexpr std::string_view names[] = {"is_open",
                                               "elapsed",
                                               "add",
                                               "subtract",
                                               "add_days",
                                               "subtract_days",
                                               "add_days_close",
                                               "subtract_days_close",
                                               "next_open",
                                               "next_close",
                                               "previous_close"};
  return std::string(names[static_cast<std::size_t>(asked.asks)]) + " at " + asked.at.text() + " (" +
         std::to_string(asked.at.ms()) + ") until " + asked.until.text() + " amount " + std::to_string(asked.amount);
}

question random_question(dice& roll, const slow_calendar& slow, const std::vector<instant>& edges,
                         const time_zone& zone) {
  question asked;
  asked.asks = static_cast<question::kind>(roll.between(0, 10));
  asked.at = random_instant(roll, slow, edges, zone);
  asked.until = random_instant(roll, slow, edges, zone);
  switch (asked.asks) {
    case question::kind::add:
    case question::kind::subtract: {
      const instant end = asked.asks == question::kind::add ? slow.end() : slow.begin();
      if (roll.one_in(2)) {
        // Seconds to days.
        constexpr std::array<std::int64_t, 8> amounts = {1,       999,         1'000,       minute_ms, 30 * minute_ms,
                                                         hour_ms, 4 * hour_ms, 24 * hour_ms};
        asked.amount = roll.between(0, 3) * roll.pick(amounts) + (roll.one_in(3) ? roll.between(0, hour_ms) : 0);
      } else if (roll.one_in(2)) {
        // A sum used up at an edge, so far as one lies there.
        asked.amount = std::abs(slow.elapsed_ms(asked.at, random_instant(roll, slow, edges, zone)));
      } else {
        asked.amount = roll.between(0, std::abs(slow.elapsed_ms(asked.at, end)) + hour_ms);
      }
      break;
    }
    case question::kind::add_days:
    case question::kind::subtract_days:
    case question::kind::add_days_close:
    case question::kind::subtract_days_close: {
      const std::int64_t days = (slow.end().ms() - slow.begin().ms()) / day_ms;
      asked.amount = roll.one_in(4) ? roll.between(0, days) : roll.between(0, 6);
      break;
    }
    default: break;
  }
  return asked;
}

slow_answer answer_of(const result<instant>& given) {
  if (given) return {slow_answer::kind::at, *given};
  const std::string& code = given.error().front().code;
  if (code == "calendar.never_opens") return {slow_answer::kind::never_opens, {}};
  if (code == "calendar.never_closes") return {slow_answer::kind::never_closes, {}};
  if (code == "calendar.out_of_range") return {slow_answer::kind::out_of_range, {}};
  ADD_FAILURE() << "an unexpected error: " << code;
  return {};
}

std::string text_of(const slow_answer& answer) {
  switch (answer.is) {
    case slow_answer::kind::at: return answer.at.text() + " (" + std::to_string(answer.at.ms()) + ")";
    case slow_answer::kind::never_opens: return "never opens";
    case slow_answer::kind::never_closes: return "never closes";
    case slow_answer::kind::out_of_range: return "out of range";
    case slow_answer::kind::beyond_window: return "beyond the window";
  }
  return {};
}

slow_answer ask_slow(const slow_calendar& slow, const question& asked) {
  switch (asked.asks) {
    case question::kind::is_open: return {slow_answer::kind::at, instant::from_ms(slow.is_open(asked.at) ? 1 : 0)};
    case question::kind::elapsed:
      return {slow_answer::kind::at, instant::from_ms(slow.elapsed_ms(asked.at, asked.until))};
    case question::kind::add: return slow.add_ms(asked.at, asked.amount);
    case question::kind::subtract: return slow.add_ms(asked.at, -asked.amount);
    case question::kind::add_days: return slow.add_days(asked.at, asked.amount, slow_day_end::same_time);
    case question::kind::subtract_days: return slow.add_days(asked.at, -asked.amount, slow_day_end::same_time);
    case question::kind::add_days_close: return slow.add_days(asked.at, asked.amount, slow_day_end::close);
    case question::kind::subtract_days_close: return slow.add_days(asked.at, -asked.amount, slow_day_end::close);
    case question::kind::next_open: return slow.next_open(asked.at);
    case question::kind::next_close: return slow.next_close(asked.at);
    case question::kind::previous_close: return slow.previous_close(asked.at);
  }
  return {};
}

slow_answer ask_fast(const business_calendar& fast, const question& asked) {
  switch (asked.asks) {
    case question::kind::is_open: return {slow_answer::kind::at, instant::from_ms(fast.is_open(asked.at) ? 1 : 0)};
    case question::kind::elapsed:
      return {slow_answer::kind::at, instant::from_ms(fast.elapsed(asked.at, asked.until).ms())};
    case question::kind::add: return answer_of(fast.add(asked.at, business_duration::from_ms(asked.amount)));
    case question::kind::subtract: return answer_of(fast.add(asked.at, -business_duration::from_ms(asked.amount)));
    case question::kind::add_days: return answer_of(fast.add(asked.at, business_days(asked.amount)));
    case question::kind::subtract_days: return answer_of(fast.add(asked.at, business_days(-asked.amount)));
    case question::kind::add_days_close:
      return answer_of(fast.add(asked.at, business_days(asked.amount), day_end::close));
    case question::kind::subtract_days_close:
      return answer_of(fast.add(asked.at, business_days(-asked.amount), day_end::close));
    case question::kind::next_open: return answer_of(fast.next_open(asked.at));
    case question::kind::next_close: return answer_of(fast.next_close(asked.at));
    case question::kind::previous_close: return answer_of(fast.previous_close(asked.at));
  }
  return {};
}

/// Equal, the reason why there is no answer included. Where a search runs into an end of the range within 400 days,
/// "never opens" and "never closes" are as true as "out of range".
bool are_equal(const slow_answer& slow, const slow_answer& fast) {
  if (slow.is == slow_answer::kind::out_of_range) {
    return fast.is != slow_answer::kind::at && fast.is != slow_answer::kind::beyond_window;
  }
  return slow == fast;
}

const std::vector<time_zone>& zones() {
  static const std::vector<time_zone> loaded = [] {
    std::vector<time_zone> list;
    for (const char* name : zone_names) list.push_back(time_zone::load(name, system_zones()).value());
    return list;
  }();
  return loaded;
}

constexpr int cases_per_calendar = 100;

TEST(calendar_property, every_answer_is_that_of_a_calendar_written_out_and_walked_minute_by_minute) {
  const int wanted_count = case_count(60'000);
  int decided_count = 0;
  int refused_count = 0;
  int failed_count = 0;
  std::map<std::string, int> counts;
  std::array<int, 11> by_question{};
  for (std::uint64_t seed = 1; decided_count < wanted_count; ++seed) {
    dice roll(seed);
    const time_zone& zone = zones()[seed % zones().size()];
    const random_calendar made = make_calendar(roll, zone);
    const result<business_calendar> fast = business_calendar::build(made.spec, system_zones());
    const slow_calendar slow(made.spec, zone, made.first, made.last);
    const std::vector<instant> edges = slow.edges();
    if (!fast) {
      // Whether nothing at all ever opens is for the window to show.
      ASSERT_EQ(fast.error().front().code, "calendar.never_opens") << "seed " << seed << "\n" << text_of(made.spec);
      ASSERT_TRUE(edges.empty() || !made.spec.dates.empty()) << "seed " << seed << "\n" << text_of(made.spec);
      ASSERT_TRUE(edges.empty()) << "seed " << seed << ": opens within the window\n" << text_of(made.spec);
      ++refused_count;
      continue;
    }
    for (int i = 0; i < cases_per_calendar && decided_count < wanted_count; ++i) {
      const question asked = random_question(roll, slow, edges, zone);
      const slow_answer expected = ask_slow(slow, asked);
      if (expected.is == slow_answer::kind::beyond_window) continue;
      ++decided_count;
      ++counts[zone.name()];
      ++by_question[static_cast<std::size_t>(asked.asks)];
      const slow_answer given = ask_fast(*fast, asked);
      if (are_equal(expected, given)) continue;
      if (++failed_count <= 10) {
        ADD_FAILURE() << "seed " << seed << " question " << i << ": " << text_of(asked)
                      << "\n  slow: " << text_of(expected) << "\n  fast: " << text_of(given) << "\n  "
                      << text_of(made.spec);
      }
    }
  }
  EXPECT_EQ(failed_count, 0) << "of " << decided_count;
  if (wanted_count >= 50'000) {
    EXPECT_GE(counts.size(), 12U);
    for (const auto& [name, count] : counts) EXPECT_GT(count, 500) << name;
    for (const int count : by_question) EXPECT_GT(count, 2'000);
  }
  RecordProperty("cases", decided_count);
  RecordProperty("refused_calendars", refused_count);
}

/// A law is asked of many random calendars over the whole range of instants, with no model to hold a span down.
template <class Law>
void hold_law(std::uint64_t first_seed, int count, Law law) {
  int held_count = 0;
  for (std::uint64_t seed = first_seed; held_count < count; ++seed) {
    dice roll(seed);
    const time_zone& zone = zones()[seed % zones().size()];
    const random_calendar made = make_calendar(roll, zone);
    const result<business_calendar> built = business_calendar::build(made.spec, system_zones());
    if (!built) continue;
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + text_of(made.spec));
    for (int i = 0; i < cases_per_calendar && held_count < count; ++i) {
      law(roll, *built);
      ++held_count;
      if (testing::Test::HasFailure()) return;
    }
  }
}

/// An instant anywhere in the range, and spans from a millisecond to decades.
instant any_instant(dice& roll) { return instant::from_ms(roll.between(0, limits::instant_max_ms)); }

std::int64_t any_span_ms(dice& roll) {
  constexpr std::array<std::int64_t, 6> spans = {1'000,       hour_ms,      8 * hour_ms,
                                                 30 * day_ms, 365 * day_ms, 30 * 365 * day_ms};
  return roll.between(0, roll.pick(spans));
}

TEST(calendar_property, the_time_added_is_the_time_that_elapses) {
  int added_count = 0;
  hold_law(100'000, case_count(20'000), [&](dice& roll, const business_calendar& calendar) {
    const instant from = any_instant(roll);
    const std::int64_t amount = any_span_ms(roll) * (roll.one_in(2) ? 1 : -1);
    const result<instant> to = calendar.add(from, business_duration::from_ms(amount));
    if (!to) return;
    ++added_count;
    ASSERT_EQ(calendar.elapsed(from, *to).ms(), amount) << from.text() << " plus " << amount << " gives " << to->text();
    if (amount > 0) {
      // The earliest such instant: a millisecond before, something is still missing.
      ASSERT_EQ(calendar.elapsed(from, *to - elapsed_duration::from_ms(1)).ms(), amount - 1)
          << from.text() << " " << amount;
    } else if (amount < 0) {
      ASSERT_EQ(calendar.elapsed(from, *to + elapsed_duration::from_ms(1)).ms(), amount + 1)
          << from.text() << " " << amount;
    } else {
      ASSERT_TRUE(calendar.is_open(*to) || *to == instant::max()) << from.text();
    }
  });
  if (case_count(20'000) == 20'000) {
    EXPECT_GT(added_count, 10'000);
  }
}

TEST(calendar_property, adding_more_or_from_later_never_ends_earlier) {
  hold_law(200'000, case_count(20'000), [](dice& roll, const business_calendar& calendar) {
    const instant from = any_instant(roll);
    const instant later = from + elapsed_duration::from_ms(any_span_ms(roll));
    const std::int64_t amount = any_span_ms(roll);
    const std::int64_t more = amount + any_span_ms(roll);
    const auto ends = [&](instant at, std::int64_t ms) { return calendar.add(at, business_duration::from_ms(ms)); };
    const result<instant> end = ends(from, amount);
    const result<instant> end_with_more = ends(from, more);
    if (end && end_with_more) {
      ASSERT_LE(*end, *end_with_more) << from.text() << " " << amount << " " << more;
    }
    if (later <= instant::max()) {
      const result<instant> end_from_later = ends(later, amount);
      if (end && end_from_later) {
        ASSERT_LE(*end, *end_from_later) << from.text() << " " << later.text() << " " << amount;
      }
    }
    const result<instant> back = ends(from, -amount);
    const result<instant> further_back = ends(from, -more);
    if (back && further_back) {
      ASSERT_GE(*back, *further_back) << from.text() << " " << amount << " " << more;
    }
    const std::int64_t days = roll.between(0, 300);
    const result<instant> day = calendar.add(from, business_days(days));
    const result<instant> next_day = calendar.add(from, business_days(days + 1), day_end::close);
    if (day && next_day) {
      const result<instant> same_day_close = calendar.add(from, business_days(days), day_end::close);
      ASSERT_TRUE(same_day_close);
      ASSERT_LE(*day, *same_day_close) << from.text() << " " << days;
    }
  });
}

TEST(calendar_property, a_sum_may_be_added_in_parts) {
  int compared_count = 0;
  hold_law(300'000, case_count(20'000), [&](dice& roll, const business_calendar& calendar) {
    const instant from = any_instant(roll);
    const std::int64_t sign = roll.one_in(2) ? 1 : -1;
    const std::int64_t first = any_span_ms(roll) + 1;
    const std::int64_t second = any_span_ms(roll) + 1;
    const result<instant> half = calendar.add(from, business_duration::from_ms(sign * first));
    if (!half) return;
    const result<instant> whole = calendar.add(from, business_duration::from_ms(sign * (first + second)));
    const result<instant> parts = calendar.add(*half, business_duration::from_ms(sign * second));
    if (!whole || !parts) return;
    ++compared_count;
    ASSERT_EQ(*whole, *parts) << from.text() << " " << sign * first << " then " << sign * second;
  });
  if (case_count(20'000) == 20'000) {
    EXPECT_GT(compared_count, 7'000);
  }
}

TEST(calendar_property, elapsed_time_adds_up_and_turns_its_sign) {
  hold_law(400'000, case_count(20'000), [](dice& roll, const business_calendar& calendar) {
    const instant a = any_instant(roll);
    const instant b = any_instant(roll);
    const instant c = any_instant(roll);
    ASSERT_EQ(calendar.elapsed(a, b) + calendar.elapsed(b, c), calendar.elapsed(a, c))
        << a.text() << " " << b.text() << " " << c.text();
    ASSERT_EQ(calendar.elapsed(a, b), -calendar.elapsed(b, a)) << a.text() << " " << b.text();
    ASSERT_LE(std::abs(calendar.elapsed(a, b).ms()), std::abs((b - a).ms())) << a.text() << " " << b.text();
    ASSERT_EQ(calendar.elapsed(a, a + elapsed_duration::from_ms(1)).ms(),
              calendar.is_open(a) && a < instant::max() ? 1 : 0)
        << a.text();
  });
}

TEST(calendar_property, the_calendar_changes_at_openings_and_closes_and_nowhere_between) {
  int found_count = 0;
  hold_law(500'000, case_count(20'000), [&](dice& roll, const business_calendar& calendar) {
    const elapsed_duration one_ms = elapsed_duration::from_ms(1);
    const instant at = any_instant(roll);
    const result<instant> opens = calendar.next_open(at);
    const result<instant> closes = calendar.next_close(at);
    if (opens) {
      ++found_count;
      ASSERT_GT(*opens, at);
      ASSERT_TRUE(calendar.is_open(*opens) || *opens == instant::max()) << at.text();
      ASSERT_FALSE(calendar.is_open(*opens - one_ms)) << at.text();
    }
    if (closes) {
      ASSERT_GT(*closes, at);
      ASSERT_FALSE(calendar.is_open(*closes)) << at.text();
      ASSERT_TRUE(calendar.is_open(*closes - one_ms)) << at.text();
      const result<instant> back = calendar.previous_close(*closes + one_ms);
      ASSERT_TRUE(back) << at.text();
      ASSERT_EQ(*back, *closes) << at.text();
      if (*closes > instant::min()) {
        const result<instant> before = calendar.previous_close(*closes);
        if (before) {
          ASSERT_LT(*before, *closes) << at.text();
        }
      }
    }
    if (opens && closes) {
      // From now to the nearer of the two nothing changes.
      const instant change = std::min(*opens, *closes);
      ASSERT_EQ(calendar.elapsed(at, change),
                calendar.is_open(at) ? business_duration::from_ms((change - at).ms()) : business_duration())
          << at.text();
      ASSERT_EQ(*closes < *opens, calendar.is_open(at)) << at.text();
    }
  });
  if (case_count(20'000) == 20'000) {
    EXPECT_GT(found_count, 7'000);
  }
}

TEST(calendar_property, the_slow_model_answers_the_examples_of_the_contract) {
  calendar_spec spec;
  spec.time_zone = "America/New_York";
  for (std::size_t day = 0; day < 5; ++day) spec.hours[day] = {interval_of(9 * 60, 8 * 60)};
  const time_zone zone = time_zone::load(spec.time_zone, system_zones()).value();
  const slow_calendar slow(spec, zone, local_date::parse("2026-02-01").value(),
                           local_date::parse("2026-04-30").value());
  const auto at = [](std::string_view text) { return instant::parse(text).value(); };
  const auto is = [](instant when) { return slow_answer{slow_answer::kind::at, when}; };
  EXPECT_EQ(slow.add_ms(at("2026-03-06T16:00:00-05:00"), 4 * hour_ms), is(at("2026-03-09T12:00:00-04:00")));
  EXPECT_EQ(slow.add_ms(at("2026-03-06T16:00:00-05:00"), hour_ms), is(at("2026-03-06T17:00:00-05:00")));
  EXPECT_EQ(slow.add_days(at("2026-03-07T12:00:00-05:00"), 1, slow_day_end::same_time),
            is(at("2026-03-10T09:00:00-04:00")));
  EXPECT_EQ(slow.elapsed_ms(at("2026-03-06T16:00:00-05:00"), at("2026-03-09T12:00:00-04:00")), 4 * hour_ms);
  EXPECT_EQ(slow.next_open(at("2026-03-06T09:00:00-05:00")), is(at("2026-03-09T09:00:00-04:00")));
  EXPECT_EQ(slow.next_close(at("2026-03-06T17:00:00-05:00")), is(at("2026-03-09T17:00:00-04:00")));
  EXPECT_EQ(slow.previous_close(at("2026-03-09T17:00:00-04:00")), is(at("2026-03-06T17:00:00-05:00")));
  EXPECT_EQ(slow_calendar::instant_ms_of(zone, at("2026-03-08T02:30:00Z").ms()), at("2026-03-08T03:30:00-04:00").ms());
  EXPECT_EQ(slow_calendar::instant_ms_of(zone, at("2026-11-01T01:30:00Z").ms()), at("2026-11-01T01:30:00-04:00").ms());
}

}  // namespace
}  // namespace leadline::test::calendar_property_test
