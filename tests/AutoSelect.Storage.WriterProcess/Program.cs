using AutoSelect.Storage;
using AutoSelect.Storage.Postgres;
using AutoSelect.Storage.Tests;

// Writes to a store until it is killed, and says what it was told to be durable: "<job> <version>" a line.
// Arguments: path of the store, or a connection string of PostgreSQL; number of jobs that are written at once.
var isPostgres = args[0].StartsWith("Host=", StringComparison.Ordinal);
IJobStore store = isPostgres ? (await PostgresStore.Open(args[0])).Jobs : SqliteStore.Open(args[0]).Jobs;
await Task.WhenAll(Enumerable.Range(0, int.Parse(args[1])).Select(async _ =>
{
    var spec = Samples.Spec("killed");
    var job = await store.Create(spec, Samples.Start, id => (Samples.Submitted(id, spec), Samples.Summary(id)));
    for (var version = 1; ; version++)
    {
        Console.Out.WriteLine($"{job} {version}");
        await store.Append(job, version, [Samples.Report(version + 1, points: 10)], Samples.Summary(job));
    }
}));
