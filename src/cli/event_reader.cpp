#include "cli/event_reader.hpp"

#include <memory_resource>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "leadline/base/limits.hpp"
#include "leadline/condition/detail/opened_json.hpp"

namespace leadline::cli {

namespace {

constexpr std::size_t room_size = 256 * 1024;

[[nodiscard]] diagnostic event_problem(std::string code, std::string message, std::string expected) {
  diagnostic problem;
  problem.code = std::move(code);
  problem.message = std::move(message);
  problem.expected = std::move(expected);
  return problem;
}

[[nodiscard]] diagnostic too_large(std::size_t size) {
  return event_problem("event.too_large", "the event has " + std::to_string(size) + " bytes",
                       "at most " + std::to_string(limits::event_size_max) + " bytes");
}

[[nodiscard]] diagnostic too_deep() {
  return event_problem("event.too_deep",
                       "the event is nested more than " + std::to_string(limits::data_depth_max) + " deep",
                       "at most " + std::to_string(limits::data_depth_max) + " arrays and objects within each other");
}

}  // namespace

event_reader::event_reader() : room_(room_size), memory_(room_.data(), room_.size()) {}

value event_reader::copy(simdjson::dom::element from, std::size_t depth) {
  using simdjson::dom::element_type;
  if (depth > limits::data_depth_max) {
    is_too_deep_ = true;
    return {};
  }
  switch (from.type()) {
    case element_type::NULL_VALUE: return {};
    case element_type::BOOL: return value::of(bool(from));
    case element_type::INT64: return value::of(std::int64_t(from));
    case element_type::UINT64: return value::of(static_cast<double>(std::uint64_t(from)));
    case element_type::DOUBLE: return value::of(double(from));
    case element_type::STRING: return value::of(std::string_view(from));
    case element_type::ARRAY: {
      const simdjson::dom::array items(from);
      std::size_t count = 0;
      for ([[maybe_unused]] const simdjson::dom::element each : items) ++count;
      auto* const first = static_cast<value*>(memory_.allocate(sizeof(value) * (count + 1), alignof(value)));
      value* next = first;
      for (const simdjson::dom::element each : items) new (next++) value(copy(each, depth + 1));
      return value::of(std::span<const value>(first, count));
    }
    case element_type::OBJECT: {
      const simdjson::dom::object members(from);
      std::size_t count = 0;
      for ([[maybe_unused]] const auto each : members) ++count;
      using member = value::member;
      auto* const first = static_cast<member*>(memory_.allocate(sizeof(member) * (count + 1), alignof(member)));
      member* next = first;
      for (const auto each : members) new (next++) member{each.key, copy(each.value, depth + 1)};
      return value::of(std::span<const member>(first, count));
    }
  }
  return {};
}

simdjson::simdjson_result<simdjson::dom::element> event_reader::tree_of(std::string_view json) {
  auto read = parser_.parse(json.data(), json.size());
  if (read.error() == simdjson::MEMALLOC) {
    // A parser (of simdjson 3.0) that got some of its memory does not ask for the rest again.
    parser_ = simdjson::dom::parser();
    throw std::bad_alloc();
  }
  return read;
}

result<event> event_reader::finish(event made, value at) {
  if (made.contact.empty() && made.type != "rep.away" && made.type != "rep.back") {
    return failure(
        event_problem("event.no_contact", "the event names no contact", "\"contact\": a text that is not empty"));
  }
  if (made.contact.size() > limits::event_id_size_max) {
    return failure(event_problem("event.contact_too_long",
                                 "the contact's id has " + std::to_string(made.contact.size()) + " bytes",
                                 "at most " + std::to_string(limits::event_id_size_max) + " bytes"));
  }
  if (!at.is_text()) {
    return failure(event_problem("event.bad_at", "the event has no instant",
                                 "\"at\": RFC 3339 with an offset, such as 2026-03-02T14:03:00Z"));
  }
  const result<instant> read = instant::parse(at.text());
  if (!read) return failure(read.error());
  made.at = *read;
  return made;
}

result<event> event_reader::read_slowly(std::string_view line) {
  slow_pool_ = {};
  slow_ = document::parse(std::string(line), {}, large_integers::as_reals);
  if (!slow_) return failure(slow_.error());
  const document::node root = slow_->root();
  if (!root.is_object())
    return failure(event_problem("event.not_an_object", "the line is no object", "one event a line"));
  const auto text = [&](std::string_view key) {
    const document::node found = root[key];
    return found && found.is_text() ? found.text() : std::string_view();
  };
  event made{.id = {}, .contact = text("contact"), .type = text("type"), .at = {}, .data = {}};
  if (const auto id = root["id"]) made.id = leadline::detail::value_of(id, slow_pool_);
  if (const auto data = root["data"]) made.data = leadline::detail::value_of(data, slow_pool_);
  const document::node at = root["at"];
  return finish(made, at ? leadline::detail::value_of(at, slow_pool_) : value{});
}

std::string_view event_reader::kept(std::string_view text) {
  auto* const bytes = static_cast<char*>(memory_.allocate(text.size() + 1, 1));
  text.copy(bytes, text.size());
  return {bytes, text.size()};
}

/// A text where it stands in the line, or, where something in it is escaped, a copy.
std::optional<std::string_view> event_reader::text_of(simdjson::ondemand::value from) {
  const std::string_view token = from.raw_json_token();
  const std::size_t end = token.rfind('"');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view inner = token.substr(1, end - 1);
  if (inner.find('\\') == std::string_view::npos) {
    simdjson::ondemand::raw_json_string passed;
    return from.get_raw_json_string().get(passed) == simdjson::SUCCESS ? std::optional(inner) : std::nullopt;
  }
  std::string_view text;
  return from.get_string().get(text) == simdjson::SUCCESS ? std::optional(kept(text)) : std::nullopt;
}

std::optional<std::string_view> event_reader::key_of(simdjson::simdjson_result<simdjson::ondemand::field>& from) {
  simdjson::ondemand::raw_json_string raw;
  if (from.key().get(raw) != simdjson::SUCCESS) return std::nullopt;
  const char* const first = raw.raw();
  const char* last = first;
  while (*last != '"' && *last != '\\') ++last;
  if (*last == '"') return std::string_view(first, static_cast<std::size_t>(last - first));
  std::string_view key;
  return from.unescaped_key().get(key) == simdjson::SUCCESS ? std::optional(kept(key)) : std::nullopt;
}

std::optional<value> event_reader::walk(simdjson::ondemand::value from, std::size_t depth) {
  using simdjson::ondemand::json_type;
  using simdjson::ondemand::number_type;
  json_type type{};
  if (depth > limits::data_depth_max || from.type().get(type) != simdjson::SUCCESS) return std::nullopt;
  switch (type) {
    case json_type::null: {
      bool is_null = false;
      return from.is_null().get(is_null) == simdjson::SUCCESS && is_null ? std::optional(value{}) : std::nullopt;
    }
    case json_type::boolean: {
      bool truth = false;
      return from.get_bool().get(truth) == simdjson::SUCCESS ? std::optional(value::of(truth)) : std::nullopt;
    }
    case json_type::number: {
      simdjson::ondemand::number number;
      if (from.get_number().get(number) != simdjson::SUCCESS) return std::nullopt;
      switch (number.get_number_type()) {
        case number_type::signed_integer: return value::of(number.get_int64());
        case number_type::unsigned_integer: return value::of(static_cast<double>(number.get_uint64()));
        case number_type::floating_point_number: return value::of(number.get_double());
      }
      return std::nullopt;
    }
    case json_type::string: {
      const std::optional<std::string_view> text = text_of(from);
      return text ? std::optional(value::of(*text)) : std::nullopt;
    }
    case json_type::array: {
      simdjson::ondemand::array all;
      if (from.get_array().get(all) != simdjson::SUCCESS) return std::nullopt;
      // What the memory gives stays until it is all forgotten, though the vector goes.
      std::pmr::vector<value> items(&memory_);
      for (auto each : all) {
        simdjson::ondemand::value item;
        if (each.get(item) != simdjson::SUCCESS) return std::nullopt;
        const std::optional<value> read = walk(item, depth + 1);
        if (!read) return std::nullopt;
        items.push_back(*read);
      }
      return value::of(std::span<const value>(items.data(), items.size()));
    }
    case json_type::object: {
      simdjson::ondemand::object all;
      if (from.get_object().get(all) != simdjson::SUCCESS) return std::nullopt;
      std::pmr::vector<value::member> members(&memory_);
      members.reserve(8);
      for (auto each : all) {
        const std::optional<std::string_view> key = key_of(each);
        simdjson::ondemand::value item;
        if (!key || each.value().get(item) != simdjson::SUCCESS) return std::nullopt;
        const std::optional<value> read = walk(item, depth + 1);
        if (!read) return std::nullopt;
        members.push_back({*key, *read});
      }
      return value::of(std::span<const value::member>(members.data(), members.size()));
    }
  }
  return std::nullopt;
}

std::optional<result<event>> event_reader::read_in_one_walk(std::string_view line, std::size_t readable_after) {
  if (readable_after < simdjson::SIMDJSON_PADDING) {
    padded_.assign(line);
    padded_.append(simdjson::SIMDJSON_PADDING, ' ');
    line = std::string_view(padded_).substr(0, line.size());
    is_fleeting_ = true;
  }
  simdjson::ondemand::document root;
  simdjson::ondemand::object members;
  if (leadline::detail::opened_json(walker_, line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING)
          .get(root) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  if (root.get_object().get(members) != simdjson::SUCCESS) return std::nullopt;
  event made;
  value at;
  for (auto each : members) {
    const std::optional<std::string_view> key = key_of(each);
    simdjson::ondemand::value item;
    if (!key || each.value().get(item) != simdjson::SUCCESS) return std::nullopt;
    const std::optional<value> content = walk(item, 1);
    if (!content) return std::nullopt;
    if (*key == "id") made.id = *content;
    if (*key == "contact") made.contact = content->is_text() ? content->text() : std::string_view();
    if (*key == "type") made.type = content->is_text() ? content->text() : std::string_view();
    if (*key == "at") at = *content;
    if (*key == "data") made.data = *content;
  }
  // Nothing may follow.
  if (root.current_location().error() != simdjson::OUT_OF_BOUNDS) return std::nullopt;
  return finish(made, at);
}

result<event> event_reader::read_more(std::string_view line, std::size_t readable_after) {
  is_fleeting_ = false;
  if (line.size() <= limits::event_size_max) {
    if (auto read = read_in_one_walk(line, readable_after)) return *std::move(read);
  }
  return read_as_tree(line);
}

result<event> event_reader::read_as_tree(std::string_view line) {
  is_fleeting_ = true;
  is_too_deep_ = false;
  if (line.size() > limits::event_size_max) {
    return failure(too_large(line.size()));
  }
  simdjson::dom::element root;
  if (tree_of(line).get(root) != simdjson::SUCCESS) return read_slowly(line);
  simdjson::dom::object members;
  if (root.get(members) != simdjson::SUCCESS) {
    return failure(event_problem("event.not_an_object", "the line is no object", "one event a line"));
  }
  event made;
  value at;
  for (const auto each : members) {
    const value content = copy(each.value, 1);
    if (each.key == "id") made.id = content;
    if (each.key == "contact") made.contact = content.is_text() ? content.text() : std::string_view();
    if (each.key == "type") made.type = content.is_text() ? content.text() : std::string_view();
    if (each.key == "at") at = content;
    if (each.key == "data") made.data = content;
  }
  if (is_too_deep_) return failure(too_deep());
  return finish(made, at);
}

result<value> event_reader::read_data(std::string_view json) {
  memory_.release();
  is_too_deep_ = false;
  if (json.size() > limits::event_size_max) return failure(too_large(json.size()));
  simdjson::dom::element root;
  if (tree_of(json).get(root) != simdjson::SUCCESS) {
    slow_pool_ = {};
    slow_ = document::parse(std::string(json), {}, large_integers::as_reals);
    if (!slow_) return failure(slow_.error());
    return leadline::detail::value_of(slow_->root(), slow_pool_);
  }
  const value content = copy(root, 1);
  if (is_too_deep_) return failure(too_deep());
  return content;
}

}  // namespace leadline::cli
