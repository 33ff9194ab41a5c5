#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "leadline/condition/condition.hpp"
#include "leadline/condition/detail/quick_program.hpp"
#include "leadline/condition/json_scope.hpp"
#include "leadline/condition/text_set.hpp"

namespace leadline::detail {

/// What a node does. The first group are whole shapes of which rules are mostly made (a slot against constants): one
/// dispatch instead of three, and no value is passed about.
enum class opcode : std::uint8_t {
  // Fused; always give true or false.
  slot_compare_number,   // slot `cmp` a
  slot_between,          // slot `cmp` a and slot `cmp2` b
  slot_equals_text,      // slot == a (or != : cmp)
  slot_equals_constant,  // slot === a, never coerced (or !==)
  slot_in_set,           // slot in sets[index]
  slot_starts_with,      // slot begins with a: substr(slot, 0, k) == a too
  slot_ends_with,        // slot ends with a: substr(slot, -k) == a too
  slot_contains,         // a in slot

  // Truth and choice.
  and_,
  or_,
  not_,
  truth,
  if_,

  // Leaves.
  constant,       // a
  slot,           // the slot's value
  slot_truth_of,  // !! of a slot
  local,          // paths[index] of the item at hand
  context,        // the item at hand, or the whole data
  slot_or,        // var with a default: operand 0, or operand 1
  dynamic_path,   // var of a computed path: operands path, default?
  list,           // a list of its operands

  compare,  // operands compared pairwise by cmp, lazily
  in_set,   // operand 0 in sets[index]
  in,       // operand 0 in operand 1
  max,
  min,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  map,
  filter,
  reduce,
  all,
  none,
  some,
  merge,
  cat,
  substr,
  missing,
  missing_some,
  lower,
  domain,
  starts_with,
  ends_with,
  contains,
  matches,  // operand 0 against patterns[index]
  elapsed_since,
  fractional,

  // The wider standard's, in semantics::jsonlogic.
  val,
  exists,
  coalesce,
  try_,
  throw_,
  invalid  // an error whenever it is reached: "Invalid Arguments"
};

/// Whether a node of this kind gives, or asks of, `program_node::slot`.
[[nodiscard]] constexpr bool reads_slot(opcode code) noexcept {
  return code <= opcode::slot_contains || code == opcode::slot || code == opcode::slot_truth_of;
}

/// Whether it finds what it reads only as it runs.
[[nodiscard]] constexpr bool reads_by_name(opcode code) noexcept {
  return code == opcode::context || code == opcode::dynamic_path || code == opcode::missing ||
         code == opcode::missing_some || code == opcode::val || code == opcode::exists;
}

struct program_node {
  opcode code = opcode::constant;
  slot_space space = slot_space::row;
  comparison cmp = comparison::equal;
  comparison cmp2 = comparison::equal;
  /// `===` and `!==`, which never coerce.
  bool strict = false;
  /// The one operand, an expression, gives the operands if it gives a list.
  bool spreads = false;
  std::uint32_t slot = 0;
  std::uint32_t index = 0;
  std::uint32_t first = 0;  // operands stand side by side in condition_program::nodes
  std::uint32_t count = 0;
  /// Steps that one run of the body of a loop costs.
  std::uint32_t weight = 0;
  value a;
  value b;
};

/// The constants of an `in` list: texts hashed, numbers sorted.
struct constant_set {
  std::shared_ptr<const text_set> texts;
  std::vector<value> numbers;
  std::vector<value> others;  // lists and objects
  bool has_null = false;
  bool has_true = false;
  bool has_false = false;
};

/// A path that a computed `var`, `missing` or `missing_some` may turn out to name.
struct path_choice {
  std::string path;
  program_node read;
};

struct condition_program {
  /// What decides whether it holds; everything else serves `evaluate`, and steps that ask for it.
  quick_program quick;
  program_node root;
  leadline::semantics semantics = semantics::leadline;
  std::vector<program_node> nodes;
  std::vector<constant_set> sets;
  std::vector<std::vector<std::string>> paths;
  std::vector<std::vector<path_choice>> choices;
  std::vector<std::unique_ptr<re2::RE2>> patterns;

  std::vector<slot_reference> reads;
  bool reads_event = false;
  bool reads_now = false;
  std::vector<moving_comparison> moving;
  diagnostics warnings;
  declared_type result = declared_type::any;

  /// Where the constants' bytes and items live; deques, since the values point at their elements.
  std::deque<std::string> texts;
  std::deque<std::vector<value>> lists;
  std::deque<std::vector<value::member>> objects;

  /// Of a condition compiled without a scope: its paths. `whole_slot` is that of the path "" where it is read.
  std::unique_ptr<json_scope> own_scope;
  bool reads_whole = false;
  std::uint32_t whole_slot = 0;

  /// A copy whose bytes belong to the program.
  [[nodiscard]] value keep(value content);
};

inline value condition_program::keep(value content) {
  switch (content.kind()) {
    case value_kind::text: return value::of(std::string_view(texts.emplace_back(content.text())));
    case value_kind::list: {
      std::vector<value> items;
      items.reserve(content.items().size() + 1);  // an empty list has an address of its own too
      for (const value& item : content.items()) items.push_back(keep(item));
      return value::of(std::span<const value>(lists.emplace_back(std::move(items))));
    }
    case value_kind::object: {
      std::vector<value::member> members;
      members.reserve(content.members().size() + 1);
      for (const value::member& each : content.members()) {
        const std::string_view key = texts.emplace_back(each.key);
        members.push_back({key, keep(each.content)});
      }
      return value::of(std::span<const value::member>(objects.emplace_back(std::move(members))));
    }
    default: return content;
  }
}

}  // namespace leadline::detail
