/* hostfolder.c - a guest writes what it likes to the disk that a folder of the
 * host is, and the host is brought up to it again and again: nothing comes to
 * lie outside of the folder, and what is there goes on being a folder.
 *
 * Input: pieces of a kind, a place and some bytes: over the FAT, over
 * directories, over anything; a flush; a file on the host. */
#include <sys/stat.h>
#include <unistd.h>

#include "machine/folder/folder.h"
#include "tests/fuzz/folder.h"

enum { PIECES = 400, FILES = 6, NEAR = 64 };

static struct block *fresh_disk(bool wide)
{
    char path[PATH + 100];
    struct folder_how how;
    struct block *b = NULL;
    struct why why;

    for (int i = 0; i < FILES; i++) {
        FILE *f;

        snprintf(path, sizeof path, "%s/in/%s%d.txt", folder,
                 i % 2 ? "sub/a long name " : "F", i);
        f = fopen(path, "wb");
        if (f) {
            fprintf(f, "file %d", i);
            fclose(f);
        }
    }
    snprintf(path, sizeof path, "fat:rw:%s%s/in", wide ? "32:" : "", folder);
    how = folder_parse(path);
    if (folder_open(&b, &how, &why))
        found("%s", why.text);
    return b;
}

/* Where most is to be found: the boot sector, the FAT, directories. */
static u64 place_of(const struct fat *f, struct input_bytes *in)
{
    u32 kind = take(in, 1), at = take(in, 2);

    switch (kind % 4) {
    case 0: return f->first + f->table_at + at % NEAR % f->table_sectors;
    case 1: return f->first + f->table_at + f->table_sectors +
                   at % NEAR % f->table_sectors;
    case 2: return f->first + (f->root_sectors ? f->root_at : f->data_at) +
                   at % NEAR;
    default: return f->first + f->data_at + at % (8 * NEAR);
    }
}

static void write_piece(struct block *b, const struct fat *f,
                        struct input_bytes *in)
{
    u64 sector = place_of(f, in);
    u32 at = take(in, 2), n = take(in, 1) % 40;
    u8 s[SECTOR];

    if (take(in, 1) == 0xff)
        sector = take(in, 1) % 2 ? f->first : 0;
    block_read(b, sector, s, 1);
    while (n-- > 0)
        s[at++ % SECTOR] = (u8)take(in, 1);
    block_write(b, sector, s, 1);
}

static void host_piece(struct input_bytes *in)
{
    char path[PATH + 20];
    FILE *f;

    snprintf(path, sizeof path, "%s/in/F%u.txt", folder,
             take(in, 1) % FILES);
    f = fopen(path, "wb");
    if (f) {
        fputs("by the host", f);
        fclose(f);
    }
}

static enum err put_sectors(void *ctx, u64 sector, const void *buf, u32 n)
{
    return block_write(ctx, sector, buf, n);
}

static void act(struct block *b, const struct fat *f, struct input_bytes *in)
{
    struct block_put put = { put_sectors, b };
    struct why why;

    switch (take(in, 1) % 16) {
    case 0:  block_flush(b); break;
    case 1:  host_piece(in); break;
    case 2:  b->ops->refresh(b, &put, &why); break;
    default: write_piece(b, f, in);
    }
}

/* All but the folder itself is as it was. */
static void look_outside(void)
{
    if (folder_count(folder) != 1)
        found("something lies outside of the folder");
}

static void clear(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        char name[4 * PATH];
        struct stat st;

        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
            snprintf(name, sizeof name, "%s/%s", path, e->d_name) >=
                (int)sizeof name || lstat(name, &st))
            continue;
        if (S_ISDIR(st.st_mode))
            clear(name);
        remove(name);
    }
    if (d)
        closedir(d);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    struct block *b;
    struct why why;
    struct fat f;

    mkdir(in_folder("in"), 0700);
    mkdir(in_folder("in/sub"), 0700);
    b = fresh_disk(take(&in, 1) & 1);
    if (fat_open_partition(&f, b, 0, &why))
        found("%s", why.text);
    for (int i = 0; i < PIECES && in.n; i++)
        act(b, &f, &in);
    fat_close(&f);
    block_close(b);
    look_outside();
    clear(in_folder("in"));
    rmdir(in_folder("in"));
    return 0;
}
