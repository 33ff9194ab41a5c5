#pragma once

#include <string>
#include <string_view>

namespace leadline::cli {

/// One self-contained page: tables and charts of a JSON object that it carries, equal to what `--format json` prints.
/// It asks no network for anything, and its own policy forbids it to.
///
///     out += html_page({.title = "Report", .json = to_json(made), .script = report_page_script()});
struct html_page_content {
  std::string_view title;
  std::string_view json;
  /// Makes the page of the object, with the tools of page_tools.js.
  std::string_view script;
};

[[nodiscard]] std::string html_page(const html_page_content& content);

}  // namespace leadline::cli
