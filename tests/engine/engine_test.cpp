#include "leadline/engine/engine.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fold/fold_case.hpp"
#include "leadline/engine/sharded_engine.hpp"
#include "leadline/fold/decision_chain.hpp"
#include "support/case_count.hpp"

namespace leadline::test::engine_test {
namespace {

const std::string busy = R"({"leadline": 1, "name": "t", "time_zone": "UTC", "engine": {"lateness": "1d"},
  "attributes": {"size": {"type": "number"}},
  "events": {"visit": {"activity": true, "fields": {"path": "string"}}},
  "signals": {"v": {"count": "visit", "within": "7d"}, "idle": {"since": "any_activity"}, "last": {"last": "visit", "of": "path"}},
  "scores": {"s": {"rules": [
    {"id": "v", "on": "visit", "points": 10, "decay": {"half_life": "2d"}},
    {"id": "quiet", "idle": [{"after": "3d", "points": -5}]},
    {"id": "big", "when": {">": [{"var": "contact.size"}, 100]}, "points": 20}]}},
  "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
    "transitions": [{"id": "up", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.s"}, 30]}},
                    {"id": "down", "from": "mql", "to": "lead", "when": {"<": [{"var": "score.s"}, 15]}}]}})";

/// A stream that owns its texts.
class stream {
 public:
  explicit stream(std::string id_prefix = "e") : id_prefix_(std::move(id_prefix)) {}
  void add(const std::string& contact, const std::string& type, std::int64_t at_ms, const std::string& data = "{}") {
    const std::string id = id_prefix_ + std::to_string(events_.size() + 1);
    data_.push_back(stored(data));
    events_.push_back({.id = value::of(std::string_view(texts_.emplace_back(id))),
                       .contact = texts_.emplace_back(contact),
                       .type = texts_.emplace_back(type),
                       .at = instant::from_ms(at_ms),
                       .data = data_.back().content()});
  }
  [[nodiscard]] std::span<const event> events() const noexcept { return events_; }

 private:
  std::string id_prefix_;
  std::deque<std::string> texts_;
  std::deque<stored_value> data_;
  std::vector<event> events_;
};

/// A merge, a forget and the like each once in so many events.
[[nodiscard]] stream random_stream(std::size_t count, std::size_t seldom) {
  std::mt19937_64 random(20261122);
  const auto one = [&](std::size_t end) { return random() % end; };
  const auto name = [&] { return "contact-" + std::to_string(one(300)); };
  stream out;
  std::int64_t at_ms = at("2026-03-01T00:00:00Z").ms();
  for (std::size_t i = 0; i < count; ++i) {
    at_ms += static_cast<std::int64_t>(one(600'000));
    const std::int64_t sent_ms = at_ms - (one(10) == 0 ? static_cast<std::int64_t>(one(100'000'000)) : 0);
    switch (one(seldom)) {
      case 0: out.add(name(), "contact.merge", sent_ms, R"({"into": ")" + name() + R"("})"); break;
      case 1: out.add(name(), "contact.forget", sent_ms); break;
      case 2: out.add(name(), "contact.merge", sent_ms, R"({"into": 5})"); break;
      case 3: out.add(name(), "contact.set", sent_ms, R"({"size": )" + std::to_string(one(200)) + "}"); break;
      case 4: out.add("", "rep.away", sent_ms, R"({"rep": "ana"})"); break;
      default: out.add(name(), "visit", sent_ms, R"({"path": "/)" + std::to_string(one(9)) + R"("})"); break;
    }
  }
  return out;
}

[[nodiscard]] std::string lines(std::span<const decision> told) {
  std::string out;
  for (const decision& each : told) {
    append_json(out, each);
    out.push_back('\n');
  }
  return out;
}

void expect_shards_to_tell_what_one_engine_tells(const stream& sent) {
  const instant end = sent.events().back().at + elapsed_duration::days(20);
  engine one(compiled_from(busy));
  std::string expected = lines(one.apply(sent.events()));
  expected += lines(one.advance(end));
  EXPECT_GT(expected.size(), sent.events().size() * 50);
  for (const std::size_t count : {1U, 2U, 7U}) {
    for (const std::size_t spread_out : {std::size_t{0}, engine::spread_out_count_default}) {
      sharded_engine all(compiled_from(busy), count, spread_out);
      ASSERT_EQ(all.shard_count(), count);
      std::string found;
      for (std::size_t i = 0; i < sent.events().size(); i += 3'000)
        found += lines(all.apply(sent.events().subspan(i, std::min<std::size_t>(3'000, sent.events().size() - i))));
      found += lines(all.advance(end));
      ASSERT_TRUE(found == expected) << count << " shards";
      EXPECT_EQ(all.state_digest(), one.state_digest());
      EXPECT_EQ(all.snapshot(), one.snapshot());
      EXPECT_EQ(all.contact_count(), one.contact_count());
      EXPECT_EQ(all.next_wakeup(), one.next_wakeup());
    }
  }
}

TEST(shards, tell_what_one_engine_tells_in_the_same_order) {
  expect_shards_to_tell_what_one_engine_tells(random_stream(case_count(std::size_t{20'000}), 100));
}

TEST(shards, over_threads_tell_what_one_engine_tells_in_the_same_order) {
  // Between two that are done alone there are enough for threads.
  expect_shards_to_tell_what_one_engine_tells(
      random_stream(std::max(case_count(std::size_t{20'000}), std::size_t{6'000}), 5'000));
}

TEST(engines, find_who_was_merged_under_both_ids_also_after_a_restart) {
  stream sent;
  const std::int64_t start_ms = at("2026-03-01T00:00:00Z").ms();
  sent.add("a", "visit", start_ms);
  sent.add("b", "visit", start_ms + 1);
  sent.add("c", "visit", start_ms + 2);
  sent.add("a", "contact.merge", start_ms + 3, R"({"into": "b"})");
  sent.add("b", "contact.merge", start_ms + 4, R"({"into": "c"})");
  sharded_engine all(compiled_from(busy), 3);
  static_cast<void>(all.apply(sent.events()));
  sharded_engine again(compiled_from(busy), 2);
  ASSERT_TRUE(again.restore(all.snapshot()).has_value());
  for (const sharded_engine* each : {&all, &again}) {
    EXPECT_EQ(each->contact_count(), 1U);
    ASSERT_NE(each->find("a"), nullptr);
    EXPECT_EQ(each->find("a")->id, "c");
    EXPECT_EQ(each->score_milli(*each->find("b"), 0), 30'000 - 1);
  }
  stream later("later-");
  later.add("a", "visit", start_ms + 5);
  const std::string told = lines(all.apply(later.events()));
  EXPECT_NE(told.find(R"("contact": "c")"), std::string::npos) << told;
  EXPECT_EQ(lines(again.apply(later.events())), told);
}

TEST(snapshots, of_another_model_or_a_newer_version_or_other_bytes_are_errors) {
  engine one(compiled_from(busy));
  std::string other_pack = busy;
  other_pack.replace(other_pack.find("1d"), 2, "2d");
  engine other(compiled_from(other_pack));
  EXPECT_EQ(other.restore(one.snapshot()).error().front().code, "snapshot.other_model");
  std::string newer = one.snapshot();
  newer[3] = static_cast<char>(newer[3] + 1);
  EXPECT_EQ(one.restore(newer).error().front().code, "snapshot.newer");
  EXPECT_EQ(one.restore("{}").error().front().code, "snapshot.not_a_snapshot");
  EXPECT_EQ(one.restore(one.snapshot().substr(0, 20)).error().front().code, "snapshot.damaged");
  EXPECT_EQ(one.restore(one.snapshot() + " ").error().front().code, "snapshot.damaged");
  EXPECT_EQ(one.restore(one.snapshot()), 0U);
}

TEST(engines, keep_no_more_contacts_spread_out_than_asked_also_in_a_storm) {
  stream sent;
  const std::int64_t start_ms = at("2026-03-01T00:00:00Z").ms();
  for (int i = 0; i < 2'000; ++i) sent.add("c" + std::to_string(i), "visit", start_ms);
  engine packed(compiled_from(busy), 20);
  engine spread_out(compiled_from(busy));
  EXPECT_EQ(lines(packed.apply(sent.events())), lines(spread_out.apply(sent.events())));
  // All of them become quiet at one instant, and are told of in the order of their ids.
  const instant quiet = instant::from_ms(start_ms) + elapsed_duration::days(3);
  EXPECT_EQ(lines(packed.advance(quiet)), lines(spread_out.advance(quiet)));
  EXPECT_EQ(packed.snapshot(), spread_out.snapshot());
}

TEST(decision_chains, tell_a_log_from_any_other) {
  engine one(compiled_from(busy));
  const stream sent = random_stream(200, 100);
  const std::span<const decision> told = one.apply(sent.events());
  ASSERT_GT(told.size(), 3U);
  decision_chain whole;
  for (const decision& each : told) whole.add(each);
  decision_chain resumed;
  resumed.add(told[0]);
  resumed = decision_chain(resumed.head());
  for (const decision& each : told.subspan(1)) resumed.add(each);
  EXPECT_EQ(resumed.head(), whole.head());
  decision_chain shortened;
  for (const decision& each : told.subspan(1)) shortened.add(each);
  EXPECT_NE(shortened.head(), whole.head());
  decision_chain swapped;
  swapped.add(told[1]);
  swapped.add(told[0]);
  for (const decision& each : told.subspan(2)) swapped.add(each);
  EXPECT_NE(swapped.head(), whole.head());
}

}  // namespace
}  // namespace leadline::test::engine_test
