/*
 * A program in C99 that does what `leadline run` and `leadline scores` do, so that the same cases hold both.
 *
 *     run_events run PACK EVENTS [--until INSTANT]
 *     run_events scores PACK EVENTS --at INSTANT --format json
 *     run_events structs PACK TABLE UNTIL_MS      through arrays of structs, in one batch
 *     run_events fold PACK TABLE UNTIL_MS         through leadline_contact_step, each contact as bytes
 *
 * A table has a line for each event: instant in milliseconds, contact, type, id or nothing, data or nothing, by tabs.
 */

#include "leadline/leadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static leadline_error error = LEADLINE_ERROR_INIT;

static void require(leadline_status status) {
  if (status == LEADLINE_OK) return;
  fprintf(stderr, "%s: %s: %s (line %u)\n", leadline_status_name(status), error.code, error.message, error.line);
  exit(1);
}

static char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  char* text = NULL;
  size_t room = 0;
  *size = 0;
  if (file == NULL) return NULL;
  for (;;) {
    if (room - *size < 4096) {
      room = room * 2 + 65536;
      text = (char*)realloc(text, room);
      if (text == NULL) abort();
    }
    {
      const size_t count = fread(text + *size, 1, room - *size, file);
      if (count == 0) break;
      *size += count;
    }
  }
  fclose(file);
  return text;
}

/* Lists lie beside the pack. */
static leadline_status read_list(void* context, const char* name, size_t name_size, leadline_buffer* into) {
  const char* pack = (const char*)context;
  const char* slash = strrchr(pack, '/');
  const size_t folder_size = slash == NULL ? 0 : (size_t)(slash - pack) + 1;
  char path[4096];
  size_t size = 0;
  char* text;
  leadline_status status;
  if (folder_size + name_size + 1 > sizeof path) return LEADLINE_NOT_FOUND;
  memcpy(path, pack, folder_size);
  memcpy(path + folder_size, name, name_size);
  path[folder_size + name_size] = '\0';
  text = read_file(path, &size);
  if (text == NULL) return LEADLINE_NOT_FOUND;
  status = leadline_buffer_append(into, text, size);
  free(text);
  return status;
}

static leadline_model* load(char* path) {
  leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  size_t size = 0;
  char* text = read_file(path, &size);
  if (text == NULL) {
    fprintf(stderr, "cannot read %s\n", path);
    exit(1);
  }
  options.list_reader = read_list;
  options.list_context = path;
  require(leadline_pack_parse(text, size, path, strlen(path), &pack, &error));
  require(leadline_model_compile(pack, &options, &model, NULL, &error));
  leadline_pack_free(pack);
  free(text);
  return model;
}

/* The lines made from records are those made at once, where there are both. */
static void require_equal_lines(leadline_decisions* decisions) {
  const leadline_text lines = leadline_decisions_json(decisions);
  leadline_buffer* made = NULL;
  leadline_text found;
  if (leadline_decisions_records(decisions, NULL) == NULL) return;
  require(leadline_buffer_create(&made));
  require(leadline_decisions_write_json(decisions, 0, leadline_decisions_count(decisions), made));
  found = leadline_buffer_content(made);
  if (found.size != lines.size || memcmp(found.data, lines.data, (size_t)lines.size) != 0) {
    fprintf(stderr, "lines from records differ:\n%.*s\nat once:\n%.*s\n", (int)found.size, found.data, (int)lines.size,
            lines.data);
    exit(1);
  }
  leadline_buffer_free(made);
}

static void print_and_clear(leadline_decisions* decisions) {
  const leadline_text lines = leadline_decisions_json(decisions);
  require_equal_lines(decisions);
  fwrite(lines.data, 1, (size_t)lines.size, stdout);
  leadline_decisions_clear(decisions);
}

static int64_t instant_of(const char* text) {
  int64_t out = 0;
  require(leadline_instant_parse(text, strlen(text), &out, &error));
  return out;
}

static int run_lines(const char* what, char* pack, const char* path, const char* until) {
  leadline_model* model = load(pack);
  leadline_engine* engine = NULL;
  leadline_decisions* decisions = NULL;
  size_t size = 0;
  char* lines = read_file(path, &size);
  uint64_t done = 0;
  require(leadline_engine_create(model, NULL, &engine, &error));
  leadline_model_free(model);
  require(leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &decisions));
  require(leadline_engine_apply_json(engine, lines, size, decisions, &done, &error));
  if (until != NULL) require(leadline_engine_advance(engine, instant_of(until), decisions, &error));
  if (strcmp(what, "run") == 0) {
    print_and_clear(decisions);
  } else {
    leadline_buffer* standings = NULL;
    leadline_text text;
    require(leadline_buffer_create(&standings));
    require(leadline_engine_contacts_json(engine, standings, &error));
    text = leadline_buffer_content(standings);
    fwrite(text.data, 1, (size_t)text.size, stdout);
    leadline_buffer_free(standings);
  }
  leadline_engine_free(engine);
  leadline_decisions_free(decisions);
  free(lines);
  return 0;
}

/* --- Tables --- */

static leadline_event* read_table(const char* path, char** text, size_t* count) {
  size_t size = 0, i, room = 0;
  char* at;
  leadline_event* events = NULL;
  *text = read_file(path, &size);
  *count = 0;
  if (*text == NULL) return NULL;
  for (at = *text; at < *text + size;) {
    char *fields[5], *end = (char*)memchr(at, '\n', (size_t)(*text + size - at));
    leadline_event* next;
    if (end == NULL) break;
    *end = '\0';
    for (i = 0; i < 5; i++) {
      fields[i] = at;
      at = strchr(at, '\t');
      if (at != NULL) *at++ = '\0';
      if (at == NULL && i < 4) return NULL;
    }
    if (*count == room) {
      room = room * 2 + 64;
      events = (leadline_event*)realloc(events, room * sizeof *events);
      if (events == NULL) abort();
    }
    next = &events[(*count)++];
    memset(next, 0, sizeof *next);
    next->at_ms = strtoll(fields[0], NULL, 10);
    next->contact = fields[1];
    next->contact_size = (uint32_t)strlen(fields[1]);
    next->type = fields[2];
    next->type_size = (uint32_t)strlen(fields[2]);
    next->id = fields[3][0] == '\0' ? NULL : fields[3];
    next->id_size = (uint32_t)strlen(fields[3]);
    next->data = fields[4];
    next->data_size = (uint32_t)strlen(fields[4]);
    at = end + 1;
  }
  return events;
}

static int run_structs(char* pack, const char* path, int64_t until_ms) {
  leadline_model* model = load(pack);
  leadline_engine* engine = NULL;
  leadline_decisions* decisions = NULL;
  char* text = NULL;
  size_t count = 0;
  leadline_event* events = read_table(path, &text, &count);
  uint64_t done = 0;
  require(leadline_engine_create(model, NULL, &engine, &error));
  require(leadline_decisions_create(LEADLINE_AS_JSON | LEADLINE_AS_RECORDS, &decisions));
  require(leadline_engine_apply(engine, events, count, sizeof *events, decisions, &done, &error));
  if (done != count) return 1;
  require(leadline_engine_advance(engine, until_ms, decisions, &error));
  print_and_clear(decisions);
  leadline_decisions_free(decisions);
  leadline_model_free(model);
  leadline_engine_free(engine);
  free(events);
  free(text);
  return 0;
}

typedef struct row {
  const char* contact;
  leadline_buffer* state;
} row;

static int run_fold(char* pack, const char* path, int64_t until_ms) {
  leadline_model* model = load(pack);
  leadline_contact_fold* fold = NULL;
  leadline_decisions* decisions = NULL;
  char* text = NULL;
  size_t count = 0, row_count = 0, i, j;
  leadline_event* events = read_table(path, &text, &count);
  row* rows = (row*)calloc(count + 1, sizeof *rows);
  int64_t closed_ms = LEADLINE_NO_INSTANT;
  if (rows == NULL) abort();
  require(leadline_contact_fold_create(model, &fold, &error));
  leadline_model_free(model);
  require(leadline_decisions_create(LEADLINE_AS_JSON, &decisions));
  for (i = 0; i <= count; i++) {
    /* Every contact's time is the latest instant that was seen, as an engine has it. */
    const int is_end = i == count;
    if (is_end) {
      closed_ms = until_ms > closed_ms ? until_ms : closed_ms;
    } else if (events[i].at_ms - 1 > closed_ms) {
      closed_ms = events[i].at_ms - 1;
    }
    for (j = 0; j < row_count; j++) {
      leadline_text state;
      if (!is_end && strcmp(rows[j].contact, events[i].contact) != 0) continue;
      state = leadline_buffer_content(rows[j].state);
      if (state.size != 0 && closed_ms >= 0) {
        require(leadline_contact_step(fold, rows[j].contact, strlen(rows[j].contact), state.data, (size_t)state.size,
                                      NULL, 0, 0, closed_ms, rows[j].state, decisions, NULL, &error));
      }
      if (!is_end) break;
    }
    if (is_end) break;
    if (j == row_count) {
      rows[row_count].contact = events[i].contact;
      require(leadline_buffer_create(&rows[row_count++].state));
    }
    {
      const leadline_text state = leadline_buffer_content(rows[j].state);
      require(leadline_contact_step(fold, rows[j].contact, strlen(rows[j].contact), state.data, (size_t)state.size,
                                    &events[i], 1, sizeof *events, LEADLINE_NO_INSTANT, rows[j].state, decisions, NULL,
                                    &error));
    }
  }
  print_and_clear(decisions);
  leadline_contact_fold_free(fold);
  leadline_decisions_free(decisions);
  for (j = 0; j < row_count; j++) leadline_buffer_free(rows[j].state);
  free(rows);
  free(events);
  free(text);
  return 0;
}

int main(int count, char** arguments) {
  if (count >= 4 && (strcmp(arguments[1], "run") == 0 || strcmp(arguments[1], "scores") == 0)) {
    return run_lines(arguments[1], arguments[2], arguments[3], count >= 6 ? arguments[5] : NULL);
  }
  if (count == 5 && strcmp(arguments[1], "structs") == 0) {
    return run_structs(arguments[2], arguments[3], strtoll(arguments[4], NULL, 10));
  }
  if (count == 5 && strcmp(arguments[1], "fold") == 0) {
    return run_fold(arguments[2], arguments[3], strtoll(arguments[4], NULL, 10));
  }
  fputs("run_events run|scores|structs|fold PACK EVENTS [UNTIL]\n", stderr);
  return 2;
}
