// Engines while memory runs out: the n-th allocation fails, once or for ever, and operator new draws on what engines
// have set aside. Each event, and each instant of a contact, is done whole or not at all.

#include <cstdlib>
#include <deque>
#include <new>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/routing_shop.hpp"
#include "leadline/base/spare_memory.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/engine/explain.hpp"
#include "leadline/engine/sharded_engine.hpp"
#include "support/case_count.hpp"

namespace {

long countdown = 0;
bool goes_on = false;
long live_count = 0;
const bool is_served = leadline::spare_memory::serve();

[[nodiscard]] bool fails() noexcept {
  if (countdown == 0 || --countdown != 0) return false;
  if (goes_on) countdown = 1;
  return true;
}

[[nodiscard]] void* taken(std::size_t size, std::size_t alignment) {
  leadline::spare_memory::note(size);
  if (!fails()) {
    if (void* const memory = std::aligned_alloc(alignment, (size + alignment) / alignment * alignment)) {
      ++live_count;
      return memory;
    }
  }
  if (void* const memory = leadline::spare_memory::take(size, alignment)) return memory;
  throw std::bad_alloc();
}

void given_back(void* memory) noexcept {
  if (memory == nullptr || leadline::spare_memory::give_back(memory)) return;
  --live_count;
  std::free(memory);
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) { return taken(size, alignof(std::max_align_t)); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return taken(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return taken(size, alignof(std::max_align_t));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { given_back(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { given_back(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { given_back(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { given_back(memory); }

namespace leadline::test::out_of_memory_test {
namespace {

/// Memory that ends at the n-th allocation from here on, and comes back with the end of this.
class shortage {
 public:
  shortage(long n, bool is_for_ever) noexcept {
    goes_on = is_for_ever;
    countdown = n;
  }
  shortage(const shortage&) = delete;
  shortage& operator=(const shortage&) = delete;
  ~shortage() { countdown = 0; }
  [[nodiscard]] static bool has_come(bool is_for_ever) noexcept { return countdown == (is_for_ever ? 1 : 0); }
};

const std::string busy = R"({"leadline": 1, "name": "t", "time_zone": "UTC", "engine": {"lateness": "1d"},
  "attributes": {"size": {"type": "number"}},
  "events": {"visit": {"activity": true, "fields": {"path": "string"}}},
  "signals": {"v": {"count": "visit", "within": "7d"}, "idle": {"since": "any_activity"},
              "paths": {"distinct": "visit", "by": "path", "within": "3d"}, "last": {"last": "visit", "of": "path"}},
  "scores": {"s": {"rules": [
    {"id": "v", "on": "visit", "points": 10, "decay": {"half_life": "2d"}, "limit": {"times": 6, "per": "2d"}},
    {"id": "quiet", "idle": [{"after": "3d", "points": -5}]},
    {"id": "wide", "when": {">": [{"var": "signal.paths"}, 2]}, "points": 5},
    {"id": "big", "when": {">": [{"var": "contact.size"}, 100]}, "points": 20}]}},
  "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
    "transitions": [{"id": "up", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.s"}, 30]}},
                    {"id": "down", "from": "mql", "to": "lead", "when": {"<": [{"var": "score.s"}, 15]}}]}})";

const std::string pools = R"({"on": {"enter": "mql"}, "reps": {"ana": {"capacity": 2}, "bo": {"capacity": 1}, "cy": {}},
  "pools": {"all": {"reps": ["ana", "bo"], "when_none": {"hold": true}}}, "rules": [{"id": "all", "pool": "all"}],
  "reroute": {"on": {"when": {"==": [{"var": "clock.reply"}, "breached"]}}, "max_hops": 2}})";

/// A stream that owns its texts.
class stream {
 public:
  void add(const std::string& contact, const std::string& type, std::int64_t at_ms, const std::string& data) {
    const std::string id = "e" + std::to_string(events_.size() + 1);
    data_.push_back(stored(data));
    events_.push_back({.id = value::of(std::string_view(texts_.emplace_back(id))),
                       .contact = texts_.emplace_back(contact),
                       .type = texts_.emplace_back(type),
                       .at = instant::from_ms(at_ms),
                       .data = data_.back().content()});
  }
  [[nodiscard]] std::span<const event> events() const noexcept { return events_; }

 private:
  std::deque<std::string> texts_;
  std::deque<stored_value> data_;
  std::vector<event> events_;
};

[[nodiscard]] stream random_stream(std::size_t count, const std::vector<std::string>& types) {
  std::mt19937_64 random(20261123);
  const auto one = [&](std::size_t end) { return random() % end; };
  const auto name = [&] { return "a contact with a name of some length " + std::to_string(one(25)); };
  stream out;
  std::int64_t at_ms = at("2026-03-02T08:00:00Z").ms();
  for (std::size_t i = 0; i < count; ++i) {
    at_ms += static_cast<std::int64_t>(one(one(20) == 0 ? 300'000'000 : 3'000'000));
    const std::int64_t sent_ms = at_ms - (one(6) == 0 ? static_cast<std::int64_t>(one(80'000'000)) : 0);
    switch (one(20)) {
      case 0: out.add(name(), "contact.merge", sent_ms, R"({"into": ")" + name() + R"("})"); break;
      case 1: out.add(name(), "contact.forget", sent_ms, "{}"); break;
      case 2: out.add(name(), "contact.set", sent_ms, R"({"size": )" + std::to_string(one(200)) + "}"); break;
      case 3: out.add("", one(2) == 0 ? "rep.away" : "rep.back", sent_ms, R"({"rep": "ana"})"); break;
      default:
        out.add(name(), types[one(types.size())], sent_ms,
                R"({"path": "/a path that takes memory of its own )" + std::to_string(one(5)) + R"("})");
        break;
    }
  }
  return out;
}

void append(std::string& to, std::span<const decision> told) {
  for (const decision& each : told) {
    append_json(to, each);
    to.push_back('\n');
  }
}

constexpr std::int64_t end_ms = 1'777'000'000'000;

/// Sends a stream in batches; what breaks off is made again, with memory if it was short for ever. Gives all decisions.
template <class Engine, class Note>
std::string run(Engine& all, std::span<const event> sent, std::size_t batch_size, const Note& note) {
  std::string out;
  for (std::size_t done = 0; done < sent.size();) {
    const auto batch = sent.subspan(done, std::min(batch_size, sent.size() - done));
    bool is_short = false;
    try {
      static_cast<void>(all.apply(batch));
    } catch (const std::bad_alloc&) {
      is_short = true;
      EXPECT_TRUE(all.is_whole());
      if (goes_on) {
        // It says the same again.
        const std::size_t count = all.told().size();
        const std::size_t done_count = all.done_count();
        const long left = std::exchange(countdown, 0);
        append(out, all.told());
        countdown = left;
        EXPECT_THROW(static_cast<void>(all.apply(batch.subspan(done_count))), std::bad_alloc) << count;
        EXPECT_EQ(all.done_count(), 0U);
        EXPECT_TRUE(all.told().empty());
        done += done_count;
        countdown = 0;
        note(done);
        continue;
      }
    }
    const long left = std::exchange(countdown, 0);
    append(out, all.told());
    done += all.done_count();
    EXPECT_TRUE(is_short || all.done_count() == batch.size());
    note(done);
    countdown = left;
  }
  return out;
}

TEST(memory_that_ends, leaves_each_event_done_whole_or_not_at_all_and_decisions_as_ever) {
  const std::string routed = routing_pack_with(pools, "1d");
  struct way {
    const std::string& pack;
    std::vector<std::string> types;
    std::size_t spread_out_count;
    std::size_t batch_size;
  };
  const std::vector<std::string> visits = {"visit"};
  const std::vector<std::string> sales = {"score", "score", "asked", "ping", "win", "lose", "again"};
  for (const way& how : {way{busy, visits, engine::spread_out_count_default, 1},
                         way{busy, visits, engine::spread_out_count_default, 40}, way{busy, visits, 16, 40},
                         way{routed, sales, engine::spread_out_count_default, 40}, way{routed, sales, 16, 1}}) {
    const stream sent = random_stream(130, how.types);
    const auto pack = compiled_from(how.pack);
    engine known(pack, how.spread_out_count);
    std::vector<std::uint64_t> digests;
    std::string told;
    for (const event& each : sent.events()) {
      digests.push_back(known.state_digest());
      append(told, known.apply(each));
    }
    append(told, known.advance(instant::from_ms(end_ms)));
    const std::string snapshot = known.snapshot();
    ASSERT_GT(told.size(), 5'000U);
    for (const bool is_for_ever : {false, true}) {
      long count = 0;
      // At each place of the first ones, and here and there later.
      const long step = std::max<long>(20'000 / case_count(20'000L), 1);
      for (long n = 1;; n += (n < 60 ? 1 : n / 15) * step) {
        engine all(pack, how.spread_out_count);
        ASSERT_TRUE(all.spare().is_served());
        std::string found;
        bool has_come = false;
        {
          const shortage lack(n, is_for_ever);
          found = run(all, sent.events(), how.batch_size, [](std::size_t) {});
          has_come = shortage::has_come(is_for_ever) || countdown == 0;
        }
        append(found, all.advance(instant::from_ms(end_ms)));
        ASSERT_EQ(found, told) << n;
        ASSERT_EQ(all.snapshot(), snapshot) << n;
        if (!has_come) break;
        ++count;
      }
      EXPECT_GT(count, 20);
    }
  }
}

TEST(memory_that_ends, leaves_contacts_as_after_the_last_whole_event) {
  const auto pack = compiled_from(busy);
  // In order and some late: of those in order the digest is that of an engine brought to the same instant.
  const stream sent = random_stream(120, {"visit"});
  for (long n = 1; n < 4'000; n += 1 + n / 20) {
    engine all(pack);
    std::size_t done = 0;
    {
      const shortage lack(n, true);
      try {
        for (; done < sent.events().size(); ++done) static_cast<void>(all.apply(sent.events()[done]));
      } catch (const std::bad_alloc&) {
        ASSERT_EQ(all.done_count(), 0U);
      }
    }
    engine known(pack);
    for (std::size_t i = 0; i < done; ++i) static_cast<void>(known.apply(sent.events()[i]));
    ASSERT_EQ(all.contact_count(), known.contact_count());
    const instant reach =
        done < sent.events().size() ? sent.events()[done].at - elapsed_duration::from_ms(1) : instant::from_ms(end_ms);
    static_cast<void>(known.advance(reach));
    static_cast<void>(all.advance(reach));
    ASSERT_EQ(all.state_digest(), known.state_digest()) << n;
    if (done == sent.events().size()) return;
  }
}

TEST(memory_that_ends, within_a_late_event_of_a_long_past_changes_nothing_or_all_of_it) {
  const auto pack = compiled_from(busy);
  stream sent;
  const std::int64_t start_ms = at("2026-03-02T08:00:00Z").ms();
  constexpr int past_count = 1'500;
  for (int i = 0; i < past_count; ++i)
    sent.add("ann", "visit", start_ms + i * 50'000, R"({"path": "/some path or other"})");
  sent.add("ann", "visit", start_ms + 700, R"({"path": "/what came late, and changes all that followed"})");
  engine known(pack);
  for (const event& each : sent.events()) static_cast<void>(known.apply(each));
  engine all(pack);
  for (int i = 0; i < past_count; ++i) static_cast<void>(all.apply(sent.events()[static_cast<std::size_t>(i)]));
  const std::string before = all.snapshot();
  const std::uint64_t digest = all.state_digest();
  for (long n = 1; n < 100'000; n += 1 + n / 3) {
    engine one(pack);
    ASSERT_TRUE(one.restore(before).has_value());
    bool is_done = true;
    {
      const shortage lack(n, true);
      try {
        static_cast<void>(one.apply(sent.events().back()));
      } catch (const std::bad_alloc&) {
        is_done = false;
      }
    }
    ASSERT_TRUE(one.is_whole()) << n;
    ASSERT_EQ(one.state_digest(), is_done ? known.state_digest() : digest) << n;
    if (!is_done) static_cast<void>(one.apply(sent.events().back()));
    ASSERT_EQ(one.state_digest(), known.state_digest()) << n;
  }
}

TEST(memory_that_ends, within_a_storm_of_time_leaves_the_rest_for_the_next_call) {
  const auto pack =
      compiled_from(R"({"leadline": 1, "time_zone": "UTC", "engine": {"lateness": "0s"}, "events": {"ask": {}},
    "clocks": [{"id": "reply", "start": {"on": "ask"}, "target": [{"within": "4h"}]}]})");
  constexpr std::size_t contact_count = 1'000;
  const auto fill = [&](engine& of) {
    for (std::size_t i = 0; i < contact_count; ++i) {
      const std::string name = contact_name(static_cast<int>(i * 7'919 % contact_count));
      static_cast<void>(
          of.apply({.id = {}, .contact = name, .type = "ask", .at = at("2026-03-02T08:00:00Z"), .data = {}}));
    }
  };
  const instant due = at("2026-03-02T12:00:00Z");
  engine known(pack);
  fill(known);
  std::string told;
  append(told, known.advance(due));
  for (const std::size_t told_max : {std::size_t{1} << 40, std::size_t{100}}) {
    for (long n = 1; n < 200; n += 1 + n / 4) {
      engine all(pack);
      all.set_told_max(told_max);
      fill(all);
      std::string found;
      int short_count = 0;
      do {
        bool is_short = false;
        {
          const shortage lack(short_count < 3 ? n : 0, true);
          try {
            static_cast<void>(all.advance(due));
          } catch (const std::bad_alloc&) {
            is_short = true;
          }
        }
        ASSERT_TRUE(all.is_whole());
        append(found, all.told());
        ASSERT_LE(all.told().size(), std::max<std::size_t>(told_max, 1));
        short_count += is_short ? 1 : 0;
        if (!is_short && !all.is_paused()) break;
      } while (true);
      ASSERT_EQ(found, told) << n;
      ASSERT_EQ(all.snapshot(), known.snapshot()) << n;
    }
  }
}

TEST(memory_that_ends, leaves_the_wheel_of_wake_ups_in_order) {
  struct names {
    const std::vector<std::string>* all;
    [[nodiscard]] std::string_view operator()(std::uint32_t number) const noexcept { return (*all)[number]; }
  };
  std::mt19937_64 random(5);
  constexpr std::uint32_t count = 3'000;
  std::vector<std::string> ids;
  for (std::uint32_t i = 0; i < count; ++i)
    ids.push_back("c" + std::to_string(random() % 1'000'000) + "." + std::to_string(i));
  std::vector<std::int64_t> instants;
  for (std::uint32_t i = 0; i < count; ++i) {
    // Many at one instant, many in one slot of a coarse level.
    instants.push_back(static_cast<std::int64_t>(i % 3 == 0 ? 5'000'000'000 : random() % 20'000'000'000));
  }
  const auto popped = [&](long n) {
    auto wheel = std::make_unique<timing_wheel<names>>(names{&ids});
    for (std::uint32_t i = 0; i < count; ++i) wheel->set(i, instants[i]);
    std::vector<std::uint32_t> out;
    out.reserve(count);
    for (std::int64_t to_ms = 0; to_ms < 21'000'000'000;) {
      try {
        const shortage lack(n, false);
        const auto due = wheel->pop(to_ms);
        if (due) {
          out.push_back(due->who);
          continue;
        }
      } catch (const std::bad_alloc&) {
        // Whatever is half dealt out is known all the same.
        const auto next_ms = wheel->next_ms();
        EXPECT_TRUE(next_ms.has_value());
        for (std::uint32_t i = 0; i < count; ++i) {
          if (!wheel->is_set(i)) continue;
          EXPECT_LE(*next_ms, wheel->at_ms(i));
        }
        n = n * 2 + 1;
        continue;
      }
      to_ms += 700'000'000;
    }
    return out;
  };
  const std::vector<std::uint32_t> known = popped(0);
  ASSERT_EQ(known.size(), count);
  for (long n = 1; n < 12; ++n) EXPECT_EQ(popped(n), known) << n;
}

TEST(memory_that_ends, leaves_shards_with_a_batch_whole_or_not_at_all) {
  const auto pack = compiled_from(busy);
  const stream sent = random_stream(200, {"visit"});
  sharded_engine known(pack, 3);
  std::string told;
  append(told, known.apply(sent.events()));
  for (long n = 1; n < 20'000; n += 1 + n / 4) {
    for (const bool is_for_ever : {false, true}) {
      sharded_engine all(pack, 3);
      std::string found;
      bool is_done = true;
      {
        const shortage lack(n, is_for_ever);
        try {
          static_cast<void>(all.apply(sent.events().first(100)));
        } catch (const std::bad_alloc&) {
          is_done = false;
        }
      }
      ASSERT_TRUE(all.is_whole()) << n;
      ASSERT_EQ(all.contact_count() != 0, is_done);
      if (!is_done) static_cast<void>(all.apply(sent.events().first(100)));
      static_cast<void>(all.apply(sent.events().subspan(100)));
      ASSERT_EQ(all.state_digest(), known.state_digest()) << n;
    }
  }
}

TEST(memory_that_ends, leaves_an_explainer_that_goes_on) {
  const auto pack = compiled_from(busy);
  const stream sent = random_stream(100, {"visit"});
  const std::string who(sent.events()[0].contact);
  explainer known(pack);
  for (const event& each : sent.events()) known.take(each);
  const auto wanted = known.explain(who, instant::from_ms(end_ms));
  for (long n = 1; n < 6'000; n += 1 + n / 12) {
    explainer all(pack);
    {
      const shortage lack(n, true);
      for (const event& each : sent.events()) {
        try {
          all.take(each);
        } catch (const std::bad_alloc&) {
          countdown = 0;
          all.take(each);
        }
      }
    }
    ASSERT_TRUE(all.is_whole());
    {
      const shortage lack(n % 97 + 1, true);
      try {
        static_cast<void>(all.explain(who, instant::from_ms(end_ms)));
      } catch (const std::bad_alloc&) {
      }
    }
    const auto told = all.explain(who, instant::from_ms(end_ms));
    ASSERT_EQ(told.has_value(), wanted.has_value());
    ASSERT_TRUE(told.has_value());
    ASSERT_EQ(to_json(*told), to_json(*wanted)) << n;
  }
}

TEST(memory_set_aside, outlives_its_engine_in_what_was_made_of_it) {
  const long before = live_count;
  void* piece = nullptr;
  {
    spare_memory spare;
    const spare_memory::use within(&spare);
    const shortage lack(1, true);
    piece = ::operator new(1'000);
    EXPECT_TRUE(spare.is_drawn());
    EXPECT_THROW(spare.fill(), std::bad_alloc);
    EXPECT_THROW(static_cast<void>(::operator new(spare_memory::size_min)), std::bad_alloc);
    countdown = 0;
    spare.fill();
    EXPECT_FALSE(spare.is_drawn());
  }
  EXPECT_EQ(live_count, before + 1) << "the block that the piece is of";
  ::operator delete(piece);
  EXPECT_EQ(live_count, before);
}

TEST(memory_set_aside, grows_with_what_events_came_to_need) {
  spare_memory spare;
  const spare_memory::use within(&spare);
  spare.begin_change();
  ::operator delete(::operator new(3'000'000));
  spare.end_change();
  EXPECT_TRUE(spare.is_drawn());
  spare.fill();
  const shortage lack(1, true);
  void* const twice = ::operator new(6'000'000);
  ::operator delete(twice);
  EXPECT_THROW(static_cast<void>(::operator new(6'000'000)), std::bad_alloc);
}

}  // namespace
}  // namespace leadline::test::out_of_memory_test
