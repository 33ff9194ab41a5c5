#pragma once

#include "cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace leadline::cli {

/// `leadline explain PACK EVENTS... --contact ID --at T [--json]`: where each point of a contact's scores comes from.
void add_explain_command(CLI::App& program, exit_code& outcome);

}  // namespace leadline::cli
