#pragma once

#include "leadline/pack/detail/format_values.hpp"

/// The objects of the format that say how contacts move: triggers, actions, stages, transitions, effects.
namespace leadline::format::detail {

// --- Actions --------------------------------------------------------------------------------------------------

inline constexpr value_type set_to = {.form = value_form::anything, .phrase = "a value or an expression"};
inline constexpr value_type action_name = {.form = value_form::text, .phrase = "the name of an action, such as notify"};
inline constexpr field action_fields[] = {
    {"action", &action_name, presence::required, "",
     "What to do. `set_status`, `set_owner`, `add_tag`, `remove_tag` and `set` are done by the engine itself; any "
     "other "
     "name is told as a decision of kind `action`, which the host carries out.",
     R"("notify")"},
};
inline constexpr object_type action_object{
    .name = "action",
    .doc =
        "Something to do. All its other keys go with it into the decision; a value that is an object with one key "
        "which is an operator is evaluated when the action is carried out. The engine's own actions read: "
        "`set_status` its `status`, `set_owner` its `owner` (both may be spelt `to`), `add_tag` and `remove_tag` their "
        "`tag`, `set` its `attribute` and `to`.",
    .fields = action_fields,
    .rest = &anything,
    .example = R"({"action": "notify", "to": "sales"})"};
inline constexpr value_type action = object_of(action_object, "an object such as {\"action\": \"notify\"}");
inline constexpr value_type actions = list_of(action, "a list of actions", 0);

// --- Triggers -------------------------------------------------------------------------------------------------

inline constexpr field trigger_fields[] = {
    {"enter", &stage_refs, presence::optional, "", "A stage is entered.", R"("mql")"},
    {"leave", &stage_refs, presence::optional, "", "A stage is left.", R"("mql")"},
    {"on", &event_refs, presence::optional, "", "An event comes.", R"("touch")"},
    {"where", &condition, presence::optional, "", "Which of the events.",
     R"({"==": [{"var": "event.direction"}, "outbound"]})"},
    {"when", &condition, presence::optional, "", "A condition becomes true.", R"({">=": [{"var": "score.lead"}, 50]})"},
    {"assigned", &always_true, presence::optional, "",
     "An owner is given: by routing, `owner.set` or the action `set_owner`.", "true"},
};
inline constexpr keys<5> trigger_form_keys = {"enter", "leave", "on", "when", "assigned"};
inline constexpr keys<2> trigger_where_keys = {"where", "on"};
inline constexpr relation trigger_relations[] = {{relation_kind::exactly_one, trigger_form_keys},
                                                 {relation_kind::needs, trigger_where_keys}};
inline constexpr object_type trigger_object{
    .name = "trigger",
    .doc = "Something that happens to a contact. A list of triggers means any of them.",
    .fields = trigger_fields,
    .relations = trigger_relations,
    .example = R"({"on": "touch", "where": {"==": [{"var": "event.direction"}, "outbound"]}})"};
inline constexpr value_type trigger =
    object_of(trigger_object, "a trigger such as {\"enter\": \"mql\"} or {\"on\": \"touch\"}");
inline constexpr value_type triggers =
    one_or_list_of(trigger, "a trigger such as {\"enter\": \"mql\"}, or a list of them");

// --- Funnel ---------------------------------------------------------------------------------------------------

inline constexpr value_type stage_id = id_of(name_space::stage, "an id");
inline constexpr field stage_fields[] = {
    {"id", &stage_id, presence::required, "", "The stage's name.", R"("mql")"},
    {"owner", &text, presence::optional, "", "Which side owns contacts in it.", R"("marketing")"},
    {"aside", &boolean, presence::optional, "false",
     "Whether it stands beside the way forward, as nurture and disqualified do: a move into it counts as backward, a "
     "move out of it to a stage that is not aside as forward.",
     "true"},
};
inline constexpr object_type stage_object{.name = "stage",
                                          .doc = "One stage; their order is the way forward.",
                                          .fields = stage_fields,
                                          .example = R"({"id": "mql", "owner": "marketing"})"};
inline constexpr value_type stage = object_of(stage_object, "an object such as {\"id\": \"mql\"}");
inline constexpr value_type stages = list_of(stage, "a list of stages", 1, limits::stage_count_max);

inline constexpr value_type stage_or_any_ref = reference_to(name_space::stage_or_any, "the id of a stage or \"*\"");
inline constexpr value_type from_stages =
    one_or_list_of(stage_or_any_ref, "the id of a stage, a list of them, or \"*\" for any stage but the target");

inline constexpr field requirement_fields[] = {
    {"if", &condition, presence::required, "", "What must hold.", R"({"var": "contact.email"})"},
    {"else", &text, presence::required, "", "What is missing when it does not, for the `rejected` decision.",
     R"("an e-mail address")"},
};
inline constexpr object_type requirement_object{
    .name = "requirement",
    .doc = "A guard of an `on` transition.",
    .fields = requirement_fields,
    .example = R"({"if": {"var": "contact.email"}, "else": "an e-mail address"})"};
inline constexpr value_type requirement =
    object_of(requirement_object, "an object such as {\"if\": ..., \"else\": \"an e-mail address\"}");
inline constexpr value_type requirements = list_of(requirement, "a list of requirements", 0);

inline constexpr field rearm_fields[] = {
    {"score", &score_ref, presence::required, "", "The score that must have risen.", R"("lead")"},
    {"rise", &score_rise, presence::required, "", "By how much above its value when the stage was entered.", "10"},
};
inline constexpr object_type rearm_object{.name = "rearm",
                                          .doc = "Arms a disarmed `when` transition again once a score has risen.",
                                          .fields = rearm_fields,
                                          .example = R"({"score": "lead", "rise": 10})"};
inline constexpr value_type rearm = object_of(rearm_object, "an object such as {\"score\": \"lead\", \"rise\": 10}");

inline constexpr value_type transition_id = id_of(name_space::transition, "an id");
inline constexpr field transition_fields[] = {
    {"id", &transition_id, presence::required, "", "The transition's name in decisions.", R"("scored")"},
    {"from", &from_stages, presence::required, "", "The stages it leaves; `*` is any stage but the target.",
     R"(["lead"])"},
    {"to", &stage_ref, presence::required, "", "The stage it enters.", R"("mql")"},
    {"on", &event_refs, presence::optional, "", "It fires by one of these events.", R"("sales_accepted")"},
    {"where", &condition, presence::optional, "", "Which of the events.",
     R"({"==": [{"var": "event.result"}, "yes"]})"},
    {"when", &condition, presence::optional, "", "It fires at the first instant at which this holds.",
     R"({">=": [{"var": "score.lead"}, 50]})"},
    {"after", &any_duration, presence::optional, "",
     "It fires once the contact has been in the stage for this long and its `when`, if any, holds.", R"("60d")"},
    {"calendar", &calendar_ref, presence::optional, "", "The calendar of a business duration in `after`.",
     R"("sales")"},
    {"require", &requirements, presence::optional, "",
     "What must hold for an `on` transition; otherwise the move is refused and told as `rejected`.",
     R"([{"if": {"var": "contact.email"}, "else": "an e-mail address"}])"},
    {"reason", &text, presence::optional, "", "The reason told with the move.", R"("scored")"},
    {"cooldown", &elapsed_duration, presence::optional, "", "It does not fire again before its last firing plus this.",
     R"("60d")"},
    {"rearm", &rearm, presence::optional, "", "Another way for a disarmed `when` transition to be armed again.",
     R"({"score": "lead", "rise": 10})"},
    {"unguarded", &boolean, presence::optional, "false", "Whether it passes the guards of cadences.", "true"},
    {"do", &actions, presence::optional, "", "Actions told with the move, before the effects of the stage entered.",
     R"([{"action": "notify", "to": "sales"}])"},
};
inline constexpr keys<3> transition_form_keys = {"on", "when", "after"};
inline constexpr keys<2> transition_on_when_keys = {"on", "when"};
inline constexpr keys<2> transition_on_after_keys = {"on", "after"};
inline constexpr keys<2> transition_where_keys = {"where", "on"};
inline constexpr keys<2> transition_calendar_keys = {"calendar", "after"};
inline constexpr keys<2> transition_require_keys = {"require", "on"};
inline constexpr keys<2> transition_rearm_keys = {"rearm", "when"};
inline constexpr keys<2> transition_rearm_after_keys = {"rearm", "after"};
inline constexpr relation transition_relations[] = {
    {relation_kind::at_least_one, transition_form_keys},    {relation_kind::at_most_one, transition_on_when_keys},
    {relation_kind::at_most_one, transition_on_after_keys}, {relation_kind::needs, transition_where_keys},
    {relation_kind::needs, transition_calendar_keys},       {relation_kind::needs, transition_require_keys},
    {relation_kind::needs, transition_rearm_keys},          {relation_kind::at_most_one, transition_rearm_after_keys}};
inline constexpr object_type transition_object{
    .name = "transition",
    .doc =
        "A move from stages to a stage, by an event (`on`), by a condition (`when`) or after a time in the stage "
        "(`after`). Tried in array order; the first that can fire does.",
    .fields = transition_fields,
    .relations = transition_relations,
    .example =
        R"({"id": "scored", "from": ["lead"], "to": "mql", "when": {">=": [{"var": "score.lead"}, 50]}, "reason": "scored"})"};
inline constexpr value_type transition =
    object_of(transition_object, "an object with id, from, to and one of on, when or after");
inline constexpr value_type transitions = list_of(transition, "a list of transitions", 0);

inline constexpr field effect_fields[] = {
    {"enter", &stage_refs, presence::optional, "", "A stage is entered.", R"("sql")"},
    {"leave", &stage_refs, presence::optional, "", "A stage is left.", R"("mql")"},
    {"on", &event_refs, presence::optional, "", "An event comes.", R"("touch")"},
    {"where", &condition, presence::optional, "", "Which of the events.",
     R"({"==": [{"var": "event.direction"}, "outbound"]})"},
    {"when", &condition, presence::optional, "", "A condition becomes true.", R"({">=": [{"var": "score.lead"}, 80]})"},
    {"assigned", &always_true, presence::optional, "",
     "An owner is given: by routing, `owner.set` or the action `set_owner`.", "true"},
    {"transition", &transition_refs, presence::optional, "", "A transition fires.", R"("accepted")"},
    {"if", &condition, presence::optional, "", "Read when the effect is carried out: without it, always.",
     R"({"var": "contact.email"})"},
    {"do", &actions, presence::required, "", "What to do.", R"([{"action": "halt_marketing"}])"},
};
inline constexpr keys<6> effect_form_keys = {"enter", "leave", "on", "when", "assigned", "transition"};
inline constexpr relation effect_relations[] = {{relation_kind::exactly_one, effect_form_keys},
                                                {relation_kind::needs, trigger_where_keys}};
inline constexpr object_type effect_object{.name = "effect",
                                           .doc = "Actions and the trigger that brings them.",
                                           .fields = effect_fields,
                                           .relations = effect_relations,
                                           .example = R"({"enter": "sql", "do": [{"action": "halt_marketing"}]})"};
inline constexpr value_type effect = object_of(effect_object, "an object such as {\"enter\": \"sql\", \"do\": [...]}");
inline constexpr value_type effects = list_of(effect, "a list of effects", 0);

inline constexpr value_type status_id = id_of(name_space::status, "a status");
inline constexpr value_type status_list = list_of(status_id, "a list of statuses", 1, limits::status_count_max);
inline constexpr value_type statuses =
    map_of(status_list, name_space::stage_or_any, "an object from stages to lists of statuses");
inline constexpr keys<2> manual_modes = {"transitions", "any"};
inline constexpr value_type manual_mode = choice_of(manual_modes, "transitions or any");

inline constexpr field funnel_fields[] = {
    {"start", &stage_ref, presence::required, "", "The stage that a contact's first event enters.", R"("visitor")"},
    {"stages", &stages, presence::required, "", "The stages, in their order.",
     R"([{"id": "visitor"}, {"id": "lead"}])"},
    {"transitions", &transitions, presence::optional, "", "How contacts move.",
     R"([{"id": "identified", "from": "visitor", "to": "lead", "on": "signup"}])"},
    {"effects", &effects, presence::optional, "", "What happens when they do.",
     R"([{"enter": "lead", "do": [{"action": "welcome"}]}])"},
    {"statuses", &statuses, presence::optional, "", "The statuses within a stage; entering it sets the first.",
     R"({"mql": ["new", "contacting"]})"},
    {"manual", &manual_mode, presence::optional, "\"transitions\"",
     "Where `stage.set` may move a contact: where some transition leads from its stage, or anywhere.", R"("any")"},
};
inline constexpr object_type funnel_object{
    .name = "funnel",
    .doc = "The stages of the pursuit and the moves between them.",
    .fields = funnel_fields,
    .example = R"({"start": "visitor", "stages": [{"id": "visitor"}, {"id": "lead"}]})",
    .emptiness = emptiness::allowed};
inline constexpr value_type funnel = object_of(funnel_object, "an object with start and stages");

}  // namespace leadline::format::detail
