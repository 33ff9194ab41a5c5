#pragma once

#include <span>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"

namespace leadline {

/// The candidate that `word` was most likely meant to be, or an empty text when none is near: fewest insertions,
/// deletions, replacements and swaps of neighbours (the optimal string alignment distance), case differences
/// counting half, at most a third of the word's length. Among equals the first in byte order.
///
/// O(candidates x word x candidate length); for messages, not for hot paths.
[[nodiscard]] std::string nearest_name(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/base/detail/nearest_name_inl.hpp"
#endif
