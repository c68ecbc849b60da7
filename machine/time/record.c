/* record.c - writes a record file as the machine runs. */
#include "machine/time/record.h"

#include <stdlib.h>
#include <string.h>

#include "machine/media/embed.h"
#include "machine/time/travel.h"

u32 record_words(u8 kind)
{
    static const u8 words[REC_KINDS] = {
        [REC_KEY] = 2, [REC_MOUSE] = 4, [REC_PACE] = 2, [REC_HOLD] = 1,
        [REC_PORT_IN] = 2, [REC_PORT_OUT] = 3,
    };

    return kind < REC_KINDS ? words[kind] : 0;
}

bool record_has_unit(u8 kind)
{
    return kind == REC_SERIAL || kind == REC_INSERT || kind == REC_EJECT ||
           kind == REC_HOLD || kind == REC_SECTORS;
}

ns_t next_second(const struct pc *pc)
{
    return (pc->clk.now / NS_PER_S + 1) * NS_PER_S;
}

/* ---- writing ---- */

static void put_varint(struct buf *b, u64 v)
{
    for (; v > 0x7f; v >>= 7)
        buf_put(b, (v & 0x7f) | 0x80, 1);
    buf_put(b, v, 1);
}

static void put_word(struct buf *b, u32 v)
{
    put_varint(b, v << 1 ^ (v >> 31 ? ~0u : 0));
}

/* An entry's tag and place. */
static void put_place(struct recorder *r, u8 kind, const struct moment *m,
                      bool rough)
{
    struct buf *b = &r->waits;

    buf_put(b, kind | (rough ? 0 : RECORD_EXACT) | (m->acts ? RECORD_ACTED : 0),
            1);
    put_varint(b, (u64)(m->now - r->last));
    r->last = m->now;
    if (!rough) {
        put_varint(b, m->count);
        put_varint(b, m->spent);
        put_varint(b, m->frac_ps);
    }
    if (m->acts)
        put_varint(b, m->acts);
}

/* Bytes that come to a serial port at one place make one entry. */
static void put_serial(struct recorder *r)
{
    struct buf s = r->serial;

    if (!s.len)
        return;
    put_place(r, REC_SERIAL, &r->serial_at, r->serial_rough);
    buf_put(&r->waits, r->serial_port, 1);
    put_varint(&r->waits, s.len);
    buf_put_bytes(&r->waits, s.p, s.len);
    r->serial.len = 0;
}

static void record_take_serial(struct recorder *r, const struct record *rec)
{
    if (r->serial.len && (r->serial_port != rec->unit ||
                          moment_order(&r->serial_at, &rec->at)))
        put_serial(r);
    r->serial_at = rec->at;
    r->serial_rough = rec->rough;
    r->serial_port = rec->unit;
    buf_put_bytes(&r->serial, rec->data, rec->size);
}

/* What an inserted medium holds goes behind what the journal says of it. */
static void put_copy(struct pc *pc, const struct record *rec)
{
    struct recorder *r = &pc->recorder;
    struct buf b = { 0 };
    struct why why;

    buf_put_bytes(&b, rec->data, rec->size);
    if (embed_put(&b, block_bottom(pc->next_disk[rec->unit]), &why)) {
        LOG(&pc->log, ERROR, "pc", "the record is over: %s", why.text);
        r->failed = true;
    }
    put_varint(&r->waits, b.len);
    buf_put_bytes(&r->waits, b.p, b.len);
    r->failed |= b.failed;
    buf_free(&b);
}

static void put_record(struct pc *pc, const struct record *rec)
{
    struct recorder *r = &pc->recorder;
    u32 words = record_words(rec->kind);

    if (rec->kind == REC_SERIAL) {
        record_take_serial(r, rec);
        return;
    }
    put_serial(r);
    put_place(r, rec->kind, &rec->at, rec->rough);
    if (record_has_unit(rec->kind))
        buf_put(&r->waits, rec->unit, 1);
    for (u32 n = 0; n < words; n++)
        put_word(&r->waits, record_word(rec, n));
    if (words)
        return;
    if (rec->kind == REC_INSERT && r->embeds) {
        put_copy(pc, rec);
        return;
    }
    put_varint(&r->waits, rec->size);
    buf_put_bytes(&r->waits, rec->data, rec->size);
}

/* A state that is loaded brings another time. */
static void take_record(void *ctx, const struct record *rec)
{
    struct pc *pc = ctx;
    struct recorder *r = &pc->recorder;

    put_record(pc, rec);
    if (rec->kind == REC_STATE) {
        r->last = pc->clk.now;
        r->due = next_second(pc);
        r->start = moment_now(pc);
        pc_marks_changed(pc);
    }
}

/* What waits goes out; after a failure nothing does. */
static void record_flush(struct recorder *r)
{
    put_serial(r);
    r->failed |= r->waits.failed || r->serial.failed;
    if (!r->failed && r->waits.len && !r->put(r->ctx, r->waits.p, r->waits.len))
        r->failed = true;
    r->waits.len = 0;
}

void recorder_tick(struct pc *pc)
{
    struct recorder *r = &pc->recorder;

    put_serial(r);
    while (pc->clk.now >= r->due) {
        buf_put(&r->waits, RECORD_HASH, 1);
        buf_put(&r->waits, machine_hash(pc), 8);
        r->due += NS_PER_S;
    }
    record_flush(r);
}

/* ---- going back ---- */

static bool merges(const struct record *a, const struct record *b)
{
    return a->kind == REC_SERIAL && b->kind == REC_SERIAL &&
           a->unit == b->unit && !moment_order(&a->at, &b->at);
}

/* How many entries the journal's records from n on have made. */
static u32 entries_from(const struct journal *j, size_t n)
{
    u32 entries = 0;

    for (size_t i = n; i < j->logged; i++)
        entries += i == n || !merges(j->log[i - 1], j->log[i]);
    return entries;
}

static void put_back_entry(struct pc *pc)
{
    struct recorder *r = &pc->recorder;
    struct history *h = pc->history;
    s64 passed = pc->clk.now - r->last;
    ns_t due = next_second(pc);

    put_serial(r);
    buf_put(&r->waits, RECORD_BACK, 1);
    put_varint(&r->waits, (u64)passed << 1 ^ (passed < 0 ? ~(u64)0 : 0));
    put_varint(&r->waits, entries_from(&pc->journal,
                                       (size_t)(h->applied - h->forgotten)));
    put_varint(&r->waits, (u64)(r->due - due) / NS_PER_S);
    r->last = pc->clk.now;
    r->due = due;
}

void recorder_back(struct pc *pc)
{
    struct recorder *r = &pc->recorder;
    struct moment m = moment_now(pc);

    if (!r->put)
        return;
    if (moment_order(&m, &r->start) >= 0) {
        put_back_entry(pc);
        record_flush(r);
        return;
    }
    LOG(&pc->log, ERROR, "pc", "the record is over: the machine has gone back "
        "to before it began");
    r->failed = true;
}

/* A machine that is not new brings its state along. */
static enum err put_start(struct pc *pc, struct recorder *r, struct why *why)
{
    size_t n;
    void *state;
    struct record *rec;

    r->last = 0;
    if (!pc->clk.now && !cpu_insns(pc->cpu) && !pc->journal.waits)
        return ERR_OK;
    state = pc_save_bytes(pc, &n);
    rec = state ? record_new(REC_STATE, 0, state, (u32)n) : NULL;
    free(state);
    if (!rec)
        return err_say(why, ERR_NOMEM, "out of memory");
    rec->rough = true;                  /* at time 0 of the new machine */
    put_record(pc, rec);
    r->last = pc->clk.now;
    free(rec);
    return ERR_OK;
}

bool pc_record(struct pc *pc, bool embed,
               bool (*put)(void *ctx, const void *bytes, size_t n), void *ctx,
               char *words)
{
    struct recorder *r = &pc->recorder;
    struct why why = { "out of memory" };
    enum err e;

    pc_record_end(pc);
    e = travel_branch(pc, &why);
    *r = (struct recorder){ .put = put, .ctx = ctx, .embeds = embed,
                            .start = moment_now(pc) };
    e = e ? e : record_put_head(pc, embed, &r->waits, &why);
    e = e ? e : put_start(pc, r, &why);
    r->failed |= e != ERR_OK;
    record_flush(r);
    if (!e && r->failed)
        e = ERR_IO;
    if (e) {
        buf_free(&r->waits);
        buf_free(&r->serial);
        memcpy(words, why.text, sizeof why.text);
        *r = (struct recorder){ 0 };
        return false;
    }
    r->due = next_second(pc);
    pc->journal.sink = take_record;
    pc->journal.ctx = pc;
    pc_marks_changed(pc);
    return true;
}

bool pc_recording(const struct pc *pc)
{
    return pc->recorder.put && !pc->recorder.failed;
}

void pc_record_end(struct pc *pc)
{
    struct recorder *r = &pc->recorder;
    struct moment m;

    if (!r->put)
        return;
    if (pc->history && pc->history->away)
        recorder_back(pc);
    m = moment_now(pc);
    put_serial(r);
    put_place(r, RECORD_END, &m, false);
    buf_put(&r->waits, machine_hash(pc), 8);
    record_flush(r);
    buf_free(&r->waits);
    buf_free(&r->serial);
    *r = (struct recorder){ 0 };
    pc->journal.sink = NULL;
    pc_marks_changed(pc);
}
