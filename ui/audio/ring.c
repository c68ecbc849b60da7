/* ring.c - frames on their way to the sound device. */
#include "ui/audio/ring.h"

uint32_t ring_queued(const struct ring *r)
{
    return r->wait + r->n;
}

void ring_put(struct ring *r, const int16_t *frames, uint32_t n,
              uint32_t silence)
{
    if (!ring_queued(r))
        r->wait = silence;
    r->resting = false;
    for (uint32_t i = 0; i < n && r->n < RING_FRAMES; i++, r->n++) {
        int16_t *to = r->frame[(r->first + r->n) % RING_FRAMES];

        to[0] = frames[2 * i];
        to[1] = frames[2 * i + 1];
    }
}

void ring_cut(struct ring *r, uint32_t n)
{
    r->wait = 0;
    if (r->n <= n)
        return;
    r->first = (r->first + r->n - n) % RING_FRAMES;
    r->n = n;
    r->cut = true;
    r->cuts++;
}

void ring_rest(struct ring *r)
{
    r->resting = true;
}

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
    bool flows = !r->wait && r->n, broken = flows != r->flows;

    v[0] = v[1] = 0;
    if (r->wait)
        r->wait--;
    if (!flows && r->flows && !r->resting && r->still < RING_REST)
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
}
