#include "reference/pack_page.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/pack/format.hpp"

namespace leadline::reference {

namespace {

using format::object_type;
using format::relation_kind;
using format::value_form;
using format::value_type;

[[nodiscard]] std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

/// GitHub's own rule: lower case, blanks become hyphens, other marks go.
[[nodiscard]] std::string anchor(std::string_view heading) {
  std::string out;
  for (const char letter : heading) {
    if (letter == ' ') {
      out += '-';
    } else if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' || letter == '-') {
      out += letter;
    }
  }
  return out;
}

[[nodiscard]] std::string words(std::span<const std::string_view> keys, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i != 0) out += i + 1 == keys.size() ? std::string(last) : ", ";
    out += code(keys[i]);
  }
  return out;
}

class page_writer {
 public:
  [[nodiscard]] std::string write() {
    out_ =
        "# The rule pack, key by key\n\n"
        "This page is made from the tables that `leadline check` reads (`leadline_reference` writes it), so it lists\n"
        "every key there is. The same tables make the JSON Schema `rules/schema/pack.v1.json`; name it in an editor "
        "to\n"
        "get completion. What the parts mean together is told in [concepts](../concepts.md); how conditions are "
        "written,\n"
        "in [conditions](conditions.md); what every problem code means, in [diagnostics](diagnostics.md).\n\n"
        "A pack is JSON with `//` and `/* */` comments. An unknown key is an error, and so is a key that stands "
        "twice.\n"
        "Names may hold anything but blanks, `.`, `/`, `*` and quotes, up to 128 bytes; event types may hold dots.\n"
        "Durations are `s m h d w` (elapsed time), `bm bh` (time in which a calendar is open) or `bd` (business "
        "days);\n"
        "the three never mix. Points, weights and thresholds have at most three decimals.\n";
    pending_.push_back(&format::pack());
    for (std::size_t i = 0; i < pending_.size(); ++i) write_object(*pending_[i]);
    write_calendars();
    return out_;
  }

 private:
  [[nodiscard]] std::string link(const object_type& type) {
    if (std::find(pending_.begin(), pending_.end(), &type) == pending_.end()) pending_.push_back(&type);
    return "[" + std::string(type.name) + "](#" + anchor(type.name) + ")";
  }

  [[nodiscard]] std::string type_text(const value_type& type) {
    switch (type.form) {
      case value_form::object: return link(*type.object);
      case value_form::map: return "object of " + type_text(*type.item);
      case value_form::list: return "list of " + type_text(*type.item);
      case value_form::one_or_list: return type_text(*type.item) + ", or a list";
      case value_form::any_of: {
        std::string out;
        for (const value_type* each : type.alternatives) out += (out.empty() ? "" : ", or ") + type_text(*each);
        return out;
      }
      case value_form::choice: return words(type.choices, " or ");
      case value_form::always_true: return "`true`";
      case value_form::absent_value: return "`null`";
      case value_form::calendars: return "object of [calendar](#calendar)";
      default: return std::string(type.phrase);
    }
  }

  void write_object(const object_type& type) {
    out_ += "\n## " + std::string(type.name) + "\n\n" + std::string(type.doc) + "\n\n";
    out_ += "```json\n" + std::string(type.example) + "\n```\n\n";
    out_ += "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const format::field& field : type.fields) {
      const std::string fallback = field.presence == format::presence::required ? "**required**"
                                   : field.fallback.empty()                     ? ""
                                                                                : code(field.fallback);
      out_ += "| " + code(field.key) + " | " + type_text(*field.type) + " | " + fallback + " | " +
              std::string(field.doc) + " Example: " + code(field.example) + " |\n";
    }
    if (type.rest != nullptr) out_ += "| any other | " + type_text(*type.rest) + " | | |\n";
    write_relations(type);
  }

  void write_relations(const object_type& type) {
    if (type.relations.empty() && type.emptiness == format::emptiness::refused) return;
    out_ += "\n";
    for (const format::relation& each : type.relations) {
      switch (each.kind) {
        case relation_kind::exactly_one: out_ += "- Exactly one of " + words(each.keys, " and ") + ".\n"; break;
        case relation_kind::at_least_one: out_ += "- At least one of " + words(each.keys, " and ") + ".\n"; break;
        case relation_kind::at_most_one: out_ += "- Not both of " + words(each.keys, " and ") + ".\n"; break;
        case relation_kind::needs:
          out_ += "- " + code(each.keys.front()) + " stands only beside " + words(each.keys.subspan(1), " or ") + ".\n";
          break;
      }
    }
    if (type.emptiness == format::emptiness::allowed) out_ += "- `{}` declares nothing.\n";
  }

  void write_calendars() {
    out_ +=
        "\n## calendar\n\n"
        "Working hours; [time and calendars](../time_and_calendars.md) tells how they are read.\n\n"
        "```json\n"
        "{\"time_zone\": \"America/New_York\", \"hours\": {\"mon-thu\": [\"09:00-12:30\", \"13:30-18:00\"], \"fri\": "
        "[\"09:00-16:00\"]},\n"
        " \"dates\": {\"2026-12-24\": [\"09:00-12:00\"], \"2026-12-25\": []}}\n"
        "```\n\n"
        "| key | value | default | meaning |\n|---|---|---|---|\n"
        "| `time_zone` | a name of the IANA time zone database | the pack's | The zone of the local times. |\n"
        "| `hours` | object of lists of intervals | | Days (`mon`), ranges (`mon-fri`) or lists (`sat,sun`) and when "
        "they "
        "are open, as `HH:MM-HH:MM`. |\n"
        "| `dates` | object of lists of intervals | | Dates (`2026-12-25`) whose hours differ; an empty list is a "
        "closed date. |\n";
  }

  std::string out_;
  std::vector<const object_type*> pending_;
};

}  // namespace

std::string pack_page() { return page_writer().write(); }

}  // namespace leadline::reference
