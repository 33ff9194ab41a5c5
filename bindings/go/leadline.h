#ifndef LEADLINE_LEADLINE_H
#define LEADLINE_LEADLINE_H

/*
 * Leadline for C, and for every language that can call C: scoring, funnels and service levels of contacts.
 *
 * The conventions stand here once; a function says only what differs.
 *
 * Names      Functions are leadline_<noun>_<verb>. An instant is int64_t milliseconds since 1970-01-01T00:00:00Z, up to
 *            2200; points are int64_t thousandths. Units stand last: due_at_ms, score_milli.
 *
 * Handles    Pointers to incomplete structs, made by _parse, _compile, _create or _of, ended by the matching _free.
 *            _free(NULL) does nothing. Any order of frees is safe: what is made from a handle holds what it needs.
 *            Freeing one twice is undefined, as it is for free().
 *
 * Status     What can fail returns a leadline_status: 0 is success, and a code that you do not know is a failure. Codes
 *            are never renumbered. What cannot fail returns its value; of a NULL handle that is 0, or an empty text.
 *
 * Outputs    Stand last, before the error. They are NULL or zero after a failure, unless a function says otherwise.
 *
 * Errors     A leadline_error belongs to the caller, lives where he likes, and may be NULL. Nothing is kept per thread.
 *
 * Texts      Pointer and size, UTF-8, no NUL needed; NULL with size 0 is the empty text. What goes in is never kept.
 *            A leadline_text that comes out is borrowed: the function says until when. A leadline_buffer is yours.
 *
 * Structs    One that you fill, or have filled, begins with struct_size: use its _INIT macro. They only grow at the
 *            end, and zero is the default. Arrays have a stride: the size of one element as its maker knows it.
 *
 * Memory     Nobody frees the other's. Memory running out gives LEADLINE_OUT_OF_MEMORY, and what a function would have
 *            changed is as it was, or an output says how far it came.
 *
 * Threads    Packs, diagnostics, models, calendars and conditions never change: any number of threads may use one, as
 *            long as none frees it. Buffers, decisions, contact folds and engines are for one thread at a time; a
 *            contact fold or an engine in use by another gives LEADLINE_BUSY.
 *
 * Purity     Nothing throws, aborts, prints, or reads clock, locale, environment or network. The zone database is read
 *            while calendars and models are compiled, and no file ever otherwise.
 */

#include <stddef.h>
#include <stdint.h>

/* Goes up when something that was here before changes; additions do not change it. */
#define LEADLINE_ABI_VERSION 1

/* For an instant that is not wanted, or not there. */
#define LEADLINE_NO_INSTANT INT64_MIN

#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* [declarations] Plain C from here to the end mark, so that other languages can read it mechanically. */

/* ------------------------------------------------------------------------------------------------------------------
 * Status and errors
 */

typedef int32_t leadline_status;

enum {
  LEADLINE_OK = 0,
  LEADLINE_INVALID_ARGUMENT = 1, /* NULL where something must stand, a number that means nothing here */
  LEADLINE_BAD_STRUCT_SIZE = 2,  /* struct_size or stride is not one that was ever right */
  LEADLINE_OUT_OF_MEMORY = 3,
  LEADLINE_INVALID_INPUT = 4,    /* a text is not what it should be: the error and the diagnostics tell */
  LEADLINE_NOT_FOUND = 5,        /* no such name, no such contact */
  LEADLINE_OUT_OF_RANGE = 6,     /* an instant or an index outside of what there is */
  LEADLINE_BUSY = 7,             /* another thread is using it */
  LEADLINE_IN_USE = 8,           /* too late to be set */
  LEADLINE_UNSUPPORTED = 9,      /* this build of the library cannot */
  LEADLINE_FAILED = 10,          /* a condition's evaluation failed: the error's code tells how */
  LEADLINE_CALLBACK_FAILED = 11, /* a reader that you gave told a failure */
  LEADLINE_OTHER_MODEL = 12,     /* state bytes of another model */
  LEADLINE_DAMAGED = 13,         /* bytes that are no state, or not whole */
  LEADLINE_NEWER = 14,           /* state bytes written by a newer library */
  LEADLINE_INTERNAL = 15         /* a defect of the library: please report it */
};

/* A text that belongs to somebody else; data is never NULL. */
typedef struct leadline_text {
  const char* data;
  uint64_t size;
} leadline_text;

/*
 * What went wrong. The texts end with NUL, and are cut at a whole character where they are longer than their place; the
 * diagnostics have them in full. line and column count from 1, 0 is unknown; offset and size are bytes.
 */
typedef struct leadline_error {
  uint32_t struct_size;
  leadline_status status;
  uint32_t line;
  uint32_t column;
  uint64_t offset;
  uint64_t size;
  char code[64];     /* stable, dotted: "calendar.unknown_zone" */
  char pointer[256]; /* JSON Pointer of the value at fault */
  char message[512]; /* one sentence, with what would be right */
} leadline_error;

/* The version of the interface that the library was built with; compare with LEADLINE_ABI_VERSION. */
uint32_t leadline_abi_version(void);
/* "0.1.0"; lives for ever. */
const char* leadline_version(void);
/* "LEADLINE_BUSY"; lives for ever; "unknown" for a code that there is not. */
const char* leadline_status_name(leadline_status status);

/* ------------------------------------------------------------------------------------------------------------------
 * Memory
 */

/*
 * Where the library takes its memory from. allocate gives NULL when there is none; alignment is a power of two. Both
 * are called from every thread that uses the library, and must not call it.
 */
typedef struct leadline_allocator {
  uint32_t struct_size;
  uint32_t reserved;
  void* context;
  void* (*allocate)(void* context, size_t size, size_t alignment);
  void (*deallocate)(void* context, void* memory);
} leadline_allocator;

/*
 * Sets the allocator: once, before anything else but the functions that cannot fail; LEADLINE_IN_USE otherwise.
 * LEADLINE_UNSUPPORTED in the static library, whose memory is that of the program's operator new.
 */
leadline_status leadline_allocator_set(const leadline_allocator* allocator);

/* Growing bytes: what functions write texts into. Each writing replaces what was there. */
typedef struct leadline_buffer leadline_buffer;

leadline_status leadline_buffer_create(leadline_buffer** out);
void leadline_buffer_free(leadline_buffer* buffer);
/* Good until the buffer is next written to or freed. A NUL stands behind it. */
leadline_text leadline_buffer_content(const leadline_buffer* buffer);
/* Adds bytes at the end: for readers (see below). A NULL error is all there is: memory may run out. */
leadline_status leadline_buffer_append(leadline_buffer* buffer, const void* data, size_t size);
void leadline_buffer_clear(leadline_buffer* buffer);

/* ------------------------------------------------------------------------------------------------------------------
 * Time
 */

/*
 * Gives a named file by appending its bytes to `into`: LEADLINE_OK, LEADLINE_NOT_FOUND where there is none, any other
 * code for a failure. It must not call the library but for leadline_buffer_append.
 */
typedef leadline_status (*leadline_reader)(void* context, const char* name, size_t name_size, leadline_buffer* into);

/*
 * For hosts without a zone database: where the TZif files (RFC 8536) come from, by IANA name. Set once, before the
 * first calendar or model is compiled; LEADLINE_IN_USE otherwise. May be called from every thread that compiles.
 */
leadline_status leadline_zones_set(leadline_reader reader, void* context);

/* Reads RFC 3339 with an offset or Z. */
leadline_status leadline_instant_parse(const char* text, size_t text_size, int64_t* out_ms, leadline_error* error);
/* Writes "2026-03-02T19:03:00.000Z" and a NUL. LEADLINE_OUT_OF_RANGE outside of 1970 to 2200. */
leadline_status leadline_instant_format(int64_t at_ms, char out[25]);

/* ------------------------------------------------------------------------------------------------------------------
 * Packs and diagnostics
 */

/* Every problem of a text, in the order of places. */
typedef struct leadline_diagnostics leadline_diagnostics;

enum { LEADLINE_SEVERITY_ERROR = 0, LEADLINE_SEVERITY_WARNING = 1 };

/* One problem. Its texts are good until the diagnostics are freed; those that do not apply are empty. */
typedef struct leadline_diagnostic {
  uint32_t struct_size;
  int32_t severity;
  uint32_t line;
  uint32_t column;
  uint64_t offset;
  uint64_t size;
  leadline_text code;
  leadline_text message;
  leadline_text expected;
  leadline_text suggestion;
  leadline_text file;
  leadline_text pointer;
  leadline_text witness; /* of a warning of what cannot work: the smallest input that shows it, as JSON */
} leadline_diagnostic;

void leadline_diagnostics_free(leadline_diagnostics* diagnostics);
/* Problems listed. At most 1,000 are; the two counts after it tell of all. */
size_t leadline_diagnostics_count(const leadline_diagnostics* diagnostics);
uint64_t leadline_diagnostics_error_count(const leadline_diagnostics* diagnostics);
uint64_t leadline_diagnostics_warning_count(const leadline_diagnostics* diagnostics);
leadline_status leadline_diagnostics_get(const leadline_diagnostics* diagnostics, size_t index,
                                         leadline_diagnostic* out);
/* {"diagnostics": [...], "errors": n, "warnings": n} */
leadline_status leadline_diagnostics_json(const leadline_diagnostics* diagnostics, leadline_buffer* out);
/* For a person: each with its line of the source, and a mark under the place. */
leadline_status leadline_diagnostics_text(const leadline_diagnostics* diagnostics, leadline_buffer* out);

/* A rule pack, read: what its author wrote. */
typedef struct leadline_pack leadline_pack;

/*
 * Reads a pack; `file` only stands in messages. Any text gives a pack, unless memory runs out: what is wrong with its
 * shape is told by leadline_pack_check and leadline_model_compile, together with all else.
 */
leadline_status leadline_pack_parse(const char* text, size_t text_size, const char* file, size_t file_size,
                                    leadline_pack** out, leadline_error* error);
void leadline_pack_free(leadline_pack* pack);
/* Good until the pack is freed; empty where the pack names none. */
leadline_text leadline_pack_name(const leadline_pack* pack);
leadline_text leadline_pack_version(const leadline_pack* pack);

/* A file that a pack's lists name, given as its text. */
typedef struct leadline_list_file {
  const char* name;
  uint64_t name_size;
  const char* text;
  uint64_t text_size;
} leadline_list_file;

enum { LEADLINE_CHECK_ERRORS = 0, LEADLINE_CHECK_WARNINGS = 1, LEADLINE_CHECK_PORTABLE = 2 };

/* What a pack needs from outside, and how closely it is looked at. */
typedef struct leadline_pack_options {
  uint32_t struct_size;
  int32_t depth; /* LEADLINE_CHECK_...: errors alone, what cannot work too, what is not portable too */
  /* Lists: first those given, then the reader's. */
  const leadline_list_file* lists;
  uint64_t list_count;
  leadline_reader list_reader; /* may be NULL */
  void* list_context;
  int64_t as_of_ms; /* the day on which lists of holidays are asked whether they end soon; 0: not asked */
} leadline_pack_options;

/*
 * Judges a pack. LEADLINE_OK where nothing keeps it from being compiled, LEADLINE_INVALID_INPUT otherwise; in both
 * cases there are diagnostics, and the error is the first of them. `options` may be NULL.
 */
leadline_status leadline_pack_check(const leadline_pack* pack, const leadline_pack_options* options,
                                    leadline_diagnostics** out_diagnostics, leadline_error* error);

/* ------------------------------------------------------------------------------------------------------------------
 * Models
 */

/* A pack, compiled. Holds no pack. Equal fingerprints promise equal decisions. */
typedef struct leadline_model leadline_model;

/* What has names in a model. */
enum {
  LEADLINE_NAMES_ATTRIBUTES = 0,
  LEADLINE_NAMES_EVENTS = 1,
  LEADLINE_NAMES_SIGNALS = 2,
  LEADLINE_NAMES_SCORES = 3,
  LEADLINE_NAMES_GRADES = 4,
  LEADLINE_NAMES_STAGES = 5,
  LEADLINE_NAMES_STATUSES = 6,
  LEADLINE_NAMES_TRANSITIONS = 7,
  LEADLINE_NAMES_CLOCKS = 8,
  LEADLINE_NAMES_CADENCES = 9,
  LEADLINE_NAMES_CALENDARS = 10
};

/*
 * Compiles a pack. `options` and `out_diagnostics` may be NULL. Where there are diagnostics to give they are given
 * after LEADLINE_INVALID_INPUT too: all problems, of which the error is the first. Should memory run out, RE2 may lose
 * some.
 */
leadline_status leadline_model_compile(const leadline_pack* pack, const leadline_pack_options* options,
                                       leadline_model** out, leadline_diagnostics** out_diagnostics,
                                       leadline_error* error);
void leadline_model_free(leadline_model* model);
/* These texts are good until the model is freed. The fingerprint is 32 hexadecimal digits. */
leadline_text leadline_model_name(const leadline_model* model);
leadline_text leadline_model_version(const leadline_model* model);
leadline_text leadline_model_fingerprint(const leadline_model* model);
/* How many names there are of a kind (LEADLINE_NAMES_...), the name at a place, and a name's place or -1. */
uint32_t leadline_model_name_count(const leadline_model* model, int32_t kind);
leadline_text leadline_model_name_at(const leadline_model* model, int32_t kind, uint32_t index);
int64_t leadline_model_name_index(const leadline_model* model, int32_t kind, const char* name, size_t name_size);

/* ------------------------------------------------------------------------------------------------------------------
 * Calendars
 */

/* Business hours in a time zone. */
typedef struct leadline_calendar leadline_calendar;

enum { LEADLINE_DAY_END_SAME_TIME = 0, LEADLINE_DAY_END_CLOSE = 1 };

/* From the JSON of one calendar: {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}} */
leadline_status leadline_calendar_compile(const char* json, size_t json_size, leadline_calendar** out,
                                          leadline_diagnostics** out_diagnostics, leadline_error* error);
/* A calendar of a model, by its name. */
leadline_status leadline_calendar_of_model(const leadline_model* model, const char* name, size_t name_size,
                                           leadline_calendar** out, leadline_error* error);
void leadline_calendar_free(leadline_calendar* calendar);

/* Adds a duration as a pack writes it, a minus allowed: "4bh", "2bd", "90m". */
leadline_status leadline_calendar_add(const leadline_calendar* calendar, int64_t from_ms, const char* amount,
                                      size_t amount_size, int64_t* out_ms, leadline_error* error);
/* The earliest later instant with exactly `open_ms` of open time between; below zero, the latest earlier one. */
leadline_status leadline_calendar_add_open(const leadline_calendar* calendar, int64_t from_ms, int64_t open_ms,
                                           int64_t* out_ms, leadline_error* error);
/* So many working dates later or earlier, at the same time of day or at the close. */
leadline_status leadline_calendar_add_days(const leadline_calendar* calendar, int64_t from_ms, int64_t day_count,
                                           int32_t day_end, int64_t* out_ms, leadline_error* error);
/* Open time within [from, to), below zero where `to` is before `from`. */
int64_t leadline_calendar_elapsed(const leadline_calendar* calendar, int64_t from_ms, int64_t to_ms);
/* The same for `count` pairs, for bindings in whose language a call costs more than the question. */
leadline_status leadline_calendar_elapsed_each(const leadline_calendar* calendar, const int64_t* from_ms,
                                               const int64_t* to_ms, size_t count, int64_t* out_ms);
int32_t leadline_calendar_is_open(const leadline_calendar* calendar, int64_t at_ms);
leadline_status leadline_calendar_next_open(const leadline_calendar* calendar, int64_t at_ms, int64_t* out_ms,
                                            leadline_error* error);
leadline_status leadline_calendar_next_close(const leadline_calendar* calendar, int64_t at_ms, int64_t* out_ms,
                                             leadline_error* error);
leadline_status leadline_calendar_previous_close(const leadline_calendar* calendar, int64_t at_ms, int64_t* out_ms,
                                                 leadline_error* error);

/* ------------------------------------------------------------------------------------------------------------------
 * Conditions
 */

/* JsonLogic over JSON data, on its own. */
typedef struct leadline_condition leadline_condition;

/* Leadline's own semantics, in which a blank never scores, or the standard to the letter. */
enum { LEADLINE_SEMANTICS_LEADLINE = 0, LEADLINE_SEMANTICS_JSONLOGIC = 1 };

/* `out_diagnostics` may be NULL; it is given after LEADLINE_INVALID_INPUT too. */
leadline_status leadline_condition_compile(const char* json, size_t json_size, int32_t semantics,
                                           leadline_condition** out, leadline_diagnostics** out_diagnostics,
                                           leadline_error* error);
void leadline_condition_free(leadline_condition* condition);
/*
 * The result over a JSON text, as JSON text. `now_ms` is what elapsed_since counts to. LEADLINE_FAILED, with null as
 * the result: too many steps ("steps"), or in LEADLINE_SEMANTICS_JSONLOGIC what the standard calls an error.
 */
leadline_status leadline_condition_evaluate(const leadline_condition* condition, const char* data, size_t data_size,
                                            int64_t now_ms, leadline_buffer* out, leadline_error* error);
/* Whether the result counts as true: 1 or 0. */
leadline_status leadline_condition_holds(const leadline_condition* condition, const char* data, size_t data_size,
                                         int64_t now_ms, int32_t* out, leadline_error* error);

/* ------------------------------------------------------------------------------------------------------------------
 * Events and decisions
 */

/* Kinds of a field's value. */
enum {
  LEADLINE_VALUE_NULL = 0,
  LEADLINE_VALUE_BOOLEAN = 1, /* integer: 0 or 1 */
  LEADLINE_VALUE_INTEGER = 2, /* integer */
  LEADLINE_VALUE_REAL = 3,    /* real */
  LEADLINE_VALUE_TEXT = 4     /* text */
};

/* One member of an event's data, where it is no text to be parsed. */
typedef struct leadline_field {
  const char* name;
  const char* text;
  int64_t integer;
  double real;
  uint32_t name_size;
  uint32_t text_size;
  int32_t kind;
  uint32_t reserved;
} leadline_field;

/*
 * Something that happened to a contact. Functions take an array of them with its stride, sizeof(leadline_event). An id
 * may be NULL. The data is a JSON object as text, or fields, or neither; never both.
 */
typedef struct leadline_event {
  int64_t at_ms;
  const char* contact;
  const char* type;
  const char* id;
  const char* data;
  const leadline_field* fields;
  uint32_t contact_size;
  uint32_t type_size;
  uint32_t id_size;
  uint32_t data_size;
  uint32_t field_count;
  uint32_t reserved;
} leadline_event;

/* Decisions, as records, as JSON lines, or both; for one thread at a time. What fills it adds at the end. */
typedef struct leadline_decisions leadline_decisions;

enum { LEADLINE_AS_RECORDS = 1, LEADLINE_AS_JSON = 2 };

enum {
  LEADLINE_DECISION_SCORE = 1,
  LEADLINE_DECISION_GRADE = 2,
  LEADLINE_DECISION_STAGE = 3,
  LEADLINE_DECISION_STATUS = 4,
  LEADLINE_DECISION_CLOCK = 5,
  LEADLINE_DECISION_CADENCE = 6,
  LEADLINE_DECISION_ASSIGNED = 7,
  LEADLINE_DECISION_HELD = 8,
  LEADLINE_DECISION_RECYCLED = 9,
  LEADLINE_DECISION_ACTION = 10,
  LEADLINE_DECISION_TAG = 11,
  LEADLINE_DECISION_REJECTED = 12,
  LEADLINE_DECISION_AMENDED = 13,
  LEADLINE_DECISION_MERGED = 14,
  LEADLINE_DECISION_FORGOTTEN = 15,
  LEADLINE_DECISION_ERROR = 16
};

/* Flags of a decision. */
enum {
  LEADLINE_DECISION_IS_LATE = 1,     /* a late event added it: "late", of a clock "told_late" */
  LEADLINE_DECISION_FROM_POINTS = 2, /* from_milli counts, not the text */
  LEADLINE_DECISION_TO_POINTS = 4,   /* to_milli counts, not the text */
  LEADLINE_DECISION_HAS_CLOCK = 8,   /* cycle, due_ms, used_ms, left_ms and late_ms count */
  LEADLINE_DECISION_WAS_BREACHED = 16
};

/* A piece of the decisions' texts; of what is not there the offset is UINT32_MAX. */
typedef struct leadline_span {
  uint32_t offset;
  uint32_t size;
} leadline_span;

/*
 * One decision. Which members count is told by the kind, as docs/reference/c_api.md lists; those that do not are as
 * when not there. `now` is the JSON text of what an amended decision is now, not there where it is no longer made.
 */
typedef struct leadline_decision {
  int64_t at_ms;
  uint64_t seq;
  uint64_t corrects;
  int64_t from_milli;
  int64_t to_milli;
  int64_t due_ms;
  int64_t used_ms;
  int64_t left_ms;
  int64_t late_ms;
  int32_t kind;
  uint32_t flags;
  uint32_t cycle;
  uint32_t reserved;
  leadline_span contact;
  leadline_span about;
  leadline_span from;
  leadline_span to;
  leadline_span text;
  leadline_span rule;
  leadline_span reason;
  leadline_span cause;
  leadline_span now;
} leadline_decision;

/* `forms`: LEADLINE_AS_RECORDS, LEADLINE_AS_JSON, or both. */
leadline_status leadline_decisions_create(int32_t forms, leadline_decisions** out);
void leadline_decisions_free(leadline_decisions* decisions);
/* Forgets all, but keeps the memory for the next. */
void leadline_decisions_clear(leadline_decisions* decisions);
uint64_t leadline_decisions_count(const leadline_decisions* decisions);
/*
 * The records, `*out_stride` bytes from one to the next, or NULL where there are none. These three are good until the
 * decisions are filled, cleared or freed.
 */
const leadline_decision* leadline_decisions_records(const leadline_decisions* decisions, uint32_t* out_stride);
/* What the spans of records are pieces of. */
leadline_text leadline_decisions_texts(const leadline_decisions* decisions);
/* A line for each decision, as `leadline run` prints them. */
leadline_text leadline_decisions_json(const leadline_decisions* decisions);
/*
 * The same lines, made from the records when they are asked for: `count` of them from `first` on. Who seldom reads the
 * lines asks for LEADLINE_AS_RECORDS alone; without records it is LEADLINE_UNSUPPORTED.
 */
leadline_status leadline_decisions_write_json(const leadline_decisions* decisions, uint64_t first, uint64_t count,
                                              leadline_buffer* out);

/* ------------------------------------------------------------------------------------------------------------------
 * One contact, as bytes that the host keeps
 */

/* Folds contacts of one model; holds memory for one call at a time. For one thread at a time, else LEADLINE_BUSY. */
typedef struct leadline_contact_fold leadline_contact_fold;

leadline_status leadline_contact_fold_create(const leadline_model* model, leadline_contact_fold** out,
                                             leadline_error* error);
void leadline_contact_fold_free(leadline_contact_fold* fold);

/*
 * Takes a contact from one state to the next: through events in order of arrival, then, unless `advance_to_ms` is
 * LEADLINE_NO_INSTANT, through every instant up to and including that. The state is what `out_state` held after the
 * step before, or empty for a contact to which nothing has happened; it is empty again after contact.forget. Events
 * name no contact, or this one; contact.merge has a function of its own, and rep.away and rep.back do nothing here. Who
 * of a pool gets a contact only an engine knows: here it is held, with the code no_engine. Until `*out_next_wakeup_ms`
 * (LEADLINE_NO_INSTANT: ever) nothing can happen by time alone.
 *
 * The decisions are added at the end. It is done whole or not at all: after a failure `out_state` and `decisions` are
 * as they were, and the error's offset is the place of the event at fault. LEADLINE_DAMAGED, LEADLINE_OTHER_MODEL and
 * LEADLINE_NEWER tell of the state. `state` may lie in `out_state`.
 */
leadline_status leadline_contact_step(leadline_contact_fold* fold, const char* contact, size_t contact_size,
                                      const void* state, size_t state_size, const leadline_event* events,
                                      size_t event_count, uint32_t event_stride, int64_t advance_to_ms,
                                      leadline_buffer* out_state, leadline_decisions* decisions,
                                      int64_t* out_next_wakeup_ms, leadline_error* error);

/*
 * The contact `from` ends by an event contact.merge, and `into` takes over what it had. `out_from_state` is then empty,
 * or, where the event was refused, the state of a `from` that goes on. As whole as leadline_contact_step.
 */
leadline_status leadline_contact_merge(leadline_contact_fold* fold, const char* from, size_t from_size,
                                       const void* from_state, size_t from_state_size, const char* into,
                                       size_t into_size, const void* into_state, size_t into_state_size,
                                       const leadline_event* event, uint32_t event_stride,
                                       leadline_buffer* out_from_state, leadline_buffer* out_into_state,
                                       leadline_decisions* decisions, leadline_error* error);

/* A score at an instant that is not before the latest event or step, in thousandths of a point. */
leadline_status leadline_contact_score(leadline_contact_fold* fold, const void* state, size_t state_size,
                                       uint32_t score, int64_t at_ms, int64_t* out_milli, leadline_error* error);
/* One number for what the fold determines: equal wherever the same fold was done. */
leadline_status leadline_contact_digest(leadline_contact_fold* fold, const void* state, size_t state_size,
                                        uint64_t* out, leadline_error* error);

/* ------------------------------------------------------------------------------------------------------------------
 * Many contacts
 */

/* Many contacts in memory, brought along together. One thread at a time may call it, else LEADLINE_BUSY. */
typedef struct leadline_engine leadline_engine;

typedef struct leadline_engine_options {
  uint32_t struct_size;
  int32_t keeps_history; /* not 0: keeps every event, by which leadline_engine_explain names them */
  /*
   * So many threads share the contacts, at most 256; 0 and 1: none but the caller's. They live for one call, and are
   * worth it from some thousand events a call. The decisions are the same. A pack with pools takes one.
   */
  uint32_t thread_count;
  uint32_t reserved;
} leadline_engine_options;

/* `options` may be NULL. A model of a pack whose engine says "history": true keeps it anyway. */
leadline_status leadline_engine_create(const leadline_model* model, const leadline_engine_options* options,
                                       leadline_engine** out, leadline_error* error);
void leadline_engine_free(leadline_engine* engine);

/*
 * Applies events in order of arrival; the decisions are added at the end. An event that cannot be one (no contact, an
 * instant outside of 1970 to 2200, data that is no JSON) ends it with LEADLINE_INVALID_INPUT: `*out_done_count` tells
 * how many before it are done, also after any other failure, and the host goes on behind it or not. What an event lacks
 * otherwise is told as a decision.
 *
 * After LEADLINE_OUT_OF_MEMORY each event is done whole, with its decisions, or not at all, and so is each instant that
 * time brings to a contact: the same call with the events that are not done goes on as if nothing had been. Some
 * decisions of time before the next event may be told already. docs/reference/c_api.md says when an engine cannot go on
 * (every further call then gives the code "engine.broken").
 */
leadline_status leadline_engine_apply(leadline_engine* engine, const leadline_event* events, size_t event_count,
                                      uint32_t event_stride, leadline_decisions* decisions, uint64_t* out_done_count,
                                      leadline_error* error);
/*
 * The same of events as JSON lines. `*out_done_size` tells up to which byte they are done, whole lines; the error's
 * line and offset are those of the text. Blank lines are skipped. The last line need not end.
 */
leadline_status leadline_engine_apply_json(leadline_engine* engine, const char* lines, size_t lines_size,
                                           leadline_decisions* decisions, uint64_t* out_done_size,
                                           leadline_error* error);
/* Brings every contact through every instant up to and including `to_ms`. */
leadline_status leadline_engine_advance(leadline_engine* engine, int64_t to_ms, leadline_decisions* decisions,
                                        leadline_error* error);
/* The earliest instant at which time alone could change something; LEADLINE_NO_INSTANT: never. */
leadline_status leadline_engine_next_wakeup(leadline_engine* engine, int64_t* out_ms);
leadline_status leadline_engine_contact_count(leadline_engine* engine, uint64_t* out);
/* A contact's score, by the score's place among the model's names, in thousandths of a point. */
leadline_status leadline_engine_score(leadline_engine* engine, const char* contact, size_t contact_size, uint32_t score,
                                      int64_t* out_milli, leadline_error* error);
/*
 * How a contact stands at the last closed instant or its latest event, as one JSON object: contact, scores, grades,
 * stage, status, owner, tags, clocks, cadences, touches; a line of `leadline scores --format json`.
 */
leadline_status leadline_engine_contact_json(leadline_engine* engine, const char* contact, size_t contact_size,
                                             leadline_buffer* out, leadline_error* error);
/* The same of every contact of whom something was accepted, a line each, in byte order of their ids. */
leadline_status leadline_engine_contacts_json(leadline_engine* engine, leadline_buffer* out, leadline_error* error);
/*
 * Where each point of a contact's scores comes from at an instant, as docs/reference/explain.md describes. `at_ms` is
 * not before the latest event. Without history it is told from the contact's state alone, at its last closed instant:
 * every sum is exact, and `events` is null.
 */
leadline_status leadline_engine_explain(leadline_engine* engine, const char* contact, size_t contact_size,
                                        int64_t at_ms, leadline_buffer* out, leadline_error* error);

/* Everything that the engine holds, but for its history, as bytes that are the same on every machine. */
leadline_status leadline_engine_snapshot(leadline_engine* engine, leadline_buffer* out, leadline_error* error);
/*
 * An engine that goes on where a snapshot was taken. LEADLINE_DAMAGED, LEADLINE_OTHER_MODEL and LEADLINE_NEWER tell of
 * the bytes. An engine that keeps history cannot be restored: LEADLINE_UNSUPPORTED.
 */
leadline_status leadline_engine_restore(const leadline_model* model, const leadline_engine_options* options,
                                        const void* snapshot, size_t snapshot_size, leadline_engine** out,
                                        leadline_error* error);
/* One number for what the fold determines of all contacts: equal wherever the same fold was done. */
leadline_status leadline_engine_state_digest(leadline_engine* engine, uint64_t* out, leadline_error* error);

/* ------------------------------------------------------------------------------------------------------------------
 * Reports
 */

/*
 * A report in the making: it takes what it is made of as JSON lines, and is then written as often as is wanted. For one
 * thread at a time, else LEADLINE_BUSY. What is asked for is one JSON object, whose keys docs/reference/c_api.md lists;
 * NULL with size 0 asks for the defaults.
 */
typedef struct leadline_report leadline_report;

enum {
  LEADLINE_REPORT_JSON = 0,     /* every report: the object that the leadline program prints */
  LEADLINE_REPORT_MARKDOWN = 1, /* of a run, of a handoff */
  /* Documents in Markdown, of a run. */
  LEADLINE_REPORT_WEEKLY_PIPELINE_REVIEW = 2,
  LEADLINE_REPORT_MONTHLY_ALIGNMENT = 3,
  LEADLINE_REPORT_WEEKLY_MARKETING = 4,
  LEADLINE_REPORT_MONTHLY_SALES = 5,
  LEADLINE_REPORT_CLOSED_LOOP = 6
};

/* What came of a run. It takes decisions, then, where attributes, money and touches are wanted, the run's events. */
leadline_status leadline_report_of_run(const leadline_model* model, const char* request, size_t request_size,
                                       leadline_report** out, leadline_error* error);
/* What a person of sales is given with a contact. It takes events. */
leadline_status leadline_report_of_handoff(const leadline_model* model, const char* request, size_t request_size,
                                           leadline_report** out, leadline_error* error);
/* How well a score told outcomes beforehand; with "fit", which points would have told them better. It takes events. */
leadline_status leadline_report_of_backtest(const leadline_model* model, const char* request, size_t request_size,
                                            leadline_report** out, leadline_error* error);
/* What would be otherwise if the pack `after` had been in force instead of `before`. It takes events. */
leadline_status leadline_report_of_comparison(const leadline_model* before, const leadline_model* after,
                                              const char* request, size_t request_size, leadline_report** out,
                                              leadline_error* error);
/*
 * From revenue to the contacts it needs, or back; what marketing made an hour; a revenue statement. With a model, which
 * may be NULL, stages are held to it, and of decisions that it takes rates are measured.
 */
leadline_status leadline_report_of_plan(const leadline_model* model, const char* request, size_t request_size,
                                        leadline_report** out, leadline_error* error);
void leadline_report_free(leadline_report* report);

/*
 * Takes lines, in any number of calls; those of events in order of arrival. A line that is none ends a call with
 * LEADLINE_INVALID_INPUT: `*out_done_size` tells up to which byte lines were taken, also after any other failure, and
 * the host goes on behind it or not. LEADLINE_UNSUPPORTED of what the report is not made of; LEADLINE_IN_USE once it
 * was written, and of decisions that come after events. After LEADLINE_OUT_OF_MEMORY, here and where it is first
 * written, the report cannot go on: every further call gives the same, and the host makes it anew.
 */
leadline_status leadline_report_take_decisions(leadline_report* report, const char* lines, size_t lines_size,
                                               uint64_t* out_done_size, leadline_error* error);
leadline_status leadline_report_take_events(leadline_report* report, const char* lines, size_t lines_size,
                                            uint64_t* out_done_size, leadline_error* error);
/* `form`: LEADLINE_REPORT_...; LEADLINE_UNSUPPORTED of one that this report has not. */
leadline_status leadline_report_write(leadline_report* report, int32_t form, leadline_buffer* out,
                                      leadline_error* error);
/* The agreement between marketing and sales that a pack holds, as a document in Markdown. */
leadline_status leadline_pack_sla_document(const leadline_pack* pack, leadline_buffer* out, leadline_error* error);

/* [end of declarations] */

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#define LEADLINE_ERROR_INIT                                          \
  {                                                                  \
    (uint32_t)sizeof(leadline_error), 0, 0, 0, 0, 0, {0}, {0}, { 0 } \
  }
#define LEADLINE_DIAGNOSTIC_INIT                                                                                   \
  {                                                                                                                \
    (uint32_t)sizeof(leadline_diagnostic), 0, 0, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, { 0, 0 } \
  }
#define LEADLINE_ALLOCATOR_INIT \
  { (uint32_t)sizeof(leadline_allocator), 0, 0, 0, 0 }
#define LEADLINE_ENGINE_OPTIONS_INIT \
  { (uint32_t)sizeof(leadline_engine_options), 0, 0, 0 }
#define LEADLINE_PACK_OPTIONS_INIT \
  { (uint32_t)sizeof(leadline_pack_options), 0, 0, 0, 0, 0, 0 }

#endif
