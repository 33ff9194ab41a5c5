#include "cli/instant_option.hpp"

#include "cli/exit_code.hpp"
#include "cli/pack_file.hpp"

namespace leadline::cli {

CLI::Option* add_instant_option(CLI::App& command, const std::string& name, std::optional<instant>& into,
                                const std::string& description) {
  const auto read = [&into](const std::string& text) {
    const result<instant> at = instant::parse(text);
    if (!at) {
      print_problems(at.error());
      throw CLI::RuntimeError(static_cast<int>(exit_code::wrong_usage));
    }
    into = *at;
  };
  return command.add_option_function<std::string>(name, read, description)->type_name("INSTANT");
}

}  // namespace leadline::cli
