#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/pack/detail/case_space.hpp"
#include "leadline/pack/detail/condition_table.hpp"
#include "leadline/pack/detail/pack_names.hpp"
#include "leadline/pack/detail/score_range.hpp"

namespace leadline::detail {

/// What the checks of a whole pack stand on: what is declared, and searches over the cases that its conditions can tell
/// apart. Every "never" told by them is a proof over those cases; where a search proves nothing, nothing is told.
///
///     check_ground ground(content, names, base, ranges, conditions, problems);
///     ground.find_dead_conditions();
///     if (ground.implied(late.when, early.when)) ground.tell(...);
///
/// One thread at a time.
class check_ground {
 public:
  using node = document::node;
  using outcome = case_space::outcome;

  check_ground(const pack& content, const pack_names& names, const scope_base& base, const score_ranges& ranges,
               const condition_table& conditions, diagnostics& problems)
      : pack_(content), names_(names), base_(base), ranges_(ranges), conditions_(conditions), problems_(problems) {}

  [[nodiscard]] const pack& content() const noexcept { return pack_; }
  [[nodiscard]] const pack_names& names() const noexcept { return names_; }
  [[nodiscard]] const scope_base& base() const noexcept { return base_; }
  [[nodiscard]] case_space cases() const { return {base_, ranges_}; }
  /// Null where it was not read, or is not there.
  [[nodiscard]] const condition* read(node rule) const { return conditions_.get(rule); }
  /// Whether it is there and could not be read: then nothing is known of it.
  [[nodiscard]] bool is_unread(node rule) const { return rule && read(rule) == nullptr; }

  void tell(diagnostic problem) {
    problem.severity = severity::warning;
    problems_.add(std::move(problem));
  }
  [[nodiscard]] static related_place place(node where, std::string message) {
    return {.message = std::move(message), .file = where.file(), .where = where.where(), .pointer = where.pointer()};
  }

  // --- Conditions -------------------------------------------------------------------------------------------------

  [[nodiscard]] outcome can_hold(node rule) const {
    const condition* const wanted = read(rule);
    if (wanted == nullptr) return outcome::unknown;
    case_space all = cases();
    all.add(rule);
    return all.search([&] { return all.holds(wanted); }).outcome;
  }
  /// Whether it provably holds whatever the contact. An absent condition does.
  [[nodiscard]] bool always_holds(node rule) const {
    if (!rule) return true;
    const condition* const wanted = read(rule);
    if (wanted == nullptr) return false;
    case_space all = cases();
    all.add(rule);
    return all.search([&] { return !all.holds(wanted); }).outcome == outcome::none;
  }
  /// Whether `conclusion` provably holds wherever `premise` does. An absent condition always holds.
  [[nodiscard]] bool implied(node premise, node conclusion) const {
    if (!conclusion) return true;
    const condition* const then = read(conclusion);
    const condition* const given = read(premise);
    if (then == nullptr || is_unread(premise)) return false;
    case_space all = cases();
    all.add(conclusion);
    all.add(premise);
    return all.search([&] { return all.holds(given) && !all.holds(then); }).outcome == outcome::none;
  }
  /// The smallest case in which it holds, as JSON; empty where none is found.
  [[nodiscard]] std::string case_of(node rule) const {
    const condition* const wanted = read(rule);
    if (is_unread(rule)) return {};
    case_space all = cases();
    all.add(rule);
    return all.search([&] { return all.holds(wanted); }).witness;
  }
  /// Whether it provably holds of every contact in that stage.
  [[nodiscard]] bool holds_in_stage(std::string_view stage, node rule) const {
    const condition* const wanted = read(rule);
    if (wanted == nullptr || !names_.stages.has(stage)) return false;
    const std::uint32_t slot = base_.layout.first_of(slot_kind::stage);
    case_space all = cases();
    all.add(rule);
    const auto found = all.search([&] {
      const value before = std::exchange(all.row()[slot], value::of(stage));
      const bool holds = all.holds(wanted);
      all.row()[slot] = before;
      return !holds;
    });
    return found.outcome == outcome::none;
  }

  /// Tells those that never hold, and remembers them.
  void find_dead_conditions() {
    for_each_condition(pack_, [&](node rule, reading_place, condition_use, const std::vector<name_use>*) {
      if (!rule || !rule.is_object()) return;
      const condition* const wanted = read(rule);
      // Values are expected to be anything; only what decides is looked at.
      const std::string_view key = rule.key();
      if (wanted == nullptr || (key != "when" && key != "where" && key != "if")) return;
      if (wanted->constant() != nullptr ? is_true(*wanted->constant()) : can_hold(rule) != outcome::none) return;
      dead_.push_back(rule.source().data());
      if (told_at(rule)) return;  // the threshold that makes it so was told
      tell(rule.blame(
          {.code = "condition.unsatisfiable", .message = "this condition never holds, whatever the contact"}));
    });
  }
  [[nodiscard]] bool is_dead(node rule) const {
    return rule && std::find(dead_.begin(), dead_.end(), rule.source().data()) != dead_.end();
  }

  // --- Lists in which the first that holds counts -----------------------------------------------------------------

  /// Tells each entry that an earlier one shadows.
  template <class Entries>
  void check_ordered(const Entries& entries, std::string_view code, std::string_view message) {
    for (std::size_t late = 1; late < entries.size(); ++late) {
      for (std::size_t early = 0; early < late; ++early) {
        if (is_dead(entries[late].when) || !implied(entries[late].when, entries[early].when)) continue;
        diagnostic problem = entries[late].where.blame({.code = std::string(code), .message = std::string(message)});
        problem.related.push_back(place(entries[early].where, "the earlier one"));
        tell(std::move(problem));
        break;
      }
    }
  }

  [[nodiscard]] static bool covers(const std::vector<name_use>& outer, const std::vector<name_use>& inner) {
    return std::all_of(inner.begin(), inner.end(), [&](const name_use& each) { return names_one(outer, each.name); });
  }
  [[nodiscard]] static bool names_one(const std::vector<name_use>& list, std::string_view name) {
    return std::any_of(list.begin(), list.end(), [&](const name_use& each) { return each.name == name; });
  }

 private:
  /// Whether a warning lies within a value already.
  [[nodiscard]] bool told_at(node rule) const {
    const source_range whole = rule.where();
    return std::any_of(problems_.begin(), problems_.end(), [&](const diagnostic& each) {
      return each.where.line != 0 && each.where.offset >= whole.offset &&
             each.where.offset < whole.offset + whole.size &&
             (each.code == "score.unreachable" || each.code == "condition.constant");
    });
  }

  const pack& pack_;
  const pack_names& names_;
  const scope_base& base_;
  const score_ranges& ranges_;
  const condition_table& conditions_;
  diagnostics& problems_;
  std::vector<const char*> dead_;
};

}  // namespace leadline::detail
