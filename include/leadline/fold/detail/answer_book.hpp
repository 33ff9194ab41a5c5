#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/fold/assignment_record.hpp"

namespace leadline::detail {

/// Stands between a pass and who keeps the pools. New passes are answered and written down; passes made again are
/// answered from what is written:
///
///     told     09:00 asked, nobody there ........ 10:00 looked at again: ana
///     again    09:00 the same answer; a look at 10:00 is due ... 10:00 ana
///     other    09:30 never asked before: later, which the engine answers at the last closed instant
///
/// REQUIRES that the records outlive it.
class answer_book {
 public:
  enum class reading : std::uint8_t { live, again };

  answer_book() = default;
  answer_book(std::vector<assignment_record>& records, assigner& asked, reading how, bool keeps_records)
      : records_(&records), asked_(&asked), how_(how), keeps_records_(keeps_records) {
    if (how_ == reading::live) return;
    for (assignment_record& each : *records_) each.is_made_again = false;
  }

  [[nodiscard]] explicit operator bool() const noexcept { return asked_ != nullptr; }

  [[nodiscard]] assignment ask(const assignment_request& request) {
    if (how_ == reading::again) {
      for (assignment_record& each : *records_) {
        if (!is_open(each, request.rule, request.since_ms, request.number) || each.at_ms != request.at_ms) continue;
        each.is_made_again = true;
        return each.given;
      }
      return {.outcome = assignment_outcome::later, .rep = compiled::none, .pool = compiled::none, .details = {}};
    }
    assignment given = asked_->assign(request);
    // A wait that goes on is no answer.
    if (keeps_records_ && (given.outcome == assignment_outcome::assigned || !request.is_waiting)) {
      records_->push_back({request.rule, request.since_ms, request.number, request.at_ms, given, true});
    }
    return given;
  }

  /// When a request was answered next.
  [[nodiscard]] std::optional<std::int64_t> next_look(std::uint32_t rule, std::int64_t since_ms,
                                                      std::uint32_t number) const {
    std::optional<std::int64_t> next;
    if (how_ == reading::live) return next;
    for (const assignment_record& each : *records_) {
      if (is_open(each, rule, since_ms, number) && (!next || each.at_ms < *next)) next = each.at_ms;
    }
    return next;
  }

 private:
  /// Whether an answer to that request has not been read in this fold.
  [[nodiscard]] static bool is_open(const assignment_record& record, std::uint32_t rule, std::int64_t since_ms,
                                    std::uint32_t number) noexcept {
    return !record.is_made_again && record.rule == rule && record.since_ms == since_ms && record.number == number;
  }

  std::vector<assignment_record>* records_ = nullptr;
  assigner* asked_ = nullptr;
  reading how_ = reading::live;
  bool keeps_records_ = false;
};

}  // namespace leadline::detail
