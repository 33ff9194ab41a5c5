#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/name_use.hpp"

namespace leadline {

enum class target_side : std::uint8_t { marketing, sales };
enum class target_period : std::uint8_t { of_report, week, month, quarter };
enum class target_trend : std::uint8_t { none, up, down };

/// One entry of a pack's `targets`, field for field.
struct target_spec {
  name_use name;
  target_side side = target_side::marketing;
  /// As written: "converted.mql.sql".
  name_use metric;
  target_period per = target_period::of_report;
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::optional<double> above;
  std::optional<double> below;
  target_trend trend = target_trend::none;
  std::vector<name_use> fields;
  name_use stage;
};

}  // namespace leadline
