/* test_floppies.c - floppy images of ImageDisk and Teledisk: made here, read
 * back byte by byte; odd sectors are told, damaged files refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/chs.h"
#include "machine/block/format.h"
#include "machine/block/floppy/lzhuf.h"
#include "machine/core/bytes.h"

enum { C = 42, H = 2, S = 9, SECTORS = C * H * S };
enum { PLAIN, PAIRS, PIECES };

static struct why why;
static u8 disk[SECTORS][SECTOR], got[SECTORS][SECTOR];
static u32 seed;

static u32 dice(u32 n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* Sectors of one byte, of pairs, of words and of noise. */
static void fill_disk(void)
{
    static const char *const words[] = { "the ", "disk ", "of ", "tracks " };

    seed = 7;
    for (int i = 0; i < SECTORS; i++)
        for (int k = 0; k < SECTOR; k++)
            switch (i % 5) {
            case 0: disk[i][k] = (u8)i; break;
            case 1: disk[i][k] = (u8)(k & 1 ? i : ~i); break;
            case 2: disk[i][k] = (u8)words[i / 5 % 4][k % 4]; break;
            case 3: disk[i][k] = k < 90 ? (u8)dice(256) : 0xf6; break;
            default: disk[i][k] = (u8)dice(i < 200 ? 256 : k < 60 ? 9 : 1);
            }
}

static bool is_one_byte(const u8 *p)
{
    return memcmp(p, p + 1, SECTOR - 1) == 0;
}

/* ---- opening ---- */

static enum err open_buf(struct block **b, const struct buf *o, size_t n)
{
    struct open_how how = { .readonly = false };
    struct file *f;

    ck_assert_int_eq(file_memory(&f, o->p, n, "floppy", &why), ERR_OK);
    why.text[0] = 0;
    return block_open_file(b, f, &how, &why);
}

static struct block *opened(const struct buf *o)
{
    struct block *b;

    ck_assert_msg(open_buf(&b, o, o->len) == ERR_OK, "%s", why.text);
    return b;
}

static void refused(struct buf *o, const char *words)
{
    struct block *b;

    ck_assert_int_eq(open_buf(&b, o, o->len), ERR_FORMAT);
    ck_assert_msg(strstr(why.text, words) != NULL, "%s", why.text);
    buf_free(o);
}

/* What `image info` says, once as text and once as JSON. */
static void says(struct block *b, const char *text, const char *json)
{
    struct block_details d = { 0 };

    b->ops->describe(b, &d);
    buf_put(&d.text, 0, 1);
    buf_put(&d.json, 0, 1);
    ck_assert_msg(strstr((char *)d.text.p, text) != NULL, "%s", d.text.p);
    ck_assert_msg(strstr((char *)d.json.p, json) != NULL, "%s", d.json.p);
    block_details_free(&d);
}

static void same(struct buf *o)
{
    struct block *b = opened(o);

    ck_assert_uint_eq(b->sectors, SECTORS);
    ck_assert_uint_eq(b->cylinders, C);
    ck_assert_uint_eq(b->heads, H);
    ck_assert_uint_eq(b->spt, S);
    memset(got, 0xcc, sizeof got);
    ck_assert_int_eq(block_read(b, 0, got, SECTORS), ERR_OK);
    for (int i = 0; i < SECTORS; i++)
        ck_assert_msg(!memcmp(got[i], disk[i], SECTOR), "sector %d", i);
    ck_assert_int_eq(block_write(b, 0, got, 1), ERR_RDONLY);
    block_close(b);
    buf_free(o);
}

/* ---- ImageDisk ---- */

static void imd_head(struct buf *o)
{
    static const char text[] = "IMD 1.18: 01/02/2026 12:00:00\r\na disk\x1a";

    buf_put_bytes(o, text, sizeof text - 1);
}

static void imd_record(struct buf *o, const u8 *p, u8 type)
{
    bool one = is_one_byte(p);

    buf_put(o, type + (one ? 1 : 0), 1);
    buf_put_bytes(o, p, one ? 1 : SECTOR);
}

/* step: of the interleave; it shares no factor with S. */
static void imd_track(struct buf *o, int c, int h, int step, bool maps)
{
    const u8 head[] = { 5, (u8)c, (u8)(h | (maps ? 0xc0 : 0)), S, 2 };

    buf_put_bytes(o, head, sizeof head);
    for (int s = 0; s < S; s++)
        buf_put(o, (u32)(s * step % S + 1), 1);
    for (int s = 0; s < S && maps; s++)
        buf_put(o, (u32)c, 1);
    for (int s = 0; s < S && maps; s++)
        buf_put(o, (u32)h, 1);
    for (int s = 0; s < S; s++)
        imd_record(o, disk[(c * H + h) * S + s * step % S], 1);
}

static struct buf imd_disk(int step, bool maps)
{
    struct buf o = { 0 };

    imd_head(&o);
    for (int c = 0; c < C; c++)
        for (int h = 0; h < H; h++)
            imd_track(&o, c, h, step, maps);
    return o;
}

START_TEST(imd)
{
    struct buf o = imd_disk(1, false);

    same(&o);
    o = imd_disk(2, true);
    same(&o);
}
END_TEST

START_TEST(imd_interleave_is_told)
{
    struct buf o = imd_disk(2, false);
    struct block *b = opened(&o);

    says(b, "84 sectors not in the order", "\"reordered\": 84");
    block_close(b);
    buf_free(&o);
}
END_TEST

/* A track of sectors with numbers, sizes and types of its own. */
struct odd { u8 id, size, type; };

static void imd_odd_track(struct buf *o, int c, int h, const struct odd *s,
                          int n)
{
    const u8 head[] = { 5, (u8)c, (u8)h, (u8)n, 0xff };
    static u8 bytes[8192];

    buf_put_bytes(o, head, sizeof head);
    for (int i = 0; i < n; i++)
        buf_put(o, s[i].id, 1);
    for (int i = 0; i < n; i++)
        buf_put(o, 128u << s[i].size, 2);
    for (int i = 0; i < n; i++) {
        memset(bytes, (s[i].type < 5 ? 0x40 : 0x80) + s[i].id, sizeof bytes);
        buf_put(o, s[i].type, 1);
        if (s[i].type)
            buf_put_bytes(o, bytes, s[i].type & 1 ? 128u << s[i].size : 1);
    }
}

/* Number 4 is missing, 5 has no data, 6 is there twice, first damaged. */
static const struct odd oddities[] = {
    { 1, 2, 3 }, { 2, 2, 5 }, { 3, 2, 8 }, { 5, 2, 0 }, { 6, 2, 5 },
    { 6, 2, 2 }, { 7, 3, 1 }, { 7, 2, 1 }, { 8, 2, 1 }, { 9, 2, 1 },
    { 200, 2, 1 }, { 0, 2, 1 },
};

START_TEST(odd_sectors_are_told)
{
    static const char *const words[][2] = {
        { "1 sector not on the disk: zeros (the first: cylinder 3, head 1, "
          "sector 4)", "\"missing\": 1" },
        { "1 sector without a data field", "\"no-data\": 1" },
        { "3 sectors read with a wrong CRC", "\"crc-errors\": 3" },
        { "2 sectors with a deleted mark", "\"deleted\": 2" },
        { "1 sector of another size", "\"odd-sizes\": 1" },
        { "2 sectors of a number", "\"odd-numbers\": 2" },
        { "1 sector more than once", "\"repeated\": 1" },
    };
    static const u8 first[] = { 0x41, 0x82, 0x83, 0, 0, 0x46, 0x47 };
    struct buf o = { 0 };
    struct block *b;

    imd_head(&o);
    for (int c = 0; c < C; c++)
        for (int h = 0; h < H; h++)
            if (c == 3 && h == 1)
                imd_odd_track(&o, c, h, oddities, COUNT_OF(oddities));
            else
                imd_track(&o, c, h, 1, false);
    b = opened(&o);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        says(b, words[i][0], words[i][1]);
    ck_assert_int_eq(block_read(b, (3 * H + 1) * S, got, S), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(first); i++)
        ck_assert_uint_eq(got[i][511], first[i]);
    block_close(b);
    buf_free(&o);
}
END_TEST

static struct buf imd_of(const struct odd *s, int n, int c, int h)
{
    struct buf o = { 0 };

    imd_head(&o);
    imd_odd_track(&o, c, h, s, n);
    return o;
}

START_TEST(imd_refusals)
{
    static const struct odd plain = { 1, 2, 1 },
                            type = { 1, 2, 9 };
    struct buf o = imd_of(&plain, 1, 84, 0);

    refused(&o, "cylinder 84, head 0: no floppy drive");
    o = imd_of(&plain, 1, 0, 2);
    refused(&o, "head 2: no floppy drive");
    o = imd_of(&type, 1, 0, 0);
    refused(&o, "a type of record");
    o = (struct buf){ 0 };
    imd_head(&o);
    refused(&o, "no track has a sector");
    imd_head(&o);
    buf_put(&o, 6, 5);
    refused(&o, "a mode");
    imd_head(&o);
    buf_put(&o, 0x0701000005, 5);
    refused(&o, "a sector size");
}
END_TEST

/* Without a BPB a size of 756 sectors would be taken for a 1.44 MB disk. */
START_TEST(tracks_say_the_geometry)
{
    struct buf o = imd_disk(1, false);
    struct block *b = opened(&o), *over;
    struct floppy_format f;
    enum chs_source source;

    ck_assert_int_eq(block_open_overlay(&over, b, &why), ERR_OK);
    ck_assert(image_is_floppy(over));
    ck_assert(floppy_guess(over, &f, &source));
    ck_assert_int_eq(source, CHS_TRACKS);
    ck_assert_uint_eq(f.cylinders, C);
    ck_assert_uint_eq(f.heads, H);
    ck_assert_uint_eq(f.sectors, S);
    block_close(over);
    buf_free(&o);
}
END_TEST

/* ---- Teledisk ---- */

static u16 crc_of(u16 crc, const u8 *p, size_t n)
{
    while (n--) {
        crc ^= (u16)(*p++ << 8);
        for (int k = 0; k < 8; k++)
            crc = (u16)(crc & 0x8000 ? crc << 1 ^ 0xa097 : crc << 1);
    }
    return crc;
}

static void td0_pieces(struct buf *o, const u8 *p)
{
    int n = SECTOR - 1;

    while (n > 0 && p[n - 1] == p[SECTOR - 1])
        n--;
    n += n & 1;
    for (int at = 0, k; at < n; at += k) {
        k = n - at < 255 ? n - at : 255;
        buf_put(o, (u32)k << 8, 2);
        buf_put_bytes(o, p + at, (size_t)k);
    }
    for (int k, left = (SECTOR - n) / 2; left > 0; left -= k) {
        k = left < 255 ? left : 255;
        buf_put(o, 1u | (u32)k << 8, 2);
        buf_put_bytes(o, p + SECTOR - 2, 2);
    }
}

static int method_for(const u8 *p)
{
    return !memcmp(p, p + 2, SECTOR - 2) ? PAIRS
           : p[SECTOR - 1] == p[SECTOR - 9] ? PIECES : PLAIN;
}

/* notes: the CRC as the notes have it. */
static void td0_sector(struct buf *o, int c, int h, int s, const u8 *p,
                       bool notes)
{
    u8 head[6] = { (u8)c, (u8)h, (u8)s, 2, 0, 0 };
    struct buf d = { 0 };
    u16 crc;

    buf_put(&d, (u32)method_for(p), 1);
    switch (method_for(p)) {
    case PAIRS:
        buf_put(&d, 100, 2);
        buf_put_bytes(&d, p, 2);
        buf_put(&d, SECTOR / 2 - 100, 2);
        buf_put_bytes(&d, p, 2);
        break;
    case PIECES: td0_pieces(&d, p); break;
    default: buf_put_bytes(&d, p, SECTOR);
    }
    crc = crc_of(crc_of(0, head, 5), (const u8[]){ (u8)d.len,
                 (u8)(d.len >> 8) }, 2);
    head[5] = (u8)(notes ? crc_of(crc, d.p, d.len) : crc_of(0, p, SECTOR));
    buf_put_bytes(o, head, 6);
    buf_put(o, d.len, 2);
    buf_put_bytes(o, d.p, d.len);
    buf_free(&d);
}

static void td0_comment(struct buf *o)
{
    u8 c[8 + 6] = { 6, 0, 126, 10, 28, 18, 0, 0, 'h', 'e', 'l', 'l', 'o' };

    buf_put(o, crc_of(0, c, sizeof c), 2);
    buf_put_bytes(o, c, sizeof c);
}

static void td0_track(struct buf *o, int n, int c, int h)
{
    const u8 head[] = { (u8)n, (u8)c, (u8)h };

    buf_put_bytes(o, head, 3);
    buf_put(o, crc_of(0, head, 3) & 0xff, 1);
}

static struct buf td0_body(bool notes)
{
    struct buf o = { 0 };

    td0_comment(&o);
    for (int i = 0; i < C * H; i++) {
        td0_track(&o, S, i / H, i % H);
        for (int s = 0; s < S; s++)
            td0_sector(&o, i / H, i % H, s + 1, disk[i * S + s], notes);
    }
    buf_put(&o, 0xff, 1);
    return o;
}

static struct buf td0_head(const char *sign, u8 version)
{
    u8 h[10] = { (u8)sign[0], (u8)sign[1], 0, 0x12, version, 0, 3, 0x80, 0,
                 2 };
    struct buf o = { 0 };

    buf_put_bytes(&o, h, sizeof h);
    buf_put(&o, crc_of(0, h, sizeof h), 2);
    return o;
}

/* Takes the body over. */
static struct buf td0_file(struct buf body)
{
    struct buf o = td0_head("TD", 21);

    buf_put_bytes(&o, body.p, body.len);
    buf_free(&body);
    return o;
}

START_TEST(td0)
{
    struct buf o = td0_file(td0_body(false));

    same(&o);
    o = td0_file(td0_body(true));
    same(&o);
}
END_TEST

/* One bit of a sector's data, which no length depends on. */
START_TEST(td0_wrong_sum_is_told)
{
    struct buf o = td0_file(td0_body(false));
    struct block *b;

    o.p[o.len - 100] ^= 1;
    b = opened(&o);
    says(b, "1 sector not of the image's", "\"checksums\": 1");
    block_close(b);
    buf_free(&o);
}
END_TEST

START_TEST(td0_flags)
{
    static const u8 flags[] = { 2, 4, 0x10, 0x20, 0x40, 0 };
    struct buf o = { 0 };
    struct block *b;

    td0_comment(&o);
    td0_track(&o, COUNT_OF(flags), 0, 0);
    for (u32 i = 0; i < COUNT_OF(flags); i++) {
        size_t at = o.len;

        td0_sector(&o, i == 5, 0, (int)i + 1, disk[0], false);
        o.p[at + 4] = flags[i];
        if (flags[i] & 0x30)
            o.len = at + 6;
    }
    buf_put(&o, 0xff, 1);
    o = td0_file(o);
    b = opened(&o);
    ck_assert_uint_eq(b->spt, 4);
    says(b, "1 sector read with", "\"crc-errors\": 1");
    says(b, "1 sector with a deleted", "\"deleted\": 1");
    says(b, "1 sector without data", "\"absent\": 1");
    says(b, "1 sector without a data field", "\"no-data\": 1");
    says(b, "2 sectors of a number", "\"odd-numbers\": 2");
    block_close(b);
    buf_free(&o);
}
END_TEST

START_TEST(td0_refusals)
{
    struct buf o = td0_head("td", 15);

    buf_put(&o, 0, 8);
    refused(&o, "version 1");
    o = td0_file(td0_body(false));
    o.p[5] ^= 1;
    refused(&o, "the head is damaged");
    o = td0_file(td0_body(false));
    o.p[20] ^= 1;
    refused(&o, "the comment is damaged");
    o = td0_file(td0_body(false));
    o.p[12 + 16 + 1] ^= 1;
    refused(&o, "track's head is damaged");
}
END_TEST

/* ---- LZHUF ----
 *
 * The other half of lzhuf.c, in the plainest way: nodes are found by a look
 * through all of them, and the tree says only who is whose parent. */

enum { LEAVES = 314, NODES = 627, ROOT = 626, RING = 4096, LONGEST = 60 };

static struct { u32 used; int left, symbol; } node[NODES];
static u32 rest;                        /* bits that don't fill a byte */
static int rests;

static void put_bits(struct buf *o, u32 v, int n)
{
    while (n--) {
        rest = rest << 1 | (v >> n & 1);
        if (++rests == 8) {
            buf_put(o, rest & 0xff, 1);
            rests = 0;
        }
    }
}

/* It is used more than n and so stands behind it. */
static int parent_of(int n)
{
    for (int i = n + 1; i < NODES; i++)
        if (node[i].symbol < 0 && (node[i].left == n || node[i].left == n - 1))
            return i;
    return -1;
}

static void raise_tree(void)
{
    for (int i = 0; i < LEAVES; i++) {
        node[i].used = 1;
        node[i].symbol = i;
    }
    for (int i = LEAVES; i < NODES; i++) {
        node[i].left = 2 * (i - LEAVES);
        node[i].used = node[node[i].left].used + node[node[i].left + 1].used;
        node[i].symbol = -1;
    }
}

static void halve_tree(void)
{
    int n = 0;

    for (int i = 0; i < NODES; i++)
        if (node[i].symbol >= 0) {
            node[n] = node[i];
            node[n].used = (node[n].used + 1) / 2;
            n++;
        }
    for (int pair = 0; n < NODES; pair += 2, n++) {
        u32 sum = node[pair].used + node[pair + 1].used;
        int at = n;

        while (node[at - 1].used > sum)
            at--;
        memmove(node + at + 1, node + at, (size_t)(n - at) * sizeof *node);
        node[at].used = sum;
        node[at].left = pair;
        node[at].symbol = -1;
    }
}

static void use_symbol(int n)
{
    if (node[ROOT].used == 0x8000) {
        int symbol = node[n].symbol;

        halve_tree();
        for (n = 0; node[n].symbol != symbol; n++)
            ;
    }
    while (n >= 0) {
        int last = n;

        while (last < ROOT && node[last + 1].used == node[n].used)
            last++;
        if (last != n) {
            __typeof__(node[0]) t = node[n];

            node[n] = node[last];
            node[last] = t;
        }
        node[last].used++;
        n = parent_of(last);
    }
}

static void put_symbol(struct buf *o, int symbol)
{
    u32 code = 0;
    int n = 0, bits = 0, leaf;

    while (node[n].symbol != symbol)
        n++;
    leaf = n;
    for (int up; (up = parent_of(n)) >= 0; n = up, bits++)
        code |= (u32)(n != node[up].left) << bits;
    put_bits(o, code, bits);
    use_symbol(leaf);
}

/* The code of the upper six bits: first code, length, how many there are. */
static void put_distance(struct buf *o, u32 d)
{
    static const struct { u32 code; int bits; u32 first, n; } rows[] = {
        { 0x00, 3, 0, 1 }, { 0x02, 4, 1, 3 }, { 0x0a, 5, 4, 8 },
        { 0x24, 6, 12, 12 }, { 0x60, 7, 24, 24 }, { 0xf0, 8, 48, 16 },
    };
    u32 upper = (d - 1) >> 6;

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (upper >= rows[i].first && upper - rows[i].first < rows[i].n)
            put_bits(o, rows[i].code + upper - rows[i].first, rows[i].bits);
    put_bits(o, (d - 1) & 63, 6);
}

/* The last place where the same three bytes stood, if it is near enough. */
static size_t match_at(const u8 *p, size_t n, size_t at, size_t *from)
{
    static size_t last[1 << 16];
    u32 key;
    size_t k = 0;

    if (at == 0)
        memset(last, 0, sizeof last);
    if (n - at < 3)
        return 0;
    key = (p[at] * 40503u ^ p[at + 1] * 259u ^ p[at + 2]) & 0xffff;
    *from = last[key];
    last[key] = at + 1;
    if (*from == 0 || at - --*from > RING - LONGEST)
        return 0;
    while (k < LONGEST && at + k < n && p[*from + k] == p[at + k])
        k++;
    return k >= 3 ? k : 0;
}

static void pack(struct buf *o, const u8 *p, size_t n)
{
    raise_tree();
    rests = 0;
    for (size_t at = 0; at < n;) {
        size_t from = 0, k = match_at(p, n, at, &from);

        put_symbol(o, k ? (int)k + 253 : p[at]);
        if (k)
            put_distance(o, (u32)(at - from));
        at += k ? k : 1;
    }
    put_bits(o, 0, rests ? 8 - rests : 0);
}

static struct buf packed;               /* packing takes long: once */

static void make_disks(void)
{
    struct buf body;

    fill_disk();
    body = td0_body(false);
    packed = td0_head("td", 21);
    pack(&packed, body.p, body.len);
    buf_free(&body);
}

static void free_disks(void)
{
    buf_free(&packed);
}

static struct buf packed_disk(void)
{
    struct buf o = { 0 };

    buf_put_bytes(&o, packed.p, packed.len);
    return o;
}

START_TEST(td0_packed)
{
    struct buf o = packed_disk();

    same(&o);
}
END_TEST

/* Before the first byte there are spaces; a copy may reach into itself. */
START_TEST(packed_from_nothing)
{
    struct buf o = { 0 }, out = { 0 };

    raise_tree();
    rests = 0;
    put_symbol(&o, 'A');
    put_symbol(&o, 253 + LONGEST);
    put_distance(&o, RING);
    put_symbol(&o, 'B');
    put_symbol(&o, 253 + 3);
    put_distance(&o, 1);
    put_bits(&o, 0, rests ? 8 - rests : 0);
    lzhuf_unpack(&out, o.p, o.len, 1000);
    ck_assert_uint_ge(out.len, 1 + LONGEST + 4);
    ck_assert_uint_eq(out.p[0], 'A');
    for (int i = 1; i <= LONGEST; i++)
        ck_assert_uint_eq(out.p[i], ' ');
    ck_assert_int_eq(memcmp(out.p + 1 + LONGEST, "BBBB", 4), 0);
    buf_free(&o);
    buf_free(&out);
}
END_TEST

/* ---- damage ---- */

typedef struct buf make_fn(void);

static struct buf imd_made(void) { return imd_disk(1, true); }
static struct buf td0_made(void) { return td0_file(td0_body(false)); }

static make_fn *const makes[] = { imd_made, td0_made, packed_disk };

/* Open (maybe as a raw image) or refused with words; what is open can be
 * read. */
static void try_it(const struct buf *o, size_t n)
{
    struct block_details d = { 0 };
    struct block *b;

    if (open_buf(&b, o, n)) {
        ck_assert_uint_gt(strlen(why.text), 0);
        return;
    }
    if (b->ops->describe)
        b->ops->describe(b, &d);
    ck_assert_int_eq(block_read(b, b->sectors - 1, got, 1), ERR_OK);
    block_details_free(&d);
    block_close(b);
}

/* Of a Teledisk image the end is known; ImageDisk's may end behind a track. */
START_TEST(cut_off)
{
    struct buf o = makes[_i]();
    struct block *b;

    for (size_t n = 13; n < o.len; n += 1 + o.len / 60)
        try_it(&o, n);
    if (_i != 1) {
        buf_free(&o);
        return;
    }
    for (size_t n = o.len - 40; n < o.len; n++)
        ck_assert_int_eq(open_buf(&b, &o, n), ERR_FORMAT);
    buf_free(&o);
}
END_TEST

static int many(int n)
{
    const char *more = getenv("FLOPPY_DAMAGES");

    return more ? atoi(more) : n;
}

START_TEST(damaged)
{
    struct buf o = makes[_i](), d = { 0 };
    int n = many(40);

    seed = 99;
    buf_put_bytes(&d, o.p, o.len);
    for (int i = 0; i < n; i++) {
        memcpy(d.p, o.p, o.len);
        for (u32 k = dice(4) + 1; k; k--)
            d.p[dice(dice(2) ? 200 : (u32)d.len)] = (u8)dice(256);
        try_it(&d, d.len - (dice(3) ? 0 : dice((u32)d.len - 20)));
    }
    buf_free(&d);
    buf_free(&o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("floppies");
    TCase *t = tcase_create("floppies");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_unchecked_fixture(t, make_disks, free_disks);
    tcase_add_test(t, imd);
    tcase_add_test(t, imd_interleave_is_told);
    tcase_add_test(t, odd_sectors_are_told);
    tcase_add_test(t, imd_refusals);
    tcase_add_test(t, tracks_say_the_geometry);
    tcase_add_test(t, td0);
    tcase_add_test(t, td0_wrong_sum_is_told);
    tcase_add_test(t, td0_flags);
    tcase_add_test(t, td0_refusals);
    tcase_add_test(t, td0_packed);
    tcase_add_test(t, packed_from_nothing);
    tcase_add_loop_test(t, cut_off, 0, COUNT_OF(makes));
    tcase_add_loop_test(t, damaged, 0, COUNT_OF(makes));
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
