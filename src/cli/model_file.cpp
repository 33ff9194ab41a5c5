#include "cli/model_file.hpp"

#include <cstdio>
#include <string_view>

#include "cli/input_lines.hpp"
#include "cli/list_folder.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/limits.hpp"

namespace leadline::cli {

namespace {

/// What a pack says that this version checks but does not run is said aloud: silence would pass for "nobody was free".
void tell_what_does_not_run(const leadline::model& made) {
  std::string sections;
  const auto add = [&](bool is_there, std::string_view name) {
    if (!is_there) return;
    if (!sections.empty()) sections += ", ";
    sections += name;
  };
  add(made.routing.has_value(), "routing");
  if (sections.empty()) return;
  std::fprintf(stderr, "leadline: note: this version checks these sections of the pack and does not run them yet: %s\n",
               sections.c_str());
}

}  // namespace

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
  if (made.model) {
    tell_what_does_not_run(*made.model);
    return {made.model, exit_code::done};
  }
  print_problems(made.problems, *text);
  return {nullptr, exit_code::input_problems};
}

}  // namespace leadline::cli
