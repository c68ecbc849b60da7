/* kbc.c - Intel 8042 keyboard controller with a PS/2 auxiliary port. */
#include "devices/input/kbc.h"

enum {                                  /* status register */
    ST_OBF = 0x01, ST_IBF = 0x02, ST_SYS = 0x04, ST_CMD = 0x08,
    ST_UNLOCKED = 0x10, ST_AUX = 0x20, ST_TIMEOUT = 0x40,
};
enum {                                  /* command byte */
    CB_IRQ1 = 0x01, CB_IRQ12 = 0x02, CB_SYS = 0x04, CB_KBD_OFF = 0x10,
    CB_AUX_OFF = 0x20, CB_XLAT = 0x40,
};
enum {                                  /* output port P2 */
    P2_RESET = 0x01, P2_A20 = 0x02, P2_IRQ1 = 0x10, P2_IRQ12 = 0x20,
    P2_LINES = 0xcc,                    /* clock and data of both ports */
};
enum {
    P1_DEFAULT = 0xb3,  /* not locked, colour, no jumper; data lines high */
    SELF_TEST_OK = 0x55, PORT_OK = 0x00, NO_PASSWORD = 0xf1,
    NO_ANSWER = 0xfe,                   /* sent with ST_TIMEOUT */
};
enum {
    INPUT_NS = 20 * 1000,               /* firmware's loop to see IBF */
    SEND_NS = 1000 * 1000,              /* request to send and 11 bits */
    SILENT_NS = 15 * 1000 * 1000,       /* nobody clocks our bits */
};

/* What the keyboard calls key n of set 2, the PC/XT's keyboard called: IBM's
 * table in the controller's ROM. From 80h on only F7 (83h) and SysRq (84h)
 * change. */
static const u8 set1[128] = {
    0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58,
    0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59,
    0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a,
    0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b,
    0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c,
    0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d,
    0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e,
    0x6a, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f,
    0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60,
    0x6c, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0c, 0x61,
    0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e,
    0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76,
    0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b,
    0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f,
    0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45,
    0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54,
};

static u8 kbc_translate(u8 set2)
{
    if (set2 < 0x80)
        return set1[set2];
    return set2 == 0x83 ? 0x41 : set2 == 0x84 ? 0x54 : set2;
}

static bool sending(const struct kbc *k)
{
    return k->s.send_due != NEVER;
}

static void kbc_hold(struct kbc *k, int n, bool held)
{
    if (k->s.held[n] == held)
        return;
    k->s.held[n] = held;
    if (k->port[n].clock)
        k->port[n].clock(k->port[n].ctx, k->port[n].n, !held);
}

/* The interrupt lines and the clocks follow from the rest.
 *
 * IRQ 1 stands for "output buffer full" whoever filled it: the AT's firmware
 * hands the pin to the 8042's own OBF flag (EN FLAGS), so the controller's
 * answers raise it too while the command byte asks for it, and reading port
 * 60h ends it. A command without an answer (D1h, 60h, ADh ...) leaves the
 * buffer and so the line alone: xv6 switches A20 with D1h, reads nothing,
 * and loses its keyboard for good when that makes an interrupt. */
static void kbc_update(struct kbc *k)
{
    u8 mode = k->s.ram[0];
    bool full = k->s.status & ST_OBF, aux = k->s.status & ST_AUX;

    line_set(&k->irq1, full && !aux && (mode & CB_IRQ1));
    line_set(&k->irq12, full && aux && (mode & CB_IRQ12));
    kbc_hold(k, 0, full || sending(k) || (mode & CB_KBD_OFF));
    kbc_hold(k, 1, full || sending(k) || (mode & CB_AUX_OFF));
}

/* Fills the output buffer. What was there unread is gone, as the 8042's
 * OUT DBB does; bytes of the devices never get lost that way, because their
 * clocks are held while the buffer is full. */
static void kbc_output(struct kbc *k, u8 byte, u8 flags)
{
    k->s.out = byte;
    k->s.status &= (u8)~(ST_AUX | ST_TIMEOUT);
    k->s.status |= (u8)(ST_OBF | flags);
    kbc_update(k);
}

void kbc_frame(void *dev, int n, u8 byte)
{
    struct kbc *k = dev;

    n &= 1;
    if (k->s.held[n])                   /* it could not have clocked it */
        return;
    if (n == 0 && (k->s.ram[0] & CB_XLAT)) {
        bool released = k->s.break_next;

        k->s.break_next = byte == 0xf0;
        if (k->s.break_next)
            return;
        byte = (u8)(kbc_translate(byte) | (released ? 0x80 : 0));
    }
    kbc_output(k, byte, n ? ST_AUX : 0);
}

/* To the device on port n. That switches the port on, whatever disabled it:
 * programs that leave ADh in force (Ultima VIII) live by it. */
static void kbc_send(struct kbc *k, int n, u8 byte)
{
    k->s.ram[0] &= (u8)~(n ? CB_AUX_OFF : CB_KBD_OFF);
    k->s.send_byte = byte;
    k->s.send_port = (u8)n;
    timer_set(&k->sent, k->clk->now + (k->port[n].frame ? SEND_NS : SILENT_NS));
}

static void kbc_sent(void *dev, int timer, ns_t when)
{
    struct kbc *k = dev;
    int n = k->s.send_port;
    const struct ps2_link *link = &k->port[n];

    (void)timer, (void)when;
    if (link->frame)
        link->frame(link->ctx, link->n, k->s.send_byte);
    else
        kbc_output(k, NO_ANSWER, ST_TIMEOUT | (n ? ST_AUX : 0));
    if (k->s.status & ST_IBF) {
        timer_set(&k->input, k->clk->now + INPUT_NS);
    }
    kbc_update(k);
}

/* A pulse of no width: the CPU that could see it is what it resets. The
 * board may reset this chip too, so nothing is touched afterwards. */
static void pulse_reset(struct kbc *k)
{
    line_set(&k->reset, true);
    line_set(&k->reset, false);
}

static void set_p2(struct kbc *k, u8 v)
{
    k->s.p2 = (u8)((v & P2_A20) | P2_RESET);
    line_set(&k->a20, v & P2_A20);
    if (!(v & P2_RESET)) {
        LOG(k->log, GUEST, "kbc", "output port %02x holds the CPU in reset",
            v);
        pulse_reset(k);
    }
}

void kbc_open_a20(struct kbc *k)
{
    set_p2(k, P2_RESET | P2_A20);
}

static u8 get_p2(const struct kbc *k)
{
    return (u8)(k->s.p2 | P2_LINES | (k->irq1.level ? P2_IRQ1 : 0) |
                (k->irq12.level ? P2_IRQ12 : 0));
}

static void set_mode(struct kbc *k, u8 v)
{
    k->s.ram[0] = v;
    k->s.status &= (u8)~ST_SYS;
    k->s.status |= v & CB_SYS;
}

static void self_test(struct kbc *k)
{
    set_mode(k, CB_KBD_OFF | CB_AUX_OFF | CB_SYS);
    k->s.break_next = false;
    kbc_output(k, SELF_TEST_OK, 0);
}

/* F0h-FFh: those of the output port's low four bits that are 0 in the command
 * go low for 6 us. FFh moves nothing; HIMEM sends it to learn that the
 * controller is done with the one before. */
static void kbc_pulse(struct kbc *k, u8 c)
{
    if ((c & 0x0e) != 0x0e)
        LOG(k->log, TODO, "kbc", "pulse on output port, command %02x", c);
    if (!(c & P2_RESET))
        pulse_reset(k);
}

/* C0h-FFh: the chip's pins. */
static void pin_command(struct kbc *k, u8 c)
{
    switch (c) {
    case 0xc0: kbc_output(k, k->inputs, 0); break;
    case 0xc1: k->s.poll = 1; break;
    case 0xc2: k->s.poll = 2; break;
    case 0xd0: kbc_output(k, get_p2(k), 0); break;
    case 0xd1: case 0xd2: case 0xd3: case 0xd4: k->s.expect = c; break;
    case 0xdd: set_p2(k, P2_RESET); break;
    case 0xdf: set_p2(k, P2_RESET | P2_A20); break;
    case 0xe0:
        kbc_output(k, (u8)((k->s.held[0] ? 0 : 1) | (k->s.held[1] ? 0 : 2)), 0);
        break;
    default:
        LOG(k->log, GUEST, "kbc", "unknown command %02x", c);
    }
}

/* A0h-AFh: passwords, tests, switching the ports. */
static void port_command(struct kbc *k, u8 c)
{
    switch (c) {
    case 0xa4: kbc_output(k, NO_PASSWORD, 0); break;
    case 0xa5: k->s.expect = c; break;
    case 0xa6: break;                   /* no password to enable */
    case 0xa7: k->s.ram[0] |= CB_AUX_OFF; break;
    case 0xa8: k->s.ram[0] &= (u8)~CB_AUX_OFF; break;
    case 0xa9: case 0xab: kbc_output(k, PORT_OK, 0); break;
    case 0xaa: self_test(k); break;
    case 0xac: LOG(k->log, TODO, "kbc", "diagnostic dump"); break;
    case 0xad: k->s.ram[0] |= CB_KBD_OFF; break;
    case 0xae: k->s.ram[0] &= (u8)~CB_KBD_OFF; break;
    default:
        LOG(k->log, GUEST, "kbc", "unknown command %02x", c);
    }
}

static void kbc_command(struct kbc *k, u8 c)
{
    LOG(k->log, TRACE, "kbc", "command %02x", c);
    k->s.expect = k->s.poll = 0;
    if (c >= 0x20 && c <= 0x3f)
        kbc_output(k, k->s.ram[c & 0x1f], 0);
    else if (c >= 0x60 && c <= 0x7f)
        k->s.expect = c;
    else if (c >= 0xf0)
        kbc_pulse(k, c);
    else if (c >= 0xc0)
        pin_command(k, c);
    else
        port_command(k, c);
}

static void data(struct kbc *k, u8 v)
{
    u8 c = k->s.expect;

    if (c != 0xa5 || v == 0)            /* a password ends with a zero */
        k->s.expect = 0;
    switch (c) {
    case 0:    kbc_send(k, 0, v); break;
    case 0x60: set_mode(k, v); break;
    case 0xa5: break;
    case 0xd1: set_p2(k, v); break;
    case 0xd2: kbc_output(k, v, 0); break;
    case 0xd3: kbc_output(k, v, ST_AUX); break;
    case 0xd4: kbc_send(k, 1, v); break;
    default:   k->s.ram[c & 0x1f] = v; break;
    }
}

static void take_input(struct kbc *k)
{
    k->s.status &= (u8)~ST_IBF;
    timer_stop(&k->input);
    if (k->s.status & ST_CMD)
        kbc_command(k, k->s.in);
    else
        data(k, k->s.in);
    kbc_update(k);
}

/* While it clocks a frame out, the firmware doesn't look; kbc_sent() asks
 * again. */
static void kbc_input(void *dev, int n, ns_t when)
{
    struct kbc *k = dev;

    (void)n, (void)when;
    if (!sending(k) && (k->s.status & ST_IBF))
        take_input(k);
}

/* A program that doesn't wait for the input buffer to empty loses a byte on
 * the original chip and none on the faster ones that followed; the latter
 * is of more use. */
static void write_input(struct kbc *k, u8 v, u8 cmd)
{
    if (k->s.status & ST_IBF) {
        LOG(k->log, GUEST, "kbc", "input buffer written while full");
        if (!sending(k))
            take_input(k);
    }
    k->s.in = v;
    k->s.status &= (u8)~ST_CMD;
    k->s.status |= (u8)(ST_IBF | cmd);
    timer_set(&k->input, k->clk->now + INPUT_NS);
}

static u8 kbc_read_status(const struct kbc *k)
{
    u8 low = k->s.status & 0x0f;

    switch (k->s.poll) {
    case 1:  return (u8)(low | k->inputs << 4);
    case 2:  return (u8)(low | (k->inputs & 0xf0));
    default: return k->s.status;
    }
}

static u32 kbc_in(void *dev, u16 port, int size)
{
    struct kbc *k = dev;

    (void)size;
    if (port & KBC_STATUS)
        return kbc_read_status(k);
    if (k->s.status & ST_OBF) {
        k->s.status &= (u8)~(ST_OBF | ST_AUX);
        kbc_update(k);
    }
    return k->s.out;                    /* stays until the next byte */
}

static void kbc_out(void *dev, u16 port, int size, u32 v)
{
    (void)size;
    write_input(dev, (u8)v, port & KBC_STATUS ? ST_CMD : 0);
}

/* Both clocks are driven whatever they were: a reset of the machine finds
 * the devices in any state. */
static void drive_clocks(struct kbc *k)
{
    for (int n = 0; n < 2; n++)
        if (k->port[n].clock)
            k->port[n].clock(k->port[n].ctx, k->port[n].n, !k->s.held[n]);
}

static void kbc_reset(void *dev)
{
    struct kbc *k = dev;

    timer_stop(&k->input);
    timer_stop(&k->sent);
    k->s = (struct kbc_state){
        .input_due = NEVER, .send_due = NEVER,
        .ram[0] = CB_KBD_OFF | CB_AUX_OFF,
        .status = ST_UNLOCKED, .p2 = P2_RESET | P2_A20,
        .held = { true, true },
    };
    drive_clocks(k);
    line_set(&k->reset, false);
    line_set(&k->a20, true);
    kbc_update(k);
}

static void kbc_loaded(void *dev)
{
    struct kbc *k = dev;

    line_set(&k->reset, false);
    line_set(&k->a20, k->s.p2 & P2_A20);
    drive_clocks(k);
    kbc_update(k);
}

void kbc_init(struct kbc *k, const struct dev_env *env)
{
    k->clk = env->clk;
    k->log = env->log;
    k->inputs = P1_DEFAULT;
    timer_init(&k->input, env, 0, "kbc input", &k->s.input_due, kbc_input, k);
    timer_init(&k->sent, env, 1, "kbc sent", &k->s.send_due, kbc_sent, k);
    kbc_reset(k);
}

#define S struct kbc_state
static const struct field fields[] = {
    FIELD_MAX(S, input_due, INT64_MAX, "when the input buffer is taken, ns"),
    FIELD_MAX(S, send_due, INT64_MAX,  "end of a frame to a device, ns"),
    FIELD_ARRAY(S, ram,          "the chip's RAM; [0] is the command byte: "
                                 "irq1,irq12,sys,-,kbd off,aux off,xlat,-"),
    FIELD_BITS(S, status, "obf,ibf,sys,cmd,unlocked,aux,timeout,parity",
                                 "status register"),
    FIELD(S, in,                 "input buffer"),
    FIELD(S, out,                "output buffer"),
    FIELD_BITS(S, p2, "reset,a20", "output port"),
    FIELD(S, expect,             "command that waits for data, 0 none"),
    FIELD_MAX(S, poll, 2,        "input port in the status: 1 low, 2 high"),
    FIELD(S, send_byte,          "byte on its way to a device"),
    FIELD_MAX(S, send_port, 1,   "and which: 0 keyboard, 1 auxiliary"),
    FIELD(S, break_next,         "F0 seen: the next byte is a release"),
    FIELD_ARRAY(S, held,         "clocks held low"),
    FIELD_ARRAY(S, spare,        "zero"),
    FIELD_END
};
#undef S
static const struct table table = { "kbc", sizeof(struct kbc_state), fields };

const struct dev_ops kbc_ops = {
    .name = "kbc", .state = &table, .reset = kbc_reset,
    .port_in = kbc_in, .port_out = kbc_out, .loaded = kbc_loaded,
};
