/* image.c - image files of whatever format: they are opened, read, checked,
 * described, written to and opened again, and so are the FAT file systems and
 * the tracks in them. What a sector holds once it was written does not change.
 *
 * Input: a byte of options, then the file. */
#include <unistd.h>

#include "machine/block/cd/disc.h"
#include "machine/block/floppy/surface.h"
#include "machine/fat/fat.h"
#include "machine/iso/isoread.h"
#include "tests/fuzz/fuzz.h"

enum { READS = 64, PIECE = 16, FILES = 40, WRITE = 1, REPAIR = 2,
       FRAMES = 100 };

/* Sheets name files. Those of a disc lie beside the image: "image.bin" for cue
 * sheets, "image.img" for CloneCD, "image.mdf" for Alcohol 120%. */
static char home[] = "/tmp/isabox-fuzz-XXXXXX";
static char image[sizeof home + 8], bin[sizeof home + 12],
            img[sizeof home + 12], mdf[sizeof home + 12];

static void remove_folder(void)
{
    unlink(bin);
    unlink(img);
    unlink(mdf);
    rmdir(home);
}

static void make_disc(const char *path)
{
    static u8 frame[FRAME];
    FILE *f = fopen(path, "wb");

    memset(frame + 1, 0xff, 10);
    for (int i = 0; f && i < FRAMES; i++) {
        frame[14] = frame[20] = (u8)i;
        frame[15] = 1 + i % 2;
        fwrite(frame, 1, FRAME, f);
    }
    if (!f || fclose(f))
        found("%s can't be written", path);
}

static void make_folder(void)
{
    if (*image)
        return;
    if (!mkdtemp(home))
        found("there is no folder in /tmp");
    atexit(remove_folder);
    snprintf(image, sizeof image, "%s/image", home);
    snprintf(bin, sizeof bin, "%s.bin", image);
    snprintf(img, sizeof img, "%s.img", image);
    snprintf(mdf, sizeof mdf, "%s.mdf", image);
    make_disc(bin);
    make_disc(img);
    make_disc(mdf);
}

static struct file *memory_of(const u8 *p, size_t n)
{
    struct file *f;

    make_folder();
    if (file_memory(&f, p, n, image, NULL))
        found("no memory");
    return f;
}

/* Both ends and places in between; most sectors of a large disk are zeros. */
static void read_some(struct block *b)
{
    static u8 buf[PIECE * SECTOR];
    u64 data;

    for (u64 i = 0; i <= READS; i++) {
        u64 at = b->sectors > PIECE ? (b->sectors - PIECE) / READS * i : 0;
        u32 n = b->sectors > PIECE ? PIECE : (u32)b->sectors;

        block_read(b, at, buf, n);
    }
    block_read(b, b->sectors - 1, buf, 1);
    for (u64 at = 0, k = 1, i = 0; at < b->sectors && k && i < 100; i++) {
        k = block_zeros(b, at, &data);
        k = k ? k : data;
        at += k;
    }
}

static void describe(struct block *b, bool repair)
{
    struct block_details d = { 0 };
    struct block_check c = { 0 };
    struct why why;

    if (b->sectors > 1 << 24)
        return;                         /* it would take long, no more */
    if (b->ops->describe)
        b->ops->describe(b, &d);
    if (b->ops->check)
        b->ops->check(b, repair && !b->readonly, &c, &why);
    block_details_free(&d);
    buf_free(&c.text);
}

static void read_disc(struct block *b)
{
    u8 frame[FRAME];

    for (int i = 0; b->disc && i < b->disc->tracks; i++) {
        disc_read_raw(b, b->disc->track[i].start, frame);
        disc_read_raw(b, b->disc->track[i].end - 1, frame);
    }
    disc_read_raw(b, b->disc->frames, frame);
}

/* What a floppy drive would meet. */
static void read_tracks(struct block *b)
{
    struct floppy_format f;
    struct surface s;
    u8 p[SURFACE_PIECE];

    if (!floppy_format_of(b, &f))
        return;
    for (u32 t = 0; t < 2 * FLOPPY_CYLINDERS; t++) {
        if (surface_read(b, &f, t / 2, t % 2, &s))
            continue;
        if (s.n > SURFACE_MOST)
            found("a track with too many sectors");
        for (int i = 0; i < s.n; i++)
            surface_load(b, s.sector[i].at, p, sizeof p);
    }
}

/* ---- file systems ---- */

static enum err drop_bytes(void *ctx, void *bytes, u32 n, struct why *why)
{
    (void)ctx, (void)bytes, (void)why;
    return n > 1 << 20 ? ERR_RANGE : ERR_OK;
}

static enum err give_zeros(void *ctx, void *bytes, u32 n, struct why *why)
{
    (void)ctx, (void)why;
    memset(bytes, 0x41, n);
    return ERR_OK;
}

static void write_files(struct fat *f)
{
    struct fat_stream from = { give_zeros, NULL };
    struct fat_entry e = { .name = "A long name of a file.text", .size = 3000,
                           .attr = FAT_ARCHIVE };
    struct fat_entry folder = { .name = "FOLDER", .date = 0x21 };
    struct why why;

    if (!fat_make_folder(f, &folder, &why))
        e.folder = folder.cluster;
    if (fat_write_file(f, &e, &from, &why))
        return;
    if (fat_move(f, &e, 0, "other.txt", &why))
        return;
    if (!fat_find(f, "/OTHER.TXT", &e, &why))
        fat_remove(f, &e, &why);
}

struct looking { struct iso_volume *v; int depth; };

static enum err look_at_entry(void *ctx, struct fat_entry *e)
{
    struct looking in = *(struct looking *)ctx;
    struct fat_stream to = { drop_bytes, NULL };
    struct why why;

    if (strchr(e->name, '/') || fat_is_dots(e->name))
        found("a name that leads elsewhere");
    if (in.v->met > FILES)
        return ERR_RANGE;
    if (!(e->attr & FAT_FOLDER) && e->size < 1 << 20)
        isoread_file(in.v, e, &to, &why);
    else if (in.depth++ < 5)
        isoread_list(in.v, e->cluster, look_at_entry, &in, &why);
    return ERR_OK;
}

static void look_into_disc(struct block *b)
{
    struct iso_volume v;
    struct looking in = { &v, 0 };
    struct why why = { "" };

    if (isoread_open(&v, b, &why) ||
        isoread_list(&v, v.root, look_at_entry, &in, &why)) {
        if (!*why.text && v.met <= FILES)
            found("refused without a word");
    }
}

static void look_into(struct block *b, bool write)
{
    struct fat_stream to = { drop_bytes, NULL };
    struct fat_report r;
    struct fat_dir d;
    struct fat_entry e;
    struct fat f;
    struct why why;
    u32 at = 0;

    if (b->sectors > 1 << 24 || fat_open_partition(&f, b, 0, &why))
        return;
    if (!fat_check(&f, &r, &why))
        buf_free(&r.text);
    if (!fat_dir_read(&f, 0, &d, &why)) {
        for (int i = 0; i < FILES && fat_dir_next(&f, &d, &at, &e); i++)
            fat_read_file(&f, &e, &to, &why);
        fat_dir_free(&d);
    }
    if (write && !b->readonly)
        write_files(&f);
    fat_close(&f);
}

/* What was written is there when nothing else was written behind it. */
static void write_some(struct block *b)
{
    static u8 out[PIECE * SECTOR], in[PIECE * SECTOR];
    u32 n = b->sectors > PIECE ? PIECE : (u32)b->sectors;

    for (u64 i = 0; i < 8; i++) {
        u64 at = (b->sectors - n) / 8 * i;

        memset(out, (int)i + 1, sizeof out);
        if (block_write(b, at, out, n) || block_read(b, at, in, n))
            continue;
        if (b->sectors < 64 || memcmp(in, out, (size_t)n * SECTOR) == 0)
            continue;
        if (b->format == &format_raw)
            found("sector %llu is not what was written",
                  (unsigned long long)at);
    }
    block_flush(b);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    u32 options = take(&in, 1);
    struct open_how how = { .readonly = !(options & WRITE) };
    struct block *b;
    struct why why = { "" };

    if (block_open_file(&b, memory_of(in.p, in.n), &how, &why)) {
        if (!*why.text)
            found("refused without a word");
        return 0;
    }
    if (b->sectors == 0)
        found("a medium of no sectors");
    read_some(b);
    describe(b, options & REPAIR);
    if (b->disc) {
        read_disc(b);
        look_into_disc(b);
    }
    read_tracks(b);
    look_into(b, options & WRITE);
    if (options & WRITE)
        write_some(b);
    block_close(b);
    return 0;
}
