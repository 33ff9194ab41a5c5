// Diagnostics as text and as JSON, and what their texts are made with: nearest names and quoted JSON.

#include "leadline/base/diagnostic.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "leadline/base/document.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/base/nearest_name.hpp"

namespace leadline::test::diagnostic_test {
namespace {

diagnostic full_problem() {
  diagnostic problem;
  problem.code = "time_zone.unknown";
  problem.message = "there is no time zone \"America/New_Yrok\"";
  problem.expected = "a name of the IANA time zone database";
  problem.suggestion = "America/New_York";
  problem.allowed = {"one", "two"};
  problem.file = "pack.json";
  problem.where = {2, 16, 17, 18};
  problem.pointer = "/time_zone";
  problem.related = {{"the first one", "other.json", {7, 3, 90, 1}, "/a"}};
  problem.witness = "{\"a\":1}";
  return problem;
}

TEST(diagnostic, as_text_has_a_caret_under_what_is_wrong) {
  EXPECT_EQ(to_text(full_problem(), "{\n  \"time_zone\": \"America/New_Yrok\"\n}"),
            "pack.json:2:16: error: there is no time zone \"America/New_Yrok\" [time_zone.unknown]\n"
            "  at /time_zone\n"
            "  2 |   \"time_zone\": \"America/New_Yrok\"\n"
            "    |                ^~~~~~~~~~~~~~~~~~\n"
            "  expected: a name of the IANA time zone database\n"
            "  allowed: one, two\n"
            "  did you mean \"America/New_York\"?\n"
            "  see other.json:7:3: the first one (/a)\n"
            "  for example: {\"a\":1}\n");
}

TEST(diagnostic, without_a_source_or_a_place_leaves_the_line_out) {
  EXPECT_EQ(to_text(diagnostic{.severity = severity::warning, .code = "x.y", .message = "odd"}),
            "warning: odd [x.y]\n");
  EXPECT_EQ(to_text(diagnostic{.message = "odd", .file = "a.json"}, "text"), "a.json: error: odd\n");
}

TEST(diagnostic, keeps_its_caret_in_place_after_tabs_and_letters_beyond_ascii) {
  const std::string text = "{\t\"é😀\": \"x\"}";
  const document read = document::parse(text).value();
  const diagnostic problem = read.root().first_child().blame({.message = "m"});
  EXPECT_EQ(to_text(problem, text),
            "input:1:9: error: m\n"
            "  at /é😀\n"
            "  1 | { \"é😀\": \"x\"}\n"
            "    |         ^~~\n");
}

TEST(diagnostic, quotes_a_stretch_of_a_long_line) {
  const std::string text = std::string(1'000'000, ' ') + "wrong" + std::string(1'000'000, ' ');
  const std::string shown = to_text(diagnostic{.message = "m", .where = {1, 1'000'001, 1'000'000, 5}}, text);
  EXPECT_LT(shown.size(), 400U);
  const std::size_t caret = shown.find('^');
  ASSERT_NE(caret, std::string::npos);
  EXPECT_EQ(shown.substr(caret, 5), "^~~~~");
  // The caret stands below the word: the same column of two lines.
  const std::size_t quoted = shown.find("wrong");
  EXPECT_EQ(quoted - shown.rfind('\n', quoted), caret - shown.rfind('\n', caret));
}

TEST(diagnostic, never_cuts_a_letter_in_two) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  text += "x";
  for (int i = 0; i < 100; ++i) text += "😀";
  for (std::uint64_t offset = 0; offset <= text.size(); ++offset) {
    for (const std::uint64_t size : {0U, 1U, 100U, 1000U}) {
      const std::string shown = to_text(diagnostic{.message = "m", .where = {1, 1, offset, size}}, text);
      // Where the range itself begins on an edge, the quoted line is UTF-8.
      if (offset == text.size() || (static_cast<unsigned char>(text[offset]) & 0xC0) != 0x80) {
        std::string quoted;
        json_text::append_quoted(quoted, shown);
        EXPECT_EQ(quoted.find("\xEF\xBF\xBD"), std::string::npos) << offset << " " << size;
      }
    }
  }
}

TEST(diagnostic, prints_no_control_characters_of_its_input) {
  diagnostic problem = full_problem();
  problem.message = "a\nb\x1b[31m";
  problem.pointer = "/a\tb";
  problem.suggestion = "x\ry";
  const std::string shown = to_text(problem, "ab\x1b[31m\n\x7f\n");
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find('\r'), std::string::npos);
  EXPECT_TRUE(shown.starts_with("pack.json:2:16: error: a b [31m [time_zone.unknown]\n  at /a b\n")) << shown;
}

TEST(diagnostic, as_json_has_its_fields_in_order) {
  EXPECT_EQ(
      to_json(full_problem()),
      R"({"severity":"error","code":"time_zone.unknown","message":"there is no time zone \"America/New_Yrok\"",)"
      R"("expected":"a name of the IANA time zone database","suggestion":"America/New_York","allowed":["one","two"],)"
      R"("file":"pack.json","line":2,"column":16,"offset":17,"size":18,"pointer":"/time_zone",)"
      R"("related":[{"message":"the first one","file":"other.json","line":7,"column":3,"offset":90,"size":1,"pointer":"/a"}],)"
      R"("witness":"{\"a\":1}"})");
  EXPECT_EQ(to_json(diagnostic{.severity = severity::warning, .message = "odd"}),
            R"({"severity":"warning","message":"odd"})");
}

TEST(diagnostics, are_counted_and_written_together) {
  diagnostics problems;
  EXPECT_TRUE(problems.empty());
  EXPECT_FALSE(problems.has_errors());
  problems.add({.severity = severity::warning, .message = "w"});
  EXPECT_FALSE(problems.has_errors());
  problems.add({.message = "e"});
  EXPECT_TRUE(problems.has_errors());
  EXPECT_EQ(
      to_json(problems),
      R"({"diagnostics":[{"severity":"warning","message":"w"},{"severity":"error","message":"e"}],"errors":1,"warnings":1})");
  EXPECT_EQ(to_text(problems), "warning: w\nerror: e\n");
}

TEST(diagnostics, beyond_the_limit_are_counted_and_errors_displace_warnings) {
  diagnostics problems;
  problems.add({.severity = severity::warning, .message = "w"});
  for (std::size_t i = 0; i < limits::diagnostic_count_max + 5; ++i) problems.add({.message = "e" + std::to_string(i)});
  EXPECT_EQ(problems.size(), limits::diagnostic_count_max);
  EXPECT_EQ(problems.error_count(), limits::diagnostic_count_max + 5);
  EXPECT_EQ(problems.warning_count(), 1U);
  EXPECT_EQ(problems.dropped_count(), 6U);
  for (const diagnostic& problem : problems) EXPECT_EQ(problem.severity, severity::error);
  diagnostics more;
  more.add({.message = "first"});
  more.append(problems);
  EXPECT_EQ(more.error_count(), limits::diagnostic_count_max + 6);
  EXPECT_EQ(more.size(), limits::diagnostic_count_max);
  EXPECT_NE(to_text(problems).find("and 6 more problems that are not shown"), std::string::npos);
  EXPECT_NE(to_json(problems).find("\"not_shown\":6"), std::string::npos);
}

TEST(diagnostics, are_sorted_by_place_and_keep_their_order_there) {
  diagnostics problems;
  problems.add({.message = "b2", .file = "b", .where = {1, 1, 0, 0}});
  problems.add({.message = "a9", .file = "a", .where = {1, 10, 9, 0}});
  problems.add({.message = "a1", .file = "a", .where = {1, 2, 1, 0}});
  problems.add({.message = "a1 later", .file = "a", .where = {1, 2, 1, 5}});
  problems.sort();
  std::string order;
  for (const diagnostic& problem : problems) order += problem.message + ";";
  EXPECT_EQ(order, "a1;a1 later;a9;b2;");
}

TEST(nearest_name, is_the_fewest_edits_away_and_not_too_far) {
  constexpr std::array<std::string_view, 6> names = {"America/New_York", "Europe/Berlin", "hours", "mql", "sql",
                                                     "time_zone"};
  EXPECT_EQ(nearest_name("America/New_Yrok", names), "America/New_York");
  EXPECT_EQ(nearest_name("america/new_york", names), "America/New_York");
  EXPECT_EQ(nearest_name("hour", names), "hours");
  EXPECT_EQ(nearest_name("timezone", names), "time_zone");
  EXPECT_EQ(nearest_name("holidays", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("hours", {}), "");
  // Equally near: the first in byte order, wherever it stands in the list.
  EXPECT_EQ(nearest_name("nql", names), "mql");
  EXPECT_EQ(nearest_name("nql", std::array<std::string_view, 2>{"sql", "mql"}), "mql");
  EXPECT_EQ(nearest_name(std::string(100'000, 'x'), names), "");
}

TEST(json_text, is_quoted_so_that_it_reads_back) {
  std::string all;
  for (int byte = 0; byte < 128; ++byte) all += static_cast<char>(byte);
  all += "é😀";
  std::string quoted;
  json_text::append_quoted(quoted, all);
  EXPECT_EQ(document::parse(quoted).value().root().text(), all);
  std::string broken;
  json_text::append_quoted(broken, "a\xFF\xC3(\xED\xA0\x80z");
  EXPECT_EQ(broken, "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"");
}

TEST(json_text, writes_thousandths_without_trailing_zeros) {
  const auto written = [](std::int64_t thousandths) {
    std::string out;
    json_text::append_thousandths(out, thousandths);
    return out;
  };
  EXPECT_EQ(written(14'400'000), "14400");
  EXPECT_EQ(written(1), "0.001");
  EXPECT_EQ(written(-1'500), "-1.5");
  EXPECT_EQ(written(10), "0.01");
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775.808");
}

}  // namespace
}  // namespace leadline::test::diagnostic_test
