/* folder.h - a folder of the host as a hard disk. */
#ifndef FOLDER_H
#define FOLDER_H

#include "machine/block/block.h"

/* Makes a disk of what is in a folder now; writes to it stay in memory. */
enum err folder_open(struct block **out, const char *dir, struct why *why);

#endif
