/* history.c - snapshots of the machine's past, and going to one. */
#include "machine/time/history.h"

#include <stdlib.h>
#include <string.h>

#include "machine/block/view.h"

enum { CHUNK = PAGE_SIZE };

static bool list_add(struct pc *pc, struct snap *s, struct version *v)
{
    if (!v || !history_grow(pc, (void **)&s->version, &s->room, s->versions,
                            sizeof *s->version))
        return false;
    s->version[s->versions++] = v;
    return true;
}

/* ---- taking a snapshot ---- */

static void blob_changes(struct pc *pc, u32 page)
{
    page_touch(pc, pc->history->blob_first + page);
}

static void fill_blob(struct pc *pc)
{
    tables_keep(pc, pc->history->blob, blob_changes);
}

static void snap_free(struct pc *pc, struct snap *s)
{
    history_give(pc, s->version, s->room * sizeof *s->version);
    history_give(pc, s->queue, s->queue_size);
    history_give(pc, s, sizeof *s);
}

static void fill_media(struct pc *pc, struct snap *s)
{
    for (int n = 0; n < PC_DRIVES; n++) {
        s->media[n] = pc->disk[n] ? (u64)(uintptr_t)pc->disk[n] : 0;
        s->generation[n] = pc->disk[n] ? pc->disk[n]->generation : 0;
    }
}

static void fill_queue(struct pc *pc, struct snap *s)
{
    struct buf b = { 0 };

    queue_save(pc, &b);
    s->queue = b.failed ? NULL : history_take(pc, b.len);
    if (s->queue)
        memcpy(s->queue, b.p, b.len);
    else
        pc->history->broken = true;
    s->queue_size = (u32)b.len;
    buf_free(&b);
}

/* Pages that were written get a version, unless they are what they were; those
 * of disks were compared when they were written. */
static void settle_pages(struct pc *pc, struct snap *s)
{
    struct history *h = pc->history;

    for (u32 i = 0; i < h->dirties; i++) {
        u32 n = h->dirty[i];

        if (!page_is_read(pc, n) && version_is_now(pc, h->page[n].live))
            continue;
        if (!list_add(pc, s, version_push(pc, n, s->id)))
            return;
    }
}

/* A program that writes all over its memory gets fewer. */
static ns_t snap_gap(u32 changed)
{
    return (ns_t)SNAP_MS * 1000000 *
           (changed < MANY_PAGES ? 1 : changed < 2 * MANY_PAGES ? 2 : 4);
}

/* What it says of the moment, but for pages. */
static void fill_snap(struct pc *pc, struct snap *s)
{
    s->at = moment_now(pc);
    s->logged = pc->history->applied;
    fill_queue(pc, s);
    fill_media(pc, s);
}

static void snap_take(struct pc *pc)
{
    struct history *h = pc->history;
    struct snap *s = history_take_zeros(pc, sizeof *s);
    u32 changed;

    if (!s)
        return;
    fill_blob(pc);
    changed = h->dirties;
    s->id = h->next_id;
    h->next_id += ID_STEP;
    fill_snap(pc, s);
    settle_pages(pc, s);
    history_all_clean(pc);
    h->now = h->snaps;
    h->snap[h->snaps++] = s;
    h->due = pc->clk.now + snap_gap(changed);
    pack_some(pc);
}

/* The id of one between that at `now` and the next; 0: there is no room. */
static u32 id_between(const struct history *h)
{
    u32 id = h->snap[h->now]->id;

    if (h->now + 1 == h->snaps)
        return h->next_id;
    return id + (h->snap[h->now + 1]->id - id) / 2 == id
               ? 0 : id + (h->snap[h->now + 1]->id - id) / 2;
}

static void insert_pages(struct pc *pc, struct snap *s, struct snap *next)
{
    struct history *h = pc->history;

    for (u32 i = 0; i < h->dirties && !h->broken; i++) {
        struct version *again;

        list_add(pc, s, version_insert(pc, h->dirty[i], s->id,
                                       next ? next->id : 0, &again));
        list_add(pc, next, again);
    }
}

void history_insert(struct pc *pc)
{
    struct history *h = pc->history;
    u32 id = id_between(h), at = h->now + 1;
    struct snap *s = id && h->snaps < SNAPS - 1
                         ? history_take_zeros(pc, sizeof *s) : NULL;

    if (!s)
        return;
    fill_blob(pc);
    s->id = id;
    if (id == h->next_id)
        h->next_id += ID_STEP;
    fill_snap(pc, s);
    insert_pages(pc, s, at < h->snaps ? h->snap[at] : NULL);
    history_all_clean(pc);
    memmove(&h->snap[at + 1], &h->snap[at], (h->snaps++ - at) *
                                                sizeof *h->snap);
    h->snap[at] = s;
    h->now = at;
}

/* ---- fewer snapshots ---- */

static void snap_remove(struct pc *pc, u32 i)
{
    struct history *h = pc->history;

    snap_free(pc, h->snap[i]);
    memmove(&h->snap[i], &h->snap[i + 1], (--h->snaps - i) * sizeof *h->snap);
    if (h->now >= i && h->now)
        h->now--;
}

/* Takes out one in the middle: what it alone had is gone, the rest belongs to
 * the one behind it. */
static void snap_thin(struct pc *pc, u32 i)
{
    struct history *h = pc->history;
    struct snap *s = h->snap[i], *next = h->snap[i + 1];

    for (u32 k = 0; k < s->versions; k++) {
        struct version *v = s->version[k];

        if (v->newer && v->newer->since == next->id)
            version_unlink(pc, v);
        else if (list_add(pc, next, v))
            v->since = next->id;
    }
    snap_remove(pc, i);
}

/* Drops the oldest, and what only it needed. */
static void snap_drop_oldest(struct pc *pc)
{
    struct history *h = pc->history;
    struct snap *next = h->snap[1];

    for (u32 k = 0; k < next->versions; k++) {
        struct version *o = next->version[k]->older;

        next->version[k]->older = NULL;
        while (o) {
            struct version *older = o->older;

            version_free(pc, o);
            o = older;
        }
    }
    snap_remove(pc, 0);
    journal_forget(pc, (size_t)(h->snap[0]->logged - h->forgotten));
    h->forgotten = h->snap[0]->logged;
}

/* How far apart snapshots of that age may be. */
static ns_t spacing(ns_t age)
{
    const ns_t second = NS_PER_S;

    return age < 60 * second ? 0 : age < 300 * second ? second
           : age < 1800 * second ? 5 * second : 30 * second;
}

/* One that stands closer to its neighbours than its age allows. Each time
 * the look goes on where the ages change, so few are looked at. */
static void thin_by_age(struct pc *pc)
{
    struct history *h = pc->history;
    ns_t now = pc->clk.now;

    for (u32 i = h->snaps > 2 ? h->snaps - 2 : 0; i > 0; i--) {
        ns_t age = now - h->snap[i]->at.now;
        ns_t gap = h->snap[i + 1]->at.now - h->snap[i - 1]->at.now;

        if (gap <= spacing(age)) {
            snap_thin(pc, i);
            return;
        }
    }
}

static void keep_within(struct pc *pc)
{
    struct history *h = pc->history;

    thin_by_age(pc);
    while (h->snaps > 2 && (h->bytes > h->most || h->snaps == SNAPS - 1))
        if (h->snaps == SNAPS - 1 || !shelf_tidy(pc))
            snap_drop_oldest(pc);
}

/* ---- going to one ---- */

/* The tables' bytes and the queue as they were. */
static enum err restore_tables(struct pc *pc, const struct snap *s,
                               struct why *why)
{
    struct buf q = { s->queue, 0, s->queue_size, false };
    enum err e;

    board_reset_chips(pc);
    tables_put(pc, pc->history->blob);
    e = queue_load(pc, &q, why);
    machine_loaded(pc);
    mixer_loaded(pc);
    midi_ports_loaded(pc);
    pc->place = s->at;
    pc->place_fired = pc->clk.fired - s->at.acts;
    for (int n = 0; n < PC_DRIVES; n++)
        if (pc->disk[n] && pc->disk[n]->view)
            pc->disk[n]->generation = s->generation[n];
    return e;
}

/* Exchanges one page for what it was. */
static enum err restore_page(struct pc *pc, u32 n, u32 id)
{
    struct page *p = &pc->history->page[n];
    struct version *v;
    u8 copy[CHUNK];
    const u8 *bytes;
    enum err e;

    if (p->restored == pc->history->restores)
        return ERR_OK;                  /* another snapshot lists it, too */
    p->restored = pc->history->restores;
    v = version_at(p, id);
    if (!v || (v == p->live && !p->dirty))
        return ERR_OK;
    if (!p->dirty)
        version_fill(pc, p->live);
    bytes = version_bytes(pc, v, copy);
    if (!bytes)
        return ERR_NOMEM;
    e = page_put(pc, n, bytes, v->mask);
    p->live = v;
    return e;
}

int history_byte(struct pc *pc, u32 n, const u8 *at)
{
    const struct history *h = pc->history;
    u32 k = history_page_at(pc, at), span = 0;
    const struct version *v;
    u8 copy[CHUNK];
    const u8 *bytes;

    if (k == ~0u)
        return -1;
    while (span + 1 < (u32)pc->spans && h->span_first[span + 1] <= k)
        span++;
    v = version_at(&h->page[k], h->snap[n]->id);
    if (!v || (v == h->page[k].live && !h->page[k].dirty))
        return *at;
    bytes = version_bytes(pc, v, copy);
    return bytes ? bytes[(size_t)(at - pc->span[span].p) % CHUNK] : -1;
}

static bool media_same(const struct pc *pc, const struct snap *s)
{
    for (int n = 0; n < PC_DRIVES; n++)
        if (s->media[n] != (u64)(uintptr_t)pc->disk[n])
            return false;
    return true;
}

enum err history_restore(struct pc *pc, u32 n, struct why *why)
{
    struct history *h = pc->history;
    struct snap *s = h->snap[n];
    u32 first = n < h->now ? n : h->now, last = n < h->now ? h->now : n;
    enum err e = ERR_OK;

    if (!media_same(pc, s))
        return err_say(why, ERR_RANGE, "another floppy was in its drive then");
    h->restores++;
    for (u32 i = 0; i < h->dirties && !e; i++)
        e = restore_page(pc, h->dirty[i], s->id);
    for (u32 i = first + 1; i <= last && !e; i++)
        for (u32 k = 0; k < h->snap[i]->versions && !e; k++)
            e = restore_page(pc, h->snap[i]->version[k]->page, s->id);
    if (e)
        return err_say(why, e, "the past can't be put back: %s", err_text(e));
    history_all_clean(pc);
    h->now = n;
    h->applied = s->logged;
    e = restore_tables(pc, s, why);
    return e;
}

/* The machine comes by a snapshot that it has been at before. */
static void snap_again(struct pc *pc)
{
    struct history *h = pc->history;
    struct snap *s = h->snap[h->now + 1];

    fill_blob(pc);
    for (u32 i = 0; i < h->dirties; i++) {
        struct page *p = &h->page[h->dirty[i]];

        p->live = version_at(p, s->id);
    }
    history_all_clean(pc);
    h->now++;
}

ns_t history_due(const struct pc *pc)
{
    const struct history *h = pc->history;

    if (h->broken)
        return NEVER;
    if (!h->away)
        return h->due;
    return h->now + 1 < h->snaps ? h->snap[h->now + 1]->at.now : NEVER;
}

void history_tick(struct pc *pc)
{
    struct history *h = pc->history;

    if (h->broken)
        return;
    if (h->away && h->now + 1 < h->snaps) {
        snap_again(pc);
    } else if (!h->away && h->next_id > ~(u32)0 - ID_STEP) {
        history_restart(pc);            /* months of guest time */
    } else if (!h->away) {
        snap_take(pc);
        keep_within(pc);
    }
    if (pc->history && pc->history->broken) {
        LOG(&pc->log, ERROR, "pc", "out of memory: the history begins anew");
        history_restart(pc);
    }
}

/* ---- branching ---- */

static void drop_ahead(struct pc *pc)
{
    struct history *h = pc->history;

    while (h->snaps > h->now + 1) {
        struct snap *s = h->snap[h->snaps - 1];

        for (u32 k = 0; k < s->versions; k++)
            version_unlink(pc, s->version[k]);
        snap_free(pc, h->snap[--h->snaps]);
    }
}

enum err history_branch(struct pc *pc, struct why *why)
{
    struct history *h = pc->history;

    if (!h || !h->away)
        return ERR_OK;
    for (int n = 0; n < PC_DRIVES; n++) {
        enum err e = pc->disk[n] ? view_commit(pc->disk[n]) : ERR_OK;

        if (e)
            return err_say(why, e, "%.150s: %s", pc->disk[n]->name,
                           block_error(pc->disk[n], e));
    }
    media_arrived(pc, true);
    recorder_back(pc);
    drop_ahead(pc);
    journal_cut(pc, (size_t)(h->applied - h->forgotten));
    h->away = false;
    h->due = pc->history->snap[h->now]->at.now + SNAP_MS * 1000000;
    pc->replay.stepping = false;
    pc_marks_changed(pc);
    return ERR_OK;
}

/* ---- beginning and ending ---- */

static void history_lay_out(struct pc *pc)
{
    struct history *h = pc->history;

    for (int n = 0; n < pc->spans; n++) {
        h->span_first[n] = h->pages;
        h->pages += (u32)((pc->span[n].size + CHUNK - 1) / CHUNK);
    }
    h->blob_first = h->pages;
    h->blob_size = (tables_size(pc) + CHUNK - 1) / CHUNK * CHUNK;
    h->pages += (u32)(h->blob_size / CHUNK);
    h->fixed = h->pages;
    h->room = h->pages + 64;
    h->page = calloc(h->room, sizeof *h->page);
    h->blob = calloc(1, h->blob_size);
    tables_unknown(pc);
}

/* What is there anyway is a part of the limit, and what malloc() can't use. */
static u64 most_of_limit(const struct history *h)
{
    u64 fixed = h->room * sizeof *h->page + h->blob_size + h->limit / 10;

    return fixed < h->limit / 2 ? h->limit - fixed : h->limit / 2;
}

bool history_start(struct pc *pc, u64 limit)
{
    struct history *h = calloc(1, sizeof *h);

    history_end(pc);
    if (!h)
        return false;
    pc->history = h;
    h->limit = limit;
    h->next_id = 1;
    h->filling[0] = h->filling[1] = ~0u;
    history_lay_out(pc);
    if (!h->page || !h->blob) {
        history_end(pc);
        return false;
    }
    h->most = most_of_limit(h);
    journal_cut(pc, 0);
    pc->journal.keeps = true;
    history_watch(pc);
    history_media(pc);
    snap_take(pc);
    pc_marks_changed(pc);
    return true;
}

void history_end(struct pc *pc)
{
    struct history *h = pc->history;

    if (!h)
        return;
    history_watch_off(pc);
    history_media_off(pc);
    for (u32 n = 0; n < h->pages; n++)
        while (h->page && h->page[n].newest) {
            struct version *v = h->page[n].newest;

            h->page[n].newest = v->older;
            version_free(pc, v);
        }
    while (h->snaps)
        snap_free(pc, h->snap[--h->snaps]);
    shelves_end(pc);
    free(h->page);
    free(h->blob);
    free(h->cluster);
    free(h->slot);
    free(h->dirty);
    history_zip_end(h);
    free(h);
    pc->history = NULL;
    pc->journal.keeps = false;
    journal_cut(pc, 0);
    pc_marks_changed(pc);
}

void history_restart(struct pc *pc)
{
    u64 limit = pc->history ? pc->history->limit : 0;
    struct why why;

    history_branch(pc, &why);
    if (limit)
        history_start(pc, limit);
}
