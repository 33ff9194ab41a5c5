#pragma once

#include <algorithm>
#include <iterator>
#include <tuple>

#include "leadline/base/detail/utf8.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/base/limits.hpp"

namespace leadline {

LEADLINE_INLINE void diagnostics::add(diagnostic problem) {
  const bool is_error = problem.severity == severity::error;
  ++(is_error ? error_count_ : warning_count_);
  if (list_.size() < limits::diagnostic_count_max) {
    list_.push_back(std::move(problem));
    return;
  }
  if (!is_error) return;
  const auto last_warning = std::find_if(list_.rbegin(), list_.rend(),
                                         [](const diagnostic& other) { return other.severity == severity::warning; });
  if (last_warning != list_.rend()) *last_warning = std::move(problem);
}

LEADLINE_INLINE void diagnostics::append(diagnostics others) {
  const std::size_t shown_errors =
      static_cast<std::size_t>(std::count_if(others.list_.begin(), others.list_.end(), [](const diagnostic& problem) {
        return problem.severity == severity::error;
      }));
  error_count_ += others.error_count_ - shown_errors;
  warning_count_ += others.warning_count_ - (others.list_.size() - shown_errors);
  for (diagnostic& problem : others.list_) add(std::move(problem));
}

LEADLINE_INLINE void diagnostics::sort() {
  std::stable_sort(list_.begin(), list_.end(), [](const diagnostic& a, const diagnostic& b) {
    return std::tie(a.file, a.where.offset) < std::tie(b.file, b.where.offset);
  });
}

namespace detail {

[[nodiscard]] inline std::string_view name_of(severity kind) noexcept {
  return kind == severity::error ? "error" : "warning";
}

/// Appends a text of which a file or a user is the author: control characters become blanks, so that what is printed
/// keeps its lines and cannot steer a terminal.
inline void append_plain(std::string& out, std::string_view text) {
  for (const char letter : text) out += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F ? ' ' : letter;
}

inline void append_place(std::string& out, const std::string& file, const source_range& where) {
  if (file.empty() && where.line == 0) return;
  append_plain(out, file.empty() ? std::string_view("input") : std::string_view(file));
  if (where.line != 0) {
    out += ':';
    out += std::to_string(where.line);
    out += ':';
    out += std::to_string(where.column);
  }
  out += ": ";
}

/// The bytes that a quoted line shows at most on each side of the range: a pack on one line of a megabyte must
/// not print a megabyte.
inline constexpr std::size_t quoted_context_max = 60;

/// The line of the source with a caret line below it.
inline void append_quoted_line(std::string& out, const source_range& where, std::string_view source) {
  if (where.line == 0 || where.offset > source.size()) return;
  const auto offset = static_cast<std::size_t>(where.offset);
  std::size_t begin = offset;
  while (begin > 0 && source[begin - 1] != '\n') --begin;
  std::size_t end = offset;
  while (end < source.size() && source[end] != '\n' && source[end] != '\r') ++end;
  const std::size_t marked_size = std::min<std::size_t>(static_cast<std::size_t>(where.size), end - offset);
  const std::size_t marked_shown = std::min(marked_size, quoted_context_max);

  std::size_t shown_begin = begin;
  std::size_t shown_end = end;
  if (offset - begin > quoted_context_max) shown_begin = offset - quoted_context_max;
  if (end - offset > marked_shown + quoted_context_max) shown_end = offset + marked_shown + quoted_context_max;
  const auto is_continuation = [&](std::size_t at) {
    return at < source.size() && (static_cast<unsigned char>(source[at]) & 0xC0) == 0x80;
  };
  while (shown_begin > begin && is_continuation(shown_begin)) --shown_begin;
  while (shown_end > offset && is_continuation(shown_end)) --shown_end;

  const std::string number = std::to_string(where.line);
  const std::string lead = shown_begin > begin ? "..." : "";
  out += "  ";
  out += number;
  out += " | ";
  out += lead;
  // Tabs and control characters become one blank each, so that the caret stands below what it means.
  append_plain(out, source.substr(shown_begin, shown_end - shown_begin));
  if (shown_end < end) out += "...";
  out += "\n  ";
  out.append(number.size(), ' ');
  out += " | ";
  out.append(lead.size() + utf8_length(source.substr(shown_begin, offset - shown_begin)), ' ');
  out += '^';
  const std::size_t marked_length = utf8_length(source.substr(offset, marked_shown));
  if (marked_length > 1) out.append(marked_length - 1, '~');
  out += '\n';
}

inline void append_json_member(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out += ',';
  json_text::append_quoted(out, key);
  out += ':';
  json_text::append_quoted(out, text);
}

inline void append_json_place(std::string& out, const std::string& file, const source_range& where,
                              const std::string& pointer) {
  append_json_member(out, "file", file);
  if (where.line != 0) {
    out += ",\"line\":" + std::to_string(where.line) + ",\"column\":" + std::to_string(where.column) +
           ",\"offset\":" + std::to_string(where.offset) + ",\"size\":" + std::to_string(where.size);
    // The root's pointer is the empty text, which is a place too.
    out += ",\"pointer\":";
    json_text::append_quoted(out, pointer);
  } else {
    append_json_member(out, "pointer", pointer);
  }
}

}  // namespace detail

LEADLINE_INLINE std::string to_text(const diagnostic& problem, std::string_view source) {
  std::string out;
  const auto append_line = [&out](std::string_view lead, std::string_view text, std::string_view tail) {
    if (text.empty()) return;
    out += lead;
    detail::append_plain(out, text);
    out += tail;
  };
  detail::append_place(out, problem.file, problem.where);
  out += detail::name_of(problem.severity);
  out += ": ";
  detail::append_plain(out, problem.message);
  append_line(" [", problem.code, "]");
  out += '\n';
  append_line("  at ", problem.pointer, "\n");
  if (!source.empty()) detail::append_quoted_line(out, problem.where, source);
  append_line("  expected: ", problem.expected, "\n");
  if (!problem.allowed.empty()) {
    out += "  allowed: ";
    for (std::size_t i = 0; i < problem.allowed.size(); ++i) {
      if (i != 0) out += ", ";
      detail::append_plain(out, problem.allowed[i]);
    }
    out += '\n';
  }
  append_line("  did you mean \"", problem.suggestion, "\"?\n");
  for (const related_place& place : problem.related) {
    out += "  see ";
    detail::append_place(out, place.file, place.where);
    detail::append_plain(out, place.message);
    append_line(" (", place.pointer, ")");
    out += '\n';
  }
  append_line("  for example: ", problem.witness, "\n");
  return out;
}

LEADLINE_INLINE std::string to_text(const diagnostics& problems, std::string_view source) {
  std::string out;
  for (const diagnostic& problem : problems) out += to_text(problem, source);
  if (problems.dropped_count() != 0) {
    out += "and " + std::to_string(problems.dropped_count()) + " more problems that are not shown\n";
  }
  return out;
}

LEADLINE_INLINE std::string to_json(const diagnostic& problem) {
  std::string out = "{\"severity\":";
  json_text::append_quoted(out, detail::name_of(problem.severity));
  detail::append_json_member(out, "code", problem.code);
  detail::append_json_member(out, "message", problem.message);
  detail::append_json_member(out, "expected", problem.expected);
  detail::append_json_member(out, "suggestion", problem.suggestion);
  if (!problem.allowed.empty()) {
    out += ",\"allowed\":[";
    for (std::size_t i = 0; i < problem.allowed.size(); ++i) {
      if (i != 0) out += ',';
      json_text::append_quoted(out, problem.allowed[i]);
    }
    out += ']';
  }
  detail::append_json_place(out, problem.file, problem.where, problem.pointer);
  if (!problem.related.empty()) {
    out += ",\"related\":[";
    for (std::size_t i = 0; i < problem.related.size(); ++i) {
      const related_place& place = problem.related[i];
      if (i != 0) out += ',';
      out += "{\"message\":";
      json_text::append_quoted(out, place.message);
      detail::append_json_place(out, place.file, place.where, place.pointer);
      out += '}';
    }
    out += ']';
  }
  detail::append_json_member(out, "witness", problem.witness);
  out += '}';
  return out;
}

LEADLINE_INLINE std::string to_json(const diagnostics& problems) {
  std::string out = "{\"diagnostics\":[";
  for (std::size_t i = 0; i < problems.size(); ++i) {
    if (i != 0) out += ',';
    out += to_json(problems[i]);
  }
  out += "],\"errors\":" + std::to_string(problems.error_count()) +
         ",\"warnings\":" + std::to_string(problems.warning_count());
  if (problems.dropped_count() != 0) out += ",\"not_shown\":" + std::to_string(problems.dropped_count());
  out += '}';
  return out;
}

}  // namespace leadline
