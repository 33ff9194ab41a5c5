#pragma once

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "leadline/base/fetch.hpp"
#include "leadline/engine/detail/engine_inl.hpp"
#include "leadline/engine/detail/engine_snapshot.hpp"
#include "leadline/engine/sharded_engine.hpp"

namespace leadline {

LEADLINE_INLINE sharded_engine::sharded_engine(const std::shared_ptr<const model>& pack, std::size_t shard_count,
                                               std::size_t spread_out_count) {
  const bool has_pools = pack->routing && !pack->routing->pools.empty();
  const std::size_t count = has_pools ? 1 : std::max<std::size_t>(shard_count, 1);
  // "As many as there are" stays that.
  const std::size_t each =
      spread_out_count == engine::spread_out_count_default ? spread_out_count : spread_out_count / count;
  for (std::size_t i = 0; i < count; ++i) {
    shards_.push_back(std::make_unique<shard>(pack, each));
    if (count == 1) continue;
    engine& made = shards_.back()->all;
    // For a batch, which is not refilled for within.
    made.is_shard_ = true;
    made.spare_.want(16 * spare_memory::size_min);
  }
}

LEADLINE_INLINE std::size_t sharded_engine::place_of(std::string_view id) const noexcept {
  return std::uint64_t{detail::seat_index::hash_of(id, 0)} * shards_.size() >> 32;
}

LEADLINE_INLINE std::string_view sharded_engine::survivor(std::string_view id) const {
  if (merged_into_.empty()) return id;
  for (auto merged = merged_into_.find(id); merged != merged_into_.end(); merged = merged_into_.find(id))
    id = merged->second;
  return id;
}

LEADLINE_INLINE std::span<const decision> sharded_engine::apply(std::span<const event> batch) {
  if (is_single()) return only().apply(batch);
  const spare_memory::use within(&only().spare_);
  begin_change();
  places_.resize(batch.size());
  arrivals_.resize(batch.size());
  closes_ms_.resize(batch.size());
  constexpr std::size_t to_event = 16;
  constexpr std::size_t to_names = 8;
  std::size_t first = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i + to_event < batch.size()) detail::fetch(&batch[i + to_event], sizeof(event));
    if (i + to_names < batch.size()) detail::fetch(batch[i + to_names].contact.data());
    const event& sent = batch[i];
    const std::int64_t before_ms = sent.at.ms() - 1;
    const std::int64_t closed_ms = i > first ? closes_ms_[i - 1] : closed_ ? closed_->ms() : before_ms;
    closes_ms_[i] = std::max(closed_ms, before_ms);
    const compiled::built_in kind = only().fold_.kind_of(sent.type);
    if (kind == compiled::built_in::rep_away || kind == compiled::built_in::rep_back) {
      places_[i] = compiled::none;  // no contact's
      continue;
    }
    places_[i] = static_cast<std::uint32_t>(place_of(survivor(sent.contact)));
    arrivals_[i] = ++arrival_count_;
    if (kind != compiled::built_in::contact_merge && kind != compiled::built_in::contact_forget) continue;
    run(batch, first, i);
    close(instant::from_ms(closes_ms_[i]));
    end(sent);
    first = i + 1;
  }
  run(batch, first, batch.size());
  is_within_ = false;
  return told_;
}

LEADLINE_INLINE void sharded_engine::begin_change() {
  if (!is_whole()) throw std::bad_alloc();
  told_.clear();
  for (const auto& each : shards_) {
    if (each->all.spare_.is_drawn()) each->all.spare_.fill();
    each->all.begin_call();
  }
  is_within_ = true;
}

LEADLINE_INLINE void sharded_engine::deal(std::size_t place, std::span<const event> batch, std::size_t first,
                                          std::size_t last) const {
  shard& to = *shards_[place];
  to.own.clear();
  to.own_numbers.clear();
  to.by_event.clear();
  to.by_time.clear();
  for (std::size_t i = first; i < last; ++i) {
    if (places_[i] != place) continue;
    to.own.push_back(batch[i]);
    to.own.back().contact = survivor(batch[i].contact);
    to.own_numbers.push_back(i);
  }
}

LEADLINE_INLINE std::optional<sharded_engine::piece> sharded_engine::told_since(const shard& each,
                                                                                std::size_t first) noexcept {
  const std::size_t count = each.all.told().size() - first;
  return count == 0 ? std::nullopt : std::optional(piece{first, count});
}

LEADLINE_INLINE void sharded_engine::pass(shard& each, instant to) {
  const std::size_t first = each.all.told().size();
  static_cast<void>(each.all.close(to));
  if (const auto told = told_since(each, first)) each.by_time.push_back(*told);
}

LEADLINE_INLINE void sharded_engine::run_shard(std::size_t place, std::span<const event> batch, std::size_t first,
                                               std::size_t last) const {
  shard& each = *shards_[place];
  const spare_memory::use within(&each.all.spare_);
  deal(place, batch, first, last);
  engine::look_ahead ahead(each.all, each.own);
  for (std::size_t k = 0; k < each.own.size(); ++k) {
    const std::size_t i = each.own_numbers[k];
    pass(each, instant::from_ms(closes_ms_[i]));
    const std::size_t told_before = each.all.told().size();
    each.all.tell(each.all.apply_next(each.own[k], arrivals_[i], ahead[k]));
    if (const auto told = told_since(each, told_before)) each.by_event.push_back({i, *told});
  }
  pass(each, instant::from_ms(closes_ms_[last - 1]));
}

LEADLINE_INLINE void sharded_engine::run(std::span<const event> batch, std::size_t first, std::size_t last) {
  if (first == last) return;
  // Below some hundred events a thread costs more than it saves.
  constexpr std::size_t threads_from = 512;
  if (last - first < threads_from) {
    for (std::size_t i = 0; i < shards_.size(); ++i) run_shard(i, batch, first, last);
  } else {
    std::vector<std::exception_ptr> problems(shards_.size());
    crew_.run(shards_.size(), [&](std::size_t i) {
      try {
        run_shard(i, batch, first, last);
      } catch (...) {
        problems[i] = std::current_exception();
      }
    });
    for (const std::exception_ptr& each : problems) {
      if (each) std::rethrow_exception(each);
    }
  }
  closed_ = instant::from_ms(closes_ms_[last - 1]);
  gather(first, last);
}

/// Time's decisions by (the first event they come before, instant, contact); a contact's own keep their order.
LEADLINE_INLINE void sharded_engine::gather_time(std::size_t first, std::size_t last) {
  due_.clear();
  for (const auto& each : shards_) {
    const std::span<const decision> all = each->all.told();
    // A shard's own come in order of time.
    std::size_t before = first;
    for (const piece& made : each->by_time) {
      for (const decision& told : all.subspan(made.first, made.count)) {
        while (before < last && closes_ms_[before] < told.at.ms()) ++before;
        due_.push_back({before, told.at.ms(), &told});
      }
    }
  }
  std::stable_sort(due_.begin(), due_.end(), [](const due_decision& a, const due_decision& b) {
    if (a.at_ms != b.at_ms) return a.at_ms < b.at_ms;
    return a.told->contact < b.told->contact;
  });
}

LEADLINE_INLINE void sharded_engine::gather(std::size_t first, std::size_t last) {
  gather_time(first, last);
  using pieces = std::span<const event_piece>;
  std::vector<std::pair<pieces, std::span<const decision>>> left;
  std::size_t count = told_.size() + due_.size();
  for (const auto& each : shards_) {
    for (const event_piece& made : each->by_event) count += made.told.count;
    if (!each->by_event.empty()) left.emplace_back(pieces(each->by_event), each->all.told());
  }
  if (count > told_.capacity()) told_.reserve(std::max(count, told_.capacity() * 2));
  auto due = due_.cbegin();
  while (!left.empty()) {
    const auto next = std::min_element(left.begin(), left.end(), [](const auto& a, const auto& b) {
      return a.first.front().event < b.first.front().event;
    });
    const event_piece made = next->first.front();
    for (; due != due_.cend() && due->before <= made.event; ++due) told_.push_back(*due->told);
    const std::span<const decision> news = next->second.subspan(made.told.first, made.told.count);
    told_.insert(told_.end(), news.begin(), news.end());
    next->first = next->first.subspan(1);
    if (next->first.empty()) left.erase(next);
  }
  for (; due != due_.cend(); ++due) told_.push_back(*due->told);
}

LEADLINE_INLINE void sharded_engine::close(instant to) {
  if (closed_ && to <= *closed_) return;
  for (const auto& each : shards_) {
    each->by_event.clear();
    each->by_time.clear();
    each->all.pack_some();
    pass(*each, to);
  }
  gather(0, 0);
  closed_ = to;
}

LEADLINE_INLINE std::span<const decision> sharded_engine::advance(instant to) {
  if (is_single()) return only().advance(to);
  const spare_memory::use within(&only().spare_);
  begin_change();
  close(to);
  is_within_ = false;
  return told_;
}

/// Merge and forget, with no other event at work. A contact that is merged moves to the shard of the one it goes into
/// and, where that is refused, back.
LEADLINE_INLINE void sharded_engine::end(const event& given) {
  const std::string name(survivor(given.contact));
  event sent = given;
  sent.contact = name;
  engine& own = shards_[place_of(name)]->all;
  engine* at = &own;
  std::string into;
  if (sent.type == "contact.merge" && sent.data.is_object()) {
    for (const value::member& each : sent.data.members()) {
      if (each.key == "into" && each.content.is_text()) into = survivor(each.content.text());
    }
    if (!into.empty()) at = &shards_[place_of(into)]->all;
  }
  // The one it goes into may be named by an id that only this knows to be merged.
  const value::member renamed{"into", value::of(std::string_view(into))};
  std::vector<value::member> members;
  if (!into.empty()) {
    for (const value::member& each : sent.data.members()) members.push_back(each.key == "into" ? renamed : each);
    sent.data = value::of(std::span<const value::member>(members));
  }
  if (at != &own) engine_snapshot::move(own, *at, name);
  const std::size_t told_before = at->told().size();
  // It tells all of it itself, and nothing is due before it any more.
  static_cast<void>(at->apply_next(sent, arrival_count_, at->index_.hash_of(name)));
  const std::span<const decision> news = at->told().subspan(told_before);
  told_.insert(told_.end(), news.begin(), news.end());
  if (sent.type == "contact.forget") {
    if (own.find_seat(name) == nullptr)
      std::erase_if(merged_into_, [&](const auto& each) { return each.second == name; });
    return;
  }
  if (at->find_seat(name) == nullptr) {
    merged_into_[name] = into;
  } else if (at != &own) {
    engine_snapshot::move(*at, own, name);
  }
}

LEADLINE_INLINE std::optional<instant> sharded_engine::next_wakeup() const noexcept {
  std::optional<instant> first;
  for (const auto& each : shards_) {
    const std::optional<instant> own = each->all.next_wakeup();
    if (own && (!first || *own < *first)) first = own;
  }
  return first;
}

LEADLINE_INLINE std::size_t sharded_engine::contact_count() const noexcept {
  std::size_t count = 0;
  for (const auto& each : shards_) count += each->all.contact_count();
  return count;
}

LEADLINE_INLINE const contact* sharded_engine::find(std::string_view id) const {
  if (is_single()) return only().find(id);
  const std::string_view name = survivor(id);
  return shards_[place_of(name)]->all.find(name);
}

LEADLINE_INLINE std::vector<const contact*> sharded_engine::contacts() const {
  std::vector<const contact*> out;
  for (const auto& each : shards_) {
    const std::vector<const contact*> own = each->all.contacts();
    out.insert(out.end(), own.begin(), own.end());
  }
  std::sort(out.begin(), out.end(), [](const contact* a, const contact* b) { return a->id < b->id; });
  return out;
}

LEADLINE_INLINE std::string sharded_engine::snapshot() const {
  if (is_single()) return only().snapshot();
  engine_snapshot out(only().fold_.model(), closed_, arrival_count_);
  for (const auto& each : shards_) out.add(each->all);
  return out.finish(merged_into_);
}

LEADLINE_INLINE result<std::size_t> sharded_engine::restore(std::string_view bytes) {
  if (is_single()) return only().restore(bytes);
  result<engine_snapshot::content> read = engine_snapshot::read(only().fold_.model(), bytes);
  if (!read) return tl::unexpected<diagnostics>(std::move(read.error()));
  closed_ = read->closed;
  arrival_count_ = read->arrival_count;
  for (const auto& each : shards_) each->all.closed_ = closed_;
  for (const engine_snapshot::item& each : read->items) engine_snapshot::put(shards_[place_of(each.id)]->all, each);
  merged_into_ = std::move(read->merged_into);
  return read->items.size();
}

LEADLINE_INLINE std::uint64_t sharded_engine::state_digest() const {
  if (is_single()) return only().state_digest();
  std::uint64_t out = engine_snapshot::digest_of(merged_into_);
  for (const auto& each : shards_) out += engine_snapshot::digest_of(each->all);
  return out;
}

}  // namespace leadline
