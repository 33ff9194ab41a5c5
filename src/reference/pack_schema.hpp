#pragma once

#include <string>

namespace leadline::reference {

/// rules/schema/pack.v1.json: the pack format as JSON Schema (draft 2020-12), from the tables that the shape check
/// reads. A schema knows shapes only: what names mean, and numbers with more than three decimals, `leadline check`
/// tells.
[[nodiscard]] std::string pack_schema();

}  // namespace leadline::reference
