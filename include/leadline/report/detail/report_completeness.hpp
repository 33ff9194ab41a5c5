#pragma once

#include "leadline/report/detail/report_deals.hpp"
#include "leadline/report/detail/report_roles.hpp"

/// How many of the contacts that enter a stage have the fields that a target asks for.
namespace leadline::detail {

class completeness_targets {
 public:
  completeness_targets(const model& pack, const text_index& words, const report_roles& roles) : pack_(&pack) {
    for (const target_spec& each : pack.targets) {
      if (each.metric.name != "complete" || reads_derived(pack, each)) continue;
      asked made;
      made.name = each.name.name;
      if (roles.handoff != text_index::none) made.stage = roles.main_stages[roles.handoff];
      for (std::uint32_t i = 0; i < pack.stages.size(); ++i) {
        if (each.stage && pack.stages[i].id == each.stage.name) made.stage = i;
      }
      for (const name_use& field : each.fields) made.fields.push_back(index_of(field.name, words));
      asked_.push_back(std::move(made));
    }
  }

  [[nodiscard]] const std::vector<std::string>& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<std::uint32_t>& words() const noexcept { return words_; }

  [[nodiscard]] std::vector<completeness_row> count(const visit_table& table, const body_filter& filter) const {
    std::vector<completeness_row> out;
    for (const asked& each : asked_) {
      if (each.stage == text_index::none) continue;
      completeness_row row;
      row.target = each.name;
      row.stage = pack_->stages[each.stage].id;
      const std::string of = "of the entries into " + row.stage + ", those ";
      row.complete.definition = of + "of which all of these fields were known at the entry";
      std::uint64_t wanted = 0;
      for (const std::size_t field : each.fields) {
        wanted |= std::uint64_t{1} << field;
        row.fields.push_back({fields_[field], {0, 0, of + "of which " + fields_[field] + " was known at the entry"}});
      }
      for (const stage_visit& visit : table.visits) {
        if (visit.stage != each.stage || !filter.holds(visit.at_ms, &visit)) continue;
        ++row.complete.of;
        if ((visit.known_fields & wanted) == wanted) ++row.complete.count;
        for (std::size_t i = 0; i < each.fields.size(); ++i) {
          ++row.fields[i].known.of;
          if ((visit.known_fields >> each.fields[i] & 1) != 0) ++row.fields[i].known.count;
        }
      }
      out.push_back(std::move(row));
    }
    return out;
  }

 private:
  struct asked {
    std::string name;
    std::uint32_t stage = text_index::none;
    std::vector<std::size_t> fields;
  };

  /// What is derived stands in no event: of it nothing is known here, which is not the same as its being unknown.
  [[nodiscard]] static bool reads_derived(const model& pack, const target_spec& target) {
    return std::any_of(pack.attributes.begin(), pack.attributes.end(), [&](const compiled::attribute& each) {
      return each.derive != compiled::none && names_any(target.fields, each.name);
    });
  }

  [[nodiscard]] std::size_t index_of(const std::string& field, const text_index& words) {
    const auto known = std::find(fields_.begin(), fields_.end(), field);
    if (known != fields_.end()) return static_cast<std::size_t>(known - fields_.begin());
    fields_.push_back(field);
    words_.push_back(words.find(field));
    return fields_.size() - 1;
  }

  const model* pack_;
  std::vector<asked> asked_;
  std::vector<std::string> fields_;
  std::vector<std::uint32_t> words_;
};

}  // namespace leadline::detail
