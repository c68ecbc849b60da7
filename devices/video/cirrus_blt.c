/* cirrus_blt.c - the BitBLT engine.
 *
 *   source:  video memory | the CPU | an 8x8 pattern | bits that become the
 *            foreground and background colours | nothing (solid fill)
 *   each byte:  destination = ROP(destination, source), unless transparent
 *
 * All of a blit is done when it is started, or line by line when the CPU moves
 * the data; the status register says "busy" as long as the chip would take.
 * Each address is cut to the size of the memory, so that none leaves it. */
#include "devices/video/cirrus_priv.h"

enum {                                  /* GX_BLT_MODE */
    BM_BACKWARDS = 0x01, BM_TO_SYSTEM = 0x02, BM_FROM_SYSTEM = 0x04,
    BM_TRANSPARENT = 0x08, BM_DEPTH = 0x30, BM_PATTERN = 0x40,
    BM_EXPAND = 0x80
};
enum { BE_DWORDS = 0x01, BE_INVERT = 0x02, BE_SOLID = 0x04 };  /* GX_BLT_EXT */
enum { BS_BUSY = 0x01, BS_START = 0x02, BS_RESET = 0x04 };
enum { BYTE_NS = 5 };

/* ---- raster operations ---- */

/* The sixteen functions of two operands, by the codes of the manual. */
#define ROPS(X)                                                            \
    X(0x00, 0) X(0x05, s & d) X(0x06, d) X(0x09, s & ~d) X(0x0b, ~d)       \
    X(0x0d, s) X(0x0e, 0xff) X(0x50, ~s & d) X(0x59, s ^ d) X(0x6d, s | d) \
    X(0x90, ~s | ~d) X(0x95, ~(s ^ d)) X(0xad, s | ~d) X(0xd0, ~s)         \
    X(0xd6, ~s | d) X(0xda, ~s & ~d)

static u8 rop_byte(u8 rop, u8 d, u8 s)
{
    switch (rop) {
#define X(code, e) case code: return (u8)(e);
    ROPS(X)
#undef X
    default: return d;
    }
}

/* n bytes upwards, one after another: the source may overlap. */
static void rop_up(u8 rop, u8 *to, const u8 *from, u32 n)
{
    switch (rop) {
#define X(code, e)                                                         \
    case code:                                                             \
        for (u32 i = 0; i < n; i++) {                                      \
            u8 d = to[i], s = from[i];                                     \
            (void)d, (void)s;                                              \
            to[i] = (u8)(e);                                               \
        }                                                                  \
        break;
    ROPS(X)
#undef X
    default:
        break;
    }
}

/* ---- registers ---- */

static u32 word_of(const struct cirrus_state *c, int r, u32 mask)
{
    return (c->gr[r] | (u32)c->gr[r + 1] << 8) & mask;
}

static u32 cirrus_address_of(const struct cirrus_state *c, int r)
{
    return word_of(c, r, 0xffff) | (c->gr[r + 2] & 0x3fu) << 16;
}

/* A pitch that runs backwards has the same number. */
static u32 pitch_of(const struct cirrus_state *c, int r)
{
    u32 pitch = word_of(c, r, 0x1fff);

    return c->gr[GX_BLT_MODE] & BM_BACKWARDS ? -pitch : pitch;
}

static u32 pixel_bytes(const struct cirrus_state *c)
{
    return ((c->gr[GX_BLT_MODE] & BM_DEPTH) >> 4) + 1u;
}

static void colours_of(const struct cirrus_state *c, u8 fore[4], u8 back[4])
{
    static const u8 reg[4] = { 0x00, 0x10, 0x12, 0x14 };

    for (int i = 0; i < 4; i++) {
        back[i] = c->gr[reg[i]];
        fore[i] = c->gr[reg[i] + 1];
    }
}

static u8 *at(const struct cirrus *k, u32 address)
{
    return k->vga.vram + (address & (k->vga.vram_size - 1));
}

/* ---- lines from bytes ---- */

/* With transparency the result of 8 or 16 bits is compared with the key and
 * then not written. */
static void keyed_line(struct cirrus *k, u32 dst, const u8 *from, u32 n)
{
    const struct cirrus_state *c = &k->c;
    u32 step = pixel_bytes(c) == 1 ? 1 : 2;
    u8 rop = c->gr[GX_ROP];

    for (u32 i = 0; i + step <= n; i += step) {
        u8 a = rop_byte(rop, *at(k, dst + i), from[i]);
        u8 b = step == 2 ? rop_byte(rop, *at(k, dst + i + 1), from[i + 1])
                         : c->gr[GX_KEY + 1];

        if (a == c->gr[GX_KEY] && b == c->gr[GX_KEY + 1])
            continue;
        *at(k, dst + i) = a;
        if (step == 2)
            *at(k, dst + i + 1) = b;
    }
}

static bool is_keyed(const struct cirrus_state *c)
{
    return (c->gr[GX_BLT_MODE] & (BM_TRANSPARENT | BM_EXPAND)) ==
           BM_TRANSPARENT;
}

/* A line of bytes outside video memory. */
static void put_line(struct cirrus *k, u32 dst, const u8 *from, u32 n)
{
    u32 size = k->vga.vram_size, first = dst & (size - 1);

    if (is_keyed(&k->c)) {
        keyed_line(k, dst, from, n);
    } else if (n <= size - first) {
        rop_up(k->c.gr[GX_ROP], k->vga.vram + first, from, n);
    } else {
        for (u32 i = 0; i < n; i++)
            *at(k, dst + i) = rop_byte(k->c.gr[GX_ROP], *at(k, dst + i),
                                       from[i]);
    }
}

static void copy_up(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;
    u32 size = k->vga.vram_size, src = c->src & (size - 1);

    if (src + c->width <= size) {
        put_line(k, c->dst, k->vga.vram + src, c->width);
        return;
    }
    for (u32 i = 0; i < c->width; i++)
        c->line[i] = *at(k, src + i);
    put_line(k, c->dst, c->line, c->width);
}

/* From the last byte to the first. Keyed, a pixel's bytes stay together. */
static void copy_down(struct cirrus *k)
{
    const struct cirrus_state *c = &k->c;
    bool keyed = is_keyed(c);
    u32 step = keyed && pixel_bytes(c) > 1 ? 2 : 1;

    for (u32 i = 0; i + step <= c->width; i += step) {
        u32 d = c->dst - i - (step - 1), s = c->src - i - (step - 1);
        u8 two[2] = { *at(k, s), *at(k, s + 1) };

        if (keyed)
            keyed_line(k, d, two, step);
        else
            *at(k, d) = rop_byte(c->gr[GX_ROP], *at(k, d), two[0]);
    }
}

/* ---- lines from bits ---- */

/* Where the first pixel begins: so many are left out. */
static u32 skipped(const struct cirrus_state *c)
{
    return pixel_bytes(c) == 3 ? (c->gr[GX_SKIP] & 0x1fu) / 3
                               : c->gr[GX_SKIP] & 7u;
}

static void put_pixel(struct cirrus *k, u32 dst, const u8 *colour, u32 n)
{
    for (u32 i = 0; i < n; i++)
        *at(k, dst + i) = rop_byte(k->c.gr[GX_ROP], *at(k, dst + i),
                                   colour[i]);
}

/* Each bit of the line a pixel of one of two colours. */
static void opaque_line(struct cirrus *k, const u8 *bits, u32 around)
{
    const struct cirrus_state *c = &k->c;
    u32 n = pixel_bytes(c), skip = skipped(c), x = 0;
    u8 colour[2][4], to[CIRRUS_LINE];

    colours_of(c, colour[1], colour[0]);
    for (u32 i = skip; skip * n + x < c->width; i++, x += n) {
        const u8 *from = colour[bits[i / 8 & around] >> (7 - i % 8) & 1];

        to[x] = from[0];
        for (u32 part = 1; part < n; part++)
            to[x + part] = from[part];
    }
    put_line(k, c->dst + skip * n, to, x);
}

static void transparent_line(struct cirrus *k, const u8 *bits, u32 around)
{
    const struct cirrus_state *c = &k->c;
    bool invert = c->gr[GX_BLT_EXT] & BE_INVERT;
    u32 n = pixel_bytes(c), skip = skipped(c), x = skip * n;
    u8 fore[4], back[4];

    colours_of(c, fore, back);
    for (u32 i = skip; x < c->width; i++, x += n)
        if ((bits[i / 8 & around] >> (7 - i % 8) & 1) != invert)
            put_pixel(k, c->dst + x, invert ? back : fore, n);
}

/* Bits, highest first, become pixels. `around` masks the number of a byte: 0
 * for the one byte of a pattern's row, which comes again and again. */
static void expand_line(struct cirrus *k, const u8 *bits, u32 around)
{
    if (k->c.gr[GX_BLT_MODE] & BM_TRANSPARENT)
        transparent_line(k, bits, around);
    else
        opaque_line(k, bits, around);
}

static void expand_memory(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;
    u32 bytes = (c->width / pixel_bytes(c) + 7 + 7) / 8;

    for (u32 i = 0; i < bytes; i++)
        c->line[i] = *at(k, c->src + i);
    expand_line(k, c->line, ~0u);
    c->src += (c->width / pixel_bytes(c) + 7) / 8;
}

/* ---- patterns ---- */

static void solid_line(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;
    u32 n = pixel_bytes(c);
    u8 fore[4], back[4];

    colours_of(c, fore, back);
    for (u32 i = 0; i < c->width; i++)
        c->line[i] = fore[i % n];
    put_line(k, c->dst, c->line, c->width);
}

/* Rows of 24 bits lie 32 bytes apart. */
static void pattern_line(struct cirrus *k, u32 y)
{
    struct cirrus_state *c = &k->c;
    u32 n = pixel_bytes(c), row = 8 * n, pitch = n == 3 ? 32 : row;
    u32 skip = n == 3 ? c->gr[GX_SKIP] & 0x1fu : skipped(c) * n;
    u32 base = (c->src & ~7u) + ((c->src + y) & 7) * pitch;

    for (u32 i = 0; i < c->width; i++)
        c->line[i] = i < row ? *at(k, base + i) : c->line[i - row];
    if (skip < c->width)
        put_line(k, c->dst + skip, c->line + skip, c->width - skip);
}

static void mono_pattern_line(struct cirrus *k, u32 y)
{
    const struct cirrus_state *c = &k->c;
    u8 bits = *at(k, (c->src & ~7u) + ((c->src + y) & 7));

    expand_line(k, &bits, 0);
}

/* ---- the whole ---- */

static void one_line(struct cirrus *k, u32 y)
{
    struct cirrus_state *c = &k->c;
    u8 mode = c->gr[GX_BLT_MODE];

    switch (mode & (BM_PATTERN | BM_EXPAND)) {
    case BM_PATTERN | BM_EXPAND:
        if (c->gr[GX_BLT_EXT] & BE_SOLID)
            solid_line(k);
        else
            mono_pattern_line(k, y);
        break;
    case BM_PATTERN:
        pattern_line(k, y);
        break;
    case BM_EXPAND:
        expand_memory(k);
        break;
    default:
        if (mode & BM_BACKWARDS)
            copy_down(k);
        else
            copy_up(k);
        c->src += pitch_of(c, GX_SRC_PITCH);
        break;
    }
    c->dst += pitch_of(c, GX_DST_PITCH);
}

static void cirrus_finish(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;
    bool moved = c->to_screen || c->to_system;

    c->to_screen = c->to_system = false;
    c->gr[GX_BLT_START] &= (u8)~(BS_START | BS_BUSY);
    c->lines = 0;
    if (moved)
        cirrus_remap(k);
}

/* The CPU is held while the blit before has not ended, so that no guest makes
 * the host work without its own time going by. */
static void wait_for_engine(struct cirrus *k)
{
    if (k->vga.clk->now < k->c.busy_until)
        clk_wait(k->vga.clk, k->c.busy_until - k->vga.clk->now, false, false);
}

void cirrus_blt_reset(struct cirrus *k)
{
    wait_for_engine(k);
    cirrus_finish(k);
}

/* How many bytes the CPU moves for a line: whole dwords of bytes; of bits,
 * bytes unless dwords are asked for. */
static u32 system_line(const struct cirrus_state *c)
{
    u32 bits = c->width / pixel_bytes(c);

    if (!(c->gr[GX_BLT_MODE] & BM_EXPAND))
        return (c->width + 3) & ~3u;
    return c->gr[GX_BLT_EXT] & BE_DWORDS ? (bits + 31) / 32 * 4
                                         : (bits + 7) / 8;
}

static void fetch_line(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;

    for (u32 i = 0; i < c->line_size; i++)
        c->line[i] = *at(k, c->src + i);
    c->src += pitch_of(c, GX_SRC_PITCH);
}

static void begin_system(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;

    c->to_system = c->gr[GX_BLT_MODE] & BM_TO_SYSTEM;
    c->to_screen = !c->to_system;
    c->line_size = system_line(c);
    c->line_at = 0;
    if (c->to_system)
        fetch_line(k);
    cirrus_remap(k);
}

void cirrus_blt_start(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;
    u8 mode = c->gr[GX_BLT_MODE];

    wait_for_engine(k);
    c->gr[GX_BLT_START] |= BS_BUSY | BS_START;
    c->width = word_of(c, GX_WIDTH, 0x1fff) + 1;
    c->height = c->lines = word_of(c, GX_HEIGHT, 0x7ff) + 1;
    c->dst = cirrus_address_of(c, GX_DST);
    c->src = cirrus_address_of(c, GX_SRC);
    if ((mode & (BM_TO_SYSTEM | BM_FROM_SYSTEM)) && !(mode & BM_PATTERN)) {
        begin_system(k);
        return;
    }
    for (u32 y = 0; y < c->height; y++)
        one_line(k, y);
    c->busy_until = k->vga.clk->now +
                    (ns_t)((u64)c->width * c->height * BYTE_NS);
    cirrus_finish(k);
}

/* The start bit begins, the reset bit ends a blit, each when it rises. */
void cirrus_blt_control(struct cirrus *k, u8 before, u8 now)
{
    if ((now & BS_RESET) && !(before & BS_RESET))
        cirrus_blt_reset(k);
    else if ((now & BS_START) && !(before & BS_START))
        cirrus_blt_start(k);
}

u8 cirrus_blt_status(const struct cirrus *k)
{
    u8 v = k->c.gr[GX_BLT_START];

    return k->vga.clk->now < k->c.busy_until ? v | BS_BUSY : v;
}

static void cirrus_next_line(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;

    c->line_at = 0;
    c->dst += pitch_of(c, GX_DST_PITCH);
    if (--c->lines == 0)
        cirrus_finish(k);
    else if (c->to_system)
        fetch_line(k);
}

void cirrus_blt_put(struct cirrus *k, u8 value)
{
    struct cirrus_state *c = &k->c;

    c->line[c->line_at++] = value;
    if (c->line_at < c->line_size)
        return;
    if (c->gr[GX_BLT_MODE] & BM_EXPAND)
        expand_line(k, c->line, ~0u);
    else
        put_line(k, c->dst, c->line, c->width);
    cirrus_next_line(k);
}

u8 cirrus_blt_get(struct cirrus *k)
{
    struct cirrus_state *c = &k->c;
    u8 value = c->line[c->line_at++];

    if (c->line_at >= c->line_size)
        cirrus_next_line(k);
    return value;
}
