// Packs written to hurt: each ends in errors within a tenth of a second and bounded memory, never in a crash.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <ctime>
#include <string>
#include <vector>

#include "leadline/pack/model.hpp"
#include "pack/pack_files.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LEADLINE_TEST_SLOW_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LEADLINE_TEST_SLOW_BUILD 1
#endif
#endif

namespace leadline::test {
namespace {

/// A sanitizer makes everything some ten times slower; so does a build without optimisation.
[[nodiscard]] constexpr double time_limit_ms() {
#if defined(LEADLINE_TEST_SLOW_BUILD) || !defined(__OPTIMIZE__)
  return 2'000;
#else
  return 100;
#endif
}

[[nodiscard]] std::string repeated(std::string_view piece, std::size_t count) {
  std::string out;
  out.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += piece;
  return out;
}

/// `count` members of an object: `"<prefix>0": value, ...`.
[[nodiscard]] std::string members(std::string_view prefix, std::size_t count, std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += (i == 0 ? "\"" : ", \"") + std::string(prefix) + std::to_string(i) + "\": " + std::string(value);
  }
  return out;
}

[[nodiscard]] std::string rule_with(const std::string& condition) {
  return R"({"leadline": 1, "attributes": {"a": {"type": "string"}, "n": {"type": "number"}}, "scores": {"s": {"rules": [{"id": "r", "points": 1, "when": )" +
         condition + "}]}}}";
}

[[nodiscard]] diagnostics checked(const std::string& text) {
  // Processor time: what other programs do at the time is not the pack's fault.
  const std::clock_t begin = std::clock();
  diagnostics out = check_text(text, "pack.json");
  const double taken_ms = static_cast<double>(std::clock() - begin) * 1'000 / CLOCKS_PER_SEC;
  EXPECT_LT(taken_ms, time_limit_ms()) << text.substr(0, 120);
  return out;
}

void expect_code(const std::string& text, std::string_view code) {
  const diagnostics problems = checked(text);
  ASSERT_TRUE(problems.has_errors()) << text.substr(0, 120);
  bool found = false;
  for (const diagnostic& each : problems) found = found || each.code == code;
  EXPECT_TRUE(found) << "wanted " << code << ", told: " << to_text(problems.front()) << text.substr(0, 120);
}

TEST(hostile_pack, nested_arrays_and_objects_end_at_the_limit) {
  expect_code(repeated("[", 1'000'000), "json.too_deep");
  expect_code(repeated("{\"a\":", 1'000'000), "json.too_deep");
  expect_code(R"({"leadline": 1, "scores": {"s": {"rules": [{"id": "r", "points": 1, "when": )" +
                  repeated("{\"!\":", 5'000) + "1" + repeated("}", 5'000) + "}]}}}",
              "json.too_deep");
  EXPECT_TRUE(checked(rule_with(repeated("{\"!\": ", 100) + "true" + repeated("}", 100))).empty() == false)
      << "a hundred negations of a constant are told as a constant";
}

TEST(hostile_pack, size_ends_at_the_limit) {
  expect_code(std::string((std::size_t{16} << 20) + 1, ' '), "json.too_large");
  expect_code("{\"leadline\": 1, \"name\": \"" + std::string((std::size_t{1} << 20) + 1, 'x') + "\"}",
              "json.text_too_long");
  expect_code("{\"leadline\": 1, \"lists\": {\"l\": [" + repeated("0,", 8'000'000) + "0]}}", "json.too_many_values");
}

TEST(hostile_pack, collections_end_at_their_limits) {
  expect_code(R"({"leadline": 1, "attributes": {)" + members("a", 10'001, R"({"type": "number"})") + "}}",
              "pack.limit");
  expect_code(R"({"leadline": 1, "signals": {)" + members("s", 10'001, R"({"count": "x"})") + "}}", "pack.limit");
  expect_code(R"({"leadline": 1, "clocks": [)" + repeated("{},", 1'000) + "{}]}", "pack.limit");
  expect_code(R"({"leadline": 1, "funnel": {"start": "a", "stages": [)" + repeated(R"({"id": "a"},)", 1'000) +
                  R"({"id": "a"}]}})",
              "pack.limit");
  expect_code(R"({"leadline": 1, "attributes": {")" + std::string(129, 'x') + R"(": {"type": "number"}}})",
              "pack.limit");
}

TEST(hostile_pack, numbers_beyond_bounds_are_told_and_never_wrap) {
  for (const std::string number :
       {"99999999999999999999", "-9223372036854775809", "18446744073709551616", "1e999", "-1e999"}) {
    expect_code(R"({"leadline": )" + number + "}", "json.number_out_of_range");
  }
  expect_code(R"({"leadline": 4294967297})", "pack.out_of_range");
  for (const std::string number : {"9223372036854775807", "1e18", "10000000.001", "-1e300"}) {
    expect_code(R"({"leadline": 1, "events": {"e": {}}, "scores": {"s": {"rules": [{"id": "r", "on": "e", "points": )" +
                    number + "}]}}}",
                "pack.out_of_range");
  }
  expect_code(
      R"({"leadline": 1, "events": {"e": {}}, "scores": {"s": {"rules": [{"id": "r", "on": "e", "points": 1e-300}]}}})",
      "pack.too_fine");
  expect_code(R"({"leadline": 1, "engine": {"lateness": "999999999999999999999d"}})", "duration.too_long");
  expect_code(R"({"leadline": 1, "engine": {"lateness": "9223372036854775807w"}})", "duration.too_long");
}

TEST(hostile_pack, keys_that_stand_twice_are_told_all_of_them) {
  const std::string many = R"({"leadline": 1, "name": "x", "attributes": {)" +
                           repeated(R"("a": {"type": "number"}, )", 5'000) + R"("a": {"type": "number"}}})";
  expect_code(many, "json.duplicate_key");
  const diagnostics problems = checked(many);
  EXPECT_EQ(problems.size(), limits::diagnostic_count_max) << "and no more are kept than anybody reads";
  EXPECT_EQ(problems.size() + problems.dropped_count(), 5'000U);
}

TEST(hostile_pack, regular_expressions_that_explode_elsewhere_are_refused_or_harmless) {
  for (const std::string pattern :
       {"^(a+)+$", "(a|aa)+$", "(.*)*x", "((((a{1,100}){1,100}){1,100}){1,100})", "a{1000000}", "(?=a)", "(a)\\\\1"}) {
    (void)checked(rule_with(R"({"matches": [{"var": "contact.a"}, ")" + pattern + R"("]})"));
  }
  expect_code(rule_with(R"x({"matches": [{"var": "contact.a"}, "((((a{1,100}){1,100}){1,100}){1,100})"]})x"),
              "condition.bad_pattern");
  expect_code(rule_with(R"({"matches": [{"var": "contact.a"}, ")" + repeated("(", 60'000) + R"("]})"),
              "condition.bad_pattern");
  expect_code(rule_with(R"({"matches": [{"var": "contact.a"}, ")" + std::string(200'000, 'a') + R"("]})"),
              "condition.bad_pattern");
}

TEST(hostile_pack, a_thousand_wrong_names_are_told_quickly) {
  // Every name is compared with every other for "did you mean"; the list of problems ends before that hurts.
  std::string rules;
  for (int i = 0; i < 300; ++i) {
    rules += (i == 0 ? "" : ", ") + (R"({"id": "r)" + std::to_string(i) +
                                     R"(", "points": 1, "when": {"var": "contact.zz)" + std::to_string(i) + R"("}})");
  }
  const diagnostics problems =
      checked(R"({"leadline": 1, "attributes": {)" + members("attribute_", 300, R"({"type": "number"})") +
              R"(}, "scores": {"s": {"rules": [)" + rules + "]}}}");
  EXPECT_EQ(problems.error_count(), 300U);
}

TEST(hostile_pack, conditions_with_many_cases_are_not_searched_for_ever) {
  // Twenty attributes with twenty constants each would be 20^20 cases.
  std::string attributes;
  std::string all;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "a" + std::to_string(i);
    attributes += (i == 0 ? "" : ", ") + ("\"" + name + R"(": {"type": "string"})");
    all += (i == 0 ? "" : ", ") + (R"({"in": [{"var": "contact.)" + name + R"("}, [)");
    for (int c = 0; c < 20; ++c) all += (c == 0 ? "\"" : ", \"") + std::to_string(c) + "\"";
    all += "]]}";
  }
  const diagnostics problems =
      checked(R"({"leadline": 1, "attributes": {)" + attributes +
              R"(}, "scores": {"s": {"rules": [{"id": "r", "points": 1, "when": {"and": [)" + all + "]}}]}}}");
  EXPECT_FALSE(problems.has_errors()) << to_text(problems);
}

TEST(hostile_pack, text_that_is_no_text_is_told) {
  expect_code("\xFF\xFE{\"leadline\": 1}", "json.syntax");
  expect_code("{\"leadline\": 1, \"name\": \"\xC3\x28\"}", "json.syntax");
  expect_code(std::string("{\"leadline\": 1, \"name\": \"a\0b\"}", 30), "json.syntax");
  expect_code("{\"leadline\": 1, \"name\": \"\\ud800\"}", "json.syntax");
}

TEST(hostile_pack, memory_stays_bounded) {
  // The largest of the packs above took its memory by now; none may need more than half a GiB in all.
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#ifndef LEADLINE_TEST_SLOW_BUILD
  EXPECT_LT(usage.ru_maxrss, 512 * 1024) << "KiB";
#endif
}

}  // namespace
}  // namespace leadline::test
