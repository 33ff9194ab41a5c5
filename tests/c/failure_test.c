/*
 * Every function while memory runs out: the n-th allocation fails, once and for ever, for every n until the function
 * gets through. It tells LEADLINE_OUT_OF_MEMORY, or succeeds all the same; its outputs are empty, but for what an
 * engine has done whole; nothing is lost; and afterwards it works.
 */

#include "leadline/leadline.h"

#include "check.h"
#include "failing_memory.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const char pack_text[] =
    "{\"leadline\": 1, \"name\": \"small\", \"version\": \"7\", \"time_zone\": \"America/New_York\",\n"
    "  \"calendars\": {\"sales\": {\"hours\": {\"mon-fri\": [\"09:00-17:00\"]}, \"dates\": {\"2026-12-25\": []}}},\n"
    "  \"lists\": {\"free\": {\"file\": \"free.txt\"}, \"more\": [\"a\", \"b\"]},\n"
    "  \"attributes\": {\"email\": {\"type\": \"string\", \"from\": [\"visit.email\"]},\n"
    "    \"email_domain\": {\"type\": \"string\", \"derive\": {\"domain\": [{\"var\": \"contact.email\"}]}},\n"
    "    \"size\": {\"type\": \"number\"}},\n"
    "  \"events\": {\"visit\": {\"activity\": true, \"fields\": {\"path\": \"string\", \"email\": \"string\"}}},\n"
    "  \"signals\": {\"visits\": {\"count\": \"visit\", \"within\": \"7d\"}},\n"
    "  \"scores\": {\"fit\": {\"rules\": [\n"
    "    {\"id\": \"big\", \"when\": {\">=\": [{\"var\": \"contact.size\"}, 50]}, \"points\": 20},\n"
    "    {\"id\": \"seen\", \"on\": \"visit\", \"points\": 5, \"decay\": {\"half_life\": \"30d\"}, \"limit\": "
    "{\"times\": 4, \"per\": \"7d\"}},\n"
    "    {\"id\": \"free\", \"when\": {\"in\": [{\"var\": \"contact.email_domain\"}, {\"var\": \"list.free\"}]}, "
    "\"points\": -20}]}},\n"
    "  \"grades\": {\"grade\": {\"of\": \"fit\", \"bands\": [{\"at_least\": 10, \"is\": \"A\"}, {\"is\": \"B\"}]}},\n"
    "  \"funnel\": {\"start\": \"lead\", \"stages\": [{\"id\": \"lead\"}, {\"id\": \"mql\"}],\n"
    "    \"transitions\": [{\"id\": \"scored\", \"from\": \"lead\", \"to\": \"mql\", \"when\": {\">=\": [{\"var\": "
    "\"score.fit\"}, 10]}}],\n"
    "    \"effects\": [{\"enter\": \"mql\", \"do\": [{\"action\": \"notify\", \"who\": {\"var\": "
    "\"contact.email\"}}]}]},\n"
    "  \"clocks\": [{\"id\": \"speed\", \"calendar\": \"sales\", \"start\": {\"enter\": \"mql\"}, "
    "\"stop\": {\"on\": \"visit\"}, \"target\": {\"within\": \"4bh\"}}],\n"
    "  \"routing\": {\"on\": {\"enter\": \"mql\"}, \"reps\": {\"rae\": {\"capacity\": 1}, \"sam\": {}},\n"
    "    \"pools\": {\"team\": {\"reps\": [\"rae\", \"sam\"], \"when_none\": {\"hold\": true}}},\n"
    "    \"rules\": [{\"id\": \"all\", \"pool\": \"team\"}],\n"
    "    \"reroute\": {\"on\": {\"when\": {\"==\": [{\"var\": \"clock.speed\"}, \"breached\"]}}, \"max_hops\": 2}}\n"
    "}\n";
static const char plain_pack_text[] =
    "{\"leadline\": 1, \"name\": \"plain\", \"time_zone\": \"UTC\",\n"
    "  \"events\": {\"visit\": {\"activity\": true, \"fields\": {\"path\": \"string\", \"email\": \"string\"}}},\n"
    "  \"scores\": {\"heat\": {\"rules\": [{\"id\": \"seen\", \"on\": \"visit\", \"points\": 5, \"decay\": "
    "{\"half_life\": \"30d\"}}]}}}";
static const char wrong_pack[] =
    "{\"leadline\": 1, \"name\": \"w\", \"scoers\": {}, \"scores\": {\"a\": {\"rules\": [{\"id\": \"x\"}]}}}";
static const char office[] = "{\"time_zone\": \"America/New_York\", \"hours\": {\"mon-fri\": [\"09:00-17:00\"]}}";
static const char wrong_office[] = "{\"time_zone\": \"America/New_Yrok\", \"hours\": {\"mon\": [\"9-5\"]}}";
static const char rule[] =
    "{\"cat\": [{\"map\": [{\"var\": \"names\"}, {\"lower\": [{\"var\": \"\"}]}]}, \"and a long enough tail to "
    "allocate\"]}";
static const char wrong_rule[] = "{\"and\": [{\"lowr\": [\"A\"]}, {\"nothing\": [1]}]}";
static const char data[] = "{\"names\": [\"ANN\", \"BO\", \"a name that is longer than any small buffer\"]}";

/* What stands ready for the function at hand. */
static leadline_pack *pack, *bad_pack;
static leadline_model* model;
static leadline_calendar* calendar;
static leadline_condition* condition;
static leadline_diagnostics* problems;
static leadline_buffer* buffer;
static leadline_error error;
static leadline_list_file list_file = {TEXT("free.txt"), TEXT("gmail.com\ngmx.net\n")};

static leadline_pack_options options(void) {
  leadline_pack_options out = LEADLINE_PACK_OPTIONS_INIT;
  out.depth = LEADLINE_CHECK_WARNINGS;
  out.lists = &list_file;
  out.list_count = 1;
  return out;
}

/* --- The functions: each calls one, checks its outputs, and ends what came out --- */

static leadline_status call_buffer_create(void) {
  leadline_buffer* out = buffer;
  const leadline_status status = leadline_buffer_create(&out);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_buffer_free(out);
  return status;
}

static leadline_status call_buffer_append(void) {
  leadline_status status;
  leadline_buffer* out = NULL;
  memory_fail_at(0, 0);
  if (leadline_buffer_create(&out) != LEADLINE_OK) return LEADLINE_INTERNAL;
  memory_fail_at(1, 0);
  status = leadline_buffer_append(out, pack_text, sizeof pack_text);
  memory_fail_at(0, 0);
  CHECK_INT(leadline_buffer_content(out).size, 0);
  CHECK_INT(leadline_buffer_append(out, pack_text, sizeof pack_text), LEADLINE_OK);
  leadline_buffer_free(out);
  CHECK_INT(status, LEADLINE_OUT_OF_MEMORY);
  return LEADLINE_OK;
}

static leadline_status call_pack_parse(void) {
  leadline_pack* out = pack;
  const leadline_status status = leadline_pack_parse(TEXT(pack_text), TEXT("p.json"), &out, &error);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_pack_free(out);
  return status;
}

static leadline_status call_pack_parse_wrong(void) {
  leadline_pack* out = pack;
  const leadline_status status = leadline_pack_parse(TEXT(wrong_pack), TEXT("p.json"), &out, &error);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_pack_free(out);
  return status;
}

static leadline_status check_given(leadline_status status, leadline_diagnostics* out) {
  const int is_told = status == LEADLINE_OK || status == LEADLINE_INVALID_INPUT;
  CHECK(is_told == (out != NULL));
  leadline_diagnostics_free(out);
  return is_told ? LEADLINE_OK : status;
}

static leadline_status call_pack_check(void) {
  const leadline_pack_options asked = options();
  leadline_diagnostics* out = problems;
  const leadline_status status = leadline_pack_check(pack, &asked, &out, &error);
  return check_given(status, out);
}

static leadline_status call_pack_check_wrong(void) {
  leadline_diagnostics* out = problems;
  const leadline_status status = leadline_pack_check(bad_pack, NULL, &out, &error);
  CHECK(status != LEADLINE_OK);
  return check_given(status, out);
}

static leadline_status call_model_compile(void) {
  const leadline_pack_options asked = options();
  leadline_model* out = model;
  leadline_diagnostics* told = problems;
  const leadline_status status = leadline_model_compile(pack, &asked, &out, &told, &error);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_model_free(out);
  return check_given(status, told);
}

static leadline_status call_model_compile_wrong(void) {
  leadline_model* out = model;
  leadline_diagnostics* told = problems;
  const leadline_status status = leadline_model_compile(bad_pack, NULL, &out, &told, &error);
  CHECK(out == NULL);
  CHECK(status != LEADLINE_OK);
  return check_given(status, told);
}

static leadline_status call_diagnostics_json(void) { return leadline_diagnostics_json(problems, buffer); }
static leadline_status call_diagnostics_text(void) { return leadline_diagnostics_text(problems, buffer); }

static leadline_status call_diagnostics_get(void) {
  leadline_diagnostic one = LEADLINE_DIAGNOSTIC_INIT;
  return leadline_diagnostics_get(problems, 0, &one);
}

static leadline_status call_calendar_compile(void) {
  leadline_calendar* out = calendar;
  const leadline_status status = leadline_calendar_compile(TEXT(office), &out, NULL, &error);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_calendar_free(out);
  return status;
}

static leadline_status call_calendar_compile_wrong(void) {
  leadline_calendar* out = calendar;
  leadline_diagnostics* told = problems;
  const leadline_status status = leadline_calendar_compile(TEXT(wrong_office), &out, &told, &error);
  CHECK(status != LEADLINE_OK);
  CHECK(out == NULL);
  return check_given(status, told);
}

static leadline_status call_calendar_of_model(void) {
  leadline_calendar* out = calendar;
  const leadline_status status = leadline_calendar_of_model(model, TEXT("sales"), &out, &error);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_calendar_free(out);
  return status;
}

static leadline_status call_calendar_add(void) {
  int64_t out = 7;
  const leadline_status status = leadline_calendar_add(calendar, 1772800000000, TEXT("4bh"), &out, &error);
  CHECK((status == LEADLINE_OK) == (out > 7));
  return status;
}

static leadline_status call_calendar_add_wrong(void) {
  int64_t out = 7;
  const leadline_status status = leadline_calendar_add(calendar, 0, TEXT("four hours, if you please"), &out, &error);
  CHECK_INT(out, 0);
  return status == LEADLINE_INVALID_INPUT ? LEADLINE_OK : status;
}

static leadline_status call_calendar_questions(void) {
  int64_t a = 7, b = 7, c = 7, d = 7, e = 7;
  leadline_status status = leadline_calendar_add_open(calendar, 1772800000000, 1000, &a, &error);
  if (status == LEADLINE_OK) status = leadline_calendar_add_days(calendar, 1772800000000, 3, 0, &b, &error);
  if (status == LEADLINE_OK) status = leadline_calendar_next_open(calendar, 1772800000000, &c, &error);
  if (status == LEADLINE_OK) status = leadline_calendar_next_close(calendar, 1772800000000, &d, &error);
  if (status == LEADLINE_OK) status = leadline_calendar_previous_close(calendar, 1772800000000, &e, &error);
  if (status == LEADLINE_OK) status = leadline_calendar_elapsed_each(calendar, &a, &b, 1, &c);
  return status;
}

static leadline_status call_calendar_question_wrong(void) {
  int64_t out = 7;
  const leadline_status status = leadline_calendar_next_open(calendar, INT64_MAX, &out, &error);
  CHECK_INT(out, 0);
  return status == LEADLINE_OUT_OF_RANGE ? LEADLINE_OK : status;
}

static leadline_status call_instants(void) {
  char text[25];
  int64_t out = 7;
  leadline_status status = leadline_instant_format(1772800000000, text);
  if (status == LEADLINE_OK) status = leadline_instant_parse(text, 24, &out, &error);
  if (status == LEADLINE_OK) {
    status = leadline_instant_parse(TEXT("next Monday, early in the morning"), &out, &error);
    CHECK_INT(out, 0);
    if (status == LEADLINE_INVALID_INPUT) status = LEADLINE_OK;
  }
  return status;
}

static leadline_status call_condition_compile(void) {
  leadline_condition* out = condition;
  const leadline_status status =
      leadline_condition_compile(TEXT(rule), LEADLINE_SEMANTICS_LEADLINE, &out, NULL, &error);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_condition_free(out);
  return status;
}

static leadline_status call_condition_compile_wrong(void) {
  leadline_condition* out = condition;
  leadline_diagnostics* told = problems;
  const leadline_status status =
      leadline_condition_compile(TEXT(wrong_rule), LEADLINE_SEMANTICS_LEADLINE, &out, &told, &error);
  CHECK(status != LEADLINE_OK);
  CHECK(out == NULL);
  return check_given(status, told);
}

static leadline_status call_condition_evaluate(void) {
  leadline_status status;
  leadline_condition* fresh = NULL;
  status = leadline_condition_compile(TEXT(rule), LEADLINE_SEMANTICS_LEADLINE, &fresh, NULL, &error);
  if (status != LEADLINE_OK) return status;
  status = leadline_condition_evaluate(fresh, TEXT(data), 0, buffer, &error);
  if (status != LEADLINE_OK) CHECK_INT(leadline_buffer_content(buffer).size, 0);
  if (status == LEADLINE_OUT_OF_MEMORY) {
    /* The condition itself, not only a new one, gets over it. */
    memory_fail_at(0, 0);
    CHECK_INT(leadline_condition_evaluate(fresh, TEXT(""), 0, buffer, NULL), LEADLINE_INVALID_INPUT);
    CHECK_INT(leadline_condition_evaluate(fresh, TEXT(data), 0, buffer, NULL), LEADLINE_OK);
    CHECK(leadline_buffer_content(buffer).size > 40);
  }
  if (status == LEADLINE_OK) CHECK(leadline_buffer_content(buffer).size > 40);
  leadline_condition_free(fresh);
  return status;
}

static leadline_status call_condition_holds(void) {
  int32_t out = 7;
  const leadline_status status = leadline_condition_holds(condition, TEXT(data), 0, &out, &error);
  CHECK_INT(out, status == LEADLINE_OK);
  return status;
}

/* --- Contacts as bytes --- */

#define START ((int64_t)1772409600000)
#define DAY ((int64_t)86400000)

static leadline_contact_fold* fold;
static leadline_buffer *state_before, *state_after;
static leadline_decisions *told_before, *told_after;
static leadline_event step_events[3];

static leadline_event event(const char* id, const char* contact, int64_t at_ms, const char* data) {
  leadline_event out;
  memset(&out, 0, sizeof out);
  out.at_ms = at_ms;
  out.contact = contact;
  out.contact_size = (uint32_t)strlen(contact);
  out.type = "visit";
  out.type_size = 5;
  out.id = id;
  out.id_size = (uint32_t)strlen(id);
  out.data = data;
  out.data_size = (uint32_t)strlen(data);
  return out;
}

static int same(leadline_text a, leadline_text b) {
  return a.size == b.size && memcmp(a.data, b.data, (size_t)a.size) == 0;
}

static leadline_status call_contact_fold_create(void) {
  leadline_contact_fold* out = fold;
  const leadline_status status = leadline_contact_fold_create(model, &out, &error);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_contact_fold_free(out);
  return status;
}

static leadline_status call_decisions_create(void) {
  leadline_decisions* out = told_before;
  const leadline_status status = leadline_decisions_create(LEADLINE_AS_JSON, &out);
  CHECK((status == LEADLINE_OK) == (out != NULL));
  leadline_decisions_free(out);
  return status;
}

/*
 * A step from a state that has seen something, with a late event. Whatever fails, the state and the decisions are as
 * before, and the step made again gives what it always gives.
 */
static leadline_status call_contact_step(void) {
  leadline_contact_fold* own = NULL;
  leadline_buffer* state = NULL;
  leadline_decisions* told = NULL;
  leadline_text before = leadline_buffer_content(state_before);
  int64_t wakeup = 7;
  leadline_status status = leadline_contact_fold_create(model, &own, &error);
  if (status == LEADLINE_OK) status = leadline_buffer_create(&state);
  if (status == LEADLINE_OK) status = leadline_buffer_append(state, before.data, (size_t)before.size);
  if (status == LEADLINE_OK) status = leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &told);
  if (status == LEADLINE_OK) {
    status = leadline_contact_step(own, TEXT("ann"), leadline_buffer_content(state).data, (size_t)before.size,
                                   step_events, 3, sizeof *step_events, START + 9 * DAY, state, told, &wakeup, &error);
    if (status == LEADLINE_OUT_OF_MEMORY) {
      CHECK(wakeup == LEADLINE_NO_INSTANT);
      CHECK(same(leadline_buffer_content(state), before));
      CHECK_INT(leadline_decisions_count(told), 0);
      CHECK_INT(leadline_decisions_json(told).size, 0);
      memory_fail_at(0, 0);
      CHECK_INT(leadline_contact_step(own, TEXT("ann"), before.data, (size_t)before.size, step_events, 3,
                                      sizeof *step_events, START + 9 * DAY, state, told, &wakeup, &error),
                LEADLINE_OK);
    }
    CHECK(same(leadline_buffer_content(state), leadline_buffer_content(state_after)));
    CHECK(same(leadline_decisions_json(told), leadline_decisions_json(told_after)));
  }
  leadline_contact_fold_free(own);
  leadline_buffer_free(state);
  leadline_decisions_free(told);
  return status;
}

static leadline_status call_contact_merge(void) {
  leadline_text state = leadline_buffer_content(state_before);
  leadline_contact_fold* own = NULL;
  leadline_buffer *from = NULL, *into = NULL;
  leadline_decisions* told = NULL;
  leadline_event sent = event("m", "ann", START + 3 * DAY, "{\"into\": \"bo\"}");
  leadline_status status = leadline_contact_fold_create(model, &own, &error);
  sent.type = "contact.merge";
  sent.type_size = 13;
  if (status == LEADLINE_OK) status = leadline_buffer_create(&from);
  if (status == LEADLINE_OK) status = leadline_buffer_create(&into);
  if (status == LEADLINE_OK) status = leadline_decisions_create(LEADLINE_AS_RECORDS, &told);
  if (status == LEADLINE_OK) {
    status = leadline_contact_merge(own, TEXT("ann"), state.data, (size_t)state.size, TEXT("bo"), NULL, 0, &sent,
                                    sizeof sent, from, into, told, &error);
    if (status == LEADLINE_OUT_OF_MEMORY) {
      CHECK_INT(leadline_buffer_content(from).size + leadline_buffer_content(into).size, 0);
      CHECK_INT(leadline_decisions_count(told), 0);
    } else {
      CHECK(leadline_buffer_content(into).size > 0);
    }
  }
  leadline_contact_fold_free(own);
  leadline_buffer_free(from);
  leadline_buffer_free(into);
  leadline_decisions_free(told);
  return status;
}

static leadline_status call_contact_questions(void) {
  const leadline_text state = leadline_buffer_content(state_before);
  leadline_contact_fold* own = NULL;
  int64_t milli = 0;
  uint64_t digest = 0;
  leadline_status status = leadline_contact_fold_create(model, &own, &error);
  if (status == LEADLINE_OK) {
    status = leadline_contact_score(own, state.data, (size_t)state.size, 0, START + 20 * DAY, &milli, &error);
    CHECK((status == LEADLINE_OK) == (milli != 0));
  }
  if (status == LEADLINE_OK) {
    status = leadline_contact_digest(own, state.data, (size_t)state.size, &digest, &error);
    CHECK((status == LEADLINE_OK) == (digest != 0));
  }
  leadline_contact_fold_free(own);
  return status;
}

/* --- The engine --- */

#define SENT_COUNT 8

static const char sent_lines[] =
    "{\"id\": \"e1\", \"contact\": \"ann\", \"type\": \"visit\", \"at\": \"2026-03-03T00:00:00Z\", "
    "\"data\": {\"path\": \"/\"}}\n"
    "{\"id\": \"e2\", \"contact\": \"bo\", \"type\": \"visit\", \"at\": \"2026-03-04T00:00:00Z\", "
    "\"data\": {\"email\": \"bo@example.com\"}}\n"
    "{\"id\": \"e3\", \"contact\": \"ann\", \"type\": \"visit\", \"at\": \"2026-03-03T00:00:05Z\", " /* late */
    "\"data\": {\"email\": \"ann@example.com\"}}\n"
    "{\"id\": \"e4\", \"type\": \"rep.away\", \"at\": \"2026-03-04T12:00:00Z\", \"data\": {\"rep\": \"sam\"}}\n"
    "{\"id\": \"e5\", \"contact\": \"bo\", \"type\": \"visit\", \"at\": \"2026-03-04T13:00:00Z\"}\n"
    "{\"id\": \"e6\", \"contact\": \"ann\", \"type\": \"contact.merge\", \"at\": \"2026-03-05T00:00:00Z\", "
    "\"data\": {\"into\": \"bo\"}}\n"
    "{\"id\": \"e7\", \"contact\": \"cy\", \"type\": \"visit\", \"at\": \"2026-03-06T00:00:00Z\"}\n"
    "{\"id\": \"e8\", \"contact\": \"cy\", \"type\": \"contact.forget\", \"at\": \"2026-03-07T00:00:00Z\"}\n";
static leadline_event sent[SENT_COUNT];

/* What an engine tells while memory lasts: after so many events, after time, and when it is asked. */
static leadline_decisions* told_by_engine;
static uint64_t told_size[SENT_COUNT + 1], told_count[SENT_COUNT + 1];
static leadline_buffer *known_contact, *known_contacts, *known_snapshot, *known_explanation;
static int64_t known_milli;
static uint64_t known_digest;

static leadline_event event_of(const char* type, const char* id, const char* contact, int64_t at_ms, const char* text) {
  leadline_event out = event(id, contact, at_ms, text);
  out.type = type;
  out.type_size = (uint32_t)strlen(type);
  return out;
}

static int learn_engine(void) {
  leadline_engine_options asked = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_engine* engine = NULL;
  int i;
  asked.keeps_history = 1;
  sent[0] = event_of("visit", "e1", "ann", START + DAY, "{\"path\": \"/\"}");
  sent[1] = event_of("visit", "e2", "bo", START + 2 * DAY, "{\"email\": \"bo@example.com\"}");
  sent[2] = event_of("visit", "e3", "ann", START + DAY + 5000, "{\"email\": \"ann@example.com\"}");
  sent[3] = event_of("rep.away", "e4", "", START + 2 * DAY + DAY / 2, "{\"rep\": \"sam\"}");
  sent[4] = event_of("visit", "e5", "bo", START + 2 * DAY + DAY / 24 * 13, "");
  sent[5] = event_of("contact.merge", "e6", "ann", START + 3 * DAY, "{\"into\": \"bo\"}");
  sent[6] = event_of("visit", "e7", "cy", START + 4 * DAY, "");
  sent[7] = event_of("contact.forget", "e8", "cy", START + 5 * DAY, "");
  if (leadline_engine_create(model, &asked, &engine, &error) != LEADLINE_OK ||
      leadline_buffer_create(&known_explanation) != LEADLINE_OK ||
      leadline_buffer_create(&known_contact) != LEADLINE_OK || leadline_buffer_create(&known_contacts) != LEADLINE_OK ||
      leadline_buffer_create(&known_snapshot) != LEADLINE_OK ||
      leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &told_by_engine) != LEADLINE_OK) {
    return 0;
  }
  for (i = 0; i < SENT_COUNT; i++) {
    if (leadline_engine_apply(engine, &sent[i], 1, sizeof *sent, told_by_engine, NULL, &error) != LEADLINE_OK) return 0;
    told_size[i + 1] = leadline_decisions_json(told_by_engine).size;
    told_count[i + 1] = leadline_decisions_count(told_by_engine);
  }
  if (leadline_engine_advance(engine, START + 60 * DAY, told_by_engine, &error) != LEADLINE_OK ||
      leadline_engine_score(engine, TEXT("bo"), 0, &known_milli, &error) != LEADLINE_OK || known_milli == 0 ||
      leadline_engine_contact_json(engine, TEXT("bo"), known_contact, &error) != LEADLINE_OK ||
      leadline_engine_contacts_json(engine, known_contacts, &error) != LEADLINE_OK ||
      leadline_engine_state_digest(engine, &known_digest, &error) != LEADLINE_OK || known_digest == 0 ||
      leadline_engine_explain(engine, TEXT("bo"), START + 60 * DAY, known_explanation, &error) != LEADLINE_OK ||
      leadline_engine_snapshot(engine, known_snapshot, &error) != LEADLINE_OK) {
    return 0;
  }
  leadline_engine_free(engine);
  return told_count[1] > 0 && leadline_decisions_count(told_by_engine) > told_count[SENT_COUNT];
}

/* What was written is all of what is known, or nothing at all. */
static void check_written(leadline_status status, leadline_buffer* known) {
  if (status == LEADLINE_OK) CHECK(same(leadline_buffer_content(buffer), leadline_buffer_content(known)));
  if (status != LEADLINE_OK) CHECK_INT(leadline_buffer_content(buffer).size, 0);
}

/* Asks everything; what fails is asked again, and leaves no trace. */
static leadline_status ask_engine(leadline_engine* engine) {
  leadline_status status;
  int64_t milli = 7;
  uint64_t digest = 7;
  status = leadline_engine_score(engine, TEXT("ann"), 0, &milli, &error); /* merged into bo */
  CHECK(milli == (status == LEADLINE_OK ? known_milli : 0));
  if (status == LEADLINE_OK) {
    status = leadline_engine_contact_json(engine, TEXT("bo"), buffer, &error);
    check_written(status, known_contact);
  }
  if (status == LEADLINE_OK) {
    status = leadline_engine_contacts_json(engine, buffer, &error);
    check_written(status, known_contacts);
  }
  if (status == LEADLINE_OK) {
    status = leadline_engine_state_digest(engine, &digest, &error);
    CHECK(digest == (status == LEADLINE_OK ? known_digest : 0));
  }
  if (status == LEADLINE_OK) {
    status = leadline_engine_snapshot(engine, buffer, &error);
    check_written(status, known_snapshot);
  }
  if (status == LEADLINE_OUT_OF_MEMORY) {
    memory_fail_at(0, 0);
    CHECK_INT(ask_engine(engine), LEADLINE_OK);
  }
  return status;
}

static int is_told(leadline_decisions* told, uint64_t size, uint64_t count) {
  leadline_text wanted = leadline_decisions_json(told_by_engine);
  wanted.size = size;
  return leadline_decisions_count(told) == count && same(leadline_decisions_json(told), wanted);
}

/* All of the events that are done, and at most what time brought before the next one. */
static int is_told_between(leadline_decisions* told, leadline_text known, uint64_t least, uint64_t most) {
  leadline_text now = leadline_decisions_json(told);
  uint64_t i, lines = 0;
  if (now.size < least || now.size > most || memcmp(now.data, known.data, (size_t)now.size) != 0) return 0;
  for (i = 0; i < now.size; i++) lines += now.data[i] == '\n';
  return leadline_decisions_count(told) == lines && (now.size == 0 || now.data[now.size - 1] == '\n');
}

static int is_done(leadline_decisions* told, int done) {
  const leadline_text known = leadline_decisions_json(told_by_engine);
  return is_told_between(told, known, told_size[done], done < SENT_COUNT ? told_size[done + 1] : known.size);
}

static leadline_status send(leadline_engine* engine, int as_lines, int from, leadline_decisions* told, int* done) {
  uint64_t out = 7;
  leadline_status status;
  const char* start = sent_lines;
  int i;
  if (!as_lines) {
    status = leadline_engine_apply(engine, sent + from, (size_t)(SENT_COUNT - from), sizeof *sent, told, &out, &error);
    *done = from + (int)out;
    return status;
  }
  for (i = 0; i < from; i++) start = strchr(start, '\n') + 1;
  status = leadline_engine_apply_json(engine, start, strlen(start), told, &out, &error);
  for (*done = from; out != 0 && *done < SENT_COUNT; ++*done) {
    const size_t size = (size_t)(strchr(start, '\n') + 1 - start);
    CHECK(out >= size); /* whole lines */
    out -= size;
    start += size;
  }
  return status;
}

/*
 * Every event is done whole, with its decisions, or not at all, and of the rest the engine makes what it always makes.
 */
static leadline_status engine_through(int32_t keeps_history, int as_lines) {
  leadline_engine_options asked = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_engine* engine = NULL;
  leadline_decisions* told = NULL;
  int done = 0;
  leadline_status status;
  asked.keeps_history = keeps_history;
  status = leadline_engine_create(model, &asked, &engine, &error);
  CHECK((status == LEADLINE_OK) == (engine != NULL));
  if (status == LEADLINE_OK) status = leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &told);
  if (status == LEADLINE_OK) {
    status = send(engine, as_lines, 0, told, &done);
    CHECK((status == LEADLINE_OK) == (done == SENT_COUNT));
    CHECK(is_done(told, done));
    if (status == LEADLINE_OK) status = leadline_engine_advance(engine, START + 60 * DAY, told, &error);
    if (status == LEADLINE_OUT_OF_MEMORY) {
      CHECK(is_done(told, done));
      memory_fail_at(0, 0);
      CHECK_INT(send(engine, as_lines, done, told, &done), LEADLINE_OK);
      CHECK_INT(leadline_engine_advance(engine, START + 60 * DAY, told, &error), LEADLINE_OK);
      CHECK_INT(ask_engine(engine), LEADLINE_OK);
    }
    CHECK(is_told(told, leadline_decisions_json(told_by_engine).size, leadline_decisions_count(told_by_engine)));
  }
  if (status == LEADLINE_OK) status = ask_engine(engine);
  if (status == LEADLINE_OK && keeps_history) {
    status = leadline_engine_explain(engine, TEXT("bo"), START + 60 * DAY, buffer, &error);
    check_written(status, known_explanation);
    if (status == LEADLINE_OUT_OF_MEMORY) {
      memory_fail_at(0, 0);
      CHECK_INT(leadline_engine_explain(engine, TEXT("bo"), START + 60 * DAY, buffer, &error), LEADLINE_OK);
      check_written(LEADLINE_OK, known_explanation);
    }
  }
  leadline_engine_free(engine);
  leadline_decisions_free(told);
  return status;
}

static leadline_status call_engine(void) { return engine_through(0, 0); }
static leadline_status call_engine_lines(void) { return engine_through(0, 1); }
static leadline_status call_engine_with_history(void) { return engine_through(1, 0); }

static leadline_model* plain_model;
static char threads_json[65536];
static leadline_text told_by_threads;

/* Threads take a batch whole or not at all. */
static leadline_status call_engine_with_threads(void) {
  leadline_engine_options asked = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_engine* engine = NULL;
  leadline_decisions* told = NULL;
  uint64_t done = 7;
  leadline_status status;
  asked.thread_count = 2;
  status = leadline_engine_create(plain_model, &asked, &engine, &error);
  CHECK((status == LEADLINE_OK) == (engine != NULL));
  if (status == LEADLINE_OK) status = leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &told);
  if (status == LEADLINE_OK) {
    status = leadline_engine_apply(engine, sent, SENT_COUNT, sizeof *sent, told, &done, &error);
    CHECK_INT(done, status == LEADLINE_OK ? SENT_COUNT : 0);
    CHECK((leadline_decisions_count(told) > 0) == (status == LEADLINE_OK));
    CHECK((leadline_decisions_json(told).size > 0) == (status == LEADLINE_OK));
    if (status == LEADLINE_OUT_OF_MEMORY) {
      memory_fail_at(0, 0);
      CHECK_INT(leadline_engine_apply(engine, sent, SENT_COUNT, sizeof *sent, told, &done, &error), LEADLINE_OK);
      CHECK_INT(leadline_engine_advance(engine, START + 60 * DAY, told, &error), LEADLINE_OK);
    }
  }
  if (status == LEADLINE_OK) {
    const uint64_t count = leadline_decisions_count(told);
    status = leadline_engine_advance(engine, START + 60 * DAY, told, &error);
    if (status != LEADLINE_OK) {
      CHECK_INT(leadline_decisions_count(told), count);
      memory_fail_at(0, 0);
      CHECK_INT(leadline_engine_advance(engine, START + 60 * DAY, told, &error), LEADLINE_OK);
    }
  }
  if (told != NULL && told_by_threads.size == 0) {
    const leadline_text json = leadline_decisions_json(told);
    CHECK(json.size < sizeof threads_json);
    memcpy(threads_json, json.data, (size_t)json.size);
    told_by_threads.data = threads_json;
    told_by_threads.size = json.size;
  }
  if (told != NULL) CHECK(same(leadline_decisions_json(told), told_by_threads));
  leadline_engine_free(engine);
  leadline_decisions_free(told);
  return status;
}

static leadline_status call_decisions_write_json(void) {
  const leadline_status status =
      leadline_decisions_write_json(told_by_engine, 0, leadline_decisions_count(told_by_engine), buffer);
  if (status == LEADLINE_OK) CHECK(same(leadline_buffer_content(buffer), leadline_decisions_json(told_by_engine)));
  if (status != LEADLINE_OK) CHECK_INT(leadline_buffer_content(buffer).size, 0);
  return status;
}

/* Its contacts are spread out when they are first asked for. */
static leadline_status call_engine_restored(void) {
  const leadline_text bytes = leadline_buffer_content(known_snapshot);
  leadline_engine* engine = NULL;
  leadline_status status = leadline_engine_restore(model, NULL, bytes.data, (size_t)bytes.size, &engine, &error);
  CHECK((status == LEADLINE_OK) == (engine != NULL));
  if (status == LEADLINE_OK) status = ask_engine(engine);
  leadline_engine_free(engine);
  return status;
}

/* --- Reports --- */

static const char report_pack_text[] =
    "{\"leadline\": 1, \"name\": \"r\", \"time_zone\": \"UTC\",\n"
    "  \"attributes\": {\"source\": {\"type\": \"string\"}, \"amount\": {\"type\": \"number\"}},\n"
    "  \"events\": {\"ask\": {\"activity\": true}, \"win\": {}, \"lose\": {}},\n"
    "  \"scores\": {\"heat\": {\"rules\": [{\"id\": \"asked\", \"on\": \"ask\", \"points\": 20}]}},\n"
    "  \"funnel\": {\"start\": \"lead\", \"stages\": [{\"id\": \"lead\", \"owner\": \"marketing\"},\n"
    "      {\"id\": \"mql\", \"owner\": \"marketing\"}, {\"id\": \"customer\", \"owner\": \"sales\"},\n"
    "      {\"id\": \"lost\", \"owner\": \"sales\", \"aside\": true}],\n"
    "    \"transitions\": [{\"id\": \"hot\", \"from\": \"lead\", \"to\": \"mql\", \"on\": \"ask\"},\n"
    "      {\"id\": \"won\", \"from\": [\"lead\", \"mql\"], \"to\": \"customer\", \"on\": \"win\"},\n"
    "      {\"id\": \"lost\", \"from\": [\"lead\", \"mql\"], \"to\": \"lost\", \"on\": \"lose\"}]},\n"
    "  \"business\": {\"won\": [\"customer\"], \"lost\": [\"lost\"], \"opportunity\": \"mql\", \"amount\": "
    "\"contact.amount\",\n"
    "    \"marketing_touches\": [\"ask\"]},\n"
    "  \"targets\": {\"volume\": {\"side\": \"marketing\", \"metric\": \"entered.mql\", \"at_least\": 4}}}\n";
static const char report_events[] =
    "{\"contact\": \"ann\", \"type\": \"contact.set\", \"at\": \"2026-03-01T08:00:00Z\", \"data\": {\"source\": "
    "\"web\", \"amount\": 9000}}\n"
    "{\"contact\": \"ann\", \"type\": \"ask\", \"at\": \"2026-03-02T09:00:00Z\"}\n"
    "{\"contact\": \"ann\", \"type\": \"win\", \"at\": \"2026-03-03T09:00:00Z\"}\n"
    "{\"contact\": \"a contact with a name of some length\", \"type\": \"contact.set\", \"at\": "
    "\"2026-03-03T10:00:00Z\", \"data\": {\"source\": \"fair\"}}\n"
    "{\"contact\": \"cy\", \"type\": \"ask\", \"at\": \"2026-03-03T11:00:00Z\"}\n"
    "{\"contact\": \"a contact with a name of some length\", \"type\": \"lose\", \"at\": \"2026-03-04T09:00:00Z\"}\n"
    "{\"contact\": \"cy\", \"type\": \"win\", \"at\": \"2026-03-05T09:00:00Z\"}\n";

enum { REPORT_RUN, REPORT_HANDOFF, REPORT_BACKTEST, REPORT_COMPARISON, REPORT_PLAN, REPORT_COUNT };
static leadline_pack* report_pack;
static leadline_model* report_model;
static leadline_buffer *report_decisions, *known_report[REPORT_COUNT];

static leadline_status report_of(int kind, leadline_report** out) {
  switch (kind) {
    case REPORT_RUN:
      return leadline_report_of_run(report_model,
                                    TEXT("{\"period\": \"2026-03\", \"by\": \"contact.source\", \"details\": true, "
                                         "\"where\": {\"!=\": [{\"var\": \"owner\"}, \"rae\"]}, \"spend\": "
                                         "[{\"period\": \"2026-03\", \"spend\": 12.5}]}"),
                                    out, &error);
    case REPORT_HANDOFF:
      return leadline_report_of_handoff(report_model, TEXT("{\"contact\": \"ann\", \"at\": \"2026-03-02T12:00:00Z\"}"),
                                        out, &error);
    case REPORT_BACKTEST:
      return leadline_report_of_backtest(report_model, TEXT("{\"fit\": true, \"train\": \"99.9%\"}"), out, &error);
    case REPORT_COMPARISON:
      return leadline_report_of_comparison(report_model, model, TEXT("{\"until\": \"2026-03-20T00:00:00Z\"}"), out,
                                           &error);
    default:
      return leadline_report_of_plan(report_model,
                                     TEXT("{\"revenue\": 1000, \"deal_size\": 10, \"measure\": {\"stages\": "
                                          "[\"mql\", \"customer\"]}}"),
                                     out, &error);
  }
}

static leadline_status write_report(int kind, leadline_buffer* into, leadline_report** out) {
  const leadline_text lines = leadline_buffer_content(report_decisions);
  leadline_status status = report_of(kind, out);
  if (status == LEADLINE_OK && (kind == REPORT_RUN || kind == REPORT_PLAN)) {
    status = leadline_report_take_decisions(*out, lines.data, (size_t)lines.size, NULL, &error);
  }
  if (status == LEADLINE_OK && kind != REPORT_PLAN) {
    status = leadline_report_take_events(*out, TEXT(report_events), NULL, &error);
  }
  if (status == LEADLINE_OK) status = leadline_report_write(*out, LEADLINE_REPORT_JSON, into, &error);
  return status;
}

/* What breaks off says so from then on, and what does not is as if nothing had been. */
static leadline_status call_report(int kind) {
  leadline_report* report = NULL;
  const leadline_status status = write_report(kind, buffer, &report);
  check_written(status, known_report[kind]);
  if (status == LEADLINE_OUT_OF_MEMORY && report != NULL) {
    memory_fail_at(0, 0);
    if (leadline_report_write(report, LEADLINE_REPORT_JSON, buffer, &error) == LEADLINE_OK) {
      check_written(LEADLINE_OK, known_report[kind]);
    } else {
      CHECK_INT(error.status, LEADLINE_OUT_OF_MEMORY);
      CHECK(strcmp(error.code, "report.broken") == 0);
    }
  }
  leadline_report_free(report);
  return status;
}

static leadline_status call_report_of_run(void) { return call_report(REPORT_RUN); }
static leadline_status call_report_of_handoff(void) { return call_report(REPORT_HANDOFF); }
static leadline_status call_report_of_backtest(void) { return call_report(REPORT_BACKTEST); }
static leadline_status call_report_of_comparison(void) { return call_report(REPORT_COMPARISON); }
static leadline_status call_report_of_plan(void) { return call_report(REPORT_PLAN); }

/* A document of a run that took all it is made of. */
static leadline_report* taken_report;
static int32_t document_form;
static leadline_status call_report_document(void) {
  const leadline_status status = leadline_report_write(taken_report, document_form, buffer, &error);
  CHECK((status == LEADLINE_OK) == (leadline_buffer_content(buffer).size > 0));
  return status;
}

static leadline_status call_pack_sla_document(void) {
  const leadline_status status = leadline_pack_sla_document(report_pack, buffer, &error);
  CHECK((status == LEADLINE_OK) == (leadline_buffer_content(buffer).size > 0));
  return status;
}

static int learn_reports(void) {
  leadline_engine* engine = NULL;
  leadline_decisions* told = NULL;
  leadline_text lines;
  int kind;
  if (leadline_pack_parse(TEXT(report_pack_text), NULL, 0, &report_pack, &error) != LEADLINE_OK ||
      leadline_model_compile(report_pack, NULL, &report_model, NULL, &error) != LEADLINE_OK ||
      leadline_engine_create(report_model, NULL, &engine, &error) != LEADLINE_OK ||
      leadline_decisions_create(LEADLINE_AS_JSON, &told) != LEADLINE_OK ||
      leadline_buffer_create(&report_decisions) != LEADLINE_OK ||
      leadline_engine_apply_json(engine, TEXT(report_events), told, NULL, &error) != LEADLINE_OK) {
    return 0;
  }
  lines = leadline_decisions_json(told);
  if (leadline_buffer_append(report_decisions, lines.data, (size_t)lines.size) != LEADLINE_OK) return 0;
  leadline_decisions_free(told);
  leadline_engine_free(engine);
  for (kind = 0; kind < REPORT_COUNT; kind++) {
    leadline_report* report = NULL;
    if (leadline_buffer_create(&known_report[kind]) != LEADLINE_OK ||
        write_report(kind, known_report[kind], &report) != LEADLINE_OK) {
      return 0;
    }
    leadline_report_free(report);
  }
  return write_report(REPORT_RUN, buffer, &taken_report) == LEADLINE_OK;
}

/* --- An engine with everything in it, at each place at which memory may end --- */

#define RICH_PACK                                                                                                     \
  "{\"leadline\": 1, \"name\": \"rich\", \"time_zone\": \"America/New_York\", \"engine\": {\"lateness\": \"2d\"},\n"  \
  "  \"calendars\": {\"sales\": {\"hours\": {\"mon-fri\": [\"09:00-17:00\"]}}},\n"                                    \
  "  \"attributes\": {\"size\": {\"type\": \"number\", \"from\": [\"visit.size\"]}},\n"                               \
  "  \"events\": {\"visit\": {\"activity\": true, \"fields\": {\"path\": \"string\", \"value\": \"number\", "         \
  "\"size\": "                                                                                                        \
  "\"number\"}}, \"reply\": {}},\n"                                                                                   \
  "  \"signals\": {\"visits\": {\"count\": \"visit\", \"within\": \"7d\"}, \"paths\": {\"distinct\": \"visit\", "     \
  "\"by\": "                                                                                                          \
  "\"path\", \"within\": \"4d\"}, \"spent\": {\"sum\": \"visit\", \"of\": \"value\", \"within\": \"3d\"}, \"last\": " \
  "{\"last\": \"visit\", \"of\": \"path\"}},\n"                                                                       \
  "  \"scores\": {\"heat\": {\"rules\": [\n"                                                                          \
  "    {\"id\": \"big\", \"when\": {\">=\": [{\"var\": \"contact.size\"}, 50]}, \"points\": 20},\n"                   \
  "    {\"id\": \"seen\", \"on\": \"visit\", \"points\": 4, \"decay\": {\"half_life\": \"5d\"}, \"limit\": "          \
  "{\"times\": 5, "                                                                                                   \
  "\"per\": \"7d\"}},\n"                                                                                              \
  "    {\"id\": \"often\", \"on\": \"visit\", \"tiers\": [{\"at_least\": 2, \"within\": \"2d\", \"points\": 6}]},\n"  \
  "    {\"id\": \"wide\", \"when\": {\">=\": [{\"var\": \"signal.paths\"}, 2]}, \"points\": 3},\n"                    \
  "    {\"id\": \"paid\", \"when\": {\">\": [{\"var\": \"signal.spent\"}, 4]}, \"points\": 2},\n"                     \
  "    {\"id\": \"quiet\", \"idle\": [{\"after\": \"3d\", \"points\": -5}]}]}},\n"                                    \
  "  \"grades\": {\"grade\": {\"of\": \"heat\", \"bands\": [{\"at_least\": 10, \"is\": \"A\"}, {\"is\": \"B\"}]}},\n" \
  "  \"funnel\": {\"start\": \"lead\", \"stages\": [{\"id\": \"lead\"}, {\"id\": \"mql\"}],\n"                        \
  "    \"transitions\": [{\"id\": \"scored\", \"from\": \"lead\", \"to\": \"mql\", \"when\": {\">=\": [{\"var\": "    \
  "\"score.heat\"}, 20]}},\n"                                                                                         \
  "      {\"id\": \"cooled\", \"from\": \"mql\", \"to\": \"lead\", \"when\": {\"<\": [{\"var\": \"score.heat\"}, "    \
  "8]}}],\n"                                                                                                          \
  "    \"effects\": [{\"enter\": \"mql\", \"do\": [{\"action\": \"notify\", \"who\": {\"var\": "                      \
  "\"signal.last\"}}]}]},\n"                                                                                          \
  "  \"clocks\": [{\"id\": \"speed\", \"calendar\": \"sales\", \"start\": {\"enter\": \"mql\"}, "                     \
  "\"stop\": {\"on\": \"reply\"}, \"target\": {\"within\": \"4bh\"}}]"

static const char rich_pack_text[] = RICH_PACK "}\n";
static const char rich_routed_pack_text[] = RICH_PACK
    ",\n  \"routing\": {\"on\": {\"enter\": \"mql\"}, \"reps\": {\"rae\": {\"capacity\": 1}, \"sam\": {\"capacity\": "
    "2}},\n"
    "    \"pools\": {\"team\": {\"reps\": [\"rae\", \"sam\"], \"when_none\": {\"hold\": true}}},\n"
    "    \"rules\": [{\"id\": \"all\", \"pool\": \"team\"}],\n"
    "    \"reroute\": {\"on\": {\"when\": {\"==\": [{\"var\": \"clock.speed\"}, \"breached\"]}}, \"max_hops\": 2}}\n"
    "}\n";

#define RICH_COUNT 25

/* Some as text, some without data, so that runs of several come about. */
static const struct {
  const char *type, *contact;
  int half_hours;
  const char* data;
} rich_events[RICH_COUNT] = {
    {"visit", "ann", 20, "{\"path\": \"/a\", \"value\": 5}"},
    {"visit", "bo", 24, ""},
    {"visit", "ann", 26, "{\"path\": \"/b, which is longer than what stands in place\", \"size\": 80}"},
    {"visit", "bo", 28, "{\"path\": \"/c\", \"size\": 90}"},
    {"visit", "cy", 30, "{\"size\": 60}"},
    {"visit", "dee", 32, "{\"size\": 70}"},
    {"visit", "eve", 32, ""},
    {"visit", "eve", 33, ""},
    {"visit", "ann", 31, "{\"path\": \"/late\", \"value\": 1}"}, /* late */
    {"visit", "fay, with a name that needs memory of its own", 34, "{\"size\": 55}"},
    {"rep.away", "", 80, "{\"rep\": \"rae\"}"},
    {"reply", "bo", 82, ""},
    {"visit", "cy", 29, "{\"size\": 10}"}, /* late: never asked for anybody */
    {"visit", "cy", 40, "{\"size\": 10}"}, /* late: frees somebody */
    {"visit", "gus", 84, ""},
    {"visit", "gus", 85, ""},
    {"visit", "hal", 85, ""},
    {"rep.back", "", 120, "{\"rep\": \"rae\"}"},
    {"contact.merge", "ann", 122, "{\"into\": \"bo\"}"},
    {"visit", "ann", 140, "{\"value\": 7.25}"}, /* goes to bo */
    {"contact.forget", "cy", 142, ""},
    {"visit", "bo", 130, "{\"path\": \"/late\"}"}, /* late */
    {"visit", "eve", 400, ""},
    {"visit", "dee", 401, "{\"path\": \"/again\"}"},
    {"reply", "dee", 402, ""},
};

/* One model, sent in one way, and what comes of it while memory lasts. */
typedef struct stream {
  leadline_model* model;
  leadline_event events[RICH_COUNT];
  char ids[RICH_COUNT][8];
  leadline_buffer* lines;
  uint64_t line_end[RICH_COUNT + 1];
  leadline_decisions* told;
  /* After so many events; and after time before the next one, as far as that may be brought along. */
  uint64_t told_size[RICH_COUNT + 1], brought_size[RICH_COUNT + 1], digest[RICH_COUNT + 1];
  int64_t reach_ms[RICH_COUNT + 1];
  leadline_buffer* snapshot;
} stream;

static int learn_stream(stream* out, const char* text, size_t size) {
  leadline_pack* from = NULL;
  leadline_engine* engine = NULL;
  int i;
  int64_t latest_ms = 0;
  memset(out, 0, sizeof *out);
  if (leadline_pack_parse(text, size, NULL, 0, &from, &error) != LEADLINE_OK ||
      leadline_model_compile(from, NULL, &out->model, NULL, &error) != LEADLINE_OK ||
      leadline_buffer_create(&out->lines) != LEADLINE_OK || leadline_buffer_create(&out->snapshot) != LEADLINE_OK ||
      leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &out->told) != LEADLINE_OK ||
      leadline_engine_create(out->model, NULL, &engine, &error) != LEADLINE_OK) {
    return 0;
  }
  leadline_pack_free(from);
  for (i = 0; i < RICH_COUNT; i++) {
    const int64_t at_ms = START + rich_events[i].half_hours * (DAY / 48);
    char line[512], at[25];
    sprintf(out->ids[i], "r%d", i);
    out->events[i] = event_of(rich_events[i].type, out->ids[i], rich_events[i].contact, at_ms, rich_events[i].data);
    if (leadline_instant_format(at_ms, at) != LEADLINE_OK) return 0;
    sprintf(line, "{\"id\": \"%s\", %s%s%s\"type\": \"%s\", \"at\": \"%s\"%s%s}\n", out->ids[i],
            rich_events[i].contact[0] ? "\"contact\": \"" : "", rich_events[i].contact,
            rich_events[i].contact[0] ? "\", " : "", rich_events[i].type, at,
            rich_events[i].data[0] ? ", \"data\": " : "", rich_events[i].data);
    if (leadline_buffer_append(out->lines, line, strlen(line)) != LEADLINE_OK) return 0;
    out->line_end[i + 1] = leadline_buffer_content(out->lines).size;
  }
  for (i = 0; i <= RICH_COUNT; i++) {
    /* Time goes on to before the next event that is not late. */
    const int64_t next_ms = i < RICH_COUNT ? out->events[i].at_ms - 1 : START + 60 * DAY;
    if (next_ms > latest_ms) latest_ms = next_ms;
    out->reach_ms[i] = latest_ms;
    out->told_size[i] = leadline_decisions_json(out->told).size;
    if (leadline_engine_advance(engine, latest_ms, out->told, &error) != LEADLINE_OK ||
        leadline_engine_state_digest(engine, &out->digest[i], &error) != LEADLINE_OK) {
      return 0;
    }
    out->brought_size[i] = leadline_decisions_json(out->told).size;
    if (i < RICH_COUNT && leadline_engine_apply(engine, &out->events[i], 1, sizeof(leadline_event), out->told, NULL,
                                                &error) != LEADLINE_OK) {
      return 0;
    }
  }
  if (leadline_engine_snapshot(engine, out->snapshot, &error) != LEADLINE_OK) return 0;
  leadline_engine_free(engine);
  return 1;
}

static void forget_stream(stream* of) {
  leadline_model_free(of->model);
  leadline_buffer_free(of->lines);
  leadline_buffer_free(of->snapshot);
  leadline_decisions_free(of->told);
}

static leadline_status send_stream(const stream* of, leadline_engine* engine, int as_lines, leadline_decisions* told,
                                   int* done) {
  uint64_t out = 7;
  leadline_status status;
  if (!as_lines) {
    status = leadline_engine_apply(engine, of->events + *done, (size_t)(RICH_COUNT - *done), sizeof(leadline_event),
                                   told, &out, &error);
    *done += (int)out;
  } else {
    const uint64_t from = of->line_end[*done];
    status = leadline_engine_apply_json(engine, leadline_buffer_content(of->lines).data + from,
                                        (size_t)(of->line_end[RICH_COUNT] - from), told, &out, &error);
    while (*done < RICH_COUNT && of->line_end[*done + 1] <= from + out) ++*done;
    CHECK(of->line_end[*done] == from + out); /* whole lines */
  }
  return status;
}

/* Gives whether nothing failed any more. */
static int stream_through(const stream* of, int as_lines, int32_t keeps_history, long n, int for_ever) {
  const leadline_text known = leadline_decisions_json(of->told);
  leadline_engine_options asked = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_engine* engine = NULL;
  leadline_decisions* told = NULL;
  leadline_status status;
  uint64_t digest = 0;
  int done = 0, has_failed, is_sent;
  asked.keeps_history = keeps_history;
  memory_fail_at(0, 0);
  CHECK_INT(leadline_engine_create(of->model, &asked, &engine, &error), LEADLINE_OK);
  CHECK_INT(leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &told), LEADLINE_OK);
  memory_fail_at(n, for_ever);
  status = send_stream(of, engine, as_lines, told, &done);
  is_sent = status == LEADLINE_OK;
  CHECK(is_sent == (done == RICH_COUNT));
  if (is_sent) status = leadline_engine_advance(engine, of->reach_ms[RICH_COUNT], told, &error);
  has_failed = memory_has_failed();
  if (status == LEADLINE_OUT_OF_MEMORY) {
    CHECK(is_told_between(told, known, of->told_size[done], of->brought_size[done]));
    if (for_ever) { /* No event comes of it as long as that lasts. */
      const int before = done;
      if (!is_sent) CHECK_INT(send_stream(of, engine, as_lines, told, &done), LEADLINE_OUT_OF_MEMORY);
      CHECK_INT(done, before);
      status = leadline_engine_advance(engine, of->reach_ms[before], told, &error);
      CHECK(status == LEADLINE_OK || status == LEADLINE_OUT_OF_MEMORY);
      CHECK(is_told_between(told, known, of->told_size[done], of->brought_size[done]));
    }
    memory_fail_at(0, 0);
    /* Each contact is as after its last whole event, and time may be brought along. */
    CHECK_INT(leadline_engine_advance(engine, of->reach_ms[done], told, &error), LEADLINE_OK);
    CHECK(is_told_between(told, known, of->brought_size[done], of->brought_size[done]));
    CHECK_INT(leadline_engine_state_digest(engine, &digest, &error), LEADLINE_OK);
    CHECK(digest == of->digest[done]);
    CHECK_INT(send_stream(of, engine, as_lines, told, &done), LEADLINE_OK);
    CHECK_INT(done, RICH_COUNT);
    CHECK_INT(leadline_engine_advance(engine, of->reach_ms[RICH_COUNT], told, &error), LEADLINE_OK);
  } else {
    CHECK_INT(status, LEADLINE_OK);
  }
  memory_fail_at(0, 0);
  CHECK(same(leadline_decisions_json(told), known));
  CHECK_INT(leadline_engine_snapshot(engine, buffer, &error), LEADLINE_OK);
  CHECK(same(leadline_buffer_content(buffer), leadline_buffer_content(of->snapshot)));
  leadline_decisions_free(told);
  leadline_engine_free(engine);
  return !has_failed;
}

static void stream_while_memory_fails(const char* text, size_t size, int as_lines, int32_t keeps_history) {
  const char* divisor = getenv("LEADLINE_CASE_DIVISOR");
  const long step = divisor != NULL && atol(divisor) > 0 ? atol(divisor) : 1;
  stream all;
  int for_ever;
  if (!learn_stream(&all, text, size)) {
    printf("not learned: %s %s\n", error.code, error.message);
    FAIL("the stream goes through");
    return;
  }
  for (for_ever = 0; for_ever < 2; for_ever++) {
    long n = 1, live = 0, count = 0;
    stream_through(&all, as_lines, keeps_history, 0, 0);
    live = memory_live_count();
    while (!stream_through(&all, as_lines, keeps_history, n, for_ever)) {
      n += step * (1 + n / 40);
      count++;
      if (memory_live_count() == live) continue;
      printf("allocation %ld fails %s: %ld blocks lost\n", n, for_ever ? "for ever" : "once",
             memory_live_count() - live);
      FAIL("nothing is lost");
      break;
    }
    CHECK(count > 0);
    printf("       %ld failures %s\n", count, for_ever ? "for ever" : "once");
  }
  forget_stream(&all);
}

static void stream_as_lines_while_memory_fails(void) { stream_while_memory_fails(TEXT(rich_pack_text), 1, 0); }
static void stream_as_events_while_memory_fails(void) { stream_while_memory_fails(TEXT(rich_pack_text), 0, 0); }
static void stream_with_pools_while_memory_fails(void) { stream_while_memory_fails(TEXT(rich_routed_pack_text), 0, 0); }
static void stream_with_history_while_memory_fails(void) {
  stream_while_memory_fails(TEXT(rich_routed_pack_text), 1, 1);
}

/* --- Each of them, failing everywhere --- */

static void while_memory_fails(leadline_status (*call)(void), int may_lose) {
  int for_ever;
  /* What is made once in a program's life (tables of the standard library, of RE2) is made now. */
  memory_fail_at(0, 0);
  CHECK_INT(call(), LEADLINE_OK);
  for (for_ever = 0; for_ever < 2; for_ever++) {
    long n, failed_count = 0;
    for (n = 1;; n++) {
      leadline_status status;
      long before;
      leadline_buffer_free(buffer);
      buffer = NULL;
      memory_fail_at(0, 0);
      if (leadline_buffer_create(&buffer) != LEADLINE_OK) abort();
      before = memory_live_count();
      memory_fail_at(n, for_ever);
      status = call();
      if (!memory_has_failed() && status != LEADLINE_OUT_OF_MEMORY) {
        memory_fail_at(0, 0);
        CHECK_INT(status, LEADLINE_OK);
        break;
      }
      failed_count++;
      memory_fail_at(0, 0);
      if (status != LEADLINE_OUT_OF_MEMORY && status != LEADLINE_OK) {
        printf("allocation %ld fails %s: %s\n", n, for_ever ? "for ever" : "once", leadline_status_name(status));
        FAIL("the status is one of the two");
        return;
      }
      leadline_buffer_free(buffer);
      buffer = NULL;
      if (!may_lose && memory_live_count() >= before) {
        printf("allocation %ld fails %s: %ld blocks lost\n", n, for_ever ? "for ever" : "once",
               memory_live_count() - before + 1);
        FAIL("nothing is lost");
        return;
      }
      if (n > 200000) {
        FAIL("it gets through some time");
        return;
      }
    }
    printf("       %ld failures %s\n", failed_count, for_ever ? "for ever" : "once");
  }
}

#define CASE(name, may_lose) \
  static void name##_while_memory_fails(void) { while_memory_fails(call_##name, may_lose); }

CASE(buffer_create, 0)
CASE(buffer_append, 0)
CASE(pack_parse, 0)
CASE(pack_parse_wrong, 0)
CASE(pack_check, 0)
CASE(pack_check_wrong, 0)
CASE(model_compile, 0)
CASE(model_compile_wrong, 0)
CASE(diagnostics_json, 0)
CASE(diagnostics_text, 0)
CASE(diagnostics_get, 0)
CASE(calendar_compile, 0)
CASE(calendar_compile_wrong, 0)
CASE(calendar_of_model, 0)
CASE(calendar_add, 0)
CASE(calendar_add_wrong, 0)
CASE(calendar_questions, 0)
CASE(calendar_question_wrong, 0)
CASE(instants, 0)
CASE(condition_compile, 0)
CASE(condition_compile_wrong, 0)
CASE(condition_evaluate, 0)
CASE(condition_holds, 0)
CASE(contact_fold_create, 0)
CASE(decisions_create, 0)
CASE(contact_step, 0)
CASE(contact_merge, 0)
CASE(contact_questions, 0)
CASE(engine, 0)
CASE(engine_lines, 0)
CASE(engine_with_history, 0)
CASE(engine_restored, 0)
CASE(engine_with_threads, 0)
CASE(decisions_write_json, 0)
CASE(report_of_run, 0)
CASE(report_of_handoff, 0)
CASE(report_of_backtest, 0)
CASE(report_of_comparison, 0)
CASE(report_of_plan, 0)
static void report_documents_while_memory_fails(void) {
  for (document_form = LEADLINE_REPORT_MARKDOWN; document_form <= LEADLINE_REPORT_CLOSED_LOOP; document_form++) {
    while_memory_fails(call_report_document, 0);
  }
}
CASE(pack_sla_document, 0)

int main(void) {
  const leadline_error none = LEADLINE_ERROR_INIT;
  leadline_pack_options asked;
  error = none;
  if (!memory_install()) {
    puts("skipped: this build's library takes no allocator");
    return 77;
  }
  asked = options();
  if (leadline_buffer_create(&buffer) != LEADLINE_OK ||
      leadline_pack_parse(TEXT(pack_text), NULL, 0, &pack, &error) != LEADLINE_OK ||
      leadline_pack_parse(TEXT(wrong_pack), NULL, 0, &bad_pack, &error) != LEADLINE_OK ||
      leadline_pack_check(bad_pack, NULL, &problems, NULL) != LEADLINE_INVALID_INPUT ||
      leadline_model_compile(pack, &asked, &model, NULL, &error) != LEADLINE_OK ||
      leadline_calendar_compile(TEXT(office), &calendar, NULL, &error) != LEADLINE_OK ||
      leadline_condition_compile(TEXT(rule), 0, &condition, NULL, &error) != LEADLINE_OK) {
    printf("not made: %s %s\n", error.code, error.message);
    return 1;
  }
  step_events[0] = event("a", "ann", START + DAY, "{\"email\": \"ann@example.com\", \"path\": \"/\"}");
  if (leadline_contact_fold_create(model, &fold, &error) != LEADLINE_OK ||
      leadline_buffer_create(&state_before) != LEADLINE_OK || leadline_buffer_create(&state_after) != LEADLINE_OK ||
      leadline_decisions_create(LEADLINE_AS_JSON, &told_before) != LEADLINE_OK ||
      leadline_decisions_create(LEADLINE_AS_JSON, &told_after) != LEADLINE_OK ||
      leadline_contact_step(fold, TEXT("ann"), NULL, 0, step_events, 1, sizeof *step_events, START + 2 * DAY,
                            state_before, told_before, NULL, &error) != LEADLINE_OK) {
    printf("not made: %s %s\n", error.code, error.message);
    return 1;
  }
  step_events[0] = event("b", "ann", START + 3 * DAY, "{\"path\": \"/pricing\"}");
  step_events[1] = event("c", "ann", START + 2 * DAY + 5, "{\"email\": \"ann@example.com\"}"); /* late */
  step_events[2] =
      event("d", "ann", START + 4 * DAY, "{\"path\": \"a path that needs memory of its own, being so long\"}");
  if (leadline_contact_step(fold, TEXT("ann"), leadline_buffer_content(state_before).data,
                            (size_t)leadline_buffer_content(state_before).size, step_events, 3, sizeof *step_events,
                            START + 9 * DAY, state_after, told_after, NULL, &error) != LEADLINE_OK) {
    printf("not made: %s %s\n", error.code, error.message);
    return 1;
  }
  {
    leadline_pack* plain = NULL;
    if (leadline_pack_parse(TEXT(plain_pack_text), NULL, 0, &plain, &error) != LEADLINE_OK ||
        leadline_model_compile(plain, NULL, &plain_model, NULL, &error) != LEADLINE_OK) {
      printf("not made: %s %s\n", error.code, error.message);
      return 1;
    }
    leadline_pack_free(plain);
  }
  if (!learn_engine() || !learn_reports()) {
    printf("not learned: %s %s\n", error.code, error.message);
    return 1;
  }
  RUN(buffer_create_while_memory_fails);
  RUN(buffer_append_while_memory_fails);
  RUN(pack_parse_while_memory_fails);
  RUN(pack_parse_wrong_while_memory_fails);
  RUN(pack_check_while_memory_fails);
  RUN(pack_check_wrong_while_memory_fails);
  RUN(model_compile_while_memory_fails);
  RUN(model_compile_wrong_while_memory_fails);
  RUN(diagnostics_json_while_memory_fails);
  RUN(diagnostics_text_while_memory_fails);
  RUN(diagnostics_get_while_memory_fails);
  RUN(calendar_compile_while_memory_fails);
  RUN(calendar_compile_wrong_while_memory_fails);
  RUN(calendar_of_model_while_memory_fails);
  RUN(calendar_add_while_memory_fails);
  RUN(calendar_add_wrong_while_memory_fails);
  RUN(calendar_questions_while_memory_fails);
  RUN(calendar_question_wrong_while_memory_fails);
  RUN(instants_while_memory_fails);
  RUN(condition_compile_while_memory_fails);
  RUN(condition_compile_wrong_while_memory_fails);
  RUN(condition_evaluate_while_memory_fails);
  RUN(condition_holds_while_memory_fails);
  RUN(contact_fold_create_while_memory_fails);
  RUN(decisions_create_while_memory_fails);
  RUN(contact_step_while_memory_fails);
  RUN(contact_merge_while_memory_fails);
  RUN(contact_questions_while_memory_fails);
  RUN(engine_while_memory_fails);
  RUN(engine_lines_while_memory_fails);
  RUN(engine_with_history_while_memory_fails);
  RUN(engine_restored_while_memory_fails);
  RUN(engine_with_threads_while_memory_fails);
  RUN(stream_as_lines_while_memory_fails);
  RUN(stream_as_events_while_memory_fails);
  RUN(stream_with_pools_while_memory_fails);
  RUN(stream_with_history_while_memory_fails);
  RUN(decisions_write_json_while_memory_fails);
  RUN(report_of_run_while_memory_fails);
  RUN(report_of_handoff_while_memory_fails);
  RUN(report_of_backtest_while_memory_fails);
  RUN(report_of_comparison_while_memory_fails);
  RUN(report_of_plan_while_memory_fails);
  RUN(report_documents_while_memory_fails);
  RUN(pack_sla_document_while_memory_fails);
  /* In an order that nobody would choose. */
  leadline_model_free(model);
  leadline_pack_free(bad_pack);
  leadline_condition_free(condition);
  leadline_diagnostics_free(problems);
  leadline_pack_free(pack);
  leadline_buffer_free(buffer);
  leadline_calendar_free(calendar);
  leadline_decisions_free(told_before);
  leadline_contact_fold_free(fold);
  leadline_decisions_free(told_after);
  leadline_buffer_free(state_before);
  leadline_buffer_free(state_after);
  leadline_decisions_free(told_by_engine);
  leadline_buffer_free(known_contact);
  leadline_buffer_free(known_contacts);
  leadline_buffer_free(known_snapshot);
  leadline_buffer_free(known_explanation);
  leadline_model_free(plain_model);
  leadline_report_free(taken_report);
  leadline_buffer_free(report_decisions);
  {
    int kind;
    for (kind = 0; kind < REPORT_COUNT; kind++) leadline_buffer_free(known_report[kind]);
  }
  leadline_model_free(report_model);
  leadline_pack_free(report_pack);
  return finish_checks();
}
