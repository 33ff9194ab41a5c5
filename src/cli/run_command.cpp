#include "cli/run_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/event_lines.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "leadline/engine/engine.hpp"

namespace leadline::cli {

namespace {

struct run_command_options {
  std::string pack;
  std::vector<std::string> events;
  std::string until;
};

[[nodiscard]] exit_code run(const run_command_options& options) {
  std::optional<instant> until;
  if (!options.until.empty()) {
    const result<instant> read = instant::parse(options.until);
    if (!read) {
      print_problems(read.error());
      return exit_code::wrong_usage;
    }
    until = *read;
  }
  const model_file file = read_model(options.pack);
  if (!file.model) return file.outcome;
  engine all(file.model);
  output out;
  const auto tell = [&](std::span<const decision> news) {
    for (const decision& each : news) {
      append_json(out.text(), each);
      out.line_done();
    }
  };
  bool is_good = read_events(
      options.events, [&](const event& each) { tell(all.apply(each)); }, [&] { out.flush(); });
  if (until) tell(all.advance(*until));
  if (!out.flush()) is_good = false;
  return is_good ? exit_code::done : exit_code::input_problems;
}

}  // namespace

void add_run_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<run_command_options>();
  CLI::App* command = program.add_subcommand(
      "run", "Fold events through a rule pack: events in, decisions out, one JSON object a line");
  command->add_option("PACK", options->pack, "A rule pack, plain or .gz")->required();
  command
      ->add_option("EVENTS", options->events,
                   "Files of events in order of arrival, plain or .gz (- for standard input)")
      ->required();
  command->add_option("--until", options->until, "Let time pass to this instant after the last event")
      ->type_name("INSTANT");
  command->footer(
      R"(Each line is {"id": "e1", "contact": "c42", "type": "page_view", "at": "2026-03-02T14:03:00Z", "data": {...}}.
What a contact's events and the time between them bring is told in order. A line that is no event is told on standard
error with its number, and the others go on; the exit code is then 1. An event that the pack refuses is a decision.

Example:
  leadline run rules/standard.json events.ndjson --until 2026-04-01T00:00:00Z)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
