#include "cli/pack_file.hpp"

#include <cstdio>
#include <utility>

#include "cli/input_lines.hpp"
#include "leadline/base/limits.hpp"

namespace leadline::cli {

result<document> read_pack_file(const std::string& path) {
  result<std::string> text = read_input(path, limits::document_size_max);
  if (!text) return failure(std::move(text.error()));
  return document::parse(std::move(*text), input_name(path));
}

void print_problems(const diagnostics& problems, std::string_view source) {
  const std::string text = to_text(problems, source);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace leadline::cli
