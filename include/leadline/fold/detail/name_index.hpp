#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace leadline::detail {

/// Names of a pack and their numbers, for names that come with events: a look costs a multiplication and one compare
/// of texts, where std::hash goes over every byte. The names belong to the model. Immutable once built.
class name_index {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  /// The first of equal names counts.
  void add(std::string_view name, std::uint32_t number) {
    if (find(name) != none) return;
    if ((count_ + 1) * 2 > cells_.size()) grow();
    place(name, number);
    ++count_;
  }

  [[nodiscard]] std::uint32_t find(std::string_view name) const noexcept {
    if (cells_.empty()) return none;
    const ends own = ends_of(name);
    for (std::size_t at = place_of(own, name.size());; at = (at + 1) & (cells_.size() - 1)) {
      const cell& each = cells_[at];
      if (each.number == none) return none;
      // Up to sixteen bytes both ends are the whole.
      if (each.name.size() == name.size() && each.both == own && (name.size() <= 16 || each.name == name))
        return each.number;
    }
  }

 private:
  /// The first and the last eight bytes, or all of them.
  struct ends {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    [[nodiscard]] friend bool operator==(const ends&, const ends&) noexcept = default;
  };
  struct cell {
    std::string_view name;
    ends both;
    std::uint32_t number = none;
  };

  [[nodiscard]] static ends ends_of(std::string_view name) noexcept {
    ends out;
    const char* const first = name.data();
    const std::size_t size = name.size();
    if (size >= 8) {
      std::memcpy(&out.head, first, 8);
      std::memcpy(&out.tail, first + size - 8, 8);
    } else if (size >= 4) {
      std::uint32_t half = 0;
      std::memcpy(&half, first, 4);
      out.head = half;
      std::memcpy(&half, first + size - 4, 4);
      out.tail = half;
    } else {
      for (const char each : name) out.head = out.head << 8 | static_cast<unsigned char>(each);
    }
    return out;
  }
  /// Names that agree in size and ends share a place and are told apart there.
  [[nodiscard]] std::size_t place_of(const ends& both, std::size_t size) const noexcept {
    constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
    std::uint64_t mixed = (both.head ^ (both.tail * odd) ^ size) * odd;
    mixed ^= mixed >> 32;
    return static_cast<std::size_t>(mixed * odd >> 32) & (cells_.size() - 1);
  }
  void place(std::string_view name, std::uint32_t number) {
    const ends both = ends_of(name);
    std::size_t at = place_of(both, name.size());
    while (cells_[at].number != none) at = (at + 1) & (cells_.size() - 1);
    cells_[at] = {name, both, number};
  }
  void grow() {
    std::vector<cell> before = std::move(cells_);
    cells_.assign(before.empty() ? 16 : before.size() * 2, {});
    for (const cell& each : before) {
      if (each.number != none) place(each.name, each.number);
    }
  }

  std::vector<cell> cells_;
  std::size_t count_ = 0;
};

}  // namespace leadline::detail
