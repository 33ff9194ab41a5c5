#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>

namespace leadline::cli {

namespace {

[[nodiscard]] std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void output::line_done() {
  text_ += '\n';
  constexpr std::size_t piece_size = 256 * 1024;
  if (text_.size() >= piece_size) flush();
}

bool output::flush() {
  std::string_view rest = text_;
  while (!rest.empty() && is_good_) {
    const ssize_t count = write(STDOUT_FILENO, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      is_good_ = false;
      std::perror("leadline: standard output");
    } else {
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  text_.clear();
  return is_good_;
}

progress::progress(std::string_view unit)
    : unit_(unit), began_ms_(now_ms()), printed_ms_(began_ms_), is_shown_(isatty(STDERR_FILENO) == 1) {}

progress::~progress() {
  if (is_shown_ && printed_ms_ != began_ms_) {
    print();
    std::fputc('\n', stderr);
  }
}

void progress::add(std::uint64_t count) {
  count_ += count;
  if (!is_shown_ || count_ < next_look_) return;
  next_look_ = count_ + 256;  // the clock is not asked for each line
  const std::int64_t at_ms = now_ms();
  if (at_ms - printed_ms_ < 100) return;
  printed_ms_ = at_ms;
  print();
}

void progress::print() const {
  const double seconds = static_cast<double>(now_ms() - began_ms_) / 1000;
  std::fprintf(stderr, "\r%llu %s, %.1f s", static_cast<unsigned long long>(count_), unit_.c_str(), seconds);
  std::fflush(stderr);
}

}  // namespace leadline::cli
