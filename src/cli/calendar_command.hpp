#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline calendar PACK ID [QUESTIONS]`: questions about business time as NDJSON in, answers out.
void add_calendar_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
