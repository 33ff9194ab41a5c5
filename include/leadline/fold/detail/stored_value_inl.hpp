#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "leadline/fold/stored_value.hpp"

namespace leadline {

namespace detail {

/// Bytes that the texts, and items and members, of a value take. The two are kept apart so that items stay aligned.
struct value_size {
  std::size_t items = 0;
  std::size_t text = 0;
};

inline void add_size(value_size& size, value content) noexcept {
  switch (content.kind()) {
    case value_kind::text: size.text += content.text().size(); return;
    case value_kind::list:
      size.items += content.items().size() * sizeof(value);
      for (const value& each : content.items()) add_size(size, each);
      return;
    case value_kind::object:
      size.items += content.members().size() * sizeof(value::member);
      for (const value::member& each : content.members()) {
        size.text += each.key.size();
        add_size(size, each.content);
      }
      return;
    default: return;
  }
}

/// Writes a value behind what has been written, and gives the copy.
class value_writer {
 public:
  value_writer(std::byte* items, std::byte* text) noexcept : items_(items), text_(text) {}

  [[nodiscard]] value copy(value content) noexcept {
    switch (content.kind()) {
      case value_kind::text: return value::of(copy(content.text()));
      case value_kind::list: {
        value* const first = take<value>(content.items().size());
        for (std::size_t i = 0; i < content.items().size(); ++i) new (first + i) value(copy(content.items()[i]));
        return value::of(std::span<const value>(first, content.items().size()));
      }
      case value_kind::object: {
        value::member* const first = take<value::member>(content.members().size());
        for (std::size_t i = 0; i < content.members().size(); ++i) {
          const value::member& each = content.members()[i];
          new (first + i) value::member{copy(each.key), copy(each.content)};
        }
        return value::of(std::span<const value::member>(first, content.members().size()));
      }
      default: return content;
    }
  }

 private:
  [[nodiscard]] std::string_view copy(std::string_view text) noexcept {
    const auto* const first = reinterpret_cast<const char*>(text_);
    if (!text.empty()) std::memcpy(text_, text.data(), text.size());
    text_ += text.size();
    return {first, text.size()};
  }
  template <class Item>
  [[nodiscard]] Item* take(std::size_t count) noexcept {
    auto* const first = reinterpret_cast<Item*>(items_);
    items_ += count * sizeof(Item);
    return first;
  }

  std::byte* items_;
  std::byte* text_;
};

}  // namespace detail

LEADLINE_INLINE stored_value stored_value::of(value content) {
  stored_value out;
  if (content.kind() != value_kind::text && !content.is_list() && !content.is_object()) {
    out.content_ = content.is_null() ? value{} : content;
    return out;
  }
  detail::value_size size;
  detail::add_size(size, content);
  const std::shared_ptr<std::byte[]> bytes(new std::byte[size.items + size.text + 1]);
  out.content_ = detail::value_writer(bytes.get(), bytes.get() + size.items).copy(content);
  out.bytes_ = bytes;
  return out;
}

}  // namespace leadline
