using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Selection.History;

namespace AutoSelect.Host.Tests.Reports;

/// <summary>A job says which of its choices came from earlier runs, and on how many of them.</summary>
public sealed class StandingTextTests
{
    private static readonly JobStanding Shipped = new()
    {
        OrdersChallengers = true,
        ShippedRuns = 2381,
        ShippedWorkloads = 17,
        StoreRuns = 0,
        StoreRunsOfWorkload = 0,
        Candidates = ImmutableSortedDictionary<string, PriorStanding>.Empty
            .Add("known", new(new(0, 0, 1, 4, 9), new(0, 1, 40, 1200, 2381))).Add("like", new(new(0, 0, 0, 0, 9), new(0, 0, 0, 1200, 2381)))
            .Add("new", new(new(0, 0, 0, 0, 0), new(0, 0, 0, 0, 2381))),
    };

    [Fact]
    public void The_source_of_the_order_is_told_with_its_size() => Assert.Equal(
        [
            "shipped prior, 2,381 curves of 17 workloads; this store: no runs yet",
            "shipped prior, 2,381 curves of 17 workloads; this store: 12 runs, 3 of this workload",
            "this store: 12 runs, 0 of this workload",
            "not known: there are no earlier runs",
            "not known: earlier runs say who reaches a target, and this job has none",
        ],
        new[]
        {
            Shipped, Shipped with { StoreRuns = 12, StoreRunsOfWorkload = 3 }, Shipped with { StoreRuns = 12, ShippedRuns = 0 },
            Shipped with { ShippedRuns = 0, OrdersChallengers = false }, Shipped with { OrdersChallengers = false },
        }.Select(StandingText.Order));

    [Fact]
    public void What_is_known_of_a_candidate_is_told_with_its_size() => Assert.Equal(
        [
            "sgd in 40 shipped runs and 1 of this store, 1 with these values", "no run of sgd, 1,200 of its kind",
            "no run of sgd or its kind",
        ], new[] { "known", "like", "new" }.Select(name => StandingText.Candidate(Shipped, Make.Candidate(name))));

    [Fact]
    public void Whom_earlier_runs_chose_is_told_apart_from_whom_curves_did()
    {
        var (baseline, first, later) = (Make.Trial("b", 0, TrialState.Running), Make.Trial("x", 1, TrialState.Paused),
            Make.Trial("y", 2, TrialState.Running));
        var record = Make.Job(Make.FastestTo(.9), [baseline, first, later, Make.Trial("z", 3, TrialState.Waiting)],
            Rung(0, baseline, first), Rung(1, baseline, first), Rung(2, baseline, later));
        record = record with { Spec = record.Spec with { History = "known" } };
        Assert.Equal([new PriorChoice(first.Id, 0), new PriorChoice(later.Id, 2)], PriorChoices.FromRecord(record));
        Assert.Empty(PriorChoices.FromRecord(record with { Spec = record.Spec with { History = null } }));
        Assert.Empty(PriorChoices.FromRecord(record with { Spec = record.Spec with { Policy = "exhaustive" } }));
        using var text = new StringWriter();
        Explanation.Write(record, text, standing: Shipped);
        Assert.Contains("Order of challengers: shipped prior, 2,381 curves of 17 workloads; this store: no runs yet.", text.ToString());
        Assert.Contains("Begun on the word of earlier runs alone: x (rung 0), y (rung 2);", text.ToString());
        Assert.Contains("<dt>Order of challengers</dt><dd>shipped prior, 2,381 curves of 17 workloads; this store: no runs yet. Begun on "
            + "the word of earlier runs alone: x (rung 0), y (rung 2).</dd>", HtmlReport.Render(record, Shipped));
    }

    private static RungRecord Rung(int rung, params Trial[] sent) => Make.Rung(rung) with
    {
        Basis = new DecisionBasis { Event = 1, Clock = 1, Devices = 2, Policy = "insured", PolicyVersion = 1 },
        NextStep = sent.ToImmutableSortedDictionary(t => t.Id.Value, _ => 100L),
        Horizon = rung == 0 ? ImmutableSortedDictionary<string, long>.Empty
            : ImmutableSortedDictionary<string, long>.Empty.Add("t01", 10).Add("t02", 10).Add("t03", 0),
    };
}
