/* isodisc.h - a folder of the host as a CD: iso:DIR.
 *
 *     DIR --isotree_scan()--> tree --isoname_all()--> names in two alphabets
 *                                        |
 *     frames 0 to n: isomake_all() <-----+     read by the guest: memory
 *     frames behind: the files, in order       read by the guest: the host
 *
 * The disc is an ISO 9660 one with names for DOS (8.3), and beside them the
 * same folders with long names in Unicode, which Windows 95 and Linux read.
 * What describes it is made when it is opened, from the names, sizes and dates
 * of the folder, and lies in memory. What is in the files is read from the host
 * when the guest reads it. So the disc keeps its layout whatever happens to the
 * folder: a file that is gone, or is not the same as then by its size and its
 * date, can't be read any more, and a line says so.
 *
 * Reference: ECMA-119; Microsoft's Joliet specification of 1995.
 * Not modelled: Rock Ridge, El Torito, files of several extents. Folders go
 * deeper than the eight levels of ECMA-119, names of Joliet are up to 103
 * letters long, as others write them and all read them. */
#ifndef ISODISC_H
#define ISODISC_H

#include "machine/block/block.h"

/* The folder that "iso:DIR" names; NULL: the text names none. */
const char *isodisc_parse(const char *path);

/* Opens a folder as a disc, to be read. format: what the user says it is, or
 * NULL. */
enum err isodisc_open(struct block **out, const char *dir, const char *format,
                      struct why *why);

/* "iso:DIR" of a disc that is a folder, as long as it is open; NULL: it is
 * none. */
const char *isodisc_path(const struct block *b);

#endif
