/* damage_ports.c - random accesses to all ports and to video memory, made by
 * the CPU.
 *
 * A guest is written anew for each batch: a row of IN, OUT, INS, OUTS and MOV
 * in 16-byte cells, each with its own port and value, closed by HLT. The CPU
 * is put there by hand, so no reset, no stray DMA and no overwritten vector
 * ends the test early. Case n is group n of the chips below. */
#include "tests/damage/damage.h"

enum { CELL = 16, CELLS = 64, CODE = 0x10000, REPLAY = 4 };
enum { PRDS = 0x70000, PRD_COUNT = 16 };        /* a bus master's table */
enum { VGA_FIRST = 0xa0000, VGA_SIZE = 0x20000, VRAM_SIZE = 8 << 20 };
#define FRAME_BUFFER 0xe0000000u
#define REGISTERS (FRAME_BUFFER + (4 << 20))    /* the Cirrus's */

struct ports { uint16_t first, count; };

static int ide_burst(uint8_t *p, uint32_t *s);
static int fdc_burst(uint8_t *p, uint32_t *s);
static int master_burst(uint8_t *p, uint32_t *s);
static int host_burst(uint8_t *p, uint32_t *s);
static int bridge_burst(uint8_t *p, uint32_t *s);
static int cirrus_burst(uint8_t *p, uint32_t *s);
enum { BURST = 24 };                    /* cells that one takes at most */

static const struct group {
    const char *name;
    struct ports range[8];
    bool video;                         /* memory as well */
    int (*burst)(uint8_t *p, uint32_t *s);      /* whole commands, at times */
    const char *card;                   /* the only one that is plugged in */
} groups[] = {
    { "all ports", { { 0, 0 } }, true, NULL, NULL },    /* 0: 65536 */
    { "dma", { { 0x00, 16 }, { 0x80, 16 }, { 0xc0, 32 } }, false, NULL, NULL },
    { "pic", { { 0x20, 2 }, { 0xa0, 2 }, { 0x4d0, 2 } }, false, NULL, NULL },
    { "pit", { { 0x40, 4 }, { 0x61, 1 } }, false, NULL, NULL },
    { "kbc", { { 0x60, 1 }, { 0x64, 1 }, { 0x64, 1 } }, false, NULL, NULL },
    { "rtc", { { 0x70, 2 } }, false, NULL, NULL },
    { "sysctl", { { 0x61, 1 }, { 0x92, 1 }, { 0x70, 1 }, { 0xf0, 2 } },
      false, NULL, NULL },
    { "vga", { { 0x3b0, 48 }, { 0x3c0, 16 }, { 0x1ce, 4 } }, true, NULL, NULL },
    { "dispi", { { 0x1ce, 4 } }, true, NULL, NULL },
    { "fdc", { { 0x3f0, 8 }, { 0x3f5, 1 }, { 0x3f5, 1 }, { 0x3f5, 1 },
               { 0x04, 2 }, { 0x08, 8 }, { 0x81, 1 } },
      false, fdc_burst, NULL },
    { "ide 0", { { 0x1f0, 8 }, { 0x3f6, 1 }, { 0x1f0, 1 } }, false,
      ide_burst, NULL },
    { "ide 1", { { 0x170, 8 }, { 0x376, 1 }, { 0x170, 1 } }, false,
      ide_burst, NULL },
    { "uart", { { 0x3f8, 8 }, { 0x2f8, 8 }, { 0x3e8, 8 }, { 0x2e8, 8 } },
      false, NULL, NULL },
    { "lpt", { { 0x378, 3 } }, false, NULL, NULL },
    { "debug", { { 0xe9, 1 }, { 0x8900, 1 }, { 0xf4, 4 }, { 0x80, 1 } },
      false, NULL, NULL },
    { "video memory", { { 0x3c4, 2 }, { 0x3ce, 2 } }, true, NULL, NULL },
    { "all chips", { { 0, 0x100 }, { 0x170, 0x300 }, { 0, 0x500 } },
      true, NULL, NULL },
    { "sound cards", { { 0x220, 16 }, { 0x388, 4 }, { 0x330, 2 }, { 0x00, 16 },
                       { 0xc0, 32 }, { 0x22c, 1 }, { 0x240, 16 },
                       { 0x378, 3 } }, false, NULL, NULL },
    { "gus", { { 0x260, 16 }, { 0x360, 8 }, { 0x362, 4 }, { 0x364, 2 },
               { 0x00, 16 } }, false, NULL, NULL },
    { "bus master", { { 0xc000, 16 }, { 0xc000, 1 }, { 0xcf8, 8 },
                      { 0x1f0, 8 }, { 0x170, 8 } }, false, master_burst, NULL },
    { "sb 1.5", { { 0x226, 1 }, { 0x22a, 6 }, { 0x22c, 1 }, { 0x388, 2 },
      { 0x00, 16 } }, false, NULL, "sb,model=1.5" },
    { "sb 2.0", { { 0x224, 12 }, { 0x22c, 1 }, { 0x22c, 1 }, { 0x388, 2 },
      { 0x00, 16 } }, false, NULL, "sb" },
    { "sbpro 1", { { 0x220, 16 }, { 0x22c, 1 }, { 0x22c, 1 }, { 0x388, 4 },
      { 0x00, 16 } }, false, NULL, "sbpro,model=1" },
    { "sbpro 2", { { 0x220, 16 }, { 0x22c, 1 }, { 0x22c, 1 }, { 0x388, 4 },
      { 0x00, 16 } }, false, NULL, "sbpro" },
    { "sb16", { { 0x220, 16 }, { 0x22c, 1 }, { 0x22c, 1 }, { 0x388, 4 },
      { 0x330, 2 }, { 0x00, 16 }, { 0xc0, 32 } }, false, NULL, "sb16" },
    { "two OPL2", { { 0x388, 4 } }, false, NULL, "adlib,type=dual" },
    { "OPL3", { { 0x388, 4 } }, false, NULL, "adlib,type=opl3" },
    { "Game Blaster", { { 0x220, 16 } }, false, NULL, "gameblaster" },
    { "Tandy", { { 0xc0, 1 } }, false, NULL, "tandy" },
    { "Covox", { { 0x378, 3 } }, false, NULL, "covox" },
    { "Disney", { { 0x378, 3 } }, false, NULL, "disney" },
    { "MPU-401", { { 0x330, 2 }, { 0x331, 1 } }, false, NULL, "mpu401" },
    { "game port", { { 0x201, 1 } }, false, NULL, "gameport" },
    { "i440fx", { { 0xcf8, 8 }, { 0xcfc, 4 } }, true, host_burst, NULL },
    { "piix3", { { 0xcf8, 8 }, { 0x4d0, 2 }, { 0x92, 1 }, { 0xb2, 2 } },
      false, bridge_burst, NULL },
    { "cirrus", { { 0x3b0, 48 }, { 0x3c4, 2 }, { 0x3ce, 2 }, { 0x3c6, 1 },
                  { 0x3d4, 2 } }, true, cirrus_burst, NULL },
};

/* These are on the model with a PCI bus. */
static bool is_on_pci(const struct group *g)
{
    return g->burst == master_burst || g->burst == host_burst ||
           g->burst == bridge_burst || g->burst == cirrus_burst;
}

static struct {
    char image[2][PATH + 20];
    uint64_t hash[2];                   /* of the images, never written to */
    uint32_t accesses;
} me;

static bool begin(const char *dir, char **args)
{
    me.accesses = *args ? (uint32_t)strtoul(*args, NULL, 0) : 100000;
    snprintf(me.image[0], sizeof me.image[0], "%s/floppy.img", dir);
    snprintf(me.image[1], sizeof me.image[1], "%s/disk.img", dir);
    if (!file_make(me.image[0], rom_tour, rom_tour_size, 1474560) ||
        !file_make(me.image[1], rom_tour, rom_tour_size, 1 << 20))
        return false;
    for (int i = 0; i < 2; i++)
        me.hash[i] = damage_file_hash(me.image[i]);
    return true;
}

static void end(void)
{
}

static void ignore(void *ctx, int64_t ns, enum pc_log_level level,
                   const char *who, const char *text)
{
    (void)ctx, (void)ns, (void)level, (void)who, (void)text;
}

/* All video memory is there where it is reached for. */
static struct pc *new_machine(const struct group *g)
{
    static const char *const cards[] = {
        SMALL_CARD, "sb16", "tandy", "disney", "gus,iobase=0x260",
        "gameblaster,iobase=0x240"
    };
    static const char *const cirrus[] = { "vga,present=off",
                                          "cirrus-vga,id=vga" };
    const char *one[] = { SMALL_CARD, g->card };
    struct pc_config c = machine_config(NULL);

    c.log = ignore;                     /* every line is put into words */
    c.log_max = PC_LOG_TRACE;
    c.machine = is_on_pci(g) ? "pc" : NULL;
    c.channels = 0xffff;
    c.exit_port = 0xf4;
    c.device = g->card ? one : cards + g->video;
    c.devices = g->card ? 2 : COUNT_OF(cards) - g->video;
    if (g->burst == cirrus_burst)
        c.device = cirrus, c.devices = COUNT_OF(cirrus);
    c.drive[PC_FDA] =
        (struct pc_medium){ .path = me.image[0], .snapshot = true };
    c.drive[PC_FDB] =
        (struct pc_medium){ .path = me.image[0], .snapshot = true };
    for (int d = PC_HDA; d <= PC_HDD; d++)
        c.drive[d] =
            (struct pc_medium){ .path = me.image[1], .snapshot = true };
    return pc_new(&c, NULL);
}

/* ---- the guest ---- */

static uint16_t some_port(const struct group *g, uint32_t *s)
{
    uint32_t n = 0;
    const struct ports *r;

    while (n < 8 && (n == 0 || g->range[n].count))
        n++;
    r = &g->range[below(s, n)];
    return (uint16_t)(r->count ? r->first + below(s, r->count) : dice(s));
}

static uint32_t some_address(uint32_t *s)
{
    switch (below(s, 8)) {
    case 0:  return FRAME_BUFFER + below(s, VRAM_SIZE);
    case 1:  return FRAME_BUFFER + VRAM_SIZE - 8 + below(s, 16);
    case 2:  return VGA_FIRST - 4 + below(s, 8);
    case 3:  return REGISTERS + below(s, 0x220);
    default: return VGA_FIRST + below(s, VGA_SIZE);
    }
}

static uint8_t *le(uint8_t *p, uint32_t v, int n)
{
    for (int i = 0; i < n; i++)
        *p++ = (uint8_t)(v >> 8 * i);
    return p;
}

static const uint8_t prefix_size[] = { 1, 2, 4 };

/* mov dx,port; mov al/ax/eax,v; in or out */
static void put_port(uint8_t *p, const struct group *g, uint32_t *s)
{
    int size = below(s, 2) ? 0 : (int)below(s, 3);
    bool in = below(s, 2);

    *p++ = 0xba;
    p = le(p, some_port(g, s), 2);
    if (size == 2)
        *p++ = 0x66;
    *p++ = size ? 0xb8 : 0xb0;
    p = le(p, (uint32_t)odd_value(s), prefix_size[size]);
    if (size == 2)
        *p++ = 0x66;
    *p = (uint8_t)((in ? 0xec : 0xee) + (size != 0));
}

/* mov dx,port; mov cx,n; rep ins or outs */
static void put_string(uint8_t *p, const struct group *g, uint32_t *s)
{
    int size = (int)below(s, 3);

    *p++ = 0xba;
    p = le(p, some_port(g, s), 2);
    *p++ = 0xb9;
    p = le(p, below(s, 600), 2);
    if (size == 2)
        *p++ = 0x66;
    *p++ = 0xf3;
    *p = (uint8_t)((below(s, 2) ? 0x6c : 0x6e) + (size != 0));
}

/* mov al/ax/eax,v; mov [address], it; or the other way */
static void put_memory(uint8_t *p, uint32_t *s)
{
    int size = (int)below(s, 3);

    if (size == 2)
        *p++ = 0x66;
    *p++ = size ? 0xb8 : 0xb0;
    p = le(p, (uint32_t)odd_value(s), prefix_size[size]);
    if (size == 2)
        *p++ = 0x66;
    *p++ = 0x67;
    *p++ = (uint8_t)((below(s, 2) ? 0xa0 : 0xa2) + (size != 0));
    le(p, some_address(s), 4);
}

/* mov cx,n; rep movs or stos within video memory; cld or std before it */
static void put_block(uint8_t *p, uint32_t *s)
{
    *p++ = below(s, 4) ? 0xfc : 0xfd;
    *p++ = 0xb9;
    p = le(p, below(s, 300), 2);
    *p++ = 0x26;                        /* from ES too */
    if (below(s, 3) == 0)
        *p++ = 0x66;
    *p++ = 0xf3;
    *p = (uint8_t)((below(s, 2) ? 0xa4 : 0xaa) + below(s, 2));
}

/* ---- commands that get somewhere: random accesses hardly ever do ---- */

static uint8_t *out_cell(uint8_t *p, uint16_t port, uint32_t v)
{
    uint8_t *q = le(p, 0xba, 1);

    q = le(q, port, 2);
    q = le(q, 0xb0, 1);
    q = le(q, v, 1);
    le(q, 0xee, 1);
    return p + CELL;
}

static uint8_t *out32_cell(uint8_t *p, uint16_t port, uint32_t v)
{
    uint8_t *q = le(p, 0xba, 1);

    q = le(q, port, 2);
    q = le(q, 0xb866, 2);
    q = le(q, v, 4);
    le(q, 0xef66, 2);
    return p + CELL;
}

/* mov dx,port; mov cx,n; rep insw or outsw */
static uint8_t *run_cell(uint8_t *p, uint16_t port, uint32_t n, bool in)
{
    uint8_t *q = le(p, 0xba, 1);

    q = le(q, port, 2);
    q = le(q, 0xb9, 1);
    q = le(q, n, 2);
    le(q, in ? 0x6df3 : 0x6ff3, 2);
    return p + CELL;
}

static uint8_t *ide_cells(uint8_t *p, uint16_t base, uint8_t command,
                          uint32_t *s)
{
    p = out_cell(p, base + 6, (below(s, 2) ? 0xe0 : 0xa0) | below(s, 2) << 4);
    p = out_cell(p, base + 2, below(s, 5));
    p = out_cell(p, base + 3, below(s, 70));
    p = out_cell(p, base + 4, below(s, 4) ? 0 : dice(s));
    p = out_cell(p, base + 5, below(s, 8) ? 0 : dice(s));
    return out_cell(p, base + 7, command);
}

static int ide_burst(uint8_t *p, uint32_t *s)
{
    static const uint8_t commands[] = {
        0x10, 0x20, 0x21, 0x24, 0x25, 0x29, 0x30, 0x31, 0x34, 0x35, 0x39,
        0x40, 0x42, 0x70, 0x90, 0x91, 0xc4, 0xc5, 0xc6, 0xc8, 0xca, 0xe0,
        0xe7, 0xec, 0xef, 0xf8, 0x27, 0x30, 0x30, 0x20, 0xc5
    };
    uint16_t base = below(s, 2) ? 0x1f0 : 0x170;
    uint8_t *start = p;

    p = ide_cells(p, base, commands[below(s, sizeof commands)], s);
    for (uint32_t n = below(s, 4); n; n--)
        p = run_cell(p, base, below(s, 3) ? 256 : below(s, 700), below(s, 2));
    return (int)(p - start) / CELL;
}

/* The bus master is put at C000h; then a table that put_table() has made, a
 * command, a start, and some time. */
static int master_burst(uint8_t *p, uint32_t *s)
{
    static const uint8_t commands[] = { 0xc8, 0xca, 0x25, 0x35, 0xc9, 0xcb };
    bool second = below(s, 2);
    uint16_t base = second ? 0xc008 : 0xc000;
    uint8_t *start = p;

    p = out32_cell(p, 0xcf8, 0x80000920);
    p = out32_cell(p, 0xcfc, 0xc001);
    p = out32_cell(p, 0xcf8, 0x80000904);
    p = out32_cell(p, 0xcfc, below(s, 8) ? 5 : dice(s));
    p = out_cell(p, second ? 0x376 : 0x3f6, 4);
    p = out_cell(p, second ? 0x376 : 0x3f6, 0);
    p = run_cell(p, 0x80, 120, true);
    p = out_cell(p, base, below(s, 4) ? 0 : 9);
    p = out32_cell(p, (uint16_t)(base + 4),
                   PRDS + 8 * below(s, PRD_COUNT));
    p = ide_cells(p, second ? 0x170 : 0x1f0,
                  commands[below(s, sizeof commands)], s);
    p = out_cell(p, base, below(s, 8) ? 1 + 8 * below(s, 2) : dice(s));
    p = run_cell(p, 0x80, below(s, 500), true);
    return (int)(p - start) / CELL;
}

/* Configuration space of some function: a few registers. */
static int functions_burst(uint8_t *p, uint32_t *s, uint32_t function)
{
    uint8_t *start = p;

    for (uint32_t n = 1 + below(s, 8); n; n--) {
        p = out32_cell(p, 0xcf8, 0x80000000 | function << 8 |
                                     (below(s, 256) & 0xfc));
        p = out_cell(p, (uint16_t)(0xcfc + below(s, 4)), dice(s));
    }
    return (int)(p - start) / CELL;
}

static int host_burst(uint8_t *p, uint32_t *s)
{
    return functions_burst(p, s, 0);
}

static int bridge_burst(uint8_t *p, uint32_t *s)
{
    return functions_burst(p, s, 8 + below(s, 4));
}

/* Its memory is put where it is looked for; then a blit of any kind. */
static int cirrus_burst(uint8_t *p, uint32_t *s)
{
    uint8_t *start = p;

    p = out32_cell(p, 0xcf8, 0x80001010);
    p = out32_cell(p, 0xcfc, FRAME_BUFFER);
    p = out32_cell(p, 0xcf8, 0x80001014);
    p = out32_cell(p, 0xcfc, REGISTERS);
    p = out32_cell(p, 0xcf8, 0x80001004);
    p = out32_cell(p, 0xcfc, 3);
    for (uint32_t n = below(s, 6); n; n--) {
        p = out_cell(p, 0x3ce, 0x20 + below(s, 16));
        p = out_cell(p, 0x3cf, dice(s));
    }
    p = out_cell(p, 0x3ce, 0x30);
    p = out_cell(p, 0x3cf, dice(s));
    p = out_cell(p, 0x3ce, 0x31);
    p = out_cell(p, 0x3cf, 2 | (below(s, 8) ? 0 : dice(s)));
    return (int)(p - start) / CELL;
}

/* DMA channel 2: from or to anywhere below 16 MB, a sector or more. */
static uint8_t *program_dma(uint8_t *p, uint32_t *s)
{
    static const uint8_t modes[] = { 0x42, 0x46, 0x4a, 0x56, 0x5a };

    p = out_cell(p, 0x0b, modes[below(s, sizeof modes)]);
    p = out_cell(p, 0x0c, 0);
    p = out_cell(p, 0x04, dice(s));
    p = out_cell(p, 0x04, dice(s));
    p = out_cell(p, 0x81, below(s, 4) ? 0x0a : dice(s));
    p = out_cell(p, 0x05, 0xff);
    p = out_cell(p, 0x05, below(s, 4) ? 1 : dice(s));
    return out_cell(p, 0x0a, 0x02);
}

static int fdc_burst(uint8_t *p, uint32_t *s)
{
    static const uint8_t commands[] = {
        0xe6, 0xe6, 0x46, 0xc5, 0xc5, 0x4d, 0x4a, 0x0f, 0x0f, 0x07, 0x08,
        0x03, 0x04, 0x0e, 0x10, 0x12, 0x13, 0x14, 0x94, 0x16, 0x4c, 0xc9,
        0x42, 0x11, 0x8f, 0xcf
    };
    uint8_t *start = p;

    if (below(s, 2))
        p = program_dma(p, s);
    p = out_cell(p, 0x3f2, (below(s, 8) ? 0x3c : dice(s)) | below(s, 2));
    p = out_cell(p, 0x3f7, below(s, 4));
    p = out_cell(p, 0x3f5, commands[below(s, sizeof commands)]);
    p = out_cell(p, 0x3f5, below(s, 2) | below(s, 2) << 2);
    p = out_cell(p, 0x3f5, below(s, 90));
    p = out_cell(p, 0x3f5, below(s, 2));
    p = out_cell(p, 0x3f5, below(s, 20));
    p = out_cell(p, 0x3f5, below(s, 8) ? 2 : dice(s));
    p = out_cell(p, 0x3f5, below(s, 40));
    p = out_cell(p, 0x3f5, 0x1b);
    p = out_cell(p, 0x3f5, 0xff);
    return (int)(p - start) / CELL;
}

/* Descriptors for the bus master: to memory that is nobody's code. */
static void put_table(struct pc *pc, uint32_t *s)
{
    static const uint32_t places[] = {
        0x80000, 0x8fff0, PRDS, VGA_FIRST, 0xf0000, FRAME_BUFFER, 0xfffff000,
        0x7fff0000,
    };
    uint8_t prd[8];

    for (uint32_t n = 0; n < PRD_COUNT; n++) {
        le(prd, places[below(s, COUNT_OF(places))] + below(s, 64), 4);
        le(prd + 4, dice(s) >> below(s, 32), 4);
        mem_write(&pc->mem, PRDS + 8 * n, prd, sizeof prd);
    }
}

static void put_guest(struct pc *pc, const struct group *g, uint32_t *s)
{
    uint8_t code[CELLS * CELL + 2];

    memset(code, 0x90, sizeof code);
    for (int i = 0; i < CELLS; i++) {
        uint8_t *p = code + i * CELL;
        uint32_t r = below(s, 16);

        if (g->burst && r == 7 && i + BURST < CELLS)
            i += g->burst(p, s) - 1;
        else if (g->video && r < 6)
            put_memory(p, s);
        else if (g->video && r == 6)
            put_block(p, s);
        else if (r == 15)
            put_string(p, g, s);
        else
            put_port(p, g, s);
    }
    put_table(pc, s);
    code[sizeof code - 2] = 0xf4;       /* hlt; hlt */
    code[sizeof code - 1] = 0xf4;
    mem_write(&pc->mem, CODE, code, sizeof code);
}

static void set_segment(struct cpu *c, int n, u32 base, u32 limit)
{
    c->s.seg[n].sel = (u16)(base >> 4);
    c->s.seg[n].base = base;
    c->s.seg[n].limit = limit;
}

/* Real mode, with a DS that reaches everything; at times interrupts come
 * through, to wherever the vectors point by now. */
static void put_cpu(struct pc *pc, uint32_t *s)
{
    struct cpu *c = pc->cpu;

    mem_set_a20(&pc->mem, true);
    cpu_reset(c);
    set_segment(c, CS, CODE, 0xffff);
    set_segment(c, SS, 0x8000, 0xffff);
    set_segment(c, DS, 0, 0xffffffff);
    set_segment(c, ES, VGA_FIRST + 0x10000 * below(s, 2), 0xffff);
    c->s.eip = 0;
    c->s.gpr[ESP] = 0xfffe;
    c->s.gpr[ESI] = dice(s) & 0xffff;
    c->s.gpr[EDI] = dice(s) & 0xffff;
    if (below(s, 4) == 0)
        c->s.eflags |= IF;
    cpu_loaded(c);
}

/* ---- a case ---- */

/* One batch; how many accesses it came to. */
static uint32_t play(struct pc *pc, const struct group *g, uint32_t *s)
{
    put_guest(pc, g, s);
    put_cpu(pc, s);
    pc_run(pc, (int64_t)(100 + below(s, 3000)) * 1000,
           below(s, 2) ? PC_FRAME : 0);
    if (below(s, 16) == 0)
        damage_look(pc, s);
    return pc->cpu->s.halted ? CELLS : 1 + pc->cpu->s.eip % 1024 / CELL;
}

static uint64_t play_on(struct pc *pc, const struct group *g, uint32_t s)
{
    pc_run(pc, 2 * MS, 0);
    for (int i = 0; i < REPLAY; i++)
        play(pc, g, &s);
    return pc_hash(pc);
}

/* The machine's own state, of the middle of a batch, loads, is what was
 * saved, and goes on alike. */
static const char *replay(struct pc *pc, const struct group *g, uint32_t s)
{
    static char words[PC_WHY + 40];
    const char *wrong = NULL;
    uint64_t before, later;
    char why[PC_WHY] = "";
    size_t n;
    void *p;

    put_guest(pc, g, &s);
    put_cpu(pc, &s);
    pc_run(pc, 1000 + below(&s, 70000), 0);
    before = pc_hash(pc);
    p = pc_save_bytes(pc, &n);
    later = play_on(pc, g, s);
    snprintf(words, sizeof words, "its own state is refused: ");
    if (!p || !pc_load_bytes(pc, p, n, why))
        wrong = strncat(words, why, PC_WHY);
    else if (pc_hash(pc) != before)
        wrong = "its own state loads as another";
    else if (play_on(pc, g, s) != later)
        wrong = "after a load it goes on otherwise";
    free(p);
    return wrong;
}

static const char *run(uint32_t number)
{
    const struct group *g = &groups[number % COUNT_OF(groups)];
    uint32_t s = first_seed(number), n = 0, done = 0;
    const char *wrong = NULL;
    struct pc *pc = new_machine(g);

    if (!pc)
        return "no machine";
    while (done < me.accesses && !wrong && n++ < me.accesses) {
        done += play(pc, g, &s);
        if (n % 64 == 24)
            wrong = replay(pc, g, s);
    }
    pc_free(pc);
    for (int i = 0; i < 2; i++)
        if (me.hash[i] != damage_file_hash(me.image[i]))
            wrong = "an image was written to";
    return wrong;
}

const struct damage damage_ports = { "ports", begin, run, end };
