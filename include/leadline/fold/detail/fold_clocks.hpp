#pragma once

#include <algorithm>
#include <utility>

#include "leadline/fold/detail/fold_duties.hpp"
#include "leadline/fold/detail/fold_machine.hpp"

/// Clocks in a pass, one by one in the order of the pack: cancel, stop, pause and resume, restart, start, a changed
/// target; then, where time passes, warnings, the breach and escalations. Events of an instant come before what time
/// brings at it, so that in the pass of an event only what is past already is told.
namespace leadline::detail {

inline clock_state* fold_machine::find_clock(std::uint32_t index) noexcept {
  const auto is_it = [&](const clock_state& each) { return each.index == index; };
  const auto at = std::find_if(state_->clocks.begin(), state_->clocks.end(), is_it);
  return at == state_->clocks.end() ? nullptr : &*at;
}

inline std::uint32_t fold_machine::calendar_for(const compiled::clock& what) const noexcept {
  if (!what.uses_owner_calendar || !state_->owner || !model_.routing) return what.calendar;
  for (const compiled::rep& each : model_.routing->reps) {
    if (each.name == *state_->owner && each.calendar != none) return each.calendar;
  }
  return what.calendar;
}

/// A named instant is a target in elapsed time, from the start to it.
inline clock_time fold_machine::time_of(const clock_state& clock) const noexcept {
  const compiled::clock_target& target = model_.clocks[clock.index].targets[clock.target];
  return target.within ? clock_time::of(*target.within, office(clock.calendar)) : clock_time::elapsed();
}

/// The first target that holds, as chosen at `start_ms`; one whose `due` gives no date is passed over.
inline std::optional<fold_machine::target_choice> fold_machine::chosen_target(const compiled::clock& what,
                                                                              std::uint32_t calendar,
                                                                              std::int64_t start_ms) {
  const business_calendar* const used = office(calendar);
  for (std::uint32_t i = 0; i < what.targets.size(); ++i) {
    const compiled::clock_target& target = what.targets[i];
    if (!holds(target.when)) continue;
    std::optional<std::int64_t> due_ms;
    if (target.within) {
      due_ms = time_after(start_ms, *target.within, used, target.end);
    } else {
      const std::optional<value> named = converted(data_type::date, evaluate(target.due));
      if (!named || named->kind() != value_kind::date) continue;
      due_ms = target.offset ? time_after(named->date_ms(), *target.offset, used) : named->date_ms();
      if (due_ms) due_ms = std::max(*due_ms, limits::instant_min_ms);
    }
    if (due_ms) return target_choice{i, *due_ms};
    tell_no_opening("the clock " + what.id);
    return std::nullopt;
  }
  return std::nullopt;
}

// --- Telling --------------------------------------------------------------------------------------------------------

inline decision& fold_machine::tell_clock(const clock_state& clock, std::string_view what) {
  const clock_time time = time_of(clock);
  decision& out = tell(decision_kind::clock);
  out.about = model_.clocks[clock.index].id;
  out.text = what;
  out.reading = clock_reading{.cycle = clock.cycle,
                              .due_ms = std::min(clock.due_ms, limits::instant_max_ms),
                              .used_ms = clock.used_at(now_ms_, time),
                              .left_ms = clock.left_at(now_ms_, time),
                              .late_ms = clock.late_at(now_ms_, time)};
  return out;
}

/// After its due instant has moved: whether the calendar opens long enough for it to come.
inline void fold_machine::check_due(const clock_state& clock) {
  if (clock.due_ms > limits::instant_max_ms && !time_of(clock).is_elapsed())
    tell_no_opening("the clock " + model_.clocks[clock.index].id);
}

inline void fold_machine::note_phase(const clock_state& clock) {
  const std::uint32_t slot = plan_.clock_slot + clock.index;
  set_slot(slot, value::of(name_of(clock.phase)));
  is_wakeup_stale_ = true;
  if (!model_.readers[slot].empty()) is_changed_ = true;
}

inline void fold_machine::forget_ended_clocks(std::uint32_t stage) {
  for (const std::uint32_t each : model_.stages[stage].enter_triggers) {
    const compiled::trigger& trigger = model_.triggers[each];
    if (trigger.role != compiled::trigger_role::clock_start) continue;
    clock_state* const clock = find_clock(trigger.owner);
    if (clock == nullptr || clock->is_active() || clock->phase == clock_phase::waiting) continue;
    clock->phase = clock_phase::none;
    note_phase(*clock);
  }
}

// --- A cycle --------------------------------------------------------------------------------------------------------

/// Begins the next cycle at the instant at hand. False where no target holds, or its end cannot be worked out.
inline bool fold_machine::begin_cycle(std::uint32_t index, cycle_place place) {
  const compiled::clock& what = model_.clocks[index];
  const std::uint32_t calendar = calendar_for(what);
  const std::optional<target_choice> chosen = chosen_target(what, calendar, now_ms_);
  // A named instant does not come again.
  if (!chosen || (place == cycle_place::next && !what.targets[chosen->index].within)) return false;
  // Hours of the next date that end within the shift of this one can put the end of a business day at its start.
  if (place == cycle_place::next && chosen->due_ms <= now_ms_) {
    tell_no_opening("the next cycle of the clock " + what.id);
    return false;
  }
  clock_state* clock = find_clock(index);
  if (clock == nullptr) {
    const auto after = std::find_if(state_->clocks.begin(), state_->clocks.end(),
                                    [&](const clock_state& each) { return each.index > index; });
    clock = &*state_->clocks.emplace(after);
    clock->index = index;
    clock->keeps_pauses = what.on_change != change_mode::keep;
  }
  clock->is_held_by_trigger = false;
  clock->is_held_by_hand = false;
  clock->target = chosen->index;
  clock->calendar = calendar;
  clock->begin(now_ms_, chosen->due_ms, time_of(*clock));
  note_phase(*clock);
  tell_clock(*clock, "started");
  return true;
}

inline void fold_machine::meet(clock_state& clock) {
  clock.settle(now_ms_, time_of(clock));
  tell_clock(clock, "met");
  clock.phase = model_.clocks[clock.index].is_repeating ? clock_phase::waiting : clock_phase::met;
  note_phase(clock);
}

inline void fold_machine::cancel_clock(clock_state& clock) {
  clock.settle(now_ms_, time_of(clock));
  const bool is_breached = clock.phase == clock_phase::overdue;
  tell_clock(clock, "cancelled").reading->is_breached = is_breached;
  clock.phase = is_breached ? clock_phase::breached : clock_phase::cancelled;
  note_phase(clock);
}

/// Cancel and stop. The place at which what ran until now ended; none where nothing did.
inline std::optional<std::uint32_t> fold_machine::end_cycle(clock_state& clock, const clock_catches& caught) {
  if (caught.cancel.is_caught()) {
    if (clock.phase == clock_phase::waiting) clock.phase = clock_phase::met;  // told before; no cycle follows
    if (clock.is_active()) {
      cancel_clock(clock);
      return caught.cancel.first;
    }
  }
  if (!caught.stop.is_caught() || !clock.is_active()) return std::nullopt;
  if (clock.is_counting()) {
    meet(clock);
  } else {
    tell_clock(clock, "stopped");
    clock.phase = clock_phase::breached;
    note_phase(clock);
  }
  return caught.stop.first;
}

/// Pauses and resumes as its reasons say; triggers and persons are listened to from `first` on.
inline void fold_machine::hold_clock(clock_state& clock, const clock_catches& caught, std::size_t first) {
  if (!clock.is_counting()) return;
  if (caught.pause.is_caught() || caught.resume.is_caught())
    clock.is_held_by_trigger = caught.pause.place > caught.resume.place;
  if (event_ != nullptr && event_place(first) != 0) {
    using compiled::built_in;
    const built_in kind = model_.events[type_].kind;
    if ((kind == built_in::sla_pause || kind == built_in::sla_resume) &&
        datum("clock").text() == model_.clocks[clock.index].id) {
      clock.is_held_by_hand = kind == built_in::sla_pause;
    }
  }
  const bool is_held = clock.is_held_by_trigger || clock.is_held_by_hand || caught.pause.is_true;
  if (is_held == (clock.phase == clock_phase::paused)) return;
  if (is_held) {
    clock.pause(now_ms_, time_of(clock));
  } else {
    clock.resume(now_ms_, time_of(clock));
  }
  note_phase(clock);
  tell_clock(clock, is_held ? "paused" : "resumed");
  if (!is_held) check_due(clock);
}

/// A cycle begins: it stands still where the condition of a pause holds, unless it is past due as it starts; a duty
/// done beforehand is met.
inline void fold_machine::begin_held(std::uint32_t index, const clock_catches& caught, duty_done done,
                                     cycle_place place) {
  if (!begin_cycle(index, place)) return;
  clock_state& clock = *find_clock(index);
  if (done == duty_done::beforehand) return meet(clock);
  if (clock.due_ms < now_ms_) return;
  clock_catches lasting;
  lasting.pause.is_true = caught.pause.is_true;
  hold_clock(clock, lasting, moments_.size());
}

inline void fold_machine::start_clock(std::uint32_t index, const clock_catches& caught) {
  const auto prevents = [&](const trigger_catch& end) {
    return end.is_true || (end.is_caught() && end.place >= caught.start.place);
  };
  if (prevents(caught.cancel)) return;
  begin_held(index, caught, prevents(caught.stop) ? duty_done::beforehand : duty_done::not_yet, cycle_place::first);
}

/// Closes the cycle and begins the next.
inline void fold_machine::restart_clock(clock_state& clock, const clock_catches& caught) {
  clock.settle(now_ms_, time_of(clock));
  tell_clock(clock, "restarted");
  clock.phase = clock_phase::none;
  note_phase(clock);
  begin_held(clock.index, caught, duty_done::not_yet, cycle_place::first);
}

/// Looks at the targets again; a new one may put the due instant into the past.
inline fold_machine::past_due fold_machine::retarget(clock_state& clock) {
  const compiled::clock& what = model_.clocks[clock.index];
  if (what.on_change == change_mode::keep || !clock.is_counting()) return past_due::no;
  const bool is_touched = std::any_of(what.target_attributes.begin(), what.target_attributes.end(),
                                      [&](std::uint32_t each) { return has(changed_attributes_, each); });
  if (!is_touched) return past_due::no;
  const std::optional<target_choice> chosen = chosen_target(what, clock.calendar, clock.start_ms);
  if (!chosen || chosen->index == clock.target) return past_due::no;
  const clock_time time = time_of(clock);
  clock.settle(now_ms_, time);
  clock.target = chosen->index;
  if (what.on_change == change_mode::rebase && what.targets[chosen->index].within) {
    clock.rebase(now_ms_, chosen->due_ms, time, time_of(clock));
  } else {
    clock.start_anew_with(now_ms_, chosen->due_ms, time_of(clock));
  }
  is_wakeup_stale_ = true;
  tell_clock(clock, "retargeted");
  check_due(clock);
  return clock.due_ms < clock.since_ms ? past_due::yes : past_due::no;
}

// --- What is due ----------------------------------------------------------------------------------------------------

inline void fold_machine::tell_warnings(clock_state& clock) {
  const compiled::clock& what = model_.clocks[clock.index];
  std::vector<std::pair<std::int64_t, std::size_t>> due;
  for (std::size_t i = 0; i < what.warnings.size(); ++i) {
    if (clock.warned.has(i)) continue;
    const auto at_ms = clock.warning_ms(what.warnings[i], time_of(clock), office(clock.calendar));
    if (at_ms && *at_ms <= now_ms_ && *at_ms <= clock.due_ms) due.emplace_back(*at_ms, i);
  }
  std::sort(due.begin(), due.end());
  for (const auto& [at_ms, i] : due) {
    clock.warned.add(i);
    tell_clock(clock, "warned").to = std::string_view(what.warnings[i].text);
  }
}

inline void fold_machine::tell_escalations(clock_state& clock) {
  const compiled::clock& what = model_.clocks[clock.index];
  std::vector<std::pair<std::int64_t, std::size_t>> due;
  for (std::size_t i = 0; i < what.escalations.size(); ++i) {
    if (clock.escalated.has(i)) continue;
    const auto at_ms = time_after(clock.breached_ms, what.escalations[i].after, office(clock.calendar));
    if (at_ms && *at_ms <= now_ms_) due.emplace_back(*at_ms, i);
  }
  std::sort(due.begin(), due.end());
  for (const auto& [at_ms, i] : due) {
    clock.escalated.add(i);
    tell_clock(clock, "escalated").to = std::string_view(what.escalations[i].to);
  }
}

inline void fold_machine::breach(clock_state& clock) {
  const compiled::clock& what = model_.clocks[clock.index];
  clock.breach(now_ms_, time_of(clock));
  note_phase(clock);
  tell_clock(clock, "breached");
  carry_out(what.on_breach, {.rule = std::string_view(what.id), .reason = std::nullopt});
  tell_escalations(clock);
  // The next cycle takes the place of one that would run on.
  if (what.is_repeating) clock.phase = clock_phase::breached;
}

/// What is due by the instant at hand: in time's pass, at it; in an event's, before it (the breach of a clock that
/// began, or got its target, too late for it).
inline void fold_machine::run_marks(clock_state& clock, const clock_catches& caught, past_due late) {
  const std::int64_t last_ms = is_event_pass_ ? now_ms_ - 1 : now_ms_;
  bool is_past_due = late == past_due::yes;
  for (;;) {
    bool is_used_up = clock.phase == clock_phase::waiting && clock.due_ms <= last_ms;
    if (clock.phase == clock_phase::running && !is_past_due && !is_event_pass_) tell_warnings(clock);
    if (clock.is_counting() && (is_past_due || (clock.phase == clock_phase::running && clock.due_ms <= last_ms))) {
      breach(clock);
      is_used_up = model_.clocks[clock.index].is_repeating;
    } else if (clock.phase == clock_phase::overdue && !is_event_pass_) {
      tell_escalations(clock);
    }
    if (!is_used_up) return;
    if (clock.phase == clock_phase::waiting) clock.phase = clock_phase::met;
    const std::uint32_t ended = clock.cycle;
    if (!caught.cancel.is_true) {
      begin_held(clock.index, caught, caught.stop.is_true ? duty_done::beforehand : duty_done::not_yet,
                 cycle_place::next);
    }
    if (clock.cycle == ended) return;
    is_past_due = false;
  }
}

inline std::optional<std::int64_t> fold_machine::next_mark_ms(const clock_state& clock) const {
  const compiled::clock& what = model_.clocks[clock.index];
  std::optional<std::int64_t> next;
  const auto note = [&](std::optional<std::int64_t> at_ms) {
    if (at_ms && (!next || *at_ms < *next)) next = at_ms;
  };
  switch (clock.phase) {
    case clock_phase::running:
      note(clock.due_ms);
      for (std::size_t i = 0; i < what.warnings.size(); ++i) {
        if (clock.warned.has(i)) continue;
        const auto at_ms = clock.warning_ms(what.warnings[i], time_of(clock), office(clock.calendar));
        if (at_ms && *at_ms <= clock.due_ms) note(at_ms);
      }
      break;
    case clock_phase::overdue:
      for (std::size_t i = 0; i < what.escalations.size(); ++i) {
        if (!clock.escalated.has(i))
          note(time_after(clock.breached_ms, what.escalations[i].after, office(clock.calendar)));
      }
      break;
    case clock_phase::waiting: note(clock.due_ms); break;
    default: break;
  }
  return next;
}

// --- The phase ------------------------------------------------------------------------------------------------------

inline void fold_machine::run_clock(std::uint32_t index) {
  const compiled::clock& what = model_.clocks[index];
  const std::size_t first = std::exchange(clock_seen_[index], moments_.size());
  clock_catches now;
  now.cancel = caught(what.cancel, first);
  now.stop = caught(what.stop, first);
  now.pause = caught(what.pause, first, condition_use::while_true);
  now.resume = caught(what.resume, first);
  now.restart = caught(what.restart, first);
  now.start = caught(what.start, first);
  clock_state* clock = find_clock(index);
  std::optional<std::uint32_t> ended;
  if (clock != nullptr) {
    ended = end_cycle(*clock, now);
    hold_clock(*clock, now, first);
    if (now.restart.is_caught() && clock->is_active()) restart_clock(*clock, now);
  }
  // A start that came while the cycle that has just ended was still running is nobody's.
  const bool is_free = clock == nullptr || !(clock->is_active() || clock->phase == clock_phase::waiting);
  if (now.start.is_caught() && is_free && (!ended || now.start.place > *ended)) {
    start_clock(index, now);
    clock = find_clock(index);
  }
  if (clock == nullptr) return;
  const past_due late = retarget(*clock);
  run_marks(*clock, now, late);
}

inline void fold_machine::run_clocks() {
  const std::size_t first = std::exchange(clocks_seen_, moments_.size());
  if (model_.clocks.empty() || !are_duties_due(first)) return;
  begin_duties();
  for (std::uint32_t i = 0; i < model_.clocks.size(); ++i) run_clock(i);
}

inline void fold_machine::end(contact_state& state, std::string_view contact, std::int64_t at_ms,
                              std::optional<std::string_view> cause) {
  if (!state.first_event_ms) return;
  begin(state, contact, at_ms, cause, nullptr);
  const std::size_t told_before = decisions_.size();
  for (clock_state& each : state_->clocks) {
    if (!each.is_active()) continue;
    // An assignment undone at the last closed instant may be the latest pass; what began after that has used nothing.
    now_ms_ = std::max(at_ms, each.since_ms);
    cancel_clock(each);
  }
  for (std::size_t i = told_before; i < decisions_.size(); ++i) decisions_[i].at = instant::from_ms(at_ms);
}

}  // namespace leadline::detail
