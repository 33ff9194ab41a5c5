#pragma once

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>
#include <new>

#include "leadline/base/json_text.hpp"
#include "leadline/report/decision_log.hpp"

namespace leadline {

namespace detail {

[[nodiscard]] inline tl::unexpected<diagnostics> bad_decision(std::string code, std::string message,
                                                              std::string expected) {
  return failure(diagnostic{.code = std::move(code), .message = std::move(message), .expected = std::move(expected)});
}

/// Instants come in the form that `leadline run` prints, again and again on the same day: the day is worked out once.
class instant_reader {
 public:
  [[nodiscard]] result<std::int64_t> read(std::string_view text) {
    constexpr std::size_t size = 24;
    constexpr std::size_t day_size = 11;  // up to the T
    if (text.size() == size && text.back() == 'Z' && text.substr(0, day_size) == day_) {
      const std::int64_t hour = digits(text, 11, 2);
      const std::int64_t minute = digits(text, 14, 2);
      const std::int64_t second = digits(text, 17, 2);
      const std::int64_t ms = digits(text, 20, 3);
      const bool is_plain = text[13] == ':' && text[16] == ':' && text[19] == '.';
      if (is_plain && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && ms >= 0) {
        return day_ms_ + ((hour * 60 + minute) * 60 + second) * 1'000 + ms;
      }
    }
    const result<instant> read = instant::parse(text);
    if (!read) return failure(read.error());
    if (text.size() == size && text.back() == 'Z') {
      constexpr std::int64_t ms_per_day = 86'400'000;
      day_ = text.substr(0, day_size);
      day_ms_ = read->ms() / ms_per_day * ms_per_day;
    }
    return read->ms();
  }

 private:
  /// Below 0 when one is no digit.
  [[nodiscard]] static std::int64_t digits(std::string_view text, std::size_t from, std::size_t count) noexcept {
    std::int64_t out = 0;
    for (std::size_t i = from; i < from + count; ++i) {
      if (text[i] < '0' || text[i] > '9') return -1;
      out = out * 10 + (text[i] - '0');
    }
    return out;
  }

  std::string day_;
  std::int64_t day_ms_ = 0;
};

/// Which kind of a decision is kept as what; nothing for the others.
[[nodiscard]] inline std::optional<log_kind> log_kind_of(std::string_view name) noexcept {
  constexpr std::pair<std::string_view, log_kind> kinds[] = {
      {"score", log_kind::score},       {"stage", log_kind::stage},  {"status", log_kind::status},
      {"assigned", log_kind::assigned}, {"clock", log_kind::clock},  {"cadence", log_kind::cadence},
      {"recycled", log_kind::recycled}, {"merged", log_kind::merged}};
  for (const auto& [known, kind] : kinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace detail

// --- Texts ---------------------------------------------------------------------------------------------------------

LEADLINE_INLINE std::uint32_t text_index::index_of(std::string_view text) {
  const auto known = indices_.find(text);
  if (known != indices_.end()) return known->second;
  const auto index = static_cast<std::uint32_t>(texts_.size());
  const auto made = indices_.emplace(std::string(text), index).first;
  texts_.push_back(&made->first);
  return index;
}

LEADLINE_INLINE std::uint32_t text_index::find(std::string_view text) const noexcept {
  const auto known = indices_.find(text);
  return known == indices_.end() ? none : known->second;
}

// --- Lines ---------------------------------------------------------------------------------------------------------

/// Reads the members of one line, in whatever order they come.
struct decision_log::line_reader {
  using element = simdjson::dom::element;

  simdjson::dom::parser parser;
  detail::instant_reader instants;

  struct members {
    std::string_view contact;
    std::string_view at;
    std::string_view kind;
    std::uint64_t seq = 0;
    std::uint64_t corrects = 0;
    bool has_now = false;
    element now;
    std::optional<std::string_view> about;
    std::optional<std::string_view> what;
    std::optional<std::string_view> from;
    std::optional<std::string_view> to;
    std::optional<std::string_view> rule;
    std::optional<std::string_view> reason;
    std::optional<std::string_view> into;
    std::optional<double> points;
    std::uint64_t cycle = 0;
    std::int64_t used = 0;
  };

  [[nodiscard]] static std::optional<std::string_view> text_of(element from) {
    std::string_view out;
    if (from.get_string().get(out) != simdjson::SUCCESS) return std::nullopt;
    return out;
  }

  [[nodiscard]] static members read(simdjson::dom::object object) {
    members out;
    for (const auto member : object) {
      const std::string_view key = member.key;
      const element each = member.value;
      if (key == "at") {
        out.at = text_of(each).value_or("");
      } else if (key == "contact") {
        out.contact = text_of(each).value_or("");
      } else if (key == "kind") {
        out.kind = text_of(each).value_or("");
      } else if (key == "seq") {
        if (each.get_uint64().get(out.seq) != simdjson::SUCCESS) out.seq = 0;
      } else if (key == "from") {
        out.from = text_of(each);
      } else if (key == "to") {
        out.to = text_of(each);
        double points = 0;
        if (!out.to && each.get_double().get(points) == simdjson::SUCCESS) out.points = points;
      } else if (key == "rule") {
        out.rule = text_of(each);
      } else if (key == "reason") {
        out.reason = text_of(each);
      } else if (key == "into") {
        out.into = text_of(each);
      } else if (key == "what") {
        out.what = text_of(each);
      } else if (key == "score" || key == "clock" || key == "cadence" || key == "code") {
        out.about = text_of(each);
      } else if (key == "cycle") {
        if (each.get_uint64().get(out.cycle) != simdjson::SUCCESS) out.cycle = 0;
      } else if (key == "used") {
        if (each.get_int64().get(out.used) != simdjson::SUCCESS) out.used = 0;
      } else if (key == "corrects") {
        if (each.get_uint64().get(out.corrects) != simdjson::SUCCESS) out.corrects = 0;
      } else if (key == "now") {
        out.has_now = !each.is_null();
        out.now = each;
      }
    }
    return out;
  }
};

// --- The log -------------------------------------------------------------------------------------------------------

LEADLINE_INLINE decision_log::decision_log() : reader_(std::make_unique<line_reader>()) {}
LEADLINE_INLINE decision_log::decision_log(decision_log&&) noexcept = default;
LEADLINE_INLINE decision_log& decision_log::operator=(decision_log&&) noexcept = default;
LEADLINE_INLINE decision_log::~decision_log() = default;

LEADLINE_INLINE void decision_log::keep_score(std::string_view name) {
  if (!keeps_score(name)) kept_scores_.emplace_back(name);
}

LEADLINE_INLINE bool decision_log::keeps_score(std::string_view name) const noexcept {
  return std::find(kept_scores_.begin(), kept_scores_.end(), name) != kept_scores_.end();
}

LEADLINE_INLINE std::uint32_t decision_log::contact_of(std::string_view id) {
  const std::uint32_t index = contacts_.index_of(id);
  if (index == current_.size()) current_.push_back(text_index::none);
  std::uint32_t& current = current_[index];
  if (current == text_index::none) {
    current = static_cast<std::uint32_t>(ids_.size());
    ids_.push_back(contacts_.text(index));
    is_forgotten_.push_back(false);
  }
  return current;
}

LEADLINE_INLINE void decision_log::forget(std::uint32_t contact) {
  is_forgotten_[contact] = true;
  ++forgotten_count_;
  // What comes later is of a new contact.
  current_[contacts_.find(ids_[contact])] = text_index::none;
  // Who was merged into it is forgotten with it, and the id is free again.
  for (const merging& each : mergings_) {
    if (each.into == contact && !is_forgotten_[each.contact]) forget(each.contact);
  }
}

LEADLINE_INLINE void decision_log::merge(std::uint32_t contact, std::string_view into, std::int64_t at_ms) {
  const std::uint32_t other = contact_of(into);
  if (other == contact || !merging_of_.emplace(contact, mergings_.size()).second) return;
  mergings_.push_back({contact, other, at_ms});
}

LEADLINE_INLINE std::optional<std::uint32_t> decision_log::meant_by(std::string_view id,
                                                                    std::int64_t at_ms) const noexcept {
  const std::uint32_t known = contacts_.find(id);
  if (known == text_index::none || current_[known] == text_index::none) return std::nullopt;
  std::uint32_t contact = current_[known];
  // No more steps than mergings: a log that was not made by an engine may lead in a circle.
  for (std::size_t steps = mergings_.size(); steps > 0; --steps) {
    const auto found = merging_of_.find(contact);
    if (found == merging_of_.end() || at_ms <= mergings_[found->second].at_ms) break;
    contact = mergings_[found->second].into;
  }
  return contact;
}

LEADLINE_INLINE void decision_log::note(std::int64_t at_ms) {
  first_ms_ = std::min(first_ms_.value_or(at_ms), at_ms);
  last_ms_ = std::max(last_ms_.value_or(at_ms), at_ms);
}

LEADLINE_INLINE std::optional<log_entry> decision_log::entry_of(const decision& told) {
  const std::optional<log_kind> kind = detail::log_kind_of(name_of(told.kind));
  if (!kind || (*kind == log_kind::score && !keeps_score(told.about))) return std::nullopt;
  const auto word = [this](const decision_value& side) {
    const auto* text = std::get_if<std::string_view>(&side);
    return text != nullptr ? words_.index_of(*text) : text_index::none;
  };
  const auto word_if = [this](const std::optional<std::string_view>& text) {
    return text ? words_.index_of(*text) : text_index::none;
  };
  log_entry out;
  out.at_ms = told.at.ms();
  out.seq = static_cast<std::uint32_t>(told.seq);
  out.kind = *kind;
  if (!told.about.empty()) out.about = words_.index_of(told.about);
  // Of the others it is prose, or why an owner was chosen: no two alike.
  const bool has_what = told.kind == decision_kind::clock || told.kind == decision_kind::cadence;
  if (has_what) out.what = words_.index_of(told.text);
  out.from = word(told.from);
  out.to = word(told.to);
  out.rule = word_if(told.rule);
  out.reason = word_if(told.reason);
  if (const auto* milli = std::get_if<std::int64_t>(&told.to)) out.number = *milli;
  if (told.reading) {
    out.cycle = told.reading->cycle;
    out.number = told.reading->used_ms;
  }
  return out;
}

LEADLINE_INLINE void decision_log::add(const decision& told) {
  ++decision_count_;
  note(told.at.ms());
  const std::uint32_t contact = contact_of(told.contact);
  if (told.kind == decision_kind::forgotten) return forget(contact);
  if (told.kind == decision_kind::merged) merge(contact, told.text, told.at.ms());
  if (told.kind == decision_kind::amended) {
    ++correction_count_;
    correction made{contact, static_cast<std::uint32_t>(told.corrects), std::nullopt};
    if (told.now) made.now = entry_of(*told.now);
    corrections_.push_back(made);
    return;
  }
  if (std::optional<log_entry> kept = entry_of(told)) {
    kept->contact = contact;
    entries_.push_back(*kept);
  }
}

LEADLINE_INLINE result<void> decision_log::add_line(std::string_view line) {
  simdjson::dom::element root;
  simdjson::dom::object object;
  const simdjson::error_code wrong = reader_->parser.parse(line.data(), line.size()).get(root);
  if (wrong == simdjson::MEMALLOC) {
    // A parser (of simdjson 3.0) that got some of its memory does not ask for the rest again.
    reader_->parser = simdjson::dom::parser();
    throw std::bad_alloc();
  }
  if (wrong != simdjson::SUCCESS) {
    return detail::bad_decision("decision.not_json",
                                std::string("the line is not JSON: ") + simdjson::error_message(wrong),
                                "one decision a line, as leadline run prints them");
  }
  if (root.get_object().get(object) != simdjson::SUCCESS) {
    return detail::bad_decision("decision.not_an_object", "the line is no object", "one decision a line");
  }
  const line_reader::members read = line_reader::read(object);
  if (read.contact.empty() || read.kind.empty()) {
    return detail::bad_decision("decision.missing_key", "the line is no decision: it lacks a contact or a kind",
                                "the keys at, contact and kind");
  }
  const result<std::int64_t> at_ms = reader_->instants.read(read.at);
  if (!at_ms) return failure(at_ms.error());

  const auto entry = [&](const line_reader::members& members, std::int64_t ms) -> std::optional<log_entry> {
    const std::optional<log_kind> kind = detail::log_kind_of(members.kind);
    if (!kind || (*kind == log_kind::score && !keeps_score(members.about.value_or("")))) return std::nullopt;
    const auto word = [this](const std::optional<std::string_view>& text) {
      return text ? words_.index_of(*text) : text_index::none;
    };
    log_entry out;
    out.at_ms = ms;
    out.seq = static_cast<std::uint32_t>(members.seq);
    out.kind = *kind;
    out.about = word(members.about);
    out.what = word(members.what);
    out.from = word(members.from);
    out.to = word(members.to);
    out.rule = word(members.rule);
    out.reason = word(members.reason);
    out.cycle = static_cast<std::uint32_t>(members.cycle);
    // Points have at most three decimals: half a thousandth more, cut off, is the nearest of them.
    out.number = members.points
                     ? static_cast<std::int64_t>(*members.points * 1'000 + (*members.points < 0 ? -0.5 : 0.5))
                     : members.used;
    return out;
  };

  ++decision_count_;
  note(*at_ms);
  const std::uint32_t contact = contact_of(read.contact);
  if (read.kind == "forgotten") {
    forget(contact);
    return {};
  }
  if (read.kind == "merged" && read.into) merge(contact, *read.into, *at_ms);
  if (read.kind == "amended") {
    ++correction_count_;
    correction made{contact, static_cast<std::uint32_t>(read.corrects), std::nullopt};
    simdjson::dom::object now;
    if (read.has_now && read.now.get_object().get(now) == simdjson::SUCCESS) {
      const line_reader::members inner = line_reader::read(now);
      const result<std::int64_t> inner_ms = reader_->instants.read(inner.at);
      if (!inner_ms) return failure(inner_ms.error());
      made.now = entry(inner, *inner_ms);
    }
    corrections_.push_back(made);
    return {};
  }
  if (std::optional<log_entry> kept = entry(read, *at_ms)) {
    kept->contact = contact;
    entries_.push_back(*kept);
  }
  return {};
}

LEADLINE_INLINE void decision_log::add_attribute(std::string_view contact, std::string_view name, std::int64_t at_ms,
                                                 std::string_view json) {
  // Of a contact about which nothing was decided there is nothing to report.
  const std::optional<std::uint32_t> meant = meant_by(contact, at_ms);
  if (!meant) return;
  log_entry out;
  out.at_ms = at_ms;
  out.contact = *meant;
  out.kind = log_kind::attribute;
  out.about = words_.index_of(name);
  out.to = words_.index_of(json);
  entries_.push_back(out);
}

LEADLINE_INLINE void decision_log::add_touch(std::string_view contact, std::string_view type, std::int64_t at_ms) {
  const std::optional<std::uint32_t> meant = meant_by(contact, at_ms);
  if (!meant) return;
  log_entry out;
  out.at_ms = at_ms;
  out.contact = *meant;
  out.kind = log_kind::touch;
  out.about = words_.index_of(type);
  entries_.push_back(out);
}

LEADLINE_INLINE void decision_log::settle() {
  if (!corrections_.empty()) {
    const auto by_seq = [](const log_entry& a, const log_entry& b) {
      return a.contact != b.contact ? a.contact < b.contact : a.seq < b.seq;
    };
    std::stable_sort(entries_.begin(), entries_.end(), by_seq);
    for (const correction& each : corrections_) {
      log_entry wanted;
      wanted.contact = each.contact;
      wanted.seq = each.corrects;
      const auto found = std::lower_bound(entries_.begin(), entries_.end(), wanted, by_seq);
      if (found == entries_.end() || by_seq(wanted, *found)) continue;  // of a kind that is not kept
      if (each.now) {
        *found = *each.now;
        found->contact = each.contact;
        found->seq = each.corrects;
      } else {
        found->number = 0;
        found->kind = log_kind::attribute;  // an attribute without a name is nothing
        found->about = text_index::none;
      }
    }
    corrections_.clear();
  }
  std::erase_if(entries_, [&](const log_entry& each) {
    return is_forgotten_[each.contact] || (each.kind == log_kind::attribute && each.about == text_index::none);
  });
  order_entries();
  if (mergings_.empty()) return;
  share_with_survivors();
  order_entries();
}

LEADLINE_INLINE void decision_log::order_entries() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const log_entry& a, const log_entry& b) {
    if (a.contact != b.contact) return a.contact < b.contact;
    if (a.at_ms != b.at_ms) return a.at_ms < b.at_ms;
    return a.seq < b.seq;
  });
  begins_.assign(ids_.size() + 1, entries_.size());
  for (std::size_t i = entries_.size(); i-- > 0;) begins_[entries_[i].contact] = i;
  // A contact without entries begins where the next one does.
  for (std::size_t i = ids_.size(); i-- > 0;) begins_[i] = std::min(begins_[i], begins_[i + 1]);
}

LEADLINE_INLINE void decision_log::share_with_survivors() {
  std::unordered_map<std::uint32_t, std::vector<log_entry>> shared;
  // What a contact has at an instant: of each attribute the value.
  const auto attributes = [&](std::uint32_t contact, std::int64_t at_ms) {
    std::vector<log_entry> all(entries_of(contact).begin(), entries_of(contact).end());
    all.insert(all.end(), shared[contact].begin(), shared[contact].end());
    std::stable_sort(all.begin(), all.end(), [](const log_entry& a, const log_entry& b) { return a.at_ms < b.at_ms; });
    std::map<std::uint32_t, std::uint32_t> out;
    for (const log_entry& each : all) {
      if (each.kind != log_kind::attribute || each.at_ms > at_ms) continue;
      if (words_.text(each.to) == "null") {
        out.erase(each.about);
      } else {
        out[each.about] = each.to;
      }
    }
    return out;
  };
  std::vector<merging> mergings = mergings_;
  std::stable_sort(mergings.begin(), mergings.end(),
                   [](const merging& a, const merging& b) { return a.at_ms < b.at_ms; });
  for (const merging& each : mergings) {
    const std::map<std::uint32_t, std::uint32_t> kept = attributes(each.into, each.at_ms);
    const auto give = [&](log_entry entry) {
      entry.contact = each.into;
      shared[each.into].push_back(entry);
    };
    for (const auto& [name, value] : attributes(each.contact, each.at_ms)) {
      if (kept.contains(name)) continue;
      log_entry given;
      given.at_ms = each.at_ms;
      given.kind = log_kind::attribute;
      given.about = name;
      given.to = value;
      give(given);
    }
    const auto give_touches = [&](std::span<const log_entry> entries) {
      for (const log_entry& entry : entries) {
        if (entry.kind == log_kind::touch) give(entry);
      }
    };
    give_touches(entries_of(each.contact));
    give_touches(std::vector<log_entry>(shared[each.contact]));
  }
  for (const auto& [contact, entries] : shared) entries_.insert(entries_.end(), entries.begin(), entries.end());
}

LEADLINE_INLINE std::span<const log_entry> decision_log::entries_of(std::uint32_t contact) const noexcept {
  return std::span(entries_).subspan(begins_[contact], begins_[contact + 1] - begins_[contact]);
}

}  // namespace leadline
