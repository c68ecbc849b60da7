/* damage_ports.c - random accesses to all ports and to video memory, made by
 * the CPU.
 *
 * A guest is written anew for each batch: a row of IN, OUT, INS, OUTS and MOV
 * in 16-byte cells, each with its own port and value, closed by HLT. The CPU
 * is put there by hand, so no reset, no stray DMA and no overwritten vector
 * ends the test early. Case n is group n of the chips below. */
#include "damage.h"

enum { CELL = 16, CELLS = 64, CODE = 0x10000 };
enum { VGA_FIRST = 0xa0000, VGA_SIZE = 0x20000 };

struct ports { uint16_t first, count; };

static const struct group {
    const char *name;
    struct ports range[8];
    bool video;                         /* memory as well */
} groups[] = {
    { "all ports", { { 0, 0 } }, true },        /* 0: 65536 */
    { "dma", { { 0x00, 16 }, { 0x80, 16 }, { 0xc0, 32 } }, false },
    { "pic", { { 0x20, 2 }, { 0xa0, 2 }, { 0x4d0, 2 } }, false },
    { "pit", { { 0x40, 4 }, { 0x61, 1 } }, false },
    { "kbc", { { 0x60, 1 }, { 0x64, 1 }, { 0x64, 1 } }, false },
    { "rtc", { { 0x70, 2 } }, false },
    { "sysctl", { { 0x61, 1 }, { 0x92, 1 }, { 0x70, 1 }, { 0xf0, 2 } }, false },
    { "vga", { { 0x3b0, 48 }, { 0x3c0, 16 }, { 0x1ce, 4 } }, true },
    { "dispi", { { 0x1ce, 4 } }, true },
    { "fdc", { { 0x3f0, 8 }, { 0x3f5, 1 }, { 0x3f5, 1 }, { 0x3f5, 1 },
               { 0x04, 2 }, { 0x08, 8 }, { 0x81, 1 } }, false },
    { "ide 0", { { 0x1f0, 8 }, { 0x3f6, 1 }, { 0x1f0, 1 } }, false },
    { "ide 1", { { 0x170, 8 }, { 0x376, 1 }, { 0x170, 1 } }, false },
    { "uart", { { 0x3f8, 8 }, { 0x2f8, 8 }, { 0x3e8, 8 }, { 0x2e8, 8 } },
      false },
    { "lpt", { { 0x378, 3 } }, false },
    { "debug", { { 0xe9, 1 }, { 0x8900, 1 }, { 0xf4, 4 }, { 0x80, 1 } },
      false },
    { "video memory", { { 0x3c4, 2 }, { 0x3ce, 2 } }, true },
    { "all chips", { { 0, 0x100 }, { 0x170, 0x300 }, { 0, 0x500 } }, true },
};

static struct {
    char image[2][PATH + 20];
    struct pc *pc;
    uint32_t accesses;
} me;

static bool begin(const char *dir, char **args)
{
    me.accesses = *args ? (uint32_t)strtoul(*args, NULL, 0) : 100000;
    snprintf(me.image[0], sizeof me.image[0], "%s/floppy.img", dir);
    snprintf(me.image[1], sizeof me.image[1], "%s/disk.img", dir);
    return file_make(me.image[0], rom_tour, rom_tour_size, 1474560) &&
           file_make(me.image[1], rom_tour, rom_tour_size, 1 << 20);
}

static void end(void)
{
}

static void ignore(void *ctx, int64_t ns, enum pc_log_level level,
                   const char *who, const char *text)
{
    (void)ctx, (void)ns, (void)level, (void)who, (void)text;
}

static struct pc *new_machine(void)
{
    struct pc_config c = machine_config(NULL);

    c.out = NULL;
    c.log = ignore;                     /* every line is put into words */
    c.log_max = PC_LOG_TRACE;
    c.channels = 0xff;
    c.exit_port = 0xf4;
    c.drive[PC_FDA] = (struct pc_medium){ me.image[0], false, true };
    c.drive[PC_FDB] = (struct pc_medium){ me.image[0], false, true };
    for (int d = PC_HDA; d <= PC_HDD; d++)
        c.drive[d] = (struct pc_medium){ me.image[1], false, true };
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
    case 0:  return LFB_BASE + below(s, VRAM_SIZE);
    case 1:  return LFB_BASE + VRAM_SIZE - 8 + below(s, 16);
    case 2:  return VGA_FIRST - 4 + below(s, 8);
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

static void put_guest(struct pc *pc, const struct group *g, uint32_t *s)
{
    uint8_t code[CELLS * CELL + 2];

    memset(code, 0x90, sizeof code);
    for (int i = 0; i < CELLS; i++) {
        uint8_t *p = code + i * CELL;
        uint32_t r = below(s, 16);

        if (g->video && r < 6)
            put_memory(p, s);
        else if (g->video && r == 6)
            put_block(p, s);
        else if (r == 15)
            put_string(p, g, s);
        else
            put_port(p, g, s);
    }
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
    struct cpu *c = &pc->cpu;

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

static const char *round_trip(struct pc *pc)
{
    static char words[PC_WHY + 40];
    uint64_t before = pc_hash(pc);
    char why[PC_WHY] = "";
    size_t n;
    void *p = pc_save_bytes(pc, &n);
    bool ok = p && pc_load_bytes(pc, p, n, why);

    free(p);
    snprintf(words, sizeof words, "its own state is refused: %s", why);
    if (!ok)
        return words;
    return pc_hash(pc) == before ? NULL : "its own state loads as another";
}

static const char *run(uint32_t number)
{
    const struct group *g = &groups[number % COUNT_OF(groups)];
    uint32_t s = first_seed(number), n = 0, done = 0;
    const char *wrong = NULL;
    struct pc *pc = new_machine();

    if (!pc)
        return "no machine";
    while (done < me.accesses && !wrong && n++ < me.accesses) {
        put_guest(pc, g, &s);
        put_cpu(pc, &s);
        pc_run(pc, (int64_t)(100 + below(&s, 3000)) * 1000,
               below(&s, 2) ? PC_FRAME : 0);
        done += pc->cpu.s.halted ? CELLS : 1 + pc->cpu.s.eip % 1024 / CELL;
        if (n % 16 == 0)
            damage_look(pc, &s);
        if (n % 256 == 0)
            wrong = round_trip(pc);
    }
    pc_free(pc);
    return wrong;
}

const struct damage damage_ports = { "ports", begin, run, end };
