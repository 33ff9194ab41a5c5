#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/base/nearest_name.hpp"

namespace leadline {

namespace detail {

/// Optimal string alignment distance in halves: an edit costs 2, a difference of case 1. Stops early and
/// returns `bound + 1` once the distance must exceed `bound`.
[[nodiscard]] inline std::size_t name_distance(std::string_view a, std::string_view b, std::size_t bound) {
  const std::size_t length_difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (2 * length_difference > bound) return bound + 1;
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = 2 * j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = 2 * i;
    std::size_t row_min = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const char x = a[i - 1];
      const char y = b[j - 1];
      const std::size_t replace = x == y ? 0 : ascii_lower(x) == ascii_lower(y) ? 1 : 2;
      row[j] = std::min({last[j] + 2, row[j - 1] + 2, last[j - 1] + replace});
      if (i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y) row[j] = std::min(row[j], before_last[j - 2] + 2);
      row_min = std::min(row_min, row[j]);
    }
    if (row_min > bound) return bound + 1;
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace detail

LEADLINE_INLINE std::string nearest_name(std::string_view word, std::span<const std::string_view> candidates) {
  // A third of the word, at least one edit: "mql" may be mended in one letter, "America/New_Yrok" in five.
  std::size_t bound = std::max<std::size_t>(2, 2 * (word.size() / 3));
  std::string_view best;
  bool is_found = false;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = detail::name_distance(word, candidate, bound);
    if (distance > bound || (is_found && distance == bound && candidate >= best)) continue;
    is_found = true;
    bound = distance;
    best = candidate;
  }
  return std::string(best);
}

}  // namespace leadline
