using System.Text;
using AutoSelect.Contracts;
using AutoSelect.Host.Exports;
using AutoSelect.Host.Exports.TensorBoard;
using AutoSelect.Testing;
using AutoSelect.Testing.TensorBoard;

namespace AutoSelect.Host.Tests.Exports;

public sealed class EventFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_point_of_every_trial_is_read_back()
    {
        var story = SampleJob.Completed;
        var written = EventFiles.Write(story.Events, folder.Path);
        Assert.Equal(folder["toy"], written.Folder);
        var total = 0;
        foreach (var trial in story.Record.Trials.Where(t => !t.Curve.IsEmpty))
        {
            var records = EventFileReader.Read(File(trial.Id));
            Assert.Equal("brain.Event:2", records[0].Version);
            total += records.Count - 1;
            Assert.Equal(
                trial.Curve.Select(p => (p.Step, (float)p.Value)),
                records.Where(r => r.Tag == "accuracy").Select(r => (r.Step, r.Value)));
            Assert.Equal(trial.Curve.Select(p => (float)p.TrainingLoss), records.Where(r => r.Tag == "training_loss").Select(r => r.Value));
            Assert.Equal(
                trial.Curve.Select(p => (float)p.DeviceSeconds), records.Where(r => r.Tag == "seconds/training").Select(r => r.Value));
        }
        Assert.Equal(written.Values, total);
        Assert.Equal(written.Trials, Directory.GetDirectories(written.Folder).Length);
    }

    [Fact]
    public void Values_have_the_time_at_which_they_were_stored()
    {
        var story = SampleJob.Completed;
        EventFiles.Write(story.Events, folder.Path);
        foreach (var e in story.Events)
        {
            if (e.Change is not SegmentReported reported) continue;
            var records = EventFileReader.Read(File(reported.Trial)).Where(r => r.Tag == "accuracy").ToDictionary(r => r.Step, r => r.Time);
            Assert.All(reported.Points, p => Assert.Equal(e.Time.ToUnixTimeMilliseconds() / 1e3, records[p.Step]));
        }
    }

    [Fact]
    public void Forecasts_stand_at_the_step_that_they_had_seen()
    {
        var job = JobRecords.Typical();
        EventFiles.Write([new JobEvent(1, job.StartedAt, job.ElapsedSeconds, new JobImported(job))], folder.Path);
        var forecasts = job.Rungs.SelectMany(r => r.Forecasts).GroupBy(f => f.Trial).First();
        var records = EventFileReader.Read(Directory.GetFiles(folder[job.Id.Value], "*", SearchOption.AllDirectories)
            .Single(f => f.Contains($"{forecasts.Key}-", StringComparison.Ordinal)));
        Assert.Equal(forecasts.Select(f => (f.AtStep, (float)f.FinalValue.P50)),
            records.Where(r => r.Tag == "forecast/final_accuracy/p50").Select(r => (r.Step, r.Value)));
        Assert.Equal(forecasts.Select(f => (float)f.ProbabilityOfBest),
            records.Where(r => r.Tag == "forecast/probability_of_best").Select(r => r.Value));
    }

    [Fact]
    public void A_file_grows_as_its_job_goes_on()
    {
        EventFiles.Write(SampleJob.Probed.Events, folder.Path);
        var before = System.IO.File.ReadAllBytes(File(TrialId.At(0)));
        EventFiles.Write(SampleJob.Completed.Events, folder.Path);
        var after = System.IO.File.ReadAllBytes(File(TrialId.At(0)));
        Assert.True(after.Length > before.Length);
        Assert.Equal(before, after[..before.Length]);
        // And again it stays as it is.
        EventFiles.Write(SampleJob.Completed.Events, folder.Path);
        Assert.Equal(after, System.IO.File.ReadAllBytes(File(TrialId.At(0))));
    }

    [Fact]
    public void A_file_that_is_another_one_is_written_anew()
    {
        EventFiles.Write(SampleJob.Completed.Events, folder.Path);
        var path = File(TrialId.At(0));
        var right = System.IO.File.ReadAllBytes(path);
        System.IO.File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes("something else"), .. right]);
        EventFiles.Write(SampleJob.Completed.Events, folder.Path);
        Assert.Equal(right, System.IO.File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("kfac-b512-damping0.03", "kfac-b512-damping0.03")]
    [InlineData("<img src=x>", "_3cimg_20src_3dx_3e")]
    [InlineData("../../etc/passwd", "_2f.._2fetc_2fpasswd")]
    [InlineData("..", "_")]
    [InlineData("", "_")]
    [InlineData("Verlust µ", "Verlust_20_b5")]
    public void Names_are_such_that_every_program_and_file_system_takes_them(string name, string clean) =>
        Assert.Equal(clean, MetricName.Clean(name));

    [Fact]
    public void Markup_in_names_becomes_neither_a_tag_nor_a_folder()
    {
        var job = JobRecords.Typical();
        var spec = job.Spec with { Objective = job.Spec.Objective with { Metric = "<b>accuracy</b>" } };
        var first = job.Trials[0] with { Candidate = job.Trials[0].Candidate with { Name = "<script>alert(1)</script>" } };
        job = job with { Spec = spec, Trials = job.Trials.SetItem(0, first) };
        var written = EventFiles.Write([new JobEvent(1, job.StartedAt, 0, new JobImported(job))], folder.Path);
        var files = Directory.GetFiles(written.Folder, "*", SearchOption.AllDirectories);
        Assert.All(files, f => Assert.DoesNotContain('<', f));
        Assert.All(files.SelectMany(EventFileReader.Read), r => Assert.DoesNotContain('<', r.Tag ?? ""));
    }

    [Fact]
    public void The_sum_is_that_of_the_published_examples()
    {
        // RFC 3720, B.4: 32 bytes of zeros, of ones, and counted up.
        Assert.Equal(0x8a9136aau, Crc32C.Sum(new byte[32]));
        Assert.Equal(0x62a8ab43u, Crc32C.Sum([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46dd794eu, Crc32C.Sum([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    private string File(TrialId trial) => Directory.GetFiles(
        Directory.GetDirectories(folder["toy"], $"{trial}-*").Single()).Single();
}
