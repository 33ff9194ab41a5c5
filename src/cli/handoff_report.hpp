#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "leadline/time/instant.hpp"

namespace leadline::cli {

enum class handoff_format : std::uint8_t { markdown, json };

struct handoff_options {
  std::string pack;
  std::vector<std::string> events;
  std::string contact;
  /// Later events are not looked at.
  std::optional<instant> at;
  handoff_format format = handoff_format::markdown;
};

/// Prints what sales is given with one contact.
[[nodiscard]] exit_code run_handoff(const handoff_options& options);

}  // namespace leadline::cli
