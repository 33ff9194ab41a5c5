#include "cli/calendar_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/calendar_question.hpp"
#include "cli/input_lines.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/pack/calendars.hpp"

namespace leadline::cli {

namespace {

struct calendar_options {
  std::string pack;
  std::string id;
  std::string questions = "-";
};

/// The calendar with that id, or what is wrong with it or with any other of the pack.
[[nodiscard]] result<business_calendar> find_calendar(const document& pack, const std::string& id) {
  const document::node section = pack.root()["calendars"];
  if (!section) {
    diagnostic problem;
    problem.code = "calendar.none";
    problem.message = "the pack has no calendars";
    problem.expected = R"(an object with the key "calendars")";
    return failure(pack.root().blame(std::move(problem)));
  }
  const document::node zone = pack.root()["time_zone"];
  parsed_calendars read = parse_calendars(section, zone.is_text() ? zone.text() : std::string_view());
  if (read.problems.has_errors()) {
    read.problems.sort();
    return failure(std::move(read.problems));
  }
  const auto found = read.calendars.find(id);
  if (found != read.calendars.end()) return build_calendar(section[id], found->second, system_zones());
  diagnostic problem;
  problem.code = "calendar.unknown";
  problem.message = "the pack has no calendar \"" + id + "\"";
  std::vector<std::string_view> names;
  for (const auto& [name, spec] : read.calendars) names.push_back(name);
  problem.suggestion = nearest_name(id, names);
  problem.allowed.assign(names.begin(), names.end());
  return failure(section.blame_key(std::move(problem)));
}

[[nodiscard]] exit_code run(const calendar_options& options) {
  if (options.pack == "-" && options.questions == "-") {
    diagnostic problem;
    problem.code = "usage.standard_input_twice";
    problem.message = "the pack and the questions cannot both come from standard input";
    problem.expected = "a path for one of them";
    print_problems(problem);
    return exit_code::wrong_usage;
  }
  const result<document> pack = read_pack_file(options.pack);
  if (!pack) {
    print_problems(pack.error());
    return pack.error().front().code == "input.not_readable" ? exit_code::wrong_usage : exit_code::input_problems;
  }
  const result<business_calendar> calendar = find_calendar(*pack, options.id);
  if (!calendar) {
    print_problems(calendar.error(), pack->text());
    return calendar.error().front().code == "calendar.unknown" ? exit_code::wrong_usage : exit_code::input_problems;
  }
  result<input_lines> lines = input_lines::open(options.questions);
  if (!lines) {
    print_problems(lines.error());
    return exit_code::wrong_usage;
  }

  output out;
  lines->before_waiting([&out] { out.flush(); });
  progress shown("questions");
  exit_code outcome = exit_code::done;
  while (const auto line = lines->next()) {
    shown.add(1);
    if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!append_answer(out.text(), *calendar, *line)) outcome = exit_code::input_problems;
    out.line_done();
  }
  if (!out.flush()) outcome = exit_code::input_problems;
  if (lines->problem()) {
    print_problems(*lines->problem());
    outcome = exit_code::input_problems;
  }
  return outcome;
}

}  // namespace

void add_calendar_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<calendar_options>();
  CLI::App* command =
      program.add_subcommand("calendar", "Answer questions about business time, one JSON object a line");
  command->add_option("PACK", options->pack, "A pack, of which only the calendars are read (- for standard input)")
      ->required();
  command->add_option("ID", options->id, "The calendar's name in the pack")->required();
  command->add_option("QUESTIONS", options->questions, "A file of questions, plain or .gz")->capture_default_str();
  command->footer(R"(Questions and their answers (instants as RFC 3339 with an offset, answers in UTC):
  {"op": "add", "start": "2026-03-06T16:00:00-05:00", "amount": "4bh"}   {"result": "2026-03-09T16:00:00.000Z"}
  {"op": "add", "start": ..., "amount": "2bd", "at": "close"}            the last close of that date
  {"op": "elapsed", "start": ..., "end": ...}                            {"result": 14400}, seconds of open time
  {"op": "is_open", "at": ...}                                           {"result": true}
  {"op": "next_open" | "next_close" | "previous_close", "at": ...}       strictly after (before) that instant
A bad question is answered with {"error": {"code": ..., "message": ...}} and the others go on; the exit code is then 1.

Example:
  echo '{"op": "add", "start": "2026-03-06T16:00:00-05:00", "amount": "4bh"}' | leadline calendar pack.json sales)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
