#include "cli/init_command.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "cli/standard_pack.hpp"

namespace leadline::cli {

namespace {

struct init_options {
  std::string file = "standard.json";
  bool is_forced = false;
};

[[nodiscard]] exit_code tell_not_written(const std::string& file, int error) {
  diagnostic problem;
  problem.code = error == EEXIST ? "init.file_exists" : "output.not_writable";
  problem.message = "\"" + file + "\" was not written: " + std::strerror(error);
  if (error == EEXIST) problem.expected = "another name, or --force to replace what is there";
  print_problems(problem);
  return error == EEXIST ? exit_code::wrong_usage : exit_code::input_problems;
}

[[nodiscard]] exit_code run(const init_options& options) {
  const std::string_view pack = standard_pack();
  if (options.file == "-") {
    output out;
    out.text() += pack;
    return out.flush() ? exit_code::done : exit_code::input_problems;
  }
  // "x" asks the system itself not to replace a file, so that none made in the meantime is lost.
  std::FILE* file = std::fopen(options.file.c_str(), options.is_forced ? "wb" : "wbx");
  if (file == nullptr) return tell_not_written(options.file, errno);
  const bool is_written = std::fwrite(pack.data(), 1, pack.size(), file) == pack.size();
  const int write_error = errno;
  if (std::fclose(file) != 0) return tell_not_written(options.file, errno);
  if (!is_written) return tell_not_written(options.file, write_error);
  std::printf("wrote %s: the funnel Subscriber, Lead, MQL, SAL, SQL, Opportunity, Customer; change it to yours\n",
              options.file.c_str());
  return exit_code::done;
}

}  // namespace

void add_init_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<init_options>();
  CLI::App* command = program.add_subcommand("init", "Write a commented pack to start from");
  command->add_option("FILE", options->file, "The file to write (- for standard output)")->capture_default_str();
  command->add_flag("--force", options->is_forced, "Replace the file if there is one");
  command->footer("Example:\n  leadline init my_rules.json && leadline check my_rules.json");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
