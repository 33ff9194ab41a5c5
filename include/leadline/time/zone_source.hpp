#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"

namespace leadline {

/// Where the files of the IANA time zone database come from: the system's folder, or a host's own memory. They
/// are read when a calendar is built and never after.
///
///     class packed_zones : public zone_source { ... };     // zones linked into a program
///     business_calendar::build(spec, packed_zones());
///
/// Implementations must be safe to call from many threads at once.
class zone_source {
 public:
  virtual ~zone_source() = default;

  /// The bytes of a zone's file in TZif form (RFC 8536). Errors: `time_zone.unknown` when there is no such zone.
  [[nodiscard]] virtual result<std::string> read(std::string_view name) const = 0;

  /// All names, for "did you mean". May be slow; asked only after a failure.
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;

 protected:
  zone_source() = default;
  zone_source(const zone_source&) = default;
  zone_source& operator=(const zone_source&) = default;
};

/// The zone database that the operating system keeps up to date. The environment (`TZ`, `TZDIR`) is not read.
class system_zones final : public zone_source {
 public:
  /// The first folder that exists of the places where systems keep it (`/usr/share/zoneinfo` and its like).
  system_zones();
  explicit system_zones(std::string folder);

  [[nodiscard]] result<std::string> read(std::string_view name) const override;
  [[nodiscard]] std::vector<std::string> names() const override;

 private:
  std::string folder_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/time/detail/zone_source_inl.hpp"
#endif
