#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "leadline/base/document.hpp"

namespace {

/// A text with the shape of a rule pack: many small objects with keys, texts and numbers.
std::string pack_of(std::int64_t rule_count) {
  std::string text = "{\"rules\": [";
  for (std::int64_t i = 0; i < rule_count; ++i) {
    if (i != 0) text += ',';
    text += "\n  {\"id\": \"rule_" + std::to_string(i) + "\", \"when\": {\">=\": [{\"var\": \"employees\"}, " +
            std::to_string(i * 10) + "]}, \"points\": 5}";
  }
  return text + "\n]}";
}

void document_parse(benchmark::State& state) {
  const std::string text = pack_of(state.range(0));
  for (auto unused : state) {
    auto parsed = leadline::document::parse(text, "pack.json");
    if (!parsed) state.SkipWithError("the text does not parse");
    benchmark::DoNotOptimize(parsed);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(document_parse)->Arg(10)->Arg(1'000);

}  // namespace

BENCHMARK_MAIN();
