/* avi.h - an AVI file with pictures as ZMBV and 16-bit stereo sound.
 *
 *   RIFF AVI
 *     LIST hdrl   avih; LIST strl: video, with its shape on a monitor; LIST
 *                 strl: sound
 *     LIST movi   00dc a frame, 01wb its sound, 00dc, 01wb, ..
 *     idx1        where each of them is
 *
 * Sizes and counts in the headers are brought up to date each second of the
 * film, so that the file can be played when the process does not live to close
 * it; it has no index then, and players look through it for one. When there is
 * no more room the file ends with what the headers had last told.
 *
 * Reference: Microsoft, "AVI RIFF File Reference"; the shape (vprp) is of the
 * OpenDML AVI File Format Extensions 1.02 (1996). */
#ifndef AVI_H
#define AVI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Players of AVI 1.0 count bytes by signed numbers of 32 bits. */
#define AVI_MOST UINT64_C(0x7f000000)

struct avi_shape {
    uint32_t width, height;
    uint32_t aspect_w, aspect_h;
    uint32_t dot_hz, dots;              /* dot_hz / dots frames a second */
    uint32_t sound_hz;
};

struct avi;

/* Makes the file; NULL with words in why (PC_WHY bytes). What can't be gone
 * back in, a pipe, say, is refused. */
struct avi *avi_open(const char *path, char *why);

/* Before anything is put: the film has this shape. This and the next two are
 * false when it could not be written; then all else is lost, too. */
bool avi_begin(struct avi *a, const struct avi_shape *shape);

/* A frame, then the sound up to its end. */
bool avi_frame(struct avi *a, const uint8_t *bytes, size_t n, bool key);
bool avi_sound(struct avi *a, const int16_t *sample, size_t frames);

/* How large the file is, with the index it will have. */
uint64_t avi_size(const struct avi *a);

/* False with words when not all of it could be written. */
bool avi_close(struct avi *a, char *why);

#endif
