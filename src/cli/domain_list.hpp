#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/document.hpp"

namespace leadline::cli {

/// Mail domains from files of others, made even: lower case, each once, in byte order.
///
/// What is no domain is left out and counted: such files carry comments, blank lines, and now and then the text
/// of an error page ("404: not found") that their maker's script took for a line.
///
///     domain_list list;
///     list.add_lines("Gmail.com\nyahoo.com\n404: not found\n");
///     list.sorted();             // gmail.com, yahoo.com
///     list.left_out_count();     // 1
///
/// For one thread.
class domain_list {
 public:
  /// One domain a line; `#` begins a comment.
  void add_lines(std::string_view text);
  /// A JSON array of texts; anything else in it is left out.
  void add_array(document::node array);

  /// All domains so far, sorted, each once.
  [[nodiscard]] const std::vector<std::string>& sorted();
  [[nodiscard]] std::size_t left_out_count() const noexcept { return left_out_count_; }

 private:
  void add(std::string_view domain);

  std::vector<std::string> domains_;
  std::size_t left_out_count_ = 0;
};

/// Whether a text can stand as a domain in a list: labels of letters, digits, hyphens or bytes beyond ASCII, two
/// or more, none empty, 253 bytes at most. Case does not matter.
[[nodiscard]] bool is_domain(std::string_view text) noexcept;

}  // namespace leadline::cli
