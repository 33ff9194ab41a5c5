#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "leadline/base/result.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/pack/model.hpp"

namespace leadline::c {

/// One report in the making: it takes what it is made of, is closed once, and is then written as often as is wanted.
///
///     result<std::unique_ptr<report_maker>> maker = backtest_maker(model, R"({"score": "lead"})");
///     for (const event& each : events) (*maker)->take_event(each);
///     (*maker)->close();
///     const result<std::string> text = (*maker)->text(LEADLINE_REPORT_JSON);
///
/// After an exception out of `take_...` or `close` it is of no use any more; `text` changes nothing. For one thread at
/// a time.
class report_maker {
 public:
  report_maker() = default;
  report_maker(const report_maker&) = delete;
  report_maker& operator=(const report_maker&) = delete;
  virtual ~report_maker() = default;

  [[nodiscard]] virtual bool takes_decisions() const noexcept { return false; }
  [[nodiscard]] virtual bool takes_events() const noexcept { return false; }
  /// Whether it can be written in that form, LEADLINE_REPORT_...
  [[nodiscard]] virtual bool writes(std::int32_t form) const noexcept;

  /// REQUIRES takes_decisions(). A line that is none is left out.
  [[nodiscard]] virtual result<void> take_decision(std::string_view line);
  /// REQUIRES takes_events(). In order of arrival; after the decisions.
  virtual void take_event(const event& sent);
  /// REQUIRES takes_events(). There will be events, or there were none.
  virtual void expect_events() {}
  virtual void close() {}
  /// REQUIRES close() and writes(form).
  [[nodiscard]] virtual result<std::string> text(std::int32_t form) const = 0;
};

/// Each reads what was asked for from JSON; no text at all is the defaults. Errors: `json.*`, `request.*`, and those of
/// what is made.
[[nodiscard]] result<std::unique_ptr<report_maker>> run_maker(std::shared_ptr<const model> pack,
                                                              std::string_view request);
[[nodiscard]] result<std::unique_ptr<report_maker>> handoff_maker_of(const std::shared_ptr<const model>& pack,
                                                                     std::string_view request);
[[nodiscard]] result<std::unique_ptr<report_maker>> backtest_maker(std::shared_ptr<const model> pack,
                                                                   std::string_view request);
[[nodiscard]] result<std::unique_ptr<report_maker>> comparison_maker(std::shared_ptr<const model> before,
                                                                     std::shared_ptr<const model> after,
                                                                     std::string_view request);
/// The pack may be null.
[[nodiscard]] result<std::unique_ptr<report_maker>> plan_maker(std::shared_ptr<const model> pack,
                                                               std::string_view request);

}  // namespace leadline::c
