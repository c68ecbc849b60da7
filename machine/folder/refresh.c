/* refresh.c - what has changed on the host comes to the guest's disk. */
#include "machine/folder/medium.h"

enum err folder_refresh(struct block *b, const struct block_put *put,
                        struct why *why)
{
    (void)put;
    return err_say(why, ERR_RANGE, "%.100s: not yet", b->name);
}
