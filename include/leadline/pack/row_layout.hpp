#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leadline/condition/condition_scope.hpp"

namespace leadline {

/// What stands in a slot of a contact's row.
enum class slot_kind : std::uint8_t {
  attribute,
  signal,
  score,
  grade,
  stage,
  status,
  owner,
  tags,
  clock,
  cadence,
  cadence_count,
  cadence_channel,
  days_in_stage
};

/// One slot of a contact's row.
struct row_slot {
  slot_kind kind = slot_kind::attribute;
  /// Which attribute, signal, score, grade, clock or cadence; 0 for the rest.
  std::uint32_t index = 0;
  /// Which channel of a cadence's mix.
  std::uint32_t channel = 0;
  /// As conditions name it: "score.lead".
  std::string path;
  declared_type type = declared_type::any;
  nullability null = nullability::can_be_null;
  leadline::movement movement = movement::still;
};

/// Where everything that a condition can read stands: one row for the contact, one for the event at hand.
///
///     row:   attributes | signals | scores | grades | stage status owner tags days_in_stage | clocks | cadences
///     event: type | id | at | every field that some part of the pack names
///
/// Attributes come first, so that the slot of an attribute is its index. Part of the model; immutable once that is
/// built, may be read from many threads.
class row_layout {
 public:
  static constexpr std::uint32_t event_type = 0;
  static constexpr std::uint32_t event_id = 1;
  static constexpr std::uint32_t event_at = 2;

  row_layout() { event_fields_ = {"type", "id", "at"}; }

  [[nodiscard]] const std::vector<row_slot>& slots() const noexcept { return slots_; }
  /// Names of the event row; the first three are the envelope's.
  [[nodiscard]] const std::vector<std::string>& event_fields() const noexcept { return event_fields_; }

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view path) const {
    const auto at = by_path_.find(std::string(path));
    if (at == by_path_.end()) return std::nullopt;
    return at->second;
  }
  [[nodiscard]] std::optional<std::uint32_t> find_event_field(std::string_view name) const {
    if (name == "type") return event_type;
    if (name == "id") return event_id;
    if (name == "at") return event_at;
    const auto at = by_field_.find(std::string(name));
    if (at == by_field_.end()) return std::nullopt;
    return at->second;
  }

  /// The slot of the first of a kind; slots of one kind stand side by side in the order of their indices.
  [[nodiscard]] std::uint32_t first_of(slot_kind kind) const noexcept {
    std::uint32_t at = 0;
    while (at < slots_.size() && slots_[at].kind != kind) ++at;
    return at;
  }

  std::uint32_t add(row_slot slot) {
    const auto index = static_cast<std::uint32_t>(slots_.size());
    by_path_.emplace(slot.path, index);
    slots_.push_back(std::move(slot));
    return index;
  }
  /// The slot of a field of events, a new one where it has none yet.
  std::uint32_t add_event_field(std::string_view name) {
    if (const auto known = find_event_field(name)) return *known;
    const auto index = static_cast<std::uint32_t>(event_fields_.size());
    event_fields_.emplace_back(name);
    by_field_.emplace(name, index);
    return index;
  }

 private:
  std::vector<row_slot> slots_;
  std::vector<std::string> event_fields_;
  std::unordered_map<std::string, std::uint32_t> by_path_;
  std::unordered_map<std::string, std::uint32_t> by_field_;
};

}  // namespace leadline
