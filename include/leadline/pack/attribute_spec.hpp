#pragma once

#include <vector>

#include "leadline/pack/data_type.hpp"
#include "leadline/pack/name_use.hpp"

namespace leadline {

/// One entry of a pack's `attributes`, field for field.
struct attribute_spec {
  name_use name;
  data_type type = data_type::string;
  /// `event_type.field` each.
  std::vector<name_use> from;
  /// An expression, or absent.
  document::node derive;
};

}  // namespace leadline
