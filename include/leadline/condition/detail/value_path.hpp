#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/base/detail/utf8.hpp"
#include "leadline/condition/value.hpp"

namespace leadline::detail {

/// `key` as the index of an item: digits without leading zeros; -1 for anything else.
[[nodiscard]] inline std::int64_t item_index(std::string_view key) noexcept {
  if (key.empty() || key.size() > 9 || (key[0] == '0' && key.size() > 1)) return -1;
  std::int64_t index = 0;
  for (const char letter : key) {
    if (!is_ascii_digit(letter)) return -1;
    index = index * 10 + (letter - '0');
  }
  return index;
}

/// One step along a path: a member of an object, an item or the `length` of a list, a letter or the `length` of a
/// text. Absent where there is nothing.
[[nodiscard]] inline value child_of(value from, std::string_view key) noexcept {
  switch (from.kind()) {
    case value_kind::object:
      for (const value::member& each : from.members()) {
        if (each.key == key) return each.content;
      }
      return value::absent();
    case value_kind::list: {
      if (key == "length") return value::of(static_cast<std::int64_t>(from.items().size()));
      const std::int64_t index = item_index(key);
      if (index < 0 || static_cast<std::size_t>(index) >= from.items().size()) return value::absent();
      return from.items()[static_cast<std::size_t>(index)];
    }
    case value_kind::text: {
      if (key == "length") return value::of(static_cast<std::int64_t>(utf8_length(from.text())));
      const std::int64_t index = item_index(key);
      if (index < 0) return value::absent();
      const std::string_view text = from.text();
      std::size_t at = 0;
      for (std::int64_t i = 0; at < text.size(); ++i) {
        const std::size_t size = utf8_sequence_size(text, at);
        if (i == index) return value::of(text.substr(at, size == 0 ? 1 : size));
        at += size == 0 ? 1 : size;
      }
      return value::absent();
    }
    default: return value::absent();
  }
}

}  // namespace leadline::detail
