/* mpu401.h - Roland MPU-401 MIDI interface.
 *
 *                      +---------+--> irq     while bytes wait to be read
 *   ports 0, 1 <------>| MPU-401 |--> midi    bytes to a MIDI port
 *                      +---------+
 *
 * Port 0 data, port 1 status (read) and commands (write). In UART mode, as a
 * Sound Blaster's always is, data go out as they come. A MIDI line takes
 * 320 us for a byte; when two wait the interface is busy.
 *
 * In intelligent mode the interface plays eight tracks and a conductor by a
 * clock of its own:
 *
 *   host reads F0-F7 (F9), "track n (the conductor) needs data"
 *   host writes  time 00-EF, MIDI message           that many clocks later
 *                time 00-EF, F8 | F9 | FC           nothing, bar line, the end
 *                F8                                 240 clocks of nothing
 *   host reads FC when the last track has ended, FD for a clock to host
 *
 * A time counts from the clock in which its first byte came. One request at a
 * time is open. The line to the interrupt controller falls between two bytes,
 * so that each is an edge.
 *
 * Reference: R. Brown, Interrupt List, ports 0330-0331, and what is written of
 * the commands elsewhere. Not yet compared with Roland's MPU-401 Technical
 * Reference Manual (1985): the 240 of E7h at first, F9 asked before the tracks,
 * clocks sent while it plays, version 1.5. Not modelled: MIDI input, and so
 * recording, thru and the filters for it; metronome, tape and external clocks,
 * FSK, tempo graduation. Their commands are acknowledged. Messages of tracks
 * leave with their clock even when the line would take longer. */
#ifndef MPU401_H
#define MPU401_H

#include "machine/core/dev.h"

enum { MPU_QUEUE = 64, MPU_BYTE_NS = 320 * 1000 };
enum { MPU_TRACKS = 8, MPU_CONDUCTOR = MPU_TRACKS, MPU_NOBODY };

struct mpu_track {
    u8 count;                           /* clocks until its event */
    u8 phase;                           /* an MPU_ value of mpu401_priv.h */
    u8 kind;                            /* what the event is */
    u8 status;                          /* running status */
    u8 length;                          /* bytes of the event so far */
    u8 event[3];
};

struct mpu401_state {
    ns_t sent;                          /* the line is idle from then on */
    u8 queue[MPU_QUEUE];                /* bytes to be read */
    u8 queued, first;
    bool uart;
    u8 last;
    u8 wants;                           /* data bytes of a command to come */
    u8 command;                         /* which command */
    u8 direct;                          /* D0-D7, DF: data are sent on */
    u8 left;                            /* bytes of that message to come */
    ns_t tick;                          /* the clock's next one */
    u32 part;                           /* and what a ns is too coarse for */
    u16 asked;                          /* tracks that need data, a bit each */
    u16 sounding;                       /* MIDI channels that were played */
    struct mpu_track track[MPU_TRACKS + 1];
    u8 want;                            /* whose data come; MPU_NOBODY */
    u8 tracks;                          /* that are to be played */
    u16 active;                         /* that have not ended */
    bool playing, conductor, to_host, silent, keep_notes;
    u8 tempo, relative;                 /* beats a minute; 40h: 1/1 */
    u8 timebase;                        /* clocks in a 24th of a beat */
    u8 host_rate;                       /* 4 * clocks between two FD */
    u8 midi_clock;                      /* clocks since F8 was sent */
    u16 host_clock;                     /* 4 * clocks since FD was sent */
};

struct mpu401 {
    struct mpu401_state s;              /* saved; must come first */

    bool simple;                        /* it has no intelligent mode */
    struct line irq;
    struct sink midi;
    struct timer timer;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops mpu401_ops;
extern const struct table mpu401_table;

void mpu401_init(struct mpu401 *m, const struct dev_env *env);

#endif
