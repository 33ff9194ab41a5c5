#pragma once

#include "leadline/fold/detail/power_of_two.hpp"
#include "leadline/report/detail/report_visits.hpp"
#include "leadline/report/report.hpp"

/// What all sections of a report share: the parts that stages play, what is counted, times in short.
namespace leadline::detail {

/// Stages and clocks by the parts they play.
struct report_roles {
  /// Stages that are not aside, in the order of the pack.
  std::vector<std::uint32_t> main_stages;
  /// For each stage its place among them; `none` for those aside.
  std::vector<std::uint32_t> rank;
  std::uint32_t handoff = text_index::none;  // rank
  std::uint32_t speed_clock = text_index::none;
  const business_calendar* calendar = nullptr;
  /// Stages whose dispositions are told.
  std::vector<std::uint32_t> disposed;

  [[nodiscard]] std::uint32_t stage_after_handoff() const noexcept {
    return handoff == text_index::none || handoff + 1 >= main_stages.size() ? text_index::none
                                                                            : main_stages[handoff + 1];
  }
};

/// The handoff: the stage `mql`, or else the last one of marketing before the first one of sales.
[[nodiscard]] inline std::uint32_t handoff_rank(const model& pack, const report_roles& roles) {
  std::uint32_t last_of_marketing = text_index::none;
  for (std::uint32_t rank = 0; rank < roles.main_stages.size(); ++rank) {
    const compiled::stage& stage = pack.stages[roles.main_stages[rank]];
    if (stage.id == "mql") return rank;
  }
  for (std::uint32_t rank = 0; rank < roles.main_stages.size(); ++rank) {
    const compiled::stage& stage = pack.stages[roles.main_stages[rank]];
    if (stage.owner == "sales") return last_of_marketing;
    if (stage.owner == "marketing") last_of_marketing = rank;
  }
  return text_index::none;
}

[[nodiscard]] inline report_roles roles_of_stages(const model& pack) {
  report_roles out;
  out.rank.assign(pack.stages.size(), text_index::none);
  for (std::uint32_t i = 0; i < pack.stages.size(); ++i) {
    if (pack.stages[i].is_aside) continue;
    out.rank[i] = static_cast<std::uint32_t>(out.main_stages.size());
    out.main_stages.push_back(i);
  }
  out.handoff = handoff_rank(pack, out);
  return out;
}

[[nodiscard]] inline duration_summary summary_of(std::vector<std::int64_t>& times) {
  duration_summary out;
  out.count = static_cast<std::int64_t>(times.size());
  if (times.empty()) return out;
  std::sort(times.begin(), times.end());
  const std::size_t size = times.size();
  // Half a millisecond is rounded up.
  out.median_ms =
      size % 2 == 1 ? times[size / 2] : times[size / 2 - 1] + (times[size / 2] - times[size / 2 - 1] + 1) / 2;
  int128 total = 0;
  for (const std::int64_t each : times) total += each;
  out.mean_ms = static_cast<std::int64_t>((total * 2 + static_cast<int128>(size)) / (static_cast<int128>(size) * 2));
  out.min_ms = times.front();
  out.max_ms = times.back();
  out.p90_ms = times[(size * 9 + 9) / 10 - 1];
  return out;
}

[[nodiscard]] inline std::string text_of_word(const text_index& words, std::uint32_t word) {
  return word == text_index::none ? std::string() : std::string(words.text(word));
}

inline void order_by_count(std::vector<reason_row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const reason_row& a, const reason_row& b) {
    return a.share.count != b.share.count ? a.share.count > b.share.count : a.reason < b.reason;
  });
}

/// What the pack calls a code of a disposition; empty for what is none.
[[nodiscard]] inline std::string label_of_code(const model& pack, std::string_view reason) {
  if (!pack.disposition) return {};
  for (const compiled::disposition_code& each : pack.disposition->codes) {
    if (each.code == reason) return each.label;
  }
  return {};
}

/// The touches of sales to an entry into a stage, on average.
[[nodiscard]] inline report_measure touches_of(const model& pack, const report_body& body, std::string_view stage) {
  report_measure out;
  out.definition = "touches of sales to the contacts that entered ";
  out.definition.append(stage).append(" while they stayed, of the number of those entries");
  if (pack.business.sales_touches.empty()) out.missing = target_status::not_declared;
  for (const stage_row& each : body.stages) {
    if (each.stage != stage || out.missing) continue;
    if (!each.touches) out.missing = target_status::not_measured;
    if (each.touches && each.entries > 0) out.value = ratio(*each.touches, each.entries);
  }
  return out;
}

/// What is counted for one body: a period, a group.
struct body_filter {
  const report_period* period = nullptr;
  bool is_grouped = false;
  std::uint32_t label = text_index::none;

  [[nodiscard]] bool holds(std::int64_t at_ms, const stage_visit* visit) const {
    if (period != nullptr && !period->holds(at_ms)) return false;
    if (visit == nullptr) return !is_grouped;
    return visit->is_counted && (!is_grouped || visit->label == label);
  }
};

/// Marks the visits followed, before the contact's next one of that stage, by one of a later stage.
inline void mark_went_on(visit_table& table, const report_roles& roles) {
  for (std::size_t index = 0; index < table.visits.size(); ++index) {
    stage_visit& visit = table.visits[index];
    const std::uint32_t rank = roles.rank[visit.stage];
    if (rank == text_index::none) continue;
    for (std::size_t i = index + 1; i < table.visits.size() && !visit.went_on; ++i) {
      const stage_visit& later = table.visits[i];
      if (later.contact != visit.contact || later.stage == visit.stage) break;
      const std::uint32_t other = roles.rank[later.stage];
      visit.went_on = other != text_index::none && other > rank;
    }
  }
}

}  // namespace leadline::detail
