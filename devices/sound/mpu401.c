/* mpu401.c - Roland MPU-401 MIDI interface. */
#include "devices/sound/mpu401.h"

enum { DATA, CONTROL };
enum { S_NOTHING = 0x80, S_BUSY = 0x40, S_FLOATS = 0x3f };
enum { C_UART = 0x3f, C_VERSION = 0xac, C_REVISION = 0xad, C_RESET = 0xff,
       ACK = 0xfe, VERSION = 0x15, REVISION = 0x01 };

static void mpu_update(struct mpu401 *m)
{
    line_set(&m->irq, m->s.queued != 0);
}

static void mpu_answer(struct mpu401 *m, u8 v)
{
    if (m->s.queued < MPU_QUEUE)
        m->s.queue[(m->s.first + m->s.queued++) % MPU_QUEUE] = v;
    mpu_update(m);
}

static bool mpu_busy(const struct mpu401 *m)
{
    return m->s.sent > m->clk->now + MPU_BYTE_NS;
}

static void mpu_send(struct mpu401 *m, u8 v)
{
    if (m->s.sent < m->clk->now)
        m->s.sent = m->clk->now;
    if (mpu_busy(m)) {
        LOG(m->log, GUEST, "mpu401", "byte %02x while the line is busy", v);
        return;
    }
    m->s.sent += MPU_BYTE_NS;
    sink_put(&m->midi, v);
}

/* In UART mode no command but reset is heard, and that goes unanswered. */
static void mpu_command(struct mpu401 *m, u8 v)
{
    if (m->s.uart && v != C_RESET)
        return;
    if (v == C_RESET) {
        bool heard = !m->s.uart;

        m->s.uart = false;
        m->s.queued = m->s.wants = 0;
        mpu_update(m);
        if (heard)
            mpu_answer(m, ACK);
        return;
    }
    m->s.wants = v >= 0xe0 && v <= 0xef;
    m->s.uart = v == C_UART;
    mpu_answer(m, ACK);
    if (v == C_VERSION)
        mpu_answer(m, VERSION);
    if (v == C_REVISION)
        mpu_answer(m, REVISION);
}

static u8 mpu_read_data(struct mpu401 *m)
{
    if (m->s.queued) {
        m->s.last = m->s.queue[m->s.first % MPU_QUEUE];
        m->s.first = (m->s.first + 1) % MPU_QUEUE;
        m->s.queued--;
        mpu_update(m);
    }
    return m->s.last;
}

static u32 mpu_in(void *dev, u16 port, int size)
{
    struct mpu401 *m = dev;

    (void)size;
    if (port == DATA)
        return mpu_read_data(m);
    return (u8)(S_FLOATS | (m->s.queued ? 0 : S_NOTHING) |
                (mpu_busy(m) ? S_BUSY : 0));
}

static void mpu_out(void *dev, u16 port, int size, u32 v)
{
    struct mpu401 *m = dev;

    (void)size;
    if (port == CONTROL)
        mpu_command(m, (u8)v);
    else if (m->s.wants)
        m->s.wants--;
    else
        mpu_send(m, (u8)v);
}

static void mpu_reset(void *dev)
{
    struct mpu401 *m = dev;

    m->s = (struct mpu401_state){ .last = 0xff };
    mpu_update(m);
}

static void mpu_loaded(void *dev)
{
    struct mpu401 *m = dev;

    if (m->s.sent > m->clk->now + 2 * MPU_BYTE_NS)
        m->s.sent = m->clk->now;
    mpu_update(m);
}

void mpu401_init(struct mpu401 *m, const struct dev_env *env)
{
    m->clk = env->clk;
    m->log = env->log;
    mpu_reset(m);
}

#define S struct mpu401_state
static const struct field fields[] = {
    FIELD(S, sent,                      "the MIDI line is idle from then on"),
    FIELD_ARRAY(S, queue,               "bytes to be read"),
    FIELD_MAX(S, queued, MPU_QUEUE,     "how many"),
    FIELD_MAX(S, first, MPU_QUEUE - 1,  "the first of them"),
    FIELD(S, uart,                      "bytes go straight through"),
    FIELD(S, last,                      "the last byte that was read"),
    FIELD_MAX(S, wants, 1,              "a command's data come next"),
    FIELD_ARRAY(S, spare,               "zero"),
    FIELD_END
};
const struct table mpu401_table = { "mpu401", sizeof(S), fields };
#undef S

const struct dev_ops mpu401_ops = {
    .name = "mpu401", .state = &mpu401_table, .reset = mpu_reset,
    .port_in = mpu_in, .port_out = mpu_out, .loaded = mpu_loaded,
};
