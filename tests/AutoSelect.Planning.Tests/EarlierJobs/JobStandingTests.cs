using AutoSelect.Contracts;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests.EarlierJobs;

public sealed class JobStandingTests
{
    private static readonly JobSpec Spec = JobRecords.SingleCandidate().Spec;

    [Fact]
    public void Runs_are_counted_by_where_they_come_from_and_the_jobs_own_workload_apart()
    {
        var history = SelectionHistory.FromCurves(
        [
            Run(Spec.Workload.Label, null), Run(Spec.Workload.Label, null), Run("another", null), Run("far", "elsewhere"),
            Run("far", "elsewhere"), Run("farther", "elsewhere"),
        ]);
        var standing = JobStanding.FromHistory(history, Spec);
        Assert.Equal((3, 2, 3, 2),
            (standing.ShippedRuns, standing.ShippedWorkloads, standing.StoreRuns, standing.StoreRunsOfWorkload));
        Assert.True(standing.OrdersChallengers);
        Assert.Equal((2, 3), (standing.Candidates["nadamw-b256"].Store.Workload, standing.Candidates["nadamw-b256"].Shipped.Strategy));
    }

    [Fact]
    public void Earlier_runs_order_challengers_for_a_target_alone()
    {
        var history = SelectionHistory.FromCurves([Run("far", "elsewhere")]);
        var deadline = Spec.Objective with { Kind = ObjectiveKind.BestBy, Target = null, DeadlineSeconds = 60 };
        Assert.False(JobStanding.FromHistory(history, Spec with { Objective = deadline }).OrdersChallengers);
        Assert.False(JobStanding.FromHistory(SelectionHistory.Empty, Spec).OrdersChallengers);
    }

    private static RecordedCurve Run(string workload, string? origin) => new()
    {
        Workload = workload,
        Algorithm = "nadamw",
        Candidate = "nadamw",
        Origin = origin,
        Steps = [1, 2],
        Values = [2, 1],
    };
}
