#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace leadline::detail {

/// Ascending whole numbers (equal ones allowed) with a table by their leading bits, so that a look-up reads one
/// table entry and then a key or two, instead of halving its way through them all.
///
/// How many keys a cell of the table holds varies from cell to cell, and a loop that ends after none, one or two of
/// them is a branch that the processor guesses wrong every other time. So every look-up compares as many keys as the
/// fullest cell holds, unless that is many.
class sorted_keys {
 public:
  sorted_keys() = default;
  /// More cells a key make a longer table with fewer keys to compare. REQUIRES `keys` sorted and not empty.
  explicit sorted_keys(std::vector<std::int64_t> keys, std::size_t cells_per_key = 2)
      : keys_(std::move(keys)), size_(keys_.size()) {
    first_ = keys_.front();
    const auto range = static_cast<std::uint64_t>(keys_.back() - first_);
    const std::uint64_t cells = cells_per_key * keys_.size();
    while ((range >> shift_) >= cells) ++shift_;
    last_cell_ = range >> shift_;
    table_.reserve(static_cast<std::size_t>(last_cell_) + 2);
    std::size_t key = 0;
    for (std::uint64_t cell = 0; cell <= last_cell_; ++cell) {
      const std::size_t before = key;
      while (key < size_ && cell_of(keys_[key]) < cell) ++key;
      fullest_ = std::max(fullest_, key - before);
      table_.push_back(static_cast<std::uint32_t>(key));  // the first key of this cell or a later one
    }
    fullest_ = std::max(fullest_, size_ - key);
    table_.push_back(static_cast<std::uint32_t>(size_));
    if (fullest_ <= few) {
      keys_.reserve(size_ + fullest_);  // exactly: growing by `insert` alone doubles the memory
      keys_.insert(keys_.end(), fullest_, std::numeric_limits<std::int64_t>::max());
    }
  }

  /// The index of the last key that is at most `value`; 0 when there is none.
  [[nodiscard]] std::size_t last_at_most(std::int64_t value) const noexcept {
    if (value < first_) return 0;
    const auto cell = static_cast<std::size_t>(std::min(cell_of(value), last_cell_));
    const std::size_t begin = table_[cell];
    if (fullest_ > few) {
      const auto first = keys_.begin();
      return static_cast<std::size_t>(
                 std::upper_bound(first + static_cast<std::ptrdiff_t>(begin), first + table_[cell + 1], value) -
                 first) -
             1;
    }
    const std::int64_t* const keys = keys_.data() + begin;
    std::size_t i = begin;
    for (std::size_t n = 0; n < fullest_; ++n) i += keys[n] <= value ? 1 : 0;
    return i - 1;  // the first key is at most `value`, so one was counted or stands before the cell
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::int64_t operator[](std::size_t i) const noexcept { return keys_[i]; }

 private:
  static constexpr std::size_t few = 8;

  [[nodiscard]] std::uint64_t cell_of(std::int64_t value) const noexcept {
    return static_cast<std::uint64_t>(value - first_) >> shift_;
  }

  std::vector<std::int64_t> keys_;  // and, where cells hold few, as many beyond every value
  std::vector<std::uint32_t> table_;
  std::size_t size_ = 0;
  std::size_t fullest_ = 0;
  std::int64_t first_ = 0;
  std::uint64_t last_cell_ = 0;
  int shift_ = 0;
};

}  // namespace leadline::detail
