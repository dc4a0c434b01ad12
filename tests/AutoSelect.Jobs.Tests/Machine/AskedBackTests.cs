using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>An insured job whose baseline "a" is on device 0, and whose challengers are on the others, the youngest last.</summary>
public sealed class AskedBackTests
{
    private static readonly TrialId Baseline = TrialId.At(0);

    [Fact]
    public void The_youngest_lane_ends_and_its_device_goes_back_once_it_is_idle()
    {
        var record = Racing(4);
        var facts = Facts(4, keep: 3);
        Assert.Equal(SegmentOrder.Interrupt, Order(record, facts, 3));
        Assert.All([0, 1, 2], t => Assert.Equal(SegmentOrder.Continue, Order(record, facts, t)));
        Assert.Empty(Lanes.ToRelease(record, facts));

        var report = new SegmentReport { Job = record.Id, Trial = TrialId.At(3), LeaseToken = 4, Step = 5, End = SegmentEnd.Interrupted };
        record = record.After(20, [.. SegmentReports.Changes(record, report, 20)]);
        Assert.Equal((SegmentEnd.Interrupted, 0), (record[TrialId.At(3)].Segments[^1].End, record[TrialId.At(3)].Restarts));
        Assert.Equal([4L], Lanes.ToRelease(record, facts));
        Assert.Empty(Lanes.Idle(record, facts));
        Assert.IsNotType<Move.Dispatch>(JobMachine.Next(record, facts));
        Assert.All([0, 1, 2], t => Assert.Equal(SegmentOrder.Continue, Order(record, facts, t)));
    }

    [Fact]
    public void A_borrowed_lane_ends_before_a_younger_one_of_ones_own()
    {
        var record = Racing(4);
        Assert.Equal([TrialId.At(1)], AskedBack.Of(record, Facts(4, keep: 3, borrowed: 1)).Trials);
        Assert.Equal([TrialId.At(1), TrialId.At(3)], AskedBack.Of(record, Facts(4, keep: 2, borrowed: 1)).Trials);
    }

    [Fact]
    public void The_baselines_lane_and_the_committed_run_go_on_unless_they_are_asked_for_too()
    {
        var record = Racing(3);
        Assert.Equal(1, Lanes.Wanted(record).Core);
        Assert.Equal([TrialId.At(2), TrialId.At(1)], AskedBack.Of(record, Facts(3, keep: 0)).Trials);
        Assert.Contains(Baseline, AskedBack.Of(record, Facts(3, keep: 0, ofCommitted: true)).Trials);

        var rung = RungRecords.Asked(record, record[TrialId.At(2)], 1, "test");
        record = record.After(30, new JobDecided(rung, RungRecords.CommitTo(record, rung, TrialId.At(2), Baseline)));
        Assert.DoesNotContain(TrialId.At(2), AskedBack.Of(record, Facts(3, keep: 1)).Trials);
        Assert.Equal(SegmentOrder.Continue, Order(record, Facts(3, keep: 1), 2));
    }

    [Fact]
    public void Idle_devices_go_before_a_lane_has_to_end_but_for_what_the_main_run_is_about_to_take()
    {
        var record = Racing(3);
        var facts = Facts(4, keep: 3);
        Assert.Equal([4L], AskedBack.Of(record, facts).Idle.Select(l => l.Token));
        Assert.Empty(AskedBack.Of(record, facts).Trials);

        // The baseline has lost its device and waits for the idle one.
        record = record.After(20, LostDevices.Broken(
            record[Baseline], SegmentEnd.DeviceLost, "gone", new SegmentProgress(1), isBlameless: true, said: 1));
        var leases = facts.Leases.Leases.RemoveAt(0);
        var lost = facts with { Leases = facts.Leases with { Leases = leases, Recall = new DeviceRecall(2, null, "") } };
        Assert.Empty(AskedBack.Of(record, lost).Idle);
        Assert.Single(AskedBack.Of(record, lost).Trials);
        Assert.Equal(Baseline, Assert.Single(Assert.IsType<Move.Dispatch>(JobMachine.Next(record, lost)).Gangs).Trial.Id);
    }

    [Fact]
    public void Who_keeps_what_it_holds_gives_nothing()
    {
        var record = Racing(3);
        Assert.Empty(AskedBack.Of(record, Facts(3, keep: 3)).Trials);
        Assert.Empty(AskedBack.Of(record, Facts(3, keep: 5)).Idle);
    }

    private static SegmentOrder Order(JobRecord record, JobFacts facts, int trial) =>
        JobMachine.OrderFor(record, facts, record[TrialId.At(trial)], trial + 1);

    private static JobRecord Racing(int trials)
    {
        var names = Enumerable.Range(0, trials).Select(i => $"{(char)('a' + i)}").ToArray();
        var record = SubmittedJobs.Record(
            SimulatedJobs.FastestTo(.9, names) with { Policy = "insured", Probe = new ProbeBudget { Devices = trials } });
        var rung = RungRecords.Asked(record, record[Baseline], 1, "test");
        rung = rung with
        {
            NextStep = names.Select((_, i) => TrialId.At(i).Value).ToImmutableSortedDictionary(t => t, _ => 1000L),
            Decisions = [.. rung.Decisions.Select(d => d with { Kind = DecisionKind.Continue })],
            Devices = trials,
        };
        record = record.After(1, new JobDecided(rung, null));
        for (var i = 0; i < trials; i++)
            record = record.After(2 + i, Dispatching.Started(
                record, new Gang(record[TrialId.At(i)], 1000, [Lease(i)]), [], 2 + i, isExport: false));
        return record;
    }

    private static JobFacts Facts(int devices, int keep, int borrowed = -1, bool ofCommitted = false) => new()
    {
        Now = 100,
        Policy = PolicyCatalogue.Get("insured"),
        Leases = new LeaseSet(1, [.. Enumerable.Range(0, devices).Select(i => new HeldLease(
            i == borrowed ? Lease(i) with { Provider = "cloud" } : Lease(i), Device(i)))], [])
        {
            Recall = new DeviceRecall(keep, null, "another job lacks one", ofCommitted),
        },
    };

    private static Lease Lease(int device) => new()
    {
        Device = Device(device).Id,
        Job = new JobId("job"),
        Token = 1 + device,
        Provider = DeviceStatus.OwnProvider,
    };

    private static DeviceDescription Device(int i) =>
        new() { Id = new DeviceId($"d{i}"), Kind = DeviceKind.Cpu, Index = i, Model = "simulated", Host = "simulated" };
}
