#pragma once

#include "leadline/pack/detail/format_duties.hpp"
#include "leadline/pack/detail/format_scoring.hpp"
#include "leadline/pack/format.hpp"

namespace leadline::format {
namespace detail {

// --- Business and targets: what the reports read ----------------------------------------------------------------

inline constexpr value_type event_list = list_of(event_ref, "a list of event types", 0);
inline constexpr field business_fields[] = {
    {"amount", &attribute_path, presence::optional, "", "The attribute that holds what a deal is worth.",
     R"("contact.amount")"},
    {"won", &stage_list, presence::optional, "", "The stages of deals that were won.", R"(["customer"])"},
    {"lost", &stage_list, presence::optional, "", "The stages of deals that were lost.", R"(["lost"])"},
    {"channel", &attribute_path, presence::optional, "", "The attribute that says where a contact came from.",
     R"("contact.channel")"},
    {"opportunity", &stage_ref, presence::optional, "", "The stage in which a contact is an opportunity.",
     R"("opportunity")"},
    {"marketing_touches", &event_list, presence::optional, "", "Events that marketing brought about.",
     R"(["form_submitted"])"},
    {"sales_touches", &event_list, presence::optional, "", "Events that sales brought about.", R"(["touch"])"},
};
inline constexpr object_type business_object{
    .name = "business",
    .doc = "What the reports read. A report whose input is not named says `not declared`, never 0.",
    .fields = business_fields,
    .example = R"({"amount": "contact.amount", "won": ["customer"]})"};
inline constexpr value_type business = object_of(business_object, "an object such as {\"won\": [\"customer\"]}");

inline constexpr keys<2> sides = {"marketing", "sales"};
inline constexpr value_type side = choice_of(sides, "marketing or sales");
inline constexpr keys<3> periods = {"week", "month", "quarter"};
inline constexpr value_type period = choice_of(periods, "week, month or quarter");
inline constexpr keys<2> trends = {"up", "down"};
inline constexpr value_type trend = choice_of(trends, "up or down");
inline constexpr value_type metric{.form = value_form::metric, .phrase = "a metric such as entered.mql"};
inline constexpr value_type attribute_list = list_of(attribute_ref, "a list of attributes");
inline constexpr field target_fields[] = {
    {"side", &side, presence::required, "", "Who owes it.", R"("marketing")"},
    {"metric", &metric, presence::required, "",
     "What is measured: `entered.S`, `converted.A.B`, `complete`, `attained.CLOCK`, `median.CLOCK`, `p90.CLOCK`, "
     "`completed.CADENCE`, `disposed.S`, `touches.S`, `score.SCORE.S`, `sourced`, `influenced`, `coverage`, `lvr`, "
     "`cac`, `cpo`, `deal_size` or `cycle_length`.",
     R"("entered.mql")"},
    {"per", &period, presence::optional, "", "The period; without it, the report's.", R"("month")"},
    {"at_least", &any_number, presence::optional, "", "Met from this value on.", "178"},
    {"at_most", &any_number, presence::optional, "", "Met up to this value.", "3600"},
    {"above", &any_number, presence::optional, "", "Met above this value.", "0.2"},
    {"below", &any_number, presence::optional, "", "Met below this value.", "500"},
    {"trend", &trend, presence::optional, "", "Met when it moved this way since the period before.", R"("up")"},
    {"fields", &attribute_list, presence::optional, "", "Of `complete`: the attributes that must be known.",
     R"(["email", "name"])"},
    {"stage", &stage_ref, presence::optional, "", "Of `complete`: of contacts that enter this stage.", R"("mql")"},
};
inline constexpr keys<5> target_bound_keys = {"at_least", "at_most", "above", "below", "trend"};
inline constexpr keys<2> target_lower_keys = {"at_least", "above"};
inline constexpr keys<2> target_upper_keys = {"at_most", "below"};
inline constexpr keys<2> target_stage_keys = {"stage", "fields"};
inline constexpr relation target_relations[] = {{relation_kind::at_least_one, target_bound_keys},
                                                {relation_kind::at_most_one, target_lower_keys},
                                                {relation_kind::at_most_one, target_upper_keys},
                                                {relation_kind::needs, target_stage_keys}};
inline constexpr object_type target_object{
    .name = "target",
    .doc = "One promise of the agreement between marketing and sales.",
    .fields = target_fields,
    .relations = target_relations,
    .example = R"({"side": "marketing", "metric": "entered.mql", "per": "month", "at_least": 178})"};
inline constexpr value_type target = object_of(target_object, "an object with side, metric and a bound");
inline constexpr value_type targets = map_of(target, name_space::target, "an object of named targets");

// --- The pack ---------------------------------------------------------------------------------------------------

inline constexpr value_type pack_version{
    .form = value_form::integer, .phrase = "the number 1", .minimum = 1, .maximum = 1};
inline constexpr keys<2> semantics_names = {"leadline", "jsonlogic"};
inline constexpr value_type semantics = choice_of(semantics_names, "leadline or jsonlogic");
inline constexpr value_type calendars{.form = value_form::calendars, .phrase = "an object of named calendars"};
inline constexpr field engine_fields[] = {
    {"lateness", &elapsed_or_none, presence::optional, "\"7d\"",
     "How late an event may come and still be folded in as if it had come in order.", R"("7d")"},
    {"history", &boolean, presence::optional, "false",
     "Whether an engine keeps all events, so that `explain` can go back to any instant.", "true"},
};
inline constexpr object_type engine_object{
    .name = "engine", .doc = "How events are taken in.", .fields = engine_fields, .example = R"({"lateness": "7d"})"};
inline constexpr value_type engine = object_of(engine_object, "an object such as {\"lateness\": \"7d\"}");

inline constexpr field pack_fields[] = {
    {"leadline", &pack_version, presence::required, "", "The version of the format.", "1"},
    {"name", &text, presence::optional, "", "The pack's name.", R"("smarketing")"},
    {"version", &text, presence::optional, "", "The pack's version, in its author's words.", R"("2026-11")"},
    {"time_zone", &time_zone, presence::optional, "\"UTC\"", "The zone of local dates, such as those of streaks.",
     R"("America/New_York")"},
    {"conditions", &semantics, presence::optional, "\"leadline\"",
     "The semantics of conditions: ours, or JsonLogic to the letter.", R"("leadline")"},
    {"engine", &engine, presence::optional, "", "How events are taken in.", R"({"lateness": "7d"})"},
    {"calendars", &calendars, presence::optional, "", "Working hours.",
     R"({"sales": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}})"},
    {"lists", &lists, presence::optional, "", "Lists of texts for conditions.",
     R"({"free_mail": {"file": "free_mail.txt"}})"},
    {"attributes", &attributes, presence::optional, "", "What is known about a contact.",
     R"({"email": {"type": "string"}})"},
    {"events", &events, presence::optional, "", "What happens to a contact.", R"({"page_view": {"activity": true}})"},
    {"signals", &signals, presence::optional, "", "Running aggregates over events.",
     R"({"sessions_7d": {"count": "session", "within": "7d"}})"},
    {"scores", &scores, presence::optional, "", "Points.", R"({"fit": {"rules": []}})"},
    {"grades", &grades, presence::optional, "", "Words for scores.",
     R"({"fit_grade": {"of": "fit", "bands": [{"is": "D"}]}})"},
    {"funnel", &funnel, presence::optional, "", "Stages and moves.",
     R"({"start": "visitor", "stages": [{"id": "visitor"}]})"},
    {"clocks", &clocks, presence::optional, "", "Duties with deadlines.", "[]"},
    {"cadences", &cadences, presence::optional, "", "Series of touches.", "[]"},
    {"dispositions", &dispositions, presence::optional, "", "What became of contacts.",
     R"({"on": "disposition", "codes": {"DQ-01": {"to": "nurture"}}})"},
    {"routing", &routing, presence::optional, "", "Who owns which contact.",
     R"({"on": {"enter": "mql"}, "reps": {"ana": {}}, "rules": [{"id": "all", "owner": "ana"}]})"},
    {"business", &business, presence::optional, "", "What the reports read.", R"({"won": ["customer"]})"},
    {"targets", &targets, presence::optional, "", "What marketing and sales promise each other.",
     R"({"mql_volume": {"side": "marketing", "metric": "entered.mql", "per": "month", "at_least": 178}})"},
};
inline constexpr object_type pack_object{
    .name = "pack",
    .doc = "A rule pack. JSON with `//` comments; an object for named things, an array where order matters.",
    .fields = pack_fields,
    .example = R"({"leadline": 1, "name": "smarketing", "version": "2026-11"})"};

}  // namespace detail

LEADLINE_INLINE const object_type& pack() noexcept { return detail::pack_object; }

}  // namespace leadline::format
