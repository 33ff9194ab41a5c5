#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/base/result.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// What comes in from outside (`parse`) lies between 1970-01-01T00:00:00Z and 2200-01-01T00:00:00Z, both
/// included. Arithmetic is not checked against that range, so that "a year after the end" can be written and
/// then compared; `is_in_range` tells.
///
///     const instant opened = instant::parse("2026-03-02T14:03:00-05:00").value();
///     const instant later = opened + elapsed_duration::hours(2);
///     later.text();                       // "2026-03-02T21:03:00.000Z"
///     (later - opened).ms();              // 7200000
///
/// A plain value of 8 bytes; distinct objects may be used from distinct threads.
class instant {
 public:
  constexpr instant() noexcept = default;
  [[nodiscard]] static constexpr instant from_ms(std::int64_t ms) noexcept { return instant(ms); }
  [[nodiscard]] static constexpr instant min() noexcept { return instant(limits::instant_min_ms); }
  [[nodiscard]] static constexpr instant max() noexcept { return instant(limits::instant_max_ms); }

  /// Reads RFC 3339, which must name an offset: `2026-03-02T14:03:00-05:00`, `...Z`. Digits beyond milliseconds
  /// are cut off. The leap second 23:59:60 (UTC) is read as the second after it, as POSIX time counts. Errors:
  /// `instant.*`, with the byte range within `text`.
  [[nodiscard]] static result<instant> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t ms() const noexcept { return ms_; }
  [[nodiscard]] constexpr bool is_in_range() const noexcept {
    return ms_ >= limits::instant_min_ms && ms_ <= limits::instant_max_ms;
  }

  /// `2026-03-02T19:03:00.000Z`: UTC with milliseconds, 24 bytes for years 0 to 9999.
  [[nodiscard]] std::string text() const;
  void append_to(std::string& out) const;

  [[nodiscard]] friend constexpr auto operator<=>(instant, instant) noexcept = default;
  [[nodiscard]] friend constexpr instant operator+(instant at, elapsed_duration by) noexcept {
    return instant(at.ms_ + by.ms());
  }
  [[nodiscard]] friend constexpr instant operator-(instant at, elapsed_duration by) noexcept {
    return instant(at.ms_ - by.ms());
  }
  [[nodiscard]] friend constexpr elapsed_duration operator-(instant later, instant earlier) noexcept {
    return elapsed_duration::from_ms(later.ms_ - earlier.ms_);
  }

 private:
  constexpr explicit instant(std::int64_t ms) noexcept : ms_(ms) {}
  std::int64_t ms_ = 0;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/time/detail/instant_inl.hpp"
#endif
