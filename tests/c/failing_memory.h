#ifndef LEADLINE_TESTS_FAILING_MEMORY_H
#define LEADLINE_TESTS_FAILING_MEMORY_H

/* Memory that fails when told to: the library's by its allocator, or the whole program's by operator new. */

#ifdef __cplusplus
extern "C" {
#endif

/* From now on the n-th allocation fails (from 1; 0: none), and if `for_ever`, all after it. */
void memory_fail_at(long n, int for_ever);
/* Whether one failed since then. */
int memory_has_failed(void);
/* Blocks taken and not given back. */
long memory_live_count(void);
/* Makes the memory of this program fail; gives 0 where the library at hand cannot. */
int memory_install(void);

#ifdef __cplusplus
}
#endif

#endif
