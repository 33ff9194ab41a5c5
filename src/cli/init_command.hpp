#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline init [FILE]`: writes the standard pack as a start.
void add_init_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
