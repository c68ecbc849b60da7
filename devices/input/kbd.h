/* kbd.h - PS/2 keyboard with 101 to 105 keys (IBM Model M, Windows keys).
 *
 *                       +----------+
 *   kbd_key() (host) -->| keyboard |<=> host: one port of the controller
 *   kbd_leds()       <--|          |
 *                       +----------+
 *
 * No ports. The board joins the two ends:
 *   kbc.port[0] = (struct ps2_link){ kbd_frame, kbd_clock, &kbd, 0 };
 *   kbd.host    = (struct ps2_link){ kbc_frame, NULL, &kbc, 0 };
 *
 * With `xt` it is a keyboard for a PC/XT: it sends set 1 and takes no commands;
 * a clock held low for 20 ms resets it, and it tells so by AA.
 *
 * Reference: IBM PS/2 Hardware Interface Technical Reference, "Keyboards
 * (101- and 102-Key)"; Microsoft "Keyboard Scan Code Specification" 1.3a.
 * Not modelled: the lights of one on a PC/XT, key ghosting, the reset line
 * through data low. The self test takes 5 ms where the original took 300 to
 * 500. */
#ifndef KBD_H
#define KBD_H

#include "machine/core/ps2.h"

enum { KBD_LED_SCROLL = 1, KBD_LED_NUM = 2, KBD_LED_CAPS = 4 };
enum { KBD_PAUSE = 0xe11d, KBD_PRINT = 0xe037 };

enum { KBD_CODES3 = 0x90 };             /* codes of set 3 lie below */

struct kbd_state {
    struct ps2_tx_state tx;
    ns_t bat_due;                       /* end of the self test */
    ns_t repeat_due;                    /* next typematic make code */
    ns_t low_at;                        /* PC/XT: clock low since; 0: high */
    u8 down[32];                        /* keys held: bit set-1 code, +80h E0 */
    u8 type[KBD_CODES3];                /* set 3: bit 0 repeats, 1 breaks */
    u8 set, leds, rate;
    u8 expect;                          /* command that waits for its byte */
    u8 repeat_key;                      /* 0 none */
    bool scanning;
    bool sysrq;                         /* PrintScreen went down as SysRq */
    u8 spare;
};

struct kbd {
    struct kbd_state s;                 /* saved; must come first */

    bool xt;                            /* plugged into a PC/XT */
    struct ps2_link host;
    struct ps2_tx tx;
    struct timer bat, repeat;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops kbd_ops;

void kbd_init(struct kbd *k, const struct dev_env *env);

/* The controller's side of the link: fits struct ps2_link. */
void kbd_frame(void *dev, int n, u8 byte);
void kbd_clock(void *dev, int n, bool free);

/* A key moves. `code` is its set-1 make code, E0xxh for a grey key; Pause and
 * PrintScreen as above. The host's own key repeat changes nothing; an unknown
 * key is ignored. Returns false when the key has no place on the keyboard. */
bool kbd_key(struct kbd *k, u16 code, bool down);

/* Bytes of room in the keyboard's buffer, 0..16. One key takes at most 9; a
 * key that finds no room is replaced by an overrun code or lost. */
int kbd_room(const struct kbd *k);

/* The key of that code is down. */
bool kbd_held(const struct kbd *k, u16 code);

u8 kbd_leds(const struct kbd *k);       /* KBD_LED_... */

#endif
