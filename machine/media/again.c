/* again.c - a folder of the host that is a drive is looked at again.
 *
 * What is new there comes onto its disk by records of the journal, one for
 * each write, so that a replay needs no folder. A CD is another one then, put
 * in as any disc is. */
#include "machine/board.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/iso/isodisc.h"
#include "machine/time/history.h"

enum { SECTOR_AT = 8 };

/* A floppy is a changed one then. */
bool media_take_sectors(struct pc *pc, const struct record *r)
{
    u32 bytes = r->size < SECTOR_AT ? 1 : r->size - SECTOR_AT;

    if (r->unit >= PC_DRIVES || bytes % SECTOR || !pc->disk[r->unit] ||
        block_write(pc->disk[r->unit], get_le64(r->data), r->data + SECTOR_AT,
                    bytes / SECTOR))
        return false;
    if (r->unit < FLOPPIES)
        media_changed(pc, r->unit);
    return true;
}

struct refreshing { struct pc *pc; u8 drive; };

static enum err refresh_put(void *ctx, u64 sector, const void *buf, u32 n)
{
    struct refreshing *r = ctx;
    u8 *data = malloc(SECTOR_AT + (size_t)n * SECTOR);
    bool ok = data != NULL;

    if (ok) {
        put_le64(data, sector);
        memcpy(data + SECTOR_AT, buf, (size_t)n * SECTOR);
        ok = journal_say(r->pc, REC_SECTORS, r->drive, data,
                         SECTOR_AT + n * SECTOR);
    }
    free(data);
    return ok ? ERR_OK : ERR_NOMEM;
}

static enum err media_refresh(struct pc *pc, int d, struct why *why)
{
    struct refreshing r = { pc, (u8)d };
    struct block_put put = { refresh_put, &r };
    struct block *b = pc->disk[d];

    if (!b || !b->ops->refresh)
        return err_say(why, ERR_MISSING, "there is no folder of the host in "
                       "this drive (fat:rw:DIR, iso:DIR)");
    if (pc->journal.closed || (pc->history && pc->history->away))
        return err_say(why, ERR_BUSY, "the machine is in its past");
    return b->ops->refresh(b, &put, why);
}

bool pc_refresh(struct pc *pc, enum pc_drive d, char *words)
{
    const struct pc_medium m = {
        .path = isodisc_path(pc->disk[d]),
        .on_read_error = pc->on_error[d].read,
        .on_write_error = pc->on_error[d].write,
    };
    struct why why = { "" };
    enum err e;

    if (m.path)
        return pc_insert(pc, d, &m, words);
    e = media_refresh(pc, (int)d, &why);

    if (words)
        memcpy(words, why.text, sizeof why.text);
    return !e;
}
