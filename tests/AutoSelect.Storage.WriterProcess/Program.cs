using AutoSelect.Storage;
using AutoSelect.Storage.Tests;

// Writes to a store until it is killed, and says what it was told to be durable: "<job> <version>" a line.
// Arguments: path of the store, number of jobs that are written at once.
await using var store = SqliteStore.Open(args[0]);
await Task.WhenAll(Enumerable.Range(0, int.Parse(args[1])).Select(async _ =>
{
    var spec = Samples.Spec("killed");
    var job = await store.Jobs.Create(spec, Samples.Start, id => (Samples.Submitted(id, spec), Samples.Summary(id)));
    for (var version = 1; ; version++)
    {
        Console.Out.WriteLine($"{job} {version}");
        await store.Jobs.Append(job, version, [Samples.Report(version + 1, points: 10)], Samples.Summary(job));
    }
}));
