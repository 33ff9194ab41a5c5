#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/pack/detail/condition_table.hpp"
#include "leadline/pack/detail/pack_names.hpp"
#include "leadline/pack/detail/score_range.hpp"

namespace leadline::detail {

/// Warns of thresholds that no sum of caps can reach: comparisons of a score with a number outside its range,
/// bands, rises and targets likewise.
class threshold_check {
 public:
  threshold_check(const pack& content, const pack_names& names, const score_ranges& ranges, diagnostics& problems)
      : pack_(content), names_(names), ranges_(ranges), problems_(problems) {}

  void run() {
    for_each_condition(pack_, [&](document::node rule, reading_place, condition_use, const std::vector<name_use>*) {
      look_into(rule);
    });
    for (const grade_spec& grade : pack_.grades) check_bands(grade);
    if (pack_.funnel) {
      for (const transition_spec& each : pack_.funnel->transitions) {
        if (each.rearm) check_rise(each);
      }
    }
    for (const target_spec& target : pack_.targets) check_target(target);
  }

 private:
  void tell(document::node where, const name_table& scores, std::string_view score, milli_range range,
            const std::string& wanted) {
    diagnostic problem = where.blame(
        {.severity = severity::warning,
         .code = "score.unreachable",
         .message = "score." + std::string(score) + " is never " + wanted + ": its rules and caps keep it from " +
                    text_of_thousandths(range.low) + " to " + text_of_thousandths(range.high),
         .expected = "a number from " + text_of_thousandths(range.low) + " to " + text_of_thousandths(range.high)});
    if (const auto index = scores.find(score))
      problem.related.push_back(name_table::place(scores[*index], "the score"));
    problems_.add(std::move(problem));
  }

  [[nodiscard]] static std::string_view score_of(document::node at) {
    if (!at.is_object() || at.size() != 1 || at.first_child().key() != "var") return {};
    document::node path = at.first_child();
    if (path.is_array()) path = path.first_child();
    if (!path.is_text() || !path.text().starts_with("score.")) return {};
    return path.text().substr(6);
  }

  void look_into(document::node rule) {
    if (rule.is_array()) {
      for (document::node each : rule.children()) look_into(each);
      return;
    }
    if (!rule.is_object()) return;
    for (document::node body : rule.children()) {
      check_comparison(body);
      look_into(body);
    }
  }

  void check_comparison(document::node body) {
    const std::string_view op = body.key();
    const bool ordered = op == "<" || op == "<=" || op == ">" || op == ">=";
    const bool equal = op == "==" || op == "===";
    if ((!ordered && !equal) || !body.is_array()) return;
    // Each neighbouring pair of `a <= x < b` is a comparison of its own.
    document::node left = body.first_child();
    for (document::node right = left ? left.next_sibling() : left; right; left = right, right = right.next_sibling()) {
      if (const std::string_view score = score_of(left); !score.empty() && right.is_number()) {
        judge(score, op, right);
      } else if (const std::string_view other = score_of(right); !other.empty() && left.is_number()) {
        judge(other, op == "<" ? ">" : op == "<=" ? ">=" : op == ">" ? "<" : op == ">=" ? "<=" : op, left);
      }
    }
  }

  void judge(std::string_view score, std::string_view op, document::node constant) {
    const auto range = ranges_.find(score);
    if (!range) return;
    const thousandths read = read_thousandths(constant.source());
    if (read.outcome == thousandths_outcome::too_fine) return;
    const std::int64_t bound = read.outcome == thousandths_outcome::too_large
                                   ? (constant.real() < 0 ? -limits::score_milli_max - 1 : limits::score_milli_max + 1)
                                   : read.milli;
    const std::string number(constant.source().substr(0, 40));
    if (op == ">=" && range->high < bound) return tell(constant, names_.scores, score, *range, number + " or more");
    if (op == ">" && range->high <= bound) return tell(constant, names_.scores, score, *range, "above " + number);
    if (op == "<=" && range->low > bound) return tell(constant, names_.scores, score, *range, number + " or less");
    if (op == "<" && range->low >= bound) return tell(constant, names_.scores, score, *range, "below " + number);
    if ((op == "==" || op == "===") && (bound < range->low || bound > range->high)) {
      tell(constant, names_.scores, score, *range, number);
    }
  }

  void check_bands(const grade_spec& grade) {
    const auto range = ranges_.find(grade.of.name);
    if (!range) return;
    for (const band_spec& band : grade.bands) {
      if (!band.at_least_milli || *band.at_least_milli <= range->high) continue;
      tell(band.where["at_least"], names_.scores, grade.of.name, *range,
           text_of_thousandths(*band.at_least_milli) + " or more");
    }
  }

  void check_rise(const transition_spec& transition) {
    const auto range = ranges_.find(transition.rearm->score.name);
    if (!range || transition.rearm->rise_milli <= range->high - range->low) return;
    const std::string rise = text_of_thousandths(transition.rearm->rise_milli);
    tell(transition.where["rearm"]["rise"], names_.scores, transition.rearm->score.name, *range, "raised by " + rise);
  }

  void check_target(const target_spec& target) {
    if (!target.metric.name.starts_with("score.")) return;
    const std::string_view score = std::string_view(target.metric.name).substr(6);
    const auto range = ranges_.find(score.substr(0, score.find('.')));
    if (!range) return;
    const document::node entry = target.name.where;
    const std::string_view name = score.substr(0, score.find('.'));
    const double low = static_cast<double>(range->low) / 1'000;
    const double high = static_cast<double>(range->high) / 1'000;
    if (target.at_least && *target.at_least > high)
      tell(entry["at_least"], names_.scores, name, *range, std::string(entry["at_least"].source()) + " or more");
    if (target.above && *target.above >= high)
      tell(entry["above"], names_.scores, name, *range, "above " + std::string(entry["above"].source()));
    if (target.at_most && *target.at_most < low)
      tell(entry["at_most"], names_.scores, name, *range, std::string(entry["at_most"].source()) + " or less");
    if (target.below && *target.below <= low)
      tell(entry["below"], names_.scores, name, *range, "below " + std::string(entry["below"].source()));
  }

  const pack& pack_;
  const pack_names& names_;
  const score_ranges& ranges_;
  diagnostics& problems_;
};

}  // namespace leadline::detail
