#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fold/fold_case.hpp"
#include "leadline/report/report.hpp"
#include "report/log_lines.hpp"
#include "report/report_case.hpp"

namespace leadline::test::business_report_test {
namespace {

constexpr std::string_view pack_text = R"({"leadline": 1, "name": "deals", "version": "1", "time_zone": "UTC",
  "attributes": {"amount": {"type": "number"}, "channel": {"type": "string"}, "email": {"type": "string"},
                 "name": {"type": "string"}},
  "events": {"webinar": {}, "ebook": {}, "call": {}},
  "funnel": {"start": "lead",
    "stages": [{"id": "lead", "owner": "marketing"}, {"id": "mql", "owner": "marketing"}, {"id": "sql", "owner": "sales"},
               {"id": "opportunity", "owner": "sales"}, {"id": "customer", "owner": "sales"},
               {"id": "lost", "owner": "sales", "aside": true}, {"id": "nurture", "owner": "marketing", "aside": true}],
    "transitions": [{"id": "up", "from": "*", "to": "mql", "on": "webinar"}, {"id": "sql", "from": "*", "to": "sql", "on": "ebook"},
      {"id": "opp", "from": "*", "to": "opportunity", "on": "call"}, {"id": "won", "from": "*", "to": "customer", "on": "call"},
      {"id": "lost", "from": "*", "to": "lost", "on": "call"}, {"id": "back", "from": "*", "to": "nurture", "on": "call"}]},
  "business": {"amount": "contact.amount", "channel": "contact.channel", "won": ["customer"], "lost": ["lost"],
    "opportunity": "opportunity", "marketing_touches": ["webinar", "ebook"], "sales_touches": ["call"]},
  "targets": {
    "sourced": {"side": "marketing", "metric": "sourced", "at_least": 0.4},
    "influenced": {"side": "marketing", "metric": "influenced", "at_least": 0.6},
    "coverage": {"side": "sales", "metric": "coverage", "at_least": 3},
    "cac": {"side": "marketing", "metric": "cac", "at_most": 500},
    "cpo": {"side": "marketing", "metric": "cpo", "below": 200},
    "deal_size": {"side": "sales", "metric": "deal_size", "at_least": 6000},
    "touches": {"side": "sales", "metric": "touches.mql", "at_least": 0.2},
    "complete": {"side": "marketing", "metric": "complete", "stage": "mql", "fields": ["email", "name"], "at_least": 0.2}}})";

[[nodiscard]] const model& pack() {
  static const std::shared_ptr<const model> made = compiled_from(std::string(pack_text));
  return *made;
}

[[nodiscard]] std::int64_t ms(std::string_view day) {
  return instant::parse(std::string(day) + "T10:00:00Z").value().ms();
}

/// Six contacts, of whom March 2026 has (all at 10:00; touches: w webinar, e e-book, c call):
///
///     a  w 03-01, e 03-02, c 03-03; lead 03-01, mql 03-03, sql 03-04, opportunity 03-05, customer 03-15   10,000
///     search b  c 03-02, w 03-04;          lead 03-02, mql 03-05, opportunity 03-06, lost 03-20 30,000 events c  e
///     02-10, e 02-20, w 03-01; lead 02-10, opportunity 02-25, customer 03-12    5,000, 8,001 from 03-10 search d  no
///     touch;                  lead 03-20, mql 03-22, opportunity 03-25, customer 04-05              20,000 e  no
///     touch;                  lead 03-05, mql 03-08, opportunity 03-10, nurture 03-18               no amount f  c
///     03-01;                   lead 03-01, mql 03-01, opportunity 03-02, customer 03-30               2,000
///
/// e-mail: a and b before they become MQLs, d after; name: a alone.
[[nodiscard]] decision_log six_contacts_before_settling(log_lines lines = {}) {
  const auto move = [&](std::string_view who, std::string_view day, std::string_view to) {
    lines.move(who, std::string(day) + "T10:00:00.000Z", to, "r");
  };
  move("a", "2026-03-01", "lead"), move("a", "2026-03-03", "mql"), move("a", "2026-03-04", "sql");
  move("a", "2026-03-05", "opportunity"), move("a", "2026-03-15", "customer");
  move("b", "2026-03-02", "lead"), move("b", "2026-03-05", "mql"), move("b", "2026-03-06", "opportunity");
  move("b", "2026-03-20", "lost");
  move("c", "2026-02-10", "lead"), move("c", "2026-02-25", "opportunity"), move("c", "2026-03-12", "customer");
  move("d", "2026-03-20", "lead"), move("d", "2026-03-22", "mql"), move("d", "2026-03-25", "opportunity");
  move("d", "2026-04-05", "customer");
  move("e", "2026-03-05", "lead"), move("e", "2026-03-08", "mql"), move("e", "2026-03-10", "opportunity");
  move("e", "2026-03-18", "nurture");
  move("f", "2026-03-01", "lead"), move("f", "2026-03-01", "mql"), move("f", "2026-03-02", "opportunity");
  move("f", "2026-03-30", "customer");
  decision_log log = lines.read();
  const auto set = [&](std::string_view who, std::string_view name, std::string_view day, std::string_view json) {
    log.add_attribute(who, name, ms(day), json);
  };
  set("a", "amount", "2026-03-05", "10000"), set("b", "amount", "2026-03-06", "30000");
  set("c", "amount", "2026-02-25", "5000"), set("c", "amount", "2026-03-10", "8001");
  set("d", "amount", "2026-03-25", "20000"), set("f", "amount", "2026-03-30", "2000");
  set("a", "channel", "2026-03-01", "\"search\""), set("c", "channel", "2026-02-10", "\"search\"");
  set("b", "channel", "2026-03-02", "\"events\"");
  set("a", "email", "2026-03-01", "\"a@b.c\""), set("a", "name", "2026-03-03", "\"Ann\"");
  set("b", "email", "2026-03-02", "\"b@b.c\""), set("b", "name", "2026-03-02", "\"\"");
  set("d", "email", "2026-03-23", "\"d@b.c\"");
  const auto touch = [&](std::string_view who, std::string_view type, std::string_view day) {
    log.add_touch(who, type, ms(day));
  };
  touch("a", "webinar", "2026-03-01"), touch("a", "ebook", "2026-03-02"), touch("a", "call", "2026-03-03");
  touch("b", "call", "2026-03-02"), touch("b", "webinar", "2026-03-04");
  touch("c", "ebook", "2026-02-10"), touch("c", "ebook", "2026-02-20"), touch("c", "webinar", "2026-03-01");
  touch("f", "call", "2026-03-01");
  return log;
}

[[nodiscard]] decision_log six_contacts() {
  decision_log log = six_contacts_before_settling();
  log.settle();
  return log;
}

[[nodiscard]] report_period month(std::string_view text) { return period_of(pack(), text); }

[[nodiscard]] report_request march() {
  report_request out;
  out.period = month("2026-03");
  out.source = report_source::decisions_and_events;
  out.spend = {{.period = month("2026-03"), .channel = "search", .spend = ratio(600), .hours = ratio(50)},
               {.period = month("2026-W10"), .channel = "events", .spend = ratio(400)},
               {.period = month("2026-03"), .side = target_side::sales, .spend = ratio(500), .quota = ratio(40'000)},
               {.period = month("2026-02"), .channel = "search", .spend = ratio(999)},
               {.period = month("2026-Q1"), .quota = ratio(7)}};
  return out;
}

[[nodiscard]] report made_of(const report_request& request) { return report_of(pack(), six_contacts(), request); }

// Opened in March: a, b, d, e, f. Won: a, c, f. Lost: b. Sent back: e. Open on April 1st: d.
// Pipeline created: 10,000 + 30,000 + 20,000 + 0 + 2,000. Open: d's 20,000. Revenue: 10,000 + 8,001 + 2,000.
TEST(business_report, counts_deals_and_their_amounts_as_last_known_before_their_end) {
  const business_section made = made_of(march()).all.now.business.value();
  EXPECT_EQ(made.opened, 5);
  EXPECT_EQ(made.won, 3);
  EXPECT_EQ(made.lost, 1);
  EXPECT_EQ(made.returned, 1);
  EXPECT_EQ(made.open, 1);
  EXPECT_EQ(made.without_amount, 1);
  EXPECT_EQ(made.pipeline_created, ratio(62'000));
  EXPECT_EQ(made.pipeline_open, ratio(20'000));
  EXPECT_EQ(made.revenue, ratio(20'001));
  EXPECT_EQ(text_of(made.win_rate), "3 of 4");
  EXPECT_EQ(made.deal_size.value, ratio(6'667));  // 20,001 / 3
}

// Of 62,000: a's first touch is a webinar, b's and f's a call; d and e had none. Of 20,001: a and c were touched by
// marketing, f was not.
TEST(business_report, tells_what_marketing_sourced_and_influenced) {
  const business_section made = made_of(march()).all.now.business.value();
  EXPECT_EQ(made.sourced.value, ratio(10'000, 62'000));
  EXPECT_EQ(made.sales_sourced.value, ratio(32'000, 62'000));
  EXPECT_EQ(made.influenced.value, ratio(18'001, 20'001));
}

// a: webinar, e-book of 10,000: 5,000 each. c: e-book, e-book, webinar of 8,001: 2,667 each. f: 2,000 of nobody's.
//             first             last              linear
//   e-book     8,001 (c)        10,000 (a)        5,000 + 2 x 2,667 = 10,334
//   webinar   10,000 (a)         8,001 (c)        5,000 +     2,667 =  7,667
TEST(business_report, credits_revenue_to_the_first_the_last_and_all_touches) {
  const std::vector<attribution_row> rows = made_of(march()).all.now.business.value().attribution;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].touch, "ebook");
  EXPECT_EQ(rows[0].first, ratio(8'001));
  EXPECT_EQ(rows[0].last, ratio(10'000));
  EXPECT_EQ(rows[0].linear, ratio(10'334));
  EXPECT_EQ(rows[1].touch, "webinar");
  EXPECT_EQ(rows[1].first, ratio(10'000));
  EXPECT_EQ(rows[1].last, ratio(8'001));
  EXPECT_EQ(rows[1].linear, ratio(7'667));
  EXPECT_EQ(rows[2].touch, "");
  EXPECT_EQ(rows[2].linear, ratio(2'000));
}

// March's lines and that of its tenth week lie in it, February's and the quarter's do not: 600 + 400 + 500 for 3
// customers is 500 each; marketing's 1,000 for 5 opportunities 200 each; open 20,000 of 40,000 wanted; 50 hours for the
// leads a, b, d, e and f are 10 each. search: 600 for a and c; events: 400 for nobody.
TEST(business_report, sets_spend_quota_and_hours_against_what_came) {
  const business_section made = made_of(march()).all.now.business.value();
  EXPECT_EQ(made.spend.value, ratio(1'500));
  EXPECT_EQ(made.cac.value, ratio(500));
  EXPECT_EQ(made.cpo.value, ratio(200));
  EXPECT_EQ(made.coverage.value, ratio(1, 2));
  EXPECT_EQ(made.hours_per_lead.value, ratio(10));
  ASSERT_EQ(made.channels.size(), 3U);
  EXPECT_EQ(made.channels[0].channel, "");
  EXPECT_EQ(made.channels[0].won, 1);
  EXPECT_EQ(made.channels[1].channel, "events");
  EXPECT_EQ(made.channels[1].spend, ratio(400));
  EXPECT_FALSE(made.channels[1].cac.has_value());
  EXPECT_EQ(made.channels[2].channel, "search");
  EXPECT_EQ(made.channels[2].revenue, ratio(18'001));
  EXPECT_EQ(made.channels[2].cac, ratio(300));
}

// MQLs of March: a, b, d, e, f. a had both, b the e-mail and an empty name, d's e-mail came a day later.
TEST(business_report, counts_the_fields_known_at_the_entry) {
  const report made = made_of(march());
  ASSERT_EQ(made.all.now.completeness.size(), 1U);
  const completeness_row& row = made.all.now.completeness[0];
  EXPECT_EQ(row.stage, "mql");
  EXPECT_EQ(text_of(row.complete), "1 of 5");
  ASSERT_EQ(row.fields.size(), 2U);
  EXPECT_EQ(row.fields[0].field + " " + text_of(row.fields[0].known), "email 2 of 5");
  EXPECT_EQ(row.fields[1].field + " " + text_of(row.fields[1].known), "name 1 of 5");
}

// sourced 0.161 of at least 0.4; influenced 0.900 of 0.6; coverage 0.5 of 3; CAC 500 of at most 500; CPO 200 is not
// below 200; deal size 6,667 of 6,000; touches 0 of 0.2 (all calls came before); complete 0.2 of 0.2.
TEST(business_report, judges_targets_of_money_and_completeness) {
  std::vector<std::string> statuses;
  for (const target_row& each : made_of(march()).targets) {
    statuses.push_back(each.name + " " + std::string(name_of(each.status)));
  }
  EXPECT_EQ(statuses, (std::vector<std::string>{"sourced missed", "influenced met", "coverage missed", "cac met",
                                                "cpo missed", "deal_size met", "touches missed", "complete met"}));
}

TEST(business_report, says_not_measured_for_what_only_events_or_spend_tell) {
  report_request request;
  request.period = month("2026-03");
  const report made = made_of(request);
  for (const target_row& each : made.targets) EXPECT_EQ(each.status, target_status::not_measured) << each.name;
  EXPECT_TRUE(made.all.now.completeness.empty());
  EXPECT_EQ(made.all.now.business->opened, 5);
}

// a: taken over by sales on 03-04, won on 03-15: 11 days. b was never an SQL: from the opportunity, 14 days. Then d.
TEST(business_report, has_a_record_of_each_deal_for_the_closed_loop) {
  report_request request = march();
  request.detail = report_detail::contacts;
  const report made = made_of(request);
  ASSERT_TRUE(made.details.has_value());
  const std::vector<deal_record>& deals = made.details->deals;
  std::vector<std::string> lines;
  for (const deal_record& each : deals) {
    lines.push_back(each.contact + " " + std::string(name_of(each.outcome)) + " " +
                    std::to_string(each.touches.size()));
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"c won 3", "a won 3", "b lost 2", "f won 1", "d open 0"}));
  constexpr std::int64_t day_ms = 86'400'000;
  EXPECT_EQ(deals[1].cycle_ms, 11 * day_ms);
  EXPECT_EQ(deals[2].cycle_ms, 14 * day_ms);
  EXPECT_EQ(deals[1].touches[2].type, "call");
  EXPECT_EQ(deals[1].touches[2].side, target_side::sales);
  EXPECT_FALSE(deals[4].closed_ms.has_value());
  EXPECT_EQ(deals[4].amount, ratio(20'000));
  // MQLs of March in order: f, a, b, e, d; and a's SQL.
  std::vector<std::string> moves;
  for (const move_record& each : made.details->moves) moves.push_back(each.contact + " " + each.stage);
  EXPECT_EQ(moves, (std::vector<std::string>{"f mql", "a mql", "a sql", "b mql", "e mql", "d mql"}));
}

// Calls while they were MQLs: a's of 03-03 10:00, at the instant of its entry, was before the move, as was f's; b's of
// 03-02 was too. One more call to b on 03-05 at noon, and one on 03-06 at the instant it became an opportunity: two to
// the five MQLs a, b, d, e and f. One to a as a customer counts for that stage. Without events nothing is known of it.
TEST(business_report, counts_touches_of_sales_until_a_stage_is_left) {
  decision_log log = six_contacts_before_settling();
  const auto call = [&](std::string_view who, std::string_view at) {
    log.add_touch(who, "call", instant::parse(at).value().ms());
  };
  call("b", "2026-03-05T12:00:00Z"), call("b", "2026-03-06T10:00:00Z"), call("a", "2026-03-20T10:00:00Z");
  log.settle();
  const report made = report_of(pack(), log, march());
  EXPECT_EQ(made.all.now.handoff->touches.value, ratio(2, 5));
  EXPECT_EQ(made.all.now.stages[1].touches, 2);
  EXPECT_EQ(made.all.now.stages[4].touches, 1);
  report_request without;
  without.period = month("2026-03");
  EXPECT_EQ(report_of(pack(), log, without).all.now.handoff->touches.missing, target_status::not_measured);
}

// One deal of March was lost, b's, and with no other reason than the transition's.
TEST(business_report, tells_why_deals_were_lost) {
  const std::vector<reason_row> reasons = made_of(march()).all.now.business.value().lost_reasons;
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].reason + " " + text_of(reasons[0].share), "r 1 of 1");
}

// g, with a webinar on 03-01 and a deal of 7,000 opened on 03-08, is merged into d on 03-24: the webinar is the first
// touch of d's deal of 20,000, and g's deal was opened, but is neither open at the end of March nor ended.
// Created: 62,000 + 7,000; sourced by marketing: a's 10,000, g's 7,000 and d's 20,000.
TEST(business_report, counts_touches_of_a_merged_contact_for_the_survivor) {
  log_lines more;
  more.move("g", "2026-03-08T10:00:00.000Z", "opportunity", "r");
  more.add("g", "2026-03-24T10:00:00.000Z", "merged", R"("into": "d", "cause": "e9")");
  decision_log log = six_contacts_before_settling(more);
  log.add_touch("g", "webinar", ms("2026-03-01"));
  log.add_attribute("g", "amount", ms("2026-03-08"), "7000");
  log.settle();
  const business_section made = report_of(pack(), log, march()).all.now.business.value();
  EXPECT_EQ(made.opened, 6);
  EXPECT_EQ(made.open, 1);
  EXPECT_EQ(made.lost + made.won + made.returned, 5);
  EXPECT_EQ(made.pipeline_created, ratio(69'000));
  EXPECT_EQ(made.sourced.value, ratio(37'000, 69'000));
  EXPECT_EQ(made.pipeline_open, ratio(20'000));
}

// By channel: search has a alone opened in March, and won a and c.
TEST(business_report, counts_a_deal_in_the_group_of_its_beginning) {
  report_request request = march();
  request.by = "contact.channel";
  const report made = made_of(request);
  const report_group& search = made.groups.back();
  EXPECT_EQ(search.value, "search");
  EXPECT_EQ(search.now.business->opened, 1);
  EXPECT_EQ(search.now.business->won, 2);
  EXPECT_EQ(search.now.business->revenue, ratio(18'001));
  EXPECT_EQ(search.now.business->cac.missing, target_status::not_measured);
}

TEST(business_report, has_all_of_it_in_json) {
  report_request request = march();
  request.detail = report_detail::contacts;
  const std::string json = to_json(made_of(request));
  EXPECT_NE(json.find("\"deal_size\": {\"value\": 6667, \"missing\": null,"), std::string::npos) << json;
  EXPECT_NE(json.find("{\"touch\": null, \"first\": 2000, \"last\": 2000, \"linear\": 2000}"), std::string::npos);
  EXPECT_NE(json.find("\"moves\": [{\"at\": \"2026-03-01T10:00:00.000Z\", \"contact\": \"f\", \"stage\": \"mql\""),
            std::string::npos);
}

}  // namespace
}  // namespace leadline::test::business_report_test
