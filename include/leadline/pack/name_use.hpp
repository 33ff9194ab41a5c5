#pragma once

#include <string>

#include "leadline/base/document.hpp"

namespace leadline {

/// A name as an author wrote it, and where: the id of a stage in a transition, an event type in a signal.
///
/// The place is a handle into the pack's document and valid as long as that lives. A plain value.
struct name_use {
  std::string name;
  document::node where;

  /// Whether anything was written.
  [[nodiscard]] explicit operator bool() const noexcept { return !name.empty(); }
};

}  // namespace leadline
