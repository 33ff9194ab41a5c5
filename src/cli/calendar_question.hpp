#pragma once

#include <string>
#include <string_view>

#include "leadline/time/business_calendar.hpp"

namespace leadline::cli {

/// Appends the answer to one question (a JSON object, see `leadline calendar --help`) as a line of JSON without
/// its line break. False when the answer is an error.
[[nodiscard]] bool append_answer(std::string& out, const business_calendar& calendar, std::string_view question);

}  // namespace leadline::cli
