#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "leadline/base/diagnostic.hpp"
#include "leadline/leadline.h"

namespace leadline::c {

/// A problem without a place, for `error`, which may be null.
leadline_status tell(leadline_error* error, leadline_status status, std::string_view code,
                     std::string_view message) noexcept;
/// A diagnostic, or the first error of several.
leadline_status tell(leadline_error* error, leadline_status status, const diagnostic& problem);
leadline_status tell(leadline_error* error, leadline_status status, const diagnostics& problems);

/// As an error of the library's own: "calendar.out_of_range" is LEADLINE_OUT_OF_RANGE, most others are bad input.
[[nodiscard]] leadline_status status_of(const diagnostics& problems) noexcept;

[[nodiscard]] leadline_status tell_argument(leadline_error* error, std::string_view message) noexcept;

/// Whether `error` can be written to, and empties it.
[[nodiscard]] bool prepare(leadline_error* error) noexcept;

/// Whether a text that came in can be read.
[[nodiscard]] inline bool is_text(const void* data, std::size_t size) noexcept { return data != nullptr || size == 0; }
[[nodiscard]] inline std::string_view view(const char* data, std::size_t size) noexcept {
  return size == 0 ? std::string_view() : std::string_view(data, size);
}
[[nodiscard]] inline leadline_text text_of(std::string_view text) noexcept {
  return {text.data() == nullptr ? "" : text.data(), text.size()};
}

/// Runs the body of an entry: nothing leaves it but a status. The error is emptied first, so that it tells of this
/// call.
template <class Body>
[[nodiscard]] leadline_status guarded(leadline_error* error, Body&& body) noexcept {
  if (!prepare(error)) return LEADLINE_BAD_STRUCT_SIZE;
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return tell(error, LEADLINE_OUT_OF_MEMORY, "memory", "there is no memory left");
  } catch (const std::length_error&) {
    return tell(error, LEADLINE_OUT_OF_MEMORY, "memory", "more memory is needed than a machine has");
  } catch (const std::exception& problem) {
    return tell(error, LEADLINE_INTERNAL, "internal", problem.what());
  } catch (...) {
    return tell(error, LEADLINE_INTERNAL, "internal", "a defect of the library");
  }
}

/// Holds a handle for one call; a second thread finds it taken.
class hold {
 public:
  explicit hold(std::atomic_flag& taken) noexcept
      : taken_(taken), is_mine_(!taken.test_and_set(std::memory_order_acquire)) {}
  hold(const hold&) = delete;
  hold& operator=(const hold&) = delete;
  ~hold() {
    if (is_mine_) taken_.clear(std::memory_order_release);
  }
  [[nodiscard]] explicit operator bool() const noexcept { return is_mine_; }

 private:
  std::atomic_flag& taken_;
  bool is_mine_;
};

/// Copies what the host knows of a struct that we fill: it may be older than the library, and its struct shorter.
template <class Struct>
void fill(Struct& to, Struct from) noexcept {
  from.struct_size = to.struct_size;
  const std::size_t size = to.struct_size < sizeof(Struct) ? to.struct_size : sizeof(Struct);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&from);
  auto* const out = reinterpret_cast<unsigned char*>(&to);
  for (std::size_t i = 0; i < size; ++i) out[i] = bytes[i];
}

/// A struct that the host filled, with zeros where his is shorter. REQUIRES a size that was checked.
template <class Struct>
[[nodiscard]] Struct read(const Struct& from) noexcept {
  Struct out{};
  const std::size_t size = from.struct_size < sizeof(Struct) ? from.struct_size : sizeof(Struct);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&from);
  auto* const into = reinterpret_cast<unsigned char*>(&out);
  for (std::size_t i = 0; i < size; ++i) into[i] = bytes[i];
  return out;
}

}  // namespace leadline::c
