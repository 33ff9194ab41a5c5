#pragma once

#include "leadline/report/business_section.hpp"
#include "leadline/report/detail/report_deals.hpp"
#include "leadline/report/detail/report_roles.hpp"
#include "leadline/report/spend_line.hpp"

/// Deals and money of one period.
namespace leadline::detail {

[[nodiscard]] inline ratio amount_of(std::int64_t milli) { return ratio(milli, milli_per_unit); }

/// An attribute as the log has it, JSON, without the quotes of a text.
[[nodiscard]] inline std::string plain_text(std::string_view json) {
  if (json == "null") return {};
  if (json.size() >= 2 && json.front() == '"') return std::string(json.substr(1, json.size() - 2));
  return std::string(json);
}

[[nodiscard]] inline report_measure missing_measure(target_status why, std::string definition) {
  return {std::nullopt, why, std::move(definition)};
}

class business_maker {
 public:
  business_maker(const model& pack, const decision_log& log, const visit_table& visits, const deal_table& deals,
                 const report_roles& roles, const report_request& request)
      : pack_(&pack),
        log_(&log),
        visits_(&visits),
        deals_(&deals),
        roles_(&roles),
        spend_(&request.spend),
        has_events_(request.source == report_source::decisions_and_events) {}

  [[nodiscard]] business_section make(const body_filter& filter) {
    filter_ = filter;
    out_ = {};
    opened_milli_ = open_milli_ = won_milli_ = sourced_milli_ = sales_sourced_milli_ = influenced_milli_ = 0;
    won_with_amount_ = 0;
    lost_reasons_.clear();
    credits_.clear();
    channels_.clear();
    for (const deal_entry& each : deals_->deals) look_at(each);
    const business_spec& business = pack_->business;
    const bool has_amounts = business.amount && has_events_;
    const std::optional<target_status> undeclared = target_status::not_declared;
    const std::optional<target_status> unread = has_events_ ? std::nullopt : std::optional(target_status::not_measured);
    out_.pipeline_created = amount_of(opened_milli_);
    out_.pipeline_open = amount_of(open_milli_);
    out_.revenue = amount_of(won_milli_);
    out_.win_rate = {out_.won, out_.won + out_.lost, "of the deals won or lost in the period, those won"};
    for (const auto& [word, count] : lost_reasons_) {
      const std::string reason = text_of_word(log_->words(), word);
      out_.lost_reasons.push_back({reason,
                                   label_of_code(*pack_, reason),
                                   {count, out_.lost, "of the deals lost in the period, those with this reason"}});
    }
    order_by_count(out_.lost_reasons);
    out_.deal_size = share(won_milli_, won_with_amount_ * milli_per_unit, business.amount ? unread : undeclared,
                           "revenue of the deals won in the period, of the number of those whose amount is known");
    const bool has_touches = business.amount && !business.marketing_touches.empty();
    out_.sourced = share(sourced_milli_, opened_milli_, has_touches ? unread : undeclared,
                         "of the amounts of the deals opened in the period, those whose first touch was marketing's");
    out_.sales_sourced = share(sales_sourced_milli_, opened_milli_,
                               business.amount && !business.sales_touches.empty() ? unread : undeclared,
                               "of the amounts of the deals opened in the period, those whose first touch was sales'");
    out_.influenced = share(influenced_milli_, won_milli_, has_touches ? unread : undeclared,
                            "of the revenue of the deals won in the period, that with at least one marketing touch "
                            "before the end of the deal");
    if (has_amounts) attribute_revenue();
    count_spend();
    return std::move(out_);
  }

 private:
  struct credit {
    std::int64_t first_milli = 0;
    std::int64_t last_milli = 0;
    std::int64_t linear_milli = 0;
  };
  struct channel_sums {
    std::int64_t won = 0;
    std::int64_t revenue_milli = 0;
    std::optional<ratio> spend;
  };

  [[nodiscard]] static report_measure share(std::int64_t part, std::int64_t whole,
                                            const std::optional<target_status>& missing, std::string definition) {
    report_measure out{std::nullopt, missing, std::move(definition)};
    if (!missing && whole > 0) out.value = ratio(part, whole);
    return out;
  }

  [[nodiscard]] bool is_in_period(std::int64_t at_ms) const {
    return at_ms != never_ms && (filter_.period == nullptr || filter_.period->holds(at_ms));
  }

  void look_at(const deal_entry& deal) {
    const stage_visit& visit = visits_->visits[deal.visit];
    if (!visit.is_counted || (filter_.is_grouped && visit.label != filter_.label)) return;
    const std::int64_t amount = deal.amount_milli.value_or(0);
    bool is_seen = false;
    const std::span<const touch_entry> touches = deals_->touches_of(deal);
    if (pack_->business.opportunity && is_in_period(deal.opened_ms)) {
      is_seen = true;
      ++out_.opened;
      opened_milli_ += amount;
      if (!touches.empty()) {
        (touches.front().side == target_side::marketing ? sourced_milli_ : sales_sourced_milli_) += amount;
      }
    }
    const std::int64_t end_ms = filter_.period != nullptr ? filter_.period->to().ms() : never_ms;
    if (deal.opened_ms < end_ms && deal.closed_ms >= end_ms) {
      is_seen = true;
      ++out_.open;
      open_milli_ += amount;
    }
    if (is_in_period(deal.closed_ms)) {
      if (deal.outcome == deal_outcome::lost) {
        ++out_.lost;
        ++lost_reasons_[visits_->visits[deal.last_visit].reason];
      }
      if (deal.outcome == deal_outcome::returned) ++out_.returned;
      if (deal.outcome == deal_outcome::won) {
        is_seen = true;
        win(deal, touches);
      }
    }
    if (is_seen && !deal.amount_milli) ++out_.without_amount;
  }

  void win(const deal_entry& deal, std::span<const touch_entry> touches) {
    const std::int64_t amount = deal.amount_milli.value_or(0);
    ++out_.won;
    if (deal.amount_milli) ++won_with_amount_;
    won_milli_ += amount;
    channel_sums& channel = channels_[channel_text(deal.channel)];
    ++channel.won;
    channel.revenue_milli += amount;
    std::vector<std::uint32_t> types;
    for (const touch_entry& each : touches) {
      if (each.side == target_side::marketing) types.push_back(each.type);
    }
    if (types.empty()) {
      credit& nobody = credits_[text_index::none];
      for (std::int64_t* each : {&nobody.first_milli, &nobody.last_milli, &nobody.linear_milli}) *each += amount;
      return;
    }
    influenced_milli_ += amount;
    credits_[types.front()].first_milli += amount;
    credits_[types.back()].last_milli += amount;
    // Thousandths that cannot be shared alike go to the earliest touches, so that nothing is lost or made up.
    const auto count = static_cast<std::int64_t>(types.size());
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t rest = amount % count;
      credits_[types[static_cast<std::size_t>(i)]].linear_milli += amount / count + (i < rest ? 1 : i < -rest ? -1 : 0);
    }
  }

  [[nodiscard]] std::string channel_text(std::uint32_t word) const {
    return word == text_index::none ? std::string() : plain_text(log_->words().text(word));
  }

  void attribute_revenue() {
    for (const auto& [word, each] : credits_) {
      out_.attribution.push_back({text_of_word(log_->words(), word), amount_of(each.first_milli),
                                  amount_of(each.last_milli), amount_of(each.linear_milli)});
    }
    std::sort(out_.attribution.begin(), out_.attribution.end(), [](const attribution_row& a, const attribution_row& b) {
      return a.linear != b.linear ? a.linear > b.linear : a.touch < b.touch;
    });
  }

  [[nodiscard]] bool counts(const spend_line& line) const {
    if (filter_.period == nullptr) return true;
    return filter_.period->from() <= line.period.from() && line.period.to() <= filter_.period->to();
  }

  static void add(std::optional<ratio>& total, const std::optional<ratio>& part) {
    if (part) total = sum(total.value_or(ratio(0)), *part);
  }

  void count_spend() {
    std::optional<ratio> all;
    std::optional<ratio> of_marketing;
    std::optional<ratio> hours;
    std::optional<ratio> quota;
    for (const spend_line& each : *spend_) {
      if (!counts(each)) continue;
      add(all, each.spend);
      if (each.side == target_side::marketing) add(of_marketing, each.spend);
      add(hours, each.hours);
      add(quota, each.quota);
      if (each.spend && !each.channel.empty()) add(channels_[each.channel].spend, each.spend);
    }
    // Money is spent and wanted for all together: of one group nothing can be said but by its channel.
    const std::optional<target_status> unknown =
        filter_.is_grouped ? std::optional(target_status::not_measured) : std::nullopt;
    const auto by_count = [&](const std::optional<ratio>& part, std::int64_t count, std::string definition) {
      if (unknown || !part) return missing_measure(target_status::not_measured, std::move(definition));
      return report_measure{count > 0 ? quotient(*part, count) : std::nullopt, std::nullopt, std::move(definition)};
    };
    out_.spend = by_count(all, 1, "money spent in the period");
    out_.cac = by_count(all, out_.won, "money spent in the period, of the number of deals won in it");
    out_.cpo = by_count(of_marketing, out_.opened,
                        "money spent by marketing in the period, of the number of deals opened in it");
    out_.hours_per_lead =
        by_count(hours, leads(), "hours worked in the period, of the number of entries into the stage of leads");
    if (pack_->business.won.empty()) out_.cac = missing_measure(target_status::not_declared, out_.cac.definition);
    if (!pack_->business.opportunity) out_.cpo = missing_measure(target_status::not_declared, out_.cpo.definition);
    const std::string coverage = "amounts of the deals open at the end of the period, of the revenue wanted in it";
    if (!pack_->business.opportunity || !pack_->business.amount) {
      out_.coverage = missing_measure(target_status::not_declared, coverage);
    } else if (!has_events_ || unknown || !quota || *quota <= 0) {
      out_.coverage = missing_measure(target_status::not_measured, coverage);
    } else {
      out_.coverage = {quotient(out_.pipeline_open, *quota), std::nullopt, coverage};
    }
    if (!pack_->business.channel) return;
    for (const auto& [name, each] : channels_) {
      channel_row row{name, each.won, amount_of(each.revenue_milli), std::nullopt, std::nullopt};
      if (!filter_.is_grouped) {
        row.spend = each.spend;
        if (each.spend && each.won > 0) row.cac = quotient(*each.spend, each.won);
      }
      out_.channels.push_back(std::move(row));
    }
  }

  /// Entries into the stage `lead`, or else into the handoff.
  [[nodiscard]] std::int64_t leads() const {
    std::uint32_t stage = roles_->handoff == text_index::none ? text_index::none : roles_->main_stages[roles_->handoff];
    for (std::uint32_t i = 0; i < pack_->stages.size(); ++i) {
      if (pack_->stages[i].id == "lead") stage = i;
    }
    return std::count_if(visits_->visits.begin(), visits_->visits.end(), [&](const stage_visit& each) {
      return each.stage == stage && filter_.holds(each.at_ms, &each);
    });
  }

  const model* pack_;
  const decision_log* log_;
  const visit_table* visits_;
  const deal_table* deals_;
  const report_roles* roles_;
  const std::vector<spend_line>* spend_;
  bool has_events_;
  body_filter filter_;
  business_section out_;
  std::int64_t opened_milli_ = 0;
  std::int64_t open_milli_ = 0;
  std::int64_t won_milli_ = 0;
  std::int64_t sourced_milli_ = 0;
  std::int64_t sales_sourced_milli_ = 0;
  std::int64_t influenced_milli_ = 0;
  std::int64_t won_with_amount_ = 0;
  std::map<std::uint32_t, std::int64_t> lost_reasons_;
  std::map<std::uint32_t, credit> credits_;
  std::map<std::string, channel_sums> channels_;
};

}  // namespace leadline::detail
