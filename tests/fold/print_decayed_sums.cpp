// Random decayed sums as text: form, period, percent, events, the instant asked about, and the milli-points there.
// check_decayed_sums.py works them out with another arithmetic.

#include <cstdint>
#include <cstdio>
#include <random>

#include "leadline/fold/decay.hpp"
#include "support/case_count.hpp"

int main() {
  using namespace leadline;
  std::mt19937_64 random(20261122);
  const auto below = [&](std::int64_t end) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
  };
  const int count = test::case_count(40'000);
  for (int i = 0; i < count; ++i) {
    decay how;
    how.form = static_cast<decay_form>(1 + below(4));
    // Periods from a second to two months; every third percentage is one that adds up to 100 evenly.
    how.period_ms = 1'000 * (1 + below(i % 2 == 0 ? 100 : 5'000'000));
    how.percent_milli = i % 3 == 0 ? 50'000 : 1 + below(100'000);
    const std::int64_t event_count = 1 + below(6);
    std::printf("%d %lld %lld %lld", static_cast<int>(how.form), static_cast<long long>(how.period_ms),
                static_cast<long long>(how.percent_milli), static_cast<long long>(event_count));
    decayed_sum sum;
    std::int64_t at_ms = below(4'000'000'000'000);
    for (std::int64_t event = 0; event < event_count; ++event) {
      // Whole periods are where rounding shows, so they are frequent.
      at_ms += below(3) == 0 ? how.period_ms * below(3) : below(how.period_ms * 2);
      std::int64_t points_milli = below(20'000'001) - 10'000'000;
      if (below(2) == 0) points_milli = points_milli % 1'000 * 1'000;
      sum.add(how, instant::from_ms(at_ms), points_milli);
      std::printf(" %lld %lld", static_cast<long long>(at_ms), static_cast<long long>(points_milli));
      // Reading on the way must leave no trace.
      if (below(2) == 0) static_cast<void>(sum.milli_at(how, instant::from_ms(at_ms + below(how.period_ms))));
    }
    const std::int64_t asked_ms = at_ms + (below(3) == 0 ? how.period_ms * below(4) : below(how.period_ms * 5));
    std::printf(" %lld %lld\n", static_cast<long long>(asked_ms),
                static_cast<long long>(sum.milli_at(how, instant::from_ms(asked_ms))));
  }
}
