#pragma once

#include <map>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/result.hpp"
#include "leadline/time/business_calendar.hpp"
#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/zone_source.hpp"

namespace leadline {

/// The `calendars` section as read: what could be read, and all that was wrong with the rest.
struct parsed_calendars {
  std::map<std::string, calendar_spec> calendars;
  diagnostics problems;
};

/// Reads the value of a pack's `calendars` key. A calendar with problems is among the calendars all the same, with
/// what of it could be read, so that references to it are not told as unknown; whoever builds it looks at
/// `problems` first. `default_time_zone` (the pack's own) serves calendars that name none.
///
///     const parsed_calendars read = parse_calendars(pack.root()["calendars"]);
///     if (read.problems.has_errors()) return failure(read.problems);
///     build_calendar(pack.root()["calendars"]["sales"], read.calendars.at("sales"), system_zones());
///
/// Errors: `calendar.*`, `interval.*`, `date.*`, each with its place. Thread-safe.
[[nodiscard]] parsed_calendars parse_calendars(document::node section, std::string_view default_time_zone = {});

/// `business_calendar::build`, with problems placed in the calendar's own entry: an unknown zone at its name.
[[nodiscard]] result<business_calendar> build_calendar(document::node entry, const calendar_spec& spec,
                                                       const zone_source& zones);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/pack/detail/calendars_inl.hpp"
#endif
