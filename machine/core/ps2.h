/* ps2.h - the link between a PS/2 port and the device plugged into it.
 *
 * Two open-collector wires, clock and data, carry frames of 11 bits: start,
 * eight data bits, odd parity, stop. The device makes the clock, 10 to 16.7
 * kHz. The controller holds the clock low to keep the device quiet; a frame
 * that this cuts off is sent again from its start.
 *
 *   controller  port[n] ---- frame(), clock() ---->  device
 *   controller  <--------------- frame() ----- host  device
 *
 * Reference: IBM PS/2 Hardware Interface Technical Reference, "Keyboard and
 * Auxiliary Device Controller". Not modelled: bits and their parity; whole
 * frames pass at the time of their last bit. */
#ifndef PS2_H
#define PS2_H

#include "machine/core/dev.h"

/* One end of the link: how to reach the other. The controller's end has
 * both calls, a device's end only frame(). */
struct ps2_link {
    void (*frame)(void *ctx, int n, u8 byte);
    void (*clock)(void *ctx, int n, bool free);
    void *ctx;
    int n;
};

enum {
    PS2_FRAME_NS = 880 * 1000,          /* 11 bits at 12.5 kHz */
    PS2_ANSWER_NS = 200 * 1000,         /* a device thinks before it answers */
    PS2_REPLIES = 8, PS2_BUFFER = 24,
};

/* A device's sender: answers to commands, which go first, and a buffer of
 * what the device has to tell. */
struct ps2_tx_state {
    ns_t due;                           /* end of the frame being sent */
    u8 reply[PS2_REPLIES];
    u8 buffer[PS2_BUFFER];
    u8 replies, head, count;
    u8 last;                            /* for the command Resend */
    bool held;                          /* the controller holds the clock */
    u8 spare[3];
};

extern const struct table ps2_tx_table;

struct ps2_tx {
    struct ps2_tx_state *s;             /* inside the device's state */
    const struct ps2_link *host;
    struct timer sent;
    struct clk *clk;
    void (*idle)(void *dev);            /* all bytes are out; may be NULL */
    void *dev;
};

/* Wires a zeroed sender; the event takes env->timer_id. */
void ps2_tx_init(struct ps2_tx *t, struct ps2_tx_state *s,
                 const struct ps2_link *host, const struct dev_env *env,
                 const char *name);

/* Drops every byte; the level of the clock wire stays. */
void ps2_tx_clear(struct ps2_tx *t);
void ps2_tx_clear_buffer(struct ps2_tx *t);

/* Queues an answer, or a byte of the device's own. What finds no room is
 * lost, so a device that cares looks at s->count first. */
void ps2_tx_reply(struct ps2_tx *t, u8 byte);
void ps2_tx_put(struct ps2_tx *t, u8 byte);

/* The controller lets the clock go, or holds it. */
void ps2_tx_clock(struct ps2_tx *t, bool free);

#endif
