#include "cli/compare_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/event_lines.hpp"
#include "cli/instant_option.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "cli/page/html_page.hpp"
#include "cli/page/page_parts.hpp"
#include "cli/text_table.hpp"
#include "leadline/report/pack_comparison.hpp"

namespace leadline::cli {

namespace {

enum class compare_format : std::uint8_t { table, json, html };

struct compare_command_options {
  std::string before;
  std::string after;
  std::vector<std::string> events;
  std::optional<instant> until;
  compare_format format = compare_format::table;
};

[[nodiscard]] std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

[[nodiscard]] std::string change_text(std::int64_t before, std::int64_t after) {
  const std::int64_t more = after - before;
  return more > 0 ? "+" + std::to_string(more) : std::to_string(more);
}

void append_rows(std::string& out, const std::vector<std::vector<std::string>>& rows) {
  if (rows.size() < 2) return;
  out += text_table(rows);
  out += '\n';
}

[[nodiscard]] std::string table_of(const pack_comparison& made) {
  std::string out = made.pack_before + " beside " + made.pack_after + ": " + std::to_string(made.changed_count) +
                    " of " + std::to_string(made.contact_count) + " contacts differ\n\n";
  const std::string handoff = or_none(made.handoff_after);
  std::vector<std::vector<std::string>> rows{{"entries into " + handoff, "before", "after", "change"}};
  for (const volume_row& each : made.volumes) {
    rows.push_back(
        {each.period, std::to_string(each.before), std::to_string(each.after), change_text(each.before, each.after)});
  }
  rows.push_back({"all", std::to_string(made.volume.before), std::to_string(made.volume.after),
                  change_text(made.volume.before, made.volume.after)});
  append_rows(out, rows);
  rows = {{"clock", "met before", "met after", "breached before", "breached after", "flips"}};
  for (const clock_comparison& each : made.clocks) {
    rows.push_back({each.clock, std::to_string(each.met_before), std::to_string(each.met_after),
                    std::to_string(each.breached_before), std::to_string(each.breached_after),
                    std::to_string(each.flip_count)});
  }
  append_rows(out, rows);
  rows = {{"what", "before", "after", "contacts"}};
  for (const change_row& each : made.changes) {
    rows.push_back({each.change.what, or_none(each.change.before), or_none(each.change.after),
                    std::to_string(each.contact_count)});
  }
  append_rows(out, rows);
  rows = {{"contact", "what", "before", "after"}};
  for (const contact_comparison& each : made.contacts) {
    for (const pack_difference& one : each.differences) {
      rows.push_back({each.contact, one.what, or_none(one.before), or_none(one.after)});
    }
    for (const clock_flip& one : each.flips) {
      rows.push_back({each.contact, "clock." + one.clock + " " + std::to_string(one.cycle), one.before, one.after});
    }
  }
  append_rows(out, rows);
  out.pop_back();
  return out;
}

[[nodiscard]] exit_code run(const compare_command_options& options) {
  const model_file before = read_model(options.before);
  const model_file after = read_model(options.after);
  if (!before.model) return before.outcome;
  if (!after.model) return after.outcome;
  pack_comparer comparer(before.model, after.model);
  bool is_good = read_events(
      options.events, [&](const event& each) { comparer.take(each); }, [] {});
  const pack_comparison made = comparer.finish(options.until);
  output out;
  switch (options.format) {
    case compare_format::table: out.text() += table_of(made); break;
    case compare_format::json: out.text() += to_json(made) + "\n"; break;
    case compare_format::html:
      out.text() += html_page({.title = "Comparison: " + made.pack_before + " beside " + made.pack_after,
                               .json = to_json(made),
                               .script = compare_page_script()});
      break;
  }
  if (!out.flush()) is_good = false;
  return is_good ? exit_code::done : exit_code::input_problems;
}

}  // namespace

void add_compare_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<compare_command_options>();
  CLI::App* command = program.add_subcommand(
      "compare",
      "What would differ if another rule pack had been in force: stages, grades, owners, clocks, MQL volume");
  const std::map<std::string, compare_format> formats{
      {"table", compare_format::table}, {"json", compare_format::json}, {"html", compare_format::html}};
  command->add_option("OLD", options->before, "The rule pack in force, plain or .gz")->required();
  command->add_option("NEW", options->after, "The one to hold beside it")->required();
  command
      ->add_option("EVENTS", options->events,
                   "Files of events in order of arrival, plain or .gz (- for standard input)")
      ->required();
  add_instant_option(*command, "--until", options->until, "Let time pass to this instant after the last event");
  command->add_option("--format", options->format, "table, json, or html: one page with charts")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("table");
  command->footer(
      R"(Both packs fold all events from the first one on. A clock flips when a cycle is met or breached by one pack and not
by the other. Exit code 1 when a line could not be read.

Example:
  leadline compare rules/standard.json new.json events.ndjson --until 2026-04-01T00:00:00Z)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
