#pragma once

#include <cstddef>

namespace leadline::detail {

/// Asks for a line of memory, to be there when it is looked at. Where the compiler has no such hint it does nothing.
#if defined(__GNUC__)
[[gnu::always_inline]] inline void fetch(const void* at) noexcept {
  __builtin_prefetch(at);
  // A function with nothing but hints in it would count as one without effect, and calls of it be left out.
  asm volatile("");
}
#else
inline void fetch(const void*) noexcept {}
#endif

/// So many bytes from there on; none from null.
inline void fetch(const void* at, std::size_t size) noexcept {
  if (at == nullptr) return;
  for (std::size_t i = 0; i < size; i += 64) fetch(static_cast<const char*>(at) + i);
}

}  // namespace leadline::detail
