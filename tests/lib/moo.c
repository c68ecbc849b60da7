/* moo.c - reads files of recorded single-instruction results. */
#include "tests/lib/moo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MAX_FILE = 1 << 28, FPU_IMAGE = 108 };

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

static u32 half(const u8 *p)
{
    return p[0] | (u32)p[1] << 8;
}

/* False at the end, and where a chunk claims more than there is. */
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

/* ---- parts of a case; false when too short ---- */

static bool read_regs(const struct chunk *c, u32 size, struct moo_regs *r)
{
    const u8 *p = c->p + size, *end = c->p + c->len;

    if (c->len < size)
        return false;
    r->present = size == 2 ? half(c->p) : word(c->p);
    for (u32 n = 0; n < 32; n++) {
        if (!(r->present >> n & 1))
            continue;
        if (end - p < (int)size)
            return false;
        r->v[n] = size == 2 ? half(p) : word(p);
        p += size;
    }
    return true;
}

static bool read_ram(const struct chunk *c, struct moo_ram *r)
{
    if (c->len < 4 || word(c->p) > (c->len - 4) / 5)
        return false;
    r->n = word(c->p);
    r->row = c->p + 4;
    return true;
}

static bool read_image(const struct chunk *c, const u8 **image)
{
    *image = c->p;
    return c->len >= FPU_IMAGE;
}

static bool read_state_part(const struct chunk *s, struct moo_case *k,
                            bool final)
{
    struct moo_regs *r = final ? &k->final : &k->init;

    if (is(s, "REGS"))
        return read_regs(s, 2, r);
    if (is(s, "RG32")) {
        k->wide = true;
        return read_regs(s, 4, r);
    }
    if (is(s, "RM32"))
        return read_regs(s, 4, &k->mask);
    if (is(s, "RAM "))
        return read_ram(s, final ? &k->final_ram : &k->init_ram);
    if (is(s, "F87 "))
        return read_image(s, final ? &k->fpu_final : &k->fpu_init);
    if (is(s, "FMSK") && s->len >= 2)
        k->fpu_mask = half(s->p);
    return !is(s, "FMSK") || s->len >= 2;
}

static bool read_state(const struct chunk *c, struct moo_case *k, bool final,
                       struct chunk *s)
{
    struct list l = { c->p, c->p + c->len };

    while (next(&l, s))
        if (!read_state_part(s, k, final))
            return false;
    *s = *c;
    return l.p == l.end;
}

/* Text and bytes have a length of their own before them. */
static bool read_counted(const struct chunk *c, const u8 **p, u32 *len)
{
    if (c->len < 4 || word(c->p) > c->len - 4)
        return false;
    *p = c->p + 4;
    *len = word(c->p);
    return true;
}

static bool read_exception(const struct chunk *c, struct moo_case *k)
{
    if (c->len < 5)
        return false;
    k->has_excp = true;
    k->vector = c->p[0];
    k->flags_at = word(c->p + 1);
    return true;
}

static bool read_error(const struct chunk *c, struct moo_case *k)
{
    k->has_error = c->len >= 4;
    k->error = k->has_error ? word(c->p) : 0;
    return k->has_error;
}

/* On failure `s` is the chunk that is malformed. */
static bool read_part(struct chunk *s, struct moo_case *k)
{
    struct chunk c = *s;

    if (is(s, "NAME"))
        return read_counted(s, (const u8 **)&k->name, &k->name_len);
    if (is(s, "BYTS"))
        return read_counted(s, &k->bytes, &k->nbytes);
    if (is(s, "INIT") || is(s, "FINA"))
        return read_state(&c, k, is(&c, "FINA"), s);
    if (is(s, "RM32"))
        return read_regs(s, 4, &k->mask);
    if (is(s, "EXCP"))
        return read_exception(s, k);
    if (is(s, "EXER"))
        return read_error(s, k);
    return true;
}

static enum err malformed(const struct moo_file *f, const struct chunk *c,
                          struct why *why)
{
    char tag[5];

    for (int n = 0; n < 5; n++)
        tag[n] = c->tag[n] && (c->tag[n] < ' ' || c->tag[n] > '~') ? '?'
                                                                   : c->tag[n];
    return err_say(why, ERR_FORMAT, "malformed %s chunk at offset %zu", tag,
                   (size_t)(c->p - f->data) - 8);
}

enum err moo_case(const struct moo_file *f, u32 n, struct moo_case *k,
                  struct why *why)
{
    struct list l = { f->data + f->tests[n], f->data + f->len };
    struct chunk test, s;

    *k = (struct moo_case){ .fpu_mask = 0xffff, .mask = f->mask };
    next(&l, &test);
    l = (struct list){ test.p + 4, test.p + test.len };
    while (next(&l, &s))
        if (!read_part(&s, k))
            return malformed(f, &s, why);
    if (l.p != l.end)
        return malformed(f, &test, why);
    if (!k->init.present)
        return err_say(why, ERR_FORMAT, "a case without initial registers");
    return ERR_OK;
}

/* ---- the file ---- */

static bool read_header(struct moo_file *f, const struct chunk *c)
{
    if (c->len < 12)
        return false;
    f->announced = word(c->p + 4);
    for (int n = 0; n < 4; n++)
        f->cpu[n] = (char)c->p[8 + n];
    return true;
}

static bool read_mask(struct moo_file *f, const struct chunk *c)
{
    struct moo_regs r = { 0 };

    if (!read_regs(c, 2, &r))
        return false;
    if (r.present >> MOO_FLAGS & 1)
        f->flags_mask = r.v[MOO_FLAGS];
    return true;
}

static bool read_chunk(struct moo_file *f, const struct chunk *c)
{
    if (is(c, "MOO "))
        return read_header(f, c);
    if (is(c, "RMSK"))
        return read_mask(f, c);
    if (is(c, "RM32"))
        return read_regs(c, 4, &f->mask);
    if (is(c, "TEST") && c->len >= 4)
        f->tests[f->n++] = (size_t)(c->p - f->data) - 8;
    return !is(c, "TEST") || c->len >= 4;
}

static enum err gz_say(struct why *why, gzFile g, const char *path)
{
    int code;
    const char *text = gzerror(g, &code);

    return err_say(why, ERR_IO, "%s: %s", path,
                   code == Z_ERRNO ? strerror(errno) : text);
}

/* What could be read of a damaged file stays. */
static enum err read_all(struct moo_file *f, const char *path, struct why *why)
{
    size_t cap = 1 << 16;
    gzFile g = gzopen(path, "rb");
    enum err e = ERR_OK;
    int n = 1;

    if (!g)
        return err_say(why, ERR_IO, "%s", strerror(errno));
    f->data = malloc(cap);
    while (f->data && n > 0 && f->len < MAX_FILE) {
        n = gzread(g, f->data + f->len, (unsigned)(cap - f->len));
        f->len += n > 0 ? (size_t)n : 0;
        if (f->len == cap) {
            u8 *p = realloc(f->data, cap *= 2);

            if (!p)
                break;
            f->data = p;
        }
    }
    if (n < 0)
        e = gz_say(&f->damage, g, "damaged");
    else if (n > 0)
        e = err_say(&f->damage, ERR_NOMEM, "too large");
    gzclose(g);
    return f->len ? ERR_OK : e ? err_say(why, e, "%s", f->damage.text)
                               : err_say(why, ERR_FORMAT, "an empty file");
}

static enum err index_tests(struct moo_file *f, struct why *why)
{
    struct list l = { f->data, f->data + f->len };
    struct chunk c;
    size_t max = 0;

    if (!next(&l, &c) || !is(&c, "MOO ") || !read_header(f, &c))
        return err_say(why, ERR_FORMAT, "not a MOO file");
    while (next(&l, &c))
        max += is(&c, "TEST");
    if (l.p != l.end && !f->damage.text[0])
        err_say(&f->damage, ERR_FORMAT, "cut off in the chunk at offset %zu",
                (size_t)(l.p - f->data));
    f->tests = calloc(max + 1, sizeof *f->tests);
    if (!f->tests)
        return err_say(why, ERR_NOMEM, "out of memory");
    l.p = f->data;
    while (next(&l, &c))
        if (!read_chunk(f, &c))
            return malformed(f, &c, why);
    if (f->n != f->announced && !f->damage.text[0])
        err_say(&f->damage, ERR_FORMAT, "%u cases, its header says %u", f->n,
                f->announced);
    return ERR_OK;
}

enum err moo_load(struct moo_file *f, const char *path, struct why *why)
{
    enum err e;

    *f = (struct moo_file){ .flags_mask = 0xffff };
    e = read_all(f, path, why);
    if (!e)
        e = index_tests(f, why);
    if (e)
        moo_free(f);
    return e;
}

void moo_free(struct moo_file *f)
{
    free(f->tests);
    free(f->data);
    *f = (struct moo_file){ 0 };
}
