#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "leadline/base/fetch.hpp"
#include "leadline/fold/contact.hpp"
#include "leadline/fold/detail/corrections.hpp"
#include "leadline/fold/detail/fold_cadences.hpp"
#include "leadline/fold/detail/fold_clocks.hpp"
#include "leadline/fold/detail/fold_dispositions.hpp"
#include "leadline/fold/detail/fold_duties.hpp"
#include "leadline/fold/detail/fold_funnel.hpp"
#include "leadline/fold/detail/fold_intake.hpp"
#include "leadline/fold/detail/fold_machine.hpp"
#include "leadline/fold/detail/fold_pass.hpp"
#include "leadline/fold/detail/fold_routing.hpp"
#include "leadline/fold/detail/fold_scores.hpp"
#include "leadline/fold/detail/fold_time.hpp"
#include "leadline/fold/detail/known_ids.hpp"

namespace leadline {

namespace detail {

[[nodiscard]] inline stored_value packed(const event& sent) {
  const std::array parts{sent.id, value::of(sent.type), sent.data};
  return stored_value::of(value::of(std::span<const value>(parts)));
}

[[nodiscard]] inline event unpacked(const contact& who, const contact::kept_event& kept) noexcept {
  const std::span<const value> parts = kept.content.content().items();
  return {
      .id = parts[0], .contact = who.id, .type = parts[1].text(), .at = instant::from_ms(kept.at_ms), .data = parts[2]};
}

[[nodiscard]] inline std::optional<std::string> id_of(const event& sent) {
  if (!sent.id.is_text()) return std::nullopt;
  return std::string(sent.id.text());
}

}  // namespace detail

LEADLINE_INLINE contact_fold::contact_fold(std::shared_ptr<const leadline::model> pack)
    : pack_(std::move(pack)),
      plan_(std::make_unique<const detail::fold_plan>(*pack_)),
      machine_(std::make_unique<detail::fold_machine>(*pack_, *plan_)) {}
LEADLINE_INLINE contact_fold::contact_fold(contact_fold&&) noexcept = default;
LEADLINE_INLINE contact_fold& contact_fold::operator=(contact_fold&&) noexcept = default;
LEADLINE_INLINE contact_fold::~contact_fold() = default;

LEADLINE_INLINE std::optional<instant> contact_fold::next_wakeup(const contact& who) noexcept {
  if (!who.state.wakeup_ms) return std::nullopt;
  return instant::from_ms(*who.state.wakeup_ms);
}

LEADLINE_INLINE std::int64_t contact_fold::score_milli(const contact& who, std::uint32_t score, instant at) const {
  return who.state.first_event_ms ? machine_->score_milli(who.state, score, std::max(who.state.now_ms, at.ms())) : 0;
}

/// What a call tells stands where the machine has made it, without another copy.
LEADLINE_INLINE std::vector<decision>& contact_fold::told() noexcept { return machine_->decisions(); }

LEADLINE_INLINE void contact_fold::begin_call() {
  if (is_gathering_) {
    told_before_count_ = told().size();
    return;
  }
  machine_->drop_decisions();
  numbered_count_ = 0;
  if (!corrected_.empty()) corrected_.clear();
}

LEADLINE_INLINE void contact_fold::gather() {
  is_gathering_ = false;
  begin_call();
  is_gathering_ = true;
}

LEADLINE_INLINE void contact_fold::make_room() { detail::make_room(machine_->decisions()); }

LEADLINE_INLINE std::span<const decision> contact_fold::gathered() const noexcept { return machine_->decisions(); }

LEADLINE_INLINE std::span<const decision> contact_fold::news() const noexcept {
  return gathered().subspan(told_before_count_);
}

/// Copies the texts of what this call told, where they may go before the decisions do.
LEADLINE_INLINE void contact_fold::keep_news() {
  if (!is_gathering_) return;
  const auto keep = [&](std::string_view& text) { text = machine_->keep(text); };
  for (std::size_t i = told_before_count_; i < told().size(); ++i) {
    detail::for_each_text(told()[i], keep);
    if (told()[i].now == nullptr) continue;
    decision& now = corrected_.emplace_back(*told()[i].now);
    detail::for_each_text(now, keep);
    told()[i].now = &now;
  }
}

LEADLINE_INLINE compiled::built_in contact_fold::kind_of(std::string_view type) const noexcept {
  const std::uint32_t known = plan_->event_by_name.find(type);
  return known == detail::name_index::none ? compiled::built_in::no : pack_->events[known].kind;
}

LEADLINE_INLINE void contact_fold::prefetch(const contact& who, const event& next) const noexcept {
  who.state.prefetch();
  const std::uint32_t type = plan_->event_by_name.find(next.type);
  if (type == detail::name_index::none) return;
  // Some few; the others are not worth the while.
  constexpr std::size_t most = 6;
  const auto fetch = [&](const auto& list, const std::vector<std::uint32_t>& which) {
    for (std::size_t i = 0; i < std::min(which.size(), most); ++i) detail::fetch(&list[which[i]]);
  };
  fetch(who.state.rules(), plan_->rules_of_event[type]);
  fetch(who.state.rules(), plan_->fading_rules);
  fetch(who.state.signals(), pack_->events[type].signals);
}

/// Numbers what the machine has made since, and logs it where late events may correct it.
LEADLINE_INLINE void contact_fold::number_new(contact& who, told_when when) {
  std::vector<decision>& made = told();
  for (; numbered_count_ < made.size(); ++numbered_count_) {
    made[numbered_count_].seq = ++who.seq;
    made[numbered_count_].is_late = when == told_when::late;
    if (pack_->lateness_ms > 0) who.log.push_back(kept_decision::of(made[numbered_count_]));
  }
}

/// The passes to come are new ones.
LEADLINE_INLINE void contact_fold::open_book(contact& who) {
  if (assigner_ == nullptr) return;
  machine_->set_book({who.answers, *assigner_, detail::answer_book::reading::live, pack_->lateness_ms > 0});
}

/// After a fold made again: what it has not asked for was never asked.
LEADLINE_INLINE void contact_fold::undo_answers(contact& who) {
  std::erase_if(who.answers, [&](const assignment_record& each) {
    if (each.is_made_again) return false;
    if (each.given.outcome == assignment_outcome::assigned) assigner_->undo(each.given.pool, each.given.rep);
    return true;
  });
}

LEADLINE_INLINE std::span<const decision> contact_fold::look(contact& who, instant at, told_when when) {
  begin_call();
  open_book(who);
  if (when == told_when::in_time) {
    machine_->advance(who.state, who.id, at.ms());
    number_new(who);
    who.closed_ms = at.ms();
  }
  machine_->route_pass(who.state, who.id, at.ms());
  number_new(who, when);
  return news();
}

/// Tells something that is no part of the fold: it is numbered but never amended.
LEADLINE_INLINE void contact_fold::put(contact& who, decision told) {
  told.seq = ++who.seq;
  this->told().push_back(told);
  ++numbered_count_;
}

LEADLINE_INLINE std::span<const decision> contact_fold::advance(contact& who, instant to) {
  begin_call();
  if (who.closed_ms && to.ms() <= *who.closed_ms) return news();
  open_book(who);
  machine_->advance(who.state, who.id, to.ms());
  who.closed_ms = to.ms();
  number_new(who);
  let_go(who);
  return news();
}

LEADLINE_INLINE bool contact_fold::is_too_late(const contact& who, std::int64_t at_ms) const noexcept {
  if (!who.closed_ms || at_ms > *who.closed_ms) return false;
  return at_ms + pack_->lateness_ms <= *who.closed_ms || (who.merged_ms && at_ms <= *who.merged_ms);
}

LEADLINE_INLINE bool contact_fold::is_duplicate(const contact& who, const event& sent) const {
  if (!sent.id.is_text()) return false;
  const std::string_view id = sent.id.text();
  const auto is_open = [&](std::int64_t at_ms) {
    return !who.closed_ms || at_ms + pack_->lateness_ms > *who.closed_ms;
  };
  if (!who.open_ids.empty() && is_open(who.open_ids_at_ms) &&
      detail::any_open_id(who.open_ids, [&](std::string_view each) { return each == id; })) {
    return true;
  }
  if (!who.ids.is_there()) return false;
  const contact::id_map& ids = who.ids.read();
  const auto known = ids.find(id);
  return known != ids.end() && is_open(known->second);
}

LEADLINE_INLINE void contact_fold::remember(contact& who, std::string_view id, std::int64_t at_ms) const {
  detail::remember_id(who, pack_->lateness_ms, id, at_ms);
}

LEADLINE_INLINE std::span<const decision> contact_fold::step(contact& who, const event& sent, std::uint64_t arrival) {
  begin_call();
  const std::int64_t at_ms = sent.at.ms();
  const std::optional<std::string_view> cause = detail::fold_machine::cause_of(sent);
  const bool is_late = who.closed_ms && at_ms <= *who.closed_ms;
  open_book(who);
  if (!is_late) {
    machine_->advance(who.state, who.id, at_ms - 1);
    who.closed_ms = at_ms - 1;
    number_new(who);
  }
  if (is_too_late(who, at_ms)) {
    put(who, machine_->refusal(who.id, at_ms, "too_late", sent.at.text() + " is closed since longer than the lateness",
                               cause));
    return news();
  }
  if (is_duplicate(who, sent)) {
    ++who.duplicate_count;
    return news();
  }
  const std::uint64_t order = arrival != 0 ? arrival : ++who.arrival_count;
  let_go(who);
  if (pack_->lateness_ms > 0 && who.kept.size() >= limits::late_event_count_max) {
    const auto count =
        static_cast<std::size_t>(std::count_if(who.kept.begin(), who.kept.end(), [&](const contact::kept_event& each) {
          return each.at_ms + pack_->lateness_ms > *who.closed_ms;
        }));
    if (count >= limits::late_event_count_max) {
      put(who, machine_->refusal(who.id, at_ms, "limit",
                                 std::to_string(count + 1) + " events kept where at most " +
                                     std::to_string(limits::late_event_count_max) + " may be",
                                 cause));
      return news();
    }
  }
  bool is_accepted = false;
  if (pack_->lateness_ms > 0) keep(who, sent, order);
  if (is_late) {
    // An event is accepted or not by the state it comes upon, which only the fold in order knows.
    const auto place = std::pair(at_ms, order);
    accepted_place_ = place;
    was_accepted_ = false;
    fold_again(who, cause);
    keep_news();
    is_accepted = was_accepted_;
  } else {
    is_accepted = machine_->event_pass(who.state, who.id, sent, order) == detail::fold_machine::event_outcome::accepted;
    number_new(who);
  }
  if (is_accepted && sent.id.is_text()) remember(who, sent.id.text(), at_ms);
  return news();
}

LEADLINE_INLINE void contact_fold::keep(contact& who, const event& sent, std::uint64_t order) {
  const auto after = std::upper_bound(
      who.kept.begin(), who.kept.end(), std::pair(sent.at.ms(), order),
      [](const auto& place, const contact::kept_event& each) { return place < std::pair(each.at_ms, each.order); });
  who.kept.insert(after, {sent.at.ms(), order, detail::packed(sent)});
}

LEADLINE_INLINE void contact_fold::fold_again(contact& who, std::optional<std::string_view> cause) {
  // What was told in this call before the late event stands; the fold again is told by what it corrects.
  std::vector<decision> before = std::exchange(told(), {});
  contact_state fresh = who.base ? *who.base : contact_state(*pack_);
  if (assigner_ != nullptr) {
    machine_->set_book({who.answers, *assigner_, detail::answer_book::reading::again, true});
    machine_->prime(fresh);
  }
  for (const contact::kept_event& each : who.kept) {
    const event again = detail::unpacked(who, each);
    machine_->advance(fresh, who.id, each.at_ms - 1);
    const auto outcome = machine_->event_pass(fresh, who.id, again, each.order);
    if (std::pair(each.at_ms, each.order) == accepted_place_) {
      was_accepted_ = outcome == detail::fold_machine::event_outcome::accepted;
    }
  }
  machine_->advance(fresh, who.id, *who.closed_ms);
  if (assigner_ != nullptr) undo_answers(who);
  std::vector<decision> now = std::exchange(machine_->decisions(), {});
  std::vector<decision> news = detail::corrections(who.log, now, corrected_, cause);
  // New ones stand in `news` in the same order as in `now`, behind the corrections.
  auto unnumbered = now.begin();
  for (decision& each : news) {
    each.seq = ++who.seq;
    if (each.kind != decision_kind::amended) {
      unnumbered = std::find_if(unnumbered, now.end(), [](const decision& other) { return other.seq == 0; });
      unnumbered->seq = each.seq;
    }
    each.contact = who.id;
    before.push_back(each);
  }
  who.state = std::move(fresh);
  who.log.clear();
  for (const decision& each : now) who.log.push_back(kept_decision::of(each));
  told() = std::move(before);
  numbered_count_ = told().size();
}

/// Moves the base forward over what no late event can reach any more, once that is at least half of what is kept: so
/// each event is folded into the base once, and memory stays within twice what the horizon needs.
LEADLINE_INLINE void contact_fold::let_go(contact& who) {
  if (!who.closed_ms) return;
  const std::int64_t reach_ms = *who.closed_ms - pack_->lateness_ms;
  if (who.ids.is_there() && who.ids.read().size() >= who.id_count_at_next_look) {
    contact::id_map& ids = who.ids.write();
    std::erase_if(ids, [&](const auto& each) { return each.second <= reach_ms; });
    who.id_count_at_next_look = std::max<std::size_t>(32, ids.size() * 2);
  }
  if (pack_->lateness_ms <= 0) return;
  const bool has_old_events = who.kept.size() >= 16 && who.kept[who.kept.size() / 2].at_ms <= reach_ms;
  const bool has_long_log = who.log.size() >= who.log_size_at_next_look;
  if (!has_old_events && !has_long_log) return;
  contact_state base = who.base ? *who.base : contact_state(*pack_);
  if (assigner_ != nullptr) {
    machine_->set_book({who.answers, *assigner_, detail::answer_book::reading::again, true});
    machine_->prime(base);
  }
  auto each = who.kept.begin();
  for (; each != who.kept.end() && each->at_ms <= reach_ms; ++each) {
    machine_->advance(base, who.id, each->at_ms - 1);
    static_cast<void>(machine_->event_pass(base, who.id, detail::unpacked(who, *each), each->order));
  }
  machine_->advance(base, who.id, reach_ms);
  const auto told_count = static_cast<std::ptrdiff_t>(told().size() - numbered_count_);
  told().resize(numbered_count_);
  who.kept.erase(who.kept.begin(), each);
  std::erase_if(who.answers, [&](const assignment_record& known) { return known.at_ms <= reach_ms; });
  open_book(who);
  // The log begins where the base does; that of a record whose bytes are not to be trusted may be shorter.
  const auto known_count = static_cast<std::ptrdiff_t>(who.log.size());
  who.log.erase(who.log.begin(), who.log.begin() + std::min(told_count, known_count));
  who.log_size_at_next_look = std::max<std::size_t>(64, who.log.size() * 2);
  who.base = std::make_shared<const contact_state>(std::move(base));
}

// --- Merge and forget, in order of arrival
// ----------------------------------------------------------------------------

LEADLINE_INLINE instant contact_fold::end_of(const contact& who, const event& sent) noexcept {
  std::int64_t at_ms = sent.at.ms();
  if (who.closed_ms) at_ms = std::max(at_ms, *who.closed_ms);
  if (who.state.first_event_ms) at_ms = std::max(at_ms, who.state.now_ms);
  return instant::from_ms(at_ms);
}

LEADLINE_INLINE std::optional<std::string> contact_fold::problem_of(const event& sent) {
  return machine_->problem_of(sent);
}

LEADLINE_INLINE std::span<const decision> contact_fold::refuse(contact& who, const event& sent, std::string_view code,
                                                               std::string_view message) {
  begin_call();
  put(who, machine_->refusal(who.id, end_of(who, sent).ms(), code, message, detail::fold_machine::cause_of(sent)));
  return news();
}

LEADLINE_INLINE std::span<const decision> contact_fold::forget(contact& who, const event& sent) {
  begin_call();
  decision out;
  out.at = end_of(who, sent);
  out.contact = who.id;
  out.kind = decision_kind::forgotten;
  out.cause = detail::fold_machine::cause_of(sent);
  put(who, out);
  keep_news();
  return news();
}

LEADLINE_INLINE std::span<const decision> contact_fold::merge(contact& from, contact& into, const event& sent) {
  begin_call();
  const instant at = std::max(end_of(from, sent), end_of(into, sent));
  const std::optional<std::string_view> cause = detail::fold_machine::cause_of(sent);
  machine_->end(from.state, from.id, at.ms(), cause);
  for (; numbered_count_ < told().size(); ++numbered_count_) told()[numbered_count_].seq = ++from.seq;
  decision out;
  out.at = at;
  out.contact = from.id;
  out.kind = decision_kind::merged;
  out.text = into.id;
  out.cause = cause;
  put(from, out);
  for (const auto& [id, at_ms] : from.ids.read()) {
    const auto [known, is_new] = into.ids.write().emplace(id, at_ms);
    if (!is_new) known->second = std::max(known->second, at_ms);
  }
  detail::any_open_id(from.open_ids, [&](std::string_view id) {
    remember(into, id, from.open_ids_at_ms);
    return false;
  });
  open_book(into);
  machine_->merge(into.state, into.id, from.state, at.ms(), cause);
  if (into.closed_ms) machine_->advance(into.state, into.id, *into.closed_ms);
  number_new(into);
  if (sent.id.is_text()) remember(into, sent.id.text(), at.ms());
  into.merged_ms = at.ms();
  if (pack_->lateness_ms > 0) {
    into.base = std::make_shared<const contact_state>(into.state);
    into.kept.clear();
    into.answers.clear();
    into.log.clear();
  }
  keep_news();
  return news();
}

}  // namespace leadline
