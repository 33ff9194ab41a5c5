#include "cli/explain_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/event_lines.hpp"
#include "cli/instant_option.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/engine/explain.hpp"

namespace leadline::cli {

namespace {

struct explain_command_options {
  std::string pack;
  std::vector<std::string> events;
  std::string contact;
  std::optional<instant> at;
  bool is_json = false;
};

[[nodiscard]] std::string points(std::int64_t milli) {
  std::string out;
  json_text::append_thousandths(out, milli);
  return out;
}

/// One line: what it is about, and the points that it brings or takes where it has some.
struct ledger_line {
  std::string what;
  std::optional<std::int64_t> points_milli;
};

using ledger_lines = std::vector<ledger_line>;

[[nodiscard]] std::string read_text(const std::vector<ledger_read>& reads) {
  std::string out;
  for (const ledger_read& each : reads) out += (out.empty() ? "" : ", ") + each.path + " = " + each.json;
  return out;
}

[[nodiscard]] std::string caps_text(const std::optional<std::int64_t>& low, const std::optional<std::int64_t>& high) {
  std::string out;
  if (low) out += "min " + points(*low);
  if (high) out += (low ? ", max " : "max ") + points(*high);
  return out;
}

/// A maximum takes, a minimum gives.
[[nodiscard]] std::string cap_text(std::int64_t lost_milli) {
  return lost_milli > 0 ? "  lost to the cap of " : "  lifted by the cap of ";
}

void add_events(ledger_lines& lines, const ledger_rule& rule) {
  if (!rule.events) return;
  for (const ledger_event& each : *rule.events) {
    std::string text = "      " + each.at.text() + " " + each.type;
    if (each.id) text += " " + *each.id;
    if (each.contact) text += " of " + *each.contact;
    if (rule.form == rule_form::earned) {
      text += ": " + points(each.points_milli);
      if (each.now_milli != each.points_milli) text += ", now " + points(each.now_milli);
    }
    lines.push_back({std::move(text), std::nullopt});
  }
}

void add_rule(ledger_lines& lines, const ledger_rule& rule) {
  std::string head = (rule.group.empty() ? "  " : "  " + rule.group + " / ") + rule.id;
  switch (rule.form) {
    case rule_form::held: {
      head += rule.is_true ? ": holds" : rule.is_once_held ? ": held once" : ": does not hold";
      const std::string reads = read_text(rule.reads);
      if (!reads.empty()) head += " (" + reads + ")";
      break;
    }
    case rule_form::earned:
      if (!rule.raw_milli) break;
      head += ": earned " + points(*rule.raw_milli);
      if (rule.decayed_milli != *rule.raw_milli) head += ", after decay " + points(rule.decayed_milli);
      break;
    case rule_form::tiers: break;
    case rule_form::idle:
      if (rule.idle_since) head += ": no activity since " + rule.idle_since->text();
      break;
  }
  lines.push_back({std::move(head), rule.decayed_milli});
  for (const ledger_tier& each : rule.tiers) {
    std::string text = "      " + std::to_string(each.count) + " of at least " + std::to_string(each.at_least);
    text += each.window_ms == 0 ? " ever" : " within " + duration_text(each.window_ms);
    lines.push_back({text + ": " + points(each.points_milli) + (each.is_counting ? ", counts" : ""), std::nullopt});
  }
  if (rule.kept_milli != 0) lines.push_back({"      kept from earlier gaps: " + points(rule.kept_milli), std::nullopt});
  for (const ledger_step& each : rule.steps) {
    std::string text = "      after " + duration_text(each.after_ms);
    if (each.every_ms != 0) text += " and every " + duration_text(each.every_ms);
    text += ": " + points(each.points_milli);
    if (each.is_counting) text += ", counts " + points(each.reached_milli);
    lines.push_back({std::move(text), std::nullopt});
  }
  add_events(lines, rule);
  if (rule.lost_milli != 0) lines.push_back({"      lost to the rule's own limit", -rule.lost_milli});
}

void add_score(ledger_lines& lines, const ledger_score& score) {
  lines.push_back({"", std::nullopt});
  lines.push_back({"score " + score.name, score.value_milli});
  if (score.pin) {
    std::string text = "  pinned";
    if (score.pin->by) text += " by " + *score.pin->by;
    if (score.pin->at) text += " at " + score.pin->at->text();
    if (score.pin->until) text += " until " + score.pin->until->text();
    if (score.pin->reason) text += " (" + *score.pin->reason + ")";
    lines.push_back({text + "; computed would be " + points(score.computed_milli) + ":", std::nullopt});
  }
  for (const ledger_part& each : score.parts) {
    lines.push_back(
        {"  " + each.score + ": " + points(each.value_milli) + " x " + points(each.weight_milli), each.points_milli});
  }
  for (const ledger_rule& each : score.rules) add_rule(lines, each);
  for (const ledger_group& each : score.groups) {
    if (each.lost_milli == 0) continue;
    lines.push_back(
        {cap_text(each.lost_milli) + "group " + each.name + " (" + caps_text(each.min_milli, each.max_milli) + ")",
         -each.lost_milli});
  }
  if (score.lost_milli != 0) {
    lines.push_back({cap_text(score.lost_milli) + "the score (" + caps_text(score.min_milli, score.max_milli) + ")",
                     -score.lost_milli});
  }
}

[[nodiscard]] std::string grade_text(const ledger_grade& grade) {
  std::string out = "grade " + grade.name + ": " + grade.word.value_or("none");
  switch (grade.form) {
    case grade_form::bands:
      out += ", since " + grade.score + " is " + points(grade.score_milli);
      if (grade.place) {
        out += " (band " + std::to_string(*grade.place);
        if (grade.at_least_milli) out += ": at least " + points(*grade.at_least_milli);
        if (grade.until_milli && grade.until_milli != grade.at_least_milli)
          out += ", left below " + points(*grade.until_milli);
        out += ")";
      }
      break;
    case grade_form::matrix:
      out += ", the cell of " + grade.row_grade + " " + grade.row.value_or("none") + " and " + grade.column_grade +
             " " + grade.column.value_or("none");
      break;
    case grade_form::rules: {
      if (grade.place) out += ", rule " + std::to_string(*grade.place);
      const std::string reads = read_text(grade.reads);
      if (!reads.empty()) out += " (" + reads + ")";
      break;
    }
  }
  return out;
}

/// As many columns as letters: a byte that continues a letter takes none.
[[nodiscard]] std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char each) { return (static_cast<unsigned char>(each) & 0xC0) != 0x80; }));
}

/// Points stand in two columns: of a score, and of what adds up to it.
void write_table(output& out, const ledger& told) {
  std::string head = told.contact + " at " + told.at.text();
  if (told.stage) head += ": stage " + *told.stage;
  if (told.status) head += ", status " + *told.status;
  if (told.entered_at) head += ", entered at " + told.entered_at->text();
  out.text() += head;
  out.line_done();
  for (const ledger_grade& each : told.grades) {
    out.text() += grade_text(each);
    out.line_done();
  }
  ledger_lines lines;
  for (const ledger_score& each : told.scores) add_score(lines, each);
  std::size_t text_width = 0;
  std::size_t points_width = 0;
  for (const ledger_line& each : lines) {
    if (!each.points_milli) continue;
    text_width = std::max(text_width, width(each.what));
    points_width = std::max(points_width, points(*each.points_milli).size());
  }
  for (const ledger_line& each : lines) {
    out.text() += each.what;
    if (each.points_milli) {
      const std::string number = points(*each.points_milli);
      out.text().append(text_width - width(each.what) + 2 + points_width - number.size(), ' ');
      out.text() += number;
    }
    out.line_done();
  }
}

/// Standard error names the ids that look most like it.
void tell_unknown(const engine& all, const std::string& id) {
  std::vector<std::string_view> names;
  for (const contact* each : all.contacts()) {
    if (each->state.first_event_ms) names.emplace_back(each->id);
  }
  std::vector<std::string> near;
  while (near.size() < 3) {
    std::string next = nearest_name(id, names);
    if (next.empty()) break;
    std::erase_if(names, [&](std::string_view each) { return each == next; });
    near.push_back(std::move(next));
  }
  diagnostic problem;
  problem.code = "contact.unknown";
  problem.message = "no accepted event up to that instant is of the contact \"" + id + "\"";
  for (const std::string& each : near) problem.expected += (problem.expected.empty() ? "perhaps " : ", ") + each;
  print_problems(problem);
}

[[nodiscard]] exit_code run(const explain_command_options& options) {
  const instant at = *options.at;  // the option is required
  const model_file file = read_model(options.pack);
  if (!file.model) return file.outcome;
  explainer why(file.model);
  bool is_good = read_events(
      options.events,
      [&](const event& each) {
        if (each.at <= at) why.take(each);
      },
      [] {});
  const std::optional<ledger> told = why.explain(options.contact, at);
  if (!told) {
    tell_unknown(why.all(), options.contact);
    return exit_code::input_problems;
  }
  output out;
  if (options.is_json) {
    out.text() += to_json(*told);
    out.line_done();
  } else {
    write_table(out, *told);
  }
  if (!out.flush()) is_good = false;
  return is_good ? exit_code::done : exit_code::input_problems;
}

}  // namespace

void add_explain_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<explain_command_options>();
  CLI::App* command =
      program.add_subcommand("explain", "Tell where each point of a contact's scores comes from, at an instant");
  command->add_option("PACK", options->pack, "A rule pack, plain or .gz")->required();
  command
      ->add_option("EVENTS", options->events,
                   "Files of events in order of arrival, plain or .gz (- for standard input)")
      ->required();
  command->add_option("--contact", options->contact, "The contact asked for")->required()->type_name("ID");
  add_instant_option(*command, "--at", options->at, "The instant asked for; later events are not looked at")
      ->required();
  command->add_flag("--json", options->is_json, "One object of JSON instead of text");
  command->footer(R"(The lines below a score add up to it exactly; what caps take is told as lines of its own.
Exit code 1 when a line could not be read or the contact is unknown.

Example:
  leadline explain rules/standard.json events.ndjson --contact c42 --at 2026-04-01T00:00:00Z)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
