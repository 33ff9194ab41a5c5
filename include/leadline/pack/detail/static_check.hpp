#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/pack/detail/case_space.hpp"
#include "leadline/pack/detail/condition_table.hpp"
#include "leadline/pack/detail/pack_names.hpp"
#include "leadline/pack/detail/score_range.hpp"

namespace leadline::detail {

/// Warns of what cannot work, where no single entry is wrong: conditions that never hold, entries that earlier ones
/// shadow, stages nobody reaches, moves that go in a circle, clocks that never start or stop, leads nobody gets.
/// Each with the smallest case that shows it, where a case does.
class static_check {
 public:
  static_check(const pack& content, const pack_names& names, const scope_base& base, const score_ranges& ranges,
               const condition_table& conditions, diagnostics& problems)
      : pack_(content), names_(names), base_(base), ranges_(ranges), conditions_(conditions), problems_(problems) {}

  void run() {
    find_dead_conditions();
    if (pack_.funnel) {
      find_unreachable_stages(*pack_.funnel);
      find_shadowed_transitions(*pack_.funnel);
      find_circles(*pack_.funnel);
    }
    for (const clock_spec& clock : pack_.clocks) check_clock(clock);
    for (const cadence_spec& cadence : pack_.cadences) check_cadence(cadence);
    for (const grade_spec& grade : pack_.grades) check_grade_rules(grade);
    if (pack_.routing) check_routing(*pack_.routing);
    check_business_inputs();
  }

 private:
  using node = document::node;
  using outcome = case_space::outcome;

  void tell(diagnostic problem) {
    problem.severity = severity::warning;
    problems_.add(std::move(problem));
  }

  [[nodiscard]] static related_place place(node where, std::string message) {
    return {.message = std::move(message), .file = where.file(), .where = where.where(), .pointer = where.pointer()};
  }

  // --- Conditions -------------------------------------------------------------------------------------------------

  [[nodiscard]] outcome can_hold(node rule) {
    const condition* read = conditions_.get(rule);
    if (read == nullptr) return outcome::unknown;
    case_space cases(base_, ranges_);
    cases.add(rule);
    return cases.search([&] { return cases.holds(read); }).outcome;
  }
  [[nodiscard]] outcome can_fail(node rule) {
    const condition* read = conditions_.get(rule);
    if (read == nullptr) return outcome::unknown;
    case_space cases(base_, ranges_);
    cases.add(rule);
    return cases.search([&] { return !cases.holds(read); }).outcome;
  }
  [[nodiscard]] bool is_dead(node rule) const {
    return rule && std::find(dead_.begin(), dead_.end(), rule.source().data()) != dead_.end();
  }

  void find_dead_conditions() {
    for_each_condition(pack_, [&](node rule, reading_place, condition_use, const std::vector<name_use>*) {
      if (!rule || !rule.is_object()) return;
      const condition* read = conditions_.get(rule);
      // Values are expected to be anything; only what decides is looked at.
      const std::string_view key = rule.key();
      if (read == nullptr || (key != "when" && key != "where" && key != "if")) return;
      if (read->constant() != nullptr ? is_true(*read->constant()) : can_hold(rule) != outcome::none) return;
      dead_.push_back(rule.source().data());
      if (told_at(rule)) return;  // the threshold that makes it so was told
      tell(rule.blame(
          {.code = "condition.unsatisfiable", .message = "this condition never holds, whatever the contact"}));
    });
  }

  /// Whether a warning lies within a value already.
  [[nodiscard]] bool told_at(node rule) const {
    const source_range whole = rule.where();
    for (const diagnostic& each : problems_) {
      if (each.where.line != 0 && each.where.offset >= whole.offset && each.where.offset < whole.offset + whole.size &&
          (each.code == "score.unreachable" || each.code == "condition.constant")) {
        return true;
      }
    }
    return false;
  }

  // --- Funnel -----------------------------------------------------------------------------------------------------

  [[nodiscard]] bool can_fire(const transition_spec& each) const {
    return !is_dead(each.when) && !is_dead(each.event_where);
  }

  [[nodiscard]] std::vector<std::size_t> from_stages(const transition_spec& each) const {
    std::vector<std::size_t> out;
    const auto to = names_.stages.find(each.to.name);
    if (each.from_any) {
      for (std::size_t i = 0; i < pack_.funnel->stages.size(); ++i) {
        if (!to || *to != i) out.push_back(i);
      }
    }
    for (const name_use& from : each.from) {
      if (const auto index = names_.stages.find(from.name)) out.push_back(*index);
    }
    return out;
  }

  void find_unreachable_stages(const funnel_spec& funnel) {
    reachable_.assign(funnel.stages.size(), funnel.manual == manual_moves::any);
    const auto start = names_.stages.find(funnel.start.name);
    if (!start) return;
    reachable_[*start] = true;
    if (pack_.dispositions) {
      for (const disposition_code_spec& code : pack_.dispositions->codes) {
        if (const auto to = names_.stages.find(code.to.name)) reachable_[*to] = true;
      }
    }
    bool changed = true;
    while (changed) {
      changed = false;
      for (const transition_spec& each : funnel.transitions) {
        const auto to = names_.stages.find(each.to.name);
        if (!to || reachable_[*to] || !can_fire(each)) continue;
        for (const std::size_t from : from_stages(each)) {
          if (!reachable_[from]) continue;
          reachable_[*to] = true;
          changed = true;
          break;
        }
      }
    }
    for (std::size_t i = 0; i < funnel.stages.size(); ++i) {
      // An entry without a name, or with another's, was told already.
      if (reachable_[i] || names_.stages.find(funnel.stages[i].id.name) != i) continue;
      tell(funnel.stages[i].id.where.blame(
          {.code = "funnel.unreachable_stage",
           .message = "no way leads from " + quoted_name(funnel.start.name) + " to the stage " +
                      quoted_name(funnel.stages[i].id.name),
           .expected = "a transition or a disposition into it, or \"manual\": \"any\""}));
    }
  }

  [[nodiscard]] bool is_reachable(const name_use& stage) const {
    const auto index = names_.stages.find(stage.name);
    return !index || reachable_.empty() || reachable_[*index];
  }

  /// An earlier transition from the same stages that fires whenever a later one would.
  void find_shadowed_transitions(const funnel_spec& funnel) {
    for (std::size_t late = 1; late < funnel.transitions.size(); ++late) {
      const transition_spec& second = funnel.transitions[late];
      if (second.after || is_dead(second.when) || is_dead(second.event_where)) continue;
      for (std::size_t early = 0; early < late; ++early) {
        const transition_spec& first = funnel.transitions[early];
        // A cooldown, a dwell or a guard lets later ones have their turn.
        if (first.after || first.cooldown || first.on.empty() != second.on.empty()) continue;
        const std::vector<std::size_t> second_from = from_stages(second);
        if (second_from.empty() || !covers(from_stages(first), second_from) || !covers_names(first.on, second.on))
          continue;
        const node first_rule = first.on.empty() ? first.when : first.event_where;
        const node second_rule = second.on.empty() ? second.when : second.event_where;
        // A `when` transition that was disarmed is passed over, so only one that leads forward shadows for sure.
        if (first.on.empty() && first.to.name != second.to.name) continue;
        if (!implied(second_rule, first_rule)) continue;
        diagnostic problem = second.where["id"].blame({.code = "transition.shadowed",
                                                       .message = "the transition " + quoted_name(second.id.name) +
                                                                  " never fires: " + quoted_name(first.id.name) +
                                                                  " comes first and fires whenever it could"});
        problem.related.push_back(place(first.where["id"], "the earlier transition"));
        tell(std::move(problem));
        break;
      }
    }
  }

  [[nodiscard]] static bool covers(const std::vector<std::size_t>& outer, const std::vector<std::size_t>& inner) {
    return std::all_of(inner.begin(), inner.end(),
                       [&](std::size_t each) { return std::find(outer.begin(), outer.end(), each) != outer.end(); });
  }
  [[nodiscard]] static bool covers_names(const std::vector<name_use>& outer, const std::vector<name_use>& inner) {
    return std::all_of(inner.begin(), inner.end(), [&](const name_use& each) {
      return std::any_of(outer.begin(), outer.end(), [&](const name_use& other) { return other.name == each.name; });
    });
  }

  /// Whether `conclusion` provably holds wherever `premise` does. An absent condition always holds.
  [[nodiscard]] bool implied(node premise, node conclusion) {
    if (!conclusion) return true;
    const condition* then = conditions_.get(conclusion);
    const condition* given = conditions_.get(premise);
    if (then == nullptr || (premise && given == nullptr)) return false;
    case_space cases(base_, ranges_);
    cases.add(conclusion);
    cases.add(premise);
    return cases.search([&] { return cases.holds(given) && !cases.holds(then); }).outcome == outcome::none;
  }

  /// Moves by condition that lead forward and, at the same instant, back to where they began: the last one would
  /// enter a stage already visited in the pass.
  void find_circles(const funnel_spec& funnel) {
    constexpr std::size_t length_max = 5;
    edges_.assign(funnel.stages.size(), {});
    for (const transition_spec& each : funnel.transitions) {
      const auto to = names_.stages.find(each.to.name);
      if (!to || !each.when || each.after || is_dead(each.when) || conditions_.get(each.when) == nullptr) continue;
      for (const std::size_t from : from_stages(each)) edges_[from].push_back({&each, *to});
    }
    for (std::size_t start = 0; start < funnel.stages.size(); ++start) {
      std::vector<move> path;
      follow(funnel, start, start, path, length_max);
    }
  }

  struct edge {
    const transition_spec* transition = nullptr;
    std::size_t to = 0;
  };
  struct move {
    const transition_spec* transition = nullptr;
    std::size_t from = 0;
  };

  [[nodiscard]] static bool is_backward(const funnel_spec& funnel, std::size_t from, std::size_t to) {
    if (funnel.stages[to].is_aside) return true;
    return !funnel.stages[from].is_aside && to < from;
  }

  void follow(const funnel_spec& funnel, std::size_t start, std::size_t at, std::vector<move>& path, std::size_t left) {
    if (left == 0 || circles_tried_ >= circle_count_max) return;
    for (const edge& each : edges_[at]) {
      if (each.to == start) {
        if (path.empty() || !is_backward(funnel, at, start)) continue;
        path.push_back({each.transition, at});
        tell_circle(funnel, path);
        path.pop_back();
      } else if (!is_backward(funnel, at, each.to)) {
        const bool visited =
            std::any_of(path.begin(), path.end(), [&](const move& step) { return step.from == each.to; });
        if (visited) continue;
        path.push_back({each.transition, at});
        follow(funnel, start, each.to, path, left - 1);
        path.pop_back();
      }
    }
  }

  /// What the entry of a stage changes at once: its dwell begins, and clocks that it starts forget an ended cycle.
  void enter(std::size_t stage, std::vector<value>& row) {
    row[base_.layout.first_of(slot_kind::days_in_stage)] = value::of(std::int64_t{0});
    const std::uint32_t first_clock = base_.layout.first_of(slot_kind::clock);
    for (std::size_t i = 0; i < pack_.clocks.size(); ++i) {
      value& state = row[first_clock + i];
      const bool ended = state.is_text() && state.text() != "running" && state.text() != "paused";
      for (const trigger_spec& each : pack_.clocks[i].start) {
        if (ended && each.form == trigger_form::enter && covers_names(each.names, {pack_.funnel->stages[stage].id})) {
          state = value::of("none");
        }
      }
    }
  }

  void tell_circle(const funnel_spec& funnel, const std::vector<move>& path) {
    ++circles_tried_;
    case_space cases(base_, ranges_);
    for (const move& each : path) cases.add(each.transition->when);
    const std::uint32_t stage_slot = base_.layout.first_of(slot_kind::stage);
    const auto found = cases.search([&] {
      const std::vector<value> before = cases.row();
      bool fires = true;
      for (std::size_t i = 0; fires && i < path.size(); ++i) {
        cases.row()[stage_slot] = value::of(std::string_view(funnel.stages[path[i].from].id.name));
        if (i > 0) enter(path[i].from, cases.row());
        fires = cases.holds(conditions_.get(path[i].transition->when));
      }
      cases.row() = before;
      return fires;
    });
    if (found.outcome != outcome::found) return;
    std::string way = quoted_name(funnel.stages[path.front().from].id.name);
    for (const move& each : path) way += " to " + quoted_name(each.transition->to.name);
    diagnostic problem =
        path.back().transition->when.blame({.code = "funnel.cycle",
                                            .message = "these transitions can go in a circle at one instant, from " +
                                                       way + "; the last move is then refused",
                                            .expected = "conditions that exclude each other"});
    problem.witness = found.witness;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      problem.related.push_back(place(path[i].transition->when, "holds at the same time"));
    }
    tell(std::move(problem));
  }

  // --- Clocks and cadences ----------------------------------------------------------------------------------------

  [[nodiscard]] bool can_happen(const trigger_spec& trigger) const {
    switch (trigger.form) {
      case trigger_form::enter:
      case trigger_form::leave:
        return std::any_of(trigger.names.begin(), trigger.names.end(),
                           [&](const name_use& each) { return is_reachable(each); });
      case trigger_form::event:
      case trigger_form::condition: return !is_dead(trigger.condition);
      case trigger_form::assigned: return pack_.routing.has_value();
      case trigger_form::transition: return true;
    }
    return true;
  }
  [[nodiscard]] bool can_happen(const std::vector<trigger_spec>& triggers) const {
    return std::any_of(triggers.begin(), triggers.end(), [&](const trigger_spec& each) { return can_happen(each); });
  }

  void check_clock(const clock_spec& clock) {
    const node id = clock.where["id"] ? clock.where["id"] : clock.where;
    const std::string name = quoted_name(clock.id.name);
    if (!clock.start.empty() && !can_happen(clock.start)) {
      tell(clock.where["start"].blame_key(
          {.code = "clock.never_starts", .message = "the clock " + name + " can never start"}));
    }
    const bool repeats_until_cancelled = clock.is_repeating && can_happen(clock.cancel);
    if (!can_happen(clock.stop) && !repeats_until_cancelled) {
      tell(id.blame({.code = "clock.never_stops",
                     .message = "nothing ever stops the clock " + name + ", so nobody can meet it",
                     .expected = "the key \"stop\" with a trigger that can happen"}));
    } else if (clock.is_repeating && !can_happen(clock.cancel)) {
      tell(id.blame({.code = "clock.never_ends",
                     .message = "the clock " + name + " repeats, and nothing ever cancels it",
                     .expected = "the key \"cancel\""}));
    }
    check_stops_at_start(clock);
    for (const trigger_spec& each : clock.pause) {
      if (each.form != trigger_form::condition || can_fail(each.condition) != outcome::none) continue;
      tell(each.condition.blame({.code = "clock.always_paused",
                                 .message = "this always holds, so the clock " + name + " always stands still"}));
    }
    check_ordered(clock.targets, "clock.target_shadowed",
                  "this target is never chosen: an earlier one holds whenever this does");
    check_no_target(clock);
  }

  void check_stops_at_start(const clock_spec& clock) {
    for (const trigger_spec& start : clock.start) {
      for (const trigger_spec& stop : clock.stop) {
        std::string witness;
        if (start.form == trigger_form::enter && stop.form == trigger_form::condition) {
          witness = holds_in_stage(start.names, stop.condition);
        } else if (start.form == stop.form && !stop.condition) {
          for (const name_use& name : start.names) {
            if (!covers_names(stop.names, {name})) continue;
            const std::string_view key = start.form == trigger_form::event   ? "type"
                                         : start.form == trigger_form::enter ? "enter"
                                                                             : "leave";
            witness = "{\"" + std::string(key) + "\": \"" + name.name + "\"}";
            break;
          }
        }
        if (witness.empty()) continue;
        diagnostic problem = stop.where.blame(
            {.code = "clock.stops_at_start",
             .message = "what starts the clock " + quoted_name(clock.id.name) + " stops it in the same instant"});
        problem.witness = std::move(witness);
        problem.related.push_back(place(start.where, "what starts it"));
        tell(std::move(problem));
      }
    }
  }

  /// The stage in which a condition provably always holds, as a witness; empty when there is none.
  [[nodiscard]] std::string holds_in_stage(const std::vector<name_use>& stages, node rule) {
    const condition* read = conditions_.get(rule);
    if (read == nullptr) return {};
    const std::uint32_t slot = base_.layout.first_of(slot_kind::stage);
    for (const name_use& stage : stages) {
      if (!names_.stages.has(stage.name)) continue;
      case_space cases(base_, ranges_);
      cases.add(rule);
      const auto found = cases.search([&] {
        const value before = std::exchange(cases.row()[slot], value::of(std::string_view(stage.name)));
        const bool holds = cases.holds(read);
        cases.row()[slot] = before;
        return !holds;
      });
      if (found.outcome == outcome::none) return "{\"enter\": \"" + stage.name + "\"}";
    }
    return {};
  }

  void check_no_target(const clock_spec& clock) {
    if (clock.targets.empty()) return;
    case_space cases(base_, ranges_);
    for (const clock_target_spec& each : clock.targets) {
      if (!each.when || conditions_.get(each.when) == nullptr) return;
      cases.add(each.when);
    }
    const auto found = cases.search([&] {
      return std::none_of(clock.targets.begin(), clock.targets.end(),
                          [&](const clock_target_spec& each) { return cases.holds(conditions_.get(each.when)); });
    });
    if (found.outcome != outcome::found) return;
    diagnostic problem = clock.where["target"].blame_key(
        {.code = "clock.no_target",
         .message = "where no target's \"when\" holds, the clock " + quoted_name(clock.id.name) + " does not start",
         .expected = "a last target without \"when\""});
    problem.witness = found.witness;
    tell(std::move(problem));
  }

  void check_cadence(const cadence_spec& cadence) {
    if (!cadence.start.empty() && !can_happen(cadence.start)) {
      tell(cadence.where["start"].blame_key(
          {.code = "cadence.never_starts",
           .message = "the cadence " + quoted_name(cadence.id.name) + " can never start"}));
    }
    if (is_dead(cadence.touch_where)) {
      tell(cadence.where["touch"].blame_key(
          {.code = "cadence.never_completes",
           .message = "no touch ever counts for the cadence " + quoted_name(cadence.id.name)}));
    }
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

  void check_grade_rules(const grade_spec& grade) {
    std::vector<grade_rule_spec> conditional;
    for (const grade_rule_spec& each : grade.rules) {
      if (!each.when) break;  // what follows an entry without a condition was told already
      conditional.push_back(each);
    }
    check_ordered(conditional, "grade.rule_shadowed",
                  "this entry never counts: an earlier one holds whenever this does");
  }

  // --- Routing ----------------------------------------------------------------------------------------------------

  void check_routing(const routing_spec& routing) {
    if (!routing.on.empty() && !can_happen(routing.on)) {
      tell(routing.where["on"].blame_key({.code = "routing.never_asked", .message = "nothing ever asks for an owner"}));
    }
    for (std::size_t late = 1; late < routing.rules.size(); ++late) check_shadowed(routing, late);
    for (const routing_rule_spec& each : routing.rules) check_wait(routing, each);
    check_nobody(routing);
  }

  /// A case in which some condition holds, as JSON; empty where none is found.
  [[nodiscard]] std::string case_of(node rule) {
    const condition* read = conditions_.get(rule);
    if (rule && read == nullptr) return {};
    case_space cases(base_, ranges_);
    cases.add(rule);
    return cases.search([&] { return cases.holds(read); }).witness;
  }

  /// Told with a contact that the rule is meant for and does not get.
  void check_shadowed(const routing_spec& routing, std::size_t late) {
    const routing_rule_spec& second = routing.rules[late];
    if (is_dead(second.when)) return;
    // A rule whose owner is an expression may pass to the next, so it shadows nothing.
    std::vector<const routing_rule_spec*> earlier;
    for (std::size_t i = 0; i < late; ++i) {
      if (!routing.rules[i].owner.is_object()) earlier.push_back(&routing.rules[i]);
    }
    const auto first = std::find_if(earlier.begin(), earlier.end(),
                                    [&](const routing_rule_spec* each) { return implied(second.when, each->when); });
    if (first != earlier.end()) {
      earlier = {*first};
    } else if (earlier.size() < 2 || !is_covered(second, earlier)) {
      return;
    }
    diagnostic problem = second.where.blame(
        {.code = "routing.shadowed",
         .message = "the rule " + quoted_name(second.id.name) + " never decides: " +
                    (earlier.size() == 1 ? quoted_name(earlier[0]->id.name) + " comes first and holds whenever it does"
                                         : "earlier rules hold between them whenever it does")});
    for (const routing_rule_spec* each : earlier) problem.related.push_back(place(each->where, "the earlier rule"));
    problem.witness = case_of(second.when);
    tell(std::move(problem));
  }

  [[nodiscard]] bool is_covered(const routing_rule_spec& rule, const std::vector<const routing_rule_spec*>& earlier) {
    const condition* const given = conditions_.get(rule.when);
    if (rule.when && given == nullptr) return false;
    case_space cases(base_, ranges_);
    cases.add(rule.when);
    for (const routing_rule_spec* each : earlier) {
      if (conditions_.get(each->when) == nullptr) return false;
      cases.add(each->when);
    }
    return cases
               .search([&] {
                 return cases.holds(given) && std::none_of(earlier.begin(), earlier.end(), [&](const auto* each) {
                          return cases.holds(conditions_.get(each->when));
                        });
               })
               .outcome == outcome::none;
  }

  /// A pool of whose reps none may ever get what a rule sends there: the contact would wait for ever.
  void check_wait(const routing_spec& routing, const routing_rule_spec& rule) {
    if (!rule.pool || is_dead(rule.when)) return;
    std::vector<std::string_view> excluded;
    if (!rule.exclude.is_object()) {
      for (node each : one_or_many(rule.exclude)) {
        if (each.is_text()) excluded.push_back(each.text());
      }
    }
    const auto serves = [&](const name_use& use) {
      const auto index = names_.reps.find(use.name);
      if (!index) return true;  // told elsewhere
      const std::vector<std::string>& all = routing.reps[*index].territories;
      const bool is_excluded = std::find(excluded.begin(), excluded.end(), use.name) != excluded.end();
      return !is_excluded && (!rule.territory.is_text() || all.empty() ||
                              std::find(all.begin(), all.end(), rule.territory.text()) != all.end());
    };
    auto at = names_.pools.find(rule.pool.name);
    for (std::size_t steps = 0; at && steps <= routing.pools.size(); ++steps) {
      const pool_spec& pool = routing.pools[*at];
      if (std::any_of(pool.reps.begin(), pool.reps.end(), serves)) return;
      if (pool.when_none == pool_fallback::hold) break;
      if (pool.when_none != pool_fallback::pool) return;
      at = names_.pools.find(pool.when_none_name.name);
    }
    if (!at) return;
    diagnostic problem = rule.where.blame(
        {.code = "routing.waits_forever",
         .message = "nobody of the pool " + quoted_name(rule.pool.name) + " may get what the rule " +
                    quoted_name(rule.id.name) + " sends there, so such a contact waits for ever",
         .expected = "a rep in the pool who serves the territory and is not excluded, or \"when_none\""});
    problem.witness = case_of(rule.when);
    tell(std::move(problem));
  }

  void check_nobody(const routing_spec& routing) {
    if (routing.rules.empty()) return;
    case_space cases(base_, ranges_);
    for (const routing_rule_spec& each : routing.rules) {
      if (!each.when && !each.owner.is_object()) return;
      if (each.when && conditions_.get(each.when) == nullptr) return;
      if (each.owner.is_object() && conditions_.get(each.owner) == nullptr) return;
      cases.add(each.when);
      if (each.owner.is_object()) cases.add(each.owner);
    }
    const auto found = cases.search([&] {
      return std::none_of(routing.rules.begin(), routing.rules.end(), [&](const routing_rule_spec& each) {
        if (!cases.holds(conditions_.get(each.when))) return false;
        if (!each.owner.is_object()) return true;
        const value owner = cases.evaluate(*conditions_.get(each.owner));
        return owner.is_text() && !owner.text().empty();
      });
    });
    if (found.outcome != outcome::found) return;
    diagnostic problem =
        routing.where["rules"].blame_key({.code = "routing.nobody",
                                          .message = "no rule takes such a contact, so it is held without an owner",
                                          .expected = "a last rule without \"when\""});
    problem.witness = found.witness;
    tell(std::move(problem));
  }

  // --- Reports ----------------------------------------------------------------------------------------------------

  void check_business_inputs() {
    struct need {
      std::string_view metric;
      std::string_view key;
      bool is_named;
    };
    const business_spec& business = pack_.business;
    const need needs[] = {{"deal_size", "amount", bool(business.amount)},
                          {"deal_size", "won", !business.won.empty()},
                          {"cycle_length", "won", !business.won.empty()},
                          {"cac", "won", !business.won.empty()},
                          {"cpo", "opportunity", bool(business.opportunity)},
                          {"coverage", "opportunity", bool(business.opportunity)},
                          {"coverage", "amount", bool(business.amount)},
                          {"sourced", "amount", bool(business.amount)},
                          {"influenced", "marketing_touches", !business.marketing_touches.empty()}};
    for (const target_spec& target : pack_.targets) {
      for (const need& each : needs) {
        if (target.metric.name != each.metric || each.is_named) continue;
        tell(target.metric.where.blame(
            {.code = "target.not_declared",
             .message = "the metric " + quoted_name(each.metric) + " reads \"" + std::string(each.key) +
                        "\" of \"business\", which is not declared, so the report cannot tell"}));
      }
    }
  }

  static constexpr std::size_t circle_count_max = 1'000;

  const pack& pack_;
  const pack_names& names_;
  const scope_base& base_;
  const score_ranges& ranges_;
  const condition_table& conditions_;
  diagnostics& problems_;
  std::vector<const char*> dead_;
  std::vector<bool> reachable_;
  std::vector<std::vector<edge>> edges_;
  std::size_t circles_tried_ = 0;
};

}  // namespace leadline::detail
