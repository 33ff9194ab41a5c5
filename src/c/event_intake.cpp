#include "c/event_intake.hpp"

#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "c/guard.hpp"
#include "leadline/base/limits.hpp"

namespace leadline::c {

namespace {

/// The first version's size.
constexpr std::uint32_t first_event_size = 72;
static_assert(sizeof(leadline_event) == first_event_size);

[[nodiscard]] tl::unexpected<diagnostics> wrong(std::string_view code, std::string message, std::string_view expected) {
  diagnostic problem;
  problem.code = code;
  problem.message = std::move(message);
  problem.expected = expected;
  return failure(std::move(problem));
}

/// A host compiled with a later header has a longer struct, so that only the stride tells where the next one is.
[[nodiscard]] leadline_event event_at(const leadline_event* events, std::size_t index, std::uint32_t stride) noexcept {
  leadline_event out;
  std::memcpy(&out, reinterpret_cast<const unsigned char*>(events) + index * stride, sizeof out);
  return out;
}

}  // namespace

bool is_event_stride(std::uint32_t stride) noexcept {
  return stride >= first_event_size && stride % alignof(leadline_event) == 0;
}

result<value> event_intake::fields_of(const leadline_event& given) {
  const std::size_t first = members_.size();
  for (std::uint32_t i = 0; i < given.field_count; ++i) {
    const leadline_field& field = given.fields[i];
    if (!is_text(field.name, field.name_size)) return wrong("event.bad_field", "a field's name is NULL", "a text");
    value content;
    switch (field.kind) {
      case LEADLINE_VALUE_NULL: break;
      case LEADLINE_VALUE_BOOLEAN: content = value::of(field.integer != 0); break;
      case LEADLINE_VALUE_INTEGER: content = value::of(field.integer); break;
      case LEADLINE_VALUE_REAL:
        // JSON has none of these, so no event as text could hold one.
        if (!std::isfinite(field.real)) return wrong("event.bad_field", "a field is no finite number", "a number");
        content = value::of(field.real);
        break;
      case LEADLINE_VALUE_TEXT:
        if (!is_text(field.text, field.text_size)) return wrong("event.bad_field", "a field's text is NULL", "a text");
        if (field.text_size > limits::event_size_max) {
          return wrong("event.too_large", "a field has " + std::to_string(field.text_size) + " bytes",
                       "at most " + std::to_string(limits::event_size_max) + " bytes");
        }
        content = value::of(view(field.text, field.text_size));
        break;
      default: return wrong("event.bad_field", "a field's kind is none of LEADLINE_VALUE_...", "a kind");
    }
    members_.push_back({view(field.name, field.name_size), content});
  }
  return value::of(std::span<const value::member>(members_).subspan(first));
}

std::size_t event_intake::begin_run(const leadline_event* events, std::size_t first, std::size_t count,
                                    std::uint32_t stride) {
  std::size_t field_count = 0;
  std::size_t size = 0;
  while (size < count) {
    const leadline_event given = event_at(events, first + size, stride);
    ++size;
    if (given.data_size != 0) break;
    // Where there is none of what it says, reading it tells so.
    if (given.fields != nullptr) field_count += given.field_count;
  }
  // Grown within the run they would leave behind what earlier events look at.
  members_.clear();
  members_.reserve(field_count);
  return size;
}

result<event> event_intake::read_more(const leadline_event* events, std::size_t index, std::uint32_t stride,
                                      std::string_view contact) {
  const leadline_event given = event_at(events, index, stride);
  if (!is_text(given.contact, given.contact_size) || !is_text(given.type, given.type_size) ||
      !is_text(given.id, given.id_size) || !is_text(given.data, given.data_size) ||
      (given.fields == nullptr && given.field_count != 0)) {
    return wrong("event.null", "a text or the fields of the event are NULL, but have a size", "size 0");
  }
  event out;
  out.contact = view(given.contact, given.contact_size);
  out.type = view(given.type, given.type_size);
  out.at = instant::from_ms(given.at_ms);
  if (given.id != nullptr) out.id = value::of(std::string_view(given.id, given.id_size));
  if (out.contact.empty()) out.contact = contact;
  if (out.contact.empty() && out.type != "rep.away" && out.type != "rep.back") {
    return wrong("event.no_contact", "the event names no contact", "a text that is not empty");
  }
  if (out.contact.size() > limits::event_id_size_max) {
    return wrong("event.contact_too_long", "the contact's id has " + std::to_string(out.contact.size()) + " bytes",
                 "at most " + std::to_string(limits::event_id_size_max) + " bytes");
  }
  if (!out.at.is_in_range()) {
    return wrong("event.bad_at", "the event's instant is not between 1970 and 2200",
                 "milliseconds since 1970-01-01T00:00:00Z");
  }
  if (given.data_size != 0 && given.field_count != 0) {
    return wrong("event.two_data", "the event has data and fields", "one of the two");
  }
  if (given.field_count != 0) {
    auto fields = fields_of(given);
    if (!fields) return failure(std::move(fields).error());
    out.data = *fields;
  } else if (given.data_size != 0) {
    auto data = reader_.read_data(view(given.data, given.data_size));
    if (!data) return failure(std::move(data).error());
    out.data = *data;
  }
  return out;
}

}  // namespace leadline::c
