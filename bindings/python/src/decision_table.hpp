#pragma once

#include <cstdint>
#include <string_view>

#include "arrow_data.hpp"

namespace leadline::python {

/// "score" of LEADLINE_DECISION_SCORE; "unknown" of a kind that this does not know.
[[nodiscard]] std::string_view name_of_kind(std::int32_t kind) noexcept;

/// Decisions as a table of Arrow, in one batch: a column for each member of a record. It holds copies of all, so that
/// it outlives them. Needs no GIL. Throws std::bad_alloc.
[[nodiscard]] ArrowArrayStream stream_of_decisions(const unsigned char* records, std::uint32_t stride,
                                                   std::uint64_t count, std::string_view texts);
[[nodiscard]] ArrowSchema schema_of_decisions();

}  // namespace leadline::python
