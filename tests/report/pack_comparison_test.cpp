#include "leadline/report/pack_comparison.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fold/fold_case.hpp"

namespace leadline::test::pack_comparison_test {
namespace {

/// A lead is an MQL from so many visits on, and must then be called within so long.
[[nodiscard]] std::shared_ptr<const model> pack_of(int visits, const std::string& within) {
  return compiled_from(R"({"leadline": 1, "name": "p", "version": ")" + std::to_string(visits) +
                       R"(", "time_zone": "UTC", "engine": {"lateness": "0s"},
    "events": {"visit": {}, "call": {}},
    "scores": {"lead": {"rules": [{"id": "v", "on": "visit", "points": 10}]}},
    "grades": {"heat": {"of": "lead", "bands": [{"at_least": 30, "is": "hot"}, {"is": "cold"}]}},
    "funnel": {"start": "lead", "stages": [{"id": "lead", "owner": "marketing"}, {"id": "mql", "owner": "marketing"},
                                           {"id": "sql", "owner": "sales"}],
      "transitions": [{"id": "scored", "from": ["lead"], "to": "mql", "when": {">=": [{"var": "score.lead"}, )" +
                       std::to_string(visits * 10) + R"(]}},
                      {"id": "taken", "from": ["mql"], "to": "sql", "on": "call"}]},
    "clocks": [{"id": "first-call", "start": {"enter": "mql"}, "stop": {"on": "call"}, "target": [{"within": ")" +
                       within + R"("}]}]})");
}

void take(pack_comparer& compare, const std::string& who, const std::string& type, const std::string& at) {
  compare.take({.id = {}, .contact = who, .type = type, .at = instant::parse(at).value(), .data = {}});
}

/// Two visits make an MQL of the old pack, one of the new; a call is due in 2 hours by the old, in 1 by the new.
///
///     a  visit 03-02 10:00, visit 03-02 12:00, call 03-02 13:30
///            old: MQL 12:00, called after 1:30, met.      new: MQL 10:00, called after 3:30, breached.  Both: sql.
///     b  visit 03-30 10:00
///            old: lead.                                   new: MQL 10:00, breached 11:00.
///     c  visit, visit, visit 03-03 10:00 to 12:00
///            old: MQL 11:00, breached 13:00.              new: MQL 10:00, breached 11:00.
[[nodiscard]] pack_comparison compared() {
  pack_comparer compare(pack_of(2, "2h"), pack_of(1, "1h"));
  take(compare, "a", "visit", "2026-03-02T10:00:00Z");
  take(compare, "a", "visit", "2026-03-02T12:00:00Z");
  take(compare, "a", "call", "2026-03-02T13:30:00Z");
  for (const char* hour : {"10", "11", "12"}) {
    take(compare, "c", "visit", "2026-03-03T" + std::string(hour) + ":00:00Z");
  }
  take(compare, "b", "visit", "2026-03-30T10:00:00Z");
  return compare.finish(instant::parse("2026-04-01T00:00:00Z").value());
}

TEST(pack_comparison, tells_who_changes_what) {
  const pack_comparison made = compared();
  EXPECT_EQ(made.contact_count, 3);
  EXPECT_EQ(made.changed_count, 2);
  ASSERT_EQ(made.changes.size(), 1U);
  EXPECT_EQ(made.changes[0].change.what, "stage");
  EXPECT_EQ(made.changes[0].change.before, "lead");
  EXPECT_EQ(made.changes[0].change.after, "mql");
  EXPECT_EQ(made.changes[0].contact_count, 1);
  ASSERT_EQ(made.contacts.size(), 2U);
  EXPECT_EQ(made.contacts[0].contact, "a");
  EXPECT_TRUE(made.contacts[0].differences.empty());
  EXPECT_EQ(made.contacts[1].contact, "b");
  EXPECT_EQ(made.contacts[1].differences.size(), 1U);
}

// a: met becomes breached; b: no cycle becomes a breached one; c: breached stays breached.
TEST(pack_comparison, tells_which_clocks_flip) {
  const pack_comparison made = compared();
  ASSERT_EQ(made.clocks.size(), 1U);
  EXPECT_EQ(made.clocks[0].met_before, 1);
  EXPECT_EQ(made.clocks[0].met_after, 0);
  EXPECT_EQ(made.clocks[0].breached_before, 1);
  EXPECT_EQ(made.clocks[0].breached_after, 3);
  EXPECT_EQ(made.clocks[0].flip_count, 2);
  ASSERT_EQ(made.contacts[0].flips.size(), 1U);
  EXPECT_EQ(made.contacts[0].flips[0].before + " " + made.contacts[0].flips[0].after, "met breached");
  EXPECT_EQ(made.contacts[1].flips[0].before + " " + made.contacts[1].flips[0].after, "none breached");
}

TEST(pack_comparison, counts_the_volume_of_the_handoff_by_month) {
  const pack_comparison made = compared();
  EXPECT_EQ(made.handoff_after, "mql");
  EXPECT_EQ(made.volume.before, 2);
  EXPECT_EQ(made.volume.after, 3);
  ASSERT_EQ(made.volumes.size(), 1U);
  EXPECT_EQ(made.volumes[0].period, "2026-03");
}

TEST(pack_comparison, finds_nothing_between_a_pack_and_itself) {
  pack_comparer compare(pack_of(1, "1h"), pack_of(1, "1h"));
  take(compare, "a", "visit", "2026-03-02T10:00:00Z");
  const pack_comparison made = compare.finish({});
  EXPECT_EQ(made.contact_count, 1);
  EXPECT_EQ(made.changed_count, 0);
  EXPECT_EQ(to_json(made),
            R"({"before": "p 1", "after": "p 1", "handoff_before": "mql", "handoff_after": "mql", "contacts": 1, )"
            R"("changed": 0, "changes": [], "clocks": [{"clock": "first-call", "met_before": 0, "met_after": 0, )"
            R"("breached_before": 0, "breached_after": 0, "flips": 0}], "volume": {"before": 1, "after": 1, )"
            R"("months": [{"month": "2026-03", "before": 1, "after": 1}]}, "differences": []})");
}

}  // namespace
}  // namespace leadline::test::pack_comparison_test
