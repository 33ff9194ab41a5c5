#pragma once

#include <cstddef>
#include <span>

#include "c/handles.hpp"
#include "leadline/fold/decision.hpp"

namespace leadline::c {

/// Adds decisions in the forms that are wanted. Should memory run out, what stood before is as it was.
void add(leadline_decisions& to, std::span<const decision> told);

/// Sees to it that what an event tells can be added without moving much of what is there.
void make_room(leadline_decisions& in);

/// Takes back what was added after this was made, unless it is kept.
class decisions_mark {
 public:
  explicit decisions_mark(leadline_decisions* of) noexcept
      : of_(of),
        count_(of == nullptr ? 0 : of->count),
        record_count_(of == nullptr ? 0 : of->records.size()),
        texts_size_(of == nullptr ? 0 : of->texts.size()),
        json_size_(of == nullptr ? 0 : of->json.size()) {}
  decisions_mark(const decisions_mark&) = delete;
  decisions_mark& operator=(const decisions_mark&) = delete;
  ~decisions_mark() {
    if (of_ == nullptr) return;
    of_->count = count_;
    of_->records.resize(record_count_);
    of_->texts.shrink(texts_size_);
    of_->json.resize(json_size_);
  }
  void keep() noexcept { of_ = nullptr; }

 private:
  leadline_decisions* of_;
  std::uint64_t count_;
  std::size_t record_count_, texts_size_, json_size_;
};

}  // namespace leadline::c
