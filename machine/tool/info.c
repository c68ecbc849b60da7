/* info.c - isabox image: info and check. */
#include <inttypes.h>
#include <string.h>

#include "machine/media/image.h"
#include "machine/tool/tool.h"

/* ---- info ---- */

static void print_buf(struct tool *t, const struct buf *b)
{
    if (b->len && t->io->text)
        t->io->text(t->io->ctx, (const char *)b->p, b->len);
}

static void print_text(struct tool *t, struct block *b,
                       const struct block_details *d)
{
    struct buf text = { 0 };

    tool_print(t, "format %s (%s)%s%s\n", b->format->name, b->format->words,
               d->subformat ? ", " : "", d->subformat ? d->subformat : "");
    print_buf(t, &d->text);
    for (u32 i = 0; i < d->snapshots; i++)
        tool_print(t, "snapshot %s: %s\n", d->snapshot[i].id,
                   d->snapshot[i].name);
    if (d->backing)
        tool_print(t, "backed by %s%s%s\n", d->backing,
                   d->backing_format ? ", format " : "",
                   d->backing_format ? d->backing_format : "");
    if (d->cluster)
        tool_print(t, "%" PRIu64 " of %" PRIu64 " sectors are in the file\n",
                   d->allocated < b->sectors ? d->allocated : b->sectors,
                   b->sectors);
    image_text(b, &text);
    print_buf(t, &text);
    buf_free(&text);
}

static void json_member(struct tool *t, const char *name, const char *text)
{
    tool_print(t, "    \"%s\": ", name);
    tool_json_text(t, text);
    tool_print(t, ",\n");
}

static void json_geometry(struct tool *t, struct block *b)
{
    struct image_info i;

    image_look(b, &i);
    tool_print(t, "    \"geometry\": { \"floppy\": %s, \"cylinders\": %u, "
               "\"heads\": %u, \"sectors\": %u, \"source\": ",
               i.floppy ? "true" : "false",
               i.floppy ? i.format.cylinders : i.chs.cylinders,
               i.floppy ? i.format.heads : i.chs.heads,
               i.floppy ? i.format.sectors : i.chs.sectors);
    tool_json_text(t, chs_source_text(i.source));
    tool_print(t, " },\n");
}

static void json_snapshots(struct tool *t, const struct block_details *d)
{
    for (u32 i = 0; i < d->snapshots; i++) {
        const struct block_snapshot *s = &d->snapshot[i];

        tool_print(t, i ? ",\n        { \"id\": "
                        : "    \"snapshots\": [\n        { \"id\": ");
        tool_json_text(t, s->id);
        tool_print(t, ", \"name\": ");
        tool_json_text(t, s->name);
        tool_print(t, ", \"date-sec\": %u, \"date-nsec\": %u, "
                   "\"vm-clock-sec\": %" PRIu64 ", \"vm-clock-nsec\": %"
                   PRIu64 ", \"vm-state-size\": %" PRIu64 ", \"icount\": %"
                   PRIu64 " }", s->seconds, s->ns, s->clock / 1000000000,
                   s->clock % 1000000000, s->state, s->icount);
    }
    if (d->snapshots)
        tool_print(t, "\n    ],\n");
}

static void print_json(struct tool *t, struct block *b,
                       const struct block_details *d)
{
    tool_print(t, "{\n");
    json_snapshots(t, d);
    tool_print(t, "    \"virtual-size\": %" PRIu64 ",\n",
               b->sectors * SECTOR);
    json_member(t, "filename", t->arg[0]);
    if (d->cluster)
        tool_print(t, "    \"cluster-size\": %" PRIu64 ",\n", d->cluster);
    json_member(t, "format", b->format->name);
    tool_print(t, "    \"actual-size\": %" PRIu64 ",\n",
               host_disk_usage(t->arg[0]));
    if (d->backing)
        json_member(t, "backing-filename", d->backing);
    if (d->backing_format)
        json_member(t, "backing-filename-format", d->backing_format);
    if (d->json.len) {
        tool_print(t, "    \"format-specific\": { \"type\": \"%s\", "
                   "\"data\": { ", b->format->name);
        print_buf(t, &d->json);
        tool_print(t, " } },\n");
    }
    json_geometry(t, b);
    tool_print(t, "    \"dirty-flag\": %s\n}\n", d->dirty ? "true" : "false");
}

enum err tool_info(struct tool *t)
{
    struct block_details d = { 0 };
    struct block *b;
    enum err e = tool_open(t, &b, true);

    if (e)
        return e;
    if (b->ops->describe)
        b->ops->describe(b, &d);
    (t->json ? print_json : print_text)(t, b, &d);
    block_details_free(&d);
    block_close(b);
    return ERR_OK;
}

/* ---- check ---- */

static enum err check_structure(struct tool *t, struct block *b)
{
    struct block_check c = { 0 };
    enum err e;

    if (!b->ops->check) {
        tool_print(t, "format %s: there is nothing to check\n",
                   b->format->name);
        return ERR_OK;
    }
    e = b->ops->check(b, t->repair, &c, t->why);
    if (!e) {
        print_buf(t, &c.text);
        tool_print(t, "format %s: %" PRIu64 " corruptions, %" PRIu64
                   " leaked clusters, %" PRIu64 " mended; %" PRIu64 " of %"
                   PRIu64 " clusters in use\n", b->format->name, c.corruptions,
                   c.leaks, c.fixed, c.allocated, c.total);
        if (c.corruptions + c.leaks > c.fixed)
            t->status = 1;
    }
    buf_free(&c.text);
    return e;
}

static enum err check_fat(struct tool *t, struct fat *f, u32 number)
{
    struct fat_report r;
    enum err e = fat_check(f, &r, t->why);

    if (e)
        return e;
    print_buf(t, &r.text);
    if (number)
        tool_print(t, "partition %u: ", number);
    tool_print(t, "FAT%u: %u files, %u folders, %u of %u clusters free; %u "
               "lost clusters, %u crossed chains, %u other errors\n", f->bits,
               r.files, r.folders, r.free, r.total, r.lost, r.crossed,
               r.wrong);
    if (r.lost || r.crossed || r.wrong)
        t->status = 1;
    buf_free(&r.text);
    return ERR_OK;
}

enum err tool_check(struct tool *t)
{
    struct fat_partition p[FAT_PARTITIONS];
    struct block *b;
    struct fat f;
    enum err e = tool_open(t, &b, !t->repair);
    int n = e ? 0 : fat_partitions(b, p);

    e = e ? e : check_structure(t, b);
    if (!e && n == 0 && !fat_open(&f, b, 0, b->sectors, NULL)) {
        e = check_fat(t, &f, 0);
        fat_close(&f);
    }
    for (int i = 0; i < n && !e; i++)
        if (!fat_open(&f, b, p[i].first, p[i].sectors, NULL)) {
            e = check_fat(t, &f, p[i].number);
            fat_close(&f);
        }
    block_close(b);
    return e;
}
