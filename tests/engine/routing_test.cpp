#include "leadline/engine/routing.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fold/fold_case.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/fold/contact_record.hpp"
#include "support/case_count.hpp"

namespace leadline::test::routing_test {
namespace {

/// A funnel in which a lead becomes an MQL by `score`, is won, lost, or goes back; the routing is the test's.
[[nodiscard]] std::string pack_with(const std::string& routing, const std::string& lateness = "7d") {
  return R"({"leadline": 1, "time_zone": "UTC", "engine": {"lateness": ")" + lateness + R"("},
    "calendars": {
      "day": {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}},
      "late": {"time_zone": "UTC", "hours": {"mon-fri": ["12:00-20:00"]}}},
    "attributes": {"region": {"type": "string"}, "boss": {"type": "string"}, "size": {"type": "number"},
                   "not": {"type": "strings"}},
    "events": {"score": {}, "win": {}, "lose": {}, "again": {}, "late_reply": {}, "ping": {}, "asked": {}},
    "business": {"won": ["won"], "lost": ["lost"]},
    "funnel": {"start": "lead",
      "stages": [{"id": "lead"}, {"id": "mql"}, {"id": "sql"}, {"id": "won"}, {"id": "lost", "aside": true}],
      "transitions": [{"id": "scored", "from": "lead", "to": "mql", "on": "score"},
                      {"id": "won", "from": "*", "to": "won", "on": "win"},
                      {"id": "again", "from": ["lost", "won"], "to": "mql", "on": "again"},
                      {"id": "lost", "from": "*", "to": "lost", "on": "lose"}]},
    "clocks": [{"id": "reply", "start": {"on": "asked"}, "stop": {"on": "ping"}, "target": [{"within": "4h"}]}],
    "routing": )" +
         routing + "}";
}

/// Contacts of one engine, and what routing told.
class shop {
 public:
  explicit shop(const std::string& routing, const std::string& lateness = "7d")
      : all_(compiled_from(pack_with(routing, lateness))) {}

  void send(std::string_view contact, std::string_view type, std::string_view when, const std::string& data = "{}",
            std::string_view id = {}) {
    const stored_value content = stored(data);
    take(all_.apply({.id = id.empty() ? value{} : value::of(id),
                     .contact = contact,
                     .type = type,
                     .at = at(when),
                     .data = content.content()}));
  }
  void away(std::string_view rep, std::string_view when) {
    send({}, "rep.away", when, R"({"rep": ")" + std::string(rep) + "\"}");
  }
  void back(std::string_view rep, std::string_view when) {
    send({}, "rep.back", when, R"({"rep": ")" + std::string(rep) + "\"}");
  }
  void advance(std::string_view to) { take(all_.advance(at(to))); }

  /// "c1 > ana", "c1 > -", "c1 held no_rule", "c1 amended": of each decision about an owner.
  [[nodiscard]] const std::vector<std::string>& told() const noexcept { return told_; }
  [[nodiscard]] std::vector<std::string> take_told() { return std::exchange(told_, {}); }
  [[nodiscard]] const std::vector<decision>& decisions() const noexcept { return decisions_; }
  [[nodiscard]] std::string owner(std::string_view contact) const {
    const leadline::contact* const who = all_.find(contact);
    return who == nullptr ? "?" : who->state.owner.value_or("-");
  }
  [[nodiscard]] engine& all() noexcept { return all_; }
  [[nodiscard]] const routing& desk() const noexcept { return *all_.desk(); }

 private:
  [[nodiscard]] std::string line_of(const decision& each) const {
    const auto* to = std::get_if<std::string_view>(&each.to);
    switch (each.kind) {
      case decision_kind::assigned: return std::string(each.contact) + " > " + std::string(to != nullptr ? *to : "-");
      case decision_kind::held: return std::string(each.contact) + " held " + std::string(each.about);
      case decision_kind::rejected: return std::string(each.contact) + " rejected " + std::string(each.about);
      case decision_kind::amended: {
        for (const kept_decision& kept : kept_) {
          const decision& old = *kept;
          if (old.contact != each.contact || old.seq != each.corrects || line_of(old).empty()) continue;
          return line_of(old) + " amended" + (each.now ? ": " + line_of(*each.now) : "");
        }
        return {};
      }
      default: return {};
    }
  }
  void take(std::span<const decision> news) {
    for (const decision& each : news) {
      kept_.push_back(kept_decision::of(each));
      decisions_.push_back(*kept_.back());
      if (const std::string line = line_of(each); !line.empty()) told_.push_back(line);
    }
  }

  engine all_;
  std::vector<std::string> told_;
  std::vector<kept_decision> kept_;
  std::vector<decision> decisions_;
};

using lines = std::vector<std::string>;

[[nodiscard]] std::string contact_name(int number) { return "c" + std::to_string(number); }

[[nodiscard]] std::string when(int minute) {
  return instant::from_ms(at("2026-03-02T10:00:00Z").ms() + minute * 60'000LL).text();
}

const std::string pool_of_three = R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}, "cy": {}},
  "pools": {"all": {"reps": ["ana", "bo", "cy"]}}, "rules": [{"id": "all", "pool": "all"}]})";

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
  folded alone(pack_with(pool_of_three));
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
  contact_record record(compiled_from(pack_with(text)));
  const std::string sealed(record.seal(who));
  const result<contact> opened = record.open(sealed);
  ASSERT_TRUE(opened.has_value()) << to_text(opened.error());
  EXPECT_EQ(record.seal(*opened), sealed);
  EXPECT_EQ(opened->state.route.waiting_rule, 0U);
  EXPECT_EQ(opened->state.route.waiting_since_ms, at(when(2)).ms());
  EXPECT_EQ(opened->state.route.held, hold_reason::nobody_eligible);
  EXPECT_EQ(opened->state.route.previous, std::vector<std::uint32_t>{0});
  EXPECT_EQ(opened->state.route.hop_count, 1U);
  EXPECT_EQ(opened->state.trigger_held, who.state.trigger_held);
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
  result<routing> again = routing::read(compiled_from(pack_with(text)), bytes);
  ASSERT_TRUE(again.has_value()) << to_text(again.error());
  EXPECT_EQ(again->bytes(), bytes);
  for (int i = 0; i < 9; ++i) {
    const std::string name = contact_name(20 + i);
    sales.send(name, "score", when(20 + i));
    const assignment given = again->assign({.contact = name, .at_ms = at(when(20 + i)).ms(), .rule = 0});
    EXPECT_EQ(compiled_from(pack_with(text))->routing->reps[given.rep].name, sales.owner(name));
    EXPECT_EQ(given.details, sales.decisions().back().text);
  }
  std::string damaged = bytes;
  damaged[damaged.size() / 2] ^= 1;
  EXPECT_EQ(routing::read(compiled_from(pack_with(text)), damaged).error().front().code, "record.damaged");
  EXPECT_EQ(routing::read(compiled_from(pack_with(pool_of_three)), bytes).error().front().code, "record.other_model");
  EXPECT_EQ(routing::read(compiled_from(pack_with(text)), "LLR").error().front().code, "record.not_a_record");
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

}  // namespace
}  // namespace leadline::test::routing_test
