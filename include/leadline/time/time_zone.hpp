#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/time/detail/sorted_keys.hpp"
#include "leadline/time/instant.hpp"
#include "leadline/time/zone_source.hpp"

namespace leadline {

/// The rules of one time zone from 1970 to 2200: which offset from UTC holds when, and which instant a local
/// time means.
///
/// Local times are milliseconds since 1970-01-01T00:00 on the wall clock. A night on which the clock changes has
/// local times that do not exist or occur twice; both are read with the offset that held before the change:
///
///     New York, 2026-03-08   UTC 06:00      07:00      08:00
///                            EST 01:00  02:00|03:00 EDT 04:00      02:30 is read as EST, that is 03:30 EDT
///     New York, 2026-11-01   UTC 05:00      06:00      07:00
///                            EDT 01:00  02:00|01:00 EST 02:00      01:30 is the first one, EDT
///
/// Changes after the last one that the zone's file lists follow the file's closing rule (a POSIX TZ text), which
/// is worked out up to 2200 when the zone is loaded. A look-up reads a table by time and compares a change or two.
/// Immutable; may be shared by threads.
class time_zone {
 public:
  /// Errors: `time_zone.unknown` (with the nearest name), `time_zone.unreadable`.
  [[nodiscard]] static result<time_zone> load(std::string_view name, const zone_source& source);
  /// From the bytes of a TZif file (RFC 8536), versions 1 to 4. Errors: `time_zone.unreadable`.
  [[nodiscard]] static result<time_zone> from_bytes(std::string_view name, std::string_view bytes);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Milliseconds to be added to UTC to get local time.
  [[nodiscard]] std::int64_t offset_ms_at(instant at) const noexcept;
  /// The instant that a local time means; see the drawing above.
  [[nodiscard]] instant instant_of(std::int64_t local_ms) const noexcept;
  [[nodiscard]] std::int64_t local_ms_of(instant at) const noexcept { return at.ms() + offset_ms_at(at); }

  /// One stretch of equal offset: from `begin_ms` (UTC) to the begin of the next. Local times before
  /// `local_begin_ms` belong to an earlier stretch, whatever the clock showed.
  struct stretch {
    std::int64_t begin_ms = 0;
    std::int64_t local_begin_ms = 0;
    std::int64_t offset_ms = 0;
  };
  /// In order of time; the first begins before 1970 and the last has no end.
  [[nodiscard]] const std::vector<stretch>& stretches() const noexcept { return stretches_; }

 private:
  [[nodiscard]] static result<time_zone> without_index(std::string_view name, std::string_view bytes);
  void add_change(std::int64_t at_ms, std::int64_t offset_ms);
  void index();

  std::string name_;
  std::vector<stretch> stretches_;
  detail::sorted_keys begins_;  // of the stretches, in UTC and in local time
  detail::sorted_keys local_begins_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/time/detail/time_zone_inl.hpp"
#endif
