#include "c/report_maker.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "cli/backtest_outcome.hpp"
#include "cli/object_members.hpp"
#include "cli/plan_entries.hpp"
#include "cli/plan_rates.hpp"
#include "cli/report_documents.hpp"
#include "cli/report_input.hpp"
#include "leadline/base/document.hpp"
#include "leadline/leadline.h"
#include "leadline/report/handoff_package.hpp"
#include "leadline/report/pack_comparison.hpp"
#include "leadline/report/report.hpp"
#include "leadline/report/report_template.hpp"

namespace leadline::c {

bool report_maker::writes(std::int32_t form) const noexcept { return form == LEADLINE_REPORT_JSON; }

result<void> report_maker::take_decision(std::string_view) { return {}; }

void report_maker::take_event(const event&) {}

namespace {

using cli::object_members;
using result_type = result<std::unique_ptr<report_maker>>;

constexpr const char* area = "request";

[[nodiscard]] result<document> read_request(std::string_view text) {
  return document::parse(text.empty() ? std::string("{}") : std::string(text));
}

/// One of a few words, in the order of what they stand for; the first one where the key is not there.
template <class Meaning, std::size_t Count>
[[nodiscard]] Meaning choice(object_members& members, document::node object, std::string_view name,
                             const std::array<std::pair<std::string_view, Meaning>, Count>& words) {
  const document::node value = object[name];
  std::string expected;
  for (const auto& [word, meaning] : words) {
    if (value.is_text() && value.text() == word) return meaning;
    expected += (expected.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  }
  if (value) members.wrong(name, value, "one of " + expected);
  return words.front().second;
}

[[nodiscard]] tl::unexpected<diagnostics> failed(diagnostics problems) { return tl::unexpected(std::move(problems)); }

[[nodiscard]] std::optional<report_period> period_of(object_members& members, document::node object, const model& pack,
                                                     diagnostics& problems) {
  const std::string text = members.text_if("period");
  if (text.empty()) return std::nullopt;
  if (!pack.zone) {
    problems.add(object["period"].blame({.code = "report.no_time_zone",
                                         .message = "the pack has no time zone, so there are no months",
                                         .expected = "\"time_zone\" in the pack"}));
    return std::nullopt;
  }
  result<report_period> read = report_period::parse(text, *pack.zone);
  if (read) return *read;
  for (diagnostic& each : read.error()) problems.add(object["period"].blame(std::move(each)));
  return std::nullopt;
}

// --- What came of a run

class run_report final : public report_maker {
 public:
  explicit run_report(std::shared_ptr<const model> pack) : pack_(std::move(pack)) {}

  [[nodiscard]] diagnostics read(document::node asked) {
    diagnostics problems;
    object_members members(asked, problems, area,
                           {"period", "by", "where", "cohort", "calendar", "clock", "spend", "details"});
    request_.period = period_of(members, asked, *pack_, problems);
    request_.by = members.text_if("by");
    request_.cohort = choice<period_unit, 2>(members, asked, "cohort",
                                             {{{"month", period_unit::month}, {"week", period_unit::week}}});
    request_.calendar = members.text_if("calendar");
    request_.speed_clock = members.text_if("clock");
    has_details_ = members.is_set("details");
    if (const document::node where = asked["where"]) {
      result<condition> read = condition::compile(where, {.scope = &scope_});
      if (read) {
        where_ = std::move(*read);
        request_.where = &*where_;
        request_.where_scope = &scope_;
        problems.append(cli::problems_of_paths(scope_));
      } else {
        problems.append(std::move(read.error()));
      }
    }
    if (const document::node spend = asked["spend"]) {
      if (!spend.is_array()) members.wrong("spend", spend, "a list of objects");
      if (spend.is_array() && !pack_->zone) {
        problems.add(spend.blame({.code = "report.no_time_zone",
                                  .message = "the pack has no time zone, so there are no months",
                                  .expected = "\"time_zone\" in the pack"}));
      } else if (spend.is_array()) {
        for (const document::node each : spend.children()) {
          if (auto line = cli::spend_of(each, *pack_->zone, problems)) request_.spend.push_back(std::move(*line));
        }
      }
    }
    names_ = cli::attributes_read(request_.by, scope_);
    problems.append(cli::problems_of_attributes(names_, *pack_, true));
    cli::keep_scores_of_targets(*pack_, log_);
    return problems;
  }

  [[nodiscard]] bool takes_decisions() const noexcept override { return true; }
  [[nodiscard]] bool takes_events() const noexcept override { return true; }
  [[nodiscard]] bool writes(std::int32_t form) const noexcept override {
    return form >= LEADLINE_REPORT_JSON && form <= LEADLINE_REPORT_CLOSED_LOOP;
  }

  [[nodiscard]] result<void> take_decision(std::string_view line) override { return log_.add_line(line); }
  void expect_events() override {
    if (request_.source == report_source::decisions_and_events) return;
    events_names_ = names_;
    cli::add_attributes_of_business(*pack_, events_names_);
    request_.source = report_source::decisions_and_events;
  }
  void take_event(const event& sent) override { cli::add_event(sent, *pack_, events_names_, log_); }
  void close() override { log_.settle(); }

  [[nodiscard]] result<std::string> text(std::int32_t form) const override {
    const bool has_events = request_.source == report_source::decisions_and_events;
    if (diagnostics problems = cli::problems_of_attributes(names_, *pack_, has_events); !problems.empty()) {
      return failed(std::move(problems));
    }
    report_request asked = request_;
    const bool needs_contacts = form > LEADLINE_REPORT_MARKDOWN && form != LEADLINE_REPORT_MONTHLY_ALIGNMENT;
    asked.detail = has_details_ || needs_contacts ? report_detail::contacts : report_detail::counts;
    const result<report> made = make_report(*pack_, log_, asked);
    if (!made) return failed(made.error());
    switch (form) {
      case LEADLINE_REPORT_MARKDOWN: return to_markdown(*made);
      case LEADLINE_REPORT_WEEKLY_PIPELINE_REVIEW: return weekly_pipeline_review(*made);
      case LEADLINE_REPORT_MONTHLY_ALIGNMENT: return monthly_alignment_report(*made);
      case LEADLINE_REPORT_WEEKLY_MARKETING: return cli::weekly_marketing_report(*made);
      case LEADLINE_REPORT_MONTHLY_SALES: return cli::monthly_sales_report(*made);
      case LEADLINE_REPORT_CLOSED_LOOP: return cli::closed_loop_records(*made);
      default: return to_json(*made);
    }
  }

 private:
  std::shared_ptr<const model> pack_;
  json_scope scope_;
  std::optional<condition> where_;
  report_request request_;
  bool has_details_ = false;
  /// Attributes that the request reads; with those of the business, that are read from events.
  std::vector<std::string> names_;
  std::vector<std::string> events_names_;
  decision_log log_;
};

// --- One contact, handed over

class handoff_report final : public report_maker {
 public:
  handoff_report(const std::shared_ptr<const model>& pack, std::string contact, instant at)
      : contact_(std::move(contact)), at_(at), maker_(pack, contact_) {}

  [[nodiscard]] bool takes_events() const noexcept override { return true; }
  [[nodiscard]] bool writes(std::int32_t form) const noexcept override {
    return form == LEADLINE_REPORT_JSON || form == LEADLINE_REPORT_MARKDOWN;
  }
  void take_event(const event& sent) override {
    if (sent.at <= at_) maker_.take(sent);
  }
  void close() override { made_ = maker_.make(at_); }
  [[nodiscard]] result<std::string> text(std::int32_t form) const override {
    if (!made_) {
      return failure(
          diagnostic{.code = "contact.unknown",
                     .message = "no accepted event up to that instant is of the contact \"" + contact_ + "\""});
    }
    return form == LEADLINE_REPORT_MARKDOWN ? cli::handoff_document(*made_) : to_json(*made_);
  }

 private:
  std::string contact_;
  instant at_;
  leadline::handoff_maker maker_;
  std::optional<handoff_package> made_;
};

// --- A score beside outcomes

class backtest_report final : public report_maker {
 public:
  backtest_report(std::shared_ptr<const model> pack, std::string score, const cli::backtest_request& asked)
      : pack_(std::move(pack)), score_(std::move(score)), asked_(asked), tester_(pack_) {}

  [[nodiscard]] bool takes_events() const noexcept override { return true; }
  void take_event(const event& sent) override { tester_.take(sent); }
  void close() override {
    result<std::vector<backtest_case>> cases = tester_.cases(score_);
    if (cases) {
      made_ = cli::outcome_of(*pack_, score_, std::move(*cases), asked_);
    } else {
      made_ = failed(std::move(cases.error()));
    }
  }
  [[nodiscard]] result<std::string> text(std::int32_t) const override {
    if (!made_) return failed(made_.error());
    return cli::to_json(*made_);
  }

 private:
  std::shared_ptr<const model> pack_;
  std::string score_;
  cli::backtest_request asked_;
  backtester tester_;
  result<cli::backtest_outcome> made_ = cli::backtest_outcome{};
};

// --- Two packs

class comparison_report final : public report_maker {
 public:
  comparison_report(std::shared_ptr<const model> before, std::shared_ptr<const model> after,
                    std::optional<instant> until)
      : comparer_(std::move(before), std::move(after)), until_(until) {}

  [[nodiscard]] bool takes_events() const noexcept override { return true; }
  void take_event(const event& sent) override { comparer_.take(sent); }
  void close() override { made_ = comparer_.finish(until_); }
  [[nodiscard]] result<std::string> text(std::int32_t) const override { return to_json(made_); }

 private:
  pack_comparer comparer_;
  std::optional<instant> until_;
  pack_comparison made_;
};

// --- Plans

/// What a planner's input alone makes.
class settled_report final : public report_maker {
 public:
  explicit settled_report(std::string json) : json_(std::move(json)) {}
  [[nodiscard]] result<std::string> text(std::int32_t) const override { return json_; }

 private:
  std::string json_;
};

class plan_report final : public report_maker {
 public:
  explicit plan_report(std::shared_ptr<const model> pack) : pack_(std::move(pack)) {}

  [[nodiscard]] diagnostics read(document::node asked) {
    diagnostics problems;
    object_members members(asked, problems, area,
                           {"revenue", "deal_size", "rates", "period", "what_if", "contacts", "progress", "measure"});
    contacts_ = members.count_if("contacts");
    request_.revenue = contacts_ && !asked["revenue"] ? ratio(0) : members.number("revenue");
    request_.deal_size = members.number("deal_size");
    request_.what_if = members.share_if("what_if").value_or(request_.what_if);
    request_.period = choice<plan_period, 3>(
        members, asked, "period",
        {{{"quarter", plan_period::quarter}, {"month", plan_period::month}, {"year", plan_period::year}}});
    read_rates(members, asked["rates"]);
    if (const document::node progress = asked["progress"]) read_progress(progress, problems);
    if (const document::node measure = asked["measure"]) read_measure(measure, problems);
    return problems;
  }

  [[nodiscard]] bool takes_decisions() const noexcept override { return pack_ != nullptr; }
  [[nodiscard]] result<void> take_decision(std::string_view line) override {
    is_measured_ = true;
    return log_.add_line(line);
  }
  void close() override { log_.settle(); }

  [[nodiscard]] result<std::string> text(std::int32_t) const override {
    plan_request asked = request_;
    if (is_measured_) {
      result<std::vector<plan_step>> steps = cli::measured_steps(*pack_, log_, measure_, asked.steps);
      if (!steps) return failed(std::move(steps.error()));
      asked.steps = std::move(*steps);
    }
    if (pack_) {
      if (diagnostics problems = cli::problems_of_stages(asked.steps, *pack_); !problems.empty()) {
        return failed(std::move(problems));
      }
    }
    if (progress_) return text_of(plan_again(asked, *progress_));
    if (!contacts_) return text_of(make_plan(std::move(asked)));
    const result<forecast> made = make_forecast(asked, *contacts_);
    if (!made) return failed(made.error());
    return to_json(asked, *made);
  }

 private:
  template <class Made>
  [[nodiscard]] static result<std::string> text_of(const result<Made>& made) {
    if (!made) return failed(made.error());
    return to_json(*made);
  }

  /// {"mql.sql": 0.6, "sql.opportunity": "50%"}
  void read_rates(object_members& members, document::node rates) {
    if (rates && !rates.is_object()) members.wrong("rates", rates, "an object such as {\"mql.sql\": 0.6}");
    if (!rates.is_object()) return;
    for (const document::node each : rates.children()) {
      const std::string_view name = each.key();
      const std::size_t dot = name.find('.');
      const std::optional<ratio> rate = ratio::parse(each.is_text() ? each.text() : each.source());
      if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size() || !rate ||
          !(each.is_number() || each.is_text())) {
        members.wrong(name, each, "two stages and a rate, such as \"mql.sql\": 0.6");
        continue;
      }
      request_.steps.push_back({std::string(name.substr(0, dot)), std::string(name.substr(dot + 1)), *rate});
    }
    request_.steps = cli::in_order(std::move(request_.steps));
  }

  /// {"days_gone": 45, "days": 91, "revenue": 300000, "made": {"mql": 260}, "open": {"mql": 40}}
  void read_progress(document::node from, diagnostics& problems) {
    object_members members(from, problems, area, {"days_gone", "days", "revenue", "made", "open"});
    plan_progress out;
    const std::optional<std::int64_t> days_gone = members.count_if("days_gone");
    if (!from["days_gone"]) members.wrong("days_gone", {}, "the days of the period that are gone");
    out.days_gone = days_gone.value_or(0);
    out.days = members.count_if("days").value_or(day_count(request_.period));
    out.revenue = members.number_if("revenue");
    for (const auto& [name, into] : {std::pair("made", &out.made), std::pair("open", &out.open)}) {
      const document::node counts = from[name];
      if (counts && !counts.is_object()) members.wrong(name, counts, "an object such as {\"mql\": 260}");
      if (!counts.is_object()) continue;
      for (const document::node each : counts.children()) {
        if (each.is_integer()) {
          into->push_back({std::string(each.key()), each.integer()});
        } else {
          members.wrong(each.key(), each, "a whole number");
        }
      }
    }
    progress_ = std::move(out);
  }

  /// {"period": "2026-Q1", "stages": ["mql", "sql", "customer"]}
  void read_measure(document::node from, diagnostics& problems) {
    object_members members(from, problems, area, {"period", "stages"});
    measure_.period = members.text_if("period");
    const document::node stages = from["stages"];
    if (stages && !stages.is_array()) members.wrong("stages", stages, "a list of stages");
    for (const document::node each : stages.children()) {
      if (!each.is_text()) members.wrong("stages", each, "a stage");
      if (each.is_text()) measure_.stages.emplace_back(each.text());
    }
  }

  std::shared_ptr<const model> pack_;
  plan_request request_;
  std::optional<std::int64_t> contacts_;
  std::optional<plan_progress> progress_;
  cli::measure_request measure_;
  bool is_measured_ = false;
  decision_log log_;
};

/// Each object of a list.
template <class Entry, class Read>
[[nodiscard]] std::vector<Entry> entries_of(object_members& members, document::node list, std::string_view name,
                                            diagnostics& problems, Read read) {
  std::vector<Entry> out;
  if (!list.is_array()) members.wrong(name, list, "a list of objects");
  if (!list.is_array()) return out;
  for (const document::node each : list.children()) out.push_back(read(each, problems));
  return out;
}

template <class Made>
[[nodiscard]] result_type settled(const result<Made>& made) {
  if (!made) return failed(made.error());
  return std::make_unique<settled_report>(to_json(*made));
}

}  // namespace

result_type run_maker(std::shared_ptr<const model> pack, std::string_view request) {
  const result<document> asked = read_request(request);
  if (!asked) return failed(asked.error());
  auto out = std::make_unique<run_report>(std::move(pack));
  if (diagnostics problems = out->read(asked->root()); !problems.empty()) return failed(std::move(problems));
  return out;
}

result_type handoff_maker_of(const std::shared_ptr<const model>& pack, std::string_view request) {
  const result<document> asked = read_request(request);
  if (!asked) return failed(asked.error());
  diagnostics problems;
  object_members members(asked->root(), problems, area, {"contact", "at"});
  std::string contact = members.text("contact");
  const std::string at_text = members.text("at");
  const result<instant> at = instant::parse(at_text);
  if (!at && !at_text.empty()) problems.append(at.error());
  if (!problems.empty()) return failed(std::move(problems));
  return std::make_unique<handoff_report>(pack, std::move(contact), *at);
}

result_type backtest_maker(std::shared_ptr<const model> pack, std::string_view request) {
  const result<document> read = read_request(request);
  if (!read) return failed(read.error());
  const document::node asked = read->root();
  diagnostics problems;
  object_members members(asked, problems, area, {"score", "wanted", "fit", "train", "points_max", "signs"});
  cli::backtest_request out;
  std::string score = members.text_if("score");
  if (members.is_set("fit")) out.fit.emplace();
  out.wanted = members.share_if("wanted").value_or(out.wanted);
  out.train = members.share_if("train").value_or(out.fit ? ratio(7, 10) : ratio(0));
  if (out.wanted < 0 || out.wanted > 1 || out.train < 0 || out.train >= 1) {
    problems.add(asked.blame({.code = "backtest.bad_share",
                              .message = "\"wanted\" and \"train\" are shares",
                              .expected = "from 0 to 1; not all cases to train on"}));
  }
  const auto signs = choice<sign_constraint, 2>(members, asked, "signs",
                                                {{{"kept", sign_constraint::kept}, {"free", sign_constraint::free}}});
  const std::int64_t points_max = members.count_if("points_max").value_or(point_fit_request{}.points_max);
  if (points_max < 1 || points_max > 1'000'000) {
    members.wrong("points_max", asked["points_max"], "a whole number from 1 to 1000000");
  }
  if (out.fit) {
    out.fit->signs = signs;
    out.fit->points_max = points_max;
  }
  if (problems.empty() && !score_to_test(*pack, score)) {
    // It knows what to say of a name that there is not.
    const auto cases = backtester(pack).cases(score);
    if (!cases) return failed(cases.error());
  }
  if (!problems.empty()) return failed(std::move(problems));
  return std::make_unique<backtest_report>(std::move(pack), std::move(score), out);
}

result_type comparison_maker(std::shared_ptr<const model> before, std::shared_ptr<const model> after,
                             std::string_view request) {
  const result<document> asked = read_request(request);
  if (!asked) return failed(asked.error());
  diagnostics problems;
  object_members members(asked->root(), problems, area, {"until"});
  const std::string until_text = members.text_if("until");
  std::optional<instant> until;
  if (!until_text.empty()) {
    const result<instant> read = instant::parse(until_text);
    if (read) until = *read;
    if (!read) problems.append(read.error());
  }
  if (!problems.empty()) return failed(std::move(problems));
  return std::make_unique<comparison_report>(std::move(before), std::move(after), until);
}

result_type plan_maker(std::shared_ptr<const model> pack, std::string_view request) {
  const result<document> read = read_request(request);
  if (!read) return failed(read.error());
  const document::node asked = read->root();
  diagnostics problems;
  if (asked["deliverables"]) {
    object_members members(asked, problems, area, {"deliverables", "hour_cost"});
    const std::optional<ratio> hour_cost = members.number_if("hour_cost");
    std::vector<deliverable> made =
        entries_of<deliverable>(members, asked["deliverables"], "deliverables", problems, cli::deliverable_of);
    if (!problems.empty()) return failed(std::move(problems));
    return settled(velocity_of(std::move(made), hour_cost));
  }
  if (asked["funnels"]) {
    object_members members(asked, problems, area, {"funnels"});
    std::vector<revenue_funnel> funnels =
        entries_of<revenue_funnel>(members, asked["funnels"], "funnels", problems, cli::funnel_of);
    if (!problems.empty()) return failed(std::move(problems));
    return settled(statement_of(std::move(funnels)));
  }
  auto out = std::make_unique<plan_report>(std::move(pack));
  problems = out->read(asked);
  if (!problems.empty()) return failed(std::move(problems));
  return out;
}

}  // namespace leadline::c
