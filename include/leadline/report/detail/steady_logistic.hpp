#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

/// A logistic regression whose result has the same bits on every machine: sums, products and quotients of doubles in a
/// fixed order, and no function of a mathematical library but exact ones.
namespace leadline::detail {

/// e^x to about 15 digits, for -40 <= x <= 40.
[[nodiscard]] inline double steady_exp(double x) noexcept {
  constexpr double ln2_high = 0.693147180369123816490;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  const double scaled = x * 1.44269504088896338700;
  const auto power = static_cast<int>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double rest = (x - power * ln2_high) - power * ln2_low;  // within ln 2 / 2 of zero
  double sum = 1;
  for (int i = 14; i > 0; --i) sum = 1 + sum * rest / i;
  return std::ldexp(sum, power);  // exact
}

[[nodiscard]] inline double steady_logistic(double x) noexcept {
  if (x > 40) x = 40;
  if (x < -40) x = -40;
  return 1 / (1 + steady_exp(-x));
}

/// What is not zero of one case: (feature, value).
using sparse_row = std::vector<std::pair<std::uint32_t, double>>;

struct logistic_fit {
  /// The last one stands for every case alike, and is pulled nowhere.
  std::vector<double> weights;
  int round_count = 0;
};

/// Weights that make the outcomes likeliest, less `ridge` / 2 times their squares; `signs` holds each to one side of
/// zero (1, -1) or to none (0). Newton's steps, each solved weight by weight within the bounds.
class logistic_fitter {
 public:
  logistic_fitter(const std::vector<sparse_row>& rows, const std::vector<bool>& outcomes, const std::vector<int>& signs,
                  double ridge)
      : rows_(&rows), outcomes_(&outcomes), signs_(&signs), ridge_(ridge), size_(signs.size() + 1) {}

  [[nodiscard]] logistic_fit fit() {
    constexpr int round_count_max = 50;
    constexpr double still = 1e-8;
    logistic_fit out;
    out.weights.assign(size_, 0.0);
    for (; out.round_count < round_count_max; ++out.round_count) {
      if (step(out.weights) < still) break;
    }
    return out;
  }

 private:
  /// The largest change of a weight.
  double step(std::vector<double>& weights) {
    gradient_.assign(size_, 0.0);
    curvature_.assign(size_ * size_, 0.0);
    for (std::size_t i = 0; i < rows_->size(); ++i) add_case((*rows_)[i], (*outcomes_)[i] ? 1.0 : 0.0, weights);
    for (std::size_t j = 0; j + 1 < size_; ++j) {
      gradient_[j] -= ridge_ * weights[j];
      curvature_[j * size_ + j] += ridge_;
    }
    std::vector<double> change(size_, 0.0);
    solve(weights, change);
    double largest = 0;
    for (std::size_t j = 0; j < size_; ++j) {
      // A longer step than this leaves the part of the curve that was looked at.
      const double bounded = change[j] > 4 ? 4 : change[j] < -4 ? -4 : change[j];
      weights[j] += bounded;
      largest = std::fmax(largest, std::fabs(bounded));
    }
    return largest;
  }

  void add_case(const sparse_row& row, double outcome, const std::vector<double>& weights) {
    double sum = weights[size_ - 1];
    for (const auto& [feature, value] : row) sum += weights[feature] * value;
    const double likely = steady_logistic(sum);
    const double bend = likely * (1 - likely);
    const double miss = outcome - likely;
    const auto add = [&](std::size_t a, double value_a) {
      gradient_[a] += miss * value_a;
      for (const auto& [b, value_b] : row) curvature_[a * size_ + b] += bend * value_a * value_b;
      curvature_[a * size_ + size_ - 1] += bend * value_a;
    };
    for (const auto& [feature, value] : row) add(feature, value);
    add(size_ - 1, 1.0);
  }

  /// Changes that make gradient x change - change x curvature x change / 2 greatest within the bounds.
  void solve(const std::vector<double>& weights, std::vector<double>& change) const {
    constexpr int sweep_count_max = 400;
    std::vector<double> rest = gradient_;
    for (int sweep = 0; sweep < sweep_count_max; ++sweep) {
      double largest = 0;
      for (std::size_t j = 0; j < size_; ++j) {
        const double bend = curvature_[j * size_ + j];
        if (bend <= 0) continue;
        double to = change[j] + rest[j] / bend;
        const int sign = j + 1 < size_ ? (*signs_)[j] : 0;
        if (sign != 0 && (weights[j] + to) * sign < 0) to = -weights[j];
        const double by = to - change[j];
        if (by == 0) continue;
        change[j] = to;
        for (std::size_t k = 0; k < size_; ++k) rest[k] -= curvature_[j * size_ + k] * by;
        largest = std::fmax(largest, std::fabs(by));
      }
      if (largest < 1e-10) return;
    }
  }

  const std::vector<sparse_row>* rows_;
  const std::vector<bool>* outcomes_;
  const std::vector<int>* signs_;
  double ridge_;
  std::size_t size_;
  std::vector<double> gradient_;
  std::vector<double> curvature_;
};

}  // namespace leadline::detail
