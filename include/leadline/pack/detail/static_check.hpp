#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "leadline/pack/detail/check_ground.hpp"
#include "leadline/pack/detail/clock_sense.hpp"
#include "leadline/pack/detail/funnel_sense.hpp"
#include "leadline/pack/detail/routing_sense.hpp"
#include "leadline/pack/detail/stage_ways.hpp"

namespace leadline::detail {

/// Warns of what cannot work, where no single entry is wrong: conditions that never hold, entries that earlier ones
/// shadow, stages nobody reaches, moves that go in a circle, clocks that never start or stop, leads nobody gets.
/// Each with the smallest case that shows it, where a case does.
class static_check {
 public:
  static_check(const pack& content, const pack_names& names, const scope_base& base, const score_ranges& ranges,
               const condition_table& conditions, diagnostics& problems)
      : pack_(content), ground_(content, names, base, ranges, conditions, problems) {}

  void run() {
    ground_.find_dead_conditions();
    const stage_ways ways(ground_);
    if (pack_.funnel) funnel_sense(ground_, ways).run();
    clock_sense(ground_, ways).run();
    for (const grade_spec& grade : pack_.grades) check_grade_rules(grade);
    if (pack_.routing) routing_sense(ground_, ways).run();
    check_business_inputs();
  }

 private:
  void check_grade_rules(const grade_spec& grade) {
    std::vector<grade_rule_spec> conditional;
    for (const grade_rule_spec& each : grade.rules) {
      if (!each.when) break;  // what follows an entry without a condition was told already
      conditional.push_back(each);
    }
    ground_.check_ordered(conditional, "grade.rule_shadowed",
                          "this entry never counts: an earlier one holds whenever this does");
  }

  void check_business_inputs() {
    struct need {
      std::string_view metric;
      std::string_view key;
      bool is_named;
    };
    const business_spec& business = pack_.business;
    const need needs[] = {{"deal_size", "amount", bool(business.amount)},
                          {"deal_size", "won", !business.won.empty()},
                          {"cycle_length", "won", !business.won.empty()},
                          {"cac", "won", !business.won.empty()},
                          {"cpo", "opportunity", bool(business.opportunity)},
                          {"coverage", "opportunity", bool(business.opportunity)},
                          {"coverage", "amount", bool(business.amount)},
                          {"sourced", "amount", bool(business.amount)},
                          {"influenced", "marketing_touches", !business.marketing_touches.empty()}};
    for (const target_spec& target : pack_.targets) {
      for (const need& each : needs) {
        if (target.metric.name != each.metric || each.is_named) continue;
        ground_.tell(target.metric.where.blame(
            {.code = "target.not_declared",
             .message = "the metric " + quoted_name(each.metric) + " reads \"" + std::string(each.key) +
                        "\" of \"business\", which is not declared, so the report cannot tell"}));
      }
    }
  }

  const pack& pack_;
  check_ground ground_;
};

}  // namespace leadline::detail
