#include <CLI/CLI.hpp>

#include "leadline/base/config.hpp"

int main(int argument_count, char** arguments) {
  CLI::App program("Lead scoring, funnel and SLA decisions from a rule pack and a stream of events.", "leadline");
  program.set_version_flag("--version", "leadline " LEADLINE_VERSION);
  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::ParseError& ended) {
    // Help and version end here too, with code 0; every misuse is exit code 2.
    return program.exit(ended) == 0 ? 0 : 2;
  }
  return 0;
}
