#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "leadline/time/detail/sorted_keys.hpp"

namespace leadline::detail {

/// A set of days within a range fixed beforehand, as bits: which days are in it, how many before a day, and which one
/// is the n-th, without walking days.
class day_set {
 public:
  day_set() = default;
  day_set(std::int64_t first_day, std::int64_t end_day)
      : first_day_(first_day), words_(static_cast<std::size_t>((end_day - first_day) / 64 + 1)) {}

  /// REQUIRES first_day <= day < end_day, here and below; `count_before` takes end_day too.
  void insert(std::int64_t day) noexcept { words_[word_of(day)] |= bit_of(day); }
  /// To be called after the last `insert` and before `count_before` and `nth`.
  void count() {
    std::vector<std::int64_t> counts;
    counts.reserve(words_.size());
    up_to_byte_.reserve(words_.size());
    for (const std::uint64_t word : words_) {
      counts.push_back(size_);
      up_to_byte_.push_back(byte_populations(word) * ones);
      size_ += population(word);
    }
    counts_ = sorted_keys(std::move(counts));
  }

  [[nodiscard]] std::int64_t size() const noexcept { return size_; }
  [[nodiscard]] bool contains(std::int64_t day) const noexcept { return (words_[word_of(day)] & bit_of(day)) != 0; }
  [[nodiscard]] std::int64_t count_before(std::int64_t day) const noexcept {
    const std::size_t word = word_of(day);
    return counts_[word] + population(words_[word] & (bit_of(day) - 1));
  }
  /// The day before which `n` others of the set lie. REQUIRES 0 <= n < size().
  [[nodiscard]] std::int64_t nth(std::int64_t n) const noexcept {
    const std::size_t word = counts_.last_at_most(n);
    const std::uint64_t rest = static_cast<std::uint64_t>(n - counts_[word]);
    // First the byte, by the days up to and including each byte, then the bit within it.
    const std::uint64_t byte = bytes_at_most(up_to_byte_[word], rest);
    const std::uint64_t before_byte = (up_to_byte_[word] << 8) >> (8 * byte) & 0xFF;
    const std::uint64_t bits = words_[word] >> (8 * byte) & 0xFF;
    const std::uint64_t position = 8 * byte + nth_bit[8 * bits + rest - before_byte];
    return first_day_ + static_cast<std::int64_t>(64 * word + position);
  }

 private:
  [[nodiscard]] std::size_t word_of(std::int64_t day) const noexcept {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(day - first_day_) / 64);
  }
  [[nodiscard]] std::uint64_t bit_of(std::int64_t day) const noexcept {
    return std::uint64_t{1} << (static_cast<std::uint64_t>(day - first_day_) % 64);
  }
  // Without the processor's own instruction, which the oldest x86-64 lacks, `std::popcount` is a call; what follows
  // is not. Eight bytes of a word are worked on at a time, and the product by `ones` adds up all bytes below each.
  static constexpr std::uint64_t ones = 0x0101'0101'0101'0101;

  [[nodiscard]] static std::uint64_t byte_populations(std::uint64_t bits) noexcept {
    bits -= bits >> 1 & 0x5555'5555'5555'5555;
    bits = (bits & 0x3333'3333'3333'3333) + (bits >> 2 & 0x3333'3333'3333'3333);
    return (bits + (bits >> 4)) & 0x0F0F'0F0F'0F0F'0F0F;
  }
  [[nodiscard]] static std::int64_t population(std::uint64_t bits) noexcept {
    return static_cast<std::int64_t>(byte_populations(bits) * ones >> 56);
  }
  /// How many of eight ascending bytes, none above 64, are at most `value`, which is below 64.
  [[nodiscard]] static std::uint64_t bytes_at_most(std::uint64_t bytes, std::uint64_t value) noexcept {
    const std::uint64_t above = ((bytes | 0x80 * ones) - (value + 1) * ones) >> 7 & ones;
    return 8 - (above * ones >> 56);
  }

  /// By a byte and n: where the n-th of its bits stands.
  static constexpr std::array<std::uint8_t, 256 * 8> nth_bit = [] {
    std::array<std::uint8_t, 256 * 8> found{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::size_t n = 0;
      for (std::size_t bit = 0; bit < 8; ++bit) {
        if ((byte >> bit & 1) != 0) found[8 * byte + n++] = static_cast<std::uint8_t>(bit);
      }
    }
    return found;
  }();

  std::int64_t first_day_ = 0;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> up_to_byte_;  // of each word, the days up to and including each of its bytes
  std::int64_t size_ = 0;
  sorted_keys counts_;  // of days before each word
};

}  // namespace leadline::detail
