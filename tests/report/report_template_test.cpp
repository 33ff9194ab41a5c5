#include "leadline/report/report_template.hpp"

#include <gtest/gtest.h>

#include <string>

namespace leadline::test::report_template_test {
namespace {

TEST(sla_document, says_what_the_pack_says) {
  const parsed_pack read = pack::parse(R"({"leadline": 1, "name": "small", "version": "7", "time_zone": "UTC",
    "calendars": {"sales": {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}},
    "attributes": {"email": {"type": "string"}, "hand_raiser": {"type": "boolean"}},
    "events": {"touch": {}, "disposition": {"fields": {"code": "string"}}},
    "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}, {"id": "nurture", "aside": true}],
      "transitions": [{"id": "t", "from": ["lead"], "to": "mql", "on": "touch"}]},
    "clocks": [{"id": "speed", "calendar": "sales", "start": {"enter": "mql"}, "stop": {"on": "touch"},
      "target": [{"when": {"==": [{"var": "contact.hand_raiser"}, true]}, "within": "1bh"}, {"within": "4bh"}],
      "escalate": [{"after": "24h", "to": "vp_sales"}]}],
    "cadences": [{"id": "six", "start": {"enter": "mql"}, "touch": {"on": "touch"}, "at_least": 6, "within": "14d",
      "guards": ["nurture"]}],
    "dispositions": {"on": "disposition", "field": "code", "required_from": ["mql"],
      "codes": {"DQ-01": {"label": "No budget", "to": "nurture", "tag": "future"}}},
    "targets": {"volume": {"side": "marketing", "metric": "entered.mql", "per": "month", "at_least": 178},
      "data": {"side": "marketing", "metric": "complete", "stage": "mql", "fields": ["email"], "at_least": 0.8},
      "speed": {"side": "sales", "metric": "attained.speed", "at_least": 0.95},
      "median": {"side": "sales", "metric": "median.speed", "below": 3600},
      "growth": {"side": "sales", "metric": "converted.lead.mql", "per": "quarter", "trend": "up"}}})");
  ASSERT_FALSE(read.problems.has_errors()) << to_text(read.problems);
  const std::string text = sla_document(read.content);
  for (const char* line :
       {"Rule pack small, version 7.", "- **volume**: `entered.mql` at least 178 a month\n",
        "- **data**: `complete (email at mql)` at least 80%\n", "- **speed**: `attained.speed` at least 95%\n",
        "- **median**: `median.speed` below 1 h\n",
        "- **growth**: `converted.lead.mql` more than the period before, each quarter\n",
        "- **speed**, from entering mql to touch: within 1bh if `{\"==\": [{\"var\": \"contact.hand_raiser\"}, "
        "true]}`; "
        "else within 4bh, in the time of `sales`\n",
        "- **six**, from entering mql: at least 6 touches (touch), within 14d; not before that to nurture\n",
        "Needed to leave: mql.", "| DQ-01 | No budget | nurture | future |", "| speed | 24h | vp_sales |"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  }
  EXPECT_LT(text.find("**volume**"), text.find("What sales commits to"));
}

TEST(sla_document, says_of_what_the_pack_lacks_that_it_is_not_declared) {
  const std::string text = sla_document(pack::parse(R"({"leadline": 1, "name": "bare"})").content);
  EXPECT_NE(text.find("## What sales commits to\n\nnot declared\n"), std::string::npos) << text;
  EXPECT_NE(text.find("## Escalation\n\nnot declared\n"), std::string::npos);
}

/// Ten MQLs of two campaigns: 3 of 4 and 1 of 6 accepted.
[[nodiscard]] report two_campaigns() {
  report made;
  made.by = "contact.campaign";
  const auto group = [](std::optional<std::string> value, std::int64_t count, std::int64_t of) {
    report_group out;
    out.value = std::move(value);
    out.now.handoff.emplace();
    out.now.handoff->stage = "mql";
    out.now.handoff->next = "sql";
    out.now.handoff->accepted = {count, of, "accepted"};
    return out;
  };
  made.all = group({}, 4, 10);
  made.groups = {group("webinar", 3, 4), group("fair", 1, 6), group("post", 0, 0)};
  made.all.now.speed.emplace();
  made.all.now.speed->clock = "speed";
  made.all.now.speed->response.median_ms = 5'400'000;
  made.all.now.dispositions.push_back({"mql", {2, 10, "d"}, {{"DQ-01", "No budget", {2, 10, "c"}}}});
  made.all.now.stages = {{"mql", false, 10, 9}, {"sql", false, 4, 4}, {"nurture", true, 2, 2}};
  made.all.now.steps = {{"mql", "sql", {4, 10, "s"}, {4, 10, "r"}, {}}};
  made.all.before.emplace();
  made.all.before->stages = {{"mql", false, 8, 8}, {"sql", false, 5, 5}, {"nurture", true, 0, 0}};
  made.targets = {{"volume", "entered.mql", "marketing", "2026-W10", ratio(10), ratio(8), "at least 12",
                   target_status::missed, "d"},
                  {"speed", "median.speed", "sales", "", ratio(5'400), {}, "below 14400", target_status::met, "d"},
                  {"sourced", "sourced", "marketing", "", {}, {}, "at least 0.4", target_status::not_declared, "d"}};
  return made;
}

TEST(weekly_pipeline_review, has_numbers_beside_their_targets_and_the_best_and_worst_group) {
  const std::string text = weekly_pipeline_review(two_campaigns());
  for (const char* line :
       {"- mql delivered: 10 (target at least 12 in 2026-W10: missed)\n", "- acceptance: 40% (4 of 10) (no target)\n",
        "- speed to lead, median: 1.5 h (target below 14400: met)\n",
        "- best: contact.campaign webinar: 4 mql at 75% acceptance\n",
        "- worst: contact.campaign fair: 6 mql at 16.7% acceptance\n",
        "- mql left by DQ-01 No budget: 20% (2 of 10)\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  }
}

TEST(monthly_alignment_report, has_both_sides_and_the_funnel_beside_the_month_before) {
  const std::string text = monthly_alignment_report(two_campaigns());
  for (const char* line : {"1 targets met, 1 missed.", "| volume | at least 12 | 2026-W10 | 10 | missed |",
                           "| sourced | at least 0.4 | all of the log | - | not declared |",
                           "| speed | below 14400 | all of the log | 1.5 h | met |", "| mql | 10 | - | +25% |",
                           "| sql | 4 | 40% | -20% |"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  }
  EXPECT_EQ(text.find("| nurture"), std::string::npos);
}

}  // namespace
}  // namespace leadline::test::report_template_test
