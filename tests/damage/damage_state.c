/* damage_state.c - state files that were damaged, or made by an enemy.
 *
 * A good state, of a machine with the cards that are named, is taken apart into
 * its chunks, something is spoilt, and it is put together again; half of the
 * time with a checksum that fits, so that the parsers behind it get to see the
 * damage. */
#include <zlib.h>

#include "tests/damage/damage.h"

enum { BASES = 6, CHUNKS = 64, HEAD = 12, RENEW = 64, RUN_MS = 50,
       SLOW_PS = 300000, CARDS = 16 };

struct piece {
    char name[32];
    uint8_t packing;
    uint64_t size, stored;              /* as they will be written */
    uint8_t *p;
    size_t n;
};

struct state_file {
    uint8_t head[HEAD];
    struct piece piece[CHUNKS];
    int pieces;
};

static struct {
    char image[2][PATH + 20];
    struct state_file base[BASES];
    struct pc *pc;
    const char *card[CARDS];
    int cards;
    void *good;
    size_t good_size;
    uint64_t hash;                      /* of the good one */
} me;

/* ---- taking apart and putting together ---- */

static uint64_t get(const uint8_t **p, int n)
{
    uint64_t v = 0;

    for (int i = 0; i < n; i++)
        v |= (uint64_t)*(*p)++ << 8 * i;
    return v;
}

static void put(struct buf *b, uint64_t v, int n)
{
    buf_put(b, v, (u32)n);
}

static void take_apart(struct state_file *f, const uint8_t *p)
{
    memcpy(f->head, p, HEAD);
    p += HEAD;
    for (f->pieces = 0; f->pieces < CHUNKS; f->pieces++) {
        struct piece *c = &f->piece[f->pieces];
        size_t n = *p++;

        memcpy(c->name, p, n);
        c->name[n] = 0;
        p += n;
        if (!strcmp(c->name, "end"))
            return;
        c->packing = (uint8_t)get(&p, 1);
        c->size = get(&p, 8);
        c->stored = c->n = get(&p, 8);
        c->p = malloc(c->n);
        memcpy(c->p, p, c->n);
        p += c->n;
    }
}

static void copy_file(struct state_file *to, const struct state_file *from)
{
    *to = *from;
    for (int i = 0; i < to->pieces; i++) {
        to->piece[i].p = malloc(to->piece[i].n + 1);
        memcpy(to->piece[i].p, from->piece[i].p, to->piece[i].n);
    }
}

static void free_file(struct state_file *f)
{
    for (int i = 0; i < f->pieces; i++)
        free(f->piece[i].p);
    f->pieces = 0;
}

static void put_together(struct buf *b, const struct state_file *f)
{
    u32 crc;

    buf_put_bytes(b, f->head, HEAD);
    for (int i = 0; i < f->pieces; i++) {
        const struct piece *c = &f->piece[i];

        put(b, strlen(c->name), 1);
        buf_put_bytes(b, c->name, strlen(c->name));
        put(b, c->packing, 1);
        put(b, c->size, 8);
        put(b, c->stored, 8);
        buf_put_bytes(b, c->p, c->n);
    }
    crc = (u32)crc32_z(0, b->p, b->len);
    put(b, 3, 1);
    buf_put_bytes(b, "end", 3);
    put(b, 0, 1);
    put(b, 4, 8);
    put(b, 4, 8);
    put(b, crc, 4);
}

/* ---- spoiling one part ---- */

static void spoil_bits(struct piece *c, uint32_t *s)
{
    for (uint32_t n = 1 + below(s, 12); n && c->n; n--)
        c->p[below(s, (uint32_t)c->n)] ^= (uint8_t)(1u << below(s, 8));
}

static void spoil_run(struct piece *c, uint32_t *s)
{
    uint32_t at = below(s, (uint32_t)c->n), n = 1 + below(s, 8);
    uint64_t v = odd_value(s);

    for (uint32_t i = 0; i < n && at + i < c->n; i++)
        c->p[at + i] = (uint8_t)(v >> 8 * i);
}

static void spoil_length(struct piece *c, uint32_t *s)
{
    switch (below(s, 5)) {
    case 0: c->size = odd_value(s); break;
    case 1: c->stored = odd_value(s); break;
    case 2: c->packing = (uint8_t)odd_value(s); break;
    case 3: c->n = below(s, (uint32_t)c->n); break;
    case 4: c->n = c->stored = c->size = below(s, (uint32_t)c->n); break;
    }
}

/* Walks the records of a table (state.h) and spoils the elements of some:
 * one in `odds`. The lengths stay right. */
static void spoil_fields(struct piece *c, uint32_t *s, uint32_t odds)
{
    const uint8_t *end = c->p + c->n;
    uint8_t *p = c->p + 4;

    while (p + 8 < end && p + 8 + *p < end) {   /* may be spoilt already */
        const uint8_t *q = p + 1 + *p;
        int type = (int)get(&q, 1), size = (int)get(&q, 1);
        uint32_t count = (uint32_t)get(&q, 4);

        if (size > 8)                   /* no table: the list of parts */
            return;
        p += *p + 7;
        if (type == F_STRUCT) {         /* its fields are records as well */
            p += count ? 4 : 0;
            continue;
        }
        for (uint32_t i = 0; size && i < count && p + size <= end;
             i++, p += size) {
            uint64_t v = odd_value(s);

            for (int k = 0; k < size && !below(s, odds); k++)
                p[k] = (uint8_t)(v >> 8 * k);
        }
        if (p + 8 < end && p[0] && !(p[1] >= 'a' && p[1] <= 'z'))
            p += 4;                     /* the next struct of an array */
    }
}

static void spoil_one(struct piece *c, uint32_t *s)
{
    static const uint32_t odds[] = { 1, 2, 4, 10, 30, 100 };

    if (!c->n)
        return;
    switch (c->packing ? below(s, 3) : below(s, 8)) {
    case 0: spoil_bits(c, s); break;
    case 1: spoil_run(c, s); break;
    case 2: spoil_length(c, s); break;
    default: spoil_fields(c, s, odds[below(s, 6)]); break;
    }
}

/* ---- spoiling the file ---- */

/* A part that is a chip's or a disk's, as a rule. */
static struct piece *any(struct state_file *f, uint32_t *s)
{
    struct piece *c = &f->piece[below(s, (uint32_t)f->pieces)];

    for (int i = 0; i < 3 && c->packing; i++)
        c = &f->piece[below(s, (uint32_t)f->pieces)];
    return c;
}

static void drop(struct state_file *f, struct piece *c)
{
    free(c->p);
    memmove(c, c + 1, (size_t)(&f->piece[--f->pieces] - c) * sizeof *c);
}

static void drop_named(struct state_file *f, const char *name)
{
    for (int i = 0; i < f->pieces; i++)
        if (!strcmp(f->piece[i].name, name)) {
            drop(f, &f->piece[i]);
            return;
        }
}

static void splice(struct state_file *f, uint32_t *s)
{
    struct piece *a = any(f, s), *b = any(f, s);
    size_t n = a->n < b->n ? a->n : b->n;
    uint32_t from = below(s, (uint32_t)n);

    memmove(a->p + from, b->p + from, below(s, (uint32_t)(n - from)));
}

static void rearrange(struct state_file *f, uint32_t *s)
{
    struct piece *a = any(f, s), *b = any(f, s), t;
    char name[32];

    switch (below(s, 5)) {
    case 0: drop(f, a); break;
    case 1: t = *a; *a = *b; *b = t; break;
    case 2:
        memcpy(name, a->name, 32);
        memcpy(a->name, b->name, 32);
        memcpy(b->name, name, 32);
        break;
    case 3: a->name[below(s, 4)] ^= (char)below(s, 128); break;
    case 4:
        if (f->pieces < CHUNKS) {
            f->piece[f->pieces] = *a;
            f->piece[f->pieces].p = malloc(a->n + 1);
            memcpy(f->piece[f->pieces++].p, a->p, a->n);
        }
    }
}

static void spoil_file(struct state_file *f, uint32_t *s)
{
    uint32_t n = 1 + below(s, 3);

    if (below(s, 8) == 0)               /* all chips at once */
        for (int i = 0; i < f->pieces; i++)
            if (!f->piece[i].packing)
                spoil_one(&f->piece[i], s);
    for (; n; n--)
        switch (below(s, 8)) {
        case 0: splice(f, s); break;
        case 1: rearrange(f, s); break;
        default: spoil_one(any(f, s), s); break;
        }
}

/* Damage that the checksum finds, and what lies around the chunks. */
static void spoil_bytes(struct buf *b, uint32_t *s)
{
    switch (below(s, 4)) {
    case 0: b->len = below(s, (uint32_t)b->len); break;
    case 1: buf_put(b, dice(s), 1 + below(s, 4)); break;
    case 2: b->p[below(s, 40)] ^= (uint8_t)(1u << below(s, 8)); break;
    default:
        for (uint32_t n = 1 + below(s, 9); n; n--)
            b->p[below(s, (uint32_t)b->len)] = (uint8_t)dice(s);
    }
}

/* ---- machines ---- */

static struct pc *new_machine(void)
{
    struct pc_config c = machine_config(NULL);

    c.device = me.card;
    c.devices = me.cards;
    c.ram_kib = 640;
    c.channels = 0xffff;
    c.exit_port = 0xf4;
    c.drive[PC_FDA] =
        (struct pc_medium){ .path = me.image[0], .snapshot = true };
    c.drive[PC_FDB] =
        (struct pc_medium){ .path = me.image[0], .snapshot = true };
    c.drive[PC_HDA] =
        (struct pc_medium){ .path = me.image[1], .snapshot = true };
    c.drive[PC_HDD] =
        (struct pc_medium){ .path = me.image[1], .snapshot = true };
    return pc_new(&c, NULL);
}

/* Something is going on in each chip: a guest that reads a disk, writes it,
 * and has the timer, the keyboard and the serial port at work. */
static void make_busy(struct pc *pc, int n)
{
    pc_run(pc, 20 * MS + n * n * n * 9 * MS, 0);
    for (int i = 0; i < 4 * n; i++) {
        pc_key(pc, (uint16_t)(0x1e + i), i & 1);
        pc_mouse(pc, i, -i, 0, (unsigned)i & 7);
        pc_receive(pc, (enum pc_channel)(i & 3), (uint8_t)i);
    }
    bus_out(&pc->bus, 0x3f8, 1, 0x55);
    bus_out(&pc->bus, 0x1f6, 1, 0xe0);
    bus_out(&pc->bus, 0x1f2, 1, 2);
    bus_out(&pc->bus, 0x1f7, 1, n & 1 ? 0x20 : 0x30);
    bus_out(&pc->bus, 0x3f2, 1, 0x1c);
    for (int i = 0; i < 9; i++) {       /* read data: DMA may be masked */
        pc_run(pc, MS, 0);
        bus_out(&pc->bus, 0x3f5, 1, "\xe6\0\0\0\1\2\x12\x1b\xff"[i] & 0xff);
    }
    pc_run(pc, n * MS, 0);
}

/* Where there are sound cards: notes, a block by DMA, voices in loops, a track
 * of intelligent mode; port and byte in turn. */
static void make_sound(struct pc *pc, int n)
{
    static const uint16_t says[][2] = {
        { 0x388, 0x20 }, { 0x389, 0xe1 }, { 0x388, 0x23 }, { 0x389, 0xe1 },
        { 0x388, 0x63 }, { 0x389, 0xf3 }, { 0x388, 0x83 }, { 0x389, 0x24 },
        { 0x388, 0xa0 }, { 0x389, 0x44 }, { 0x388, 0xb0 }, { 0x389, 0x31 },
        { 0x388, 0xbd }, { 0x389, 0xff }, { 0x388, 4 }, { 0x389, 3 },
        { 0x0b, 0x59 }, { 0x0c, 0 }, { 0x02, 0 }, { 0x02, 0 }, { 0x83, 2 },
        { 0x03, 0xff }, { 0x03, 1 }, { 0x0a, 1 }, { 0x22c, 0x40 },
        { 0x22c, 0xd3 }, { 0x22c, 0x48 }, { 0x22c, 0xff }, { 0x22c, 0 },
        { 0x22c, 0x7d }, { 0xc0, 0x8f }, { 0xc0, 0x0a }, { 0xc0, 0x90 },
        { 0xc0, 0xe5 }, { 0xc0, 0xf0 }, { 0x241, 0x1c }, { 0x240, 1 },
        { 0x241, 0 }, { 0x240, 0xff }, { 0x241, 0x14 }, { 0x240, 1 },
        { 0x241, 0x18 }, { 0x240, 0x82 }, { 0x378, 0xf0 }, { 0x37a, 4 },
        { 0x37a, 12 }, { 0x363, 0x4c }, { 0x365, 7 }, { 0x362, 3 },
        { 0x363, 1 }, { 0x365, 7 }, { 0x363, 4 }, { 0x365, 9 },
        { 0x363, 9 }, { 0x365, 0xf0 }, { 0x363, 6 }, { 0x365, 0x3f },
        { 0x363, 8 }, { 0x365, 0xf0 }, { 0x363, 0x0d }, { 0x365, 0x38 },
        { 0x363, 0 }, { 0x365, 0x28 }, { 0x301, 0xec }, { 0x300, 1 },
        { 0x301, 0xb8 }, { 0x301, 0x0a }, { 0x201, 0 },
    };

    for (size_t i = 0; i < COUNT_OF(says); i++) {
        bus_out(&pc->bus, says[i][0], 1, says[i][1]);
        if (i % 16 == (size_t)n)
            pc_run(pc, n * MS, 0);
    }
    pc_run(pc, n * MS, 0);
}

/* What each case begins with: the last of the good states, without its video
 * memory, which is cleared instead. */
static bool keep_good(const struct state_file *from)
{
    struct buf b = { 0 };
    struct state_file f;

    copy_file(&f, from);
    drop_named(&f, "vram");
    put_together(&b, &f);
    free_file(&f);
    me.good = b.p;
    me.good_size = b.len;
    return !b.failed;
}

static bool start_again(void)
{
    for (int n = 0; n < me.pc->spans; n++)
        if (!strcmp(me.pc->span[n].name, "vram"))
            memset(me.pc->span[n].p, 0, me.pc->span[n].size);
    return pc_load_bytes(me.pc, me.good, me.good_size, NULL);
}

static bool begin(const char *dir, char **args)
{
    size_t n;
    void *p;

    me.card[me.cards++] = SMALL_CARD;
    while (*args && me.cards < CARDS)
        me.card[me.cards++] = *args++;
    snprintf(me.image[0], sizeof me.image[0], "%s/floppy.img", dir);
    snprintf(me.image[1], sizeof me.image[1], "%s/disk.img", dir);
    if (!file_make(me.image[0], rom_tour, rom_tour_size, 1474560) ||
        !file_make(me.image[1], rom_tour, rom_tour_size, 1 << 20) ||
        !(me.pc = new_machine()))
        return false;
    for (int i = 0; i < BASES; i++) {
        make_busy(me.pc, i);
        make_sound(me.pc, i);
        if (!(p = pc_save_bytes(me.pc, &n)))
            return false;
        take_apart(&me.base[i], p);
        free(p);
    }
    if (!keep_good(&me.base[BASES - 1]) || !start_again())
        return false;
    me.hash = pc_hash(me.pc);
    return true;
}

static void end(void)
{
    for (int i = 0; i < BASES; i++)
        free_file(&me.base[i]);
    free(me.good);
    pc_free(me.pc);
}

/* ---- a case ---- */

static void make_bad(struct buf *b, uint32_t *s)
{
    struct state_file f;

    copy_file(&f, &me.base[below(s, BASES)]);
    if (below(s, 8))                    /* most cases do without its 1 MB */
        drop_named(&f, "vram");
    if (below(s, 6))
        spoil_file(&f, s);
    put_together(b, &f);
    if (below(s, 8) == 0)
        spoil_bytes(b, s);
    free_file(&f);
}

/* The first chunk, and the byte in it, where two states differ. */
static void say_where(char *words, size_t room, const uint8_t *a,
                      const uint8_t *b)
{
    struct state_file x, y;
    int i = 0;
    size_t k = 0;

    take_apart(&x, a);
    take_apart(&y, b);
    while (i < x.pieces && i < y.pieces && x.piece[i].n == y.piece[i].n &&
           !memcmp(x.piece[i].p, y.piece[i].p, x.piece[i].n))
        i++;
    if (i < x.pieces && i < y.pieces)
        while (k < x.piece[i].n && k < y.piece[i].n &&
               x.piece[i].p[k] == y.piece[i].p[k])
            k++;
    snprintf(words, room, "saved again, loads as another: %s, byte %zu",
             i < x.pieces ? x.piece[i].name : "end", k);
    free_file(&x);
    free_file(&y);
}

/* Saves and loads: the machine is what it was, for no chip acts on it when it
 * finds itself loaded. */
static const char *save_again(void)
{
    static char words[PC_WHY + 40];
    char why[PC_WHY] = "";
    uint64_t hash = pc_hash(me.pc);
    size_t n, again;
    void *p, *q;

    *words = 0;
    p = pc_save_bytes(me.pc, &n);
    if (!p || !pc_load_bytes(me.pc, p, n, why))
        snprintf(words, sizeof words, "saved again, does not load: %s", why);
    q = pc_save_bytes(me.pc, &again);
    if (p && q && !*words && (n != again || memcmp(p, q, n)))
        say_where(words, sizeof words, p, q);
    else if (!*words && pc_hash(me.pc) != hash)
        snprintf(words, sizeof words, "saved again, has another hash");
    free(p);
    free(q);
    return *words ? words : NULL;
}

/* The machine goes on with what it was given. */
static const char *go_on(uint32_t *s)
{
    pc_set_pace(me.pc, SLOW_PS);
    for (int i = 0; i < 5; i++) {
        pc_run(me.pc, RUN_MS / 5 * MS, i & 1 ? PC_FRAME : 0);
        if (i & 1)
            damage_look(me.pc, s);
    }
    return below(s, 4) ? NULL : save_again();
}

static const char *run(uint32_t number)
{
    uint32_t s = first_seed(number);
    const char *wrong = NULL;
    struct buf b = { 0 };
    char why[PC_WHY] = "";

    make_bad(&b, &s);
    if (pc_load_bytes(me.pc, b.p, b.len, why)) {
        wrong = below(&s, 4) ? NULL : save_again();
        wrong = wrong ? wrong : go_on(&s);
    }
    else if (pc_hash(me.pc) != me.hash)
        wrong = "refused, but something changed, here or before";
    else if (!*why)
        wrong = "refused without words";
    buf_free(&b);
    if (number % RENEW == 0) {
        pc_free(me.pc);
        if (!(me.pc = new_machine()))
            return "the images are spoilt";
    }
    return start_again() ? wrong : "a good state is refused";
}

const struct damage damage_states = { "states", begin, run, end };
