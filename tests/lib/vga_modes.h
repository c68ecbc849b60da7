/* vga_modes.h - register values of the usual VGA modes, for tests. */
#ifndef VGA_MODES_H
#define VGA_MODES_H

#include <stdlib.h>

#include "devices/video/vga.h"
#include "tests/lib/chip.h"

struct vga_mode {
    const char *name;
    u8 misc, seq[5], crtc[25], gc[9], attr[21];
    u32 w, h, xscale, yscale;           /* of the picture */
    u32 mhz;                            /* frames in 1000 seconds */
    bool text;
};

#define CRTC_80x400(scan, start, end, line, mode)                       \
    { 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0, scan, start, end, \
      0, 0, 0, 0, 0x9c, 0x8e, 0x8f, 0x28, line, 0x96, 0xb9, mode, 0xff }
#define CRTC_40x400(scan, start, end, line, mode)                       \
    { 0x2d, 0x27, 0x28, 0x90, 0x2b, 0xa0, 0xbf, 0x1f, 0, scan, start, end, \
      0, 0, 0, 0, 0x9c, 0x8e, 0x8f, 0x14, line, 0x96, 0xb9, mode, 0xff }
#define CRTC_80x350(line)                                               \
    { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0, 0x40, 0, 0,    \
      0, 0, 0, 0, 0x83, 0x85, 0x5d, 0x28, line, 0x63, 0xba, 0xe3, 0xff }
#define CRTC_80x480(scan, offset, line, mode)                           \
    { 0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0x0b, 0x3e, 0, scan, 0, 0,    \
      0, 0, 0, 0, 0xea, 0x8c, 0xdf, offset, line, 0xe7, 0x04, mode, 0xff }
#define EGA_PALETTE 0, 1, 2, 3, 4, 5, 0x14, 7,                          \
    0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f
#define CGA_PALETTE 0, 1, 2, 3, 4, 5, 6, 7,                             \
    0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17
#define IDENTITY 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define GC_TEXT(misc) { 0, 0, 0, 0, 0, 0x10, misc, 0, 0xff }
#define GC_PLANES { 0, 0, 0, 0, 0, 0, 5, 0x0f, 0xff }
#define GC_256 { 0, 0, 0, 0, 0, 0x40, 5, 0x0f, 0xff }

enum {
    MODE_00, MODE_03, MODE_07, MODE_04, MODE_06, MODE_0D, MODE_0E, MODE_0F,
    MODE_10, MODE_11, MODE_12, MODE_13, MODE_80x50, MODE_80x25_8, MODE_X,
    MODE_X400, MODE_360x480, MODE_COUNT
};

static const struct vga_mode vga_modes[MODE_COUNT] = {
    [MODE_00] = { "00 40x25", 0x67, { 3, 8, 3, 0, 2 },
        CRTC_40x400(0x4f, 0x0d, 0x0e, 0x1f, 0xa3), GC_TEXT(0x0e),
        { EGA_PALETTE, 0x0c, 0, 0x0f, 8 }, 360, 400, 2, 1, 70087, true },
    [MODE_03] = { "03 80x25", 0x67, { 3, 0, 3, 0, 2 },
        CRTC_80x400(0x4f, 0x0d, 0x0e, 0x1f, 0xa3), GC_TEXT(0x0e),
        { EGA_PALETTE, 0x0c, 0, 0x0f, 8 }, 720, 400, 1, 1, 70087, true },
    [MODE_07] = { "07 80x25 mono", 0x66, { 3, 0, 3, 0, 2 },
        CRTC_80x400(0x4f, 0x0d, 0x0e, 0x0d, 0xa3), GC_TEXT(0x0a),
        { 0, 8, 8, 8, 8, 8, 8, 8, 0x10, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18,
          0x18, 0x0e, 0, 0x0f, 8 }, 720, 400, 1, 1, 70087, true },
    [MODE_04] = { "04 320x200x4", 0x63, { 3, 9, 3, 0, 2 },
        CRTC_40x400(0xc1, 0, 0, 0, 0xa2),
        { 0, 0, 0, 0, 0, 0x30, 0x0f, 0, 0xff },
        { 0, 0x13, 0x15, 0x17, 2, 4, 6, 7, 0x10, 0x11, 0x12, 0x13, 0x14,
          0x15, 0x16, 0x17, 1, 0, 3, 0 }, 320, 200, 2, 2, 70087, false },
    [MODE_06] = { "06 640x200x2", 0x63, { 3, 1, 1, 0, 6 },
        CRTC_80x400(0xc1, 0, 0, 0, 0xc2),
        { 0, 0, 0, 0, 0, 0, 0x0d, 0, 0xff },
        { 0, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17,
          0x17, 0x17, 0x17, 0x17, 0x17, 1, 0, 1, 0 },
        640, 200, 1, 2, 70087, false },
    [MODE_0D] = { "0D 320x200x16", 0x63, { 3, 9, 0x0f, 0, 6 },
        CRTC_40x400(0xc0, 0, 0, 0, 0xe3), GC_PLANES,
        { CGA_PALETTE, 1, 0, 0x0f, 0 }, 320, 200, 2, 2, 70087, false },
    [MODE_0E] = { "0E 640x200x16", 0x63, { 3, 1, 0x0f, 0, 6 },
        CRTC_80x400(0xc0, 0, 0, 0, 0xe3), GC_PLANES,
        { CGA_PALETTE, 1, 0, 0x0f, 0 }, 640, 200, 1, 2, 70087, false },
    [MODE_0F] = { "0F 640x350 mono", 0xa2, { 3, 1, 0x0f, 0, 6 },
        CRTC_80x350(0x0f), GC_PLANES,
        { 0, 8, 0, 0, 0x18, 0x18, 0, 0, 0, 8, 0, 0, 0, 0x18, 0, 0, 0x0b, 0,
          5, 0 }, 640, 350, 1, 1, 70087, false },
    [MODE_10] = { "10 640x350x16", 0xa3, { 3, 1, 0x0f, 0, 6 },
        CRTC_80x350(0x0f), GC_PLANES,
        { EGA_PALETTE, 1, 0, 0x0f, 0 }, 640, 350, 1, 1, 70087, false },
    [MODE_11] = { "11 640x480x2", 0xe3, { 3, 1, 0x0f, 0, 6 },
        CRTC_80x480(0x40, 0x28, 0, 0xe3), GC_PLANES,
        { 0, 0x3f, 0, 0x3f, 0, 0x3f, 0, 0x3f, 0, 0x3f, 0, 0x3f, 0, 0x3f, 0,
          0x3f, 1, 0, 0x0f, 0 }, 640, 480, 1, 1, 59941, false },
    [MODE_12] = { "12 640x480x16", 0xe3, { 3, 1, 0x0f, 0, 6 },
        CRTC_80x480(0x40, 0x28, 0, 0xe3), GC_PLANES,
        { EGA_PALETTE, 1, 0, 0x0f, 0 }, 640, 480, 1, 1, 59941, false },
    [MODE_13] = { "13 320x200x256", 0x63, { 3, 1, 0x0f, 0, 0x0e },
        CRTC_80x400(0x41, 0, 0, 0x40, 0xa3), GC_256,
        { IDENTITY, 0x41, 0, 0x0f, 0 }, 320, 200, 2, 2, 70087, false },
    [MODE_80x50] = { "80x50", 0x67, { 3, 0, 3, 0, 2 },
        CRTC_80x400(0x47, 0x06, 0x07, 0x1f, 0xa3), GC_TEXT(0x0e),
        { EGA_PALETTE, 0x0c, 0, 0x0f, 8 }, 720, 400, 1, 1, 70087, true },
    [MODE_80x25_8] = { "80x25 of 200 lines", 0x63, { 3, 1, 3, 0, 2 },
        CRTC_80x400(0xc7, 0x06, 0x07, 0x1f, 0xa3), GC_TEXT(0x0e),
        { EGA_PALETTE, 8, 0, 0x0f, 0 }, 640, 200, 1, 2, 70087, true },
    [MODE_X] = { "X 320x240x256", 0xe3, { 3, 1, 0x0f, 0, 6 },
        CRTC_80x480(0x41, 0x28, 0, 0xe3), GC_256,
        { IDENTITY, 0x41, 0, 0x0f, 0 }, 320, 240, 2, 2, 59941, false },
    [MODE_X400] = { "X 320x400x256", 0x63, { 3, 1, 0x0f, 0, 6 },
        CRTC_80x400(0x40, 0, 0, 0, 0xe3), GC_256,
        { IDENTITY, 0x41, 0, 0x0f, 0 }, 320, 400, 2, 1, 70087, false },
    [MODE_360x480] = { "X 360x480x256", 0xe7, { 3, 1, 0x0f, 0, 6 },
        { 0x6b, 0x59, 0x5a, 0x8e, 0x5e, 0x8a, 0x0d, 0x3e, 0, 0x40, 0, 0, 0,
          0, 0, 0, 0xea, 0xac, 0xdf, 0x2d, 0, 0xe7, 0x06, 0xe3, 0xff },
        GC_256, { IDENTITY, 0x41, 0, 0x0f, 0 }, 360, 480, 2, 1, 59980,
        false },
};

/* A VGA with its memory, on a clock, and a picture to draw into. */
struct vga_test {
    struct chip_test t;
    struct vga v;
    u8 *vram;
    struct vga_picture pic;
    int frames, irqs, windows;
};

enum { TEST_VRAM = 4 << 20 };

static inline void vga_test_frame(void *ctx)
{
    ((struct vga_test *)ctx)->frames++;
}

static inline void vga_test_window(void *ctx)
{
    ((struct vga_test *)ctx)->windows++;
}

static inline void vga_test_irq(void *ctx, int n, bool level)
{
    (void)n;
    ((struct vga_test *)ctx)->irqs += level;
}

static inline struct vga_test *vga_test_new(void)
{
    struct vga_test *t = calloc(1, sizeof *t);
    struct dev_env env;

    ck_assert_ptr_nonnull(t);
    chip_test_init(&t->t);
    env = chip_env(&t->t);
    t->vram = calloc(1, TEST_VRAM);
    t->pic.room = VGA_MAX_W * VGA_MAX_H;
    t->pic.pixel = calloc(t->pic.room, sizeof *t->pic.pixel);
    t->v = (struct vga){ .vram = t->vram, .vram_size = TEST_VRAM,
                         .irq = { .set = vga_test_irq, .ctx = t },
                         .frame = vga_test_frame, .frame_ctx = t,
                         .window_changed = vga_test_window,
                         .window_ctx = t };
    vga_init(&t->v, &env);
    return t;
}

static inline void vga_test_free(struct vga_test *t)
{
    free(t->vram);
    free(t->pic.pixel);
    free(t);
}

static inline void port(struct vga_test *t, u16 p, u8 v)
{
    vga_ops.port_out(&t->v, (u16)(p - 0x3b0), 1, v);
}

static inline u8 in(struct vga_test *t, u16 p)
{
    return (u8)vga_ops.port_in(&t->v, (u16)(p - 0x3b0), 1);
}

static inline void reg(struct vga_test *t, u16 p, u8 i, u8 v)
{
    port(t, p, i);
    port(t, (u16)(p + 1), v);
}

static inline u16 crtc(struct vga_test *t)
{
    return t->v.s.misc & 1 ? 0x3d4 : 0x3b4;
}

static inline void attr(struct vga_test *t, u8 i, u8 v)
{
    in(t, (u16)(crtc(t) + 6));
    port(t, 0x3c0, i);
    port(t, 0x3c0, v);
    port(t, 0x3c0, 0x20);
}

static inline void dispi(struct vga_test *t, u16 i, u16 v)
{
    vga_ops.port_out(&t->v, 0x100, 2, i);
    vga_ops.port_out(&t->v, 0x101, 2, v);
}

static inline u16 dispi_in(struct vga_test *t, u16 i)
{
    vga_ops.port_out(&t->v, 0x100, 2, i);
    return (u16)vga_ops.port_in(&t->v, 0x101, 2);
}

static inline void poke(struct vga_test *t, u32 addr, u8 v)
{
    vga_ops.mem_write(&t->v, addr - 0xa0000, 1, v);
}

static inline u8 peek(struct vga_test *t, u32 addr)
{
    return (u8)vga_ops.mem_read(&t->v, addr - 0xa0000, 1);
}

static inline void color(struct vga_test *t, u8 i, u32 rgb)
{
    port(t, 0x3c8, i);
    for (int k = 16; k >= 0; k -= 8)
        port(t, 0x3c9, (u8)(rgb >> k & 0xff) >> 2);
}

/* Colours that differ all, and that 6 bits hold exactly. */
static inline u32 test_color(u32 i)
{
    u32 r = i & 0x3f, g = (i * 7 + 3) & 0x3f, b = (i >> 2) ^ 0x15;

    r = r << 2 | r >> 4;
    g = g << 2 | g >> 4;
    b = b << 2 | b >> 4;
    return r << 16 | g << 8 | b;
}

static inline void run_ns(struct vga_test *t, ns_t ns)
{
    clk_run(&t->t.clk, t->t.clk.now + ns);
}

/* Sets the mode and lets a frame pass, so that everything has taken hold. */
static inline void set_mode(struct vga_test *t, const struct vga_mode *m)
{
    port(t, 0x3c2, m->misc);
    for (u8 i = 0; i < 5; i++)
        reg(t, 0x3c4, i, m->seq[i]);
    reg(t, crtc(t), 0x11, 0);
    for (u8 i = 0; i < 25; i++)
        reg(t, crtc(t), i, m->crtc[i]);
    for (u8 i = 0; i < 9; i++)
        reg(t, 0x3ce, i, m->gc[i]);
    for (u8 i = 0; i < 21; i++)
        attr(t, i, m->attr[i]);
    port(t, 0x3c6, 0xff);
    for (u32 i = 0; i < 256; i++)
        color(t, (u8)i, test_color(i));
    run_ns(t, 20000000);
}

/* A start of a frame at which nothing that blinks is hidden. */
static inline void to_blink_phase(struct vga_test *t, u32 phase)
{
    u64 frame = (u64)t->v.timing.line_dots * t->v.timing.lines;
    ns_t at;

    for (u64 n = 0;; n++) {
        at = t->v.s.origin + first_ns(n * frame, t->v.timing.hz);
        if (at >= t->t.clk.now && ((t->v.s.frames + n) & 31) == phase)
            break;
    }
    clk_run(&t->t.clk, at);
}

static inline void draw(struct vga_test *t)
{
    ck_assert(vga_draw(&t->v.s, t->vram, t->t.clk.now, &t->pic));
}

static inline u32 pixel(const struct vga_test *t, u32 x, u32 y)
{
    return t->pic.pixel[y * t->pic.w + x];
}

static inline void expect_pixel(const struct vga_test *t, u32 x, u32 y,
                                u32 want)
{
    if (pixel(t, x, y) != want)
        ck_abort_msg("pixel %u,%u is %06x, not %06x", x, y, pixel(t, x, y),
                     want);
}

/* The colour of a 4-bit dot: palette, then DAC. */
static inline u32 dot_color(const struct vga_mode *m, u32 dot)
{
    return test_color(m->attr[dot & m->attr[0x12]]);
}

#endif
