#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/json_text.hpp"
#include "leadline/pack/detail/pack_analysis.hpp"
#include "leadline/pack/model.hpp"

namespace leadline::detail {

/// A value as JSON text without blanks and comments, numbers as written.
inline void append_compact(std::string& out, document::node value) {
  switch (value.kind()) {
    case json_kind::array: {
      out += '[';
      bool first = true;
      for (document::node item : value.children()) {
        if (!std::exchange(first, false)) out += ',';
        append_compact(out, item);
      }
      out += ']';
      return;
    }
    case json_kind::object: {
      out += '{';
      bool first = true;
      for (document::node item : value.children()) {
        if (!std::exchange(first, false)) out += ',';
        json_text::append_quoted(out, item.key());
        out += ':';
        append_compact(out, item);
      }
      out += '}';
      return;
    }
    case json_kind::text: return json_text::append_quoted(out, value.text());
    default: out += value.source();
  }
}

/// Turns an analysis without errors into a model. Every name has been found by then, so a name that is not there is
/// one that was left out.
class model_builder {
 public:
  explicit model_builder(pack_analysis& from) : from_(from), pack_(from.content), names_(from.names) {}

  [[nodiscard]] std::shared_ptr<const model> build() {
    auto out = std::make_shared<model>();
    model_ = out.get();
    build_head();
    build_events();
    build_attributes();
    build_signals();
    build_scores();
    build_grades();
    build_scoring_order();
    if (pack_.funnel) build_funnel(*pack_.funnel);
    build_clocks();
    build_cadences();
    if (pack_.dispositions) build_dispositions(*pack_.dispositions);
    if (pack_.routing) build_routing(*pack_.routing);
    build_reports();
    model_->layout = from_.base.layout;
    model_->conditions = from_.conditions->take();
    build_readers();
    return out;
  }

 private:
  using node = document::node;
  static constexpr std::uint32_t none = compiled::none;

  [[nodiscard]] static std::uint32_t number(std::size_t value) { return static_cast<std::uint32_t>(value); }
  [[nodiscard]] std::uint32_t program(node rule) const { return from_.conditions->find(rule).value_or(none); }
  [[nodiscard]] static std::uint32_t find(const name_table& table, const name_use& use) {
    return use ? table.find(use.name).value_or(none) : none;
  }
  [[nodiscard]] static std::vector<std::uint32_t> find_all(const name_table& table, const std::vector<name_use>& uses) {
    std::vector<std::uint32_t> out;
    for (const name_use& each : uses) {
      if (const auto index = table.find(each.name)) add_once(out, *index);
    }
    return out;
  }
  static void add_once(std::vector<std::uint32_t>& list, std::uint32_t index) {
    if (std::find(list.begin(), list.end(), index) == list.end()) list.push_back(index);
  }
  [[nodiscard]] std::uint32_t calendar(const name_use& use) const {
    const auto at = std::lower_bound(model_->calendar_names.begin(), model_->calendar_names.end(), use.name);
    return use && at != model_->calendar_names.end() && *at == use.name
               ? number(static_cast<std::size_t>(at - model_->calendar_names.begin()))
               : none;
  }
  [[nodiscard]] static std::int64_t ms(const std::optional<elapsed_duration>& value) { return value ? value->ms() : 0; }
  [[nodiscard]] std::uint32_t event_slot(const name_use& field) const {
    return field ? from_.base.layout.find_event_field(field.name).value_or(none) : none;
  }

  // --- Head and fingerprint ---------------------------------------------------------------------------------------

  void build_head() {
    model_->name = pack_.name.name;
    model_->version = pack_.version;
    model_->semantics = pack_.semantics;
    model_->lateness_ms = pack_.lateness.ms();
    model_->keeps_history = pack_.keeps_history;
    model_->zone = from_.zone;
    for (const auto& [name, built] : from_.calendars) {
      model_->calendar_names.push_back(name);
      model_->calendars.push_back(built);
    }
    digest_writer writer;
    writer.write_text("leadline.model.1");
    std::string text;
    append_compact(text, pack_.source->root());
    writer.write_text(text);
    for (const auto& list : from_.base.lists) {
      writer.write_number(list->size());
      for (std::size_t i = 0; i < list->size(); ++i) writer.write_text((*list)[i]);
    }
    if (model_->zone) write_zone(writer, *model_->zone);
    for (const business_calendar& each : model_->calendars) write_zone(writer, each.zone());
    model_->fingerprint = writer.finish();
  }

  /// A zone counts by its rules, not by its file: two systems may store the same rules differently.
  static void write_zone(digest_writer& writer, const time_zone& zone) {
    writer.write_text(zone.name());
    writer.write_number(zone.stretches().size());
    for (const time_zone::stretch& each : zone.stretches()) {
      writer.write_number(static_cast<std::uint64_t>(each.begin_ms));
      writer.write_number(static_cast<std::uint64_t>(each.offset_ms));
    }
  }

  // --- Events, attributes, signals --------------------------------------------------------------------------------

  std::uint32_t event(std::string_view name) {
    const auto [at, is_new] = model_->event_by_name.emplace(name, number(model_->events.size()));
    if (is_new) {
      compiled::event_type type;
      type.name = name;
      model_->events.push_back(std::move(type));
    }
    return at->second;
  }
  [[nodiscard]] std::vector<std::uint32_t> events(const std::vector<name_use>& uses) {
    std::vector<std::uint32_t> out;
    for (const name_use& each : uses) {
      if (each.name != "any_activity") {
        add_once(out, event(each.name));
        continue;
      }
      for (std::size_t i = 0; i < model_->events.size(); ++i) {
        if (model_->events[i].is_activity) add_once(out, number(i));
      }
    }
    return out;
  }

  void build_events() {
    for (std::size_t i = 0; i < built_in_events.size(); ++i) {
      compiled::event_type& type = model_->events[event(built_in_events[i])];
      type.kind = static_cast<compiled::built_in>(i);
      type.is_declared = true;
    }
    for (const event_type_spec& each : pack_.events) {
      compiled::event_type& type = model_->events[event(each.name.name)];
      type.is_declared = true;
      type.is_activity = each.is_activity;
      for (const event_type_spec::field& field : each.fields)
        type.fields.push_back({event_slot(field.name), field.type});
    }
    for (std::size_t i = 0; i < pack_.attributes.size(); ++i) {
      for (const name_use& from : pack_.attributes[i].from) {
        const std::size_t dot = from.name.rfind('.');
        compiled::event_type& type = model_->events[event(std::string_view(from.name).substr(0, dot))];
        type.sets.push_back({number(i), event_slot({from.name.substr(dot + 1), {}})});
      }
    }
  }

  void build_attributes() {
    for (const attribute_spec& each : pack_.attributes) {
      model_->attributes.push_back({each.name.name, each.type, program(each.derive)});
    }
    // Inputs first: there are no circles, so each round places at least one.
    std::vector<bool> placed(pack_.attributes.size(), false);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < pack_.attributes.size(); ++i) {
        if (placed[i] || model_->attributes[i].derive == none) continue;
        const condition& rule = (*from_.conditions)[model_->attributes[i].derive];
        const bool ready = std::all_of(rule.reads().begin(), rule.reads().end(), [&](slot_reference slot) {
          return slot.space != slot_space::row || slot.index >= model_->attributes.size() ||
                 model_->attributes[slot.index].derive == none || placed[slot.index];
        });
        if (!ready) continue;
        placed[i] = true;
        changed = true;
        model_->derive_order.push_back(number(i));
      }
    }
  }

  void build_signals() {
    for (std::size_t i = 0; i < pack_.signals.size(); ++i) {
      const signal_spec& each = pack_.signals[i];
      compiled::signal signal;
      signal.name = each.name.name;
      signal.form = each.form;
      signal.events = events(each.events);
      signal.field_slot = event_slot(each.field);
      const std::uint32_t slot = from_.base.layout.find("signal." + each.name.name).value_or(none);
      signal.keeps_text = slot != none && from_.base.layout.slots()[slot].type == declared_type::text;
      signal.where = program(each.where);
      signal.window_ms = ms(each.within);
      for (const std::uint32_t type : signal.events) model_->events[type].signals.push_back(number(i));
      model_->signals.push_back(std::move(signal));
    }
  }

  // --- Scores and grades ------------------------------------------------------------------------------------------

  [[nodiscard]] static compiled::decay decay(const decay_spec& spec) {
    return {spec.form, spec.period.ms(), spec.percent_milli};
  }

  [[nodiscard]] compiled::rule rule(const score_spec& score, const rule_spec& spec) {
    compiled::rule out;
    out.id = spec.id.name;
    out.pointer = spec.where.pointer();
    out.form = spec.form;
    out.when = program(spec.when);
    if (out.when != none) {
      for (const slot_reference slot : (*from_.conditions)[out.when].reads()) {
        if (slot.space == slot_space::row && slot.index < pack_.attributes.size())
          out.attributes_read.push_back(slot.index);
      }
    }
    out.otherwise_milli = spec.otherwise_milli;
    out.is_once = spec.is_once;
    out.events = events(spec.on);
    out.where = program(spec.event_where);
    out.points_milli = spec.points_milli.value_or(0);
    out.points_expression = program(spec.points_expression);
    out.min_milli = spec.min_milli.value_or(-limits::points_milli_max);
    out.max_milli = spec.max_milli.value_or(limits::points_milli_max);
    out.limit_times = spec.limit.times.value_or(0);
    out.limit_per_ms = ms(spec.limit.per);
    out.limit_once_per_slot = event_slot(spec.limit.once_per);
    out.limit_points_milli = spec.limit.points_milli;
    for (const tier_spec& each : spec.tiers) out.tiers.push_back({each.at_least, ms(each.within), each.points_milli});
    for (const idle_step_spec& each : spec.idle) {
      out.idle.push_back({each.after.ms(), ms(each.every), each.points_milli, each.at_most_milli});
    }
    out.mode = spec.mode;
    out.on_return = spec.on_return;
    const decay_spec* nearest = &spec.decay;
    for (std::size_t g = 0; g < score.groups.size(); ++g) {
      if (!spec.group || score.groups[g].name.name != spec.group.name) continue;
      out.group = number(g);
      if (nearest->form == decay_form::none) nearest = &score.groups[g].decay;
    }
    if (nearest->form == decay_form::none) nearest = &score.decay;
    if (spec.form == rule_form::earned) out.decay = decay(*nearest);
    return out;
  }

  void build_scores() {
    for (std::size_t i = 0; i < pack_.scores.size(); ++i) {
      const score_spec& each = pack_.scores[i];
      compiled::score score;
      score.name = each.name.name;
      score.pointer = each.name.where.pointer();
      for (const group_spec& group : each.groups)
        score.groups.push_back({group.name.name, group.min_milli, group.max_milli});
      for (const score_part_spec& part : each.sum)
        score.parts.push_back({find(names_.scores, part.score), part.weight_milli});
      score.min_milli = each.min_milli;
      score.max_milli = each.max_milli;
      score.is_moving = moves("score." + score.name);
      score.rules.reserve(each.rules.size());
      for (const rule_spec& spec : each.rules) {
        score.rules.push_back(rule(each, spec));
        for (const std::uint32_t type : score.rules.back().events) {
          model_->events[type].rules.push_back({number(i), number(score.rules.size() - 1)});
        }
      }
      model_->scores.push_back(std::move(score));
    }
  }

  [[nodiscard]] bool moves(const std::string& path) const {
    const auto slot = from_.base.layout.find(path);
    return slot && from_.base.layout.slots()[*slot].movement == movement::moves_with_time;
  }

  void build_grades() {
    for (const grade_spec& each : pack_.grades) {
      compiled::grade grade;
      grade.name = each.name.name;
      grade.pointer = each.name.where.pointer();
      grade.form = each.form;
      grade.values = grade_values(each);
      const auto value = [&](const std::string& word) {
        const auto at = std::find(grade.values.begin(), grade.values.end(), word);
        return number(static_cast<std::size_t>(at - grade.values.begin()));
      };
      grade.score = find(names_.scores, each.of);
      for (const band_spec& band : each.bands) {
        grade.bands.push_back(
            {band.at_least_milli, band.until_milli ? band.until_milli : band.at_least_milli, value(band.is)});
      }
      grade.rows = find(names_.grades, each.rows);
      grade.columns = find(names_.grades, each.columns);
      if (each.form == grade_form::matrix) fill_cells(each, grade, value);
      for (const grade_rule_spec& spec : each.rules) grade.rules.push_back({program(spec.when), value(spec.is)});
      grade.is_moving = moves("grade." + grade.name);
      model_->grades.push_back(std::move(grade));
    }
  }

  /// Writes `*` out. The row of its own name counts before `*`, within it the column of its own name.
  template <class Value>
  void fill_cells(const grade_spec& spec, compiled::grade& grade, const Value& value) const {
    const auto words = [&](std::uint32_t index) {
      std::vector<std::string> out = index == none ? std::vector<std::string>() : grade_values(pack_.grades[index]);
      out.emplace_back();  // null
      return out;
    };
    const auto cell = [&](const std::string& row, const std::string& column) {
      for (const auto& [wanted_row, wanted_column] :
           {std::pair(row, column), std::pair(row, std::string("*")), std::pair(std::string("*"), column),
            std::pair(std::string("*"), std::string("*"))}) {
        for (const matrix_cell_spec& each : spec.cells) {
          if (each.row.name == wanted_row && each.column.name == wanted_column && !each.is.empty())
            return value(each.is);
        }
      }
      return none;
    };
    for (const std::string& row : words(grade.rows)) {
      for (const std::string& column : words(grade.columns)) grade.cells.push_back(cell(row, column));
    }
  }

  /// Inputs before what is made of them; among those that are ready the first in byte order of the ids, scores first.
  void build_scoring_order() {
    using kind = compiled::scoring_step::step_kind;
    std::vector<compiled::scoring_step> waiting;
    for (std::size_t i = 0; i < model_->scores.size(); ++i) waiting.push_back({kind::score, number(i)});
    for (std::size_t i = 0; i < model_->grades.size(); ++i) waiting.push_back({kind::grade, number(i)});
    std::stable_sort(waiting.begin(), waiting.end(), [&](const auto& a, const auto& b) {
      if (a.kind != b.kind) return a.kind == kind::score;
      return a.kind == kind::score ? model_->scores[a.index].name < model_->scores[b.index].name
                                   : model_->grades[a.index].name < model_->grades[b.index].name;
    });
    std::vector<bool> score_done(model_->scores.size(), false);
    std::vector<bool> grade_done(model_->grades.size(), false);
    const auto reads_done = [&](std::uint32_t rule) {
      if (rule == none) return true;
      for (const slot_reference slot : (*from_.conditions)[rule].reads()) {
        if (slot.space != slot_space::row) continue;
        const row_slot& read = from_.base.layout.slots()[slot.index];
        if (read.kind == slot_kind::score && !score_done[read.index]) return false;
        if (read.kind == slot_kind::grade && !grade_done[read.index]) return false;
      }
      return true;
    };
    const auto is_ready = [&](const compiled::scoring_step& step) {
      if (step.kind == kind::score) {
        const compiled::score& score = model_->scores[step.index];
        return std::all_of(score.parts.begin(), score.parts.end(),
                           [&](const auto& part) { return score_done[part.score]; }) &&
               std::all_of(score.rules.begin(), score.rules.end(),
                           [&](const auto& each) { return reads_done(each.when); });
      }
      const compiled::grade& grade = model_->grades[step.index];
      return (grade.score == none || score_done[grade.score]) && (grade.rows == none || grade_done[grade.rows]) &&
             (grade.columns == none || grade_done[grade.columns]) &&
             std::all_of(grade.rules.begin(), grade.rules.end(),
                         [&](const auto& each) { return reads_done(each.when); });
    };
    while (!waiting.empty()) {
      const auto next = std::find_if(waiting.begin(), waiting.end(), is_ready);
      if (next == waiting.end()) break;  // circles are errors, so there is always one
      (next->kind == kind::score ? score_done : grade_done)[next->index] = true;
      model_->scoring_order.push_back(*next);
      waiting.erase(next);
    }
  }

  void build_readers() {
    model_->readers.resize(model_->layout.slots().size());
    for (std::size_t i = 0; i < model_->conditions.size(); ++i) {
      for (const slot_reference slot : model_->conditions[i].reads()) {
        if (slot.space == slot_space::row) model_->readers[slot.index].push_back(number(i));
      }
    }
  }

  // The rest is in model_builder_duties.hpp.
  [[nodiscard]] compiled::action action(const action_spec& spec) const;
  [[nodiscard]] std::vector<compiled::action> actions(const std::vector<action_spec>& specs) const;
  std::uint32_t trigger(const trigger_spec& spec, compiled::trigger_role role, std::size_t owner);
  [[nodiscard]] std::vector<std::uint32_t> triggers(const std::vector<trigger_spec>& specs, compiled::trigger_role role,
                                                    std::size_t owner);
  void build_funnel(const funnel_spec& spec);
  void build_stages(const funnel_spec& spec);
  void build_clocks();
  void build_cadences();
  void build_dispositions(const disposition_spec& spec);
  void build_routing(const routing_spec& spec);
  void build_reports();
  [[nodiscard]] std::vector<bool> stage_bits(const std::vector<std::uint32_t>& stages) const;

  pack_analysis& from_;
  const pack& pack_;
  const pack_names& names_;
  model* model_ = nullptr;
};

}  // namespace leadline::detail
