#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

#include "leadline/base/json_text.hpp"
#include "leadline/engine/explain.hpp"
#include "leadline/fold/detail/contact_inl.hpp"
#include "leadline/fold/detail/duty_value.hpp"

namespace leadline {

// --- What is kept ----------------------------------------------------------------------------------------------------

/// A contact's events in order of arrival, and whom pools gave it to.
struct explainer::history {
  /// An assignment by a rule that asks a pool, as it was told and corrected.
  struct answer {
    std::int64_t at_ms = 0;
    std::uint32_t rule = compiled::none;
    std::uint32_t rep = compiled::none;
  };

  std::vector<item> items;
  /// By the number of the decision that told it.
  std::map<std::uint64_t, answer> answers;
};

/// Answers requests of a fold made again as they were answered then.
class explainer::told_answers final : public assigner {
 public:
  /// Those of a contact, of which none has been asked for; gives the ones before back.
  std::vector<history::answer> begin(std::vector<history::answer> answers) {
    return std::exchange(left_, std::move(answers));
  }
  /// The next one that was given while the contact waited: at most at that instant.
  [[nodiscard]] const history::answer* next(std::int64_t last_ms) const noexcept {
    return left_.empty() || left_.front().at_ms > last_ms ? nullptr : &left_.front();
  }
  void drop_next() { left_.erase(left_.begin()); }
  [[nodiscard]] std::size_t size() const noexcept { return left_.size(); }

  [[nodiscard]] assignment assign(const assignment_request& asked) override {
    const auto found = std::find_if(left_.begin(), left_.end(), [&](const history::answer& each) {
      return each.at_ms == asked.at_ms && each.rule == asked.rule;
    });
    assignment out;
    if (found == left_.end()) return out;
    out.outcome = assignment_outcome::assigned;
    out.rep = found->rep;
    left_.erase(found);
    return out;
  }
  void undo(std::uint32_t /*pool*/, std::uint32_t /*rep*/) override {}

 private:
  std::vector<history::answer> left_;
};

/// What the events of a contact come to, and which of them gave what.
struct explainer::refolded {
  /// One event, and what it gave to one rule.
  struct earned {
    std::int64_t at_ms = 0;
    std::int64_t points_milli = 0;
    stored_value content;
    std::string contact;
  };

  explicit refolded(const model& pack) : state(pack), by_rule(state.rules().size()), pins(pack.scores.size()) {}

  contact_state state;
  bool has_events = true;
  std::vector<std::vector<earned>> by_rule;
  std::vector<ledger_pin> pins;
};

struct explainer::worker {
  explicit worker(const model& pack) : m(pack), plan(pack), machine(pack, plan) {
    if (routing::is_needed(pack)) machine.set_book({records, answers, detail::answer_book::reading::live, false});
  }

  [[nodiscard]] refolded fold(const std::string& contact, const history& past, std::int64_t to_ms);
  void advance(contact_state& state, const std::string& contact, std::int64_t to_ms);
  void note(refolded& made, const std::string& contact, const event& sent, const stored_value& content) const;
  [[nodiscard]] std::vector<value> row_at(contact_state& state, std::int64_t at_ms);

  [[nodiscard]] ledger_score score_of(const refolded& made, std::uint32_t index, std::int64_t at_ms);
  [[nodiscard]] ledger_rule rule_of(const refolded& made, const compiled::rule& rule, std::uint32_t index,
                                    std::int64_t at_ms);
  void tell_earned(ledger_rule& out, const refolded& made, const compiled::rule& rule, std::uint32_t index,
                   std::int64_t at_ms) const;
  static void tell_tiers(ledger_rule& out, const refolded& made, const compiled::rule& rule, std::uint32_t index,
                         std::int64_t at_ms);
  static void tell_idle(ledger_rule& out, const refolded& made, const compiled::rule& rule, std::uint32_t index,
                        std::int64_t at_ms);
  [[nodiscard]] ledger_grade grade_of(const refolded& made, std::uint32_t index, std::int64_t at_ms);
  [[nodiscard]] std::vector<ledger_read> reads_of(std::uint32_t condition) const;
  [[nodiscard]] bool holds(std::uint32_t condition, std::int64_t at_ms);
  [[nodiscard]] static ledger_event event_of(const refolded::earned& from);
  [[nodiscard]] ledger ledger_of(refolded& made, const std::string& contact, std::int64_t at_ms);

  const model& m;
  detail::fold_plan plan;
  detail::fold_machine machine;
  std::vector<assignment_record> records;
  told_answers answers;
  condition_scratch scratch;
  std::vector<value> tags;
  /// What conditions read of the contact at hand.
  std::vector<value> row;
};

namespace detail {

[[nodiscard]] inline std::int64_t clamped(std::int64_t milli, const std::optional<std::int64_t>& low,
                                          const std::optional<std::int64_t>& high) noexcept {
  if (low && milli < *low) milli = *low;
  return high && milli > *high ? *high : milli;
}

[[nodiscard]] inline std::optional<std::string> text_of(const value& data, std::string_view key) {
  if (!data.is_object()) return std::nullopt;
  std::optional<std::string> found;
  for (const value::member& each : data.members()) {
    if (each.key == key && each.content.is_text()) found = std::string(each.content.text());
  }
  return found;
}

}  // namespace detail

LEADLINE_INLINE explainer::explainer(std::shared_ptr<const model> pack)
    : pack_(std::move(pack)), engine_(pack_), worker_(std::make_unique<worker>(*pack_)) {}
LEADLINE_INLINE explainer::~explainer() = default;

LEADLINE_INLINE void explainer::bring_to(instant to) {
  const spare_memory::use within(&engine_.spare());
  // In pieces, since what is told must be noted with what is set aside for the latest change.
  constexpr std::size_t piece_size = 256;
  engine_.set_told_max(piece_size);
  bool is_short = false;
  do {
    try {
      static_cast<void>(engine_.advance(to));
    } catch (const std::bad_alloc&) {
      if (!engine_.is_whole()) throw;
      is_short = true;
    }
    is_within_ = true;
    note_answers(engine_.told());
    is_within_ = false;
    if (is_short) throw std::bad_alloc();
  } while (engine_.is_paused());
  engine_.set_told_max(std::numeric_limits<std::size_t>::max());
}

LEADLINE_INLINE void explainer::take(const event& sent) {
  if (!is_whole()) throw std::bad_alloc();
  const spare_memory::use within(&engine_.spare());
  bring_to(instant::from_ms(sent.at.ms() - 1));
  if (engine_.spare().is_drawn()) engine_.spare().fill();
  is_within_ = true;
  take_in(sent);
  is_within_ = false;
}

LEADLINE_INLINE void explainer::take_in(const event& sent) {
  const contact* const before = engine_.find(sent.contact);
  const std::uint64_t duplicates_before = before != nullptr ? before->duplicate_count : 0;
  const std::span<const decision> told = engine_.apply(sent);
  note_answers(told);
  const std::uint64_t order = ++arrival_count_;
  for (const decision& each : told) {
    if (each.kind == decision_kind::forgotten) {
      histories_.erase(std::string(each.contact));
      return;
    }
    if (each.kind == decision_kind::merged) {
      const auto from = histories_.find(each.contact);
      if (from == histories_.end()) return;
      std::shared_ptr<history> ended = from->second;
      histories_.erase(from);
      std::shared_ptr<history>& into = histories_[std::string(each.text)];
      if (!into) into = std::make_shared<history>();
      into->items.push_back({.at_ms = each.at.ms(),
                             .order = order,
                             .content = detail::packed(
                                 {.id = {}, .contact = each.contact, .type = each.contact, .at = each.at, .data = {}}),
                             .merged = std::move(ended),
                             .closed_ms = engine_.closed().value_or(each.at).ms(),
                             .cause = each.cause ? std::optional<std::string>(*each.cause) : std::nullopt});
      return;
    }
    // The machine judges all else again; these two alone are judged by what the engine had closed and kept.
    if (each.kind == decision_kind::rejected && each.at == sent.at &&
        (each.about == "too_late" ||
         (each.about == "limit" && each.text.find(" events kept where") != std::string::npos))) {
      return;
    }
  }
  const contact* const who = engine_.find(sent.contact);
  if (who == nullptr || who->duplicate_count != duplicates_before || sent.type == "contact.merge" ||
      sent.type == "contact.forget")
    return;
  std::shared_ptr<history>& kept = histories_[who->id];
  if (!kept) kept = std::make_shared<history>();
  kept->items.push_back({.at_ms = sent.at.ms(),
                         .order = order,
                         .content = detail::packed(sent),
                         .merged = nullptr,
                         .closed_ms = 0,
                         .cause = std::nullopt});
}

/// What pools gave, of all contacts: those that wait get theirs by events of others.
LEADLINE_INLINE void explainer::note_answers(std::span<const decision> told) {
  if (!routing::is_needed(*pack_)) return;
  const compiled::routing& spec = *pack_->routing;
  const auto read = [&](const decision& from) -> std::optional<history::answer> {
    const auto* const to = std::get_if<std::string_view>(&from.to);
    if (from.kind != decision_kind::assigned || !from.rule || to == nullptr) return std::nullopt;
    const auto rule = std::find_if(spec.rules.begin(), spec.rules.end(), [&](const compiled::routing_rule& each) {
      return each.kind == compiled::routing_rule::owner_kind::pool && each.id == *from.rule;
    });
    const auto rep =
        std::find_if(spec.reps.begin(), spec.reps.end(), [&](const compiled::rep& each) { return each.name == *to; });
    if (rule == spec.rules.end() || rep == spec.reps.end()) return std::nullopt;
    return history::answer{from.at.ms(), static_cast<std::uint32_t>(rule - spec.rules.begin()),
                           static_cast<std::uint32_t>(rep - spec.reps.begin())};
  };
  for (const decision& each : told) {
    const bool is_amended = each.kind == decision_kind::amended;
    const std::uint64_t seq = is_amended ? each.corrects : each.seq;
    const std::optional<history::answer> answer = !is_amended ? read(each) : each.now ? read(*each.now) : std::nullopt;
    if (!answer && !is_amended) continue;
    std::shared_ptr<history>& of = histories_[std::string(each.contact)];
    if (!of) of = std::make_shared<history>();
    if (answer) {
      of->answers[seq] = *answer;
    } else {
      of->answers.erase(seq);
    }
  }
}

// --- The fold again --------------------------------------------------------------------------------------------------

LEADLINE_INLINE void explainer::worker::note(refolded& made, const std::string& contact, const event& sent,
                                             const stored_value& content) const {
  for (const detail::fold_machine::earning& each : machine.earnings()) {
    made.by_rule[each.rule].push_back({sent.at.ms(), each.is_hit ? 0 : each.points_milli, content, contact});
  }
  if (sent.type != "score.override") return;
  const std::optional<std::string> name = detail::text_of(sent.data, "score");
  for (std::size_t i = 0; i < m.scores.size(); ++i) {
    if (m.scores[i].name != name) continue;
    ledger_pin& pin = made.pins[i];
    pin = {};
    pin.at = sent.at;
    pin.event = detail::id_of(sent);
    pin.by = detail::text_of(sent.data, "by");
    pin.reason = detail::text_of(sent.data, "reason");
  }
}

/// A contact that waits gets its owner in a pass of its own, last at its instant.
LEADLINE_INLINE void explainer::worker::advance(contact_state& state, const std::string& contact, std::int64_t to_ms) {
  while (const history::answer* const next = answers.next(to_ms)) {
    const std::int64_t at_ms = next->at_ms;
    const std::size_t count = answers.size();
    machine.advance(state, contact, at_ms);
    if (answers.size() == count && state.route.waiting_rule == next->rule) machine.route_pass(state, contact, at_ms);
    // One that nothing asked for any more: whoever wants to know gets no other either.
    if (answers.size() == count) answers.drop_next();
  }
  machine.advance(state, contact, to_ms);
}

/// Late events stand in their place between two merges; nothing is folded across a merge.
LEADLINE_INLINE explainer::refolded explainer::worker::fold(const std::string& contact, const history& past,
                                                            std::int64_t to_ms) {
  refolded made(m);
  std::vector<history::answer> given;
  for (const auto& each : past.answers) given.push_back(each.second);
  std::stable_sort(given.begin(), given.end(),
                   [](const history::answer& a, const history::answer& b) { return a.at_ms < b.at_ms; });
  std::vector<history::answer> before = answers.begin(std::move(given));
  std::vector<const item*> items;
  for (const item& each : past.items) items.push_back(&each);
  const auto in_order = [](const item* a, const item* b) {
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
  };
  auto first = items.begin();
  while (first != items.end()) {
    const auto last = std::find_if(first, items.end(), [](const item* each) { return each->merged != nullptr; });
    std::sort(first, last, in_order);
    for (; first != last; ++first) {
      const item& each = **first;
      const std::span<const value> parts = each.content.content().items();
      const event sent{.id = parts[0],
                       .contact = contact,
                       .type = parts[1].text(),
                       .at = instant::from_ms(each.at_ms),
                       .data = parts[2]};
      advance(made.state, contact, each.at_ms - 1);
      const auto outcome = machine.event_pass(made.state, contact, sent, each.order);
      if (outcome == detail::fold_machine::event_outcome::accepted) note(made, contact, sent, each.content);
      machine.drop_decisions();
    }
    if (last == items.end()) break;
    const item& merge = **last;
    advance(made.state, contact, merge.closed_ms);
    refolded other = fold(std::string(merge.content.content().items()[1].text()), *merge.merged, merge.closed_ms);
    machine.merge(made.state, contact, std::move(other.state), merge.at_ms, merge.cause);
    machine.drop_decisions();
    for (std::size_t i = 0; i < made.by_rule.size(); ++i) {
      std::vector<refolded::earned>& mine = made.by_rule[i];
      const auto middle = static_cast<std::ptrdiff_t>(mine.size());
      mine.insert(mine.end(), other.by_rule[i].begin(), other.by_rule[i].end());
      std::inplace_merge(mine.begin(), mine.begin() + middle, mine.end(),
                         [](const refolded::earned& a, const refolded::earned& b) { return a.at_ms < b.at_ms; });
    }
    first = last + 1;
  }
  advance(made.state, contact, to_ms);
  machine.drop_decisions();
  static_cast<void>(answers.begin(std::move(before)));
  return made;
}

LEADLINE_INLINE std::vector<value> explainer::worker::row_at(contact_state& state, std::int64_t at_ms) {
  std::vector<value> out = plan.blank_row;
  const time_zone* const zone = m.zone ? &*m.zone : nullptr;
  tags.clear();
  for (const std::string& each : state.tags) tags.push_back(value::of(std::string_view(each)));
  const std::vector<row_slot>& slots = m.layout.slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::uint32_t index = slots[i].index;
    const auto text = [](const std::string& word) { return value::of(std::string_view(word)); };
    switch (slots[i].kind) {
      case slot_kind::attribute: out[i] = state.attributes()[index].content(); break;
      case slot_kind::signal:
        state.signals()[index].slide(m.signals[index], at_ms);
        out[i] = state.signals()[index].at(m.signals[index], zone, at_ms);
        break;
      case slot_kind::score: out[i] = detail::number_of_milli(machine.score_milli(state, index, at_ms)); break;
      case slot_kind::grade:
        out[i] =
            state.grades()[index] == compiled::none ? value{} : text(m.grades[index].values[state.grades()[index]]);
        break;
      case slot_kind::stage: out[i] = state.stage == compiled::none ? value{} : text(m.stages[state.stage].id); break;
      case slot_kind::status: out[i] = state.status == compiled::none ? value{} : text(m.statuses[state.status]); break;
      case slot_kind::days_in_stage:
        out[i] = state.stage == compiled::none ? value{} : detail::number_over(at_ms - state.entered_ms, 86'400'000);
        break;
      case slot_kind::owner: out[i] = state.owner ? text(*state.owner) : value{}; break;
      case slot_kind::tags: out[i] = value::of(std::span<const value>(tags)); break;
      case slot_kind::clock:
      case slot_kind::cadence:
      case slot_kind::cadence_count:
      case slot_kind::cadence_channel: out[i] = detail::duty_value(state, slots[i]); break;
    }
  }
  return out;
}

LEADLINE_INLINE std::vector<ledger_read> explainer::worker::reads_of(std::uint32_t condition) const {
  std::vector<ledger_read> out;
  if (condition == compiled::none) return out;
  for (const slot_reference each : m.conditions[condition].reads()) {
    if (each.space == slot_space::row) out.push_back({m.layout.slots()[each.index].path, to_json(row[each.index])});
  }
  return out;
}

LEADLINE_INLINE bool explainer::worker::holds(std::uint32_t condition, std::int64_t at_ms) {
  return condition == compiled::none ||
         m.conditions[condition].holds({.slots = row, .event_slots = {}, .now_ms = at_ms}, scratch);
}

// --- The ledger ------------------------------------------------------------------------------------------------------

LEADLINE_INLINE ledger_event explainer::worker::event_of(const refolded::earned& from) {
  const std::span<const value> parts = from.content.content().items();
  ledger_event out;
  if (parts[0].is_text()) out.id = std::string(parts[0].text());
  out.type = parts[1].text();
  out.at = instant::from_ms(from.at_ms);
  out.contact = from.contact;
  out.points_milli = from.points_milli;
  return out;
}

LEADLINE_INLINE void explainer::worker::tell_earned(ledger_rule& out, const refolded& made, const compiled::rule& rule,
                                                    std::uint32_t index, std::int64_t at_ms) const {
  compiled::rule unlimited = rule;
  unlimited.limit_points_milli.reset();
  out.decayed_milli = made.state.rules()[index].milli_at(unlimited, made.state.gap, at_ms);
  if (!made.has_events) {
    if (rule.decay.form == decay_form::none) {
      out.raw_milli = out.decayed_milli;
    } else {
      out.raw_milli.reset();
    }
    return;
  }
  out.events.emplace();
  decayed_sum sum;
  std::int64_t before = 0;
  for (const refolded::earned& each : made.by_rule[index]) {
    ledger_event& line = out.events->emplace_back(event_of(each));
    sum.add(rule.decay, line.at, each.points_milli);
    const std::int64_t after = sum.milli_at(rule.decay, instant::from_ms(at_ms));
    line.now_milli = after - before;
    before = after;
    *out.raw_milli += each.points_milli;
  }
  // Sums of merged contacts were brought together from two halves and may round otherwise in the last milli-point.
  if (!out.events->empty()) out.events->back().now_milli += out.decayed_milli - before;
}

LEADLINE_INLINE void explainer::worker::tell_tiers(ledger_rule& out, const refolded& made, const compiled::rule& rule,
                                                   std::uint32_t index, std::int64_t at_ms) {
  const std::vector<refolded::earned>& hits = made.by_rule[index];
  if (made.has_events) out.events.emplace();
  bool is_found = false;
  for (const compiled::tier& each : rule.tiers) {
    const auto is_inside = [&](const refolded::earned& hit) {
      return each.window_ms == 0 || hit.at_ms > at_ms - each.window_ms;
    };
    ledger_tier& tier = out.tiers.emplace_back();
    tier = {.at_least = each.at_least,
            .window_ms = each.window_ms,
            .points_milli = each.points_milli,
            .count = made.has_events ? std::count_if(hits.begin(), hits.end(), is_inside)
                                     : made.state.rules()[index].hits_within(each.window_ms, at_ms)};
    if (is_found || tier.count < each.at_least) continue;
    is_found = true;
    tier.is_counting = true;
    for (const refolded::earned& hit : hits) {
      if (is_inside(hit)) out.events->push_back(event_of(hit));
    }
  }
}

LEADLINE_INLINE void explainer::worker::tell_idle(ledger_rule& out, const refolded& made, const compiled::rule& rule,
                                                  std::uint32_t index, std::int64_t at_ms) {
  const idle_gap& gap = made.state.gap;
  if (!gap.has_begun) return;
  out.idle_since = instant::from_ms(gap.start_ms);
  // At the very beginning of a gap no step is reached, and what is left is what earlier gaps left.
  out.kept_milli = made.state.rules()[index].milli_at(rule, gap, gap.start_ms);
  std::size_t deepest = rule.idle.size();
  for (const compiled::idle_step& each : rule.idle) {
    compiled::rule alone = rule;
    alone.idle = {each};
    const bool is_reached = at_ms - gap.start_ms >= each.after_ms;
    if (is_reached && (deepest == rule.idle.size() || each.after_ms > rule.idle[deepest].after_ms))
      deepest = out.steps.size();
    out.steps.push_back({each.after_ms, each.every_ms, each.points_milli, rule_state().milli_at(alone, gap, at_ms),
                         is_reached && rule.mode == idle_mode::add});
  }
  if (rule.mode != idle_mode::add && deepest < out.steps.size()) out.steps[deepest].is_counting = true;
}

LEADLINE_INLINE ledger_rule explainer::worker::rule_of(const refolded& made, const compiled::rule& rule,
                                                       std::uint32_t index, std::int64_t at_ms) {
  ledger_rule out;
  out.id = rule.id;
  out.form = rule.form;
  out.value_milli = made.state.rules()[index].milli_at(rule, made.state.gap, at_ms);
  out.raw_milli = rule.form == rule_form::earned ? 0 : out.value_milli;
  out.decayed_milli = out.value_milli;
  switch (rule.form) {
    case rule_form::held:
      out.is_true = holds(rule.when, at_ms);
      out.is_once_held = made.state.rules()[index].has_held;
      out.reads = reads_of(rule.when);
      break;
    case rule_form::earned: tell_earned(out, made, rule, index, at_ms); break;
    case rule_form::tiers: tell_tiers(out, made, rule, index, at_ms); break;
    case rule_form::idle: tell_idle(out, made, rule, index, at_ms); break;
  }
  out.lost_milli = out.decayed_milli - out.value_milli;
  return out;
}

LEADLINE_INLINE ledger_score explainer::worker::score_of(const refolded& made, std::uint32_t index,
                                                         std::int64_t at_ms) {
  const compiled::score& score = m.scores[index];
  ledger_score out;
  out.name = score.name;
  out.min_milli = score.min_milli;
  out.max_milli = score.max_milli;
  for (const compiled::group& each : score.groups) {
    out.groups.push_back({.name = each.name, .min_milli = each.min_milli, .max_milli = each.max_milli});
  }
  for (std::uint32_t i = 0; i < score.rules.size(); ++i) {
    const compiled::rule& rule = score.rules[i];
    ledger_rule& line = out.rules.emplace_back(rule_of(made, rule, plan.rule_base[index] + i, at_ms));
    if (rule.group == compiled::none) {
      out.sum_milli += line.value_milli;
    } else {
      line.group = score.groups[rule.group].name;
      out.groups[rule.group].sum_milli += line.value_milli;
    }
  }
  for (ledger_group& each : out.groups) {
    each.value_milli = detail::clamped(each.sum_milli, each.min_milli, each.max_milli);
    each.lost_milli = each.sum_milli - each.value_milli;
    out.sum_milli += each.value_milli;
  }
  detail::int128 weighted = 0;
  std::int64_t before = 0;
  for (const compiled::score_part& each : score.parts) {
    const std::int64_t value_milli = machine.score_milli(made.state, each.score, at_ms);
    weighted += detail::int128{each.weight_milli} * value_milli;
    const std::int64_t after = detail::rounded_thousandth(weighted);
    out.parts.push_back({m.scores[each.score].name, each.weight_milli, value_milli, after - before});
    before = after;
  }
  out.sum_milli += before;
  out.computed_milli = detail::clamped(out.sum_milli, score.min_milli, score.max_milli);
  out.lost_milli = out.sum_milli - out.computed_milli;
  out.value_milli = machine.score_milli(made.state, index, at_ms);
  const score_pin& pin = made.state.pins()[index];
  if (pin.is_set && (!pin.until_ms || at_ms < *pin.until_ms)) {
    out.pin = made.pins[index];
    out.pin->value_milli = pin.milli;
    if (pin.until_ms) out.pin->until = instant::from_ms(*pin.until_ms);
  }
  return out;
}

LEADLINE_INLINE ledger_grade explainer::worker::grade_of(const refolded& made, std::uint32_t index,
                                                         std::int64_t at_ms) {
  const compiled::grade& grade = m.grades[index];
  const contact_state& state = made.state;
  const auto word_of = [&](std::uint32_t which) -> std::optional<std::string> {
    const std::uint32_t word = state.grades()[which];
    return word == compiled::none ? std::nullopt : std::optional(m.grades[which].values[word]);
  };
  ledger_grade out;
  out.name = grade.name;
  out.form = grade.form;
  out.word = word_of(index);
  switch (grade.form) {
    case grade_form::bands: {
      out.score = m.scores[grade.score].name;
      out.score_milli = machine.score_milli(state, grade.score, at_ms);
      if (state.bands()[index] == compiled::none) break;
      const compiled::band& band = grade.bands[state.bands()[index]];
      out.place = state.bands()[index] + 1;
      out.at_least_milli = band.at_least_milli;
      out.until_milli = band.until_milli;
      break;
    }
    case grade_form::matrix:
      out.row_grade = m.grades[grade.rows].name;
      out.row = word_of(grade.rows);
      out.column_grade = m.grades[grade.columns].name;
      out.column = word_of(grade.columns);
      break;
    case grade_form::rules:
      for (std::size_t i = 0; i < grade.rules.size() && !out.place; ++i) {
        if (!holds(grade.rules[i].when, at_ms)) continue;
        out.place = i + 1;
        out.reads = reads_of(grade.rules[i].when);
      }
      break;
  }
  return out;
}

LEADLINE_INLINE std::optional<ledger> explainer::explain(std::string_view contact, instant at) {
  bring_to(at);
  const leadline::contact* const who = engine_.find(contact);
  if (who == nullptr || !who->state.first_event_ms) return std::nullopt;
  const auto past = histories_.find(who->id);
  if (past == histories_.end()) return std::nullopt;
  // One that breaks off is not used again.
  std::unique_ptr<worker> by = std::exchange(worker_, nullptr);
  if (!by) by = std::make_unique<worker>(*pack_);
  refolded made = by->fold(who->id, *past->second, at.ms());
  ledger out = by->ledger_of(made, who->id, at.ms());
  worker_ = std::move(by);
  return out;
}

LEADLINE_INLINE ledger explainer::worker::ledger_of(refolded& made, const std::string& contact, std::int64_t at_ms) {
  row = row_at(made.state, at_ms);
  ledger out;
  out.contact = contact;
  out.at = instant::from_ms(at_ms);
  for (std::uint32_t i = 0; i < m.scores.size(); ++i) {
    ledger_score& score = out.scores.emplace_back(score_of(made, i, at_ms));
    for (ledger_rule& rule : score.rules) {
      if (!rule.events) continue;
      for (ledger_event& each : *rule.events) {
        if (each.contact == contact) each.contact.reset();
      }
    }
  }
  for (std::uint32_t i = 0; i < m.grades.size(); ++i) out.grades.push_back(grade_of(made, i, at_ms));
  out.has_funnel = m.has_funnel;
  if (made.state.stage != compiled::none) {
    out.stage = m.stages[made.state.stage].id;
    out.entered_at = instant::from_ms(made.state.entered_ms);
  }
  if (made.state.status != compiled::none) out.status = m.statuses[made.state.status];
  return out;
}

LEADLINE_INLINE std::optional<ledger> explain_state(const model& pack, const contact& who) {
  if (!who.state.first_event_ms) return std::nullopt;
  explainer::worker worker(pack);
  explainer::refolded made(pack);
  made.state = who.state;
  made.has_events = false;
  // An event at the open instant has been folded in already.
  const std::int64_t at_ms = std::max(who.closed_ms.value_or(who.state.now_ms), who.state.now_ms);
  return worker.ledger_of(made, who.id, at_ms);
}

// --- As JSON ---------------------------------------------------------------------------------------------------------

LEADLINE_INLINE std::string duration_text(std::int64_t ms) {
  constexpr std::array<std::pair<std::int64_t, char>, 4> units{
      {{86'400'000, 'd'}, {3'600'000, 'h'}, {60'000, 'm'}, {1'000, 's'}}};
  for (const auto& [length_ms, letter] : units) {
    if (ms % length_ms == 0) return std::to_string(ms / length_ms) + letter;
  }
  return std::to_string(ms) + "ms";
}

namespace detail {

/// Members of one object after the other.
class ledger_writer {
 public:
  ledger_writer& open(std::string_view key = {}) { return bracket(key, '{'); }
  ledger_writer& open_list(std::string_view key) { return bracket(key, '['); }
  ledger_writer& close() { return end('}'); }
  ledger_writer& close_list() { return end(']'); }
  ledger_writer& points(std::string_view key, std::int64_t milli) {
    begin(key);
    json_text::append_thousandths(text_, milli);
    return *this;
  }
  ledger_writer& points(std::string_view key, const std::optional<std::int64_t>& milli) {
    return milli ? points(key, *milli) : raw(key, "null");
  }
  ledger_writer& text(std::string_view key, std::string_view content) {
    begin(key);
    json_text::append_quoted(text_, content);
    return *this;
  }
  ledger_writer& text(std::string_view key, const std::optional<std::string>& content) {
    return content ? text(key, std::string_view(*content)) : raw(key, "null");
  }
  ledger_writer& at(std::string_view key, const std::optional<instant>& when) {
    return when ? text(key, std::string_view(when->text())) : raw(key, "null");
  }
  ledger_writer& truth(std::string_view key, bool content) { return raw(key, content ? "true" : "false"); }
  ledger_writer& raw(std::string_view key, std::string_view json) {
    begin(key);
    text_ += json;
    return *this;
  }
  [[nodiscard]] std::string& result() noexcept { return text_; }

 private:
  void begin(std::string_view key) {
    if (!is_first_) text_ += ", ";
    is_first_ = false;
    if (key.empty()) return;
    json_text::append_quoted(text_, key);
    text_ += ": ";
  }
  ledger_writer& bracket(std::string_view key, char which) {
    begin(key);
    text_ += which;
    is_first_ = true;
    return *this;
  }
  ledger_writer& end(char which) {
    text_ += which;
    is_first_ = false;
    return *this;
  }

  std::string text_;
  bool is_first_ = true;
};

inline void write(ledger_writer& out, std::string_view key, const std::vector<ledger_read>& reads) {
  out.open(key);
  for (const ledger_read& each : reads) out.raw(each.path, each.json);
  out.close();
}

inline void write(ledger_writer& out, const ledger_rule& rule) {
  constexpr std::string_view forms[] = {"held", "earned", "tiers", "idle"};
  static_assert(static_cast<int>(rule_form::held) == 0 && static_cast<int>(rule_form::earned) == 1 &&
                static_cast<int>(rule_form::tiers) == 2 && static_cast<int>(rule_form::idle) == 3);
  out.open().text("rule", std::string_view(rule.id)).text("form", forms[static_cast<std::size_t>(rule.form)]);
  if (!rule.group.empty()) out.text("group", std::string_view(rule.group));
  out.points("raw", rule.raw_milli)
      .points("decayed", rule.decayed_milli)
      .points("lost", rule.lost_milli)
      .points("points", rule.value_milli);
  if (rule.form == rule_form::held) {
    out.truth("holds", rule.is_true);
    if (rule.is_once_held) out.truth("held_once", true);
    write(out, "reads", rule.reads);
  }
  if (rule.form == rule_form::tiers) {
    out.open_list("tiers");
    for (const ledger_tier& each : rule.tiers) {
      out.open().raw("at_least", std::to_string(each.at_least));
      if (each.window_ms != 0) out.text("within", std::string_view(duration_text(each.window_ms)));
      out.points("points", each.points_milli)
          .raw("count", std::to_string(each.count))
          .truth("counts", each.is_counting)
          .close();
    }
    out.close_list();
  }
  if (rule.form == rule_form::idle) {
    out.at("since", rule.idle_since).points("kept", rule.kept_milli).open_list("steps");
    for (const ledger_step& each : rule.steps) {
      out.open().text("after", std::string_view(duration_text(each.after_ms)));
      if (each.every_ms != 0) out.text("every", std::string_view(duration_text(each.every_ms)));
      out.points("points", each.points_milli)
          .points("reached", each.reached_milli)
          .truth("counts", each.is_counting)
          .close();
    }
    out.close_list();
  }
  if ((rule.form == rule_form::earned || rule.form == rule_form::tiers) && !rule.events) out.raw("events", "null");
  if (rule.events) {
    out.open_list("events");
    for (const ledger_event& each : *rule.events) {
      out.open().text("id", each.id).text("type", std::string_view(each.type)).at("at", each.at);
      if (each.contact) out.text("contact", each.contact);
      if (rule.form == rule_form::earned) out.points("points", each.points_milli).points("now", each.now_milli);
      out.close();
    }
    out.close_list();
  }
  out.close();
}

inline void write(ledger_writer& out, const ledger_score& score) {
  out.open(score.name).points("value", score.value_milli).points("computed", score.computed_milli);
  if (score.pin) {
    out.open("override").points("value", score.pin->value_milli).at("until", score.pin->until).at("at", score.pin->at);
    out.text("event", score.pin->event).text("by", score.pin->by).text("reason", score.pin->reason).close();
  }
  out.points("sum", score.sum_milli)
      .points("min", score.min_milli)
      .points("max", score.max_milli)
      .points("lost", score.lost_milli);
  if (!score.parts.empty()) {
    out.open_list("parts");
    for (const ledger_part& each : score.parts) {
      out.open().text("score", std::string_view(each.score)).points("weight", each.weight_milli);
      out.points("value", each.value_milli).points("points", each.points_milli).close();
    }
    out.close_list();
  }
  out.open_list("groups");
  for (const ledger_group& each : score.groups) {
    out.open().text("group", std::string_view(each.name)).points("sum", each.sum_milli).points("min", each.min_milli);
    out.points("max", each.max_milli).points("lost", each.lost_milli).points("points", each.value_milli).close();
  }
  out.close_list().open_list("rules");
  for (const ledger_rule& each : score.rules) write(out, each);
  out.close_list().close();
}

inline void write(ledger_writer& out, const ledger_grade& grade) {
  out.open(grade.name).text("is", grade.word);
  switch (grade.form) {
    case grade_form::bands:
      out.text("of", std::string_view(grade.score)).points("score", grade.score_milli);
      out.raw("band", grade.place ? std::to_string(*grade.place) : "null");
      out.points("at_least", grade.at_least_milli).points("until", grade.until_milli);
      break;
    case grade_form::matrix:
      out.text("rows", std::string_view(grade.row_grade)).text("row", grade.row);
      out.text("columns", std::string_view(grade.column_grade)).text("column", grade.column);
      break;
    case grade_form::rules:
      out.raw("rule", grade.place ? std::to_string(*grade.place) : "null");
      write(out, "reads", grade.reads);
      break;
  }
  out.close();
}

}  // namespace detail

LEADLINE_INLINE std::string to_json(const ledger& told) {
  detail::ledger_writer out;
  out.open().text("contact", std::string_view(told.contact)).at("at", told.at).open("scores");
  for (const ledger_score& each : told.scores) detail::write(out, each);
  out.close().open("grades");
  for (const ledger_grade& each : told.grades) detail::write(out, each);
  out.close();
  if (told.has_funnel) out.text("stage", told.stage).text("status", told.status).at("entered_at", told.entered_at);
  out.close();
  return std::move(out.result());
}

}  // namespace leadline
