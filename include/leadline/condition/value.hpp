#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "leadline/base/config.hpp"

namespace leadline {

enum class value_kind : std::uint8_t { null, boolean, integer, real, date, text, list, object };

/// What a condition reads and gives: sixteen bytes, a head of eight beside a number or a view.
///
/// A text, a list and an object are views: the bytes and items belong to whoever made them (the row, the compiled
/// condition, the scratch), must outlive the value and stay as they are. Of a text the head keeps its size and three of
/// its bytes (the first, the middle and the last), so that most texts are told apart without touching them. `integer`
/// and `real` are two forms of one kind of number: 1 and 1.0 are equal. A `date` is an instant in milliseconds.
///
///     std::array row{value::of(std::int64_t{120}), value::of("US"), value{}};
///     bool hit = compiled.holds({.slots = row}, scratch);
///
/// A plain value, trivially copied; may be read from many threads.
class value {
 public:
  struct member;

  constexpr value() noexcept = default;
  [[nodiscard]] static constexpr value of(bool truth) noexcept;
  [[nodiscard]] static constexpr value of(std::int64_t number) noexcept;
  [[nodiscard]] static constexpr value of(double number) noexcept;
  /// REQUIRES fewer than 2^32 bytes (all limits are far below).
  [[nodiscard]] static constexpr value of(std::string_view text) noexcept;
  [[nodiscard]] static constexpr value of(const char* text) noexcept { return of(std::string_view(text)); }
  [[nodiscard]] static constexpr value of(std::span<const value> items) noexcept;
  [[nodiscard]] static constexpr value of(std::span<const member> members) noexcept;
  [[nodiscard]] static constexpr value date(std::int64_t at_ms) noexcept;
  /// The null of something that is not there at all. It equals null; only a default of `var` in
  /// semantics::jsonlogic tells them apart.
  [[nodiscard]] static constexpr value absent() noexcept;

  [[nodiscard]] constexpr value_kind kind() const noexcept { return kind_; }
  [[nodiscard]] constexpr bool is_null() const noexcept { return kind_ == value_kind::null; }
  [[nodiscard]] constexpr bool is_absent() const noexcept { return is_null() && size_ != 0; }
  [[nodiscard]] constexpr bool is_number() const noexcept {
    return kind_ == value_kind::integer || kind_ == value_kind::real;
  }
  [[nodiscard]] constexpr bool is_text() const noexcept { return kind_ == value_kind::text; }
  [[nodiscard]] constexpr bool is_object() const noexcept { return kind_ == value_kind::object; }
  [[nodiscard]] constexpr bool is_list() const noexcept { return kind_ == value_kind::list; }

  /// Each REQUIRES the kind it names.
  [[nodiscard]] constexpr bool boolean() const noexcept { return assert(kind_ == value_kind::boolean), truth_; }
  [[nodiscard]] constexpr std::int64_t integer() const noexcept {
    return assert(kind_ == value_kind::integer), integer_;
  }
  [[nodiscard]] constexpr double real() const noexcept { return assert(kind_ == value_kind::real), real_; }
  [[nodiscard]] constexpr std::int64_t date_ms() const noexcept { return assert(kind_ == value_kind::date), integer_; }
  /// REQUIRES is_number().
  [[nodiscard]] constexpr double number() const noexcept {
    assert(is_number());
    return kind_ == value_kind::integer ? static_cast<double>(integer_) : real_;
  }
  [[nodiscard]] constexpr std::string_view text() const noexcept {
    return assert(kind_ == value_kind::text), std::string_view(text_, size_);
  }
  [[nodiscard]] constexpr std::span<const value> items() const noexcept {
    return assert(kind_ == value_kind::list), std::span<const value>(items_, size_);
  }
  [[nodiscard]] constexpr std::span<const member> members() const noexcept;

 private:
  // The head: together these identify a text of up to three bytes, and rule out nearly every other.
  value_kind kind_ = value_kind::null;
  std::uint8_t first_ = 0;
  std::uint8_t middle_ = 0;
  std::uint8_t last_ = 0;
  std::uint32_t size_ = 0;
  union {
    std::int64_t integer_ = 0;
    double real_;
    bool truth_;
    const char* text_;
    const value* items_;
    const member* members_;
  };
};

/// One member of an object.
struct value::member {
  std::string_view key;
  value content;
};

static_assert(sizeof(value) == 16,
              "rows of values are laid out by the slot; sixteen bytes keep two in a cache line pair");

constexpr value value::of(bool truth) noexcept {
  value made;
  made.kind_ = value_kind::boolean;
  made.truth_ = truth;
  return made;
}
constexpr value value::of(std::int64_t number) noexcept {
  value made;
  made.kind_ = value_kind::integer;
  made.integer_ = number;
  return made;
}
constexpr value value::of(double number) noexcept {
  value made;
  made.kind_ = value_kind::real;
  made.real_ = number;
  return made;
}
constexpr value value::of(std::string_view text) noexcept {
  value made;
  made.kind_ = value_kind::text;
  if (!text.empty()) {
    made.first_ = static_cast<std::uint8_t>(text.front());
    made.middle_ = static_cast<std::uint8_t>(text[text.size() / 2]);
    made.last_ = static_cast<std::uint8_t>(text.back());
  }
  made.size_ = static_cast<std::uint32_t>(text.size());
  made.text_ = text.data();
  return made;
}
constexpr value value::of(std::span<const value> items) noexcept {
  value made;
  made.kind_ = value_kind::list;
  made.size_ = static_cast<std::uint32_t>(items.size());
  made.items_ = items.data();
  return made;
}
constexpr value value::of(std::span<const member> members) noexcept {
  value made;
  made.kind_ = value_kind::object;
  made.size_ = static_cast<std::uint32_t>(members.size());
  made.members_ = members.data();
  return made;
}
constexpr value value::date(std::int64_t at_ms) noexcept {
  value made;
  made.kind_ = value_kind::date;
  made.integer_ = at_ms;
  return made;
}
constexpr value value::absent() noexcept {
  value made;
  made.size_ = 1;
  return made;
}
constexpr std::span<const value::member> value::members() const noexcept {
  return assert(kind_ == value_kind::object), std::span<const member>(members_, size_);
}

/// What counts as true: everything but null, false, 0, the empty text and the empty list.
[[nodiscard]] bool is_true(value content) noexcept;

/// Appends a value as JSON text. Numbers have their shortest form, as JavaScript prints them (`1`, `0.1`, `1e+21`);
/// a date is its instant in UTC with milliseconds.
void append_json(std::string& out, value content);
[[nodiscard]] std::string to_json(value content);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/condition/detail/value_inl.hpp"
#endif
