#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "leadline/base/config.hpp"
#include "leadline/time/instant.hpp"

namespace leadline {

enum class decision_kind : std::uint8_t {
  score,
  grade,
  stage,
  status,
  assigned,
  action,
  tag,
  rejected,
  amended,
  merged,
  forgotten,
  error
};

[[nodiscard]] std::string_view name_of(decision_kind kind) noexcept;

/// One side of a change: nothing, points in thousandths, or a name.
using decision_value = std::variant<std::monostate, std::int64_t, std::string>;

/// What the fold tells: one thing that changed, when, and why.
///
///     {"seq": 17, "at": "2026-03-02T19:03:00.000Z", "contact": "c42", "kind": "stage", "from": "lead", "to": "mql",
///      "rule": "scored", "reason": "scored", "cause": "e1"}
///
/// `(contact, seq)` identifies it; `seq` counts from 1 without gaps. Which members count is told by the kind:
///
///     score, grade              about (its id), from, to
///     stage, status, assigned   from, to
///     tag                       about, text ("added" or "removed")
///     action                    about, text (its other keys as one JSON object)
///     rejected, error           about (the code), text (the message)
///     amended                   corrects, now (nothing: no longer made)
///     merged                    text (the contact it went into)
///
/// A plain value; distinct objects may be used from distinct threads.
struct decision {
  std::uint64_t seq = 0;
  instant at;
  std::string contact;
  decision_kind kind = decision_kind::score;
  std::string about;
  decision_value from;
  decision_value to;
  std::string text;
  /// The transition, or what a built-in event does directly.
  std::optional<std::string> rule;
  std::optional<std::string> reason;
  /// The event's id, nothing for an event without one, or "time".
  std::optional<std::string> cause;
  bool is_late = false;
  std::uint64_t corrects = 0;
  std::shared_ptr<const decision> now;
};

/// Whether two decisions tell the same; `seq` and `is_late` are how it is told and do not count.
[[nodiscard]] bool tells_the_same(const decision& a, const decision& b) noexcept;

/// One line of JSON. Without a `seq` (0) that key is left out.
void append_json(std::string& out, const decision& told);
[[nodiscard]] std::string to_json(const decision& told);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/decision_inl.hpp"
#endif
