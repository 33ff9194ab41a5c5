#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "leadline/condition/value.hpp"

namespace leadline::detail {

/// The first eight bytes of a value, as they stand in memory: its kind, of a text three bytes, its size. Two values
/// whose heads differ are not the same text.
struct value_head {
  value_kind kind = value_kind::null;
  std::uint8_t first = 0;
  std::uint8_t middle = 0;
  std::uint8_t last = 0;
  std::uint32_t size = 0;

  /// Texts of so few bytes are equal when their heads are.
  static constexpr std::uint32_t whole_text_size_max = 3;
};
static_assert(sizeof(value_head) == 8 && sizeof(value) == 16);

[[nodiscard, gnu::always_inline]] inline std::uint64_t head_of(const value& of) noexcept {
  std::uint64_t head = 0;
  std::memcpy(&head, &of, sizeof head);
  return head;
}

/// The number, truth or pointer behind the head, as bits.
[[nodiscard, gnu::always_inline]] inline std::uint64_t payload_of(const value& of) noexcept {
  std::uint64_t payload = 0;
  std::memcpy(&payload, reinterpret_cast<const char*>(&of) + sizeof(value_head), sizeof payload);
  return payload;
}

}  // namespace leadline::detail
