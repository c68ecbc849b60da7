/* ide_atapi.h - a CD-ROM drive on an ATA channel: packet commands.
 *
 *   PACKET (A0h) -> DRQ: 12 bytes -> busy -> DRQ: data, in parts of at most
 *   the byte count that the host wrote into registers 4 and 5 -> status
 *
 * In register 2, the interrupt reason, bit 0 says that a command or a status
 * is moved, bit 1 that it goes to the host.
 *
 * Reference: SFF-8020i 2.6 (ATA packet interface for CD-ROMs); T10 MMC-2;
 * T13 1410D for PACKET itself.
 * With bit 0 of the feature register set the data, not the packet, go by DMA
 * (ide_dma.c), in one interrupt.
 *
 * Audio tracks are a voice of 44,100 samples a second: position and sample are
 * functions of the time since PLAY AUDIO. A pause goes on with the first
 * sample of the frame at which it began. Mode page 0Eh says which channels go
 * to which of the two outputs, and how loud.
 *
 * Not modelled: overlap; the time that seeks and spinning take; writing; SCAN,
 * ports 2 and 3 of page 0Eh. */
#ifndef IDE_ATAPI_H
#define IDE_ATAPI_H

#include "machine/block/cd/disc.h"
#include "machine/core/dev.h"
#include "machine/core/voice.h"

enum { PACKET_SIZE = 12 };

enum atapi_stage {
    ATAPI_NOTHING,
    ATAPI_PACKET,                       /* the 12 bytes are to come */
    ATAPI_IN,                           /* data for the host */
    ATAPI_OUT,                          /* a list of the host's */
    ATAPI_STAGES
};

enum audio_status { AUDIO_NONE, AUDIO_PLAYING, AUDIO_PAUSED, AUDIO_DONE,
                    AUDIO_STATES };

struct atapi_state {
    ns_t since;                         /* when playing began */
    u64 played;                         /* samples made since then */
    u32 frame, left;                    /* next to be read; how many */
    u32 play, play_end;                 /* frames, as of `since` */
    u16 limit, end;                     /* bytes a part; all in the buffer */
    u8 packet[PACKET_SIZE];
    u8 stage, key, asc, ascq;
    u8 raw;                             /* READ CD: what of a frame is wanted */
    u8 audio;                           /* an AUDIO_ */
    u8 port[4];                         /* page 0Eh: channels, volume of port
                                         * 0 and of port 1 */
    bool locked, changed;               /* changed: to be reported once */
    bool open;                          /* the tray */
    bool dma;                           /* the command's data go by DMA */
    u8 spare[2];
};

extern const struct table atapi_table;

struct ide;

/* The sound of a drive: how it is made, nothing of its state. */
struct cd_voice {
    struct voice voice;
    struct ide *ide;
    int unit;
    bool known;                         /* bytes[] is frame number `frame` */
    u32 frame;
    u8 bytes[FRAME];
};

/* Called by ide_cmd.c for a unit that is a CD-ROM drive. */
void atapi_command(struct ide *d, int n);       /* a task file command */
void atapi_step(struct ide *d, int n);          /* a busy time is over */
void atapi_signature(struct ide *d, int n);

/* Puts a disc in or, NULL, takes it out. */
void atapi_change(struct ide *d, int n, struct block *disc);

/* ide_atapi_cmd.c: runs packet[]; each ends in atapi_reply() and the like. */
void atapi_run(struct ide *d, int n);
void atapi_reply(struct ide *d, int n, u32 size, u32 room);
void atapi_done(struct ide *d, int n);
void atapi_fail(struct ide *d, int n, u8 key, u8 asc);
bool atapi_ready(struct ide *d, int n);         /* else it has failed */
void atapi_read(struct ide *d, int n, u32 frame, u32 count, u8 raw);

/* ide_atapi_audio.c */
void atapi_audio(struct ide *d, int n);         /* a command of those */
void atapi_subchannel(struct ide *d, int n);
u32 atapi_position(const struct ide *d, int n);
void atapi_stop_audio(struct ide *d, int n);

/* ide_atapi_sound.c: stop() before what is played changes, start() when it
 * begins. */
void atapi_sound_init(struct ide *d, int n);
void atapi_sound_reset(struct ide *d, int n);
void atapi_sound_stop(struct ide *d, int n);
void atapi_sound_start(struct ide *d, int n);
void atapi_sound_loaded(struct ide *d, int n);
void atapi_take_pages(struct ide *d, int n);    /* a MODE SELECT's list */

#endif
