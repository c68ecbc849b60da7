/* travel.h - going to places of the machine's past. */
#ifndef TRAVEL_H
#define TRAVEL_H

#include "machine/time/history.h"

/* When travel_tick() has something to do next: a record of the past, or the
 * present. */
ns_t travel_due(const struct pc *pc);
void travel_tick(struct pc *pc);

/* Whether there is a past to go to. */
enum err travel_can_go(struct pc *pc, struct why *why);

/* The machine goes on from its place, another way than it went if that is one
 * of the past. */
enum err travel_branch(struct pc *pc, struct why *why);

/* Copies what went wrong for pc.h's caller; returns whether nothing did. */
bool travel_tell(char *words, enum err e, const struct why *why);

/* Nobody outside shall hear the machine while it runs again. */
void travel_mute(struct pc *pc, bool on);

/* From the present place, in the past, forward to a later one, in which met()
 * is called at each stop of pc_break_set() on the way. False: it wanted no more
 * and returned false; the machine is there. */
typedef bool travel_met(void *ctx);
bool travel_scan(struct pc *pc, const struct moment *end, travel_met *met,
                 void *ctx);

#endif
