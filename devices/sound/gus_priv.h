/* gus_priv.h - what the files of the GF1 share. */
#ifndef GUS_PRIV_H
#define GUS_PRIV_H

#include "devices/sound/gus.h"

enum gus_control { C_STOPPED = 0x01, C_STOP = 0x02, C_WIDE = 0x04,
                   C_LOOP = 0x08, C_TO_AND_FRO = 0x10, C_IRQ = 0x20,
                   C_DOWN = 0x40, C_PENDING = 0x80,
                   C_ROLLOVER = 0x04 /* of a ramp */ };
enum { FRACTION = 9 };
enum { RESET_RUN = 1, RESET_DAC = 2, RESET_IRQ = 4 };
enum { MIX_LINE_OFF = 0x02, MIX_LATCHES = 0x08 };       /* of port 2X0 */

/* gus_play.c: the voice's functions. */
void gus_make(void *dev, s16 *out, u32 n);
bool gus_silent(const void *dev);

/* Frames until a voice or a ramp that interrupts is at its end; 0: never. */
u64 gus_next_end(const struct gus_state *s);

/* gus_card.c: timers, DMA, the line. */
void gus_card_init(struct gus *g, const struct dev_env *env);
void gus_card_loaded(struct gus *g);
void gus_update_irq(struct gus *g);
void gus_new_irq(struct gus *g);        /* another event: another edge */
bool gus_dma_waits(const struct gus_state *s);
void gus_arm(struct gus *g);            /* the next end of a voice */
void gus_dma_control(struct gus *g, u8 v);
void gus_timers(struct gus *g, u8 v);
void gus_timer_control(struct gus *g, u8 v);

/* The rate of so many voices, from now on. */
void gus_set_active(struct gus *g, u8 n);

#endif
