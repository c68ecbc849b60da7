/* screen.c - what the machine shows, as pixels and as text. */
#include <stdlib.h>

#include "machine/board.h"
#include "roms/roms.h"

enum { ROOM = 2048 * 2048 };

struct pc_frame pc_screen(struct pc *pc)
{
    struct pc_frame f = { 0 };

    if (!pc->pixels)
        pc->pixels = malloc((size_t)ROOM * sizeof *pc->pixels);
    if (!pc->pixels || !pc->roles.display.ops ||
        !pc->roles.display.ops->draw(pc->roles.display.dev, pc->pixels, ROOM,
                                     &f))
        f = (struct pc_frame){ 0 };
    f.number = pc->frames;
    return f;
}

bool pc_text(struct pc *pc, struct pc_text *t)
{
    return pc->roles.display.ops &&
           pc->roles.display.ops->text(pc->roles.display.dev, t);
}

const uint8_t *pc_font(void)
{
    return rom_f16;
}
