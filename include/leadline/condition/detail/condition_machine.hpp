#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "leadline/base/limits.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/condition/detail/condition_compare.hpp"
#include "leadline/condition/detail/condition_program.hpp"
#include "leadline/condition/detail/condition_text.hpp"
#include "leadline/condition/detail/value_path.hpp"
#include "leadline/time/instant.hpp"

namespace leadline {

/// One evaluation of a program: walks the tree of nodes, keeps nothing but the scratch.
///
/// Two entries: `test` for what is asked as a truth, `run` for values. After `stopped()` everything returns at once and
/// the result is null.
class condition_machine {
 public:
  using node = detail::program_node;
  using opcode = detail::opcode;

  condition_machine(const detail::condition_program& program, const condition_input& input,
                    condition_scratch& scratch) noexcept
      : program_(program), input_(input), scratch_(scratch) {}

  [[nodiscard]] bool test(const node& at) {
    switch (at.code) {
      case opcode::slot_compare_number:
      case opcode::slot_equals_text:
      case opcode::slot_equals_constant: return compare_slowly(slot(at), at.a, at.cmp, at.strict);
      case opcode::slot_between:
        return compare_slowly(slot(at), at.a, at.cmp, false) && !stopped() &&
               compare_slowly(slot(at), at.b, at.cmp2, false);
      case opcode::slot_in_set: return is_in(slot(at), program_.sets[at.index]);
      case opcode::slot_starts_with: {
        const value& left = slot(at);
        if (left.is_text()) return left.text().starts_with(at.a.text());
        return !cannot_be_cut(at, left) && script_text(left).starts_with(at.a.text());
      }
      case opcode::slot_ends_with: {
        const value& left = slot(at);
        if (left.is_text()) return left.text().ends_with(at.a.text());
        return !cannot_be_cut(at, left) && script_text(left).ends_with(at.a.text());
      }
      case opcode::slot_contains: return is_in(at.a, slot(at));
      case opcode::slot_truth_of: return is_true(slot(at));
      case opcode::and_: {
        const node* const last = operand(at, at.count);
        for (const node* each = operand(at, 0); each != last; ++each) {
          if (!test(*each)) return false;
        }
        return at.count != 0 && !stopped();
      }
      case opcode::or_: {
        const node* const last = operand(at, at.count);
        for (const node* each = operand(at, 0); each != last; ++each) {
          if (test(*each)) return !stopped();
          if (stopped()) return false;
        }
        return false;
      }
      case opcode::not_: return (at.count == 0 || !test(*operand(at, 0))) && !stopped();
      case opcode::truth: return at.count != 0 && test(*operand(at, 0));
      case opcode::if_:
        for (std::uint32_t i = 0; i + 1 < at.count; i += 2) {
          const bool chosen = test(*operand(at, i));
          if (stopped()) return false;
          if (chosen) return test(*operand(at, i + 1));
        }
        return at.count % 2 != 0 && test(*operand(at, at.count - 1));
      case opcode::compare: return compare(at);
      case opcode::in_set: return is_in(run(*operand(at, 0)), program_.sets[at.index]) && !stopped();
      case opcode::in: {
        const value part = run(*operand(at, 0));
        const value whole = run(*operand(at, 1));
        return !stopped() && is_in(part, whole);
      }
      case opcode::starts_with:
      case opcode::ends_with:
      case opcode::contains: return text_test(at);
      case opcode::matches: return matches(at);
      case opcode::all:
      case opcode::some:
      case opcode::none: return quantify(at);
      case opcode::exists: {
        const value found = val(at);
        return !stopped() && !found.is_absent();
      }
      default: return is_true(run(at)) && !stopped();
    }
  }

  [[nodiscard]] value run(const node& at) {
    switch (at.code) {
      case opcode::constant: return at.a;
      case opcode::slot: return slot(at);
      case opcode::and_:
      case opcode::or_: {
        value latest = value::of(false);
        for (std::uint32_t i = 0; i < at.count; ++i) {
          latest = run(*operand(at, i));
          if (stopped() || is_true(latest) == (at.code == opcode::or_)) return latest;
        }
        return latest;
      }
      case opcode::if_:
        for (std::uint32_t i = 0; i + 1 < at.count; i += 2) {
          const bool chosen = test(*operand(at, i));
          if (stopped()) return {};
          if (chosen) return run(*operand(at, i + 1));
        }
        return at.count % 2 != 0 ? run(*operand(at, at.count - 1)) : value{};
      case opcode::local: return walk(context(), program_.paths[at.index]);
      case opcode::context: return context();
      case opcode::slot_or: {
        const value found = run(*operand(at, 0));
        return defaults(found) ? run(*operand(at, 1)) : found;
      }
      case opcode::dynamic_path: return dynamic_path(at);
      case opcode::list: return value::of(std::span<const value>(operands(at)));
      case opcode::max:
      case opcode::min: return extreme(at);
      case opcode::add:
      case opcode::subtract:
      case opcode::multiply:
      case opcode::divide:
      case opcode::remainder: return program_.semantics == semantics::leadline ? exactly(at) : as_script(at);
      case opcode::map:
      case opcode::filter: return collect(at);
      case opcode::reduce: return reduce(at);
      case opcode::merge: return merge(at);
      case opcode::cat: return cat(at);
      case opcode::substr: return substr(at);
      case opcode::missing: return missing(operands(at), at.index);
      case opcode::missing_some: return missing_some(at);
      case opcode::lower: {
        const value from = run(*operand(at, 0));
        return from.is_text() && !stopped() ? lowered(from.text()) : value{};
      }
      case opcode::domain: {
        const value from = run(*operand(at, 0));
        if (!from.is_text() || stopped()) return {};
        const std::string_view found = detail::domain_of(from.text());
        return found.empty() ? value{} : lowered(found);
      }
      case opcode::elapsed_since: return elapsed_since(at);
      case opcode::fractional: return fractional(at);
      case opcode::val: {
        const value found = val(at);
        return found.is_absent() ? value{} : found;
      }
      case opcode::coalesce: {
        value latest;
        for (std::uint32_t i = 0; i < at.count; ++i) {
          latest = run(*operand(at, i));
          if (stopped() || !latest.is_null()) break;
        }
        return latest;
      }
      case opcode::try_: return try_each(at);
      case opcode::throw_: return throw_value(at);
      case opcode::invalid: return fail("Invalid Arguments");
      default: {
        const bool truth = test(at);
        return stopped() ? value{} : value::of(truth);
      }
    }
  }

  [[nodiscard]] bool stopped() const noexcept { return scratch_.outcome_ != condition_outcome::complete; }

 private:
  /// What a loop or a `try` puts around the evaluation of its body.
  struct frame {
    enum class kind_type : std::uint8_t { items, list, error };
    value context;
    const frame* parent = nullptr;
    value iterated;
    std::int64_t index = 0;
    kind_type kind = kind_type::items;
  };

  [[nodiscard]] const node* operand(const node& at, std::uint32_t index) const noexcept {
    return program_.nodes.data() + at.first + index;
  }

  [[nodiscard]] const value& slot(const node& at) const noexcept {
    static constexpr value nothing = value::absent();
    const std::span<const value> row = at.space == slot_space::row ? input_.slots : input_.event_slots;
    return at.slot < row.size() ? row[at.slot] : nothing;
  }

  // --- Ends ---------------------------------------------------------------------------------------------------

  bool charge(std::uint64_t steps) noexcept {
    scratch_.steps_ += steps;
    if (scratch_.steps_ <= limits::condition_steps_max) return true;
    if (!stopped()) scratch_.outcome_ = condition_outcome::out_of_steps;
    return false;
  }

  /// The standard's errors; semantics::leadline has none and gives null.
  value fail(std::string_view type) {
    if (program_.semantics == semantics::jsonlogic && !stopped()) fail_with(error_of(value::of(type)));
    return {};
  }
  void fail_with(value error) noexcept {
    scratch_.outcome_ = condition_outcome::failed;
    scratch_.failure_ = error;
  }
  [[nodiscard]] value error_of(value type) {
    auto* const member = static_cast<value::member*>(scratch_.take(sizeof(value::member)));
    new (member) value::member{"type", type};
    return value::of(std::span<const value::member>(member, 1));
  }

  // --- Contexts and paths -------------------------------------------------------------------------------------

  [[nodiscard]] value whole() const noexcept {
    return program_.reads_whole && program_.whole_slot < input_.slots.size() ? input_.slots[program_.whole_slot]
                                                                             : value{};
  }
  [[nodiscard]] value context() const noexcept { return at_ != nullptr ? at_->context : whole(); }

  [[nodiscard]] static value walk(value from, std::span<const std::string> parts) {
    for (const std::string& part : parts) {
      from = detail::child_of(from, part);
      if (from.is_absent()) return from;
    }
    return from;
  }

  [[nodiscard]] bool defaults(value found) const noexcept {
    return program_.semantics == semantics::leadline ? found.is_null() : found.is_absent();
  }

  [[nodiscard]] value read_path(std::string_view path, std::uint32_t choices) {
    if (at_ == nullptr && !program_.reads_whole) {
      for (const detail::path_choice& each : program_.choices[choices]) {
        if (each.path == path) return run(each.read);
      }
      return value::absent();
    }
    value from = context();
    while (!from.is_absent()) {
      const std::size_t dot = path.find('.');
      from = detail::child_of(from, path.substr(0, dot));
      if (dot == std::string_view::npos) break;
      path.remove_prefix(dot + 1);
    }
    return from;
  }

  [[nodiscard]] value dynamic_path(const node& at) {
    const value path = run(*operand(at, 0));
    if (stopped()) return {};
    if (path.is_null() || (path.is_text() && path.text().empty())) return context();
    const value found = read_path(script_text(path), at.index);
    if (!defaults(found)) return found;
    return at.count > 1 ? run(*operand(at, 1)) : value{};
  }

  // --- Values made on the way ---------------------------------------------------------------------------------

  [[nodiscard]] std::span<value> new_values(std::size_t count) {
    auto* const made = static_cast<value*>(scratch_.take((count + 1) * sizeof(value)));
    for (std::size_t i = 0; i < count; ++i) new (made + i) value();
    return {made, count};
  }

  [[nodiscard]] std::string_view keep(std::string_view text) {
    if (!charge(text.size() / 64)) return {};
    auto* const bytes = static_cast<char*>(scratch_.take(text.size()));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  [[nodiscard]] std::string_view script_text(value content) {
    if (content.is_text()) return content.text();
    std::string text;
    detail::append_script_text(text, content);
    return keep(text);
  }

  [[nodiscard]] value lowered(std::string_view text) {
    if (detail::is_lower_text(text)) return value::of(text);
    if (!charge(text.size() / 64)) return {};
    auto* const bytes = static_cast<char*>(scratch_.take(detail::lower_room(text.size())));
    return value::of(std::string_view(bytes, detail::lower_text(text, bytes)));
  }

  /// The operands' values; of one expression that gives a list, where the operator spreads, its items.
  [[nodiscard]] std::span<const value> operands(const node& at) {
    if (at.spreads && at.count == 1) {
      const value only = run(*operand(at, 0));
      if (only.is_list()) return only.items();
      const std::span<value> one = new_values(1);
      one[0] = only;
      return one;
    }
    const std::span<value> made = new_values(at.count);
    for (std::uint32_t i = 0; i < at.count && !stopped(); ++i) made[i] = run(*operand(at, i));
    return made;
  }

  /// Operators on texts (`strict`) see texts only; substr makes a text of anything but a blank.
  [[nodiscard]] bool cannot_be_cut(const node& at, value content) const noexcept {
    return at.strict || (content.is_null() && program_.semantics == semantics::leadline);
  }

  // --- Comparisons --------------------------------------------------------------------------------------------

  [[nodiscard]] bool compare_slowly(value left, value right, comparison cmp, bool strict) {
    if (program_.semantics == semantics::leadline) {
      if (detail::is_order(cmp)) return detail::ordered_as(left, right, cmp);
      return detail::strictly_equal(left, right, semantics::leadline) == (cmp == comparison::equal);
    }
    if (strict) {
      return detail::strictly_equal(left, right, semantics::jsonlogic) == (cmp == comparison::equal);
    }
    const std::optional<bool> stands = detail::loosely(left, right, cmp);
    if (!stands) fail("NaN");
    return stands.value_or(false);
  }

  [[nodiscard]] bool compare(const node& at) {
    value previous = run(*operand(at, 0));
    for (std::uint32_t i = 1; i < at.count && !stopped(); ++i) {
      const value next = run(*operand(at, i));
      if (stopped() || !compare_slowly(previous, next, at.cmp, at.strict)) return false;
      previous = next;
    }
    return !stopped();
  }

  [[nodiscard]] bool is_in(value part, const detail::constant_set& set) const {
    switch (part.kind()) {
      case value_kind::text: return set.texts && set.texts->contains(part.text());
      case value_kind::integer:
      case value_kind::real:
        for (std::size_t low = 0, high = set.numbers.size(); low < high;) {
          const std::size_t middle = (low + high) / 2;
          switch (detail::order_numbers(set.numbers[middle], part)) {
            case detail::ordering::equal: return true;
            case detail::ordering::less: low = middle + 1; break;
            default: high = middle;
          }
        }
        return false;
      case value_kind::null: return set.has_null;
      case value_kind::boolean: return part.boolean() ? set.has_true : set.has_false;
      default:
        for (const value& other : set.others) {
          if (detail::strictly_equal(part, other, program_.semantics)) return true;
        }
        return false;
    }
  }

  [[nodiscard]] bool find_text(std::string_view part, std::string_view whole) {
    return charge(part.size() * whole.size() / detail::search_step_size) && whole.find(part) != std::string_view::npos;
  }

  [[nodiscard]] bool is_in(value part, value whole) {
    if (whole.is_list()) {
      if (!charge(whole.items().size() / 8)) return false;
      for (const value& item : whole.items()) {
        if (detail::strictly_equal(item, part, program_.semantics)) return true;
      }
      return false;
    }
    // The empty text holds nothing, not even itself: the standard asks first whether the whole is true.
    if (!whole.is_text() || whole.text().empty()) return false;
    // A blank must not be found in "nullable".
    if (part.is_null() && program_.semantics == semantics::leadline) return false;
    return find_text(script_text(part), whole.text());
  }

  [[nodiscard]] bool text_test(const node& at) {
    const value whole = run(*operand(at, 0));
    const value part = run(*operand(at, 1));
    if (stopped()) return false;
    if (at.code == opcode::contains && whole.is_list()) return is_in(part, whole);
    if (!whole.is_text() || !part.is_text()) return false;
    if (at.code == opcode::starts_with) return whole.text().starts_with(part.text());
    if (at.code == opcode::ends_with) return whole.text().ends_with(part.text());
    return find_text(part.text(), whole.text());
  }

  [[nodiscard]] bool matches(const node& at) {
    const value text = run(*operand(at, 0));
    if (!text.is_text() || stopped()) return false;
    const std::string_view seen = text.text().substr(0, limits::pattern_text_size_max);
    if (!charge(seen.size() / 64)) return false;
    return re2::RE2::PartialMatch(re2::StringPiece(seen.data(), seen.size()), *program_.patterns[at.index]);
  }

  // --- Numbers ------------------------------------------------------------------------------------------------

  [[nodiscard]] static value finite(double number) noexcept {
    return std::isfinite(number) ? value::of(number) : value{};
  }

  /// Arithmetic of semantics::leadline: int64 while it is exact, double beyond, null for what is not a number.
  [[nodiscard]] value exactly(const node& at) {
    const std::span<const value> of = operands(at);
    if (stopped()) return {};
    // The sum of no items is 0, their product 1.
    if (of.empty()) {
      if (at.code != opcode::add && at.code != opcode::multiply) return {};
      return value::of(std::int64_t{at.code == opcode::multiply});
    }
    for (const value& each : of) {
      if (!each.is_number()) return {};
    }
    if (of.size() == 1 && at.code == opcode::subtract)
      return exactly(opcode::subtract, value::of(std::int64_t{0}), of[0]);
    value sum = of[0];
    for (const value& each : of.subspan(1)) {
      sum = exactly(at.code, sum, each);
      if (sum.is_null()) return sum;
    }
    return sum;
  }

  [[nodiscard]] static value exactly(opcode code, value left, value right) noexcept {
    if (left.kind() == value_kind::integer && right.kind() == value_kind::integer) {
      const std::int64_t a = left.integer();
      const std::int64_t b = right.integer();
      std::int64_t made = 0;
      switch (code) {
        case opcode::add:
          if (!__builtin_add_overflow(a, b, &made)) return value::of(made);
          break;
        case opcode::subtract:
          if (!__builtin_sub_overflow(a, b, &made)) return value::of(made);
          break;
        case opcode::multiply:
          if (!__builtin_mul_overflow(a, b, &made)) return value::of(made);
          break;
        case opcode::divide:
          if (b == 0) return {};
          if (b != -1 && a % b == 0) return value::of(a / b);
          if (b == -1 && !__builtin_sub_overflow(std::int64_t{0}, a, &made)) return value::of(made);
          break;
        default:
          if (b == 0) return {};
          return value::of(b == -1 ? std::int64_t{0} : a % b);
      }
    }
    return finite(on_doubles(code, left.number(), right.number()));
  }

  [[nodiscard]] static double on_doubles(opcode code, double a, double b) noexcept {
    switch (code) {
      case opcode::add: return a + b;
      case opcode::subtract: return a - b;
      case opcode::multiply: return a * b;
      case opcode::divide: return b == 0 ? std::nan("") : a / b;
      default: return b == 0 ? std::nan("") : std::fmod(a, b);
    }
  }

  /// Arithmetic of the standard: doubles, operands converted, "NaN" an error.
  [[nodiscard]] value as_script(const node& at) {
    const std::span<const value> of = operands(at);
    if (stopped()) return {};
    const std::size_t least = at.code == opcode::remainder                               ? 2
                              : at.code == opcode::subtract || at.code == opcode::divide ? 1
                                                                                         : 0;
    if (of.size() < least) return fail("Invalid Arguments");
    const auto number = [](value each) {
      return each.is_list() || each.is_object() ? std::nan("") : detail::number_of(each);
    };
    double sum = at.code == opcode::multiply || (at.code == opcode::divide && of.size() == 1) ? 1 : 0;
    std::size_t first = 0;
    if (at.code != opcode::add && at.code != opcode::multiply && of.size() > 1) {
      sum = number(of[0]);
      first = 1;
    }
    for (const value& each : of.subspan(first)) sum = on_doubles(at.code, sum, number(each));
    if (std::isnan(sum) || (at.code == opcode::divide && std::isinf(sum))) return fail("NaN");
    return value::of(sum);
  }

  [[nodiscard]] value extreme(const node& at) {
    const std::span<const value> of = operands(at);
    if (stopped()) return {};
    const bool is_leadline = program_.semantics == semantics::leadline;
    const comparison better = at.code == opcode::max ? comparison::greater : comparison::less;
    // Without operands the standard has an infinity, which JSON writes as null.
    value best = is_leadline ? value{} : value::of(at.code == opcode::max ? -HUGE_VAL : HUGE_VAL);
    for (std::size_t i = 0; i < of.size(); ++i) {
      value each = of[i];
      if (!each.is_number()) {
        if (is_leadline) return {};
        const double converted = detail::number_of(each);
        if (std::isnan(converted)) return fail("NaN");
        each = value::of(converted);
      }
      if (i == 0 || detail::stands(detail::order_numbers(each, best), better)) best = each;
    }
    return best;
  }

  // --- Lists --------------------------------------------------------------------------------------------------

  /// Runs `body` once for each item, with the item as what `var` reads; stops when it gives false.
  template <class Body>
  void each_item(const node& at, std::span<const value> items, typename frame::kind_type kind, Body body) {
    frame inner{.parent = at_, .iterated = value::of(items), .kind = kind};
    for (const value& item : items) {
      if (!charge(at.weight)) return;
      inner.context = item;
      at_ = &inner;
      const bool goes_on = body(item);
      at_ = inner.parent;
      if (!goes_on || stopped()) return;
      ++inner.index;
    }
  }

  [[nodiscard]] bool quantify(const node& at) {
    const value from = run(*operand(at, 0));
    const bool of_nothing = at.code == opcode::none;
    if (stopped()) return false;
    if (!from.is_list() || from.items().empty()) return of_nothing;
    // `all` looks for one that fails, the other two for one that passes.
    const bool sought = at.code != opcode::all;
    bool found = false;
    each_item(at, from.items(), frame::kind_type::list,
              [&](value) { return !(found = test(*operand(at, 1)) == sought); });
    return !stopped() && found == (at.code == opcode::some);
  }

  [[nodiscard]] value collect(const node& at) {
    const value from = run(*operand(at, 0));
    if (stopped()) return {};
    if (!from.is_list()) return value::of(std::span<const value>());
    if (!charge(from.items().size() / 4)) return {};
    const std::span<value> made = new_values(from.items().size());
    std::size_t count = 0;
    each_item(at, from.items(), frame::kind_type::items, [&](value item) {
      if (at.code == opcode::map) {
        const value mapped = run(*operand(at, 1));
        made[count++] = mapped.is_absent() ? value{} : mapped;
      } else if (test(*operand(at, 1))) {
        made[count++] = item;
      }
      return true;
    });
    return stopped() ? value{} : value::of(std::span<const value>(made.first(count)));
  }

  [[nodiscard]] value reduce(const node& at) {
    const value from = run(*operand(at, 0));
    value sum = at.count > 2 && !stopped() ? run(*operand(at, 2)) : value{};
    if (stopped()) return {};
    if (!from.is_list()) return sum;
    const value items = from;
    frame inner{.parent = at_, .iterated = items, .kind = frame::kind_type::list};
    for (const value& item : items.items()) {
      if (!charge(at.weight)) return {};
      auto* const pair = static_cast<value::member*>(scratch_.take(2 * sizeof(value::member)));
      new (pair) value::member{"current", item};
      new (pair + 1) value::member{"accumulator", sum};
      inner.context = value::of(std::span<const value::member>(pair, 2));
      at_ = &inner;
      sum = run(*operand(at, 1));
      at_ = inner.parent;
      if (stopped()) return {};
    }
    return sum;
  }

  [[nodiscard]] value merge(const node& at) {
    const std::span<const value> of = operands(at);
    if (stopped()) return {};
    std::size_t count = 0;
    for (const value& each : of) count += each.is_list() ? each.items().size() : 1;
    if (!charge(count / 4)) return {};
    const std::span<value> made = new_values(count);
    std::size_t at_item = 0;
    for (const value& each : of) {
      if (!each.is_list()) {
        made[at_item++] = each;
        continue;
      }
      for (const value& item : each.items()) made[at_item++] = item;
    }
    return value::of(std::span<const value>(made));
  }

  // --- Texts --------------------------------------------------------------------------------------------------

  [[nodiscard]] value cat(const node& at) {
    const std::span<const value> of = operands(at);
    if (stopped()) return {};
    const std::span<value> parts = new_values(of.size());
    std::size_t size = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
      parts[i] = value::of(of[i].is_null() ? std::string_view() : script_text(of[i]));
      size += parts[i].text().size();
    }
    if (!charge(size / 64)) return {};
    auto* const bytes = static_cast<char*>(scratch_.take(size));
    char* to = bytes;
    for (const value& part : parts) {
      if (part.text().empty()) continue;
      std::memcpy(to, part.text().data(), part.text().size());
      to += part.text().size();
    }
    return value::of(std::string_view(bytes, size));
  }

  /// A position as JavaScript takes it: cut toward zero, NaN is 0, infinities at the ends.
  [[nodiscard]] static std::int64_t position(value from) {
    if (from.kind() == value_kind::integer) return from.integer();
    const double number = detail::number_of(from);
    if (std::isnan(number)) return 0;
    constexpr double far = 1e15;
    return static_cast<std::int64_t>(number > far ? far : number < -far ? -far : number);
  }

  [[nodiscard]] value substr(const node& at) {
    const value source = at.count > 0 ? run(*operand(at, 0)) : value{};
    const value from = at.count > 1 ? run(*operand(at, 1)) : value{};
    const value size = at.count > 2 ? run(*operand(at, 2)) : value{};
    if (stopped() || (source.is_null() && program_.semantics == semantics::leadline)) return {};
    std::string_view text = script_text(source);
    const std::int64_t start = position(from);
    text.remove_prefix(start < 0 ? detail::utf8_skip_back(text, -std::max(start, -std::int64_t{1} << 40))
                                 : detail::utf8_skip(text, 0, start));
    if (at.count > 2) {
      const std::int64_t count = position(size);
      // A negative count leaves so many off at the end, as in PHP.
      const double sign = detail::number_of(size);
      if (sign < 0) {
        text = text.substr(0, detail::utf8_skip_back(text, -std::max(count, -std::int64_t{1} << 40)));
      } else {
        text = text.substr(0, detail::utf8_skip(text, 0, count));
      }
    }
    return value::of(text);
  }

  // --- What is missing ----------------------------------------------------------------------------------------

  [[nodiscard]] value missing(std::span<const value> keys, std::uint32_t choices) {
    if (stopped()) return {};
    if (!keys.empty() && keys[0].is_list()) keys = keys[0].items();
    if (!charge(keys.size())) return {};
    const std::span<value> made = new_values(keys.size());
    std::size_t count = 0;
    for (const value& key : keys) {
      const bool is_whole = key.is_null() || (key.is_text() && key.text().empty());
      const value found = is_whole ? context() : read_path(script_text(key), choices);
      if (stopped()) return {};
      if (found.is_null() || (found.is_text() && found.text().empty())) made[count++] = key;
    }
    return value::of(std::span<const value>(made.first(count)));
  }

  [[nodiscard]] value missing_some(const node& at) {
    const std::span<const value> of = operands(at);
    if (stopped() || of.size() < 2) return fail("Invalid Arguments");
    const std::size_t asked = of[1].is_list() ? of[1].items().size() : 1;
    const value lacking = missing(of.subspan(1, 1), at.index);
    if (stopped()) return {};
    const double present = static_cast<double>(asked - lacking.items().size());
    return present >= detail::number_of(of[0]) ? value::of(std::span<const value>()) : lacking;
  }

  // --- Our own ------------------------------------------------------------------------------------------------

  [[nodiscard]] value elapsed_since(const node& at) {
    const value since = run(*operand(at, 0));
    if (stopped()) return {};
    std::int64_t from_ms = 0;
    if (since.kind() == value_kind::date) {
      from_ms = since.date_ms();
    } else if (since.is_text()) {
      const result<instant> parsed = instant::parse(since.text());
      if (!parsed) return {};
      from_ms = parsed->ms();
    } else {
      return {};
    }
    const std::int64_t elapsed_ms = input_.now_ms - from_ms;
    return elapsed_ms % 1000 == 0 ? value::of(elapsed_ms / 1000) : value::of(static_cast<double>(elapsed_ms) / 1000);
  }

  /// flagd's definition: hash x sum of weights, shifted right by 32 bits, names the bucket.
  [[nodiscard]] value fractional(const node& at) {
    std::span<const value> buckets = operands(at);
    if (stopped() || buckets.empty()) return {};
    std::string_view key;
    if (buckets[0].is_text()) {
      key = buckets[0].text();
      buckets = buckets.subspan(1);
    } else {
      if (buckets[0].is_null()) buckets = buckets.subspan(1);
      const value target = read_path("targetingKey", at.index);
      const value flag = read_path("$flagd.flagKey", at.index);
      if (!target.is_text() || target.text().empty()) return {};
      std::string joined;
      if (flag.is_text()) joined += flag.text();
      joined += target.text();
      key = keep(joined);
      if (stopped()) return {};
    }
    std::uint64_t sum = 0;
    for (const value& bucket : buckets) {
      const std::optional<std::uint64_t> weight = weight_of(bucket);
      if (!weight) return {};
      sum += *weight;
    }
    if (sum == 0 || sum > static_cast<std::uint64_t>(limits::fractional_weight_max)) return {};
    const std::uint64_t chosen = detail::murmur3(key) * sum >> 32;
    std::uint64_t end = 0;
    for (const value& bucket : buckets) {
      end += *weight_of(bucket);
      if (chosen < end) return bucket.items()[0];
    }
    return {};
  }

  [[nodiscard]] static std::optional<std::uint64_t> weight_of(value bucket) noexcept {
    if (!bucket.is_list() || bucket.items().empty()) return std::nullopt;
    const value variant = bucket.items()[0];
    if (variant.is_list() || variant.is_object()) return std::nullopt;
    if (bucket.items().size() < 2 || bucket.items()[1].is_null()) return 1;
    const value weight = bucket.items()[1];
    if (!weight.is_number()) return std::nullopt;
    const double number = weight.number();
    if (number != std::trunc(number) || number > static_cast<double>(limits::fractional_weight_max)) {
      return std::nullopt;
    }
    return number < 0 ? 0 : static_cast<std::uint64_t>(number);
  }

  // --- The wider standard's -----------------------------------------------------------------------------------

  /// What stands around the n-th scope outward: every loop adds two, what it is about and what it stands in.
  [[nodiscard]] value outer(std::uint64_t levels) {
    const frame* within = at_;
    value found = context();
    for (std::uint64_t level = 1; level <= levels; ++level) {
      if (within == nullptr) return value::absent();
      if (level % 2 != 0) {
        found = about(*within);
      } else {
        within = within->parent;
        found = within != nullptr ? within->context : whole();
      }
    }
    return found;
  }

  [[nodiscard]] value about(const frame& loop) {
    if (loop.kind == frame::kind_type::error) return {};
    if (loop.kind == frame::kind_type::list) return loop.iterated;
    auto* const made = static_cast<value::member*>(scratch_.take(2 * sizeof(value::member)));
    new (made) value::member{"iterator", loop.iterated};
    new (made + 1) value::member{"index", value::of(loop.index)};
    return value::of(std::span<const value::member>(made, 2));
  }

  [[nodiscard]] value val(const node& at) {
    std::span<const value> keys = operands(at);
    if (stopped()) return {};
    value from = context();
    if (keys.size() == 1 && keys[0].is_null()) return from;
    if (!keys.empty() && keys[0].is_list()) {
      const std::span<const value> levels = keys[0].items();
      keys = keys.subspan(1);
      if (levels.size() == 1) {
        const double count = std::fabs(detail::number_of(levels[0]));
        if (!(count < 1'000)) return value::absent();
        from = outer(static_cast<std::uint64_t>(count));
      }
    }
    for (const value& key : keys) {
      from = detail::child_of(from, script_text(key));
      if (from.is_absent() || stopped()) break;
    }
    return from;
  }

  [[nodiscard]] value try_each(const node& at) {
    frame inner{.parent = at_, .kind = frame::kind_type::error};
    for (std::uint32_t i = 0; i < at.count; ++i) {
      if (i > 0) at_ = &inner;
      const value made = run(*operand(at, i));
      at_ = inner.parent;
      if (scratch_.outcome_ != condition_outcome::failed || i + 1 == at.count) return made;
      scratch_.outcome_ = condition_outcome::complete;
      inner.context = error_of(detail::child_of(scratch_.failure_, "type"));
      scratch_.failure_ = value{};
    }
    return {};
  }

  [[nodiscard]] value throw_value(const node& at) {
    value thrown = at.count > 0 ? run(*operand(at, 0)) : value{};
    if (stopped()) return {};
    if (thrown.is_list()) thrown = thrown.items().empty() ? value{} : thrown.items()[0];
    fail_with(thrown.is_object() ? thrown : error_of(thrown));
    return {};
  }

  const detail::condition_program& program_;
  const condition_input& input_;
  condition_scratch& scratch_;
  const frame* at_ = nullptr;
};

}  // namespace leadline
