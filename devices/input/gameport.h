/* gameport.h - game control adapter: two joysticks at port 201h.
 *
 *   port 0 (write) starts the four one-shots
 *   port 0 (read)  bits 0-3: x, y of the first stick, x, y of the second, high
 *                  until its one-shot ends; bits 4-7: buttons, low when held
 *
 * A one-shot lasts 24.2 us + 11 ns for each ohm, 0 to 100,000 from left or up to
 * right or down. With no stick there it does not end. So a program that counts
 * reads until a bit falls gets the same count whenever the stick is there.
 *
 * Reference: IBM Personal Computer Options and Adapters Technical Reference,
 * "Game Control Adapter" (1984). Not modelled: the noise of a worn stick. */
#ifndef GAMEPORT_H
#define GAMEPORT_H

#include "machine/core/dev.h"

struct gameport_state {
    ns_t start;                         /* of the one-shots */
    u16 axis[4];                        /* 0 to 65535: 0 to 100,000 ohms */
    u8 buttons;                         /* bits 0, 1 and 2, 3: held */
    u8 spare[7];
};

struct gameport {
    struct gameport_state s;            /* saved; must come first */

    u32 sticks;
    struct clk *clk;
};

extern const struct dev_ops gameport_ops;

/* Axes -32768 to 32767, right and down are positive; buttons 1, 2. */
void gameport_move(void *dev, int stick, int x, int y, unsigned buttons);

/* The number of sticks is set before. */
void gameport_init(struct gameport *g, const struct dev_env *env);

#endif
