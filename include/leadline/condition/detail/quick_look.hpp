#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "leadline/condition/detail/quick_program.hpp"
#include "leadline/condition/detail/same_text.hpp"
#include "leadline/condition/detail/text_set_look.hpp"
#include "leadline/condition/detail/value_head.hpp"

namespace leadline::detail {

/// How each test looks at a value, in two parts: `may_hit` reads the sixteen bytes of the value and nothing else, and
/// has no branch; `verify` reads the text where the head does not tell.
struct quick_look {
  [[nodiscard]] static constexpr bool must_verify(quick_test test) noexcept { return test >= quick_test::text; }

  /// Whether it is a hit, or, of a test to verify, may be one. 0 or 1.
  [[nodiscard, gnu::always_inline]] static inline unsigned may_hit(quick_test test, const quick_step& at,
                                                                   const value& left) noexcept {
    const auto both = [](auto... conditions) { return (static_cast<unsigned>(conditions) & ...); };
    switch (test) {
      case quick_test::node:
      case quick_test::nothing: return 0;
      case quick_test::range: {
        const std::uint64_t above = payload_of(left) - static_cast<std::uint64_t>(at.low);
        return both(left.kind() == value_kind::integer, above <= at.span);
      }
      case quick_test::date:
        return both(left.kind() == value_kind::date, payload_of(left) == static_cast<std::uint64_t>(at.low));
      case quick_test::truth: return both(left.kind() == value_kind::boolean, (payload_of(left) & first_byte) != 0);
      case quick_test::whole_text:
      case quick_test::text: return static_cast<unsigned>(head_of(left) == at.head);
      case quick_test::non_zero: {
        const auto head = std::bit_cast<value_head>(head_of(left));
        const std::uint64_t payload = payload_of(left);
        return both(head.kind == value_kind::text, head.size != 0) |
               both(head.kind == value_kind::boolean, (payload & first_byte) != 0) |
               both(head.kind == value_kind::integer, payload != 0);
      }
      case quick_test::text_among: return static_cast<unsigned>(text_set_look::may_contain(*at.texts, left));
      case quick_test::text_hashed: return static_cast<unsigned>(left.kind() == value_kind::text);
      case quick_test::starts_with: {
        const auto head = std::bit_cast<value_head>(head_of(left));
        const auto sought = std::bit_cast<value_head>(at.head);
        return both(head.kind == value_kind::text, head.first == sought.first, head.size >= sought.size);
      }
      case quick_test::ends_with: {
        const auto head = std::bit_cast<value_head>(head_of(left));
        const auto sought = std::bit_cast<value_head>(at.head);
        return both(head.kind == value_kind::text, head.last == sought.last, head.size >= sought.size);
      }
      case quick_test::contains: {
        const auto head = std::bit_cast<value_head>(head_of(left));
        return both(head.kind == value_kind::text, head.size >= std::bit_cast<value_head>(at.head).size);
      }
    }
    return 0;
  }

  /// REQUIRES may_hit. 0 or 1.
  [[nodiscard, gnu::always_inline]] static inline unsigned verify(quick_test test, const quick_step& at,
                                                                  const value& left) noexcept {
    const std::string_view text = left.text();
    const std::size_t size = std::bit_cast<value_head>(at.head).size;
    switch (test) {
      case quick_test::text: return static_cast<unsigned>(same_text(text, {at.text, text.size()}));
      case quick_test::text_among: return static_cast<unsigned>(text_set_look::contains_alike(*at.texts, left));
      case quick_test::text_hashed: return static_cast<unsigned>(at.texts->contains(text));
      case quick_test::starts_with: return static_cast<unsigned>(same_text({text.data(), size}, {at.text, size}));
      case quick_test::ends_with:
        return static_cast<unsigned>(same_text({text.data() + (text.size() - size), size}, {at.text, size}));
      case quick_test::contains: return static_cast<unsigned>(holds_text(text, {at.text, size}));
      default: return 1;
    }
  }

  /// Whether a search is so long that it counts as steps, which the machine does.
  [[nodiscard, gnu::always_inline]] static inline bool is_long(quick_test test, const quick_step& at,
                                                               const value& left) noexcept {
    return test == quick_test::contains && left.is_text() &&
           left.text().size() * std::bit_cast<value_head>(at.head).size >= search_step_size;
  }

 private:
  static constexpr std::uint64_t first_byte =
      std::endian::native == std::endian::little ? std::uint64_t{0xFF} : std::uint64_t{0xFF} << 56;
};

}  // namespace leadline::detail
