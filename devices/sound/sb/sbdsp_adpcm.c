/* sbdsp_adpcm.c - Creative's ADPCM of 4, 2.6 and 2 bits.
 *
 * A sample is a sign and a magnitude m. It moves the level by m, or from the
 * second step size on by (2m + 1) times the step's unit; large magnitudes make
 * the steps larger, zero makes them smaller. */
#include "devices/sound/sb/sbdsp_priv.h"

struct coding {
    u8 bits, steps;                     /* of a sample; step sizes */
    u8 unit[6];                         /* of each; 0: m itself counts */
    u8 grows_first, grows;              /* least m that takes the next size:
                                           from the first one, from others */
};

static const struct coding codings[] = {
    [ADPCM4] = { 4, 4, { 0, 1, 2, 4 }, 5, 6 },
    [ADPCM26] = { 3, 5, { 0, 1, 2, 4, 5 }, 3, 3 },
    [ADPCM2] = { 2, 6, { 0, 1, 2, 4, 8, 16 }, 1, 1 },
};

static s16 sbdsp_adpcm_decode(struct sbdsp_state *s, const struct coding *c,
                              u8 code)
{
    int m = code & ((1 << (c->bits - 1)) - 1), level = s->reference;
    int unit = c->unit[s->step], move = unit ? (2 * m + 1) * unit : m;

    level += code >> (c->bits - 1) & 1 ? -move : move;
    s->reference = (u8)(level < 0 ? 0 : level > 255 ? 255 : level);
    if (m >= (s->step ? c->grows : c->grows_first))
        s->step = (u8)(s->step + (s->step + 1 < c->steps));
    else if (m == 0 && s->step)
        s->step--;
    return (s16)((s->reference - 128) * 256);
}

int sbdsp_adpcm(struct sbdsp_state *s, u8 byte, s16 out[4])
{
    const struct coding *c = &codings[s->kind];

    if (s->step >= c->steps)
        s->step = (u8)(c->steps - 1);   /* was another coding's */
    switch (s->kind) {
    case ADPCM4:
        out[0] = sbdsp_adpcm_decode(s, c, byte >> 4);
        out[1] = sbdsp_adpcm_decode(s, c, byte & 15);
        return 2;
    case ADPCM26:                       /* the last one has but two bits */
        out[0] = sbdsp_adpcm_decode(s, c, byte >> 5);
        out[1] = sbdsp_adpcm_decode(s, c, byte >> 2 & 7);
        out[2] = sbdsp_adpcm_decode(s, c, (u8)((byte & 3) << 1));
        return 3;
    default:
        for (int n = 0; n < 4; n++)
            out[n] = sbdsp_adpcm_decode(s, c, byte >> (6 - 2 * n) & 3);
        return 4;
    }
}
