#pragma once

#include <optional>
#include <string>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/report/ratio.hpp"

namespace leadline {

/// One kind of thing that marketing makes, such as blog posts.
struct deliverable {
  std::string name;
  /// Made in the time looked at.
  ratio volume;
  /// That one of them brings, on average.
  ratio leads_each;
  /// That one of them takes.
  ratio hours_each;
};

/// How many leads an hour of marketing's work brings, for each kind of thing it makes and in all: what to make more of.
///
///     const result<marketing_velocity> made = velocity_of({{"blog post", 8, 6, 4}, {"webinar", 1, 40, 20}}, 50);
///     // webinars 2 leads an hour, blog posts 1.5; 88 leads in 52 hours
///
/// The fastest first; equal ones in the order given. Exact. A plain value.
struct marketing_velocity {
  struct row {
    deliverable what;
    ratio leads;
    ratio hours;
    /// Nothing for what took no time.
    std::optional<ratio> leads_per_hour;
    /// Of the hours, where what an hour costs is given; nothing for what brought no lead.
    std::optional<ratio> cost_per_lead;
  };
  std::vector<row> rows;
  /// Its `what` has a name and nothing else.
  row all;
};

/// Errors: `plan.negative`, `plan.too_large`.
[[nodiscard]] result<marketing_velocity> velocity_of(std::vector<deliverable> made,
                                                     const std::optional<ratio>& hour_cost = std::nullopt);

[[nodiscard]] std::string to_json(const marketing_velocity& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/marketing_velocity_inl.hpp"
#endif
