#include "leadline/condition/condition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "leadline/condition/json_scope.hpp"
#include "support/repository.hpp"
#include "support/shared_data.hpp"

namespace leadline::condition_test {
namespace {

/// The result as JSON text; "error: <type>" for what the standard calls an error, "steps" for too many.
std::string eval(std::string_view rule, std::string_view data = "{}", semantics rules = semantics::leadline,
                 std::int64_t now_ms = 0) {
  const result<condition> made = condition::compile(rule, {.semantics = rules});
  if (!made) return "load: " + made.error().front().code;
  condition_scratch scratch;
  const result<value> found = made->evaluate_json(data, scratch, now_ms);
  if (!found) return "data: " + found.error().front().code;
  switch (scratch.outcome()) {
    case condition_outcome::out_of_steps: return "steps";
    case condition_outcome::failed: return "error: " + to_json(scratch.failure());
    case condition_outcome::complete: break;
  }
  return to_json(*found);
}
std::string script(std::string_view rule, std::string_view data = "{}") {
  return eval(rule, data, semantics::jsonlogic);
}

TEST(condition, all_published_cases_hold_in_jsonlogic_semantics) {
  LEADLINE_NEEDS_SHARED_DATA("jsonlogic");
  const result<document> cases =
      document::parse(test::read_file(test::shared_data("jsonlogic") / "official_tests.json"), "official_tests.json");
  ASSERT_TRUE(cases);
  condition_scratch scratch;
  std::size_t count = 0;
  for (const document::node each : cases->root().children()) {
    const result<condition> made = condition::compile(each["rule"], {.semantics = semantics::jsonlogic});
    ASSERT_TRUE(made) << each.source() << to_text(made.error());
    const value found = made->evaluate(each["data"], scratch);
    const std::string expected =
        to_json(condition::compile(R"({"preserve":)" + std::string(each["expected"].source()) + "}",
                                   {.semantics = semantics::jsonlogic})
                    .value()
                    .evaluate(document::node(), scratch));
    EXPECT_EQ(to_json(made->evaluate(each["data"], scratch)), expected) << each.source();
    static_cast<void>(found);
    ++count;
  }
  EXPECT_EQ(count, 277u);
}

// --- The five points, and a blank field never scores ---------------------------------------------------------------

TEST(condition_leadline, an_order_is_false_unless_both_sides_are_of_one_kind) {
  for (const std::string_view op : {"<", "<=", ">", ">="}) {
    const std::string with = R"({")" + std::string(op) + R"(": [{"var": "x"}, 50]})";
    for (const std::string_view data :
         {"{}", R"({"x": null})", R"({"x": "10"})", R"({"x": "90"})", R"({"x": true})", R"({"x": []})"}) {
      EXPECT_EQ(eval(with, data), "false") << with << data;
    }
    const std::string turned = R"({")" + std::string(op) + R"(": [50, {"var": "x"}]})";
    EXPECT_EQ(eval(turned, "{}"), "false") << turned;
  }
  EXPECT_EQ(eval(R"({"<": [{"var": "x"}, 50]})", R"({"x": 49.5})"), "true");
  EXPECT_EQ(eval(R"({"<": ["a", "b"]})"), "true");
  EXPECT_EQ(eval(R"({"<=": [50, {"var": "x"}, 500]})", R"({"x": 500})"), "true");
  EXPECT_EQ(eval(R"({"<=": [50, {"var": "x"}, 500]})"), "false");
  EXPECT_EQ(script(R"({"<": [{"var": "x"}, 50]})"), "true");
}

TEST(condition_leadline, equality_does_not_coerce) {
  EXPECT_EQ(eval(R"({"==": [1, 1.0]})"), "true");
  EXPECT_EQ(eval(R"({"==": [1, "1"]})"), "false");
  EXPECT_EQ(eval(R"({"!=": [1, "1"]})"), "true");
  EXPECT_EQ(eval(R"({"==": [0, false]})"), "false");
  EXPECT_EQ(eval(R"({"==": [{"var": "x"}, null]})"), "true");
  EXPECT_EQ(eval(R"({"===": [{"var": "x"}, null]})", R"({"x": null})"), "true");
  EXPECT_EQ(eval(R"({"==": [{"var": "x"}, 0]})"), "false");
  EXPECT_EQ(eval(R"({"==": [{"var": "x"}, ["a", 1]]})", R"({"x": ["a", 1.0]})"), "true");
  EXPECT_EQ(script(R"({"==": [1, "1"]})"), "true");
}

TEST(condition_leadline, arithmetic_on_what_is_no_number_is_null_and_integers_are_exact) {
  EXPECT_EQ(eval(R"({"+": [1, "2"]})"), "null");
  EXPECT_EQ(eval(R"({"+": [1, {"var": "x"}]})"), "null");
  EXPECT_EQ(eval(R"({"/": [1, 0]})"), "null");
  EXPECT_EQ(eval(R"({"%": [1, 0]})"), "null");
  EXPECT_EQ(eval(R"({"max": [1, null]})"), "null");
  EXPECT_EQ(eval(R"({"+": [9007199254740993, 1]})"), "9007199254740994");
  EXPECT_EQ(eval(R"({"*": [3037000500, 3037000499]})"), "9223372033963249500");
  EXPECT_EQ(eval(R"({"-": [-9223372036854775807, 1]})"), "-9223372036854775808");
  EXPECT_EQ(eval(R"({"/": [9223372036854775807, 7]})"), "1317624576693539401");
  EXPECT_EQ(eval(R"({"/": [1, 4]})"), "0.25");
  EXPECT_EQ(eval(R"({"%": [-7, 3]})"), "-1");
  EXPECT_EQ(script(R"({"+": [1, "2"]})"), "3");
  EXPECT_EQ(script(R"({"/": [1, 0]})"), R"(error: {"type":"NaN"})");
}

TEST(condition_leadline, a_default_is_for_null_too) {
  EXPECT_EQ(eval(R"({"var": ["x", 7]})"), "7");
  EXPECT_EQ(eval(R"({"var": ["x", 7]})", R"({"x": null})"), "7");
  EXPECT_EQ(eval(R"({"var": ["x", 7]})", R"({"x": false})"), "false");
  EXPECT_EQ(script(R"({"var": ["x", 7]})", R"({"x": null})"), "null");
  EXPECT_EQ(script(R"({"var": ["x", 7]})"), "7");
}

TEST(condition_leadline, what_cannot_be_a_condition_is_a_load_error) {
  const std::map<std::string_view, std::string_view> bad{
      {R"({"==": [1]})", "condition.operand_count"},
      {R"({"<": [1, 2, 3, 4]})", "condition.operand_count"},
      {R"({"and": []})", "condition.operand_count"},
      {R"({"!": [1, 2]})", "condition.operand_count"},
      {R"({"lowr": "x"})", "condition.unknown_operator"},
      {R"({"==": [1, 1], "!": 2})", "condition.not_one_key"},
      {R"({})", "condition.not_one_key"},
      {R"({"try": [1, 2]})", "condition.unknown_operator"},
      {R"x({"matches": [{"var": "x"}, "("]})x", "condition.bad_pattern"},
      {R"({"matches": [{"var": "x"}, {"var": "y"}]})", "condition.bad_pattern"},
      {R"({"elapsed_since": "yesterday"})", "condition.not_a_date"}};
  for (const auto& [rule, code] : bad) EXPECT_EQ(eval(rule), "load: " + std::string(code)) << rule;
  const result<condition> unknown = condition::compile(R"({"if": [true, {"start_with": ["a", "b"]}, 1]})");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().front().suggestion, "starts_with");
  EXPECT_EQ(unknown.error().front().pointer, "/if/1/start_with");
}

TEST(condition_leadline, all_load_errors_are_told_at_once) {
  const result<condition> made = condition::compile(R"({"and": [{"==": [1]}, {"x": 1, "y": 2}, {"lowr": "a"}]})");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().error_count(), 3u);
}

TEST(condition_leadline, a_blank_field_never_scores) {
  const std::vector<std::string_view> rules{R"({"<": [{"var": "x"}, 50]})",
                                            R"({"<=": [{"var": "x"}, 0]})",
                                            R"({">=": [{"var": "x"}, 0]})",
                                            R"({">": [50, {"var": "x"}]})",
                                            R"({"<=": [-1, {"var": "x"}, 1]})",
                                            R"({"==": [{"var": "x"}, 0]})",
                                            R"({"==": [{"var": "x"}, ""]})",
                                            R"({"==": [{"var": "x"}, false]})",
                                            R"({"in": [{"var": "x"}, "nullable"]})",
                                            R"({"in": [{"var": "x"}, ["a", "null", 0]]})",
                                            R"({"in": ["", {"var": "x"}]})",
                                            R"({"==": [{"substr": [{"var": "x"}, 0, 4]}, "null"]})",
                                            R"({"==": [{"substr": [{"var": "x"}, -4]}, "null"]})",
                                            R"({"starts_with": [{"var": "x"}, ""]})",
                                            R"({"ends_with": [{"var": "x"}, ""]})",
                                            R"({"contains": [{"var": "x"}, ""]})",
                                            R"({"matches": [{"var": "x"}, ".*"]})",
                                            R"({">": [{"+": [{"var": "x"}, 1]}, 0]})",
                                            R"({"<": [{"-": [{"var": "x"}]}, 1]})",
                                            R"({"<": [{"max": [{"var": "x"}, 1]}, 9]})",
                                            R"({"some": [{"var": "x"}, true]})",
                                            R"({"all": [{"var": "x"}, true]})",
                                            R"({"!!": [{"var": "x"}]})",
                                            R"({"and": [{"var": "x"}, true]})",
                                            R"({"==": [{"lower": [{"var": "x"}]}, ""]})",
                                            R"({"==": [{"domain": [{"var": "x"}]}, ""]})",
                                            R"({"<": [{"elapsed_since": [{"var": "x"}]}, 99]})"};
  for (const std::string_view rule : rules) {
    for (const std::string_view data : {"{}", R"({"x": null})"}) {
      EXPECT_NE(eval(rule, data).substr(0, 5), "load:") << rule;
      const result<condition> made = condition::compile(rule);
      ASSERT_TRUE(made) << rule;
      condition_scratch scratch;
      const result<value> found = made->evaluate_json(data, scratch);
      ASSERT_TRUE(found);
      EXPECT_FALSE(is_true(*found)) << rule << " over " << data << " gives " << to_json(*found);
    }
  }
}

// --- Operators in both semantics ------------------------------------------------------------------------------------

struct operator_case {
  std::string_view rule, data, leadline, jsonlogic;
};

TEST(condition, every_operator_gives_what_each_semantics_says) {
  const std::vector<operator_case> cases{
      {R"({"!": [[]]})", "{}", "true", "true"},
      {R"({"!!": ["0"]})", "{}", "true", "true"},
      {R"({"and": [1, 0, 2]})", "{}", "0", "0"},
      {R"({"or": [0, "", "a"]})", "{}", R"("a")", R"("a")"},
      {R"({"if": [false, 1, true, 2, 3]})", "{}", "2", "2"},
      {R"({"?:": [{"var": "x"}, 1, 2]})", R"({"x": 1})", "1", "1"},
      {R"({"-": [5]})", "{}", "-5", "-5"},
      {R"({"+": ["3.14"]})", "{}", "null", "3.14"},
      {R"({"*": [2, 3, 4]})", "{}", "24", "24"},
      {R"({"/": [6, 3]})", "{}", "2", "2"},
      {R"({"%": [5.5, 2]})", "{}", "1.5", "1.5"},
      {R"({"max": [1, 3.5, 2]})", "{}", "3.5", "3.5"},
      {R"({"min": [1, 3, -2]})", "{}", "-2", "-2"},
      {R"({"min": ["1", 3]})", "{}", "null", "1"},
      {R"({"map": [{"var": "l"}, {"*": [{"var": ""}, 2]}]})", R"({"l": [1, 2]})", "[2,4]", "[2,4]"},
      {R"({"filter": [{"var": "l"}, {">": [{"var": "q"}, 1]}]})", R"({"l": [{"q": 1}, {"q": 2}]})", R"([{"q":2}])",
       R"([{"q":2}])"},
      {R"({"reduce": [{"var": "l"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 10]})", R"({"l": [1, 2]})",
       "13", "13"},
      {R"({"all": [{"var": "l"}, {"var": ""}]})", R"({"l": []})", "false", "false"},
      {R"({"some": [[1, 2], {"==": [{"var": ""}, 2]}]})", "{}", "true", "true"},
      {R"({"none": [{"var": "l"}, {"var": ""}]})", R"({"l": [0]})", "true", "true"},
      {R"({"merge": [1, [2, [3]], []]})", "{}", "[1,2,[3]]", "[1,2,[3]]"},
      {R"({"in": [{"var": "x"}, ["a", 1, null]]})", R"({"x": 1.0})", "true", "true"},
      {R"({"in": ["ring", {"var": "x"}]})", R"({"x": "Spring"})", "true", "true"},
      {R"({"in": [2, "123"]})", "{}", "true", "true"},
      {R"({"in": [null, "a null"]})", "{}", "false", "true"},
      {R"({"cat": ["a", 1, null, 0.5, true, [1, 2]]})", "{}", R"("a10.5true1,2")", R"("a10.5true1,2")"},
      {R"({"cat": {"var": "l"}})", R"({"l": ["a", "b"]})", R"("ab")", R"("ab")"},
      {R"({"substr": ["jsonlogic", 1, -5]})", "{}", R"("son")", R"("son")"},
      {R"({"log": ["x"]})", "{}", R"("x")", R"("x")"},
      {R"({"missing": ["a", "b.c", "d"]})", R"({"a": "", "b": {"c": 1}})", R"(["a","d"])", R"(["a","d"])"},
      {R"({"missing_some": [1, ["a", "b"]]})", R"({"b": 1})", "[]", "[]"},
      {R"({"missing_some": [2, ["a", "b"]]})", R"({"b": 1})", R"(["a"])", R"(["a"])"},
      {R"({"missing": {"merge": ["a", {"if": [{"var": "b"}, ["c"], []]}]}})", R"({"b": true})", R"(["a","c"])",
       R"(["a","c"])"},
      {R"({"var": ["l.1"]})", R"({"l": [1, 2]})", "2", "2"},
      {R"({"var": {"cat": ["a.", "b"]}})", R"({"a": {"b": 5}})", "5", "5"},
      {R"({"var": ""})", R"({"a": [1, {"b": null}]})", R"({"a":[1,{"b":null}]})", R"({"a":[1,{"b":null}]})"},
      {R"({"<": [1, {"var": "x"}, 3]})", R"({"x": 2})", "true", "true"},
      {R"({">": [3, {"var": "x"}, 1]})", R"({"x": 2})", "true", "true"}};
  for (const operator_case& each : cases) {
    EXPECT_EQ(eval(each.rule, each.data), each.leadline) << each.rule;
    EXPECT_EQ(script(each.rule, each.data), each.jsonlogic) << each.rule;
  }
}

TEST(condition, our_operators_give_the_same_in_both_semantics) {
  const std::vector<operator_case> cases{
      {R"({"lower": "ÀÉÎ Straße İΣ"})", "{}", "\"àéî straße iσ\"", ""},
      {R"({"lower": 5})", "{}", "null", ""},
      {R"({"domain": "Jane@Mail.Example.COM"})", "{}", R"("mail.example.com")", ""},
      {R"({"domain": "https://user:pw@Shop.example.com:8080/a?b#c"})", "{}", R"("shop.example.com")", ""},
      {R"({"domain": "http://[::1]:80/x"})", "{}", R"("[::1]")", ""},
      {R"({"domain": "Example.com./path"})", "{}", R"("example.com")", ""},
      {R"({"domain": "www.example.com:80"})", "{}", R"("www.example.com:80")", ""},
      {R"({"domain": "a@b@c.de"})", "{}", R"("c.de")", ""},
      {R"({"domain": "?x"})", "{}", "null", ""},
      {R"({"domain": {"var": "gone"}})", "{}", "null", ""},
      {R"({"starts_with": ["abc", "ab"]})", "{}", "true", ""},
      {R"({"startsWith": [{"var": "x"}, "ab"]})", R"({"x": "abc"})", "true", ""},
      {R"({"endsWith": [{"var": "x"}, "bc"]})", R"({"x": "abc"})", "true", ""},
      {R"({"ends_with": [12, "2"]})", "{}", "false", ""},
      {R"({"contains": [{"var": "x"}, "b"]})", R"({"x": "abc"})", "true", ""},
      {R"({"contains": [{"var": "x"}, "b"]})", R"({"x": ["a", "b"]})", "true", ""},
      {R"({"matches": [{"var": "x"}, "^(VP|Chief)\\b"]})", R"({"x": "Chief of staff"})", "true", ""},
      {R"({"matches": [{"var": "x"}, "(?i)sales"]})", R"({"x": "VP Sales"})", "true", ""},
      {R"({"matches": [{"var": "x"}, "^$"]})", R"({"x": 1})", "false", ""}};
  for (const operator_case& each : cases) {
    EXPECT_EQ(eval(each.rule, each.data), each.leadline) << each.rule;
    EXPECT_EQ(script(each.rule, each.data), each.leadline) << each.rule;
  }
}

TEST(condition, fractional_gives_the_buckets_of_flagd) {
  // The variants that flagd's own tests expect of the flag headerColor and of the seed "my-seed", a quarter each.
  const std::string_view rule =
      R"({"fractional": [{"cat": [{"var": "seed"}, {"var": "email"}]}, ["red", 25], ["blue", 25], ["green", 25], ["yellow", 25]]})";
  const std::vector<std::pair<std::string, std::string>> expected{
      {R"({"seed": "headerColor", "email": "rachel@faas.com"})", R"("blue")"},
      {R"({"seed": "headerColor", "email": "monica@faas.com"})", R"("yellow")"},
      {R"({"seed": "headerColor", "email": "joey@faas.com"})", R"("red")"},
      {R"({"seed": "headerColor", "email": "ross@faas.com"})", R"("blue")"},
      {R"({"seed": "my-seed", "email": "rachel@faas.com"})", R"("green")"},
      {R"({"seed": "my-seed", "email": "monica@faas.com"})", R"("red")"},
      {R"({"seed": "my-seed", "email": "joey@faas.com"})", R"("blue")"},
      {R"({"seed": "my-seed", "email": "ross@faas.com"})", R"("green")"}};
  for (const auto& [data, variant] : expected) EXPECT_EQ(eval(rule, data), variant) << data;
  EXPECT_EQ(eval(R"({"fractional": [{"var": "email"}, ["a", 1]]})"), "null");
  EXPECT_EQ(eval(R"({"fractional": [{"var": "email"}, ["a"], ["b"]]})",
                 R"({"targetingKey": "foo@foo.com", "$flagd": {"flagKey": "k"}})"),
            eval(R"({"fractional": ["kfoo@foo.com", ["a"], ["b"]]})"));
  EXPECT_EQ(eval(R"({"fractional": ["x", ["a", 0]]})"), "null");
  EXPECT_EQ(eval(R"({"fractional": ["x", ["a", 0.5], ["b", 1]]})"), "null");
  EXPECT_EQ(eval(R"({"fractional": ["x", ["a", -3], ["b", 1]]})"), R"("b")");
}

TEST(condition, elapsed_since_is_exact_to_the_millisecond) {
  const std::string_view rule = R"({"elapsed_since": {"var": "at"}})";
  const std::string_view data = R"({"at": "1970-01-01T00:00:01Z"})";
  EXPECT_EQ(eval(rule, data, semantics::leadline, 61'000), "60");
  EXPECT_EQ(eval(rule, data, semantics::leadline, 61'001), "60.001");
  EXPECT_EQ(eval(rule, data, semantics::leadline, 0), "-1");
  EXPECT_EQ(eval(rule, "{}", semantics::leadline, 0), "null");
  EXPECT_EQ(eval(R"({">": [{"elapsed_since": {"var": "at"}}, 60]})", data, semantics::leadline, 61'000), "false");
  EXPECT_EQ(eval(R"({">": [{"elapsed_since": {"var": "at"}}, 60]})", data, semantics::leadline, 61'001), "true");
}

TEST(condition, texts_are_cut_and_ordered_by_code_points) {
  EXPECT_EQ(eval(R"({"substr": ["𝒳y𝒵", 0, 2]})"), R"("𝒳y")");
  EXPECT_EQ(eval(R"({"substr": ["𝒳y𝒵", -1]})"), R"("𝒵")");
  EXPECT_EQ(eval(R"({"substr": ["éàü", 1, -1]})"), R"("à")");
  // U+FB00 comes before U+1D4B3, though not in UTF-16.
  EXPECT_EQ(eval(R"({"<": ["ﬀ", "𝒳"]})"), "true");
  EXPECT_EQ(eval(R"({"==": [{"substr": [{"var": "x"}, -2]}, "é𝒵"]})", R"({"x": "abé𝒵"})"), "true");
}

TEST(condition, numbers_are_printed_as_javascript_does) {
  EXPECT_EQ(eval("[1.0, -0.0, 0.1, 1e21, 123456789012345680000.0, 1e-7, 0.000001, 1.5e300, -2.5]"),
            "[1,0,0.1,1e+21,123456789012345680000,1e-7,0.000001,1.5e+300,-2.5]");
}

TEST(condition, data_is_read_as_the_last_of_equal_keys_and_escapes_are_undone) {
  EXPECT_EQ(eval(R"({"var": "a.b"})", R"({"a": {"b": 1}, "a": {"c": 2}})"), "null");
  EXPECT_EQ(eval(R"({"var": "a"})", R"({"a": 1, "a": 2})"), "2");
  EXPECT_EQ(eval(R"({"var": "a"})", R"({"\u0061": "\ud835\udcb3\n"})"), "\"𝒳\\n\"");
  EXPECT_EQ(eval(R"({"var": "a"})", R"({"a": 18446744073709551615})"), "18446744073709552000");
  EXPECT_EQ(eval(R"({"var": "a"})", R"({"a": 1} x)"), "data: data.malformed");
  EXPECT_EQ(eval(R"({"var": "a"})", R"({"a": 1}{"a": 2})"), "data: data.malformed");
  EXPECT_EQ(eval(R"({"var": "a"})", R"({"a": )"), "data: data.malformed");
  EXPECT_EQ(eval(R"({"var": "a"})", ""), "data: data.malformed");
  EXPECT_EQ(eval(R"({"var": "0"})", R"([7])"), "7");
  EXPECT_EQ(eval(R"({"var": ""})", "\"text\""), "\"text\"");
}

// --- Limits and hostile input ---------------------------------------------------------------------------------------

template <class Work>
void within_100_ms(Work work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  const auto took = std::chrono::steady_clock::now() - began;
#if defined(NDEBUG) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(took, std::chrono::milliseconds(100));
#else
  EXPECT_LT(took, std::chrono::seconds(10));
#endif
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST(condition_limits, over_the_steps_a_condition_is_null_and_says_so) {
  const std::string row = "[" + repeated("1,", 49) + "1]";
  const std::string data = R"({"l": [)" + repeated(row + ",", 999) + row + "]}";
  const std::string_view nested = R"({"map": [{"var": "l"}, {"map": [{"var": ""}, {"+": [{"var": ""}, 1]}]}]})";
  within_100_ms([&] { EXPECT_EQ(eval(nested, data).substr(0, 60), "steps"); });
  within_100_ms([&] { EXPECT_EQ(script(nested, data).substr(0, 60), "steps"); });
  EXPECT_EQ(eval(R"({"reduce": [{"var": "l"}, {"+": [1, {"var": "accumulator"}]}, 0]})", data), "1000");
}

TEST(condition_limits, a_text_that_doubles_is_stopped) {
  const std::string data = R"({"l": [)" + repeated("1,", 99) + "1]}";
  const std::string_view rule =
      R"({"reduce": [{"var": "l"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "a"]})";
  within_100_ms([&] { EXPECT_EQ(eval(rule, data), "steps"); });
  within_100_ms([&] { EXPECT_EQ(script(rule, data), "steps"); });
}

TEST(condition_limits, a_constant_that_doubles_is_not_folded_into_memory) {
  std::string rule = "\"0123456789abcdef\"";
  for (int i = 0; i < 14; ++i) rule = R"({"cat": [)" + rule + "," + rule + "]}";
  within_100_ms([&] { EXPECT_NE(eval(rule).size(), 0u); });
}

TEST(condition_limits, a_search_for_a_long_text_in_a_long_text_is_stopped) {
  const std::string part = repeated("a", 150'000);
  const std::string data = R"({"x": ")" + part + part + R"(", "y": ")" + part + R"(b"})";
  within_100_ms([&] { EXPECT_EQ(eval(R"({"contains": [{"var": "x"}, {"var": "y"}]})", data), "steps"); });
}

TEST(condition_limits, hostile_rules_are_errors_in_time) {
  const std::string deep = repeated(R"({"!":[)", 5'000) + "1" + repeated("]}", 5'000);
  within_100_ms([&] { EXPECT_EQ(eval(deep), "load: json.too_deep"); });
  const std::string wide = R"({"in": [{"var": "x"}, [)" + repeated("1,", 50'000) + "1]]}";
  within_100_ms([&] { EXPECT_EQ(eval(wide), "load: condition.too_large"); });
  const std::string_view bomb = R"x({"matches": ["a", "((a{1000}){1000})"]})x";
  within_100_ms([&] { EXPECT_EQ(eval(bomb), "load: condition.bad_pattern"); });
  const std::string long_pattern = R"x({"matches": ["a", ")x" + repeated("(a|b)*", 500) + R"x("]})x";
  within_100_ms([&] { EXPECT_EQ(eval(long_pattern), "load: condition.bad_pattern"); });
  const std::string_view backtracking = R"x({"matches": [{"var": "x"}, "^(a+)+$"]})x";
  const std::string almost = R"({"x": ")" + repeated("a", 60'000) + R"(b"})";
  within_100_ms([&] { EXPECT_EQ(eval(backtracking, almost), "false"); });
  const std::string deep_data = repeated("[", 2'000) + repeated("]", 2'000);
  within_100_ms([&] { EXPECT_EQ(eval(R"({"var": ""})", deep_data), "data: data.too_deep"); });
}

// --- Scopes, types, warnings -----------------------------------------------------------------------------------------

class crm_scope : public condition_scope {
 public:
  std::optional<scope_path> find(std::string_view path) override {
    const auto found = paths_.find(path);
    return found == paths_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names{"list.free"};
    for (const auto& [name, path] : paths_) names.emplace_back(name);
    return names;
  }
  std::shared_ptr<const text_set> find_list(std::string_view id) const override {
    return id == "free" ? free_ : nullptr;
  }

 private:
  static scope_path at(std::uint32_t index, declared_type type) {
    return {.slot = {slot_space::row, index}, .type = type};
  }
  std::vector<std::string> stages_{"lead", "mql", "sql"};
  std::map<std::string, scope_path, std::less<>> paths_{
      {"contact.email", at(0, declared_type::text)},
      {"contact.size", at(1, declared_type::number)},
      {"contact.demo", at(2, declared_type::boolean)},
      {"contact.renewal", at(3, declared_type::date)},
      {"contact.tags", at(4, declared_type::texts)},
      {"stage",
       {.slot = {slot_space::row, 5},
        .type = declared_type::text,
        .null = nullability::never_null,
        .allowed_texts = &stages_}},
      {"signal.idle",
       {.slot = {slot_space::row, 6}, .type = declared_type::number, .movement = movement::moves_with_time}},
      {"event.path", {.slot = {slot_space::event, 0}, .type = declared_type::text}}};
  std::shared_ptr<const text_set> free_ =
      std::make_shared<const text_set>(std::vector<std::string>{"gmail.com", "gmx.de"});
};

std::string load(std::string_view rule, condition_use use = condition_use::once,
                 semantics rules = semantics::leadline) {
  crm_scope scope;
  const result<condition> made = condition::compile(rule, {.semantics = rules, .use = use, .scope = &scope});
  if (made) return made->warnings().empty() ? "fine" : made->warnings().front().code;
  const diagnostic& first = *std::find_if(made.error().begin(), made.error().end(),
                                          [](const diagnostic& each) { return each.severity == severity::error; });
  return first.code + (first.suggestion.empty() ? "" : " " + first.suggestion);
}

TEST(condition_scope, problems_name_what_would_be_right) {
  EXPECT_EQ(load(R"({">": [{"var": "contact.sise"}, 50]})"), "condition.unknown_path contact.size");
  EXPECT_EQ(load(R"({"in": [{"var": "contact.email"}, {"var": "list.fre"}]})"), "condition.unknown_path list.free");
  EXPECT_EQ(load(R"({"missing": ["contact.email", "contact.emial"]})"), "condition.unknown_path contact.email");
  EXPECT_EQ(load(R"({"==": [{"var": "contact.size"}, "50"]})"), "condition.never_holds");
  EXPECT_EQ(load(R"({"<": [{"var": "contact.demo"}, true]})"), "condition.never_holds");
  EXPECT_EQ(load(R"({"<": [{"var": "contact.size"}, null]})"), "condition.never_holds");
  EXPECT_EQ(load(R"({"==": [{"var": "contact.size"}, {"var": "contact.email"}]})"), "condition.never_holds");
  EXPECT_EQ(load(R"({"in": [{"var": "contact.size"}, ["a", "b"]]})"), "condition.never_holds");
  EXPECT_EQ(load(R"({"==": [{"var": "stage"}, "mqll"]})"), "condition.never_holds mql");
  EXPECT_EQ(load(R"({"==": [{"var": "contact.renewal"}, "soon"]})"), "condition.not_a_date");
  EXPECT_EQ(load(R"({"elapsed_since": {"var": "contact.size"}})"), "condition.not_a_date");
  EXPECT_EQ(load(R"({"var": ""})"), "condition.whole_data");
  EXPECT_EQ(load(R"({"==": [{"var": "contact.size"}, 50]})"), "fine");
  EXPECT_EQ(load(R"({"some": [{"var": "contact.tags"}, {"==": [{"var": ""}, "vip"]}]})"), "fine");
}

TEST(condition_scope, what_moves_with_time_stands_only_in_comparisons_with_constants_when_watched) {
  const auto watched = [](std::string_view rule) { return load(rule, condition_use::watched); };
  EXPECT_EQ(watched(R"({">=": [{"var": "signal.idle"}, 3600]})"), "fine");
  EXPECT_EQ(watched(R"({"<": [60, {"var": "signal.idle"}, 3600]})"), "fine");
  EXPECT_EQ(watched(R"({"in": [{"var": "signal.idle"}, [1, 2]]})"), "fine");
  EXPECT_EQ(watched(R"({">": [{"elapsed_since": {"var": "contact.renewal"}}, 86400]})"), "fine");
  EXPECT_EQ(watched(R"({">": [{"+": [{"var": "signal.idle"}, 1]}, 5]})"), "condition.moving_value");
  EXPECT_EQ(watched(R"({">": [{"var": "signal.idle"}, {"var": "contact.size"}]})"), "condition.moving_value");
  EXPECT_EQ(watched(R"({"!": [{"var": "signal.idle"}]})"), "condition.moving_value");
  EXPECT_EQ(watched(R"({"and": [{"var": "signal.idle"}, true]})"), "condition.moving_value");
  EXPECT_EQ(watched(R"({"var": "signal.idle"})"), "condition.moving_value");
  EXPECT_EQ(watched(R"({">": [{"var": ["signal.idle", 0]}, 5]})"), "condition.moving_value");
  EXPECT_EQ(load(R"({">": [{"+": [{"var": "signal.idle"}, 1]}, 5]})"), "fine");
}

TEST(condition_scope, moving_comparisons_are_told_with_the_moving_side_on_the_left) {
  crm_scope scope;
  const auto made = condition::compile(
      R"({"or": [{"<": [60, {"var": "signal.idle"}, 3600]}, {">": [{"elapsed_since": {"var": "contact.renewal"}}, 5]}]})",
      {.use = condition_use::watched, .scope = &scope});
  ASSERT_TRUE(made) << to_text(made.error());
  const auto moving = made->moving_comparisons();
  ASSERT_EQ(moving.size(), 3u);
  EXPECT_EQ(moving[0].comparison, comparison::greater);
  EXPECT_EQ(to_json(moving[0].constant), "60");
  EXPECT_EQ(moving[1].comparison, comparison::less);
  EXPECT_EQ(to_json(moving[1].constant), "3600");
  EXPECT_EQ(moving[2].source, moving_comparison::source_kind::elapsed_since);
  EXPECT_EQ(moving[2].slot, (slot_reference{slot_space::row, 3}));
  EXPECT_TRUE(made->reads_now());
  EXPECT_EQ(made->reads().size(), 2u);
}

TEST(condition_scope, a_blank_that_passes_is_warned_of_unless_guarded) {
  EXPECT_EQ(load(R"({"!=": [{"var": "contact.email"}, "a"]})"), "condition.blank_passes");
  EXPECT_EQ(load(R"({"!": [{"var": "contact.demo"}]})"), "condition.blank_passes");
  EXPECT_EQ(load(R"({"!": [{"in": [{"var": "contact.email"}, ["a"]]}]})"), "condition.blank_passes");
  EXPECT_EQ(load(R"({"none": [{"var": "contact.tags"}, {"==": [{"var": ""}, "x"]}]})"), "condition.blank_passes");
  EXPECT_EQ(load(R"({"and": [{"!=": [{"var": "contact.email"}, null]}, {"!=": [{"var": "contact.email"}, "a"]}]})"),
            "fine");
  EXPECT_EQ(load(R"({"if": [{"!!": [{"var": "contact.email"}]}, {"!=": [{"var": "contact.email"}, "a"]}, false]})"),
            "fine");
  EXPECT_EQ(load(R"({"!=": [{"var": "stage"}, "mql"]})"), "fine");
  EXPECT_EQ(load(R"({"<": [{"var": "contact.size"}, 50]})"), "fine");
  EXPECT_EQ(load(R"({"<": [{"var": "contact.size"}, 50]})", condition_use::once, semantics::jsonlogic),
            "condition.blank_passes");
  EXPECT_EQ(load(R"({">": [{"var": "contact.size"}, 50]})", condition_use::once, semantics::jsonlogic), "fine");
  crm_scope scope;
  const auto made = condition::compile(R"({"!=": [{"var": "contact.email"}, "a"]})", {.scope = &scope});
  ASSERT_TRUE(made);
  EXPECT_NE(made->warnings().front().expected.find(
                R"({"and": [{"!=": [{"var": "contact.email"}, null]}, {"!=": [{"var": "contact.email"}, "a"]}]})"),
            std::string::npos);
}

TEST(condition_scope, rows_events_dates_and_lists_are_read_by_slot) {
  crm_scope scope;
  const std::vector<value> row{value::of("ann@gmail.com"),
                               value::of(std::int64_t{120}),
                               value::of(true),
                               value::date(86'400'000),
                               value{},
                               value::of("mql"),
                               value{}};
  const std::vector<value> event{value::of("/pricing")};
  const auto holds = [&](std::string_view rule) {
    const auto made = condition::compile(rule, {.scope = &scope});
    EXPECT_TRUE(made) << to_text(made.error());
    condition_scratch scratch;
    return made && made->holds({.slots = row, .event_slots = event}, scratch);
  };
  EXPECT_TRUE(holds(R"({"in": [{"domain": {"var": "contact.email"}}, {"var": "list.free"}]})"));
  EXPECT_FALSE(holds(R"({"in": [{"var": "contact.email"}, {"var": "list.free"}]})"));
  EXPECT_TRUE(holds(R"({"==": [{"var": "event.path"}, "/pricing"]})"));
  EXPECT_TRUE(holds(R"({"<": ["1970-01-01T12:00:00Z", {"var": "contact.renewal"}, "1970-01-02T12:00:00Z"]})"));
  EXPECT_TRUE(holds(R"({"==": [{"var": "contact.renewal"}, "1970-01-02T01:00:00+01:00"]})"));
  EXPECT_TRUE(holds(R"({"in": [{"var": "stage"}, ["mql", "sql"]]})"));
  EXPECT_TRUE(holds(R"({"==": [{"missing": ["contact.email", "contact.tags"]}, ["contact.tags"]]})"));
}

TEST(condition, portability_tells_where_a_standard_interpreter_differs) {
  crm_scope scope;
  const auto count = [&](std::string_view rule) {
    const result<document> parsed = document::parse(std::string(rule));
    return condition::portability(parsed->root(), {.scope = &scope}).size();
  };
  EXPECT_EQ(count(R"({"==": [{"var": "contact.email"}, "a"]})"), 0u);
  EXPECT_EQ(count(R"({"in": [{"var": "stage"}, ["mql"]]})"), 0u);
  EXPECT_EQ(count(R"({"<": [{"var": "contact.size"}, 50]})"), 1u);
  EXPECT_EQ(count(R"({"+": [{"var": "contact.size"}, 50]})"), 1u);
  EXPECT_EQ(count(R"({"var": ["contact.size", 0]})"), 1u);
  EXPECT_EQ(count(R"({"lower": {"var": "contact.email"}})"), 1u);
}

TEST(condition, one_condition_serves_many_threads) {
  const result<condition> made =
      condition::compile(R"({"reduce": [{"var": "l"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]})");
  ASSERT_TRUE(made);
  std::vector<std::thread> threads;
  std::vector<std::string> found(4);
  for (std::size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([&, i] {
      condition_scratch scratch;
      for (int n = 0; n < 200; ++n) found[i] = to_json(*made->evaluate_json(R"({"l": [1, 2, 3]})", scratch));
    });
  }
  for (std::thread& each : threads) each.join();
  for (const std::string& each : found) EXPECT_EQ(each, "6");
}

TEST(text_set, holds_its_texts_and_no_others_small_or_large) {
  for (const std::size_t count : {0u, 1u, 7u, 60u, 300u, 5'000u}) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back("domain" + std::to_string(i * 7) + ".example");
    if (count > 3) texts[3].clear();
    const text_set set{std::span<const std::string>(texts)};
    EXPECT_EQ(set.size(), count);
    for (const std::string& text : texts) EXPECT_TRUE(set.contains(text));
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_FALSE(set.contains("domain" + std::to_string(i * 7 + 1) + ".example"));
    EXPECT_EQ(set.contains(""), count > 3);
  }
}

}  // namespace
}  // namespace leadline::condition_test
