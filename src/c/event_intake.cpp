#include "c/event_intake.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "c/guard.hpp"
#include "leadline/base/limits.hpp"

namespace leadline::c {

namespace {

/// The first version's size.
constexpr std::uint32_t first_event_size = 72;
static_assert(sizeof(leadline_event) == first_event_size);

/// A host compiled with a later header has a longer struct, so that only the stride tells where the next one is.
[[nodiscard]] const leadline_event& event_at(const leadline_event* events, std::size_t index,
                                             std::uint32_t stride) noexcept {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(events) + index * stride;
  return *reinterpret_cast<const leadline_event*>(bytes);
}

}  // namespace

bool is_event_stride(std::uint32_t stride) noexcept {
  return stride >= first_event_size && stride % alignof(leadline_event) == 0;
}

bool event_intake::refuse(std::string_view code, std::string message, std::string_view expected) {
  diagnostic problem;
  problem.code = code;
  problem.message = std::move(message);
  problem.expected = expected;
  problem_ = diagnostics{std::move(problem)};
  return false;
}

void event_intake::begin_run(std::size_t count_max) {
  if (events_.size() < count_max) events_.resize(count_max);
  count_ = 0;
  problem_.reset();
  member_count_ = 0;
  constexpr std::size_t kept_member_count_max = 16'384;
  if (std::exchange(was_short_, false) && members_.size() < kept_member_count_max) {
    members_.resize(2 * members_.size());
  }
}

bool event_intake::has_room(const leadline_event& given) {
  const std::size_t room = members_.size() - member_count_;
  if (given.field_count <= room || given.fields == nullptr) return true;
  if (count_ != 0) {
    was_short_ = true;
    return false;
  }
  constexpr std::size_t first_member_count = 64;
  members_.resize(std::max<std::size_t>(first_member_count, given.field_count));
  return true;
}

bool event_intake::take_plain(const leadline_event& given) noexcept {
  const instant at = instant::from_ms(given.at_ms);
  const bool is_odd = given.contact == nullptr || given.contact_size == 0 ||
                      given.contact_size > limits::event_id_size_max || given.type == nullptr || given.data_size != 0 ||
                      (given.id == nullptr && given.id_size != 0) || !at.is_in_range();
  if (is_odd || (given.fields == nullptr && given.field_count != 0)) return false;
  value::member* const first = members_.data() + member_count_;
  for (std::uint32_t i = 0; i < given.field_count; ++i) {
    const leadline_field& field = given.fields[i];
    if (field.name == nullptr) return false;
    value::member& made = first[i];
    made.key = {field.name, field.name_size};
    if (field.kind == LEADLINE_VALUE_TEXT && field.text != nullptr && field.text_size <= limits::event_size_max) {
      made.content = value::of(std::string_view(field.text, field.text_size));
    } else if (field.kind == LEADLINE_VALUE_INTEGER) {
      made.content = value::of(field.integer);
    } else {
      return false;
    }
  }
  event& out = events_[count_++];
  out.id = given.id == nullptr ? value() : value::of(std::string_view(given.id, given.id_size));
  out.contact = {given.contact, given.contact_size};
  out.type = {given.type, given.type_size};
  out.at = at;
  out.data = value();
  if (given.field_count != 0) {
    member_count_ += given.field_count;
    out.data = value::of(std::span<const value::member>(first, given.field_count));
  }
  return true;
}

bool event_intake::take_fields(const leadline_event& given, event& out) {
  value::member* const first = members_.data() + member_count_;
  value::member* made = first;
  for (const leadline_field& field : std::span(given.fields, given.field_count)) {
    if (!is_text(field.name, field.name_size)) return refuse("event.bad_field", "a field's name is NULL", "a text");
    made->key = view(field.name, field.name_size);
    switch (field.kind) {
      case LEADLINE_VALUE_NULL: made->content = value(); break;
      case LEADLINE_VALUE_BOOLEAN: made->content = value::of(field.integer != 0); break;
      case LEADLINE_VALUE_INTEGER: made->content = value::of(field.integer); break;
      case LEADLINE_VALUE_REAL:
        // JSON has none of these, so no event as text could hold one.
        if (!std::isfinite(field.real)) return refuse("event.bad_field", "a field is no finite number", "a number");
        made->content = value::of(field.real);
        break;
      case LEADLINE_VALUE_TEXT:
        if (!is_text(field.text, field.text_size)) return refuse("event.bad_field", "a field's text is NULL", "a text");
        if (field.text_size > limits::event_size_max) {
          return refuse("event.too_large", "a field has " + std::to_string(field.text_size) + " bytes",
                        "at most " + std::to_string(limits::event_size_max) + " bytes");
        }
        made->content = value::of(view(field.text, field.text_size));
        break;
      default: return refuse("event.bad_field", "a field's kind is none of LEADLINE_VALUE_...", "a kind");
    }
    ++made;
  }
  member_count_ += given.field_count;
  out.data = value::of(std::span<const value::member>(first, given.field_count));
  return true;
}

bool event_intake::take(const leadline_event& given, std::string_view contact) {
  if (!is_text(given.contact, given.contact_size) || !is_text(given.type, given.type_size) ||
      !is_text(given.id, given.id_size) || !is_text(given.data, given.data_size) ||
      (given.fields == nullptr && given.field_count != 0)) {
    return refuse("event.null", "a text or the fields of the event are NULL, but have a size", "size 0");
  }
  event out;
  out.contact = view(given.contact, given.contact_size);
  out.type = view(given.type, given.type_size);
  out.at = instant::from_ms(given.at_ms);
  if (given.id != nullptr) out.id = value::of(std::string_view(given.id, given.id_size));
  if (out.contact.empty()) out.contact = contact;
  if (out.contact.empty() && out.type != "rep.away" && out.type != "rep.back") {
    return refuse("event.no_contact", "the event names no contact", "a text that is not empty");
  }
  if (out.contact.size() > limits::event_id_size_max) {
    return refuse("event.contact_too_long", "the contact's id has " + std::to_string(out.contact.size()) + " bytes",
                  "at most " + std::to_string(limits::event_id_size_max) + " bytes");
  }
  if (!out.at.is_in_range()) {
    return refuse("event.bad_at", "the event's instant is not between 1970 and 2200",
                  "milliseconds since 1970-01-01T00:00:00Z");
  }
  if (given.data_size != 0 && given.field_count != 0) {
    return refuse("event.two_data", "the event has data and fields", "one of the two");
  }
  if (given.field_count != 0) {
    if (!take_fields(given, out)) return false;
  } else if (given.data_size != 0) {
    auto data = reader_.read_data(view(given.data, given.data_size));
    if (!data) {
      problem_ = std::move(data).error();
      return false;
    }
    out.data = *data;
  }
  events_[count_++] = out;
  return true;
}

result<event> event_intake::read(const leadline_event* events, std::size_t index, std::uint32_t stride,
                                 std::string_view contact) {
  begin_run(1);
  const leadline_event& given = event_at(events, index, stride);
  static_cast<void>(has_room(given));
  if (!take(given, contact)) return failure(*std::move(problem_));
  return events_.front();
}

std::optional<diagnostics> event_intake::read_run(const leadline_event* events, std::size_t first, std::size_t count,
                                                  std::uint32_t stride) {
  begin_run(count);
  for (std::size_t i = first; i < first + count; ++i) {
    const leadline_event& given = event_at(events, i, stride);
    if (!has_room(given)) break;
    if (take_plain(given)) continue;
    if (!take(given, {})) return std::exchange(problem_, std::nullopt);
    if (given.data_size != 0) break;
  }
  return std::nullopt;
}

}  // namespace leadline::c
