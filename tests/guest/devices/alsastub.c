/* alsastub.c - stands in for libasound.so.2 where there is no sequencer: what
 * isabox calls is written down in the file $ALSA_TOLD, a message a line. */
#include <alsa/asoundlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct _snd_seq { FILE *told; };
static struct _snd_seq only;

int snd_lib_error_set_handler(snd_lib_error_handler_t handler)
{
    return handler ? 0 : -1;
}

const char *snd_strerror(int e)
{
    return strerror(-e);
}

int snd_seq_open(snd_seq_t **seq, const char *name, int streams, int mode)
{
    *seq = &only;
    only.told = fopen(getenv("ALSA_TOLD"), "w");
    return !strcmp(name, "default") && streams == SND_SEQ_OPEN_OUTPUT &&
           mode == SND_SEQ_NONBLOCK && only.told ? 0 : -22;
}

int snd_seq_close(snd_seq_t *seq)
{
    fputs("closed\n", seq->told);
    return fclose(seq->told);
}

int snd_seq_set_client_name(snd_seq_t *seq, const char *name)
{
    fprintf(seq->told, "client %s\n", name);
    return 0;
}

int snd_seq_create_simple_port(snd_seq_t *seq, const char *name, unsigned can,
                               unsigned type)
{
    fprintf(seq->told, "port %s %x\n", name, can);
    return type & SND_SEQ_PORT_TYPE_MIDI_GENERIC ? 3 : -22;
}

int snd_seq_parse_address(snd_seq_t *seq, snd_seq_addr_t *addr,
                          const char *from)
{
    int client, port;

    (void)seq;
    if (sscanf(from, "%d:%d", &client, &port) != 2)
        return -2;
    addr->client = (unsigned char)client;
    addr->port = (unsigned char)port;
    return 0;
}

int snd_seq_connect_to(snd_seq_t *seq, int port, int client, int to)
{
    fprintf(seq->told, "%d to %d:%d\n", port, client, to);
    return 0;
}

int snd_midi_event_new(size_t n, snd_midi_event_t **coder)
{
    *coder = calloc(1, 1);
    return n >= 16384 && *coder ? 0 : -12;
}

void snd_midi_event_free(snd_midi_event_t *coder)
{
    free(coder);
}

void snd_midi_event_init(snd_midi_event_t *coder)
{
    (void)coder;
}

/* The event only carries the bytes. */
long snd_midi_event_encode(snd_midi_event_t *coder, const unsigned char *bytes,
                           long n, snd_seq_event_t *event)
{
    (void)coder;
    event->data.ext.ptr = (void *)bytes;
    event->data.ext.len = (unsigned)n;
    return n;
}

int snd_seq_event_output_direct(snd_seq_t *seq, snd_seq_event_t *event)
{
    const unsigned char *bytes = event->data.ext.ptr;

    if (event->source.port != 3 ||
        event->dest.client != SND_SEQ_ADDRESS_SUBSCRIBERS ||
        event->queue != SND_SEQ_QUEUE_DIRECT)
        fputs("astray ", seq->told);
    for (unsigned n = 0; n < event->data.ext.len; n++)
        fprintf(seq->told, "%02x%c", bytes[n],
                n + 1 < event->data.ext.len ? ' ' : '\n');
    return 0;
}
