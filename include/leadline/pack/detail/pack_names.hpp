#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leadline/pack/detail/pack_text.hpp"
#include "leadline/pack/pack.hpp"

namespace leadline::detail {

/// The event types that every pack has.
inline constexpr std::array<std::string_view, 13> built_in_events = {
    "contact.forget", "contact.merge", "contact.set", "owner.set",  "rep.away", "rep.back",  "score.override",
    "sla.pause",      "sla.resume",    "stage.set",   "status.set", "tag.add",  "tag.remove"};

[[nodiscard]] inline bool is_built_in_event(std::string_view name) noexcept {
  return std::find(built_in_events.begin(), built_in_events.end(), name) != built_in_events.end();
}

/// The declared names of one kind: position by name, and where each was declared.
class name_table {
 public:
  /// `kind` is what a message calls one of them: "stage"; `code` what an unknown one is told as.
  name_table(std::string_view kind, std::string_view code) : kind_(kind), code_(code) {}

  void reserve(std::size_t count) { by_name_.reserve(count); }

  /// Declares a name; a second declaration is told and the first one counts.
  void declare(const name_use& use, diagnostics& problems) {
    if (use.name.empty()) {
      declared_.push_back(use);
      return;
    }
    const auto [at, is_new] = by_name_.emplace(use.name, static_cast<std::uint32_t>(declared_.size()));
    declared_.push_back(use);
    if (is_new) return;
    diagnostic problem = use.where.blame({.code = "pack.duplicate_name",
                                          .message = "there are two " + plural() + " named " + quoted_name(use.name),
                                          .expected = "a name of its own"});
    problem.related.push_back(place(declared_[at->second], "the first one"));
    problems.add(std::move(problem));
  }

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const {
    const auto at = by_name_.find(std::string(name));
    if (at == by_name_.end()) return std::nullopt;
    return at->second;
  }
  [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }

  /// Looks a name up; one that is not there is told with the nearest and all there are.
  std::optional<std::uint32_t> resolve(const name_use& use, diagnostics& problems) const {
    if (use.name.empty()) return std::nullopt;
    const std::optional<std::uint32_t> found = find(use.name);
    if (!found) problems.add(unknown(use.name, use.where));
    return found;
  }

  /// `at_key`: the name was written as a key.
  [[nodiscard]] diagnostic unknown(std::string_view name, document::node where,
                                   severity level = severity::error) const {
    diagnostic problem{.severity = level,
                       .code = std::string(code_),
                       .message = "there is no " + std::string(kind_) + " " + quoted_name(name)};
    problem.suggestion = nearest(name, names());
    if (declared_.empty()) {
      problem.expected = "the pack declares no " + plural();
    } else if (by_name_.size() <= 12) {
      problem.allowed = names();
    }
    const bool is_key = where.key() == name && !(where.is_text() && where.text() == name);
    problem = is_key ? where.blame_key(std::move(problem)) : where.blame(std::move(problem));
    if (!problem.suggestion.empty()) {
      problem.related.push_back(place(declared_[*find(problem.suggestion)], "the one that has nearly this name"));
    }
    return problem;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const name_use& each : declared_) {
      if (!each.name.empty()) out.push_back(each.name);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  [[nodiscard]] const name_use& operator[](std::size_t index) const { return declared_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return declared_.size(); }

  [[nodiscard]] static related_place place(const name_use& use, std::string message) {
    if (!use.where) return {.message = std::move(message), .file = {}, .where = {}, .pointer = {}};
    const bool is_key = use.where.key() == use.name && !(use.where.is_text() && use.where.text() == use.name);
    return {.message = std::move(message),
            .file = use.where.file(),
            .where = is_key ? use.where.key_where() : use.where.where(),
            .pointer = use.where.pointer()};
  }

 private:
  [[nodiscard]] std::string plural() const {
    if (kind_.ends_with('s')) return std::string(kind_) + "es";
    if (kind_.ends_with('y')) return std::string(kind_.substr(0, kind_.size() - 1)) + "ies";
    return std::string(kind_) + "s";
  }

  std::string_view kind_;
  std::string_view code_;
  std::vector<name_use> declared_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
};

/// All names that a pack declares.
struct pack_names {
  name_table calendars{"calendar", "pack.unknown_calendar"};
  name_table lists{"list", "pack.unknown_list"};
  name_table attributes{"attribute", "pack.unknown_attribute"};
  name_table events{"event type", "pack.undeclared_event"};
  name_table signals{"signal", "pack.unknown_signal"};
  name_table scores{"score", "pack.unknown_score"};
  name_table grades{"grade", "pack.unknown_grade"};
  name_table stages{"stage", "pack.unknown_stage"};
  name_table transitions{"transition", "pack.unknown_transition"};
  name_table clocks{"clock", "pack.unknown_clock"};
  name_table cadences{"cadence", "pack.unknown_cadence"};
  name_table codes{"disposition code", "pack.unknown_code"};
  name_table reps{"rep", "pack.unknown_rep"};
  name_table pools{"pool", "pack.unknown_pool"};
  name_table routing_rules{"routing rule", "pack.unknown_rule"};
  name_table statuses{"status", "pack.unknown_status"};  // of any stage, each once

  /// Collects the names and tells those that are declared twice.
  [[nodiscard]] static pack_names of(const pack& content, diagnostics& problems) {
    pack_names out;
    const document::node section = content.source->root()["calendars"];
    if (section.is_object()) {
      for (document::node entry : section.children()) {
        out.calendars.declare({std::string(entry.key()), entry}, problems);
      }
    }
    for (const list_spec& each : content.lists) out.lists.declare(each.name, problems);
    out.attributes.reserve(content.attributes.size());
    for (const attribute_spec& each : content.attributes) out.attributes.declare(each.name, problems);
    for (const event_type_spec& each : content.events) out.events.declare(each.name, problems);
    for (const signal_spec& each : content.signals) out.signals.declare(each.name, problems);
    for (const score_spec& each : content.scores) out.scores.declare(each.name, problems);
    for (const grade_spec& each : content.grades) out.grades.declare(each.name, problems);
    if (content.funnel) {
      for (const stage_spec& each : content.funnel->stages) out.stages.declare(each.id, problems);
      for (const transition_spec& each : content.funnel->transitions) out.transitions.declare(each.id, problems);
      for (const stage_statuses_spec& each : content.funnel->statuses) {
        name_table own("status", "pack.unknown_status");
        for (const name_use& status : each.statuses) {
          own.declare(status, problems);
          if (!out.statuses.has(status.name)) out.statuses.declare(status, problems);
        }
      }
    }
    for (const clock_spec& each : content.clocks) out.clocks.declare(each.id, problems);
    for (const cadence_spec& each : content.cadences) out.cadences.declare(each.id, problems);
    if (content.dispositions) {
      for (const disposition_code_spec& each : content.dispositions->codes) out.codes.declare(each.code, problems);
    }
    if (content.routing) {
      for (const rep_spec& each : content.routing->reps) out.reps.declare(each.name, problems);
      for (const pool_spec& each : content.routing->pools) out.pools.declare(each.name, problems);
      for (const routing_rule_spec& each : content.routing->rules) out.routing_rules.declare(each.id, problems);
    }
    return out;
  }
};

}  // namespace leadline::detail
