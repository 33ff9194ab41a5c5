#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "leadline/time/instant.hpp"

namespace leadline::cli {

/// An option that takes an instant, read while the command line is: a command has it, or it never runs.
///
///     add_instant_option(*command, "--at", options->at, "The instant asked for")->required();
///
/// What is no instant is told as every other problem is, and ends the program as wrong usage.
CLI::Option* add_instant_option(CLI::App& command, const std::string& name, std::optional<instant>& into,
                                const std::string& description);

}  // namespace leadline::cli
