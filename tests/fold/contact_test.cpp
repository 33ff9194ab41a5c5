#include "leadline/fold/contact.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "fold/fold_case.hpp"
#include "support/case_count.hpp"

namespace leadline::test::contact_test {
namespace {

using moves = std::vector<std::string>;

/// A funnel of two stages that is left when `condition` holds, over one score.
[[nodiscard]] std::string pack_with(const std::string& score, const std::string& condition,
                                    const std::string& more = "") {
  return R"({"leadline": 1, "name": "t", "time_zone": "UTC", "engine": {"lateness": "2d"},
    "events": {"visit": {"activity": true, "fields": {"n": "number"}}, "bad": {"fields": {"n": "number"}}},
    "signals": {"visits_7d": {"count": "visit", "within": "7d"}, "idle": {"since": "any_activity"}},
    "scores": {"s": )" +
         score + R"(},
    "funnel": {"start": "cold", "stages": [{"id": "cold"}, {"id": "hot"}],
      "transitions": [{"id": "warm", "from": "cold", "to": "hot", "when": {">=": [{"var": "score.s"}, 50]}},
                      {"id": "cool", "from": "hot", "to": "cold", "when": )" +
         condition + R"(}]}, )" + more + R"( "attributes": {}})";
}

const std::string half_life =
    R"({"rules": [{"id": "v", "on": "visit", "points": 100, "decay": {"half_life": "10d"}}]})";
const std::string below_50 = R"({"<": [{"var": "score.s"}, 50]})";

TEST(crossing, of_a_half_life_is_at_the_first_millisecond_below) {
  folded c(pack_with(half_life, below_50));
  c.step("visit", "2026-03-01T00:00:00Z");
  c.advance("2026-06-01T00:00:00Z");
  // 100 points are 50.000 after ten days, and 49.999 once 2^(-t / 10 d) has lost half a 2^-20 milli-point of it.
  ASSERT_EQ(c.moves().size(), 3U);
  const instant half = at("2026-03-11T00:00:00Z");
  const instant crossed = at(c.moves()[2].substr(0, 24));
  EXPECT_GT(crossed, half);
  EXPECT_LT((crossed - half).ms(), 20);
  decayed_sum sum;
  const decay how{decay_form::half_life, elapsed_duration::days(10).ms(), 0};
  sum.add(how, at("2026-03-01T00:00:00Z"), 100'000);
  EXPECT_EQ(sum.milli_at(how, crossed), 49'999);
  EXPECT_EQ(sum.milli_at(how, crossed - elapsed_duration::from_ms(1)), 50'000);
}

TEST(crossing, of_many_fading_bonuses_and_penalties_is_the_first_of_all_instants_in_which_it_lies) {
  const std::string both = R"({"rules": [
    {"id": "v", "on": "visit", "points": 100, "decay": {"half_life": "10d"}},
    {"id": "p", "on": "bad", "points": -80, "decay": {"linear": "3h"}}]})";
  folded c(pack_with(both, R"({">": [{"var": "score.s"}, 95]})"));
  c.step("visit", "2026-03-01T00:00:00Z");  // 100: hot, and at once cold again is a cycle, for it is above 95
  c.step("bad", "2026-03-01T01:00:00Z");    // below
  c.advance("2026-03-02T00:00:00Z");
  const compiled::score& score = c.pack().scores[0];
  decayed_sum gains;
  decayed_sum losses;
  gains.add(score.rules[0].decay, at("2026-03-01T00:00:00Z"), 100'000);
  losses.add(score.rules[1].decay, at("2026-03-01T01:00:00Z"), -80'000);
  instant first = at("2026-03-01T01:00:00Z");
  while (gains.milli_at(score.rules[0].decay, first) + losses.milli_at(score.rules[1].decay, first) <= 95'000) {
    first = first + elapsed_duration::from_ms(1);
  }
  ASSERT_GE(c.moves().size(), 3U);
  EXPECT_EQ(c.moves()[2], first.text() + " hot > cold");
}

TEST(crossing, at_an_event_of_that_very_instant_is_told_by_the_event) {
  folded c(pack_with(R"({"rules": [{"id": "v", "on": "visit", "points": 50, "decay": {"expires": "1d"}}]})", below_50));
  c.step({"e1", "visit", "2026-03-01T00:00:00Z"});
  c.step({"e2", "bad", "2026-03-02T00:00:00Z"});
  ASSERT_EQ(c.moves(), (moves{"2026-03-01T00:00:00.000Z - > cold", "2026-03-01T00:00:00.000Z cold > hot",
                              "2026-03-02T00:00:00.000Z hot > cold"}));
  EXPECT_EQ(c.decisions().back().cause, "e2");
}

TEST(windows, leave_out_what_is_exactly_as_old_as_they_are_long) {
  folded c(pack_with(R"({"rules": [{"id": "w", "when": {">=": [{"var": "signal.visits_7d"}, 2]}, "points": 50}]})",
                     below_50));
  c.step("visit", "2026-03-01T00:00:00Z");
  c.step("visit", "2026-03-08T00:00:00Z");  // the first has just left
  EXPECT_EQ(c.moves().size(), 1U);
  c.step("visit", "2026-03-14T23:59:59.999Z");
  EXPECT_EQ(c.moves().back(), "2026-03-14T23:59:59.999Z cold > hot");
  c.advance("2026-04-01T00:00:00Z");
  EXPECT_EQ(c.moves().back(), "2026-03-15T00:00:00.000Z hot > cold");
}

TEST(since, flips_at_the_instant_itself_or_one_millisecond_later) {
  for (const auto& [sign, when] :
       {std::pair(">=", "2026-03-01T01:00:00.000Z"), std::pair(">", "2026-03-01T01:00:00.001Z")}) {
    folded c(pack_with(R"({"rules": [{"id": "v", "on": "visit", "points": 50}]})",
                       std::string(R"({")") + sign + R"(": [{"var": "signal.idle"}, 3600]})"));
    c.step("visit", "2026-03-01T00:00:00Z");
    EXPECT_LE(c.next_wakeup(), at(when));
    c.advance("2026-03-02T00:00:00Z");
    EXPECT_EQ(c.moves().back(), std::string(when) + " hot > cold");
  }
}

TEST(idle_steps, come_and_are_kept_as_the_rule_says) {
  folded c(pack_with(
      R"({"rules": [{"id": "i", "idle": [{"after": "30d", "every": "7d", "points": -5, "at_most": -15}], "on_return": "keep"}]})",
      below_50));
  c.step("visit", "2026-01-01T00:00:00Z");
  c.advance("2026-01-30T23:59:59.999Z");
  EXPECT_EQ(c.score_milli(), 0);
  c.advance("2026-01-31T00:00:00Z");
  EXPECT_EQ(c.score_milli(), -5'000);
  c.advance("2026-02-07T00:00:00Z");
  EXPECT_EQ(c.score_milli(), -10'000);
  c.advance("2026-12-01T00:00:00Z");
  EXPECT_EQ(c.score_milli(), -15'000);
  c.step("visit", "2026-12-02T00:00:00Z");
  c.advance("2026-12-31T00:00:00Z");
  EXPECT_EQ(c.score_milli(), -15'000);
  c.advance("2027-01-01T00:00:00Z");
  EXPECT_EQ(c.score_milli(), -20'000);
}

TEST(late_events, amend_what_they_change_and_tell_what_is_new) {
  folded c(pack_with(R"({"rules": [{"id": "v", "on": "visit", "points": 25}]})", below_50));
  c.step({"e1", "visit", "2026-03-01T00:00:00Z"});
  c.step({"e3", "visit", "2026-03-02T00:00:00Z"});  // hot here
  c.step({"e2", "visit", "2026-03-01T12:00:00Z"});  // but it was hot here already
  EXPECT_EQ(
      c.told().at(3),
      R"({"seq": 4, "at": "2026-03-02T00:00:00.000Z", "contact": "c1", "kind": "stage", "from": "cold", "to": "hot", "rule": "warm", "cause": "e3"})");
  const std::vector<std::string> corrections(c.told().begin() + 4, c.told().end());
  EXPECT_EQ(
      corrections,
      (std::vector<std::string>{
          R"({"seq": 5, "at": "2026-03-02T00:00:00.000Z", "contact": "c1", "kind": "amended", "corrects": 3, "now": {"at": "2026-03-02T00:00:00.000Z", "contact": "c1", "kind": "score", "score": "s", "from": 50, "to": 75, "cause": "e3"}, "cause": "e2"})",
          R"({"seq": 6, "at": "2026-03-02T00:00:00.000Z", "contact": "c1", "kind": "amended", "corrects": 4, "now": null, "cause": "e2"})",
          R"({"seq": 7, "at": "2026-03-01T12:00:00.000Z", "contact": "c1", "kind": "score", "score": "s", "from": 25, "to": 50, "cause": "e2", "late": true})",
          R"({"seq": 8, "at": "2026-03-01T12:00:00.000Z", "contact": "c1", "kind": "stage", "from": "cold", "to": "hot", "rule": "warm", "cause": "e2", "late": true})"}));
}

TEST(late_events, are_refused_once_they_are_older_than_the_lateness) {
  folded c(pack_with(half_life, below_50));
  c.step({"e1", "visit", "2026-03-10T00:00:00Z"});
  c.advance("2026-03-10T00:00:00Z");
  c.step({"e0", "visit", "2026-03-08T00:00:00.001Z"});
  EXPECT_NE(c.told().back().find("\"late\": true"), std::string::npos);
  c.step({"e9", "visit", "2026-03-08T00:00:00Z"});
  EXPECT_EQ(c.decisions().back().about, "too_late");
}

TEST(duplicates, are_ignored_and_counted_inside_the_lateness_and_refused_events_may_come_again) {
  folded c(pack_with(half_life, below_50));
  c.step({"e1", "visit", "2026-03-01T00:00:00Z"});
  const std::size_t count = c.told().size();
  c.step({"e1", "visit", "2026-03-01T01:00:00Z"});
  EXPECT_EQ(c.told().size(), count);
  EXPECT_EQ(c.who().duplicate_count, 1U);
  c.step({"e2", "visit", "2026-03-01T01:00:00Z", R"({"n": "many"})"});
  EXPECT_EQ(c.decisions().back().about, "bad_event");
  c.step({"e2", "visit", "2026-03-01T02:00:00Z", R"({"n": 1})"});
  EXPECT_EQ(c.decisions().back().kind, decision_kind::score);
  c.step({"e1", "visit", "2026-03-03T00:00:00.001Z"});  // its id is forgotten
  EXPECT_EQ(c.decisions().back().kind, decision_kind::score);
}

TEST(limits, refuse_the_whole_event_and_leave_no_trace_of_it) {
  folded c(R"({"leadline": 1, "name": "t", "time_zone": "UTC", "engine": {"lateness": "0s"},
    "attributes": {"n": {"type": "number", "from": ["give.n"]}}, "events": {"give": {"activity": true, "fields": {"n": "number"}}},
    "scores": {"a": {"rules": [{"id": "r", "on": "give", "points": 1}]},
               "b": {"rules": [{"id": "r", "on": "give", "points": {"var": "event.n"}, "min": 0, "max": 10000000}]}}})");
  c.step({"e1", "give", "2026-03-01T00:00:00Z", R"({"n": 9999999.5})"});
  EXPECT_EQ(c.score_milli(1), 9'999'999'500);
  c.step({"e2", "give", "2026-03-01T00:00:01Z", R"({"n": 1})"});
  EXPECT_EQ(c.decisions().back().about, "limit");
  c.advance("2026-03-01T00:00:02Z");
  EXPECT_EQ(c.score_milli(0), 1'000);
  EXPECT_EQ(c.who().state.attributes()[0].content().real(), 9999999.5);
  c.step({"e2", "give", "2026-03-01T00:00:03Z", R"({"n": 0.5})"});  // its id was not remembered
  EXPECT_EQ(c.score_milli(1), 10'000'000'000);
}

// --- The laws, over random streams
// --------------------------------------------------------------------------------------

const std::string rich_pack =
    R"({"leadline": 1, "name": "t", "time_zone": "America/New_York", "engine": {"lateness": "3d"},
  "calendars": {"sales": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}},
  "attributes": {"size": {"type": "number", "from": ["visit.n"]}},
  "events": {"visit": {"activity": true, "fields": {"n": "number"}}, "buy": {"activity": true, "fields": {"n": "number"}}, "bad": {}},
  "signals": {"v": {"count": "visit", "within": "36h"}, "top": {"max": "buy", "of": "n", "within": "4d"}, "days": {"streak": "visit"},
              "kinds": {"distinct": "visit", "by": "n", "within": "2d"}, "idle": {"since": "any_activity"}},
  "scores": {"heat": {"rules": [
      {"id": "a", "on": "visit", "points": 10, "limit": {"times": 2, "per": "1d"}, "decay": {"half_life": "3d"}},
      {"id": "b", "on": "buy", "points": {"*": [{"var": "event.n"}, 0.3]}, "min": 0, "max": 30, "decay": {"linear": "5d"}},
      {"id": "c", "on": "bad", "points": -20, "decay": {"percent": 25, "every": "1d"}},
      {"id": "d", "on": "visit", "tiers": [{"at_least": 3, "within": "2d", "points": 15}, {"at_least": 1, "within": "4d", "points": 5}]},
      {"id": "e", "when": {">=": [{"var": "signal.v"}, 2]}, "points": 5, "otherwise": -1},
      {"id": "f", "idle": [{"after": "1d", "points": -2}, {"after": "3d", "every": "1d", "points": -3}], "on_return": "keep"}]},
    "lead": {"sum": {"heat": 0.75}, "min": -10, "max": 60}},
  "grades": {"g": {"of": "lead", "bands": [{"at_least": 30, "until": 25, "is": "A"}, {"at_least": 10, "is": "B"}, {"is": "C"}]}},
  "funnel": {"start": "cold", "stages": [{"id": "cold"}, {"id": "warm"}, {"id": "hot"}],
    "transitions": [{"id": "up", "from": "cold", "to": "warm", "when": {">=": [{"var": "score.lead"}, 8]}},
      {"id": "top", "from": "warm", "to": "hot", "when": {"==": [{"var": "grade.g"}, "A"]}, "cooldown": "2d"},
      {"id": "sold", "from": "*", "to": "hot", "on": "buy", "where": {">": [{"var": "event.n"}, 90]}},
      {"id": "drop", "from": ["hot"], "to": "cold", "when": {"<": [{"var": "score.heat"}, 4]}},
      {"id": "slow", "from": ["warm"], "to": "cold", "after": "9bh", "calendar": "sales", "when": {">": [{"var": "signal.idle"}, 86400]}}],
    "effects": [{"when": {">=": [{"var": "signal.days"}, 2]}, "do": [{"action": "add_tag", "tag": "loyal"}]},
                {"enter": "hot", "do": [{"action": "tell", "score": {"var": "score.lead"}}]}]}})";

struct timed_event {
  test_event given;
  instant when;
};

[[nodiscard]] std::vector<timed_event> random_stream(std::mt19937_64& random) {
  std::vector<timed_event> out;
  instant when = at("2026-03-05T12:00:00Z");
  const auto pick = [&](std::uint64_t count) { return random() % count; };
  const std::size_t count = 5 + pick(25);
  for (std::size_t i = 0; i < count; ++i) {
    // Whole hours often, so that edges are met exactly, and never the same instant twice: a shuffle must not change
    // the order within one.
    when = when + elapsed_duration::from_ms(pick(2) == 0 ? static_cast<std::int64_t>(1 + pick(40)) * 3'600'000
                                                         : static_cast<std::int64_t>(1 + pick(100'000'000)));
    const char* const types[] = {"visit", "visit", "buy", "bad"};
    const std::string type = types[pick(4)];
    out.push_back({{"e" + std::to_string(i), type, when.text(), "{\"n\": " + std::to_string(pick(100)) + "}"}, when});
  }
  return out;
}

/// Decisions with corrections applied, without seq.
[[nodiscard]] std::vector<std::string> settled(const folded& from) {
  std::map<std::uint64_t, decision> standing;
  for (const decision& each : from.decisions()) {
    if (each.kind != decision_kind::amended) {
      standing[each.seq] = each;
    } else if (each.now) {
      standing[each.corrects] = *each.now;
    } else {
      standing.erase(each.corrects);
    }
  }
  std::vector<std::string> out;
  for (auto& [seq, each] : standing) {
    each.seq = 0;
    each.is_late = false;
    out.push_back(to_json(each));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(laws, many_small_advances_and_a_copy_half_way_change_nothing) {
  for (int i = 0; i < case_count(400); ++i) {
    std::mt19937_64 random(static_cast<std::uint64_t>(i));
    const std::vector<timed_event> stream = random_stream(random);
    const instant end = stream.back().when + elapsed_duration::days(20);
    folded straight(rich_pack);
    for (const timed_event& each : stream) straight.step(each.given);
    straight.advance(end);
    folded halting(rich_pack);
    instant now = stream.front().when - elapsed_duration::days(1);
    for (const timed_event& each : stream) {
      while (random() % 3 != 0) {
        now =
            std::max(now, std::min(each.when - elapsed_duration::from_ms(1),
                                   now + elapsed_duration::from_ms(static_cast<std::int64_t>(random() % 50'000'000))));
        halting.advance(now);
      }
      const contact copy = halting.who();
      halting.who() = copy;
      halting.step(each.given);
      now = each.when;
    }
    while (now < end) {
      now = std::min(end, now + elapsed_duration::from_ms(static_cast<std::int64_t>(random() % 300'000'000)));
      halting.advance(now);
    }
    ASSERT_EQ(straight.told(), halting.told()) << "seed " << i;
  }
}

TEST(laws, events_shuffled_within_the_lateness_settle_to_the_same_log) {
  for (int i = 0; i < case_count(400); ++i) {
    std::mt19937_64 random(static_cast<std::uint64_t>(i) + 1'000'000);
    const std::vector<timed_event> stream = random_stream(random);
    const instant end = stream.back().when + elapsed_duration::days(20);
    folded straight(rich_pack);
    for (const timed_event& each : stream) straight.step(each.given);
    straight.advance(end);
    std::vector<std::pair<instant, std::size_t>> arrivals;
    for (std::size_t k = 0; k < stream.size(); ++k) {
      const std::int64_t delay_ms =
          random() % 3 == 0 ? static_cast<std::int64_t>(random() % (3 * 86'400'000ULL - 1)) : 0;
      arrivals.emplace_back(stream[k].when + elapsed_duration::from_ms(delay_ms), k);
    }
    std::sort(arrivals.begin(), arrivals.end());
    folded shuffled(rich_pack);
    for (const auto& [when, k] : arrivals) {
      if (random() % 2 == 0) shuffled.advance(when - elapsed_duration::from_ms(1));
      shuffled.step(stream[k].given);
    }
    shuffled.advance(end);
    ASSERT_EQ(settled(straight), settled(shuffled)) << "seed " << i + 1'000'000;
    std::set<std::uint64_t> numbers;
    for (const decision& each : shuffled.decisions()) numbers.insert(each.seq);
    ASSERT_EQ(numbers.size(), shuffled.decisions().size());
    ASSERT_EQ(*numbers.rbegin(), numbers.size());  // from 1 without gaps
  }
}

TEST(wakeups, of_a_count_come_where_it_falls_below_a_number_it_is_compared_with_and_nowhere_else) {
  folded c(pack_with(R"({"rules": [{"id": "busy", "when": {">=": [{"var": "signal.visits_7d"}, 3]}, "points": 60},
                                   {"id": "calm", "when": {"<": [1.5, {"var": "signal.visits_7d"}, 5]}, "points": 7}]})",
                     R"({"<": [{"var": "score.s"}, 50]})"));
  c.step("visit", "2026-03-01T00:00:00Z");
  EXPECT_EQ(c.next_wakeup(), std::nullopt) << "one visit can only become none, and nobody asks for that";
  c.step("visit", "2026-03-02T00:00:00Z");
  EXPECT_EQ(c.next_wakeup(), at("2026-03-08T00:00:00Z")) << "two become one, which is not more than 1.5";
  c.step("visit", "2026-03-03T00:00:00Z");
  c.step("visit", "2026-03-03T00:00:00Z");
  EXPECT_EQ(c.next_wakeup(), at("2026-03-09T00:00:00Z")) << "four become three without a word, then two";
  c.step("visit", "2026-03-04T00:00:00Z");
  EXPECT_EQ(c.next_wakeup(), at("2026-03-08T00:00:00Z")) << "five become four";
  c.advance("2026-04-01T00:00:00Z");
  EXPECT_EQ(c.moves(), (moves{"2026-03-01T00:00:00.000Z - > cold", "2026-03-03T00:00:00.000Z cold > hot",
                              "2026-03-10T00:00:00.000Z hot > cold"}));
  EXPECT_EQ(c.next_wakeup(), std::nullopt);
}

TEST(wakeups, of_a_count_that_is_reckoned_with_come_at_each_step_of_it) {
  folded c(pack_with(R"({"rules": [{"id": "busy", "points": 60,
                          "when": {">=": [{"+": [{"var": "signal.visits_7d"}, 1]}, 3]}}]})",
                     below_50));
  c.step("visit", "2026-03-01T00:00:00Z");
  EXPECT_EQ(c.next_wakeup(), at("2026-03-08T00:00:00Z"));
}

TEST(wakeups, never_come_after_something_that_time_brings_and_a_pass_in_between_does_nothing) {
  for (int i = 0; i < case_count(100); ++i) {
    std::mt19937_64 random(static_cast<std::uint64_t>(i) + 2'000'000);
    const std::vector<timed_event> stream = random_stream(random);
    folded c(rich_pack);
    for (const timed_event& each : stream) c.step(each.given);
    for (int wakeup = 0; wakeup < 200; ++wakeup) {
      const std::optional<instant> next = c.next_wakeup();
      if (!next) break;
      const std::size_t before = c.told().size();
      c.advance(*next - elapsed_duration::from_ms(1));
      ASSERT_EQ(c.told().size(), before) << "seed " << i + 2'000'000;
      c.advance(*next);
      for (std::size_t k = before; k < c.decisions().size(); ++k) ASSERT_EQ(c.decisions()[k].at, *next);
    }
  }
}

}  // namespace
}  // namespace leadline::test::contact_test
