// Prints, for each case named on standard input by a line "PACK EVENTS UNTIL", the digest of all its decisions in order
// and the digest of the state they left. tests/engine/variants_check.py compares what builds of this file print.

#include <iostream>
#include <sstream>
#include <string>

#include "fold/case_file.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/fold/decision_chain.hpp"

namespace {

using namespace leadline;

void add_all(decision_chain& chain, std::span<const decision> told) {
  for (const decision& each : told) chain.add(each);
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string pack;
    std::string events;
    std::string until;
    words >> pack >> events >> until;
    const test::case_file given(pack, events);
    engine all(given.pack());
    decision_chain chain;
    for (const event& each : given.events()) add_all(chain, all.apply(each));
    add_all(chain, all.advance(instant::parse(until).value()));
    std::cout << chain.head().text() << ' ' << all.state_digest() << '\n';
  }
  return 0;
}
