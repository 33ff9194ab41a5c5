#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/fold/detail/rare.hpp"
#include "leadline/pack/compiled_score.hpp"
#include "leadline/time/duration.hpp"
#include "leadline/time/instant.hpp"

namespace leadline {

namespace detail {
struct record_access;
}

/// How earned points fade with age, ready to be reckoned with:
///
///     none       points, for ever
///     half_life  points x 2^(-age / period)
///     linear     points x (1 - age / period), 0 from the period on
///     percent    points x max(0, 1 - percent x floor(age / period)), in whole periods
///     expires    points, 0 from the period on
///
/// A plain value; may be read from many threads.
using decay = compiled::decay;

namespace detail {

/// Where an instant lies between two multiples of a half-life: `multiple` and `fraction` / 2^64 of one more.
struct half_life_place {
  std::int64_t multiple = 0;
  std::uint64_t fraction = 0;
};

/// The place of the instant asked about last, and by how much points have fallen at it since the multiple before. Rules
/// mostly share a half-life, and a pass asks about one instant. For one thread.
class half_life_memo {
 public:
  void look(std::int64_t at_ms, std::int64_t half_life_ms) noexcept;
  [[nodiscard]] const half_life_place& here() const noexcept { return here_; }
  /// 2^(1 - fraction) with 63 bits behind the point; asked only where the fraction is not 0.
  [[nodiscard]] std::uint64_t fall() const noexcept { return fall_; }

 private:
  std::int64_t at_ms_ = 0;
  std::int64_t half_life_ms_ = 0;
  half_life_place here_;
  std::uint64_t fall_ = 0;
};

}  // namespace detail

/// The points that one rule's events earned, each fading on its own: their exact real sum, truncated toward zero to
/// whole milli-points, where a real within 2^-20 milli-points of a whole one is that whole one (so that 100 points are
/// exactly 50 after one half-life).
///
///     decayed_sum sum;
///     const decay month{decay_form::half_life, elapsed_duration::days(30).ms()};
///     sum.add(month, instant::from_ms(0), 100'000);
///     sum.milli_at(month, instant::from_ms(0) + elapsed_duration::days(30));  // 50'000
///
/// The value at an instant depends on the events alone, never on the instants at which it was read. With a half-life
/// an event costs O(1) and no memory: all are kept as one number, scaled to a landmark (forward decay: Cormode,
/// Shkapenyuk, Srivastava, Xu 2009). The other forms keep 16 bytes for each event that still counts. A plain value;
/// one thread at a time.
class decayed_sum {
 public:
  /// REQUIRES `at` not before any earlier one, and always the same `how`.
  void add(const decay& how, instant at, std::int64_t points_milli);
  void add(const decay& how, instant at, std::int64_t points_milli, detail::half_life_memo& memo);

  /// Takes over what another sum of the same rule holds, as if all events had been added to this one.
  void unite(const decay& how, const decayed_sum& other);

  /// REQUIRES `at` not before the last event, or one millisecond before it: so a late assignment reads the points of
  /// the instant that is still open, which are then of age zero.
  [[nodiscard]] std::int64_t milli_at(const decay& how, instant at) const noexcept;
  [[nodiscard]] std::int64_t milli_at(const decay& how, instant at, detail::half_life_memo& memo) const noexcept;
  /// No less than the size of the sum at any instant from now on, if it is cheap to tell.
  [[nodiscard]] std::optional<std::int64_t> size_bound(const decay& how) const noexcept;

  /// The first instant after `after` at which the sum jumps, or at which its slope changes; between two such instants
  /// it only rises or only falls. None when there is no such instant.
  [[nodiscard]] std::optional<instant> next_bend(const decay& how, instant after) const noexcept;

  /// Whether the sum changes between bends too.
  [[nodiscard]] bool is_gliding(const decay& how) const noexcept;

  [[nodiscard]] bool is_empty() const noexcept { return whole_ == 0 && fraction_ == 0 && entries().empty(); }

 private:
  friend struct detail::record_access;

  struct entry {
    std::int64_t at_ms;
    std::int64_t points_milli;
  };

  /// How long an event's points count at all; nothing for `none` and `half_life`.
  [[nodiscard]] static std::optional<std::int64_t> life_ms(const decay& how) noexcept;

  // Half-life: the sum as of the landmark (a whole multiple of the half-life), with 64 bits behind the point. Without
  // decay: the sum in `whole_`.
  std::int64_t whole_ = 0;
  std::uint64_t fraction_ = 0;
  std::int64_t landmark_ = 0;
  detail::rare<std::vector<entry>> entries_;  // the other forms, in order of time

  [[nodiscard]] const std::vector<entry>& entries() const noexcept { return entries_.read(); }
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/decay_inl.hpp"
#endif
