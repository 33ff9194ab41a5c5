#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "leadline/pack/compiled_event.hpp"

namespace leadline {

/// What a pass wants to know: who of a pool gets this contact. Views, valid for the call.
struct assignment_request {
  std::string_view contact;
  /// The instant of the pass that asks.
  std::int64_t at_ms = 0;
  /// What makes two requests one: the rule, the instant at which it was first made, and the how many-th of the
  /// contact's at that instant it was.
  std::uint32_t rule = compiled::none;
  std::int64_t since_ms = 0;
  std::uint32_t number = 0;
  /// Whether it waits already and is looked at again.
  bool is_waiting = false;
  /// The territory to be served; nothing where the rule asks for none, an empty one where nobody knows which.
  std::optional<std::string_view> territory;
  /// Reps whom the rule passes over, and owners whom a reroute leaves behind.
  std::span<const std::uint32_t> excluded;
  std::span<const std::uint32_t> previous;
  /// The present owner, if that is a rep.
  std::uint32_t owner = compiled::none;
  /// When the first of the contact's running clocks is due.
  std::optional<std::int64_t> due_ms;
};

enum class assignment_outcome : std::uint8_t {
  assigned,
  /// Nobody is eligible; the contact waits.
  nobody,
  /// Not asked: who keeps the pools looks at it at the last closed instant.
  later
};

struct assignment {
  assignment_outcome outcome = assignment_outcome::nobody;
  std::uint32_t rep = compiled::none;
  /// The pool in whose ledger it counts; none where a fallback was taken.
  std::uint32_t pool = compiled::none;
  /// Why, as members of a JSON object: pool, candidates dropped, ledger.
  std::string details;
};

/// Keeps the pools that contacts share, and says who gets one: the fold asks, and knows nothing of other contacts.
///
///     class by_turns final : public assigner {
///       assignment assign(const assignment_request& asked) override { ... }
///       void undo(std::uint32_t pool, std::uint32_t rep) override { ... }
///     };
///
/// The engine's is `routing`. For one thread at a time.
class assigner {
 public:
  assigner() = default;
  assigner(const assigner&) = default;
  assigner& operator=(const assigner&) = default;
  assigner(assigner&&) = default;
  assigner& operator=(assigner&&) = default;
  virtual ~assigner() = default;

  [[nodiscard]] virtual assignment assign(const assignment_request& asked) = 0;
  /// A late event of the contact itself has shown that it never asked.
  virtual void undo(std::uint32_t pool, std::uint32_t rep) = 0;
};

}  // namespace leadline
