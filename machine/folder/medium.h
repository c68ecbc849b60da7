/* medium.h - a folder as a disk: what its files share (folder.h). */
#ifndef FOLDER_MEDIUM_H
#define FOLDER_MEDIUM_H

#include "machine/folder/folder.h"
#include "machine/folder/sync.h"

enum { FAT_ID = 64 };

struct folder_medium {
    struct block b;
    struct block *mem;                  /* all its sectors */
    struct tree *host;                  /* NULL: it is not written to */
    char *dir;
    struct nodes base;
    struct marks written;
    u32 partition;
    u8 id[FAT_ID];                      /* what makes it this file system */
    struct tellings told;
    bool past;                          /* the machine is in its past */
    bool pending;                       /* something is not on the host yet */
    bool foreign;                       /* it is another file system now */
    u64 seen;                           /* writes at the last look */
    ns_t since, first;                  /* of the last write, and of the first
                                         * that is not on the host */
};

/* Brings the host up to the disk. quiet: the guest has come to rest. */
enum err folder_sync(struct folder_medium *f, bool quiet);

/* Makes base what the disk says, without a change of the host. */
void folder_adopt(struct folder_medium *f, bool forgot);

void folder_tell(struct folder_medium *f);
enum err folder_refresh(struct block *b, const struct block_put *put,
                        struct why *why);

#endif
