#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace leadline::cli {

/// Standard output, written in large pieces. What cannot be written (a full disk) is noticed: `flush` and the
/// end of the program tell. For one thread.
class output {
 public:
  /// The text to append to; call `line_done` after each line.
  [[nodiscard]] std::string& text() noexcept { return text_; }
  void line_done();
  /// Writes out all there is. False when some of it could not be written, now or before.
  bool flush();

 private:
  std::string text_;
  bool is_good_ = true;
};

/// A count on standard error, renewed ten times a second, when that is a terminal and nothing else prints there;
/// silent otherwise. For one thread.
class progress {
 public:
  /// `unit` in the plural: "events".
  explicit progress(std::string_view unit);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  ~progress();

  void add(std::uint64_t count);

 private:
  void print() const;

  std::string unit_;
  std::uint64_t count_ = 0;
  std::uint64_t next_look_ = 0;
  std::int64_t began_ms_ = 0;
  std::int64_t printed_ms_ = 0;
  bool is_shown_ = false;
};

}  // namespace leadline::cli
