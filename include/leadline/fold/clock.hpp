#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/pack/compiled_duty.hpp"
#include "leadline/time/business_calendar.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

/// What a clock counts: milliseconds on the wall, or milliseconds in which a calendar is open (for business durations
/// and business days alike).
///
///     const clock_time open = clock_time::open_time(office);
///     open.between(friday_16_00_ms, monday_12_00_ms);    // 14'400'000: four hours with 09:00-17:00
///
/// A view: the calendar must outlive it. Plain value; distinct objects may be used from distinct threads.
class clock_time {
 public:
  [[nodiscard]] static clock_time elapsed() noexcept { return clock_time(nullptr); }
  [[nodiscard]] static clock_time open_time(const business_calendar& calendar) noexcept {
    return clock_time(&calendar);
  }
  /// What a duration is counted in. REQUIRES a calendar for the business families.
  [[nodiscard]] static clock_time of(const duration& amount, const business_calendar* calendar) noexcept {
    return std::holds_alternative<elapsed_duration>(amount) ? elapsed() : clock_time(calendar);
  }

  [[nodiscard]] bool is_elapsed() const noexcept { return calendar_ == nullptr; }
  /// Counted within [from, to); negative when `to` is before `from`.
  [[nodiscard]] std::int64_t between(std::int64_t from_ms, std::int64_t to_ms) const noexcept;
  /// The earliest instant with exactly that much within [from, it); `from` itself for nothing. Beyond the range of
  /// instants: the end of that range.
  [[nodiscard]] std::int64_t after(std::int64_t from_ms, std::int64_t amount_ms) const;

 private:
  explicit clock_time(const business_calendar* calendar) noexcept : calendar_(calendar) {}
  const business_calendar* calendar_ = nullptr;
};

/// `from` + a duration of any family; none where a calendar does not open for too long, or not within the range of
/// instants any more. REQUIRES a calendar for the business families.
[[nodiscard]] std::optional<std::int64_t> time_after(std::int64_t from_ms, const duration& amount,
                                                     const business_calendar* calendar,
                                                     day_end end = day_end::same_time);

/// Which warnings or escalations of a cycle have been told.
class mark_set {
 public:
  static constexpr std::size_t word_count = 2;
  [[nodiscard]] bool has(std::size_t index) const noexcept { return ((bits_[index / 64] >> (index % 64)) & 1U) != 0; }
  void add(std::size_t index) noexcept { bits_[index / 64] |= std::uint64_t{1} << (index % 64); }
  [[nodiscard]] std::array<std::uint64_t, word_count>& words() noexcept { return bits_; }
  [[nodiscard]] const std::array<std::uint64_t, word_count>& words() const noexcept { return bits_; }
  [[nodiscard]] friend bool operator==(const mark_set&, const mark_set&) noexcept = default;

 private:
  std::array<std::uint64_t, word_count> bits_{};
};

enum class clock_phase : std::uint8_t {
  none,
  running,
  paused,
  /// Met; the next cycle of a repeating clock begins when this one is due.
  waiting,
  /// Breached, and running on until it is stopped or cancelled.
  overdue,
  met,
  breached,
  cancelled
};

/// How conditions read a phase: `clock.<id>`.
[[nodiscard]] std::string_view name_of(clock_phase phase) noexcept;

/// The wall time of a cycle, cut into its three parts: they add up to it.
struct clock_account {
  std::int64_t used_ms = 0;    // in the target's family
  std::int64_t stood_ms = 0;   // paused
  std::int64_t closed_ms = 0;  // not paused, and the calendar closed
};

/// A stretch in which a clock stood still.
struct clock_pause {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

/// One clock of one contact: the cycle at hand, or the latest one.
///
///     start        since                       due
///     |=====|......|=======>                    |         = used, . stood still
///     `- used_ms -'  + between(since, now)
///
/// Time that passes while the clock stands still moves `due_ms`, in the target's family. Nothing here reads a clock:
/// every question takes the instant at hand; one before `since_ms` (what comes late takes effect at the last closed
/// instant, and the clock may have begun or stood still at the open one after it) is taken as `since_ms`. What is asked
/// of it in `time` is the target's. Once breached it stands still no more. A plain value; distinct objects may be used
/// from distinct threads.
struct clock_state {
  /// Which clock of the model.
  std::uint32_t index = compiled::none;
  std::uint32_t cycle = 0;
  clock_phase phase = clock_phase::none;
  /// Reasons to stand still, each ended only by its own end; one more is the clock's `when`.
  bool is_held_by_trigger = false;
  bool is_held_by_hand = false;
  /// Whether a change of its target may look back at the pauses.
  bool keeps_pauses = false;
  std::uint32_t target = compiled::none;
  /// The calendar of the cycle; an owner's own is taken at the start.
  std::uint32_t calendar = compiled::none;
  std::int64_t start_ms = 0;
  /// `used_ms` is what had been used then; while paused, the pause is counted up to then.
  std::int64_t since_ms = 0;
  std::int64_t used_ms = 0;
  /// While paused, as if the clock went on at `since_ms`.
  std::int64_t due_ms = 0;
  std::int64_t breached_ms = 0;
  /// What the whole target is, in its family: open time for business days.
  std::int64_t total_ms = 0;
  /// Stood still before `since_ms`: on the wall, and in the target's family.
  std::int64_t stood_ms = 0;
  std::int64_t stood_counted_ms = 0;
  /// The pauses of the cycle, where a change of its target may have to look back at them.
  std::vector<clock_pause> pauses;
  mark_set warned;
  mark_set escalated;

  [[nodiscard]] bool is_counting() const noexcept {
    return phase == clock_phase::running || phase == clock_phase::paused;
  }
  /// Not yet stopped or cancelled; a repeating clock that waits for its next cycle is not.
  [[nodiscard]] bool is_active() const noexcept { return is_counting() || phase == clock_phase::overdue; }

  /// Begins a cycle: `cycle` is counted up.
  void begin(std::int64_t at_ms, std::int64_t due, const clock_time& time) noexcept;
  void pause(std::int64_t at_ms, const clock_time& time) noexcept;
  /// REQUIRES a paused clock. Goes on at `at_ms`.
  void resume(std::int64_t at_ms, const clock_time& time);
  /// Counts a pause up to `at_ms`: due as if the clock went on now. Nothing for a running one.
  void settle(std::int64_t at_ms, const clock_time& time);
  void breach(std::int64_t at_ms, const clock_time& time) noexcept;

  /// The fraction used so far is kept; what is unused counts from `at_ms` in the new target's time. REQUIRES a settled
  /// clock. `due` is when the new target would have been due, chosen at the start.
  void rebase(std::int64_t at_ms, std::int64_t due, const clock_time& time, const clock_time& next);
  /// As if the new target had been chosen at the start: pauses that began before it was due have moved it. REQUIRES a
  /// settled clock that keeps its `pauses`.
  void start_anew_with(std::int64_t at_ms, std::int64_t due, const clock_time& next);

  [[nodiscard]] std::int64_t used_at(std::int64_t at_ms, const clock_time& time) const noexcept;
  [[nodiscard]] std::int64_t left_at(std::int64_t at_ms, const clock_time& time) const noexcept;
  [[nodiscard]] std::int64_t late_at(std::int64_t at_ms, const clock_time& time) const noexcept;
  [[nodiscard]] clock_account account_at(std::int64_t at_ms, const clock_time& time) const noexcept;

  /// The pauses so far, counted in the time of a new target.
  void count_pauses_in(const clock_time& next) noexcept;

  /// When a warning is due, at the earliest when the due instant was set; none before the start. REQUIRES a running
  /// clock.
  [[nodiscard]] std::optional<std::int64_t> warning_ms(const compiled::clock_warning& warning, const clock_time& time,
                                                       const business_calendar* office) const;
};

/// The whole part of a * b / c, one more where there is a rest. REQUIRES 0 <= a <= c, b >= 0, all below 2^62.
[[nodiscard]] std::int64_t share_rounded_up(std::int64_t a, std::int64_t b, std::int64_t c) noexcept;

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/clock_inl.hpp"
#endif
