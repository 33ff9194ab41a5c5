#pragma once

#include <cassert>
#include <utility>

#include "leadline/condition/condition.hpp"
#include "leadline/condition/detail/condition_compiler.hpp"
#include "leadline/condition/detail/quick_machine.hpp"

namespace leadline {

LEADLINE_INLINE result<condition> condition::compile(document::node rule, const condition_options& options) {
  auto program = std::make_shared<detail::condition_program>();
  detail::condition_compiler compiler(options, *program);
  compiler.compile(rule);
  if (compiler.problems.has_errors()) {
    compiler.problems.append(std::move(program->warnings));
    compiler.problems.sort();
    return failure(std::move(compiler.problems));
  }
  return condition(std::move(program));
}

LEADLINE_INLINE result<condition> condition::compile(std::string_view json, const condition_options& options) {
  const result<document> rule = document::parse(std::string(json));
  if (!rule) return failure(rule.error());
  return compile(rule->root(), options);
}

LEADLINE_INLINE diagnostics condition::portability(document::node rule, const condition_options& options) {
  detail::condition_program program;
  detail::condition_compiler compiler(options, program);
  compiler.compile(rule);
  return std::move(compiler.differences);
}

LEADLINE_INLINE bool condition::holds(const condition_input& input, condition_scratch& scratch) const {
  if (!program_) {
    scratch.reset();
    return false;
  }
  return quick_machine::holds(*program_, input, scratch);
}

LEADLINE_INLINE std::uint64_t condition::holds_among(const row_block& block, condition_scratch& scratch) const {
  assert(block.count <= row_block::count_max);
  scratch.reset();
  if (!program_ || block.count == 0) return 0;
  const std::uint64_t held = quick_machine::holds_among(*program_, block, scratch);
  scratch.reset();
  return held;
}

LEADLINE_INLINE value condition::evaluate(const condition_input& input, condition_scratch& scratch) const {
  scratch.reset();
  if (!program_) return {};
  condition_machine machine(*program_, input, scratch);
  const value made = machine.run(program_->root);
  return machine.stopped() ? value{} : made;
}

LEADLINE_INLINE value condition::evaluate(document::node data, condition_scratch& scratch, std::int64_t now_ms) const {
  scratch.reset();
  if (!program_ || !program_->own_scope) return {};
  if (scratch.row_owner_ != program_) {
    scratch.row_ = std::make_shared<json_row>(*program_->own_scope);
    scratch.row_owner_ = program_;
  }
  auto& row = *static_cast<json_row*>(scratch.row_.get());
  row.read(data);
  return evaluate(condition_input{.slots = row.slots(), .now_ms = now_ms}, scratch);
}

LEADLINE_INLINE result<value> condition::evaluate_json(std::string_view data, condition_scratch& scratch,
                                                       std::int64_t now_ms) const {
  scratch.reset();
  if (!program_ || !program_->own_scope) return value{};
  if (scratch.row_owner_ != program_) {
    scratch.row_ = std::make_shared<json_row>(*program_->own_scope);
    scratch.row_owner_ = program_;
  }
  auto& row = *static_cast<json_row*>(scratch.row_.get());
  if (result<void> read = row.read(data); !read) return failure(std::move(read.error()));
  return evaluate(condition_input{.slots = row.slots(), .now_ms = now_ms}, scratch);
}

LEADLINE_INLINE std::span<const slot_reference> condition::reads() const noexcept {
  return program_ ? std::span<const slot_reference>(program_->reads) : std::span<const slot_reference>();
}
LEADLINE_INLINE bool condition::reads_event() const noexcept { return program_ && program_->reads_event; }
LEADLINE_INLINE bool condition::reads_now() const noexcept { return program_ && program_->reads_now; }
LEADLINE_INLINE std::span<const moving_comparison> condition::moving_comparisons() const noexcept {
  return program_ ? std::span<const moving_comparison>(program_->moving) : std::span<const moving_comparison>();
}
LEADLINE_INLINE std::optional<std::vector<condition::slot_comparison>> condition::comparisons_of(
    slot_reference slot) const {
  using detail::opcode;
  std::vector<slot_comparison> out;
  if (!program_) return out;
  // Whether the node reads the slot by comparisons alone, or not at all.
  const auto add = [&](const detail::program_node& at) {
    if (detail::reads_by_name(at.code)) return false;
    if (!detail::reads_slot(at.code) || at.space != slot.space || at.slot != slot.index) return true;
    if (at.code != opcode::slot_compare_number && at.code != opcode::slot_between) return false;
    out.push_back({at.cmp, at.a});
    if (at.code == opcode::slot_between) out.push_back({at.cmp2, at.b});
    return true;
  };
  if (add(program_->root) && std::all_of(program_->nodes.begin(), program_->nodes.end(), add)) return out;
  return std::nullopt;
}
LEADLINE_INLINE std::optional<condition::wanted_texts> condition::wants() const {
  using detail::opcode;
  if (!program_) return std::nullopt;
  const auto of_node = [&](const detail::program_node& at) -> std::optional<wanted_texts> {
    const slot_reference slot{.space = at.space, .index = at.slot};
    if (at.code == opcode::slot_equals_text && at.cmp == comparison::equal) return wanted_texts{slot, {at.a.text()}};
    if (at.code != opcode::slot_in_set) return std::nullopt;
    constexpr std::size_t few = 64;
    const detail::constant_set& set = program_->sets[at.index];
    const bool has_others =
        !set.numbers.empty() || !set.others.empty() || set.has_null || set.has_true || set.has_false;
    if (set.texts == nullptr || set.texts->size() > few || has_others) return std::nullopt;
    wanted_texts out{slot, {}};
    for (std::size_t i = 0; i < set.texts->size(); ++i) out.texts.push_back((*set.texts)[i]);
    return out;
  };
  const detail::program_node& root = program_->root;
  if (root.code != opcode::and_) return of_node(root);
  std::optional<wanted_texts> best;
  for (std::uint32_t i = 0; i < root.count; ++i) {
    std::optional<wanted_texts> each = of_node(program_->nodes[root.first + i]);
    if (each && (!best || each->texts.size() < best->texts.size())) best = std::move(each);
  }
  return best;
}

LEADLINE_INLINE const value* condition::constant() const noexcept {
  static constexpr value nothing{};
  if (!program_) return &nothing;
  return program_->root.code == detail::opcode::constant ? &program_->root.a : nullptr;
}
LEADLINE_INLINE declared_type condition::result_type() const noexcept {
  return program_ ? program_->result : declared_type::any;
}
LEADLINE_INLINE const diagnostics& condition::warnings() const noexcept {
  static const diagnostics none;
  return program_ ? program_->warnings : none;
}

LEADLINE_INLINE std::span<const condition_operator> condition_operators() noexcept { return detail::told_operators; }

LEADLINE_INLINE const condition_operator* find_condition_operator(std::string_view name, semantics semantics) noexcept {
  const detail::operator_entry* const found = detail::find_operator(name, semantics);
  return found != nullptr ? &found->told : nullptr;
}

}  // namespace leadline
