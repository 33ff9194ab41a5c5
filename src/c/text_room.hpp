#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace leadline::c {

/// Bytes that grow at the end, as a std::string's do, but short texts are copied without a call.
///
///     texts.reserve_more(contact.size());
///     texts.put(contact);
///
/// For one thread.
class text_room {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

  /// Room for so many bytes more.
  void reserve_more(std::size_t more) {
    if (capacity_ - size_ < more) grow(more);
  }
  /// REQUIRES room. Gives where it stands.
  std::size_t put(std::string_view text) noexcept {
    const std::size_t from = size_;
    copy(bytes_.get() + from, text.data(), text.size());
    size_ += text.size();
    return from;
  }
  /// Drops what stands behind. REQUIRES a size that is not more than it has.
  void shrink(std::size_t size) noexcept { size_ = size; }
  void clear() noexcept { size_ = 0; }

 private:
  static void copy(char* to, const char* from, std::size_t size) noexcept {
    if (size > 16) {
      std::memcpy(to, from, size);
    } else if (size >= 8) {
      copy_ends<8>(to, from, size);
    } else if (size >= 4) {
      copy_ends<4>(to, from, size);
    } else if (size >= 2) {
      copy_ends<2>(to, from, size);
    } else if (size == 1) {
      *to = *from;
    }
  }
  /// The first and the last bytes, which may overlap.
  template <std::size_t Size>
  static void copy_ends(char* to, const char* from, std::size_t size) noexcept {
    char first[Size];
    char last[Size];
    std::memcpy(first, from, Size);
    std::memcpy(last, from + size - Size, Size);
    std::memcpy(to, first, Size);
    std::memcpy(to + size - Size, last, Size);
  }
  void grow(std::size_t more) {
    constexpr std::size_t first_capacity = 256;
    const std::size_t wanted = std::max({first_capacity, size_ + more, 2 * capacity_});
    std::unique_ptr<char[]> made(new char[wanted]);
    if (size_ != 0) std::memcpy(made.get(), bytes_.get(), size_);
    bytes_ = std::move(made);
    capacity_ = wanted;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace leadline::c
