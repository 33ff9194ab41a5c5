// What a desk knows outlives it: records, snapshots and digests. And its laws: fairness, and who can meet the clock.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/routing_shop.hpp"
#include "fold/fold_case.hpp"
#include "leadline/engine/sharded_engine.hpp"
#include "leadline/fold/contact_record.hpp"
#include "support/case_count.hpp"

namespace leadline::test::routing_state_test {
namespace {

// --- Records --------------------------------------------------------------------------------------------------------

TEST(a_record_of_a_contact, keeps_what_routing_knows_of_it) {
  const std::string text = R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}},
    "pools": {"p": {"reps": ["ana", "bo"]}}, "rules": [{"id": "p", "pool": "p"}],
    "reroute": {"on": {"when": {"==": [{"var": "contact.region"}, "east"]}}}})";
  shop sales(text);
  sales.send("c1", "score", when(0));
  sales.away("bo", when(1));
  sales.send("c1", "contact.set", when(2), R"({"region": "east"})");
  sales.send("c2", "ping", when(3));
  const contact& who = *sales.all().find("c1");
  EXPECT_EQ(sales.desk().waiting_count(), 1U);
  contact_record record(compiled_from(routing_pack_with(text)));
  const std::string sealed(record.seal(who));
  const result<contact> opened = record.open(sealed);
  ASSERT_TRUE(opened.has_value()) << to_text(opened.error());
  EXPECT_EQ(record.seal(*opened), sealed);
  EXPECT_EQ(opened->state.route.waiting_rule, 0U);
  EXPECT_EQ(opened->state.route.waiting_since_ms, at(when(2)).ms());
  EXPECT_EQ(opened->state.route.held, hold_reason::nobody_eligible);
  EXPECT_EQ(opened->state.route.previous, std::vector<std::uint32_t>{0});
  EXPECT_EQ(opened->state.route.hop_count, 1U);
  EXPECT_TRUE(std::ranges::equal(opened->state.trigger_held(), who.state.trigger_held()));
  ASSERT_EQ(opened->answers.size(), 2U);
  EXPECT_EQ(opened->answers[0].given.details, who.answers[0].given.details);
  EXPECT_EQ(opened->answers[1].given.outcome, assignment_outcome::nobody);
}

TEST(a_record_of_the_desk, goes_on_where_it_was_written) {
  const std::string text = R"({"on": {"enter": "mql"}, "reps": {"ana": {"weight": 2}, "bo": {}, "cy": {}},
    "pools": {"p": {"reps": ["ana", "bo", "cy"], "balance": "weighted"}}, "rules": [{"id": "p", "pool": "p"}]})";
  shop sales(text);
  sales.away("cy", when(0));
  for (int i = 1; i <= 7; ++i) sales.send(contact_name(i), "score", when(i));
  sales.send({}, "rep.back", when(8), R"({"rep": "cy"})", "r1");
  const std::string bytes = sales.desk().bytes();
  result<routing> again = routing::read(compiled_from(routing_pack_with(text)), bytes);
  ASSERT_TRUE(again.has_value()) << to_text(again.error());
  EXPECT_EQ(again->bytes(), bytes);
  for (int i = 0; i < 9; ++i) {
    const std::string name = contact_name(20 + i);
    sales.send(name, "score", when(20 + i));
    const assignment given = again->assign({.contact = name, .at_ms = at(when(20 + i)).ms(), .rule = 0});
    EXPECT_EQ(compiled_from(routing_pack_with(text))->routing->reps[given.rep].name, sales.owner(name));
    EXPECT_EQ(given.details, sales.decisions().back().text);
  }
  std::string damaged = bytes;
  damaged[damaged.size() / 2] ^= 1;
  EXPECT_EQ(routing::read(compiled_from(routing_pack_with(text)), damaged).error().front().code, "record.damaged");
  EXPECT_EQ(routing::read(compiled_from(routing_pack_with(pool_of_three)), bytes).error().front().code,
            "record.other_model");
  EXPECT_EQ(routing::read(compiled_from(routing_pack_with(text)), "LLR").error().front().code, "record.not_a_record");
}

TEST(an_engine_with_pools, goes_on_from_a_snapshot_with_its_ledgers_its_absences_and_those_that_wait) {
  const std::string text = R"({"on": {"enter": "mql"},
    "reps": {"ana": {"weight": 3}, "bo": {"capacity": 3}, "cy": {"calendar": "late"}},
    "pools": {"p": {"reps": ["ana", "bo", "cy"], "balance": "weighted", "only_open": true}},
    "rules": [{"id": "p", "pool": "p"}]})";
  for (const std::size_t shards : {1U, 4U}) {
    shop sales(text);
    sharded_engine other(compiled_from(routing_pack_with(text)), shards);
    EXPECT_EQ(other.shard_count(), 1U) << "reps are shared by all contacts";
    const auto send = [&](std::string_view contact, std::string_view type, std::string_view at_text,
                          const std::string& data = "{}") {
      sales.send(contact, type, at_text, data);
      const stored_value content = stored(data);
      const event sent{.id = {}, .contact = contact, .type = type, .at = at(at_text), .data = content.content()};
      static_cast<void>(other.apply({&sent, 1}));
    };
    for (int i = 0; i < 12; ++i) send(contact_name(i), "score", when(i));
    send({}, "rep.away", when(20), R"({"rep": "ana"})");
    for (int i = 12; i < 18; ++i) send(contact_name(i), "score", when(10 + i));
    ASSERT_GT(sales.desk().waiting_count(), 0U);
    EXPECT_EQ(other.state_digest(), sales.all().state_digest());
    const std::string stored_bytes = sales.all().snapshot();
    EXPECT_EQ(other.snapshot(), stored_bytes);

    sharded_engine again(compiled_from(routing_pack_with(text)), shards);
    ASSERT_TRUE(again.restore(stored_bytes).has_value());
    EXPECT_EQ(again.state_digest(), sales.all().state_digest());
    EXPECT_EQ(again.snapshot(), stored_bytes);
    EXPECT_EQ(again.next_wakeup(), sales.all().next_wakeup());
    // cy comes to work at noon, ana is back, contacts go and come.
    std::vector<std::string> there;
    std::vector<std::string> here;
    const auto both = [&](std::string_view contact, std::string_view type, std::string_view at_text,
                          const std::string& data = "{}") {
      const stored_value content = stored(data);
      const event sent{.id = {}, .contact = contact, .type = type, .at = at(at_text), .data = content.content()};
      for (const decision& each : sales.all().apply(sent)) there.push_back(to_json(each));
      for (const decision& each : again.apply({&sent, 1})) here.push_back(to_json(each));
    };
    both("c1", "win", when(60));
    both("c20", "score", when(121));
    both({}, "rep.back", when(130), R"({"rep": "ana"})");
    for (int i = 30; i < 60; ++i) both(contact_name(i), "score", when(130 + i));
    for (const decision& each : sales.all().advance(at("2026-03-04T00:00:00Z"))) there.push_back(to_json(each));
    for (const decision& each : again.advance(at("2026-03-04T00:00:00Z"))) here.push_back(to_json(each));
    EXPECT_EQ(again.closed(), sales.all().closed());
    EXPECT_EQ(here, there);
    EXPECT_GT(here.size(), 30U);
    EXPECT_EQ(again.state_digest(), sales.all().state_digest());
  }
}

TEST(the_digest_of_a_state, tells_who_is_away_and_what_pools_gave) {
  shop first(pool_of_three);
  shop second(pool_of_three);
  first.send("c1", "ping", when(0));
  second.send("c1", "ping", when(0));
  EXPECT_EQ(first.all().state_digest(), second.all().state_digest());
  second.away("bo", when(0));
  EXPECT_NE(first.all().state_digest(), second.all().state_digest());
  first.away("bo", when(0));
  EXPECT_EQ(first.all().state_digest(), second.all().state_digest());
  // One asked for and forgotten leaves its trace in the ledger alone.
  first.send("c2", "score", when(1));
  first.send("c2", "contact.forget", when(2));
  second.advance(when(3));
  first.advance(when(3));
  EXPECT_NE(first.all().state_digest(), second.all().state_digest());
  EXPECT_NE(first.desk().state_digest(), second.desk().state_digest());
}

// --- Fairness -------------------------------------------------------------------------------------------------------

TEST(fairness, with_equal_availability_nobody_is_ever_more_than_one_contact_from_the_share) {
  std::mt19937_64 random(7);
  const auto below = [&](std::uint64_t bound) { return static_cast<int>(random() % bound); };
  constexpr int weights[] = {1, 1, 2, 3, 5, 10, 20, 50, 100};
  for (int round = 0; round < case_count(60); ++round) {
    const int count = 2 + below(10);
    std::string reps;
    std::string names;
    std::vector<int> weight;
    const bool is_weighted = round % 4 != 0;
    for (int i = 0; i < count; ++i) {
      weight.push_back(is_weighted ? weights[below(std::size(weights))] : 1);
      reps += (i == 0 ? "" : ", ") +
              ("\"r" + std::to_string(i) + "\": {\"weight\": " + std::to_string(weight.back()) + "}");
      names += (i == 0 ? "" : ", ") + ("\"r" + std::to_string(i) + "\"");
    }
    const std::string balance = is_weighted ? "weighted" : "round_robin";
    const std::string on_return = round % 2 == 0 ? "forgive" : "catch_up";
    shop sales(R"({"on": {"enter": "mql"}, "reps": {)" + reps + R"(}, "pools": {"p": {"reps": [)" + names +
                   R"(], "balance": ")" + balance + R"(", "on_return": ")" + on_return +
                   R"("}}, "rules": [{"id": "p", "pool": "p"}]})",
               "0s");
    std::int64_t sum = 0;
    for (const int each : weight) sum += each;
    for (std::int64_t total = 1; total <= 250; ++total) {
      sales.send(contact_name(static_cast<int>(total)), "score", when(static_cast<int>(total)));
      for (int i = 0; i < count; ++i) {
        const std::int64_t share = total * weight[static_cast<std::size_t>(i)];
        const std::int64_t got = sales.desk().got(0, static_cast<std::uint32_t>(i)) * sum;
        ASSERT_LE(std::abs(share - got), sum) << "r" << i << " of " << reps << " after " << total << ": share " << share
                                              << "/" << sum << ", got " << got / sum;
      }
    }
  }
}

// --- Who can meet the clock ------------------------------------------------------------------------------------------

/// Random desks: whoever is given a contact could turn to it as soon as anybody who was there, so before the clock was
/// due if anybody could; and where all keep the same hours nobody gets more than one beyond the share.
TEST(can_meet, gives_a_contact_to_whoever_can_turn_to_it_first) {
  std::mt19937_64 random(11);
  const auto below = [&](std::uint64_t bound) { return static_cast<int>(random() % bound); };
  constexpr const char* hours[] = {"", "day", "late"};
  for (int round = 0; round < case_count(60); ++round) {
    const int count = 2 + below(5);
    const bool has_equal_hours = round % 3 == 0;
    std::vector<std::string> calendar;
    std::string reps;
    std::string names;
    for (int i = 0; i < count; ++i) {
      calendar.emplace_back(has_equal_hours ? "day" : hours[below(std::size(hours))]);
      const std::string separator = i == 0 ? "" : ", ";
      const std::string spec = calendar.back().empty() ? "{}" : R"({"calendar": ")" + calendar.back() + "\"}";
      reps += separator + "\"r" + std::to_string(i) + "\": " + spec;
      names += separator + "\"r" + std::to_string(i) + "\"";
    }
    // The clock starts with the event that asks, before routing is asked.
    shop sales(R"({"on": {"on": "asked"}, "reps": {)" + reps + R"(}, "pools": {"p": {"reps": [)" + names +
                   R"(], "balance": "can_meet"}}, "rules": [{"id": "p", "pool": "p"}]})",
               "0s");
    const model& pack = sales.all().fold().model();
    const auto ready_ms = [&](int rep, instant now) {
      for (std::size_t i = 0; i < pack.calendar_names.size(); ++i) {
        if (pack.calendar_names[i] != calendar[static_cast<std::size_t>(rep)]) continue;
        return pack.calendars[i].is_open(now) ? now.ms() : pack.calendars[i].next_open(now)->ms();
      }
      return now.ms();
    };
    std::vector<bool> is_away(static_cast<std::size_t>(count), false);
    std::int64_t at_ms = at("2026-03-02T06:00:00Z").ms();
    for (int n = 1; n <= 60; ++n) {
      at_ms += 1 + below(5 * 3'600'000);
      const instant now = instant::from_ms(at_ms);
      if (!has_equal_hours && below(4) == 0) {
        const auto rep = static_cast<std::size_t>(below(static_cast<std::uint64_t>(count)));
        is_away[rep] = !is_away[rep];
        const std::string name = "r" + std::to_string(rep);
        is_away[rep] ? sales.away(name, now.text()) : sales.back(name, now.text());
      }
      sales.send(contact_name(n), "asked", now.text());
      const std::string owner = sales.owner(contact_name(n));
      std::int64_t first_ms = INT64_MAX;
      for (int i = 0; i < count; ++i) {
        if (!is_away[static_cast<std::size_t>(i)]) first_ms = std::min(first_ms, ready_ms(i, now));
      }
      if (first_ms == INT64_MAX) {
        ASSERT_EQ(owner, "-") << "everybody is away";
        continue;
      }
      ASSERT_EQ(owner.front(), 'r');
      const int given = owner[1] - '0';
      ASSERT_FALSE(is_away[static_cast<std::size_t>(given)]);
      ASSERT_EQ(ready_ms(given, now), first_ms) << reps << " at " << now.text() << ": " << owner;
      if (!has_equal_hours) continue;
      for (int i = 0; i < count; ++i) {
        ASSERT_LE(std::abs(n - count * sales.desk().got(0, static_cast<std::uint32_t>(i))), count) << n;
      }
    }
  }
}

}  // namespace
}  // namespace leadline::test::routing_state_test
