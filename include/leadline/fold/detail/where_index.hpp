#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "leadline/condition/condition.hpp"
#include "leadline/fold/detail/name_index.hpp"
#include "leadline/pack/compiled_event.hpp"

namespace leadline::detail {

/// Of many `where` conditions those that an event can meet: a condition that wants one of some texts in a field is
/// found by the text there, so that a thousand rules that differ in a path cost as much as ten.
///
///     where event.path == "/pricing"  and ...     path -> "/pricing" -> these
///     where event.amount > 10                     always asked
///
/// Immutable once built.
class where_index {
 public:
  /// REQUIRES ascending numbers.
  void add(std::uint32_t number, const condition* where) {
    all_.push_back(number);
    const std::optional<condition::wanted_texts> wanted = where != nullptr ? where->wants() : std::nullopt;
    if (!wanted || wanted->slot.space != slot_space::event) {
      always_.push_back(number);
      return;
    }
    auto field = std::find_if(fields_.begin(), fields_.end(),
                              [&](const by_field& each) { return each.slot == wanted->slot.index; });
    if (field == fields_.end()) field = fields_.insert(field, {wanted->slot.index, {}, {}, {}});
    field->all.push_back(number);
    for (const std::string_view text : wanted->texts) {
      std::uint32_t list = field->lists_by_text.find(text);
      if (list == name_index::none) {
        list = static_cast<std::uint32_t>(field->lists.size());
        field->lists_by_text.add(text, list);
        field->lists.emplace_back();
      }
      field->lists[list].push_back(number);
    }
  }

  /// Numbers of conditions that may hold, ascending; the others do not. `room` is memory to use.
  [[nodiscard]] std::span<const std::uint32_t> find(std::span<const value> event_row,
                                                    std::vector<std::uint32_t>& room) const {
    if (fields_.empty()) return always_;
    if (all_.size() <= few) return all_;
    room.assign(always_.begin(), always_.end());
    for (const by_field& each : fields_) {
      const value given = event_row[each.slot];
      if (given.is_null()) continue;
      const std::vector<std::uint32_t>* met = &each.all;  // in jsonlogic semantics 1 == "1"
      if (given.is_text()) {
        const std::uint32_t list = each.lists_by_text.find(given.text());
        if (list == name_index::none) continue;
        met = &each.lists[list];
      }
      const auto middle = static_cast<std::ptrdiff_t>(room.size());
      room.insert(room.end(), met->begin(), met->end());
      std::inplace_merge(room.begin(), room.begin() + middle, room.end());
    }
    return room;
  }

 private:
  /// Asking so many costs less than finding out whom to ask.
  static constexpr std::size_t few = 4;

  struct by_field {
    std::uint32_t slot = 0;
    std::vector<std::uint32_t> all;
    name_index lists_by_text;
    std::vector<std::vector<std::uint32_t>> lists;
  };

  std::vector<std::uint32_t> all_;
  std::vector<std::uint32_t> always_;
  std::vector<by_field> fields_;
};

}  // namespace leadline::detail
