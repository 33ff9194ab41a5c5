#pragma once

#include <span>
#include <string>
#include <string_view>

#include "leadline/base/diagnostic.hpp"

namespace leadline::reference {

/// One stable code of a problem: what `diagnostic::code` can say.
struct diagnostic_code {
  std::string_view code;
  leadline::severity severity = severity::error;
  /// One sentence for docs/reference/diagnostics.md.
  std::string_view meaning;
};

/// Every code of the library and the program, in byte order. A test holds the list against the sources, both ways.
[[nodiscard]] std::span<const diagnostic_code> diagnostic_codes() noexcept;

/// docs/reference/diagnostics.md.
[[nodiscard]] std::string diagnostics_page();

}  // namespace leadline::reference
