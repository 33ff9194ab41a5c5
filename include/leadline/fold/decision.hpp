#pragma once

#include <cstdint>
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
  clock,
  cadence,
  recycled,
  held,
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
using decision_value = std::variant<std::monostate, std::int64_t, std::string_view>;

/// How a clock stands at an instant. Times are whole milliseconds of its target's family: of the wall, or in which its
/// calendar is open (for business days too).
struct clock_reading {
  /// Counted from 1, over all cycles of that clock.
  std::uint32_t cycle = 0;
  std::int64_t due_ms = 0;
  std::int64_t used_ms = 0;
  std::int64_t left_ms = 0;
  std::int64_t late_ms = 0;
  /// Of a cancelled clock: whether it had been breached.
  bool is_breached = false;
  [[nodiscard]] friend bool operator==(const clock_reading&, const clock_reading&) noexcept = default;
};

/// What the fold tells: one thing that changed, when, and why.
///
///     {"seq": 17, "at": "2026-03-02T19:03:00.000Z", "contact": "c42", "kind": "stage", "from": "lead", "to": "mql",
///      "rule": "scored", "reason": "scored", "cause": "e1"}
///
/// `(contact, seq)` identifies it; `seq` counts from 1 without gaps. Which members count is told by the kind:
///
///     score, grade              about (its id), from, to
///     stage, status             from, to
///     assigned                  from, to, text (of a pool: why, as members of a JSON object, or nothing)
///     held                      about (the code), text (likewise)
///     clock                     about (its id), text (what), reading; to: whom an escalation goes to, or the warning
///     cadence                   about (its id), text (what)
///     recycled                  about (the code)
///     tag                       about, text ("added" or "removed")
///     action                    about, text (its other keys as one JSON object)
///     rejected, error           about (the code), text (the message)
///     amended                   corrects, now (nothing: no longer made)
///     merged                    text (the contact it went into)
///
/// All texts are views: into the model, the event at hand and memory of whoever told it. Valid until the next call to
/// that, and no longer than the event; `kept_decision` keeps one, `decision_list` many. Distinct objects may be used
/// from distinct threads.
struct decision {
  std::uint64_t seq = 0;
  instant at;
  std::string_view contact;
  decision_kind kind = decision_kind::score;
  bool is_late = false;
  std::string_view about;
  decision_value from;
  decision_value to;
  std::string_view text;
  std::optional<clock_reading> reading;
  /// The transition, or what a built-in event does directly.
  std::optional<std::string_view> rule;
  std::optional<std::string_view> reason;
  /// The event's id, nothing for an event without one, or "time".
  std::optional<std::string_view> cause;
  std::uint64_t corrects = 0;
  /// Null: no longer made.
  const decision* now = nullptr;
};

namespace detail {

/// Hands every text of a decision, but not of its `now`, to `use`, which may replace it. A text added to `decision`
/// must be named here: what keeps a decision goes by this.
template <class Use>
void for_each_text(decision& told, const Use& use) {
  use(told.contact);
  use(told.about);
  use(told.text);
  for (decision_value* const side : {&told.from, &told.to}) {
    if (auto* const text = std::get_if<std::string_view>(side)) use(*text);
  }
  for (std::optional<std::string_view>* const each : {&told.rule, &told.reason, &told.cause}) {
    if (*each) use(**each);
  }
}

}  // namespace detail

/// Whether two decisions tell the same; `seq` and `is_late` are how it is told and do not count.
[[nodiscard]] bool tells_the_same(const decision& a, const decision& b) noexcept;

/// One line of JSON. Without a `seq` (0) that key is left out.
void append_json(std::string& out, const decision& told);
[[nodiscard]] std::string to_json(const decision& told);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/decision_inl.hpp"
#endif
