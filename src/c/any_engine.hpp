#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/engine/engine.hpp"
#include "leadline/engine/sharded_engine.hpp"

namespace leadline::c {

/// One engine, or several over threads, behind the same calls. The one takes an event at once and tells it for the
/// least; the several are worth it for batches alone.
class any_engine {
 public:
  any_engine(std::shared_ptr<const leadline::model> pack, std::size_t thread_count) : pack_(std::move(pack)) {
    if (thread_count > 1) {
      many_ = std::make_unique<sharded_engine>(pack_, thread_count);
      // A pack with pools is one shard, however many were asked for.
      if (many_->shard_count() == 1) many_.reset();
    }
    if (many_) return;
    one_ = std::make_unique<engine>(pack_);
    one_->set_told_max(told_max);
  }

  [[nodiscard]] const leadline::model& model() const noexcept { return *pack_; }
  [[nodiscard]] bool wants_batches() const noexcept { return many_ != nullptr; }

  /// May come back before all is done: see `done_count` and `is_paused`. Several do all at once.
  [[nodiscard]] std::span<const decision> apply(std::span<const event> batch) {
    many_done_count_ = 0;
    if (!many_) return one_->apply(batch);
    const std::span<const decision> told = many_->apply(batch);
    many_done_count_ = batch.size();
    return told;
  }
  /// What the latest call told and did although it broke off. REQUIRES that all is whole.
  [[nodiscard]] std::span<const decision> told() const noexcept {
    return many_ ? std::span<const decision>() : one_->told();
  }
  [[nodiscard]] std::size_t done_count() const noexcept { return many_ ? many_done_count_ : one_->done_count(); }
  [[nodiscard]] bool is_paused() const noexcept { return one_ && one_->is_paused(); }
  [[nodiscard]] bool is_whole() const noexcept { return many_ ? many_->is_whole() : one_->is_whole(); }
  [[nodiscard]] spare_memory& spare() noexcept { return one_ ? one_->spare() : many_->spare(); }
  [[nodiscard]] std::span<const decision> advance(instant to) {
    many_done_count_ = 0;
    return many_ ? many_->advance(to) : one_->advance(to);
  }
  [[nodiscard]] std::optional<instant> next_wakeup() const noexcept {
    return many_ ? many_->next_wakeup() : one_->next_wakeup();
  }
  [[nodiscard]] std::size_t contact_count() const noexcept {
    return many_ ? many_->contact_count() : one_->contact_count();
  }
  [[nodiscard]] const contact* find(std::string_view id) const { return many_ ? many_->find(id) : one_->find(id); }
  [[nodiscard]] std::vector<const contact*> contacts() const { return many_ ? many_->contacts() : one_->contacts(); }
  [[nodiscard]] std::int64_t score_milli(const contact& who, std::uint32_t score) const {
    return many_ ? many_->score_milli(who, score) : one_->score_milli(who, score);
  }
  [[nodiscard]] std::string snapshot() const { return many_ ? many_->snapshot() : one_->snapshot(); }
  [[nodiscard]] result<std::size_t> restore(std::string_view bytes) {
    return many_ ? many_->restore(bytes) : one_->restore(bytes);
  }
  [[nodiscard]] std::uint64_t state_digest() const { return many_ ? many_->state_digest() : one_->state_digest(); }

 private:
  /// What is told at once can be added with what the engine sets aside for an event.
  static constexpr std::size_t told_max = 256;

  std::shared_ptr<const leadline::model> pack_;
  std::size_t many_done_count_ = 0;
  std::unique_ptr<engine> one_;
  std::unique_ptr<sharded_engine> many_;
};

}  // namespace leadline::c
