/* vga.c - IBM VGA: its ports, reset and state. */
#include "devices/video/vga_priv.h"

enum {                                  /* ports, from 3B0h */
    P_ATTR = 0x10, P_ATTR_DATA, P_MISC, P_ENABLE, P_SEQ, P_SEQ_DATA,
    P_DAC_MASK, P_DAC_READ, P_DAC_WRITE, P_DAC_DATA, P_FEATURE, P_MISC_READ =
    0x1c, P_GC = 0x1e, P_GC_DATA, P_COUNT = 0x30, P_DISPI = 0x100
};
enum { EGA_SWITCHES = 9 };
enum { P_CRTC = 4, P_CRTC_DATA, P_STATUS = 10, P_COLOR = 0x20 };

static u8 vga_crtc_in(const struct vga *v)
{
    const struct vga_state *s = &v->s;
    u8 i = s->crtc_index;

    switch (i) {
    case 0x22:                          /* undocumented: the read latch */
        return (u8)(s->latch >> 8 * (s->gc[GR_READ_MAP] & 3));
    case 0x24:
        return (u8)(s->attr_data << 7);
    case 0x26:
        return s->attr_index;
    default:
        return i < CR_COUNT ? s->crtc[i] : 0;
    }
}

/* With the protect bit set, registers 0 to 7 keep their values but for the
 * line compare bit in 7. */
static u8 protect(const struct vga_state *s, u8 i, u8 value)
{
    if (!(s->crtc[CR_VSYNC_END] & 0x80) || i > CR_OVERFLOW)
        return value;
    if (i < CR_OVERFLOW)
        return s->crtc[i];
    return (u8)((s->crtc[i] & ~0x10) | (value & 0x10));
}

static void crtc_out(struct vga *v, u8 value)
{
    u8 i = v->s.crtc_index;

    if (i >= CR_COUNT) {
        LOG(v->log, TRACE, "vga", "CRTC %02x: %02x lost", i, value);
        return;
    }
    value = protect(&v->s, i, value);
    vga_note(v, REG_CRTC, i, v->s.crtc[i], value);
    v->s.crtc[i] = value;
    if (i == CR_VSYNC_END)
        vga_irq_update(v);
    if (i <= CR_OVERFLOW || (i >= CR_VSYNC_START && i <= CR_VDISP) ||
        i == CR_VBLANK_END || i == CR_MODE)
        vga_time_update(v);
}

static void seq_out(struct vga *v, u8 value)
{
    static const u8 mask[SR_COUNT] = { 0x03, 0x3d, 0x0f, 0x3f, 0x0e };
    u8 i = v->s.seq_index;

    if (i >= SR_COUNT) {
        LOG(v->log, TRACE, "vga", "sequencer %02x: %02x lost", i, value);
        return;
    }
    if (i == SR_MAP_MASK && v->s.seq[i] == (value & mask[i]))
        return;
    if (i != SR_MAP_MASK && i != SR_MEMORY)
        vga_note(v, REG_SEQ, i, v->s.seq[i], value & mask[i]);
    v->s.seq[i] = value & mask[i];
    if (i == SR_CLOCKING) {
        if (value & 0x14)
            LOG(v->log, TODO, "vga", "shift load mode %02x", value);
        vga_time_update(v);
    }
    if (i == SR_MAP_MASK)
        vga_map_mask_update(v);
    else
        vga_path_update(v);
}

static void gc_out(struct vga *v, u8 value)
{
    static const u8 mask[GR_COUNT] = {
        0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff
    };
    u8 i = v->s.gc_index;

    if (i >= GR_COUNT) {
        LOG(v->log, TRACE, "vga", "graphics %02x: %02x lost", i, value);
        return;
    }
    if (v->s.gc[i] == (value & mask[i]))
        return;
    if (i == GR_MODE || i == GR_MISC)
        vga_note(v, REG_GC, i, v->s.gc[i], value & mask[i]);
    v->s.gc[i] = value & mask[i];
    if (i == GR_MODE || i == GR_MISC)
        vga_path_update(v);
    else
        vga_masks_update(v, i);
}

/* While the palette feeds the screen (address bit 5 set) it can't be
 * written. */
static void attr_data_out(struct vga *v, u8 value)
{
    static const u8 mask[AR_COUNT - AR_MODE] = { 0xef, 0xff, 0x3f, 0x0f,
                                                 0x0f };
    struct vga_state *s = &v->s;
    u8 i = s->attr_index & 31;

    if (i >= AR_COUNT || (i < AR_MODE && (s->attr_index & AR_VIDEO_ON)))
        return;
    value &= i < AR_MODE ? 0x3f : mask[i - AR_MODE];
    vga_note(v, REG_ATTR, i, s->attr[i], value);
    s->attr[i] = value;
}

/* The index counts where it switches the picture on or off. */
static void attr_index_out(struct vga *v, u8 value)
{
    u8 *index = &v->s.attr_index;

    if ((*index ^ value) & AR_VIDEO_ON)
        vga_note(v, REG_VIDEO, 0, *index, value & 0x3f);
    *index = value & 0x3f;
}

/* One port for address and data in turn. */
static void attr_out(struct vga *v, u8 value)
{
    if (v->s.attr_data)
        attr_data_out(v, value);
    else
        attr_index_out(v, value);
    v->s.attr_data = !v->s.attr_data;
}

/* The DAC has one address register. Reading fetches a colour into the holding
 * register when it is addressed, and again after each third byte; a written
 * colour counts when its third byte comes. Colours are kept with 8 bits each,
 * so switching the DAC's width keeps what the screen shows. */
static bool dac_is_wide(const struct vga_state *s)
{
    return s->dispi[DISPI_ENABLE] & DISPI_8BIT_DAC;
}

static void dac_fetch(struct vga_state *s)
{
    u32 rgb = s->dac[s->dac_addr++];

    for (int i = 0; i < 3; i++)
        s->dac_hold[i] = (u8)(rgb >> (16 - 8 * i));
}

static u8 dac_in(struct vga_state *s)
{
    u8 value = s->dac_hold[s->dac_pos];

    if (++s->dac_pos == 3) {
        s->dac_pos = 0;
        if (s->dac_reading)
            dac_fetch(s);
    }
    return dac_is_wide(s) ? value : value >> 2;
}

static void dac_out(struct vga *v, u8 value)
{
    struct vga_state *s = &v->s;
    u32 rgb;

    if (!dac_is_wide(s))
        value = (u8)(value << 2 | (value >> 4 & 3));
    s->dac_hold[s->dac_pos] = value;
    if (++s->dac_pos < 3)
        return;
    s->dac_pos = 0;
    rgb = (u32)s->dac_hold[0] << 16 | (u32)s->dac_hold[1] << 8 |
          s->dac_hold[2];
    vga_note(v, REG_DAC, s->dac_addr, s->dac[s->dac_addr], rgb);
    s->dac[s->dac_addr++] = rgb;
}

static void dac_address(struct vga_state *s, u8 value, bool reading)
{
    s->dac_addr = value;
    s->dac_reading = reading;
    s->dac_pos = 0;
    if (reading)
        dac_fetch(s);
}

/* The EGA's switches as 40:88 has them, 1001b: a colour monitor of 350 lines.
 * Clock select 0 shows the fourth switch, 3 the first one. */
static bool ega_switch(const struct vga_state *s)
{
    return EGA_SWITCHES >> (3 - (s->misc >> 2 & 3)) & 1;
}

/* Input status 0. Bit 4 is the DAC's comparator: low while one of the
 * outputs is above 335 mV of 700, by which BIOSes find out about the monitor.
 * The overscan colour stands for what the screen shows. While that is black
 * the bit is the switch that an EGA would show there: Xenix 286 and OS/2 1.x
 * ask for it, and sensing puts out levels above black each time. */
static u8 status0(const struct vga_state *s)
{
    u32 rgb = s->dac[s->attr[AR_OVERSCAN] & s->dac_mask] & 0xffffff;
    bool bright = false;

    if (!rgb)
        return (u8)(s->irq << 7 | ega_switch(s) << 4);
    for (int i = 0; i < 24; i += 8)
        bright |= (rgb >> i & 0xff) >= 335 * 255 / 700;
    return (u8)(s->irq << 7 | !bright << 4);
}

/* The two ranges that follow the misc output's address bit. */
static u8 moving_in(struct vga *v, u16 port)
{
    struct vga_state *s = &v->s;

    if ((port >= P_COLOR) != (s->misc & MISC_COLOR))
        return 0xff;
    switch (port & 15) {
    case P_CRTC:
        return s->crtc_index;
    case P_CRTC_DATA:
        return vga_crtc_in(v);
    case P_STATUS:
        s->attr_data = false;
        return vga_status1(v);
    default:
        return 0xff;
    }
}

static void moving_out(struct vga *v, u16 port, u8 value)
{
    if ((port >= P_COLOR) != (v->s.misc & MISC_COLOR))
        return;
    switch (port & 15) {
    case P_CRTC:
        v->s.crtc_index = value;
        break;
    case P_CRTC_DATA:
        crtc_out(v, value);
        break;
    case P_STATUS:
        v->s.feature = value & 3;
        break;
    default:
        LOG(v->log, TRACE, "vga", "port %03x: %02x lost", 0x3b0 + port,
            value);
        break;
    }
}

static u8 fixed_in(struct vga_state *s, u16 port)
{
    u8 i;

    switch (port) {
    case P_ATTR:
        return s->attr_index;
    case P_ATTR_DATA:
        i = s->attr_index & 31;
        return i < AR_COUNT ? s->attr[i] : 0;
    case P_MISC:      return status0(s);
    case P_SEQ:       return s->seq_index;
    case P_SEQ_DATA:
        return s->seq_index < SR_COUNT ? s->seq[s->seq_index] : 0;
    case P_DAC_MASK:  return s->dac_mask;
    case P_DAC_READ:  return s->dac_reading ? 3 : 0;
    case P_DAC_WRITE: return s->dac_addr;
    case P_DAC_DATA:  return dac_in(s);
    case P_FEATURE:   return s->feature;
    case P_MISC_READ: return s->misc;
    case P_GC:        return s->gc_index;
    case P_GC_DATA:
        return s->gc_index < GR_COUNT ? s->gc[s->gc_index] : 0;
    default:
        return 0xff;
    }
}

static void misc_out(struct vga *v, u8 value)
{
    vga_note(v, REG_MISC, 0, v->s.misc, value & 0xef);
    v->s.misc = value & 0xef;
    vga_path_update(v);
    vga_time_update(v);
}

static void fixed_out(struct vga *v, u16 port, u8 value)
{
    struct vga_state *s = &v->s;

    switch (port) {
    case P_ATTR:
    case P_ATTR_DATA:                   /* not fully decoded */
        attr_out(v, value);
        break;
    case P_MISC:      misc_out(v, value); break;
    case P_SEQ:       s->seq_index = value; break;
    case P_SEQ_DATA:  seq_out(v, value); break;
    case P_DAC_MASK:
        vga_note(v, REG_DAC_MASK, 0, s->dac_mask, value);
        s->dac_mask = value;
        break;
    case P_DAC_READ:  dac_address(s, value, true); break;
    case P_DAC_WRITE: dac_address(s, value, false); break;
    case P_DAC_DATA:  dac_out(v, value); break;
    case P_GC:        s->gc_index = value; break;
    case P_GC_DATA:   gc_out(v, value); break;
    default:
        LOG(v->log, TRACE, "vga", "port %03x: %02x lost", 0x3b0 + port,
            value);
        break;
    }
}

static u8 vga_byte_in(struct vga *v, u16 port)
{
    if (port == P_ENABLE)
        return v->s.enable;
    if (port >= P_COUNT || !(v->s.enable & 1))
        return 0xff;
    if (port >= P_ATTR && port < P_COLOR)
        return fixed_in(&v->s, port);
    return moving_in(v, port);
}

static void vga_byte_out(struct vga *v, u16 port, u8 value)
{
    if (port == P_ENABLE) {
        vga_note(v, REG_ENABLE, 0, v->s.enable, value & 1);
        v->s.enable = value & 1;
        vga_path_update(v);
    } else if (port >= P_COUNT || !(v->s.enable & 1)) {
        return;
    } else if (port >= P_ATTR && port < P_COLOR) {
        fixed_out(v, port, value);
    } else {
        moving_out(v, port, value);
    }
}

static u32 vga_in(void *dev, u16 port, int size)
{
    u32 value = 0;

    if (port >= P_DISPI)
        return vga_dispi_in(dev, port - P_DISPI);
    for (int i = 0; i < size; i++)
        value |= (u32)vga_byte_in(dev, (u16)(port + i)) << 8 * i;
    return value;
}

static void vga_any_out(struct vga *v, u16 port, int size, u32 value)
{
    if (port >= P_DISPI) {
        vga_dispi_out(v, port - P_DISPI, (u16)value);
        return;
    }
    for (int i = 0; i < size; i++)
        vga_byte_out(v, (u16)(port + i), (u8)(value >> 8 * i));
}

/* The ports that programs write to before each stroke come first. */
static void vga_out(void *dev, u16 port, int size, u32 value)
{
    struct vga *v = dev;

    if (port == P_GC && size == 1 && (v->s.enable & 1))
        v->s.gc_index = (u8)value;
    else if (port == P_GC_DATA && size == 1 && (v->s.enable & 1))
        gc_out(v, (u8)value);
    else
        vga_any_out(v, port, size, value);
}

static void vga_reset(void *dev)
{
    struct vga *v = dev;

    v->s = (struct vga_state){ .vram_size = v->vram_size, .enable = 1,
                               .dac_mask = 0xff };
    v->shown = (struct vga_state){ 0 };
    vga_dispi_reset(v);
    vga_path_update(v);
    vga_time_restart(v);
    vga_irq_update(v);
}

/* A state file may hold anything; the memory's size is ours to say. */
static void vga_loaded(void *dev)
{
    struct vga *v = dev;

    v->s.vram_size = v->vram_size;
    vga_path_update(v);
    vga_time_loaded(v);
}

static u32 vga_usable(const u8 *vram, u32 size)
{
    u32 n = VGA_MIN_VRAM;

    if (!vram || size < VGA_MIN_VRAM)
        return 0;
    while (n <= size / 2)
        n *= 2;
    return n;
}

void vga_init(struct vga *v, const struct dev_env *env)
{
    v->vram_size = vga_usable(v->vram, v->vram_size);
    vga_time_init(v, env);
    vga_reset(v);
}

#define S struct vga_state
static const struct field vga_fields[] = {
    FIELD(S, origin,        "start of some frame, ns"),
    FIELD(S, retrace,       "next start of vertical retrace, ns"),
    FIELD(S, strip,         "when lines are kept the next time, ns"),
    FIELD(S, frames,        "frames before origin; the blink counter"),
    FIELD(S, latch,         "read latches, plane 0 in the low byte"),
    FIELD(S, vram_size,     "bytes of video memory"),
    FIELD_ARRAY_MAX(S, dac, 0xffffff, "colours, 00RRGGBB"),
    FIELD(S, start,         "start address in use; taken at each retrace"),
    FIELD(S, dispi_index,   "dispi register selected"),
    FIELD_ARRAY(S, dispi,   "dispi registers"),
    FIELD_MAX(S, bank_read, 0x3ff, "64K bank that reads see"),
    FIELD_MAX(S, bank_write, 0x3ff, "64K bank that writes go to"),
    FIELD_ARRAY(S, seq,     "sequencer: reset, clocking, map mask, "
                            "character map, memory mode"),
    FIELD_ARRAY(S, crtc,    "CRT controller, 00 to 18"),
    FIELD_ARRAY(S, gc,      "graphics: set/reset, enable set/reset, compare, "
                            "rotate, read map, mode, misc, care, bit mask"),
    FIELD_ARRAY(S, attr,    "attribute: palette, mode, overscan, planes, "
                            "panning, colour select"),
    FIELD(S, seq_index,     "3C4"),
    FIELD(S, crtc_index,    "3D4 or 3B4"),
    FIELD(S, gc_index,      "3CE"),
    FIELD(S, attr_index,    "3C0; bit 5: video on"),
    FIELD_BITS(S, misc,     "color,ram,clock0,clock1,,page,hsync-,vsync-",
                            "miscellaneous output, 3CC"),
    FIELD(S, feature,       "feature control, 3CA"),
    FIELD_BITS(S, enable,   "on", "subsystem enable, 3C3"),
    FIELD(S, dac_mask,      "pixel mask, 3C6"),
    FIELD(S, dac_addr,      "3C8"),
    FIELD_MAX(S, dac_pos, 2, "which colour byte comes next"),
    FIELD_ARRAY(S, dac_hold, "colour bytes so far"),
    FIELD(S, attr_data,     "3C0 takes data next"),
    FIELD(S, dac_reading,   "the DAC was addressed by 3C7"),
    FIELD(S, irq,           "vertical retrace interrupt pending"),
    FIELD_MAX(S, clock, 200000000, "dots a second by a clock chip, or 0"),
    FIELD(S, strip_line,    "lines of this frame that the beam has passed"),
    FIELD(S, synced,        "frames since the beam was asked for, backwards"),
    FIELD(S, strips,        "lines are kept in this frame"),
    FIELD(S, wrote,         "memory was written to in this frame"),
    FIELD_END
};
#undef S
static const struct table vga_table =
    { "vga", sizeof(struct vga_state), vga_fields };

static const struct table vga_shown_table =
    { "picture", sizeof(struct vga_state), vga_fields };

const struct dev_ops vga_shown_ops = {
    .name = "picture", .state = &vga_shown_table,
};

const struct dev_ops vga_ops = {
    .name = "vga", .state = &vga_table, .reset = vga_reset,
    .port_in = vga_in, .port_out = vga_out, .mem_read = vga_mem_read,
    .mem_peek = vga_mem_peek, .mem_same = vga_mem_same,
    .mem_write = vga_mem_write, .loaded = vga_loaded,
};
