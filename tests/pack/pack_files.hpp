#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/pack/check.hpp"
#include "support/repository.hpp"

/// Packs as files, and checking them as `leadline check` does.
namespace leadline::test {

/// The list files in a folder.
class folder_lists final : public list_source {
 public:
  explicit folder_lists(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] result<std::string> read(std::string_view name) const override {
    std::ifstream file(folder_ / std::filesystem::path(name), std::ios::binary);
    if (!file) return failure({.code = "list.unreadable", .message = "there is no file \"" + std::string(name) + "\""});
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path folder_;
};

/// The day that tests ask of, so that no golden text changes as time goes by.
[[nodiscard]] inline local_date test_day() { return local_date::parse("2026-11-22").value(); }

/// The system's zones, read once: a zone's file is read again for every calendar otherwise.
[[nodiscard]] inline const zone_source& zones() {
  static const system_zones all;
  return all;
}

[[nodiscard]] inline diagnostics check_text(const std::string& text, const std::filesystem::path& file,
                                            check_options options = {.as_of = test_day()}) {
  const folder_lists lists(file.parent_path());
  return check_pack(pack::parse(text, file.filename().string()), {.zones = &zones(), .lists = &lists}, options);
}

/// The packs that the project ships, in byte order.
[[nodiscard]] inline std::vector<std::filesystem::path> shipped_packs() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(repository_folder() / "rules")) {
    if (entry.path().extension() == ".json") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace leadline::test
