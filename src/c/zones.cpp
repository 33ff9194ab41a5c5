#include <mutex>
#include <string>
#include <vector>

#include "c/guard.hpp"
#include "c/handles.hpp"
#include "leadline/time/zone_source.hpp"

namespace leadline::c {

namespace {

/// A host's zone files.
class host_zones final : public zone_source {
 public:
  host_zones(leadline_reader reader, void* context) : reader_(reader), context_(context) {}

  [[nodiscard]] result<std::string> read(std::string_view name) const override {
    leadline_buffer into;
    const leadline_status status = reader_(context_, name.data(), name.size(), &into);
    if (status == LEADLINE_OK) return std::move(into.content);
    if (status == LEADLINE_OUT_OF_MEMORY) throw std::bad_alloc();
    diagnostic problem;
    problem.code = status == LEADLINE_NOT_FOUND ? "time_zone.unknown" : "time_zone.unreadable";
    problem.message = status == LEADLINE_NOT_FOUND
                          ? "there is no time zone \"" + std::string(name.substr(0, 60)) + "\""
                          : "the host's reader of time zones failed with " + std::to_string(status);
    problem.expected = "a name of the IANA time zone database";
    return failure(std::move(problem));
  }

  /// A host's reader is asked by name only.
  [[nodiscard]] std::vector<std::string> names() const override { return {}; }

 private:
  leadline_reader reader_;
  void* context_;
};

struct zone_choice {
  std::mutex mutex;
  std::unique_ptr<const zone_source> source;
};

/// Never destroyed: a calendar may be compiled while the program ends.
[[nodiscard]] zone_choice& choice() {
  alignas(zone_choice) static unsigned char room[sizeof(zone_choice)];
  static zone_choice* const made = new (room) zone_choice();
  return *made;
}

}  // namespace

const zone_source& zones() {
  zone_choice& chosen = choice();
  const std::lock_guard lock(chosen.mutex);
  if (!chosen.source) chosen.source = std::make_unique<const system_zones>();
  return *chosen.source;
}

}  // namespace leadline::c

extern "C" leadline_status leadline_zones_set(leadline_reader reader, void* context) {
  using namespace leadline::c;
  if (reader == nullptr) return LEADLINE_INVALID_ARGUMENT;
  return guarded(nullptr, [&]() -> leadline_status {
    zone_choice& chosen = choice();
    const std::lock_guard lock(chosen.mutex);
    if (chosen.source) return LEADLINE_IN_USE;
    chosen.source = std::make_unique<const host_zones>(reader, context);
    return LEADLINE_OK;
  });
}
