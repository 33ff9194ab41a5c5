#pragma once

#include <algorithm>

#include "leadline/fold/decay.hpp"
#include "leadline/fold/detail/power_of_two.hpp"

namespace leadline {

namespace detail {

[[nodiscard]] inline half_life_place place_of(std::int64_t at_ms, std::int64_t half_life_ms) noexcept {
  const std::int64_t multiple = at_ms / half_life_ms - (at_ms % half_life_ms < 0 ? 1 : 0);
  const auto rest = static_cast<std::uint64_t>(at_ms - multiple * half_life_ms);
  return {multiple, static_cast<std::uint64_t>((uint128{rest} << 64) / static_cast<std::uint64_t>(half_life_ms))};
}

LEADLINE_INLINE void half_life_memo::look(std::int64_t at_ms, std::int64_t half_life_ms) noexcept {
  if (at_ms == at_ms_ && half_life_ms == half_life_ms_) return;
  at_ms_ = at_ms;
  half_life_ms_ = half_life_ms;
  here_ = place_of(at_ms, half_life_ms);
  fall_ = here_.fraction == 0 ? 0 : power_of_two(0 - here_.fraction);
}

/// A real of `numerator / denominator` milli-points, truncated toward zero, unless it lies within 2^-20 of the next.
[[nodiscard]] inline std::int64_t truncated(int128 numerator, std::int64_t denominator) noexcept {
  const bool is_negative = numerator < 0;
  const uint128 magnitude =
      is_negative ? uint128{0} - static_cast<uint128>(numerator) : static_cast<uint128>(numerator);
  const auto divisor = static_cast<std::uint64_t>(denominator);
  uint128 whole = magnitude / divisor;
  const uint128 missing = divisor - magnitude % divisor;
  if (missing << 20 <= divisor) ++whole;
  const auto points_milli = static_cast<std::int64_t>(whole);
  return is_negative ? -points_milli : points_milli;
}

}  // namespace detail

LEADLINE_INLINE std::optional<std::int64_t> decayed_sum::life_ms(const decay& how) noexcept {
  switch (how.form) {
    case decay_form::linear:
    case decay_form::expires: return how.period_ms;
    case decay_form::percent:
      // Nothing is left once the percentages add up to 100: at the end of that period.
      return how.period_ms * ((100'000 + how.percent_milli - 1) / how.percent_milli);
    case decay_form::none:
    case decay_form::half_life: break;
  }
  return std::nullopt;
}

LEADLINE_INLINE void decayed_sum::add(const decay& how, instant at, std::int64_t points_milli) {
  detail::half_life_memo memo;
  add(how, at, points_milli, memo);
}

LEADLINE_INLINE void decayed_sum::add(const decay& how, instant at, std::int64_t points_milli,
                                      detail::half_life_memo& memo) {
  using detail::int128;
  using detail::uint128;
  if (how.form == decay_form::none) {
    whole_ += points_milli;
    return;
  }
  if (how.form != decay_form::half_life) {
    const std::int64_t gone_ms = at.ms() - *life_ms(how);
    std::vector<entry>& all = entries_.write();
    const auto first = std::find_if(all.begin(), all.end(), [&](const entry& kept) { return kept.at_ms > gone_ms; });
    all.erase(all.begin(), first);
    if (!all.empty() && all.back().at_ms == at.ms()) {
      all.back().points_milli += points_milli;
    } else {
      all.push_back({at.ms(), points_milli});
    }
    return;
  }
  // The sum so far, brought to the landmark of this event, and the event's points scaled up to it.
  memo.look(at.ms(), how.period_ms);
  const detail::half_life_place& here = memo.here();
  int128 sum = static_cast<int128>(static_cast<uint128>(static_cast<int128>(whole_)) << 64 | fraction_);
  const std::int64_t doublings = is_empty() ? 0 : here.multiple - landmark_;
  const auto shifted = [&](int128 value) {
    if (doublings >= 127) return int128{0};
    // Toward zero, so that points and penalties lose alike.
    return value < 0 ? -static_cast<int128>(static_cast<uint128>(-value) >> doublings) : value >> doublings;
  };
  const auto magnitude = static_cast<std::uint64_t>(points_milli < 0 ? -points_milli : points_milli);
  const auto scaled = static_cast<int128>(uint128{magnitude} * detail::power_of_two(here.fraction) << 1);
  sum = shifted(sum) + (points_milli < 0 ? -scaled : scaled);
  whole_ = static_cast<std::int64_t>(sum >> 64);
  fraction_ = static_cast<std::uint64_t>(static_cast<uint128>(sum));
  landmark_ = here.multiple;
}

LEADLINE_INLINE void decayed_sum::unite(const decay& how, const decayed_sum& other) {
  using detail::int128;
  using detail::uint128;
  if (other.is_empty()) return;
  if (is_empty()) {
    *this = other;
    return;
  }
  if (how.form == decay_form::none) {
    whole_ += other.whole_;
    return;
  }
  if (how.form != decay_form::half_life) {
    std::vector<entry>& all = entries_.write();
    const auto middle = static_cast<std::ptrdiff_t>(all.size());
    all.insert(all.end(), other.entries().begin(), other.entries().end());
    std::inplace_merge(all.begin(), all.begin() + middle, all.end(),
                       [](const entry& a, const entry& b) { return a.at_ms < b.at_ms; });
    return;
  }
  const auto value_at = [](const decayed_sum& sum, std::int64_t landmark) {
    const auto value = static_cast<int128>(static_cast<uint128>(static_cast<int128>(sum.whole_)) << 64 | sum.fraction_);
    const std::int64_t halvings = landmark - sum.landmark_;
    if (halvings >= 127) return int128{0};
    return value < 0 ? -static_cast<int128>(static_cast<uint128>(-value) >> halvings) : value >> halvings;
  };
  const std::int64_t landmark = std::max(landmark_, other.landmark_);
  const int128 sum = value_at(*this, landmark) + value_at(other, landmark);
  whole_ = static_cast<std::int64_t>(sum >> 64);
  fraction_ = static_cast<std::uint64_t>(static_cast<uint128>(sum));
  landmark_ = landmark;
}

LEADLINE_INLINE std::int64_t decayed_sum::milli_at(const decay& how, instant at) const noexcept {
  detail::half_life_memo memo;
  return milli_at(how, at, memo);
}

LEADLINE_INLINE std::optional<std::int64_t> decayed_sum::size_bound(const decay& how) const noexcept {
  // At the landmark a half-life's sum was at most one more than its whole part, and it only falls.
  if (how.form == decay_form::none || how.form == decay_form::half_life) return (whole_ < 0 ? -whole_ : whole_) + 1;
  return std::nullopt;
}

LEADLINE_INLINE std::int64_t decayed_sum::milli_at(const decay& how, instant at,
                                                   detail::half_life_memo& memo) const noexcept {
  using detail::int128;
  using detail::uint128;
  switch (how.form) {
    case decay_form::none: return whole_;
    case decay_form::half_life: {
      if (whole_ == 0 && fraction_ == 0) return 0;
      memo.look(at.ms(), how.period_ms);
      const detail::half_life_place& here = memo.here();
      const auto sum = static_cast<int128>(static_cast<uint128>(static_cast<int128>(whole_)) << 64 | fraction_);
      const uint128 magnitude = sum < 0 ? uint128{0} - static_cast<uint128>(sum) : static_cast<uint128>(sum);
      // 2^(-fraction) is half of 2^(1 - fraction), which the tables hold; at a whole multiple it is 1.
      std::int64_t halvings = here.multiple - landmark_;
      uint128 product = magnitude;
      if (here.fraction != 0) {
        const std::uint64_t factor = memo.fall();
        const uint128 high = (magnitude >> 64) * factor;
        const uint128 low = (magnitude & ~std::uint64_t{0}) * factor;
        // The factor has 63 bits behind the point; the sum keeps its 64.
        product = (high << 1) + (low >> 63);
        ++halvings;
      }
      // Below 0 only a millisecond before the latest event, which may lie beyond the landmark's multiple.
      product = halvings >= 127 ? 0 : halvings < 0 ? product << -halvings : product >> halvings;
      constexpr std::uint64_t nearly_one = ~std::uint64_t{0} - (std::uint64_t{1} << 44) + 1;  // 1 - 2^-20
      auto whole = static_cast<std::int64_t>(product >> 64);
      if (static_cast<std::uint64_t>(product) >= nearly_one) ++whole;
      return sum < 0 ? -whole : whole;
    }
    case decay_form::linear: {
      int128 numerator = 0;
      for (const entry& kept : entries()) {
        const std::int64_t left_ms = std::min(kept.at_ms + how.period_ms - at.ms(), how.period_ms);
        if (left_ms > 0) numerator += int128{kept.points_milli} * left_ms;
      }
      return detail::truncated(numerator, how.period_ms);
    }
    case decay_form::percent: {
      int128 numerator = 0;
      for (const entry& kept : entries()) {
        const std::int64_t left = 100'000 - how.percent_milli * ((at.ms() - kept.at_ms) / how.period_ms);
        if (left > 0) numerator += int128{kept.points_milli} * left;
      }
      return detail::truncated(numerator, 100'000);
    }
    case decay_form::expires: {
      std::int64_t sum = 0;
      for (const entry& kept : entries()) {
        if (at.ms() - kept.at_ms < how.period_ms) sum += kept.points_milli;
      }
      return sum;
    }
  }
  return 0;
}

LEADLINE_INLINE std::optional<instant> decayed_sum::next_bend(const decay& how, instant after) const noexcept {
  const std::optional<std::int64_t> life = life_ms(how);
  if (!life) return std::nullopt;
  std::optional<std::int64_t> first;
  for (const entry& kept : entries()) {
    if (kept.at_ms + *life <= after.ms()) continue;
    // `percent` falls at the end of each period, the others at the end of their one.
    const std::int64_t passed = std::max<std::int64_t>(after.ms() - kept.at_ms, 0) / how.period_ms;
    const std::int64_t bend_ms = kept.at_ms + how.period_ms * (passed + 1);
    if (!first || bend_ms < *first) first = bend_ms;
  }
  if (!first) return std::nullopt;
  return instant::from_ms(*first);
}

LEADLINE_INLINE bool decayed_sum::is_gliding(const decay& how) const noexcept {
  switch (how.form) {
    case decay_form::half_life: return whole_ != 0 || fraction_ != 0;
    case decay_form::linear: return !entries().empty();
    case decay_form::none:
    case decay_form::percent:
    case decay_form::expires: break;
  }
  return false;
}

}  // namespace leadline
