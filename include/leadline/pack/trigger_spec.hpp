#pragma once

#include <cstdint>
#include <vector>

#include "leadline/pack/name_use.hpp"

namespace leadline {

enum class trigger_form : std::uint8_t { enter, leave, event, condition, assigned, transition };

/// Something that happens to a contact, field for field. `transition` is for effects only.
struct trigger_spec {
  trigger_form form = trigger_form::enter;
  /// The stages, event types or transitions.
  std::vector<name_use> names;
  /// `where` of an event, `when` of a condition.
  document::node condition;
  document::node where;
};

}  // namespace leadline
