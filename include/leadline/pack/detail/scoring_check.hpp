#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "leadline/base/json_text.hpp"
#include "leadline/pack/detail/condition_table.hpp"
#include "leadline/pack/detail/scope_build.hpp"
#include "leadline/pack/detail/score_range.hpp"

namespace leadline::detail {

/// Judges what attributes, scores and grades mean: bounds that cross, bands out of order, circles.
class scoring_check {
 public:
  scoring_check(const pack& content, const pack_names& names, const condition_table& conditions, diagnostics& problems)
      : pack_(content), names_(names), conditions_(conditions), problems_(problems) {}

  void run() {
    check_derived_circles();
    for (const score_spec& score : pack_.scores) {
      check_crossed(score.name, score.min_milli, score.max_milli);
      for (const group_spec& group : score.groups) check_crossed(group.name, group.min_milli, group.max_milli);
      for (const rule_spec& rule : score.rules) check_rule(rule);
    }
    for (const grade_spec& grade : pack_.grades) check_grade(grade);
    check_score_circles();
  }

 private:
  void tell(diagnostic problem) { problems_.add(std::move(problem)); }

  void check_crossed(const name_use& name, std::optional<std::int64_t> min, std::optional<std::int64_t> max) {
    if (!min || !max || *min <= *max) return;
    tell(name.where["min"].blame(
        {.code = "score.bounds_crossed",
         .message = "\"min\" is " + text_of_thousandths(*min) + ", above \"max\", " + text_of_thousandths(*max),
         .expected = "a number up to " + text_of_thousandths(*max)}));
  }

  // --- Rules ------------------------------------------------------------------------------------------------------

  void check_rule(const rule_spec& rule) {
    if (rule.points_expression) {
      for (const char* key : {"min", "max"}) {
        if (rule.where[key]) continue;
        tell(rule.points_expression.blame(
            {.code = "rule.unbounded_points",
             .message = "points from an expression need the key " + quoted_name(key) + " beside them",
             .expected = "the least and the most that the expression may give"}));
      }
      if (rule.min_milli && rule.max_milli && *rule.min_milli > *rule.max_milli) {
        tell(rule.where["min"].blame({.code = "score.bounds_crossed",
                                      .message = "\"min\" is " + text_of_thousandths(*rule.min_milli) +
                                                 ", above \"max\", " + text_of_thousandths(*rule.max_milli)}));
      }
    } else {
      for (const char* key : {"min", "max"}) {
        if (!rule.where[key] || !rule.where["points"].is_number()) continue;
        tell(rule.where[key].blame_key(
            {.severity = severity::warning,
             .code = "rule.needless_bound",
             .message = quoted_name(key) + " bounds an expression in \"points\" and does nothing beside a number"}));
      }
    }
    check_steps(rule);
    check_tiers(rule);
    if (const condition* held = conditions_.get(rule.when)) check_constant(rule.when, *held, "the rule");
  }

  void check_constant(document::node where, const condition& read, std::string_view what) {
    const value* constant = read.constant();
    if (constant == nullptr) return;
    tell(where.blame({.severity = severity::warning,
                      .code = "condition.constant",
                      .message = std::string(what) + (is_true(*constant) ? " always holds" : " never holds") +
                                 ": its condition reads nothing"}));
  }

  void check_steps(const rule_spec& rule) {
    for (std::size_t i = 0; i < rule.idle.size(); ++i) {
      const idle_step_spec& step = rule.idle[i];
      if (i > 0 && step.after <= rule.idle[i - 1].after) {
        diagnostic problem =
            step.where["after"].blame({.code = "rule.idle_order",
                                       .message = "the steps of an idle rule must come in the order of \"after\"",
                                       .expected = "a duration longer than the one before"});
        problem.related.push_back({.message = "the step before",
                                   .file = step.where.file(),
                                   .where = rule.idle[i - 1].where["after"].where(),
                                   .pointer = rule.idle[i - 1].where["after"].pointer()});
        tell(std::move(problem));
      }
      if (step.at_most_milli && step.points_milli != 0 && (*step.at_most_milli < 0) != (step.points_milli < 0)) {
        tell(step.where["at_most"].blame(
            {.code = "rule.idle_bound",
             .message = "\"at_most\" bounds the step's total and has the sign of its \"points\"",
             .suggestion = text_of_thousandths(-*step.at_most_milli)}));
      }
    }
  }

  void check_tiers(const rule_spec& rule) {
    for (std::size_t i = 1; i < rule.tiers.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const tier_spec& early = rule.tiers[j];
        const tier_spec& late = rule.tiers[i];
        const bool wider = !early.within || (late.within && *early.within >= *late.within);
        if (early.at_least > late.at_least || !wider) continue;
        diagnostic problem = late.where.blame({.severity = severity::warning,
                                               .code = "rule.tier_shadowed",
                                               .message = "this tier never counts: the first tier that holds does, and "
                                                          "an earlier one holds whenever this does"});
        problem.related.push_back({.message = "the earlier tier",
                                   .file = late.where.file(),
                                   .where = early.where.where(),
                                   .pointer = early.where.pointer()});
        tell(std::move(problem));
        break;
      }
    }
  }

  // --- Grades -----------------------------------------------------------------------------------------------------

  void check_grade(const grade_spec& grade) {
    for (std::size_t i = 0; i < grade.bands.size(); ++i) {
      const band_spec& band = grade.bands[i];
      if (!band.at_least_milli && i + 1 < grade.bands.size()) {
        tell(band.where.blame(
            {.code = "grade.band_order",
             .message = "only the last band may do without \"at_least\": the bands after it are never reached"}));
      }
      if (band.at_least_milli && i > 0 && grade.bands[i - 1].at_least_milli &&
          *band.at_least_milli >= *grade.bands[i - 1].at_least_milli) {
        tell(band.where["at_least"].blame({.code = "grade.band_order",
                                           .message = "bands come highest first, and " +
                                                      text_of_thousandths(*band.at_least_milli) + " is not below " +
                                                      text_of_thousandths(*grade.bands[i - 1].at_least_milli)}));
      }
      if (band.until_milli && band.at_least_milli && *band.until_milli >= *band.at_least_milli) {
        tell(band.where["until"].blame(
            {.code = "grade.until",
             .message = "\"until\" must be below \"at_least\", " + text_of_thousandths(*band.at_least_milli)}));
      }
    }
    for (std::size_t i = 0; i + 1 < grade.rules.size(); ++i) {
      if (grade.rules[i].when) continue;
      tell(grade.rules[i].where.blame({.severity = severity::warning,
                                       .code = "grade.rule_shadowed",
                                       .message = "this always holds, so the entries after it never count"}));
    }
    for (const grade_rule_spec& rule : grade.rules) {
      if (const condition* read = conditions_.get(rule.when)) check_constant(rule.when, *read, "the entry");
    }
    if (grade.form == grade_form::matrix) check_matrix(grade);
  }

  void check_matrix(const grade_spec& grade) {
    const auto values_of = [&](const name_use& use) {
      const auto index = names_.grades.find(use.name);
      return index ? grade_values(pack_.grades[*index]) : std::vector<std::string>();
    };
    const std::vector<std::string> rows = values_of(grade.rows);
    const std::vector<std::string> columns = values_of(grade.columns);
    const auto check_value = [&](const name_use& use, const name_use& axis, const std::vector<std::string>& known) {
      if (use.name == "*" || known.empty() || std::find(known.begin(), known.end(), use.name) != known.end()) return;
      tell(use.where.blame_key({.code = "grade.unknown_value",
                                .message = "the grade " + quoted_name(axis.name) + " is never " + quoted_name(use.name),
                                .suggestion = nearest(use.name, known),
                                .allowed = known}));
    };
    for (document::node row : grade.name.where["cells"].children()) {
      check_value({std::string(row.key()), row}, grade.rows, rows);
      for (document::node cell : row.children()) check_value({std::string(cell.key()), cell}, grade.columns, columns);
    }
    // The row of its own name first, then `*`; within it the column likewise.
    const auto has_cell = [&](const std::string& row, const std::string& column) {
      return std::any_of(grade.cells.begin(), grade.cells.end(), [&](const matrix_cell_spec& cell) {
        return (cell.row.name == row || cell.row.name == "*") &&
               (cell.column.name == column || cell.column.name == "*");
      });
    };
    for (const std::string& row : rows) {
      for (const std::string& column : columns) {
        if (has_cell(row, column)) continue;
        diagnostic problem = grade.name.where["cells"].blame_key(
            {.severity = severity::warning,
             .code = "grade.missing_cell",
             .message = "no cell for " + quoted_name(row) + " and " + quoted_name(column) + ": the grade is null there",
             .expected = "a cell, or \"*\""});
        problem.witness = "{\"grade\": {";
        json_text::append_quoted(problem.witness, grade.rows.name);
        problem.witness += ": ";
        json_text::append_quoted(problem.witness, row);
        problem.witness += ", ";
        json_text::append_quoted(problem.witness, grade.columns.name);
        problem.witness += ": ";
        json_text::append_quoted(problem.witness, column);
        problem.witness += "}}";
        return tell(std::move(problem));  // the smallest is enough
      }
    }
  }

  // --- Circles ----------------------------------------------------------------------------------------------------

  /// One thing that is worked out from others, and the places that say so.
  struct dependency {
    std::size_t of = 0;
    document::node where;
  };

  /// Tells each circle once. `label` names a thing in messages.
  template <class Label>
  void tell_circles(const std::vector<std::vector<dependency>>& needs, std::string_view code, const Label& label) {
    enum class mark : std::uint8_t { fresh, open, done };
    std::vector<mark> marks(needs.size(), mark::fresh);
    struct step {
      std::size_t at;
      std::size_t next;
    };
    for (std::size_t start = 0; start < needs.size(); ++start) {
      if (marks[start] != mark::fresh) continue;
      std::vector<step> path{{start, 0}};
      marks[start] = mark::open;
      while (!path.empty()) {
        step& top = path.back();
        if (top.next == needs[top.at].size()) {
          marks[top.at] = mark::done;
          path.pop_back();
          continue;
        }
        const dependency& need = needs[top.at][top.next++];
        if (marks[need.of] == mark::fresh) {
          marks[need.of] = mark::open;
          path.push_back({need.of, 0});
        } else if (marks[need.of] == mark::open) {
          std::vector<std::string> circle;
          bool inside = false;
          for (const step& each : path) {
            inside = inside || each.at == need.of;
            if (inside) circle.push_back(label(each.at));
          }
          circle.push_back(label(need.of));
          std::string text;
          for (const std::string& each : circle) text += (text.empty() ? "" : " from ") + each;
          tell(need.where.blame({.code = std::string(code), .message = "this goes in a circle: " + text}));
        }
      }
    }
  }

  void check_derived_circles() {
    std::vector<std::vector<dependency>> needs(pack_.attributes.size());
    bool any = false;
    for (std::size_t i = 0; i < pack_.attributes.size(); ++i) {
      const document::node derive = pack_.attributes[i].derive;
      if (!derive) continue;
      if (const condition* read = conditions_.get(derive); read != nullptr && read->reads_now()) {
        tell(derive.blame(
            {.code = "attribute.derive_moves",
             .message = "what is derived is computed when its inputs change, and elapsed_since changes without them"}));
      }
      std::vector<std::string> paths;
      collect_paths(derive, paths);
      for (const std::string& path : paths) {
        if (!path.starts_with("contact.")) continue;
        if (const auto other = names_.attributes.find(path.substr(8)); other && pack_.attributes[*other].derive) {
          needs[i].push_back({*other, derive});
          any = true;
        }
      }
    }
    if (any) {
      tell_circles(needs, "attribute.cycle", [&](std::size_t i) { return "contact." + pack_.attributes[i].name.name; });
    }
  }

  void check_score_circles() {
    const std::size_t scores = pack_.scores.size();
    std::vector<std::vector<dependency>> needs(scores + pack_.grades.size());
    const auto add_names = [&](std::size_t from, std::string_view prefix, const name_use& use) {
      if (!use) return;
      const bool score = prefix == "score.";
      const auto index = score ? names_.scores.find(use.name) : names_.grades.find(use.name);
      if (index) needs[from].push_back({score ? *index : scores + *index, use.where});
    };
    const auto add_condition = [&](std::size_t from, document::node when) {
      std::vector<std::string> paths;
      collect_paths(when, paths);
      for (const std::string& path : paths) {
        for (const std::string_view prefix : {"score.", "grade."}) {
          if (path.starts_with(prefix)) add_names(from, prefix, {path.substr(prefix.size()), when});
        }
      }
    };
    for (std::size_t i = 0; i < scores; ++i) {
      for (const score_part_spec& part : pack_.scores[i].sum) add_names(i, "score.", part.score);
      for (const rule_spec& rule : pack_.scores[i].rules) add_condition(i, rule.when);
    }
    for (std::size_t i = 0; i < pack_.grades.size(); ++i) {
      const grade_spec& grade = pack_.grades[i];
      add_names(scores + i, "score.", grade.of);
      add_names(scores + i, "grade.", grade.rows);
      add_names(scores + i, "grade.", grade.columns);
      for (const grade_rule_spec& rule : grade.rules) add_condition(scores + i, rule.when);
    }
    tell_circles(needs, "score.cycle", [&](std::size_t i) {
      return i < scores ? "score." + pack_.scores[i].name.name : "grade." + pack_.grades[i - scores].name.name;
    });
  }

  const pack& pack_;
  const pack_names& names_;
  const condition_table& conditions_;
  diagnostics& problems_;
};

}  // namespace leadline::detail
