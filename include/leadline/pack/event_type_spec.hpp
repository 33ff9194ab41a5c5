#pragma once

#include <vector>

#include "leadline/pack/data_type.hpp"
#include "leadline/pack/name_use.hpp"

namespace leadline {

/// One entry of a pack's `events`, field for field.
struct event_type_spec {
  struct field {
    name_use name;
    data_type type = data_type::string;
  };

  name_use name;
  bool is_activity = false;
  /// Whether `fields` was written: then a condition may read no other field.
  bool fields_are_declared = false;
  std::vector<field> fields;
};

}  // namespace leadline
