#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace leadline::detail {

/// A queue in one piece of memory: items leave at the front, come at the back, and can be searched in between.
template <class Item>
class sliding {
 public:
  [[nodiscard]] bool empty() const noexcept { return head_ == items_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size() - head_; }
  [[nodiscard]] auto begin() const noexcept { return items_.begin() + static_cast<std::ptrdiff_t>(head_); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }
  [[nodiscard]] const Item& front() const noexcept { return items_[head_]; }
  [[nodiscard]] const Item& back() const noexcept { return items_.back(); }
  [[nodiscard]] const Item& operator[](std::size_t index) const noexcept { return items_[head_ + index]; }

  void push_back(Item item) { items_.push_back(std::move(item)); }
  void pop_back() noexcept { items_.pop_back(); }
  void pop_front() {
    ++head_;
    if (head_ == items_.size()) {
      items_.clear();
      head_ = 0;
    } else if (head_ >= 16 && head_ * 2 >= items_.size()) {
      // At least as many have left as stay, so that moving them costs a constant for each that left.
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  }
  /// Keeps its memory.
  void clear() noexcept {
    items_.clear();
    head_ = 0;
  }
  void assign(std::vector<Item> items) {
    items_ = std::move(items);
    head_ = 0;
  }

 private:
  std::vector<Item> items_;
  std::size_t head_ = 0;
};

/// Two queues as one, in order; of equals those of `a` first.
template <class Queue, class Before>
[[nodiscard]] Queue united(const Queue& a, const Queue& b, Before before) {
  std::vector<std::remove_cvref_t<decltype(a.front())>> items;
  items.reserve(a.size() + b.size());
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    const bool takes_right = left == a.end() || (right != b.end() && before(*right, *left));
    items.push_back(takes_right ? *right++ : *left++);
  }
  Queue out;
  out.assign(std::move(items));
  return out;
}

}  // namespace leadline::detail
