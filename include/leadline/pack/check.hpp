#pragma once

#include <cstdint>
#include <optional>

#include "leadline/base/config.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/pack/list_source.hpp"
#include "leadline/pack/pack.hpp"
#include "leadline/time/local_date.hpp"
#include "leadline/time/zone_source.hpp"

namespace leadline {

/// What a pack needs from outside while it is compiled, and never after.
struct pack_sources {
  /// Without one, time zones and so calendars cannot be judged: every use is told as an error.
  const zone_source* zones = nullptr;
  /// Without one, lists from files are errors.
  const list_source* lists = nullptr;
};

/// How closely a pack is looked at. `errors` is what loading needs; `warnings` adds what cannot work; `portable`
/// also every condition whose result can differ from that of a standard JsonLogic interpreter.
enum class check_depth : std::uint8_t { errors, warnings, portable };

struct check_options {
  check_depth depth = check_depth::warnings;
  /// The day on which holiday lists are asked whether they end soon. The core has no clock: without a day they are
  /// not asked.
  std::optional<local_date> as_of;
};

/// Judges a pack: its shape (told by `pack::parse` already, and part of the result) and its meaning. All problems
/// at once, in the order of the text.
///
///     parsed_pack read = pack::parse(text, "pack.json");
///     const diagnostics problems = check_pack(std::move(read), {.zones = &zones, .lists = &files});
///     std::cout << to_text(problems, text);
///
/// Errors keep a pack from being compiled; warnings do not. Pure, apart from what the sources read.
[[nodiscard]] diagnostics check_pack(parsed_pack read, const pack_sources& sources, const check_options& options = {});

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/pack/detail/check_inl.hpp"
#endif
