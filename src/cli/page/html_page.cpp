#include "cli/page/html_page.hpp"

#include <utility>

#include "cli/page/page_parts.hpp"

namespace leadline::cli {

namespace {

/// For between tags.
[[nodiscard]] std::string html_text(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += letter;
    }
  }
  return out;
}

/// JSON that may stand in a script element: nothing in it can end the element or begin a comment. In JSON "<" stands
/// in texts alone, where it may be written so.
[[nodiscard]] std::string script_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char letter : json) {
    if (letter == '<') {
      out += "\\u003c";
    } else {
      out += letter;
    }
  }
  return out;
}

}  // namespace

std::string html_page(const html_page_content& content) {
  const std::pair<std::string_view, std::string> parts[] = {
      {"{{title}}", html_text(content.title)},  {"{{style}}", std::string(page_style())},
      {"{{data}}", script_json(content.json)},  {"{{charts}}", std::string(chart_library())},
      {"{{tools}}", std::string(page_tools())}, {"{{script}}", std::string(content.script)}};
  // The places stand in the frame in this order, but for the title, which comes twice: walked once, so that nothing
  // that is put in is looked at again.
  std::string out;
  std::string_view rest = page_frame();
  while (true) {
    const std::size_t open = rest.find("{{");
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find("}}", open) + 2;
    out += rest.substr(0, open);
    for (const auto& [place, text] : parts) {
      if (place == rest.substr(open, close - open)) out += text;
    }
    rest.remove_prefix(close);
  }
  return out.append(rest);
}

}  // namespace leadline::cli
