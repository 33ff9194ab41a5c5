#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline lists`: builds the long lists of free and of throw-away mail domains from the npm registry.
void add_lists_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
