#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/condition/detail/condition_compare.hpp"
#include "leadline/fold/contact_state.hpp"
#include "leadline/fold/decision.hpp"
#include "leadline/fold/detail/fold_plan.hpp"
#include "leadline/fold/event.hpp"

namespace leadline::detail {

/// The passes of the fold over one state at a time: what one event, or time at one instant, does to it. The row and
/// the lists below are memory kept between passes; nothing of a contact stays in them.
///
/// The parts of a pass stand in files of their own: attributes and what is taken in (fold_intake.hpp), scores and
/// grades (fold_scores.hpp), the funnel (fold_funnel.hpp), what is owed (fold_duties.hpp, fold_clocks.hpp,
/// fold_cadences.hpp, fold_dispositions.hpp), and when time brings something next (fold_time.hpp).
class fold_machine {
 public:
  static constexpr std::uint32_t none = compiled::none;
  static constexpr int rounds_max = 64;

  fold_machine(const model& pack, const fold_plan& plan) : model_(pack), plan_(plan), row_(plan.blank_row) {}

  /// Decisions of the passes since the last `take_decisions`, in order, without numbers.
  [[nodiscard]] std::vector<decision>& decisions() noexcept { return decisions_; }

  enum class event_outcome : std::uint8_t { accepted, refused };

  /// What one event gives to one rule.
  struct earning {
    std::uint32_t rule = none;  // among the rules of all scores
    std::int64_t points_milli = 0;
    digest once_key;
    bool is_hit = false;  // of a tiers rule
  };
  /// What the event of the latest pass gave, if that was accepted: for the ledger.
  [[nodiscard]] const std::vector<earning>& earnings() const noexcept { return earnings_; }

  /// An event in its turn. REQUIRES that time has been brought to just before it. A refused one changes nothing.
  event_outcome event_pass(contact_state& state, std::string_view contact, const event& sent, std::uint64_t order);
  /// What time brings up to and including `to_ms`, instant by instant.
  void advance(contact_state& state, std::string_view contact, std::int64_t to_ms);
  /// What time brings at its next instant. REQUIRES state.wakeup_ms.
  void time_pass(contact_state& state, std::string_view contact);
  /// The contact ends by a merge: its clocks are cancelled.
  void end(contact_state& state, std::string_view contact, std::int64_t at_ms, std::optional<std::string> cause);
  /// `other` ended and the state takes over what it had.
  void merge(contact_state& state, std::string_view contact, contact_state other, std::int64_t at_ms,
             std::optional<std::string> cause);
  /// A score as it is read at an instant at or after the state's latest pass, and before its next wake-up.
  [[nodiscard]] std::int64_t score_milli(const contact_state& from, std::uint32_t score, std::int64_t at_ms) const;
  /// Whether a built-in event's data are as they must be: for those that the fold itself does not carry out.
  [[nodiscard]] std::optional<std::string> problem_of(const event& sent);
  [[nodiscard]] static std::optional<std::string> cause_of(const event& sent);
  [[nodiscard]] static decision refusal(std::string_view contact, std::int64_t at_ms, std::string_view code,
                                        std::string message, std::optional<std::string> cause);

 private:
  struct change {
    std::string_view name;
    std::uint32_t attribute = none;
    value content;
  };
  struct caught_signal {
    std::uint32_t signal = none;
    signal_catch caught;
  };
  struct attempt_context {
    std::optional<std::string> rule;
    std::optional<std::string> reason;
  };

  // --- Passes ---
  void begin(contact_state& state, std::string_view contact, std::int64_t at_ms, std::optional<std::string> cause,
             const event* sent);
  void rounds();

  decision& tell(decision_kind kind, const attempt_context& why = {});
  void reject(std::string_view code, std::string message, const attempt_context& why = {});
  [[nodiscard]] bool holds(std::uint32_t condition);
  [[nodiscard]] value evaluate(std::uint32_t condition);
  void note_outcome();
  void load_row();
  void load_place();
  void load_tags();
  [[nodiscard]] condition_input input() const noexcept {
    return {.slots = row_,
            .event_slots = event_ != nullptr ? std::span<const value>(event_row_) : std::span<const value>(),
            .now_ms = now_ms_};
  }
  void set_slot(std::uint32_t slot, value content) noexcept {
    if (slot != none) row_[slot] = content;
  }

  // --- Taking an event in ---
  [[nodiscard]] value datum(std::string_view name) const noexcept;
  [[nodiscard]] static std::optional<value> converted(data_type type, value content);
  [[nodiscard]] bool take_in(std::uint64_t order);
  void gather_changes();
  void apply_changes(std::vector<std::string>& refused);
  void derive(std::vector<std::string>* refused);
  void set_attribute(std::uint32_t index, value content);
  void undo_changes();
  void catch_signals(std::uint64_t order);
  void catch_earnings();
  [[nodiscard]] bool is_within_limits();
  void keep_catches();
  void apply_built_in();
  void change_attribute(const compiled::action& action, value content, const attempt_context& why);
  void tell_refused(std::vector<std::string>& refused, const attempt_context& why = {});

  // --- Scores and grades ---
  void settle();
  void tell_values();
  [[nodiscard]] std::int64_t held_points(const compiled::rule& rule, rule_state& state);
  [[nodiscard]] std::uint32_t band_of(const compiled::grade& grade, std::uint32_t present, std::int64_t milli) const;
  [[nodiscard]] std::uint32_t grade_of(std::uint32_t index);
  struct bounds {
    std::int64_t low = 0;
    std::int64_t high = 0;
  };
  /// `ends` gives the values of a rule, by its place among all, at both ends of the stretch.
  template <class Ends>
  [[nodiscard]] bounds score_bounds(const contact_state& from, std::uint32_t score, std::int64_t first_ms,
                                    const Ends& ends) const;
  template <class Ends>
  [[nodiscard]] bounds computed_bounds(const contact_state& from, std::uint32_t score, std::int64_t first_ms,
                                       const Ends& ends) const;
  [[nodiscard]] static std::optional<std::int64_t> pinned(const contact_state& from, std::uint32_t score,
                                                          std::int64_t at_ms) noexcept;

  // --- The funnel ---
  enum class attempt_outcome : std::uint8_t { passed, used_up, moved };
  void enter_start();
  void ask_wheres();
  void transition_phase(bool is_offered);
  void effect_phase(bool is_offered);
  [[nodiscard]] attempt_outcome attempt(std::uint32_t index, bool is_offered);
  void rearm();
  void manual_move();
  void move(std::uint32_t target, const attempt_context& why, const compiled::transition* by, std::uint32_t by_index,
            const compiled::disposition_code* disposition = nullptr);
  [[nodiscard]] bool is_backward(std::uint32_t source, std::uint32_t target) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> dwell_over_ms(const compiled::transition& transition) const;
  [[nodiscard]] static bool has_level(const compiled::transition& transition) noexcept {
    return transition.when != none && !transition.after;
  }
  void set_status(std::uint32_t status, const attempt_context& why);
  void set_owner(std::optional<std::string> owner, const attempt_context& why);
  enum class tag_change : std::uint8_t { add, remove };
  void set_tag(std::string_view tag, tag_change how, const attempt_context& why);
  void set_named_status(value named, const attempt_context& why);
  void carry_out(const std::vector<compiled::action>& actions, const attempt_context& why);
  void carry_out(const compiled::effect& effect, const attempt_context& why);
  [[nodiscard]] std::uint32_t find_stage(std::string_view id) const noexcept;

  // --- Duties: what triggers listen to, clocks, cadences, dispositions ---
  /// What triggers may listen to, in the order of the pass: the event, then `leave` and `enter` of each move,
  /// assignments.
  struct moment {
    trigger_form form = trigger_form::event;
    std::uint32_t stage = none;
  };
  /// What a list of triggers caught: the places of the latest and the first (0: nothing), and whether one of its
  /// conditions is true.
  struct trigger_catch {
    std::uint32_t place = 0;
    std::uint32_t first = 0;
    bool is_true = false;
    [[nodiscard]] bool is_caught() const noexcept { return place != 0; }
    void add(std::uint32_t next) noexcept {
      if (next == 0) return;
      place = place < next ? next : place;
      first = first == 0 || next < first ? next : first;
    }
  };
  enum class condition_use : std::uint8_t { becomes_true, while_true };
  struct clock_catches {
    trigger_catch start, stop, cancel, pause, resume, restart;
  };
  void load_duties();
  void ask_duty_wheres();
  void refuse_event();
  [[nodiscard]] trigger_catch caught(const std::vector<std::uint32_t>& triggers, std::size_t first,
                                     condition_use use = condition_use::becomes_true);
  [[nodiscard]] std::uint32_t event_place(std::size_t first) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> next_duty_ms() const;

  void run_clocks();
  struct target_choice {
    std::uint32_t index = none;
    std::int64_t due_ms = 0;
  };
  enum class duty_done : std::uint8_t { not_yet, beforehand };
  enum class cycle_place : std::uint8_t { first, next };
  enum class past_due : std::uint8_t { no, yes };
  void run_clock(std::uint32_t index, std::size_t first);
  [[nodiscard]] std::optional<std::uint32_t> end_cycle(clock_state& clock, const clock_catches& caught);
  void hold_clock(clock_state& clock, const clock_catches& caught, std::size_t first);
  [[nodiscard]] bool begin_cycle(std::uint32_t index, cycle_place place);
  void begin_held(std::uint32_t index, const clock_catches& caught, duty_done done, cycle_place place);
  void start_clock(std::uint32_t index, const clock_catches& caught);
  void restart_clock(clock_state& clock, const clock_catches& caught);
  void meet(clock_state& clock);
  void cancel_clock(clock_state& clock);
  [[nodiscard]] past_due retarget(clock_state& clock);
  void breach(clock_state& clock);
  void run_marks(clock_state& clock, const clock_catches& caught, past_due late);
  void tell_warnings(clock_state& clock);
  void tell_escalations(clock_state& clock);
  decision& tell_clock(const clock_state& clock, std::string_view what);
  void note_phase(const clock_state& clock);
  void forget_ended_clocks(std::uint32_t stage);
  [[nodiscard]] clock_state* find_clock(std::uint32_t index) noexcept;
  [[nodiscard]] std::optional<target_choice> chosen_target(const compiled::clock& what, std::uint32_t calendar,
                                                           std::int64_t start_ms);
  [[nodiscard]] std::uint32_t calendar_for(const compiled::clock& what) const noexcept;
  [[nodiscard]] const business_calendar* office(std::uint32_t calendar) const noexcept {
    return calendar == none ? nullptr : &model_.calendars[calendar];
  }
  [[nodiscard]] clock_time time_of(const clock_state& clock) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> next_mark_ms(const clock_state& clock) const;
  void tell_no_opening(std::string_view duty);

  void run_cadences();
  void run_cadence(std::uint32_t index, std::size_t first);
  void count_touch(cadence_state& run);
  [[nodiscard]] cadence_state* find_cadence(std::uint32_t index) noexcept;
  void note_phase(const cadence_state& run);
  void tell_cadence(const cadence_state& run, std::string_view what);

  void dispose();
  void tag_and_act(const compiled::disposition_code& code, const attempt_context& why);
  void set_wake(std::uint32_t code, const attempt_context& why);
  void recycle();
  [[nodiscard]] bool is_guarded(std::uint32_t stage) const noexcept;
  [[nodiscard]] bool needs_disposition(std::uint32_t stage) const noexcept;
  enum class keeping_out : std::uint8_t { nothing, guarded, no_disposition };
  enum class guard_use : std::uint8_t { heeded, passed };
  [[nodiscard]] keeping_out kept_out_of(std::uint32_t stage, guard_use guards) const noexcept;
  void refuse_move(std::uint32_t stage, keeping_out why_not, const attempt_context& why);
  void tell_cycle(std::uint32_t stage, const attempt_context& why);

  // --- What time brings ---
  void find_wakeup();
  [[nodiscard]] std::optional<std::int64_t> next_break();
  [[nodiscard]] std::optional<std::int64_t> first_flip(const fold_watch& watch, std::int64_t last_ms);
  [[nodiscard]] std::optional<std::int64_t> first_score_flip(std::uint32_t score, const std::vector<value>& constants,
                                                             std::int64_t last_ms);
  /// A search within [known, last]; what the gliding rules give at both ends is known.
  struct flip_search;
  [[nodiscard]] std::optional<std::int64_t> search(flip_search& how, std::int64_t known_ms, const std::int64_t* known,
                                                   std::int64_t last_ms, const std::int64_t* last, std::size_t depth);
  [[nodiscard]] const std::int64_t* gliding_values(std::size_t depth, std::int64_t at_ms);
  [[nodiscard]] bounds search_bounds(std::uint32_t score, std::int64_t first_ms, const std::int64_t* first,
                                     const std::int64_t* last) const;

  const model& model_;
  const fold_plan& plan_;
  condition_scratch scratch_;
  std::vector<value> row_;
  std::vector<value> event_row_;
  std::vector<value> tag_values_;
  std::vector<decision> decisions_;

  // The pass at hand.
  contact_state* state_ = nullptr;
  std::string_view contact_;
  std::int64_t now_ms_ = 0;
  std::optional<std::string> cause_;
  const event* event_ = nullptr;
  std::uint32_t type_ = none;
  std::vector<bool> is_visited_;
  std::vector<bool> has_told_cycle_;
  std::vector<bool> transition_where_;
  std::vector<bool> effect_where_;
  std::vector<bool> is_effect_done_;
  std::vector<moment> moments_;
  std::size_t clocks_seen_ = 0;
  std::size_t cadences_seen_ = 0;
  /// Of the event at hand: the `where` of triggers and of touches.
  std::vector<bool> trigger_where_;
  std::vector<bool> touch_where_;
  std::vector<std::uint32_t> changed_attributes_;
  bool is_event_pass_ = false;
  bool was_assigned_ = false;
  bool is_changed_ = false;
  bool has_told_steps_ = false;

  // An event being taken in.
  std::vector<change> changes_;
  std::vector<caught_signal> catches_;
  std::vector<earning> earnings_;
  std::string limit_message_;
  bool keeps_undo_ = false;
  std::vector<std::pair<std::uint32_t, stored_value>> attribute_undo_;
  std::vector<std::pair<std::string, stored_value>> other_undo_;

  // A search for the instant at which a score crosses a number: rules that glide, what all give now, and what the
  // gliding ones give at the instants looked at, a row for each depth of halving.
  std::vector<std::uint32_t> gliding_;
  std::vector<std::int64_t> present_milli_;
  std::vector<std::int32_t> gliding_place_;
  std::vector<std::vector<std::int64_t>> gliding_rows_;
};

}  // namespace leadline::detail
