#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/digest.hpp"
#include "leadline/condition/value.hpp"
#include "leadline/fold/detail/instant_queue.hpp"
#include "leadline/fold/detail/rare.hpp"
#include "leadline/fold/detail/sliding.hpp"
#include "leadline/fold/stored_value.hpp"
#include "leadline/pack/compiled_score.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline {

/// What one event gives to one signal.
struct signal_catch {
  std::int64_t at_ms = 0;
  /// The event's place among all that arrived: what tells events of one instant apart.
  std::uint64_t order = 0;
  /// Of sum, max, min, first, last: the number in thousandths, or for the latter two a text.
  std::int64_t milli = 0;
  stored_value text;
  /// Of distinct.
  digest key;
};

/// 128 bits that are equal for equal values: 1 and 1.0 are one, true and 1 are not, members have no order.
[[nodiscard]] digest digest_of(value content);

/// A running aggregate over a contact's events: as much of them as its value at later instants needs.
///
///     window (t - 7d, t]     ....|--x---x-----x--|>      a new event joins at the right,
///                                ^ leaves at x + 7d      the oldest leaves at its own instant
///
/// Counts and sums keep the events of their window; `max` and `min` only those that no later one outdoes; `distinct`
/// the latest of each value; `streak` runs of local dates, since a merge may close the gap between two. A plain value;
/// events come in order of time. One thread at a time.
class signal_state {
 public:
  using spec = compiled::signal;

  /// How many entries the window would hold with one more, for its limit; of `distinct` how many values.
  [[nodiscard]] std::size_t count_with(const spec& what, const signal_catch& caught) const;
  [[nodiscard]] std::size_t values_with(const spec& what, const signal_catch& caught) const;

  /// REQUIRES that the window has been slid to the event's instant.
  void add(const spec& what, const time_zone* zone, const signal_catch& caught);

  /// Lets go of what has left the window (now - W, now].
  void slide(const spec& what, std::int64_t now_ms);

  /// REQUIRES that the window has been slid to `now_ms`. Texts belong to the state.
  [[nodiscard]] value at(const spec& what, const time_zone* zone, std::int64_t now_ms) const;

  /// The next instant at which time alone changes the value; of `since` none.
  [[nodiscard]] std::optional<std::int64_t> next_break(const spec& what, const time_zone* zone,
                                                       std::int64_t now_ms) const;

  /// Of a count within a window: the next instant at which it falls below one of the counts given, ascending. REQUIRES
  /// that the window has been slid to now.
  [[nodiscard]] std::optional<std::int64_t> next_fall(const spec& what,
                                                      std::span<const std::int64_t> levels) const noexcept;

  /// Of `since`: the latest event.
  [[nodiscard]] std::optional<std::int64_t> last_at_ms() const noexcept { return last_at_ms_; }

  /// Takes over what a merged contact's signal holds.
  void unite(const spec& what, const signal_state& other);

 private:
  friend struct detail::record_access;

  struct entry {
    std::int64_t at_ms = 0;
    std::uint64_t order = 0;
    std::int64_t milli = 0;
    stored_value text;

    [[nodiscard]] friend bool is_before(const entry& a, const entry& b) noexcept {
      return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.order < b.order;
    }
  };
  struct dated_key {
    std::int64_t at_ms = 0;
    digest key;
  };
  struct date_run {
    std::int32_t first = 0;
    std::int32_t last = 0;
  };

  [[nodiscard]] static value value_of(const entry& kept) noexcept;
  void add_extreme(const spec& what, entry caught);
  void add_date(std::int32_t day);

  std::int64_t count_ = 0;
  /// Sums in two halves of 64 bits, since a million values of 10^18 do not fit one.
  std::int64_t sum_high_ = 0;
  std::uint64_t sum_low_ = 0;
  void add_to_sum(std::int64_t milli) noexcept;

  std::optional<std::int64_t> last_at_ms_;
  /// Of a count with a window.
  detail::instant_queue times_;

  /// What the other forms keep.
  struct lists {
    detail::sliding<entry> entries;
    detail::sliding<dated_key> dated;
    std::map<digest, std::int64_t> latest;
    std::vector<date_run> runs;
  };
  [[nodiscard]] const lists& kept() const noexcept { return lists_.read(); }
  detail::rare<lists> lists_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/signal_inl.hpp"
#endif
