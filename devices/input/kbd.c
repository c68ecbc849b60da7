/* kbd.c - PS/2 keyboard with 101 to 105 keys (IBM Model M, Windows keys). */
#include "devices/input/kbd.h"

#include <string.h>

enum { ACK = 0xfa, RESEND = 0xfe, ECHO = 0xee, BAT_OK = 0xaa };
enum { REPEATS = 1, BREAKS = 2 };       /* key types of set 3 */
enum {
    BUFFER = 16,                        /* and one more for the overrun */
    BAT_NS = 5 * 1000 * 1000,
    RESET_NS = 12500 * 1000,            /* a PC/XT holds the clock for 20 ms */
    DELAY_NS = 250 * 1000 * 1000,
    PERIOD_NS = 4170 * 1000,            /* times (8 + A) << B */
    RATE_DEFAULT = 0x2b,                /* 500 ms, 10.9 a second */
};
enum {                                  /* keys by index: set 1, +80h for E0 */
    EXT = 0x80, LSHIFT = 0x2a, RSHIFT = 0x36, LCTRL = 0x1d, RCTRL = EXT | 0x1d,
    LALT = 0x38, RALT = EXT | 0x38, PRINT = EXT | 0x37, PAUSE = EXT | 0x46,
    SLASH = EXT | 0x35,
};

/* Set 2 by set 1; E0 keys have E0 and the same byte. */
static const u8 set2[128] = {
    0x00, 0x76, 0x16, 0x1e, 0x26, 0x25, 0x2e, 0x36,
    0x3d, 0x3e, 0x46, 0x45, 0x4e, 0x55, 0x66, 0x0d,
    0x15, 0x1d, 0x24, 0x2d, 0x2c, 0x35, 0x3c, 0x43,
    0x44, 0x4d, 0x54, 0x5b, 0x5a, 0x14, 0x1c, 0x1b,
    0x23, 0x2b, 0x34, 0x33, 0x3b, 0x42, 0x4b, 0x4c,
    0x52, 0x0e, 0x12, 0x5d, 0x1a, 0x22, 0x21, 0x2a,
    0x32, 0x31, 0x3a, 0x41, 0x49, 0x4a, 0x59, 0x7c,
    0x11, 0x29, 0x58, 0x05, 0x06, 0x04, 0x0c, 0x03,
    0x0b, 0x83, 0x0a, 0x01, 0x09, 0x77, 0x7e, 0x6c,
    0x75, 0x7d, 0x7b, 0x6b, 0x73, 0x74, 0x79, 0x69,
    0x72, 0x7a, 0x70, 0x71, 0x84, 0x60, 0x61, 0x78,
    0x07, 0x0f, 0x17, 0x1f, 0x27, 0x2f, 0x37, 0x3f,
    0x47, 0x4f, 0x56, 0x5e, 0x08, 0x10, 0x18, 0x20,
    0x28, 0x30, 0x38, 0x40, 0x48, 0x50, 0x57, 0x6f,
    0x13, 0x19, 0x39, 0x51, 0x53, 0x5c, 0x5f, 0x62,
    0x63, 0x64, 0x65, 0x67, 0x68, 0x6a, 0x6d, 0x6e,
};

/* Set 3 by key index; 0: set 3 has no such key. */
static const u8 set3[256] = {
    [0x01] = 0x08, 0x16, 0x1e, 0x26, 0x25, 0x2e, 0x36,
    0x3d, 0x3e, 0x46, 0x45, 0x4e, 0x55, 0x66, 0x0d,
    [0x10] = 0x15, 0x1d, 0x24, 0x2d, 0x2c, 0x35, 0x3c, 0x43,
    0x44, 0x4d, 0x54, 0x5b, 0x5a, 0x11, 0x1c, 0x1b,
    [0x20] = 0x23, 0x2b, 0x34, 0x33, 0x3b, 0x42, 0x4b, 0x4c,
    0x52, 0x0e, 0x12, 0x5c, 0x1a, 0x22, 0x21, 0x2a,
    [0x30] = 0x32, 0x31, 0x3a, 0x41, 0x49, 0x4a, 0x59, 0x7e,
    0x19, 0x29, 0x14, 0x07, 0x0f, 0x17, 0x1f, 0x27,
    [0x40] = 0x2f, 0x37, 0x3f, 0x47, 0x4f, 0x76, 0x5f, 0x6c,
    0x75, 0x7d, 0x84, 0x6b, 0x73, 0x74, 0x7c, 0x69,
    [0x50] = 0x72, 0x7a, 0x70, 0x71, 0x57, 0x00, 0x13, 0x56, 0x5e,
    [0x70] = 0x87, [0x73] = 0x51, [0x79] = 0x86, [0x7b] = 0x85,
    [0x7d] = 0x5d,
    [EXT | 0x1c] = 0x79, 0x58,
    [EXT | 0x35] = 0x77, [PRINT] = 0x57, [RALT] = 0x39, [PAUSE] = 0x62,
    [EXT | 0x47] = 0x6e, 0x63, 0x6f, [EXT | 0x4b] = 0x61, [EXT | 0x4d] = 0x6a,
    [EXT | 0x4f] = 0x65, 0x60, 0x6d, 0x67, 0x64,
    [EXT | 0x5b] = 0x8b, 0x8c, 0x8d,
};

/* Set 3's defaults: these keys send make and break, */
static const u8 make_break[] = { 0x11, 0x12, 0x14, 0x19, 0x59 };
/* these make only, the others repeat. */
static const u8 make_only[] = {
    0x07, 0x08, 0x0f, 0x17, 0x1f, 0x27, 0x2f, 0x37, 0x39, 0x3f, 0x47, 0x4f,
    0x56, 0x57, 0x58, 0x5e, 0x5f, 0x62, 0x65, 0x67, 0x69, 0x6b, 0x6c, 0x6d,
    0x6e, 0x6f, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x79, 0x7a,
    0x7d, 0x7e, 0x84, 0x8b, 0x8c, 0x8d,
};

static bool kbd_holds(const struct kbd *k, int key)
{
    return k->s.down[key >> 3] >> (key & 7) & 1;
}

/* One byte into the buffer; the 17th becomes the overrun code, what follows
 * is lost until there is room again. */
static void kbd_put(struct kbd *k, u8 byte)
{
    if (k->s.tx.count < BUFFER)
        ps2_tx_put(&k->tx, byte);
    else if (k->s.tx.count == BUFFER)
        ps2_tx_put(&k->tx, k->s.set == 1 ? 0xff : 0x00);
}

/* Sends a key's make or break code in set 1 or 2. */
static void emit(struct kbd *k, int key, bool down)
{
    u8 code = key & 0x7f;

    if (key & EXT)
        kbd_put(k, 0xe0);
    if (k->s.set == 1) {
        kbd_put(k, (u8)(code | (down ? 0 : 0x80)));
        return;
    }
    if (!down)
        kbd_put(k, 0xf0);
    kbd_put(k, set2[code]);
}

/* Keys that the PC/XT's keyboard had on the number pad only: a program that
 * knows no E0 must see the shift state in which they mean what they say. */
static bool is_grey(int key)
{
    switch (key) {
    case EXT | 0x47: case EXT | 0x48: case EXT | 0x49: case EXT | 0x4b:
    case EXT | 0x4d: case EXT | 0x4f: case EXT | 0x50: case EXT | 0x51:
    case EXT | 0x52: case EXT | 0x53: return true;
    default: return false;
    }
}

/* The shift codes around a grey key: shifts that are held seem released
 * (not under NumLock), or under NumLock a shift seems held. */
static void fake_shifts(struct kbd *k, int key, bool down)
{
    bool left = kbd_holds(k, LSHIFT), right = kbd_holds(k, RSHIFT);
    bool num = k->s.leds & KBD_LED_NUM;

    if (!is_grey(key) && key != SLASH)
        return;
    if (num && key != SLASH) {
        if (!left && !right)
            emit(k, EXT | LSHIFT, down);
        return;
    }
    if (left)
        emit(k, EXT | LSHIFT, !down);
    if (right)
        emit(k, EXT | RSHIFT, !down);
}

static void print_key(struct kbd *k, bool down)
{
    bool plain = !kbd_holds(k, LSHIFT) && !kbd_holds(k, RSHIFT) &&
                 !kbd_holds(k, LCTRL) && !kbd_holds(k, RCTRL);

    if (down)
        k->s.sysrq = kbd_holds(k, LALT) || kbd_holds(k, RALT);
    if (k->s.sysrq) {
        emit(k, 0x54, down);
        return;
    }
    if (down && plain)
        emit(k, EXT | LSHIFT, true);
    emit(k, PRINT, down);
    if (!down && plain)
        emit(k, EXT | LSHIFT, false);
}

/* Pause has no break code: both come when it goes down. */
static void pause_key(struct kbd *k)
{
    static const u8 one[] = { 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5 };
    static const u8 two[] = { 0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77 };

    if (kbd_holds(k, LCTRL) || kbd_holds(k, RCTRL)) {
        emit(k, PAUSE, true);
        emit(k, PAUSE, false);
    } else if (k->s.set == 1) {
        for (u32 i = 0; i < sizeof one; i++)
            kbd_put(k, one[i]);
    } else {
        for (u32 i = 0; i < sizeof two; i++)
            kbd_put(k, two[i]);
    }
}

static void key_set3(struct kbd *k, int key, bool down)
{
    u8 code = set3[key];

    if (!code || (!down && !(k->s.type[code] & BREAKS)))
        return;
    if (!down)
        kbd_put(k, 0xf0);
    kbd_put(k, code);
}

static void key_codes(struct kbd *k, int key, bool down)
{
    if (k->s.set == 3) {
        key_set3(k, key, down);
    } else if (key == PAUSE) {
        if (down)
            pause_key(k);
    } else if (key == PRINT) {
        print_key(k, down);
    } else {
        if (down)
            fake_shifts(k, key, true);
        emit(k, key, down);
        if (!down)
            fake_shifts(k, key, false);
    }
}

static void stop_repeat(struct kbd *k)
{
    k->s.repeat_key = 0;
    timer_stop(&k->repeat);
}

static void repeat_in(struct kbd *k, ns_t t)
{
    timer_set(&k->repeat, k->clk->now + t);
}

static void start_repeat(struct kbd *k, int key)
{
    bool repeats = k->s.set == 3 ? k->s.type[set3[key]] & REPEATS
                                 : key != PAUSE;

    stop_repeat(k);
    if (!repeats)
        return;
    k->s.repeat_key = (u8)key;
    repeat_in(k, (1 + (k->s.rate >> 5 & 3)) * (ns_t)DELAY_NS);
}

/* Between a command and its parameter the real keyboard stops looking, but
 * finds what has changed when it looks again; here it goes on looking. Only
 * a list of keys to be typed anew stops it. */
static bool scanning(const struct kbd *k)
{
    return k->s.scanning && k->s.expect < 0xfb && k->s.bat_due == NEVER;
}

/* The make code again, without the shifts around it. */
static void repeat(void *dev, int n, ns_t when)
{
    struct kbd *k = dev;
    int key = k->s.repeat_key;
    u8 rate = k->s.rate;

    (void)n, (void)when;
    if (!key)
        return;
    if (scanning(k)) {
        if (k->s.set == 3)
            key_set3(k, key, true);
        else
            emit(k, key == PRINT && k->s.sysrq ? 0x54 : key, true);
    }
    repeat_in(k, ((ns_t)PERIOD_NS * (8 + (rate & 7))) << (rate >> 3 & 3));
}

/* Index of a key, 0 if the keyboard has none of that code. */
static int index_of(u16 code)
{
    int low = code & 0x7f;

    if (code == KBD_PAUSE || code == 0xe046)
        return PAUSE;
    if (code == 0x54)
        return PRINT;
    if ((code & 0x80) || low == 0 || (code >> 8 != 0 && code >> 8 != 0xe0))
        return 0;
    return low | (code >> 8 ? EXT : 0);
}

bool kbd_key(struct kbd *k, u16 code, bool down)
{
    int key = index_of(code);

    if (!key)
        return false;
    if (kbd_holds(k, key) == down)
        return true;
    k->s.down[key >> 3] ^= (u8)(1 << (key & 7));
    if (!down && k->s.repeat_key == key)
        stop_repeat(k);
    if (scanning(k)) {
        key_codes(k, key, down);
        if (down)
            start_repeat(k, key);
    }
    return true;
}

bool kbd_held(const struct kbd *k, u16 code)
{
    int key = index_of(code);

    return key && kbd_holds(k, key);
}

int kbd_room(const struct kbd *k)
{
    return k->s.tx.count < BUFFER ? BUFFER - k->s.tx.count : 0;
}

u8 kbd_leds(const struct kbd *k)
{
    return k->s.leds;
}

static void default_types(struct kbd *k)
{
    memset(k->s.type, REPEATS, sizeof k->s.type);
    for (u32 i = 0; i < sizeof make_break; i++)
        k->s.type[make_break[i]] = BREAKS;
    for (u32 i = 0; i < sizeof make_only; i++)
        k->s.type[make_only[i]] = 0;
    k->s.type[0] = 0;
}

static void kbd_defaults(struct kbd *k)
{
    k->s.set = k->xt ? 1 : 2;
    k->s.rate = RATE_DEFAULT;
    default_types(k);
    stop_repeat(k);
    ps2_tx_clear_buffer(&k->tx);
}

static void kbd_bat(void *dev, int n, ns_t when)
{
    struct kbd *k = dev;

    (void)n, (void)when;
    ps2_tx_put(&k->tx, BAT_OK);
}

static void start_bat(struct kbd *k)
{
    kbd_defaults(k);
    k->s.leds = 0;
    k->s.scanning = true;
    timer_set(&k->bat, k->clk->now + BAT_NS);
}

/* The byte after ED, F0 or F3. */
static void kbd_argument(struct kbd *k, u8 c, u8 v)
{
    k->s.expect = 0;
    if (c != 0xed && v > (c == 0xf3 ? 0x7f : 3)) {
        LOG(k->log, GUEST, "kbd", "command %02x with %02x", c, v);
        ps2_tx_reply(&k->tx, RESEND);
        return;
    }
    ps2_tx_reply(&k->tx, ACK);
    if (c == 0xed) {
        k->s.leds = v & 7;
    } else if (c == 0xf3) {
        k->s.rate = v;
    } else if (v == 0) {
        ps2_tx_reply(&k->tx, k->s.set);
    } else {
        k->s.set = v;
        stop_repeat(k);
        ps2_tx_clear_buffer(&k->tx);
    }
}

/* FB, FC, FD take codes of set 3 until something else comes. */
static void type_key(struct kbd *k, u8 c, u8 code)
{
    static const u8 types[] = { REPEATS, BREAKS, 0 };

    k->s.type[code] = types[c - 0xfb];
    ps2_tx_reply(&k->tx, ACK);
}

/* F7 - FA: all keys of set 3 at once. */
static void type_all(struct kbd *k, u8 c)
{
    static const u8 types[] = { REPEATS, BREAKS, 0, REPEATS | BREAKS };

    memset(k->s.type, types[c - 0xf7], sizeof k->s.type);
    stop_repeat(k);
    ps2_tx_clear_buffer(&k->tx);
    ps2_tx_reply(&k->tx, ACK);
}

static void kbd_read_id(struct kbd *k)
{
    ps2_tx_reply(&k->tx, ACK);
    ps2_tx_reply(&k->tx, 0xab);
    ps2_tx_reply(&k->tx, 0x83);
}

static void kbd_command(struct kbd *k, u8 c)
{
    switch (c) {
    case 0xee: ps2_tx_reply(&k->tx, ECHO); return;
    case 0xf2: kbd_read_id(k); return;
    case 0xf7: case 0xf8: case 0xf9: case 0xfa: type_all(k, c); return;
    case 0xfe: ps2_tx_reply(&k->tx, k->s.tx.last); return;
    case 0xed: case 0xf0: case 0xf3:
    case 0xfb: case 0xfc: case 0xfd: k->s.expect = c; break;
    case 0xf4: ps2_tx_clear_buffer(&k->tx); k->s.scanning = true; break;
    case 0xf5: kbd_defaults(k); k->s.scanning = false; break;
    case 0xf6: kbd_defaults(k); break;
    case 0xff: ps2_tx_clear(&k->tx); start_bat(k); break;
    default:
        LOG(k->log, GUEST, "kbd", "unknown command %02x", c);
        ps2_tx_reply(&k->tx, RESEND);
        return;
    }
    ps2_tx_reply(&k->tx, ACK);
}

/* A byte that can be a command is one, also where a parameter is due. A
 * self test under way ends, without its answer. */
void kbd_frame(void *dev, int n, u8 byte)
{
    struct kbd *k = dev;
    u8 c = k->s.expect;

    (void)n;
    LOG(k->log, TRACE, "kbd", "byte %02x", byte);
    timer_stop(&k->bat);
    if (c >= 0xfb && byte < KBD_CODES3) {
        type_key(k, c, byte);
    } else if (c && c < 0xfb && byte < 0xed) {
        kbd_argument(k, c, byte);
    } else {
        k->s.expect = 0;
        kbd_command(k, byte);
    }
}

/* A PC/XT has no commands: it resets the keyboard by a clock that stays low. */
void kbd_clock(void *dev, int n, bool free)
{
    struct kbd *k = dev;
    bool low = k->s.low_at != 0;

    (void)n;
    if (k->xt && free && low && k->clk->now - k->s.low_at >= RESET_NS) {
        ps2_tx_clear(&k->tx);
        start_bat(k);
    }
    if (k->xt)
        k->s.low_at = free ? 0 : k->clk->now;
    ps2_tx_clock(&k->tx, free);
}

/* Power on. The level of the clock wire is the controller's, and the user's
 * fingers stay where they are. */
static void kbd_reset(void *dev)
{
    struct kbd *k = dev;

    k->s.expect = 0;
    k->s.sysrq = false;
    k->s.tx.last = 0;
    ps2_tx_clear(&k->tx);
    start_bat(k);
}

void kbd_init(struct kbd *k, const struct dev_env *env)
{
    k->clk = env->clk;
    k->log = env->log;
    ps2_tx_init(&k->tx, &k->s.tx, &k->host, env, "kbd frame");
    timer_init(&k->bat, env, 1, "kbd self test", &k->s.bat_due, kbd_bat, k);
    timer_init(&k->repeat, env, 2, "kbd repeat", &k->s.repeat_due, repeat, k);
    kbd_reset(k);
}

#define S struct kbd_state
static const struct field fields[] = {
    FIELD_STRUCT(S, tx, ps2_tx_table,   "what is on its way"),
    FIELD_MAX(S, bat_due, INT64_MAX,    "end of the self test, ns"),
    FIELD_MAX(S, repeat_due, INT64_MAX, "next typematic make code, ns"),
    FIELD_MAX(S, low_at, INT64_MAX,     "PC/XT: the clock is low since, ns"),
    FIELD_ARRAY(S, down,                "keys held, a bit each"),
    FIELD_ARRAY_MAX(S, type, 3,         "set 3: bit 0 repeats, 1 breaks"),
    FIELD_MAX(S, set, 3,                "scan code set, 1 to 3"),
    FIELD_BITS(S, leds, "scroll,num,caps", "lights"),
    FIELD(S, rate,                      "typematic rate and delay"),
    FIELD_MAX(S, expect, 0xfd,          "command that waits for its byte"),
    FIELD(S, repeat_key,                "key that repeats, 0 none"),
    FIELD(S, scanning,                  "keys are reported"),
    FIELD(S, sysrq,                     "PrintScreen went down as SysRq"),
    FIELD(S, spare,                     "zero"),
    FIELD_END
};
#undef S
static const struct table table = { "kbd", sizeof(struct kbd_state), fields };

const struct dev_ops kbd_ops = {
    .name = "kbd", .state = &table, .reset = kbd_reset,
};
