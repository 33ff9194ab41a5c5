#pragma once

#include <algorithm>
#include <limits>

#include "leadline/base/json_text.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/engine/routing.hpp"
#include "leadline/fold/detail/checksum.hpp"
#include "leadline/fold/detail/open_contact.hpp"
#include "leadline/fold/detail/power_of_two.hpp"
#include "leadline/fold/detail/record_bytes.hpp"

namespace leadline {

/// A billionth of a contact is what is owed rounded to when other reps come to share a pool.
inline constexpr std::int64_t owed_unit_nano = 1'000'000'000;
/// And within a millionth two reps are owed the same, so that no rounding decides: what is owed exactly differs by
/// the sum of the weights' inverse, which is more for any weights below a thousand.
inline constexpr std::int64_t owed_alike_nano = 1'000;

LEADLINE_INLINE routing::routing(std::shared_ptr<const model> pack) : pack_(std::move(pack)) {
  const compiled::routing& spec = *pack_->routing;
  for (std::uint32_t i = 0; i < spec.reps.size(); ++i) rep_by_name_.emplace(spec.reps[i].name, i);
  closed_stages_ = detail::closed_stages(*pack_);
  reps_.resize(spec.reps.size());
  is_rep_marked_.resize(spec.reps.size());
  for (std::uint32_t i = 0; i < spec.pools.size(); ++i) {
    pool_state& pool = pools_.emplace_back();
    pool.accounts.resize(spec.pools[i].reps.size());
    pool.last = spec.pools[i].reps.empty() ? 0 : static_cast<std::uint32_t>(spec.pools[i].reps.size() - 1);
    std::vector<std::uint32_t> chain{i};
    while (spec.pools[chain.back()].when_none == pool_fallback::pool)
      chain.push_back(spec.pools[chain.back()].when_none_index);
    chains_.push_back(std::move(chain));
  }
}

// --- Who is eligible ------------------------------------------------------------------------------------------------

/// What a request has come to so far.
struct routing::choice {
  std::string dropped;
  std::string ledger;
  std::uint32_t first_pool = compiled::none;
};

LEADLINE_INLINE bool routing::is_there(const compiled::pool& pool, std::uint32_t rep, std::int64_t at_ms) const {
  if (reps_[rep].is_away) return false;
  const std::uint32_t calendar = pack_->routing->reps[rep].calendar;
  return !pool.only_open || calendar == compiled::none || pack_->calendars[calendar].is_open(instant::from_ms(at_ms));
}

LEADLINE_INLINE std::int64_t routing::open_without_present(std::uint32_t rep) const {
  return reps_[rep].open_count - (rep == present_.owner ? 1 : 0);
}

/// An empty text: not dropped.
LEADLINE_INLINE std::string_view routing::why_dropped(const compiled::pool& pool, std::uint32_t rep,
                                                      const assignment_request& asked) const {
  const auto is_in = [&](std::span<const std::uint32_t> list) {
    return std::find(list.begin(), list.end(), rep) != list.end();
  };
  const compiled::rep& who = pack_->routing->reps[rep];
  if (asked.territory && who.territories &&
      std::find(who.territories->begin(), who.territories->end(), *asked.territory) == who.territories->end()) {
    return "territory";
  }
  if (reps_[rep].is_away) return "away";
  // What is asked for late is answered at the last closed instant, when those freed at the open one were not free yet.
  if (reps_[rep].freed_ms > asked.at_ms) return reps_[rep].since_ms > asked.at_ms ? "away" : "capacity";
  if (!is_there(pool, rep, asked.at_ms)) return "closed";
  if (who.capacity >= 0 && open_without_present(rep) >= who.capacity) return "capacity";
  if (is_in(asked.excluded)) return "excluded";
  if (is_in(asked.previous)) return "previous";
  return {};
}

LEADLINE_INLINE std::vector<routing::candidate> routing::eligible(std::uint32_t pool, const assignment_request& asked,
                                                                  choice& made) const {
  const compiled::pool& spec = pack_->routing->pools[pool];
  std::vector<candidate> out;
  for (std::uint32_t place = 0; place < spec.reps.size(); ++place) {
    const std::uint32_t rep = spec.reps[place];
    const std::string_view why = why_dropped(spec, rep, asked);
    if (why.empty()) {
      out.push_back({place, rep});
      continue;
    }
    if (!made.dropped.empty()) made.dropped += ", ";
    made.dropped += "{\"rep\": ";
    json_text::append_quoted(made.dropped, pack_->routing->reps[rep].name);
    if (pool != made.first_pool) {
      made.dropped += ", \"pool\": ";
      json_text::append_quoted(made.dropped, spec.name);
    }
    made.dropped += ", \"why\": \"";
    made.dropped += why;
    made.dropped += "\"}";
  }
  return out;
}

// --- What a pool owes -----------------------------------------------------------------------------------------------

LEADLINE_INLINE std::int64_t routing::weight(std::uint32_t pool, std::uint32_t place) const {
  const compiled::pool& spec = pack_->routing->pools[pool];
  if (spec.balance == pool_balance::round_robin || spec.balance == pool_balance::least_open) return 1'000;
  return pack_->routing->reps[spec.reps[place]].weight_milli;
}

LEADLINE_INLINE std::int64_t routing::weight_sum(std::uint32_t pool) const {
  std::int64_t sum = 0;
  for (std::uint32_t place = 0; place < pools_[pool].accounts.size(); ++place) {
    if (pools_[pool].accounts[place].has_share) sum += weight(pool, place);
  }
  return std::max<std::int64_t>(sum, 1);
}

namespace detail {

/// What is owed in units of (a billionth / the sum of the weights), exactly.
[[nodiscard]] inline int128 owed_scaled(std::int64_t base_nano, std::int64_t total, std::int64_t weight,
                                        std::int64_t got, std::int64_t sum) noexcept {
  return int128{base_nano} * sum + (int128{total} * weight - int128{got} * sum) * owed_unit_nano;
}

[[nodiscard]] inline int128 floor_divided(int128 a, int128 b) noexcept {
  const int128 whole = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? whole - 1 : whole;
}

[[nodiscard]] inline int128 rounded_division(int128 a, int128 b) noexcept {
  return a < 0 ? -((-a * 2 + b) / (b * 2)) : (a * 2 + b) / (b * 2);
}

}  // namespace detail

/// `weights`: the sum of the pool's, which whoever asks of all its reps works out once.
LEADLINE_INLINE std::int64_t routing::owed_nano(std::uint32_t pool, std::uint32_t place, std::int64_t weights) const {
  const pool_state& state = pools_[pool];
  const account& each = state.accounts[place];
  const std::int64_t share = each.has_share ? weight(pool, place) : 0;
  return static_cast<std::int64_t>(
      detail::rounded_division(detail::owed_scaled(each.base_nano, state.total, share, each.got, weights), weights));
}

/// Shares are of those who are there, or of all where what was missed is caught up.
LEADLINE_INLINE void routing::share_out(std::uint32_t pool, std::int64_t at_ms) {
  const compiled::pool& spec = pack_->routing->pools[pool];
  pool_state& state = pools_[pool];
  std::vector<bool> has_share(spec.reps.size(), true);
  if (spec.on_return == pool_return::forgive) {
    for (std::size_t i = 0; i < spec.reps.size(); ++i) has_share[i] = is_there(spec, spec.reps[i], at_ms);
    // Nobody is there: whom the pool assigns to all the same, it does as if all were.
    if (std::find(has_share.begin(), has_share.end(), true) == has_share.end())
      has_share.assign(has_share.size(), true);
  }
  bool is_same = true;
  for (std::size_t i = 0; i < has_share.size(); ++i) is_same = is_same && state.accounts[i].has_share == has_share[i];
  if (is_same) return;
  std::vector<std::int64_t> owed;
  const std::int64_t weights = weight_sum(pool);
  for (std::uint32_t i = 0; i < has_share.size(); ++i) owed.push_back(owed_nano(pool, i, weights));
  for (std::size_t i = 0; i < has_share.size(); ++i) {
    state.accounts[i].base_nano = owed[i];
    state.accounts[i].got = 0;
    state.accounts[i].has_share = has_share[i];
  }
  state.total = 0;
}

LEADLINE_INLINE void routing::count(std::uint32_t pool, std::uint32_t place) {
  pool_state& state = pools_[pool];
  ++state.total;
  ++state.accounts[place].got;
  ++state.accounts[place].got_ever;
  state.last = place;
}

LEADLINE_INLINE void routing::undo(std::uint32_t pool, std::uint32_t rep) {
  if (pool == compiled::none) return;
  const std::vector<std::uint32_t>& reps = pack_->routing->pools[pool].reps;
  const auto at = std::find(reps.begin(), reps.end(), rep);
  if (at == reps.end()) return;
  pool_state& state = pools_[pool];
  account& who = state.accounts[static_cast<std::size_t>(at - reps.begin())];
  --state.total;
  --who.got;
  --who.got_ever;
}

LEADLINE_INLINE std::int64_t routing::got(std::uint32_t pool, std::uint32_t rep) const {
  const std::vector<std::uint32_t>& reps = pack_->routing->pools[pool].reps;
  const auto at = std::find(reps.begin(), reps.end(), rep);
  return at == reps.end() ? 0 : pools_[pool].accounts[static_cast<std::size_t>(at - reps.begin())].got_ever;
}

// --- Balance --------------------------------------------------------------------------------------------------------

/// Those to whom most is owed, in the pool's order.
LEADLINE_INLINE std::vector<routing::candidate> routing::most_owed(std::uint32_t pool,
                                                                   const std::vector<candidate>& from) const {
  const pool_state& state = pools_[pool];
  const std::int64_t sum = weight_sum(pool);
  std::vector<detail::int128> owed;
  for (const candidate& each : from) {
    const account& known = state.accounts[each.place];
    const std::int64_t share = known.has_share ? weight(pool, each.place) : 0;
    owed.push_back(detail::owed_scaled(known.base_nano, state.total, share, known.got, sum));
  }
  const detail::int128 most = *std::max_element(owed.begin(), owed.end());
  std::vector<candidate> out;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (owed[i] + detail::int128{sum} * owed_alike_nano >= most) out.push_back(from[i]);
  }
  return out;
}

LEADLINE_INLINE routing::candidate routing::next_in_turn(std::uint32_t pool, const std::vector<candidate>& from) const {
  const auto after =
      std::find_if(from.begin(), from.end(), [&](const candidate& each) { return each.place > pools_[pool].last; });
  return after == from.end() ? from.front() : *after;
}

/// Taking always whom most is owed can leave somebody more than one contact behind: where weights are far apart, many
/// small shares fall due at once. Those who must be served now so that nobody ever is are told here, everybody
/// otherwise. With everybody there, a rep's k-th contact must come before more than one is owed to it; if as many fall
/// due within the next h assignments as there are assignments, they are urgent:
///
///     next   1    2    3    4            due by the 3rd: 3 contacts
///            .    d    .   d d           so the next one goes to one of those
LEADLINE_INLINE std::vector<routing::candidate> routing::urgent(std::uint32_t pool,
                                                                const std::vector<candidate>& from) const {
  const pool_state& state = pools_[pool];
  const auto shares =
      std::count_if(state.accounts.begin(), state.accounts.end(), [](const account& each) { return each.has_share; });
  bool is_equal = true;
  // By `anyone` there may be somebody without a share in place of one who has it.
  bool is_everybody = std::cmp_equal(shares, from.size());
  for (const candidate& each : from) {
    is_equal = is_equal && weight(pool, each.place) == weight(pool, from[0].place);
    is_everybody = is_everybody && state.accounts[each.place].has_share;
  }
  if (is_equal || !is_everybody) return from;
  using detail::int128;
  const std::int64_t sum = weight_sum(pool);
  struct deadline {
    std::int64_t within;  // assignments
    std::size_t who;
    std::int64_t number;
    [[nodiscard]] bool operator<(const deadline& other) const noexcept { return other.within < within; }  // a heap's
  };
  const auto due_of = [&](std::size_t who, std::int64_t number) {
    const account& each = state.accounts[from[who].place];
    const int128 unit = int128{weight(pool, from[who].place)} * owed_unit_nano;
    const int128 needed = int128{sum} * owed_unit_nano * (number + each.got) - int128{each.base_nano} * sum;
    const int128 due = detail::floor_divided(needed, unit) + 1 - state.total;
    return deadline{due < 1 ? 1 : static_cast<std::int64_t>(std::min<int128>(due, INT64_MAX)), who, number};
  };
  std::vector<deadline> heap;
  for (std::size_t i = 0; i < from.size(); ++i) heap.push_back(due_of(i, 1));
  std::make_heap(heap.begin(), heap.end());
  std::vector<bool> is_due(from.size(), false);
  std::size_t unseen = from.size();
  // Once something of everybody has fallen due there is room for all that comes. The bound is for weights a thousand
  // times apart, where a look ahead would cost more than it is worth.
  constexpr std::int64_t deadline_count_max = 4'096;
  for (std::int64_t count = 1; unseen > 0 && count <= deadline_count_max; ++count) {
    std::pop_heap(heap.begin(), heap.end());
    const deadline first = heap.back();
    if (!is_due[first.who]) --unseen;
    is_due[first.who] = true;
    if (count >= first.within) {
      // Where rules other than balance have left several behind, more fall due at once than there are assignments.
      for (const deadline& each : heap) is_due[each.who] = is_due[each.who] || each.within <= count;
      std::vector<candidate> out;
      for (std::size_t i = 0; i < from.size(); ++i) {
        if (is_due[i]) out.push_back(from[i]);
      }
      return out;
    }
    heap.back() = due_of(first.who, first.number + 1);
    std::push_heap(heap.begin(), heap.end());
  }
  return from;
}

/// When a rep can first turn to a contact.
LEADLINE_INLINE std::int64_t routing::meets_at_ms(std::uint32_t rep, std::int64_t at_ms) const {
  const std::uint32_t calendar = pack_->routing->reps[rep].calendar;
  const instant at = instant::from_ms(at_ms);
  if (calendar == compiled::none || pack_->calendars[calendar].is_open(at)) return at_ms;
  const result<instant> opens = pack_->calendars[calendar].next_open(at);
  return opens ? opens->ms() : std::numeric_limits<std::int64_t>::max();
}

LEADLINE_INLINE routing::candidate routing::balance(std::uint32_t pool, const std::vector<candidate>& from,
                                                    const assignment_request& asked) const {
  const compiled::pool& spec = pack_->routing->pools[pool];
  switch (spec.balance) {
    case pool_balance::round_robin:
      return next_in_turn(pool, spec.on_return == pool_return::forgive ? from : most_owed(pool, from));
    case pool_balance::weighted: return most_owed(pool, urgent(pool, from)).front();
    case pool_balance::least_open: {
      return *std::min_element(from.begin(), from.end(), [&](const candidate& a, const candidate& b) {
        return open_without_present(a.rep) < open_without_present(b.rep);
      });
    }
    case pool_balance::can_meet: {
      // Who cannot meet the due instant comes after those who can, and the earliest first all the same.
      std::vector<candidate> first;
      std::int64_t first_ms = std::numeric_limits<std::int64_t>::max();
      for (const candidate& each : from) {
        const std::int64_t meets_ms = meets_at_ms(each.rep, asked.at_ms);
        if (meets_ms > first_ms) continue;
        if (meets_ms < first_ms) first.clear();
        first_ms = meets_ms;
        first.push_back(each);
      }
      return most_owed(pool, first).front();
    }
  }
  return from.front();
}

LEADLINE_INLINE void routing::tell_ledger(choice& made, std::uint32_t pool, const assignment_request& asked) const {
  const compiled::pool& spec = pack_->routing->pools[pool];
  const std::int64_t weights = weight_sum(pool);
  for (std::uint32_t place = 0; place < spec.reps.size(); ++place) {
    const std::uint32_t rep = spec.reps[place];
    if (place != 0) made.ledger += ", ";
    made.ledger += "{\"rep\": ";
    json_text::append_quoted(made.ledger, pack_->routing->reps[rep].name);
    made.ledger += ", \"got\": " + std::to_string(pools_[pool].accounts[place].got_ever);
    if (spec.balance == pool_balance::least_open) {
      made.ledger += ", \"open\": " + std::to_string(open_without_present(rep));
    } else {
      made.ledger += ", \"deficit\": ";
      json_text::append_thousandths(
          made.ledger, static_cast<std::int64_t>(detail::rounded_division(owed_nano(pool, place, weights), 1'000'000)));
    }
    if (spec.balance == pool_balance::can_meet) {
      const std::int64_t meets_ms = meets_at_ms(rep, asked.at_ms);
      made.ledger += ", \"meets\": ";
      if (meets_ms > limits::instant_max_ms) {
        made.ledger += "null";
      } else {
        made.ledger += '"' + instant::from_ms(meets_ms).text() + '"';
      }
    }
    made.ledger += '}';
  }
}

LEADLINE_INLINE assignment routing::assign(const assignment_request& asked) {
  const compiled::routing& spec = *pack_->routing;
  choice made;
  made.first_pool = spec.rules[asked.rule].index;
  std::uint32_t pool = made.first_pool;
  std::string_view way;
  std::vector<candidate> from = eligible(pool, asked, made);
  while (from.empty() && spec.pools[pool].when_none == pool_fallback::pool) {
    pool = spec.pools[pool].when_none_index;
    way = "pool";
    from = eligible(pool, asked, made);
  }
  const auto details = [&](std::string_view found_in) {
    std::string out = "\"pool\": ";
    json_text::append_quoted(out, found_in);
    if (!way.empty()) {
      out += ", \"when_none\": \"";
      out += way;
      out += '"';
    }
    out += ", \"dropped\": [" + made.dropped + "]";
    if (!made.ledger.empty()) out += ", \"ledger\": [" + made.ledger + "]";
    return out;
  };
  const auto is_barred = [&](std::uint32_t rep) {
    const auto is_in = [&](std::span<const std::uint32_t> list) {
      return std::find(list.begin(), list.end(), rep) != list.end();
    };
    return is_in(asked.excluded) || is_in(asked.previous);
  };
  if (from.empty() && spec.pools[pool].when_none == pool_fallback::owner &&
      !is_barred(spec.pools[pool].when_none_index)) {
    way = "owner";
    return {.outcome = assignment_outcome::assigned,
            .rep = spec.pools[pool].when_none_index,
            .pool = compiled::none,
            .details = details(spec.pools[pool].name)};
  }
  if (from.empty() && spec.pools[pool].when_none == pool_fallback::anyone) {
    for (std::uint32_t place = 0; place < spec.pools[pool].reps.size(); ++place) {
      if (!is_barred(spec.pools[pool].reps[place])) from.push_back({place, spec.pools[pool].reps[place]});
    }
    way = "anyone";
  }
  if (from.empty()) {
    way = {};
    return {.outcome = assignment_outcome::nobody,
            .rep = compiled::none,
            .pool = compiled::none,
            .details = details(spec.pools[made.first_pool].name)};
  }
  share_out(pool, asked.at_ms);
  const candidate chosen = balance(pool, from, asked);
  // Who has the contact already does not get it again.
  if (chosen.rep == asked.owner) {
    return {.outcome = assignment_outcome::assigned, .rep = chosen.rep, .pool = compiled::none, .details = {}};
  }
  tell_ledger(made, pool, asked);
  count(pool, chosen.place);
  return {.outcome = assignment_outcome::assigned,
          .rep = chosen.rep,
          .pool = pool,
          .details = details(spec.pools[pool].name)};
}

// --- Away and back --------------------------------------------------------------------------------------------------

LEADLINE_INLINE void routing::refuse(const event& sent, std::string_view code, std::string_view message,
                                     std::optional<instant> closed) {
  decision out;
  out.seq = ++seq_;
  out.at = sent.at;
  out.kind = decision_kind::rejected;
  out.about = code;
  out.text = message;
  if (sent.id.is_text() && sent.id.text() != "time") out.cause = sent.id.text();
  out.is_late = code != "too_late" && closed && sent.at <= *closed;
  told_.add(out);
}

LEADLINE_INLINE std::string_view routing::refuse_code(const event& sent, std::optional<instant> closed,
                                                      std::string& message) {
  if (closed && sent.at.ms() <= closed->ms() && sent.at.ms() + pack_->lateness_ms <= closed->ms()) {
    message = sent.at.text() + " is closed since longer than the lateness";
    return "too_late";
  }
  if (!sent.id.is_null() && (!sent.id.is_text() || sent.id.text() == "time")) {
    message = "the id must be a text other than \"time\"";
    return "bad_event";
  }
  value rep;
  if (sent.data.is_object()) {
    for (const value::member& each : sent.data.members()) {
      if (each.key == "rep") rep = each.content;
    }
  }
  if (!rep.is_text()) {
    message = rep.is_null() ? "rep is missing" : "rep is no text";
    return "bad_event";
  }
  if (!rep_by_name_.contains(std::string(rep.text()))) {
    message = "there is no rep ";
    json_text::append_quoted(message, rep.text().substr(0, limits::pack_name_size_max));
    return "bad_event";
  }
  return {};
}

LEADLINE_INLINE std::span<const decision> routing::apply(const event& sent, std::optional<instant> closed) {
  told_.clear();
  if (sent.id.is_text()) {
    const auto known = ids_.find(sent.id.text());
    if (known != ids_.end() && (!closed || known->second + pack_->lateness_ms > closed->ms())) return told_.decisions();
  }
  std::string message;
  if (const std::string_view code = refuse_code(sent, closed, message); !code.empty()) {
    refuse(sent, code, message, closed);
    return told_.decisions();
  }
  if (sent.id.is_text()) ids_[std::string(sent.id.text())] = sent.at.ms();
  if (ids_.size() >= id_count_at_next_look_ && closed) {
    std::erase_if(ids_, [&](const auto& each) { return each.second + pack_->lateness_ms <= closed->ms(); });
    id_count_at_next_look_ = std::max<std::size_t>(64, ids_.size() * 2);
  }
  std::string_view name;
  for (const value::member& each : sent.data.members()) {
    if (each.key == "rep") name = each.content.text();
  }
  const std::uint32_t rep = rep_by_name_.at(std::string(name));
  if (sent.at.ms() < reps_[rep].since_ms) return told_.decisions();
  reps_[rep].since_ms = sent.at.ms();
  const bool was_away = std::exchange(reps_[rep].is_away, sent.type == "rep.away");
  if (was_away && !reps_[rep].is_away) {
    const std::int64_t at_ms = closed ? std::max(sent.at, *closed).ms() : sent.at.ms();
    note_freed(rep, at_ms);
    mark_rep(rep, at_ms);
  }
  return told_.decisions();
}

// --- Those that wait ------------------------------------------------------------------------------------------------

LEADLINE_INLINE routing::standing routing::standing_of(const contact_state& state) const {
  standing out;
  if (state.owner && detail::is_open(closed_stages_, state)) {
    const auto known = rep_by_name_.find(*state.owner);
    if (known != rep_by_name_.end()) out.owner = known->second;
  }
  out.waiting_rule = state.route.waiting_rule;
  out.waiting_since_ms = state.route.waiting_since_ms;
  out.is_asked = state.route.is_asked;
  return out;
}

LEADLINE_INLINE routing::standing routing::begin(const contact_state& state) {
  present_ = standing_of(state);
  return present_;
}

LEADLINE_INLINE void routing::note_due(std::int64_t at_ms) noexcept {
  due_ms_ = due_ms_ ? std::min(*due_ms_, at_ms) : at_ms;
}

LEADLINE_INLINE void routing::note_freed(std::uint32_t rep, std::int64_t at_ms) noexcept {
  reps_[rep].freed_ms = std::max(reps_[rep].freed_ms, at_ms);
}

LEADLINE_INLINE std::optional<instant> routing::freed_after(std::uint32_t rule, instant at) const {
  const compiled::routing& spec = *pack_->routing;
  std::optional<instant> out;
  for (const std::uint32_t pool : chains_[spec.rules[rule].index]) {
    for (const std::uint32_t rep : spec.pools[pool].reps) {
      if (reps_[rep].freed_ms > at.ms()) out = instant::from_ms(reps_[rep].freed_ms);
    }
  }
  return out;
}

LEADLINE_INLINE void routing::mark_rep(std::uint32_t rep, std::int64_t at_ms) {
  if (waiting_.empty()) return;
  is_rep_marked_[rep] = true;
  note_due(at_ms);
}

/// When somebody next comes to work in a pool that a rule may take from.
LEADLINE_INLINE void routing::note_opening(std::uint32_t rule, std::int64_t after_ms) {
  const compiled::routing& spec = *pack_->routing;
  for (const std::uint32_t pool : chains_[spec.rules[rule].index]) {
    if (!spec.pools[pool].only_open) continue;
    for (const std::uint32_t rep : spec.pools[pool].reps) {
      if (spec.reps[rep].calendar == compiled::none) continue;
      const result<instant> opens = pack_->calendars[spec.reps[rep].calendar].next_open(instant::from_ms(after_ms));
      if (opens && (!opening_ms_ || opens->ms() < *opening_ms_)) opening_ms_ = opens->ms();
    }
  }
}

LEADLINE_INLINE void routing::move(std::string_view contact, const standing& before, const standing& after, instant at,
                                   change how) {
  if (before.owner != after.owner) {
    if (before.owner != compiled::none) {
      const std::int64_t left = --reps_[before.owner].open_count;
      // One of their own that waits does not count against itself.
      const std::int64_t beside = left - (reps_[before.owner].waiting_count > 0 ? 1 : 0);
      const std::int64_t capacity = pack_->routing->reps[before.owner].capacity;
      // Of one of their own, which does not count against itself, that is full at one more.
      if (left == capacity || left == capacity - 1) note_freed(before.owner, at.ms());
      if (beside < capacity) mark_rep(before.owner, at.ms());
    }
    if (after.owner != compiled::none) ++reps_[after.owner].open_count;
  }
  const auto is_leaving = [](const standing& each) {
    return each.owner != compiled::none && each.waiting_rule != compiled::none;
  };
  if (is_leaving(before)) --reps_[before.owner].waiting_count;
  if (is_leaving(after)) ++reps_[after.owner].waiting_count;
  const bool is_same = before.waiting_rule == after.waiting_rule && before.waiting_since_ms == after.waiting_since_ms;
  if (!is_same && before.waiting_rule != compiled::none) {
    const auto line = line_by_rule_.find(before.waiting_rule);
    line->second.erase({before.waiting_since_ms, std::string(contact)});
    if (line->second.empty()) line_by_rule_.erase(line);
    waiting_.erase(waiting_.find(contact));
    if (waiting_.empty()) {
      opening_ms_.reset();
      due_ms_.reset();
      is_rep_marked_.assign(is_rep_marked_.size(), false);
      marked_contacts_.clear();
    }
  }
  if (after.waiting_rule == compiled::none) return;
  if (!is_same) {
    line_by_rule_[after.waiting_rule].emplace(after.waiting_since_ms, contact);
    waiting_.emplace(contact, after);
    note_opening(after.waiting_rule, at.ms());
  }
  // A wait that has just begun was asked about in the pass that began it, unless that was a fold made again.
  const bool is_unasked = how == change::own && (is_same || !after.is_asked);
  // But what its rule reads of the contact may have changed since, in the same pass.
  const compiled::routing_rule& rule = pack_->routing->rules[after.waiting_rule];
  const bool reads_contact = rule.territory_expression != compiled::none || rule.exclude_expression != compiled::none;
  const bool may_be_stale = how != change::restored && !is_same && reads_contact;
  if (is_unasked || may_be_stale) {
    marked_contacts_.emplace(contact);
    note_due(at.ms());
  }
}

LEADLINE_INLINE std::optional<instant> routing::due() const noexcept {
  if (!due_ms_ && !opening_ms_) return std::nullopt;
  const std::int64_t never_ms = std::numeric_limits<std::int64_t>::max();
  return instant::from_ms(std::min(due_ms_.value_or(never_ms), opening_ms_.value_or(never_ms)));
}

/// Whether anybody at all could be given to those that wait by a rule, whatever they need.
LEADLINE_INLINE bool routing::can_take(std::uint32_t rule, std::int64_t at_ms) const {
  const compiled::routing& spec = *pack_->routing;
  const std::vector<std::uint32_t>& chain = chains_[spec.rules[rule].index];
  return std::any_of(chain.begin(), chain.end(), [&](std::uint32_t pool) {
    const std::vector<std::uint32_t>& reps = spec.pools[pool].reps;
    return std::any_of(reps.begin(), reps.end(), [&](std::uint32_t rep) {
      return is_there(spec.pools[pool], rep, at_ms) &&
             (spec.reps[rep].capacity < 0 ||
              // One of their own that waits does not count against itself.
              reps_[rep].open_count - (reps_[rep].waiting_count > 0 ? 1 : 0) < spec.reps[rep].capacity);
    });
  });
}

LEADLINE_INLINE void routing::begin_look(instant at) {
  const compiled::routing& spec = *pack_->routing;
  look_ms_ = at.ms();
  lines_.clear();
  single_looks_.clear();
  const bool is_opening = opening_ms_ && *opening_ms_ <= look_ms_;
  if (is_opening) opening_ms_.reset();
  for (const auto& [rule, line] : line_by_rule_) {
    bool is_listed = false;
    for (const std::uint32_t pool : chains_[spec.rules[rule].index]) {
      if (is_opening && spec.pools[pool].only_open) is_listed = true;
      for (const std::uint32_t rep : spec.pools[pool].reps)
        is_listed = is_listed || (is_rep_marked_[rep] && reps_[rep].freed_ms <= look_ms_);
    }
    if (is_listed) lines_.push_back({rule, {INT64_MIN, {}}});
    if (is_opening) note_opening(rule, look_ms_);
  }
  for (const std::string& each : marked_contacts_) {
    const auto waiting = waiting_.find(each);
    if (waiting != waiting_.end()) single_looks_.emplace(waiting->second.waiting_since_ms, each);
  }
  due_ms_.reset();
  for (std::uint32_t rep = 0; rep < reps_.size(); ++rep) {
    is_rep_marked_[rep] = is_rep_marked_[rep] && reps_[rep].freed_ms > look_ms_;
    if (is_rep_marked_[rep]) note_due(reps_[rep].freed_ms);
  }
  marked_contacts_.clear();
}

LEADLINE_INLINE std::optional<std::string> routing::next() {
  for (;;) {
    const place_in_line* best = single_looks_.empty() ? nullptr : &*single_looks_.begin();
    looked_line* from = nullptr;
    std::erase_if(lines_, [&](const looked_line& each) {
      const auto line = line_by_rule_.find(each.rule);
      return line == line_by_rule_.end() || line->second.upper_bound(each.served) == line->second.end() ||
             !can_take(each.rule, look_ms_);
    });
    for (looked_line& each : lines_) {
      const place_in_line& first = *line_by_rule_.at(each.rule).upper_bound(each.served);
      if (best != nullptr && *best < first) continue;
      best = &first;
      from = &each;
    }
    if (best == nullptr) return std::nullopt;
    std::string contact = best->second;
    if (from != nullptr) {
      from->served = *best;
      single_looks_.erase(from->served);
    } else {
      single_looks_.erase(single_looks_.begin());
    }
    if (waiting_.contains(contact)) return contact;
  }
}

LEADLINE_INLINE std::set<std::string, std::less<>> routing::still_to_look_at() const {
  std::set<std::string, std::less<>> out = marked_contacts_;
  for (const auto& [since_ms, contact] : single_looks_) out.emplace(contact);
  for (const looked_line& each : lines_) {
    const auto line = line_by_rule_.find(each.rule);
    if (line == line_by_rule_.end()) continue;
    for (auto left = line->second.upper_bound(each.served); left != line->second.end(); ++left)
      out.emplace(left->second);
  }
  return out;
}

LEADLINE_INLINE void routing::put_off(std::string_view contact, instant to) {
  marked_contacts_.emplace(contact);
  note_due(to.ms());
}

// --- Bytes ----------------------------------------------------------------------------------------------------------

/// What the desk knows and contacts do not tell, described once for writing and reading as records are.
template <class Archive, class Desk>
void routing::transfer(Archive& a, Desk& desk) {
  constexpr bool is_reading = Archive::is_reading;
  const auto flag = [&](auto&& is_set) {
    std::uint32_t bit = 0;
    if constexpr (!is_reading) bit = is_set ? 1 : 0;
    a.number(bit);
    if constexpr (is_reading) is_set = bit != 0;
  };
  const auto instant_if = [&](auto& at_ms) {
    bool is_there = at_ms.has_value();
    flag(is_there);
    if (!is_there) return;
    if constexpr (is_reading) at_ms.emplace();
    a.instant(*at_ms);
  };
  for (std::size_t i = 0; i < desk.reps_.size(); ++i) {
    auto& rep = desk.reps_[i];
    flag(rep.is_away);
    bool is_known = rep.since_ms != INT64_MIN;
    flag(is_known);
    if (is_known) a.instant(rep.since_ms);
    bool is_freed = rep.freed_ms != INT64_MIN;
    flag(is_freed);
    if (is_freed) a.instant(rep.freed_ms);
    if constexpr (is_reading) {
      bool is_marked = false;
      flag(is_marked);
      desk.is_rep_marked_[i] = is_marked;
    } else {
      flag(bool{desk.is_rep_marked_[i]});
    }
  }
  for (auto& pool : desk.pools_) {
    a.integer(pool.total);
    a.number(pool.last);
    if constexpr (is_reading) a.require(pool.accounts.empty() || pool.last < pool.accounts.size());
    for (auto& each : pool.accounts) {
      a.integer(each.base_nano);
      a.integer(each.got);
      a.integer(each.got_ever);
      flag(each.has_share);
    }
  }
  a.number(desk.seq_);
  if constexpr (is_reading) {
    instant_if(desk.due_ms_);
  } else {
    auto due_ms = desk.due_ms_;
    if (desk.is_looking()) due_ms = std::min(due_ms.value_or(desk.look_ms_), desk.look_ms_);
    instant_if(due_ms);
  }
  instant_if(desk.opening_ms_);
  if constexpr (is_reading) {
    for (std::size_t left = a.items(); left > 0 && a.is_good(); --left) desk.marked_contacts_.emplace(a.text_view());
    for (std::size_t left = a.items(); left > 0 && a.is_good(); --left) {
      const std::string id(a.text_view());
      a.instant(desk.ids_[id]);
    }
  } else {
    const std::set<std::string, std::less<>> marked = desk.still_to_look_at();
    a.number(std::uint64_t{marked.size()});
    for (const std::string& each : marked) a.text(each);
    a.number(std::uint64_t{desk.ids_.size()});
    for (const auto& [id, at_ms] : desk.ids_) {
      a.text(id);
      a.instant(at_ms);
    }
  }
}

LEADLINE_INLINE std::uint64_t routing::state_digest() const {
  const detail::record_names names(*pack_);
  detail::record_writer writer(names);
  writer.begin(detail::record_writer::purpose::record);
  const auto flag = [&](bool is_set) { writer.number(std::uint32_t{is_set ? 1U : 0U}); };
  for (const rep_state& rep : reps_) {
    flag(rep.is_away);
    flag(rep.since_ms != INT64_MIN);
    if (rep.since_ms != INT64_MIN) writer.instant(rep.since_ms);
  }
  for (const pool_state& pool : pools_) {
    writer.integer(pool.total);
    writer.number(pool.last);
    for (const account& each : pool.accounts) {
      writer.integer(each.base_nano);
      writer.integer(each.got);
      writer.integer(each.got_ever);
      flag(each.has_share);
    }
  }
  return detail::checksum_of(writer.bytes(), 2);
}

namespace detail {

inline constexpr std::string_view desk_mark = "LLR";
inline constexpr unsigned char desk_version = 2;
inline constexpr std::size_t desk_head_size = 3 + 1 + digest::size;

}  // namespace detail

LEADLINE_INLINE std::string routing::bytes() const {
  const detail::record_names names(*pack_);
  detail::record_writer writer(names);
  writer.begin(detail::record_writer::purpose::record);
  transfer(writer, *this);
  std::string out(detail::desk_mark);
  out += static_cast<char>(detail::desk_version);
  for (const std::uint8_t each : pack_->fingerprint.bytes()) out += static_cast<char>(each);
  out += writer.bytes();
  const std::uint64_t sum = detail::checksum_of(out, 0);
  for (unsigned i = 0; i < 8; ++i) out += static_cast<char>(sum >> (8 * i));
  return out;
}

LEADLINE_INLINE result<routing> routing::read(std::shared_ptr<const model> pack, std::string_view bytes) {
  const auto refuse = [](std::string_view code, std::string_view message, std::string_view expected) {
    return failure({.code = std::string(code), .message = std::string(message), .expected = std::string(expected)});
  };
  if (bytes.size() < detail::desk_head_size + 8 || bytes.substr(0, 3) != detail::desk_mark)
    return refuse("record.not_a_record", "these bytes are no desk's record", "bytes as `routing::bytes` gives them");
  if (static_cast<unsigned char>(bytes[3]) != detail::desk_version)
    return refuse("record.newer", "the desk's record is of a version that this library does not know", "version 2");
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < 8; ++i)
    sum |= std::uint64_t{static_cast<unsigned char>(bytes[bytes.size() - 8 + i])} << (8 * i);
  bytes.remove_suffix(8);
  if (sum != detail::checksum_of(bytes, 0))
    return refuse("record.damaged", "the desk's record is damaged: its checksum is another", "the bytes as stored");
  for (std::size_t i = 0; i < digest::size; ++i) {
    if (static_cast<std::uint8_t>(bytes[4 + i]) != pack->fingerprint.bytes()[i])
      return refuse("record.other_model", "the desk's record is of another model than " + pack->fingerprint.text(),
                    "the model by which it was made");
  }
  const detail::record_names names(*pack);
  detail::record_reader reader(names);
  routing out(std::move(pack));
  reader.begin(bytes.substr(detail::desk_head_size), nullptr);
  transfer(reader, out);
  reader.end();
  if (!reader.is_good() || !reader.is_at_end())
    return refuse("record.damaged", "the desk's record is damaged: it says what cannot be", "the bytes as stored");
  return out;
}

}  // namespace leadline
