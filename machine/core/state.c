/* state.c - saves, loads and hashes structs by their field tables. */
#include "machine/core/state.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"

static bool state_room(struct buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 256;
    u8 *p;

    if (b->failed)
        return false;
    if (b->len + n <= b->cap)
        return true;
    while (cap < b->len + n)
        cap *= 2;
    p = realloc(b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_put_bytes(struct buf *b, const void *p, size_t n)
{
    if (n == 0 || !state_room(b, n))
        return;
    memcpy(b->p + b->len, p, n);
    b->len += n;
}

void buf_put(struct buf *b, u64 v, u32 bytes)
{
    u8 le[8];

    for (u32 i = 0; i < bytes; i++, v >>= 8)
        le[i] = (u8)v;
    buf_put_bytes(b, le, bytes);
}

const u8 *buf_get_bytes(struct buf *b, size_t n)
{
    const u8 *p = b->p + b->len;

    if (b->failed || n > b->cap - b->len) {
        b->failed = true;
        return NULL;
    }
    b->len += n;
    return p;
}

u64 buf_get(struct buf *b, u32 bytes)
{
    const u8 *p = buf_get_bytes(b, bytes);
    u64 v = 0;

    for (u32 i = bytes; p && i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ 0 };
}

u64 field_get(const struct field *f, const void *obj, u32 index)
{
    const u8 *p = (const u8 *)obj + f->off + (size_t)index * f->size;

    switch (f->size) {
    case 1:  return *p;
    case 2:  return *(const u16 *)(const void *)p;
    case 4:  return *(const u32 *)(const void *)p;
    default: return *(const u64 *)(const void *)p;
    }
}

void field_set(const struct field *f, void *obj, u32 index, u64 v)
{
    u8 *p = (u8 *)obj + f->off + (size_t)index * f->size;

    switch (f->size) {
    case 1:  *p = (u8)(f->type == F_BOOL ? v != 0 : v); break;
    case 2:  *(u16 *)(void *)p = (u16)v; break;
    case 4:  *(u32 *)(void *)p = (u32)v; break;
    default: *(u64 *)(void *)p = v; break;
    }
}

static const void *element(const struct field *f, const void *obj, u32 i)
{
    return (const u8 *)obj + f->off + (size_t)i * f->size;
}

static void save_field(const struct field *f, const void *obj, struct buf *out)
{
    buf_put(out, strlen(f->name), 1);
    buf_put_bytes(out, f->name, strlen(f->name));
    buf_put(out, f->type, 1);
    buf_put(out, f->type == F_STRUCT ? 0 : f->size, 1);
    buf_put(out, f->count, 4);
    if (f->size == 1 && f->type != F_STRUCT) {
        buf_put_bytes(out, element(f, obj, 0), f->count);
        return;
    }
    for (u32 i = 0; i < f->count; i++) {
        if (f->type == F_STRUCT)
            state_save(f->sub, element(f, obj, i), out);
        else
            buf_put(out, field_get(f, obj, i), f->size);
    }
}

void state_save(const struct table *t, const void *obj, struct buf *out)
{
    size_t at = out->len, n;

    buf_put(out, 0, 4);
    for (const struct field *f = t->fields; f->name; f++)
        save_field(f, obj, out);
    if (out->failed)
        return;
    n = out->len - at - 4;
    for (u32 i = 0; i < 4; i++)
        out->p[at + i] = (u8)(n >> (8 * i));
}

struct record {
    const char *name;
    u32 name_len, count;
    u8 type, size;
};

static struct record state_get_record(struct buf *in)
{
    struct record r = { .name_len = (u32)buf_get(in, 1) };

    r.name = (const char *)buf_get_bytes(in, r.name_len);
    r.type = (u8)buf_get(in, 1);
    r.size = (u8)buf_get(in, 1);
    r.count = (u32)buf_get(in, 4);
    return r;
}

static bool well_formed(const struct record *r)
{
    if (r->type == F_STRUCT)
        return r->size == 0;
    return r->type < F_STRUCT &&
           (r->size == 1 || r->size == 2 || r->size == 4 || r->size == 8);
}

static const struct field *state_find(const struct table *t,
                                      const struct record *r)
{
    for (const struct field *f = t->fields; f->name; f++)
        if (strlen(f->name) == r->name_len &&
            memcmp(f->name, r->name, r->name_len) == 0)
            return (f->type == F_STRUCT) == (r->type == F_STRUCT) ? f : NULL;
    return NULL;
}

static enum err load_ints(const struct table *t, const struct field *f,
                          const struct record *r, void *obj, struct buf *in,
                          struct why *why)
{
    for (u32 i = 0; i < r->count && !in->failed; i++) {
        u64 v = buf_get(in, r->size);

        if (!f || i >= f->count)
            continue;
        if (f->max && v > f->max)
            return err_say(why, ERR_RANGE, "%s: %s is %llu, at most %llu",
                           t->name, f->name, (unsigned long long)v,
                           (unsigned long long)f->max);
        if (obj)
            field_set(f, obj, i, v);
    }
    return ERR_OK;
}

static enum err load_structs(const struct field *f, const struct record *r,
                             void *obj, struct buf *in, struct why *why)
{
    for (u32 i = 0; i < r->count && !in->failed; i++) {
        size_t at = in->len;
        u32 n = (u32)buf_get(in, 4);
        enum err e;

        if (!f || i >= f->count) {
            buf_get_bytes(in, n);
            continue;
        }
        in->len = at;
        e = state_load(f->sub, obj ? (u8 *)obj + f->off + (size_t)i * f->size
                                   : NULL, in, why);
        if (e)
            return e;
    }
    return ERR_OK;
}

enum err state_load(const struct table *t, void *obj, struct buf *in,
                    struct why *why)
{
    u32 n = (u32)buf_get(in, 4);
    struct buf part = { in->p, in->len, in->len + n, in->failed };

    if (in->failed || n > in->cap - in->len)
        return err_say(why, ERR_FORMAT, "%s: state ends early", t->name);
    while (part.len < part.cap) {
        struct record r = state_get_record(&part);
        const struct field *f;
        enum err e;

        if (part.failed || !well_formed(&r))
            return err_say(why, ERR_FORMAT, "%s: damaged state", t->name);
        f = state_find(t, &r);
        e = r.type == F_STRUCT ? load_structs(f, &r, obj, &part, why)
                               : load_ints(t, f, &r, obj, &part, why);
        if (e)
            return e;
        if (part.failed)
            return err_say(why, ERR_FORMAT, "%s: damaged state", t->name);
    }
    in->len = part.cap;
    return ERR_OK;
}

u32 state_bytes(const struct table *t)
{
    u32 n = 0;

    for (const struct field *f = t->fields; f->name; f++)
        n += f->size * f->count;
    return n;
}

static u64 state_mix(u64 h, u64 v)
{
    h = (h ^ v) * 0x9fb21c651e98df25u;
    return h ^ h >> 32;
}

u64 hash_bytes(u64 h, const void *p, size_t n)
{
    const u8 *b = p;

    for (; n >= 8; n -= 8, b += 8)
        h = state_mix(h, get_le64(b));
    for (; n; n--)
        h = state_mix(h, *b++ | 0x100u);
    return h;
}

u64 state_hash(u64 h, const struct table *t, const void *obj)
{
    for (const struct field *f = t->fields; f->name; f++)
        for (u32 i = 0; i < f->count; i++)
            h = f->type == F_STRUCT ? state_hash(h, f->sub, element(f, obj, i))
                                    : state_mix(h, field_get(f, obj, i));
    return h;
}
