/* opl3_quiet.c - a YMF262 with nothing to hear, whose time passes.
 *
 * A silent operator still gives 0 or -1, the sign of its wave, and that is
 * what the first samples of the next note are modulated by. So the last two
 * have to be right; but they can be had without those before. With a modulator
 * that gives 0 or -1 an operator's phase moves by one step at most, which
 * matters only where the sign of its wave changes: from a sample where it does
 * not, and the next, all that follow are known. */
#include "devices/sound/opl3_priv.h"

/* The phase at sample i of those that pass, as the wave tables take it. */
static u32 phase(const struct opl3 *o, int n, s64 i)
{
    return (o->s.op[n].phase + (u32)i * o->plan[n].step[o->s.vibrato_at]) >> 9;
}

static s16 sign(const struct opl3 *o, int n, u32 at)
{
    return (s16)-(o->wave[o->s.op[n].wave][at & 0x3ff] & 1);
}

static bool sure(const struct opl3 *o, int n, s64 i)
{
    u32 at = phase(o, n, i);

    return sign(o, n, at) == sign(o, n, at - 1);
}

/* With feedback: on from two samples that are sure, or from those that the
 * operator gave last (-1 and -2). */
static s16 with_feedback(const struct opl3 *o, int n, s64 i)
{
    s16 out = (s16)o->s.op[n].out, before = (s16)o->s.op[n].before;
    s64 k = i;

    while (k >= 1 && !(sure(o, n, k) && sure(o, n, k - 1)))
        k--;
    if (k >= 1) {
        out = sign(o, n, phase(o, n, k));
        before = sign(o, n, phase(o, n, k - 1));
    } else {
        k = -1;
    }
    while (k++ < i) {
        s16 now = sign(o, n, phase(o, n, k) - (out || before ? 1 : 0));

        before = out;
        out = now;
    }
    return out;
}

/* What operator n gives at sample i; -1 is the last one that has been made. */
static s16 given(const struct opl3 *o, int n, s64 i)
{
    const struct opl3_op_state *op = &o->s.op[n];
    u32 at;

    if (i < 0)
        return (s16)op->out;
    at = phase(o, n, i);
    if (op->source == SOURCE_SELF &&
        o->s.channel[opl3_channel_of(n)].feedback)
        return with_feedback(o, n, i);
    if (op->source == SOURCE_ABOVE && !sure(o, n, i))
        at += (u32)given(o, n - 3, i);
    return sign(o, n, at);
}

/* From the last operator on, for those above are still needed as they were. */
void opl3_quiet_run(struct opl3 *o, u32 n)
{
    for (int op = OPL3_OPS - 1; op >= 0; op--) {
        s16 out = given(o, op, (s64)n - 1), before = given(o, op, (s64)n - 2);

        o->s.op[op].out = (u16)out;
        o->s.op[op].before = (u16)before;
    }
}
