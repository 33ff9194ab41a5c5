// What a host does with the library, small: it is built against each variant, by each way to take it in.
#include <array>
#include <iostream>
#include <string_view>

#include "leadline/base/diagnostic.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/nearest_name.hpp"

int main() {
  const leadline::result<leadline::document> pack =
      leadline::document::parse("{\"stages\": [\"mql\", \"sql\"]}", "pack.json");
  if (!pack) {
    std::cerr << leadline::to_text(pack.error());
    return 1;
  }
  const std::array<std::string_view, 2> known = {"stages", "calendars"};
  if (leadline::nearest_name("stagse", known) != "stages") return 1;
  std::cout << "leadline " << LEADLINE_VERSION << ": " << pack->root()["stages"].size() << " stages\n";
  return pack->root()["stages"].size() == 2 ? 0 : 1;
}
