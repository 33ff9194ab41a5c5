#pragma once

#include "leadline/pack/detail/format_funnel.hpp"

/// The objects of the format that say what people owe a contact: clocks, cadences, dispositions, routing.
namespace leadline::format::detail {

// --- Clocks ---------------------------------------------------------------------------------------------------

inline constexpr field owner_calendar_fields[] = {
    {"owner", &calendar_ref, presence::required, "", "The calendar of an owner who has none of their own.",
     R"("sales")"},
};
inline constexpr object_type owner_calendar_object{.name = "owner's calendar",
                                                   .doc = "The calendar of the contact's owner, or the one named.",
                                                   .fields = owner_calendar_fields,
                                                   .example = R"({"owner": "sales"})"};
inline constexpr value_type owner_calendar =
    object_of(owner_calendar_object, "an object such as {\"owner\": \"sales\"}");
inline constexpr const value_type* clock_calendar_alternatives[] = {&calendar_ref, &owner_calendar};
inline constexpr value_type clock_calendar =
    any_of(clock_calendar_alternatives, "the name of a calendar or {\"owner\": calendar}");

inline constexpr field pause_when_fields[] = {
    {"enter", &stage_refs, presence::optional, "", "Paused from the entry of a stage.", R"("nurture")"},
    {"leave", &stage_refs, presence::optional, "", "Paused from the leaving of a stage.", R"("mql")"},
    {"on", &event_refs, presence::optional, "", "Paused from an event.", R"("waiting_for_customer")"},
    {"where", &condition, presence::optional, "", "Which of the events.",
     R"({"==": [{"var": "event.why"}, "holiday"]})"},
    {"when", &condition, presence::optional, "", "Paused while this is true.",
     R"({"==": [{"var": "status"}, "waiting"]})"},
    {"assigned", &always_true, presence::optional, "", "Paused from an assignment.", "true"},
};
inline constexpr object_type pause_object{
    .name = "pause",
    .doc = "What pauses a clock: `when` pauses while it is true, any other trigger until `resume`.",
    .fields = pause_when_fields,
    .relations = trigger_relations,
    .example = R"({"when": {"==": [{"var": "status"}, "waiting"]}})"};
inline constexpr value_type pause_trigger =
    object_of(pause_object, "a trigger such as {\"when\": ...} or {\"on\": \"waiting\"}");
inline constexpr value_type pauses =
    one_or_list_of(pause_trigger, "a trigger such as {\"when\": ...}, or a list of them");

inline constexpr keys<1> clock_at_choices = {"close"};
inline constexpr value_type clock_at = choice_of(clock_at_choices, "close");
inline constexpr value_type clock_duration{
    .form = value_form::duration,
    .phrase = "a duration above zero, such as 60d, 4bh or 2bd; or 0bd, by the close of the same day",
    .families = duration_families::any,
    .bound = duration_bound::zero_or_more};
inline constexpr field clock_target_fields[] = {
    {"when", &condition, presence::optional, "", "When this target is chosen; without it, always.",
     R"({"==": [{"var": "contact.hand_raiser"}, true]})"},
    {"within", &clock_duration, presence::optional, "",
     "How long the duty may take. `0bd` with `\"at\": \"close\"` is until the close of the day on which it starts.",
     R"("4bh")"},
    {"at", &clock_at, presence::optional, "", "Of a target in business days: due at the last close of that date.",
     R"("close")"},
    {"due", &expression, presence::optional, "", "An expression that gives the due instant.",
     R"({"var": "contact.event_at"})"},
    {"offset", &offset_duration, presence::optional, "", "Added to the instant in `due`.", R"("-3w")"},
};
inline constexpr keys<2> clock_target_form_keys = {"within", "due"};
inline constexpr keys<2> clock_target_at_keys = {"at", "within"};
inline constexpr keys<2> clock_target_offset_keys = {"offset", "due"};
inline constexpr relation clock_target_relations[] = {{relation_kind::exactly_one, clock_target_form_keys},
                                                      {relation_kind::needs, clock_target_at_keys},
                                                      {relation_kind::needs, clock_target_offset_keys}};
inline constexpr object_type clock_target_object{
    .name = "clock target",
    .doc = "How long a clock has; the first whose `when` holds at the start counts.",
    .fields = clock_target_fields,
    .relations = clock_target_relations,
    .example = R"({"within": "4bh"})"};
inline constexpr value_type clock_target = object_of(clock_target_object, "an object such as {\"within\": \"4bh\"}");
inline constexpr value_type clock_targets =
    one_or_list_of(clock_target, "a target such as {\"within\": \"4bh\"}, or a list of them");

inline constexpr field escalation_fields[] = {
    {"after", &any_duration_or_none, presence::required, "", "How long after the breach.", R"("24h")"},
    {"to", &text, presence::required, "", "To whom.", R"("vp_sales")"},
};
inline constexpr object_type escalation_object{.name = "escalation",
                                               .doc = "Who is told, how long after a breach.",
                                               .fields = escalation_fields,
                                               .example = R"({"after": "24h", "to": "vp_sales"})"};
inline constexpr value_type escalation =
    object_of(escalation_object, "an object such as {\"after\": \"24h\", \"to\": \"vp_sales\"}");
inline constexpr value_type escalations = list_of(escalation, "a list of escalations", 0, limits::clock_mark_count_max);
inline constexpr value_type warning_marks =
    list_of(warning_mark, "a list such as [\"50%\", \"-30bm\"]", 0, limits::clock_mark_count_max);
inline constexpr keys<3> change_modes = {"keep", "rebase", "retroactive"};
inline constexpr value_type change_mode = choice_of(change_modes, "keep, rebase or retroactive");

inline constexpr value_type clock_id = id_of(name_space::clock, "an id");
inline constexpr field clock_fields[] = {
    {"id", &clock_id, presence::required, "", "The clock's name, read in conditions as `clock.<id>`.",
     R"("speed-to-lead")"},
    {"calendar", &clock_calendar, presence::optional, "", "The calendar of its business durations.", R"("sales")"},
    {"start", &triggers, presence::required, "", "What starts it.", R"({"enter": "mql"})"},
    {"stop", &triggers, presence::optional, "", "What fulfils it.", R"({"on": "touch"})"},
    {"cancel", &triggers, presence::optional, "", "What ends it without a verdict.", R"({"leave": "mql"})"},
    {"pause", &pauses, presence::optional, "", "What makes it stand still.",
     R"({"when": {"==": [{"var": "status"}, "waiting"]}})"},
    {"resume", &triggers, presence::optional, "", "What undoes a pause by a trigger.", R"({"on": "customer_replied"})"},
    {"restart", &triggers, presence::optional, "", "What closes the running cycle and begins the next.",
     R"({"enter": "mql"})"},
    {"target", &clock_targets, presence::required, "", "How long it has.", R"([{"within": "4bh"}])"},
    {"warn", &warning_marks, presence::optional, "",
     "When to warn: at a share of the target used, or a time before it is due.", R"(["75%", "-30bm"])"},
    {"escalate", &escalations, presence::optional, "", "Whom to tell after the breach.",
     R"([{"after": "24h", "to": "vp_sales"}])"},
    {"on_breach", &actions, presence::optional, "", "Actions at the breach.", R"([{"action": "reassign"}])"},
    {"on_change", &change_mode, presence::optional, "\"keep\"",
     "What a change of the chosen target does to a running clock.", R"("rebase")"},
    {"repeat", &boolean, presence::optional, "false", "Whether the next cycle starts when the target is used up.",
     "true"},
};
inline constexpr keys<2> clock_resume_keys = {"resume", "pause"};
inline constexpr relation clock_relations[] = {{relation_kind::needs, clock_resume_keys}};
inline constexpr object_type clock_object{
    .name = "clock",
    .doc = "A duty with a deadline.",
    .fields = clock_fields,
    .relations = clock_relations,
    .example =
        R"({"id": "speed-to-lead", "calendar": "sales", "start": {"enter": "mql"}, "stop": {"on": "touch"}, "target": [{"within": "4bh"}]})"};
inline constexpr value_type clock = object_of(clock_object, "an object with id, start and target");
inline constexpr value_type clocks = list_of(clock, "a list of clocks", 0, limits::clock_count_max);

// --- Cadences -------------------------------------------------------------------------------------------------

inline constexpr field touch_fields[] = {
    {"on", &event_refs, presence::required, "", "The events that are touches.", R"("touch")"},
    {"where", &condition, presence::optional, "", "Which of them.",
     R"({"==": [{"var": "event.direction"}, "outbound"]})"},
};
inline constexpr object_type touch_object{
    .name = "touch", .doc = "What counts as a touch.", .fields = touch_fields, .example = R"({"on": "touch"})"};
inline constexpr value_type touch = object_of(touch_object, "an object such as {\"on\": \"touch\"}");
inline constexpr field mix_fields[] = {
    {"by", &event_field_ref, presence::required, "", "The field of the touch that names its channel.", R"("channel")"},
};
inline constexpr object_type mix_object{
    .name = "mix",
    .doc = "How many touches of each channel; every further key is a value of the field `by`.",
    .fields = mix_fields,
    .rest = &count,
    .example = R"({"by": "channel", "call": 4, "email": 2})"};
inline constexpr value_type mix = object_of(mix_object, "an object such as {\"by\": \"channel\", \"call\": 4}");
inline constexpr keys<2> guard_ends = {"completed", "miss"};
inline constexpr value_type guard_end = choice_of(guard_ends, "completed or miss");

inline constexpr value_type cadence_id = id_of(name_space::cadence, "an id");
inline constexpr field cadence_fields[] = {
    {"id", &cadence_id, presence::required, "", "The cadence's name, read in conditions as `cadence.<id>`.",
     R"("six-touches")"},
    {"start", &triggers, presence::required, "", "What starts it.", R"({"enter": "mql"})"},
    {"touch", &touch, presence::required, "", "What counts as a touch.", R"({"on": "touch"})"},
    {"at_least", &count, presence::optional, "", "How many touches complete it.", "6"},
    {"mix", &mix, presence::optional, "", "How many of each channel.", R"({"by": "channel", "call": 4, "email": 2})"},
    {"spacing", &any_duration, presence::optional, "",
     "A touch counts if it is at least this long after the last that counted.", R"("4h")"},
    {"within", &any_duration, presence::required, "", "When it is missed.", R"("14d")"},
    {"calendar", &calendar_ref, presence::optional, "", "The calendar of its business durations.", R"("sales")"},
    {"stop", &triggers, presence::optional, "", "What ends it without a verdict.", R"({"enter": "sql"})"},
    {"guards", &stage_list, presence::optional, "", "Stages into which nobody moves while it runs or has been missed.",
     R"(["disqualified"])"},
    {"guard_until", &guard_end, presence::optional, "\"completed\"", "What lifts the guards.", R"("miss")"},
    {"on_miss", &actions, presence::optional, "", "Actions at the miss.", R"([{"action": "notify", "to": "manager"}])"},
};
inline constexpr keys<2> cadence_count_keys = {"at_least", "mix"};
inline constexpr keys<2> cadence_guard_keys = {"guard_until", "guards"};
inline constexpr relation cadence_relations[] = {{relation_kind::at_least_one, cadence_count_keys},
                                                 {relation_kind::needs, cadence_guard_keys}};
inline constexpr object_type cadence_object{
    .name = "cadence",
    .doc = "A series of touches that is owed within a time.",
    .fields = cadence_fields,
    .relations = cadence_relations,
    .example =
        R"({"id": "six-touches", "start": {"enter": "mql"}, "touch": {"on": "touch"}, "at_least": 6, "within": "14d"})"};
inline constexpr value_type cadence = object_of(cadence_object, "an object with id, start, touch and within");
inline constexpr value_type cadences = list_of(cadence, "a list of cadences", 0, limits::cadence_count_max);

// --- Dispositions ---------------------------------------------------------------------------------------------

inline constexpr const value_type* wake_alternatives[] = {&elapsed_duration, &expression};
inline constexpr value_type wake =
    any_of(wake_alternatives, "an elapsed duration such as 180d, or an expression that gives a date");
inline constexpr field code_fields[] = {
    {"label", &text, presence::optional, "", "The code in words.", R"("No budget")"},
    {"to", &stage_ref, presence::optional, "", "The stage the contact moves to; without it, it stays.", R"("nurture")"},
    {"tag", &text, presence::optional, "", "A tag the contact gets.", R"("future")"},
    {"wake", &wake, presence::optional, "", "When the contact comes back, as `recycled`.", R"("180d")"},
    {"unguarded", &boolean, presence::optional, "false", "Whether it passes the guards of cadences.", "true"},
    {"do", &actions, presence::optional, "", "Actions at the disposition.",
     R"([{"action": "enroll", "sequence": "roi"}])"},
    {"on_wake", &actions, presence::optional, "", "Actions when the contact comes back.",
     R"([{"action": "notify", "to": "marketing"}])"},
};
inline constexpr keys<2> code_wake_keys = {"on_wake", "wake"};
inline constexpr relation code_relations[] = {{relation_kind::needs, code_wake_keys}};
inline constexpr object_type code_object{.name = "disposition code",
                                         .doc = "One outcome of working a contact.",
                                         .fields = code_fields,
                                         .relations = code_relations,
                                         .example = R"({"label": "No budget", "to": "nurture", "wake": "180d"})"};
inline constexpr value_type code = object_of(code_object, "an object such as {\"to\": \"nurture\"}");
inline constexpr value_type codes =
    map_of(code, name_space::disposition_code, "an object of codes", limits::pack_entry_count_max, 1);
inline constexpr field disposition_fields[] = {
    {"on", &event_refs, presence::required, "", "The events that carry a code.", R"("disposition")"},
    {"field", &event_field_ref, presence::optional, "\"code\"", "The field that holds it.", R"("code")"},
    {"required_from", &stage_list, presence::optional, "",
     "Stages that are left, for a stage that some code leads to, only by a disposition.", R"(["mql"])"},
    {"codes", &codes, presence::required, "", "The codes.", R"({"DQ-01": {"label": "No budget", "to": "nurture"}})"},
};
inline constexpr object_type disposition_object{
    .name = "dispositions",
    .doc = "What became of contacts that were worked, by code.",
    .fields = disposition_fields,
    .example = R"({"on": "disposition", "codes": {"DQ-01": {"label": "No budget", "to": "nurture"}}})",
    .emptiness = emptiness::allowed};
inline constexpr value_type dispositions = object_of(disposition_object, "an object with on and codes");

// --- Routing --------------------------------------------------------------------------------------------------

inline constexpr value_type rep_capacity{
    .form = value_form::integer, .phrase = "a whole number from 0", .minimum = 0, .maximum = limits::pack_count_max};
inline constexpr value_type territory_list = list_of(text, "a list of territories", 0);
inline constexpr field rep_fields[] = {
    {"calendar", &calendar_ref, presence::optional, "", "The rep's working hours.", R"("sales")"},
    {"capacity", &rep_capacity, presence::optional, "",
     "How many open contacts the rep may own; without it, any number.", "40"},
    {"weight", &share, presence::optional, "1", "The rep's share of a weighted pool.", "1"},
    {"territories", &territory_list, presence::optional, "",
     "The territories the rep serves; without it, all; with an empty list, none.", R"(["east"])"},
};
inline constexpr object_type rep_object{.name = "rep",
                                        .doc = "Somebody who can own contacts.",
                                        .fields = rep_fields,
                                        .example = R"({"calendar": "sales", "capacity": 40})"};
inline constexpr value_type rep = object_of(rep_object, "an object such as {\"capacity\": 40}");
inline constexpr value_type reps = map_of(rep, name_space::rep, "an object of reps", limits::rep_count_max);

inline constexpr field when_none_fields[] = {
    {"hold", &always_true, presence::optional, "", "Wait until somebody is eligible, and assign at that instant.",
     "true"},
    {"pool", &pool_ref, presence::optional, "", "Overflow into another pool.", R"("enterprise")"},
    {"owner", &rep_ref, presence::optional, "", "Fall back to one rep.", R"("ana")"},
    {"anyone", &always_true, presence::optional, "", "Take anyone of the pool, eligible or not.", "true"},
};
inline constexpr keys<4> when_none_keys = {"hold", "pool", "owner", "anyone"};
inline constexpr relation when_none_relations[] = {{relation_kind::exactly_one, when_none_keys}};
inline constexpr object_type when_none_object{.name = "when_none",
                                              .doc = "What a pool does when nobody in it is eligible.",
                                              .fields = when_none_fields,
                                              .relations = when_none_relations,
                                              .example = R"({"hold": true})"};
inline constexpr value_type when_none = object_of(when_none_object, "an object such as {\"hold\": true}");
inline constexpr keys<4> balances = {"round_robin", "weighted", "least_open", "can_meet"};
inline constexpr value_type balance = choice_of(balances, "round_robin, weighted, least_open or can_meet");
inline constexpr keys<2> pool_returns = {"forgive", "catch_up"};
inline constexpr value_type pool_return = choice_of(pool_returns, "forgive or catch_up");
inline constexpr value_type rep_list = list_of(rep_ref, "a list of reps");
inline constexpr field pool_fields[] = {
    {"reps", &rep_list, presence::required, "", "Who is in it, in order.", R"(["ana", "bo"])"},
    {"balance", &balance, presence::optional, "\"round_robin\"", "How the eligible reps share.", R"("weighted")"},
    {"only_open", &boolean, presence::optional, "false", "Whether a rep is eligible only while their calendar is open.",
     "true"},
    {"when_none", &when_none, presence::optional, R"({"hold": true})", "What happens when nobody is eligible.",
     R"({"hold": true})"},
    {"on_return", &pool_return, presence::optional, "\"forgive\"",
     "Whether a rep back from leave catches up what they missed.", R"("catch_up")"},
};
inline constexpr object_type pool_object{.name = "pool",
                                         .doc = "Reps who share contacts.",
                                         .fields = pool_fields,
                                         .example = R"({"reps": ["ana", "bo"], "balance": "weighted"})"};
inline constexpr value_type pool = object_of(pool_object, "an object with reps");
inline constexpr value_type pools = map_of(pool, name_space::pool, "an object of pools");

inline constexpr value_type routing_rule_id = id_of(name_space::routing_rule, "an id");
inline constexpr const value_type* owner_alternatives[] = {&rep_ref, &absent_value, &expression};
inline constexpr value_type owner_value =
    any_of(owner_alternatives, "the name of a rep, an expression that gives one, or null");
inline constexpr const value_type* territory_alternatives[] = {&text, &expression};
inline constexpr value_type territory_value =
    any_of(territory_alternatives, "a territory or an expression that gives one");
inline constexpr const value_type* exclude_alternatives[] = {&rep_ref, &rep_list, &expression};
inline constexpr value_type exclude_value =
    any_of(exclude_alternatives, "a rep, a list of reps, or an expression that gives them");
inline constexpr field routing_rule_fields[] = {
    {"id", &routing_rule_id, presence::required, "", "The rule's name in decisions.", R"("mid")"},
    {"when", &condition, presence::optional, "", "When it holds; without it, always.",
     R"({">=": [{"var": "contact.employees"}, 50]})"},
    {"owner", &owner_value, presence::optional, "",
     "The rep; an expression that gives null or no known rep passes to the next rule; null assigns nobody.",
     R"({"var": "contact.account_owner"})"},
    {"pool", &pool_ref, presence::optional, "", "The pool that shares such contacts.", R"("mid-market")"},
    {"territory", &territory_value, presence::optional, "", "The territory that a rep of the pool must serve.",
     R"({"var": "contact.region"})"},
    {"exclude", &exclude_value, presence::optional, "", "Reps of the pool who are passed over.", R"(["bo"])"},
    {"keep", &boolean, presence::optional, "false", "Whether a present owner who is in the pool stays.", "true"},
};
inline constexpr keys<2> routing_rule_form_keys = {"owner", "pool"};
inline constexpr keys<2> routing_rule_territory_keys = {"territory", "pool"};
inline constexpr keys<2> routing_rule_exclude_keys = {"exclude", "pool"};
inline constexpr keys<2> routing_rule_keep_keys = {"keep", "pool"};
inline constexpr relation routing_rule_relations[] = {{relation_kind::exactly_one, routing_rule_form_keys},
                                                      {relation_kind::needs, routing_rule_territory_keys},
                                                      {relation_kind::needs, routing_rule_exclude_keys},
                                                      {relation_kind::needs, routing_rule_keep_keys}};
inline constexpr object_type routing_rule_object{
    .name = "routing rule",
    .doc = "Who gets which contacts; the first that holds wins.",
    .fields = routing_rule_fields,
    .relations = routing_rule_relations,
    .example = R"({"id": "mid", "when": {">=": [{"var": "contact.employees"}, 50]}, "pool": "mid-market"})"};
inline constexpr value_type routing_rule = object_of(routing_rule_object, "an object with id and one of owner or pool");
inline constexpr value_type routing_rules = list_of(routing_rule, "a list of routing rules");
inline constexpr field reroute_fields[] = {
    {"on", &triggers, presence::required, "", "What asks for another owner.",
     R"({"when": {"==": [{"var": "clock.speed-to-lead"}, "breached"]}})"},
    {"max_hops", &count, presence::optional, "3", "How often, before the contact is held.", "3"},
};
inline constexpr object_type reroute_object{.name = "reroute",
                                            .doc = "Routing again, without the previous owners.",
                                            .fields = reroute_fields,
                                            .example = R"({"on": {"on": "sla_breached"}, "max_hops": 3})"};
inline constexpr value_type reroute = object_of(reroute_object, "an object such as {\"on\": ..., \"max_hops\": 3}");
inline constexpr field routing_fields[] = {
    {"on", &triggers, presence::required, "", "What asks for an owner.", R"([{"enter": "mql"}])"},
    {"reps", &reps, presence::optional, "", "Who can own contacts.", R"({"ana": {"capacity": 40}})"},
    {"pools", &pools, presence::optional, "", "Reps who share contacts.", R"({"mid-market": {"reps": ["ana"]}})"},
    {"rules", &routing_rules, presence::required, "", "Who gets which contacts.",
     R"([{"id": "all", "pool": "mid-market"}])"},
    {"reroute", &reroute, presence::optional, "", "When to route again.",
     R"({"on": {"on": "sla_breached"}, "max_hops": 3})"},
};
inline constexpr object_type routing_object{
    .name = "routing",
    .doc = "Who owns which contact.",
    .fields = routing_fields,
    .example = R"({"on": {"enter": "mql"}, "reps": {"ana": {}}, "rules": [{"id": "all", "owner": "ana"}]})",
    .emptiness = emptiness::allowed};
inline constexpr value_type routing = object_of(routing_object, "an object with on and rules");

}  // namespace leadline::format::detail
