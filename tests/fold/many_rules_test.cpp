#include <string>

#include "fold_case.hpp"

namespace leadline::many_rules_test {
namespace {

using test::folded;

constexpr int rule_count = 40;

/// Rules of four shapes by turns: a path, one of two, a path and a number, a number alone. Rule i gives i + 1 points.
std::string pack_of_shapes(const std::string& semantics) {
  std::string rules;
  for (int i = 0; i < rule_count; ++i) {
    const std::string own = "\"/" + std::to_string(i) + "\"";
    const std::string next = "\"/" + std::to_string(i + 1) + "\"";
    const std::string is_own = R"({"==": [{"var": "event.path"}, )" + own + "]}";
    std::string where;
    switch (i % 4) {
      case 0: where = is_own; break;
      case 1: where = R"({"in": [{"var": "event.path"}, [)" + own + ", " + next + "]]}"; break;
      case 2: where = R"({"and": [{">": [{"var": "event.n"}, 5]}, )" + is_own + "]}"; break;
      default: where = R"({">": [{"var": "event.n"}, )" + std::to_string(i) + "]}"; break;
    }
    rules += (i == 0 ? "" : ", ") + (R"({"id": "r)" + std::to_string(i)) + R"(", "on": "visit", "where": )" + where +
             R"(, "points": )" + std::to_string(i + 1) + "}";
  }
  return R"({"leadline": 1, "name": "shapes", "version": "1", "time_zone": "UTC", "engine": {"lateness": "0s"},
             "conditions": ")" +
         semantics + R"(", "events": {"visit": {"fields": {"path": "string", "n": "number"}}},
             "scores": {"all": {"rules": [)" +
         rules + "]}}}";
}

/// What a visit of a path (below 0: none) with a number gives, worked out rule by rule.
int expected_points(int path, int number) {
  int points = 0;
  for (int i = 0; i < rule_count; ++i) {
    const bool is_own = path == i;
    const bool holds = i % 4 == 0   ? is_own
                       : i % 4 == 1 ? is_own || path == i + 1
                       : i % 4 == 2 ? is_own && number > 5
                                    : number > i;
    if (holds) points += i + 1;
  }
  return points;
}

TEST(many_rules, found_by_the_text_they_want_are_those_that_hold) {
  for (const std::string semantics : {"leadline", "jsonlogic"}) {
    folded c(pack_of_shapes(semantics));
    std::int64_t expected_milli = 0;
    instant when = test::at("2026-03-02T00:00:00Z");
    for (int path = -1; path <= rule_count + 1; ++path) {
      for (const int number : {0, 6, 50}) {
        const std::string data = (path < 0 ? std::string("{") : R"({"path": "/)" + std::to_string(path) + "\", ") +
                                 R"("n": )" + std::to_string(number) + "}";
        c.step("visit", when.text(), data);
        expected_milli += expected_points(path, number) * 1'000;
        ASSERT_EQ(c.score_milli(), expected_milli) << semantics << " " << data;
        when = when + elapsed_duration::from_ms(1'000);
      }
    }
  }
}

}  // namespace
}  // namespace leadline::many_rules_test
