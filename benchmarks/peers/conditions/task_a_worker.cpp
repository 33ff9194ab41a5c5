// Task A in Leadline and by hand, one pass a line of standard input: `<engine> <way>` in, a line of JSON out.

#include <cstdio>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>

#include "../../task_a.hpp"

namespace {

using namespace leadline;

template <class Sum>
void run(std::size_t contact_count, Sum sum) {
  // Processor time: what else runs on the machine does not count.
  const std::clock_t began = std::clock();
  const std::int64_t points = sum();
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  std::printf("{\"rate\": %.0f, \"sum\": %lld}\n", static_cast<double>(contact_count) / seconds,
              static_cast<long long>(points));
  std::fflush(stdout);
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 2) return 2;
  bench::task_a work(arguments[1], semantics::leadline);
  work.make_rows();
  bench::task_a script(arguments[1], semantics::jsonlogic);
  script.make_rows();
  const bench::task_a_by_hand hand(work.lines());
  std::printf("ready\n");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "leadline typed") run(work.contact_count(), [&] { return work.sum_of_rows(); });
    if (line == "leadline one") run(work.contact_count(), [&] { return work.sum_one_by_one(); });
    if (line == "leadline blocks") run(work.contact_count(), [&] { return work.sum_of_blocks(); });
    if (line == "leadline json") run(work.contact_count(), [&] { return work.sum_of_texts(); });
    if (line == "leadline-jsonlogic typed") run(work.contact_count(), [&] { return script.sum_of_rows(); });
    if (line == "leadline-jsonlogic json") run(work.contact_count(), [&] { return script.sum_of_texts(); });
    if (line == "by-hand typed") run(work.contact_count(), [&] { return hand.sum(); });
  }
  return 0;
}
