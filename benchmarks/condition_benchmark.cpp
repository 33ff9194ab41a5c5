#include <benchmark/benchmark.h>

#include <filesystem>

#include "task_a.hpp"

namespace {

using namespace leadline;

/// Runs one way of task A over and over; the sum of points must be the one every engine gives.
template <class Sum>
void score(benchmark::State& state, std::size_t contact_count, Sum sum) {
  for (auto _ : state) {
    if (sum() != bench::task_a_sum) {
      state.SkipWithError("the sum of points is not 3,632,367");
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(contact_count));
}

[[nodiscard]] bool has_data(benchmark::State& state) {
  if (!bench::task_data().empty()) return true;
  state.SkipWithError("no data: run ../shared/bench/generate.py build/bench_data");
  return false;
}

[[nodiscard]] bench::task_a& task(semantics rules) {
  static bench::task_a leadline(bench::task_data(), semantics::leadline);
  static bench::task_a jsonlogic(bench::task_data(), semantics::jsonlogic);
  bench::task_a& chosen = rules == semantics::leadline ? leadline : jsonlogic;
  chosen.make_rows();
  return chosen;
}

void typed_rows(benchmark::State& state, semantics rules) {
  if (!has_data(state)) return;
  bench::task_a& work = task(rules);
  score(state, work.contact_count(), [&] { return work.sum_of_rows(); });
}

void typed_rows_one_by_one(benchmark::State& state) {
  if (!has_data(state)) return;
  bench::task_a& work = task(semantics::leadline);
  score(state, work.contact_count(), [&] { return work.sum_one_by_one(); });
}

void json_text(benchmark::State& state, semantics rules) {
  if (!has_data(state)) return;
  bench::task_a& work = task(rules);
  score(state, work.contact_count(), [&] { return work.sum_of_texts(); });
}

void rows_by_hand(benchmark::State& state) {
  if (!has_data(state)) return;
  static const bench::task_a_by_hand work(task(semantics::leadline).lines());
  score(state, task(semantics::leadline).contact_count(), [] { return work.sum(); });
}

void compile(benchmark::State& state) {
  constexpr std::string_view rule =
      R"({"and": [{">=": [{"var": "revenue"}, 1000000]}, {"in": [{"var": "country"}, ["US", "GB", "DE"]]}]})";
  for (auto _ : state) benchmark::DoNotOptimize(condition::compile(rule));
}

BENCHMARK_CAPTURE(typed_rows, leadline, semantics::leadline)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(typed_rows, jsonlogic, semantics::jsonlogic)->Unit(benchmark::kMillisecond);
BENCHMARK(typed_rows_one_by_one)->Unit(benchmark::kMillisecond);
BENCHMARK(rows_by_hand)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(json_text, leadline, semantics::leadline)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(json_text, jsonlogic, semantics::jsonlogic)->Unit(benchmark::kMillisecond);
BENCHMARK(compile)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
