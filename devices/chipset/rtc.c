/* rtc.c - Motorola MC146818A real-time clock with 128 bytes of CMOS RAM. */
#include "devices/chipset/rtc.h"

#include <string.h>

enum { SECONDS, SECONDS_ALARM, MINUTES, MINUTES_ALARM, HOURS, HOURS_ALARM,
       WEEKDAY, DAY, MONTH, YEAR, REG_A, REG_B, REG_C, REG_D, FIRST_RAM,
       SUM_FIRST = 0x10, SUM_LAST = 0x2d, SUM_HIGH = 0x2e, SUM_LOW = 0x2f,
       CENTURY = 0x32 };
enum { A_UIP = 0x80, A_DV = 0x70, A_DV_RUN = 0x20, A_RS = 0x0f };
enum { B_SET = 0x80, B_PIE = 0x40, B_AIE = 0x20, B_UIE = 0x10, B_SQWE = 0x08,
       B_BINARY = 0x04, B_24H = 0x02, B_DSE = 0x01 };
enum { C_IRQF = 0x80, C_PF = 0x40, C_AF = 0x20, C_UF = 0x10 };
enum { D_VRT = 0x80, PM = 0x80, ANY = 0xc0, CRYSTAL_HZ = 32768 };

/* UIP rises 244 us before an update, which takes 1984 us. */
enum { UPDATE_NS = 2228000, HALF_SECOND = NS_PER_S / 2 };

static bool running(const struct rtc *r)
{
    return (r->s.ram[REG_A] & A_DV) == A_DV_RUN;
}

/* What registers hold, as numbers. */
static int rtc_decode(const struct rtc *r, u8 v)
{
    return r->s.ram[REG_B] & B_BINARY ? v : (v >> 4) * 10 + (v & 15);
}

static u8 rtc_encode(const struct rtc *r, int v)
{
    return (u8)(r->s.ram[REG_B] & B_BINARY ? v : v / 10 % 10 << 4 | v % 10);
}

static int get_hour(const struct rtc *r)
{
    u8 v = r->s.ram[HOURS];

    if (r->s.ram[REG_B] & B_24H)
        return rtc_decode(r, v);
    return rtc_decode(r, v & 0x7f) % 12 + (v & PM ? 12 : 0);
}

static void put_hour(struct rtc *r, int h)
{
    u8 *reg = &r->s.ram[HOURS];

    if (r->s.ram[REG_B] & B_24H)
        *reg = rtc_encode(r, h);
    else
        *reg = rtc_encode(r, h % 12 ? h % 12 : 12) | (h < 12 ? 0 : PM);
}

/* Counts one register; true when it goes back to its first value. */
static bool carry(struct rtc *r, int reg, int first, int last)
{
    int v = rtc_decode(r, r->s.ram[reg]) + 1;

    r->s.ram[reg] = rtc_encode(r, v > last ? first : v);
    return v > last;
}

static bool carry_hour(struct rtc *r)
{
    int h = get_hour(r) + 1;

    put_hour(r, h > 23 ? 0 : h);
    return h > 23;
}

static int days_in(int month, int year)
{
    if (month == 2)
        return year % 4 ? 28 : 29;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void count_day(struct rtc *r)
{
    int month = rtc_decode(r, r->s.ram[MONTH]),
        year = rtc_decode(r, r->s.ram[YEAR]);

    carry(r, WEEKDAY, 1, 7);
    if (carry(r, DAY, 1, days_in(month, year)) && carry(r, MONTH, 1, 12) &&
        carry(r, YEAR, 0, 99))
        carry(r, CENTURY, 0, 99);
}

static void count_second(struct rtc *r)
{
    if (carry(r, SECONDS, 0, 59) && carry(r, MINUTES, 0, 59) && carry_hour(r))
        count_day(r);
}

static bool alarm_matches(const struct rtc *r)
{
    for (int i = SECONDS; i <= HOURS; i += 2) {
        u8 want = r->s.ram[i + 1];

        if ((want & ANY) != ANY && want != r->s.ram[i])
            return false;
    }
    return true;
}

static void update_irq(struct rtc *r)
{
    u8 *c = &r->s.ram[REG_C];

    *c &= C_PF | C_AF | C_UF;
    if (*c & r->s.ram[REG_B])
        *c |= C_IRQF;
    line_set(&r->irq, *c & C_IRQF);
}

/* The next update ends at `when`. UIP rises before, which is an event too, so
 * that between two of them a program that polls it sees the same. */
static void arm_update(struct rtc *r, ns_t when)
{
    timer_set(&r->second, when);
    timer_set(&r->rise, when - UPDATE_NS);
}

static void uip_rises(void *dev, int n, ns_t when)
{
    (void)dev, (void)n, (void)when;
}

/* The end of an update cycle. The divider runs on while SET holds updates. */
static void end_update(void *dev, int n, ns_t when)
{
    struct rtc *r = dev;

    (void)n;
    arm_update(r, when + NS_PER_S);
    if (r->s.ram[REG_B] & B_SET)
        return;
    count_second(r);
    r->s.ram[REG_C] |= C_UF;
    if (alarm_matches(r))
        r->s.ram[REG_C] |= C_AF;
    update_irq(r);
}

static u64 divider(const struct rtc *r)
{
    return ticks_at(r->clk->now - r->s.origin, CRYSTAL_HZ);
}

/* The period is 1 << period_shift() crystal ticks; 0: there is none. */
static int period_shift(const struct rtc *r)
{
    int rs = r->s.ram[REG_A] & A_RS;

    if (rs == 0 || !running(r))
        return 0;
    return rs < 3 ? rs + 6 : rs - 1;
}

/* Brings PF up to date: has a period ended since it was last looked at? */
static void rtc_settle(struct rtc *r)
{
    u64 now = divider(r);
    int shift = period_shift(r);

    if (shift && now >> shift != r->s.seen >> shift)
        r->s.ram[REG_C] |= C_PF;
    r->s.seen = now;
}

/* With PF set a further period changes nothing until C has been read. `now` is
 * the divider's value that is past. */
static void arm_period(struct rtc *r, u64 now)
{
    int shift = period_shift(r);
    u64 next;

    timer_stop(&r->period);
    if (!shift || !(r->s.ram[REG_B] & B_PIE) || (r->s.ram[REG_C] & C_PF))
        return;
    next = ((now >> shift) + 1) << shift;
    timer_set(&r->period, r->s.origin + first_ns(next, CRYSTAL_HZ));
}

static void rtc_refresh(struct rtc *r)
{
    rtc_settle(r);
    update_irq(r);
    arm_period(r, divider(r));
}

static void end_period(void *dev, int n, ns_t when)
{
    (void)n, (void)when;
    rtc_refresh(dev);
}

/* Out of divider reset the first update comes half a second later. */
static void rtc_write_a(struct rtc *r, u8 v)
{
    bool ran = running(r);

    rtc_settle(r);
    r->s.ram[REG_A] = v & (A_DV | A_RS);
    if (running(r) && !ran) {
        r->s.origin = r->clk->now;
        r->s.seen = 0;
        arm_update(r, r->clk->now + HALF_SECOND);
    } else if (!running(r)) {
        timer_stop(&r->second);
        timer_stop(&r->rise);
    }
    if ((v & A_DV) < A_DV_RUN)
        LOG(r->log, TODO, "rtc", "time base of a faster crystal: %02x", v);
    rtc_refresh(r);
}

static void write_b(struct rtc *r, u8 v)
{
    rtc_settle(r);
    if (v & B_SET)
        v &= (u8)~B_UIE;
    if (v & B_DSE)
        LOG(r->log, TODO, "rtc", "daylight saving");
    r->s.ram[REG_B] = v;
    rtc_refresh(r);
}

/* An update that is due but has not had its turn still counts as going on. */
static u8 read_a(const struct rtc *r)
{
    u8 v = r->s.ram[REG_A];

    if (running(r) && !(r->s.ram[REG_B] & B_SET) &&
        r->clk->now >= r->s.update - UPDATE_NS)
        v |= A_UIP;
    return v;
}

static u8 read_c(struct rtc *r)
{
    u8 v;

    rtc_settle(r);
    update_irq(r);
    v = r->s.ram[REG_C];
    r->s.ram[REG_C] = 0;
    rtc_refresh(r);
    return v;
}

static u8 rtc_read_data(struct rtc *r)
{
    switch (r->s.index) {
    case REG_A: return read_a(r);
    case REG_C: return read_c(r);
    default:    return r->s.ram[r->s.index];
    }
}

static void rtc_write_data(struct rtc *r, u8 v)
{
    switch (r->s.index) {
    case REG_A:   rtc_write_a(r, v); break;
    case REG_B:   write_b(r, v); break;
    case REG_C:
    case REG_D:   break;                /* read only */
    case SECONDS: v &= 0x7f; /* fall through */
    default:      r->s.ram[r->s.index] = v;
    }
}

static u32 rtc_in(void *dev, u16 port, int size)
{
    (void)size;
    return port & 1 ? rtc_read_data(dev) : 0xff; /* the index is write only */
}

static void rtc_out(void *dev, u16 port, int size, u32 v)
{
    struct rtc *r = dev;

    (void)size;
    if (port & 1) {
        rtc_write_data(r, (u8)v);
        return;
    }
    r->s.index = v & (RTC_BYTES - 1);
    r->s.nmi_mask = v >> 7 & 1;
    line_set(&r->nmi_mask, r->s.nmi_mask);
}

/* The RESET pin: interrupts off; the clock runs on. */
static void rtc_reset(void *dev)
{
    struct rtc *r = dev;

    r->s.ram[REG_B] &= B_SET | B_BINARY | B_24H | B_DSE;
    r->s.index = 0;
    r->s.nmi_mask = true;
    rtc_settle(r);
    r->s.ram[REG_C] = 0;
    rtc_refresh(r);
    line_set(&r->nmi_mask, true);
}

static ns_t rtc_clamp(ns_t v, ns_t low, ns_t high)
{
    return v < low ? low : v > high ? high : v;
}

/* A good state passes unchanged: an update is at most a second away. */
static void rtc_loaded(void *dev)
{
    struct rtc *r = dev;
    ns_t now = r->clk->now;

    r->s.origin = rtc_clamp(r->s.origin, -NS_PER_S, now);
    if (running(r))
        r->s.update = rtc_clamp(r->s.update, now - NS_PER_S, now + NS_PER_S);
    else
        timer_stop(&r->second);
    timer_set(&r->rise, running(r) ? r->s.update - UPDATE_NS : NEVER);
    if (r->s.seen > divider(r))
        r->s.seen = divider(r);
    arm_period(r, r->s.seen);
    line_set(&r->irq, r->s.ram[REG_C] & C_IRQF);
    line_set(&r->nmi_mask, r->s.nmi_mask);
}

static int days_of_year(int y)
{
    return y % 4 || (y % 100 == 0 && y % 400) ? 365 : 366;
}

static void set_date(struct rtc *r, s64 days)
{
    int year = 1970, month = 1, n;
    bool leap;

    r->s.ram[WEEKDAY] = rtc_encode(r, (int)((days + 4) % 7) + 1);
    for (; days >= (n = days_of_year(year)); year++)
        days -= n;
    leap = days_of_year(year) == 366;
    for (; days >= (n = days_in(month, leap ? 0 : 1)); month++)
        days -= n;
    r->s.ram[DAY] = rtc_encode(r, (int)days + 1);
    r->s.ram[MONTH] = rtc_encode(r, month);
    r->s.ram[YEAR] = rtc_encode(r, year % 100);
    r->s.ram[CENTURY] = rtc_encode(r, year / 100);
}

void rtc_set_time(struct rtc *r, s64 seconds)
{
    enum { DAY_S = 86400 };
    s64 last = (s64)2932897 * DAY_S - 1;        /* 9999-12-31 23:59:59 */
    int s;

    seconds = rtc_clamp(seconds, 0, last);
    s = (int)(seconds % DAY_S);
    r->s.ram[SECONDS] = rtc_encode(r, s % 60);
    r->s.ram[MINUTES] = rtc_encode(r, s / 60 % 60);
    put_hour(r, s / 3600);
    set_date(r, seconds / DAY_S);
}

u8 rtc_cmos(const struct rtc *r, int i)
{
    return r->s.ram[i & (RTC_BYTES - 1)];
}

void rtc_set_cmos(struct rtc *r, int i, u8 v)
{
    if (i >= FIRST_RAM && i < RTC_BYTES)
        r->s.ram[i] = v;
}

void rtc_checksum(struct rtc *r)
{
    u32 sum = 0;

    for (int i = SUM_FIRST; i <= SUM_LAST; i++)
        sum += r->s.ram[i];
    r->s.ram[SUM_HIGH] = (u8)(sum >> 8);
    r->s.ram[SUM_LOW] = (u8)sum;
}

void rtc_save_nvram(const struct rtc *r, u8 out[RTC_BYTES])
{
    memcpy(out, r->s.ram, RTC_BYTES);
}

void rtc_load_nvram(struct rtc *r, const u8 in[RTC_BYTES])
{
    for (int i = SECONDS_ALARM; i <= HOURS_ALARM; i += 2)
        r->s.ram[i] = in[i];
    for (int i = FIRST_RAM; i < RTC_BYTES; i++)
        if (i != CENTURY)
            r->s.ram[i] = in[i];
}

void rtc_init(struct rtc *r, const struct dev_env *env)
{
    r->clk = env->clk;
    r->log = env->log;
    timer_init(&r->second, env, 0, "rtc update", &r->s.update, end_update, r);
    timer_init(&r->rise, env, 2, "rtc update begins", NULL, uip_rises, r);
    timer_init(&r->period, env, 1, "rtc period", NULL, end_period, r);
    r->s.origin = r->clk->now - HALF_SECOND;
    r->s.ram[REG_A] = A_DV_RUN | 6;
    r->s.ram[REG_B] = B_24H;
    r->s.ram[REG_D] = D_VRT;
    rtc_set_time(r, 315532800);
    arm_update(r, r->clk->now + NS_PER_S);
    rtc_reset(r);
}

#define S struct rtc_state
static const struct field rtc_fields[] = {
    FIELD_ARRAY(S, ram, "time, registers A to D, RAM"),
    FIELD(S, update, "end of the next update cycle, ns"),
    FIELD(S, origin, "time at which the divider was zero, ns"),
    FIELD(S, seen, "crystal tick up to which PF is right"),
    FIELD_MAX(S, index, RTC_BYTES - 1, "byte that port 71 reads and writes"),
    FIELD(S, nmi_mask, "bit 7 of port 70: no NMI"),
    FIELD_ARRAY(S, spare, "zero"),
    FIELD_END
};
#undef S
static const struct table rtc_table =
    { "rtc", sizeof(struct rtc_state), rtc_fields };

const struct dev_ops rtc_ops = {
    .name = "rtc", .state = &rtc_table, .reset = rtc_reset,
    .port_in = rtc_in, .port_out = rtc_out, .loaded = rtc_loaded,
};
