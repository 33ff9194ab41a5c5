// What the static checks say cannot work, run: the contact they name as an example does what they say. And packs that
// come close and do work, of which they say nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fold/fold_case.hpp"
#include "leadline/engine/engine.hpp"
#include "pack/pack_files.hpp"

namespace leadline::test::static_check_test {
namespace {

/// A bad pack of tests/pack/bad, and contacts that it is run over.
class bad_run {
 public:
  explicit bad_run(const std::string& name)
      : all_(compiled_from(read_file(repository_folder() / "tests" / "pack" / "bad" / (name + ".json")))) {}

  void send(std::string_view type, std::string_view when, const std::string& data = "{}") {
    const stored_value content = stored(data);
    take(all_.apply(event{.id = {}, .contact = "c1", .type = type, .at = at(when), .data = content.content()}));
  }
  void advance(std::string_view to) { take(all_.advance(at(to))); }

  /// "started", "met" of each decision of the clock, in order.
  [[nodiscard]] std::vector<std::string> clock() const { return whats(decision_kind::clock); }
  [[nodiscard]] std::size_t count(decision_kind kind) const {
    return static_cast<std::size_t>(std::count_if(told_.decisions().begin(), told_.decisions().end(),
                                                  [&](const decision& each) { return each.kind == kind; }));
  }
  [[nodiscard]] std::string owner() const { return all_.find("c1")->state.owner.value_or("-"); }
  /// The rule of each assignment, in order.
  [[nodiscard]] std::vector<std::string> rules() const {
    std::vector<std::string> out;
    for (const decision& each : told_.decisions()) {
      if (each.kind == decision_kind::assigned) out.emplace_back(each.rule.value_or("-"));
    }
    return out;
  }

 private:
  [[nodiscard]] std::vector<std::string> whats(decision_kind kind) const {
    std::vector<std::string> out;
    for (const decision& each : told_.decisions()) {
      if (each.kind != kind) continue;
      const std::string json = to_json(each);
      const std::size_t first = json.find("\"what\": \"") + 9;
      out.push_back(json.substr(first, json.find('"', first) - first));
    }
    return out;
  }
  void take(std::span<const decision> news) {
    for (const decision& each : news) told_.add(each);
  }

  engine all_;
  decision_list told_;
};

using lines = std::vector<std::string>;

[[nodiscard]] lines codes_of(const std::string& pack) {
  lines out;
  for (const diagnostic& each : check_text(pack, "pack.json")) out.push_back(each.code);
  std::sort(out.begin(), out.end());
  return out;
}

/// A pack of four stages; the rest is the test's.
[[nodiscard]] std::string pack_of(const std::string& rest) {
  return R"({"leadline": 1, "events": {"signup": {"fields": {"age": "number"}}, "visit": {}, "reply": {}},
    "attributes": {"size": {"type": "number"}, "country": {"type": "string"}},
    "funnel": {"start": "lead",
      "stages": [{"id": "lead"}, {"id": "mql"}, {"id": "sql"}, {"id": "nurture", "aside": true}],
      "transitions": [{"id": "up", "from": "lead", "to": "mql", "on": "signup"},
                      {"id": "taken", "from": "mql", "to": "sql", "on": "visit"},
                      {"id": "back", "from": "mql", "to": "nurture", "on": "reply"}]}, )" +
         rest + "}";
}
[[nodiscard]] std::string clock_of(const std::string& rest) {
  return pack_of(R"("clocks": [{"id": "c", "target": [{"within": "4h"}], )" + rest + "}]");
}

// --- Clocks ---------------------------------------------------------------------------------------------------------

TEST(a_clock_that_is_told_to_stop_as_it_starts, is_met_at_once) {
  for (const auto& [name, type, data] : {std::tuple("clock_stops_at_start_where", "signup", R"({"age": 31})"),
                                         std::tuple("clock_stops_at_start_condition", "contact.set", R"({"size": 50})"),
                                         std::tuple("clock_stops_at_start_assigned", "signup", "{}")}) {
    bad_run run(name);
    run.send(type, "2026-03-02T10:00:00Z", data);
    EXPECT_EQ(run.clock(), (lines{"started", "met"})) << name;
  }
  bad_run moved("clock_stops_at_start_move");
  moved.send("signup", "2026-03-02T10:00:00Z");
  moved.send("visit", "2026-03-02T11:00:00Z");
  EXPECT_EQ(moved.clock(), (lines{"started", "met"}));
}

TEST(a_clock_that_is_told_never_to_start, does_not) {
  for (const auto& [name, data] :
       {std::pair("clock_start_cancels", "{}"), std::pair("clock_start_cancels_by_event", R"({"age": 31})"),
        std::pair("clock_never_chosen_target", "{}"), std::pair("clock_starts_by_leaving_the_last", "{}")}) {
    bad_run run(name);
    run.send("signup", "2026-03-02T10:00:00Z", data);
    run.send("visit", "2026-03-02T11:00:00Z");
    run.advance("2026-04-02T00:00:00Z");
    EXPECT_EQ(run.clock(), lines{}) << name;
  }
}

TEST(a_clock_whose_stop_is_told_to_cancel_it, is_cancelled) {
  for (const auto* name : {"clock_cancelled_at_stop", "clock_cancelled_at_stop_event"}) {
    bad_run run(name);
    run.send("signup", "2026-03-02T10:00:00Z");
    run.send("visit", "2026-03-02T11:00:00Z");
    EXPECT_EQ(run.clock(), (lines{"started", "cancelled"})) << name;
  }
}

TEST(a_clock_that_is_told_to_stand_still_for_ever, does_so) {
  for (const auto* name : {"clock_never_resumes", "clock_paused_in_its_stage"}) {
    bad_run run(name);
    run.send("contact.set", "2026-03-02T09:00:00Z");
    run.send("signup", "2026-03-02T10:00:00Z");
    run.advance("2030-03-02T10:00:00Z");
    EXPECT_EQ(run.clock(), (lines{"started", "paused"})) << name;
  }
  bad_run never("clock_resumes_at_pause");
  never.send("signup", "2026-03-02T10:00:00Z");
  never.send("signup", "2026-03-02T11:00:00Z");
  EXPECT_EQ(never.clock(), lines{"started"});
}

TEST(a_clock_that_works, is_told_nothing_of) {
  for (
      const auto* rest : {
          R"("start": {"enter": "mql"}, "stop": {"enter": "sql"}, "cancel": {"enter": "nurture"})",
          R"("start": {"enter": "mql"}, "stop": {"on": "visit"}, "cancel": {"leave": "sql"})",
          R"("start": {"on": "signup", "where": {">": [{"var": "event.age"}, 18]}},
              "stop": {"on": "signup", "where": {"<=": [{"var": "event.age"}, 18]}})",
          R"("start": {"on": "signup"}, "stop": {"on": "signup", "where": {">": [{"var": "event.age"}, 18]}})",
          R"("start": {"when": {">": [{"var": "contact.size"}, 10]}}, "stop": {"when": {">": [{"var": "contact.size"}, 50]}})",
          R"("start": {"leave": "mql"}, "stop": {"enter": "sql"})",   // or to nurture
          R"("start": {"assigned": true}, "stop": {"on": "visit"})",  // by `owner.set`
          R"("start": {"enter": "mql"}, "stop": {"on": "visit"}, "pause": {"on": "reply"}, "resume": {"leave": "mql"})",
          R"("start": {"enter": "mql"}, "stop": {"on": "visit"}, "pause": {"when": {"==": [{"var": "stage"}, "mql"]}})",
      }) {
    EXPECT_EQ(codes_of(clock_of(rest)), lines{}) << rest;
  }
}

// --- Routing --------------------------------------------------------------------------------------------------------

TEST(a_lead_that_is_told_to_wait_for_ever, does_so) {
  for (const auto& [name, data] :
       {std::pair("routing_capacity_zero", R"({"size": 50})"), std::pair("routing_fallback_excluded", R"({})"),
        std::pair("routing_territory_of_contact", R"({"country": "some other"})")}) {
    bad_run run(name);
    run.send("contact.set", "2026-03-02T09:00:00Z", data);
    run.send("signup", "2026-03-02T10:00:00Z");
    run.advance("2030-03-02T10:00:00Z");
    EXPECT_EQ(run.owner(), "-") << name;
    EXPECT_EQ(run.count(decision_kind::held), 1U) << name;
  }
  bad_run again("routing_reroute_finds_nobody");
  again.send("contact.set", "2026-03-02T09:00:00Z", R"({"size": 50})");
  again.send("signup", "2026-03-02T10:00:00Z");
  EXPECT_EQ(again.owner(), "ana");
  again.send("visit", "2026-03-02T11:00:00Z");
  again.advance("2030-03-02T10:00:00Z");
  EXPECT_EQ(again.count(decision_kind::held), 1U);
  EXPECT_EQ(again.count(decision_kind::assigned), 1U);
}

TEST(a_rule_that_is_told_never_to_decide, does_not) {
  for (const auto& [name, data, rule] : {std::tuple("routing_shadowed", R"({"size": 50})", "many"),
                                         std::tuple("routing_shadowed_by_two", R"({"size": 51})", "few")}) {
    bad_run run(name);
    run.send("contact.set", "2026-03-02T09:00:00Z", data);
    run.send("signup", "2026-03-02T10:00:00Z");
    EXPECT_EQ(run.rules(), lines{rule}) << name;
  }
}

TEST(a_lead_that_nobody_is_told_to_get, is_held) {
  for (const auto& [name, data] :
       {std::pair("routing_nobody", "{}"), std::pair("routing_nobody_by_list", R"({"country": "some other"})")}) {
    bad_run run(name);
    run.send("contact.set", "2026-03-02T09:00:00Z", data);
    run.send("signup", "2026-03-02T10:00:00Z");
    EXPECT_EQ(run.rules(), lines{}) << name;
    EXPECT_EQ(run.count(decision_kind::held), 1U) << name;
    EXPECT_EQ(run.owner(), "-") << name;
  }
}

TEST(a_lead_that_is_told_to_go_round_for_ever, does_so) {
  bad_run routed("routing_requeue_loop");
  routed.send("signup", "2026-03-02T10:00:00Z");
  routed.advance("2026-03-12T10:00:00Z");
  EXPECT_EQ(routed.count(decision_kind::assigned), 61U) << "one to begin with, then one every four hours";
  for (const auto* name : {"funnel_requeue_loop", "funnel_requeue_loop_by_days"}) {
    bad_run run(name);
    run.send("contact.set", "2026-03-02T09:00:00Z", R"({"size": 50})");
    run.send("signup", "2026-03-02T10:00:00Z");
    run.advance("2031-03-02T10:00:00Z");
    EXPECT_GT(run.count(decision_kind::stage), 40U) << name;
  }
}

TEST(routing_that_works, is_told_nothing_of) {
  for (
      const auto* rest : {
          // A contact of any country is served by somebody, or by a fallback, or is not sent there.
          R"("pools": {"p": {"reps": ["ana", "bo"]}}, "rules": [{"id": "all", "pool": "p", "territory": {"var": "contact.country"}}])",
          R"("pools": {"p": {"reps": ["ana"], "when_none": {"owner": "bo"}}},
              "rules": [{"id": "all", "pool": "p", "territory": {"var": "contact.country"}}])",
          R"("pools": {"p": {"reps": ["ana"]}},
              "rules": [{"id": "us", "when": {"==": [{"var": "contact.country"}, "US"]}, "pool": "p", "territory": {"var": "contact.country"}},
                        {"id": "rest", "owner": "bo"}])",
          // Whom a reroute leaves behind is not the only one.
          R"("pools": {"p": {"reps": ["ana", "bo"]}}, "rules": [{"id": "all", "pool": "p"}],
              "reroute": {"on": {"when": {"==": [{"var": "clock.c"}, "breached"]}}})",
      }) {
    const std::string pack = pack_of(
        R"("clocks": [{"id": "c", "start": {"enter": "mql"}, "stop": {"on": "visit"}, "restart": {"assigned": true},
           "target": [{"within": "4h"}]}],
           "routing": {"on": {"enter": "mql"}, "reps": {"ana": {"territories": ["US"]}, "bo": {}}, )" +
        std::string(rest) + "}");
    EXPECT_EQ(codes_of(pack), lines{}) << rest;
  }
}

TEST(a_round_that_needs_an_event, is_told_nothing_of) {
  const auto funnel = [](const std::string& transitions) {
    return R"({"leadline": 1, "events": {"signup": {"activity": true}, "visit": {"activity": true}},
      "signals": {"visits": {"count": "visit", "within": "7d"}},
      "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}, {"id": "nurture", "aside": true}],
        "transitions": [{"id": "up", "from": "lead", "to": "mql", "on": "signup"}, )" +
           transitions + "]}}";
  };
  for (
      const auto* rest : {
          R"({"id": "quiet", "from": "mql", "to": "nurture", "after": "14d"}, {"id": "again", "from": "nurture", "to": "mql", "on": "visit"})",
          // What leaves again at once would enter its stage twice in one pass.
          R"({"id": "again", "from": "nurture", "to": "mql", "after": "60d"},
              {"id": "out", "from": "mql", "to": "nurture", "when": {">=": [{"var": "signal.visits"}, 3]}})",
          // What holds on the way back is disarmed.
          R"({"id": "aside", "from": "mql", "to": "nurture", "on": "visit"},
              {"id": "quiet", "from": "mql", "to": "lead", "after": "14d"},
              {"id": "again", "from": "lead", "to": "mql", "when": {">=": [{"var": "signal.visits"}, 3]}})",
      }) {
    EXPECT_EQ(codes_of(funnel(rest)), lines{}) << rest;
  }
}

}  // namespace
}  // namespace leadline::test::static_check_test
