#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/base/document.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/pack/attribute_spec.hpp"
#include "leadline/pack/business_spec.hpp"
#include "leadline/pack/cadence_spec.hpp"
#include "leadline/pack/clock_spec.hpp"
#include "leadline/pack/disposition_spec.hpp"
#include "leadline/pack/event_type_spec.hpp"
#include "leadline/pack/funnel_spec.hpp"
#include "leadline/pack/grade_spec.hpp"
#include "leadline/pack/list_spec.hpp"
#include "leadline/pack/routing_spec.hpp"
#include "leadline/pack/score_spec.hpp"
#include "leadline/pack/signal_spec.hpp"
#include "leadline/pack/target_spec.hpp"
#include "leadline/time/calendar_spec.hpp"

namespace leadline {

struct parsed_pack;

/// What an author wrote, field for field: names not yet looked up, conditions not yet compiled, nothing judged but
/// its shape. `check_pack` judges what it means and `model::compile` makes it run.
///
///     parsed_pack read = pack::parse(text, "pack.json");
///     for (const diagnostic& problem : read.problems) std::cerr << to_text(problem, text);
///     for (const clock_spec& clock : read.content.clocks) std::cout << clock.id.name << '\n';
///
/// Every name and condition keeps its place in the document, which the pack keeps alive. A plain value; may be read
/// from many threads.
struct pack {
  /// Reads a pack and tells every problem of its shape at once: broken JSON, unknown and missing keys, wrong types,
  /// values out of bounds, names that are no names. What has the right shape is in `content` even then.
  [[nodiscard]] static parsed_pack parse(const std::string& text, const std::string& file = {});

  /// Null only where the text was no JSON.
  std::shared_ptr<const document> source;

  name_use name;
  std::string version;
  name_use time_zone;
  leadline::semantics semantics = semantics::leadline;
  elapsed_duration lateness = elapsed_duration::days(7);
  bool keeps_history = false;

  std::map<std::string, calendar_spec> calendars;
  std::vector<list_spec> lists;
  std::vector<attribute_spec> attributes;
  std::vector<event_type_spec> events;
  std::vector<signal_spec> signals;
  std::vector<score_spec> scores;
  std::vector<grade_spec> grades;
  std::optional<funnel_spec> funnel;
  std::vector<clock_spec> clocks;
  std::vector<cadence_spec> cadences;
  std::optional<disposition_spec> dispositions;
  std::optional<routing_spec> routing;
  business_spec business;
  std::vector<target_spec> targets;
};

struct parsed_pack {
  pack content;
  diagnostics problems;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/pack/detail/pack_inl.hpp"
#endif
