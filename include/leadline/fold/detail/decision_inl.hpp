#pragma once

#include <cstddef>

#include "leadline/base/json_text.hpp"
#include "leadline/fold/decision.hpp"

namespace leadline {

namespace detail {

inline void append_field(std::string& out, std::string_view key, std::string_view text) {
  out += ", \"";
  out += key;
  out += "\": ";
  json_text::append_quoted(out, text);
}

inline void append_field(std::string& out, std::string_view key, const decision_value& side) {
  if (const auto* text = std::get_if<std::string>(&side)) return append_field(out, key, std::string_view(*text));
  out += ", \"";
  out += key;
  out += "\": ";
  if (const auto* milli = std::get_if<std::int64_t>(&side)) {
    json_text::append_thousandths(out, *milli);
  } else {
    out += "null";
  }
}

inline void append_reading(std::string& out, const decision& told) {
  const clock_reading& reading = *told.reading;
  out += ", \"cycle\": " + std::to_string(reading.cycle);
  append_field(out, "what", std::string_view(told.text));
  if (std::holds_alternative<std::string>(told.to))
    append_field(out, told.text == "warned" ? "warning" : "to", told.to);
  out += ", \"due\": \"";
  instant::from_ms(reading.due_ms).append_to(out);
  out += "\", \"used\": " + std::to_string(reading.used_ms);
  out += ", \"left\": " + std::to_string(reading.left_ms);
  out += ", \"late\": " + std::to_string(reading.late_ms);
  if (reading.is_breached) out += ", \"breached\": true";
}

}  // namespace detail

LEADLINE_INLINE std::string_view name_of(decision_kind kind) noexcept {
  constexpr std::string_view names[] = {"score",    "grade",   "stage",    "status",    "assigned",
                                        "clock",    "cadence", "recycled", "action",    "tag",
                                        "rejected", "amended", "merged",   "forgotten", "error"};
  return names[static_cast<std::size_t>(kind)];
}

LEADLINE_INLINE bool tells_the_same(const decision& a, const decision& b) noexcept {
  return a.at == b.at && a.kind == b.kind && a.contact == b.contact && a.about == b.about && a.from == b.from &&
         a.to == b.to && a.text == b.text && a.reading == b.reading && a.rule == b.rule && a.reason == b.reason &&
         a.cause == b.cause;
}

LEADLINE_INLINE void append_json(std::string& out, const decision& told) {
  out += '{';
  if (told.seq != 0) out += "\"seq\": " + std::to_string(told.seq) + ", ";
  out += "\"at\": \"";
  told.at.append_to(out);
  out += "\", \"contact\": ";
  json_text::append_quoted(out, told.contact);
  detail::append_field(out, "kind", name_of(told.kind));
  switch (told.kind) {
    case decision_kind::score:
    case decision_kind::grade:
      detail::append_field(out, name_of(told.kind), std::string_view(told.about));
      [[fallthrough]];
    case decision_kind::stage:
    case decision_kind::status:
    case decision_kind::assigned:
      detail::append_field(out, "from", told.from);
      detail::append_field(out, "to", told.to);
      break;
    case decision_kind::clock:
      detail::append_field(out, "clock", std::string_view(told.about));
      detail::append_reading(out, told);
      break;
    case decision_kind::cadence:
      detail::append_field(out, "cadence", std::string_view(told.about));
      detail::append_field(out, "what", std::string_view(told.text));
      break;
    case decision_kind::recycled: detail::append_field(out, "code", std::string_view(told.about)); break;
    case decision_kind::tag:
      detail::append_field(out, "tag", std::string_view(told.about));
      detail::append_field(out, "what", std::string_view(told.text));
      break;
    case decision_kind::action:
      detail::append_field(out, "action", std::string_view(told.about));
      out += ", \"data\": " + told.text;
      break;
    case decision_kind::rejected:
    case decision_kind::error:
      detail::append_field(out, "code", std::string_view(told.about));
      detail::append_field(out, "message", std::string_view(told.text));
      break;
    case decision_kind::amended:
      out += ", \"corrects\": " + std::to_string(told.corrects) + ", \"now\": ";
      if (told.now) {
        append_json(out, *told.now);
      } else {
        out += "null";
      }
      break;
    case decision_kind::merged: detail::append_field(out, "into", std::string_view(told.text)); break;
    case decision_kind::forgotten: break;
  }
  if (told.rule) detail::append_field(out, "rule", std::string_view(*told.rule));
  if (told.reason) detail::append_field(out, "reason", std::string_view(*told.reason));
  if (told.cause) {
    detail::append_field(out, "cause", std::string_view(*told.cause));
  } else {
    out += ", \"cause\": null";
  }
  if (told.is_late) out += ", \"late\": true";
  out += '}';
}

LEADLINE_INLINE std::string to_json(const decision& told) {
  std::string out;
  append_json(out, told);
  return out;
}

}  // namespace leadline
