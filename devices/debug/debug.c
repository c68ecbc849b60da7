/* debug.c - the ports with which test programs speak to an emulator. */
#include "devices/debug/debug.h"

static const char shutdown[] = "Shutdown";

enum { LETTERS = sizeof shutdown - 1 };

static void exit_write(struct debug *d, u32 v)
{
    d->s.exit_code = v << 1 | 1;
    LOG(d->log, INFO, "debug", "exit with %u", d->s.exit_code);
    if (d->exit)
        d->exit(d->exit_ctx, d->s.exit_code);
}

static void shutdown_write(struct debug *d, u8 v)
{
    if (v != (u8)shutdown[d->s.matched])
        d->s.matched = 0;
    if (v == (u8)shutdown[d->s.matched])
        d->s.matched++;
    if (d->s.matched < LETTERS)
        return;
    d->s.matched = 0;
    d->s.off = true;
    LOG(d->log, INFO, "debug", "power off");
    line_set(&d->off, true);
}

static void post_write(struct debug *d, u16 n, u8 v)
{
    d->s.post[n] = v;
    if (n)
        return;
    LOG(d->log, TRACE, "debug", "POST code %02x", v);
    sink_put(&d->post, v);
}

static u32 debug_in(void *dev, u16 port, int size)
{
    struct debug *d = dev;

    switch (port & 0xf0) {
    case DEBUG_CONSOLE: return 0xe9;
    case DEBUG_EXIT:    return 0;
    case DEBUG_POST:    return d->s.post[port & 15];
    default:            return 0xffffffffu >> (32 - 8 * size);
    }
}

static void debug_out(void *dev, u16 port, int size, u32 v)
{
    struct debug *d = dev;

    (void)size;
    switch (port & 0xf0) {
    case DEBUG_CONSOLE:  sink_put(&d->console, (u8)v); break;
    case DEBUG_EXIT:     exit_write(d, v); break;
    case DEBUG_SHUTDOWN: shutdown_write(d, (u8)v); break;
    case DEBUG_POST:     post_write(d, port & 15, (u8)v); break;
    default: LOG(d->log, GUEST, "debug", "write to port %x", port);
    }
}

static void debug_reset(void *dev)
{
    struct debug *d = dev;

    d->s = (struct debug_state){ 0 };
    line_set(&d->off, false);
}

static void debug_loaded(void *dev)
{
    struct debug *d = dev;

    line_set(&d->off, d->s.off);
}

void debug_init(struct debug *d, const struct dev_env *env)
{
    d->log = env->log;
    debug_reset(d);
}

#define S struct debug_state
static const struct field fields[] = {
    FIELD(S, exit_code,        "what isa-debug-exit asks for, 0 nothing"),
    FIELD_ARRAY(S, post,       "POST codes, ports 80h to 8Fh"),
    FIELD_MAX(S, matched, LETTERS - 1, "letters of the word Shutdown seen"),
    FIELD(S, off,              "power is off"),
    FIELD_ARRAY(S, spare,      "zero"),
    FIELD_END
};
#undef S
static const struct table table =
    { "debug", sizeof(struct debug_state), fields };

const struct dev_ops debug_ops = {
    .name = "debug", .state = &table, .reset = debug_reset,
    .port_in = debug_in, .port_out = debug_out, .loaded = debug_loaded,
};
