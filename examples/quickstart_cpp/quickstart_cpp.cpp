#include <array>
#include <iostream>
#include <span>
#include <string>
#include <utility>

#include "leadline/engine/engine.hpp"

int main() {
  using namespace leadline;

  const std::string pack_text = R"({
  "leadline": 1, "name": "quickstart", "time_zone": "America/New_York",
  "events": { "visit": { "activity": true, "fields": { "path": "string" } } },
  "scores": { "heat": { "rules": [
    { "id": "pricing", "on": "visit", "where": { "==": [{ "var": "event.path" }, "/pricing"] },
      "points": 15, "decay": { "half_life": "7d" } }] } },
  "funnel": { "start": "lead", "stages": [{ "id": "lead" }, { "id": "mql" }],
              "transitions": [{ "id": "hot", "from": "lead", "to": "mql", "when": { ">=": [{ "var": "score.heat" }, 25] } }] }
})";

  const system_zones zones;
  const compiled_pack compiled = model::compile(pack_text, "quickstart.json", {.zones = &zones});
  if (!compiled.model) {
    std::cerr << to_text(compiled.problems, pack_text);
    return 1;
  }

  engine all(compiled.model);
  for (const auto& [at, path] :
       {std::pair("2026-03-02T09:00:00-05:00", "/pricing"), std::pair("2026-03-02T10:00:00-05:00", "/blog"),
        std::pair("2026-03-03T09:00:00-05:00", "/pricing")}) {
    const std::array data{value::member{"path", value::of(path)}};
    const event seen{.contact = "c42",
                     .type = "visit",
                     .at = instant::parse(at).value(),
                     .data = value::of(std::span<const value::member>(data))};
    std::string lines;
    for (const decision& told : all.apply(seen)) {
      append_json(lines, told);
      lines += '\n';
    }
    std::cout << lines;
  }
  std::cout << "heat is " << static_cast<double>(all.score_milli(*all.find("c42"), 0)) / 1000 << '\n';
}
