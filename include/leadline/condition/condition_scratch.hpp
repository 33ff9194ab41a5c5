#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/condition/value.hpp"

namespace leadline {

/// How an evaluation ended. `out_of_steps`: it took more than `limits::condition_steps_max` steps and its result is
/// null. `failed`: the standard (semantics::jsonlogic only) calls it an error; the result is null.
enum class condition_outcome : std::uint8_t { complete, out_of_steps, failed };

/// Memory for the temporaries of an evaluation (texts of `cat`, lists of `map`), kept between evaluations, so that
/// after the first few nothing allocates. Owned by the caller, one per thread.
///
///     condition_scratch scratch;
///     for (const row& each : rows) total += compiled.holds({.slots = each.values}, scratch);
///
/// What an evaluation returned may point into it and is valid until the next one that uses it.
class condition_scratch {
 public:
  condition_scratch() = default;
  condition_scratch(const condition_scratch&) = delete;
  condition_scratch& operator=(const condition_scratch&) = delete;
  condition_scratch(condition_scratch&&) noexcept = default;
  condition_scratch& operator=(condition_scratch&&) noexcept = default;

  /// How the latest evaluation ended.
  [[nodiscard]] condition_outcome outcome() const noexcept { return outcome_; }
  /// Of a failed one: the error's value as the standard has it, an object with a `type` ("NaN",
  /// "Invalid Arguments", or what `throw` threw); null otherwise.
  [[nodiscard]] value failure() const noexcept { return failure_; }

 private:
  friend class condition;
  friend class condition_machine;
  friend class quick_machine;

  void reset() noexcept {
    outcome_ = condition_outcome::complete;
    failure_ = value{};
    steps_ = 0;
    block_ = 0;
    used_ = 0;
  }
  [[nodiscard]] void* take(std::size_t size) {
    size = (size + 15) & ~std::size_t{15};
    if (block_ < blocks_.size() && size <= blocks_[block_].size - used_) [[likely]] {
      void* const taken = blocks_[block_].bytes.get() + used_;
      used_ += size;
      return taken;
    }
    return take_from_next(size);
  }
  [[nodiscard]] void* take_from_next(std::size_t size);

  struct block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };
  std::vector<block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
  std::uint64_t steps_ = 0;
  /// The latest JSON data read for a condition without a scope, and the program that it was read for.
  std::shared_ptr<void> row_;
  std::shared_ptr<const void> row_owner_;
  condition_outcome outcome_ = condition_outcome::complete;
  value failure_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/condition/detail/condition_scratch_inl.hpp"
#endif
