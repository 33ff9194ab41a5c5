#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "leadline/time/detail/civil.hpp"
#include "leadline/time/detail/time_span.hpp"

namespace leadline::detail {

/// The distinct weeks of a calendar: the opening spans of seven times 24 hours, each kept once. Nearly all weeks of
/// two centuries are one of a handful (summer time or not, the holiday on Monday or on Thursday).
///
///     of_week:  0 . . . . |begin ==== end| . . . . |begin ==== end| . . . . week_ms
///     before:                 0                        8 h                  16 h   (open time before each span)
///
/// A look-up counts the bounds that are at most a value. It compares eight at a time without a branch, because where
/// in its week an instant falls cannot be guessed.
class week_shapes {
 public:
  /// Indices of spans run through all shapes; those of one shape follow each other, and one past its last is a span
  /// that never begins, with all the open time of the week before it.
  struct shape {
    std::uint32_t first = 0;
    std::uint32_t span_count = 0;
    std::uint32_t lane_count = 0;  // a multiple of eight, more than span_count
  };

  /// The number of the shape with these spans, which are united and lie within [0, week_ms].
  [[nodiscard]] std::uint16_t add(const std::vector<time_span_ms>& spans) {
    const auto [known, is_new] = known_.try_emplace(spans, static_cast<std::uint16_t>(shapes_.size()));
    if (!is_new) return known->second;
    const auto span_count = static_cast<std::uint32_t>(spans.size());
    const shape added{static_cast<std::uint32_t>(begins_.size()), span_count, (span_count / lanes + 1) * lanes};
    std::int32_t open_ms = 0;
    for (const time_span_ms& span : spans) {
      begins_.push_back(static_cast<std::int32_t>(span.begin));
      ends_.push_back(static_cast<std::int32_t>(span.end));
      befores_.push_back(open_ms);
      open_ms += static_cast<std::int32_t>(span.end - span.begin);
    }
    begins_.resize(added.first + added.lane_count, never);
    ends_.resize(added.first + added.lane_count, never);
    befores_.resize(added.first + added.lane_count, open_ms);
    shapes_.push_back(added);
    return known->second;
  }
  /// Ends the building: what only `add` needs is given back.
  void finish() {
    known_.clear();
    for (std::vector<std::int32_t>* lane : {&begins_, &ends_, &befores_}) lane->shrink_to_fit();
    shapes_.shrink_to_fit();
  }

  [[nodiscard]] const shape& operator[](std::uint16_t number) const noexcept { return shapes_[number]; }

  [[nodiscard]] std::int32_t begin(std::size_t span) const noexcept { return begins_[span]; }
  [[nodiscard]] std::int32_t end(std::size_t span) const noexcept { return ends_[span]; }
  /// Open time of the week before the span.
  [[nodiscard]] std::int32_t open_ms_before(std::size_t span) const noexcept { return befores_[span]; }
  [[nodiscard]] std::int32_t open_ms(const shape& of) const noexcept { return befores_[of.first + of.span_count]; }

  /// The first span that ends after `of_week`.
  [[nodiscard]] std::size_t first_ending_after(const shape& of, std::int32_t of_week) const noexcept {
    return of.first + count_at_most(&ends_[of.first], of.lane_count, of_week);
  }
  /// The first span that begins after `of_week`.
  [[nodiscard]] std::size_t first_beginning_after(const shape& of, std::int32_t of_week) const noexcept {
    return of.first + count_at_most(&begins_[of.first], of.lane_count, of_week);
  }
  /// The span that holds the millisecond with `amount` of open time before it. REQUIRES 0 <= amount < open_ms(of).
  [[nodiscard]] std::size_t span_with(const shape& of, std::int32_t amount) const noexcept {
    return of.first + count_at_most(&befores_[of.first], of.lane_count, amount) - 1;
  }

 private:
  static constexpr std::uint32_t lanes = 8;
  static constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();

  [[nodiscard]] static std::size_t count_at_most(const std::int32_t* keys, std::size_t size,
                                                 std::int32_t value) noexcept {
    std::size_t first = 0;
    while (size > lanes) {
      // Weeks of many spans: halve, in whole groups of eight, what may hold the first key above the value.
      const std::size_t half = size / lanes / 2 * lanes;
      if (keys[first + half - 1] <= value) {
        first += half;
        size -= half;
      } else {
        size = half;
      }
    }
    std::int32_t count = 0;
    for (std::size_t i = 0; i < lanes; ++i) count += keys[first + i] <= value ? 1 : 0;
    return first + static_cast<std::size_t>(count);
  }

  std::vector<shape> shapes_;
  std::vector<std::int32_t> begins_;
  std::vector<std::int32_t> ends_;
  std::vector<std::int32_t> befores_;
  std::map<std::vector<time_span_ms>, std::uint16_t> known_;  // while building
};

}  // namespace leadline::detail
