/* ring.c - frames on their way to the sound device. */
#include "ui/audio/ring.h"

/* FILL_MS wait on a quiet host, MOST_MS on one that is late all the time. */
enum { FILL_MS = 16, MOST_MS = 44, SLACK_MS = 4, LEAST_MS = 4, STEP_MS = 4,
       LATE_MS = 24, FULL_MS = 150, CALM = 20 };

static uint32_t ring_ms(const struct ring *r, uint32_t ms)
{
    return r->hz * ms / 1000;
}

static void ring_begin_to_watch(struct ring *r)
{
    r->low = RING_FRAMES;
    r->seen = 0;
}

void ring_init(struct ring *r, uint32_t hz)
{
    *r = (struct ring){ .hz = hz };
    r->fill = ring_ms(r, FILL_MS);
    ring_begin_to_watch(r);
}

uint32_t ring_queued(const struct ring *r)
{
    return r->wait + r->n;
}

/* ---- what is put ---- */

/* The oldest frames are left out, and `fill` are kept. */
static void ring_cut(struct ring *r)
{
    r->late = false;
    r->wait = 0;
    if (r->n <= r->fill)
        return;
    r->first = (r->first + r->n - r->fill) % RING_FRAMES;
    r->n = r->fill;
    r->cut = true;
    r->cuts++;
}

/* A frame more or less of the n. */
static uint32_t ring_fit(const struct ring *r, int16_t *frames, uint32_t n)
{
    uint32_t queued = ring_queued(r), slack = ring_ms(r, SLACK_MS);

    if (n > 1 && queued > r->fill + slack)
        return n - 1;
    if (n < 1 || queued + slack >= r->fill)
        return n;
    frames[2 * n] = frames[2 * n - 2];
    frames[2 * n + 1] = frames[2 * n - 1];
    return n + 1;
}

static bool ring_is_silent(const struct ring *r)
{
    return !ring_queued(r) ||
           (r->quiet >= RING_SILENCE && r->quiet >= r->n);
}

void ring_put(struct ring *r, int16_t *frames, uint32_t n)
{
    if (r->late || ring_queued(r) > ring_ms(r, FULL_MS))
        ring_cut(r);
    r->resting = false;
    if (ring_is_silent(r)) {
        r->wait = r->fill;
        r->n = 0;
    }
    n = ring_fit(r, frames, n);
    for (uint32_t i = 0; i < n && r->n < RING_FRAMES; i++, r->n++) {
        int16_t *to = r->frame[(r->first + r->n) % RING_FRAMES];

        to[0] = frames[2 * i];
        to[1] = frames[2 * i + 1];
        r->quiet = to[0] || to[1] ? 0 : r->quiet + (r->quiet < RING_FRAMES);
    }
}

void ring_rest(struct ring *r)
{
    r->resting = true;
}

/* ---- how many shall wait ---- */

static void ring_judge(struct ring *r)
{
    uint32_t step = ring_ms(r, STEP_MS), least = ring_ms(r, LEAST_MS);

    r->late = r->low > r->fill + ring_ms(r, LATE_MS);
    r->calm = r->low > least + step ? r->calm + 1 : 0;
    if (r->low < least && r->fill < ring_ms(r, MOST_MS))
        r->fill += step;
    if (r->calm < CALM)
        return;
    r->calm = 0;
    if (r->fill > ring_ms(r, FILL_MS))
        r->fill -= step / STEP_MS;
}

static void ring_watch(struct ring *r, uint32_t taken)
{
    uint32_t queued = ring_queued(r);

    if (r->resting || r->still >= RING_REST) {
        ring_begin_to_watch(r);
        return;
    }
    r->low = queued < r->low ? queued : r->low;
    r->seen += taken;
    if (r->seen < r->hz / 2)
        return;
    ring_judge(r);
    ring_begin_to_watch(r);
}

/* ---- what is taken ---- */

/* The next frame is v, which does not follow from the last one. */
static void ring_smooth(struct ring *r, const int16_t v[2])
{
    r->jump[0] = r->last[0] - v[0];
    r->jump[1] = r->last[1] - v[1];
    r->fade = RING_FADE;
}

/* The next frame as it was put, or silence. */
static void ring_next(struct ring *r, int16_t v[2])
{
    bool dry = !ring_queued(r), flows = !r->wait && r->n;
    bool broken = flows != r->flows;

    v[0] = v[1] = 0;
    if (r->wait)
        r->wait--;
    if (dry && r->flows && !r->resting && r->still < RING_REST)
        r->gaps++;
    if (flows) {
        v[0] = r->frame[r->first][0];
        v[1] = r->frame[r->first][1];
        r->first = (r->first + 1) % RING_FRAMES;
        r->n--;
        broken |= r->cut;
        r->cut = false;
    }
    r->flows = flows;
    if (broken)
        ring_smooth(r, v);
}

static int16_t ring_level(int v)
{
    return (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
}

void ring_take(struct ring *r, int16_t *out, uint32_t n)
{
    int16_t v[2];

    for (uint32_t i = 0; i < n; i++) {
        ring_next(r, v);
        for (int side = 0; side < 2; side++)
            out[2 * i + side] = r->last[side] =
                ring_level(v[side] + r->jump[side] * r->fade / RING_FADE);
        r->fade -= r->fade > 0;
        r->still = v[0] || v[1] ? 0 : r->still + (r->still < RING_REST);
    }
    ring_watch(r, n);
}
