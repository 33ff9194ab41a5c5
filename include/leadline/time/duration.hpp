#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"

namespace leadline {

/// Durations come in three families. They look alike and are not: four hours on the wall clock, four hours in
/// which the office is open, and "the same time two working days later" have no common unit, so none converts
/// into another, and mixing two does not compile.
///
///     Fri 16:00 ---- 17:00 . . . closed . . . Mon 09:00 ---- 12:00
///         | 4h      -> Fri 20:00                                     elapsed_duration: the wall clock
///         | 4bh  [1 hour used]                [3 hours used] -> 12:00   business_duration: while open
///         | 1bd  -> Mon 16:00                                        business_days: working dates
///
/// Plain values; distinct objects may be used from distinct threads.

/// Time on the wall clock: `s m h d w`, where `d` is exactly 24 hours.
class elapsed_duration {
 public:
  constexpr elapsed_duration() noexcept = default;
  [[nodiscard]] static constexpr elapsed_duration from_ms(std::int64_t ms) noexcept { return elapsed_duration(ms); }
  [[nodiscard]] static constexpr elapsed_duration seconds(std::int64_t n) noexcept { return from_ms(n * 1'000); }
  [[nodiscard]] static constexpr elapsed_duration minutes(std::int64_t n) noexcept { return from_ms(n * 60'000); }
  [[nodiscard]] static constexpr elapsed_duration hours(std::int64_t n) noexcept { return from_ms(n * 3'600'000); }
  [[nodiscard]] static constexpr elapsed_duration days(std::int64_t n) noexcept { return from_ms(n * 86'400'000); }

  [[nodiscard]] constexpr std::int64_t ms() const noexcept { return ms_; }
  [[nodiscard]] friend constexpr auto operator<=>(elapsed_duration, elapsed_duration) noexcept = default;
  [[nodiscard]] constexpr elapsed_duration operator-() const noexcept { return from_ms(-ms_); }
  [[nodiscard]] friend constexpr elapsed_duration operator+(elapsed_duration a, elapsed_duration b) noexcept {
    return from_ms(a.ms_ + b.ms_);
  }
  [[nodiscard]] friend constexpr elapsed_duration operator-(elapsed_duration a, elapsed_duration b) noexcept {
    return from_ms(a.ms_ - b.ms_);
  }

 private:
  constexpr explicit elapsed_duration(std::int64_t ms) noexcept : ms_(ms) {}
  std::int64_t ms_ = 0;
};

/// Time in which a calendar is open: `bm bh`.
class business_duration {
 public:
  constexpr business_duration() noexcept = default;
  [[nodiscard]] static constexpr business_duration from_ms(std::int64_t ms) noexcept { return business_duration(ms); }
  [[nodiscard]] static constexpr business_duration minutes(std::int64_t n) noexcept { return from_ms(n * 60'000); }
  [[nodiscard]] static constexpr business_duration hours(std::int64_t n) noexcept { return from_ms(n * 3'600'000); }

  [[nodiscard]] constexpr std::int64_t ms() const noexcept { return ms_; }
  [[nodiscard]] friend constexpr auto operator<=>(business_duration, business_duration) noexcept = default;
  [[nodiscard]] constexpr business_duration operator-() const noexcept { return from_ms(-ms_); }
  [[nodiscard]] friend constexpr business_duration operator+(business_duration a, business_duration b) noexcept {
    return from_ms(a.ms_ + b.ms_);
  }
  [[nodiscard]] friend constexpr business_duration operator-(business_duration a, business_duration b) noexcept {
    return from_ms(a.ms_ - b.ms_);
  }

 private:
  constexpr explicit business_duration(std::int64_t ms) noexcept : ms_(ms) {}
  std::int64_t ms_ = 0;
};

/// Working dates, at the same wall time: `bd`.
class business_days {
 public:
  constexpr business_days() noexcept = default;
  constexpr explicit business_days(std::int64_t count) noexcept : count_(count) {}

  [[nodiscard]] constexpr std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] friend constexpr auto operator<=>(business_days, business_days) noexcept = default;
  [[nodiscard]] constexpr business_days operator-() const noexcept { return business_days(-count_); }

 private:
  std::int64_t count_ = 0;
};

/// A duration of any family, as authors write it.
using duration = std::variant<elapsed_duration, business_duration, business_days>;

/// How much it is, whatever the family: in milliseconds, or in business days.
[[nodiscard]] inline std::int64_t amount_of(const duration& value) noexcept {
  if (const auto* elapsed = std::get_if<elapsed_duration>(&value)) return elapsed->ms();
  if (const auto* open_time = std::get_if<business_duration>(&value)) return open_time->ms();
  return std::get_if<business_days>(&value)->count();
}

/// Whether a duration may be written with a minus: `-30bm` before a due time.
enum class duration_sign : std::uint8_t { unsigned_only, may_be_negative };

/// Reads whole numbers with units, largest unit first, each once: `90s`, `1h30m`, `2w`, `1bh30bm`, `5bd`. Units
/// of two families never stand in one text. Errors: `duration.*`, with the byte range within `text`.
[[nodiscard]] result<duration> parse_duration(std::string_view text, duration_sign sign = duration_sign::unsigned_only);

/// The shortest text that `parse_duration` reads back: `1h30m`, `2w`, `-30bm`, `0s`. What is not whole seconds
/// (or whole business minutes) is cut toward zero.
[[nodiscard]] std::string to_text(const duration& value);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/time/detail/duration_inl.hpp"
#endif
