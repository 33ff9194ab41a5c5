#ifndef LEADLINE_GO_SHIM_H
#define LEADLINE_GO_SHIM_H

/*
 * What stands between Go and leadline.h. A call crosses once: what goes in and what comes back is left in a room, which
 * is C memory that Go writes and reads without crossing. Events stand there as the library takes them.
 */

#ifdef LEADLINE_GO_SYSTEM
#include <leadline/leadline.h>
#else
#include "leadline.h"
#endif

/* For one thread at a time. */
typedef struct leadline_go_room {
  /* What is worked on; a room ends it. */
  leadline_engine* engine;
  leadline_contact_fold* fold;
  leadline_report* report;
  leadline_decisions* decisions;
  leadline_buffer* buffers[2];
  /* Events of a call, their fields and their texts, each with how many there is room for. */
  leadline_event* events;
  leadline_field* fields;
  char* event_texts;
  uint64_t event_room;
  uint64_t field_room;
  uint64_t event_texts_room;
  /* What a call gave. */
  const leadline_decision* records;
  uint64_t record_count;
  const char* texts;
  uint64_t texts_size;
  const char* contents[2];
  uint64_t content_sizes[2];
  void* made;
  uint64_t done;
  int64_t number;
  uint32_t stride;
  leadline_error error;
} leadline_go_room;

/* Rooms go as numbers: cgo looks into pointers, and these are never Go's. */
typedef uintptr_t leadline_go_at;

leadline_go_room* leadline_go_room_create(void);
void leadline_go_room_free(leadline_go_at room);
/* Grows until there is room for so many; what stood there stays, elsewhere. Where memory runs out: as it was. */
leadline_status leadline_go_room_reserve(leadline_go_at room, uint64_t event_count, uint64_t field_count,
                                         uint64_t texts_size);
/* Gives back what a call of many events took. */
void leadline_go_room_trim(leadline_go_at room);

/* Where zone files come from: Go's leadlineGoReadZone, which its reader gives them to. */
leadline_status leadline_go_zones_set(void);

leadline_status leadline_go_compile(leadline_go_at room, const char* text, size_t text_size, const char* file,
                                    size_t file_size, int32_t depth, int64_t as_of_ms, int32_t is_check,
                                    const uint64_t* list_sizes, uint64_t list_count, const char* list_texts);
void leadline_go_model_free(leadline_go_at model);
leadline_text leadline_go_model_text(leadline_go_at model, int32_t which);
uint32_t leadline_go_name_count(leadline_go_at model, int32_t kind);
leadline_text leadline_go_name_at(leadline_go_at model, int32_t kind, uint32_t index);

leadline_status leadline_go_calendar_compile(leadline_go_at room, const char* json, size_t json_size);
leadline_status leadline_go_calendar_of_model(leadline_go_at room, leadline_go_at model, const char* name,
                                              size_t name_size);
void leadline_go_calendar_free(leadline_go_at calendar);

enum {
  LEADLINE_GO_ADD_OPEN = 0,
  LEADLINE_GO_ADD_DAYS = 1,
  LEADLINE_GO_ADD_DAYS_TO_CLOSE = 2,
  LEADLINE_GO_ELAPSED = 3,
  LEADLINE_GO_IS_OPEN = 4,
  LEADLINE_GO_NEXT_OPEN = 5,
  LEADLINE_GO_NEXT_CLOSE = 6,
  LEADLINE_GO_PREVIOUS_CLOSE = 7
};
leadline_status leadline_go_calendar_add(leadline_go_at room, leadline_go_at calendar, int64_t from_ms,
                                         const char* amount, size_t amount_size);
leadline_status leadline_go_calendar_ask(leadline_go_at room, leadline_go_at calendar, int32_t what, int64_t first,
                                         int64_t second);
leadline_status leadline_go_calendar_elapsed_each(leadline_go_at calendar, const int64_t* from_ms, const int64_t* to_ms,
                                                  size_t count, int64_t* out_ms);

leadline_status leadline_go_condition_compile(leadline_go_at room, const char* json, size_t json_size,
                                              int32_t semantics);
void leadline_go_condition_free(leadline_go_at condition);
leadline_status leadline_go_condition_evaluate(leadline_go_at room, leadline_go_at condition, const char* data,
                                               size_t data_size, int64_t now_ms);
leadline_status leadline_go_condition_holds(leadline_go_at room, leadline_go_at condition, const char* data,
                                            size_t data_size, int64_t now_ms);

/* With a snapshot: restores it. */
leadline_status leadline_go_engine_open(leadline_go_at room, leadline_go_at model, int32_t keeps_history,
                                        uint32_t thread_count, int32_t is_restored, const char* snapshot,
                                        size_t snapshot_size);
/* Of the first so many events in the room. */
leadline_status leadline_go_engine_apply(leadline_go_at room, uint64_t count);
leadline_status leadline_go_engine_apply_json(leadline_go_at room, const char* lines, size_t lines_size);
leadline_status leadline_go_engine_advance(leadline_go_at room, int64_t to_ms);
leadline_status leadline_go_engine_next_wakeup(leadline_go_at room);
leadline_status leadline_go_engine_contact_count(leadline_go_at room);
leadline_status leadline_go_engine_score(leadline_go_at room, const char* contact, size_t contact_size, uint32_t score);
leadline_status leadline_go_engine_contact_json(leadline_go_at room, const char* contact, size_t contact_size);
leadline_status leadline_go_engine_contacts_json(leadline_go_at room);
leadline_status leadline_go_engine_explain(leadline_go_at room, const char* contact, size_t contact_size,
                                           int64_t at_ms);
leadline_status leadline_go_engine_snapshot(leadline_go_at room);
leadline_status leadline_go_engine_digest(leadline_go_at room);

enum {
  LEADLINE_GO_REPORT_OF_RUN = 0,
  LEADLINE_GO_REPORT_OF_HANDOFF = 1,
  LEADLINE_GO_REPORT_OF_BACKTEST = 2,
  LEADLINE_GO_REPORT_OF_COMPARISON = 3,
  LEADLINE_GO_REPORT_OF_PLAN = 4
};
leadline_status leadline_go_report_open(leadline_go_at room, int32_t what, leadline_go_at model, leadline_go_at other,
                                        const char* request, size_t request_size);
leadline_status leadline_go_report_take(leadline_go_at room, int32_t is_events, const char* lines, size_t lines_size);
leadline_status leadline_go_report_write(leadline_go_at room, int32_t form);
leadline_status leadline_go_sla_document(leadline_go_at room, const char* pack, size_t pack_size);

leadline_status leadline_go_fold_open(leadline_go_at room, leadline_go_at model);
leadline_status leadline_go_fold_step(leadline_go_at room, const char* contact, size_t contact_size, const char* state,
                                      size_t state_size, uint64_t event_count, int64_t advance_to_ms);
/* By the first event in the room. */
leadline_status leadline_go_fold_merge(leadline_go_at room, const char* from, size_t from_size, const char* from_state,
                                       size_t from_state_size, const char* into, size_t into_size,
                                       const char* into_state, size_t into_state_size);
leadline_status leadline_go_fold_score(leadline_go_at room, const char* state, size_t state_size, uint32_t score,
                                       int64_t at_ms);
leadline_status leadline_go_fold_digest(leadline_go_at room, const char* state, size_t state_size);

#endif
