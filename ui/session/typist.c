/* typist.c - key strokes spread over guest time.
 *
 * What the BIOS's buffer of 15 keys can't take would be lost with a beep, so
 * a key waits while that buffer fills up: as long as a program may be busy,
 * but not for ever, since a guest with a keyboard driver of its own leaves
 * there what was there before. One that was seen to ignore a key does so. */
#include "ui/session/typist.h"

#include <stdlib.h>
#include <string.h>

#include "ui/session/keys.h"

#define MS INT64_C(1000000)
enum { GAP_MS = 10, RETRY_MS = 5, EVENT_MS = 2, PATIENCE_MS = 60000,
       HURRY_MS = 58000, BIOS_ROOM = 10,
       FIRST_ROOM = 1024, PENDING = 16 };

/* ---- what waits ---- */

unsigned typist_room(const struct typist *t, unsigned chord)
{
    return (TYPIST_STEPS - t->count) / (2 * chord);
}

/* The ring's steps move to the front of a larger one. */
static bool typist_grow(struct typist *t)
{
    unsigned room = t->room ? 2 * t->room : FIRST_ROOM;
    struct typist_step *p = malloc(room * sizeof *p);

    if (!p)
        return false;
    for (unsigned i = 0; i < t->count; i++)
        p[i] = t->step[(t->first + i) % t->room];
    free(t->step);
    t->step = p;
    t->first = 0;
    t->room = room;
    return true;
}

static bool typist_has_room(struct typist *t, unsigned steps)
{
    if (t->count + steps > TYPIST_STEPS)
        return false;
    return t->count + steps <= t->room || typist_grow(t);
}

static void typist_add(struct typist *t, uint16_t code, bool down, int wait_ms)
{
    unsigned at = (t->first + t->count++) % t->room;

    t->step[at] = (struct typist_step){ code, (uint16_t)wait_ms, down };
}

void typist_clear(struct typist *t)
{
    free(t->step);
    memset(t, 0, sizeof *t);
}

bool typist_chord(struct typist *t, const uint16_t *code, int n, int hold_ms)
{
    int gap = hold_ms < GAP_MS ? hold_ms : GAP_MS;

    if (!typist_has_room(t, 2 * (unsigned)n))
        return false;
    for (int i = 0; i < n; i++)
        typist_add(t, code[i], true, i == n - 1 ? hold_ms : 0);
    for (int i = n - 1; i >= 0; i--)
        typist_add(t, code[i], false, i == 0 ? gap : 0);
    return true;
}

static bool typist_type(struct typist *t, int ch, int hold_ms)
{
    uint16_t code[2] = { KEY_SHIFT };
    bool shift;

    code[1] = key_of_char(ch, &shift);
    if (!code[1])
        return true;
    return shift ? typist_chord(t, code, 2, hold_ms)
                 : typist_chord(t, code + 1, 1, hold_ms);
}

bool typist_char(struct typist *t, int ch)
{
    return typist_type(t, ch, TYPIST_HOLD_MS);
}

bool typist_paste(struct typist *t, int ch)
{
    bool second = ch == '\n' && t->after_cr;

    if (!second && ch != '\033' && !typist_type(t, ch, TYPIST_PASTE_MS))
        return false;
    t->after_cr = ch == '\r';
    return true;
}

bool typist_event(struct typist *t, struct pc *pc, uint16_t code, bool down)
{
    if (!t->count && pc_keys_pending(pc) < PENDING &&
        pc_key(pc, code, down))
        return true;
    if (!typist_has_room(t, 1))
        return false;
    typist_add(t, code, down, EVENT_MS);
    return true;
}

/* ---- typing ---- */

/* Head and tail of the ring at 40:1E, by the BIOS data area: how many keys
 * wait there, -1 when there is no such ring. */
static int bios_keys(struct pc *pc, uint16_t *tail)
{
    uint8_t b[4];
    unsigned head, end;

    pc_memory(pc, 0x41a, b, sizeof b);
    head = b[0] | b[1] << 8;
    end = b[2] | b[3] << 8;
    *tail = (uint16_t)end;
    if (head < 0x1e || head > 0x3c || end < 0x1e || end > 0x3c)
        return -1;
    return (int)((end - head + 32) & 31) / 2;
}

/* A key that went into a full buffer and did not move its end was another
 * driver's; until the end moves again, the buffer tells nothing. */
static bool bios_is_full(struct typist *t, struct pc *pc)
{
    uint16_t tail;
    int n = bios_keys(pc, &tail);

    t->ignored = tail == t->tail && (t->ignored || t->forced);
    t->forced = false;
    t->tail = tail;
    return n >= BIOS_ROOM && !t->ignored;
}

/* Ctrl-Break and Ctrl-Alt-Delete are for a program that reads no keys. */
static bool urgent(const struct typist *t)
{
    uint16_t code = t->step[t->first].code;

    return (code & 0xff) == KEY_CTRL || (code & 0xff) == KEY_ALT;
}

static bool must_wait(struct typist *t, struct pc *pc, int64_t now)
{
    bool full;

    if (pc_keys_pending(pc) > 0)
        return true;
    if (!t->step[t->first].down)
        return false;
    full = bios_is_full(t, pc);
    t->forced = full && now >= (urgent(t) ? t->patience - HURRY_MS * MS
                                          : t->patience);
    return full && !t->forced;
}

int64_t typist_run(struct typist *t, struct pc *pc)
{
    int64_t now = pc_now(pc);

    if (t->count && t->due <= now && must_wait(t, pc, now))
        t->due = now + RETRY_MS * MS;
    while (t->count && t->due <= now) {
        struct typist_step s = t->step[t->first];

        if (!pc_key(pc, s.code, s.down)) {
            t->due = now + RETRY_MS * MS;
            break;
        }
        t->first = (t->first + 1) % t->room;
        t->count--;
        t->due = now + s.wait_ms * MS;
        t->patience = t->due + PATIENCE_MS * MS;
    }
    return t->count || t->due > now ? t->due : INT64_MAX;
}
