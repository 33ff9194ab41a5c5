#include "cli/calendar_question.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/base/nearest_name.hpp"

namespace leadline::cli {

namespace {

/// An answer as JSON text, or what is wrong with the question.
using answer = result<std::string>;

[[nodiscard]] tl::unexpected<diagnostics> bad_question(std::string_view code, std::string message,
                                                       std::string_view expected) {
  diagnostic problem;
  problem.code = code;
  problem.message = std::move(message);
  problem.expected = expected;
  return failure(std::move(problem));
}

[[nodiscard]] std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

/// A question's fields, each text and each known to its operation.
class question_reader {
 public:
  question_reader(document::node question, std::string_view op) : question_(question), op_(op) {}

  [[nodiscard]] result<std::string_view> text(std::string_view key, std::string_view example) const {
    const document::node value = question_[key];
    if (value.is_text()) return value.text();
    const std::string expected = "\"" + std::string(key) + "\": " + std::string(example);
    if (!value) {
      return bad_question("question.missing_key",
                          "the question \"" + std::string(op_) + "\" lacks \"" + std::string(key) + "\"", expected);
    }
    return bad_question("question.wrong_type",
                        "\"" + std::string(key) + "\" is " + std::string(name_of(value.kind())) + ", not a text",
                        expected);
  }

  [[nodiscard]] result<instant> at(std::string_view key) const {
    const auto found = text(key, R"("2026-03-06T16:00:00-05:00")");
    if (!found) return failure(found.error());
    return instant::parse(*found);
  }

  [[nodiscard]] result<void> only(std::span<const std::string_view> keys) const {
    for (const document::node member : question_.children()) {
      if (std::find(keys.begin(), keys.end(), member.key()) != keys.end()) continue;
      diagnostic problem;
      problem.code = "question.unknown_key";
      problem.message =
          "the question \"" + std::string(op_) + "\" has no key \"" + std::string(member.key().substr(0, 60)) + "\"";
      problem.expected = listed(keys);
      problem.suggestion = nearest_name(member.key(), keys);
      return failure(std::move(problem));
    }
    return {};
  }

 private:
  document::node question_;
  std::string_view op_;
};

[[nodiscard]] answer instant_answer(const result<instant>& found) {
  if (!found) return failure(found.error());
  std::string out = "\"";
  found->append_to(out);
  out += '"';
  return out;
}

[[nodiscard]] answer answer_add(const business_calendar& calendar, const question_reader& question,
                                document::node asked) {
  constexpr std::array<std::string_view, 4> keys = {"op", "start", "amount", "at"};
  if (const auto known = question.only(keys); !known) return failure(known.error());
  const result<instant> start = question.at("start");
  if (!start) return failure(start.error());
  const auto amount_text = question.text("amount", R"("4bh")");
  if (!amount_text) return failure(amount_text.error());
  const result<duration> amount = parse_duration(*amount_text, duration_sign::may_be_negative);
  if (!amount) return failure(amount.error());

  day_end end = day_end::same_time;
  if (asked["at"]) {
    const auto at = question.text("at", R"("close")");
    if (!at) return failure(at.error());
    if (*at != "close") {
      return bad_question("question.wrong_value", "\"at\" of a sum is \"" + std::string(at->substr(0, 60)) + "\"",
                          R"("at": "close", or no "at")");
    }
    if (!std::holds_alternative<business_days>(*amount)) {
      return bad_question("question.wrong_value", "\"at\": \"close\" stands with an amount that is not business days",
                          R"(an amount such as "2bd")");
    }
    end = day_end::close;
  }
  if (const auto* days = std::get_if<business_days>(&*amount)) return instant_answer(calendar.add(*start, *days, end));
  if (const auto* open = std::get_if<business_duration>(&*amount)) return instant_answer(calendar.add(*start, *open));
  const instant sum = *start + std::get<elapsed_duration>(*amount);
  if (!sum.is_in_range()) {
    return bad_question("calendar.out_of_range",
                        "the result is not between 1970-01-01T00:00:00Z and 2200-01-01T00:00:00Z",
                        "instants from 1970 to 2200");
  }
  return instant_answer(sum);
}

[[nodiscard]] answer answer_elapsed(const business_calendar& calendar, const question_reader& question) {
  constexpr std::array<std::string_view, 3> keys = {"op", "start", "end"};
  if (const auto known = question.only(keys); !known) return failure(known.error());
  const result<instant> start = question.at("start");
  if (!start) return failure(start.error());
  const result<instant> end = question.at("end");
  if (!end) return failure(end.error());
  std::string out;
  json_text::append_thousandths(out, calendar.elapsed(*start, *end).ms());
  return out;
}

[[nodiscard]] answer answer_at(const business_calendar& calendar, const question_reader& question,
                               std::string_view op) {
  constexpr std::array<std::string_view, 2> keys = {"op", "at"};
  if (const auto known = question.only(keys); !known) return failure(known.error());
  const result<instant> at = question.at("at");
  if (!at) return failure(at.error());
  if (op == "is_open") return std::string(calendar.is_open(*at) ? "true" : "false");
  if (op == "next_open") return instant_answer(calendar.next_open(*at));
  if (op == "next_close") return instant_answer(calendar.next_close(*at));
  return instant_answer(calendar.previous_close(*at));
}

[[nodiscard]] answer answer_to(const business_calendar& calendar, document::node asked) {
  constexpr std::array<std::string_view, 6> ops = {"add",       "elapsed",    "is_open",
                                                   "next_open", "next_close", "previous_close"};
  if (!asked.is_object()) {
    return bad_question("question.wrong_type", "the question is " + std::string(name_of(asked.kind())),
                        R"(an object such as {"op": "is_open", "at": "2026-03-06T16:00:00Z"})");
  }
  const document::node op = asked["op"];
  if (!op) return bad_question("question.missing_key", "the question lacks \"op\"", "op: one of " + listed(ops));
  if (!op.is_text() || std::find(ops.begin(), ops.end(), op.text()) == ops.end()) {
    diagnostic problem;
    problem.code = "question.unknown_op";
    problem.message = "there is no question " + std::string(op.source().substr(0, 60));
    problem.expected = "one of " + listed(ops);
    if (op.is_text()) problem.suggestion = nearest_name(op.text(), ops);
    return failure(std::move(problem));
  }
  const question_reader question(asked, op.text());
  if (op.text() == "add") return answer_add(calendar, question, asked);
  if (op.text() == "elapsed") return answer_elapsed(calendar, question);
  return answer_at(calendar, question, op.text());
}

}  // namespace

bool append_answer(std::string& out, const business_calendar& calendar, std::string_view question) {
  const result<document> read = document::parse(std::string(question));
  const answer given = read ? answer_to(calendar, read->root()) : answer(failure(read.error()));
  if (given) {
    out += "{\"result\": ";
    out += *given;
    out += '}';
    return true;
  }
  const diagnostic& problem = given.error().front();
  std::string message = problem.message;
  if (!problem.expected.empty()) message += "; expected " + problem.expected;
  if (!problem.suggestion.empty()) message += "; did you mean \"" + problem.suggestion + "\"?";
  out += "{\"error\": {\"code\": ";
  json_text::append_quoted(out, problem.code);
  out += ", \"message\": ";
  json_text::append_quoted(out, message);
  out += "}}";
  return false;
}

}  // namespace leadline::cli
