/* view.h - a medium as it was at another time.
 *
 * While a machine is in its past, clusters of eight sectors that its image
 * holds otherwise lie here, and so does what is written. The image itself is
 * the medium at the machine's present all the while. */
#ifndef VIEW_H
#define VIEW_H

#include "machine/block/block.h"

struct view;

/* Lays an empty view over a medium, or takes it off; what it holds is gone.
 * False: out of memory. */
bool view_open(struct block *b);
void view_close(struct block *b);

/* Through the view; errors are the medium's, or ERR_NOMEM. */
enum err view_read(struct block *b, u64 sector, void *buf, u32 n);
enum err view_write(struct block *b, u64 sector, const void *buf, u32 n);

/* Writes all that the view holds to the medium, in ascending order, and takes
 * it off. After an error it is still there. Should the power fail meanwhile,
 * the next open of the file finds what it was before, or what it shall be. */
enum err view_commit(struct block *b);

/* A whole cluster of the medium as it is seen now; what lies behind its last
 * sector is zeros, and is not written. */
enum err cluster_read(struct block *b, u64 cluster, u8 *to);
enum err cluster_write(struct block *b, u64 cluster, const u8 *from);

#endif
