#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "support/repository.hpp"

namespace leadline::test {

/// The folder of one real data set, such as "boston311". Real data is not part of the project: it is looked for in the
/// folder that the environment variable LEADLINE_SHARED_DATA names, or in `../shared/data` beside the checkout. An
/// empty path when it is not there.
[[nodiscard]] inline std::filesystem::path shared_data(std::string_view name) {
  const char* named = std::getenv("LEADLINE_SHARED_DATA");
  const std::filesystem::path folder =
      (named != nullptr && *named != '\0' ? std::filesystem::path(named)
                                          : repository_folder().parent_path() / "shared" / "data") /
      name;
  return std::filesystem::is_directory(folder) ? folder : std::filesystem::path();
}

}  // namespace leadline::test

/// Ends a test as skipped, saying why, where a data set is not on this machine. Used as the first line of a test.
#define LEADLINE_NEEDS_SHARED_DATA(name)                                                                      \
  if (leadline::test::shared_data(name).empty())                                                              \
  GTEST_SKIP() << "the data set " << (name) << " is not on this machine: no folder ../shared/data/" << (name) \
               << " beside the checkout, and none in LEADLINE_SHARED_DATA"
