/* jailfiles.h - the jail's lock on files. */
#ifndef JAILFILES_H
#define JAILFILES_H

#include "ui/host/jail.h"

bool jail_has_landlock(void);

/* False when there is no such lock, or it did not close. */
bool jail_files(const struct jail *j);

#endif
