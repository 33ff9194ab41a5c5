/* A pack, three events, the decisions they give; then the same contact as bytes in the host's own row. */

#include "leadline/leadline.h"

#include <stdio.h>
#include <string.h>

static const char pack_text[] =
    "{ \"leadline\": 1, \"name\": \"quickstart\", \"time_zone\": \"America/New_York\",\n"
    "  \"events\": { \"visit\": { \"activity\": true, \"fields\": { \"path\": \"string\" } } },\n"
    "  \"scores\": { \"heat\": { \"rules\": [\n"
    "    { \"id\": \"pricing\", \"on\": \"visit\", \"where\": { \"==\": [{ \"var\": \"event.path\" }, \"/pricing\"] "
    "},\n"
    "      \"points\": 15, \"decay\": { \"half_life\": \"7d\" } } ] } },\n"
    "  \"funnel\": { \"start\": \"lead\", \"stages\": [{ \"id\": \"lead\" }, { \"id\": \"mql\" }],\n"
    "    \"transitions\": [{ \"id\": \"hot\", \"from\": \"lead\", \"to\": \"mql\",\n"
    "                      \"when\": { \">=\": [{ \"var\": \"score.heat\" }, 25] } }] } }\n";

static const char events[] =
    "{\"id\": \"e1\", \"contact\": \"c42\", \"type\": \"visit\", \"at\": \"2026-03-02T14:00:00Z\", \"data\": "
    "{\"path\": "
    "\"/pricing\"}}\n"
    "{\"id\": \"e2\", \"contact\": \"c42\", \"type\": \"visit\", \"at\": \"2026-03-02T15:00:00Z\", \"data\": "
    "{\"path\": "
    "\"/blog\"}}\n"
    "{\"id\": \"e3\", \"contact\": \"c42\", \"type\": \"visit\", \"at\": \"2026-03-03T14:00:00Z\", \"data\": "
    "{\"path\": "
    "\"/pricing\"}}\n";

int main(void) {
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  leadline_engine* engine = NULL;
  leadline_decisions* decisions = NULL;
  leadline_contact_fold* fold = NULL;
  leadline_buffer* state = NULL;
  leadline_status status;
  leadline_text text;
  int64_t milli = 0, wakeup_ms = 0;

  status = leadline_pack_parse(pack_text, strlen(pack_text), "quickstart.json", 15, &pack, &error);
  if (status == LEADLINE_OK) status = leadline_model_compile(pack, NULL, &model, NULL, &error);
  if (status == LEADLINE_OK) status = leadline_engine_create(model, NULL, &engine, &error);
  if (status == LEADLINE_OK) status = leadline_decisions_create(LEADLINE_AS_JSON, &decisions);
  if (status == LEADLINE_OK)
    status = leadline_engine_apply_json(engine, events, strlen(events), decisions, NULL, &error);
  if (status != LEADLINE_OK) {
    fprintf(stderr, "%s at line %u: %s\n", error.code, error.line, error.message);
    return 1;
  }
  text = leadline_decisions_json(decisions);
  fwrite(text.data, 1, (size_t)text.size, stdout);
  status = leadline_engine_score(engine, "c42", 3, 0, &milli, &error);
  printf("heat is %.3f\n", (double)milli / 1000);

  /* The same contact, kept by the host: state in, state out. */
  leadline_decisions_clear(decisions);
  if (status == LEADLINE_OK) status = leadline_contact_fold_create(model, &fold, &error);
  if (status == LEADLINE_OK) status = leadline_buffer_create(&state);
  if (status == LEADLINE_OK) {
    leadline_event sent;
    memset(&sent, 0, sizeof sent);
    sent.at_ms = 1772460000000; /* 2026-03-02T14:00:00Z */
    sent.type = "visit";
    sent.type_size = 5;
    sent.data = "{\"path\": \"/pricing\"}";
    sent.data_size = (uint32_t)strlen(sent.data);
    status = leadline_contact_step(fold, "c42", 3, NULL, 0, &sent, 1, sizeof sent, LEADLINE_NO_INSTANT, state,
                                   decisions, &wakeup_ms, &error);
  }
  if (status != LEADLINE_OK) {
    fprintf(stderr, "%s: %s\n", error.code, error.message);
    return 1;
  }
  printf("as bytes: %s, %d decisions\n", leadline_buffer_content(state).size < 400 ? "a few hundred at most" : "many",
         (int)leadline_decisions_count(decisions));

  leadline_buffer_free(state);
  leadline_contact_fold_free(fold);
  leadline_decisions_free(decisions);
  leadline_engine_free(engine);
  leadline_model_free(model);
  leadline_pack_free(pack);
  return 0;
}
