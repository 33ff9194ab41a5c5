#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/config.hpp"

namespace leadline {

enum class severity : std::uint8_t { error, warning };

/// A stretch of a text: where it begins for a person (line and column, from 1, the column in code points) and
/// for a program (bytes from 0). A `line` of 0 means that no place is known.
struct source_range {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// A second place that explains the first: the other of two equal keys, the rule that shadows this one.
struct related_place {
  std::string message;
  std::string file;
  source_range where;
  std::string pointer;
};

/// One problem: where it is, what it is, and what would be right.
///
/// `code` is stable across versions and dotted, area first (`calendar.unknown_zone`); the wording of the other
/// texts may change. `message` is one sentence without a full stop. Empty fields are unknown or do not apply.
///
///     diagnostic problem{.code = "instant.no_offset",
///                        .message = "the instant \"2026-03-02T14:03:00\" has no offset",
///                        .expected = "RFC 3339 with an offset, such as 2026-03-02T14:03:00Z"};
///
/// A plain value; distinct objects may be used from distinct threads.
struct diagnostic {
  leadline::severity severity = severity::error;
  std::string code;
  std::string message;
  /// What would be right, as a phrase: "a duration such as 4bh".
  std::string expected;
  /// The nearest right text, to be put in place of the wrong one: "America/New_York".
  std::string suggestion;
  /// All that is allowed here, where the list is short.
  std::vector<std::string> allowed;
  std::string file;
  source_range where;
  /// RFC 6901 JSON Pointer of the value at fault.
  std::string pointer;
  std::vector<related_place> related;
  /// For warnings of what cannot work: the smallest input that shows it, as JSON text.
  std::string witness;
};

/// An ordered list of problems, never more than `limits::diagnostic_count_max`: what comes after is counted in
/// `dropped_count`, so that nothing is lost silently, and an error takes the place of a warning.
class diagnostics {
 public:
  diagnostics() = default;
  /*implicit*/ diagnostics(diagnostic problem) { add(std::move(problem)); }

  void add(diagnostic problem);
  void append(diagnostics others);

  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  [[nodiscard]] const diagnostic& operator[](std::size_t index) const { return list_[index]; }
  [[nodiscard]] const diagnostic& front() const { return list_.front(); }
  [[nodiscard]] auto begin() const noexcept { return list_.begin(); }
  [[nodiscard]] auto end() const noexcept { return list_.end(); }
  [[nodiscard]] auto begin() noexcept { return list_.begin(); }
  [[nodiscard]] auto end() noexcept { return list_.end(); }

  /// Counts of all that was added, what was dropped included.
  [[nodiscard]] std::size_t error_count() const noexcept { return error_count_; }
  [[nodiscard]] std::size_t warning_count() const noexcept { return warning_count_; }
  [[nodiscard]] bool has_errors() const noexcept { return error_count_ != 0; }
  [[nodiscard]] std::size_t dropped_count() const noexcept { return error_count_ + warning_count_ - list_.size(); }

  /// Orders by file and place; problems at one place keep their order.
  void sort();

 private:
  std::vector<diagnostic> list_;
  std::size_t error_count_ = 0;
  std::size_t warning_count_ = 0;
};

/// A problem as text for a person, several lines, ending in a newline:
///
///     pack.json:4:17: error: there is no time zone "America/New_Yrok" [calendar.unknown_zone]
///       at /calendars/sales/time_zone
///        4 |   "time_zone": "America/New_Yrok",
///          |                ^~~~~~~~~~~~~~~~~~
///       expected: a name of the IANA time zone database
///       did you mean "America/New_York"?
///
/// `source` is the text of the problem's file, or empty: then the quoted line is left out.
[[nodiscard]] std::string to_text(const diagnostic& problem, std::string_view source = {});
[[nodiscard]] std::string to_text(const diagnostics& problems, std::string_view source = {});

/// A problem as one line of JSON, keys in the order of the fields, empty ones left out.
[[nodiscard]] std::string to_json(const diagnostic& problem);
/// `{"diagnostics": [...], "errors": n, "warnings": n}`, one line.
[[nodiscard]] std::string to_json(const diagnostics& problems);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/base/detail/diagnostic_inl.hpp"
#endif
