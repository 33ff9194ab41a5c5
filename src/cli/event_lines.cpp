#include "cli/event_lines.hpp"

#include <cstdint>
#include <span>
#include <utility>

#include "cli/input_lines.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"

namespace leadline::cli {

namespace {

/// What one call of the engine takes: its decisions fit the cache.
constexpr std::size_t batch_size = 256;

}  // namespace

bool read_event_batches(const std::vector<std::string>& paths, const std::function<void(std::span<const event>)>& use,
                        const std::function<void()>& before_waiting) {
  bool is_good = true;
  event_reader reader;
  progress shown("events");
  std::vector<event> waiting;
  const auto hand_over = [&] {
    if (!waiting.empty()) use(waiting);
    waiting.clear();
    reader.forget();
  };
  for (const std::string& path : paths) {
    result<input_lines> lines = input_lines::open(path);
    if (!lines) {
      print_problems(lines.error());
      is_good = false;
      continue;
    }
    lines->before_waiting(before_waiting);
    for (;;) {
      // What waits stands in the lines, which move when more is read.
      if (waiting.size() == batch_size || !lines->is_next_ready()) hand_over();
      const auto line = lines->next();
      if (!line) break;
      if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
      shown.add(1);
      const result<event> read = reader.read_more(*line, lines->readable_after());
      if (read) {
        waiting.push_back(*read);
        if (reader.is_fleeting()) hand_over();
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
  hand_over();
  return is_good;
}

bool read_events(const std::vector<std::string>& paths, const std::function<void(const event&)>& use,
                 const std::function<void()>& before_waiting) {
  const auto use_each = [&](std::span<const event> batch) {
    for (const event& each : batch) use(each);
  };
  return read_event_batches(paths, use_each, before_waiting);
}

}  // namespace leadline::cli
