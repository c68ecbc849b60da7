/* hand.h - keys and the mouse on their way into the machine.
 *
 * In a machine's past keys and buttons may be down that were let go later. Once
 * a hand leads the machine another way that will not come to pass, so they are
 * let go then. */
#ifndef HAND_H
#define HAND_H

#include "machine/pc.h"

/* As pc_key() and pc_mouse(). */
bool hand_key(struct pc *pc, uint16_t code, bool down);
bool hand_mouse(struct pc *pc, int dx, int dy, int dz, unsigned buttons);

#endif
