#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/base/document.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/pack/detail/pack_text.hpp"
#include "leadline/pack/format.hpp"
#include "leadline/time/duration.hpp"

namespace leadline::detail {

/// Holds a document to the format's tables and tells everything that does not fit. It knows shapes only: whether
/// a name means anything is judged later, by who knows all names.
class shape_check {
 public:
  explicit shape_check(const document& source) : source_(source) {}

  [[nodiscard]] diagnostics run() {
    if (const document::node root = source_.root(); !root.is_object()) {
      wrong_type(root, "an object");
    } else {
      check_object(root, format::pack());
    }
    return std::move(problems_);
  }

 private:
  using node = document::node;
  using value_form = format::value_form;

  void tell(diagnostic problem) { problems_.add(std::move(problem)); }

  void wrong_type(node at, std::string_view phrase) {
    std::string found(name_of(at.kind()));
    tell(at.blame({.code = "pack.wrong_type",
                   .message = subject(at) + " must be " + std::string(phrase) + ", not " + found,
                   .expected = std::string(phrase)}));
  }

  /// What a message calls a value: its key, or its place in a list.
  [[nodiscard]] static std::string subject(node at) {
    if (!at.parent()) return "a pack";
    if (at.parent().is_object()) return quoted_name(at.key());
    return "an entry of " + (at.parent().parent() ? subject(at.parent()) : std::string("the list"));
  }

  void check(node at, const format::value_type& type) {
    // More problems than anybody reads: what follows would be worked out only to be dropped.
    if (problems_.dropped_count() != 0) return;
    switch (type.form) {
      case value_form::anything:
      case value_form::condition:
      case value_form::expression:
      case value_form::calendars: return;
      case value_form::boolean:
        if (!at.is_boolean()) wrong_type(at, type.phrase);
        return;
      case value_form::always_true:
        if (!at.is_boolean()) return wrong_type(at, type.phrase);
        if (!at.boolean()) {
          tell(at.blame({.code = "pack.not_allowed",
                         .message = subject(at) + " can only be true; leave the key out instead",
                         .expected = "true",
                         .suggestion = "true"}));
        }
        return;
      case value_form::integer: return check_integer(at, type);
      case value_form::decimal: return check_decimal(at, type);
      case value_form::real: return check_real(at, type);
      case value_form::text:
      case value_form::time_zone:
      case value_form::attribute_path:
      case value_form::event_field:
      case value_form::metric:
      case value_form::reference:
        if (!at.is_text()) return wrong_type(at, type.phrase);
        if (at.text().empty()) {
          tell(at.blame(
              {.code = "pack.empty_text", .message = subject(at) + " is empty", .expected = std::string(type.phrase)}));
        }
        return;
      case value_form::free_text:
        if (!at.is_text()) wrong_type(at, type.phrase);
        return;
      case value_form::choice: return check_choice(at, type);
      case value_form::id:
        if (!at.is_text()) return wrong_type(at, type.phrase);
        return check_name(at, at.text(), type.names, where_kind::value);
      case value_form::duration: return check_duration(at, type);
      case value_form::warning_mark: return check_warning_mark(at, type);
      case value_form::absent_value:
        if (!at.is_null()) wrong_type(at, type.phrase);
        return;
      case value_form::object:
        if (!at.is_object()) return wrong_type(at, type.phrase);
        return check_object(at, *type.object);
      case value_form::map: return check_map(at, type);
      case value_form::list:
        if (!at.is_array()) return wrong_type(at, type.phrase);
        return check_list(at, type);
      case value_form::one_or_list:
        if (at.is_array()) return check_list(at, type);
        if (!fits_kind(at, *type.item)) return wrong_type(at, type.phrase);
        return check(at, *type.item);
      case value_form::any_of:
        for (const format::value_type* alternative : type.alternatives) {
          if (fits_kind(at, *alternative)) return check(at, *alternative);
        }
        return wrong_type(at, type.phrase);
    }
  }

  /// Whether the kind of JSON value is the one that a type is written as: how alternatives are told apart.
  [[nodiscard]] static bool fits_kind(node at, const format::value_type& type) {
    switch (type.form) {
      case value_form::boolean:
      case value_form::always_true: return at.is_boolean();
      case value_form::integer:
      case value_form::decimal:
      case value_form::real: return at.is_number();
      case value_form::condition:
      case value_form::expression:
      case value_form::object:
      case value_form::map:
      case value_form::calendars: return at.is_object();
      case value_form::list: return at.is_array();
      case value_form::absent_value: return at.is_null();
      case value_form::anything:
      case value_form::one_or_list:
      case value_form::any_of: return true;
      default: return at.is_text();
    }
  }

  // --- Numbers --------------------------------------------------------------------------------------------------

  void out_of_range(node at, const format::value_type& type, std::string_view low, std::string_view high) {
    tell(at.blame({.code = "pack.out_of_range",
                   .message = subject(at) + " is " + quoted_number(at) + ", out of bounds",
                   .expected = std::string(type.phrase) + ", from " + std::string(low) + " to " + std::string(high)}));
  }
  [[nodiscard]] static std::string quoted_number(node at) { return std::string(at.source().substr(0, 40)); }

  void check_integer(node at, const format::value_type& type) {
    if (!at.is_integer()) {
      if (at.is_number()) {
        return tell(at.blame({.code = "pack.wrong_type",
                              .message = subject(at) + " must be a whole number, not " + quoted_number(at),
                              .expected = std::string(type.phrase)}));
      }
      return wrong_type(at, type.phrase);
    }
    if (at.integer() < type.minimum || at.integer() > type.maximum) {
      out_of_range(at, type, std::to_string(type.minimum), std::to_string(type.maximum));
    }
  }

  void check_decimal(node at, const format::value_type& type) {
    if (!at.is_number()) return wrong_type(at, type.phrase);
    const thousandths read = read_thousandths(at.source());
    if (read.outcome == thousandths_outcome::too_fine) {
      return tell(
          at.blame({.code = "pack.too_fine",
                    .message = subject(at) + " is " + quoted_number(at) + ", which has more than three decimals",
                    .expected = std::string(type.phrase)}));
    }
    if (read.outcome == thousandths_outcome::too_large || read.milli < type.minimum || read.milli > type.maximum) {
      out_of_range(at, type, text_of_thousandths(type.minimum), text_of_thousandths(type.maximum));
    }
  }

  void check_real(node at, const format::value_type& type) {
    if (!at.is_number()) return wrong_type(at, type.phrase);
    const double number = at.real();
    if (!(number * 1'000 >= static_cast<double>(type.minimum) && number * 1'000 <= static_cast<double>(type.maximum))) {
      out_of_range(at, type, text_of_thousandths(type.minimum), text_of_thousandths(type.maximum));
    }
  }

  // --- Texts ----------------------------------------------------------------------------------------------------

  void check_choice(node at, const format::value_type& type) {
    if (!at.is_text()) return wrong_type(at, type.phrase);
    if (std::find(type.choices.begin(), type.choices.end(), at.text()) != type.choices.end()) return;
    tell(at.blame({.code = "pack.not_allowed",
                   .message = subject(at) + " cannot be " + quoted_name(at.text()),
                   .expected = std::string(type.phrase),
                   .suggestion = nearest_name(at.text(), type.choices),
                   .allowed = {type.choices.begin(), type.choices.end()}}));
  }

  enum class where_kind : std::uint8_t { key, value };

  /// A name that an entry gives itself. Names are read in paths (`signal.<name>`, `entered.<stage>`,
  /// `stage/status`), so what separates those cannot be part of one.
  void check_name(node at, std::string_view name, format::name_space names, where_kind where) {
    using format::name_space;
    const auto blame = [&](diagnostic problem) {
      tell(where == where_kind::key ? at.blame_key(std::move(problem)) : at.blame(std::move(problem)));
    };
    if (name.empty()) {
      return blame({.code = "pack.empty_text", .message = "a name is empty", .expected = "a name"});
    }
    if (name.size() > limits::pack_name_size_max) {
      return blame({.code = "pack.limit",
                    .message = "a name has " + std::to_string(name.size()) +
                               " bytes; the limit pack_name_size_max is " +
                               std::to_string(limits::pack_name_size_max)});
    }
    if (names == name_space::grade_value || names == name_space::stage_or_any ||
        names == name_space::disposition_code) {
      return;
    }
    const bool dots = names == name_space::event_type;
    for (const char letter : name) {
      const unsigned char byte = static_cast<unsigned char>(letter);
      const bool bad =
          byte <= 0x20 || byte == 0x7F || letter == '/' || letter == '*' || letter == '"' || (letter == '.' && !dots);
      if (!bad) continue;
      std::string fixed(name);
      for (char& each : fixed) {
        const unsigned char code = static_cast<unsigned char>(each);
        if (code <= 0x20 || code == 0x7F || each == '/' || each == '*' || each == '"' || (each == '.' && !dots))
          each = '_';
      }
      return blame({.code = "pack.bad_name",
                    .message = quoted_name(name) + " cannot be a name: names are read in paths",
                    .expected = dots ? "a name without spaces, \"/\", \"*\" or quotes"
                                     : "a name without spaces, \".\", \"/\", \"*\" or quotes",
                    .suggestion = std::move(fixed)});
    }
  }

  /// `problem` of a text within the text value `at`, moved to its place in the document.
  void tell_inside(node at, const diagnostic& problem, std::string_view phrase) {
    diagnostic moved = at.blame(problem);
    const source_range whole = at.where();
    // With escapes in it, the bytes of the value are not the bytes as written.
    const bool as_written = at.source().size() == at.text().size() + 2;
    if (as_written && problem.where.size != 0 && problem.where.offset + problem.where.size <= at.text().size()) {
      moved.where = source_.range(static_cast<std::size_t>(whole.offset + 1 + problem.where.offset),
                                  static_cast<std::size_t>(problem.where.size));
    } else {
      moved.where = whole;
    }
    if (moved.expected.empty()) moved.expected = std::string(phrase);
    tell(std::move(moved));
  }

  [[nodiscard]] static format::duration_families family_of(const duration& value) {
    if (std::holds_alternative<elapsed_duration>(value)) return format::duration_families::elapsed;
    if (std::holds_alternative<business_duration>(value)) return format::duration_families::business_time;
    return format::duration_families::business_days;
  }
  [[nodiscard]] static std::string_view family_name(format::duration_families family) {
    switch (family) {
      case format::duration_families::elapsed: return "elapsed time (s m h d w)";
      case format::duration_families::business_time: return "business time (bm bh)";
      default: return "business days (bd)";
    }
  }

  void check_duration(node at, const format::value_type& type) {
    if (!at.is_text()) return wrong_type(at, type.phrase);
    check_duration_text(at, at.text(), type,
                        type.bound == format::duration_bound::any ? leadline::duration_sign::may_be_negative
                                                                  : leadline::duration_sign::unsigned_only);
  }

  void check_duration_text(node at, std::string_view text, const format::value_type& type,
                           leadline::duration_sign sign) {
    const result<duration> read = parse_duration(text, sign);
    if (!read) {
      for (const diagnostic& problem : read.error()) tell_inside(at, problem, type.phrase);
      return;
    }
    const format::duration_families family = family_of(*read);
    if (!format::allows(type.families, family)) {
      return tell(at.blame(
          {.code = "pack.duration_family",
           .message = quoted_name(text) + " is " + std::string(family_name(family)) + ", which cannot stand here",
           .expected = std::string(type.phrase)}));
    }
    if (type.bound == format::duration_bound::positive && amount_of(*read) <= 0 && type.form == value_form::duration) {
      tell(at.blame({.code = "pack.duration_zero",
                     .message = subject(at) + " must be longer than zero",
                     .expected = std::string(type.phrase)}));
    }
  }

  void check_warning_mark(node at, const format::value_type& type) {
    if (!at.is_text()) return wrong_type(at, type.phrase);
    const std::string_view text = at.text();
    if (text.ends_with('%')) {
      const std::string_view number = text.substr(0, text.size() - 1);
      const bool digits = !number.empty() && number.find_first_not_of("0123456789.") == std::string_view::npos &&
                          number.front() != '.' && number.back() != '.' &&
                          std::count(number.begin(), number.end(), '.') <= 1;
      const thousandths read = digits ? read_thousandths(number) : thousandths{thousandths_outcome::too_large, 0};
      if (read.outcome == thousandths_outcome::read && read.milli > 0 && read.milli <= 100'000) return;
      return tell(
          at.blame({.code = "pack.bad_warning",
                    .message = quoted_name(text) + " is no share of a target",
                    .expected = "a percentage above 0, at most 100, with at most three decimals, such as \"75%\""}));
    }
    if (!text.starts_with('-')) {
      return tell(at.blame({.code = "pack.bad_warning",
                            .message = quoted_name(text) + " is no moment of a running clock",
                            .expected = std::string(type.phrase),
                            .suggestion = parse_duration(text) ? "-" + std::string(text) : std::string()}));
    }
    check_duration_text(at, text, type, leadline::duration_sign::may_be_negative);
  }

  // --- Collections ----------------------------------------------------------------------------------------------

  void check_count(node at, const format::value_type& type) {
    if (at.size() > type.count_max) {
      tell(at.blame({.code = "pack.limit",
                     .message = subject(at) + " has " + std::to_string(at.size()) + " entries; the limit is " +
                                std::to_string(type.count_max)}));
    } else if (at.size() < type.count_min) {
      tell(at.blame(
          {.code = "pack.empty_list", .message = subject(at) + " is empty", .expected = std::string(type.phrase)}));
    }
  }

  void check_list(node at, const format::value_type& type) {
    check_count(at, type);
    if (at.size() > type.count_max) return;
    for (node item : at.children()) check(item, *type.item);
  }

  void check_map(node at, const format::value_type& type) {
    if (!at.is_object()) return wrong_type(at, type.phrase);
    check_count(at, type);
    if (at.size() > type.count_max) return;
    for (node entry : at.children()) {
      check_name(entry, entry.key(), type.names, where_kind::key);
      check(entry, *type.item);
    }
  }

  void check_object(node at, const format::object_type& type) {
    if (at.size() == 0 && type.emptiness == format::emptiness::allowed) return;
    std::vector<std::string_view> present;
    std::vector<std::string> meant;  // right keys of which a misspelling was told
    present.reserve(at.size());
    for (node member : at.children()) {
      const std::string_view key = member.key();
      present.push_back(key);
      if (const format::field* field = format::find_field(type, key)) {
        check(member, *field->type);
      } else if (type.rest != nullptr) {
        check(member, *type.rest);
      } else {
        meant.push_back(tell_unknown_key(member, type));
      }
    }
    const auto has = [&](std::string_view key) {
      return std::find(present.begin(), present.end(), key) != present.end();
    };
    const auto was_meant = [&](std::string_view key) {
      return std::find(meant.begin(), meant.end(), key) != meant.end();
    };
    for (const format::field& field : type.fields) {
      if (field.presence != format::presence::required || has(field.key) || was_meant(field.key)) continue;
      tell(at.blame({.code = "pack.missing_key",
                     .message = article(type.name) + (type.name == "dispositions" ? " need" : " needs") + " the key " +
                                quoted_name(field.key),
                     .expected = std::string(field.type->phrase)}));
    }
    for (const format::relation& relation : type.relations) check_relation(at, type, relation, has, was_meant);
  }

  [[nodiscard]] static std::string article(std::string_view noun) {
    const bool vowel = !noun.empty() && std::string_view("aeio").find(noun.front()) != std::string_view::npos;
    const bool plain = noun == "routing" || noun == "business" || noun == "dispositions" || noun == "when_none";
    return plain ? std::string(noun) : (vowel ? "an " : "a ") + std::string(noun);
  }

  std::string tell_unknown_key(node member, const format::object_type& type) {
    std::vector<std::string_view> allowed;
    for (const format::field& field : type.fields) allowed.push_back(field.key);
    std::string suggestion = nearest_name(member.key(), allowed);
    // A key that is there already is no likely meaning of another.
    if (!suggestion.empty() && member.parent()[suggestion]) suggestion.clear();
    tell(member.blame_key({.code = "pack.unknown_key",
                           .message = article(type.name) + " has no key " + quoted_name(member.key()),
                           .suggestion = suggestion,
                           .allowed = {allowed.begin(), allowed.end()}}));
    return suggestion;
  }

  template <class Has, class WasMeant>
  void check_relation(node at, const format::object_type& type, const format::relation& relation, const Has& has,
                      const WasMeant& was_meant) {
    using format::relation_kind;
    // Messages are put together only where there is one to tell: this runs for every object of a pack.
    if (relation.kind == relation_kind::needs) {
      if (!has(relation.keys.front())) return;
      for (const std::string_view key : relation.keys.subspan(1)) {
        if (has(key) || was_meant(key)) return;
      }
      const std::vector<std::string> others(relation.keys.begin() + 1, relation.keys.end());
      return tell(at[relation.keys.front()].blame_key(
          {.code = "pack.key_needs",
           .message = quoted_name(relation.keys.front()) + " stands only beside " + joined(others),
           .expected = joined(others) + " in the same object"}));
    }
    std::size_t count = 0;
    bool meant = false;
    for (const std::string_view key : relation.keys) {
      count += has(key) ? 1U : 0U;
      meant = meant || was_meant(key);
    }
    if (count == 1 || (count == 0 && relation.kind == relation_kind::at_most_one)) return;
    const std::vector<std::string> names(relation.keys.begin(), relation.keys.end());
    std::vector<node> found;
    for (const std::string_view key : relation.keys) {
      if (has(key)) found.push_back(at[key]);
    }
    if (found.empty() && !meant) {
      tell(at.blame({.code = "pack.missing_one_of",
                     .message = article(type.name) + " needs " +
                                (relation.kind == relation_kind::exactly_one ? "one of the keys " : "a key of ") +
                                joined(names),
                     .allowed = names}));
    }
    if (relation.kind == relation_kind::at_least_one) return;
    for (std::size_t i = 1; i < found.size(); ++i) {
      diagnostic problem = found[i].blame_key(
          {.code = "pack.conflicting_keys",
           .message = quoted_name(found[0].key()) + " and " + quoted_name(found[i].key()) + " exclude each other",
           .expected = "one of " + joined(names)});
      problem.related.push_back({.message = "the other key",
                                 .file = found[0].file(),
                                 .where = found[0].key_where(),
                                 .pointer = found[0].pointer()});
      tell(std::move(problem));
    }
  }

  const document& source_;
  diagnostics problems_;
};

}  // namespace leadline::detail
