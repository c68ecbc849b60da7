/* near.h - the known name that a mistyped one most likely means. */
#ifndef NEAR_H
#define NEAR_H

#include <stddef.h>

/* Steps of one letter (changed, added, dropped, two swapped) from a to b. */
int near_distance(const char *a, const char *b);

/* Looks through names as they come; starts with best NULL. Only names that
 * are close enough to be meant are kept. */
struct near {
    const char *word, *best;
    int distance;
};
void near_try(struct near *n, const char *name);

#endif
