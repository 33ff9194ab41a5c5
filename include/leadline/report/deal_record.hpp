#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/pack/target_spec.hpp"
#include "leadline/report/ratio.hpp"

namespace leadline {

enum class deal_outcome : std::uint8_t { open, won, lost, returned };

[[nodiscard]] std::string_view name_of(deal_outcome outcome) noexcept;

struct deal_touch {
  std::int64_t at_ms = 0;
  /// The event's type.
  std::string type;
  target_side side = target_side::marketing;
};

/// One deal from its first touch to its end: what a closed loop between sales and marketing looks back on.
struct deal_record {
  std::string contact;
  deal_outcome outcome = deal_outcome::open;
  std::optional<ratio> amount;
  std::int64_t opened_ms = 0;
  std::optional<std::int64_t> closed_ms;
  /// From the contact's latest entry into the stage after the handoff to the end.
  std::optional<std::int64_t> cycle_ms;
  std::string owner;
  std::string channel;
  /// Why it ended: a code of a disposition, a reason or a rule, and what the pack calls it.
  std::string reason;
  std::string reason_label;
  /// Since the end of the contact's deal before, in order of time.
  std::vector<deal_touch> touches;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/deal_record_inl.hpp"
#endif
