#pragma once

#include <string_view>
#include <vector>

#include "leadline/fold/contact_state.hpp"
#include "leadline/pack/model.hpp"

namespace leadline::detail {

/// Stages in which a contact asks nothing more of its owner, one bit each: those that `business` calls won or lost, and
/// those aside. An owned contact anywhere else is open and fills its owner's capacity.
[[nodiscard]] inline std::vector<bool> closed_stages(const model& pack) {
  std::vector<bool> out(pack.stages.size(), false);
  for (std::size_t i = 0; i < pack.stages.size(); ++i) {
    const auto names_it = [&](const std::vector<name_use>& names) {
      for (const name_use& each : names) {
        if (each.name == pack.stages[i].id) return true;
      }
      return false;
    };
    out[i] = pack.stages[i].is_aside || names_it(pack.business.won) || names_it(pack.business.lost);
  }
  return out;
}

[[nodiscard]] inline bool is_open(const std::vector<bool>& closed, const contact_state& state) noexcept {
  return state.stage == compiled::none || !closed[state.stage];
}

}  // namespace leadline::detail
