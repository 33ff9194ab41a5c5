#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/result.hpp"
#include "leadline/pack/model.hpp"
#include "leadline/report/backtest.hpp"
#include "leadline/report/point_fit.hpp"
#include "leadline/report/ratio.hpp"

namespace leadline::cli {

struct backtest_request {
  /// The share of the outcomes, the earliest, that is learnt from; the others judge. Below 1.
  ratio train = ratio(0);
  /// The acceptance that a threshold should have.
  ratio wanted = ratio(6, 10);
  /// Points are proposed where it is there.
  std::optional<point_fit_request> fit = std::nullopt;
};

/// A score as it is, and as it would be with points learnt from the first outcomes.
struct backtest_outcome {
  backtest present;
  std::size_t train_count = 0;
  std::optional<point_fit> fit;
  std::optional<backtest> fitted;
};

/// Reads a share from 0 to 1, as a decimal or with a percent sign.
[[nodiscard]] std::optional<ratio> share_of(const std::string& text);

/// REQUIRES a score that there is. Errors: as `fit_points`.
[[nodiscard]] result<backtest_outcome> outcome_of(const model& pack, std::string_view score,
                                                  std::vector<backtest_case> cases, const backtest_request& asked);

[[nodiscard]] std::string to_json(const backtest_outcome& made);

}  // namespace leadline::cli
