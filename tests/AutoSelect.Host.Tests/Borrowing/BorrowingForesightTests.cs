using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Planning.Previews;
using AutoSelect.Selection.History;
using AutoSelect.Storage;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Borrowing;

/// <summary>What would be borrowed for a job that is not submitted, beside what its project may use.</summary>
public sealed class BorrowingForesightTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteKeyStore keys;

    public BorrowingForesightTests() => keys = new SqliteKeyStore(folder["keys.db"]);

    public async ValueTask DisposeAsync()
    {
        await keys.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(null, null, 2, "")]
    [InlineData(1, null, 1, "project default holds 1 of 1 device")]
    [InlineData(0, null, 0, "project default holds 0 of 0 devices")]
    [InlineData(null, 0, 0, "project default has 0 of 0 jobs running")]
    public async Task No_more_would_be_borrowed_than_the_quota_leaves(int? devices, int? running, int borrowed, string why)
    {
        var parts = new BorrowingParts(new SimulatedLender().Settings, new ControlPaths(folder.Path), keys, TimeProvider.System);
        parts.Asks();
        var limits = new ProjectLimits
        {
            Project = JobSpec.DefaultProject,
            Whole = new UseLimits { Devices = devices, RunningJobs = running },
        };
        var pool = new PoolFacts(TimeProvider.System.GetUtcNow(), [], [], new ProjectBook([limits]), UseBook.Empty);
        var foreseen = await new BorrowingForesight(parts, new SharingOptions(), TimeProvider.System)
            .Foresee(Preview, pool, TestContext.Current.CancellationToken);
        Assert.Equal((2, 0, borrowed), (foreseen.Wanted, foreseen.Own, foreseen.Devices.Sum(d => d.Count)));
        Assert.Equal(why, foreseen.Blocked);
    }

    private static JobPreview Preview => new()
    {
        Spec = SimulatedJobs.BestAtHorizon("wide", "narrow"),
        Candidates = [],
        Ranks = [],
        GradientBytes = 0,
        Opening = "",
        Challengers = [],
        Standing = JobStanding.FromHistory(SelectionHistory.Empty, SimulatedJobs.BestAtHorizon("wide", "narrow")),
        SharesMachine = false,
        Measurements = 0,
    };
}
