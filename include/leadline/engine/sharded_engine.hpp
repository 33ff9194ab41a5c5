#pragma once

#include <cstddef>
#include <cstdint>
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
#include "leadline/engine/detail/crew.hpp"
#include "leadline/engine/engine.hpp"

namespace leadline {

/// Many contacts over several threads: each contact belongs to one of so many engines by a hash of its id, and a batch
/// of events is dealt out to them. The decisions are those of one engine, in the same order, whatever the number.
///
///     sharded_engine all(model, 2);
///     write(all.apply(batch));              // some thousand events at a time are worth the threads
///     write(all.advance(midnight));
///
///     batch   e1 e2 e3 e4 | merge | e5 ...      what is before a merge is done by all shards at once;
///     shard 0  x     x    |       |  x          a merge, and a forget, is done alone
///     shard 1     x     x |       |             what time brings is told before the first event it comes before
///
/// A pack with pools shares reps between contacts, so that all of them are one shard. One thread at a time may call it;
/// its own threads begin with the first batch that is worth them, wait between batches and end with it. What comes back
/// is valid until the next call.
class sharded_engine {
 public:
  sharded_engine(const std::shared_ptr<const model>& pack, std::size_t shard_count,
                 std::size_t spread_out_count = engine::spread_out_count_default);

  [[nodiscard]] std::size_t shard_count() const noexcept { return shards_.size(); }

  /// Events in order of arrival.
  [[nodiscard]] std::span<const decision> apply(std::span<const event> batch);
  [[nodiscard]] std::span<const decision> advance(instant to);

  /// What it says of `engine`. Of several a batch is done whole or not at all, and memory may end within one that needs
  /// more than they set aside.
  [[nodiscard]] bool is_whole() const noexcept { return !is_within_ && only().is_whole(); }
  /// What the first of them sets aside, for what is made of its decisions.
  [[nodiscard]] spare_memory& spare() noexcept { return only().spare_; }

  [[nodiscard]] std::optional<instant> next_wakeup() const noexcept;
  [[nodiscard]] std::optional<instant> closed() const noexcept { return is_single() ? only().closed_ : closed_; }
  [[nodiscard]] std::size_t contact_count() const noexcept;
  [[nodiscard]] const contact* find(std::string_view id) const;
  [[nodiscard]] std::vector<const contact*> contacts() const;
  [[nodiscard]] std::int64_t score_milli(const contact& who, std::uint32_t score) const {
    return shards_.front()->all.score_milli(who, score);
  }

  /// As those of `engine`; a snapshot of any number of shards is restored into any other.
  [[nodiscard]] std::string snapshot() const;
  [[nodiscard]] result<std::size_t> restore(std::string_view bytes);
  [[nodiscard]] std::uint64_t state_digest() const;

 private:
  /// Some of what a shard told in the call at hand.
  struct piece {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  struct event_piece {
    std::size_t event = 0;
    piece told;
  };
  struct shard {
    shard(std::shared_ptr<const model> pack, std::size_t spread_out_count) : all(std::move(pack), spread_out_count) {}
    engine all;
    /// Of the stretch at hand: its own events, by survivors' names, and where they stand in the batch; what they
    /// brought, and what time did.
    std::vector<event> own;
    std::vector<std::size_t> own_numbers;
    std::vector<event_piece> by_event;
    std::vector<piece> by_time;
  };
  /// What time brought, and the event of the batch that it comes before.
  struct due_decision {
    std::size_t before = 0;
    std::int64_t at_ms = 0;
    const decision* told = nullptr;
  };

  /// One shard is the engine itself.
  [[nodiscard]] bool is_single() const noexcept { return shards_.size() == 1; }
  [[nodiscard]] engine& only() const noexcept { return shards_.front()->all; }
  [[nodiscard]] std::size_t place_of(std::string_view id) const noexcept;
  [[nodiscard]] std::string_view survivor(std::string_view id) const;
  void run(std::span<const event> batch, std::size_t first, std::size_t last);
  void run_shard(std::size_t place, std::span<const event> batch, std::size_t first, std::size_t last) const;
  /// Picks a shard's own events.
  void deal(std::size_t place, std::span<const event> batch, std::size_t first, std::size_t last) const;
  /// Lets a shard's time pass.
  static void pass(shard& each, instant to);
  /// What it told from there on, if anything.
  [[nodiscard]] static std::optional<piece> told_since(const shard& each, std::size_t first) noexcept;
  void gather(std::size_t first, std::size_t last);
  void gather_time(std::size_t first, std::size_t last);
  void close(instant to);
  /// A call that changes all of them begins. Throws std::bad_alloc where they are not whole, or cannot be kept so.
  void begin_change();
  void end(const event& sent);

  std::vector<std::unique_ptr<shard>> shards_;
  std::map<std::string, std::string, std::less<>> merged_into_;
  std::optional<instant> closed_;
  std::uint64_t arrival_count_ = 0;
  /// Of the batch: each event's shard, its number, and what is closed before it.
  std::vector<std::uint32_t> places_;
  std::vector<std::uint64_t> arrivals_;
  std::vector<std::int64_t> closes_ms_;
  std::vector<due_decision> due_;
  /// The shards' decisions in order; their texts stay with the shards.
  std::vector<decision> told_;
  bool is_within_ = false;
  detail::crew crew_;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/engine/detail/sharded_engine_inl.hpp"
#endif
