#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leadline/base/diagnostic.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/report/ratio.hpp"

/// What plans and reports share: objects of JSON and their members, and problems.
namespace leadline::detail {

/// Rates and money in JSON: more places than anybody reads, and none that was made up.
inline constexpr int ratio_places = 6;

inline void append_key(std::string& out, std::string_view key) {
  if (out.back() != '{') out += ", ";
  out += '"';
  out += key;
  out += "\": ";
}

inline void append_ratio(std::string& out, std::string_view key, const std::optional<ratio>& number) {
  append_key(out, key);
  out += number ? number->text(ratio_places) : "null";
}

inline void append_count(std::string& out, std::string_view key, const std::optional<std::int64_t>& number) {
  append_key(out, key);
  out += number ? std::to_string(*number) : "null";
}

inline void append_text(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  json_text::append_quoted(out, text);
}

/// `{...}`, its members appended by `append`.
template <class Append>
void append_object(std::string& out, Append append) {
  out += '{';
  append();
  out += '}';
}

template <class Append>
void append_object(std::string& out, std::string_view key, Append append) {
  append_key(out, key);
  append_object(out, append);
}

/// An object of what `optional` holds, or else `otherwise`.
template <class Content, class Append>
void append_optional(std::string& out, std::string_view key, const std::optional<Content>& content,
                     std::string_view otherwise, Append append) {
  append_key(out, key);
  if (content) {
    append_object(out, [&] { append(*content); });
  } else {
    out += otherwise;
  }
}

template <class Rows, class Append>
void append_list(std::string& out, std::string_view key, const Rows& rows, Append append) {
  append_key(out, key);
  out += '[';
  bool is_first = true;
  for (const auto& each : rows) {
    if (!is_first) out += ", ";
    is_first = false;
    append_object(out, [&] { append(each); });
  }
  out += ']';
}

/// The members of a row of one kind, by name.
template <class Row, class Member>
using named_members = std::initializer_list<std::pair<std::string_view, Member Row::*>>;

[[nodiscard]] inline std::string points_json(std::int64_t milli) {
  std::string out;
  json_text::append_thousandths(out, milli);
  return out;
}

[[nodiscard]] inline diagnostic plan_too_large() {
  return {.code = "plan.too_large",
          .message = "a number of the plan needs more than 64 bits",
          .expected = "smaller numbers, or larger rates"};
}

inline void check_not_negative(diagnostics& problems, const ratio& number, const std::string& name) {
  if (number >= 0) return;
  problems.add(
      {.code = "plan.negative", .message = name + " is " + number.text(ratio_places), .expected = "0 or more"});
}

}  // namespace leadline::detail
