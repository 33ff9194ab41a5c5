#pragma once

#include <algorithm>
#include <utility>

#include "leadline/engine/engine.hpp"

namespace leadline {

LEADLINE_INLINE engine::engine(std::shared_ptr<const model> pack) : fold_(std::move(pack)) {}

LEADLINE_INLINE void engine::tell(std::span<const decision> news) {
  for (const decision& each : news) told_.add(each);
}

LEADLINE_INLINE void engine::forget_wakeup(contact& who) {
  if (who.state.wakeup_ms) due_.erase({*who.state.wakeup_ms, &who});
}

LEADLINE_INLINE void engine::note_wakeup(contact& who) {
  if (who.state.wakeup_ms) due_.emplace(*who.state.wakeup_ms, &who);
}

LEADLINE_INLINE void engine::move_wakeup(contact& who, std::optional<std::int64_t> before) {
  if (who.state.wakeup_ms == before) return;
  if (before) due_.erase({*before, &who});
  note_wakeup(who);
}

LEADLINE_INLINE std::string_view engine::survivor(std::string_view id) const {
  if (merged_into_.empty()) return id;
  for (auto merged = merged_into_.find(id); merged != merged_into_.end(); merged = merged_into_.find(id))
    id = merged->second;
  return id;
}

LEADLINE_INLINE contact& engine::contact_of(std::string_view id) {
  auto at = contacts_.find(id);
  if (at == contacts_.end()) {
    at = contacts_.emplace(std::string(id), std::make_unique<contact>(fold_.model(), std::string(id))).first;
  }
  // A contact with nothing due was left where it was; its time is the engine's all the same.
  contact& who = *at->second;
  if (closed_) who.closed_ms = std::max(closed_->ms(), who.closed_ms.value_or(closed_->ms()));
  return who;
}

LEADLINE_INLINE const contact* engine::find(std::string_view id) const {
  const auto at = contacts_.find(survivor(id));
  return at == contacts_.end() ? nullptr : at->second.get();
}

LEADLINE_INLINE std::vector<const contact*> engine::contacts() const {
  std::vector<const contact*> out;
  out.reserve(contacts_.size());
  for (const auto& each : contacts_) out.push_back(each.second.get());
  std::sort(out.begin(), out.end(), [](const contact* a, const contact* b) { return a->id < b->id; });
  return out;
}

LEADLINE_INLINE void engine::close(instant to) {
  if (closed_ && to <= *closed_) return;
  while (!due_.empty() && due_.begin()->first <= to.ms()) {
    const auto [at_ms, who] = *due_.begin();
    due_.erase(due_.begin());
    tell(fold_.advance(*who, instant::from_ms(at_ms)));
    note_wakeup(*who);
  }
  closed_ = to;
}

LEADLINE_INLINE std::span<const decision> engine::advance(instant to) {
  told_.clear();
  close(to);
  return told_.decisions();
}

LEADLINE_INLINE std::optional<instant> engine::next_wakeup() const noexcept {
  if (due_.empty()) return std::nullopt;
  return instant::from_ms(due_.begin()->first);
}

LEADLINE_INLINE std::span<const decision> engine::apply(const event& sent) {
  told_.clear();
  close(instant::from_ms(sent.at.ms() - 1));
  const std::optional<std::uint32_t> type = fold_.model().find_event(sent.type);
  const auto kind = type ? fold_.model().events[*type].kind : compiled::built_in::no;
  if (kind == compiled::built_in::rep_away || kind == compiled::built_in::rep_back) return told_.decisions();
  ++arrival_count_;
  const std::string_view id = survivor(sent.contact);
  if (kind == compiled::built_in::contact_merge || kind == compiled::built_in::contact_forget) {
    end(id, sent);
    return told_.decisions();
  }
  contact& who = contact_of(id);
  const std::optional<std::int64_t> wakeup_before = who.state.wakeup_ms;
  const std::span<const decision> news = fold_.step(who, sent, arrival_count_);
  move_wakeup(who, wakeup_before);
  if (told_.empty()) return news;
  tell(news);
  return told_.decisions();
}

/// Merge and forget take effect now, in order of arrival, however late they are dated.
LEADLINE_INLINE void engine::end(std::string_view id, const event& sent) {
  contact& who = contact_of(id);
  if (auto problem = fold_.problem_of(sent)) return tell(fold_.refuse(who, sent, "bad_event", std::move(*problem)));
  const std::string name = who.id;
  if (sent.type == "contact.forget") {
    tell(fold_.forget(who, sent));
    forget_wakeup(who);
    contacts_.erase(name);
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
  contact& into = contact_of(into_id);
  forget_wakeup(who);
  forget_wakeup(into);
  tell(fold_.merge(who, into, sent));
  note_wakeup(into);
  contacts_.erase(name);
  merged_into_[name] = into_id;
}

}  // namespace leadline
