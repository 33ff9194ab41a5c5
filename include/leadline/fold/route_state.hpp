#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/pack/compiled_event.hpp"

namespace leadline {

/// Why a contact is held; `none`: it is not.
enum class hold_reason : std::uint8_t { none, no_rule, no_engine, max_hops, nobody_eligible };

/// Where a contact stands with routing, beside its owner. A plain value, part of its state.
struct route_state {
  /// What `held` told last: told again only when something else holds it.
  hold_reason held = hold_reason::none;
  std::uint32_t held_rule = compiled::none;

  /// The pool rule that waits for somebody to become eligible, since when, and as which request of that instant.
  std::uint32_t waiting_rule = compiled::none;
  std::int64_t waiting_since_ms = 0;
  std::uint32_t waiting_number = 0;
  /// Whether somebody has been asked about it; not yet where a late event made the request.
  bool is_asked = false;
  /// In a fold made again: the next instant at which the wait was looked at.
  std::optional<std::int64_t> look_ms;

  /// Requests at the instant of the latest one.
  std::int64_t request_ms = INT64_MIN;
  std::uint32_t request_count = 0;

  /// Requests by `reroute` since a trigger of `on` last asked, and the owners they left behind.
  std::uint32_t hop_count = 0;
  std::vector<std::uint32_t> previous;
};

}  // namespace leadline
