#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound of the library, with its arithmetic. Crossing one is an error that names the limit, the value
/// and the maximum; docs/reference/limits.md is the readable list.
namespace leadline::limits {

// --- Documents: rule packs, conditions, calendars -------------------------------------------------------------

/// Bytes of one JSON document. The largest seed pack is 40 kB; a pack of 1,000 rules is about 300 kB.
inline constexpr std::size_t document_size_max = std::size_t{16} << 20;
/// Nesting of arrays and objects. Conditions written by people stay below 20; builders below 40.
inline constexpr std::size_t document_depth_max = 128;
/// Values in one document. 16 MiB of the shortest values (`0,`) would be 8 million nodes of 64 bytes, half a GiB;
/// two million keep a hostile pack below 128 MiB.
inline constexpr std::size_t document_node_count_max = 2'000'000;
/// Bytes of one text or key, after escapes are undone.
inline constexpr std::size_t document_text_size_max = std::size_t{1} << 20;
/// Problems told in one go. A file with more is not a pack with mistakes but another kind of file.
inline constexpr std::size_t diagnostic_count_max = 1'000;

// --- Time -----------------------------------------------------------------------------------------------------

/// Instants are milliseconds from 1970-01-01T00:00:00Z (0) to 2200-01-01T00:00:00Z, both included.
inline constexpr std::int64_t instant_min_ms = 0;
/// 84,006 days of 86,400,000 ms: 230 years, 56 of them leap years (2100 and 2200 are none).
inline constexpr std::int64_t instant_max_ms = std::int64_t{84'006} * 86'400'000;
/// The longest duration in elapsed or business time: as long as the range of instants.
inline constexpr std::int64_t duration_max_ms = instant_max_ms;
/// The longest duration in business days: one a day over the whole range.
inline constexpr std::int64_t business_days_max = 84'006;
/// How far a calendar is searched for its next opening. A calendar closed for longer is an error.
inline constexpr std::int64_t calendar_search_max_ms = std::int64_t{400} * 86'400'000;
/// Dated exceptions in one calendar: every date of the whole range.
inline constexpr std::size_t calendar_date_count_max = 84'008;
/// Opening intervals on one date. One a quarter of an hour.
inline constexpr std::size_t calendar_interval_count_max = 96;
/// Calendars in one pack.
inline constexpr std::size_t calendar_count_max = 10'000;
/// Bytes of one file of the zone database. The largest known is below 4 kB.
inline constexpr std::size_t zone_file_size_max = std::size_t{256} << 10;
/// Offset changes of one zone that a file may list (the largest known lists 243), the closing rule not counted.
inline constexpr std::size_t zone_transition_count_max = 10'000;
/// Bytes of a zone's name. The longest known is 32.
inline constexpr std::size_t zone_name_size_max = 64;
/// Bytes of text that is looked at as an instant, a duration, a date or an interval.
inline constexpr std::size_t time_text_size_max = 64;

}  // namespace leadline::limits
