#include <optional>
#include <utility>
#include <variant>

#include "c/guard.hpp"
#include "c/handles.hpp"
#include "leadline/base/document.hpp"
#include "leadline/pack/calendars.hpp"

using namespace leadline::c;

namespace {

using leadline::business_calendar;
using leadline::diagnostic;
using leadline::diagnostics;
using leadline::document;
using leadline::instant;

/// A calendar's JSON is read as the one entry of a `calendars` section, so that there is one reader; problems are then
/// told in the text as it was given.
constexpr std::string_view before = "{\"calendar\":";
constexpr std::string_view entry_pointer = "/calendar";

[[nodiscard]] diagnostics in_given_text(const diagnostics& found) {
  diagnostics out;
  for (diagnostic each : found) {
    if (each.where.line == 1) {
      const auto shift = static_cast<std::uint32_t>(before.size());
      each.where.column = each.where.column > shift ? each.where.column - shift : 1;
    }
    if (each.where.line != 0) each.where.offset -= std::min<std::uint64_t>(each.where.offset, before.size());
    if (each.pointer.starts_with(entry_pointer)) each.pointer.erase(0, entry_pointer.size());
    out.add(std::move(each));
  }
  return out;
}

[[nodiscard]] leadline::result<business_calendar> compile(std::string_view json) {
  // What is no JSON by itself could be some in the section's braces.
  auto alone = document::parse(std::string(json));
  if (!alone) return leadline::failure(std::move(alone).error());
  auto section = document::parse(std::string(before) + std::string(json) + "\n}");
  if (!section) return leadline::failure(in_given_text(section.error()));
  const leadline::parsed_calendars read = leadline::parse_calendars(section->root());
  if (read.problems.has_errors()) return leadline::failure(in_given_text(read.problems));
  auto built = leadline::build_calendar(section->root()["calendar"], read.calendars.at("calendar"), zones());
  if (!built) return leadline::failure(in_given_text(built.error()));
  return built;
}

[[nodiscard]] leadline_status answer(const leadline::result<instant>& found, int64_t* out_ms, leadline_error* error) {
  if (!found) return tell(error, status_of(found.error()), found.error());
  *out_ms = found->ms();
  return LEADLINE_OK;
}

/// Asks a calendar something whose answer is an instant.
template <class Question>
[[nodiscard]] leadline_status ask(const leadline_calendar* calendar, int64_t* out_ms, leadline_error* error,
                                  Question question) {
  if (out_ms != nullptr) *out_ms = 0;
  return guarded(error, [&]() -> leadline_status {
    if (calendar == nullptr || out_ms == nullptr) return tell_argument(error, "calendar or out_ms is NULL");
    return answer(question(calendar->content), out_ms, error);
  });
}

[[nodiscard]] tl::unexpected<diagnostics> out_of_range() {
  diagnostic problem;
  problem.code = "calendar.out_of_range";
  problem.message = "the result is not between 1970-01-01T00:00:00Z and 2200-01-01T00:00:00Z";
  problem.expected = "instants from 1970 to 2200";
  return leadline::failure(std::move(problem));
}

[[nodiscard]] leadline::result<instant> add(const business_calendar& calendar, instant from,
                                            const leadline::duration& amount) {
  if (const auto* days = std::get_if<leadline::business_days>(&amount)) return calendar.add(from, *days);
  if (const auto* open = std::get_if<leadline::business_duration>(&amount)) return calendar.add(from, *open);
  // Durations are bounded, instants of callers are not.
  if (!from.is_in_range()) return out_of_range();
  const instant sum = from + std::get<leadline::elapsed_duration>(amount);
  if (!sum.is_in_range()) return out_of_range();
  return sum;
}

}  // namespace

extern "C" {

leadline_status leadline_calendar_compile(const char* json, size_t json_size, leadline_calendar** out,
                                          leadline_diagnostics** out_diagnostics, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  if (out_diagnostics != nullptr) *out_diagnostics = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (out == nullptr || !is_text(json, json_size)) return tell_argument(error, "json or out is NULL");
    auto made = compile(view(json, json_size));
    if (made) {
      *out = new leadline_calendar{std::move(*made)};
      return LEADLINE_OK;
    }
    tell(error, LEADLINE_INVALID_INPUT, made.error());
    give(out_diagnostics, std::move(made).error(), std::make_shared<const std::string>(view(json, json_size)));
    return LEADLINE_INVALID_INPUT;
  });
}

leadline_status leadline_calendar_of_model(const leadline_model* model, const char* name, size_t name_size,
                                           leadline_calendar** out, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (model == nullptr || out == nullptr || !is_text(name, name_size)) {
      return tell_argument(error, "model, name or out is NULL");
    }
    const leadline::model& content = *model->content;
    for (std::size_t i = 0; i < content.calendar_names.size(); ++i) {
      if (content.calendar_names[i] != view(name, name_size)) continue;
      *out = new leadline_calendar{content.calendars[i]};
      return LEADLINE_OK;
    }
    return tell(error, LEADLINE_NOT_FOUND, "calendar.unknown", "the model has no calendar of that name");
  });
}

void leadline_calendar_free(leadline_calendar* calendar) { delete calendar; }

leadline_status leadline_calendar_add(const leadline_calendar* calendar, int64_t from_ms, const char* amount,
                                      size_t amount_size, int64_t* out_ms, leadline_error* error) {
  if (out_ms != nullptr) *out_ms = 0;
  return guarded(error, [&]() -> leadline_status {
    if (calendar == nullptr || out_ms == nullptr || !is_text(amount, amount_size)) {
      return tell_argument(error, "calendar, amount or out_ms is NULL");
    }
    const auto read = leadline::parse_duration(view(amount, amount_size), leadline::duration_sign::may_be_negative);
    if (!read) return tell(error, LEADLINE_INVALID_INPUT, read.error());
    return answer(add(calendar->content, instant::from_ms(from_ms), *read), out_ms, error);
  });
}

leadline_status leadline_calendar_add_open(const leadline_calendar* calendar, int64_t from_ms, int64_t open_ms,
                                           int64_t* out_ms, leadline_error* error) {
  return ask(calendar, out_ms, error, [&](const business_calendar& asked) -> leadline::result<instant> {
    if (open_ms > leadline::limits::duration_max_ms || open_ms < -leadline::limits::duration_max_ms) {
      return out_of_range();
    }
    return asked.add(instant::from_ms(from_ms), leadline::business_duration::from_ms(open_ms));
  });
}

leadline_status leadline_calendar_add_days(const leadline_calendar* calendar, int64_t from_ms, int64_t day_count,
                                           int32_t day_end, int64_t* out_ms, leadline_error* error) {
  if (day_end != LEADLINE_DAY_END_SAME_TIME && day_end != LEADLINE_DAY_END_CLOSE) {
    if (out_ms != nullptr) *out_ms = 0;
    return prepare(error) ? tell_argument(error, "day_end is none of LEADLINE_DAY_END_...") : LEADLINE_BAD_STRUCT_SIZE;
  }
  return ask(calendar, out_ms, error, [&](const business_calendar& asked) -> leadline::result<instant> {
    if (day_count > leadline::limits::business_days_max || day_count < -leadline::limits::business_days_max) {
      return out_of_range();
    }
    return asked.add(instant::from_ms(from_ms), leadline::business_days(day_count),
                     day_end == LEADLINE_DAY_END_CLOSE ? leadline::day_end::close : leadline::day_end::same_time);
  });
}

int64_t leadline_calendar_elapsed(const leadline_calendar* calendar, int64_t from_ms, int64_t to_ms) {
  if (calendar == nullptr) return 0;
  return calendar->content.elapsed(instant::from_ms(from_ms), instant::from_ms(to_ms)).ms();
}

leadline_status leadline_calendar_elapsed_each(const leadline_calendar* calendar, const int64_t* from_ms,
                                               const int64_t* to_ms, size_t count, int64_t* out_ms) {
  if (calendar == nullptr || (count != 0 && (from_ms == nullptr || to_ms == nullptr || out_ms == nullptr))) {
    return LEADLINE_INVALID_ARGUMENT;
  }
  for (std::size_t i = 0; i < count; ++i) {
    out_ms[i] = calendar->content.elapsed(instant::from_ms(from_ms[i]), instant::from_ms(to_ms[i])).ms();
  }
  return LEADLINE_OK;
}

int32_t leadline_calendar_is_open(const leadline_calendar* calendar, int64_t at_ms) {
  return calendar != nullptr && calendar->content.is_open(instant::from_ms(at_ms)) ? 1 : 0;
}

leadline_status leadline_calendar_next_open(const leadline_calendar* calendar, int64_t at_ms, int64_t* out_ms,
                                            leadline_error* error) {
  return ask(calendar, out_ms, error,
             [&](const business_calendar& asked) { return asked.next_open(instant::from_ms(at_ms)); });
}

leadline_status leadline_calendar_next_close(const leadline_calendar* calendar, int64_t at_ms, int64_t* out_ms,
                                             leadline_error* error) {
  return ask(calendar, out_ms, error,
             [&](const business_calendar& asked) { return asked.next_close(instant::from_ms(at_ms)); });
}

leadline_status leadline_calendar_previous_close(const leadline_calendar* calendar, int64_t at_ms, int64_t* out_ms,
                                                 leadline_error* error) {
  return ask(calendar, out_ms, error,
             [&](const business_calendar& asked) { return asked.previous_close(instant::from_ms(at_ms)); });
}

}  // extern "C"
