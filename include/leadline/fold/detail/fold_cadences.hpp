#pragma once

#include <algorithm>
#include <utility>

#include "leadline/fold/detail/fold_duties.hpp"
#include "leadline/fold/detail/fold_machine.hpp"

/// Cadences in a pass, one by one in the order of the pack: a touch, stop, start, and where time passes, the miss.
namespace leadline::detail {

inline cadence_state* fold_machine::find_cadence(std::uint32_t index) noexcept {
  const auto is_it = [&](const cadence_state& each) { return each.index == index; };
  const auto at = std::find_if(state_->cadences.begin(), state_->cadences.end(), is_it);
  return at == state_->cadences.end() ? nullptr : &*at;
}

inline void fold_machine::note_phase(const cadence_state& run) {
  const std::uint32_t slot = plan_.cadence_slots[run.index];
  const auto set = [&](std::size_t at, value content) {
    set_slot(static_cast<std::uint32_t>(at), content);
    if (!model_.readers[at].empty()) is_changed_ = true;
  };
  set(slot, value::of(name_of(run.phase)));
  set(slot + 1, value::of(run.count));
  for (std::size_t i = 0; i < run.channel_counts.size(); ++i) set(slot + 2 + i, value::of(run.channel_counts[i]));
  // Guards are read by moves, as conditions are.
  asks_transitions_ = true;
  is_wakeup_stale_ = true;
  is_changed_ = true;
}

inline void fold_machine::tell_cadence(const cadence_state& run, std::string_view what) {
  decision& out = tell(decision_kind::cadence);
  out.about = model_.cadences[run.index].id;
  out.text = what;
}

inline void fold_machine::count_touch(cadence_state& run) {
  const compiled::cadence& what = model_.cadences[run.index];
  if (!run.admits(what, now_ms_, office(what.calendar))) return;
  std::optional<std::size_t> channel;
  if (what.channel_slot != none && event_row_[what.channel_slot].is_text()) {
    for (std::size_t i = 0; i < what.mix.size(); ++i) {
      if (what.mix[i].name == event_row_[what.channel_slot].text()) channel = i;
    }
  }
  run.touch(now_ms_, channel);
  if (run.has_all_touches(what)) {
    run.phase = cadence_phase::completed;
    tell_cadence(run, "completed");
  }
  note_phase(run);
}

inline void fold_machine::run_cadence(std::uint32_t index) {
  const compiled::cadence& what = model_.cadences[index];
  const std::size_t first = std::exchange(cadence_seen_[index], moments_.size());
  const trigger_catch start = caught(what.start, first);
  const trigger_catch stop = caught(what.stop, first);
  const std::uint32_t event_at = event_place(first);
  const bool is_touch = event_at != 0 && touch_met_[index] == pass_;
  cadence_state* run = find_cadence(index);
  std::uint32_t ended_at = 0;
  if (run != nullptr && run->is_counting()) {
    if (is_touch) count_touch(*run);
    if (!run->is_counting()) ended_at = event_at;
    if (stop.is_caught() && run->is_counting()) {
      ended_at = stop.first;
      run->phase = cadence_phase::stopped;
      tell_cadence(*run, "stopped");
      note_phase(*run);
    }
  }
  const bool is_running = run != nullptr && run->phase == cadence_phase::running;
  const bool is_prevented = stop.is_true || (stop.is_caught() && stop.place >= start.place);
  if (start.place > ended_at && !is_running && !is_prevented) {
    if (const auto end_ms = time_after(now_ms_, what.within, office(what.calendar)); !end_ms) {
      tell_no_opening("the cadence " + what.id);
    } else {
      if (run == nullptr) {
        const auto after = std::find_if(state_->cadences.begin(), state_->cadences.end(),
                                        [&](const cadence_state& each) { return each.index > index; });
        run = &*state_->cadences.emplace(after);
        run->index = index;
      }
      run->begin(what, *end_ms);
      tell_cadence(*run, "started");
      note_phase(*run);
      // Only the entry into the first stage comes before the event.
      if (is_touch && event_at > start.place) count_touch(*run);
    }
  }
  if (is_event_pass_ || run == nullptr || run->phase != cadence_phase::running || run->end_ms > now_ms_) return;
  run->phase = cadence_phase::missed;
  tell_cadence(*run, "missed");
  note_phase(*run);
  carry_out(what.on_miss, {.rule = std::string_view(what.id), .reason = std::nullopt});
}

inline void fold_machine::run_cadences() {
  const std::size_t first = std::exchange(cadences_seen_, moments_.size());
  if (model_.cadences.empty() || !are_duties_due(first)) return;
  begin_duties();
  for (std::uint32_t i = 0; i < model_.cadences.size(); ++i) run_cadence(i);
}

}  // namespace leadline::detail
