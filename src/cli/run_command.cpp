#include "cli/run_command.hpp"

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/event_lines.hpp"
#include "cli/input_lines.hpp"
#include "cli/instant_option.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "cli/waiting_events.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/engine/sharded_engine.hpp"
#include "leadline/fold/decision_source.hpp"

namespace leadline::cli {

namespace {

struct run_command_options {
  std::string pack;
  std::vector<std::string> events;
  std::optional<instant> until;
  std::size_t thread_count = 1;
  std::string restore;
  std::string snapshot;
  bool tells_pointers = false;
};

/// `"pointer"` as the last member of the line of JSON that has just been written.
void add_pointer(std::string& line, const model& pack, const decision& told) {
  const std::string_view pointer = pack_pointer(pack, told);
  if (pointer.empty()) return;
  line.pop_back();  // the closing brace
  line += ", \"pointer\": ";
  json_text::append_quoted(line, pointer);
  line += '}';
}

[[nodiscard]] bool write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return true;
  print_problems(diagnostic{.code = "output.not_writable", .message = "cannot write " + path, .file = path});
  return false;
}

/// Beyond any snapshot that fits memory beside the contacts.
constexpr std::size_t snapshot_size_max = std::size_t{64} << 30;

[[nodiscard]] exit_code run(const run_command_options& options) {
  const model_file file = read_model(options.pack);
  if (!file.model) return file.outcome;
  sharded_engine all(file.model, options.thread_count);
  if (!options.restore.empty()) {
    const result<std::string> bytes = read_input(options.restore, snapshot_size_max);
    const result<std::size_t> restored = bytes ? all.restore(*bytes) : tl::unexpected<diagnostics>(bytes.error());
    if (!restored) {
      print_problems(restored.error());
      return exit_code::input_problems;
    }
  }
  output out;
  const auto tell = [&](std::span<const decision> news) {
    for (const decision& each : news) {
      append_json(out.text(), each);
      if (options.tells_pointers) add_pointer(out.text(), *file.model, each);
      out.line_done();
    }
  };
  // One thread is given events as they are read; for several they wait until there is work for all.
  constexpr std::size_t batch_size = 8'192;
  waiting_events waiting;
  const auto apply_waiting = [&] {
    tell(all.apply(waiting.events()));
    waiting.clear();
  };
  const auto take = [&](std::span<const event> batch) {
    if (all.shard_count() == 1) return tell(all.apply(batch));
    for (const event& each : batch) {
      waiting.add(each);
      if (waiting.events().size() == batch_size) apply_waiting();
    }
  };
  bool is_good = read_event_batches(options.events, take, [&] {
    apply_waiting();
    out.flush();
  });
  apply_waiting();
  if (options.until) tell(all.advance(*options.until));
  if (!out.flush()) is_good = false;
  if (!options.snapshot.empty() && !write_file(options.snapshot, all.snapshot())) is_good = false;
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
  add_instant_option(*command, "--until", options->until, "Let time pass to this instant after the last event");
  command
      ->add_option("--threads", options->thread_count,
                   "Deal the contacts out to so many threads; the decisions are the same (a pack with pools takes one)")
      ->check(CLI::Range(1, 256));
  command->add_option("--restore", options->restore, "Go on from a snapshot of the same pack")->type_name("FILE");
  command->add_option("--snapshot", options->snapshot, "At the end, write all contacts to a file")->type_name("FILE");
  command->add_flag("--pointers", options->tells_pointers,
                    "Tell of each decision where in the pack stands what made it: a JSON Pointer in \"pointer\"");
  command->footer(
      R"(Each line is {"id": "e1", "contact": "c42", "type": "page_view", "at": "2026-03-02T14:03:00Z", "data": {...}}.
What a contact's events and the time between them bring is told in order. A line that is no event is told on standard
error with its number, and the others go on; the exit code is then 1. An event that the pack refuses is a decision.

Example:
  leadline run rules/standard.json events.ndjson --until 2026-04-01T00:00:00Z)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
