#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/fold/decision.hpp"
#include "leadline/fold/detail/text_arena.hpp"

namespace leadline {

namespace detail {

/// Room for some dozens more at least; what grows then grows by doubling.
inline void make_room(std::vector<decision>& list) {
  constexpr std::size_t least = 64;
  if (list.capacity() - list.size() < least) list.reserve(std::max(list.capacity() * 2, list.size() + 2 * least));
}

}  // namespace detail

/// One decision with the bytes its texts stand in: what outlives whoever told it. Copies share the bytes, which never
/// change. Distinct objects may be used from distinct threads.
class kept_decision {
 public:
  [[nodiscard]] static kept_decision of(const decision& told);

  [[nodiscard]] const decision& operator*() const noexcept { return kept_->told; }
  [[nodiscard]] const decision* operator->() const noexcept { return &kept_->told; }

 private:
  struct storage {
    decision told;
    decision now;
    std::string texts;
  };
  std::shared_ptr<const storage> kept_;
};

/// Decisions with the bytes their texts stand in, kept until all are dropped; memory once taken is used again.
///
///     decision_list told;
///     for (const decision& each : fold.step(c42, event)) told.add(each);
///     told.decisions();    // stays good while the fold goes on
///
/// For one thread.
class decision_list {
 public:
  void add(const decision& told);
  void clear() noexcept;
  /// Sees to it that some dozens more can be added without moving those that are there.
  void make_room();
  [[nodiscard]] bool empty() const noexcept { return decisions_.empty(); }
  [[nodiscard]] std::span<const decision> decisions() const noexcept { return decisions_; }

 private:
  [[nodiscard]] decision kept(decision told);

  std::vector<decision> decisions_;
  std::deque<decision> corrected_;
  detail::text_arena texts_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/decision_list_inl.hpp"
#endif
