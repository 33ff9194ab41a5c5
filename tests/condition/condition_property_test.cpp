#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "leadline/condition/condition.hpp"
#include "leadline/condition/json_scope.hpp"
#include "support/case_count.hpp"
#include "support/random_condition.hpp"
#include "support/slow_condition.hpp"

namespace leadline::condition_property_test {
namespace {

constexpr std::uint64_t first_seed = 20'261'122;
constexpr int full_count = 100'000;

/// The four ways to evaluate must agree with the slow interpreter: over a document, over JSON text, as a truth, and
/// as one of a block of rows.
void hold_to_slow(std::uint64_t seed, semantics rules) {
  test::random_condition random(seed, rules);
  const std::string rule_text = random.rule();
  const result<document> rule = document::parse(rule_text);
  ASSERT_TRUE(rule) << rule_text;
  json_scope scope;
  const result<condition> on_scope = condition::compile(rule->root(), {.semantics = rules, .scope = &scope});
  const result<condition> compiled = condition::compile(rule->root(), {.semantics = rules});
  if (!compiled) {
    // An object that is data and not a rule can come out of no generator path but the data's.
    FAIL() << "seed " << seed << "\n" << rule_text << "\n" << to_text(compiled.error());
  }
  condition_scratch scratch;
  json_row row(scope);
  for (int i = 0; i < 4; ++i) {
    const std::string data_text = random.data();
    const result<document> data = document::parse(data_text);
    ASSERT_TRUE(data) << data_text;
    const test::slow_result slow = test::slow_condition(rule->root(), test::slow_from(data->root()), rules);
    const std::string expected = slow.error ? "null" : test::to_json(slow.result);
    const auto context = [&] {
      return "seed " + std::to_string(seed) + "\nrule " + rule_text + "\ndata " + data_text + "\nexpected " +
             (slow.error ? "error " + *slow.error : expected);
    };

    const value found = compiled->evaluate(data->root(), scratch);
    ASSERT_EQ(scratch.outcome() == condition_outcome::failed, slow.error.has_value())
        << context() << "\ngot " << to_json(found);
    ASSERT_EQ(to_json(found), expected) << context();

    const result<value> from_text = compiled->evaluate_json(data_text, scratch);
    ASSERT_TRUE(from_text) << context();
    ASSERT_EQ(to_json(*from_text), expected) << context();

    ASSERT_TRUE(row.read(data_text)) << context();
    const bool holds = on_scope->holds({.slots = row.slots()}, scratch);
    const value again = on_scope->evaluate({.slots = row.slots()}, scratch);
    ASSERT_EQ(to_json(again), expected) << context();
    ASSERT_EQ(holds, is_true(again)) << context();
    const row_block block{.rows = row.slots().data(), .width = row.slots().size(), .count = 1};
    ASSERT_EQ(on_scope->holds_among(block, scratch), holds ? 1u : 0u) << context();
  }
}

TEST(condition_property, compiled_equals_a_slow_interpreter_in_leadline_semantics) {
  for (int i = 0; i < test::case_count(full_count / 4); ++i) {
    hold_to_slow(first_seed + static_cast<std::uint64_t>(i), semantics::leadline);
    if (HasFatalFailure()) return;
  }
}

TEST(condition_property, compiled_equals_a_slow_interpreter_in_jsonlogic_semantics) {
  for (int i = 0; i < test::case_count(full_count / 4); ++i) {
    hold_to_slow(first_seed + static_cast<std::uint64_t>(i), semantics::jsonlogic);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace leadline::condition_property_test
