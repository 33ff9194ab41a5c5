#include "cli/condition_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cli/condition_question.hpp"
#include "cli/input_lines.hpp"
#include "cli/instant_option.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "leadline/time/instant.hpp"

namespace leadline::cli {

namespace {

struct condition_command_options {
  leadline::semantics semantics = semantics::leadline;
  std::optional<instant> now;
  std::string lines = "-";
};

[[nodiscard]] std::int64_t clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

[[nodiscard]] exit_code run(const condition_command_options& options) {
  const std::int64_t now_ms = options.now ? options.now->ms() : clock_ms();
  result<input_lines> lines = input_lines::open(options.lines);
  if (!lines) {
    print_problems(lines.error());
    return exit_code::wrong_usage;
  }
  output out;
  lines->before_waiting([&out] { out.flush(); });
  progress shown("conditions");
  condition_answers answers(options.semantics, now_ms);
  exit_code outcome = exit_code::done;
  while (const auto line = lines->next()) {
    shown.add(1);
    if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!answers.append_answer(out.text(), *line)) outcome = exit_code::input_problems;
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

void add_condition_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<condition_command_options>();
  CLI::App* command = program.add_subcommand("condition", "Evaluate conditions (JsonLogic), one JSON object a line");
  const std::map<std::string, semantics> names{{"leadline", semantics::leadline}, {"jsonlogic", semantics::jsonlogic}};
  command
      ->add_option("--semantics", options->semantics,
                   "leadline: a blank field never scores; jsonlogic: the standard to the letter")
      ->transform(CLI::CheckedTransformer(names))
      ->default_str("leadline");
  add_instant_option(*command, "--now", options->now, "The instant that elapsed_since counts to (default: the clock)");
  command->add_option("LINES", options->lines, "A file of lines, plain or .gz")->capture_default_str();
  command->footer(
      R"(Each line is {"rule": ..., "data": ...} and is answered with {"result": ...}. A line that cannot be answered gets
{"error": {"code": ..., "message": ...}} and the others go on; the exit code is then 1.

Example:
  echo '{"rule": {">=": [{"var": "size"}, 50]}, "data": {"size": 120}}' | leadline condition)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
