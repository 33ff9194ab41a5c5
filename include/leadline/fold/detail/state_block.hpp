#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <type_traits>

#include "leadline/base/fetch.hpp"
#include "leadline/fold/rule_state.hpp"
#include "leadline/fold/signal.hpp"
#include "leadline/fold/stored_value.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

/// When a stage or a status was entered.
struct entry_stamp {
  std::int64_t first_ms = 0;
  std::int64_t latest_ms = 0;
  std::uint32_t count = 0;
};

/// A person's value for a score (`score.override`).
struct score_pin {
  bool is_set = false;
  std::int64_t milli = 0;
  /// Over at this instant; none: for ever.
  std::optional<std::int64_t> until_ms;
};

namespace detail {

/// Where the lists of a state stand in its block, and how many items each has: the same for all contacts of a model.
struct state_layout {
  /// A line of memory.
  static constexpr std::size_t block_alignment = 64;

  struct part {
    std::uint32_t at = 0;
    std::uint32_t count = 0;
  };

  explicit state_layout(const model& pack) {
    std::size_t rule_count = 0;
    std::size_t sum_count = 0;
    for (const compiled::score& each : pack.scores) {
      rule_count += each.rules.size();
      sum_count += 1 + each.groups.size();
    }
    const std::size_t score_count = pack.scores.size();
    const std::size_t grade_count = pack.grades.size();
    // What most events read and write stands together, what few do behind it.
    add<std::int64_t>(still_milli, sum_count);
    add<std::int64_t>(scores_milli, score_count);
    add<std::int64_t>(told_milli, score_count);
    add<std::uint32_t>(grades, grade_count);
    add<std::uint32_t>(told_grades, grade_count);
    add<std::uint32_t>(bands, grade_count);
    add<bool>(is_disarmed, pack.transitions.size());
    add<bool>(effect_held, pack.effects.size());
    add<bool>(trigger_held, pack.triggers.size());
    add<bool>(is_filled, rule_count);
    add<std::uint32_t>(live_rules, rule_count);
    hot_size = size;
    add<rule_state>(rules, rule_count);
    add<signal_state>(signals, pack.signals.size());
    add<stored_value>(attributes, pack.attributes.size());
    add<std::int64_t>(last_fired_ms, pack.transitions.size());
    add<std::uint32_t>(filled_rules, rule_count);
    add<std::int64_t>(entry_milli, score_count);
    add<score_pin>(pins, score_count);
    add<entry_stamp>(stages, pack.stages.size());
  }

  part still_milli, scores_milli, told_milli, grades, told_grades, bands, is_disarmed, effect_held, trigger_held,
      is_filled, live_rules, rules, signals, attributes, last_fired_ms, filled_rules, entry_milli, pins, stages;
  std::size_t hot_size = 0;
  std::size_t size = 0;

 private:
  template <class Item>
  void add(part& which, std::size_t count) {
    static_assert(alignof(Item) <= block_alignment);
    size = (size + alignof(Item) - 1) / alignof(Item) * alignof(Item);
    which = {static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(count)};
    size += count * sizeof(Item);
  }
};

/// The lists of a contact's state, one item each for what the model has, in one block of memory:
///
///     | sums, scores, grades, flags | rules | signals | attributes | what moves, pins and merges alone look at |
///
/// so that fetching a contact that is not in the cache costs a few lines that lie together. Copies share the layout and
/// have a block of their own. A plain value.
class state_block {
 public:
  static constexpr std::int64_t never_ms = INT64_MIN;

  explicit state_block(const model& pack) : state_block(std::make_shared<const state_layout>(pack)) {}
  state_block(const state_block& other) : state_block(other.layout_) { take(other); }
  state_block(state_block&& other) noexcept = default;
  state_block& operator=(const state_block& other) {
    if (this == &other) return *this;
    if (layout_ == other.layout_ && block_) {
      take(other);
    } else {
      *this = state_block(other);
    }
    return *this;
  }
  state_block& operator=(state_block&& other) noexcept {
    std::swap(layout_, other.layout_);
    std::swap(block_, other.block_);
    return *this;
  }
  ~state_block() {
    if (!block_) return;
    std::destroy(rules().begin(), rules().end());
    std::destroy(signals().begin(), signals().end());
    std::destroy(attributes().begin(), attributes().end());
  }

  [[nodiscard]] std::span<stored_value> attributes() noexcept { return list<stored_value>(layout_->attributes); }
  [[nodiscard]] std::span<const stored_value> attributes() const noexcept {
    return list<const stored_value>(layout_->attributes);
  }
  [[nodiscard]] std::span<signal_state> signals() noexcept { return list<signal_state>(layout_->signals); }
  [[nodiscard]] std::span<const signal_state> signals() const noexcept {
    return list<const signal_state>(layout_->signals);
  }
  /// Rules of all scores, one score's after the other's.
  [[nodiscard]] std::span<rule_state> rules() noexcept { return list<rule_state>(layout_->rules); }
  [[nodiscard]] std::span<const rule_state> rules() const noexcept { return list<const rule_state>(layout_->rules); }
  [[nodiscard]] std::span<score_pin> pins() noexcept { return list<score_pin>(layout_->pins); }
  [[nodiscard]] std::span<const score_pin> pins() const noexcept { return list<const score_pin>(layout_->pins); }
  /// As settled in the latest round; pinned where a pin holds.
  [[nodiscard]] std::span<std::int64_t> scores_milli() noexcept { return list<std::int64_t>(layout_->scores_milli); }
  [[nodiscard]] std::span<const std::int64_t> scores_milli() const noexcept {
    return list<const std::int64_t>(layout_->scores_milli);
  }
  [[nodiscard]] std::span<std::int64_t> told_milli() noexcept { return list<std::int64_t>(layout_->told_milli); }
  [[nodiscard]] std::span<const std::int64_t> told_milli() const noexcept {
    return list<const std::int64_t>(layout_->told_milli);
  }
  /// Scores as they were when the stage was entered.
  [[nodiscard]] std::span<std::int64_t> entry_milli() noexcept { return list<std::int64_t>(layout_->entry_milli); }
  [[nodiscard]] std::span<const std::int64_t> entry_milli() const noexcept {
    return list<const std::int64_t>(layout_->entry_milli);
  }
  [[nodiscard]] std::span<std::uint32_t> bands() noexcept { return list<std::uint32_t>(layout_->bands); }
  [[nodiscard]] std::span<const std::uint32_t> bands() const noexcept {
    return list<const std::uint32_t>(layout_->bands);
  }
  [[nodiscard]] std::span<std::uint32_t> grades() noexcept { return list<std::uint32_t>(layout_->grades); }
  [[nodiscard]] std::span<const std::uint32_t> grades() const noexcept {
    return list<const std::uint32_t>(layout_->grades);
  }
  [[nodiscard]] std::span<std::uint32_t> told_grades() noexcept { return list<std::uint32_t>(layout_->told_grades); }
  [[nodiscard]] std::span<const std::uint32_t> told_grades() const noexcept {
    return list<const std::uint32_t>(layout_->told_grades);
  }
  [[nodiscard]] std::span<entry_stamp> stages() noexcept { return list<entry_stamp>(layout_->stages); }
  [[nodiscard]] std::span<const entry_stamp> stages() const noexcept {
    return list<const entry_stamp>(layout_->stages);
  }
  [[nodiscard]] std::span<std::int64_t> last_fired_ms() noexcept { return list<std::int64_t>(layout_->last_fired_ms); }
  [[nodiscard]] std::span<const std::int64_t> last_fired_ms() const noexcept {
    return list<const std::int64_t>(layout_->last_fired_ms);
  }
  [[nodiscard]] std::span<bool> is_disarmed() noexcept { return list<bool>(layout_->is_disarmed); }
  [[nodiscard]] std::span<const bool> is_disarmed() const noexcept { return list<const bool>(layout_->is_disarmed); }
  [[nodiscard]] std::span<bool> effect_held() noexcept { return list<bool>(layout_->effect_held); }
  [[nodiscard]] std::span<const bool> effect_held() const noexcept { return list<const bool>(layout_->effect_held); }
  /// Whether the condition of a trigger of clocks, cadences or routing held when it was last asked.
  [[nodiscard]] std::span<bool> trigger_held() noexcept { return list<bool>(layout_->trigger_held); }
  [[nodiscard]] std::span<const bool> trigger_held() const noexcept { return list<const bool>(layout_->trigger_held); }

  /// Of what only events move, a sum for each score's rules outside of groups and one for each group.
  [[nodiscard]] std::span<std::int64_t> still_milli() noexcept { return list<std::int64_t>(layout_->still_milli); }
  [[nodiscard]] std::span<const std::int64_t> still_milli() const noexcept {
    return list<const std::int64_t>(layout_->still_milli);
  }
  /// Room for the numbers of rules; `rule_sums` says how many count.
  [[nodiscard]] std::span<std::uint32_t> filled_rules_room() noexcept {
    return list<std::uint32_t>(layout_->filled_rules);
  }
  [[nodiscard]] std::span<const std::uint32_t> filled_rules_room() const noexcept {
    return list<const std::uint32_t>(layout_->filled_rules);
  }
  [[nodiscard]] std::span<std::uint32_t> live_rules_room() noexcept { return list<std::uint32_t>(layout_->live_rules); }
  [[nodiscard]] std::span<const std::uint32_t> live_rules_room() const noexcept {
    return list<const std::uint32_t>(layout_->live_rules);
  }
  [[nodiscard]] std::span<bool> is_filled() noexcept { return list<bool>(layout_->is_filled); }
  [[nodiscard]] std::span<const bool> is_filled() const noexcept { return list<const bool>(layout_->is_filled); }

  /// Fetches what most events look at.
  void prefetch() const noexcept { fetch(block_.get(), layout_->hot_size); }

 private:
  static constexpr std::align_val_t alignment{state_layout::block_alignment};
  struct give_back {
    void operator()(std::byte* block) const noexcept { ::operator delete(block, alignment); }
  };

  explicit state_block(std::shared_ptr<const state_layout> layout)
      : layout_(std::move(layout)), block_(static_cast<std::byte*>(::operator new(layout_->size, alignment))) {
    std::memset(block_.get(), 0, layout_->size);
    std::uninitialized_value_construct(rules().begin(), rules().end());
    std::uninitialized_value_construct(signals().begin(), signals().end());
    std::uninitialized_value_construct(attributes().begin(), attributes().end());
    std::uninitialized_value_construct(pins().begin(), pins().end());
    std::uninitialized_value_construct(stages().begin(), stages().end());
    std::fill(bands().begin(), bands().end(), compiled::none);
    std::fill(grades().begin(), grades().end(), compiled::none);
    std::fill(told_grades().begin(), told_grades().end(), compiled::none);
    std::fill(last_fired_ms().begin(), last_fired_ms().end(), never_ms);
  }

  static_assert(std::is_nothrow_default_constructible_v<rule_state> &&
                std::is_nothrow_default_constructible_v<signal_state> &&
                std::is_nothrow_default_constructible_v<stored_value>);
  static_assert(std::is_trivially_copyable_v<entry_stamp> && std::is_trivially_copyable_v<score_pin>);

  /// REQUIRES the same layout.
  void take(const state_block& other) {
    // Rules, signals and attributes stand one after the other; all around them are plain bytes.
    const std::size_t first = layout_->rules.at;
    const std::size_t last = layout_->attributes.at + layout_->attributes.count * sizeof(stored_value);
    std::copy(other.rules().begin(), other.rules().end(), rules().begin());
    std::copy(other.signals().begin(), other.signals().end(), signals().begin());
    std::copy(other.attributes().begin(), other.attributes().end(), attributes().begin());
    std::memcpy(block_.get(), other.block_.get(), first);
    std::memcpy(block_.get() + last, other.block_.get() + last, layout_->size - last);
  }

  template <class Item>
  [[nodiscard]] std::span<Item> list(state_layout::part which) const noexcept {
    return {std::launder(reinterpret_cast<Item*>(block_.get() + which.at)), which.count};
  }

  std::shared_ptr<const state_layout> layout_;
  std::unique_ptr<std::byte, give_back> block_;
};

}  // namespace detail

}  // namespace leadline
