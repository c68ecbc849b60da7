/* net.c - a wire that joins many pins. */
#include "machine/core/net.h"

#define S struct net_state
static const struct field fields[] = {
    FIELD(S, driven, "outputs that are high, a bit each"),
    FIELD_END
};
#undef S
const struct table net_table = { "net", sizeof(struct net_state), fields };

static void net_drive(void *ctx, int pin, bool level)
{
    struct net *n = ctx;
    bool before = net_level(n);
    u16 bit = (u16)(1u << pin);

    if (n->held)
        return;
    n->s.driven = (u16)(level ? n->s.driven | bit : n->s.driven & ~bit);
    if (net_level(n) == before)
        return;
    for (int i = 0; i < n->inputs; i++)
        line_set(&n->input[i], !before);
}

bool net_join(struct net *n, struct line *pin)
{
    if (n->outputs == NET_OUTPUTS)
        return false;
    *pin = (struct line){ net_drive, n, n->outputs, false };
    n->output[n->outputs++] = pin;
    return true;
}

bool net_lead(struct net *n, void (*set)(void *, int, bool), void *ctx,
              int pin)
{
    if (n->inputs == NET_INPUTS)
        return false;
    n->input[n->inputs++] = (struct line){ set, ctx, pin, net_level(n) };
    return true;
}

void net_hold(struct net *n) { n->held = true; }

void net_loaded(struct net *n)
{
    n->held = false;
    for (int i = 0; i < n->outputs; i++)
        n->output[i]->level = n->s.driven >> i & 1;
    for (int i = 0; i < n->inputs; i++)
        n->input[i].level = net_level(n);
}
