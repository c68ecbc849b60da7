/* rtc.h - Motorola MC146818A real-time clock with 128 bytes of CMOS RAM.
 *
 *                  +----------+
 *   ports 0,1 <--->| MC146818 |--> irq        (IRQ 8; true: asserted)
 *                  |          |--> nmi_mask   (bit 7 of port 70)
 *                  +----------+
 *
 * Ports, one byte wide: 70-71 from base 0.
 *
 * The registers are the clock: each update cycle, one event a second, counts
 * them as silicon does, in BCD or binary, with whatever the guest put there.
 * The periodic flag is computed when it is asked for; an event is armed only
 * while its interrupt is enabled and the flag is not yet set.
 *
 * Byte 32h is the century, in the format of the other registers, and counts
 * with the year, as in chip sets with ACPI. RESET leaves time and RAM alone.
 *
 * Reference: Motorola MC146818A data sheet (1984); IBM 6280070 "Technical
 * Reference, Personal Computer AT" for the meaning of the RAM.
 * Not modelled: daylight saving (register B bit 0), the SQW output, the time
 * bases of 1 and 4 MHz (the clock stands), undefined reads while an update is
 * in progress (the old time is read), a failing battery. */
#ifndef RTC_H
#define RTC_H

#include "machine/core/dev.h"

enum { RTC_BYTES = 128 };

struct rtc_state {
    u8 ram[RTC_BYTES];                  /* registers A-D at 0A-0D */
    ns_t update;                        /* next end of an update; or NEVER */
    ns_t origin;                        /* when the divider held zero */
    u64 seen;                           /* divider tick up to which PF knows */
    u8 index;
    bool nmi_mask;
    u8 spare[6];
};

struct rtc {
    struct rtc_state s;                 /* saved; must come first */

    struct line irq, nmi_mask;
    struct timer second, rise, period;
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops rtc_ops;

/* Powers the chip on: 24 hours, BCD, 1024 Hz, midnight of 1 January 1980. */
void rtc_init(struct rtc *r, const struct dev_env *env);

/* Sets date and time, as seconds since 1970 in the guest's time zone, from
 * now on; before 0 or after the year 9999 the nearest valid time is taken. */
void rtc_set_time(struct rtc *r, s64 seconds);

/* For the board: bytes of CMOS RAM, 0Eh to 7Fh. Others read, but stay. */
u8   rtc_cmos(const struct rtc *r, int i);
void rtc_set_cmos(struct rtc *r, int i, u8 v);

/* Puts the checksum of bytes 10-2D into 2E (high) and 2F (low). */
void rtc_checksum(struct rtc *r);

/* All bytes, for a file; loading one takes the alarm and the RAM from it and
 * leaves time, century and registers A-D. */
void rtc_save_nvram(const struct rtc *r, u8 out[RTC_BYTES]);
void rtc_load_nvram(struct rtc *r, const u8 in[RTC_BYTES]);

#endif
