#pragma once

#include <algorithm>
#include <exception>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "leadline/engine/detail/engine_snapshot.hpp"
#include "leadline/engine/sharded_engine.hpp"
#include "leadline/fold/detail/checksum.hpp"

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
    // Of several shards the news of an event and those of time are put in order afterwards.
    if (count == 1) continue;
    engine& made = shards_.back()->all;
    made.gathers_ = false;
    // For a batch, which is not refilled for within.
    made.is_shard_ = true;
    made.spare_.want(16 * spare_memory::size_min);
  }
}

LEADLINE_INLINE std::size_t sharded_engine::place_of(std::string_view id) const noexcept {
  return shards_.size() == 1 ? 0 : detail::checksum_of(id, 0) % shards_.size();
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
  told_.clear();
  arrivals_.resize(batch.size());
  closes_ms_.resize(batch.size());
  std::size_t first = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::int64_t before_ms = batch[i].at.ms() - 1;
    const std::int64_t closed_ms = i > first ? closes_ms_[i - 1] : closed_ ? closed_->ms() : before_ms;
    closes_ms_[i] = std::max(closed_ms, before_ms);
    const compiled::built_in kind = only().fold_.kind_of(batch[i].type);
    if (kind == compiled::built_in::rep_away || kind == compiled::built_in::rep_back) {
      arrivals_[i] = 0;  // no contact's
      continue;
    }
    arrivals_[i] = ++arrival_count_;
    if (kind != compiled::built_in::contact_merge && kind != compiled::built_in::contact_forget) continue;
    run(batch, first, i);
    close(instant::from_ms(closes_ms_[i]));
    end(batch[i]);
    first = i + 1;
  }
  run(batch, first, batch.size());
  is_within_ = false;
  return told_.decisions();
}

LEADLINE_INLINE void sharded_engine::begin_change() {
  if (!is_whole()) throw std::bad_alloc();
  for (const auto& each : shards_) {
    if (each->all.spare_.is_drawn()) each->all.spare_.fill();
  }
  is_within_ = true;
}

LEADLINE_INLINE void sharded_engine::run_shard(shard& each, std::span<const event> batch, std::size_t last) const {
  const auto take = [](decision_list& into, std::span<const decision> news) {
    for (const decision& told : news) into.add(told);
  };
  const spare_memory::use within(&each.all.spare_);
  for (const std::size_t i : each.own) {
    take(each.by_time, each.all.advance(instant::from_ms(closes_ms_[i])));
    event sent = batch[i];
    sent.contact = survivor(sent.contact);
    each.all.begin_call();
    const std::span<const decision> news =
        each.all.apply_next(sent, arrivals_[i], detail::seat_index::hash_of(sent.contact));
    if (news.empty()) continue;
    each.event_pieces.push_back({i, each.by_event.decisions().size(), news.size()});
    take(each.by_event, news);
  }
  take(each.by_time, each.all.advance(instant::from_ms(closes_ms_[last - 1])));
}

LEADLINE_INLINE void sharded_engine::run(std::span<const event> batch, std::size_t first, std::size_t last) {
  if (first == last) return;
  for (const auto& each : shards_) {
    each->own.clear();
    each->by_event.clear();
    each->by_time.clear();
    each->event_pieces.clear();
  }
  for (std::size_t i = first; i < last; ++i) {
    if (arrivals_[i] != 0) shards_[place_of(survivor(batch[i].contact))]->own.push_back(i);
  }
  // Below some hundred events a thread costs more than it saves.
  constexpr std::size_t threads_from = 512;
  if (shards_.size() == 1 || last - first < threads_from) {
    for (const auto& each : shards_) run_shard(*each, batch, last);
  } else {
    std::vector<std::exception_ptr> problems(shards_.size());
    const auto job = [&](std::size_t i) {
      try {
        run_shard(*shards_[i], batch, last);
      } catch (...) {
        problems[i] = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 1; i < shards_.size(); ++i) {
        try {
          threads.emplace_back(job, i);
        } catch (const std::system_error&) {
          job(i);  // There is nothing left for another thread.
        }
      }
      job(0);
    }
    for (const std::exception_ptr& each : problems) {
      if (each) std::rethrow_exception(each);
    }
  }
  closed_ = instant::from_ms(closes_ms_[last - 1]);
  gather(first, last);
}

/// Time's decisions by (the first event they come before, instant, contact); a contact's own keep their order.
LEADLINE_INLINE void sharded_engine::gather(std::size_t first, std::size_t last) {
  by_time_.clear();
  for (const auto& each : shards_) {
    for (const decision& told : each->by_time.decisions()) {
      const auto before = std::lower_bound(closes_ms_.begin() + static_cast<std::ptrdiff_t>(first),
                                           closes_ms_.begin() + static_cast<std::ptrdiff_t>(last), told.at.ms());
      by_time_.emplace_back(static_cast<std::size_t>(before - closes_ms_.begin()), &told);
    }
  }
  std::stable_sort(by_time_.begin(), by_time_.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second->at != b.second->at) return a.second->at < b.second->at;
    return a.second->contact < b.second->contact;
  });
  std::vector<std::pair<piece, std::size_t>> pieces;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    for (const piece& each : shards_[i]->event_pieces) pieces.emplace_back(each, i);
  }
  std::sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) { return a.first.event < b.first.event; });
  auto time = by_time_.begin();
  for (const auto& [made, from] : pieces) {
    for (; time != by_time_.end() && time->first <= made.event; ++time) told_.add(*time->second);
    for (const decision& each : shards_[from]->by_event.decisions().subspan(made.first, made.count)) told_.add(each);
  }
  for (; time != by_time_.end(); ++time) told_.add(*time->second);
}

LEADLINE_INLINE void sharded_engine::close(instant to) {
  if (closed_ && to <= *closed_) return;
  std::vector<decision> news;
  for (const auto& each : shards_) {
    // Good until that engine is called again.
    const std::span<const decision> told = each->all.advance(to);
    news.insert(news.end(), told.begin(), told.end());
  }
  std::stable_sort(news.begin(), news.end(), [](const decision& a, const decision& b) {
    return a.at != b.at ? a.at < b.at : a.contact < b.contact;
  });
  for (const decision& each : news) told_.add(each);
  closed_ = to;
}

LEADLINE_INLINE std::span<const decision> sharded_engine::advance(instant to) {
  if (is_single()) return only().advance(to);
  const spare_memory::use within(&only().spare_);
  begin_change();
  told_.clear();
  close(to);
  is_within_ = false;
  return told_.decisions();
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
  at->begin_call();
  // An end tells into the engine's own list, and nothing is due before it any more.
  static_cast<void>(at->apply_next(sent, arrival_count_, detail::seat_index::hash_of(name)));
  for (const decision& each : at->told_.decisions()) told_.add(each);
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
