#pragma once

#include <cstdint>
#include <string_view>

#include "leadline/condition/detail/same_text.hpp"
#include "leadline/condition/detail/value_head.hpp"
#include "leadline/condition/text_set.hpp"

namespace leadline::detail {

/// The look-up itself, to be inlined into the loops over rows. Values that are no text are in no set.
struct text_set_look {
  /// Whether a text of the set has that head; most that are not in the set are told so. REQUIRES is_perfect(set).
  [[nodiscard, gnu::always_inline]] static inline bool may_contain(const text_set& set, const value& sought) noexcept {
    return cell_of(set, sought).key == head_of(sought);
  }
  /// REQUIRES may_contain(set, sought).
  [[nodiscard, gnu::always_inline]] static inline bool contains_alike(const text_set& set,
                                                                      const value& sought) noexcept {
    const text_set::cell& only = cell_of(set, sought);
    const std::string_view text = sought.text();
    return same_text({set.bytes_.data() + only.offset, text.size()}, text) || set.contains_after(only.entry, text);
  }
  [[nodiscard]] static bool is_perfect(const text_set& set) noexcept { return set.factor_ != 0; }

 private:
  [[nodiscard, gnu::always_inline]] static inline const text_set::cell& cell_of(const text_set& set,
                                                                                const value& sought) noexcept {
    return set.cells_.data()[head_of(sought) * set.factor_ >> set.shift_];
  }
};

}  // namespace leadline::detail
