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
  [[nodiscard]] seat* find_seat(std::string_view id) const { return find_seat(id, detail::seat_index::hash_of(id)); }
  [[nodiscard]] seat& seat_of(std::string_view id, std::uint32_t hash);
  seat& add_seat(std::string_view id, std::uint32_t hash);
  seat& add_seat(std::string_view id) { return add_seat(id, detail::seat_index::hash_of(id)); }
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
  void close(instant to);
  void end(std::string_view id, const event& sent);
  /// A call from outside begins, and what it told.
  void begin_call();
  [[nodiscard]] std::span<const decision> told() const noexcept {
    return gathers_ ? fold_.gathered() : told_.decisions();
  }
  void tell(std::span<const decision> news);
  /// What the event itself brings; what time brought before it is told.
  [[nodiscard]] std::span<const decision> apply_next(const event& sent, std::uint64_t arrival, std::uint32_t hash);
  /// Fetches, step by step, what the events of a batch need.
  struct look_ahead;
  void note_wakeup(const seat& at);
  void fetch_contact(const seat& at) const noexcept;
  void fetch_behind() const noexcept;
  [[nodiscard]] std::optional<std::int64_t> next_due_ms() const noexcept;
  /// Looks at those that wait for somebody of a pool.
  void look(instant at, contact_fold::told_when when);
  /// What came late may have freed somebody, or made a request, at the last closed instant.
  void look_late();
  /// Before each change of a contact.
  routing::standing begin_change(const contact& who);
  void note_standing(const contact& who, const routing::standing& before, instant at,
                     routing::change how = routing::change::own);

  std::unique_ptr<routing> desk_;
  contact_fold fold_;
  /// One to which nothing has happened: others begin as its copies.
  contact blank_;
  detail::seat_index index_;
  seat_list seats_;
  std::vector<std::uint32_t> free_numbers_;
  std::map<std::string, std::string, std::less<>> merged_into_;
  timing_wheel<seat_names> due_{seat_names{&seats_}};
  std::optional<instant> closed_;
  std::uint64_t arrival_count_ = 0;
  /// Of what one call tells: decisions stay where the fold makes them, unless others come between, or contacts go
  /// while they are named; then they are copied here.
  bool gathers_ = false;
  decision_list told_;
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
