#include "cli/report_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/decision_lines.hpp"
#include "cli/event_lines.hpp"
#include "cli/handoff_report.hpp"
#include "cli/input_lines.hpp"
#include "cli/instant_option.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "cli/page/html_page.hpp"
#include "cli/page/page_parts.hpp"
#include "cli/plan_files.hpp"
#include "cli/report_documents.hpp"
#include "cli/report_input.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/report/report.hpp"
#include "leadline/report/report_template.hpp"

namespace leadline::cli {

namespace {

enum class report_format : std::uint8_t { json, markdown, html };
enum class report_template : std::uint8_t {
  none,
  pipeline_review,
  alignment,
  marketing,
  sales,
  closed_loop,
  sla,
  handoff
};

struct report_command_options {
  std::string pack;
  std::vector<std::string> decisions;
  std::vector<std::string> events;
  std::string period;
  std::string by;
  std::string where;
  period_unit cohort = period_unit::month;
  std::string calendar;
  std::string clock;
  std::string spend;
  std::string contact;
  std::optional<instant> at;
  bool has_details = false;
  report_format format = report_format::markdown;
  report_template form = report_template::none;
};

/// A condition, from the text of the option or, after an @, from a file.
[[nodiscard]] exit_code read_condition(const std::string& text, json_scope& scope, std::optional<condition>& into) {
  if (text.empty()) return exit_code::done;
  result<condition> read = condition::compile(std::string_view(text), {.scope = &scope});
  if (!read) {
    print_problems(read.error(), text);
    return exit_code::wrong_usage;
  }
  into = std::move(*read);
  if (const diagnostics problems = problems_of_paths(scope); !problems.empty()) {
    print_problems(problems);
    return exit_code::wrong_usage;
  }
  return exit_code::done;
}

[[nodiscard]] std::string text_of(const report& made, const report_command_options& options) {
  switch (options.form) {
    case report_template::pipeline_review: return weekly_pipeline_review(made);
    case report_template::alignment: return monthly_alignment_report(made);
    case report_template::marketing: return weekly_marketing_report(made);
    case report_template::sales: return monthly_sales_report(made);
    case report_template::closed_loop: return closed_loop_records(made);
    case report_template::none:
    case report_template::sla:
    case report_template::handoff: break;
  }
  switch (options.format) {
    case report_format::json: return to_json(made) + "\n";
    case report_format::html: {
      const std::string title = "Report: " + made.pack + (made.period ? ", " + made.period->name() : std::string());
      return html_page({.title = title, .json = to_json(made), .script = report_page_script()});
    }
    case report_format::markdown: break;
  }
  return to_markdown(made);
}

/// Of the pack alone: what was agreed, whatever came of it.
[[nodiscard]] exit_code run_sla(const std::string& path) {
  const result<std::string> text = read_input(path, limits::document_size_max);
  if (!text) {
    print_problems(text.error());
    return text.error().front().code == "input.not_readable" ? exit_code::wrong_usage : exit_code::input_problems;
  }
  const parsed_pack agreed = pack::parse(*text, input_name(path));
  if (agreed.problems.has_errors()) {
    print_problems(agreed.problems, *text);
    return exit_code::input_problems;
  }
  output out;
  out.text() += sla_document(agreed.content);
  return out.flush() ? exit_code::done : exit_code::input_problems;
}

[[nodiscard]] exit_code run(const report_command_options& options) {
  if (options.form == report_template::sla) return run_sla(options.pack);
  if (options.form == report_template::handoff) {
    const bool is_json = options.format == report_format::json;
    return run_handoff({.pack = options.pack,
                        .events = options.events,
                        .contact = options.contact,
                        .at = options.at,
                        .format = is_json ? handoff_format::json : handoff_format::markdown});
  }
  if (options.decisions.empty()) {
    print_problems(diagnostic{.code = "report.no_decisions",
                              .message = "no decisions are given",
                              .expected = "files of decisions, or - for standard input"});
    return exit_code::wrong_usage;
  }
  json_scope scope;
  std::optional<condition> where;
  if (const exit_code outcome = read_condition(options.where, scope, where); outcome != exit_code::done) return outcome;
  const model_file file = read_model(options.pack);
  if (!file.model) return file.outcome;
  const model& pack = *file.model;

  report_request request;
  request.by = options.by;
  request.where = where ? &*where : nullptr;
  request.where_scope = &scope;
  request.cohort = options.cohort;
  request.calendar = options.calendar;
  request.speed_clock = options.clock;
  const bool needs_contacts = options.form != report_template::none && options.form != report_template::alignment;
  request.detail = options.has_details || needs_contacts ? report_detail::contacts : report_detail::counts;
  std::vector<std::string> names = attributes_read(options.by, scope);
  diagnostics problems = problems_of_attributes(names, pack, !options.events.empty());
  if (!options.period.empty()) {
    if (pack.zone) {
      result<report_period> period = report_period::parse(options.period, *pack.zone);
      if (period) {
        request.period = *period;
      } else {
        problems.append(std::move(period.error()));
      }
    } else {
      problems.add({.code = "report.no_time_zone",
                    .message = "the pack has no time zone, so there are no months",
                    .expected = "\"time_zone\" in the pack"});
    }
  }
  if (!problems.empty()) {
    print_problems(problems);
    return exit_code::wrong_usage;
  }

  if (!options.spend.empty()) {
    const std::optional<std::vector<spend_line>> spend =
        pack.zone ? read_spend(options.spend, *pack.zone) : std::nullopt;
    if (!spend) return exit_code::input_problems;
    request.spend = *spend;
  }
  if (!options.events.empty()) {
    request.source = report_source::decisions_and_events;
    add_attributes_of_business(pack, names);
  }

  decision_log log;
  keep_scores_of_targets(pack, log);
  bool is_good = read_decisions(options.decisions, log);
  if (!options.events.empty()) {
    const auto take = [&](const event& each) { add_event(each, pack, names, log); };
    is_good = read_events(options.events, take, [] {}) && is_good;
  }
  log.settle();
  const result<report> made = make_report(pack, log, request);
  if (!made) {
    print_problems(made.error());
    return exit_code::wrong_usage;
  }
  output out;
  out.text() += text_of(*made, options);
  if (!out.flush()) is_good = false;
  return is_good ? exit_code::done : exit_code::input_problems;
}

}  // namespace

void add_report_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<report_command_options>();
  CLI::App* command = program.add_subcommand(
      "report", "What came of a run: funnel, velocity, clocks, cadences, dispositions, owners, targets");
  const std::map<std::string, report_format> formats{
      {"json", report_format::json}, {"markdown", report_format::markdown}, {"html", report_format::html}};
  const std::map<std::string, period_unit> cohorts{{"week", period_unit::week}, {"month", period_unit::month}};
  command->add_option("PACK", options->pack, "The rule pack of the run, plain or .gz")->required();
  command->add_option("DECISIONS", options->decisions,
                      "Files of decisions as leadline run prints them, plain or .gz (- for standard input)");
  command->add_option("--events", options->events,
                      "The events of the run: attributes, amounts and touches are read from them");
  command
      ->add_option("--spend", options->spend,
                   "Money, hours and quotas, a JSON object a line: {\"period\": \"2026-03\", \"channel\": \"search\", "
                   "\"spend\": 1200}")
      ->type_name("FILE");
  command->add_flag("--details", options->has_details,
                    "In the JSON and the page, contact by contact: deals with their touches, moves into the handoff");
  command
      ->add_option("--period", options->period,
                   "Only what began in this week, month, quarter or year, beside the one before: 2026-W10, 2026-03, "
                   "2026-Q1, 2026")
      ->type_name("PERIOD");
  command->add_option("--by", options->by, "The same for each value of reason, owner, or contact. and an attribute")
      ->type_name("PATH");
  command->add_option("--where", options->where, "Only entries for which this JsonLogic condition holds")
      ->type_name("CONDITION");
  command->add_option("--cohort", options->cohort, "week or month")
      ->transform(CLI::CheckedTransformer(cohorts))
      ->default_str("month");
  command->add_option("--calendar", options->calendar, "For business time; else the one named sales, or the only one")
      ->type_name("NAME");
  command->add_option("--clock", options->clock, "Of the speed to lead; else speed-to-lead, or the first one")
      ->type_name("ID");
  command
      ->add_option("--format", options->format, "json, markdown, or html: one page with charts that needs nothing else")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("markdown");
  const std::map<std::string, report_template> templates{{"weekly-pipeline-review", report_template::pipeline_review},
                                                         {"monthly-alignment-report", report_template::alignment},
                                                         {"weekly-marketing-report", report_template::marketing},
                                                         {"monthly-sales-report", report_template::sales},
                                                         {"closed-loop", report_template::closed_loop},
                                                         {"sla", report_template::sla},
                                                         {"handoff", report_template::handoff}};
  command
      ->add_option("--template", options->form,
                   "A document in Markdown: weekly-pipeline-review, monthly-alignment-report, weekly-marketing-report, "
                   "monthly-sales-report, closed-loop; sla, of PACK alone; handoff, of PACK, --events, --contact, --at")
      ->transform(CLI::CheckedTransformer(templates));
  command->add_option("--contact", options->contact, "Of the template handoff: whose")->type_name("ID");
  add_instant_option(*command, "--at", options->at,
                     "Of the template handoff: the instant; later events are not looked at");
  command->footer(
      R"(Corrections of late events are applied before anything is counted. Exit code 1 when a line could not be read.

Example:
  leadline report rules/standard.json decisions.ndjson --period 2026-Q1 --by owner)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
