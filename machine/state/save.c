/* save.c - writes a machine's state (snapshot.h). */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/state/snapshot.h"
#include "machine/time/migrate.h"

static void snapshot_put_chunk(struct buf *b, const char *name, u8 packing,
                               u64 size, const void *p, size_t stored)
{
    buf_put(b, strlen(name), 1);
    buf_put_bytes(b, name, strlen(name));
    buf_put(b, packing, 1);
    buf_put(b, size, 8);
    buf_put(b, stored, 8);
    buf_put_bytes(b, p, stored);
}

enum { PART = 1 << 20 };                /* packed between two questions */

/* What zlib's compress2() does, but that it can be left. */
static bool snapshot_pack(struct pc *pc, const struct span *s, u8 *to,
                          u64 *room)
{
    z_stream z = { .next_out = to, .next_in = s->p };
    size_t left = s->size;
    int r = deflateInit(&z, 1);

    while (r == Z_OK) {
        size_t n = left < PART ? left : PART;

        if (pc->config.give_up && pc->config.give_up(pc->config.ctx))
            break;
        z.avail_in = (uInt)n;
        z.avail_out = (uInt)(*room - z.total_out);
        left -= n;
        r = deflate(&z, left ? Z_NO_FLUSH : Z_FINISH);
    }
    *room = z.total_out;
    deflateEnd(&z);
    return r == Z_STREAM_END;
}

static void put_packed(struct buf *b, struct pc *pc, const struct span *s)
{
    u64 n = compressBound((uLong)s->size);
    u8 *p;

    if (outgoing_has_sent(pc, s)) {
        snapshot_put_chunk(b, s->name, AHEAD, s->size, "", 0);
        return;
    }
    p = malloc(n);

    if (!p || !snapshot_pack(pc, s, p, &n))
        b->failed = true;
    else
        snapshot_put_chunk(b, s->name, ZLIB, s->size, p, n);
    free(p);
}

static void snapshot_put_table(struct buf *b, const char *name,
                               const struct table *t, const void *obj)
{
    struct buf part = { 0 };

    state_save(t, obj, &part);
    b->failed |= part.failed;
    snapshot_put_chunk(b, name, PLAIN, part.len, part.p, part.len);
    buf_free(&part);
}

static void put_media(struct buf *b, struct pc *pc)
{
    char name[12];

    for (int n = 0; n < PC_DRIVES; n++) {
        struct buf part = { 0 };

        if (!pc->disk[n] || !pc->disk[n]->ops->save)
            continue;
        media_chunk_name(name, n);
        pc->disk[n]->ops->save(pc->disk[n], &part);
        b->failed |= part.failed;
        snapshot_put_chunk(b, name, PLAIN, part.len, part.p, part.len);
        buf_free(&part);
    }
}

static void put_part_list(struct buf *b, struct pc *pc)
{
    struct buf text = { 0 };

    state_parts(&text, pc);
    b->failed |= text.failed;
    snapshot_put_chunk(b, "parts", PLAIN, text.len, text.p, text.len);
    buf_free(&text);
}

static void put_media_ids(struct buf *b, struct pc *pc)
{
    char name[12];

    for (int n = 0; n < PC_DRIVES; n++) {
        struct media_id id;

        media_id_take(pc, n, &id);
        id_chunk_name(name, n);
        snapshot_put_table(b, name, &media_id_table, &id);
    }
}

static void put_queue(struct buf *b, const struct pc *pc)
{
    struct buf part = { 0 };

    queue_save(pc, &part);
    b->failed |= part.failed;
    snapshot_put_chunk(b, "journal", PLAIN, part.len, part.p, part.len);
    buf_free(&part);
}

static void snapshot_put_all(struct buf *b, struct pc *pc)
{
    buf_put_bytes(b, state_magic, STATE_MAGIC);
    buf_put(b, STATE_VERSION, 4);
    put_part_list(b, pc);
    snapshot_put_table(b, "pc", &pc_table, &pc->s);
    snapshot_put_table(b, "cpu", &cpu_table, cpu_state(pc->cpu));
    snapshot_put_table(b, "tlb", &tlb_table, cpu_tlb_state(pc->cpu));
    put_queue(b, pc);
    for (int i = 0; i < pc->objects; i++)
        snapshot_put_table(b, pc->object[i].name, pc->object[i].table,
                           pc->object[i].obj);
    for (int i = 0; i < pc->spans; i++)
        put_packed(b, pc, &pc->span[i]);
    put_media(b, pc);
    put_media_ids(b, pc);
}

void *pc_save_bytes(struct pc *pc, size_t *size)
{
    struct buf b = { 0 };
    u8 crc[4];
    u32 v;

    machine_settle(pc);
    snapshot_put_all(&b, pc);
    v = (u32)crc32_z(0, b.p, b.len);
    for (int i = 0; i < 4; i++)
        crc[i] = (u8)(v >> 8 * i);
    snapshot_put_chunk(&b, "end", PLAIN, 4, crc, 4);
    *size = b.len;
    if (b.failed)
        buf_free(&b);
    return b.p;
}
