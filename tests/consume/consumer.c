/* A host in C: reads a pack and counts its stages. */

#include <leadline/leadline.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  static const char text[] =
      "{\"leadline\": 1, \"name\": \"consumer\", \"funnel\": {\"start\": \"lead\", \"stages\": [{\"id\": \"lead\"}, "
      "{\"id\": \"mql\"}]}}";
  leadline_error error = LEADLINE_ERROR_INIT;
  leadline_pack* pack = NULL;
  leadline_model* model = NULL;
  leadline_status status = leadline_pack_parse(text, strlen(text), NULL, 0, &pack, &error);
  if (status == LEADLINE_OK) status = leadline_model_compile(pack, NULL, &model, NULL, &error);
  if (status != LEADLINE_OK) {
    fprintf(stderr, "%s: %s\n", error.code, error.message);
    return 1;
  }
  printf("%u stages\n", (unsigned)leadline_model_name_count(model, LEADLINE_NAMES_STAGES));
  leadline_model_free(model);
  leadline_pack_free(pack);
  return 0;
}
