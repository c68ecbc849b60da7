/* cirrus_priv.h - what the files of the Cirrus share among themselves. */
#ifndef CIRRUS_PRIV_H
#define CIRRUS_PRIV_H

#include "devices/video/cirrus.h"
#include "devices/video/vga_priv.h"

enum {                                  /* extended graphics registers */
    GX_BANK0 = 0x09, GX_BANK1, GX_MODE, GX_WIDTH = 0x20, GX_HEIGHT = 0x22,
    GX_DST_PITCH = 0x24, GX_SRC_PITCH = 0x26, GX_DST = 0x28, GX_SRC = 0x2c,
    GX_SKIP = 0x2f, GX_BLT_MODE = 0x30, GX_BLT_START = 0x31, GX_ROP = 0x32,
    GX_BLT_EXT = 0x33, GX_KEY = 0x34
};
enum {                                  /* bits of GX_MODE */
    GM_DUAL = 0x01, GM_BY8 = 0x02, GM_WRITES = 0x04, GM_16BIT = 0x10,
    GM_16K = 0x20
};
enum {                                  /* extended sequencer registers */
    SX_UNLOCK = 0x06, SX_MODE = 0x07, SX_VCLK = 0x0b, SX_CURSOR_X = 0x10,
    SX_CURSOR_Y, SX_CURSOR, SX_PATTERN, SX_MMIO = 0x17, SX_VCLK_DIV = 0x1b
};

/* cirrus_blt.c */
void cirrus_blt_control(struct cirrus *k, u8 before, u8 now);
u8   cirrus_blt_status(const struct cirrus *k);
void cirrus_blt_put(struct cirrus *k, u8 value);    /* a byte of the CPU's */
u8   cirrus_blt_get(struct cirrus *k);
void cirrus_blt_start(struct cirrus *k);
void cirrus_blt_reset(struct cirrus *k);

/* cirrus.c: the mapping of memory is another now. */
void cirrus_remap(struct cirrus *k);

/* cirrus_draw.c */
u32  cirrus_bpp(const struct cirrus_state *c);

#endif
