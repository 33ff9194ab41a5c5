#pragma once

#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/action_spec.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

/// One outcome of working a contact.
struct disposition_code_spec {
  name_use code;
  std::string label;
  name_use to;
  std::string tag;
  std::optional<elapsed_duration> wake_after;
  /// `wake` where it is an expression that gives a date.
  document::node wake_at;
  bool is_unguarded = false;
  std::vector<action_spec> actions;
  std::vector<action_spec> on_wake;
};

/// A pack's `dispositions`, field for field.
struct disposition_spec {
  std::vector<name_use> on;
  name_use field;
  std::vector<name_use> required_from;
  std::vector<disposition_code_spec> codes;
  document::node where;
};

}  // namespace leadline
