/* mpu401.h - Roland MPU-401 MIDI interface.
 *
 *                      +---------+--> irq     while bytes wait to be read
 *   ports 0, 1 <------>| MPU-401 |--> midi    bytes to a MIDI port
 *                      +---------+
 *
 * Port 0 data, port 1 status (read) and commands (write). In UART mode, as a
 * Sound Blaster's always is after command 3Fh, data go out as they come. A
 * MIDI line takes 320 us for a byte; when two wait the interface is busy.
 *
 * Reference: Roland, MPU-401 Technical Reference Manual (1985). Not modelled:
 * MIDI input; of the intelligent mode all but reset, versions and the
 * acknowledgement of commands. */
#ifndef MPU401_H
#define MPU401_H

#include "machine/core/dev.h"

enum { MPU_QUEUE = 64, MPU_BYTE_NS = 320 * 1000 };

struct mpu401_state {
    ns_t sent;                          /* the line is idle from then on */
    u8 queue[MPU_QUEUE];                /* bytes to be read */
    u8 queued, first;
    bool uart;
    u8 last;
    u8 wants;                           /* data bytes of a command to come */
    u8 spare[3];
};

struct mpu401 {
    struct mpu401_state s;              /* saved; must come first */

    struct line irq;
    struct sink midi;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops mpu401_ops;
extern const struct table mpu401_table;

void mpu401_init(struct mpu401 *m, const struct dev_env *env);

#endif
