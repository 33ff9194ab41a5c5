#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/pack/detail/pack_scope.hpp"

/// Lays the row of a pack out and says what is known of each slot.
namespace leadline::detail {

/// Every path that an expression reads, as written. Depth is bounded by the document's own limit.
inline void collect_paths(document::node rule, std::vector<std::string>& out) {
  if (rule.is_array()) {
    for (document::node item : rule.children()) collect_paths(item, out);
    return;
  }
  if (!rule.is_object()) return;
  for (document::node member : rule.children()) {
    if (member.key() == "var") {
      const document::node path = member.is_array() ? member.first_child() : member;
      if (path.is_text()) out.emplace_back(path.text());
    }
    collect_paths(member, out);
  }
}

[[nodiscard]] inline bool decays(const score_spec& score, const rule_spec& rule) {
  if (rule.form != rule_form::earned) return false;
  if (rule.decay.form != decay_form::none) return true;
  for (const group_spec& group : score.groups) {
    if (group.name.name == rule.group.name && group.decay.form != decay_form::none) return true;
  }
  return score.decay.form != decay_form::none;
}

/// Which scores and grades move by themselves: those with decay or idle rules, and those made of such.
struct movements {
  std::vector<movement> scores;
  std::vector<movement> grades;

  [[nodiscard]] static movements of(const pack& content, const pack_names& names) {
    movements out;
    out.scores.assign(content.scores.size(), movement::still);
    out.grades.assign(content.grades.size(), movement::still);
    for (std::size_t i = 0; i < content.scores.size(); ++i) {
      for (const rule_spec& rule : content.scores[i].rules) {
        if (rule.form == rule_form::idle || decays(content.scores[i], rule)) {
          out.scores[i] = movement::moves_with_time;
          break;
        }
      }
    }
    const auto score_moves = [&](const std::string& name) {
      const auto index = names.scores.find(name);
      return index && out.scores[*index] == movement::moves_with_time;
    };
    const auto grade_moves = [&](const std::string& name) {
      const auto index = names.grades.find(name);
      return index && out.grades[*index] == movement::moves_with_time;
    };
    // Sums and matrices may refer forward, so the marks spread until none is new; each round marks at least one.
    bool changed = true;
    while (changed) {
      changed = false;
      for (std::size_t i = 0; i < content.scores.size(); ++i) {
        if (out.scores[i] == movement::moves_with_time) continue;
        for (const score_part_spec& part : content.scores[i].sum) {
          if (!score_moves(part.score.name)) continue;
          out.scores[i] = movement::moves_with_time;
          changed = true;
          break;
        }
      }
      for (std::size_t i = 0; i < content.grades.size(); ++i) {
        if (out.grades[i] == movement::moves_with_time) continue;
        const grade_spec& grade = content.grades[i];
        bool moves = score_moves(grade.of.name) || grade_moves(grade.rows.name) || grade_moves(grade.columns.name);
        for (const grade_rule_spec& rule : grade.rules) {
          std::vector<std::string> paths;
          collect_paths(rule.when, paths);
          for (const std::string& path : paths) {
            moves = moves || (path.starts_with("score.") && score_moves(path.substr(6))) ||
                    (path.starts_with("grade.") && grade_moves(path.substr(6)));
          }
        }
        if (!moves) continue;
        out.grades[i] = movement::moves_with_time;
        changed = true;
      }
    }
    return out;
  }
};

/// The type of the field `of`: what `first` and `last` give.
[[nodiscard]] inline declared_type field_type(const pack& content, const pack_names& names,
                                              const std::vector<name_use>& events, const std::string& field) {
  std::optional<declared_type> type;
  for (const name_use& event : events) {
    const auto index = names.events.find(event.name);
    if (!index || !content.events[*index].fields_are_declared) return declared_type::any;
    for (const event_type_spec::field& each : content.events[*index].fields) {
      if (each.name.name != field) continue;
      const declared_type own = declared(each.type);
      if (type && *type != own) return declared_type::any;
      type = own;
    }
  }
  return type.value_or(declared_type::any);
}

/// The words that a grade can be, each once.
[[nodiscard]] inline std::vector<std::string> grade_values(const grade_spec& grade) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& word) {
    if (!word.empty() && std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
  };
  for (const band_spec& band : grade.bands) add(band.is);
  for (const matrix_cell_spec& cell : grade.cells) add(cell.is);
  for (const grade_rule_spec& rule : grade.rules) add(rule.is);
  return out;
}

/// Whether a grade always has a word.
[[nodiscard]] inline bool is_never_null(const grade_spec& grade) {
  if (!grade.bands.empty()) return !grade.bands.back().at_least_milli.has_value();
  if (!grade.rules.empty()) return !grade.rules.back().when;
  return false;
}

[[nodiscard]] inline row_slot signal_slot(const pack& content, const pack_names& names, const signal_spec& signal,
                                          std::uint32_t index) {
  row_slot slot{
      .kind = slot_kind::signal, .index = index, .path = "signal." + signal.name.name, .type = declared_type::number};
  switch (signal.form) {
    case signal_form::count:
    case signal_form::distinct:
    case signal_form::sum:
    case signal_form::streak: slot.null = nullability::never_null; break;
    case signal_form::last:
    case signal_form::first:
      if (const declared_type type = field_type(content, names, signal.events, signal.field.name);
          type == declared_type::text || type == declared_type::any) {
        slot.type = type == declared_type::text ? declared_type::text : declared_type::number;
      }
      break;
    case signal_form::since: slot.movement = movement::moves_with_time; break;
    case signal_form::max:
    case signal_form::min: break;
  }
  return slot;
}

[[nodiscard]] inline scope_base build_scope(const pack& content, const pack_names& names) {
  scope_base base;
  base.content = &content;
  base.names = &names;
  row_layout& layout = base.layout;
  const auto number = [](std::size_t value) { return static_cast<std::uint32_t>(value); };

  for (std::size_t i = 0; i < content.attributes.size(); ++i) {
    layout.add({.kind = slot_kind::attribute,
                .index = number(i),
                .path = "contact." + content.attributes[i].name.name,
                .type = declared(content.attributes[i].type)});
  }
  for (std::size_t i = 0; i < content.signals.size(); ++i) {
    layout.add(signal_slot(content, names, content.signals[i], number(i)));
  }
  const movements moving = movements::of(content, names);
  for (std::size_t i = 0; i < content.scores.size(); ++i) {
    layout.add({.kind = slot_kind::score,
                .index = number(i),
                .path = "score." + content.scores[i].name.name,
                .type = declared_type::number,
                .null = nullability::never_null,
                .movement = moving.scores[i]});
  }
  for (std::size_t i = 0; i < content.grades.size(); ++i) {
    layout.add({.kind = slot_kind::grade,
                .index = number(i),
                .path = "grade." + content.grades[i].name.name,
                .type = declared_type::text,
                .null = is_never_null(content.grades[i]) ? nullability::never_null : nullability::can_be_null,
                .movement = moving.grades[i]});
    base.texts.grades.push_back(grade_values(content.grades[i]));
  }
  if (content.funnel) {
    layout.add(
        {.kind = slot_kind::stage, .path = "stage", .type = declared_type::text, .null = nullability::never_null});
    layout.add({.kind = slot_kind::status, .path = "status", .type = declared_type::text});
    layout.add({.kind = slot_kind::days_in_stage,
                .path = "days_in_stage",
                .type = declared_type::number,
                .null = nullability::never_null,
                .movement = movement::moves_with_time});
    base.texts.stages = names.stages.names();
    base.texts.statuses = names.statuses.names();
  }
  layout.add({.kind = slot_kind::owner, .path = "owner", .type = declared_type::text});
  layout.add({.kind = slot_kind::tags, .path = "tags", .type = declared_type::texts, .null = nullability::never_null});
  for (std::size_t i = 0; i < content.clocks.size(); ++i) {
    layout.add({.kind = slot_kind::clock,
                .index = number(i),
                .path = "clock." + content.clocks[i].id.name,
                .type = declared_type::text,
                .null = nullability::never_null});
  }
  for (std::size_t i = 0; i < content.cadences.size(); ++i) {
    const std::string path = "cadence." + content.cadences[i].id.name;
    layout.add({.kind = slot_kind::cadence,
                .index = number(i),
                .path = path,
                .type = declared_type::text,
                .null = nullability::never_null});
    layout.add({.kind = slot_kind::cadence_count,
                .index = number(i),
                .path = path + ".count",
                .type = declared_type::number,
                .null = nullability::never_null});
    for (std::size_t c = 0; c < content.cadences[i].mix.size(); ++c) {
      layout.add({.kind = slot_kind::cadence_channel,
                  .index = number(i),
                  .channel = number(c),
                  .path = path + "." + content.cadences[i].mix[c].channel.name,
                  .type = declared_type::number,
                  .null = nullability::never_null});
    }
  }

  // Every field that some declaration names has a slot, so that events are decoded once and in one order.
  for (const event_type_spec& event : content.events) {
    for (const event_type_spec::field& field : event.fields) layout.add_event_field(field.name.name);
  }
  const auto add_field = [&](const name_use& field) {
    if (field) layout.add_event_field(field.name);
  };
  for (const attribute_spec& attribute : content.attributes) {
    for (const name_use& from : attribute.from) {
      const std::size_t dot = from.name.rfind('.');
      if (dot != std::string::npos && dot + 1 < from.name.size()) layout.add_event_field(from.name.substr(dot + 1));
    }
  }
  for (const signal_spec& signal : content.signals) add_field(signal.field);
  for (const score_spec& score : content.scores) {
    for (const rule_spec& rule : score.rules) add_field(rule.limit.once_per);
  }
  for (const cadence_spec& cadence : content.cadences) add_field(cadence.mix_by);
  if (content.dispositions) add_field(content.dispositions->field);
  return base;
}

}  // namespace leadline::detail
