using System.Diagnostics;
using System.Globalization;
using AutoSelect.Host.Control;
using AutoSelect.Planning.Inspections;
using AutoSelect.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Host.Tests.Inspections;

/// <summary>How long a process is waited for that looks at a workload.</summary>
public sealed class CatalogueSourceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_hangs_is_ended_with_all_that_it_has_started()
    {
        using var folder = new TemporaryFolder();
        // Its child holds the streams open too.
        using var hanging = Shell($"sleep 1000 & echo $! > {folder["child"]}; mv {folder["child"]} {folder["begun"]}; wait");
        using var words = new Words();
        var asking = Source(hanging).Inspect(null, 0, words, Ct);
        while (!File.Exists(folder["begun"])) await Task.Delay(5, Ct);
        time.Advance(CatalogueSource.LongestSilence);
        var error = await Assert.ThrowsAsync<InspectionFailedException>(() => asking.WaitAsync(Patience, Ct));
        Assert.Contains("said nothing for 5 min", error.Message);
        var child = int.Parse(await File.ReadAllTextAsync(folder["begun"], Ct), CultureInfo.InvariantCulture);
        while (Runs(child)) await Task.Delay(5, Ct);
    }

    [Fact]
    public async Task A_process_that_tells_of_progress_is_waited_for_but_not_for_ever()
    {
        using var talking = Shell(
            "while :; do echo '{\"progress\":\"bytes\",\"bytes\":1,\"totalBytes\":2}'; sleep .02; done");
        using var words = new Words();
        var asking = Source(talking).Inspect(null, 0, words, Ct);
        for (var waited = TimeSpan.Zero; waited < CatalogueSource.Longest; waited += TimeSpan.FromMinutes(1))
        {
            await words.Next().WaitAsync(Patience, Ct);
            Assert.False(asking.IsCompleted);
            time.Advance(TimeSpan.FromMinutes(1));
        }
        var error = await Assert.ThrowsAsync<InspectionFailedException>(() => asking.WaitAsync(Patience, Ct));
        Assert.Contains("took longer than 14 min", error.Message);
    }

    private CatalogueSource Source(Process process) => new(() => process, time);

    private static Process Shell(string script) => Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>One that was killed stays in the list until somebody has taken note of it.</summary>
    private static bool Runs(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class Words : IProgress<DataProgress>, IDisposable
    {
        private readonly SemaphoreSlim said = new(0);

        public void Report(DataProgress value) => said.Release();

        /// <summary>Completes with a word that is said from now on.</summary>
        public async Task Next()
        {
            while (said.Wait(0)) { }
            await said.WaitAsync(Ct);
        }

        public void Dispose() => said.Dispose();
    }
}
