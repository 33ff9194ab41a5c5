#pragma once

#include <utility>

#include "leadline/pack/calendars.hpp"
#include "leadline/pack/detail/bracket_check.hpp"
#include "leadline/pack/detail/read_duties.hpp"
#include "leadline/pack/detail/read_scoring.hpp"
#include "leadline/pack/detail/shape_check.hpp"
#include "leadline/pack/pack.hpp"

namespace leadline {

LEADLINE_INLINE parsed_pack pack::parse(const std::string& text, const std::string& file) {
  namespace reading = detail::reading;
  parsed_pack out;
  result<document> read = document::parse(text, file);
  if (!read) {
    out.problems = std::move(read.error());
    detail::add_suspects(out.problems, text, file);
    return out;
  }
  pack& content = out.content;
  content.source = std::make_shared<const document>(std::move(*read));
  const document::node root = content.source->root();
  out.problems = detail::shape_check(*content.source).run();
  if (!root.is_object()) return out;

  // A pack has at most twenty sections, so each is looked up by a short walk.
  content.name = reading::name(root["name"]);
  content.version = reading::text(root["version"]);
  content.time_zone = root["time_zone"] ? reading::name(root["time_zone"]) : name_use{"UTC", {}};
  constexpr std::string_view semantics_words[] = {"leadline", "jsonlogic"};
  content.semantics = reading::choice(root["conditions"], semantics_words, semantics::leadline);
  content.lateness = reading::elapsed(root["engine"]["lateness"]).value_or(elapsed_duration::days(7));
  content.keeps_history = reading::flag(root["engine"]["history"]);
  if (const document::node section = root["calendars"]) {
    parsed_calendars calendars = parse_calendars(section, content.time_zone.name);
    out.problems.append(std::move(calendars.problems));
    content.calendars = std::move(calendars.calendars);
  }
  content.lists = reading::lists(root["lists"]);
  content.attributes = reading::attributes(root["attributes"]);
  content.events = reading::events(root["events"]);
  content.signals = reading::signals(root["signals"]);
  content.scores = reading::scores(root["scores"]);
  content.grades = reading::grades(root["grades"]);
  content.funnel = reading::funnel(root["funnel"]);
  content.clocks = reading::clocks(root["clocks"]);
  content.cadences = reading::cadences(root["cadences"]);
  content.dispositions = reading::dispositions(root["dispositions"]);
  content.routing = reading::routing(root["routing"]);
  content.business = reading::business(root["business"]);
  content.targets = reading::targets(root["targets"]);
  return out;
}

}  // namespace leadline
