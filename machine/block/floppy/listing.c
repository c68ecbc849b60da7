/* listing.c - what formats that list their sectors have in common. */
#include "machine/block/floppy/listing.h"

u8 listing_size_code(u32 bytes)
{
    u8 code = 0;

    while (code < SURFACE_SIZES && surface_size(code) != bytes)
        code++;
    return code;
}

enum err listing_plain(struct tracks *list, const struct plain_track *t,
                       const u8 *bytes, struct file *f, struct why *why)
{
    u8 flags = bytes ? t->flags : TRACK_ABSENT;
    enum err e = ERR_OK;

    for (int i = 0; i < t->spt && !e; i++) {
        struct track_sector s = {
            .cylinder = t->cylinder, .head = t->head,
            .id_cylinder = t->cylinder, .id_head = t->head, .id = (u8)(i + 1),
            .size = t->size, .rate = t->rate, .fm = t->fm, .flags = flags,
        };

        e = tracks_add(list, &s,
                       bytes ? bytes + (u32)i * surface_size(t->size) : NULL,
                       f, why);
    }
    return e;
}
