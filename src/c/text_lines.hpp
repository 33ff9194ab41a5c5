#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "c/guard.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/leadline.h"

namespace leadline::c {

/// Goes through the lines of a text that are not blank. The last need not end; a return before the end is no part of
/// one.
///
///     for (text_lines at(text); at.next();) take(at.line());
///
/// For one thread.
class text_lines {
 public:
  explicit text_lines(std::string_view text) noexcept : text_(text) {}

  /// Whether there is one more, which the others then tell of.
  [[nodiscard]] bool next() noexcept {
    while (end_ < text_.size()) {
      begin_ = end_;
      ++number_;
      const std::size_t found = text_.find('\n', begin_);
      end_ = found == std::string_view::npos ? text_.size() : found + 1;
      line_ = text_.substr(begin_, (found == std::string_view::npos ? end_ : found) - begin_);
      if (line_.ends_with('\r')) line_.remove_suffix(1);
      if (line_.find_first_not_of(" \t") != std::string_view::npos) return true;
    }
    return false;
  }
  [[nodiscard]] std::string_view line() const noexcept { return line_; }
  /// Bytes of the text behind the line.
  [[nodiscard]] std::size_t readable_after() const noexcept { return text_.size() - begin_ - line_.size(); }
  /// Where the line begins: up to there all is done, blank lines too.
  [[nodiscard]] std::uint64_t begin_size() const noexcept { return begin_; }
  /// Up to which byte the text is done with this line.
  [[nodiscard]] std::uint64_t done_size() const noexcept { return end_; }

  /// Tells what is wrong with the line, and where.
  [[nodiscard]] leadline_status refuse(leadline_error* error, const diagnostics& problems) const {
    tell(error, LEADLINE_INVALID_INPUT, problems);
    if (error != nullptr) {
      error->line = number_;
      error->column = std::max<std::uint32_t>(error->column, 1);
      error->offset += begin_;
    }
    return LEADLINE_INVALID_INPUT;
  }

 private:
  std::string_view text_;
  std::string_view line_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint32_t number_ = 0;
};

}  // namespace leadline::c
