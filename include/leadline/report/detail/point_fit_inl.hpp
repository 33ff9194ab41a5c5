#pragma once

#include <algorithm>

#include "leadline/report/detail/report_json.hpp"
#include "leadline/report/detail/steady_logistic.hpp"
#include "leadline/report/point_fit.hpp"

namespace leadline {

namespace detail {

/// Thousandths by which each score's points count in the one that is tested, through all that it is made of.
[[nodiscard]] inline std::vector<std::int64_t> weights_of(const model& pack, std::uint32_t tested) {
  std::vector<std::int64_t> out(pack.scores.size(), 0);
  out[tested] = 1'000;
  // Parts never lead back, so as many rounds as there are scores reach them all.
  for (std::size_t round = 0; round < pack.scores.size(); ++round) {
    std::vector<std::int64_t> next(pack.scores.size(), 0);
    next[tested] = 1'000;
    for (std::size_t i = 0; i < pack.scores.size(); ++i) {
      for (const compiled::score_part& part : pack.scores[i].parts) {
        next[part.score] += out[i] * part.weight_milli / 1'000;
      }
    }
    out = std::move(next);
  }
  return out;
}

/// A rule whose value is its points times something that outcomes do not change.
struct fitted_rule {
  std::uint32_t score = 0;
  std::uint32_t rule = 0;
  /// Among all scores' rules.
  std::size_t place = 0;
  std::int64_t weight_milli = 0;
};

[[nodiscard]] inline std::vector<fitted_rule> fitted_rules(const model& pack, std::uint32_t tested) {
  const std::vector<std::int64_t> weights = weights_of(pack, tested);
  std::vector<fitted_rule> out;
  std::size_t place = 0;
  for (std::uint32_t i = 0; i < pack.scores.size(); ++i) {
    for (std::uint32_t j = 0; j < pack.scores[i].rules.size(); ++j, ++place) {
      const compiled::rule& rule = pack.scores[i].rules[j];
      const bool is_plain = (rule.form == rule_form::held || rule.form == rule_form::earned) &&
                            rule.points_milli != 0 && rule.points_expression == compiled::none &&
                            !rule.otherwise_milli && !rule.limit_points_milli;
      if (is_plain && weights[i] != 0) out.push_back({i, j, place, weights[i]});
    }
  }
  return out;
}

/// Half away from zero.
[[nodiscard]] inline std::int64_t rounded(double number) {
  return static_cast<std::int64_t>(number + (number < 0 ? -0.5 : 0.5));
}

}  // namespace detail

LEADLINE_INLINE result<point_fit> fit_points(const model& pack, std::uint32_t score,
                                             const std::vector<backtest_case>& cases,
                                             const point_fit_request& request) {
  const std::vector<detail::fitted_rule> rules = detail::fitted_rules(pack, score);
  if (rules.empty()) {
    return failure(diagnostic{.code = "backtest.no_rules",
                              .message = "the score " + pack.scores[score].name + " has no rules that could be fitted",
                              .expected = "held or earned rules with points of their own"});
  }
  const auto won = std::count_if(cases.begin(), cases.end(), [](const backtest_case& each) { return each.is_won; });
  if (won == 0 || static_cast<std::size_t>(won) == cases.size()) {
    return failure(diagnostic{.code = "backtest.no_outcome",
                              .message = won == 0 ? "no case was won" : "no case was lost",
                              .expected = "cases of both outcomes to tell them apart by"});
  }
  std::vector<detail::sparse_row> rows;
  std::vector<bool> outcomes;
  std::vector<int> signs;
  point_fit out;
  for (const detail::fitted_rule& each : rules) {
    const compiled::rule& rule = pack.scores[each.score].rules[each.rule];
    // A weight below zero turns the sign of what the rule does to the score that is tested.
    const int own = (rule.points_milli < 0 ? -1 : 1) * (each.weight_milli < 0 ? -1 : 1);
    signs.push_back(request.signs == sign_constraint::kept ? own : 0);
    out.proposals.push_back({pack.scores[each.score].name, rule.id, rule.pointer + "/points", rule.points_milli, 0, 0});
  }
  for (const backtest_case& each : cases) {
    detail::sparse_row& row = rows.emplace_back();
    outcomes.push_back(each.is_won);
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const std::int64_t milli = each.rules_milli[rules[i].place];
      if (milli == 0) continue;
      ++out.proposals[i].case_count;
      const std::int64_t points = pack.scores[rules[i].score].rules[rules[i].rule].points_milli;
      row.emplace_back(static_cast<std::uint32_t>(i), static_cast<double>(milli) / static_cast<double>(points));
    }
  }
  const double ridge = static_cast<double>(request.ridge_milli) / 1'000;
  const detail::logistic_fit fit = detail::logistic_fitter(rows, outcomes, signs, ridge).fit();
  double largest = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) largest = std::max(largest, std::fabs(fit.weights[i]));
  for (std::size_t i = 0; i < rules.size() && largest > 0; ++i) {
    const double scale = static_cast<double>(request.points_max) / largest;
    out.proposals[i].proposed =
        detail::rounded(fit.weights[i] * scale * 1'000 / static_cast<double>(rules[i].weight_milli));
  }
  out.case_count = cases.size();
  out.round_count = fit.round_count;
  return out;
}

LEADLINE_INLINE std::vector<backtest_case> rescored(const model& pack, std::uint32_t score, const point_fit& fit,
                                                    std::vector<backtest_case> cases) {
  const std::vector<detail::fitted_rule> rules = detail::fitted_rules(pack, score);
  for (backtest_case& each : cases) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const point_proposal& proposal = fit.proposals[i];
      std::int64_t& milli = each.rules_milli[rules[i].place];
      const std::int64_t now = milli * proposal.proposed * 1'000 / proposal.points_milli;
      each.score_milli += (now - milli) * rules[i].weight_milli / 1'000;
      milli = now;
    }
  }
  return cases;
}

LEADLINE_INLINE std::string to_json(const point_fit& made) {
  std::string out;
  detail::append_object(out, [&] {
    detail::append_count(out, "cases", static_cast<std::int64_t>(made.case_count));
    detail::append_count(out, "rounds", made.round_count);
    detail::append_list(out, "proposals", made.proposals, [&](const point_proposal& each) {
      detail::append_texts(
          out, each,
          {{"score", &point_proposal::score}, {"rule", &point_proposal::rule}, {"pointer", &point_proposal::pointer}});
      detail::append_ratio(out, "points", ratio(each.points_milli, 1'000));
      detail::append_counts(out, each,
                            {{"proposed", &point_proposal::proposed}, {"cases", &point_proposal::case_count}});
    });
  });
  return out;
}

}  // namespace leadline
