using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Previews;
using AutoSelect.Planning.Winners;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests;

public sealed class ProgramPlanningTests
{
    private const string Workload = """
        workload:
          command: [python3, "--width={width}", 3]
          metric: score
          direction: minimize
          steps: 1000
          arguments: { width: 8, mode: fast, label: "12" }
          environment: { LEVEL: 3 }
          patience: 30s
          processes: 500

        """;

    private const string Objective = "objective: { fastest_to: 0.5 }\n";

    private static async Task<JobPlanning> Plan(string text) => await new JobPlanner(new PlayedSource())
        .Plan(new JobText(text, "job.yaml", "/jobs"), new Progress<DataProgress>(), TestContext.Current.CancellationToken);

    private static async Task<JobSpec> Spec(string candidates) => (await Plan(Workload + Objective + candidates)).Plan!.Spec;

    [Fact]
    public async Task A_program_becomes_a_job()
    {
        var spec = await Spec(
            "candidates:\n  - { name: a, like: sgd, arguments: { lr: 0.1 } }\n  - { name: b, steps: 500 }\nbaseline: b\n");
        var program = spec.Workload.Program!;
        Assert.Equal(["python3", "--width={width}", "3"], program.Command);
        Assert.Equal(
            ("score", Direction.Minimize, 30, true), (program.Metric, program.Direction, program.PatienceSeconds, program.CanResume));
        Assert.Equal((500, 16L << 30), (program.ProcessLimit, program.DiskBytes));
        Assert.Equal("3", program.Environment["LEVEL"]);
        Assert.Equal("""label="12" mode="fast" width=8""", string.Join(' ', program.Arguments.Select(a => $"{a.Key}={a.Value}")));
        Assert.Equal(("python3", 1000, "b"), (spec.Workload.Name, spec.TrainingExamples, spec.Baseline));
        Assert.Equal(("score", Direction.Minimize, .5), (spec.Objective.Metric, spec.Objective.Direction, spec.Objective.Target));
        Assert.Equal([("a", "sgd", 1000L), ("b", "program", 500L)],
            spec.Candidates.Select(c => (c.Name, c.Strategy, c.Schedule.HorizonSteps(spec.TrainingExamples, c.BatchSize))));
        Assert.Equal("""label="12" lr=0.1 mode="fast" width=8""", Words(spec.Candidates[0]));
        Assert.Equal([("lr", .1), ("width", 8)], spec.Candidates[0].Hyperparameters.Select(h => (h.Key, h.Value)));
    }

    private const string Elsewhere =
        "workload: { trained: elsewhere, name: rings, metric: score, direction: minimize, steps: 1000, arguments: { width: 8 } }\n";

    [Fact]
    public async Task What_is_trained_elsewhere_becomes_a_job_without_a_command()
    {
        var plan = (await Plan(Elsewhere + Objective + "candidates:\n  - { name: a, like: sgd, arguments: { lr: [0.1, 1] } }\n")).Plan!;
        var (spec, program) = (plan.Spec, plan.Spec.Workload.Program!);
        Assert.True(spec.Workload.IsElsewhere);
        Assert.Equal(("rings", "rings width=8 elsewhere"), (spec.Workload.Name, spec.Workload.Label));
        Assert.Equal(("score", Direction.Minimize, 600, true), (
            program.Metric, program.Direction, program.PatienceSeconds, program.CanResume));
        Assert.Empty(program.Command);
        Assert.Equal(["a-lr0.1", "a-lr1"], spec.Candidates.Select(c => c.Name));
        Assert.Null(AllowedPlaces.BuiltIn.Broken(spec.Workload));
    }

    [Theory]
    [InlineData("name: x, command: [a]", "workload.command stands beside workload.trained: what is trained elsewhere is started there.")]
    [InlineData("name: x, environment: { A: b }", "workload.environment stands beside workload.trained")]
    [InlineData("name: x, disk: 1GiB", "workload.disk stands beside workload.trained")]
    [InlineData("name: x, processes: 100", "workload.processes stands beside workload.trained")]
    [InlineData("name: x, points: { format: csv }", "workload.points stands beside workload.trained")]
    [InlineData("name: 'x y'", "workload.name is 'x y': it must be 1 to 48 lower-case letters")]
    [InlineData("patience: 1m", "'workload.name' is missing: give what is trained a name")]
    public async Task What_is_said_of_a_command_is_refused_of_what_is_trained_elsewhere(string keys, string message)
    {
        var text = $"workload: {{ trained: elsewhere, metric: score, direction: minimize, steps: 9, {keys} }}\n{Objective}"
            + "candidates: [{ name: a }]\n";
        Assert.Contains((await Plan(text)).Errors, e => e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_it_is_trained_has_one_name() => Assert.Contains(
        (await Plan(Elsewhere.Replace("elsewhere", "there", StringComparison.Ordinal) + Objective + "candidates: [{ name: a }]\n")).Errors,
        e => e.Message.Contains("workload.trained is 'there': it must be one of elsewhere", StringComparison.Ordinal));

    [Fact]
    public async Task Lists_are_crossed_and_name_what_they_vary()
    {
        var spec = await Spec("candidates:\n  - { name: a, arguments: { lr: [0.1, 1.0e-3], mode: [x, y], seed: 4 } }\n");
        Assert.Equal(["a-lr0.1-modex", "a-lr0.1-modey", "a-lr0.001-modex", "a-lr0.001-modey"], spec.Candidates.Select(c => c.Name));
        Assert.Equal("""label="12" lr=0.001 mode="y" seed=4 width=8""", Words(spec.Candidates[3]));
    }

    [Fact]
    public async Task Ranks_are_crossed_with_arguments_and_named_where_they_vary()
    {
        var spec = await Spec(
            "candidates:\n  - { name: a, arguments: { lr: [0.1, 1] }, ranks: [1, 2] }\n  - { name: b, ranks: 2 }\n  - { name: c }\n"
            + "ranks: 4\nprobe: { devices: 4 }\nbaseline: c\n");
        Assert.Equal(
            [("a-lr0.1-r1", 1), ("a-lr0.1-r2", 2), ("a-lr1-r1", 1), ("a-lr1-r2", 2), ("b", 2), ("c", 4)],
            spec.Candidates.Select(c => (c.Name, c.Ranks)));
        Assert.All(spec.Candidates, c => Assert.Equal("none", c.Communication));
        Assert.Equal(["4 ranks"], spec.Candidates[^1].Axes());
    }

    [Fact]
    public async Task A_job_of_several_ranks_has_forecasts_and_a_preview()
    {
        var plan = (await Plan(Workload + Objective + "candidates: [{ name: a, ranks: [1, 2] }]\n")).Plan!;
        Assert.Equal(2, plan.SpecWithForecasts([]).StepTimes.Count);
        Assert.Equal([[], ["2 ranks"]], JobPreview.FromPlan(plan, []).Candidates.Select(c => c.Axes.ToArray()));
    }

    [Theory]
    [InlineData("candidates: [{ name: a, ranks: 0 }]\n", "candidates[0].ranks is '0': it must be an integer from 1 to 1024")]
    [InlineData("candidates: [{ name: a, ranks: [2, 2] }]\n", "candidates[0].ranks[1] is '2': it stands in the list already")]
    [InlineData("candidates: [{ name: a, ranks: 3 }]\n",
        "probe.devices is '2': a trains on 3 ranks, each on a device of its own; it must be at least 3.")]
    [InlineData("candidates: [{ name: a, ranks: 2, communication: fp16 }]\n", "communication")]
    [InlineData("candidates: [{ name: a, ranks: 2 }]\ncommunication: fp16\n", "'communication' says nothing of a program")]
    [InlineData("candidates: [{ name: a }]\ncommit: { devices: 2 }\n",
        "commit.devices is '2': what a program does on more devices than it was tried on it alone knows, and a has 1 rank")]
    public async Task What_is_wrong_with_ranks_is_told(string candidates, string error) =>
        Assert.Contains(error, Assert.Single((await Plan(Workload + Objective + candidates)).Errors).Message);

    [Fact]
    public async Task What_is_trained_elsewhere_has_no_ranks()
    {
        var errors = (await Plan(Elsewhere + Objective + "candidates: [{ name: a, ranks: 2 }]\nranks: 2\n")).Errors;
        Assert.Equal(["candidates[0].ranks", "ranks"], errors.Select(e => e.Message.Split(' ')[0]));
        Assert.All(errors, e => Assert.Contains("says nothing of what is trained elsewhere: each client trains by itself.", e.Message));
    }

    [Fact]
    public async Task Points_are_drawn_from_ranges()
    {
        var spec = await Spec(
            "candidates:\n  - name: a\n    search: { lr: { min: 1.0e-4, max: 1, scale: logarithmic }, "
            + "n: { min: 1, max: 9, scale: integer } }\n    points: 5\n");
        Assert.Equal(5, spec.Candidates.Length);
        Assert.Equal(5, spec.Candidates.Select(c => c.Name).Distinct().Count());
        Assert.All(spec.Candidates, c => Assert.InRange(c.Hyperparameters["lr"], 1e-4, 1));
        Assert.All(spec.Candidates, c => Assert.True(double.IsInteger(c.Hyperparameters["n"])));
        Assert.True(spec.Candidates.Max(c => c.Hyperparameters["lr"]) > 100 * spec.Candidates.Min(c => c.Hyperparameters["lr"]));
    }

    [Theory]
    [InlineData("", "'candidates' is missing")]
    [InlineData("candidates: default\n", "candidates is 'default': it must be a list of sections")]
    [InlineData("candidates: [{ arguments: { a: 1 } }]\n", "'candidates[0].name' is missing")]
    [InlineData("candidates: [{ name: A b }]\n", "candidates[0].name is 'A b': it must be 1 to 48 lower-case letters")]
    [InlineData("candidates: [{ name: a }, { name: a }]\n", "candidates[1].name is 'a': it stands in the list already")]
    [InlineData("candidates: [{ name: a, like: sdg }]\n", "candidates[0].like is 'sdg': no such strategy. Did you mean 'sgd'?")]
    [InlineData("candidates: [{ name: a, steps: 0 }]\n", "candidates[0].steps is '0': it must be an integer from 1 to")]
    [InlineData("candidates: [{ name: a, arguments: { -x: 1 } }]\n", "is named '-x': an argument's name has letters")]
    [InlineData("candidates: [{ name: a, arguments: { x: 1 }, search: { x: { min: 1, max: 2 } } }]\n",
        "'x' stands in both arguments and search")]
    [InlineData("candidates: [{ name: a, search: { x: 1 } }]\n", "search.x is '1': it must be a section with min and max")]
    [InlineData("candidates: [{ name: a }]\nepochs: 3\n", "'epochs' says nothing of a program")]
    [InlineData("candidates: [{ name: a }]\nbatchSizes: [3]\n", "'batchSizes' says nothing of a program")]
    [InlineData("candidates: [{ name: a, arguments: { x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], y: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "
        + "z: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], u: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] } }]\n", "may come to at most 10000 candidates")]
    public async Task What_is_wrong_with_candidates_is_told(string candidates, string error)
    {
        var planning = await Plan(Workload + Objective + candidates);
        Assert.Contains(error, Assert.Single(planning.Errors).Message);
    }

    [Theory]
    [InlineData("metric: score", "", "'workload.metric' is missing")]
    [InlineData("steps: 1000", "", "'workload.steps' is missing")]
    [InlineData("[python3,", "['{width}',", "which program is run cannot depend on an argument")]
    [InlineData("direction: minimize", "direction: down", "workload.direction is 'down': it must be one of maximize, minimize")]
    [InlineData("patience: 30s", "patience: 10ms", "workload.patience is '10ms': it must be at least 1s")]
    [InlineData("patience: 30s", "disk: 1kB", "workload.disk is '1kB': it must be at least 1MiB")]
    [InlineData("processes: 500", "processes: 0", "workload.processes is '0': it must be an integer from 1 to 4194304")]
    [InlineData("patience: 30s", "points: { format: tensorboard, step: x }", "TensorBoard has its own")]
    [InlineData("patience: 30s", "name: toy-mlp", "workload.name stands beside workload.command")]
    [InlineData("LEVEL: 3", "AUTOSELECT_SEED: 3", "'AUTOSELECT_SEED' is not a variable to give")]
    [InlineData("width: 8", "width: [8, 9]", "workload.arguments.width is a list of 2")]
    [InlineData("patience: 30s", "points: { format: csv }", "'workload.points.file' is missing")]
    [InlineData("patience: 30s", "points: { format: csv, file: ../x }", "it must be a path within the program's working folder")]
    [InlineData("patience: 30s", "points: { format: pattern, pattern: 'a(?<step>b)' }", "it must have the groups")]
    [InlineData("patience: 30s", "points: { format: pattern, pattern: '(?=a)(?<step>b)(?<value>c)' }", "without look-around")]
    [InlineData("patience: 30s", "points: { format: jsonlines, pattern: x }", "workload.points.pattern belongs to format pattern")]
    public async Task What_is_wrong_with_a_program_is_told(string part, string instead, string error)
    {
        var planning = await Plan(Workload.Replace(part, instead, StringComparison.Ordinal) + Objective + "candidates: [{ name: a }]\n");
        Assert.Contains(error, Assert.Single(planning.Errors).Message);
    }

    [Fact]
    public async Task Candidates_join_a_running_job_with_its_steps_and_common_arguments()
    {
        var job = await Spec("candidates: [{ name: a, arguments: { lr: 0.1 } }]\n");
        async Task<JobPlanning> Add(string text) => await new JobPlanner(new PlayedSource()).PlanAddition(
            new JobText(text, "more.yaml", "/jobs"), job, new Progress<DataProgress>(), TestContext.Current.CancellationToken);
        var added = (await Add("candidates: [{ name: a, arguments: { lr: [0.1, 0.3] } }]\n")).Plan!.Spec.Candidates;
        var candidate = Assert.Single(added);
        Assert.Equal(("a-lr0.3", """label="12" lr=0.3 mode="fast" width=8"""), (candidate.Name, Words(candidate)));
        Assert.Equal(1000, candidate.Schedule.HorizonSteps(job.TrainingExamples, candidate.BatchSize));
        Assert.Contains("All of these candidates are in the job already",
            Assert.Single((await Add("candidates: [{ name: b, arguments: { lr: 0.1 } }]\n")).Errors).Message);
        Assert.Contains("'batchSizes' says nothing of a program",
            Assert.Single((await Add("candidates: [{ name: b }]\nbatchSizes: [8]\n")).Errors).Message);
    }

    [Fact]
    public async Task Recordings_of_two_programs_of_one_name_have_two_labels()
    {
        var spec = await Spec("candidates: [{ name: a }]\n");
        var other = spec.Workload with { Program = spec.Workload.Program! with { Command = ["python3", "4"] } };
        Assert.StartsWith("python3 label=12 mode=fast width=8 ", spec.Workload.Label, StringComparison.Ordinal);
        Assert.NotEqual(spec.Workload.Label, other.Label);
    }

    [Fact]
    public async Task The_winner_is_written_as_a_job_file_that_comes_to_it_again()
    {
        var spec = await Spec("candidates:\n  - { name: a, like: sgd, arguments: { lr: [0.1, 0.2] }, steps: 500, ranks: 2 }\nseed: 7\n");
        var record = SubmittedJobs.Record(spec);
        record = record with { Outcome = new Outcome { ObjectiveMet = true, Summary = "", Winner = record.Trials[1].Id } };
        var text = WinnerJobFile.Write(record, new Catalogue { Strategies = [], Workloads = [], Devices = [] });
        var again = (await Plan(text)).Plan!.Spec;
        var (was, now) = (record.Trials[1].Candidate, Assert.Single(again.Candidates));
        Assert.True(now.HasCourseOf(was with { Schedule = now.Schedule }), text);
        Assert.Equal(500, now.Schedule.HorizonSteps(again.TrainingExamples, now.BatchSize));
        Assert.Equal(spec.Workload.Program! with { Arguments = again.Workload.Program!.Arguments }, again.Workload.Program);
    }

    [Theory]
    [InlineData("[sh, train.sh]", "/usr/bin", true)]
    [InlineData("[sh, train.sh]", "/other", false)]
    [InlineData("[/other/run, train.py]", "/other", true)]
    [InlineData("[/other/run, /etc/passwd]", "/other", false)]
    [InlineData("[/other/../etc/run]", "/other", false)]
    [InlineData("[bin/run]", "/jobs/bin", true)]
    [InlineData("[no-such-program]", "/usr/bin", false)]
    public async Task A_submitted_job_runs_only_programs_that_an_operator_allowed(string command, string place, bool isAllowed)
    {
        var text = Workload.Replace("""[python3, "--width={width}", 3]""", command, StringComparison.Ordinal)
            .Replace("  environment: { LEVEL: 3 }\n", "", StringComparison.Ordinal) + Objective + "candidates: [{ name: a }]\n";
        Assert.Equal(isAllowed, await IsAllowed(text, AllowedPlaces.Parse([place])));
        Assert.True(await IsAllowed(text, AllowedPlaces.Everything));
        Assert.False(await IsAllowed(text, AllowedPlaces.BuiltIn));
    }

    [Fact]
    public async Task Variables_are_given_only_where_everything_is_allowed()
    {
        var text = Workload.Replace("python3", "/other/run", StringComparison.Ordinal) + Objective + "candidates: [{ name: a }]\n";
        Assert.False(await IsAllowed(text, AllowedPlaces.Parse(["/other"])));
        Assert.True(await IsAllowed(text, AllowedPlaces.Everything));
    }

    /// <summary>As the planner says it, and as a device says it of the workload that it is given.</summary>
    private static async Task<bool> IsAllowed(string text, AllowedPlaces places)
    {
        var job = new JobText(text, "job.yaml", "/jobs");
        var isPlanned = (await new JobPlanner(new PlayedSource()).Plan(
            job with { Places = places }, new Progress<DataProgress>(), TestContext.Current.CancellationToken)).Plan is not null;
        var workload = (await Plan(text)).Plan!.Spec.Workload;
        Assert.Equal(isPlanned, places.Broken(workload) is null);
        return isPlanned;
    }

    private static string Words(Candidate candidate) => string.Join(' ', candidate.Arguments.Select(a => $"{a.Key}={a.Value}"));
}
