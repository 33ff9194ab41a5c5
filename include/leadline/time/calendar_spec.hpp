#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "leadline/time/local_date.hpp"
#include "leadline/time/opening_interval.hpp"

namespace leadline {

/// A calendar as its author describes it; `business_calendar::build` makes it answer questions.
///
/// A plain value; distinct objects may be used from distinct threads.
struct calendar_spec {
  /// A name of the IANA time zone database, such as `America/New_York`.
  std::string time_zone;
  /// Opening intervals by day of the week, Monday first.
  std::array<std::vector<opening_interval>, 7> hours;
  /// Dates that differ from their day of the week; an empty list is a closed date.
  std::map<local_date, std::vector<opening_interval>> dates;
};

}  // namespace leadline
