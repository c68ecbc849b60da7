/* damage_migrate.c - migration streams that were damaged, or made by an enemy,
 * and answers that no target gives.
 *
 * A good stream is taken apart into its frames, something is spoilt, and it is
 * put together again, most of the time with sums that fit. What is refused
 * must have changed nothing, and left the disk alone. */
#include "tests/damage/damage.h"
#include "tests/lib/stream.h"

enum { BASES = 4, RUN_MS = 20 };

static struct {
    char image[PATH + 20];
    struct stream base[BASES];
    struct pc *pc;                      /* the target */
    struct pc *source;
    bool loaded;                        /* what came, before it went wrong */
} me;

/* ---- the machines ---- */

static struct pc *new_machine(bool incoming)
{
    struct pc_config c = machine_config(NULL);

    c.ram_kib = 640;
    c.builtin_disk = true;
    c.drive[PC_HDA].path = !incoming && me.pc ? NULL : me.image;
    c.drive[PC_HDA].format = "raw";
    c.incoming = incoming;
    return pc_new(&c, NULL);
}

static bool begin(const char *dir, char **args)
{
    (void)args;
    snprintf(me.image, sizeof me.image, "%s/disk.img", dir);
    if (!file_make(me.image, rom_tour, rom_tour_size, 1474560) ||
        !(me.source = new_machine(false)))
        return false;
    for (int n = 0; n < BASES; n++) {
        size_t size;
        u8 *p;

        for (int i = 0; i < 3 * n; i++)
            pc_key(me.source, (uint16_t)(0x1e + i), i & 1);
        pc_run(me.source, 150 * n * MS, 0);
        if (!(p = stream_of(me.source, &size)))
            return false;
        stream_split(&me.base[n], p, size);
        free(p);
    }
    pc_free(me.source);
    me.pc = new_machine(true);
    me.source = new_machine(false);
    return me.pc && me.source;
}

static void end(void)
{
    for (int n = 0; n < BASES; n++)
        stream_free(&me.base[n]);
    pc_free(me.pc);
    pc_free(me.source);
}

/* ---- spoiling ---- */

static void spoil_payload(struct stream_frame *f, uint32_t *s)
{
    size_t most = f->kind == FRAME_PAGES && below(s, 2) ? PAGES_HEAD : f->n;
    uint64_t v = odd_value(s);

    for (uint32_t n = 1 + below(s, 4); n && most; n--) {
        size_t at = below(s, (uint32_t)most);

        f->p[at] = below(s, 2) ? (uint8_t)v : (uint8_t)(f->p[at] ^ 1u << v % 8);
        v >>= 8;
    }
}

static void spoil_size(struct stream_frame *f, uint32_t *s)
{
    size_t n = below(s, 2) ? below(s, (uint32_t)f->n + 1)
                           : f->n + 1 + below(s, 5000);

    n = n < FRAME_MOST ? n : FRAME_MOST;
    f->p = realloc(f->p, n + 1);
    for (; f->n < n; f->n++)
        f->p[f->n] = (uint8_t)dice(s);
    f->n = n;
}

static void spoil_order(struct stream *m, uint32_t *s)
{
    int a = (int)below(s, (uint32_t)m->frames);
    int b = (int)below(s, (uint32_t)m->frames);
    struct stream_frame f = m->frame[a];

    switch (below(s, 3)) {
    case 0:
        m->frame[a] = m->frame[b];
        m->frame[b] = f;
        break;
    case 1:
        stream_add(m, f.kind, f.p, f.n);
        break;
    case 2:
        free(f.p);
        memmove(&m->frame[a], &m->frame[a + 1],
                (size_t)(--m->frames - a) * sizeof f);
        break;
    }
}

/* The frame of the state, half of the time: it has the most to be wrong. */
static struct stream_frame *any(struct stream *m, uint32_t *s)
{
    bool state = below(s, 2);

    for (int n = 0; state && n < m->frames; n++)
        if (m->frame[n].kind == FRAME_STATE)
            return &m->frame[n];
    return &m->frame[below(s, (uint32_t)m->frames)];
}

static void spoil_stream(struct stream *m, uint32_t *s)
{
    switch (below(s, 10)) {
    case 0: any(m, s)->kind = (uint8_t)below(s, 12); break;
    case 1: spoil_size(any(m, s), s); break;
    case 2: spoil_order(m, s); break;
    case 3:
        m->head[below(s, STREAM_HEAD)] ^= (uint8_t)(1 << below(s, 8));
        break;
    default: spoil_payload(any(m, s), s); break;
    }
}

static void make_bad(struct buf *b, uint32_t *s)
{
    struct stream m;

    stream_copy(&m, &me.base[below(s, BASES)]);
    for (uint32_t n = 1 + below(s, 3); n && m.frames; n--)
        spoil_stream(&m, s);
    stream_join(b, &m, below(s, 8));
    if (below(s, 6) == 0)
        b->p[below(s, (uint32_t)b->len)] ^= (uint8_t)(1 << below(s, 8));
    if (below(s, 8) == 0)
        b->len = below(s, (uint32_t)b->len);
    stream_free(&m);
}

/* ---- a case ---- */

static bool give(const struct buf *b, uint32_t *s, char *why)
{
    size_t at = 0;

    me.loaded = false;
    while (at < b->len) {
        size_t n = 1 + below(s, 1 << (4 + below(s, 14)));

        n = n < b->len - at ? n : b->len - at;
        if (!pc_incoming_put(me.pc, b->p + at, n, why))
            return false;
        at += n;
        if (pc_incoming(me.pc) == PC_INCOMING_WHOLE &&
            !(me.loaded = pc_incoming_arrive(me.pc, why)))
            return false;
    }
    if (pc_incoming(me.pc) == PC_INCOMING_READY)
        return true;
    strcpy(why, "the sender is gone");
    pc_incoming_drop(me.pc, why);
    return false;
}

/* One that is taken is some machine, which can be run, saved and loaded. */
static const char *taken(uint32_t *s)
{
    const char *wrong = NULL;
    size_t n;
    void *p;

    pc_incoming_start(me.pc);
    for (int i = 0; i < 4; i++) {
        pc_run(me.pc, RUN_MS / 4 * MS, i & 1 ? PC_FRAME : 0);
        damage_look(me.pc, s);
    }
    p = pc_save_bytes(me.pc, &n);
    if (!p || !pc_load_bytes_forced(me.pc, p, n, NULL))
        wrong = "what came can't be saved and loaded";
    free(p);
    pc_free(me.pc);
    if (!file_make(me.image, rom_tour, rom_tour_size, 1474560) ||
        !(me.pc = new_machine(true)))
        return "there is no new target";
    return wrong;
}

/* What had come whole by then is kept: it can go on, or be dropped. */
static const char *kept(uint32_t *s)
{
    char why[PC_WHY];

    if (!below(s, 2)) {
        pc_incoming_drop(me.pc, "dropped");
        return NULL;
    }
    return pc_migrate_revive(me.pc, why) ? taken(s)
                                         : "what is kept can't go on";
}

static const char *refused(uint64_t hash, uint64_t disk, const char *why)
{
    uint8_t answer[600];

    if (!*why)
        return "refused without words";
    if (!pc_incoming_bytes(me.pc, answer, sizeof answer))
        return "the sender does not hear of it";
    if (pc_run(me.pc, MS, 0) != PC_AWAY)
        return "refused, but it runs";
    if (damage_file_hash(me.image) != disk)
        return "refused, but the disk was written to";
    return me.loaded || pc_hash(me.pc) == hash
               ? NULL : "refused, but something changed";
}

/* No answer but the right one lets a source go. */
static const char *odd_answers(uint32_t *s)
{
    uint64_t hash = pc_hash(me.source);
    struct frames_out o = { .frames = 0 };
    uint8_t part[4096];
    char why[PC_WHY] = "";
    bool ready = false, last = false;

    if (!pc_migrate_begin(me.source, why))
        return "a source does not begin";
    for (uint32_t n = below(s, 400); n; n--)
        if (!pc_migrate_bytes(me.source, part, sizeof part) && !last)
            last = pc_migrate_finish(me.source, why);
    for (uint32_t n = below(s, 40); n; n--)
        part[n] = (uint8_t)dice(s);
    frame_put(&o, (enum frame_kind)below(s, 10), part, below(s, 40));
    if (below(s, 4))
        o.b.p[below(s, (uint32_t)o.b.len)] ^= (uint8_t)(1 << below(s, 8));
    ready = pc_migrate_answer(me.source, o.b.p, o.b.len, why) ==
            PC_TARGET_READY;
    ready &= !last || pc_migrate_bytes(me.source, part, 1);
    buf_free(&o.b);
    if (!pc_migrate_cancel(me.source, why))
        return "the source can't go on";
    if (ready)
        return "the source lets go before its end";
    return pc_hash(me.source) == hash ? NULL : "the source is another one";
}

static const char *run(uint32_t number)
{
    uint32_t s = first_seed(number);
    uint64_t hash = pc_hash(me.pc), disk = damage_file_hash(me.image);
    const char *wrong;
    struct buf b = { 0 };
    char why[PC_WHY] = "";

    make_bad(&b, &s);
    if (give(&b, &s, why))
        wrong = taken(&s);
    else if (pc_incoming(me.pc) == PC_INCOMING_KEPT)
        wrong = kept(&s);
    else
        wrong = refused(hash, disk, why);
    buf_free(&b);
    return wrong ? wrong : number % 4 ? NULL : odd_answers(&s);
}

const struct damage damage_migrate = { "migrate", begin, run, end };
