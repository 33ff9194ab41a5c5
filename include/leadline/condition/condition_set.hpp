#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "leadline/base/config.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/condition/condition_scratch.hpp"

namespace leadline {

namespace detail {
struct condition_set_program;
}

/// Conditions that are asked together of one row after the other, such as the rules of a score: which of them hold, in
/// about half the time of asking one by one.
///
/// A look at a slot that several conditions share is taken once, and nothing waits for a guess which way a condition
/// turns out.
///
///     const condition_set rules(conditions);
///     for (std::uint64_t held = rules.held({.slots = row}, scratch); held != 0; held &= held - 1) {
///       points += points_of[std::countr_zero(held)];
///     }
///
/// Immutable: may be asked from many threads, each with a scratch of its own. Copies share the program.
class condition_set {
 public:
  static constexpr std::size_t count_max = 64;

  condition_set() = default;
  /// REQUIRES conditions.size() <= count_max.
  explicit condition_set(std::span<const condition> conditions);

  /// Bit i tells whether condition i holds. One whose evaluation does not complete counts as false; ask it alone to
  /// learn why.
  [[nodiscard]] std::uint64_t held(const condition_input& input, condition_scratch& scratch) const;

  [[nodiscard]] std::size_t size() const noexcept;

 private:
  std::shared_ptr<const detail::condition_set_program> program_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/condition/detail/condition_set_inl.hpp"
#endif
