// A storm: the clocks of all contacts are due in one millisecond. What is told stays in the order of contacts, and
// memory holds what is told and no more contacts spread out than asked for.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "fold/fold_case.hpp"
#include "leadline/engine/sharded_engine.hpp"
#include "support/case_count.hpp"

namespace {

std::int64_t live_bytes = 0;
std::int64_t most_bytes = 0;
/// In front of each block its size, as wide as blocks are aligned.
constexpr std::size_t head_size = alignof(std::max_align_t);

}  // namespace

namespace {

/// A block of `size` bytes behind a head of `head` bytes that holds its size; null where there is no memory.
void* counted(void* memory, std::size_t size, std::size_t head) noexcept {
  if (memory == nullptr) return nullptr;
  *static_cast<std::size_t*>(memory) = size;
  live_bytes += static_cast<std::int64_t>(size);
  most_bytes = std::max(most_bytes, live_bytes);
  return static_cast<std::byte*>(memory) + head;
}

void* given_back(void* block, std::size_t head) noexcept {
  if (block == nullptr) return nullptr;
  void* const memory = static_cast<std::byte*>(block) - head;
  live_bytes -= static_cast<std::int64_t>(*static_cast<std::size_t*>(memory));
  return memory;
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted(std::malloc(size + head_size), size, head_size);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* const block = operator new(size, std::nothrow)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto by = static_cast<std::size_t>(alignment);
  if (void* const block = counted(std::aligned_alloc(by, (size + 2 * by - 1) / by * by), size, by)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(given_back(block, head_size)); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
[[gnu::noinline]] void operator delete(void* block, std::align_val_t alignment) noexcept {
  std::free(given_back(block, static_cast<std::size_t>(alignment)));
}
[[gnu::noinline]] void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
  operator delete(block, alignment);
}

namespace leadline::test::storm_test {
namespace {

const std::string pack = R"({"leadline": 1, "time_zone": "UTC", "engine": {"lateness": "0s"}, "events": {"ask": {}},
  "calendars": {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}},
  "clocks": [{"id": "reply", "calendar": "office", "start": {"on": "ask"}, "target": [{"within": "4bh"}],
    "warn": ["-1bh"], "escalate": [{"after": "0s", "to": "lead"}, {"after": "24h", "to": "boss"}]}]})";

/// Eight letters and digits, so that their order is that of the numbers they come from.
[[nodiscard]] std::string name_of(std::size_t number) {
  std::string out = std::to_string(number);
  return "c" + std::string(7 - out.size(), '0') + out;
}

template <class Engine>
std::size_t fill(Engine& all, std::size_t count) {
  std::size_t told = 0;
  // Asked on a Saturday, each at an instant of its own, so that all four business hours end on Monday at 13:00.
  const std::int64_t saturday_ms = at("2026-03-07T00:00:00Z").ms();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = name_of(i * 7'919 % count);
    const event sent{.id = {},
                     .contact = name,
                     .type = "ask",
                     .at = instant::from_ms(saturday_ms + static_cast<std::int64_t>(i)),
                     .data = {}};
    told += all.apply({&sent, 1}).size();
  }
  return told;
}

TEST(a_storm, of_clocks_due_in_one_millisecond_is_told_in_the_order_of_contacts_and_within_memory) {
  const auto count = case_count(std::size_t{100'000});
  constexpr std::size_t spread_out_count = 1'000;
  const instant due = at("2026-03-09T17:00:00Z");  // 13:00 in New York, where the clocks went forward on Sunday
  std::int64_t grown_spread_out = 0;
  for (const std::size_t spread_out : {engine::spread_out_count_default, spread_out_count}) {
    sharded_engine all(compiled_from(pack), 1, spread_out);
    ASSERT_EQ(fill(all, count), count);
    const std::span<const decision> warned = all.advance(due - elapsed_duration::from_ms(1));
    ASSERT_EQ(warned.size(), count);
    EXPECT_TRUE(std::all_of(warned.begin(), warned.end(),
                            [&](const decision& each) { return each.at == due - elapsed_duration::hours(1); }));

    const std::int64_t before = most_bytes = live_bytes;
    const std::span<const decision> told = all.advance(due);
    const std::int64_t grown = most_bytes - before;
    ASSERT_EQ(told.size(), 2 * count) << "a breach and an escalation each";
    for (std::size_t i = 0; i < told.size(); ++i) {
      ASSERT_EQ(told[i].at, due);
      ASSERT_EQ(told[i].contact, name_of(i / 2)) << "in the order of ids";
      ASSERT_EQ(told[i].text, i % 2 == 0 ? "breached" : "escalated");
    }
    // Where all are spread out the storm takes what it tells, a list that grows by doubling; where few are, no more.
    EXPECT_LE(grown, 4 * static_cast<std::int64_t>(told.size() * sizeof(decision)));
    if (spread_out == engine::spread_out_count_default) {
      grown_spread_out = grown;
    } else {
      // And what their records grow by.
      constexpr std::int64_t contact_size_max = 4'096;
      constexpr std::int64_t record_growth_max = 64;
      EXPECT_LE(grown, grown_spread_out + static_cast<std::int64_t>(spread_out_count) * contact_size_max +
                           static_cast<std::int64_t>(count) * record_growth_max);
    }
    RecordProperty("bytes_a_decision", std::to_string(grown / static_cast<std::int64_t>(told.size())));

    EXPECT_EQ(all.next_wakeup(), due + elapsed_duration::hours(24));
    EXPECT_TRUE(all.advance(due + elapsed_duration::hours(23)).empty());
    EXPECT_EQ(all.advance(due + elapsed_duration::hours(24)).size(), count);
    EXPECT_FALSE(all.next_wakeup().has_value());
  }
}

TEST(a_storm, over_threads_is_told_as_by_one) {
  const auto count = case_count(std::size_t{20'000});
  sharded_engine one(compiled_from(pack), 1);
  sharded_engine many(compiled_from(pack), 4, 100);
  static_cast<void>(fill(one, count));
  static_cast<void>(fill(many, count));
  const auto lines = [&](sharded_engine& of) {
    std::string out;
    for (const decision& each : of.advance(at("2026-03-12T00:00:00Z"))) append_json(out, each);
    return out;
  };
  EXPECT_EQ(lines(many), lines(one));
  EXPECT_EQ(many.state_digest(), one.state_digest());
}

}  // namespace
}  // namespace leadline::test::storm_test
