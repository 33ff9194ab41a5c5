#pragma once

namespace leadline::cli {

/// What every command ends with.
enum class exit_code : int {
  done = 0,
  /// The input has problems; all of them were told.
  input_problems = 1,
  wrong_usage = 2
};

}  // namespace leadline::cli
