#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/digest.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/pack/business_spec.hpp"
#include "leadline/pack/check.hpp"
#include "leadline/pack/compiled_duty.hpp"
#include "leadline/pack/compiled_event.hpp"
#include "leadline/pack/compiled_funnel.hpp"
#include "leadline/pack/compiled_score.hpp"
#include "leadline/pack/row_layout.hpp"
#include "leadline/pack/target_spec.hpp"
#include "leadline/time/business_calendar.hpp"
#include "leadline/time/time_zone.hpp"

namespace leadline {

struct compiled_pack;

/// A pack, compiled: names are indices, durations are milliseconds, conditions are programs over the slots of a row,
/// and an index leads from an event type to everything that an event of it can touch, and from a slot to the
/// conditions that read it.
///
///     const compiled_pack compiled = model::compile(text, "pack.json", {.zones = &zones, .lists = &files});
///     if (!compiled.model) return print(to_text(compiled.problems, text));
///     for (std::uint32_t rule : compiled.model->events[type].transitions) ...
///
/// It is only handed out as `shared_ptr<const model>`: immutable, needs neither the pack nor its sources any more,
/// and may be used from any number of threads. Equal fingerprints promise equal decisions.
struct model {
  /// Parses, checks and compiles. With errors there is no model. Of the depth `errors` unless asked otherwise: what
  /// loading needs, and nothing more.
  [[nodiscard]] static compiled_pack compile(const std::string& text, const std::string& file,
                                             const pack_sources& sources,
                                             const check_options& options = {.depth = check_depth::errors,
                                                                             .as_of = {}});

  std::string name;
  std::string version;
  leadline::semantics semantics = semantics::leadline;
  /// Of the pack without its comments and blanks, the lists, and the rules of the zones it uses.
  digest fingerprint;

  std::int64_t lateness_ms = 0;
  bool keeps_history = false;
  /// The zone of local dates.
  std::optional<time_zone> zone;

  /// Calendars, in byte order of their names; others name them by index.
  std::vector<std::string> calendar_names;
  std::vector<business_calendar> calendars;

  row_layout layout;
  /// Every condition and expression; others name them by index.
  std::vector<condition> conditions;
  /// For each slot of the row, the conditions that read it.
  std::vector<std::vector<std::uint32_t>> readers;

  std::vector<compiled::attribute> attributes;
  /// Derived attributes, inputs before what is made of them.
  std::vector<std::uint32_t> derive_order;
  /// Event types: the built-in ones in the order of `compiled::built_in`, then those declared, then those only named.
  std::vector<compiled::event_type> events;
  std::vector<compiled::signal> signals;
  std::vector<compiled::score> scores;
  std::vector<compiled::grade> grades;
  std::vector<compiled::scoring_step> scoring_order;

  bool has_funnel = false;
  std::uint32_t start_stage = compiled::none;
  std::vector<std::string> statuses;
  std::vector<compiled::stage> stages;
  std::vector<compiled::transition> transitions;
  std::vector<compiled::effect> effects;
  std::vector<compiled::trigger> triggers;
  /// Triggers of form `condition` and `assigned`.
  std::vector<std::uint32_t> condition_triggers;
  std::vector<std::uint32_t> assigned_triggers;

  std::vector<compiled::clock> clocks;
  std::vector<compiled::cadence> cadences;
  std::optional<compiled::disposition> disposition;
  std::optional<compiled::routing> routing;

  /// What the reports read; places in it are gone.
  business_spec business;
  std::vector<target_spec> targets;

  [[nodiscard]] std::optional<std::uint32_t> find_event(std::string_view type) const {
    const auto at = event_by_name.find(std::string(type));
    if (at == event_by_name.end()) return std::nullopt;
    return at->second;
  }

  std::unordered_map<std::string, std::uint32_t> event_by_name;
};

struct compiled_pack {
  /// Null when there are errors.
  std::shared_ptr<const leadline::model> model;
  /// Errors, and warnings as far as they were asked for.
  diagnostics problems;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/pack/detail/model_inl.hpp"
#endif
