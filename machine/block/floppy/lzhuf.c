/* lzhuf.c - unpacks LZHUF: LZSS with an adaptive Huffman code.
 *
 * The nodes of the tree stand in the order of how often they were used. So
 * brothers are neighbours, at child[node] and behind it; a number from NODES
 * on is no node but a leaf, NODES + symbol. The root is the last node. */
#include "machine/block/floppy/lzhuf.h"

#include <stdlib.h>
#include <string.h>

enum {
    RING = 4096, LONGEST = 60, SHORTEST = 3, BYTES = 256,
    LEAVES = BYTES + LONGEST - SHORTEST + 1, NODES = 2 * LEAVES - 1,
    TREE_ROOT = NODES - 1, MOST_USED = 0x8000, LOW_BITS = 6
};

struct lzhuf {
    const u8 *from;
    size_t bits, bit;                   /* there are; the next one */
    u16 used[NODES + 1];                /* behind the root: more than any */
    u16 child[NODES], parent[NODES + LEAVES];
    u8 ring[RING];
    u32 head;
};

/* ---- bits ---- */

/* Zeros behind the end; lzhuf_ended() then tells. */
static u32 lzhuf_bit(struct lzhuf *z)
{
    size_t at = z->bit++;

    return at < z->bits ? z->from[at / 8] >> (7 - at % 8) & 1u : 0;
}

static bool lzhuf_ended(const struct lzhuf *z)
{
    return z->bit > z->bits;
}

/* ---- the tree ---- */

static void adopt_children(struct lzhuf *z, u32 node)
{
    u32 c = z->child[node];

    z->parent[c] = (u16)node;
    if (c < NODES)
        z->parent[c + 1] = (u16)node;
}

static void plant_tree(struct lzhuf *z)
{
    for (u32 i = 0; i < LEAVES; i++) {
        z->used[i] = 1;
        z->child[i] = (u16)(NODES + i);
    }
    for (u32 i = 0, n = LEAVES; n < NODES; i += 2, n++) {
        z->used[n] = (u16)(z->used[i] + z->used[i + 1]);
        z->child[n] = (u16)i;
    }
    for (u32 n = 0; n < NODES; n++)
        adopt_children(z, n);
    z->used[NODES] = 0xffff;
}

/* The leaves first, in their order, with half of their uses. */
static void gather_leaves(struct lzhuf *z)
{
    u32 leaves = 0;

    for (u32 n = 0; n < NODES; n++)
        if (z->child[n] >= NODES) {
            z->used[leaves] = (u16)((z->used[n] + 1) / 2);
            z->child[leaves++] = z->child[n];
        }
}

/* The counts would overflow: the tree is built anew from halved ones. Each
 * pair of neighbours gets a parent behind all nodes used no more than it. */
static void rebuild_tree(struct lzhuf *z)
{
    gather_leaves(z);
    for (u32 i = 0, n = LEAVES; n < NODES; i += 2, n++) {
        u16 sum = (u16)(z->used[i] + z->used[i + 1]);
        u32 at = n;

        for (; z->used[at - 1] > sum; at--) {
            z->used[at] = z->used[at - 1];
            z->child[at] = z->child[at - 1];
        }
        z->used[at] = sum;
        z->child[at] = (u16)i;
    }
    for (u32 n = 0; n < NODES; n++)
        adopt_children(z, n);
}

static void swap_nodes(struct lzhuf *z, u32 a, u32 b)
{
    u16 used = z->used[a], child = z->child[a];

    z->used[a] = z->used[b];
    z->child[a] = z->child[b];
    z->used[b] = used;
    z->child[b] = child;
    adopt_children(z, a);
    adopt_children(z, b);
}

/* One use more for a symbol and all above it: a node that has more than its
 * neighbour then changes places with the last of those that have less. */
static void count_symbol(struct lzhuf *z, u32 symbol)
{
    u32 n = NODES + symbol;

    if (z->used[TREE_ROOT] == MOST_USED)
        rebuild_tree(z);
    do {
        u32 to;

        n = to = z->parent[n];
        z->used[n]++;
        while (z->used[to + 1] < z->used[n])
            to++;
        if (to != n)
            swap_nodes(z, n, to);
        n = to;
    } while (n != TREE_ROOT);
}

static u32 next_symbol(struct lzhuf *z)
{
    u32 n = TREE_ROOT;

    while (n < NODES)
        n = z->child[n] + (z->child[n] < NODES ? lzhuf_bit(z) : 0);
    count_symbol(z, n - NODES);
    return n - NODES;
}

/* ---- distances ---- */

/* The upper six bits in a fixed code of three to eight bits, in which smaller
 * ones are shorter; the lower six as they are. */
static u32 next_distance(struct lzhuf *z)
{
    static const u8 of_length[] = { 1, 3, 8, 12, 24, 16 };
    u32 code = 0, first = 0, upper = 0;

    for (int i = 0; i < 3; i++)
        code = code << 1 | lzhuf_bit(z);
    for (int i = 0; code - first >= of_length[i]; i++) {
        upper += of_length[i];
        first = (first + of_length[i]) << 1;
        code = code << 1 | lzhuf_bit(z);
    }
    upper += code - first;
    for (int i = 0; i < LOW_BITS; i++)
        upper = upper << 1 | lzhuf_bit(z);
    return upper + 1;
}

/* ---- the stream ---- */

static void put_byte(struct lzhuf *z, struct buf *out, u8 byte)
{
    z->ring[z->head] = byte;
    z->head = (z->head + 1) % RING;
    buf_put(out, byte, 1);
}

static void unpack_all(struct lzhuf *z, struct buf *out, size_t most)
{
    while (out->len < most && !out->failed) {
        u32 symbol = next_symbol(z), distance, n;

        if (symbol < BYTES && !lzhuf_ended(z)) {
            put_byte(z, out, (u8)symbol);
            continue;
        }
        distance = symbol < BYTES ? 0 : next_distance(z);
        if (lzhuf_ended(z))
            return;
        for (n = symbol - BYTES + SHORTEST; n; n--)
            put_byte(z, out, z->ring[(z->head + RING - distance) % RING]);
    }
}

void lzhuf_unpack(struct buf *out, const u8 *from, size_t n, size_t most)
{
    struct lzhuf *z = calloc(1, sizeof *z);

    if (!z) {
        out->failed = true;
        return;
    }
    z->from = from;
    z->bits = n * 8;
    memset(z->ring, ' ', sizeof z->ring);
    plant_tree(z);
    unpack_all(z, out, most);
    free(z);
}
