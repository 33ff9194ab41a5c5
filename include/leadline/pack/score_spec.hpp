#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/pack/rule_spec.hpp"

namespace leadline {

/// One entry of a score's `groups`.
struct group_spec {
  name_use name;
  std::optional<std::int64_t> min_milli;
  std::optional<std::int64_t> max_milli;
  decay_spec decay;
};

/// One score of a score's `sum`, and its weight in thousandths.
struct score_part_spec {
  name_use score;
  std::int64_t weight_milli = 1'000;
};

/// One entry of a pack's `scores`, field for field.
struct score_spec {
  name_use name;
  std::vector<rule_spec> rules;
  std::vector<group_spec> groups;
  std::vector<score_part_spec> sum;
  std::optional<std::int64_t> min_milli;
  std::optional<std::int64_t> max_milli;
  decay_spec decay;
};

}  // namespace leadline
