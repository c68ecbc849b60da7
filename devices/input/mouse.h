/* mouse.h - PS/2 mouse with wheel and five buttons.
 *
 *                          +-------+
 *   mouse_move() (host) -->| mouse |<=> host: auxiliary port of the controller
 *                          +-------+
 *
 * No ports. The board joins the two ends:
 *   kbc.port[1] = (struct ps2_link){ mouse_frame, mouse_clock, &mouse, 0 };
 *   mouse.host  = (struct ps2_link){ kbc_frame, NULL, &kbc, 1 };
 *
 * It speaks the three-byte protocol until a driver sets the sample rates 200,
 * 100, 80 (wheel, ID 3) and 200, 200, 80 (five buttons, ID 4).
 *
 * Reference: IBM PS/2 Hardware Interface Technical Reference, "Auxiliary
 * Device"; Microsoft "IntelliMouse" and "IntelliMouse Explorer" notes.
 * Not modelled: the resolution (reported only: the caller gives counts), the
 * AA 00 after power on (it comes after the command FF), horizontal wheel. */
#ifndef MOUSE_H
#define MOUSE_H

#include "machine/core/ps2.h"

enum {
    MOUSE_LEFT = 1, MOUSE_RIGHT = 2, MOUSE_MIDDLE = 4,
    MOUSE_BACK = 8, MOUSE_FORWARD = 16,
};

struct mouse_state {
    struct ps2_tx_state tx;
    ns_t sample_due;                    /* the next packet may go; NEVER */
    ns_t sampled;                       /* when the last one was made */
    ns_t bat_due;                       /* end of the self test */
    ns_t moved;                         /* when the host last told of motion */
    u16 dx, dy, dz;                     /* counts not reported, two's compl. */
    u8 buttons, reported;               /* now; in the last packet */
    u8 id;                              /* 0, 3 or 4 */
    u8 rate, resolution;
    u8 knock[2];                        /* sample rates set before */
    u8 expect;                          /* command that waits for its byte */
    bool enabled, remote, wrap, twice, error;
    bool lost;                          /* motion did not fit: overflow */
    u8 spare[4];
};

struct mouse {
    struct mouse_state s;               /* saved; must come first */

    struct ps2_link host;
    struct ps2_tx tx;
    struct timer sample, bat;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops mouse_ops;

void mouse_init(struct mouse *m, const struct dev_env *env);

/* The controller's side of the link: fits struct ps2_link. */
void mouse_frame(void *dev, int n, u8 byte);
void mouse_clock(void *dev, int n, bool free);

/* The mouse moves by counts: dx to the right, dy down, as screens count; dz
 * is the wheel, positive towards the user. `buttons` (MOUSE_...) are those
 * held now. */
void mouse_move(struct mouse *m, int dx, int dy, int dz, unsigned buttons);

/* Everything told so far is on its way, or the guest has not asked for it in
 * a tenth of a second: a press and a release told with no such moment between
 * them are one sample, so the guest sees neither. */
bool mouse_idle(const struct mouse *m);

#endif
