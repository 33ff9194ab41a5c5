#include "cli/backtest_outcome.hpp"

#include <cstdint>
#include <utility>

namespace leadline::cli {

std::optional<ratio> share_of(const std::string& text) {
  const std::optional<ratio> read = ratio::parse(text);
  return read && *read >= 0 && *read <= 1 ? read : std::nullopt;
}

result<backtest_outcome> outcome_of(const model& pack, std::string_view score_name, std::vector<backtest_case> cases,
                                    const backtest_request& asked) {
  const std::uint32_t score = score_to_test(pack, score_name).value();
  backtest_outcome out;
  const auto first = rounded_down_product(ratio(static_cast<std::int64_t>(cases.size())), asked.train).value_or(0);
  const auto border = cases.begin() + first;
  // Whoever fits or sets a threshold on the first cases is judged on the others.
  std::vector<backtest_case> rest(border, cases.end());
  out.train_count = static_cast<std::size_t>(first);
  if (asked.fit) {
    cases.erase(border, cases.end());
    result<point_fit> fit = fit_points(pack, score, cases, *asked.fit);
    if (!fit) return tl::unexpected<diagnostics>(fit.error());
    out.fit = std::move(*fit);
    out.fitted = judge_score(pack.scores[score].name, rescored(pack, score, *out.fit, rest), asked.wanted);
  }
  out.present = judge_score(pack.scores[score].name, std::move(rest), asked.wanted);
  return out;
}

std::string to_json(const backtest_outcome& made) {
  return "{\"backtest\": " + leadline::to_json(made.present) + ", \"train\": " + std::to_string(made.train_count) +
         ", \"fit\": " + (made.fit ? to_json(*made.fit) : "null") +
         ", \"fitted\": " + (made.fitted ? to_json(*made.fitted) : "null") + "}";
}

}  // namespace leadline::cli
