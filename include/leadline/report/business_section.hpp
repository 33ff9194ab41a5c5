#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/report/report_figure.hpp"

namespace leadline {

/// Revenue credited to one kind of marketing touch, by three rules.
struct attribution_row {
  /// An event type; empty: revenue without any marketing touch.
  std::string touch;
  ratio first;
  ratio last;
  ratio linear;
};

struct channel_row {
  /// Empty: unknown.
  std::string channel;
  std::int64_t won = 0;
  ratio revenue;
  std::optional<ratio> spend;
  /// What a customer of the channel cost.
  std::optional<ratio> cac;
};

/// Deals and money of a period.
///
/// A **deal** begins with an entry into the stage that the pack's `business` names as `opportunity`, or into a later
/// one past it; it ends won, lost, or returned (sent back to an earlier stage or aside). Its amount is the one last
/// known before its end. Amounts are exact to a thousandth.
struct business_section {
  std::int64_t opened = 0;
  std::int64_t won = 0;
  std::int64_t lost = 0;
  std::int64_t returned = 0;
  /// At the end of the period.
  std::int64_t open = 0;
  /// Of those opened, won or open: their amount is not known, and counts as none.
  std::int64_t without_amount = 0;
  ratio pipeline_created;
  ratio pipeline_open;
  ratio revenue;
  report_rate win_rate;
  /// Why the deals of the period were lost: to be seen beside why contacts were sent back.
  std::vector<reason_row> lost_reasons;
  report_measure deal_size;
  report_measure sourced;
  report_measure sales_sourced;
  report_measure influenced;
  report_measure coverage;
  report_measure spend;
  report_measure cac;
  report_measure cpo;
  report_measure hours_per_lead;
  std::vector<attribution_row> attribution;
  std::vector<channel_row> channels;
};

/// For one target of the metric `complete`.
struct completeness_row {
  struct field_row {
    std::string field;
    report_rate known;
  };
  std::string target;
  std::string stage;
  report_rate complete;
  std::vector<field_row> fields;
};

}  // namespace leadline
