#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/time/instant.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline {

enum class period_unit : std::uint8_t { week, month, quarter, year };

[[nodiscard]] std::string_view name_of(period_unit unit) noexcept;

/// A week (from Monday, as ISO 8601 numbers them), month, quarter or year of the calendar of one time zone: `[from,
/// to)`.
///
///     const result<report_period> march = report_period::parse("2026-03", zone);
///     march->before(zone).name();   // "2026-02"
///
/// A plain value.
class report_period {
 public:
  /// `2026-W10`, `2026-03`, `2026-Q1` or `2026`, from 1970 to 2199. Errors: `period.malformed`.
  [[nodiscard]] static result<report_period> parse(std::string_view text, const time_zone& zone);
  /// The one that an instant lies in.
  [[nodiscard]] static report_period of(instant at, period_unit unit, const time_zone& zone);

  [[nodiscard]] report_period before(const time_zone& zone) const;
  [[nodiscard]] report_period after(const time_zone& zone) const;

  /// As `parse` reads it.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] period_unit unit() const noexcept { return unit_; }
  [[nodiscard]] instant from() const noexcept { return from_; }
  [[nodiscard]] instant to() const noexcept { return to_; }
  [[nodiscard]] bool holds(std::int64_t at_ms) const noexcept { return from_.ms() <= at_ms && at_ms < to_.ms(); }

 private:
  report_period(period_unit unit, std::int32_t index, const time_zone& zone);

  period_unit unit_ = period_unit::month;
  /// Weeks, months, quarters or years since the one of 1970-01-01.
  std::int32_t index_ = 0;
  instant from_;
  instant to_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/report_period_inl.hpp"
#endif
