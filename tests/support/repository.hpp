#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace leadline::test {

/// The folder of the checkout: the environment variable LEADLINE_SOURCE_FOLDER, which ctest sets, or else the nearest
/// folder above the working one that holds `include/leadline`.
[[nodiscard]] inline std::filesystem::path repository_folder() {
  if (const char* folder = std::getenv("LEADLINE_SOURCE_FOLDER")) return folder;
  for (std::filesystem::path folder = std::filesystem::current_path();; folder = folder.parent_path()) {
    if (std::filesystem::is_directory(folder / "include" / "leadline")) return folder;
    if (folder == folder.root_path()) throw std::runtime_error("run from within the checkout");
  }
}

/// The whole of a file, or an exception that names it.
[[nodiscard]] inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace leadline::test
