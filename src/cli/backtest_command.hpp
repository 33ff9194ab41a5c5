#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// Adds `leadline backtest`; when it runs, `outcome` becomes its exit code.
void add_backtest_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
