#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "leadline/pack/detail/condition_table.hpp"
#include "leadline/pack/detail/pack_names.hpp"

namespace leadline::detail {

/// Judges what the funnel, clocks, cadences, dispositions and routing mean: what can be said of each entry by
/// itself. What only several together show (a stage nobody reaches) is told by the static checks.
class funnel_check {
 public:
  funnel_check(const pack& content, const pack_names& names, const condition_table& conditions, diagnostics& problems)
      : pack_(content), names_(names), conditions_(conditions), problems_(problems) {}

  void run() {
    if (pack_.funnel) check_funnel(*pack_.funnel);
    for (const clock_spec& clock : pack_.clocks) check_clock(clock);
    for (const cadence_spec& cadence : pack_.cadences) check_cadence(cadence);
    if (pack_.dispositions) check_dispositions(*pack_.dispositions);
    if (pack_.routing) check_routing(*pack_.routing);
  }

 private:
  void tell(diagnostic problem) { problems_.add(std::move(problem)); }

  // --- Funnel -----------------------------------------------------------------------------------------------------

  [[nodiscard]] static bool is_business(const duration& value) {
    return !std::holds_alternative<elapsed_duration>(value);
  }

  void check_calendar(const std::optional<duration>& value, document::node where, const name_use& calendar,
                      std::string_view owner) {
    if (!value || !is_business(*value) || calendar) return;
    tell(where.blame({.code = "pack.calendar_needed",
                      .message = quoted_name(where.text()) + " is business time, and the " + std::string(owner) +
                                 " names no calendar",
                      .expected = "the key \"calendar\", or a duration in elapsed time",
                      .suggestion = {},
                      .allowed = names_.calendars.names()}));
  }

  void tell_needless_calendar(const name_use& calendar, std::string_view owner) {
    if (!calendar) return;
    tell(calendar.where.blame(
        {.severity = severity::warning,
         .code = "pack.needless_calendar",
         .message = "the " + std::string(owner) + " has no duration in business time that would read its calendar"}));
  }

  /// The statuses that a stage lists, or null when it lists none.
  [[nodiscard]] const stage_statuses_spec* statuses_of(std::string_view stage) const {
    for (const stage_statuses_spec& each : pack_.funnel->statuses) {
      if (each.stage.name == stage) return &each;
    }
    return nullptr;
  }

  [[nodiscard]] bool lists_status(std::string_view stage, std::string_view status) const {
    const stage_statuses_spec* own = statuses_of(stage);
    return own != nullptr && std::any_of(own->statuses.begin(), own->statuses.end(),
                                         [&](const name_use& each) { return each.name == status; });
  }

  /// A constant status that a contact gets on entering `stage`: the stage must list it.
  void check_entered_status(const std::vector<action_spec>& actions, const name_use& stage, severity level) {
    for (const action_spec& action : actions) {
      if (action.form != action_form::set_status || !action.value.is_text()) continue;
      const std::string status(action.value.text());
      if (!names_.statuses.has(status) || lists_status(stage.name, status) || !names_.stages.has(stage.name)) continue;
      const stage_statuses_spec* own = statuses_of(stage.name);
      std::vector<std::string> allowed;
      if (own != nullptr) {
        for (const name_use& each : own->statuses) allowed.push_back(each.name);
      }
      diagnostic problem = action.value.blame(
          {.severity = level,
           .code = "status.unlisted",
           .message = "the stage " + quoted_name(stage.name) + " has no status " + quoted_name(status),
           .suggestion = nearest(status, allowed),
           .allowed = allowed});
      problem.related.push_back(name_table::place(stage, "the stage that is entered"));
      tell(std::move(problem));
    }
  }

  void check_funnel(const funnel_spec& funnel) {
    for (const transition_spec& each : funnel.transitions) {
      for (const name_use& from : each.from) {
        if (from.name != each.to.name || each.to.name.empty()) continue;
        tell(from.where.blame({.code = "transition.to_itself",
                               .message = "a transition cannot lead from " + quoted_name(from.name) + " to itself"}));
      }
      check_named_twice(each.from);
      if (each.from_any && !each.from.empty()) {
        tell(each.where["from"].blame({.severity = severity::warning,
                                       .code = "pack.named_twice",
                                       .message = "\"*\" is any stage but the target already"}));
      }
      check_calendar(each.after, each.after_where, each.calendar, "transition");
      if (each.after && !is_business(*each.after)) tell_needless_calendar(each.calendar, "transition");
      check_entered_status(each.actions, each.to, severity::warning);
    }
    for (const effect_spec& each : funnel.effects) {
      if (each.trigger.form != trigger_form::enter) continue;
      for (const name_use& stage : each.trigger.names) check_entered_status(each.actions, stage, severity::error);
    }
  }

  void check_named_twice(const std::vector<name_use>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (names[j].name != names[i].name) continue;
        tell(names[i].where.blame({.severity = severity::warning,
                                   .code = "pack.named_twice",
                                   .message = quoted_name(names[i].name) + " stands twice in the list"}));
      }
    }
  }

  // --- Clocks -----------------------------------------------------------------------------------------------------

  void check_clock(const clock_spec& clock) {
    bool reads_calendar = false;
    for (const clock_target_spec& target : clock.targets) {
      check_calendar(target.within, target.where["within"], clock.calendar, "clock");
      check_calendar(target.offset, target.where["offset"], clock.calendar, "clock");
      // What could not be read may have been business time.
      reads_calendar = reads_calendar || (target.where["within"] && !target.within) ||
                       (target.within && is_business(*target.within)) || (target.offset && is_business(*target.offset));
      if (target.end == day_end::close && target.within && !std::holds_alternative<business_days>(*target.within)) {
        tell(target.where["at"].blame({.code = "clock.close_of_days",
                                       .message = "\"at\": \"close\" belongs to a target in business days",
                                       .expected = "a duration such as 1bd in \"within\""}));
      } else if (target.end != day_end::close && target.within && amount_of(*target.within) == 0) {
        tell(target.where["within"].blame({.code = "pack.duration_zero",
                                           .message = "\"within\" must be longer than zero",
                                           .expected = "a duration such as 4bh, or \"at\": \"close\" beside 0bd"}));
      }
      check_date(target.due, "clock.due_not_a_date", "a due instant");
      if (clock.is_repeating && target.due) {
        tell(target.where["due"].blame_key(
            {.code = "clock.repeats_due",
             .message =
                 "a clock that repeats begins again when it is due, and an instant in \"due\" would be the same again",
             .expected = "a duration in \"within\""}));
      }
    }
    for (const clock_warning_spec& warning : clock.warnings) {
      check_calendar(warning.before, warning.where, clock.calendar, "clock");
      reads_calendar = reads_calendar || (warning.before && is_business(*warning.before));
      check_warning_fits(clock, warning);
    }
    for (const escalation_spec& each : clock.escalations) {
      check_calendar(each.after, each.where["after"], clock.calendar, "clock");
      reads_calendar = reads_calendar || is_business(each.after);
    }
    if (!reads_calendar && clock.calendar && names_.calendars.has(clock.calendar.name))
      tell_needless_calendar(clock.calendar, "clock");
    if (!clock.resume.empty() && !clock.pause.empty() &&
        std::all_of(clock.pause.begin(), clock.pause.end(),
                    [](const trigger_spec& each) { return each.form == trigger_form::condition; })) {
      tell(clock.where["resume"].blame_key(
          {.severity = severity::warning,
           .code = "clock.needless_resume",
           .message = "a pause with \"when\" ends with its condition; nothing here needs \"resume\""}));
    }
  }

  /// A warning that lies before the start of every target is never told.
  void check_warning_fits(const clock_spec& clock, const clock_warning_spec& warning) {
    if (!warning.before || std::holds_alternative<business_days>(*warning.before) || clock.targets.empty()) return;
    for (const clock_target_spec& target : clock.targets) {
      if (!target.within || target.within->index() != warning.before->index()) return;
      const bool fits =
          std::holds_alternative<elapsed_duration>(*target.within)
              ? std::get<elapsed_duration>(*warning.before) <= std::get<elapsed_duration>(*target.within)
              : std::holds_alternative<business_duration>(*target.within) &&
                    std::get<business_duration>(*warning.before) <= std::get<business_duration>(*target.within);
      if (fits) return;
    }
    tell(warning.where.blame({.severity = severity::warning,
                              .code = "clock.warning_before_start",
                              .message = "no target is as long as " + quoted_name(warning.where.text()) +
                                         ", so this warning is never told"}));
  }

  void check_date(document::node where, std::string_view code, std::string_view what) {
    const condition* read = conditions_.get(where);
    if (read == nullptr) return;
    const declared_type type = read->result_type();
    if (type != declared_type::number && type != declared_type::boolean && type != declared_type::texts) return;
    tell(
        where.blame({.code = std::string(code),
                     .message = std::string(what) + " must come from an expression that gives a date; this one gives " +
                                std::string(name_of(type)),
                     .expected = "an expression such as {\"var\": \"contact.event_at\"} over a date"}));
  }

  // --- Cadences, dispositions --------------------------------------------------------------------------------------

  void check_cadence(const cadence_spec& cadence) {
    check_calendar(cadence.within, cadence.where["within"], cadence.calendar, "cadence");
    check_calendar(cadence.spacing, cadence.where["spacing"], cadence.calendar, "cadence");
    if (!(cadence.within && is_business(*cadence.within)) && !(cadence.spacing && is_business(*cadence.spacing))) {
      tell_needless_calendar(cadence.calendar, "cadence");
    }
    if (cadence.where["mix"].is_object() && cadence.mix.empty()) {
      tell(cadence.where["mix"].blame({.code = "pack.empty_list",
                                       .message = "\"mix\" names no channel",
                                       .expected = "a channel and a count, such as \"call\": 4"}));
    }
    std::int64_t touches = 0;
    for (const channel_spec& each : cadence.mix) touches += each.at_least;
    touches = std::max(touches, cadence.at_least.value_or(0));
    if (!cadence.spacing || !cadence.within || touches < 2) return;
    const auto* spacing = std::get_if<elapsed_duration>(&*cadence.spacing);
    const auto* within = std::get_if<elapsed_duration>(&*cadence.within);
    if (spacing == nullptr || within == nullptr) return;
    if (spacing->ms() > within->ms() / (touches - 1)) {
      tell(cadence.where["spacing"].blame({.severity = severity::warning,
                                           .code = "cadence.too_tight",
                                           .message = std::to_string(touches) + " touches that are " +
                                                      to_text(*cadence.spacing) + " apart do not fit into " +
                                                      to_text(*cadence.within) + ", so it is always missed"}));
    }
  }

  void check_dispositions(const disposition_spec& dispositions) {
    bool moves = false;
    for (const disposition_code_spec& code : dispositions.codes) {
      moves = moves || code.to;
      check_date(code.wake_at, "disposition.wake_not_a_date", "a wake-up");
      if (code.to) check_entered_status(code.actions, code.to, severity::warning);
    }
    if (!moves && !dispositions.required_from.empty()) {
      tell(dispositions.where["required_from"].blame(
          {.severity = severity::warning,
           .code = "disposition.needless_requirement",
           .message = "no code leads to a stage, so \"required_from\" binds no move"}));
    }
  }

  // --- Routing ----------------------------------------------------------------------------------------------------

  void check_routing(const routing_spec& routing) {
    for (std::size_t i = 0; i < routing.pools.size(); ++i) {
      const pool_spec& pool = routing.pools[i];
      if (pool.balance == pool_balance::can_meet && pack_.clocks.empty()) {
        tell(pool.name.where["balance"].blame(
            {.code = "routing.no_clock",
             .message = "\"can_meet\" looks at the running clock, and the pack has no clocks"}));
      }
      check_overflow(routing, i);
      if (!pool.only_open) continue;
      for (const name_use& use : pool.reps) {
        const auto rep = names_.reps.find(use.name);
        if (!rep || routing.reps[*rep].calendar) continue;
        diagnostic problem = use.where.blame({.severity = severity::warning,
                                              .code = "routing.no_calendar",
                                              .message = "the pool assigns only while a rep is at work, and " +
                                                         quoted_name(use.name) + " has no calendar: always at work"});
        problem.related.push_back(name_table::place(routing.reps[*rep].name, "the rep"));
        tell(std::move(problem));
      }
    }
  }

  /// Pools that overflow into one another in a circle would ask for ever.
  void check_overflow(const routing_spec& routing, std::size_t start) {
    std::size_t at = start;
    for (std::size_t steps = 0; steps <= routing.pools.size(); ++steps) {
      const pool_spec& pool = routing.pools[at];
      if (pool.when_none != pool_fallback::pool) return;
      const auto next = names_.pools.find(pool.when_none_name.name);
      if (!next) return;
      if (*next == start) {
        tell(pool.when_none_name.where.blame(
            {.code = "routing.pool_cycle",
             .message = "the pool " + quoted_name(routing.pools[start].name.name) + " overflows into itself" +
                        (at == start ? "" : " by way of " + quoted_name(pool.name.name))}));
        return;
      }
      at = *next;
    }
  }

  const pack& pack_;
  const pack_names& names_;
  const condition_table& conditions_;
  diagnostics& problems_;
};

}  // namespace leadline::detail
