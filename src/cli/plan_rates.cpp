#include "cli/plan_rates.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "leadline/base/nearest_name.hpp"
#include "leadline/report/report.hpp"

namespace leadline::cli {

namespace {

/// The stages to plan for: those asked for, or else from the handoff to the first that is won.
[[nodiscard]] std::vector<std::string> path_of(const measure_request& asked, const report_body& body,
                                               const model& pack) {
  if (!asked.stages.empty()) return asked.stages;
  std::vector<std::string> out;
  if (!body.handoff) return out;
  for (const stage_row& each : body.stages) {
    if (each.is_aside || (out.empty() && each.stage != body.handoff->stage)) continue;
    out.push_back(each.stage);
    const auto is_same = [&](const name_use& won) { return won.name == each.stage; };
    if (std::any_of(pack.business.won.begin(), pack.business.won.end(), is_same)) break;
  }
  return out;
}

}  // namespace

std::vector<plan_step> in_order(std::vector<plan_step> steps) {
  std::vector<plan_step> out;
  const auto leads_to = [&](const std::string& stage) {
    return std::find_if(steps.begin(), steps.end(), [&](const plan_step& each) { return each.to == stage; });
  };
  auto next = std::find_if(steps.begin(), steps.end(),
                           [&](const plan_step& each) { return leads_to(each.from) == steps.end(); });
  while (next != steps.end()) {
    out.push_back(std::move(*next));
    steps.erase(next);
    next = std::find_if(steps.begin(), steps.end(), [&](const plan_step& each) { return each.from == out.back().to; });
  }
  // What is left joins nowhere; the planner says so.
  out.insert(out.end(), steps.begin(), steps.end());
  return out;
}

diagnostics problems_of_stages(const std::vector<plan_step>& steps, const model& pack) {
  diagnostics problems;
  std::vector<std::string_view> names;
  for (const compiled::stage& each : pack.stages) names.push_back(each.id);
  std::vector<std::string_view> told;
  const auto check = [&](const std::string& stage) {
    if (std::find(names.begin(), names.end(), stage) != names.end()) return;
    if (std::find(told.begin(), told.end(), stage) != told.end()) return;
    told.push_back(stage);
    problems.add({.code = "plan.unknown_stage",
                  .message = "the pack has no stage " + stage,
                  .expected = "a stage of the pack's funnel",
                  .suggestion = nearest_name(stage, names)});
  };
  for (const plan_step& each : steps) {
    check(each.from);
    check(each.to);
  }
  return problems;
}

result<std::vector<plan_step>> measured_steps(const model& pack, const decision_log& log, const measure_request& asked,
                                              const std::vector<plan_step>& given) {
  report_request request;
  if (!asked.period.empty() && pack.zone) {
    result<report_period> period = report_period::parse(asked.period, *pack.zone);
    if (!period) return tl::unexpected<diagnostics>(std::move(period.error()));
    request.period = *period;
  }
  const result<report> made = make_report(pack, log, request);
  if (!made) return tl::unexpected<diagnostics>(made.error());
  const report_body& body = made->all.now;
  const std::vector<std::string> path = path_of(asked, body, pack);
  std::vector<plan_step> out;
  diagnostics problems;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    plan_step step{path[i], path[i + 1], {}};
    const auto is_same = [&](const auto& each) { return each.from == step.from && each.to == step.to; };
    const auto known = std::find_if(given.begin(), given.end(), is_same);
    const auto measured = std::find_if(body.velocities.begin(), body.velocities.end(), is_same);
    if (known != given.end()) {
      step.rate = known->rate;
    } else if (measured == body.velocities.end() || measured->reached.count == 0) {
      problems.add({.code = "plan.not_measured",
                    .message = "the run shows no rate from " + step.from + " to " + step.to,
                    .expected = "the rate " + step.from + "." + step.to + " among those given"});
    } else {
      step.rate = *measured->reached.rate();
    }
    out.push_back(std::move(step));
  }
  if (!problems.empty()) return tl::unexpected<diagnostics>(std::move(problems));
  return out;
}

}  // namespace leadline::cli
