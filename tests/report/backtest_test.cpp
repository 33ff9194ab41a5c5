#include "leadline/report/backtest.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fold/fold_case.hpp"
#include "leadline/report/detail/steady_logistic.hpp"
#include "leadline/report/point_fit.hpp"

namespace leadline::test::backtest_test {
namespace {

/// Visits give 10 points each, a title 20 while it is known; `sold` and `refused` are the outcomes.
[[nodiscard]] const std::shared_ptr<const model>& pack() {
  static const std::shared_ptr<const model> made = compiled_from(R"({"leadline": 1, "name": "p", "version": "1",
    "attributes": {"title": {"type": "string"}, "size": {"type": "number"}},
    "events": {"visit": {}, "sold": {}, "refused": {}},
    "scores": {"fit": {"rules": [{"id": "title", "when": {"==": [{"var": "contact.title"}, "vp"]}, "points": 20},
                                 {"id": "size", "when": {">": [{"var": "contact.size"}, 50]}, "points": -5}]},
               "engagement": {"rules": [{"id": "visit", "on": "visit", "points": 10}]},
               "lead": {"sum": {"fit": 1, "engagement": 1}}},
    "funnel": {"start": "lead", "stages": [{"id": "lead", "owner": "marketing"}, {"id": "customer", "owner": "sales"},
                                           {"id": "lost", "owner": "sales", "aside": true}],
      "transitions": [{"id": "won", "from": ["lead", "lost"], "to": "customer", "on": "sold"},
                      {"id": "lost", "from": ["lead"], "to": "lost", "on": "refused"}]},
    "business": {"won": ["customer"], "lost": ["lost"]}})");
  return made;
}

struct sent {
  std::string contact;
  std::string type;
  std::string at;
};

[[nodiscard]] std::vector<backtest_case> cases_of(const std::vector<sent>& events) {
  backtester tester(pack());
  for (const sent& each : events) {
    tester.take(
        {.id = {}, .contact = each.contact, .type = each.type, .at = instant::parse(each.at).value(), .data = {}});
  }
  result<std::vector<backtest_case>> made = tester.cases("");
  EXPECT_TRUE(made) << (made ? "" : to_text(made.error()));
  return made ? *made : std::vector<backtest_case>{};
}

[[nodiscard]] std::vector<backtest_case> scored(const std::vector<std::pair<int, bool>>& cases) {
  std::vector<backtest_case> out;
  for (const auto& [points, is_won] : cases) {
    backtest_case made;
    made.is_won = is_won;
    made.score_milli = points * 1'000;
    out.push_back(made);
  }
  return out;
}

/// Ten cases, four of them won.
[[nodiscard]] std::vector<backtest_case> ten_cases() {
  return scored({{10, false},
                 {20, false},
                 {30, false},
                 {40, true},
                 {50, false},
                 {60, false},
                 {70, true},
                 {80, false},
                 {80, true},
                 {90, true}});
}

// --- As of the instant before ----------------------------------------------------------------------------------------

// Before 12:00 there were two visits: 20 points. The third is of the very instant of the outcome; the fourth is earlier
// but came when the outcome was known; the fifth is later.
TEST(backtest, reads_nothing_that_was_not_known_before_the_outcome) {
  const std::vector<backtest_case> made = cases_of({{"a", "visit", "2026-03-02T10:00:00Z"},
                                                    {"a", "visit", "2026-03-02T11:00:00Z"},
                                                    {"a", "visit", "2026-03-02T12:00:00Z"},
                                                    {"a", "sold", "2026-03-02T12:00:00Z"},
                                                    {"a", "visit", "2026-03-02T11:30:00Z"},
                                                    {"a", "visit", "2026-03-02T13:00:00Z"}});
  ASSERT_EQ(made.size(), 1U);
  EXPECT_TRUE(made[0].is_won);
  EXPECT_EQ(made[0].score_milli, 20'000);
  EXPECT_EQ(made[0].rules_milli, (std::vector<std::int64_t>{0, 0, 20'000}));
}

TEST(backtest, takes_the_first_outcome_and_leaves_out_who_has_none) {
  const std::vector<backtest_case> made = cases_of({{"b", "visit", "2026-03-02T10:00:00Z"},
                                                    {"open", "visit", "2026-03-02T10:00:00Z"},
                                                    {"a", "visit", "2026-03-02T10:00:00Z"},
                                                    {"b", "refused", "2026-03-03T10:00:00Z"},
                                                    {"a", "refused", "2026-03-02T11:00:00Z"},
                                                    {"at-once", "sold", "2026-03-02T11:00:00Z"},
                                                    {"b", "visit", "2026-03-04T10:00:00Z"},
                                                    {"b", "sold", "2026-03-05T10:00:00Z"}});
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].contact, "a");
  EXPECT_EQ(made[1].contact, "b");
  EXPECT_FALSE(made[1].is_won);
  EXPECT_EQ(made[1].score_milli, 10'000);
}

TEST(backtest, says_when_there_is_nothing_to_test) {
  backtester tester(pack());
  EXPECT_EQ(tester.cases("").error().front().code, "backtest.no_outcome");
  EXPECT_EQ(tester.cases("leed").error().front().code, "backtest.unknown_score");
}

// --- How well a score tells ------------------------------------------------------------------------------------------

// 24 pairs. 90 is above all 6 lost, 80 above 5 and level with one, 70 above 5, 40 above 3: 6 + 5.5 + 5 + 3 = 19.5.
TEST(backtest, has_the_share_of_pairs_in_order_as_its_auc) {
  const backtest made = judge_score("lead", ten_cases(), ratio(6, 10));
  EXPECT_EQ(made.count, 10);
  EXPECT_EQ(made.won, 4);
  EXPECT_EQ(made.auc.value, ratio(195, 240));
  EXPECT_EQ(judge_score("lead", scored({{2, true}, {1, false}}), 0).auc.value, ratio(1));
  EXPECT_EQ(judge_score("lead", scored({{1, true}, {1, false}}), 0).auc.value, ratio(1, 2));
  EXPECT_FALSE(judge_score("lead", scored({{1, true}}), 0).auc.value.has_value());
}

// The first tenth is the case of 90: all of it won, 4 of 10 overall, so 2.5. After three tenths (90, 80, 80) two of the
// four are captured; the last tenth has none.
TEST(backtest, has_the_lift_of_each_tenth) {
  const std::vector<lift_row> made = judge_score("lead", ten_cases(), ratio(6, 10)).lifts;
  ASSERT_EQ(made.size(), 10U);
  EXPECT_EQ(made[0].lift, ratio(5, 2));
  EXPECT_EQ(made[0].captured, ratio(1, 4));
  EXPECT_EQ(made[2].captured, ratio(1, 2));
  EXPECT_EQ(made[9].lift, ratio(0));
  EXPECT_EQ(made[9].captured, ratio(1));
}

// at least   90    80    70    60    50    40 ...
// won of    1/1   2/3   3/4   3/5   3/6   4/7
// At 60 % the lowest threshold is 60: at 50 it is a half, and that 40 has 57 % does not matter.
TEST(backtest, sweeps_thresholds_and_finds_the_lowest_with_the_acceptance_wanted) {
  const backtest made = judge_score("lead", ten_cases(), ratio(6, 10));
  ASSERT_EQ(made.thresholds.size(), 9U);
  EXPECT_EQ(made.thresholds[1].selected, 3);
  EXPECT_EQ(made.thresholds[1].precision.rate(), ratio(2, 3));
  EXPECT_EQ(made.thresholds[1].recall.rate(), ratio(2, 4));
  EXPECT_EQ(made.thresholds[1].false_alarms.rate(), ratio(1, 6));
  ASSERT_TRUE(made.wanted.has_value());
  EXPECT_EQ(made.wanted->threshold_milli, 60'000);
  EXPECT_EQ(judge_score("lead", ten_cases(), ratio(9, 10)).wanted->threshold_milli, 90'000);
  EXPECT_FALSE(judge_score("lead", scored({{2, false}, {1, true}}), ratio(9, 10)).wanted.has_value());
}

// From 10 to 90 points in ten bands: each 8.001 wide. The last one, from 82.009, has the case of 90 alone, won.
TEST(backtest, has_the_share_won_in_each_band_of_scores) {
  const std::vector<calibration_row> made = judge_score("lead", ten_cases(), ratio(6, 10)).bands;
  EXPECT_EQ(made.front().from_milli, 10'000);
  EXPECT_EQ(made.front().won.count, 0);
  EXPECT_EQ(made.back().from_milli, 10'000 + 9 * 8'001);
  EXPECT_EQ(made.back().won.count, 1);
  EXPECT_EQ(made.back().won.of, 1);
  std::int64_t count = 0;
  for (const calibration_row& each : made) count += each.won.of;
  EXPECT_EQ(count, 10);
}

// --- Points from outcomes --------------------------------------------------------------------------------------------

/// `won` and `lost` cases in which the title and the size rule count as said.
void add(std::vector<backtest_case>& to, int won, int lost, std::int64_t title_milli, std::int64_t size_milli) {
  for (int i = 0; i < won + lost; ++i) {
    backtest_case made;
    made.is_won = i < won;
    made.rules_milli = {title_milli, size_milli, 0};
    made.score_milli = title_milli + size_milli;
    to.push_back(made);
  }
}

/// Neither: 1 won, 3 lost. Title: 3 won, 1 lost. Size: 1 won, 1 lost, twice.
[[nodiscard]] std::vector<backtest_case> outcomes() {
  std::vector<backtest_case> out;
  add(out, 10, 30, 0, 0);
  add(out, 30, 10, 20'000, 0);
  add(out, 20, 20, 0, -5'000);
  return out;
}

// The log odds are -ln 3 with neither, ln 3 with the title, 0 with the size: weights of 2 ln 3 and ln 3, so 30 and 15.
TEST(point_fit, finds_points_in_the_proportion_of_the_log_odds) {
  const result<point_fit> made = fit_points(*pack(), score_to_test(*pack(), "lead").value(), outcomes(),
                                            {.points_max = 30, .signs = sign_constraint::free, .ridge_milli = 0});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->proposals.size(), 3U);
  EXPECT_EQ(made->proposals[0].rule, "title");
  EXPECT_EQ(made->proposals[0].pointer, "/scores/fit/rules/0/points");
  EXPECT_EQ(made->proposals[0].case_count, 40);
  EXPECT_EQ(made->proposals[0].proposed, 30);
  EXPECT_EQ(made->proposals[1].proposed, 15);
  EXPECT_EQ(made->proposals[2].proposed, 0);  // no visit in any case
}

// Size takes points today and may not give any: it gets none.
TEST(point_fit, keeps_the_sign_of_todays_points) {
  const result<point_fit> made = fit_points(*pack(), score_to_test(*pack(), "lead").value(), outcomes(),
                                            {.points_max = 30, .signs = sign_constraint::kept, .ridge_milli = 0});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->proposals[0].proposed, 30);
  EXPECT_EQ(made->proposals[1].proposed, 0);
}

TEST(point_fit, scores_the_cases_again_as_the_fitted_pack_would) {
  const std::uint32_t lead = score_to_test(*pack(), "lead").value();
  const result<point_fit> made =
      fit_points(*pack(), lead, outcomes(), {.points_max = 30, .signs = sign_constraint::free, .ridge_milli = 0});
  ASSERT_TRUE(made);
  const std::vector<backtest_case> again = rescored(*pack(), lead, *made, outcomes());
  EXPECT_EQ(again[0].score_milli, 0);
  EXPECT_EQ(again[40].score_milli, 30'000);
  EXPECT_EQ(again[80].score_milli, 15'000);
  EXPECT_EQ(again[80].rules_milli[1], 15'000);
}

TEST(point_fit, needs_both_outcomes) {
  std::vector<backtest_case> won;
  add(won, 3, 0, 20'000, 0);
  const auto made = fit_points(*pack(), 0, won, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().front().code, "backtest.no_outcome");
}

TEST(point_fit, has_an_exponential_as_good_as_the_library_s) {
  for (double x = -40; x <= 40; x += 0.0371) {
    EXPECT_NEAR(detail::steady_exp(x) / std::exp(x), 1, 4e-15) << x;
  }
}

}  // namespace
}  // namespace leadline::test::backtest_test
