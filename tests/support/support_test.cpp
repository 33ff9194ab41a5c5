#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "support/case_count.hpp"
#include "support/repository.hpp"
#include "support/shared_data.hpp"

namespace leadline::test::support_test {
namespace {

/// Sets an environment variable (or removes it) for the length of a test.
class scoped_variable {
 public:
  scoped_variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    value != nullptr ? setenv(name, value, 1) : unsetenv(name);
  }
  ~scoped_variable() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }
  scoped_variable(const scoped_variable&) = delete;
  scoped_variable& operator=(const scoped_variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST(case_count, is_the_full_count_by_default) {
  const scoped_variable divisor("LEADLINE_CASE_DIVISOR", nullptr);
  EXPECT_EQ(case_count(50'000), 50'000);
}

TEST(case_count, is_divided_but_never_zero) {
  const scoped_variable divisor("LEADLINE_CASE_DIVISOR", "20");
  EXPECT_EQ(case_count(50'000), 2'500);
  EXPECT_EQ(case_count(std::uint64_t{7}), 1U);
}

TEST(case_count_death_test, refuses_a_divisor_that_is_no_number) {
  for (const char* wrong : {"0", "-3", "2x", "many", " 2"}) {
    const scoped_variable divisor("LEADLINE_CASE_DIVISOR", wrong);
    EXPECT_DEATH((void)case_count(100), "") << wrong;
  }
}

TEST(repository, is_the_folder_of_the_sources) {
  EXPECT_TRUE(std::filesystem::exists(repository_folder() / "include/leadline/base/config.hpp"));
  EXPECT_NE(read_file(repository_folder() / "LICENSE").find("Apache License"), std::string::npos);
  EXPECT_THROW((void)read_file(repository_folder() / "no such file"), std::runtime_error);
}

TEST(shared_data, is_found_where_the_variable_says) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "leadline_shared_data_test";
  std::filesystem::create_directories(folder / "present");
  const scoped_variable variable("LEADLINE_SHARED_DATA", folder.c_str());
  EXPECT_EQ(shared_data("present"), folder / "present");
  EXPECT_EQ(shared_data("absent"), std::filesystem::path());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace leadline::test::support_test
