#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadline::detail {

/// A stretch of time [begin, end), in milliseconds of whatever line it lies on.
struct time_span_ms {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  [[nodiscard]] friend constexpr auto operator<=>(const time_span_ms&, const time_span_ms&) noexcept = default;
};

/// Sorts, and makes one of what overlaps or touches.
inline void unite(std::vector<time_span_ms>& spans) {
  std::sort(spans.begin(), spans.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (kept != 0 && spans[i].begin <= spans[kept - 1].end) {
      spans[kept - 1].end = std::max(spans[kept - 1].end, spans[i].end);
    } else {
      spans[kept++] = spans[i];
    }
  }
  spans.resize(kept);
}

}  // namespace leadline::detail
