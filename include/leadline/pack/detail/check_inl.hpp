#pragma once

#include <utility>

#include "leadline/pack/check.hpp"
#include "leadline/pack/detail/pack_analysis.hpp"

namespace leadline {

LEADLINE_INLINE diagnostics check_pack(parsed_pack read, const pack_sources& sources, const check_options& options) {
  return std::move(detail::pack_analysis::of(std::move(read), sources, options)->problems);
}

}  // namespace leadline
