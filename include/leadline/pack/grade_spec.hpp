#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/pack/name_use.hpp"

namespace leadline {

enum class grade_form : std::uint8_t { bands, matrix, rules };

/// One band of a grade.
struct band_spec {
  std::optional<std::int64_t> at_least_milli;
  std::optional<std::int64_t> until_milli;
  std::string is;
  document::node where;
};

/// One condition of a grade; without `when` it always holds.
struct grade_rule_spec {
  document::node when;
  std::string is;
  document::node where;
};

/// One cell of a matrix; `*` in `row` or `column` stands for any grade that is not named.
struct matrix_cell_spec {
  name_use row;
  name_use column;
  std::string is;
};

/// One entry of a pack's `grades`, field for field.
struct grade_spec {
  name_use name;
  grade_form form = grade_form::bands;
  name_use of;
  std::vector<band_spec> bands;
  name_use rows;
  name_use columns;
  std::vector<matrix_cell_spec> cells;
  std::vector<grade_rule_spec> rules;
};

}  // namespace leadline
