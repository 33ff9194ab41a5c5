#pragma once

#include <algorithm>
#include <bit>
#include <cmath>

#include "leadline/fold/detail/milli_points.hpp"
#include "leadline/fold/signal.hpp"

namespace leadline {

namespace detail {

inline void write_key(digest_writer& writer, value content) {
  const auto mark = [&](char letter) { writer.write(std::string_view(&letter, 1)); };
  switch (content.kind()) {
    case value_kind::null: return mark('n');
    case value_kind::boolean: return mark(content.boolean() ? 't' : 'f');
    case value_kind::integer: mark('i'); return writer.write_number(static_cast<std::uint64_t>(content.integer()));
    case value_kind::real: {
      const double number = content.real();
      // 2^63 is a double; below it a double without a fraction is an int64.
      if (std::trunc(number) == number && number >= -9223372036854775808.0 && number < 9223372036854775808.0) {
        mark('i');
        return writer.write_number(static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
      }
      mark('r');
      return writer.write_number(std::bit_cast<std::uint64_t>(number));
    }
    case value_kind::date: mark('d'); return writer.write_number(static_cast<std::uint64_t>(content.date_ms()));
    case value_kind::text: mark('s'); return writer.write_text(content.text());
    case value_kind::list:
      mark('l');
      writer.write_number(content.items().size());
      for (const value& each : content.items()) write_key(writer, each);
      return;
    case value_kind::object: {
      mark('o');
      std::vector<const value::member*> members;
      for (const value::member& each : content.members()) members.push_back(&each);
      std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
      writer.write_number(members.size());
      for (const value::member* each : members) {
        writer.write_text(each->key);
        write_key(writer, each->content);
      }
      return;
    }
  }
}

[[nodiscard]] inline std::int32_t local_day(const time_zone* zone, std::int64_t at_ms) noexcept {
  constexpr std::int64_t date_ms = 86'400'000;
  const std::int64_t local_ms = zone != nullptr ? zone->local_ms_of(instant::from_ms(at_ms)) : at_ms;
  const std::int64_t day = local_ms / date_ms - (local_ms % date_ms < 0 ? 1 : 0);
  return static_cast<std::int32_t>(day);
}

}  // namespace detail

LEADLINE_INLINE digest digest_of(value content) {
  digest_writer writer;
  detail::write_key(writer, content);
  return writer.finish();
}

LEADLINE_INLINE std::size_t signal_state::count_with(const spec& what, const signal_catch&) const {
  if (what.window_ms == 0) return 0;
  return std::max({times_.size(), kept().entries.size(), kept().dated.size()}) + 1;
}

LEADLINE_INLINE std::size_t signal_state::values_with(const spec& what, const signal_catch& caught) const {
  if (what.form != signal_form::distinct) return 0;
  return kept().latest.size() + (kept().latest.contains(caught.key) ? 0 : 1);
}

LEADLINE_INLINE void signal_state::add_to_sum(std::int64_t milli) noexcept {
  using detail::int128;
  using detail::uint128;
  const auto sum = static_cast<int128>(static_cast<uint128>(static_cast<int128>(sum_high_)) << 64 | sum_low_) + milli;
  sum_high_ = static_cast<std::int64_t>(sum >> 64);
  sum_low_ = static_cast<std::uint64_t>(static_cast<uint128>(sum));
}

LEADLINE_INLINE void signal_state::add_extreme(const spec& what, entry caught) {
  detail::sliding<entry>& entries = lists_.write().entries;
  const auto outdoes = [&](std::int64_t a, std::int64_t b) { return what.form == signal_form::max ? a >= b : a <= b; };
  while (!entries.empty() && outdoes(caught.milli, entries.back().milli)) entries.pop_back();
  // Without a window the best so far never leaves, and what does not outdo it is never the best.
  if (what.window_ms == 0 && !entries.empty()) return;
  entries.push_back(std::move(caught));
}

LEADLINE_INLINE void signal_state::add_date(std::int32_t day) {
  std::vector<date_run>& runs = lists_.write().runs;
  // Mostly today's date, or tomorrow's; a clock that is set back over midnight may bring an earlier one.
  auto at = std::find_if(runs.rbegin(), runs.rend(), [&](const date_run& run) { return run.first <= day + 1; });
  const auto index = static_cast<std::size_t>(runs.rend() - at);  // runs before it, itself included
  if (index > 0) {
    date_run& run = runs[index - 1];
    if (day >= run.first && day <= run.last) return;
    if (day == run.last + 1 || day == run.first - 1) {
      (day > run.last ? run.last : run.first) = day;
      if (index < runs.size() && runs[index].first == run.last + 1) {
        run.last = runs[index].last;
        runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(index));
      }
      if (index > 1 && runs[index - 2].last + 1 == runs[index - 1].first) {
        runs[index - 2].last = runs[index - 1].last;
        runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(index - 1));
      }
      return;
    }
  }
  runs.insert(runs.begin() + static_cast<std::ptrdiff_t>(index), {day, day});
}

LEADLINE_INLINE void signal_state::add(const spec& what, const time_zone* zone, const signal_catch& caught) {
  const auto made = [&] { return entry{caught.at_ms, caught.order, caught.milli, caught.text}; };
  switch (what.form) {
    case signal_form::count:
      ++count_;
      if (what.window_ms != 0) times_.push_back(caught.at_ms);
      return;
    case signal_form::distinct:
      lists_.write().latest[caught.key] = caught.at_ms;
      if (what.window_ms != 0) lists_.write().dated.push_back({caught.at_ms, caught.key});
      return;
    case signal_form::sum:
      add_to_sum(caught.milli);
      if (what.window_ms != 0) lists_.write().entries.push_back(made());
      return;
    case signal_form::max:
    case signal_form::min: return add_extreme(what, made());
    case signal_form::last: {
      detail::sliding<entry>& entries = lists_.write().entries;
      if (!entries.empty()) entries.pop_back();
      entries.push_back(made());
      return;
    }
    case signal_form::first: {
      detail::sliding<entry>& entries = lists_.write().entries;
      if (what.window_ms != 0 || entries.empty()) entries.push_back(made());
      return;
    }
    case signal_form::streak: return add_date(detail::local_day(zone, caught.at_ms));
    case signal_form::since: last_at_ms_ = std::max(caught.at_ms, last_at_ms_.value_or(caught.at_ms)); return;
  }
}

LEADLINE_INLINE void signal_state::slide(const spec& what, std::int64_t now_ms) {
  if (what.window_ms == 0) return;
  const std::int64_t gone_ms = now_ms - what.window_ms;
  while (!times_.empty() && times_.front() <= gone_ms) {
    times_.pop_front();
    --count_;
  }
  if (!lists_.is_there()) return;
  auto& [entries, dated, latest, runs] = lists_.write();
  while (!entries.empty() && entries.front().at_ms <= gone_ms) {
    if (what.form == signal_form::sum) add_to_sum(-entries.front().milli);
    entries.pop_front();
  }
  while (!dated.empty() && dated.front().at_ms <= gone_ms) {
    // A value seen again since then stays, by its later entry.
    const auto seen = latest.find(dated.front().key);
    if (seen != latest.end() && seen->second <= gone_ms) latest.erase(seen);
    dated.pop_front();
  }
}

LEADLINE_INLINE value signal_state::value_of(const entry& kept) noexcept {
  return kept.text.is_null() ? detail::number_of_milli(kept.milli) : kept.text.content();
}

LEADLINE_INLINE value signal_state::at(const spec& what, const time_zone* zone, std::int64_t now_ms) const {
  using detail::int128;
  using detail::uint128;
  switch (what.form) {
    case signal_form::count: return value::of(count_);
    case signal_form::distinct: return value::of(static_cast<std::int64_t>(kept().latest.size()));
    case signal_form::sum:
      return detail::number_of_milli(detail::saturated(
          static_cast<int128>(static_cast<uint128>(static_cast<int128>(sum_high_)) << 64 | sum_low_)));
    case signal_form::max:
    case signal_form::min:
    case signal_form::last:
    case signal_form::first: return kept().entries.empty() ? value{} : value_of(kept().entries.front());
    case signal_form::since: return last_at_ms_ ? detail::number_over(now_ms - *last_at_ms_, 1'000) : value{};
    case signal_form::streak: {
      const std::int32_t today = detail::local_day(zone, now_ms);
      for (auto run = kept().runs.rbegin(); run != kept().runs.rend(); ++run) {
        if (run->last < today - 1) break;
        if (run->first <= today && today <= run->last) return value::of(std::int64_t{today - run->first + 1});
        if (run->last == today - 1) return value::of(std::int64_t{run->last - run->first + 1});
      }
      return value::of(std::int64_t{0});
    }
  }
  return {};
}

LEADLINE_INLINE std::optional<std::int64_t> signal_state::next_break(const spec& what, const time_zone* zone,
                                                                     std::int64_t now_ms) const {
  std::optional<std::int64_t> first;
  const auto note = [&](std::int64_t at_ms) {
    if (at_ms > now_ms && (!first || at_ms < *first)) first = at_ms;
  };
  if (what.window_ms != 0) {
    if (!times_.empty()) note(times_.front() + what.window_ms);
    if (!kept().entries.empty()) note(kept().entries.front().at_ms + what.window_ms);
    if (!kept().dated.empty()) note(kept().dated.front().at_ms + what.window_ms);
  }
  if (what.form == signal_form::streak && !kept().runs.empty()) {
    // Yesterday still counts, so that the streak ends at the midnight at which its last date is the day before that.
    const std::int64_t midnight_ms = (std::int64_t{kept().runs.back().last} + 2) * 86'400'000;
    note(zone != nullptr ? zone->instant_of(midnight_ms).ms() : midnight_ms);
  }
  return first;
}

LEADLINE_INLINE std::optional<std::int64_t> signal_state::next_fall(
    const spec& what, std::span<const std::int64_t> levels) const noexcept {
  const auto count = static_cast<std::int64_t>(times_.size());
  const auto above = std::upper_bound(levels.begin(), levels.end(), count);
  // Below zero it does not fall.
  if (above == levels.begin() || above[-1] <= 0) return std::nullopt;
  return times_[static_cast<std::size_t>(count - above[-1])] + what.window_ms;
}

LEADLINE_INLINE void signal_state::unite(const spec& what, const signal_state& other) {
  count_ += other.count_;
  const auto in_time = [](std::int64_t a, std::int64_t b) { return a < b; };
  const auto by_entry = [](const entry& a, const entry& b) { return is_before(a, b); };
  times_ = detail::united(times_, other.times_, in_time);
  if (other.last_at_ms_) last_at_ms_ = std::max(*other.last_at_ms_, last_at_ms_.value_or(*other.last_at_ms_));
  if (!lists_.is_there() && !other.lists_.is_there() && what.form != signal_form::sum) return;
  auto& [entries, dated, latest, runs] = lists_.write();
  const lists& more = other.kept();
  dated = detail::united(dated, more.dated, [](const dated_key& a, const dated_key& b) { return a.at_ms < b.at_ms; });
  for (const auto& [key, at_ms] : more.latest) {
    const auto [known, is_new] = latest.emplace(key, at_ms);
    if (!is_new) known->second = std::max(known->second, at_ms);
  }
  const detail::sliding<entry> both = detail::united(entries, more.entries, by_entry);
  switch (what.form) {
    case signal_form::sum: {
      const detail::int128 sum =
          static_cast<detail::int128>(other.sum_high_) * (detail::int128{1} << 64) + other.sum_low_;
      const detail::int128 mine = static_cast<detail::int128>(sum_high_) * (detail::int128{1} << 64) + sum_low_ + sum;
      sum_high_ = static_cast<std::int64_t>(mine >> 64);
      sum_low_ = static_cast<std::uint64_t>(static_cast<detail::uint128>(mine));
      entries = both;
      break;
    }
    case signal_form::max:
    case signal_form::min: {
      entries = {};
      for (const entry& each : both) {
        if (what.window_ms != 0 || entries.empty()) {
          add_extreme(what, each);
        } else if (what.form == signal_form::max ? each.milli > entries.front().milli
                                                 : each.milli < entries.front().milli) {
          entries = {};
          entries.push_back(each);
        }
      }
      break;
    }
    case signal_form::last:
      entries = {};
      if (!both.empty()) entries.push_back(both.back());
      break;
    case signal_form::first:
      entries = {};
      if (what.window_ms != 0) {
        entries = both;
      } else if (!both.empty()) {
        entries.push_back(both.front());
      }
      break;
    case signal_form::streak:
      for (const date_run& run : more.runs) {
        for (std::int32_t day = run.first; day <= run.last; ++day) add_date(day);
      }
      break;
    case signal_form::count:
    case signal_form::distinct:
    case signal_form::since: break;
  }
}

}  // namespace leadline
