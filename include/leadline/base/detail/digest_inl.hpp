#pragma once

#include <algorithm>
#include <bit>

#include "leadline/base/digest.hpp"

namespace leadline {

namespace detail {

/// The fractional bits of the square roots of the first eight primes (RFC 7693, 2.6).
inline constexpr std::array<std::uint64_t, 8> blake2b_start = {
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179};

/// In which order each of the ten rounds takes the words of a block (RFC 7693, 2.7); rounds 11 and 12 take the
/// first two again.
inline constexpr std::uint8_t blake2b_order[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

inline void blake2b_mix(std::array<std::uint64_t, 16>& v, std::size_t a, std::size_t b, std::size_t c, std::size_t d,
                        std::uint64_t x, std::uint64_t y) noexcept {
  v[a] += v[b] + x;
  v[d] = std::rotr(v[d] ^ v[a], 32);
  v[c] += v[d];
  v[b] = std::rotr(v[b] ^ v[c], 24);
  v[a] += v[b] + y;
  v[d] = std::rotr(v[d] ^ v[a], 16);
  v[c] += v[d];
  v[b] = std::rotr(v[b] ^ v[c], 63);
}

}  // namespace detail

LEADLINE_INLINE digest_writer::digest_writer() noexcept : state_(detail::blake2b_start) {
  // The parameter block: output of 16 bytes, no key, one leaf of a tree of depth one.
  state_[0] ^= 0x01010000ULL ^ digest::size;
}

LEADLINE_INLINE void digest_writer::compress(block_kind kind) noexcept {
  std::array<std::uint64_t, 16> words{};
  for (std::size_t i = 0; i < 16; ++i) {
    for (std::size_t byte = 8; byte-- > 0;) words[i] = (words[i] << 8) | block_[i * 8 + byte];
  }
  std::array<std::uint64_t, 16> v{};
  for (std::size_t i = 0; i < 8; ++i) {
    v[i] = state_[i];
    v[i + 8] = detail::blake2b_start[i];
  }
  v[12] ^= count_;  // the upper half of the count stays 0: nobody hashes 2^64 bytes
  if (kind == block_kind::last) v[14] = ~v[14];
  for (std::size_t round = 0; round < 12; ++round) {
    const auto& order = detail::blake2b_order[round % 10];
    detail::blake2b_mix(v, 0, 4, 8, 12, words[order[0]], words[order[1]]);
    detail::blake2b_mix(v, 1, 5, 9, 13, words[order[2]], words[order[3]]);
    detail::blake2b_mix(v, 2, 6, 10, 14, words[order[4]], words[order[5]]);
    detail::blake2b_mix(v, 3, 7, 11, 15, words[order[6]], words[order[7]]);
    detail::blake2b_mix(v, 0, 5, 10, 15, words[order[8]], words[order[9]]);
    detail::blake2b_mix(v, 1, 6, 11, 12, words[order[10]], words[order[11]]);
    detail::blake2b_mix(v, 2, 7, 8, 13, words[order[12]], words[order[13]]);
    detail::blake2b_mix(v, 3, 4, 9, 14, words[order[14]], words[order[15]]);
  }
  for (std::size_t i = 0; i < 8; ++i) state_[i] ^= v[i] ^ v[i + 8];
}

LEADLINE_INLINE void digest_writer::write(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    // A full block is only compressed once more bytes come: the last one is marked, and which is the last is not
    // known before.
    if (filled_ == block_.size()) {
      count_ += filled_;
      compress(block_kind::inner);
      filled_ = 0;
    }
    const std::size_t taken = std::min(bytes.size(), block_.size() - filled_);
    for (std::size_t i = 0; i < taken; ++i) block_[filled_ + i] = static_cast<std::uint8_t>(bytes[i]);
    filled_ += taken;
    bytes.remove_prefix(taken);
  }
}

LEADLINE_INLINE void digest_writer::write_number(std::uint64_t number) noexcept {
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<std::uint8_t>(number >> (8 * i)));
  write(std::string_view(bytes.data(), bytes.size()));
}

LEADLINE_INLINE void digest_writer::write_text(std::string_view text) noexcept {
  write_number(text.size());
  write(text);
}

LEADLINE_INLINE digest digest_writer::finish() noexcept {
  count_ += filled_;
  std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(), std::uint8_t{0});
  compress(block_kind::last);
  digest out;
  for (std::size_t i = 0; i < digest::size; ++i) {
    out.bytes_[i] = static_cast<std::uint8_t>(state_[i / 8] >> (8 * (i % 8)));
  }
  return out;
}

LEADLINE_INLINE digest digest::of(std::string_view bytes) noexcept {
  digest_writer writer;
  writer.write(bytes);
  return writer.finish();
}

LEADLINE_INLINE std::string digest::text() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(size * 2);
  for (const std::uint8_t byte : bytes_) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace leadline
