#pragma once

#include <string>

#include "leadline/base/result.hpp"
#include "leadline/report/point_fit.hpp"

namespace leadline::cli {

/// The text of a pack with the proposed points in the place of its own; everything else, comments too, stays as it is.
/// Errors: those of reading JSON.
[[nodiscard]] result<std::string> with_points(const std::string& pack, const point_fit& fit);

}  // namespace leadline::cli
