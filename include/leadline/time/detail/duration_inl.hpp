#pragma once

#include <array>
#include <cstddef>

#include "leadline/time/detail/time_text.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

namespace detail {

enum class duration_family : std::uint8_t { elapsed, business_time, business_days };

struct duration_unit {
  std::string_view name;
  duration_family family;
  /// Milliseconds in one, or days.
  std::int64_t size;
  std::int64_t rank;  // larger units first
};

inline constexpr std::array<duration_unit, 8> duration_units = {{
    {"w", duration_family::elapsed, 7 * 86'400'000, 5},
    {"d", duration_family::elapsed, 86'400'000, 4},
    {"h", duration_family::elapsed, 3'600'000, 3},
    {"m", duration_family::elapsed, 60'000, 2},
    {"s", duration_family::elapsed, 1'000, 1},
    {"bh", duration_family::business_time, 3'600'000, 3},
    {"bm", duration_family::business_time, 60'000, 2},
    {"bd", duration_family::business_days, 1, 1},
}};

[[nodiscard]] inline std::string_view name_of(duration_family family) noexcept {
  switch (family) {
    case duration_family::elapsed: return "elapsed time (s m h d w)";
    case duration_family::business_time: return "business time (bm bh)";
    case duration_family::business_days: return "business days (bd)";
  }
  return {};
}

}  // namespace detail

LEADLINE_INLINE result<duration> parse_duration(std::string_view text, duration_sign sign) {
  constexpr std::string_view example = "whole numbers with units, largest first, such as 90s, 1h30m, 14d, 4bh or 5bd";
  const auto bad = [&](std::string_view code, const std::string& reason, std::size_t offset, std::size_t size) {
    return detail::time_text_failure(code, "the duration " + detail::quoted_time_text(text) + " " + reason, example,
                                     offset, size);
  };
  if (text.empty()) return bad("duration.malformed", "is empty", 0, 0);
  if (text.size() > limits::time_text_size_max) {
    return bad("duration.malformed", "is longer than any duration", 0, text.size());
  }
  std::size_t at = 0;
  const bool is_negative = text[0] == '-';
  if (is_negative) {
    if (sign == duration_sign::unsigned_only) return bad("duration.negative", "may not be negative here", 0, 1);
    at = 1;
  }
  if (at == text.size()) return bad("duration.malformed", "has no number", at, 0);

  const detail::duration_unit* last = nullptr;
  std::int64_t total = 0;
  while (at < text.size()) {
    const std::size_t number_at = at;
    std::int64_t number = 0;
    // Any number beyond the longest duration is out of range whatever its unit; stopping there cannot overflow.
    bool is_too_long = false;
    while (at < text.size() && detail::is_ascii_digit(text[at])) {
      number = number * 10 + (text[at] - '0');
      if (number > limits::duration_max_ms) {
        is_too_long = true;
        number = limits::duration_max_ms;
      }
      ++at;
    }
    if (at == number_at) {
      return bad("duration.malformed",
                 text[at] == '-'   ? "has a minus that is not at its beginning"
                 : last == nullptr ? "does not begin with a number"
                                   : "lacks a number before a unit",
                 at, 1);
    }
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
      return bad("duration.fraction", "has a fraction; write it in a smaller unit (1h30m, not 1.5h)", number_at,
                 text.size() - number_at);
    }
    const std::size_t unit_at = at;
    while (at < text.size() && !detail::is_ascii_digit(text[at]) && text[at] != '-') ++at;
    const std::string_view unit_text = text.substr(unit_at, at - unit_at);
    if (unit_text.empty()) return bad("duration.no_unit", "has a number without a unit", number_at, at - number_at);
    const detail::duration_unit* unit = nullptr;
    for (const detail::duration_unit& candidate : detail::duration_units) {
      if (candidate.name == unit_text) unit = &candidate;
    }
    if (unit == nullptr) {
      return bad("duration.unknown_unit",
                 "has the unit " + detail::quoted_time_text(unit_text) + ", which is none of s m h d w bm bh bd",
                 unit_at, unit_text.size());
    }
    if (last != nullptr && last->family != unit->family) {
      return bad("duration.mixed_families",
                 "mixes " + std::string(detail::name_of(last->family)) + " and " +
                     std::string(detail::name_of(unit->family)) + ", which have no common measure",
                 number_at, at - number_at);
    }
    if (last != nullptr && last->rank <= unit->rank) {
      return bad("duration.unit_order",
                 last->rank == unit->rank ? "names the unit " + std::string(unit->name) + " twice"
                                          : "does not have its largest unit first",
                 number_at, at - number_at);
    }
    const std::int64_t maximum =
        unit->family == detail::duration_family::business_days ? limits::business_days_max : limits::duration_max_ms;
    if (is_too_long || number > (maximum - total) / unit->size) {
      return bad("duration.too_long",
                 unit->family == detail::duration_family::business_days
                     ? "is longer than " + std::to_string(limits::business_days_max) + " business days"
                     : "is longer than 230 years",
                 number_at, at - number_at);
    }
    total += number * unit->size;
    last = unit;
  }

  if (is_negative) total = -total;
  switch (last->family) {
    case detail::duration_family::elapsed: return elapsed_duration::from_ms(total);
    case detail::duration_family::business_time: return business_duration::from_ms(total);
    case detail::duration_family::business_days: return business_days(total);
  }
  return elapsed_duration();
}

LEADLINE_INLINE std::string to_text(const duration& value) {
  const auto family = static_cast<detail::duration_family>(value.index());
  std::int64_t count = 0;
  switch (family) {
    case detail::duration_family::elapsed: count = std::get<elapsed_duration>(value).ms(); break;
    case detail::duration_family::business_time: count = std::get<business_duration>(value).ms(); break;
    case detail::duration_family::business_days: count = std::get<business_days>(value).count(); break;
  }
  const bool is_negative = count < 0;
  // Unsigned negation is right for the smallest int64 too.
  std::uint64_t rest = is_negative ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  std::string out;
  std::string_view smallest;
  for (const detail::duration_unit& unit : detail::duration_units) {
    if (unit.family != family) continue;
    smallest = unit.name;
    const auto size = static_cast<std::uint64_t>(unit.size);
    const std::uint64_t number = rest / size;
    rest %= size;
    if (number == 0) continue;
    out += std::to_string(number);
    out += unit.name;
  }
  if (out.empty()) return "0" + std::string(smallest);
  return is_negative ? "-" + out : out;
}

}  // namespace leadline
