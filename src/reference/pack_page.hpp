#pragma once

#include <string>

namespace leadline::reference {

/// docs/reference/pack.md: every object and key of the pack format, from the tables that the shape check reads.
[[nodiscard]] std::string pack_page();

}  // namespace leadline::reference
