/* movie.h - what the tube shows and what is heard, into AVI files.
 *
 * A file has frames of one size and one rate, as the CRTC programs them. When
 * the rate changes, or a frame does not fit (filmfit.h), or the file is full,
 * the next one begins: F.avi, F-2.avi, F-3.avi. Frame n of a file stands for
 * the time from start + n periods on:
 *
 *   guest time  --|------|------|------|--x
 *   frames        start  1      2      3  command
 *   sound         ::::::::::::::::::::::     samples of that very time
 *
 * The first is the first whole frame after the command, the last the last that
 * was over. A file's sound goes on where that of the file before it ended, so
 * that one behind the other they have each sample once. Where a program moves
 * the retrace, which a change of mode does, a frame's place is the nearest one,
 * and a place without a frame repeats the one before. After a jump in time, a
 * load or a rewind, the film goes on with what is there.
 *
 * What is shown is the guest's frame, not what displays made of it: equal runs
 * make equal files at any speed. */
#ifndef MOVIE_H
#define MOVIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;
struct movie;

/* bound: no file may be written that files_may_write() forbids. NULL with
 * words in why. audio_serve() must be served from now on. */
struct movie *movie_open(struct session *s, const char *path, uint32_t hz,
                         bool bound, char *why);

/* A frame is over, in this moment. False with words when the film had to end;
 * movie_close() is due then, too. */
bool movie_frame(struct movie *m, char *why);

/* Samples from number `at` on, as pc_audio_next() counts. */
void movie_sound(struct movie *m, uint64_t at, const int16_t *sample,
                 size_t frames);

/* False with words when not all could be written, or there was no frame. */
bool movie_close(struct movie *m, char *why);

/* The name of the n-th file, 1 on: "a/b.avi", "a/b-2.avi". */
void movie_name(char *to, size_t room, const char *path, int n);

#endif
