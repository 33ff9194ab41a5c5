/* What leadline.h promises of packs, diagnostics, models, calendars and conditions, and of wrong use of them. */

#include "leadline/leadline.h"

#include "check.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const char pack_text[] =
    "{\n"
    "  \"leadline\": 1, \"name\": \"small\", \"version\": \"7\", \"time_zone\": \"America/New_York\",\n"
    "  \"calendars\": {\"sales\": {\"time_zone\": \"America/New_York\", \"hours\": {\"mon-fri\": "
    "[\"09:00-17:00\"]}}},\n"
    "  \"lists\": {\"free\": {\"file\": \"free.txt\"}},\n"
    "  \"attributes\": {\"email_domain\": {\"type\": \"string\"}, \"size\": {\"type\": \"number\"}},\n"
    "  \"events\": {\"visit\": {\"activity\": true, \"fields\": {\"path\": \"string\"}}},\n"
    "  \"scores\": {\"fit\": {\"rules\": [\n"
    "    {\"id\": \"big\", \"when\": {\">=\": [{\"var\": \"contact.size\"}, 50]}, \"points\": 20},\n"
    "    {\"id\": \"free\", \"when\": {\"in\": [{\"var\": \"contact.email_domain\"}, {\"var\": \"list.free\"}]}, "
    "\"points\": -20}]}},\n"
    "  \"grades\": {\"size_grade\": {\"of\": \"fit\", \"bands\": [{\"at_least\": 10, \"is\": \"A\"}, {\"is\": "
    "\"B\"}]}},\n"
    "  \"funnel\": {\"start\": \"lead\", \"stages\": [{\"id\": \"lead\"}, {\"id\": \"mql\"}],\n"
    "    \"transitions\": [{\"id\": \"scored\", \"from\": \"lead\", \"to\": \"mql\", \"when\": {\">=\": [{\"var\": "
    "\"score.fit\"}, 20]}}]}\n"
    "}\n";

static const char office[] = "{\"time_zone\": \"America/New_York\", \"hours\": {\"mon-fri\": [\"09:00-17:00\"]}}";

static int64_t at(const char* text) {
  int64_t out = -1;
  CHECK_INT(leadline_instant_parse(text, strlen(text), &out, NULL), LEADLINE_OK);
  return out;
}

static leadline_status read_list(void* context, const char* name, size_t name_size, leadline_buffer* into) {
  ++*(int*)context;
  if (name_size == 8 && memcmp(name, "free.txt", 8) == 0) return leadline_buffer_append(into, TEXT("gmail.com\n"));
  return LEADLINE_NOT_FOUND;
}

static leadline_status fail_to_read(void* context, const char* name, size_t name_size, leadline_buffer* into) {
  (void)context;
  (void)name;
  (void)name_size;
  (void)into;
  return 77;
}

static leadline_model* compiled(void) {
  int asked = 0;
  leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  options.list_reader = read_list;
  options.list_context = &asked;
  CHECK_INT(leadline_pack_parse(TEXT(pack_text), TEXT("small.json"), &pack, NULL), LEADLINE_OK);
  CHECK_INT(leadline_model_compile(pack, &options, &model, NULL, NULL), LEADLINE_OK);
  CHECK_INT(asked, 1);
  leadline_pack_free(pack);
  return model;
}

/* --- Conventions --- */

static void the_header_and_the_library_agree_on_the_version(void) {
  CHECK_INT(leadline_abi_version(), LEADLINE_ABI_VERSION);
  CHECK(strchr(leadline_version(), '.') != NULL);
}

static void every_status_has_its_name(void) {
  CHECK(strcmp(leadline_status_name(LEADLINE_OK), "LEADLINE_OK") == 0);
  CHECK(strcmp(leadline_status_name(LEADLINE_BUSY), "LEADLINE_BUSY") == 0);
  CHECK(strcmp(leadline_status_name(LEADLINE_INTERNAL), "LEADLINE_INTERNAL") == 0);
  CHECK(strcmp(leadline_status_name(LEADLINE_INTERNAL + 1), "unknown") == 0);
  CHECK(strcmp(leadline_status_name(-1), "unknown") == 0);
}

static void freeing_null_does_nothing(void) {
  leadline_buffer_free(NULL);
  leadline_diagnostics_free(NULL);
  leadline_pack_free(NULL);
  leadline_model_free(NULL);
  leadline_calendar_free(NULL);
  leadline_condition_free(NULL);
}

static void a_null_handle_answers_with_nothing(void) {
  CHECK_TEXT(leadline_buffer_content(NULL), "");
  CHECK_TEXT(leadline_pack_name(NULL), "");
  CHECK_TEXT(leadline_pack_version(NULL), "");
  CHECK_TEXT(leadline_model_name(NULL), "");
  CHECK_TEXT(leadline_model_version(NULL), "");
  CHECK_TEXT(leadline_model_fingerprint(NULL), "");
  CHECK_TEXT(leadline_model_name_at(NULL, LEADLINE_NAMES_SCORES, 0), "");
  CHECK_INT(leadline_model_name_count(NULL, LEADLINE_NAMES_SCORES), 0);
  CHECK_INT(leadline_model_name_index(NULL, LEADLINE_NAMES_SCORES, TEXT("fit")), -1);
  CHECK_INT(leadline_diagnostics_count(NULL), 0);
  CHECK_INT(leadline_diagnostics_error_count(NULL), 0);
  CHECK_INT(leadline_diagnostics_warning_count(NULL), 0);
  CHECK_INT(leadline_calendar_elapsed(NULL, 0, 1), 0);
  CHECK_INT(leadline_calendar_is_open(NULL, 0), 0);
}

static void null_where_something_must_stand_is_told(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_calendar* calendar = (leadline_calendar*)&error;
  leadline_condition* condition = (leadline_condition*)&error;
  leadline_pack* pack = (leadline_pack*)&error;
  leadline_model* model = (leadline_model*)&error;
  leadline_diagnostics* problems = (leadline_diagnostics*)&error;
  leadline_diagnostic one = LEADLINE_DIAGNOSTIC_INIT;
  int64_t out_ms = 7;
  int32_t truth = 7;
  char text[25];

  CHECK_INT(leadline_calendar_compile(NULL, 3, &calendar, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK(calendar == NULL);
  CHECK_INT(error.status, LEADLINE_INVALID_ARGUMENT);
  CHECK(error.message[0] != '\0');
  CHECK_INT(leadline_calendar_compile(TEXT(office), NULL, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_calendar_of_model(NULL, TEXT("a"), &calendar, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_calendar_add(NULL, 0, TEXT("1bh"), &out_ms, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(out_ms, 0);
  out_ms = 7;
  CHECK_INT(leadline_calendar_add_open(NULL, 0, 0, &out_ms, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(out_ms, 0);
  CHECK_INT(leadline_calendar_add_days(NULL, 0, 0, 0, &out_ms, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_calendar_add_days(NULL, 0, 0, 9, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_calendar_next_open(NULL, 0, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_calendar_next_close(NULL, 0, &out_ms, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_calendar_previous_close(NULL, 0, &out_ms, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_calendar_elapsed_each(NULL, NULL, NULL, 0, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_condition_compile(NULL, 1, 0, &condition, &problems, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK(condition == NULL);
  CHECK(problems == NULL);
  CHECK_INT(leadline_condition_compile(TEXT("true"), 2, &condition, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_condition_evaluate(NULL, TEXT("{}"), 0, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_condition_holds(NULL, TEXT("{}"), 0, &truth, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(truth, 0);
  CHECK_INT(leadline_pack_parse(NULL, 1, NULL, 0, &pack, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK(pack == NULL);
  CHECK_INT(leadline_pack_parse(TEXT("{}"), NULL, 1, &pack, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_pack_parse(TEXT("{}"), NULL, 0, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_pack_check(NULL, NULL, &problems, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_model_compile(NULL, NULL, &model, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK(model == NULL);
  CHECK_INT(leadline_diagnostics_get(NULL, 0, &one), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_diagnostics_json(NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_diagnostics_text(NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_buffer_create(NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_buffer_append(NULL, "a", 1), LEADLINE_INVALID_ARGUMENT);
  leadline_buffer_clear(NULL);
  CHECK_INT(leadline_instant_parse(NULL, 1, &out_ms, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_instant_parse(TEXT("2026-03-02T00:00:00Z"), NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_instant_format(0, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_instant_format(-1, text), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_zones_set(NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_allocator_set(NULL), LEADLINE_INVALID_ARGUMENT);
}

static void a_wrong_struct_size_is_told_and_nothing_is_written(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
  leadline_diagnostic one = LEADLINE_DIAGNOSTIC_INIT;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  leadline_diagnostics* problems = NULL;
  int64_t out_ms = 0;

  error.struct_size = 0;
  memset(error.message, 'x', sizeof error.message);
  CHECK_INT(leadline_instant_parse(TEXT("no instant"), &out_ms, &error), LEADLINE_BAD_STRUCT_SIZE);
  CHECK(error.message[0] == 'x' && error.message[511] == 'x');
  CHECK_INT(leadline_pack_parse(TEXT("{}"), NULL, 0, &pack, &error), LEADLINE_BAD_STRUCT_SIZE);
  CHECK(pack == NULL);

  CHECK_INT(leadline_pack_parse(TEXT("{}"), NULL, 0, &pack, NULL), LEADLINE_OK);
  options.struct_size = 8;
  CHECK_INT(leadline_model_compile(pack, &options, &model, &problems, NULL), LEADLINE_BAD_STRUCT_SIZE);
  CHECK_INT(leadline_pack_check(pack, &options, &problems, NULL), LEADLINE_BAD_STRUCT_SIZE);
  CHECK(problems == NULL);
  CHECK_INT(leadline_pack_check(pack, NULL, &problems, NULL), LEADLINE_INVALID_INPUT);
  one.struct_size = 4;
  CHECK_INT(leadline_diagnostics_get(problems, 0, &one), LEADLINE_BAD_STRUCT_SIZE);
  CHECK(one.code.data == NULL);
  leadline_diagnostics_free(problems);
  leadline_pack_free(pack);
}

/* A host compiled later knows a longer struct than this library. */
static void a_longer_struct_of_a_later_header_is_taken(void) {
  struct {
    leadline_error error;
    char more[64];
  } later;
  int64_t out_ms = 0;
  memset(&later, 0, sizeof later);
  memset(later.more, 'x', sizeof later.more);
  later.error.struct_size = (uint32_t)sizeof later;
  CHECK_INT(leadline_instant_parse(TEXT("no instant"), &out_ms, &later.error), LEADLINE_INVALID_INPUT);
  CHECK(later.error.code[0] != '\0');
  CHECK(later.more[0] == 'x' && later.more[63] == 'x');
}

static void an_error_tells_of_the_latest_call_alone(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  int64_t out_ms = 0;
  CHECK_INT(leadline_instant_parse(TEXT("2026-03-02T14:03:00"), &out_ms, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "instant.no_offset") == 0);
  CHECK(strstr(error.message, "; expected ") != NULL);
  CHECK_INT(leadline_instant_parse(TEXT("2026-03-02T14:03:00Z"), &out_ms, &error), LEADLINE_OK);
  CHECK_INT(error.status, LEADLINE_OK);
  CHECK(error.code[0] == '\0' && error.message[0] == '\0');
}

static void texts_need_no_nul_and_may_hold_one(void) {
  const char text[] = {'2', '0', '2', '6', '-', '0', '3', '-', '0', '2', 'T',
                       '0', '0', ':', '0', '0', ':', '0', '0', 'Z', '9'};
  int64_t out_ms = 0;
  leadline_buffer* buffer = NULL;
  CHECK_INT(leadline_instant_parse(text, 20, &out_ms, NULL), LEADLINE_OK);
  CHECK_INT(leadline_instant_parse(text, 21, &out_ms, NULL), LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_buffer_create(&buffer), LEADLINE_OK);
  CHECK_INT(leadline_buffer_append(buffer, "a\0b", 3), LEADLINE_OK);
  CHECK_INT(leadline_buffer_append(buffer, NULL, 0), LEADLINE_OK);
  CHECK_INT(leadline_buffer_content(buffer).size, 3);
  CHECK_INT(leadline_buffer_content(buffer).data[3], 0);
  leadline_buffer_clear(buffer);
  CHECK_TEXT(leadline_buffer_content(buffer), "");
  leadline_buffer_free(buffer);
}

static void long_messages_are_cut_at_whole_characters(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_condition* condition = NULL;
  char rule[4096];
  size_t i, size = 0;
  rule[size++] = '{';
  rule[size++] = '"';
  for (i = 0; i < 1200; i++) {
    rule[size++] = (char)0xC3; /* e with an accent, two bytes */
    rule[size++] = (char)0xA9;
  }
  memcpy(rule + size, "\": [1, 2]}", 10);
  size += 10;
  CHECK_INT(leadline_condition_compile(rule, size, LEADLINE_SEMANTICS_LEADLINE, &condition, NULL, &error),
            LEADLINE_INVALID_INPUT);
  CHECK(strlen(error.message) < sizeof error.message);
  CHECK(strlen(error.pointer) < sizeof error.pointer);
  /* No lonely first half at the end. */
  CHECK((unsigned char)error.message[strlen(error.message) - 1] != 0xC3);
  CHECK((unsigned char)error.pointer[strlen(error.pointer) - 1] != 0xC3);
}

/* --- Instants --- */

static void an_instant_is_written_as_it_was_read(void) {
  char text[25];
  CHECK_INT(leadline_instant_format(at("2026-03-02T14:03:00.123-05:00"), text), LEADLINE_OK);
  CHECK(strcmp(text, "2026-03-02T19:03:00.123Z") == 0);
}

/* --- Packs, diagnostics, models --- */

static void a_pack_tells_all_that_is_wrong_with_its_place(void) {
  static const char wrong[] =
      "{\n  \"leadline\": 1, \"name\": \"w\",\n  \"calendars\": {\"a\": {\"time_zone\": \"America/New_Yrok\",\n"
      "    \"hours\": {\"mon\": [\"09:00-17:00\"]}}},\n  \"scoers\": {}\n}\n";
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_diagnostic one = LEADLINE_DIAGNOSTIC_INIT;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  leadline_diagnostics *problems = NULL, *again = NULL;
  leadline_buffer* text = NULL;
  CHECK_INT(leadline_pack_parse(TEXT(wrong), TEXT("w.json"), &pack, NULL), LEADLINE_OK);
  CHECK_TEXT(leadline_pack_name(pack), "w");
  CHECK_INT(leadline_model_compile(pack, NULL, &model, &problems, &error), LEADLINE_INVALID_INPUT);
  CHECK(model == NULL);
  CHECK_INT(leadline_pack_check(pack, NULL, &again, NULL), LEADLINE_INVALID_INPUT);
  leadline_pack_free(pack);
  CHECK_INT(leadline_diagnostics_count(problems), 2);
  CHECK_INT(leadline_diagnostics_error_count(problems), 2);
  CHECK_INT(leadline_diagnostics_count(again), 2);
  CHECK_INT(leadline_diagnostics_get(problems, 0, &one), LEADLINE_OK);
  CHECK_TEXT(one.code, "time_zone.unknown");
  CHECK_TEXT(one.pointer, "/calendars/a/time_zone");
  CHECK_TEXT(one.suggestion, "America/New_York");
  CHECK_TEXT(one.file, "w.json");
  CHECK_INT(one.line, 3);
  CHECK_INT(one.severity, LEADLINE_SEVERITY_ERROR);
  CHECK(strcmp(error.code, "time_zone.unknown") == 0);
  CHECK_INT(error.line, one.line);
  CHECK_INT(error.column, one.column);
  CHECK_INT(error.offset, one.offset);
  CHECK(memcmp(wrong + one.offset, "\"America/New_Yrok\"", 18) == 0);
  CHECK_INT(leadline_diagnostics_get(problems, 1, &one), LEADLINE_OK);
  CHECK_TEXT(one.suggestion, "scores");
  CHECK_INT(leadline_diagnostics_get(problems, 2, &one), LEADLINE_OUT_OF_RANGE);
  CHECK(one.code.data == NULL);
  CHECK_INT(leadline_buffer_create(&text), LEADLINE_OK);
  CHECK_INT(leadline_diagnostics_json(problems, text), LEADLINE_OK);
  CHECK(strstr(leadline_buffer_content(text).data, "\"errors\":2") != NULL);
  CHECK_INT(leadline_diagnostics_text(problems, text), LEADLINE_OK);
  CHECK(strstr(leadline_buffer_content(text).data, "^~~~") != NULL);
  leadline_buffer_free(text);
  leadline_diagnostics_free(problems);
  leadline_diagnostics_free(again);
}

static void a_text_that_is_no_json_is_a_pack_with_one_problem(void) {
  leadline_pack* pack = NULL;
  leadline_diagnostics* problems = NULL;
  CHECK_INT(leadline_pack_parse(TEXT("{\"leadline\": 1,"), NULL, 0, &pack, NULL), LEADLINE_OK);
  CHECK_TEXT(leadline_pack_name(pack), "");
  CHECK_INT(leadline_pack_check(pack, NULL, &problems, NULL), LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_diagnostics_count(problems), 1);
  leadline_diagnostics_free(problems);
  leadline_pack_free(pack);
}

static void warnings_are_given_where_they_are_asked_for(void) {
  leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
  leadline_pack* pack = NULL;
  leadline_diagnostics* problems = NULL;
  static const char odd[] =
      "{\"leadline\": 1, \"name\": \"odd\", \"funnel\": {\"start\": \"a\", \"stages\": [{\"id\": \"a\"}, {\"id\": "
      "\"b\"}]}}";
  CHECK_INT(leadline_pack_parse(TEXT(odd), NULL, 0, &pack, NULL), LEADLINE_OK);
  CHECK_INT(leadline_pack_check(pack, NULL, &problems, NULL), LEADLINE_OK);
  CHECK_INT(leadline_diagnostics_count(problems), 0);
  leadline_diagnostics_free(problems);
  options.depth = LEADLINE_CHECK_WARNINGS;
  CHECK_INT(leadline_pack_check(pack, &options, &problems, NULL), LEADLINE_OK);
  CHECK(leadline_diagnostics_warning_count(problems) > 0);
  leadline_diagnostics_free(problems);
  options.depth = 3;
  CHECK_INT(leadline_pack_check(pack, &options, &problems, NULL), LEADLINE_INVALID_ARGUMENT);
  options.depth = 0;
  options.as_of_ms = -5;
  CHECK_INT(leadline_pack_check(pack, &options, &problems, NULL), LEADLINE_OUT_OF_RANGE);
  CHECK(problems == NULL);
  leadline_pack_free(pack);
}

static void a_model_knows_its_names(void) {
  leadline_model* model = compiled();
  CHECK_TEXT(leadline_model_name(model), "small");
  CHECK_TEXT(leadline_model_version(model), "7");
  CHECK_INT(leadline_model_fingerprint(model).size, 32);
  CHECK_INT(leadline_model_name_count(model, LEADLINE_NAMES_SCORES), 1);
  CHECK_TEXT(leadline_model_name_at(model, LEADLINE_NAMES_SCORES, 0), "fit");
  CHECK_TEXT(leadline_model_name_at(model, LEADLINE_NAMES_SCORES, 1), "");
  CHECK_TEXT(leadline_model_name_at(model, LEADLINE_NAMES_GRADES, 0), "size_grade");
  CHECK_INT(leadline_model_name_count(model, LEADLINE_NAMES_STAGES), 2);
  CHECK_INT(leadline_model_name_index(model, LEADLINE_NAMES_STAGES, TEXT("mql")), 1);
  CHECK_INT(leadline_model_name_index(model, LEADLINE_NAMES_STAGES, TEXT("sql")), -1);
  CHECK_INT(leadline_model_name_index(model, LEADLINE_NAMES_STAGES, NULL, 3), -1);
  CHECK_TEXT(leadline_model_name_at(model, LEADLINE_NAMES_TRANSITIONS, 0), "scored");
  CHECK_TEXT(leadline_model_name_at(model, LEADLINE_NAMES_CALENDARS, 0), "sales");
  CHECK(leadline_model_name_index(model, LEADLINE_NAMES_EVENTS, TEXT("visit")) >= 0);
  CHECK(leadline_model_name_index(model, LEADLINE_NAMES_ATTRIBUTES, TEXT("size")) >= 0);
  CHECK_INT(leadline_model_name_count(model, LEADLINE_NAMES_SIGNALS), 0);
  CHECK_INT(leadline_model_name_count(model, LEADLINE_NAMES_STATUSES), 0);
  CHECK_INT(leadline_model_name_count(model, LEADLINE_NAMES_CLOCKS), 0);
  CHECK_INT(leadline_model_name_count(model, LEADLINE_NAMES_CADENCES), 0);
  CHECK_INT(leadline_model_name_count(model, 99), 0);
  CHECK_INT(leadline_model_name_count(model, -1), 0);
  leadline_model_free(model);
}

static void lists_come_from_texts_or_a_reader_and_count_in_the_fingerprint(void) {
  leadline_model* by_reader = compiled();
  leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
  leadline_list_file file = {TEXT("free.txt"), TEXT("gmail.com\n")};
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_pack* pack = NULL;
  leadline_model *by_text = NULL, *other = NULL;
  CHECK_INT(leadline_pack_parse(TEXT(pack_text), NULL, 0, &pack, NULL), LEADLINE_OK);
  options.lists = &file;
  options.list_count = 1;
  CHECK_INT(leadline_model_compile(pack, &options, &by_text, NULL, NULL), LEADLINE_OK);
  CHECK(memcmp(leadline_model_fingerprint(by_reader).data, leadline_model_fingerprint(by_text).data, 32) == 0);
  file.text = "gmx.net\n";
  file.text_size = 8;
  CHECK_INT(leadline_model_compile(pack, &options, &other, NULL, NULL), LEADLINE_OK);
  CHECK(memcmp(leadline_model_fingerprint(other).data, leadline_model_fingerprint(by_text).data, 32) != 0);
  leadline_model_free(other);
  CHECK_INT(leadline_model_compile(pack, NULL, &other, NULL, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "list.unreadable") == 0);
  options.list_count = 0;
  options.list_reader = fail_to_read;
  CHECK_INT(leadline_model_compile(pack, &options, &other, NULL, &error), LEADLINE_INVALID_INPUT);
  CHECK(strstr(error.message, "77") != NULL);
  options.list_count = 1;
  options.lists = NULL;
  CHECK_INT(leadline_model_compile(pack, &options, &other, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK(other == NULL);
  leadline_model_free(by_text);
  leadline_model_free(by_reader);
  leadline_pack_free(pack);
}

/* --- Calendars --- */

static void check_the_office(const leadline_calendar* calendar) {
  const int64_t friday = at("2026-03-06T16:00:00-05:00"), saturday = at("2026-03-07T12:00:00-05:00");
  const int64_t monday = at("2026-03-09T09:00:00-04:00");
  int64_t out = 0;
  CHECK_INT(leadline_calendar_add(calendar, friday, TEXT("4bh"), &out, NULL), LEADLINE_OK);
  CHECK_INT(out, at("2026-03-09T12:00:00-04:00"));
  CHECK_INT(leadline_calendar_add(calendar, friday, TEXT("1h"), &out, NULL), LEADLINE_OK);
  CHECK_INT(out, friday + 3600000);
  CHECK_INT(leadline_calendar_add(calendar, friday, TEXT("-1bd"), &out, NULL), LEADLINE_OK);
  CHECK_INT(out, at("2026-03-05T16:00:00-05:00"));
  CHECK_INT(leadline_calendar_add_open(calendar, friday, 4 * 3600000, &out, NULL), LEADLINE_OK);
  CHECK_INT(out, at("2026-03-09T12:00:00-04:00"));
  CHECK_INT(leadline_calendar_add_days(calendar, saturday, 1, LEADLINE_DAY_END_SAME_TIME, &out, NULL), LEADLINE_OK);
  CHECK_INT(out, at("2026-03-10T09:00:00-04:00"));
  CHECK_INT(leadline_calendar_add_days(calendar, saturday, 1, LEADLINE_DAY_END_CLOSE, &out, NULL), LEADLINE_OK);
  CHECK_INT(out, at("2026-03-10T17:00:00-04:00"));
  CHECK_INT(leadline_calendar_elapsed(calendar, friday, at("2026-03-09T12:00:00-04:00")), 4 * 3600000);
  CHECK_INT(leadline_calendar_elapsed(calendar, monday + 3600000, monday), -3600000);
  CHECK_INT(leadline_calendar_is_open(calendar, friday), 1);
  CHECK_INT(leadline_calendar_is_open(calendar, saturday), 0);
  CHECK_INT(leadline_calendar_next_open(calendar, saturday, &out, NULL), LEADLINE_OK);
  CHECK_INT(out, monday);
  CHECK_INT(leadline_calendar_next_close(calendar, saturday, &out, NULL), LEADLINE_OK);
  CHECK_INT(out, monday + 8 * 3600000);
  CHECK_INT(leadline_calendar_previous_close(calendar, saturday, &out, NULL), LEADLINE_OK);
  CHECK_INT(out, at("2026-03-06T17:00:00-05:00"));
  {
    const int64_t from[2] = {friday, friday}, to[2] = {saturday, monday + 60000};
    int64_t open[2] = {0, 0};
    CHECK_INT(leadline_calendar_elapsed_each(calendar, from, to, 2, open), LEADLINE_OK);
    CHECK_INT(open[0], 3600000);
    CHECK_INT(open[1], 3660000);
    CHECK_INT(leadline_calendar_elapsed_each(calendar, from, NULL, 2, open), LEADLINE_INVALID_ARGUMENT);
  }
}

static void a_calendar_answers_on_its_own(void) {
  leadline_calendar* calendar = NULL;
  leadline_diagnostics* problems = NULL;
  CHECK_INT(leadline_calendar_compile(TEXT(office), &calendar, &problems, NULL), LEADLINE_OK);
  CHECK(problems == NULL);
  check_the_office(calendar);
  leadline_calendar_free(calendar);
}

static void a_calendar_of_a_model_outlives_it(void) {
  leadline_model* model = compiled();
  leadline_calendar* calendar = NULL;
  leadline_error error = LEADLINE_ERROR_INIT;
  CHECK_INT(leadline_calendar_of_model(model, TEXT("service"), &calendar, &error), LEADLINE_NOT_FOUND);
  CHECK(calendar == NULL);
  CHECK_INT(leadline_calendar_of_model(model, TEXT("sales"), &calendar, NULL), LEADLINE_OK);
  leadline_model_free(model);
  check_the_office(calendar);
  leadline_calendar_free(calendar);
}

static void what_is_wrong_with_a_calendar_has_its_place_in_the_text_given(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_calendar* calendar = NULL;
  leadline_diagnostics* problems = NULL;
  static const char wrong[] = "{\"time_zone\": \"America/New_Yrok\", \"hours\": {\"mon\": [\"09:00-17:00\"]}}";
  static const char late[] = "{\"time_zone\": \"UTC\",\n \"hours\": {\"mon\": [\"9-5\"]}}";
  CHECK_INT(leadline_calendar_compile(TEXT(wrong), &calendar, &problems, &error), LEADLINE_INVALID_INPUT);
  CHECK(calendar == NULL);
  CHECK(strcmp(error.pointer, "/time_zone") == 0);
  CHECK_INT(error.line, 1);
  CHECK_INT(error.column, 15);
  CHECK(memcmp(wrong + error.offset, "\"America/New_Yrok\"", 18) == 0);
  CHECK_INT(leadline_diagnostics_count(problems), 1);
  leadline_diagnostics_free(problems);
  CHECK_INT(leadline_calendar_compile(TEXT(late), &calendar, NULL, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(error.line, 2);
  CHECK(memcmp(late + error.offset, "\"9-5\"", 5) == 0);
  /* Text that is no JSON by itself, however it would read within another. */
  CHECK_INT(leadline_calendar_compile(TEXT("{}, \"more\": {}"), &calendar, NULL, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_calendar_compile(TEXT(""), &calendar, NULL, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_calendar_compile(TEXT("7"), &calendar, NULL, &error), LEADLINE_INVALID_INPUT);
  CHECK(error.message[0] != '\0');
}

static void questions_that_have_no_answer_are_told(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_calendar* calendar = NULL;
  int64_t out = 7;
  CHECK_INT(leadline_calendar_compile(TEXT(office), &calendar, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_calendar_add(calendar, 0, TEXT("4 hours"), &out, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(out, 0);
  CHECK_INT(leadline_calendar_add_open(calendar, INT64_MAX, 1, &out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_calendar_add_open(calendar, 0, INT64_MIN, &out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_calendar_add_days(calendar, 0, INT64_MIN, 0, &out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_calendar_add_days(calendar, INT64_MIN, 1, 0, &out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_calendar_add(calendar, INT64_MAX, TEXT("1h"), &out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_calendar_next_open(calendar, INT64_MAX, &out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_calendar_previous_close(calendar, INT64_MIN, &out, &error), LEADLINE_OUT_OF_RANGE);
  CHECK_INT(leadline_calendar_is_open(calendar, INT64_MAX), 0);
  CHECK(leadline_calendar_elapsed(calendar, INT64_MIN, INT64_MAX) > 0);
  leadline_calendar_free(calendar);
}

/* --- Conditions --- */

static void a_condition_gives_json_and_truth(void) {
  leadline_condition* condition = NULL;
  leadline_buffer* out = NULL;
  int32_t truth = 0;
  CHECK_INT(leadline_buffer_create(&out), LEADLINE_OK);
  CHECK_INT(leadline_condition_compile(TEXT("{\"if\": [{\"<\": [{\"var\": \"age\"}, 50]}, [\"young\", 1.5], null]}"),
                                       LEADLINE_SEMANTICS_LEADLINE, &condition, NULL, NULL),
            LEADLINE_OK);
  CHECK_INT(leadline_condition_evaluate(condition, TEXT("{\"age\": 49}"), 0, out, NULL), LEADLINE_OK);
  CHECK_TEXT(leadline_buffer_content(out), "[\"young\",1.5]");
  CHECK_INT(leadline_condition_evaluate(condition, TEXT("{\"age\": null}"), 0, out, NULL), LEADLINE_OK);
  CHECK_TEXT(leadline_buffer_content(out), "null");
  CHECK_INT(leadline_condition_holds(condition, TEXT("{\"age\": 49}"), 0, &truth, NULL), LEADLINE_OK);
  CHECK_INT(truth, 1);
  CHECK_INT(leadline_condition_holds(condition, TEXT("{}"), 0, &truth, NULL), LEADLINE_OK);
  CHECK_INT(truth, 0);
  CHECK_INT(leadline_condition_evaluate(condition, TEXT("{\"age\": "), 0, out, NULL), LEADLINE_INVALID_INPUT);
  CHECK_TEXT(leadline_buffer_content(out), "");
  CHECK_INT(leadline_condition_evaluate(condition, TEXT("{}"), 0, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  leadline_condition_free(condition);
  leadline_buffer_free(out);
}

static void the_two_semantics_differ_where_they_should(void) {
  static const char rule[] = "{\"<\": [{\"var\": \"age\"}, 50]}";
  leadline_condition *ours = NULL, *standard = NULL;
  int32_t truth = 7;
  CHECK_INT(leadline_condition_compile(TEXT(rule), LEADLINE_SEMANTICS_LEADLINE, &ours, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_condition_compile(TEXT(rule), LEADLINE_SEMANTICS_JSONLOGIC, &standard, NULL, NULL), LEADLINE_OK);
  CHECK_INT(leadline_condition_holds(ours, TEXT("{\"age\": null}"), 0, &truth, NULL), LEADLINE_OK);
  CHECK_INT(truth, 0);
  CHECK_INT(leadline_condition_holds(standard, TEXT("{\"age\": null}"), 0, &truth, NULL), LEADLINE_OK);
  CHECK_INT(truth, 1);
  leadline_condition_free(ours);
  leadline_condition_free(standard);
}

static void what_the_standard_calls_an_error_is_one(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_condition* condition = NULL;
  leadline_buffer* out = NULL;
  int32_t truth = 7;
  CHECK_INT(leadline_buffer_create(&out), LEADLINE_OK);
  CHECK_INT(
      leadline_condition_compile(TEXT("{\"throw\": \"mine\"}"), LEADLINE_SEMANTICS_JSONLOGIC, &condition, NULL, &error),
      LEADLINE_OK);
  CHECK_INT(leadline_condition_evaluate(condition, TEXT("null"), 0, out, &error), LEADLINE_FAILED);
  CHECK(strcmp(error.code, "condition.thrown") == 0);
  CHECK_TEXT(leadline_buffer_content(out), "null");
  CHECK_INT(leadline_condition_holds(condition, TEXT("null"), 0, &truth, &error), LEADLINE_FAILED);
  CHECK_INT(truth, 0);
  leadline_condition_free(condition);
  leadline_buffer_free(out);
}

static void a_condition_with_problems_lists_them_all(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_condition* condition = NULL;
  leadline_diagnostics* problems = NULL;
  static const char rule[] = "{\"and\": [{\"lowr\": [\"A\"]},\n {\"matches\": [{\"var\": \"a\"}, \"(\"]}]}";
  CHECK_INT(leadline_condition_compile(TEXT(rule), LEADLINE_SEMANTICS_LEADLINE, &condition, &problems, &error),
            LEADLINE_INVALID_INPUT);
  CHECK(condition == NULL);
  CHECK_INT(leadline_diagnostics_error_count(problems), 2);
  CHECK_INT(error.line, 1);
  CHECK(strstr(error.message, "did you mean \"lower\"?") != NULL);
  leadline_diagnostics_free(problems);
}

/* --- Orders of frees --- */

static void handles_may_be_freed_in_any_order(void) {
  int order;
  for (order = 0; order < 6; order++) {
    leadline_pack_options options = LEADLINE_PACK_OPTIONS_INIT;
    leadline_list_file file = {TEXT("free.txt"), TEXT("gmail.com\n")};
    leadline_pack* pack = NULL;
    leadline_model* model = NULL;
    leadline_diagnostics* problems = NULL;
    leadline_calendar* calendar = NULL;
    int step;
    options.lists = &file;
    options.list_count = 1;
    options.depth = LEADLINE_CHECK_WARNINGS;
    CHECK_INT(leadline_pack_parse(TEXT(pack_text), NULL, 0, &pack, NULL), LEADLINE_OK);
    CHECK_INT(leadline_model_compile(pack, &options, &model, &problems, NULL), LEADLINE_OK);
    CHECK_INT(leadline_calendar_of_model(model, TEXT("sales"), &calendar, NULL), LEADLINE_OK);
    for (step = 0; step < 3; step++) {
      static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
      switch (orders[order][step]) {
        case 0: leadline_pack_free(pack); break;
        case 1: leadline_model_free(model); break;
        default: leadline_calendar_free(calendar); break;
      }
      CHECK(leadline_diagnostics_count(problems) < 1000);
    }
    leadline_diagnostics_free(problems);
  }
}

/* --- Set once --- */

static void the_allocator_cannot_be_set_after_first_use(void) {
  leadline_allocator allocator = LEADLINE_ALLOCATOR_INIT;
  leadline_status status = LEADLINE_OK;
  allocator.struct_size = 3;
  status = leadline_allocator_set(&allocator);
  CHECK(status == LEADLINE_BAD_STRUCT_SIZE || status == LEADLINE_UNSUPPORTED);
  allocator.struct_size = (uint32_t)sizeof allocator;
  status = leadline_allocator_set(&allocator);
  CHECK(status == LEADLINE_INVALID_ARGUMENT || status == LEADLINE_UNSUPPORTED);
  allocator.allocate = (void* (*)(void*, size_t, size_t))(void (*)(void))abort;
  allocator.deallocate = (void (*)(void*, void*))(void (*)(void))abort;
  status = leadline_allocator_set(&allocator);
  CHECK(status == LEADLINE_IN_USE || status == LEADLINE_UNSUPPORTED);
}

static void zones_cannot_be_set_after_first_use(void) {
  CHECK_INT(leadline_zones_set(fail_to_read, NULL), LEADLINE_IN_USE);
}

int main(void) {
  RUN(the_header_and_the_library_agree_on_the_version);
  RUN(every_status_has_its_name);
  RUN(freeing_null_does_nothing);
  RUN(a_null_handle_answers_with_nothing);
  RUN(null_where_something_must_stand_is_told);
  RUN(a_wrong_struct_size_is_told_and_nothing_is_written);
  RUN(a_longer_struct_of_a_later_header_is_taken);
  RUN(an_error_tells_of_the_latest_call_alone);
  RUN(texts_need_no_nul_and_may_hold_one);
  RUN(long_messages_are_cut_at_whole_characters);
  RUN(an_instant_is_written_as_it_was_read);
  RUN(a_pack_tells_all_that_is_wrong_with_its_place);
  RUN(a_text_that_is_no_json_is_a_pack_with_one_problem);
  RUN(warnings_are_given_where_they_are_asked_for);
  RUN(a_model_knows_its_names);
  RUN(lists_come_from_texts_or_a_reader_and_count_in_the_fingerprint);
  RUN(a_calendar_answers_on_its_own);
  RUN(a_calendar_of_a_model_outlives_it);
  RUN(what_is_wrong_with_a_calendar_has_its_place_in_the_text_given);
  RUN(questions_that_have_no_answer_are_told);
  RUN(a_condition_gives_json_and_truth);
  RUN(the_two_semantics_differ_where_they_should);
  RUN(what_the_standard_calls_an_error_is_one);
  RUN(a_condition_with_problems_lists_them_all);
  RUN(handles_may_be_freed_in_any_order);
  RUN(the_allocator_cannot_be_set_after_first_use);
  RUN(zones_cannot_be_set_after_first_use);
  return finish_checks();
}
