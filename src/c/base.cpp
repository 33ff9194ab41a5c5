#include <cstring>
#include <iterator>
#include <memory>

#include "c/guard.hpp"
#include "c/handles.hpp"
#include "leadline/base/config.hpp"
#include "leadline/time/instant.hpp"

using namespace leadline::c;

extern "C" {

uint32_t leadline_abi_version(void) { return LEADLINE_ABI_VERSION; }

const char* leadline_version(void) { return LEADLINE_VERSION; }

const char* leadline_status_name(leadline_status status) {
  static constexpr const char* names[] = {"LEADLINE_OK",
                                          "LEADLINE_INVALID_ARGUMENT",
                                          "LEADLINE_BAD_STRUCT_SIZE",
                                          "LEADLINE_OUT_OF_MEMORY",
                                          "LEADLINE_INVALID_INPUT",
                                          "LEADLINE_NOT_FOUND",
                                          "LEADLINE_OUT_OF_RANGE",
                                          "LEADLINE_BUSY",
                                          "LEADLINE_IN_USE",
                                          "LEADLINE_UNSUPPORTED",
                                          "LEADLINE_FAILED",
                                          "LEADLINE_CALLBACK_FAILED",
                                          "LEADLINE_OTHER_MODEL",
                                          "LEADLINE_DAMAGED",
                                          "LEADLINE_NEWER",
                                          "LEADLINE_INTERNAL"};
  if (status < 0 || static_cast<std::size_t>(status) >= std::size(names)) return "unknown";
  return names[status];
}

// --- Buffers -------------------------------------------------------------------------------------------------------

leadline_status leadline_buffer_create(leadline_buffer** out) {
  if (out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  *out = nullptr;
  return guarded(nullptr, [&] {
    *out = new leadline_buffer();
    return LEADLINE_OK;
  });
}

void leadline_buffer_free(leadline_buffer* buffer) { delete buffer; }

leadline_text leadline_buffer_content(const leadline_buffer* buffer) {
  return text_of(buffer == nullptr ? std::string_view() : std::string_view(buffer->content));
}

leadline_status leadline_buffer_append(leadline_buffer* buffer, const void* data, size_t size) {
  if (buffer == nullptr || !is_text(data, size)) return LEADLINE_INVALID_ARGUMENT;
  return guarded(nullptr, [&] {
    buffer->content.append(view(static_cast<const char*>(data), size));
    return LEADLINE_OK;
  });
}

void leadline_buffer_clear(leadline_buffer* buffer) {
  if (buffer != nullptr) buffer->content.clear();
}

// --- Diagnostics ---------------------------------------------------------------------------------------------------

void leadline_diagnostics_free(leadline_diagnostics* diagnostics) { delete diagnostics; }

size_t leadline_diagnostics_count(const leadline_diagnostics* diagnostics) {
  return diagnostics == nullptr ? 0 : diagnostics->list.size();
}

uint64_t leadline_diagnostics_error_count(const leadline_diagnostics* diagnostics) {
  return diagnostics == nullptr ? 0 : diagnostics->list.error_count();
}

uint64_t leadline_diagnostics_warning_count(const leadline_diagnostics* diagnostics) {
  return diagnostics == nullptr ? 0 : diagnostics->list.warning_count();
}

leadline_status leadline_diagnostics_get(const leadline_diagnostics* diagnostics, size_t index,
                                         leadline_diagnostic* out) {
  if (diagnostics == nullptr || out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  constexpr std::size_t first_size = 144;
  static_assert(sizeof(leadline_diagnostic) == first_size);
  if (out->struct_size < first_size) return LEADLINE_BAD_STRUCT_SIZE;
  fill(*out, leadline_diagnostic{});
  if (index >= diagnostics->list.size()) return LEADLINE_OUT_OF_RANGE;
  const leadline::diagnostic& found = diagnostics->list[index];
  leadline_diagnostic told{};
  told.severity = found.severity == leadline::severity::error ? LEADLINE_SEVERITY_ERROR : LEADLINE_SEVERITY_WARNING;
  told.line = found.where.line;
  told.column = found.where.column;
  told.offset = found.where.offset;
  told.size = found.where.size;
  told.code = text_of(found.code);
  told.message = text_of(found.message);
  told.expected = text_of(found.expected);
  told.suggestion = text_of(found.suggestion);
  told.file = text_of(found.file);
  told.pointer = text_of(found.pointer);
  told.witness = text_of(found.witness);
  fill(*out, told);
  return LEADLINE_OK;
}

leadline_status leadline_diagnostics_json(const leadline_diagnostics* diagnostics, leadline_buffer* out) {
  if (out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  out->content.clear();
  if (diagnostics == nullptr) return LEADLINE_INVALID_ARGUMENT;
  return guarded(nullptr, [&] {
    out->content = to_json(diagnostics->list);
    return LEADLINE_OK;
  });
}

leadline_status leadline_diagnostics_text(const leadline_diagnostics* diagnostics, leadline_buffer* out) {
  if (out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  out->content.clear();
  if (diagnostics == nullptr) return LEADLINE_INVALID_ARGUMENT;
  return guarded(nullptr, [&] {
    out->content =
        to_text(diagnostics->list, diagnostics->source ? std::string_view(*diagnostics->source) : std::string_view());
    return LEADLINE_OK;
  });
}

// --- Instants ------------------------------------------------------------------------------------------------------

leadline_status leadline_instant_parse(const char* text, size_t text_size, int64_t* out_ms, leadline_error* error) {
  if (out_ms != nullptr) *out_ms = 0;
  return guarded(error, [&]() -> leadline_status {
    if (out_ms == nullptr || !is_text(text, text_size)) return tell_argument(error, "text or out_ms is NULL");
    const auto read = leadline::instant::parse(view(text, text_size));
    if (!read) return tell(error, status_of(read.error()), read.error());
    *out_ms = read->ms();
    return LEADLINE_OK;
  });
}

leadline_status leadline_instant_format(int64_t at_ms, char out[25]) {
  if (out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  out[0] = '\0';
  const auto at = leadline::instant::from_ms(at_ms);
  if (!at.is_in_range()) return LEADLINE_OUT_OF_RANGE;
  return guarded(nullptr, [&] {
    const std::string text = at.text();
    std::memcpy(out, text.c_str(), text.size() + 1);
    return LEADLINE_OK;
  });
}

}  // extern "C"

namespace leadline::c {

void give(leadline_diagnostics** out, diagnostics problems, std::shared_ptr<const std::string> source) {
  if (out == nullptr) return;
  *out = new leadline_diagnostics{std::move(problems), std::move(source)};
}

}  // namespace leadline::c
