#include "cli/check_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "cli/input_lines.hpp"
#include "cli/list_folder.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/pack/check.hpp"

namespace leadline::cli {

namespace {

struct check_command_options {
  std::string pack;
  std::string as_of;
  bool as_json = false;
  bool portable = false;
};

/// The clock is read here because the core has none: whether holidays end soon is asked of today.
[[nodiscard]] local_date today() {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return local_date::from_days(static_cast<std::int32_t>(days.time_since_epoch().count()));
}

[[nodiscard]] std::string counted(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

[[nodiscard]] exit_code run(const check_command_options& options) {
  check_options wanted{.depth = options.portable ? check_depth::portable : check_depth::warnings, .as_of = today()};
  if (!options.as_of.empty()) {
    const result<local_date> day = local_date::parse(options.as_of);
    if (!day) {
      print_problems(day.error());
      return exit_code::wrong_usage;
    }
    wanted.as_of = *day;
  }
  result<std::string> text = read_input(options.pack, limits::document_size_max);
  if (!text) {
    if (options.as_json) print(to_json(text.error()) + "\n");
    print_problems(text.error());
    return text.error().front().code == "input.not_readable" ? exit_code::wrong_usage : exit_code::input_problems;
  }
  const system_zones zones;
  const list_folder lists = list_folder::beside(options.pack);
  const std::string name = input_name(options.pack);
  const diagnostics problems = check_pack(pack::parse(*text, name), {.zones = &zones, .lists = &lists}, wanted);
  if (options.as_json) {
    print(to_json(problems) + "\n");
  } else {
    print(to_text(problems, *text));
    print(name + ": " +
          (problems.empty()
               ? std::string("no problems")
               : counted(problems.error_count(), "error") + ", " + counted(problems.warning_count(), "warning")) +
          "\n");
  }
  return problems.has_errors() ? exit_code::input_problems : exit_code::done;
}

}  // namespace

void add_check_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<check_command_options>();
  CLI::App* command = program.add_subcommand("check", "Tell all problems of a rule pack, and warn of what cannot work");
  command->add_option("PACK", options->pack, "A rule pack, plain or .gz (- for standard input)")->required();
  command->add_flag("--json", options->as_json, "Tell them as one JSON object");
  command->add_flag("--portable", options->portable,
                    "Also list every condition whose result can differ from a standard JsonLogic interpreter's");
  command->add_option("--as-of", options->as_of, "The day on which holiday lists must not end soon (default: today)")
      ->type_name("DATE");
  command->footer(
      R"(Lists from files are looked for beside the pack. Exit code 0: no errors, warnings perhaps; 1: errors.

Example:
  leadline check rules/smarketing.json --as-of 2026-11-02)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
