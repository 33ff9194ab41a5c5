#include "cli/plan_files.hpp"

#include <string_view>
#include <utility>

#include "cli/input_lines.hpp"
#include "cli/pack_file.hpp"
#include "cli/plan_entries.hpp"
#include "leadline/base/document.hpp"

namespace leadline::cli {

namespace {

/// Reads every line with `read`; each problem is told with the line of the file in which it is.
template <class Entry, class Read>
[[nodiscard]] std::optional<std::vector<Entry>> read_lines(const std::string& path, Read read) {
  result<input_lines> lines = input_lines::open(path);
  if (!lines) {
    print_problems(lines.error());
    return std::nullopt;
  }
  std::vector<Entry> out;
  bool is_good = true;
  while (const std::optional<std::string_view> line = lines->next()) {
    if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
    diagnostics problems;
    const std::string text(*line);
    const result<document> read_line = document::parse(text, input_name(path));
    if (read_line) {
      out.push_back(read(read_line->root(), problems));
    } else {
      problems.append(read_line.error());
    }
    for (diagnostic& each : problems) each.where.line = static_cast<std::uint32_t>(lines->line_number());
    if (problems.empty()) continue;
    is_good = false;
    print_problems(problems);
  }
  if (lines->problem()) {
    print_problems(*lines->problem());
    is_good = false;
  }
  if (!is_good) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::vector<deliverable>> read_deliverables(const std::string& path) {
  return read_lines<deliverable>(path, deliverable_of);
}

std::optional<std::vector<revenue_funnel>> read_funnels(const std::string& path) {
  return read_lines<revenue_funnel>(path, funnel_of);
}

std::optional<std::vector<spend_line>> read_spend(const std::string& path, const time_zone& zone) {
  const auto read = read_lines<std::optional<spend_line>>(
      path, [&](document::node object, diagnostics& problems) { return spend_of(object, zone, problems); });
  if (!read) return std::nullopt;
  std::vector<spend_line> out;
  for (const std::optional<spend_line>& each : *read) {
    if (each) out.push_back(*each);
  }
  return out;
}

}  // namespace leadline::cli
