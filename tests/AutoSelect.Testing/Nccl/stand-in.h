/* Stand-ins for NVIDIA's driver and for NCCL where there is no card: ranks are threads of one process, whose device memory is the process's. What
   the process itself does is the work of the default stream; every other stream is a thread that does what it was given in order. */
#include <stddef.h>

/* Does it on the stream: at once on the default one (0), whose result this returns; 0 on others. */
int stand_in_put(void *stream, int (*run)(void *), void *argument);

/* Notes a call of this thread, for stand_in_calls(). */
void stand_in_note(const char *call, const void *stream);
