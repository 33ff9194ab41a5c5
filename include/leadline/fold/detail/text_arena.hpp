#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace leadline::detail {

/// Memory for texts that live until all are dropped together; what it has taken it keeps. For one thread.
class text_arena {
 public:
  /// A copy that stays where it is until `clear`.
  [[nodiscard]] std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < text.size()) ++block_, used_ = 0;
    if (block_ == blocks_.size()) {
      const std::size_t size = std::max<std::size_t>(text.size(), 4'096);
      blocks_.push_back({std::make_unique<char[]>(size), size});
      used_ = 0;
    }
    char* const to = blocks_[block_].bytes.get() + used_;
    std::memcpy(to, text.data(), text.size());
    used_ += text.size();
    return {to, text.size()};
  }

  void clear() noexcept { block_ = 0, used_ = 0; }

 private:
  struct block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

}  // namespace leadline::detail
