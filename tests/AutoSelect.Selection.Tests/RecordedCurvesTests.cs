using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class RecordedCurvesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("recorded-curves").FullName;

    [Theory]
    [InlineData("curves.jsonl")]
    [InlineData("curves.jsonl.gz")]
    public void What_is_written_is_read_again(string file)
    {
        var path = Path.Combine(folder, file);
        var curve = Recordings.Smooth("a", Evidence.Rising(0.9)) with
        {
            Target = 0.85,
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.Linear, HorizonEpochs = 3 },
        };
        curve = curve with { Values = curve.Values.SetItem(4, null) };
        RecordedCurves.Write(path, [curve, curve with { Candidate = "b" }]);
        var read = RecordedCurves.Read(path);
        Assert.Equal(["a", "b"], read.Select(c => c.Candidate));
        Assert.Equal(curve.Steps, read[0].Steps);
        Assert.Equal(curve.Values, read[0].Values);
        Assert.Equal(curve.Seconds!.Value, read[0].Seconds!.Value);
        Assert.Equal((0.85, Direction.Maximize, ScheduleKind.Linear, 1000L),
            (read[0].Target, read[0].Direction, read[0].Schedule!.Kind, read[0].HorizonSteps));
    }

    [Fact]
    public void A_line_of_the_public_recordings_is_read()
    {
        var path = Path.Combine(folder, "public.jsonl");
        var line = """
            {"suite":"deepobs","workload":"w","family":"w","problem":"w","candidate":"Adam/1","algorithm":"Adam",
            "hyperparameters":{"lr":0.1,"style":"x","none":null},"metric":"loss","direction":"minimize","target":null,
            "budgetSeconds":null,"stepHint":100,"steps":[0,1,2],"seconds":null,"values":[1.5,null,0.5]}
            """;
        File.WriteAllText(path, line.ReplaceLineEndings(""));
        var curve = Assert.Single(RecordedCurves.Read(path));
        Assert.Equal((2.0, 0.0, 1, -1), (curve.SecondsAt(2), curve.EvaluationAt(2), curve.Last(1), curve.Last(-1)));
        Assert.Null(curve.Values[1]);
        Assert.Equal(Direction.Minimize, curve.Direction);
    }

    [Theory]
    [InlineData("{\"candidate\":\"a\",\"steps\":[1,2],\"values\":[1]}", "as many values")]
    [InlineData("{\"candidate\":\"a\",\"steps\":[],\"values\":[]}", "at least one step")]
    [InlineData("{\"steps\":", "not a curve")]
    public void A_line_that_is_no_curve_is_named_with_file_and_line(string line, string rule)
    {
        var path = Path.Combine(folder, "broken.jsonl");
        File.WriteAllText(path, "\n" + line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => RecordedCurves.Read(path));
        Assert.Contains("broken.jsonl(2)", error.Message);
        Assert.Contains(rule, error.Message);
    }

    [Fact]
    public void A_job_is_exported_with_its_deliverable_values()
    {
        var candidate = Evidence.Candidate("sgd-b128", ScheduleKind.Cosine);
        var trial = new Trial
        {
            Id = TrialId.At(0),
            Candidate = candidate with { Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", 0.1) },
            State = TrialState.Completed,
            HorizonSteps = 1000,
            Curve = [Evidence.Point(10, 0.5, 1.5) with { AveragedValue = 0.6 }, Evidence.Point(20, double.NaN, 3)],
        };
        var job = Job(Goals.FastestTo(0.9), trial, trial with { Id = TrialId.At(1), Curve = [] });
        // One run of two strategies, whose curve begins with the other's.
        var continued = trial with
        {
            Id = TrialId.At(2),
            Candidate = trial.Candidate with
            {
                Name = "kfac",
                Strategy = "kfac",
                Continues = new Continuation
                {
                    Candidate = candidate.Name,
                    At = .02,
                    Kind = ContinuationKind.BoundaryOnly,
                    RewarmSteps = 20,
                },
            },
        };
        var both = RecordedCurves.Export(job with { Trials = job.Trials.Add(continued) })[1];
        Assert.Equal((candidate.Strategy + "+kfac", candidate.Name, "0.02"),
            (both.Algorithm, both.Hyperparameters["continues"].GetString(), both.Hyperparameters["continuesAfter"].GetString()));
        Assert.Equal(trial.Curve.Length, both.Steps.Length);
        Assert.Equal($"{candidate.Strategy}+kfac|{candidate.BatchSize}|continues={candidate.Name}|continuesAfter=0.02|learningRate=0.1",
            CandidateKey.ForCurve(both));

        var curve = Assert.Single(RecordedCurves.Export(job));
        Assert.Equal([0.6, null], curve.Values);
        Assert.Equal([1.5, 3.0], curve.Seconds!.Value);
        Assert.Equal(("fashion-mnist-mlp", "job", "maximize", 0.9, "Paused"),
            (curve.Workload, curve.Problem, curve.DirectionName, curve.Target, curve.State));
        Assert.Equal(0.1, curve.Hyperparameters["learningRate"].GetDouble());
    }

    [Theory]
    [InlineData(ObjectiveKind.FastestTo, 0.9, "Paused")]
    [InlineData(ObjectiveKind.FastestTo, 0.6, "Completed")]
    [InlineData(ObjectiveKind.BestBy, null, "Paused")]
    public void An_answer_that_a_deadline_ended_early_tells_of_no_end(ObjectiveKind kind, double? target, string state)
    {
        var trial = new Trial
        {
            Id = TrialId.At(0),
            Candidate = Evidence.Candidate("sgd-b128"),
            State = TrialState.Completed,
            HorizonSteps = 1000,
            Curve = [Evidence.Point(10, 0.5, 1.5), Evidence.Point(20, 0.6, 3)],
        };
        var objective = Goals.FastestTo(0.9) with { Kind = kind, Target = target, DeadlineSeconds = 3 };
        var curve = Assert.Single(RecordedCurves.Export(Job(objective, trial)));
        Assert.Equal((state, state == "Completed"), (curve.State, curve.IsComplete));
        Assert.True(Assert.Single(RecordedCurves.Export(Job(objective, trial with { HorizonSteps = 20 }))).IsComplete);
    }

    private static JobRecord Job(Objective objective, params ImmutableArray<Trial> trials) => new()
    {
        Id = new JobId("job"),
        Spec = new JobSpec
        {
            Name = "job",
            Workload = new WorkloadReference { Name = "fashion-mnist-mlp" },
            Objective = objective,
            Candidates = [trials[0].Candidate],
            Baseline = trials[0].Candidate.Name,
            Seed = 1,
            TrainingExamples = 1000,
        },
        Phase = JobPhase.Completed,
        StartedAt = DateTimeOffset.UnixEpoch,
        ElapsedSeconds = 3,
        Trials = trials,
        Folder = "",
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
