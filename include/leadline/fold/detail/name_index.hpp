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
    for (std::size_t at = place_of(name);; at = (at + 1) & (cells_.size() - 1)) {
      const cell& each = cells_[at];
      if (each.number == none) return none;
      if (each.name == name) return each.number;
    }
  }

 private:
  struct cell {
    std::string_view name;
    std::uint32_t number = none;
  };

  /// Both ends and the size; names that agree in these share a place and are told apart there.
  [[nodiscard]] std::size_t place_of(std::string_view name) const noexcept {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (name.size() >= 8) {
      std::memcpy(&head, name.data(), 8);
      std::memcpy(&tail, name.data() + name.size() - 8, 8);
    } else {
      for (const char each : name) head = head << 8 | static_cast<unsigned char>(each);
    }
    constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
    std::uint64_t mixed = (head ^ (tail * odd) ^ name.size()) * odd;
    mixed ^= mixed >> 32;
    return static_cast<std::size_t>(mixed * odd >> 32) & (cells_.size() - 1);
  }
  void place(std::string_view name, std::uint32_t number) {
    std::size_t at = place_of(name);
    while (cells_[at].number != none) at = (at + 1) & (cells_.size() - 1);
    cells_[at] = {name, number};
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
