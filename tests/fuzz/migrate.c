/* migrate.c - migration streams as hostile input: what a target takes is a
 * machine that is saved and loaded as the same and runs on twice alike; what
 * it refuses has changed nothing.
 *
 * Input: a byte that chooses the stream that is damaged (RAW: the rest of the
 * input is the stream) and whether sums inside are made right, then edits of
 * seven bytes each: frame and kind, u16 place, u32 value. */
#include "tests/fuzz/small.h"
#include "tests/lib/stream.h"
#include "roms/roms.h"

enum { BASES = 3, RAW = 3, EDITS = 40, MOST = 1 << 16, MEND = 0x80 };
enum { SET_HEAD, FLIP_BYTE, SET_WORD, CUT_FRAME, SET_KIND, DROP_FRAME,
       COPY_FRAME, MOVE_FRAME, KINDS };

static struct pc *pc;
static struct stream bases[BASES];

static struct pc *make_end(bool incoming)
{
    struct pc_config c = small_config();

    c.drive[PC_FDA] = medium(in_folder("disk.img"));
    c.drive[PC_HDA] = medium(in_folder("hard.img"));
    c.incoming = incoming;
    return make_machine(&c);
}

static void make_bases(void)
{
    struct pc *from;

    if (!file_make(in_folder("disk.img"), rom_tour, rom_tour_size, 1474560) ||
        !file_make(in_folder("hard.img"), rom_tour, rom_tour_size, 1474560))
        found("no image");
    from = make_end(false);
    for (int n = 0; n < BASES; n++) {
        size_t size;
        u8 *p;

        pc_key(from, (u16)(0x1e + n), n & 1);
        pc_mouse(from, n, -n, 0, 1);
        pc_run(from, 30 * n * n * MS, 0);
        if (!(p = stream_of(from, &size)))
            found("a machine does not go");
        stream_split(&bases[n], p, size);
        free(p);
    }
    pc_free(from);
    pc = make_end(true);
}

/* ---- damage ---- */

static void set_bytes(u8 *p, size_t room, u32 v)
{
    for (size_t i = 0; i < room && i < 4; i++)
        p[i] = (u8)(v >> 8 * i);
}

static void move_frame(struct stream *m, struct stream_frame *f, u32 to)
{
    struct stream_frame was = *f, *other = &m->frame[to % (u32)m->frames];

    *f = *other;
    *other = was;
}

static void drop_frame(struct stream *m, struct stream_frame *f)
{
    free(f->p);
    m->frames--;
    memmove(f, f + 1, (size_t)(&m->frame[m->frames] - f) * sizeof *f);
}

static void edit_stream(struct stream *m, struct input_bytes *in)
{
    struct stream_frame *f = &m->frame[take(in, 1) % (u32)m->frames];
    u32 kind = take(in, 1) % KINDS, place = take(in, 2), v = take(in, 4);
    size_t at = f->n ? place % f->n : 0;

    switch (kind) {
    case SET_HEAD:
        set_bytes(f->p + place % 8, f->n > 12 ? 4 : 0, v);
        break;
    case FLIP_BYTE:
        if (f->n)
            f->p[at] ^= (u8)(v | 1);
        break;
    case SET_WORD: set_bytes(f->p + at, f->n - at, v); break;
    case CUT_FRAME: f->n = at; break;
    case SET_KIND: f->kind = (u8)v; break;
    case DROP_FRAME: drop_frame(m, f); break;
    case COPY_FRAME: stream_add(m, f->kind, f->p, f->n); break;
    case MOVE_FRAME: move_frame(m, f, v); break;
    }
}

static struct buf make_stream(struct input_bytes *in)
{
    u32 which = take(in, 1);
    struct buf b = { 0 };
    struct stream m;

    if (which % 4 == RAW) {
        buf_put_bytes(&b, in->p, in->n);
        return b;
    }
    stream_copy(&m, &bases[which % 4]);
    for (int n = 0; n < EDITS && in->n && m.frames; n++)
        edit_stream(&m, in);
    stream_join(&b, &m, which & MEND);
    stream_free(&m);
    return b;
}

/* ---- checks ---- */

static void check_same(const u64 *a, const u64 *b, const char *what)
{
    if (!memcmp(a, b, HASHES * sizeof *a))
        return;
    show_differences(pc, a, b);
    found("%s", what);
}

static void check_taken(void)
{
    u64 later[HASHES] = { 0 }, again[HASHES] = { 0 };
    char why[PC_WHY];
    size_t n;
    void *p;

    pc_incoming_start(pc);
    p = pc_save_bytes(pc, &n);
    pc_run(pc, MS, 0);
    pc_screen(pc);
    take_hashes(pc, later);
    if (!p || !pc_load_bytes_forced(pc, p, n, why))
        found("what came does not load again: %s", why);
    pc_run(pc, MS, 0);
    take_hashes(pc, again);
    check_same(later, again, "loaded again, it goes on otherwise");
    free(p);
    pc_free(pc);
    pc = make_end(true);
}

static bool give(const struct buf *b, char *why)
{
    if (!pc_incoming_put(pc, b->p, b->len, why))
        return false;
    if (pc_incoming(pc) == PC_INCOMING_WHOLE)
        return pc_incoming_arrive(pc, why);
    strcpy(why, "the sender is gone");
    pc_incoming_drop(pc, why);
    return false;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    u64 was[HASHES] = { 0 }, is[HASHES] = { 0 };
    char why[PC_WHY] = "";
    struct buf b;

    if (!pc)
        make_bases();
    if (!size || size > MOST)
        return 0;
    take_hashes(pc, was);
    b = make_stream(&in);
    if (give(&b, why)) {
        check_taken();
    } else {
        take_hashes(pc, is);
        check_same(was, is, "refused, but something changed");
        if (!*why)
            found("refused without words");
    }
    buf_free(&b);
    return 0;
}
