#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/fold/contact.hpp"
#include "leadline/fold/decision_list.hpp"
#include "leadline/fold/detail/known_ids.hpp"
#include "leadline/fold/detail/record_access.hpp"
#include "leadline/fold/detail/record_bytes.hpp"

namespace leadline::detail {

/// A contact's record beyond its state (record_access.hpp): the past that late events need, and what is counted.
class contact_parts {
 public:
  explicit contact_parts(const model& pack) : pack_(pack) {
    for (const compiled::score& score : pack.scores) {
      for (const compiled::rule& rule : score.rules) rules_.push_back(&rule);
    }
  }

  static void reset(contact& who) {
    record_access::reset(who.state);
    who.closed_ms.reset();
    who.seq = 0;
    who.duplicate_count = 0;
    who.base.reset();
    who.kept.clear();
    who.log.clear();
    who.answers.clear();
    if (who.ids.is_there()) who.ids.write().clear();
    who.open_ids.clear();
    who.open_ids_at_ms = contact_state::never_ms;
    who.id_count_at_next_look = 32;
    who.log_size_at_next_look = log_look_at_first;
    who.merged_ms.reset();
    who.arrival_count = 0;
  }

  template <class A, class State>
  void transfer_state(A& a, State& state, const contact_state* present = nullptr) const {
    record_access::state_parts(a, pack_, rules_, state, present);
  }

  template <class A, class Contact>
  void transfer(A& a, Contact& who) {
    using part = record_history;
    constexpr bool is_reading = A::is_reading;
    transfer_state(a, who.state);
    const auto outer = a.open_sections();
    if (a.section(part::closed, who.closed_ms.has_value())) {
      if constexpr (is_reading) who.closed_ms.emplace();
      a.instant(*who.closed_ms);
    }
    if (a.section(part::seq, who.seq != 0)) a.number(who.seq);
    if (a.section(part::duplicates, who.duplicate_count != 0)) a.number(who.duplicate_count);
    if (a.section(part::arrivals, who.arrival_count != 0)) a.number(who.arrival_count);
    if (a.section(part::merged, who.merged_ms.has_value())) {
      if constexpr (is_reading) who.merged_ms.emplace();
      a.instant(*who.merged_ms);
    }
    if (a.section(part::base, who.base != nullptr)) {
      if constexpr (is_reading) {
        auto base = std::make_shared<contact_state>(pack_);
        transfer_state(a, *base, &who.state);
        who.base = std::move(base);
      } else {
        transfer_state(a, *who.base, &who.state);
      }
    }
    if constexpr (!is_reading) gather_ids(who);
    if (a.section(part::kept, !who.kept.empty())) kept(a, who);
    if (a.section(part::log, !who.log.empty())) log(a, who);
    if (a.section(part::ids, !loose_ids_.empty())) ids(a, who);
    // When the base moves on next: a contact that was stored meanwhile does it when one that was not does.
    if (a.section(part::log_look, who.log_size_at_next_look != log_look_at_first)) {
      if constexpr (is_reading) {
        who.log_size_at_next_look = a.count();
        a.require(who.log_size_at_next_look >= log_look_at_first && who.log_size_at_next_look < log_look_max);
      } else {
        a.number(std::uint64_t{who.log_size_at_next_look});
      }
    }
    if (a.section(part::answers, !who.answers.empty())) {
      record_access::queue(a, who.answers, 0, [&](auto& each, std::size_t) { record_access::answer(a, pack_, each); });
    }
    a.close_sections(outer);
    if constexpr (is_reading) {
      who.id_count_at_next_look = std::max<std::size_t>(32, who.ids.read().size() * 2);
    }
  }

 private:
  static constexpr std::size_t log_look_at_first = 64;
  /// Where a doubled size is past all that fits memory.
  static constexpr std::size_t log_look_max = std::size_t{1} << 48;

  // --- Ids of events ---

  [[nodiscard]] bool is_within_horizon(const contact& who, std::int64_t at_ms) const noexcept {
    return !who.closed_ms || at_ms + pack_.lateness_ms > *who.closed_ms;
  }
  [[nodiscard]] static value id_of(const contact::kept_event& each) noexcept {
    return each.content.content().items()[0];
  }
  [[nodiscard]] bool is_remembered(const contact& who, const contact::kept_event& each) const {
    if (!id_of(each).is_text() || !is_within_horizon(who, each.at_ms)) return false;
    id_.assign(id_of(each).text());
    const auto known = who.ids.read().find(id_);
    return known != who.ids.read().end() && known->second == each.at_ms;
  }

  /// Ids that matter still and that no kept event names, by instant and then byte order.
  void gather_ids(const contact& who) {
    loose_ids_.clear();
    if (is_within_horizon(who, who.open_ids_at_ms)) {
      any_open_id(who.open_ids, [&](std::string_view id) {
        loose_ids_.emplace_back(who.open_ids_at_ms, id);
        return false;
      });
    }
    if (who.ids.read().empty()) {
      std::sort(loose_ids_.begin(), loose_ids_.end());
      return;
    }
    for (const auto& [id, at_ms] : who.ids.read()) {
      if (is_within_horizon(who, at_ms)) loose_ids_.emplace_back(at_ms, id);
    }
    if (!who.kept.empty() && !loose_ids_.empty()) {
      kept_ids_.clear();
      for (const contact::kept_event& each : who.kept) {
        if (is_remembered(who, each)) kept_ids_.emplace_back(id_of(each).text());
      }
      std::sort(kept_ids_.begin(), kept_ids_.end());
      std::erase_if(loose_ids_, [&](const auto& each) {
        return std::binary_search(kept_ids_.begin(), kept_ids_.end(), each.second);
      });
    }
    std::sort(loose_ids_.begin(), loose_ids_.end());
  }

  template <class A, class Contact>
  void ids(A& a, Contact& who) const {
    if constexpr (A::is_reading) {
      const std::size_t count = a.items();
      for (std::size_t i = 0; i < count && a.is_good(); ++i) {
        std::int64_t at_ms = 0;
        a.ascending(at_ms, i);
        remember_id(who, pack_.lateness_ms, a.text_view(), at_ms);
      }
    } else {
      a.number(std::uint64_t{loose_ids_.size()});
      for (std::size_t i = 0; i < loose_ids_.size(); ++i) {
        a.ascending(loose_ids_[i].first, i);
        a.text(loose_ids_[i].second);
      }
    }
  }

  // --- Kept events ---

  template <class A, class Contact>
  void kept(A& a, Contact& who) const {
    std::uint64_t order = 0;
    record_access::queue(a, who.kept, 0, [&](auto& each, std::size_t i) {
      a.ascending(each.at_ms, i);
      a.order(each.order, order);
      order = each.order;
      if constexpr (A::is_reading) {
        std::uint32_t is_known = 0;
        a.number(is_known);
        const value id = a.content();
        const std::string_view type = a.text_view();
        const value data = a.content();
        if (!a.is_good()) return;
        const value content[] = {id, value::of(type), data};
        each.content = stored_value::of(value::of(std::span<const value>(content)));
        if (is_known != 0 && id.is_text()) who.ids.write()[std::string(id.text())] = each.at_ms;
      } else {
        a.number(is_remembered(who, each) ? 1U : 0U);
        const std::span<const value> content = each.content.content().items();
        a.content(content[0]);
        a.name(content[1].text());
        a.content(content[2]);
      }
    });
  }

  // --- The log ---

  enum class field : std::uint32_t {
    about = 1,
    from = 2,
    to = 4,
    text = 8,
    rule = 16,
    reason = 32,
    cause = 64,
    late = 128,
    reading = 256
  };

  /// A text of a decision, when read a view of the bytes.
  template <class A>
  static void name(A& a, std::string_view& text) {
    if constexpr (A::is_reading) {
      text = a.text_view();
    } else {
      a.name(text);
    }
  }

  template <class A>
  static void side(A& a, decision_value& of) {
    if constexpr (A::is_reading) {
      std::uint32_t is_points = 0;
      a.number(is_points);
      if (is_points != 0) {
        a.score(of.emplace<std::int64_t>());
      } else {
        name(a, of.emplace<std::string_view>());
      }
    } else if (auto* const points = std::get_if<std::int64_t>(&of)) {
      a.number(1U);
      a.score(*points);
    } else {
      a.number(0U);
      name(a, std::get<std::string_view>(of));
    }
  }

  template <class A, class Reading>
  static void clock_parts(A& a, Reading& reading) {
    std::uint32_t is_breached = 0;
    if constexpr (A::is_reading) {
      reading.emplace();
    } else {
      is_breached = reading->is_breached ? 1 : 0;
    }
    a.number(reading->cycle);
    a.instant(reading->due_ms);
    for (auto* each : {&reading->used_ms, &reading->left_ms, &reading->late_ms}) record_access::amount(a, *each);
    a.number(is_breached);
    if constexpr (A::is_reading) reading->is_breached = is_breached != 0;
  }

  template <class A, class Contact>
  void log(A& a, Contact& who) const {
    std::uint64_t seq = 0;
    std::int64_t at_ms = record_instants::origin_ms;
    record_access::queue(a, who.log, 0, [&](auto& kept, std::size_t) {
      std::uint32_t fields = 0;
      decision each;
      if constexpr (A::is_reading) {
        std::int64_t by_ms = 0;
        a.integer(by_ms);
        a.require(by_ms <= record_reader::instant_max_ms && by_ms >= -record_reader::instant_max_ms);
        if (!a.is_good()) return;
        at_ms += by_ms;
        a.require(at_ms <= record_reader::instant_max_ms && at_ms >= -record_reader::instant_max_ms);
        each.at = instant::from_ms(at_ms);
        each.contact = who.id;
        std::uint32_t kind = 0;
        a.number(kind);
        a.require(kind <= static_cast<std::uint32_t>(decision_kind::error));
        each.kind = static_cast<decision_kind>(kind);
        a.number(fields);
      } else {
        each = *kept;
        a.integer(each.at.ms() - at_ms);
        at_ms = each.at.ms();
        a.number(static_cast<std::uint32_t>(each.kind));
        const auto add = [&](field which, bool is_there) {
          if (is_there) fields |= static_cast<std::uint32_t>(which);
        };
        add(field::about, !each.about.empty());
        add(field::from, !std::holds_alternative<std::monostate>(each.from));
        add(field::to, !std::holds_alternative<std::monostate>(each.to));
        add(field::text, !each.text.empty());
        add(field::rule, each.rule.has_value());
        add(field::reason, each.reason.has_value());
        add(field::cause, each.cause.has_value());
        add(field::late, each.is_late);
        add(field::reading, each.reading.has_value());
        a.number(fields);
      }
      const auto has = [&](field which) { return (fields & static_cast<std::uint32_t>(which)) != 0; };
      const auto optional_name = [&](field which, std::optional<std::string_view>& text) {
        if (!has(which)) return;
        if constexpr (A::is_reading) text.emplace();
        name(a, *text);
      };
      a.order(each.seq, seq);
      seq = each.seq;
      if (has(field::about)) name(a, each.about);
      if (has(field::from)) side(a, each.from);
      if (has(field::to)) side(a, each.to);
      if (has(field::text)) name(a, each.text);
      optional_name(field::rule, each.rule);
      optional_name(field::reason, each.reason);
      optional_name(field::cause, each.cause);
      if (has(field::reading)) clock_parts(a, each.reading);
      if constexpr (A::is_reading) {
        each.is_late = has(field::late);
        kept = kept_decision::of(each);
      }
    });
  }

  const model& pack_;
  std::vector<const compiled::rule*> rules_;
  std::vector<std::pair<std::int64_t, std::string_view>> loose_ids_;
  std::vector<std::string_view> kept_ids_;
  mutable std::string id_;
};

}  // namespace leadline::detail
