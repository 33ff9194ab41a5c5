#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/pack/action_spec.hpp"
#include "leadline/pack/trigger_spec.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

enum class guard_end : std::uint8_t { completed, miss };

/// How many touches of one channel.
struct channel_spec {
  name_use channel;
  std::int64_t at_least = 1;
};

/// One entry of a pack's `cadences`, field for field.
struct cadence_spec {
  name_use id;
  std::vector<trigger_spec> start;
  std::vector<name_use> touch_on;
  document::node touch_where;
  std::optional<std::int64_t> at_least;
  /// The field of a touch that names its channel; empty without a `mix`.
  name_use mix_by;
  std::vector<channel_spec> mix;
  std::optional<duration> spacing;
  std::optional<duration> within;
  name_use calendar;
  std::vector<trigger_spec> stop;
  std::vector<name_use> guards;
  guard_end guard_until = guard_end::completed;
  std::vector<action_spec> on_miss;
  document::node where;
};

}  // namespace leadline
