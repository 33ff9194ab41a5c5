#include "shim.h"

#include <stdlib.h>
#include <string.h>

static leadline_go_room* of(leadline_go_at room) { return (leadline_go_room*)room; }

leadline_go_room* leadline_go_room_create(void) {
  leadline_go_room* made = (leadline_go_room*)calloc(1, sizeof *made);
  if (made == NULL) return NULL;
  made->error.struct_size = (uint32_t)sizeof made->error;
  if (leadline_decisions_create(LEADLINE_AS_RECORDS, &made->decisions) != LEADLINE_OK ||
      leadline_buffer_create(&made->buffers[0]) != LEADLINE_OK ||
      leadline_buffer_create(&made->buffers[1]) != LEADLINE_OK) {
    leadline_go_room_free((leadline_go_at)made);
    return NULL;
  }
  return made;
}

void leadline_go_room_free(leadline_go_at room) {
  leadline_go_room* ended = of(room);
  if (ended == NULL) return;
  leadline_engine_free(ended->engine);
  leadline_contact_fold_free(ended->fold);
  leadline_report_free(ended->report);
  leadline_decisions_free(ended->decisions);
  leadline_buffer_free(ended->buffers[0]);
  leadline_buffer_free(ended->buffers[1]);
  free(ended->events);
  free(ended->fields);
  free(ended->event_texts);
  free(ended);
}

/* --- What a call leaves in its room --- */

static leadline_status fail(leadline_go_room* room, leadline_status status, const char* code, const char* message) {
  room->error.status = status;
  room->error.line = room->error.column = 0;
  room->error.offset = room->error.size = 0;
  room->error.pointer[0] = '\0';
  strcpy(room->error.code, code);
  strcpy(room->error.message, message);
  return status;
}

/* Functions without an error of their own tell a status alone. */
static leadline_status tell(leadline_go_room* room, leadline_status status) {
  if (status == LEADLINE_OK) return status;
  return fail(room, status, status == LEADLINE_BUSY ? "busy" : "argument",
              status == LEADLINE_BUSY ? "another thread is using it" : leadline_status_name(status));
}

static void begin(leadline_go_room* room) {
  leadline_decisions_clear(room->decisions);
  room->done = 0;
}

/* The decisions go with a failure too: they are those of the events that are done. */
static leadline_status told(leadline_go_room* room, leadline_status status) {
  leadline_text texts;
  room->record_count = leadline_decisions_count(room->decisions);
  if (room->record_count == 0) return status;
  room->records = leadline_decisions_records(room->decisions, &room->stride);
  texts = leadline_decisions_texts(room->decisions);
  room->texts = texts.data;
  room->texts_size = texts.size;
  return status;
}

static leadline_status written(leadline_go_room* room, leadline_status status) {
  int i;
  for (i = 0; i < 2; i++) {
    const leadline_text content = leadline_buffer_content(room->buffers[i]);
    room->contents[i] = content.data;
    room->content_sizes[i] = content.size;
  }
  return status;
}

/* --- Models, calendars, conditions --- */

/* A Go function called from here could panic across C: so files that are wanted are noted, and Go asks again. */
static leadline_status note_name(void* context, const char* name, size_t name_size, leadline_buffer* into) {
  leadline_buffer* wanted = (leadline_buffer*)context;
  (void)into;
  if (leadline_buffer_append(wanted, name, name_size) != LEADLINE_OK ||
      leadline_buffer_append(wanted, "", 1) != LEADLINE_OK) {
    return LEADLINE_OUT_OF_MEMORY;
  }
  return LEADLINE_NOT_FOUND;
}

static leadline_status with_diagnostics(leadline_go_room* room, leadline_status status,
                                        leadline_diagnostics* diagnostics) {
  leadline_buffer_clear(room->buffers[1]);
  if (diagnostics != NULL && leadline_diagnostics_count(diagnostics) != 0) {
    const leadline_status wrote = leadline_diagnostics_json(diagnostics, room->buffers[1]);
    if (status == LEADLINE_OK && wrote != LEADLINE_OK) status = tell(room, wrote);
  }
  leadline_diagnostics_free(diagnostics);
  return written(room, status);
}

leadline_status leadline_go_compile(leadline_go_at at, const char* text, size_t text_size, const char* file,
                                    size_t file_size, int32_t depth, int64_t as_of_ms, int32_t is_check,
                                    const uint64_t* list_sizes, uint64_t list_count, const char* list_texts) {
  leadline_go_room* room = of(at);
  leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
  leadline_list_file* lists = NULL;
  leadline_diagnostics* diagnostics = NULL;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  leadline_status status;
  uint64_t i;
  room->made = NULL;
  leadline_buffer_clear(room->buffers[0]);
  leadline_buffer_clear(room->buffers[1]);
  if (list_count != 0) {
    lists = (leadline_list_file*)calloc(list_count, sizeof *lists);
    if (lists == NULL) return fail(room, LEADLINE_OUT_OF_MEMORY, "memory", "there is no memory left");
    for (i = 0; i < list_count; i++) {
      lists[i].name = list_texts;
      lists[i].name_size = list_sizes[2 * i];
      list_texts += list_sizes[2 * i];
      lists[i].text = list_texts;
      lists[i].text_size = list_sizes[2 * i + 1];
      list_texts += list_sizes[2 * i + 1];
    }
  }
  options.depth = depth;
  options.lists = lists;
  options.list_count = list_count;
  options.list_reader = note_name;
  options.list_context = room->buffers[0];
  options.as_of_ms = as_of_ms;
  status = leadline_pack_parse(text, text_size, file, file_size, &pack, &room->error);
  if (status == LEADLINE_OK && is_check) {
    status = leadline_pack_check(pack, &options, &diagnostics, &room->error);
  } else if (status == LEADLINE_OK) {
    status = leadline_model_compile(pack, &options, &model, &diagnostics, &room->error);
  }
  leadline_pack_free(pack);
  free(lists);
  room->made = model;
  return with_diagnostics(room, status, diagnostics);
}

void leadline_go_model_free(leadline_go_at model) { leadline_model_free((leadline_model*)model); }

leadline_text leadline_go_model_text(leadline_go_at at, int32_t which) {
  const leadline_model* model = (const leadline_model*)at;
  if (which == 0) return leadline_model_name(model);
  return which == 1 ? leadline_model_version(model) : leadline_model_fingerprint(model);
}

uint32_t leadline_go_name_count(leadline_go_at model, int32_t kind) {
  return leadline_model_name_count((const leadline_model*)model, kind);
}

leadline_text leadline_go_name_at(leadline_go_at model, int32_t kind, uint32_t index) {
  return leadline_model_name_at((const leadline_model*)model, kind, index);
}

leadline_status leadline_go_calendar_compile(leadline_go_at at, const char* json, size_t json_size) {
  leadline_go_room* room = of(at);
  leadline_diagnostics* diagnostics = NULL;
  leadline_calendar* made = NULL;
  const leadline_status status = leadline_calendar_compile(json, json_size, &made, &diagnostics, &room->error);
  room->made = made;
  return with_diagnostics(room, status, diagnostics);
}

leadline_status leadline_go_calendar_of_model(leadline_go_at at, leadline_go_at model, const char* name,
                                              size_t name_size) {
  leadline_go_room* room = of(at);
  leadline_calendar* made = NULL;
  const leadline_status status =
      leadline_calendar_of_model((const leadline_model*)model, name, name_size, &made, &room->error);
  room->made = made;
  return with_diagnostics(room, status, NULL);
}

void leadline_go_calendar_free(leadline_go_at calendar) { leadline_calendar_free((leadline_calendar*)calendar); }

leadline_status leadline_go_calendar_add(leadline_go_at at, leadline_go_at calendar, int64_t from_ms,
                                         const char* amount, size_t amount_size) {
  leadline_go_room* room = of(at);
  return leadline_calendar_add((const leadline_calendar*)calendar, from_ms, amount, amount_size, &room->number,
                               &room->error);
}

leadline_status leadline_go_calendar_ask(leadline_go_at at, leadline_go_at asked, int32_t what, int64_t first,
                                         int64_t second) {
  leadline_go_room* room = of(at);
  const leadline_calendar* calendar = (const leadline_calendar*)asked;
  switch (what) {
    case LEADLINE_GO_ADD_OPEN: return leadline_calendar_add_open(calendar, first, second, &room->number, &room->error);
    case LEADLINE_GO_ADD_DAYS:
      return leadline_calendar_add_days(calendar, first, second, LEADLINE_DAY_END_SAME_TIME, &room->number,
                                        &room->error);
    case LEADLINE_GO_ADD_DAYS_TO_CLOSE:
      return leadline_calendar_add_days(calendar, first, second, LEADLINE_DAY_END_CLOSE, &room->number, &room->error);
    case LEADLINE_GO_ELAPSED: room->number = leadline_calendar_elapsed(calendar, first, second); return LEADLINE_OK;
    case LEADLINE_GO_IS_OPEN: room->number = leadline_calendar_is_open(calendar, first); return LEADLINE_OK;
    case LEADLINE_GO_NEXT_OPEN: return leadline_calendar_next_open(calendar, first, &room->number, &room->error);
    case LEADLINE_GO_NEXT_CLOSE: return leadline_calendar_next_close(calendar, first, &room->number, &room->error);
    default: return leadline_calendar_previous_close(calendar, first, &room->number, &room->error);
  }
}

leadline_status leadline_go_calendar_elapsed_each(leadline_go_at calendar, const int64_t* from_ms, const int64_t* to_ms,
                                                  size_t count, int64_t* out_ms) {
  return leadline_calendar_elapsed_each((const leadline_calendar*)calendar, from_ms, to_ms, count, out_ms);
}

leadline_status leadline_go_condition_compile(leadline_go_at at, const char* json, size_t json_size,
                                              int32_t semantics) {
  leadline_go_room* room = of(at);
  leadline_diagnostics* diagnostics = NULL;
  leadline_condition* made = NULL;
  const leadline_status status =
      leadline_condition_compile(json, json_size, semantics, &made, &diagnostics, &room->error);
  room->made = made;
  return with_diagnostics(room, status, diagnostics);
}

void leadline_go_condition_free(leadline_go_at condition) { leadline_condition_free((leadline_condition*)condition); }

leadline_status leadline_go_condition_evaluate(leadline_go_at at, leadline_go_at condition, const char* data,
                                               size_t data_size, int64_t now_ms) {
  leadline_go_room* room = of(at);
  return written(room, leadline_condition_evaluate((const leadline_condition*)condition, data, data_size, now_ms,
                                                   room->buffers[0], &room->error));
}

leadline_status leadline_go_condition_holds(leadline_go_at at, leadline_go_at condition, const char* data,
                                            size_t data_size, int64_t now_ms) {
  leadline_go_room* room = of(at);
  int32_t holds = 0;
  const leadline_status status =
      leadline_condition_holds((const leadline_condition*)condition, data, data_size, now_ms, &holds, &room->error);
  room->number = holds;
  return status;
}

/* --- Events --- */

/* Half as much again, so that a batch that grows moves seldom. */
static uint64_t grown(uint64_t room, uint64_t wanted) {
  const uint64_t more = room + room / 2;
  return more > wanted ? more : wanted;
}

leadline_status leadline_go_room_reserve(leadline_go_at at, uint64_t event_count, uint64_t field_count,
                                         uint64_t texts_size) {
  leadline_go_room* room = of(at);
  const leadline_status failed = LEADLINE_OUT_OF_MEMORY;
  if (event_count > room->event_room) {
    const uint64_t count = grown(room->event_room, event_count);
    leadline_event* more = (leadline_event*)realloc(room->events, count * sizeof *more);
    if (more == NULL) return fail(room, failed, "memory", "there is no memory left");
    /* What Go never writes is zero. */
    memset(more + room->event_room, 0, (count - room->event_room) * sizeof *more);
    room->events = more;
    room->event_room = count;
  }
  if (field_count > room->field_room) {
    const uint64_t count = grown(room->field_room, field_count);
    leadline_field* more = (leadline_field*)realloc(room->fields, count * sizeof *more);
    if (more == NULL) return fail(room, failed, "memory", "there is no memory left");
    memset(more + room->field_room, 0, (count - room->field_room) * sizeof *more);
    room->fields = more;
    room->field_room = count;
  }
  if (texts_size > room->event_texts_room) {
    const uint64_t size = grown(room->event_texts_room, texts_size);
    char* more = (char*)realloc(room->event_texts, size);
    if (more == NULL) return fail(room, failed, "memory", "there is no memory left");
    room->event_texts = more;
    room->event_texts_room = size;
  }
  return LEADLINE_OK;
}

void leadline_go_room_trim(leadline_go_at at) {
  leadline_go_room* room = of(at);
  free(room->events);
  free(room->fields);
  free(room->event_texts);
  room->events = NULL;
  room->fields = NULL;
  room->event_texts = NULL;
  room->event_room = room->field_room = room->event_texts_room = 0;
}

/* --- Zones --- */

/* Go's, in zones.go. It never panics across. */
extern leadline_status leadlineGoReadZone(char* name, size_t name_size, leadline_buffer* into);

static leadline_status read_zone(void* context, const char* name, size_t name_size, leadline_buffer* into) {
  (void)context;
  return leadlineGoReadZone((char*)name, name_size, into);
}

leadline_status leadline_go_zones_set(void) { return leadline_zones_set(read_zone, NULL); }

/* --- Engines --- */

leadline_status leadline_go_engine_open(leadline_go_at at, leadline_go_at model, int32_t keeps_history,
                                        uint32_t thread_count, int32_t is_restored, const char* snapshot,
                                        size_t snapshot_size) {
  leadline_go_room* room = of(at);
  leadline_engine_options options = LEADLINE_ENGINE_OPTIONS_INIT;
  options.keeps_history = keeps_history;
  options.thread_count = thread_count;
  if (is_restored) {
    return leadline_engine_restore((const leadline_model*)model, &options, snapshot, snapshot_size, &room->engine,
                                   &room->error);
  }
  return leadline_engine_create((const leadline_model*)model, &options, &room->engine, &room->error);
}

leadline_status leadline_go_engine_apply(leadline_go_at at, uint64_t count) {
  leadline_go_room* room = of(at);
  begin(room);
  return told(room, leadline_engine_apply(room->engine, room->events, (size_t)count, sizeof *room->events,
                                          room->decisions, &room->done, &room->error));
}

leadline_status leadline_go_engine_apply_json(leadline_go_at at, const char* lines, size_t lines_size) {
  leadline_go_room* room = of(at);
  begin(room);
  return told(room,
              leadline_engine_apply_json(room->engine, lines, lines_size, room->decisions, &room->done, &room->error));
}

leadline_status leadline_go_engine_advance(leadline_go_at at, int64_t to_ms) {
  leadline_go_room* room = of(at);
  begin(room);
  return told(room, leadline_engine_advance(room->engine, to_ms, room->decisions, &room->error));
}

leadline_status leadline_go_engine_next_wakeup(leadline_go_at at) {
  leadline_go_room* room = of(at);
  return tell(room, leadline_engine_next_wakeup(room->engine, &room->number));
}

leadline_status leadline_go_engine_contact_count(leadline_go_at at) {
  leadline_go_room* room = of(at);
  return tell(room, leadline_engine_contact_count(room->engine, &room->done));
}

leadline_status leadline_go_engine_score(leadline_go_at at, const char* contact, size_t contact_size, uint32_t score) {
  leadline_go_room* room = of(at);
  return leadline_engine_score(room->engine, contact, contact_size, score, &room->number, &room->error);
}

leadline_status leadline_go_engine_contact_json(leadline_go_at at, const char* contact, size_t contact_size) {
  leadline_go_room* room = of(at);
  return written(room,
                 leadline_engine_contact_json(room->engine, contact, contact_size, room->buffers[0], &room->error));
}

leadline_status leadline_go_engine_contacts_json(leadline_go_at at) {
  leadline_go_room* room = of(at);
  return written(room, leadline_engine_contacts_json(room->engine, room->buffers[0], &room->error));
}

leadline_status leadline_go_engine_explain(leadline_go_at at, const char* contact, size_t contact_size, int64_t at_ms) {
  leadline_go_room* room = of(at);
  return written(room,
                 leadline_engine_explain(room->engine, contact, contact_size, at_ms, room->buffers[0], &room->error));
}

leadline_status leadline_go_engine_snapshot(leadline_go_at at) {
  leadline_go_room* room = of(at);
  return written(room, leadline_engine_snapshot(room->engine, room->buffers[0], &room->error));
}

leadline_status leadline_go_engine_digest(leadline_go_at at) {
  leadline_go_room* room = of(at);
  return leadline_engine_state_digest(room->engine, &room->done, &room->error);
}

/* --- One contact --- */

leadline_status leadline_go_fold_open(leadline_go_at at, leadline_go_at model) {
  leadline_go_room* room = of(at);
  return leadline_contact_fold_create((const leadline_model*)model, &room->fold, &room->error);
}

leadline_status leadline_go_fold_step(leadline_go_at at, const char* contact, size_t contact_size, const char* state,
                                      size_t state_size, uint64_t event_count, int64_t advance_to_ms) {
  leadline_go_room* room = of(at);
  begin(room);
  return told(room,
              written(room, leadline_contact_step(room->fold, contact, contact_size, state, state_size, room->events,
                                                  (size_t)event_count, sizeof *room->events, advance_to_ms,
                                                  room->buffers[0], room->decisions, &room->number, &room->error)));
}

leadline_status leadline_go_fold_merge(leadline_go_at at, const char* from, size_t from_size, const char* from_state,
                                       size_t from_state_size, const char* into, size_t into_size,
                                       const char* into_state, size_t into_state_size) {
  leadline_go_room* room = of(at);
  begin(room);
  return told(room, written(room, leadline_contact_merge(room->fold, from, from_size, from_state, from_state_size, into,
                                                         into_size, into_state, into_state_size, room->events,
                                                         sizeof *room->events, room->buffers[0], room->buffers[1],
                                                         room->decisions, &room->error)));
}

leadline_status leadline_go_fold_score(leadline_go_at at, const char* state, size_t state_size, uint32_t score,
                                       int64_t at_ms) {
  leadline_go_room* room = of(at);
  return leadline_contact_score(room->fold, state, state_size, score, at_ms, &room->number, &room->error);
}

leadline_status leadline_go_fold_digest(leadline_go_at at, const char* state, size_t state_size) {
  leadline_go_room* room = of(at);
  return leadline_contact_digest(room->fold, state, state_size, &room->done, &room->error);
}

/* --- Reports --- */

leadline_status leadline_go_report_open(leadline_go_at at, int32_t what, leadline_go_at first, leadline_go_at second,
                                        const char* request, size_t request_size) {
  leadline_go_room* room = of(at);
  const leadline_model* model = (const leadline_model*)first;
  switch (what) {
    case LEADLINE_GO_REPORT_OF_RUN:
      return leadline_report_of_run(model, request, request_size, &room->report, &room->error);
    case LEADLINE_GO_REPORT_OF_HANDOFF:
      return leadline_report_of_handoff(model, request, request_size, &room->report, &room->error);
    case LEADLINE_GO_REPORT_OF_BACKTEST:
      return leadline_report_of_backtest(model, request, request_size, &room->report, &room->error);
    case LEADLINE_GO_REPORT_OF_COMPARISON:
      return leadline_report_of_comparison(model, (const leadline_model*)second, request, request_size, &room->report,
                                           &room->error);
    default: return leadline_report_of_plan(model, request, request_size, &room->report, &room->error);
  }
}

leadline_status leadline_go_report_take(leadline_go_at at, int32_t is_events, const char* lines, size_t lines_size) {
  leadline_go_room* room = of(at);
  room->done = 0;
  if (is_events) return leadline_report_take_events(room->report, lines, lines_size, &room->done, &room->error);
  return leadline_report_take_decisions(room->report, lines, lines_size, &room->done, &room->error);
}

leadline_status leadline_go_report_write(leadline_go_at at, int32_t form) {
  leadline_go_room* room = of(at);
  return written(room, leadline_report_write(room->report, form, room->buffers[0], &room->error));
}

leadline_status leadline_go_sla_document(leadline_go_at at, const char* text, size_t text_size) {
  leadline_go_room* room = of(at);
  leadline_pack* pack = NULL;
  leadline_status status = leadline_pack_parse(text, text_size, "", 0, &pack, &room->error);
  if (status == LEADLINE_OK) status = leadline_pack_sla_document(pack, room->buffers[0], &room->error);
  leadline_pack_free(pack);
  return written(room, status);
}
