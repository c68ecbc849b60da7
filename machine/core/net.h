/* net.h - a wire that joins many pins: wired OR.
 *
 *   output pin --+                 +--> input
 *   output pin --+== net (level) ==+--> input
 *   output pin --+                 +--> input
 *
 * The wire is high while any output drives it. An input is told when the
 * level changes, and only then; so two cards may share an interrupt line, and
 * one that lets go does not take the other's request away.
 *
 * Which outputs drive is the wire's state, and part of the machine's; with
 * it, a load brings every pin back without a change of level. */
#ifndef NET_H
#define NET_H

#include "machine/core/dev.h"

enum { NET_OUTPUTS = 16, NET_INPUTS = 4 };

struct net_state {
    u16 driven;                         /* bit n: output n is high */
};

extern const struct table net_table;

struct net {
    struct net_state s;                 /* saved; must come first */

    const char *name;
    struct line *output[NET_OUTPUTS];
    int outputs;
    struct line input[NET_INPUTS];
    int inputs;
    bool held;
};

/* Joins an output pin; from now on line_set(pin) drives the wire. The pin
 * stays its owner's and must live as long as the net. False: the wire has
 * NET_OUTPUTS already. */
bool net_join(struct net *n, struct line *pin);

/* Leads the wire to an input: set(ctx, pin, level) at each change. False: it
 * has NET_INPUTS already. */
bool net_lead(struct net *n, void (*set)(void *ctx, int pin, bool level),
              void *ctx, int pin);

static inline bool net_level(const struct net *n)
{
    return n->s.driven != 0;
}

/* Around a load of the state: from the first on pins change nothing; after the
 * second they have the levels that the wire's state says. No input is told. */
void net_hold(struct net *n);
void net_loaded(struct net *n);

#endif
