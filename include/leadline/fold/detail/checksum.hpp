#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadline::detail {

/// Not against forgers but against damage: whatever is changed within eight bytes in a row changes it, for each step
/// below can be undone; wider damage escapes once in 2^64.
[[nodiscard]] inline std::uint64_t checksum_of(std::string_view bytes, std::uint64_t seed) noexcept {
  constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
  std::uint64_t sum = seed ^ bytes.size();
  const auto take = [&](std::uint64_t word) {
    sum = (sum ^ word) * odd;
    sum ^= sum >> 29;
  };
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    for (unsigned i = 0; i < 8; ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    take(word);
    bytes.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) rest |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  take(rest);
  take(0);
  return sum;
}

}  // namespace leadline::detail
