/* mpu401_priv.h - between the two files of the MPU-401: mpu401.c has ports and
 * commands, mpu401_play.c the clock and the tracks. */
#ifndef MPU401_PRIV_H
#define MPU401_PRIV_H

#include "devices/sound/mpu401.h"

/* A track has nothing, waits for a time, for an event, for its clock. */
enum { MPU_EMPTY, MPU_TIME, MPU_EVENT, MPU_READY };
enum { MPU_PAUSE, MPU_MESSAGE, MPU_MARK, MPU_COMMAND };

/* Bytes from the interface to its host. */
enum { MPU_REQUEST = 0xf0, MPU_REQUEST_CONDUCTOR = 0xf9, MPU_ALL_END = 0xfc,
       MPU_CLOCK = 0xfd, MPU_ACK = 0xfe };

/* Bytes of a MIDI message with its status, 1 for a system message. */
static inline u8 mpu_message_bytes(u8 status)
{
    return status >= 0xf0 ? 1 : (status & 0xe0) == 0xc0 ? 2 : 3;
}

void mpu_answer(struct mpu401 *m, u8 v);
bool mpu_has_queued(const struct mpu401 *m, u8 v);

/* A command without an acknowledgement, and the data byte of one. */
void mpu_obey(struct mpu401 *m, u8 v);
void mpu_set_value(struct mpu401 *m, u8 command, u8 v);

void mpu_start_play(struct mpu401 *m);
void mpu_stop_play(struct mpu401 *m);
void mpu_clear_counters(struct mpu401 *m);
void mpu_track_byte(struct mpu401 *m, u8 v);    /* for the track `want` */
void mpu_run_clock(struct mpu401 *m);           /* when it has to run */
void mpu_clock_loaded(struct mpu401 *m);
void mpu_clock_init(struct mpu401 *m, const struct dev_env *env);

#endif
