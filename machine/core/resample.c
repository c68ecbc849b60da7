/* resample.c - samples of any rate, and steps at any time, to one rate. */
#include "machine/core/resample.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/clk.h"

enum { HALF = RESAMPLE_HALF, PHASES = RESAMPLE_PHASES, ONE_BITS = 20,
       POINT_BITS = 8, CAPACITOR = 10 };
#define PI_30 INT64_C(3373259426)       /* pi, 30 bits behind the point */

/* ---- the windowed sinc, with 30 bits behind the point ---- */

/* sin(pi * n / PHASES), by its series, from the first quarter of a turn. */
static s64 resample_sine(int n)
{
    bool negative = n / PHASES % 2;
    s64 x, x2, term, sum = 0;

    n %= PHASES;
    x = PI_30 * (n < PHASES / 2 ? n : PHASES - n) / PHASES;
    x2 = x * x >> 30;
    term = x;
    for (int k = 2; term; k += 2) {
        sum += term;
        term = -(term * x2 >> 30) / (k * (k + 1));
    }
    return negative ? -sum : sum;
}

/* The Bessel function I0(2 * sqrt(q)): the sum of q^k / k!^2. */
static s64 bessel(s64 q)
{
    s64 term = INT64_C(1) << 30, sum = 0;

    for (int k = 1; term; k++) {
        sum += term;
        term = (s64)((__int128)term * q >> 30) / (k * k);
    }
    return sum;
}

/* At n entries from the middle; the window's beta is 8.5, a quarter of its
 * square 18.0625. `peak` is the window before it is scaled to 1. */
static const s64 KERNEL_Q = INT64_C(19394461532);       /* 18.0625 */

static s64 kernel(int n, int half, s64 peak)
{
    const s64 span = half * PHASES;
    s64 x = PI_30 * n / PHASES;
    s64 sinc = n ? resample_sine(n) * (INT64_C(1) << 30) / x : INT64_C(1) << 30;
    s64 window = bessel(KERNEL_Q -
                        (s64)((__int128)KERNEL_Q * n * n / (span * span)));

    return (s64)((__int128)sinc * window / peak);
}

/* Entries that are PHASES apart sum up to 1. */
static void make_kernel(s32 *t, int half)
{
    const int middle = half * PHASES;
    const s64 peak = bessel(KERNEL_Q);

    for (int n = 0; n < middle; n++)
        t[middle - n] = t[middle + n] = (s32)kernel(n, half, peak);
    t[0] = t[2 * middle] = t[2 * middle + 1] = 0;
    for (int phase = 0; phase < PHASES; phase++) {
        s64 sum = 0;

        for (int n = phase; n < 2 * middle; n += PHASES)
            sum += t[n];
        for (int n = phase; n < 2 * middle; n += PHASES)
            t[n] = (s32)(t[n] * (INT64_C(1) << ONE_BITS) / sum);
    }
}

static void make_edge(struct resample *r, const s32 *sinc)
{
    s64 sum = 0;

    for (int n = 0; n < RESAMPLE_TABLE; n++) {
        r->edge[n] = (s32)((sum + sinc[n] / 2) / PHASES);
        sum += sinc[n];
    }
}

/* The sinc itself is needed only while tables are made of it. */
static s32 *new_kernel(u32 half)
{
    s32 *t = malloc(RESAMPLE_TABLE * sizeof *t);

    if (t)
        make_kernel(t, (int)half);
    return t;
}

struct rows *resample_rows(u32 half, u64 num, u64 down)
{
    s32 *sinc = new_kernel(half);
    struct rows *t = sinc ? rows_make(sinc, half, num, down) : NULL;

    free(sinc);
    return t;
}

/* ---- places ---- */

struct place resample_place(u32 rate, ns_t t)
{
    unsigned __int128 p = ((unsigned __int128)(u64)t * rate << 32) / NS_PER_S;

    return (struct place){ (u64)(p >> 32), (u32)p };
}

struct place resample_nth(u32 rate, struct place p, u64 k, u32 num, u32 den)
{
    unsigned __int128 more = ((unsigned __int128)k * rate * den << 32) / num;
    unsigned __int128 sum = ((unsigned __int128)p.at << 32) + p.part + more;

    return (struct place){ (u64)(sum >> 32), (u32)sum };
}

/* Half of the sinc and a sample more, for a sample is there when its time is
 * over; of the slowest source that has the short sinc, which needs longer than
 * the slowest with the long one. A source that is just faster than the
 * output has its sinc rounded up to eight samples. */
u32 resample_reach(u32 rate)
{
    u32 n = rate * (HALF / 2 + 1) / RESAMPLE_SLOWEST;

    return (n < HALF + 8 ? HALF + 8 : n) + 2;
}

void resample_restart(struct resample *r, ns_t now)
{
    struct place p = resample_place(r->rate, now);

    r->next = p.at + (p.part != 0);
    memset(r->sample, 0, r->room * sizeof *r->sample);
    memset(r->step, 0, r->room * sizeof *r->step);
    memset(r->level, 0, sizeof r->level);
    memset(r->rest, 0, sizeof r->rest);
}

struct resample *resample_new(u32 rate, ns_t now, u32 room)
{
    struct resample *r = calloc(1, sizeof *r);
    s32 *sinc = new_kernel(HALF);

    if (!r || !sinc || !resample_widen(r, room)) {
        resample_free(r);
        free(sinc);
        return NULL;
    }
    r->rate = rate;
    make_edge(r, sinc);
    free(sinc);
    resample_restart(r, now);
    return r;
}

void resample_free(struct resample *r)
{
    if (!r)
        return;
    free(r->rows[0]);
    free(r->rows[1]);
    free(r->sample);
    free(r->step);
    free(r);
}

static s64 (*wider(s64 (*old)[2], u32 have, u64 next, u32 room))[2]
{
    s64 (*t)[2] = calloc(room, sizeof *t);

    for (u64 n = next; t && n < next + have; n++)
        memcpy(t[n & (room - 1)], old[n & (have - 1)], sizeof *t);
    return t;
}

bool resample_widen(struct resample *r, u32 room)
{
    s64 (*sample)[2], (*step)[2];

    if (room <= r->room)
        return true;
    sample = wider(r->sample, r->room, r->next, room);
    step = wider(r->step, r->room, r->next, room);
    if (!sample || !step) {
        free(sample);
        free(step);
        return false;
    }
    free(r->sample);
    free(r->step);
    r->sample = sample;
    r->step = step;
    r->room = room;
    return true;
}

/* ---- adding ---- */

/* One step on its way into the output: taps first to last, entry u of the
 * kernel (16 bits behind the point) for the first, `step` more for the next. */
struct spread {
    u64 first;
    u32 taps;
    u64 u, step;
};

static struct spread aim(const struct resample *r, struct place p)
{
    const u64 step = (u64)PHASES << 16;
    struct spread s = { p.at - (HALF - 1), 2 * HALF, 0, step };
    s64 late;

    s.u = step - (p.part * step >> 32);
    late = (s64)(r->next - s.first);
    if (late > 0) {                     /* some outputs have been taken */
        s.taps = late < s.taps ? s.taps - (u32)late : 0;
        s.first = r->next;
        s.u += (u64)late * step;
    }
    return s;
}

static inline s64 weight(const s32 *kernel, u64 u)
{
    const s32 *k = kernel + (u >> 16);

    return k[0] + ((k[1] - k[0]) * (s64)(u & 0xffff) >> 16);
}

/* The level follows the integral; what is added are its differences, so that
 * in the end it has moved by exactly one step. */
void resample_step(struct resample *r, struct place p, s32 left, s32 right)
{
    struct spread s = aim(r, p);
    s64 before = 0;

    for (u32 i = 0; i <= s.taps; i++, s.u += s.step, s.first++) {
        s64 now = i < s.taps ? weight(r->edge, s.u) : 1 << ONE_BITS;
        s64 *to = r->step[s.first & (r->room - 1)];

        to[0] += left * (now - before);
        to[1] += right * (now - before);
        before = now;
    }
}

void resample_charge(struct resample *r, s32 left, s32 right)
{
    r->level[0] += left * (INT64_C(1) << ONE_BITS);
    r->level[1] += right * (INT64_C(1) << ONE_BITS);
    r->rest[0] = r->level[0];
    r->rest[1] = r->level[1];
}

/* ---- taking ---- */

/* A capacitor in the line: a constant level dies away. */
static s16 resample_output(struct resample *r, int side, u32 volume)
{
    u64 at = r->next & (r->room - 1);
    s64 *step = &r->step[at][side], *sample = &r->sample[at][side];
    s64 v;

    r->level[side] += *step;
    v = r->level[side] + *sample;
    *step = *sample = 0;
    r->rest[side] += (v - r->rest[side]) >> CAPACITOR;
    v = (v - r->rest[side]) >> ONE_BITS;
    v = (v * volume + (1 << (2 * POINT_BITS - 1))) >> 2 * POINT_BITS;
    return (s16)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
}

void resample_take(struct resample *r, s16 *out, u32 n, u32 volume)
{
    for (u32 i = 0; i < n; i++, r->next++)
        for (int side = 0; side < 2; side++) {
            s16 v = resample_output(r, side, volume);

            if (out)
                *out++ = v;
        }
}

/* Behind what the ring can hold nothing was added; as soon as the capacitor
 * moves no more either, all outputs are the same. */
void resample_skip(struct resample *r, u64 to)
{
    u64 empty = r->next + r->room;

    while (r->next < to) {
        s64 left = r->rest[0], right = r->rest[1];

        resample_take(r, NULL, 1, 0);
        if (r->next > empty && r->rest[0] == left && r->rest[1] == right)
            r->next = to;
    }
}
