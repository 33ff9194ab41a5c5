#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "leadline/base/diagnostic.hpp"

namespace leadline {

/// A value, or the problems that prevented it: what a function returns when failure is to be expected (bad
/// input), where an exception would be wrong.
///
///     result<instant> at = instant::parse(text);
///     if (!at) { std::cerr << to_text(at.error()); return 1; }
///     use(*at);
///
/// It is `tl::expected`, the library form of C++23's `std::expected`.
template <class Value>
using result = tl::expected<Value, diagnostics>;

/// The failed half of a result: `return failure({.code = "instant.bad", ...});`
[[nodiscard]] inline tl::unexpected<diagnostics> failure(diagnostic problem) {
  return tl::unexpected<diagnostics>(diagnostics(std::move(problem)));
}
[[nodiscard]] inline tl::unexpected<diagnostics> failure(diagnostics problems) {
  return tl::unexpected<diagnostics>(std::move(problems));
}

}  // namespace leadline
