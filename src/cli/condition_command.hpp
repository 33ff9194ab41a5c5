#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline condition [--semantics leadline|jsonlogic] [LINES]`: rules and data as NDJSON in, results out.
void add_condition_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
