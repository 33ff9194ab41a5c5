#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/condition/detail/condition_machine.hpp"
#include "leadline/condition/detail/condition_operators.hpp"
#include "leadline/condition/detail/condition_program.hpp"
#include "leadline/condition/detail/quick_compiler.hpp"

namespace leadline::detail {

/// Turns one value of a document into a program, telling every problem it meets.
///
/// Operands are compiled before their operator, so that each operator sees what its operands are: constants, plain
/// slots, types. From that it folds, fuses, and judges.
class condition_compiler {
 public:
  condition_compiler(const condition_options& options, condition_program& program)
      : options_(options), program_(program), scope_(options.scope) {
    program_.semantics = options.semantics;
    program_.choices.emplace_back();  // of whatever has none
    if (scope_ == nullptr) {
      program_.own_scope = std::make_unique<json_scope>();
      scope_ = program_.own_scope.get();
    }
  }

  void compile(document::node rule) {
    piece whole = compile_value(rule);
    settle(whole);
    if (options_.use == condition_use::watched && whole.moves) blame_moving(whole);
    program_.root = whole.node;
    if (!problems.has_errors()) quick_compiler(program_).compile();
    program_.result = whole.nullable && whole.type == declared_type::boolean ? declared_type::any : whole.type;
    std::sort(program_.reads.begin(), program_.reads.end());
    program_.reads.erase(std::unique(program_.reads.begin(), program_.reads.end()), program_.reads.end());
  }

  diagnostics problems;
  /// Where a standard interpreter may give another result.
  diagnostics differences;

 private:
  /// A compiled value and what is known of it.
  struct piece {
    program_node node;
    document::node source;
    declared_type type = declared_type::any;
    bool nullable = true;
    bool moves = false;
    bool is_declared = false;              // the type is a declaration's promise
    bool reads_input = false;              // a slot, the whole data or the clock
    bool reads_item = false;               // the item of a loop
    bool is_bad = false;                   // a problem was told: no more about it
    std::string path;                      // of a plain `var` at the root
    std::string false_if_blank;            // the path whose being blank makes this false
    std::shared_ptr<const text_set> list;  // of `list.<id>`
    const std::vector<std::string>* allowed_texts = nullptr;

    [[nodiscard]] bool is_constant() const noexcept { return node.code == opcode::constant && !list; }
  };

  // --- Telling --------------------------------------------------------------------------------------------------

  [[nodiscard]] static std::string quoted(std::string_view text) {
    constexpr std::size_t shown = 80;
    std::string out;
    json_text::append_quoted(out, text.substr(0, shown));
    if (text.size() > shown) out.insert(out.size() - 1, "...");
    return out;
  }

  piece bad(document::node at, diagnostic problem, bool at_key = false) {
    problems.add(at_key ? at.blame_key(std::move(problem)) : at.blame(std::move(problem)));
    piece made;
    made.source = at;
    made.is_bad = true;
    return made;
  }

  void warn(document::node at, diagnostic problem) {
    problem.severity = severity::warning;
    program_.warnings.add(at.blame(std::move(problem)));
  }

  void differs(document::node at, std::string message) {
    differences.add(
        at.blame({.severity = severity::warning, .code = "condition.not_portable", .message = std::move(message)}));
  }

  void blame_moving(const piece& moving) {
    if (moving.is_bad) return;
    bad(moving.source,
        {.code = "condition.moving_value",
         .message = moving.path.empty() ? "what moves by itself with time may stand here only directly in a comparison"
                                        : quoted(moving.path) + " moves by itself with time and may stand here only "
                                                                "directly in a comparison",
         .expected = "a comparison with constants (==, !=, <, <=, >, >=, or in a list), so that the "
                     "instant at which it flips can be computed"});
  }

  // --- Pieces ---------------------------------------------------------------------------------------------------

  [[nodiscard]] static declared_type type_of(value content) noexcept {
    switch (content.kind()) {
      case value_kind::boolean: return declared_type::boolean;
      case value_kind::integer:
      case value_kind::real: return declared_type::number;
      case value_kind::date: return declared_type::date;
      case value_kind::text: return declared_type::text;
      default: return declared_type::any;
    }
  }

  [[nodiscard]] static piece constant(document::node at, value content) {
    piece made;
    made.source = at;
    made.node.a = content;
    made.type = type_of(content);
    made.nullable = content.is_null();
    return made;
  }

  [[nodiscard]] value literal(document::node at) {
    switch (at.kind()) {
      case json_kind::null: return {};
      case json_kind::boolean: return value::of(at.boolean());
      case json_kind::integer: return value::of(at.integer());
      case json_kind::real: return value::of(at.real());
      case json_kind::text: return value::of(std::string_view(program_.texts.emplace_back(at.text())));
      case json_kind::array: {
        std::vector<value> items;
        items.reserve(at.size() + 1);  // an empty list has an address of its own too
        for (const document::node each : at.children()) items.push_back(literal(each));
        return value::of(std::span<const value>(program_.lists.emplace_back(std::move(items))));
      }
      case json_kind::object: {
        std::vector<value::member> members;
        members.reserve(at.size() + 1);
        for (const document::node each : at.children()) {
          const std::string_view key = program_.texts.emplace_back(each.key());
          members.push_back({key, literal(each)});
        }
        return value::of(std::span<const value::member>(program_.objects.emplace_back(std::move(members))));
      }
    }
    return {};
  }

  /// A list read as a value and not by `in` becomes a constant.
  void settle(piece& at) {
    if (!at.list) return;
    std::vector<value> items;
    items.reserve(at.list->size());
    for (std::size_t i = 0; i < at.list->size(); ++i) items.push_back(program_.keep(value::of((*at.list)[i])));
    at.node.a = value::of(std::span<const value>(program_.lists.emplace_back(std::move(items))));
    at.list.reset();
  }

  /// Places operands side by side and lets `node` point at them.
  void attach(program_node& node, const std::vector<piece>& operands) {
    node.first = static_cast<std::uint32_t>(program_.nodes.size());
    node.count = static_cast<std::uint32_t>(operands.size());
    for (const piece& each : operands) program_.nodes.push_back(each.node);
  }

  [[nodiscard]] piece compile_value(document::node at) {
    if (++count_ > limits::condition_node_count_max) {
      if (count_ == limits::condition_node_count_max + 1) {
        return bad(at, {.code = "condition.too_large",
                        .message = "the condition has more than " + std::to_string(limits::condition_node_count_max) +
                                   " values",
                        .expected = "a long list of texts as a list of its own, read as list.<id>"});
      }
      piece made;
      made.is_bad = true;
      return made;
    }
    switch (at.kind()) {
      case json_kind::array: return compile_list(at);
      case json_kind::object: return compile_object(at);
      default: return constant(at, literal(at));
    }
  }

  [[nodiscard]] piece compile_list(document::node at) {
    const std::size_t mark = program_.nodes.size();
    std::vector<piece> items;
    for (const document::node each : at.children()) items.push_back(operand(each));
    piece made;
    made.source = at;
    made.node.code = opcode::list;
    made.nullable = false;
    gather(made, items);
    attach(made.node, items);
    return fold(std::move(made), mark);
  }

  [[nodiscard]] piece compile_object(document::node at) {
    if (at.size() == 1) return compile_operator(at);
    if (options_.semantics == semantics::jsonlogic) {
      count_ += at.size();
      return constant(at, literal(at));
    }
    return bad(at, {.code = "condition.not_one_key",
                    .message = at.size() == 0 ? "an empty object is no condition"
                                              : "an object with " + std::to_string(at.size()) +
                                                    " keys is no condition: an operator stands alone",
                    .expected = "one operator, such as {\"and\": [first, second]}"});
  }

  [[nodiscard]] piece operand(document::node at) {
    piece made = compile_value(at);
    settle(made);
    if (options_.use == condition_use::watched && made.moves) {
      blame_moving(made);
      made.moves = false;
      made.is_bad = true;
    }
    return made;
  }

  static void gather(piece& made, const std::vector<piece>& operands) {
    for (const piece& each : operands) {
      made.reads_input |= each.reads_input;
      made.reads_item |= each.reads_item;
      made.is_bad |= each.is_bad;
      made.moves |= each.moves;
    }
  }

  /// What reads nothing is computed now. What the standard calls an error, or takes too long, stays as it is.
  [[nodiscard]] piece fold(piece made, std::size_t mark) {
    if (made.reads_input || made.reads_item || made.is_bad || made.node.code == opcode::constant) return made;
    condition_scratch scratch;
    condition_machine machine(program_, nothing_, scratch);
    const value folded = machine.run(made.node);
    if (machine.stopped()) return made;
    piece settled = constant(made.source, program_.keep(folded));
    program_.nodes.resize(mark);
    return settled;
  }

  // --- Operators ------------------------------------------------------------------------------------------------

  [[nodiscard]] piece compile_operator(document::node at) {
    const document::node body = at.first_child();
    const std::string_view name = body.key();
    const operator_entry* const entry = find_operator(name, options_.semantics);
    if (entry == nullptr) return unknown_operator(body);
    std::vector<document::node> operands;
    if (body.is_array()) {
      for (const document::node each : body.children()) operands.push_back(each);
    } else {
      operands.push_back(body);
    }
    if (entry->told.name == "preserve") {
      return constant(at, literal(body));
    }
    if (options_.semantics == semantics::leadline || entry->told.origin == our_operator) {
      const std::size_t least = entry->told.operand_count_min;
      const std::size_t most = entry->told.operand_count_max;
      if (operands.size() < least || (most != any_count && operands.size() > most)) {
        return wrong_count(body, entry->told, operands.size());
      }
    }
    if (entry->told.origin == our_operator) differs(at, "no standard interpreter knows the operator " + quoted(name));
    if (entry->told.origin == wider_operator) {
      differs(at, "the operator " + quoted(name) + " belongs to the wider standard, which not every interpreter has");
    }
    piece made = compile_by(*entry, at, body, operands);
    made.source = at;
    return made;
  }

  [[nodiscard]] piece unknown_operator(document::node body) {
    std::vector<std::string_view> names;
    for (const operator_entry& each : operator_table) {
      if (each.told.origin != wider_operator || options_.semantics == semantics::jsonlogic) {
        names.push_back(each.told.name);
      }
    }
    const bool is_wider = find_operator(body.key(), semantics::jsonlogic) != nullptr;
    diagnostic problem{
        .code = "condition.unknown_operator",
        .message = "there is no operator " + quoted(body.key()) + (is_wider ? " in the semantics \"leadline\"" : ""),
        .expected = "an operator of JsonLogic or of Leadline",
        .suggestion = nearest_name(body.key(), names)};
    return bad(body, std::move(problem), true);
  }

  [[nodiscard]] piece wrong_count(document::node body, const condition_operator& told, std::size_t count) {
    const unsigned least = told.operand_count_min;
    const unsigned most = told.operand_count_max;
    const std::string allowed = most == any_count ? "at least " + std::to_string(least)
                                : least == most   ? std::to_string(least)
                                                  : std::to_string(least) + " to " + std::to_string(most);
    return bad(body, {.code = "condition.operand_count",
                      .message = quoted(told.name) + " takes " + allowed +
                                 (most == 1 || (most == any_count && least == 1) ? " operand" : " operands") +
                                 ", not " + std::to_string(count)});
  }

  [[nodiscard]] piece invalid(document::node at) {
    piece made;
    made.source = at;
    made.node.code = opcode::invalid;
    return made;
  }

  [[nodiscard]] piece compile_by(const operator_entry& entry, document::node at, document::node body,
                                 const std::vector<document::node>& operands) {
    const bool is_script = options_.semantics == semantics::jsonlogic;
    // The standard calls these wrong when they are reached, not when they are read.
    if (is_script && !body.is_array()) {
      switch (entry.code) {
        case opcode::and_:
        case opcode::or_:
        case opcode::if_:
        case opcode::map:
        case opcode::filter:
        case opcode::reduce:
        case opcode::all:
        case opcode::some:
        case opcode::none:
        case opcode::compare: return invalid(at);
        default: break;
      }
    }
    switch (entry.code) {
      case opcode::slot: return compile_var(at, operands, body);
      case opcode::compare:
        return is_script && operands.size() < 2 ? invalid(at) : compile_compare(entry, at, operands);
      case opcode::in: return operands.size() < 2 ? constant(at, value::of(false)) : compile_in(at, operands);
      case opcode::and_: return compile_and(at, operands);
      case opcode::if_: return compile_if(at, operands);
      case opcode::map:
      case opcode::filter:
      case opcode::reduce:
      case opcode::all:
      case opcode::some:
      case opcode::none: return compile_loop(entry, at, operands);
      case opcode::missing:
      case opcode::missing_some: return compile_missing(entry, at, operands);
      case opcode::matches: return compile_matches(at, operands);
      case opcode::elapsed_since: return compile_elapsed(at, operands);
      case opcode::val:
      case opcode::exists: return compile_val(entry, at, body, operands);
      case opcode::try_: return compile_try(at, operands);
      case opcode::constant: return operands.empty() ? constant(at, {}) : compile_value(operands[0]);  // log
      default: return compile_plain(entry, at, body, operands);
    }
  }

  /// Operators whose operands are all computed first.
  [[nodiscard]] piece compile_plain(const operator_entry& entry, document::node at, document::node body,
                                    const std::vector<document::node>& nodes) {
    const std::size_t mark = program_.nodes.size();
    std::vector<piece> operands;
    operands.reserve(nodes.size());
    for (const document::node each : nodes) operands.push_back(operand(each));
    piece made;
    made.source = at;
    made.node.code = entry.code;
    made.nullable = false;
    gather(made, operands);
    switch (entry.code) {
      case opcode::add:
      case opcode::multiply:
      case opcode::subtract:
      case opcode::divide:
      case opcode::remainder:
      case opcode::max:
      case opcode::min:
        made.node.spreads = !body.is_array();
        judge_arithmetic(entry, made, operands, body);
        break;
      case opcode::cat:
        made.node.spreads = !body.is_array();
        made.type = declared_type::text;
        if (made.node.spreads && operands[0].type == declared_type::any) {
          differs(body, "a standard interpreter joins a list that one expression gives with commas");
        }
        break;
      case opcode::throw_: made.reads_input = true; break;
      case opcode::substr:
        made.type = declared_type::text;
        made.nullable = !operands.empty() && operands[0].nullable;
        if (!operands.empty() && !operands[0].is_constant()) {
          differs(at, operands[0].nullable ? "a standard interpreter cuts null as the text \"null\""
                                           : "a standard interpreter counts UTF-16 units, not code points");
        }
        break;
      case opcode::lower:
      case opcode::domain:
        made.type = declared_type::text;
        made.nullable = true;
        break;
      case opcode::not_:
      case opcode::truth: {
        made.type = declared_type::boolean;
        if (entry.code == opcode::not_ && !operands.empty()) warn_negation(at, operands[0]);
        if (entry.code == opcode::truth && !operands.empty() && operands[0].node.code == opcode::slot) {
          program_node fused = operands[0].node;
          fused.code = opcode::slot_truth_of;
          made.node = fused;
          made.false_if_blank = operands[0].path;
          return made;
        }
        break;
      }
      case opcode::starts_with:
      case opcode::ends_with:
      case opcode::contains:
        made.type = declared_type::boolean;
        made.false_if_blank = operands[0].path;
        if (fuse_text_test(entry.code, made, operands)) return made;
        break;
      case opcode::or_:
        made.type = common_type(operands);
        made.nullable = any_nullable(operands);
        break;
      case opcode::fractional:
        made.nullable = true;
        if (operands[0].type != declared_type::text || operands[0].nullable) {
          made.node.index = choose({"$flagd.flagKey", "targetingKey"}, made);
        }
        break;
      default: made.nullable = true; break;
    }
    attach(made.node, operands);
    return fold(std::move(made), mark);
  }

  [[nodiscard]] static declared_type common_type(const std::vector<piece>& operands) {
    for (const piece& each : operands) {
      if (each.type != operands.front().type) return declared_type::any;
    }
    return operands.empty() ? declared_type::any : operands.front().type;
  }
  [[nodiscard]] static bool any_nullable(const std::vector<piece>& operands) {
    return std::any_of(operands.begin(), operands.end(), [](const piece& each) { return each.nullable; });
  }

  void judge_arithmetic(const operator_entry& entry, piece& made, const std::vector<piece>& operands,
                        document::node body) {
    made.type = declared_type::number;
    const bool sure = std::all_of(operands.begin(), operands.end(), [](const piece& each) {
      return each.type == declared_type::number && !each.nullable;
    });
    const bool divides = entry.code == opcode::divide || entry.code == opcode::remainder;
    const bool safe_divisor =
        !divides || (operands.size() == 2 && operands[1].is_constant() && is_true(operands[1].node.a));
    made.nullable = !sure || !safe_divisor;
    if (!sure) {
      differs(body, "a standard interpreter converts what is not a number (null is 0 or NaN)");
    } else if (!safe_divisor) {
      differs(body, "a standard interpreter divides by zero");
    }
  }

  bool fuse_text_test(opcode code, piece& made, const std::vector<piece>& operands) {
    if (operands[0].node.code != opcode::slot || !operands[1].is_constant() || !operands[1].node.a.is_text()) {
      return false;
    }
    if (code == opcode::contains) return false;
    made.node = operands[0].node;
    made.node.code = code == opcode::starts_with ? opcode::slot_starts_with : opcode::slot_ends_with;
    made.node.a = operands[1].node.a;
    made.node.strict = true;
    return true;
  }

  // --- Guards against blanks ------------------------------------------------------------------------------------

  [[nodiscard]] bool is_guarded(const std::string& path) const {
    return std::find(guards_.begin(), guards_.end(), path) != guards_.end();
  }

  void warn_blank(document::node at, const std::string& path) {
    if (path.empty() || is_guarded(path)) return;
    std::string guard = "{\"and\": [{\"!=\": [{\"var\": ";
    json_text::append_quoted(guard, path);
    guard += "}, null]}, ";
    constexpr std::size_t shown = 200;
    const std::string_view source = at.source();
    guard += source.size() <= shown ? source : std::string_view("...");
    guard += "]}";
    warn(at, {.code = "condition.blank_passes",
              .message = "this is true also when " + quoted(path) + " is blank",
              .expected = "if a blank must not pass: " + guard});
  }

  void warn_negation(document::node at, const piece& negated) {
    if (!negated.path.empty() && negated.nullable) {
      warn_blank(at, negated.path);
    } else if (!negated.false_if_blank.empty()) {
      warn_blank(at, negated.false_if_blank);
    }
  }

  /// Remembers what `met` being true says of blanks.
  void guard_by(const piece& met) {
    if (!met.path.empty()) guards_.push_back(met.path);
    if (!met.false_if_blank.empty()) guards_.push_back(met.false_if_blank);
  }

  [[nodiscard]] piece compile_and(document::node at, const std::vector<document::node>& nodes) {
    const std::size_t mark = program_.nodes.size();
    const std::size_t guard_mark = guards_.size();
    std::vector<piece> operands;
    for (const document::node each : nodes) {
      operands.push_back(operand(each));
      guard_by(operands.back());
    }
    guards_.resize(guard_mark);
    piece made;
    made.source = at;
    made.node.code = opcode::and_;
    made.type = common_type(operands);
    made.nullable = any_nullable(operands);
    gather(made, operands);
    attach(made.node, operands);
    return fold(std::move(made), mark);
  }

  [[nodiscard]] piece compile_if(document::node at, const std::vector<document::node>& nodes) {
    const std::size_t mark = program_.nodes.size();
    std::vector<piece> operands;
    std::vector<piece> outcomes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const bool is_outcome = i % 2 != 0 || i + 1 == nodes.size();
      const std::size_t guard_mark = guards_.size();
      if (i % 2 != 0) guard_by(operands.back());
      operands.push_back(operand(nodes[i]));
      guards_.resize(guard_mark);
      if (is_outcome) outcomes.push_back(operands.back());
    }
    piece made;
    made.source = at;
    made.node.code = opcode::if_;
    made.type = common_type(outcomes);
    made.nullable = nodes.size() % 2 == 0 || any_nullable(outcomes);
    gather(made, operands);
    attach(made.node, operands);
    return fold(std::move(made), mark);
  }

  // --- Paths ----------------------------------------------------------------------------------------------------

  [[nodiscard]] static std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> parts;
    for (;;) {
      const std::size_t dot = path.find('.');
      parts.emplace_back(path.substr(0, dot));
      if (dot == std::string_view::npos) return parts;
      path.remove_prefix(dot + 1);
    }
  }

  void note_read(slot_reference slot) {
    program_.reads.push_back(slot);
    program_.reads_event |= slot.space == slot_space::event;
  }

  [[nodiscard]] bool in_loop() const noexcept { return loop_depth_ != 0; }

  /// The whole data, which only JSON data has.
  [[nodiscard]] piece whole_data(document::node at) {
    piece made;
    made.source = at;
    made.node.code = opcode::context;
    if (in_loop()) {
      made.reads_item = true;
      return made;
    }
    made.reads_input = true;
    if (options_.scope != nullptr && dynamic_cast<json_scope*>(scope_) == nullptr) {
      return bad(at, {.code = "condition.whole_data",
                      .message = "this reads the data as a whole, and here there are only single paths",
                      .expected = "a path, such as {\"var\": \"contact.email\"}"});
    }
    const slot_reference slot = scope_->find("")->slot;
    program_.reads_whole = true;
    program_.whole_slot = slot.index;
    note_read(slot);
    return made;
  }

  [[nodiscard]] piece read_slot(document::node at, const std::string& path, const scope_path& found) {
    piece made;
    made.source = at;
    made.node.code = opcode::slot;
    made.node.space = found.slot.space;
    made.node.slot = found.slot.index;
    made.type = found.type;
    made.is_declared = found.type != declared_type::any;
    made.nullable = found.null == nullability::can_be_null;
    made.moves = found.movement == movement::moves_with_time;
    made.reads_input = true;
    made.path = path;
    made.allowed_texts = found.allowed_texts;
    note_read(found.slot);
    return made;
  }

  [[nodiscard]] piece unknown_path(document::node at, const std::string& path) {
    const std::vector<std::string> names = scope_->names();
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::string why = scope_->why_not(path);
    return bad(at, {.code = "condition.unknown_path",
                    .message = why.empty() ? "nothing declares " + quoted(path) : std::move(why),
                    .expected = "a declared path",
                    .suggestion = nearest_name(path, views)});
  }

  [[nodiscard]] piece compile_path(document::node at, const std::string& path) {
    if (path.empty()) return whole_data(at);
    if (in_loop()) {
      piece made;
      made.source = at;
      made.node.code = opcode::local;
      made.node.index = static_cast<std::uint32_t>(program_.paths.size());
      made.reads_item = true;
      program_.paths.push_back(split(path));
      return made;
    }
    constexpr std::string_view list_prefix = "list.";
    if (options_.scope != nullptr && path.starts_with(list_prefix)) {
      if (std::shared_ptr<const text_set> list = scope_->find_list(path.substr(list_prefix.size()))) {
        piece made;
        made.source = at;
        made.list = std::move(list);
        made.type = declared_type::texts;
        made.nullable = false;
        return made;
      }
    }
    const std::optional<scope_path> found = scope_->find(path);
    return found ? read_slot(at, path, *found) : unknown_path(at, path);
  }

  [[nodiscard]] static std::string path_text(value content) {
    std::string path;
    if (!content.is_null()) append_script_text(path, content);
    return path;
  }

  [[nodiscard]] piece compile_var(document::node at, const std::vector<document::node>& nodes, document::node body) {
    const std::size_t mark = program_.nodes.size();
    if (nodes.empty()) return whole_data(at);
    piece path = operand(nodes[0]);
    if (path.is_bad) return path;
    piece found;
    if (path.is_constant()) {
      if (nodes.size() == 1 && body.is_object()) differs(body, "not every interpreter computes a path");
      found = compile_path(nodes[0], path_text(path.node.a));
      if (nodes.size() < 2 || found.is_bad) return found;
      settle(found);
      if (found.node.code == opcode::constant) return found;
    }
    std::vector<piece> operands;
    if (!path.is_constant()) {
      operands.push_back(std::move(path));
      found.node.code = opcode::dynamic_path;
      found.reads_input = true;
      found.node.index = choose_among({nodes[0]}, found);
      if (nodes.size() > 1) operands.push_back(operand(nodes[1]));
      gather(found, operands);
      if (found.node.index == 0 && !in_loop() && !program_.reads_whole) {
        return bad(nodes[0], {.code = "condition.computed_path",
                              .message = "this path is computed, and none of the texts in it is a declared path",
                              .expected = "a path as text, such as {\"var\": \"contact.email\"}"});
      }
    } else {
      piece with_default;
      with_default.node.code = opcode::slot_or;
      operands.push_back(found);
      operands.push_back(operand(nodes[1]));
      gather(with_default, operands);
      if (options_.use == condition_use::watched && found.moves) {
        blame_moving(found);
        with_default.moves = false;
        with_default.is_bad = true;
      }
      if (found.nullable) differs(at, "a standard interpreter uses the default only for what is absent, not for null");
      with_default.type = found.type == operands[1].type ? found.type : declared_type::any;
      with_default.is_declared = found.is_declared && with_default.type != declared_type::any;
      with_default.nullable = options_.semantics == semantics::jsonlogic || operands[1].nullable;
      found = std::move(with_default);
    }
    attach(found.node, operands);
    static_cast<void>(mark);
    return found;
  }

  /// A table of the paths that a computed key may be. 0 is the empty one.
  [[nodiscard]] std::uint32_t choose(const std::vector<std::string>& paths, piece& reader) {
    if (in_loop()) {
      reader.reads_item = true;
      return 0;
    }
    reader.reads_input = true;
    std::vector<path_choice> choices;
    for (const std::string& path : paths) {
      if (path.empty() ||
          std::any_of(choices.begin(), choices.end(), [&](const path_choice& each) { return each.path == path; }))
        continue;
      if (const std::optional<scope_path> found = scope_->find(path)) {
        piece read = read_slot(reader.source, path, *found);
        reader.moves |= read.moves;
        choices.push_back({path, read.node});
      }
    }
    if (choices.empty()) return 0;
    program_.choices.push_back(std::move(choices));
    return static_cast<std::uint32_t>(program_.choices.size() - 1);
  }

  static void collect_texts(document::node at, std::vector<std::string>& texts) {
    if (at.is_text()) texts.emplace_back(at.text());
    for (const document::node each : at.children()) collect_texts(each, texts);
  }

  /// As `choose`, for keys that are computed from these values: with JSON data any path may come out, in a scope only
  /// one that stands in the texts.
  [[nodiscard]] std::uint32_t choose_among(const std::vector<document::node>& nodes, piece& reader) {
    if (options_.scope == nullptr && !in_loop()) {
      reader.reads_input = true;
      static_cast<void>(whole_data(nodes[0]));
      return 0;
    }
    std::vector<std::string> texts;
    for (const document::node each : nodes) collect_texts(each, texts);
    return choose(texts, reader);
  }

  [[nodiscard]] piece compile_missing(const operator_entry& entry, document::node at,
                                      const std::vector<document::node>& nodes) {
    std::vector<piece> operands;
    operands.reserve(nodes.size());
    for (const document::node each : nodes) operands.push_back(operand(each));
    piece made;
    made.source = at;
    made.node.code = entry.code;
    made.nullable = false;
    gather(made, operands);
    (in_loop() ? made.reads_item : made.reads_input) = true;
    // Which operands name paths: all, or of missing_some the second.
    const std::size_t first = entry.code == opcode::missing_some ? 1 : 0;
    if (operands.size() <= first) {
      attach(made.node, operands);
      return made;
    }
    const bool is_constant = std::all_of(operands.begin() + static_cast<std::ptrdiff_t>(first), operands.end(),
                                         [](const piece& each) { return each.is_constant(); });
    if (!is_constant) {
      made.node.index = choose_among({nodes.begin() + static_cast<std::ptrdiff_t>(first), nodes.end()}, made);
    } else if (!in_loop()) {
      std::vector<std::pair<std::string, document::node>> keys;
      const auto add = [&](value key, document::node source) {
        if (key.is_list()) return;
        keys.emplace_back(path_text(key), source);
      };
      for (std::size_t i = first; i < operands.size(); ++i) {
        const value content = operands[i].node.a;
        if (!content.is_list()) {
          add(content, nodes[i]);
          continue;
        }
        document::node item = nodes[i].is_array() ? nodes[i].first_child() : document::node();
        for (const value& key : content.items()) {
          add(key, item ? item : nodes[i]);
          if (item) item = item.next_sibling();
        }
      }
      std::vector<std::string> paths;
      for (const auto& [path, source] : keys) {
        if (path.empty()) {
          made.is_bad |= whole_data(source).is_bad;
        } else if (!scope_->find(path)) {
          made.is_bad |= unknown_path(source, path).is_bad;
        } else {
          paths.push_back(path);
        }
      }
      made.node.index = choose(paths, made);
    }
    attach(made.node, operands);
    return made;
  }

  // --- Comparisons ----------------------------------------------------------------------------------------------

  /// A text beside a date is meant as an instant.
  void read_dates(std::vector<piece>& operands) {
    const bool beside_date = std::any_of(operands.begin(), operands.end(),
                                         [](const piece& each) { return each.type == declared_type::date; });
    if (!beside_date) return;
    for (piece& each : operands) {
      if (!each.is_constant() || !each.node.a.is_text()) continue;
      const result<instant> parsed = instant::parse(each.node.a.text());
      if (parsed) {
        each.node.a = value::date(parsed->ms());
        each.type = declared_type::date;
      } else {
        bad(each.source,
            {.code = "condition.not_a_date",
             .message = "a date is compared with the text " + quoted(each.node.a.text()) + ", which is no instant",
             .expected = "RFC 3339 with an offset, such as 2026-03-02T14:03:00-05:00"});
        each.is_bad = true;
      }
    }
  }

  [[nodiscard]] static bool has_type(const piece& at) noexcept {
    return at.is_declared || (at.is_constant() && !at.node.a.is_null()) ||
           (at.node.code != opcode::constant && at.type != declared_type::any);
  }
  [[nodiscard]] static std::string described(const piece& at) {
    if (at.is_constant()) {
      if (at.node.a.is_null()) return "null";
      if (at.node.a.is_list()) return "a list";
      if (at.node.a.is_object()) return "an object";
    }
    return std::string(name_of(at.type));
  }

  /// semantics::leadline: what two declared types can never be to one another.
  void judge_pair(document::node at, const piece& left, const piece& right, comparison cmp) {
    if (left.is_bad || right.is_bad) return;
    if (!left.is_declared && !right.is_declared) return;
    const piece& declared = left.is_declared ? left : right;
    const piece& other = left.is_declared ? right : left;
    const auto never = [&](std::string why, std::string suggestion = {}) {
      diagnostic problem{
          .code = "condition.never_holds", .message = std::move(why), .suggestion = std::move(suggestion)};
      if (cmp == comparison::not_equal) {
        problem.code = "condition.always_holds";
        warn(at, std::move(problem));
      } else {
        bad(at, std::move(problem));
      }
    };
    const std::string which = declared.path.empty() ? "one side" : quoted(declared.path);
    if (is_order(cmp)) {
      if (other.is_constant() && other.node.a.is_null()) {
        return never("nothing is less or more than null: this comparison can never hold");
      }
      if (declared.type == declared_type::boolean || declared.type == declared_type::texts) {
        return never(which + " is " + described(declared) + ", which has no order: this comparison can never hold");
      }
    }
    if (other.is_constant() && other.node.a.is_null()) return;
    const bool other_is_compound = other.is_constant() && (other.node.a.is_list() || other.node.a.is_object());
    const declared_type other_type = other_is_compound && other.node.a.is_list() ? declared_type::texts : other.type;
    if (!has_type(other) && !other_is_compound) return;
    if (other_type != declared.type) {
      return never(which + " is " + described(declared) + " and is compared with " + described(other) +
                   ": this comparison can " + (cmp == comparison::not_equal ? "only" : "never") + " hold");
    }
    if (declared.allowed_texts != nullptr && !is_order(cmp) && other.is_constant() && other.node.a.is_text()) {
      judge_text(at, declared, other.node.a.text(), cmp);
    }
  }

  void judge_text(document::node at, const piece& declared, std::string_view text, comparison cmp) {
    const std::vector<std::string>& allowed = *declared.allowed_texts;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return;
    const std::vector<std::string_view> views(allowed.begin(), allowed.end());
    diagnostic problem{.code = cmp == comparison::not_equal ? "condition.always_holds" : "condition.never_holds",
                       .message = quoted(declared.path) + " is never " + quoted(text),
                       .suggestion = nearest_name(text, views)};
    if (allowed.size() <= 12) problem.allowed = allowed;
    if (cmp == comparison::not_equal) {
      warn(at, std::move(problem));
    } else {
      bad(at, std::move(problem));
    }
  }

  void judge_portable(document::node at, const piece& left, const piece& right, comparison cmp) {
    if (left.type == declared_type::date || right.type == declared_type::date) {
      return differs(at, "a standard interpreter compares dates as texts");
    }
    const bool null_beside =
        (left.is_constant() && left.node.a.is_null()) || (right.is_constant() && right.node.a.is_null());
    if (is_order(cmp)) {
      if (left.nullable || right.nullable) return differs(at, "null counts as 0 in a standard interpreter");
      if (left.type != right.type || left.type == declared_type::any) {
        return differs(at, "a standard interpreter converts texts to numbers here");
      }
      if (left.type == declared_type::text) differs(at, "a standard interpreter orders texts by UTF-16 units");
      return;
    }
    if (null_beside) return;
    if (left.type != right.type || left.type == declared_type::any || left.type == declared_type::texts) {
      differs(at, "a standard interpreter converts before it compares (\"1\" == 1), and knows lists by identity");
    }
  }

  [[nodiscard]] static bool is_moving_shape(const piece& at) noexcept {
    return at.moves && (at.node.code == opcode::slot || at.node.code == opcode::elapsed_since);
  }

  void note_moving(const piece& moving, comparison cmp, value constant) {
    moving_comparison made{.comparison = cmp, .constant = constant};
    const program_node& read = moving.node.code == opcode::slot ? moving.node : program_.nodes[moving.node.first];
    made.source = moving.node.code == opcode::slot ? moving_comparison::source_kind::slot
                                                   : moving_comparison::source_kind::elapsed_since;
    made.slot = {read.space, read.slot};
    program_.moving.push_back(made);
  }

  /// The moving side of a comparison, beside constants only. Tells the problem where a watched one is not that.
  void judge_moving(std::vector<piece>& operands, comparison cmp) {
    const auto moving = std::find_if(operands.begin(), operands.end(), [](const piece& each) { return each.moves; });
    if (moving == operands.end()) return;
    const bool is_alone = std::all_of(operands.begin(), operands.end(),
                                      [&](const piece& each) { return &each == &*moving || each.is_constant(); });
    if (is_alone && is_moving_shape(*moving)) {
      const auto at = moving - operands.begin();
      if (at > 0) note_moving(*moving, turned(cmp), operands[static_cast<std::size_t>(at - 1)].node.a);
      if (static_cast<std::size_t>(at) + 1 < operands.size()) {
        note_moving(*moving, cmp, operands[static_cast<std::size_t>(at) + 1].node.a);
      }
    } else if (options_.use == condition_use::watched) {
      blame_moving(*moving);
      moving->is_bad = true;
    }
  }

  [[nodiscard]] piece compile_compare(const operator_entry& entry, document::node at,
                                      const std::vector<document::node>& nodes) {
    const std::size_t mark = program_.nodes.size();
    std::vector<piece> operands;
    for (const document::node each : nodes) {
      operands.push_back(compile_value(each));
      settle(operands.back());
    }
    read_dates(operands);
    judge_moving(operands, entry.cmp);
    for (std::size_t i = 1; i < operands.size(); ++i) {
      if (options_.semantics == semantics::leadline) {
        judge_pair(at, operands[i - 1], operands[i], entry.cmp);
        judge_portable(at, operands[i - 1], operands[i], entry.cmp);
      }
    }
    piece made;
    made.source = at;
    made.type = declared_type::boolean;
    made.nullable = false;
    gather(made, operands);
    made.moves = false;
    judge_blank(made, operands, entry.cmp);
    made.node.code = opcode::compare;
    made.node.cmp = entry.cmp;
    made.node.strict = entry.strict;
    if (!fuse_compare(made, operands)) attach(made.node, operands);
    return fold(std::move(made), mark);
  }

  void judge_blank(piece& made, const std::vector<piece>& operands, comparison cmp) {
    const bool beside_null = std::any_of(operands.begin(), operands.end(),
                                         [](const piece& each) { return each.is_constant() && each.node.a.is_null(); });
    const auto blank = std::find_if(operands.begin(), operands.end(),
                                    [](const piece& each) { return !each.path.empty() && each.nullable; });
    if (blank == operands.end()) return;
    if (cmp == comparison::not_equal) {
      if (beside_null) {
        made.false_if_blank = blank->path;
      } else {
        warn_blank(made.source, blank->path);
      }
      return;
    }
    if (options_.semantics == semantics::jsonlogic && is_order(cmp)) {
      warn_order(made, operands, cmp);
      return;
    }
    if (!beside_null) made.false_if_blank = blank->path;
  }

  /// The standard reads null as 0: of a comparison with constants it is known whether 0 satisfies it.
  void warn_order(piece& made, const std::vector<piece>& operands, comparison cmp) {
    bool holds_for_zero = true;
    std::string path;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (!operands[i].path.empty() && operands[i].nullable) path = operands[i].path;
      if (i == 0) continue;
      const auto settled = [](const piece& each) { return each.is_constant() ? each.node.a : value{}; };
      const bool known = (operands[i - 1].is_constant() || !operands[i - 1].path.empty()) &&
                         (operands[i].is_constant() || !operands[i].path.empty());
      if (known && !loosely(settled(operands[i - 1]), settled(operands[i]), cmp).value_or(false))
        holds_for_zero = false;
    }
    if (holds_for_zero) {
      warn_blank(made.source, path);
    } else {
      made.false_if_blank = path;
    }
  }

  bool fuse_compare(piece& made, const std::vector<piece>& operands) {
    const comparison cmp = made.node.cmp;
    const bool strict = made.node.strict;
    if (operands.size() == 3) {
      if (strict || !is_order(cmp) || operands[1].node.code != opcode::slot || !operands[0].is_constant() ||
          !operands[2].is_constant() || !operands[0].node.a.is_number() || !operands[2].node.a.is_number()) {
        return false;
      }
      made.node = operands[1].node;
      made.node.code = opcode::slot_between;
      made.node.cmp = turned(cmp);
      made.node.cmp2 = cmp;
      made.node.a = operands[0].node.a;
      made.node.b = operands[2].node.a;
      return true;
    }
    if (operands.size() != 2) return false;
    const bool constant_first = operands[0].is_constant();
    const piece& side = constant_first ? operands[1] : operands[0];
    const piece& fixed = constant_first ? operands[0] : operands[1];
    if (!fixed.is_constant()) return false;
    if (fuse_substr(made, side.node, fixed.node.a)) return true;
    if (side.node.code != opcode::slot) return false;
    const value a = fixed.node.a;
    // Only numbers have an order here, and only texts, booleans, dates and null an equality of their own.
    const bool has_plain_equality = a.kind() == value_kind::boolean || a.is_null() || a.kind() == value_kind::date;
    if (!a.is_number() && (is_order(cmp) || (!a.is_text() && !has_plain_equality))) return false;
    if (a.is_number() && strict && options_.semantics == semantics::jsonlogic) return false;
    const opcode code = a.is_number() ? opcode::slot_compare_number
                        : a.is_text() ? opcode::slot_equals_text
                                      : opcode::slot_equals_constant;
    made.node = side.node;
    made.node.code = code;
    made.node.cmp = constant_first ? turned(cmp) : cmp;
    made.node.strict = strict;
    made.node.a = a;
    return true;
  }

  /// `substr(slot, -k) == text of k` and `substr(slot, 0, k) == text of k`.
  bool fuse_substr(piece& made, const program_node& side, value fixed) {
    if (side.code != opcode::substr || made.node.cmp != comparison::equal || !fixed.is_text()) return false;
    const program_node* const parts = program_.nodes.data() + side.first;
    if (parts[0].code != opcode::slot) return false;
    const auto length = static_cast<std::int64_t>(utf8_length(fixed.text()));
    const auto is = [&](std::uint32_t index, std::int64_t number) {
      return parts[index].code == opcode::constant && parts[index].a.kind() == value_kind::integer &&
             parts[index].a.integer() == number;
    };
    if (length == 0) return false;
    opcode code{};
    if (side.count == 2 && is(1, -length)) {
      code = opcode::slot_ends_with;
    } else if (side.count == 3 && is(1, 0) && is(2, length)) {
      code = opcode::slot_starts_with;
    } else {
      return false;
    }
    made.node = parts[0];
    made.node.code = code;
    made.node.a = fixed;
    return true;
  }

  // --- Look-ups -------------------------------------------------------------------------------------------------

  [[nodiscard]] std::uint32_t add_set(constant_set set) {
    program_.sets.push_back(std::move(set));
    return static_cast<std::uint32_t>(program_.sets.size() - 1);
  }

  [[nodiscard]] std::uint32_t set_of(std::span<const value> items) {
    constant_set set;
    std::vector<std::string_view> texts;
    for (const value& item : items) {
      switch (item.kind()) {
        case value_kind::text: texts.push_back(item.text()); break;
        case value_kind::integer:
        case value_kind::real: set.numbers.push_back(item); break;
        case value_kind::null: set.has_null = true; break;
        case value_kind::boolean: (item.boolean() ? set.has_true : set.has_false) = true; break;
        default: set.others.push_back(item);
      }
    }
    std::sort(set.numbers.begin(), set.numbers.end(),
              [](value left, value right) { return order_numbers(left, right) == ordering::less; });
    if (!texts.empty()) set.texts = std::make_shared<const text_set>(std::span<const std::string_view>(texts));
    return add_set(std::move(set));
  }

  [[nodiscard]] piece compile_in(document::node at, const std::vector<document::node>& nodes) {
    const std::size_t mark = program_.nodes.size();
    std::vector<piece> operands;
    operands.push_back(compile_value(nodes[0]));
    settle(operands[0]);
    operands.push_back(compile_value(nodes[1]));
    piece& part = operands[0];
    piece& whole = operands[1];
    if (part.type == declared_type::date && whole.is_constant() && whole.node.a.is_list()) whole = dates_of(whole);
    const bool is_fixed = whole.list || (whole.is_constant() && whole.node.a.is_list());
    judge_moving_in(part, whole, is_fixed);
    if (options_.use == condition_use::watched && whole.moves) {
      blame_moving(whole);
      whole.is_bad = true;
    }
    piece made;
    made.source = at;
    made.type = declared_type::boolean;
    made.nullable = false;
    gather(made, operands);
    made.moves = false;
    if (is_fixed) {
      judge_list(at, part, whole);
      const bool admits_null = !whole.list && std::any_of(whole.node.a.items().begin(), whole.node.a.items().end(),
                                                          [](value item) { return item.is_null(); });
      if (part.nullable && !admits_null) made.false_if_blank = part.path;
      made.node.index = whole.list ? add_set({.texts = whole.list}) : set_of(whole.node.a.items());
      if (part.node.code == opcode::slot) {
        const std::uint32_t index = made.node.index;
        made.node = part.node;
        made.node.code = opcode::slot_in_set;
        made.node.index = index;
        return made;
      }
      made.node.code = opcode::in_set;
      operands.pop_back();
      attach(made.node, operands);
      return fold(std::move(made), mark);
    }
    if (!whole.path.empty() && whole.nullable) made.false_if_blank = whole.path;
    if (part.nullable && whole.type != declared_type::texts) {
      differs(at, "a standard interpreter finds null as the text \"null\"");
    }
    if (part.is_constant() && whole.node.code == opcode::slot) {
      const value sought = part.node.a;
      made.node = whole.node;
      made.node.code = opcode::slot_contains;
      made.node.a = sought;
      return made;
    }
    made.node.code = opcode::in;
    attach(made.node, operands);
    return fold(std::move(made), mark);
  }

  [[nodiscard]] piece dates_of(const piece& list) {
    std::vector<value> items;
    for (const value& item : list.node.a.items()) {
      const result<instant> parsed = item.is_text() ? instant::parse(item.text()) : result<instant>(instant());
      items.push_back(item.is_text() && parsed ? value::date(parsed->ms()) : item);
    }
    return constant(list.source, value::of(std::span<const value>(program_.lists.emplace_back(std::move(items)))));
  }

  void judge_moving_in(piece& part, const piece& whole, bool is_fixed) {
    if (!part.moves) return;
    if (is_fixed && !whole.list && is_moving_shape(part)) {
      for (const value& item : whole.node.a.items()) note_moving(part, comparison::equal, item);
    } else if (options_.use == condition_use::watched) {
      blame_moving(part);
      part.is_bad = true;
    }
  }

  void judge_list(document::node at, const piece& part, const piece& whole) {
    if (options_.semantics != semantics::leadline || part.is_bad || !part.is_declared) return;
    const auto fits = [&](value item) {
      return item.is_null() || type_of(item) == part.type || (part.type == declared_type::texts && item.is_list());
    };
    const bool any_fits = whole.list ? part.type == declared_type::text || whole.list->size() == 0
                                     : whole.node.a.items().empty() ||
                                           std::any_of(whole.node.a.items().begin(), whole.node.a.items().end(), fits);
    if (!any_fits) {
      bad(at, {.code = "condition.never_holds",
               .message = quoted(part.path) + " is " + described(part) + ", and nothing in the list is",
               .expected = part.type == declared_type::texts
                               ? "{\"in\": [text, {\"var\": list}]} for one text, or \"some\" for several"
                               : std::string()});
      return;
    }
    if (part.allowed_texts == nullptr || whole.list) return;
    bool any_allowed = false;
    for (const value& item : whole.node.a.items()) {
      any_allowed |=
          !item.is_text() || part.allowed_texts->empty() ||
          std::find(part.allowed_texts->begin(), part.allowed_texts->end(), item.text()) != part.allowed_texts->end();
    }
    for (const value& item : whole.node.a.items()) {
      // One that can never be is an error only where no other can be either.
      if (item.is_text()) judge_text(at, part, item.text(), any_allowed ? comparison::not_equal : comparison::equal);
    }
  }

  // --- Loops ----------------------------------------------------------------------------------------------------

  [[nodiscard]] piece compile_loop(const operator_entry& entry, document::node at,
                                   const std::vector<document::node>& nodes) {
    const std::size_t mark = program_.nodes.size();
    std::vector<piece> operands;
    piece made;
    made.source = at;
    operands.push_back(nodes.empty() ? constant(at, {}) : operand(nodes[0]));
    const std::size_t before = count_;
    ++loop_depth_;
    std::vector<std::string> guards;
    guards.swap(guards_);  // inside, paths are the item's
    operands.push_back(nodes.size() < 2 ? constant(at, {}) : operand(nodes[1]));
    guards.swap(guards_);
    --loop_depth_;
    made.node.weight = static_cast<std::uint32_t>(count_ - before) + 1;
    if (entry.code == opcode::reduce && nodes.size() > 2) operands.push_back(operand(nodes[2]));
    for (std::size_t i = 0; i < operands.size(); ++i) {
      made.reads_input |= operands[i].reads_input;
      made.is_bad |= operands[i].is_bad;
      made.moves |= operands[i].moves;
      if (i != 1) made.reads_item |= operands[i].reads_item;
    }
    made.node.code = entry.code;
    const bool is_test = entry.code == opcode::all || entry.code == opcode::some || entry.code == opcode::none;
    made.type = is_test ? declared_type::boolean : declared_type::any;
    made.nullable = entry.code == opcode::reduce;
    if (entry.code == opcode::none && operands[0].nullable) warn_blank(at, operands[0].path);
    if ((entry.code == opcode::all || entry.code == opcode::some) && operands[0].nullable) {
      made.false_if_blank = operands[0].path;
    }
    attach(made.node, operands);
    return fold(std::move(made), mark);
  }

  // --- Our own, and the wider standard's ------------------------------------------------------------------------

  [[nodiscard]] piece compile_matches(document::node at, const std::vector<document::node>& nodes) {
    piece text = operand(nodes[0]);
    piece pattern = operand(nodes[1]);
    piece made;
    made.source = at;
    made.type = declared_type::boolean;
    made.nullable = false;
    made.false_if_blank = text.path;
    made.is_bad = text.is_bad || pattern.is_bad;
    if (pattern.is_bad) return made;
    if (!pattern.is_constant() || !pattern.node.a.is_text()) {
      return bad(nodes[1], {.code = "condition.bad_pattern",
                            .message = "the pattern of \"matches\" is no constant text",
                            .expected = "a regular expression of RE2 as text, such as \"^(VP|Chief)\""});
    }
    const std::string_view expression = pattern.node.a.text();
    if (expression.size() > limits::pattern_size_max) {
      return bad(nodes[1],
                 {.code = "condition.bad_pattern",
                  .message = "the pattern has " + std::to_string(expression.size()) + " bytes, more than the " +
                             std::to_string(limits::pattern_size_max) + " allowed"});
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(limits::pattern_memory_max);
    auto compiled = std::make_unique<re2::RE2>(re2::StringPiece(expression.data(), expression.size()), options);
    if (!compiled->ok()) {
      return bad(nodes[1], {.code = "condition.bad_pattern",
                            .message = "the pattern is no regular expression: " + compiled->error(),
                            .expected = "a regular expression of RE2 (no look-around, no back-references)"});
    }
    made.node.code = opcode::matches;
    made.node.index = static_cast<std::uint32_t>(program_.patterns.size());
    program_.patterns.push_back(std::move(compiled));
    const std::size_t mark = program_.nodes.size();
    const std::vector<piece> operands{std::move(text)};
    gather(made, operands);
    attach(made.node, operands);
    return fold(std::move(made), mark);
  }

  [[nodiscard]] piece compile_elapsed(document::node at, const std::vector<document::node>& nodes) {
    std::vector<piece> operands;
    operands.push_back(operand(nodes[0]));
    piece made;
    made.source = at;
    gather(made, operands);
    const piece& since = operands[0];
    if (since.is_declared && since.type != declared_type::date && !since.is_bad &&
        !(since.type == declared_type::text && options_.scope == nullptr)) {
      return bad(nodes[0], {.code = "condition.not_a_date",
                            .message = quoted(since.path) + " is " + described(since) + ", not a date",
                            .expected = "a path of type date"});
    }
    if (since.is_constant() && since.node.a.is_text() && !instant::parse(since.node.a.text())) {
      return bad(nodes[0], {.code = "condition.not_a_date",
                            .message = quoted(since.node.a.text()) + " is no instant",
                            .expected = "a path of type date, or RFC 3339 with an offset"});
    }
    made.node.code = opcode::elapsed_since;
    made.type = declared_type::number;
    made.reads_input = true;
    made.moves = true;
    made.path = since.path;
    if (options_.use == condition_use::watched && since.node.code != opcode::slot && !since.is_bad) {
      return bad(nodes[0], {.code = "condition.moving_value",
                            .message = "elapsed_since may read only a path here",
                            .expected = "a path of type date, so that the instant at which it flips can be computed"});
    }
    program_.reads_now = true;
    attach(made.node, operands);
    return made;
  }

  [[nodiscard]] piece compile_val(const operator_entry& entry, document::node at, document::node body,
                                  const std::vector<document::node>& nodes) {
    std::vector<piece> operands;
    operands.reserve(nodes.size());
    for (const document::node each : nodes) operands.push_back(operand(each));
    piece made;
    made.source = at;
    made.node.code = entry.code;
    made.node.spreads = !body.is_array();
    gather(made, operands);
    // Scopes can be climbed out of, so that what is read is not known to be the item's alone.
    made.reads_input = true;
    made.reads_item = true;
    if (options_.scope != nullptr && dynamic_cast<json_scope*>(scope_) == nullptr) {
      const bool is_path = entry.code == opcode::val && !in_loop() && !operands.empty() &&
                           std::all_of(operands.begin(), operands.end(),
                                       [](const piece& each) { return each.is_constant() && each.node.a.is_text(); });
      if (!is_path) {
        return bad(at, {.code = "condition.whole_data",
                        .message = quoted(entry.told.name) +
                                   " reads the data as a whole, and here there are only single paths",
                        .expected = "{\"var\": path}"});
      }
      std::string path;
      for (const piece& each : operands) {
        if (!path.empty()) path += '.';
        path += each.node.a.text();
      }
      return compile_path(nodes[0], path);
    }
    const std::size_t depth = std::exchange(loop_depth_, 0);
    static_cast<void>(whole_data(at));
    loop_depth_ = depth;
    attach(made.node, operands);
    return made;
  }

  [[nodiscard]] piece compile_try(document::node at, const std::vector<document::node>& nodes) {
    std::vector<piece> operands;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      // What comes after a failure sees the error, not the data.
      if (i == 1) ++loop_depth_;
      operands.push_back(operand(nodes[i]));
    }
    if (nodes.size() > 1) --loop_depth_;
    piece made;
    made.source = at;
    made.node.code = opcode::try_;
    gather(made, operands);
    made.reads_input = true;
    attach(made.node, operands);
    return made;
  }

  const condition_options& options_;
  condition_program& program_;
  condition_scope* scope_;
  condition_input nothing_;
  std::size_t count_ = 0;
  std::size_t loop_depth_ = 0;
  std::vector<std::string> guards_;
};

}  // namespace leadline::detail
