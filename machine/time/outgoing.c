/* outgoing.c - the sending side of a migration. */
#include "machine/time/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/time/travel.h"

enum { OWN_HISTORY = 1 << 20, STATE_PART = 64 << 10 };

/* pending[n]: the history's page n has yet to be sent. */
struct outgoing {
    struct frames_out out;
    struct frames_in answers;
    u8 *pending;
    u32 pages;                          /* the history's, of spans */
    u32 left;                           /* pending ones */
    u32 at;                             /* where this pass is */
    struct pc_migration info;
    bool own_history;                   /* begun for the migration alone */
    bool last;                          /* the machine stands still */
    bool saving;                        /* the state for the stream */
    bool ready;                         /* the target is */
    struct media_id held[PC_DRIVES];    /* what the images held when they
                                           became nobody's */
    u8 *state;                          /* what STATE frames are made of */
    size_t state_size, state_at;
    u8 bytes[PAGES_HEAD + FRAME_PAGES_MOST * PAGE_SIZE];    /* of a frame */
};

enum err migrate_idle(const struct pc *pc, struct why *why)
{
    return pc->outgoing || pc->away
               ? err_say(why, ERR_BUSY, pc->away == COMING
                                            ? "the machine has yet to come"
                                        : pc->away == GONE
                                            ? "the machine runs elsewhere"
                                            : "the machine migrates") : ERR_OK;
}

/* ---- pages ---- */

void outgoing_mark(struct pc *pc, u32 page)
{
    struct outgoing *o = pc->outgoing;

    if (page >= o->pages || o->pending[page])
        return;
    o->pending[page] = true;
    o->left++;
    o->info.dirtied++;
}

/* The span of a page, which is number *page in it. */
static int outgoing_span(const struct pc *pc, u32 *page)
{
    int n = pc->spans - 1;

    while (n > 0 && pc->history->span_first[n] > *page)
        n--;
    *page -= pc->history->span_first[n];
    return n;
}

static void mark_all(struct pc *pc)
{
    struct outgoing *o = pc->outgoing;

    for (u32 n = 0; n < o->pages; n++) {
        u32 page = n;

        o->pending[n] = span_tells(&pc->span[outgoing_span(pc, &page)]);
        o->left += o->pending[n];
    }
}

/* How spans are numbered in the stream: those alone that tell. */
static u8 stream_span(const struct pc *pc, int span)
{
    u8 n = 0;

    for (int i = 0; i < span; i++)
        n += span_tells(&pc->span[i]);
    return n;
}

static u32 outgoing_next(const struct outgoing *o, u32 n)
{
    const u8 *p = n < o->pages ? memchr(o->pending + n, true, o->pages - n)
                               : NULL;

    return p ? (u32)(p - o->pending) : o->pages;
}

static const u8 *page_to_send(struct pc *pc, u32 n, u8 *copy)
{
    u8 mask;

    pc->outgoing->pending[n] = false;
    pc->outgoing->left--;
    history_shut(pc, n);
    return page_look(pc, n, copy, &mask);
}

/* The next pages that are pending and lie side by side, all zeros or none of
 * them so. */
static void put_pages(struct pc *pc)
{
    struct outgoing *o = pc->outgoing;
    u8 copy[PAGE_SIZE], *bytes = o->bytes;
    u32 first = outgoing_next(o, o->at), page = first, n = 0;
    int span = outgoing_span(pc, &page);
    u32 end = pc->history->span_first[span] +
              (u32)((pc->span[span].size + PAGE_SIZE - 1) / PAGE_SIZE);
    bool zero = false;

    for (u32 k = first; k < end && n < FRAME_PAGES_MOST && o->pending[k]; k++) {
        u8 mask;
        const u8 *p = page_look(pc, k, copy, &mask);
        bool z = has_only_zeros(p, PAGE_SIZE);

        if (n && z != zero)
            break;
        zero = z;
        p = page_to_send(pc, k, copy);
        if (!zero)
            memcpy(bytes + PAGES_HEAD + n * PAGE_SIZE, p, PAGE_SIZE);
        n++;
    }
    bytes[0] = stream_span(pc, span);
    put_le32(bytes + 1, page);
    bytes[5] = (u8)n;
    bytes[6] = zero;
    frame_put(&o->out, FRAME_PAGES, bytes,
              PAGES_HEAD + (zero ? 0 : n * PAGE_SIZE));
    *(zero ? &o->info.zeros : &o->info.pages) += n;
    o->at = first + n;
}

/* ---- the end of the stream ---- */

static void outgoing_put_state(struct outgoing *o)
{
    size_t left = o->state_size - o->state_at;
    size_t n = left < STATE_PART ? left : STATE_PART;
    u8 digest[8];

    if (n) {
        frame_put(&o->out, FRAME_STATE, o->state + o->state_at, n);
        o->state_at += n;
        return;
    }
    put_le64(digest, o->out.digest);
    frame_put(&o->out, FRAME_END, digest, sizeof digest);
    free(o->state);
    o->state = NULL;
}

/* What comes next; nothing when the guest has to write first. */
static void put_more(struct pc *pc)
{
    struct outgoing *o = pc->outgoing;

    if (o->left) {
        if (outgoing_next(o, o->at) == o->pages)
            o->at = 0;
        put_pages(pc);
        if (outgoing_next(o, o->at) == o->pages) {
            o->info.passes++;
            o->at = 0;
        }
    } else if (o->state) {
        outgoing_put_state(o);
    }
}

bool outgoing_has_sent(const struct pc *pc, const struct span *s)
{
    return pc->outgoing && pc->outgoing->saving && span_tells(s);
}

/* ---- beginning and ending ---- */

void outgoing_free(struct pc *pc)
{
    struct outgoing *o = pc->outgoing;

    if (!o)
        return;
    pc->outgoing = NULL;
    if (o->own_history)
        history_end(pc);
    buf_free(&o->out.b);
    buf_free(&o->answers.b);
    free(o->pending);
    free(o->state);
    free(o);
}

static void put_head(struct pc *pc)
{
    struct outgoing *o = pc->outgoing;
    struct buf config = { 0 };

    buf_put_bytes(&o->out.b, "ISABOXM\n", 8);
    buf_put(&o->out.b, STREAM_VERSION, 4);
    config_put(&config, pc);
    o->out.b.failed |= config.failed;
    frame_put(&o->out, FRAME_CONFIG, config.p, config.len);
    buf_free(&config);
}

static enum err outgoing_begin(struct pc *pc, struct why *why)
{
    struct outgoing *o;
    enum err e = migrate_idle(pc, why);

    e = e ? e : media_can_go(pc, why);
    if (e)
        return e;
    if (pc->journal.closed)
        return err_say(why, ERR_BUSY, "a replay runs");
    if (pc->history && pc->history->away)
        return err_say(why, ERR_BUSY, "the machine is in its past");
    pc->outgoing = o = calloc(1, sizeof *o);
    if (o && !pc->history)
        o->own_history = history_start(pc, OWN_HISTORY);
    if (o && pc->history) {
        o->pages = pc->history->blob_first;
        o->pending = calloc(1, o->pages);
    }
    if (o && o->pending)
        put_head(pc);
    if (!o || !o->pending || o->out.b.failed) {
        outgoing_free(pc);
        return err_say(why, ERR_NOMEM, "out of memory");
    }
    mark_all(pc);
    o->info.total = (u64)stream_pages(pc) * PAGE_SIZE;
    o->info.dirtied = 0;
    return ERR_OK;
}

/* ---- pc.h ---- */

bool pc_migrate_begin(struct pc *pc, char *words)
{
    struct why why = { "" };

    return travel_tell(words, outgoing_begin(pc, &why), &why);
}

size_t pc_migrate_bytes(struct pc *pc, void *to, size_t room)
{
    struct outgoing *o = pc->outgoing;
    size_t n = 0, k;

    if (!pc_migration(pc).able)
        return 0;
    do {
        if (!o->out.b.len)
            put_more(pc);
        n += k = frames_take(&o->out, (u8 *)to + n, room - n);
    } while (k && n < room);
    history_asks(pc);
    return n;
}

struct pc_migration pc_migration(const struct pc *pc)
{
    const struct outgoing *o = pc->outgoing;
    struct pc_migration i = { 0 };

    if (!o)
        return i;
    i = o->info;
    i.remaining = (u64)o->left * PAGE_SIZE;
    i.bytes = o->out.bytes;
    i.able = pc->history && !o->out.b.failed;
    return i;
}

static enum err outgoing_finish(struct pc *pc, struct why *why)
{
    struct outgoing *o = pc->outgoing;
    size_t size = 0;

    if (!o || o->last)
        return err_say(why, ERR_BUSY, "the machine does not migrate");
    for (int n = 0; n < PC_DRIVES; n++)
        if (pc->next_disk[n])
            return err_say(why, ERR_BUSY, "a medium is on its way into %s",
                           drive_words[n]);
    o->last = o->saving = true;
    o->state = pc_save_bytes(pc, &size);
    o->saving = false;
    o->state_size = size;
    if (!o->state)
        return err_say(why, ERR_NOMEM, "out of memory");
    pc->away = LEAVING;
    return media_let_go(pc, o->held, why);
}

bool pc_migrate_finish(struct pc *pc, char *words)
{
    struct why why = { "" };

    return travel_tell(words, outgoing_finish(pc, &why), &why);
}

/* ---- what the target says ---- */

static enum pc_target outgoing_refused(char *words, const struct frame *f)
{
    size_t n = f->n < PC_WHY - 1 ? f->n : PC_WHY - 1;

    for (size_t i = 0; i < n; i++)      /* it may end in a terminal */
        words[i] = f->p[i] >= ' ' && f->p[i] < 127 ? (char)f->p[i] : '?';
    words[n] = 0;
    return PC_TARGET_REFUSES;
}

static enum pc_target outgoing_heard(struct outgoing *o, const struct frame *f,
                                     char *words)
{
    switch (f->kind) {
    case FRAME_NONE:
        return PC_TARGET_SILENT;
    case FRAME_TAKEN:
        return PC_TARGET_TAKES;
    case FRAME_READY:
        if (o->last && !o->state && !o->out.b.len) {
            o->ready = true;
            return PC_TARGET_READY;
        }
        break;
    case FRAME_REFUSED:
        return outgoing_refused(words, f);
    default:
        break;
    }
    strcpy(words, "the target's answer makes no sense");
    return PC_TARGET_REFUSES;
}

enum pc_target pc_migrate_answer(struct pc *pc, const void *bytes, size_t n,
                                 char *words)
{
    struct outgoing *o = pc->outgoing;
    enum pc_target said = PC_TARGET_SILENT;
    const u8 *p = bytes;
    struct why why;

    while (o && n && said < PC_TARGET_READY) {
        struct frame f;

        if (frame_get(&o->answers, &p, &n, &f, &why)) {
            memcpy(words, why.text, sizeof why.text);
            return PC_TARGET_REFUSES;
        }
        if (f.kind)
            said = outgoing_heard(o, &f, words);
    }
    return said;
}

void pc_migrate_commit(struct pc *pc)
{
    pc->away = GONE;
    if (pc->outgoing)
        frame_put(&pc->outgoing->out, FRAME_GO, "", 0);
}

bool pc_migrate_cancel(struct pc *pc, char *words)
{
    struct why why = { "" };
    enum err e = ERR_OK;

    if (pc->away == GONE)
        return travel_tell(words, err_say(&why, ERR_BUSY, "the machine runs "
                                          "elsewhere"), &why);
    if (pc->away == LEAVING && pc->outgoing)
        e = media_have_back(pc, pc->outgoing->held, &why);
    if (!e) {
        outgoing_free(pc);
        if (pc->away == LEAVING)
            pc->away = HERE;
    }
    return travel_tell(words, e, &why);
}

bool pc_migrate_revive(struct pc *pc, char *words)
{
    struct why why = { "" };

    if (incoming_is_kept(pc))
        return travel_tell(words, incoming_revive(pc, &why), &why);
    if (pc->away != GONE)
        return travel_tell(words, err_say(&why, ERR_BUSY, "the machine is "
                                          "nowhere else"), &why);
    pc->away = LEAVING;
    if (!pc_migrate_cancel(pc, words))
        pc->away = GONE;
    return pc->away != GONE;
}

bool pc_is_gone(const struct pc *pc)
{
    return pc->away == GONE;
}
