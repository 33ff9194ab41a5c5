#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "reference/diagnostic_codes.hpp"
#include "reference/pack_page.hpp"
#include "reference/pack_schema.hpp"

/// `leadline_reference SOURCE_FOLDER [--check]`: writes the files that are made from tables of the code, or tells
/// which of those in the folder are not what the tables make. Exit codes: 0 done, 1 some differ, 2 wrong usage.
int main(int argument_count, char** arguments) {
  const std::string_view mode = argument_count == 3 ? arguments[2] : "";
  if (argument_count < 2 || argument_count > 3 || (argument_count == 3 && mode != "--check")) {
    std::fputs("usage: leadline_reference SOURCE_FOLDER [--check]\n", stderr);
    return 2;
  }
  struct made_file {
    std::string_view path;
    std::string text;
  };
  const made_file files[] = {{"rules/schema/pack.v1.json", leadline::reference::pack_schema()},
                             {"docs/reference/pack.md", leadline::reference::pack_page()},
                             {"docs/reference/diagnostics.md", leadline::reference::diagnostics_page()}};
  int outcome = 0;
  for (const made_file& each : files) {
    const std::string path = std::string(arguments[1]) + "/" + std::string(each.path);
    if (mode == "--check") {
      std::ifstream in(path, std::ios::binary);
      const std::string committed{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      if (committed == each.text) continue;
      std::printf("%s is not what the tables make; run leadline_reference\n", path.c_str());
      outcome = 1;
    } else {
      std::ofstream out(path, std::ios::binary);
      out << each.text;
      if (!out.flush()) {
        std::printf("%s cannot be written\n", path.c_str());
        outcome = 1;
      }
    }
  }
  return outcome;
}
