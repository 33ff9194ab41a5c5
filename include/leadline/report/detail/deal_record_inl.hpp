#pragma once

#include "leadline/report/deal_record.hpp"

namespace leadline {

LEADLINE_INLINE std::string_view name_of(deal_outcome outcome) noexcept {
  constexpr std::string_view names[] = {"open", "won", "lost", "returned"};
  return names[static_cast<std::size_t>(outcome)];
}

}  // namespace leadline
