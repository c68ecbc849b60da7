/* sound.c - the speaker's edges, kept for whoever plays them.
 *
 * The timer's output 2 gets an event for each edge; the ring is no part of
 * the machine's state and nothing that the front end does reaches back. */
#include "machine/board.h"

static void note(struct pc *pc)
{
    bool level = pc->roles.speaker.ops->level(pc->roles.speaker.dev);
    u32 at;

    if (level == pc->speaker)
        return;
    pc->speaker = level;
    if (pc->edges == EDGES) {           /* nobody listens: forget the oldest */
        pc->edge_first = (pc->edge_first + 1) % EDGES;
        pc->edges--;
    }
    at = (pc->edge_first + pc->edges++) % EDGES;
    pc->edge[at] = (struct pc_edge){ pc->clk.now, level };
}

static void moved(void *ctx, int n, bool level)
{
    (void)n, (void)level;
    note(ctx);
}

void sound_init(struct pc *pc)
{
    net_lead(&pc->wire[WIRE_TONE], moved, pc, 0);
    net_lead(&pc->wire[WIRE_SPEAKER], moved, pc, 0);
}

size_t pc_speaker(struct pc *pc, struct pc_edge *edge, size_t max)
{
    size_t n = pc->edges < max ? pc->edges : max;

    for (size_t i = 0; i < n; i++)
        edge[i] = pc->edge[(pc->edge_first + i) % EDGES];
    pc->edge_first = (u32)(pc->edge_first + n) % EDGES;
    pc->edges -= (u32)n;
    return n;
}
