#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "leadline/fold/contact_record.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr const char* packs[] = {
    R"({"leadline": 1, "name": "small", "time_zone": "UTC", "engine": {"lateness": "0s"},
      "attributes": {"country": {"type": "string"}, "size": {"type": "number"}, "tags": {"type": "strings"}},
      "events": {"visit": {"activity": true, "fields": {"path": "string", "n": "number"}}},
      "signals": {"v": {"count": "visit", "within": "7d"}, "all": {"count": "visit"}, "idle": {"since": "any_activity"},
        "paths": {"distinct": "visit", "by": "path"}, "paths_7d": {"distinct": "visit", "by": "path", "within": "7d"},
        "first": {"first": "visit", "of": "path"}, "most": {"max": "visit", "of": "n", "within": "30d"},
        "sum": {"sum": "visit", "of": "n", "within": "9d"}, "ever": {"sum": "visit", "of": "n"},
        "days": {"streak": "visit", "unit": "day"}},
      "scores": {"s": {"rules": [
        {"id": "v", "on": "visit", "points": 10, "decay": {"half_life": "10d"}, "limit": {"times": 3, "per": "1d"}},
        {"id": "w", "on": "visit", "points": 7, "decay": {"linear": "5d"}, "limit": {"once_per": "path"}},
        {"id": "p", "on": "visit", "points": 5, "decay": {"percent": 30, "every": "2d"}},
        {"id": "t", "on": "visit", "tiers": [{"at_least": 2, "within": "4d", "points": 9}]},
        {"id": "i", "idle": [{"after": "3d", "every": "1d", "points": -2}], "on_return": "keep"},
        {"id": "big", "when": {">": [{"var": "contact.size"}, 100]}, "points": 20, "otherwise": -5}]}},
      "grades": {"g": {"of": "s", "bands": [{"at_least": 20, "until": 10, "is": "hot"}, {"is": "cold"}]}},
      "funnel": {"start": "lead", "statuses": {"mql": ["new", "worked"]},
        "stages": [{"id": "lead"}, {"id": "mql"}, {"id": "rest", "aside": true}],
        "transitions": [
          {"id": "up", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.s"}, 30]}, "cooldown": "2d"},
          {"id": "down", "from": "mql", "to": "rest", "after": "20d"},
          {"id": "again", "from": "rest", "to": "lead", "on": "visit"}]}})",
    R"({"leadline": 1, "name": "late", "time_zone": "UTC", "engine": {"lateness": "7d"},
      "attributes": {"country": {"type": "string", "from": ["visit.path"]}},
      "events": {"visit": {"activity": true, "fields": {"path": "string"}}},
      "signals": {"last": {"last": "visit", "of": "path"}},
      "scores": {"s": {"rules": [{"id": "v", "on": "visit", "points": 10, "decay": {"expires": "3d"}}]}},
      "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
        "transitions": [{"id": "up", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.s"}, 30]}}]}})"};

[[nodiscard]] std::shared_ptr<const leadline::model> compiled(std::size_t which) {
  static const leadline::system_zones zones;
  return leadline::model::compile(packs[which], "fuzz.json", {.zones = &zones, .lists = nullptr}).model;
}

/// What a host does with a contact that it read, for as long as no watch makes time dense.
void live(leadline::contact_fold& fold, leadline::contact& who) {
  using namespace leadline;
  const value::member data[] = {{"path", value::of("/pricing")}, {"n", value::of(2.5)}};
  const instant at = instant::parse("2026-03-05T00:00:00Z").value();
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(fold.step(who, {.id = value::of("e1"),
                                      .contact = "c1",
                                      .type = "visit",
                                      .at = at + elapsed_duration::hours(i),
                                      .data = value::of(std::span<const value::member>(data).first(i == 2 ? 1 : 2))}));
  }
  // Bytes may say that the contact lived long ago, and each step of an idle rule since then is a pass.
  if (!who.state.wakeup_ms || *who.state.wakeup_ms > at.ms())
    static_cast<void>(fold.advance(who, at + elapsed_duration::days(9)));
}

}  // namespace

// The first byte chooses the pack and the form, the rest is a record.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  if (size == 0) return 0;
  static contact_record records[] = {contact_record(::compiled(0)), contact_record(::compiled(1))};
  static contact_fold folds[] = {contact_fold(::compiled(0)), contact_fold(::compiled(1))};
  const std::size_t which = data[0] & 1U;
  contact_record& record = records[which];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & 2U) != 0) {
    const result<contact> opened = record.open(bytes);
    if (opened) require(record.open(record.seal(*opened)).has_value());
    return 0;
  }
  contact who(record.model(), "c1");
  if (!record.unpack(bytes, who)) return 0;
  const std::string packed(record.pack(who));
  contact again(record.model(), "c1");
  require(record.unpack(packed, again));
  require(record.pack(again) == packed);
  require(record.state_digest(again) == record.state_digest(who));
  // A wake-up of long ago would be followed step by step up to today.
  if (who.state.wakeup_ms && *who.state.wakeup_ms < 1'700'000'000'000) return 0;
  live(folds[which], who);
  require(record.unpack(record.pack(who), again));
  return 0;
}
