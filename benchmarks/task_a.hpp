#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "leadline/condition/condition.hpp"
#include "leadline/condition/condition_set.hpp"
#include "leadline/condition/json_scope.hpp"
#include "support/repository.hpp"

/// Task A: fifteen conditions over 100,000 contacts, the points of those that hold summed. In three ways: rows of
/// typed values, JSON text, and the same conditions written by hand in C++ over rows of std::string.
namespace leadline::bench {

inline constexpr std::int64_t task_a_sum = 3'632'367;

/// The folder that holds contacts.jsonl and rules.json, as ../shared/bench/generate.py writes them: the environment
/// variable LEADLINE_BENCH_DATA, or build/bench_data of the checkout. Empty when there is none.
[[nodiscard]] inline std::filesystem::path task_data() {
  const char* const named = std::getenv("LEADLINE_BENCH_DATA");
  const std::filesystem::path folder = named != nullptr && *named != '\0'
                                           ? std::filesystem::path(named)
                                           : test::repository_folder() / "build" / "bench_data";
  return std::filesystem::exists(folder / "rules.json") ? folder : std::filesystem::path();
}

struct scored_condition {
  condition when;
  std::int64_t points = 0;
};

/// The rules, compiled on one scope, and the contacts as lines and as rows.
class task_a {
 public:
  task_a(const std::filesystem::path& folder, semantics rules) {
    const result<document> parsed = document::parse(test::read_file(folder / "rules.json"), "rules.json");
    if (!parsed) throw std::runtime_error(to_text(parsed.error()));
    for (const document::node rule : parsed->root()["A"].children()) {
      const document::node points = rule.first_child().next_sibling();
      result<condition> made = condition::compile(points.next_sibling(), {.semantics = rules, .scope = &scope_});
      if (!made) throw std::runtime_error(to_text(made.error()));
      rules_.push_back({*std::move(made), points.integer()});
    }
    std::vector<condition> conditions;
    for (const scored_condition& rule : rules_) {
      conditions.push_back(rule.when);
      points_.push_back(rule.points);
    }
    set_ = condition_set(conditions);
    std::ifstream file(folder / "contacts.jsonl", std::ios::binary);
    for (std::string line; std::getline(file, line);) lines_.push_back(std::move(line));
  }

  [[nodiscard]] std::size_t contact_count() const noexcept { return lines_.size(); }

  /// Rows of sixteen-byte values, one contact after the other, their texts in one block.
  void make_rows() {
    if (!rows_.empty()) return;
    json_row row(scope_);
    width_ = scope_.paths().size();
    email_slot_ = scope_.find("email")->slot.index;
    rows_.reserve(lines_.size() * width_);
    for (const std::string& line : lines_) {
      if (!row.read(line)) throw std::runtime_error("a contact is not JSON");
      for (const value& each : row.slots()) rows_.push_back(each.is_text() ? value::of(keep(each.text())) : each);
    }
  }

  /// Row by row, all conditions of a row at once.
  [[nodiscard]] std::int64_t sum_of_rows() {
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < rows_.size(); at += width_) sum += points_of({rows_.data() + at, width_});
    return sum;
  }

  /// Row by row, condition by condition.
  [[nodiscard]] std::int64_t sum_one_by_one() {
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < rows_.size(); at += width_) {
      const condition_input input{.slots = {rows_.data() + at, width_}};
      for (const scored_condition& rule : rules_) {
        if (rule.when.holds(input, scratch_)) sum += rule.points;
      }
    }
    return sum;
  }

  /// As sum_of_rows, in blocks of 64 rows; every contact has its own sum all the same.
  [[nodiscard]] std::int64_t sum_of_blocks() {
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < lines_.size(); at += row_block::count_max) {
      const row_block block{.rows = rows_.data() + at * width_,
                            .width = width_,
                            .count = std::min(row_block::count_max, lines_.size() - at)};
      fetch_ahead(at + row_block::count_max);
      std::array<std::int64_t, row_block::count_max> points{};
      for (const scored_condition& rule : rules_) {
        const std::uint64_t held = rule.when.holds_among(block, scratch_);
        for (std::size_t i = 0; i < row_block::count_max; ++i)
          points[i] += rule.points & -static_cast<std::int64_t>(held >> i & 1);
      }
      for (const std::int64_t each : points) sum += each;
    }
    return sum;
  }

  [[nodiscard]] std::int64_t sum_of_texts() {
    json_row row(scope_);
    std::int64_t sum = 0;
    for (const std::string& line : lines_) {
      if (row.read(line)) sum += points_of(row.slots());
    }
    return sum;
  }

  [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }

 private:
  /// Asks for memory before it is needed, as a host with batches does: the rows of the block after the next, and the
  /// texts of the next, whose place its rows tell.
  void fetch_ahead(std::size_t at) const {
    constexpr std::size_t count = row_block::count_max;
    if (at + 2 * count > lines_.size()) return;
    const auto fetch = [](const void* from, const void* to) {
      for (const auto* byte = static_cast<const char*>(from); byte < to; byte += 64) __builtin_prefetch(byte);
    };
    fetch(rows_.data() + (at + count) * width_, rows_.data() + (at + 2 * count) * width_);
    const value& first = rows_[at * width_ + email_slot_];
    const value& last = rows_[(at + count) * width_ + email_slot_];
    if (last.text().data() > first.text().data() && last.text().data() - first.text().data() < 32'768) {
      fetch(first.text().data(), last.text().data());
    }
  }

  [[nodiscard]] std::int64_t points_of(std::span<const value> slots) {
    const std::uint64_t held = set_.held({.slots = slots}, scratch_);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) sum += points_[i] & -static_cast<std::int64_t>(held >> i & 1);
    return sum;
  }

  [[nodiscard]] std::string_view keep(std::string_view text) {
    constexpr std::size_t block = std::size_t{1} << 20;
    if (texts_.empty() || texts_.back().size() + text.size() > block) texts_.emplace_back().reserve(block);
    texts_.back() += text;
    return std::string_view(texts_.back()).substr(texts_.back().size() - text.size());
  }

  json_scope scope_;
  std::vector<scored_condition> rules_;
  condition_set set_;
  std::vector<std::int64_t> points_;
  std::vector<std::string> lines_;
  std::vector<value> rows_;
  std::deque<std::string> texts_;
  std::size_t width_ = 0;
  std::size_t email_slot_ = 0;
  condition_scratch scratch_;
};

/// The same conditions as a C++ programmer would write them, over a struct with strings.
class task_a_by_hand {
 public:
  explicit task_a_by_hand(const std::vector<std::string>& lines) {
    json_scope scope;
    const auto slot = [&](std::string_view path) { return scope.find(path)->slot.index; };
    const auto title = slot("title"), size = slot("company.size"), industry = slot("company.industry"),
               country = slot("country"), domain = slot("email_domain"), email = slot("email"),
               page = slot("last_page"), views = slot("counts.page_views"), opens = slot("counts.email_opens"),
               demo = slot("demo_requested"), source = slot("source"), unsubscribed = slot("unsubscribed"),
               revenue = slot("company.revenue"), seniority = slot("seniority");
    json_row row(scope);
    for (const std::string& line : lines) {
      if (!row.read(line)) throw std::runtime_error("a contact is not JSON");
      const std::span<const value> slots = row.slots();
      const auto text = [&](std::uint32_t at) {
        return slots[at].is_text() ? std::optional<std::string>(slots[at].text()) : std::nullopt;
      };
      const auto number = [&](std::uint32_t at) {
        return slots[at].is_number() ? std::optional<double>(slots[at].number()) : std::nullopt;
      };
      contacts_.push_back({text(title), text(industry), text(country), text(domain), text(email), text(page),
                           text(source), text(seniority), number(size), number(revenue), number(views), number(opens),
                           slots[demo].boolean(), slots[unsubscribed].boolean()});
    }
  }

  [[nodiscard]] std::int64_t sum() const {
    std::int64_t sum = 0;
    for (const contact& each : contacts_) sum += points_of(each);
    return sum;
  }

 private:
  struct contact {
    std::optional<std::string> title, industry, country, domain, email, page, source, seniority;
    std::optional<double> size, revenue, views, opens;
    bool demo = false;
    bool unsubscribed = false;
  };
  using words = std::unordered_set<std::string>;

  [[nodiscard]] static bool is_among(const std::optional<std::string>& text, const words& set) {
    return text && set.contains(*text);
  }

  [[nodiscard]] std::int64_t points_of(const contact& of) const {
    std::int64_t sum = 0;
    if (is_among(of.title, titles_)) sum += 15;
    if (of.size && *of.size >= 50 && *of.size <= 500) sum += 10;
    if (of.size && *of.size > 500) sum += 20;
    if (is_among(of.industry, industries_)) sum += 10;
    if (of.country == "US") sum += 5;
    if (is_among(of.domain, free_)) sum -= 10;
    if (of.email && of.email->ends_with(".edu")) sum -= 15;
    if (of.page == "/pricing") sum += 20;
    if (of.views && *of.views >= 3) sum += 5;
    if (of.opens && *of.opens >= 3) sum += 5;
    if (of.demo) sum += 25;
    if (is_among(of.source, sources_)) sum += 10;
    if (of.unsubscribed) sum -= 50;
    if (of.revenue && *of.revenue >= 1'000'000 && of.size && *of.size >= 50) sum += 10;
    if (is_among(of.seniority, senior_) || (of.title && of.title->find("Chief") != std::string::npos)) sum += 12;
    return sum;
  }

  std::vector<contact> contacts_;
  words titles_{"VP of Sales",
                "VP Marketing",
                "Head of Revenue Operations",
                "Chief Revenue Officer",
                "Chief Marketing Officer",
                "Director of Sales",
                "Director of Marketing",
                "Sales Operations Manager",
                "CEO",
                "COO",
                "Founder",
                "Head of Growth"};
  words industries_{"Software", "SaaS", "Fintech", "E-commerce", "Healthcare", "Manufacturing"};
  words sources_{"webinar", "referral", "partner"};
  words senior_{"vp", "c_level", "director"};
  words free_{"gmail.com",      "yahoo.com",     "hotmail.com",    "outlook.com", "aol.com",       "icloud.com",
              "mail.com",       "gmx.com",       "gmx.de",         "web.de",      "yandex.ru",     "mail.ru",
              "protonmail.com", "proton.me",     "zoho.com",       "live.com",    "msn.com",       "me.com",
              "mac.com",        "yahoo.co.uk",   "yahoo.fr",       "yahoo.de",    "hotmail.co.uk", "hotmail.fr",
              "orange.fr",      "free.fr",       "laposte.net",    "wanadoo.fr",  "libero.it",     "virgilio.it",
              "tin.it",         "qq.com",        "163.com",        "126.com",     "sina.com",      "naver.com",
              "daum.net",       "hanmail.net",   "rediffmail.com", "comcast.net", "verizon.net",   "att.net",
              "sbcglobal.net",  "bellsouth.net", "cox.net",        "charter.net", "earthlink.net", "juno.com",
              "fastmail.com",   "tutanota.com"};
};

}  // namespace leadline::bench
