#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// Adds `leadline compare`; when it is the command given, `outcome` is set.
void add_compare_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
