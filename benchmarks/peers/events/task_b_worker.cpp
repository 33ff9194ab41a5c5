// Task B in Leadline, one pass a line of standard input: `<engine> <way>` in, a line of JSON out.
//
//   typed   events in memory, a thousand a call
//   one     the same, each by itself
//   json    lines of JSON in
//   lines   lines of JSON in, decisions as lines of JSON out, which no peer has

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "../../task_b.hpp"
#include "cli/event_lines.hpp"
#include "leadline/engine/engine.hpp"

namespace {

using namespace leadline;

/// The events as `leadline run` reads them, in a file beside the data: `at` and `data` instead of `ts` and `props`.
[[nodiscard]] std::string lines_of(const std::filesystem::path& folder) {
  const std::filesystem::path made = folder / "events.leadline.jsonl";
  if (std::filesystem::exists(made)) return made.string();
  std::ifstream in(folder / "events.jsonl", std::ios::binary);
  const std::filesystem::path unfinished = made.string() + ".new";
  {
    std::ofstream out(unfinished, std::ios::binary);
    for (std::string line; std::getline(in, line);) {
      // {"ts":1767225606157,"id":...,"props":{...},"ua":...}
      constexpr std::size_t first = 6;
      const std::size_t comma = line.find(',');
      const instant at = instant::from_ms(std::stoll(line.substr(first, comma - first)));
      const std::size_t props = line.find("\"props\"");
      out << R"({"at":")" << at.text() << '"' << line.substr(comma, props - comma) << "\"data\""
          << line.substr(props + 7) << '\n';
    }
  }
  std::filesystem::rename(unfinished, made);
  return made.string();
}

[[nodiscard]] std::int64_t sum_of(const engine& all) {
  std::int64_t sum = 0;
  for (const contact* each : all.contacts()) sum += all.score_milli(*each, 0);
  return sum / 1'000;
}

[[nodiscard]] std::size_t apply_typed(engine& all, std::span<const event> sent, std::size_t batch_size) {
  std::size_t told = 0;
  for (std::size_t i = 0; i < sent.size(); i += batch_size)
    told += all.apply(sent.subspan(i, std::min(batch_size, sent.size() - i))).size();
  return told;
}

[[nodiscard]] std::size_t apply_lines(engine& all, const std::string& file) {
  std::size_t told = 0;
  const auto take = [&](std::span<const event> batch) { told += all.apply(batch).size(); };
  static_cast<void>(cli::read_event_batches({file}, take, [] {}));
  return told;
}

/// The same, with what is told as `leadline run` prints it.
[[nodiscard]] std::size_t print_lines(engine& all, const std::string& file) {
  std::size_t size = 0;
  std::string out;
  const auto take = [&](std::span<const event> batch) {
    for (const decision& each : all.apply(batch)) {
      append_json(out, each);
      out += '\n';
    }
    size += out.size();
    out.clear();
  };
  static_cast<void>(cli::read_event_batches({file}, take, [] {}));
  return size;
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 2) return 2;
  const std::filesystem::path folder = arguments[1];
  const bench::task_b_events sent(folder / "events.jsonl");
  const std::string lines = lines_of(folder);
  const std::shared_ptr<const model> pack = bench::model_of(std::string(bench::task_b_pack));
  std::printf("ready\n");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    // Processor time: what else runs on the machine does not count.
    const std::clock_t began = std::clock();
    engine all(pack);
    std::size_t told = 0;
    if (line == "leadline typed") told = apply_typed(all, sent.events(), 1'024);
    if (line == "leadline one") told = apply_typed(all, sent.events(), 1);
    if (line == "leadline json") told = apply_lines(all, lines);
    if (line == "leadline lines") told = print_lines(all, lines);
    if (told == 0) return 1;
    const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    std::printf("{\"rate\": %.0f, \"sum\": %lld}\n", static_cast<double>(sent.events().size()) / seconds,
                static_cast<long long>(sum_of(all)));
    std::fflush(stdout);
  }
  return 0;
}
