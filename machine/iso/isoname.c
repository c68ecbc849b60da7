/* isoname.c - the names on a CD that is made from a folder.
 *
 * For DOS a name is made of A to Z, digits and _, eight of them and for files
 * three more behind a dot: what else there is becomes _, and the rest is cut
 * off. Joliet has all letters but * / : ; ? \ and those that control. In both,
 * names of one folder differ in more than the case of their letters: of those
 * that are alike, the one that is most like its name on the host keeps it, and
 * the others get numbers, in the order of their bytes on the host. */
#include "machine/iso/isotree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/fat/fat.h"

enum { DOS_STEM = 8, DOS_EXT = 3, EXT_MOST = 20, UNITS = 260 };

/* A name while a folder's are sorted out. */
struct label {
    u16 c[ISO_WIDE + 1];
    u16 n, stem;                        /* letters: all, and before the dot */
    u8 rank;                            /* how far it is from the host's: the
                                         * same, but for case, changed */
    u32 entry;
};

struct names {
    struct label *l;
    u32 n;
    u32 *slot;                          /* a hash table: number, plus 1 */
    u32 slots;                          /* a power of two */
    int view;
};

/* ---- one name ---- */

static u16 dos_letter(u16 c)
{
    if (c >= 'a' && c <= 'z')
        return (u16)(c - 32);
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
}

static u16 joliet_letter(u16 c)
{
    return c < 0x20 || (c < 0x80 && strchr("*/:;?\\", c)) ? '_' : c;
}

static void label_add(struct label *l, int view, const u16 *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        u16 c = from[i], to = view == ISO_DOS ? dos_letter(c)
                                              : joliet_letter(c);

        if (c != to)
            l->rank = c >= 'a' && c <= 'z' && to == c - 32 && l->rank < 2
                          ? 1 : 2;
        l->c[l->n++] = to;
    }
}

/* Letters before the last dot of a file, which is not its first one. */
static size_t stem_of(const u16 *w, size_t n, bool folder)
{
    size_t i = n;

    while (!folder && i > 1)
        if (w[--i] == '.')
            return i;
    return n;
}

static size_t label_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters of the stem there is room for. */
static size_t stem_room(int view, size_t ext)
{
    return view == ISO_DOS ? DOS_STEM : ISO_WIDE - ext;
}

static void label_make(struct label *l, const struct iso_entry *e, int view)
{
    bool device = view == ISO_DOS && fat_is_device(e->name);
    u16 w[UNITS], *name = w + device;
    size_t n = fat_to_utf16(e->name, name, UNITS - 2) + device;
    size_t stem, ext, keep;

    w[0] = device ? '_' : w[0];
    stem = stem_of(w, n, e->info.folder);
    ext = n - stem > (view == ISO_DOS ? n : EXT_MOST) ? 0 : n - stem;
    stem = ext ? stem : n;
    ext = view == ISO_DOS ? label_least(ext, DOS_EXT + 1) : ext;
    keep = label_least(stem, stem_room(view, ext));
    if (keep < n && view == ISO_JOLIET && w[keep] >= 0xdc00 &&
        w[keep] < 0xe000)
        keep--;                         /* not half of a letter */
    l->rank = keep + ext < n || device ? 2 : 0;
    label_add(l, view, w, keep);
    l->stem = l->n;
    if (ext > 1) {
        l->c[l->n++] = '.';
        label_add(l, view, w + stem + 1, ext - 1);
    }
    l->rank = ext == 1 ? 2 : l->rank;
}

/* The same with a number at the end of its stem. */
static void label_number(struct label *to, const struct label *l, u32 k,
                         int view)
{
    char digits[16];
    size_t n = (size_t)snprintf(digits, sizeof digits,
                                view == ISO_DOS ? "%u" : "~%u", k);
    size_t ext = l->n - l->stem;

    *to = *l;
    to->stem = (u16)label_least(l->stem, stem_room(view, ext) - n);
    for (size_t i = 0; i < n; i++)
        to->c[to->stem++] = (u16)digits[i];
    memcpy(to->c + to->stem, l->c + l->stem, ext * sizeof *l->c);
    to->n = (u16)(to->stem + ext);
    to->c[to->n] = 0;
}

/* ---- names that are alike ---- */

static int label_compare(const struct label *a, const struct label *b,
                         bool folds)
{
    int d = 0;

    for (u32 i = 0; i <= a->n && i <= b->n && !d; i++)
        d = folds ? (int)fat_letter_fold(a->c[i]) -
                        (int)fat_letter_fold(b->c[i])
                  : a->c[i] - b->c[i];
    return d;
}

static int by_likeness(const void *p, const void *q)
{
    const struct label *a = p, *b = q;
    int d = label_compare(a, b, true);

    d = d ? d : a->rank - b->rank;
    return d ? d : a->entry < b->entry ? -1 : 1;
}

static int by_letters(const void *a, const void *b)
{
    return label_compare(a, b, false);
}

/* The place of a name, or the one where it would be. */
static u32 *names_slot(const struct names *s, const struct label *l)
{
    u32 at = l->n;

    for (u32 i = 0; i < l->n; i++)
        at = (at ^ fat_letter_fold(l->c[i])) * 0x9e3779b1u;
    for (at ^= at >> 15;; at++) {
        u32 *p = &s->slot[at & (s->slots - 1)];

        if (!*p || !label_compare(&s->l[*p - 1], l, true))
            return p;
    }
}

/* Those that follow one of the same name, which has it. */
static void number_run(struct names *s, u32 i)
{
    u32 k = 1;

    for (const struct label first = s->l[i++];
         i < s->n && !label_compare(&s->l[i], &first, true); i++) {
        struct label l;
        u32 *slot;

        do {
            label_number(&l, &s->l[i], k++, s->view);
            slot = names_slot(s, &l);
        } while (*slot);
        s->l[i] = l;
        *slot = i + 1;
    }
}

static enum err names_part(struct names *s)
{
    u8 *begins = calloc(s->n + 1, 1);

    if (!begins)
        return ERR_NOMEM;
    qsort(s->l, s->n, sizeof *s->l, by_likeness);
    for (u32 i = 0; i < s->n; i++) {
        u32 *slot = names_slot(s, &s->l[i]);

        begins[i] = !*slot;
        *slot = *slot ? *slot : i + 1;
    }
    for (u32 i = 0; i < s->n; i++)
        if (begins[i])
            number_run(s, i);
    free(begins);
    return ERR_OK;
}

/* ---- a folder, all folders ---- */

static enum err isoname_store(struct iso_tree *t, u32 first,
                              const struct names *s)
{
    for (u32 i = 0; i < s->n; i++) {
        const struct label *l = &s->l[i];
        u16 *c = calloc(l->n + 1u, sizeof *c);

        if (!c)
            return ERR_NOMEM;
        memcpy(c, l->c, l->n * sizeof *c);
        t->e[l->entry].label[s->view] = c;
        t->view[s->view].order[first + i] = l->entry;
    }
    return ERR_OK;
}

static enum err isoname_folder(struct iso_tree *t, u32 number, int view)
{
    u32 first = t->e[number].first;
    struct names s = { .n = t->e[number].count, .slots = 4, .view = view };
    enum err e = ERR_NOMEM;

    while (s.slots < 2 * s.n)
        s.slots *= 2;
    s.l = calloc(s.n + 1, sizeof *s.l);
    s.slot = calloc(s.slots, sizeof *s.slot);
    if (s.l && s.slot) {
        for (u32 i = 0; i < s.n; i++) {
            s.l[i].entry = first + i;
            label_make(&s.l[i], &t->e[first + i], view);
        }
        e = names_part(&s);
        qsort(s.l, s.n, sizeof *s.l, by_letters);
        e = e ? e : isoname_store(t, first, &s);
    }
    free(s.l);
    free(s.slot);
    return e;
}

enum err isoname_all(struct iso_tree *t)
{
    enum err e = ERR_OK;

    for (int v = 0; v < ISO_VIEWS && !e; v++) {
        struct iso_view *w = &t->view[v];

        w->order = calloc(t->n, sizeof *w->order);
        w->dir = calloc(t->n, sizeof *w->dir);
        e = w->order && w->dir ? ERR_OK : ERR_NOMEM;
        for (u32 i = 0; i < t->n && !e; i++)
            if (t->e[i].info.folder)
                e = isoname_folder(t, i, v);
    }
    return e;
}

/* ---- bytes ---- */

static u32 put_letter_of(u8 *to, u16 c, int view)
{
    if (view == ISO_DOS) {
        *to = (u8)c;
        return 1;
    }
    put_be16(to, c);
    return 2;
}

u32 isoname_put(const struct iso_entry *e, int view, u8 *to)
{
    const char *behind = e->info.folder ? "" : ";1";
    u32 n = 0;
    bool dot = e->info.folder || view == ISO_JOLIET;

    if (!*e->name) {
        *to = 0;
        return 1;
    }
    for (const u16 *c = e->label[view]; *c; c++) {
        n += put_letter_of(to + n, *c, view);
        dot |= *c == '.';
    }
    if (!dot)
        n += put_letter_of(to + n, '.', view);
    for (; *behind; behind++)
        n += put_letter_of(to + n, (u8)*behind, view);
    return n;
}

void isoname_text(u8 *to, u32 n, const char *text, int view)
{
    u16 w[UNITS], c;
    u32 have = (u32)fat_to_utf16(text, w, UNITS - 2), at = 0;

    for (u32 i = 0; at + (view ? 2 : 1) <= n; i++) {
        c = i >= have ? ' ' : view == ISO_DOS ? dos_letter(w[i])
                                              : joliet_letter(w[i]);
        at += put_letter_of(to + at, c, view);
    }
}
