/* lptdac.h - converters at a printer port: Covox, Disney Sound Source.
 *
 *   port 0 data (8 bits)  ---->+--------+
 *   port 1 status        <-----| lptdac |---> mono
 *   port 2 control        ---->+--------+
 *
 * A Covox is eight resistors: the level follows each byte at once. Disney's
 * takes a byte when SELECT IN (control bit 3) rises, keeps up to 16 and plays
 * 7,000 a second; ACK (status bit 6) is high while there is no room. Its plug
 * joins data bit 7 (pin 9) and BUSY (pin 11), by which some programs know it.
 *
 * Reference: Covox Inc., Speech Thing manual (1987); Disney Sound Source
 * programmer's notes (1990). Not modelled: the power that Disney's takes from
 * the port's other lines. */
#ifndef LPTDAC_H
#define LPTDAC_H

#include "machine/core/dev.h"
#include "machine/core/voice.h"

enum { LPTDAC_FIFO = 16, LPTDAC_HZ = 7000 };

struct lptdac_state {
    u8 data, control;
    u8 fifo[LPTDAC_FIFO];
    u8 waiting;                         /* bytes in it */
    u8 level;                           /* Disney's: the one that is played */
    u8 spare[4];
};

struct lptdac {
    struct lptdac_state s;              /* saved; must come first */

    bool disney;
    struct voice voice;
};

extern const struct dev_ops lptdac_ops;

void lptdac_init(struct lptdac *d, const struct dev_env *env);

#endif
