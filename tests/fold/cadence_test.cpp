#include "leadline/fold/cadence.hpp"

#include <gtest/gtest.h>

#include "support/calendar_words.hpp"

namespace leadline::test::cadence_test {
namespace {

[[nodiscard]] std::int64_t ms(std::string_view text) { return at(text).ms(); }

[[nodiscard]] compiled::cadence four_calls_two_emails() {
  compiled::cadence what;
  what.at_least = 6;
  what.mix = {{"call", 4}, {"email", 2}};
  what.guards = {false, true};
  return what;
}

TEST(cadence, is_complete_with_enough_of_each_channel) {
  const compiled::cadence what = four_calls_two_emails();
  cadence_state run;
  run.begin(what, 1'000);
  for (int i = 0; i < 5; ++i) run.touch(i, 0);
  run.touch(5, 1);
  EXPECT_EQ(run.count, 6);
  EXPECT_FALSE(run.has_all_touches(what));  // one e-mail is missing
  run.touch(6, std::nullopt);               // by post
  EXPECT_FALSE(run.has_all_touches(what));
  run.touch(7, 1);
  EXPECT_TRUE(run.has_all_touches(what));
  run.begin(what, 1'010);
  EXPECT_EQ(run.count, 0);
  EXPECT_EQ(run.channel_counts, (std::vector<std::int64_t>{0, 0}));
}

TEST(cadence, counts_a_touch_that_is_far_enough_from_the_last_that_counted) {
  const business_calendar office = build(monday_to_friday("UTC", {"09:00-17:00"}));
  compiled::cadence what = four_calls_two_emails();
  what.spacing = bh(4);
  cadence_state run;
  run.begin(what, ms("2026-04-01T00:00:00Z"));
  EXPECT_TRUE(run.admits(what, ms("2026-03-06T15:00:00Z"), &office));
  run.touch(ms("2026-03-06T15:00:00Z"), 0);
  EXPECT_FALSE(run.admits(what, ms("2026-03-09T10:59:59.999Z"), &office));
  EXPECT_TRUE(run.admits(what, ms("2026-03-09T11:00:00Z"), &office));
}

TEST(cadence, guards_while_it_runs_and_after_a_miss_unless_that_lifts_it) {
  compiled::cadence what = four_calls_two_emails();
  cadence_state run;
  EXPECT_FALSE(run.guards(what, 1));
  run.begin(what, 1'000);
  EXPECT_TRUE(run.guards(what, 1));
  EXPECT_FALSE(run.guards(what, 0));
  run.phase = cadence_phase::missed;
  EXPECT_TRUE(run.guards(what, 1));
  what.guard_until = guard_end::miss;
  EXPECT_FALSE(run.guards(what, 1));
  what.guard_until = guard_end::completed;
  for (const cadence_phase over : {cadence_phase::stopped, cadence_phase::completed}) {
    run.phase = over;
    EXPECT_FALSE(run.guards(what, 1));
  }
}

}  // namespace
}  // namespace leadline::test::cadence_test
