/* Reports as JSON and Markdown: what leadline.h promises of them, and of their wrong use. */

#include "leadline/leadline.h"

#include "check.h"

#define TEXT(literal) literal, sizeof(literal) - 1

/* Of those who ask 20 points, of those who sign up 5; who is won or lost is told. */
#define PACK(ask_points)                                                                                        \
  "{\"leadline\": 1, \"name\": \"small\", \"version\": \"1\", \"time_zone\": \"UTC\",\n"                        \
  "  \"attributes\": {\"source\": {\"type\": \"string\"}},\n"                                                   \
  "  \"events\": {\"signup\": {}, \"ask\": {}, \"win\": {}, \"lose\": {}},\n"                                   \
  "  \"scores\": {\"heat\": {\"rules\": [{\"id\": \"asked\", \"on\": \"ask\", \"points\": " ask_points          \
  "},\n"                                                                                                        \
  "    {\"id\": \"signed-up\", \"on\": \"signup\", \"points\": 5}]}},\n"                                        \
  "  \"funnel\": {\"start\": \"lead\", \"stages\": [{\"id\": \"lead\", \"owner\": \"marketing\"},\n"            \
  "      {\"id\": \"mql\", \"owner\": \"marketing\"}, {\"id\": \"customer\", \"owner\": \"sales\"},\n"          \
  "      {\"id\": \"lost\", \"owner\": \"sales\", \"aside\": true}],\n"                                         \
  "    \"transitions\": [{\"id\": \"hot\", \"from\": \"lead\", \"to\": \"mql\", \"when\": {\">=\": [{\"var\": " \
  "\"score.heat\"}, 5]}},\n"                                                                                    \
  "      {\"id\": \"won\", \"from\": [\"lead\", \"mql\"], \"to\": \"customer\", \"on\": \"win\"},\n"            \
  "      {\"id\": \"lost\", \"from\": [\"lead\", \"mql\"], \"to\": \"lost\", \"on\": \"lose\"}]},\n"            \
  "  \"business\": {\"won\": [\"customer\"], \"lost\": [\"lost\"], \"opportunity\": \"mql\"},\n"                \
  "  \"targets\": {\"volume\": {\"side\": \"marketing\", \"metric\": \"entered.mql\", \"per\": \"month\", "     \
  "\"at_least\": 4}}}\n"

#define EVENT(contact, type, day) \
  "{\"contact\": \"" contact "\", \"type\": \"" type "\", \"at\": \"2026-03-" day "T09:00:00Z\"}\n"

/* Ann (25 points) and Cy (20) are won, Bo (5) is lost, Di (5) is undecided: 3 of 4 entered mql before March the 4th. */
static const char events[] =
    "{\"contact\": \"ann\", \"type\": \"contact.set\", \"at\": \"2026-03-01T08:00:00Z\", \"data\": {\"source\": "
    "\"web\"}}\n" EVENT("ann", "signup", "02") EVENT("bo", "signup", "02") EVENT("ann", "ask", "03")
        EVENT("cy", "ask", "03") EVENT("ann", "win", "04") EVENT("bo", "lose", "05") EVENT("di", "signup", "06")
            EVENT("cy", "win", "09");

static leadline_model *model, *strict_model; /* in the strict one nobody who merely signs up enters mql by asking */
static leadline_buffer *decisions, *buffer;
static leadline_error error;

static leadline_model* compiled(const char* text) {
  leadline_pack* pack = NULL;
  leadline_model* out = NULL;
  if (leadline_pack_parse(text, strlen(text), NULL, 0, &pack, &error) != LEADLINE_OK) return NULL;
  if (leadline_model_compile(pack, NULL, &out, NULL, &error) != LEADLINE_OK) printf("%s\n", error.message);
  leadline_pack_free(pack);
  return out;
}

/* Makes what every case starts from. */
static int prepare(void) {
  leadline_engine* engine = NULL;
  leadline_decisions* told = NULL;
  leadline_text lines;
  model = compiled(PACK("20"));
  strict_model = compiled(PACK("2"));
  if (model == NULL || strict_model == NULL || leadline_buffer_create(&buffer) != LEADLINE_OK ||
      leadline_buffer_create(&decisions) != LEADLINE_OK ||
      leadline_engine_create(model, NULL, &engine, &error) != LEADLINE_OK ||
      leadline_decisions_create(LEADLINE_AS_JSON, &told) != LEADLINE_OK ||
      leadline_engine_apply_json(engine, TEXT(events), told, NULL, &error) != LEADLINE_OK) {
    return 0;
  }
  lines = leadline_decisions_json(told);
  if (leadline_buffer_append(decisions, lines.data, (size_t)lines.size) != LEADLINE_OK) return 0;
  leadline_decisions_free(told);
  leadline_engine_free(engine);
  return lines.size > 0;
}

static leadline_status take_decisions(leadline_report* report) {
  const leadline_text lines = leadline_buffer_content(decisions);
  uint64_t done = 0;
  const leadline_status status = leadline_report_take_decisions(report, lines.data, (size_t)lines.size, &done, &error);
  CHECK_INT(done, lines.size);
  return status;
}

static leadline_status take_events(leadline_report* report) {
  uint64_t done = 0;
  const leadline_status status = leadline_report_take_events(report, TEXT(events), &done, &error);
  CHECK_INT(done, sizeof events - 1);
  return status;
}

/* Whether the report, written in that form, holds that text. */
static void check_holds(leadline_report* report, int32_t form, const char* wanted) {
  CHECK_INT(leadline_report_write(report, form, buffer, &error), LEADLINE_OK);
  if (strstr(leadline_buffer_content(buffer).data, wanted) == NULL) {
    printf("no %s in %s\n", wanted, leadline_buffer_content(buffer).data);
    FAIL("the report holds the text");
  }
}

static void what_came_of_a_run_is_told_in_every_form(void) {
  leadline_report* report = NULL;
  leadline_text first;
  CHECK_INT(
      leadline_report_of_run(model, TEXT("{\"period\": \"2026-03\", \"by\": \"contact.source\"}"), &report, &error),
      LEADLINE_OK);
  CHECK_INT(take_decisions(report), LEADLINE_OK);
  CHECK_INT(take_events(report), LEADLINE_OK);
  /* All four enter mql in March, Ann and Cy become customers. */
  check_holds(report, LEADLINE_REPORT_JSON, "{\"stage\": \"mql\", \"aside\": false, \"entries\": 4, \"contacts\": 4");
  check_holds(report, LEADLINE_REPORT_JSON, "\"value\": \"web\"");
  check_holds(report, LEADLINE_REPORT_MARKDOWN, "| mql to customer | 50% (2 of 4) | 50% (2 of 4) |");
  check_holds(report, LEADLINE_REPORT_WEEKLY_PIPELINE_REVIEW, "# Weekly pipeline review: 2026-03");
  check_holds(report, LEADLINE_REPORT_MONTHLY_ALIGNMENT, "# Monthly");
  check_holds(report, LEADLINE_REPORT_WEEKLY_MARKETING, "Moved to mql: 4");
  check_holds(report, LEADLINE_REPORT_MONTHLY_SALES, "- won: 2,");
  check_holds(report, LEADLINE_REPORT_CLOSED_LOOP, "## Deal: ann");
  /* The same again, byte for byte. */
  check_holds(report, LEADLINE_REPORT_JSON, "\"pack\": \"small\"");
  first = leadline_buffer_content(buffer);
  CHECK(first.size > 1000);
  leadline_report_free(report);
}

static void entries_are_chosen_by_a_condition(void) {
  leadline_report* report = NULL;
  CHECK_INT(leadline_report_of_run(
                model, TEXT("{\"where\": {\"==\": [{\"var\": \"contact.source\"}, \"web\"]}, \"details\": true}"),
                &report, &error),
            LEADLINE_OK);
  CHECK_INT(take_decisions(report), LEADLINE_OK);
  CHECK_INT(take_events(report), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "{\"stage\": \"mql\", \"aside\": false, \"entries\": 1, \"contacts\": 1");
  leadline_report_free(report);
}

static void attributes_are_in_events_alone(void) {
  leadline_report* report = NULL;
  CHECK_INT(leadline_report_of_run(model, TEXT("{\"by\": \"contact.source\"}"), &report, &error), LEADLINE_OK);
  CHECK_INT(take_decisions(report), LEADLINE_OK);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_JSON, buffer, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "report.no_events") == 0);
  CHECK_INT(leadline_buffer_content(buffer).size, 0);
  leadline_report_free(report);
}

static void a_score_is_held_against_outcomes_and_fitted(void) {
  leadline_report* report = NULL;
  CHECK_INT(leadline_report_of_backtest(model, TEXT("{\"score\": \"heat\", \"wanted\": \"60%\"}"), &report, &error),
            LEADLINE_OK);
  CHECK_INT(take_events(report), LEADLINE_OK);
  /* 25 and 20 points won, 5 lost: of both pairs of a won and a lost one, the won has more. */
  check_holds(report, LEADLINE_REPORT_JSON, "\"count\": 3, \"won\": 2, \"auc\": {\"value\": 1");
  check_holds(report, LEADLINE_REPORT_JSON, "\"fit\": null");
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_MARKDOWN, buffer, &error), LEADLINE_UNSUPPORTED);
  leadline_report_free(report);

  CHECK_INT(
      leadline_report_of_backtest(model, TEXT("{\"fit\": true, \"train\": 0.99, \"points_max\": 10}"), &report, &error),
      LEADLINE_OK);
  CHECK_INT(take_events(report), LEADLINE_OK);
  /* Outcomes in order: Ann won, Bo lost, Cy won; 99 % of three are the first two. Asking alone tells them apart. */
  check_holds(report, LEADLINE_REPORT_JSON, "\"train\": 2");
  check_holds(report, LEADLINE_REPORT_JSON, "\"rule\": \"asked\", \"pointer\": \"/scores/heat/rules/0/points\"");
  check_holds(report, LEADLINE_REPORT_JSON, "\"proposed\": 10");
  leadline_report_free(report);

  /* Of no outcome there is nothing to tell. */
  CHECK_INT(leadline_report_of_backtest(model, NULL, 0, &report, &error), LEADLINE_OK);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_JSON, buffer, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "backtest.no_outcome") == 0);
  leadline_report_free(report);
}

static void two_packs_are_compared(void) {
  leadline_report* report = NULL;
  CHECK_INT(leadline_report_of_comparison(model, strict_model, TEXT("{\"until\": \"2026-03-20T00:00:00Z\"}"), &report,
                                          &error),
            LEADLINE_OK);
  CHECK_INT(take_events(report), LEADLINE_OK);
  /* Asking is worth 2 points in the strict pack, so Cy never enters mql: 4 before, 3 after. At the end all stand alike.
   */
  check_holds(report, LEADLINE_REPORT_JSON, "\"before\": 4, \"after\": 3");
  leadline_report_free(report);
}

static void a_contact_is_handed_over_as_of_an_instant(void) {
  leadline_report* report = NULL;
  CHECK_INT(leadline_report_of_handoff(model, TEXT("{\"contact\": \"ann\", \"at\": \"2026-03-03T12:00:00Z\"}"), &report,
                                       &error),
            LEADLINE_OK);
  CHECK_INT(take_events(report), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "\"stage\": \"mql\"");
  check_holds(report, LEADLINE_REPORT_MARKDOWN, "# Handoff: ann, at 2026-03-03T12:00:00.000Z");
  check_holds(report, LEADLINE_REPORT_MARKDOWN, "| score heat | 25 |");
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_CLOSED_LOOP, buffer, &error), LEADLINE_UNSUPPORTED);
  leadline_report_free(report);

  CHECK_INT(leadline_report_of_handoff(model, TEXT("{\"contact\": \"eve\", \"at\": \"2026-03-03T12:00:00Z\"}"), &report,
                                       &error),
            LEADLINE_OK);
  CHECK_INT(take_events(report), LEADLINE_OK);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_JSON, buffer, &error), LEADLINE_NOT_FOUND);
  leadline_report_free(report);
}

/* 1,000,000 of 25,000 each are 40 deals; of 25 % 160 opportunities; of 50 % 320; of 60 % 533.3, so 534. */
static void a_plan_goes_from_revenue_to_contacts_and_back(void) {
  static const char rates[] =
      "\"deal_size\": 25000, \"rates\": {\"opportunity.customer\": \"25%\", \"mql.sql\": 0.6, "
      "\"sql.opportunity\": 0.5}}";
  char asked[400];
  leadline_report* report = NULL;
  snprintf(asked, sizeof asked, "{\"revenue\": 1000000, %s", rates);
  CHECK_INT(leadline_report_of_plan(NULL, asked, strlen(asked), &report, &error), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "{\"stage\": \"mql\", \"count\": 534");
  CHECK_INT(leadline_report_take_decisions(report, TEXT("{}\n"), NULL, &error), LEADLINE_UNSUPPORTED);
  leadline_report_free(report);

  snprintf(asked, sizeof asked, "{\"contacts\": 534, %s", rates);
  CHECK_INT(leadline_report_of_plan(NULL, asked, strlen(asked), &report, &error), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "{\"stage\": \"customer\", \"count\": 40");
  leadline_report_free(report);

  /* Of 534 by day 45 of 90 half should be there: 267. */
  snprintf(asked, sizeof asked,
           "{\"revenue\": 1000000, \"progress\": {\"days_gone\": 45, \"days\": 90, \"made\": {\"mql\": 260}}, %s",
           rates);
  CHECK_INT(leadline_report_of_plan(NULL, asked, strlen(asked), &report, &error), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "\"planned\": 534, \"planned_by_now\": 267");
  leadline_report_free(report);

  /* Of four mqls two became customers, so ten deals need twenty. */
  CHECK_INT(leadline_report_of_plan(model,
                                    TEXT("{\"revenue\": 100, \"deal_size\": 10, \"measure\": {\"stages\": "
                                         "[\"mql\", \"customer\"]}}"),
                                    &report, &error),
            LEADLINE_OK);
  CHECK_INT(take_decisions(report), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "{\"stage\": \"mql\", \"count\": 20");
  leadline_report_free(report);

  CHECK_INT(leadline_report_of_plan(NULL,
                                    TEXT("{\"deliverables\": [{\"item\": \"post\", \"volume\": 8, \"leads\": 6, "
                                         "\"hours\": 4}], \"hour_cost\": 50}"),
                                    &report, &error),
            LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "1.5"); /* 48 leads in 32 hours */
  leadline_report_free(report);

  CHECK_INT(leadline_report_of_plan(NULL,
                                    TEXT("{\"funnels\": [{\"funnel\": \"inbound\", \"customers\": \"new\", "
                                         "\"deals\": 20, \"revenue\": 500000}]}"),
                                    &report, &error),
            LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "25000"); /* a deal */
  leadline_report_free(report);
}

static void a_packs_agreement_is_a_document(void) {
  leadline_pack* pack = NULL;
  CHECK_INT(leadline_pack_parse(TEXT(PACK("20")), NULL, 0, &pack, &error), LEADLINE_OK);
  CHECK_INT(leadline_pack_sla_document(pack, buffer, &error), LEADLINE_OK);
  CHECK(strstr(leadline_buffer_content(buffer).data, "- **volume**: `entered.mql` at least 4 a month") != NULL);
  leadline_pack_free(pack);
  CHECK_INT(leadline_pack_parse(TEXT("{\"leadline\": 1, \"targets\": 7}"), NULL, 0, &pack, &error), LEADLINE_OK);
  CHECK_INT(leadline_pack_sla_document(pack, buffer, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_buffer_content(buffer).size, 0);
  leadline_pack_free(pack);
}

/* What is asked for wrongly, with the code and the place that are told. */
static const struct {
  const char* request;
  const char* code;
  const char* pointer;
} wrong_requests[] = {
    {"{", "json.", ""},
    {"7", "request.not_an_object", ""},
    {"[]", "request.not_an_object", ""},
    {"{\"perid\": \"2026-03\"}", "request.unknown_key", "/perid"},
    {"{\"period\": 3}", "request.wrong_type", "/period"},
    {"{\"period\": \"March\"}", "period.malformed", "/period"},
    {"{\"by\": \"contact.sauce\"}", "report.unknown_attribute", ""},
    {"{\"where\": {\"lowr\": 1}}", "condition.", "/where"},
    {"{\"where\": {\"var\": \"score.heat\"}}", "report.unknown_path", ""},
    {"{\"cohort\": \"day\"}", "request.wrong_type", "/cohort"},
    {"{\"details\": 1}", "request.wrong_type", "/details"},
    {"{\"spend\": {}}", "request.wrong_type", "/spend"},
    {"{\"spend\": [{\"period\": \"2026-03\", \"spend\": -1}]}", "plan.wrong_type", "/spend/0/spend"},
    {"{\"spend\": [{}]}", "plan.missing_key", "/spend/0"},
};

static void what_is_asked_for_wrongly_is_told_with_its_place(void) {
  size_t i;
  for (i = 0; i < sizeof wrong_requests / sizeof *wrong_requests; i++) {
    leadline_report* report = NULL;
    const char* request = wrong_requests[i].request;
    const char* code = wrong_requests[i].code;
    CHECK_INT(leadline_report_of_run(model, request, strlen(request), &report, &error), LEADLINE_INVALID_INPUT);
    CHECK(report == NULL);
    if (strncmp(error.code, code, strlen(code)) != 0 ||
        strncmp(error.pointer, wrong_requests[i].pointer, strlen(wrong_requests[i].pointer)) != 0) {
      printf("%s: %s at %s\n", request, error.code, error.pointer);
      FAIL("the code and the place are those");
    }
  }
}

static void wrong_is_told_of_the_other_reports_too(void) {
  leadline_report* report = NULL;
  CHECK_INT(leadline_report_of_backtest(model, TEXT("{\"score\": \"lead\"}"), &report, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "backtest.unknown_score") == 0);
  CHECK_INT(leadline_report_of_backtest(model, TEXT("{\"train\": 1}"), &report, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "backtest.bad_share") == 0);
  CHECK_INT(leadline_report_of_backtest(model, TEXT("{\"points_max\": 0}"), &report, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_report_of_comparison(model, model, TEXT("{\"until\": \"soon\"}"), &report, &error),
            LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_report_of_handoff(model, NULL, 0, &report, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "request.missing_key") == 0);
  CHECK_INT(leadline_report_of_plan(NULL, NULL, 0, &report, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(leadline_report_of_plan(NULL, TEXT("{\"revenue\": 1, \"deal_size\": 1, \"rates\": {\"mql\": 1}}"), &report,
                                    &error),
            LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.pointer, "/rates/mql") == 0);
  CHECK_INT(leadline_report_of_plan(NULL, TEXT("{\"deliverables\": [7]}"), &report, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "plan.not_an_object") == 0);
  CHECK(report == NULL);
  /* Without rates there is no way from one stage to another. */
  CHECK_INT(leadline_report_of_plan(NULL, TEXT("{\"revenue\": 1, \"deal_size\": 1}"), &report, &error), LEADLINE_OK);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_JSON, buffer, &error), LEADLINE_INVALID_INPUT);
  CHECK(strcmp(error.code, "plan.no_steps") == 0);
  leadline_report_free(report);
}

static void a_line_that_is_none_ends_a_call_and_the_host_goes_on_behind_it(void) {
  static const char wrong[] = "\n  \r\nthis is no JSON\n";
  leadline_report* report = NULL;
  uint64_t done = 0;
  CHECK_INT(leadline_report_of_run(model, NULL, 0, &report, &error), LEADLINE_OK);
  CHECK_INT(leadline_report_take_decisions(report, TEXT(wrong), &done, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(done, 5);
  CHECK_INT(error.line, 3);
  CHECK_INT(take_decisions(report), LEADLINE_OK);
  CHECK_INT(leadline_report_take_events(report, TEXT(wrong), &done, &error), LEADLINE_INVALID_INPUT);
  CHECK_INT(done, 5);
  CHECK_INT(error.line, 3);
  CHECK_INT(take_events(report), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "{\"stage\": \"mql\", \"aside\": false, \"entries\": 4, \"contacts\": 4");
  leadline_report_free(report);
}

static void what_comes_too_late_is_refused(void) {
  leadline_report* report = NULL;
  uint64_t done = 7;
  CHECK_INT(leadline_report_of_run(model, NULL, 0, &report, &error), LEADLINE_OK);
  CHECK_INT(leadline_report_take_events(report, NULL, 0, NULL, &error), LEADLINE_OK);
  CHECK_INT(leadline_report_take_decisions(report, TEXT("{}"), &done, &error), LEADLINE_IN_USE);
  CHECK_INT(done, 0);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_JSON, buffer, &error), LEADLINE_OK);
  CHECK_INT(leadline_report_take_events(report, TEXT(events), &done, &error), LEADLINE_IN_USE);
  CHECK(strcmp(error.code, "report.closed") == 0);
  leadline_report_free(report);

  CHECK_INT(leadline_report_of_backtest(model, NULL, 0, &report, &error), LEADLINE_OK);
  CHECK_INT(leadline_report_take_decisions(report, TEXT("{}"), &done, &error), LEADLINE_UNSUPPORTED);
  leadline_report_free(report);
  CHECK_INT(leadline_report_of_plan(NULL, TEXT("{\"revenue\": 1, \"deal_size\": 1, \"rates\": {\"a.b\": 1}}"), &report,
                                    &error),
            LEADLINE_OK);
  CHECK_INT(leadline_report_take_events(report, TEXT(events), &done, &error), LEADLINE_UNSUPPORTED);
  leadline_report_free(report);
}

static void null_and_wrong_sizes_are_told(void) {
  leadline_report* report = NULL;
  leadline_error small = LEADLINE_ERROR_INIT;
  uint64_t done = 7;
  CHECK_INT(leadline_report_of_run(NULL, NULL, 0, &report, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_run(model, NULL, 1, &report, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_run(model, NULL, 0, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_handoff(NULL, NULL, 0, &report, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_handoff(model, NULL, 0, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_backtest(NULL, NULL, 0, &report, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_backtest(model, NULL, 0, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_comparison(NULL, model, NULL, 0, &report, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_comparison(model, NULL, NULL, 0, &report, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_plan(NULL, NULL, 1, &report, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_of_plan(NULL, NULL, 0, NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_pack_sla_document(NULL, buffer, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_take_decisions(NULL, TEXT("{}"), &done, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(done, 0);
  CHECK_INT(leadline_report_take_events(NULL, TEXT("{}"), NULL, &error), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_write(NULL, LEADLINE_REPORT_JSON, buffer, &error), LEADLINE_INVALID_ARGUMENT);
  small.struct_size = 8;
  CHECK_INT(leadline_report_of_run(model, NULL, 0, &report, &small), LEADLINE_BAD_STRUCT_SIZE);
  CHECK(report == NULL);
  leadline_report_free(NULL);

  CHECK_INT(leadline_report_of_run(model, NULL, 0, &report, NULL), LEADLINE_OK);
  CHECK_INT(leadline_report_take_decisions(report, NULL, 1, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_JSON, NULL, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_write(report, -1, buffer, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_CLOSED_LOOP + 1, buffer, NULL), LEADLINE_INVALID_ARGUMENT);
  CHECK_INT(leadline_report_write(report, LEADLINE_REPORT_JSON, buffer, NULL), LEADLINE_OK);
  leadline_report_free(report);
}

/* A report holds what it needs of its model. */
static void a_model_may_go_before_its_report(void) {
  leadline_report* report = NULL;
  leadline_model* own = compiled(PACK("20"));
  CHECK_INT(leadline_report_of_backtest(own, NULL, 0, &report, &error), LEADLINE_OK);
  leadline_model_free(own);
  CHECK_INT(take_events(report), LEADLINE_OK);
  check_holds(report, LEADLINE_REPORT_JSON, "\"count\": 3");
  leadline_report_free(report);
}

int main(void) {
  const leadline_error fresh = LEADLINE_ERROR_INIT;
  error = fresh;
  if (!prepare()) {
    printf("the example does not run: %s\n", error.message);
    return 1;
  }
  RUN(what_came_of_a_run_is_told_in_every_form);
  RUN(entries_are_chosen_by_a_condition);
  RUN(attributes_are_in_events_alone);
  RUN(a_score_is_held_against_outcomes_and_fitted);
  RUN(two_packs_are_compared);
  RUN(a_contact_is_handed_over_as_of_an_instant);
  RUN(a_plan_goes_from_revenue_to_contacts_and_back);
  RUN(a_packs_agreement_is_a_document);
  RUN(what_is_asked_for_wrongly_is_told_with_its_place);
  RUN(wrong_is_told_of_the_other_reports_too);
  RUN(a_line_that_is_none_ends_a_call_and_the_host_goes_on_behind_it);
  RUN(what_comes_too_late_is_refused);
  RUN(null_and_wrong_sizes_are_told);
  RUN(a_model_may_go_before_its_report);
  leadline_buffer_free(buffer);
  leadline_buffer_free(decisions);
  leadline_model_free(model);
  leadline_model_free(strict_model);
  return finish_checks();
}
