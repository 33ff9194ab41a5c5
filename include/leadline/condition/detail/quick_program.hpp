#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "leadline/condition/condition_scope.hpp"
#include "leadline/condition/text_set.hpp"
#include "leadline/condition/value.hpp"

namespace leadline::detail {

/// What one step says; `ask` leaves it to the node that the step was made of.
enum class answer : std::uint8_t { no, yes, ask };

/// How a step looks at its slot. Each finds a hit or not, and only in values of the kinds it knows.
enum class quick_test : std::uint8_t {
  node,        // not at all: the node is asked
  nothing,     // never a hit: the kind says everything
  range,       // a whole number between low and low + span
  date,        // the instant low
  truth,       // a true boolean
  whole_text,  // the head is that of the text, which is short enough for its head to be all of it
  non_zero,    // a boolean, whole number or text that counts as true
  // The head does not prove these.
  text,         // the text
  text_among,   // in a set that has a cell for each head
  text_hashed,  // in a set
  starts_with,
  ends_with,
  contains
};
inline constexpr std::size_t quick_test_count = 13;

/// So many comparisons of bytes are one step of a search.
inline constexpr std::size_t search_step_size = 16'384;

/// One look at one slot, and where to go on. Two fit in a cache line.
///
/// The answer is what the value's kind has in `answers`, turned round by a hit. Blanks, values of another kind and
/// texts that are not the sought one then take the same way through the code, and cost no wrong guess of a branch.
struct quick_step {
  static constexpr std::uint16_t told_no = 0xFFFF;
  static constexpr std::uint16_t told_yes = 0xFFFE;
  static constexpr std::size_t count_max = 0xFFF0;

  std::uint32_t slot = 0;
  std::uint32_t node = 0;          // 0 is the root, others stand in condition_program::nodes one place lower
  std::uint16_t answers = 0xAAAA;  // two bits for each kind: `ask` for all
  std::uint16_t on_yes = told_yes;
  std::uint16_t on_no = told_no;
  quick_test test = quick_test::node;
  slot_space space = slot_space::row;
  union {
    std::uint64_t head = 0;  // of the text
    std::int64_t low;
  };
  union {
    std::uint64_t span = 0;
    const char* text;
    const text_set* texts;
  };

  [[nodiscard]] constexpr unsigned answer_of(value_kind of) const noexcept {
    return static_cast<unsigned>(answers) >> (2 * static_cast<unsigned>(of)) & 3;
  }
  constexpr void set_answer(value_kind of, answer to) noexcept {
    const unsigned shift = 2 * static_cast<unsigned>(of);
    answers = static_cast<std::uint16_t>((answers & ~(3U << shift)) | static_cast<unsigned>(to) << shift);
  }
};
static_assert(sizeof(quick_step) == 32);

/// Whether a condition holds, as steps with jumps forward only: the `and`, `or`, `not` and `if` around the tests are in
/// the jumps.
struct quick_program {
  std::vector<quick_step> steps;
  std::uint16_t entry = quick_step::told_no;
  /// Whether a node is asked whatever the values are.
  bool asks = false;
  /// How many slots there must be.
  std::uint32_t row_width = 0;
  std::uint32_t event_width = 0;
};

}  // namespace leadline::detail
