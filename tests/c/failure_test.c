/*
 * Every function while memory runs out: the n-th allocation fails, once and for ever, for every n until the function
 * gets through. It tells LEADLINE_OUT_OF_MEMORY, or succeeds all the same; its outputs are empty; nothing is lost; and
 * afterwards it works.
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
    "\"contact.email\"}}]}]}\n"
    "}\n";
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
      if (!memory_has_failed()) {
        memory_fail_at(0, 0);
        CHECK_INT(status, LEADLINE_OK);
        break;
      }
      failed_count++;
      memory_fail_at(0, 0);
      if (status != LEADLINE_OUT_OF_MEMORY && status != LEADLINE_OK) {
        printf("allocation %ld fails %s: %s\n", n, for_ever ? "for ever" : "once", leadline_status_name(status));
        CHECK(!"the status is one of the two");
        return;
      }
      leadline_buffer_free(buffer);
      buffer = NULL;
      if (!may_lose && memory_live_count() >= before) {
        printf("allocation %ld fails %s: %ld blocks lost\n", n, for_ever ? "for ever" : "once",
               memory_live_count() - before + 1);
        CHECK(!"nothing is lost");
        return;
      }
      if (n > 200000) {
        CHECK(!"it gets through some time");
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
  /* In an order that nobody would choose. */
  leadline_model_free(model);
  leadline_pack_free(bad_pack);
  leadline_condition_free(condition);
  leadline_diagnostics_free(problems);
  leadline_pack_free(pack);
  leadline_buffer_free(buffer);
  leadline_calendar_free(calendar);
  return finish_checks();
}
