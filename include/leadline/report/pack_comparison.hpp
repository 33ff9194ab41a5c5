#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/engine/engine.hpp"
#include "leadline/report/decision_log.hpp"
#include "leadline/report/report.hpp"

namespace leadline {

/// What one pack says and what another one says; empty: nothing.
struct pack_difference {
  /// `stage`, `status`, `owner`, or `grade.` and its id.
  std::string what;
  std::string before;
  std::string after;
};

/// One cycle of a clock: `met`, `breached`, `cancelled`, `running`, or `none` where there was no such cycle.
struct clock_flip {
  std::string clock;
  std::uint32_t cycle = 0;
  std::string before;
  std::string after;
};

struct contact_comparison {
  std::string contact;
  std::vector<pack_difference> differences;
  std::vector<clock_flip> flips;
};

/// How many contacts are told one thing by the old pack and another by the new one.
struct change_row {
  pack_difference change;
  std::int64_t contact_count = 0;
};

/// Of one clock, over all contacts. `flips` are cycles that are met or breached by one pack and not by the other.
struct clock_comparison {
  std::string clock;
  std::int64_t met_before = 0;
  std::int64_t met_after = 0;
  std::int64_t breached_before = 0;
  std::int64_t breached_after = 0;
  std::int64_t flip_count = 0;
};

/// Entries into the handoff (the stage `mql`, or else the last one of marketing before the first of sales).
struct volume_row {
  /// A month; empty for all of them.
  std::string period;
  std::int64_t before = 0;
  std::int64_t after = 0;
};

/// What would be otherwise if another pack had been in force from the first event on.
struct pack_comparison {
  std::string pack_before;
  std::string pack_after;
  std::string handoff_before;
  std::string handoff_after;
  std::int64_t contact_count = 0;
  std::int64_t changed_count = 0;
  /// The most frequent first.
  std::vector<change_row> changes;
  std::vector<clock_comparison> clocks;
  volume_row volume;
  std::vector<volume_row> volumes;
  /// Those with a difference, in byte order of their ids.
  std::vector<contact_comparison> contacts;
};

/// Folds the same events through two packs and tells who differs at the end.
///
///     pack_comparer compare(old_pack, new_pack);
///     for (const event& each : events) compare.take(each);
///     to_json(compare.finish(until));
///
/// Pure: nothing of the old run is read. For one thread at a time.
class pack_comparer {
 public:
  pack_comparer(std::shared_ptr<const model> before, std::shared_ptr<const model> after);

  /// In order of arrival. REQUIRES what `engine::apply` requires.
  void take(const event& sent);
  /// Once, with time passing to `until` where that is given.
  [[nodiscard]] pack_comparison finish(const std::optional<instant>& until);

 private:
  struct side {
    explicit side(std::shared_ptr<const model> made) : pack(std::move(made)), all(pack) {}
    std::shared_ptr<const model> pack;
    engine all;
    decision_log log;
  };

  void tell(side& to, std::span<const decision> news);

  side before_;
  side after_;
};

[[nodiscard]] std::string to_json(const pack_comparison& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/pack_comparison_inl.hpp"
#endif
