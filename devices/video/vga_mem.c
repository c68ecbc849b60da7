/* vga_mem.c - the CPU's way into video memory.
 *
 * The four planes' bytes of one address travel together as a u32, plane 0 in
 * the low byte, so that latches, set/reset, masks and functions are a few
 * operations on one word. What the registers say is worked out when they are
 * written (vga_path_update), not at each access. */
#include "devices/video/vga_priv.h"

enum { REPLICATE = 0x01010101 };

static u32 vram_mask(const struct vga *v)
{
    return v->vram_size - 1;
}

static void vga_open_window(struct vga_path *p, u8 map)
{
    static const u32 window[4][2] = {
        { 0, 0x20000 }, { 0, 0x10000 }, { 0x10000, 0x8000 },
        { 0x18000, 0x8000 }
    };

    p->first = window[map][0];
    p->size = window[map][1];
}

/* Chain-4 with everything in its plainest setting stores bytes as they
 * come. */
static bool is_plain(const struct vga_state *s)
{
    return (s->seq[SR_MAP_MASK] & 15) == 15 &&
           !(s->gc[GR_MODE] & 0x0b) && !(s->gc[GR_ROTATE] & 0x1f) &&
           !(s->gc[GR_ENABLE_SET_RESET] & 15) &&
           s->gc[GR_BIT_MASK] == 0xff;
}

/* Most drawing needs no function and no rotation: each bit then has one
 * source. */
static void set_blend(const struct vga_path *p, struct turned_bytes *t)
{
    u32 changed = p->write_mode == 0 ? p->mask & p->map_mask : 0;

    t->blends = p->write_mode == 1 ||
                (p->write_mode == 0 && !p->rotate && !p->function);
    t->kept = ~p->map_mask;
    t->latched = p->map_mask & ~changed;
    t->stored = changed & ~p->enable_set_reset;
    t->fixed = changed & p->enable_set_reset & p->set_reset;
}

/* A plane that is written alone and gets bytes as they come, as in unchained
 * modes. */
static void set_lone(const struct vga *v, struct turned_bytes *t)
{
    static const u8 plane[16] = { [1] = 1, [2] = 2, [4] = 3, [8] = 4 };
    u32 n = plane[v->s.seq[SR_MAP_MASK] & 15];

    t->lone = n && t->blends && t->stored == v->path.map_mask
                  ? t->write + n - 1 : NULL;
}

static void set_masks(const struct vga_state *s, struct vga_path *p)
{
    p->write_mode = s->gc[GR_MODE] & 3;
    p->rotate = s->gc[GR_ROTATE] & 7;
    p->function = s->gc[GR_ROTATE] >> 3 & 3;
    p->bit_mask = s->gc[GR_BIT_MASK];
    p->read_plane = s->gc[GR_READ_MAP] & 3;
    p->read_compare = s->gc[GR_MODE] & 8;
    p->map_mask = vga_spread(s->seq[SR_MAP_MASK]);
    p->set_reset = vga_spread(s->gc[GR_SET_RESET]);
    p->enable_set_reset = vga_spread(s->gc[GR_ENABLE_SET_RESET]);
    p->compare = vga_spread(s->gc[GR_COMPARE]);
    p->care = vga_spread(s->gc[GR_CARE]);
    p->mask = p->bit_mask * (u32)REPLICATE;
}

/* Three bits make "odd/even": one turns writes, one reads, and one says what
 * takes the place of A0. With the page bit set (as in all BIOS modes) even
 * addresses are used, which is what the CRTC's word mode shows. */
static void set_odd_even(const struct vga_state *s, struct vga_path *p)
{
    p->write_odd_even = !(s->seq[SR_MEMORY] & 4);
    p->read_odd_even = s->gc[GR_MODE] & 0x10;
    p->chain_odd_even = s->gc[GR_MISC] & 2;
    p->page = !(s->misc & MISC_PAGE);
}

static void set_dispi(const struct vga *v, struct vga_path *p)
{
    const struct vga_state *s = &v->s;

    p->bank_read = (u32)s->bank_read << 16 & vram_mask(v);
    p->bank_write = (u32)s->bank_write << 16 & vram_mask(v);
    if (s->dispi[DISPI_BPP] == 4)
        return;
    p->kind = PATH_LINEAR;
    p->first = 0;
    p->size = 0x10000;
    p->ram = p->bank_read == p->bank_write;
    p->ram_at = p->bank_read;
}

/* How much of the memory writes can reach now; whether that has been told. */
static u32 vga_reach(const struct vga *v)
{
    return vga_dispi_on(&v->s) || v->vram_size < VGA_MIN_VRAM
               ? v->vram_size : VGA_MIN_VRAM;
}

bool vga_told(const struct vga *v)
{
    return !v->writing || v->told >= vga_reach(v);
}

/* Planes without odd/even: all that drawing in 16 colours uses. */
static void set_straight(const struct vga *v, struct vga_path *p)
{
    if (!vga_told(v) || p->kind != PATH_PLANES || p->read_odd_even ||
        p->write_odd_even || p->chain_odd_even || v->vram_size < 0x40000)
        return;
    p->straight = p->size < 0x10000 ? p->size : 0x10000;
    p->straight_read = p->bank_read * 4 & vram_mask(v);
    p->straight_write = p->bank_write * 4 & vram_mask(v);
}

/* What a write stores, and where. */
static void set_turned_writes(struct vga *v)
{
    set_blend(&v->path, &v->turned);
    set_lone(v, &v->turned);
}

static void set_turned_reads(struct vga *v)
{
    v->turned.reads = !v->path.read_compare;
    v->turned.shift = (u8)(8 * v->path.read_plane);
}

static void set_turned(struct vga *v)
{
    const struct vga_path *p = &v->path;

    v->turned.read = v->vram + p->straight_read;
    v->turned.write = v->vram + p->straight_write;
    v->turned.latch = &v->s.latch;
    v->turned.first = p->first;
    v->turned.size = p->straight;
    set_turned_reads(v);
    set_turned_writes(v);
}

static struct vga_path work_out(const struct vga *v)
{
    const struct vga_state *s = &v->s;
    struct vga_path p = { .kind = PATH_PLANES };

    if (!v->vram_size || !(s->misc & MISC_RAM) || !(s->enable & 1))
        return (struct vga_path){ .kind = PATH_CLOSED };
    vga_open_window(&p, s->gc[GR_MISC] >> 2 & 3);
    set_masks(s, &p);
    set_odd_even(s, &p);
    if (s->seq[SR_MEMORY] & 8) {
        p.kind = PATH_CHAIN4;
        p.ram = is_plain(s);
    }
    if (vga_dispi_on(s))
        set_dispi(v, &p);
    if (v->extend)
        v->extend(v->extend_ctx, &p);
    set_straight(v, &p);
    return p;
}

void vga_path_update(struct vga *v)
{
    struct vga_path old = v->path, p = work_out(v);

    v->path = p;
    set_turned(v);
    vga_rows_masks(v);
    if (old.ram != p.ram || (p.ram && (old.first != p.first ||
                                       old.size != p.size ||
                                       old.ram_at != p.ram_at))) {
        v->unasked = true;
        if (v->window_changed)
            v->window_changed(v->window_ctx);
    }
}

/* Programs write to these before each stroke, so no more is worked out than
 * follows from the one register. */
void vga_masks_update(struct vga *v, u8 reg)
{
    const u8 *gc = v->s.gc;
    struct vga_path *p = &v->path;

    if (p->kind != PATH_PLANES) {
        vga_path_update(v);
        return;
    }
    switch (reg) {
    case GR_BIT_MASK:
        p->bit_mask = gc[reg];
        p->mask = p->bit_mask * (u32)REPLICATE;
        break;
    case GR_SET_RESET:
        p->set_reset = vga_spread(gc[reg]);
        break;
    case GR_ENABLE_SET_RESET:
        p->enable_set_reset = vga_spread(gc[reg]);
        break;
    default:
        set_masks(&v->s, p);
        set_turned_reads(v);
    }
    set_turned_writes(v);
}

/* The one that programs change for each column or plane. */
void vga_map_mask_update(struct vga *v)
{
    if (v->path.kind != PATH_PLANES) {
        vga_path_update(v);
        return;
    }
    v->path.map_mask = vga_spread(v->s.seq[SR_MAP_MASK]);
    set_turned_writes(v);
    vga_rows_masks(v);
}

bool vga_window_is_ram(const struct vga *v, u32 *first, u32 *size,
                       u32 *vram_offset)
{
    if (!v->path.ram)
        return false;
    *first = VGA_WINDOW + v->path.first;
    *size = v->path.size;
    *vram_offset = v->path.ram_at;
    return true;
}

/* The dword that a planar access at `off` means. */
static u8 *planes_at(const struct vga *v, u32 off, u32 bank)
{
    const struct vga_path *p = &v->path;
    u32 a = off & 0xffff;

    if (p->chain_odd_even)
        a = (a & ~1u) | (p->size > 0x10000 ? off >> 16 : p->page);
    return v->vram + (vga_dword(a + bank) * 4 & vram_mask(v));
}

static u8 *chained_at(const struct vga *v, u32 off)
{
    return v->vram + (off & ~3u & vram_mask(v));
}

/* Read mode 1: a bit is set where all planes that count match. */
static u8 vga_compare(const struct vga_path *p, u32 latch)
{
    u32 x = (latch ^ p->compare) & p->care;

    x |= x >> 16;
    return (u8)~(x | x >> 8);
}

static u8 read_byte(struct vga *v, u32 off)
{
    const struct vga_path *p = &v->path;
    u32 plane = p->read_plane;

    if (p->kind == PATH_LINEAR)
        return v->vram[(p->bank_read + off) & vram_mask(v)];
    if (p->kind == PATH_CHAIN4) {
        v->s.latch = vga_load(chained_at(v, off));
        plane = off & 3;
    } else {
        v->s.latch = vga_load(planes_at(v, off, p->bank_read));
        if (p->read_odd_even)
            plane = (plane & 2) | (off & 1);
    }
    if (p->read_compare)
        return vga_compare(p, v->s.latch);
    return (u8)(v->s.latch >> 8 * plane);
}

static u32 vga_combine(u8 function, u32 data, u32 latch)
{
    if (function == 0)
        return data;
    return function == 1 ? data & latch :
           function == 2 ? data | latch : data ^ latch;
}

/* What the graphics controller makes of a CPU byte, for all planes. */
static u32 vga_write_data(const struct vga_path *p, u32 latch, u8 value)
{
    u8 turned = (u8)(value >> p->rotate | value << (8 - p->rotate));
    u32 mask = p->mask, data;

    switch (p->write_mode) {
    case 0:
        data = turned * (u32)REPLICATE;
        data ^= (data ^ p->set_reset) & p->enable_set_reset;
        break;
    case 1:
        return latch;
    case 2:
        data = vga_spread(value);
        break;
    default:
        mask &= turned * (u32)REPLICATE;
        data = p->set_reset;
        break;
    }
    data = vga_combine(p->function, data, latch);
    return latch ^ ((latch ^ data) & mask);
}

/* The dword that a write goes to, and the planes of it. */
static u8 *written_at(const struct vga *v, u32 off, u32 *planes)
{
    const struct vga_path *p = &v->path;

    *planes = p->map_mask;
    if (p->kind == PATH_CHAIN4) {
        *planes &= 0xffu << 8 * (off & 3);
        return chained_at(v, off);
    }
    if (p->write_odd_even)
        *planes &= off & 1 ? 0xff00ff00 : 0x00ff00ff;
    return planes_at(v, off, p->bank_write);
}

/* The bits that a write turns over. */
static u32 write_change(const struct vga *v, const u8 *at, u32 planes, u8 value)
{
    return (vga_load(at) ^ vga_write_data(&v->path, v->s.latch, value)) &
           planes;
}

static void vga_write_byte(struct vga *v, u32 off, u8 value)
{
    const struct vga_path *p = &v->path;
    u32 planes;
    u8 *at;

    if (p->kind == PATH_LINEAR) {
        v->vram[(p->bank_write + off) & vram_mask(v)] = value;
        return;
    }
    at = written_at(v, off, &planes);
    vga_store(at, vga_load(at) ^ write_change(v, at, planes, value));
}

static bool byte_same(const struct vga *v, u32 off, u8 value)
{
    const struct vga_path *p = &v->path;
    u32 planes;
    u8 *at;

    if (p->kind == PATH_LINEAR)
        return v->vram[(p->bank_write + off) & vram_mask(v)] == value;
    at = written_at(v, off, &planes);
    return !write_change(v, at, planes, value);
}

bool vga_mem_same(const void *dev, u32 off, int size, u32 value)
{
    const struct vga *v = dev;

    off -= v->path.first;
    for (int i = 0; i < size; i++)
        if (off + (u32)i < v->path.size &&
            !byte_same(v, off + (u32)i, (u8)(value >> 8 * i)))
            return false;
    return true;
}

static u8 straight_read(struct vga *v, u32 off)
{
    u8 value = turned_read(&v->turned, off);

    return v->turned.reads ? value : vga_compare(&v->path, v->s.latch);
}

/* Apart from the quick way, which then needs no room on the stack. */
static __attribute__((noinline)) void straight_write_any(struct vga *v,
                                                         u32 off, u8 value)
{
    u8 *at = v->turned.write + turned_offset(off);
    u32 old = vga_load(at), new = vga_write_data(&v->path, v->s.latch, value);

    vga_store(at, old ^ ((old ^ new) & v->path.map_mask));
}

static inline void straight_write(struct vga *v, u32 off, u8 value)
{
    if (v->turned.blends)
        turned_write(&v->turned, off, value);
    else
        straight_write_any(v, off, value);
}

u32 vga_mem_read(void *dev, u32 off, int size)
{
    struct vga *v = dev;
    u32 value = 0;

    off -= v->path.first;
    if (size == 1 && off < v->path.straight)
        return straight_read(v, off);
    for (int i = 0; i < size; i++) {
        u32 at = off + (u32)i;

        value |= (at < v->path.size ? read_byte(v, at) : 0xffu) << 8 * i;
    }
    return value;
}

/* What a read would give; the latch, which alone it changes, is put back. */
u8 vga_mem_peek(const void *dev, u32 off)
{
    struct vga *v = (struct vga *)(uintptr_t)dev;
    u32 latch = v->s.latch;
    u8 value = (u8)vga_mem_read(v, off, 1);

    v->s.latch = latch;
    return value;
}

void vga_watch(struct vga *v)
{
    v->told = 0;
    if (v->writing)
        v->path.straight = 0;           /* the quick way asks nothing */
    set_turned(v);
}

static void vga_tell(struct vga *v)
{
    if (vga_told(v))
        return;
    vga_rows_writing(v);
    v->told = vga_reach(v);
    v->writing(v->window_ctx, v->told);
    set_straight(v, &v->path);
    set_turned(v);
}

static __attribute__((noinline)) void vga_write_any(struct vga *v, u32 off,
                                                    int size, u32 value)
{
    vga_tell(v);
    for (int i = 0; i < size; i++)
        if (off + (u32)i < v->path.size)
            vga_write_byte(v, off + (u32)i, (u8)(value >> 8 * i));
}

void vga_mem_write(void *dev, u32 off, int size, u32 value)
{
    struct vga *v = dev;

    off -= v->path.first;
    if (size == 1 && off < v->path.straight)
        straight_write(v, off, (u8)value);
    else
        vga_write_any(v, off, size, value);
}
