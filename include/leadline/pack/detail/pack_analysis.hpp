#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leadline/pack/calendars.hpp"
#include "leadline/pack/check.hpp"
#include "leadline/pack/detail/condition_table.hpp"
#include "leadline/pack/detail/funnel_check.hpp"
#include "leadline/pack/detail/list_reader.hpp"
#include "leadline/pack/detail/reference_check.hpp"
#include "leadline/pack/detail/scope_build.hpp"
#include "leadline/pack/detail/scoring_check.hpp"
#include "leadline/pack/detail/static_check.hpp"
#include "leadline/pack/detail/threshold_check.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline::detail {

/// A pack and everything that was worked out about it on the way to a model: names, lists, calendars, the row,
/// compiled conditions. Data flows one way: each step reads what the steps before it made.
struct pack_analysis {
  pack content;
  diagnostics problems;
  pack_names names;
  std::optional<time_zone> zone;
  std::map<std::string, business_calendar> calendars;
  scope_base base;
  std::optional<condition_table> conditions;

  /// Addresses of the members are kept by one another, so an analysis stays where it was made.
  [[nodiscard]] static std::unique_ptr<pack_analysis> of(parsed_pack read, const pack_sources& sources,
                                                         const check_options& options) {
    auto out = std::make_unique<pack_analysis>();
    out->content = std::move(read.content);
    out->problems = std::move(read.problems);
    if (out->content.source == nullptr || !out->content.source->root().is_object()) return out;
    out->run(sources, options);
    out->problems.sort();
    return out;
  }

 private:
  void run(const pack_sources& sources, const check_options& options) {
    names = pack_names::of(content, problems);
    build_times(sources.zones);
    reference_check(content, names, problems).run();
    base = build_scope(content, names);
    base.lists = read_lists(content, sources.lists, problems);
    conditions.emplace(base, problems);
    for_each_condition(
        content, [&](document::node rule, reading_place place, condition_use use, const std::vector<name_use>* events) {
          conditions->compile(rule, place, use, events);
        });
    scoring_check(content, names, *conditions, problems).run();
    funnel_check(content, names, *conditions, problems).run();
    if (options.depth == check_depth::errors || problems.dropped_count() != 0) return;
    const score_ranges ranges(content, names);
    threshold_check(content, names, ranges, problems).run();
    static_check(content, names, base, ranges, *conditions, problems).run();
    if (options.as_of) check_holidays(*options.as_of);
    if (options.depth != check_depth::portable) return;
    for_each_condition(
        content, [&](document::node rule, reading_place place, condition_use use, const std::vector<name_use>* events) {
          if (conditions->find(rule)) conditions->tell_portability(rule, place, use, events);
        });
  }

  void build_times(const zone_source* zones) {
    const document::node section = content.source->root()["calendars"];
    if (zones == nullptr) {
      if (section.size() != 0 || content.time_zone.where) {
        problems.add((section.size() != 0 ? section : content.time_zone.where)
                         .blame({.code = "time_zone.no_source",
                                 .message = "time zones cannot be read: no zone database is available here"}));
      }
      return;
    }
    if (!content.time_zone.name.empty()) {
      result<time_zone> loaded = time_zone::load(content.time_zone.name, *zones);
      if (loaded) {
        zone = std::move(*loaded);
      } else {
        for (const diagnostic& problem : loaded.error()) {
          problems.add(content.time_zone.where ? content.time_zone.where.blame(problem) : problem);
        }
      }
    }
    if (!section.is_object()) return;
    for (document::node entry : section.children()) {
      const auto spec = content.calendars.find(std::string(entry.key()));
      if (spec == content.calendars.end()) continue;
      if (has_error_in(entry)) {
        check_zone(entry["time_zone"], *zones);
        continue;
      }
      result<business_calendar> built = build_calendar(entry, spec->second, *zones);
      if (built) {
        calendars.emplace(spec->first, std::move(*built));
      } else {
        problems.append(std::move(built.error()));
      }
    }
  }

  /// Of a calendar that cannot be built, whether its zone is known.
  void check_zone(document::node name, const zone_source& zones) {
    if (!name.is_text()) return;
    const result<time_zone> loaded = time_zone::load(name.text(), zones);
    if (loaded) return;
    for (const diagnostic& problem : loaded.error()) problems.add(name.blame(problem));
  }

  /// Whether the calendar's own entry was told as wrong already.
  [[nodiscard]] bool has_error_in(document::node entry) const {
    if (problems.empty()) return false;
    const source_range whole = entry.where();
    for (const diagnostic& each : problems) {
      if (each.severity == severity::error && each.where.line != 0 && each.where.offset >= whole.offset &&
          each.where.offset < whole.offset + whole.size) {
        return true;
      }
    }
    return false;
  }

  /// Calendars that list dates and whose last one lies before, or soon after, the day.
  void check_holidays(local_date as_of) {
    constexpr std::int32_t soon_days = 90;
    const document::node section = content.source->root()["calendars"];
    for (const auto& [name, spec] : content.calendars) {
      if (spec.dates.empty()) continue;
      const local_date last = spec.dates.rbegin()->first;
      if (last.days() > as_of.days() + soon_days) continue;
      const document::node dates = section[name]["dates"];
      if (!dates) continue;
      const bool has_weeks =
          std::any_of(spec.hours.begin(), spec.hours.end(), [](const auto& each) { return !each.empty(); });
      problems.add(dates.blame_key(
          {.severity = severity::warning,
           .code = "calendar.dates_end",
           .message = "the dates of the calendar " + quoted_name(name) + (last < as_of ? " ended on " : " end on ") +
                      last.text() +
                      (has_weeks ? ", so later holidays count as working days" : ", after which it never opens"),
           .expected = "dates that reach more than " + std::to_string(soon_days) + " days beyond " + as_of.text()}));
    }
  }
};

}  // namespace leadline::detail
