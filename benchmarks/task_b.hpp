#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/fold/contact.hpp"
#include "leadline/fold/detail/text_arena.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/pack/model.hpp"
#include "task_a.hpp"

/// Task B: a million events of 100,000 contacts over sixty days, eight event rules and "three sessions in seven days,
/// once". Where the peers keep that one score alone, our pack keeps a fading score, a funnel and a clock beside it.
namespace leadline::bench {

/// The points of all contacts that every engine gives.
inline constexpr std::int64_t task_b_sum = 830'373;

inline constexpr std::string_view task_b_pack = R"({
  "leadline": 1, "name": "task-b", "version": "1", "time_zone": "UTC", "engine": {"lateness": "0s"},
  "calendars": {"sales": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}},
  "events": {
    "page_view": {"activity": true, "fields": {"path": "string", "ms": "number", "ref": "string"}},
    "session_start": {"activity": true, "fields": {"utm_source": "string", "pages": "number"}},
    "email_open": {"activity": true, "fields": {"campaign": "string", "client": "string"}},
    "email_click": {"activity": true, "fields": {"campaign": "string", "link": "number"}},
    "form_submit": {"activity": true, "fields": {"form": "string", "fields": "number"}},
    "webinar_attended": {"activity": true, "fields": {"minutes": "number", "webinar": "string"}},
    "unsubscribe": {"activity": false, "fields": {"reason": "string"}},
    "touch": {"activity": false, "fields": {"direction": "string"}} },
  "signals": {"sessions_7d": {"count": "session_start", "within": "7d"}},
  "scores": {
    "behaviour": {"rules": [
      {"id": "pricing-view", "on": "page_view", "where": {"==": [{"var": "event.path"}, "/pricing"]}, "points": 10},
      {"id": "blog-view", "on": "page_view", "where": {"starts_with": [{"var": "event.path"}, "/blog"]}, "points": 1},
      {"id": "open", "on": "email_open", "points": 1},
      {"id": "click", "on": "email_click", "points": 3,
       "where": {"in": [{"var": "event.campaign"}, ["spring-26", "q1-launch", "abm-east", "abm-west", "winback"]]}},
      {"id": "form", "on": "form_submit", "where": {"in": [{"var": "event.form"}, ["contact", "demo"]]}, "points": 20},
      {"id": "webinar", "on": "webinar_attended", "where": {">=": [{"var": "event.minutes"}, 30]}, "points": 15},
      {"id": "unsub", "on": "unsubscribe", "points": -40},
      {"id": "good-session", "on": "session_start", "points": 2,
       "where": {"and": [{"in": [{"var": "event.utm_source"}, ["google", "linkedin"]]}, {">=": [{"var": "event.pages"}, 2]}]}},
      {"id": "sessions", "when": {">=": [{"var": "signal.sessions_7d"}, 3]}, "once": true, "points": 15}]},
    "heat": {"min": 0, "rules": [
      {"id": "view", "on": "page_view", "points": 2, "decay": {"half_life": "7d"}},
      {"id": "click", "on": "email_click", "points": 5, "decay": {"half_life": "7d"}}]} },
  "funnel": {"start": "visitor",
    "stages": [{"id": "visitor", "owner": "marketing"}, {"id": "lead", "owner": "marketing"},
               {"id": "mql", "owner": "marketing"}, {"id": "sql", "owner": "sales"}],
    "transitions": [
      {"id": "identified", "from": ["visitor"], "to": "lead", "on": ["form_submit", "webinar_attended"]},
      {"id": "scored", "from": ["lead"], "to": "mql", "when": {">=": [{"var": "score.behaviour"}, 50]}, "reason": "scored"},
      {"id": "accepted", "from": ["mql"], "to": "sql", "on": "touch"}],
    "effects": [{"enter": "mql", "do": [{"action": "notify", "to": "sales"}]}]},
  "clocks": [{"id": "speed-to-lead", "calendar": "sales", "start": {"enter": "mql"}, "stop": {"on": "touch"},
              "cancel": {"leave": "mql"}, "target": [{"within": "4bh"}]}]
})";

/// As many earned rules of one score, each for a path of its own.
[[nodiscard]] inline std::string pack_of_rules(std::size_t count) {
  std::string text = R"({"leadline": 1, "name": "paths", "version": "1", "time_zone": "UTC",
    "engine": {"lateness": "0s"}, "events": {"page_view": {"activity": true, "fields": {"path": "string"}}},
    "scores": {"behaviour": {"rules": [)";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += (i == 0 ? "" : ",") + (R"({"id": "r)" + number) +
            (R"(", "on": "page_view", "where": {"==": [{"var": "event.path"}, "/page/)" + number) +
            R"("]}, "points": 1})";
  }
  return text + "]}}}";
}

[[nodiscard]] inline std::shared_ptr<const model> model_of(const std::string& pack) {
  static const system_zones zones;
  compiled_pack made = model::compile(pack, "pack.json", {.zones = &zones, .lists = nullptr});
  if (!made.model) throw std::runtime_error(to_text(made.problems, pack));
  return made.model;
}

/// Texts that many events share, each once; what is given out stays where it is.
class shared_texts {
 public:
  [[nodiscard]] std::string_view keep(std::string_view text) {
    if (const auto known = known_.find(text); known != known_.end()) return known->first;
    return known_.emplace(texts_.keep(text), true).first->first;
  }
  /// A text that no other event has.
  [[nodiscard]] std::string_view keep_own(std::string_view text) { return texts_.keep(text); }

 private:
  detail::text_arena texts_;
  std::unordered_map<std::string_view, bool> known_;
};

/// The events as a host has them in memory: typed values, no JSON.
class task_b_events {
 public:
  explicit task_b_events(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::vector<std::size_t> sizes;
    for (std::string line; std::getline(in, line);) {
      const result<document> read = document::parse(line);
      if (!read) throw std::runtime_error("an event is not JSON");
      const document::node root = read->root();
      const std::size_t first = data_.size();
      for (const document::node each : root["props"].children()) {
        data_.push_back({texts_.keep(each.key()),
                         each.is_text() ? value::of(texts_.keep(each.text())) : value::of(each.integer())});
      }
      events_.push_back({.id = value::of(texts_.keep_own(root["id"].text())),
                         .contact = texts_.keep(root["contact"].text()),
                         .type = texts_.keep(root["type"].text()),
                         .at = instant::from_ms(root["ts"].integer()),
                         .data = {}});
      sizes.push_back(data_.size() - first);
    }
    // Where they stay from now on.
    const value::member* next = data_.data();
    for (std::size_t i = 0; i < events_.size(); next += sizes[i++])
      events_[i].data = value::of(std::span<const value::member>(next, sizes[i]));
  }

  [[nodiscard]] const std::vector<event>& events() const noexcept { return events_; }

 private:
  shared_texts texts_;
  std::vector<value::member> data_;
  std::vector<event> events_;
};

}  // namespace leadline::bench
