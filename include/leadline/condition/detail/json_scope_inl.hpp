#pragma once

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "leadline/base/limits.hpp"
#include "leadline/condition/detail/opened_json.hpp"
#include "leadline/condition/detail/same_text.hpp"
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

  /// A key as the latest document had it at that place, and the child it leads to, if any.
  struct met_key {
    std::string key;
    path_tree* child = nullptr;
  };
  static constexpr std::size_t met_count_max = 64;
  static constexpr std::size_t met_size_max = 64;
  std::vector<met_key> met;

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

  [[nodiscard]] path_tree* find(std::string_view sought) noexcept {
    if ((lengths >> std::min<std::size_t>(sought.size(), 63) & 1) == 0) return nullptr;
    for (path_tree& each : children) {
      if (same_text(each.key, sought)) return &each;
    }
    return nullptr;
  }

  /// Documents of one kind write their keys in one order. What the latest one had at a place is looked at first.
  [[nodiscard]] const met_key* met_at(std::size_t place, const char* from, const char* end) const noexcept {
    if (place >= met.size()) return nullptr;
    const met_key& each = met[place];
    const std::size_t size = each.key.size();
    if (static_cast<std::size_t>(end - from) <= size || from[size] != '"') return nullptr;
    return same_text({from, size}, each.key) ? &each : nullptr;
  }
  /// REQUIRES a key that is written without escapes.
  void meet(std::size_t place, std::string_view read, path_tree* child) {
    if (place > met.size() || place >= met_count_max || read.size() > met_size_max) return;
    if (place == met.size()) {
      // All or nothing: a place without its key would stand for the key "".
      met_key made;
      made.key.reserve(met_size_max);
      met.push_back(std::move(made));
    }
    met[place].key = read;
    met[place].child = child;
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
  const char* text_end = nullptr;
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

  /// The key, and whether it stands there without escapes.
  [[nodiscard]] static json_error key_of(simdjson::ondemand::field& field, std::string_view& key, bool& is_plain) {
    const char* const from = field.key().raw();
    const char* to = from;
    while (*to != '"' && *to != '\\') ++to;
    is_plain = *to == '"';
    if (is_plain) [[likely]] {
      key = {from, static_cast<std::size_t>(to - from)};
      return simdjson::SUCCESS;
    }
    return field.unescaped_key().get(key);
  }

  /// What most values are, read where it stands: a text without escapes, a whole number that is not long. False leaves
  /// the value to simdjson, untouched.
  [[nodiscard, gnu::always_inline]] static inline bool plain(std::string_view token, value& to) noexcept {
    std::size_t size = token.size();
    while (size > 1 &&
           (token[size - 1] == ' ' || token[size - 1] == '\n' || token[size - 1] == '\r' || token[size - 1] == '\t'))
      --size;
    if (token[0] == '"') {
      if (size < 2 || token[size - 1] != '"') return false;
      const std::string_view text = token.substr(1, size - 2);
      if (has_backslash(text)) return false;
      to = value::of(text);
      return true;
    }
    const bool is_negative = token[0] == '-';
    constexpr std::size_t digits_max = 18;
    const std::size_t first = is_negative ? 1 : 0;
    if (size == first || size - first > digits_max || (token[first] == '0' && size - first > 1)) return false;
    std::int64_t number = 0;
    for (std::size_t i = first; i < size; ++i) {
      const unsigned digit = static_cast<unsigned char>(token[i]) - unsigned{'0'};
      if (digit > 9) return false;
      number = number * 10 + static_cast<std::int64_t>(digit);
    }
    // Minus zero is no whole number.
    if (is_negative && number == 0) return false;
    to = value::of(is_negative ? -number : number);
    return true;
  }

  [[nodiscard, gnu::always_inline]] static inline bool has_backslash(std::string_view text) noexcept {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t backslashes = ones * '\\';
    const auto has = [](std::uint64_t eight) {
      const std::uint64_t differ = eight ^ backslashes;
      return (differ - ones) & ~differ & ones << 7;
    };
    const auto load = [&](std::size_t at) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, text.data() + at, sizeof eight);
      return eight;
    };
    if (text.size() < 8) return text.find('\\') != std::string_view::npos;
    std::uint64_t found = has(load(text.size() - 8));
    for (std::size_t at = 0; at + 8 < text.size(); at += 8) found |= has(load(at));
    return found != 0;
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
        bool is_plain = false;
        if (!error) error = key_of(field, made.key, is_plain);
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

  [[nodiscard]] json_error extract(simdjson::ondemand::value from, path_tree& at, std::size_t depth) {
    const std::string_view token = from.raw_json_token();
    const bool is_object = token[0] == '{';
    const bool is_list = token[0] == '[';
    if (at.slot == path_tree::none && is_object) {
      simdjson::ondemand::object object;
      if (const json_error error = from.get_object().get(object)) return error;
      return extract(object, at, depth);
    }
    if (at.children.empty() && !is_object && !is_list) {
      if (plain(token, slots[at.slot])) return simdjson::SUCCESS;
      simdjson::ondemand::json_type type{};
      if (const json_error error = from.type().get(type)) return error;
      return scalar(from, type, slots[at.slot]);
    }
    value content;
    if (const json_error error = build(from, depth, content)) return error;
    fill(at, content);
    return simdjson::SUCCESS;
  }

  [[nodiscard]] json_error extract(simdjson::ondemand::object object, path_tree& at, std::size_t depth) {
    std::size_t place = 0;
    for (auto entry : object) {
      simdjson::ondemand::field field;
      if (const json_error error = std::move(entry).get(field)) return error;
      path_tree* child = nullptr;
      if (const path_tree::met_key* const known = at.met_at(place, field.key().raw(), text_end)) {
        child = known->child;
      } else {
        std::string_view key;
        bool is_plain = false;
        if (const json_error error = key_of(field, key, is_plain)) return error;
        child = at.find(key);
        if (is_plain) at.meet(place, key, child);
      }
      ++place;
      if (child == nullptr) continue;
      if (!child->children.empty()) clear(*child);
      if (const json_error error = extract(field.value(), *child, depth + 1)) return error;
    }
    return simdjson::SUCCESS;
  }

  [[nodiscard]] json_error read(std::string_view json) {
    // Where memory ran out half way, some are left.
    values.clear();
    members.clear();
    if (json.size() + simdjson::SIMDJSON_PADDING > text_room) {
      const std::size_t room = std::bit_ceil(json.size() + simdjson::SIMDJSON_PADDING);
      text = std::make_unique_for_overwrite<char[]>(room);
      text_room = room;
    }
    // An empty text may stand nowhere.
    if (!json.empty()) std::memcpy(text.get(), json.data(), json.size());
    std::memset(text.get() + json.size(), 0, simdjson::SIMDJSON_PADDING);
    text_end = text.get() + json.size();
    simdjson::ondemand::document document;
    if (const json_error error = opened_json(parser, text.get(), json.size(), text_room).get(document)) return error;
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
