#include "cli/input_lines.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace leadline::cli {

namespace {

constexpr std::size_t chunk_size = 256 * 1024;

[[nodiscard]] diagnostic input_problem(std::string_view code, const std::string& path, std::string reason,
                                       std::string_view expected) {
  diagnostic problem;
  problem.code = code;
  problem.message = input_name(path) + " " + std::move(reason);
  problem.expected = expected;
  return problem;
}

/// The bytes of a file descriptor, unpacked when they begin as gzip does.
class unpacked_bytes {
 public:
  unpacked_bytes(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  unpacked_bytes(const unpacked_bytes&) = delete;
  unpacked_bytes& operator=(const unpacked_bytes&) = delete;
  ~unpacked_bytes() {
    if (is_inflating_) inflateEnd(&inflater_);
    if (descriptor_ > STDERR_FILENO) close(descriptor_);
  }

  /// Appends what comes next; false at the end or at a problem.
  [[nodiscard]] bool append_to(std::string& out) {
    while (!is_ended_) {
      if (packed_at_ == packed_.size() && !read_chunk()) break;
      if (!is_begun_) {
        // A pipe may give the two bytes of the mark apart.
        if (packed_.size() < 2 && read_chunk()) continue;
        begin();
      }
      const std::size_t size_before = out.size();
      if (!is_inflating_) {
        out.append(packed_, packed_at_, std::string::npos);
        packed_at_ = packed_.size();
      } else if (!inflate_to(out)) {
        return false;
      }
      if (out.size() != size_before) return true;
    }
    if (is_inflating_ && !is_member_ended_ && !problem_) {
      problem_ = input_problem("input.broken", path_, "ends in the middle of its gzip data", "a whole gzip file");
    }
    return false;
  }

  [[nodiscard]] const std::optional<diagnostic>& problem() const noexcept { return problem_; }
  void set_problem(diagnostic problem) { problem_ = std::move(problem); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  std::function<void()> before_waiting;

 private:
  bool read_chunk() {
    if (before_waiting) before_waiting();
    // What is not yet looked at stays in front: the first byte of a mark that came alone.
    packed_.erase(0, packed_at_);
    packed_at_ = 0;
    const std::size_t kept = packed_.size();
    packed_.resize(kept + chunk_size);
    ssize_t count = -1;
    do {
      count = read(descriptor_, packed_.data() + kept, chunk_size);
    } while (count < 0 && errno == EINTR);
    packed_.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0) {
      problem_ = input_problem("input.broken", path_, std::string("cannot be read: ") + std::strerror(errno), "");
    }
    if (count <= 0) is_ended_ = kept == 0 || is_begun_;
    return count > 0;
  }

  void begin() {
    is_begun_ = true;
    if (packed_.size() < 2 || packed_[0] != '\x1f' || packed_[1] != '\x8b') return;
    constexpr int gzip_only = 16 + MAX_WBITS;
    is_inflating_ = inflateInit2(&inflater_, gzip_only) == Z_OK;
  }

  [[nodiscard]] bool inflate_to(std::string& out) {
    if (is_member_ended_) {
      // Several gzip files one after the other are one text.
      inflateReset(&inflater_);
      is_member_ended_ = false;
    }
    const std::size_t size_before = out.size();
    out.resize(size_before + chunk_size);
    inflater_.next_in = reinterpret_cast<Bytef*>(packed_.data() + packed_at_);
    inflater_.avail_in = static_cast<uInt>(packed_.size() - packed_at_);
    inflater_.next_out = reinterpret_cast<Bytef*>(out.data() + size_before);
    inflater_.avail_out = static_cast<uInt>(chunk_size);
    const int status = inflate(&inflater_, Z_NO_FLUSH);
    out.resize(size_before + chunk_size - inflater_.avail_out);
    packed_at_ = packed_.size() - inflater_.avail_in;
    is_member_ended_ = status == Z_STREAM_END;
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return true;
    problem_ = input_problem("input.broken", path_, "has damaged gzip data", "a whole gzip file");
    is_ended_ = true;
    return false;
  }

  int descriptor_;
  std::string path_;
  std::string packed_;
  std::size_t packed_at_ = 0;
  bool is_begun_ = false;
  bool is_ended_ = false;
  bool is_inflating_ = false;
  bool is_member_ended_ = false;
  z_stream inflater_{};
  std::optional<diagnostic> problem_;
};

[[nodiscard]] result<std::unique_ptr<unpacked_bytes>> open_bytes(const std::string& path) {
  int descriptor = STDIN_FILENO;
  if (path != "-") {
    do {
      descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    } while (descriptor < 0 && errno == EINTR);
    char first = 0;
    // A folder opens and only fails when read.
    if (descriptor < 0 || (read(descriptor, &first, 0) < 0 && errno == EISDIR)) {
      const int reason = errno;
      if (descriptor >= 0) close(descriptor);
      return failure(input_problem("input.not_readable", path,
                                   std::string("cannot be opened: ") + std::strerror(reason),
                                   "the path of a file, or - for standard input"));
    }
  }
  return std::make_unique<unpacked_bytes>(descriptor, path);
}

}  // namespace

class input_lines::stream {
 public:
  explicit stream(std::unique_ptr<unpacked_bytes> from) : bytes(std::move(from)) {}

  std::unique_ptr<unpacked_bytes> bytes;
  std::string text;
  std::size_t at = 0;
  /// Where the line at `at` ends, if that is known.
  std::size_t end = std::string::npos;
  std::uint64_t line_number = 0;
  std::uint64_t byte_count = 0;
};

input_lines::input_lines(std::unique_ptr<stream> from) : stream_(std::move(from)) {}
input_lines::input_lines(input_lines&&) noexcept = default;
input_lines& input_lines::operator=(input_lines&&) noexcept = default;
input_lines::~input_lines() = default;

result<input_lines> input_lines::open(const std::string& path) {
  auto bytes = open_bytes(path);
  if (!bytes) return failure(std::move(bytes.error()));
  return input_lines(std::make_unique<stream>(std::move(*bytes)));
}

std::optional<std::string_view> input_lines::next() {
  stream& from = *stream_;
  if (from.bytes->problem()) return std::nullopt;
  std::size_t searched = from.at;
  std::size_t end = from.end != std::string::npos ? from.end : from.text.find('\n', searched);
  from.end = std::string::npos;
  while (end == std::string::npos) {
    searched = from.text.size() - from.at;
    from.text.erase(0, from.at);
    from.at = 0;
    if (from.text.size() > line_size_max) {
      from.bytes->set_problem(input_problem("input.line_too_long", from.bytes->path(),
                                            "has a line of more than " + std::to_string(line_size_max) +
                                                " bytes (line " + std::to_string(from.line_number + 1) + ")",
                                            "one JSON value a line"));
      return std::nullopt;
    }
    if (!from.bytes->append_to(from.text)) {
      if (from.bytes->problem() || from.text.empty()) return std::nullopt;
      end = from.text.size();  // a last line without a line break
      break;
    }
    end = from.text.find('\n', searched);
  }
  std::string_view line = std::string_view(from.text).substr(from.at, end - from.at);
  from.byte_count += end - from.at + 1;
  from.at = std::min(end + 1, from.text.size());
  ++from.line_number;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool input_lines::is_next_ready() const noexcept {
  stream_->end = stream_->text.find('\n', stream_->at);
  return stream_->end != std::string::npos;
}

const std::optional<diagnostic>& input_lines::problem() const noexcept { return stream_->bytes->problem(); }
std::uint64_t input_lines::line_number() const noexcept { return stream_->line_number; }
std::size_t input_lines::readable_after() const noexcept { return stream_->text.size() - stream_->at; }
std::uint64_t input_lines::byte_count() const noexcept { return stream_->byte_count; }
void input_lines::before_waiting(std::function<void()> action) { stream_->bytes->before_waiting = std::move(action); }

result<std::string> read_input(const std::string& path, std::size_t size_max) {
  auto bytes = open_bytes(path);
  if (!bytes) return failure(std::move(bytes.error()));
  std::string text;
  while ((*bytes)->append_to(text)) {
    if (text.size() > size_max) {
      return failure(input_problem("input.too_large", path, "has more than " + std::to_string(size_max) + " bytes",
                                   "at most " + std::to_string(size_max) + " bytes"));
    }
  }
  if ((*bytes)->problem()) return failure(*(*bytes)->problem());
  return text;
}

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace leadline::cli
