#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstdlib>
#include <string_view>

namespace leadline::test {

/// How many random cases a property test runs: all of `full`, or a part of it where the build makes each case dear
/// (sanitizers). The environment variable LEADLINE_CASE_DIVISOR, a whole number from 1, divides; at least one case is
/// left. Anything else in it ends the program, since a typing error must not shrink a test silently.
///
///     for (int i = 0; i < case_count(50'000); ++i) check(random_case(seed + i));
template <std::integral Count>
[[nodiscard]] Count case_count(Count full) {
  const char* text = std::getenv("LEADLINE_CASE_DIVISOR");
  if (text == nullptr || *text == '\0') return full;
  const std::string_view digits(text);
  Count divisor = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), divisor);
  if (error != std::errc() || end != digits.data() + digits.size() || divisor < 1) std::abort();
  return std::max<Count>(1, static_cast<Count>(full / divisor));
}

}  // namespace leadline::test
