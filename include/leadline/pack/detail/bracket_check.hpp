#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/diagnostic.hpp"

namespace leadline::detail {

/// Looks for the bracket that was meant, after a syntax error: a reader notices a bracket left out only where the
/// next one does not fit, which may be hundreds of lines on. People indent what is nested, so the indentation tells
/// where the text stopped meaning what it says.
///
///     "clocks": [
///       {"id": "first", "warn": ["50%",        <- the list that begins here is not closed ...
///       {"id": "second"}                       <- ... since this line is no deeper than its own
///     ]
///
/// Only consulted once a text is known to be broken: it adds places, never problems.
class bracket_check {
 public:
  explicit bracket_check(std::string_view text) : text_(text) { scan(); }

  /// What stands just before the error: where a comma, a colon or a bracket was left out.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> before(std::size_t error) const {
    std::size_t at = 0;
    while (at < tokens_.size() && tokens_[at].offset < error) ++at;
    if (at == 0) return std::nullopt;
    // A colon in the wrong place belongs to the key before it: then its object was not opened before that key.
    const bool is_colon = at < tokens_.size() && text_[tokens_[at].offset] == ':';
    const std::size_t back = is_colon && at > 1 ? at - 2 : at - 1;
    return std::pair(tokens_[back].offset, error - tokens_[back].offset);
  }

  /// From the bracket that seems not to be closed, or not to be opened, to where that shows.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> suspect() const { return suspect_; }

 private:
  struct token {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::size_t line = 0;
    std::size_t indent = 0;  // of its line
    bool is_first = false;   // on its line
  };

  void scan() {
    std::size_t at = 0;
    std::size_t line = 0;
    std::size_t indent = 0;
    bool fresh = true;
    while (at < text_.size()) {
      const char letter = text_[at];
      if (letter == '\n') {
        ++line;
        indent = 0;
        fresh = true;
        ++at;
        continue;
      }
      if (letter == ' ' || letter == '\t' || letter == '\r') {
        if (fresh) ++indent;
        ++at;
        continue;
      }
      if (text_.compare(at, 2, "//") == 0) {
        at = std::min(text_.find('\n', at), text_.size());
        continue;
      }
      if (text_.compare(at, 2, "/*") == 0) {
        const std::size_t end = text_.find("*/", at + 2);
        at = end == std::string_view::npos ? text_.size() : end + 2;
        continue;
      }
      std::size_t end = at + 1;
      if (letter == '"') {
        // A text ends on its line: one that does not is what is wrong.
        while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') end += text_[end] == '\\' ? 2U : 1U;
        end = std::min(end + 1, text_.size());
      } else if (std::string_view("{}[],:").find(letter) == std::string_view::npos) {
        while (end < text_.size() && std::string_view("{}[],:\" \n\t\r").find(text_[end]) == std::string_view::npos)
          ++end;
      }
      tokens_.push_back({at, end - at, line, indent, fresh});
      fresh = false;
      at = end;
    }
    find_suspect();
  }

  void find_suspect() {
    std::vector<const token*> open;
    const auto tell = [&](std::size_t from, std::size_t to) { suspect_ = std::pair(from, to - from); };
    for (const token& each : tokens_) {
      const char letter = text_[each.offset];
      const bool closes = letter == '}' || letter == ']';
      // A line that is no deeper than the one on which a bracket was opened can only begin by closing it.
      if (each.is_first && !open.empty() && each.line != open.back()->line) {
        const token& top = *open.back();
        const bool too_shallow = closes ? each.indent < top.indent : each.indent <= top.indent && top.indent != 0;
        if (too_shallow) return tell(top.offset, each.offset + each.size);
      }
      if (letter == '{' || letter == '[') {
        open.push_back(&each);
      } else if (closes) {
        if (open.empty()) return tell(tokens_.front().offset, each.offset + each.size);
        const token& top = *open.back();
        const char wanted = text_[top.offset] == '{' ? '}' : ']';
        if (letter != wanted) return tell(top.offset, each.offset + each.size);
        if (each.is_first && each.line != top.line && each.indent > top.indent)
          return tell(top.offset, each.offset + each.size);
        open.pop_back();
      }
    }
    if (!open.empty()) tell(open.back()->offset, text_.size());
  }

  std::string_view text_;
  std::vector<token> tokens_;
  std::optional<std::pair<std::size_t, std::size_t>> suspect_;
};

/// Lines and columns of a text that is no document.
[[nodiscard]] inline source_range place_in(std::string_view text, std::size_t offset, std::size_t size) {
  source_range out{.line = 1, .column = 1, .offset = offset, .size = size};
  for (const char letter : text.substr(0, offset)) {
    if (letter == '\n') {
      ++out.line;
      out.column = 1;
    } else if ((static_cast<unsigned char>(letter) & 0xC0) != 0x80) {
      ++out.column;
    }
  }
  return out;
}

/// Adds to a syntax error the places where the slip may have been made.
inline void add_suspects(diagnostics& problems, std::string_view text, const std::string& file) {
  constexpr std::size_t text_size_max = std::size_t{1} << 20;  // what people write and mend by hand
  if (text.size() > text_size_max) return;
  for (diagnostic& problem : problems) {
    if (problem.code != "json.syntax" || problem.where.line == 0) continue;
    const bracket_check brackets(text);
    if (const auto before = brackets.before(static_cast<std::size_t>(problem.where.offset))) {
      problem.related.push_back({.message = "perhaps something is missing around here",
                                 .file = file,
                                 .where = place_in(text, before->first, before->second),
                                 .pointer = {}});
    }
    if (const auto suspect = brackets.suspect()) {
      problem.related.push_back({.message = "perhaps a bracket is missing in what begins here",
                                 .file = file,
                                 .where = place_in(text, suspect->first, suspect->second),
                                 .pointer = {}});
    }
  }
}

}  // namespace leadline::detail
