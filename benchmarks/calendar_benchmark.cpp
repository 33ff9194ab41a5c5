#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "leadline/time/business_calendar.hpp"
#include "leadline/time/instant.hpp"
#include "office_calendar.hpp"

// Counts what the program asks of the heap: the memory of a calendar, and that no query allocates. Each block is
// preceded by its size, in as many bytes as keep it aligned.
namespace {
std::int64_t live_bytes = 0;
std::int64_t allocation_count = 0;
constexpr std::size_t heading = alignof(std::max_align_t);
}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size + heading);
  if (memory == nullptr) throw std::bad_alloc();
  *static_cast<std::size_t*>(memory) = size;
  live_bytes += static_cast<std::int64_t>(size);
  ++allocation_count;
  return static_cast<char*>(memory) + heading;
}
void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  void* memory = static_cast<char*>(block) - heading;
  live_bytes -= static_cast<std::int64_t>(*static_cast<std::size_t*>(memory));
  std::free(memory);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace {

using namespace leadline;

// A power of two, so that the next index is a mask; 128 KiB of instants, all over fifteen years.
constexpr std::size_t start_count = 16'384;
constexpr std::uint64_t seed = 20'261'122;

const business_calendar& office() {
  static const business_calendar made = bench::office_calendar();
  return made;
}
const std::vector<instant>& starts() {
  static const std::vector<instant> made = bench::random_starts(start_count, seed);
  return made;
}

/// Times one question over the random starts, and fails when one of them allocates.
template <class Question>
void ask(benchmark::State& state, Question question) {
  const business_calendar& calendar = office();
  const std::vector<instant>& from = starts();
  std::size_t i = 0;
  const std::int64_t allocations_before = allocation_count;
  for (auto unused : state) {
    benchmark::DoNotOptimize(question(calendar, from[i]));
    i = (i + 1) & (start_count - 1);
  }
  if (allocation_count - allocations_before > 8) state.SkipWithError("a query allocates");  // a few are the library's
}

// Spans by their argument, in the unit of each question: an hour, a month, five years.
enum span : std::int64_t { hour, month, five_years };
constexpr std::int64_t business_hours[] = {1, 168, 10'040};     // of a month's 21 days, of five years' 1,255
constexpr std::int64_t business_day_counts[] = {1, 21, 1'255};  // a day is the smallest
constexpr std::int64_t elapsed_hours[] = {1, 730, 43'824};

void spans(benchmark::internal::Benchmark* benchmark) {
  for (const span each : {hour, month, five_years}) benchmark->Arg(each);
}
void label(benchmark::State& state) {
  constexpr const char* names[] = {"an hour", "a month", "five years"};
  state.SetLabel(names[state.range(0)]);
}

void calendar_add(benchmark::State& state) {
  const auto amount = business_duration::hours(business_hours[state.range(0)]);
  ask(state, [&](const business_calendar& calendar, instant from) { return calendar.add(from, amount)->ms(); });
  label(state);
}
BENCHMARK(calendar_add)->Apply(spans);

void calendar_subtract(benchmark::State& state) {
  // From the other end, so that it stays within the years that have holidays.
  const auto amount = -business_duration::hours(business_hours[state.range(0)]);
  const elapsed_duration ahead = elapsed_duration::hours(elapsed_hours[five_years]);
  ask(state, [&](const business_calendar& calendar, instant from) { return calendar.add(from + ahead, amount)->ms(); });
  label(state);
}
BENCHMARK(calendar_subtract)->Apply(spans);

void calendar_add_days(benchmark::State& state) {
  const business_days amount(business_day_counts[state.range(0)]);
  ask(state, [&](const business_calendar& calendar, instant from) { return calendar.add(from, amount)->ms(); });
  constexpr const char* names[] = {"a day", "a month", "five years"};
  state.SetLabel(names[state.range(0)]);
}
BENCHMARK(calendar_add_days)->Apply(spans);

void calendar_add_days_to_close(benchmark::State& state) {
  const business_days amount(business_day_counts[state.range(0)]);
  ask(state, [&](const business_calendar& calendar, instant from) {
    return calendar.add(from, amount, day_end::close)->ms();
  });
  constexpr const char* names[] = {"a day", "a month", "five years"};
  state.SetLabel(names[state.range(0)]);
}
BENCHMARK(calendar_add_days_to_close)->Apply(spans);

void calendar_elapsed(benchmark::State& state) {
  const elapsed_duration span = elapsed_duration::hours(elapsed_hours[state.range(0)]);
  ask(state, [&](const business_calendar& calendar, instant from) { return calendar.elapsed(from, from + span).ms(); });
  label(state);
}
BENCHMARK(calendar_elapsed)->Apply(spans);

void calendar_is_open(benchmark::State& state) {
  ask(state, [](const business_calendar& calendar, instant from) { return calendar.is_open(from); });
}
BENCHMARK(calendar_is_open);

void calendar_next_open(benchmark::State& state) {
  ask(state, [](const business_calendar& calendar, instant from) { return calendar.next_open(from)->ms(); });
}
BENCHMARK(calendar_next_open);

void calendar_next_close(benchmark::State& state) {
  ask(state, [](const business_calendar& calendar, instant from) { return calendar.next_close(from)->ms(); });
}
BENCHMARK(calendar_next_close);

void calendar_previous_close(benchmark::State& state) {
  ask(state, [](const business_calendar& calendar, instant from) { return calendar.previous_close(from)->ms(); });
}
BENCHMARK(calendar_previous_close);

/// From a description in memory, the zone's file read from disk (its cache) each time.
void calendar_build(benchmark::State& state) {
  const calendar_spec spec = bench::office_spec();
  const system_zones zones;
  for (auto unused : state) benchmark::DoNotOptimize(business_calendar::build(spec, zones));
  const std::int64_t bytes_before = live_bytes;
  const auto kept = business_calendar::build(spec, zones);
  state.counters["bytes"] = static_cast<double>(live_bytes - bytes_before);
  state.counters["holidays"] = static_cast<double>(spec.dates.size());
}
BENCHMARK(calendar_build)->Unit(benchmark::kMicrosecond);

void instant_parse_utc(benchmark::State& state) {
  std::vector<std::string> texts;
  for (const instant at : starts()) texts.push_back(at.text());
  std::size_t i = 0;
  for (auto unused : state) {
    benchmark::DoNotOptimize(instant::parse(texts[i])->ms());
    i = (i + 1) & (start_count - 1);
  }
}
BENCHMARK(instant_parse_utc);

void instant_append(benchmark::State& state) {
  std::string out;
  std::size_t i = 0;
  for (auto unused : state) {
    out.clear();
    starts()[i].append_to(out);
    benchmark::DoNotOptimize(out.data());
    i = (i + 1) & (start_count - 1);
  }
}
BENCHMARK(instant_append);

}  // namespace

BENCHMARK_MAIN();
