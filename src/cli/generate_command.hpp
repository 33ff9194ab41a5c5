#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline generate [--contacts N] [--seed S] [--days D]`: a made-up CRM year as events.
void add_generate_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
