// Holds engine and sharded_engine to the laws of the fold over cases named on standard input, a line "PACK EVENTS
// UNTIL" each: batches, small steps, records instead of contacts spread out, snapshots half way, shards and threads
// give the same decisions in the same order; shuffled arrival within the lateness the same state, but with pools, which
// take no assignment back. The first law broken
// ends it with 1.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "fold/case_file.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/engine/sharded_engine.hpp"

namespace {

using namespace leadline;

std::string at_case;

void require(bool holds, const std::string& law) {
  if (holds) return;
  std::printf("%s: broken: %s\n", at_case.c_str(), law.c_str());
  std::exit(1);
}

/// Where two texts of lines part.
std::string difference(const std::string& expected, const std::string& found) {
  std::istringstream a(expected);
  std::istringstream b(found);
  std::string left;
  std::string right;
  while (true) {
    const bool has_left = static_cast<bool>(std::getline(a, left));
    const bool has_right = static_cast<bool>(std::getline(b, right));
    if (!has_left) left = "nothing";
    if (!has_right) right = "nothing";
    if (left != right || (!has_left && !has_right)) return "\n  expected " + left + "\n  found    " + right;
  }
}

void append(std::string& out, std::span<const decision> told) {
  for (const decision& each : told) {
    append_json(out, each);
    out.push_back('\n');
  }
}

struct outcome {
  std::string lines;
  std::uint64_t state = 0;
  std::string snapshot;
};

template <class Engine>
outcome finished(Engine& all, std::string lines, instant until) {
  append(lines, all.advance(until));
  return {std::move(lines), all.state_digest(), all.snapshot()};
}

void compare(const outcome& expected, const outcome& found, const std::string& how) {
  require(found.lines == expected.lines, how + " gives the same decisions" + difference(expected.lines, found.lines));
  require(found.state == expected.state, how + " gives the same state digest");
  require(found.snapshot == expected.snapshot, how + " gives the same snapshot");
}

void check(const test::case_file& given, instant until, std::mt19937_64& random, std::size_t& decision_count) {
  const std::vector<event>& events = given.events();
  engine one(given.pack());
  std::string lines;
  for (const event& each : events) append(lines, one.apply(each));
  const outcome expected = finished(one, std::move(lines), until);
  decision_count += static_cast<std::size_t>(std::count(expected.lines.begin(), expected.lines.end(), '\n'));

  {
    engine all(given.pack());
    std::string told;
    append(told, all.apply(std::span<const event>(events)));
    compare(expected, finished(all, std::move(told), until), "one batch");
  }
  {
    // Records alone, but for some few; and time in many steps, none of them beyond the next event.
    engine all(given.pack(), 0);
    std::string told;
    for (const event& each : events) {
      for (int step = 0; step < 3 && all.closed(); ++step) {
        const std::int64_t left_ms = each.at.ms() - 1 - all.closed()->ms();
        if (left_ms > 0)
          append(told, all.advance(*all.closed() + elapsed_duration::from_ms(static_cast<std::int64_t>(
                                                       random() % static_cast<std::uint64_t>(left_ms + 1)))));
      }
      append(told, all.apply(each));
    }
    compare(expected, finished(all, std::move(told), until), "time in many steps over packed contacts");
  }
  for (const std::size_t shards : {1U, 2U, 7U}) {
    sharded_engine all(given.pack(), shards, random() % 2 == 0 ? 0 : engine::spread_out_count_default);
    std::string told;
    for (std::size_t i = 0; i < events.size();) {
      const std::size_t size = std::min<std::size_t>(events.size() - i, 1 + random() % (random() % 3 == 0 ? 3 : 2'000));
      append(told, all.apply(std::span<const event>(events).subspan(i, size)));
      i += size;
    }
    compare(expected, finished(all, std::move(told), until), std::to_string(shards) + " shards");
  }
  {
    const std::size_t half = events.empty() ? 0 : random() % events.size();
    sharded_engine before(given.pack(), 1 + random() % 4);
    std::string told;
    append(told, before.apply(std::span<const event>(events).first(half)));
    const std::string stored = before.snapshot();
    sharded_engine after(given.pack(), 1 + random() % 4, random() % 2 == 0 ? 0 : 1'000);
    require(after.restore(stored).has_value(), "a snapshot is restored");
    require(after.snapshot() == stored, "a restored engine gives the same snapshot");
    require(after.state_digest() == before.state_digest(), "a restored engine has the same digest");
    append(told, after.apply(std::span<const event>(events).subspan(half)));
    compare(expected, finished(after, std::move(told), until), "a snapshot half way");
    engine plain(given.pack());
    for (int i = 0; i < 20; ++i) {
      std::string damaged = stored;
      if (i % 2 == 0) damaged.resize(random() % damaged.size());
      if (i % 2 != 0) damaged[random() % damaged.size()] ^= static_cast<char>(1U << (random() % 8));
      require(!plain.restore(damaged).has_value(), "a damaged snapshot is refused");
    }
    require(plain.restore(stored).has_value() && plain.snapshot() == stored, "what was refused left no trace");
  }
  // Arrival within half the lateness of order; events of one contact and instant keep their order, and each comes once.
  std::set<std::pair<std::string_view, std::string_view>> ids;
  std::vector<event> in_order;
  for (const event& each : events) {
    if (each.type == "contact.merge" || each.type == "contact.forget" || each.contact.empty()) continue;
    if (each.id.is_text() && !ids.emplace(each.contact, each.id.text()).second) continue;
    in_order.push_back(each);
  }
  const auto by_time = [](const event& a, const event& b) { return a.at < b.at; };
  std::stable_sort(in_order.begin(), in_order.end(), by_time);
  const std::int64_t half_ms = given.pack()->lateness_ms / 2;
  // Who gets a contact of a pool depends on the order of arrival: an assignment is not taken back.
  if (half_ms == 0 || routing::is_needed(*given.pack())) return;
  std::vector<std::pair<std::int64_t, event>> shuffled;
  for (const event& each : in_order) {
    const std::size_t seed =
        std::hash<std::string_view>()(each.contact) ^ static_cast<std::size_t>(each.at.ms()) * 0x9E3779B97F4A7C15;
    shuffled.emplace_back(each.at.ms() + static_cast<std::int64_t>((seed >> 8) % static_cast<std::size_t>(half_ms)),
                          each);
  }
  std::stable_sort(shuffled.begin(), shuffled.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  engine sorted(given.pack());
  engine late(given.pack());
  for (const event& each : in_order) static_cast<void>(sorted.apply(each));
  for (const auto& each : shuffled) static_cast<void>(late.apply(each.second));
  static_cast<void>(sorted.advance(until));
  static_cast<void>(late.advance(until));
  require(sorted.state_digest() == late.state_digest(), "shuffled arrival gives the same state digest");
}

}  // namespace

int main() {
  std::mt19937_64 random(20261122);
  std::size_t count = 0;
  std::size_t decision_count = 0;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string pack;
    std::string events;
    std::string until;
    words >> pack >> events >> until;
    at_case = pack;
    check(test::case_file(pack, events), instant::parse(until).value(), random, decision_count);
    ++count;
  }
  std::printf("%zu packs, %zu decisions, each told alike in eight ways\n", count, decision_count);
  return 0;
}
