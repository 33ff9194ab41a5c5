#include "cli/condition_question.hpp"

#include <utility>

#include "leadline/base/json_text.hpp"

namespace leadline::cli {

namespace {

/// Rules kept. Files of cases repeat a few hundred; a file of a million different ones must not keep them all.
constexpr std::size_t rules_kept_max = 512;

[[nodiscard]] std::string told(const diagnostic& problem) {
  std::string message = problem.message;
  if (!problem.expected.empty()) message += "; expected " + problem.expected;
  if (!problem.suggestion.empty()) message += "; did you mean \"" + problem.suggestion + "\"?";
  return message;
}

void append_error(std::string& out, std::string_view code, std::string_view message) {
  out += "{\"code\": ";
  json_text::append_quoted(out, code);
  out += ", \"message\": ";
  json_text::append_quoted(out, message);
}

bool append_problems(std::string& out, const diagnostics& problems) {
  const char* before = "{\"error\": ";
  for (const diagnostic& each : problems) {
    if (each.severity != severity::error) continue;
    out += before;
    append_error(out, each.code, told(each));
    const bool is_first = before[0] == '{';
    if (is_first && problems.error_count() > 1) {
      out += ", \"more\": [";
      before = "";
    } else {
      out += '}';
      before = ", ";
    }
  }
  out += problems.error_count() > 1 ? "]}}" : "}";
  return false;
}

/// What the standard calls an error, by the type of it.
bool append_failure(std::string& out, value failure) {
  value type;
  for (const value::member& each : failure.is_object() ? failure.members() : std::span<const value::member>()) {
    if (each.key == "type") type = each.content;
  }
  const bool is_text = type.is_text();
  out += "{\"error\": ";
  if (is_text && type.text() == "NaN") {
    append_error(out, "condition.nan", "NaN: a value is no number where the standard needs one");
  } else if (is_text && type.text() == "Invalid Arguments") {
    append_error(out, "condition.invalid_arguments", "Invalid Arguments: the operator cannot work with these operands");
  } else {
    append_error(out, "condition.thrown", is_text ? type.text() : std::string_view(to_json(failure)));
  }
  out += ", \"type\": ";
  append_json(out, type);
  out += "}}";
  return false;
}

}  // namespace

result<condition> condition_answers::compiled(document::node rule) {
  std::string source(rule.source());
  const auto known = lately_.find(source);
  if (known != lately_.end()) return known->second;
  condition_options options;
  options.semantics = semantics_;
  result<condition> made = condition::compile(rule, options);
  if (!made) return made;
  if (lately_.size() >= rules_kept_max) lately_.clear();
  lately_.emplace(std::move(source), *made);
  return made;
}

bool condition_answers::append_answer(std::string& out, std::string_view question) {
  const result<document> read = document::parse(std::string(question), {}, large_integers::as_reals);
  if (!read) return append_problems(out, read.error());
  const document::node asked = read->root();
  const document::node rule = asked.is_object() ? asked["rule"] : document::node();
  if (!rule) {
    diagnostic problem;
    problem.code = "question.missing_key";
    problem.message =
        asked.is_object() ? "the line lacks \"rule\"" : "the line is " + std::string(name_of(asked.kind()));
    problem.expected = R"({"rule": ..., "data": ...})";
    return append_problems(out, problem);
  }
  const result<condition> made = compiled(rule);
  if (!made) return append_problems(out, made.error());
  const document::node data = asked["data"];
  const value found = made->evaluate(data, scratch_, now_ms_);
  switch (scratch_.outcome()) {
    case condition_outcome::failed: return append_failure(out, scratch_.failure());
    case condition_outcome::out_of_steps:
      out += "{\"result\": null, \"error\": ";
      append_error(out, "steps", "the condition took too many steps and is null");
      out += "}}";
      return false;
    case condition_outcome::complete: break;
  }
  out += "{\"result\": ";
  append_json(out, found);
  out += '}';
  return true;
}

}  // namespace leadline::cli
