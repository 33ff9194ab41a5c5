#pragma once

#include "leadline/condition/value.hpp"
#include "leadline/fold/contact_state.hpp"
#include "leadline/pack/row_layout.hpp"

namespace leadline::detail {

/// What conditions read of a clock or a cadence. REQUIRES a slot of one.
[[nodiscard]] inline value duty_value(const contact_state& state, const row_slot& slot) {
  if (slot.kind == slot_kind::clock) {
    for (const clock_state& each : state.clocks) {
      if (each.index == slot.index) return value::of(name_of(each.phase));
    }
    return value::of("none");
  }
  for (const cadence_state& each : state.cadences) {
    if (each.index != slot.index) continue;
    if (slot.kind == slot_kind::cadence) return value::of(name_of(each.phase));
    return value::of(slot.kind == slot_kind::cadence_count ? each.count : each.channel_counts[slot.channel]);
  }
  return slot.kind == slot_kind::cadence ? value::of("none") : value::of(std::int64_t{0});
}

}  // namespace leadline::detail
