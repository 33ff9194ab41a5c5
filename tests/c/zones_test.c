/* A host without a zone database: it gives the files itself, before anything is compiled. */

#include "leadline/leadline.h"

#include "check.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static int asked_count;

/* A zone file (RFC 8536) with no change at all, an hour ahead for ever: version 2, empty first part. */
static const unsigned char hour_ahead[] = {
    'T',  'Z',  'i',  'f', '2', 0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* head, of the part in 32 bits */
    0,    0,    0,    0,   0,   0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, /* counts: 1 type, 4
                                                                                                    letters */
    0,    0,    0,    0,   0,   0,   'U', 'T', 'C', 0,                               /* its one type and name */
    'T',  'Z',  'i',  'f', '2', 0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* head, of the part in 64 bits */
    0,    0,    0,    0,   0,   0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0,
    0,    0x0E, 0x10, 0,   0,   'H', 'O', 'T', 0, /* 3,600 seconds ahead, called HOT */
    '\n', 'H',  'O',  'T', '-', '1', '\n'};

static leadline_status read_zone(void* context, const char* name, size_t name_size, leadline_buffer* into) {
  CHECK(context == (void*)&asked_count);
  asked_count++;
  if (name_size == 9 && memcmp(name, "Test/Zone", 9) == 0) {
    return leadline_buffer_append(into, hour_ahead, sizeof hour_ahead);
  }
  if (name_size == 9 && memcmp(name, "Test/Fail", 9) == 0) return LEADLINE_CALLBACK_FAILED;
  return LEADLINE_NOT_FOUND;
}

static leadline_status compile(const char* zone, leadline_calendar** out, leadline_error* error) {
  char json[200];
  sprintf(json, "{\"time_zone\": \"%s\", \"hours\": {\"mon-sun\": [\"09:00-17:00\"]}}", zone);
  return leadline_calendar_compile(json, strlen(json), out, NULL, error);
}

static void a_zone_comes_from_the_host(void) {
  leadline_calendar* calendar = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  int64_t open_ms = 0, wanted_ms = 0;
  CHECK_INT(leadline_zones_set(read_zone, &asked_count), LEADLINE_OK);
  CHECK_INT(compile("Test/Zone", &calendar, &error), LEADLINE_OK);
  if (calendar == NULL) printf("%s\n", error.message);
  CHECK(asked_count > 0);
  CHECK_INT(leadline_instant_parse(TEXT("2026-03-02T08:00:00Z"), &wanted_ms, NULL), LEADLINE_OK);
  CHECK_INT(leadline_calendar_next_open(calendar, wanted_ms - 3600000, &open_ms, NULL), LEADLINE_OK);
  CHECK_INT(open_ms, wanted_ms);
  leadline_calendar_free(calendar);
}

static void a_zone_that_the_host_has_not_is_unknown(void) {
  leadline_calendar* calendar = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  CHECK_INT(compile("Europe/Berlin", &calendar, &error), LEADLINE_INVALID_INPUT);
  CHECK(calendar == NULL);
  CHECK(strcmp(error.code, "time_zone.unknown") == 0);
}

static void a_failure_of_the_host_is_told(void) {
  leadline_calendar* calendar = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  CHECK_INT(compile("Test/Fail", &calendar, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "time_zone.unreadable") == 0);
}

static void zones_are_set_once(void) { CHECK_INT(leadline_zones_set(read_zone, NULL), LEADLINE_IN_USE); }

int main(void) {
  RUN(a_zone_comes_from_the_host);
  RUN(a_zone_that_the_host_has_not_is_unknown);
  RUN(a_failure_of_the_host_is_told);
  RUN(zones_are_set_once);
  return finish_checks();
}
