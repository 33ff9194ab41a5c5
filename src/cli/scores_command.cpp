#include "cli/scores_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/event_lines.hpp"
#include "cli/instant_option.hpp"
#include "cli/model_file.hpp"
#include "cli/output.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/fold/clock.hpp"

namespace leadline::cli {

namespace {

enum class scores_format : std::uint8_t { table, csv, json };

struct scores_command_options {
  std::string pack;
  std::vector<std::string> events;
  std::optional<instant> at;
  scores_format format = scores_format::table;
};

/// One contact: scores in thousandths, then texts; nothing where it has none.
struct standing {
  std::string contact;
  std::vector<std::int64_t> scores_milli;
  std::vector<std::optional<std::string>> texts;
  std::vector<std::string> tags;
  /// Clocks and cadences, then what conditions read of each: its state, and the touches of a cadence.
  std::vector<std::string> duties;
};

struct standings {
  std::vector<std::string> score_names;
  /// Grades first.
  std::vector<std::string> text_names;
  std::size_t grade_count = 0;
  /// `clock.<id>`, then `cadence.<id>` and `cadence.<id>.count`.
  std::vector<std::string> duty_names;
  std::size_t clock_count = 0;
  std::vector<standing> rows;
};

/// What conditions read of each clock and cadence.
[[nodiscard]] std::vector<std::string> duties_of(const model& pack, const contact_state& state) {
  std::vector<std::string> clocks(pack.clocks.size(), "none");
  for (const clock_state& each : state.clocks) clocks[each.index] = name_of(each.phase);
  std::vector<std::string> cadences;
  for (std::size_t i = 0; i < pack.cadences.size(); ++i) cadences.insert(cadences.end(), {"none", "0"});
  for (const cadence_state& each : state.cadences) {
    cadences[each.index * 2] = name_of(each.phase);
    cadences[each.index * 2 + 1] = std::to_string(each.count);
  }
  clocks.insert(clocks.end(), cadences.begin(), cadences.end());
  return clocks;
}

[[nodiscard]] standings standings_of(const engine& all) {
  const model& pack = all.fold().model();
  standings out;
  out.grade_count = pack.grades.size();
  for (const compiled::score& each : pack.scores) out.score_names.push_back(each.name);
  for (const compiled::grade& each : pack.grades) out.text_names.push_back(each.name);
  if (pack.has_funnel) {
    out.text_names.emplace_back("stage");
    out.text_names.emplace_back("status");
  }
  out.text_names.emplace_back("owner");
  out.clock_count = pack.clocks.size();
  for (const compiled::clock& each : pack.clocks) out.duty_names.push_back("clock." + each.id);
  for (const compiled::cadence& each : pack.cadences) {
    out.duty_names.push_back("cadence." + each.id);
    out.duty_names.push_back("cadence." + each.id + ".count");
  }
  for (const contact* each : all.contacts()) {
    const contact_state& state = each->state;
    if (!state.first_event_ms) continue;  // nothing of it was accepted
    standing row;
    row.contact = each->id;
    for (std::uint32_t i = 0; i < pack.scores.size(); ++i) row.scores_milli.push_back(all.score_milli(*each, i));
    for (std::size_t i = 0; i < pack.grades.size(); ++i) {
      const std::uint32_t word = state.grades()[i];
      row.texts.push_back(word == compiled::none ? std::nullopt : std::optional(pack.grades[i].values[word]));
    }
    if (pack.has_funnel) {
      row.texts.push_back(state.stage == compiled::none ? std::nullopt : std::optional(pack.stages[state.stage].id));
      row.texts.push_back(state.status == compiled::none ? std::nullopt : std::optional(pack.statuses[state.status]));
    }
    row.texts.push_back(state.owner);
    row.tags = state.tags;
    row.duties = duties_of(pack, state);
    out.rows.push_back(std::move(row));
  }
  return out;
}

[[nodiscard]] std::string points(std::int64_t milli) {
  std::string out;
  json_text::append_thousandths(out, milli);
  return out;
}

void write_json(output& out, const standings& all) {
  for (const standing& row : all.rows) {
    std::string& text = out.text();
    text += "{\"contact\": ";
    json_text::append_quoted(text, row.contact);
    text += ", \"scores\": {";
    for (std::size_t i = 0; i < row.scores_milli.size(); ++i) {
      if (i > 0) text += ", ";
      json_text::append_quoted(text, all.score_names[i]);
      text += ": " + points(row.scores_milli[i]);
    }
    text += '}';
    const auto append_text = [&](std::size_t i) {
      json_text::append_quoted(text, all.text_names[i]);
      text += ": ";
      if (row.texts[i]) {
        json_text::append_quoted(text, *row.texts[i]);
      } else {
        text += "null";
      }
    };
    text += ", \"grades\": {";
    for (std::size_t i = 0; i < all.grade_count; ++i) {
      if (i > 0) text += ", ";
      append_text(i);
    }
    text += '}';
    for (std::size_t i = all.grade_count; i < row.texts.size(); ++i) {
      text += ", ";
      append_text(i);
    }
    text += ", \"tags\": [";
    for (std::size_t i = 0; i < row.tags.size(); ++i) {
      if (i > 0) text += ", ";
      json_text::append_quoted(text, row.tags[i]);
    }
    text += "], \"clocks\": {";
    const std::size_t clock_count = all.clock_count;
    for (std::size_t i = 0; i < clock_count; ++i) {
      if (i > 0) text += ", ";
      json_text::append_quoted(text, std::string_view(all.duty_names[i]).substr(6));
      text += ": \"" + row.duties[i] + '"';
    }
    text += "}, \"cadences\": {";
    std::string touches;
    for (std::size_t i = clock_count; i < row.duties.size(); i += 2) {
      if (i > clock_count) {
        text += ", ";
        touches += ", ";
      }
      const std::string_view id = std::string_view(all.duty_names[i]).substr(8);
      json_text::append_quoted(text, id);
      text += ": \"" + row.duties[i] + '"';
      json_text::append_quoted(touches, id);
      touches += ": " + row.duties[i + 1];
    }
    text += "}, \"touches\": {" + touches + "}}";
    out.line_done();
  }
}

/// Quoted where a reader of CSV would be led astray.
void append_csv(std::string& out, const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char letter : text) {
    if (letter == '"') out += '"';
    out += letter;
  }
  out += '"';
}

[[nodiscard]] std::vector<std::vector<std::string>> cells_of(const standings& all) {
  std::vector<std::vector<std::string>> cells;
  std::vector<std::string> head{"contact"};
  head.insert(head.end(), all.score_names.begin(), all.score_names.end());
  head.insert(head.end(), all.text_names.begin(), all.text_names.end());
  head.insert(head.end(), all.duty_names.begin(), all.duty_names.end());
  cells.push_back(std::move(head));
  for (const standing& row : all.rows) {
    std::vector<std::string> line{row.contact};
    for (const std::int64_t milli : row.scores_milli) line.push_back(points(milli));
    for (const auto& text : row.texts) line.push_back(text.value_or(""));
    line.insert(line.end(), row.duties.begin(), row.duties.end());
    cells.push_back(std::move(line));
  }
  return cells;
}

void write_csv(output& out, const standings& all) {
  for (const std::vector<std::string>& line : cells_of(all)) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i > 0) out.text() += ',';
      append_csv(out.text(), line[i]);
    }
    out.line_done();
  }
}

void write_table(output& out, const standings& all) {
  const auto cells = cells_of(all);
  std::vector<std::size_t> widths(cells.front().size(), 0);
  // As many columns as letters: a byte that continues a letter takes none.
  const auto width = [](const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char each) { return (static_cast<unsigned char>(each) & 0xC0) != 0x80; }));
  };
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  for (const auto& line : cells) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string room(widths[i] - width(line[i]), ' ');
      const bool is_number = i > 0 && i <= all.score_names.size();
      text += (i > 0 ? "  " : "") + (is_number ? room + line[i] : line[i] + room);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out.text() += text;
    out.line_done();
  }
}

[[nodiscard]] exit_code run(const scores_command_options& options) {
  const instant at = *options.at;  // the option is required
  const model_file file = read_model(options.pack);
  if (!file.model) return file.outcome;
  engine all(file.model);
  bool is_good = read_events(
      options.events,
      [&](const event& each) {
        if (each.at <= at) static_cast<void>(all.apply(each));
      },
      [] {});
  static_cast<void>(all.advance(at));
  const standings found = standings_of(all);
  output out;
  switch (options.format) {
    case scores_format::json: write_json(out, found); break;
    case scores_format::csv: write_csv(out, found); break;
    case scores_format::table: write_table(out, found); break;
  }
  if (!out.flush()) is_good = false;
  return is_good ? exit_code::done : exit_code::input_problems;
}

}  // namespace

void add_scores_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<scores_command_options>();
  CLI::App* command = program.add_subcommand(
      "scores", "Tell where each contact stands at an instant: scores, grades, stage, status, owner, clocks");
  const std::map<std::string, scores_format> formats{
      {"table", scores_format::table}, {"csv", scores_format::csv}, {"json", scores_format::json}};
  command->add_option("PACK", options->pack, "A rule pack, plain or .gz")->required();
  command
      ->add_option("EVENTS", options->events,
                   "Files of events in order of arrival, plain or .gz (- for standard input)")
      ->required();
  add_instant_option(*command, "--at", options->at, "The instant asked for; later events are not looked at")
      ->required();
  command->add_option("--format", options->format, "table, csv or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("table");
  command->footer(
      R"(Scores are exact at the instant, decay and windows included. Exit code 1 when a line could not be read.

Example:
  leadline scores rules/standard.json events.ndjson --at 2026-04-01T00:00:00Z --format csv)");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
