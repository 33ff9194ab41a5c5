// Prints the stretches of equal offset of every zone of a folder of TZif files, for tests/time/check_zones.py:
//
//     zone <name>
//     <begin, seconds since 1970, or - for the first> <offset in seconds>
//
// Everything else is checked over there, by a reader that shares no code with this one.

#include <iostream>
#include <string>

#include "leadline/time/time_zone.hpp"
#include "leadline/time/zone_source.hpp"

namespace {

/// Whole seconds as text; anything else is a fault of the library that a test must see.
std::string seconds_text(std::int64_t ms) { return ms % 1'000 == 0 ? std::to_string(ms / 1'000) : "not-whole-seconds"; }

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 2) {
    std::cerr << "usage: print_zone_stretches <folder of the zone database>\n";
    return 2;
  }
  const leadline::system_zones source(arguments[1]);
  for (const std::string& name : source.names()) {
    const leadline::result<leadline::time_zone> zone = leadline::time_zone::load(name, source);
    if (!zone) {
      std::cout << "failed " << name << '\n' << leadline::to_text(zone.error());
      continue;
    }
    std::cout << "zone " << name << '\n';
    bool is_first = true;
    for (const leadline::time_zone::stretch& one : zone->stretches()) {
      std::cout << (is_first ? "-" : seconds_text(one.begin_ms)) << ' ' << seconds_text(one.offset_ms) << '\n';
      is_first = false;
    }
  }
  return 0;
}
