#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "leadline/base/document.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Visits every value, and checks what a reader relies on: every place lies within the text, holds the value as
/// written, and pointers and parents agree.
std::size_t visit(leadline::document::node value, std::string_view text) {
  const leadline::source_range where = value.where();
  require(where.line >= 1 && where.column >= 1);
  require(where.offset <= text.size() && where.size <= text.size() - where.offset);
  require(text.substr(where.offset, where.size) == value.source());
  std::size_t count = 1;
  std::size_t child_count = 0;
  for (const leadline::document::node child : value.children()) {
    require(child.parent() == value);
    ++child_count;
    count += visit(child, text);
  }
  require(child_count == value.size());
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const leadline::result<leadline::document> read = leadline::document::parse(text, "fuzz.json");
  if (read) {
    require(visit(read->root(), read->text()) >= 1);
    return 0;
  }
  require(read.error().has_errors());
  for (const leadline::diagnostic& problem : read.error()) {
    require(!problem.code.empty() && !problem.message.empty());
    require(problem.where.offset <= text.size() && problem.where.size <= text.size() - problem.where.offset);
  }
  // The report quotes the text at fault, whatever bytes it holds; the JSON form must read back.
  (void)leadline::to_text(read.error(), text);
  require(leadline::document::parse(leadline::to_json(read.error())).has_value());
  return 0;
}
