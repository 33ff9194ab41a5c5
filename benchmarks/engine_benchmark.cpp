#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "leadline/engine/engine.hpp"
#include "leadline/engine/sharded_engine.hpp"
#include "leadline/fold/contact_record.hpp"
#include "task_b.hpp"

namespace {

using namespace leadline;

[[nodiscard]] const bench::task_b_events* events() {
  static const auto made = bench::task_data().empty()
                               ? nullptr
                               : std::make_unique<bench::task_b_events>(bench::task_data() / "events.jsonl");
  return made.get();
}

[[nodiscard]] std::shared_ptr<const model> pack_with(const std::string& lateness) {
  std::string text(bench::task_b_pack);
  const std::string before = R"("lateness": "0s")";
  text.replace(text.find(before), before.size(), R"("lateness": ")" + lateness + "\"");
  return bench::model_of(text);
}

constexpr std::size_t batch_size = 8'192;

template <class Engine>
std::size_t apply_all(Engine& all, std::span<const event> sent) {
  std::size_t told = 0;
  for (std::size_t i = 0; i < sent.size(); i += batch_size)
    told += all.apply(sent.subspan(i, std::min(batch_size, sent.size() - i))).size();
  return told;
}

/// All of task B in batches, over so many threads.
void threads(benchmark::State& state) {
  const bench::task_b_events* const sent = events();
  if (sent == nullptr) return state.SkipWithError("no data: run ../shared/bench/generate.py build/bench_data");
  const std::shared_ptr<const model> pack = pack_with("0s");
  for (auto unused : state) {
    state.PauseTiming();
    auto all = std::make_unique<sharded_engine>(pack, static_cast<std::size_t>(state.range(0)));
    state.ResumeTiming();
    state.counters["decisions"] = static_cast<double>(apply_all(*all, sent->events()));
    state.PauseTiming();
    all.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sent->events().size()));
}
BENCHMARK(threads)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Repetitions(3)
    ->UseRealTime()
    ->ReportAggregatesOnly();

/// All of task B with so many contacts spread out and the others as records.
void records_at_rest(benchmark::State& state) {
  const bench::task_b_events* const sent = events();
  if (sent == nullptr) return state.SkipWithError("no data: run ../shared/bench/generate.py build/bench_data");
  const std::shared_ptr<const model> pack = pack_with("0s");
  for (auto unused : state) {
    auto all = std::make_unique<engine>(pack, static_cast<std::size_t>(state.range(0)));
    static_cast<void>(apply_all(*all, sent->events()));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sent->events().size()));
}
BENCHMARK(records_at_rest)->Arg(64)->Arg(16'384)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1);

/// Bytes a contact of task B takes as a record, at the end of its sixty days; then packing and unpacking one.
void record_bytes(benchmark::State& state, const std::string& lateness, bool is_reading) {
  const bench::task_b_events* const sent = events();
  if (sent == nullptr) return state.SkipWithError("no data: run ../shared/bench/generate.py build/bench_data");
  const std::shared_ptr<const model> pack = pack_with(lateness);
  engine all(pack);
  static_cast<void>(apply_all(all, std::span(sent->events()).first(sent->events().size() / 4)));
  const std::vector<const contact*> contacts = all.contacts();
  contact_record record(pack);
  std::size_t bytes = 0;
  std::vector<std::string> rows;
  for (const contact* each : contacts) bytes += rows.emplace_back(record.pack(*each)).size();
  contact recycled(*pack, "c");
  std::size_t next = 0;
  for (auto unused : state) {
    const std::size_t i = next++ * 7'919 % contacts.size();
    if (is_reading) {
      benchmark::DoNotOptimize(record.unpack(rows[i % 64], recycled));
    } else {
      benchmark::DoNotOptimize(record.pack(*contacts[i % 64]).size());
    }
  }
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(contacts.size());
}
BENCHMARK_CAPTURE(record_bytes, pack_0s, std::string("0s"), false);
BENCHMARK_CAPTURE(record_bytes, unpack_0s, std::string("0s"), true);
BENCHMARK_CAPTURE(record_bytes, pack_7d, std::string("7d"), false);
BENCHMARK_CAPTURE(record_bytes, unpack_7d, std::string("7d"), true);

/// An engine of so many contacts with three events each, kept as records but for so many.
[[nodiscard]] std::unique_ptr<engine> filled(const std::shared_ptr<const model>& pack, std::size_t count,
                                             std::size_t spread_out_count = 16'384) {
  auto all = std::make_unique<engine>(pack, spread_out_count);
  const value::member form[] = {{"form", value::of("demo")}};
  const value::member view[] = {{"path", value::of("/pricing")}};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("contact-" + std::to_string(i * 7'919 % count));
  std::int64_t at_ms = 1'772'323'200'000;
  const auto send = [&](const char* type, value data) {
    for (std::size_t i = 0; i < count; ++i)
      static_cast<void>(
          all->apply({.id = {}, .contact = names[i], .type = type, .at = instant::from_ms(at_ms += 10), .data = data}));
  };
  send("page_view", value::of(std::span<const value::member>(view)));
  send("form_submit", value::of(std::span<const value::member>(form)));
  send("page_view", value::of(std::span<const value::member>(view)));
  return all;
}

void snapshot_of_a_million(benchmark::State& state) {
  const auto all = filled(pack_with("0s"), 1'000'000);
  std::size_t size = 0;
  for (auto unused : state) size = all->snapshot().size();
  state.counters["bytes"] = static_cast<double>(size) / 1e6;
}
BENCHMARK(snapshot_of_a_million)->Unit(benchmark::kMillisecond)->Iterations(3);

void restore_of_a_million(benchmark::State& state) {
  const std::shared_ptr<const model> pack = pack_with("0s");
  const std::string bytes = filled(pack, 1'000'000)->snapshot();
  for (auto unused : state) {
    auto all = std::make_unique<engine>(pack, 16'384);
    if (all->restore(bytes) != 1'000'000U) state.SkipWithError("not restored");
    state.PauseTiming();
    all.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(restore_of_a_million)->Unit(benchmark::kMillisecond)->Iterations(3);

/// A million more events, each of a contact chosen at random among so many that there are.
class later_events {
 public:
  later_events(const engine& all, std::size_t count) {
    std::mt19937_64 random(1);
    names_.reserve(size);
    std::int64_t at_ms = all.closed()->ms() + 1'000;
    for (std::size_t i = 0; i < size; ++i) {
      names_.push_back("contact-" + std::to_string(random() % count));
      events_.push_back({.id = {},
                         .contact = names_.back(),
                         .type = "page_view",
                         .at = instant::from_ms(at_ms += 10),
                         .data = value::of(std::span<const value::member>(view_))});
    }
  }
  later_events(const later_events&) = delete;
  later_events& operator=(const later_events&) = delete;

  static constexpr std::size_t size = 1'000'000;
  [[nodiscard]] std::span<const event> events() const noexcept { return events_; }

 private:
  const std::array<value::member, 1> view_{{{"path", value::of("/blog/1")}}};
  std::vector<std::string> names_;
  std::vector<event> events_;
};

/// In batches; the contacts are kept as records but for 16,384, so that ten million fit.
void event_among(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto all = filled(pack_with("0s"), count);
  const later_events sent(*all, count);
  for (auto unused : state) static_cast<void>(apply_all(*all, sent.events()));
  state.SetItemsProcessed(static_cast<std::int64_t>(later_events::size));
}
BENCHMARK(event_among)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->Iterations(1);

/// How long single events take among so many known contacts, all spread out: the middle one, and the slowest of a
/// hundred and of a thousand.
void latency_among(benchmark::State& state) {
  using clock = std::chrono::steady_clock;
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto all = filled(pack_with("0s"), count, count);
  const later_events sent(*all, count);
  std::vector<std::int64_t> took_ns;
  took_ns.reserve(later_events::size);
  for (auto unused : state) {
    for (const event& each : sent.events()) {
      const clock::time_point before = clock::now();
      benchmark::DoNotOptimize(all->apply(each).size());
      took_ns.push_back((clock::now() - before).count());
    }
  }
  std::sort(took_ns.begin(), took_ns.end());
  const auto at = [&](double share) {
    return static_cast<double>(took_ns[static_cast<std::size_t>(share * static_cast<double>(took_ns.size() - 1))]);
  };
  state.counters["p50_ns"] = at(0.5);
  state.counters["p99_ns"] = at(0.99);
  state.counters["p999_ns"] = at(0.999);
}
BENCHMARK(latency_among)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
