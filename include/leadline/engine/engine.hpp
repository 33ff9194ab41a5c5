#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/base/spare_memory.hpp"
#include "leadline/engine/detail/packed_bytes.hpp"
#include "leadline/engine/detail/seat_index.hpp"
#include "leadline/engine/routing.hpp"
#include "leadline/engine/timing_wheel.hpp"
#include "leadline/fold/contact.hpp"
#include "leadline/fold/contact_record.hpp"
#include "leadline/fold/decision_list.hpp"

namespace leadline {

/// Many contacts in memory, brought along together: its time is the latest instant it has seen. Before an event at T is
/// applied every contact with something due before T is brought to just before T, in the order of (instant, contact),
/// so that decisions come as the world saw them; who has nothing due costs nothing.
///
///     engine all(model);
///     for (const event& each : events) write(all.apply(each));
///     write(all.advance(midnight));
///     all.next_wakeup();       // sleep until then: nothing can happen before by time alone
///
/// What comes back is valid until the next call. So are contacts: those at rest may be kept as records
/// (contact_record), a tenth of their size, of which the latest used are spread out. For one thread at a time;
/// `sharded_engine` uses many.
///
/// Where memory runs out, std::bad_alloc comes between two events, or between two instants of a contact: each is done
/// whole or not at all, `done_count` and `told` say what is done, and the call made again with the rest goes on as if
/// nothing had been. That needs an operator new that draws on `spare_memory`; with any other, and where one event needs
/// far more than any before, memory may end within it: `is_whole` then says no, and every further call throws.
class engine {
 public:
  /// As many contacts stay spread out; the others are kept as records.
  static constexpr std::size_t spread_out_count_default = std::numeric_limits<std::size_t>::max();

  explicit engine(std::shared_ptr<const model> pack, std::size_t spread_out_count = spread_out_count_default);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// One event, in order of arrival. `rep.away` and `rep.back` name no contact. REQUIRES a contact otherwise.
  [[nodiscard]] std::span<const decision> apply(const event& sent);
  /// Many, as one after the other; what the next ones need is fetched while one is folded, so that some dozens at a
  /// time cost much less than each alone once contacts do not fit the cache.
  [[nodiscard]] std::span<const decision> apply(std::span<const event> batch);

  /// Closes every instant up to and including `to`.
  [[nodiscard]] std::span<const decision> advance(instant to);

  /// What the latest call told, also where it broke off.
  [[nodiscard]] std::span<const decision> told() const noexcept {
    if (gathers_) return fold_.gathered();
    return told_.empty() ? news_ : told_.decisions();
  }
  /// How many of its events the latest call did.
  [[nodiscard]] std::size_t done_count() const noexcept { return done_count_; }
  [[nodiscard]] bool is_whole() const noexcept { return !spare_.is_within_change(); }
  /// From here on a call comes back as soon as it has told so much, for the rest to be asked for by another one.
  void set_told_max(std::size_t count) noexcept { told_max_ = count; }
  /// Whether the latest call came back so: the same with what is not done goes on.
  [[nodiscard]] bool is_paused() const noexcept { return is_paused_; }
  /// What it sets aside for events that have begun.
  [[nodiscard]] spare_memory& spare() noexcept { return spare_; }

  [[nodiscard]] std::optional<instant> next_wakeup() const noexcept;
  /// The last closed instant.
  [[nodiscard]] std::optional<instant> closed() const noexcept { return closed_; }

  [[nodiscard]] std::size_t contact_count() const noexcept { return index_.size(); }
  /// The contact of that id, or the one it was merged into; null when there is none.
  [[nodiscard]] const contact* find(std::string_view id) const;
  /// All contacts, in byte order of their ids. Spreads all of them out.
  [[nodiscard]] std::vector<const contact*> contacts() const;

  /// A score of one of the contacts, in thousandths of a point, at the last closed instant or its latest event.
  [[nodiscard]] std::int64_t score_milli(const contact& who, std::uint32_t score) const {
    return fold_.score_milli(who, score, closed_.value_or(instant::min()));
  }

  /// Everything as bytes: versioned, checksummed, naming the model, the same on every machine and for any number of
  /// shards.
  [[nodiscard]] std::string snapshot() const;
  /// Goes on where a snapshot was taken. Errors: `snapshot.not_a_snapshot`, `snapshot.newer`, `snapshot.other_model`,
  /// `snapshot.damaged`; the engine is then as it was. REQUIRES an engine that has seen nothing.
  [[nodiscard]] result<std::size_t> restore(std::string_view bytes);

  /// One number for what the fold determines of all contacts: equal wherever the same fold was done.
  [[nodiscard]] std::uint64_t state_digest() const;

  /// Who shares contacts, and how; null where the pack has no pools.
  [[nodiscard]] const routing* desk() const noexcept { return desk_.get(); }

  [[nodiscard]] const contact_fold& fold() const noexcept { return fold_; }

 private:
  friend class sharded_engine;
  friend class engine_snapshot;

  /// Where a contact sits: spread out, or as a record. One line of memory.
  struct alignas(64) seat {
    std::string id;
    std::unique_ptr<contact> who;
    detail::packed_bytes packed;
    std::uint32_t number = 0;
    std::uint32_t hash = 0;
    bool is_taken = false;
    bool is_recent = false;
  };
  /// Seats by number. They stay where they are.
  class seat_list {
   public:
    [[nodiscard]] seat& operator[](std::uint32_t number) const noexcept {
      return blocks_[number / size][number % size];
    }
    [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
    seat& add() {
      if (count_ % size == 0) blocks_.push_back(std::make_unique<seat[]>(size));
      seat& made = (*this)[count_];
      made.number = count_++;
      return made;
    }

   private:
    static constexpr std::uint32_t size = 512;
    std::vector<std::unique_ptr<seat[]>> blocks_;
    std::uint32_t count_ = 0;
  };
  struct seat_names {
    const seat_list* seats;
    [[nodiscard]] std::string_view operator()(std::uint32_t number) const noexcept { return (*seats)[number].id; }
  };

  [[nodiscard]] seat* find_seat(std::string_view id, std::uint32_t hash) const;
  [[nodiscard]] seat* find_seat(std::string_view id) const { return find_seat(id, index_.hash_of(id)); }
  [[nodiscard]] seat& seat_of(std::string_view id, std::uint32_t hash);
  seat& add_seat(std::string_view id, std::uint32_t hash);
  seat& add_seat(std::string_view id) { return add_seat(id, index_.hash_of(id)); }
  void drop_seat(seat& gone);
  template <class Use>
  void each_seat(const Use& use) const {
    for (std::uint32_t i = 0; i < seats_.count(); ++i) {
      if (seats_[i].is_taken) use(seats_[i]);
    }
  }
  /// The seat's contact, spread out.
  [[nodiscard]] contact& open(seat& at) const;
  /// The same, brought to the engine's time.
  [[nodiscard]] contact& present(seat& at) const;
  /// Packs those not used lately until no more than asked for are spread out.
  void pack_some();
  [[nodiscard]] std::string_view survivor(std::string_view id) const;
  /// Gives whether it got there.
  enum class reach : std::uint8_t { there, paused };
  reach close(instant to);
  void close_next(const timing_wheel<seat_names>::due& due);
  void end(std::string_view id, const event& sent);
  [[nodiscard]] std::span<const decision> fold_in(seat& at, const event& sent, std::uint64_t arrival);
  /// A call from outside begins.
  void begin_call();
  /// Before each change: sees to it that it can be done whole. Throws std::bad_alloc.
  void make_ready() {
    if (spare_.is_served() && !is_shard_) fill_spare();
  }
  void fill_spare();
  /// The same for contacts of which one change may go through much.
  void make_ready_for(seat& at);
  void make_ready_for_end(std::string_view id, const event& sent);
  /// Whether the call at hand is to come back.
  [[nodiscard]] bool pauses() noexcept { return is_paused_ = is_paused_ || told().size() >= told_max_; }
  /// What an earlier call left when it came back or broke off.
  void go_on();
  void tell(std::span<const decision> news);
  /// What the event itself brings; what time brought before it is told.
  [[nodiscard]] std::span<const decision> apply_next(const event& sent, std::uint64_t arrival, std::uint32_t hash);
  /// Fetches, step by step, what the events of a batch need.
  struct look_ahead;
  void note_wakeup(const seat& at);
  void fetch_contact(const seat& at) const noexcept;
  void fetch_behind() const noexcept;
  [[nodiscard]] std::optional<std::int64_t> next_due_ms() const noexcept;
  /// When somebody who waits is next looked at; the end of time: never.
  [[nodiscard]] std::int64_t next_look_ms() const noexcept;
  struct open_look {
    instant at;
    contact_fold::told_when when = contact_fold::told_when::in_time;
  };
  /// Looks at those that wait for somebody of a pool.
  void look(instant at, contact_fold::told_when when);
  void finish_look();
  void look_at(const std::string& id, const open_look& how);
  /// What came late may have freed somebody, or made a request, at the last closed instant.
  void look_late();
  /// Before each change of a contact.
  routing::standing begin_change(const contact& who);
  void note_standing(const contact& who, const routing::standing& before, instant at,
                     routing::change how = routing::change::own);

  spare_memory spare_;
  /// Whether late events fold a contact's past again.
  bool has_past_ = false;
  /// One of several: the sharded engine sees to what they set aside.
  bool is_shard_ = false;
  bool is_paused_ = false;
  std::size_t told_max_ = std::numeric_limits<std::size_t>::max();
  std::size_t done_count_ = 0;
  std::unique_ptr<routing> desk_;
  contact_fold fold_;
  /// One to which nothing has happened: others begin as its copies.
  contact blank_;
  /// Where it stands is as good as chance to those outside.
  detail::seat_index index_{reinterpret_cast<std::uintptr_t>(this)};
  seat_list seats_;
  std::vector<std::uint32_t> free_numbers_;
  std::map<std::string, std::string, std::less<>> merged_into_;
  timing_wheel<seat_names> due_{seat_names{&seats_}};
  std::optional<instant> closed_;
  std::uint64_t arrival_count_ = 0;
  /// A look that has begun, and whether what came late asks for others.
  std::optional<open_look> look_;
  bool is_late_look_due_ = false;
  /// Of what one call tells: decisions stay where the fold makes them, unless others come between, or contacts go
  /// while they are named; then they are copied here.
  bool gathers_ = false;
  decision_list told_;
  /// Of a single event that nothing came before.
  std::span<const decision> news_;
  /// Dropped in this call, while decisions may still name them.
  std::vector<std::unique_ptr<contact>> dropped_;

  std::size_t spread_out_max_;
  mutable contact_record record_;
  /// Numbers of contacts spread out, gone round by a hand that packs those not used since it came by.
  mutable std::vector<std::uint32_t> spread_out_;
  std::size_t hand_ = 0;
  /// Contacts whose memory serves the next one that is spread out.
  mutable std::vector<std::unique_ptr<contact>> recycled_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/engine/detail/engine_inl.hpp"
#endif
