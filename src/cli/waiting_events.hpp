#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "leadline/condition/value.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/fold/stored_value.hpp"

namespace leadline::cli {

/// Events that wait for a batch: what the reader gives is gone with its next line.
class waiting_events {
 public:
  void add(const event& read) {
    const value parts[] = {read.id, value::of(read.contact), value::of(read.type), read.data};
    stored_.push_back(stored_value::of(value::of(std::span<const value>(parts))));
    const std::span<const value> kept = stored_.back().content().items();
    events_.push_back(
        {.id = kept[0], .contact = kept[1].text(), .type = kept[2].text(), .at = read.at, .data = kept[3]});
  }
  void clear() noexcept {
    stored_.clear();
    events_.clear();
  }
  [[nodiscard]] std::span<const event> events() const noexcept { return events_; }

 private:
  std::vector<stored_value> stored_;
  std::vector<event> events_;
};

}  // namespace leadline::cli
