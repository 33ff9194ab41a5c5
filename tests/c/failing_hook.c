/* Fails through leadline_allocator_set. Each block carries a mark, so that what was not taken here is noticed. */

#include "failing_memory.h"
#include "leadline/leadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long countdown, live;
static int goes_on, failed;

/* The mark and the start of the block stand right before what is handed out. */
#define MARK 0x4C4C6D656D6F7279u

typedef struct head {
  void* start;
  uint64_t mark;
} head;

static void* take(void* context, size_t size, size_t alignment) {
  char *start, *memory;
  head before;
  if (context != (void*)&live) abort();
  if (countdown != 0 && --countdown == 0) {
    failed = 1;
    if (goes_on) countdown = 1;
    return NULL;
  }
  start = (char*)malloc(size + alignment + sizeof(head));
  if (start == NULL) return NULL;
  memory = start + sizeof(head);
  memory += (alignment - (uintptr_t)memory % alignment) % alignment;
  before.start = start;
  before.mark = MARK;
  memcpy(memory - sizeof(head), &before, sizeof before);
  live++;
  return memory;
}

static void give_back(void* context, void* memory) {
  head before;
  (void)context;
  memcpy(&before, (char*)memory - sizeof(head), sizeof before);
  if (before.mark != MARK) {
    fputs("memory given back that was not taken here\n", stderr);
    abort();
  }
  memset((char*)memory - sizeof(head), 0, sizeof(head));
  live--;
  free(before.start);
}

void memory_fail_at(long n, int for_ever) {
  countdown = n;
  goes_on = for_ever;
  failed = 0;
}

int memory_has_failed(void) { return failed; }
long memory_live_count(void) { return live; }

int memory_install(void) {
  leadline_allocator allocator = LEADLINE_ALLOCATOR_INIT;
  allocator.context = &live;
  allocator.allocate = take;
  allocator.deallocate = give_back;
  return leadline_allocator_set(&allocator) == LEADLINE_OK;
}
