#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "leadline/pack/detail/check_ground.hpp"
#include "leadline/pack/detail/stage_ways.hpp"

namespace leadline::detail {

/// Warns of a funnel that cannot work: stages nobody reaches, transitions that never have their turn, moves that go in
/// a circle at one instant, and rounds that a contact goes for ever with nothing happening but time.
///
///     funnel_sense(ground, ways).run();     // REQUIRES a pack with a funnel
class funnel_sense {
 public:
  funnel_sense(check_ground& ground, const stage_ways& ways)
      : ground_(ground), ways_(ways), pack_(ground.content()), funnel_(*ground.content().funnel) {}

  void run() {
    find_unreachable_stages();
    find_shadowed_transitions();
    find_edges();
    for (std::size_t start = 0; start < funnel_.stages.size(); ++start) {
      std::vector<move> path;
      follow(start, start, path, length_max);
      follow_round(start, start, path, length_max);
    }
  }

 private:
  using node = document::node;
  using outcome = case_space::outcome;

  void find_unreachable_stages() {
    for (std::size_t i = 0; i < funnel_.stages.size(); ++i) {
      // An entry without a name, or with another's, was told already.
      const name_use& id = funnel_.stages[i].id;
      if (ways_.is_reachable(i) || ground_.names().stages.find(id.name) != i) continue;
      ground_.tell(id.where.blame(
          {.code = "funnel.unreachable_stage",
           .message = "no way leads from " + quoted_name(funnel_.start.name) + " to the stage " + quoted_name(id.name),
           .expected = "a transition or a disposition into it, or \"manual\": \"any\""}));
    }
  }

  /// An earlier transition from the same stages that fires whenever a later one would.
  void find_shadowed_transitions() {
    for (std::size_t late = 1; late < funnel_.transitions.size(); ++late) {
      const transition_spec& second = funnel_.transitions[late];
      if (second.after || !ways_.can_fire(second)) continue;
      for (std::size_t early = 0; early < late; ++early) {
        const transition_spec& first = funnel_.transitions[early];
        // A cooldown, a dwell or a guard lets later ones have their turn.
        if (first.after || first.cooldown || first.on.empty() != second.on.empty()) continue;
        const std::vector<std::size_t> first_from = ways_.from_stages(first);
        const std::vector<std::size_t> second_from = ways_.from_stages(second);
        const bool is_covered =
            !second_from.empty() && std::all_of(second_from.begin(), second_from.end(), [&](std::size_t each) {
              return std::find(first_from.begin(), first_from.end(), each) != first_from.end();
            });
        if (!is_covered || !check_ground::covers(first.on, second.on)) continue;
        const node first_rule = first.on.empty() ? first.when : first.event_where;
        const node second_rule = second.on.empty() ? second.when : second.event_where;
        // A `when` transition that was disarmed is passed over, so only one that leads forward shadows for sure.
        if (first.on.empty() && first.to.name != second.to.name) continue;
        if (!ground_.implied(second_rule, first_rule)) continue;
        diagnostic problem = second.where["id"].blame({.code = "transition.shadowed",
                                                       .message = "the transition " + quoted_name(second.id.name) +
                                                                  " never fires: " + quoted_name(first.id.name) +
                                                                  " comes first and fires whenever it could"});
        problem.related.push_back(check_ground::place(first.where["id"], "the earlier transition"));
        ground_.tell(std::move(problem));
        break;
      }
    }
  }

  // --- Circles and rounds -----------------------------------------------------------------------------------------

  struct edge {
    const transition_spec* transition = nullptr;
    std::size_t to = 0;
  };
  struct move {
    const transition_spec* transition = nullptr;
    std::size_t from = 0;
  };

  /// Moves that need no event: by condition, and after a dwell.
  void find_edges() {
    edges_.assign(funnel_.stages.size(), {});
    waiting_edges_.assign(funnel_.stages.size(), {});
    for (const transition_spec& each : funnel_.transitions) {
      const auto to = ground_.names().stages.find(each.to.name);
      if (!to || !each.on.empty() || ground_.is_dead(each.when) || ground_.is_unread(each.when)) continue;
      if (!each.when && !each.after) continue;
      for (const std::size_t from : ways_.from_stages(each)) {
        if (from == *to) continue;  // told elsewhere
        if (!each.after) edges_[from].push_back({&each, *to});
        waiting_edges_[from].push_back({&each, *to});
      }
    }
  }

  [[nodiscard]] bool is_backward(std::size_t from, std::size_t to) const {
    if (funnel_.stages[to].is_aside) return true;
    return !funnel_.stages[from].is_aside && to < from;
  }

  /// Moves by condition that lead forward and, at the same instant, back to where they began: the last one would
  /// enter a stage already visited in the pass.
  void follow(std::size_t start, std::size_t at, std::vector<move>& path, std::size_t left) {
    if (left == 0 || circles_tried_ >= circle_count_max) return;
    for (const edge& each : edges_[at]) {
      if (each.to == start) {
        if (path.empty() || !is_backward(at, start)) continue;
        path.push_back({each.transition, at});
        tell_circle(path);
        path.pop_back();
      } else if (!is_backward(at, each.to) && !is_visited(path, each.to)) {
        path.push_back({each.transition, at});
        follow(start, each.to, path, left - 1);
        path.pop_back();
      }
    }
  }

  [[nodiscard]] static bool is_visited(const std::vector<move>& path, std::size_t stage) {
    return std::any_of(path.begin(), path.end(), [&](const move& step) { return step.from == stage; });
  }

  /// What the entry of a stage changes at once: its dwell begins, and clocks that it starts forget an ended cycle.
  void enter(std::size_t stage, std::vector<value>& row) const {
    row[ground_.base().layout.first_of(slot_kind::days_in_stage)] = value::of(std::int64_t{0});
    const std::uint32_t first_clock = ground_.base().layout.first_of(slot_kind::clock);
    for (std::size_t i = 0; i < pack_.clocks.size(); ++i) {
      value& state = row[first_clock + i];
      const bool ended = state.is_text() && state.text() != "running" && state.text() != "paused";
      for (const trigger_spec& each : pack_.clocks[i].start) {
        if (ended && each.form == trigger_form::enter &&
            check_ground::names_one(each.names, funnel_.stages[stage].id.name)) {
          state = value::of("none");
        }
      }
    }
  }

  void tell_circle(const std::vector<move>& path) {
    ++circles_tried_;
    case_space cases = ground_.cases();
    for (const move& each : path) cases.add(each.transition->when);
    const std::uint32_t stage_slot = ground_.base().layout.first_of(slot_kind::stage);
    const auto found = cases.search([&] {
      const std::vector<value> before = cases.row();
      bool fires = true;
      for (std::size_t i = 0; fires && i < path.size(); ++i) {
        cases.row()[stage_slot] = value::of(std::string_view(funnel_.stages[path[i].from].id.name));
        if (i > 0) enter(path[i].from, cases.row());
        fires = cases.holds(ground_.read(path[i].transition->when));
      }
      cases.row() = before;
      return fires;
    });
    if (found.outcome != outcome::found) return;
    diagnostic problem =
        path.back().transition->when.blame({.code = "funnel.cycle",
                                            .message = "these transitions can go in a circle at one instant, from " +
                                                       way_of(path) + "; the last move is then refused",
                                            .expected = "conditions that exclude each other"});
    problem.witness = found.witness;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      problem.related.push_back(check_ground::place(path[i].transition->when, "holds at the same time"));
    }
    ground_.tell(std::move(problem));
  }

  [[nodiscard]] std::string way_of(const std::vector<move>& path) const {
    std::string out = quoted_name(funnel_.stages[path.front().from].id.name);
    for (const move& each : path) out += " to " + quoted_name(each.transition->to.name);
    return out;
  }

  /// A round begins at the first of its stages, so that each is told once.
  void follow_round(std::size_t start, std::size_t at, std::vector<move>& path, std::size_t left) {
    if (left == 0 || rounds_tried_ >= circle_count_max) return;
    for (const edge& each : waiting_edges_[at]) {
      if (each.to < start || (each.to != start && is_visited(path, each.to))) continue;
      path.push_back({each.transition, at});
      if (each.to == start) {
        tell_round(path);
      } else {
        follow_round(start, each.to, path, left - 1);
      }
      path.pop_back();
    }
  }

  /// As a stage is found by whoever comes back to it: its dwell begins, and a clock that it starts and that leaving it
  /// cancels has not begun yet.
  void return_to(std::size_t stage, std::vector<value>& row) const {
    row[ground_.base().layout.first_of(slot_kind::days_in_stage)] = value::of(std::int64_t{0});
    const std::uint32_t first_clock = ground_.base().layout.first_of(slot_kind::clock);
    const auto names = [&](const std::vector<trigger_spec>& list, trigger_form form) {
      return std::any_of(list.begin(), list.end(), [&](const trigger_spec& each) {
        return each.form == form && check_ground::names_one(each.names, funnel_.stages[stage].id.name);
      });
    };
    for (std::size_t i = 0; i < pack_.clocks.size(); ++i) {
      const clock_spec& clock = pack_.clocks[i];
      if (names(clock.start, trigger_form::enter) && names(clock.cancel, trigger_form::leave))
        row[first_clock + i] = value::of("none");
    }
  }

  /// A round of moves that nothing but time brings, each again and again: a lead that is put back into a queue from
  /// which nobody has to take it. A move by condition out of a stage that was entered backwards counts only where its
  /// condition comes true while the contact waits there, since one that holds on the way in is disarmed. Two moves at
  /// least must wait: all that follows one wait is one pass, which enters no stage twice.
  void tell_round(const std::vector<move>& path) {
    ++rounds_tried_;
    const std::uint32_t stage_slot = ground_.base().layout.first_of(slot_kind::stage);
    case_space cases = ground_.cases();
    for (const move& each : path) cases.add(each.transition->when);
    enum class move_kind : std::uint8_t { none, at_once, after_a_wait };
    const auto kind_of = [&](std::size_t i) {
      const transition_spec& each = *path[i].transition;
      const condition* const when = ground_.read(each.when);
      const std::size_t before = path[i == 0 ? path.size() - 1 : i - 1].from;
      const std::vector<value> row = cases.row();
      cases.row()[stage_slot] = value::of(std::string_view(funnel_.stages[path[i].from].id.name));
      const bool holds = cases.holds(when);
      return_to(path[i].from, cases.row());
      const bool holds_at_once = !each.after && cases.holds(when);
      cases.row() = row;
      if (!holds || (holds_at_once && is_backward(before, path[i].from))) return move_kind::none;
      return holds_at_once ? move_kind::at_once : move_kind::after_a_wait;
    };
    const auto found = cases.search([&] {
      std::size_t waits = 0;
      for (std::size_t i = 0; i < path.size(); ++i) {
        const move_kind kind = kind_of(i);
        if (kind == move_kind::none) return false;
        waits += kind == move_kind::after_a_wait ? 1 : 0;
      }
      return waits >= 2;
    });
    if (found.outcome != outcome::found) return;
    const transition_spec& last = *path.back().transition;
    const node blamed = last.when ? last.when : last.after_where;
    diagnostic problem =
        blamed.blame({.code = "funnel.requeue_loop",
                      .message = "a contact goes round for ever with nothing happening but time, from " + way_of(path),
                      .expected = "an event on one of the moves, or a condition that such a contact does not meet"});
    problem.witness = found.witness;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const transition_spec& each = *path[i].transition;
      problem.related.push_back(check_ground::place(each.when ? each.when : each.after_where, "an earlier move"));
    }
    ground_.tell(std::move(problem));
  }

  static constexpr std::size_t circle_count_max = 1'000;
  static constexpr std::size_t length_max = 5;

  check_ground& ground_;
  const stage_ways& ways_;
  const pack& pack_;
  const funnel_spec& funnel_;
  std::vector<std::vector<edge>> edges_;
  std::vector<std::vector<edge>> waiting_edges_;
  std::size_t circles_tried_ = 0;
  std::size_t rounds_tried_ = 0;
};

}  // namespace leadline::detail
