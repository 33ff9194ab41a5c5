#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "c/guard.hpp"
#include "leadline/base/spare_memory.hpp"

// Only the shared library, with the C++ runtime inside, can have an operator new of its own: everything that one of
// its functions allocates is then freed by another of them. Where the runtime is shared with the program, texts made on
// one side are freed on the other, and in a static library the operator is the program's to choose.
#ifdef LEADLINE_C_OWN_MEMORY

namespace {

enum state : int { untouched, used, being_set, set };
std::atomic<int> state_now{untouched};
leadline_allocator chosen{};

/// Whether the host's allocator serves. The first allocation decides.
[[nodiscard]] bool is_host_asked() noexcept {
  int seen = state_now.load(std::memory_order_acquire);
  while (seen == untouched || seen == being_set) {
    if (seen == untouched && state_now.compare_exchange_weak(seen, used, std::memory_order_acq_rel)) return false;
    seen = state_now.load(std::memory_order_acquire);
  }
  return seen == set;
}

[[nodiscard]] void* take(std::size_t size, std::size_t alignment) {
  if (size == 0) size = 1;
  leadline::spare_memory::note(size);
  void* memory = nullptr;
  if (is_host_asked()) {
    memory = chosen.allocate(chosen.context, size, alignment);
  } else if (alignment <= alignof(std::max_align_t)) {
    memory = std::malloc(size);
  } else if (size <= SIZE_MAX - alignment) {
    memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  }
  if (memory == nullptr) memory = leadline::spare_memory::take(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void give_back(void* memory) noexcept {
  if (memory == nullptr || leadline::spare_memory::give_back(memory)) return;
  if (state_now.load(std::memory_order_acquire) == set) {
    chosen.deallocate(chosen.context, memory);
  } else {
    std::free(memory);
  }
}

const bool is_served = leadline::spare_memory::serve();

}  // namespace

void* operator new(std::size_t size) { return take(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { give_back(memory); }

extern "C" leadline_status leadline_allocator_set(const leadline_allocator* allocator) {
  constexpr std::size_t first_size = 32;
  static_assert(sizeof(leadline_allocator) == first_size);
  if (allocator == nullptr) return LEADLINE_INVALID_ARGUMENT;
  if (allocator->struct_size < first_size) return LEADLINE_BAD_STRUCT_SIZE;
  if (allocator->allocate == nullptr || allocator->deallocate == nullptr) return LEADLINE_INVALID_ARGUMENT;
  int expected = untouched;
  if (!state_now.compare_exchange_strong(expected, being_set, std::memory_order_acq_rel)) return LEADLINE_IN_USE;
  chosen = leadline::c::read(*allocator);
  state_now.store(set, std::memory_order_release);
  return LEADLINE_OK;
}

#else

extern "C" leadline_status leadline_allocator_set(const leadline_allocator* allocator) {
  if (allocator == nullptr) return LEADLINE_INVALID_ARGUMENT;
  return LEADLINE_UNSUPPORTED;
}

#endif
