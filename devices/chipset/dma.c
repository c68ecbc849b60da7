/* dma.c - the AT's two Intel 8237A DMA controllers and its page registers. */
#include "devices/chipset/dma.h"

#include <string.h>

enum { BASE_PAGE = 16, BASE_SECOND = 32 };
enum { REG_COMMAND = 8, REG_REQUEST, REG_MASK_BIT, REG_MODE, REG_FLIP_FLOP,
       REG_CLEAR, REG_UNMASK, REG_MASK };
enum { CMD_MEM_TO_MEM = 1, CMD_HOLD = 2, CMD_DISABLE = 4,
       CMD_WIRING = 0xc0 };             /* DREQ active low, DACK high */
enum { MODE_TYPE = 0x0c, TYPE_VERIFY = 0, TYPE_WRITE = 4, TYPE_READ = 8,
       MODE_AUTO = 0x10, MODE_DOWN = 0x20, MODE_CASCADE = 0xc0 };
enum { CASCADE_CHANNEL = 4, CHUNK = 256 };
enum { COPY_NS = 2000 };                /* eight clocks of 4 MHz a byte */

static struct dma_chip *chip_of(struct dma *d, int n)
{
    return &d->s.chip[n >> 2 & 1];
}

static u8 bit_of(int n) { return (u8)(1u << (n & 3)); }

/* A PC/XT has page registers of four bits, one of them for channels 0 and 1. */
static u32 page_of(const struct dma *d, int n)
{
    static const u8 port[DMA_CHANNELS] = { 7, 3, 1, 2, 15, 11, 9, 10 };

    if (d->single)
        return d->s.page[n == 0 ? 3 : port[n & 3]] & 15;
    return d->s.page[port[n & 7]];
}

/* 0 for channels that move bytes, 1 for those that move words. */
static int shift_of(int n) { return n >= CASCADE_CHANNEL; }

/* Page registers do not count: addresses wrap in 64K units. On the word
 * channels A0 is 0 and the page's low bit is not used. */
static u32 dma_address(const struct dma *d, int n)
{
    u32 addr = d->s.channel[n].addr, page = page_of(d, n);

    return shift_of(n) ? (page & 0xfe) << 16 | addr << 1 : page << 16 | addr;
}

static bool dma_open(struct dma *d, int n)
{
    const struct dma_chip *c = chip_of(d, n);

    return !(c->command & CMD_DISABLE) && !(c->mask & bit_of(n));
}

/* May channel n transfer, in this direction? A verify goes either way. */
static bool dma_ready(struct dma *d, int n, bool to_memory)
{
    u8 mode = d->s.channel[n].mode, type = mode & MODE_TYPE;

    if (n == CASCADE_CHANNEL || !dma_open(d, n))
        return false;
    if (n < CASCADE_CHANNEL && !d->single &&
        (!dma_open(d, CASCADE_CHANNEL) ||
         d->s.channel[CASCADE_CHANNEL].mode < MODE_CASCADE))
        return false;
    if (mode >= MODE_CASCADE) {
        LOG(d->log, TODO, "dma", "channel %d is in cascade mode", n);
        return false;
    }
    return type == TYPE_VERIFY || (type == TYPE_WRITE) == to_memory;
}

static void reverse(u8 *out, const u8 *in, u32 units, int shift)
{
    for (u32 i = 0; i < units; i++)
        memcpy(out + (i << shift), in + ((units - 1 - i) << shift),
               1u << shift);
}

static void access(struct dma *d, u32 at, u8 *p, u32 len, bool to_memory)
{
    if (to_memory)
        mem_master_write(d->mem, at, p, len);
    else
        mem_master_read(d->mem, at, p, len);
}

/* Moves `units` that lie in one piece of memory, at most CHUNK bytes. */
static void dma_touch(struct dma *d, int n, u8 *p, u32 units, bool to_memory)
{
    u8 mode = d->s.channel[n].mode, turned[CHUNK];
    int shift = shift_of(n);
    u32 len = units << shift, at = dma_address(d, n);

    if ((mode & MODE_TYPE) == TYPE_VERIFY) {
        if (!to_memory)
            memset(p, 0xff, len);
    } else if (!(mode & MODE_DOWN)) {
        access(d, at, p, len, to_memory);
    } else {
        at -= (units - 1) << shift;
        reverse(turned, p, units, shift);
        access(d, at, turned, len, to_memory);
        if (!to_memory)
            reverse(p, turned, units, shift);
    }
}

/* How many units can be moved before the address wraps, the count runs out
 * or the chunk is full. */
static u32 run_length(const struct dma *d, int n, u32 units)
{
    const struct dma_channel *c = &d->s.channel[n];
    u32 most = c->mode & MODE_DOWN ? c->addr + 1u : 0x10000u - c->addr;

    if (most > c->count + 1u)
        most = c->count + 1u;
    if (most > CHUNK / 2)
        most = CHUNK / 2;
    return units < most ? units : most;
}

/* The count went from 0 to FFFF. */
static void terminate(struct dma *d, int n)
{
    struct dma_channel *c = &d->s.channel[n];
    struct dma_chip *chip = chip_of(d, n);

    chip->status |= bit_of(n);
    chip->request &= (u8)~bit_of(n);
    if (c->mode & MODE_AUTO) {
        c->addr = c->base_addr;
        c->count = c->base_count;
    } else {
        chip->mask |= bit_of(n);
    }
}

/* Counts units; true at terminal count. */
static bool count_down(struct dma_channel *c, u32 units, bool hold)
{
    bool end = units == c->count + 1u;

    c->count = (u16)(c->count - units);
    if (!hold)
        c->addr = (u16)(c->mode & MODE_DOWN ? c->addr - units
                                            : c->addr + units);
    return end;
}

static u32 dma_move_bytes(void *ctx, int n, u8 *p, u32 bytes, bool to_memory,
                          bool *tc)
{
    struct dma *d = ctx;
    int shift = shift_of(n & 7);
    u32 done = 0, units = bytes >> shift;

    n &= 7;
    *tc = false;
    if (!d->mem || !dma_ready(d, n, to_memory))
        return 0;
    while (done < units && !*tc) {
        u32 k = run_length(d, n, units - done);

        dma_touch(d, n, p + (done << shift), k, to_memory);
        *tc = count_down(&d->s.channel[n], k, false);
        done += k;
    }
    if (*tc)
        terminate(d, n);
    return done << shift;
}

struct dma_link dma_channel_link(struct dma *d, int channel)
{
    return (struct dma_link){ dma_move_bytes, d, channel & 7 };
}

void dma_set_dreq(void *dev, int n, bool level)
{
    struct dma_chip *c = chip_of(dev, n);

    c->dreq &= (u8)~bit_of(n);
    if (level)
        c->dreq |= bit_of(n);
}

/* Channel 0 reads, channel 1 writes and counts; temp holds the byte. The CPU
 * is held meanwhile. */
static void copy_memory(struct dma *d)
{
    struct dma_channel *from = &d->s.channel[0], *to = &d->s.channel[1];
    struct dma_chip *chip = &d->s.chip[0];
    bool hold = chip->command & CMD_HOLD, end;

    do {
        mem_master_read(d->mem, dma_address(d, 0), &chip->temp, 1);
        mem_master_write(d->mem, dma_address(d, 1), &chip->temp, 1);
        d->mem->clk->now += COPY_NS;
        count_down(from, 1, hold);
        end = count_down(to, 1, false);
    } while (!end);
    chip->request &= (u8)~bit_of(0);
    terminate(d, 1);
}

static void set_request(struct dma *d, struct dma_chip *chip, u8 v)
{
    u8 bit = bit_of(v);

    chip->request &= (u8)~bit;
    if (!(v & 4))
        return;
    chip->request |= bit;
    if (chip->command & CMD_DISABLE)
        return;
    if (chip == &d->s.chip[0] && (chip->command & CMD_MEM_TO_MEM) &&
        (v & 3) == 0 && d->mem)
        copy_memory(d);
    else
        LOG(d->log, TODO, "dma", "request %02x by software", v);
}

static void set_command(struct dma *d, struct dma_chip *chip, u8 v)
{
    chip->command = v;
    if (v & CMD_WIRING)
        LOG(d->log, GUEST, "dma", "command %02x inverts DREQ or DACK", v);
    if ((v & CMD_MEM_TO_MEM) && chip != &d->s.chip[0])
        LOG(d->log, TODO, "dma", "memory to memory by words");
}

static void dma_clear(struct dma_chip *chip)
{
    *chip = (struct dma_chip){ .mask = 0x0f, .dreq = chip->dreq };
}

static void set_mask_bit(struct dma_chip *chip, u8 v)
{
    chip->mask &= (u8)~bit_of(v);
    if (v & 4)
        chip->mask |= bit_of(v);
}

static void dma_write_control(struct dma *d, int chip_no, int reg, u8 v)
{
    struct dma_chip *chip = &d->s.chip[chip_no];

    switch (reg) {
    case REG_COMMAND:   set_command(d, chip, v); break;
    case REG_REQUEST:   set_request(d, chip, v); break;
    case REG_MASK_BIT:  set_mask_bit(chip, v); break;
    case REG_MODE:
        d->s.channel[chip_no * 4 + (v & 3)].mode = v & 0xfc;
        break;
    case REG_FLIP_FLOP: chip->high = false; break;
    case REG_CLEAR:     dma_clear(chip); break;
    case REG_UNMASK:    chip->mask = 0; break;
    default:            chip->mask = v & 0x0f;
    }
}

static void put_half(u16 *reg, bool high, u8 v)
{
    *reg = high ? (u16)((*reg & 0x00ff) | v << 8) : (u16)((*reg & 0xff00) | v);
}

static void dma_write_channel(struct dma *d, int chip_no, int reg, u8 v)
{
    struct dma_channel *c = &d->s.channel[chip_no * 4 + reg / 2];
    struct dma_chip *chip = &d->s.chip[chip_no];

    put_half(reg & 1 ? &c->base_count : &c->base_addr, chip->high, v);
    put_half(reg & 1 ? &c->count : &c->addr, chip->high, v);
    chip->high = !chip->high;
}

static u8 read_channel(struct dma *d, int chip_no, int reg)
{
    const struct dma_channel *c = &d->s.channel[chip_no * 4 + reg / 2];
    struct dma_chip *chip = &d->s.chip[chip_no];
    u16 v = reg & 1 ? c->count : c->addr;

    chip->high = !chip->high;
    return (u8)(chip->high ? v : v >> 8);
}

/* Only three registers can be read; the mask is a later chip set's gift. */
static u8 read_control(struct dma_chip *chip, int reg)
{
    u8 v;

    switch (reg) {
    case REG_COMMAND:
        v = (u8)(chip->status | (chip->request | chip->dreq) << 4);
        chip->status = 0;
        return v;
    case REG_CLEAR: return chip->temp;
    case REG_MASK:  return 0xf0 | chip->mask;
    default:        return 0xff;
    }
}

/* A0 is not decoded for the second controller. */
static int register_of(u16 port, int *chip_no)
{
    *chip_no = port >= BASE_SECOND;
    return *chip_no ? port >> 1 & 15 : port & 15;
}

static u32 dma_in(void *dev, u16 port, int size)
{
    struct dma *d = dev;
    int chip_no, reg = register_of(port, &chip_no);

    (void)size;
    if (port >= BASE_PAGE && port < BASE_SECOND)
        return d->single ? 0xff : d->s.page[port - BASE_PAGE];
    return reg < REG_COMMAND ? read_channel(d, chip_no, reg)
                             : read_control(&d->s.chip[chip_no], reg);
}

static void dma_out(void *dev, u16 port, int size, u32 v)
{
    struct dma *d = dev;
    int chip_no, reg = register_of(port, &chip_no);

    (void)size;
    if (port >= BASE_PAGE && port < BASE_SECOND)
        d->s.page[port - BASE_PAGE] = (u8)v;
    else if (reg < REG_COMMAND)
        dma_write_channel(d, chip_no, reg, (u8)v);
    else
        dma_write_control(d, chip_no, reg, (u8)v);
}

static void dma_reset(void *dev)
{
    struct dma *d = dev;
    u8 dreq[2] = { d->s.chip[0].dreq, d->s.chip[1].dreq };

    d->s = (struct dma_state){ 0 };
    for (int i = 0; i < 2; i++) {
        d->s.chip[i].dreq = dreq[i];
        dma_clear(&d->s.chip[i]);
    }
}

void dma_init(struct dma *d, const struct dev_env *env, struct mem *mem)
{
    d->mem = mem;
    d->log = env->log;
    dma_reset(d);
}

#define C struct dma_channel
static const struct field channel_fields[] = {
    FIELD(C, base_addr, "address that auto-initialization restores"),
    FIELD(C, base_count, "count that auto-initialization restores"),
    FIELD(C, addr, "current address"),
    FIELD(C, count, "transfers left, less one"),
    FIELD_BITS(C, mode, "0,0,write,read,auto,down,single,block",
               "mode register"),
    FIELD(C, spare, "zero"),
    FIELD_END
};
#undef C
static const struct table channel_table =
    { "channel", sizeof(struct dma_channel), channel_fields };

#define CHANNELS "0,1,2,3"
#define C struct dma_chip
static const struct field chip_fields[] = {
    FIELD_BITS(C, command, "memmem,hold,disable,compressed,rotate,extended,"
               "dreqlow,dackhigh", "command register"),
    FIELD_BITS(C, status, CHANNELS, "channels that reached terminal count"),
    FIELD_BITS(C, request, CHANNELS, "requests by software"),
    FIELD_BITS(C, mask, CHANNELS, "channels masked"),
    FIELD_BITS(C, dreq, CHANNELS, "levels of the request inputs"),
    FIELD(C, temp, "byte last copied from memory to memory"),
    FIELD(C, high, "flip-flop: the next byte is the high one"),
    FIELD(C, spare, "zero"),
    FIELD_END
};
#undef C
static const struct table chip_table =
    { "chip", sizeof(struct dma_chip), chip_fields };

#define S struct dma_state
static const struct field dma_fields[] = {
    FIELD_STRUCTS(S, channel, channel_table, "the channels"),
    FIELD_STRUCTS(S, chip, chip_table, "the two controllers"),
    FIELD_ARRAY(S, page, "page registers, by port"),
    FIELD_END
};
#undef S
static const struct table dma_table =
    { "dma", sizeof(struct dma_state), dma_fields };

const struct dev_ops dma_ops = {
    .name = "dma", .state = &dma_table, .reset = dma_reset,
    .port_in = dma_in, .port_out = dma_out,
};
