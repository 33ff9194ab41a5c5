#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline scores PACK EVENTS... --at T [--format table|csv|json]`: where each contact stands at an instant.
void add_scores_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
