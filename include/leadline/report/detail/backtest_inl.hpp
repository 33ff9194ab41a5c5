#pragma once

#include <algorithm>

#include "leadline/report/backtest.hpp"
#include "leadline/report/detail/report_deals.hpp"
#include "leadline/report/detail/report_json.hpp"

namespace leadline {

namespace detail {

[[nodiscard]] inline ratio points_of(std::int64_t milli) { return ratio(milli, 1'000); }

/// Of all pairs of a won and a lost case those in which the won one stands higher, in halves. Sorted by score.
[[nodiscard]] inline std::int64_t pairs_in_order(const std::vector<backtest_case>& cases) {
  std::int64_t halves = 0;
  std::int64_t lost_below = 0;
  for (std::size_t i = cases.size(); i > 0;) {
    // From the lowest score up, all of one score at a time.
    std::int64_t won = 0;
    std::int64_t lost = 0;
    const std::int64_t milli = cases[i - 1].score_milli;
    for (; i > 0 && cases[i - 1].score_milli == milli; --i) ++(cases[i - 1].is_won ? won : lost);
    halves += won * (2 * lost_below + lost);
    lost_below += lost;
  }
  return halves;
}

[[nodiscard]] inline std::int64_t won_among(const std::vector<backtest_case>& cases, std::size_t from, std::size_t to) {
  return std::count_if(cases.begin() + static_cast<std::ptrdiff_t>(from),
                       cases.begin() + static_cast<std::ptrdiff_t>(to),
                       [](const backtest_case& each) { return each.is_won; });
}

/// Tenths of the cases; those of one score that a border cuts through stand in order of their outcomes.
inline void add_lifts(backtest& out, const std::vector<backtest_case>& cases) {
  constexpr std::size_t part_count = 10;
  std::int64_t captured = 0;
  for (std::size_t i = 0; i < part_count; ++i) {
    const std::size_t from = cases.size() * i / part_count;
    const std::size_t to = cases.size() * (i + 1) / part_count;
    if (from == to) continue;
    lift_row row;
    row.count = static_cast<std::int64_t>(to - from);
    row.won = won_among(cases, from, to);
    row.from_milli = cases[to - 1].score_milli;
    row.to_milli = cases[from].score_milli;
    captured += row.won;
    if (out.won > 0) {
      row.lift = quotient(ratio(row.won, row.count), ratio(out.won, out.count));
      row.captured = ratio(captured, out.won);
    }
    out.lifts.push_back(row);
  }
}

/// Ten bands of equal width, so that a score of 60 can be looked up; empty ones are left out.
inline void add_bands(backtest& out, const std::vector<backtest_case>& cases) {
  if (cases.empty()) return;
  constexpr std::int64_t band_count = 10;
  const std::int64_t lowest = cases.back().score_milli;
  const std::int64_t width = std::max<std::int64_t>(1, (cases.front().score_milli - lowest + band_count) / band_count);
  std::map<std::int64_t, calibration_row> bands;
  for (const backtest_case& each : cases) {
    const std::int64_t band = (each.score_milli - lowest) / width;
    calibration_row& row = bands[band];
    row.from_milli = lowest + band * width;
    row.to_milli = row.from_milli + width;
    ++row.won.of;
    if (each.is_won) ++row.won.count;
  }
  for (auto& [band, row] : bands) {
    row.won.definition = "of the cases with a score from the first bound up to the second, those won";
    out.bands.push_back(row);
  }
}

[[nodiscard]] inline threshold_row threshold_of(const backtest& all, std::int64_t milli, std::int64_t selected,
                                                std::int64_t won) {
  threshold_row out;
  out.threshold_milli = milli;
  out.selected = selected;
  out.won = won;
  out.precision = {won, selected, "of the cases with at least this score, those won"};
  out.recall = {won, all.won, "of the cases won, those with at least this score"};
  out.false_alarms = {selected - won, all.count - all.won, "of the cases lost, those with at least this score"};
  return out;
}

inline void add_thresholds(backtest& out, const std::vector<backtest_case>& cases, const ratio& wanted) {
  std::vector<threshold_row> all;
  std::int64_t won = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].is_won) ++won;
    if (i + 1 < cases.size() && cases[i + 1].score_milli == cases[i].score_milli) continue;
    all.push_back(threshold_of(out, cases[i].score_milli, static_cast<std::int64_t>(i + 1), won));
  }
  // A handful at the top says nothing: from a hundredth of the cases on every threshold must do.
  const auto least = static_cast<std::int64_t>((cases.size() + 99) / 100);
  for (const threshold_row& each : all) {
    if (each.selected < least) continue;
    if (*each.precision.rate() < wanted) break;
    out.wanted = each;
  }
  constexpr std::size_t row_count_max = 100;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_kept =
        all.size() <= row_count_max || i * row_count_max / all.size() != (i + 1) * row_count_max / all.size();
    if (is_kept) out.thresholds.push_back(all[i]);
  }
}

}  // namespace detail

LEADLINE_INLINE backtest judge_score(std::string_view score, std::vector<backtest_case> cases, const ratio& wanted) {
  std::stable_sort(cases.begin(), cases.end(),
                   [](const backtest_case& a, const backtest_case& b) { return a.score_milli > b.score_milli; });
  backtest out;
  out.score = score;
  out.count = static_cast<std::int64_t>(cases.size());
  out.won = detail::won_among(cases, 0, cases.size());
  out.auc.definition =
      "of all pairs of a case won and a case lost, those in which the one won has the higher score; ties count half";
  const std::int64_t pairs = out.won * (out.count - out.won);
  if (pairs > 0) out.auc.value = ratio(detail::pairs_in_order(cases), 2 * pairs);
  detail::add_lifts(out, cases);
  detail::add_bands(out, cases);
  detail::add_thresholds(out, cases, wanted);
  return out;
}

LEADLINE_INLINE std::optional<std::uint32_t> score_to_test(const model& pack, std::string_view name) {
  if (name.empty() && pack.scores.size() == 1) return 0;
  for (std::uint32_t i = 0; i < pack.scores.size(); ++i) {
    if (pack.scores[i].name == (name.empty() ? std::string_view("lead") : name)) return i;
  }
  return std::nullopt;
}

LEADLINE_INLINE backtester::backtester(std::shared_ptr<const model> pack) : pack_(std::move(pack)), all_(pack_) {}

LEADLINE_INLINE void backtester::note(std::span<const decision> news) {
  for (const decision& each : news) {
    if (each.kind != decision_kind::stage) continue;
    const auto* to = std::get_if<std::string_view>(&each.to);
    if (to == nullptr) continue;
    const bool is_won = detail::names_any(pack_->business.won, *to);
    if (!is_won && !detail::names_any(pack_->business.lost, *to)) continue;
    history& of = histories_[std::string(each.contact)];
    if (of.outcome_ms) continue;
    of.outcome_ms = each.at.ms();
    of.is_won = is_won;
  }
}

LEADLINE_INLINE void backtester::take(const event& sent) {
  // What the event brings is noted before it is kept: it is not known before itself.
  note(all_.apply(sent));
  if (sent.contact.empty()) return;
  history& of = histories_[std::string(sent.contact)];
  if (of.outcome_ms) return;  // nothing that comes after the outcome is read, so it is not kept
  const value parts[] = {sent.id, value::of(sent.type), sent.data};
  of.events.push_back(stored_value::of(value::of(std::span<const value>(parts))));
  of.at_ms.push_back(sent.at.ms());
}

LEADLINE_INLINE result<std::vector<backtest_case>> backtester::cases(std::string_view score) {
  const std::optional<std::uint32_t> tested = score_to_test(*pack_, score);
  if (!tested) {
    diagnostic problem{.code = "backtest.unknown_score",
                       .message = "there is no score \"" + std::string(score.empty() ? "lead" : score) + "\""};
    for (const compiled::score& each : pack_->scores) problem.allowed.push_back(each.name);
    return failure(std::move(problem));
  }
  std::vector<backtest_case> out;
  contact_fold fold(pack_);
  for (const auto& [id, of] : histories_) {
    if (!of.outcome_ms) continue;
    contact who(*pack_, id);
    bool is_any = false;
    for (std::size_t i = 0; i < of.events.size(); ++i) {
      if (of.at_ms[i] >= *of.outcome_ms) continue;
      const std::span<const value> parts = of.events[i].content().items();
      static_cast<void>(fold.step(who, {.id = parts[0],
                                        .contact = id,
                                        .type = parts[1].text(),
                                        .at = instant::from_ms(of.at_ms[i]),
                                        .data = parts[2]}));
      is_any = true;
    }
    if (!is_any || !who.state.first_event_ms) continue;  // nothing was known of it
    backtest_case made;
    made.contact = id;
    made.at_ms = *of.outcome_ms;
    made.is_won = of.is_won;
    const instant before = instant::from_ms(*of.outcome_ms - 1);
    static_cast<void>(fold.advance(who, before));
    made.score_milli = fold.score_milli(who, *tested, before);
    std::size_t rule = 0;
    for (const compiled::score& each : pack_->scores) {
      for (const compiled::rule& one : each.rules) {
        made.rules_milli.push_back(who.state.rules()[rule++].milli_at(one, who.state.gap, before.ms()));
      }
    }
    out.push_back(std::move(made));
  }
  if (out.empty()) {
    return failure(
        diagnostic{.code = "backtest.no_outcome",
                   .message = "no contact with earlier events was won or lost",
                   .expected = "stages named as won and lost in the pack's business, and contacts that enter them"});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const backtest_case& a, const backtest_case& b) { return a.at_ms < b.at_ms; });
  return out;
}

LEADLINE_INLINE std::string to_json(const backtest& made) {
  using detail::points_of;
  std::string out;
  const auto append_threshold = [&](const threshold_row& each) {
    detail::append_ratio(out, "threshold", points_of(each.threshold_milli));
    detail::append_counts(out, each, {{"selected", &threshold_row::selected}, {"won", &threshold_row::won}});
    detail::append_rates(out, each,
                         {{"precision", &threshold_row::precision},
                          {"recall", &threshold_row::recall},
                          {"false_alarms", &threshold_row::false_alarms}});
  };
  detail::append_object(out, [&] {
    detail::append_text(out, "score", made.score);
    detail::append_counts(out, made, {{"count", &backtest::count}, {"won", &backtest::won}});
    detail::append_measure(out, "auc", made.auc);
    detail::append_list(out, "lift", made.lifts, [&](const lift_row& each) {
      detail::append_counts(out, each, {{"count", &lift_row::count}, {"won", &lift_row::won}});
      detail::append_ratio(out, "from", points_of(each.from_milli));
      detail::append_ratio(out, "to", points_of(each.to_milli));
      detail::append_ratio(out, "lift", each.lift);
      detail::append_ratio(out, "captured", each.captured);
    });
    detail::append_list(out, "calibration", made.bands, [&](const calibration_row& each) {
      detail::append_ratio(out, "from", points_of(each.from_milli));
      detail::append_ratio(out, "to", points_of(each.to_milli));
      detail::append_rate(out, "won", each.won);
    });
    detail::append_list(out, "thresholds", made.thresholds, append_threshold);
    detail::append_optional(out, "wanted", made.wanted, "null", append_threshold);
  });
  return out;
}

}  // namespace leadline
