#include "cli/report_input.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "leadline/base/json_text.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/report/ratio.hpp"

namespace leadline::cli {

namespace {

constexpr std::string_view contact_prefix = "contact.";

/// As an attribute of that type is kept: a number that came as a text is a number. What does not fit is unknown.
[[nodiscard]] std::string attribute_json(const value& content, data_type type) {
  std::string out = "null";
  if (content.is_text()) {
    if (type == data_type::number) {
      const std::optional<ratio> number = ratio::parse(content.text());
      return number && !content.text().ends_with('%') ? number->text(9) : out;
    }
    if (type == data_type::boolean)
      return content.text() == "true" || content.text() == "false" ? std::string(content.text()) : out;
    out.clear();
    json_text::append_quoted(out, content.text());
    return out;
  }
  if (content.kind() == value_kind::boolean) return content.boolean() ? "true" : "false";
  if (!content.is_number()) return out;
  char text[400];  // the greatest double has 309 digits
  const auto end = content.kind() == value_kind::integer
                       ? std::to_chars(text, text + sizeof text, content.integer()).ptr
                       : std::to_chars(text, text + sizeof text, content.real(), std::chars_format::fixed).ptr;
  return {text, end};
}

void add_attributes(const event& sent, const model& pack, const std::vector<std::string>& names, decision_log& log) {
  const std::optional<std::uint32_t> type = pack.find_event(sent.type);
  if (!type || !sent.data.is_object()) return;
  const compiled::event_type& declared = pack.events[*type];
  for (const value::member& each : sent.data.members()) {
    for (std::uint32_t i = 0; i < pack.attributes.size(); ++i) {
      const compiled::attribute& attribute = pack.attributes[i];
      if (std::find(names.begin(), names.end(), attribute.name) == names.end()) continue;
      const bool is_set = declared.kind == compiled::built_in::contact_set && each.key == attribute.name;
      const bool is_from =
          std::any_of(declared.sets.begin(), declared.sets.end(), [&](const compiled::attribute_source& from) {
            return from.attribute == i && pack.layout.event_fields()[from.event_slot] == each.key;
          });
      if (is_set || is_from) {
        log.add_attribute(sent.contact, attribute.name, sent.at.ms(), attribute_json(each.content, attribute.type));
      }
    }
  }
}

[[nodiscard]] bool is_touch(const business_spec& business, std::string_view type) {
  const auto names = [&](const std::vector<name_use>& touches) {
    return std::any_of(touches.begin(), touches.end(), [&](const name_use& each) { return each.name == type; });
  };
  return names(business.marketing_touches) || names(business.sales_touches);
}

}  // namespace

std::vector<std::string> attributes_read(const std::string& by, const json_scope& scope) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& path) {
    if (!path.starts_with(contact_prefix)) return;
    const std::size_t end = path.find('.', contact_prefix.size());
    out.push_back(path.substr(contact_prefix.size(), end - contact_prefix.size()));
  };
  add(by);
  for (const std::string& each : scope.paths()) add(each);
  return out;
}

diagnostics problems_of_attributes(const std::vector<std::string>& names, const model& pack, bool has_events) {
  diagnostics problems;
  std::vector<std::string_view> known;
  for (const compiled::attribute& each : pack.attributes) known.push_back(each.name);
  for (const std::string& name : names) {
    const auto found = std::find_if(pack.attributes.begin(), pack.attributes.end(),
                                    [&](const compiled::attribute& each) { return each.name == name; });
    if (found == pack.attributes.end()) {
      problems.add({.code = "report.unknown_attribute",
                    .message = "the pack declares no attribute " + name,
                    .suggestion = nearest_name(name, known)});
    } else if (found->derive != compiled::none) {
      problems.add({.code = "report.derived_attribute",
                    .message = "the attribute " + name + " is derived, and events do not carry it",
                    .expected = "an attribute that events set"});
    } else if (!has_events) {
      problems.add({.code = "report.no_events",
                    .message = "decisions do not carry the attribute " + name,
                    .expected = "the events that the decisions were made of (--events)"});
    }
  }
  return problems;
}

void add_attributes_of_business(const model& pack, std::vector<std::string>& names) {
  const auto add = [&](std::string_view name) {
    if (name.starts_with(contact_prefix)) name.remove_prefix(contact_prefix.size());
    const bool is_known = std::any_of(pack.attributes.begin(), pack.attributes.end(), [&](const auto& each) {
      return each.name == name && each.derive == compiled::none;
    });
    if (is_known && std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  if (pack.business.amount) add(pack.business.amount.name);
  if (pack.business.channel) add(pack.business.channel.name);
  for (const target_spec& target : pack.targets) {
    for (const name_use& each : target.fields) add(each.name);
  }
}

diagnostics problems_of_paths(const json_scope& scope) {
  constexpr std::string_view known[] = {"stage", "reason", "owner"};
  diagnostics problems;
  for (const std::string& path : scope.paths()) {
    if (path.starts_with(contact_prefix) || std::find(std::begin(known), std::end(known), path) != std::end(known))
      continue;
    problems.add({.code = "report.unknown_path",
                  .message = "the condition reads \"" + path + "\"",
                  .expected = "contact. and an attribute, stage, reason or owner"});
    break;
  }
  return problems;
}

void keep_scores_of_targets(const model& pack, decision_log& log) {
  for (const target_spec& each : pack.targets) {
    constexpr std::string_view score = "score.";
    const std::string& metric = each.metric.name;
    if (metric.starts_with(score))
      log.keep_score(metric.substr(score.size(), metric.find('.', score.size()) - score.size()));
  }
}

void add_event(const event& sent, const model& pack, const std::vector<std::string>& names, decision_log& log) {
  add_attributes(sent, pack, names, log);
  if (is_touch(pack.business, sent.type)) log.add_touch(sent.contact, sent.type, sent.at.ms());
}

}  // namespace leadline::cli
