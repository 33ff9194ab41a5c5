#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <vector>

#include "leadline/condition/condition_set.hpp"
#include "leadline/condition/detail/condition_program.hpp"
#include "leadline/condition/detail/quick_look.hpp"

namespace leadline {
namespace detail {

/// Conditions as looks and what follows from them. All looks are taken, without asking whether they are needed: that
/// costs less than a wrong guess. They are sorted by test, so that each loop does one thing.
///
/// Each look has a bit. That of a condition which is one look is the condition's own.
struct look_group {
  static constexpr std::size_t look_count_max = 64;
  /// What a condition of more looks than this depends on would not fit in `truths`.
  static constexpr std::size_t looks_of_one_max = 6;

  struct look {
    quick_step step;
    std::uint8_t bit = 0;
  };

  /// A condition of several looks: its truth for each outcome of them, the first being the lowest bit.
  struct member {
    std::uint64_t truths = 0;
    std::array<std::uint8_t, looks_of_one_max> bits{};
    std::uint8_t look_count = 0;
    std::uint8_t index = 0;  // in the set
  };

  std::vector<look> looks;
  std::array<std::uint8_t, quick_test_count + 1> first{};  // of each test among the looks
  std::vector<member> members;
  std::uint64_t taken = 0;   // bits of looks
  std::uint64_t single = 0;  // conditions that are one look
  std::uint32_t row_width = 0;
  std::uint32_t event_width = 0;

  [[nodiscard]] std::uint64_t conditions() const noexcept {
    std::uint64_t which = single;
    for (const member& each : members) which |= std::uint64_t{1} << each.index;
    return which;
  }
};

struct condition_set_program {
  std::vector<look_group> groups;
  std::vector<condition> conditions;
  std::uint64_t alone = 0;  // conditions that are asked one by one: they need more than looks
};

class condition_set_builder {
 public:
  explicit condition_set_builder(condition_set_program& program) : program_(program) {}

  void add(std::size_t index, const quick_program& quick) {
    const auto bit = std::uint64_t{1} << index;
    if (quick.asks || quick.steps.size() > look_group::looks_of_one_max) {
      program_.alone |= bit;
      return;
    }
    look_group& group = group_for(index, quick.steps.size());
    group.row_width = std::max(group.row_width, quick.row_width);
    group.event_width = std::max(group.event_width, quick.event_width);
    const bool is_one_look = quick.steps.size() == 1 && quick.steps[0].on_yes == quick_step::told_yes &&
                             quick.steps[0].on_no == quick_step::told_no;
    if (is_one_look && find(group, quick.steps[0]) == group.looks.end()) {
      group.looks.push_back({quick.steps[0], static_cast<std::uint8_t>(index)});
      group.taken |= bit;
      group.single |= bit;
      return;
    }
    look_group::member made;
    made.index = static_cast<std::uint8_t>(index);
    made.look_count = static_cast<std::uint8_t>(quick.steps.size());
    for (std::size_t i = 0; i < quick.steps.size(); ++i) made.bits[i] = bit_of(group, quick.steps[i]);
    for (std::uint64_t outcome = 0; outcome < std::uint64_t{1} << quick.steps.size(); ++outcome) {
      std::uint16_t at = quick.entry;
      while (at < quick_step::told_yes) at = (outcome >> at & 1) != 0 ? quick.steps[at].on_yes : quick.steps[at].on_no;
      made.truths |= std::uint64_t{at == quick_step::told_yes} << outcome;
    }
    group.members.push_back(made);
  }

  void finish() {
    for (look_group& group : program_.groups) {
      std::stable_sort(
          group.looks.begin(), group.looks.end(),
          [](const look_group::look& left, const look_group::look& right) { return left.step.test < right.step.test; });
      for (std::size_t test = 0; test <= quick_test_count; ++test) {
        const auto end = std::find_if(group.looks.begin(), group.looks.end(), [&](const look_group::look& each) {
          return static_cast<std::size_t>(each.step.test) >= test;
        });
        group.first[test] = static_cast<std::uint8_t>(end - group.looks.begin());
      }
    }
  }

 private:
  /// The latest group, unless its bits do not suffice or the condition's own is taken.
  [[nodiscard]] look_group& group_for(std::size_t index, std::size_t look_count) {
    if (!program_.groups.empty()) {
      look_group& latest = program_.groups.back();
      const bool has_own = (latest.taken >> index & 1) == 0;
      if (has_own && latest.looks.size() + look_count <= look_group::look_count_max) return latest;
    }
    return program_.groups.emplace_back();
  }

  [[nodiscard]] static std::vector<look_group::look>::iterator find(look_group& group, const quick_step& sought) {
    return std::find_if(group.looks.begin(), group.looks.end(), [&](const look_group::look& each) {
      const quick_step& step = each.step;
      return step.slot == sought.slot && step.space == sought.space && step.test == sought.test &&
             step.answers == sought.answers && step.head == sought.head && step.span == sought.span;
    });
  }

  /// Bits are given from the highest down, so that those of conditions to come are free as long as can be.
  [[nodiscard]] static std::uint8_t bit_of(look_group& group, const quick_step& sought) {
    if (const auto same = find(group, sought); same != group.looks.end()) return same->bit;
    const auto bit = static_cast<std::uint8_t>(63 - std::countl_one(group.taken));
    group.looks.push_back({sought, bit});
    group.taken |= std::uint64_t{1} << bit;
    return bit;
  }

  condition_set_program& program_;
};

/// The looks of one group at one row.
class group_looks {
 public:
  group_looks(const look_group& group, const condition_input& input) noexcept
      : group_(group), rows_{input.slots.data(), input.event_slots.data()} {}

  /// Which conditions hold. Where `asks()`, some of them are not told.
  [[nodiscard, gnu::always_inline]] inline std::uint64_t held() {
    take<quick_test::nothing>();
    take<quick_test::range>();
    take<quick_test::date>();
    take<quick_test::truth>();
    take<quick_test::whole_text>();
    take<quick_test::non_zero>();
    take<quick_test::text>();
    take<quick_test::text_among>();
    take<quick_test::text_hashed>();
    take<quick_test::starts_with>();
    take<quick_test::ends_with>();
    take<quick_test::contains>();
    std::uint64_t made = yes_ & group_.single;
    for (const look_group::member& each : group_.members) {
      std::uint64_t outcome = 0;
      for (std::size_t i = 0; i < each.look_count; ++i) outcome |= (yes_ >> each.bits[i] & 1) << i;
      made |= (each.truths >> outcome & 1) << each.index;
    }
    return made;
  }

  [[nodiscard]] bool asks() const noexcept { return (seen_ & static_cast<unsigned>(answer::ask)) != 0; }

  /// The conditions that looks do not tell.
  [[nodiscard, gnu::noinline]] std::uint64_t asking() const noexcept {
    std::uint64_t open = 0;
    for (const look_group::look& each : group_.looks) {
      const value& left = value_at(each.step);
      const bool is_open = each.step.answer_of(left.kind()) > 1 || quick_look::is_long(each.step.test, each.step, left);
      open |= std::uint64_t{is_open} << each.bit;
    }
    std::uint64_t which = open & group_.single;
    for (const look_group::member& each : group_.members) {
      bool is_open = false;
      for (std::size_t i = 0; i < each.look_count; ++i) is_open |= (open >> each.bits[i] & 1) != 0;
      which |= std::uint64_t{is_open} << each.index;
    }
    return which;
  }

 private:
  [[nodiscard, gnu::always_inline]] inline const value& value_at(const quick_step& step) const noexcept {
    return rows_[static_cast<std::size_t>(step.space)][step.slot];
  }

  /// All looks of one test. Those that may be hits are gathered without a branch, and verified afterwards.
  template <quick_test Test>
  [[gnu::always_inline]] inline void take() noexcept {
    const look_group::look* each = group_.looks.data() + group_.first[static_cast<std::size_t>(Test)];
    const look_group::look* const end = group_.looks.data() + group_.first[static_cast<std::size_t>(Test) + 1];
    if (each == end) return;
    std::array<const look_group::look*, look_group::look_count_max> open;
    std::size_t open_count = 0;
    for (; each != end; ++each) {
      const value& left = value_at(each->step);
      unsigned answer = each->step.answer_of(left.kind());
      seen_ |= answer;
      const unsigned hit = quick_look::may_hit(Test, each->step, left);
      if constexpr (quick_look::must_verify(Test)) {
        open[open_count] = each;
        open_count += hit;
        if constexpr (Test == quick_test::contains) seen_ |= unsigned{quick_look::is_long(Test, each->step, left)} << 1;
      } else {
        answer ^= hit;
      }
      yes_ |= std::uint64_t{answer & 1} << each->bit;
    }
    for (std::size_t i = 0; i < open_count; ++i) {
      const look_group::look& hit = *open[i];
      yes_ ^= std::uint64_t{quick_look::verify(Test, hit.step, value_at(hit.step))} << hit.bit;
    }
  }

  const look_group& group_;
  std::array<const value*, 2> rows_;
  std::uint64_t yes_ = 0;
  unsigned seen_ = 0;  // all answers by kind, united
};

}  // namespace detail

LEADLINE_INLINE condition_set::condition_set(std::span<const condition> conditions) {
  assert(conditions.size() <= count_max);
  auto program = std::make_shared<detail::condition_set_program>();
  detail::condition_set_builder builder(*program);
  static const detail::quick_program never;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    builder.add(i, conditions[i].program_ ? conditions[i].program_->quick : never);
  }
  builder.finish();
  program->conditions.assign(conditions.begin(), conditions.end());
  program_ = std::move(program);
}

LEADLINE_INLINE std::uint64_t condition_set::held(const condition_input& input, condition_scratch& scratch) const {
  if (!program_) return 0;
  std::uint64_t held = 0;
  std::uint64_t alone = program_->alone;
  for (const detail::look_group& group : program_->groups) {
    if (input.slots.size() < group.row_width || input.event_slots.size() < group.event_width) [[unlikely]] {
      alone |= group.conditions();
      continue;
    }
    detail::group_looks looks(group, input);
    held |= looks.held();
    if (looks.asks()) [[unlikely]] {
      const std::uint64_t asking = looks.asking();
      held &= ~asking;
      alone |= asking;
    }
  }
  for (; alone != 0; alone &= alone - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(alone));
    held |= std::uint64_t{program_->conditions[i].holds(input, scratch)} << i;
  }
  return held;
}

LEADLINE_INLINE std::size_t condition_set::size() const noexcept { return program_ ? program_->conditions.size() : 0; }

}  // namespace leadline
