#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "leadline/engine/engine.hpp"
#include "task_b.hpp"

// Counts what the program asks of the heap: known contacts and events in order must ask nothing.
namespace {
std::int64_t allocation_count = 0;
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocation_count;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocation_count;
  const auto by = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(by, (size + by - 1) / by * by)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace {

using namespace leadline;

[[nodiscard]] const bench::task_b_events* events() {
  static const auto made = bench::task_data().empty()
                               ? nullptr
                               : std::make_unique<bench::task_b_events>(bench::task_data() / "events.jsonl");
  return made.get();
}

/// All of task B through an engine, a new one each time, so many events a call.
void task_b(benchmark::State& state) {
  const bench::task_b_events* const sent = events();
  if (sent == nullptr) return state.SkipWithError("no data: run ../shared/bench/generate.py build/bench_data");
  const std::shared_ptr<const model> pack = bench::model_of(std::string(bench::task_b_pack));
  const auto batch_size = static_cast<std::size_t>(state.range(0));
  const std::span<const event> all_sent(sent->events());
  for (auto unused : state) {
    state.PauseTiming();
    auto all = std::make_unique<engine>(pack);
    state.ResumeTiming();
    std::size_t told = 0;
    if (batch_size == 1) {
      for (const event& each : all_sent) told += all->apply(each).size();
    } else {
      for (std::size_t i = 0; i < all_sent.size(); i += batch_size)
        told += all->apply(all_sent.subspan(i, std::min(batch_size, all_sent.size() - i))).size();
    }
    state.PauseTiming();
    state.counters["decisions"] = static_cast<double>(told);
    std::int64_t sum = 0;
    for (const contact* each : all->contacts()) sum += all->score_milli(*each, 0);
    if (sum != bench::task_b_sum * 1'000) state.SkipWithError("the sum of points is not 830,373");
    all.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sent->events().size()));
}
BENCHMARK(task_b)
    ->Arg(1)
    ->Arg(256)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Repetitions(3)
    ->ReportAggregatesOnly();

/// The fold alone: task B's events dealt out to a few contacts that stay in the cache.
void task_b_in_cache(benchmark::State& state) {
  const bench::task_b_events* const sent = events();
  if (sent == nullptr) return state.SkipWithError("no data: run ../shared/bench/generate.py build/bench_data");
  const std::shared_ptr<const model> pack = bench::model_of(std::string(bench::task_b_pack));
  contact_fold fold(pack);
  const auto contact_count = static_cast<std::size_t>(state.range(0));
  std::vector<contact> contacts;
  for (std::size_t i = 0; i < contact_count; ++i) contacts.emplace_back(*pack, "c" + std::to_string(1'000'000 + i));
  std::size_t next = 0;
  std::size_t round = 0;
  constexpr std::int64_t sixty_days_ms = 60 * 86'400'000LL;
  std::int64_t allocations = 0;
  for (auto unused : state) {
    event each = sent->events()[next];
    each.at = instant::from_ms(each.at.ms() + static_cast<std::int64_t>(round) * sixty_days_ms);
    const std::int64_t before = allocation_count;
    benchmark::DoNotOptimize(fold.step(contacts[next % contact_count], each).size());
    allocations += allocation_count - before;
    if (++next == sent->events().size()) next = 0, ++round;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(allocations), benchmark::Counter::kAvgIterations);
}
BENCHMARK(task_b_in_cache)->Arg(16)->Arg(1'000)->Arg(10'000);

/// Rules that differ in a path, a contact in the cache.
void rules(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::shared_ptr<const model> pack = bench::model_of(bench::pack_of_rules(count));
  contact_fold fold(pack);
  std::vector<contact> contacts;
  for (std::size_t i = 0; i < 64; ++i) contacts.emplace_back(*pack, "c" + std::to_string(i));
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < 1'024; ++i) paths.push_back("/page/" + std::to_string(i * 7'919 % count));
  std::int64_t at_ms = 1'767'225'600'000;
  std::size_t next = 0;
  for (auto unused : state) {
    const value::member data[] = {{"path", value::of(std::string_view(paths[next % paths.size()]))}};
    const event sent{.id = {},
                     .contact = "",
                     .type = "page_view",
                     .at = instant::from_ms(at_ms += 1'000),
                     .data = value::of(std::span<const value::member>(data))};
    benchmark::DoNotOptimize(fold.step(contacts[next % contacts.size()], sent).size());
    ++next;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rules)->Arg(10)->Arg(100)->Arg(1'000);

/// One decision as a line of JSON.
void print(benchmark::State& state) {
  decision told;
  told.seq = 17;
  told.at = instant::from_ms(1'772'478'180'000);
  told.contact = "c0000042";
  told.kind = decision_kind::score;
  told.about = "behaviour";
  told.from = std::int64_t{12'000};
  told.to = std::int64_t{22'500};
  told.cause = "e00000123";
  std::string out;
  for (auto unused : state) {
    out.clear();
    append_json(out, told);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(print);

}  // namespace

BENCHMARK_MAIN();
