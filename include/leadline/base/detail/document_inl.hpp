#pragma once

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/base/detail/utf8.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/limits.hpp"

namespace leadline {

namespace detail {

/// The first byte at or after `at` that is neither white space nor part of a comment.
[[nodiscard]] inline std::size_t skip_blank(std::string_view text, std::size_t at) noexcept {
  while (at < text.size()) {
    const char letter = text[at];
    if (letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r') {
      ++at;
    } else if (letter == '/' && at + 1 < text.size() && text[at + 1] == '/') {
      // As the reader of nlohmann/json has it: a carriage return or a NUL ends a comment as well.
      at = std::min(text.find_first_of(std::string_view("\n\r\0", 3), at), text.size());
    } else if (letter == '/' && at + 1 < text.size() && text[at + 1] == '*') {
      const std::size_t end = text.find("*/", at + 2);
      at = end == std::string_view::npos ? text.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

}  // namespace detail

/// Receives the SAX events of nlohmann::json and lays the flat tree down. The events carry no positions: each
/// token is found again by walking on from the end of the one before it, over blanks, comments and separators.
class document_builder {
 public:
  using json = nlohmann::json;

  document_builder(document& target, large_integers treatment) : target_(target), treatment_(treatment) {
    // A byte order mark is skipped by the reader as well.
    if (target_.text_.starts_with("\xEF\xBB\xBF")) cursor_ = 3;
  }

  [[nodiscard]] diagnostics take_problems() { return std::move(problems_); }

  bool null() { return add_literal(json_kind::null, 4); }
  bool boolean(bool value) {
    if (!add_literal(json_kind::boolean, value ? 4 : 5)) return false;
    target_.records_.back().boolean = value;
    return true;
  }
  bool number_integer(json::number_integer_t value) {
    if (!add_number(json_kind::integer)) return false;
    target_.records_.back().integer = value;
    return true;
  }
  bool number_unsigned(json::number_unsigned_t value) {
    constexpr json::number_unsigned_t integer_max = 0x7FFF'FFFF'FFFF'FFFF;
    if (value > integer_max) return add_large_integer();
    return number_integer(static_cast<json::number_integer_t>(value));
  }
  bool number_float(json::number_float_t, const json::string_t& written) {
    // The reader hands a whole number that fits no integer over as a real.
    if (written.find_first_of(".eE") == std::string::npos) return add_large_integer();
    return add_real();
  }
  bool string(json::string_t& value) {
    const token at = text_token();
    if (value.size() > limits::document_text_size_max) return refuse_text(at, value.size());
    if (!add(json_kind::text, at)) return false;
    target_.records_.back().text = keep_if_escaped(at, value);
    return true;
  }
  bool binary(json::binary_t&) { return false; }  // JSON text has none

  bool start_object(std::size_t) { return open(json_kind::object); }
  bool start_array(std::size_t) { return open(json_kind::array); }
  bool end_array() {
    close();
    return true;
  }
  bool end_object() {
    find_duplicate_keys(open_.back());
    close();
    return true;
  }
  bool key(json::string_t& value) {
    key_ = text_token();
    if (value.size() > limits::document_text_size_max) return refuse_text(key_, value.size());
    key_text_ = keep_if_escaped(key_, value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_token, const json::exception& reason);

 private:
  struct token {
    std::size_t offset = 0;
    std::size_t size = 0;
  };

  [[nodiscard]] std::size_t next_token() const noexcept {
    std::size_t at = detail::skip_blank(target_.text_, cursor_);
    while (at < target_.text_.size() && (target_.text_[at] == ',' || target_.text_[at] == ':')) {
      at = detail::skip_blank(target_.text_, at + 1);
    }
    return at;
  }

  [[nodiscard]] token take(std::size_t offset, std::size_t size) noexcept {
    cursor_ = offset + size;
    return {offset, size};
  }

  [[nodiscard]] token text_token() noexcept {
    const std::string& text = target_.text_;
    const std::size_t begin = next_token();
    std::size_t end = begin + 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return take(begin, std::min(end + 1, text.size()) - begin);
  }

  [[nodiscard]] token number_token() noexcept {
    const std::string& text = target_.text_;
    const std::size_t begin = next_token();
    const std::size_t end = text.find_first_not_of("+-.0123456789eE", begin);
    return take(begin, std::min(end, text.size()) - begin);
  }

  /// The index of the text, kept apart only when it differs from what stands between the quotes.
  [[nodiscard]] std::uint32_t keep_if_escaped(token at, std::string& value) {
    if (value.size() + 2 == at.size) return document::none;
    target_.texts_.push_back(std::move(value));
    return static_cast<std::uint32_t>(target_.texts_.size() - 1);
  }

  bool add(json_kind kind, token at) {
    std::vector<document::record>& records = target_.records_;
    if (records.size() >= limits::document_node_count_max) {
      return refuse(at, "json.too_many_values",
                    "the document has more than " + std::to_string(limits::document_node_count_max) + " values",
                    "at most " + std::to_string(limits::document_node_count_max) + " values");
    }
    const auto index = static_cast<std::uint32_t>(records.size());
    document::record added;
    added.kind = kind;
    added.value_offset = static_cast<std::uint32_t>(at.offset);
    added.value_size = static_cast<std::uint32_t>(at.size);
    if (!open_.empty()) {
      added.parent = open_.back();
      document::record& parent = records[added.parent];
      added.index_in_parent = parent.child_count++;
      if (parent.kind == json_kind::object) {
        added.key_offset = static_cast<std::uint32_t>(key_.offset);
        added.key_size = static_cast<std::uint32_t>(key_.size);
        added.key_text = key_text_;
      }
      if (last_child_.back() == document::none) {
        parent.first_child = index;
      } else {
        records[last_child_.back()].next_sibling = index;
      }
      last_child_.back() = index;
    }
    records.push_back(added);
    return true;
  }

  bool add_literal(json_kind kind, std::size_t size) { return add(kind, take(next_token(), size)); }
  bool add_number(json_kind kind) { return add(kind, number_token()); }

  bool add_real() {
    const token at = number_token();
    double value = 0;
    // from_chars reads the nearest double whatever the locale; the reader's own strtod does not promise that.
    const char* const begin = target_.text_.data() + at.offset;
    const auto read = std::from_chars(begin, begin + at.size, value);
    if (read.ec == std::errc::result_out_of_range) value = 0;  // below the smallest double; above is refused
    if (!add(json_kind::real, at)) return false;
    target_.records_.back().real = value;
    return true;
  }

  bool add_large_integer() {
    if (treatment_ == large_integers::as_reals) return add_real();
    if (!add_number(json_kind::integer)) return false;
    tell(token{target_.records_.back().value_offset, target_.records_.back().value_size}, "json.number_out_of_range",
         "the whole number is outside the range of 64 bits",
         "a whole number from -9223372036854775808 to 9223372036854775807");
    return true;
  }

  bool open(json_kind kind) {
    const token at = take(next_token(), 1);
    if (open_.size() >= limits::document_depth_max) {
      return refuse(at, "json.too_deep",
                    "arrays and objects are nested more than " + std::to_string(limits::document_depth_max) + " deep",
                    "at most " + std::to_string(limits::document_depth_max) + " levels");
    }
    if (!add(kind, at)) return false;
    open_.push_back(static_cast<std::uint32_t>(target_.records_.size() - 1));
    last_child_.push_back(document::none);
    return true;
  }

  void close() {
    static_cast<void>(take(next_token(), 1));
    document::record& closed = target_.records_[open_.back()];
    closed.value_size = static_cast<std::uint32_t>(cursor_ - closed.value_offset);
    open_.pop_back();
    last_child_.pop_back();
  }

  void find_duplicate_keys(std::uint32_t object) {
    std::vector<document::node>& members = members_;
    members.clear();
    for (std::uint32_t at = target_.records_[object].first_child; at != document::none;
         at = target_.records_[at].next_sibling) {
      members.push_back(document::node(&target_, at));
    }
    std::sort(members.begin(), members.end(), [](document::node a, document::node b) {
      const int order = a.key().compare(b.key());
      return order != 0 ? order < 0 : a.index_ < b.index_;
    });
    std::size_t first = 0;  // of the run of equal keys
    for (std::size_t i = 1; i < members.size(); ++i) {
      if (members[i].key() != members[first].key()) {
        first = i;
        continue;
      }
      if (is_full()) continue;
      diagnostic problem;
      problem.code = "json.duplicate_key";
      problem.message = "the key \"" + detail::abbreviated(members[i].key()) + "\" stands twice in one object";
      problem.expected = "each key once";
      problem.related.push_back({"the first one", target_.file_, members[first].key_where(), members[first].pointer()});
      problems_.add(members[i].blame_key(std::move(problem)));
    }
  }

  /// Whether no more problems are told: then they are only counted, and no time goes into their places.
  [[nodiscard]] bool is_full() {
    if (problems_.size() < limits::diagnostic_count_max) return false;
    problems_.add(diagnostic{});
    return true;
  }

  void tell(token at, std::string code, std::string message, std::string expected) {
    if (is_full()) return;
    diagnostic problem;
    problem.code = std::move(code);
    problem.message = std::move(message);
    problem.expected = std::move(expected);
    problem.file = target_.file_;
    problem.where = target_.range(at.offset, at.size);
    problem.pointer = present_pointer();
    problems_.add(std::move(problem));
  }

  bool refuse(token at, std::string code, std::string message, std::string expected) {
    tell(at, std::move(code), std::move(message), std::move(expected));
    return false;
  }

  bool refuse_text(token at, std::size_t size) {
    return refuse(at, "json.text_too_long",
                  "a text of " + std::to_string(size) + " bytes is longer than the maximum of " +
                      std::to_string(limits::document_text_size_max),
                  "at most " + std::to_string(limits::document_text_size_max) + " bytes");
  }

  /// Where reading stands: the innermost open value, the last child begun.
  [[nodiscard]] std::string present_pointer() const {
    if (open_.empty()) return {};
    const std::uint32_t child = last_child_.back();
    return document::node(&target_, child == document::none ? open_.back() : child).pointer();
  }

  document& target_;
  large_integers treatment_;
  diagnostics problems_;
  std::size_t cursor_ = 0;  // the end of the last token
  token key_;
  std::uint32_t key_text_ = document::none;
  std::vector<std::uint32_t> open_;
  std::vector<std::uint32_t> last_child_;
  std::vector<document::node> members_;
};

inline bool document_builder::parse_error(std::size_t position, const std::string&, const json::exception& reason) {
  const std::string& text = target_.text_;
  std::size_t end = std::min(position, text.size());
  // A misspelt word is shown whole, not only up to its first wrong letter.
  if (end > 0 && detail::is_ascii_word(text[end - 1])) {
    while (end < text.size() && detail::is_ascii_word(text[end])) ++end;
  }
  // What the reader stumbled over: the token after the last good one. When the separator between the two is
  // missing, the place where it belongs is part of the range.
  std::size_t begin = detail::skip_blank(text, cursor_);
  if (begin < end && (text[begin] == ',' || text[begin] == ':')) {
    begin = detail::skip_blank(text, begin + 1);
  } else {
    begin = cursor_;
  }
  if (begin >= end) begin = std::min(cursor_, end);

  constexpr int number_overflow = 406;
  if (reason.id == number_overflow) {
    tell({begin, end - begin}, "json.number_out_of_range", "the number is too large for a double",
         "a number of magnitude below 1.8e308");
    return false;
  }
  // The reader's sentence reads "[code] parse error at line L, column C: syntax error while parsing X - detail".
  std::string detail_text = reason.what();
  if (const std::size_t dash = detail_text.find(" - "); dash != std::string::npos) detail_text.erase(0, dash + 3);
  std::string expected = "JSON";
  if (const std::size_t mark = detail_text.rfind("; expected "); mark != std::string::npos) {
    expected = detail_text.substr(mark + 11);
    detail_text.erase(mark);
  }
  if (const std::size_t echo = detail_text.find("; last read:"); echo != std::string::npos) detail_text.erase(echo);
  if (expected == "'}'" || expected == "']'") expected = "',' or " + expected;
  const std::size_t before = text.find_last_not_of(" \t\r\n", begin == 0 ? 0 : begin - 1);
  if (before != std::string::npos && begin < text.size() && text[before] == ',' &&
      (text[begin] == '}' || text[begin] == ']')) {
    detail_text = "there is a comma after the last element";
    expected = "no comma before the closing bracket";
  } else if (detail::skip_blank(text, cursor_) >= text.size()) {
    detail_text =
        open_.empty() ? "the document is empty" : "the document ends before its arrays and objects are closed";
    expected = open_.empty() ? "one JSON value" : "a closing bracket for each opened one";
  }
  tell({begin, std::max<std::size_t>(end - begin, begin < text.size() ? 1 : 0)}, "json.syntax",
       detail::abbreviated(detail_text, 160), std::move(expected));
  if (!open_.empty() && problems_.dropped_count() == 0) {
    // Where a bracket is missing the reader notices late; the one that is still open says where to look.
    const document::node innermost(&target_, open_.back());
    source_range where = innermost.where();
    where.size = 1;
    problems_.begin()[static_cast<std::ptrdiff_t>(problems_.size()) - 1].related.push_back(
        {innermost.is_object() ? "inside the object that begins here" : "inside the array that begins here",
         target_.file_, where, innermost.pointer()});
  }
  return false;
}

LEADLINE_INLINE result<document> document::parse(std::string text, std::string file, large_integers treatment) {
  document parsed;
  parsed.file_ = std::move(file);
  if (text.size() > limits::document_size_max) {
    diagnostic problem;
    problem.code = "json.too_large";
    problem.message = "the document has " + std::to_string(text.size()) + " bytes";
    problem.expected = "at most " + std::to_string(limits::document_size_max) + " bytes";
    problem.file = parsed.file_;
    return failure(std::move(problem));
  }
  parsed.text_ = std::move(text);
  parsed.line_starts_.push_back(0);
  for (std::size_t at = parsed.text_.find('\n'); at != std::string::npos; at = parsed.text_.find('\n', at + 1)) {
    parsed.mark_columns(parsed.line_starts_.back(), at);
    parsed.line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
  }
  parsed.mark_columns(parsed.line_starts_.back(), parsed.text_.size());
  document_builder builder(parsed, treatment);
  const char* const begin = parsed.text_.data();
  const bool is_read = nlohmann::json::sax_parse(begin, begin + parsed.text_.size(), &builder,
                                                 nlohmann::json::input_format_t::json, /*strict=*/true,
                                                 /*ignore_comments=*/true);
  diagnostics problems = builder.take_problems();
  if (!is_read || problems.has_errors()) {
    problems.sort();
    return failure(std::move(problems));
  }
  return parsed;
}

LEADLINE_INLINE document::node document::root() const noexcept { return node(this, 0); }

LEADLINE_INLINE source_range document::range(std::size_t offset, std::size_t size) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::uint32_t>(after - line_starts_.begin());
  std::size_t from = *(after - 1);
  std::size_t length_before = 0;
  const auto next_mark = std::upper_bound(column_marks_.begin(), column_marks_.end(), offset,
                                          [](std::size_t at, const column_mark& mark) { return at < mark.offset; });
  if (next_mark != column_marks_.begin() && (next_mark - 1)->offset > from) {
    from = (next_mark - 1)->offset;
    length_before = (next_mark - 1)->length_before;
  }
  length_before += detail::utf8_length(std::string_view(text_).substr(from, offset - from));
  return {line, static_cast<std::uint32_t>(length_before + 1), offset, size};
}

/// A pack on one line of megabytes with a thousand problems would otherwise be counted through a thousand times.
LEADLINE_INLINE void document::mark_columns(std::size_t line_start, std::size_t line_end) {
  constexpr std::size_t mark_distance = 4'096;
  if (line_end - line_start <= mark_distance) return;
  const std::string_view text(text_);
  std::size_t last_mark = line_start;
  std::uint32_t length = 0;
  for (std::size_t at = line_start; at < line_end; ++length) {
    if (at - last_mark >= mark_distance) {
      column_marks_.push_back({static_cast<std::uint32_t>(at), length});
      last_mark = at;
    }
    at += std::max<std::size_t>(detail::utf8_sequence_size(text, at), 1);
  }
}

LEADLINE_INLINE json_kind document::node::kind() const noexcept { return owner_ ? self().kind : json_kind::null; }
LEADLINE_INLINE bool document::node::boolean() const noexcept { return self().boolean; }
LEADLINE_INLINE std::int64_t document::node::integer() const noexcept { return self().integer; }
LEADLINE_INLINE double document::node::real() const noexcept {
  return self().kind == json_kind::integer ? static_cast<double>(self().integer) : self().real;
}

LEADLINE_INLINE std::string_view document::node::text() const noexcept {
  const record& value = self();
  if (value.text != none) return owner_->texts_[value.text];
  return std::string_view(owner_->text_).substr(value.value_offset + 1, value.value_size - 2);
}

LEADLINE_INLINE std::string_view document::node::key() const noexcept {
  if (owner_ == nullptr || self().key_size == 0) return {};
  const record& value = self();
  if (value.key_text != none) return owner_->texts_[value.key_text];
  return std::string_view(owner_->text_).substr(value.key_offset + 1, value.key_size - 2);
}

LEADLINE_INLINE std::size_t document::node::size() const noexcept { return owner_ ? self().child_count : 0; }

LEADLINE_INLINE document::node document::node::first_child() const noexcept {
  if (owner_ == nullptr || self().first_child == none) return {};
  return node(owner_, self().first_child);
}
LEADLINE_INLINE document::node document::node::next_sibling() const noexcept {
  if (owner_ == nullptr || self().next_sibling == none) return {};
  return node(owner_, self().next_sibling);
}
LEADLINE_INLINE document::node document::node::parent() const noexcept {
  if (owner_ == nullptr || self().parent == none) return {};
  return node(owner_, self().parent);
}
LEADLINE_INLINE document::children_range document::node::children() const noexcept { return children_range(*this); }

LEADLINE_INLINE document::node document::node::operator[](std::string_view key) const noexcept {
  if (!is_object()) return {};
  for (node member = first_child(); member; member = member.next_sibling()) {
    if (member.key() == key) return member;
  }
  return {};
}

LEADLINE_INLINE std::string document::node::pointer() const {
  std::vector<node> path;
  for (node at = *this; at && at.self().parent != none; at = at.parent()) path.push_back(at);
  std::string out;
  for (auto step = path.rbegin(); step != path.rend(); ++step) {
    out += '/';
    if (!step->parent().is_object()) {
      out += std::to_string(step->self().index_in_parent);
      continue;
    }
    for (const char letter : step->key()) {
      if (letter == '~') {
        out += "~0";
      } else if (letter == '/') {
        out += "~1";
      } else {
        out += letter;
      }
    }
  }
  return out;
}

LEADLINE_INLINE source_range document::node::where() const {
  if (owner_ == nullptr) return {};
  return owner_->range(self().value_offset, self().value_size);
}
LEADLINE_INLINE source_range document::node::key_where() const {
  if (owner_ == nullptr) return {};
  return self().key_size == 0 ? where() : owner_->range(self().key_offset, self().key_size);
}
LEADLINE_INLINE std::string_view document::node::source() const noexcept {
  if (owner_ == nullptr) return {};
  return std::string_view(owner_->text_).substr(self().value_offset, self().value_size);
}
LEADLINE_INLINE const std::string& document::node::file() const noexcept {
  static const std::string no_file;
  return owner_ ? owner_->file_ : no_file;
}

LEADLINE_INLINE diagnostic document::node::blame(diagnostic problem) const {
  problem.file = file();
  problem.where = where();
  problem.pointer = pointer();
  return problem;
}
LEADLINE_INLINE diagnostic document::node::blame_key(diagnostic problem) const {
  problem = blame(std::move(problem));
  problem.where = key_where();
  return problem;
}

LEADLINE_INLINE std::string_view name_of(json_kind kind) noexcept {
  switch (kind) {
    case json_kind::null: return "null";
    case json_kind::boolean: return "true or false";
    case json_kind::integer: return "a whole number";
    case json_kind::real: return "a number";
    case json_kind::text: return "a text";
    case json_kind::array: return "an array";
    case json_kind::object: return "an object";
  }
  return "a value";
}

}  // namespace leadline
