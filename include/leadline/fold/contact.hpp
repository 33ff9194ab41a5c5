#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/fold/assignment_record.hpp"
#include "leadline/fold/contact_state.hpp"
#include "leadline/fold/decision_list.hpp"
#include "leadline/fold/detail/rare.hpp"
#include "leadline/fold/event.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

namespace detail {
struct fold_plan;
class fold_machine;
}  // namespace detail

/// One contact as a host keeps it: the state, and as much of the past as late events need.
///
///     base state         kept events, and the decisions they made            closed
///     ----|----x------x-------------x----------x----------------------------->|
///         ^ nothing earlier is accepted         lateness reaches back from here
///
/// A late event is folded in its place by folding the kept events again upon the base. With a lateness of `0s` there is
/// no base, no kept event and no log. A plain value: a copy is a snapshot. Changed by `contact_fold` alone.
struct alignas(64) contact {
  contact(const model& pack, std::string name) : id(std::move(name)), state(pack) {}

  struct kept_event {
    std::int64_t at_ms = 0;
    std::uint64_t order = 0;
    /// Id, type and data.
    stored_value content;
  };
  /// Ordered, so that no choice of ids makes it slow.
  using id_map = std::map<std::string, std::int64_t, std::less<>>;

  // What each event looks at stands first.

  std::string id;
  /// The last closed instant; none before the first step.
  std::optional<std::int64_t> closed_ms;
  /// Of the latest decision.
  std::uint64_t seq = 0;
  std::int64_t open_ids_at_ms = contact_state::never_ms;
  /// Ids of accepted events and their instants. With a lateness of `0s` those of the open instant alone count; the
  /// first few of them stand in `open_ids`, each behind its size in two bytes, so that an event costs no allocation.
  std::string open_ids;
  detail::rare<id_map> ids;
  contact_state state;

  /// In order of (at, arrival).
  std::vector<kept_event> kept;
  std::uint64_t duplicate_count = 0;
  /// Null: the state of a contact that nothing has happened to.
  std::shared_ptr<const contact_state> base;
  /// What was told since the base, as the fold now has it.
  std::vector<kept_decision> log;
  /// Answers to its requests for an owner since the base, in order.
  std::vector<assignment_record> answers;
  std::size_t id_count_at_next_look = 32;
  std::size_t log_size_at_next_look = 64;
  /// A merge took effect here: nothing is folded across it.
  std::optional<std::int64_t> merged_ms;
  std::uint64_t arrival_count = 0;

  /// Of a contact read from a record: the memory that texts of its attributes stand in, kept for the next reading.
  std::shared_ptr<std::byte[]> record_room;
  std::size_t record_room_size = 0;
};

/// The law: a contact is a fold over its events. Takes contacts from one state to the next, and tells decisions.
///
///     contact_fold fold(model);
///     contact c42(*model, "c42");
///     for (const decision& each : fold.step(c42, event)) std::puts(to_json(each).c_str());
///     fold.advance(c42, midnight);
///     fold.next_wakeup(c42);      // until then nothing can happen by time alone
///
/// Pure: the same model, state and events give the same decisions, whatever the machine. What comes back is valid until
/// the next call, and while the event and the contact's id are; `decision_list` keeps it longer. Holds memory for one
/// pass at a time: one fold per thread, any number of contacts.
class contact_fold {
 public:
  explicit contact_fold(std::shared_ptr<const leadline::model> pack);
  contact_fold(contact_fold&&) noexcept;
  contact_fold& operator=(contact_fold&&) noexcept;
  ~contact_fold();

  [[nodiscard]] const leadline::model& model() const noexcept { return *pack_; }

  /// An event: closes every instant before it, then handles it; at or before the last closed instant it is late.
  /// `contact.merge` and `contact.forget` concern more than one contact or the contact as a whole: see `merge`,
  /// `forget`. `arrival` numbers events across all contacts of a host, so that a merge knows which of two events of one
  /// instant came first; 0: numbered per contact.
  [[nodiscard]] std::span<const decision> step(contact& who, const event& sent, std::uint64_t arrival = 0);

  /// Closes every instant up to and including `to`.
  [[nodiscard]] std::span<const decision> advance(contact& who, instant to);

  /// Who answers requests for somebody of a pool; null: they are held, with `no_engine`. Must outlive the fold.
  void set_assigner(assigner* asked) noexcept { assigner_ = asked; }
  enum class told_when : std::uint8_t { in_time, late };
  /// Looks at a waiting request again, after all else that happens to the contact at that instant: in its turn, or
  /// late, at the last closed instant, because of what came late.
  [[nodiscard]] std::span<const decision> look(contact& who, instant at, told_when when);

  /// The earliest instant at which time alone could change something; none: never.
  [[nodiscard]] static std::optional<instant> next_wakeup(const contact& who) noexcept;

  /// A score, in thousandths of a point, as it is read at an instant: not before the contact's latest pass, and before
  /// its next wake-up.
  [[nodiscard]] std::int64_t score_milli(const contact& who, std::uint32_t score, instant at) const;

  /// The instant at which an event that ends `who` takes effect: its own or, if more is known of the contact than that,
  /// the latest that is known (the last closed instant, or that of its latest event).
  [[nodiscard]] static instant end_of(const contact& who, const event& sent) noexcept;
  /// `from` ends by the event `sent`, at the later `end_of` the two; `into` takes over its points, signals, tags and
  /// what attributes it lacks. A refused merge changes neither. The caller then drops `from` and sends its later events
  /// to `into`. REQUIRES two contacts brought to the same instant.
  [[nodiscard]] std::span<const decision> merge(contact& from, contact& into, const event& sent);
  /// Tells `forgotten`; the caller then drops the contact.
  [[nodiscard]] std::span<const decision> forget(contact& who, const event& sent);
  /// Tells why an event that ends a contact cannot be carried out, or nothing where it can.
  [[nodiscard]] std::optional<std::string> problem_of(const event& sent);
  /// Tells a refusal of an event by the caller.
  [[nodiscard]] std::span<const decision> refuse(contact& who, const event& sent, std::string_view code,
                                                 std::string_view message);
  [[nodiscard]] bool is_duplicate(const contact& who, const event& sent) const;

  /// From here on what is told stays until this is called again, one call's after the other's: `gathered` has it all,
  /// and each call gives its own. As long must the events and the ids of contacts stay.
  void gather();
  /// Sees to it that some dozens more can be told without moving those that are there.
  void make_room();
  [[nodiscard]] std::span<const decision> gathered() const noexcept;

  /// What an event of that type does by itself.
  [[nodiscard]] compiled::built_in kind_of(std::string_view type) const noexcept;
  /// Fetches what the event will probably look at, if the contact itself has been fetched.
  void prefetch(const contact& who, const event& next) const noexcept;

 private:
  [[nodiscard]] std::vector<decision>& told() noexcept;
  void begin_call();
  /// What this call has told.
  [[nodiscard]] std::span<const decision> news() const noexcept;
  void keep_news();
  void number_new(contact& who, told_when when = told_when::in_time);
  void open_book(contact& who);
  void undo_answers(contact& who);
  void put(contact& who, decision told);
  void fold_again(contact& who, std::optional<std::string_view> cause);
  void remember(contact& who, std::string_view id, std::int64_t at_ms) const;
  void keep(contact& who, const event& sent, std::uint64_t order);
  void let_go(contact& who);
  [[nodiscard]] bool is_too_late(const contact& who, std::int64_t at_ms) const noexcept;

  std::shared_ptr<const leadline::model> pack_;
  std::unique_ptr<const detail::fold_plan> plan_;
  std::unique_ptr<detail::fold_machine> machine_;
  /// How many of the machine's decisions are numbered, and how many an earlier call told.
  std::size_t numbered_count_ = 0;
  std::size_t told_before_count_ = 0;
  bool is_gathering_ = false;
  /// What amended decisions show.
  std::deque<decision> corrected_;
  assigner* assigner_ = nullptr;
  /// The late event at hand, and whether the fold in order accepted it.
  std::pair<std::int64_t, std::uint64_t> accepted_place_;
  bool was_accepted_ = false;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/fold/detail/contact_inl.hpp"
#endif
