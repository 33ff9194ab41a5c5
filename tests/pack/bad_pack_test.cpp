// Bad packs as data: every bad/<name>.json has its problems beside it in bad/<name>.txt, as a person sees them.
// LEADLINE_UPDATE_GOLDEN=1 writes the texts anew; read the difference before committing it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "pack/pack_files.hpp"

namespace leadline::test::bad_pack_test {
namespace {

[[nodiscard]] std::vector<std::filesystem::path> bad_packs() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(repository_folder() / "tests" / "pack" / "bad")) {
    if (entry.path().extension() == ".json") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(bad_pack, every_one_is_told_as_its_golden_text_says) {
  const bool update = std::getenv("LEADLINE_UPDATE_GOLDEN") != nullptr;
  for (const std::filesystem::path& file : bad_packs()) {
    const std::string text = read_file(file);
    const std::string told = to_text(check_text(text, file), text);
    const std::filesystem::path golden = std::filesystem::path(file).replace_extension(".txt");
    if (update) {
      std::ofstream(golden, std::ios::binary) << told;
      continue;
    }
    EXPECT_EQ(told, read_file(golden)) << file.filename();
  }
}

TEST(bad_pack, there_are_at_least_a_hundred_and_fifty_and_each_has_a_problem_with_a_place) {
  const std::vector<std::filesystem::path> files = bad_packs();
  EXPECT_GE(files.size(), 150U);
  std::set<std::string> codes;
  for (const std::filesystem::path& file : files) {
    const std::string text = read_file(file);
    const diagnostics problems = check_text(text, file);
    EXPECT_FALSE(problems.empty()) << file.filename();
    for (const diagnostic& problem : problems) {
      codes.insert(problem.code);
      EXPECT_GE(problem.where.line, 1U) << file.filename() << ": " << problem.message;
      EXPECT_LE(problem.where.offset + problem.where.size, text.size()) << file.filename();
    }
  }
  std::cout << files.size() << " bad packs tell " << codes.size() << " different codes\n";
}

TEST(bad_pack, every_problem_is_json_too) {
  for (const std::filesystem::path& file : bad_packs()) {
    const std::string text = read_file(file);
    const diagnostics problems = check_text(text, file);
    const result<document> read = document::parse(to_json(problems), "problems.json");
    ASSERT_TRUE(read) << file.filename();
    EXPECT_EQ(read->root()["diagnostics"].size(), problems.size());
    EXPECT_EQ(read->root()["errors"].integer(), static_cast<std::int64_t>(problems.error_count()));
  }
}

TEST(bad_pack, a_suggestion_that_is_followed_removes_the_problem) {
  // Each suggestion of an error that replaces a whole value is put in its place, and the same problem must be gone.
  std::size_t followed = 0;
  for (const std::filesystem::path& file : bad_packs()) {
    const std::string text = read_file(file);
    for (const diagnostic& problem : check_text(text, file)) {
      if (problem.suggestion.empty() || problem.where.size < 2 || text[problem.where.offset] != '"') continue;
      const std::string written = text.substr(problem.where.offset, problem.where.size);
      if (written.back() != '"') continue;
      std::string mended = text;
      mended.replace(problem.where.offset, problem.where.size, '"' + problem.suggestion + '"');
      ++followed;
      for (const diagnostic& again : check_text(mended, file)) {
        EXPECT_FALSE(again.code == problem.code && again.where.offset == problem.where.offset)
            << file.filename() << ": " << problem.message << ", did you mean " << problem.suggestion;
      }
    }
  }
  EXPECT_GE(followed, 40U);
}

TEST(shipped_pack, has_no_errors) {
  for (const std::filesystem::path& file : shipped_packs()) {
    const std::string text = read_file(file);
    const diagnostics problems = check_text(text, file);
    EXPECT_EQ(problems.error_count(), 0U) << to_text(problems, text);
  }
}

}  // namespace
}  // namespace leadline::test::bad_pack_test
