#pragma once

#include <string>
#include <vector>

#include "leadline/report/decision_log.hpp"

namespace leadline::cli {

/// Adds the decisions of the files to a log, one after the other. What is no decision is told on standard error with
/// its file and line. Gives whether all lines of all files could be read.
[[nodiscard]] bool read_decisions(const std::vector<std::string>& paths, decision_log& log);

}  // namespace leadline::cli
