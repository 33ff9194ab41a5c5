#pragma once

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "leadline/base/limits.hpp"
#include "leadline/condition/detail/value_path.hpp"
#include "leadline/condition/json_scope.hpp"

namespace leadline {
namespace detail {

/// Memory for the lists and objects of one row, kept from row to row.
class row_arena {
 public:
  void reset() noexcept { block_ = used_ = 0; }
  template <class Item>
  [[nodiscard]] Item* take(std::size_t count) {
    static_assert(alignof(Item) <= 16);
    const std::size_t size = (count * sizeof(Item) + 15) & ~std::size_t{15};
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const std::size_t room = std::max<std::size_t>(size, std::size_t{4096} << std::min<std::size_t>(block_, 12));
      blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(room), room});
    }
    std::byte* const taken = blocks_[block_].bytes.get() + used_;
    used_ += size;
    return reinterpret_cast<Item*>(taken);
  }

 private:
  struct block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };
  std::vector<block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

/// The paths of a scope as a tree by their parts.
struct path_tree {
  static constexpr std::uint32_t none = 0xFFFF'FFFF;
  std::string key;
  std::uint32_t slot = none;
  std::vector<path_tree> children;
  std::uint64_t lengths = 0;  // bit min(size, 63) of every child's key

  void add(std::string_view path, std::uint32_t at_slot) {
    const std::size_t dot = path.find('.');
    const std::string_view part = path.substr(0, dot);
    path_tree* child = nullptr;
    for (path_tree& each : children) {
      if (each.key == part) child = &each;
    }
    if (child == nullptr) {
      child = &children.emplace_back();
      child->key = part;
      lengths |= std::uint64_t{1} << std::min<std::size_t>(part.size(), 63);
    }
    if (dot == std::string_view::npos) {
      child->slot = at_slot;
    } else {
      child->add(path.substr(dot + 1), at_slot);
    }
  }

  /// The child of that key. Documents of one kind write their keys in one order, so the one after the latest is
  /// looked at first.
  [[nodiscard]] const path_tree* find(std::string_view sought, std::size_t& next) const noexcept {
    if ((lengths >> std::min<std::size_t>(sought.size(), 63) & 1) == 0) return nullptr;
    if (next < children.size() && children[next].key == sought) return &children[next++];
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (children[i].key != sought) continue;
      next = i + 1;
      return &children[i];
    }
    return nullptr;
  }
};

struct json_row_storage {
  path_tree paths;
  std::uint32_t whole = path_tree::none;
  std::vector<value> slots;
  row_arena arena;
  simdjson::ondemand::parser parser;
  std::unique_ptr<char[]> text;
  std::size_t text_room = 0;
  std::vector<value> values;           // of the lists being read
  std::vector<value::member> members;  // of the objects being read

  void fill(const path_tree& at, value content) {
    if (at.slot != path_tree::none) slots[at.slot] = content;
    for (const path_tree& child : at.children) fill(child, child_of(content, child.key));
  }
  void clear(const path_tree& at) {
    if (at.slot != path_tree::none) slots[at.slot] = value::absent();
    for (const path_tree& child : at.children) clear(child);
  }

  // --- From text ----------------------------------------------------------------------------------------------

  using json_error = simdjson::error_code;

  [[nodiscard]] static json_error key_of(simdjson::ondemand::field& field, std::string_view& key) {
    const char* const from = field.key().raw();
    const char* to = from;
    while (*to != '"' && *to != '\\') ++to;
    if (*to == '"') [[likely]] {
      key = {from, static_cast<std::size_t>(to - from)};
      return simdjson::SUCCESS;
    }
    return field.unescaped_key().get(key);
  }

  [[nodiscard]] static json_error scalar(simdjson::ondemand::value& from, simdjson::ondemand::json_type type,
                                         value& to) {
    switch (type) {
      case simdjson::ondemand::json_type::string: {
        std::string_view text;
        if (const json_error error = from.get_string().get(text)) return error;
        to = value::of(text);
        return simdjson::SUCCESS;
      }
      case simdjson::ondemand::json_type::number: {
        simdjson::ondemand::number number;
        if (from.get_number().get(number) != simdjson::SUCCESS) {
          // A whole number of more than 64 bits.
          double real = 0;
          if (const json_error error = from.get_double().get(real)) return error;
          to = value::of(real);
          return simdjson::SUCCESS;
        }
        if (number.is_int64()) {
          to = value::of(number.get_int64());
        } else {
          to = value::of(number.as_double());
        }
        return simdjson::SUCCESS;
      }
      case simdjson::ondemand::json_type::boolean: {
        bool truth = false;
        if (const json_error error = from.get_bool().get(truth)) return error;
        to = value::of(truth);
        return simdjson::SUCCESS;
      }
      case simdjson::ondemand::json_type::null: {
        to = value{};
        bool is_null = false;
        if (const json_error error = from.is_null().get(is_null)) return error;
        return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
      }
      default: return simdjson::INCORRECT_TYPE;
    }
  }

  template <class Type>
  [[nodiscard]] value keep(std::vector<Type>& from, std::size_t first) {
    const std::size_t count = from.size() - first;
    Type* const made = arena.take<Type>(count + 1);
    std::uninitialized_copy(from.begin() + static_cast<std::ptrdiff_t>(first), from.end(), made);
    from.resize(first);
    return value::of(std::span<const Type>(made, count));
  }

  /// The whole of a value.
  [[nodiscard]] json_error build(simdjson::ondemand::value from, std::size_t depth, value& to) {
    if (depth > limits::data_depth_max) return simdjson::DEPTH_ERROR;
    simdjson::ondemand::json_type type{};
    if (const json_error error = from.type().get(type)) return error;
    if (type == simdjson::ondemand::json_type::array) {
      simdjson::ondemand::array array;
      if (const json_error error = from.get_array().get(array)) return error;
      const std::size_t first = values.size();
      for (auto item : array) {
        simdjson::ondemand::value each;
        value made;
        json_error error = item.get(each);
        if (!error) error = build(each, depth + 1, made);
        if (error) {
          values.resize(first);
          return error;
        }
        values.push_back(made);
      }
      to = keep(values, first);
      return simdjson::SUCCESS;
    }
    if (type == simdjson::ondemand::json_type::object) {
      simdjson::ondemand::object object;
      if (const json_error error = from.get_object().get(object)) return error;
      const std::size_t first = members.size();
      for (auto entry : object) {
        simdjson::ondemand::field field;
        value::member made;
        json_error error = std::move(entry).get(field);
        if (!error) error = key_of(field, made.key);
        if (!error) error = build(field.value(), depth + 1, made.content);
        if (error) {
          members.resize(first);
          return error;
        }
        // Of two members with one key the later counts, as everywhere in JavaScript.
        const auto same = std::find_if(members.begin() + static_cast<std::ptrdiff_t>(first), members.end(),
                                       [&](const value::member& each) { return each.key == made.key; });
        if (same != members.end()) {
          same->content = made.content;
        } else {
          members.push_back(made);
        }
      }
      to = keep(members, first);
      return simdjson::SUCCESS;
    }
    return scalar(from, type, to);
  }

  [[nodiscard]] json_error extract(simdjson::ondemand::value from, const path_tree& at, std::size_t depth) {
    simdjson::ondemand::json_type type{};
    if (const json_error error = from.type().get(type)) return error;
    if (at.slot == path_tree::none && type == simdjson::ondemand::json_type::object) {
      simdjson::ondemand::object object;
      if (const json_error error = from.get_object().get(object)) return error;
      return extract(object, at, depth);
    }
    if (at.children.empty() && type != simdjson::ondemand::json_type::object &&
        type != simdjson::ondemand::json_type::array) {
      return scalar(from, type, slots[at.slot]);
    }
    value content;
    if (const json_error error = build(from, depth, content)) return error;
    fill(at, content);
    return simdjson::SUCCESS;
  }

  [[nodiscard]] json_error extract(simdjson::ondemand::object object, const path_tree& at, std::size_t depth) {
    std::size_t next = 0;
    for (auto entry : object) {
      simdjson::ondemand::field field;
      if (const json_error error = std::move(entry).get(field)) return error;
      std::string_view key;
      if (const json_error error = key_of(field, key)) return error;
      const path_tree* const child = at.find(key, next);
      if (child == nullptr) continue;
      if (!child->children.empty()) clear(*child);
      if (const json_error error = extract(field.value(), *child, depth + 1)) return error;
    }
    return simdjson::SUCCESS;
  }

  [[nodiscard]] json_error read(std::string_view json) {
    if (json.size() + simdjson::SIMDJSON_PADDING > text_room) {
      text_room = std::bit_ceil(json.size() + simdjson::SIMDJSON_PADDING);
      text = std::make_unique_for_overwrite<char[]>(text_room);
    }
    std::memcpy(text.get(), json.data(), json.size());
    std::memset(text.get() + json.size(), 0, simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::document document;
    if (const json_error error = parser.iterate(text.get(), json.size(), text_room).get(document)) return error;
    simdjson::ondemand::json_type type{};
    if (const json_error error = document.type().get(type)) return error;
    const bool is_compound =
        type == simdjson::ondemand::json_type::object || type == simdjson::ondemand::json_type::array;
    if (!is_compound) {
      value content;
      // A document that is one scalar is no value for simdjson.
      if (const json_error error = root_scalar(document, type, content)) return error;
      fill(paths, content);
      if (whole != path_tree::none) slots[whole] = content;
      return after(document, json.size());
    }
    if (whole == path_tree::none && type == simdjson::ondemand::json_type::object) {
      simdjson::ondemand::object object;
      if (const json_error error = document.get_object().get(object)) return error;
      if (const json_error error = extract(object, paths, 1)) return error;
    } else {
      simdjson::ondemand::value from;
      if (const json_error error = document.get_value().get(from)) return error;
      value content;
      if (const json_error error = build(from, 1, content)) return error;
      fill(paths, content);
      if (whole != path_tree::none) slots[whole] = content;
    }
    return after(document, json.size());
  }

  /// Nothing but spaces may follow the value.
  [[nodiscard]] json_error after(simdjson::ondemand::document& document, std::size_t size) {
    const char* at = nullptr;
    if (document.current_location().get(at) != simdjson::SUCCESS) return simdjson::SUCCESS;
    for (const char* const end = text.get() + size; at < end; ++at) {
      if (*at != ' ' && *at != '\t' && *at != '\n' && *at != '\r') return simdjson::TRAILING_CONTENT;
    }
    return simdjson::SUCCESS;
  }

  [[nodiscard]] static json_error root_scalar(simdjson::ondemand::document& from, simdjson::ondemand::json_type type,
                                              value& to) {
    switch (type) {
      case simdjson::ondemand::json_type::string: {
        std::string_view content;
        if (const json_error error = from.get_string().get(content)) return error;
        to = value::of(content);
        return simdjson::SUCCESS;
      }
      case simdjson::ondemand::json_type::number: {
        std::int64_t integer = 0;
        if (from.get_int64().get(integer) == simdjson::SUCCESS) {
          to = value::of(integer);
          return simdjson::SUCCESS;
        }
        double real = 0;
        if (const json_error error = from.get_double().get(real)) return error;
        to = value::of(real);
        return simdjson::SUCCESS;
      }
      case simdjson::ondemand::json_type::boolean: {
        bool truth = false;
        if (const json_error error = from.get_bool().get(truth)) return error;
        to = value::of(truth);
        return simdjson::SUCCESS;
      }
      default: {
        bool is_null = false;
        if (const json_error error = from.is_null().get(is_null)) return error;
        return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
      }
    }
  }

  // --- From a document ----------------------------------------------------------------------------------------

  [[nodiscard]] value build(document::node from) {
    switch (from.kind()) {
      case json_kind::null: return {};
      case json_kind::boolean: return value::of(from.boolean());
      case json_kind::integer: return value::of(from.integer());
      case json_kind::real: return value::of(from.real());
      case json_kind::text: return value::of(from.text());
      case json_kind::array: {
        value* const made = arena.take<value>(from.size() + 1);
        std::size_t count = 0;
        for (const document::node each : from.children()) new (made + count++) value(build(each));
        return value::of(std::span<const value>(made, count));
      }
      case json_kind::object: {
        auto* const made = arena.take<value::member>(from.size() + 1);
        std::size_t count = 0;
        for (const document::node each : from.children()) new (made + count++) value::member{each.key(), build(each)};
        return value::of(std::span<const value::member>(made, count));
      }
    }
    return {};
  }

  void extract(document::node from, const path_tree& at) {
    if (at.slot != path_tree::none || !from.is_object()) {
      fill(at, build(from));
      return;
    }
    for (const path_tree& child : at.children) {
      if (const document::node member = from[child.key]) extract(member, child);
    }
  }
};

}  // namespace detail

LEADLINE_INLINE std::optional<scope_path> json_scope::find(std::string_view path) {
  const auto [found, is_new] = slots_.try_emplace(std::string(path), static_cast<std::uint32_t>(paths_.size()));
  if (is_new) paths_.emplace_back(path);
  return scope_path{.slot = {slot_space::row, found->second}};
}

LEADLINE_INLINE std::vector<std::string> json_scope::names() const { return paths_; }

LEADLINE_INLINE json_row::json_row(const json_scope& scope) : storage_(std::make_unique<detail::json_row_storage>()) {
  const std::vector<std::string>& paths = scope.paths();
  for (std::uint32_t slot = 0; slot < paths.size(); ++slot) {
    if (paths[slot].empty()) {
      storage_->whole = slot;
    } else {
      storage_->paths.add(paths[slot], slot);
    }
  }
  storage_->slots.assign(paths.size(), value::absent());
}

LEADLINE_INLINE json_row::json_row(json_row&&) noexcept = default;
LEADLINE_INLINE json_row& json_row::operator=(json_row&&) noexcept = default;
LEADLINE_INLINE json_row::~json_row() = default;

LEADLINE_INLINE result<void> json_row::read(std::string_view json) {
  std::fill(storage_->slots.begin(), storage_->slots.end(), value::absent());
  storage_->arena.reset();
  if (json.size() > limits::document_size_max) {
    return failure({.code = "data.too_large",
                    .message = "the data has " + std::to_string(json.size()) + " bytes, more than the " +
                               std::to_string(limits::document_size_max) + " allowed"});
  }
  const simdjson::error_code error = storage_->read(json);
  if (error == simdjson::SUCCESS) return {};
  std::fill(storage_->slots.begin(), storage_->slots.end(), value::absent());
  if (error == simdjson::DEPTH_ERROR) {
    return failure({.code = "data.too_deep",
                    .message = "the data is nested more than " + std::to_string(limits::data_depth_max) + " deep"});
  }
  return failure({.code = "data.malformed",
                  .message = std::string("the data is not JSON: ") + simdjson::error_message(error),
                  .expected = "JSON in UTF-8"});
}

LEADLINE_INLINE void json_row::read(document::node data) {
  std::fill(storage_->slots.begin(), storage_->slots.end(), value::absent());
  storage_->arena.reset();
  storage_->extract(data, storage_->paths);
  if (storage_->whole != detail::path_tree::none) storage_->slots[storage_->whole] = storage_->build(data);
}

LEADLINE_INLINE std::span<const value> json_row::slots() const noexcept { return storage_->slots; }

}  // namespace leadline
