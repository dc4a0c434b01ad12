using AutoSelect.Contracts;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Selection.Tests;

public sealed class AlgoPerfWorkloadsTests
{
    [Fact]
    public void The_table_agrees_with_the_published_recordings()
    {
        var recorded = RealCurves.Read("algoperf")
            .Select(c => new AlgoPerfWorkload(c.Workload, c.Family, c.Metric, c.Direction, c.Target!.Value, c.BudgetSeconds, c.StepHint))
            .Distinct().ToList();
        Assert.Equal(9, recorded.Count);
        Assert.All(recorded, r => Assert.Equal(r, AlgoPerfWorkloads.Find(r.Name)));
    }

    [Fact]
    public void Eight_base_workloads_have_three_variants_each()
    {
        Assert.Equal(32, AlgoPerfWorkloads.All.Select(w => w.Name).Distinct().Count());
        Assert.Equal(8, AlgoPerfWorkloads.All.Count(w => w.Name == w.Family));
        Assert.All(AlgoPerfWorkloads.All, w => Assert.StartsWith(w.Family, w.Name));
    }

    [Fact]
    public void A_variant_differs_from_its_base_in_the_target_alone() => Assert.All(AlgoPerfWorkloads.All, w =>
    {
        var family = AlgoPerfWorkloads.Find(w.Family)!;
        Assert.Equal(family with { Name = w.Name, Target = w.Target }, w);
    });

    [Fact]
    public void Errors_fall_and_scores_rise() =>
        Assert.All(
            AlgoPerfWorkloads.All, w => Assert.Equal(w.Metric is "loss" or "wer" ? Direction.Minimize : Direction.Maximize, w.Direction));
}
