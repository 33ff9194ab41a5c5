#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/json_text.hpp"
#include "leadline/pack/detail/check_ground.hpp"
#include "leadline/pack/detail/stage_ways.hpp"

namespace leadline::detail {

/// Warns of clocks and cadences that cannot work: that never start, that stop as they start, whose stop comes only when
/// they are cancelled, that stand still for ever. Each with the smallest thing that happens to a contact, or the
/// smallest contact, that shows it, where there is one: `{"enter": "mql"}`, `{"type": "signup"}`.
///
///     clock_sense(ground, ways).run();
class clock_sense {
 public:
  clock_sense(check_ground& ground, const stage_ways& ways) : ground_(ground), ways_(ways), pack_(ground.content()) {}

  void run() {
    for (const clock_spec& clock : pack_.clocks) check_clock(clock);
    for (const cadence_spec& cadence : pack_.cadences) check_cadence(cadence);
  }

 private:
  using node = document::node;
  using outcome = case_space::outcome;
  using triggers = std::vector<trigger_spec>;

  // --- What happens to a contact ----------------------------------------------------------------------------------

  [[nodiscard]] static std::string happening(std::string_view key, std::string_view name) {
    std::string out = "{\"" + std::string(key) + "\": ";
    json_text::append_quoted(out, name);
    return out + "}";
  }

  /// The smallest thing that fires a trigger.
  [[nodiscard]] std::string witness_of(const trigger_spec& trigger, std::string_view name) const {
    switch (trigger.form) {
      case trigger_form::enter: return happening("enter", name);
      case trigger_form::leave: return happening("leave", name);
      case trigger_form::assigned: return "{\"assigned\": true}";
      case trigger_form::condition: return ground_.case_of(trigger.condition);
      default: break;
    }
    std::string out = happening("type", name);
    const std::string data = trigger.condition ? ground_.case_of(trigger.condition) : std::string();
    if (data.size() > 2) out.replace(out.size() - 1, 1, ", " + data.substr(1));
    return out;
  }
  [[nodiscard]] std::string witness_of(const triggers& list) const {
    for (const trigger_spec& each : list) {
      if (!ways_.can_happen(each)) continue;
      if (each.names.empty()) return witness_of(each, {});
      for (const name_use& name : each.names) {
        const bool is_reached = each.form == trigger_form::event || ways_.is_reachable(name.name);
        if (is_reached) return witness_of(each, name.name);
      }
    }
    return {};
  }

  /// Where in a pass something comes: the event, then `leave` and `enter` of each move, then assignments, conditions.
  enum class relation : std::uint8_t { not_before, same_pass };

  /// The name by which `first` comes and `second` provably comes with it: in the same pass and, if so asked, not before
  /// it. Null where there is none.
  [[nodiscard]] const name_use* comes_with(const trigger_spec& first, const trigger_spec& second, relation how) const {
    static const name_use nameless;
    if (first.form == trigger_form::assigned) return second.form == trigger_form::assigned ? &nameless : nullptr;
    if (first.form == trigger_form::condition) {
      const bool is_sure = second.form == trigger_form::condition && !ground_.is_dead(first.condition) &&
                           ground_.implied(first.condition, second.condition);
      return is_sure ? &nameless : nullptr;
    }
    const auto found = std::find_if(first.names.begin(), first.names.end(),
                                    [&](const name_use& name) { return comes_with(first, name.name, second, how); });
    return found == first.names.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool comes_with(const trigger_spec& first, std::string_view name, const trigger_spec& second,
                                relation how) const {
    const auto every_next = [&](const auto& holds) {
      const std::vector<std::string_view> next = ways_.next_of(name);
      return !ways_.is_anything_manual() && !next.empty() && std::all_of(next.begin(), next.end(), holds);
    };
    const auto is_named = [&](std::string_view stage) { return check_ground::names_one(second.names, stage); };
    switch (first.form) {
      case trigger_form::enter:
        if (second.form == trigger_form::enter) return is_named(name);
        if (second.form == trigger_form::condition) return ground_.holds_in_stage(name, second.condition);
        return how == relation::same_pass && second.form == trigger_form::leave && is_left_before(name, second);
      case trigger_form::leave:
        if (second.form == trigger_form::leave) return is_named(name);
        if (second.form == trigger_form::enter) return every_next(is_named);
        return second.form == trigger_form::condition &&
               every_next([&](std::string_view stage) { return ground_.holds_in_stage(stage, second.condition); });
      case trigger_form::event:
        if (second.form == trigger_form::event)
          return is_named(name) && !ground_.is_dead(first.condition) &&
                 (!second.condition || ground_.implied(first.condition, second.condition));
        return second.form == trigger_form::condition && ground_.always_holds(second.condition);
      default: return false;
    }
  }
  /// Whether every stage from which one move leads to `stage` is named by a trigger of form `leave`.
  [[nodiscard]] bool is_left_before(std::string_view stage, const trigger_spec& leave) const {
    if (stage == pack_.funnel->start.name || ways_.is_anything_manual()) return false;
    bool is_any = false;
    for (const stage_spec& each : pack_.funnel->stages) {
      const std::vector<std::string_view> next = ways_.next_of(each.id.name);
      if (!ways_.is_reachable(each.id.name) || std::find(next.begin(), next.end(), stage) == next.end()) continue;
      if (!check_ground::names_one(leave.names, each.id.name)) return false;
      is_any = true;
    }
    return is_any;
  }

  // --- Clocks -----------------------------------------------------------------------------------------------------

  void check_clock(const clock_spec& clock) {
    const node id = clock.where["id"] ? clock.where["id"] : clock.where;
    const std::string name = quoted_name(clock.id.name);
    check_start(clock, name);
    const bool repeats_until_cancelled = clock.is_repeating && ways_.can_happen(clock.cancel);
    if (!ways_.can_happen(clock.stop) && !repeats_until_cancelled) {
      diagnostic problem = id.blame({.code = "clock.never_stops",
                                     .message = "nothing ever stops the clock " + name + ", so nobody can meet it",
                                     .expected = "the key \"stop\" with a trigger that can happen"});
      problem.witness = witness_of(clock.start);
      ground_.tell(std::move(problem));
    } else if (clock.is_repeating && !ways_.can_happen(clock.cancel)) {
      diagnostic problem = id.blame({.code = "clock.never_ends",
                                     .message = "the clock " + name + " repeats, and nothing ever cancels it",
                                     .expected = "the key \"cancel\""});
      problem.witness = witness_of(clock.start);
      ground_.tell(std::move(problem));
    }
    check_together(clock);
    check_cancelled_stops(clock);
    check_pauses(clock, name);
    ground_.check_ordered(clock.targets, "clock.target_shadowed",
                          "this target is never chosen: an earlier one holds whenever this does");
    check_no_target(clock);
  }

  void check_start(const clock_spec& clock, const std::string& name) {
    if (!clock.start.empty() && !ways_.can_happen(clock.start)) {
      ground_.tell(clock.where["start"].blame_key(
          {.code = "clock.never_starts", .message = "the clock " + name + " can never start"}));
      return;
    }
    const bool has_no_target = !clock.targets.empty() &&
                               std::all_of(clock.targets.begin(), clock.targets.end(),
                                           [&](const clock_target_spec& each) { return ground_.is_dead(each.when); });
    if (!has_no_target) return;
    diagnostic problem = clock.where["target"].blame_key(
        {.code = "clock.never_starts",
         .message = "no target of the clock " + name + " is ever chosen, so it can never start"});
    problem.witness = witness_of(clock.start);
    ground_.tell(std::move(problem));
  }

  /// A start that a stop or a cancel always comes with.
  void check_together(const clock_spec& clock) {
    const auto tell = [&](const trigger_spec& start, const trigger_spec& end, diagnostic what) {
      const name_use* const by = comes_with(start, end, relation::not_before);
      if (by == nullptr) return;
      diagnostic problem = end.where.blame(std::move(what));
      problem.witness = witness_of(start, by->name);
      problem.related.push_back(check_ground::place(start.where, "what starts it"));
      ground_.tell(std::move(problem));
    };
    const std::string name = quoted_name(clock.id.name);
    for (const trigger_spec& start : clock.start) {
      for (const trigger_spec& stop : clock.stop) {
        tell(start, stop,
             {.code = "clock.stops_at_start",
              .message = "what starts the clock " + name + " stops it in the same instant"});
      }
      for (const trigger_spec& cancel : clock.cancel) {
        tell(start, cancel,
             {.code = "clock.never_starts",
              .message = "what starts the clock " + name + " cancels it in the same instant, so that it never starts"});
      }
    }
  }

  /// In a pass a clock is cancelled before it is stopped, so that a stop which only ever comes with a cancel is none.
  void check_cancelled_stops(const clock_spec& clock) {
    for (const trigger_spec& stop : clock.stop) {
      for (const trigger_spec& cancel : clock.cancel) {
        std::string witness;
        if (stop.form == trigger_form::enter && cancel.form == trigger_form::leave) {
          witness = move_between(cancel.names, stop.names);
        } else if (const name_use* const by = comes_with(stop, cancel, relation::same_pass)) {
          witness = witness_of(stop, by->name);
        }
        if (witness.empty()) continue;
        diagnostic problem = stop.where.blame(
            {.code = "clock.cancelled_at_stop",
             .message = "this cancels the clock " + quoted_name(clock.id.name) +
                        " instead of stopping it: what cancels it comes in the same instant, and is asked first",
             .expected = "a \"cancel\" that leaves this one out"});
        problem.witness = std::move(witness);
        problem.related.push_back(check_ground::place(cancel.where, "what cancels it"));
        ground_.tell(std::move(problem));
      }
    }
  }

  /// A move that some transition makes from one of the stages to one of the others.
  [[nodiscard]] std::string move_between(const std::vector<name_use>& from, const std::vector<name_use>& to) const {
    if (!pack_.funnel) return {};
    for (const transition_spec& each : pack_.funnel->transitions) {
      if (!check_ground::names_one(to, each.to.name) || !ways_.can_fire(each)) continue;
      for (const std::size_t stage : ways_.from_stages(each)) {
        const std::string& name = pack_.funnel->stages[stage].id.name;
        if (!check_ground::names_one(from, name) || !ways_.is_reachable(stage)) continue;
        std::string out = happening("leave", name);
        const std::string entered = happening("enter", each.to.name);
        return out.replace(out.size() - 1, 1, ", " + entered.substr(1));
      }
    }
    return {};
  }

  void check_pauses(const clock_spec& clock, const std::string& name) {
    bool pauses_by_trigger = false;
    for (const trigger_spec& each : clock.pause) {
      if (each.form == trigger_form::condition) {
        check_lasting_pause(clock, each, name);
        continue;
      }
      for (const trigger_spec& resume : clock.resume) {
        const name_use* const by = comes_with(each, resume, relation::not_before);
        if (by == nullptr) continue;
        diagnostic problem = each.where.blame(
            {.code = "clock.resumes_at_pause",
             .message = "what pauses the clock " + name + " resumes it in the same instant, so that it never pauses"});
        problem.witness = witness_of(each, by->name);
        problem.related.push_back(check_ground::place(resume.where, "what resumes it"));
        ground_.tell(std::move(problem));
      }
      pauses_by_trigger = pauses_by_trigger || ways_.can_happen(each);
    }
    if (!pauses_by_trigger || ways_.can_happen(clock.resume)) return;
    const std::string why = clock.resume.empty()
                                ? "a pause by a trigger lasts until \"resume\", which this clock does not have"
                                : "a pause by a trigger lasts until \"resume\", and nothing of it can happen";
    diagnostic problem = clock.where[clock.resume.empty() ? "pause" : "resume"].blame_key(
        {.code = "clock.pauses_for_ever",
         .message = why,
         .expected = "the key \"resume\" with a trigger that can happen"});
    triggers lasting;
    for (const trigger_spec& each : clock.pause) {
      if (each.form != trigger_form::condition) lasting.push_back(each);
    }
    problem.witness = witness_of(lasting);
    ground_.tell(std::move(problem));
  }

  /// A condition that holds of every contact, or in every stage in which the clock runs.
  void check_lasting_pause(const clock_spec& clock, const trigger_spec& pause, const std::string& name) {
    diagnostic problem = pause.condition.blame(
        {.code = "clock.always_paused", .message = "this always holds, so the clock " + name + " always stands still"});
    if (ground_.always_holds(pause.condition)) {
      problem.witness = witness_of(clock.start);
      return ground_.tell(std::move(problem));
    }
    // It runs in the stages that start it alone, where leaving them cancels or stops it.
    std::string_view stage;
    for (const trigger_spec& start : clock.start) {
      if (start.form != trigger_form::enter) return;
      for (const name_use& each : start.names) {
        const auto ends_it = [&](const triggers& list) {
          return std::any_of(list.begin(), list.end(), [&](const trigger_spec& end) {
            return end.form == trigger_form::leave && check_ground::names_one(end.names, each.name);
          });
        };
        const bool is_lasting =
            (ends_it(clock.cancel) || ends_it(clock.stop)) && ground_.holds_in_stage(each.name, pause.condition);
        if (!is_lasting) return;
        stage = each.name;
      }
    }
    if (stage.empty()) return;
    problem.message = "this holds as long as the clock " + name + " is wanted, so it always stands still";
    problem.witness = happening("enter", stage);
    ground_.tell(std::move(problem));
  }

  void check_no_target(const clock_spec& clock) {
    if (clock.targets.empty()) return;
    case_space cases = ground_.cases();
    bool is_any = false;
    for (const clock_target_spec& each : clock.targets) {
      if (!each.when || ground_.is_unread(each.when)) return;
      is_any = is_any || !ground_.is_dead(each.when);
      cases.add(each.when);
    }
    if (!is_any) return;  // told: it never starts
    const auto found = cases.search([&] {
      return std::none_of(clock.targets.begin(), clock.targets.end(),
                          [&](const clock_target_spec& each) { return cases.holds(ground_.read(each.when)); });
    });
    if (found.outcome != outcome::found) return;
    diagnostic problem = clock.where["target"].blame_key(
        {.code = "clock.no_target",
         .message = "where no target's \"when\" holds, the clock " + quoted_name(clock.id.name) + " does not start",
         .expected = "a last target without \"when\""});
    problem.witness = found.witness;
    ground_.tell(std::move(problem));
  }

  // --- Cadences ---------------------------------------------------------------------------------------------------

  void check_cadence(const cadence_spec& cadence) {
    if (!cadence.start.empty() && !ways_.can_happen(cadence.start)) {
      ground_.tell(cadence.where["start"].blame_key(
          {.code = "cadence.never_starts",
           .message = "the cadence " + quoted_name(cadence.id.name) + " can never start"}));
    }
    if (ground_.is_dead(cadence.touch_where)) {
      ground_.tell(cadence.where["touch"].blame_key(
          {.code = "cadence.never_completes",
           .message = "no touch ever counts for the cadence " + quoted_name(cadence.id.name)}));
    }
  }

  check_ground& ground_;
  const stage_ways& ways_;
  const pack& pack_;
};

}  // namespace leadline::detail
