/* state.c - saved states as hostile input: one that loads is saved and loaded
 * as the same, and the machine runs on from it, twice alike.
 *
 * Input: a byte that chooses the state that is damaged (RAW: the rest of the
 * input is the state, the checksum apart), then edits of thirteen bytes each:
 * chunk and kind, u16 record or place, u16 element, u64 value. The checksum
 * is made right. */
#include <zlib.h>

#include "tests/fuzz/small.h"
#include "roms/roms.h"

enum { BASES = 4, RAW = 7, CHUNKS = 80, EDITS = 40, HEAD = 12, END_SIZE = 25,
       MOST = 1 << 16 };
enum { FIELD_SET, BYTES_FLIP, CHUNK_HEAD, CHUNK_NAME, CUT, KINDS };

struct chunk { size_t head, at, size; bool packed; };

struct base {
    u8 *p;
    size_t n;
    struct chunk chunk[CHUNKS];
    u32 chunks;
};

struct edit { u32 chunk, kind, where, element; u64 v; };

static struct pc *pc;
static struct base bases[BASES];

/* ---- good states ---- */

static void index_chunks(struct base *b)
{
    struct buf in = { b->p, HEAD, b->n, false };

    while (!in.failed && b->chunks < CHUNKS) {
        struct chunk *c = &b->chunk[b->chunks];
        u32 name;

        c->head = in.len;
        name = (u32)buf_get(&in, 1);
        if (name == 3 && in.cap - in.len < END_SIZE)
            break;
        buf_get_bytes(&in, name);
        c->packed = buf_get(&in, 1);
        buf_get(&in, 8);
        c->size = buf_get(&in, 8);
        c->at = in.len;
        buf_get_bytes(&in, c->size);
        b->chunks++;
    }
}

/* A guest that reads a disk and writes it, keys, a mouse, a serial port. */
static void make_busy(int n)
{
    for (int i = 0; i < 4 * n; i++) {
        pc_key(pc, (u16)(0x1e + i), i & 1);
        pc_mouse(pc, i, -i, 0, (unsigned)i & 7);
        pc_receive(pc, (enum pc_channel)(i & 3), (u8)i);
    }
    bus_out(&pc->bus, 0x3f8, 1, 0x55);
    bus_out(&pc->bus, 0x1f6, 1, 0xe0);
    bus_out(&pc->bus, 0x1f2, 1, 2);
    bus_out(&pc->bus, 0x1f7, 1, n & 1 ? 0x20 : 0x30);
    bus_out(&pc->bus, 0x3f2, 1, 0x1c);
    for (int i = 0; i < 9; i++) {
        pc_run(pc, MS, 0);
        bus_out(&pc->bus, 0x3f5, 1, "\xe6\0\0\0\1\2\x12\x1b\xff"[i] & 0xff);
    }
}

static void make_bases(void)
{
    const char *image = in_folder("disk.img");
    struct pc_config c = small_config();

    if (!file_make(image, rom_tour, rom_tour_size, 1474560))
        found("no image");
    c.drive[PC_FDA] = c.drive[PC_HDA] = c.drive[PC_HDC] = medium(image);
    pc = make_machine(&c);
    for (int n = 0; n < BASES; n++) {
        make_busy(n);
        bases[n].p = pc_save_bytes(pc, &bases[n].n);
        index_chunks(&bases[n]);
        pc_run(pc, 40 * n * n * n * MS, 0);
    }
}

/* ---- damage ---- */

static void put_value(u8 *p, u64 v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (u8)(v >> 8 * (i & 7));
}

/* Passes the records of a struct, those of structs in it among them. The one
 * with the number e->where gets the value. Returns how many there are. */
static u32 walk(struct buf *b, u32 where, const struct edit *e)
{
    u32 seen = 0;
    size_t end = (size_t)buf_get(b, 4) + b->len;

    while (b->len < end && !b->failed) {
        u32 type, size, count;
        size_t at;

        buf_get_bytes(b, buf_get(b, 1));
        type = (u32)buf_get(b, 1);
        size = (u32)buf_get(b, 1);
        count = (u32)buf_get(b, 4);
        if (type == F_STRUCT) {
            for (u32 i = 0; i < count && !b->failed; i++)
                seen += walk(b, where - seen, e);
            continue;
        }
        at = b->len;
        if (!buf_get_bytes(b, (size_t)size * count))
            break;
        if (seen++ == where && count)
            put_value(b->p + at + e->element % count * size, e->v, size);
    }
    return seen;
}

static void set_field(u8 *p, size_t n, const struct edit *e)
{
    struct buf b = { p, 0, n, false };
    u32 records = walk(&b, UINT32_MAX, e);

    b = (struct buf){ p, 0, n, false };
    if (records)
        walk(&b, e->where % records, e);
}

/* Returns the size, which a cut makes less. */
static size_t damage(u8 *p, size_t n, const struct base *b,
                     const struct edit *e)
{
    const struct chunk *c = &b->chunk[e->chunk % b->chunks];
    size_t place = e->where | (size_t)e->element << 16;

    if (c->at + c->size > n || !c->size)
        return n;
    switch (e->kind % KINDS) {
    case FIELD_SET:
        if (!c->packed)
            set_field(p + c->at, c->size, e);
        break;
    case BYTES_FLIP: p[c->at + place % c->size] ^= (u8)(e->v | 1); break;
    case CHUNK_HEAD:
        put_value(p + c->at - (e->where & 1 ? 8 : 16), e->v, 8);
        break;
    case CHUNK_NAME: p[c->head + e->where % 8] ^= (u8)e->v; break;
    case CUT: return c->at + place % c->size;
    }
    return n;
}

static void make_sum(u8 *p, size_t n)
{
    u32 sum = n < END_SIZE ? 0 : (u32)crc32_z(0, p, n - END_SIZE);

    if (n >= END_SIZE)
        put_value(p + n - 4, sum, 4);
}

static struct edit take_edit(struct input_bytes *in)
{
    struct edit e = { take(in, 1), 0, 0, 0, 0 };

    e.kind = e.chunk >= 240 ? e.chunk & 15 : FIELD_SET;
    if (e.kind)
        e.chunk = take(in, 1);
    e.where = take(in, 2);
    e.element = take(in, 2);
    e.v = take(in, 4);
    e.v |= (u64)take(in, 4) << 32;
    return e;
}

static u8 *make_state(struct input_bytes *in, size_t *n)
{
    u32 which = take(in, 1) % 8;
    const struct base *b = &bases[which % BASES];
    u8 *p = malloc(which == RAW ? in->n + 1 : b->n);

    if (which == RAW) {
        memcpy(p, in->p, *n = in->n);
    } else {
        memcpy(p, b->p, *n = b->n);
        for (int i = 0; i < EDITS && in->n; i++) {
            struct edit e = take_edit(in);

            *n = damage(p, *n, b, &e);
        }
    }
    make_sum(p, *n);
    return p;
}

/* ---- checks ---- */

static void go_on(u64 *hash)
{
    static struct pc_text text;

    pc_run(pc, MS, 0);
    pc_screen(pc);
    pc_text(pc, &text);
    take_hashes(pc, hash);
}

static void same(const u64 *a, const u64 *b, const char *what)
{
    if (!memcmp(a, b, HASHES * sizeof *a))
        return;
    show_differences(pc, a, b);
    found("%s", what);
}

static void check_loaded(void)
{
    u64 was[HASHES] = { 0 }, is[HASHES] = { 0 };
    u64 later[HASHES] = { 0 }, again[HASHES] = { 0 };
    char why[PC_WHY];
    size_t n;
    void *p;

    take_hashes(pc, was);
    p = pc_save_bytes(pc, &n);
    go_on(later);
    if (!p || !pc_load_bytes_forced(pc, p, n, why))
        found("a machine's own state is refused: %s", why);
    take_hashes(pc, is);
    same(was, is, "a state loads as another");
    go_on(again);
    same(later, again, "after another load it goes on otherwise");
    free(p);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    char why[PC_WHY];
    size_t n;
    u8 *p;

    if (!pc)
        make_bases();
    if (!size || size > MOST)
        return 0;
    p = make_state(&in, &n);
    if (pc_load_bytes_forced(pc, p, n, why))
        check_loaded();
    free(p);
    return 0;
}
