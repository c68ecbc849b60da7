/* disc.h - compact discs: a medium with tracks.
 *
 * A disc is read as any medium in sectors of 512 bytes, four to a frame: the
 * 2048 bytes of user data. What else it has - tracks, the frames as they are
 * on the disc - is behind block.disc.
 *
 *     frame of 2352 bytes:  mode 1   sync 12, header 4, data 2048, check 288
 *                           mode 2   sync 12, header 4, subheader 8, data 2048
 *                           audio    588 samples of two channels, 16 bits
 *
 * Frames count from 0, which players call 00:02:00 (75 in a second). Discs of
 * data alone may have more of them than these have minutes: a DVD's.
 *
 * Reference: ECMA-130; ISO 9660; CDRWIN's user guide for cue sheets.
 * Not modelled: subchannels other than Q, sessions, index points but 1. */
#ifndef DISC_H
#define DISC_H

#include "machine/block/format.h"

enum { FRAME = 2352, FRAME_DATA = 2048, PER_FRAME = FRAME_DATA / SECTOR,
       DISC_TRACKS = 99, DISC_FILES = 99, LEAD_IN = 150 };

enum track_mode { TRACK_AUDIO, TRACK_MODE1, TRACK_MODE2 };

struct disc_track {
    u32 first, start;                   /* frames: of its gap, of index 1 */
    u32 end;                            /* one behind its last */
    u64 at;                             /* of `first` in the file */
    u16 size;                           /* bytes of a frame in the file */
    u16 behind;                         /* and bytes that follow each: the
                                         * subchannels */
    u8 mode, number;
    bool swapped;                       /* audio, high bytes first */
    struct file *f;                     /* NULL: silence, or the gap of one */
    u32 gap;                            /* frames from `first` on that no file
                                         * has */
};

struct disc {
    int tracks;
    u32 frames;                         /* where the lead-out begins */
    struct disc_track track[DISC_TRACKS];
    struct file *file[DISC_FILES];      /* owned, beside block.file */
    int files;
};

/* From one frame to the next in the file, in bytes. */
static inline u32 disc_step(const struct disc_track *t)
{
    return (u32)t->size + t->behind;
}

/* The track with a frame; NULL behind the last. */
const struct disc_track *disc_track_at(const struct disc *d, u32 frame);

/* 2352 bytes as they are on the disc; what the image leaves out is made. */
enum err disc_read_raw(struct block *b, u32 frame, u8 *to);

/* Opens a file that an image of a disc names, as seen from where that lies; the
 * disc owns it. */
enum err disc_add_file(struct disc *d, struct file *sheet, const char *name,
                       struct file **out, struct why *why);

/* Tracks follow each other, and each has a beginning and frames; then the disc
 * gets its end. */
enum err disc_check(struct disc *d, struct file *sheet, struct why *why);

/* Makes a medium of a disc, which it takes over. */
enum err disc_medium(struct block **out, struct disc *d, const char *name,
                     struct why *why);
void disc_free(struct disc *d);

struct msf { u8 m, s, f; };
static inline struct msf msf_of(u32 frame)
{
    const u32 most = 256 * 60 * 75 - 1;

    frame = frame < most - LEAD_IN ? frame + LEAD_IN : most;
    return (struct msf){ (u8)(frame / (60 * 75)), (u8)(frame / 75 % 60),
                         (u8)(frame % 75) };
}

#endif
