#pragma once

#include "leadline/pack/detail/pack_reader.hpp"

/// Readers of lists, attributes, events, signals, scores and grades.
namespace leadline::detail::reading {

[[nodiscard]] inline std::vector<list_spec> lists(node at) {
  std::vector<list_spec> out;
  for (node entry : entries(at)) {
    list_spec list;
    list.name = key_name(entry);
    if (entry.is_object()) {
      list.file = name(entry["file"]);
    } else if (entry.is_array()) {
      list.items.reserve(entry.size());
      for (node item : entry.children()) {
        if (item.is_text()) list.items.emplace_back(item.text());
      }
    }
    out.push_back(std::move(list));
  }
  return out;
}

[[nodiscard]] inline std::vector<attribute_spec> attributes(node at) {
  std::vector<attribute_spec> out;
  for (node entry : entries(at)) {
    attribute_spec attribute;
    attribute.name = key_name(entry);
    if (entry.is_object()) {
      attribute.type = choice(entry["type"], data_type_words, data_type::string);
      attribute.from = names(entry["from"]);
      attribute.derive = entry["derive"];
    }
    out.push_back(std::move(attribute));
  }
  return out;
}

[[nodiscard]] inline std::vector<event_type_spec> events(node at) {
  std::vector<event_type_spec> out;
  for (node entry : entries(at)) {
    event_type_spec event;
    event.name = key_name(entry);
    if (entry.is_object()) {
      event.is_activity = flag(entry["activity"]);
      const node fields = entry["fields"];
      event.fields_are_declared = fields.is_object();
      for (node field : entries(fields)) {
        event.fields.push_back({key_name(field), choice(field, data_type_words, data_type::string)});
      }
    }
    out.push_back(std::move(event));
  }
  return out;
}

[[nodiscard]] inline std::vector<signal_spec> signals(node at) {
  constexpr std::string_view forms[] = {"count", "distinct", "sum", "max", "min", "last", "first", "streak", "since"};
  std::vector<signal_spec> out;
  for (node entry : entries(at)) {
    signal_spec signal;
    signal.name = key_name(entry);
    for (std::size_t i = 0; i < std::size(forms); ++i) {
      if (const node events = entry[forms[i]]) {
        signal.form = static_cast<signal_form>(i);
        signal.events = names(events);
        break;
      }
    }
    signal.field = name(signal.form == signal_form::distinct ? entry["by"] : entry["of"]);
    signal.where = entry["where"];
    signal.within = elapsed(entry["within"]);
    signal.within_where = entry["within"];
    out.push_back(std::move(signal));
  }
  return out;
}

[[nodiscard]] inline rule_spec rule(node at) {
  rule_spec out;
  out.where = at;
  out.id = name(at["id"]);
  out.when = at["when"];
  out.otherwise_milli = milli(at["otherwise"]);
  out.is_once = flag(at["once"]);
  out.on = names(at["on"]);
  out.event_where = at["where"];
  const node points = at["points"];
  if (points.is_number()) {
    out.points_milli = milli(points);
  } else if (points.is_object()) {
    out.points_expression = points;
  }
  out.min_milli = milli(at["min"]);
  out.max_milli = milli(at["max"]);
  if (const node limit = at["limit"]; limit.is_object()) {
    out.limit.where = limit;
    out.limit.times = integer(limit["times"]);
    out.limit.per = elapsed(limit["per"]);
    out.limit.once_per = name(limit["once_per"]);
    out.limit.points_milli = milli(limit["points"]);
  }
  for (node tier : objects(at["tiers"])) {
    out.tiers.push_back(
        {integer(tier["at_least"]).value_or(1), elapsed(tier["within"]), milli(tier["points"]).value_or(0), tier});
  }
  for (node step : objects(at["idle"])) {
    out.idle.push_back({elapsed(step["after"]).value_or(elapsed_duration()), elapsed(step["every"]),
                        milli(step["points"]).value_or(0), milli(step["at_most"]), step});
  }
  constexpr std::string_view modes[] = {"replace", "add"};
  constexpr std::string_view returns[] = {"restore", "keep"};
  out.mode = choice(at["mode"], modes, idle_mode::replace);
  out.on_return = choice(at["on_return"], returns, idle_return::restore);
  out.group = name(at["group"]);
  out.decay = decay(at["decay"]);
  out.form = at["idle"]    ? rule_form::idle
             : at["tiers"] ? rule_form::tiers
             : at["on"]    ? rule_form::earned
                           : rule_form::held;
  return out;
}

[[nodiscard]] inline std::vector<score_spec> scores(node at) {
  std::vector<score_spec> out;
  for (node entry : entries(at)) {
    score_spec score;
    score.name = key_name(entry);
    for (node each : objects(entry["rules"])) score.rules.push_back(rule(each));
    for (node group : entries(entry["groups"])) {
      score.groups.push_back({key_name(group), milli(group["min"]), milli(group["max"]), decay(group["decay"])});
    }
    for (node part : entries(entry["sum"])) {
      if (const auto weight = milli(part)) score.sum.push_back({key_name(part), *weight});
    }
    score.min_milli = milli(entry["min"]);
    score.max_milli = milli(entry["max"]);
    score.decay = decay(entry["decay"]);
    out.push_back(std::move(score));
  }
  return out;
}

[[nodiscard]] inline std::vector<grade_spec> grades(node at) {
  std::vector<grade_spec> out;
  for (node entry : entries(at)) {
    grade_spec grade;
    grade.name = key_name(entry);
    grade.form = entry["cells"] ? grade_form::matrix : entry["rules"] ? grade_form::rules : grade_form::bands;
    grade.of = name(entry["of"]);
    for (node band : objects(entry["bands"])) {
      grade.bands.push_back({milli(band["at_least"]), milli(band["until"]), text(band["is"]), band});
    }
    grade.rows = name(entry["rows"]);
    grade.columns = name(entry["columns"]);
    for (node row : objects(entry["cells"])) {
      for (node cell : row.children()) grade.cells.push_back({key_name(row), key_name(cell), text(cell)});
    }
    for (node each : objects(entry["rules"])) grade.rules.push_back({each["when"], text(each["is"]), each});
    out.push_back(std::move(grade));
  }
  return out;
}

}  // namespace leadline::detail::reading
