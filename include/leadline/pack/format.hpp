#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "leadline/base/config.hpp"

/// The rule-pack format as data: every object, key, type, bound and default, each said once.
///
/// The same tables are read by the shape check (what an author typed), by the generator of the JSON Schema
/// (`rules/schema/pack.v1.json`) and by the generator of the reference page (`docs/reference/pack.md`), so the
/// three cannot disagree.
///
///     for (const format::field& entry : format::pack().fields) std::cout << entry.key << '\n';
///
/// All of it is constant data: no start-up work, any number of threads.
namespace leadline::format {

/// What a value looks like.
enum class value_form : std::uint8_t {
  anything,        ///< any JSON value (a value of an action)
  boolean,         ///< true or false
  always_true,     ///< the word true and nothing else
  integer,         ///< a whole number within [minimum, maximum]
  decimal,         ///< a number within [minimum, maximum] with at most three decimals
  real,            ///< a number within [minimum, maximum]
  text,            ///< any text that is not empty
  free_text,       ///< any text, the empty one too
  choice,          ///< one of `choices`
  id,              ///< a name this entry gives itself, to be used by others
  reference,       ///< the name of something declared elsewhere (`names`)
  duration,        ///< a duration of one of `families`
  warning_mark,    ///< "50%" of a target used, or "-30bm" before it is due
  time_zone,       ///< an IANA zone name
  attribute_path,  ///< "contact." and a declared attribute
  event_field,     ///< an event type, a dot, and one of its fields
  metric,          ///< what a target measures, such as "entered.mql"
  condition,       ///< a JsonLogic rule that is true or false
  expression,      ///< a JsonLogic rule that gives a value
  absent_value,    ///< null
  calendars,       ///< the calendars section, which its own parser reads
  object,          ///< an object of a fixed set of keys
  map,             ///< an object whose keys are names; `item` says what stands under them
  list,            ///< an array of `item`
  one_or_list,     ///< an `item`, or an array of them
  any_of           ///< one of `alternatives`, told apart by the kind of JSON value
};

/// What a reference points to, and what an id is declared as.
enum class name_space : std::uint8_t {
  none,
  calendar,
  list,
  attribute,
  event_type,
  event_or_any_activity,
  event_field,
  signal,
  score,
  group,
  rule,
  grade,
  grade_value,
  stage,
  stage_or_any,
  status,
  transition,
  clock,
  cadence,
  disposition_code,
  rep,
  pool,
  routing_rule,
  target,
  channel,
  tag
};

/// Which families of duration may stand somewhere; they never convert into each other.
enum class duration_families : std::uint8_t {
  elapsed = 1,
  business_time = 2,
  business_days = 4,
  elapsed_or_business_time = 3,
  any = 7
};
[[nodiscard]] constexpr bool allows(duration_families some, duration_families one) noexcept {
  return (static_cast<unsigned>(some) & static_cast<unsigned>(one)) != 0;
}

/// How small a duration may be.
enum class duration_bound : std::uint8_t { positive, zero_or_more, any };

struct object_type;

/// The type of one value. Only the members that its form names are read.
struct value_type {
  value_form form = value_form::anything;
  /// What it is, as a phrase that ends "must be ...": "a duration such as 4h".
  std::string_view phrase;
  const object_type* object = nullptr;
  const value_type* item = nullptr;
  std::span<const value_type* const> alternatives = {};
  std::span<const std::string_view> choices = {};
  name_space names = name_space::none;
  duration_families families = duration_families::elapsed;
  duration_bound bound = duration_bound::positive;
  /// Bounds of a number, in thousandths (in whole numbers for `integer`).
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  /// Fewest and most entries of a map or list.
  std::size_t count_min = 0;
  std::size_t count_max = 10'000;
};

enum class presence : std::uint8_t { optional, required };

/// One key of an object.
struct field {
  std::string_view key;
  const value_type* type = nullptr;
  leadline::format::presence presence = presence::optional;
  /// What holds when the key is left out, as JSON text; empty when nothing does.
  std::string_view fallback;
  /// One sentence for the reference page.
  std::string_view doc;
  /// A value as an author would write it, as JSON text.
  std::string_view example;
};

enum class relation_kind : std::uint8_t {
  exactly_one,   ///< one of the keys, and no two
  at_most_one,   ///< no two of the keys
  at_least_one,  ///< some of the keys
  needs          ///< the first key may stand only where at least one of the others does
};

/// A rule about which keys may stand together.
struct relation {
  relation_kind kind = relation_kind::exactly_one;
  std::span<const std::string_view> keys;
};

/// Whether `{}` may stand for "nothing declared".
enum class emptiness : std::uint8_t { refused, allowed };

/// An object of named keys.
struct object_type {
  /// One or two words, as messages and the reference page name it: "transition".
  std::string_view name;
  std::string_view doc;
  std::span<const field> fields;
  std::span<const relation> relations = {};
  /// The type of any further key; null where the keys above are all there are.
  const value_type* rest = nullptr;
  /// A whole object as an author would write it, as JSON text.
  std::string_view example;
  leadline::format::emptiness emptiness = emptiness::refused;
};

/// The pack itself.
[[nodiscard]] const object_type& pack() noexcept;

/// The key's entry, or null.
[[nodiscard]] constexpr const field* find_field(const object_type& type, std::string_view key) noexcept {
  for (const field& entry : type.fields) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

}  // namespace leadline::format

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/pack/detail/format_inl.hpp"
#endif
