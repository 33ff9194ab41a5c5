#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "leadline/fold/decision.hpp"

namespace leadline::detail {

/// What pairs a decision with its like in another fold: its instant, kind, what it is about, and the how many-th such.
using pairing_key = std::tuple<std::int64_t, decision_kind, std::string_view, std::size_t>;

[[nodiscard]] inline std::vector<pairing_key> pairing_keys(const std::vector<decision>& told) {
  std::map<std::tuple<std::int64_t, decision_kind, std::string_view>, std::size_t> seen;
  std::vector<pairing_key> out;
  out.reserve(told.size());
  for (const decision& each : told) {
    const auto like = std::tuple(each.at.ms(), each.kind, std::string_view(each.about));
    out.push_back(std::tuple_cat(like, std::tuple(++seen[like])));
  }
  return out;
}

/// Tells a reader of `told` what the truth is now: first what no longer stands as it was, in the order told, then what
/// is new. Those of `now` that were told before get their `seq`; the new ones keep 0.
[[nodiscard]] inline std::vector<decision> corrections(const std::vector<decision>& told, std::vector<decision>& now,
                                                       const std::optional<std::string>& cause) {
  const std::vector<pairing_key> old_keys = pairing_keys(told);
  const std::vector<pairing_key> new_keys = pairing_keys(now);
  std::map<pairing_key, std::size_t> new_by_key;
  for (std::size_t i = 0; i < now.size(); ++i) new_by_key.emplace(new_keys[i], i);
  std::vector<decision> out;
  for (std::size_t i = 0; i < told.size(); ++i) {
    const auto present = new_by_key.find(old_keys[i]);
    if (present != new_by_key.end()) {
      now[present->second].seq = told[i].seq;
      if (tells_the_same(told[i], now[present->second])) continue;
    }
    decision& amended = out.emplace_back();
    amended.at = told[i].at;
    amended.contact = told[i].contact;
    amended.kind = decision_kind::amended;
    amended.corrects = told[i].seq;
    amended.cause = cause;
    if (present != new_by_key.end()) {
      decision shown = now[present->second];
      shown.seq = 0;
      amended.now = std::make_shared<const decision>(std::move(shown));
    }
  }
  for (const decision& each : now) {
    if (each.seq != 0) continue;
    out.push_back(each);
    out.back().is_late = true;
  }
  return out;
}

}  // namespace leadline::detail
