/* handover.c - the images in the drives are nobody's for a while.
 *
 * That is so while a machine goes over to another process. Whoever has let go
 * of them may have them again as long as nobody else has them, or had them and
 * wrote to them. */
#include "machine/board.h"

enum err media_let_go(struct pc *pc, struct media_id held[PC_DRIVES],
                      struct why *why)
{
    enum err e = ERR_OK;

    for (int n = 0; n < PC_DRIVES; n++)
        media_id_take(pc, n, &held[n]);
    for (int n = 0; !e && n < PC_DRIVES; n++)
        e = block_yield(pc->disk[n], why);
    return e;
}

/* A host's file tells that it was written to by its times. They can be coarse,
 * and a program's own storage has none: so the contents are looked at, too. */
static enum err holds_what_it_held(struct pc *pc, int n,
                                   const struct media_id *held,
                                   struct why *why)
{
    const struct block *b = block_bottom(pc->disk[n]);
    struct media_id now;

    if (!b || b->readonly)
        return ERR_OK;
    media_id_take(pc, n, &now);
    return now.digest == held->digest
               ? ERR_OK
               : err_say(why, ERR_BUSY, "%.150s: another program has written "
                         "to it meanwhile", b->name);
}

enum err media_have_back(struct pc *pc, const struct media_id held[PC_DRIVES],
                         struct why *why)
{
    enum err e = ERR_OK;
    struct why ignored;

    for (int n = 0; !e && n < PC_DRIVES; n++) {
        e = block_take_back(pc->disk[n], why);
        e = e ? e : holds_what_it_held(pc, n, &held[n], why);
    }
    for (int n = 0; e && n < PC_DRIVES; n++)
        block_yield(pc->disk[n], &ignored);
    return e;
}
