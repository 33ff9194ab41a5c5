#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "leadline/engine/timing_wheel.hpp"

namespace {

using namespace leadline;

constexpr std::int64_t start_ms = 1'772'323'200'000;
constexpr std::uint64_t month_ms = 30ULL * 86'400'000;

[[nodiscard]] const std::vector<std::string>& ids(std::size_t count) {
  static std::vector<std::string> all;
  while (all.size() < count) all.push_back("contact-" + std::to_string(1'000'000 + all.size()));
  return all;
}

struct names {
  const std::vector<std::string>* of;
  [[nodiscard]] std::string_view operator()(std::uint32_t who) const noexcept { return (*of)[who]; }
};

/// As many as asked for alive all the while: of ten steps nine move a wake-up, one in nine of them to just ahead, and
/// every step lets time pass so that about one fires and is set anew. What is measured is a set, a move, a cancel and
/// set, or a fire: one operation an item.
template <class Index>
void churn(benchmark::State& state, Index& index) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  std::mt19937_64 random(1);
  std::int64_t now_ms = start_ms;
  for (std::uint32_t i = 0; i < count; ++i) index.set(i, now_ms + 1 + static_cast<std::int64_t>(random() % month_ms));
  std::int64_t operations = 0;
  const std::int64_t step_ms = static_cast<std::int64_t>(month_ms / count / 4) + 1;
  // The choices are made beforehand, so that they are not measured.
  std::vector<std::pair<std::uint32_t, std::int64_t>> choices(1 << 16);
  for (auto& each : choices)
    each = {static_cast<std::uint32_t>(random() % count), 1 + static_cast<std::int64_t>(random() % month_ms)};
  std::size_t next = 0;
  for (auto unused : state) {
    const auto [who, ahead_ms] = choices[next++ & (choices.size() - 1)];
    if (next % 8 == 0) {
      index.cancel(who);
      ++operations;
    }
    index.set(who, now_ms + ahead_ms);
    ++operations;
    now_ms += step_ms;
    while (const auto due = index.pop(now_ms)) {
      index.set(due->who, now_ms + static_cast<std::int64_t>(month_ms / 2) + ahead_ms % 86'400'000);
      operations += 2;
    }
  }
  state.SetItemsProcessed(operations);
}

void wheel(benchmark::State& state) {
  timing_wheel index(names{&ids(static_cast<std::size_t>(state.range(0)))});
  churn(state, index);
}
BENCHMARK(wheel)->Arg(100'000)->Arg(1'000'000)->Iterations(20'000'000);

/// What becomes of most wake-ups: a million are set within a month, nine in ten are cancelled, the others fire as an
/// hour after the other passes. Contacts come in the order of their numbers, which is that of their making; an item is
/// a set, a cancel or a fire.
void lifetimes(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  std::mt19937_64 random(1);
  std::vector<std::int64_t> ahead_ms(count);
  for (std::int64_t& each : ahead_ms) each = 1 + static_cast<std::int64_t>(random() % month_ms);
  std::int64_t operations = 0;
  for (auto unused : state) {
    timing_wheel index(names{&ids(count)});
    static_cast<void>(index.pop(start_ms));
    for (std::uint32_t i = 0; i < count; ++i) index.set(i, start_ms + ahead_ms[i]);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i % 10 != 0) index.cancel(i);
    }
    std::uint32_t fired_count = 0;
    for (std::int64_t passed_ms = 0; passed_ms < static_cast<std::int64_t>(month_ms); passed_ms += 3'600'000) {
      while (index.pop(start_ms + passed_ms + 3'600'000)) ++fired_count;
    }
    if (fired_count != (count + 9) / 10) state.SkipWithError("not all that were left fired");
    operations += count + (count - fired_count) + fired_count;
  }
  state.SetItemsProcessed(operations);
}
BENCHMARK(lifetimes)->Arg(100'000)->Arg(1'000'000)->Iterations(5)->Unit(benchmark::kMillisecond);

/// The same by an ordered set, for the ratio.
class ordered_set {
 public:
  explicit ordered_set(std::size_t count) : ids_(ids(count)), at_(count, -1), due_(before{this}) {}
  void set(std::uint32_t who, std::int64_t at_ms) {
    cancel(who);
    at_[who] = at_ms;
    due_.emplace(at_ms, who);
  }
  void cancel(std::uint32_t who) {
    if (at_[who] >= 0) due_.erase({at_[who], who});
    at_[who] = -1;
  }
  struct due {
    std::int64_t at_ms;
    std::uint32_t who;
  };
  [[nodiscard]] std::optional<due> pop(std::int64_t to_ms) {
    if (due_.empty() || due_.begin()->first > to_ms) return std::nullopt;
    const due out{due_.begin()->first, due_.begin()->second};
    due_.erase(due_.begin());
    at_[out.who] = -1;
    return out;
  }

 private:
  struct before {
    const ordered_set* all;
    using item = std::pair<std::int64_t, std::uint32_t>;
    [[nodiscard]] bool operator()(const item& a, const item& b) const {
      return a.first != b.first ? a.first < b.first : all->ids_[a.second] < all->ids_[b.second];
    }
  };
  const std::vector<std::string>& ids_;
  std::vector<std::int64_t> at_;
  std::set<std::pair<std::int64_t, std::uint32_t>, before> due_;
};

void set_of_pairs(benchmark::State& state) {
  ordered_set index(static_cast<std::size_t>(state.range(0)));
  churn(state, index);
}
BENCHMARK(set_of_pairs)->Arg(100'000)->Arg(1'000'000)->Iterations(2'000'000);

/// Everything due at one millisecond, a million of them: an item is a set and a fire.
void storm(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  timing_wheel index(names{&ids(count)});
  std::int64_t at_ms = start_ms;
  for (auto unused : state) {
    at_ms += 3'600'000;
    for (std::uint32_t i = 0; i < count; ++i) index.set(i, at_ms);
    while (index.pop(at_ms)) {
    }
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(storm)->Arg(1'000'000)->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
