using System.Security.Cryptography;
using AutoSelect.Contracts;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

public sealed class ProgramSegmentTests : IDisposable
{
    private readonly ProgramJob job = new();

    public void Dispose() => job.Dispose();

    [Fact]
    public void A_program_trains_to_its_step_reports_and_saves()
    {
        var report = job.Run("""
            say '{"hello":1}'
            say '{"step":50,"accuracy":0.5}'
            say '{"step":100,"accuracy":0.75,"training_loss":0.25}'
            save 100
            """);
        Assert.Equal((SegmentEnd.BudgetReached, "", 100), (report.End, report.Reason, report.Step));
        Assert.Equal([(50, .5), (100, .75)], job.Recorder.Points.Select(p => (p.Step, p.Value)));
        Assert.Equal(.25, job.Recorder.Points[^1].TrainingLoss);
        Assert.Equal("state 100\n", job.Saved(report.Checkpoint!, "state"));
        var file = new FileInfo(report.Checkpoint!.Uri);
        Assert.Equal((100, file.Length), (report.Checkpoint.Step, report.Checkpoint.Bytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName))), report.Checkpoint.Sha256);
        Assert.Empty(Directory.GetFileSystemEntries(job.LocalFolder));
    }

    [Fact]
    public void It_gets_its_arguments_as_words_and_as_json()
    {
        var report = job.Run("""
            printf '%s|' "$@" "$AUTOSELECT_ARGUMENTS" "$AUTOSELECT_STEPS" "$AUTOSELECT_SEED"
            save 100
            exit 3
            """);
        Assert.Contains("--fast|--lr|0.1|--name|a b|{\"fast\":true,\"lr\":0.1,\"name\":\"a b\",\"slow\":false}|100|7|",
            job.Run("""printf '%s|' "$@" "$AUTOSELECT_ARGUMENTS" "$AUTOSELECT_STEPS" "$AUTOSELECT_SEED"; exit 3""").Reason);
        Assert.Equal(SegmentEnd.BudgetReached, report.End);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(3, "3")]
    public void It_sees_the_device_that_was_lent_and_no_other(int? device, string visible)
    {
        job.CudaDevice = device;
        var report = job.Run("""echo "[$CUDA_VISIBLE_DEVICES]"; exit 3""", change: a => a with
        {
            Workload = a.Workload with
            {
                Program = a.Workload.Program! with
                {
                    Environment = a.Workload.Program.Environment.SetItem("CUDA_VISIBLE_DEVICES", "0"),
                },
            },
        });
        Assert.EndsWith($"[{visible}]", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void It_goes_on_from_its_checkpoint_with_the_time_it_has_taken()
    {
        var first = job.Run("""say '{"step":40,"accuracy":0.4}'; save 40""", until: 40);
        var second = job.Run("""
            say "{\"step\":$((AUTOSELECT_FROM_STEP + 10)),\"accuracy\":0.$(grep -c 'state 40' "$AUTOSELECT_RESUME_FROM/state")}"
            save 50
            """, until: 50, from: first.Checkpoint);
        Assert.Equal(SegmentEnd.BudgetReached, second.End);
        Assert.Equal((50, .1), (job.Recorder.Points[^1].Step, job.Recorder.Points[^1].Value));
        Assert.True(job.Recorder.Points[^1].OverheadSeconds > job.Recorder.Points[0].OverheadSeconds);
        // The one before goes once the control side has the newer one.
        Assert.False(File.Exists(first.Checkpoint!.Uri));
    }

    [Fact]
    public void A_changed_checkpoint_is_not_gone_on_from()
    {
        var first = job.Run("save 40", until: 40);
        File.AppendAllText(first.Checkpoint!.Uri, "!");
        var second = job.Run("save 100", from: first.Checkpoint);
        Assert.Equal(SegmentEnd.CheckpointUnusable, second.End);
        Assert.Contains($"has {first.Checkpoint.Bytes + 1} bytes", second.Reason);
    }

    [Fact]
    public void It_is_asked_to_save_and_end_when_the_segment_is_interrupted()
    {
        job.OrderAfterFirstPoint(SegmentOrder.Interrupt);
        var report = job.Run("""
            say '{"step":10,"accuracy":0.1}'
            [ "$(order)" = '{"order":"pause"}' ] && save 12
            """);
        Assert.Equal((SegmentEnd.Interrupted, 12), (report.End, report.Checkpoint?.Step));
    }

    [Fact]
    public void One_that_ends_without_saving_when_asked_to_has_failed()
    {
        job.OrderAfterFirstPoint(SegmentOrder.Interrupt);
        var report = job.Run("""save 5; say '{"step":10,"accuracy":0.1}'; order""");
        Assert.Equal((SegmentEnd.Failed, 5), (report.End, report.Checkpoint?.Step));
        Assert.Contains("was asked to save and end; it ended after step 10 without a checkpoint of it.", report.Reason);
    }

    [Fact]
    public void One_that_has_done_nothing_yet_need_not_save()
    {
        job.OrderAfterFirstPoint(SegmentOrder.Interrupt);
        var report = job.Run("""say '{"step":0,"accuracy":0.1}'; order""");
        Assert.Equal((SegmentEnd.Interrupted, (Checkpoint?)null), (report.End, report.Checkpoint));
    }

    [Fact]
    public void One_that_goes_on_without_saving_when_asked_to_is_given_up()
    {
        // With each step that is seen, as it goes on all the time.
        var step = 0L;
        job.PassPatienceWhen(seen => step < (step = seen.Step));
        var report = job.Run("""
            while true; do say "{\"step\":$((++step))}"; sleep 0.1; done
            """, until: 1_000_000, change: a => a with { CheckpointEverySeconds = .1 });
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("The program was asked to save, and did not within 600 s.", report.Reason);
    }

    [Fact]
    public void It_is_asked_to_save_and_end_when_it_has_reached_the_target()
    {
        var report = job.Run("""say '{"step":10,"accuracy":0.9}'; order; save 10""", target: .9);
        Assert.Equal((SegmentEnd.TargetReached, 10), (report.End, report.Checkpoint?.Step));
    }

    [Fact]
    public void One_that_is_abandoned_is_ended_with_all_that_it_has_started()
    {
        job.OrderAfterFirstPoint(SegmentOrder.Abandon);
        var report = job.Run("""
            trap '' TERM
            sleep 1000 &
            say '{"step":10,"accuracy":0.9}'
            wait; sleep 1000
            """);
        Assert.Equal((SegmentEnd.Interrupted, (Checkpoint?)null), (report.End, report.Checkpoint));
        Assert.Equal([], job.Left());
    }

    [Theory]
    [InlineData("echo too bad >&2; exit 3", SegmentEnd.Failed, "exit code 3 after step 0 of 100. Its last output:\ntoo bad")]
    [InlineData("echo 'CUDA out of memory.'; exit 1", SegmentEnd.OutOfMemory, "out of memory")]
    [InlineData("kill -9 $$", SegmentEnd.Failed, "exit code 137")]
    [InlineData("""say '{"step":10,"accuracy":0.1}'""", SegmentEnd.Failed, "ended after step 10; it was to go on to step 100")]
    [InlineData("""say '{"step":100,"accuracy":0.1}'""", SegmentEnd.Failed, "ended after step 100 without a checkpoint of it")]
    [InlineData("""say '{"step":10,"accuracy":"NaN"}'; order""", SegmentEnd.Diverged, "accuracy is NaN at step 10")]
    [InlineData("""say '{"step":10}'; say '{"step":9}'; order""", SegmentEnd.Failed, "step 9 after step 10: steps do not go back")]
    [InlineData("""say '{"step":101}'; order""", SegmentEnd.Failed, "its run has 100 steps")]
    [InlineData("say garbage; order", SegmentEnd.Failed, "The program wrote 'garbage': it must be a JSON object on one line")]
    [InlineData("say '[1]'; order", SegmentEnd.Failed, "it must be a JSON object")]
    [InlineData("""say '{"step":-1}'; order""", SegmentEnd.Failed, "step must be an integer of at least 0")]
    [InlineData("""say '{"step":1,"accuracy":"high"}'; order""", SegmentEnd.Failed, "accuracy must be a number")]
    [InlineData("""say '{"hello":2}'; order""", SegmentEnd.Failed, "speaks protocol 2, this device 1")]
    [InlineData("head -c 100000 /dev/zero | tr '\\0' x > \"$AUTOSELECT_REPORTS\"; say ''; order", SegmentEnd.Failed, "over 65536 bytes")]
    [InlineData("""say '{"saved":"/etc","step":1}'; order""", SegmentEnd.Failed, "must be a folder within AUTOSELECT_CHECKPOINTS")]
    [InlineData("""mkdir $AUTOSELECT_CHECKPOINTS/e; say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/e\",\"step\":1}"; order""",
        SegmentEnd.Failed, "it must hold at least one file")]
    [InlineData("""
        mkdir $AUTOSELECT_CHECKPOINTS/e; ln -s /etc/passwd $AUTOSELECT_CHECKPOINTS/e/x
        say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/e\",\"step\":1}"; order
        """,
        SegmentEnd.Failed, "no links or devices")]
    public void What_goes_wrong_fails_the_segment_with_the_reason(string script, SegmentEnd end, string reason)
    {
        var report = job.Run(script);
        Assert.Equal(end, report.End);
        Assert.Contains(reason, report.Reason);
    }

    [Fact]
    public void One_that_does_not_go_on_is_given_up_whatever_it_prints()
    {
        // Once a line was read: the first is a value, and all others are the same one.
        job.PassPatienceWhen(seen => seen.Points.Count > 0);
        var report = job.Run("while true; do echo loading 0: 0.5; say '{\"step\":0}'; sleep 0.05; done",
            points: new PointSource { Format = PointFormat.Pattern, Pattern = "loading (?<step>[0-9]+): (?<value>[0-9.]+)" });
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("The program told of no step, value or checkpoint for 600 s. Its last output:\nloading", report.Reason);
    }

    [Fact]
    public void One_that_cannot_be_started_says_why()
    {
        var report = job.Run("", change: a => a with
        {
            Workload = a.Workload with { Program = a.Workload.Program! with { Command = ["/no/such/program"] } },
        });
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("/no/such/program", report.Reason);
    }

    [Fact]
    public void Its_checkpoint_is_the_answer_as_it_wrote_it()
    {
        var report = job.Run("""say '{"step":100,"accuracy":0.75}'; save 100""");
        var path = Path.Combine(job.TrialFolder, "..", "final");
        var final = ProgramExport.Write(report.Checkpoint!, path);
        Assert.Equal(.75, final.Value);
        Assert.Equal(["state"], Directory.GetFiles(final.Uri).Select(Path.GetFileName));
        Assert.Equal("state 100\n", File.ReadAllText(Path.Combine(final.Uri, "state")));
    }

    [Fact]
    public void It_is_asked_to_save_from_time_to_time_and_goes_on()
    {
        var report = job.Run("""
            say '{"step":10}'
            [ "$(order)" = '{"order":"save"}' ] && save 20
            say '{"step":100}'; save 100
            """, change: a => a with { CheckpointEverySeconds = .2 });
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        Assert.Equal([20, 100], job.Recorder.Checkpoints.Select(c => c.Step));
    }

    [Fact]
    public void What_one_leaves_that_cannot_go_on_from_a_checkpoint_is_its_answer()
    {
        var report = job.Run("""echo "step 90: 0.5"; echo weights > model; mkdir deep; echo more > deep/er""", canResume: false,
            points: new PointSource { Format = PointFormat.Pattern, Pattern = "step (?<step>[0-9]+): (?<value>[0-9.]+)" });
        Assert.Equal((SegmentEnd.BudgetReached, "", 100), (report.End, report.Reason, report.Step));
        Assert.Equal(("weights\n", "more\n"), (job.Saved(report.Checkpoint!, "model"), job.Saved(report.Checkpoint!, "deep/er")));
    }

    [Fact]
    public void One_that_cannot_be_paused_is_ended_when_its_segment_is_interrupted()
    {
        job.OrderAfterFirstPoint(SegmentOrder.Interrupt);
        var report = job.Run("""say '{"step":10,"accuracy":0.1}'; sleep 1000""", canResume: false);
        Assert.Equal((SegmentEnd.Interrupted, (Checkpoint?)null), (report.End, report.Checkpoint));
    }

    [Fact]
    public void An_export_hands_its_last_checkpoint_over_as_it_saved_it()
    {
        var first = job.Run("""
            say '{"step":100,"accuracy":0.75}'; mkdir -p $AUTOSELECT_CHECKPOINTS/a/b; echo x > $AUTOSELECT_CHECKPOINTS/a/b/c
            say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/a\",\"step\":100}"
            """);
        var path = Path.Combine(job.Folder, "final");
        var report = job.Run("exit 1", from: first.Checkpoint, change: a => a with { ExportTo = path });
        Assert.Equal((SegmentEnd.BudgetReached, path, .75), (report.End, report.Final?.Uri, report.Final?.Value));
        Assert.Equal("x\n", File.ReadAllText(Path.Combine(path, "b", "c")));
    }

    [Fact]
    public void What_it_prints_cannot_steer_a_terminal()
    {
        var report = job.Run("printf 'a\\033[2Jb\\n' ; exit 1");
        Assert.EndsWith("a�[2Jb", report.Reason, StringComparison.Ordinal);
    }
}
