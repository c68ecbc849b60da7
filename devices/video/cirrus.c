/* cirrus.c - Cirrus Logic CL-GD5446: extended registers, banks, state. */
#include "devices/video/cirrus_priv.h"

enum {                                  /* ports, from 3B0h */
    P_ATTR = 0x10, P_SEQ = 0x14, P_SEQ_DATA, P_DAC_MASK, P_GC = 0x1e,
    P_GC_DATA, P_COLOR = 0x20, P_COUNT = 0x30
};
enum { P_CRTC_DATA = 5 };
enum { UNLOCKED = 0x12, LOCKED = 0x0f };
enum { BUS = 0x38 };                    /* of SX_MMIO, which pins say */
enum { CX_END = 0x1e, CX_ID = 0x27, GX_END = 0x3a };
enum { CHIP_5430 = 0xa0, CHIP_5446 = 0xb8 };
enum { REFERENCE_HZ = 14318180, MAX_HZ = 135000000 };
enum { PAGE_PORTS = 0x20, PAGE_BLT = 0x100 };
enum { BANK = 0x8000, WINDOW = 0x10000, MMIO_WINDOW = 0x18000 };

static bool is_packed(const struct cirrus *k)
{
    return k->c.sr[SX_MODE] & 1;
}

/* ---- memory ---- */

static u32 bank_of(const struct cirrus_state *c, int n)
{
    return (u32)c->gr[GX_BANK0 + n] << (c->gr[GX_MODE] & GM_16K ? 14 : 12);
}

/* The window of a packed mode is plain memory unless writes are made into
 * something else, or a blit takes them. */
static void extend_path(void *ctx, struct vga_path *p)
{
    const struct cirrus *k = ctx;
    const struct cirrus_state *c = &k->c;
    u32 mask = k->vga.vram_size - 1;

    if (c->to_screen || c->to_system)
        p->ram = false;
    if (!is_packed(k) || p->kind == PATH_CLOSED || p->size < WINDOW)
        return;
    p->kind = PATH_LINEAR;
    p->first = 0;
    p->size = WINDOW;
    p->bank_read = p->bank_write = bank_of(c, 0) & mask;
    p->ram_at = p->bank_read;
    p->ram = cirrus_linear_is_ram(k) && p->ram_at + WINDOW <= mask + 1 &&
             !(c->gr[GX_MODE] & (GM_DUAL | GM_BY8 | GM_WRITES | GM_16BIT));
}

void cirrus_remap(struct cirrus *k)
{
    vga_path_update(&k->vga);
    if (k->vga.window_changed)
        k->vga.window_changed(k->vga.window_ctx);
}

static u32 window_address(const struct cirrus *k, u32 off)
{
    const struct cirrus_state *c = &k->c;

    if (c->gr[GX_MODE] & GM_DUAL)
        return bank_of(c, off >= BANK) + off % BANK;
    return bank_of(c, 0) + off;
}

/* With the extended write modes 4 and 5 a byte's bits are eight pixels, in
 * the foreground colour or, in 5, else in the background's. */
static void expand_byte(struct cirrus *k, u32 address, u8 value)
{
    const struct cirrus_state *c = &k->c;
    u32 mask = k->vga.vram_size - 1;
    bool wide = (c->gr[GX_MODE] & (GM_16BIT | GM_WRITES)) ==
                (GM_16BIT | GM_WRITES);

    for (u32 i = 0; i < 8; i++) {
        bool set = value >> (7 - i) & 1;
        u32 at = address + (wide ? 2 * i : i);

        if (!set && (c->gr[GR_MODE] & 7) == 4)
            continue;
        k->vga.vram[at & mask] = c->gr[set];
        if (wide)
            k->vga.vram[(at + 1) & mask] = c->gr[0x10 + set];
    }
}

static void write_memory(struct cirrus *k, u32 address, u8 value)
{
    u8 ext = k->c.gr[GX_MODE], mode = k->c.gr[GR_MODE] & 7;
    bool wide = (ext & (GM_16BIT | GM_WRITES)) == (GM_16BIT | GM_WRITES);

    if (ext & (GM_BY8 | GM_WRITES))
        address <<= wide ? 4 : ext & GM_BY8 ? 3 : 0;
    if ((ext & GM_WRITES) && (mode == 4 || mode == 5))
        expand_byte(k, address, value);
    else
        k->vga.vram[address & (k->vga.vram_size - 1)] = value;
}

static u8 read_memory(const struct cirrus *k, u32 address)
{
    u8 ext = k->c.gr[GX_MODE];
    bool wide = (ext & (GM_16BIT | GM_WRITES)) == (GM_16BIT | GM_WRITES);

    if (ext & (GM_BY8 | GM_WRITES))
        address <<= wide ? 4 : ext & GM_BY8 ? 3 : 0;
    return k->vga.vram[address & (k->vga.vram_size - 1)];
}

/* ---- memory-mapped registers ---- */

/* Their order is that of the graphics registers for a blit. */
static int mmio_register(u32 off)
{
    static const u8 reg[0x24] = {
        0x00, 0x10, 0x12, 0x14, 0x01, 0x11, 0x13, 0x15,
        0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27,
        0x28, 0x29, 0x2a, 0xff, 0x2c, 0x2d, 0x2e, 0x2f,
        0x30, 0xff, 0x32, 0x33, 0x34, 0x35, 0xff, 0xff,
        0x38, 0x39, 0xff, 0xff,
    };

    if (off == 0x40)
        return GX_BLT_START;
    return off < sizeof reg && reg[off] != 0xff ? reg[off] : -1;
}

static void graphics_out(struct cirrus *k, u8 i, u8 value);
static u8 graphics_in(struct cirrus *k, u8 i);

static void mmio_out(struct cirrus *k, u32 off, u8 value)
{
    int i = mmio_register(off & 0xff);

    if (i >= 0)
        graphics_out(k, (u8)i, value);
}

static u8 mmio_in(struct cirrus *k, u32 off)
{
    int i = mmio_register(off & 0xff);

    return i >= 0 ? graphics_in(k, (u8)i) : 0xff;
}

static u8 cirrus_byte_in(struct cirrus *k, u16 port);
static void cirrus_byte_out(struct cirrus *k, u16 port, u8 value);

/* The page of registers on PCI: the VGA's ports from 3C0 on, then those for
 * blits. Linux's driver sets modes by it. */
static void page_out(struct cirrus *k, u32 off, u8 value)
{
    if (off < PAGE_PORTS)
        cirrus_byte_out(k, (u16)(P_ATTR + off), value);
    else if (off >= PAGE_BLT && off < PAGE_BLT + 0x100)
        mmio_out(k, off - PAGE_BLT, value);
}

static u8 page_in(struct cirrus *k, u32 off)
{
    if (off < PAGE_PORTS)
        return cirrus_byte_in(k, (u16)(P_ATTR + off));
    return off >= PAGE_BLT && off < PAGE_BLT + 0x100
               ? mmio_in(k, off - PAGE_BLT)
               : 0xff;
}

static bool is_mmio(const struct cirrus *k, u32 off)
{
    return (k->c.sr[SX_MMIO] & 0x44) == 0x04 && off >= MMIO_WINDOW &&
           off < MMIO_WINDOW + 0x100;
}

/* ---- what the board calls ---- */

static u8 byte_read(struct cirrus *k, u32 off)
{
    if (off >= CIRRUS_MMIO)
        return page_in(k, off - CIRRUS_MMIO);
    if (off >= CIRRUS_LINEAR)
        return k->c.to_system ? cirrus_blt_get(k)
                              : read_memory(k, off - CIRRUS_LINEAR);
    if (is_mmio(k, off))
        return mmio_in(k, off - MMIO_WINDOW);
    if (k->c.to_system && off < WINDOW)
        return cirrus_blt_get(k);
    if (is_packed(k) && off < WINDOW)
        return read_memory(k, window_address(k, off));
    return (u8)vga_mem_read(&k->vga, off, 1);
}

static void byte_write(struct cirrus *k, u32 off, u8 value)
{
    if (off >= CIRRUS_MMIO)
        page_out(k, off - CIRRUS_MMIO, value);
    else if (is_mmio(k, off))
        mmio_out(k, off - MMIO_WINDOW, value);
    else if (k->c.to_screen && (off >= CIRRUS_LINEAR || off < WINDOW))
        cirrus_blt_put(k, value);
    else if (off >= CIRRUS_LINEAR)
        write_memory(k, off - CIRRUS_LINEAR, value);
    else if (is_packed(k) && off < WINDOW)
        write_memory(k, window_address(k, off), value);
    else
        vga_mem_write(&k->vga, off, 1, value);
}

static u32 cirrus_memory_read(void *dev, u32 off, int size)
{
    u32 value = 0;

    for (int i = 0; i < size; i++)
        value |= (u32)byte_read(dev, off + (u32)i) << 8 * i;
    return value;
}

static void memory_write(void *dev, u32 off, int size, u32 value)
{
    for (int i = 0; i < size; i++)
        byte_write(dev, off + (u32)i, (u8)(value >> 8 * i));
}

static u8 memory_peek(const void *dev, u32 off)
{
    const struct cirrus *k = dev;

    if (off >= CIRRUS_MMIO || is_mmio(k, off))
        return 0xff;
    if (off >= CIRRUS_LINEAR)
        return read_memory(k, off - CIRRUS_LINEAR);
    return is_packed(k) && off < WINDOW
               ? read_memory(k, window_address(k, off))
               : vga_mem_peek(&k->vga, off);
}

/* ---- extended registers ---- */

/* The dot clock that the miscellaneous output register selects: the crystal
 * times a numerator by a denominator, maybe halved. */
static void set_clock(struct cirrus *k)
{
    u32 n = k->vga.s.misc >> 2 & 3;
    u32 by = k->c.sr[SX_VCLK + n] & 0x7fu, div = k->c.sr[SX_VCLK_DIV + n];
    u32 under = (div >> 1 & 0x1f) * (div & 1 ? 2 : 1);
    u64 hz = under ? (u64)REFERENCE_HZ * by / under : 0;

    k->vga.s.clock = hz < 1000000 ? 0 : hz < MAX_HZ ? (u32)hz : MAX_HZ;
    vga_time_update(&k->vga);
}

/* Bit 1 of SR12 puts the cursor's two colours in the place of the DAC's first
 * and sixteenth, where programs write them. */
static void swap_colours(struct cirrus *k)
{
    u32 *dac = k->vga.s.dac, *own = k->c.cursor, a = dac[0], b = dac[15];

    dac[0] = own[0], dac[15] = own[1];
    own[0] = a, own[1] = b;
}

/* The upper bits of the index are the lower ones of a cursor coordinate. */
static void cursor_out(struct cirrus *k, u8 i, u8 value)
{
    u16 v = (u16)(value << 3 | i >> 5);

    if ((i & 31) == SX_CURSOR_X)
        k->c.cursor_x = v;
    else
        k->c.cursor_y = v;
}

static void sequencer_out(struct cirrus *k, u8 i, u8 value)
{
    u8 old;

    if (i == SX_UNLOCK) {
        k->c.sr[i] = (value & 0x17) == UNLOCKED ? UNLOCKED : LOCKED;
        return;
    }
    if ((i & 31) == SX_CURSOR_X || (i & 31) == SX_CURSOR_Y)
        cursor_out(k, i, value);
    i &= 31;
    old = k->c.sr[i];
    k->c.sr[i] = i == SX_MMIO ? (old & BUS) | (value & ~BUS) : value;
    if (i == SX_CURSOR && ((old ^ value) & 2))
        swap_colours(k);
    if (i == SX_MODE || i == SX_MMIO)
        cirrus_remap(k);
    if ((i >= SX_VCLK && i < SX_VCLK + 4) || i >= SX_VCLK_DIV)
        set_clock(k);
}

/* GR0, GR1 and GR5 have more bits than the VGA's; those below 9 are the VGA's
 * as well. The bits that a blit's registers have not read as zeros. */
static u8 graphics_mask(u8 i)
{
    switch (i) {
    case GR_MODE:
        return 0x7f;
    case GX_HEIGHT + 1:
        return 0x07;
    case GX_WIDTH + 1:
    case GX_DST_PITCH + 1:
    case GX_SRC_PITCH + 1:
        return 0x1f;
    case GX_DST + 2:
    case GX_SRC + 2:
        return 0x3f;
    case 0x0f: case 0x2b: case 0x36: case 0x37:
        return 0;
    default:
        return 0xff;
    }
}

static void graphics_out(struct cirrus *k, u8 i, u8 value)
{
    u8 old = k->c.gr[i];

    k->c.gr[i] = value & graphics_mask(i);
    if (i == GX_BLT_START) {
        k->c.gr[i] = (u8)((value & 0xf6) | (old & 1));
        cirrus_blt_control(k, old, value);
    } else if (i == GX_DST + 2 && (k->c.gr[GX_BLT_START] & 0x80)) {
        cirrus_blt_start(k);
    } else if (i >= GX_BANK0 && i <= GX_MODE) {
        vga_path_update(&k->vga);
    }
}

static u8 graphics_in(struct cirrus *k, u8 i)
{
    return i == GX_BLT_START ? cirrus_blt_status(k)
           : i < GX_END      ? k->c.gr[i]
                             : 0xff;
}

/* ---- ports ---- */

/* Four reads of the mask in a row open the register behind it. */
static u8 mask_in(struct cirrus *k)
{
    if (k->c.dac_reads < 4) {
        k->c.dac_reads++;
        return k->vga.s.dac_mask;
    }
    k->c.dac_reads = 0;
    return k->c.hidden_dac;
}

static bool mask_out(struct cirrus *k, u8 value)
{
    bool hidden = k->c.dac_reads == 4;

    k->c.dac_reads = 0;
    if (hidden)
        k->c.hidden_dac = value;
    return hidden;
}

static bool is_crtc_data(const struct cirrus *k, u16 port)
{
    return port == (k->vga.s.misc & MISC_COLOR ? P_COLOR + P_CRTC_DATA
                                               : P_CRTC_DATA);
}

/* An extended register behind a data port; false: the VGA's. */
static bool extended_out(struct cirrus *k, u16 port, u8 value)
{
    u8 i;

    if (port == P_SEQ_DATA && k->vga.s.seq_index >= SX_UNLOCK) {
        sequencer_out(k, k->vga.s.seq_index, value);
        return true;
    }
    if (port == P_GC_DATA) {
        i = k->vga.s.gc_index & 63;
        graphics_out(k, i, value);
        return i >= GR_COUNT;
    }
    if (is_crtc_data(k, port) && k->vga.s.crtc_index >= CR_COUNT) {
        i = k->vga.s.crtc_index;
        if (i < CX_END)
            k->c.cr[i] = value;
        return true;
    }
    return port == P_DAC_MASK && mask_out(k, value);
}

static bool extended_in(struct cirrus *k, u16 port, u8 *value)
{
    u8 i;

    if (port == P_SEQ_DATA && k->vga.s.seq_index >= SX_UNLOCK) {
        i = k->vga.s.seq_index;
        *value = k->c.sr[i & 31];
        return true;
    }
    if (port == P_GC_DATA) {
        i = k->vga.s.gc_index & 63;
        *value = i > 1 && i < GR_COUNT && i != GR_MODE ? k->vga.s.gc[i]
                                                       : graphics_in(k, i);
        return true;
    }
    i = k->vga.s.crtc_index;
    if (is_crtc_data(k, port) &&
        (i == CX_ID || (i >= CR_COUNT && i < CX_END))) {
        *value = i < CX_END ? k->c.cr[i] : k->isa ? CHIP_5430 : CHIP_5446;
        return true;
    }
    if (port == P_DAC_MASK) {
        *value = mask_in(k);
        return true;
    }
    return false;
}

static u8 cirrus_byte_in(struct cirrus *k, u16 port)
{
    u8 value;

    if (port != P_DAC_MASK)
        k->c.dac_reads = 0;
    if ((k->vga.s.enable & 1) && port < P_COUNT &&
        extended_in(k, port, &value))
        return value;
    return (u8)vga_ops.port_in(k, port, 1);
}

static void cirrus_byte_out(struct cirrus *k, u16 port, u8 value)
{
    if (port != P_DAC_MASK)
        k->c.dac_reads = 0;
    if ((k->vga.s.enable & 1) && port < P_COUNT &&
        extended_out(k, port, value))
        return;
    vga_ops.port_out(k, port, 1, value);
    if (port == 0x12)                   /* another clock may be selected */
        set_clock(k);
}

static u32 ports_in(void *dev, u16 port, int size)
{
    u32 value = 0;

    for (int i = 0; i < size; i++)
        value |= (u32)cirrus_byte_in(dev, (u16)(port + i)) << 8 * i;
    return value;
}

static void ports_out(void *dev, u16 port, int size, u32 value)
{
    for (int i = 0; i < size; i++)
        cirrus_byte_out(dev, (u16)(port + i), (u8)(value >> 8 * i));
}

/* ---- reset and state ---- */

/* What the chip and its BIOS leave: the four dot clocks (25.2, 28.3, 41.2 and
 * 36.1 MHz), 4 MB of memory, the bus. */
static void preset(struct cirrus *k)
{
    static const u8 clock[2][4] = { { 0x66, 0x5b, 0x45, 0x7e },
                                    { 0x3b, 0x2f, 0x30, 0x33 } };
    struct cirrus_state *c = &k->c;

    *c = (struct cirrus_state){ 0 };
    for (int n = 0; n < 4; n++) {
        c->sr[SX_VCLK + n] = clock[0][n];
        c->sr[SX_VCLK_DIV + n] = clock[1][n];
    }
    c->sr[SX_UNLOCK] = LOCKED;
    c->sr[0x0f] = 0x98;
    c->sr[0x15] = 0x04;
    c->sr[SX_MMIO] = k->isa ? 0x38 : 0x20;
    c->sr[0x1f] = 0x22;
    c->cursor[1] = 0xffffff;
}

static void cirrus_reset(void *dev)
{
    struct cirrus *k = dev;

    preset(k);
    k->shown = k->c;
    vga_ops.reset(k);
    set_clock(k);
    cirrus_remap(k);
}

static void sanitize(struct cirrus_state *c)
{
    if (c->width > 8192)
        c->width = 8192;
    if (c->line_size > 8192 || c->line_size < 1)
        c->line_size = 1;
    if (c->line_at >= c->line_size)
        c->line_at = 0;
    if (c->lines < 1 || c->lines > 2048)
        c->lines = 1;
    if (c->dac_reads > 4)
        c->dac_reads = 0;
}

static void cirrus_loaded(void *dev)
{
    struct cirrus *k = dev;

    if (k->c.to_screen || k->c.to_system)
        sanitize(&k->c);
    k->c.dac_reads &= 7;
    if (k->c.busy_until > k->vga.clk->now + NS_PER_S)
        k->c.busy_until = 0;            /* no blit takes so long */
    vga_ops.loaded(k);
    cirrus_remap(k);
}

static void frame_ends(void *ctx)
{
    struct cirrus *k = ctx;

    k->shown = k->c;
    if (k->frame)
        k->frame(k->frame_ctx);
}

/* SR7's upper half is where a GD5430 on ISA answers, in MB. */
u32 cirrus_linear_base(const struct cirrus *k)
{
    return k->isa && is_packed(k) ? (u32)(k->c.sr[SX_MODE] >> 4) << 20 : 0;
}

void cirrus_init(struct cirrus *k, const struct dev_env *env)
{
    preset(k);
    k->vga.extend = extend_path;
    k->vga.extend_ctx = k;
    vga_init(&k->vga, env);
    k->vga.frame = frame_ends;
    k->vga.frame_ctx = k;
    cirrus_reset(k);
}

#define S struct cirrus_state
static const struct field fields[] = {
    FIELD(S, busy_until, "end of the blit, ns"),
    FIELD_ARRAY_MAX(S, cursor, 0xffffff, "the cursor's colours"),
    FIELD_MAX(S, width, 8192, "bytes of the blit's line"),
    FIELD_MAX(S, height, 2048, "lines of the blit"),
    FIELD(S, dst, "address of its next line"),
    FIELD(S, src, "address of its next source"),
    FIELD_MAX(S, lines, 2048, "lines left"),
    FIELD_MAX(S, line_size, 8192, "bytes that the CPU moves for a line"),
    FIELD_MAX(S, line_at, 8192, "of these, moved so far"),
    FIELD(S, spare, "zero"),
    FIELD(S, cursor_x, "the cursor's left"),
    FIELD(S, cursor_y, "and top"),
    FIELD_ARRAY(S, sr, "extended sequencer registers, 06 to 1F"),
    FIELD_ARRAY(S, cr, "extended CRTC registers, 19 to 1F"),
    FIELD_ARRAY(S, gr, "extended graphics registers, 00, 01, 05, 09 to 3F"),
    FIELD(S, hidden_dac, "hidden DAC register"),
    FIELD(S, dac_reads, "reads of 3C6 in a row"),
    FIELD(S, to_screen, "a blit takes what the CPU writes"),
    FIELD(S, to_system, "a blit gives what the CPU reads"),
    FIELD_ARRAY(S, line, "its line so far"),
    FIELD_END
};
#undef S
const struct table cirrus_table =
    { "cirrus", sizeof(struct cirrus_state), fields };

const struct dev_ops cirrus_ops = {
    .name = "cirrus", .state = NULL, .reset = cirrus_reset,
    .port_in = ports_in, .port_out = ports_out, .mem_read = cirrus_memory_read,
    .mem_peek = memory_peek, .mem_write = memory_write,
    .loaded = cirrus_loaded,
};
