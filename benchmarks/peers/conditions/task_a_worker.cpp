// Task A in Leadline and by hand, one pass a line of standard input: `<engine> <way>` in, a line of JSON out.

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "../../task_a.hpp"

namespace {

using namespace leadline;

template <class Sum>
void run(std::size_t contact_count, Sum sum) {
  const auto began = std::chrono::steady_clock::now();
  const std::int64_t points = sum();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("{\"rate\": %.0f, \"sum\": %lld}\n", static_cast<double>(contact_count) / took.count(),
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
