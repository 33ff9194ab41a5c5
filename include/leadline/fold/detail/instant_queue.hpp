#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace leadline::detail {

/// A queue of instants, of which a few stand within it: windows mostly hold few, and those of a contact at rest should
/// cost no further memory to fetch.
///
///     | 3 instants within |        or, from the fourth on,   -> | one block, as large as ever needed |
///
/// Items leave at the front, come at the back, and can be searched in between. A plain value.
class instant_queue {
 public:
  instant_queue() noexcept : own_{} {}
  instant_queue(const instant_queue& other) : own_{} { take(other.begin(), other.size()); }
  instant_queue(instant_queue&& other) noexcept : own_{} { swap(other); }
  instant_queue& operator=(const instant_queue& other) {
    if (this != &other) take(other.begin(), other.size());
    return *this;
  }
  instant_queue& operator=(instant_queue&& other) noexcept {
    swap(other);
    return *this;
  }
  ~instant_queue() {
    if (is_far()) delete[] far_;
  }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const std::int64_t* begin() const noexcept { return room() + head_; }
  [[nodiscard]] const std::int64_t* end() const noexcept { return begin() + size_; }
  [[nodiscard]] const std::int64_t& front() const noexcept { return *begin(); }
  [[nodiscard]] const std::int64_t& back() const noexcept { return *(end() - 1); }
  [[nodiscard]] const std::int64_t& operator[](std::size_t index) const noexcept { return begin()[index]; }

  void push_back(std::int64_t at_ms) {
    if (head_ + size_ == capacity()) make_room();
    room()[head_ + size_++] = at_ms;
  }
  void pop_front() noexcept {
    ++head_;
    if (--size_ == 0) head_ = 0;
  }
  /// Keeps its memory.
  void clear() noexcept { head_ = 0, size_ = 0; }
  void assign(const std::vector<std::int64_t>& items) { take(items.data(), items.size()); }

 private:
  static constexpr std::uint32_t own_count = 3;

  [[nodiscard]] bool is_far() const noexcept { return far_capacity_ != 0; }
  [[nodiscard]] std::uint32_t capacity() const noexcept { return is_far() ? far_capacity_ : own_count; }
  [[nodiscard]] std::int64_t* room() noexcept { return is_far() ? far_ : own_; }
  [[nodiscard]] const std::int64_t* room() const noexcept { return is_far() ? far_ : own_; }

  void swap(instant_queue& other) noexcept {
    // Either form is these bytes.
    std::int64_t kept[own_count];
    std::memcpy(kept, own_, sizeof kept);
    std::memcpy(own_, other.own_, sizeof kept);
    std::memcpy(other.own_, kept, sizeof kept);
    std::swap(head_, other.head_);
    std::swap(size_, other.size_);
    std::swap(far_capacity_, other.far_capacity_);
  }
  void take(const std::int64_t* items, std::size_t count) {
    clear();
    if (count > capacity()) grow_to(static_cast<std::uint32_t>(count));
    if (count != 0) std::memcpy(room(), items, count * sizeof(std::int64_t));
    size_ = static_cast<std::uint32_t>(count);
  }
  void make_room() {
    // With at least half of them gone moving the others costs a constant for each that left.
    if (head_ != 0 && size_ <= capacity() / 2 + (is_far() ? 0U : 1U)) {
      std::memmove(room(), begin(), size_ * sizeof(std::int64_t));
      head_ = 0;
    } else {
      grow_to(capacity() * 2 + 2);
    }
  }
  void grow_to(std::uint32_t count) {
    auto* const made = new std::int64_t[count];
    if (size_ != 0) std::memcpy(made, begin(), size_ * sizeof(std::int64_t));
    if (is_far()) delete[] far_;
    far_ = made;
    far_capacity_ = count;
    head_ = 0;
  }

  union {
    std::int64_t own_[own_count];
    std::int64_t* far_;
  };
  std::uint32_t head_ = 0;
  std::uint32_t size_ = 0;
  /// 0: they stand within.
  std::uint32_t far_capacity_ = 0;
};

}  // namespace leadline::detail
