/* gameport.c - game control adapter: two joysticks at port 201h. */
#include "devices/input/gameport.h"

enum { CENTRE = 0x8000, SHORTEST_NS = 24200, SPAN_NS = 1100000 };

/* How long an axis' one-shot lasts. */
static ns_t gameport_length(const struct gameport *g, int axis)
{
    return SHORTEST_NS + (ns_t)g->s.axis[axis] * SPAN_NS / 0xffff;
}

static u32 gameport_in(void *dev, u16 port, int size)
{
    const struct gameport *g = dev;
    ns_t passed = g->clk->now - g->s.start;
    u8 v = (u8)((~g->s.buttons & 15) << 4);

    (void)port, (void)size;
    for (int n = 0; n < 4; n++)
        if ((u32)n / 2 >= g->sticks || passed < gameport_length(g, n))
            v |= (u8)(1 << n);
    return v;
}

static void gameport_out(void *dev, u16 port, int size, u32 v)
{
    struct gameport *g = dev;

    (void)port, (void)size, (void)v;
    g->s.start = g->clk->now;
}

void gameport_move(void *dev, int stick, int x, int y, unsigned buttons)
{
    struct gameport *g = dev;
    int shift = stick ? 2 : 0;

    g->s.axis[shift] = (u16)(x + CENTRE);
    g->s.axis[shift + 1] = (u16)(y + CENTRE);
    g->s.buttons = (u8)((g->s.buttons & ~(3 << shift)) |
                        (buttons & 3) << shift);
}

static void gameport_reset(void *dev)
{
    struct gameport *g = dev;

    g->s = (struct gameport_state){ .axis = { CENTRE, CENTRE, CENTRE,
                                              CENTRE } };
}

/* A state file may hold any start. */
static void gameport_loaded(void *dev)
{
    struct gameport *g = dev;

    if (g->s.start < 0 || g->s.start > g->clk->now)
        g->s.start = g->clk->now;
}

void gameport_init(struct gameport *g, const struct dev_env *env)
{
    g->clk = env->clk;
    gameport_reset(g);
}

#define S struct gameport_state
static const struct field fields[] = {
    FIELD(S, start,             "of the one-shots, ns"),
    FIELD_ARRAY(S, axis,        "where the sticks are"),
    FIELD_BITS(S, buttons, "a1,a2,b1,b2", "buttons held"),
    FIELD_ARRAY(S, spare,       "zero"),
    FIELD_END
};
#undef S
static const struct table table = { "gameport", sizeof(struct gameport_state),
                                    fields };

const struct dev_ops gameport_ops = {
    .name = "gameport", .state = &table, .reset = gameport_reset,
    .port_in = gameport_in, .port_out = gameport_out,
    .loaded = gameport_loaded,
};
