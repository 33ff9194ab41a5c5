#pragma once

#include <utility>

#include "leadline/pack/detail/model_builder_duties.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

LEADLINE_INLINE compiled_pack model::compile(const std::string& text, const std::string& file,
                                             const pack_sources& sources, const check_options& options) {
  const std::unique_ptr<detail::pack_analysis> analysis =
      detail::pack_analysis::of(pack::parse(text, file), sources, options);
  compiled_pack out;
  // Dropped problems beyond the limit may have been errors.
  if (!analysis->problems.has_errors() && analysis->problems.dropped_count() == 0) {
    out.model = detail::model_builder(*analysis).build();
  }
  out.problems = std::move(analysis->problems);
  return out;
}

}  // namespace leadline
