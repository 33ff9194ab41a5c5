#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "leadline/fold/decision_list.hpp"

namespace leadline::detail {

[[nodiscard]] inline const decision& plain(const decision& told) noexcept { return told; }
[[nodiscard]] inline const decision& plain(const kept_decision& told) noexcept { return *told; }

/// What pairs a decision with its like in another fold: its instant, kind, what it is about, and the how many-th such.
using pairing_key = std::tuple<std::int64_t, decision_kind, std::string_view, std::size_t>;

template <class Told>
[[nodiscard]] std::vector<pairing_key> pairing_keys(const Told& told) {
  std::map<std::tuple<std::int64_t, decision_kind, std::string_view>, std::size_t> seen;
  std::vector<pairing_key> out;
  out.reserve(told.size());
  for (const auto& kept : told) {
    const decision& each = plain(kept);
    const auto like = std::tuple(each.at.ms(), each.kind, each.about);
    out.push_back(std::tuple_cat(like, std::tuple(++seen[like])));
  }
  return out;
}

/// Tells a reader of `told` what the truth is now: first what no longer stands as it was, in the order told, then what
/// is new. Those of `now` that were told before get their `seq`; the new ones keep 0. What amended ones show stands in
/// `shown`; texts stand where those of `told` and `now` do.
[[nodiscard]] inline std::vector<decision> corrections(const std::vector<kept_decision>& told,
                                                       std::vector<decision>& now, std::deque<decision>& shown,
                                                       std::optional<std::string_view> cause) {
  const std::vector<pairing_key> old_keys = pairing_keys(told);
  const std::vector<pairing_key> new_keys = pairing_keys(now);
  std::map<pairing_key, std::size_t> new_by_key;
  for (std::size_t i = 0; i < now.size(); ++i) new_by_key.emplace(new_keys[i], i);
  std::vector<decision> out;
  for (std::size_t i = 0; i < told.size(); ++i) {
    const auto present = new_by_key.find(old_keys[i]);
    if (present != new_by_key.end()) {
      now[present->second].seq = told[i]->seq;
      if (tells_the_same(*told[i], now[present->second])) continue;
    }
    decision& amended = out.emplace_back();
    amended.at = told[i]->at;
    amended.contact = told[i]->contact;
    amended.kind = decision_kind::amended;
    amended.corrects = told[i]->seq;
    amended.cause = cause;
    if (present != new_by_key.end()) {
      amended.now = &shown.emplace_back(now[present->second]);
      shown.back().seq = 0;
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
