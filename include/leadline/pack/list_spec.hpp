#pragma once

#include <string>
#include <vector>

#include "leadline/pack/name_use.hpp"

namespace leadline {

/// A list of texts as its author wrote it: the texts, or the file that holds them (`lists` of a pack).
struct list_spec {
  name_use name;
  std::vector<std::string> items;
  name_use file;
};

}  // namespace leadline
