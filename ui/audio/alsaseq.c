/* alsaseq.c - MIDI to ALSA's sequencer. */
#define _POSIX_C_SOURCE 200809L
#include "ui/audio/alsaseq.h"

#include <string.h>

#include "config.h"
#include "machine/pc.h"
#include "ui/app/options.h"
#include "ui/host/library.h"

static const char prefix[] = "alsa";

bool alsaseq_means(const char *instrument)
{
    size_t n = sizeof prefix - 1;

    return !strncmp(instrument, prefix, n) &&
           (!instrument[n] || instrument[n] == ':');
}

#if HAVE_ALSA
#include <alsa/asoundlib.h>
#include <stdlib.h>

enum { SOUND_OFF = 120, CHANNELS = 16 };

#define FUNCTIONS(F) \
    F(snd_seq_open) F(snd_seq_close) F(snd_seq_set_client_name) \
    F(snd_seq_create_simple_port) F(snd_seq_parse_address) \
    F(snd_seq_connect_to) F(snd_seq_event_output_direct) \
    F(snd_midi_event_new) F(snd_midi_event_free) F(snd_midi_event_init) \
    F(snd_midi_event_encode) F(snd_strerror) F(snd_lib_error_set_handler)

struct alsa {
#define MEMBER(name) __typeof__(name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

struct alsaseq {
    struct alsa f;
    snd_seq_t *seq;
    snd_midi_event_t *coder;
    int port;
};

static const char *const names[] = { "libasound.so.2", NULL };

static const struct library_row rows[] = {
#define ROW(name) { #name, offsetof(struct alsa, name) },
    FUNCTIONS(ROW)
#undef ROW
};

static void ignore_error(const char *file, int line, const char *function,
                         int error, const char *words, ...)
{
    (void)file, (void)line, (void)function, (void)error, (void)words;
}

static bool alsaseq_connect(struct alsaseq *a, const char *address, char *why)
{
    snd_seq_addr_t to;
    int e = a->f.snd_seq_parse_address(a->seq, &to, address);

    if (e >= 0)
        e = a->f.snd_seq_connect_to(a->seq, a->port, to.client, to.port);
    return e >= 0 || opt_bad(why, "midi=alsa:%.60s: %.100s", address,
                             a->f.snd_strerror(e));
}

/* A host that waits for a full queue would hold the guest up. */
static bool alsaseq_make(struct alsaseq *a, const char *address, char *why)
{
    struct alsa *f = &a->f;
    int e;

    f->snd_lib_error_set_handler(ignore_error);
    e = f->snd_seq_open(&a->seq, "default", SND_SEQ_OPEN_OUTPUT,
                        SND_SEQ_NONBLOCK);
    if (e < 0) {
        a->seq = NULL;
        return opt_bad(why, "midi=alsa: the host's sequencer can't be opened: "
                       "%.100s", f->snd_strerror(e));
    }
    f->snd_seq_set_client_name(a->seq, "isabox");
    a->port = e = f->snd_seq_create_simple_port(a->seq, "MIDI",
        SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ,
        SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION);
    if (e >= 0)
        e = f->snd_midi_event_new(PC_MIDI_BYTES, &a->coder);
    if (e < 0)
        return opt_bad(why, "midi=alsa: %.100s", f->snd_strerror(e));
    return !address || alsaseq_connect(a, address, why);
}

struct alsaseq *alsaseq_open(const char *instrument, char *why)
{
    struct alsaseq *a = calloc(1, sizeof *a);
    const char *colon = strchr(instrument, ':');

    if (!a)
        opt_bad(why, "out of memory");
    else if (library_load(names, rows, sizeof rows / sizeof rows[0], &a->f,
                          why) &&
             alsaseq_make(a, colon ? colon + 1 : NULL, why))
        return a;
    alsaseq_close(a);
    return NULL;
}

void alsaseq_message(struct alsaseq *a, const uint8_t *message, size_t size)
{
    snd_seq_event_t event;

    memset(&event, 0, sizeof event);
    a->f.snd_midi_event_init(a->coder);
    if (a->f.snd_midi_event_encode(a->coder, message, (long)size,
                                   &event) != (long)size)
        return;
    event.source.port = (unsigned char)a->port;
    event.dest.client = SND_SEQ_ADDRESS_SUBSCRIBERS;
    event.dest.port = SND_SEQ_ADDRESS_UNKNOWN;
    event.queue = SND_SEQ_QUEUE_DIRECT;
    a->f.snd_seq_event_output_direct(a->seq, &event);
}

/* The instrument stays when we go: no note of ours shall sound on. */
void alsaseq_close(struct alsaseq *a)
{
    if (!a)
        return;
    for (uint8_t n = 0; a->coder && n < CHANNELS; n++)
        alsaseq_message(a, (uint8_t[]){ 0xb0 | n, SOUND_OFF, 0 }, 3);
    if (a->coder)
        a->f.snd_midi_event_free(a->coder);
    if (a->seq)
        a->f.snd_seq_close(a->seq);
    free(a);
}

#else

struct alsaseq *alsaseq_open(const char *instrument, char *why)
{
    (void)instrument;
    opt_bad(why, "midi=alsa: this isabox was built without ALSA");
    return NULL;
}

void alsaseq_close(struct alsaseq *a)
{
    (void)a;
}

void alsaseq_message(struct alsaseq *a, const uint8_t *message, size_t size)
{
    (void)a, (void)message, (void)size;
}

#endif
