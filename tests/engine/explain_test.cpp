#include "leadline/engine/explain.hpp"

#include <string>
#include <string_view>

#include "fold/fold_case.hpp"

namespace leadline::test::explain_test {
namespace {

const std::string fading = R"({"leadline": 1, "name": "t", "time_zone": "UTC", "events": {"visit": {}},
  "scores": {"s": {"max": 12, "groups": {"g": {"max": 10}}, "rules": [
    {"id": "v", "on": "visit", "points": 10, "group": "g", "decay": {"linear": "30d"}},
    {"id": "f", "on": "visit", "points": 3, "limit": {"times": 1}}]}}})";

void take(explainer& why, std::string_view contact, std::string_view type, std::string_view when,
          const std::string& data = "{}") {
  const stored_value content = stored(data);
  why.take({.id = {}, .contact = contact, .type = type, .at = at(when), .data = content.content()});
}

TEST(ledger, has_no_contact_of_which_nothing_was_accepted) {
  explainer why(compiled_from(fading));
  take(why, "c1", "unheard_of", "2026-03-01T00:00:00Z");
  EXPECT_FALSE(why.explain("c1", at("2026-03-02T00:00:00Z")).has_value());
  EXPECT_FALSE(why.explain("c2", at("2026-03-02T00:00:00Z")).has_value());
}

TEST(ledger, charges_each_cap_in_its_place) {
  explainer why(compiled_from(fading));
  take(why, "c1", "visit", "2026-03-01T00:00:00Z");
  take(why, "c1", "visit", "2026-03-11T00:00:00Z");
  const std::optional<ledger> told = why.explain("c1", at("2026-03-11T00:00:00Z"));
  ASSERT_TRUE(told.has_value());
  const ledger_score& score = told->scores[0];
  // A third of the first ten points is gone.
  EXPECT_EQ(score.rules[0].raw_milli, 20'000);
  EXPECT_EQ(score.rules[0].decayed_milli, 16'666);
  EXPECT_EQ(score.rules[0].events->at(0).now_milli, 6'666);
  EXPECT_EQ(score.rules[0].events->at(1).now_milli, 10'000);
  EXPECT_EQ(score.rules[1].events->size(), 1U);
  EXPECT_EQ(score.groups[0].lost_milli, 6'666);
  EXPECT_EQ(score.sum_milli, 13'000);
  EXPECT_EQ(score.lost_milli, 1'000);
  EXPECT_EQ(score.value_milli, 12'000);
}

TEST(ledger, can_be_asked_again_at_a_later_instant) {
  explainer why(compiled_from(fading));
  take(why, "c1", "visit", "2026-03-01T00:00:00Z");
  EXPECT_EQ(why.explain("c1", at("2026-03-01T00:00:00Z"))->scores[0].value_milli, 12'000);
  take(why, "c1", "visit", "2026-03-16T00:00:00Z");
  const std::optional<ledger> told = why.explain("c1", at("2026-03-31T00:00:00Z"));
  EXPECT_EQ(told->scores[0].rules[0].events->at(0).now_milli, 0);
  EXPECT_EQ(told->scores[0].rules[0].events->at(1).now_milli, 5'000);
  EXPECT_EQ(told->scores[0].value_milli, 8'000);
}

TEST(ledger, forgets_with_the_contact) {
  explainer why(compiled_from(fading));
  take(why, "c1", "visit", "2026-03-01T00:00:00Z");
  take(why, "c1", "contact.forget", "2026-03-02T00:00:00Z");
  EXPECT_FALSE(why.explain("c1", at("2026-03-03T00:00:00Z")).has_value());
  take(why, "c1", "visit", "2026-03-04T00:00:00Z");
  EXPECT_EQ(why.explain("c1", at("2026-03-04T00:00:00Z"))->scores[0].rules[0].events->size(), 1U);
}

TEST(ledger, of_a_merge_of_a_merge_counts_all_three) {
  explainer why(compiled_from(fading));
  take(why, "c1", "visit", "2026-03-01T00:00:00Z");
  take(why, "c2", "visit", "2026-03-02T00:00:00Z");
  take(why, "c3", "visit", "2026-03-03T00:00:00Z");
  take(why, "c1", "contact.merge", "2026-03-04T00:00:00Z", R"({"into": "c2"})");
  take(why, "c2", "contact.merge", "2026-03-05T00:00:00Z", R"({"into": "c3"})");
  const instant asked = at("2026-03-06T00:00:00Z");
  const std::optional<ledger> told = why.explain("c1", asked);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->contact, "c3");
  const ledger_rule& rule = told->scores[0].rules[0];
  ASSERT_EQ(rule.events->size(), 3U);
  EXPECT_EQ(rule.events->at(0).contact, "c1");
  EXPECT_EQ(rule.events->at(1).contact, "c2");
  EXPECT_FALSE(rule.events->at(2).contact.has_value());
  EXPECT_EQ(told->scores[0].value_milli, why.all().score_milli(*why.all().find("c3"), 0));
}

TEST(ledger, of_a_rule_that_reads_a_clock_and_a_cadence_says_how_they_stand) {
  explainer why(compiled_from(R"({"leadline": 1, "name": "t", "time_zone": "UTC",
    "events": {"visit": {}, "touch": {"fields": {"channel": "string"}}}, "clocks": [{"id": "reply", "start": {"on": "visit"}, "stop": {"on": "touch"}, "target": {"within": "4h"}}],
    "cadences": [{"id": "two", "start": {"on": "visit"}, "touch": {"on": "touch"}, "mix": {"by": "channel", "call": 2},
      "within": "3d"}],
    "scores": {"s": {"rules": [
      {"id": "late", "when": {"==": [{"var": "clock.reply"}, "breached"]}, "points": -10},
      {"id": "called", "when": {"and": [{"==": [{"var": "cadence.two"}, "running"]},
        {">=": [{"var": "cadence.two.count"}, 2]}, {"==": [{"var": "cadence.two.call"}, 1]}]}, "points": 7}]}}})"));
  take(why, "c1", "visit", "2026-03-01T00:00:00Z");
  EXPECT_EQ(why.explain("c1", at("2026-03-01T03:59:59.999Z"))->scores[0].value_milli, 0);
  take(why, "c1", "touch", "2026-03-01T05:00:00Z", R"({"channel": "call"})");
  take(why, "c1", "touch", "2026-03-01T06:00:00Z", R"({"channel": "post"})");
  const std::optional<ledger> told = why.explain("c1", at("2026-03-01T07:00:00Z"));
  EXPECT_EQ(told->scores[0].rules[0].reads.front().json, "\"breached\"");
  EXPECT_EQ(told->scores[0].rules[0].value_milli, -10'000);
  EXPECT_EQ(told->scores[0].rules[1].value_milli, 7'000);
  EXPECT_EQ(told->scores[0].value_milli, -3'000);
}

TEST(ledger, knows_the_owner_that_a_pool_gave_at_once_or_after_a_wait_and_by_a_late_event) {
  for (const std::string lateness : {"0s", "7d"}) {
    explainer why(compiled_from(R"({"leadline": 1, "time_zone": "UTC", "engine": {"lateness": ")" + lateness + R"("},
      "attributes": {"small": {"type": "boolean"}}, "events": {"ask": {}, "ping": {}},
      "scores": {"s": {"rules": [{"id": "ana", "when": {"==": [{"var": "owner"}, "ana"]}, "points": 5},
                                 {"id": "bo", "when": {"==": [{"var": "owner"}, "bo"]}, "points": 3}]}},
      "routing": {"on": {"on": "ask"}, "reps": {"ana": {}, "bo": {}}, "pools": {"p": {"reps": ["ana", "bo"]}},
        "rules": [{"id": "small", "when": {"==": [{"var": "contact.small"}, true]}, "owner": null},
                  {"id": "p", "pool": "p"}]}})"));
    const auto points = [&](std::string_view contact, std::string_view when) {
      const std::optional<ledger> told = why.explain(contact, at(when));
      EXPECT_EQ(told->scores[0].value_milli, why.all().score_milli(*why.all().find(contact), 0)) << contact;
      return told->scores[0].value_milli;
    };
    take(why, "c1", "ask", "2026-03-02T10:00:00Z");
    take(why, "c2", "ask", "2026-03-02T10:01:00Z");
    EXPECT_EQ(points("c1", "2026-03-02T11:00:00Z"), 5'000);
    EXPECT_EQ(points("c2", "2026-03-02T11:00:00Z"), 3'000);
    take(why, "", "rep.away", "2026-03-02T12:00:00Z", R"({"rep": "ana"})");
    take(why, "", "rep.away", "2026-03-02T12:00:00Z", R"({"rep": "bo"})");
    take(why, "c3", "ask", "2026-03-02T12:01:00Z");
    EXPECT_EQ(points("c3", "2026-03-02T12:30:00Z"), 0);
    take(why, "", "rep.back", "2026-03-02T13:00:00Z", R"({"rep": "bo"})");
    EXPECT_EQ(points("c3", "2026-03-02T14:00:00Z"), 3'000);
    if (lateness == "0s") continue;
    take(why, "c2", "contact.set", "2026-03-02T10:00:30Z", R"({"small": true})");
    EXPECT_EQ(points("c2", "2026-03-02T14:00:00Z"), 0) << "it was taken back";
    take(why, "c1", "contact.merge", "2026-03-02T15:00:00Z", R"({"into": "c2"})");
    take(why, "c2", "contact.set", "2026-03-02T15:30:00Z", R"({"small": false})");
    take(why, "c2", "ask", "2026-03-02T16:00:00Z");
    EXPECT_EQ(points("c2", "2026-03-02T17:00:00Z"), 3'000);
  }
}

TEST(ledger_of_a_state, has_the_sums_of_the_ledger_of_its_events) {
  const std::shared_ptr<const model> pack = compiled_from(R"({"leadline": 1, "name": "t", "time_zone": "UTC",
    "attributes": {"size": {"type": "number"}}, "events": {"visit": {"activity": true}, "call": {"activity": true}},
    "scores": {
      "s": {"max": 40, "groups": {"g": {"max": 10}}, "rules": [
        {"id": "fades", "on": "visit", "points": 10, "group": "g", "decay": {"half_life": "30d"}},
        {"id": "stays", "on": "visit", "points": 3, "limit": {"points": 5}},
        {"id": "often", "on": "visit", "tiers": [{"at_least": 3, "within": "7d", "points": 9},
                                                 {"at_least": 2, "points": 4}]},
        {"id": "idle", "idle": [{"after": "2d", "every": "1d", "points": -1}]},
        {"id": "big", "when": {">": [{"var": "contact.size"}, 100]}, "points": 20}]},
      "total": {"sum": {"s": 0.5}}},
    "grades": {"g": {"of": "total", "bands": [{"at_least": 10, "is": "hot"}, {"is": "cold"}]}}})");
  explainer why(pack);
  take(why, "c1", "contact.set", "2026-03-01T00:00:00Z", R"({"size": 200})");
  for (const char* when : {"2026-03-01T00:00:00Z", "2026-03-11T00:00:00Z", "2026-03-12T00:00:00Z"}) {
    take(why, "c1", "visit", when);
    const instant later = at(when) + elapsed_duration::days(4);
    const std::optional<ledger> whole =
        why.explain("c1", std::string_view(when) == "2026-03-11T00:00:00Z" ? at("2026-03-11T06:00:00Z") : later);
    const std::optional<ledger> alone = explain_state(*pack, *why.all().find("c1"));
    ASSERT_TRUE(whole && alone);
    EXPECT_EQ(alone->at, whole->at);
    for (std::size_t i = 0; i < whole->scores.size(); ++i) {
      const ledger_score& a = alone->scores[i];
      const ledger_score& b = whole->scores[i];
      EXPECT_EQ(a.value_milli, b.value_milli);
      EXPECT_EQ(a.sum_milli, b.sum_milli);
      EXPECT_EQ(a.lost_milli, b.lost_milli);
      for (std::size_t k = 0; k < b.groups.size(); ++k) EXPECT_EQ(a.groups[k].sum_milli, b.groups[k].sum_milli);
      for (std::size_t k = 0; k < b.parts.size(); ++k) EXPECT_EQ(a.parts[k].points_milli, b.parts[k].points_milli);
      for (std::size_t k = 0; k < b.rules.size(); ++k) {
        EXPECT_EQ(a.rules[k].value_milli, b.rules[k].value_milli) << b.rules[k].id;
        EXPECT_EQ(a.rules[k].decayed_milli, b.rules[k].decayed_milli) << b.rules[k].id;
        EXPECT_EQ(a.rules[k].lost_milli, b.rules[k].lost_milli) << b.rules[k].id;
        EXPECT_FALSE(a.rules[k].events.has_value());
        for (std::size_t t = 0; t < b.rules[k].tiers.size(); ++t)
          EXPECT_EQ(a.rules[k].tiers[t].is_counting, b.rules[k].tiers[t].is_counting) << when;
      }
    }
    EXPECT_EQ(alone->grades[0].word, whole->grades[0].word);
  }
  const ledger alone = explain_state(*pack, *why.all().find("c1")).value();
  EXPECT_FALSE(alone.scores[0].rules[0].raw_milli.has_value()) << "what was earned before it faded is not kept";
  EXPECT_EQ(alone.scores[0].rules[1].raw_milli, 9'000);
  EXPECT_EQ(alone.scores[0].rules[1].lost_milli, 4'000);
  EXPECT_NE(to_json(alone).find(R"("raw": null)"), std::string::npos);
  EXPECT_NE(to_json(alone).find(R"("events": null)"), std::string::npos);
}

TEST(ledger_of_a_state, is_none_before_the_first_event_and_tells_a_pin_without_who_set_it) {
  const std::shared_ptr<const model> pack = compiled_from(fading);
  EXPECT_FALSE(explain_state(*pack, contact(*pack, "c1")).has_value());
  explainer why(pack);
  take(why, "c1", "visit", "2026-03-01T00:00:00Z");
  take(why, "c1", "score.override", "2026-03-02T00:00:00Z", R"({"score": "s", "value": 99, "by": "eve"})");
  const ledger told = explain_state(*pack, *why.all().find("c1")).value();
  ASSERT_TRUE(told.scores[0].pin.has_value());
  EXPECT_EQ(told.scores[0].pin->value_milli, 99'000);
  EXPECT_FALSE(told.scores[0].pin->by.has_value());
  EXPECT_EQ(told.at, at("2026-03-02T00:00:00Z")) << "the event at the open instant counts already";
}

TEST(duration_text, has_the_largest_unit_that_divides_it) {
  EXPECT_EQ(duration_text(14 * 86'400'000), "14d");
  EXPECT_EQ(duration_text(5'400'000), "90m");
  EXPECT_EQ(duration_text(1'500), "1500ms");
}

}  // namespace
}  // namespace leadline::test::explain_test
