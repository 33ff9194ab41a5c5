#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/event_reader.hpp"

namespace leadline::cli {

/// Calls `use` for each event of the files, one after the other. What is no event is told on standard error with its
/// file and line. Gives whether all lines of all files could be read.
[[nodiscard]] bool read_events(const std::vector<std::string>& paths, const std::function<void(const event&)>& use,
                               const std::function<void()>& before_waiting);

}  // namespace leadline::cli
