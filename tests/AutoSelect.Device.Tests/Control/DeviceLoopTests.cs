using System.Collections.Immutable;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Device.Tests;

/// <summary>How a device speaks to its servers, over sockets; nothing is trained.</summary>
public sealed class DeviceLoopTests
{
    private static SegmentReport Last(RunningWork work, SegmentEnd end) => work.Report() with { End = end };

    private static CurvePoint PointAt(long step) =>
        new() { Step = step, DeviceSeconds = step, EvaluationSeconds = 0, OverheadSeconds = 0, Value = .5, TrainingLoss = 1 };

    [Fact]
    public async Task A_segment_is_taken_reported_to_its_end_and_followed_by_the_next()
    {
        var control = new StandInControl();
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        var registered = await control.Hears<StandInControl.Registered>();
        Assert.Equal((new DeviceId("d-0"), null), (registered.Device.Id, registered.Running));

        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        work.OnPoint(PointAt(3));
        Assert.Equal([3], (await control.Hears<SegmentReport>(r => !r.Points.IsEmpty)).Points.Select(p => p.Step));
        work.Ended(Last(work, SegmentEnd.BudgetReached));
        Assert.Equal(1, (await control.Hears<SegmentReport>(r => r.End == SegmentEnd.BudgetReached)).LeaseToken);

        control.Give(SimulatedJobs.Segment(token: 2));
        var next = await device.Trains();
        Assert.Equal(2, next.Assignment.LeaseToken);
        next.Ended(Last(next, SegmentEnd.BudgetReached));
    }

    [Fact]
    public async Task When_the_server_dies_the_next_one_is_turned_to_and_the_segment_is_trained_on()
    {
        var (first, second) = (new StandInControl(), new StandInControl());
        await using var dying = await StandInServer.Start(first);
        await using var other = await StandInServer.Start(second, same: dying);
        await using var device = new LoopRun(LoopRun.Options(dying.Address, other.Address));
        first.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        await first.Hears<SegmentReport>();

        await dying.Stop();
        work.OnPoint(PointAt(3));

        var again = await second.Hears<StandInControl.Registered>();
        Assert.Equal((1L, new TrialId("t01")), (again.Running!.LeaseToken, again.Running.Trial));
        Assert.Equal([3], (await second.Hears<SegmentReport>(r => !r.Points.IsEmpty)).Points.Select(p => p.Step));
        Assert.Equal((SegmentOrder.Continue, false), (work.Order, work.HasEnded));
        Assert.Equal(other.Address, device.Servers.Current);
        work.Ended(Last(work, SegmentEnd.BudgetReached));
        await second.Hears<SegmentReport>(r => r.End == SegmentEnd.BudgetReached);
    }

    [Fact]
    public async Task After_a_session_that_is_over_the_device_registers_again_with_what_it_trains()
    {
        var control = new StandInControl();
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        await control.Hears<SegmentReport>();

        control.EndSession();

        Assert.Equal(1, (await control.Hears<StandInControl.Registered>(r => r.Running is not null)).Running!.LeaseToken);
        await control.Hears<SegmentReport>();
        Assert.Equal(SegmentOrder.Continue, work.Order);
        work.Ended(Last(work, SegmentEnd.BudgetReached));
    }

    [Fact]
    public async Task What_is_ordered_to_who_registers_again_is_done()
    {
        var control = new StandInControl { Rejoin = _ => new() { Order = SegmentOrder.Abandon, AcknowledgedStep = -1 } };
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        control.EndSession();
        await work.IsOrdered();
        Assert.Equal(SegmentOrder.Abandon, work.Order);
        work.Ended(Last(work, SegmentEnd.Interrupted));
        await control.Hears<SegmentReport>(r => r.End == SegmentEnd.Interrupted);
    }

    [Fact]
    public async Task A_segment_that_was_never_given_is_given_up_without_a_word_and_the_device_goes_on()
    {
        var control = new StandInControl { Answer = _ => throw new ForeignLeaseException("Not yours.") };
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        await work.IsOrdered();
        Assert.Equal(SegmentOrder.Abandon, work.Order);
        control.Give(SimulatedJobs.Segment(token: 2));

        work.Ended(Last(work, SegmentEnd.Interrupted));

        var next = await device.Trains();
        Assert.Equal(2, next.Assignment.LeaseToken);
        next.Ended(Last(next, SegmentEnd.BudgetReached));
    }

    [Fact]
    public async Task An_idle_device_that_is_to_end_gives_its_wait_up_and_takes_leave_at_once()
    {
        var control = new StandInControl();
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        await control.Hears<StandInControl.Waits>();

        device.End.Request("SIGTERM", isOrphaned: false);

        await control.Hears<StandInControl.Left>();
        Assert.Equal((0, false), (await device.ExitCode(), device.Killed));
    }

    [Fact]
    public async Task A_device_that_is_to_end_interrupts_its_segment_reports_its_end_and_then_takes_leave()
    {
        var control = new StandInControl();
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();

        device.End.Request("SIGTERM", isOrphaned: false);
        await work.IsOrdered();
        Assert.Equal(SegmentOrder.Interrupt, work.Order);
        var checkpoint = new Checkpoint { Uri = "/c", Step = 5, Bytes = 1 };
        work.Ended(Last(work, SegmentEnd.Interrupted) with { Checkpoint = checkpoint });

        var said = await control.Hears<object>(o => o is StandInControl.Left or SegmentReport { End: not SegmentEnd.None });
        Assert.Equal(checkpoint, Assert.IsType<SegmentReport>(said).Checkpoint);
        await control.Hears<StandInControl.Left>();
        Assert.Equal(0, await device.ExitCode());
    }

    [Fact]
    public async Task Points_that_one_report_cannot_carry_come_in_several_and_the_end_with_the_last()
    {
        var control = new StandInControl();
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        control.EndSession();
        for (var step = 1; step <= 250; step++) work.OnPoint(PointAt(step));
        work.Ended(Last(work, SegmentEnd.BudgetReached) with { Reason = new string('x', 5000) });

        var steps = new List<long>();
        SegmentReport report;
        do
        {
            report = await control.Hears<SegmentReport>();
            Assert.True(report.Points.Length <= DeviceProtocol.ReportPoints);
            steps.AddRange(report.Points.Select(p => p.Step));
        }
        while (report.End == SegmentEnd.None);
        Assert.Equal(Enumerable.Range(1, 250).Select(i => (long)i), steps.Distinct());
        Assert.Equal(DeviceProtocol.ReasonLength, report.Reason.Length);
    }

    [Fact]
    public async Task A_segment_whose_report_is_refused_for_what_it_says_ends_as_failed_with_the_reason_and_the_device_goes_on()
    {
        var control = new StandInControl
        {
            Answer = r => r.Points.IsEmpty && r.Checkpoint is null ? new() { Order = SegmentOrder.Continue, AcknowledgedStep = -1 }
                : throw new ArgumentException("points.value is 'odd': it must be even."),
        };
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        work.OnCheckpoint(new Checkpoint { Uri = "/c", Step = 3, Bytes = 1 });
        work.OnPoint(PointAt(3));
        await work.IsOrdered();
        Assert.Equal(SegmentOrder.Abandon, work.Order);
        // What it does until it notices is as little heard.
        work.OnPoint(PointAt(4));
        work.Ended(Last(work, SegmentEnd.BudgetReached) with { Points = [PointAt(5)] });

        var last = await control.Hears<SegmentReport>(r => r.End != SegmentEnd.None);
        Assert.Equal((SegmentEnd.Failed, 0, null), (last.End, last.Points.Length, last.Checkpoint));
        Assert.Contains("points.value is 'odd': it must be even.", last.Reason);
        control.Give(SimulatedJobs.Segment(token: 2));
        var next = await device.Trains();
        Assert.Equal(2, next.Assignment.LeaseToken);
        next.Ended(Last(next, SegmentEnd.BudgetReached));
    }

    [Fact]
    public async Task Figures_that_are_too_many_or_have_too_long_names_cost_no_segment()
    {
        var control = new StandInControl();
        await using var server = await StandInServer.Start(control);
        await using var device = new LoopRun(LoopRun.Options(server.Address));
        control.Give(SimulatedJobs.Segment(token: 1));
        var work = await device.Trains();
        var figures = Enumerable.Range(0, 20).ToImmutableSortedDictionary(i => $"f{i:D2}", i => (double)i).Add(new string('a', 65), 1);
        work.OnPoint(PointAt(3) with { Diagnostics = figures });
        var point = Assert.Single((await control.Hears<SegmentReport>(r => !r.Points.IsEmpty)).Points);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"f{i:D2}"), point.Diagnostics!.Keys);
        Assert.Equal(SegmentOrder.Continue, work.Order);
        work.Ended(Last(work, SegmentEnd.BudgetReached));
    }

    [Fact]
    public async Task A_key_that_is_no_good_ends_the_process_with_an_exit_code_of_its_own()
    {
        var control = new StandInControl();
        await using var server = await StandInServer.Start(control, keyName: "other");
        await using var wrongName = new LoopRun(LoopRun.Options(server.Address));
        Assert.Equal(ExitCodes.Refused, await wrongName.ExitCode());
        Assert.Contains("begin with 'other-'", wrongName.Log.ToString());

        await using var noKey = new LoopRun(LoopRun.Options(new ApiAddress(server.Address.Server, "autoselect_00")));
        Assert.Equal(ExitCodes.Refused, await noKey.ExitCode());
    }
}
