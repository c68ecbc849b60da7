/* ps2.c - the sending half of a PS/2 device. */
#include "machine/core/ps2.h"

#include <string.h>

/* Begins a frame when there is one to send and the clock is free. */
static void ps2_start(struct ps2_tx *t)
{
    struct ps2_tx_state *s = t->s;

    if (s->held || s->due != NEVER || s->replies + s->count == 0)
        return;
    timer_set(&t->sent,
              t->clk->now + PS2_FRAME_NS + (s->replies ? PS2_ANSWER_NS : 0));
}

static u8 ps2_take(struct ps2_tx_state *s)
{
    u8 byte;

    if (s->replies) {
        byte = s->reply[0];
        s->replies--;
        memmove(s->reply, s->reply + 1, s->replies);
        return byte;
    }
    byte = s->buffer[s->head];
    s->head = (u8)((s->head + 1) % PS2_BUFFER);
    s->count--;
    return byte;
}

static void ps2_sent(void *ctx, int n, ns_t when)
{
    struct ps2_tx *t = ctx;
    struct ps2_tx_state *s = t->s;

    (void)n, (void)when;
    if (s->replies + s->count == 0)
        return;
    s->last = ps2_take(s);
    if (t->host->frame)
        t->host->frame(t->host->ctx, t->host->n, s->last);
    if (s->replies + s->count == 0 && t->idle)
        t->idle(t->dev);
    ps2_start(t);
}

void ps2_tx_init(struct ps2_tx *t, struct ps2_tx_state *s,
                 const struct ps2_link *host, const struct dev_env *env,
                 const char *name)
{
    t->s = s;
    t->host = host;
    t->clk = env->clk;
    timer_init(&t->sent, env, 0, name, &s->due, ps2_sent, t);
    ps2_tx_clear(t);
}

void ps2_tx_clear(struct ps2_tx *t)
{
    timer_stop(&t->sent);
    t->s->replies = 0;
    t->s->head = t->s->count = 0;
}

void ps2_tx_clear_buffer(struct ps2_tx *t)
{
    t->s->head = t->s->count = 0;
    if (t->s->replies == 0)
        timer_stop(&t->sent);
}

void ps2_tx_reply(struct ps2_tx *t, u8 byte)
{
    struct ps2_tx_state *s = t->s;

    if (s->replies < PS2_REPLIES)
        s->reply[s->replies++] = byte;
    ps2_start(t);
}

void ps2_tx_put(struct ps2_tx *t, u8 byte)
{
    struct ps2_tx_state *s = t->s;

    if (s->count < PS2_BUFFER) {
        s->buffer[(s->head + s->count) % PS2_BUFFER] = byte;
        s->count++;
    }
    ps2_start(t);
}

void ps2_tx_clock(struct ps2_tx *t, bool free)
{
    t->s->held = !free;
    if (!free)
        timer_stop(&t->sent);
    ps2_start(t);
}

#define S struct ps2_tx_state
static const struct field fields[] = {
    FIELD_MAX(S, due, INT64_MAX,        "end of the frame being sent, ns"),
    FIELD_ARRAY(S, reply,               "answers not yet sent"),
    FIELD_ARRAY(S, buffer,              "bytes not yet sent, a ring"),
    FIELD_MAX(S, replies, PS2_REPLIES,  "number of answers"),
    FIELD_MAX(S, head, PS2_BUFFER - 1,  "oldest byte in the ring"),
    FIELD_MAX(S, count, PS2_BUFFER,     "bytes in the ring"),
    FIELD(S, last,                      "byte sent last"),
    FIELD(S, held,                      "the controller holds the clock"),
    FIELD_ARRAY(S, spare,               "zero"),
    FIELD_END
};
#undef S
const struct table ps2_tx_table =
    { "ps2_tx", sizeof(struct ps2_tx_state), fields };
