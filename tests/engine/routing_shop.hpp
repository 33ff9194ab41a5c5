#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fold/fold_case.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/engine/routing.hpp"

namespace leadline::test {

/// A funnel in which a lead becomes an MQL by `score`, is won, lost, or goes back; the routing is the test's.
[[nodiscard]] inline std::string routing_pack_with(const std::string& routing, const std::string& lateness = "7d") {
  return R"({"leadline": 1, "time_zone": "UTC", "engine": {"lateness": ")" + lateness + R"("},
    "calendars": {
      "day": {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}},
      "late": {"time_zone": "UTC", "hours": {"mon-fri": ["12:00-20:00"]}}},
    "attributes": {"region": {"type": "string"}, "boss": {"type": "string"}, "size": {"type": "number"},
                   "not": {"type": "strings"}},
    "events": {"score": {}, "win": {}, "lose": {}, "again": {}, "late_reply": {}, "ping": {}, "asked": {}},
    "business": {"won": ["won"], "lost": ["lost"]},
    "funnel": {"start": "lead",
      "stages": [{"id": "lead"}, {"id": "mql"}, {"id": "sql"}, {"id": "won"}, {"id": "lost", "aside": true}],
      "transitions": [{"id": "scored", "from": "lead", "to": "mql", "on": "score"},
                      {"id": "won", "from": "*", "to": "won", "on": "win"},
                      {"id": "again", "from": ["lost", "won"], "to": "mql", "on": "again"},
                      {"id": "lost", "from": "*", "to": "lost", "on": "lose"}]},
    "clocks": [{"id": "reply", "start": {"on": "asked"}, "stop": {"on": "ping"}, "target": [{"within": "4h"}]}],
    "routing": )" +
         routing + "}";
}

/// Contacts of one engine, and what routing told.
class shop {
 public:
  explicit shop(const std::string& routing, const std::string& lateness = "7d")
      : all_(compiled_from(routing_pack_with(routing, lateness))) {}

  void send(std::string_view contact, std::string_view type, std::string_view when, const std::string& data = "{}",
            std::string_view id = {}) {
    const stored_value content = stored(data);
    take(all_.apply({.id = id.empty() ? value{} : value::of(id),
                     .contact = contact,
                     .type = type,
                     .at = at(when),
                     .data = content.content()}));
  }
  void away(std::string_view rep, std::string_view when) {
    send({}, "rep.away", when, R"({"rep": ")" + std::string(rep) + "\"}");
  }
  void back(std::string_view rep, std::string_view when) {
    send({}, "rep.back", when, R"({"rep": ")" + std::string(rep) + "\"}");
  }
  void advance(std::string_view to) { take(all_.advance(at(to))); }

  /// "c1 > ana", "c1 > -", "c1 held no_rule", "c1 amended": of each decision about an owner.
  [[nodiscard]] const std::vector<std::string>& told() const noexcept { return told_; }
  [[nodiscard]] std::vector<std::string> take_told() { return std::exchange(told_, {}); }
  [[nodiscard]] const std::vector<decision>& decisions() const noexcept { return decisions_; }
  [[nodiscard]] std::string owner(std::string_view contact) const {
    const leadline::contact* const who = all_.find(contact);
    return who == nullptr ? "?" : who->state.owner.value_or("-");
  }
  [[nodiscard]] engine& all() noexcept { return all_; }
  [[nodiscard]] const routing& desk() const noexcept { return *all_.desk(); }

 private:
  [[nodiscard]] std::string line_of(const decision& each) const {
    const auto* to = std::get_if<std::string_view>(&each.to);
    switch (each.kind) {
      case decision_kind::assigned: return std::string(each.contact) + " > " + std::string(to != nullptr ? *to : "-");
      case decision_kind::held: return std::string(each.contact) + " held " + std::string(each.about);
      case decision_kind::rejected: return std::string(each.contact) + " rejected " + std::string(each.about);
      case decision_kind::amended: {
        for (const kept_decision& kept : kept_) {
          const decision& old = *kept;
          if (old.contact != each.contact || old.seq != each.corrects || line_of(old).empty()) continue;
          return line_of(old) + " amended" + (each.now ? ": " + line_of(*each.now) : "");
        }
        return {};
      }
      default: return {};
    }
  }
  void take(std::span<const decision> news) {
    for (const decision& each : news) {
      kept_.push_back(kept_decision::of(each));
      decisions_.push_back(*kept_.back());
      if (const std::string line = line_of(each); !line.empty()) told_.push_back(line);
    }
  }

  engine all_;
  std::vector<std::string> told_;
  std::vector<kept_decision> kept_;
  std::vector<decision> decisions_;
};

using lines = std::vector<std::string>;

[[nodiscard]] inline std::string contact_name(int number) { return "c" + std::to_string(number); }

[[nodiscard]] inline std::string when(int minute) {
  return instant::from_ms(at("2026-03-02T10:00:00Z").ms() + minute * 60'000LL).text();
}

inline const std::string pool_of_three = R"({"on": {"enter": "mql"}, "reps": {"ana": {}, "bo": {}, "cy": {}},
  "pools": {"all": {"reps": ["ana", "bo", "cy"]}}, "rules": [{"id": "all", "pool": "all"}]})";

}  // namespace leadline::test
