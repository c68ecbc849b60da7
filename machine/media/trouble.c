/* trouble.c - what happens when the host fails a medium.
 *
 * A request that the host could not carry out is reported to the guest as a
 * bad sector, passed over, or kept: then pc_run() ends with PC_TROUBLE, and
 * the device tries the same request again when the machine goes on. So a
 * guest never learns that the host's disk was full for a while. */
#include "machine/board.h"
#include "machine/time/history.h"

#include <stdio.h>

static int drive_of(const struct pc *pc, const struct block *b)
{
    int n = 0;

    while (n < PC_DRIVES - 1 && pc->disk[n] != b)
        n++;
    return n;
}

/* As QEMU does when nobody says: a full disk stops the machine. */
static u8 action_for(const struct pc *pc, int drive, bool write, bool full)
{
    u8 wanted = write ? pc->on_error[drive].write : pc->on_error[drive].read;

    if (wanted == PC_ERROR_DEFAULT)
        wanted = write ? PC_ERROR_ENOSPC : PC_ERROR_REPORT;
    if (wanted == PC_ERROR_ENOSPC)
        return full ? PC_ERROR_STOP : PC_ERROR_REPORT;
    return wanted;
}

static enum err failed(void *ctx, struct block *b, enum err e, bool write)
{
    struct pc *pc = ctx;
    bool full = e == ERR_FULL || e == ERR_NOMEM;
    struct pc_trouble t = { .write = write, .full = full };

    if (!full && e != ERR_IO)
        return e;
    t.drive = (enum pc_drive)drive_of(pc, b);
    t.action = action_for(pc, t.drive, write, full);
    snprintf(t.name, sizeof t.name, "%s", b->name);
    snprintf(t.text, sizeof t.text, "%s", block_error(b, e));
    if (pc->config.trouble)
        pc->config.trouble(pc->config.ctx, &t);
    if (t.action == PC_ERROR_STOP) {
        LOG(&pc->log, ERROR, "pc", "%.120s: %s failed: %s; it is tried again "
            "when the machine goes on", t.name, write ? "write" : "read",
            t.text);
        pc_stop(pc, PC_TROUBLE);
        return ERR_AGAIN;
    }
    return t.action == PC_ERROR_IGNORE ? ERR_OK : e;
}

static void tell_line(void *ctx, struct block *b, const char *line)
{
    struct pc *pc = ctx;

    (void)b;
    LOG(&pc->log, ERROR, "pc", "%.230s", line);
}

void media_settle(struct pc *pc)
{
    if (pc->history && pc->history->away)
        return;
    for (int n = 0; n < PC_DRIVES; n++) {
        struct block *b = pc->disk[n];
        enum err e = b && b->ops->settle ? b->ops->settle(b, pc->clk.now)
                                         : ERR_OK;

        if (e && b->failed)
            b->failed(b->ctx, b, e, true);
    }
}

void media_arrived(struct pc *pc, bool anew)
{
    for (int n = 0; n < PC_DRIVES; n++)
        if (pc->disk[n] && pc->disk[n]->ops->arrived)
            pc->disk[n]->ops->arrived(pc->disk[n], anew);
}

void media_watch(struct pc *pc, int drive, const struct pc_medium *m)
{
    struct block *b = pc->disk[drive];

    if (!b)
        return;
    b->failed = failed;
    b->tell = tell_line;
    b->ctx = pc;
    pc->on_error[drive] = (struct on_error){ m->on_read_error,
                                             m->on_write_error };
}

/* Not through block_flush(): nobody tries this again. */
enum err media_sync(struct pc *pc, int drive, struct why *why)
{
    struct block *b = pc->disk[drive];
    enum err e = b && b->ops->flush ? b->ops->flush(b) : ERR_OK;

    if (e) {
        err_say(why, e, "%.150s: %s", b->name, block_error(b, e));
        LOG(&pc->log, ERROR, "pc", "%.150s: flush: %s", b->name,
            block_error(b, e));
    }
    return e;
}

bool pc_flush(struct pc *pc, char *words)
{
    struct why first = { "" }, why;
    bool ok = true;

    for (int n = 0; n < PC_DRIVES; n++)
        if (media_sync(pc, n, &why)) {
            first = ok ? why : first;
            ok = false;
        }
    if (!ok && words)
        snprintf(words, PC_WHY, "%s", first.text);
    return ok;
}
