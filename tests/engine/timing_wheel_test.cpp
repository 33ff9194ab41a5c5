#include "leadline/engine/timing_wheel.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "leadline/base/limits.hpp"
#include "support/case_count.hpp"

namespace leadline::test::timing_wheel_test {
namespace {

/// Beside the wheel what it must be: a set of (instant, id).
class both {
 public:
  explicit both(std::size_t count, std::mt19937_64& random) : wheel_(names{&ids_}) {
    // Ids that share their first eight bytes, and some that are the beginning of others.
    for (std::size_t i = 0; i < count; ++i)
      ids_.push_back((random() % 2 == 0 ? "contact-" : "c") + std::to_string(random() % 1'000'000) + "-" +
                     std::to_string(i));
    at_.resize(count, -1);
  }

  void set(std::uint32_t who, std::int64_t at_ms) {
    forget(who);
    at_[who] = at_ms;
    expected_.emplace(at_ms, ids_[who], who);
    wheel_.set(who, at_ms);
  }
  void cancel(std::uint32_t who) {
    forget(who);
    wheel_.cancel(who);
  }
  /// Takes up to `count` of those due by `to_ms`.
  void pop(std::int64_t to_ms, std::size_t count) {
    while (count-- != 0) {
      const auto due = wheel_.pop(to_ms);
      const bool is_due = !expected_.empty() && std::get<0>(*expected_.begin()) <= to_ms;
      ASSERT_EQ(due.has_value(), is_due);
      if (!due) return;
      const auto [at_ms, id, who] = *expected_.begin();
      ASSERT_EQ(due->at_ms, at_ms);
      ASSERT_EQ(due->who, who) << ids_[due->who] << " instead of " << id;
      forget(who);
    }
  }
  void compare() const {
    ASSERT_EQ(wheel_.size(), expected_.size());
    ASSERT_EQ(wheel_.next_ms(), expected_.empty() ? std::nullopt : std::optional(std::get<0>(*expected_.begin())));
  }
  [[nodiscard]] bool is_set(std::uint32_t who) const { return wheel_.is_set(who); }

 private:
  struct names {
    const std::vector<std::string>* ids;
    [[nodiscard]] std::string_view operator()(std::uint32_t who) const noexcept { return (*ids)[who]; }
  };
  void forget(std::uint32_t who) {
    if (at_[who] >= 0) expected_.erase({at_[who], ids_[who], who});
    at_[who] = -1;
  }

  std::vector<std::string> ids_;
  std::vector<std::int64_t> at_;
  std::set<std::tuple<std::int64_t, std::string, std::uint32_t>> expected_;
  timing_wheel<names> wheel_;
};

TEST(timing_wheel, tells_what_a_set_ordered_by_instant_and_id_tells) {
  std::mt19937_64 random(20261122);
  const int cases = case_count(200);
  for (int i = 0; i < cases; ++i) {
    const std::size_t count = 1 + random() % 200;
    both all(count, random);
    std::int64_t now_ms = i % 3 == 0 ? 0 : static_cast<std::int64_t>(random() % 2'000'000'000'000);
    // From milliseconds to decades, so that every level is used and crossed.
    const auto ahead = [&] { return static_cast<std::int64_t>(random() % (std::uint64_t{1} << (1 + random() % 42))); };
    for (int step = 0; step < 600; ++step) {
      const auto who = static_cast<std::uint32_t>(random() % count);
      switch (random() % 8) {
        case 0: all.cancel(who); break;
        case 1: {
          now_ms += ahead() >> (random() % 20);
          all.pop(now_ms, random() % 4 == 0 ? 2 : 1'000);
          break;
        }
        case 2: {
          // A storm, and one before what was told already.
          const std::int64_t at_ms = now_ms + ahead();
          for (std::uint32_t each = 0; each < count; each += 2) all.set(each, at_ms);
          all.set(who, std::max<std::int64_t>(0, now_ms - ahead()));
          break;
        }
        default: all.set(who, now_ms + ahead()); break;
      }
      if (step % 16 == 0) all.compare();
      if (HasFatalFailure()) return;
    }
    all.pop(INT64_MAX, count + 1);
    all.compare();
    if (HasFatalFailure()) return;
  }
}

TEST(timing_wheel, keeps_a_storm_of_a_million_in_the_order_of_ids) {
  const std::uint32_t count = 1'000'000;
  std::vector<std::string> ids;
  for (std::uint32_t i = 0; i < count; ++i) ids.push_back("contact-" + std::to_string(i * 7'919ULL % count));
  timing_wheel wheel([&](std::uint32_t who) { return std::string_view(ids[who]); });
  const std::int64_t at_ms = 1'772'000'000'000;
  for (std::uint32_t i = 0; i < count; ++i) wheel.set(i, at_ms);
  EXPECT_FALSE(wheel.pop(at_ms - 1).has_value());
  std::string_view before;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto due = wheel.pop(at_ms);
    ASSERT_TRUE(due.has_value());
    ASSERT_LT(before, ids[due->who]);
    before = ids[due->who];
  }
  EXPECT_EQ(wheel.size(), 0U);
}

TEST(timing_wheel, takes_the_last_instant_there_is) {
  const std::string id = "c1";
  timing_wheel wheel([&](std::uint32_t) { return std::string_view(id); });
  wheel.set(0, limits::instant_max_ms);
  wheel.set(1, INT64_MAX);
  EXPECT_EQ(wheel.next_ms(), limits::instant_max_ms);
  EXPECT_FALSE(wheel.pop(limits::instant_max_ms - 1).has_value());
  EXPECT_EQ(wheel.pop(limits::instant_max_ms)->who, 0U);
  EXPECT_EQ(wheel.pop(INT64_MAX)->who, 1U);
  EXPECT_FALSE(wheel.is_set(1));
}

}  // namespace
}  // namespace leadline::test::timing_wheel_test
