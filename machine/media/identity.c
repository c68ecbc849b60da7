/* identity.c - which media a state was saved with.
 *
 * A guest keeps parts of its disks in memory: FATs, directories, buffers. Over
 * another disk, or over the same one after it changed, it would write them as
 * if nothing had happened. So a state keeps for each drive
 *
 *   birth, generation   which opening of which file it was, by what the host
 *                       says of the file, and how many writes it had seen;
 *   digest              of a sample of its contents: what FAT file systems
 *                       change with every file, some places all over the
 *                       disk, and the clusters the guest used last (touched),
 *                       as those are what it has in memory;
 *   name                a hint for the message. Nothing depends on it.
 *
 * A loaded medium takes over its birth and generation, so within one process
 * not one write is missed; between processes the sample decides. Writes that
 * are kept in memory (-snapshot) travel with the state: there the medium below
 * them counts. None of this is in the hash of the state. */
#include "machine/board.h"
#include "machine/core/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 4096, PARTITION = 2048, PLACES = 256, CHAIN = 16, CHUNK = 64,
       ROWS = 4 };

/* What a drive held. The other two are in no file: nothing was said; it is not
 * what is in the drive now, and that was forced. */
enum { ID_EMPTY, ID_FILE, ID_BUILTIN, ID_KINDS, ID_UNKNOWN = ID_KINDS,
       ID_ANOTHER };

#define S struct media_id
static const struct field id_fields[] = {
    FIELD(S, sectors, "sectors of the medium"),
    FIELD(S, birth, "the file and its opening, as a digest"),
    FIELD(S, generation, "writes until then"),
    FIELD(S, digest, "digest of a sample of its contents"),
    FIELD_ARRAY(S, touched, "clusters of eight used last, plus 1"),
    FIELD_MAX(S, kind, ID_KINDS - 1, "none, an image, the built-in disk"),
    FIELD_ARRAY(S, name, "the file, for messages"),
    FIELD_END
};
#undef S
const struct table media_id_table =
    { "media", sizeof(struct media_id), id_fields };

/* ---- the sample ---- */

static u64 hash_run(struct block *b, u64 h, u64 sector, u64 n)
{
    u8 part[CHUNK * SECTOR];

    if (sector >= b->sectors)
        return h;
    if (n > b->sectors - sector)
        n = b->sectors - sector;
    while (n > 0) {
        u32 k = n < CHUNK ? (u32)n : CHUNK;

        if (b->ops->read(b, sector, part, k))
            memset(part, 0xee, sizeof part);    /* unreadable is a content */
        h = hash_bytes(h, part, (size_t)k * SECTOR);
        sector += k;
        n -= k;
    }
    return h;
}

/* Logical drives: each table names one, and the place of the next table. */
static u64 hash_chain(struct block *b, u64 h, u64 start)
{
    u64 at = start;
    u8 s[SECTOR];

    for (int i = 0; i < CHAIN && at < b->sectors; i++) {
        if (b->ops->read(b, at, s, 1) || s[510] != 0x55 || s[511] != 0xaa)
            break;
        h = hash_run(b, h, at, 1);
        h = hash_run(b, h, at + get_le32(s + 446 + 8), PARTITION);
        if (!partition_is_extended(s[462 + 4]))
            break;
        at = start + get_le32(s + 462 + 8);
    }
    return h;
}

static u64 identity_digest(struct block *b, const u64 *touched)
{
    struct partition p[ROWS];
    int n = chs_partitions(b, p);
    u64 h = hash_run(b, b->sectors, 0, HEAD);

    for (int i = 0; i < n; i++)
        h = partition_is_extended(p[i].type) ? hash_chain(b, h, p[i].first)
                                   : hash_run(b, h, p[i].first, PARTITION);
    for (u64 i = 1; i <= PLACES && b->sectors > HEAD; i++)
        h = hash_run(b, h, b->sectors / PLACES * i - 1, 1);
    for (int i = 0; i < BLOCK_TOUCHED; i++)
        if (touched[i])
            h = hash_run(b, h, (touched[i] - 1) * BLOCK_CLUSTER,
                         BLOCK_CLUSTER);
    return h;
}

/* ---- taking it ---- */

void media_id_take(struct pc *pc, int drive, struct media_id *id)
{
    struct block *b = block_bottom(pc->disk[drive]);

    memset(id, 0, sizeof *id);
    if (!b)
        return;
    id->kind = b->birth ? ID_FILE : ID_BUILTIN;
    id->sectors = b->sectors;
    id->birth = b->birth;
    id->generation = b->generation;
    memcpy(id->touched, b->touched, sizeof id->touched);
    id->digest = identity_digest(b, id->touched);
    memcpy(id->name, b->name, strnlen(b->name, sizeof id->name - 1));
}

/* ---- comparing ---- */

struct media_id *media_id_none(void)
{
    struct media_id *ids = calloc(PC_DRIVES, sizeof *ids);

    for (int n = 0; ids && n < PC_DRIVES; n++)
        ids[n].kind = ID_UNKNOWN;
    return ids;
}

static u8 identity_kind_of(const struct block *b)
{
    return !b ? ID_EMPTY : b->birth ? ID_FILE : ID_BUILTIN;
}

static const char *in_words(u8 kind, const char *path)
{
    return kind == ID_EMPTY ? "nothing"
                            : kind == ID_BUILTIN ? "the built-in disk"
                                                 : path_base(path);
}

/* ERR_OK when b is what a state was saved with, else words for it. */
static enum err identity_compare(struct block *b, const struct media_id *id,
                                 struct why *why)
{
    const char *was = in_words(id->kind, (const char *)id->name);
    const char *is = in_words(identity_kind_of(b), b ? b->name : "");

    if (identity_kind_of(b) != id->kind)
        return err_say(why, ERR_FORMAT, "there is %.40s, the state was saved "
                       "with %.40s", is, was);
    if (identity_kind_of(b) != ID_FILE)
        return ERR_OK;
    if (b->sectors != id->sectors)
        return err_say(why, ERR_FORMAT, "%.40s has %llu sectors, the state's "
                       "%.40s had %llu", is, (unsigned long long)b->sectors,
                       was, (unsigned long long)id->sectors);
    if (b->birth == id->birth && b->generation != id->generation)
        return err_say(why, ERR_FORMAT, "%.40s was written to after the state "
                       "was saved", is);
    if (identity_digest(b, id->touched) != id->digest)
        return err_say(why, ERR_FORMAT, "%.40s does not hold what %.40s held "
                       "when the state was saved", is, was);
    return ERR_OK;
}

enum err media_id_alike(struct block *b, const struct media_id *id,
                        struct why *why)
{
    const char *was = in_words(id->kind, (const char *)id->name);
    const char *is = in_words(identity_kind_of(b), b ? b->name : "");

    if (identity_kind_of(b) != id->kind)
        return err_say(why, ERR_FORMAT, "there is %.60s here, and %.60s there",
                       is, was);
    if (b && b->sectors != id->sectors)
        return err_say(why, ERR_FORMAT, "%.60s has %llu sectors here, %.60s "
                       "has %llu there", is, (unsigned long long)b->sectors,
                       was, (unsigned long long)id->sectors);
    return ERR_OK;
}

const char *const drive_words[PC_DRIVES] = { "fda", "fdb", "hda", "hdb", "hdc",
                                             "hdd" };

enum err media_id_check(struct pc *pc, struct media_id *ids, bool force,
                        struct why *why)
{
    bool unknown = false;

    for (int n = 0; n < PC_DRIVES; n++) {
        struct block *b = block_bottom(pc->disk[n]);
        struct why words;

        unknown |= b && ids[n].kind == ID_UNKNOWN;
        if (ids[n].kind == ID_UNKNOWN || !identity_compare(b, &ids[n], &words))
            continue;
        if (!force)
            return err_say(why, ERR_FORMAT, "%s: %.180s; only a forced load "
                           "(FILE,force) takes it", drive_words[n], words.text);
        LOG(&pc->log, ERROR, "pc", "%s: %s; loaded all the same", drive_words[n],
            words.text);
        ids[n].kind = ID_ANOTHER;
    }
    if (unknown)
        LOG(&pc->log, ERROR, "pc", "the state is an old one and does not say "
            "which media it was saved with: nothing was compared");
    return ERR_OK;
}

/* A medium of the state takes over its history; another floppy is a changed
 * one, which guests look for. */
void media_id_adopt(struct pc *pc, const struct media_id *ids)
{
    for (int n = 0; n < PC_DRIVES; n++) {
        struct block *b = block_bottom(pc->disk[n]);

        if (n < FLOPPIES && ids[n].kind == ID_ANOTHER)
            media_changed(pc, n);
        if (!b || ids[n].kind != ID_FILE)
            continue;
        b->birth = ids[n].birth;
        b->generation = ids[n].generation;
        memcpy(b->touched, ids[n].touched, sizeof b->touched);
    }
}
