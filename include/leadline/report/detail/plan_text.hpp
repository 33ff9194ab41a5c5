#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leadline/base/diagnostic.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/report/ratio.hpp"

/// What the plans share: members of JSON, and problems.
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
