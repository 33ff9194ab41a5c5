#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/event_reader.hpp"
#include "leadline/base/result.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/leadline.h"

namespace leadline::c {

/// Whether an array of events can be walked with that stride.
[[nodiscard]] bool is_event_stride(std::uint32_t stride) noexcept;

/// Turns what a host gives into events of the library: one, valid until the next is read, or a run of many of an
/// array, valid until the next run. For one thread.
class event_intake {
 public:
  /// The event at a place of an array. Without a contact of its own it is `contact`'s.
  [[nodiscard]] result<event> read(const leadline_event* events, std::size_t index, std::uint32_t stride,
                                   std::string_view contact);
  /// Reads so many from `first` on, or fewer: to one with data as text, of which the reader keeps one, or to one with
  /// more members than there is room for. Where one is none, the run ends before it, and what is wrong comes back.
  [[nodiscard]] std::optional<diagnostics> read_run(const leadline_event* events, std::size_t first, std::size_t count,
                                                    std::uint32_t stride);
  [[nodiscard]] std::span<const event> run() const noexcept { return {events_.data(), count_}; }
  /// `readable_after` bytes behind the line may be read, whatever they are.
  [[nodiscard]] result<event> read_line(std::string_view line, std::size_t readable_after) {
    return reader_.read(line, readable_after);
  }

 private:
  /// REQUIRES one at least.
  void begin_run(std::size_t count_max);
  /// Whether there is room for its members, or nothing that could move with them.
  [[nodiscard]] bool has_room(const leadline_event& given);
  /// Adds the event to the run, or leaves in `problem_` what is wrong with it.
  [[nodiscard]] bool take(const leadline_event& given, std::string_view contact);
  /// The same of an event that has a contact, its data as texts and integers, and nothing wrong with it; false of
  /// others, which `take` looks at.
  [[nodiscard]] bool take_plain(const leadline_event& given) noexcept;
  [[nodiscard]] bool take_fields(const leadline_event& given, event& out);
  [[nodiscard]] bool refuse(std::string_view code, std::string message, std::string_view expected);

  cli::event_reader reader_;
  /// Those of the run stand first.
  std::vector<event> events_;
  std::size_t count_ = 0;
  /// As many as fit: events of the run look at them where they are.
  std::vector<value::member> members_;
  std::size_t member_count_ = 0;
  bool was_short_ = false;
  std::optional<diagnostics> problem_;
};

}  // namespace leadline::c
