#include "support/slow_condition.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include "leadline/base/json_text.hpp"

namespace leadline::test {

namespace {

__extension__ using wide = __int128;
using kind = slow_value::kind_type;
using list = std::vector<slow_value>;

struct script_error {
  std::string type;
};

slow_value make(bool truth) { return {.kind = kind::boolean, .truth = truth}; }
slow_value make(double real) { return {.kind = kind::real, .real = real}; }
slow_value make_integer(std::int64_t integer) { return {.kind = kind::integer, .integer = integer}; }
slow_value make(std::string text) { return {.kind = kind::text, .text = std::move(text)}; }
slow_value make(list items) { return {.kind = kind::list, .items = std::make_shared<list>(std::move(items))}; }
slow_value null() { return {}; }
slow_value absent() { return {.kind = kind::absent}; }

bool is_null(const slow_value& of) { return of.kind == kind::null || of.kind == kind::absent; }
bool is_number(const slow_value& of) { return of.kind == kind::integer || of.kind == kind::real; }
bool is_text(const slow_value& of) { return of.kind == kind::text; }
bool is_list(const slow_value& of) { return of.kind == kind::list; }
double number(const slow_value& of) { return of.kind == kind::integer ? static_cast<double>(of.integer) : of.real; }

std::string number_text(double of) {
  if (std::isnan(of)) return "NaN";
  if (std::isinf(of)) return of < 0 ? "-Infinity" : "Infinity";
  return leadline::to_json(value::of(of));
}

std::u32string points(const std::string& text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = size == 1 ? lead : size == 2 ? lead & 0x1F : size == 3 ? lead & 0x0F : lead & 0x07;
    for (std::size_t j = 1; j < size; ++j) point = point << 6 | (static_cast<unsigned char>(text[i + j]) & 0x3F);
    out += point;
    i += size;
  }
  return out;
}
std::string utf8(const std::u32string& of) {
  std::string out;
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  for (const char32_t point : of) {
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0 | point >> 6), put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      put(0xE0 | point >> 12), put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
    } else {
      put(0xF0 | point >> 18), put(0x80 | (point >> 12 & 0x3F)), put(0x80 | (point >> 6 & 0x3F));
      put(0x80 | (point & 0x3F));
    }
  }
  return out;
}

bool truthy(const slow_value& of) {
  switch (of.kind) {
    case kind::boolean: return of.truth;
    case kind::integer: return of.integer != 0;
    case kind::real: return of.real != 0;
    case kind::text: return !of.text.empty();
    case kind::list: return !of.items->empty();
    case kind::object: return true;
    default: return false;
  }
}

std::string script_text(const slow_value& of) {
  switch (of.kind) {
    case kind::boolean: return of.truth ? "true" : "false";
    case kind::integer: return std::to_string(of.integer);
    case kind::real: return number_text(of.real);
    case kind::text: return of.text;
    case kind::object: return "[object Object]";
    case kind::list: {
      std::string out;
      for (std::size_t i = 0; i < of.items->size(); ++i) {
        if (i > 0) out += ',';
        if (!is_null((*of.items)[i])) out += script_text((*of.items)[i]);
      }
      return out;
    }
    default: return "null";
  }
}

/// Number() of a text made of digits, signs, points and exponents, which is all that the random texts can be.
double text_number(std::string text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t')) text.erase(0, 1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t')) text.pop_back();
  if (text.empty()) return 0;
  if (text == "Infinity" || text == "+Infinity") return HUGE_VAL;
  if (text == "-Infinity") return -HUGE_VAL;
  for (const char letter : text) {
    if (std::string_view("0123456789+-.eE").find(letter) == std::string_view::npos) return std::nan("");
  }
  char* end = nullptr;
  const double parsed = std::strtod(text.c_str(), &end);  // the tests run in the C locale
  return *end == '\0' ? parsed : std::nan("");
}

double script_number(const slow_value& of) {
  switch (of.kind) {
    case kind::boolean: return of.truth ? 1 : 0;
    case kind::integer:
    case kind::real: return number(of);
    case kind::text: return text_number(of.text);
    case kind::list: return of.items->empty() ? 0 : text_number(script_text(of));
    case kind::object: return std::nan("");
    default: return 0;
  }
}

class interpreter {
 public:
  explicit interpreter(semantics rules) : leadline_(rules == semantics::leadline) {}

  slow_value eval(document::node rule, const slow_value& data) {
    if (rule.is_array()) {
      list items;
      for (const document::node each : rule.children()) items.push_back(present(eval(each, data)));
      return make(std::move(items));
    }
    if (!rule.is_object() || rule.size() != 1) return slow_from(rule);
    const document::node body = rule.first_child();
    std::vector<document::node> args;
    if (body.is_array()) {
      for (const document::node each : body.children()) args.push_back(each);
    } else {
      args.push_back(body);
    }
    return apply(std::string(body.key()), args, body.is_array(), data);
  }

 private:
  static slow_value present(slow_value of) {
    if (of.kind == kind::absent) of.kind = kind::null;
    return of;
  }

  bool same(const slow_value& a, const slow_value& b) {
    if (is_number(a) && is_number(b)) {
      if (a.kind == kind::integer && b.kind == kind::integer && leadline_) return a.integer == b.integer;
      return number(a) == number(b);
    }
    if (is_null(a) || is_null(b)) return is_null(a) && is_null(b);
    if (a.kind != b.kind) return false;
    switch (a.kind) {
      case kind::boolean: return a.truth == b.truth;
      case kind::text: return a.text == b.text;
      case kind::list:
        if (!leadline_) return a.items == b.items;
        return std::equal(a.items->begin(), a.items->end(), b.items->begin(), b.items->end(),
                          [&](const slow_value& x, const slow_value& y) { return same(x, y); });
      default: {
        if (!leadline_) return a.members == b.members;
        if (a.members->size() != b.members->size()) return false;
        for (const auto& mine : *a.members) {
          const auto found = std::find_if(b.members->begin(), b.members->end(),
                                          [&](const auto& theirs) { return theirs.first == mine.first; });
          if (found == b.members->end() || !same(mine.second, found->second)) return false;
        }
        return true;
      }
    }
  }

  bool compare(const std::string& op, const slow_value& a, const slow_value& b) {
    const bool equality = op[0] == '=' || op[0] == '!';
    const auto order = [&](auto x, auto y) {
      return op == "<"      ? x < y
             : op == "<="   ? x <= y
             : op == ">"    ? x > y
             : op == ">="   ? x >= y
             : op[0] == '=' ? x == y
                            : x != y;
    };
    if (op == "===" || op == "!==" || (leadline_ && equality)) return same(a, b) == (op[0] == '=');
    if (leadline_) {
      if (is_number(a) && is_number(b)) return order(number(a), number(b));
      if (is_text(a) && is_text(b)) return order(points(a.text), points(b.text));
      return false;
    }
    const auto compound = [](const slow_value& of) { return of.kind == kind::list || of.kind == kind::object; };
    if (compound(a) || compound(b)) throw script_error{"NaN"};
    if (is_text(a) && is_text(b)) return order(points(a.text), points(b.text));
    if (is_null(a) || is_null(b)) {
      if (equality) return (is_null(a) && is_null(b)) == (op[0] == '=');
      return order(script_number(a), script_number(b));
    }
    const double x = script_number(a);
    const double y = script_number(b);
    if (std::isnan(x) || std::isnan(y)) throw script_error{"NaN"};
    return order(x, y);
  }

  static slow_value child(const slow_value& from, const std::string& key) {
    if (from.kind == kind::object) {
      for (const auto& [name, content] : *from.members) {
        if (name == key) return content;
      }
      return absent();
    }
    const bool is_index = !key.empty() && key.size() < 9 && (key == "0" || key[0] != '0') &&
                          key.find_first_not_of("0123456789") == std::string::npos;
    if (from.kind == kind::list) {
      if (key == "length") return make_integer(static_cast<std::int64_t>(from.items->size()));
      if (is_index && std::stoul(key) < from.items->size()) return (*from.items)[std::stoul(key)];
    }
    if (from.kind == kind::text) {
      const std::u32string letters = points(from.text);
      if (key == "length") return make_integer(static_cast<std::int64_t>(letters.size()));
      if (is_index && std::stoul(key) < letters.size()) return make(utf8({letters[std::stoul(key)]}));
    }
    return absent();
  }

  slow_value read(const slow_value& key, const slow_value& data) {
    if (is_null(key) || (is_text(key) && key.text.empty())) return data;
    std::string path = script_text(key);
    slow_value from = data;
    for (;;) {
      const std::size_t dot = path.find('.');
      from = child(from, path.substr(0, dot));
      if (dot == std::string::npos || from.kind == kind::absent) return from;
      path = path.substr(dot + 1);
    }
  }

  slow_value missing(list keys, const slow_value& data) {
    if (!keys.empty() && is_list(keys[0])) keys = list(*keys[0].items);
    list out;
    for (const slow_value& key : keys) {
      const slow_value found = read(key, data);
      if (is_null(found) || (is_text(found) && found.text.empty())) out.push_back(key);
    }
    return make(std::move(out));
  }

  slow_value arithmetic(const std::string& op, const list& of) {
    if (leadline_) return exact(op, of);
    if (of.empty() && (op == "-" || op == "/" || op == "%")) throw script_error{"Invalid Arguments"};
    if (of.size() == 1 && op == "%") throw script_error{"Invalid Arguments"};
    std::vector<double> numbers;
    for (const slow_value& each : of) {
      const bool compound = each.kind == kind::list || each.kind == kind::object;
      numbers.push_back(compound ? std::nan("") : script_number(each));
    }
    if (numbers.size() == 1 && op == "-") numbers.insert(numbers.begin(), 0);
    if (numbers.size() == 1 && op == "/") numbers.insert(numbers.begin(), 1);
    double sum = op == "*" ? 1 : 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double next = numbers[i];
      if (op == "+") sum += next;
      if (op == "*") sum *= next;
      if (op == "+" || op == "*") continue;
      if (i == 0) {
        sum = next;
      } else if (op == "-") {
        sum -= next;
      } else if (next == 0) {
        sum = std::nan("");
      } else {
        sum = op == "/" ? sum / next : std::fmod(sum, next);
      }
    }
    if (std::isnan(sum) || (op == "/" && std::isinf(sum))) throw script_error{"NaN"};
    return make(sum);
  }

  /// Whole numbers as 128 bits wide as they get, one step at a time; what leaves int64 goes on as a double.
  slow_value exact(const std::string& op, list of) {
    if (of.empty()) return op == "+" ? make_integer(0) : op == "*" ? make_integer(1) : null();
    for (const slow_value& each : of) {
      if (!is_number(each)) return null();
    }
    if (of.size() == 1 && op == "-") of.insert(of.begin(), make_integer(0));
    slow_value sum = of[0];
    for (std::size_t i = 1; i < of.size(); ++i) {
      if (sum.kind == kind::integer && of[i].kind == kind::integer) {
        const wide a = sum.integer;
        const wide b = of[i].integer;
        std::optional<wide> made;
        if (op == "+") made = a + b;
        if (op == "-") made = a - b;
        if (op == "*") made = a * b;
        if ((op == "/" || op == "%") && b == 0) return null();
        if (op == "/" && a % b == 0) made = a / b;
        if (op == "%") made = a % b;
        if (made && *made >= std::numeric_limits<std::int64_t>::min() &&
            *made <= std::numeric_limits<std::int64_t>::max()) {
          sum = make_integer(static_cast<std::int64_t>(*made));
          continue;
        }
      }
      const double a = number(sum);
      const double b = number(of[i]);
      if ((op == "/" || op == "%") && b == 0) return null();
      const double made = op == "+"   ? a + b
                          : op == "-" ? a - b
                          : op == "*" ? a * b
                          : op == "/" ? a / b
                                      : std::fmod(a, b);
      if (!std::isfinite(made)) return null();
      sum = make(made);
    }
    return sum;
  }

  slow_value extreme(const std::string& op, const list& of) {
    if (leadline_ && of.empty()) return null();
    slow_value best = make(op == "max" ? -HUGE_VAL : HUGE_VAL);
    for (std::size_t i = 0; i < of.size(); ++i) {
      slow_value each = of[i];
      if (!is_number(each)) {
        if (leadline_) return null();
        each = make(script_number(each));
        if (std::isnan(each.real)) throw script_error{"NaN"};
      }
      if (i == 0 || (op == "max" ? number(each) > number(best) : number(each) < number(best))) best = each;
    }
    return best;
  }

  slow_value substr(const list& of) {
    if (leadline_ && is_null(of[0])) return null();
    const std::u32string letters = points(script_text(of[0]));
    const auto whole = [](const slow_value& from) {
      const double n = script_number(from);
      return std::isnan(n) ? 0.0 : std::clamp(std::trunc(n), -1e9, 1e9);
    };
    const auto size = static_cast<double>(letters.size());
    double start = whole(of[1]);
    start = start < 0 ? std::max(0.0, size + start) : std::min(start, size);
    double end = size;
    if (of.size() > 2) {
      const double count = whole(of[2]);
      end = script_number(of[2]) < 0 ? std::max(start, size + count) : std::min(size, start + count);
    }
    return make(utf8(letters.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start))));
  }

  static std::string lower(const std::string& text) {
    std::u32string letters = points(text);
    for (char32_t& each : letters) {
      if (each >= U'A' && each <= U'Z') each += 32;
      if (each == U'É') each = U'é';
      if (each == U'Ω') each = U'ω';
    }
    return utf8(letters);
  }

  slow_value apply(const std::string& op, const std::vector<document::node>& args, bool is_listed,
                   const slow_value& data) {
    static const std::set<std::string> comparisons{"<", "<=", ">", ">=", "==", "!=", "===", "!=="};
    static const std::set<std::string> lazy{"and", "or", "if", "?:", "map", "filter", "reduce", "all", "some", "none"};
    if (!leadline_ && !is_listed && (lazy.contains(op) || comparisons.contains(op)))
      throw script_error{"Invalid Arguments"};
    if (op == "if" || op == "?:") {
      std::size_t i = 0;
      for (; i + 1 < args.size(); i += 2) {
        if (truthy(eval(args[i], data))) return eval(args[i + 1], data);
      }
      return i < args.size() ? eval(args[i], data) : null();
    }
    if (op == "and" || op == "or") {
      slow_value latest = make(false);
      for (const document::node each : args) {
        latest = eval(each, data);
        if (truthy(latest) == (op == "or")) return latest;
      }
      return latest;
    }
    if (comparisons.contains(op)) {
      if (args.size() < 2) throw script_error{"Invalid Arguments"};
      slow_value previous = eval(args[0], data);
      for (std::size_t i = 1; i < args.size(); ++i) {
        const slow_value next = eval(args[i], data);
        if (!compare(op, previous, next)) return make(false);
        previous = next;
      }
      return make(true);
    }
    if (lazy.contains(op)) return loop(op, args, data);
    if (op == "log") return eval(args[0], data);

    list of;
    for (const document::node each : args) of.push_back(eval(each, data));
    static const std::set<std::string> spreading{"+", "*", "-", "/", "%", "max", "min", "cat"};
    if (!is_listed && spreading.contains(op) && is_list(of[0])) of = list(*of[0].items);

    if (op == "var") {
      if (of.empty()) return data;
      const slow_value found = read(of[0], data);
      const bool blank = leadline_ ? is_null(found) : found.kind == kind::absent;
      if (!blank) return found;
      return of.size() > 1 ? of[1] : found;
    }
    if (op == "missing") return missing(of, data);
    if (op == "missing_some") {
      const slow_value lacking = missing({of[1]}, data);
      const std::size_t asked = is_list(of[1]) ? of[1].items->size() : 1;
      return static_cast<double>(asked - lacking.items->size()) >= script_number(of[0]) ? make(list()) : lacking;
    }
    if (op == "!") return make(of.empty() || !truthy(of[0]));
    if (op == "!!") return make(!of.empty() && truthy(of[0]));
    if (op == "+" || op == "-" || op == "*" || op == "/" || op == "%") return arithmetic(op, of);
    if (op == "max" || op == "min") return extreme(op, of);
    if (op == "merge") {
      list out;
      for (const slow_value& each : of) {
        if (is_list(each)) {
          out.insert(out.end(), each.items->begin(), each.items->end());
        } else {
          out.push_back(each);
        }
      }
      return make(std::move(out));
    }
    if (op == "cat") {
      std::string out;
      for (const slow_value& each : of) out += is_null(each) ? "" : script_text(each);
      return make(std::move(out));
    }
    if (op == "substr") return substr(of);
    if (op == "in" || op == "contains") {
      const slow_value& part = op == "in" ? of[0] : of[1];
      const slow_value& whole = op == "in" ? of[1] : of[0];
      if (is_list(whole)) {
        return make(std::any_of(whole.items->begin(), whole.items->end(),
                                [&](const slow_value& each) { return same(each, part); }));
      }
      if (op == "contains")
        return make(is_text(part) && is_text(whole) && whole.text.find(part.text) != std::string::npos);
      if (!is_text(whole) || whole.text.empty() || (leadline_ && is_null(part))) return make(false);
      return make(whole.text.find(script_text(part)) != std::string::npos);
    }
    if (op == "starts_with") return make(is_text(of[0]) && is_text(of[1]) && of[0].text.starts_with(of[1].text));
    if (op == "ends_with") return make(is_text(of[0]) && is_text(of[1]) && of[0].text.ends_with(of[1].text));
    if (op == "lower") return is_text(of[0]) ? make(lower(of[0].text)) : null();
    std::abort();
  }

  slow_value loop(const std::string& op, const std::vector<document::node>& args, const slow_value& data) {
    const slow_value from = eval(args[0], data);
    slow_value sum = op == "reduce" && args.size() > 2 ? eval(args[2], data) : null();
    if (!is_list(from)) {
      if (op == "map" || op == "filter") return make(list());
      return op == "reduce" ? sum : make(op == "none");
    }
    if (op == "all" && from.items->empty()) return make(false);
    list out;
    for (const slow_value& item : *from.items) {
      if (op == "reduce") {
        slow_value pair{.kind = kind::object};
        pair.members = std::make_shared<std::vector<std::pair<std::string, slow_value>>>();
        pair.members->emplace_back("current", item);
        pair.members->emplace_back("accumulator", sum);
        sum = eval(args[1], pair);
        continue;
      }
      const slow_value made = eval(args[1], item);
      if (op == "map") out.push_back(present(made));
      if (op == "filter" && truthy(made)) out.push_back(item);
      if (op == "all" && !truthy(made)) return make(false);
      if (op == "some" && truthy(made)) return make(true);
      if (op == "none" && truthy(made)) return make(false);
    }
    if (op == "reduce") return sum;
    if (op == "map" || op == "filter") return make(std::move(out));
    return make(op != "some");
  }

  bool leadline_;
};

}  // namespace

slow_value slow_from(document::node from) {
  switch (from.kind()) {
    case json_kind::null: return null();
    case json_kind::boolean: return make(from.boolean());
    case json_kind::integer: return make_integer(from.integer());
    case json_kind::real: return make(from.real());
    case json_kind::text: return make(std::string(from.text()));
    case json_kind::array: {
      list items;
      for (const document::node each : from.children()) items.push_back(slow_from(each));
      return make(std::move(items));
    }
    case json_kind::object: {
      slow_value made{.kind = kind::object};
      made.members = std::make_shared<std::vector<std::pair<std::string, slow_value>>>();
      for (const document::node each : from.children()) made.members->emplace_back(each.key(), slow_from(each));
      return made;
    }
  }
  return null();
}

std::string to_json(const slow_value& from) {
  switch (from.kind) {
    case kind::boolean: return from.truth ? "true" : "false";
    case kind::integer: return std::to_string(from.integer);
    case kind::real: return std::isfinite(from.real) ? number_text(from.real) : "null";
    case kind::text: {
      std::string out;
      json_text::append_quoted(out, from.text);
      return out;
    }
    case kind::list: {
      std::string out = "[";
      for (const slow_value& each : *from.items) out += (out.size() > 1 ? "," : "") + to_json(each);
      return out + "]";
    }
    case kind::object: {
      std::string out = "{";
      for (const auto& [key, content] : *from.members) {
        if (out.size() > 1) out += ',';
        json_text::append_quoted(out, key);
        out += ":" + to_json(content);
      }
      return out + "}";
    }
    default: return "null";
  }
}

slow_result slow_condition(document::node rule, const slow_value& data, semantics rules) {
  try {
    return {interpreter(rules).eval(rule, data), std::nullopt};
  } catch (const script_error& error) {
    return {{}, error.type};
  }
}

}  // namespace leadline::test
