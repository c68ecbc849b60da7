/* wav.h - samples into a WAV file: 16 bits, stereo. */
#ifndef WAV_H
#define WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wav;

/* NULL with words in why (PC_WHY bytes). What is not a plain file, a pipe, say,
 * gets a header that promises as much as one can. */
struct wav *wav_open(const char *path, uint32_t hz, char *why);

/* Frames of a left and a right sample; failures show when it is closed. */
void wav_put(struct wav *w, const int16_t *sample, size_t frames);

/* False with words when not all of it could be written. */
bool wav_close(struct wav *w, char *why);

#endif
