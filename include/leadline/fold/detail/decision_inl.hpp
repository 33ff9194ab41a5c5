#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "leadline/base/json_text.hpp"
#include "leadline/fold/decision.hpp"
#include "leadline/time/detail/instant_text.hpp"

namespace leadline {

namespace detail {

/// Whether a text stands in JSON as it is: ASCII without control characters, quotes and backslashes. Eight bytes at a
/// time: of each the high bit is set where the byte is none of these.
[[nodiscard]] inline bool is_plain_json(std::string_view text) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  constexpr std::uint64_t highs = ones * 0x80;
  const auto odd = [](std::uint64_t eight) {
    const std::uint64_t quote = eight ^ (ones * '"');
    const std::uint64_t backslash = eight ^ (ones * '\\');
    return (eight | ((eight - ones * 0x20) & ~eight) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) &
           highs;
  };
  const auto load = [](const char* from, std::size_t size) {
    std::uint64_t out = ones * ' ';
    std::memcpy(&out, from, size);
    return out;
  };
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t bad = 0;
  for (; left >= 8; left -= 8, at += 8) bad |= odd(load(at, 8));
  if (left >= 4) {
    bad |= odd(load(at, 4));
    left -= 4, at += 4;
  }
  for (; left != 0; --left) bad |= odd(load(at++, 1));
  return bad == 0;
}

/// JSON put together here first: a text that grows by pieces checks its room for each.
class json_line {
 public:
  explicit json_line(std::string& out) noexcept : out_(out) {}
  json_line(const json_line&) = delete;
  json_line& operator=(const json_line&) = delete;
  ~json_line() = default;

  /// A literal.
  template <std::size_t Size>
  void plain(const char (&text)[Size]) {
    static_cast<void>(room(Size - 1));
    std::memcpy(to_, text, Size - 1);
    to_ += Size - 1;
  }
  void plain(std::string_view text) {
    if (text.size() > room(text.size())) {
      flush();
      out_ += text;
      return;
    }
    std::memcpy(to_, text.data(), text.size());
    to_ += text.size();
  }
  void quoted(std::string_view text) {
    if (room(text.size() + 2) >= text.size() + 2 && is_plain_json(text)) {
      *to_++ = '"';
      if (!text.empty()) std::memcpy(to_, text.data(), text.size());
      to_ += text.size();
      *to_++ = '"';
      return;
    }
    // Escapes, bytes that may be no UTF-8, and long texts are left to the one place that knows.
    flush();
    json_text::append_quoted(out_, text);
  }
  template <class Number>
  void number(Number number) {
    static_cast<void>(room(24));
    to_ = std::to_chars(to_, to_ + 24, number).ptr;
  }
  void thousandths(std::int64_t milli) {
    if (milli % 1'000 == 0) return number(milli / 1'000);
    flush();
    json_text::append_thousandths(out_, milli);
  }
  void at(instant when) {
    static_cast<void>(room(instant_text_size_max));
    to_ = write_instant(to_, when.ms());
  }

  template <class Key>
  void field(const Key& key, std::string_view text) {
    plain(key);
    quoted(text);
  }
  template <class Key>
  void field(const Key& key, const decision_value& side) {
    plain(key);
    if (const auto* text = std::get_if<std::string_view>(&side)) return quoted(*text);
    if (const auto* milli = std::get_if<std::int64_t>(&side)) return thousandths(*milli);
    plain("null");
  }
  void flush() {
    out_.append(room_.data(), to_);
    to_ = room_.data();
  }

 private:
  /// How many bytes there is room for, once as many as asked for have been made if possible.
  [[nodiscard]] std::size_t room(std::size_t size) {
    const auto left = [&] { return static_cast<std::size_t>(room_.data() + room_.size() - to_); };
    if (left() < size) flush();
    return left();
  }

  std::string& out_;
  std::array<char, 512> room_;
  char* to_ = room_.data();
};

inline void write_reading(json_line& line, const decision& told) {
  const clock_reading& reading = *told.reading;
  line.plain(", \"cycle\": ");
  line.number(reading.cycle);
  line.field(", \"what\": ", told.text);
  if (std::holds_alternative<std::string_view>(told.to))
    line.field(std::string_view(told.text == "warned" ? ", \"warning\": " : ", \"to\": "), told.to);
  line.plain(", \"due\": \"");
  line.at(instant::from_ms(reading.due_ms));
  line.plain("\", \"used\": ");
  line.number(reading.used_ms);
  line.plain(", \"left\": ");
  line.number(reading.left_ms);
  line.plain(", \"late\": ");
  line.number(reading.late_ms);
  if (reading.is_breached) line.plain(", \"breached\": true");
}

inline void write_decision(json_line& line, const decision& told) {
  line.plain("{");
  if (told.seq != 0) {
    line.plain("\"seq\": ");
    line.number(told.seq);
    line.plain(", ");
  }
  line.plain("\"at\": \"");
  line.at(told.at);
  line.field("\", \"contact\": ", told.contact);
  line.field(", \"kind\": ", name_of(told.kind));
  switch (told.kind) {
    case decision_kind::score:
    case decision_kind::grade:
      line.field(std::string_view(told.kind == decision_kind::score ? ", \"score\": " : ", \"grade\": "), told.about);
      [[fallthrough]];
    case decision_kind::stage:
    case decision_kind::status:
    case decision_kind::assigned:
      line.field(", \"from\": ", told.from);
      line.field(", \"to\": ", told.to);
      // Of the kinds above only an assignment has a text.
      if (!told.text.empty()) line.plain(", "), line.plain(told.text);
      break;
    case decision_kind::held:
      line.field(", \"code\": ", told.about);
      if (!told.text.empty()) line.plain(", "), line.plain(told.text);
      break;
    case decision_kind::clock:
      line.field(", \"clock\": ", told.about);
      write_reading(line, told);
      break;
    case decision_kind::cadence:
      line.field(", \"cadence\": ", told.about);
      line.field(", \"what\": ", told.text);
      break;
    case decision_kind::recycled: line.field(", \"code\": ", told.about); break;
    case decision_kind::tag:
      line.field(", \"tag\": ", told.about);
      line.field(", \"what\": ", told.text);
      break;
    case decision_kind::action:
      line.field(", \"action\": ", told.about);
      line.plain(", \"data\": ");
      line.plain(told.text);
      break;
    case decision_kind::rejected:
    case decision_kind::error:
      line.field(", \"code\": ", told.about);
      line.field(", \"message\": ", told.text);
      break;
    case decision_kind::amended:
      line.plain(", \"corrects\": ");
      line.number(told.corrects);
      line.plain(", \"now\": ");
      if (told.now != nullptr) {
        write_decision(line, *told.now);
      } else {
        line.plain("null");
      }
      break;
    case decision_kind::merged: line.field(", \"into\": ", told.text); break;
    case decision_kind::forgotten: break;
  }
  if (told.rule) line.field(", \"rule\": ", *told.rule);
  if (told.reason) line.field(", \"reason\": ", *told.reason);
  if (told.cause) {
    line.field(", \"cause\": ", *told.cause);
  } else {
    line.plain(", \"cause\": null");
  }
  // A clock's own `late` says by how much.
  if (told.is_late)
    line.plain(std::string_view(told.kind == decision_kind::clock ? ", \"told_late\": true" : ", \"late\": true"));
  line.plain("}");
}

}  // namespace detail

LEADLINE_INLINE std::string_view name_of(decision_kind kind) noexcept {
  constexpr std::string_view names[] = {"score",   "grade",    "stage",     "status", "assigned", "clock",
                                        "cadence", "recycled", "held",      "action", "tag",      "rejected",
                                        "amended", "merged",   "forgotten", "error"};
  return names[static_cast<std::size_t>(kind)];
}

LEADLINE_INLINE bool tells_the_same(const decision& a, const decision& b) noexcept {
  return a.at == b.at && a.kind == b.kind && a.contact == b.contact && a.about == b.about && a.from == b.from &&
         a.to == b.to && a.text == b.text && a.reading == b.reading && a.rule == b.rule && a.reason == b.reason &&
         a.cause == b.cause;
}

LEADLINE_INLINE void append_json(std::string& out, const decision& told) {
  detail::json_line line(out);
  detail::write_decision(line, told);
  line.flush();
}

LEADLINE_INLINE std::string to_json(const decision& told) {
  std::string out;
  append_json(out, told);
  return out;
}

}  // namespace leadline
