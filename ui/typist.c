/* typist.c - key strokes spread over guest time.
 *
 * What the BIOS's buffer of 15 keys can't take would be lost with a beep, so
 * a key waits while that buffer fills up - for a while only, since a guest
 * with a keyboard driver of its own keeps other things there. */
#include "ui/typist.h"

#include "ui/keys.h"

#define MS INT64_C(1000000)
enum { GAP_MS = 10, RETRY_MS = 5, PATIENCE_MS = 2000, BIOS_ROOM = 10 };

static void add(struct typist *t, uint16_t code, bool down, int wait_ms)
{
    unsigned at = (t->first + t->count++) % TYPIST_STEPS;

    t->step[at] = (struct typist_step){ code, (uint16_t)wait_ms, down };
}

bool typist_chord(struct typist *t, const uint16_t *code, int n, int hold_ms)
{
    if (t->count + 2 * (unsigned)n > TYPIST_STEPS)
        return false;
    for (int i = 0; i < n; i++)
        add(t, code[i], true, i == n - 1 ? hold_ms : 0);
    for (int i = n - 1; i >= 0; i--)
        add(t, code[i], false, i == 0 ? GAP_MS : 0);
    return true;
}

bool typist_char(struct typist *t, int ch)
{
    uint16_t code[2] = { KEY_SHIFT };
    bool shift;

    code[1] = key_of_char(ch, &shift);
    if (!code[1])
        return true;
    return shift ? typist_chord(t, code, 2, TYPIST_HOLD_MS)
                 : typist_chord(t, code + 1, 1, TYPIST_HOLD_MS);
}

/* Head and tail of the ring at 40:1E, by the BIOS data area. */
static bool bios_is_full(struct pc *pc)
{
    uint8_t b[4];
    unsigned head, tail;

    pc_memory(pc, 0x41a, b, sizeof b);
    head = b[0] | b[1] << 8;
    tail = b[2] | b[3] << 8;
    if (head < 0x1e || head > 0x3c || tail < 0x1e || tail > 0x3c)
        return false;
    return ((tail - head + 32) & 31) / 2 >= BIOS_ROOM;
}

static bool must_wait(struct typist *t, struct pc *pc, int64_t now)
{
    if (pc_keys_pending(pc) > 0)
        return true;
    return t->step[t->first].down && now < t->patience && bios_is_full(pc);
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
        t->first = (t->first + 1) % TYPIST_STEPS;
        t->count--;
        t->due = now + s.wait_ms * MS;
        t->patience = t->due + PATIENCE_MS * MS;
    }
    return t->count || t->due > now ? t->due : INT64_MAX;
}
