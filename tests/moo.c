/* moo.c - reads files of recorded single-instruction results. */
#include "tests/moo.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* A list of chunks being walked. */
struct list {
    const u8 *p, *end;
};

struct chunk {
    char tag[5];
    const u8 *p;
    u32 len;
};

static u32 word(const u8 *p)
{
    return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static bool next(struct list *l, struct chunk *c)
{
    if (l->end - l->p < 8)
        return false;
    memcpy(c->tag, l->p, 4);
    c->tag[4] = 0;
    c->len = word(l->p + 4);
    c->p = l->p + 8;
    if ((size_t)(l->end - c->p) < c->len)
        return false;
    l->p = c->p + c->len;
    return true;
}

static bool is(const struct chunk *c, const char *tag)
{
    return strcmp(c->tag, tag) == 0;
}

static void read_regs(const struct chunk *c, u32 size, struct moo_regs *r)
{
    const u8 *p = c->p + size, *end = c->p + c->len;

    r->present = size == 2 ? word(c->p) & 0xffff : word(c->p);
    for (u32 n = 0; n < 32; n++) {
        if (!(r->present >> n & 1) || end - p < (int)size)
            continue;
        r->v[n] = size == 2 ? p[0] | (u32)p[1] << 8 : word(p);
        p += size;
    }
}

static void read_ram(const struct chunk *c, struct moo_ram *r)
{
    r->n = c->len >= 4 ? word(c->p) : 0;
    r->row = c->p + 4;
    if (r->n > (c->len - 4) / 5)
        r->n = 0;
}

static void read_state(const struct chunk *c, struct moo_case *k, bool final)
{
    struct list l = { c->p, c->p + c->len };
    struct moo_regs *r = final ? &k->final : &k->init;
    struct chunk s;

    while (next(&l, &s)) {
        if (is(&s, "REGS"))
            read_regs(&s, 2, r);
        else if (is(&s, "RG32"))
            read_regs(&s, 4, r);
        else if (is(&s, "RM32"))
            read_regs(&s, 4, &k->mask);
        else if (is(&s, "RAM "))
            read_ram(&s, final ? &k->final_ram : &k->init_ram);
        else if (is(&s, "F87 "))
            *(final ? &k->fpu_final : &k->fpu_init) = s.len >= 108 ? s.p : NULL;
        else if (is(&s, "FMSK"))
            k->fpu_mask = s.p[0] | (u32)s.p[1] << 8;
    }
}

static void read_part(const struct chunk *s, struct moo_case *k)
{
    if (is(s, "NAME")) {
        k->name = (const char *)s->p + 4;
        k->name_len = s->len - 4;
    } else if (is(s, "BYTS")) {
        k->bytes = s->p + 4;
        k->nbytes = s->len - 4;
    } else if (is(s, "INIT")) {
        read_state(s, k, false);
    } else if (is(s, "FINA")) {
        read_state(s, k, true);
    } else if (is(s, "RM32")) {
        read_regs(s, 4, &k->mask);
    } else if (is(s, "EXCP")) {
        k->has_excp = true;
        k->vector = s->p[0];
        k->flags_at = word(s->p + 1);
    } else if (is(s, "EXER")) {
        k->has_error = true;
        k->error = word(s->p);
    }
}

static void read_case(const struct chunk *c, struct moo_case *k)
{
    struct list l = { c->p + 4, c->p + c->len };
    struct chunk s;

    *k = (struct moo_case){ .fpu_mask = 0xffff };
    while (next(&l, &s))
        read_part(&s, k);
}

static void read_chunk(struct moo_file *f, const struct chunk *c, u32 max)
{
    if (is(c, "MOO ")) {
        memcpy(f->cpu, c->p + 8, 4);
    } else if (is(c, "META")) {
        memcpy(f->mnem, c->p + 4, 8);
    } else if (is(c, "RMSK")) {
        struct moo_regs r = { 0 };

        read_regs(c, 2, &r);
        if (r.present >> MOO_FLAGS & 1)
            f->flags_mask = r.v[MOO_FLAGS];
    } else if (is(c, "TEST") && f->n < max) {
        read_case(c, &f->cases[f->n++]);
    }
}

static u8 *read_all(const char *path, size_t *len)
{
    size_t cap = 1 << 20;
    u8 *p = malloc(cap);
    gzFile g = gzopen(path, "rb");
    int n;

    *len = 0;
    while (g && p && (n = gzread(g, p + *len, (unsigned)(cap - *len))) > 0) {
        *len += (size_t)n;
        if (*len == cap)
            p = realloc(p, cap *= 2);
    }
    if (g)
        gzclose(g);
    if (*len)
        return p;
    free(p);
    return NULL;
}

bool moo_load(struct moo_file *f, const char *path)
{
    struct list l;
    struct chunk c;
    u32 max = 0;

    *f = (struct moo_file){ .flags_mask = 0xffff };
    f->data = read_all(path, &f->len);
    if (!f->data)
        return false;
    l = (struct list){ f->data, f->data + f->len };
    while (next(&l, &c))
        max += is(&c, "TEST");
    f->cases = calloc(max + 1, sizeof *f->cases);
    l.p = f->data;
    while (f->cases && next(&l, &c))
        read_chunk(f, &c, max);
    return true;
}

void moo_free(struct moo_file *f)
{
    free(f->cases);
    free(f->data);
    *f = (struct moo_file){ 0 };
}
