/* polyphase.c - the samples of one source, brought to the output's rate. */
#include "machine/core/polyphase.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "machine/core/resample.h"

enum { HALF = RESAMPLE_HALF, KERNEL_BITS = 8, POINT = 16,
       MIDDLE_BITS = 15, OUTER_BITS = 17, FINER = OUTER_BITS - MIDDLE_BITS };

/* ---- rows ---- */

/* The kernel's value, with 20 bits behind the point, at u / 65536 entries. */
static s64 kernel_at(const s32 *kernel, u32 half, s64 u)
{
    const s32 *k = kernel + (u >> POINT);

    if (u < 0 || u >> POINT >= 2 * half << KERNEL_BITS)
        return 0;
    return k[0] + ((k[1] - k[0]) * (u & 0xffff) >> POINT);
}

/* One row, whose weights must sum up to 1: what is missing is put into the
 * middle, and what is too little for that beside it. */
static void make_row(s16 *w, u32 half, const s64 *exact, s64 whole)
{
    s64 left = -(1 << OUTER_BITS);
    u32 most = half - 1;

    for (u32 i = 0; i < 2 * half; i++) {
        bool middle = i + ROWS_MIDDLE >= half && i < half + ROWS_MIDDLE;
        u32 bits = middle ? MIDDLE_BITS : OUTER_BITS;
        s64 v = -((exact[i] * (2 << bits) + whole) / (2 * whole));

        if (exact[i] < 0)
            v = (-exact[i] * (2 << bits) + whole) / (2 * whole);
        w[i] = (s16)v;
        left -= middle ? v * (1 << FINER) : v;
        most = exact[i] > exact[most] ? i : most;
    }
    left += (s64)w[most] * (1 << FINER);
    if (left < -(1 << OUTER_BITS))
        left = -(1 << OUTER_BITS);
    w[most] = (s16)(left / (1 << FINER));
    w[0] = (s16)(w[0] + left % (1 << FINER));
}

/* How long rows are, and how many: a faster source has more samples to an
 * output, and needs fewer phases between them. */
static void rows_shape(struct rows *t, u32 half, u64 num, u64 down)
{
    u64 wide = half;

    t->bits = ROWS_PHASES;
    if (num > down) {
        wide = (half * num + down - 1) / down;
        for (u64 n = num / 2; n >= down && t->bits; n /= 2)
            t->bits--;
    }
    wide = (wide + 7) / 8 * 8;
    t->half = wide < ROWS_MOST ? (u32)wide : ROWS_MOST;
}

struct rows *rows_make(const s32 *kernel, u32 half, u64 num, u64 down)
{
    u64 step = (u64)1 << (KERNEL_BITS + POINT), middle = half * step;
    struct rows shape, *t;

    rows_shape(&shape, half, num, down);
    t = malloc(sizeof *t + ((1u << shape.bits) + 1) * 2 * shape.half *
                               sizeof t->w[0]);
    if (!t)
        return NULL;
    *t = shape;
    if (num > down)
        step = step * down / num;
    for (u32 row = 0; row <= 1u << t->bits; row++) {
        s64 exact[2 * ROWS_MOST], whole = 0;
        u64 part = row * step >> t->bits;

        for (u32 i = 0; i < 2 * t->half; i++) {
            s64 d = (s64)i - (s64)(t->half - 1);

            exact[i] = kernel_at(kernel, half, (s64)middle + d * (s64)step -
                                                   (s64)part);
            whole += exact[i];
        }
        make_row(t->w + row * 2 * t->half, t->half, exact, whole);
    }
    return t;
}

/* ---- sums ---- */

/* Of two rows and both sides. No product has more than 31 bits, and of the
 * sums of n that are asked for none can be greater than 2^31. */
struct sums { s32 a[2], b[2]; };

#ifdef __SSE2__
static inline s32 sum_of_4(__m128i v)
{
    v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
    v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1));
    return _mm_cvtsi128_si32(v);
}

static inline __m128i load_8(const s16 *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

/* The same as below, 8 products at a time: compilers make twice as many
 * instructions of that. */
static inline struct sums sum_up(const s16 *a, const s16 *b, const s16 *l,
                                 const s16 *r, u32 n)
{
    __m128i al = _mm_setzero_si128(), ar = al, bl = al, br = al;

    for (u32 i = 0; i < n; i += 8) {
        __m128i wa = load_8(a + i), wb = load_8(b + i);
        __m128i sl = load_8(l + i), sr = load_8(r + i);

        al = _mm_add_epi32(al, _mm_madd_epi16(wa, sl));
        ar = _mm_add_epi32(ar, _mm_madd_epi16(wa, sr));
        bl = _mm_add_epi32(bl, _mm_madd_epi16(wb, sl));
        br = _mm_add_epi32(br, _mm_madd_epi16(wb, sr));
    }
    return (struct sums){ { sum_of_4(al), sum_of_4(ar) },
                          { sum_of_4(bl), sum_of_4(br) } };
}
#else
static inline struct sums sum_up(const s16 *a, const s16 *b, const s16 *l,
                                 const s16 *r, u32 n)
{
    struct sums t = { { 0, 0 }, { 0, 0 } };

    for (u32 i = 0; i < n; i++) {
        t.a[0] += a[i] * l[i];
        t.a[1] += a[i] * r[i];
        t.b[0] += b[i] * l[i];
        t.b[1] += b[i] * r[i];
    }
    return t;
}
#endif

/* An output's two sides, with 33 bits behind the point. */
static void weigh(const struct feed *f, u32 at, s64 out[2])
{
    const u32 half = f->rows->half, outer = half - ROWS_MIDDLE;
    const s16 *a = f->rows->w +
                   ((u64)f->part << f->rows->bits >> 32) * 2 * half;
    const s16 *b = a + 2 * half, *l = f->s[0] + at, *r = f->s[1] + at;
    const u32 part = (u32)((u64)f->part << f->rows->bits) >> 16;
    const u32 m = outer + ROWS_MIDDLE, e = m + ROWS_MIDDLE;
    struct sums first = sum_up(a, b, l, r, outer);
    struct sums left = sum_up(a + outer, b + outer, l + outer, r + outer,
                              ROWS_MIDDLE);
    struct sums right = sum_up(a + m, b + m, l + m, r + m, ROWS_MIDDLE);
    struct sums last = sum_up(a + e, b + e, l + e, r + e, outer);

    for (int side = 0; side < 2; side++) {
        s64 v = (s64)first.a[side] + last.a[side] +
                ((s64)left.a[side] + right.a[side]) * (1 << FINER);
        s64 w = (s64)first.b[side] + last.b[side] +
                ((s64)left.b[side] + right.b[side]) * (1 << FINER);

        out[side] = -(v * 65536 + (w - v) * part);
    }
}

/* ---- a feed ---- */

static void feed_next(struct feed *f)
{
    u64 part = (u64)f->part + (u32)f->step;

    f->sum += f->rest;
    if (f->sum >= f->down) {
        f->sum -= f->down;
        part++;
    }
    f->x += (s64)(f->step >> 32) + (s64)(part >> 32);
    f->part = (u32)part;
    f->out++;
}

/* All outputs whose samples are there. */
static void feed_make(struct resample *r, struct feed *f)
{
    const u32 half = f->rows->half;
    s64 end = f->first + f->have - half;

    for (; f->x < end; feed_next(f)) {
        s64 out[2], *to = r->sample[f->out & (r->room - 1)];

        if (f->out < r->next)
            continue;
        weigh(f, (u32)(f->x - half + 1 - f->first), out);
        for (int side = 0; side < 2; side++)
            to[side] += (out[side] >> 17) * f->of.gain[side] >> 12;
    }
}

/* Keeps only those that are still needed. */
static void feed_shift(struct feed *f)
{
    u32 gone = (u32)(f->x - f->rows->half + 1 - f->first);

    gone = gone < f->have ? gone : f->have;
    f->have -= gone;
    f->first += gone;
    for (int side = 0; side < 2; side++)
        memmove(f->s[side], f->s[side] + gone, f->have * sizeof f->s[0][0]);
}

/* Where output f->out lies, by its number. */
static void feed_place(struct feed *f, u64 rate)
{
    const struct feed_of *o = &f->of;
    __int128 from = ((__int128)f->out << 32) -
                    (((__int128)o->start.at << 32) + o->start.part);
    __int128 x, d = (__int128)rate * o->den;

    x = from * o->num / d;
    if (x * d > from * o->num)
        x--;
    f->x = (s64)(x >> 32);
    f->part = (u32)x;
    f->sum = (u64)(from * o->num - x * d);
}

static void choose_rows(struct resample *r, struct feed *f)
{
    bool slow = f->of.num < (u64)RESAMPLE_SLOW * f->of.den;
    u32 half = slow ? HALF / 2 : HALF;

    if (f->of.num > f->down) {
        free(f->own);
        f->rows = f->own = resample_rows(half, f->of.num, f->down);
    } else {
        if (!r->rows[slow])
            r->rows[slow] = resample_rows(half, 1, 1);
        f->rows = r->rows[slow];
    }
}

/* Begins with sample k; nothing but zeros was before it. The first output is
 * the first that it reaches, or that can still be made. */
static void feed_begin(struct resample *r, struct feed *f, struct feed_of of,
                       u64 k)
{
    __int128 at = ((__int128)of.start.at << 32) + of.start.part;
    bool same = f->rows && f->of.num == of.num && f->of.den == of.den &&
                f->down == (u64)r->rate * of.den;

    f->of = of;
    f->down = (u64)r->rate * of.den;
    f->step = ((u64)of.num << 32) / f->down;
    f->rest = (u64)(((unsigned __int128)of.num << 32) % f->down);
    if (!same)
        choose_rows(r, f);
    f->on = f->rows != NULL;
    if (!f->on)
        return;
    f->first = (s64)k - 2 * f->rows->half;
    f->have = f->quiet = 2 * f->rows->half;
    for (int side = 0; side < 2; side++)
        memset(f->s[side], 0, f->have * sizeof f->s[0][0]);
    at += ((__int128)k - f->rows->half) * f->down * ((s64)1 << 32) / of.num;
    f->out = at >= 0 ? (u64)(at >> 32) + 1 : 0;
    f->out = f->out > r->next ? f->out : r->next;
    feed_place(f, r->rate);
}

static u64 feed_at(const struct feed *f)
{
    return (u64)(f->first + f->have);
}

static void feed_some(struct resample *r, struct feed *f, const s16 *s, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        if (f->have == FEED_ROOM) {
            feed_make(r, f);
            feed_shift(f);
        }
        f->s[0][f->have] = s ? s[2 * i] : 0;
        f->s[1][f->have++] = s ? s[2 * i + 1] : 0;
    }
    f->quiet = s ? 0 : f->quiet + n;
    feed_make(r, f);
}

void feed_silence(struct resample *r, struct feed *f, u64 n)
{
    u32 need;

    if (!f->on)
        return;
    need = 2 * f->rows->half - f->quiet;
    f->on = n < need;
    feed_some(r, f, NULL, n < need ? (u32)n : need);
}

static bool feed_same(const struct feed_of *a, const struct feed_of *b)
{
    return a->num == b->num && a->den == b->den &&
           a->start.at == b->start.at && a->start.part == b->start.part &&
           a->gain[0] == b->gain[0] && a->gain[1] == b->gain[1];
}

void feed_samples(struct resample *r, struct feed *f, struct feed_of of, u64 k,
                  const s16 *samples, u32 n)
{
    if (f->on && (!feed_same(&f->of, &of) || feed_at(f) != k))
        feed_silence(r, f, 2 * f->rows->half);
    if (!f->on || feed_at(f) != k)
        feed_begin(r, f, of, k);
    if (f->on)
        feed_some(r, f, samples, n);
}

void feed_forget(struct feed *f)
{
    f->on = false;
    f->rows = NULL;
}

void feed_free(struct feed *f)
{
    if (f)
        free(f->own);
    free(f);
}
