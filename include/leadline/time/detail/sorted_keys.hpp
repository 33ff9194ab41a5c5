#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadline::detail {

/// Ascending whole numbers (equal ones allowed) with a table by their leading bits, so that a look-up reads one
/// table entry and then a key or two, instead of halving its way through them all.
class sorted_keys {
 public:
  sorted_keys() = default;
  /// REQUIRES `keys` sorted and not empty.
  explicit sorted_keys(std::vector<std::int64_t> keys) : keys_(std::move(keys)) {
    first_ = keys_.front();
    const auto range = static_cast<std::uint64_t>(keys_.back() - first_);
    const std::uint64_t cells = 2 * keys_.size();  // two cells a key: one key to look at, on average
    while ((range >> shift_) >= cells) ++shift_;
    table_.resize(static_cast<std::size_t>(range >> shift_) + 1);
    std::size_t key = 0;
    for (std::size_t cell = 0; cell < table_.size(); ++cell) {
      while (key < keys_.size() && cell_of(keys_[key]) < cell) ++key;
      table_[cell] = static_cast<std::uint32_t>(key);  // the first key of this cell or a later one
    }
  }

  /// The index of the last key that is at most `value`; 0 when there is none. O(keys in one cell of the table).
  [[nodiscard]] std::size_t last_at_most(std::int64_t value) const noexcept {
    if (value < first_) return 0;
    const std::uint64_t cell = std::min<std::uint64_t>(cell_of(value), table_.size() - 1);
    std::size_t i = table_[cell];
    // Cells that many keys share are halved, the others are read on.
    const std::size_t end = cell + 1 < table_.size() ? table_[cell + 1] : keys_.size();
    if (end - i > 8) {
      i = static_cast<std::size_t>(std::upper_bound(keys_.begin() + static_cast<std::ptrdiff_t>(i),
                                                    keys_.begin() + static_cast<std::ptrdiff_t>(end), value) -
                                   keys_.begin());
    } else {
      while (i < end && keys_[i] <= value) ++i;
    }
    return i == 0 ? 0 : i - 1;
  }

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] std::int64_t operator[](std::size_t i) const noexcept { return keys_[i]; }

 private:
  [[nodiscard]] std::uint64_t cell_of(std::int64_t value) const noexcept {
    return static_cast<std::uint64_t>(value - first_) >> shift_;
  }

  std::vector<std::int64_t> keys_;
  std::vector<std::uint32_t> table_;
  std::int64_t first_ = 0;
  int shift_ = 0;
};

}  // namespace leadline::detail
