#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/event_reader.hpp"

namespace leadline::cli {

/// Calls `use` for events of the files, one after the other, as many at a time as stand in memory together (and at most
/// a few hundred). What is no event is told on standard error with its file and line. Gives whether all lines of all
/// files could be read.
[[nodiscard]] bool read_event_batches(const std::vector<std::string>& paths,
                                      const std::function<void(std::span<const event>)>& use,
                                      const std::function<void()>& before_waiting);

/// Calls `use` for each event of the files, one after the other. What is no event is told on standard error with its
/// file and line. Gives whether all lines of all files could be read.
[[nodiscard]] bool read_events(const std::vector<std::string>& paths, const std::function<void(const event&)>& use,
                               const std::function<void()>& before_waiting);

}  // namespace leadline::cli
