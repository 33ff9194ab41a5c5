#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "cli/event_reader.hpp"
#include "leadline/base/result.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/leadline.h"

namespace leadline::c {

/// Whether an array of events can be walked with that stride.
[[nodiscard]] bool is_event_stride(std::uint32_t stride) noexcept;

/// Turns what a host gives into events of the library. An event is valid until the next one is read, those of a
/// run until the run is over. For one thread.
class event_intake {
 public:
  /// The event at a place of an array. Without a contact of its own it is `contact`'s.
  [[nodiscard]] result<event> read(const leadline_event* events, std::size_t index, std::uint32_t stride,
                                   std::string_view contact) {
    members_.clear();
    return read_more(events, index, stride, contact);
  }
  /// So many events, at most, that `read_more` can read from `first` on so that all of them stay valid: to the first
  /// with data as text, which the reader keeps one of.
  [[nodiscard]] std::size_t begin_run(const leadline_event* events, std::size_t first, std::size_t count,
                                      std::uint32_t stride);
  [[nodiscard]] result<event> read_more(const leadline_event* events, std::size_t index, std::uint32_t stride,
                                        std::string_view contact);
  /// `readable_after` bytes behind the line may be read, whatever they are.
  [[nodiscard]] result<event> read_line(std::string_view line, std::size_t readable_after) {
    return reader_.read(line, readable_after);
  }

 private:
  [[nodiscard]] result<value> fields_of(const leadline_event& given);

  cli::event_reader reader_;
  std::vector<value::member> members_;
};

}  // namespace leadline::c
