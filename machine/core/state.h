/* state.h - one table per struct describes its fields.
 *
 * Save, load, hash, the monitor and the manual all read the same table. A
 * field's type comes from the member itself, so it cannot be wrong; a pointer
 * has no entry in TYPE_OF and does not compile.
 *
 * A described struct holds saved fields only and has no padding. Then the
 * field sizes add up to its sizeof and state_bytes() proves that none was
 * forgotten.
 *
 * Stream: a struct is u32 length, then records; a record is u8 name length,
 * name, u8 type, u8 element size, u32 count, elements (little endian; for a
 * nested struct: structs). Fields are found by name: one that a stream lacks
 * keeps the value it had (the caller resets first), one that it has too many
 * is skipped, integers of another width convert. */
#ifndef STATE_H
#define STATE_H

#include "machine/core/core.h"

enum field_type { F_U8, F_U16, F_U32, F_U64, F_I64, F_BOOL, F_STRUCT };

struct table;

struct field {
    const char *name;
    const char *doc;
    const char *bits;                   /* "b0,b1,.." names for the monitor */
    const struct table *sub;            /* F_STRUCT only */
    u32 off, size, count;               /* size is of one element */
    u64 max;                            /* a larger value is refused; 0: any */
    u8 type;
};

struct table {
    const char *name;
    u32 size;                           /* sizeof the struct */
    const struct field *fields;         /* ends with a null name */
};

#define TYPE_OF(x) _Generic((x),                                  \
    u8: F_U8, u16: F_U16, u32: F_U32, u64: F_U64,                 \
    int64_t: F_I64, bool: F_BOOL)

#define FIELD_(T, m, el, n, top, names, text)                     \
    { #m, text, names, 0, offsetof(T, m), sizeof(((T *)0)->el),   \
      n, top, TYPE_OF(((T *)0)->el) }
#define FIELD_COUNT_(T, m) (sizeof(((T *)0)->m) / sizeof(((T *)0)->m[0]))

/* A plain member, one with a largest valid value (an index, an enum), and
 * one whose bits have names. The array forms take any array. */
#define FIELD(T, m, text)            FIELD_(T, m, m, 1, 0, 0, text)
#define FIELD_MAX(T, m, top, text)   FIELD_(T, m, m, 1, top, 0, text)
#define FIELD_BITS(T, m, names, text) FIELD_(T, m, m, 1, 0, names, text)
#define FIELD_ARRAY(T, m, text)                                   \
    FIELD_(T, m, m[0], FIELD_COUNT_(T, m), 0, 0, text)
#define FIELD_ARRAY_MAX(T, m, top, text)                          \
    FIELD_(T, m, m[0], FIELD_COUNT_(T, m), top, 0, text)

/* An array of structs that have a table of their own. */
#define FIELD_STRUCTS(T, m, t, text)                              \
    { #m, text, 0, &(t), offsetof(T, m), sizeof(((T *)0)->m[0]),  \
      FIELD_COUNT_(T, m), 0, F_STRUCT }
#define FIELD_STRUCT(T, m, t, text)                               \
    { #m, text, 0, &(t), offsetof(T, m), sizeof(((T *)0)->m),     \
      1, 0, F_STRUCT }

#define FIELD_END { 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Bytes being written (grows by itself; `failed` when memory ran out) or
 * read (`failed` when it ends early). Writers free p; readers borrow it. */
struct buf {
    u8 *p;
    size_t len, cap;                    /* reading: position and end */
    bool failed;
};

void buf_put(struct buf *b, u64 v, u32 bytes);
void buf_put_bytes(struct buf *b, const void *p, size_t n);
u64  buf_get(struct buf *b, u32 bytes);
const u8 *buf_get_bytes(struct buf *b, size_t n); /* NULL when too few left */
void buf_free(struct buf *b);

void state_save(const struct table *t, const void *obj, struct buf *out);

/* Reads a stream that state_save() wrote. With obj NULL it only checks. On an
 * error obj may be half written, so check first; a stream that passed the
 * check cannot fail. */
enum err state_load(const struct table *t, void *obj, struct buf *in,
                    struct why *why);

u32 state_bytes(const struct table *t);         /* what the fields add up to */

/* Folds bytes, or an object by its table, into a 64-bit hash. */
u64 hash_bytes(u64 h, const void *p, size_t n);
u64 state_hash(u64 h, const struct table *t, const void *obj);

/* Reads or writes one element of an integer field. */
u64  field_get(const struct field *f, const void *obj, u32 index);
void field_set(const struct field *f, void *obj, u32 index, u64 v);

#endif
