/* NCCL's C API. Collectives meet and really add up; one that waits for a rank ends when its communicator is aborted. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "stand-in.h"

enum { SUCCESS = 0, INVALID_ARGUMENT = 4, REMOTE_ERROR = 6, FLOAT16 = 6, FLOAT32 = 7, BFLOAT16 = 9, MOST_RANKS = 16 };
enum { ALL_REDUCE, REDUCE_SCATTER, REDUCE, ALL_GATHER, BROADCAST, SEND, RECEIVE };

typedef struct { char bytes[128]; } ncclUniqueId;

typedef struct world {
    ncclUniqueId id;
    int size, arrived, turn, aborted;
    const void *given[MOST_RANKS];
    struct world *next;
} world;

typedef struct { world *of; int rank; } comm;

/* A call, or those of a group. */
typedef struct call {
    int what, type, peer;
    const void *from;
    void *to, *stream;
    size_t count;
    comm *ranks;
    struct call *next;
} call;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static world *worlds;
static int ids, aborts, destroys;
static __thread int depth, failure;
static __thread call *grouped, **last;

int stand_in_aborts(void) { return aborts; }
int stand_in_destroys(void) { return destroys; }
void stand_in_fail(int result) { failure = result; }

const char *ncclGetErrorString(int result) { return result == INVALID_ARGUMENT ? "invalid argument" : result == REMOTE_ERROR ? "remote process exited" : result ? "another failure" : "no error"; }

int ncclGetUniqueId(ncclUniqueId *id)
{
    pthread_mutex_lock(&lock);
    ids++;
    memset(id, 0, sizeof *id);
    memcpy(id, &ids, sizeof ids);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

/* Called with the lock held. */
static int meet(world *w)
{
    int turn = w->turn;
    if (++w->arrived == w->size) {
        w->arrived = 0;
        w->turn++;
        pthread_cond_broadcast(&changed);
    }
    while (w->turn == turn && !w->aborted) pthread_cond_wait(&changed, &lock);
    return w->aborted ? REMOTE_ERROR : SUCCESS;
}

int ncclCommInitRank(void **out, int ranks, ncclUniqueId id, int rank)
{
    if (ranks < 1 || ranks > MOST_RANKS || rank < 0 || rank >= ranks) return INVALID_ARGUMENT;
    pthread_mutex_lock(&lock);
    world *w = worlds;
    while (w && memcmp(&w->id, &id, sizeof id)) w = w->next;
    if (!w) {
        w = calloc(1, sizeof *w);
        w->id = id;
        w->size = ranks;
        w->next = worlds;
        worlds = w;
    }
    comm *c = malloc(sizeof *c);
    c->of = w;
    c->rank = rank;
    *out = c;
    int result = meet(w);
    pthread_mutex_unlock(&lock);
    return result;
}

int ncclCommDestroy(comm *c) { pthread_mutex_lock(&lock); destroys++; pthread_mutex_unlock(&lock); free(c); return SUCCESS; }

int ncclCommAbort(comm *c)
{
    pthread_mutex_lock(&lock);
    aborts++;
    c->of->aborted = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return SUCCESS; /* not freed: a thread of the test may still be on its way out of a collective */
}

int ncclCommGetAsyncError(comm *c, int *result) { *result = failure ? failure : c->of->aborted ? REMOTE_ERROR : SUCCESS; return SUCCESS; }

static size_t bytes_of(int type) { return type == FLOAT32 ? 4 : 2; }

static float read_value(const void *from, size_t i, int type)
{
    if (type == FLOAT32) return ((const float *)from)[i];
    if (type == FLOAT16) return (float)((const _Float16 *)from)[i];
    unsigned bits = (unsigned)((const unsigned short *)from)[i] << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void write_value(void *to, size_t i, int type, float value)
{
    unsigned bits;
    if (type == FLOAT32) ((float *)to)[i] = value;
    else if (type == FLOAT16) ((_Float16 *)to)[i] = (_Float16)value;
    else memcpy(&bits, &value, sizeof bits), ((unsigned short *)to)[i] = bits >> 16; /* exact in tests */
}

/* Between two meetings: what the other ranks gave stays as it is, and the result is put aside. */
static void collect(const call *c, char *result)
{
    const world *w = c->ranks->of;
    size_t bytes = c->count * bytes_of(c->type);
    if (c->what == ALL_GATHER)
        for (int rank = 0; rank < w->size; rank++) memcpy(result + rank * bytes, w->given[rank], bytes);
    else if (c->what == BROADCAST) memcpy(result, w->given[c->peer], bytes);
    else
        for (size_t i = 0, first = c->what == REDUCE_SCATTER ? c->ranks->rank * c->count : 0; i < c->count; i++) {
            float sum = 0;
            for (int rank = 0; rank < w->size; rank++) sum += read_value(w->given[rank], first + i, c->type);
            write_value(result, i, c->type, sum);
        }
}

static int collective(const call *c)
{
    world *w = c->ranks->of;
    size_t bytes = c->count * bytes_of(c->type) * (c->what == ALL_GATHER ? w->size : 1);
    w->given[c->ranks->rank] = c->from;
    if (meet(w)) return REMOTE_ERROR;
    char *result = malloc(bytes + 1);
    collect(c, result);
    int lost = meet(w);
    if (!lost && (c->what != REDUCE || c->peer == c->ranks->rank)) memcpy(c->to, result, bytes);
    free(result);
    return lost;
}

/* The k-th that a rank sends another is the k-th that this one receives of it. */
static const call *sent(const call *given, int to, int skip)
{
    for (; given; given = given->next)
        if (given->what == SEND && given->peer == to && skip-- == 0) return given;
    return NULL;
}

static int exchange(const call *all)
{
    world *w = all->ranks->of;
    int received[MOST_RANKS] = { 0 }, result = SUCCESS;
    w->given[all->ranks->rank] = all;
    if (meet(w)) return REMOTE_ERROR;
    for (const call *c = all; c; c = c->next)
        if (c->what == RECEIVE) {
            const call *from = sent(w->given[c->peer], all->ranks->rank, received[c->peer]++);
            if (!from || from->count != c->count || from->type != c->type) result = INVALID_ARGUMENT;
            else memcpy(c->to, from->from, c->count * bytes_of(c->type));
        }
    return meet(w) ? REMOTE_ERROR : result;
}

/* Sends and receives of a group are one exchange; its collectives follow one by one. */
static int run(void *argument)
{
    call *all = argument;
    int result = SUCCESS, apart = 0;
    pthread_mutex_lock(&lock);
    for (call *c = all; c; c = c->next) apart |= c->what == SEND || c->what == RECEIVE;
    if (apart) result = exchange(all);
    for (call *c = all; c && !result; c = c->next)
        if (c->what != SEND && c->what != RECEIVE) result = collective(c);
    pthread_mutex_unlock(&lock);
    while (all) {
        call *next = all->next;
        free(all);
        all = next;
    }
    return result;
}

static int put(const char *name, call given)
{
    if (given.count > (size_t)1 << 40 || given.peer < 0 || given.peer >= MOST_RANKS || (given.type != FLOAT16 && given.type != FLOAT32 && given.type != BFLOAT16)) return INVALID_ARGUMENT;
    stand_in_note(name, given.stream);
    call *c = malloc(sizeof *c);
    *c = given;
    if (!depth) return stand_in_put(given.stream, run, c);
    *last = c;
    last = &c->next;
    return SUCCESS;
}

int ncclGroupStart(void)
{
    if (depth++ == 0) grouped = NULL, last = &grouped;
    return SUCCESS;
}

int ncclGroupEnd(void)
{
    if (--depth || !grouped) return SUCCESS;
    return stand_in_put(grouped->stream, run, grouped);
}

int ncclAllReduce(const void *from, void *to, size_t count, int type, int operation, comm *c, void *stream)
{
    return operation ? INVALID_ARGUMENT : put("all-reduce", (call){ ALL_REDUCE, type, 0, from, to, stream, count, c, NULL });
}

int ncclReduceScatter(const void *from, void *to, size_t count, int type, int operation, comm *c, void *stream)
{
    return operation ? INVALID_ARGUMENT : put("reduce-scatter", (call){ REDUCE_SCATTER, type, 0, from, to, stream, count, c, NULL });
}

int ncclReduce(const void *from, void *to, size_t count, int type, int operation, int root, comm *c, void *stream)
{
    return operation ? INVALID_ARGUMENT : put("reduce", (call){ REDUCE, type, root, from, to, stream, count, c, NULL });
}

int ncclAllGather(const void *from, void *to, size_t count, int type, comm *c, void *stream) { return put("all-gather", (call){ ALL_GATHER, type, 0, from, to, stream, count, c, NULL }); }

int ncclBroadcast(const void *from, void *to, size_t count, int type, int root, comm *c, void *stream) { return put("broadcast", (call){ BROADCAST, type, root, from, to, stream, count, c, NULL }); }

int ncclSend(const void *from, size_t count, int type, int peer, comm *c, void *stream) { return put("send", (call){ SEND, type, peer, from, NULL, stream, count, c, NULL }); }

int ncclRecv(void *to, size_t count, int type, int peer, comm *c, void *stream) { return put("receive", (call){ RECEIVE, type, peer, NULL, to, stream, count, c, NULL }); }
