using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Tests;

public class PlainViewTests
{
    [Fact]
    public async Task A_job_is_told_line_by_line()
    {
        const string Expected = """
                 0.0 s  job toy: toy-mlp, fastest to accuracy ≥ 0.9 within 10 min; 2 candidates on 2 devices
                 0.5 s  train t01 nadamw-b64: nothing is known
                 0.5 s  train t02 sgd-b64: nothing is known
                 0.6 s  t01 nadamw-b64 starts on here-cpu0
                 0.7 s  t02 sgd-b64 starts on here-cpu1
                10.0 s  t01 nadamw-b64 epoch 1.00: accuracy 0.8200
                11.2 s  stop t02 sgd-b64: is the best with 4 % (accuracy 0.7100 at epoch 1.00)
                11.2 s  committed to t01 nadamw-b64: the regret is below the cost
                30.5 s  t01 nadamw-b64 epoch 2.00: accuracy 0.9034
                30.5 s  t01 nadamw-b64 reached the target at step 200 (epoch 2.00) in 19.2 s, accuracy 0.9034

            ANSWER
              accuracy      0.9034 on the validation data, 0.8991 on the test data
              device time   36.9 s, 8.3 s (22 %) of it for candidates that were not chosen
              weights       /store/jobs/toy/final.safetensors
              report        report.html

            """;
        const string Answer = "Reached accuracy 0.9 after 30.5 s, with nadamw-b64, the baseline: as soon as alone (measured in its lane), "
            + "for 1.2 times its device time.";
        var told = await Told(SampleJob.Whole, new Conclusion { ExitCode = 0, Report = "report.html" });
        Assert.Equal(Expected.Replace("ANSWER", Answer, StringComparison.Ordinal), told);
    }

    [Fact]
    public async Task A_paused_job_says_how_to_go_on()
    {
        var told = await Told(
            [SampleJob.Submitted, SampleJob.Paused], new Conclusion { ExitCode = 130, ResumeWith = "autoselect resume toy" });
        Assert.EndsWith(
            "Paused after 11.0 s.\n  device time   17.7 s, nobody chosen yet\n  go on with    autoselect resume toy\n", told);
        Assert.Contains("   11.0 s  paused\n", told);
    }

    [Fact]
    public async Task A_failed_trial_is_told_with_its_reason()
    {
        var told = await Told([SampleJob.Failed], new Conclusion { ExitCode = 3 });
        Assert.Contains("t01 nadamw-b64 diverged at step 100 (epoch 1.00) in 2.4 s, accuracy NaN: the loss was NaN at step 100\n", told);
    }

    [Fact]
    public async Task A_notice_is_told_once()
    {
        var (noticed, output) = (SampleJob.Started.Record with { Notice = "waiting for a device" }, new StringWriter());
        await new PlainView(output).Run(show =>
        {
            show(new JobUpdate(noticed, SampleJob.Started.Events));
            show(new JobUpdate(noticed, []));
            show(new JobUpdate(noticed with { ElapsedSeconds = 2 }, []));
            return Task.CompletedTask;
        });
        Assert.Single(output.ToString().Split(output.NewLine), line => line.EndsWith("waiting for a device", StringComparison.Ordinal));
    }

    [Fact]
    public void How_the_events_come_changes_nothing_of_what_is_told()
    {
        static IEnumerable<EventLine> Told(IEnumerable<SampleStory> stories)
        {
            var reader = new EventReader();
            return [.. SampleStory.Updates(stories).SelectMany(reader.Read)];
        }
        Assert.Equal(Told([SampleJob.Completed]).Select(l => l.Text), Told(SampleJob.Whole).Select(l => l.Text));
    }

    [Fact]
    public async Task Requests_and_what_follows_from_them_are_told()
    {
        var second = new TrialId("t02");
        var told = await Told(
            [
                SampleJob.Started.Then(
                    2, new JobRequested(JobRequest.StopTrial(second)), new TrialEnded(second, TrialState.Stopped, "stopped by request"))
                    .Then(3, new JobRequested(JobRequest.Cancel("no longer needed")), new JobEnded(JobPhase.Cancelled, Cancelled)),
            ], new Conclusion { ExitCode = 5 });
        Assert.Contains("     2.0 s  asked to stop t02 sgd-b64\n     2.0 s  t02 sgd-b64 stopped: stopped by request\n", told);
        Assert.Contains(
            "     3.0 s  asked to cancel: no longer needed\n     3.0 s  t01 nadamw-b64 was interrupted at step 0 (epoch 0.00) in 0 s\n",
            told);
        Assert.Contains("\n\ncancelled: no longer needed\n", told);
    }

    [Fact]
    public async Task The_writing_of_the_weights_is_told()
    {
        var first = new TrialId("t01");
        var export = new Segment
        {
            Device = new DeviceId("here-cpu0"),
            LeaseToken = 2,
            Rung = 2,
            StartedAt = 31,
            FromStep = 200,
            ToStep = 200,
            IsExport = true,
        };
        var told = await Told(
            [
                SampleJob.Arrived.Then(31, new ExportBegun(first, "it reached the target"), new SegmentStarted(first, export, []))
                    .Then(33, new SegmentEnded(
                        first, SegmentEnd.BudgetReached, "", new SegmentProgress(200, 0, 2, 0), TrialState.Completed, "", 0, [])),
            ], new Conclusion { ExitCode = 4 });
        Assert.Contains("31.0 s  training is over: it reached the target\n", told);
        Assert.Contains("31.0 s  t01 nadamw-b64 is evaluated, also on the test data where there are any, and written on here-cpu0\n", told);
        Assert.Contains("33.0 s  t01 nadamw-b64 was evaluated and written in 2.0 s\n", told);
    }

    [Fact]
    public async Task What_comes_after_a_number_is_told_as_in_the_whole()
    {
        var whole = await Told([SampleJob.Completed], new Conclusion { ExitCode = 0 });
        var rest = await Told([SampleJob.Completed], new Conclusion { ExitCode = 0 }, since: SampleJob.Probed.Events.Length);
        Assert.EndsWith(rest, whole);
        Assert.StartsWith("    11.2 s  stop t02 sgd-b64: ", rest);
    }

    private static Outcome Cancelled => new() { ObjectiveMet = false, Summary = "cancelled: no longer needed" };

    private static async Task<string> Told(IEnumerable<SampleStory> stories, Conclusion conclusion, long since = 0)
    {
        var output = new StringWriter { NewLine = "\n" };
        var view = new PlainView(output, since);
        JobRecord? last = null;
        await view.Run(show =>
        {
            foreach (var update in SampleStory.Updates(stories))
            {
                last = update.Record;
                show(update);
            }
            return Task.CompletedTask;
        });
        view.Conclude(last!, conclusion);
        return output.ToString();
    }
}
