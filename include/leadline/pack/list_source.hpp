#pragma once

#include <string>
#include <string_view>

#include "leadline/base/result.hpp"

namespace leadline {

/// Where the files that `lists` names come from. The core reads no files: a program hands in a source, which looks
/// beside the pack; a host may serve its own texts. Asked only while a pack is compiled.
///
///     class beside_the_pack final : public list_source { ... };
///     model::compile(text, "pack.json", {.zones = &zones, .lists = &files});
///
/// Implementations must be safe to call from many threads at once.
class list_source {
 public:
  virtual ~list_source() = default;

  /// The whole text of a file. `name` is as the pack says it: relative, with `/`, without `..`. Errors:
  /// `list.unreadable`, with the reason in the message.
  [[nodiscard]] virtual result<std::string> read(std::string_view name) const = 0;

 protected:
  list_source() = default;
  list_source(const list_source&) = default;
  list_source& operator=(const list_source&) = default;
};

}  // namespace leadline
