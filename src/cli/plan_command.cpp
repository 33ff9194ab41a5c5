#include "cli/plan_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/decision_lines.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "cli/plan_files.hpp"
#include "cli/plan_rates.hpp"
#include "cli/text_table.hpp"
#include "leadline/report/decision_log.hpp"
#include "leadline/report/planner.hpp"

namespace leadline::cli {

namespace {

/// What a person means by the stages of the options that name none.
constexpr std::string_view mql = "mql";
constexpr std::string_view sql = "sql";
constexpr std::string_view opportunity = "opportunity";
constexpr std::string_view customer = "customer";

using texts = std::vector<std::string>;

struct plan_command_options {
  std::string pack;
  std::string revenue;
  std::string deal_size;
  texts rates;
  texts measure;
  std::string measure_period;
  texts stages;
  plan_period period = plan_period::quarter;
  std::string what_if = "5%";
  std::optional<std::int64_t> contacts;
  std::optional<std::int64_t> days_gone;
  std::optional<std::int64_t> days;
  std::string actual_revenue;
  texts actual;
  texts open;
  std::string velocity;
  std::string hour_cost;
  std::string statement;
  bool is_json = false;
};

using lines = std::vector<std::vector<std::string>>;

[[nodiscard]] std::string money(const ratio& amount) { return amount.text(2); }

[[nodiscard]] std::string money(const std::optional<ratio>& amount) { return amount ? money(*amount) : "-"; }

[[nodiscard]] std::string count(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

/// A share as a percentage with at most two decimals.
[[nodiscard]] std::string percent(const std::optional<ratio>& share) {
  const std::optional<ratio> whole = share ? product(*share, 100) : std::nullopt;
  return whole ? whole->text(2) + "%" : "-";
}

[[nodiscard]] std::string more(std::int64_t by) { return by > 0 ? "+" + std::to_string(by) : std::to_string(by); }

[[nodiscard]] std::string a_period(plan_period period) { return "a " + std::string(name_of(period)); }

// --- What was asked ------------------------------------------------------------------------------------------------

/// Reads options, collecting all that is wrong.
class plan_reader {
 public:
  [[nodiscard]] ratio number(const std::string& text, std::string_view option) {
    const std::optional<ratio> read = ratio::parse(text);
    if (!read) {
      add({.code = "plan.bad_number",
           .message = std::string(option) + " is \"" + text + "\"",
           .expected = "a decimal number of at most 18 digits, such as 25000, 0.25 or 25%"});
    }
    return read.value_or(ratio(0));
  }

  /// `mql.sql=0.6`
  void rate(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::size_t dot = text.find('.');
    if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 >= equals) {
      add({.code = "plan.bad_rate_name",
           .message = "--rate is \"" + text + "\"",
           .expected = "two stages and a number, such as mql.sql=0.6"});
      return;
    }
    const std::string from = text.substr(0, dot);
    const std::string to = text.substr(dot + 1, equals - dot - 1);
    steps_.push_back({from, to, number(text.substr(equals + 1), "the rate " + from + "." + to)});
  }

  /// `mql=260`
  [[nodiscard]] std::optional<plan_progress::stage_count> stage_count(const std::string& text,
                                                                      std::string_view option) {
    const std::size_t equals = text.find('=');
    const std::optional<ratio> read =
        equals == std::string::npos ? std::nullopt : ratio::parse(std::string_view(text).substr(equals + 1));
    if (!read || read->denominator() != 1) {
      add({.code = "plan.bad_count",
           .message = std::string(option) + " is \"" + text + "\"",
           .expected = "a stage and a whole number, such as mql=260"});
      return std::nullopt;
    }
    return plan_progress::stage_count{text.substr(0, equals), read->numerator()};
  }

  [[nodiscard]] std::vector<plan_step> steps() { return in_order(std::move(steps_)); }

  void add(diagnostic problem) { problems_.add(std::move(problem)); }
  void add(diagnostics problems) { problems_.append(std::move(problems)); }
  [[nodiscard]] const diagnostics& problems() const { return problems_; }

 private:
  std::vector<plan_step> steps_;
  diagnostics problems_;
};

// --- What is told --------------------------------------------------------------------------------------------------

[[nodiscard]] std::string table_of(const plan& made) {
  const plan_request& asked = made.asked;
  const std::string each = a_period(asked.period);
  std::string out = text_table({{"revenue " + each, money(asked.revenue)}, {"deal size", money(asked.deal_size)}});
  lines rows{{"stage", "goes on", each, "a month"}};
  for (std::size_t i = 0; i < made.stages.size(); ++i) {
    rows.push_back({made.stages[i].stage, i < asked.steps.size() ? percent(asked.steps[i].rate) : "",
                    count(made.stages[i].count), count(made.stages[i].count_per_month)});
  }
  if (asked.period == plan_period::month) {
    for (auto& row : rows) row.pop_back();
  }
  out += "\n" + text_table(rows);
  if (made.changes.empty()) return out;
  rows = {{"what if", "were", "changed by", made.stages.front().stage + " " + each, "more"}};
  for (const plan_change& change : made.changes) {
    const plan_step& step = asked.steps[change.step];
    const std::optional<ratio> points = product(change.by, 100);
    rows.push_back({step.from + "." + step.to, percent(change.rate),
                    (change.by > 0 ? "+" : "") + (points ? points->text(2) : "") + " points", count(change.count),
                    more(change.count - made.stages.front().count)});
  }
  return out + "\n" + text_table(rows);
}

[[nodiscard]] std::string table_of(const plan_request& asked, const forecast& made) {
  const std::string each = a_period(asked.period);
  std::string out = text_table({{"deal size", money(asked.deal_size)}});
  lines rows{{"stage", "goes on", each}};
  for (std::size_t i = 0; i < made.stages.size(); ++i) {
    rows.push_back({made.stages[i].stage, i < asked.steps.size() ? percent(asked.steps[i].rate) : "",
                    count(made.stages[i].count)});
  }
  return out + "\n" + text_table(rows) + "\n" + text_table({{"revenue " + each, money(made.revenue)}});
}

[[nodiscard]] std::string table_of(const replan& made) {
  std::string out = text_table({{"revenue " + a_period(made.asked.period), money(made.asked.revenue)},
                                {"won so far", money(made.revenue_so_far)},
                                {"still to win", money(made.revenue_left)},
                                {"deal size", money(made.asked.deal_size)},
                                {"days gone", count(made.progress.days_gone) + " of " + count(made.progress.days)}});
  lines rows{{"stage", "planned", "by now", "so far", "ahead", "open", "still to make", "a week", "goes on", "so far"}};
  for (std::size_t i = 0; i < made.stages.size(); ++i) {
    const replanned_stage& each = made.stages[i];
    const bool is_last = i + 1 == made.stages.size();
    rows.push_back({each.stage, count(each.planned), count(each.planned_by_now), count(each.made),
                    each.made ? more(*each.made - each.planned_by_now) : "-", is_last ? "" : count(each.open),
                    count(each.to_make), count(each.to_make_per_week), is_last ? "" : percent(made.asked.steps[i].rate),
                    is_last ? "" : percent(each.rate_so_far)});
  }
  out += "\n" + text_table(rows);
  if (made.to_make_at_rates_so_far) {
    out += "\nat the rates so far: " + count(made.to_make_at_rates_so_far) + " " + made.stages.front().stage +
           " still to make\n";
  }
  return out;
}

[[nodiscard]] std::string table_of(const marketing_velocity& made) {
  const auto line = [](const marketing_velocity::row& row) {
    return std::vector<std::string>{row.leads.text(2), row.hours.text(2), money(row.leads_per_hour),
                                    money(row.cost_per_lead)};
  };
  lines rows{{"item", "volume", "leads each", "hours each", "leads", "hours", "leads an hour", "cost a lead"}};
  for (const marketing_velocity::row& row : made.rows) {
    rows.push_back({row.what.name, row.what.volume.text(2), row.what.leads_each.text(2), row.what.hours_each.text(2)});
    const auto rest = line(row);
    rows.back().insert(rows.back().end(), rest.begin(), rest.end());
  }
  rows.push_back({made.all.what.name, "", "", ""});
  const auto rest = line(made.all);
  rows.back().insert(rows.back().end(), rest.begin(), rest.end());
  return text_table(rows);
}

[[nodiscard]] std::string table_of(const revenue_statement& made) {
  lines counts{{"", "leads", "MQLs", "SQLs", "opportunities", "deals", "revenue", "share", "deal size"}};
  lines rates{{"", "lead to MQL", "to SQL", "to opportunity", "to deal", "cost", "contribution", "revenue per cost"}};
  const auto add = [&](const revenue_statement::row& row, const std::string& name) {
    const revenue_funnel& funnel = row.funnel;
    counts.push_back({name, count(funnel.leads), count(funnel.mqls), count(funnel.sqls), count(funnel.opportunities),
                      count(funnel.deals), money(funnel.revenue), percent(row.share), money(row.deal_size)});
    rates.push_back({name, percent(row.mql_rate), percent(row.sql_rate), percent(row.opportunity_rate),
                     percent(row.win_rate), money(funnel.cost), money(row.contribution), money(row.revenue_per_cost)});
  };
  for (const auto& [kind, all] :
       {std::pair(customer_kind::net_new, &made.net_new), std::pair(customer_kind::existing, &made.existing)}) {
    bool is_any = false;
    for (const revenue_statement::row& row : made.rows) {
      if (row.funnel.customers != kind) continue;
      add(row, "  " + row.funnel.name);
      is_any = true;
    }
    if (is_any) add(*all, all->funnel.name);
  }
  add(made.all, made.all.funnel.name);
  return text_table(counts) + "\n" + text_table(rates);
}

template <class Made>
[[nodiscard]] exit_code tell(const result<Made>& made, const plan_command_options& options, exit_code when_wrong) {
  if (!made) {
    print_problems(made.error());
    return when_wrong;
  }
  output out;
  out.text() += options.is_json ? to_json(*made) + "\n" : table_of(*made);
  return out.flush() ? exit_code::done : exit_code::input_problems;
}

// --- The command ---------------------------------------------------------------------------------------------------

[[nodiscard]] exit_code run_velocity(const plan_command_options& options) {
  std::optional<ratio> hour_cost;
  if (!options.hour_cost.empty()) {
    plan_reader reader;
    hour_cost = reader.number(options.hour_cost, "--hour-cost");
    if (!reader.problems().empty()) {
      print_problems(reader.problems());
      return exit_code::wrong_usage;
    }
  }
  std::optional<std::vector<deliverable>> made = read_deliverables(options.velocity);
  if (!made) return exit_code::input_problems;
  return tell(velocity_of(std::move(*made), hour_cost), options, exit_code::input_problems);
}

[[nodiscard]] exit_code run_statement(const plan_command_options& options) {
  std::optional<std::vector<revenue_funnel>> funnels = read_funnels(options.statement);
  if (!funnels) return exit_code::input_problems;
  return tell(statement_of(std::move(*funnels)), options, exit_code::input_problems);
}

[[nodiscard]] plan_progress progress_of(const plan_command_options& options, plan_reader& reader) {
  plan_progress progress;
  progress.days_gone = *options.days_gone;
  progress.days = options.days.value_or(day_count(options.period));
  if (!options.actual_revenue.empty()) progress.revenue = reader.number(options.actual_revenue, "--actual-revenue");
  for (const std::string& each : options.actual) {
    if (auto read = reader.stage_count(each, "--actual")) progress.made.push_back(std::move(*read));
  }
  for (const std::string& each : options.open) {
    if (auto read = reader.stage_count(each, "--open")) progress.open.push_back(std::move(*read));
  }
  return progress;
}

[[nodiscard]] exit_code run_plan(const plan_command_options& options) {
  plan_reader reader;
  plan_request asked;
  asked.period = options.period;
  if (!options.contacts) asked.revenue = reader.number(options.revenue, "--revenue");
  asked.deal_size = reader.number(options.deal_size, "--deal-size");
  asked.what_if = reader.number(options.what_if, "--what-if");
  for (const std::string& each : options.rates) reader.rate(each);
  asked.steps = reader.steps();
  if (!options.pack.empty()) {
    const model_file file = read_model(options.pack);
    if (!file.model) return file.outcome;
    if (!options.measure.empty()) {
      decision_log log;
      if (!read_decisions(options.measure, log)) return exit_code::input_problems;
      log.settle();
      result<std::vector<plan_step>> steps =
          measured_steps(*file.model, log, {options.measure_period, options.stages}, asked.steps);
      if (steps) {
        asked.steps = std::move(*steps);
      } else {
        reader.add(std::move(steps.error()));
      }
    }
    reader.add(problems_of_stages(asked.steps, *file.model));
  }
  std::optional<plan_progress> progress;
  if (options.days_gone) progress = progress_of(options, reader);
  if (!reader.problems().empty()) {
    print_problems(reader.problems());
    return exit_code::wrong_usage;
  }
  if (progress) return tell(plan_again(asked, std::move(*progress)), options, exit_code::wrong_usage);
  if (!options.contacts) return tell(make_plan(std::move(asked)), options, exit_code::wrong_usage);
  const result<forecast> made = make_forecast(asked, *options.contacts);
  if (!made) {
    print_problems(made.error());
    return exit_code::wrong_usage;
  }
  output out;
  out.text() += options.is_json ? to_json(asked, *made) + "\n" : table_of(asked, *made);
  return out.flush() ? exit_code::done : exit_code::input_problems;
}

[[nodiscard]] exit_code run(const plan_command_options& options) {
  if (!options.velocity.empty()) return run_velocity(options);
  if (!options.statement.empty()) return run_statement(options);
  plan_reader reader;
  const auto need = [&](bool is_there, const char* option, const char* example) {
    if (is_there) return;
    reader.add({.code = "plan.missing_option", .message = std::string(option) + " is missing", .expected = example});
  };
  need(options.contacts.has_value() || !options.revenue.empty(), "--revenue", "such as --revenue 1000000");
  need(!options.deal_size.empty(), "--deal-size", "such as --deal-size 25000");
  need(options.measure.empty() || !options.pack.empty(), "PACK", "the rule pack of the run that is measured");
  need(!options.rates.empty() || !options.measure.empty(), "--rate", "such as --mql-to-sql 0.6, or --rate mql.sql=0.6");
  need(options.days_gone.has_value() ||
           (options.actual.empty() && options.open.empty() && options.actual_revenue.empty() && !options.days),
       "--days-gone", "the days of the period that the counts so far are of, such as --days-gone 45");
  if (!reader.problems().empty()) {
    print_problems(reader.problems());
    return exit_code::wrong_usage;
  }
  return run_plan(options);
}

/// An option whose value stands behind a stage or two in a longer one: `--mql-to-sql 0.6` is `--rate mql.sql=0.6`.
CLI::Option* add_named(CLI::App& command, const std::string& name, std::string before, texts& into,
                       const std::string& help) {
  return command.add_option_function<std::string>(
      name, [before = std::move(before), &into](const std::string& text) { into.push_back(before + "=" + text); },
      help);
}

void add_rates(CLI::App& command, plan_command_options& options) {
  const auto path = [](std::string_view from, std::string_view to) {
    return std::string(from) + "." + std::string(to);
  };
  add_named(command, "--win-rate", path(opportunity, customer), options.rates, "Of the opportunities, the share won")
      ->type_name("RATE");
  add_named(command, "--sql-to-opportunity", path(sql, opportunity), options.rates,
            "Of the SQLs, the share that becomes an opportunity")
      ->type_name("RATE");
  add_named(command, "--mql-to-sql", path(mql, sql), options.rates, "Of the MQLs, the share that sales accepts")
      ->type_name("RATE");
  command
      .add_option_function<texts>(
          "--rate",
          [&options](const texts& given) { options.rates.insert(options.rates.end(), given.begin(), given.end()); },
          "Of those that enter stage A, the share that reaches B; once for each step")
      ->type_name("A.B=RATE")
      ->expected(1)
      ->take_all();
}

void add_measure(CLI::App& command, plan_command_options& options) {
  CLI::Option* measure = command
                             .add_option("--measure", options.measure,
                                         "Decisions of a run of PACK: rates that are not given are those that it shows")
                             ->type_name("DECISIONS")
                             ->expected(1)
                             ->take_all();
  command.add_option("--measure-period", options.measure_period, "Only entries of this period, such as 2026-Q1")
      ->type_name("PERIOD")
      ->needs(measure);
  command
      .add_option("--stages", options.stages, "The stages to measure, as A,B,C; else from the handoff to what is won")
      ->type_name("STAGES")
      ->delimiter(',')
      ->needs(measure);
}

void add_progress(CLI::App& command, plan_command_options& options) {
  command.add_option("--days-gone", options.days_gone, "Plan again: the days of the period that are gone")
      ->type_name("DAYS");
  command.add_option("--days", options.days, "The days of the period (30, 91 or 365 unless given)")->type_name("DAYS");
  command.add_option("--actual-revenue", options.actual_revenue, "Won so far (unless given: deals so far x deal size)")
      ->type_name("AMOUNT");
  const std::pair<const char*, std::string_view> names[] = {
      {"mqls", mql}, {"sqls", sql}, {"opportunities", opportunity}, {"deals", customer}};
  for (const auto& [name, stage] : names) {
    add_named(command, "--actual-" + std::string(name), std::string(stage), options.actual, "Made so far in the period")
        ->type_name("COUNT");
    if (stage == customer) continue;
    add_named(command, "--open-" + std::string(name), std::string(stage), options.open,
              "Undecided now: they go on at the rates planned")
        ->type_name("COUNT");
  }
  command
      .add_option_function<texts>(
          "--actual",
          [&options](const texts& given) { options.actual.insert(options.actual.end(), given.begin(), given.end()); },
          "Made so far, of any stage")
      ->type_name("STAGE=COUNT")
      ->expected(1)
      ->take_all();
  command
      .add_option_function<texts>(
          "--open",
          [&options](const texts& given) { options.open.insert(options.open.end(), given.begin(), given.end()); },
          "Undecided now, in any stage")
      ->type_name("STAGE=COUNT")
      ->expected(1)
      ->take_all();
}

}  // namespace

void add_plan_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<plan_command_options>();
  CLI::App* command = program.add_subcommand(
      "plan", "From a revenue target to the MQLs it needs, and back; marketing velocity; a revenue statement");
  const std::map<std::string, plan_period> periods{
      {"month", plan_period::month}, {"quarter", plan_period::quarter}, {"year", plan_period::year}};
  command->add_option("PACK", options->pack,
                      "A rule pack, plain or .gz: names of stages are checked against it, runs of it measured");
  command->add_option("--revenue", options->revenue, "To be won in the period")->type_name("AMOUNT");
  command->add_option("--deal-size", options->deal_size, "Of an average deal")->type_name("AMOUNT");
  add_rates(*command, *options);
  add_measure(*command, *options);
  command->add_option("--period", options->period, "month, quarter or year")
      ->transform(CLI::CheckedTransformer(periods))
      ->default_str("quarter");
  command->add_option("--what-if", options->what_if, "What each rate in turn is changed by; 0 for no such table")
      ->type_name("RATE")
      ->capture_default_str();
  command
      ->add_option("--contacts", options->contacts,
                   "The other way: what so many contacts in the first stage bring, instead of --revenue")
      ->type_name("COUNT");
  add_progress(*command, *options);
  CLI::Option* velocity =
      command->add_option("--velocity", options->velocity, "Instead: leads an hour of what marketing made, from NDJSON")
          ->type_name("FILE");
  command->add_option("--hour-cost", options->hour_cost, "With --velocity: what an hour of work costs")
      ->type_name("AMOUNT")
      ->needs(velocity);
  command->add_option("--statement", options->statement, "Instead: a revenue statement, from NDJSON")
      ->type_name("FILE")
      ->excludes(velocity);
  command->add_flag("--json", options->is_json, "One JSON object instead of tables");
  command->footer(
      R"(Rates are plain numbers or percentages: 0.25 or 25%. Every step towards the MQLs is rounded up, every step from them
down, exactly. docs/planning.md shows each form.

Example:
  leadline plan --revenue 1000000 --deal-size 25000 --win-rate 0.25 --sql-to-opportunity 0.5 --mql-to-sql 0.6)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
