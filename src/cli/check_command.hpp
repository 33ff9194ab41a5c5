#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline check PACK [--json] [--portable] [--as-of DATE]`: all problems and warnings of a pack.
void add_check_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
