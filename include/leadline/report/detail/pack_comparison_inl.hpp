#pragma once

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "leadline/report/detail/report_json.hpp"
#include "leadline/report/detail/report_roles.hpp"
#include "leadline/report/pack_comparison.hpp"

namespace leadline {

namespace detail {

/// What is told of a contact in the end, by name.
using contact_standing = std::map<std::string, std::string>;

[[nodiscard]] inline contact_standing standing_of(const model& pack, const contact& who) {
  const contact_state& state = who.state;
  contact_standing out;
  out["stage"] = state.stage == compiled::none ? std::string() : pack.stages[state.stage].id;
  out["status"] = state.status == compiled::none ? std::string() : pack.statuses[state.status];
  out["owner"] = state.owner.value_or("");
  for (std::size_t i = 0; i < pack.grades.size(); ++i) {
    const std::uint32_t word = state.grades()[i];
    out["grade." + pack.grades[i].name] = word == compiled::none ? std::string() : pack.grades[i].values[word];
  }
  return out;
}

/// By id, those of whom an event was accepted.
[[nodiscard]] inline std::map<std::string, contact_standing> standings_of(const model& pack, const engine& all) {
  std::map<std::string, contact_standing> out;
  for (const contact* each : all.contacts()) {
    if (each->state.first_event_ms) out[each->id] = standing_of(pack, *each);
  }
  return out;
}

/// Contact, clock, cycle.
using cycle_key = std::tuple<std::string, std::string, std::uint32_t>;

[[nodiscard]] inline std::map<cycle_key, std::string> cycles_of(const decision_log& log) {
  std::map<cycle_key, std::string> out;
  for (std::uint32_t contact = 0; contact < log.contact_count(); ++contact) {
    for (const log_entry& each : log.entries_of(contact)) {
      if (each.kind != log_kind::clock || each.what == text_index::none) continue;
      const std::string_view what = log.words().text(each.what);
      std::string& outcome =
          out[{std::string(log.contact_id(contact)), std::string(log.words().text(each.about)), each.cycle}];
      // A breached clock that is stopped or cancelled later was breached all the same.
      if (what == "started") outcome = "running";
      if (what == "met" || what == "breached") outcome = what;
      if ((what == "cancelled" || what == "restarted") && outcome != "breached") outcome = "cancelled";
    }
  }
  return out;
}

/// Entries into the handoff by month, in the old pack's time zone; all under an empty name.
inline void count_volume(const model& pack, const decision_log& log, const time_zone* zone,
                         std::int64_t volume_row::*side, std::map<std::string, volume_row>& into) {
  const report_roles roles = roles_of_stages(pack);
  if (roles.handoff == text_index::none) return;
  const std::uint32_t word = log.words().find(pack.stages[roles.main_stages[roles.handoff]].id);
  if (word == text_index::none) return;
  for (const log_entry& each : log.entries()) {
    if (each.kind != log_kind::stage || each.to != word) continue;
    ++(into[""].*side);
    if (zone != nullptr) {
      ++(into[report_period::of(instant::from_ms(each.at_ms), period_unit::month, *zone).name()].*side);
    }
  }
}

[[nodiscard]] inline std::string handoff_name(const model& pack) {
  const report_roles roles = roles_of_stages(pack);
  return roles.handoff == text_index::none ? std::string() : pack.stages[roles.main_stages[roles.handoff]].id;
}

[[nodiscard]] inline bool is_judged(std::string_view outcome) { return outcome == "met" || outcome == "breached"; }

class comparison_maker {
 public:
  void add_standings(std::map<std::string, contact_standing> before, std::map<std::string, contact_standing> after) {
    for (auto& [id, standing] : after) before.try_emplace(id);
    out_.contact_count = static_cast<std::int64_t>(before.size());
    for (auto& [id, old] : before) {
      contact_standing& now = after[id];
      for (const auto& [what, value] : now) old.try_emplace(what);
      for (const auto& [what, value] : old) {
        if (now[what] == value) continue;
        pack_difference made{what, value, now[what]};
        ++changes_[{made.what, made.before, made.after}];
        contacts_[id].differences.push_back(std::move(made));
      }
    }
  }

  void add_cycles(std::map<cycle_key, std::string> before, std::map<cycle_key, std::string> after) {
    for (const auto& [key, outcome] : after) before.try_emplace(key, "none");
    for (const auto& [key, old] : before) {
      const auto found = after.find(key);
      const std::string now = found == after.end() ? std::string("none") : found->second;
      const auto& [contact, clock, cycle] = key;
      clock_comparison& sums = clocks_[clock];
      if (old == "met") ++sums.met_before;
      if (now == "met") ++sums.met_after;
      if (old == "breached") ++sums.breached_before;
      if (now == "breached") ++sums.breached_after;
      if (old == now) continue;
      if (is_judged(old) || is_judged(now)) ++sums.flip_count;
      contacts_[contact].flips.push_back({clock, cycle, old, now});
    }
  }

  [[nodiscard]] pack_comparison finish(const std::map<std::string, volume_row>& volumes) {
    for (const auto& [period, counted] : volumes) {
      volume_row row = counted;
      row.period = period;
      if (period.empty()) {
        out_.volume = row;
      } else {
        out_.volumes.push_back(row);
      }
    }
    for (const auto& [key, count] : changes_) {
      const auto& [what, before, after] = key;
      out_.changes.push_back({{what, before, after}, count});
    }
    std::stable_sort(out_.changes.begin(), out_.changes.end(),
                     [](const change_row& a, const change_row& b) { return a.contact_count > b.contact_count; });
    for (auto& [name, row] : clocks_) {
      row.clock = name;
      out_.clocks.push_back(row);
    }
    for (auto& [id, each] : contacts_) {
      each.contact = id;
      out_.contacts.push_back(std::move(each));
    }
    out_.changed_count = static_cast<std::int64_t>(out_.contacts.size());
    return std::move(out_);
  }

 private:
  pack_comparison out_;
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> changes_;
  std::map<std::string, clock_comparison> clocks_;
  std::map<std::string, contact_comparison> contacts_;
};

}  // namespace detail

LEADLINE_INLINE pack_comparer::pack_comparer(std::shared_ptr<const model> before, std::shared_ptr<const model> after)
    : before_(std::move(before)), after_(std::move(after)) {}

LEADLINE_INLINE void pack_comparer::tell(side& to, std::span<const decision> news) {
  for (const decision& each : news) to.log.add(each);
}

LEADLINE_INLINE void pack_comparer::take(const event& sent) {
  for (side* each : {&before_, &after_}) tell(*each, each->all.apply(sent));
}

LEADLINE_INLINE pack_comparison pack_comparer::finish(const std::optional<instant>& until) {
  std::map<std::string, volume_row> volumes;
  const time_zone* zone = before_.pack->zone ? &*before_.pack->zone : nullptr;
  for (side* each : {&before_, &after_}) {
    if (until) tell(*each, each->all.advance(*until));
    each->log.settle();
    detail::count_volume(*each->pack, each->log, zone, each == &before_ ? &volume_row::before : &volume_row::after,
                         volumes);
  }
  detail::comparison_maker maker;
  maker.add_standings(detail::standings_of(*before_.pack, before_.all), detail::standings_of(*after_.pack, after_.all));
  maker.add_cycles(detail::cycles_of(before_.log), detail::cycles_of(after_.log));
  pack_comparison out = maker.finish(volumes);
  out.pack_before = before_.pack->name + " " + before_.pack->version;
  out.pack_after = after_.pack->name + " " + after_.pack->version;
  out.handoff_before = detail::handoff_name(*before_.pack);
  out.handoff_after = detail::handoff_name(*after_.pack);
  return out;
}

LEADLINE_INLINE std::string to_json(const pack_comparison& made) {
  std::string out;
  const auto append_difference = [&](const pack_difference& each) {
    detail::append_text(out, "what", each.what);
    detail::append_text_or_null(out, "before", each.before);
    detail::append_text_or_null(out, "after", each.after);
  };
  const auto append_volume = [&](const volume_row& each) {
    detail::append_counts(out, each, {{"before", &volume_row::before}, {"after", &volume_row::after}});
  };
  detail::append_object(out, [&] {
    detail::append_texts(out, made,
                         {{"before", &pack_comparison::pack_before},
                          {"after", &pack_comparison::pack_after},
                          {"handoff_before", &pack_comparison::handoff_before},
                          {"handoff_after", &pack_comparison::handoff_after}});
    detail::append_counts(
        out, made, {{"contacts", &pack_comparison::contact_count}, {"changed", &pack_comparison::changed_count}});
    detail::append_list(out, "changes", made.changes, [&](const change_row& each) {
      append_difference(each.change);
      detail::append_count(out, "contacts", each.contact_count);
    });
    detail::append_list(out, "clocks", made.clocks, [&](const clock_comparison& each) {
      detail::append_text(out, "clock", each.clock);
      detail::append_counts(out, each,
                            {{"met_before", &clock_comparison::met_before},
                             {"met_after", &clock_comparison::met_after},
                             {"breached_before", &clock_comparison::breached_before},
                             {"breached_after", &clock_comparison::breached_after},
                             {"flips", &clock_comparison::flip_count}});
    });
    detail::append_object(out, "volume", [&] {
      append_volume(made.volume);
      detail::append_list(out, "months", made.volumes, [&](const volume_row& each) {
        detail::append_text(out, "month", each.period);
        append_volume(each);
      });
    });
    detail::append_list(out, "differences", made.contacts, [&](const contact_comparison& each) {
      detail::append_text(out, "contact", each.contact);
      detail::append_list(out, "changes", each.differences, append_difference);
      detail::append_list(out, "clocks", each.flips, [&](const clock_flip& flip) {
        detail::append_text(out, "clock", flip.clock);
        detail::append_count(out, "cycle", flip.cycle);
        detail::append_texts(out, flip, {{"before", &clock_flip::before}, {"after", &clock_flip::after}});
      });
    });
  });
  return out;
}

}  // namespace leadline
