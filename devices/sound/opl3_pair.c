/* opl3_pair.c - the FM chips of a sound card: one, or two OPL2. */
#include "devices/sound/opl3_pair.h"

enum { BOTH = 8 };

static u32 pair_in(void *dev, u16 port, int size)
{
    struct opl_pair *p = dev;
    u16 at = port & (BOTH - 1);

    if (p->kind == DUAL_OPL2 && at >= 2)
        return opl3_ops.port_in(&p->second, at - 2, size);
    return opl3_ops.port_in(&p->first, at, size);
}

static void pair_out(void *dev, u16 port, int size, u32 v)
{
    struct opl_pair *p = dev;
    u16 at = port & (BOTH - 1);

    if (p->kind != DUAL_OPL2) {
        opl3_ops.port_out(&p->first, at, size, v);
        return;
    }
    if (at < 2)
        opl3_ops.port_out(&p->first, at, size, v);
    if (at >= 2 || port >= BOTH)
        opl3_ops.port_out(&p->second, at & 1, size, v);
}

static void pair_reset(void *dev)
{
    struct opl_pair *p = dev;

    opl3_ops.reset(&p->first);
    opl3_ops.reset(&p->second);
}

static void pair_loaded(void *dev)
{
    struct opl_pair *p = dev;

    opl3_ops.loaded(&p->first);
    opl3_ops.loaded(&p->second);
}

void opl_pair_init(struct opl_pair *p, const struct dev_env *env)
{
    p->first.opl2 = p->second.opl2 = p->kind != OPL3;
    opl3_init(&p->first, env);
    opl3_init(&p->second, env);
    p->first.voice.name = "fm";
    p->second.voice.name = "fm2";
    opl_pair_gain(p, VOICE_UNITY, VOICE_UNITY);
}

void opl_pair_gain(struct opl_pair *p, u32 left, u32 right)
{
    left += left / 2;
    right += right / 2;
    voice_gain(&p->first.voice, left, p->kind == DUAL_OPL2 ? 0 : right);
    voice_gain(&p->second.voice, 0, right);
}

static const struct field fields[] = {
    FIELD_STRUCT(struct opl_pair, first.s, opl3_table,  "the first chip"),
    FIELD_STRUCT(struct opl_pair, second.s, opl3_table, "the second one"),
    FIELD_END
};
static const struct table table = { "opl", 2 * sizeof(struct opl3_state),
                                    fields };

const struct dev_ops opl_pair_ops = {
    .name = "opl", .state = &table, .reset = pair_reset,
    .port_in = pair_in, .port_out = pair_out, .loaded = pair_loaded,
};
