#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/json_text.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/pack/detail/pack_scope.hpp"
#include "leadline/pack/detail/score_range.hpp"

namespace leadline::detail {

/// The cases that some conditions can tell apart: for every path they read, the constants it is compared with, one
/// value between each two, one beyond each end, and null. A search over them either finds a case (then it is a
/// witness: the conditions themselves said so), or finds none.
///
/// Where conditions only compare paths with constants, no case left out could differ from one tried, so "none" is
/// a proof. Where they do more (arithmetic, regular expressions), "none" means "unknown". Paths are taken as
/// independent of one another.
class case_space {
 public:
  enum class outcome : std::uint8_t { found, none, unknown };
  struct search_result {
    case_space::outcome outcome = outcome::unknown;
    /// The case as JSON: `{"contact": {"employees": 50}, "stage": "lead"}`.
    std::string witness;
  };

  case_space(const scope_base& base, const score_ranges& ranges) : base_(base), ranges_(ranges) {
    row_.resize(base.layout.slots().size());
    event_.resize(base.layout.event_fields().size());
    // What is never null has a value even where no condition of the search reads it.
    for (std::size_t i = 0; i < row_.size(); ++i) row_[i] = resting(base.layout.slots()[i]);
  }

  /// Takes the paths and constants of a condition in.
  void add(document::node rule) {
    if (rule) scan(rule);
  }

  /// The row as it stands in the case at hand, for conditions that are asked with one slot changed.
  [[nodiscard]] std::vector<value>& row() noexcept { return row_; }

  [[nodiscard]] bool holds(const condition* rule) {
    return rule == nullptr || rule->holds({.slots = row_, .event_slots = event_, .now_ms = now_ms}, scratch_);
  }
  [[nodiscard]] value evaluate(const condition& rule) {
    return rule.evaluate({.slots = row_, .event_slots = event_, .now_ms = now_ms}, scratch_);
  }

  /// The first case for which `predicate()` is true, made smaller by leaving out what it does not need.
  template <class Predicate>
  [[nodiscard]] search_result search(const Predicate& predicate) {
    for (variable& each : variables_) prepare(each);
    find_quiet_windows();
    std::vector<std::size_t> at(variables_.size(), 0);
    for (std::size_t v = 0; v < variables_.size(); ++v) put(v, 0);
    bool truncated = false;
    for (std::size_t tried = 0;; ++tried) {
      if (tried == limits::check_case_count_max) {
        truncated = true;
        break;
      }
      if (is_consistent() && predicate()) {
        // Null, or the smallest value, wherever that is enough.
        for (std::size_t v = 0; v < variables_.size(); ++v) {
          for (std::size_t smaller = 0; smaller < at[v]; ++smaller) {
            put(v, smaller);
            if (is_consistent() && predicate()) {
              at[v] = smaller;
              break;
            }
          }
          put(v, at[v]);
        }
        return {outcome::found, witness(at)};
      }
      std::size_t v = 0;
      while (v < variables_.size() && ++at[v] == variables_[v].values.size()) {
        at[v] = 0;
        put(v, 0);
        ++v;
      }
      if (v == variables_.size()) break;
      put(v, at[v]);
    }
    return {truncated || !is_plain_ ? outcome::unknown : outcome::none, {}};
  }

  /// Whether the conditions compare paths with constants and do nothing else.
  [[nodiscard]] bool is_plain() const noexcept { return is_plain_; }
  void set_not_plain() noexcept { is_plain_ = false; }

 private:
  /// An instant of no meaning, for conditions that read the time: 2026-01-01.
  static constexpr std::int64_t now_ms = 1'767'225'600'000;

  struct variable {
    std::string path;
    bool is_event = false;
    std::uint32_t slot = 0;
    std::vector<value> constants;
    std::vector<value> values;
    bool is_prepared = false;
  };

  [[nodiscard]] value resting(const row_slot& slot) {
    switch (slot.kind) {
      case slot_kind::stage:
        return base_.texts.stages.empty() ? value() : value::of(std::string_view(base_.texts.stages.front()));
      case slot_kind::clock:
      case slot_kind::cadence: return value::of("none");
      case slot_kind::tags: return value::of(std::span<const value>());
      default: break;
    }
    return slot.null == nullability::never_null && slot.type == declared_type::number ? value::of(std::int64_t{0})
                                                                                      : value();
  }

  void put(std::size_t v, std::size_t index) {
    const variable& each = variables_[v];
    (each.is_event ? event_ : row_)[each.slot] = each.values[index];
  }

  // --- Reading conditions -----------------------------------------------------------------------------------------

  [[nodiscard]] static document::node operand(document::node list, std::size_t index) {
    if (!list.is_array()) return index == 0 ? list : document::node();
    document::node at = list.first_child();
    while (at && index-- > 0) at = at.next_sibling();
    return at;
  }

  /// The path of `{"var": path}`, also inside `lower`; empty for anything else.
  [[nodiscard]] static std::string_view path_of(document::node rule) {
    if (!rule.is_object() || rule.size() != 1) return {};
    const document::node inner = rule.first_child();
    if (inner.key() == "lower") return path_of(operand(inner, 0));
    if (inner.key() != "var") return {};
    const document::node path = operand(inner, 0);
    return path.is_text() ? path.text() : std::string_view();
  }

  [[nodiscard]] variable* find(std::string_view path) {
    for (variable& each : variables_) {
      if (each.path == path) return &each;
    }
    variable made;
    made.path = path;
    if (path.starts_with("event.")) {
      const auto slot = base_.layout.find_event_field(path.substr(6));
      if (!slot) return nullptr;
      made.is_event = true;
      made.slot = *slot;
    } else {
      const auto slot = base_.layout.find(path);
      if (!slot) return nullptr;
      made.slot = *slot;
    }
    if (made.is_event && made.slot >= event_.size()) event_.resize(base_.layout.event_fields().size());
    variables_.push_back(std::move(made));
    return &variables_.back();
  }

  [[nodiscard]] value constant_of(document::node at) {
    switch (at.kind()) {
      case json_kind::boolean: return value::of(at.boolean());
      case json_kind::integer: return value::of(at.integer());
      case json_kind::real: return value::of(at.real());
      case json_kind::text: return value::of(keep(std::string(at.text())));
      default: return {};
    }
  }
  [[nodiscard]] std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  void add_constant(std::string_view path, document::node constant) {
    variable* found = find(path);
    if (found == nullptr) return;
    const value read = constant_of(constant);
    if (!read.is_null()) found->constants.push_back(read);
  }

  void scan(document::node rule) {
    if (!rule.is_object()) return;
    if (rule.size() != 1) return set_not_plain();
    const document::node body = rule.first_child();
    const std::string_view name = body.key();
    if (name == "var") {
      const std::string_view path = path_of(rule);
      if (!path.starts_with("list.") && (path.empty() || find(path) == nullptr)) set_not_plain();
      return;
    }
    constexpr std::string_view logical[] = {"and", "or", "!", "!!", "if", "?:"};
    if (std::find(std::begin(logical), std::end(logical), name) != std::end(logical)) {
      if (!body.is_array()) return scan(body);
      for (document::node each : body.children()) scan(each);
      return;
    }
    constexpr std::string_view comparisons[] = {"==", "===", "!=", "!==", "<", "<=", ">", ">="};
    if (std::find(std::begin(comparisons), std::end(comparisons), name) != std::end(comparisons))
      return scan_comparison(body);
    if (name == "in") return scan_membership(body);
    scan_opaque(body);
  }

  void scan_comparison(document::node body) {
    std::string_view path;
    std::size_t paths = 0;
    if (body.is_array()) {
      for (document::node each : body.children()) {
        if (const std::string_view found = path_of(each); !found.empty()) {
          path = found;
          ++paths;
        } else if (each.is_object() || each.is_array()) {
          return scan_opaque(body);
        }
      }
    }
    if (paths != 1 || find(path) == nullptr) return scan_opaque(body);
    for (document::node each : body.children()) {
      if (!each.is_object()) add_constant(path, each);
    }
  }

  void scan_membership(document::node body) {
    const document::node needle = operand(body, 0);
    const document::node hay = operand(body, 1);
    const std::string_view path = path_of(needle);
    if (!path.empty() && find(path) != nullptr) {
      if (hay.is_array()) {
        for (document::node each : hay.children()) {
          if (each.is_object() || each.is_array()) return scan_opaque(body);
          add_constant(path, each);
        }
        return;
      }
      if (const std::string_view list = path_of(hay); list.starts_with("list.")) {
        const auto index = base_.names->lists.find(list.substr(5));
        variable* found = find(path);
        if (index && base_.lists[*index] != nullptr && base_.lists[*index]->size() != 0 && found != nullptr) {
          found->constants.push_back(value::of(keep(std::string((*base_.lists[*index])[0]))));
        }
        return;
      }
    }
    // A constant in a list of texts, such as the tags.
    if (const std::string_view list = path_of(hay); needle.is_text() && !list.empty() && find(list) != nullptr) {
      add_constant(list, needle);
      return;
    }
    scan_opaque(body);
  }

  /// What the cases cannot be complete for: its paths and constants are tried all the same.
  void scan_opaque(document::node body) {
    set_not_plain();
    std::vector<std::string> paths;
    std::vector<document::node> constants;
    collect(body, paths, constants);
    for (const std::string& path : paths) {
      for (document::node each : constants) add_constant(path, each);
    }
  }
  void collect(document::node at, std::vector<std::string>& paths, std::vector<document::node>& constants) {
    constexpr std::size_t constant_count_max = 16;
    if (const std::string_view path = path_of(at); !path.empty()) {
      if (!path.starts_with("list.") && find(path) != nullptr) paths.emplace_back(path);
    } else if (at.is_object() || at.is_array()) {
      for (document::node each : at.children()) collect(each, paths, constants);
    } else if (!at.is_null() && constants.size() < constant_count_max) {
      constants.push_back(at);
    }
  }

  // --- Signals that exclude each other ------------------------------------------------------------------------------

  /// A window that must be empty when the latest of all events is older than it: `since` 60 days and a count over
  /// 30 days cannot both be positive.
  struct quiet_window {
    std::uint32_t since_slot = 0;
    std::uint32_t window_slot = 0;
    double window_seconds = 0;
  };

  void find_quiet_windows() {
    quiet_windows_.clear();
    const auto signal_at = [&](const variable& each) -> const signal_spec* {
      if (each.is_event || base_.layout.slots()[each.slot].kind != slot_kind::signal) return nullptr;
      return &base_.content->signals[base_.layout.slots()[each.slot].index];
    };
    for (const variable& outer : variables_) {
      const signal_spec* since = signal_at(outer);
      if (since == nullptr || since->form != signal_form::since || since->where) continue;
      for (const variable& inner : variables_) {
        const signal_spec* window = signal_at(inner);
        if (window == nullptr || !window->within || !covers(*since, *window)) continue;
        quiet_windows_.push_back({outer.slot, inner.slot, static_cast<double>(window->within->ms()) / 1'000});
      }
    }
  }

  /// Whether every event of one signal is one of the other's.
  [[nodiscard]] bool covers(const signal_spec& outer, const signal_spec& inner) const {
    return std::all_of(inner.events.begin(), inner.events.end(), [&](const name_use& event) {
      return std::any_of(outer.events.begin(), outer.events.end(), [&](const name_use& each) {
        if (each.name != "any_activity") return each.name == event.name;
        const auto index = base_.names->events.find(event.name);
        return index && base_.content->events[*index].is_activity;
      });
    });
  }

  [[nodiscard]] bool is_consistent() const {
    return std::all_of(quiet_windows_.begin(), quiet_windows_.end(), [&](const quiet_window& each) {
      const value since = row_[each.since_slot];
      if (since.is_number() && since.number() < each.window_seconds) return true;
      const value window = row_[each.window_slot];
      return window.is_null() || (window.is_number() && window.number() == 0);
    });
  }

  // --- Making cases -----------------------------------------------------------------------------------------------

  [[nodiscard]] static double number_of(value each) { return each.number(); }
  [[nodiscard]] static value number_value(double number) {
    const auto whole = static_cast<std::int64_t>(number);
    return static_cast<double>(whole) == number ? value::of(whole) : value::of(number);
  }

  void prepare(variable& each) {
    if (each.is_prepared) return;
    each.is_prepared = true;
    const row_slot* slot = each.is_event ? nullptr : &base_.layout.slots()[each.slot];
    const declared_type type = slot != nullptr ? slot->type : declared_type::any;
    const bool can_be_null = slot == nullptr || slot->null == nullability::can_be_null;
    if (can_be_null) each.values.emplace_back();
    switch (type) {
      case declared_type::number: add_numbers(each, slot); break;
      case declared_type::boolean:
        each.values.push_back(value::of(false));
        each.values.push_back(value::of(true));
        break;
      case declared_type::text: add_texts(each, slot); break;
      case declared_type::texts: add_lists(each); break;
      case declared_type::date:
        set_not_plain();  // dates are compared with texts, which only the condition itself reads
        each.values.push_back(value::date(now_ms - 86'400'000'000));
        each.values.push_back(value::date(now_ms + 86'400'000'000));
        break;
      case declared_type::any:
        each.values.push_back(value::of(std::int64_t{0}));
        add_numbers(each, slot);
        add_texts(each, slot);
        each.values.push_back(value::of(true));
        break;
    }
    if (each.values.empty()) each.values.emplace_back();
  }

  void add_numbers(variable& each, const row_slot* slot) {
    std::vector<double> marks;
    for (const value& constant : each.constants) {
      if (constant.is_number()) marks.push_back(number_of(constant));
    }
    if (marks.empty()) marks = {0};
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    std::vector<double> numbers{marks.front() - 1};
    for (std::size_t i = 0; i < marks.size(); ++i) {
      numbers.push_back(marks[i]);
      if (i + 1 < marks.size()) numbers.push_back(marks[i] + (marks[i + 1] - marks[i]) / 2);
    }
    numbers.push_back(marks.back() + 1);
    double low = -1e300;
    double high = 1e300;
    if (slot != nullptr && slot->kind == slot_kind::score) {
      low = static_cast<double>(ranges_[slot->index].low) / 1'000;
      high = static_cast<double>(ranges_[slot->index].high) / 1'000;
      // A score near its bound is a case of its own: 99.5 where 100 is the most and 100 is asked for.
      numbers.push_back(low);
      numbers.push_back(high);
    } else if (slot != nullptr && slot->null == nullability::never_null) {
      low = 0;  // counts, days in a stage
    }
    if (low == 0) numbers.push_back(0);
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (const double number : numbers) {
      if (number >= low && number <= high) each.values.push_back(number_value(number));
    }
  }

  void add_texts(variable& each, const row_slot* slot) {
    const std::vector<std::string>* allowed = nullptr;
    if (slot != nullptr) {
      switch (slot->kind) {
        case slot_kind::stage: allowed = &base_.texts.stages; break;
        case slot_kind::status: allowed = &base_.texts.statuses; break;
        case slot_kind::clock: allowed = &base_.texts.clock_states; break;
        case slot_kind::cadence: allowed = &base_.texts.cadence_states; break;
        case slot_kind::grade: allowed = &base_.texts.grades[slot->index]; break;
        default: break;
      }
    }
    if (allowed != nullptr && !allowed->empty()) {
      for (const std::string& text : *allowed) each.values.push_back(value::of(std::string_view(text)));
      return;
    }
    std::vector<std::string_view> texts;
    for (const value& constant : each.constants) {
      if (constant.is_text()) texts.push_back(constant.text());
    }
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    for (const std::string_view text : texts) each.values.push_back(value::of(text));
    each.values.push_back(value::of("some other"));
    each.values.push_back(value::of(""));
  }

  void add_lists(variable& each) {
    each.values.push_back(value::of(std::span<const value>()));
    std::vector<value> all;
    for (const value& constant : each.constants) {
      if (!constant.is_text()) continue;
      all.push_back(constant);
      each.values.push_back(value::of(std::span<const value>(lists_.emplace_back(std::vector<value>{constant}))));
    }
    if (all.size() > 1) each.values.push_back(value::of(std::span<const value>(lists_.emplace_back(std::move(all)))));
  }

  [[nodiscard]] std::string witness(const std::vector<std::size_t>& at) const {
    // Members of one object side by side: contact, event, signal, ...
    std::vector<std::pair<std::string, std::string>> objects;
    std::string plain;
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      const value content = variables_[v].values[at[v]];
      if (content.is_null()) continue;
      const std::string& path = variables_[v].path;
      const std::size_t dot = path.find('.');
      std::string member;
      json_text::append_quoted(member, dot == std::string::npos ? path : path.substr(dot + 1));
      member += ": ";
      append_json(member, content);
      if (dot == std::string::npos) {
        plain += (plain.empty() ? "" : ", ") + member;
        continue;
      }
      const std::string head = path.substr(0, dot);
      auto object = std::find_if(objects.begin(), objects.end(), [&](const auto& each) { return each.first == head; });
      if (object == objects.end()) object = objects.insert(objects.end(), {head, {}});
      object->second += (object->second.empty() ? "" : ", ") + member;
    }
    std::string out;
    for (const auto& [head, members] : objects) {
      out += out.empty() ? "\"" : ", \"";
      out += head;
      out += "\": {";
      out += members;
      out += '}';
    }
    if (!plain.empty()) out += (out.empty() ? "" : ", ") + plain;
    return "{" + out + "}";
  }

  const scope_base& base_;
  const score_ranges& ranges_;
  std::vector<value> row_;
  std::vector<value> event_;
  std::vector<variable> variables_;
  std::deque<std::string> texts_;
  std::deque<std::vector<value>> lists_;
  std::vector<quiet_window> quiet_windows_;
  condition_scratch scratch_;
  bool is_plain_ = true;
};

}  // namespace leadline::detail
