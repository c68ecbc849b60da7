/* travel.h - going to places of the machine's past. */
#ifndef TRAVEL_H
#define TRAVEL_H

#include "machine/time/history.h"

/* When travel_tick() has something to do next: a record of the past, or the
 * present. */
ns_t travel_due(const struct pc *pc);
void travel_tick(struct pc *pc);

#endif
