#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/condition/value.hpp"
#include "leadline/fold/detail/power_of_two.hpp"
#include "leadline/pack/model.hpp"

/// The alphabet of a contact's record: numbers, instants, texts and values as bytes, written by `record_writer` and
/// read by `record_reader` under the same names, so that one description of the state (record_access.hpp) serves both
/// ways.
///
///     number    seven bits a byte, low ones first; the high bit says that more follow
///     integer   its sign moved to the lowest bit, then as a number
///     points    thousandths: whole points as number of 2n, others as number of 2n + 1; beyond 2^61 as 2^64 - 1 and
///               eight bytes
///     instant   2n + 1: the n-th one named in this record; 2n: so far from the one named last
///     text      2n + 1: the n-th name of the model; 4n: n bytes that follow; 4n + 2: the n-th text spelt out here
namespace leadline::detail {

/// The names of a model, each under a number: ids, words and keys that its records would spell out again and again.
/// The numbering is part of the format: what is added goes to the end, and the record's version goes up.
class record_names {
 public:
  explicit record_names(const model& pack) {
    for (const char* word : {"time", "added", "removed", "contact.merge", ""}) add(word);
    for (const compiled::event_type& each : pack.events) add(each.name);
    for (const std::string& each : pack.layout.event_fields()) add(each);
    for (const compiled::attribute& each : pack.attributes) add(each.name);
    for (const compiled::signal& each : pack.signals) add(each.name);
    for (const compiled::score& each : pack.scores) add(each.name);
    for (const compiled::grade& each : pack.grades) {
      add(each.name);
      for (const std::string& word : each.values) add(word);
    }
    for (const compiled::stage& each : pack.stages) add(each.id);
    for (const std::string& each : pack.statuses) add(each);
    for (const compiled::transition& each : pack.transitions) {
      add(each.id);
      add(each.reason);
      add(each.pointer);
      for (const compiled::action& action : each.actions) add(action.name);
    }
    for (const compiled::effect& each : pack.effects) {
      add(each.pointer);
      for (const compiled::action& action : each.actions) add(action.name);
    }
    for (const compiled::clock& each : pack.clocks) add(each.id);
    for (const compiled::cadence& each : pack.cadences) add(each.id);
    if (pack.disposition) {
      for (const compiled::disposition_code& each : pack.disposition->codes) add(each.code);
    }
    if (pack.routing) {
      for (const compiled::rep& each : pack.routing->reps) add(each.name);
      for (const compiled::routing_rule& each : pack.routing->rules) add(each.id);
    }
  }

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const noexcept {
    const auto at = numbers_.find(text);
    if (at == numbers_.end()) return std::nullopt;
    return at->second;
  }
  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t number) const noexcept { return texts_[number]; }

 private:
  void add(std::string_view text) {
    if (numbers_.contains(text)) return;
    const std::string& kept = texts_.emplace_back(text);
    numbers_.emplace(kept, static_cast<std::uint32_t>(texts_.size() - 1));
  }

  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

/// Instants of a record repeat each other: the latest activity is the latest entry is the latest pass. The first ones
/// named are remembered by place.
class record_instants {
 public:
  /// What a record's first instant is told from: 2025-01-01T00:00:00Z, near which most are.
  static constexpr std::int64_t origin_ms = 1'735'689'600'000;
  static constexpr std::size_t count_max = 16;

  void clear() noexcept {
    count_ = 0;
    last_ms_ = origin_ms;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::int64_t last_ms() const noexcept { return last_ms_; }
  [[nodiscard]] std::int64_t operator[](std::size_t place) const noexcept { return at_ms_[place]; }
  void add(std::int64_t at_ms) noexcept {
    if (count_ < count_max) at_ms_[count_++] = at_ms;
    last_ms_ = at_ms;
  }

 private:
  std::array<std::int64_t, count_max> at_ms_{};
  std::size_t count_ = 0;
  std::int64_t last_ms_ = origin_ms;
};

inline constexpr std::int64_t record_far_milli = std::int64_t{1} << 61;

/// Kinds of values in a record; the first five have nothing behind them or a number.
enum class record_kind : std::uint8_t { null, no, yes, integer, real, date, text, list, object, same };

class record_writer {
 public:
  static constexpr bool is_reading = false;
  enum class purpose : std::uint8_t {
    /// Everything, to be read again.
    record,
    /// What the fold determines, in one order: only for comparison.
    digest
  };

  explicit record_writer(const record_names& names) : names_(names) { grow(256); }

  void begin(purpose why) {
    is_digest_ = why == purpose::digest;
    size_ = 0;
    instants_.clear();
    texts_.clear();
  }
  [[nodiscard]] bool is_digest() const noexcept { return is_digest_; }
  [[nodiscard]] static constexpr bool is_good() noexcept { return true; }
  [[nodiscard]] std::string_view bytes() const noexcept { return {room_.data(), size_}; }

  // --- Sections: a mask tells which are there ---
  [[nodiscard]] std::size_t open_sections() {
    reserve(4);
    std::memset(room_.data() + size_, 0, 4);
    const std::size_t outer = sections_;
    sections_ = size_;
    size_ += 4;
    return outer;
  }
  void close_sections(std::size_t outer) noexcept { sections_ = outer; }
  template <class Part>
  bool section(Part which, bool is_there) noexcept {
    if (is_there) {
      const auto bit = static_cast<unsigned>(which);
      room_[sections_ + bit / 8] =
          static_cast<char>(static_cast<unsigned char>(room_[sections_ + bit / 8]) | (1U << (bit % 8)));
    }
    return is_there;
  }
  /// Those items of a list that are not as in a fresh contact, each by its distance from the one before.
  template <class Part, class List, class Fresh, class Each>
  void sparse(Part which, const List& list, const Fresh& is_fresh, const Each& each) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (is_fresh(list[i], i)) continue;
      if (next == 0) section(which, true);
      number(i + 1 - next);
      next = i + 1;
      each(list[i], i);
    }
    if (next != 0) number(std::uint64_t{0});
  }
  template <class Part>
  void bits(Part which, std::span<const bool> list) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!list[i]) continue;
      if (next == 0) section(which, true);
      number(i + 1 - next);
      next = i + 1;
    }
    if (next != 0) number(std::uint64_t{0});
  }

  // --- Numbers ---
  template <class Number>
  void number(Number given) {
    static_assert(std::is_unsigned_v<Number> || std::is_enum_v<Number>);
    auto rest = static_cast<std::uint64_t>(given);
    reserve(10);
    char* at = room_.data() + size_;
    while (rest >= 0x80) {
      *at++ = static_cast<char>(rest | 0x80);
      rest >>= 7;
    }
    *at++ = static_cast<char>(rest);
    size_ = static_cast<std::size_t>(at - room_.data());
  }
  void integer(std::int64_t given) { number(folded(given)); }
  void wide(int128 given) {
    auto rest = static_cast<uint128>(given) << 1 ^ static_cast<uint128>(given >> 127);
    reserve(20);
    while (rest >= 0x80) {
      room_[size_++] = static_cast<char>(static_cast<std::uint64_t>(rest) | 0x80);
      rest >>= 7;
    }
    room_[size_++] = static_cast<char>(rest);
  }
  void points(std::int64_t milli) {
    const std::int64_t whole = milli / 1'000;
    if (whole * 1'000 == milli) return number(folded(whole) << 1);
    if (milli < record_far_milli && milli > -record_far_milli) return number(folded(milli) << 1 | 1);
    number(~std::uint64_t{0});
    fixed(static_cast<std::uint64_t>(milli));
  }
  void score(std::int64_t milli) { points(milli); }
  void fixed(std::uint64_t given) {
    reserve(8);
    for (int i = 0; i < 8; ++i) room_[size_++] = static_cast<char>(given >> (8 * i));
  }
  void raw(std::span<const std::uint8_t> given) {
    reserve(given.size());
    std::memcpy(room_.data() + size_, given.data(), given.size());
    size_ += given.size();
  }

  // --- Instants ---
  void instant(std::int64_t at_ms) {
    for (std::size_t i = 0; i < instants_.count(); ++i) {
      if (instants_[i] == at_ms) return number(std::uint64_t{i} << 1 | 1);
    }
    number(folded(at_ms - instants_.last_ms()) << 1);
    instants_.add(at_ms);
  }
  /// One of a list in order of time.
  void ascending(std::int64_t at_ms, std::size_t index) {
    if (index == 0) {
      instant(at_ms);
    } else {
      number(static_cast<std::uint64_t>(at_ms - before_ms_));
    }
    before_ms_ = at_ms;
  }
  /// A place in the order of arrival.
  void order(std::uint64_t given, std::uint64_t before) {
    if (!is_digest_) integer(static_cast<std::int64_t>(given - before));
  }

  // --- Texts and values ---
  /// A text that is likely a name of the model.
  void name(std::string_view given) {
    if (const auto known = names_.find(given)) return number(std::uint64_t{*known} << 1 | 1);
    text(given);
  }
  void text(std::string_view given) {
    // The latest ones alone are looked through, so that a long history stays linear.
    const std::size_t first = texts_.size() > 16 ? texts_.size() - 16 : 0;
    for (std::size_t i = texts_.size(); i-- > first;) {
      if (view(texts_[i]) == given) return number(std::uint64_t{i} << 2 | 2);
    }
    number(std::uint64_t{given.size()} << 2);
    if (given.size() >= 3) texts_.push_back({size_, given.size()});
    raw({reinterpret_cast<const std::uint8_t*>(given.data()), given.size()});
  }
  void kind(record_kind given) { number(static_cast<std::uint64_t>(given)); }
  void content(value given) {
    switch (given.kind()) {
      case value_kind::null: return kind(record_kind::null);
      case value_kind::boolean: return kind(given.boolean() ? record_kind::yes : record_kind::no);
      case value_kind::integer: kind(record_kind::integer); return integer(given.integer());
      case value_kind::real: kind(record_kind::real); return fixed(std::bit_cast<std::uint64_t>(given.real()));
      case value_kind::date: kind(record_kind::date); return integer(given.date_ms());
      case value_kind::text: kind(record_kind::text); return text(given.text());
      case value_kind::list:
        kind(record_kind::list);
        number(std::uint64_t{given.items().size()});
        for (const value& each : given.items()) content(each);
        return;
      case value_kind::object:
        kind(record_kind::object);
        number(std::uint64_t{given.members().size()});
        for (const value::member& each : given.members()) {
          name(each.key);
          content(each.content);
        }
        return;
    }
  }

 private:
  struct place {
    std::size_t offset;
    std::size_t size;
  };
  [[nodiscard]] std::string_view view(place of) const noexcept { return {room_.data() + of.offset, of.size}; }
  [[nodiscard]] static std::uint64_t folded(std::int64_t given) noexcept {
    return static_cast<std::uint64_t>(given) << 1 ^ static_cast<std::uint64_t>(given >> 63);
  }
  void reserve(std::size_t more) {
    if (room_.size() - size_ < more) grow(more);
  }
  void grow(std::size_t more) { room_.resize(std::max(room_.size() * 2, size_ + more)); }

  const record_names& names_;
  std::vector<char> room_;
  std::size_t size_ = 0;
  std::size_t sections_ = 0;
  std::int64_t before_ms_ = 0;
  bool is_digest_ = false;
  record_instants instants_;
  std::vector<place> texts_;
};

/// Reads what a `record_writer` wrote, or any other bytes: whatever they are it stays within them, and gives zeros once
/// something cannot be. The caller asks `is_good` at the end, and before each item of a list.
class record_reader {
 public:
  static constexpr bool is_reading = true;
  /// Far beyond all instants, and far from where sums of two overflow.
  static constexpr std::int64_t instant_max_ms = std::int64_t{1} << 53;
  /// What one rule may give: 28,000 times the limit of its sum, so that merges have room, and yet ten thousand rules
  /// add up within 63 bits.
  static constexpr std::int64_t points_milli_max = std::int64_t{1} << 48;

  explicit record_reader(const record_names& names) : names_(names) {}

  /// Texts of attributes will point into `bytes`, which `owner` keeps alive.
  void begin(std::string_view bytes, std::shared_ptr<const std::byte[]> owner) {
    at_ = bytes.data();
    end_ = at_ + bytes.size();
    owner_ = std::move(owner);
    is_good_ = true;
    sections_ = 0;
    instants_.clear();
    texts_.clear();
    items_.clear();
    members_.clear();
  }
  void end() noexcept { owner_.reset(); }

  [[nodiscard]] static constexpr bool is_digest() noexcept { return false; }
  [[nodiscard]] bool is_good() const noexcept { return is_good_; }
  [[nodiscard]] bool is_at_end() const noexcept { return at_ == end_; }
  [[nodiscard]] const std::shared_ptr<const std::byte[]>& owner() const noexcept { return owner_; }
  /// Refuses what was read, unless `holds`.
  void require(bool holds) noexcept {
    if (!holds) fail();
  }

  [[nodiscard]] std::uint32_t open_sections() noexcept {
    const std::uint32_t outer = sections_;
    sections_ = 0;
    if (left() < 4) {
      fail();
      return outer;
    }
    for (unsigned i = 0; i < 4; ++i) sections_ |= std::uint32_t{static_cast<unsigned char>(at_[i])} << (8 * i);
    at_ += 4;
    return outer;
  }
  void close_sections(std::uint32_t outer) noexcept { sections_ = outer; }
  template <class Part>
  [[nodiscard]] bool section(Part which, bool) const noexcept {
    return is_good_ && (sections_ >> static_cast<unsigned>(which) & 1U) != 0;
  }
  template <class Part, class List, class Fresh, class Each>
  void sparse(Part which, List&& list, const Fresh&, const Each& each) {
    if (!section(which, true)) return;
    std::size_t next = 0;
    for (std::size_t gap = count(); gap != 0 && is_good_; gap = count()) {
      if (gap > list.size() - next) return fail();
      next += gap;
      each(list[next - 1], next - 1);
    }
  }
  template <class Part>
  void bits(Part which, std::span<bool> list) {
    if (!section(which, true)) return;
    std::size_t next = 0;
    for (std::size_t gap = count(); gap != 0 && is_good_; gap = count()) {
      if (gap > list.size() - next) return fail();
      next += gap;
      list[next - 1] = true;
    }
  }

  template <class Number>
  void number(Number& out) {
    static_assert(std::is_unsigned_v<Number>);
    const std::uint64_t given = varint();
    if (given > std::numeric_limits<Number>::max()) {
      fail();
      out = 0;
      return;
    }
    out = static_cast<Number>(given);
  }
  /// A number that counts something within memory.
  [[nodiscard]] std::size_t count() { return static_cast<std::size_t>(varint()); }
  /// How many items follow, each of which takes a byte at least.
  [[nodiscard]] std::size_t items() {
    const std::uint64_t given = varint();
    if (given <= left()) return static_cast<std::size_t>(given);
    fail();
    return 0;
  }
  void integer(std::int64_t& out) { out = unfolded(varint()); }
  void wide(int128& out) {
    uint128 given = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (at_ == end_ || shift > 126) return fail();
      const auto next = static_cast<unsigned char>(*at_++);
      given |= uint128{next & 0x7FU} << shift;
      if (next < 0x80) break;
    }
    out = static_cast<int128>(given >> 1) ^ -static_cast<int128>(given & 1);
  }
  void points(std::int64_t& out) {
    out = milli();
    if (out <= points_milli_max && out >= -points_milli_max) return;
    fail();
    out = 0;
  }
  void score(std::int64_t& out) { out = milli(); }
  void fixed(std::uint64_t& out) {
    out = 0;
    if (left() < 8) return fail();
    for (unsigned i = 0; i < 8; ++i) out |= std::uint64_t{static_cast<unsigned char>(*at_++)} << (8 * i);
  }
  void raw(std::span<std::uint8_t> out) {
    if (left() < out.size()) return fail();
    std::memcpy(out.data(), at_, out.size());
    at_ += out.size();
  }

  void instant(std::int64_t& out) {
    const std::uint64_t given = varint();
    if ((given & 1) != 0) {
      if (given >> 1 >= instants_.count()) return fail();
      out = instants_[given >> 1];
      return;
    }
    const std::int64_t by = unfolded(given >> 1);
    if (by > 2 * instant_max_ms || by < -2 * instant_max_ms) return fail();
    out = instants_.last_ms() + by;
    if (out > instant_max_ms || out < -instant_max_ms) {
      out = 0;
      return fail();
    }
    instants_.add(out);
  }
  void ascending(std::int64_t& out, std::size_t index) {
    if (index == 0) {
      instant(out);
    } else {
      const std::uint64_t by = varint();
      if (by > static_cast<std::uint64_t>(instant_max_ms - before_ms_)) return fail();
      out = before_ms_ + static_cast<std::int64_t>(by);
    }
    before_ms_ = out;
  }
  void order(std::uint64_t& out, std::uint64_t before) {
    out = before + static_cast<std::uint64_t>(unfolded(varint()));
  }

  [[nodiscard]] std::string_view text_view() {
    const std::uint64_t given = varint();
    if ((given & 1) != 0) {
      if (given >> 1 >= names_.size()) return failed_text();
      return names_[given >> 1];
    }
    const std::uint64_t size = given >> 2;
    if ((given & 2) != 0) {
      if (size >= texts_.size()) return failed_text();
      return texts_[size];
    }
    if (size > left()) return failed_text();
    const std::string_view out(at_, size);
    at_ += size;
    if (size >= 3) texts_.push_back(out);
    return out;
  }
  void name(std::string& out) { out = text_view(); }
  void text(std::string& out) { out = text_view(); }
  [[nodiscard]] record_kind kind() {
    const std::uint64_t given = varint();
    if (given > static_cast<std::uint64_t>(record_kind::same)) {
      fail();
      return record_kind::null;
    }
    return static_cast<record_kind>(given);
  }
  /// Views are good until the next `begin`, and those of texts as long as the bytes.
  [[nodiscard]] value content() { return content(kind(), 0); }
  [[nodiscard]] value content(record_kind of, std::size_t depth) {
    switch (of) {
      case record_kind::null: return {};
      case record_kind::no: return value::of(false);
      case record_kind::yes: return value::of(true);
      case record_kind::integer: return value::of(unfolded(varint()));
      case record_kind::real: {
        std::uint64_t bits = 0;
        fixed(bits);
        return value::of(std::bit_cast<double>(bits));
      }
      case record_kind::date: return value::date(unfolded(varint()));
      case record_kind::text: return value::of(text_view());
      case record_kind::list: {
        if (depth >= limits::data_depth_max) break;
        // Grown item by item: a count alone must not take memory.
        std::vector<value>& made = items_.emplace_back();
        for (std::size_t n = items(); n != 0 && is_good_; --n) made.push_back(content(kind(), depth + 1));
        return value::of(std::span<const value>(made));
      }
      case record_kind::object: {
        if (depth >= limits::data_depth_max) break;
        std::vector<value::member>& made = members_.emplace_back();
        for (std::size_t n = items(); n != 0 && is_good_; --n) {
          const std::string_view key = text_view();
          made.push_back({key, content(kind(), depth + 1)});
        }
        return value::of(std::span<const value::member>(made));
      }
      case record_kind::same: break;
    }
    fail();
    return {};
  }

 private:
  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  void fail() noexcept {
    is_good_ = false;
    at_ = end_;
  }
  [[nodiscard]] std::int64_t milli() {
    const std::uint64_t given = varint();
    if (given == ~std::uint64_t{0}) {
      std::uint64_t far = 0;
      fixed(far);
      return static_cast<std::int64_t>(far);
    }
    const std::int64_t half = unfolded(given >> 1);
    if ((given & 1) != 0) return half;
    if (half <= INT64_MAX / 1'000 && half >= -(INT64_MAX / 1'000)) return half * 1'000;
    fail();
    return 0;
  }
  [[nodiscard]] std::string_view failed_text() noexcept {
    fail();
    return {};
  }
  [[nodiscard]] static std::int64_t unfolded(std::uint64_t given) noexcept {
    return static_cast<std::int64_t>(given >> 1 ^ (0 - (given & 1)));
  }
  [[nodiscard]] std::uint64_t varint() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) return static_cast<unsigned char>(*at_++);
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      if (at_ == end_) break;
      const auto next = static_cast<unsigned char>(*at_++);
      if (shift == 63 && next > 1) break;
      out |= std::uint64_t{next & 0x7FU} << shift;
      if (next < 0x80) return out;
    }
    fail();
    return 0;
  }

  const record_names& names_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::shared_ptr<const std::byte[]> owner_;
  bool is_good_ = false;
  std::uint32_t sections_ = 0;
  std::int64_t before_ms_ = 0;
  record_instants instants_;
  std::vector<std::string_view> texts_;
  // Lists and objects being read; a deque, for what was made stays where it is.
  std::deque<std::vector<value>> items_;
  std::deque<std::vector<value::member>> members_;
};

}  // namespace leadline::detail
