#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "leadline/base/config.hpp"
#include "leadline/base/digest.hpp"
#include "leadline/fold/decay.hpp"
#include "leadline/fold/detail/instant_queue.hpp"
#include "leadline/fold/detail/rare.hpp"
#include "leadline/pack/compiled_score.hpp"

namespace leadline {

namespace detail {
struct record_access;
}

/// The stretch without activity that idle rules look at: since the last activity, or since the first event.
struct idle_gap {
  bool has_begun = false;
  std::int64_t start_ms = 0;
};

/// What one rule of a score remembers, and what it gives at an instant, in whole milli-points.
///
/// Between two breaks the value of a rule only rises or only falls, so that its values at both ends bound it: the
/// search for the instant at which a score crosses a threshold rests on that. A plain value in one line of memory;
/// events come in order of time. One thread at a time.
class alignas(64) rule_state {
 public:
  using spec = compiled::rule;

  /// Of an earned rule: whether its limits admit one more event.
  [[nodiscard]] bool admits(const spec& rule, std::int64_t at_ms, const digest& once_key) const;
  /// The size of the rule's sum with these points more, as its limit of 10^7 points judges it.
  [[nodiscard]] std::int64_t size_with(const spec& rule, std::int64_t at_ms, std::int64_t points_milli) const;
  [[nodiscard]] std::size_t once_keys_with(const digest& once_key) const;
  void earn(const spec& rule, std::int64_t at_ms, std::int64_t points_milli, const digest& once_key,
            detail::half_life_memo& memo);

  /// Of a tiers rule: one more event that counts.
  void hit(const spec& rule, std::int64_t at_ms);

  /// Of an idle rule: an activity ended the gap.
  void end_gap(const spec& rule, const idle_gap& gap, std::int64_t at_ms);

  [[nodiscard]] std::int64_t milli_at(const spec& rule, const idle_gap& gap, std::int64_t at_ms) const noexcept;
  [[nodiscard]] std::int64_t milli_at(const spec& rule, const idle_gap& gap, std::int64_t at_ms,
                                      detail::half_life_memo& memo) const noexcept;
  /// The next instant at which the value jumps or takes another course.
  [[nodiscard]] std::optional<std::int64_t> next_break(const spec& rule, const idle_gap& gap,
                                                       std::int64_t now_ms) const;
  /// Of an earned or tiers rule: whether no event has counted.
  [[nodiscard]] bool is_blank() const noexcept { return sum_.is_empty() && times().empty(); }
  /// Of a tiers rule: events within the window (0: ever), no more than any tier asks for.
  [[nodiscard]] std::int64_t hits_within(std::int64_t window_ms, std::int64_t at_ms) const noexcept;
  /// Whether it changes between breaks too.
  [[nodiscard]] bool is_gliding(const spec& rule) const noexcept;

  /// Takes over what a merged contact's rule holds; limits are not judged again.
  void unite(const spec& rule, const rule_state& other);

  /// Of a held rule.
  std::int64_t held_milli = 0;
  bool has_held = false;

 private:
  friend struct detail::record_access;

  [[nodiscard]] static std::int64_t idle_milli(const spec& rule, std::int64_t gap_ms) noexcept;
  [[nodiscard]] static std::size_t hits_needed(const spec& rule) noexcept;

  /// What few rules need: the others stay within a line of memory.
  struct memory {
    /// Of `limit.times` with `per`, or of tiers: the latest events, no more than can matter.
    detail::instant_queue times;
    std::set<digest> once_keys;
    /// What gaps that ended have left.
    std::int64_t kept_milli = 0;
  };

  [[nodiscard]] const detail::instant_queue& times() const noexcept { return memory_.read().times; }
  [[nodiscard]] const std::set<digest>& once_keys() const noexcept { return memory_.read().once_keys; }

  std::uint32_t earned_count_ = 0;
  decayed_sum sum_;
  detail::rare<memory> memory_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/rule_state_inl.hpp"
#endif
