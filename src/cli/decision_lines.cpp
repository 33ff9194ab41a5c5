#include "cli/decision_lines.hpp"

#include "cli/input_lines.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"

namespace leadline::cli {

bool read_decisions(const std::vector<std::string>& paths, decision_log& log) {
  bool is_good = true;
  progress shown("decisions");
  for (const std::string& path : paths) {
    result<input_lines> lines = input_lines::open(path);
    if (!lines) {
      print_problems(lines.error());
      is_good = false;
      continue;
    }
    while (const auto line = lines->next()) {
      if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
      shown.add(1);
      const result<void> read = log.add_line(*line);
      if (read) continue;
      is_good = false;
      diagnostic problem = read.error().front();
      problem.file = input_name(path);
      problem.where.line = static_cast<std::uint32_t>(lines->line_number());
      problem.where.column = 1;
      print_problems(problem);
    }
    if (lines->problem()) {
      print_problems(*lines->problem());
      is_good = false;
    }
  }
  return is_good;
}

}  // namespace leadline::cli
