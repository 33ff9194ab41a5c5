// The JSON document: values, places, comments, and everything that is refused.

#include "leadline/base/document.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/limits.hpp"
#include "support/case_count.hpp"

namespace leadline::test::document_test {
namespace {

document parse(std::string text) {
  result<document> read = document::parse(text, "pack.json");
  EXPECT_TRUE(read) << to_text(read.error(), text);
  return std::move(read).value();
}

/// The one problem of a text that is refused.
diagnostic problem_of(const std::string& text) {
  const result<document> read = document::parse(text, "pack.json");
  EXPECT_FALSE(read) << text;
  if (read) return {};
  EXPECT_EQ(read.error().size(), 1U) << to_text(read.error(), text);
  return read.error().front();
}

/// "line:column" of a place, and what the text holds there.
std::string place(const source_range& where) { return std::to_string(where.line) + ":" + std::to_string(where.column); }
std::string_view held(const document& owner, const source_range& where) {
  return std::string_view(owner.text()).substr(where.offset, where.size);
}

// --- Values ----------------------------------------------------------------------------------------------------

TEST(document, holds_every_kind_of_value) {
  const document read = parse(
      R"({"null": null, "true": true, "false": false, "int": -7, "real": 2.5, "text": "a", "list": [1, 2], "object": {}})");
  const document::node root = read.root();
  EXPECT_EQ(root.kind(), json_kind::object);
  EXPECT_EQ(root.size(), 8U);
  EXPECT_TRUE(root["null"].is_null());
  EXPECT_TRUE(root["true"].boolean());
  EXPECT_FALSE(root["false"].boolean());
  EXPECT_EQ(root["int"].integer(), -7);
  EXPECT_EQ(root["int"].real(), -7.0);
  EXPECT_EQ(root["real"].kind(), json_kind::real);
  EXPECT_EQ(root["real"].real(), 2.5);
  EXPECT_EQ(root["text"].text(), "a");
  EXPECT_EQ(root["list"].size(), 2U);
  EXPECT_EQ(root["list"].first_child().next_sibling().integer(), 2);
  EXPECT_TRUE(root["object"].is_object());
  EXPECT_EQ(root["object"].size(), 0U);
  EXPECT_FALSE(root["object"].first_child());
}

TEST(document, gives_an_absent_value_for_a_key_that_is_not_there) {
  const document read = parse(R"({"a": {"b": 1}, "list": [1]})");
  const document::node absent = read.root()["x"];
  EXPECT_FALSE(absent);
  EXPECT_TRUE(absent.is_null());
  EXPECT_FALSE(absent["y"]["z"]);
  EXPECT_EQ(absent.size(), 0U);
  EXPECT_EQ(absent.key(), "");
  EXPECT_EQ(absent.pointer(), "");
  EXPECT_EQ(absent.where().line, 0U);
  EXPECT_EQ(absent.source(), "");
  EXPECT_FALSE(read.root()["list"]["0"]);
  for (const document::node child : absent.children()) FAIL() << child.pointer();
}

TEST(document, keeps_numbers_exactly) {
  const document read = parse(
      "[9223372036854775807, -9223372036854775808, 0, -0, 1e3, 0.1, 5e-324, 1.7976931348623157e308, 1e-400, "
      "123456789.123456789]");
  std::vector<document::node> list;
  for (const document::node one : read.root().children()) list.push_back(one);
  EXPECT_EQ(list[0].integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(list[1].integer(), std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(list[2].is_integer());
  EXPECT_EQ(list[3].real(), 0.0);
  EXPECT_EQ(list[4].kind(), json_kind::real);
  EXPECT_EQ(list[4].real(), 1000.0);
  EXPECT_EQ(list[5].real(), 0.1);
  EXPECT_EQ(list[6].real(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(list[7].real(), std::numeric_limits<double>::max());
  EXPECT_EQ(list[8].real(), 0.0);
  EXPECT_EQ(list[9].real(), 123456789.123456789);
}

TEST(document, undoes_escapes_in_texts_and_keys) {
  const document read = parse(R"({"a\"b": "line\nbreak\t\u00e9\ud83d\ude00\/\\", "\u006bey": "", "plain": "é"})");
  EXPECT_EQ(read.root()["a\"b"].text(), "line\nbreak\té😀/\\");
  EXPECT_EQ(read.root()["key"].text(), "");
  EXPECT_EQ(read.root()["plain"].text(), "é");
  EXPECT_EQ(parse(R"("a\u0000b")").root().text(), std::string_view("a\0b", 3));
}

TEST(document, may_be_any_single_value) {
  EXPECT_EQ(parse(" 7 ").root().integer(), 7);
  EXPECT_EQ(parse("\"x\"").root().text(), "x");
  EXPECT_TRUE(parse("null").root().is_null());
  EXPECT_TRUE(parse("null").root());
}

TEST(document, may_have_comments_and_a_byte_order_mark) {
  const document read = parse(
      "\xEF\xBB\xBF// head\n{ /* a */ \"a\" /* b */ : /* c */ 1 /* d */, // e\n \"b\": [ /* [ */ 2 // ]\n ] }\n// end");
  EXPECT_EQ(read.root()["a"].integer(), 1);
  EXPECT_EQ(read.root()["b"].first_child().integer(), 2);
  EXPECT_EQ(held(read, read.root()["a"].where()), "1");
  EXPECT_EQ(place(read.root()["b"].key_where()), "3:2");
}

// --- Places ----------------------------------------------------------------------------------------------------

TEST(document, knows_where_every_token_stands) {
  const document read =
      parse("{\n  \"a\": [1, -2.5e3,\n    true, false, null],\n\t\"b\" : { \"c\":\"te\\\"xt\" }\n}\n");
  const document::node a = read.root()["a"];
  EXPECT_EQ(place(read.root().where()), "1:1");
  EXPECT_EQ(held(read, read.root().where()), read.text().substr(0, read.text().size() - 1));
  EXPECT_EQ(place(a.where()), "2:8");
  EXPECT_EQ(held(read, a.where()), "[1, -2.5e3,\n    true, false, null]");
  EXPECT_EQ(place(a.key_where()), "2:3");
  EXPECT_EQ(held(read, a.key_where()), "\"a\"");
  std::vector<std::string> places;
  std::vector<std::string> texts;
  for (const document::node child : a.children()) {
    places.push_back(place(child.where()));
    texts.emplace_back(child.source());
  }
  EXPECT_EQ(places, (std::vector<std::string>{"2:9", "2:12", "3:5", "3:11", "3:18"}));
  EXPECT_EQ(texts, (std::vector<std::string>{"1", "-2.5e3", "true", "false", "null"}));
  const document::node c = read.root()["b"]["c"];
  EXPECT_EQ(place(c.where()), "4:14");
  EXPECT_EQ(c.source(), "\"te\\\"xt\"");
  EXPECT_EQ(c.text(), "te\"xt");
  EXPECT_EQ(place(c.key_where()), "4:10");
  // An element of an array has no key: its own place stands in.
  EXPECT_EQ(place(a.first_child().key_where()), "2:9");
}

TEST(document, counts_columns_in_code_points) {
  const document read = parse("{\"ключ\": \"é😀\", \"b\": 1}");
  EXPECT_EQ(place(read.root()["b"].where()), "1:21");
  EXPECT_EQ(read.root()["b"].where().offset, read.text().size() - 2);
}

TEST(document, counts_lines_by_line_feeds) {
  const document read = parse("{\r\n  \"a\": 1,\r\n\r\n  \"b\": 2}");
  EXPECT_EQ(place(read.root()["a"].where()), "2:8");
  EXPECT_EQ(place(read.root()["b"].where()), "4:8");
}

TEST(document, points_to_values_by_json_pointer) {
  const document read = parse(R"({"a": {"b/c": [0, {"~d": 1, "": 2}]}})");
  const document::node list = read.root()["a"]["b/c"];
  EXPECT_EQ(read.root().pointer(), "");
  EXPECT_EQ(list.pointer(), "/a/b~1c");
  const document::node object = list.first_child().next_sibling();
  EXPECT_EQ(object["~d"].pointer(), "/a/b~1c/1/~0d");
  EXPECT_EQ(object[""].pointer(), "/a/b~1c/1/");
  EXPECT_EQ(object["~d"].parent(), object);
  EXPECT_FALSE(read.root().parent());
}

TEST(document, blames_a_value_or_its_key) {
  const document read = parse("{\"a\": 1}");
  const diagnostic at_value = read.root()["a"].blame({.code = "x.y", .message = "m"});
  EXPECT_EQ(at_value.file, "pack.json");
  EXPECT_EQ(at_value.pointer, "/a");
  EXPECT_EQ(place(at_value.where), "1:7");
  EXPECT_EQ(at_value.code, "x.y");
  EXPECT_EQ(place(read.root()["a"].blame_key({}).where), "1:2");
}

TEST(document, may_be_moved_with_its_nodes_read_anew) {
  document first = parse(R"({"a": "\u0062"})");
  const document second = std::move(first);
  EXPECT_EQ(second.root()["a"].text(), "b");
}

// --- What is refused -------------------------------------------------------------------------------------------

TEST(document, refuses_broken_syntax_with_its_place) {
  struct refused {
    std::string text;
    std::string place;
  };
  for (const refused& one : std::vector<refused>{{"", "1:1"},
                                                 {"  ", ""},
                                                 {"{", ""},
                                                 {"[1,", ""},
                                                 {"{\"a\" 1}", ""},
                                                 {"{\"a\": }", "1:7"},
                                                 {"[1 2]", ""},
                                                 {"[1,]", "1:4"},
                                                 {"{\"a\": 1,}", "1:9"},
                                                 {"[01]", ""},
                                                 {"[1.]", ""},
                                                 {"[+1]", "1:2"},
                                                 {"[.5]", "1:2"},
                                                 {"[NaN]", "1:2"},
                                                 {"[tru]", "1:2"},
                                                 {"{a: 1}", "1:2"},
                                                 {"{'a': 1}", "1:2"},
                                                 {"\"a", ""},
                                                 {"\"\\x\"", ""},
                                                 {"\"\\ud800\"", ""},
                                                 {"\"a\nb\"", ""},
                                                 {"[1]]", "1:4"},
                                                 {"{} {}", "1:3"},
                                                 {"\"\xFF\"", ""},
                                                 {"/* open", ""},
                                                 {"/ 1", ""},
                                                 {"]", "1:1"},
                                                 {"{\"a\":1,\n \"b\":x}", "2:6"}}) {
    const diagnostic problem = problem_of(one.text);
    EXPECT_EQ(problem.code, "json.syntax") << one.text;
    EXPECT_FALSE(problem.message.empty()) << one.text;
    EXPECT_LE(problem.where.offset + problem.where.size, one.text.size()) << one.text;
    if (!one.place.empty()) {
      EXPECT_EQ(place(problem.where), one.place) << one.text;
    }
  }
}

TEST(document, refuses_a_key_that_stands_twice_and_shows_both) {
  const diagnostic problem = problem_of("{\"a\": 1, \"b\": 2,\n \"a\": 3}");
  EXPECT_EQ(problem.code, "json.duplicate_key");
  EXPECT_EQ(place(problem.where), "2:2");
  EXPECT_EQ(problem.pointer, "/a");
  ASSERT_EQ(problem.related.size(), 1U);
  EXPECT_EQ(place(problem.related[0].where), "1:2");
  // Escapes do not hide it, and it may lie deep.
  EXPECT_EQ(problem_of(R"([[{"a": {"key": 1, "\u006bey": 2}}]])").code, "json.duplicate_key");
  // In distinct objects a key may repeat.
  EXPECT_TRUE(document::parse(R"([{"a": 1}, {"a": 1}])"));
}

TEST(document, tells_all_duplicates_and_large_numbers_together) {
  const std::string text = R"({"a": 1, "a": 2, "n": 9223372036854775808, "b": {"c": 1, "c": 2, "c": 3}})";
  const result<document> read = document::parse(text);
  ASSERT_FALSE(read);
  std::vector<std::string> codes;
  for (const diagnostic& problem : read.error()) codes.push_back(problem.code);
  EXPECT_EQ(codes, (std::vector<std::string>{"json.duplicate_key", "json.number_out_of_range", "json.duplicate_key",
                                             "json.duplicate_key"}));
}

TEST(document, refuses_numbers_that_would_change) {
  for (const char* text : {"[9223372036854775808]", "[-9223372036854775809]", "[18446744073709551615]",
                           "[18446744073709551616]", "[100000000000000000000000000000]", "[1e400]", "[-1e400]"}) {
    const diagnostic problem = problem_of(text);
    EXPECT_EQ(problem.code, "json.number_out_of_range") << text;
    EXPECT_EQ(place(problem.where), "1:2") << text;
    EXPECT_EQ(problem.where.size, std::string_view(text).size() - 2) << text;
  }
}

TEST(document, takes_large_whole_numbers_as_reals_where_data_comes_from_elsewhere) {
  const document read =
      document::parse("[9223372036854775808, 18446744073709551616, 9223372036854775807]", "", large_integers::as_reals)
          .value();
  EXPECT_EQ(read.root().first_child().real(), 9223372036854775808.0);
  EXPECT_EQ(read.root().first_child().next_sibling().real(), 18446744073709551616.0);
  EXPECT_TRUE(read.root().first_child().next_sibling().next_sibling().is_integer());
  EXPECT_FALSE(document::parse("[1e400]", "", large_integers::as_reals));
}

TEST(document, refuses_what_crosses_a_limit_and_names_it) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(document::parse(nested(limits::document_depth_max)));
  EXPECT_EQ(problem_of(nested(limits::document_depth_max + 1)).code, "json.too_deep");
  EXPECT_EQ(problem_of(std::string(1'000'000, '[')).code, "json.too_deep");
  EXPECT_EQ(problem_of("\"" + std::string(limits::document_text_size_max + 1, 'x') + "\"").code, "json.text_too_long");
  EXPECT_TRUE(document::parse("\"" + std::string(limits::document_text_size_max, 'x') + "\""));
  EXPECT_EQ(problem_of("{\"" + std::string(limits::document_text_size_max + 1, 'x') + "\": 1}").code,
            "json.text_too_long");
  EXPECT_EQ(problem_of(std::string(limits::document_size_max + 1, ' ')).code, "json.too_large");
  std::string many = "[0";
  for (std::size_t i = 0; i + 2 < limits::document_node_count_max; ++i) many += ",0";
  EXPECT_TRUE(document::parse(many + "]"));
  const diagnostic problem = problem_of(many + ",0]");
  EXPECT_EQ(problem.code, "json.too_many_values");
  EXPECT_NE(problem.message.find(std::to_string(limits::document_node_count_max)), std::string::npos);
}

TEST(document, counts_columns_of_a_line_of_megabytes) {
  // Letters of one to four bytes, so that no mark falls on an even place.
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += "\"aé😀\",";
  text += "0]";
  const document read = parse(text);
  std::uint32_t column = 2;
  for (const document::node child : read.root().children()) {
    ASSERT_EQ(child.where().column, column);
    ASSERT_EQ(child.where().line, 1U);
    column += 6;
  }
}

TEST(document, finds_a_hundred_thousand_duplicate_keys_in_a_moment) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"a\":0,";
  text.back() = '}';
  const auto begin = std::chrono::steady_clock::now();
  const result<document> read = document::parse(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().size(), limits::diagnostic_count_max);
  EXPECT_EQ(read.error().error_count(), 99'999U);
  // A quadratic search would take minutes; the bound only has to tell the two apart, on a slow machine too.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

// --- Against a writer that knows where it put everything -----------------------------------------------------------

/// Writes random JSON and remembers every value: what it is, where it stands, and its pointer.
class random_document {
 public:
  struct value {
    json_kind kind;
    std::size_t offset;
    std::size_t size;
    std::string pointer;
    std::string text;
  };

  explicit random_document(std::uint64_t seed) : engine_(seed) {
    write_blank();
    write_value("", 0);
    write_blank();
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<value>& values() const { return values_; }

 private:
  std::uint64_t pick(std::uint64_t n) { return engine_() % n; }

  void write_blank() {
    static constexpr std::string_view blanks[] = {
        "", "", "", " ", "\n", "\t", "\r\n", "/* , \" : } */", "// ] \"\n", " /**/ ", "/* é\n */"};
    for (std::uint64_t n = pick(3); n > 0; --n) text_ += blanks[pick(std::size(blanks))];
  }

  /// Writes a text and returns what it means.
  std::string write_text() {
    struct piece {
      std::string_view written, meant;
    };
    static constexpr piece pieces[] = {
        {"a", "a"},     {"key", "key"},   {"/", "/"},  {"~", "~"}, {"\\n", "\n"},           {"\\\"", "\""},
        {"\\\\", "\\"}, {"\\u00e9", "é"}, {"é", "é"},  {"😀", "😀"}, {"\\ud83d\\ude00", "😀"}, {"{", "{"},
        {"]", "]"},     {"//", "//"},     {"/*", "/*"}};
    std::string meant;
    text_ += '"';
    for (std::uint64_t n = pick(5); n > 0; --n) {
      const piece& one = pieces[pick(std::size(pieces))];
      text_ += one.written;
      meant += one.meant;
    }
    text_ += '"';
    return meant;
  }

  void write_value(const std::string& pointer, int depth) {
    const std::size_t index = values_.size();
    values_.push_back({json_kind::null, text_.size(), 0, pointer, {}});
    json_kind kind = json_kind::null;
    std::string meant;
    switch (pick(depth < 5 ? 8 : 6)) {
      case 0: text_ += "null"; break;
      case 1:
        kind = json_kind::boolean;
        text_ += "true";
        break;
      case 2:
        kind = json_kind::boolean;
        text_ += "false";
        break;
      case 3:
        kind = json_kind::integer;
        text_ += std::to_string(static_cast<std::int64_t>(engine_()) >> pick(64));
        break;
      case 4:
        kind = json_kind::real;
        text_ += pick(2) == 0 ? "-1.25e-3" : "10.5";
        break;
      case 5:
        kind = json_kind::text;
        meant = write_text();
        break;
      case 6: {
        kind = json_kind::array;
        text_ += '[';
        const std::uint64_t count = pick(5);
        for (std::uint64_t i = 0; i < count; ++i) {
          if (i != 0) text_ += ',';
          write_blank();
          write_value(pointer + "/" + std::to_string(i), depth + 1);
          write_blank();
        }
        if (count == 0) write_blank();
        text_ += ']';
        break;
      }
      default: {
        kind = json_kind::object;
        text_ += '{';
        const std::uint64_t count = pick(5);
        for (std::uint64_t i = 0; i < count; ++i) {
          if (i != 0) text_ += ',';
          write_blank();
          // A number first keeps the keys of one object apart.
          const std::size_t begin = text_.size();
          std::string key = write_text();
          text_.insert(begin + 1, std::to_string(i));
          key.insert(0, std::to_string(i));
          std::string escaped;
          for (const char letter : key) escaped += letter == '~' ? "~0" : letter == '/' ? "~1" : std::string(1, letter);
          write_blank();
          text_ += ':';
          write_blank();
          write_value(pointer + "/" + escaped, depth + 1);
          write_blank();
        }
        if (count == 0) write_blank();
        text_ += '}';
        break;
      }
    }
    values_[index].kind = kind;
    values_[index].size = text_.size() - values_[index].offset;
    values_[index].text = meant;
  }

  std::mt19937_64 engine_;
  std::string text_;
  std::vector<value> values_;
};

void collect(document::node at, std::vector<document::node>& all) {
  all.push_back(at);
  for (const document::node child : at.children()) collect(child, all);
}

TEST(document, agrees_with_a_writer_that_knows_where_it_put_everything) {
  std::size_t value_count = 0;
  for (int seed = 0; seed < case_count(20'000); ++seed) {
    const random_document written(static_cast<std::uint64_t>(seed));
    const result<document> read = document::parse(written.text(), "pack.json");
    ASSERT_TRUE(read) << "seed " << seed << "\n" << written.text() << "\n" << to_text(read.error(), written.text());
    std::vector<document::node> all;
    collect(read->root(), all);
    ASSERT_EQ(all.size(), written.values().size()) << "seed " << seed << "\n" << written.text();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const random_document::value& expected = written.values()[i];
      ASSERT_EQ(all[i].kind(), expected.kind) << "seed " << seed << "\n" << written.text();
      ASSERT_EQ(all[i].where().offset, expected.offset) << "seed " << seed << " " << expected.pointer << "\n"
                                                        << written.text();
      ASSERT_EQ(all[i].where().size, expected.size) << "seed " << seed << " " << expected.pointer << "\n"
                                                    << written.text();
      ASSERT_EQ(all[i].pointer(), expected.pointer) << "seed " << seed << "\n" << written.text();
      if (expected.kind == json_kind::text) {
        ASSERT_EQ(all[i].text(), expected.text) << "seed " << seed << "\n" << written.text();
      }
    }
    value_count += all.size();
  }
  RecordProperty("values", static_cast<int>(value_count));
}

TEST(document, with_one_byte_changed_is_read_or_refused_with_a_place_within_it) {
  std::mt19937_64 engine(7);
  for (int seed = 0; seed < case_count(20'000); ++seed) {
    std::string text = random_document(static_cast<std::uint64_t>(seed)).text();
    if (text.empty()) continue;
    switch (engine() % 3) {
      case 0: text.erase(engine() % text.size(), 1); break;
      case 1: text[engine() % text.size()] = static_cast<char>(engine()); break;
      default: text.insert(engine() % text.size(), 1, "{}[]\",:/*0-\\"[engine() % 12]); break;
    }
    const result<document> read = document::parse(text, "pack.json");
    if (read) continue;
    ASSERT_TRUE(read.error().has_errors());
    for (const diagnostic& problem : read.error()) {
      ASSERT_GE(problem.where.line, 1U) << text;
      ASSERT_LE(problem.where.offset + problem.where.size, text.size()) << "seed " << seed << "\n" << text;
    }
    ASSERT_TRUE(document::parse(to_json(read.error()))) << "seed " << seed;
    ASSERT_FALSE(to_text(read.error(), text).empty());
  }
}

}  // namespace
}  // namespace leadline::test::document_test
