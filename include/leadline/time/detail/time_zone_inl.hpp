#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "leadline/base/limits.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/time/detail/civil.hpp"
#include "leadline/time/detail/zone_rule.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline {

namespace detail {

/// The big-endian numbers of a TZif file (RFC 8536, section 3). Reading beyond the end is remembered and gives 0.
class zone_file_reader {
 public:
  explicit zone_file_reader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool is_good() const noexcept { return is_good_; }

  [[nodiscard]] std::uint64_t number(std::size_t size) noexcept {
    if (!has(size)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes_[at_ + i]);
    at_ += size;
    return value;
  }
  [[nodiscard]] std::int64_t time(std::size_t size) noexcept {
    const std::uint64_t value = number(size);
    return size == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value)) : static_cast<std::int64_t>(value);
  }
  [[nodiscard]] std::string_view text(std::size_t size) noexcept {
    if (!has(size)) return {};
    const std::string_view value = bytes_.substr(at_, size);
    at_ += size;
    return value;
  }
  void skip(std::uint64_t size) noexcept {
    if (has(size)) at_ += static_cast<std::size_t>(size);
  }
  [[nodiscard]] std::string_view rest() const noexcept { return bytes_.substr(at_); }

 private:
  [[nodiscard]] bool has(std::uint64_t size) noexcept {
    if (size > bytes_.size() - at_) is_good_ = false;
    return is_good_;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool is_good_ = true;
};

struct zone_file_header {
  std::uint64_t ut_count, standard_count, leap_count, transition_count, type_count, name_size;
  [[nodiscard]] std::uint64_t body_size(std::uint64_t time_size) const noexcept {
    return transition_count * (time_size + 1) + type_count * 6 + name_size + leap_count * (time_size + 4) +
           standard_count + ut_count;
  }
};

/// Header after the magic and the version: fifteen unused bytes, six counts.
[[nodiscard]] inline zone_file_header read_zone_file_header(zone_file_reader& file) noexcept {
  file.skip(15);
  zone_file_header header{};
  header.ut_count = file.number(4);
  header.standard_count = file.number(4);
  header.leap_count = file.number(4);
  header.transition_count = file.number(4);
  header.type_count = file.number(4);
  header.name_size = file.number(4);
  return header;
}

[[nodiscard]] inline tl::unexpected<diagnostics> unreadable_zone(std::string_view name, std::string_view reason) {
  diagnostic problem;
  problem.code = "time_zone.unreadable";
  problem.message = "the data of the time zone \"" + std::string(name) + "\" cannot be read: " + std::string(reason);
  problem.expected = "a TZif file as zic writes it (RFC 8536)";
  return failure(std::move(problem));
}

}  // namespace detail

LEADLINE_INLINE void time_zone::add_change(std::int64_t at_ms, std::int64_t offset_ms) {
  stretch& last = stretches_.back();
  if (last.offset_ms == offset_ms) return;  // only the name or the daylight-saving flag changed
  // Of two stretches with the same beginning the later one holds.
  if (last.begin_ms == at_ms && stretches_.size() > 1) {
    stretches_.pop_back();
    add_change(at_ms, offset_ms);
    return;
  }
  // Before the change both a gap and a repeated hour belong to the old offset, so the new one begins, locally,
  // at the later of the two readings of the change. A stretch shorter than its neighbours' difference never
  // begins before the one in front of it.
  const std::int64_t local_begin_ms = std::max(at_ms + std::max(last.offset_ms, offset_ms), last.local_begin_ms);
  stretches_.push_back({at_ms, local_begin_ms, offset_ms});
}

LEADLINE_INLINE result<time_zone> time_zone::load(std::string_view name, const zone_source& source) {
  result<std::string> bytes = source.read(name);
  if (bytes) return from_bytes(name, *bytes);
  for (diagnostic& problem : bytes.error()) {
    if (problem.code != "time_zone.unknown" || !problem.suggestion.empty()) continue;
    const std::vector<std::string> names = source.names();
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    problem.suggestion = nearest_name(name, candidates);
    if (problem.suggestion.empty()) {
      // Authors who know the city seldom mistype it; what they leave out is the area.
      for (const std::string_view candidate : candidates) {
        if (!name.empty() && candidate.ends_with(name) && candidate.size() > name.size() &&
            candidate[candidate.size() - name.size() - 1] == '/') {
          problem.suggestion = candidate;
          break;
        }
      }
    }
  }
  return failure(std::move(bytes.error()));
}

LEADLINE_INLINE result<time_zone> time_zone::from_bytes(std::string_view name, std::string_view bytes) {
  result<time_zone> zone = without_index(name, bytes);
  if (zone) zone->index();
  return zone;
}

LEADLINE_INLINE result<time_zone> time_zone::without_index(std::string_view name, std::string_view bytes) {
  using detail::unreadable_zone;
  if (bytes.size() > limits::zone_file_size_max) return unreadable_zone(name, "it is larger than any zone's file");
  detail::zone_file_reader file(bytes);
  if (file.text(4) != "TZif") return unreadable_zone(name, "it does not begin with TZif");
  const char version = file.text(1).empty() ? '\0' : bytes[4];
  detail::zone_file_header header = detail::read_zone_file_header(file);
  std::size_t time_size = 4;
  if (version >= '2') {
    // The first block is for readers of 32-bit times; the second has the whole data.
    file.skip(header.body_size(4));
    if (file.text(4) != "TZif") return unreadable_zone(name, "its second block is missing");
    file.skip(1);
    header = detail::read_zone_file_header(file);
    time_size = 8;
  }
  if (!file.is_good() || header.body_size(time_size) > bytes.size()) return unreadable_zone(name, "it is cut off");
  if (header.transition_count > limits::zone_transition_count_max) {
    return unreadable_zone(name, "it lists more changes than any zone has");
  }
  if (header.leap_count != 0) return unreadable_zone(name, "it counts leap seconds");
  if (header.type_count == 0 || header.type_count > 256) return unreadable_zone(name, "it has no local time types");

  std::vector<std::int64_t> change_seconds;
  for (std::uint64_t i = 0; i < header.transition_count; ++i) change_seconds.push_back(file.time(time_size));
  const std::string_view change_types = file.text(static_cast<std::size_t>(header.transition_count));
  std::vector<std::int64_t> offset_seconds;
  for (std::uint64_t i = 0; i < header.type_count; ++i) {
    offset_seconds.push_back(file.time(4));
    file.skip(2);
  }
  file.skip(header.name_size + header.standard_count + header.ut_count);
  if (!file.is_good()) return unreadable_zone(name, "it is cut off");

  // RFC 8536 allows offsets of almost 26 hours; the calendar's margins rest on that bound.
  constexpr std::int64_t offset_max_seconds = 26 * 3'600;
  for (const std::int64_t offset : offset_seconds) {
    if (offset < -offset_max_seconds || offset > offset_max_seconds) {
      return unreadable_zone(name, "it has an offset of more than 26 hours");
    }
  }

  time_zone zone;
  zone.name_ = name;
  // What held before 1970 matters only to shifts that began then; ten days are enough and keep the table short.
  constexpr std::int64_t first_seconds = -10 * 86'400;
  constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min() / 4;
  zone.stretches_.push_back({no_time, no_time, offset_seconds[0] * 1'000});
  std::int64_t last_seconds = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < change_seconds.size(); ++i) {
    const auto type = static_cast<unsigned char>(change_types[i]);
    if (type >= offset_seconds.size() || (i > 0 && change_seconds[i] <= last_seconds)) {
      return unreadable_zone(name, "its changes are not in order");
    }
    last_seconds = change_seconds[i];
    const std::int64_t offset_ms = offset_seconds[type] * 1'000;
    if (last_seconds < first_seconds) {
      zone.stretches_.back().offset_ms = offset_ms;
    } else if (last_seconds <= (limits::instant_max_ms + detail::week_ms) / 1'000) {
      zone.add_change(last_seconds * 1'000, offset_ms);
    }
  }
  if (version < '2') return zone;

  const std::string_view footer = file.rest();
  const std::size_t footer_end = footer.size() < 2 || footer[0] != '\n' ? std::string_view::npos : footer.find('\n', 1);
  if (footer_end == std::string_view::npos) return unreadable_zone(name, "its closing rule is missing");
  if (footer_end == 1) return zone;  // nothing is known about later times; the last offset stays
  const auto rule = detail::zone_rule_reader(footer.substr(1, footer_end - 1)).read();
  if (!rule) return unreadable_zone(name, "its closing rule is not a POSIX TZ text");
  if (!rule->has_daylight_saving) {
    if (change_seconds.empty()) zone.stretches_.back().offset_ms = rule->standard_offset_seconds * 1'000;
    return zone;
  }
  struct change {
    std::int64_t at_seconds;
    std::int64_t offset_seconds;
  };
  std::vector<change> changes;
  constexpr int first_year = 1969;
  constexpr int last_year = 2200;
  for (int year = first_year; year <= last_year; ++year) {
    changes.push_back({rule->begin.local_seconds(year) - rule->standard_offset_seconds, rule->daylight_offset_seconds});
    changes.push_back({rule->end.local_seconds(year) - rule->daylight_offset_seconds, rule->standard_offset_seconds});
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const change& a, const change& b) { return a.at_seconds < b.at_seconds; });
  for (const change& next : changes) {
    if (next.at_seconds > std::max(last_seconds, first_seconds)) {
      zone.add_change(next.at_seconds * 1'000, next.offset_seconds * 1'000);
    }
  }
  return zone;
}

/// REQUIRES that no change is added afterwards.
LEADLINE_INLINE void time_zone::index() {
  std::vector<std::int64_t> begins;
  std::vector<std::int64_t> local_begins;
  for (const stretch& each : stretches_) {
    begins.push_back(each.begin_ms);
    local_begins.push_back(each.local_begin_ms);
  }
  // The first stretch began before all times that are asked for. Its key stands close to the second's, so that the
  // table is not spread over the ages between; a look-up below the first key finds it as well.
  begins[0] = stretches_.size() > 1 ? begins[1] - 1 : 0;
  local_begins[0] = stretches_.size() > 1 ? local_begins[1] - 1 : 0;
  // Clocks change twice a year: with eight cells a change none holds two of them.
  begins_ = detail::sorted_keys(std::move(begins), 8);
  local_begins_ = detail::sorted_keys(std::move(local_begins), 8);
}

LEADLINE_INLINE std::int64_t time_zone::offset_ms_at(instant at) const noexcept {
  return stretches_[begins_.last_at_most(at.ms())].offset_ms;
}

LEADLINE_INLINE instant time_zone::instant_of(std::int64_t local_ms) const noexcept {
  return instant::from_ms(local_ms - stretches_[local_begins_.last_at_most(local_ms)].offset_ms);
}

}  // namespace leadline
