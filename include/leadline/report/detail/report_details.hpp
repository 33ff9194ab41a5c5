#pragma once

#include "leadline/report/detail/report_business.hpp"

/// Who did what in a period: deals and moves, contact by contact.
namespace leadline::detail {

[[nodiscard]] inline deal_record record_of(const model& pack, const decision_log& log, const visit_table& visits,
                                           const deal_table& deals, const report_roles& roles, const deal_entry& deal) {
  deal_record out;
  out.contact = std::string(log.contact_id(deal.contact));
  out.outcome = deal.outcome;
  if (deal.amount_milli) out.amount = amount_of(*deal.amount_milli);
  out.opened_ms = deal.opened_ms;
  const bool is_ended = deal.closed_ms != never_ms;
  const stage_visit& latest = visits.visits[is_ended ? deal.last_visit : deal.visit];
  if (is_ended) {
    // The sales cycle begins where sales took the contact over.
    std::int64_t began_ms = deal.opened_ms;
    for (std::size_t i = deal.last_visit; i-- > 0 && visits.visits[i].contact == deal.contact;) {
      if (visits.visits[i].stage != roles.stage_after_handoff()) continue;
      began_ms = visits.visits[i].at_ms;
      break;
    }
    out.closed_ms = deal.closed_ms;
    out.cycle_ms = deal.closed_ms - began_ms;
    out.reason = text_of_word(log.words(), latest.reason);
  }
  out.owner = text_of_word(log.words(), latest.owner);
  if (deal.channel != text_index::none) out.channel = plain_text(log.words().text(deal.channel));
  out.reason_label = label_of_code(pack, out.reason);
  for (const touch_entry& touch : deals.touches_of(deal)) {
    out.touches.push_back({touch.at_ms, std::string(log.words().text(touch.type)), touch.side});
  }
  return out;
}

/// The deals won or lost in a period, in the order of their ends, then those open at the period's end, the largest
/// first.
[[nodiscard]] inline std::vector<deal_record> deals_of(const model& pack, const decision_log& log,
                                                       const visit_table& visits, const deal_table& deals,
                                                       const report_roles& roles, const report_period* period) {
  std::vector<deal_record> ended;
  std::vector<deal_record> open;
  const std::int64_t end_ms = period != nullptr ? period->to().ms() : never_ms;
  for (const deal_entry& each : deals.deals) {
    if (!visits.visits[each.visit].is_counted) continue;
    const bool has_outcome = each.outcome == deal_outcome::won || each.outcome == deal_outcome::lost;
    if (has_outcome && (period == nullptr || period->holds(each.closed_ms))) {
      ended.push_back(record_of(pack, log, visits, deals, roles, each));
    } else if (each.opened_ms < end_ms && each.closed_ms >= end_ms) {
      // What came of it after the period is not told: at its end it was open.
      deal_entry then = each;
      then.outcome = deal_outcome::open;
      then.closed_ms = never_ms;
      open.push_back(record_of(pack, log, visits, deals, roles, then));
      std::erase_if(open.back().touches, [&](const deal_touch& touch) { return touch.at_ms >= end_ms; });
    }
  }
  std::stable_sort(ended.begin(), ended.end(),
                   [](const deal_record& a, const deal_record& b) { return *a.closed_ms < *b.closed_ms; });
  std::stable_sort(open.begin(), open.end(), [](const deal_record& a, const deal_record& b) {
    return a.amount.value_or(ratio(0)) > b.amount.value_or(ratio(0));
  });
  ended.insert(ended.end(), std::make_move_iterator(open.begin()), std::make_move_iterator(open.end()));
  return ended;
}

[[nodiscard]] inline std::vector<move_record> moves_of(const model& pack, const decision_log& log,
                                                       const visit_table& visits, const report_roles& roles,
                                                       const report_period* period) {
  std::vector<move_record> out;
  if (roles.handoff == text_index::none) return out;
  const std::uint32_t handoff = roles.main_stages[roles.handoff];
  for (const stage_visit& each : visits.visits) {
    if (!each.is_counted || (each.stage != handoff && each.stage != roles.stage_after_handoff())) continue;
    if (period != nullptr && !period->holds(each.at_ms)) continue;
    out.push_back({each.at_ms, std::string(log.contact_id(each.contact)), pack.stages[each.stage].id,
                   text_of_word(log.words(), each.reason), text_of_word(log.words(), each.owner)});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const move_record& a, const move_record& b) { return a.at_ms < b.at_ms; });
  return out;
}

}  // namespace leadline::detail
