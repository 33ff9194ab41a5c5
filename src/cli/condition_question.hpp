#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "leadline/condition/condition.hpp"

namespace leadline::cli {

/// Answers `{"rule": ..., "data": ...}` one after the other. A rule that was compiled lately is not compiled again.
/// For one thread.
class condition_answers {
 public:
  /// `now_ms` is what `elapsed_since` counts to.
  condition_answers(semantics rules, std::int64_t now_ms) : semantics_(rules), now_ms_(now_ms) {}

  /// Appends one line without its break. False when it tells an error.
  [[nodiscard]] bool append_answer(std::string& out, std::string_view question);

 private:
  [[nodiscard]] result<condition> compiled(document::node rule);

  leadline::semantics semantics_;
  std::int64_t now_ms_;
  std::unordered_map<std::string, condition> lately_;
  condition_scratch scratch_;
};

}  // namespace leadline::cli
