#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/pack/name_use.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

/// The forms of a signal, in the order of the pack format's keys.
enum class signal_form : std::uint8_t { count, distinct, sum, max, min, last, first, streak, since };

/// One entry of a pack's `signals`, field for field.
struct signal_spec {
  name_use name;
  signal_form form = signal_form::count;
  /// The event types; of `since` also `any_activity`.
  std::vector<name_use> events;
  /// The field of `by` (distinct) or `of` (sum, max, min, last, first).
  name_use field;
  document::node where;
  std::optional<elapsed_duration> within;
  document::node within_where;
};

}  // namespace leadline
