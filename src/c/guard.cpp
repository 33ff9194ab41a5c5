#include "c/guard.hpp"

#include <cstring>
#include <string>

namespace leadline::c {

namespace {

/// Copies a text with a NUL behind it, cut before a character that does not fit whole.
template <std::size_t Size>
void put(char (&to)[Size], std::string_view text) noexcept {
  std::size_t size = text.size() < Size - 1 ? text.size() : Size - 1;
  if (size < text.size()) {
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  }
  if (size != 0) std::memcpy(to, text.data(), size);
  to[size] = '\0';
}

/// Adds to what stands in `to`.
template <std::size_t Size>
void add(char (&to)[Size], std::string_view text) noexcept {
  const std::size_t used = std::strlen(to);
  std::size_t size = text.size() < Size - 1 - used ? text.size() : Size - 1 - used;
  if (size < text.size()) {
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  }
  if (size != 0) std::memcpy(to + used, text.data(), size);
  to[used + size] = '\0';
}

/// The size of the struct in the first version of the interface.
constexpr std::size_t first_error_size = 864;
static_assert(sizeof(leadline_error) == first_error_size, "a later version grows at the end and keeps this one");

}  // namespace

bool prepare(leadline_error* error) noexcept {
  if (error == nullptr) return true;
  if (error->struct_size < first_error_size) return false;
  error->status = LEADLINE_OK;
  error->line = 0;
  error->column = 0;
  error->offset = 0;
  error->size = 0;
  error->code[0] = '\0';
  error->pointer[0] = '\0';
  error->message[0] = '\0';
  return true;
}

leadline_status tell(leadline_error* error, leadline_status status, std::string_view code,
                     std::string_view message) noexcept {
  if (error != nullptr) {
    error->status = status;
    put(error->code, code);
    put(error->message, message);
  }
  return status;
}

leadline_status tell(leadline_error* error, leadline_status status, const diagnostic& problem) {
  if (error == nullptr) return status;
  tell(error, status, problem.code, problem.message);
  if (!problem.expected.empty()) {
    add(error->message, "; expected ");
    add(error->message, problem.expected);
  }
  if (!problem.suggestion.empty()) {
    add(error->message, "; did you mean \"");
    add(error->message, problem.suggestion);
    add(error->message, "\"?");
  }
  put(error->pointer, problem.pointer);
  error->line = problem.where.line;
  error->column = problem.where.column;
  error->offset = problem.where.offset;
  error->size = problem.where.size;
  return status;
}

leadline_status tell(leadline_error* error, leadline_status status, const diagnostics& problems) {
  for (const diagnostic& each : problems) {
    if (each.severity == severity::error) return tell(error, status, each);
  }
  return tell(error, status, "unknown", "the input has problems");
}

leadline_status status_of(const diagnostics& problems) noexcept {
  for (const diagnostic& each : problems) {
    if (each.severity != severity::error) continue;
    const std::string_view code = each.code;
    if (code.ends_with(".out_of_range") || code == "calendar.never_opens" || code == "calendar.never_closes")
      return LEADLINE_OUT_OF_RANGE;
    return LEADLINE_INVALID_INPUT;
  }
  return LEADLINE_INVALID_INPUT;
}

leadline_status tell_argument(leadline_error* error, std::string_view message) noexcept {
  return tell(error, LEADLINE_INVALID_ARGUMENT, "argument", message);
}

}  // namespace leadline::c
