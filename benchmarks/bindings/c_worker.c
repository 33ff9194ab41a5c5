/* The C side of what a call across costs: the same work as cpp_worker.cpp, told in the same form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "leadline/leadline.h"

enum { EVENT_COUNT = 400000, CONTACT_COUNT = 10000, BATCH_SIZE = 10000 };
static const int64_t first_ms = 1772323200000;

static void fail(const char* what, const leadline_error* error) {
  fprintf(stderr, "%s: %s\n", what, error != NULL ? error->message : "failed");
  exit(1);
}

static double now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static void tell(const char* name, double ns, uint64_t sum) {
  printf("%s %.3f %llu\n", name, ns / EVENT_COUNT, (unsigned long long)sum);
}

static uint64_t state = 1;
static uint64_t next_number(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 33;
}

static void set_text(const char** text, uint32_t* size, const char* content) {
  *text = content;
  *size = (uint32_t)strlen(content);
}

static leadline_event* made_events(void) {
  static const char* const paths[] = {"/pricing", "/blog/post", "/about"};
  static char contacts[CONTACT_COUNT][16];
  leadline_event* events = calloc(EVENT_COUNT, sizeof *events);
  leadline_field* fields = calloc(EVENT_COUNT, sizeof *fields);
  size_t i;
  if (events == NULL || fields == NULL) fail("memory", NULL);
  for (i = 0; i < CONTACT_COUNT; i++) snprintf(contacts[i], sizeof contacts[i], "contact-%zu", i);
  for (i = 0; i < EVENT_COUNT; i++) {
    const uint64_t who = next_number() % CONTACT_COUNT;
    const uint64_t what = next_number() % 10;
    leadline_event* event = &events[i];
    leadline_field* field = &fields[i];
    event->at_ms = first_ms + (int64_t)i * 1000;
    set_text(&event->contact, &event->contact_size, contacts[who]);
    event->fields = field;
    event->field_count = 1;
    if (what < 8) {
      set_text(&event->type, &event->type_size, "page_view");
      set_text(&field->name, &field->name_size, "path");
      field->kind = LEADLINE_VALUE_TEXT;
      set_text(&field->text, &field->text_size, paths[what % 3]);
    } else if (what == 8) {
      set_text(&event->type, &event->type_size, "webinar_attended");
      set_text(&field->name, &field->name_size, "minutes");
      field->kind = LEADLINE_VALUE_INTEGER;
      field->integer = 45;
    } else {
      set_text(&event->type, &event->type_size, "session_start");
      set_text(&field->name, &field->name_size, "utm_source");
      field->kind = LEADLINE_VALUE_TEXT;
      set_text(&field->text, &field->text_size, "google");
    }
  }
  return events;
}

static leadline_engine* new_engine(const leadline_model* model) {
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  leadline_engine* engine = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  if (leadline_engine_create(model, &options, &engine, &error) != LEADLINE_OK) fail("engine", &error);
  return engine;
}

/* What a host might do with each decision: three of its members. */
static uint64_t read_all(const leadline_decisions* told) {
  uint32_t stride = 0;
  const char* at = (const char*)leadline_decisions_records(told, &stride);
  uint64_t left, sum = 0;
  for (left = leadline_decisions_count(told); left != 0; left--, at += stride) {
    const leadline_decision* each = (const leadline_decision*)(const void*)at;
    sum += each->seq + each->contact.size;
    if (each->flags & LEADLINE_DECISION_TO_POINTS) sum += (uint64_t)each->to_milli;
  }
  return sum;
}

enum { COUNTS = 0, READS = 1 };

static void apply_all(const leadline_model* model, const leadline_event* events, size_t at_once, int reads,
                      const char* name) {
  leadline_engine* engine = new_engine(model);
  leadline_decisions* told = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  uint64_t sum = 0;
  size_t i;
  double from;
  int64_t wakeup = 0;
  if (leadline_decisions_create(LEADLINE_AS_RECORDS, &told) != LEADLINE_OK) fail("decisions", NULL);
  from = now_ns();
  for (i = 0; i < EVENT_COUNT; i += at_once) {
    leadline_decisions_clear(told);
    if (leadline_engine_apply(engine, events + i, at_once, sizeof *events, told, NULL, &error) != LEADLINE_OK)
      fail("events", &error);
    sum += reads ? read_all(told) : leadline_decisions_count(told);
  }
  tell(name, now_ns() - from, sum);
  if (at_once > 1 && !reads) {
    uint64_t never = 0;
    from = now_ns();
    for (i = 0; i < EVENT_COUNT; i++) {
      if (leadline_engine_next_wakeup(engine, &wakeup) == LEADLINE_OK && wakeup != LEADLINE_NO_INSTANT) never++;
    }
    tell("ask", now_ns() - from, never);
  }
  leadline_decisions_free(told);
  leadline_engine_free(engine);
}

int main(int count, char** arguments) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  leadline_event* events;
  static char text[1 << 16];
  size_t size;
  FILE* in;
  if (count != 2) return 2;
  in = fopen(arguments[1], "rb");
  if (in == NULL) fail(arguments[1], NULL);
  size = fread(text, 1, sizeof text, in);
  fclose(in);
  if (leadline_pack_parse(text, size, "pack.json", 9, &pack, &error) != LEADLINE_OK ||
      leadline_model_compile(pack, NULL, &model, NULL, &error) != LEADLINE_OK)
    fail("pack", &error);
  leadline_pack_free(pack);
  events = made_events();
  apply_all(model, events, 1, COUNTS, "send");
  apply_all(model, events, BATCH_SIZE, COUNTS, "batch");
  apply_all(model, events, BATCH_SIZE, READS, "read");
  leadline_model_free(model);
  return 0;
}
