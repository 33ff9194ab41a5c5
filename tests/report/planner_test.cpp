#include "leadline/report/planner.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

#include "leadline/report/marketing_velocity.hpp"
#include "leadline/report/revenue_statement.hpp"
#include "support/case_count.hpp"

namespace leadline::test::planner_test {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

[[nodiscard]] ratio number(std::string_view text) {
  const std::optional<ratio> read = ratio::parse(text);
  EXPECT_TRUE(read.has_value()) << text;
  return read.value_or(ratio(0));
}

/// The example of the SMarketing reference: "SLA Calculation: From Revenue Target to MQL Target".
[[nodiscard]] plan_request smarketing() {
  return {.revenue = 1'000'000,
          .deal_size = 25'000,
          .steps = {{"mql", "sql", number("0.6")},
                    {"sql", "opportunity", number("0.5")},
                    {"opportunity", "customer", number("0.25")}}};
}

[[nodiscard]] std::vector<std::int64_t> counts_of(const std::vector<plan_stage>& stages) {
  std::vector<std::int64_t> out;
  for (const plan_stage& each : stages) out.push_back(each.count);
  return out;
}

[[nodiscard]] std::vector<std::string> codes_of(const diagnostics& problems) {
  std::vector<std::string> out;
  for (const diagnostic& each : problems) out.push_back(each.code);
  return out;
}

using counts = std::vector<std::int64_t>;
using codes = std::vector<std::string>;

TEST(ratio, reads_decimals_exactly) {
  EXPECT_EQ(number("0.25"), ratio(1, 4));
  EXPECT_EQ(number("25%"), ratio(1, 4));
  EXPECT_EQ(number("12.5 %"), ratio(1, 8));
  EXPECT_EQ(number("-0.05"), ratio(-1, 20));
  EXPECT_EQ(number(".5"), ratio(1, 2));
  EXPECT_EQ(number("999999999999999999"), ratio(999'999'999'999'999'999));
}

TEST(ratio, refuses_what_is_no_plain_decimal) {
  for (const char* text : {"", "-", ".", "%", "1e3", "1,000", "0.2.5", "1 000", "NaN", "0x10", "1234567890123456789"}) {
    EXPECT_FALSE(ratio::parse(text).has_value()) << text;
  }
}

TEST(ratio, is_written_rounded_half_away_from_zero) {
  EXPECT_EQ(ratio(1, 8).text(2), "0.13");
  EXPECT_EQ(ratio(-1, 8).text(2), "-0.13");
  EXPECT_EQ(ratio(2, 3).text(6), "0.666667");
  EXPECT_EQ(ratio(-1, 1000).text(2), "0");
  EXPECT_EQ(ratio(1, 20).text(4), "0.05");
  EXPECT_EQ(ratio(largest).text(0), "9223372036854775807");
  EXPECT_EQ(ratio(1999, 1000).text(2), "2");
}

TEST(ratio, has_no_result_where_64_bits_are_too_few) {
  EXPECT_FALSE(product(ratio(largest), 2).has_value());
  EXPECT_FALSE(sum(ratio(largest), 1).has_value());
  EXPECT_FALSE(sum(ratio(1, largest), ratio(1, largest - 1)).has_value());
  EXPECT_FALSE(quotient(1, 0).has_value());
  EXPECT_FALSE(rounded_up_quotient(largest, ratio(1, 2)).has_value());
  EXPECT_EQ(product(ratio(largest), ratio(1, largest)), ratio(1));
  EXPECT_EQ(quotient(ratio(1, 2), ratio(-1, 4)), ratio(-2));
}

// 1,000,000 / 25,000 = 40 deals. 40 / 0.25 = 160 opportunities. 160 / 0.5 = 320 SQLs. 320 / 0.6 = 533.33, so 534 MQLs.
// A month has a third of each: 534 / 3 = 178, 320 / 3 = 106.67, so 107, 160 / 3 = 53.33, so 54, 40 / 3 = 13.33, so 14.
TEST(planner, goes_from_a_million_to_534_mqls_a_quarter_and_178_a_month) {
  const result<plan> made = make_plan(smarketing());
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(counts_of(made->stages), (counts{534, 320, 160, 40}));
  counts months;
  for (const plan_stage& each : made->stages) months.push_back(each.count_per_month);
  EXPECT_EQ(months, (counts{178, 107, 54, 14}));
  EXPECT_EQ(made->stages.front().stage, "mql");
  EXPECT_EQ(made->stages.back().stage, "customer");
}

// 534 x 0.6 = 320.4, so 320. 320 x 0.5 = 160. 160 x 0.25 = 40. 40 x 25,000 = 1,000,000.
TEST(planner, comes_back_from_534_mqls_to_the_million) {
  const result<forecast> made = make_forecast(smarketing(), 534);
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(counts_of(made->stages), (counts{534, 320, 160, 40}));
  EXPECT_EQ(made->revenue, ratio(1'000'000));
}

// 533 x 0.6 = 319.8, so 319. 319 x 0.5 = 159.5, so 159. 159 x 0.25 = 39.75, so 39. 39 x 25,000 = 975,000.
TEST(planner, misses_the_target_with_one_mql_less) {
  const result<forecast> made = make_forecast(smarketing(), 533);
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(counts_of(made->stages), (counts{533, 319, 159, 39}));
  EXPECT_EQ(made->revenue, ratio(975'000));
}

// In doubles 21 / 0.7 is 30.000000000000004, which rounds up to 31, and 21 / 0.35 is 60.00000000000001.
TEST(planner, never_adds_one_for_the_last_bit_of_a_double) {
  const auto first_count = [](const char* revenue, const char* size, const char* rate) {
    const result<plan> made =
        make_plan({.revenue = number(revenue), .deal_size = number(size), .steps = {{"a", "b", number(rate)}}});
    return made ? made->stages.front().count : -1;
  };
  EXPECT_EQ(first_count("21", "1", "0.7"), 30);
  EXPECT_EQ(first_count("21", "1", "35%"), 60);
  EXPECT_EQ(first_count("0.3", "0.1", "1"), 3);
  EXPECT_EQ(first_count("320", "1", "0.6"), 534);
}

// Of the rates, 5 points lower and higher in turn; the deals stay 40:
//   mql.sql 0.55: 320 / 0.55 = 581.8, so 582.   0.65: 320 / 0.65 = 492.3, so 493.
//   sql.opportunity 0.45: 160 / 0.45 = 355.6, so 356, / 0.6 = 593.3, so 594.   0.55: 290.9, so 291, / 0.6 = 485.
//   opportunity.customer 0.2: 200, 400, / 0.6 = 666.7, so 667.   0.3: 133.3, so 134, 268, / 0.6 = 446.7, so 447.
TEST(planner, tells_what_each_rate_would_change) {
  const result<plan> made = make_plan(smarketing());
  ASSERT_TRUE(made) << to_text(made.error());
  counts told;
  for (const plan_change& each : made->changes) told.push_back(each.count);
  EXPECT_EQ(told, (counts{582, 493, 594, 485, 667, 447}));
  EXPECT_EQ(made->changes[0].rate, ratio(55, 100));
  EXPECT_EQ(made->changes[0].by, ratio(-5, 100));
  EXPECT_EQ(made->changes[5].step, 2U);
}

TEST(planner, leaves_out_changes_to_nothing_or_above_everything) {
  plan_request asked = smarketing();
  asked.what_if = number("0.5");
  // 0.6 +- 0.5 is 0.1 and 1.1; 0.5 +- 0.5 is 0 and 1; 0.25 +- 0.5 is -0.25 and 0.75.
  const result<plan> made = make_plan(asked);
  ASSERT_TRUE(made) << to_text(made.error());
  std::vector<ratio> rates;
  for (const plan_change& each : made->changes) rates.push_back(each.rate);
  EXPECT_EQ(rates, (std::vector<ratio>{ratio(1, 10), ratio(1), ratio(3, 4)}));
  asked.what_if = 0;
  EXPECT_TRUE(make_plan(asked)->changes.empty());
}

TEST(planner, tells_all_problems_at_once) {
  plan_request asked = smarketing();
  asked.revenue = -1;
  asked.deal_size = 0;
  asked.steps[0].rate = 0;
  asked.steps[1].rate = number("1.01");
  asked.steps[2].from = "deal";
  const result<plan> made = make_plan(asked);
  ASSERT_FALSE(made);
  EXPECT_EQ(codes_of(made.error()),
            (codes{"plan.negative", "plan.bad_deal_size", "plan.not_a_path", "plan.bad_rate", "plan.bad_rate"}));
}

TEST(planner, refuses_steps_that_lead_back_and_no_steps) {
  plan_request asked = smarketing();
  asked.steps[2].to = "mql";
  EXPECT_EQ(codes_of(make_plan(asked).error()), codes{"plan.not_a_path"});
  asked.steps.clear();
  EXPECT_EQ(codes_of(make_plan(asked).error()), codes{"plan.no_steps"});
  EXPECT_EQ(codes_of(plan_again(asked, {.days_gone = 1, .days = 2}).error()), codes{"plan.no_steps"});
}

TEST(planner, refuses_numbers_that_64_bits_cannot_hold) {
  plan_request asked = smarketing();
  asked.revenue = largest;
  asked.deal_size = number("0.000001");
  EXPECT_EQ(codes_of(make_plan(asked).error()), codes{"plan.too_large"});
  asked.deal_size = 1;  // fits, but not once it is divided by the rates
  EXPECT_EQ(codes_of(make_plan(asked).error()), codes{"plan.too_large"});
}

TEST(planner, needs_nothing_for_no_revenue) {
  plan_request asked = smarketing();
  asked.revenue = 0;
  EXPECT_EQ(counts_of(make_plan(asked)->stages), (counts{0, 0, 0, 0}));
}

// 45 of 91 days gone, 300,000 won by 12 deals. Left are 700,000 / 25,000 = 28 deals. In play must be
// 28 / 0.25 = 112 opportunities; 50 are open, 62 must be made. 62 / 0.5 = 124 SQLs, 20 open: 104.
// 104 / 0.6 = 173.3, so 174 MQLs, 30 open: 144. In the 46 days left that is 144 x 7 / 46 = 21.9, so 22 a week;
// 104 x 7 / 46 = 15.8, so 16; 62 x 7 / 46 = 9.4, so 10; 28 x 7 / 46 = 4.3, so 5.
// By now planned: 534 x 45 / 91 = 264.1, so 265; 320 x 45 / 91 = 158.2, so 159; 160 x 45 / 91 = 79.1, so 80;
// 40 x 45 / 91 = 19.8, so 20.
// Rates so far: 170 / 260, 90 / 170, 12 / 90. At these 28 x 90 / 12 = 210 opportunities, 50 open: 160;
// 160 x 170 / 90 = 302.2, so 303, 20 open: 283; 283 x 260 / 170 = 432.8, so 433, 30 open: 403.
TEST(planner, plans_again_in_the_middle_of_a_quarter) {
  const plan_progress progress{.days_gone = 45,
                               .days = 91,
                               .revenue = ratio(300'000),
                               .made = {{"mql", 260}, {"sql", 170}, {"opportunity", 90}, {"customer", 12}},
                               .open = {{"mql", 30}, {"sql", 20}, {"opportunity", 50}}};
  const result<replan> made = plan_again(smarketing(), progress);
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->revenue_left, ratio(700'000));
  counts to_make;
  counts weeks;
  counts by_now;
  for (const replanned_stage& each : made->stages) {
    to_make.push_back(each.to_make);
    weeks.push_back(each.to_make_per_week.value_or(-1));
    by_now.push_back(each.planned_by_now);
  }
  EXPECT_EQ(to_make, (counts{144, 104, 62, 28}));
  EXPECT_EQ(weeks, (counts{22, 16, 10, 5}));
  EXPECT_EQ(by_now, (counts{265, 159, 80, 20}));
  EXPECT_EQ(made->stages[0].rate_so_far, ratio(170, 260));
  EXPECT_FALSE(made->stages[3].rate_so_far.has_value());
  EXPECT_EQ(made->to_make_at_rates_so_far, 403);
}

// Twelve deals at 25,000 are 300,000, as in the test above.
TEST(planner, takes_the_deals_so_far_for_a_revenue_that_is_not_given) {
  const result<replan> made =
      plan_again(smarketing(), {.days_gone = 45, .days = 91, .revenue = {}, .made = {{"customer", 12}}, .open = {}});
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->revenue_so_far, ratio(300'000));
  // Nothing is open: 28 deals, 112, 224, 224 / 0.6 = 373.3, so 374.
  EXPECT_EQ(made->stages.front().to_make, 374);
  EXPECT_FALSE(made->to_make_at_rates_so_far.has_value());
  EXPECT_FALSE(made->stages.front().made.has_value());
}

TEST(planner, has_nothing_to_make_once_the_target_is_reached_and_no_week_after_the_last_day) {
  const result<replan> made = plan_again(
      smarketing(), {.days_gone = 91, .days = 91, .revenue = ratio(1'200'000), .made = {}, .open = {{"mql", 5}}});
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->revenue_left, ratio(0));
  EXPECT_EQ(made->stages.front().to_make, 0);
  EXPECT_FALSE(made->stages.front().to_make_per_week.has_value());
}

TEST(planner, asks_for_no_more_a_week_than_in_all) {
  // Three days left: 374 x 7 / 3 would be 873.
  const result<replan> made =
      plan_again(smarketing(), {.days_gone = 88, .days = 91, .revenue = ratio(300'000), .made = {}, .open = {}});
  EXPECT_EQ(made->stages.front().to_make_per_week, 374);
}

TEST(planner, refuses_progress_that_cannot_be) {
  const result<replan> made = plan_again(
      smarketing(),
      {.days_gone = 92, .days = 91, .revenue = ratio(-1), .made = {{"lead", 3}, {"mql", -1}}, .open = {{"sal", 1}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(codes_of(made.error()),
            (codes{"plan.bad_days", "plan.negative", "plan.unknown_stage", "plan.negative", "plan.unknown_stage"}));
}

TEST(planner, is_told_as_json) {
  plan_request asked = smarketing();
  asked.steps.erase(asked.steps.begin(), asked.steps.begin() + 2);
  // 160 opportunities; at 0.2 they are 200, at 0.3 they are 134.
  EXPECT_EQ(to_json(*make_plan(asked)),
            R"({"revenue": 1000000, "period": "quarter", "deal_size": 25000, "rates": [{"from": "opportunity", )"
            R"("to": "customer", "rate": 0.25}], "stages": [{"stage": "opportunity", "count": 160, )"
            R"("count_per_month": 54}, {"stage": "customer", "count": 40, "count_per_month": 14}], "what_if": )"
            R"([{"from": "opportunity", "to": "customer", "by": -0.05, "rate": 0.2, "count": 200, "more": 40}, )"
            R"({"from": "opportunity", "to": "customer", "by": 0.05, "rate": 0.3, "count": 134, "more": -26}]})");
}

// The law behind rounding up and down: a plan is the least count whose forecast reaches the target.
TEST(planner, is_the_least_count_whose_forecast_reaches_the_target) {
  std::mt19937_64 random(20'261'122);
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  for (int i = 0; i < case_count(2'000); ++i) {
    plan_request asked{.revenue = ratio(pick(0, 10'000'000), pick(1, 100)),
                       .deal_size = ratio(pick(1, 1'000'000), pick(1, 100)),
                       .steps = {}};
    const std::int64_t step_count = pick(1, 4);
    for (std::int64_t step = 0; step < step_count; ++step) {
      const std::int64_t whole = pick(1, 1'000);
      asked.steps.push_back({std::to_string(step), std::to_string(step + 1), ratio(pick(1, whole), whole)});
    }
    const result<plan> made = make_plan(asked);
    if (!made) continue;  // too large: rates of a thousandth, several times over
    const std::int64_t count = made->stages.front().count;
    const result<forecast> reached = make_forecast(asked, count);
    ASSERT_TRUE(reached);
    EXPECT_GE(reached->revenue, asked.revenue);
    if (count > 0) {
      EXPECT_LT(make_forecast(asked, count - 1)->revenue, asked.revenue);
    }
  }
}

// Blog posts: 8 x 6 = 48 leads in 8 x 4 = 32 hours, 48 / 32 = 1.5 an hour; 32 x 50 / 48 = 33.33 a lead.
// Webinars: 1 x 40 in 20 hours, 2 an hour, 1,000 / 40 = 25 a lead. E-books: 2 x 0 in 2 x 15 = 30 hours: 0 an hour.
// All: 88 leads in 82 hours, 1.07 an hour; 82 x 50 / 88 = 46.59 a lead.
TEST(marketing_velocity, is_leads_an_hour_the_fastest_first) {
  const result<marketing_velocity> made =
      velocity_of({{"blog post", 8, 6, 4}, {"e-book", 2, 0, 15}, {"webinar", 1, 40, 20}}, ratio(50));
  ASSERT_TRUE(made) << to_text(made.error());
  ASSERT_EQ(made->rows.size(), 3U);
  EXPECT_EQ(made->rows[0].what.name, "webinar");
  EXPECT_EQ(made->rows[0].leads_per_hour, ratio(2));
  EXPECT_EQ(made->rows[0].cost_per_lead, ratio(25));
  EXPECT_EQ(made->rows[1].leads_per_hour, ratio(3, 2));
  EXPECT_EQ(made->rows[1].cost_per_lead, ratio(100, 3));
  EXPECT_EQ(made->rows[2].leads_per_hour, ratio(0));
  EXPECT_FALSE(made->rows[2].cost_per_lead.has_value());
  EXPECT_EQ(made->all.leads, ratio(88));
  EXPECT_EQ(made->all.hours, ratio(82));
  EXPECT_EQ(made->all.leads_per_hour->text(2), "1.07");
  EXPECT_EQ(made->all.cost_per_lead->text(2), "46.59");
}

TEST(marketing_velocity, puts_what_took_no_time_first_if_it_brought_leads_and_last_if_not) {
  const result<marketing_velocity> made =
      velocity_of({{"idle", 1, 0, 0}, {"post", 1, 1, 1}, {"referral", 1, 3, 0}}, std::nullopt);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rows[0].what.name, "referral");
  EXPECT_EQ(made->rows[1].what.name, "post");
  EXPECT_FALSE(made->rows[2].leads_per_hour.has_value());
  EXPECT_EQ(codes_of(velocity_of({{"a", -1, 1, 1}, {"b", 1, 1, -1}}).error()),
            (codes{"plan.negative", "plan.negative"}));
}

// Inbound: 300 / 1,000 = 0.3, 180 / 300 = 0.6, 90 / 180 = 0.5, 20 / 90; 500,000 / 20 = 25,000 a deal;
// 500,000 - 100,000 = 400,000 left, 5 for each spent. Outbound counts no leads and no MQLs: 30 / 60 = 0.5, 5 / 30.
// Of 1,000,000 in all inbound is half, outbound 150,000 / 1,000,000 = 0.15, renewals 0.35.
TEST(revenue_statement, tells_how_revenue_came) {
  const result<revenue_statement> made =
      statement_of({{"renewal", customer_kind::existing, {}, {}, {}, 40, 35, 350'000, ratio(70'000)},
                    {"inbound", customer_kind::net_new, 1'000, 300, 180, 90, 20, 500'000, ratio(100'000)},
                    {"outbound", customer_kind::net_new, {}, {}, 60, 30, 5, 150'000, {}}});
  ASSERT_TRUE(made) << to_text(made.error());
  const revenue_statement::row& inbound = made->rows[0];
  EXPECT_EQ(inbound.funnel.name, "inbound");
  EXPECT_EQ(inbound.mql_rate, ratio(3, 10));
  EXPECT_EQ(inbound.sql_rate, ratio(6, 10));
  EXPECT_EQ(inbound.opportunity_rate, ratio(1, 2));
  EXPECT_EQ(inbound.win_rate, ratio(20, 90));
  EXPECT_EQ(inbound.deal_size, ratio(25'000));
  EXPECT_EQ(inbound.share, ratio(1, 2));
  EXPECT_EQ(inbound.contribution, ratio(400'000));
  EXPECT_EQ(inbound.revenue_per_cost, ratio(5));
  const revenue_statement::row& outbound = made->rows[1];
  EXPECT_FALSE(outbound.sql_rate.has_value());
  EXPECT_EQ(outbound.opportunity_rate, ratio(1, 2));
  EXPECT_FALSE(outbound.contribution.has_value());
  // Net-new: 90 + 30 opportunities, 20 + 5 deals; its leads and its cost are unknown, since outbound's are.
  EXPECT_EQ(made->net_new.funnel.opportunities, 120);
  EXPECT_EQ(made->net_new.funnel.deals, 25);
  EXPECT_EQ(made->net_new.funnel.revenue, ratio(650'000));
  EXPECT_FALSE(made->net_new.funnel.leads.has_value());
  EXPECT_FALSE(made->net_new.funnel.cost.has_value());
  EXPECT_EQ(made->existing.contribution, ratio(280'000));
  EXPECT_EQ(made->existing.share, ratio(35, 100));
  // 160 opportunities, 60 deals, 1,000,000 / 60 a deal.
  EXPECT_EQ(made->all.win_rate, ratio(60, 160));
  EXPECT_EQ(made->all.deal_size->text(2), "16666.67");
  EXPECT_EQ(made->all.share, ratio(1));
}

TEST(revenue_statement, has_no_shares_of_no_revenue) {
  const result<revenue_statement> made =
      statement_of({{"inbound", customer_kind::net_new, 10, 0, {}, {}, 0, 0, ratio(0)}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rows[0].mql_rate, ratio(0));
  EXPECT_FALSE(made->rows[0].win_rate.has_value());
  EXPECT_FALSE(made->rows[0].share.has_value());
  EXPECT_FALSE(made->rows[0].deal_size.has_value());
  EXPECT_EQ(codes_of(statement_of({{"x", customer_kind::net_new, -1, {}, {}, {}, {}, -1, ratio(-1)}}).error()),
            (codes{"plan.negative", "plan.negative", "plan.negative"}));
}

}  // namespace
}  // namespace leadline::test::planner_test
