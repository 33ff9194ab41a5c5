#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/fetch.hpp"

namespace leadline {

/// Wake-ups of many contacts, told in the order of (instant, id in byte order): a hierarchical timing wheel (Varghese
/// and Lauck 1987) whose items keep their exact instants.
///
///     level 0   256 slots of 1.024 s  |.|.|#|.|...     now stands in one slot of each level; what is due lies in the
///     level 1   256 slots of 262 s    |.|#|.|...       first level at which its slot is another than now's
///     level 2   256 slots of 18.6 h   |#|.|#|...       empty slots are skipped by bitmap
///
/// When time reaches a slot its items move a level down, or, in the slot at hand, are sorted: a million due at one
/// millisecond are one sort. Set, move and cancel cost O(1) and touch one place in memory at random: a slot is an array
/// that grows at its end, and an item that was moved or cancelled is void by its ticket and left behind until its slot
/// opens, or until most are void. (Slots as linked lists touch four places, and measured twice the time.) What is set
/// within the slot at hand goes to a heap beside the sorted ones.
///
///     timing_wheel wheel([&](std::uint32_t who) { return ids[who]; });
///     wheel.set(who, due_ms);
///     while (const auto due = wheel.pop(now_ms)) ...     // all with an instant up to now, in order
///
/// Contacts are named by number, one wake-up each; `Names` gives the id of a number, which stays while it is set. One
/// thread at a time.
template <class Names>
class timing_wheel {
 public:
  using number = std::uint32_t;
  struct due {
    std::int64_t at_ms = 0;
    number who = 0;
  };

  explicit timing_wheel(Names names) : names_(std::move(names)) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool is_set(number who) const noexcept { return who < entries_.size() && entries_[who].ticket != 0; }
  /// REQUIRES is_set(who).
  [[nodiscard]] std::int64_t at_ms(number who) const noexcept { return entries_[who].at_ms; }

  /// Sets the wake-up of a contact, or moves it. REQUIRES an instant not below 0.
  void set(number who, std::int64_t at_ms) {
    assert(at_ms >= 0);
    if (who >= entries_.size()) entries_.resize(std::max<std::size_t>(who + std::size_t{1}, entries_.size() * 2));
    entry& own = entries_[who];
    if (own.ticket != 0) {
      if (own.at_ms == at_ms) return;
      ++void_count_;
    } else {
      ++size_;
    }
    if (void_count_ > size_ + void_count_min || ticket_ == UINT32_MAX) sweep(who);
    own.at_ms = at_ms;
    own.ticket = ++ticket_;
    put({at_ms, who, own.ticket});
  }

  void cancel(number who) noexcept {
    if (!is_set(who)) return;
    entries_[who].ticket = 0;
    --size_;
    ++void_count_;
  }

  /// The first one due up to and including `to_ms`, which is then no longer set; nothing when there is none.
  [[nodiscard]] std::optional<due> pop(std::int64_t to_ms) {
    if (to_ms < none_before_ms_) return std::nullopt;
    while (true) {
      if (is_opening_) finish_open();
      drop_void();
      const item* first = first_ready();
      if (first == nullptr) {
        if (!open_next(to_ms)) return std::nullopt;
        continue;
      }
      if (first->at_ms > to_ms) {
        none_before_ms_ = first->at_ms;
        return std::nullopt;
      }
      const due out{first->at_ms, first->who};
      if (!sorted_.empty() && first == &sorted_.back()) {
        sorted_.pop_back();
      } else {
        std::pop_heap(heap_.begin(), heap_.end(), after());
        heap_.pop_back();
      }
      entries_[out.who].ticket = 0;
      --size_;
      return out;
    }
  }

  /// Who lies so many places behind the next one, if many are due in one slot; may be one that is no longer set.
  [[nodiscard]] std::optional<number> behind(std::size_t place) const noexcept {
    return place < sorted_.size() ? std::optional(sorted_[sorted_.size() - 1 - place].who) : std::nullopt;
  }

  /// Fetches what `set` and `cancel` of a contact look at.
  void prefetch(number who) const noexcept {
    if (who < entries_.size()) detail::fetch(&entries_[who]);
  }

  /// Hands over the numbers of what may be due between two instants, void ones among them, so that they can be fetched
  /// in time. Some are left out: of a later block of the first level.
  template <class Use>
  void each_near(std::int64_t from_ms, std::int64_t to_ms, const Use& use) const {
    const std::int64_t block_end = (slot_of(now_ms_) | (slot_count - 1)) + 1;
    const std::int64_t last = std::min(slot_of(to_ms), block_end - 1);
    for (std::int64_t slot = std::max(slot_of(from_ms), slot_of(now_ms_)) + 1; slot <= last; ++slot) {
      for (const item& each : slots_[0][static_cast<std::size_t>(slot) & (slot_count - 1)]) use(each.who);
    }
  }

  /// The instant of the first one. Looks through the slot in which that is, so it is not for every event.
  [[nodiscard]] std::optional<std::int64_t> next_ms() const noexcept {
    std::optional<std::int64_t> first;
    const auto note = [&](const auto& each) {
      if (is_current(each) && (!first || each.at_ms < *first)) first = each.at_ms;
    };
    if (is_opening_) {
      for (const item& each : sorted_) note(each);
      for (std::size_t i = opened_next_; i < opened_.size(); ++i) note(opened_[i]);
      for (const auto& level : slots_) {
        for (const std::vector<item>& list : level) std::for_each(list.begin(), list.end(), note);
      }
    }
    // The sorted ones lie in order, the last is the first that is still due.
    for (auto each = sorted_.rbegin(); each != sorted_.rend() && !first; ++each) note(*each);
    for (const item& each : heap_) note(each);
    for (unsigned level = 0; level < level_count && !first; ++level) {
      // A slot whose items are all void holds nothing.
      for (int slot = next_slot(level, 1); slot >= 0 && !first; slot = next_slot(level, slot + 1, absolute))
        for (const item& each : slots_[level][static_cast<unsigned>(slot)]) note(each);
    }
    return first;
  }

 private:
  static constexpr unsigned slot_bits = 10;  // 1,024 ms: some few items when a million lie within a month
  static constexpr unsigned level_bits = 8;
  static constexpr unsigned slot_count = 1U << level_bits;
  /// 10 + 7 x 8 bits hold every instant.
  static constexpr unsigned level_count = 7;
  /// Fewer void items are not worth a sweep.
  static constexpr std::size_t void_count_min = 4'096;

  /// What a contact's wake-up is; a ticket of 0: none.
  struct entry {
    std::int64_t at_ms = 0;
    std::uint32_t ticket = 0;
  };
  struct item {
    std::int64_t at_ms;
    number who;
    std::uint32_t ticket;
  };
  /// One of several at one instant, with the first eight bytes of its id behind those that all of them begin with, so
  /// that most comparisons need not look it up.
  struct named_item {
    item what;
    std::uint64_t prefix;
  };

  [[nodiscard]] static std::int64_t slot_of(std::int64_t at_ms) noexcept { return at_ms >> slot_bits; }
  [[nodiscard]] bool is_current(const item& each) const noexcept { return entries_[each.who].ticket == each.ticket; }

  [[nodiscard]] auto after() const noexcept {
    return [this](const item& a, const item& b) {
      if (a.at_ms != b.at_ms) return a.at_ms > b.at_ms;
      return a.who != b.who && names_(a.who) > names_(b.who);
    };
  }
  [[nodiscard]] static std::uint64_t prefix_of(std::string_view id) noexcept {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i) out = out << 8 | (i < id.size() ? static_cast<unsigned char>(id[i]) : 0U);
    return out;
  }
  /// With how many bytes the ids of all of them begin alike.
  [[nodiscard]] std::size_t common_size(std::size_t first, std::size_t last) const noexcept {
    const std::string_view one = names_(sorted_[first].who);
    std::size_t size = one.size();
    for (std::size_t i = first + 1; i < last && size > 0; ++i) {
      const std::string_view other = names_(sorted_[i].who);
      size = static_cast<std::size_t>(
          std::mismatch(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(size), other.begin(), other.end())
              .first -
          one.begin());
    }
    return size;
  }
  /// Sorts by instant; ids are looked up only where instants are equal.
  void sort_ready() {
    std::sort(sorted_.begin(), sorted_.end(), [](const item& a, const item& b) { return a.at_ms > b.at_ms; });
    for (std::size_t first = 0; first < sorted_.size();) {
      std::size_t last = first + 1;
      while (last < sorted_.size() && sorted_[last].at_ms == sorted_[first].at_ms) ++last;
      if (last - first > 1) {
        named_.clear();
        const std::size_t common = common_size(first, last);
        for (std::size_t i = first; i < last; ++i)
          named_.push_back({sorted_[i], prefix_of(names_(sorted_[i].who).substr(common))});
        std::sort(named_.begin(), named_.end(), [this](const named_item& a, const named_item& b) {
          if (a.prefix != b.prefix) return a.prefix > b.prefix;
          return a.what.who != b.what.who && names_(a.what.who) > names_(b.what.who);
        });
        for (std::size_t i = first; i < last; ++i) sorted_[i] = named_[i - first].what;
      }
      first = last;
    }
    if (named_.capacity() > 4'096) std::vector<named_item>().swap(named_);
  }

  void put(const item& made) {
    none_before_ms_ = std::min(none_before_ms_, made.at_ms);
    if (slot_of(made.at_ms) > slot_of(now_ms_)) return store(made);
    heap_.push_back(made);
    std::push_heap(heap_.begin(), heap_.end(), after());
  }
  /// Into a later slot.
  void store(const item& made) {
    const auto differing = static_cast<std::uint64_t>(slot_of(made.at_ms) ^ slot_of(now_ms_));
    const unsigned level = (63U - static_cast<unsigned>(std::countl_zero(differing))) / level_bits;
    const auto slot = static_cast<unsigned>(made.at_ms >> (slot_bits + level * level_bits)) & (slot_count - 1);
    slots_[level][slot].push_back(made);
    occupied_[level][slot / 64] |= std::uint64_t{1} << (slot % 64);
  }

  void drop_void() {
    while (!sorted_.empty() && !is_current(sorted_.back())) {
      sorted_.pop_back();
      --void_count_;
    }
    while (!heap_.empty() && !is_current(heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), after());
      heap_.pop_back();
      --void_count_;
    }
  }
  [[nodiscard]] const item* first_ready() const noexcept {
    if (heap_.empty()) return sorted_.empty() ? nullptr : &sorted_.back();
    if (sorted_.empty()) return &heap_.front();
    return after()(sorted_.back(), heap_.front()) ? &heap_.front() : &sorted_.back();
  }

  /// Drops what is void, that of `moved` included; once tickets have run out they are numbered anew.
  void sweep(number moved) {
    entries_[moved].ticket = 0;
    opened_.erase(opened_.begin(), opened_.begin() + static_cast<std::ptrdiff_t>(opened_next_));
    opened_next_ = 0;
    const bool is_numbering = ticket_ == UINT32_MAX;
    std::uint32_t next = 0;
    const auto keep = [&](std::vector<item>& list) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < list.size(); ++i) {
        if (i + 12 < list.size()) detail::fetch(&entries_[list[i + 12].who]);
        if (!is_current(list[i])) continue;
        list[kept] = list[i];
        // New tickets are no larger than old ones, and may equal another's old one: those are told apart by who.
        if (is_numbering) list[kept].ticket = ++next;
        ++kept;
      }
      list.resize(kept);
    };
    for (unsigned level = 0; level < level_count; ++level) {
      for (unsigned slot = 0; slot < slot_count; ++slot) {
        std::vector<item>& list = slots_[level][slot];
        if (list.empty()) continue;
        keep(list);
        if (!list.empty()) continue;
        occupied_[level][slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
        std::vector<item>().swap(list);
      }
    }
    keep(opened_);
    keep(sorted_);
    keep(heap_);
    std::make_heap(heap_.begin(), heap_.end(), after());
    void_count_ = 0;
    if (!is_numbering) return;
    const auto number_all = [&](const auto& list) {
      for (const auto& each : list) entries_[each.who].ticket = each.ticket;
    };
    for (const auto& level : slots_) {
      for (const std::vector<item>& list : level) number_all(list);
    }
    number_all(opened_);
    number_all(sorted_);
    number_all(heap_);
    ticket_ = next;
  }

  enum class counted_from : std::uint8_t { now, zero };
  static constexpr counted_from absolute = counted_from::zero;
  /// The first slot of a level that holds something, from so many behind now's, or from that one on; -1: none.
  [[nodiscard]] int next_slot(unsigned level, int offset, counted_from where = counted_from::now) const noexcept {
    auto from = static_cast<unsigned>(offset);
    if (where == counted_from::now)
      from += static_cast<unsigned>(now_ms_ >> (slot_bits + level * level_bits)) & (slot_count - 1);
    for (unsigned word = from / 64; word < slot_count / 64; ++word) {
      std::uint64_t bits = occupied_[level][word];
      if (word == from / 64) bits &= ~std::uint64_t{0} << (from % 64);
      if (bits != 0) return static_cast<int>(word * 64) + std::countr_zero(bits);
    }
    return -1;
  }

  /// Moves now to the next slot that begins up to `to_ms` and makes its items ready, or moves them down. Gives whether
  /// there was one; if not, now is `to_ms`.
  bool open_next(std::int64_t to_ms) {
    none_before_ms_ = INT64_MAX;
    for (unsigned level = 0; level < level_count; ++level) {
      const int found = next_slot(level, 1);
      if (found < 0) continue;
      const auto slot = static_cast<unsigned>(found);
      const unsigned shift = slot_bits + level * level_bits;
      const std::int64_t block = shift + level_bits > 62 ? 0 : now_ms_ >> (shift + level_bits) << (shift + level_bits);
      const std::int64_t start_ms = block + (static_cast<std::int64_t>(slot) << shift);
      if (start_ms > to_ms) {
        none_before_ms_ = start_ms;
        break;
      }
      now_ms_ = start_ms;
      none_before_ms_ = start_ms;
      open(level, slot);
      return true;
    }
    // Slots that begin later are still other slots than now's, so that they stay where they are.
    now_ms_ = std::max(now_ms_, to_ms);
    return false;
  }

  void open(unsigned level, unsigned slot) {
    occupied_[level][slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    opened_.clear();
    opened_.swap(slots_[level][slot]);
    opened_from_ = &slots_[level][slot];
    is_opening_ = true;
    finish_open();
  }

  /// Goes on where memory ran out, if it did: every item is in one place at any time.
  void finish_open() {
    for (std::size_t& i = opened_next_; i < opened_.size(); ++i) {
      // The entries lie anywhere; several are fetched at a time.
      if (i + 12 < opened_.size()) detail::fetch(&entries_[opened_[i + 12].who]);
      const item& each = opened_[i];
      if (!is_current(each)) {
        --void_count_;
      } else if (slot_of(each.at_ms) == slot_of(now_ms_)) {
        sorted_.push_back(each);
      } else {
        store(each);
      }
    }
    if (sorted_.size() > 1) sort_ready();
    is_opening_ = false;
    opened_next_ = 0;
    // A slot of a coarse level may have held a storm; small ones keep their memory for the next time around.
    if (opened_.capacity() > 4'096) {
      std::vector<item>().swap(opened_);
    } else {
      opened_.clear();
      opened_.swap(*opened_from_);
    }
  }

  Names names_;
  std::vector<entry> entries_;
  std::size_t size_ = 0;
  std::size_t void_count_ = 0;
  std::int64_t now_ms_ = 0;
  /// Nothing is due before this.
  std::int64_t none_before_ms_ = INT64_MAX;
  std::uint32_t ticket_ = 0;
  std::array<std::array<std::vector<item>, slot_count>, level_count> slots_{};
  std::array<std::array<std::uint64_t, slot_count / 64>, level_count> occupied_{};
  /// The slot that was opened last, how far its items are dealt out, and whether some are left.
  std::vector<item> opened_;
  std::vector<item>* opened_from_ = nullptr;
  std::size_t opened_next_ = 0;
  bool is_opening_ = false;
  /// Ready ones, last first; and those set since.
  std::vector<item> sorted_;
  std::vector<item> heap_;
  std::vector<named_item> named_;
};

}  // namespace leadline
