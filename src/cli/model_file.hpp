#pragma once

#include <memory>
#include <string>

#include "cli/exit_code.hpp"
#include "leadline/pack/model.hpp"

namespace leadline::cli {

/// A pack read from a file and compiled; without a model its problems have been told.
struct model_file {
  std::shared_ptr<const leadline::model> model;
  exit_code outcome = exit_code::done;
};

/// Reads and compiles a pack (plain, packed, or `-` for standard input), its lists from beside it.
[[nodiscard]] model_file read_model(const std::string& path);

}  // namespace leadline::cli
