#include "cli/model_file.hpp"

#include "cli/input_lines.hpp"
#include "cli/list_folder.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/limits.hpp"

namespace leadline::cli {

model_file read_model(const std::string& path) {
  const result<std::string> text = read_input(path, limits::document_size_max);
  if (!text) {
    print_problems(text.error());
    return {nullptr,
            text.error().front().code == "input.not_readable" ? exit_code::wrong_usage : exit_code::input_problems};
  }
  const system_zones zones;
  const list_folder lists = list_folder::beside(path);
  const compiled_pack made = leadline::model::compile(*text, input_name(path), {.zones = &zones, .lists = &lists});
  if (made.model) return {made.model, exit_code::done};
  print_problems(made.problems, *text);
  return {nullptr, exit_code::input_problems};
}

}  // namespace leadline::cli
