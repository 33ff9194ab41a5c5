// What duties cost: a million running clocks that are started, stopped and breached, one by one and all in the same
// millisecond; and contacts that are given to one of ten, a hundred and a thousand reps. Behind its lines it prints the
// tables of docs/internals/performance.md: processor time for one, the median of --benchmark_repetitions.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "leadline/engine/engine.hpp"
#include "task_b.hpp"

namespace {

using namespace leadline;

constexpr std::int64_t monday_ms = 1'772'442'000'000;  // 2026-03-02T09:00:00Z
constexpr std::int64_t hour_ms = 3'600'000;

/// A clock from an ask to a reply.
[[nodiscard]] std::shared_ptr<const model> clock_pack(const std::string& target) {
  return bench::model_of(R"({"leadline": 1, "name": "clocks", "version": "1", "engine": {"lateness": "0s"},
    "calendars": {"sales": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}},
    "events": {"ask": {}, "reply": {}, "ping": {}},
    "clocks": [{"id": "speed", "start": {"on": "ask"}, "stop": {"on": "reply"}, )" +
                         target + "}]}");
}
const std::string plain_target = R"("target": [{"within": "4h"}])";
const std::string business_target = R"("calendar": "sales", "target": [{"within": "4bh"}])";
const std::string full_target =
    R"("calendar": "sales", "target": [{"within": "4bh"}], "warn": ["50%", "75%"], "escalate": [{"after": "0s", "to": "lead"}])";

/// So many contacts, known to an engine, and the events that are sent to them.
class crowd {
 public:
  crowd(std::shared_ptr<const model> pack, std::size_t count) : all_(std::move(pack)), names_(count) {
    for (std::size_t i = 0; i < count; ++i) names_[i] = "contact-" + std::to_string(i * 7'919 % count);
    send("ping", 0);
  }
  /// One event of each, `step_ms` apart; gives how many decisions there were.
  std::size_t send(const char* type, std::int64_t step_ms) {
    constexpr std::size_t batch_size = 8'192;
    std::vector<event> batch;
    std::size_t told = 0;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      batch.push_back({.id = {}, .contact = names_[i], .type = type, .at = instant::from_ms(now_ms_), .data = {}});
      now_ms_ += step_ms;
      if (batch.size() < batch_size && i + 1 < names_.size()) continue;
      told += all_.apply(std::span<const event>(batch)).size();
      batch.clear();
    }
    ++now_ms_;
    return told;
  }
  /// Gives how many decisions so much time brings. What is sent next comes after it.
  std::size_t wait(std::int64_t ms) {
    const std::size_t told = all_.advance(instant::from_ms(now_ms_ + ms)).size();
    now_ms_ += ms + 1;
    return told;
  }

 private:
  engine all_;
  std::vector<std::string> names_;
  std::int64_t now_ms_ = monday_ms;
};

constexpr std::size_t million = 1'000'000;
constexpr std::int64_t item_count = 1'000'000;

/// What was measured is what was meant only where as much was told: the program fails otherwise.
bool is_all_as_expected = true;
void expect(benchmark::State& state, std::size_t told, std::size_t wanted) {
  if (told == wanted) return;
  is_all_as_expected = false;
  state.SkipWithError((std::to_string(told) + " decisions instead of " + std::to_string(wanted)).c_str());
}

/// Events that touch no clock: what the others are beside.
void event_without_clock(benchmark::State& state) {
  crowd all(clock_pack(plain_target), million);
  std::size_t told = 0;
  for (auto unused : state) told += all.send("ping", 0);
  expect(state, told, 0);
  state.SetItemsProcessed(state.iterations() * item_count);
}

/// A million clocks are started, and run.
void clock_start(benchmark::State& state, const std::string& target) {
  crowd all(clock_pack(target), million);
  for (auto unused : state) {
    const std::size_t started = all.send("ask", 0);
    state.PauseTiming();
    expect(state, started, million);
    expect(state, all.send("reply", 0), million);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * item_count);
}

/// A million running clocks are stopped in time.
void clock_stop(benchmark::State& state, const std::string& target) {
  crowd all(clock_pack(target), million);
  for (auto unused : state) {
    state.PauseTiming();
    expect(state, all.send("ask", 0), million);
    state.ResumeTiming();
    const std::size_t met = all.send("reply", 0);
    state.PauseTiming();
    expect(state, met, million);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * item_count);
}

/// A million running clocks are breached, so many milliseconds apart; 0 is the storm.
void clock_breach(benchmark::State& state, const std::string& target, std::size_t told_of_each) {
  crowd all(clock_pack(target), million);
  for (auto unused : state) {
    state.PauseTiming();
    expect(state, all.send("ask", state.range(0)), million);
    state.ResumeTiming();
    const std::size_t told = all.wait(30 * hour_ms);
    state.PauseTiming();
    expect(state, told, told_of_each * million);
    state.counters["decisions"] = static_cast<double>(told);
    // The clocks run on until they are stopped.
    expect(state, all.send("reply", 0), million);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * item_count);
}

BENCHMARK(event_without_clock)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(clock_start, elapsed, plain_target)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(clock_start, business, business_target)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(clock_start, warned_and_escalated, full_target)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(clock_stop, elapsed, plain_target)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(clock_stop, business, business_target)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(clock_breach, elapsed, plain_target, 1)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_CAPTURE(clock_breach, business, business_target, 1)
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(2);
BENCHMARK_CAPTURE(clock_breach, warned_and_escalated, full_target, 4)
    ->Arg(0)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(2);

// --- Routing --------------------------------------------------------------------------------------------------------

[[nodiscard]] std::shared_ptr<const model> routing_pack(const std::string& balance, std::int64_t rep_count) {
  std::string reps;
  std::string names;
  for (std::int64_t i = 0; i < rep_count; ++i) {
    const std::string name = "\"rep-" + std::to_string(i) + "\"";
    reps += (i == 0 ? "" : ", ") + name + R"(: {"weight": )" + std::to_string(1 + i % 3) + "}";
    names += (i == 0 ? "" : ", ") + name;
  }
  return bench::model_of(R"({"leadline": 1, "name": "routing", "version": "1", "engine": {"lateness": "0s"},
    "events": {"ask": {}}, "routing": {"on": {"on": "ask"}, "reps": {)" +
                         reps + R"(}, "pools": {"all": {"balance": ")" + balance + R"(", "reps": [)" + names +
                         R"(]}}, "rules": [{"id": "all", "pool": "all"}]}})");
}

/// New contacts, each given to somebody of so many.
void assignment(benchmark::State& state, const std::string& balance) {
  const std::shared_ptr<const model> pack = routing_pack(balance, state.range(0));
  engine all(pack);
  std::int64_t count = 0;
  std::size_t told = 0;
  for (auto unused : state) {
    const std::string name = "contact-" + std::to_string(++count);
    told +=
        all.apply(
               event{.id = {}, .contact = name, .type = "ask", .at = instant::from_ms(monday_ms + count), .data = {}})
            .size();
  }
  expect(state, told, static_cast<std::size_t>(count));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(assignment, round_robin, std::string("round_robin"))->Arg(10)->Arg(100)->Arg(1'000);
BENCHMARK_CAPTURE(assignment, weighted, std::string("weighted"))->Arg(10)->Arg(100)->Arg(1'000);
BENCHMARK_CAPTURE(assignment, least_open, std::string("least_open"))->Arg(10)->Arg(100)->Arg(1'000);

// --- The tables -----------------------------------------------------------------------------------------------------

/// Shows runs as they come, and keeps what one of a million took of each.
class table_reporter : public benchmark::ConsoleReporter {
 public:
  table_reporter() : ConsoleReporter(OO_None) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& each : runs) {
      const auto items = each.counters.find("items_per_second");
      if (each.run_type != Run::RT_Iteration || each.error_occurred || items == each.counters.end()) continue;
      taken_ns_[each.run_name.function_name + "/" + each.run_name.args].push_back(1e9 / items->second.value);
    }
    ConsoleReporter::ReportRuns(runs);
  }

  void print_tables() {
    const char* const blank = "";
    print({"for one contact of a million", "elapsed time", "business time", "with two warnings and an escalation"});
    print({"an event that touches no clock", cell("event_without_clock/"), blank, blank});
    print({"an event that starts its clock", cell("clock_start/elapsed/"), cell("clock_start/business/"),
           cell("clock_start/warned_and_escalated/")});
    print({"an event that stops it", cell("clock_stop/elapsed/"), cell("clock_stop/business/"), blank});
    print({"a breach, each at another millisecond", cell("clock_breach/elapsed/1"), cell("clock_breach/business/1"),
           blank});
    print({"a breach, all at one millisecond (the storm)", cell("clock_breach/elapsed/0"),
           cell("clock_breach/business/0"), cell("clock_breach/warned_and_escalated/0")});
    is_head_ = true;
    print({"an assignment, new contact included, of", "10 reps", "100", "1,000"});
    for (const std::string balance : {"round_robin", "weighted", "least_open"}) {
      const std::string name = "assignment/" + balance + "/";
      print({"`" + balance + "`", cell(name + "10"), cell(name + "100"), cell(name + "1000")});
    }
  }

 private:
  /// The median of its runs; nothing where there were none.
  [[nodiscard]] std::string cell(const std::string& name) {
    std::vector<double>& taken = taken_ns_[name];
    if (taken.empty()) return "";
    const auto middle = taken.begin() + static_cast<std::ptrdiff_t>(taken.size() / 2);
    std::nth_element(taken.begin(), middle, taken.end());
    char text[32];
    static_cast<void>(*middle < 2'000 ? std::snprintf(text, sizeof text, "%.0f ns", *middle)
                                      : std::snprintf(text, sizeof text, "%.1f us", *middle / 1'000));
    return text;
  }

  /// A line of a table, its first with what stands under it.
  void print(const std::vector<std::string>& cells) {
    if (is_head_) std::puts("");
    for (const std::string& each : cells) std::printf("%s%s ", each.empty() ? "|" : "| ", each.c_str());
    std::puts("|");
    if (is_head_) std::puts("|---|---|---|---|");
    is_head_ = false;
  }

  std::map<std::string, std::vector<double>> taken_ns_;
  bool is_head_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  table_reporter shown;
  benchmark::RunSpecifiedBenchmarks(&shown);
  shown.print_tables();
  return is_all_as_expected ? 0 : 1;
}
