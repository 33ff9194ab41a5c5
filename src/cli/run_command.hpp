#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline run PACK EVENTS... [--until T]`: events as NDJSON in, decisions as NDJSON out.
void add_run_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
