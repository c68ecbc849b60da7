/* unsigned.h - floppy images without a signature.
 *
 * They are told by numbers that have to agree: a map of tracks with the file's
 * size, a row of sectors with what stands between them. Each function looks at
 * the whole of what the probe has read. */
#ifndef UNSIGNED_H
#define UNSIGNED_H

#include "machine/block/probe.h"

bool is_d88(const struct probe *p);
bool is_dcp(const struct probe *p);
bool is_ciscopy(const struct probe *p);
bool is_anadisk(const struct probe *p);
bool is_dmk(const struct probe *p);         /* of TRS-80 emulators */
bool is_kryoflux(const struct probe *p);    /* a track of flux */
bool is_transcopy(const struct probe *p);
bool is_dc42(const struct probe *p);        /* Apple's DiskCopy 4.2 */

#endif
