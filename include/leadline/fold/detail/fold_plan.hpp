#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/fold/detail/milli_points.hpp"
#include "leadline/fold/detail/name_index.hpp"
#include "leadline/fold/detail/open_contact.hpp"
#include "leadline/fold/detail/where_index.hpp"
#include "leadline/fold/stored_value.hpp"
#include "leadline/pack/model.hpp"

namespace leadline::detail {

/// A number at which somebody looks, of something that moves by itself with time.
struct fold_watch {
  moving_comparison::source_kind source = moving_comparison::source_kind::slot;
  std::uint32_t slot = 0;
  std::vector<value> constants;
};

/// Who has to look again when a slot of the row has changed.
struct slot_user {
  enum class user_kind : std::uint8_t { held_rule, score, grade, transition, effect, duty };
  user_kind kind = user_kind::held_rule;
  std::uint32_t index = 0;
};

/// What the fold looks up in a model again and again, worked out once. Immutable after construction; the model must
/// outlive it.
struct fold_plan {
  static constexpr std::uint32_t none = compiled::none;
  static constexpr std::uint8_t no_type = 0xFF;

  explicit fold_plan(const model& pack);

  /// Where the rules of a score begin among the rules of all.
  std::vector<std::uint32_t> rule_base;
  std::vector<std::uint32_t> idle_rules;  // among the rules of all
  std::vector<const compiled::rule*> rules;
  /// For each score the rules that it is made of, those of its parts included.
  std::vector<std::vector<std::uint32_t>> score_rules;
  std::vector<std::uint32_t> scores_by_name;
  std::vector<std::uint32_t> grades_by_name;

  /// Slots of the row; `none` where the pack has no such thing.
  std::uint32_t signal_slot = none;
  std::uint32_t score_slot = none;
  std::uint32_t grade_slot = none;
  std::uint32_t stage_slot = none;
  std::uint32_t status_slot = none;
  std::uint32_t days_slot = none;
  std::uint32_t owner_slot = none;
  std::uint32_t tags_slot = none;
  std::uint32_t clock_slot = none;
  /// The slot of each cadence; its count and those of its channels follow.
  std::vector<std::uint32_t> cadence_slots;
  /// What the row holds before a contact is read into it: clocks and cadences are as if they had never started.
  std::vector<value> blank_row;

  name_index attribute_by_name;
  name_index field_by_name;
  name_index event_by_name;
  /// For each event type its rules by their `where`, as places among the rules of all.
  std::vector<where_index> event_rules;
  /// The same, all of them; and those of any type that fade.
  std::vector<std::vector<std::uint32_t>> rules_of_event;
  std::vector<std::uint32_t> fading_rules;
  name_index rep_by_name;
  std::vector<bool> closed_stages;
  /// For each event type and slot of the event row, the declared type or `no_type`.
  std::vector<std::vector<std::uint8_t>> field_types;
  /// Values that actions set and that are no expressions.
  std::unordered_map<const compiled::action*, stored_value> constants;

  // --- What a change concerns ---

  /// Of a condition, the slots of the row that it reads: those of condition i are at [slots_begin[i],
  /// slots_begin[i+1]).
  std::vector<std::uint32_t> slots_begin;
  std::vector<std::uint32_t> slots_read;
  /// Of a slot, who reads it: those of slot i are at [users_begin[i], users_begin[i+1]).
  std::vector<std::uint32_t> users_begin;
  std::vector<slot_user> users;
  std::vector<std::uint32_t> held_rules;  // among the rules of all
  /// Held rules and grades whose conditions time alone may change at a wake-up.
  std::vector<std::uint32_t> timed_held_rules;
  std::vector<std::uint32_t> timed_grades;

  /// Of a rule, the score it stands in, and where its points are summed up: a place for each score's rules outside of
  /// groups, and behind it one for each group.
  std::vector<std::uint32_t> rule_score;
  std::vector<std::uint32_t> rule_sum;
  std::vector<std::uint32_t> score_sum;
  std::uint32_t sum_count = 0;
  /// Whether what a rule gives changes without an event: fading points, tiers, idle rules. Others stand in sums that
  /// events alone move.
  std::vector<bool> is_rule_timed;
  /// Whether a score has such rules or parts.
  std::vector<bool> is_score_timed;
  /// Whether an event that changes a rule may move the wake-up.
  std::vector<bool> does_rule_wake;
  std::vector<bool> is_slot_source;  // of `elapsed_since`
  std::vector<std::uint32_t> breaking_signals;
  std::vector<std::uint32_t> watched_idle_rules;

  /// Whether somebody watches a signal, or what a rule gives: only then does time alone bring something through it.
  std::vector<bool> is_signal_watched;
  std::vector<bool> is_rule_watched;
  /// Of a count within a window that is only ever compared with numbers: the counts that tell something else than one
  /// less, ascending. None where it is read in any other way, or is no such count.
  std::vector<std::optional<std::vector<std::int64_t>>> signal_levels;
  std::vector<fold_watch> watches;
  /// Watches of the conditions of transitions that leave a stage, by the stage.
  std::vector<std::vector<fold_watch>> stage_watches;

 private:
  void add_slots(const model& pack);
  void add_constants(const model& pack);
  void add_watches(const model& pack);
  void find_watched(const model& pack);
  void note_levels(std::uint32_t signal, const std::optional<std::vector<condition::slot_comparison>>& asked);
  void find_users(const model& pack);
  void find_timed(const model& pack);
  [[nodiscard]] static bool is_timed(const model& pack, std::uint32_t condition);
  static void watch(std::vector<fold_watch>& list, moving_comparison::source_kind source, std::uint32_t slot,
                    value constant);
  static void watch(std::vector<fold_watch>& list, const model& pack, std::uint32_t condition);
};

/// A value of a document; lists and objects stand in `kept`.
struct value_pool {
  std::deque<std::vector<value>> lists;
  std::deque<std::vector<value::member>> objects;
};

[[nodiscard]] inline value value_of(document::node from, value_pool& kept) {
  switch (from.kind()) {
    case json_kind::null: return {};
    case json_kind::boolean: return value::of(from.boolean());
    case json_kind::integer: return value::of(from.integer());
    case json_kind::real: return value::of(from.real());
    case json_kind::text: return value::of(from.text());
    case json_kind::array: {
      std::vector<value> items;
      for (document::node each : from.children()) items.push_back(value_of(each, kept));
      return value::of(std::span<const value>(kept.lists.emplace_back(std::move(items))));
    }
    case json_kind::object: {
      std::vector<value::member> members;
      for (document::node each : from.children()) members.push_back({each.key(), value_of(each, kept)});
      return value::of(std::span<const value::member>(kept.objects.emplace_back(std::move(members))));
    }
  }
  return {};
}

inline fold_plan::fold_plan(const model& pack) {
  for (const compiled::score& score : pack.scores) {
    rule_base.push_back(static_cast<std::uint32_t>(rules.size()));
    for (const compiled::rule& rule : score.rules) {
      if (rule.form == rule_form::idle) idle_rules.push_back(static_cast<std::uint32_t>(rules.size()));
      rules.push_back(&rule);
    }
  }
  for (std::uint32_t i = 0; i < pack.scores.size(); ++i) scores_by_name.push_back(i);
  for (std::uint32_t i = 0; i < pack.grades.size(); ++i) grades_by_name.push_back(i);
  std::sort(scores_by_name.begin(), scores_by_name.end(),
            [&](std::uint32_t a, std::uint32_t b) { return pack.scores[a].name < pack.scores[b].name; });
  std::sort(grades_by_name.begin(), grades_by_name.end(),
            [&](std::uint32_t a, std::uint32_t b) { return pack.grades[a].name < pack.grades[b].name; });
  closed_stages = detail::closed_stages(pack);
  if (pack.routing) {
    for (std::uint32_t i = 0; i < pack.routing->reps.size(); ++i) rep_by_name.add(pack.routing->reps[i].name, i);
  }
  add_slots(pack);
  add_constants(pack);
  add_watches(pack);
  find_watched(pack);
  find_users(pack);
  find_timed(pack);
}

inline void fold_plan::add_slots(const model& pack) {
  const std::vector<row_slot>& slots = pack.layout.slots();
  blank_row.resize(slots.size());
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    const auto first = [&](std::uint32_t& slot) {
      if (slot == none) slot = i;
    };
    switch (slots[i].kind) {
      case slot_kind::attribute: break;
      case slot_kind::signal: first(signal_slot); break;
      case slot_kind::score: first(score_slot); break;
      case slot_kind::grade: first(grade_slot); break;
      case slot_kind::stage: first(stage_slot); break;
      case slot_kind::status: first(status_slot); break;
      case slot_kind::days_in_stage: first(days_slot); break;
      case slot_kind::owner: first(owner_slot); break;
      case slot_kind::tags: first(tags_slot); break;
      case slot_kind::clock:
        first(clock_slot);
        blank_row[i] = value::of("none");
        break;
      case slot_kind::cadence:
        cadence_slots.push_back(i);
        blank_row[i] = value::of("none");
        break;
      case slot_kind::cadence_count:
      case slot_kind::cadence_channel: blank_row[i] = value::of(std::int64_t{0}); break;
    }
  }
  for (std::uint32_t i = 0; i < pack.attributes.size(); ++i) attribute_by_name.add(pack.attributes[i].name, i);
  const std::vector<std::string>& fields = pack.layout.event_fields();
  for (std::uint32_t i = row_layout::event_at + 1; i < fields.size(); ++i) field_by_name.add(fields[i], i);
  for (const compiled::event_type& type : pack.events) {
    std::vector<std::uint8_t> types(fields.size(), no_type);
    for (const compiled::event_field& field : type.fields)
      types[field.event_slot] = static_cast<std::uint8_t>(field.type);
    field_types.push_back(std::move(types));
  }
}

inline void fold_plan::add_constants(const model& pack) {
  const auto add = [&](const std::vector<compiled::action>& actions) {
    for (const compiled::action& each : actions) {
      if (each.form == action_form::told || each.value != none || each.constant.empty()) continue;
      const result<document> read = document::parse(each.constant);
      value_pool pool;
      if (read) constants.emplace(&each, stored_value::of(value_of(read->root(), pool)));
    }
  };
  for (const compiled::transition& each : pack.transitions) add(each.actions);
  for (const compiled::effect& each : pack.effects) add(each.actions);
  for (const compiled::clock& each : pack.clocks) add(each.on_breach);
  for (const compiled::cadence& each : pack.cadences) add(each.on_miss);
  if (!pack.disposition) return;
  for (const compiled::disposition_code& each : pack.disposition->codes) {
    add(each.actions);
    add(each.on_wake);
  }
}

inline void fold_plan::watch(std::vector<fold_watch>& list, moving_comparison::source_kind source, std::uint32_t slot,
                             value constant) {
  const auto known = std::find_if(list.begin(), list.end(),
                                  [&](const fold_watch& each) { return each.source == source && each.slot == slot; });
  if (known != list.end()) {
    known->constants.push_back(constant);
  } else {
    list.push_back({source, slot, {constant}});
  }
}

inline void fold_plan::watch(std::vector<fold_watch>& list, const model& pack, std::uint32_t condition) {
  if (condition == none) return;
  for (const moving_comparison& each : pack.conditions[condition].moving_comparisons()) {
    // What a grade is compared with is a text; the bands and rules that make the grade are watched instead.
    if (each.slot.space == slot_space::row && each.constant.is_number())
      watch(list, each.source, each.slot.index, each.constant);
  }
}

inline void fold_plan::add_watches(const model& pack) {
  for (const compiled::rule* rule : rules) watch(watches, pack, rule->when);
  for (const compiled::grade& grade : pack.grades) {
    for (const compiled::grade_rule& rule : grade.rules) watch(watches, pack, rule.when);
    if (grade.form != grade_form::bands || !pack.scores[grade.score].is_moving) continue;
    for (const compiled::band& band : grade.bands) {
      for (const auto& edge : {band.at_least_milli, band.until_milli}) {
        if (edge)
          watch(watches, moving_comparison::source_kind::slot, score_slot + grade.score, number_of_milli(*edge));
      }
    }
  }
  for (const std::uint32_t each : pack.condition_triggers) watch(watches, pack, pack.triggers[each].condition);
  for (const compiled::stage& stage : pack.stages) {
    std::vector<fold_watch> list;
    for (const std::uint32_t each : stage.transitions) watch(list, pack, pack.transitions[each].when);
    stage_watches.push_back(std::move(list));
  }
}

inline void fold_plan::note_levels(std::uint32_t signal,
                                   const std::optional<std::vector<condition::slot_comparison>>& asked) {
  std::optional<std::vector<std::int64_t>>& levels = signal_levels[signal];
  if (!levels) return;
  if (!asked) return levels.reset();
  for (const condition::slot_comparison& each : *asked) {
    // No contact has so many events.
    constexpr double most = 1e9;
    const double number = each.number.number();
    if (!(number > -1) || number > most) continue;
    const auto least = static_cast<std::int64_t>(std::ceil(number));      // from here on it is not less
    const auto more = static_cast<std::int64_t>(std::floor(number)) + 1;  // from here on it is greater
    const bool is_exact = each.comparison == comparison::equal || each.comparison == comparison::not_equal;
    if (is_exact || each.comparison == comparison::greater_or_equal || each.comparison == comparison::less)
      levels->push_back(least);
    if (is_exact || each.comparison == comparison::greater || each.comparison == comparison::less_or_equal)
      levels->push_back(more);
  }
  std::sort(levels->begin(), levels->end());
}

inline void fold_plan::find_watched(const model& pack) {
  score_rules.resize(pack.scores.size());
  for (const compiled::scoring_step& step : pack.scoring_order) {
    if (step.kind != compiled::scoring_step::step_kind::score) continue;
    std::vector<std::uint32_t>& all = score_rules[step.index];
    for (std::uint32_t i = 0; i < pack.scores[step.index].rules.size(); ++i) all.push_back(rule_base[step.index] + i);
    for (const compiled::score_part& part : pack.scores[step.index].parts) {
      all.insert(all.end(), score_rules[part.score].begin(), score_rules[part.score].end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  is_signal_watched.assign(pack.signals.size(), false);
  for (const compiled::signal& each : pack.signals) {
    signal_levels.emplace_back();
    if (each.form == signal_form::count && each.window_ms != 0) signal_levels.back().emplace();
  }
  is_rule_watched.assign(rules.size(), false);
  std::vector<bool> is_score_watched(pack.scores.size(), false);
  const auto look = [&](std::uint32_t condition) {
    if (condition == none) return;
    for (const slot_reference slot : pack.conditions[condition].reads()) {
      if (slot.space != slot_space::row) continue;
      const row_slot& read = pack.layout.slots()[slot.index];
      if (read.kind == slot_kind::signal) {
        is_signal_watched[read.index] = true;
        note_levels(read.index, pack.conditions[condition].comparisons_of(slot));
      }
      if (read.kind == slot_kind::score) is_score_watched[read.index] = true;
    }
  };
  for (const compiled::rule* rule : rules) look(rule->when);
  for (const compiled::grade& grade : pack.grades) {
    if (grade.score != none) is_score_watched[grade.score] = true;
    for (const compiled::grade_rule& rule : grade.rules) look(rule.when);
  }
  for (const compiled::transition& transition : pack.transitions) look(transition.when);
  for (const std::uint32_t each : pack.condition_triggers) look(pack.triggers[each].condition);
  // A score that is watched is watched through its parts, which stand before it in the order.
  for (auto step = pack.scoring_order.rbegin(); step != pack.scoring_order.rend(); ++step) {
    if (step->kind != compiled::scoring_step::step_kind::score || !is_score_watched[step->index]) continue;
    for (const compiled::score_part& part : pack.scores[step->index].parts) is_score_watched[part.score] = true;
    for (std::uint32_t i = 0; i < pack.scores[step->index].rules.size(); ++i)
      is_rule_watched[rule_base[step->index] + i] = true;
  }
}

inline bool fold_plan::is_timed(const model& pack, std::uint32_t condition) {
  if (condition == none) return false;
  const leadline::condition& asked = pack.conditions[condition];
  if (asked.reads_now()) return true;
  return std::any_of(asked.reads().begin(), asked.reads().end(), [&](slot_reference each) {
    if (each.space != slot_space::row) return false;
    const row_slot& slot = pack.layout.slots()[each.index];
    if (slot.kind == slot_kind::signal) {
      const compiled::signal& signal = pack.signals[slot.index];
      return signal.window_ms != 0 || signal.form == signal_form::streak || signal.form == signal_form::since;
    }
    return slot.kind == slot_kind::days_in_stage;
  });
}

inline void fold_plan::find_users(const model& pack) {
  using user_kind = slot_user::user_kind;
  std::vector<std::vector<slot_user>> found(pack.layout.slots().size());
  const auto add = [&](std::uint32_t slot, user_kind kind, std::uint32_t index) {
    const auto is_it = [&](const slot_user& each) { return each.kind == kind && each.index == index; };
    if (std::none_of(found[slot].begin(), found[slot].end(), is_it)) found[slot].push_back({kind, index});
  };
  const auto add_reader = [&](std::uint32_t condition, user_kind kind, std::uint32_t index) {
    if (condition == none) return;
    for (const slot_reference each : pack.conditions[condition].reads()) {
      if (each.space == slot_space::row) add(each.index, kind, index);
    }
  };
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (rules[i]->form != rule_form::held) continue;
    held_rules.push_back(i);
    add_reader(rules[i]->when, user_kind::held_rule, i);
    if (is_timed(pack, rules[i]->when)) timed_held_rules.push_back(i);
  }
  for (std::uint32_t i = 0; i < pack.scores.size(); ++i) {
    for (const compiled::score_part& part : pack.scores[i].parts) add(score_slot + part.score, user_kind::score, i);
  }
  for (std::uint32_t i = 0; i < pack.grades.size(); ++i) {
    const compiled::grade& grade = pack.grades[i];
    if (grade.score != none) add(score_slot + grade.score, user_kind::grade, i);
    if (grade.rows != none) add(grade_slot + grade.rows, user_kind::grade, i);
    if (grade.columns != none) add(grade_slot + grade.columns, user_kind::grade, i);
    bool is_grade_timed = false;
    for (const compiled::grade_rule& rule : grade.rules) {
      add_reader(rule.when, user_kind::grade, i);
      is_grade_timed = is_grade_timed || is_timed(pack, rule.when);
    }
    if (is_grade_timed) timed_grades.push_back(i);
  }
  for (std::uint32_t i = 0; i < pack.transitions.size(); ++i)
    add_reader(pack.transitions[i].when, user_kind::transition, i);
  for (std::uint32_t i = 0; i < pack.effects.size(); ++i) {
    const compiled::trigger& trigger = pack.triggers[pack.effects[i].trigger];
    if (trigger.form == trigger_form::condition) add_reader(trigger.condition, user_kind::effect, i);
  }
  // Clocks and cadences are looked at together, once for any of them.
  for (const std::uint32_t each : pack.condition_triggers) {
    const compiled::trigger& trigger = pack.triggers[each];
    if (trigger.form == trigger_form::condition && trigger.role != compiled::trigger_role::effect)
      add_reader(trigger.condition, user_kind::duty, 0);
  }
  for (const std::vector<slot_user>& each : found) {
    users_begin.push_back(static_cast<std::uint32_t>(users.size()));
    users.insert(users.end(), each.begin(), each.end());
  }
  users_begin.push_back(static_cast<std::uint32_t>(users.size()));
  for (const condition& each : pack.conditions) {
    slots_begin.push_back(static_cast<std::uint32_t>(slots_read.size()));
    for (const slot_reference slot : each.reads()) {
      if (slot.space == slot_space::row) slots_read.push_back(slot.index);
    }
  }
  slots_begin.push_back(static_cast<std::uint32_t>(slots_read.size()));
}

inline void fold_plan::find_timed(const model& pack) {
  is_score_timed.assign(pack.scores.size(), false);
  for (const compiled::scoring_step& step : pack.scoring_order) {
    if (step.kind != compiled::scoring_step::step_kind::score) continue;
    for (const compiled::score_part& part : pack.scores[step.index].parts) {
      if (is_score_timed[part.score]) is_score_timed[step.index] = true;
    }
    for (const compiled::rule& rule : pack.scores[step.index].rules) {
      const bool fades = rule.form == rule_form::earned && rule.decay.form != decay_form::none;
      if (fades || rule.form == rule_form::tiers || rule.form == rule_form::idle) is_score_timed[step.index] = true;
    }
  }
  for (std::uint32_t score = 0; score < pack.scores.size(); ++score) {
    score_sum.push_back(sum_count);
    for (const compiled::rule& rule : pack.scores[score].rules) {
      rule_score.push_back(score);
      rule_sum.push_back(sum_count + (rule.group == none ? 0 : 1 + rule.group));
      is_rule_timed.push_back((rule.form == rule_form::earned && rule.decay.form != decay_form::none) ||
                              rule.form == rule_form::tiers || rule.form == rule_form::idle);
    }
    sum_count += 1 + static_cast<std::uint32_t>(pack.scores[score].groups.size());
  }
  // A rule that gives the same until the next event moves the instant at which a score that fades meets a number.
  does_rule_wake.assign(rules.size(), false);
  for (std::uint32_t score = 0; score < pack.scores.size(); ++score) {
    if (!is_score_timed[score]) continue;
    for (const std::uint32_t rule : score_rules[score]) {
      if (is_rule_watched[rule]) does_rule_wake[rule] = true;
    }
  }
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (is_rule_timed[i] && rules[i]->form != rule_form::idle) fading_rules.push_back(i);
  }
  for (const std::uint32_t each : idle_rules) {
    if (is_rule_watched[each]) watched_idle_rules.push_back(each);
  }
  for (std::uint32_t i = 0; i < pack.signals.size(); ++i) {
    if (is_signal_watched[i] && (pack.signals[i].window_ms != 0 || pack.signals[i].form == signal_form::streak))
      breaking_signals.push_back(i);
  }
  is_slot_source.assign(pack.layout.slots().size(), false);
  const auto note = [&](const std::vector<fold_watch>& list) {
    for (const fold_watch& each : list) {
      if (each.source == moving_comparison::source_kind::elapsed_since) is_slot_source[each.slot] = true;
    }
  };
  note(watches);
  for (const std::vector<fold_watch>& each : stage_watches) note(each);
  for (std::uint32_t i = 0; i < pack.events.size(); ++i) {
    event_by_name.add(pack.events[i].name, i);
    where_index& index = event_rules.emplace_back();
    std::vector<std::uint32_t> places;
    for (const compiled::rule_place& each : pack.events[i].rules) places.push_back(rule_base[each.score] + each.rule);
    rules_of_event.push_back(places);
    for (const std::uint32_t each : places)
      index.add(each, rules[each]->where == none ? nullptr : &pack.conditions[rules[each]->where]);
  }
}

}  // namespace leadline::detail
