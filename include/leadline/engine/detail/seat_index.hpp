#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "leadline/base/fetch.hpp"

namespace leadline::detail {

/// Which seat a contact's id has: open addressing, eight bytes a cell, so that a look touches one line of memory beside
/// the seat's own.
///
///     cells   | - | 17 h | 4 h' | - | ...     a number, and the hash of its id, which tells most others apart
///
/// The ids themselves stand with the seats: the caller compares. Whoever may choose ids must not be able to choose them
/// so that all come to one cell, where each would be looked for among all others: hashes go by a seed, which should
/// differ from engine to engine. Nothing that is told depends on it. For one thread.
class seat_index {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  explicit seat_index(std::uint64_t seed) noexcept : seed_(mix(seed)) {}

  [[nodiscard]] std::uint32_t hash_of(std::string_view id) const noexcept { return hash_of(id, seed_); }
  [[nodiscard]] static std::uint32_t hash_of(std::string_view id, std::uint64_t seed) noexcept {
    std::uint64_t mixed = id.size() * odd ^ seed;
    const char* at = id.data();
    std::size_t left = id.size();
    for (; left > 8; left -= 8, at += 8) mixed = mix(mixed ^ eight(at));
    if (id.size() >= 8) {
      mixed = mix(mixed ^ eight(id.data() + id.size() - 8));
    } else {
      std::uint64_t rest = 0;
      for (; left != 0; --left) rest = rest << 8 | static_cast<unsigned char>(*at++);
      mixed = mix(mixed ^ rest);
    }
    return static_cast<std::uint32_t>(mixed >> 32);
  }

  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  /// The number whose id `is_it` says it is, or none.
  template <class IsIt>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, const IsIt& is_it) const {
    if (cells_.empty()) return none;
    for (std::size_t at = place_of(hash); cells_[at].number != none; at = (at + 1) & (cells_.size() - 1)) {
      if (cells_[at].hash == hash && is_it(cells_[at].number)) return cells_[at].number;
    }
    return none;
  }
  /// The first number with that hash, mostly the one that `find` will give; or none.
  [[nodiscard]] std::uint32_t guess(std::uint32_t hash) const noexcept {
    return find(hash, [](std::uint32_t) { return true; });
  }
  void prefetch(std::uint32_t hash) const noexcept {
    if (!cells_.empty()) fetch(&cells_[place_of(hash)]);
  }

  /// REQUIRES an id that is not there.
  void add(std::uint32_t hash, std::uint32_t number) {
    reserve(count_ + 1);
    put({number, hash});
    ++count_;
  }
  void reserve(std::size_t count) {
    if (count * 2 <= cells_.size()) return;
    std::size_t size = cells_.empty() ? 64 : cells_.size();
    while (size < count * 2) size *= 2;
    std::vector<cell> before(size);
    before.swap(cells_);
    for (const cell& each : before) {
      if (each.number != none) put(each);
    }
  }
  /// REQUIRES that it is there.
  void erase(std::uint32_t hash, std::uint32_t number) noexcept {
    std::size_t at = place_of(hash);
    while (cells_[at].number != number) at = (at + 1) & (cells_.size() - 1);
    // What stands behind moves up, unless that would be before its own place.
    for (std::size_t next = (at + 1) & (cells_.size() - 1); cells_[next].number != none;
         next = (next + 1) & (cells_.size() - 1)) {
      const std::size_t own = place_of(cells_[next].hash);
      if (((next - own) & (cells_.size() - 1)) < ((next - at) & (cells_.size() - 1))) continue;
      cells_[at] = cells_[next];
      at = next;
    }
    cells_[at] = {};
    --count_;
  }

 private:
  struct cell {
    std::uint32_t number = none;
    std::uint32_t hash = 0;
  };

  static constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
  [[nodiscard]] static std::uint64_t eight(const char* from) noexcept {
    std::uint64_t out = 0;
    std::memcpy(&out, from, 8);
    return out;
  }
  [[nodiscard]] static std::uint64_t mix(std::uint64_t of) noexcept {
    of = (of ^ of >> 32) * odd;
    return (of ^ of >> 29) * odd;
  }
  [[nodiscard]] std::size_t place_of(std::uint32_t hash) const noexcept { return hash & (cells_.size() - 1); }
  void put(cell made) noexcept {
    std::size_t at = place_of(made.hash);
    while (cells_[at].number != none) at = (at + 1) & (cells_.size() - 1);
    cells_[at] = made;
  }

  std::uint64_t seed_;
  std::vector<cell> cells_;
  std::size_t count_ = 0;
};

}  // namespace leadline::detail
