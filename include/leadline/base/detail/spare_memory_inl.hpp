#pragma once

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>

#include "leadline/base/spare_memory.hpp"

namespace leadline {

/// The head of what is set aside; the bytes stand behind it.
struct spare_memory::block {
  std::size_t size = 0;
  std::size_t used = 0;
  std::size_t piece_count = 0;
  /// Whether an engine has it; if not it goes with its last piece.
  bool is_owned = true;
  /// Of those that have pieces.
  block* next = nullptr;

  [[nodiscard]] std::byte* bytes() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  [[nodiscard]] bool holds(const std::byte* memory) noexcept { return memory >= bytes() && memory < bytes() + size; }
};

/// What threads share: seldom anything.
struct spare_memory::shared {
  std::atomic<bool> is_served{false};
  /// Of all blocks; none is the usual case, which operator delete sees at once.
  std::atomic<std::size_t> piece_count{0};
  std::atomic_flag is_locked;
  block* with_pieces = nullptr;

  class lock {
   public:
    explicit lock(shared& of) noexcept : of_(of) {
      while (of_.is_locked.test_and_set(std::memory_order_acquire)) continue;
    }
    lock(const lock&) = delete;
    lock& operator=(const lock&) = delete;
    ~lock() { of_.is_locked.clear(std::memory_order_release); }

   private:
    shared& of_;
  };
};

LEADLINE_INLINE spare_memory*& spare_memory::current() noexcept {
  constinit static thread_local spare_memory* out = nullptr;
  return out;
}

LEADLINE_INLINE spare_memory::shared& spare_memory::all() noexcept {
  constinit static shared out;
  return out;
}

LEADLINE_INLINE bool spare_memory::serve() noexcept {
  all().is_served.store(true, std::memory_order_relaxed);
  return true;
}

LEADLINE_INLINE spare_memory::spare_memory() {
  if (!all().is_served.load(std::memory_order_relaxed)) return;
  size_ = 0;
  grow(size_min);
}

LEADLINE_INLINE spare_memory::~spare_memory() { let_go(); }

LEADLINE_INLINE void spare_memory::let_go() noexcept {
  block* const mine = std::exchange(block_, nullptr);
  if (mine == nullptr) return;
  {
    const shared::lock locked(all());
    mine->is_owned = false;
    if (mine->piece_count != 0) return;
  }
  ::operator delete(mine);
}

LEADLINE_INLINE void spare_memory::grow(std::size_t size) {
  // What is set aside is not made of what was.
  spare_memory* const outer = std::exchange(current(), nullptr);
  void* memory = nullptr;
  try {
    memory = ::operator new(sizeof(block) + size);
  } catch (...) {
    current() = outer;
    throw;
  }
  current() = outer;
  let_go();
  block_ = ::new (memory) block{.size = size};
  size_ = size;
  is_drawn_ = false;
}

LEADLINE_INLINE void spare_memory::fill() {
  if (noted_size_ > noted_size_max_) noted_size_max_ = noted_size_;
  noted_size_ = 0;
  // What grows does so by doubling: the next time it takes twice as much.
  const std::size_t size = std::max(size_, size_min + noted_size_max_ * 2);
  if (size == size_) {
    const shared::lock locked(all());
    if (block_->piece_count == 0) {
      block_->used = 0;
      is_drawn_ = false;
      return;
    }
  }
  grow(size);
}

LEADLINE_INLINE void spare_memory::note_large(std::size_t size) noexcept {
  spare_memory* const mine = current();
  if (mine == nullptr || !mine->is_within_) return;
  mine->noted_size_ += size;
  if (mine->noted_size_ > mine->noted_size_max_) mine->is_drawn_ = true;
}

LEADLINE_INLINE void* spare_memory::take(std::size_t size, std::size_t alignment) noexcept {
  spare_memory* const mine = current();
  if (mine == nullptr || mine->block_ == nullptr) return nullptr;
  shared& common = all();
  const shared::lock locked(common);
  block& from = *mine->block_;
  std::byte* const first = from.bytes() + from.used;
  const std::size_t padding = (alignment - reinterpret_cast<std::uintptr_t>(first) % alignment) % alignment;
  // An empty one has a place of its own too.
  const std::size_t taken = std::max<std::size_t>(size, 1);
  const std::size_t left = from.size - from.used;
  if (padding > left || taken > left - padding) return nullptr;
  from.used += padding + taken;
  mine->is_drawn_ = true;
  common.piece_count.fetch_add(1, std::memory_order_relaxed);
  if (from.piece_count++ == 0) {
    from.next = common.with_pieces;
    common.with_pieces = &from;
  }
  return first + padding;
}

LEADLINE_INLINE bool spare_memory::give_back(void* memory) noexcept {
  shared& common = all();
  if (common.piece_count.load(std::memory_order_relaxed) == 0) return false;
  block* empty = nullptr;
  {
    const shared::lock locked(common);
    block** link = &common.with_pieces;
    while (*link != nullptr && !(*link)->holds(static_cast<const std::byte*>(memory))) link = &(*link)->next;
    if (*link == nullptr) return false;
    block* const from = *link;
    common.piece_count.fetch_sub(1, std::memory_order_relaxed);
    if (--from->piece_count != 0) return true;
    *link = from->next;
    if (!from->is_owned) empty = from;
  }
  if (empty != nullptr) ::operator delete(empty);
  return true;
}

LEADLINE_INLINE spare_memory::use::use(spare_memory* of) noexcept {
  if (of == nullptr || of->block_ == nullptr) return;
  spare_memory*& now = current();
  is_first_ = now == nullptr;
  if (is_first_) now = of;
}

LEADLINE_INLINE spare_memory::use::~use() {
  if (is_first_) current() = nullptr;
}

}  // namespace leadline
