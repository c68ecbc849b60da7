/* record.c - record files as hostile input: what is read as one runs on two
 * engines to the same end, and nothing that it names is written to.
 *
 * Input: a byte that chooses the record that is damaged (the last one has copies
 * of its media; RAW: the rest of the input is a record, but for the sum over its
 * head, which is made right), then edits of five bytes each: kind, u16 place,
 * u16 value. Such edits keep out of the head, for what is there makes another
 * machine, and that takes long. */
#include <zlib.h>

#include "machine/core/bytes.h"
#include "machine/time/record.h"
#include "roms/roms.h"
#include "tests/fuzz/small.h"

enum { BASES = 4, RAW = 3, COPIES = 3, EDITS = 40, MOST = 1 << 16, RUN_MS = 40, RAM = 1024,
       HEAD = RECORD_MAGIC + 8 };
enum { FLIP, SET, SET_TWO, CUT, DROP, COPY, KINDS };

struct record_bytes { u8 *p; size_t n; };

static struct record_bytes bases[BASES];
static u64 image_digest;

static bool keep(void *ctx, const void *bytes, size_t n)
{
    struct record_bytes *r = ctx;

    r->p = realloc(r->p, r->n + n + 1);
    memcpy(r->p + r->n, bytes, n);
    r->n += n;
    return true;
}

/* ---- good records ---- */

static u64 digest_of_image(void)
{
    static u8 bytes[1474560];
    FILE *f = fopen(in_folder("disk.img"), "rb");
    u64 h = f && fread(bytes, 1, sizeof bytes, f) == sizeof bytes
                ? hash_bytes(1, bytes, sizeof bytes) : 0;

    if (f)
        fclose(f);
    return h;
}

static void press(struct pc *pc, int n)
{
    pc_key(pc, (u16)(0x1e + n), n & 1);
    pc_mouse(pc, n, -n, 0, (unsigned)n & 7);
    pc_receive(pc, PC_COM1, (u8)n);
    pc_hold(pc, PC_LPT1, n & 1);
    pc_joystick(pc, 0, n, -n, 1);
}

/* What one does behind the queue's back, and with the drives. */
static void meddle(struct pc *pc)
{
    const struct pc_medium m = { .path = in_folder("disk.img"),
                                 .format = "raw" };
    char why[PC_WHY];

    pc_poke(pc, 0x7000, "poked", 5);
    pc_port_out(pc, 0x43, 1, 0x36);
    pc_port_in(pc, 0x60, 1);
    pc_register_write(pc, "ebx", "\1\2\3\4", 4);
    pc_eject(pc, PC_FDA);
    pc_insert(pc, PC_FDB, &m, why);
    pc_nmi(pc);
}

static void go_back(struct pc *pc, int64_t ms)
{
    char why[PC_WHY];

    if (!pc_seek(pc, pc_now(pc) - ms * MS, why))
        found("no way back: %s", why);
}

static void make_base(int n)
{
    struct pc_config c = small_config();
    char why[PC_WHY];
    struct pc *pc;

    c.drive[PC_FDA] = (struct pc_medium){ .path = in_folder("disk.img"),
                                          .format = "raw" };
    pc = make_machine(&c);
    if (!pc_history(pc, n == 1 ? 4 << 20 : 0) ||
        !pc_record(pc, n == COPIES, keep, &bases[n], why))
        found("no record: %s", why);
    for (int i = 0; i < 12; i++) {
        pc_run(pc, MS + i * 7919, i & 1 ? PC_FRAME : 0);
        press(pc, i);
        if (n == 1 && i % 4 == 3)
            go_back(pc, 2);
        if (n >= 2 && i % 6 == 4)
            meddle(pc);
    }
    pc_record_end(pc);
    pc_free(pc);
}

static void make_bases(void)
{
    if (!file_make(in_folder("disk.img"), rom_tour, rom_tour_size, 1474560))
        found("no image");
    image_digest = digest_of_image();
    for (int n = 0; n < BASES; n++)
        make_base(n);
}

/* ---- damage ---- */

static size_t head_size(const struct record_bytes *r)
{
    size_t fields = r->n < HEAD ? 0 : get_le32(r->p + HEAD - 4);

    return r->n < HEAD + 4 || fields > r->n - HEAD - 4 ? 0
                                                      : HEAD + fields + 4;
}

static void mend_head(struct record_bytes *r)
{
    size_t n = head_size(r);

    if (n)
        put_le32(r->p + n - 4, (u32)crc32_z(0, r->p + HEAD, n - HEAD - 4));
}

static void edit_record(struct record_bytes *r, struct input_bytes *in)
{
    u32 kind = take(in, 1) % KINDS, place = take(in, 2), v = take(in, 2);
    size_t first = head_size(r), n = r->n - first;
    u8 *p = r->p + first + (n ? place % n : 0);
    size_t left = n ? n - place % n : 0, k = v % 64 < left ? v % 64 : left;

    if (!left)
        return;
    switch (kind) {
    case FLIP: *p ^= (u8)(v | 1); break;
    case SET: *p = (u8)v; break;
    case SET_TWO:
        p[0] = (u8)v;
        p[left > 1] = (u8)(v >> 8);
        break;
    case CUT: r->n -= left; break;
    case DROP:
        memmove(p, p + k, left - k);
        r->n -= k;
        break;
    case COPY: keep(r, p, 0); r->p = realloc(r->p, r->n + k);
        p = r->p + r->n - left;
        memmove(p + k, p, left);
        r->n += k;
        break;
    }
}

static struct record_bytes make_record(struct input_bytes *in)
{
    struct record_bytes r = { malloc(1), 0 };
    u32 which = take(in, 1) % (BASES + 1);

    if (which == RAW) {
        keep(&r, in->p, in->n);
        mend_head(&r);
        return r;
    }
    which -= which > RAW;
    keep(&r, bases[which].p, bases[which].n);
    for (int n = 0; n < EDITS && in->n; n++)
        edit_record(&r, in);
    return r;
}

/* ---- checks ---- */

struct outcome { struct pc_replay_info info; u64 hash; int64_t now; };

/* Of no matter what size, it gets little memory: two are made for an input. */
static bool run(const struct pc_replay_file *f, const char *engine,
                struct outcome *o)
{
    struct pc_config c = *pc_replay_machine(f);
    char why[PC_WHY] = "";
    struct pc *pc;

    c.engine = engine;
    if (c.ram_kib > RAM)
        c.ram_kib = RAM;
    pc = pc_new(&c, why);
    if (pc && !*why && pc_replay(pc, f, why))
        while (!pc_replay_info(pc).over && pc_now(pc) < RUN_MS * MS)
            if (pc_run(pc, 3 * MS, 0) & PC_OFF)
                break;
    if (pc)
        *o = (struct outcome){ pc_replay_info(pc), pc_hash(pc), pc_now(pc) };
    else if (!*why)
        found("refused without words");
    pc_free(pc);
    return pc;
}

static void check_engines(const struct pc_replay_file *f)
{
    struct outcome a = { 0 }, b = { 0 };

    if (run(f, "plain", &a) != run(f, "fast", &b))
        found("one engine refuses the machine");
    if (a.hash != b.hash || a.now != b.now || a.info.over != b.info.over ||
        a.info.diverged != b.info.diverged || a.info.ns != b.info.ns ||
        a.info.records != b.info.records || strcmp(a.info.text, b.info.text))
        found("the engines part: '%s' and '%s'", a.info.text, b.info.text);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    struct pc_replay_file *f;
    char why[PC_WHY] = "";
    struct record_bytes r;

    if (!image_digest)
        make_bases();
    if (!size || size > MOST)
        return 0;
    r = make_record(&in);
    if (pc_replay_config(r.p, r.n, &f, why)) {
        check_engines(f);
        free(f);
        if (digest_of_image() != image_digest)
            found("the record has changed an image");
    } else if (!*why) {
        found("refused without words");
    }
    free(r.p);
    return 0;
}
