#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace leadline::detail {

/// Bytes in a block of just their size, behind one pointer; none take nothing.
class packed_bytes {
 public:
  packed_bytes() = default;
  explicit packed_bytes(std::string_view given) {
    if (given.empty()) return;
    const auto size = static_cast<std::uint32_t>(given.size());
    block_.reset(new char[sizeof size + given.size()]);
    std::memcpy(block_.get(), &size, sizeof size);
    std::memcpy(block_.get() + sizeof size, given.data(), given.size());
  }

  [[nodiscard]] std::string_view view() const noexcept {
    if (!block_) return {};
    std::uint32_t size = 0;
    std::memcpy(&size, block_.get(), sizeof size);
    return {block_.get() + sizeof size, size};
  }

 private:
  std::unique_ptr<char[]> block_;
};

}  // namespace leadline::detail
