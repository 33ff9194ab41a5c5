#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// 2^x for 0 <= x < 1 in whole numbers, the same to the last bit on every machine: `exp2` of the C libraries differs
/// from one to the next, and decisions must not.
namespace leadline::detail {

__extension__ using uint128 = unsigned __int128;
__extension__ using int128 = __int128;

/// 2^(1/2^k) for k from 1 to 32, as the high and low half of a number with 127 bits behind the point. Each is the root
/// of the one before it; a test squares them.
struct root_of_two {
  std::uint64_t high;
  std::uint64_t low;
};
inline constexpr std::array<root_of_two, 32> roots_of_two = {{
    {0xB504F333F9DE6484, 0x597D89B3754ABE9F}, {0x9837F0518DB8A96F, 0x46AD23182E42F6F6},
    {0x8B95C1E3EA8BD6E6, 0xFBE4628758A53C90}, {0x85AAC367CC487B14, 0xC5C95B8C2154C1B2},
    {0x82CD8698AC2BA1D7, 0x3E2A475B46520BFF}, {0x8164D1F3BC030773, 0x7BE56527BD14DEF4},
    {0x80B1ED4FD999AB6C, 0x25335719B6E6FD20}, {0x8058D7D2D5E5F6B0, 0x94D589F608EE4AA2},
    {0x802C6436D0E04F50, 0xFF8CE94A6797B3CE}, {0x8016302F17467628, 0x3690DFE44D11D008},
    {0x800B179C82028FD0, 0x945E54E2AE18F2F0}, {0x80058BAF7FEE3B5D, 0x1C718B38E549CB93},
    {0x8002C5D00FDCFCB6, 0xB6566A58C048BE1F}, {0x800162E61BED4A48, 0xE84C2E1A463473D9},
    {0x8000B17292F702A3, 0xAA22BEACCA949013}, {0x800058B92ABBAE02, 0x030C5FA5256F41FE},
    {0x80002C5C8DADE4D7, 0x1776C0F4DBEA67D6}, {0x8000162E44EAF636, 0x526BE456600BDBE4},
    {0x80000B1721FA7C18, 0x8307016C1CD4E8B6}, {0x8000058B90DE7E4C, 0xECFC487503488BB1},
    {0x800002C5C8678F36, 0xCBFCE50A6DE60B14}, {0x80000162E431DB9F, 0x80B2347B5D62E516},
    {0x800000B1721872D0, 0xC7B08CF1E0114152}, {0x80000058B90C1AA8, 0xA5C3736CB77E8DFF},
    {0x8000002C5C8605A4, 0x635F2EFC2362D978}, {0x800000162E4300E6, 0x35CF4A109E3939BD},
    {0x8000000B17217FF8, 0x1BEF9C551590CF83}, {0x800000058B90BFDD, 0x4E39CD52C0CFA27C},
    {0x80000002C5C85FE6, 0xF72D669E0E76E411}, {0x8000000162E42FF1, 0x8F9AD35186D0DF28},
    {0x80000000B17217F8, 0x4CCE71AA0DCFFFE7}, {0x8000000058B90BFC, 0x07A77AD56ED22AAA},
}};

/// The high 128 bits of a product of two numbers with 127 bits behind the point; the product of two numbers below 2
/// whose true product is below 2 has 127 bits behind the point again.
[[nodiscard]] constexpr uint128 multiply_fraction(uint128 a, uint128 b) noexcept {
  constexpr uint128 low_half = ~std::uint64_t{0};
  const uint128 high = (a >> 64) * (b >> 64);
  const uint128 cross_a = (a >> 64) * (b & low_half);
  const uint128 cross_b = (a & low_half) * (b >> 64);
  const uint128 low = (a & low_half) * (b & low_half);
  const uint128 middle = (low >> 64) + (cross_a & low_half) + (cross_b & low_half);
  const uint128 top = high + (cross_a >> 64) + (cross_b >> 64) + (middle >> 64);
  return top << 1 | (middle >> 63 & 1);
}

/// Four tables of 256: entry i of table j is 2^(i / 256^(j+1)), with 63 bits behind the point.
using power_tables = std::array<std::array<std::uint64_t, 256>, 4>;

[[nodiscard]] constexpr power_tables make_power_tables() noexcept {
  power_tables tables{};
  for (std::size_t table = 0; table < tables.size(); ++table) {
    std::array<uint128, 256> exact{};
    exact[0] = uint128{1} << 127;
    for (std::size_t i = 1; i < exact.size(); ++i) {
      // The lowest bit that is set adds one root to an entry that stands already.
      std::size_t bit = 0;
      while ((i >> bit & 1) == 0) ++bit;
      const root_of_two& root = roots_of_two[table * 8 + 7 - bit];
      exact[i] = multiply_fraction(exact[i & (i - 1)], uint128{root.high} << 64 | root.low);
    }
    for (std::size_t i = 0; i < exact.size(); ++i) tables[table][i] = static_cast<std::uint64_t>(exact[i] >> 64);
  }
  return tables;
}
inline constexpr power_tables powers_of_two = make_power_tables();

/// 2^(fraction / 2^64) with 63 bits behind the point, in [2^63, 2^64). The relative error is below 2^-60: four
/// tables and three products each lose at most 2^-63, and beyond 32 bits of the fraction x, 2^x - 1 - x ln 2 is
/// below 2^-65.
[[nodiscard]] constexpr std::uint64_t power_of_two(std::uint64_t fraction) noexcept {
  const auto entry = [&](std::size_t table) { return powers_of_two[table][fraction >> (56 - 8 * table) & 0xFF]; };
  std::uint64_t product = entry(0);
  for (std::size_t table = 1; table < powers_of_two.size(); ++table) {
    product = static_cast<std::uint64_t>(uint128{product} * entry(table) >> 63);
  }
  // ln 2 with 64 bits behind the point, times what is left of the fraction: below 2^32.
  constexpr std::uint64_t natural_log_of_two = 0xB17217F7D1CF79AB;
  const auto rest = static_cast<std::uint64_t>(uint128{fraction & 0xFFFF'FFFF} * natural_log_of_two >> 64);
  return product + static_cast<std::uint64_t>(uint128{product} * rest >> 64);
}

}  // namespace leadline::detail
