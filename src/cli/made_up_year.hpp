#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::cli {

/// Random whole numbers that are the same everywhere: splitmix64, which the standard library's distributions are not.
class made_up_numbers {
 public:
  explicit made_up_numbers(std::uint64_t seed) noexcept : state_(seed) {}

  [[nodiscard]] std::uint64_t next() noexcept;
  /// From 0 to `bound` - 1, evenly (to one part in four milliards). `bound` is above 0.
  [[nodiscard]] std::uint32_t below(std::uint32_t bound) noexcept;
  /// At least k with a chance of 1 in k: most are small, a few very large. From 1 to `largest`.
  [[nodiscard]] std::uint32_t heavy_tailed(std::uint32_t largest) noexcept;
  [[nodiscard]] bool one_in(std::uint32_t count) noexcept { return below(count) == 0; }
  [[nodiscard]] bool percent(std::uint32_t share) noexcept { return below(100) < share; }

 private:
  std::uint64_t state_;
};

/// What a CRM might tell of a year, made up: events of rules/standard.json, as NDJSON, in order of arrival.
///
///     made_up_year year({.contact_count = 1000, .seed = 7});
///     while (const auto line = year.next()) write(*line);
///
/// Each contact lives by its own random numbers: it visits in bursts, a few of them very often (a power law); some
/// raise a hand, sales call them in working hours, and some of those buy. Fields are blank here and there. What a
/// contact does is not read back from scores, so as in a real CRM some are accepted whom no rule would have chosen.
///
/// Only contacts that still have something to come are in memory, so that a year may have any size. Same options, same
/// bytes, on every machine. For one thread. A line is valid until the next one is asked for.
class made_up_year {
 public:
  static constexpr std::uint32_t contact_count_max = 100'000'000;
  static constexpr std::uint32_t day_count_max = 3660;

  struct options {
    std::uint32_t contact_count = 1000;
    std::uint64_t seed = 1;
    std::uint32_t day_count = 365;
  };

  explicit made_up_year(const options& chosen);

  [[nodiscard]] std::optional<std::string_view> next();

 private:
  enum class phase : std::uint8_t { arriving, browsing, working, accepted, qualified, negotiating, over };

  enum class kind : std::uint8_t {
    subscribed,
    form_submitted,
    enriched,
    page_view,
    email_clicked,
    content_downloaded,
    webinar_attended,
    demo_requested,
    unsubscribed,
    reply,
    touch,
    sales_accepted,
    sales_qualified,
    opportunity_created,
    deal_won,
    deal_lost,
    disposition_no_answer,
    disposition_not_now,
    disposition_no_fit,
    disposition_bad_data,
  };

  /// One contact and the next thing it does, or that is done to it.
  struct life {
    std::int64_t at_ms;
    made_up_numbers numbers;
    std::uint32_t contact;
    std::uint32_t event_count = 0;
    std::uint32_t amount = 0;
    std::uint16_t visits_left;
    std::uint16_t interest = 0;
    kind next = kind::subscribed;
    phase now = phase::arriving;
    std::uint8_t touch_count = 0;
    bool has_email = true;
    bool is_hand_raiser = false;
  };

  struct later_life {
    [[nodiscard]] bool operator()(const life& a, const life& b) const noexcept {
      return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.contact > b.contact;
    }
  };

  /// A line that arrives after its time.
  struct delayed {
    std::int64_t arrives_at_ms;
    std::uint64_t place;
    std::string line;
  };

  struct later_arrival {
    [[nodiscard]] bool operator()(const delayed& a, const delayed& b) const noexcept {
      return a.arrives_at_ms != b.arrives_at_ms ? a.arrives_at_ms > b.arrives_at_ms : a.place > b.place;
    }
  };

  [[nodiscard]] std::int64_t arrival_ms(std::uint32_t contact) const;
  [[nodiscard]] life born(std::uint32_t contact) const;
  void go_on(life& of) const;
  void visit_next(life& of) const;
  void sell_next(life& of) const;
  void write_line(const life& of);
  void write_person(const life& of, bool has_channel);

  options options_;
  std::int64_t end_at_ms_;
  std::array<std::uint32_t, 169> week_weights_{};
  std::uint64_t weight_sum_ = 0;
  std::uint32_t born_count_ = 0;
  std::uint64_t delayed_count_ = 0;
  std::priority_queue<life, std::vector<life>, later_life> lives_;
  std::priority_queue<delayed, std::vector<delayed>, later_arrival> delayed_;
  std::string line_;
};

}  // namespace leadline::cli
