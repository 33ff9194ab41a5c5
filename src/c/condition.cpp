#include <exception>
#include <memory>
#include <utility>

#include "c/guard.hpp"
#include "c/handles.hpp"

using namespace leadline::c;

namespace {

using leadline::condition_outcome;
using leadline::condition_scratch;
using leadline::value;

/// Takes the condition's spare memory for one evaluation, and gives it back.
class lent_scratch {
 public:
  explicit lent_scratch(const leadline_condition& of) : of_(of), mine_(of.spare.exchange(nullptr)) {
    if (!mine_) mine_ = std::make_unique<condition_scratch>();
  }
  lent_scratch(const lent_scratch&) = delete;
  lent_scratch& operator=(const lent_scratch&) = delete;
  ~lent_scratch() {
    // What an exception left half done is not used again.
    if (std::uncaught_exceptions() > exception_count_) return;
    condition_scratch* none = nullptr;
    if (of_.spare.compare_exchange_strong(none, mine_.get())) static_cast<void>(mine_.release());
  }
  [[nodiscard]] condition_scratch& operator*() const noexcept { return *mine_; }

 private:
  const leadline_condition& of_;
  std::unique_ptr<condition_scratch> mine_;
  int exception_count_ = std::uncaught_exceptions();
};

[[nodiscard]] leadline_status tell_failure(leadline_error* error, const condition_scratch& scratch) {
  if (scratch.outcome() == condition_outcome::out_of_steps) {
    return tell(error, LEADLINE_FAILED, "steps", "the condition took too many steps and is null");
  }
  value type;
  if (scratch.failure().is_object()) {
    for (const value::member& each : scratch.failure().members()) {
      if (each.key == "type") type = each.content;
    }
  }
  if (type.is_text() && type.text() == "NaN") {
    return tell(error, LEADLINE_FAILED, "condition.nan", "NaN: a value is no number where the standard needs one");
  }
  if (type.is_text() && type.text() == "Invalid Arguments") {
    return tell(error, LEADLINE_FAILED, "condition.invalid_arguments",
                "Invalid Arguments: the operator cannot work with these operands");
  }
  return tell(error, LEADLINE_FAILED, "condition.thrown", type.is_text() ? type.text() : to_json(scratch.failure()));
}

}  // namespace

extern "C" {

leadline_status leadline_condition_compile(const char* json, size_t json_size, int32_t semantics,
                                           leadline_condition** out, leadline_diagnostics** out_diagnostics,
                                           leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  if (out_diagnostics != nullptr) *out_diagnostics = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (out == nullptr || !is_text(json, json_size)) return tell_argument(error, "json or out is NULL");
    if (semantics != LEADLINE_SEMANTICS_LEADLINE && semantics != LEADLINE_SEMANTICS_JSONLOGIC) {
      return tell_argument(error, "semantics is none of LEADLINE_SEMANTICS_...");
    }
    leadline::condition_options options;
    options.semantics =
        semantics == LEADLINE_SEMANTICS_JSONLOGIC ? leadline::semantics::jsonlogic : leadline::semantics::leadline;
    auto made = leadline::condition::compile(view(json, json_size), options);
    auto source = std::make_shared<const std::string>(view(json, json_size));
    if (!made) {
      tell(error, LEADLINE_INVALID_INPUT, made.error());
      give(out_diagnostics, std::move(made).error(), std::move(source));
      return LEADLINE_INVALID_INPUT;
    }
    auto handle = std::make_unique<leadline_condition>(std::move(*made));
    give(out_diagnostics, handle->content.warnings(), std::move(source));
    *out = handle.release();
    return LEADLINE_OK;
  });
}

void leadline_condition_free(leadline_condition* condition) { delete condition; }

leadline_status leadline_condition_evaluate(const leadline_condition* condition, const char* data, size_t data_size,
                                            int64_t now_ms, leadline_buffer* out, leadline_error* error) {
  if (out != nullptr) out->content.clear();
  return guarded(error, [&]() -> leadline_status {
    if (condition == nullptr || out == nullptr || !is_text(data, data_size)) {
      return tell_argument(error, "condition, data or out is NULL");
    }
    const lent_scratch scratch(*condition);
    const auto found = condition->content.evaluate_json(view(data, data_size), *scratch, now_ms);
    if (!found) return tell(error, LEADLINE_INVALID_INPUT, found.error());
    std::string text;
    append_json(text, *found);
    const bool is_complete = (*scratch).outcome() == condition_outcome::complete;
    const leadline_status status = is_complete ? LEADLINE_OK : tell_failure(error, *scratch);
    out->content.swap(text);
    return status;
  });
}

leadline_status leadline_condition_holds(const leadline_condition* condition, const char* data, size_t data_size,
                                         int64_t now_ms, int32_t* out, leadline_error* error) {
  if (out != nullptr) *out = 0;
  return guarded(error, [&]() -> leadline_status {
    if (condition == nullptr || out == nullptr || !is_text(data, data_size)) {
      return tell_argument(error, "condition, data or out is NULL");
    }
    const lent_scratch scratch(*condition);
    const auto found = condition->content.evaluate_json(view(data, data_size), *scratch, now_ms);
    if (!found) return tell(error, LEADLINE_INVALID_INPUT, found.error());
    if ((*scratch).outcome() != condition_outcome::complete) return tell_failure(error, *scratch);
    *out = is_true(*found) ? 1 : 0;
    return LEADLINE_OK;
  });
}

}  // extern "C"
