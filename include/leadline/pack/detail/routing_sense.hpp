#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/pack/detail/check_ground.hpp"
#include "leadline/pack/detail/stage_ways.hpp"

namespace leadline::detail {

/// Warns of routing that leaves contacts lying: rules that earlier ones shadow, leads nobody gets, leads that wait for
/// ever, and leads that are handed round for ever. Each with the smallest contact that it happens to.
///
///     routing_sense(ground, ways).run();     // REQUIRES a pack with routing
class routing_sense {
 public:
  routing_sense(check_ground& ground, const stage_ways& ways)
      : ground_(ground), ways_(ways), pack_(ground.content()), routing_(*ground.content().routing) {}

  void run() {
    if (!routing_.on.empty() && !ways_.can_happen(routing_.on)) {
      ground_.tell(
          routing_.where["on"].blame_key({.code = "routing.never_asked", .message = "nothing ever asks for an owner"}));
    }
    for (std::size_t late = 1; late < routing_.rules.size(); ++late) check_shadowed(late);
    for (std::size_t i = 0; i < routing_.rules.size(); ++i) check_wait(i);
    check_nobody();
    check_loops();
  }

 private:
  using node = document::node;
  using outcome = case_space::outcome;

  // --- Rules ------------------------------------------------------------------------------------------------------

  /// Told with a contact that the rule is meant for and does not get.
  void check_shadowed(std::size_t late) {
    const routing_rule_spec& second = routing_.rules[late];
    if (ground_.is_dead(second.when)) return;
    // A rule whose owner is an expression may pass to the next, so it shadows nothing.
    std::vector<const routing_rule_spec*> earlier;
    for (std::size_t i = 0; i < late; ++i) {
      if (!routing_.rules[i].owner.is_object()) earlier.push_back(&routing_.rules[i]);
    }
    const auto first = std::find_if(earlier.begin(), earlier.end(), [&](const routing_rule_spec* each) {
      return ground_.implied(second.when, each->when);
    });
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
    for (const routing_rule_spec* each : earlier) {
      problem.related.push_back(check_ground::place(each->where, "the earlier rule"));
    }
    problem.witness = ground_.case_of(second.when);
    ground_.tell(std::move(problem));
  }

  [[nodiscard]] bool is_covered(const routing_rule_spec& rule,
                                const std::vector<const routing_rule_spec*>& earlier) const {
    if (ground_.is_unread(rule.when)) return false;
    const condition* const given = ground_.read(rule.when);
    case_space cases = ground_.cases();
    cases.add(rule.when);
    for (const routing_rule_spec* each : earlier) {
      if (ground_.read(each->when) == nullptr) return false;
      cases.add(each->when);
    }
    const auto is_left_over = [&] {
      return cases.holds(given) && std::none_of(earlier.begin(), earlier.end(), [&](const auto* each) {
               return cases.holds(ground_.read(each->when));
             });
    };
    return cases.search(is_left_over).outcome == outcome::none;
  }

  void check_nobody() {
    if (routing_.rules.empty()) return;
    case_space cases = ground_.cases();
    for (const routing_rule_spec& each : routing_.rules) {
      if (!each.when && !each.owner.is_object()) return;
      if (ground_.is_unread(each.when)) return;
      if (each.owner.is_object() && ground_.is_unread(each.owner)) return;
      cases.add(each.when);
      if (each.owner.is_object()) cases.add(each.owner);
    }
    const auto found = cases.search([&] { return !is_taken_before(routing_.rules.size(), cases); });
    if (found.outcome != outcome::found) return;
    diagnostic problem =
        routing_.where["rules"].blame_key({.code = "routing.nobody",
                                           .message = "no rule takes such a contact, so it is held without an owner",
                                           .expected = "a last rule without \"when\""});
    problem.witness = found.witness;
    ground_.tell(std::move(problem));
  }

  /// Whether one of the first `count` rules takes the case at hand.
  [[nodiscard]] bool is_taken_before(std::size_t count, case_space& cases) const {
    return std::any_of(routing_.rules.begin(), routing_.rules.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](const routing_rule_spec& each) {
                         if (!cases.holds(ground_.read(each.when))) return false;
                         if (!each.owner.is_object()) return true;
                         const value owner = cases.evaluate(*ground_.read(each.owner));
                         return owner.is_text() && !owner.text().empty();
                       });
  }

  // --- Waiting for ever -------------------------------------------------------------------------------------------

  /// What a pool and those it overflows into come to for a rule.
  struct chain {
    /// Reps who could get something, whatever the territory.
    std::vector<const rep_spec*> reps;
    /// Whether somebody gets it where none of them may.
    bool has_way_out = false;
    /// Whether the author wrote that those whom nobody may get are held.
    bool is_meant_to_wait = false;
  };

  [[nodiscard]] static bool names_rep(node exclude, std::string_view name) {
    if (exclude.is_object()) return false;
    for (node each : one_or_many(exclude)) {
      if (each.is_text() && each.text() == name) return true;
    }
    return false;
  }

  /// Nothing where something of it was told as wrong elsewhere.
  [[nodiscard]] std::optional<chain> chain_of(const routing_rule_spec& rule) const {
    chain out;
    auto at = ground_.names().pools.find(rule.pool.name);
    for (std::size_t steps = 0; steps <= routing_.pools.size(); ++steps) {
      if (!at) return std::nullopt;
      const pool_spec& pool = routing_.pools[*at];
      bool is_everybody_excluded = true;
      for (const name_use& use : pool.reps) {
        const auto index = ground_.names().reps.find(use.name);
        if (!index) return std::nullopt;
        if (names_rep(rule.exclude, use.name)) continue;
        is_everybody_excluded = false;
        const rep_spec& rep = routing_.reps[*index];
        if (rep.capacity && *rep.capacity == 0) continue;
        if (std::find(out.reps.begin(), out.reps.end(), &rep) == out.reps.end()) out.reps.push_back(&rep);
      }
      if (pool.when_none == pool_fallback::anyone) out.has_way_out = !is_everybody_excluded;
      if (pool.when_none == pool_fallback::owner) out.has_way_out = !names_rep(rule.exclude, pool.when_none_name.name);
      out.is_meant_to_wait = pool.when_none == pool_fallback::hold && pool.name.where["when_none"];
      if (pool.when_none != pool_fallback::pool) return out;
      at = ground_.names().pools.find(pool.when_none_name.name);
    }
    return std::nullopt;
  }

  [[nodiscard]] static bool serves(const rep_spec& rep, std::string_view territory) {
    return !rep.territories ||
           std::find(rep.territories->begin(), rep.territories->end(), territory) != rep.territories->end();
  }

  /// A pool of whose reps none may ever get what a rule sends there: the contact would wait for ever.
  void check_wait(std::size_t index) {
    const routing_rule_spec& rule = routing_.rules[index];
    if (!rule.pool || ground_.is_dead(rule.when)) return;
    std::optional<chain> known = chain_of(rule);
    if (!known || known->has_way_out) return;
    if (rule.territory.is_text()) {
      std::erase_if(known->reps, [&](const rep_spec* each) { return !serves(*each, rule.territory.text()); });
    }
    if (known->reps.empty()) return tell_wait(rule, ground_.case_of(rule.when));
    if (known->is_meant_to_wait) return;
    if (rule.territory.is_object() && check_territory(index, *known)) return;
    // The owner is left behind by a reroute, and a rule asks its pool again without them.
    if (!routing_.reroute || known->reps.size() != 1 || !ways_.can_happen(routing_.reroute->on)) return;
    diagnostic problem = rule.where.blame(
        {.code = "routing.reroute_finds_nobody",
         .message = "only " + quoted_name(known->reps.front()->name.name) + " may get what the rule " +
                    quoted_name(rule.id.name) + " sends to the pool " + quoted_name(rule.pool.name) +
                    ", so once it is routed again a contact waits for ever",
         .expected = "a second rep, or \"when_none\", which may be {\"hold\": true} where that is meant"});
    problem.witness = ground_.case_of(rule.when);
    ground_.tell(std::move(problem));
  }

  void tell_wait(const routing_rule_spec& rule, std::string witness) {
    diagnostic problem = rule.where.blame(
        {.code = "routing.waits_forever",
         .message = "nobody of the pool " + quoted_name(rule.pool.name) + " may get what the rule " +
                    quoted_name(rule.id.name) + " sends there, so such a contact waits for ever",
         .expected = "a rep in the pool who serves the territory and is not excluded, or \"when_none\""});
    problem.witness = std::move(witness);
    ground_.tell(std::move(problem));
  }

  /// A territory that depends on the contact: some contact may be of one that nobody serves.
  [[nodiscard]] bool check_territory(std::size_t index, const chain& known) {
    const routing_rule_spec& rule = routing_.rules[index];
    const bool is_anywhere_served =
        std::any_of(known.reps.begin(), known.reps.end(), [](const rep_spec* each) { return !each->territories; });
    const condition* const territory = ground_.read(rule.territory);
    if (is_anywhere_served || territory == nullptr || ground_.is_unread(rule.when)) return false;
    case_space cases = ground_.cases();
    cases.add(rule.territory);
    cases.add(rule.when);
    for (std::size_t i = 0; i < index; ++i) {
      const routing_rule_spec& each = routing_.rules[i];
      if (ground_.is_unread(each.when) || (each.owner.is_object() && ground_.is_unread(each.owner))) return false;
      cases.add(each.when);
      if (each.owner.is_object()) cases.add(each.owner);
    }
    const auto found = cases.search([&] {
      if (!cases.holds(ground_.read(rule.when)) || is_taken_before(index, cases)) return false;
      const value wanted = cases.evaluate(*territory);
      const std::string_view name = wanted.is_text() ? wanted.text() : std::string_view();
      return std::none_of(known.reps.begin(), known.reps.end(),
                          [&](const rep_spec* each) { return serves(*each, name); });
    });
    if (found.outcome != outcome::found) return false;
    tell_wait(rule, found.witness);
    return true;
  }

  // --- Handed round for ever --------------------------------------------------------------------------------------

  /// A breach that asks for an owner anew (`on`, which counts no hops) while the assignment sets the same clock going
  /// again: owner after owner, as long as nobody does anything.
  void check_loops() {
    for (const trigger_spec& asks : routing_.on) {
      if (asks.form != trigger_form::condition || ground_.is_dead(asks.condition)) continue;
      for (std::size_t i = 0; i < pack_.clocks.size(); ++i) {
        const clock_spec& clock = pack_.clocks[i];
        const auto by_assignment =
            std::find_if(clock.restart.begin(), clock.restart.end(),
                         [](const trigger_spec& each) { return each.form == trigger_form::assigned; });
        if (by_assignment == clock.restart.end()) continue;
        const std::string witness = breach_that_asks(asks.condition, i);
        if (witness.empty()) continue;
        diagnostic problem = asks.condition.blame(
            {.code = "routing.requeue_loop",
             .message = "a contact whose clock " + quoted_name(clock.id.name) +
                        " is breached is routed again and again: each assignment sets the clock going anew",
             .expected = "this trigger in \"reroute\", which ends after \"max_hops\""});
        problem.related.push_back(check_ground::place(by_assignment->where, "what sets it going"));
        problem.witness = witness;
        ground_.tell(std::move(problem));
      }
    }
  }

  /// A case in which a condition holds because a clock is breached: not while it runs.
  [[nodiscard]] std::string breach_that_asks(node rule, std::size_t clock) const {
    const condition* const asked = ground_.read(rule);
    if (asked == nullptr) return {};
    const std::uint32_t slot = ground_.base().layout.first_of(slot_kind::clock) + static_cast<std::uint32_t>(clock);
    case_space cases = ground_.cases();
    cases.add(rule);
    return cases
        .search([&] {
          if (!cases.row()[slot].is_text() || cases.row()[slot].text() != "breached" || !cases.holds(asked))
            return false;
          const value before = std::exchange(cases.row()[slot], value::of("running"));
          const bool holds_running = cases.holds(asked);
          cases.row()[slot] = before;
          return !holds_running;
        })
        .witness;
  }

  check_ground& ground_;
  const stage_ways& ways_;
  const pack& pack_;
  const routing_spec& routing_;
};

}  // namespace leadline::detail
