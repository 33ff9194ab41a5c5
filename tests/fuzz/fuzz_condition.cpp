#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "leadline/condition/condition.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Whatever the rule and the data, an evaluation ends, gives JSON, gives it again, and semantics::leadline never fails.
void evaluate(leadline::document::node rule, std::string_view data, leadline::semantics rules) {
  const leadline::result<leadline::condition> made = leadline::condition::compile(rule, {.semantics = rules});
  if (!made) {
    for (const leadline::diagnostic& problem : made.error()) require(!problem.code.empty() && !problem.message.empty());
    return;
  }
  leadline::condition_scratch scratch;
  const leadline::result<leadline::value> found = made->evaluate_json(data, scratch);
  if (!found) return;
  require(rules == leadline::semantics::jsonlogic || scratch.outcome() != leadline::condition_outcome::failed);
  const std::string text = leadline::to_json(*found);
  const leadline::result<leadline::value> again = made->evaluate_json(data, scratch);
  require(again && leadline::to_json(*again) == text);
}

}  // namespace

/// The rule and the data are divided by the first line break.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::size_t end = input.find('\n');
  const std::string_view data = end == std::string_view::npos ? std::string_view("{}") : input.substr(end + 1);
  const leadline::result<leadline::document> rule = leadline::document::parse(std::string(input.substr(0, end)));
  if (!rule) return 0;
  evaluate(rule->root(), data, leadline::semantics::leadline);
  evaluate(rule->root(), data, leadline::semantics::jsonlogic);
  (void)leadline::condition::portability(rule->root());
  return 0;
}
