#include "leadline/engine/routing.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "engine/routing_shop.hpp"
#include "fold/fold_case.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/engine/sharded_engine.hpp"

namespace leadline::test::routing_test {
namespace {

// --- Rules ----------------------------------------------------------------------------------------------------------

TEST(routing_rules, go_in_order_and_an_expression_without_a_known_rep_passes_on) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}}, "rules": [
    {"id": "boss", "owner": {"var": "contact.boss"}},
    {"id": "small", "when": {"<": [{"var": "contact.size"}, 10]}, "owner": null},
    {"id": "large", "when": {">=": [{"var": "contact.size"}, 500]}, "owner": "bo"}]})");
  sales.send("c1", "contact.set", when(0), R"({"boss": "ana", "size": 3})");
  sales.send("c2", "contact.set", when(0), R"({"boss": "nobody we know", "size": 900})");
  sales.send("c3", "contact.set", when(0), R"({"size": 3})");
  sales.send("c4", "contact.set", when(0), R"({"size": 50})");
  sales.send("c3", "owner.set", when(1), R"({"owner": "ana"})");
  for (const char* each : {"c1", "c2", "c3", "c4"}) sales.send(each, "score", when(2));
  EXPECT_EQ(sales.told(), (lines{"c3 > ana", "c1 > ana", "c2 > bo", "c4 held no_rule"}));
  EXPECT_EQ(
      to_json(sales.decisions().back()),
      R"({"seq": 3, "at": "2026-03-02T10:02:00.000Z", "contact": "c4", "kind": "held", "code": "no_rule", "cause": null})");
}

TEST(routing_rules, that_give_the_present_owner_tell_nothing) {
  shop sales(R"({"on": [{"enter": "mql"}, {"on": "ping"}], "reps": {"ana": {}},
    "rules": [{"id": "ana", "owner": "ana"}]})");
  sales.send("c1", "score", when(0));
  sales.send("c1", "ping", when(1));
  EXPECT_EQ(sales.told(), (lines{"c1 > ana"}));
}

TEST(routing_rules, are_asked_by_every_form_of_trigger) {
  shop sales(R"({"on": [{"leave": "mql"}, {"on": "ping", "where": {"==": [{"var": "event.type"}, "ping"]}},
      {"when": {"==": [{"var": "contact.region"}, "east"]}}, {"assigned": true}], "reps": {"ana": {}, "bo": {}},
    "rules": [{"id": "east", "when": {"==": [{"var": "contact.region"}, "east"]}, "owner": "bo"},
              {"id": "boss", "when": {"==": [{"var": "owner"}, "boss"]}, "owner": "ana"},
              {"id": "left", "when": {"==": [{"var": "stage"}, "won"]}, "owner": "ana"}]})");
  sales.send("c1", "score", when(0));
  EXPECT_EQ(sales.take_told(), lines{});
  sales.send("c1", "ping", when(1));
  EXPECT_EQ(sales.take_told(), (lines{"c1 held no_rule"}));
  sales.send("c1", "ping", when(1));
  EXPECT_EQ(sales.take_told(), lines{}) << "it is held already";
  sales.send("c1", "win", when(2));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ana"}));
  sales.send("c1", "contact.set", when(3), R"({"region": "east"})");
  EXPECT_EQ(sales.take_told(), (lines{"c1 > bo"}));
  sales.send("c1", "contact.set", when(4), R"({"region": "west"})");
  sales.send("c1", "owner.set", when(5), R"({"owner": "boss"})");
  EXPECT_EQ(sales.take_told(), (lines{"c1 > boss", "c1 > ana"}));
}

TEST(routing_rules, of_a_pool_are_held_by_the_fold_alone) {
  folded alone(routing_pack_with(pool_of_three));
  alone.step("score", when(0));
  EXPECT_EQ(alone.decisions().back().kind, decision_kind::held);
  EXPECT_EQ(alone.decisions().back().about, "no_engine");
  EXPECT_EQ(alone.decisions().back().rule, "all");
  alone.step("owner.set", when(1), R"({"owner": "bo"})");
  EXPECT_EQ(alone.who().state.owner, "bo");
}

TEST(routing_rules, with_keep_leave_the_contact_with_an_owner_of_the_pool) {
  shop sales(R"({"on": [{"enter": "mql"}, {"on": "ping"}], "reps": {"ana": {}, "bo": {}, "cy": {}},
    "pools": {"p": {"reps": ["ana", "bo"]}}, "rules": [{"id": "p", "pool": "p", "keep": true}]})");
  sales.send("c1", "score", when(0));
  sales.send("c1", "ping", when(1));
  sales.send("c1", "owner.set", when(2), R"({"owner": "cy"})");
  sales.send("c1", "ping", when(3));
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c1 > cy", "c1 > bo"}));
}

// --- Who is eligible ------------------------------------------------------------------------------------------------

TEST(a_pool, takes_turns_in_order_and_tells_why) {
  shop sales(pool_of_three);
  for (int i = 1; i <= 4; ++i) sales.send(contact_name(i), "score", when(i));
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c2 > bo", "c3 > cy", "c4 > ana"}));
  EXPECT_EQ(
      to_json(sales.decisions().back()),
      R"({"seq": 3, "at": "2026-03-02T10:04:00.000Z", "contact": "c4", "kind": "assigned", "from": null, "to": "ana", )"
      R"("pool": "all", "dropped": [], "ledger": [{"rep": "ana", "got": 1, "deficit": 0}, )"
      R"({"rep": "bo", "got": 1, "deficit": 0}, {"rep": "cy", "got": 1, "deficit": 0}], "rule": "all", "cause": null})");
}

TEST(a_pool, drops_by_territory_absence_hours_capacity_and_exclusion) {
  shop sales(R"({"on": {"enter": "mql"},
    "reps": {"ana": {"territories": ["west"]}, "bo": {"calendar": "late"}, "cy": {"capacity": 1}, "di": {}, "ed": {},
             "flo": {"territories": ["east", "north"]}},
    "pools": {"all": {"reps": ["ana", "bo", "cy", "di", "ed", "flo"], "only_open": true}},
    "rules": [{"id": "all", "pool": "all", "territory": {"var": "contact.region"}, "exclude": {"var": "contact.not"}}]})");
  sales.send("c0", "owner.set", when(0), R"({"owner": "cy"})");
  sales.away("di", when(0));
  sales.send("c1", "contact.set", when(0), R"({"region": "east", "not": ["ed", "somebody"]})");
  sales.send("c1", "score", when(1));
  EXPECT_EQ(sales.owner("c1"), "flo");
  EXPECT_NE(sales.decisions().back().text.find(
                R"("dropped": [{"rep": "ana", "why": "territory"}, {"rep": "bo", "why": "closed"}, )"
                R"({"rep": "cy", "why": "capacity"}, {"rep": "di", "why": "away"}, {"rep": "ed", "why": "excluded"}])"),
            std::string::npos)
      << sales.decisions().back().text;
  // A contact of no known region goes to those who serve all.
  sales.send("c2", "contact.set", when(2), R"({"not": ["ed"]})");
  sales.send("c2", "score", when(125));
  EXPECT_EQ(sales.owner("c2"), "bo");
}

TEST(a_pool, counts_open_contacts_alone_toward_capacity) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {"capacity": 2}},
    "pools": {"p": {"reps": ["ana"]}}, "rules": [{"id": "p", "pool": "p"}]})");
  for (int i = 1; i <= 4; ++i) sales.send(contact_name(i), "score", when(i));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ana", "c2 > ana", "c3 held nobody_eligible", "c4 held nobody_eligible"}));
  sales.send("c1", "win", when(10));
  EXPECT_EQ(sales.desk().open_count(0), 1);
  EXPECT_EQ(sales.all().next_wakeup(), at(when(10)));
  sales.advance(when(10));
  EXPECT_EQ(sales.take_told(), (lines{"c3 > ana"}));
  sales.send("c2", "lose", when(11));
  sales.send("c2", "again", when(12));
  EXPECT_EQ(sales.take_told(), (lines{"c4 > ana", "c2 held nobody_eligible"}))
      << "who was there first is served first, and who comes back to a full rep waits for another";
  EXPECT_EQ(sales.desk().open_count(0), 3) << "and is theirs meanwhile";
  sales.send("c3", "contact.forget", when(13));
  sales.advance(when(13));
  EXPECT_EQ(sales.desk().waiting_count(), 0U) << "there is room for it where it is";
  sales.send("c4", "contact.merge", when(14), R"({"into": "c9"})");
  EXPECT_EQ(sales.desk().open_count(0), 1);
}

TEST(a_pool, asks_the_least_loaded) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}},
    "pools": {"p": {"reps": ["ana", "bo"], "balance": "least_open"}}, "rules": [{"id": "p", "pool": "p"}]})");
  for (int i = 1; i <= 4; ++i) sales.send(contact_name(i), "score", when(i));
  sales.send("c2", "win", when(5));
  sales.send("c4", "win", when(6));
  sales.send("c5", "score", when(7));
  sales.send("c6", "score", when(8));
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c2 > bo", "c3 > ana", "c4 > bo", "c5 > bo", "c6 > bo"}));
}

TEST(a_pool, does_not_count_the_contact_it_is_asked_for) {
  const std::string text = R"({"on": {"assigned": true}, "reps": {"ana": {"capacity": 1}, "bo": {}},
    "pools": {"p": {"reps": ["ana", "bo"], "balance": "least_open"}}, "rules": [{"id": "p", "pool": "p"}]})";
  // An owner set in the very pass is not among the open contacts yet, one of an earlier pass is.
  shop sales(text);
  sales.send("c1", "owner.set", when(0), R"({"owner": "bo"})");
  EXPECT_EQ(sales.take_told(), (lines{"c1 > bo", "c1 > ana"}));
  sales.send("c1", "owner.set", when(1), R"({"owner": "bo"})");
  EXPECT_EQ(sales.take_told(), (lines{"c1 > bo", "c1 > ana"}));
  EXPECT_EQ(sales.desk().open_count(0), 1);
  EXPECT_EQ(sales.desk().open_count(1), 0);
}

TEST(a_pool, asks_whom_most_is_owed_by_weight) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {"weight": 1}, "bo": {"weight": 3}},
    "pools": {"p": {"reps": ["ana", "bo"], "balance": "weighted"}}, "rules": [{"id": "p", "pool": "p"}]})");
  for (int i = 1; i <= 5; ++i) sales.send(contact_name(i), "score", when(i));
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c2 > bo", "c3 > bo", "c4 > bo", "c5 > ana"}));
  EXPECT_NE(sales.decisions()[5].text.find(
                R"({"rep": "ana", "got": 1, "deficit": -0.75}, {"rep": "bo", "got": 0, "deficit": 0.75})"),
            std::string::npos)
      << sales.decisions()[5].text;
}

TEST(a_pool, asks_whoever_comes_to_work_first) {
  shop sales(
      R"({"on": {"enter": "mql"}, "reps": {"bo": {"calendar": "late"}, "ana": {"calendar": "day"}, "cy": {"calendar": "day"}},
    "pools": {"p": {"reps": ["bo", "ana", "cy"], "balance": "can_meet"}}, "rules": [{"id": "p", "pool": "p"}]})");
  sales.send("c1", "score", "2026-03-03T08:00:00Z");
  sales.send("c2", "score", "2026-03-03T08:00:00Z");
  sales.send("c3", "score", "2026-03-03T18:00:00Z");
  sales.send("c4", "score", "2026-03-03T18:00:00Z");
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c2 > cy", "c3 > bo", "c4 > bo"}));
  EXPECT_NE(
      sales.decisions()[2].text.find(R"({"rep": "bo", "got": 0, "deficit": 0, "meets": "2026-03-03T12:00:00.000Z"})"),
      std::string::npos)
      << sales.decisions()[2].text;
}

// --- Nobody there ---------------------------------------------------------------------------------------------------

TEST(a_held_contact, is_assigned_at_the_instant_at_which_somebody_comes_to_work) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {"calendar": "day"}, "bo": {"calendar": "late"}},
    "pools": {"p": {"reps": ["bo", "ana"], "only_open": true}}, "rules": [{"id": "p", "pool": "p"}]})");
  sales.send("c2", "score", "2026-03-06T21:00:00Z");
  sales.send("c1", "score", "2026-03-06T22:00:00Z");
  EXPECT_EQ(sales.take_told(), (lines{"c2 held nobody_eligible", "c1 held nobody_eligible"}));
  EXPECT_EQ(sales.all().next_wakeup(), at("2026-03-09T09:00:00Z"));
  sales.advance("2026-03-20T00:00:00Z");
  EXPECT_EQ(sales.told(), (lines{"c2 > ana", "c1 > ana"})) << "in the order in which they began to wait";
  EXPECT_EQ(sales.decisions().back().at, at("2026-03-09T09:00:00Z"));
  EXPECT_EQ(sales.decisions().back().cause, "time");
}

TEST(held_contacts, are_told_of_after_all_else_at_their_instant_the_longest_wait_first) {
  const std::string text = R"({"on": {"on": "asked"}, "reps": {"bo": {"calendar": "late"}},
    "pools": {"p": {"reps": ["bo"], "only_open": true}}, "rules": [{"id": "p", "pool": "p"}]})";
  shop sales(text);
  sharded_engine sharded(compiled_from(routing_pack_with(text)), 2);
  for (const auto& [contact, when] :
       {std::pair("c9", "2026-03-02T07:00:00Z"), std::pair("c1", "2026-03-02T08:00:00Z")}) {
    sales.send(contact, "asked", when);
    const event sent{.id = {}, .contact = contact, .type = "asked", .at = at(when), .data = {}};
    static_cast<void>(sharded.apply({&sent, 1}));
  }
  sales.advance("2026-03-02T12:00:00Z");  // the clock of c1 is due, and bo comes to work
  EXPECT_EQ(sales.take_told(), (lines{"c9 held nobody_eligible", "c1 held nobody_eligible", "c9 > bo", "c1 > bo"}));
  const std::span<const decision> told = sharded.advance(at("2026-03-02T12:00:00Z"));
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[0].contact, "c9") << "breached an hour before";
  EXPECT_EQ(told[1].contact, "c1") << "breached now";
  EXPECT_EQ(told[2].contact, "c9");
  EXPECT_EQ(told[3].contact, "c1");
}

TEST(a_held_contact, that_time_brings_something_at_the_same_instant_is_not_told_late) {
  shop sales(R"({"on": {"on": "asked"}, "reps": {"bo": {"calendar": "late"}},
    "pools": {"p": {"reps": ["bo"], "only_open": true}}, "rules": [{"id": "p", "pool": "p"}]})");
  sales.send("c1", "asked", "2026-03-02T08:00:00Z");  // its clock is due at noon, when bo comes to work
  sales.advance("2026-03-03T00:00:00Z");
  EXPECT_EQ(sales.told(), (lines{"c1 held nobody_eligible", "c1 > bo"}));
  EXPECT_EQ(sales.decisions().back().at, at("2026-03-02T12:00:00Z"));
  EXPECT_FALSE(sales.decisions().back().is_late);
}

TEST(a_held_contact, is_assigned_when_a_rep_is_back) {
  shop sales(pool_of_three);
  for (const char* each : {"ana", "bo", "cy"}) sales.away(each, when(0));
  sales.send("c1", "score", when(1));
  sales.back("cy", when(5));
  EXPECT_EQ(sales.take_told(), (lines{"c1 held nobody_eligible"}));
  sales.advance(when(6));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > cy"}));
  EXPECT_EQ(sales.decisions().back().at, at(when(5)));
  EXPECT_EQ(sales.desk().waiting_count(), 0U);
}

TEST(a_held_contact, is_looked_at_when_it_changes) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {"territories": ["east"]}},
    "pools": {"p": {"reps": ["ana"]}}, "rules": [{"id": "p", "pool": "p", "territory": {"var": "contact.region"}}]})");
  sales.send("c1", "score", when(1));
  sales.send("c1", "contact.set", when(2), R"({"region": "east"})");
  sales.advance(when(3));
  EXPECT_EQ(sales.told(), (lines{"c1 held nobody_eligible", "c1 > ana"}));
}

TEST(a_held_contact, waits_no_longer_once_a_person_has_decided_or_it_is_lost) {
  shop sales(pool_of_three);
  for (const char* each : {"ana", "bo", "cy"}) sales.away(each, when(0));
  sales.send("c1", "score", when(1));
  sales.send("c2", "score", when(1));
  sales.send("c1", "owner.set", when(2), R"({"owner": "bo"})");
  sales.send("c2", "lose", when(2));
  EXPECT_EQ(sales.desk().waiting_count(), 0U);
  sales.back("ana", when(3));
  sales.advance(when(9));
  EXPECT_EQ(sales.told(), (lines{"c1 held nobody_eligible", "c2 held nobody_eligible", "c1 > bo"}));
}

TEST(a_pool_with_nobody, that_is_weighted_and_takes_anyone_takes_whom_it_owes_most) {
  shop sales(
      R"({"on": {"enter": "mql"}, "reps": {"ana": {"capacity": 1}, "bo": {}, "cy": {"calendar": "late", "weight": 2}},
    "pools": {"p": {"reps": ["cy", "bo", "ana"], "balance": "weighted", "only_open": true, "when_none": {"anyone": true}}},
    "rules": [{"id": "p", "pool": "p"}], "reroute": {"on": {"on": "late_reply"}}})");
  // cy has closed until noon, so that bo and ana share; ana has room for one.
  sales.send("c1", "score", when(0));
  sales.send("c2", "score", when(1));
  sales.send("c3", "score", when(2));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > bo", "c2 > ana", "c3 > bo"}));
  // Neither ana, owed half a contact, nor cy, owed none, is eligible: cy's greater weight gives no claim on the past.
  sales.send("c3", "late_reply", when(3));
  EXPECT_EQ(sales.told(), (lines{"c3 > ana"}));
}

TEST(a_pool_with_nobody, overflows_falls_back_or_takes_anyone) {
  const auto with = [](const std::string& when_none) {
    return R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}, "cy": {}},
      "pools": {"p": {"reps": ["ana"], "when_none": )" +
           when_none + R"(}, "q": {"reps": ["bo"]}},
      "rules": [{"id": "p", "pool": "p"}, {"id": "q", "pool": "q"}]})";
  };
  for (const auto& [when_none, expected, told] : std::vector<std::array<std::string, 3>>{
           {R"({"pool": "q"})", "bo",
            R"("pool": "q", "when_none": "pool", "dropped": [{"rep": "ana", "why": "away"}], )"},
           {R"({"owner": "cy"})", "cy", R"("pool": "p", "when_none": "owner", )"},
           {R"({"anyone": true})", "ana", R"("pool": "p", "when_none": "anyone", )"}}) {
    shop sales(with(when_none));
    sales.away("ana", when(0));
    sales.send("c1", "score", when(1));
    EXPECT_EQ(sales.owner("c1"), expected);
    EXPECT_NE(sales.decisions().back().text.find(told), std::string::npos) << sales.decisions().back().text;
  }
  shop sales(with(R"({"pool": "q"})"));
  sales.away("ana", when(0));
  sales.away("bo", when(0));
  sales.send("c1", "score", when(1));
  EXPECT_NE(sales.decisions().back().text.find(
                R"("dropped": [{"rep": "ana", "why": "away"}, {"rep": "bo", "pool": "q", "why": "away"}])"),
            std::string::npos)
      << sales.decisions().back().text;
  sales.back("bo", when(2));
  sales.advance(when(2));
  EXPECT_EQ(sales.owner("c1"), "bo") << "who waits for a pool waits for those it overflows into";
}

// --- Back from leave ------------------------------------------------------------------------------------------------

TEST(a_rep_back_from_leave, is_forgiven_what_was_missed_or_catches_up) {
  for (const std::string balance : {"round_robin", "weighted"}) {
    for (const std::string on_return : {"forgive", "catch_up"}) {
      shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}, "cy": {}},
        "pools": {"p": {"reps": ["ana", "bo", "cy"], "balance": ")" +
                 balance + R"(", "on_return": ")" + on_return + R"("}}, "rules": [{"id": "p", "pool": "p"}]})");
      int next = 0;
      const auto some = [&](int count) {
        for (int i = 0; i < count; ++i, ++next) sales.send(contact_name(next), "score", when(next));
      };
      some(3);
      sales.away("ana", when(next));
      some(6);
      sales.back("ana", when(next));
      some(3);
      EXPECT_EQ(sales.desk().got(0, 0), on_return == "forgive" ? 2 : 4) << balance << on_return;
      some(3);
      EXPECT_EQ(sales.desk().got(0, 0), on_return == "forgive" ? 3 : 5) << balance << on_return;
    }
  }
}

TEST(leave, taken_every_day_does_not_shift_the_shares) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}},
    "pools": {"p": {"reps": ["ana", "bo"], "balance": "weighted"}}, "rules": [{"id": "p", "pool": "p"}]})");
  int next = 0;
  for (int day = 0; day < 50; ++day) {
    for (int i = 0; i < 3; ++i, ++next) sales.send(contact_name(next), "score", when(next));
    sales.away("bo", when(next));
    sales.back("bo", when(next));
  }
  EXPECT_EQ(sales.desk().got(0, 0), 75);
}

// --- Rerouting ------------------------------------------------------------------------------------------------------

TEST(rerouting, leaves_previous_owners_out_until_too_many_hops) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}, "cy": {}, "di": {}, "ed": {}},
    "pools": {"p": {"reps": ["ana", "bo", "cy", "di", "ed"]}}, "rules": [{"id": "p", "pool": "p", "keep": true}],
    "reroute": {"on": {"on": "late_reply"}, "max_hops": 3}})");
  sales.send("c1", "score", when(0));
  for (int i = 1; i <= 5; ++i) sales.send("c1", "late_reply", when(i));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ana", "c1 > bo", "c1 > cy", "c1 > di", "c1 held max_hops"}));
  // Another request by `on` begins anew, and keeps whom the contact has.
  sales.send("c1", "lose", when(6));
  sales.send("c1", "again", when(7));
  sales.send("c1", "late_reply", when(8));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ed"}));
}

TEST(rerouting, passes_over_a_rule_that_names_the_previous_owner) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}},
    "rules": [{"id": "first", "owner": "ana"}, {"id": "second", "owner": "bo"}], "reroute": {"on": {"on": "late_reply"}}})");
  sales.send("c1", "score", when(0));
  sales.send("c1", "late_reply", when(1));
  sales.send("c1", "late_reply", when(2));
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c1 > bo", "c1 held no_rule"}));
}

// --- Retries and late events ----------------------------------------------------------------------------------------

TEST(retrying, an_event_changes_nothing) {
  shop sales(pool_of_three);
  for (int round = 0; round < 3; ++round) {
    sales.send({}, "rep.away", when(0), R"({"rep": "bo"})", "r1");
    sales.send("c1", "score", when(1), "{}", "e1");
    sales.send({}, "rep.back", when(2), R"({"rep": "bo"})", "r2");
    sales.send("c2", "score", when(3), "{}", "e2");
  }
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c2 > bo"}));
}

TEST(events_of_reps, are_refused_aloud) {
  shop sales(pool_of_three, "1d");
  sales.send("c1", "ping", "2026-03-05T00:00:00Z");
  sales.back("zoe", "2026-03-05T00:00:00Z");
  sales.send({}, "rep.away", "2026-03-05T00:00:00Z");
  sales.away("bo", "2026-03-01T00:00:00Z");
  EXPECT_EQ(sales.told(), (lines{" rejected bad_event", " rejected bad_event", " rejected too_late"}));
  EXPECT_EQ(sales.decisions().back().seq, 3U);
  // One that is older than what is known of a rep comes too late to matter.
  sales.away("bo", "2026-03-05T10:00:00Z");
  sales.send("c1", "ping", "2026-03-05T12:00:00Z");
  sales.back("bo", "2026-03-05T09:00:00Z");
  EXPECT_TRUE(sales.desk().is_away(1));
}

TEST(a_late_event, of_another_contact_takes_no_assignment_back) {
  shop sales(pool_of_three);
  sales.send("c1", "score", when(10));
  sales.send("c2", "score", when(11));
  sales.send("c3", "score", when(5));  // before both
  EXPECT_EQ(sales.told(), (lines{"c1 > ana", "c2 > bo", "c3 > cy"}));
  EXPECT_TRUE(sales.decisions().back().is_late);
}

TEST(a_late_event, keeps_the_owner_of_a_request_that_is_made_again) {
  shop sales(pool_of_three);
  sales.send("c1", "score", when(10));
  sales.send("c2", "score", when(11));
  sales.send("c2", "ping", when(20));
  sales.send("c2", "contact.set", when(4), R"({"region": "east"})");
  EXPECT_EQ(sales.owner("c2"), "bo");
  EXPECT_EQ(sales.desk().got(0, 1), 1);
  EXPECT_EQ(sales.desk().open_count(1), 1);
}

TEST(a_late_event, undoes_a_request_that_is_no_longer_made) {
  shop sales(R"({"on": {"when": {"==": [{"var": "contact.region"}, "east"]}}, "reps": {"ana": {"capacity": 1}},
    "pools": {"p": {"reps": ["ana"]}}, "rules": [{"id": "p", "pool": "p"}]})");
  sales.send("c1", "contact.set", when(10), R"({"region": "east"})");
  sales.send("c2", "contact.set", when(11), R"({"region": "east"})");
  sales.send("c3", "ping", when(30));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ana", "c2 held nobody_eligible"}));
  // That it was lost before is told late: its request stands, and frees the rep for the one who waits.
  sales.send("c1", "lose", when(5), "{}");
  EXPECT_EQ(sales.owner("c1"), "ana");
  EXPECT_EQ(sales.take_told(), (lines{"c2 > ana"}));
  EXPECT_EQ(sales.decisions().back().at, at(when(30) /* the last closed instant */) - elapsed_duration::from_ms(1));
}

TEST(a_late_event, serves_a_new_request_at_the_last_closed_instant) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}}, "pools": {"p": {"reps": ["ana", "bo"]}},
    "rules": [{"id": "small", "when": {"<": [{"var": "contact.size"}, 10]}, "owner": null}, {"id": "p", "pool": "p"}]})");
  sales.send("c1", "score", when(10));
  sales.send("c2", "ping", when(20));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ana"}));
  sales.send("c1", "contact.set", when(5), R"({"size": 3})");
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ana amended"}));
  EXPECT_EQ(sales.owner("c1"), "-");
  EXPECT_EQ(sales.desk().got(0, 0), 0) << "what is undone is given back to the ledger";
  EXPECT_EQ(sales.desk().open_count(0), 0);
  // And a request that a late event makes.
  sales.send("c3", "ping", when(21));
  sales.send("c3", "score", when(19));
  EXPECT_EQ(sales.take_told(), (lines{"c3 > bo"}));
  EXPECT_EQ(sales.decisions().back().at, at(when(21)) - elapsed_duration::from_ms(1));
  EXPECT_TRUE(sales.decisions().back().is_late);
  // It stays so in every later fold.
  sales.send("c3", "ping", when(18));
  EXPECT_EQ(sales.take_told(), lines{});
  EXPECT_EQ(sales.owner("c3"), "bo");
}

TEST(a_late_event, of_a_rep_serves_what_was_asked_at_the_open_instant_when_that_is_closed) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}}, "pools": {"p": {"reps": ["ana"]}},
    "rules": [{"id": "p", "pool": "p"}]})");
  sales.away("ana", when(0));
  sales.send("c0", "score", when(1));
  sales.send("c1", "score", when(10));
  EXPECT_EQ(sales.take_told(), (lines{"c0 held nobody_eligible", "c1 held nobody_eligible"}));
  sales.back("ana", when(5));
  EXPECT_EQ(sales.take_told(), lines{"c0 > ana"});
  EXPECT_EQ(sales.decisions().back().at, at(when(10)) - elapsed_duration::from_ms(1));
  EXPECT_EQ(sales.all().next_wakeup(), at(when(10)));
  sales.advance(when(10));
  EXPECT_EQ(sales.take_told(), lines{"c1 > ana"}) << "not before it was asked for";
  EXPECT_EQ(sales.decisions().back().at, at(when(10)));
  EXPECT_EQ(sales.decisions().back().cause, "time");
}

TEST(a_late_event, gives_nobody_who_came_back_at_the_open_instant) {
  shop sales(
      R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {"capacity": 1}}, "pools": {"p": {"reps": ["ana", "bo"]}},
    "rules": [{"id": "p", "pool": "p"}]})");
  sales.away("ana", when(0));
  sales.away("bo", when(0));
  sales.send("c0", "score", when(1));
  sales.send("c1", "score", when(2));
  sales.back("ana", when(10));
  static_cast<void>(sales.take_told());
  // Of somebody else: nobody is looked at for it.
  sales.send("c2", "ping", when(4));
  EXPECT_EQ(sales.take_told(), lines{});
  const instant closed = at(when(10)) - elapsed_duration::from_ms(1);
  sales.back("bo", when(5));
  EXPECT_EQ(sales.take_told(), lines{"c0 > bo"}) << "ana was away then";
  EXPECT_EQ(sales.decisions().back().at, closed);
  EXPECT_EQ(sales.all().next_wakeup(), at(when(10)));
  sales.advance(when(10));
  EXPECT_EQ(sales.take_told(), lines{"c1 > ana"});
  EXPECT_EQ(sales.decisions().back().at, at(when(10)));
}

TEST(a_late_event, that_asks_waits_for_those_who_are_free_from_the_open_instant_on) {
  // Nobody waited when they were freed: ana was back, bo's only contact was won.
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {"capacity": 1}},
    "pools": {"p": {"reps": ["ana"]}, "q": {"reps": ["bo"]}},
    "rules": [{"id": "p", "when": {"==": [{"var": "contact.region"}, "east"]}, "pool": "p"}, {"id": "q", "pool": "q"}]})");
  sales.send("c0", "score", when(0));
  sales.away("ana", when(1));
  sales.back("ana", when(10));
  sales.send("c0", "win", when(10));
  EXPECT_EQ(sales.take_told(), lines{"c0 > bo"});
  sales.send("c1", "contact.set", when(4), R"({"region": "east"})");
  sales.send("c1", "score", when(5));
  sales.send("c2", "score", when(6));
  EXPECT_EQ(sales.take_told(), (lines{"c1 held nobody_eligible", "c2 held nobody_eligible"}));
  EXPECT_EQ(sales.all().next_wakeup(), at(when(10)));
  // A snapshot between knows since when they are free.
  engine restored(
      compiled_from(routing_pack_with(R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {"capacity": 1}},
    "pools": {"p": {"reps": ["ana"]}, "q": {"reps": ["bo"]}},
    "rules": [{"id": "p", "when": {"==": [{"var": "contact.region"}, "east"]}, "pool": "p"}, {"id": "q", "pool": "q"}]})")));
  ASSERT_TRUE(restored.restore(sales.all().snapshot()).has_value());
  EXPECT_EQ(restored.next_wakeup(), at(when(10)));
  sales.advance(when(10));
  EXPECT_EQ(sales.take_told(), (lines{"c1 > ana", "c2 > bo"}));
  EXPECT_EQ(sales.decisions().back().at, at(when(10)));
  EXPECT_EQ(restored.advance(at(when(10))).size(), 2U);
}

TEST(a_late_event, answers_nobody_as_they_became_at_the_open_instant) {
  shop sales(R"({"on": {"enter": "mql"}, "reps": {"ana": {"territories": ["east"]}},
    "pools": {"p": {"reps": ["ana"]}}, "rules": [{"id": "p", "pool": "p", "territory": {"var": "contact.region"}}]})");
  sales.away("ana", when(0));
  sales.send("c0", "score", when(1));
  sales.send("c0", "contact.set", when(10), R"({"region": "east"})");
  sales.back("ana", when(5));
  EXPECT_EQ(sales.take_told(), lines{"c0 held nobody_eligible"});
  sales.advance(when(10));
  EXPECT_EQ(sales.take_told(), lines{"c0 > ana"});
  EXPECT_EQ(sales.decisions().back().at, at(when(10)));
}

}  // namespace
}  // namespace leadline::test::routing_test
