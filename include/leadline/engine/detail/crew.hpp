#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace leadline::detail {

/// Threads that wait for the next piece of work, so that one that lasts a millisecond is worth sharing: a thread that
/// is there begins at once and stays on its processor, a new one may wait for its first turn as long as that.
///
///     crew all;
///     all.run(3, [&](std::size_t i) { ... });    // 0 on this thread, 1 and 2 on others, which stay for the next
///
/// They end with it. A child of `fork` has none of them and begins with new ones. For one thread.
class crew {
 public:
  crew() = default;
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;
  ~crew() { leave_what_forked(); }

  /// Comes back when all is done. REQUIRES that the work throws nothing. Where there is no memory or no thread to be
  /// had this thread does the work that is left.
  template <class Work>
  void run(std::size_t count, const Work& work) {
    leave_what_forked();
    try {
      if (!hands_) hands_ = std::make_unique<hands>();
      hands_->threads.reserve(count - 1);
      while (hands_->threads.size() + 1 < count) {
        hands_->threads.emplace_back([own = hands_.get(), i = hands_->threads.size() + 1, seen = hands_->round] {
          own->wait_and_work(i, seen);
        });
      }
    } catch (const std::bad_alloc&) {
    } catch (const std::system_error&) {
    }
    const std::size_t shared = hands_ ? hands_->threads.size() : 0;
    if (shared != 0) {
      hands_->begin([](const void* of, std::size_t i) { (*static_cast<const Work*>(of))(i); }, &work, count);
    }
    work(0);
    for (std::size_t i = shared + 1; i < count; ++i) work(i);
    if (shared != 0) hands_->wait_for_all();
  }

 private:
  struct hands {
    using call = void (*)(const void* work, std::size_t i);

    hands() = default;
    hands(const hands&) = delete;
    hands& operator=(const hands&) = delete;
    ~hands() {
      {
        const std::lock_guard held(lock);
        is_over = true;
      }
      has_begun.notify_all();
    }

    void begin(call given, const void* of, std::size_t count) {
      {
        const std::lock_guard held(lock);
        work = given;
        object = of;
        work_count = count;
        at_work_count = threads.size();
        ++round;
      }
      has_begun.notify_all();
    }
    void wait_for_all() {
      std::unique_lock held(lock);
      is_done.wait(held, [&] { return at_work_count == 0; });
    }
    void wait_and_work(std::size_t i, std::size_t seen) {
      std::unique_lock held(lock);
      for (;;) {
        has_begun.wait(held, [&] { return is_over || round != seen; });
        if (is_over) return;
        seen = round;
        if (i < work_count) {
          held.unlock();
          work(object, i);
          held.lock();
        }
        if (--at_work_count == 0) is_done.notify_one();
      }
    }

    std::mutex lock;
    std::condition_variable has_begun;
    std::condition_variable is_done;
    bool is_over = false;
    std::size_t round = 0;
    std::size_t at_work_count = 0;
    std::size_t work_count = 0;
    call work = nullptr;
    const void* object = nullptr;
    /// Joined first of all.
    std::vector<std::jthread> threads;
  };

  [[nodiscard]] static long process() noexcept {
#if __has_include(<unistd.h>)
    return static_cast<long>(::getpid());
#else
    return 0;
#endif
  }
  /// What waits for threads that this process does not have is left alone for good.
  void leave_what_forked() noexcept {
    if (const long now = process(); now != process_) {
      if (hands_) static_cast<void>(hands_.release());
      process_ = now;
    }
  }

  long process_ = process();
  std::unique_ptr<hands> hands_;
};

}  // namespace leadline::detail
