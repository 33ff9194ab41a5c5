#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/fold/stored_value.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

/// An event that a rule counts. All points here are in thousandths.
struct ledger_event {
  std::optional<std::string> id;
  std::string type;
  instant at;
  /// Whose event it was, if not the contact's own: it came by a merge.
  std::optional<std::string> contact;
  std::int64_t points_milli = 0;
  /// What is left of them. The rule's sum is rounded once, so this is by how much the event raised the rounded sum of
  /// those before it: the events of a rule add up to the rule.
  std::int64_t now_milli = 0;
};

/// Something a held rule or a grade looked at, as a condition names it, and its value as JSON.
struct ledger_read {
  std::string path;
  std::string json;
};

struct ledger_tier {
  std::int64_t at_least = 0;
  std::int64_t window_ms = 0;  // 0: ever
  std::int64_t points_milli = 0;
  std::int64_t count = 0;
  bool is_counting = false;
};

struct ledger_step {
  std::int64_t after_ms = 0;
  std::int64_t every_ms = 0;  // 0: once
  std::int64_t points_milli = 0;
  /// What it comes to in the present gap.
  std::int64_t reached_milli = 0;
  bool is_counting = false;
};

/// One rule of a score: `decayed - lost = value`.
struct ledger_rule {
  std::string id;
  rule_form form = rule_form::held;
  std::string group;  // empty: none
  /// None where points have faded and the events are not known.
  std::optional<std::int64_t> raw_milli = 0;
  std::int64_t decayed_milli = 0;
  /// To its own `limit.points`.
  std::int64_t lost_milli = 0;
  std::int64_t value_milli = 0;
  /// Of earned rules those that earned, of tiers rules those in the window of the tier that counts. None where only
  /// the state is known.
  std::optional<std::vector<ledger_event>> events;
  /// Of held rules.
  bool is_true = false;
  bool is_once_held = false;
  std::vector<ledger_read> reads;
  std::vector<ledger_tier> tiers;
  /// Of idle rules: since when, what earlier gaps left, the steps.
  std::optional<instant> idle_since;
  std::int64_t kept_milli = 0;
  std::vector<ledger_step> steps;
};

/// One group of a score: `sum - lost = value`, where `sum` is that of its rules' values.
struct ledger_group {
  std::string name;
  std::optional<std::int64_t> min_milli;
  std::optional<std::int64_t> max_milli;
  std::int64_t sum_milli = 0;
  std::int64_t lost_milli = 0;
  std::int64_t value_milli = 0;
};

/// One score that another is made of. The weighted sum is rounded once; `points` is by how much this part raised the
/// rounded sum of those before it.
struct ledger_part {
  std::string score;
  std::int64_t weight_milli = 0;
  std::int64_t value_milli = 0;
  std::int64_t points_milli = 0;
};

struct ledger_pin {
  std::int64_t value_milli = 0;
  std::optional<instant> until;
  std::optional<instant> at;
  std::optional<std::string> event;
  std::optional<std::string> by;
  std::optional<std::string> reason;
};

/// One score: the values of rules outside of groups, of groups and the points of parts add up to `sum`;
/// `sum - lost = computed`; `value` is that, or what a person pinned.
struct ledger_score {
  std::string name;
  std::vector<ledger_rule> rules;
  std::vector<ledger_group> groups;
  std::vector<ledger_part> parts;
  std::optional<std::int64_t> min_milli;
  std::optional<std::int64_t> max_milli;
  std::int64_t sum_milli = 0;
  std::int64_t lost_milli = 0;
  std::int64_t computed_milli = 0;
  std::optional<ledger_pin> pin;
  std::int64_t value_milli = 0;
};

/// One grade, and what gave it.
struct ledger_grade {
  std::string name;
  grade_form form = grade_form::bands;
  std::optional<std::string> word;
  /// Of bands: the score, and the band's edges.
  std::string score;
  std::int64_t score_milli = 0;
  std::optional<std::int64_t> at_least_milli;
  std::optional<std::int64_t> until_milli;
  /// Of a matrix: the grades of its row and its column.
  std::string row_grade;
  std::optional<std::string> row;
  std::string column_grade;
  std::optional<std::string> column;
  /// Of rules: the place of the one that held, from 1, and what it looked at. Of bands: the place of the band.
  std::optional<std::size_t> place;
  std::vector<ledger_read> reads;
};

/// Where a contact stands at an instant, and why.
struct ledger {
  std::string contact;
  instant at;
  std::vector<ledger_score> scores;
  std::vector<ledger_grade> grades;
  bool has_funnel = false;
  std::optional<std::string> stage;
  std::optional<std::string> status;
  std::optional<instant> entered_at;
};

/// One object of JSON, as docs/reference/explain.md describes it.
[[nodiscard]] std::string to_json(const ledger& told);
/// The ledger at the contact's last closed instant, from its state alone: every sum is exact, no rule has events, and
/// of a pin it is not known who set it. Nothing where no event was accepted. REQUIRES a contact of that model. Safe to
/// call from several threads; makes what a fold needs of the model each time, so ask an `explainer` for many.
[[nodiscard]] std::optional<ledger> explain_state(const model& pack, const contact& who);
/// A length of time as packs write it: "30d", "90s".
[[nodiscard]] std::string duration_text(std::int64_t ms);

/// Takes events in order of arrival, as an engine does, and keeps them; folds one contact's again to tell where each
/// point of its scores comes from.
///
///     explainer why(model);
///     for (const event& each : events) why.take(each);
///     if (auto told = why.explain("c42", at)) std::puts(to_json(*told).c_str());
///
/// An engine decides beside it what is late or a duplicate and who of a pool gets a contact, so that exactly those
/// events count that count there, owners are the engine's, and every value is the one the engine reads. Memory grows
/// with all events taken. Where it runs out the same holds as of the engine; `explain` changes nothing then. For one
/// thread at a time.
class explainer {
 public:
  explicit explainer(std::shared_ptr<const model> pack);
  ~explainer();

  /// REQUIRES what `engine::apply` requires.
  void take(const event& sent);
  /// Brings time along as `take` and `explain` do, so that what they have left to do is little.
  void bring_to(instant to);
  [[nodiscard]] bool is_whole() const noexcept { return !is_within_ && engine_.is_whole(); }
  /// Nothing where no event of that contact was accepted. REQUIRES that no event later than `at` was taken.
  [[nodiscard]] std::optional<ledger> explain(std::string_view contact, instant at);
  [[nodiscard]] const engine& all() const noexcept { return engine_; }

 private:
  friend std::optional<ledger> explain_state(const model& pack, const contact& who);

  struct history;
  struct refolded;
  struct worker;
  class told_answers;
  /// An event, or a contact that was merged in.
  struct item {
    std::int64_t at_ms = 0;
    std::uint64_t order = 0;
    stored_value content;
    std::shared_ptr<history> merged;
    std::int64_t closed_ms = 0;
    std::optional<std::string> cause;
  };

  void take_in(const event& sent);
  void note_answers(std::span<const decision> told);

  std::shared_ptr<const model> pack_;
  engine engine_;
  std::unique_ptr<worker> worker_;
  std::map<std::string, std::shared_ptr<history>, std::less<>> histories_;
  std::uint64_t arrival_count_ = 0;
  bool is_within_ = false;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/engine/detail/explain_inl.hpp"
#endif
