#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "leadline/condition/condition.hpp"
#include "leadline/condition/detail/condition_program.hpp"

namespace leadline::detail {

inline constexpr std::uint8_t any_count = 255;

/// An operator beside the node that it compiles to.
struct operator_entry {
  condition_operator told;
  opcode code = opcode::constant;
  comparison cmp = comparison::equal;
  bool strict = false;
};

inline constexpr auto standard_operator = condition_operator::origin_kind::standard;
inline constexpr auto our_operator = condition_operator::origin_kind::ours;
inline constexpr auto wider_operator = condition_operator::origin_kind::wider_standard;

// clang-format off
inline constexpr operator_entry operator_table[] = {
    {{"!", 1, 1, standard_operator}, opcode::not_},
    {{"!!", 1, 1, standard_operator}, opcode::truth},
    {{"!=", 2, 2, standard_operator}, opcode::compare, comparison::not_equal},
    {{"!==", 2, 2, standard_operator}, opcode::compare, comparison::not_equal, true},
    {{"%", 2, 2, standard_operator}, opcode::remainder},
    {{"*", 1, any_count, standard_operator}, opcode::multiply},
    {{"+", 1, any_count, standard_operator}, opcode::add},
    {{"-", 1, 2, standard_operator}, opcode::subtract},
    {{"/", 2, 2, standard_operator}, opcode::divide},
    {{"<", 2, 3, standard_operator}, opcode::compare, comparison::less},
    {{"<=", 2, 3, standard_operator}, opcode::compare, comparison::less_or_equal},
    {{"==", 2, 2, standard_operator}, opcode::compare, comparison::equal},
    {{"===", 2, 2, standard_operator}, opcode::compare, comparison::equal, true},
    {{">", 2, 3, standard_operator}, opcode::compare, comparison::greater},
    {{">=", 2, 3, standard_operator}, opcode::compare, comparison::greater_or_equal},
    {{"?:", 3, 3, standard_operator}, opcode::if_},
    {{"??", 0, any_count, wider_operator}, opcode::coalesce},
    {{"all", 2, 2, standard_operator}, opcode::all},
    {{"and", 1, any_count, standard_operator}, opcode::and_},
    {{"cat", 0, any_count, standard_operator}, opcode::cat},
    {{"contains", 2, 2, our_operator}, opcode::contains},
    {{"domain", 1, 1, our_operator}, opcode::domain},
    {{"elapsed_since", 1, 1, our_operator}, opcode::elapsed_since},
    {{"endsWith", 2, 2, our_operator}, opcode::ends_with},
    {{"ends_with", 2, 2, our_operator}, opcode::ends_with},
    {{"exists", 1, any_count, wider_operator}, opcode::exists},
    {{"filter", 2, 2, standard_operator}, opcode::filter},
    {{"fractional", 1, any_count, our_operator}, opcode::fractional},
    {{"if", 1, any_count, standard_operator}, opcode::if_},
    {{"in", 2, 2, standard_operator}, opcode::in},
    {{"log", 1, 1, standard_operator}, opcode::constant},
    {{"lower", 1, 1, our_operator}, opcode::lower},
    {{"map", 2, 2, standard_operator}, opcode::map},
    {{"matches", 2, 2, our_operator}, opcode::matches},
    {{"max", 1, any_count, standard_operator}, opcode::max},
    {{"merge", 0, any_count, standard_operator}, opcode::merge},
    {{"min", 1, any_count, standard_operator}, opcode::min},
    {{"missing", 0, any_count, standard_operator}, opcode::missing},
    {{"missing_some", 2, 2, standard_operator}, opcode::missing_some},
    {{"none", 2, 2, standard_operator}, opcode::none},
    {{"or", 1, any_count, standard_operator}, opcode::or_},
    {{"preserve", 0, any_count, wider_operator}, opcode::constant},
    {{"reduce", 2, 3, standard_operator}, opcode::reduce},
    {{"some", 2, 2, standard_operator}, opcode::some},
    {{"startsWith", 2, 2, our_operator}, opcode::starts_with},
    {{"starts_with", 2, 2, our_operator}, opcode::starts_with},
    {{"substr", 2, 3, standard_operator}, opcode::substr},
    {{"throw", 1, 1, wider_operator}, opcode::throw_},
    {{"try", 1, any_count, wider_operator}, opcode::try_},
    {{"val", 0, any_count, wider_operator}, opcode::val},
    {{"var", 0, 2, standard_operator}, opcode::slot},
};
// clang-format on

inline constexpr auto told_operators = [] {
  std::array<condition_operator, std::size(operator_table)> told{};
  for (std::size_t i = 0; i < told.size(); ++i) told[i] = operator_table[i].told;
  return told;
}();
static_assert(std::ranges::is_sorted(told_operators, {}, &condition_operator::name));

[[nodiscard]] inline const operator_entry* find_operator(std::string_view name, semantics rules) noexcept {
  const auto found =
      std::ranges::lower_bound(operator_table, name, {}, [](const operator_entry& each) { return each.told.name; });
  if (found == std::end(operator_table) || found->told.name != name) return nullptr;
  if (found->told.origin == wider_operator && rules == semantics::leadline) return nullptr;
  return found;
}

}  // namespace leadline::detail
