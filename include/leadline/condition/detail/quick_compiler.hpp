#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "leadline/condition/detail/condition_machine.hpp"
#include "leadline/condition/detail/condition_program.hpp"
#include "leadline/condition/detail/quick_program.hpp"
#include "leadline/condition/detail/text_set_look.hpp"
#include "leadline/condition/detail/value_head.hpp"

namespace leadline::detail {

/// Makes the quick program of a condition out of its nodes, once those are all there.
class quick_compiler {
 public:
  explicit quick_compiler(condition_program& program) : program_(program), made_(program.quick) {}

  void compile() {
    made_ = {};
    std::uint16_t entry = add(program_.root, quick_step::told_yes, quick_step::told_no);
    if (is_full_) {
      made_ = {};
      entry = push(node_step(program_.root), quick_step::told_yes, quick_step::told_no);
    }
    // What comes last was made first, since a step must know where to go on.
    std::reverse(made_.steps.begin(), made_.steps.end());
    for (quick_step& each : made_.steps) {
      each.on_yes = turned_round(each.on_yes);
      each.on_no = turned_round(each.on_no);
      made_.asks |= each.test == quick_test::node;
      if (each.test == quick_test::node) continue;
      std::uint32_t& width = each.space == slot_space::row ? made_.row_width : made_.event_width;
      width = std::max(width, each.slot + 1);
    }
    made_.entry = turned_round(entry);
  }

 private:
  [[nodiscard]] std::uint16_t turned_round(std::uint16_t at) const noexcept {
    return at >= quick_step::told_yes ? at : static_cast<std::uint16_t>(made_.steps.size() - 1 - at);
  }

  [[nodiscard]] std::uint16_t push(quick_step step, std::uint16_t on_yes, std::uint16_t on_no) {
    if (made_.steps.size() == quick_step::count_max) {
      is_full_ = true;
      return quick_step::told_no;
    }
    step.on_yes = on_yes;
    step.on_no = on_no;
    made_.steps.push_back(step);
    return static_cast<std::uint16_t>(made_.steps.size() - 1);
  }

  /// Adds the steps of a node and gives the first.
  [[nodiscard]] std::uint16_t add(const program_node& node, std::uint16_t on_yes, std::uint16_t on_no) {
    const program_node* const operands = program_.nodes.data() + node.first;
    switch (node.code) {
      case opcode::constant: return is_true(node.a) ? on_yes : on_no;
      case opcode::and_:
      case opcode::or_: {
        const bool is_and = node.code == opcode::and_;
        if (node.count == 0) return on_no;
        std::uint16_t next = is_and ? on_yes : on_no;
        for (std::uint32_t i = node.count; i-- > 0;) {
          next = is_and ? add(operands[i], next, on_no) : add(operands[i], on_yes, next);
        }
        return next;
      }
      case opcode::not_: return node.count == 0 ? on_yes : add(operands[0], on_no, on_yes);
      case opcode::truth: return node.count == 0 ? on_no : add(operands[0], on_yes, on_no);
      case opcode::if_: {
        const bool has_else = node.count % 2 != 0;
        std::uint16_t next = has_else ? add(operands[node.count - 1], on_yes, on_no) : on_no;
        for (std::uint32_t i = node.count / 2; i-- > 0;) {
          const std::uint16_t then = add(operands[2 * i + 1], on_yes, on_no);
          next = add(operands[2 * i], then, next);
        }
        return next;
      }
      default: return push(step_of(node), on_yes, on_no);
    }
  }

  [[nodiscard]] quick_step node_step(const program_node& node) const noexcept {
    quick_step step;
    step.slot = node.slot;
    step.space = node.space;
    step.node = &node == &program_.root ? 0 : static_cast<std::uint32_t>(&node - program_.nodes.data()) + 1;
    return step;
  }

  [[nodiscard]] quick_step step_of(const program_node& node) {
    quick_step step = node_step(node);
    switch (node.code) {
      case opcode::slot_compare_number: range_step(step, bounds_of(node.a, node.cmp)); break;
      case opcode::slot_between: {
        const std::optional<bounds> first = bounds_of(node.a, node.cmp);
        const std::optional<bounds> second = bounds_of(node.b, node.cmp2);
        if (first && second) {
          range_step(step, bounds{std::max(first->low, second->low), std::min(first->high, second->high), false});
        }
        break;
      }
      case opcode::slot_equals_text: {
        const std::string_view text = node.a.text();
        text_step(step, node.a,
                  text.size() <= value_head::whole_text_size_max ? quick_test::whole_text : quick_test::text);
        if (node.cmp == comparison::not_equal) step.set_answer(value_kind::text, answer::yes);
        break;
      }
      case opcode::slot_starts_with:
        if (!node.a.text().empty()) text_step(step, node.a, quick_test::starts_with);
        break;
      case opcode::slot_ends_with:
        if (!node.a.text().empty()) text_step(step, node.a, quick_test::ends_with);
        break;
      case opcode::slot_contains:
        if (node.a.is_text() && !node.a.text().empty()) text_step(step, node.a, quick_test::contains);
        break;
      case opcode::slot_in_set: {
        const text_set* const texts = program_.sets[node.index].texts.get();
        step.test = texts == nullptr                    ? quick_test::nothing
                    : text_set_look::is_perfect(*texts) ? quick_test::text_among
                                                        : quick_test::text_hashed;
        step.texts = texts;
        step.set_answer(value_kind::text, answer::no);
        break;
      }
      case opcode::slot_equals_constant: constant_step(step, node); break;
      case opcode::slot_truth_of:
      case opcode::slot:
        step.test = quick_test::non_zero;
        for (const value_kind kind : {value_kind::boolean, value_kind::integer, value_kind::text}) {
          step.set_answer(kind, answer::no);
        }
        break;
      default: return step;
    }
    if (step.test != quick_test::node) step.set_answer(value_kind::null, answer_of_null(node));
    return step;
  }

  static void text_step(quick_step& step, const value& text, quick_test test) noexcept {
    step.test = test;
    step.head = head_of(text);
    step.text = text.text().data();
    step.set_answer(value_kind::text, answer::no);
  }

  void constant_step(quick_step& step, const program_node& node) const noexcept {
    const answer unequal = node.cmp == comparison::equal ? answer::no : answer::yes;
    switch (node.a.kind()) {
      case value_kind::boolean:
        // A hit is a true one.
        step.test = quick_test::truth;
        step.set_answer(value_kind::boolean,
                        node.a.boolean() == (node.cmp == comparison::equal) ? answer::no : answer::yes);
        break;
      case value_kind::date:
        step.test = quick_test::date;
        step.low = node.a.date_ms();
        step.set_answer(value_kind::date, unequal);
        break;
      case value_kind::null:
        step.test = quick_test::nothing;
        for (const value_kind kind :
             {value_kind::boolean, value_kind::integer, value_kind::real, value_kind::date, value_kind::text}) {
          step.set_answer(kind, unequal);
        }
        break;
      default: break;
    }
  }

  struct bounds {
    std::int64_t low = std::numeric_limits<std::int64_t>::min();
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
    bool is_outside = false;
  };

  /// Which whole numbers stand so to a number. The standard compares doubles, which far from 0 are not all whole
  /// numbers.
  [[nodiscard]] std::optional<bounds> bounds_of(value number, comparison cmp) const noexcept {
    constexpr double far = 9007199254740992;
    const bool is_far = !(std::fabs(number.number()) < far);
    if (is_far && (number.kind() != value_kind::integer || program_.semantics == semantics::jsonlogic))
      return std::nullopt;
    const bool is_whole = number.kind() == value_kind::integer;
    const std::int64_t low = is_whole ? number.integer() : static_cast<std::int64_t>(std::floor(number.real()));
    const std::int64_t high = is_whole ? low : static_cast<std::int64_t>(std::ceil(number.real()));
    bounds made;
    switch (cmp) {
      case comparison::less:
        if (high == made.low) return std::nullopt;
        made.high = high - 1;
        break;
      case comparison::less_or_equal: made.high = low; break;
      case comparison::greater:
        if (low == made.high) return std::nullopt;
        made.low = low + 1;
        break;
      case comparison::greater_or_equal: made.low = high; break;
      case comparison::equal:
      case comparison::not_equal:
        made = {high, low, cmp == comparison::not_equal};  // between two whole numbers there is none
        break;
    }
    return made;
  }

  static void range_step(quick_step& step, std::optional<bounds> of) noexcept {
    if (!of) return;
    step.set_answer(value_kind::integer, of->is_outside ? answer::yes : answer::no);
    if (of->low > of->high) {
      step.test = quick_test::nothing;
      return;
    }
    step.test = quick_test::range;
    step.low = of->low;
    step.span = static_cast<std::uint64_t>(of->high) - static_cast<std::uint64_t>(of->low);
  }

  /// A tenth of all fields are null.
  [[nodiscard]] answer answer_of_null(program_node node) const {
    node.slot = 0;
    node.space = slot_space::row;
    static constexpr value null{};
    const condition_input input{.slots = {&null, 1}};
    condition_scratch scratch;
    condition_machine machine(program_, input, scratch);
    const bool holds = machine.test(node);
    return machine.stopped() ? answer::ask : holds ? answer::yes : answer::no;
  }

  condition_program& program_;
  quick_program& made_;
  bool is_full_ = false;
};

}  // namespace leadline::detail
