#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/pack/compiled_duty.hpp"
#include "leadline/time/business_calendar.hpp"

namespace leadline {

enum class cadence_phase : std::uint8_t { none, running, completed, missed, stopped };

/// How conditions read a phase: `cadence.<id>`.
[[nodiscard]] std::string_view name_of(cadence_phase phase) noexcept;

/// One cadence of one contact: the run at hand, or the latest one.
///
///     start   x    x  x        x             end
///     |-------|----|--|--------|-------------|      x a touch; the third came too soon after the second
///     count   1    2           3             missed, if that is not enough
///
/// Touches go on counting after a miss and may complete it late. A plain value; distinct objects may be used from
/// distinct threads.
struct cadence_state {
  /// Which cadence of the model.
  std::uint32_t index = compiled::none;
  cadence_phase phase = cadence_phase::none;
  std::int64_t end_ms = 0;
  std::int64_t count = 0;
  /// Of the latest touch that counted.
  std::optional<std::int64_t> touched_ms;
  /// One for each entry of the mix.
  std::vector<std::int64_t> channel_counts;

  /// Neither completed nor stopped.
  [[nodiscard]] bool is_counting() const noexcept {
    return phase == cadence_phase::running || phase == cadence_phase::missed;
  }
  void begin(const compiled::cadence& what, std::int64_t end);
  /// Whether a touch now is far enough from the last that counted.
  [[nodiscard]] bool admits(const compiled::cadence& what, std::int64_t at_ms, const business_calendar* office) const;
  /// A touch that counts; `channel` names an entry of the mix, or none.
  void touch(std::int64_t at_ms, std::optional<std::size_t> channel) noexcept;
  [[nodiscard]] bool has_all_touches(const compiled::cadence& what) const noexcept;
  /// Whether a move into the stage is refused because of it.
  [[nodiscard]] bool guards(const compiled::cadence& what, std::uint32_t stage) const noexcept;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/cadence_inl.hpp"
#endif
