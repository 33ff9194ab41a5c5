/* What many threads may share, and what a second thread is told of what they may not. POSIX threads. */

#define _POSIX_C_SOURCE 200809L

#include "leadline/leadline.h"

#include <pthread.h>

#include "check.h"

#define TEXT(literal) literal, sizeof(literal) - 1
#define START ((int64_t)1772409600000)
#define EVENT_COUNT 2000

static const char pack_text[] =
    "{\"leadline\": 1, \"name\": \"t\", \"engine\": {\"lateness\": \"0s\"}, \"time_zone\": \"UTC\", \"events\": "
    "{\"visit\": {\"activity\": true}},\n"
    "  \"scores\": {\"heat\": {\"rules\": [{\"id\": \"seen\", \"on\": \"visit\", \"points\": 10, \"decay\": "
    "{\"half_life\": \"10d\"}}]}}}";
static const char office[] = "{\"time_zone\": \"America/New_York\", \"hours\": {\"mon-fri\": [\"09:00-17:00\"]}}";
static const char rule[] = "{\"cat\": [{\"lower\": [{\"var\": \"name\"}]}, \" and some more to allocate\"]}";

static leadline_model* model;
static leadline_calendar* calendar;
static leadline_condition* condition;
static leadline_engine* engine;
static leadline_contact_fold* fold;

/* What a thread saw; each has its own. */
typedef struct seen {
  long ok_count;
  long busy_count;
  long other_count;
} seen;

static void count(seen* of, leadline_status status) {
  if (status == LEADLINE_OK) {
    of->ok_count++;
  } else if (status == LEADLINE_BUSY) {
    of->busy_count++;
  } else {
    of->other_count++;
  }
}

static void in_two_threads(void* (*body)(void*), seen both[2]) {
  pthread_t threads[2];
  int i;
  memset(both, 0, 2 * sizeof *both);
  for (i = 0; i < 2; i++) CHECK_INT(pthread_create(&threads[i], NULL, body, &both[i]), 0);
  for (i = 0; i < 2; i++) CHECK_INT(pthread_join(threads[i], NULL), 0);
}

/* --- Shared --- */

static void* use_what_is_shared(void* context) {
  seen* own = (seen*)context;
  leadline_engine* mine = NULL;
  leadline_decisions* told = NULL;
  leadline_buffer* out = NULL;
  int i;
  count(own, leadline_buffer_create(&out));
  count(own, leadline_engine_create(model, NULL, &mine, NULL));
  count(own, leadline_decisions_create(LEADLINE_AS_JSON, &told));
  for (i = 0; i < 200; i++) {
    leadline_event sent;
    int64_t open_ms = 0;
    memset(&sent, 0, sizeof sent);
    sent.at_ms = START + i * 60000;
    sent.contact = "ann";
    sent.contact_size = 3;
    sent.type = "visit";
    sent.type_size = 5;
    count(own, leadline_engine_apply(mine, &sent, 1, sizeof sent, told, NULL, NULL));
    count(own, leadline_calendar_next_open(calendar, sent.at_ms, &open_ms, NULL));
    count(own, leadline_condition_evaluate(condition, TEXT("{\"name\": \"ANN\"}"), 0, out, NULL));
    if (strstr(leadline_buffer_content(out).data, "ann and some") == NULL) own->other_count++;
  }
  leadline_engine_free(mine);
  leadline_decisions_free(told);
  leadline_buffer_free(out);
  return NULL;
}

static void models_calendars_and_conditions_are_shared(void) {
  seen both[2];
  in_two_threads(use_what_is_shared, both);
  CHECK_INT(both[0].ok_count, 603);
  CHECK_INT(both[1].ok_count, 603);
  CHECK_INT(both[0].other_count + both[1].other_count, 0);
}

/* --- Not shared --- */

static void* apply_batches(void* context) {
  seen* own = (seen*)context;
  leadline_decisions* told = NULL;
  leadline_event* events = (leadline_event*)calloc(EVENT_COUNT, sizeof *events);
  int i;
  if (events == NULL || leadline_decisions_create(LEADLINE_AS_RECORDS, &told) != LEADLINE_OK) return NULL;
  for (i = 0; i < EVENT_COUNT; i++) {
    events[i].at_ms = START + i;
    events[i].contact = "ann";
    events[i].contact_size = 3;
    events[i].type = "visit";
    events[i].type_size = 5;
  }
  for (i = 0; i < 20; i++) {
    int64_t number = 0;
    leadline_decisions_clear(told);
    count(own, leadline_engine_apply(engine, events, EVENT_COUNT, sizeof *events, told, NULL, NULL));
    count(own, leadline_engine_next_wakeup(engine, &number));
  }
  leadline_decisions_free(told);
  free(events);
  return NULL;
}

static void a_second_thread_is_told_that_the_engine_is_busy(void) {
  seen both[2];
  long busy_count = 0;
  int round;
  /* Whether they meet is up to the machine; that they meet in some round is as good as sure. */
  for (round = 0; round < 50 && busy_count == 0; round++) {
    in_two_threads(apply_batches, both);
    CHECK_INT(both[0].other_count + both[1].other_count, 0);
    CHECK(both[0].ok_count + both[1].ok_count > 0);
    busy_count = both[0].busy_count + both[1].busy_count;
  }
  CHECK(busy_count > 0);
}

static void* step_one_fold(void* context) {
  seen* own = (seen*)context;
  leadline_decisions* told = NULL;
  leadline_buffer* state = NULL;
  leadline_event* events = (leadline_event*)calloc(EVENT_COUNT, sizeof *events);
  int i;
  if (events == NULL || leadline_decisions_create(LEADLINE_AS_RECORDS, &told) != LEADLINE_OK ||
      leadline_buffer_create(&state) != LEADLINE_OK) {
    return NULL;
  }
  for (i = 0; i < EVENT_COUNT; i++) {
    events[i].at_ms = START + i;
    events[i].type = "visit";
    events[i].type_size = 5;
  }
  for (i = 0; i < 10; i++) {
    leadline_decisions_clear(told);
    count(own, leadline_contact_step(fold, TEXT("ann"), NULL, 0, events, EVENT_COUNT, sizeof *events,
                                     LEADLINE_NO_INSTANT, state, told, NULL, NULL));
  }
  leadline_decisions_free(told);
  leadline_buffer_free(state);
  free(events);
  return NULL;
}

static void a_second_thread_is_told_that_the_fold_is_busy(void) {
  seen both[2];
  long busy_count = 0;
  int round;
  for (round = 0; round < 50 && busy_count == 0; round++) {
    in_two_threads(step_one_fold, both);
    CHECK_INT(both[0].other_count + both[1].other_count, 0);
    busy_count = both[0].busy_count + both[1].busy_count;
  }
  CHECK(busy_count > 0);
}

int main(void) {
  leadline_pack* pack = NULL;
  if (leadline_pack_parse(TEXT(pack_text), NULL, 0, &pack, NULL) != LEADLINE_OK ||
      leadline_model_compile(pack, NULL, &model, NULL, NULL) != LEADLINE_OK ||
      leadline_calendar_compile(TEXT(office), &calendar, NULL, NULL) != LEADLINE_OK ||
      leadline_condition_compile(TEXT(rule), 0, &condition, NULL, NULL) != LEADLINE_OK ||
      leadline_engine_create(model, NULL, &engine, NULL) != LEADLINE_OK ||
      leadline_contact_fold_create(model, &fold, NULL) != LEADLINE_OK) {
    puts("not made");
    return 1;
  }
  RUN(models_calendars_and_conditions_are_shared);
  RUN(a_second_thread_is_told_that_the_engine_is_busy);
  RUN(a_second_thread_is_told_that_the_fold_is_busy);
  leadline_pack_free(pack);
  leadline_model_free(model);
  leadline_calendar_free(calendar);
  leadline_condition_free(condition);
  leadline_engine_free(engine);
  leadline_contact_fold_free(fold);
  return finish_checks();
}
