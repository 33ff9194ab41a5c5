#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/fold/contact.hpp"
#include "support/calendar_words.hpp"

namespace leadline::test {

/// What the tests of the fold share: packs and events written as JSON, decisions read as short lines.

[[nodiscard]] inline std::shared_ptr<const model> compiled_from(const std::string& text) {
  static const system_zones zones;
  // The laws fold one pack hundreds of times.
  static std::map<std::string, std::shared_ptr<const model>> known;
  if (const auto found = known.find(text); found != known.end()) return found->second;
  compiled_pack made = model::compile(text, "pack.json", {.zones = &zones, .lists = nullptr});
  if (!made.model) ADD_FAILURE() << to_text(made.problems, text);
  return known[text] = made.model;
}

/// A value of JSON text, kept.
[[nodiscard]] inline stored_value stored(const std::string& json) {
  const document read = document::parse(json).value();
  struct lists {
    std::vector<std::unique_ptr<std::vector<value>>> items;
    std::vector<std::unique_ptr<std::vector<value::member>>> members;
    value of(document::node from) {
      switch (from.kind()) {
        case json_kind::null: return {};
        case json_kind::boolean: return value::of(from.boolean());
        case json_kind::integer: return value::of(from.integer());
        case json_kind::real: return value::of(from.real());
        case json_kind::text: return value::of(from.text());
        case json_kind::array: {
          auto& all = *items.emplace_back(std::make_unique<std::vector<value>>());
          for (document::node each : from.children()) all.push_back(of(each));
          return value::of(std::span<const value>(all));
        }
        case json_kind::object: {
          auto& all = *members.emplace_back(std::make_unique<std::vector<value::member>>());
          for (document::node each : from.children()) all.push_back({each.key(), of(each)});
          return value::of(std::span<const value::member>(all));
        }
      }
      return {};
    }
  } pool;
  return stored_value::of(pool.of(read.root()));
}

/// An event that owns what it points to.
struct test_event {
  std::string id;
  std::string type;
  std::string at;
  std::string data = "{}";
};

/// One contact and its fold.
class folded {
 public:
  explicit folded(const std::string& pack) : model_(compiled_from(pack)), fold_(model_), who_(*model_, "c1") {}

  void step(const test_event& given) {
    const stored_value data = stored(given.data);
    const event sent{.id = given.id.empty() ? value{} : value::of(std::string_view(given.id)),
                     .contact = "c1",
                     .type = given.type,
                     .at = test::at(given.at),
                     .data = data.content()};
    take(fold_.step(who_, sent));
  }
  void step(const std::string& type, const std::string& when, const std::string& data = "{}") {
    step({"", type, when, data});
  }
  void advance(std::string_view to) { take(fold_.advance(who_, test::at(to))); }
  void advance(instant to) { take(fold_.advance(who_, to)); }

  /// All decisions so far as JSON.
  [[nodiscard]] const std::vector<std::string>& told() const noexcept { return told_; }
  [[nodiscard]] std::span<const decision> decisions() const noexcept { return decisions_.decisions(); }
  /// "2026-03-09T00:00:00.000Z visitor > lead" of each move.
  [[nodiscard]] std::vector<std::string> moves() const {
    std::vector<std::string> out;
    for (const decision& each : decisions()) {
      if (each.kind != decision_kind::stage) continue;
      const auto* from = std::get_if<std::string_view>(&each.from);
      const auto to = std::get<std::string_view>(each.to);
      out.push_back(each.at.text() + " " + std::string(from != nullptr ? *from : "-") + " > " + std::string(to));
    }
    return out;
  }
  [[nodiscard]] std::int64_t score_milli(std::uint32_t index = 0) const {
    return fold_.score_milli(who_, index, instant::from_ms(who_.closed_ms.value_or(0)));
  }
  [[nodiscard]] contact& who() noexcept { return who_; }
  [[nodiscard]] const leadline::model& pack() const noexcept { return *model_; }
  [[nodiscard]] std::optional<instant> next_wakeup() const { return contact_fold::next_wakeup(who_); }

 private:
  void take(std::span<const decision> news) {
    for (const decision& each : news) {
      told_.push_back(to_json(each));
      decisions_.add(each);
    }
  }

  std::shared_ptr<const leadline::model> model_;
  contact_fold fold_;
  contact who_;
  std::vector<std::string> told_;
  decision_list decisions_;
};

}  // namespace leadline::test
