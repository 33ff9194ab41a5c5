#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/report/report.hpp"

namespace leadline {

/// One contact whose outcome is known, as it stood just before.
struct backtest_case {
  std::string contact;
  /// Of the outcome; everything below is as of the millisecond before it.
  std::int64_t at_ms = 0;
  bool is_won = false;
  std::int64_t score_milli = 0;
  /// What each rule gave, all scores' rules one after the other.
  std::vector<std::int64_t> rules_milli;
};

/// A tenth of the cases, the highest scores first.
struct lift_row {
  std::int64_t count = 0;
  std::int64_t won = 0;
  std::int64_t from_milli = 0;
  std::int64_t to_milli = 0;
  /// The share won, of that of all cases.
  std::optional<ratio> lift;
  /// Of all won, those in this tenth and those before it.
  std::optional<ratio> captured;
};

/// What a threshold would have let through.
struct threshold_row {
  std::int64_t threshold_milli = 0;
  std::int64_t selected = 0;
  std::int64_t won = 0;
  /// Of those selected, the won: the acceptance it would have had.
  report_rate precision;
  /// Of the won, those selected; of the lost, those selected.
  report_rate recall;
  report_rate false_alarms;
};

/// A band of scores and what share of it was won.
struct calibration_row {
  std::int64_t from_milli = 0;
  std::int64_t to_milli = 0;
  report_rate won;
};

/// How well a score told, before the outcome, who would be won.
struct backtest {
  std::string score;
  std::int64_t count = 0;
  std::int64_t won = 0;
  /// Of all pairs of a won and a lost case, the share in which the won one has the higher score, ties counting half.
  report_measure auc;
  std::vector<lift_row> lifts;
  std::vector<calibration_row> bands;
  /// From the highest score to the lowest, at most a hundred of them.
  std::vector<threshold_row> thresholds;
  /// The lowest threshold whose precision, as that of every higher one that selects at least as many as a hundredth of
  /// the cases, is what was wanted; nothing where none is.
  std::optional<threshold_row> wanted;
};

/// Judges a score by outcomes. Wanted: the least precision of a threshold.
[[nodiscard]] backtest judge_score(std::string_view score, std::vector<backtest_case> cases, const ratio& wanted);

/// Finds the closed contacts of a run, and folds each again up to the instant before its outcome.
///
///     backtester test(model);
///     for (const event& each : events) test.take(each);
///     const result<std::vector<backtest_case>> cases = test.cases("lead");
///
/// Nothing can leak: the second fold is given only events that came before the outcome was told and are earlier than
/// it, so what is later is not there to be read. The outcome is the first entry into a stage that the pack's `business`
/// names as won or lost. For one thread at a time; keeps all events up to the outcomes.
class backtester {
 public:
  explicit backtester(std::shared_ptr<const model> pack);

  /// In order of arrival. REQUIRES what `engine::apply` requires.
  void take(const event& sent);

  /// In order of the outcomes. Errors: `backtest.no_outcome`, `backtest.unknown_score`.
  [[nodiscard]] result<std::vector<backtest_case>> cases(std::string_view score);

 private:
  /// Events that came before the outcome was told; of one that comes later nothing is kept.
  struct history {
    std::vector<stored_value> events;
    std::vector<std::int64_t> at_ms;
    std::optional<std::int64_t> outcome_ms;
    bool is_won = false;
  };

  void note(std::span<const decision> news);

  std::shared_ptr<const model> pack_;
  engine all_;
  std::map<std::string, history, std::less<>> histories_;
};

/// The score of that name; of an empty name `lead`, or else the only one. Nothing where there is none.
[[nodiscard]] std::optional<std::uint32_t> score_to_test(const model& pack, std::string_view name);

[[nodiscard]] std::string to_json(const backtest& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/backtest_inl.hpp"
#endif
