#include "leadline/report/report.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fold/fold_case.hpp"
#include "report/log_lines.hpp"
#include "report/report_case.hpp"

namespace leadline::test::report_test {
namespace {

/// Office hours from 09:00 to 17:00 in UTC, so that business time can be counted on one's fingers.
constexpr std::string_view pack_text = R"({"leadline": 1, "name": "small", "version": "1", "time_zone": "UTC",
  "calendars": {"sales": {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}},
  "attributes": {"amount": {"type": "number"}},
  "events": {"signup": {}, "touch": {}, "accept": {}, "win": {}, "disposition": {"fields": {"code": "string"}}},
  "scores": {"lead": {"rules": [{"id": "s", "on": "signup", "points": 60}]}},
  "funnel": {"start": "lead",
    "stages": [{"id": "lead", "owner": "marketing"}, {"id": "mql", "owner": "marketing"}, {"id": "sql", "owner": "sales"},
               {"id": "customer", "owner": "sales"}, {"id": "nurture", "owner": "marketing", "aside": true}],
    "transitions": [{"id": "scored", "from": ["lead", "nurture"], "to": "mql", "on": "signup"},
                    {"id": "accepted", "from": ["mql"], "to": "sql", "on": "accept"},
                    {"id": "won", "from": ["sql", "mql"], "to": "customer", "on": "win"}]},
  "clocks": [{"id": "speed-to-lead", "calendar": "sales", "start": {"enter": "mql"}, "stop": {"on": "touch"},
              "cancel": {"leave": "mql"}, "target": [{"within": "4bh"}]}],
  "cadences": [{"id": "touches", "start": {"enter": "mql"}, "touch": {"on": "touch"}, "at_least": 6, "within": "14d"}],
  "dispositions": {"on": "disposition", "field": "code", "required_from": ["mql"],
    "codes": {"DQ-01": {"label": "No budget", "to": "nurture"}, "DQ-06": {"label": "Bad data", "to": "nurture"}}},
  "business": {"won": ["customer"]},
  "targets": {
    "volume": {"side": "marketing", "metric": "entered.mql", "per": "month", "at_least": 3},
    "acceptance": {"side": "marketing", "metric": "converted.mql.sql", "at_least": 0.6},
    "speed": {"side": "sales", "metric": "attained.speed-to-lead", "at_least": 0.5},
    "speed_median": {"side": "sales", "metric": "median.speed-to-lead", "below": 3600},
    "touches": {"side": "sales", "metric": "completed.touches", "at_least": 1},
    "disposed": {"side": "sales", "metric": "disposed.mql", "at_least": 1},
    "quality": {"side": "marketing", "metric": "score.lead.mql", "at_least": 50},
    "cycle": {"side": "sales", "metric": "cycle_length", "at_most": 10},
    "growth": {"side": "marketing", "metric": "lvr", "above": 0},
    "sourced": {"side": "marketing", "metric": "sourced", "at_least": 0.4},
    "complete": {"side": "marketing", "metric": "complete", "stage": "mql", "fields": ["amount"], "at_least": 1}}})";

[[nodiscard]] const model& pack() {
  static const std::shared_ptr<const model> made = compiled_from(std::string(pack_text));
  return *made;
}

[[nodiscard]] report made_of(const decision_log& log, const report_request& request = {}) {
  return report_of(pack(), log, request);
}

[[nodiscard]] report_period month(std::string_view text) { return period_of(pack(), text); }

/// Four contacts in March 2026 (2026-03-02 is a Monday) and one in February:
///
///     a  lead, mql 03-02 10:00, sql 03-02 14:00 accepted, customer 03-12 14:00
///     b  lead, mql 03-03 10:00, nurture 03-05 10:00 by DQ-01, mql again 03-25 10:00
///     c  lead, mql 03-04 10:00, customer 03-09 10:00 past sql
///     d  lead only
///     e  lead, mql 02-10 10:00, sql 03-02 10:00
[[nodiscard]] log_lines five_contacts() {
  log_lines out;
  out.move("e", "2026-02-10T09:00:00.000Z", "lead", "start").move("e", "2026-02-10T10:00:00.000Z", "mql", "scored");
  out.move("e", "2026-03-02T10:00:00.000Z", "sql", "accepted");
  out.move("a", "2026-03-02T09:00:00.000Z", "lead", "start").move("a", "2026-03-02T10:00:00.000Z", "mql", "scored");
  out.add("a", "2026-03-02T10:00:00.000Z", "assigned", R"("from": null, "to": "ana", "cause": null)");
  out.move("a", "2026-03-02T14:00:00.000Z", "sql", "accepted").move("a", "2026-03-12T14:00:00.000Z", "customer", "won");
  out.move("b", "2026-03-03T09:00:00.000Z", "lead", "start").move("b", "2026-03-03T10:00:00.000Z", "mql", "scored");
  out.add("b", "2026-03-03T10:00:00.000Z", "assigned", R"("from": null, "to": "bo", "cause": null)");
  out.move("b", "2026-03-05T10:00:00.000Z", "nurture", "DQ-01").move("b", "2026-03-25T10:00:00.000Z", "mql", "asked");
  out.move("c", "2026-03-04T09:00:00.000Z", "lead", "start").move("c", "2026-03-04T10:00:00.000Z", "mql", "scored");
  out.add("c", "2026-03-04T10:00:00.000Z", "assigned", R"("from": null, "to": "ana", "cause": null)");
  out.move("c", "2026-03-09T10:00:00.000Z", "customer", "won");
  out.move("d", "2026-03-04T12:00:00.000Z", "lead", "start");
  return out;
}

// --- The log -------------------------------------------------------------------------------------------------------

TEST(decision_log, tells_lines_that_are_no_decisions) {
  decision_log log;
  const auto code = [&](std::string_view line) {
    const result<void> read = log.add_line(line);
    return read ? std::string() : read.error().front().code;
  };
  EXPECT_EQ(code("not json"), "decision.not_json");
  EXPECT_EQ(code("[]"), "decision.not_an_object");
  EXPECT_EQ(code(R"({"at": "2026-03-02T10:00:00.000Z", "kind": "stage"})"), "decision.missing_key");
  EXPECT_EQ(code(R"({"at": "yesterday", "contact": "a", "kind": "stage"})"), "instant.malformed");
  EXPECT_EQ(code(R"({"at": "2026-03-02T25:00:00.000Z", "contact": "a", "kind": "stage"})"), "instant.no_such_time");
  EXPECT_EQ(log.decision_count(), 0U);
}

TEST(decision_log, keeps_what_reports_read_and_counts_the_rest) {
  log_lines lines;
  lines.move("a", "2026-03-02T10:00:00.000Z", "lead", "start");
  lines.add("a", "2026-03-02T10:00:00.000Z", "action", R"("action": "notify", "data": {}, "cause": null)");
  lines.add("a", "2026-03-02T10:00:00.000Z", "score", R"("score": "lead", "from": 0, "to": 12.345, "cause": "e1")");
  lines.add("a", "2026-03-02T10:00:00.000Z", "score", R"("score": "other", "from": 0, "to": 1, "cause": "e1")");
  const decision_log log = lines.settled();
  EXPECT_EQ(log.decision_count(), 4U);
  ASSERT_EQ(log.entries().size(), 2U);
  EXPECT_EQ(log.entries()[1].number, 12'345);
}

TEST(decision_log, applies_corrections_and_puts_late_decisions_in_their_place) {
  log_lines lines;
  lines.move("a", "2026-03-02T10:00:00.000Z", "lead", "start");
  lines.move("a", "2026-03-04T10:00:00.000Z", "mql", "scored");
  lines.move("a", "2026-03-05T10:00:00.000Z", "sql", "accepted");
  lines.add(
      "a", "2026-03-04T10:00:00.000Z", "amended",
      R"("corrects": 2, "now": {"at": "2026-03-03T10:00:00.000Z", "contact": "a", "kind": "stage", "from": "lead", )"
      R"("to": "mql", "rule": "asked", "cause": "e9"}, "cause": "e9")");
  lines.add("a", "2026-03-05T10:00:00.000Z", "amended", R"("corrects": 3, "now": null, "cause": "e9")");
  lines.add("a", "2026-03-02T11:00:00.000Z", "stage",
            R"("from": "lead", "to": "nurture", "cause": "e9", "late": true)");
  const decision_log log = lines.settled();
  std::vector<std::string> stages;
  for (const log_entry& each : log.entries_of(0)) stages.emplace_back(log.words().text(each.to));
  EXPECT_EQ(stages, (std::vector<std::string>{"lead", "nurture", "mql"}));
  EXPECT_EQ(log.correction_count(), 2U);
  EXPECT_EQ(log.words().text(log.entries_of(0)[2].rule), "asked");
}

TEST(decision_log, forgets_a_contact_and_counts_it_anew) {
  log_lines lines;
  lines.move("a", "2026-03-02T10:00:00.000Z", "lead", "start");
  lines.move("a", "2026-03-02T11:00:00.000Z", "mql", "scored");
  lines.add("a", "2026-03-03T10:00:00.000Z", "forgotten", R"("cause": "e3")");
  lines.move("a", "2026-03-04T10:00:00.000Z", "lead", "start");
  const decision_log log = lines.settled();
  ASSERT_EQ(log.entries().size(), 1U);
  EXPECT_EQ(log.words().text(log.entries()[0].to), "lead");
  EXPECT_EQ(made_of(log).contact_count, 1);
}

TEST(decision_log, takes_the_same_from_decisions_as_from_their_lines) {
  decision told;
  told.seq = 1;
  told.at = instant::parse("2026-03-02T10:00:00Z").value();
  told.contact = "a";
  told.kind = decision_kind::stage;
  told.to = std::string_view("mql");
  told.rule = "scored";
  told.reason = "score of 50";
  decision points = told;
  points.seq = 2;
  points.kind = decision_kind::score;
  points.about = "lead";
  points.to = std::int64_t{-1'234};
  decision cycle = told;
  cycle.seq = 4;
  cycle.kind = decision_kind::clock;
  cycle.about = "speed-to-lead";
  cycle.text = "met";
  cycle.to = {};
  cycle.reading = clock_reading{.cycle = 2, .due_ms = 1, .used_ms = 240'000};
  decision amended;
  amended.seq = 3;
  amended.at = told.at;
  amended.contact = "a";
  amended.kind = decision_kind::amended;
  amended.corrects = 1;
  decision later = told;
  later.seq = 0;
  later.reason = "another";
  amended.now = &later;
  decision_log from_decisions;
  decision_log from_lines;
  for (decision_log* log : {&from_decisions, &from_lines}) log->keep_score("lead");
  for (const decision& each : {told, points, amended, cycle}) {
    from_decisions.add(each);
    ASSERT_TRUE(from_lines.add_line(to_json(each)));
  }
  from_decisions.settle();
  from_lines.settle();
  ASSERT_EQ(from_decisions.entries().size(), 3U);
  ASSERT_EQ(from_lines.entries().size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const log_entry& a = from_decisions.entries()[i];
    const log_entry& b = from_lines.entries()[i];
    EXPECT_EQ(a.at_ms, b.at_ms);
    EXPECT_EQ(a.seq, b.seq);
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.number, b.number);
    EXPECT_EQ(a.cycle, b.cycle);
    const auto word = [](const decision_log& log, std::uint32_t index) {
      return index == text_index::none ? std::string("-") : std::string(log.words().text(index));
    };
    EXPECT_EQ(word(from_decisions, a.about), word(from_lines, b.about));
    EXPECT_EQ(word(from_decisions, a.what), word(from_lines, b.what));
    EXPECT_EQ(word(from_decisions, a.to), word(from_lines, b.to));
    EXPECT_EQ(word(from_decisions, a.rule), word(from_lines, b.rule));
    EXPECT_EQ(word(from_decisions, a.reason), word(from_lines, b.reason));
  }
  EXPECT_EQ(from_lines.words().text(from_lines.entries()[0].reason), "another");
  EXPECT_EQ(from_lines.entries()[1].number, -1'234);
  EXPECT_EQ(from_lines.entries()[2].number, 240'000);
  EXPECT_EQ(from_lines.entries()[2].cycle, 2U);
}

// a is merged into b on 03-10, when b has an e-mail and a phone of no value. a's touches and its phone are b's too;
// what comes under a's id later is b's alone. Forgetting b forgets a.
TEST(decision_log, gives_the_survivor_what_a_merged_contact_had) {
  log_lines lines;
  lines.move("a", "2026-03-02T10:00:00.000Z", "mql", "scored").move("b", "2026-03-03T10:00:00.000Z", "mql", "scored");
  lines.add("a", "2026-03-10T10:00:00.000Z", "merged", R"("into": "b", "cause": "e9")");
  const auto at_ms = [](std::string_view text) { return instant::parse(text)->ms(); };
  const auto filled = [&](decision_log log) {
    log.add_attribute("a", "email", at_ms("2026-03-01T10:00:00Z"), "\"a@x\"");
    log.add_attribute("a", "phone", at_ms("2026-03-01T10:00:00Z"), "\"1\"");
    log.add_attribute("b", "email", at_ms("2026-03-01T10:00:00Z"), "\"b@x\"");
    log.add_attribute("b", "phone", at_ms("2026-03-01T10:00:00Z"), "null");
    log.add_attribute("a", "email", at_ms("2026-03-11T10:00:00Z"), "\"c@x\"");
    log.add_touch("a", "call", at_ms("2026-03-04T10:00:00Z"));
    log.add_touch("a", "mail", at_ms("2026-03-12T10:00:00Z"));
    log.settle();
    return log;
  };
  const auto told = [](const decision_log& log, std::uint32_t contact) {
    std::vector<std::string> out;
    for (const log_entry& each : log.entries_of(contact)) {
      if (each.kind != log_kind::attribute && each.kind != log_kind::touch) continue;
      out.push_back(instant::from_ms(each.at_ms).text().substr(8, 2) + " " + std::string(log.words().text(each.about)) +
                    (each.kind == log_kind::touch ? "" : " " + std::string(log.words().text(each.to))));
    }
    return out;
  };
  const decision_log log = filled(lines.read());
  EXPECT_EQ(told(log, 0), (std::vector<std::string>{"01 email \"a@x\"", "01 phone \"1\"", "04 call"}));
  EXPECT_EQ(told(log, 1), (std::vector<std::string>{"01 email \"b@x\"", "01 phone null", "04 call", "10 phone \"1\"",
                                                    "11 email \"c@x\"", "12 mail"}));
  EXPECT_EQ(made_of(log).contact_count, 2);
  lines.add("b", "2026-03-20T10:00:00.000Z", "forgotten", R"("cause": "e10")");
  const decision_log without = filled(lines.read());
  EXPECT_TRUE(without.entries().empty());
  EXPECT_EQ(made_of(without).contact_count, 0);
}

// --- Periods -------------------------------------------------------------------------------------------------------

TEST(report_period, reads_weeks_months_quarters_and_years) {
  const time_zone& zone = *pack().zone;
  const auto bounds = [&](std::string_view text) {
    const result<report_period> read = report_period::parse(text, zone);
    return read ? read->from().text().substr(0, 10) + " " + read->to().text().substr(0, 10) : std::string("error");
  };
  EXPECT_EQ(bounds("2026-03"), "2026-03-01 2026-04-01");
  EXPECT_EQ(bounds("2026-Q1"), "2026-01-01 2026-04-01");
  EXPECT_EQ(bounds("2026-Q4"), "2026-10-01 2027-01-01");
  EXPECT_EQ(bounds("2026"), "2026-01-01 2027-01-01");
  // 2026-01-01 is a Thursday, so the first week begins on Monday 2025-12-29, and there is a 53rd.
  EXPECT_EQ(bounds("2026-W01"), "2025-12-29 2026-01-05");
  EXPECT_EQ(bounds("2026-W53"), "2026-12-28 2027-01-04");
  for (const char* wrong :
       {"", "2026-13", "2026-00", "2026-Q5", "2025-W53", "2026-W00", "2026-3", "1969", "2200", "March"}) {
    EXPECT_EQ(bounds(wrong), "error") << wrong;
  }
}

TEST(report_period, knows_its_name_and_its_neighbours) {
  const time_zone& zone = *pack().zone;
  for (const char* text : {"2026-W53", "2026-03", "2026-Q1", "2026", "1970-W01", "1970"}) {
    const report_period period = report_period::parse(text, zone).value();
    EXPECT_EQ(period.name(), text);
    EXPECT_EQ(period.after(zone).before(zone).name(), text);
    EXPECT_EQ(period.after(zone).from(), period.to());
    EXPECT_EQ(report_period::of(period.from(), period.unit(), zone).name(), text);
  }
  EXPECT_EQ(report_period::parse("2027-W01", zone)->before(zone).name(), "2026-W53");
  EXPECT_EQ(report_period::parse("2026-01", zone)->before(zone).name(), "2025-12");
}

// --- The funnel ----------------------------------------------------------------------------------------------------

// March: leads a, b, c, d; MQLs a, b twice, c; SQLs e and a; customers a and c; nurture b.
TEST(report, counts_entries_and_contacts_of_the_period) {
  const report made = made_of(five_contacts().settled(), {.period = month("2026-03")});
  std::vector<std::pair<std::int64_t, std::int64_t>> counts;
  for (const stage_row& each : made.all.now.stages) counts.emplace_back(each.entries, each.contacts);
  EXPECT_EQ(counts, (std::vector<std::pair<std::int64_t, std::int64_t>>{{4, 4}, {4, 3}, {2, 2}, {2, 2}, {1, 1}}));
  ASSERT_TRUE(made.all.before.has_value());
  EXPECT_EQ(made.all.before->stages[0].entries, 1);
  EXPECT_EQ(made.all.before->stages[1].entries, 1);
}

// MQL entries in March: a (sql), b (nurture, then mql again: not converted), c (customer without sql), b again.
// So 1 of 4 passed through sql, 2 of 4 reached sql or beyond. In February e's one entry reached sql, in March.
TEST(report, tells_passing_through_a_stage_from_reaching_it) {
  const report made = made_of(five_contacts().settled(), {.period = month("2026-03")});
  const step_row& step = made.all.now.steps[1];
  EXPECT_EQ(step.from + step.to, "mqlsql");
  EXPECT_EQ(text_of(step.strict), "1 of 4");
  EXPECT_EQ(text_of(step.reached), "2 of 4");
  EXPECT_EQ(text_of(made.all.before->steps[1].strict), "1 of 1");
  // lead to mql: a, b and c of 4; b's second entry is no second conversion. sql to customer: a of e and a.
  EXPECT_EQ(text_of(made.all.now.steps[0].reached), "3 of 4");
  EXPECT_EQ(text_of(made.all.now.steps[2].reached), "1 of 2");
}

TEST(report, has_cohorts_by_month_and_by_week_of_the_entry) {
  const report made = made_of(five_contacts().settled());
  const std::vector<cohort_row>& months = made.all.now.steps[1].cohorts;
  ASSERT_EQ(months.size(), 2U);
  EXPECT_EQ(months[0].cohort, "2026-02");
  EXPECT_EQ(months[0].reached, 1);
  EXPECT_EQ(months[1].entered, 4);
  EXPECT_EQ(months[1].strict, 1);
  EXPECT_EQ(months[1].reached, 2);
  // 2026-02-10 is in week 7, 2026-03-02 to 04 in week 10, 2026-03-25 in week 13.
  const report weeks = made_of(five_contacts().settled(), {.period = {}, .by = {}, .cohort = period_unit::week});
  std::vector<std::string> names;
  for (const cohort_row& each : weeks.all.now.steps[1].cohorts) names.push_back(each.cohort);
  EXPECT_EQ(names, (std::vector<std::string>{"2026-W07", "2026-W10", "2026-W13"}));
}

// mql to sql: a in 4 h, from 10:00 to 14:00 within office hours; e from 02-10 10:00 to 03-02 10:00, 20 days, 14 working
// days of 8 h: 112 h. Median and mean of 4 h and 480 h: 242 h. The 90th percentile of two is the larger.
TEST(report, measures_velocity_in_elapsed_and_business_time) {
  const report made = made_of(five_contacts().settled());
  const velocity_row* found = nullptr;
  for (const velocity_row& each : made.all.now.velocities) {
    if (each.from == "mql" && each.to == "sql") found = &each;
  }
  ASSERT_NE(found, nullptr);
  constexpr std::int64_t hour = 3'600'000;
  EXPECT_EQ(found->elapsed.count, 2);
  EXPECT_EQ(found->elapsed.median_ms, 242 * hour);
  EXPECT_EQ(found->elapsed.mean_ms, 242 * hour);
  EXPECT_EQ(found->elapsed.min_ms, 4 * hour);
  EXPECT_EQ(found->elapsed.max_ms, 480 * hour);
  EXPECT_EQ(found->elapsed.p90_ms, 480 * hour);
  ASSERT_TRUE(found->business.has_value());
  EXPECT_EQ(found->business->min_ms, 4 * hour);
  EXPECT_EQ(found->business->max_ms, 112 * hour);
  // Every pair of the four stages that are not aside.
  EXPECT_EQ(made.all.now.velocities.size(), 6U);
}

// Of five entries into mql, e, a and c went on; b twice did not. b's second came 22 days after its first.
// Reasons: scored four times, asked once; b is one of four contacts and came for both.
TEST(report, describes_the_handoff) {
  const report made = made_of(five_contacts().settled());
  ASSERT_TRUE(made.all.now.handoff.has_value());
  const handoff_section& handoff = *made.all.now.handoff;
  EXPECT_EQ(handoff.stage + " " + handoff.next, "mql sql");
  EXPECT_EQ(text_of(handoff.accepted), "3 of 5");
  EXPECT_EQ(text_of(handoff.again), "1 of 5");
  EXPECT_EQ(handoff.until_again.median_ms, std::int64_t{22} * 86'400'000);
  ASSERT_EQ(handoff.reasons.size(), 2U);
  EXPECT_EQ(handoff.reasons[0].reason + " " + text_of(handoff.reasons[0].share), "scored 4 of 5");
  ASSERT_EQ(handoff.overlaps.size(), 1U);
  EXPECT_EQ(handoff.overlaps[0].reason + ": " + text_of(handoff.overlaps[0].share), "asked + scored: 1 of 4");
}

// ana: a and c, both went on. bo: b twice, none. Nobody: e, who went on.
TEST(report, compares_owners_as_of_the_entry) {
  const report made = made_of(five_contacts().settled());
  ASSERT_EQ(made.all.now.owners.size(), 3U);
  EXPECT_EQ(made.all.now.owners[0].owner, "");
  EXPECT_EQ(text_of(made.all.now.owners[0].share), "1 of 5");
  EXPECT_EQ(made.all.now.owners[1].owner, "ana");
  EXPECT_EQ(text_of(made.all.now.owners[1].accepted), "2 of 2");
  EXPECT_EQ(text_of(made.all.now.owners[2].accepted), "0 of 2");
}

// Of five entries a, c and e went on and b's first was left by DQ-01: four disposed of; b's second stands open.
TEST(report, tells_dispositions_by_code) {
  const report made = made_of(five_contacts().settled());
  ASSERT_EQ(made.all.now.dispositions.size(), 1U);
  EXPECT_EQ(text_of(made.all.now.dispositions[0].disposed), "4 of 5");
  ASSERT_EQ(made.all.now.dispositions[0].codes.size(), 1U);
  EXPECT_EQ(made.all.now.dispositions[0].codes[0].label, "No budget");
  EXPECT_EQ(text_of(made.all.now.dispositions[0].codes[0].share), "1 of 5");
}

// --- Clocks and cadences -------------------------------------------------------------------------------------------

/// Seven cycles: answered after 4, 5 and 60 minutes in time, after 24 h and after 24 h and a millisecond late, never
/// (breached and untouched), and cancelled before anything was due.
[[nodiscard]] log_lines seven_cycles() {
  log_lines out;
  const auto start = [&](std::string_view contact) {
    out.move(contact, "2026-03-02T10:00:00.000Z", "mql", "scored");
    out.clock(contact, "2026-03-02T10:00:00.000Z", 1, "started", 0);
  };
  for (const char* contact : {"a", "b", "c", "d", "e", "f", "g"}) start(contact);
  constexpr std::int64_t minute = 60'000;
  out.clock("a", "2026-03-02T10:04:00.000Z", 1, "met", 4 * minute);
  out.clock("b", "2026-03-02T10:05:00.000Z", 1, "met", 5 * minute);
  out.clock("c", "2026-03-02T11:00:00.000Z", 1, "met", 60 * minute);
  for (const char* contact : {"d", "e", "f"})
    out.clock(contact, "2026-03-02T14:00:00.000Z", 1, "breached", 240 * minute);
  out.clock("d", "2026-03-03T10:00:00.000Z", 1, "stopped", 480 * minute);
  out.clock("e", "2026-03-03T10:00:00.001Z", 1, "stopped", 480 * minute + 1);
  out.clock("g", "2026-03-02T10:30:00.000Z", 1, "cancelled", 30 * minute);
  out.move("a", "2026-03-04T10:00:00.000Z", "sql", "accepted");
  out.move("d", "2026-03-04T10:00:00.000Z", "customer", "won");
  return out;
}

// Met 3, breached 3, of them f untouched: 3 of 6 attained, the cancelled one not counted. Used by the five that were
// stopped: 4, 5, 60, 480 minutes and 480 and a millisecond: the median is 60 minutes.
TEST(report, counts_untouched_cycles_as_breached) {
  const report made = made_of(seven_cycles().settled());
  const clock_row& clock = made.all.now.clocks.at(0);
  EXPECT_EQ(clock.started, 7);
  EXPECT_EQ(clock.met, 3);
  EXPECT_EQ(clock.breached, 3);
  EXPECT_EQ(clock.untouched, 1);
  EXPECT_EQ(clock.cancelled, 1);
  EXPECT_EQ(clock.running, 0);
  EXPECT_EQ(text_of(clock.attained), "3 of 6");
  EXPECT_EQ(clock.used.count, 5);
  EXPECT_EQ(clock.used.median_ms, 3'600'000);
}

// 4 min: under 5. 5 min: 5 to 30. 60 min: 1 to 24 h. 24 h: the same. 24 h and 1 ms: over. f: not yet. g: in no band.
// a went on to sql, d to customer.
TEST(report, sorts_answers_into_bands_with_their_conversion) {
  const report made = made_of(seven_cycles().settled());
  ASSERT_TRUE(made.all.now.speed.has_value());
  std::vector<std::string> bands;
  for (const speed_band& each : made.all.now.speed->bands) bands.push_back(each.band + ": " + text_of(each.conversion));
  EXPECT_EQ(bands,
            (std::vector<std::string>{"under 5 minutes: 1 of 1", "5 to 30 minutes: 0 of 1", "30 to 60 minutes: 0 of 0",
                                      "1 to 24 hours: 1 of 2", "over 24 hours: 0 of 1", "not yet: 0 of 1"}));
}

TEST(report, keeps_cycles_of_one_clock_apart) {
  log_lines lines;
  lines.move("a", "2026-03-02T10:00:00.000Z", "mql", "scored");
  lines.clock("a", "2026-03-02T10:00:00.000Z", 1, "started", 0);
  lines.clock("a", "2026-03-02T14:00:00.000Z", 1, "breached", 0);
  lines.clock("a", "2026-03-02T15:00:00.000Z", 1, "restarted", 0);
  lines.clock("a", "2026-03-02T15:00:00.000Z", 2, "started", 0);
  lines.clock("a", "2026-03-02T15:01:00.000Z", 2, "met", 60'000);
  const report made = made_of(lines.settled());
  EXPECT_EQ(text_of(made.all.now.clocks[0].attained), "1 of 2");
  EXPECT_EQ(made.all.now.clocks[0].untouched, 1);
}

// Completed, missed, missed and completed late, stopped, running: kept 1 of 3.
TEST(report, tells_whether_cadences_were_kept) {
  log_lines lines;
  const auto tell = [&](std::string_view contact, std::string_view at, std::string_view what) {
    lines.add(contact, at, "cadence", R"("cadence": "touches", "what": ")" + std::string(what) + R"(", "cause": null)");
  };
  for (const char* contact : {"a", "b", "c", "d", "e"}) tell(contact, "2026-03-02T10:00:00.000Z", "started");
  tell("a", "2026-03-05T10:00:00.000Z", "completed");
  tell("b", "2026-03-16T10:00:00.000Z", "missed");
  tell("c", "2026-03-16T10:00:00.000Z", "missed");
  tell("c", "2026-03-17T10:00:00.000Z", "completed");
  tell("d", "2026-03-04T10:00:00.000Z", "stopped");
  const cadence_row row = made_of(lines.settled()).all.now.cadences.at(0);
  EXPECT_EQ(text_of(row.kept), "1 of 3");
  EXPECT_EQ(row.completed_late, 1);
  EXPECT_EQ(row.stopped, 1);
  EXPECT_EQ(row.running, 1);
}

// --- Groups and filters --------------------------------------------------------------------------------------------

TEST(report, is_grouped_by_owner_and_reason_as_of_the_entry) {
  const report made = made_of(five_contacts().settled(), {.period = {}, .by = "owner"});
  std::vector<std::string> groups;
  for (const report_group& each : made.groups) {
    groups.push_back(each.value.value_or("-") + " " + std::to_string(each.now.stages[1].entries));
  }
  EXPECT_EQ(groups, (std::vector<std::string>{"- 1", "ana 2", "bo 2"}));
  const report by_reason = made_of(five_contacts().settled(), {.period = {}, .by = "reason"});
  std::int64_t mqls = 0;
  for (const report_group& each : by_reason.groups) mqls += each.now.stages[1].entries;
  EXPECT_EQ(mqls, 5);
}

// a's segment is smb until 03-02 12:00, enterprise after: its mql entry is smb's, its sql entry enterprise's.
TEST(report, reads_attributes_as_of_the_entry) {
  decision_log log = five_contacts().read();
  const auto at_ms = [](std::string_view text) { return instant::parse(text)->ms(); };
  log.add_attribute("a", "segment", at_ms("2026-03-02T10:00:00Z"), "\"smb\"");
  log.add_attribute("a", "segment", at_ms("2026-03-02T12:00:00Z"), "\"enterprise\"");
  log.add_attribute("unheard of", "segment", at_ms("2026-03-02T12:00:00Z"), "\"smb\"");
  log.settle();
  const report made = made_of(log, {.period = {}, .by = "contact.segment"});
  ASSERT_EQ(made.groups.size(), 3U);
  EXPECT_FALSE(made.groups[0].value.has_value());
  EXPECT_EQ(made.groups[1].value, "enterprise");
  EXPECT_EQ(made.groups[1].now.stages[2].entries, 1);
  EXPECT_EQ(made.groups[2].now.stages[1].entries, 1);

  json_scope scope;
  const condition where =
      condition::compile(R"({"and": [{"==": [{"var": "contact.segment"}, "smb"]}, {"==": [{"var": "owner"}, "ana"]}]})",
                         {.scope = &scope})
          .value();
  const report filtered = made_of(log, {.period = {}, .by = {}, .where = &where, .where_scope = &scope});
  EXPECT_EQ(filtered.all.now.stages[1].entries, 1);
  EXPECT_EQ(filtered.all.now.stages[2].entries, 0);
  EXPECT_EQ(text_of(filtered.all.now.handoff->accepted), "1 of 1");
}

TEST(report, refuses_what_it_cannot_group_or_measure_by) {
  const decision_log log = five_contacts().settled();
  const auto code = [&](const report_request& request) {
    const result<report> made = make_report(pack(), log, request);
    return made ? std::string() : made.error().front().code;
  };
  EXPECT_EQ(code({.period = {}, .by = "color"}), "report.unknown_path");
  EXPECT_EQ(code({.period = {}, .by = {}, .calendar = "sale"}), "report.unknown_calendar");
  EXPECT_EQ(code({.period = {}, .by = {}, .speed_clock = "speed"}), "report.unknown_clock");
}

// --- Targets -------------------------------------------------------------------------------------------------------

[[nodiscard]] const target_row& target(const report& made, std::string_view name) {
  for (const target_row& each : made.targets) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << name;
  static const target_row none;
  return none;
}

// March: 4 MQLs, at least 3: met. 2 of 4 reached sql, at least 0.6: missed. Every cycle is missing: no data. Disposed:
// a, c and b's first of 4. sql to customer: a, 10 days. lvr: 4 leads after 1, so 3.
TEST(report, holds_targets_against_what_was_reached) {
  log_lines lines = five_contacts();
  lines.add("a", "2026-03-02T09:30:00.000Z", "score", R"("score": "lead", "from": 0, "to": 60, "cause": "e1")");
  const report made = made_of(lines.settled(), {.period = month("2026-03")});
  EXPECT_EQ(target(made, "volume").status, target_status::met);
  EXPECT_EQ(target(made, "volume").actual, ratio(4));
  EXPECT_EQ(target(made, "acceptance").status, target_status::missed);
  EXPECT_EQ(target(made, "acceptance").actual, ratio(1, 2));
  EXPECT_EQ(target(made, "acceptance").bound, "at least 0.6");
  EXPECT_EQ(target(made, "speed").status, target_status::no_data);
  EXPECT_EQ(target(made, "disposed").actual, ratio(3, 4));
  EXPECT_EQ(target(made, "cycle").actual, ratio(10));
  EXPECT_EQ(target(made, "cycle").status, target_status::met);
  EXPECT_EQ(target(made, "growth").actual, ratio(3));
  // 60 points of a, none of the other three entries.
  EXPECT_EQ(target(made, "quality").actual, ratio(15));
  EXPECT_EQ(target(made, "sourced").status, target_status::not_declared);
  EXPECT_EQ(target(made, "complete").status, target_status::not_measured);
}

// 3 of 6 attained, at least 0.5: met. The median of 60 minutes is not below 3,600 seconds.
TEST(report, holds_clocks_against_their_targets_in_seconds) {
  const report made = made_of(seven_cycles().settled());
  EXPECT_EQ(target(made, "speed").status, target_status::met);
  EXPECT_EQ(target(made, "speed_median").actual, ratio(3'600));
  EXPECT_EQ(target(made, "speed_median").status, target_status::missed);
}

// Without a period a monthly target is judged by the last month that is over: the log ends on 03-25, so February.
TEST(report, judges_a_target_in_periods_of_its_own) {
  const report made = made_of(five_contacts().settled());
  EXPECT_EQ(target(made, "volume").period, "2026-02");
  EXPECT_EQ(target(made, "volume").actual, ratio(1));
  const report quarter = made_of(five_contacts().settled(), {.period = month("2026-Q1")});
  std::vector<std::string> periods;
  for (const target_row& each : quarter.targets) {
    if (each.name == "volume") periods.push_back(each.period + " " + std::string(name_of(each.status)));
  }
  EXPECT_EQ(periods, (std::vector<std::string>{"2026-01 missed", "2026-02 missed", "2026-03 met"}));
}

// --- Text ----------------------------------------------------------------------------------------------------------

TEST(report, is_told_as_json_and_markdown) {
  const report made = made_of(five_contacts().settled(), {.period = month("2026-03"), .by = "owner"});
  const std::string json = to_json(made);
  const result<document> read = document::parse(json);
  ASSERT_TRUE(read) << to_text(read.error());
  const document::node body = read->root()["all"]["now"];
  EXPECT_EQ(body["funnel"]["stages"].first_child()["stage"].text(), "lead");
  EXPECT_EQ(read->root()["period"]["name"].text(), "2026-03");
  EXPECT_EQ(read->root()["by"]["groups"].size(), 3U);
  EXPECT_EQ(body["handoff"]["accepted"]["of"].integer(), 4);
  EXPECT_FALSE(body["handoff"]["accepted"]["definition"].text().empty());
  const std::string markdown = to_markdown(made);
  EXPECT_NE(markdown.find("| mql | 4 | 3 | 1 | +300% |"), std::string::npos) << markdown;
  EXPECT_NE(markdown.find("| mql to sql | 25% (1 of 4) | 50% (2 of 4) | 100% (1 of 1) |"), std::string::npos)
      << markdown;
  EXPECT_EQ(markdown.find("\n\n\n"), std::string::npos);
}

TEST(report, says_of_a_pack_without_a_funnel_that_nothing_is_declared) {
  const auto bare = compiled_from(R"({"leadline": 1, "name": "bare", "time_zone": "UTC", "events": {"a": {}}})");
  decision_log log;
  log.settle();
  const result<report> made = make_report(*bare, log, {});
  ASSERT_TRUE(made);
  const std::string json = to_json(*made);
  EXPECT_NE(json.find("\"funnel\": \"not declared\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"handoff\": \"not declared\""), std::string::npos);
  EXPECT_NE(json.find("\"speed_to_lead\": \"not declared\""), std::string::npos);
}

}  // namespace
}  // namespace leadline::test::report_test
