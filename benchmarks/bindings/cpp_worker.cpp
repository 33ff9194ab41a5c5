// The C++ side of what a call across costs: see compare.py. Prints a line for each task: name, nanoseconds of processor
// time for each event or question, and what it came to.

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "leadline/engine/engine.hpp"
#include "leadline/pack/model.hpp"

namespace {

using namespace leadline;

constexpr std::size_t event_count = 400'000;
constexpr std::size_t contact_count = 10'000;
constexpr std::size_t batch_size = 10'000;
constexpr std::int64_t first_ms = 1'772'323'200'000;

/// The same numbers in every language.
class numbers {
 public:
  [[nodiscard]] std::uint64_t next() noexcept {
    state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return state_ >> 33U;
  }

 private:
  std::uint64_t state_ = 1;
};

struct made_events {
  std::vector<std::string> contacts;
  std::vector<value::member> data;
  std::vector<event> events;

  made_events() {
    for (std::size_t i = 0; i < contact_count; ++i) contacts.push_back("contact-" + std::to_string(i));
    static constexpr std::string_view paths[] = {"/pricing", "/blog/post", "/about"};
    numbers from;
    std::vector<std::uint64_t> drawn;
    data.reserve(event_count);
    for (std::size_t i = 0; i < event_count; ++i) {
      const std::uint64_t who = from.next() % contact_count;
      const std::uint64_t what = from.next() % 10;
      event one;
      one.contact = contacts[who];
      one.at = instant::from_ms(first_ms + static_cast<std::int64_t>(i) * 1'000);
      if (what < 8) {
        one.type = "page_view";
        data.push_back({"path", value::of(paths[what % 3])});
      } else if (what == 8) {
        one.type = "webinar_attended";
        data.push_back({"minutes", value::of(std::int64_t{45})});
      } else {
        one.type = "session_start";
        data.push_back({"utm_source", value::of(std::string_view("google"))});
      }
      one.data = value::of(std::span<const value::member>(&data.back(), 1));
      events.push_back(one);
    }
  }
};

/// What a host might do with each decision: three of its members.
[[nodiscard]] std::uint64_t read_all(std::span<const decision> told) {
  std::uint64_t sum = 0;
  for (const decision& each : told) {
    const auto* const milli = std::get_if<std::int64_t>(&each.to);
    sum += each.seq + each.contact.size() + static_cast<std::uint64_t>(milli == nullptr ? 0 : *milli);
  }
  return sum;
}

[[nodiscard]] double now_ns() {
  timespec at{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) * 1e9 + static_cast<double>(at.tv_nsec);
}

void tell(const char* name, double ns, std::size_t count, std::uint64_t sum) {
  std::printf("%s %.3f %llu\n", name, ns / static_cast<double>(count), static_cast<unsigned long long>(sum));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  std::ifstream in(arguments[1], std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  const system_zones zones;
  const compiled_pack made = model::compile(text, "pack.json", {.zones = &zones, .lists = nullptr});
  if (!made.model) {
    std::cerr << to_text(made.problems, text);
    return 1;
  }
  const made_events given;
  const std::span<const event> events(given.events);
  {
    engine all(made.model);
    std::uint64_t sum = 0;
    const double from = now_ns();
    for (const event& each : events) sum += all.apply(each).size();
    tell("send", now_ns() - from, events.size(), sum);
  }
  {
    engine all(made.model);
    std::uint64_t sum = 0;
    const double from = now_ns();
    for (std::size_t i = 0; i < events.size(); i += batch_size) sum += all.apply(events.subspan(i, batch_size)).size();
    tell("batch", now_ns() - from, events.size(), sum);
    std::uint64_t never = 0;
    const double asked = now_ns();
    for (std::size_t i = 0; i < events.size(); ++i) never += all.next_wakeup().has_value() ? 1 : 0;
    tell("ask", now_ns() - asked, events.size(), never);
  }
  {
    engine all(made.model);
    std::uint64_t sum = 0;
    const double from = now_ns();
    for (std::size_t i = 0; i < events.size(); i += batch_size)
      sum += read_all(all.apply(events.subspan(i, batch_size)));
    tell("read", now_ns() - from, events.size(), sum);
  }
  return 0;
}
