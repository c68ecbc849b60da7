/* midifile.h - what MIDI interfaces send, as standard MIDI files.
 *
 *   chip --> sink --> messages with their time --> FILE when the machine ends
 *
 * They are output like a printer's: no part of the machine's state, and silent
 * while the machine goes to another place of its past. Time in a file never
 * goes back; what is sent after a way back follows at once. */
#ifndef MIDIFILE_H
#define MIDIFILE_H

#include "machine/core/dev.h"

struct pc;
struct midi_file;

/* Starts a file of the machine's, and asks whether it could be written. */
enum err midi_file_new(struct pc *pc, const char *path, struct sink *sink,
                       struct why *why);

/* Writes all of the machine's, `keep`, and frees them. The first failure is
 * told. */
enum err midi_files_close(struct pc *pc, bool keep, struct why *why);

#endif
