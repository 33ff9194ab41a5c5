#include "leadline/condition/condition_set.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/condition/condition.hpp"
#include "support/case_count.hpp"

namespace leadline::condition_set_test {
namespace {

constexpr std::size_t field_count = 4;

/// Fields r0 to r3 of the row and e0 to e3 of the event, of any type; d0 to d3 are the row's, declared as dates.
class any_scope final : public condition_scope {
 public:
  std::optional<scope_path> find(std::string_view path) override {
    if (path.size() != 2 || path[1] < '0' || path[1] > '3') return std::nullopt;
    const auto index = static_cast<std::uint32_t>(path[1] - '0');
    switch (path[0]) {
      case 'r': return scope_path{.slot = {slot_space::row, index}};
      case 'e': return scope_path{.slot = {slot_space::event, index}};
      case 'd': return scope_path{.slot = {slot_space::row, index}, .type = declared_type::date};
      default: return std::nullopt;
    }
  }
  std::vector<std::string> names() const override { return {}; }
};

// Texts that differ in one byte, in ways that their first, middle and last bytes tell and do not tell.
constexpr std::array<std::string_view, 22> texts{"",
                                                 "a",
                                                 "US",
                                                 "UK",
                                                 "abc",
                                                 "abd",
                                                 "abcd",
                                                 "abxd",
                                                 "axcd",
                                                 "vp",
                                                 "director",
                                                 "directer",
                                                 "gmail.com",
                                                 "gmaxl.com",
                                                 "gmail.con",
                                                 "a.edu",
                                                 "x@y.edu",
                                                 "Chief Revenue Officer",
                                                 "Chief Ravenue Officer",
                                                 "the Chief of all the chiefs, long beyond what fits in a few loads",
                                                 "12",
                                                 "2026-03-01T00:00:00Z"};
constexpr std::array<std::int64_t, 13> numbers{0,
                                               1,
                                               -1,
                                               3,
                                               50,
                                               500,
                                               501,
                                               1'000'000,
                                               9'007'199'254'740'992,
                                               9'007'199'254'740'993,
                                               -9'007'199'254'740'993,
                                               std::numeric_limits<std::int64_t>::max(),
                                               std::numeric_limits<std::int64_t>::min()};
constexpr std::array<double, 8> reals{0.0, 0.5, 3.0, 49.5, 500.0, -1.5, 9007199254740992.0, 1e300};
constexpr std::int64_t march_ms = 1'772'323'200'000;

class random_shapes {
 public:
  explicit random_shapes(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::string rule(int depth = 0) {
    const std::size_t kind = below(depth > 3 ? 12 : 18);
    switch (kind) {
      case 0:
      case 1: return "{\"" + order() + "\": [" + field() + ", " + number() + "]}";
      case 2: return "{\"" + order() + "\": [" + number() + ", " + field() + "]}";
      case 3: return "{\"<=\": [" + number() + ", " + field() + ", " + number() + "]}";
      case 4:
      case 5: return "{\"" + equality() + "\": [" + field() + ", " + constant() + "]}";
      case 6:
      case 7: return "{\"in\": [" + field() + ", " + list() + "]}";
      case 8: return "{\"in\": [" + text() + ", " + field() + "]}";
      case 9: return "{\"==\": [{\"substr\": [" + field() + ", -4]}, \".edu\"]}";
      case 10:
        return "{\"" + pick<std::string>({"starts_with", "ends_with"}) + "\": [" + field() + ", " + text() + "]}";
      case 11:
        return pick<std::string>({"{\"!!\": " + field() + "}", field(),
                                  "{\"" + equality() + "\": [{\"var\": \"d1\"}, \"2026-03-01T00:00:00Z\"]}"});
      case 12: return "{\"!\": " + rule(depth + 1) + "}";
      case 13: return "{\"if\": [" + rule(depth + 1) + ", " + rule(depth + 1) + ", " + rule(depth + 1) + "]}";
      case 14: return "{\">\": [{\"+\": [" + field() + ", 1]}, 2]}";
      default: {
        std::string made = pick<std::string>({"{\"and\": [", "{\"or\": ["});
        const std::size_t count = 1 + below(4);
        for (std::size_t i = 0; i < count; ++i) made += (i > 0 ? ", " : "") + rule(depth + 1);
        return made + "]}";
      }
    }
  }

  [[nodiscard]] value content() {
    switch (below(8)) {
      case 0: return value{};
      case 1: return value::of(below(2) == 0);
      case 2: return value::of(numbers[below(numbers.size())]);
      case 3: return value::of(reals[below(reals.size())]);
      case 4: return value::date(march_ms + static_cast<std::int64_t>(below(2)));
      case 5: return value::of(std::span<const value>(list_).first(below(3)));
      default: return value::of(texts[below(texts.size())]);
    }
  }

  [[nodiscard]] std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }

 private:
  template <class Item>
  [[nodiscard]] Item pick(std::initializer_list<Item> items) {
    return items.begin()[below(items.size())];
  }
  [[nodiscard]] std::string field() {
    return "{\"var\": \"" + pick<std::string>({"r", "r", "r", "e"}) + std::to_string(below(field_count)) + "\"}";
  }
  [[nodiscard]] std::string order() { return pick<std::string>({"<", "<=", ">", ">=", "==", "!="}); }
  [[nodiscard]] std::string equality() { return pick<std::string>({"==", "!=", "===", "!=="}); }
  [[nodiscard]] std::string number() {
    return to_json(below(2) == 0 ? value::of(numbers[below(numbers.size())]) : value::of(reals[below(reals.size())]));
  }
  [[nodiscard]] std::string text() { return to_json(value::of(texts[below(texts.size())])); }
  [[nodiscard]] std::string constant() {
    switch (below(6)) {
      case 0: return "null";
      case 1: return pick<std::string>({"true", "false"});
      case 2: return number();
      default: return text();
    }
  }
  [[nodiscard]] std::string list() {
    std::string made = "[";
    const std::size_t count = below(12);
    for (std::size_t i = 0; i < count; ++i) made += (i > 0 ? ", " : "") + (below(8) == 0 ? constant() : text());
    return made + "]";
  }

  std::mt19937_64 random_;
  std::array<value, 2> list_{value::of("US"), value::of(std::int64_t{3})};
};

/// A condition is true or false the same way whether its value is computed, it is tested alone, in a block of rows, or
/// in a set.
void hold_together(std::uint64_t seed, semantics rules) {
  random_shapes random(seed);
  any_scope scope;
  std::vector<condition> conditions;
  std::vector<std::string> sources;
  const std::size_t count = 1 + random.below(condition_set::count_max);
  while (conditions.size() < count) {
    std::string source = random.rule();
    result<condition> made = condition::compile(source, {.semantics = rules, .scope = &scope});
    if (!made) {
      ASSERT_EQ(made.error().front().code, "condition.never_holds") << source;
      continue;
    }
    conditions.push_back(*std::move(made));
    sources.push_back(std::move(source));
  }
  const condition_set together(conditions);
  ASSERT_EQ(together.size(), conditions.size());
  condition_scratch scratch;
  std::array<value, row_block::count_max * field_count> rows;
  std::array<value, field_count> event;
  for (value& each : rows) each = random.content();
  for (value& each : event) each = random.content();
  const std::size_t row_count = 1 + random.below(row_block::count_max);
  for (std::size_t i = 0; i < row_count; ++i) {
    const condition_input input{.slots = std::span<const value>(rows).subspan(i * field_count, field_count),
                                .event_slots = random.below(8) == 0 ? std::span<const value>() : event};
    const std::uint64_t held = together.held(input, scratch);
    ASSERT_EQ(count < 64 ? held >> count : 0, 0u) << "bits beyond the conditions, seed " << seed;
    for (std::size_t k = 0; k < count; ++k) {
      const bool expected = is_true(conditions[k].evaluate(input, scratch));
      const condition_outcome outcome = scratch.outcome();
      const auto context = [&] {
        std::string told = "seed " + std::to_string(seed) + "\nrule " + sources[k] + "\nrow";
        for (const value& each : input.slots) told += " " + to_json(each);
        told += "\nevent";
        for (const value& each : input.event_slots) told += " " + to_json(each);
        return told;
      };
      ASSERT_EQ(conditions[k].holds(input, scratch), expected) << context();
      ASSERT_EQ(scratch.outcome(), outcome) << context();
      ASSERT_EQ((held >> k & 1) != 0, expected) << context();
    }
  }
  const row_block block{.rows = rows.data(), .width = field_count, .count = row_count};
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint64_t held = conditions[k].holds_among(block, scratch);
    for (std::size_t i = 0; i < row_count; ++i) {
      const condition_input input{.slots = std::span<const value>(rows).subspan(i * field_count, field_count)};
      ASSERT_EQ((held >> i & 1) != 0, is_true(conditions[k].evaluate(input, scratch)))
          << "seed " << seed << ", row " << i << "\nrule " << sources[k];
    }
  }
}

TEST(condition_set, every_way_to_ask_gives_one_answer_in_leadline_semantics) {
  for (std::uint64_t i = 0; i < test::case_count<std::uint64_t>(2'000); ++i) {
    hold_together(i, semantics::leadline);
    if (HasFatalFailure()) return;
  }
}

TEST(condition_set, every_way_to_ask_gives_one_answer_in_jsonlogic_semantics) {
  for (std::uint64_t i = 0; i < test::case_count<std::uint64_t>(2'000); ++i) {
    hold_together(i, semantics::jsonlogic);
    if (HasFatalFailure()) return;
  }
}

TEST(condition_set, of_nothing_holds_nothing) {
  condition_scratch scratch;
  EXPECT_EQ(condition_set().held({}, scratch), 0u);
  EXPECT_EQ(condition_set().size(), 0u);
  const std::array<condition, 2> nulls;
  EXPECT_EQ(condition_set(nulls).held({}, scratch), 0u);
}

TEST(condition_set, sixty_four_conditions_of_several_looks_each_need_more_than_one_group) {
  any_scope scope;
  std::vector<condition> conditions;
  for (int i = 0; i < 64; ++i) {
    const std::string rule = R"({"or": [{"==": [{"var": "r0"}, )" + std::to_string(i) +
                             R"(]}, {"and": [{">": [{"var": "r1"}, )" + std::to_string(i) +
                             R"(]}, {"==": [{"var": "r2"}, "US"]}]}]})";
    conditions.push_back(*condition::compile(rule, {.scope = &scope}));
  }
  const condition_set together(conditions);
  condition_scratch scratch;
  std::array row{value::of(std::int64_t{40}), value::of(std::int64_t{8}), value::of("US"), value{}};
  EXPECT_EQ(together.held({.slots = row}, scratch), std::uint64_t{1} << 40 | 0xFF);
  row[2] = value::of("UK");
  EXPECT_EQ(together.held({.slots = row}, scratch), std::uint64_t{1} << 40);
  EXPECT_EQ(together.held({.slots = std::span<const value>(row).first(1)}, scratch), std::uint64_t{1} << 40);
}

// 2^53 + 1 is no double: the standard compares doubles, and Leadline whole numbers.
TEST(condition_set, whole_numbers_that_are_no_doubles_compare_as_each_semantics_says) {
  any_scope scope;
  constexpr std::string_view rule = R"({"==": [{"var": "r0"}, 9007199254740992]})";
  const condition exact = *condition::compile(rule, {.scope = &scope});
  const condition script = *condition::compile(rule, {.semantics = semantics::jsonlogic, .scope = &scope});
  condition_scratch scratch;
  const std::array row{value::of(std::int64_t{9'007'199'254'740'993})};
  EXPECT_FALSE(exact.holds({.slots = row}, scratch));
  EXPECT_TRUE(script.holds({.slots = row}, scratch));
}

// JavaScript knows whether two lists are the same one, and every list that an expression makes is a new one.
TEST(condition_set, lists_are_strictly_equal_in_jsonlogic_only_where_they_are_the_same_one) {
  const auto gives = [](std::string_view rule, semantics rules) {
    condition_scratch scratch;
    const condition made = *condition::compile(rule, {.semantics = rules});
    return is_true(*made.evaluate_json(R"({"a": [], "b": []})", scratch));
  };
  for (const std::string_view pair :
       {R"([], [])", R"([1], [1])", R"({"merge": []}, {"merge": []})", R"({"var": "a"}, {"var": "b"})",
        R"({"var": "a"}, [])", R"({"missing": []}, {"missing": []})", R"({"filter": [5, 1]}, {"filter": [5, 1]})",
        R"({"filter": [[1], false]}, {"filter": [[1], false]})", R"({"if": [true, []]}, {"if": [true, []]})"}) {
    const std::string rule = R"({"===": [)" + std::string(pair) + "]}";
    EXPECT_FALSE(gives(rule, semantics::jsonlogic)) << rule;
    EXPECT_TRUE(gives(rule, semantics::leadline)) << rule;
  }
  EXPECT_TRUE(gives(R"({"===": [{"var": "a"}, {"var": "a"}]})", semantics::jsonlogic));
}

}  // namespace
}  // namespace leadline::condition_set_test
