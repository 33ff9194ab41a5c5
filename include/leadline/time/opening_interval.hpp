#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"

namespace leadline {

/// A stretch of opening time on one date, in minutes of local wall time from that date's midnight. `close_minute`
/// is always greater; above 1,440 it lies in the night after the date.
///
///     opening_interval::parse("22:00-06:00");   // {1320, 1800}: open from ten until six the next morning
///
/// A plain value; distinct objects may be used from distinct threads.
struct opening_interval {
  std::int16_t open_minute = 0;
  std::int16_t close_minute = 0;

  /// Reads `HH:MM-HH:MM`. `24:00` may end one; an end at or before the start is the next day's. Errors:
  /// `interval.*`, with the byte range within `text`.
  [[nodiscard]] static result<opening_interval> parse(std::string_view text);

  [[nodiscard]] friend constexpr auto operator<=>(const opening_interval&, const opening_interval&) noexcept = default;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/time/detail/opening_interval_inl.hpp"
#endif
