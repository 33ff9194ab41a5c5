#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leadline/condition/condition_scope.hpp"
#include "leadline/pack/detail/pack_names.hpp"
#include "leadline/pack/row_layout.hpp"

namespace leadline::detail {

[[nodiscard]] inline declared_type declared(data_type type) noexcept {
  switch (type) {
    case data_type::string: return declared_type::text;
    case data_type::number: return declared_type::number;
    case data_type::boolean: return declared_type::boolean;
    case data_type::date: return declared_type::date;
    case data_type::strings: return declared_type::texts;
  }
  return declared_type::any;
}

/// Texts that a path may take, kept as long as conditions are compiled.
struct allowed_texts {
  std::vector<std::string> stages;
  std::vector<std::string> statuses;
  std::vector<std::string> clock_states = {"none", "running", "paused", "met", "breached", "cancelled"};
  std::vector<std::string> cadence_states = {"none", "running", "completed", "missed", "stopped"};
  std::vector<std::vector<std::string>> grades;
};

/// What all scopes of one pack share: the row, the declarations, the lists.
struct scope_base {
  const pack* content = nullptr;
  const pack_names* names = nullptr;
  row_layout layout;
  allowed_texts texts;
  std::vector<std::shared_ptr<const text_set>> lists;
};

/// Where a condition stands, which decides what it may read.
enum class reading_place : std::uint8_t {
  attributes_only,  ///< `where` of signals and earned rules, `points`, `derive`
  everything,       ///< all others
  transition        ///< likewise, and days_in_stage
};

/// The scope of one condition: the pack's declarations, and the events that are at hand.
class pack_scope final : public condition_scope {
 public:
  /// `events`: the types of which one is at hand; null where none is.
  pack_scope(scope_base& base, reading_place place, const std::vector<name_use>* events)
      : base_(base), place_(place), events_(events) {
    if (events_ != nullptr) {
      for (const name_use& each : *events_) {
        if (each.name != "any_activity") types_.push_back(each.name);
        if (each.name != "any_activity") continue;
        for (const event_type_spec& type : base_.content->events) {
          if (type.is_activity) types_.push_back(type.name.name);
        }
      }
    }
  }

  [[nodiscard]] std::optional<scope_path> find(std::string_view path) override {
    if (path.starts_with("event.")) return find_event_field(path.substr(6));
    const std::optional<std::uint32_t> index = base_.layout.find(path);
    if (!index) return std::nullopt;
    const row_slot& slot = base_.layout.slots()[*index];
    if (!may_read(slot.kind)) return std::nullopt;
    scope_path out{.slot = {slot_space::row, *index}, .type = slot.type, .null = slot.null, .movement = slot.movement};
    switch (slot.kind) {
      case slot_kind::stage: out.allowed_texts = &base_.texts.stages; break;
      case slot_kind::status: out.allowed_texts = &base_.texts.statuses; break;
      case slot_kind::clock: out.allowed_texts = &base_.texts.clock_states; break;
      case slot_kind::cadence: out.allowed_texts = &base_.texts.cadence_states; break;
      case slot_kind::grade:
        if (!base_.texts.grades[slot.index].empty()) out.allowed_texts = &base_.texts.grades[slot.index];
        break;
      default: break;
    }
    return out;
  }

  [[nodiscard]] std::string why_not(std::string_view path) const override {
    if (path.starts_with("event.") || path == "event") {
      if (events_ == nullptr) return "no event is at hand here, so nothing of it can be read";
      if (path == "event") return "an event is read field by field, such as event.type";
      return "none of the events at hand declares the field " + quoted_name(path.substr(6));
    }
    const std::optional<std::uint32_t> index = base_.layout.find(path);
    if (!index) return {};
    if (base_.layout.slots()[*index].kind == slot_kind::days_in_stage) {
      return "days_in_stage can be read in transitions only";
    }
    return events_ != nullptr ? "the where of a signal and of a rule that earns sees event.*, contact.* and list.* only"
                              : "what is derived sees contact.* and list.* only";
  }

  [[nodiscard]] std::vector<std::string> names() const override {
    std::vector<std::string> out;
    for (const row_slot& slot : base_.layout.slots()) {
      if (may_read(slot.kind)) out.push_back(slot.path);
    }
    for (const list_spec& list : base_.content->lists) out.push_back("list." + list.name.name);
    if (events_ != nullptr) {
      out.insert(out.end(), {"event.type", "event.id", "event.at"});
      for (const name_use& each : *events_) {
        if (const event_type_spec* type = find_type(each.name)) {
          for (const event_type_spec::field& field : type->fields) out.push_back("event." + field.name.name);
        }
      }
    }
    return out;
  }

  [[nodiscard]] std::shared_ptr<const text_set> find_list(std::string_view id) const override {
    const std::optional<std::uint32_t> index = base_.names->lists.find(id);
    return index ? base_.lists[*index] : nullptr;
  }

 private:
  [[nodiscard]] bool may_read(slot_kind kind) const noexcept {
    if (place_ == reading_place::attributes_only) return kind == slot_kind::attribute;
    return kind != slot_kind::days_in_stage || place_ == reading_place::transition;
  }

  [[nodiscard]] const event_type_spec* find_type(std::string_view name) const {
    const std::optional<std::uint32_t> index = base_.names->events.find(name);
    return index ? &base_.content->events[*index] : nullptr;
  }

  [[nodiscard]] std::optional<scope_path> find_event_field(std::string_view field) {
    if (events_ == nullptr || field.empty()) return std::nullopt;
    if (field == "type") {
      return scope_path{.slot = {slot_space::event, row_layout::event_type},
                        .type = declared_type::text,
                        .null = nullability::never_null,
                        .allowed_texts = types_.empty() ? nullptr : &types_};
    }
    if (field == "id")
      return scope_path{.slot = {slot_space::event, row_layout::event_id}, .type = declared_type::text};
    if (field == "at") {
      return scope_path{.slot = {slot_space::event, row_layout::event_at},
                        .type = declared_type::date,
                        .null = nullability::never_null};
    }
    // An event type that declares no fields may carry any. Of several types at hand it is enough that one may
    // carry the field; its type is only known where they all agree.
    bool can_be_there = false;
    std::optional<declared_type> type;
    for (const std::string& each : types_) {
      const event_type_spec* declaration = find_type(each);
      if (declaration == nullptr || !declaration->fields_are_declared) {
        can_be_there = true;
        type = declared_type::any;
        continue;
      }
      for (const event_type_spec::field& candidate : declaration->fields) {
        if (candidate.name.name != field) continue;
        can_be_there = true;
        const declared_type own = declared(candidate.type);
        type = type && *type != own ? declared_type::any : own;
      }
    }
    if (!can_be_there) return std::nullopt;
    return scope_path{.slot = {slot_space::event, base_.layout.add_event_field(field)},
                      .type = type.value_or(declared_type::any)};
  }

  scope_base& base_;
  reading_place place_;
  const std::vector<name_use>* events_;
  std::vector<std::string> types_;
};

}  // namespace leadline::detail
