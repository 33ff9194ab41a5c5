#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace leadline::detail {

/// Equality of two texts. Most are short: a few overlapping loads of each side then do what a call of memcmp would, and
/// cost a fraction of it.
[[nodiscard, gnu::always_inline]] inline bool same_text(std::string_view left, std::string_view right) noexcept {
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  const auto load = [](const char* from, auto number) {
    std::memcpy(&number, from, sizeof number);
    return number;
  };
  const char* const a = left.data();
  const char* const b = right.data();
  if (size > 16) {
    if (size > 32) return std::memcmp(a, b, size) == 0;
    const auto differ = [&](std::size_t at) { return load(a + at, std::uint64_t{}) ^ load(b + at, std::uint64_t{}); };
    return (differ(0) | differ(8) | differ(size - 16) | differ(size - 8)) == 0;
  }
  if (size >= 4) {
    // Four loads of four bytes cover four to sixteen without a branch on the size.
    const auto differ = [&](std::size_t at) { return load(a + at, std::uint32_t{}) ^ load(b + at, std::uint32_t{}); };
    const std::size_t step = (size & 24) / 2 & 4;
    return (differ(0) | differ(step) | differ(size - 4) | differ(size - 4 - step)) == 0;
  }
  return size == 0 || ((a[0] ^ b[0]) | (a[size / 2] ^ b[size / 2]) | (a[size - 1] ^ b[size - 1])) == 0;
}

/// Whether a text that is not empty stands in another. Eight places at a time are held against its first and its last
/// letter; few are left to compare.
[[nodiscard, gnu::always_inline]] inline bool holds_text(std::string_view whole, std::string_view part) noexcept {
  if (whole.size() < part.size()) return false;
  const char* const from = whole.data();
  const std::size_t place_count = whole.size() - part.size() + 1;
  const auto stands_at = [&](std::size_t at) { return same_text({from + at, part.size()}, part); };
  if (place_count < 8) {
    for (std::size_t at = 0; at < place_count; ++at) {
      if (from[at] == part.front() && stands_at(at)) return true;
    }
    return false;
  }
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  const std::uint64_t first = ones * static_cast<unsigned char>(part.front());
  const std::uint64_t last = ones * static_cast<unsigned char>(part.back());
  for (std::size_t at = 0;;) {
    std::uint64_t starts = 0;
    std::uint64_t ends = 0;
    std::memcpy(&starts, from + at, 8);
    std::memcpy(&ends, from + at + part.size() - 1, 8);
    const std::uint64_t differ = (starts ^ first) | (ends ^ last);
    // Whether some byte of it is zero; that it may be one too many does not matter.
    if (((differ - ones) & ~differ & ones << 7) != 0) {
      for (std::size_t i = at; i < at + 8; ++i) {
        if (stands_at(i)) return true;
      }
    }
    if (at == place_count - 8) return false;
    at = std::min(at + 8, place_count - 8);
  }
}

}  // namespace leadline::detail
