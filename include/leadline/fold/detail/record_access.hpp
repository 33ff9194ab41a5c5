#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "leadline/fold/contact.hpp"
#include "leadline/fold/detail/record_bytes.hpp"

/// What a contact's record holds, and in what order: the one place to extend when the state grows.
///
/// Each part of the state is described once, by a function that takes an archive (`record_writer` or `record_reader`)
/// and the part, const for the one and not for the other:
///
///     if (a.section(part::owner, state.owner.has_value())) {   // writing: sets the bit; reading: is it set?
///       if constexpr (A::is_reading) state.owner.emplace();
///       a.text(*state.owner);
///     }
///
/// To add a part: take the next free bit of `part`, describe the part at the END of `state_parts`, make
/// `reset` bring it back to what a fresh contact has, and leave it out where a fresh contact has nothing, so that
/// records of packs that do not use it, and older records, stay as they are. When reading, whatever the fold will use
/// as an index, or rely on, must be `require`d: the bytes may be anything. What only says how the state came about
/// (arrival numbers, the instant of the latest pass) is left out where `a.is_digest()`.
namespace leadline::detail {

/// The bits of the state's mask. They are the format: never renumbered.
enum class record_part : std::uint8_t {
  now = 0,
  first_event = 1,
  wakeup = 2,
  attributes = 3,
  other_attributes = 4,
  misfits = 5,
  has_derived = 6,
  tags = 7,
  owner = 8,
  signals = 9,
  rules = 10,
  gap = 11,
  has_activity = 12,
  pins = 13,
  scores = 14,
  told_scores = 15,
  grades = 16,
  told_grades = 17,
  stage = 18,
  status = 19,
  entered = 20,
  stages = 21,
  statuses = 22,
  last_fired = 23,
  disarmed = 24,
  entry_scores = 25,
  effects = 26,
  duties = 27,
  triggers = 28,
  restless = 29,
  route = 30,
  // 31 will tell of a second mask.
};

/// The bits of the contact's own mask.
enum class record_history : std::uint8_t {
  closed = 0,
  seq = 1,
  duplicates = 2,
  arrivals = 3,
  merged = 4,
  base = 5,
  kept = 6,
  log = 7,
  ids = 8,
  log_look = 9,
  answers = 10
};

struct record_access {
  using part = record_part;

  static std::shared_ptr<const std::byte[]>& bytes_of(stored_value& kept) noexcept { return kept.bytes_; }

  // --- Helpers ------------------------------------------------------------------------------------------------------

  template <class A, class Queue, class Each>
  static void queue(A& a, Queue& items, std::size_t skip, const Each& each) {
    if constexpr (A::is_reading) {
      const std::size_t count = a.items();
      for (std::size_t i = 0; i < count && a.is_good(); ++i) {
        std::remove_cvref_t<decltype(items.front())> item{};
        each(item, i);
        items.push_back(std::move(item));
      }
    } else {
      a.number(std::uint64_t{items.size() - skip});
      for (std::size_t i = skip; i < items.size(); ++i) each(items[i], i - skip);
    }
  }

  /// A count that goes on being counted up.
  template <class A, class Count>
  static void count(A& a, Count& n) {
    if constexpr (A::is_reading) {
      std::uint64_t read = 0;
      a.number(read);
      a.require(read < std::uint64_t{1} << 60);
      n = a.is_good() ? static_cast<std::int64_t>(read) : 0;
    } else {
      a.number(static_cast<std::uint64_t>(n));
    }
  }

  /// Of a list in order of time what has happened: no later than the latest pass.
  template <class A, class Instant>
  static void past(A& a, Instant& at_ms, std::size_t index, std::int64_t now_ms) {
    a.ascending(at_ms, index);
    if constexpr (A::is_reading) a.require(at_ms <= now_ms);
  }

  template <class A, class Value>
  static void stored(A& a, Value& kept) {
    if constexpr (A::is_reading) {
      const value read = a.content();
      if (!a.is_good()) return;
      if (read.is_text() && a.owner()) {
        kept.content_ = read;
        kept.bytes_ = a.owner();
      } else {
        kept = stored_value::of(read);
      }
    } else {
      a.content(kept.content());
    }
  }

  /// How many items at the front have left the window (now - W, now].
  template <class Queue, class At>
  [[nodiscard]] static std::size_t gone_count(const Queue& items, std::int64_t window_ms, std::int64_t now_ms,
                                              const At& at_of) noexcept {
    if (window_ms == 0 || now_ms == contact_state::never_ms) return 0;
    std::size_t count = 0;
    while (count < items.size() && at_of(items[count]) <= now_ms - window_ms) ++count;
    return count;
  }

  // --- Signals ------------------------------------------------------------------------------------------------------

  [[nodiscard]] static std::size_t gone_from(const compiled::signal& what, const signal_state& from,
                                             std::int64_t now_ms) noexcept {
    switch (what.form) {
      case signal_form::count:
        return gone_count(from.times_, what.window_ms, now_ms, [](std::int64_t at_ms) { return at_ms; });
      case signal_form::distinct:
        return gone_count(from.kept().dated, what.window_ms, now_ms, [](const auto& each) { return each.at_ms; });
      default:
        return gone_count(from.kept().entries, what.window_ms, now_ms, [](const auto& each) { return each.at_ms; });
    }
  }

  [[nodiscard]] static bool is_fresh(const compiled::signal& what, const signal_state& from, std::int64_t now_ms) {
    switch (what.form) {
      case signal_form::count:
        return what.window_ms == 0 ? from.count_ == 0 : gone_from(what, from, now_ms) == from.times_.size();
      case signal_form::distinct:
        return what.window_ms == 0 ? from.kept().latest.empty()
                                   : gone_from(what, from, now_ms) == from.kept().dated.size();
      case signal_form::sum:
        if (what.window_ms == 0) return from.sum_high_ == 0 && from.sum_low_ == 0;
        [[fallthrough]];
      case signal_form::max:
      case signal_form::min:
      case signal_form::last:
      case signal_form::first: return gone_from(what, from, now_ms) == from.kept().entries.size();
      case signal_form::streak: return from.kept().runs.empty();
      case signal_form::since: return !from.last_at_ms_;
    }
    return true;
  }

  static void reset(signal_state& out) {
    out.count_ = 0;
    out.sum_high_ = 0;
    out.sum_low_ = 0;
    out.last_at_ms_.reset();
    out.times_.clear();
    if (!out.lists_.is_there()) return;
    auto& [entries, dated, latest, runs] = out.lists_.write();
    entries.clear();
    dated.clear();
    latest.clear();
    runs.clear();
  }

  /// Of a signal that is read its lists, to be filled.
  [[nodiscard]] static const signal_state::lists& lists_of(const signal_state& s) noexcept { return s.kept(); }
  [[nodiscard]] static signal_state::lists& lists_of(signal_state& s) { return s.lists_.write(); }

  template <class A, class S>
  static void signal_parts(A& a, const compiled::signal& what, S& s, std::int64_t now_ms) {
    std::size_t gone = 0;
    if constexpr (!A::is_reading) gone = gone_from(what, s, now_ms);
    switch (what.form) {
      case signal_form::count:
        if (what.window_ms == 0) {
          count(a, s.count_);
        } else {
          queue(a, s.times_, gone, [&](auto& at_ms, std::size_t i) { past(a, at_ms, i, now_ms); });
          if constexpr (A::is_reading) s.count_ = static_cast<std::int64_t>(s.times_.size());
        }
        return;
      case signal_form::distinct:
        if (what.window_ms == 0) {
          keys(a, lists_of(s).latest);
        } else {
          queue(a, lists_of(s).dated, gone, [&](auto& each, std::size_t i) {
            past(a, each.at_ms, i, now_ms);
            key(a, each.key);
          });
          if constexpr (A::is_reading) {
            for (const auto& each : s.kept().dated) s.lists_.write().latest[each.key] = each.at_ms;
          }
        }
        return;
      case signal_form::sum:
        if (what.window_ms == 0) {
          int128 sum = static_cast<int128>(static_cast<uint128>(static_cast<int128>(s.sum_high_)) << 64 | s.sum_low_);
          a.wide(sum);
          if constexpr (A::is_reading) {
            s.sum_high_ = static_cast<std::int64_t>(sum >> 64);
            s.sum_low_ = static_cast<std::uint64_t>(static_cast<uint128>(sum));
          }
        } else {
          queue(a, lists_of(s).entries, gone, [&](auto& each, std::size_t i) {
            past(a, each.at_ms, i, now_ms);
            a.integer(each.milli);
            if constexpr (A::is_reading) s.add_to_sum(each.milli);
          });
        }
        return;
      case signal_form::max:
      case signal_form::min:
      case signal_form::last:
      case signal_form::first: {
        std::uint64_t order = 0;
        queue(a, lists_of(s).entries, gone, [&](auto& each, std::size_t i) {
          past(a, each.at_ms, i, now_ms);
          a.order(each.order, order);
          order = each.order;
          if (what.keeps_text) {
            stored(a, each.text);
            if constexpr (A::is_reading) {
              a.require(each.text.content().is_text() || each.text.is_null());
            }
            if (!each.text.is_null()) return;
          }
          a.integer(each.milli);
        });
        return;
      }
      case signal_form::streak:
        if constexpr (A::is_reading) {
          std::int64_t day = 0;
          const std::size_t count = a.items();
          for (std::size_t i = 0; i < count && a.is_good(); ++i) {
            std::int64_t gap = 0;
            std::uint32_t length = 0;
            a.integer(gap);
            a.number(length);
            day += std::clamp(gap, -day_max, day_max);
            a.require((i == 0 || gap > 1) && day > -day_max && day + length < day_max);
            if (!a.is_good()) return;
            lists_of(s).runs.push_back({static_cast<std::int32_t>(day), static_cast<std::int32_t>(day + length)});
            day += length;
          }
        } else {
          a.number(std::uint64_t{s.kept().runs.size()});
          std::int64_t day = 0;
          for (const auto& run : s.kept().runs) {
            a.integer(run.first - day);
            a.number(static_cast<std::uint32_t>(run.last - run.first));
            day = run.last;
          }
        }
        return;
      case signal_form::since:
        if constexpr (A::is_reading) s.last_at_ms_.emplace();
        a.instant(*s.last_at_ms_);
        return;
    }
  }

  static constexpr std::int64_t day_max = 200'000'000;

  template <class A, class Key>
  static void key(A& a, Key& each) {
    if constexpr (A::is_reading) {
      a.raw(each.bytes_);
    } else {
      a.raw(each.bytes());
    }
  }

  /// A set of digests, or the keys of a map of them.
  template <class A, class Set>
  static void keys(A& a, Set& all) {
    if constexpr (A::is_reading) {
      const std::size_t count = a.items();
      for (std::size_t i = 0; i < count && a.is_good(); ++i) {
        digest each;
        a.raw(each.bytes_);
        if constexpr (std::is_same_v<Set, std::map<digest, std::int64_t>>) {
          all.emplace_hint(all.end(), each, 0);
        } else {
          all.emplace_hint(all.end(), each);
        }
      }
    } else {
      a.number(std::uint64_t{all.size()});
      for (const auto& each : all) {
        if constexpr (std::is_same_v<std::remove_const_t<Set>, std::map<digest, std::int64_t>>) {
          a.raw(each.first.bytes());
        } else {
          a.raw(each.bytes());
        }
      }
    }
  }

  // --- Rules --------------------------------------------------------------------------------------------------------

  /// Entries of a sum that count no more, not even a millisecond before the latest pass.
  [[nodiscard]] static std::size_t gone_from(const decay& how, const decayed_sum& from, std::int64_t now_ms) noexcept {
    const std::optional<std::int64_t> life_ms = decayed_sum::life_ms(how);
    // A contact to which nothing has happened has no latest pass, and no entries.
    if (from.entries().empty()) return 0;
    return life_ms ? gone_count(from.entries(), *life_ms, now_ms - 1, [](const auto& each) { return each.at_ms; }) : 0;
  }

  [[nodiscard]] static bool is_fresh(const decay& how, const decayed_sum& from, std::int64_t now_ms) noexcept {
    if (how.form == decay_form::none) return from.whole_ == 0;
    if (how.form == decay_form::half_life) return from.whole_ == 0 && from.fraction_ == 0;
    return gone_from(how, from, now_ms) == from.entries().size();
  }

  [[nodiscard]] static bool is_fresh(const compiled::rule& what, const rule_state& from, std::int64_t now_ms) {
    switch (what.form) {
      case rule_form::held: return from.held_milli == 0 && !from.has_held;
      case rule_form::earned:
        return is_fresh(what.decay, from.sum_, now_ms) && from.earned_count_ == 0 && from.times().empty() &&
               from.once_keys().empty();
      case rule_form::tiers: return from.times().empty();
      case rule_form::idle: return from.memory_.read().kept_milli == 0;
    }
    return true;
  }

  static void reset(rule_state& out) {
    out.held_milli = 0;
    out.has_held = false;
    out.sum_.whole_ = 0;
    out.sum_.fraction_ = 0;
    out.sum_.landmark_ = 0;
    if (out.sum_.entries_.is_there()) out.sum_.entries_.write().clear();
    out.earned_count_ = 0;
    if (!out.memory_.is_there()) return;
    auto& [times, once_keys, kept_milli] = out.memory_.write();
    times.clear();
    once_keys.clear();
    kept_milli = 0;
  }

  [[nodiscard]] static const auto& entries_of(const decayed_sum& s) noexcept { return s.entries(); }
  [[nodiscard]] static auto& entries_of(decayed_sum& s) { return s.entries_.write(); }
  [[nodiscard]] static const rule_state::memory& memory_of(const rule_state& s) noexcept { return s.memory_.read(); }
  [[nodiscard]] static rule_state::memory& memory_of(rule_state& s) { return s.memory_.write(); }

  template <class A, class S>
  static void sum_parts(A& a, const decay& how, S& s, std::int64_t now_ms) {
    switch (how.form) {
      case decay_form::none: a.points(s.whole_); return;
      case decay_form::half_life:
        a.points(s.whole_);
        a.fixed(s.fraction_);
        a.integer(s.landmark_);
        if constexpr (A::is_reading) {
          // The landmark is the period within which the latest event was.
          half_life_memo memo;
          a.require(now_ms != contact_state::never_ms);
          if (!a.is_good()) return;
          memo.look(now_ms, how.period_ms);
          constexpr std::int64_t most = record_reader::instant_max_ms;
          a.require(-most <= s.landmark_ && s.landmark_ <= memo.here().multiple);
        }
        return;
      case decay_form::linear:
      case decay_form::percent:
      case decay_form::expires: {
        std::size_t gone = 0;
        if constexpr (!A::is_reading) gone = gone_from(how, s, now_ms);
        queue(a, entries_of(s), gone, [&](auto& each, std::size_t i) {
          past(a, each.at_ms, i, now_ms);
          a.points(each.points_milli);
        });
        return;
      }
    }
  }

  /// What a held rule gives, without spelling it out.
  enum class held_form : std::uint8_t { zero, points, otherwise, other };

  template <class A, class S>
  static void rule_parts(A& a, const compiled::rule& what, S& s, std::int64_t now_ms) {
    switch (what.form) {
      case rule_form::held: {
        if constexpr (A::is_reading) {
          std::uint32_t form = 0;
          a.number(form);
          s.has_held = (form & 1) != 0;
          switch (static_cast<held_form>(form >> 1 & 3)) {
            case held_form::zero: s.held_milli = 0; break;
            case held_form::points: s.held_milli = what.points_milli; break;
            case held_form::otherwise: s.held_milli = what.otherwise_milli.value_or(0); break;
            case held_form::other: a.points(s.held_milli); break;
          }
        } else {
          held_form form = held_form::other;
          if (s.held_milli == 0) {
            form = held_form::zero;
          } else if (s.held_milli == what.points_milli) {
            form = held_form::points;
          } else if (s.held_milli == what.otherwise_milli) {
            form = held_form::otherwise;
          }
          a.number(static_cast<std::uint32_t>(form) << 1 | (s.has_held ? 1U : 0U));
          if (form == held_form::other) a.points(s.held_milli);
        }
        return;
      }
      case rule_form::earned:
        sum_parts(a, what.decay, s.sum_, now_ms);
        if constexpr (A::is_reading) {
          std::int64_t earned = 0;
          count(a, earned);
          a.require(earned <= std::int64_t{UINT32_MAX});
          if (a.is_good()) s.earned_count_ = static_cast<std::uint32_t>(earned);
        } else {
          count(a, s.earned_count_);
        }
        if (what.limit_times > 0 && what.limit_per_ms != 0) times(a, memory_of(s).times, now_ms);
        if (what.limit_once_per_slot != compiled::none) keys(a, memory_of(s).once_keys);
        return;
      case rule_form::tiers: times(a, memory_of(s).times, now_ms); return;
      case rule_form::idle: a.score(memory_of(s).kept_milli); return;
    }
  }

  template <class A, class Times>
  static void times(A& a, Times& all, std::int64_t now_ms) {
    queue(a, all, 0, [&](auto& at_ms, std::size_t i) { past(a, at_ms, i, now_ms); });
  }

  // --- Attributes ---------------------------------------------------------------------------------------------------

  /// What a declared type lets through; conditions are compiled relying on it.
  [[nodiscard]] static bool fits(data_type type, value content) noexcept {
    if (content.is_null()) return true;
    switch (type) {
      case data_type::string: return content.is_text();
      case data_type::number:
        return content.kind() == value_kind::integer ||
               (content.kind() == value_kind::real && std::isfinite(content.real()));
      case data_type::boolean: return content.kind() == value_kind::boolean;
      case data_type::date: return content.kind() == value_kind::date;
      case data_type::strings:
        return content.is_list() &&
               std::all_of(content.items().begin(), content.items().end(), [](value each) { return each.is_text(); });
    }
    return false;
  }

  /// Of lists and objects it is not asked.
  [[nodiscard]] static bool is_same(value a, value b) noexcept {
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
      case value_kind::boolean: return a.boolean() == b.boolean();
      case value_kind::integer: return a.integer() == b.integer();
      case value_kind::real: return std::bit_cast<std::uint64_t>(a.real()) == std::bit_cast<std::uint64_t>(b.real());
      case value_kind::date: return a.date_ms() == b.date_ms();
      case value_kind::text: return a.text() == b.text();
      case value_kind::null:
      case value_kind::list:
      case value_kind::object: break;
    }
    return false;
  }

  /// A base says "the same" of what the state still has.
  template <class A, class V>
  static void attribute(A& a, V& kept, const stored_value* present) {
    if constexpr (A::is_reading) {
      const record_kind kind = a.kind();
      if (kind == record_kind::same) {
        a.require(present != nullptr);
        if (present != nullptr) kept = *present;
        return;
      }
      const value read = a.content(kind, 0);
      if (!a.is_good()) return;
      if (read.is_text() && a.owner()) {
        kept.content_ = read;
        kept.bytes_ = a.owner();
      } else {
        kept = stored_value::of(read);
      }
    } else {
      if (present != nullptr && is_same(kept.content(), present->content())) return a.kind(record_kind::same);
      a.content(kept.content());
    }
  }

  template <class A, class Map>
  static void named_values(A& a, Map& all) {
    if constexpr (A::is_reading) {
      const std::size_t count = a.items();
      for (std::size_t i = 0; i < count && a.is_good(); ++i) {
        std::string name;
        a.name(name);
        stored(a, all[std::move(name)]);
      }
    } else {
      a.number(std::uint64_t{all.size()});
      for (const auto& [name, content] : all) {
        a.name(name);
        stored(a, content);
      }
    }
  }

  // --- The state ----------------------------------------------------------------------------------------------------

  static void reset(contact_state& s) {
    s.now_ms = contact_state::never_ms;
    s.first_event_ms.reset();
    s.wakeup_ms.reset();
    for (stored_value& each : s.attributes()) {
      if (each.is_null()) continue;
      each.content_ = {};
      each.bytes_.reset();
    }
    s.other_attributes.clear();
    s.misfits.clear();
    s.has_derived = false;
    s.tags.clear();
    s.owner.reset();
    for (signal_state& each : s.signals()) reset(each);
    if (s.sums.is_known) {
      for (const std::uint32_t each : s.filled_rules()) reset(s.rules()[each]);
      for (const std::uint32_t each : s.sums.uncounted.read()) reset(s.rules()[each]);
    } else {
      for (rule_state& each : s.rules()) reset(each);
    }
    s.clear_sums();
    s.sums.is_known = true;
    s.is_restless = false;
    s.gap = {};
    s.has_activity = false;
    for (score_pin& each : s.pins()) each = {};
    s.has_pins = false;
    std::fill(s.scores_milli().begin(), s.scores_milli().end(), 0);
    std::fill(s.told_milli().begin(), s.told_milli().end(), 0);
    std::fill(s.bands().begin(), s.bands().end(), compiled::none);
    std::fill(s.grades().begin(), s.grades().end(), compiled::none);
    std::fill(s.told_grades().begin(), s.told_grades().end(), compiled::none);
    s.stage = compiled::none;
    s.status = compiled::none;
    s.entered_ms = 0;
    std::fill(s.stages().begin(), s.stages().end(), entry_stamp{});
    s.statuses.clear();
    std::fill(s.last_fired_ms().begin(), s.last_fired_ms().end(), contact_state::never_ms);
    std::fill(s.is_disarmed().begin(), s.is_disarmed().end(), false);
    std::fill(s.entry_milli().begin(), s.entry_milli().end(), 0);
    std::fill(s.effect_held().begin(), s.effect_held().end(), false);
    s.clocks.clear();
    s.cadences.clear();
    s.wake.reset();
    std::fill(s.trigger_held().begin(), s.trigger_held().end(), false);
    s.route = {};
  }

  template <class A, class Stamp>
  static void stamp(A& a, Stamp& s) {
    if constexpr (A::is_reading) {
      std::uint64_t count = 0;
      a.number(count);
      a.require(count >> 1 != 0 && count >> 1 <= UINT32_MAX);
      s.count = static_cast<std::uint32_t>(count >> 1);
      a.instant(s.first_ms);
      s.latest_ms = s.first_ms;
      if ((count & 1) != 0) a.instant(s.latest_ms);
    } else {
      const bool is_later = s.latest_ms != s.first_ms;
      a.number(std::uint64_t{s.count} << 1 | (is_later ? 1 : 0));
      a.instant(s.first_ms);
      if (is_later) a.instant(s.latest_ms);
    }
  }

  /// An index, or none, below `end`.
  template <class A, class Index>
  static void index(A& a, Index& which, std::size_t end) {
    if constexpr (A::is_reading) {
      std::uint32_t read = 0;
      a.number(read);
      a.require(read <= end);
      which = a.is_good() && read != 0 ? read - 1 : compiled::none;
    } else {
      a.number(which == compiled::none ? 0U : which + 1U);
    }
  }

  /// `present`: of a base, the state that came of it.
  template <class A, class S>
  static void state_parts(A& a, const model& pack, const std::vector<const compiled::rule*>& rules, S& s,
                          const contact_state* present) {
    constexpr bool is_reading = A::is_reading;
    const auto outer = a.open_sections();
    if (!a.is_digest()) {
      if (a.section(part::now, s.now_ms != contact_state::never_ms)) a.instant(s.now_ms);
      if (a.section(part::wakeup, s.wakeup_ms.has_value())) {
        if constexpr (is_reading) s.wakeup_ms.emplace();
        a.instant(*s.wakeup_ms);
        if constexpr (is_reading) a.require(*s.wakeup_ms >= s.now_ms);
      }
      flag(a, part::restless, s.is_restless);
    }
    const std::int64_t now_ms = s.now_ms;
    if (a.section(part::first_event, s.first_event_ms.has_value())) {
      if constexpr (is_reading) s.first_event_ms.emplace();
      a.instant(*s.first_event_ms);
    }
    a.sparse(
        part::attributes, s.attributes(), [](const stored_value& each, std::size_t) { return each.is_null(); },
        [&](auto& each, std::size_t i) {
          attribute(a, each, present != nullptr ? &present->attributes()[i] : nullptr);
          if constexpr (is_reading) a.require(fits(pack.attributes[i].type, each.content()));
        });
    if (a.section(part::other_attributes, !s.other_attributes.empty())) named_values(a, s.other_attributes);
    if (a.section(part::misfits, !s.misfits.empty())) misfits(a, pack, s.misfits);
    flag(a, part::has_derived, s.has_derived);
    if (a.section(part::tags, !s.tags.empty())) tags(a, s.tags);
    if (a.section(part::owner, s.owner.has_value())) {
      if constexpr (is_reading) s.owner.emplace();
      a.name(*s.owner);
    }
    a.sparse(
        part::signals, s.signals(),
        [&](const signal_state& each, std::size_t i) { return is_fresh(pack.signals[i], each, now_ms); },
        [&](auto& each, std::size_t i) { signal_parts(a, pack.signals[i], each, now_ms); });
    a.sparse(
        part::rules, s.rules(),
        [&](const rule_state& each, std::size_t i) { return is_fresh(*rules[i], each, now_ms); },
        [&](auto& each, std::size_t i) {
          if constexpr (is_reading) s.sums.uncounted.write().push_back(static_cast<std::uint32_t>(i));
          rule_parts(a, *rules[i], each, now_ms);
        });
    if (a.section(part::gap, s.gap.has_begun)) {
      if constexpr (is_reading) s.gap.has_begun = true;
      a.instant(s.gap.start_ms);
    }
    flag(a, part::has_activity, s.has_activity);
    a.sparse(
        part::pins, s.pins(), [](const score_pin& each, std::size_t) { return !each.is_set; },
        [&](auto& each, std::size_t) {
          if constexpr (is_reading) s.has_pins = true;
          pin(a, each);
        });
    scores(a, s);
    grades(a, pack, s);
    place(a, pack, s);
    if (a.section(part::duties, !s.clocks.empty() || !s.cadences.empty() || s.wake)) duties(a, pack, s);
    a.bits(part::triggers, s.trigger_held());
    if (a.section(part::route, !is_fresh(s.route))) route(a, pack, s.route);
    a.close_sections(outer);
  }

  // --- Routing ------------------------------------------------------------------------------------------------------

  [[nodiscard]] static bool is_fresh(const route_state& s) noexcept {
    return s.held == hold_reason::none && s.waiting_rule == compiled::none && s.request_count == 0 &&
           s.hop_count == 0 && s.previous.empty();
  }

  /// The next look at what waits is not part of it: it is in the answers.
  template <class A, class S>
  static void route(A& a, const model& pack, S& s) {
    const std::size_t rules = pack.routing ? pack.routing->rules.size() : 0;
    const std::size_t reps = pack.routing ? pack.routing->reps.size() : 0;
    if constexpr (A::is_reading) a.require(pack.routing.has_value());
    auto held = static_cast<std::uint32_t>(s.held);
    a.number(held);
    if constexpr (A::is_reading) {
      a.require(held <= static_cast<std::uint32_t>(hold_reason::nobody_eligible));
      if (a.is_good()) s.held = static_cast<hold_reason>(held);
    }
    index(a, s.held_rule, rules);
    index(a, s.waiting_rule, rules);
    if (s.waiting_rule != compiled::none) {
      a.instant(s.waiting_since_ms);
      a.number(s.waiting_number);
      std::uint32_t is_asked = s.is_asked ? 1 : 0;
      a.number(is_asked);
      if constexpr (A::is_reading) s.is_asked = is_asked != 0;
    }
    // How many-th a request is tells answers of one instant apart, and nobody else.
    if (!a.is_digest()) {
      a.number(s.request_count);
      if (s.request_count != 0) a.instant(s.request_ms);
    }
    a.number(s.hop_count);
    queue(a, s.previous, 0, [&](auto& rep, std::size_t) {
      a.number(rep);
      if constexpr (A::is_reading) a.require(rep < reps);
    });
  }

  template <class A, class Record>
  static void answer(A& a, const model& pack, Record& s) {
    const std::size_t rules = pack.routing ? pack.routing->rules.size() : 0;
    index(a, s.rule, rules);
    a.instant(s.since_ms);
    a.number(s.number);
    a.instant(s.at_ms);
    auto outcome = static_cast<std::uint32_t>(s.given.outcome);
    a.number(outcome);
    index(a, s.given.rep, pack.routing ? pack.routing->reps.size() : 0);
    index(a, s.given.pool, pack.routing ? pack.routing->pools.size() : 0);
    a.text(s.given.details);
    if constexpr (A::is_reading) {
      a.require(s.rule != compiled::none && outcome <= static_cast<std::uint32_t>(assignment_outcome::nobody) &&
                (outcome != static_cast<std::uint32_t>(assignment_outcome::assigned) || s.given.rep != compiled::none));
      if (a.is_good()) s.given.outcome = static_cast<assignment_outcome>(outcome);
    }
  }

  template <class A, class Flag>
  static void flag(A& a, part which, Flag& s) {
    const bool is_set = a.section(which, s);
    if constexpr (A::is_reading) s = is_set;
  }

  template <class A, class Map>
  static void misfits(A& a, const model& pack, Map& all) {
    if constexpr (A::is_reading) {
      const std::size_t count = a.items();
      for (std::size_t i = 0; i < count && a.is_good(); ++i) {
        std::uint32_t which = 0;
        a.number(which);
        a.require(which < pack.attributes.size());
        stored(a, all[which]);
      }
    } else {
      a.number(std::uint64_t{all.size()});
      for (const auto& [which, content] : all) {
        a.number(which);
        stored(a, content);
      }
    }
  }

  template <class A, class Tags>
  static void tags(A& a, Tags& all) {
    if constexpr (A::is_reading) {
      const std::size_t count = a.items();
      for (std::size_t i = 0; i < count && a.is_good(); ++i) {
        a.name(all.emplace_back());
        a.require(i == 0 || all[i - 1] < all[i]);
      }
    } else {
      a.number(std::uint64_t{all.size()});
      for (const std::string& each : all) a.name(each);
    }
  }

  template <class A, class Pin>
  static void pin(A& a, Pin& s) {
    if constexpr (A::is_reading) {
      s.is_set = true;
      a.score(s.milli);
      std::uint32_t has_end = 0;
      a.number(has_end);
      if (has_end != 0) a.instant(s.until_ms.emplace());
    } else {
      a.score(s.milli);
      a.number(s.until_ms ? 1U : 0U);
      if (s.until_ms) a.instant(*s.until_ms);
    }
  }

  template <class A, class S>
  static void scores(A& a, S& s) {
    const auto is_zero = [](std::int64_t milli, std::size_t) { return milli == 0; };
    a.sparse(part::scores, s.scores_milli(), is_zero, [&](auto& each, std::size_t) { a.score(each); });
    if constexpr (A::is_reading) std::copy(s.scores_milli().begin(), s.scores_milli().end(), s.told_milli().begin());
    a.sparse(
        part::told_scores, s.told_milli(),
        [&](std::int64_t milli, std::size_t i) { return milli == s.scores_milli()[i]; },
        [&](auto& each, std::size_t) { a.score(each); });
    a.sparse(part::entry_scores, s.entry_milli(), is_zero, [&](auto& each, std::size_t) { a.score(each); });
  }

  template <class A, class S>
  static void grades(A& a, const model& pack, S& s) {
    a.sparse(
        part::grades, s.grades(),
        [&](std::uint32_t word, std::size_t i) { return word == compiled::none && s.bands()[i] == compiled::none; },
        [&](auto& word, std::size_t i) {
          index(a, word, pack.grades[i].values.size());
          if (pack.grades[i].form == grade_form::bands) index(a, s.bands()[i], pack.grades[i].bands.size());
        });
    if constexpr (A::is_reading) std::copy(s.grades().begin(), s.grades().end(), s.told_grades().begin());
    a.sparse(
        part::told_grades, s.told_grades(), [&](std::uint32_t word, std::size_t i) { return word == s.grades()[i]; },
        [&](auto& word, std::size_t i) { index(a, word, pack.grades[i].values.size()); });
  }

  template <class A, class S>
  static void place(A& a, const model& pack, S& s) {
    a.sparse(
        part::stages, s.stages(), [](const entry_stamp& each, std::size_t) { return each.count == 0; },
        [&](auto& each, std::size_t) { stamp(a, each); });
    if (a.section(part::stage, s.stage != compiled::none)) {
      index(a, s.stage, pack.stages.size());
      if constexpr (A::is_reading) {
        a.require(s.stage != compiled::none);
        if (!a.is_good()) return;
        s.entered_ms = s.stages()[s.stage].latest_ms;
      }
    }
    if (a.section(part::status, s.status != compiled::none)) index(a, s.status, pack.statuses.size());
    const std::int64_t entered_ms = s.stage == compiled::none ? 0 : s.stages()[s.stage].latest_ms;
    if (a.section(part::entered, s.entered_ms != entered_ms)) a.instant(s.entered_ms);
    if (a.section(part::statuses, !s.statuses.empty())) statuses(a, pack, s.statuses);
    a.sparse(
        part::last_fired, s.last_fired_ms(),
        [](std::int64_t at_ms, std::size_t) { return at_ms == contact_state::never_ms; },
        [&](auto& each, std::size_t) { a.instant(each); });
    a.bits(part::disarmed, s.is_disarmed());
    a.bits(part::effects, s.effect_held());
  }

  // --- Clocks, cadences, the wake-up of a disposition ---------------------------------------------------------------

  /// A time that is counted; far from where sums of two overflow.
  template <class A, class Amount>
  static void amount(A& a, Amount& n) {
    a.integer(n);
    if constexpr (A::is_reading) {
      a.require(n <= record_reader::instant_max_ms && n >= -record_reader::instant_max_ms);
      if (!a.is_good()) n = 0;
    }
  }

  /// What follows of a clock.
  enum class clock_part : std::uint32_t { used = 1, stood = 2, marks = 4, by_trigger = 8, by_hand = 16 };

  /// An ended cycle leaves its number and its phase.
  template <class A, class Clock>
  static void clock_parts(A& a, const model& pack, Clock& s) {
    constexpr bool is_reading = A::is_reading;
    a.number(s.cycle);
    if constexpr (is_reading) {
      std::uint32_t phase = 0;
      a.number(phase);
      a.require(phase <= static_cast<std::uint32_t>(clock_phase::cancelled));
      if (!a.is_good()) return;
      s.phase = static_cast<clock_phase>(phase);
      s.keeps_pauses = pack.clocks[s.index].on_change != change_mode::keep;
    } else {
      a.number(static_cast<std::uint32_t>(s.phase));
    }
    if (s.phase == clock_phase::waiting) return a.instant(s.due_ms);
    if (!s.is_active()) return;
    const compiled::clock& what = pack.clocks[s.index];
    index(a, s.target, what.targets.size());
    index(a, s.calendar, pack.calendars.size());
    if constexpr (is_reading) {
      a.require(s.target != compiled::none && (s.calendar != compiled::none || what.calendar == compiled::none));
      if (!a.is_good()) return;
    }
    std::uint32_t parts = 0;
    if constexpr (!is_reading) {
      const auto add = [&](clock_part which, bool is_there) {
        if (is_there) parts |= static_cast<std::uint32_t>(which);
      };
      add(clock_part::used, s.since_ms != s.start_ms || s.used_ms != 0);
      add(clock_part::stood, s.stood_ms != 0);
      add(clock_part::marks, s.warned != mark_set{} || s.escalated != mark_set{});
      add(clock_part::by_trigger, s.is_held_by_trigger);
      add(clock_part::by_hand, s.is_held_by_hand);
    }
    a.number(parts);
    const auto has = [&](clock_part which) { return (parts & static_cast<std::uint32_t>(which)) != 0; };
    a.instant(s.start_ms);
    a.instant(s.due_ms);
    amount(a, s.total_ms);
    if constexpr (is_reading) {
      s.is_held_by_trigger = has(clock_part::by_trigger);
      s.is_held_by_hand = has(clock_part::by_hand);
      s.since_ms = s.start_ms;
    }
    if (has(clock_part::used)) {
      a.instant(s.since_ms);
      amount(a, s.used_ms);
    }
    if (has(clock_part::stood)) {
      amount(a, s.stood_ms);
      amount(a, s.stood_counted_ms);
    }
    if (s.keeps_pauses) {
      queue(a, s.pauses, 0, [&](auto& each, std::size_t) {
        a.instant(each.from_ms);
        a.instant(each.to_ms);
      });
    }
    if (s.phase == clock_phase::overdue) a.instant(s.breached_ms);
    if (has(clock_part::marks)) {
      for (std::size_t i = 0; i < mark_set::word_count; ++i) {
        a.number(s.warned.words()[i]);
        a.number(s.escalated.words()[i]);
      }
    }
  }

  template <class A, class Cadence>
  static void cadence_parts(A& a, const model& pack, Cadence& s) {
    constexpr bool is_reading = A::is_reading;
    if constexpr (is_reading) {
      std::uint32_t phase = 0;
      a.number(phase);
      a.require(phase <= static_cast<std::uint32_t>(cadence_phase::stopped));
      if (!a.is_good()) return;
      s.phase = static_cast<cadence_phase>(phase);
      s.channel_counts.assign(pack.cadences[s.index].mix.size(), 0);
    } else {
      a.number(static_cast<std::uint32_t>(s.phase));
    }
    count(a, s.count);
    for (auto& each : s.channel_counts) count(a, each);
    if (!s.is_counting()) return;
    a.instant(s.end_ms);
    if constexpr (is_reading) {
      std::uint32_t is_touched = 0;
      a.number(is_touched);
      if (is_touched != 0) a.instant(s.touched_ms.emplace());
    } else {
      a.number(s.touched_ms ? 1U : 0U);
      if (s.touched_ms) a.instant(*s.touched_ms);
    }
  }

  /// A list of things with a place in the model each, in that order.
  template <class A, class List, class Each>
  static void placed(A& a, List& list, std::size_t end, const Each& each) {
    std::uint32_t next = 0;
    queue(a, list, 0, [&](auto& item, std::size_t) {
      if constexpr (A::is_reading) {
        std::uint32_t gap = 0;
        a.number(gap);
        a.require(gap < end - next);
        if (!a.is_good()) return;
        item.index = next + gap;
      } else {
        a.number(item.index - next);
      }
      next = item.index + 1;
      each(item);
    });
  }

  template <class A, class S>
  static void duties(A& a, const model& pack, S& s) {
    placed(a, s.clocks, pack.clocks.size(), [&](auto& each) { clock_parts(a, pack, each); });
    if constexpr (A::is_reading) {
      // What a clock will do stands ahead: a repeating one would catch up on every cycle since.
      for (const clock_state& each : s.clocks) {
        const bool goes_on = each.phase == clock_phase::running || each.phase == clock_phase::waiting;
        a.require(!goes_on || each.due_ms >= s.now_ms);
      }
    }
    placed(a, s.cadences, pack.cadences.size(), [&](auto& each) { cadence_parts(a, pack, each); });
    if constexpr (A::is_reading) {
      std::uint32_t code = compiled::none;
      index(a, code, pack.disposition ? pack.disposition->codes.size() : 0);
      if (code == compiled::none) return;
      s.wake.emplace().code = code;
      a.instant(s.wake->at_ms);
    } else {
      index(a, s.wake ? s.wake->code : compiled::none, 0);
      if (s.wake) a.instant(s.wake->at_ms);
    }
  }

  template <class A, class Map>
  static void statuses(A& a, const model& pack, Map& all) {
    if constexpr (A::is_reading) {
      const std::size_t count = a.items();
      for (std::size_t i = 0; i < count && a.is_good(); ++i) {
        std::uint32_t stage = 0;
        std::uint32_t status = 0;
        a.number(stage);
        a.number(status);
        a.require(stage < pack.stages.size() && status < pack.statuses.size());
        stamp(a, all[{stage, status}]);
      }
    } else {
      a.number(std::uint64_t{all.size()});
      for (const auto& [key, each] : all) {
        a.number(key.first);
        a.number(key.second);
        stamp(a, each);
      }
    }
  }
};

}  // namespace leadline::detail
