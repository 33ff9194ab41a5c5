#pragma once

#include <memory>
#include <utility>

namespace leadline::detail {

/// Something that few have: a pointer's worth of memory until it is written, and copied with whoever has it.
///
///     rare<std::vector<int>> runs;
///     runs.read().empty();        // true; takes nothing
///     runs.write().push_back(3);
///
/// A plain value; distinct objects may be used from distinct threads.
template <class T>
class rare {
 public:
  rare() = default;
  rare(const rare& other) : kept_(other.kept_ ? std::make_unique<T>(*other.kept_) : nullptr) {}
  rare(rare&&) noexcept = default;
  rare& operator=(const rare& other) {
    if (this == &other) return *this;
    if (!other.kept_) {
      kept_.reset();
    } else if (kept_) {
      *kept_ = *other.kept_;
    } else {
      kept_ = std::make_unique<T>(*other.kept_);
    }
    return *this;
  }
  rare& operator=(rare&&) noexcept = default;
  ~rare() = default;

  /// Whether it was ever written.
  [[nodiscard]] bool is_there() const noexcept { return kept_ != nullptr; }
  [[nodiscard]] const T& read() const noexcept { return kept_ ? *kept_ : blank(); }
  [[nodiscard]] T& write() {
    if (!kept_) kept_ = std::make_unique<T>();
    return *kept_;
  }

 private:
  [[nodiscard]] static const T& blank() noexcept {
    static const T made{};
    return made;
  }

  std::unique_ptr<T> kept_;
};

}  // namespace leadline::detail
