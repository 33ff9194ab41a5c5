#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/pack/detail/check_ground.hpp"

namespace leadline::detail {

/// The ways between the stages of a pack: which transitions can fire at all, which stages they and dispositions reach,
/// and where a stage leads.
///
///     const stage_ways ways(ground);
///     ways.is_reachable("mql");
///     ways.next_of("mql");        // {"sql", "nurture"}: what one move can lead to
///
/// Keeps views of the pack; one thread at a time.
class stage_ways {
 public:
  explicit stage_ways(const check_ground& ground) : ground_(ground), pack_(ground.content()) {
    if (pack_.funnel) find_reachable(*pack_.funnel);
  }

  [[nodiscard]] bool can_fire(const transition_spec& each) const {
    return !ground_.is_dead(each.when) && !ground_.is_dead(each.event_where);
  }

  [[nodiscard]] std::vector<std::size_t> from_stages(const transition_spec& each) const {
    std::vector<std::size_t> out;
    const auto to = ground_.names().stages.find(each.to.name);
    if (each.from_any) {
      for (std::size_t i = 0; i < pack_.funnel->stages.size(); ++i) {
        if (!to || *to != i) out.push_back(i);
      }
    }
    for (const name_use& from : each.from) {
      if (const auto index = ground_.names().stages.find(from.name)) out.push_back(*index);
    }
    return out;
  }

  /// A stage that nothing declares was told elsewhere and counts as reached.
  [[nodiscard]] bool is_reachable(std::string_view stage) const {
    const auto index = ground_.names().stages.find(stage);
    return !index || reachable_.empty() || reachable_[*index];
  }
  [[nodiscard]] bool is_reachable(std::size_t stage) const { return reachable_[stage]; }

  /// Whether any stage may follow any: what one move leads to is then not known.
  [[nodiscard]] bool is_anything_manual() const noexcept {
    return pack_.funnel && pack_.funnel->manual == manual_moves::any;
  }

  /// The stages that one move from `stage` can lead to; a person may make every move that some transition makes.
  [[nodiscard]] std::vector<std::string_view> next_of(std::string_view stage) const {
    std::vector<std::string_view> out;
    const auto add = [&](std::string_view name) {
      if (!name.empty() && name != stage && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    };
    const auto index = ground_.names().stages.find(stage);
    if (!index || !pack_.funnel) return out;
    for (const transition_spec& each : pack_.funnel->transitions) {
      const std::vector<std::size_t> from = from_stages(each);
      if (can_fire(each) && std::find(from.begin(), from.end(), *index) != from.end()) add(each.to.name);
    }
    if (pack_.dispositions) {
      for (const disposition_code_spec& each : pack_.dispositions->codes) add(each.to.name);
    }
    if (is_anything_manual()) {
      for (const stage_spec& each : pack_.funnel->stages) add(each.id.name);
    }
    return out;
  }

  [[nodiscard]] bool can_happen(const trigger_spec& trigger) const {
    const auto any = [&](const auto& holds) { return std::any_of(trigger.names.begin(), trigger.names.end(), holds); };
    switch (trigger.form) {
      case trigger_form::enter: return any([&](const name_use& each) { return is_reachable(each.name); });
      case trigger_form::leave:
        return any([&](const name_use& each) {
          return !ground_.names().stages.has(each.name) || (is_reachable(each.name) && !next_of(each.name).empty());
        });
      case trigger_form::event:
      case trigger_form::condition: return !ground_.is_dead(trigger.condition);
      case trigger_form::assigned:  // without routing too: a host sends `owner.set`
      case trigger_form::transition: return true;
    }
    return true;
  }
  [[nodiscard]] bool can_happen(const std::vector<trigger_spec>& triggers) const {
    return std::any_of(triggers.begin(), triggers.end(), [&](const trigger_spec& each) { return can_happen(each); });
  }

 private:
  void find_reachable(const funnel_spec& funnel) {
    reachable_.assign(funnel.stages.size(), funnel.manual == manual_moves::any);
    const auto start = ground_.names().stages.find(funnel.start.name);
    if (!start) {
      reachable_.assign(funnel.stages.size(), true);
      return;
    }
    reachable_[*start] = true;
    if (pack_.dispositions) {
      for (const disposition_code_spec& code : pack_.dispositions->codes) {
        if (const auto to = ground_.names().stages.find(code.to.name)) reachable_[*to] = true;
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (const transition_spec& each : funnel.transitions) {
        const auto to = ground_.names().stages.find(each.to.name);
        if (!to || reachable_[*to] || !can_fire(each)) continue;
        const std::vector<std::size_t> from = from_stages(each);
        if (std::none_of(from.begin(), from.end(), [&](std::size_t stage) { return reachable_[stage]; })) continue;
        reachable_[*to] = true;
        changed = true;
      }
    }
  }

  const check_ground& ground_;
  const pack& pack_;
  std::vector<bool> reachable_;
};

}  // namespace leadline::detail
