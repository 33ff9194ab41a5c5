/* The engine, the fold over state bytes and decisions: what leadline.h promises of them, and of their wrong use. */

#include "leadline/leadline.h"

#include "check.h"

#define TEXT(literal) literal, sizeof(literal) - 1

#define DAY ((int64_t)86400000)
/* 2026-03-02T00:00:00Z */
#define START ((int64_t)1772409600000)

static const char pack_text[] =
    "{\"leadline\": 1, \"name\": \"c\", \"time_zone\": \"UTC\", \"engine\": {\"lateness\": \"2d\"},\n"
    "  \"attributes\": {\"size\": {\"type\": \"number\", \"from\": [\"signup.size\"]}},\n"
    "  \"events\": {\"visit\": {\"activity\": true, \"fields\": {\"path\": \"string\"}},\n"
    "    \"signup\": {\"activity\": true, \"fields\": {\"size\": \"number\", \"ok\": \"boolean\", \"rate\": "
    "\"number\"}}},\n"
    "  \"signals\": {\"visits\": {\"count\": \"visit\", \"within\": \"7d\"}},\n"
    "  \"scores\": {\"heat\": {\"rules\": [\n"
    "    {\"id\": \"seen\", \"on\": \"visit\", \"points\": 10, \"decay\": {\"half_life\": \"10d\"}},\n"
    "    {\"id\": \"often\", \"when\": {\">=\": [{\"var\": \"signal.visits\"}, 3]}, \"points\": 5},\n"
    "    {\"id\": \"big\", \"when\": {\">=\": [{\"var\": \"contact.size\"}, 50]}, \"points\": 20.5}]}},\n"
    "  \"grades\": {\"grade\": {\"of\": \"heat\", \"bands\": [{\"at_least\": 20, \"is\": \"A\"}, {\"is\": \"B\"}]}},\n"
    "  \"funnel\": {\"start\": \"lead\", \"stages\": [{\"id\": \"lead\"}, {\"id\": \"mql\"}],\n"
    "    \"transitions\": [{\"id\": \"hot\", \"from\": \"lead\", \"to\": \"mql\", \"when\": {\">=\": [{\"var\": "
    "\"score.heat\"}, 30]}},\n"
    "      {\"id\": \"cold\", \"from\": \"mql\", \"to\": \"lead\", \"after\": \"5d\"}],\n"
    "    \"effects\": [{\"enter\": \"mql\", \"do\": [{\"action\": \"notify\", \"size\": {\"var\": "
    "\"contact.size\"}}]}]}\n"
    "}\n";

static const char lines[] =
    "{\"id\": \"e1\", \"contact\": \"ann\", \"type\": \"signup\", \"at\": \"2026-03-02T00:00:00Z\", \"data\": "
    "{\"size\": 60}}\n"
    "\n"
    "{\"id\": \"e2\", \"contact\": \"bo\", \"type\": \"visit\", \"at\": \"2026-03-03T00:00:00Z\"}\r\n"
    "{\"id\": \"e3\", \"contact\": \"ann\", \"type\": \"visit\", \"at\": \"2026-03-03T00:00:00Z\", \"data\": "
    "{\"path\": \"/pricing\"}}\n"
    "{\"id\": \"e4\", \"contact\": \"bo\", \"type\": \"visit\", \"at\": \"2026-03-02T12:00:00Z\"}\n"
    "{\"id\": \"e5\", \"contact\": \"ann\", \"type\": \"visit\", \"at\": \"2026-03-04T00:00:00Z\"}";

static leadline_event event(const char* id, const char* contact, const char* type, int64_t at_ms, const char* data) {
  leadline_event out;
  memset(&out, 0, sizeof out);
  out.at_ms = at_ms;
  out.contact = contact;
  out.contact_size = contact == NULL ? 0 : (uint32_t)strlen(contact);
  out.type = type;
  out.type_size = (uint32_t)strlen(type);
  out.id = id;
  out.id_size = id == NULL ? 0 : (uint32_t)strlen(id);
  out.data = data;
  out.data_size = data == NULL ? 0 : (uint32_t)strlen(data);
  return out;
}

static leadline_model* compiled(const char* text) {
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  CHECK_INT(leadline_pack_parse(text, strlen(text), NULL, 0, &pack, &error), LEADLINE_OK);
  CHECK_INT(leadline_model_compile(pack, NULL, &model, NULL, &error), LEADLINE_OK);
  if (model == NULL) printf("%s\n", error.message);
  leadline_pack_free(pack);
  return model;
}

static leadline_engine* engine_with(int32_t keeps_history) {
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_model* model = compiled(pack_text);
  leadline_engine* engine = NULL;
  options.keeps_history = keeps_history;
  CHECK_INT(leadline_engine_create(model, &options, &engine, NULL), LEADLINE_OK);
  leadline_model_free(model);
  return engine;
}

static leadline_decisions* decisions_as(int32_t forms) {
  leadline_decisions* out = NULL;
  CHECK_INT(leadline_decisions_create(forms, &out), LEADLINE_OK);
  return out;
}

static int same(leadline_text a, leadline_text b) {
  return a.size == b.size && memcmp(a.data, b.data, (size_t)a.size) == 0;
}

static int is_piece(const leadline_decisions* decisions, leadline_span span, const char* wanted) {
  if (span.offset == UINT32_MAX) return wanted == NULL;
  if (wanted == NULL) return 0;
  return span.size == strlen(wanted) &&
         memcmp(leadline_decisions_texts(decisions).data + span.offset, wanted, span.size) == 0;
}

/* --- The engine --- */

static void json_lines_and_structs_give_the_same_decisions(void) {
  leadline_engine *by_lines = engine_with(0), *by_structs = engine_with(0);
  leadline_decisions *first = decisions_as(LEADLINE_AS_JSON),
                     *second = decisions_as(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS);
  leadline_field size;
  leadline_event events[5];
  uint64_t done = 0;
  memset(&size, 0, sizeof size);
  size.name = "size";
  size.name_size = 4;
  size.kind = LEADLINE_VALUE_INTEGER;
  size.integer = 60;
  events[0] = event("e1", "ann", "signup", START, NULL);
  events[0].fields = &size;
  events[0].field_count = 1;
  events[1] = event("e2", "bo", "visit", START + DAY, NULL);
  events[2] = event("e3", "ann", "visit", START + DAY, "{\"path\": \"/pricing\"}");
  events[3] = event("e4", "bo", "visit", START + DAY / 2, NULL);
  events[4] = event("e5", "ann", "visit", START + 2 * DAY, NULL);
  CHECK_INT(leadline_engine_apply_json(by_lines, TEXT(lines), first, &done, NULL), LEADLINE_OK);
  CHECK_INT(done, sizeof lines - 1);
  CHECK_INT(leadline_engine_apply(by_structs, events, 5, sizeof *events, second, &done, NULL), LEADLINE_OK);
  CHECK_INT(done, 5);
  CHECK_INT(leadline_engine_advance(by_lines, START + 40 * DAY, first, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_advance(by_structs, START + 40 * DAY, second, NULL), LEADLINE_OK);
  CHECK(leadline_decisions_count(first) > 8);
  CHECK_INT(leadline_decisions_count(first), leadline_decisions_count(second));
  CHECK(same(leadline_decisions_json(first), leadline_decisions_json(second)));
  CHECK_TEXT(leadline_decisions_texts(first), "");
  leadline_engine_free(by_lines);
  leadline_engine_free(by_structs);
  leadline_decisions_free(first);
  leadline_decisions_free(second);
}

static void a_longer_event_of_a_later_header_is_walked_by_its_stride(void) {
  struct later {
    leadline_event event;
    uint64_t more[3];
  } events[3];
  leadline_engine* engine = engine_with(0);
  leadline_decisions* told = decisions_as(LEADLINE_AS_RECORDS);
  uint64_t done = 0, count = 0;
  memset(events, 0x5A, sizeof events);
  events[0].event = event("e1", "ann", "visit", START, NULL);
  events[1].event = event("e2", "bo", "visit", START, NULL);
  events[2].event = event("e3", "cy", "visit", START, NULL);
  CHECK_INT(leadline_engine_apply(engine, &events[0].event, 3, sizeof *events, told, &done, NULL), LEADLINE_OK);
  CHECK_INT(done, 3);
  CHECK_INT(leadline_engine_contact_count(engine, &count), LEADLINE_OK);
  CHECK_INT(count, 3);
  CHECK_INT(leadline_engine_apply(engine, &events[0].event, 3, 8, told, &done, NULL), LEADLINE_BAD_STRUCT_SIZE);
  CHECK_INT(done, 0);
  CHECK_INT(leadline_engine_apply(engine, &events[0].event, 3, sizeof(leadline_event) + 1, told, &done, NULL),
            LEADLINE_BAD_STRUCT_SIZE);
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

static void records_tell_what_the_lines_tell(void) {
  leadline_engine* engine = engine_with(0);
  leadline_decisions* told = decisions_as(LEADLINE_AS_RECORDS | LEADLINE_AS_JSON);
  const leadline_decision* first;
  const char* bytes;
  uint32_t stride = 0;
  uint64_t i, stages = 0;
  CHECK(leadline_decisions_records(told, &stride) == NULL);
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(lines), told, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_advance(engine, START + 20 * DAY, told, NULL), LEADLINE_OK);
  first = leadline_decisions_records(told, &stride);
  CHECK_INT(stride, sizeof(leadline_decision));
  bytes = (const char*)first;
  /* ann enters lead. */
  CHECK_INT(first->seq, 1);
  CHECK_INT(first->kind, LEADLINE_DECISION_STAGE);
  CHECK_INT(first->at_ms, START);
  CHECK(is_piece(told, first->contact, "ann"));
  CHECK(is_piece(told, first->from, NULL));
  CHECK(is_piece(told, first->to, "lead"));
  CHECK(is_piece(told, first->cause, "e1"));
  for (i = 0; i < leadline_decisions_count(told); i++) {
    const leadline_decision* each = (const leadline_decision*)(const void*)(bytes + i * stride);
    if (each->kind == LEADLINE_DECISION_STAGE) stages++;
    if (each->kind == LEADLINE_DECISION_SCORE && each->seq == 2 && is_piece(told, each->contact, "ann")) {
      CHECK(is_piece(told, each->about, "heat"));
      CHECK(is_piece(told, each->from, NULL));
      CHECK_INT(each->flags, LEADLINE_DECISION_FROM_POINTS | LEADLINE_DECISION_TO_POINTS);
      CHECK_INT(each->from_milli, 0);
      CHECK_INT(each->to_milli, 20500);
    }
    if (each->kind == LEADLINE_DECISION_ACTION) {
      CHECK(is_piece(told, each->about, "notify"));
      CHECK(is_piece(told, each->text, "{\"size\": 60}"));
    }
    /* bo's visit of the day before came late: the score told after e2 was another. */
    if (each->kind == LEADLINE_DECISION_AMENDED) {
      CHECK(each->corrects != 0);
      /* One that is no longer made has nothing in its place. */
      if (each->now.offset != UINT32_MAX) CHECK(leadline_decisions_texts(told).data[each->now.offset] == '{');
      CHECK(is_piece(told, each->contact, "bo"));
    }
  }
  CHECK(stages >= 4);
  CHECK(strstr(leadline_decisions_json(told).data, "\"kind\": \"amended\"") != NULL);
  leadline_decisions_clear(told);
  CHECK_INT(leadline_decisions_count(told), 0);
  CHECK(leadline_decisions_records(told, NULL) == NULL);
  CHECK_TEXT(leadline_decisions_json(told), "");
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

static void lines_are_made_from_records_when_they_are_asked_for(void) {
  leadline_engine* engine = engine_with(0);
  leadline_decisions *told = decisions_as(LEADLINE_AS_RECORDS | LEADLINE_AS_JSON), *lines_alone;
  leadline_buffer* out = NULL;
  leadline_text all;
  uint64_t count, first_size;
  CHECK_INT(leadline_buffer_create(&out), LEADLINE_OK);
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(lines), told, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_advance(engine, START + 20 * DAY, told, NULL), LEADLINE_OK);
  count = leadline_decisions_count(told);
  all = leadline_decisions_json(told);
  CHECK_INT(leadline_decisions_write_json(told, 0, count, out), LEADLINE_OK);
  CHECK(same(leadline_buffer_content(out), all));
  CHECK_INT(leadline_decisions_write_json(told, 0, 1, out), LEADLINE_OK);
  first_size = leadline_buffer_content(out).size;
  CHECK(first_size > 0 && leadline_buffer_content(out).data[first_size - 1] == '\n');
  CHECK(memcmp(leadline_buffer_content(out).data, all.data, (size_t)first_size) == 0);
  CHECK_INT(leadline_decisions_write_json(told, count, 0, out), LEADLINE_OK);
  CHECK_TEXT(leadline_buffer_content(out), "");
  CHECK_INT(leadline_decisions_write_json(told, count, 1, out), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_decisions_write_json(told, 1, UINT64_MAX, out), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_decisions_write_json(told, UINT64_MAX, 1, out), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_decisions_write_json(NULL, 0, 0, out), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_decisions_write_json(told, 0, 0, NULL), LEADLINE_INVALID_ARGUMENT);
  lines_alone = decisions_as(LEADLINE_AS_JSON);
  CHECK_INT(leadline_decisions_write_json(lines_alone, 0, 0, out), LEADLINE_UNSUPPORTED);
  leadline_decisions_free(lines_alone);
  leadline_decisions_free(told);
  leadline_engine_free(engine);
  leadline_buffer_free(out);
}

#define MANY 20000

/* Contacts by turns, a merge and a forget among them, a line that is no event in the middle. */
static leadline_event* many_events(size_t bad) {
  static char names[97][8];
  leadline_event* out = (leadline_event*)calloc(MANY, sizeof *out);
  size_t i;
  if (out == NULL) abort();
  for (i = 0; i < 97; i++) sprintf(names[i], "c%d", (int)i);
  for (i = 0; i < MANY; i++) {
    out[i] = event(NULL, names[i * i % 97], i % 11 == 0 ? "signup" : "visit", START + (int64_t)i * 60000,
                   i % 11 == 0 ? "{\"size\": 70}" : "{\"path\": \"/pricing\"}");
    if (i % 1999 == 1) out[i] = event("m", names[i % 96], "contact.merge", out[i].at_ms, "{\"into\": \"c96\"}");
    if (i % 2999 == 1) out[i] = event("f", names[i % 97], "contact.forget", out[i].at_ms, NULL);
  }
  out[bad] = event("bad", "c1", "visit", -5, NULL);
  return out;
}

static void threads_share_contacts_and_tell_the_same(void) {
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_model* model = compiled(pack_text);
  const size_t bad = 12345;
  leadline_event* events = many_events(bad);
  leadline_buffer *snapshot = NULL, *standing[2] = {NULL, NULL};
  leadline_decisions* told[2];
  uint64_t digest[2] = {0, 1};
  uint32_t i;
  CHECK_INT(leadline_buffer_create(&snapshot), LEADLINE_OK);
  for (i = 0; i < 2; i++) {
    leadline_engine *engine = NULL, *restored = NULL;
    leadline_error error = LEADLINE_ERROR_INIT;
    uint64_t done = 0;
    told[i] = decisions_as(LEADLINE_AS_JSON);
    options.thread_count = i == 0 ? 0 : 3;
    CHECK_INT(leadline_engine_create(model, &options, &engine, NULL), LEADLINE_OK);
    CHECK_INT(leadline_engine_apply(engine, events, MANY, sizeof *events, told[i], &done, &error),
              LEADLINE_INVALID_INPUT);
    CHECK_INT(done, bad);
    CHECK_INT(error.offset, bad);
    CHECK_INT(leadline_engine_snapshot(engine, snapshot, NULL), LEADLINE_OK);
    /* A snapshot fits any number of threads. */
    options.thread_count = i == 0 ? 5 : 1;
    CHECK_INT(leadline_engine_restore(model, &options, leadline_buffer_content(snapshot).data,
                                      (size_t)leadline_buffer_content(snapshot).size, &restored, NULL),
              LEADLINE_OK);
    leadline_engine_free(engine);
    CHECK_INT(leadline_engine_apply(restored, events + bad + 1, MANY - bad - 1, sizeof *events, told[i], &done, &error),
              LEADLINE_OK);
    CHECK_INT(done, MANY - bad - 1);
    CHECK_INT(leadline_engine_advance(restored, START + 60 * DAY, told[i], NULL), LEADLINE_OK);
    CHECK_INT(leadline_engine_state_digest(restored, &digest[i], NULL), LEADLINE_OK);
    CHECK_INT(leadline_buffer_create(&standing[i]), LEADLINE_OK);
    CHECK_INT(leadline_engine_contacts_json(restored, standing[i], NULL), LEADLINE_OK);
    leadline_engine_free(restored);
  }
  CHECK(leadline_decisions_count(told[0]) > 1000);
  CHECK(same(leadline_decisions_json(told[0]), leadline_decisions_json(told[1])));
  CHECK(same(leadline_buffer_content(standing[0]), leadline_buffer_content(standing[1])));
  CHECK(leadline_buffer_content(standing[0]).size > 1000);
  CHECK(digest[0] == digest[1]);
  for (i = 0; i < 2; i++) {
    leadline_decisions_free(told[i]);
    leadline_buffer_free(standing[i]);
  }
  leadline_buffer_free(snapshot);
  leadline_model_free(model);
  free(events);
}

static void lines_shared_by_threads_are_done_up_to_the_one_that_is_no_event(void) {
  static const char some[] =
      "{\"contact\": \"ann\", \"type\": \"visit\", \"at\": \"2026-03-02T00:00:00Z\"}\n"
      "\n"
      "{\"contact\": \"bo\"}\n";
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_model* model = compiled(pack_text);
  leadline_engine* engine = NULL;
  leadline_decisions* told = decisions_as(LEADLINE_AS_JSON);
  leadline_error error = LEADLINE_ERROR_INIT;
  uint64_t done = 0;
  options.thread_count = 257;
  CHECK_INT(leadline_engine_create(model, &options, &engine, &error), LEADLINE_INVALID_ARGUMENT);
  options.thread_count = 2;
  CHECK_INT(leadline_engine_create(model, &options, &engine, &error), LEADLINE_OK);
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(some), told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(some + done, "{\"contact\": \"bo\"}\n") == 0);
  CHECK_INT(error.line, 3);
  CHECK_INT(error.offset, done);
  CHECK(leadline_decisions_count(told) > 0);
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(" \n\n"), told, &done, &error), LEADLINE_OK);
  CHECK_INT(done, 3);
  leadline_model_free(model);
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

static void what_is_no_event_ends_a_batch_and_the_host_goes_on_behind_it(void) {
  leadline_engine* engine = engine_with(0);
  leadline_decisions* told = decisions_as(LEADLINE_AS_JSON);
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_event events[3];
  leadline_field fields[2];
  uint64_t done = 0, count = 0;
  static const char bad[] =
      "{\"contact\": \"ann\", \"type\": \"visit\", \"at\": \"2026-03-02T00:00:00Z\"}\n"
      "{\"contact\": \"bo\", \"type\": \"visit\", \"at\": \"2026-03-02\"}\n"
      "{\"contact\": \"cy\", \"type\": \"visit\", \"at\": \"2026-03-02T00:00:00Z\"}\n";
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(bad), told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(error.line, 2);
  CHECK(bad[done - 1] == '\n' && strstr(bad + done, "\"bo\"") == bad + done + 12);
  done = (uint64_t)(strchr(bad + done, '\n') + 1 - bad);
  CHECK_INT(leadline_engine_apply_json(engine, bad + done, sizeof bad - 1 - done, told, &done, &error), LEADLINE_OK);
  CHECK_INT(leadline_engine_contact_count(engine, &count), LEADLINE_OK);
  CHECK_INT(count, 2);

  memset(fields, 0, sizeof fields);
  events[0] = event("a", "ann", "visit", START + 1, NULL);
  events[1] = event("b", NULL, "visit", START + 1, NULL);
  events[2] = event("c", "ann", "visit", START + 1, NULL);
  CHECK_INT(leadline_engine_apply(engine, events, 3, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(done, 1);
  CHECK_INT(error.offset, 1);
  CHECK(strcmp(error.code, "event.no_contact") == 0);
  events[0] = event("a", "ann", "visit", -1, NULL);
  CHECK_INT(leadline_engine_apply(engine, events, 1, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "event.bad_at") == 0);
  events[0] = event("a", "ann", "visit", INT64_MAX, NULL);
  CHECK_INT(leadline_engine_apply(engine, events, 1, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  events[0] = event("a", "ann", "visit", START + 1, "{\"path\": ");
  CHECK_INT(leadline_engine_apply(engine, events, 1, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  events[0] = event("a", "ann", "visit", START + 1, NULL);
  events[0].data_size = 5;
  CHECK_INT(leadline_engine_apply(engine, events, 1, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "event.null") == 0);
  events[0] = event("a", "ann", "visit", START + 1, "{}");
  events[0].fields = fields;
  events[0].field_count = 1;
  CHECK_INT(leadline_engine_apply(engine, events, 1, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "event.two_data") == 0);
  events[0].data_size = 0;
  fields[0].kind = 9;
  CHECK_INT(leadline_engine_apply(engine, events, 1, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "event.bad_field") == 0);
  fields[0].kind = LEADLINE_VALUE_TEXT;
  fields[0].text_size = 4;
  CHECK_INT(leadline_engine_apply(engine, events, 1, sizeof *events, told, &done, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(done, 0);
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

static void a_refused_event_is_a_decision_and_no_failure(void) {
  leadline_engine* engine = engine_with(0);
  leadline_decisions* told = decisions_as(LEADLINE_AS_RECORDS);
  leadline_event sent = event("time", "ann", "visit", START, NULL);
  CHECK_INT(leadline_engine_apply(engine, &sent, 1, sizeof sent, told, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_decisions_count(told), 1);
  CHECK_INT(leadline_decisions_records(told, NULL)->kind, LEADLINE_DECISION_REJECTED);
  CHECK(is_piece(told, leadline_decisions_records(told, NULL)->about, "bad_event"));
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

static void an_engine_tells_scores_standings_and_the_next_wakeup(void) {
  leadline_engine* engine = engine_with(0);
  leadline_decisions* told = decisions_as(LEADLINE_AS_JSON);
  leadline_buffer* out = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  int64_t milli = 7, wakeup = 7;
  CHECK_INT(leadline_buffer_create(&out), LEADLINE_OK);
  CHECK_INT(leadline_engine_next_wakeup(engine, &wakeup), LEADLINE_OK);
  CHECK(wakeup == LEADLINE_NO_INSTANT);
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(lines), told, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_next_wakeup(engine, &wakeup), LEADLINE_OK);
  CHECK(wakeup > START + 2 * DAY && wakeup <= START + 6 * DAY);
  CHECK_INT(leadline_engine_score(engine, TEXT("ann"), 0, &milli, NULL), LEADLINE_OK);
  /* 20.5, one of 10 a day old (10 * 2^-0.1 = 9.330...), one of 10: cut to thousandths as one sum. */
  CHECK_INT(milli, 20500 + 19330);
  CHECK_INT(leadline_engine_contact_json(engine, TEXT("ann"), out, NULL), LEADLINE_OK);
  CHECK(strstr(leadline_buffer_content(out).data, "\"scores\": {\"heat\": 39.83}") != NULL);
  CHECK(strstr(leadline_buffer_content(out).data, "\"stage\": \"mql\"") != NULL);
  CHECK_INT(leadline_engine_contacts_json(engine, out, NULL), LEADLINE_OK);
  CHECK(strncmp(leadline_buffer_content(out).data, "{\"contact\": \"ann\"", 17) == 0);
  CHECK(strstr(leadline_buffer_content(out).data, "\n{\"contact\": \"bo\"") != NULL);
  CHECK_INT(leadline_engine_score(engine, TEXT("ann"), 1, &milli, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(milli, 0);
  CHECK_INT(leadline_engine_score(engine, TEXT("cy"), 0, &milli, &error), LEADLINE_NOT_FOUND);
  CHECK_INT(leadline_engine_contact_json(engine, TEXT("cy"), out, &error), LEADLINE_NOT_FOUND);
  CHECK_TEXT(leadline_buffer_content(out), "");
  CHECK_INT(leadline_engine_explain(engine, TEXT("ann"), START + 2 * DAY, out, &error), LEADLINE_OK);
  CHECK(strstr(leadline_buffer_content(out).data, "\"value\": 39.83") != NULL);
  CHECK(strstr(leadline_buffer_content(out).data, "\"events\": null") != NULL);
  CHECK_INT(leadline_engine_explain(engine, TEXT("cy"), START + 2 * DAY, out, &error), LEADLINE_NOT_FOUND);
  CHECK_INT(leadline_engine_advance(engine, -1, told, &error), LEADLINE_OUT_OF_RANGE);
  leadline_buffer_free(out);
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

static void an_engine_with_history_explains(void) {
  leadline_engine* engine = engine_with(1);
  leadline_decisions* told = decisions_as(LEADLINE_AS_JSON);
  leadline_buffer* out = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  CHECK_INT(leadline_buffer_create(&out), LEADLINE_OK);
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(lines), told, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_explain(engine, TEXT("ann"), START + 2 * DAY, out, &error), LEADLINE_OK);
  CHECK(strstr(leadline_buffer_content(out).data, "\"big\"") != NULL);
  CHECK(strstr(leadline_buffer_content(out).data, "\"e3\"") != NULL);
  CHECK_INT(leadline_engine_explain(engine, TEXT("ann"), START, out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_engine_explain(engine, TEXT("cy"), START + 2 * DAY, out, &error), LEADLINE_NOT_FOUND);
  leadline_buffer_free(out);
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

static void a_restored_engine_goes_on_as_the_one_before(void) {
  leadline_engine *engine = engine_with(0), *restored = NULL;
  leadline_decisions *first = decisions_as(LEADLINE_AS_JSON), *second = decisions_as(LEADLINE_AS_JSON);
  leadline_model *model = compiled(pack_text), *other = compiled("{\"leadline\": 1, \"name\": \"other\"}");
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_buffer* bytes = NULL;
  leadline_text snapshot;
  uint64_t a = 0, b = 1;
  CHECK_INT(leadline_buffer_create(&bytes), LEADLINE_OK);
  CHECK_INT(leadline_engine_apply_json(engine, TEXT(lines), first, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_snapshot(engine, bytes, NULL), LEADLINE_OK);
  snapshot = leadline_buffer_content(bytes);
  CHECK_INT(leadline_engine_restore(other, NULL, snapshot.data, (size_t)snapshot.size, &restored, NULL),
            LEADLINE_OTHER_MODEL);
  CHECK(restored == NULL);
  CHECK_INT(leadline_engine_restore(model, NULL, snapshot.data, (size_t)snapshot.size - 1, &restored, NULL),
            LEADLINE_DAMAGED);
  CHECK(restored == NULL);
  CHECK_INT(leadline_engine_restore(model, NULL, NULL, 5, &restored, NULL), LEADLINE_INVALID_ARGUMENT);
  options.keeps_history = 1;
  CHECK_INT(leadline_engine_restore(model, &options, snapshot.data, (size_t)snapshot.size, &restored, NULL),
            LEADLINE_UNSUPPORTED);
  CHECK_INT(leadline_engine_restore(model, NULL, snapshot.data, (size_t)snapshot.size, &restored, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_state_digest(engine, &a, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_state_digest(restored, &b, NULL), LEADLINE_OK);
  CHECK(a == b && a != 0);
  leadline_decisions_clear(first);
  CHECK_INT(leadline_engine_advance(engine, START + 40 * DAY, first, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_advance(restored, START + 40 * DAY, second, NULL), LEADLINE_OK);
  CHECK(leadline_decisions_count(first) > 0);
  CHECK(same(leadline_decisions_json(first), leadline_decisions_json(second)));
  leadline_engine_free(engine);
  leadline_engine_free(restored);
  leadline_model_free(model);
  leadline_model_free(other);
  leadline_decisions_free(first);
  leadline_decisions_free(second);
  leadline_buffer_free(bytes);
}

/* --- The fold --- */

static leadline_contact_fold* fold_of(const char* text) {
  leadline_model* model = compiled(text);
  leadline_contact_fold* fold = NULL;
  CHECK_INT(leadline_contact_fold_create(model, &fold, NULL), LEADLINE_OK);
  leadline_model_free(model);
  return fold;
}

static leadline_status step(leadline_contact_fold* fold, leadline_buffer* state, const leadline_event* events,
                            size_t count, int64_t to_ms, leadline_decisions* told, int64_t* wakeup,
                            leadline_error* error) {
  const leadline_text bytes = leadline_buffer_content(state);
  return leadline_contact_step(fold, TEXT("ann"), bytes.data, (size_t)bytes.size, events, count, sizeof *events, to_ms,
                               state, told, wakeup, error);
}

static void a_contact_as_bytes_tells_what_an_engine_tells(void) {
  leadline_engine* engine = engine_with(0);
  leadline_contact_fold *fold = fold_of(pack_text), *other = fold_of(pack_text);
  leadline_decisions *by_engine = decisions_as(LEADLINE_AS_JSON), *by_fold = decisions_as(LEADLINE_AS_JSON);
  leadline_buffer* state = NULL;
  leadline_event events[6];
  int64_t wakeup = 0, engine_wakeup = 0, milli = 0, engine_milli = 0;
  uint64_t digest = 0, again = 0;
  int i;
  for (i = 0; i < 6; i++) events[i] = event(NULL, "ann", "visit", START + i * DAY, NULL);
  events[3] = event("s", "ann", "signup", START + 3 * DAY, "{\"size\": 70}");
  events[4].at_ms = START + 2 * DAY; /* late */
  CHECK_INT(leadline_engine_apply(engine, events, 6, sizeof *events, by_engine, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_engine_next_wakeup(engine, &engine_wakeup), LEADLINE_OK);
  CHECK_INT(leadline_buffer_create(&state), LEADLINE_OK);
  /* In pieces, and each by another fold than the one before. */
  for (i = 0; i < 6; i++) {
    CHECK_INT(step(i % 2 ? fold : other, state, &events[i], 1, LEADLINE_NO_INSTANT, by_fold, &wakeup, NULL),
              LEADLINE_OK);
  }
  CHECK_INT(wakeup, engine_wakeup);
  CHECK(same(leadline_decisions_json(by_engine), leadline_decisions_json(by_fold)));
  CHECK_INT(leadline_contact_digest(fold, leadline_buffer_content(state).data,
                                    (size_t)leadline_buffer_content(state).size, &digest, NULL),
            LEADLINE_OK);
  CHECK(digest != 0);
  CHECK_INT(leadline_engine_advance(engine, START + 30 * DAY, by_engine, NULL), LEADLINE_OK);
  CHECK_INT(step(fold, state, NULL, 0, START + 30 * DAY, by_fold, &wakeup, NULL), LEADLINE_OK);
  CHECK(same(leadline_decisions_json(by_engine), leadline_decisions_json(by_fold)));
  CHECK_INT(leadline_contact_digest(fold, leadline_buffer_content(state).data,
                                    (size_t)leadline_buffer_content(state).size, &again, NULL),
            LEADLINE_OK);
  CHECK(again != digest);
  CHECK_INT(leadline_engine_score(engine, TEXT("ann"), 0, &engine_milli, NULL), LEADLINE_OK);
  CHECK_INT(leadline_contact_score(fold, leadline_buffer_content(state).data,
                                   (size_t)leadline_buffer_content(state).size, 0, START + 30 * DAY, &milli, NULL),
            LEADLINE_OK);
  CHECK_INT(milli, engine_milli);
  /* All in one call gives the same bytes. */
  {
    leadline_buffer* whole = NULL;
    leadline_decisions_clear(by_fold);
    CHECK_INT(leadline_buffer_create(&whole), LEADLINE_OK);
    CHECK_INT(leadline_contact_step(fold, TEXT("ann"), NULL, 0, events, 6, sizeof *events, START + 30 * DAY, whole,
                                    by_fold, &wakeup, NULL),
              LEADLINE_OK);
    CHECK(same(leadline_buffer_content(whole), leadline_buffer_content(state)));
    CHECK(same(leadline_decisions_json(by_engine), leadline_decisions_json(by_fold)));
    leadline_buffer_free(whole);
  }
  leadline_buffer_free(state);
  leadline_engine_free(engine);
  leadline_contact_fold_free(fold);
  leadline_contact_fold_free(other);
  leadline_decisions_free(by_engine);
  leadline_decisions_free(by_fold);
}

static void a_step_that_fails_leaves_everything_as_it_was(void) {
  leadline_contact_fold *fold = fold_of(pack_text), *of_other_pack = fold_of("{\"leadline\": 1, \"name\": \"other\"}");
  leadline_decisions* told = decisions_as(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS);
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_buffer* state = NULL;
  leadline_event events[2];
  char before[4096], json[4096];
  size_t size, json_size;
  uint64_t count;
  int64_t wakeup = 0;
  events[0] = event("a", NULL, "visit", START, NULL);
  CHECK_INT(leadline_buffer_create(&state), LEADLINE_OK);
  CHECK_INT(step(fold, state, events, 1, START + DAY, told, &wakeup, NULL), LEADLINE_OK);
  size = (size_t)leadline_buffer_content(state).size;
  json_size = (size_t)leadline_decisions_json(told).size;
  count = leadline_decisions_count(told);
  CHECK(size < sizeof before && json_size < sizeof json);
  memcpy(before, leadline_buffer_content(state).data, size);
  memcpy(json, leadline_decisions_json(told).data, json_size);

  events[0] = event("b", "ann", "visit", START + 2 * DAY, NULL);
  events[1] = event("c", "ann", "visit", START + 2 * DAY, "no json");
  CHECK_INT(step(fold, state, events, 2, LEADLINE_NO_INSTANT, told, &wakeup, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(error.offset, 1);
  CHECK(wakeup == LEADLINE_NO_INSTANT);
  events[1] = event("c", "bo", "visit", START + 2 * DAY, NULL);
  CHECK_INT(step(fold, state, events, 2, LEADLINE_NO_INSTANT, told, &wakeup, &error), LEADLINE_INVALID_ARGUMENT);
  events[1] = event("c", "ann", "contact.merge", START + 2 * DAY, "{\"into\": \"bo\"}");
  CHECK_INT(step(fold, state, events, 2, LEADLINE_NO_INSTANT, told, &wakeup, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(step(fold, state, events, 1, -5, told, &wakeup, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(step(of_other_pack, state, events, 1, LEADLINE_NO_INSTANT, told, &wakeup, &error), LEADLINE_OTHER_MODEL);
  CHECK(strcmp(error.code, "record.other_model") == 0);
  CHECK_INT(leadline_contact_step(fold, TEXT("bo"), before, size, NULL, 0, 0, LEADLINE_NO_INSTANT, state, told, &wakeup,
                                  &error),
            LEADLINE_INVALID_ARGUMENT);
  before[size / 2] ^= 1;
  CHECK_INT(leadline_contact_step(fold, TEXT("ann"), before, size, NULL, 0, 0, LEADLINE_NO_INSTANT, state, told,
                                  &wakeup, &error),
            LEADLINE_DAMAGED);
  before[size / 2] ^= 1;
  CHECK_INT(leadline_contact_step(fold, TEXT("ann"), before, size - 1, NULL, 0, 0, LEADLINE_NO_INSTANT, state, told,
                                  &wakeup, &error),
            LEADLINE_DAMAGED);
  before[3] = 99;
  CHECK_INT(leadline_contact_step(fold, TEXT("ann"), before, size, NULL, 0, 0, LEADLINE_NO_INSTANT, state, told,
                                  &wakeup, &error),
            LEADLINE_NEWER);
  before[3] = leadline_buffer_content(state).data[3];
  CHECK_INT(leadline_contact_step(NULL, TEXT("ann"), NULL, 0, NULL, 0, 0, 0, state, told, &wakeup, &error),
            LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_step(fold, TEXT(""), NULL, 0, NULL, 0, 0, 0, state, told, &wakeup, &error),
            LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_step(fold, TEXT("ann"), NULL, 0, events, 1, 4, 0, state, told, &wakeup, &error),
            LEADLINE_BAD_STRUCT_SIZE);

  CHECK_INT(leadline_buffer_content(state).size, size);
  CHECK(memcmp(leadline_buffer_content(state).data, before, size) == 0);
  CHECK_INT(leadline_decisions_json(told).size, json_size);
  CHECK(memcmp(leadline_decisions_json(told).data, json, json_size) == 0);
  CHECK_INT(leadline_decisions_count(told), count);
  leadline_buffer_free(state);
  leadline_contact_fold_free(fold);
  leadline_contact_fold_free(of_other_pack);
  leadline_decisions_free(told);
}

static void forgetting_leaves_no_bytes(void) {
  leadline_contact_fold* fold = fold_of(pack_text);
  leadline_decisions* told = decisions_as(LEADLINE_AS_RECORDS);
  leadline_buffer* state = NULL;
  leadline_event events[2];
  int64_t wakeup = 0, milli = 7;
  events[0] = event("a", "ann", "visit", START, NULL);
  events[1] = event("b", "ann", "contact.forget", START + DAY, NULL);
  CHECK_INT(leadline_buffer_create(&state), LEADLINE_OK);
  CHECK_INT(step(fold, state, events, 2, START + 9 * DAY, told, &wakeup, NULL), LEADLINE_OK);
  CHECK_INT(leadline_buffer_content(state).size, 0);
  CHECK(wakeup == LEADLINE_NO_INSTANT);
  CHECK_INT(leadline_decisions_records(told, NULL)[leadline_decisions_count(told) - 1].kind,
            LEADLINE_DECISION_FORGOTTEN);
  /* A later event begins anew. */
  leadline_decisions_clear(told);
  events[0].at_ms = START + 2 * DAY;
  CHECK_INT(step(fold, state, events, 1, LEADLINE_NO_INSTANT, told, &wakeup, NULL), LEADLINE_OK);
  CHECK_INT(leadline_decisions_records(told, NULL)->seq, 1);
  CHECK(leadline_buffer_content(state).size > 0);
  CHECK_INT(leadline_contact_score(fold, NULL, 0, 0, START, &milli, NULL), LEADLINE_OK);
  CHECK_INT(milli, 0);
  leadline_buffer_free(state);
  leadline_contact_fold_free(fold);
  leadline_decisions_free(told);
}

static void two_contacts_as_bytes_are_merged_as_by_an_engine(void) {
  leadline_engine* engine = engine_with(0);
  leadline_contact_fold* fold = fold_of(pack_text);
  leadline_decisions *by_engine = decisions_as(LEADLINE_AS_JSON), *by_fold = decisions_as(LEADLINE_AS_JSON);
  leadline_buffer *ann = NULL, *bo = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_event events[3];
  leadline_text a, b;
  events[0] = event("a", "ann", "signup", START, "{\"size\": 60}");
  events[1] = event("b", "bo", "visit", START, NULL);
  events[2] = event("m", "ann", "contact.merge", START + DAY, "{\"into\": \"bo\"}");
  CHECK_INT(leadline_engine_apply(engine, events, 3, sizeof *events, by_engine, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_buffer_create(&ann), LEADLINE_OK);
  CHECK_INT(leadline_buffer_create(&bo), LEADLINE_OK);
  CHECK_INT(leadline_contact_step(fold, TEXT("ann"), NULL, 0, events, 1, sizeof *events, LEADLINE_NO_INSTANT, ann,
                                  by_fold, NULL, NULL),
            LEADLINE_OK);
  CHECK_INT(leadline_contact_step(fold, TEXT("bo"), NULL, 0, events + 1, 1, sizeof *events, LEADLINE_NO_INSTANT, bo,
                                  by_fold, NULL, NULL),
            LEADLINE_OK);
  a = leadline_buffer_content(ann);
  b = leadline_buffer_content(bo);
  /* One that names somebody else is refused whole. */
  CHECK_INT(leadline_contact_merge(fold, TEXT("bo"), b.data, (size_t)b.size, TEXT("ann"), a.data, (size_t)a.size,
                                   &events[2], sizeof *events, bo, ann, by_fold, &error),
            LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_merge(fold, TEXT("ann"), a.data, (size_t)a.size, TEXT("bo"), b.data, (size_t)b.size,
                                   &events[2], sizeof *events, ann, ann, by_fold, &error),
            LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_merge(fold, TEXT("ann"), a.data, (size_t)a.size, TEXT("bo"), b.data, (size_t)b.size,
                                   &events[2], sizeof *events, ann, bo, by_fold, &error),
            LEADLINE_OK);
  CHECK_INT(leadline_buffer_content(ann).size, 0);
  CHECK(leadline_buffer_content(bo).size > 0);
  CHECK(same(leadline_decisions_json(by_engine), leadline_decisions_json(by_fold)));
  leadline_buffer_free(ann);
  leadline_buffer_free(bo);
  leadline_engine_free(engine);
  leadline_contact_fold_free(fold);
  leadline_decisions_free(by_engine);
  leadline_decisions_free(by_fold);
}

/* --- Wrong use --- */

static void null_and_wrong_sizes_are_told(void) {
  leadline_engine *engine = engine_with(0), *none = (leadline_engine*)&none;
  leadline_decisions *told = decisions_as(LEADLINE_AS_RECORDS), *wrong = told;
  leadline_contact_fold* fold = (leadline_contact_fold*)&none;
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_model* model = compiled(pack_text);
  leadline_buffer* out = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  uint64_t done = 7;
  int64_t number = 7;
  leadline_engine_free(NULL);
  leadline_decisions_free(NULL);
  leadline_contact_fold_free(NULL);
  leadline_decisions_clear(NULL);
  CHECK_INT(leadline_decisions_count(NULL), 0);
  CHECK(leadline_decisions_records(NULL, NULL) == NULL);
  CHECK_TEXT(leadline_decisions_texts(NULL), "");
  CHECK_TEXT(leadline_decisions_json(NULL), "");
  CHECK_INT(leadline_decisions_create(0, &wrong), LEADLINE_INVALID_ARGUMENT);
  CHECK(wrong == NULL);
  CHECK_INT(leadline_decisions_create(4, &wrong), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_decisions_create(1, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_fold_create(NULL, &fold, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK(fold == NULL);
  CHECK_INT(leadline_engine_create(NULL, NULL, &none, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK(none == NULL);
  options.struct_size = 3;
  CHECK_INT(leadline_engine_create(model, &options, &none, &error), LEADLINE_BAD_STRUCT_SIZE);
  CHECK_INT(leadline_engine_create(model, NULL, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_restore(model, NULL, NULL, 0, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_apply(NULL, NULL, 0, 0, told, &done, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(done, 0);
  CHECK_INT(leadline_engine_apply(engine, NULL, 1, sizeof(leadline_event), told, &done, &error),
            LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_apply(engine, NULL, 0, 0, NULL, &done, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_apply(engine, NULL, 0, 0, told, &done, &error), LEADLINE_OK);
  CHECK_INT(leadline_engine_apply_json(engine, NULL, 1, told, &done, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_apply_json(engine, NULL, 0, told, &done, &error), LEADLINE_OK);
  CHECK_INT(leadline_engine_advance(engine, START, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_next_wakeup(NULL, &number), LEADLINE_INVALID_ARGUMENT);
  CHECK(number == LEADLINE_NO_INSTANT);
  CHECK_INT(leadline_engine_contact_count(engine, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_score(NULL, TEXT("a"), 0, &number, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_contact_json(engine, TEXT("a"), NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_contacts_json(engine, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_engine_explain(engine, TEXT("a"), 0, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_score(NULL, NULL, 0, 0, 0, &number, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_digest(NULL, NULL, 0, &done, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_contact_merge(NULL, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, NULL, NULL, &error),
            LEADLINE_INVALID_ARGUMENT);
  CHECK(out == NULL);
  leadline_model_free(model);
  leadline_engine_free(engine);
  leadline_decisions_free(told);
}

int main(void) {
  RUN(json_lines_and_structs_give_the_same_decisions);
  RUN(a_longer_event_of_a_later_header_is_walked_by_its_stride);
  RUN(records_tell_what_the_lines_tell);
  RUN(lines_are_made_from_records_when_they_are_asked_for);
  RUN(threads_share_contacts_and_tell_the_same);
  RUN(lines_shared_by_threads_are_done_up_to_the_one_that_is_no_event);
  RUN(what_is_no_event_ends_a_batch_and_the_host_goes_on_behind_it);
  RUN(a_refused_event_is_a_decision_and_no_failure);
  RUN(an_engine_tells_scores_standings_and_the_next_wakeup);
  RUN(an_engine_with_history_explains);
  RUN(a_restored_engine_goes_on_as_the_one_before);
  RUN(a_contact_as_bytes_tells_what_an_engine_tells);
  RUN(a_step_that_fails_leaves_everything_as_it_was);
  RUN(forgetting_leaves_no_bytes);
  RUN(two_contacts_as_bytes_are_merged_as_by_an_engine);
  RUN(null_and_wrong_sizes_are_told);
  return finish_checks();
}
