#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/result.hpp"
#include "leadline/condition/condition_scope.hpp"
#include "leadline/condition/condition_scratch.hpp"
#include "leadline/condition/value.hpp"

namespace leadline {

/// `jsonlogic` is the standard to the letter; `leadline` differs in the five points of docs/reference/conditions.md,
/// because a blank field must not score (`null < 50` is true in the standard).
enum class semantics : std::uint8_t { leadline, jsonlogic };

/// How often the host will look. A `watched` condition must tell when time alone flips it, so what moves with time
/// may stand in it only directly in a comparison with constants; one evaluated `once`, at an event, is free.
enum class condition_use : std::uint8_t { once, watched };

struct condition_options {
  leadline::semantics semantics = semantics::leadline;
  condition_use use = condition_use::once;
  /// Which paths there are. Null: any path, read from JSON data (see `json_scope`).
  condition_scope* scope = nullptr;
};

/// What one evaluation reads. `event_slots` is empty where no event is at hand.
struct condition_input {
  std::span<const value> slots;
  std::span<const value> event_slots = {};
  std::int64_t now_ms = 0;
};

/// Up to 64 rows that stand one after the other, each of `width` slots: what a batch is cut into.
struct row_block {
  static constexpr std::size_t count_max = 64;
  const value* rows = nullptr;
  std::size_t width = 0;
  std::size_t count = 0;
  std::int64_t now_ms = 0;
};

enum class comparison : std::uint8_t { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

/// One comparison of something that moves by itself with a constant: what a host needs in order to compute the
/// instant at which it flips. `a <= x < b` is told as two, `x in [a, b]` as two with `equal`.
struct moving_comparison {
  enum class source_kind : std::uint8_t {
    slot,          // the slot's value itself moves
    elapsed_since  // seconds from the date in the slot to now
  };
  source_kind source = source_kind::slot;
  slot_reference slot;
  /// How the moving side stands to `constant`: `moving comparison constant`.
  leadline::comparison comparison = comparison::equal;
  /// A number, or for grades a text or null. Belongs to the condition.
  value constant;
};

namespace detail {
struct condition_program;
}

/// A JsonLogic expression, compiled: a typed program over the slots of a row.
///
/// Paths are resolved, constants folded, look-ups in lists hashed and regular expressions built when it is compiled;
/// what cannot work is told then, all of it, with places. Evaluation cannot fail in semantics::leadline, cannot loop,
/// and allocates nothing unless the expression builds texts or lists.
///
///     result<condition> rule = condition::compile(R"({">=": [{"var": "size"}, 50]})");
///     if (!rule) return print(to_text(rule.error()));
///     condition_scratch scratch;
///     rule->evaluate_json(R"({"size": 120})", scratch);  // true
///
/// Immutable: one condition may be evaluated from many threads, each with a scratch of its own. Copies share the
/// program. A default-constructed one is always null.
class condition {
 public:
  condition() = default;

  /// Compiles one value of a document. The scope and the document may go away afterwards.
  [[nodiscard]] static result<condition> compile(document::node rule, const condition_options& options = {});
  /// Compiles JSON text; places in diagnostics are places in it.
  [[nodiscard]] static result<condition> compile(std::string_view json, const condition_options& options = {});

  /// Where the result of `rule` can differ from that of a standard interpreter, as warnings with places
  /// (`leadline check --portable`). Empty means portable.
  [[nodiscard]] static diagnostics portability(document::node rule, const condition_options& options = {});

  /// Whether the result counts as true. Throws nothing but std::bad_alloc, and that only while the scratch grows.
  [[nodiscard]] bool holds(const condition_input& input, condition_scratch& scratch) const;
  /// `holds` for each row of a block: bit i tells of row i. A fifth faster than asking row by row; to ask many
  /// conditions of each row, a `condition_set` is faster still. A row whose evaluation does not complete counts as
  /// false; ask it alone to learn why. There is no event at hand. REQUIRES block.count <= row_block::count_max.
  [[nodiscard]] std::uint64_t holds_among(const row_block& block, condition_scratch& scratch) const;
  /// The result. Texts and lists in it belong to the input, the condition or the scratch.
  [[nodiscard]] value evaluate(const condition_input& input, condition_scratch& scratch) const;

  /// The result over JSON data, for a condition compiled without a scope. To ask many conditions of the same data,
  /// compile them on one `json_scope` and read the data once.
  [[nodiscard]] value evaluate(document::node data, condition_scratch& scratch, std::int64_t now_ms = 0) const;
  [[nodiscard]] result<value> evaluate_json(std::string_view data, condition_scratch& scratch,
                                            std::int64_t now_ms = 0) const;

  /// The slots it reads, ascending, each once.
  [[nodiscard]] std::span<const slot_reference> reads() const noexcept;
  [[nodiscard]] bool reads_event() const noexcept;
  /// Whether the result can change though no slot does: `elapsed_since`.
  [[nodiscard]] bool reads_now() const noexcept;
  /// Complete for a `watched` condition; for others, what could be told.
  [[nodiscard]] std::span<const moving_comparison> moving_comparisons() const noexcept;
  /// `slot comparison number`.
  struct slot_comparison {
    leadline::comparison comparison = comparison::equal;
    value number;
  };
  /// What it asks of a slot, where that is comparisons with numbers and nothing else; none where it reads the slot in
  /// any other way. O(size of the condition).
  [[nodiscard]] std::optional<std::vector<slot_comparison>> comparisons_of(slot_reference slot) const;
  /// A slot and texts, belonging to the condition, of which one must stand there where the condition is to hold and
  /// the slot holds a text; where it is null the condition does not hold.
  struct wanted_texts {
    slot_reference slot;
    std::vector<std::string_view> texts;
  };
  /// Of `slot == "a"`, `slot in ["a", "b"]`, or an `and` with one of these: what an index of conditions goes by.
  [[nodiscard]] std::optional<wanted_texts> wants() const;
  /// The constant it is, if it reads nothing; null pointer otherwise.
  [[nodiscard]] const value* constant() const noexcept;
  /// What the result's type is, as far as declarations tell. `boolean` is only said where it is never null.
  [[nodiscard]] declared_type result_type() const noexcept;
  /// What was found that works but is probably not meant.
  [[nodiscard]] const diagnostics& warnings() const noexcept;

 private:
  friend class condition_set;
  explicit condition(std::shared_ptr<const detail::condition_program> program) noexcept
      : program_(std::move(program)) {}

  std::shared_ptr<const detail::condition_program> program_;
};

/// One operator, for documentation and for telling expressions from plain objects.
struct condition_operator {
  std::string_view name;
  std::uint8_t operand_count_min = 0;
  std::uint8_t operand_count_max = 0;  // 255: any number
  /// Whether jsonlogic.com lists it; the others are ours, or the wider standard's in semantics::jsonlogic.
  enum class origin_kind : std::uint8_t { standard, ours, wider_standard } origin = origin_kind::standard;
};

/// All operators, in byte order of their names.
[[nodiscard]] std::span<const condition_operator> condition_operators() noexcept;
/// Null when `semantics` has no such operator.
[[nodiscard]] const condition_operator* find_condition_operator(std::string_view name, semantics semantics) noexcept;

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/condition/detail/condition_inl.hpp"
#endif
