#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/engine/explain.hpp"
#include "leadline/report/decision_log.hpp"
#include "leadline/report/report.hpp"

namespace leadline {

/// What a person of sales is given with a contact: the lead's story, the expected outcome, the assignment and the
/// deadlines, all as of one instant.
struct handoff_package {
  struct named_value {
    std::string name;
    /// JSON.
    std::string value;
  };
  struct points_row {
    std::string score;
    std::string rule;
    std::int64_t points_milli = 0;
  };
  struct history_row {
    std::int64_t at_ms = 0;
    std::string type;
    /// JSON, an object.
    std::string data;
  };
  struct deadline_row {
    std::string clock;
    std::string phase;
    std::int64_t started_ms = 0;
    std::int64_t due_ms = 0;
  };

  std::string contact;
  std::int64_t at_ms = 0;

  // L: who it is, what it did, how it scores.
  std::vector<named_value> attributes;
  std::vector<std::string> tags;
  std::vector<named_value> scores;
  std::vector<named_value> grades;
  /// What the scores are made of, the largest first.
  std::vector<points_row> points;
  /// The latest events, the last first; `event_count` are all.
  std::vector<history_row> history;
  std::size_t event_count = 0;

  // E: why it was handed over.
  std::string stage;
  std::string status;
  std::optional<std::int64_t> handed_over_ms;
  std::string reason;
  /// The event that brought it about; empty where time did.
  std::string trigger;

  // A: to whom, and by which rule.
  std::string owner;
  std::string assigned_by;

  // D: what is due when.
  std::vector<deadline_row> deadlines;
};

/// Makes the package of one contact of the events of many.
///
///     handoff_maker maker(model, "c42");
///     for (const event& each : events) maker.take(each);
///     if (auto made = maker.make(at)) std::puts(to_json(*made).c_str());
///
/// It folds the events as an engine does, so that what is told is what was decided. For one thread at a time.
class handoff_maker {
 public:
  static constexpr std::size_t history_size_max = 20;

  handoff_maker(std::shared_ptr<const model> pack, std::string contact);

  /// In order of arrival. REQUIRES what `engine::apply` requires.
  void take(const event& sent);
  /// Once. Nothing where no event of that contact was accepted. REQUIRES that no event later than `at` was taken.
  [[nodiscard]] std::optional<handoff_package> make(instant at);

 private:
  void tell(std::span<const decision> news);
  void add_standing(handoff_package& out, const ledger& told) const;
  void add_handoff(handoff_package& out) const;

  std::shared_ptr<const model> pack_;
  std::string contact_;
  explainer why_;
  engine decisions_;
  decision_log log_;
  /// Ids of the contact's events and their types: what caused a move.
  std::vector<std::pair<std::string, std::string>> types_;
  /// Of the latest move into the handoff.
  std::vector<std::pair<std::int64_t, std::string>> causes_;
  std::vector<handoff_package::history_row> history_;
};

[[nodiscard]] std::string to_json(const handoff_package& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/handoff_package_inl.hpp"
#endif
