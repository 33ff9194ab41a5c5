#ifndef LEADLINE_TESTS_CHECK_H
#define LEADLINE_TESTS_CHECK_H

/*
 * Test cases in C99: functions that CHECK, run by name and left as XML where GTEST_OUTPUT says, so that each counts.
 *
 *     static void a_calendar_adds(void) { CHECK(added == 5); }
 *     int main(void) { RUN(a_calendar_adds); return finish_checks(); }
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE* check_xml;
static int check_failed_count;
static int check_run_count;
static int check_case_failed;

#define CHECK(truth)                                             \
  do {                                                           \
    if (!(truth)) {                                              \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #truth); \
      check_case_failed = 1;                                     \
    }                                                            \
  } while (0)

#define FAIL(what)                                           \
  do {                                                       \
    printf("%s:%d: not so: %s\n", __FILE__, __LINE__, what); \
    check_case_failed = 1;                                   \
  } while (0)

#define CHECK_INT(found, wanted)                                                                      \
  do {                                                                                                \
    const long long check_found = (long long)(found), check_wanted = (long long)(wanted);             \
    if (check_found != check_wanted) {                                                                \
      printf("%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #found, check_found, check_wanted); \
      check_case_failed = 1;                                                                          \
    }                                                                                                 \
  } while (0)

#define CHECK_TEXT(found, wanted) check_text(__FILE__, __LINE__, #found, (found), (wanted))

/* Not every program compares texts. */
static inline void check_text(const char* file, int line, const char* what, leadline_text found, const char* wanted) {
  if (found.size == strlen(wanted) && memcmp(found.data, wanted, (size_t)found.size) == 0) return;
  printf("%s:%d: %s is \"%.*s\", not \"%s\"\n", file, line, what, (int)found.size, found.data, wanted);
  check_case_failed = 1;
}

#define RUN(name) run_check(#name, name)

static void run_check(const char* name, void (*body)(void)) {
  if (check_xml == NULL && getenv("GTEST_OUTPUT") != NULL && strncmp(getenv("GTEST_OUTPUT"), "xml:", 4) == 0) {
    check_xml = fopen(getenv("GTEST_OUTPUT") + 4, "w");
    if (check_xml != NULL) fputs("<testsuites><testsuite name=\"c\">\n", check_xml);
  }
  check_case_failed = 0;
  check_run_count++;
  body();
  printf("%s %s\n", check_case_failed ? "FAILED" : "ok    ", name);
  if (check_case_failed) check_failed_count++;
  if (check_xml != NULL) {
    fprintf(check_xml, "<testcase classname=\"c\" name=\"%s\" status=\"run\" result=\"completed\">%s</testcase>\n",
            name, check_case_failed ? "<failure message=\"see the output\"/>" : "");
  }
}

static int finish_checks(void) {
  if (check_xml != NULL) {
    fputs("</testsuite></testsuites>\n", check_xml);
    fclose(check_xml);
  }
  printf("%d cases, %d failed\n", check_run_count, check_failed_count);
  return check_failed_count != 0 || check_run_count == 0;
}

#endif
