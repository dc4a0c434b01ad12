using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoSelect.Contracts;
using AutoSelect.Testing.Processes;
using AutoSelect.Training.Programs;
using AutoSelect.Training.Programs.Ranks;

namespace AutoSelect.Training.Tests.Programs.Ranks;

/// <summary>A program on two ranks, of which one is slower and every step waits for both.</summary>
public sealed class RankedProgramTests : IDisposable
{
    private readonly RankedProgram job = new();

    public void Dispose() => job.Dispose();

    [Fact]
    public void They_train_to_their_step_and_the_first_one_tells_and_saves()
    {
        var reports = job.Run();
        Assert.All(reports, r => Assert.Equal((SegmentEnd.BudgetReached, ""), (r.End, r.Reason)));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (10L * i, (double)i)), job.Recorders[0].Points.Select(p => (p.Step, p.Value)));
        Assert.Equal(RankedProgram.StateAfter(100), job.Saved(reports[0].Checkpoint!, "state"));
        Assert.Equal((100, 100), (job.EndedAfter(0), job.EndedAfter(1)));
        Assert.Empty(job.Recorders[1].Points);
        Assert.Empty(job.Recorders[1].Checkpoints);
        Assert.Null(reports[1].Checkpoint);
    }

    [Theory]
    [InlineData(0, "0.01,0.03")]
    [InlineData(1, "0.01,0.03")]
    [InlineData(0, "0.03,0.01")]
    [InlineData(1, "0.001,0.002")]
    public void An_order_to_any_of_them_ends_all_after_the_same_step_and_they_go_on_as_if_nothing_had_been(int told, string delays)
    {
        job.Variables["DELAYS"] = delays;
        var first = job.Run((rank, leader) => rank == told && leader.Points.Count > 0 ? SegmentOrder.Interrupt : SegmentOrder.Continue);
        Assert.True(first[0].End == SegmentEnd.Interrupted || job.EndedAfter(0) == 100, first[0].Reason);
        Assert.Equal(job.EndedAfter(0), job.EndedAfter(1));
        Assert.Equal(job.EndedAfter(0), first[0].Checkpoint!.Step);
        Assert.Equal(RankedProgram.StateAfter(first[0].Checkpoint!.Step), job.Saved(first[0].Checkpoint!, "state"));

        var second = job.Run(from: first[0].Checkpoint);
        Assert.All(second, r => Assert.Equal((SegmentEnd.BudgetReached, ""), (r.End, r.Reason)));
        Assert.Equal(RankedProgram.StateAfter(100), job.Saved(second[0].Checkpoint!, "state"));
    }

    [Fact]
    public void Ranks_that_do_not_wait_for_each_other_end_after_the_same_step_too()
    {
        job.Command = ["bash", RankedProgram.Conformance("counting_ranks.sh")];
        var reports = job.Run((_, leader) => leader.Points.Count > 1 ? SegmentOrder.Interrupt : SegmentOrder.Continue);
        Assert.True(reports[0].End is SegmentEnd.Interrupted or SegmentEnd.BudgetReached, reports[0].Reason);
        Assert.Equal(job.EndedAfter(0), job.EndedAfter(1));
        Assert.Equal(job.EndedAfter(0), reports[0].Checkpoint!.Step);
        Assert.Equal($"{CountedState.After(job.EndedAfter(0))}\n", job.Saved(reports[0].Checkpoint!, "state"));
    }

    [Fact]
    public void They_save_from_time_to_time_and_go_on()
    {
        job.Variables["DELAYS"] = "0.01,0.03";
        var reports = job.Run(change: a => a with { CheckpointEverySeconds = .2 });
        Assert.All(reports, r => Assert.Equal((SegmentEnd.BudgetReached, ""), (r.End, r.Reason)));
        Assert.Contains(job.Recorders[0].Checkpoints, c => c.Step < 100);
        Assert.Equal(RankedProgram.StateAfter(100), job.Saved(reports[0].Checkpoint!, "state"));
    }

    [Fact]
    public void They_end_after_the_same_step_once_the_target_is_reached()
    {
        job.Variables["DELAYS"] = "0.03,0.01";
        var reports = job.Run(change: a => a with { StopAtValue = 2 });
        Assert.Equal(SegmentEnd.TargetReached, reports[0].End);
        Assert.Equal(job.EndedAfter(0), job.EndedAfter(1));
        Assert.Equal(RankedProgram.StateAfter(reports[0].Checkpoint!.Step), job.Saved(reports[0].Checkpoint!, "state"));
    }

    [Theory]
    [InlineData("exit 1 20", 1, SegmentEnd.OutOfMemory, "does not fit")]
    [InlineData("kill 1 20", 1, SegmentEnd.Failed, "exit code 137")]
    [InlineData("exit 0 20", 0, SegmentEnd.OutOfMemory, "does not fit")]
    public void The_one_that_fails_is_to_blame_and_the_others_are_ended(string fault, int culprit, SegmentEnd end, string reason)
    {
        job.Variables["FAULT"] = fault;
        var reports = job.Run();
        Assert.Equal(end, reports[culprit].End);
        Assert.Contains(reason, reports[culprit].Reason);
        Assert.Contains($"Rank {1 - culprit} then: The program ended with exit code 1", reports[culprit].Reason);
        Assert.Equal((SegmentEnd.RankLost, $"The program of rank {culprit} of 2 failed, and the others with it."),
            (reports[1 - culprit].End, reports[1 - culprit].Reason));
    }

    [Fact]
    public void One_whose_device_is_gone_ends_the_others()
    {
        job.Instead = ranks =>
        {
            if (ranks.Rank == 0) return null;
            var own = new ProgramRanks(ranks.Group, "127.0.0.1");
            own.Meet(0);
            own.Abort();
            return new SegmentReport { Job = new JobId("job-1"), Trial = TrialId.At(0), LeaseToken = 1, Step = 0 };
        };
        var report = job.Run()[0];
        Assert.Equal(SegmentEnd.RankLost, report.End);
        Assert.Contains("Rank 1 of 2 aborted the group", report.Reason);
    }

    [Fact]
    public async Task A_port_that_was_taken_meanwhile_leads_to_another_start()
    {
        // The first time rank 0 has somebody else listen there before it does itself.
        var place = Path.Combine(job.Folder, "port");
        job.Variables["FIRST"] = $"""
            import pathlib
            place = pathlib.Path('{place}')
            if not place.exists():
                place.with_suffix('.new').write_text(os.environ['MASTER_PORT']); place.with_suffix('.new').rename(place)
                while not place.with_suffix('.taken').exists(): time.sleep(0.01)
            """;
        using var stranger = new CancellationTokenSource();
        var listening = Task.Run(
            async () =>
            {
                while (!File.Exists(place)) await Task.Delay(10, stranger.Token);
                var number = int.Parse(await File.ReadAllTextAsync(place, stranger.Token), CultureInfo.InvariantCulture);
                var listener = new TcpListener(IPAddress.Loopback, number);
                listener.Start();
                await File.WriteAllTextAsync(Path.ChangeExtension(place, ".taken"), "");
                return listener;
            },
            stranger.Token);
        var reports = job.Run();
        using var listener = await listening;
        Assert.All(reports, r => Assert.Equal((SegmentEnd.BudgetReached, ""), (r.End, r.Reason)));
        Assert.Equal(RankedProgram.StateAfter(100), job.Saved(reports[0].Checkpoint!, "state"));
    }

    [Theory]
    [InlineData("linger")]
    [InlineData("stumble")]
    public void What_others_do_once_the_first_has_ended_well_is_no_fault(string fault)
    {
        job.Variables["FAULT"] = fault;
        // The other's patience with the first is over as soon as that has ended.
        var reports = job.Run((rank, _) =>
        {
            if (fault == "linger" && rank == 1) job.Clocks[1].Push(RankedProgram.Patience);
            return SegmentOrder.Continue;
        });
        Assert.Equal((SegmentEnd.BudgetReached, ""), (reports[0].End, reports[0].Reason));
        Assert.True(reports[1].End is SegmentEnd.BudgetReached or SegmentEnd.Interrupted, reports[1].Reason);
    }

    [Fact]
    public void One_that_does_not_say_where_it_can_halt_is_named()
    {
        job.Command = ["bash", "-c", """
            [ $RANK = 1 ] && sleep 1000
            exec 3<> "$AUTOSELECT_ORDERS"; read -u 3 order; echo '{"halt":100}' > $AUTOSELECT_REPORTS
            for step in $(seq 100); do echo "{\"step\":$step}" > $AUTOSELECT_REPORTS; sleep .1; done
            """];
        var reports = job.Run((_, first) => UntilStep(1, first, SegmentOrder.Interrupt));
        Assert.Contains(reports, r => r.End == SegmentEnd.Failed && r.Reason.StartsWith(SaysNothing, StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_does_not_say_where_it_can_halt_to_save_is_named_and_not_who_waits_for_it()
    {
        job.Command = ["bash", "-c", """
            [ $RANK = 1 ] && sleep 1000
            exec 3<> "$AUTOSELECT_ORDERS"; echo '{"step":1}' > $AUTOSELECT_REPORTS
            read -u 3 order; echo '{"halt":2}' > $AUTOSELECT_REPORTS; echo '{"step":2}' > $AUTOSELECT_REPORTS; read -u 3 order
            """];
        var reports = job.Run(
            (_, first) => UntilStep(2, first, SegmentOrder.Continue), change: a => a with { CheckpointEverySeconds = .2 });
        Assert.Equal(SegmentEnd.Failed, reports[0].End);
        Assert.StartsWith(SaysNothing, reports[0].Reason, StringComparison.Ordinal);
    }

    private static string SaysNothing => "The program of rank 1 was asked after which step it can halt, and did not say within "
        + $"{RankedProgram.Patience.TotalSeconds} s.";

    /// <summary>The first rank has said where it can halt, and then told of a step: from there on its patience is over.</summary>
    private SegmentOrder UntilStep(long step, Recorder first, SegmentOrder order)
    {
        if (first.Step >= step) job.Clocks[0].Push(RankedProgram.Patience);
        return order;
    }

    [Fact]
    public void Whoever_says_where_it_can_halt_without_being_asked_fails()
    {
        job.Command = ["bash", "-c", """echo '{"halt":5}' > $AUTOSELECT_REPORTS; sleep 1000"""];
        Assert.Contains(job.Run(), r => r.End == SegmentEnd.Failed && r.Reason.Contains("can halt after step 5: it was not asked"));
    }

    [Fact]
    public void Of_programs_that_log_the_first_ones_output_counts_and_all_are_ended_by_an_order()
    {
        job.Command = ["bash", "-c", """echo "step $((10 * (RANK + 1))): 0.5"; sleep 1000"""];
        var reports = job.Run(
            (_, leader) => leader.Points.Count > 0 ? SegmentOrder.Interrupt : SegmentOrder.Continue,
            change: a => a with
            {
                Workload = a.Workload with
                {
                    Program = a.Workload.Program! with
                    {
                        CanResume = false,
                        Points = new PointSource { Format = PointFormat.Pattern, Pattern = "step (?<step>[0-9]+): (?<value>[0-9.]+)" },
                    },
                },
            });
        Assert.All(reports, r => Assert.Equal((SegmentEnd.Interrupted, (Checkpoint?)null), (r.End, r.Checkpoint)));
        Assert.Equal([10], job.Recorders[0].Points.Select(p => p.Step));
        Assert.Empty(job.Recorders[1].Points);
    }

    [Fact]
    public void Each_is_told_its_part_as_torchrun_does()
    {
        job.Command = ["bash", "-c", """
            printf '%s ' $RANK $WORLD_SIZE $LOCAL_RANK $LOCAL_WORLD_SIZE $GROUP_RANK $ROLE_RANK $AUTOSELECT_RANKS $MASTER_ADDR; exit 3
            """];
        var reports = job.Run();
        Assert.Contains(reports, r => r.Reason.EndsWith("0 2 0 1 0 0 2 127.0.0.1 ", StringComparison.Ordinal)
            || r.Reason.EndsWith("1 2 0 1 1 1 2 127.0.0.1 ", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_is_left_alone_is_told_that_it_is_the_only_one()
    {
        job.Variables["DELAYS"] = "0";
        var report = new ProgramSegment(
            job.Assignment(), new Recorder(), new ProgramPlace(Path.Combine(job.Folder, "alone")), TimeProvider.System).Train();
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        Assert.Equal(100, job.EndedAfter(0));
    }
}
