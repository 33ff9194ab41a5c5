#include <gtest/gtest.h>

#include <algorithm>

#include "fold/fold_case.hpp"
#include "leadline/engine/engine.hpp"

namespace leadline::test::duties_test {
namespace {

using lines = std::vector<std::string>;

/// Leads with a clock of four business hours, a cadence of two touches in three days, and codes that put them aside.
const std::string duties_pack = R"({"leadline": 1, "name": "t", "time_zone": "UTC", "engine": {"lateness": "2d"},
  "calendars": {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}},
  "attributes": {"hot": {"type": "boolean"}},
  "events": {"form": {}, "touch": {}, "wait": {}, "go_on": {}, "disposition": {"fields": {"code": "string"}}},
  "funnel": {"start": "lead", "manual": "any",
    "stages": [{"id": "lead"}, {"id": "mql"}, {"id": "aside", "aside": true}, {"id": "out", "aside": true}],
    "transitions": [{"id": "form", "from": "lead", "to": "mql", "on": "form"},
                    {"id": "late", "from": "mql", "to": "lead", "when": {"==": [{"var": "clock.reply"}, "breached"]}}]},
  "clocks": [{"id": "reply", "calendar": "office", "start": {"enter": "mql"}, "stop": {"on": "touch"},
    "cancel": {"leave": "mql"}, "pause": {"on": "wait"}, "resume": {"on": "go_on"},
    "target": [{"when": {"==": [{"var": "contact.hot"}, true]}, "within": "1bh"}, {"within": "4bh"}],
    "on_change": "rebase", "warn": ["50%", "-30bm"],
    "escalate": [{"after": "0s", "to": "lead"}], "on_breach": [{"action": "call_for_help"}]}],
  "cadences": [{"id": "two", "start": {"enter": "mql"}, "touch": {"on": "touch"}, "at_least": 2, "within": "3d",
    "stop": {"enter": "aside"}, "guards": ["out"], "on_miss": [{"action": "tell_manager"}]}],
  "dispositions": {"on": "disposition", "required_from": ["mql"], "codes": {
    "later": {"label": "Not now", "to": "aside", "tag": "later", "wake": "30d", "on_wake": [{"action": "ask_again"}]},
    "no": {"to": "out"}}}})";

/// "16:00:00.000Z clock reply started" of each decision of a clock, a cadence or a wake-up, and of moves.
[[nodiscard]] lines short_lines(std::span<const decision> told) {
  lines out;
  for (const decision& each : told) {
    const std::string at = each.at.text().substr(5, 18) + " ";
    const std::string about(each.about);
    switch (each.kind) {
      case decision_kind::clock: out.push_back(at + about + " " + std::string(each.text)); break;
      case decision_kind::cadence: out.push_back(at + about + " " + std::string(each.text)); break;
      case decision_kind::recycled: out.push_back(at + "recycled " + about); break;
      case decision_kind::rejected: out.push_back(at + "rejected " + about); break;
      case decision_kind::action: out.push_back(at + "action " + about); break;
      case decision_kind::stage: out.push_back(at + "> " + std::string(std::get<std::string_view>(each.to))); break;
      default: break;
    }
  }
  return out;
}

TEST(duties, come_at_their_instants_in_the_order_of_the_pass) {
  folded c(duties_pack);
  c.step("form", "2026-03-06T20:00:00Z");  // Friday 15:00 in New York; the clock goes forward on Sunday
  c.advance("2026-03-10T00:00:00Z");
  EXPECT_EQ(short_lines(c.decisions()),
            (lines{"03-06T20:00:00.000 > lead", "03-06T20:00:00.000 > mql", "03-06T20:00:00.000 reply started",
                   "03-06T20:00:00.000 two started", "03-06T22:00:00.000 reply warned",
                   "03-09T14:30:00.000 reply warned", "03-09T15:00:00.000 reply breached",
                   "03-09T15:00:00.000 action call_for_help", "03-09T15:00:00.000 reply escalated",
                   // The second round: the breach is what moves the contact, and the move cancels the clock.
                   "03-09T15:00:00.000 > lead", "03-09T15:00:00.000 reply cancelled", "03-09T20:00:00.000 two missed",
                   "03-09T20:00:00.000 action tell_manager"}));
  EXPECT_TRUE(c.decisions()[10].reading->is_breached);
  EXPECT_EQ(c.next_wakeup(), std::nullopt);
}

TEST(duties, wake_the_host_at_each_instant_and_never_later) {
  folded at_once(duties_pack);
  folded step_by_step(duties_pack);
  for (folded* each : {&at_once, &step_by_step}) {
    each->step("form", "2026-03-06T20:00:00Z");
    each->step("wait", "2026-03-06T21:00:00Z");
    each->step("go_on", "2026-03-09T14:00:00Z");
  }
  const std::string end = "2026-05-01T00:00:00Z";
  at_once.advance(end);
  std::size_t wakeups = 0;
  while (step_by_step.next_wakeup() && *step_by_step.next_wakeup() <= at(end)) {
    step_by_step.advance(*step_by_step.next_wakeup());
    ++wakeups;
  }
  EXPECT_EQ(step_by_step.told(), at_once.told());
  EXPECT_LE(wakeups, 6U);
  EXPECT_EQ(short_lines(at_once.decisions()).size(), 15U);
}

TEST(duties, an_answer_at_the_due_instant_is_in_time_whichever_event_of_it_it_is) {
  folded c(duties_pack);
  c.step("form", "2026-03-10T14:00:00Z");
  c.step("wait", "2026-03-10T18:00:00Z");  // paused at the due instant
  c.step("go_on", "2026-03-10T18:00:00Z");
  c.step("touch", "2026-03-10T18:00:00Z");
  c.advance("2026-03-11T00:00:00Z");
  const lines told = short_lines(c.decisions());
  EXPECT_NE(std::find(told.begin(), told.end(), "03-10T18:00:00.000 reply met"), told.end());
  EXPECT_EQ(std::count(told.begin(), told.end(), "03-10T18:00:00.000 reply breached"), 0);
}

TEST(duties, a_touch_told_late_takes_the_breach_back) {
  folded in_order(duties_pack);
  in_order.step({"e1", "form", "2026-03-10T14:00:00Z"});
  in_order.step({"e2", "touch", "2026-03-10T15:00:00Z"});
  in_order.advance("2026-03-11T00:00:00Z");
  folded late(duties_pack);
  late.step({"e1", "form", "2026-03-10T14:00:00Z"});
  late.advance("2026-03-11T00:00:00Z");
  late.step({"e2", "touch", "2026-03-10T15:00:00Z"});
  ASSERT_EQ(late.who().log.size(), in_order.who().log.size());
  for (std::size_t i = 0; i < late.who().log.size(); ++i)
    EXPECT_TRUE(tells_the_same(*late.who().log[i], *in_order.who().log[i])) << to_json(*late.who().log[i]);
  const auto amended = std::count_if(late.decisions().begin(), late.decisions().end(),
                                     [](const decision& each) { return each.kind == decision_kind::amended; });
  EXPECT_GT(amended, 0);
  EXPECT_EQ(late.next_wakeup(), in_order.next_wakeup());
}

TEST(duties, a_changed_target_keeps_the_share_that_is_used) {
  folded c(duties_pack);
  c.step("form", "2026-03-10T14:00:00Z");
  c.step("contact.set", "2026-03-10T16:00:00Z", R"({"hot": true})");  // half of 4bh is half of 1bh
  c.advance("2026-03-10T17:00:00Z");
  const auto changed = std::find_if(c.decisions().begin(), c.decisions().end(),
                                    [](const decision& each) { return each.text == "retargeted"; });
  ASSERT_NE(changed, c.decisions().end());
  EXPECT_EQ(instant::from_ms(changed->reading->due_ms).text(), "2026-03-10T16:30:00.000Z");
  EXPECT_EQ(changed->reading->used_ms, 1'800'000);
  EXPECT_EQ(short_lines(c.decisions())[5], "03-10T16:00:00.000 reply warned");  // half, and the last half hour
  EXPECT_EQ(short_lines(c.decisions())[6], "03-10T16:00:00.000 reply warned");
  EXPECT_EQ(short_lines(c.decisions())[7], "03-10T16:30:00.000 reply breached");
}

TEST(duties, see_once_what_an_earlier_clock_brought_about) {
  folded c(R"({"leadline": 1, "name": "t", "time_zone": "UTC", "events": {"form": {}},
    "clocks": [{"id": "first", "start": {"on": "form"}, "target": {"within": "1h"},
                "on_breach": [{"action": "set_owner", "owner": "ana"}]},
               {"id": "second", "start": {"assigned": true}, "restart": {"assigned": true}, "target": {"within": "1h"}}]})");
  c.step("form", "2026-03-10T14:00:00Z");
  c.advance("2026-03-10T15:30:00Z");
  EXPECT_EQ(short_lines(c.decisions()), (lines{"03-10T14:00:00.000 first started", "03-10T15:00:00.000 first breached",
                                               "03-10T15:00:00.000 second started"}));
}

TEST(duties, of_a_repeating_clock_end_where_a_cycle_would_be_over_as_it_starts) {
  // Sunday's hours end within Saturday's shift: one business day from Sunday 04:30 is Sunday's close, 04:30.
  folded c(R"({"leadline": 1, "name": "t", "time_zone": "UTC", "events": {"form": {}},
    "calendars": {"night": {"time_zone": "UTC", "hours": {"sat": ["22:00-05:00"], "sun": ["00:00-04:30"]}}},
    "clocks": [{"id": "nightly", "calendar": "night", "start": {"on": "form"}, "target": {"within": "1bd"},
                "repeat": true}]})");
  c.step("form", "2026-10-24T22:00:00Z");
  c.advance("2026-12-01T00:00:00Z");
  EXPECT_EQ(short_lines(c.decisions()),
            (lines{"10-24T22:00:00.000 nightly started", "10-25T04:30:00.000 nightly breached"}));
  EXPECT_EQ(c.decisions().back().about, "calendar");
  EXPECT_EQ(c.next_wakeup(), std::nullopt);
}

/// Half an hour of business time, of which half is used, and a calendar that opens once, for an hour.
[[nodiscard]] std::string once_open_pack(const std::string& rest) {
  return R"({"leadline": 1, "name": "t", "time_zone": "UTC", "events": {"form": {}, "answer": {}},
    "attributes": {"size": {"type": "number"}},
    "calendars": {"once": {"time_zone": "UTC", "hours": {}, "dates": {"2026-03-10": ["09:00-10:00"]}}},
    "clocks": [{"id": "reply", "calendar": "once", "start": {"on": "form"}, "stop": {"on": "answer"}, )" +
         rest + "}]}";
}

TEST(duties, whose_calendar_never_opens_again_say_so_as_they_go_on) {
  folded c(once_open_pack(R"("target": {"within": "30bm"})"));
  c.step("form", "2026-03-10T09:00:00Z");
  c.step("sla.pause", "2026-03-10T09:15:00Z", R"({"clock": "reply"})");
  c.step("sla.resume", "2026-03-10T12:00:00Z", R"({"clock": "reply"})");
  EXPECT_EQ(c.decisions().back().kind, decision_kind::error);
  EXPECT_EQ(c.decisions().back().about, "calendar");
  c.step("answer", "2026-03-11T09:00:00Z");
  const decision& met = c.decisions().back();
  EXPECT_EQ(met.text, "met");
  EXPECT_EQ(met.reading->used_ms, 900'000);
  EXPECT_EQ(met.reading->left_ms, 900'000);
  EXPECT_EQ(instant::from_ms(met.reading->due_ms), instant::max());
}

TEST(duties, whose_new_target_can_never_be_due_say_so) {
  folded c(once_open_pack(R"("on_change": "rebase", "target": [
      {"when": {">": [{"var": "contact.size"}, 10]}, "within": "30bm"}, {"within": "8h"}])"));
  c.step("form", "2026-03-10T09:00:00Z");
  c.step("contact.set", "2026-03-10T11:00:00Z", R"({"size": 50})");
  const decision& told = c.decisions()[c.decisions().size() - 2];
  EXPECT_EQ(told.text, "retargeted");
  EXPECT_EQ(told.reading->used_ms, 450'000);
  EXPECT_EQ(told.reading->left_ms, 1'350'000);
  EXPECT_EQ(c.decisions().back().about, "calendar");
}

TEST(dispositions, move_tag_act_and_wake) {
  folded c(duties_pack);
  c.step("form", "2026-03-10T14:00:00Z");
  c.step("disposition", "2026-03-10T15:00:00Z", R"({"code": "no"})");  // two touches are owed
  c.step("disposition", "2026-03-10T15:00:00Z", R"({"code": "maybe"})");
  c.step("disposition", "2026-03-10T15:00:00Z");
  c.step("stage.set", "2026-03-10T15:00:00Z", R"({"stage": "aside"})");
  c.step("stage.set", "2026-03-10T15:00:00Z", R"({"stage": "out"})");
  c.step("disposition", "2026-03-10T16:00:00Z", R"({"code": "later"})");
  EXPECT_EQ(c.next_wakeup(), at("2026-04-09T16:00:00Z"));
  c.advance("2026-05-01T00:00:00Z");
  EXPECT_EQ(short_lines(c.decisions()),
            (lines{"03-10T14:00:00.000 > lead", "03-10T14:00:00.000 > mql", "03-10T14:00:00.000 reply started",
                   "03-10T14:00:00.000 two started", "03-10T15:00:00.000 rejected guarded",
                   "03-10T15:00:00.000 rejected unknown_code", "03-10T15:00:00.000 rejected missing_code",
                   "03-10T15:00:00.000 rejected disposition_required", "03-10T15:00:00.000 rejected guarded",
                   "03-10T16:00:00.000 > aside", "03-10T16:00:00.000 reply cancelled", "03-10T16:00:00.000 two stopped",
                   "04-09T16:00:00.000 recycled later", "04-09T16:00:00.000 action ask_again"}));
  const auto moved = std::find_if(c.decisions().begin(), c.decisions().end(), [](const decision& each) {
    return each.kind == decision_kind::stage && each.rule == "later";
  });
  ASSERT_NE(moved, c.decisions().end());
  EXPECT_EQ(moved->reason, "Not now");
}

TEST(dispositions, wake_nobody_who_has_left) {
  folded c(duties_pack);
  c.step("form", "2026-03-10T14:00:00Z");
  c.step("disposition", "2026-03-10T16:00:00Z", R"({"code": "later"})");
  c.step("stage.set", "2026-03-11T16:00:00Z", R"({"stage": "lead"})");
  c.step("stage.set", "2026-03-12T16:00:00Z", R"({"stage": "aside"})");
  EXPECT_EQ(c.next_wakeup(), std::nullopt);
}

[[nodiscard]] event sent_to(std::string_view who, std::string_view type, std::string_view when,
                            const stored_value& data) {
  return {.id = {}, .contact = who, .type = type, .at = at(when), .data = data.content()};
}

TEST(duties, of_a_merged_contact_are_cancelled_and_the_other_keeps_its_own) {
  engine all(compiled_from(duties_pack));
  const stored_value nothing = stored("{}");
  const stored_value into = stored(R"({"into": "b"})");
  std::vector<decision> told;
  const auto apply = [&](const event& each) {
    const auto news = all.apply(each);
    told.assign(news.begin(), news.end());
  };
  apply(sent_to("a", "form", "2026-03-10T14:00:00Z", nothing));
  apply(sent_to("b", "form", "2026-03-10T15:00:00Z", nothing));
  apply(sent_to("a", "contact.merge", "2026-03-10T16:00:00Z", into));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].contact, "a");
  EXPECT_EQ(told[0].text, "cancelled");
  EXPECT_EQ(told[0].reading->used_ms, 2 * 3'600'000);
  EXPECT_EQ(told[1].kind, decision_kind::merged);
  EXPECT_EQ(told[1].seq, told[0].seq + 1);
  EXPECT_EQ(all.next_wakeup(), at("2026-03-10T17:00:00Z"));  // half of b's four hours
}

TEST(duties, begun_at_the_open_instant_of_a_late_merge_have_used_nothing) {
  engine all(compiled_from(duties_pack));
  const stored_value nothing = stored("{}");
  const stored_value into = stored(R"({"into": "b"})");
  static_cast<void>(all.apply(sent_to("a", "form", "2026-03-10T14:00:00Z", nothing)));
  const auto news = all.apply(sent_to("a", "contact.merge", "2026-03-10T13:00:00Z", into));
  const std::vector<decision> told(news.begin(), news.end());
  EXPECT_EQ(told[0].text, "cancelled");
  EXPECT_EQ(told[0].at, at("2026-03-10T14:00:00Z"));
  EXPECT_EQ(told[0].reading->used_ms, 0);
  EXPECT_EQ(told[0].reading->left_ms, 4 * 3'600'000);
}

TEST(duties, that_ran_before_a_late_merge_have_used_what_they_had_by_it) {
  engine all(compiled_from(duties_pack));
  const stored_value nothing = stored("{}");
  const stored_value into = stored(R"({"into": "b"})");
  static_cast<void>(all.apply(sent_to("a", "form", "2026-03-10T14:00:00Z", nothing)));
  static_cast<void>(all.apply(sent_to("a", "contact.set", "2026-03-10T15:00:00Z", nothing)));
  const auto news = all.apply(sent_to("a", "contact.merge", "2026-03-10T14:30:00Z", into));
  const std::vector<decision> told(news.begin(), news.end());
  EXPECT_EQ(told[0].text, "cancelled");
  EXPECT_EQ(told[0].at, at("2026-03-10T15:00:00Z"));
  EXPECT_EQ(told[0].reading->used_ms, 3'600'000);
  EXPECT_EQ(told[0].reading->left_ms, 3 * 3'600'000);
}

TEST(duties, at_the_very_instant_of_a_merge_come_once) {
  engine all(compiled_from(duties_pack));
  const stored_value nothing = stored("{}");
  const stored_value into = stored(R"({"into": "b"})");
  for (const std::string_view who : {"a", "b"})
    static_cast<void>(all.apply(sent_to(who, "form", "2026-03-10T14:00:00Z", nothing)));
  static_cast<void>(all.advance(at("2026-03-10T17:30:00Z")));
  static_cast<void>(all.apply(sent_to("a", "contact.merge", "2026-03-10T18:00:00Z", into)));
  std::vector<decision> told;
  for (const decision& each : all.advance(at("2026-03-10T18:00:00Z"))) told.push_back(each);
  EXPECT_EQ(short_lines(told)[0], "03-10T18:00:00.000 reply breached");
  EXPECT_EQ(std::count_if(told.begin(), told.end(), [](const decision& each) { return each.text == "breached"; }), 1);
}

TEST(duties, of_a_forgotten_contact_are_gone) {
  engine all(compiled_from(duties_pack));
  const stored_value nothing = stored("{}");
  static_cast<void>(all.apply(sent_to("a", "form", "2026-03-10T14:00:00Z", nothing)));
  static_cast<void>(all.apply(sent_to("a", "contact.forget", "2026-03-10T15:00:00Z", nothing)));
  EXPECT_EQ(all.next_wakeup(), std::nullopt);
  const auto news = all.apply(sent_to("a", "form", "2026-03-11T14:00:00Z", nothing));
  std::vector<decision> told(news.begin(), news.end());
  EXPECT_EQ(told.front().seq, 1U);
  const auto started =
      std::find_if(told.begin(), told.end(), [](const decision& each) { return each.text == "started"; });
  ASSERT_NE(started, told.end());
  EXPECT_EQ(started->reading->cycle, 1U);
}

}  // namespace
}  // namespace leadline::test::duties_test
