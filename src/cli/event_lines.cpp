#include "cli/event_lines.hpp"

#include <cstdint>
#include <utility>

#include "cli/input_lines.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"

namespace leadline::cli {

bool read_events(const std::vector<std::string>& paths, const std::function<void(const event&)>& use,
                 const std::function<void()>& before_waiting) {
  bool is_good = true;
  event_reader reader;
  progress shown("events");
  for (const std::string& path : paths) {
    result<input_lines> lines = input_lines::open(path);
    if (!lines) {
      print_problems(lines.error());
      is_good = false;
      continue;
    }
    lines->before_waiting(before_waiting);
    while (const auto line = lines->next()) {
      if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
      shown.add(1);
      const result<event> read = reader.read(*line, lines->readable_after());
      if (read) {
        use(*read);
        continue;
      }
      is_good = false;
      diagnostic problem = read.error().front();
      problem.file = input_name(path);
      problem.where.line = static_cast<std::uint32_t>(lines->line_number());
      if (problem.where.column == 0) problem.where.column = 1;
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
