/* incoming.c - the receiving side of a migration. Every byte of a stream may
 * be an enemy's. */
#include "machine/time/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/time/travel.h"

#define STATE_MOST ((size_t)2 << 30)

/* A span's bytes until they are loaded, and what of each page has come. Pages
 * of zeros are not touched: the host has no memory for them yet. */
enum { LACKS, ZEROS, BYTES };
struct arriving {
    const struct span *span;
    u8 *bytes;
    u8 *come;
    u32 pages;
};

struct incoming {
    struct frames_in in;
    struct frames_out out;
    u8 head[STREAM_HEAD];
    size_t head_size;
    bool configured;                    /* CONFIG has come, and fits */
    struct arriving arriving[SPANS];    /* in the order of the stream */
    u32 spans;
    u32 lacking;                        /* pages that have not come */
    struct buf state;
    enum pc_incoming at;
    struct block *looked[PC_DRIVES];    /* the media as they were looked at, */
    bool took;                          /* while the real ones are open */
    struct media_id held[PC_DRIVES];    /* KEPT: what those held then */
    bool refused;                       /* there is only an answer left */
};

/* ---- beginning and ending ---- */

static void close_looked(struct incoming *in)
{
    for (int n = 0; n < PC_DRIVES; n++) {
        block_close(in->looked[n]);
        in->looked[n] = NULL;
    }
    in->took = false;
}

/* What has come so far. */
static void free_come(struct incoming *in)
{
    for (u32 n = 0; n < in->spans; n++) {
        free(in->arriving[n].bytes);
        free(in->arriving[n].come);
    }
    in->spans = 0;
    buf_free(&in->in.b);
    buf_free(&in->state);
}

void incoming_free(struct pc *pc)
{
    struct incoming *in = pc->incoming;

    if (!in)
        return;
    pc->incoming = NULL;
    close_looked(in);
    free_come(in);
    buf_free(&in->out.b);
    free(in);
}

static enum err incoming_begin(struct pc *pc, struct why *why)
{
    struct incoming *in = pc->incoming = calloc(1, sizeof *in);
    bool ok = in;

    for (int i = 0; ok && i < pc->spans; i++) {
        struct arriving *a = &in->arriving[in->spans];

        if (!span_tells(&pc->span[i]))
            continue;
        in->spans++;
        a->span = &pc->span[i];
        a->pages = (u32)((a->span->size + PAGE_SIZE - 1) / PAGE_SIZE);
        a->bytes = calloc(a->pages, PAGE_SIZE);
        a->come = calloc(a->pages, 1);
        in->lacking += a->pages;
        ok = a->bytes && a->come;
    }
    if (ok)
        return ERR_OK;
    incoming_free(pc);
    return err_say(why, ERR_NOMEM, "out of memory");
}

/* ---- frames ---- */

static enum err incoming_head(struct incoming *in, const u8 **p, size_t *n,
                              struct why *why)
{
    size_t lack = STREAM_HEAD - in->head_size, k = lack < *n ? lack : *n;
    u32 version;

    memcpy(in->head + in->head_size, *p, k);
    in->head_size += k;
    *p += k;
    *n -= k;
    if (memcmp(in->head, "ISABOXM\n",
               in->head_size < 8 ? in->head_size : 8))
        return err_say(why, ERR_FORMAT, "not a machine of isabox");
    if (in->head_size < STREAM_HEAD)
        return ERR_OK;
    version = get_le32(in->head + 8);
    return version == STREAM_VERSION
               ? ERR_OK
               : err_say(why, ERR_VERSION, "a stream of version %u; this "
                         "program takes %d", version, STREAM_VERSION);
}

static enum err incoming_config(struct pc *pc, const struct frame *f,
                                struct why *why)
{
    enum err e = config_check(pc, f, why);

    e = e ? e : media_can_go(pc, why);
    if (e)
        return e;
    pc->incoming->configured = true;
    frame_put(&pc->incoming->out, FRAME_TAKEN, "", 0);
    return ERR_OK;
}

static enum err incoming_bad(struct why *why, const char *what)
{
    return err_say(why, ERR_FORMAT, "the stream is damaged: %s", what);
}

/* A page that has not come yet holds zeros already. */
static void take_page(struct incoming *in, struct arriving *a, u32 page,
                      const u8 *from)
{
    u8 *to = a->bytes + (size_t)page * PAGE_SIZE;

    if (from)
        memcpy(to, from, PAGE_SIZE);
    else if (a->come[page] == BYTES)
        memset(to, 0, PAGE_SIZE);
    in->lacking -= a->come[page] == LACKS;
    a->come[page] = from || a->come[page] == BYTES ? BYTES : ZEROS;
}

static enum err take_pages(struct incoming *in, const struct frame *f,
                           struct why *why)
{
    struct arriving *a;
    u32 first, count;
    bool zero;

    if (f->n < PAGES_HEAD || f->p[0] >= in->spans || f->p[6] > 1)
        return incoming_bad(why, "pages of no memory");
    a = &in->arriving[f->p[0]];
    first = get_le32(f->p + 1);
    count = f->p[5];
    zero = f->p[6];
    if (first >= a->pages || count > a->pages - first || !count)
        return incoming_bad(why, "pages past the end of memory");
    if (f->n != PAGES_HEAD + (zero ? 0 : count * PAGE_SIZE))
        return incoming_bad(why, "pages of another size");
    for (u32 n = 0; n < count; n++)
        take_page(in, a, first + n,
                  zero ? NULL : f->p + PAGES_HEAD + n * PAGE_SIZE);
    return ERR_OK;
}

static enum err take_state(struct incoming *in, const struct frame *f,
                           struct why *why)
{
    if (in->state.len + f->n > STATE_MOST)
        return incoming_bad(why, "a state without end");
    buf_put_bytes(&in->state, f->p, f->n);
    return in->state.failed ? err_say(why, ERR_NOMEM, "out of memory")
                            : ERR_OK;
}

static enum err take_end(struct incoming *in, const struct frame *f,
                         struct why *why)
{
    if (f->n != 8 || get_le64(f->p) != in->in.digest)
        return incoming_bad(why, "it has another digest");
    if (in->lacking)
        return incoming_bad(why, "not all of memory has come");
    if (!in->state.len)
        return incoming_bad(why, "there is no state");
    in->at = PC_INCOMING_WHOLE;
    return ERR_OK;
}

static enum err take_frame(struct pc *pc, const struct frame *f,
                           struct why *why)
{
    struct incoming *in = pc->incoming;

    if (f->kind == FRAME_CONFIG && !in->configured)
        return incoming_config(pc, f, why);
    if (f->kind == FRAME_GO && in->at == PC_INCOMING_READY) {
        pc_incoming_start(pc);
        return ERR_OK;
    }
    if (in->at != PC_INCOMING_PART || !in->configured)
        return incoming_bad(why, "frames in another order");
    switch (f->kind) {
    case FRAME_PAGES:
        return take_pages(in, f, why);
    case FRAME_STATE:
        return take_state(in, f, why);
    case FRAME_END:
        return take_end(in, f, why);
    default:
        return incoming_bad(why, "a frame of no known kind");
    }
}

static enum err incoming_take(struct pc *pc, const u8 *p, size_t n,
                              struct why *why)
{
    struct incoming *in = pc->incoming;
    enum err e = ERR_OK;

    while (n && !e && in->at != PC_INCOMING_HERE) {
        struct frame f = { FRAME_NONE, 0, NULL };

        e = in->head_size < STREAM_HEAD ? incoming_head(in, &p, &n, why)
                                        : frame_get(&in->in, &p, &n, &f, why);
        if (!e && f.kind)
            e = take_frame(pc, &f, why);
    }
    return e;
}

/* ---- loading ---- */

static void load_pages(const struct arriving *a)
{
    for (u32 n = 0; n < a->pages; n++) {
        size_t at = (size_t)n * PAGE_SIZE, left = a->span->size - at;
        size_t k = left < PAGE_SIZE ? left : PAGE_SIZE;

        if (a->come[n] == BYTES)
            memcpy(a->span->p + at, a->bytes + at, k);
        else if (!has_only_zeros(a->span->p + at, k))
            memset(a->span->p + at, 0, k);
    }
}

bool incoming_span(struct pc *pc, const struct span *s, bool check)
{
    struct incoming *in = pc->incoming;

    if (!in || in->at != PC_INCOMING_WHOLE)
        return false;
    for (u32 n = 0; n < in->spans; n++)
        if (in->arriving[n].span->p == s->p) {
            if (!check)
                load_pages(&in->arriving[n]);
            return true;
        }
    return false;
}

static enum err incoming_arrive(struct pc *pc, struct why *why)
{
    struct incoming *in = pc->incoming;
    enum err e;

    if (!in || in->at != PC_INCOMING_WHOLE)
        return err_say(why, ERR_BUSY, "no machine has come");
    e = media_take_over(pc, in->looked, why);
    if (e)
        return e;
    in->took = true;
    e = state_arrive(pc, in->state.p, in->state.len, why);
    if (e)
        return e;
    in->at = PC_INCOMING_READY;
    free_come(in);
    frame_put(&in->out, FRAME_READY, "", 0);
    return ERR_OK;
}

/* ---- a sender that ends early ---- */

/* An image that can't be let go of stays locked, so that nobody else has it. */
static void incoming_keep(struct pc *pc)
{
    struct why ignored;

    pc->incoming->at = PC_INCOMING_KEPT;
    media_let_go(pc, pc->incoming->held, &ignored);
}

bool incoming_is_kept(const struct pc *pc)
{
    return pc->away == COMING && pc->incoming &&
           pc->incoming->at == PC_INCOMING_KEPT;
}

enum err incoming_revive(struct pc *pc, struct why *why)
{
    enum err e = media_have_back(pc, pc->incoming->held, why);

    if (e)
        return e;
    pc->incoming->at = PC_INCOMING_READY;
    pc_incoming_start(pc);
    return ERR_OK;
}

void pc_incoming_lost(struct pc *pc, const char *why)
{
    if (pc_incoming(pc) == PC_INCOMING_READY)
        incoming_keep(pc);
    else if (pc_incoming(pc) != PC_INCOMING_KEPT)
        pc_incoming_drop(pc, why);
}

/* ---- pc.h ---- */

bool pc_incoming_put(struct pc *pc, const void *bytes, size_t n, char *words)
{
    struct why why = { "" };
    enum err e = ERR_OK;

    if (pc->away != COMING)
        e = err_say(&why, ERR_BUSY, "the machine does not come from "
                    "elsewhere");
    if (!e && incoming_is_kept(pc))
        e = err_say(&why, ERR_BUSY, "another machine is kept here");
    if (!e && pc->incoming && pc->incoming->refused)
        incoming_free(pc);
    if (!e && !pc->incoming)
        e = incoming_begin(pc, &why);
    e = e ? e : incoming_take(pc, bytes, n, &why);
    if (e)
        pc_incoming_lost(pc, why.text);
    return travel_tell(words, e, &why);
}

size_t pc_incoming_bytes(struct pc *pc, void *to, size_t room)
{
    return pc->incoming ? frames_take(&pc->incoming->out, to, room) : 0;
}

enum pc_incoming pc_incoming(const struct pc *pc)
{
    return pc->away != COMING ? PC_INCOMING_HERE
           : pc->incoming ? pc->incoming->at : PC_INCOMING_PART;
}

bool pc_incoming_arrive(struct pc *pc, char *words)
{
    struct why why = { "" };
    enum err e = incoming_arrive(pc, &why);

    if (e)
        pc_incoming_drop(pc, why.text);
    return travel_tell(words, e, &why);
}

void pc_incoming_start(struct pc *pc)
{
    if (!pc->incoming || pc->incoming->at != PC_INCOMING_READY)
        return;
    pc->away = HERE;
    pc->incoming->at = PC_INCOMING_HERE;
    close_looked(pc->incoming);
}

/* The media go before the sender hears of it; the words are for him. */
void pc_incoming_drop(struct pc *pc, const char *why)
{
    struct incoming *in = pc->incoming;

    if (!in || pc->away != COMING || in->refused)
        return;
    if (in->took)
        media_give_back(pc, in->looked);
    memset(in->looked, 0, sizeof in->looked);
    in->took = false;
    in->refused = true;
    in->at = PC_INCOMING_PART;
    free_come(in);
    frame_put(&in->out, FRAME_REFUSED, why, strlen(why));
}
