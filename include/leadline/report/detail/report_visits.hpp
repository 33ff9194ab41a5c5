#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leadline/base/json_text.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/condition/json_scope.hpp"
#include "leadline/pack/model.hpp"
#include "leadline/report/decision_log.hpp"

/// What reports count: stays of contacts in stages, cycles of clocks, runs of cadences.
namespace leadline::detail {

inline constexpr std::int64_t never_ms = std::numeric_limits<std::int64_t>::max();

/// One stay of a contact in a stage, from an entry to the next move.
struct stage_visit {
  std::int64_t at_ms = 0;
  std::int64_t left_ms = never_ms;
  std::int64_t before_ms = never_ms;  // the contact's entry into the same stage before this one
  std::uint32_t contact = 0;
  std::uint32_t stage = 0;
  /// What it was entered by, words of the log; the transition where no reason was told.
  std::uint32_t reason = text_index::none;
  std::uint32_t leave_rule = text_index::none;
  /// Once the pass of the entry is over: routing comes after the move.
  std::uint32_t owner = text_index::none;
  std::uint32_t label = text_index::none;
  /// Of sales, until it was left: the touch that brings the move is one of them.
  std::uint32_t touches = 0;
  /// Which of the fields that completeness asks for were known at the entry: a bit each.
  std::uint64_t known_fields = 0;
  bool is_counted = true;
  /// To a later stage, before the contact came back to this one.
  bool went_on = false;
};

struct clock_cycle {
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = never_ms;
  std::int64_t used_ms = 0;
  std::uint32_t clock = 0;
  std::uint32_t number = 0;
  /// The stay in which it began; `none` without one.
  std::uint32_t visit = text_index::none;
  bool is_met = false;
  bool is_breached = false;
  bool is_stopped = false;
  bool is_cancelled = false;  // restarted too: nobody owes that cycle any more
};

struct cadence_run {
  std::int64_t started_ms = 0;
  std::uint32_t cadence = 0;
  std::uint32_t visit = text_index::none;
  bool is_completed = false;
  bool is_missed = false;
  bool is_stopped = false;
};

/// The words that decisions of clocks and cadences are made of, as numbers of one log.
struct log_words {
  explicit log_words(const text_index& words)
      : started(words.find("started")),
        met(words.find("met")),
        breached(words.find("breached")),
        stopped(words.find("stopped")),
        cancelled(words.find("cancelled")),
        restarted(words.find("restarted")),
        completed(words.find("completed")),
        missed(words.find("missed")) {}

  std::uint32_t started;
  std::uint32_t met;
  std::uint32_t breached;
  std::uint32_t stopped;
  std::uint32_t cancelled;
  std::uint32_t restarted;
  std::uint32_t completed;
  std::uint32_t missed;
};

/// For each word of a log the index of the thing of the pack that it names.
template <class Things, class Name>
[[nodiscard]] std::vector<std::uint32_t> word_indices(const text_index& words, const Things& things, Name name) {
  std::vector<std::uint32_t> out(words.size(), text_index::none);
  for (std::size_t i = 0; i < things.size(); ++i) {
    const std::uint32_t word = words.find(name(things[i]));
    if (word != text_index::none) out[word] = static_cast<std::uint32_t>(i);
  }
  return out;
}

[[nodiscard]] inline bool names_any(const std::vector<name_use>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const name_use& each) { return each.name == name; });
}

/// Which events of a pack are touches.
class touch_types {
 public:
  touch_types(const business_spec& business, const text_index& words) {
    const auto add = [&](const std::vector<name_use>& names, target_side side) {
      for (const name_use& each : names) {
        const std::uint32_t word = words.find(each.name);
        if (word != text_index::none) sides_[word] = side;
      }
    };
    add(business.sales_touches, target_side::sales);
    add(business.marketing_touches, target_side::marketing);
  }

  [[nodiscard]] std::optional<target_side> side_of(std::uint32_t word) const {
    const auto found = sides_.find(word);
    return found == sides_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::unordered_map<std::uint32_t, target_side> sides_;
};

/// What each visit is grouped by and chosen by, as of its entry.
class visit_labels {
 public:
  visit_labels(const decision_log& log, const model& pack, std::string_view by, const condition* where,
               const json_scope* scope, std::vector<std::uint32_t> fields)
      : log_(&log), pack_(&pack), by_(by), where_(where), fields_(std::move(fields)) {
    if (by_.starts_with(contact_prefix)) by_attribute_ = log.words().find(by_.substr(contact_prefix.size()));
    if (where == nullptr || scope == nullptr) return;
    row_.emplace(*scope);
    for (const std::string& path : scope->paths()) {
      if (!path.starts_with(contact_prefix)) continue;
      const std::string name =
          path.substr(contact_prefix.size(), path.find('.', contact_prefix.size()) - contact_prefix.size());
      const std::uint32_t word = log.words().find(name);
      if (word != text_index::none) read_.emplace_back(word, name);
    }
  }

  static constexpr std::string_view contact_prefix = "contact.";

  void mark(stage_visit& visit, const std::unordered_map<std::uint32_t, std::uint32_t>& attributes) {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const std::uint32_t value = value_of(attributes, fields_[i]);
      if (value == text_index::none) continue;
      const std::string_view json = log_->words().text(value);
      if (json != "null" && json != "\"\"") visit.known_fields |= std::uint64_t{1} << i;
    }
    if (by_ == "reason") visit.label = visit.reason;
    if (by_ == "owner") visit.label = visit.owner;
    if (by_attribute_ != text_index::none) visit.label = value_of(attributes, by_attribute_);
    if (!row_) return;
    visit.is_counted = false;
    json_ = "{\"stage\": ";
    json_text::append_quoted(json_, pack_->stages[visit.stage].id);
    append_word(", \"reason\": ", visit.reason);
    append_word(", \"owner\": ", visit.owner);
    json_ += ", \"contact\": {";
    for (const auto& [word, name] : read_) {
      const std::uint32_t value = value_of(attributes, word);
      if (value == text_index::none) continue;
      if (json_.back() != '{') json_ += ", ";
      json_text::append_quoted(json_, name);
      json_ += ": ";
      json_ += log_->words().text(value);
    }
    json_ += "}}";
    if (row_->read(json_)) {
      visit.is_counted = where_->holds({.slots = row_->slots(), .event_slots = {}, .now_ms = visit.at_ms}, scratch_);
    }
  }

 private:
  [[nodiscard]] static std::uint32_t value_of(const std::unordered_map<std::uint32_t, std::uint32_t>& attributes,
                                              std::uint32_t name) {
    if (name == text_index::none) return name;
    const auto found = attributes.find(name);
    return found == attributes.end() ? text_index::none : found->second;
  }

  void append_word(std::string_view key, std::uint32_t word) {
    json_ += key;
    if (word == text_index::none) {
      json_ += "null";
    } else {
      json_text::append_quoted(json_, log_->words().text(word));
    }
  }

  const decision_log* log_;
  const model* pack_;
  std::string_view by_;
  std::uint32_t by_attribute_ = text_index::none;
  const condition* where_;
  /// Words of the attributes that completeness asks for; `none` for one that no event ever set.
  std::vector<std::uint32_t> fields_;
  std::optional<json_row> row_;
  std::vector<std::pair<std::uint32_t, std::string>> read_;
  condition_scratch scratch_;
  std::string json_;
};

/// Everything that is counted, contact by contact, each in order of time.
struct visit_table {
  std::vector<stage_visit> visits;
  std::vector<clock_cycle> cycles;
  std::vector<cadence_run> runs;
};

class visit_builder {
 public:
  visit_builder(const model& pack, const decision_log& log, visit_labels& labels)
      : log_(&log),
        labels_(&labels),
        words_(log.words()),
        touch_types_(pack.business, log.words()),
        stages_(word_indices(log.words(), pack.stages,
                             [](const compiled::stage& each) -> const std::string& { return each.id; })),
        clocks_(word_indices(log.words(), pack.clocks,
                             [](const compiled::clock& each) -> const std::string& { return each.id; })),
        cadences_(word_indices(log.words(), pack.cadences,
                               [](const compiled::cadence& each) -> const std::string& { return each.id; })) {}

  [[nodiscard]] visit_table build() {
    for (std::uint32_t contact = 0; contact < log_->contact_count(); ++contact) add_contact(contact);
    return std::move(table_);
  }

 private:
  [[nodiscard]] static std::uint32_t index_in(const std::vector<std::uint32_t>& indices, std::uint32_t word) {
    return word == text_index::none ? text_index::none : indices[word];
  }

  void add_contact(std::uint32_t contact) {
    first_visit_ = table_.visits.size();
    first_cycle_ = table_.cycles.size();
    first_run_ = table_.runs.size();
    unmarked_ = first_visit_;
    owner_ = text_index::none;
    attributes_.clear();
    std::int64_t now_ms = never_ms;
    for (const log_entry& each : log_->entries_of(contact)) {
      // Whatever an instant brings counts as of the entries at that instant; attributes come first in it.
      if (each.at_ms != now_ms) mark_visits();
      now_ms = each.at_ms;
      switch (each.kind) {
        case log_kind::attribute: attributes_[each.about] = each.to; break;
        case log_kind::assigned: owner_ = each.to; break;
        case log_kind::stage: enter(contact, each); break;
        case log_kind::clock: tick(each); break;
        case log_kind::cadence: keep(each); break;
        case log_kind::touch: touch(each); break;
        case log_kind::merged: end_contact(each.at_ms); break;
        default: break;
      }
    }
    mark_visits();
  }

  void mark_visits() {
    for (; unmarked_ < table_.visits.size(); ++unmarked_) {
      table_.visits[unmarked_].owner = owner_;
      labels_->mark(table_.visits[unmarked_], attributes_);
    }
  }

  /// The stay that goes on; null before the first one, after a move to a stage of another pack, after a merge.
  [[nodiscard]] stage_visit* stay() {
    const bool is_any = table_.visits.size() > first_visit_ && table_.visits.back().left_ms == never_ms;
    return is_any ? &table_.visits.back() : nullptr;
  }

  void touch(const log_entry& told) {
    stage_visit* visit = stay();
    if (visit != nullptr && touch_types_.side_of(told.about) == target_side::sales) ++visit->touches;
  }

  /// Merged into another: nothing of it goes on. Its clocks were told as cancelled, its cadences end untold.
  void end_contact(std::int64_t at_ms) {
    if (stage_visit* visit = stay()) visit->left_ms = at_ms;
    for (std::size_t i = first_run_; i < table_.runs.size(); ++i) table_.runs[i].is_stopped = true;
  }

  void enter(std::uint32_t contact, const log_entry& move) {
    if (stage_visit* before = stay()) {
      before->left_ms = move.at_ms;
      before->leave_rule = move.rule;
    }
    const std::uint32_t stage = index_in(stages_, move.to);
    if (stage == text_index::none) return;  // a stage of another pack
    stage_visit visit;
    visit.at_ms = move.at_ms;
    visit.contact = contact;
    visit.stage = stage;
    visit.reason = move.reason != text_index::none ? move.reason : move.rule;
    for (std::size_t i = table_.visits.size(); i-- > first_visit_;) {
      if (table_.visits[i].stage != stage) continue;
      visit.before_ms = table_.visits[i].at_ms;
      break;
    }
    table_.visits.push_back(visit);
  }

  [[nodiscard]] std::uint32_t present_visit() const {
    return table_.visits.size() > first_visit_ ? static_cast<std::uint32_t>(table_.visits.size() - 1)
                                               : text_index::none;
  }

  void tick(const log_entry& told) {
    const std::uint32_t clock = index_in(clocks_, told.about);
    if (clock == text_index::none || told.what == text_index::none) return;
    if (told.what == words_.started) {
      clock_cycle cycle;
      cycle.started_ms = told.at_ms;
      cycle.clock = clock;
      cycle.number = told.cycle;
      cycle.visit = present_visit();
      table_.cycles.push_back(cycle);
      return;
    }
    for (std::size_t i = table_.cycles.size(); i-- > first_cycle_;) {
      clock_cycle& cycle = table_.cycles[i];
      if (cycle.clock != clock || cycle.number != told.cycle) continue;
      if (told.what == words_.breached) cycle.is_breached = true;
      if (told.what == words_.met) cycle.is_met = true;
      if (told.what == words_.stopped || told.what == words_.met) {
        cycle.is_stopped = true;
        cycle.used_ms = told.number;
        cycle.ended_ms = told.at_ms;
      }
      if (told.what == words_.cancelled || told.what == words_.restarted) cycle.is_cancelled = true;
      return;
    }
  }

  void keep(const log_entry& told) {
    const std::uint32_t cadence = index_in(cadences_, told.about);
    if (cadence == text_index::none || told.what == text_index::none) return;
    if (told.what == words_.started) {
      table_.runs.push_back({told.at_ms, cadence, present_visit(), false, false, false});
      return;
    }
    for (std::size_t i = table_.runs.size(); i-- > first_run_;) {
      cadence_run& run = table_.runs[i];
      if (run.cadence != cadence) continue;
      if (told.what == words_.completed) run.is_completed = true;
      if (told.what == words_.missed) run.is_missed = true;
      if (told.what == words_.stopped) run.is_stopped = true;
      return;
    }
  }

  const decision_log* log_;
  visit_labels* labels_;
  log_words words_;
  touch_types touch_types_;
  std::vector<std::uint32_t> stages_;
  std::vector<std::uint32_t> clocks_;
  std::vector<std::uint32_t> cadences_;
  visit_table table_;
  std::size_t first_visit_ = 0;
  std::size_t first_cycle_ = 0;
  std::size_t first_run_ = 0;
  std::size_t unmarked_ = 0;
  std::uint32_t owner_ = text_index::none;
  std::unordered_map<std::uint32_t, std::uint32_t> attributes_;
};

}  // namespace leadline::detail
