#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/condition/detail/number_text.hpp"
#include "leadline/condition/value.hpp"
#include "leadline/time/instant.hpp"

/// How values stand to one another in each semantics, and the conversions of the standard.
namespace leadline::detail {

enum class ordering : std::int8_t { less = -1, equal = 0, greater = 1, unordered = 2 };

template <class Number>
[[nodiscard]] constexpr ordering order_of(Number left, Number right) noexcept {
  return left < right    ? ordering::less
         : left > right  ? ordering::greater
         : left == right ? ordering::equal
                         : ordering::unordered;
}

/// Exact, also where one side is whole and above 2^53.
[[nodiscard]] inline ordering order_numbers(std::int64_t left, double right) noexcept {
  if (std::isnan(right)) return ordering::unordered;
  // 2^63 is a double; what is at or beyond it stands outside int64.
  if (right >= 9223372036854775808.0) return ordering::less;
  if (right < -9223372036854775808.0) return ordering::greater;
  const auto whole = static_cast<std::int64_t>(right);  // toward zero
  if (left != whole) return left < whole ? ordering::less : ordering::greater;
  return order_of(static_cast<double>(whole), right);
}

/// REQUIRES two numbers.
[[nodiscard]] inline ordering order_numbers(value left, value right) noexcept {
  const bool left_is_whole = left.kind() == value_kind::integer;
  const bool right_is_whole = right.kind() == value_kind::integer;
  if (left_is_whole && right_is_whole) return order_of(left.integer(), right.integer());
  if (!left_is_whole && !right_is_whole) return order_of(left.real(), right.real());
  if (left_is_whole) return order_numbers(left.integer(), right.real());
  const ordering turned = order_numbers(right.integer(), left.real());
  return turned == ordering::less ? ordering::greater : turned == ordering::greater ? ordering::less : turned;
}

/// UTF-8 keeps the order of code points, so that bytes may be compared.
[[nodiscard]] inline ordering order_texts(std::string_view left, std::string_view right) noexcept {
  const int order = left.compare(right);
  return order < 0 ? ordering::less : order > 0 ? ordering::greater : ordering::equal;
}

[[nodiscard]] constexpr bool stands(ordering order, comparison cmp) noexcept {
  switch (cmp) {
    case comparison::equal: return order == ordering::equal;
    case comparison::not_equal: return order != ordering::equal;
    case comparison::less: return order == ordering::less;
    case comparison::less_or_equal: return order == ordering::less || order == ordering::equal;
    case comparison::greater: return order == ordering::greater;
    case comparison::greater_or_equal: return order == ordering::greater || order == ordering::equal;
  }
  return false;
}

/// `a cmp b` as `b turned(cmp) a`.
[[nodiscard]] constexpr comparison turned(comparison cmp) noexcept {
  switch (cmp) {
    case comparison::less: return comparison::greater;
    case comparison::less_or_equal: return comparison::greater_or_equal;
    case comparison::greater: return comparison::less;
    case comparison::greater_or_equal: return comparison::less_or_equal;
    default: return cmp;
  }
}

[[nodiscard]] constexpr bool is_order(comparison cmp) noexcept {
  return cmp != comparison::equal && cmp != comparison::not_equal;
}

/// Equal without coercion. In semantics::leadline lists and objects are equal when their contents are; the standard
/// knows only whether they are the same one.
[[nodiscard]] inline bool strictly_equal(value left, value right, semantics rules) noexcept {
  if (left.is_number() && right.is_number()) {
    if (rules == semantics::jsonlogic) return left.number() == right.number();
    return order_numbers(left, right) == ordering::equal;
  }
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case value_kind::null: return true;
    case value_kind::boolean: return left.boolean() == right.boolean();
    case value_kind::date: return left.date_ms() == right.date_ms();
    case value_kind::text: return left.text() == right.text();
    case value_kind::list: {
      const auto a = left.items();
      const auto b = right.items();
      if (a.data() == b.data() && a.size() == b.size() && a.data() != nullptr) return true;
      if (rules == semantics::jsonlogic || a.size() != b.size()) return false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (!strictly_equal(a[i], b[i], rules)) return false;
      }
      return true;
    }
    case value_kind::object: {
      const auto a = left.members();
      const auto b = right.members();
      if (a.data() == b.data() && a.size() == b.size() && a.data() != nullptr) return true;
      if (rules == semantics::jsonlogic || a.size() != b.size()) return false;
      for (const value::member& each : a) {
        bool found = false;
        for (const value::member& other : b) {
          if (other.key != each.key) continue;
          found = strictly_equal(each.content, other.content, rules);
          break;
        }
        if (!found) return false;
      }
      return true;
    }
    default: return false;
  }
}

/// `<`, `<=`, `>`, `>=` of semantics::leadline: false unless both are numbers, both texts or both dates.
[[nodiscard]] inline bool ordered_as(value left, value right, comparison cmp) noexcept {
  if (left.is_number() && right.is_number()) return stands(order_numbers(left, right), cmp);
  if (left.kind() != right.kind()) return false;
  if (left.is_text()) return stands(order_texts(left.text(), right.text()), cmp);
  if (left.kind() == value_kind::date) return stands(order_of(left.date_ms(), right.date_ms()), cmp);
  return false;
}

// --- The standard's conversions: those of JavaScript ------------------------------------------------------------

[[nodiscard]] inline bool is_json_space(char letter) noexcept {
  return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

[[nodiscard]] inline std::string_view without_spaces(std::string_view text) noexcept {
  while (!text.empty() && is_json_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_json_space(text.back())) text.remove_suffix(1);
  return text;
}

/// A decimal as JavaScript's Number() takes it; NaN for anything else. `1.`, `.5` and `+1` are numbers there.
[[nodiscard]] inline double number_of_text(std::string_view text) noexcept {
  const double nan = std::nan("");
  text = without_spaces(text);
  if (text.empty()) return 0;
  if (text.size() > 2 && text[0] == '0') {
    const char base = ascii_lower(text[1]);
    const int radix = base == 'x' ? 16 : base == 'o' ? 8 : base == 'b' ? 2 : 0;
    if (radix != 0) {
      double sum = 0;
      for (const char letter : text.substr(2)) {
        const char lower = ascii_lower(letter);
        const int digit = is_ascii_digit(lower) ? lower - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
        if (digit >= radix) return nan;
        sum = sum * radix + digit;
      }
      return sum;
    }
  }
  bool negative = false;
  if (text[0] == '+' || text[0] == '-') {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "Infinity") return negative ? -HUGE_VAL : HUGE_VAL;
  std::size_t digits = 0;
  std::size_t at = 0;
  const auto skip_digits = [&] {
    const std::size_t before = at;
    while (at < text.size() && is_ascii_digit(text[at])) ++at;
    return at - before;
  };
  digits += skip_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    digits += skip_digits();
  }
  if (digits == 0) return nan;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (skip_digits() == 0) return nan;
  }
  if (at != text.size()) return nan;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say which way; a positive exponent that is not tiny by its leading zeros overflows.
    const std::size_t mark = text.find_first_of("eE");
    const bool tiny = mark != std::string_view::npos && mark + 1 < text.size() && text[mark + 1] == '-';
    number = tiny || (mark == std::string_view::npos && text[0] == '0') ? 0 : HUGE_VAL;
  }
  return negative ? -number : number;
}

inline void append_script_text(std::string& out, value content);

[[nodiscard]] inline double number_of(value content) {
  switch (content.kind()) {
    case value_kind::null: return 0;
    case value_kind::boolean: return content.boolean() ? 1 : 0;
    case value_kind::integer:
    case value_kind::real: return content.number();
    case value_kind::date: return static_cast<double>(content.date_ms());
    case value_kind::text: return number_of_text(content.text());
    case value_kind::list: {
      if (content.items().empty()) return 0;
      std::string text;
      append_script_text(text, content);
      return number_of_text(text);
    }
    case value_kind::object: return std::nan("");
  }
  return std::nan("");
}

/// Appends what JavaScript's String() makes of a value; a date is its instant in UTC.
inline void append_script_text(std::string& out, value content) {
  switch (content.kind()) {
    case value_kind::null: out += "null"; return;
    case value_kind::boolean: out += content.boolean() ? "true" : "false"; return;
    case value_kind::integer:
    case value_kind::real: {
      char digits[32];
      out.append(digits, write_number(content, digits));
      return;
    }
    case value_kind::date: instant::from_ms(content.date_ms()).append_to(out); return;
    case value_kind::text: out += content.text(); return;
    case value_kind::list: {
      bool first = true;
      for (const value& item : content.items()) {
        if (!first) out += ',';
        first = false;
        if (!item.is_null()) append_script_text(out, item);
      }
      return;
    }
    case value_kind::object: out += "[object Object]"; return;
  }
}

/// `a cmp b` of the standard (`==`, `!=` and the orders); nothing where it calls the comparison an error ("NaN"): a
/// list or an object, or a text that is no number beside a number or a boolean.
[[nodiscard]] inline std::optional<bool> loosely(value left, value right, comparison cmp) {
  const auto compound = [](value content) { return content.is_list() || content.is_object(); };
  if (left.is_number() && right.is_number()) return stands(order_of(left.number(), right.number()), cmp);
  if (left.is_text() && right.is_text()) return stands(order_texts(left.text(), right.text()), cmp);
  if (compound(left) || compound(right)) return std::nullopt;
  if (left.is_null() || right.is_null()) {
    // null equals null alone, but is 0 in an order: the standard's best known trap.
    if (!is_order(cmp)) return (left.is_null() && right.is_null()) == (cmp == comparison::equal);
    return stands(order_of(number_of(left), number_of(right)), cmp);
  }
  if (left.kind() == value_kind::date && right.kind() == value_kind::date) {
    return stands(order_of(left.date_ms(), right.date_ms()), cmp);
  }
  const double a = number_of(left);
  const double b = number_of(right);
  if (std::isnan(a) || std::isnan(b)) return std::nullopt;
  return stands(order_of(a, b), cmp);
}

}  // namespace leadline::detail
