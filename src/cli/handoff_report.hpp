#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"

namespace leadline::cli {

enum class handoff_format : std::uint8_t { markdown, json };

struct handoff_options {
  std::string pack;
  std::vector<std::string> events;
  std::string contact;
  /// An instant; later events are not looked at.
  std::string at;
  handoff_format format = handoff_format::markdown;
};

/// Prints what sales is given with one contact.
[[nodiscard]] exit_code run_handoff(const handoff_options& options);

}  // namespace leadline::cli
