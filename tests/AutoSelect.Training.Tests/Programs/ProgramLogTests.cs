using AutoSelect.Contracts;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>Points that are read from what a program writes anyway.</summary>
public sealed class ProgramLogTests : IDisposable
{
    private readonly ProgramJob job = new();

    public void Dispose() => job.Dispose();

    [Fact]
    public void Points_are_found_in_what_it_prints()
    {
        var report = job.Run("""
            echo "epoch 1 step 50: acc=0.5 loss=2"
            echo "nothing here"
            echo "epoch 2 step 100: acc=0.6 loss=1"
            """, canResume: false,
            points: new PointSource { Format = PointFormat.Pattern, Pattern = "step (?<step>[0-9]+): acc=(?<value>[0-9.]+)" });
        Assert.Equal(SegmentEnd.BudgetReached, report.End);
        Assert.Equal([(50, .5), (100, .6)], job.Recorder.Points.Select(p => (p.Step, p.Value)));
    }

    [Theory]
    [InlineData(PointFormat.JsonLines, """printf '{"step":50,"accuracy":0.5}\nno json\n{"step":100,"accuracy":0.6}\n' > log.txt""")]
    [InlineData(PointFormat.Csv, """printf 'step,loss,accuracy\n50,2,0.5\n75,1,\n100,1,0.6' > log.txt""")]
    public void Points_are_found_in_a_file_that_it_writes(PointFormat format, string script)
    {
        var report = job.Run(script, canResume: false, points: new PointSource { Format = format, File = "*.txt" });
        Assert.Equal(SegmentEnd.BudgetReached, report.End);
        Assert.Equal([(50, .5), (100, .6)], job.Recorder.Points.Select(p => (p.Step, p.Value)));
    }

    [Fact]
    public void Points_that_are_logged_after_later_steps_were_told_count()
    {
        var report = job.Run($$"""
            say '{"step":20}'; say '{"step":60}'; save 90
            {{ProgramJob.UntilTakenOver("90")}}
            printf '{"step":40,"accuracy":0.5}\n{"step":80,"accuracy":0.6}\n' > log.txt
            save 100
            """, points: new PointSource { Format = PointFormat.JsonLines, File = "log.txt" });
        Assert.Equal((SegmentEnd.BudgetReached, "", 100), (report.End, report.Reason, report.Step));
        Assert.Equal([(40, .5), (80, .6)], job.Recorder.Points.Select(p => (p.Step, p.Value)));
        Assert.True(job.Recorder.Points[0].DeviceSeconds < job.Recorder.Points[1].DeviceSeconds);
    }

    [Fact]
    public void A_file_that_is_written_anew_tells_nothing_twice()
    {
        var report = job.Run("""
            mkdir -p runs/one
            for n in 10 20 30; do echo "step,accuracy"; seq -f '%g,0.5' 10 10 $n; done > runs/one/log.csv
            """, canResume: false, points: new PointSource { Format = PointFormat.Csv, File = "runs/*/log.csv" });
        Assert.Equal([10, 20, 30], job.Recorder.Points.Select(p => p.Step));
        Assert.Equal(SegmentEnd.BudgetReached, report.End);
    }

    [Fact]
    public void What_is_not_finite_in_a_log_of_Python_is_found()
    {
        var report = job.Run("""echo '{"step": 10, "accuracy": NaN}'; sleep 1000""",
            canResume: false, points: new PointSource { Format = PointFormat.JsonLines });
        Assert.Equal((SegmentEnd.Diverged, "accuracy is NaN at step 10."), (report.End, report.Reason));
    }
}
