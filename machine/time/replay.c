/* replay.c - runs what a record file says, and compares.
 *
 * The machine is made from the file's head. While the file lasts, it alone
 * says what comes from outside: calls of pc.h are refused. */
#include "machine/time/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading entries ---- */

u64 record_varint(struct buf *b)
{
    u64 v = 0;

    for (u32 shift = 0; shift < 64; shift += 7) {
        u64 byte = buf_get(b, 1);

        v |= (byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return v;
    }
    b->failed = true;
    return 0;
}

static u32 get_word(struct buf *b)
{
    u32 v = (u32)record_varint(b);

    return v >> 1 ^ (v & 1 ? ~0u : 0);
}

static struct moment get_place(struct replay *r, u8 tag)
{
    struct buf *b = &r->from;
    struct moment m = { 0 };
    u64 passed = record_varint(b);

    b->failed |= passed > (u64)NEVER - (u64)r->last;
    m.now = b->failed ? NEVER : r->last + (ns_t)passed;
    if (tag & RECORD_EXACT) {
        m.count = record_varint(b);
        m.spent = record_varint(b);
        m.frac_ps = (u32)record_varint(b);
    }
    if (tag & RECORD_ACTED)
        m.acts = (u32)record_varint(b);
    return m;
}

static struct record *get_words(struct buf *b, u8 kind, u8 unit)
{
    u8 bytes[16] = { 0 };
    u32 n = record_words(kind);

    for (u32 i = 0; i < n; i++) {
        u32 v = get_word(b);

        for (u32 k = 0; k < 4; k++)
            bytes[4 * i + k] = (u8)(v >> 8 * k);
    }
    return record_new(kind, unit, bytes, 4 * n);
}

bool record_has_entry(u8 kind, u8 unit)
{
    return kind < REC_KINDS &&
           (kind != REC_SERIAL || unit < SERIALS) &&
           (kind != REC_HOLD || unit < PC_CHANNELS) &&
           ((kind != REC_INSERT && kind != REC_EJECT && kind != REC_SECTORS) ||
            unit < PC_DRIVES);
}

static struct record *replay_get_record(struct replay *r, u8 tag)
{
    struct buf *b = &r->from;
    u8 kind = tag & RECORD_KIND, unit = 0;
    struct moment at = get_place(r, tag);
    struct record *rec = NULL;
    const u8 *p;
    u64 n;

    if (record_has_unit(kind))
        unit = (u8)buf_get(b, 1);
    if (b->failed || !record_has_entry(kind, unit))
        return NULL;
    if (record_words(kind)) {
        rec = get_words(b, kind, unit);
    } else {
        n = record_varint(b);
        p = n <= JOURNAL_MOST || kind == REC_INSERT ? buf_get_bytes(b, n)
                                                    : NULL;
        rec = p && (kind != REC_POKE || n >= 4)
                  ? record_new(kind, unit, p, (u32)n) : NULL;
    }
    if (rec) {
        rec->at = at;
        rec->rough = !(tag & RECORD_EXACT);
    }
    return rec;
}

static void replay_over(struct pc *pc, int reason, const char *text)
{
    struct replay *r = &pc->replay;

    if (text)
        snprintf(r->info.text, sizeof r->info.text, "%s", text);
    r->info.over = true;
    r->info.complete = reason == PC_REPLAYED && r->kind == RECORD_END;
    free(r->next);
    r->next = NULL;
    r->bytes = NULL;
    pc->journal.closed = false;
    pc_stop(pc, reason);
}

/* Compares a hash; the first that differs ends the replay. */
static bool replay_compare(struct pc *pc, u64 expected)
{
    struct pc_replay_info *i = &pc->replay.info;
    u64 got = machine_hash(pc);

    if (got == expected)
        return true;
    i->diverged = true;
    i->ns = pc->clk.now;
    i->expected = expected;
    i->got = got;
    replay_over(pc, PC_DIVERGED, "the machine is not in the state that was "
                                 "recorded");
    return false;
}

/* Places from which the machine went another way. */
static void skip_marks(struct replay *r)
{
    struct buf *b = &r->from;

    while (b->len < b->cap && b->p[b->len] == RECORD_MARK) {
        u64 passed;

        b->len++;
        passed = record_varint(b);
        if (passed > (u64)NEVER - (u64)r->last)
            b->failed = true;
        else
            r->last += (ns_t)passed;
    }
}

/* Reads up to the next record, over hashes that are not due yet: they say
 * themselves when. */
static void replay_fetch(struct pc *pc)
{
    struct replay *r = &pc->replay;
    struct moment m;
    u8 tag;

    free(r->next);
    r->next = NULL;
    skip_marks(r);
    if (r->from.len == r->from.cap) {
        r->kind = RECORD_KIND - 2;      /* cut off: the host crashed, say */
        replay_over(pc, PC_REPLAYED, "the record ends here without its end");
        return;
    }
    tag = (u8)buf_get(&r->from, 1);
    r->kind = tag & RECORD_KIND;
    if (tag == RECORD_HASH) {
        r->hash = buf_get(&r->from, 8);
    } else if (r->kind == RECORD_END) {
        m = get_place(r, tag);
        r->next = record_new(RECORD_END, 0, NULL, 0);
        r->hash = buf_get(&r->from, 8);
        if (r->next)
            r->next->at = m;
    } else {
        r->next = replay_get_record(r, tag);
    }
    if (r->from.failed || (!r->next && r->kind != RECORD_HASH))
        replay_over(pc, PC_DIVERGED, "the record is damaged");
}

/* ---- acting ---- */

ns_t replay_due(const struct pc *pc)
{
    const struct replay *r = &pc->replay;

    return r->kind == RECORD_HASH ? r->due : r->next ? r->next->at.now : NEVER;
}

static bool replay_behind(const struct moment *a, const struct moment *b)
{
    struct moment x = *a, y = *b;

    x.acts = y.acts = 0;
    return moment_order(&x, &y) > 0;
}

/* Whether the machine is where the next record was made. */
static bool replay_reached(struct pc *pc)
{
    struct replay *r = &pc->replay;
    struct moment m = moment_now(pc);

    r->stepping = false;
    if (r->next->rough)
        return true;
    if (replay_behind(&m, &r->next->at)) {
        r->info.diverged = true;
        r->info.ns = pc->clk.now;
        replay_over(pc, PC_DIVERGED, "the machine never comes to the place "
                                     "where the next record was made");
        return false;
    }
    r->stepping = m.count != r->next->at.count ||
                  m.spent != r->next->at.spent || m.now != r->next->at.now;
    return !r->stepping;
}

static void take_next(struct pc *pc)
{
    struct replay *r = &pc->replay;
    struct moment m = moment_now(pc);

    if (m.acts < r->next->at.acts)
        pc_act(pc, r->next->at.acts - m.acts);
    r->last = pc->clk.now;
    if (r->kind == RECORD_END) {
        pc->s.exiting = false;          /* who recorded was told of it */
        if (replay_compare(pc, r->hash))
            replay_over(pc, PC_REPLAYED, "the record ends here");
        return;
    }
    r->info.records++;
    if (!journal_replay(pc, r->next)) {
        replay_over(pc, PC_DIVERGED, "a record can't act here as it did");
        return;
    }
    if (r->kind == REC_STATE) {
        r->last = pc->clk.now;
        r->due = next_second(pc);
    }
    replay_fetch(pc);
}

/* What is due at this place: a hash comes before a record. */
void replay_tick(struct pc *pc)
{
    struct replay *r = &pc->replay;

    while (r->bytes && pc->clk.now >= replay_due(pc)) {
        if (r->kind != RECORD_HASH) {
            if (!replay_reached(pc))
                return;
            take_next(pc);
        } else if (replay_compare(pc, r->hash)) {
            r->info.seconds++;
            r->due += NS_PER_S;
            replay_fetch(pc);
        }
    }
}

bool pc_replay_config(const void *bytes, size_t n, struct pc_replay_file **out,
                      char *words)
{
    struct record_head *h = malloc(sizeof *h + n);
    struct why why = { "out of memory" };

    *out = NULL;
    if (!h || record_get_head(h, bytes, n, &why) ||
        (h->size = record_cut(h->entries, h->size, h->cut)) == SIZE_MAX) {
        memcpy(words, why.text, sizeof why.text);
        free(h);
        return false;
    }
    h->entries = h->cut;
    h->config.replays = true;
    for (int d = 0; d < PC_DRIVES; d++)
        h->config.drive[d].snapshot |= !h->config.drive[d].readonly;
    *out = (struct pc_replay_file *)h;
    return true;
}

const struct pc_config *pc_replay_machine(const struct pc_replay_file *f)
{
    return &((const struct record_head *)f)->config;
}

bool pc_replay(struct pc *pc, const struct pc_replay_file *f, char *words)
{
    const struct record_head *h = (const struct record_head *)f;
    struct replay *r = &pc->replay;
    struct why why;

    if (record_check(pc, h, &why)) {
        memcpy(words, why.text, sizeof why.text);
        return false;
    }
    if (h->nvram && pc->roles.clock.ops) {
        pc->roles.clock.ops->load(pc->roles.clock.dev, h->nvram);
        board_set_up(pc);
    }
    *r = (struct replay){ .bytes = h->entries, .due = NS_PER_S,
                          .from = { (u8 *)(uintptr_t)h->entries, 0, h->size,
                                    false } };
    pc->journal.closed = true;
    replay_fetch(pc);
    if (r->bytes)
        replay_tick(pc);
    pc_marks_changed(pc);
    return true;
}

struct pc_replay_info pc_replay_info(const struct pc *pc)
{
    return pc->replay.info;
}
