#include "reference/pack_schema.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/json_text.hpp"
#include "leadline/pack/format.hpp"

namespace leadline::reference {

namespace {

using format::object_type;
using format::relation;
using format::relation_kind;
using format::value_form;
using format::value_type;

[[nodiscard]] std::string quoted(std::string_view text) {
  std::string out;
  json_text::append_quoted(out, text);
  return out;
}

[[nodiscard]] std::string thousandths(std::int64_t number) {
  std::string out;
  json_text::append_thousandths(out, number);
  return out;
}

/// Members of one JSON object, written with two spaces a level.
class object_writer {
 public:
  explicit object_writer(int depth) : depth_(depth) {}
  void add(std::string_view key, const std::string& value) {
    body_ += (body_.empty() ? "\n" : ",\n") + std::string(static_cast<std::size_t>(depth_ + 1) * 2, ' ') + quoted(key) +
             ": " + value;
  }
  [[nodiscard]] std::string text() const {
    return body_.empty() ? "{}" : "{" + body_ + "\n" + std::string(static_cast<std::size_t>(depth_) * 2, ' ') + "}";
  }

 private:
  int depth_;
  std::string body_;
};

[[nodiscard]] std::string inline_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& each : items) out += (out.size() == 1 ? "" : ", ") + each;
  return out + "]";
}

[[nodiscard]] std::string identifier(std::string_view name) {
  std::string out(name);
  std::replace_if(
      out.begin(), out.end(), [](char letter) { return letter == ' ' || letter == '\''; }, '_');
  return out;
}

[[nodiscard]] std::string name_pattern(format::name_space names) {
  switch (names) {
    case format::name_space::event_type: return R"(^[^\s/*"]+$)";
    case format::name_space::grade_value:
    case format::name_space::stage_or_any:
    case format::name_space::disposition_code: return R"(^[\s\S]+$)";
    default: return R"(^[^\s./*"]+$)";
  }
}

/// The texts that a duration can be, unit by unit, largest first and not empty.
[[nodiscard]] std::string duration_pattern(const value_type& type) {
  std::vector<std::string> forms;
  if (format::allows(type.families, format::duration_families::elapsed)) {
    forms.emplace_back("(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?");
  }
  if (format::allows(type.families, format::duration_families::business_time)) {
    forms.emplace_back("(?=[0-9])([0-9]+bh)?([0-9]+bm)?");
  }
  if (format::allows(type.families, format::duration_families::business_days)) forms.emplace_back("[0-9]+bd");
  std::string any;
  for (const std::string& each : forms) any += (any.empty() ? "" : "|") + each;
  const bool has_sign = type.form == value_form::warning_mark || type.bound == format::duration_bound::any;
  const std::string sign = !has_sign ? "" : type.form == value_form::warning_mark ? "-" : "-?";
  std::string out = "^" + sign + "(" + any + ")$";
  if (type.form == value_form::warning_mark) out = R"(^[0-9]+(\.[0-9]{1,3})?%$|)" + out;
  return out;
}

class schema_writer {
 public:
  [[nodiscard]] std::string write() {
    std::string root = object_schema(format::pack(), 0,
                                     {{"$schema", quoted("https://json-schema.org/draft/2020-12/schema")},
                                      {"title", quoted("Leadline rule pack, version 1")}});
    // Objects found on the way stand under $defs, each once.
    object_writer definitions(1);
    definitions.add("calendars", calendars());
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      const object_type& type = *pending_[i];
      definitions.add(identifier(type.name), object_schema(type, 2, {}));
    }
    definitions.add("condition", R"({"description": "JsonLogic; `leadline check` judges it."})");
    root.pop_back();  // the closing brace
    root.pop_back();  // and its line break
    return root + ",\n  \"$defs\": " + definitions.text() + "\n}\n";
  }

 private:
  using members = std::vector<std::pair<std::string_view, std::string>>;

  [[nodiscard]] std::string reference_to(const object_type& type) {
    if (std::find(pending_.begin(), pending_.end(), &type) == pending_.end()) pending_.push_back(&type);
    return "{\"$ref\": " + quoted("#/$defs/" + identifier(type.name)) + "}";
  }

  [[nodiscard]] std::string value_schema(const value_type& type) {
    switch (type.form) {
      case value_form::anything: return "true";
      case value_form::boolean: return R"({"type": "boolean"})";
      case value_form::always_true: return R"({"const": true})";
      case value_form::integer:
        return "{\"type\": \"integer\", \"minimum\": " + std::to_string(type.minimum) +
               ", \"maximum\": " + std::to_string(type.maximum) + "}";
      case value_form::decimal:
      case value_form::real:
        return "{\"type\": \"number\", \"minimum\": " + thousandths(type.minimum) +
               ", \"maximum\": " + thousandths(type.maximum) + "}";
      case value_form::text:
      case value_form::reference:
      case value_form::time_zone:
      case value_form::metric: return R"({"type": "string", "minLength": 1})";
      case value_form::free_text: return R"({"type": "string"})";
      case value_form::attribute_path: return R"({"type": "string", "pattern": "^contact\\."})";
      case value_form::event_field: return R"({"type": "string", "pattern": "^.+\\..+$"})";
      case value_form::choice: {
        std::vector<std::string> words;
        for (const std::string_view word : type.choices) words.push_back(quoted(word));
        return "{\"enum\": " + inline_list(words) + "}";
      }
      case value_form::id:
        return "{\"type\": \"string\", \"maxLength\": 128, \"pattern\": " + quoted(name_pattern(type.names)) + "}";
      case value_form::duration:
      case value_form::warning_mark:
        return "{\"type\": \"string\", \"pattern\": " + quoted(duration_pattern(type)) + "}";
      case value_form::condition:
      case value_form::expression: return R"({"$ref": "#/$defs/condition"})";
      case value_form::absent_value: return R"({"type": "null"})";
      case value_form::calendars: return R"({"$ref": "#/$defs/calendars"})";
      case value_form::object: return reference_to(*type.object);
      case value_form::map:
        return "{\"type\": \"object\", \"minProperties\": " + std::to_string(type.count_min) +
               ", \"maxProperties\": " + std::to_string(type.count_max) +
               ", \"propertyNames\": {\"maxLength\": 128, \"pattern\": " + quoted(name_pattern(type.names)) +
               "}, \"additionalProperties\": " + value_schema(*type.item) + "}";
      case value_form::list: return list_schema(type);
      case value_form::one_or_list: return "{\"anyOf\": [" + value_schema(*type.item) + ", " + list_schema(type) + "]}";
      case value_form::any_of: {
        std::vector<std::string> alternatives;
        for (const value_type* each : type.alternatives) {
          // An expression in place of a plain value is an object; a bare schema of "anything" would let all pass.
          alternatives.push_back(each->form == value_form::expression ? R"({"type": "object"})" : value_schema(*each));
        }
        return "{\"anyOf\": " + inline_list(alternatives) + "}";
      }
    }
    return "true";
  }

  [[nodiscard]] std::string list_schema(const value_type& type) {
    return "{\"type\": \"array\", \"minItems\": " + std::to_string(type.count_min) +
           ", \"maxItems\": " + std::to_string(type.count_max) + ", \"items\": " + value_schema(*type.item) + "}";
  }

  [[nodiscard]] static std::string require(std::string_view key) { return "{\"required\": [" + quoted(key) + "]}"; }

  [[nodiscard]] static std::string relation_schema(const relation& each) {
    std::vector<std::string> required;
    for (const std::string_view key : each.keys) required.push_back(require(key));
    switch (each.kind) {
      case relation_kind::exactly_one: return "{\"oneOf\": " + inline_list(required) + "}";
      case relation_kind::at_least_one: return "{\"anyOf\": " + inline_list(required) + "}";
      case relation_kind::needs: {
        required.erase(required.begin());
        return "{\"dependentSchemas\": {" + quoted(each.keys.front()) + ": {\"anyOf\": " + inline_list(required) +
               "}}}";
      }
      case relation_kind::at_most_one: {
        std::vector<std::string> pairs;
        for (std::size_t i = 0; i < each.keys.size(); ++i) {
          for (std::size_t j = i + 1; j < each.keys.size(); ++j) {
            pairs.push_back("{\"required\": [" + quoted(each.keys[i]) + ", " + quoted(each.keys[j]) + "]}");
          }
        }
        return "{\"not\": {\"anyOf\": " + inline_list(pairs) + "}}";
      }
    }
    return "true";
  }

  [[nodiscard]] std::string object_schema(const object_type& type, int depth, const members& first) {
    object_writer out(depth);
    for (const auto& [key, value] : first) out.add(key, value);
    out.add("description", quoted(type.doc));
    out.add("type", quoted("object"));
    object_writer properties(depth + 1);
    std::vector<std::string> required;
    for (const format::field& field : type.fields) {
      std::string schema = value_schema(*field.type);
      // What the key is for, where an editor shows it.
      if (schema.starts_with("{")) {
        std::string described = "{\"description\": " + quoted(field.doc);
        if (!field.fallback.empty()) described += ", \"default\": " + std::string(field.fallback);
        if (schema != "{}") described += ", ";
        described += schema.substr(1);
        schema = std::move(described);
      }
      properties.add(field.key, schema);
      if (field.presence == format::presence::required) required.push_back(quoted(field.key));
    }
    out.add("properties", properties.text());
    out.add("additionalProperties", type.rest == nullptr ? "false" : value_schema(*type.rest));
    std::vector<std::string> all;
    for (const relation& each : type.relations) all.push_back(relation_schema(each));
    if (type.emptiness == format::emptiness::allowed) {
      // {} stands for "nothing declared".
      std::string whole = "{\"required\": " + inline_list(required);
      if (!all.empty()) whole += ", \"allOf\": " + inline_list(all);
      out.add("anyOf", "[{\"maxProperties\": 0}, " + whole + "}]");
    } else {
      if (!required.empty()) out.add("required", inline_list(required));
      if (!all.empty()) out.add("allOf", inline_list(all));
    }
    return out.text();
  }

  /// The calendars section has a parser of its own, so its shape is written here.
  [[nodiscard]] static std::string calendars() {
    return R"json({
      "description": "Working hours: weekly intervals in a time zone, and dates that differ.",
      "type": "object",
      "maxProperties": 10000,
      "additionalProperties": {
        "type": "object",
        "properties": {
          "time_zone": {"description": "A name of the IANA time zone database; the pack's own when left out.", "type": "string", "minLength": 1},
          "hours": {
            "description": "Days (mon), ranges (mon-fri) or lists (sat,sun) and their opening intervals.",
            "type": "object",
            "propertyNames": {"pattern": "^(mon|tue|wed|thu|fri|sat|sun)([-,](mon|tue|wed|thu|fri|sat|sun))*$"},
            "additionalProperties": {"$ref": "#/$defs/calendars/$defs/intervals"}
          },
          "dates": {
            "description": "Dates whose hours differ; an empty list is a closed date.",
            "type": "object",
            "propertyNames": {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "additionalProperties": {"$ref": "#/$defs/calendars/$defs/intervals"}
          }
        },
        "additionalProperties": false
      },
      "$defs": {
        "intervals": {"type": "array", "maxItems": 96, "items": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$"}}
      }
    })json";
  }

  std::vector<const object_type*> pending_;
};

}  // namespace

std::string pack_schema() { return schema_writer().write(); }

}  // namespace leadline::reference
