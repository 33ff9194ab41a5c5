#include "cli/list_folder.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/input_lines.hpp"
#include "leadline/base/limits.hpp"

namespace leadline::cli {

list_folder list_folder::beside(const std::string& pack_path) {
  if (pack_path == "-") return list_folder(".");
  const std::string folder = std::filesystem::path(pack_path).parent_path().string();
  return list_folder(folder.empty() ? "." : folder);
}

result<std::string> list_folder::read(std::string_view name) const {
  const std::filesystem::path path = std::filesystem::path(folder_) / std::filesystem::path(name);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    diagnostic problem;
    problem.code = "list.unreadable";
    problem.message = "there is no file \"" + path.generic_string() + "\"";
    problem.expected = "a file beside the pack, one text a line; `leadline lists` makes the long lists of mail domains";
    return failure(std::move(problem));
  }
  if (!std::filesystem::is_regular_file(path, ignored)) {
    diagnostic problem;
    problem.code = "list.unreadable";
    problem.message = "\"" + path.generic_string() + "\" is no file";
    return failure(std::move(problem));
  }
  result<std::string> text = read_input(path.string(), limits::list_file_size_max);
  if (text) return text;
  diagnostics problems;
  for (diagnostic problem : text.error()) {
    problem.code = "list.unreadable";
    problems.add(std::move(problem));
  }
  return failure(std::move(problems));
}

}  // namespace leadline::cli
