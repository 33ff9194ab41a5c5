#include "cli/backtest_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/backtest_outcome.hpp"
#include "cli/event_lines.hpp"
#include "cli/input_lines.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "cli/pack_points.hpp"
#include "cli/page/html_page.hpp"
#include "cli/page/page_parts.hpp"
#include "cli/text_table.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/report/backtest.hpp"
#include "leadline/report/point_fit.hpp"

namespace leadline::cli {

namespace {

enum class backtest_format : std::uint8_t { table, json, html };

struct backtest_command_options {
  std::string pack;
  std::vector<std::string> events;
  std::string score;
  std::string wanted = "60%";
  std::string train;
  std::string write;
  bool is_fitting = false;
  point_fit_request fit;
  backtest_format format = backtest_format::table;
};

[[nodiscard]] std::string percent(const report_rate& rate) {
  const std::optional<ratio> share = rate.rate() ? product(*rate.rate(), 100) : std::nullopt;
  return share ? share->text(1) + "%" : "-";
}

[[nodiscard]] std::string number(const std::optional<ratio>& value, int places) {
  return value ? value->text(places) : "-";
}

[[nodiscard]] std::string points(std::int64_t milli) { return ratio(milli, 1'000).text(3); }

void append_backtest(std::string& out, const backtest& made) {
  out += made.score + ": " + std::to_string(made.count) + " cases, " + std::to_string(made.won) + " won, AUC " +
         number(made.auc.value, 4) + "\n\n";
  std::vector<std::vector<std::string>> rows{{"tenth", "scores", "cases", "won", "share", "lift", "of all won"}};
  for (std::size_t i = 0; i < made.lifts.size(); ++i) {
    const lift_row& each = made.lifts[i];
    rows.push_back(
        {std::to_string(i + 1), points(each.from_milli) + " to " + points(each.to_milli), std::to_string(each.count),
         std::to_string(each.won), percent({each.won, each.count, {}}), number(each.lift, 2),
         percent(
             {each.captured ? each.captured->numerator() : 0, each.captured ? each.captured->denominator() : 0, {}})});
  }
  out += text_table(rows) + '\n';
  rows = {{"at least", "cases", "won", "acceptance", "of all won"}};
  const std::size_t step = std::max<std::size_t>(1, made.thresholds.size() / 12);
  for (std::size_t i = 0; i < made.thresholds.size(); i += step) {
    const threshold_row& each = made.thresholds[i];
    rows.push_back({points(each.threshold_milli), std::to_string(each.selected), std::to_string(each.won),
                    percent(each.precision), percent(each.recall)});
  }
  out += text_table(rows) + '\n';
  if (made.wanted) {
    out += "lowest threshold with the acceptance wanted: " + points(made.wanted->threshold_milli) + " (" +
           percent(made.wanted->precision) + " of " + std::to_string(made.wanted->selected) + " cases)\n";
  } else {
    out += "no threshold has the acceptance wanted\n";
  }
}

[[nodiscard]] std::string table_of(const backtest_outcome& made) {
  std::string out;
  append_backtest(out, made.present);
  if (!made.fit) return out;
  out += "\nfitted to the first " + std::to_string(made.train_count) + " cases\n\n";
  std::vector<std::vector<std::string>> rows{{"rule", "cases", "points", "proposed"}};
  for (const point_proposal& each : made.fit->proposals) {
    rows.push_back({each.score + "." + each.rule, std::to_string(each.case_count), points(each.points_milli),
                    std::to_string(each.proposed)});
  }
  out += text_table(rows) + "\nwith the proposed points, ";
  append_backtest(out, *made.fitted);
  return out;
}

[[nodiscard]] bool write_pack(const backtest_command_options& options, const point_fit& fit) {
  const result<std::string> text = read_input(options.pack, limits::document_size_max);
  const result<std::string> made = text ? with_points(*text, fit) : tl::unexpected<diagnostics>(text.error());
  if (!made) {
    print_problems(made.error());
    return false;
  }
  std::ofstream file(options.write, std::ios::binary);
  file << *made;
  file.close();
  if (file) return true;
  print_problems(
      diagnostic{.code = "output.not_writable", .message = "cannot write " + options.write, .file = options.write});
  return false;
}

[[nodiscard]] std::optional<point_fit_request> fit_of(const backtest_command_options& options) {
  return options.is_fitting ? std::optional(options.fit) : std::nullopt;
}

[[nodiscard]] exit_code run(const backtest_command_options& options) {
  const std::optional<ratio> wanted = share_of(options.wanted);
  const std::optional<ratio> train =
      share_of(options.train.empty() ? (options.is_fitting ? "0.7" : "0") : options.train);
  if (!wanted || !train || *train == 1) {
    print_problems(diagnostic{.code = "backtest.bad_share",
                              .message = "--wanted and --train are shares",
                              .expected = "a number from 0 to 1, or a percentage; not all cases to train on"});
    return exit_code::wrong_usage;
  }
  const model_file file = read_model(options.pack);
  if (!file.model) return file.outcome;
  if (!score_to_test(*file.model, options.score)) {
    print_problems(backtester(file.model).cases(options.score).error());
    return exit_code::wrong_usage;
  }
  backtester tester(file.model);
  bool is_good = read_events(
      options.events, [&](const event& each) { tester.take(each); }, [] {});
  result<std::vector<backtest_case>> cases = tester.cases(options.score);
  if (!cases) {
    print_problems(cases.error());
    return exit_code::input_problems;
  }
  const result<backtest_outcome> made = outcome_of(*file.model, options.score, std::move(*cases),
                                                   {.train = *train, .wanted = *wanted, .fit = fit_of(options)});
  if (!made) {
    print_problems(made.error());
    return exit_code::input_problems;
  }
  if (!options.write.empty() && made->fit && !write_pack(options, *made->fit)) is_good = false;
  output out;
  switch (options.format) {
    case backtest_format::table: out.text() += table_of(*made); break;
    case backtest_format::json: out.text() += to_json(*made) + "\n"; break;
    case backtest_format::html:
      out.text() += html_page({.title = "Backtest: " + file.model->name + ", score " + made->present.score,
                               .json = to_json(*made),
                               .script = backtest_page_script()});
      break;
  }
  if (!out.flush()) is_good = false;
  return is_good ? exit_code::done : exit_code::input_problems;
}

}  // namespace

void add_backtest_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<backtest_command_options>();
  CLI::App* command = program.add_subcommand(
      "backtest", "Hold a score against outcomes: lift, AUC, calibration, thresholds; and fit its points to them");
  const std::map<std::string, backtest_format> formats{
      {"table", backtest_format::table}, {"json", backtest_format::json}, {"html", backtest_format::html}};
  const std::map<std::string, sign_constraint> signs{{"kept", sign_constraint::kept}, {"free", sign_constraint::free}};
  command->add_option("PACK", options->pack, "A rule pack, plain or .gz")->required();
  command
      ->add_option("EVENTS", options->events,
                   "Files of events in order of arrival, plain or .gz (- for standard input)")
      ->required();
  command->add_option("--score", options->score, "The score to test; else lead, or the only one")->type_name("ID");
  command->add_option("--wanted", options->wanted, "The acceptance that a threshold should have")
      ->type_name("SHARE")
      ->capture_default_str();
  command->add_flag("--fit", options->is_fitting, "Propose whole points for the rules, learnt from the first outcomes");
  command
      ->add_option("--train", options->train,
                   "The share of the outcomes, the earliest, that is learnt from; the others judge (else 70% with "
                   "--fit, 0 without)")
      ->type_name("SHARE");
  command->add_option("--points-max", options->fit.points_max, "Of --fit: the largest number of points")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--signs", options->fit.signs, "Of --fit: kept (a rule that gives points today takes none), or free")
      ->transform(CLI::CheckedTransformer(signs))
      ->default_str("kept");
  command->add_option("--write", options->write, "Of --fit: write the pack with the proposed points to a file")
      ->type_name("FILE");
  command->add_option("--format", options->format, "table, json, or html: one page with charts")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("table");
  command->footer(
      R"(Each contact that was won or lost (as the pack's business says) is scored as of the millisecond before; events that
came later are not read. Exit code 1 when a line could not be read or there is no outcome.

Example:
  leadline backtest rules/standard.json events.ndjson --fit --write fitted.json)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
