#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "c/text_room.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/condition/condition.hpp"
#include "leadline/condition/condition_scratch.hpp"
#include "leadline/leadline.h"
#include "leadline/pack/model.hpp"
#include "leadline/pack/pack.hpp"
#include "leadline/time/business_calendar.hpp"

/// What stands behind the handles of leadline.h.

struct leadline_buffer {
  std::string content;
};

struct leadline_diagnostics {
  leadline::diagnostics list;
  /// What they tell of; a pack's may be large and is shared with it.
  std::shared_ptr<const std::string> source;
};

struct leadline_pack {
  std::shared_ptr<const std::string> text;
  std::string file;
  /// Without what is wrong with it, which is found again when it is judged.
  std::string name;
  std::string version;
};

struct leadline_model {
  std::shared_ptr<const leadline::model> content;
  std::string fingerprint;
};

struct leadline_calendar {
  leadline::business_calendar content;
};

struct leadline_condition {
  explicit leadline_condition(leadline::condition made) : content(std::move(made)) {}
  leadline_condition(const leadline_condition&) = delete;
  leadline_condition& operator=(const leadline_condition&) = delete;
  ~leadline_condition() { delete spare.load(); }

  leadline::condition content;
  /// Memory of an evaluation that is over, for the next one; threads that find it taken make their own.
  mutable std::atomic<leadline::condition_scratch*> spare = nullptr;
};

struct leadline_decisions {
  std::int32_t forms = 0;
  std::uint64_t count = 0;
  std::vector<leadline_decision> records;
  leadline::c::text_room texts;
  std::string json;
};

namespace leadline::c {

/// Where zone files come from: the host's reader, or the system. Marks it as used.
[[nodiscard]] const zone_source& zones();

/// Hands out diagnostics where they are asked for.
void give(leadline_diagnostics** out, diagnostics problems, std::shared_ptr<const std::string> source);

}  // namespace leadline::c
