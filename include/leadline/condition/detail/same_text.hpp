#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace leadline::detail {

/// Equality of two texts. Most are shorter than sixteen bytes: two overlapping loads of each side then do what a call
/// of memcmp would, and cost a fraction of it.
[[nodiscard, gnu::always_inline]] inline bool same_text(std::string_view left, std::string_view right) noexcept {
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  const auto load = [](const char* from, auto number) {
    std::memcpy(&number, from, sizeof number);
    return number;
  };
  const char* const a = left.data();
  const char* const b = right.data();
  if (size >= 8) {
    if (size > 16) return std::memcmp(a, b, size) == 0;
    return ((load(a, std::uint64_t{}) ^ load(b, std::uint64_t{})) |
            (load(a + size - 8, std::uint64_t{}) ^ load(b + size - 8, std::uint64_t{}))) == 0;
  }
  if (size >= 4) {
    return ((load(a, std::uint32_t{}) ^ load(b, std::uint32_t{})) |
            (load(a + size - 4, std::uint32_t{}) ^ load(b + size - 4, std::uint32_t{}))) == 0;
  }
  return size == 0 || ((a[0] ^ b[0]) | (a[size / 2] ^ b[size / 2]) | (a[size - 1] ^ b[size - 1])) == 0;
}

}  // namespace leadline::detail
