using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Selection.Candidates;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests.JobFiles;

public class JobFileReaderTests
{
    private const string Whole = """
        name: my-job
        workload:
          name: toy-mlp
          options: { hidden: 64 }
        objective:
          fastest_to: 0.9
          deadline: 1h30m
        confidence: 0.95
        candidates:
          - nadamw
          - strategy: sgd
            values: { interval: [5, 10] }
            search:
              learningRate: { min: 0.01, max: 0.5 }
            batchSizes: [32, 64]
            points: 3
            schedule: linear
          - strategy: sgd
            continues: { candidate: nadamw-b128-e4, after: [0.25, 0.5], rewarm: 10 }
        batchSizes: 128
        points: 2
        epochs: [4, 0.5]
        baseline: sgd
        probe: { devices: 3, insurance: 0.25 }
        commit: { devices: 1 }
        seed: 7
        checkpoints: { every: 90s, diskLimit: 2GiB }
        evaluation: { perEpoch: 4 }
        policy: exhaustive
        telemetry: { labels: { team: vision } }
        """;

    [Fact]
    public void A_file_with_every_key_is_read_whole()
    {
        var reading = Sample.Read(Whole, "job.yaml", Sample.Inspection);
        Assert.Empty(reading.Errors);
        var file = reading.File!;
        Assert.Equal("my-job", file.Name);
        Assert.Equal("toy-mlp", file.Workload!.Name);
        Assert.Equal("64", file.Workload!.Options["hidden"]);
        Assert.Equal(new JobGoal(ObjectiveKind.FastestTo, 0.9, 5400, null), file.Goal);
        Assert.Equal(0.95, file.Confidence);
        Assert.Equal([128], file.Candidates.BatchSizes);
        Assert.Equal([4, 0.5], file.Candidates.Epochs);
        Assert.Equal(2, file.Candidates.PointsPerStrategy);
        Assert.Equal(7, file.Candidates.Seed);
        Assert.Equal("sgd", file.Baseline);
        Assert.Equal(new ProbeBudget { Devices = 3, Insurance = 0.25 }, file.Probe);
        Assert.Equal(new CheckpointPolicy { EverySeconds = 90, DiskLimitBytes = 2L << 30 }, file.Checkpoints);
        Assert.Equal(4, file.Evaluation.PerEpoch);
        Assert.Equal("exhaustive", file.Policy);
        Assert.Equal("vision", file.Labels["team"]);
        Assert.Equal("nadamw", file.Candidates.Strategies[0].Strategy);
        var sgd = file.Candidates.Strategies[1];
        Assert.Equal([5, 10], sgd.Values["interval"]);
        Assert.Equal(new SearchRange(0.01, 0.5, HyperparameterScale.Logarithmic), sgd.Ranges["learningRate"]);
        Assert.Equal([32, 64], sgd.BatchSizes);
        Assert.Equal(3, sgd.Points);
        Assert.Equal(ScheduleKind.Linear, sgd.Schedule);
        Assert.Null(sgd.Continues);
        var continues = file.Candidates.Strategies[2].Continues!;
        Assert.Equal(("nadamw-b128-e4", 10L), (continues.Candidate, continues.RewarmSteps));
        Assert.Equal([0.25, 0.5], continues.After);
    }

    [Fact]
    public void A_file_with_only_what_must_be_given_takes_the_documented_defaults()
    {
        var file = Sample.Read("workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: 8", "My_First Job.yaml", Sample.Inspection).File!;
        Assert.Equal("my-first-job", file.Name);
        Assert.Equal(new JobGoal(ObjectiveKind.BestBy, null, 300, null), file.Goal);
        Assert.Equal(0.9, file.Confidence);
        Assert.Empty(file.Candidates.Strategies);
        Assert.Empty(file.Candidates.BatchSizes);
        Assert.Equal(1, file.Candidates.Seed);
        Assert.Equal(new ProbeBudget(), file.Probe);
        Assert.Equal(new CommitResources(), file.Commit);
        Assert.Equal(new CheckpointPolicy(), file.Checkpoints);
        Assert.Equal(new EvaluationPolicy(), file.Evaluation);
        Assert.Equal("insured", file.Policy);
        Assert.Null(file.Baseline);
    }

    [Fact]
    public void A_tradeoff_becomes_seconds_for_a_unit_of_the_metric()
    {
        var file = Sample.Read(
            "workload: toy-mlp\nobjective:\n  tradeoff: { gain: 0.01, worth: 5m }\nepochs: 8", "job.yaml", Sample.Inspection).File!;
        Assert.Equal(ObjectiveKind.Tradeoff, file.Goal!.Kind);
        Assert.Equal(30_000, file.Goal!.SecondsPerUnit!.Value, 6);
        var objective = file.Goal!.For(SampleCatalogue.Workload);
        Assert.Equal("accuracy", objective.Metric);
        Assert.Equal(Direction.Maximize, objective.Direction);
    }

    [Fact]
    public void The_strategys_own_range_stands_for_default()
    {
        var file = Sample.Read(
            Job("candidates:\n  - strategy: sgd\n    search: { learningRate: default }"), "job.yaml", Sample.Inspection).File!;
        Assert.Equal(new SearchRange(1e-3, 1, HyperparameterScale.Logarithmic), file.Candidates.Strategies[0].Ranges["learningRate"]);
    }

    [Fact]
    public void All_errors_are_told_at_once_in_order_of_line()
    {
        const string Text = """
            workload: toy-mpl
            objective: { fastest_to: high, deadline: 5 }
            confidence: 2
            candidates:
              - sdg
              - strategy: sgd
                values: { learningrate: 0.1 }
            epochs: 0
            probes: { devices: 2 }
            """;
        var errors = Sample.Read(Text, "job.yaml", Sample.Inspection).Errors.Select(e => e.ToString());
        Assert.Equal(
            [
                "job.yaml:1: workload is 'toy-mpl': it is not in the catalogue. Did you mean 'toy-mlp'?",
                "job.yaml:2: objective.fastest_to is 'high': it must be a finite number in the unit of the workload's metric.",
                "job.yaml:2: objective.deadline is '5': it must be a duration above 0 with units, such as 90s, 5m or 1h30m.",
                "job.yaml:3: confidence is '2': it must be a probability from 0.5 to 0.999.",
                "job.yaml:5: candidates[0] is 'sdg': no such strategy. Did you mean 'sgd'?",
                "job.yaml:7: 'learningrate' is not a hyperparameter of sgd. Did you mean 'learningRate'?",
                "job.yaml:8: epochs is '0': it must be a number above 0 and up to 100000.",
                "job.yaml:9: 'probes' is not a key of a job file. Did you mean 'probe'?",
            ], errors);
    }

    [Fact]
    public void Without_the_catalogue_only_the_files_own_rules_are_checked()
    {
        var reading = Sample.Read(
            "workload: toy-mpl\nobjective: { best_by: 5m }\nepochs: 8\ncandidates: [sdg]", "job.yaml", inspection: null);
        Assert.Empty(reading.Errors);
        Assert.Equal("toy-mpl", reading.Workload!.Name);
    }

    [Fact]
    public void A_users_own_workload_is_found_relative_to_the_job_file()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "Mine.dll"), "");
            var text =
                "workload: { assembly: Mine.dll, type: Mine.Spirals, options: { hidden: 2 } }\nobjective: { best_by: 5m }\nepochs: 8";
            var reading = Sample.Read(text, Path.Combine(folder.FullName, "job.yaml"), Sample.Inspection);
            Assert.Empty(reading.Errors);
            Assert.Equal(Path.Combine(folder.FullName, "Mine.dll"), reading.Workload!.Assembly);
            Assert.Equal("Mine.Spirals", reading.Workload.Name);
            Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", reading.Workload.AssemblySha256);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_path_to_data_counts_from_the_job_file()
    {
        var reading = Sample.Read(
            "workload: { name: toy-mlp, options: { data: corpus.txt, hidden: 2 } }\nobjective: { best_by: 5m }\nepochs: 8",
            "/jobs/job.yaml", inspection: null);
        Assert.Equal("/jobs/corpus.txt", reading.Workload!.Options["data"]);
        Assert.Equal("2", reading.Workload.Options["hidden"]);
    }

    [Fact]
    public void A_path_to_a_model_counts_from_the_job_file_where_the_workload_is_of_the_catalogue()
    {
        const string rest = "options: { model: nets/a.pt } }\nobjective: { best_by: 5m }\nepochs: 8";
        var named = Sample.Read("workload: { name: torchscript, " + rest, "/jobs/job.yaml", inspection: null);
        Assert.Equal("/jobs/nets/a.pt", named.Workload!.Options["model"]);
        var assembly = typeof(JobFileReaderTests).Assembly.Location;
        var own = Sample.Read($"workload: {{ assembly: {assembly}, type: My.Own, " + rest, "/jobs/job.yaml", inspection: null);
        Assert.Equal("nets/a.pt", own.Workload!.Options["model"]);
    }

    public static string Job(string more) => "workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: 8\n" + more;
}
