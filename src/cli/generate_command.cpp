#include "cli/generate_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "cli/made_up_year.hpp"
#include "cli/output.hpp"

namespace leadline::cli {

namespace {

[[nodiscard]] exit_code run(const made_up_year::options& options) {
  made_up_year year(options);
  output out;
  progress told("events");
  while (const std::optional<std::string_view> line = year.next()) {
    out.text() += *line;
    out.line_done();
    told.add(1);
  }
  return out.flush() ? exit_code::done : exit_code::input_problems;
}

}  // namespace

void add_generate_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<made_up_year::options>();
  CLI::App* command = program.add_subcommand(
      "generate", "Write a made-up CRM year as events for rules/standard.json, to try things on");
  command->add_option("--contacts", options->contact_count, "How many contacts come in over the time")
      ->check(CLI::Range(std::uint32_t{1}, made_up_year::contact_count_max))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Another number, another year")->capture_default_str();
  command->add_option("--days", options->day_count, "How long, from 1 January 2026 on")
      ->check(CLI::Range(std::uint32_t{1}, made_up_year::day_count_max))
      ->capture_default_str();
  command->footer(
      R"(Nobody in it exists. The same arguments give the same bytes on every machine. Events come in order of arrival: two
in a hundred visits are told up to five days late, one in a thousand so late that `leadline run` rejects it.

Example:
  leadline generate --contacts 1000 --seed 7 | leadline run rules/standard.json - --until 2027-01-01T05:00:00Z)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
