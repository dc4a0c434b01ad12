using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Storage.Tests.Postgres;

namespace AutoSelect.Storage.Tests;

public sealed class KilledWriterTests(PostgresTemplate template)
{
    [Fact]
    public async Task Whatever_was_said_to_be_durable_is_there_after_the_writer_was_killed()
    {
        await using var stores = new OpenStores();
        await Check(stores.Path, () => ValueTask.FromResult(stores.Open().Jobs));
    }

    [Fact]
    public async Task Whatever_was_said_to_be_durable_is_in_the_database_after_the_writer_was_killed()
    {
        await using var database = new PostgresDatabase(template);
        await Check(await database.Connection(), async () => (await database.Open()).Jobs);
    }

    private static async Task Check(string path, Func<ValueTask<IJobStore>> open)
    {
        var random = new Random(1);
        var durable = new Dictionary<string, long>();
        for (var round = 0; round < 4; round++)
        {
            await KillAfter(random.Next(1, 600), path, durable);

            var store = await open();
            foreach (var (job, version) in durable)
            {
                var events = await store.Changes(new JobId(job), 0);
                Assert.True(events.Count >= version, $"{job} has {events.Count} events of {version} that were acknowledged");
                Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Number));
            }
        }
        Assert.True(durable.Count >= 8);
    }

    private static async Task KillAfter(int lines, string path, Dictionary<string, long> durable)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        const string name = "AutoSelect.Storage.WriterProcess";
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", name, configuration, name + ".dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, path, "8"]) { RedirectStandardOutput = true })!;
        try
        {
            for (var i = 0; await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line; i++)
            {
                // The last line may have been cut off; a part of a number is a smaller one.
                if (line.Split(' ') is [var job, { Length: > 0 } version])
                    durable[job] = Math.Max(durable.GetValueOrDefault(job), long.Parse(version));
                if (i == lines) process.Kill();
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
