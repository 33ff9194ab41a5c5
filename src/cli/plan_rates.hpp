#pragma once

#include <string>
#include <vector>

#include "leadline/base/diagnostic.hpp"
#include "leadline/base/result.hpp"
#include "leadline/pack/model.hpp"
#include "leadline/report/decision_log.hpp"
#include "leadline/report/planner.hpp"

/// The rates that a plan is made with: put in order, held to a pack, or measured from a run.
namespace leadline::cli {

/// In the order of the funnel, whatever the order in which they were given.
[[nodiscard]] std::vector<plan_step> in_order(std::vector<plan_step> steps);

/// Stages that the pack does not have, each once.
[[nodiscard]] diagnostics problems_of_stages(const std::vector<plan_step>& steps, const model& pack);

struct measure_request {
  /// Only entries of this period; empty: all.
  std::string period;
  /// Empty: from the handoff to the first that is won.
  std::vector<std::string> stages;
};

/// What a run shows for each step of the way, but for the rates that were given. REQUIRES a settled log. Errors: as
/// `make_report`, `period.malformed`, `plan.not_measured`.
[[nodiscard]] result<std::vector<plan_step>> measured_steps(const model& pack, const decision_log& log,
                                                            const measure_request& asked,
                                                            const std::vector<plan_step>& given);

}  // namespace leadline::cli
