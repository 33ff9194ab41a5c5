#pragma once

#include <string>
#include <vector>

#include "leadline/base/diagnostic.hpp"
#include "leadline/condition/json_scope.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/pack/model.hpp"
#include "leadline/report/decision_log.hpp"

/// What a report reads beside decisions: attributes and touches, of the events that the decisions were made of.
namespace leadline::cli {

/// Attributes that groups (`by`) and a condition read.
[[nodiscard]] std::vector<std::string> attributes_read(const std::string& by, const json_scope& scope);

/// What can be told of an attribute from events alone: it must be declared, and not be derived.
[[nodiscard]] diagnostics problems_of_attributes(const std::vector<std::string>& names, const model& pack,
                                                 bool has_events);

/// A condition over entries reads attributes, `stage`, `reason` and `owner` alone.
[[nodiscard]] diagnostics problems_of_paths(const json_scope& scope);

/// Adds what the sections of money and of completeness read, as far as events carry it.
void add_attributes_of_business(const model& pack, std::vector<std::string>& names);

/// Before the first decision.
void keep_scores_of_targets(const model& pack, decision_log& log);

/// Attributes of those names, and a touch where the event is one. After the decisions.
void add_event(const event& sent, const model& pack, const std::vector<std::string>& names, decision_log& log);

}  // namespace leadline::cli
