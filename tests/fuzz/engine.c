/* engine.c - any code, from reset or in one of several modes, on every model:
 * all engines do the same, with and without what a load throws away.
 *
 * Input: model, mode, what memory holds, options of the engines, eight bytes
 * of what comes from outside between slices; then code. */
#include "tests/fuzz/fuzz.h"
#include "cpu/block.h"
#include "tests/lib/bed.h"

enum { HEAD = 12, SLICES = 32, SLICE = 100, MOST = 0x800, RESET = MODES,
       DEVICE = 0xa0000, SLOW_DEVICE = 0xa1000, TOP = 0xf0000 };
enum { IN_INTR = 1, IN_NMI = 2, IN_MAP = 4, IN_A20 = 8, IN_DMA = 16 };

/* A load keeps the state and loses all else; so does the last of these. */
static const struct way {
    const char *name;
    enum cpu_engine engine;
    bool cache_off, loads;
} ways[] = {
    { "plain", ENGINE_PLAIN, false, false },
    { "nocache", ENGINE_PLAIN, true, false },
    { "fast", ENGINE_FAST, false, false },
    { "compiled", ENGINE_COMPILED, false, false },
    { "compiled and loaded", ENGINE_COMPILED, false, true },
};
enum { WAYS = COUNT_OF(ways), MODELS = 16 };

struct device {
    u64 seen;
    struct region region[2], top;
    struct range ports;
};

struct rig {
    struct bed bed[WAYS];
    struct device device[WAYS];
    bool made;
};

static struct rig rigs[MODELS];
static u8 *memory;                      /* what it begins with */

/* ---- a device ---- */

static u32 device_read(void *dev, u32 off, int size)
{
    struct device *d = dev;

    d->seen = (d->seen ^ off ^ (u64)size << 32) * 0x100000001b3u;
    return (u32)(d->seen >> 16);
}

static void device_write(void *dev, u32 off, int size, u32 v)
{
    struct device *d = dev;

    device_read(d, off, size | 8);
    d->seen ^= size == 4 ? v : v & ((1u << 8 * size) - 1);
}

static u32 port_read(void *dev, u16 port, int size)
{
    return device_read(dev, port, size);
}

static void port_write(void *dev, u16 port, int size, u32 v)
{
    device_write(dev, port, size, v);
}

static const struct dev_ops device_ops = {
    .name = "device", .mem_read = device_read, .mem_write = device_write,
    .port_in = port_read, .port_out = port_write,
};

static void map_device(struct bed *b, struct device *d, int n, u32 at,
                       bool timeless)
{
    d->region[n] = (struct region){ .name = "device", .ops = &device_ops,
                                    .dev = d, .timeless = timeless };
    mem_attach(&b->mem, &d->region[n], at, PAGE_SIZE);
}

/* ---- making ---- */

static bool rig_make(struct rig *g, const char *model)
{
    struct kind k = { .model = model, .mode = REAL };
    bool old = cpu_model_find(model)->family < I386;

    for (u32 n = 0; n < WAYS; n++) {
        struct bed *b = &g->bed[n];
        struct device *d = &g->device[n];

        if (!bed_make(b, &k, ways[n].engine, 1))
            return false;
        b->cpu.cache_off = ways[n].cache_off;
        d->top = (struct region){ .name = "top", .host = b->ram + TOP,
                                  .readonly = true };
        mem_attach(&b->mem, &d->top, old ? 0xff0000 : 0xffff0000, 0x10000);
        map_device(b, d, 0, DEVICE, true);
        map_device(b, d, 1, SLOW_DEVICE, false);
        b->mem.mmio_ns = 10;
        b->mem.changed = cpu_map_changed;
        b->mem.wrote = cpu_mem_wrote;
        b->mem.ctx = &b->cpu;
        d->ports = (struct range){ .ops = &device_ops, .dev = d, .width = 2 };
        bus_attach(&b->bus, &d->ports, 0x40, 0x40);
    }
    return g->made = true;
}

static bool memory_make(void)
{
    memory = malloc(RAM_SIZE);
    random_state = 1;
    for (u32 n = 0; memory && n < RAM_SIZE; n++)
        memory[n] = (u8)rnd(256);
    return memory;
}

static void vectors(struct bed *b)
{
    for (u32 n = 0; n < 256; n++)
        put(b, n * 4, (u64)rnd(256) | (u64)CODE << 12, 4);
}

/* What the model can be in. */
static u32 mode_of(u32 wanted, enum family f)
{
    u32 mode = wanted % (MODES + 1);
    bool can = f >= I386 || mode == REAL || (mode == PROT16 && f == I286);

    return can ? mode : RESET;
}

/* As it was when it was made, but for what the input says. */
static void start(struct bed *b, struct device *d, const struct input_bytes *in,
                  const u8 head[HEAD])
{
    static const u8 to_code[] = { 0xea, 0, 0, CODE >> 4 & 0xff, CODE >> 12 };
    u32 mode = mode_of(head[1], b->cpu.family);

    d->seen = 0;
    memcpy(b->ram, memory, RAM_SIZE);
    b->clk.now = 0;
    b->clk.frac_ps = 0;
    b->cpu.left = 0;
    b->cpu.end = b->cpu.synced = 0;
    b->cpu.s.intr = false;
    b->mem.a20_mask = b->mem.addr_mask;
    b->cpu.windows_off = head[3] & 1;
    b->cpu.block_insns = head[3] & 2 ? 3 : BLOCK_INSNS;
    b->cpu.fast_after = head[3] >> 2 & 3;
    b->cpu.laps.off = !(head[3] & 16);  /* a watch for laps runs plain */
    random_state = head[2];
    vectors(b);
    cpu_reset(&b->cpu);
    if (mode < MODES)
        state(b, (enum mode)mode);
    memcpy(b->ram + 0xffff0, to_code, sizeof to_code);
    memcpy(b->ram + CODE, in->p, in->n < MOST ? in->n : MOST);
    cpu_map_changed(&b->cpu);
}

/* ---- running ---- */

/* What comes from outside before a slice. */
static void outside(struct bed *b, u32 what, u32 slice)
{
    static const u8 bytes[] = { 0x40, 0x90, 0xff, 0x07, 0x60, 0x05, 0, 0 };

    cpu_set_intr(&b->cpu, 0, what & IN_INTR);
    cpu_set_nmi(&b->cpu, 0, what & IN_NMI);
    if (what & IN_MAP)
        mem_changed(&b->mem);
    if (what & IN_A20)
        mem_set_a20(&b->mem, slice & 1);
    if (what & IN_DMA)
        mem_write(&b->mem, (what & 32 ? TABLE : CODE) + 3 * slice, bytes,
                  1 + (what >> 6) * 2);
}

static void slice_run(struct bed *b, const struct way *w, ns_t at)
{
    cpu_run(&b->cpu, at);
    if (b->clk.now < at) {              /* it halts */
        b->clk.now = at;
        b->clk.frac_ps = 0;
    }
    cpu_sync(&b->cpu);
    if (w->loads)
        cpu_loaded(&b->cpu);
}

static void show(const struct bed *b, const char *name)
{
    const struct cpu_state *s = &b->cpu.s;

    fprintf(stderr, "%-20s %04x:%08x flags %08x count %llu now %lld\n", name,
            s->seg[CS].sel, s->eip, s->eflags, (unsigned long long)s->icount,
            (long long)b->clk.now);
    for (int n = 0; n < 8; n++)
        fprintf(stderr, " %08x", s->gpr[n]);
    fprintf(stderr, " cr %08x %08x %08x %08x\n", s->cr[0], s->cr[2], s->cr[3],
            s->cr[4]);
}

/* Where two differ, field by field. */
static void differ(struct rig *g, u32 n, u32 slice, const u8 head[HEAD])
{
    const struct bed *a = &g->bed[0], *b = &g->bed[n];

    show(a, ways[0].name);
    show(b, ways[n].name);
    for (const struct field *f = cpu_table.fields; f->name; f++)
        if (memcmp((const u8 *)&a->cpu.s + f->off,
                   (const u8 *)&b->cpu.s + f->off, f->size * f->count))
            fprintf(stderr, "%s differs\n", f->name);
    for (u32 at = 0; at < TLB_ENTRIES; at++)
        if (a->cpu.tlb_saved.entry[at] != b->cpu.tlb_saved.entry[at])
            fprintf(stderr, "TLB entry %u: %016llx %016llx\n", at,
                    (unsigned long long)a->cpu.tlb_saved.entry[at],
                    (unsigned long long)b->cpu.tlb_saved.entry[at]);
    for (u32 at = 0, shown = 0; at < RAM_SIZE && shown < 8; at++)
        if (a->ram[at] != b->ram[at]) {
            fprintf(stderr, "memory %x: %02x %02x\n", at, a->ram[at],
                    b->ram[at]);
            shown++;
        }
    found("%s, mode %u: %s is not %s after slice %u", a->cpu.model->name,
          head[1] % (MODES + 1u), ways[n].name, ways[0].name, slice);
}

static bool equal(struct rig *g, u32 n, bool memory_too)
{
    struct bed *a = &g->bed[0], *b = &g->bed[n];

    return a->clk.now == b->clk.now && a->clk.frac_ps == b->clk.frac_ps &&
           state_hash(0, &cpu_table, &a->cpu.s) ==
               state_hash(0, &cpu_table, &b->cpu.s) &&
           !memcmp(&a->cpu.tlb_saved, &b->cpu.tlb_saved,
                   sizeof a->cpu.tlb_saved) &&
           g->device[0].seen == g->device[n].seen &&
           (!memory_too || !memcmp(a->ram, b->ram, RAM_SIZE));
}

static void run(struct rig *g, const u8 head[HEAD])
{
    for (u32 slice = 0; slice < SLICES; slice++)
        for (u32 n = 0; n < WAYS; n++) {
            outside(&g->bed[n], head[4 + slice % 8], slice);
            slice_run(&g->bed[n], &ways[n], (slice + 1) * SLICE);
            if (n && !equal(g, n, slice == SLICES - 1))
                differ(g, n, slice, head);
        }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    u8 head[HEAD];
    u32 models = 0, m;

    while (cpu_models[models].name && models < MODELS)
        models++;
    for (u32 n = 0; n < HEAD; n++)
        head[n] = (u8)take(&in, 1);
    m = head[0] % models;
    if ((!memory && !memory_make()) ||
        (!rigs[m].made && !rig_make(&rigs[m], cpu_models[m].name)))
        return 0;
    for (u32 n = 0; n < WAYS; n++)
        start(&rigs[m].bed[n], &rigs[m].device[n], &in, head);
    run(&rigs[m], head);
    return 0;
}
