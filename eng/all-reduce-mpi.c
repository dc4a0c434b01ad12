/* One rank of MPI's all-reduce for the benchmark all-reduce, which compiles it with mpicc and starts it with mpirun.
   Argument: port of the benchmark. Reads lines "PLAN BYTES ITERATIONS" from there and answers with the seconds; sleeps in between. */
#include <arpa/inet.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) return 1;
    FILE *in = fdopen(connection, "r"), *out = fdopen(dup(connection), "w");
    fprintf(out, "%d ready\n", rank);
    fflush(out);
    float *values = calloc(1 << 28, 1);
    char plan[64];
    long bytes, iterations;
    while (fscanf(in, "%63s %ld %ld", plan, &bytes, &iterations) == 3) {
        MPI_Barrier(MPI_COMM_WORLD);
        double started = MPI_Wtime();
        for (long i = 0; i < iterations; i++) MPI_Allreduce(MPI_IN_PLACE, values, (int)(bytes / 4), MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        fprintf(out, "%.9f\n", MPI_Wtime() - started);
        fflush(out);
    }
    MPI_Finalize();
    return 0;
}
