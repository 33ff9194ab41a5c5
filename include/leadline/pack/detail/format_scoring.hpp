#pragma once

#include "leadline/pack/detail/format_values.hpp"

/// The objects of the format that say what is known of a contact and what it is worth: lists, attributes,
/// events, signals, scores, grades.
namespace leadline::format::detail {

// --- Lists ----------------------------------------------------------------------------------------------------

inline constexpr field list_file_fields[] = {
    {"file", &text, presence::required, "", "A file beside the pack: one text a line, `#` begins a comment.",
     R"("free_mail.txt")"},
};
inline constexpr object_type list_file_object{
    .name = "list from a file",
    .doc =
        "A list whose entries stand in a file. The file is read when the pack is compiled, never after; its "
        "content is part of the model's fingerprint.",
    .fields = list_file_fields,
    .example = R"({"file": "free_mail.txt"})"};
inline constexpr value_type list_file = object_of(list_file_object, "an object such as {\"file\": \"free_mail.txt\"}");
inline constexpr value_type list_items = list_of(free_text, "a list of texts", 0, limits::list_item_count_max);
inline constexpr const value_type* list_alternatives[] = {&list_items, &list_file};
inline constexpr value_type list_value = any_of(list_alternatives, "a list of texts or {\"file\": ...}");
inline constexpr value_type lists = map_of(list_value, name_space::list, "an object of named lists");

// --- Attributes -----------------------------------------------------------------------------------------------

inline constexpr field attribute_fields[] = {
    {"type", &data_type, presence::required, "",
     "What the attribute holds. A number, boolean or date is converted when it is set; what cannot be converted is "
     "kept as unknown and told as `rejected` (`bad_attribute`).",
     R"("string")"},
    {"from", &event_field_paths, presence::optional, "",
     "Events whose field sets the attribute, before signals and rules see the event.",
     R"(["form_submitted.email", "signup.email"])"},
    {"derive", &expression, presence::optional, "",
     "An expression over other attributes, computed again when one of them changes.",
     R"({"domain": [{"var": "contact.email"}]})"},
};
inline constexpr keys<2> attribute_source_keys = {"from", "derive"};
inline constexpr relation attribute_relations[] = {{relation_kind::at_most_one, attribute_source_keys}};
inline constexpr object_type attribute_object{
    .name = "attribute",
    .doc =
        "Something known about a contact. Attributes that are not declared are kept, but no condition can read "
        "them.",
    .fields = attribute_fields,
    .relations = attribute_relations,
    .example = R"({"type": "string", "from": ["signup.email"]})"};
inline constexpr value_type attribute = object_of(attribute_object, "an object such as {\"type\": \"string\"}");
inline constexpr value_type attributes = map_of(attribute, name_space::attribute, "an object of named attributes");

// --- Events ---------------------------------------------------------------------------------------------------

inline constexpr value_type event_fields_map =
    map_of(data_type, name_space::event_field, "an object of fields and their types");
inline constexpr field event_fields[] = {
    {"activity", &boolean, presence::optional, "false",
     "Whether the event counts as engagement for idle rules and for `any_activity`.", "true"},
    {"fields", &event_fields_map, presence::optional, "",
     "The fields of the event's `data` and their types. Where they are declared, a condition that reads another "
     "field is an error; where they are not, any field may be read.",
     R"({"path": "string", "seconds": "number"})"},
};
inline constexpr object_type event_object{
    .name = "event type",
    .doc =
        "A kind of event. Built in and always there: `contact.set`, `stage.set`, `status.set`, `owner.set`, "
        "`score.override`, `rep.away`, `rep.back`, `tag.add`, `tag.remove`, `contact.merge`, `contact.forget`, "
        "`sla.pause`, `sla.resume`.",
    .fields = event_fields,
    .example = R"({"activity": true, "fields": {"path": "string"}})"};
inline constexpr value_type event = object_of(event_object, "an object such as {\"activity\": true}");
inline constexpr value_type events = map_of(event, name_space::event_type, "an object of event types");

// --- Signals --------------------------------------------------------------------------------------------------

inline constexpr value_type any_activity_ref =
    reference_to(name_space::event_or_any_activity, "an event type or any_activity");
inline constexpr value_type any_activity_refs =
    one_or_list_of(any_activity_ref, "an event type, a list of them, or any_activity");
inline constexpr keys<1> streak_units = {"day"};
inline constexpr value_type streak_unit = choice_of(streak_units, "the unit day");

inline constexpr field signal_fields[] = {
    {"count", &event_refs, presence::optional, "", "How many matching events there were.", R"("session")"},
    {"distinct", &event_refs, presence::optional, "", "How many different values the field `by` had.",
     R"("teammate_invited")"},
    {"sum", &event_refs, presence::optional, "", "The sum of the field `of`; 0 when there is none.", R"("order")"},
    {"max", &event_refs, presence::optional, "", "The largest value of the field `of`; null when there is none.",
     R"("order")"},
    {"min", &event_refs, presence::optional, "", "The smallest value of the field `of`; null when there is none.",
     R"("order")"},
    {"last", &event_refs, presence::optional, "", "The latest value of the field `of`; null when there is none.",
     R"("order")"},
    {"first", &event_refs, presence::optional, "", "The earliest value of the field `of`; null when there is none.",
     R"("order")"},
    {"streak", &event_refs, presence::optional, "",
     "Consecutive local dates (in the pack's `time_zone`) with at least one matching event, ending today or "
     "yesterday.",
     R"("login")"},
    {"since", &any_activity_refs, presence::optional, "",
     "Elapsed seconds since the latest matching event; null when there is none.", R"("any_activity")"},
    {"by", &event_field_ref, presence::optional, "", "The field whose different values `distinct` counts.",
     R"("email")"},
    {"of", &event_field_ref, presence::optional, "", "The field that is summed up or kept.", R"("amount")"},
    {"unit", &streak_unit, presence::optional, "\"day\"", "The unit of a streak.", R"("day")"},
    {"where", &condition, presence::optional, "",
     "Which events count. It sees the event and the contact's attributes at that moment.",
     R"({"==": [{"var": "event.path"}, "/pricing"]})"},
    {"within", &elapsed_duration, presence::optional, "",
     "The window: events in (now - within, now]. Without it, all events ever.", R"("7d")"},
};
inline constexpr keys<9> signal_form_keys = {"count", "distinct", "sum",    "max",  "min",
                                             "last",  "first",    "streak", "since"};
inline constexpr keys<2> signal_by_keys = {"by", "distinct"};
inline constexpr keys<2> signal_distinct_keys = {"distinct", "by"};
inline constexpr keys<6> signal_of_keys = {"of", "sum", "max", "min", "last", "first"};
inline constexpr keys<2> signal_sum_keys = {"sum", "of"};
inline constexpr keys<2> signal_max_keys = {"max", "of"};
inline constexpr keys<2> signal_min_keys = {"min", "of"};
inline constexpr keys<2> signal_last_keys = {"last", "of"};
inline constexpr keys<2> signal_first_keys = {"first", "of"};
inline constexpr keys<2> signal_unit_keys = {"unit", "streak"};
inline constexpr keys<8> signal_within_keys = {"within", "count", "distinct", "sum", "max", "min", "last", "first"};
inline constexpr relation signal_relations[] = {
    {relation_kind::exactly_one, signal_form_keys}, {relation_kind::needs, signal_by_keys},
    {relation_kind::needs, signal_distinct_keys},   {relation_kind::needs, signal_of_keys},
    {relation_kind::needs, signal_sum_keys},        {relation_kind::needs, signal_max_keys},
    {relation_kind::needs, signal_min_keys},        {relation_kind::needs, signal_last_keys},
    {relation_kind::needs, signal_first_keys},      {relation_kind::needs, signal_unit_keys},
    {relation_kind::needs, signal_within_keys},
};
inline constexpr object_type signal_object{
    .name = "signal",
    .doc = "A running aggregate over a contact's events, read in conditions as `signal.<name>`.",
    .fields = signal_fields,
    .relations = signal_relations,
    .example = R"({"count": "session", "within": "7d"})"};
inline constexpr value_type signal =
    object_of(signal_object, "an object such as {\"count\": \"session\", \"within\": \"7d\"}");
inline constexpr value_type signals = map_of(signal, name_space::signal, "an object of named signals");

// --- Scores ---------------------------------------------------------------------------------------------------

inline constexpr field decay_fields[] = {
    {"half_life", &elapsed_duration, presence::optional, "", "Points halve every such time.", R"("30d")"},
    {"linear", &elapsed_duration, presence::optional, "", "Points shrink evenly to nothing over this time.",
     R"("90d")"},
    {"percent", &percentage, presence::optional, "",
     "The share of the first points that is lost at the end of each period `every`.", "50"},
    {"every", &elapsed_duration, presence::optional, "", "The period of `percent`.", R"("30d")"},
    {"expires", &elapsed_duration, presence::optional, "", "Points are full for this time, then nothing.", R"("60d")"},
};
inline constexpr keys<4> decay_form_keys = {"half_life", "linear", "percent", "expires"};
inline constexpr keys<2> decay_percent_keys = {"percent", "every"};
inline constexpr keys<2> decay_every_keys = {"every", "percent"};
inline constexpr relation decay_relations[] = {{relation_kind::exactly_one, decay_form_keys},
                                               {relation_kind::needs, decay_percent_keys},
                                               {relation_kind::needs, decay_every_keys}};
inline constexpr object_type decay_object{.name = "decay",
                                          .doc =
                                              "How earned points fade. Each earning event ages on its own. Set on a "
                                              "rule, a group or a score; the nearest wins.",
                                          .fields = decay_fields,
                                          .relations = decay_relations,
                                          .example = R"({"half_life": "30d"})"};
inline constexpr value_type decay = object_of(decay_object, "an object such as {\"half_life\": \"30d\"}");

inline constexpr field limit_fields[] = {
    {"times", &count, presence::optional, "", "How many events may earn: ever, or in any window of length `per`.", "1"},
    {"per", &elapsed_duration, presence::optional, "", "The sliding window of `times`.", R"("24h")"},
    {"once_per", &event_field_ref, presence::optional, "", "One event may earn for each different value of this field.",
     R"("email_id")"},
    {"points", &points_bound, presence::optional, "", "The rule's decayed sum stays within this much of zero.", "30"},
};
inline constexpr keys<3> limit_any_keys = {"times", "once_per", "points"};
inline constexpr keys<2> limit_per_keys = {"per", "times"};
inline constexpr relation limit_relations[] = {{relation_kind::at_least_one, limit_any_keys},
                                               {relation_kind::needs, limit_per_keys}};
inline constexpr object_type limit_object{
    .name = "limit",
    .doc = "Which matching events earn. Several limits may stand together: every one must admit the event.",
    .fields = limit_fields,
    .relations = limit_relations,
    .example = R"({"times": 1, "per": "24h"})"};
inline constexpr value_type limit = object_of(limit_object, "an object such as {\"times\": 1, \"per\": \"24h\"}");

inline constexpr field tier_fields[] = {
    {"at_least", &count, presence::required, "", "How many matching events reach the tier.", "3"},
    {"within", &elapsed_duration, presence::optional, "", "The window in which they are counted; without it, ever.",
     R"("7d")"},
    {"points", &points, presence::required, "", "What the rule is worth at this tier.", "30"},
};
inline constexpr object_type tier_object{
    .name = "tier",
    .doc = "One step of a tiers rule; the first tier in array order that holds counts.",
    .fields = tier_fields,
    .example = R"({"at_least": 3, "within": "7d", "points": 30})"};
inline constexpr value_type tier =
    object_of(tier_object, "an object such as {\"at_least\": 3, \"within\": \"7d\", \"points\": 30}");
inline constexpr value_type tiers = list_of(tier, "a list of tiers");

inline constexpr field idle_step_fields[] = {
    {"after", &elapsed_duration, presence::required, "", "How long after the last activity the step is reached.",
     R"("30d")"},
    {"every", &elapsed_duration, presence::optional, "", "The step repeats at this distance.", R"("7d")"},
    {"points", &points, presence::required, "", "What the step is worth, each time it is reached.", "-5"},
    {"at_most", &points, presence::optional, "",
     "The bound of a repeating step's total within one gap; of the same sign as `points`.", "-50"},
};
inline constexpr keys<2> idle_at_most_keys = {"at_most", "every"};
inline constexpr relation idle_step_relations[] = {{relation_kind::needs, idle_at_most_keys}};
inline constexpr object_type idle_step_object{.name = "idle step",
                                              .doc = "One step of an idle rule.",
                                              .fields = idle_step_fields,
                                              .relations = idle_step_relations,
                                              .example = R"({"after": "30d", "every": "7d", "points": -5})"};
inline constexpr value_type idle_step =
    object_of(idle_step_object, "an object such as {\"after\": \"30d\", \"points\": -5}");
inline constexpr value_type idle_steps = list_of(idle_step, "a list of idle steps");

inline constexpr keys<2> idle_modes = {"replace", "add"};
inline constexpr value_type idle_mode = choice_of(idle_modes, "replace or add");
inline constexpr keys<2> idle_returns = {"restore", "keep"};
inline constexpr value_type idle_return = choice_of(idle_returns, "restore or keep");
inline constexpr const value_type* points_alternatives[] = {&points, &expression};
inline constexpr value_type points_or_expression =
    any_of(points_alternatives, "a number of points or an expression over the event");
inline constexpr value_type rule_id = id_of(name_space::rule, "an id");

inline constexpr field rule_fields[] = {
    {"id", &rule_id, presence::required, "", "The rule's name in decisions and ledgers; unique in its score.",
     R"("pricing")"},
    {"when", &condition, presence::optional, "", "A held rule: its points count while this is true.",
     R"({"==": [{"var": "contact.seniority"}, "vp"]})"},
    {"otherwise", &points, presence::optional, "",
     "What a held rule is worth while its condition is false and every attribute it reads is known.", "-10"},
    {"once", &boolean, presence::optional, "false",
     "The points of a held rule stay from the first instant at which its condition held.", "true"},
    {"on", &event_refs, presence::optional, "", "An earned or tiers rule: the events that it looks at.",
     R"("page_view")"},
    {"where", &condition, presence::optional, "", "Which of them count.",
     R"({"==": [{"var": "event.path"}, "/pricing"]})"},
    {"points", &points_or_expression, presence::optional, "",
     "What the rule is worth; of an earned rule, what each event adds, also as an expression over the event.", "15"},
    {"min", &points, presence::optional, "", "The least that an expression in `points` may give.", "0"},
    {"max", &points, presence::optional, "", "The most that an expression in `points` may give.", "50"},
    {"limit", &limit, presence::optional, "", "Which events of an earned rule earn.", R"({"times": 1, "per": "24h"})"},
    {"tiers", &tiers, presence::optional, "", "A tiers rule: worth what its first tier that holds is worth.",
     R"([{"at_least": 3, "within": "7d", "points": 30}])"},
    {"idle", &idle_steps, presence::optional, "",
     "An idle rule: worth what the time since the last activity event says.",
     R"([{"after": "30d", "every": "7d", "points": -5}])"},
    {"mode", &idle_mode, presence::optional, "\"replace\"",
     "Whether the steps of an idle rule replace one another or add up.", R"("add")"},
    {"on_return", &idle_return, presence::optional, "\"restore\"",
     "Whether new activity gives the points back, or the value of each ended gap stays.", R"("keep")"},
    {"group", &group_ref, presence::optional, "", "The group that the rule's points count in.", R"("content")"},
    {"decay", &decay, presence::optional, "", "How the points of an earned rule fade.", R"({"half_life": "30d"})"},
};
inline constexpr keys<3> rule_form_keys = {"when", "on", "idle"};
inline constexpr keys<2> rule_when_keys = {"when", "points"};
inline constexpr keys<2> rule_otherwise_keys = {"otherwise", "when"};
inline constexpr keys<2> rule_once_keys = {"once", "when"};
inline constexpr keys<2> rule_where_keys = {"where", "on"};
inline constexpr keys<3> rule_on_keys = {"on", "points", "tiers"};
inline constexpr keys<2> rule_points_tiers_keys = {"points", "tiers"};
inline constexpr keys<2> rule_tiers_keys = {"tiers", "on"};
inline constexpr keys<3> rule_points_keys = {"points", "when", "on"};
inline constexpr keys<2> rule_limit_keys = {"limit", "on"};
inline constexpr keys<2> rule_limit_tiers_keys = {"limit", "tiers"};
inline constexpr keys<2> rule_mode_keys = {"mode", "idle"};
inline constexpr keys<2> rule_return_keys = {"on_return", "idle"};
inline constexpr keys<2> rule_decay_keys = {"decay", "on"};
inline constexpr keys<2> rule_decay_tiers_keys = {"decay", "tiers"};
inline constexpr keys<2> rule_min_keys = {"min", "points"};
inline constexpr keys<2> rule_max_keys = {"max", "points"};
inline constexpr keys<2> rule_min_on_keys = {"min", "on"};
inline constexpr keys<2> rule_max_on_keys = {"max", "on"};
inline constexpr relation rule_relations[] = {
    {relation_kind::exactly_one, rule_form_keys},
    {relation_kind::needs, rule_when_keys},
    {relation_kind::needs, rule_on_keys},
    {relation_kind::at_most_one, rule_points_tiers_keys},
    {relation_kind::needs, rule_tiers_keys},
    {relation_kind::needs, rule_points_keys},
    {relation_kind::needs, rule_otherwise_keys},
    {relation_kind::needs, rule_once_keys},
    {relation_kind::needs, rule_where_keys},
    {relation_kind::needs, rule_limit_keys},
    {relation_kind::at_most_one, rule_limit_tiers_keys},
    {relation_kind::needs, rule_mode_keys},
    {relation_kind::needs, rule_return_keys},
    {relation_kind::needs, rule_decay_keys},
    {relation_kind::at_most_one, rule_decay_tiers_keys},
    {relation_kind::needs, rule_min_keys},
    {relation_kind::needs, rule_max_keys},
    {relation_kind::needs, rule_min_on_keys},
    {relation_kind::needs, rule_max_on_keys},
};
inline constexpr object_type rule_object{
    .name = "rule",
    .doc =
        "One reason for points. It is held (`when`), earned (`on`, `points`), in tiers (`on`, `tiers`) or idle "
        "(`idle`).",
    .fields = rule_fields,
    .relations = rule_relations,
    .example =
        R"({"id": "pricing", "on": "page_view", "where": {"==": [{"var": "event.path"}, "/pricing"]}, "points": 15, "limit": {"times": 1, "per": "24h"}})"};
inline constexpr value_type rule = object_of(rule_object, "an object with an id and one of when, on or idle");
inline constexpr value_type rules = list_of(rule, "a list of rules", 0);

inline constexpr field group_fields[] = {
    {"min", &score_value, presence::optional, "", "The group's sum is never read below this.", "0"},
    {"max", &score_value, presence::optional, "", "The group's sum is never read above this.", "30"},
    {"decay", &decay, presence::optional, "", "How the earned points of the group's rules fade.",
     R"({"half_life": "30d"})"},
};
inline constexpr object_type group_object{.name = "group",
                                          .doc = "Rules of one score that share a cap or a decay.",
                                          .fields = group_fields,
                                          .example = R"({"max": 30})"};
inline constexpr value_type group = object_of(group_object, "an object such as {\"max\": 30}");
inline constexpr value_type groups = map_of(group, name_space::group, "an object of named groups");
inline constexpr value_type score_sum =
    map_of(weight, name_space::score, "an object of scores and their weights", limits::pack_entry_count_max, 1);

inline constexpr field score_fields[] = {
    {"rules", &rules, presence::optional, "", "What the score is made of.",
     R"([{"id": "demo", "on": "demo_requested", "points": 50}])"},
    {"groups", &groups, presence::optional, "", "The groups that its rules name.", R"({"content": {"max": 30}})"},
    {"decay", &decay, presence::optional, "", "How earned points fade where neither rule nor group says.",
     R"({"half_life": "30d"})"},
    {"sum", &score_sum, presence::optional, "", "Other scores, each with a weight, in place of rules.",
     R"({"fit": 1, "engagement": 0.5})"},
    {"min", &score_value, presence::optional, "", "The score is never read below this.", "0"},
    {"max", &score_value, presence::optional, "", "The score is never read above this.", "100"},
};
inline constexpr keys<2> score_form_keys = {"rules", "sum"};
inline constexpr keys<2> score_groups_keys = {"groups", "rules"};
inline constexpr keys<2> score_decay_keys = {"decay", "rules"};
inline constexpr relation score_relations[] = {{relation_kind::exactly_one, score_form_keys},
                                               {relation_kind::needs, score_groups_keys},
                                               {relation_kind::needs, score_decay_keys}};
inline constexpr object_type score_object{
    .name = "score",
    .doc =
        "Points a contact has, from rules of its own or as a weighted sum of other scores; read in conditions as "
        "`score.<name>`. Caps clamp when the score is read, in this order: rule, group, score, then the scores that "
        "sum it up.",
    .fields = score_fields,
    .relations = score_relations,
    .example = R"({"min": 0, "max": 100, "rules": [{"id": "demo", "on": "demo_requested", "points": 50}]})"};
inline constexpr value_type score = object_of(score_object, "an object with rules or sum");
inline constexpr value_type scores = map_of(score, name_space::score, "an object of named scores");

// --- Grades ---------------------------------------------------------------------------------------------------

inline constexpr field band_fields[] = {
    {"at_least", &score_value, presence::optional, "",
     "The score from which the band is reached; only the last band may do without.", "75"},
    {"until", &score_value, presence::optional, "",
     "The score below which the band is left again, below `at_least`: hysteresis.", "45"},
    {"is", &text, presence::required, "", "The grade.", R"("A")"},
};
inline constexpr keys<2> band_until_keys = {"until", "at_least"};
inline constexpr relation band_relations[] = {{relation_kind::needs, band_until_keys}};
inline constexpr object_type band_object{.name = "band",
                                         .doc = "One range of a score and the grade it gives; highest first.",
                                         .fields = band_fields,
                                         .relations = band_relations,
                                         .example = R"({"at_least": 75, "is": "A"})"};
inline constexpr value_type band = object_of(band_object, "an object such as {\"at_least\": 75, \"is\": \"A\"}");
inline constexpr value_type bands = list_of(band, "a list of bands");
inline constexpr field grade_rule_fields[] = {
    {"when", &condition, presence::optional, "", "When the grade holds; without it, always.",
     R"({"!!": [{"var": "contact.phone"}]})"},
    {"is", &text, presence::required, "", "The grade.", R"("hand_raiser")"},
};
inline constexpr object_type grade_rule_object{
    .name = "grade rule",
    .doc = "A grade and its condition; the first in array order that holds counts.",
    .fields = grade_rule_fields,
    .example = R"({"when": {"!!": [{"var": "contact.phone"}]}, "is": "hand_raiser"})"};
inline constexpr value_type grade_rule =
    object_of(grade_rule_object, "an object such as {\"when\": ..., \"is\": \"hand_raiser\"}");
inline constexpr value_type grade_rules = list_of(grade_rule, "a list of grade rules");
inline constexpr value_type matrix_row = map_of(
    text, name_space::grade_value, "an object from column grades (or \"*\") to cells", limits::pack_entry_count_max, 1);
inline constexpr value_type matrix_cells =
    map_of(matrix_row, name_space::grade_value, "an object from row grades (or \"*\") to rows",
           limits::pack_entry_count_max, 1);
inline constexpr field grade_fields[] = {
    {"of", &score_ref, presence::optional, "", "The score that the bands cut.", R"("fit")"},
    {"bands", &bands, presence::optional, "", "The bands, highest first.",
     R"([{"at_least": 75, "is": "A"}, {"is": "D"}])"},
    {"rows", &grade_ref, presence::optional, "", "A matrix: the grade that picks the row.", R"("fit_grade")"},
    {"columns", &grade_ref, presence::optional, "", "A matrix: the grade that picks the column.", R"("readiness")"},
    {"cells", &matrix_cells, presence::optional, "",
     "A matrix: row grade to column grade to this grade; `*` stands for any other.",
     R"({"A": {"hot": "sales", "*": "marketing"}})"},
    {"rules", &grade_rules, presence::optional, "", "Conditions, the first that holds counts.",
     R"([{"when": {"!!": [{"var": "contact.phone"}]}, "is": "hand_raiser"}])"},
};
inline constexpr keys<3> grade_form_keys = {"bands", "cells", "rules"};
inline constexpr keys<2> grade_of_keys = {"of", "bands"};
inline constexpr keys<2> grade_bands_keys = {"bands", "of"};
inline constexpr keys<2> grade_rows_keys = {"rows", "cells"};
inline constexpr keys<2> grade_columns_keys = {"columns", "cells"};
inline constexpr keys<2> grade_cells_rows_keys = {"cells", "rows"};
inline constexpr keys<2> grade_cells_columns_keys = {"cells", "columns"};
inline constexpr relation grade_relations[] = {
    {relation_kind::exactly_one, grade_form_keys},   {relation_kind::needs, grade_of_keys},
    {relation_kind::needs, grade_bands_keys},        {relation_kind::needs, grade_rows_keys},
    {relation_kind::needs, grade_columns_keys},      {relation_kind::needs, grade_cells_rows_keys},
    {relation_kind::needs, grade_cells_columns_keys}};
inline constexpr object_type grade_object{
    .name = "grade",
    .doc =
        "A word for a contact, from a score's bands, from a matrix of two grades, or from conditions; read in "
        "conditions as `grade.<name>`.",
    .fields = grade_fields,
    .relations = grade_relations,
    .example = R"({"of": "fit", "bands": [{"at_least": 75, "is": "A"}, {"at_least": 50, "is": "B"}, {"is": "D"}]})"};
inline constexpr value_type grade = object_of(grade_object, "an object with bands, cells or rules");
inline constexpr value_type grades = map_of(grade, name_space::grade, "an object of named grades");

}  // namespace leadline::format::detail
