#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/action_spec.hpp"
#include "leadline/pack/trigger_spec.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

struct stage_spec {
  name_use id;
  std::string owner;
  bool is_aside = false;
};

/// A guard of an `on` transition: what must hold, and what is missing when it does not.
struct requirement_spec {
  document::node condition;
  std::string otherwise;
};

struct rearm_spec {
  name_use score;
  std::int64_t rise_milli = 0;
};

struct transition_spec {
  name_use id;
  std::vector<name_use> from;
  /// `"from": "*"`: any stage but the target.
  bool from_any = false;
  name_use to;
  std::vector<name_use> on;
  document::node event_where;
  document::node when;
  std::optional<duration> after;
  document::node after_where;
  name_use calendar;
  std::vector<requirement_spec> require;
  std::string reason;
  std::optional<elapsed_duration> cooldown;
  std::optional<rearm_spec> rearm;
  bool is_unguarded = false;
  std::vector<action_spec> actions;
  document::node where;
};

struct effect_spec {
  trigger_spec trigger;
  document::node condition;
  std::vector<action_spec> actions;
  document::node where;
};

/// The statuses within one stage, in order; entering the stage sets the first.
struct stage_statuses_spec {
  name_use stage;
  std::vector<name_use> statuses;
};

enum class manual_moves : std::uint8_t { transitions, any };

/// A pack's `funnel`, field for field.
struct funnel_spec {
  name_use start;
  std::vector<stage_spec> stages;
  std::vector<transition_spec> transitions;
  std::vector<effect_spec> effects;
  std::vector<stage_statuses_spec> statuses;
  manual_moves manual = manual_moves::transitions;
  document::node where;
};

}  // namespace leadline
