#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "leadline/report/report.hpp"

namespace leadline::test {

/// The report of a log, which must be one that can be made.
[[nodiscard]] inline report report_of(const model& pack, const decision_log& log, const report_request& request = {}) {
  result<report> made = make_report(pack, log, request);
  EXPECT_TRUE(made) << (made ? "" : to_text(made.error()));
  return made ? std::move(*made) : report{};
}

[[nodiscard]] inline report_period period_of(const model& pack, std::string_view text) {
  return report_period::parse(text, *pack.zone).value();
}

/// "3 of 4".
[[nodiscard]] inline std::string text_of(const report_rate& rate) {
  return std::to_string(rate.count) + " of " + std::to_string(rate.of);
}

}  // namespace leadline::test
