#pragma once

#include <algorithm>

#include "leadline/condition/condition_scratch.hpp"

namespace leadline {

LEADLINE_INLINE void* condition_scratch::take_from_next(std::size_t size) {
  constexpr std::size_t block_size = 4096;
  std::size_t next = block_ < blocks_.size() && used_ > 0 ? block_ + 1 : block_;
  // Blocks that are kept from earlier evaluations and too small for this piece are passed over, not freed.
  while (next < blocks_.size() && blocks_[next].size < size) ++next;
  if (next >= blocks_.size()) {
    const std::size_t room = std::max(size, blocks_.empty() ? block_size : blocks_.back().size * 2);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(room), room});
    next = blocks_.size() - 1;
  }
  block_ = next;
  used_ = size;
  return blocks_[block_].bytes.get();
}

}  // namespace leadline
