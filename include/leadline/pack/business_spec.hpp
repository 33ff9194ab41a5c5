#pragma once

#include <vector>

#include "leadline/pack/name_use.hpp"

namespace leadline {

/// A pack's `business`, field for field: what the reports read.
struct business_spec {
  name_use amount;   // an attribute, without "contact."
  name_use channel;  // likewise
  std::vector<name_use> won;
  std::vector<name_use> lost;
  name_use opportunity;
  std::vector<name_use> marketing_touches;
  std::vector<name_use> sales_touches;
};

}  // namespace leadline
