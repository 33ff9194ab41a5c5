#pragma once

#include <array>
#include <set>
#include <tuple>

#include "leadline/report/detail/report_business.hpp"
#include "leadline/report/detail/report_completeness.hpp"
#include "leadline/report/detail/report_roles.hpp"

/// The sections of a report, each from the visits, cycles and runs that began in a period.
namespace leadline::detail {

class body_maker {
 public:
  body_maker(const model& pack, const decision_log& log, const visit_table& table, const report_roles& roles,
             const report_request& request, const completeness_targets& complete, business_maker& business)
      : pack_(&pack),
        log_(&log),
        table_(&table),
        roles_(&roles),
        complete_(&complete),
        business_(&business),
        cohort_(request.cohort),
        has_events_(request.source == report_source::decisions_and_events) {}

  [[nodiscard]] report_body make(const body_filter& filter) {
    filter_ = filter;
    body_ = {};
    const std::size_t count = roles_->main_stages.size();
    pairs_.assign(count * count, {});
    entries_.assign(pack_->stages.size(), 0);
    contacts_.assign(pack_->stages.size(), 0);
    last_contact_.assign(pack_->stages.size(), text_index::none);
    touches_.assign(pack_->stages.size(), 0);
    owners_.clear();
    reasons_.clear();
    contact_reasons_.clear();
    until_again_.clear();
    again_count_ = handoff_count_ = accepted_count_ = 0;
    disposed_.assign(roles_->disposed.size(), {});
    for (std::size_t i = 0; i < table_->visits.size(); ++i) look_at(i);
    finish_stages();
    finish_pairs();
    finish_handoff();
    finish_dispositions();
    clocks();
    cadences();
    finish_owners();
    if (has_events_) body_.completeness = complete_->count(*table_, filter_);
    if (!pack_->business.won.empty() || pack_->business.opportunity) body_.business = business_->make(filter_);
    return std::move(body_);
  }

 private:
  struct cohort_sums {
    cohort_row row;
    std::vector<std::int64_t> elapsed_ms;
  };
  struct pair_sums {
    std::int64_t entered = 0;
    std::int64_t strict = 0;
    std::int64_t reached = 0;
    std::vector<std::int64_t> elapsed_ms;
    std::vector<std::int64_t> business_ms;
    std::map<std::string, cohort_sums> cohorts;
  };
  struct owner_sums {
    std::int64_t entries = 0;
    std::int64_t accepted = 0;
    std::int64_t attained = 0;
    std::int64_t judged = 0;
  };
  struct disposition_sums {
    std::int64_t entries = 0;
    std::int64_t disposed = 0;
    std::map<std::uint32_t, std::int64_t> codes;
  };

  [[nodiscard]] std::string stage_text(std::size_t rank) const { return pack_->stages[roles_->main_stages[rank]].id; }

  void look_at(std::size_t index) {
    const stage_visit& visit = table_->visits[index];
    if (!filter_.holds(visit.at_ms, &visit)) return;
    ++entries_[visit.stage];
    touches_[visit.stage] += visit.touches;
    if (last_contact_[visit.stage] != visit.contact) ++contacts_[visit.stage];
    last_contact_[visit.stage] = visit.contact;
    dispose(visit);
    const std::uint32_t rank = roles_->rank[visit.stage];
    if (rank == text_index::none) return;
    first_at_.assign(roles_->main_stages.size(), never_ms);
    std::uint32_t highest = 0;
    for (std::size_t i = index + 1; i < table_->visits.size(); ++i) {
      const stage_visit& later = table_->visits[i];
      if (later.contact != visit.contact || later.stage == visit.stage) break;
      const std::uint32_t other = roles_->rank[later.stage];
      if (other == text_index::none) continue;
      first_at_[other] = std::min(first_at_[other], later.at_ms);
      highest = std::max(highest, other);
    }
    for (std::size_t other = rank + 1; other < roles_->main_stages.size(); ++other) {
      add_pair(visit, rank, other, highest >= other);
    }
    if (rank == roles_->handoff) hand_off(visit);
  }

  void add_pair(const stage_visit& visit, std::size_t rank, std::size_t other, bool is_reached) {
    pair_sums& sums = pairs_[rank * roles_->main_stages.size() + other];
    const std::int64_t there_ms = first_at_[other];
    const bool is_strict = there_ms != never_ms;
    ++sums.entered;
    if (is_strict) ++sums.strict;
    if (is_reached) ++sums.reached;
    if (is_strict) {
      sums.elapsed_ms.push_back(there_ms - visit.at_ms);
      if (roles_->calendar != nullptr) {
        sums.business_ms.push_back(
            roles_->calendar->elapsed(instant::from_ms(visit.at_ms), instant::from_ms(there_ms)).ms());
      }
    }
    if (other != rank + 1 || !pack_->zone) return;
    cohort_sums& cohort = sums.cohorts[cohort_name(visit.at_ms)];
    ++cohort.row.entered;
    if (is_strict) {
      ++cohort.row.strict;
      cohort.elapsed_ms.push_back(there_ms - visit.at_ms);
    }
    if (is_reached) ++cohort.row.reached;
  }

  [[nodiscard]] const std::string& cohort_name(std::int64_t at_ms) {
    if (!cohort_period_ || !cohort_period_->holds(at_ms)) {
      cohort_period_ = report_period::of(instant::from_ms(at_ms), cohort_, *pack_->zone);
      cohort_name_ = cohort_period_->name();
    }
    return cohort_name_;
  }

  void hand_off(const stage_visit& visit) {
    ++handoff_count_;
    if (visit.went_on) ++accepted_count_;
    if (visit.before_ms != never_ms) {
      ++again_count_;
      until_again_.push_back(visit.at_ms - visit.before_ms);
    }
    ++reasons_[visit.reason];
    if (!contact_reasons_.empty() && contact_reasons_.back().first == visit.contact) {
      contact_reasons_.back().second.insert(visit.reason);
    } else {
      contact_reasons_.push_back({visit.contact, {visit.reason}});
    }
    owner_sums& owner = owners_[visit.owner];
    ++owner.entries;
    if (visit.went_on) ++owner.accepted;
  }

  void dispose(const stage_visit& visit) {
    for (std::size_t i = 0; i < roles_->disposed.size(); ++i) {
      if (roles_->disposed[i] != visit.stage) continue;
      disposition_sums& sums = disposed_[i];
      ++sums.entries;
      const bool is_coded = code_of(visit.leave_rule) != nullptr;
      if (is_coded) ++sums.codes[visit.leave_rule];
      if (is_coded || visit.went_on) ++sums.disposed;
    }
  }

  [[nodiscard]] const compiled::disposition_code* code_of(std::uint32_t word) const {
    if (word == text_index::none || !pack_->disposition) return nullptr;
    for (const compiled::disposition_code& each : pack_->disposition->codes) {
      if (each.code == log_->words().text(word)) return &each;
    }
    return nullptr;
  }

  void finish_stages() {
    for (std::size_t i = 0; i < pack_->stages.size(); ++i) {
      body_.stages.push_back({pack_->stages[i].id, pack_->stages[i].is_aside, entries_[i], contacts_[i]});
      if (has_events_ && !pack_->business.sales_touches.empty()) body_.stages.back().touches = touches_[i];
    }
  }

  void finish_pairs() {
    const std::size_t count = roles_->main_stages.size();
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t to = from + 1; to < count; ++to) {
        pair_sums& sums = pairs_[from * count + to];
        const std::string a = stage_text(from);
        const std::string b = stage_text(to);
        std::string base = "of the entries into ";
        base.append(a).append(", those followed, before the contact's next entry into ").append(a);
        base += ", by an entry into ";
        report_rate reached{sums.reached, sums.entered, base + b + " or a stage after it"};
        if (to == from + 1) {
          step_row step{a, b, {sums.strict, sums.entered, base + b + " itself"}, reached, {}};
          for (auto& [name, cohort] : sums.cohorts) {
            cohort.row.cohort = name;
            cohort.row.elapsed = summary_of(cohort.elapsed_ms);
            step.cohorts.push_back(std::move(cohort.row));
          }
          body_.steps.push_back(std::move(step));
        }
        velocity_row velocity{a, b, std::move(reached), summary_of(sums.elapsed_ms), std::nullopt};
        if (roles_->calendar != nullptr) velocity.business = summary_of(sums.business_ms);
        body_.velocities.push_back(std::move(velocity));
      }
    }
  }

  void finish_handoff() {
    const std::uint32_t rank = roles_->handoff;
    if (rank == text_index::none) return;
    handoff_section out;
    out.stage = stage_text(rank);
    if (rank + 1 < roles_->main_stages.size()) out.next = stage_text(rank + 1);
    const std::string of = "of the entries into " + out.stage + ", those ";
    out.accepted = {accepted_count_, handoff_count_,
                    of + "followed by an entry into " + out.next + " or a stage after it"};
    out.again = {again_count_, handoff_count_, of + "of a contact that had entered it before"};
    out.until_again = summary_of(until_again_);
    out.touches = touches_of(*pack_, body_, out.stage);
    for (const auto& [reason, count] : reasons_) {
      out.reasons.push_back(
          {text_of_word(log_->words(), reason), {}, {count, handoff_count_, of + "told with this reason"}});
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> overlaps;
    // A contact's visits stand together, but those of other stages between them do not matter.
    for (const auto& [contact, reasons] : contact_reasons_) {
      for (auto a = reasons.begin(); a != reasons.end(); ++a) {
        for (auto b = std::next(a); b != reasons.end(); ++b) ++overlaps[{*a, *b}];
      }
    }
    const auto contact_count = static_cast<std::int64_t>(contact_reasons_.size());
    for (const auto& [both, count] : overlaps) {
      std::string a = text_of_word(log_->words(), both.first);
      std::string b = text_of_word(log_->words(), both.second);
      if (b < a) std::swap(a, b);
      a.append(" + ").append(b);
      out.overlaps.push_back({a,
                              {},
                              {count, contact_count,
                               "of the contacts that entered " + out.stage + ", those that did so for both reasons"}});
    }
    order_by_count(out.reasons);
    order_by_count(out.overlaps);
    body_.handoff = std::move(out);
  }

  void finish_dispositions() {
    for (std::size_t i = 0; i < roles_->disposed.size(); ++i) {
      const disposition_sums& sums = disposed_[i];
      disposition_section out;
      out.stage = pack_->stages[roles_->disposed[i]].id;
      const std::string of = "of the entries into " + out.stage + ", those ";
      out.disposed = {sums.disposed, sums.entries, of + "that went on to a later stage or were left by a disposition"};
      for (const auto& [word, count] : sums.codes) {
        const compiled::disposition_code* code = code_of(word);
        out.codes.push_back({code->code, code->label, {count, sums.entries, of + "left by this code"}});
      }
      order_by_count(out.codes);
      body_.dispositions.push_back(std::move(out));
    }
  }

  [[nodiscard]] const stage_visit* visit_of(std::uint32_t index) const {
    return index == text_index::none ? nullptr : &table_->visits[index];
  }

  void clocks() {
    std::vector<clock_row> rows(pack_->clocks.size());
    std::vector<std::vector<std::int64_t>> used(pack_->clocks.size());
    std::vector<std::int64_t> responses;
    struct band {
      std::string_view name;
      std::int64_t below_ms;
      std::int64_t count = 0;
      std::int64_t converted = 0;
    };
    constexpr std::int64_t minute = 60'000;
    // A time on a bound is in the slower band, but for the 24 hours, which the last band is above.
    std::array<band, 6> bands = {{{"under 5 minutes", 5 * minute},
                                  {"5 to 30 minutes", 30 * minute},
                                  {"30 to 60 minutes", 60 * minute},
                                  {"1 to 24 hours", 24 * 60 * minute + 1},
                                  {"over 24 hours", never_ms},
                                  {"not yet", never_ms}}};
    for (const clock_cycle& each : table_->cycles) {
      const stage_visit* visit = visit_of(each.visit);
      if (!filter_.holds(each.started_ms, visit)) continue;
      clock_row& row = rows[each.clock];
      ++row.started;
      if (each.is_met) ++row.met;
      if (each.is_breached) {
        ++row.breached;
        if (!each.is_stopped) ++row.untouched;
      } else if (each.is_cancelled) {
        ++row.cancelled;
      } else if (!each.is_met) {
        ++row.running;
      }
      if (each.is_stopped) used[each.clock].push_back(each.used_ms);
      if (each.clock != roles_->speed_clock) continue;
      if (visit != nullptr && (each.is_met || each.is_breached)) {
        owner_sums& owner = owners_[visit->owner];
        ++owner.judged;
        if (each.is_met) ++owner.attained;
      }
      // Who left the stage before anybody was due is in no band.
      if (each.is_cancelled && !each.is_breached) continue;
      std::size_t at = bands.size() - 1;
      if (each.is_stopped) {
        const std::int64_t response = each.ended_ms - each.started_ms;
        responses.push_back(response);
        for (at = 0; response >= bands[at].below_ms; ++at) {
        }
      }
      ++bands[at].count;
      if (visit != nullptr && visit->went_on) ++bands[at].converted;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].clock = pack_->clocks[i].id;
      rows[i].attained = {
          rows[i].met, rows[i].met + rows[i].breached,
          "of the cycles of " + rows[i].clock +
              " that were met or breached, those met; one breached and never stopped counts as breached, one "
              "cancelled before it was due does not count"};
      rows[i].used = summary_of(used[i]);
    }
    body_.clocks = std::move(rows);
    if (roles_->speed_clock == text_index::none) return;
    speed_section speed;
    speed.clock = pack_->clocks[roles_->speed_clock].id;
    speed.response = summary_of(responses);
    for (const band& each : bands) {
      speed.bands.push_back(
          {std::string(each.name),
           each.count,
           {each.converted, each.count,
            "of the cycles of " + speed.clock +
                " stopped within this time of the wall clock, those whose contact went on from the stage "
                "in which it began to a later one"}});
    }
    body_.speed = std::move(speed);
  }

  void cadences() {
    body_.cadences.resize(pack_->cadences.size());
    for (const cadence_run& each : table_->runs) {
      if (!filter_.holds(each.started_ms, visit_of(each.visit))) continue;
      cadence_row& row = body_.cadences[each.cadence];
      ++row.started;
      if (each.is_missed) {
        ++row.missed;
        if (each.is_completed) ++row.completed_late;
      } else if (each.is_completed) {
        ++row.completed;
      } else if (each.is_stopped) {
        ++row.stopped;
      } else {
        ++row.running;
      }
    }
    for (std::size_t i = 0; i < body_.cadences.size(); ++i) {
      cadence_row& row = body_.cadences[i];
      row.cadence = pack_->cadences[i].id;
      row.kept = {row.completed, row.completed + row.missed,
                  "of the runs of " + row.cadence + " that were completed or missed, those completed in time"};
    }
  }

  void finish_owners() {
    if (roles_->handoff == text_index::none) return;
    const std::string stage = stage_text(roles_->handoff);
    for (const auto& [word, sums] : owners_) {
      owner_row row;
      row.owner = text_of_word(log_->words(), word);
      row.share = {sums.entries, handoff_count_,
                   "of the entries into " + stage + ", those owned by this owner at the entry"};
      row.accepted = {sums.accepted, sums.entries,
                      "of the owner's entries into " + stage + ", those that went on to a later stage"};
      row.attained.definition = "not declared: the pack has no clock";
      if (body_.speed) {
        row.attained = {sums.attained, sums.judged,
                        "of the owner's cycles of " + body_.speed->clock + " that were met or breached, those met"};
      }
      body_.owners.push_back(std::move(row));
    }
    std::sort(body_.owners.begin(), body_.owners.end(),
              [](const owner_row& a, const owner_row& b) { return a.owner < b.owner; });
  }

  const model* pack_;
  const decision_log* log_;
  const visit_table* table_;
  const report_roles* roles_;
  const completeness_targets* complete_;
  business_maker* business_;
  period_unit cohort_;
  bool has_events_;
  body_filter filter_;
  report_body body_;
  std::vector<pair_sums> pairs_;
  std::vector<std::int64_t> entries_;
  std::vector<std::int64_t> contacts_;
  std::vector<std::uint32_t> last_contact_;
  std::vector<std::int64_t> touches_;
  std::vector<std::int64_t> first_at_;
  std::vector<disposition_sums> disposed_;
  std::map<std::uint32_t, owner_sums> owners_;
  std::map<std::uint32_t, std::int64_t> reasons_;
  std::vector<std::pair<std::uint32_t, std::set<std::uint32_t>>> contact_reasons_;
  std::vector<std::int64_t> until_again_;
  std::int64_t again_count_ = 0;
  std::int64_t handoff_count_ = 0;
  std::int64_t accepted_count_ = 0;
  std::optional<report_period> cohort_period_;
  std::string cohort_name_;
};

}  // namespace leadline::detail
