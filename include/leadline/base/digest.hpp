#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"

namespace leadline {

namespace detail {
struct record_access;
}

/// 128 bits of a cryptographic hash: BLAKE2b (RFC 7693) with an output of 16 bytes and no key.
///
/// It names what must not be confused even by somebody who tries: the bytes of a model, the distinct values of a
/// signal. The hash is written out here because the core has no other use for a cryptography library, and such a
/// library is megabytes beside a hundred lines; tests hold it to Python's hashlib.
///
///     digest of_pack = digest::of("bytes");
///     of_pack.text();    // 32 hexadecimal digits
///
/// A plain value; distinct objects may be used from distinct threads.
class digest {
 public:
  static constexpr std::size_t size = 16;

  constexpr digest() noexcept = default;
  [[nodiscard]] static digest of(std::string_view bytes) noexcept;

  [[nodiscard]] const std::array<std::uint8_t, size>& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::string text() const;

  [[nodiscard]] friend auto operator<=>(const digest&, const digest&) noexcept = default;

 private:
  friend class digest_writer;
  friend struct detail::record_access;
  std::array<std::uint8_t, size> bytes_{};
};

/// Takes bytes in pieces; the pieces' borders leave no trace.
class digest_writer {
 public:
  digest_writer() noexcept;

  void write(std::string_view bytes) noexcept;
  /// A text and where it ends, so that "ab", "c" and "a", "bc" differ.
  void write_text(std::string_view text) noexcept;
  /// Eight bytes, least significant first, on every machine.
  void write_number(std::uint64_t number) noexcept;

  /// May be called once.
  [[nodiscard]] digest finish() noexcept;

 private:
  enum class block_kind : std::uint8_t { inner, last };
  void compress(block_kind kind) noexcept;

  std::array<std::uint64_t, 8> state_;
  std::array<std::uint8_t, 128> block_{};
  std::size_t filled_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/base/detail/digest_inl.hpp"
#endif
