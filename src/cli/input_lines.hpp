#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "leadline/base/result.hpp"

namespace leadline::cli {

/// The lines of a file, of standard input (`-`), or of either packed with gzip, which is noticed by its first
/// bytes and not by its name.
///
///     auto lines = input_lines::open(path);
///     if (!lines) return tell(lines.error());
///     while (auto line = lines->next()) use(*line);
///     if (lines->problem()) return tell(*lines->problem());
///
/// Memory stays bounded: a line of more than `line_size_max` bytes ends the input with a problem. For one thread.
class input_lines {
 public:
  static constexpr std::size_t line_size_max = std::size_t{64} << 20;

  /// Errors: `input.not_readable`.
  [[nodiscard]] static result<input_lines> open(const std::string& path);
  input_lines(input_lines&&) noexcept;
  input_lines& operator=(input_lines&&) noexcept;
  ~input_lines();

  /// The next line without its line break (LF or CRLF), valid until the next call; nothing at the end, or at a
  /// problem.
  [[nodiscard]] std::optional<std::string_view> next();
  /// Whether the next line stands in memory already: then `next` leaves what it gave before where it is.
  [[nodiscard]] bool is_next_ready() const noexcept;
  /// How many bytes behind that line may be read, whatever they are.
  [[nodiscard]] std::size_t readable_after() const noexcept;
  /// Why the input ended before its end: `input.broken` (a gzip stream cut off, a read that failed),
  /// `input.line_too_long`.
  [[nodiscard]] const std::optional<diagnostic>& problem() const noexcept;
  /// The number of the line that `next` gave last, from 1.
  [[nodiscard]] std::uint64_t line_number() const noexcept;
  /// Bytes of unpacked text so far.
  [[nodiscard]] std::uint64_t byte_count() const noexcept;

  /// Called whenever the next bytes may be long in coming, so that answers given so far can be written out: a
  /// program that asks one question at a time through a pipe gets its answer at once.
  void before_waiting(std::function<void()> action);

 private:
  class stream;
  explicit input_lines(std::unique_ptr<stream> from);
  std::unique_ptr<stream> stream_;
};

/// A whole file, standard input, or either packed with gzip, as one text of at most `size_max` bytes. Errors:
/// `input.not_readable`, `input.broken`, `input.too_large`.
[[nodiscard]] result<std::string> read_input(const std::string& path, std::size_t size_max);

/// The name of an input as messages show it: the path, or "standard input".
[[nodiscard]] std::string input_name(const std::string& path);

}  // namespace leadline::cli
