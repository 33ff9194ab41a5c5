// Bad input as data: every case of bad_input/cases.json gives one diagnostic, whose text stands in
// bad_input/messages.txt for a person to read.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "leadline/base/document.hpp"
#include "leadline/pack/calendars.hpp"
#include "leadline/time/duration.hpp"
#include "leadline/time/instant.hpp"
#include "leadline/time/local_date.hpp"
#include "leadline/time/opening_interval.hpp"
#include "leadline/time/time_zone.hpp"
#include "support/repository.hpp"

namespace leadline::test::bad_input_test {
namespace {

std::string input_of(document::node entry) {
  if (const document::node text = entry["text"]) return std::string(text.text());
  if (const document::node text = entry["section_text"]) return std::string(text.text());
  return std::string(entry["section"].source());
}

/// Reading a calendars section to the end: the document, the section, and the calendars built.
diagnostics problems_of_section(const std::string& text) {
  const result<document> read = document::parse(text, "pack.json");
  if (!read) return read.error();
  parsed_calendars calendars = parse_calendars(read->root());
  if (calendars.problems.has_errors()) return calendars.problems;
  for (const document::node entry : read->root().children()) {
    const auto built = build_calendar(entry, calendars.calendars.at(std::string(entry.key())), system_zones());
    if (!built) calendars.problems.append(built.error());
  }
  return calendars.problems;
}

diagnostics problems_of(std::string_view kind, const std::string& text) {
  const auto of = [](const auto& answer) { return answer ? diagnostics() : answer.error(); };
  if (kind == "instant") return of(instant::parse(text));
  if (kind == "duration") return of(parse_duration(text));
  if (kind == "signed duration") return of(parse_duration(text, duration_sign::may_be_negative));
  if (kind == "zone") return of(time_zone::load(text, system_zones()));
  if (kind == "interval") return of(opening_interval::parse(text));
  if (kind == "date") return of(local_date::parse(text));
  if (kind == "calendars") return problems_of_section(text);
  ADD_FAILURE() << "no kind " << kind;
  return {};
}

/// What an author would see: a text that stands alone is shown as the first line of its file.
std::string shown(diagnostics problems, const std::string& text) {
  for (diagnostic& problem : problems) {
    if (problem.where.line == 0 && problem.file.empty()) {
      problem.where.line = 1;
      problem.where.column = static_cast<std::uint32_t>(problem.where.offset + 1);
    }
  }
  return to_text(problems, text);
}

/// The whole golden file: a heading for each case, then the diagnostic.
std::string all_messages(document::node cases) {
  std::string out;
  for (const document::node entry : cases.children()) {
    const std::string input = input_of(entry);
    out += "== " + std::string(entry["kind"].text()) + ": " + std::string(entry["case"].text()) + "\n";
    out += shown(problems_of(entry["kind"].text(), input), input) + "\n";
  }
  return out;
}

class bad_input : public testing::Test {
 protected:
  static const document& cases() {
    static const document read = document::parse(read_file(folder() / "cases.json"), "cases.json").value();
    return read;
  }
  static std::filesystem::path folder() { return repository_folder() / "tests/time/bad_input"; }
};

TEST_F(bad_input, gives_one_diagnostic_with_its_place_and_what_would_be_right) {
  std::map<std::string, int> counts;
  std::set<std::string> headings;
  for (const document::node entry : cases().root().children()) {
    const std::string kind(entry["kind"].text());
    const std::string input = input_of(entry);
    SCOPED_TRACE(kind + ": " + std::string(entry["case"].text()));
    EXPECT_TRUE(headings.insert(kind + ": " + std::string(entry["case"].text())).second) << "a case stands twice";
    ++counts[kind];
    const diagnostics problems = problems_of(kind, input);
    ASSERT_EQ(problems.size(), 1U) << to_text(problems, input);
    const diagnostic& problem = problems.front();
    EXPECT_EQ(problem.severity, severity::error);
    EXPECT_FALSE(problem.message.empty());
    EXPECT_FALSE(problem.message.ends_with('.')) << problem.message;
    EXPECT_NE(problem.code.find('.'), std::string::npos) << problem.code;
    EXPECT_TRUE(!problem.expected.empty() || !problem.suggestion.empty() || !problem.allowed.empty())
        << "does not say what would be right: " << problem.message;
    ASSERT_LE(problem.where.offset, input.size());
    EXPECT_LE(problem.where.size, input.size() - problem.where.offset);
    if (kind == "calendars") {
      EXPECT_GE(problem.where.line, 1U) << "has no place";
      EXPECT_EQ(problem.file, "pack.json");
    }
    // Whatever bytes the input has, a message is one line, and both forms are UTF-8.
    EXPECT_EQ(problem.message.find('\n'), std::string::npos) << problem.message;
    const result<document> back = document::parse(to_json(problem));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->root()["message"].text(), problem.message) << "the message is not UTF-8";
  }
  int total = 0;
  for (const auto& [kind, count] : counts) total += count;
  EXPECT_GE(total, 60);
  EXPECT_EQ(counts.size(), 7U);
}

TEST_F(bad_input, is_told_in_the_words_of_the_kept_messages) {
  const std::string messages = all_messages(cases().root());
  const std::filesystem::path path = folder() / "messages.txt";
  if (const char* write = std::getenv("LEADLINE_WRITE_GOLDEN"); write != nullptr && std::string_view(write) == "1") {
    std::ofstream(path, std::ios::binary) << messages;
    return;
  }
  const std::string kept = read_file(path);
  // The first case that differs, rather than two files of hundreds of lines.
  std::size_t begin = 0;
  while (begin < messages.size() && begin < kept.size()) {
    const std::size_t end = std::min(messages.find("\n== ", begin), messages.size());
    const std::size_t kept_end = std::min(kept.find("\n== ", begin), kept.size());
    ASSERT_EQ(messages.substr(begin, end - begin), kept.substr(begin, kept_end - begin))
        << "if that is on purpose, write the file anew with LEADLINE_WRITE_GOLDEN=1";
    begin = end + 1;
  }
  EXPECT_EQ(messages.size(), kept.size());
}

}  // namespace
}  // namespace leadline::test::bad_input_test
