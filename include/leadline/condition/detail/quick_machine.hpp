#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "leadline/condition/condition.hpp"
#include "leadline/condition/detail/condition_machine.hpp"
#include "leadline/condition/detail/condition_program.hpp"
#include "leadline/condition/detail/quick_look.hpp"
#include "leadline/condition/detail/quick_program.hpp"

namespace leadline {

/// Runs a quick program over one row, or over the rows of a block.
class quick_machine {
 public:
  using step = detail::quick_step;
  using quick_test = detail::quick_test;
  using quick_look = detail::quick_look;

  [[nodiscard, gnu::always_inline]] static inline bool holds(const detail::condition_program& program,
                                                             const condition_input& input, condition_scratch& scratch) {
    const detail::quick_program& quick = program.quick;
    if (input.slots.size() < quick.row_width || input.event_slots.size() < quick.event_width) [[unlikely]] {
      return ask_root(program, input, scratch);
    }
    std::uint16_t at = quick.entry;
    while (at < step::told_yes) {
      const step& each = quick.steps.data()[at];
      const unsigned told = look(each.test, each, value_at(each, input));
      if (told > 1) [[unlikely]]
        return ask(program, input, scratch, at);
      at = told != 0 ? each.on_yes : each.on_no;
    }
    scratch.outcome_ = condition_outcome::complete;
    return at == step::told_yes;
  }

  /// Bit i tells of row i. Rows that need a node are evaluated alone, as a whole.
  [[nodiscard]] static std::uint64_t holds_among(const detail::condition_program& program, const row_block& block,
                                                 condition_scratch& scratch) {
    const detail::quick_program& quick = program.quick;
    const std::uint64_t asked = ~std::uint64_t{0} >> (row_block::count_max - block.count);
    constexpr std::size_t step_count_max = 64;
    if (quick.asks || block.width < quick.row_width || quick.event_width > 0 || quick.steps.size() > step_count_max) {
      return each_alone(program, block, scratch, asked);
    }
    if (quick.entry >= step::told_yes) return quick.entry == step::told_yes ? asked : 0;
    std::uint64_t yes = 0;
    std::uint64_t alone = 0;
    // Which rows have come to each step; steps only lead onward.
    std::array<std::uint64_t, step_count_max> waiting;
    for (std::size_t i = 0; i < quick.steps.size(); ++i) waiting[i] = 0;
    waiting[quick.entry] = asked;
    for (std::size_t i = 0; i < quick.steps.size(); ++i) {
      const std::uint64_t open = waiting[i];
      if (open == 0) continue;
      const step& each = quick.steps[i];
      const block_answers told = look_among(each, block);
      alone |= told.ask & open;
      const std::uint64_t on = told.yes & open & ~told.ask;
      const std::uint64_t off = open & ~on & ~told.ask;
      if (each.on_yes < step::told_yes) {
        waiting[each.on_yes] |= on;
      } else if (each.on_yes == step::told_yes) {
        yes |= on;
      }
      if (each.on_no < step::told_yes) {
        waiting[each.on_no] |= off;
      } else if (each.on_no == step::told_yes) {
        yes |= off;
      }
    }
    return alone == 0 ? yes : yes | each_alone(program, block, scratch, alone);
  }

 private:
  [[nodiscard, gnu::always_inline]] static inline const value& value_at(const step& at,
                                                                        const condition_input& input) noexcept {
    static constexpr value nothing{};
    if (at.test == quick_test::node) return nothing;
    return (at.space == slot_space::row ? input.slots.data() : input.event_slots.data())[at.slot];
  }

  /// `test` is the step's own; where it is a constant of the caller's, only that one case is left.
  [[nodiscard, gnu::always_inline]] static inline unsigned look(quick_test test, const step& at, const value& left) {
    if (test == quick_test::node || quick_look::is_long(test, at, left))
      return static_cast<unsigned>(detail::answer::ask);
    unsigned hit = quick_look::may_hit(test, at, left);
    if (quick_look::must_verify(test) && hit != 0) hit = quick_look::verify(test, at, left);
    return at.answer_of(left.kind()) ^ hit;
  }

  struct block_answers {
    std::uint64_t yes = 0;
    std::uint64_t ask = 0;
  };

  template <quick_test Test>
  [[nodiscard]] static block_answers look_among_as(const step& at, const row_block& block) {
    const step own = at;
    block_answers made;
    const value* left = block.rows + own.slot;
    for (std::size_t i = 0; i < block.count; ++i, left += block.width) {
      const std::uint64_t told = look(Test, own, *left);
      made.yes |= (told & 1) << i;
      made.ask |= (told >> 1) << i;
    }
    return made;
  }

  [[nodiscard]] static block_answers look_among(const step& at, const row_block& block) {
    switch (at.test) {
      case quick_test::node: break;
      case quick_test::nothing: return look_among_as<quick_test::nothing>(at, block);
      case quick_test::range: return look_among_as<quick_test::range>(at, block);
      case quick_test::date: return look_among_as<quick_test::date>(at, block);
      case quick_test::truth: return look_among_as<quick_test::truth>(at, block);
      case quick_test::whole_text: return look_among_as<quick_test::whole_text>(at, block);
      case quick_test::text: return look_among_as<quick_test::text>(at, block);
      case quick_test::text_among: return look_among_as<quick_test::text_among>(at, block);
      case quick_test::text_hashed: return look_among_as<quick_test::text_hashed>(at, block);
      case quick_test::starts_with: return look_among_as<quick_test::starts_with>(at, block);
      case quick_test::ends_with: return look_among_as<quick_test::ends_with>(at, block);
      case quick_test::contains: return look_among_as<quick_test::contains>(at, block);
      case quick_test::non_zero: return look_among_as<quick_test::non_zero>(at, block);
    }
    return {.yes = 0, .ask = ~std::uint64_t{0}};
  }

  [[nodiscard, gnu::noinline]] static std::uint64_t each_alone(const detail::condition_program& program,
                                                               const row_block& block, condition_scratch& scratch,
                                                               std::uint64_t asked) {
    std::uint64_t yes = 0;
    for (; asked != 0; asked &= asked - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(asked));
      const condition_input input{.slots = {block.rows + i * block.width, block.width}, .now_ms = block.now_ms};
      yes |= std::uint64_t{holds(program, input, scratch)} << i;
    }
    return yes;
  }

  /// From a step on whose look does not tell: the same, with the machine at hand.
  [[nodiscard, gnu::noinline]] static bool ask(const detail::condition_program& program, const condition_input& input,
                                               condition_scratch& scratch, std::uint16_t at) {
    scratch.reset();
    condition_machine machine(program, input, scratch);
    while (at < step::told_yes) {
      const step& each = program.quick.steps[at];
      unsigned told = look(each.test, each, value_at(each, input));
      if (told > 1) {
        told = static_cast<unsigned>(machine.test(each.node == 0 ? program.root : program.nodes[each.node - 1]));
        if (machine.stopped()) return false;
      }
      at = told != 0 ? each.on_yes : each.on_no;
    }
    return at == step::told_yes;
  }

  [[nodiscard, gnu::noinline]] static bool ask_root(const detail::condition_program& program,
                                                    const condition_input& input, condition_scratch& scratch) {
    scratch.reset();
    condition_machine machine(program, input, scratch);
    return machine.test(program.root) && !machine.stopped();
  }
};

}  // namespace leadline
