#pragma once

#include <string_view>

namespace leadline::cli {

/// rules/standard.json, byte for byte, put into the program when it is built: what `leadline init` writes.
[[nodiscard]] std::string_view standard_pack() noexcept;

}  // namespace leadline::cli
