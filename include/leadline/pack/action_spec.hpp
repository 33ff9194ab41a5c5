#pragma once

#include <cstdint>
#include <vector>

#include "leadline/pack/name_use.hpp"

namespace leadline {

/// `told` is a decision that the host carries out; the others the engine does itself.
enum class action_form : std::uint8_t { told, set_status, set_owner, add_tag, remove_tag, set };

/// One action, field for field: the name, and all other keys as they were written.
struct action_spec {
  name_use action;
  action_form form = action_form::told;
  /// Of the engine's own: the status, the owner, the tag, or the value to set; a constant or an expression.
  document::node value;
  /// Of `set`.
  name_use attribute;
  /// The whole object.
  document::node where;
};

}  // namespace leadline
