/* ports.c - whatever a guest, a user and a second bus master may do to a whole
 * machine, in any order: two runs end alike, and so does one that is saved
 * and loaded half-way.
 *
 * Input: a byte of options, then operations: a byte, kind and width, and what
 * the kind takes. */
#include "tests/fuzz/small.h"

enum { OPS = 300, MOST_US = 40000, STRING = 40, IMAGES = 3 };
enum { OUT, OUT_AGAIN, OUT_NEAR, IN, WAIT, WAIT_LONG, KEY, POINTER, RECEIVE,
       MEDIUM, MEMORY_WRITE, MEMORY_READ, SWITCH, STRING_OUT, STEP, LOOK };
enum { OPT_BIOS = 1, OPT_SAVE_EARLY = 2, OPT_CACHE_OFF = 4, OPT_PCI = 8,
       OPT_SOUND = 16 };

/* A guest that takes every interrupt and waits for the next. */
static const u8 guest[] = {
    0xfa, 0x31, 0xc0, 0x8e, 0xd0, 0x8e, 0xd8, 0x8e, 0xc0, 0xbc, 0x00, 0x70,
    0x31, 0xff, 0xb9, 0x00, 0x01,       /* the vectors: F000:0100 */
    0xb8, 0x00, 0x01, 0xab, 0xb8, 0x00, 0xf0, 0xab, 0xe2, 0xf6,
    0xfb, 0xf4, 0xeb, 0xfd,             /* sti; hlt */
};
static const u8 handler[] = { 0x50, 0xb0, 0x20, 0xe6, 0xa0, 0xe6, 0x20, 0x58,
                              0xcf };
static const u8 start[] = { 0xea, 0x00, 0x00, 0x00, 0xf0 };

static const struct { const char *name; size_t size; } images[IMAGES] = {
    { "a.img", 1474560 }, { "b.img", 368640 }, { "c.img", 1 << 20 },
};

static const u32 windows[] = {
    0x0, 0x7c00, 0xa0000, 0xa8000, 0xb0000, 0xb8000, 0xbfff0, 0x9fff0, 0xc0000,
    0xf0000, 0xfffff0, 0xe0000000, 0xe00ffff0, 0xfffffff0, 0xfee00000,
    0x100000,
};

struct run {
    struct pc *pc;
    u64 seen;
    u64 us;                             /* of guest time, all in all */
    u16 port;
};

static void make_files(void)
{
    static u8 rom[0x10000];
    static bool made;
    bool ok = true;

    if (made)
        return;
    memcpy(rom, guest, sizeof guest);
    memcpy(rom + 0x100, handler, sizeof handler);
    memcpy(rom + 0xfff0, start, sizeof start);
    ok &= file_make(in_folder("rom"), rom, sizeof rom, sizeof rom);
    for (int n = 0; n < IMAGES; n++)
        ok &= file_make(in_folder(images[n].name), rom, 512, images[n].size);
    if (!ok)
        found("no images");
    made = true;
}

static struct pc *new_machine(u32 options)
{
    static const char *const cards[] = {
        SMALL_CARD, "sb16", "tandy", "disney", "gus,iobase=0x260",
        "gameblaster,iobase=0x240"
    };
    struct pc_config c = small_config();

    if (!(options & OPT_BIOS))
        c.bios = in_folder("rom");
    if (options & OPT_SOUND) {
        c.device = cards;
        c.devices = COUNT_OF(cards);
    }
    c.cache_off = options & OPT_CACHE_OFF;
    c.machine = options & OPT_PCI ? "pc" : NULL;
    c.drive[PC_FDA] = medium(in_folder(images[0].name));
    c.drive[PC_FDB] = medium(in_folder(images[1].name));
    c.drive[PC_HDA] = c.drive[PC_HDD] = medium(in_folder(images[2].name));
    return make_machine(&c);
}

/* ---- operations ---- */

static void see(struct run *r, const void *p, size_t n)
{
    r->seen = hash_bytes(r->seen, p, n);
}

static void wait_us(struct run *r, u32 us)
{
    int why;

    if (r->us + us > MOST_US)
        return;
    r->us += us;
    why = pc_run(r->pc, us * INT64_C(1000), us & 1 ? PC_FRAME : 0);
    see(r, &why, sizeof why);
}

static void change_medium(struct run *r, u32 how)
{
    enum pc_drive d = how & 1 ? PC_FDB : PC_FDA;
    struct pc_medium m = medium(in_folder(images[how / 4 % IMAGES].name));

    m.readonly = how & 0x80;
    m.sectors = (u8)(how & 0x40 ? 9 : 0);
    if (how & 2)
        pc_eject(r->pc, d);
    else
        pc_insert(r->pc, d, &m, NULL);
}

static u32 address(struct input_bytes *in)
{
    u32 window = take(in, 1);

    return windows[window % COUNT_OF(windows)] + take(in, 2);
}

static void memory_write(struct run *r, struct input_bytes *in, u32 n)
{
    u32 at = address(in);
    u8 bytes[8];

    for (u32 i = 0; i < n; i++)
        bytes[i] = (u8)take(in, 1);
    mem_write(&r->pc->mem, at, bytes, n);
}

static void memory_read(struct run *r, struct input_bytes *in, u32 n)
{
    u8 bytes[64] = { 0 };

    mem_read(&r->pc->mem, address(in), bytes, n * 8);
    see(r, bytes, sizeof bytes);
    pc_memory(r->pc, address(in), bytes, n * 8);
    see(r, bytes, sizeof bytes);
}

static void throw_switch(struct run *r, u32 which)
{
    switch (which % 8) {
    case 0:  pc_reset(r->pc); break;
    case 1:  pc_power_button(r->pc); break;
    case 2:  pc_nmi(r->pc); break;
    case 3:  pc_release(r->pc); break;
    case 4:  pc_hold(r->pc, PC_COM1, which & 8); break;
    case 5:  pc_set_pace(r->pc, 1000u << which / 16); break;
    case 6:  pc_set_model_pace(r->pc, 500u << which / 32); break;
    default: pc_settle(r->pc, 0); break;
    }
}

static void string_out(struct run *r, struct input_bytes *in, int size)
{
    u32 n = 1 + take(in, 1) % STRING;
    u32 v = take(in, size);

    while (n--)
        pc_port_out(r->pc, r->port, size, v += 0x01010101);
}

static void look(struct run *r)
{
    static struct pc_text text;
    struct pc_frame f = pc_screen(r->pc);
    int16_t sound[32];
    size_t n = pc_audio(r->pc, 48000, sound, 16);

    see(r, &f.width, sizeof f.width);
    see(r, &f.height, sizeof f.height);
    see(r, &n, sizeof n);
    see(r, sound, 4 * n);
    if (f.pixels && f.height)
        see(r, f.pixels + (size_t)(f.height - 1) * f.stride, f.width * 4);
    pc_text(r->pc, &text);
}

static void port_in(struct run *r, int size)
{
    u32 v = pc_port_in(r->pc, r->port, size);

    see(r, &v, sizeof v);
}

static void step(struct run *r)
{
    int why = pc_step(r->pc, 0);

    see(r, &why, sizeof why);
}

static void operate(struct run *r, struct input_bytes *in)
{
    u32 op = take(in, 1), kind = op & 15;
    int size = 1 << (op >> 4) % 3;

    if (kind == OUT || kind == IN)
        r->port = (u16)take(in, 2);
    if (kind == OUT_NEAR)
        r->port ^= (u16)(take(in, 1) & 7);
    switch (kind) {
    case OUT: case OUT_AGAIN: case OUT_NEAR:
        pc_port_out(r->pc, r->port, size, take(in, size));
        break;
    case IN:           port_in(r, size); break;
    case WAIT:         wait_us(r, take(in, 1)); break;
    case WAIT_LONG:    wait_us(r, take(in, 2)); break;
    case KEY:          pc_key(r->pc, (u16)take(in, 2), op & 16); break;
    case POINTER:
        pc_mouse(r->pc, (s8)take(in, 1), (s8)take(in, 1), 0, op >> 4);
        break;
    case RECEIVE:
        pc_receive(r->pc, (enum pc_channel)(op >> 4 & 7), (u8)take(in, 1));
        break;
    case MEDIUM:       change_medium(r, take(in, 1)); break;
    case MEMORY_WRITE: memory_write(r, in, 1 + (op >> 5)); break;
    case MEMORY_READ:  memory_read(r, in, 1 + (op >> 5)); break;
    case SWITCH:       throw_switch(r, take(in, 1)); break;
    case STRING_OUT:   string_out(r, in, size); break;
    case STEP:         step(r); break;
    case LOOK:         look(r); break;
    }
}

/* ---- runs ---- */

static void save_and_load(struct pc *pc)
{
    u64 was[HASHES] = { 0 }, is[HASHES] = { 0 };
    char why[PC_WHY];
    size_t n;
    void *p;

    for (int d = 0; d < PC_DRIVES; d++)
        if (pc->next_disk[d])           /* on its way in: no state takes it */
            return;
    take_hashes(pc, was);
    p = pc_save_bytes(pc, &n);
    if (!p || !pc_load_bytes(pc, p, n, why))
        found("a machine's own state is refused: %s", why);
    free(p);
    take_hashes(pc, is);
    show_differences(pc, was, is);
    if (memcmp(was, is, sizeof was))
        found("a state loads as another");
}

/* save_at: before which operation; -1: never. */
static u64 run(struct input_bytes in, int save_at, int *ops, u64 *hash)
{
    u32 options = take(&in, 1);
    struct run r = { new_machine(options), 0, 0, 0 };
    u64 sum;

    pc_run(r.pc, MS, 0);
    for (*ops = 0; *ops < OPS && in.n; ++*ops) {
        if (*ops == save_at)
            save_and_load(r.pc);
        operate(&r, &in);
    }
    pc_run(r.pc, MS, 0);
    take_hashes(r.pc, hash);
    sum = pc_hash(r.pc) ^ r.seen;
    pc_free(r.pc);
    return sum;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    u64 hash[3][HASHES] = { { 0 } };
    u64 first, again;
    int ops, half;

    if (!size)
        return 0;
    make_files();
    first = run(in, -1, &ops, hash[0]);
    half = data[0] & OPT_SAVE_EARLY ? ops / 4 : ops / 2;
    again = run(in, half, &ops, hash[1]);
    if (first == again)
        return 0;
    again = run(in, -1, &ops, hash[2]);
    for (int n = 0; n < HASHES; n++)
        if (hash[0][n] != hash[first == again][n])
            fprintf(stderr, "part %d differs\n", n);
    found("%s (operation %d)", first == again ? "a load changed what came"
                                : "two runs differ", half);
}
