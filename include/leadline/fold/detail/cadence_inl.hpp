#pragma once

#include "leadline/fold/cadence.hpp"
#include "leadline/fold/clock.hpp"

namespace leadline {

LEADLINE_INLINE std::string_view name_of(cadence_phase phase) noexcept {
  constexpr std::string_view names[] = {"none", "running", "completed", "missed", "stopped"};
  return names[static_cast<std::size_t>(phase)];
}

LEADLINE_INLINE void cadence_state::begin(const compiled::cadence& what, std::int64_t end) {
  phase = cadence_phase::running;
  end_ms = end;
  count = 0;
  touched_ms.reset();
  channel_counts.assign(what.mix.size(), 0);
}

LEADLINE_INLINE bool cadence_state::admits(const compiled::cadence& what, std::int64_t at_ms,
                                           const business_calendar* office) const {
  if (!touched_ms || !what.spacing) return true;
  const std::optional<std::int64_t> next_ms = time_after(*touched_ms, *what.spacing, office);
  return next_ms && at_ms >= *next_ms;
}

LEADLINE_INLINE void cadence_state::touch(std::int64_t at_ms, std::optional<std::size_t> channel) noexcept {
  ++count;
  touched_ms = at_ms;
  if (channel) ++channel_counts[*channel];
}

LEADLINE_INLINE bool cadence_state::has_all_touches(const compiled::cadence& what) const noexcept {
  if (count < what.at_least) return false;
  for (std::size_t i = 0; i < what.mix.size(); ++i) {
    if (channel_counts[i] < what.mix[i].at_least) return false;
  }
  return true;
}

LEADLINE_INLINE bool cadence_state::guards(const compiled::cadence& what, std::uint32_t stage) const noexcept {
  if (!what.guards[stage]) return false;
  return phase == cadence_phase::running ||
         (phase == cadence_phase::missed && what.guard_until == guard_end::completed);
}

}  // namespace leadline
