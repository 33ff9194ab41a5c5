#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/condition/json_scope.hpp"
#include "leadline/pack/model.hpp"
#include "leadline/report/business_section.hpp"
#include "leadline/report/deal_record.hpp"
#include "leadline/report/decision_log.hpp"
#include "leadline/report/ratio.hpp"
#include "leadline/report/report_figure.hpp"
#include "leadline/report/report_period.hpp"
#include "leadline/report/spend_line.hpp"

/// What revenue operations look at, made of a settled log of decisions and the pack that they were made with.
///
///     const report made = make_report(*pack, log, {.period = march});
///     to_json(made);       // docs/reference/report.md
///     to_markdown(made);
///
/// What is counted is always an entry into a stage (a visit), or a cycle of a clock or cadence, that began in the
/// period; what came of it is looked for up to the end of the log. Whole numbers throughout: no result depends on the
/// order in which contacts are read. Pure functions of plain values; any thread may call them.
namespace leadline {

struct stage_row {
  std::string stage;
  bool is_aside = false;
  std::int64_t entries = 0;
  std::int64_t contacts = 0;
  /// By sales, of the contacts while they stayed. Nothing when no events were read, or the pack names no such touches.
  std::optional<std::int64_t> touches = {};
};

struct cohort_row {
  std::string cohort;
  std::int64_t entered = 0;
  std::int64_t strict = 0;
  std::int64_t reached = 0;
  /// From the entry to the one into the next stage: whether the funnel speeds up or slows down.
  duration_summary elapsed = {};
};

/// From a stage to the next one that is not aside.
struct step_row {
  std::string from;
  std::string to;
  report_rate strict;
  report_rate reached;
  std::vector<cohort_row> cohorts;
};

/// Between any two stages that are not aside.
struct velocity_row {
  std::string from;
  std::string to;
  report_rate reached;
  duration_summary elapsed;
  /// Nothing when the pack has no calendar to measure by.
  std::optional<duration_summary> business;
};

struct clock_row {
  std::string clock;
  std::int64_t started = 0;
  std::int64_t met = 0;
  std::int64_t breached = 0;
  /// Of those breached: never stopped.
  std::int64_t untouched = 0;
  std::int64_t cancelled = 0;
  std::int64_t running = 0;
  report_rate attained;
  /// Time used up by those that were stopped, in the family of the clock's target.
  duration_summary used;
};

struct speed_band {
  std::string band;
  std::int64_t count = 0;
  report_rate conversion;
};

struct speed_section {
  std::string clock;
  std::vector<speed_band> bands;
  duration_summary response;
};

struct cadence_row {
  std::string cadence;
  std::int64_t started = 0;
  std::int64_t completed = 0;
  std::int64_t missed = 0;
  std::int64_t completed_late = 0;
  std::int64_t stopped = 0;
  std::int64_t running = 0;
  report_rate kept;
};

struct disposition_section {
  std::string stage;
  report_rate disposed;
  std::vector<reason_row> codes;
};

/// What marketing hands to sales: the stage `mql`, or else the last one of marketing before the first of sales.
struct handoff_section {
  std::string stage;
  std::string next;
  report_rate accepted;
  report_rate again;
  duration_summary until_again;
  /// Touches of sales to an entry, on average.
  report_measure touches;
  std::vector<reason_row> reasons;
  std::vector<reason_row> overlaps;
};

struct owner_row {
  /// Empty: nobody.
  std::string owner;
  report_rate share;
  report_rate accepted;
  /// Of the speed clock.
  report_rate attained;
};

/// One target in one period. What a bound is compared with is `actual`: a share, a count, points, or seconds.
struct target_row {
  std::string name;
  std::string metric;
  std::string side;
  std::string period;
  std::optional<ratio> actual;
  std::optional<ratio> before;
  std::string bound;
  target_status status = target_status::no_data;
  std::string definition;
};

/// All numbers of one group of contacts in one period. A section that the pack declares nothing for is empty or
/// nothing.
struct report_body {
  std::vector<stage_row> stages;
  std::vector<step_row> steps;
  std::vector<velocity_row> velocities;
  std::vector<clock_row> clocks;
  std::optional<speed_section> speed;
  std::vector<cadence_row> cadences;
  std::vector<disposition_section> dispositions;
  std::optional<handoff_section> handoff;
  std::vector<owner_row> owners;
  std::vector<completeness_row> completeness;
  /// Nothing when the pack's `business` names neither what is won nor what an opportunity is.
  std::optional<business_section> business;
};

struct report_group {
  /// Of `by`; nothing for all together and for those without a value.
  std::optional<std::string> value;
  report_body now;
  std::optional<report_body> before;
};

/// An entry into the handoff or into the stage after it.
struct move_record {
  std::int64_t at_ms = 0;
  std::string contact;
  std::string stage;
  std::string reason;
  std::string owner;
};

/// What happened to whom, in order of time.
struct report_details {
  /// Those that were won or lost in the period, then those open at its end.
  std::vector<deal_record> deals;
  std::vector<move_record> moves;
};

struct report {
  std::string pack;
  std::string version;
  std::optional<report_period> period;
  std::optional<report_period> period_before;
  std::string by;
  std::string calendar;
  std::uint64_t decision_count = 0;
  std::uint64_t correction_count = 0;
  std::uint64_t forgotten_count = 0;
  std::int64_t contact_count = 0;
  std::optional<std::int64_t> first_ms;
  std::optional<std::int64_t> last_ms;
  report_group all;
  std::vector<report_group> groups;
  /// Change of the volume of the stage `lead` (or else of the handoff) against the period before; nothing without one.
  std::optional<ratio> lead_velocity_rate;
  std::vector<target_row> targets;
  /// Nothing unless asked for.
  std::optional<report_details> details;
};

/// What a log was told: attributes and touches are in events alone.
enum class report_source : std::uint8_t { decisions, decisions_and_events };

enum class report_detail : std::uint8_t { counts, contacts };

struct report_request {
  /// Nothing: all of the log, and nothing to compare with.
  std::optional<report_period> period;
  /// `reason`, `owner`, or `contact.` and an attribute that the log was told. Empty: not grouped.
  std::string by;
  /// Only visits for which it holds, at the entry. It reads `contact.*`, `stage`, `reason` and `owner`. Null: all.
  const condition* where = nullptr;
  const json_scope* where_scope = nullptr;
  period_unit cohort = period_unit::month;
  /// For business time; empty: the calendar named `sales`, or else the only one.
  std::string calendar;
  /// Whose time is the speed to lead; empty: the clock of that name, or else the first clock.
  std::string speed_clock;
  report_source source = report_source::decisions;
  std::vector<spend_line> spend = {};
  /// `contacts`: `report::details` too.
  report_detail detail = report_detail::counts;
};

/// REQUIRES a settled log. Errors: `report.unknown_calendar`, `report.unknown_clock`, `report.unknown_path`,
/// `limit.report_groups`, `limit.report_fields`.
[[nodiscard]] result<report> make_report(const model& pack, const decision_log& log, const report_request& request);

[[nodiscard]] std::string to_json(const report& made);
[[nodiscard]] std::string to_markdown(const report& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/report_inl.hpp"
#endif
