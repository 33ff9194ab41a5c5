#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/compiled_event.hpp"
#include "leadline/pack/funnel_spec.hpp"
#include "leadline/time/duration.hpp"

namespace leadline::compiled {

/// A piece of an action's JSON: text as it stands, then the value of an expression where there is one.
struct action_piece {
  std::string text;
  std::uint32_t expression = none;
};

struct action {
  std::string name;
  action_form form = action_form::told;
  /// The members beside `action`, as JSON without its braces.
  std::vector<action_piece> members;
  /// What the engine's own actions set: an expression, or JSON text.
  std::uint32_t value = none;
  std::string constant;
  /// Of `set`: the name, and the attribute if it is declared.
  std::string attribute_name;
  std::uint32_t attribute = none;
};

/// Who listens to a trigger.
enum class trigger_role : std::uint8_t {
  effect,
  clock_start,
  clock_stop,
  clock_cancel,
  clock_pause,
  clock_resume,
  clock_restart,
  cadence_start,
  cadence_stop,
  routing,
  reroute
};

struct trigger {
  trigger_form form = trigger_form::enter;
  trigger_role role = trigger_role::effect;
  /// Which effect, clock or cadence.
  std::uint32_t owner = none;
  /// Stages, event types or transitions.
  std::vector<std::uint32_t> names;
  std::uint32_t condition = none;
};

struct stage {
  std::string id;
  std::string owner;
  bool is_aside = false;
  /// Statuses by index into the model's; the first is set on entry.
  std::vector<std::uint32_t> statuses;
  /// Transitions that leave it, in array order.
  std::vector<std::uint32_t> transitions;
  /// Triggers of form `enter` and `leave` that name it.
  std::vector<std::uint32_t> enter_triggers;
  std::vector<std::uint32_t> leave_triggers;
  /// Stages to which `stage.set` may move from here, one bit each.
  std::vector<bool> manual_moves;
  /// Whether a disposition is needed to leave it for a stage that some code leads to.
  bool requires_disposition = false;
};

struct requirement {
  std::uint32_t condition = none;
  std::string otherwise;
};

struct transition {
  std::string id;
  std::string pointer;
  std::vector<std::uint32_t> from;
  std::uint32_t to = none;
  std::vector<std::uint32_t> events;
  std::uint32_t where = none;
  std::uint32_t when = none;
  std::optional<duration> after;
  std::uint32_t calendar = none;
  std::vector<requirement> require;
  std::string reason;
  std::int64_t cooldown_ms = 0;
  std::uint32_t rearm_score = none;
  std::int64_t rearm_rise_milli = 0;
  bool is_unguarded = false;
  std::vector<action> actions;
  /// Effects that name it as their trigger.
  std::vector<std::uint32_t> triggers;
};

struct effect {
  std::string pointer;
  std::uint32_t trigger = none;
  std::uint32_t condition = none;
  std::vector<action> actions;
};

}  // namespace leadline::compiled
