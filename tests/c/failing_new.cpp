// Fails through the program's operator new, which serves the static library and the C++ libraries it uses.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "failing_memory.h"
#include "leadline/base/spare_memory.hpp"

namespace {

std::atomic<long> countdown{0};
std::atomic<long> live{0};
std::atomic<bool> goes_on{false};
std::atomic<bool> failed{false};

const bool is_served = leadline::spare_memory::serve();

/// What engines have set aside, once nothing else is left.
void* take_spare(std::size_t size, std::size_t alignment) {
  void* const memory = leadline::spare_memory::take(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void* take(std::size_t size, std::size_t alignment) {
  leadline::spare_memory::note(size);
  if (countdown != 0 && --countdown == 0) {
    failed = true;
    if (goes_on) countdown = 1;
    return take_spare(size, alignment);
  }
  void* const memory = alignment <= alignof(std::max_align_t)
                           ? std::malloc(size == 0 ? 1 : size)
                           : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) return take_spare(size, alignment);
  ++live;
  return memory;
}

void give_back(void* memory) noexcept {
  if (memory == nullptr || leadline::spare_memory::give_back(memory)) return;
  --live;
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return take(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size) { return take(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return take(size, alignof(std::max_align_t));
  } catch (...) {
    return nullptr;
  }
}
void* operator new[](std::size_t size, const std::nothrow_t& nothrow) noexcept { return operator new(size, nothrow); }
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give_back(memory); }

extern "C" {

void memory_fail_at(long n, int for_ever) {
  failed = false;
  goes_on = for_ever != 0;
  countdown = n;
}
int memory_has_failed(void) { return failed ? 1 : 0; }
long memory_live_count(void) { return live; }
int memory_install(void) { return 1; }
}
