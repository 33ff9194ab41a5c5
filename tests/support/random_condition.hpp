#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "leadline/condition/condition.hpp"

namespace leadline::test {

/// Random rules and data as JSON text. Values come from a small pool, so that comparisons often hold and paths are
/// often there; every kind of value meets every operator. The same seed gives the same texts on every platform.
class random_condition {
 public:
  random_condition(std::uint64_t seed, semantics rules) : numbers_(seed), rules_(rules) {}

  [[nodiscard]] std::string rule() { return expression(pick(5) + 1, false); }
  [[nodiscard]] std::string data() {
    std::string out = "{";
    for (const std::string_view key : {"a", "b", "c", "t", "n", "l", "o", "e"}) {
      if (pick(4) == 0) continue;  // blank
      if (out.size() > 1) out += ',';
      out += '"';
      out += key;
      out += "\":";
      out += key == "l"   ? list_of_values(2)
             : key == "o" ? object(2)
             : key == "n" ? number()
             : key == "t" ? text()
                          : scalar();
    }
    return out + "}";
  }

 private:
  [[nodiscard]] std::size_t pick(std::size_t count) { return static_cast<std::size_t>(numbers_() % count); }
  template <std::size_t Count>
  [[nodiscard]] std::string one_of(const std::string_view (&of)[Count]) {
    return std::string(of[pick(Count)]);
  }

  [[nodiscard]] std::string number() {
    static constexpr std::string_view pool[] = {"0",   "1",    "-1",  "2",   "3",   "5",  "50",
                                                "1.5", "-0.5", "1.0", "0.1", "1e3", "100"};
    return one_of(pool);
  }
  [[nodiscard]] std::string text() {
    static constexpr std::string_view pool[] = {
        R"("")",    R"("a")",   R"("b")",    R"("ab")",      R"("abc")",          R"("1")",    R"("2")",
        R"(" 3 ")", R"("1.5")", R"("US")",   R"("pricing")", R"("null")",         R"("É")",    R"("Ωmega")",
        R"("𝒳y")",  R"("ﬀ")",   R"("true")", R"("x@a.edu")", R"("Chief of all")", R"("12abc")"};
    return one_of(pool);
  }
  [[nodiscard]] std::string scalar() {
    switch (pick(7)) {
      case 0: return "null";
      case 1: return pick(2) == 0 ? "true" : "false";
      case 2:
      case 3: return number();
      default: return text();
    }
  }
  [[nodiscard]] std::string list_of_values(std::size_t depth) {
    std::string out = "[";
    for (std::size_t i = pick(5); i > 0; --i) {
      if (out.size() > 1) out += ',';
      if (depth == 2 && pick(4) == 0) {
        out += object(1);  // in data only: in a rule it would be an operator
      } else {
        out += depth > 0 && pick(5) == 0 ? list_of_values(depth == 2 ? 2 : depth - 1) : scalar();
      }
    }
    return out + "]";
  }
  [[nodiscard]] std::string object(std::size_t depth) {
    std::string out = "{";
    for (const std::string_view key : {"x", "y", "a"}) {
      if (pick(3) == 0) continue;
      if (out.size() > 1) out += ',';
      out += '"';
      out += key;
      out += "\":";
      out += depth > 0 && pick(4) == 0 ? list_of_values(2) : scalar();
    }
    return out + "}";
  }

  [[nodiscard]] std::string path(bool in_loop) {
    static constexpr std::string_view outer[] = {
        R"("a")",        R"("b")",        R"("c")",   R"("t")",     R"("n")",    R"("l")",    R"("o")",
        R"("e")",        R"("o.x")",      R"("o.y")", R"("l.0")",   R"("l.1")",  R"("gone")", R"("o.x.z")",
        R"("l.length")", R"("t.length")", R"("t.1")", R"("l.0.x")", R"("o.y.1")"};
    static constexpr std::string_view inner[] = {
        R"("")",          R"("")", R"("")", R"("x")", R"("y")", R"("a")", R"("0")", R"("current")", R"("accumulator")",
        R"("current.x")", "0",     "null"};
    return in_loop ? one_of(inner) : one_of(outer);
  }

  [[nodiscard]] std::string var(bool in_loop) {
    if (pick(8) == 0) return R"({"var":[)" + path(in_loop) + "," + scalar() + "]}";
    return pick(2) == 0 ? R"({"var":)" + path(in_loop) + "}" : R"({"var":[)" + path(in_loop) + "]}";
  }

  [[nodiscard]] std::string call(std::string_view op, const std::string& operands) {
    return R"({")" + std::string(op) + R"(":[)" + operands + "]}";
  }

  [[nodiscard]] std::string operands(std::size_t count, std::size_t depth, bool in_loop) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      out += expression(depth, in_loop);
    }
    return out;
  }

  [[nodiscard]] std::string source_list(std::size_t depth, bool in_loop) {
    switch (pick(4)) {
      case 0: return list_of_values(1);
      case 1: return depth > 0 ? expression(depth - 1, in_loop) : "null";
      default: return in_loop ? R"({"var":""})" : R"({"var":"l"})";
    }
  }

  [[nodiscard]] std::string expression(std::size_t depth, bool in_loop) {
    if (depth == 0) return pick(2) == 0 ? scalar() : var(in_loop);
    const std::size_t below = depth - 1;
    static constexpr std::string_view equalities[] = {"==", "!=", "===", "!=="};
    static constexpr std::string_view orders[] = {"<", "<=", ">", ">="};
    static constexpr std::string_view sums[] = {"+", "*", "max", "min"};
    static constexpr std::string_view pairs[] = {"-", "/", "%"};
    static constexpr std::string_view loops[] = {"map", "filter", "all", "some", "none"};
    static constexpr std::string_view texts[] = {"starts_with", "ends_with", "contains"};
    static constexpr std::string_view spreads[] = {"+", "*", "max", "min", "cat"};
    switch (pick(26)) {
      case 0:
      case 1:
        return call(one_of(equalities), pick(2) == 0 ? var(in_loop) + "," + scalar() : operands(2, below, in_loop));
      case 2:
      case 3: return call(one_of(orders), pick(2) == 0 ? var(in_loop) + "," + number() : operands(2, below, in_loop));
      case 4: return call(one_of(orders), number() + "," + var(in_loop) + "," + number());
      case 5: return call(one_of(orders), operands(3, below, in_loop));
      case 6:
      case 7: return call("and", operands(pick(3) + 1, below, in_loop));
      case 8:
      case 9: return call("or", operands(pick(3) + 1, below, in_loop));
      case 10: return call("if", operands(pick(5) + 1, below, in_loop));
      case 11: return call(pick(2) == 0 ? "!" : "!!", operands(1, below, in_loop));
      case 12: return call(one_of(sums), operands(pick(4) + 1, below, in_loop));
      case 13: return call(one_of(pairs), operands(2, below, in_loop));
      case 14: return call("in", var(in_loop) + "," + list_of_values(0));
      case 15: return call("in", pick(2) == 0 ? scalar() + "," + var(in_loop) : operands(2, below, in_loop));
      case 16: return call("cat", operands(pick(4), below, in_loop));
      case 17:
        return call("substr", expression(below, in_loop) + "," + position() + (pick(2) == 0 ? "" : "," + position()));
      case 18: return call("==", call("substr", var(in_loop) + "," + (pick(2) == 0 ? "-2" : "0,2")) + "," + text());
      case 19:
      case 20: return call(one_of(loops), source_list(below, in_loop) + "," + expression(below, true));
      case 21: {
        const std::string body = expression(below, true);
        return call("reduce", source_list(below, in_loop) + "," + body + (pick(3) == 0 ? "" : "," + scalar()));
      }
      case 22: return call("merge", operands(pick(3), below, in_loop));
      case 23: return missing(in_loop);
      case 24:
        if (pick(3) == 0) return call("lower", operands(1, below, in_loop));
        return call(one_of(texts), operands(2, below, in_loop));
      default:
        if (pick(2) == 0)
          return R"({")" + one_of(spreads) + R"(":)" + (in_loop ? R"({"var":""})" : R"({"var":"l"})") + "}";
        if (pick(3) == 0 && rules_ == semantics::jsonlogic) return list_of_values(1);
        return "[" + operands(pick(3), below, in_loop) + "]";
    }
  }

  [[nodiscard]] std::string position() {
    static constexpr std::string_view pool[] = {"0", "1", "2", "-1", "-2", "-4", "5", "1.7", "\"1\"", "null"};
    return one_of(pool);
  }

  [[nodiscard]] std::string missing(bool in_loop) {
    std::string keys;
    for (std::size_t i = pick(4); i > 0; --i) keys += (keys.empty() ? "" : ",") + path(in_loop);
    switch (pick(3)) {
      case 0: return call("missing", keys);
      case 1: return call("missing_some", number() + ",[" + keys + "]");
      default: return R"({"missing":{"merge":[[)" + keys + R"(],{"if":[)" + var(in_loop) + R"(,"gone","a"]}]}})";
    }
  }

  std::mt19937_64 numbers_;
  semantics rules_;
};

}  // namespace leadline::test
