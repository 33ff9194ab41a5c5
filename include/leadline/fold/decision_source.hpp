#pragma once

#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/fold/decision.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

namespace detail {

/// The pointer of the entry of that name, or nothing.
template <class Entry>
[[nodiscard]] std::string_view pointer_in(const std::vector<Entry>& entries, std::string Entry::*name,
                                          std::string_view wanted) noexcept {
  for (const Entry& each : entries) {
    if (each.*name == wanted) return each.pointer;
  }
  return {};
}

}  // namespace detail

/// Where in the pack stands what told a decision, as a JSON Pointer: `/funnel/transitions/1` of a move, the clock of
/// what a clock tells, the routing rule of an assignment, the score of a score; nothing for what an event did directly
/// (`stage.set`), for effects that belong to no move, and for `amended` (ask of its `now`).
///
///     for (const decision& each : all.apply(batch)) log << to_json(each) << pack_pointer(*model, each);
///
/// Found by the decision's kind and names. An id that stands for several entries (a transition and a clock, say) is the
/// first of: routing rule (of owners), transition, disposition code, clock, cadence. A view into the model. Linear in
/// the number of entries; any thread.
[[nodiscard]] inline std::string_view pack_pointer(const model& pack, const decision& told) noexcept {
  using namespace compiled;
  const auto code_pointer = [&](std::string_view name) {
    return pack.disposition ? detail::pointer_in(pack.disposition->codes, &disposition_code::code, name)
                            : std::string_view();
  };
  const auto routing_pointer = [&](std::string_view name) {
    return pack.routing ? detail::pointer_in(pack.routing->rules, &routing_rule::id, name) : std::string_view();
  };
  switch (told.kind) {
    case decision_kind::score: return detail::pointer_in(pack.scores, &score::name, told.about);
    case decision_kind::grade: return detail::pointer_in(pack.grades, &grade::name, told.about);
    case decision_kind::clock: return detail::pointer_in(pack.clocks, &clock::id, told.about);
    case decision_kind::cadence: return detail::pointer_in(pack.cadences, &cadence::id, told.about);
    case decision_kind::recycled: return code_pointer(told.about);
    default: break;
  }
  if (!told.rule) return {};
  const std::string_view name = *told.rule;
  if (told.kind == decision_kind::assigned || told.kind == decision_kind::held) {
    if (const std::string_view found = routing_pointer(name); !found.empty()) return found;
  }
  if (const std::string_view found = detail::pointer_in(pack.transitions, &transition::id, name); !found.empty())
    return found;
  if (const std::string_view found = code_pointer(name); !found.empty()) return found;
  if (const std::string_view found = detail::pointer_in(pack.clocks, &clock::id, name); !found.empty()) return found;
  return detail::pointer_in(pack.cadences, &cadence::id, name);
}

}  // namespace leadline
