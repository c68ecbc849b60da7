/* gameport.h - game control adapter: two joysticks at port 201h.
 *
 *   port 0 (write) starts the four one-shots
 *   port 0 (read)  bits 0-3: x, y of the first stick, x, y of the second; each
 *                  is high until its one-shot ends
 *                  bits 4-7: buttons, low when held
 *
 * A one-shot lasts 24.2 us and 11 ns more for each ohm of its axis: 0 ohms at
 * the left or the top, 100,000 at the right or the bottom. Where no stick is
 * plugged in it never ends. It is virtual time, so a program that counts reads
 * until a bit falls gets the same count for the same place of a stick.
 *
 * Reference: IBM Personal Computer Options and Adapters Technical Reference,
 * "Game Control Adapter" (1984). Not modelled: the noise of a worn stick. */
#ifndef GAMEPORT_H
#define GAMEPORT_H

#include "machine/core/dev.h"

struct gameport_state {
    ns_t start;                         /* when the one-shots began */
    u16 axis[4];                        /* 0 to 65535: 0 to 100,000 ohms */
    u8 buttons;                         /* those held: bits 0, 1 the first
                                           stick's, 2, 3 the second's */
    u8 spare[7];
};

struct gameport {
    struct gameport_state s;            /* saved; must come first */

    u32 sticks;                         /* 0 to 2 are plugged in */
    struct clk *clk;
};

extern const struct dev_ops gameport_ops;

/* Where stick 0 or 1 is now. Axes go from -32768 to 32767, right and down
 * being positive; bits 0 and 1 of buttons are those that are held. */
void gameport_move(void *dev, int stick, int x, int y, unsigned buttons);

/* The owner sets `sticks` before. */
void gameport_init(struct gameport *g, const struct dev_env *env);

#endif
