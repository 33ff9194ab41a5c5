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
#include "leadline/fold/detail/answer_book.hpp"
#include "leadline/fold/detail/fold_plan.hpp"
#include "leadline/fold/detail/text_arena.hpp"
#include "leadline/fold/event.hpp"

namespace leadline::detail {

/// The passes of the fold over one state at a time: what one event, or time at one instant, does to it. The row and
/// the lists below are memory kept between passes; nothing of a contact stays in them.
///
/// An event costs what it touches. At the end of a pass every watched condition has the truth that the state says
/// (`held_milli`, `grades`, `effect_held`, a stage that no transition leaves), and until `wakeup_ms` time alone flips
/// none of them. So a pass before that instant asks again only those that read a slot that changed in it:
///
///     set_slot(slot, value)       the slot has changed: marks who reads it (fold_plan::users)
///     touch(slot)                 the same, for a slot whose value is read from the state when somebody asks
///
/// A pass at the wake-up asks besides what time can move (`is_due_`), the first one of a contact everything
/// (`is_afresh_`). Whatever a new phase changes that conditions read, it must pass through one of the two above, and
/// whatever moves the next wake-up must set `is_wakeup_stale_`. The row is filled as conditions ask (`load`).
///
/// The parts of a pass stand in files of their own: attributes and what is taken in (fold_intake.hpp), scores and
/// grades (fold_scores.hpp), the funnel (fold_funnel.hpp), what is owed (fold_duties.hpp, fold_clocks.hpp,
/// fold_cadences.hpp, fold_dispositions.hpp), routing (fold_routing.hpp), and when time brings something next
/// (fold_time.hpp).
class fold_machine {
 public:
  static constexpr std::uint32_t none = compiled::none;
  static constexpr int rounds_max = 64;

  fold_machine(const model& pack, const fold_plan& plan);

  /// Decisions of the passes since the last `drop_decisions`, in order, without numbers. Their texts stand in the
  /// model, the event, the contact's id and the machine's own memory.
  [[nodiscard]] std::vector<decision>& decisions() noexcept { return decisions_; }
  void drop_decisions() noexcept {
    decisions_.clear();
    texts_.clear();
  }
  /// A copy that lives as long as the decisions do.
  [[nodiscard]] std::string_view keep(std::string_view text) { return texts_.keep(text); }

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
  void end(contact_state& state, std::string_view contact, std::int64_t at_ms, std::optional<std::string_view> cause);
  /// A pass in which a waiting request is looked at, after all else of its instant.
  void route_pass(contact_state& state, std::string_view contact, std::int64_t at_ms);
  /// Who answers requests for an owner in the passes to come; an empty book: nobody does.
  void set_book(answer_book book) noexcept { book_ = book; }
  /// Prepares a state, kept from an earlier fold, for one that is read from the book.
  void prime(contact_state& state) const;
  /// `other` ended and the state takes over what it had.
  void merge(contact_state& state, std::string_view contact, contact_state other, std::int64_t at_ms,
             std::optional<std::string_view> cause);
  /// A score as it is read at an instant at or after the state's latest pass, and before its next wake-up.
  [[nodiscard]] std::int64_t score_milli(const contact_state& from, std::uint32_t score, std::int64_t at_ms) const;
  /// Whether a built-in event's data are as they must be: for those that the fold itself does not carry out.
  [[nodiscard]] std::optional<std::string> problem_of(const event& sent);
  [[nodiscard]] static std::optional<std::string_view> cause_of(const event& sent) noexcept;
  [[nodiscard]] decision refusal(std::string_view contact, std::int64_t at_ms, std::string_view code,
                                 std::string_view message, std::optional<std::string_view> cause);

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
    std::optional<std::string_view> rule;
    std::optional<std::string_view> reason;
  };

  // --- Passes ---
  void begin(contact_state& state, std::string_view contact, std::int64_t at_ms, std::optional<std::string_view> cause,
             const event* sent);
  void rounds();

  decision& tell(decision_kind kind, const attempt_context& why = {});
  void reject(std::string_view code, std::string_view message, const attempt_context& why = {});
  [[nodiscard]] bool holds(std::uint32_t condition);
  [[nodiscard]] value evaluate(std::uint32_t condition);
  void note_outcome();
  /// Sees to it that the row has what a condition reads.
  void load(std::uint32_t condition) {
    for (std::uint32_t i = plan_.slots_begin[condition]; i < plan_.slots_begin[condition + 1]; ++i) {
      const std::uint32_t slot = plan_.slots_read[i];
      if (loaded_at_[slot] != pass_) load_slot(slot);
    }
  }
  void load_slot(std::uint32_t slot);
  void ask_in_time();
  void touch_place();
  [[nodiscard]] condition_input input() const noexcept {
    return {.slots = row_,
            .event_slots = event_ != nullptr ? std::span<const value>(event_row_) : std::span<const value>(),
            .now_ms = now_ms_};
  }
  void set_slot(std::uint32_t slot, value content) {
    if (slot == none) return;
    row_[slot] = content;
    loaded_at_[slot] = pass_;
    mark_users(slot);
  }
  void touch(std::uint32_t slot) {
    if (slot == none) return;
    loaded_at_[slot] = 0;
    mark_users(slot);
  }
  void mark_users(std::uint32_t slot);
  void ask_held_rule(std::uint32_t rule);

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
  void settle_score(std::uint32_t index);
  void settle_grade(std::uint32_t index);
  void know_sums();
  void note_filled(std::uint32_t rule);
  [[nodiscard]] std::int64_t present_score(std::uint32_t index);
  void sum_timed_rules();
  void tell_values();
  [[nodiscard]] std::int64_t held_points(const compiled::rule& rule, rule_state& state);
  [[nodiscard]] std::uint32_t band_of(const compiled::grade& grade, std::uint32_t present, std::int64_t milli) const;
  [[nodiscard]] std::uint32_t grade_of(std::uint32_t index);
  struct bounds {
    std::int64_t low = 0;
    std::int64_t high = 0;
  };
  /// A score over a stretch of time; `place` gives the sums of rules at both ends, `part` the scores it is made of.
  template <class Place, class Part>
  [[nodiscard]] bounds bounds_of_sums(std::uint32_t score, const Place& place, const Part& part_of) const;
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
  [[nodiscard]] bool could_move(bool is_offered) const;
  void manual_move();
  void move(std::uint32_t target, const attempt_context& why, const compiled::transition* by, std::uint32_t by_index,
            const compiled::disposition_code* disposition = nullptr);
  [[nodiscard]] bool is_backward(std::uint32_t source, std::uint32_t target) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> dwell_over_ms(const compiled::transition& transition) const;
  [[nodiscard]] static bool has_level(const compiled::transition& transition) noexcept {
    return transition.when != none && !transition.after;
  }
  void set_status(std::uint32_t status, const attempt_context& why);
  void set_owner(std::optional<std::string_view> owner, const attempt_context& why, std::string_view details = {});
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
  [[nodiscard]] bool are_duties_due(std::size_t first) const noexcept;
  void begin_duties();
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
  void run_clock(std::uint32_t index);
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
  void check_due(const clock_state& clock);
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
  void run_cadence(std::uint32_t index);
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

  // --- Routing ---
  enum class routing_wish : std::uint8_t { route, reroute };
  void routing_phase();
  void route(routing_wish wish);
  /// Asks one rule that holds.
  enum class rule_outcome : std::uint8_t { decided, passed };
  [[nodiscard]] rule_outcome ask_rule(std::uint32_t index);
  void ask_pool(std::uint32_t index);
  void give(std::uint32_t rule, std::uint32_t rep, std::string_view details);
  void hold(hold_reason why, std::uint32_t rule, std::string_view details);
  void end_wait() noexcept;
  void end_hold() noexcept;
  [[nodiscard]] std::uint32_t find_rep(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> running_due_ms() const;

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
                                     const std::int64_t* last);
  [[nodiscard]] bounds bounds_between_ends(std::uint32_t score, std::int64_t first_ms) const;

  const model& model_;
  const fold_plan& plan_;
  condition_scratch scratch_;
  std::vector<value> row_;
  std::vector<value> event_row_;
  std::vector<value> tag_values_;
  std::vector<std::string> refused_;
  std::vector<decision> decisions_;
  text_arena texts_;

  // The pass at hand.
  contact_state* state_ = nullptr;
  std::string_view contact_;
  std::int64_t now_ms_ = 0;
  std::optional<std::string_view> cause_;
  const event* event_ = nullptr;
  std::uint32_t type_ = none;
  /// Numbers passes; what is marked with another number is not marked in this one, so that nothing is cleared.
  std::uint64_t pass_ = 0;
  bool is_afresh_ = false;
  bool is_due_ = false;
  bool asks_transitions_ = false;
  bool is_wakeup_stale_ = false;
  std::vector<std::uint64_t> loaded_at_;           // by slot
  std::vector<std::uint64_t> visited_at_;          // by stage
  std::vector<std::uint64_t> transition_touched_;  // and below, by transition
  std::vector<std::uint64_t> told_cycle_at_;
  std::vector<std::uint64_t> transition_met_;  // its `where` holds
  std::vector<std::uint64_t> effect_touched_;  // and below, by effect
  std::vector<std::uint64_t> effect_met_;
  std::vector<std::uint64_t> effect_done_at_;
  std::uint64_t effects_touched_ = 0;
  std::vector<std::vector<std::uint32_t>> held_to_ask_;  // by score
  std::vector<std::uint8_t> is_held_to_ask_;             // by rule
  std::vector<std::uint8_t> is_score_touched_;
  std::vector<std::uint8_t> is_grade_touched_;
  /// What rules that time moves give now, summed as contact_state::rule_sums; good for one pass once worked out.
  std::vector<std::int64_t> timed_milli_;
  std::vector<std::uint32_t> timed_places_;
  std::uint64_t timed_known_at_ = 0;
  half_life_memo half_lives_;
  std::vector<moment> moments_;
  std::size_t clocks_seen_ = 0;
  std::size_t cadences_seen_ = 0;
  std::size_t routing_seen_ = 0;
  /// Up to which moment each of them has looked.
  std::uint64_t duties_begun_ = 0;
  std::vector<std::size_t> clock_seen_;
  std::vector<std::size_t> cadence_seen_;
  /// Of the event at hand: the `where` of triggers and of touches holds.
  std::vector<std::uint64_t> trigger_met_;
  std::vector<std::uint64_t> touch_met_;
  /// Something that clocks and cadences listen to has changed, or come with the event.
  std::uint64_t duties_touched_ = 0;
  std::vector<std::uint32_t> changed_attributes_;
  bool is_event_pass_ = false;
  bool was_assigned_ = false;
  bool is_changed_ = false;
  bool has_told_steps_ = false;

  answer_book book_;
  /// Whether this pass looks at a waiting request again.
  bool is_looking_ = false;

  // An event being taken in.
  std::vector<change> changes_;
  std::vector<caught_signal> catches_;
  std::vector<earning> earnings_;
  std::vector<std::uint32_t> rules_room_;
  std::vector<std::uint32_t> event_slots_set_;
  std::string limit_message_;
  std::string text_;
  bool keeps_undo_ = false;
  std::vector<std::pair<std::uint32_t, stored_value>> attribute_undo_;
  std::vector<std::pair<std::string, stored_value>> other_undo_;

  // A search for the instant at which a score crosses a number: rules that glide, the sums of all that does
  // not, and what the gliding ones give at the instants looked at, a row for each depth of halving.
  std::vector<std::uint32_t> gliding_;
  std::vector<std::int64_t> resting_milli_;
  std::vector<bounds> search_sums_;
  std::vector<std::vector<std::int64_t>> gliding_rows_;
};

}  // namespace leadline::detail
