#pragma once

#include <string>

#include "leadline/base/document.hpp"
#include "leadline/base/result.hpp"

namespace leadline::cli {

/// Reads a pack's file (plain, packed, or standard input) into a document. Errors: `input.*`, `json.*`.
[[nodiscard]] result<document> read_pack_file(const std::string& path);

/// Prints problems to standard error, each with the line of the source that it stands in.
void print_problems(const diagnostics& problems, std::string_view source = {});

}  // namespace leadline::cli
