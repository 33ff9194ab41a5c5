#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/pack/data_type.hpp"

namespace leadline::compiled {

/// "Nothing": an index that no collection has.
inline constexpr std::uint32_t none = 0xFFFF'FFFF;

/// The event types that every pack has, and what stands for all others.
enum class built_in : std::uint8_t {
  contact_forget,
  contact_merge,
  contact_set,
  owner_set,
  rep_away,
  rep_back,
  score_override,
  sla_pause,
  sla_resume,
  stage_set,
  status_set,
  tag_add,
  tag_remove,
  no
};

/// A field of an event that sets an attribute.
struct attribute_source {
  std::uint32_t attribute = none;
  std::uint32_t event_slot = none;
};

/// A declared field: what it is converted to when an event is read.
struct event_field {
  std::uint32_t event_slot = none;
  data_type type = data_type::string;
};

/// A rule by its score and its place in it.
struct rule_place {
  std::uint32_t score = none;
  std::uint32_t rule = none;
};

/// One event type, and everything an event of it can touch: an event costs what stands here and no more.
struct event_type {
  std::string name;
  built_in kind = built_in::no;
  bool is_activity = false;
  bool is_declared = false;
  std::vector<event_field> fields;
  std::vector<attribute_source> sets;
  std::vector<std::uint32_t> signals;
  /// Earned and tiers rules.
  std::vector<rule_place> rules;
  std::vector<std::uint32_t> transitions;
  /// Triggers of form `event`.
  std::vector<std::uint32_t> triggers;
  /// Cadences of which this may be a touch.
  std::vector<std::uint32_t> cadences;
  bool is_disposition = false;
};

}  // namespace leadline::compiled
