#include <iostream>

#include "leadline/time/business_calendar.hpp"

int main() {
  using namespace leadline;

  calendar_spec sales{.time_zone = "America/New_York", .hours = {}, .dates = {}};
  for (auto day : {weekday::monday, weekday::tuesday, weekday::wednesday, weekday::thursday, weekday::friday}) {
    sales.hours[static_cast<std::size_t>(day)] = {opening_interval::parse("09:00-17:00").value()};
  }
  sales.dates[local_date::parse("2026-12-25").value()] = {};  // closed

  const auto calendar = business_calendar::build(sales, system_zones());
  if (!calendar) {
    std::cerr << to_text(calendar.error());
    return 1;
  }

  const auto raised_hand_at = instant::parse("2026-03-06T16:00:00-05:00").value();  // a Friday
  const auto due_at = calendar->add(raised_hand_at, business_duration::hours(4)).value();
  std::cout << "due   " << due_at.text() << '\n';
  std::cout << "wall  " << to_text(due_at - raised_hand_at) << '\n';
  std::cout << "open  " << to_text(calendar->elapsed(raised_hand_at, due_at)) << '\n';
  std::cout << "2bd   " << calendar->add(raised_hand_at, business_days(2)).value().text() << '\n';
}
