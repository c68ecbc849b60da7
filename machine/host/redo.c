/* redo.c - writes to a file that reach it together or not at all. */
#include "machine/host/redo.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/core/state.h"

/* The seal, little endian; its magic is what the file ends with. */
enum {
    PAGE = 4096, NUMBER = 8, FIRST_SLOTS = 64,
    SEAL_STATE = 0, SEAL_OLD = 8, SEAL_NEW = 16, SEAL_START = 24,
    SEAL_PAGES = 32, SEAL_HASH = 40, SEAL_SUM = 48, SEAL_MAGIC = SEAL - 16,
    OPEN = 0, WHOLE = 1,
};
static const char seal_magic[] = "ISABOX redo v1\r\n";

struct redo_page {
    u64 number;
    u8 data[PAGE];
};

enum redo_state {
    COLLECTS,                           /* between begin and commit */
    WAITS,                              /* a commit has failed */
    SEALED,                             /* .. behind step 2 */
    COVERS,                             /* a file that can't be written */
};

struct redo {
    enum redo_state state;
    u64 base;                           /* size of the file below */
    struct redo_page **slot;            /* open addressing, half empty */
    size_t slots, used;
};

/* ---- pages that wait ---- */

static struct redo_page **redo_place(const struct redo *r, u64 number)
{
    size_t i = (size_t)(number * 0x9e3779b97f4a7c15u >> 32) & (r->slots - 1);

    while (r->slot[i] && r->slot[i]->number != number)
        i = (i + 1) & (r->slots - 1);
    return &r->slot[i];
}

static struct redo_page *redo_find(const struct redo *r, u64 number)
{
    return r->slots ? *redo_place(r, number) : NULL;
}

static bool redo_grow(struct redo *r)
{
    struct redo more = *r;

    if (r->used * 2 < r->slots)
        return true;
    more.slots = r->slots ? r->slots * 2 : FIRST_SLOTS;
    more.slot = calloc(more.slots, sizeof *more.slot);
    if (!more.slot)
        return false;
    for (size_t i = 0; i < r->slots; i++)
        if (r->slot[i])
            *redo_place(&more, r->slot[i]->number) = r->slot[i];
    free(r->slot);
    *r = more;
    return true;
}

/* What lies below; behind its end are zeros. */
static enum err below_read(struct file *f, u64 at, void *to, size_t n)
{
    u64 base = f->redo->base;
    size_t have = at >= base ? 0 : base - at < n ? (size_t)(base - at) : n;

    memset((u8 *)to + have, 0, n - have);
    return have ? f->ops->read(f, at, to, have) : ERR_OK;
}

static enum err redo_obtain(struct file *f, u64 number, bool fill,
                            struct redo_page **out)
{
    struct redo *r = f->redo;
    struct redo_page *p = redo_find(r, number);
    enum err e = ERR_OK;

    *out = p;
    if (p)
        return ERR_OK;
    p = redo_grow(r) ? malloc(sizeof *p) : NULL;
    if (!p)
        return ERR_NOMEM;
    p->number = number;
    if (fill)
        e = below_read(f, number * PAGE, p->data, PAGE);
    if (e) {
        free(p);
        return e;
    }
    r->used++;
    *redo_place(r, number) = *out = p;
    return ERR_OK;
}

/* How much of n bytes from `at` on lies in its page. */
static size_t within_page(u64 at, size_t n)
{
    size_t left = PAGE - (size_t)(at % PAGE);

    return n < left ? n : left;
}

enum err redo_read(struct file *f, u64 at, void *to, size_t n)
{
    u8 *p = to;
    enum err e = ERR_OK;

    while (n && !e) {
        size_t k = within_page(at, n);
        const struct redo_page *page = redo_find(f->redo, at / PAGE);

        if (page)
            memcpy(p, page->data + at % PAGE, k);
        else
            e = below_read(f, at, p, k);
        p += k, at += k, n -= k;
    }
    return e;
}

enum err redo_write(struct file *f, u64 at, const void *from, size_t n)
{
    const u8 *p = from;
    struct redo_page *page;
    enum err e = f->redo->state == SEALED ? file_commit(f) : ERR_OK;

    if (!e && !f->redo)
        return f->ops->write(f, at, from, n);
    while (n && !e) {
        size_t k = within_page(at, n);

        e = redo_obtain(f, at / PAGE, k < PAGE, &page);
        if (e)
            break;
        memcpy(page->data + at % PAGE, p, k);
        p += k, at += k, n -= k;
    }
    return e;
}

/* Behind the old end are zeros. No format has a file shrink. */
enum err redo_resize(const struct file *f, u64 size)
{
    return size < f->size ? ERR_RANGE : ERR_OK;
}

void redo_drop(struct file *f)
{
    struct redo *r = f->redo;

    f->redo = NULL;
    for (size_t i = 0; r && i < r->slots; i++)
        free(r->slot[i]);
    if (r)
        free(r->slot);
    free(r);
}

/* ---- the seal ---- */

bool redo_is_seal(const void *bytes, size_t n)
{
    return n >= 16 && !memcmp((const u8 *)bytes + n - 16, seal_magic, 16);
}

struct seal {
    u64 state, old, new, start, pages, hash;
};

static void seal_put(u8 *to, const struct seal *s)
{
    const u64 v[] = { s->state, s->old, s->new, s->start, s->pages, s->hash };

    memset(to, 0, SEAL);
    for (size_t i = 0; i < COUNT_OF(v); i++)
        put_le64(to + 8 * i, v[i]);
    put_le64(to + SEAL_SUM, hash_bytes(0, to, SEAL_SUM));
    memcpy(to + SEAL_MAGIC, seal_magic, 16);
}

/* Where the seal stands when numbers and pages lie before it. */
static u64 seal_at(const struct seal *s)
{
    u64 end = s->start + s->pages * (NUMBER + PAGE);

    return (end + SEAL - 1) / SEAL * SEAL;
}

/* A seal is one when it fits the file that ends with it. */
static bool seal_get(struct seal *s, const u8 *from, u64 size)
{
    *s = (struct seal){ get_le64(from + SEAL_STATE), get_le64(from + SEAL_OLD),
                        get_le64(from + SEAL_NEW),
                        get_le64(from + SEAL_START),
                        get_le64(from + SEAL_PAGES),
                        get_le64(from + SEAL_HASH) };
    return redo_is_seal(from, SEAL) &&
           get_le64(from + SEAL_SUM) == hash_bytes(0, from, SEAL_SUM) &&
           s->start < size && s->pages <= size / PAGE && s->old <= s->start &&
           s->new <= s->start && seal_at(s) == size - SEAL;
}

/* ---- commit ---- */

static int by_page_number(const void *a, const void *b)
{
    u64 x = (*(struct redo_page *const *)a)->number;
    u64 y = (*(struct redo_page *const *)b)->number;

    return x < y ? -1 : x > y;
}

static struct redo_page **redo_in_order(const struct redo *r)
{
    struct redo_page **list = calloc(r->used + 1, sizeof *list);
    size_t n = 0;

    for (size_t i = 0; list && i < r->slots; i++)
        if (r->slot[i])
            list[n++] = r->slot[i];
    if (list)
        qsort(list, n, sizeof *list, by_page_number);
    return list;
}

static enum err below_flush(struct file *f)
{
    return f->ops->flush && !f->later ? f->ops->flush(f) : ERR_OK;
}

static enum err put_seal(struct file *f, const struct seal *s)
{
    u8 bytes[SEAL];
    enum err e;

    seal_put(bytes, s);
    e = f->ops->write(f, seal_at(s), bytes, SEAL);
    return e ? e : below_flush(f);
}

/* Numbers and pages behind the file, then the seal over them. */
static enum err lay_out(struct file *f, struct redo_page **list, u64 final)
{
    struct redo *r = f->redo;
    u64 end = r->base > final ? r->base : final;
    struct seal s = { .state = OPEN, .old = r->base, .new = final,
                      .start = (end + PAGE - 1) / PAGE * PAGE,
                      .pages = r->used };
    u64 at = s.start + s.pages * NUMBER;
    u8 *numbers = malloc(r->used * NUMBER + 1);
    enum err e = numbers ? put_seal(f, &s) : ERR_NOMEM;

    for (size_t i = 0; i < r->used && numbers; i++)
        put_le64(numbers + i * NUMBER, list[i]->number);
    if (!e && r->used)
        e = f->ops->write(f, s.start, numbers, r->used * NUMBER);
    s.hash = numbers ? hash_bytes(0, numbers, r->used * NUMBER) : 0;
    free(numbers);
    for (size_t i = 0; i < r->used && !e; i++, at += PAGE) {
        e = f->ops->write(f, at, list[i]->data, PAGE);
        s.hash = hash_bytes(s.hash, list[i]->data, PAGE);
    }
    s.state = WHOLE;
    return e ? e : put_seal(f, &s);
}

/* A page, as far as the file shall have it. */
static enum err put_page(struct file *f, u64 number, const u8 *data, u64 size)
{
    u64 at = number * PAGE;
    size_t n = at >= size ? 0 : size - at < PAGE ? (size_t)(size - at) : PAGE;

    return n ? f->ops->write(f, at, data, n) : ERR_OK;
}

/* Steps 3 and 4. */
static enum err put_in_place(struct file *f, struct redo_page **list, u64 size)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < f->redo->used && !e; i++)
        e = put_page(f, list[i]->number, list[i]->data, size);
    e = e ? e : below_flush(f);
    e = e ? e : f->ops->resize(f, size);
    return e ? e : below_flush(f);
}

static enum err commit_list(struct file *f, struct redo_page **list)
{
    struct redo *r = f->redo;
    u64 final = f->size;
    enum err e = ERR_OK;

    if (r->state != SEALED) {
        r->state = WAITS;
        e = lay_out(f, list, final);
        if (e)
            f->ops->resize(f, r->base);
        else
            r->state = SEALED;
    }
    e = e ? e : put_in_place(f, list, final);
    f->size = final;                    /* whatever the host made of it */
    return e;
}

enum err file_commit(struct file *f)
{
    struct redo *r = f->redo;
    struct redo_page **list;
    enum err e = ERR_OK;

    if (!r || r->state == COVERS)
        return ERR_OK;
    list = redo_in_order(r);
    if (!list)
        return ERR_NOMEM;
    if (r->used || f->size != r->base)
        e = commit_list(f, list);
    free(list);
    if (!e)
        redo_drop(f);
    return e;
}

enum err redo_flush(struct file *f)
{
    return f->redo->state == WAITS || f->redo->state == SEALED
               ? file_commit(f) : ERR_OK;
}

static struct redo *redo_new(struct file *f)
{
    struct redo *r = calloc(1, sizeof *r);

    if (r) {
        r->base = f->size;
        f->redo = r;
    }
    return r;
}

bool file_begin(struct file *f)
{
    if (f->redo) {
        f->redo->state = f->redo->state == WAITS ? COLLECTS : f->redo->state;
        return true;
    }
    return f->fixed || f->grows_only || f->readonly || !f->ops->resize ||
           redo_new(f);
}

/* ---- after a loss of power ---- */

/* Takes in the pages behind a seal; ERR_FORMAT: their hash is another one. */
static enum err read_pages(struct file *f, const struct seal *s)
{
    u64 at = s->start + s->pages * NUMBER;
    u8 *numbers = malloc((size_t)s->pages * NUMBER + 1);
    enum err e = numbers ? below_read(f, s->start, numbers,
                                      (size_t)s->pages * NUMBER) : ERR_NOMEM;
    u64 hash = e ? 0 : hash_bytes(0, numbers, (size_t)s->pages * NUMBER);

    for (u64 i = 0; i < s->pages && !e; i++, at += PAGE) {
        struct redo_page *p = NULL;

        e = redo_obtain(f, get_le64(numbers + i * NUMBER), false, &p);
        e = e ? e : below_read(f, at, p->data, PAGE);
        hash = e ? hash : hash_bytes(hash, p->data, PAGE);
    }
    free(numbers);
    return e ? e : s->state != WHOLE || hash != s->hash ? ERR_FORMAT : ERR_OK;
}

/* The file shall be what the seal says; `look`: nothing is written. */
static enum err recover_by(struct file *f, const struct seal *s, bool look)
{
    struct redo_page **list;
    enum err e = read_pages(f, s);
    bool whole = !e;

    if (e && e != ERR_FORMAT)
        return e;
    if (!whole) {
        redo_drop(f);
        if (!look && (e = f->ops->resize(f, s->old)))
            return e;
        if (look && !redo_new(f))
            return ERR_NOMEM;
        e = look ? ERR_OK : below_flush(f);
    }
    if (f->redo)
        f->redo->state = look ? COVERS : SEALED;
    f->size = whole ? s->new : s->old;
    if (f->redo && f->redo->base > s->old)
        f->redo->base = s->old;
    if (!whole || look)
        return e;
    list = redo_in_order(f->redo);
    e = list ? put_in_place(f, list, f->size) : ERR_NOMEM;
    free(list);
    f->size = s->new;
    if (!e)
        redo_drop(f);
    return e;
}

enum err file_recover(struct file *f, bool look, struct why *why)
{
    u8 bytes[SEAL];
    struct seal s;
    enum err e;

    if (f->size < SEAL || f->size % SEAL || f->fixed || f->grows_only)
        return ERR_OK;
    e = file_read(f, f->size - SEAL, bytes, SEAL);
    if (e)
        return file_say(f, e, why);
    if (!seal_get(&s, bytes, f->size))
        return ERR_OK;
    look |= f->readonly || !f->ops->resize;
    e = redo_new(f) ? recover_by(f, &s, look) : ERR_NOMEM;
    if (e)
        redo_drop(f);
    return e ? file_say(f, e, why) : ERR_OK;
}
