#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "leadline/base/document.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/pack/calendars.hpp"
#include "leadline/time/business_calendar.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// What holds for every calendar, whatever is asked: the laws of tests/time/calendar_property_test.cpp.
void check(const leadline::business_calendar& calendar, leadline::instant from, std::int64_t amount_ms) {
  using namespace leadline;
  const elapsed_duration one_ms = elapsed_duration::from_ms(1);
  if (const auto to = calendar.add(from, business_duration::from_ms(amount_ms))) {
    require(to->is_in_range());
    require(calendar.elapsed(from, *to).ms() == amount_ms);
    require(amount_ms < 0 ? *to <= from : *to >= from);
  }
  for (const day_end end : {day_end::same_time, day_end::close}) {
    const std::int64_t count = amount_ms % 1'000;
    if (const auto to = calendar.add(from, business_days(count), end)) require(to->is_in_range());
  }
  if (const auto opens = calendar.next_open(from)) {
    require(*opens > from && !calendar.is_open(*opens - one_ms));
    require(calendar.is_open(*opens));
  }
  if (const auto closes = calendar.next_close(from)) {
    require(*closes > from && calendar.is_open(*closes - one_ms) && !calendar.is_open(*closes));
  }
  if (const auto closed = calendar.previous_close(from)) {
    // Before the first instant of all nothing is known.
    const bool was_open = *closed == instant::min() || calendar.is_open(*closed - one_ms);
    require(*closed < from && was_open && !calendar.is_open(*closed));
  }
  const instant later = instant::from_ms(std::min(from.ms() + std::abs(amount_ms), limits::instant_max_ms));
  const std::int64_t open_ms = calendar.elapsed(from, later).ms();
  require(open_ms >= 0 && open_ms <= later.ms() - from.ms());
  require(calendar.elapsed(later, from).ms() == -open_ms);
}

}  // namespace

// The first sixteen bytes are an instant and an amount, the rest a `calendars` section.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint64_t numbers[2] = {};
  if (size < sizeof numbers) return 0;
  std::memcpy(numbers, data, sizeof numbers);
  const std::string text(reinterpret_cast<const char*>(data) + sizeof numbers, size - sizeof numbers);
  const leadline::result<leadline::document> read = leadline::document::parse(text, "fuzz.json");
  if (!read) return 0;
  const leadline::parsed_calendars parsed = leadline::parse_calendars(read->root(), "UTC");
  for (const leadline::diagnostic& problem : parsed.problems) {
    require(!problem.code.empty() && !problem.message.empty() && problem.where.line >= 1);
  }
  if (parsed.problems.has_errors()) {
    require(!leadline::to_text(parsed.problems, text).empty());
    return 0;
  }
  static const leadline::system_zones zones;
  std::size_t built_count = 0;
  for (const leadline::document::node entry : read->root().children()) {
    // Some few show all there is; a section of thousands would only be slow.
    if (++built_count > 4) break;
    const auto calendar = leadline::build_calendar(entry, parsed.calendars.at(std::string(entry.key())), zones);
    if (!calendar) {
      require(calendar.error().front().where.line >= 1);
      continue;
    }
    const auto range = static_cast<std::uint64_t>(leadline::limits::instant_max_ms);
    // Up to some 34 years, either way.
    const std::int64_t amount_ms = static_cast<std::int64_t>(numbers[1] << 24) >> (24 + numbers[0] % 40);
    check(*calendar, leadline::instant::from_ms(static_cast<std::int64_t>(numbers[0] % (range + 1))), amount_ms);
  }
  return 0;
}
