/* piix3_ide.c - Intel 82371SB: bus master IDE. */
#include "devices/pci/piix3_ide.h"

#include "machine/core/bytes.h"

enum { BMICOM = 0, BMISTA = PIIX3_IDE_STATUS, BMIDTP = 4, CHANNEL_PORTS = 8 };
enum { START = 0x01, TO_MEMORY = 0x08 };
enum { ACTIVE = 0x01, ERROR = 0x02, INTERRUPT = 0x04, CAPABLE = 0x60 };
enum { IDETIM = 0x40, SIDETIM = 0x44, LATENCY = 0x0d, MASTER_ABORT = 0x20 };
enum { WRAP = 0x10000, PRD_SIZE = 8 };
#define EOT 0x80000000u

const struct pci_ids piix3_ide_ids = {
    .vendor = 0x8086, .device = 0x7010, .class = 0x010180,
};

/* Parity, memory and the like can't be switched. */
void piix3_ide_registers(struct pci_func *f)
{
    f->bar[PIIX3_IDE_BAR] = (struct pci_bar){ PIIX3_IDE_PORTS, true, false };
    pci_bars_ready(f);
    put_le(f->writable + PCI_COMMAND, 2, PCI_IO_ON | PCI_MASTER_ON);
    put_le(f->clearable + PCI_STATUS, 2, 0x3800);
    f->writable[LATENCY] = 0xf0;
    for (int n = 0; n < IDE_CHANNELS; n++)
        put_le(f->writable + IDETIM + 2 * n, 2, 0xf3ff);
    f->writable[SIDETIM] = 0xff;
}

/* An address d further on; carries end at bit 15. */
static u32 wrapped(u32 addr, u32 d)
{
    return (addr & ~(WRAP - 1u)) | ((addr + d) & (WRAP - 1));
}

static bool is_started(const struct piix3_ide *p, int n)
{
    return (p->s.channel[n].command & START) && pci_is_master(p->func);
}

static void drive_run(struct piix3_ide *p, int n)
{
    line_set(&p->run[n], is_started(p, n));
}

/* ---- memory ---- */

static bool somebody_at(const struct piix3_ide *p, u32 addr)
{
    return mem_find(p->mem, addr & p->mem->addr_mask) != NULL;
}

static void master_abort(struct piix3_ide *p, struct piix3_ide_channel *c,
                         u32 addr)
{
    LOG(p->log, GUEST, "piix3", "bus master at %08x, where nobody is", addr);
    c->status = (u8)((c->status & ~ACTIVE) | ERROR);
    p->func->s.reg[PCI_STATUS + 1] |= MASTER_ABORT;
}

static u32 prd_dword(struct piix3_ide *p, u32 addr)
{
    u8 b[4];

    mem_master_read(p->mem, addr, b, sizeof b);
    return get_le32(b);
}

/* The next region; false: there is none. */
static bool fetch_prd(struct piix3_ide *p, struct piix3_ide_channel *c)
{
    u32 second = wrapped(c->next, 4), v;

    if (!(c->status & ACTIVE))
        return false;
    if (!somebody_at(p, c->next) || !somebody_at(p, second)) {
        master_abort(p, c, c->next);
        return false;
    }
    c->addr = prd_dword(p, c->next) & ~1u;
    v = prd_dword(p, second);
    c->left = v & 0xfffe ? v & 0xfffe : WRAP;
    c->last = v & EOT;
    c->next = wrapped(c->next, PRD_SIZE);
    return true;
}

/* How many of n bytes lie in this region, this page and below the place where
 * the address wraps. */
static u32 piece(const struct piix3_ide_channel *c, u32 n)
{
    u32 page = PAGE_SIZE - c->addr % PAGE_SIZE;

    n = n < c->left ? n : c->left;
    return n < page ? n : page;
}

static bool move_piece(struct piix3_ide *p, struct piix3_ide_channel *c, u8 *b,
                       u32 n, bool to_memory)
{
    if (!somebody_at(p, c->addr)) {
        master_abort(p, c, c->addr);
        return false;
    }
    if (to_memory)
        mem_master_write(p->mem, c->addr, b, n);
    else
        mem_master_read(p->mem, c->addr, b, n);
    c->addr = wrapped(c->addr, n);
    c->left -= n;
    if (!c->left && c->last)
        c->status &= (u8)~ACTIVE;
    return true;
}

/* ---- the channels ---- */

static bool piix3_ide_ready(void *ctx, int n, bool to_memory)
{
    const struct piix3_ide *p = ctx;
    const struct piix3_ide_channel *c = &p->s.channel[n];

    return is_started(p, n) && (c->status & ACTIVE) &&
           !(c->command & TO_MEMORY) == !to_memory;
}

static u32 piix3_ide_move(void *ctx, int n, u8 *b, u32 size, bool to_memory)
{
    struct piix3_ide *p = ctx;
    struct piix3_ide_channel *c = &p->s.channel[n];
    u32 done = 0, k;

    if (!piix3_ide_ready(p, n, to_memory))
        return 0;
    while (done < size && (c->left || fetch_prd(p, c))) {
        k = piece(c, size - done);
        if (!move_piece(p, c, b + done, k, to_memory))
            break;
        done += k;
    }
    return done;
}

struct ata_dma piix3_ide_link(struct piix3_ide *p, int channel)
{
    return (struct ata_dma){ piix3_ide_ready, piix3_ide_move, p, channel };
}

void piix3_ide_irq(struct piix3_ide *p, int channel, bool level)
{
    if (level)
        p->s.channel[channel].status |= INTERRUPT;
}

void piix3_ide_wrote(void *piix3_ide, u8 reg)
{
    if ((reg & 0xfc) == PCI_COMMAND)
        for (int n = 0; n < IDE_CHANNELS; n++)
            drive_run(piix3_ide, n);
}

/* ---- ports ---- */

static void begin_table(struct piix3_ide_channel *c)
{
    c->status |= ACTIVE;
    c->next = c->table;
    c->left = 0;
    c->last = false;
}

/* A drive that is stopped has moved what it had the time for; what it had not
 * is lost to this transfer, which can't go on. */
static void piix3_ide_command(struct piix3_ide *p, int n, u8 v)
{
    struct piix3_ide_channel *c = &p->s.channel[n];
    bool on = c->command & START;

    if (on && !(v & START))
        line_set(&p->run[n], false);
    c->command = v & (START | TO_MEMORY);
    if (!(v & START))
        c->status &= (u8)~ACTIVE;
    else if (!on)
        begin_table(c);
    drive_run(p, n);
}

static void master_write_byte(struct piix3_ide *p, u16 port, u8 v)
{
    int n = port / CHANNEL_PORTS % IDE_CHANNELS, at = port % CHANNEL_PORTS;
    struct piix3_ide_channel *c = &p->s.channel[n];
    u32 shift = 8u * (u32)(at & 3);

    if (at == BMICOM) {
        piix3_ide_command(p, n, v);
    } else if (at == BMISTA) {
        c->status &= (u8)~(v & (ERROR | INTERRUPT));
        c->status = (u8)((c->status & ~CAPABLE) | (v & CAPABLE));
    } else if (at >= BMIDTP) {
        c->table = (c->table & ~(0xffu << shift)) | (u32)v << shift;
        c->table &= ~3u;
    }
}

static u8 master_read_byte(const struct piix3_ide *p, u16 port)
{
    const struct piix3_ide_channel *c =
        &p->s.channel[port / CHANNEL_PORTS % IDE_CHANNELS];

    switch (port % CHANNEL_PORTS) {
    case BMICOM: return c->command;
    case BMISTA: return c->status;
    case 1: case 3: return 0;
    default: return (u8)(c->table >> 8 * (port & 3));
    }
}

static u32 piix3_ide_in(void *dev, u16 port, int size)
{
    u32 v = 0;

    for (int i = 0; i < size; i++)
        v |= (u32)master_read_byte(dev, (u16)(port + i)) << 8 * i;
    return v;
}

static void piix3_ide_out(void *dev, u16 port, int size, u32 v)
{
    for (int i = 0; i < size; i++)
        master_write_byte(dev, (u16)(port + i), (u8)(v >> 8 * i));
}

/* ---- life ---- */

/* The drives have their own RESET, and after a load their own timers: the line
 * has its level, and nobody is told. */
static void set_levels(struct piix3_ide *p)
{
    for (int n = 0; n < IDE_CHANNELS; n++)
        p->run[n].level = is_started(p, n);
}

static void piix3_ide_reset(void *dev)
{
    struct piix3_ide *p = dev;

    p->s = (struct piix3_ide_state){ 0 };
    set_levels(p);
}

static void piix3_ide_loaded(void *dev)
{
    set_levels(dev);
}

void piix3_ide_init(struct piix3_ide *p, const struct dev_env *env,
                    struct mem *mem)
{
    p->mem = mem;
    p->log = env->log;
    piix3_ide_reset(p);
}

#define C struct piix3_ide_channel
static const struct field channel_fields[] = {
    FIELD(C, table,       "BMIDTP: the table's address"),
    FIELD(C, next,        "where the next descriptor is"),
    FIELD(C, addr,        "where the region goes on"),
    FIELD_MAX(C, left, WRAP, "bytes left in it"),
    FIELD_BITS(C, command, "start,1,2,to memory", "BMICOM"),
    FIELD_BITS(C, status, "active,error,irq,3,4,drive 0,drive 1", "BMISTA"),
    FIELD(C, last,        "the region is the table's last"),
    FIELD(C, spare,       "zero"),
    FIELD_END
};
#undef C
static const struct table channel_table =
    { "bus master channel", sizeof(struct piix3_ide_channel), channel_fields };

#define S struct piix3_ide_state
static const struct field fields[] = {
    FIELD_STRUCTS(S, channel, channel_table, "primary and secondary"),
    FIELD_END
};
#undef S
static const struct table table =
    { "piix3 ide", sizeof(struct piix3_ide_state), fields };

const struct dev_ops piix3_ide_ops = {
    .name = "piix3-ide",
    .state = &table,
    .reset = piix3_ide_reset,
    .port_in = piix3_ide_in,
    .port_out = piix3_ide_out,
    .loaded = piix3_ide_loaded,
};
