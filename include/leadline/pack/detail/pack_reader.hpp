#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/pack/detail/pack_text.hpp"
#include "leadline/pack/pack.hpp"

namespace leadline::detail {

/// Fills the plain structs from a document. Its shape has been told already, so what does not fit is passed over:
/// a wrong value reads as an absent one, and the checks that follow see everything else.
namespace reading {

using node = document::node;

[[nodiscard]] inline std::string text(node at) { return at.is_text() ? std::string(at.text()) : std::string(); }
[[nodiscard]] inline bool flag(node at) { return at.is_boolean() && at.boolean(); }
[[nodiscard]] inline name_use name(node at) { return at.is_text() ? name_use{std::string(at.text()), at} : name_use{}; }
/// A name that is a key: its place is the entry, whose key_where() tells the key.
[[nodiscard]] inline name_use key_name(node at) { return {std::string(at.key()), at}; }

[[nodiscard]] inline std::vector<name_use> names(node at) {
  std::vector<name_use> out;
  for (node item : one_or_many(at)) {
    if (item.is_text() && !item.text().empty()) out.push_back(name(item));
  }
  return out;
}

[[nodiscard]] inline std::optional<std::int64_t> milli(node at) {
  if (!at.is_number()) return std::nullopt;
  const thousandths read = read_thousandths(at.source());
  if (read.outcome != thousandths_outcome::read) return std::nullopt;
  return read.milli;
}
[[nodiscard]] inline std::optional<std::int64_t> integer(node at) {
  if (!at.is_integer()) return std::nullopt;
  return at.integer();
}
[[nodiscard]] inline std::optional<double> real(node at) {
  if (!at.is_number()) return std::nullopt;
  return at.real();
}

[[nodiscard]] inline std::optional<duration> any_duration(node at, duration_sign sign = duration_sign::unsigned_only) {
  if (!at.is_text()) return std::nullopt;
  result<duration> read = parse_duration(at.text(), sign);
  if (!read) return std::nullopt;
  return *read;
}
[[nodiscard]] inline std::optional<elapsed_duration> elapsed(node at) {
  const std::optional<duration> read = any_duration(at);
  if (!read || !std::holds_alternative<elapsed_duration>(*read)) return std::nullopt;
  return std::get<elapsed_duration>(*read);
}

/// The position of a word among those that are allowed: the tables of the format and the enums have one order.
template <class Enum, std::size_t Count>
[[nodiscard]] Enum choice(node at, const std::string_view (&words)[Count], Enum otherwise) {
  if (!at.is_text()) return otherwise;
  for (std::size_t i = 0; i < Count; ++i) {
    if (words[i] == at.text()) return static_cast<Enum>(i);
  }
  return otherwise;
}

inline constexpr std::string_view data_type_words[] = {"string", "number", "boolean", "date", "strings"};

[[nodiscard]] inline decay_spec decay(node at) {
  decay_spec out;
  out.where = at;
  if (!at.is_object()) return out;
  struct form {
    std::string_view key;
    decay_form form;
  };
  for (const form& each : {form{"half_life", decay_form::half_life}, form{"linear", decay_form::linear},
                           form{"expires", decay_form::expires}}) {
    if (const auto read = elapsed(at[each.key])) {
      out.form = each.form;
      out.period = *read;
    }
  }
  const std::optional<std::int64_t> percent = milli(at["percent"]);
  const std::optional<elapsed_duration> every = elapsed(at["every"]);
  if (percent && every) {
    out.form = decay_form::percent;
    out.percent_milli = *percent;
    out.period = *every;
  }
  return out;
}

[[nodiscard]] inline action_spec action(node at) {
  action_spec out;
  out.where = at;
  out.action = name(at["action"]);
  const std::string& verb = out.action.name;
  const auto either = [&](std::string_view key) { return at[key] ? at[key] : at["to"]; };
  if (verb == "set_status") {
    out.form = action_form::set_status;
    out.value = either("status");
  } else if (verb == "set_owner") {
    out.form = action_form::set_owner;
    out.value = either("owner");
  } else if (verb == "add_tag" || verb == "remove_tag") {
    out.form = verb == "add_tag" ? action_form::add_tag : action_form::remove_tag;
    out.value = at["tag"];
  } else if (verb == "set") {
    out.form = action_form::set;
    out.attribute = name(at["attribute"]);
    out.value = at["to"];
  }
  return out;
}
[[nodiscard]] inline std::vector<action_spec> actions(node at) {
  std::vector<action_spec> out;
  if (!at.is_array()) return out;
  for (node item : at.children()) {
    if (item.is_object()) out.push_back(action(item));
  }
  return out;
}

[[nodiscard]] inline std::optional<trigger_spec> trigger(node at) {
  if (!at.is_object()) return std::nullopt;
  trigger_spec out;
  out.where = at;
  if (at["enter"]) {
    out.form = trigger_form::enter;
    out.names = names(at["enter"]);
  } else if (at["leave"]) {
    out.form = trigger_form::leave;
    out.names = names(at["leave"]);
  } else if (at["on"]) {
    out.form = trigger_form::event;
    out.names = names(at["on"]);
    out.condition = at["where"];
  } else if (at["when"]) {
    out.form = trigger_form::condition;
    out.condition = at["when"];
  } else if (at["assigned"]) {
    out.form = trigger_form::assigned;
  } else if (at["transition"]) {
    out.form = trigger_form::transition;
    out.names = names(at["transition"]);
  } else {
    return std::nullopt;
  }
  return out;
}
[[nodiscard]] inline std::vector<trigger_spec> triggers(node at) {
  std::vector<trigger_spec> out;
  for (node item : one_or_many(at)) {
    if (auto read = trigger(item)) out.push_back(std::move(*read));
  }
  return out;
}

[[nodiscard]] inline std::vector<node> entries(node at) {
  std::vector<node> out;
  if (!at.is_object() && !at.is_array()) return out;
  out.reserve(at.size());
  for (node item : at.children()) out.push_back(item);
  return out;
}
/// The entries that are objects.
[[nodiscard]] inline std::vector<node> objects(node at) {
  std::vector<node> out = entries(at);
  std::erase_if(out, [](node each) { return !each.is_object(); });
  return out;
}

}  // namespace reading

}  // namespace leadline::detail
