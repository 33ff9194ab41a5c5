#pragma once

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "leadline/base/fetch.hpp"
#include "leadline/engine/detail/engine_snapshot.hpp"
#include "leadline/engine/engine.hpp"

namespace leadline {

LEADLINE_INLINE engine::engine(std::shared_ptr<const model> pack, std::size_t spread_out_count)
    : has_past_(pack->lateness_ms > 0),
      desk_(routing::is_needed(*pack) ? std::make_unique<routing>(pack) : nullptr),
      fold_(pack),
      blank_(*pack, ""),
      gathers_(desk_ == nullptr && spread_out_count == spread_out_count_default),
      spread_out_max_(std::max<std::size_t>(spread_out_count, 16)),
      record_(std::move(pack)) {
  fold_.set_assigner(desk_.get());
}

LEADLINE_INLINE void engine::begin_call() {
  // Memory ended within a change: nobody knows what the one contact of that is.
  if (!is_whole()) throw std::bad_alloc();
  is_paused_ = false;
  done_count_ = 0;
  told_.clear();
  news_ = {};
  if (gathers_) fold_.gather();
  recycled_.reserve(recycled_.size() + dropped_.size());
  for (auto& each : dropped_) recycled_.push_back(std::move(each));
  dropped_.clear();
}

LEADLINE_INLINE void engine::fill_spare() {
  if (spare_.is_drawn()) spare_.fill();
  // What is told in one call may be much more than what one change needs.
  if (gathers_) {
    fold_.make_room();
  } else {
    told_.make_room();
  }
}

LEADLINE_INLINE void engine::make_ready_for(seat& at) {
  if (!spare_.is_served()) return;
  if (!at.who) {
    // Spread out, what a record says takes several times as much.
    const std::size_t size = at.packed.view().size();
    if (size > 4'096) spare_.want(spare_memory::size_min + size * 16);
    if (has_past_) static_cast<void>(open(at));
  }
  if (!has_past_) return;
  // A late event folds all that is kept, and writes and tells anew what that told.
  constexpr std::size_t of_event = 1'024;
  constexpr std::size_t of_decision = 8'192;
  const std::size_t size = at.who->kept.size() * of_event + at.who->log.size() * of_decision;
  if (size > spare_memory::size_min / 2) spare_.want(spare_memory::size_min + size);
}

/// A merge copies both.
LEADLINE_INLINE void engine::make_ready_for_end(std::string_view id, const event& sent) {
  if (!spare_.is_served()) return;
  std::size_t size = 0;
  const auto add = [&](std::string_view who) {
    seat* const at = find_seat(who);
    if (at == nullptr) return;
    make_ready_for(*at);
    size += at->who ? record_.pack(*at->who).size() : at->packed.view().size();
  };
  add(id);
  if (sent.data.is_object()) {
    for (const value::member& each : sent.data.members()) {
      if (each.key == "into" && each.content.is_text()) add(survivor(each.content.text()));
    }
  }
  if (size > 4'096) spare_.want(spare_memory::size_min + size * 32);
}

LEADLINE_INLINE void engine::tell(std::span<const decision> news) {
  if (gathers_) return;
  for (const decision& each : news) told_.add(each);
}

// --- Seats
// ------------------------------------------------------------------------------------------------------------

LEADLINE_INLINE engine::seat* engine::find_seat(std::string_view id, std::uint32_t hash) const {
  const std::uint32_t number = index_.find(hash, [&](std::uint32_t each) { return seats_[each].id == id; });
  return number == detail::seat_index::none ? nullptr : &seats_[number];
}

LEADLINE_INLINE engine::seat& engine::add_seat(std::string_view id, std::uint32_t hash) {
  // All that may run out of memory comes first.
  index_.reserve(index_.size() + 1);
  if (free_numbers_.empty()) free_numbers_.push_back(seats_.add().number);
  seat* const out = &seats_[free_numbers_.back()];
  out->id = id;
  free_numbers_.pop_back();
  out->hash = hash;
  out->is_taken = true;
  index_.add(hash, out->number);
  return *out;
}

LEADLINE_INLINE void engine::drop_seat(seat& gone) {
  dropped_.reserve(dropped_.size() + 1);
  free_numbers_.reserve(free_numbers_.size() + 1);
  due_.cancel(gone.number);
  if (gone.who) {
    spread_out_.erase(std::find(spread_out_.begin(), spread_out_.end(), gone.number));
    dropped_.push_back(std::move(gone.who));
  }
  index_.erase(gone.hash, gone.number);
  gone.packed = {};
  gone.is_taken = false;
  gone.is_recent = false;
  free_numbers_.push_back(gone.number);
}

LEADLINE_INLINE contact& engine::open(seat& at) const {
  at.is_recent = true;
  if (at.who) return *at.who;
  // Sits there when it is whole: where memory runs out it is read again.
  std::unique_ptr<contact> who;
  if (recycled_.empty()) {
    who = std::make_unique<contact>(blank_);
    who->id = at.id;
    if (const std::string_view packed = at.packed.view(); !packed.empty())
      static_cast<void>(record_.unpack(packed, *who));
  } else {
    who = std::move(recycled_.back());
    recycled_.pop_back();
    who->id = at.id;
    static_cast<void>(record_.unpack(at.packed.view(), *who));
  }
  spread_out_.push_back(at.number);
  at.who = std::move(who);
  return *at.who;
}

LEADLINE_INLINE contact& engine::present(seat& at) const {
  // A contact with nothing due was left where it was; its time is the engine's all the same.
  contact& who = open(at);
  if (closed_) who.closed_ms = std::max(closed_->ms(), who.closed_ms.value_or(closed_->ms()));
  return who;
}

LEADLINE_INLINE void engine::pack_some() {
  while (spread_out_.size() > spread_out_max_) {
    if (hand_ >= spread_out_.size()) hand_ = 0;
    seat& at = seats_[spread_out_[hand_]];
    if (at.is_recent) {
      at.is_recent = false;
      ++hand_;
      continue;
    }
    at.packed = detail::packed_bytes(record_.pack(*at.who));
    recycled_.push_back(std::move(at.who));
    spread_out_[hand_] = spread_out_.back();
    spread_out_.pop_back();
  }
}

LEADLINE_INLINE engine::seat& engine::seat_of(std::string_view id, std::uint32_t hash) {
  seat* const known = find_seat(id, hash);
  return known != nullptr ? *known : add_seat(id, hash);
}

LEADLINE_INLINE std::string_view engine::survivor(std::string_view id) const {
  if (merged_into_.empty()) return id;
  for (auto merged = merged_into_.find(id); merged != merged_into_.end(); merged = merged_into_.find(id))
    id = merged->second;
  return id;
}

LEADLINE_INLINE const contact* engine::find(std::string_view id) const {
  seat* const at = find_seat(survivor(id));
  return at == nullptr ? nullptr : &present(*at);
}

LEADLINE_INLINE std::vector<const contact*> engine::contacts() const {
  std::vector<const contact*> out;
  out.reserve(index_.size());
  each_seat([&](seat& each) { out.push_back(&open(each)); });
  std::sort(out.begin(), out.end(), [](const contact* a, const contact* b) { return a->id < b->id; });
  return out;
}

// --- Time
// -------------------------------------------------------------------------------------------------------------

LEADLINE_INLINE void engine::note_wakeup(const seat& at) {
  if (const std::optional<std::int64_t> wakeup_ms = at.who->state.wakeup_ms) {
    due_.set(at.number, *wakeup_ms);
  } else {
    due_.cancel(at.number);
  }
}

/// What nearly every event reads of a contact, but for its state's lists.
LEADLINE_INLINE void engine::fetch_contact(const seat& at) const noexcept {
  constexpr std::size_t head_size = std::size_t{4} * 64;
  detail::fetch(at.who.get(), head_size);
  due_.prefetch(at.number);
}

/// In a storm what the next ones need is asked for ahead, each step of it when the one before has come.
LEADLINE_INLINE void engine::fetch_behind() const noexcept {
  constexpr std::size_t to_seat = 16;
  constexpr std::size_t to_contact = 10;
  constexpr std::size_t to_lists = 5;
  if (const auto number = due_.behind(to_seat)) detail::fetch(&seats_[*number], sizeof(seat));
  if (const auto number = due_.behind(to_contact)) fetch_contact(seats_[*number]);
  if (const auto number = due_.behind(to_lists); number && seats_[*number].who) seats_[*number].who->state.prefetch();
}

LEADLINE_INLINE routing::standing engine::begin_change(const contact& who) {
  return desk_ ? desk_->begin(who.state) : routing::standing{};
}

LEADLINE_INLINE void engine::note_standing(const contact& who, const routing::standing& before, instant at,
                                           routing::change how) {
  if (desk_) desk_->move(who.id, before, desk_->standing_of(who.state), at, how);
}

LEADLINE_INLINE std::int64_t engine::next_look_ms() const noexcept {
  const std::optional<instant> due = desk_ ? desk_->due() : std::nullopt;
  const std::int64_t due_ms = due ? due->ms() : std::numeric_limits<std::int64_t>::max();
  return look_ ? std::min(due_ms, look_->at.ms()) : due_ms;
}

LEADLINE_INLINE std::optional<std::int64_t> engine::next_due_ms() const noexcept {
  const std::optional<std::int64_t> first = due_.next_ms();
  const std::int64_t look_ms = next_look_ms();
  if (look_ms == std::numeric_limits<std::int64_t>::max()) return first;
  return std::min(first.value_or(look_ms), look_ms);
}

LEADLINE_INLINE void engine::look(instant at, contact_fold::told_when when) {
  make_ready();
  spare_.begin_change();
  desk_->begin_look(at);
  look_ = open_look{at, when};
  spare_.end_change();
  finish_look();
}

LEADLINE_INLINE void engine::finish_look() {
  while (look_ && !pauses()) {
    make_ready();
    spare_.begin_change();
    if (const auto id = desk_->next()) {
      look_at(*id, *look_);
    } else {
      look_.reset();
    }
    spare_.end_change();
  }
}

LEADLINE_INLINE void engine::look_at(const std::string& id, const open_look& how) {
  seat& place = *find_seat(id);
  contact& who = present(place);
  const instant at = how.at;
  // What asked at the open instant, or was changed at it since it asked, is not answered before it.
  const std::int64_t since_ms = who.state.route.waiting_since_ms;
  const std::int64_t known_ms = who.state.route.is_asked ? std::max(since_ms, who.state.now_ms) : since_ms;
  if (known_ms > at.ms()) {
    desk_->put_off(id, instant::from_ms(known_ms));
    pack_some();
    return;
  }
  const routing::standing before = begin_change(who);
  tell(fold_.look(who, at, how.when));
  note_wakeup(place);
  note_standing(who, before, at, routing::change::look);
  if (const std::uint32_t rule = who.state.route.waiting_rule; rule != compiled::none) {
    if (const std::optional<instant> freed = desk_->freed_after(rule, at)) desk_->put_off(id, *freed);
  }
  pack_some();
}

LEADLINE_INLINE void engine::look_late() {
  while (desk_ && closed_ && desk_->due() && *desk_->due() <= *closed_) {
    if (pauses()) return;
    look(*closed_, contact_fold::told_when::late);
    if (look_) return;
  }
  is_late_look_due_ = false;
}

LEADLINE_INLINE void engine::go_on() {
  finish_look();
  if (!look_ && is_late_look_due_) look_late();
}

/// At each instant what contacts' own time brings, in order of their ids; then those that wait for somebody.
LEADLINE_INLINE engine::reach engine::close(instant to) {
  if (closed_ && to <= *closed_) return reach::there;
  // Where it stops on the way, everything before the latest instant is closed.
  std::int64_t reached_ms = closed_ ? closed_->ms() : std::numeric_limits<std::int64_t>::min();
  const auto stop = [&] {
    if (reached_ms != std::numeric_limits<std::int64_t>::min()) closed_ = instant::from_ms(reached_ms);
  };
  try {
    for (; !pauses(); make_ready()) {
      const std::int64_t look_ms = next_look_ms();
      if (const auto due = due_.pop(std::min(to.ms(), look_ms))) {
        close_next(*due);
        reached_ms = std::max(reached_ms, due->at_ms - 1);
        continue;
      }
      if (look_ms > to.ms()) {
        closed_ = to;
        return reach::there;
      }
      reached_ms = std::max(reached_ms, look_ms - 1);
      look(instant::from_ms(look_ms), contact_fold::told_when::in_time);
    }
  } catch (...) {
    stop();
    throw;
  }
  stop();
  return reach::paused;
}

LEADLINE_INLINE void engine::close_next(const timing_wheel<seat_names>::due& due) {
  fetch_behind();
  seat& at = seats_[due.who];
  spare_.begin_change();
  try {
    make_ready_for(at);
  } catch (...) {
    // As if it had not been looked at.
    due_.set(due.who, due.at_ms);
    spare_.end_change();
    throw;
  }
  contact& who = open(at);
  const routing::standing before = begin_change(who);
  tell(fold_.advance(who, instant::from_ms(due.at_ms)));
  note_wakeup(at);
  note_standing(who, before, instant::from_ms(due.at_ms));
  // A storm may wake more contacts than are to be spread out.
  pack_some();
  spare_.end_change();
}

LEADLINE_INLINE std::span<const decision> engine::advance(instant to) {
  const spare_memory::use within(&spare_);
  begin_call();
  make_ready();
  go_on();
  pack_some();
  if (!is_paused_) static_cast<void>(close(to));
  return told();
}

LEADLINE_INLINE std::optional<instant> engine::next_wakeup() const noexcept {
  const std::optional<std::int64_t> next_ms = next_due_ms();
  return next_ms ? std::optional(instant::from_ms(*next_ms)) : std::nullopt;
}

// --- Events
// -----------------------------------------------------------------------------------------------------------

LEADLINE_INLINE std::span<const decision> engine::apply(const event& sent) {
  const spare_memory::use within(&spare_);
  begin_call();
  const std::uint32_t hash = index_.hash_of(survivor(sent.contact));
  // The places that the event will look at are asked for at once, and not each when the one before has come.
  if (const std::uint32_t number = index_.guess(hash); number != detail::seat_index::none) {
    const seat& at = seats_[number];
    fetch_contact(at);
    if (at.who) fold_.prefetch(*at.who, sent);
  }
  const std::span<const decision> news = apply_next(sent, arrival_count_ + 1, hash);
  if (gathers_) return told();
  if (told_.empty()) return news_ = news;
  tell(news);
  return told();
}

/// An event of a batch is made ready in steps, each of which waits for what the one before has fetched:
///
///     events ahead   40: the id     28: its cell     20: the seat     12: the contact     5: its lists     0: folded
///
/// From the seat on the same is done for contacts whose own time comes before those events.
struct engine::look_ahead {
  look_ahead(const engine& of, std::span<const event> given) : all_(of), batch_(given) {
    for (std::size_t i = 0; i < to_id; ++i) id(i);
    for (std::size_t i = 0; i < to_cell; ++i) cell(i);
    for (std::size_t i = 0; i < to_seat; ++i) seat_at(i);
    for (std::size_t i = 0; i < to_contact; ++i) contact_at(i);
    for (std::size_t i = 0; i < to_lists; ++i) lists(i);
    seats_until_ms_ = contacts_until_ms_ = lists_until_ms_ = batch_.empty() ? 0 : batch_.front().at.ms();
  }

  /// Gives the hash of the i-th event's contact, and goes on with those ahead. REQUIRES that they are asked in order.
  [[nodiscard]] std::uint32_t operator[](std::size_t i) {
    id(i + to_id);
    cell(i + to_cell);
    seat_at(i + to_seat);
    contact_at(i + to_contact);
    lists(i + to_lists);
    near(i + to_seat, seats_until_ms_, [&](const seat& each) { detail::fetch(&each); });
    near(i + to_contact, contacts_until_ms_, [&](const seat& each) { all_.fetch_contact(each); });
    near(i + to_lists, lists_until_ms_, [&](const seat& each) {
      if (each.who) each.who->state.prefetch();
    });
    return hashes_[i % ring];
  }

 private:
  static constexpr std::size_t to_id = 40;
  static constexpr std::size_t to_cell = 28;
  static constexpr std::size_t to_seat = 20;
  static constexpr std::size_t to_contact = 12;
  static constexpr std::size_t to_lists = 5;
  static constexpr std::size_t ring = 64;

  void id(std::size_t i) const noexcept {
    constexpr std::size_t to_event = 16;
    if (i + to_event < batch_.size()) detail::fetch(&batch_[i + to_event]);
    if (i >= batch_.size()) return;
    detail::fetch(batch_[i].contact.data());
    if (batch_[i].data.is_object())
      detail::fetch(batch_[i].data.members().data(), batch_[i].data.members().size_bytes());
  }
  void cell(std::size_t i) noexcept {
    if (i >= batch_.size()) return;
    hashes_[i % ring] = all_.index_.hash_of(batch_[i].contact);
    all_.index_.prefetch(hashes_[i % ring]);
  }
  void seat_at(std::size_t i) noexcept {
    if (i >= batch_.size()) return;
    const std::uint32_t number = all_.index_.guess(hashes_[i % ring]);
    seats_[i % ring] = number == detail::seat_index::none ? nullptr : &all_.seats_[number];
    detail::fetch(seats_[i % ring]);
  }
  void contact_at(std::size_t i) const noexcept {
    if (i >= batch_.size() || seats_[i % ring] == nullptr) return;
    all_.fetch_contact(*seats_[i % ring]);
  }
  void lists(std::size_t i) const noexcept {
    if (i >= batch_.size() || seats_[i % ring] == nullptr || !seats_[i % ring]->who) return;
    all_.fold_.prefetch(*seats_[i % ring]->who, batch_[i]);
  }

  template <class Use>
  void near(std::size_t i, std::int64_t& until_ms, const Use& use) const {
    if (i >= batch_.size() || batch_[i].at.ms() - until_ms < 1'024) return;
    all_.due_.each_near(until_ms, batch_[i].at.ms(), [&](std::uint32_t who) { use(all_.seats_[who]); });
    until_ms = batch_[i].at.ms();
  }

  const engine& all_;
  std::span<const event> batch_;
  std::int64_t seats_until_ms_ = 0;
  std::int64_t contacts_until_ms_ = 0;
  std::int64_t lists_until_ms_ = 0;
  std::array<std::uint32_t, ring> hashes_{};
  std::array<const seat*, ring> seats_{};
};

LEADLINE_INLINE std::span<const decision> engine::apply(std::span<const event> batch) {
  if (batch.size() == 1) return apply(batch.front());
  const spare_memory::use within(&spare_);
  begin_call();
  go_on();
  look_ahead ahead(*this, batch);
  for (std::size_t i = 0; i < batch.size() && !pauses(); ++i) tell(apply_next(batch[i], arrival_count_ + 1, ahead[i]));
  return told();
}

LEADLINE_INLINE std::span<const decision> engine::apply_next(const event& sent, std::uint64_t arrival,
                                                             std::uint32_t hash) {
  make_ready();
  if (look_ || is_late_look_due_) go_on();
  pack_some();
  if (is_paused_ || close(instant::from_ms(sent.at.ms() - 1)) == reach::paused) return {};
  make_ready();
  const compiled::built_in kind = fold_.kind_of(sent.type);
  std::span<const decision> news;
  if (kind == compiled::built_in::rep_away || kind == compiled::built_in::rep_back) {
    spare_.begin_change();
    if (desk_) tell(desk_->apply(sent, closed_));
    is_late_look_due_ = desk_ != nullptr;
  } else {
    std::string_view id = sent.contact;
    if (!merged_into_.empty()) {
      id = survivor(id);
      if (id != sent.contact) hash = index_.hash_of(id);
    }
    if (kind == compiled::built_in::contact_merge || kind == compiled::built_in::contact_forget) {
      make_ready_for_end(id, sent);
      spare_.begin_change();
      end(id, sent);
      is_late_look_due_ = desk_ != nullptr;
    } else {
      seat* const known = find_seat(id, hash);
      if (known != nullptr) make_ready_for(*known);
      spare_.begin_change();
      news = fold_in(known != nullptr ? *known : add_seat(id, hash), sent, arrival);
    }
    arrival_count_ = arrival;
  }
  ++done_count_;
  spare_.end_change();
  if (is_late_look_due_) look_late();
  return news;
}

LEADLINE_INLINE std::span<const decision> engine::fold_in(seat& at, const event& sent, std::uint64_t arrival) {
  contact& who = present(at);
  const std::optional<std::int64_t> wakeup_before_ms = who.state.wakeup_ms;
  const routing::standing before = begin_change(who);
  const std::span<const decision> news = fold_.step(who, sent, arrival);
  if (who.state.wakeup_ms != wakeup_before_ms) note_wakeup(at);
  if (!desk_) return news;
  note_standing(who, before, closed_ ? std::max(sent.at, *closed_) : sent.at);
  is_late_look_due_ = closed_ && desk_->due() && *desk_->due() <= *closed_;
  if (!is_late_look_due_) return news;
  // What is looked at now is told after the event's own.
  tell(news);
  return {};
}

/// Merge and forget take effect now, in order of arrival, however late they are dated.
LEADLINE_INLINE void engine::end(std::string_view id, const event& sent) {
  seat& at = seat_of(id, index_.hash_of(id));
  contact& who = present(at);
  if (auto problem = fold_.problem_of(sent)) return tell(fold_.refuse(who, sent, "bad_event", std::move(*problem)));
  const std::string name = who.id;
  if (sent.type == "contact.forget") {
    tell(fold_.forget(who, sent));
    if (desk_) {
      desk_->move(name, desk_->standing_of(who.state), {}, contact_fold::end_of(who, sent), routing::change::own);
    }
    drop_seat(at);
    std::erase_if(merged_into_, [&](const auto& each) { return each.second == name; });
    return;
  }
  if (fold_.is_duplicate(who, sent)) {
    ++who.duplicate_count;
    return;
  }
  std::string_view wanted;
  for (const value::member& each : sent.data.members()) {
    if (each.key == "into") wanted = each.content.text();
  }
  const std::string into_id(survivor(wanted));
  if (into_id == name) return tell(fold_.refuse(who, sent, "bad_event", "a contact cannot be merged into itself"));
  seat& into = seat_of(into_id, index_.hash_of(into_id));
  contact& other = present(into);
  const routing::standing before = begin_change(other);
  const instant when = std::max(contact_fold::end_of(who, sent), contact_fold::end_of(other, sent));
  if (desk_) desk_->move(name, desk_->standing_of(who.state), {}, when, routing::change::own);
  tell(fold_.merge(who, other, sent));
  note_wakeup(into);
  note_standing(other, before, when);
  drop_seat(at);
  merged_into_[name] = into_id;
}

// --- Snapshots
// --------------------------------------------------------------------------------------------------------

LEADLINE_INLINE std::string engine::snapshot() const {
  engine_snapshot out(fold_.model(), closed_, arrival_count_);
  out.add(*this);
  return out.finish(merged_into_);
}

LEADLINE_INLINE result<std::size_t> engine::restore(std::string_view bytes) {
  result<engine_snapshot::content> read = engine_snapshot::read(fold_.model(), bytes);
  if (!read) return tl::unexpected<diagnostics>(std::move(read.error()));
  std::optional<routing> desk;
  if (desk_) {
    result<routing> known = routing::read(desk_->pack(), read->desk);
    if (!known) return tl::unexpected<diagnostics>(std::move(known.error()));
    desk = std::move(*known);
  }
  spare_.begin_change();
  if (desk_) *desk_ = std::move(*desk);
  closed_ = read->closed;
  arrival_count_ = read->arrival_count;
  merged_into_ = std::move(read->merged_into);
  index_.reserve(read->items.size());
  for (const engine_snapshot::item& each : read->items) engine_snapshot::put(*this, each);
  if (desk_) engine_snapshot::seat_waiting(*this);
  spare_.end_change();
  return read->items.size();
}

LEADLINE_INLINE std::uint64_t engine::state_digest() const {
  return engine_snapshot::digest_of(merged_into_) + engine_snapshot::digest_of(*this);
}

}  // namespace leadline
