#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/condition/condition.hpp"

namespace leadline::test {

/// A JSON value as plainly as can be; lists and objects are shared, so that the standard's identity is a pointer's.
struct slow_value {
  enum class kind_type { absent, null, boolean, integer, real, text, list, object };
  kind_type kind = kind_type::null;
  bool truth = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
  std::shared_ptr<std::vector<slow_value>> items;
  std::shared_ptr<std::vector<std::pair<std::string, slow_value>>> members;
};

[[nodiscard]] slow_value slow_from(document::node from);
[[nodiscard]] std::string to_json(const slow_value& from);

/// What a condition gives, computed straight from its text: a recursive walk that knows nothing of compiling, slots,
/// folding or fusing. Nothing where the standard calls it an error (its type is in `error`).
struct slow_result {
  slow_value result;
  std::optional<std::string> error;
};

[[nodiscard]] slow_result slow_condition(document::node rule, const slow_value& data, semantics rules);

}  // namespace leadline::test
