#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "fold_case.hpp"

namespace {
std::int64_t allocation_count = 0;
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocation_count;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocation_count;
  return std::malloc(size);
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

namespace leadline::memory_test {
namespace {

constexpr const char* pack_of_all_sorts = R"({
  "leadline": 1, "name": "sorts", "version": "1", "time_zone": "UTC", "engine": {"lateness": "0s"},
  "calendars": {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}},
  "events": {"visit": {"activity": true, "fields": {"path": "string", "n": "number"}}, "call": {}},
  "signals": {"visits_7d": {"count": "visit", "within": "7d"}, "most": {"max": "visit", "of": "n", "within": "1d"}},
  "scores": {
    "now": {"rules": [
      {"id": "pricing", "on": "visit", "where": {"==": [{"var": "event.path"}, "/pricing"]}, "points": 10},
      {"id": "any", "on": "visit", "points": 1, "limit": {"times": 5, "per": "1h"}},
      {"id": "often", "when": {">=": [{"var": "signal.visits_7d"}, 3]}, "points": 15}]},
    "heat": {"rules": [{"id": "visit", "on": "visit", "points": 2, "decay": {"half_life": "7d"}}]},
    "lead": {"sum": {"now": 1, "heat": 0.5}, "max": 100} },
  "grades": {"grade": {"of": "lead", "bands": [{"at_least": 50, "is": "A"}, {"at_least": 20, "is": "B", "until": 15}, {"is": "C"}]}},
  "funnel": {"start": "new",
    "stages": [{"id": "new", "owner": "marketing"}, {"id": "ready", "owner": "sales"}],
    "transitions": [{"id": "scored", "from": ["new"], "to": "ready", "when": {">=": [{"var": "score.lead"}, 50]}},
                    {"id": "cold", "from": ["ready"], "to": "new", "when": {"<": [{"var": "score.lead"}, 10]}}]},
  "clocks": [{"id": "answer", "calendar": "office", "start": {"enter": "ready"}, "stop": {"on": "call"},
              "cancel": {"leave": "ready"}, "target": [{"within": "4bh"}]}]
})";

TEST(memory, a_known_contact_and_events_in_order_take_none) {
  const std::shared_ptr<const model> pack = test::compiled_from(pack_of_all_sorts);
  contact_fold fold(pack);
  contact who(*pack, "c1");
  const value::member pricing[] = {{"path", value::of("/pricing")}, {"n", value::of(std::int64_t{3})}};
  const value::member home[] = {{"path", value::of("/")}, {"n", value::of(std::int64_t{7})}};
  std::vector<std::string> ids;
  constexpr int event_count = 20'000;
  for (int i = 0; i < event_count; ++i) ids.push_back("e" + std::to_string(1'000'000 + i));
  instant when = test::at("2026-03-02T00:00:00Z");
  std::int64_t told = 0;
  std::int64_t before = 0;
  for (int i = 0; i < event_count; ++i) {
    // Windows and buffers grow to their size at first.
    if (i == event_count / 2) before = allocation_count;
    const bool is_call = i % 50 == 49;
    const std::span<const value::member> data = i % 3 == 0 ? pricing : home;
    const event sent{.id = value::of(std::string_view(ids[static_cast<std::size_t>(i)])),
                     .contact = "c1",
                     .type = is_call ? "call" : "visit",
                     .at = when,
                     .data = is_call ? value{} : value::of(data)};
    told += static_cast<std::int64_t>(fold.step(who, sent).size());
    when = when + elapsed_duration::from_ms(i % 97 == 0 ? 3 * 86'400'000 : 600'000);
  }
  EXPECT_GT(told, event_count);
  EXPECT_EQ(allocation_count - before, 0);
}

}  // namespace
}  // namespace leadline::memory_test
