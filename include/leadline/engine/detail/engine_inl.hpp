#pragma once

#include <algorithm>
#include <utility>

#include "leadline/engine/detail/engine_snapshot.hpp"
#include "leadline/engine/engine.hpp"

namespace leadline {

LEADLINE_INLINE engine::engine(std::shared_ptr<const model> pack, std::size_t spread_out_count)
    : desk_(routing::is_needed(*pack) ? std::make_unique<routing>(pack) : nullptr),
      fold_(pack),
      spread_out_max_(std::max<std::size_t>(spread_out_count, 16)),
      record_(std::move(pack)) {
  fold_.set_assigner(desk_.get());
}

LEADLINE_INLINE void engine::tell(std::span<const decision> news) {
  for (const decision& each : news) told_.add(each);
}

// --- Seats
// ------------------------------------------------------------------------------------------------------------

LEADLINE_INLINE engine::seat& engine::add_seat(std::string_view id) {
  auto made = std::make_unique<seat>();
  seat& out = *made;
  if (free_numbers_.empty()) {
    out.number = static_cast<std::uint32_t>(seats_.size());
    seats_.push_back(&out);
  } else {
    out.number = free_numbers_.back();
    free_numbers_.pop_back();
    seats_[out.number] = &out;
  }
  const auto at = contacts_.emplace(std::string(id), std::move(made)).first;
  out.id = at->first;
  return out;
}

LEADLINE_INLINE void engine::drop_seat(seat_map::iterator at) {
  seat& gone = *at->second;
  due_.cancel(gone.number);
  if (gone.who) {
    spread_out_.erase(std::find(spread_out_.begin(), spread_out_.end(), gone.number));
    recycled_.push_back(std::move(gone.who));
  }
  seats_[gone.number] = nullptr;
  free_numbers_.push_back(gone.number);
  contacts_.erase(at);
}

LEADLINE_INLINE contact& engine::open(seat& at) const {
  at.is_recent = true;
  if (at.who) return *at.who;
  // Sits there when it is whole: where memory runs out it is read again.
  std::unique_ptr<contact> who;
  if (recycled_.empty()) {
    who = std::make_unique<contact>(fold_.model(), std::string(at.id));
    if (!at.packed.empty()) static_cast<void>(record_.unpack(at.packed, *who));
  } else {
    who = std::move(recycled_.back());
    recycled_.pop_back();
    who->id = at.id;
    static_cast<void>(record_.unpack(at.packed, *who));
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
    seat& at = *seats_[spread_out_[hand_]];
    if (at.is_recent) {
      at.is_recent = false;
      ++hand_;
      continue;
    }
    at.packed = record_.pack(*at.who);
    recycled_.push_back(std::move(at.who));
    spread_out_[hand_] = spread_out_.back();
    spread_out_.pop_back();
  }
}

LEADLINE_INLINE engine::seat& engine::seat_of(std::string_view id) {
  const auto at = contacts_.find(id);
  return at == contacts_.end() ? add_seat(id) : *at->second;
}

LEADLINE_INLINE std::string_view engine::survivor(std::string_view id) const {
  if (merged_into_.empty()) return id;
  for (auto merged = merged_into_.find(id); merged != merged_into_.end(); merged = merged_into_.find(id))
    id = merged->second;
  return id;
}

LEADLINE_INLINE const contact* engine::find(std::string_view id) const {
  const auto at = contacts_.find(survivor(id));
  return at == contacts_.end() ? nullptr : &present(*at->second);
}

LEADLINE_INLINE std::vector<const contact*> engine::contacts() const {
  std::vector<const contact*> out;
  out.reserve(contacts_.size());
  for (const auto& each : contacts_) out.push_back(&open(*each.second));
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

LEADLINE_INLINE routing::standing engine::begin_change(const contact& who) {
  return desk_ ? desk_->begin(who.state) : routing::standing{};
}

LEADLINE_INLINE void engine::note_standing(const contact& who, const routing::standing& before, instant at,
                                           routing::change how) {
  if (desk_) desk_->move(who.id, before, desk_->standing_of(who.state), at, how);
}

LEADLINE_INLINE std::optional<std::int64_t> engine::next_due_ms() const noexcept {
  std::optional<std::int64_t> first = due_.next_ms();
  const std::optional<instant> looked = desk_ ? desk_->due() : std::nullopt;
  if (looked && (!first || looked->ms() < *first)) first = looked->ms();
  return first;
}

LEADLINE_INLINE void engine::look(instant at, contact_fold::told_when when) {
  desk_->begin_look(at);
  while (const auto id = desk_->next()) {
    seat& place = *contacts_.find(*id)->second;
    contact& who = present(place);
    if (const std::int64_t since_ms = who.state.route.waiting_since_ms; since_ms > at.ms()) {
      desk_->put_off(*id, instant::from_ms(since_ms));
      pack_some();
      continue;
    }
    const routing::standing before = begin_change(who);
    tell(fold_.look(who, at, when));
    note_wakeup(place);
    note_standing(who, before, at, routing::change::look);
    pack_some();
  }
}

LEADLINE_INLINE void engine::look_late() {
  while (desk_ && closed_ && desk_->due() && *desk_->due() <= *closed_) look(*closed_, contact_fold::told_when::late);
}

/// At each instant what contacts' own time brings, in order of their ids; then those that wait for somebody.
LEADLINE_INLINE void engine::close(instant to) {
  if (closed_ && to <= *closed_) return;
  for (;;) {
    const std::optional<instant> looked = desk_ ? desk_->due() : std::nullopt;
    const std::int64_t until_ms = looked ? std::min(to.ms(), looked->ms()) : to.ms();
    if (const auto due = due_.pop(until_ms)) {
      seat& at = *seats_[due->who];
      contact& who = open(at);
      const routing::standing before = begin_change(who);
      tell(fold_.advance(who, instant::from_ms(due->at_ms)));
      note_wakeup(at);
      note_standing(who, before, instant::from_ms(due->at_ms));
      // A storm may wake more contacts than are to be spread out.
      pack_some();
      continue;
    }
    if (!looked || *looked > to) break;
    look(*looked, contact_fold::told_when::in_time);
  }
  closed_ = to;
}

LEADLINE_INLINE std::span<const decision> engine::advance(instant to) {
  told_.clear();
  pack_some();
  close(to);
  return told_.decisions();
}

LEADLINE_INLINE std::optional<instant> engine::next_wakeup() const noexcept {
  const std::optional<std::int64_t> next_ms = next_due_ms();
  return next_ms ? std::optional(instant::from_ms(*next_ms)) : std::nullopt;
}

// --- Events
// -----------------------------------------------------------------------------------------------------------

LEADLINE_INLINE std::span<const decision> engine::apply(const event& sent) {
  told_.clear();
  const std::span<const decision> news = apply_next(sent, arrival_count_ + 1);
  if (told_.empty()) return news;
  tell(news);
  return told_.decisions();
}

LEADLINE_INLINE std::span<const decision> engine::apply(std::span<const event> batch) {
  told_.clear();
  for (const event& each : batch) tell(apply_next(each, arrival_count_ + 1));
  return told_.decisions();
}

LEADLINE_INLINE std::span<const decision> engine::apply_next(const event& sent, std::uint64_t arrival) {
  pack_some();
  close(instant::from_ms(sent.at.ms() - 1));
  const std::optional<std::uint32_t> type = fold_.model().find_event(sent.type);
  const auto kind = type ? fold_.model().events[*type].kind : compiled::built_in::no;
  if (kind == compiled::built_in::rep_away || kind == compiled::built_in::rep_back) {
    if (desk_) tell(desk_->apply(sent, closed_));
    look_late();
    return {};
  }
  arrival_count_ = arrival;
  const std::string_view id = survivor(sent.contact);
  if (kind == compiled::built_in::contact_merge || kind == compiled::built_in::contact_forget) {
    end(id, sent);
    look_late();
    return {};
  }
  seat& at = seat_of(id);
  contact& who = present(at);
  const routing::standing before = begin_change(who);
  const std::span<const decision> news = fold_.step(who, sent, arrival);
  note_wakeup(at);
  if (!desk_) return news;
  note_standing(who, before, closed_ ? std::max(sent.at, *closed_) : sent.at);
  const bool is_late = closed_ && desk_->due() && *desk_->due() <= *closed_;
  if (!is_late) return news;
  // What is looked at now is told after the event's own.
  tell(news);
  look_late();
  return {};
}

/// Merge and forget take effect now, in order of arrival, however late they are dated.
LEADLINE_INLINE void engine::end(std::string_view id, const event& sent) {
  seat& at = seat_of(id);
  contact& who = present(at);
  if (auto problem = fold_.problem_of(sent)) return tell(fold_.refuse(who, sent, "bad_event", std::move(*problem)));
  const std::string name = who.id;
  const instant when = closed_ ? std::max(sent.at, *closed_) : sent.at;
  if (sent.type == "contact.forget") {
    tell(fold_.forget(who, sent));
    if (desk_) desk_->move(name, desk_->standing_of(who.state), {}, when, routing::change::own);
    drop_seat(contacts_.find(name));
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
  seat& into = seat_of(into_id);
  contact& other = present(into);
  const routing::standing before = begin_change(other);
  if (desk_) desk_->move(name, desk_->standing_of(who.state), {}, when, routing::change::own);
  tell(fold_.merge(who, other, sent));
  note_wakeup(into);
  note_standing(other, before, when);
  drop_seat(contacts_.find(name));
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
  if (desk_) {
    result<routing> desk = routing::read(desk_->pack(), read->desk);
    if (!desk) return tl::unexpected<diagnostics>(std::move(desk.error()));
    *desk_ = std::move(*desk);
  }
  closed_ = read->closed;
  arrival_count_ = read->arrival_count;
  merged_into_ = std::move(read->merged_into);
  contacts_.reserve(read->items.size());
  for (const engine_snapshot::item& each : read->items) engine_snapshot::put(*this, each);
  if (desk_) engine_snapshot::seat_waiting(*this);
  return read->items.size();
}

LEADLINE_INLINE std::uint64_t engine::state_digest() const {
  return engine_snapshot::digest_of(merged_into_) + engine_snapshot::digest_of(*this);
}

}  // namespace leadline
