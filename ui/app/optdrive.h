/* optdrive.h - -drive, and -device for drives. */
#ifndef OPTDRIVE_H
#define OPTDRIVE_H

#include "ui/app/options.h"

/* What stands behind -drive. */
bool opt_drive(struct options *o, char *arg, char *why);

/* What stands behind "-device ide-hd," or "-device floppy,". */
bool opt_drive_device(struct options *o, bool floppy, bool cdrom, char *arg,
                      char *why);

/* False when a drive of if=none was taken by no device. */
bool opt_drives_used(const struct options *o, char *why);

#endif
