#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"

/// Writing JSON text. Appending to a string is all the core needs: what it writes has a fixed order of keys,
/// and a document tree would allocate on the way.
namespace leadline::json_text {

/// Appends `text` in quotes, with `"`, `\`, and control characters escaped; other UTF-8 stands as it is.
/// Bytes that are not UTF-8 become U+FFFD, so that the output is always valid JSON.
void append_quoted(std::string& out, std::string_view text);

/// Appends a whole number of thousandths as a decimal without trailing zeros: 14400000 gives `14400`,
/// 1 gives `0.001`.
void append_thousandths(std::string& out, std::int64_t thousandths);

}  // namespace leadline::json_text

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/base/detail/json_text_inl.hpp"
#endif
