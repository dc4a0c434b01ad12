using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>An insured job with commit.devices 2 and three devices: "a" is the baseline, on two of them.</summary>
public sealed class LanesTests
{
    private static readonly TrialId Baseline = TrialId.At(0);
    private static readonly TrialId Challenger = TrialId.At(1);

    [Fact]
    public void An_incumbent_short_of_ranks_does_not_wait_for_the_devices_of_lane_0()
    {
        var record = Raced();
        var facts = Facts(record);
        Assert.Equal(0, Lanes.Coming(record, facts));
        var gang = Assert.Single(Assert.IsType<Move.Dispatch>(JobMachine.Next(record, facts)).Gangs);
        Assert.Equal((Challenger, 1), (gang.Trial.Id, gang.Leases.Length));
    }

    [Fact]
    public void A_lane_0_that_is_to_rest_frees_its_devices()
    {
        var record = Raced();
        record = record.With(record[Baseline] with { State = TrialState.Paused });
        Assert.Equal(2, Lanes.Coming(record, Facts(record)));
        Assert.IsType<Move.Wait>(JobMachine.Next(record, Facts(record)));
    }

    /// <summary>The baseline trains on two devices, and the incumbent has just ended a slice on the third.</summary>
    private static JobRecord Raced()
    {
        var spec = SimulatedJobs.FastestTo(.9, "a", "b");
        var record = SubmittedJobs.Record(spec with
        {
            Policy = "insured",
            Probe = new ProbeBudget { Devices = 3 },
            Commit = new CommitResources { Devices = 2 },
        });
        var rung = RungRecords.Asked(record, record[Challenger], 1, "test");
        rung = rung with
        {
            NextStep = rung.NextStep.Add(Baseline.Value, 1000),
            Decisions = [.. rung.Decisions.Select(d => d.Kind == DecisionKind.Pause ? d with { Kind = DecisionKind.Continue } : d)],
            Devices = 3,
        };
        record = record.After(1, new JobDecided(rung, RungRecords.CommitTo(record, rung, Challenger, Baseline)));
        return record.After(2, Dispatching.Started(record, new Gang(record[Baseline], 1000, [Lease(0), Lease(1)]), [], 2, isExport: false));
    }

    private static JobFacts Facts(JobRecord record) => new()
    {
        Now = 100,
        Policy = PolicyCatalogue.Get(record.Spec.Policy),
        Leases = new LeaseSet(1, [.. Enumerable.Range(0, 3).Select(i => new HeldLease(Lease(i), Device(i)))], []),
    };

    private static Lease Lease(int device) => new() { Device = Device(device).Id, Job = new JobId("job"), Token = 1 + device };

    private static DeviceDescription Device(int i) =>
        new() { Id = new DeviceId($"d{i}"), Kind = DeviceKind.Cpu, Index = i, Model = "simulated", Host = "simulated" };
}
