using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>
/// Whatever a program does, its trial ends with a reason, nothing of it stays behind, and the next program in its place is none the worse.
/// </summary>
public sealed class MisbehaviourTests : IDisposable
{
    /// <summary>How many seeds from 0 on are run; all kinds once by default.</summary>
    private const string SeedsVariable = "AUTOSELECT_MISBEHAVIOURS";

    private readonly ProgramJob job = new();

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, int.Parse(
        Environment.GetEnvironmentVariable(SeedsVariable) ?? $"{MisbehavingPrograms.Kinds}", CultureInfo.InvariantCulture))];

    public void Dispose() => job.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task It_fails_its_own_trial_alone(int seed)
    {
        var (name, script) = MisbehavingPrograms.Draw(seed);
        var report = await Task
            .Run(() => job.Run(script, patience: 1, disk: 1 << 22, processes: 100), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(report.End is SegmentEnd.Failed or SegmentEnd.Diverged, $"{name}: {report.End} {report.Reason}");
        Assert.NotEqual("", report.Reason);
        Assert.Equal([], job.Left());
        Assert.Empty(Directory.GetFileSystemEntries(job.LocalFolder));
        var next = job.Run("say '{\"step\":100,\"accuracy\":0.5}'; save 100");
        Assert.Equal((SegmentEnd.BudgetReached, ""), (next.End, next.Reason));
    }
}
