#pragma once

#include "leadline/base/limits.hpp"
#include "leadline/pack/format.hpp"

/// The values that many objects of the format share: names, numbers, durations, conditions.
namespace leadline::format::detail {

using namespace std::string_view_literals;

template <std::size_t Count>
using keys = std::string_view[Count];

// --- Plain values ---------------------------------------------------------------------------------------------

inline constexpr value_type anything{.form = value_form::anything, .phrase = "any value"};
inline constexpr value_type boolean{.form = value_form::boolean, .phrase = "true or false"};
inline constexpr value_type always_true{.form = value_form::always_true, .phrase = "true"};
inline constexpr value_type text{.form = value_form::text, .phrase = "a text that is not empty"};
inline constexpr value_type free_text{.form = value_form::free_text, .phrase = "a text"};
inline constexpr value_type time_zone{.form = value_form::time_zone,
                                      .phrase = "a name of the IANA time zone database, such as Europe/Berlin"};
inline constexpr value_type condition{.form = value_form::condition, .phrase = "a condition"};
inline constexpr value_type expression{.form = value_form::expression, .phrase = "an expression"};
inline constexpr value_type absent_value{.form = value_form::absent_value, .phrase = "null"};

inline constexpr value_type count{
    .form = value_form::integer, .phrase = "a whole number from 1", .minimum = 1, .maximum = limits::pack_count_max};
inline constexpr value_type points{.form = value_form::decimal,
                                   .phrase = "a number of points with at most three decimals",
                                   .minimum = -limits::points_milli_max,
                                   .maximum = limits::points_milli_max};
inline constexpr value_type points_bound{.form = value_form::decimal,
                                         .phrase = "a number of points above 0 with at most three decimals",
                                         .minimum = 1,
                                         .maximum = limits::points_milli_max};
inline constexpr value_type score_value{.form = value_form::decimal,
                                        .phrase = "a number of points with at most three decimals",
                                        .minimum = -limits::score_milli_max,
                                        .maximum = limits::score_milli_max};
inline constexpr value_type score_rise{.form = value_form::decimal,
                                       .phrase = "a number of points above 0 with at most three decimals",
                                       .minimum = 1,
                                       .maximum = limits::score_milli_max};
inline constexpr value_type weight{.form = value_form::decimal,
                                   .phrase = "a weight with at most three decimals",
                                   .minimum = -limits::weight_milli_max,
                                   .maximum = limits::weight_milli_max};
inline constexpr value_type share{.form = value_form::decimal,
                                  .phrase = "a weight above 0 with at most three decimals",
                                  .minimum = 1,
                                  .maximum = limits::weight_milli_max};
inline constexpr value_type percentage{.form = value_form::decimal,
                                       .phrase = "a percentage above 0, at most 100, with at most three decimals",
                                       .minimum = 1,
                                       .maximum = 100'000};
inline constexpr value_type any_number{.form = value_form::real,
                                       .phrase = "a number",
                                       .minimum = -1'000'000'000'000'000,
                                       .maximum = 1'000'000'000'000'000};

// --- Durations ------------------------------------------------------------------------------------------------

inline constexpr value_type elapsed_duration{.form = value_form::duration,
                                             .phrase = "an elapsed duration above zero, such as 7d",
                                             .families = duration_families::elapsed,
                                             .bound = duration_bound::positive};
inline constexpr value_type elapsed_or_none{.form = value_form::duration,
                                            .phrase = "an elapsed duration, such as 7d or 0s",
                                            .families = duration_families::elapsed,
                                            .bound = duration_bound::zero_or_more};
inline constexpr value_type any_duration{.form = value_form::duration,
                                         .phrase = "a duration above zero, such as 60d, 4bh or 2bd",
                                         .families = duration_families::any,
                                         .bound = duration_bound::positive};
inline constexpr value_type any_duration_or_none{.form = value_form::duration,
                                                 .phrase = "a duration, such as 0s, 24h, 4bh or 2bd",
                                                 .families = duration_families::any,
                                                 .bound = duration_bound::zero_or_more};
inline constexpr value_type offset_duration{.form = value_form::duration,
                                            .phrase = "a duration with or without a minus sign, such as -3w",
                                            .families = duration_families::any,
                                            .bound = duration_bound::any};
inline constexpr value_type warning_mark{
    .form = value_form::warning_mark,
    .phrase = "a share such as \"75%\" or a time before the due instant such as \"-30bm\"",
    .families = duration_families::elapsed_or_business_time};

// --- Names ----------------------------------------------------------------------------------------------------

[[nodiscard]] consteval value_type id_of(name_space names, std::string_view phrase) {
  return {.form = value_form::id, .phrase = phrase, .names = names};
}
[[nodiscard]] consteval value_type reference_to(name_space names, std::string_view phrase) {
  return {.form = value_form::reference, .phrase = phrase, .names = names};
}
[[nodiscard]] consteval value_type list_of(const value_type& item, std::string_view phrase, std::size_t fewest = 1,
                                           std::size_t most = limits::pack_entry_count_max) {
  return {.form = value_form::list, .phrase = phrase, .item = &item, .count_min = fewest, .count_max = most};
}
[[nodiscard]] consteval value_type one_or_list_of(const value_type& item, std::string_view phrase) {
  return {.form = value_form::one_or_list,
          .phrase = phrase,
          .item = &item,
          .count_min = 1,
          .count_max = limits::pack_entry_count_max};
}
[[nodiscard]] consteval value_type map_of(const value_type& item, name_space names, std::string_view phrase,
                                          std::size_t most = limits::pack_entry_count_max, std::size_t fewest = 0) {
  return {
      .form = value_form::map, .phrase = phrase, .item = &item, .names = names, .count_min = fewest, .count_max = most};
}
[[nodiscard]] consteval value_type object_of(const object_type& object, std::string_view phrase) {
  return {.form = value_form::object, .phrase = phrase, .object = &object};
}
[[nodiscard]] consteval value_type choice_of(std::span<const std::string_view> choices, std::string_view phrase) {
  return {.form = value_form::choice, .phrase = phrase, .choices = choices};
}
[[nodiscard]] consteval value_type any_of(std::span<const value_type* const> alternatives, std::string_view phrase) {
  return {.form = value_form::any_of, .phrase = phrase, .alternatives = alternatives};
}

inline constexpr value_type calendar_ref = reference_to(name_space::calendar, "the name of a calendar");
inline constexpr value_type event_ref = reference_to(name_space::event_type, "an event type");
inline constexpr value_type event_refs = one_or_list_of(event_ref, "an event type or a list of them");
inline constexpr value_type event_field_ref = reference_to(name_space::event_field, "a field of the event");
inline constexpr value_type attribute_ref = reference_to(name_space::attribute, "the name of an attribute");
inline constexpr value_type score_ref = reference_to(name_space::score, "the name of a score");
inline constexpr value_type grade_ref = reference_to(name_space::grade, "the name of a grade");
inline constexpr value_type group_ref = reference_to(name_space::group, "the name of a group of this score");
inline constexpr value_type stage_ref = reference_to(name_space::stage, "the id of a stage");
inline constexpr value_type stage_refs = one_or_list_of(stage_ref, "the id of a stage or a list of them");
inline constexpr value_type stage_list = list_of(stage_ref, "a list of stage ids", 0);
inline constexpr value_type rep_ref = reference_to(name_space::rep, "the name of a rep");
inline constexpr value_type pool_ref = reference_to(name_space::pool, "the name of a pool");
inline constexpr value_type transition_refs_item = reference_to(name_space::transition, "the id of a transition");
inline constexpr value_type transition_refs =
    one_or_list_of(transition_refs_item, "the id of a transition or a list of them");
inline constexpr value_type attribute_path{.form = value_form::attribute_path,
                                           .phrase = "the path of an attribute, such as contact.amount"};
inline constexpr value_type event_field_path{.form = value_form::event_field,
                                             .phrase = "an event type and a field of it, such as signup.email"};
inline constexpr value_type event_field_paths =
    one_or_list_of(event_field_path, "an event's field such as signup.email, or a list of them");

inline constexpr keys<5> data_type_words = {"string", "number", "boolean", "date", "strings"};
inline constexpr value_type data_type = choice_of(data_type_words, "a type: string, number, boolean, date or strings");

}  // namespace leadline::format::detail
