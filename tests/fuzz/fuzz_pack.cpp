#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "leadline/pack/model.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Two zones, read once: the disk is not what is tested.
class two_zones final : public leadline::zone_source {
 public:
  two_zones() {
    const leadline::system_zones system;
    for (const char* name : {"UTC", "America/New_York"}) {
      if (auto bytes = system.read(name)) files_.emplace(name, std::move(*bytes));
    }
  }
  [[nodiscard]] leadline::result<std::string> read(std::string_view name) const override {
    const auto found = files_.find(name);
    if (found != files_.end()) return found->second;
    leadline::diagnostic problem;
    problem.code = "time_zone.unknown";
    problem.message = "there is no such time zone";
    return leadline::failure(std::move(problem));
  }
  [[nodiscard]] std::vector<std::string> names() const override { return {"America/New_York", "UTC"}; }

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

class one_list final : public leadline::list_source {
 public:
  [[nodiscard]] leadline::result<std::string> read(std::string_view) const override {
    return std::string("gmail.com\n# a comment\ngmx.de\n");
  }
};

/// Every condition of a model evaluates, on a row in which nothing is known.
void evaluate(const leadline::model& model) {
  leadline::condition_scratch scratch;
  const std::vector<leadline::value> row(model.layout.slots().size());
  const std::vector<leadline::value> event(model.layout.event_fields().size());
  for (const leadline::condition& each : model.conditions) {
    (void)each.holds({.slots = row, .event_slots = event, .now_ms = 1'767'225'600'000}, scratch);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const two_zones zones;
  static const one_list lists;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const leadline::pack_sources sources{.zones = &zones, .lists = &lists};

  const leadline::diagnostics all = leadline::check_pack(
      leadline::pack::parse(text, "fuzz.json"), sources,
      {.depth = leadline::check_depth::portable, .as_of = leadline::local_date::from_days(20'000)});
  for (const leadline::diagnostic& problem : all) {
    require(!problem.code.empty() && !problem.message.empty());
    require(problem.where.offset <= text.size() && problem.where.size <= text.size() - problem.where.offset);
    for (const leadline::related_place& place : problem.related) {
      require(place.where.offset <= text.size() && place.where.size <= text.size() - place.where.offset);
    }
  }
  (void)leadline::to_text(all, text);
  require(leadline::document::parse(leadline::to_json(all)).has_value());

  // A model exists exactly where checking finds no error, and the same text gives the same one.
  const leadline::compiled_pack compiled = leadline::model::compile(text, "fuzz.json", sources);
  require((compiled.model != nullptr) == (!all.has_errors() && compiled.problems.dropped_count() == 0));
  if (compiled.model) {
    evaluate(*compiled.model);
    require(leadline::model::compile(text, "fuzz.json", sources).model->fingerprint == compiled.model->fingerprint);
  }
  return 0;
}
