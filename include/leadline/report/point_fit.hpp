#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/pack/model.hpp"
#include "leadline/report/backtest.hpp"
#include "leadline/report/report.hpp"

namespace leadline {

enum class sign_constraint : std::uint8_t {
  /// A rule that gives points today will not take any, and the other way round.
  kept,
  free
};

struct point_fit_request {
  /// The largest number of points a rule may be given; the others are on its scale.
  std::int64_t points_max = 30;
  sign_constraint signs = sign_constraint::kept;
  /// Stronger pulls all points towards 0: thousandths of the ridge penalty of one case.
  std::int64_t ridge_milli = 1'000;
};

/// What one rule gives, and what the outcomes would have it give: whole points.
struct point_proposal {
  std::string score;
  std::string rule;
  /// Of the rule's points in the pack.
  std::string pointer;
  std::int64_t points_milli = 0;
  std::int64_t proposed = 0;
  /// In how many cases the rule gave anything.
  std::int64_t case_count = 0;
};

/// Whole points for the rules of the scores that a score is made of, from outcomes: a logistic regression on what each
/// rule gave, under sign constraints, its coefficients scaled and rounded.
struct point_fit {
  std::vector<point_proposal> proposals;
  std::size_t case_count = 0;
  int round_count = 0;
};

/// The same cases give the same points on every machine: only sums, products and quotients of doubles are used, in a
/// fixed order. Rules that give an expression's points, tiers and idle steps are left as they are. Errors:
/// `backtest.no_outcome` (none won, or none lost), `backtest.no_rules`.
[[nodiscard]] result<point_fit> fit_points(const model& pack, std::uint32_t score,
                                           const std::vector<backtest_case>& cases, const point_fit_request& request);

/// The score of each case if the proposed points were in force, in thousandths; caps and bounds left aside.
[[nodiscard]] std::vector<backtest_case> rescored(const model& pack, std::uint32_t score, const point_fit& fit,
                                                  std::vector<backtest_case> cases);

[[nodiscard]] std::string to_json(const point_fit& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/point_fit_inl.hpp"
#endif
