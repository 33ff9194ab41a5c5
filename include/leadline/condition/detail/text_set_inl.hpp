#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "leadline/base/limits.hpp"
#include "leadline/condition/detail/text_set_look.hpp"
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

/// Hash and size in one: texts of another size have another key.
[[nodiscard]] inline std::uint64_t text_key(std::string_view text) noexcept {
  return std::uint64_t{text.size()} << 32 | text_hash(text);
}

}  // namespace detail

LEADLINE_INLINE text_set::text_set(std::span<const std::string_view> texts) {
  build_hashed(texts.size());
  for (const std::string_view text : texts) add(text);
  build_perfect();
}

LEADLINE_INLINE text_set::text_set(std::span<const std::string> texts) {
  build_hashed(texts.size());
  for (const std::string& text : texts) add(text);
  build_perfect();
}

LEADLINE_INLINE void text_set::build_hashed(std::size_t count) {
  // At most half full, so that a miss ends after one or two cells.
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(count * 2, 4));
  cells_.assign(size, cell{});
  mask_ = static_cast<std::uint32_t>(size - 1);
  entries_.reserve(count);
}

LEADLINE_INLINE void text_set::add(std::string_view text) {
  const std::uint64_t key = detail::text_key(text);
  auto at = static_cast<std::uint32_t>(key) & mask_;
  for (; cells_[at].entry != none; at = (at + 1) & mask_) {
    if (cells_[at].key == key && (*this)[cells_[at].entry] == text) return;
  }
  cells_[at] = {key, static_cast<std::uint32_t>(entries_.size()), static_cast<std::uint32_t>(bytes_.size())};
  entries_.push_back({static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size())});
  bytes_ += text;
  lengths_ |= std::uint64_t{1} << std::min<std::size_t>(text.size(), 63);
}

/// The few texts of a rule mostly differ in their heads. Then some factor spreads those over a small table without a
/// collision, and a look-up needs neither a loop nor, mostly, the text. Texts with one head are chained.
LEADLINE_INLINE void text_set::build_perfect() {
  if (entries_.empty() || entries_.size() > limits::perfect_text_count_max) return;
  std::vector<cell> distinct;
  for (std::uint32_t at = 0; at < entries_.size(); ++at) {
    const std::uint64_t head = detail::head_of(value::of((*this)[at]));
    const auto same =
        std::find_if(distinct.begin(), distinct.end(), [&](const cell& each) { return each.key == head; });
    if (same == distinct.end()) {
      distinct.push_back({head, at, entries_[at].offset});
      continue;
    }
    entries_[at].next = std::exchange(entries_[same->entry].next, at);
  }
  // Where most texts look alike, their hashes tell more.
  if (distinct.size() * 2 < entries_.size()) return;
  constexpr int tries = 64;
  std::uint64_t factor = 0x9E37'79B9'7F4A'7C15;
  std::vector<cell> table;
  for (const std::size_t room : {std::size_t{4}, std::size_t{8}, std::size_t{16}}) {
    const std::size_t size = std::bit_ceil(distinct.size() * room);
    const auto shift = static_cast<std::uint32_t>(64 - std::countr_zero(size));
    for (int i = 0; i < tries; ++i, factor = factor * 0x5851'F42D'4C95'7F2D + 0x1405'7B7E'F767'814F) {
      const std::uint64_t odd = factor | 1;
      table.assign(size, cell{});
      const bool is_perfect = std::all_of(distinct.begin(), distinct.end(), [&](const cell& each) {
        return std::exchange(table[static_cast<std::size_t>(each.key * odd >> shift)], each).entry == none;
      });
      if (!is_perfect) continue;
      cells_ = std::move(table);
      factor_ = odd;
      shift_ = shift;
      return;
    }
  }
}

LEADLINE_INLINE bool text_set::contains(std::string_view text) const noexcept {
  if (factor_ == 0) return contains_hashed(text);
  const value sought = value::of(text);
  return detail::text_set_look::may_contain(*this, sought) && detail::text_set_look::contains_alike(*this, sought);
}

LEADLINE_INLINE bool text_set::contains_hashed(std::string_view text) const noexcept {
  if ((lengths_ >> std::min<std::size_t>(text.size(), 63) & 1) == 0) return false;
  const cell* const cells = cells_.data();
  const std::uint64_t key = detail::text_key(text);
  for (auto at = static_cast<std::uint32_t>(key) & mask_; cells[at].entry != none; at = (at + 1) & mask_) {
    if (cells[at].key == key && detail::same_text({bytes_.data() + cells[at].offset, text.size()}, text)) return true;
  }
  return false;
}

LEADLINE_INLINE bool text_set::contains_after(std::uint32_t looked_at, std::string_view text) const noexcept {
  for (std::uint32_t at = entries_[looked_at].next; at != none; at = entries_[at].next) {
    if ((*this)[at] == text) return true;
  }
  return false;
}

LEADLINE_INLINE std::string_view text_set::operator[](std::size_t index) const noexcept {
  const entry found = entries_[index];
  return {bytes_.data() + found.offset, found.size};
}

}  // namespace leadline
