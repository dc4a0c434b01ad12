using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Slurm;

/// <summary>What squeue wrote on a real Slurm 22.05.8; and two texts after the form of later releases, written by hand.</summary>
public sealed class SlurmQueueTests
{
    private static Dictionary<string, DeviceObservation> Recorded(string name) => SlurmQueue.Read(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Slurm", "Recorded", name)), Control, "slurm")
        .ToDictionary(o => o.Label.Request);

    [Theory]
    [InlineData("failed", BorrowState.Gone, EndReason.Failed, "FAILED, exit code 1")]
    [InlineData("seven", BorrowState.Gone, EndReason.Failed, "FAILED, exit code 7")]
    [InlineData("killed", BorrowState.Gone, EndReason.Failed, "FAILED, signal 9")]
    [InlineData("done", BorrowState.Gone, EndReason.Released, "COMPLETED, exit code 0")]
    [InlineData("cancelled", BorrowState.Gone, EndReason.Released, "CANCELLED, exit code 0")]
    [InlineData("preempted", BorrowState.Gone, EndReason.Preempted, "PREEMPTED, exit code 0")]
    [InlineData("requeued", BorrowState.Queued, EndReason.Unknown, "PENDING (BeginTime)")]
    [InlineData("running", BorrowState.Running, EndReason.Unknown, "RUNNING")]
    [InlineData("queued", BorrowState.Queued, EndReason.Unknown, "PENDING (Resources)")]
    public void StatesAreReadFromARecordedQueue(string request, BorrowState state, EndReason reason, string detail)
    {
        var seen = Recorded("squeue-22.05.json")[request];
        Assert.Equal((state, reason, detail, "spare"), (seen.State, seen.Reason, seen.Detail, seen.Class));
    }

    [Fact]
    public void TimesAndRestartsAreReadFromARecordedQueue()
    {
        var recorded = Recorded("squeue-22.05.json");
        Assert.Equal(1, recorded["requeued"].Restarts);
        var running = recorded["running"];
        Assert.Equal(
            ("9", 0, DateTimeOffset.FromUnixTimeSeconds(1795901356), DateTimeOffset.FromUnixTimeSeconds(1795901362),
                DateTimeOffset.FromUnixTimeSeconds(1795901662)),
            (running.SchedulerId, running.Restarts, running.Submitted, running.Start, running.Ends));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795901662), recorded["queued"].Start);
        Assert.Null(recorded["queued"].Ends);
    }

    [Fact]
    public void TheJobsOfOthersAreLeftOut() =>
        Assert.DoesNotContain("other", Recorded("squeue-22.05.json").Keys);

    /// <summary>The scheduler calls the first RUNNING and the second, which ended in order during its notice, COMPLETED.</summary>
    [Theory]
    [InlineData("noticed", BorrowState.Ending)]
    [InlineData("leaving", BorrowState.Gone)]
    public void WhatHasNoticeIsPreemptedWhateverItsState(string request, BorrowState state)
    {
        var seen = Recorded("squeue-22.05-notice.json")[request];
        Assert.Equal((state, EndReason.Preempted), (seen.State, seen.Reason));
    }

    [Theory]
    [InlineData("TIMEOUT", BorrowState.Gone, EndReason.Expired)]
    [InlineData("DEADLINE", BorrowState.Gone, EndReason.Expired)]
    [InlineData("NODE_FAIL", BorrowState.Gone, EndReason.Unknown)]
    [InlineData("BOOT_FAIL", BorrowState.Gone, EndReason.Unknown)]
    [InlineData("OUT_OF_MEMORY", BorrowState.Gone, EndReason.Failed)]
    [InlineData("SUSPENDED", BorrowState.Ending, EndReason.Preempted)]
    [InlineData("CONFIGURING", BorrowState.Starting, EndReason.Unknown)]
    [InlineData("COMPLETING", BorrowState.Ending, EndReason.Unknown)]
    [InlineData("REQUEUED", BorrowState.Queued, EndReason.Unknown)]
    [InlineData("SOMETHING_NEW", BorrowState.Gone, EndReason.Unknown)]
    public void OtherStatesAreReadToo(string text, BorrowState state, EndReason reason)
    {
        var seen = Assert.Single(SlurmQueue.Read(
            $$"""{"jobs":[{"name":"autoselect-c1-r1","comment":"autoselect class=spare","job_state":"{{text}}","exit_code":0}]}""",
            Control, "slurm"));
        Assert.Equal((state, reason), (seen.State, seen.Reason));
    }

    [Fact]
    public void TheFormOfLaterReleasesIsReadToo()
    {
        var seen = SlurmQueue.Read(
            """
            {"jobs":[
              {"name":"autoselect-c1-r1","comment":"autoselect class=spare","job_id":5,"job_state":["RUNNING","CONFIGURING"],
               "start_time":{"set":true,"infinite":false,"number":1795901362},"preempt_time":{"set":false,"number":0},
               "exit_code":{"status":["SUCCESS"],"return_code":{"set":true,"number":0}}},
              {"name":"autoselect-c1-r2","job_state":["FAILED"],"exit_code":{"return_code":{"set":true,"number":7}}}]}
            """, Control, "slurm");
        Assert.Equal([BorrowState.Starting, BorrowState.Gone], seen.Select(s => s.State));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795901362), seen[0].Start);
        Assert.Equal("FAILED, exit code 7", seen[1].Detail);
    }

    [Theory]
    [InlineData("")]
    [InlineData("slurm_load_jobs error")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"jobs":[{"name":"autoselect-c1-r1"}]}""")]
    [InlineData("""{"jobs":[{"name":"autoselect-c1-r1","job_state":[]}]}""")]
    [InlineData("""{"jobs":[{"name":"autoselect-c1-r1","job_state":7}]}""")]
    public void WhatIsNotUnderstoodIsAnAnswerThatIsMissing(string text) =>
        Assert.Throws<ProviderUnavailableException>(() => SlurmQueue.Read(text, Control, "slurm"));

    [Fact]
    public void AnEstimateIsReadInUtc()
    {
        Assert.Equal(
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            SlurmProvider.ReadEstimate("sbatch: Job 7 to start at 2026-01-02T03:04:05 using 1 processors on nodes n1").Start);
        Assert.Null(SlurmProvider.ReadEstimate("sbatch: something else").Start);
    }
}
