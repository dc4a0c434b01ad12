using AutoSelect.Contracts;
using AutoSelect.Host.Views;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

public class PlainViewTests
{
    [Fact]
    public async Task A_job_is_told_line_by_line()
    {
        const string Expected = """
                 0.0 s  job toy: toy-mlp, fastest to accuracy ≥ 0.9 within 10 min; 2 candidates on 2 devices
                 0.5 s  rung 0: both are tried (committing now risks 1.3 s, one more rung costs 9.0 s)
                 0.6 s  t01 nadamw-b64 starts on here-cpu0
                 0.7 s  t02 sgd-b64 starts on here-cpu1
                 9.0 s  t02 sgd-b64 reached step 100 (epoch 1.00) in 8.3 s, accuracy 0.7100
                10.0 s  t01 nadamw-b64 reached step 100 (epoch 1.00) in 9.4 s, accuracy 0.8200
                11.2 s  rung 1: nadamw is ahead (committing now risks 1.3 s, one more rung costs 9.0 s)
                11.2 s  commit t01 nadamw-b64: is the best with 96 %
                11.2 s  stop t02 sgd-b64: is the best with 4 %
                11.2 s  committed to t01 nadamw-b64: the regret is below the cost
                11.3 s  t01 nadamw-b64 goes on from step 100 on here-cpu0
                30.5 s  t01 nadamw-b64 reached the target at step 200 (epoch 2.00) in 19.2 s, accuracy 0.9034
                31.0 s  t01 nadamw-b64 epoch 2.00: accuracy 0.9034
                31.0 s  nadamw-b64 reached accuracy 0.9 after 30.5 s.

            nadamw-b64 reached accuracy 0.9 after 30.5 s.
              chosen        nadamw-b64
              accuracy      0.9034 (test data 0.8991)
              target after  30.5 s
              probe cost    8.3 s of 36.9 s device time (22 %)
              weights       /store/jobs/toy/final.safetensors
              report        report.html

            """;
        Assert.Equal(Expected, await Told(SampleJob.Whole, new Conclusion { ExitCode = 0, Report = "report.html" }));
    }

    [Fact]
    public async Task A_paused_job_says_how_to_go_on()
    {
        var told = await Told([SampleJob.Submitted, SampleJob.Paused], new Conclusion { ExitCode = 130, ResumeWith = "autoselect resume toy" });
        Assert.EndsWith("Paused after 11.0 s.\n  probe cost    17.7 s device time, nothing chosen yet\n  go on with    autoselect resume toy\n", told);
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
        var noticed = SampleJob.Started with { Notice = "waiting for a device" };
        var told = await Told([noticed, noticed, noticed with { ElapsedSeconds = 2 }], new Conclusion { ExitCode = 4 });
        Assert.Single(told.Split('\n'), line => line.EndsWith("waiting for a device", StringComparison.Ordinal));
    }

    [Fact]
    public void Records_in_between_change_nothing_of_what_is_told()
    {
        static IEnumerable<string> Texts(IEnumerable<JobRecord> records)
        {
            JobRecord? before = null;
            foreach (var record in records)
            {
                foreach (var news in RecordDifference.Events(before, record)) yield return $"{news.Event} {news.Text}";
                before = record;
            }
        }
        Assert.Equal(Texts([SampleJob.Completed]).Order(), Texts(SampleJob.Whole).Order());
    }

    [Fact]
    public async Task A_simulated_job_is_told_to_its_end()
    {
        var told = await Told([JobRecords.NotStarted(), JobRecords.Running(), JobRecords.WithFallback()], new Conclusion { ExitCode = 0 });
        Assert.Contains("committed to ", told);
        Assert.Contains("fallback to ", told);
    }

    private static async Task<string> Told(IEnumerable<JobRecord> records, Conclusion conclusion)
    {
        var output = new StringWriter { NewLine = "\n" };
        var view = new PlainView(output);
        JobRecord? last = null;
        await view.Run(show =>
        {
            foreach (var record in records) show(last = record);
            return Task.CompletedTask;
        });
        view.Conclude(last!, conclusion);
        return output.ToString();
    }
}
