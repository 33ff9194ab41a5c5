// A typing error in a valid pack either leaves a valid pack or is told where it was made.
//
// Every shipped pack is cut into its tokens; each token in turn is damaged: left out, a letter dropped, doubled,
// swapped with its neighbour or replaced. A damaged pack counts as told when the place of a problem, or a place that
// the problem points to, holds the edit.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "pack/pack_files.hpp"
#include "support/case_count.hpp"

namespace leadline::test {
namespace {

struct token {
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// The tokens of a JSON text with comments, by a scan of its own: quotes, brackets, separators, words and numbers.
[[nodiscard]] std::vector<token> tokens_of(const std::string& text) {
  std::vector<token> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const char letter = text[at];
    std::size_t end = at + 1;
    if (letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r') {
      at = end;
      continue;
    }
    if (text.compare(at, 2, "//") == 0) {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (letter == '"') {
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
      ++end;
    } else if (std::string_view("{}[],:").find(letter) == std::string_view::npos) {
      while (end < text.size() && std::string_view("{}[],: \n\t\r\"").find(text[end]) == std::string_view::npos) ++end;
    }
    out.push_back({at, end - at});
    at = end;
  }
  return out;
}

struct edit {
  std::string text;
  /// Where the edit stands in the damaged text: the damaged token, or the point at which it was left out.
  std::size_t offset = 0;
  std::size_t size = 0;
  std::string kind;
};

[[nodiscard]] edit damaged(const std::string& text, token at, std::mt19937_64& random) {
  const std::string written = text.substr(at.offset, at.size);
  const std::size_t kind = random() % 5;
  // A letter of a text stands between its quotes.
  const std::size_t first = written.front() == '"' ? 1U : 0U;
  const std::size_t letters = written.front() == '"' ? written.size() - 2 : written.size();
  std::string now = written;
  std::string name = "left out";
  if (kind == 0 || letters == 0) {
    now.clear();
  } else {
    const std::size_t letter = first + random() % letters;
    if (kind == 1) {
      now.erase(letter, 1);
      name = "a letter dropped";
    } else if (kind == 2) {
      now.insert(letter, 1, now[letter]);
      name = "a letter doubled";
    } else if (kind == 3 && letters > 1) {
      const std::size_t left = letter == first + letters - 1 ? letter - 1 : letter;
      std::swap(now[left], now[left + 1]);
      name = "letters swapped";
    } else {
      constexpr std::string_view near = "abcdefghijklmnopqrstuvwxyz0123456789_-";
      now[letter] = near[random() % near.size()];
      name = "a letter replaced";
    }
  }
  edit out{text, at.offset, now.size(), name};
  out.text.replace(at.offset, at.size, now);
  return out;
}

[[nodiscard]] bool holds(const source_range& where, const edit& made) {
  if (where.line == 0) return false;
  return where.offset <= made.offset + made.size && made.offset <= where.offset + where.size;
}

enum class verdict { valid, told, told_widely, elsewhere };

/// `told_widely`: only a stretch of more than 1,000 bytes, some fifteen lines, holds the edit.
[[nodiscard]] verdict judge(const edit& made, const std::filesystem::path& file) {
  constexpr std::size_t near_bytes = 1'000;
  const diagnostics problems = check_text(made.text, file);
  if (problems.empty()) return verdict::valid;
  verdict found = problems.has_errors() ? verdict::elsewhere : verdict::valid;
  const auto look = [&](const source_range& where) {
    if (!holds(where, made)) return false;
    found = verdict::told_widely;
    return where.size <= near_bytes;
  };
  for (const diagnostic& problem : problems) {
    if (look(problem.where)) return verdict::told;
    for (const related_place& place : problem.related) {
      if (look(place.where)) return verdict::told;
    }
  }
  return found;
}

TEST(typing_error, in_a_valid_pack_is_harmless_or_told_where_it_was_made) {
  constexpr std::uint64_t seed = 20'261'122;
  std::mt19937_64 random(seed);
  const std::vector<std::filesystem::path> files = shipped_packs();
  const int per_pack = case_count(1'200);
  std::size_t cases = 0;
  std::map<std::string, std::size_t> missed;
  std::map<verdict, std::size_t> verdicts;
  std::vector<std::string> examples;
  for (const std::filesystem::path& file : files) {
    const std::string text = read_file(file);
    ASSERT_FALSE(check_text(text, file).has_errors()) << file;
    const std::vector<token> tokens = tokens_of(text);
    for (int i = 0; i < per_pack; ++i) {
      const edit made = damaged(text, tokens[random() % tokens.size()], random);
      if (made.text == text) continue;
      ++cases;
      const verdict found = judge(made, file);
      ++verdicts[found];
      if (found != verdict::elsewhere) continue;
      ++missed[made.kind];
      if (examples.size() < 12) {
        const std::size_t begin = made.offset < 60 ? 0 : made.offset - 60;
        examples.push_back(file.filename().string() + " at byte " + std::to_string(made.offset) + ", " + made.kind +
                           ": ..." + made.text.substr(begin, 120) +
                           "...\n  told: " + to_text(check_text(made.text, file).front()));
      }
    }
  }
  const double share = 1.0 - static_cast<double>(verdicts[verdict::elsewhere]) / static_cast<double>(cases);
  std::cout << cases << " damaged packs (seed " << seed << "): " << verdicts[verdict::valid] << " still valid, "
            << verdicts[verdict::told] << " told at the edit, " << verdicts[verdict::told_widely]
            << " told by a stretch of more than 1,000 bytes around it, " << verdicts[verdict::elsewhere]
            << " told elsewhere: " << share * 100 << " %\n";
  for (const auto& [kind, count] : missed) std::cout << "  elsewhere, " << kind << ": " << count << '\n';
  for (const std::string& example : examples) std::cout << "  " << example;
  EXPECT_GE(share, 0.98);
}

}  // namespace
}  // namespace leadline::test
