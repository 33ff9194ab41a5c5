// The model: names are indices, indexes lead to what is touched, fingerprints tell models apart.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "leadline/pack/model.hpp"
#include "pack/pack_files.hpp"

namespace leadline::test::model_test {
namespace {

class no_lists final : public list_source {
 public:
  [[nodiscard]] result<std::string> read(std::string_view name) const override {
    if (name == "free.txt") return std::string("# large providers\ngmail.com\n\n  gmx.de # Germany\r\n");
    return failure({.code = "list.unreadable", .message = "no file"});
  }
};

[[nodiscard]] compiled_pack compile(const std::string& text) {
  const no_lists lists;
  return model::compile(text, "pack.json", {.zones = &zones(), .lists = &lists});
}

[[nodiscard]] std::shared_ptr<const model> model_of(const std::string& text) {
  compiled_pack out = compile(text);
  EXPECT_FALSE(out.problems.has_errors()) << to_text(out.problems, text);
  return out.model;
}

const std::string worked_pack = R"({
  "leadline": 1, "name": "worked", "version": "7", "time_zone": "Europe/Berlin",
  "engine": {"lateness": "2h"},
  "calendars": {"sales": {"hours": {"mon-fri": ["09:00-17:00"]}}},
  "lists": {"free_mail": {"file": "free.txt"}, "titles": ["cfo"]},
  "attributes": {
    "email": {"type": "string", "from": ["signup.email"]},
    "domain": {"type": "string", "derive": {"domain": [{"var": "contact.email"}]}},
    "is_free": {"type": "boolean", "derive": {"in": [{"var": "contact.domain"}, {"var": "list.free_mail"}]}},
    "size": {"type": "number"}
  },
  "events": {"signup": {"fields": {"email": "string"}}, "visit": {"activity": true, "fields": {"path": "string", "seconds": "number"}}},
  "signals": {"visits": {"count": "visit", "within": "7d"}, "quiet": {"since": "any_activity"}, "last_path": {"last": "visit", "of": "path"}},
  "scores": {
    "total": {"sum": {"fit": 1, "act": 0.5}},
    "fit": {"rules": [{"id": "big", "when": {">=": [{"var": "contact.size"}, 50]}, "points": 20, "otherwise": -5}]},
    "act": {"decay": {"half_life": "30d"}, "groups": {"web": {"max": 30, "decay": {"linear": "10d"}}}, "rules": [
      {"id": "plain", "on": "visit", "points": 1.5},
      {"id": "grouped", "on": "visit", "points": 2, "group": "web"},
      {"id": "own", "on": ["visit", "signup"], "points": 3, "group": "web", "decay": {"expires": "5d"}, "limit": {"times": 2, "per": "24h", "once_per": "path", "points": 9}},
      {"id": "stale", "idle": [{"after": "30d", "every": "7d", "points": -5, "at_most": -50}]}]}
  },
  "grades": {
    "fit_grade": {"of": "fit", "bands": [{"at_least": 10, "until": 5, "is": "A"}, {"is": "D"}]},
    "heat": {"rules": [{"when": {">": [{"var": "signal.visits"}, 3]}, "is": "hot"}, {"is": "cold"}]},
    "quadrant": {"rows": "fit_grade", "columns": "heat", "cells": {"A": {"hot": "call", "*": "nurture"}, "*": {"*": "drop"}}}
  },
  "funnel": {
    "start": "lead",
    "stages": [{"id": "lead", "owner": "marketing"}, {"id": "mql"}, {"id": "lost", "aside": true}],
    "statuses": {"mql": ["new", "called"]},
    "transitions": [
      {"id": "up", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.total"}, 20]}, "cooldown": "60d", "rearm": {"score": "total", "rise": 10}},
      {"id": "drop", "from": "*", "to": "lost", "on": "visit", "where": {"==": [{"var": "event.path"}, "/bye"]}},
      {"id": "tired", "from": ["mql"], "to": "lead", "after": "5bd", "calendar": "sales"}],
    "effects": [{"transition": "up", "if": {"!!": [{"var": "contact.email"}]}, "do": [
      {"action": "notify", "to": "sales", "data": {"score": {"var": "score.total"}, "n": [1, 2.50]}},
      {"action": "set_status", "to": "called"}]}]
  },
  "clocks": [{"id": "speed", "calendar": {"owner": "sales"}, "start": {"enter": "mql"}, "stop": [{"on": "signup"}, {"when": {"==": [{"var": "status"}, "called"]}}],
    "target": [{"when": {">": [{"var": "contact.size"}, 100]}, "within": "1bh"}, {"within": "4bh"}], "warn": ["75.5%", "-30bm"], "escalate": [{"after": "0s", "to": "boss"}]}],
  "cadences": [{"id": "six", "start": {"enter": "mql"}, "touch": {"on": "visit"}, "at_least": 2, "mix": {"by": "path", "call": 4, "mail": 2}, "within": "14d", "guards": ["lost"]}],
  "dispositions": {"on": "signup", "field": "email", "required_from": ["mql"], "codes": {"D1": {"to": "lost", "wake": "180d"}, "D2": {"label": "stays"}}},
  "routing": {"on": {"enter": "mql"}, "reps": {"ana": {"calendar": "sales", "capacity": 3}, "bo": {"weight": 2.5}},
    "pools": {"all": {"reps": ["bo", "ana"], "when_none": {"owner": "ana"}}},
    "rules": [{"id": "named", "owner": {"var": "contact.email"}}, {"id": "pool", "pool": "all", "exclude": ["bo"]}]}
})";

TEST(model, keeps_names_as_indices_and_durations_as_milliseconds) {
  const auto m = model_of(worked_pack);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->name, "worked");
  EXPECT_EQ(m->lateness_ms, 7'200'000);
  EXPECT_EQ(m->zone->name(), "Europe/Berlin");
  ASSERT_EQ(m->calendars.size(), 1U);
  EXPECT_EQ(m->calendars[0].zone().name(), "Europe/Berlin") << "a calendar without a zone takes the pack's";
  EXPECT_EQ(m->signals[0].window_ms, 7 * 86'400'000);
  EXPECT_TRUE(m->signals[2].keeps_text);
  EXPECT_EQ(m->stages[m->start_stage].id, "lead");
  EXPECT_EQ(m->transitions[0].cooldown_ms, std::int64_t{60} * 86'400'000);
  EXPECT_EQ(m->transitions[0].rearm_rise_milli, 10'000);
  EXPECT_EQ(m->transitions[1].from, (std::vector<std::uint32_t>{0, 1})) << "* is any stage but the target";
  EXPECT_EQ(std::get<business_days>(*m->transitions[2].after).count(), 5);
  EXPECT_EQ(m->transitions[2].calendar, 0U);
  EXPECT_EQ(m->clocks[0].warnings[0].percent_milli, 75'500);
  EXPECT_EQ(std::get<business_duration>(*m->clocks[0].warnings[1].before), business_duration::minutes(30));
  EXPECT_TRUE(m->clocks[0].uses_owner_calendar);
  EXPECT_EQ(m->cadences[0].at_least, 6) << "the mix adds up to more than at_least";
  EXPECT_EQ(m->cadences[0].guards, (std::vector<bool>{false, false, true}));
  EXPECT_EQ(m->disposition->targets, (std::vector<bool>{false, false, true}));
  EXPECT_TRUE(m->stages[1].requires_disposition);
  EXPECT_EQ(m->routing->reps[1].weight_milli, 2'500);
  EXPECT_EQ(m->routing->pools[0].reps, (std::vector<std::uint32_t>{1, 0}));
  EXPECT_EQ(m->routing->rules[1].exclude, (std::vector<std::uint32_t>{1}));
}

TEST(model, gives_each_rule_the_nearest_decay) {
  const auto m = model_of(worked_pack);
  const auto act =
      std::find_if(m->scores.begin(), m->scores.end(), [](const auto& each) { return each.name == "act"; });
  ASSERT_NE(act, m->scores.end());
  EXPECT_EQ(act->rules[0].decay.form, decay_form::half_life);
  EXPECT_EQ(act->rules[1].decay.form, decay_form::linear);
  EXPECT_EQ(act->rules[2].decay.form, decay_form::expires);
  EXPECT_EQ(act->rules[3].decay.form, decay_form::none) << "only earned points fade";
  EXPECT_EQ(act->rules[0].points_milli, 1'500);
  EXPECT_EQ(act->rules[2].limit_times, 2);
  EXPECT_EQ(act->rules[2].limit_per_ms, 86'400'000);
  EXPECT_EQ(act->rules[2].limit_points_milli, 9'000);
  EXPECT_EQ(m->layout.event_fields()[act->rules[2].limit_once_per_slot], "path");
  EXPECT_EQ(act->rules[3].idle[0].at_most_milli, -50'000);
  EXPECT_TRUE(act->is_moving);
}

TEST(model, works_scores_and_grades_out_inputs_first) {
  const auto m = model_of(worked_pack);
  std::vector<std::string> order;
  for (const compiled::scoring_step& step : m->scoring_order) {
    order.push_back(step.kind == compiled::scoring_step::step_kind::score ? m->scores[step.index].name
                                                                          : m->grades[step.index].name);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"act", "fit", "total", "fit_grade", "heat", "quadrant"}));
  ASSERT_EQ(m->derive_order.size(), 2U);
  EXPECT_EQ(m->attributes[m->derive_order[0]].name, "domain");
  EXPECT_EQ(m->attributes[m->derive_order[1]].name, "is_free");
}

TEST(model, leads_from_an_event_type_to_all_it_touches) {
  const auto m = model_of(worked_pack);
  const compiled::event_type& visit = m->events[*m->find_event("visit")];
  EXPECT_TRUE(visit.is_activity);
  EXPECT_EQ(visit.signals, (std::vector<std::uint32_t>{0, 1, 2})) << "the count, the any_activity, the last";
  EXPECT_EQ(visit.rules.size(), 3U);
  EXPECT_EQ(visit.transitions, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(visit.cadences, (std::vector<std::uint32_t>{0}));
  const compiled::event_type& signup = m->events[*m->find_event("signup")];
  ASSERT_EQ(signup.sets.size(), 1U);
  EXPECT_EQ(m->attributes[signup.sets[0].attribute].name, "email");
  EXPECT_EQ(m->layout.event_fields()[signup.sets[0].event_slot], "email");
  EXPECT_TRUE(signup.is_disposition);
  ASSERT_EQ(signup.triggers.size(), 1U);
  EXPECT_EQ(m->triggers[signup.triggers[0]].role, compiled::trigger_role::clock_stop);
  EXPECT_EQ(m->events[*m->find_event("stage.set")].kind, compiled::built_in::stage_set);
  EXPECT_FALSE(m->find_event("nothing"));
}

TEST(model, leads_from_a_slot_to_the_conditions_that_read_it) {
  const auto m = model_of(worked_pack);
  const std::uint32_t size = *m->layout.find("contact.size");
  EXPECT_EQ(size, 3U) << "attributes come first, so the slot of an attribute is its index";
  EXPECT_EQ(m->readers[size].size(), 2U) << "the rule `big` and the first target";
  for (const std::uint32_t rule : m->readers[size]) {
    const auto reads = m->conditions[rule].reads();
    EXPECT_TRUE(std::find(reads.begin(), reads.end(), slot_reference{slot_space::row, size}) != reads.end());
  }
  EXPECT_EQ(m->clocks[0].target_attributes, (std::vector<std::uint32_t>{size}));
  EXPECT_EQ(m->layout.slots()[*m->layout.find("cadence.six.mail")].kind, slot_kind::cadence_channel);
}

TEST(model, writes_the_stars_of_a_matrix_out) {
  const auto m = model_of(worked_pack);
  const compiled::grade& quadrant = m->grades[2];
  const auto cell = [&](std::size_t row, std::size_t column) {
    const std::uint32_t value = quadrant.cells[row * 3 + column];
    return value == compiled::none ? std::string("none") : quadrant.values[value];
  };
  EXPECT_EQ(cell(0, 0), "call");     // A, hot
  EXPECT_EQ(cell(0, 1), "nurture");  // A, cold
  EXPECT_EQ(cell(1, 0), "drop");     // D, hot
  EXPECT_EQ(cell(2, 2), "drop");     // null, null
}

TEST(model, cuts_an_action_into_text_and_expressions) {
  const auto m = model_of(worked_pack);
  const compiled::action& notify = m->effects[0].actions[0];
  ASSERT_EQ(notify.members.size(), 2U);
  EXPECT_EQ(notify.members[0].text, R"("to": "sales", "data": {"score": )");
  EXPECT_NE(notify.members[0].expression, compiled::none);
  EXPECT_EQ(notify.members[1].text, R"(, "n": [1, 2.50]})");
  EXPECT_EQ(m->effects[0].actions[1].form, action_form::set_status);
  EXPECT_EQ(m->effects[0].actions[1].constant, R"("called")");
}

TEST(model, reads_a_list_from_its_file_without_comments_and_blanks) {
  const auto m = model_of(worked_pack);
  condition_scratch scratch;
  std::vector<value> row(m->layout.slots().size());
  const auto is_free = [&](std::string_view domain) {
    row[*m->layout.find("contact.domain")] = value::of(domain);
    return m->conditions[m->attributes[2].derive].holds({.slots = row}, scratch);
  };
  EXPECT_TRUE(is_free("gmail.com"));
  EXPECT_TRUE(is_free("gmx.de"));
  EXPECT_FALSE(is_free("example.com"));
}

TEST(model, has_one_fingerprint_for_one_meaning) {
  const auto m = model_of(worked_pack);
  const auto again = model_of(worked_pack);
  EXPECT_EQ(m->fingerprint, again->fingerprint);
  EXPECT_EQ(m->fingerprint, model_of("// a comment\n" + worked_pack)->fingerprint)
      << "comments and blanks mean nothing";
  std::string other = worked_pack;
  other.replace(other.find("\"points\": 20"), 12, "\"points\": 21");
  EXPECT_NE(m->fingerprint, model_of(other)->fingerprint);
  std::string elsewhere = worked_pack;
  elsewhere.replace(elsewhere.find("Europe/Berlin"), 13, "Europe/Madrid");
  EXPECT_NE(m->fingerprint, model_of(elsewhere)->fingerprint);
}

TEST(model, is_not_made_from_a_pack_with_errors) {
  const compiled_pack out = compile(R"({"leadline": 1, "evnets": {}})");
  EXPECT_FALSE(out.model);
  EXPECT_EQ(out.problems.error_count(), 1U);
}

TEST(model, needs_zones_only_where_the_pack_names_them) {
  EXPECT_TRUE(model::compile(R"({"leadline": 1})", "pack.json", {}).model);
  const compiled_pack out = model::compile(R"({"leadline": 1, "time_zone": "Europe/Berlin"})", "pack.json", {});
  EXPECT_FALSE(out.model);
  EXPECT_EQ(out.problems.front().code, "time_zone.no_source");
}

TEST(model, is_built_from_every_shipped_pack) {
  for (const std::filesystem::path& file : shipped_packs()) {
    const std::string text = read_file(file);
    const folder_lists lists(file.parent_path());
    const compiled_pack out = model::compile(text, file.filename().string(), {.zones = &zones(), .lists = &lists});
    ASSERT_TRUE(out.model) << to_text(out.problems, text);
    EXPECT_EQ(out.model->scoring_order.size(), out.model->scores.size() + out.model->grades.size()) << file;
    for (const compiled::transition& each : out.model->transitions) EXPECT_FALSE(each.from.empty()) << file << each.id;
  }
}

TEST(model, may_be_read_from_many_threads) {
  const auto m = model_of(worked_pack);
  const auto when = m->scores[1].rules[0].when;
  const std::uint32_t size = *m->layout.find("contact.size");
  std::vector<std::thread> threads;
  std::vector<int> hits(4, 0);
  for (std::size_t t = 0; t < hits.size(); ++t) {
    threads.emplace_back([&, t] {
      condition_scratch scratch;
      std::vector<value> row(m->layout.slots().size());
      for (std::int64_t i = 0; i < 1'000; ++i) {
        row[size] = value::of(i);
        hits[t] += m->conditions[when].holds({.slots = row}, scratch) ? 1 : 0;
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(hits, (std::vector<int>{950, 950, 950, 950}));
}

}  // namespace
}  // namespace leadline::test::model_test
