#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "leadline/base/config.hpp"

namespace leadline {

/// Memory that an engine sets aside, so that an event that has begun is done whole though the machine's memory ends
/// within it: operator new draws on it once it finds nothing else, and before the next event it is filled again or that
/// event is refused.
///
///     engine  -- sets aside -->  | piece | piece |      rest      |
///                                  ^ operator new, within a call of that engine alone
///
/// Only a program whose operator new draws on it has any; the shared C library brings one, others replace theirs:
///
///     void* operator new(std::size_t size) {
///       leadline::spare_memory::note(size);
///       if (void* const memory = std::malloc(size)) return memory;
///       if (void* const memory = leadline::spare_memory::take(size, alignof(std::max_align_t))) return memory;
///       throw std::bad_alloc();
///     }
///     void operator delete(void* memory) noexcept {
///       if (!leadline::spare_memory::give_back(memory)) std::free(memory);
///     }
///     const bool is_served = leadline::spare_memory::serve();    // before the first engine is made
///
/// Pieces may be given back by any thread, also when the engine is gone. All else is for one thread at a time.
class spare_memory {
 public:
  /// What any event of a contact with a short past can need, many times over.
  static constexpr std::size_t size_min = std::size_t{512} * 1'024;

  /// Sets memory aside, where somebody serves.
  spare_memory();
  spare_memory(const spare_memory&) = delete;
  spare_memory& operator=(const spare_memory&) = delete;
  ~spare_memory();

  /// Whether any is set aside at all.
  [[nodiscard]] bool is_served() const noexcept { return block_ != nullptr; }
  /// Whether something is missing: it was drawn on, or events have come to need more.
  [[nodiscard]] bool is_drawn() const noexcept { return is_drawn_; }
  /// Sets aside what is missing. Throws std::bad_alloc where there is no memory, and is then as before.
  void fill();
  /// The same for what may need so many bytes.
  void want(std::size_t size) {
    if (size > size_) grow(size);
  }

  /// Between the two something is changed that must be changed whole. One that is never ended was broken off.
  void begin_change() noexcept { is_within_ = true; }
  void end_change() noexcept { is_within_ = false; }
  [[nodiscard]] bool is_within_change() const noexcept { return is_within_; }

  /// While it lives operator new may draw, on this thread; the first of several that do so counts.
  class use {
   public:
    explicit use(spare_memory* of) noexcept;
    use(const use&) = delete;
    use& operator=(const use&) = delete;
    ~use();

   private:
    bool is_first_ = false;
  };

  // For operator new.

  /// Says that operator new draws on it and operator delete gives back.
  static bool serve() noexcept;
  /// Tells of an allocation before it is made: those of an event that are large show what later ones may need.
  static void note(std::size_t size) noexcept {
    if (size >= large_size) note_large(size);
  }
  /// A piece, or null where nothing is set aside on this thread, or too little.
  [[nodiscard]] static void* take(std::size_t size, std::size_t alignment) noexcept;
  /// Whether it was a piece; it is then gone.
  [[nodiscard]] static bool give_back(void* memory) noexcept;

 private:
  struct block;
  struct shared;

  static constexpr std::size_t large_size = 16'384;
  [[nodiscard]] static spare_memory*& current() noexcept;
  [[nodiscard]] static shared& all() noexcept;
  static void note_large(std::size_t size) noexcept;
  void grow(std::size_t size);
  void let_go() noexcept;

  block* block_ = nullptr;
  /// Of the block; where nobody serves, more than anybody wants.
  std::size_t size_ = std::numeric_limits<std::size_t>::max();
  /// By large allocations of the change at hand, and the most of any.
  std::size_t noted_size_ = 0;
  std::size_t noted_size_max_ = 0;
  bool is_drawn_ = false;
  bool is_within_ = false;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/base/detail/spare_memory_inl.hpp"
#endif
