#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "cli/backtest_command.hpp"
#include "cli/calendar_command.hpp"
#include "cli/check_command.hpp"
#include "cli/compare_command.hpp"
#include "cli/condition_command.hpp"
#include "cli/exit_code.hpp"
#include "cli/explain_command.hpp"
#include "cli/generate_command.hpp"
#include "cli/init_command.hpp"
#include "cli/lists_command.hpp"
#include "cli/plan_command.hpp"
#include "cli/report_command.hpp"
#include "cli/run_command.hpp"
#include "cli/scores_command.hpp"
#include "leadline/base/config.hpp"

int main(int argument_count, char** arguments) {
  using leadline::cli::exit_code;
  CLI::App program("Lead scoring, funnel and SLA decisions from a rule pack and a stream of events.", "leadline");
  program.set_version_flag("--version", "leadline " LEADLINE_VERSION);
  program.require_subcommand(1);
  program.footer(
      "leadline COMMAND --help tells more, with an example.\n"
      "Exit codes: 0 done, 1 the input has problems (all of them are told), 2 wrong usage.");
  exit_code outcome = exit_code::done;
  leadline::cli::add_backtest_command(program, outcome);
  leadline::cli::add_calendar_command(program, outcome);
  leadline::cli::add_check_command(program, outcome);
  leadline::cli::add_compare_command(program, outcome);
  leadline::cli::add_condition_command(program, outcome);
  leadline::cli::add_explain_command(program, outcome);
  leadline::cli::add_generate_command(program, outcome);
  leadline::cli::add_init_command(program, outcome);
  leadline::cli::add_lists_command(program, outcome);
  leadline::cli::add_plan_command(program, outcome);
  leadline::cli::add_report_command(program, outcome);
  leadline::cli::add_run_command(program, outcome);
  leadline::cli::add_scores_command(program, outcome);
  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::ParseError& ended) {
    // Help and version end here too, with code 0; every misuse is exit code 2.
    return program.exit(ended) == 0 ? 0 : static_cast<int>(exit_code::wrong_usage);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "leadline: %s\n", problem.what());
    return static_cast<int>(exit_code::input_problems);
  }
  return static_cast<int>(outcome);
}
