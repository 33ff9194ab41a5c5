#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadline/condition/detail/same_text.hpp"
#include "leadline/condition/text_set.hpp"

namespace leadline::detail {

/// The length and five bytes of a text, mixed.
[[nodiscard, gnu::always_inline]] inline std::uint32_t text_key(std::string_view text) noexcept {
  const std::size_t size = text.size();
  if (size == 0) [[unlikely]]
    return 0;
  const auto byte = [&](std::size_t at) -> std::uint32_t { return static_cast<unsigned char>(text[at]); };
  const std::uint32_t spread = byte(0) | byte(size / 4) << 8 | byte(size / 2) << 16 | byte(size - 1) << 24;
  return spread + (static_cast<std::uint32_t>(size) << 8 | byte(size - 1 - size / 4)) * 0x9E37'79B1u;
}

/// The look-up itself, to be inlined into the loops over rows.
struct text_set_look {
  [[nodiscard, gnu::always_inline]] static inline bool contains(const text_set& set, std::string_view text) noexcept {
    if (set.factor_ == 0) return set.contains_hashed(text);
    const std::uint32_t key = text_key(text);
    const text_set::cell& only = set.cells_.data()[key * set.factor_ >> set.shift_];
    if (only.key != key || only.entry == 0) return false;
    return same_text({set.bytes_.data() + only.offset, only.size}, text);
  }
};

}  // namespace leadline::detail
