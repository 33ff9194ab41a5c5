// What loading a pack costs: a host pays it at start-up and whenever the pack changes. The bar is 10 ms for a pack of
// 1,000 rules (json-logic-engine builds 1,000 in 66 ms), the aim 3 ms.

#include <benchmark/benchmark.h>

#include <string>

#include "leadline/pack/model.hpp"
#include "pack/pack_files.hpp"

namespace leadline::test {
namespace {

/// Rules as authors write them, in equal parts: earned by an event with a comparison of a field, held by an attribute
/// in a list, held by a signal, fading, in groups.
[[nodiscard]] std::string pack_of_rules(std::int64_t count) {
  std::string out = R"({"leadline": 1, "name": "large", "version": "1",
  "attributes": {"seniority": {"type": "string"}, "employees": {"type": "number"}, "country": {"type": "string"}},
  "events": {"page_view": {"activity": true, "fields": {"path": "string", "seconds": "number"}}, "download": {"fields": {"asset": "string"}}},
  "signals": {"views_7d": {"count": "page_view", "within": "7d"}},
  "scores": {"lead": {"max": 1000, "groups": {"web": {"max": 300}}, "rules": [)";
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    if (i != 0) out += ",";
    out += "\n    {\"id\": \"r" + number + "\", ";
    switch (i % 4) {
      case 0:
        out +=
            R"("on": "page_view", "where": {"==": [{"var": "event.path"}, "/page/)" + number +
            R"("]}, "points": 5, "group": "web", "limit": {"times": 1, "per": "24h"}, "decay": {"half_life": "30d"}})";
        break;
      case 1:
        out += R"("when": {"in": [{"var": "contact.seniority"}, ["vp", "director", "title )" + number +
               R"("]]}, "points": 2})";
        break;
      case 2:
        out += R"("when": {"and": [{">=": [{"var": "signal.views_7d"}, )" + std::to_string(i % 50) +
               R"(]}, {"<": [{"var": "contact.employees"}, )" + number + R"(]}]}, "points": 1.5})";
        break;
      default:
        out += R"("on": "download", "where": {"starts_with": [{"var": "event.asset"}, "guide-)" + number +
               R"("]}, "points": 3})";
    }
  }
  return out + "]}}}";
}

void compile_a_pack(benchmark::State& state) {
  const std::string text = pack_of_rules(state.range(0));
  for (auto _ : state) {
    compiled_pack out = model::compile(text, "large.json", {.zones = &zones()});
    if (!out.model) {
      state.SkipWithError("the pack does not compile");
      return;
    }
    benchmark::DoNotOptimize(out.model);
  }
  state.SetLabel(std::to_string(text.size() / 1'000) + " kB");
  state.counters["rules/s"] =
      benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)), benchmark::Counter::kIsRate);
}
BENCHMARK(compile_a_pack)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void parse_a_pack(benchmark::State& state) {
  const std::string text = pack_of_rules(state.range(0));
  for (auto _ : state) {
    parsed_pack out = pack::parse(text, "large.json");
    benchmark::DoNotOptimize(out.content.scores.data());
  }
}
BENCHMARK(parse_a_pack)->Arg(1'000)->Unit(benchmark::kMillisecond);

void check_a_pack(benchmark::State& state) {
  const std::string text = pack_of_rules(state.range(0));
  for (auto _ : state) {
    diagnostics out = check_pack(pack::parse(text, "large.json"), {.zones = &zones()});
    benchmark::DoNotOptimize(out.size());
  }
}
BENCHMARK(check_a_pack)->Arg(1'000)->Unit(benchmark::kMillisecond);

void compile_every_shipped_pack(benchmark::State& state) {
  std::vector<std::pair<std::filesystem::path, std::string>> packs;
  for (const std::filesystem::path& file : shipped_packs()) packs.emplace_back(file, read_file(file));
  for (auto _ : state) {
    for (const auto& [file, text] : packs) {
      const folder_lists lists(file.parent_path());
      compiled_pack out = model::compile(text, "pack.json", {.zones = &zones(), .lists = &lists});
      benchmark::DoNotOptimize(out.model);
    }
  }
  state.SetLabel(std::to_string(packs.size()) + " packs");
}
BENCHMARK(compile_every_shipped_pack)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leadline::test

BENCHMARK_MAIN();
