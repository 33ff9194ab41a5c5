#pragma once

#include <string>
#include <vector>

namespace leadline::cli {

/// Lines of cells, in columns as wide as their widest cell: the first column to the left, all others, which hold
/// numbers, to the right. Every line ends with a line break; trailing blanks are left out.
[[nodiscard]] std::string text_table(const std::vector<std::vector<std::string>>& lines);

}  // namespace leadline::cli
