#pragma once

#include <algorithm>
#include <bit>
#include <cstring>

#include "leadline/condition/text_set.hpp"

namespace leadline {
namespace detail {

/// Mixes the length, the first eight and the last eight bytes, and of longer texts the middle too. Not keyed: a set
/// is built from the pack's own texts, and a look-up costs at most the probes that its author made for himself.
[[nodiscard]] inline std::uint32_t text_hash(std::string_view text) noexcept {
  const char* const bytes = text.data();
  const std::size_t size = text.size();
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (size >= 8) [[likely]] {
    std::memcpy(&first, bytes, 8);
    std::memcpy(&last, bytes + size - 8, 8);
    for (std::size_t at = 8; at + 8 < size; at += 8) {
      std::uint64_t next = 0;
      std::memcpy(&next, bytes + at, 8);
      first = (std::rotl(first, 23) ^ next) * 0x9E37'79B9'7F4A'7C15u;
    }
  } else if (size >= 4) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, bytes, 4);
    std::memcpy(&high, bytes + size - 4, 4);
    first = low;
    last = high;
  } else if (size > 0) {
    first = static_cast<unsigned char>(bytes[0]) | (std::uint64_t{static_cast<unsigned char>(bytes[size / 2])} << 8) |
            (std::uint64_t{static_cast<unsigned char>(bytes[size - 1])} << 16);
  }
  std::uint64_t mixed = (first ^ (size * 0xD6E8'FEB8'6659'FD93u)) * 0x9E37'79B9'7F4A'7C15u;
  mixed ^= mixed >> 32;
  mixed = (mixed ^ last) * 0xBF58'476D'1CE4'E5B9u;
  return static_cast<std::uint32_t>(mixed >> 32);
}

}  // namespace detail

LEADLINE_INLINE text_set::text_set(std::span<const std::string_view> texts) {
  build(texts.size());
  for (const std::string_view text : texts) add(text);
}

LEADLINE_INLINE text_set::text_set(std::span<const std::string> texts) {
  build(texts.size());
  for (const std::string& text : texts) add(text);
}

LEADLINE_INLINE void text_set::build(std::size_t count) {
  // At most half full, so that a miss ends after one or two cells.
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(count * 2, 4));
  cells_.assign(size, cell{});
  mask_ = static_cast<std::uint32_t>(size - 1);
  entries_.reserve(count);
}

LEADLINE_INLINE void text_set::add(std::string_view text) {
  const std::uint32_t hash = detail::text_hash(text);
  std::uint32_t at = hash & mask_;
  for (; cells_[at].entry != 0; at = (at + 1) & mask_) {
    if (cells_[at].hash == hash && (*this)[cells_[at].entry - 1] == text) return;
  }
  entries_.push_back({static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size())});
  bytes_ += text;
  cells_[at] = {hash, static_cast<std::uint32_t>(entries_.size())};
  lengths_ |= std::uint64_t{1} << std::min<std::size_t>(text.size(), 63);
}

LEADLINE_INLINE bool text_set::contains(std::string_view text) const noexcept {
  if ((lengths_ >> std::min<std::size_t>(text.size(), 63) & 1) == 0) return false;
  const std::uint32_t hash = detail::text_hash(text);
  for (std::uint32_t at = hash & mask_; cells_[at].entry != 0; at = (at + 1) & mask_) {
    if (cells_[at].hash == hash && (*this)[cells_[at].entry - 1] == text) return true;
  }
  return false;
}

LEADLINE_INLINE std::string_view text_set::operator[](std::size_t index) const noexcept {
  const entry found = entries_[index];
  return {bytes_.data() + found.offset, found.size};
}

}  // namespace leadline
