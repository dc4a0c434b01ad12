using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Candidates that begin with another one's checkpoint: "child" goes on from "parent" at step 400 of 1,000.</summary>
public sealed class ContinuationTests : IDisposable
{
    private const long Branch = 400;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static SimulatedTraining Training() => new SimulatedTraining().Ends("parent", .8).Ends("child", .99).Ends("other", .5);

    private static JobSpec Job(params string[] others) => Continuing(SimulatedJobs.BestAtHorizon(["parent", .. others]));

    private static JobSpec Continuing(JobSpec spec, ContinuationKind kind = ContinuationKind.Convertible, bool keepsCourse = false) =>
        spec with
        {
            Candidates = spec.Candidates.Add(SimulatedJobs.Candidate("child", "nadamw") with
            {
                Continues = new Continuation
                {
                    Candidate = "parent",
                    At = .4,
                    Kind = kind,
                    RewarmSteps = keepsCourse ? 0 : 100,
                    KeepsCourse = keepsCourse,
                },
            }),
        };

    [Fact]
    public async Task It_waits_for_the_step_then_begins_with_the_others_curve_and_may_win()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var device = cluster.AddDevice("d0", Training());
        var second = cluster.AddDevice("d1", Training());
        await cluster.Submit("job", Job() with { Policy = "exhaustive" });
        var record = await cluster.UntilEnded("job");
        var (parent, child) = (Of(record, "parent"), Of(record, "child"));

        Assert.Equal(child.Id, record.Outcome!.Winner);
        // Nothing is decided about it before it has begun, and the other one stops at the step for it.
        var shown = record.Rungs.Where(r => r.Horizon.ContainsKey(child.Id.Value)).ToList();
        Assert.All(record.Rungs.Except(shown), r => Assert.DoesNotContain(r.Decisions, d => d.Trial == child.Id));
        Assert.Equal((Branch, Branch), (shown[0].Horizon[parent.Id.Value], shown[0].Horizon[child.Id.Value]));
        // Its curve begins with a copy.
        var copied = child.Curve.Where(p => p.Step <= Branch).ToList();
        Assert.Equal(parent.Curve.Where(p => p.Step <= Branch), copied);
        Assert.Equal(16, copied.Count);
        // The steps before are charged to the one that did them, once.
        Assert.Equal(600 * .02, child.Segments.Sum(s => s.DeviceSeconds), 6);
        Assert.True(record.ProbeSeconds < record.ChargedSeconds - child.ChargedSeconds);

        var taken = device.Taken.Concat(second.Taken).ToList();
        var path = CheckpointPaths.BranchPath(record, child.Id);
        Assert.All(taken.Where(a => a.Trial == parent.Id && (a.From?.Step ?? 0) < Branch),
            a => Assert.Equal([new Branch(Branch, path)], a.Branches));
        Assert.All(taken.Where(a => a.Trial == parent.Id && a.From?.Step >= Branch), a => Assert.Empty(a.Branches));
        var start = Assert.Single(taken, a => a.Trial == child.Id && a.Predecessor is not null);
        Assert.Equal((path, Branch, "parent"), (start.From!.Uri, start.From.Step, start.Predecessor!.Name));
        Assert.All(taken.Where(a => a.Trial == child.Id && a != start), a => Assert.True(a.From!.Step > Branch));
        await ControlCluster.UntilTrue(() => !Directory.Exists(Path.GetDirectoryName(path)), "the branch was removed");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Lane_0_leaves_the_checkpoint_on_its_way_and_the_race_learns_of_it_while_it_trains_on(int devices)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var (hold, ofChild) = (new Hold(), new Hold(a => a.Candidate.Name == "child"));
        for (var i = 0; i < devices; i++) cluster.AddDevice($"d{i}", Training(), ofChild.Before, hold.Before);
        var spec = Job();
        await cluster.Submit("job", spec with
        {
            Policy = "insured",
            Objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = 1e6 },
            Probe = new ProbeBudget { Devices = devices, Price = 0, Insurance = 0 },
        });

        var parent = (await hold.Reached).Trial;
        var child = new TrialId("t02");
        var begun = await cluster.Until("job", r => r.Rungs.Any(g => g.Horizon.ContainsKey(child.Value))
            && (devices == 1 || r[child].OpenSegment() is not null), "decided about who goes on from the branch");
        Assert.Equal((0, 1000), (begun[parent].OpenSegment()!.FromStep, begun[parent].OpenSegment()!.UntilStep));
        Assert.Equal((Branch, 16), (begun[child].Checkpoint!.Step, begun[child].Curve.Count(p => p.Step <= Branch)));
        hold.Release();
        // A child that has come far by then could send its parent to rest.
        await cluster.Until("job", r => r[parent].Segments is [{ EndedAt: not null }, ..], "trained its parent to the end");
        ofChild.Release();

        var record = await cluster.UntilEnded("job");
        var alone = Assert.Single(record[parent].Segments, s => !s.IsExport);
        Assert.Equal((SegmentEnd.BudgetReached, 1000), (alone.End, alone.ToStep));
        Assert.Equal(Enumerable.Range(1, 40).Select(i => 25L * i), record[parent].Curve.Select(p => p.Step));
    }

    [Fact]
    public async Task One_that_turns_out_worse_is_dropped_and_the_first_choice_goes_on()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var training = new SimulatedTraining().Ends("parent", .9).Ends("child", .2);
        cluster.AddDevice("d0", training);
        cluster.AddDevice("d1", training);
        await cluster.Submit("job", Job());
        var record = await cluster.UntilEnded("job");

        Assert.Equal("parent", record[record.Outcome!.Winner!.Value].Candidate.Name);
        Assert.Equal(1000, Of(record, "parent").Curve[^1].Step);
    }

    [Fact]
    public async Task A_switch_that_is_rolled_back_leaves_the_run_it_came_from()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var training = Training().Diverges("child", 450);
        cluster.AddDevice("d0", training);
        cluster.AddDevice("d1", training);
        await cluster.Submit("job", Job() with { Policy = "exhaustive" });
        var record = await cluster.UntilEnded("job");

        Assert.Equal(TrialState.Failed, Of(record, "child").State);
        Assert.Equal((JobPhase.Completed, "parent"), (record.Phase, record[record.Outcome!.Winner!.Value].Candidate.Name));
    }

    [Fact]
    public async Task When_the_other_one_fails_before_the_step_it_cannot_begin_and_says_so()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", Training().Diverges("parent", 30));
        await cluster.Submit("job", Job("other"));
        var record = await cluster.UntilEnded("job");

        var child = Of(record, "child");
        Assert.Equal((TrialState.Failed, 0), (child.State, child.Segments.Length));
        Assert.Equal("cannot begin: parent, which it continues, ended before step 400 (loss is NaN at step 30)", child.Reason);
        Assert.Equal("other", record[record.Outcome!.Winner!.Value].Candidate.Name);
    }

    [Fact]
    public async Task When_nobody_is_left_the_job_fails_and_names_the_first_cause()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", Training().Diverges("parent", 30));
        await cluster.Submit("job", Job());
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Failed, record.Phase);
        Assert.Equal("all 2 candidates failed; the first: parent loss is NaN at step 30", record.Outcome!.Summary);
    }

    [Fact]
    public async Task A_control_process_that_ends_between_the_step_and_the_start_changes_nothing()
    {
        JobRecord uninterrupted;
        await using (var cluster = await ControlCluster.Start(folder["a"]))
        {
            cluster.AddDevice("d0", Training());
            await cluster.Submit("job", Job("other") with { Policy = "exhaustive" });
            uninterrupted = await cluster.UntilEnded("job");
        }
        string checkpoint;
        await using (var cluster = await ControlCluster.Start(folder["b"]))
        {
            var hold = new Hold(a => a.Predecessor is not null);
            cluster.AddDevice("d0", Training(), hold.Before);
            await cluster.Submit("job", Job("other") with { Policy = "exhaustive" });
            await hold.Reached;
            var stored = await cluster.Record("job");
            var child = Of(stored, "child");
            Assert.Equal((16, Branch), (child.Curve.Length, child.Checkpoint!.Step));
            checkpoint = child.Checkpoint.Uri;
            Assert.True(File.Exists(checkpoint));
        }
        await using (var cluster = await ControlCluster.Start(folder["b"]))
        {
            var device = cluster.AddDevice("d0", Training());
            await cluster.Request("job", JobRequest.Resume());
            var resumed = await cluster.UntilEnded("job");

            var first = device.Taken.First(a => a.Trial == Of(resumed, "child").Id);
            Assert.Equal((checkpoint, "parent"), (first.From!.Uri, first.Predecessor!.Name));
            Assert.Equal(JobGrainTests.Decisions(uninterrupted), JobGrainTests.Decisions(resumed));
            Assert.Equal(Of(uninterrupted, "child").Curve, Of(resumed, "child").Curve);
            Assert.Equal(uninterrupted.Outcome!.Value, resumed.Outcome!.Value);
        }
    }

    [Fact]
    public async Task An_exhaustive_job_trains_it_to_its_end_too()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", Training());
        await cluster.Submit("job", Job("other") with { Policy = "exhaustive" });
        var record = await cluster.UntilEnded("job");

        Assert.All(record.Trials, t => Assert.Equal(1000, t.Curve[^1].Step));
        Assert.Equal("child", record[record.Outcome!.Winner!.Value].Candidate.Name);
    }

    [Fact]
    public async Task A_chain_begins_link_by_link()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var device = cluster.AddDevice("d0", Training().Ends("grandchild", .999));
        var spec = Job();
        await cluster.Submit("job", spec with
        {
            Policy = "exhaustive",
            Candidates = spec.Candidates.Add(SimulatedJobs.Candidate("grandchild", "kfac") with
            {
                Continues = new Continuation { Candidate = "child", At = .7, Kind = ContinuationKind.BoundaryOnly, RewarmSteps = 20 },
            }),
        });
        var record = await cluster.UntilEnded("job");

        var (child, grandchild) = (Of(record, "child"), Of(record, "grandchild"));
        Assert.Equal(child.Curve.Where(p => p.Step <= 700), grandchild.Curve.Where(p => p.Step <= 700));
        Assert.Equal("child", device.Taken.First(a => a.Trial == grandchild.Id).Predecessor!.Name);
        Assert.Equal(300 * .02, grandchild.Segments.Sum(s => s.DeviceSeconds), 6);
    }

    [Fact]
    public void A_policy_sees_it_in_the_race_from_its_start_until_a_rung_leaves_it_out()
    {
        var record = SubmittedJobs.Record(Job("other"), folder.Path);
        JobRecord Paused(JobRecord before, string name, long step) => before.With(
            Of(before, name) with { State = TrialState.Paused, Checkpoint = new Checkpoint { Uri = name, Step = step, Bytes = 9 } });
        RungRecord Rung(int rung, params string[] next) => new()
        {
            Rung = rung,
            DecidedAt = 0,
            Forecasts = [],
            Decisions = [],
            Unit = "s",
            SpentDeviceSeconds = 0,
            Summary = "",
            Horizon = Shown(record).Trials.ToImmutableSortedDictionary(t => t.Trial.Value, t => t.Step),
            NextStep = next.ToImmutableSortedDictionary(name => Of(record, name).Id.Value, _ => Branch),
        };
        string[] Racing() => [.. Shown(record).Trials.Where(t => t.State == TrialState.Running).Select(t => t.Candidate.Name)];

        record = record with { Rungs = [Rung(0, "parent", "other")] };
        record = Begun(Paused(Paused(record, "parent", 100), "other", 100));
        Assert.Equal(["parent", "other"], Racing());
        record = record with { Rungs = record.Rungs.Add(Rung(1, "parent")) };
        record = Begun(Paused(record, "parent", Branch));
        Assert.Equal(["parent", "child"], Racing());
        record = record with { Rungs = record.Rungs.Add(Rung(2, "parent")) };
        Assert.Equal(["parent"], Racing());
    }

    [Theory]
    [InlineData("nobody", .4, "child continues 'nobody': it must be a candidate of the job.")]
    [InlineData("child", .4, "child continues child after 0.4: it must be later than 0.4, where that one begins itself.")]
    public async Task A_job_that_cannot_be_is_refused(string from, double at, string message)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var spec = Job();
        var child = spec.Candidates[1] with { Continues = spec.Candidates[1].Continues! with { Candidate = from, At = at } };
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => cluster.Submit("job", spec with { Candidates = [spec.Candidates[0], child] }));
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    private static SelectionInput Shown(JobRecord record)
    {
        var basis = new DecisionBasis { Event = record.Version, Clock = 0, Devices = 1, Policy = record.Spec.Policy, PolicyVersion = 1 };
        return Evidence.Shown(record, basis, SelectionHistory.Empty, new MeasuredPace(record));
    }

    private static JobRecord Begun(JobRecord record) => Branches.Next(record) is { } branch ? record.After(0, branch) : record;

    private static Trial Of(JobRecord record, string name) => record.Trials.First(t => t.Candidate.Name == name);
}
