/* hand.c - keys and the mouse on their way into the machine. */
#include "ui/session/hand.h"

bool hand_key(struct pc *pc, uint16_t code, bool down)
{
    if (down && pc_in_past(pc))
        pc_release(pc);
    return pc_key(pc, code, down);
}

bool hand_mouse(struct pc *pc, int dx, int dy, int dz, unsigned buttons)
{
    if (pc_in_past(pc))
        pc_release(pc);
    return pc_mouse(pc, dx, dy, dz, buttons);
}
