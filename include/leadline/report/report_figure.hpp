#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"
#include "leadline/report/ratio.hpp"

/// What the sections of reports are made of: shares, times and amounts, each with what it means.
namespace leadline {

/// So many of so many, and what that means.
struct report_rate {
  std::int64_t count = 0;
  std::int64_t of = 0;
  std::string definition;
  /// Nothing when there are none to count among.
  [[nodiscard]] std::optional<ratio> rate() const noexcept {
    return of > 0 ? std::optional(ratio(count, of)) : std::nullopt;
  }
};

/// A word with how often it came: a reason, a code, a pair of reasons.
struct reason_row {
  std::string reason;
  std::string label;
  report_rate share;
};

/// Of times in milliseconds. Nothing but the count where there are none.
struct duration_summary {
  std::int64_t count = 0;
  std::optional<std::int64_t> median_ms;
  std::optional<std::int64_t> mean_ms;
  std::optional<std::int64_t> min_ms;
  std::optional<std::int64_t> max_ms;
  std::optional<std::int64_t> p90_ms;
};

enum class target_status : std::uint8_t { met, missed, no_data, not_declared, not_measured };

[[nodiscard]] std::string_view name_of(target_status status) noexcept;

/// A number that is no count: an amount, a share of an amount, a mean.
struct report_measure {
  std::optional<ratio> value;
  /// Why it cannot be told: not declared in the pack, or not measured. Nothing where there is merely no data.
  std::optional<target_status> missing;
  std::string definition;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/report_figure_inl.hpp"
#endif
