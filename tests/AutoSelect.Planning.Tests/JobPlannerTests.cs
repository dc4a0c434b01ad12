using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests;

public sealed class JobPlannerTests
{
    private const string Sound = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    private const string Continuing = "candidates:\n  - nadamw\n  - strategy: sgd\n    continues: { candidate: nadamw, after: 0.4 }\n";

    private static Task<JobPlanning> Plan(string text, PlayedSource? source = null) =>
        new JobPlanner(source ?? new PlayedSource())
            .Plan(new JobText(text, "job.yaml", "/jobs"), new Progress<DataProgress>(), TestContext.Current.CancellationToken);

    private static async Task<string[]> Errors(string text, PlayedSource? source = null)
    {
        var planning = await Plan(text, source);
        Assert.Null(planning.Plan);
        return [.. planning.Errors.Select(e => e.ToString())];
    }

    private static PlayedSource Refusing(string message, string? option) => new()
    {
        Answer = w => w is null ? Sample.Inspection with { Workload = null } : throw new WorkloadRefusedException(message, option),
    };

    [Fact]
    public async Task A_sound_file_becomes_a_job()
    {
        var source = new PlayedSource();
        var plan = (await Plan(Sound, source)).Plan!;
        Assert.Equal(["nadamw-b64", "sgd-b64"], plan.Spec.Candidates.Select(c => c.Name));
        Assert.Equal(
            ("job", "nadamw-b64", 6400, 0.9), (plan.Spec.Name, plan.Spec.Baseline, plan.Spec.TrainingExamples, plan.Spec.Objective.Target));
        Assert.Null(plan.Spec.History);
        Assert.Empty(plan.Warnings);
        Assert.Equal([("toy-mlp", 1)], source.Asked);
    }

    [Fact]
    public async Task The_same_as_json_becomes_the_same_job_and_has_lines_too()
    {
        const string Json = """
            {
            \t"workload": {"name": "toy-mlp", "options": {"data": "a\/b.npz"}},
            \t"objective": {"fastest_to": 0.9},
            \t"batchSizes": [64],
            \t"epochs": 5
            }
            """;
        var plan = (await Plan(Json.Replace("\\t", "\t"))).Plan!;
        var same = (await Plan(
            "workload: { name: toy-mlp, options: { data: a/b.npz } }\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5")).Plan!;
        Assert.Equal("/jobs/a/b.npz", plan.Spec.Workload.Options["data"]);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(same.Spec, RecordJson.Options),
            System.Text.Json.JsonSerializer.Serialize(plan.Spec, RecordJson.Options));
        Assert.Equal(["job.yaml:4: batchSizes[0] is '0': it must be an integer of at least 1."],
            await Errors(Json.Replace("\\t", "\t").Replace("[64]", "[0]")));
    }

    [Fact]
    public async Task Errors_of_every_stage_are_told_at_once_in_order_of_line()
    {
        const string Text = """
            workload:
              name: toy-mlp
              options: { data: rows.npz }
            objective: { fastest_to: 0.9 }
            confidence: 2
            epochs: 5
            batchSizes: 64
            candidates:
              - nadamw
              - sdg
              - strategy: sgd
                ranks: 3
              - strategy: sgd
                ranks: 4
            probe: { devices: 2 }
            """;
        Assert.Equal(
            [
                "job.yaml:3: Array 'train_inputs' of '/jobs/rows.npz' has NaN at [1, 1]: all values must be finite.",
                "job.yaml:5: confidence is '2': it must be a probability from 0.5 to 0.999.",
                "job.yaml:10: candidates[1] is 'sdg': no such strategy. Did you mean 'sgd'?",
                "job.yaml:11: candidates[2] is 'sgd': ranks is '3': it must divide the batch size, 64.",
                "job.yaml:15: probe.devices is '2': sgd-b64-r4-fp32 trains on 4 ranks, each on a device of its own; it must be at least 4.",
            ],
            await Errors(Text, Refusing("Array 'train_inputs' of '/jobs/rows.npz' has NaN at [1, 1]: all values must be finite.", "data")));
    }

    [Theory]
    [InlineData("baseline: kfac\ncandidates: [nadamw, kafc]", "job.yaml:6: candidates[1] is 'kafc': no such strategy.")]
    [InlineData("baseline: adam\nbatchSize: 32", "job.yaml:6: 'batchSize' is not a key of a job file.")]
    [InlineData(
        "ranks: [2, x]\ncandidates: [{ strategy: sgd, communication: fp16 }]", "job.yaml:5: ranks[1] is 'x': it must be an integer")]
    [InlineData(
        "candidates: [nadamw, { strategy: sgd, continues: { candidate: adam } }]",
        "job.yaml:5: 'candidates[1].continues.after' is missing")]
    [InlineData(
        "candidates: [nadmw, { strategy: sgd, continues: { candidate: nadamw, after: 0.5 } }]",
        "job.yaml:5: candidates[0] is 'nadmw': no such strategy.")]
    public async Task What_only_follows_from_another_error_is_not_told(string more, string only) =>
        Assert.StartsWith(only, Assert.Single(await Errors(Sound + more)));

    [Theory]
    [InlineData("fastest_to: 70", "objective.fastest_to is '70': accuracy lies between 0 and 1; 70 % is 0.7.")]
    [InlineData("fastest_to: -0.1", "objective.fastest_to is '-0.1': accuracy lies between 0 and 1.")]
    [InlineData(
        "tradeoff: { gain: 5, worth: 1m }",
        "objective.tradeoff.gain is '5': accuracy lies between 0 and 1 and cannot improve by more than 1.")]
    public async Task An_objective_that_the_metric_cannot_reach_is_refused(string objective, string message) =>
        Assert.Equal(["job.yaml:2: " + message], await Errors($"workload: toy-mlp\nobjective: {{ {objective} }}\nepochs: 5"));

    [Fact]
    public async Task A_baseline_that_continues_another_candidate_is_refused_with_its_line()
    {
        var child = (await Plan(Sound + Continuing)).Plan!.Spec.Candidates.Single(c => c.Continues is not null).Name;
        foreach (var baseline in new[] { "sgd", child })
            Assert.Equal(
                [$"job.yaml:9: baseline is '{baseline}': {child} continues nadamw-b64, and what would have been run anyway must begin by "
                    + "itself."],
                await Errors($"{Sound}{Continuing}baseline: {baseline}"));
    }

    [Theory]
    [InlineData("candidates:\n  - sgd\n  - strategy: nadamw\n    continues: { candidate: sgd, after: 0.4 }", "sgd-b64")]
    [InlineData(Continuing + "  - sgd\nbaseline: sgd", "sgd-b64")]
    public async Task The_baseline_is_one_that_begins_by_itself(string more, string baseline) =>
        Assert.Equal(baseline, (await Plan(Sound + more)).Plan!.Spec.Baseline);

    [Fact]
    public async Task A_target_at_the_end_of_the_range_or_without_a_known_range_is_taken()
    {
        Assert.NotNull((await Plan("workload: toy-mlp\nobjective: { fastest_to: 1 }\nepochs: 5")).Plan);
        var unknown = new PlayedSource
        {
            Answer = _ => Sample.Inspection with { Workload = SampleCatalogue.Workload with { Range = null } },
        };
        Assert.NotNull((await Plan("workload: toy-mlp\nobjective: { fastest_to: 70 }\nepochs: 5", unknown)).Plan);
    }

    [Theory]
    [InlineData("workload: toy-mlp\nobjective:\n\tfastest_to: 0.9\nepochs: 5", 3)]
    [InlineData("workload: toy-mlp\nobjective:\n  fastest_to: 0.9\nprobe:\n  devices: 2\n\tprice: 0.5\nepochs: 5", 6)]
    [InlineData("workload:\n  name: toy-mlp\n \toptions: {}\nobjective: { best_by: 5m }\nepochs: 5", 3)]
    public async Task A_tab_is_told_with_its_own_line(string text, int line) =>
        Assert.Equal([$"job.yaml:{line}: Not valid YAML: a tab stands in the indentation: indent with spaces."], await Errors(text));

    [Fact]
    public async Task Errors_are_told_before_a_data_set_that_cannot_be_had()
    {
        var source = new PlayedSource
        {
            Answer = w =>
                w is null ? Sample.Inspection with { Workload = null } : throw new InspectionFailedException("The network is down."),
        };
        Assert.Equal("The network is down.", (await Assert.ThrowsAsync<InspectionFailedException>(() => Plan(Sound, source))).Message);
        Assert.Equal(["job.yaml:5: candidates[0] is 'sdg': no such strategy. Did you mean 'sgd'?"],
            await Errors(Sound + "candidates: [sdg]", source));
    }

    [Fact]
    public async Task What_a_workload_refuses_is_told_at_its_option_and_else_at_the_workload()
    {
        const string Text = "epochs: 5\nobjective: { best_by: 5m }\nworkload:\n  name: toy-mlp\n  options:\n    hidden: 0";
        Assert.Equal(["job.yaml:6: No."], await Errors(Text, Refusing("No.", "hidden")));
        Assert.Equal(["job.yaml:5: No."], await Errors(Text, Refusing("No.", "data")));
        Assert.Equal(["job.yaml:3: No."], await Errors(Text, Refusing("No.", null)));
    }

    [Fact]
    public async Task An_objective_is_checked_beside_data_that_is_refused()
    {
        var described = SampleCatalogue.Workload with { TrainingExamples = null };
        var source = new PlayedSource
        {
            Answer = w =>
                w is null ? Sample.Inspection with { Workload = null } : throw new WorkloadRefusedException("No.", "data", described),
        };
        Assert.Equal(["job.yaml:1: No.", "job.yaml:2: objective.fastest_to is '70': accuracy lies between 0 and 1; 70 % is 0.7."],
            await Errors(Sound.Replace("0.9", "70"), source));
    }

    [Fact]
    public async Task An_error_says_value_and_rule_apart()
    {
        var error = Assert.Single((await Plan(Sound + "confidence: 2")).Errors);
        Assert.Equal(
            new JobFileError("job.yaml", 5, "confidence is '2': it must be a probability from 0.5 to 0.999.")
            {
                Path = "confidence",
                Value = "2",
                Rule = "it must be a probability from 0.5 to 0.999",
            }, error);
    }

    [Fact]
    public async Task Warnings_stand_at_their_option()
    {
        var described = SampleCatalogue.Workload with { Warnings = [new WorkloadWarning("Thin.", "hidden"), new WorkloadWarning("Odd.")] };
        var plan = (await Plan("workload:\n  name: toy-mlp\n  options: { hidden: 1 }\nobjective: { best_by: 5m }\nepochs: 5",
            new PlayedSource { Answer = _ => Sample.Inspection with { Workload = described } })).Plan!;
        Assert.Equal(["job.yaml:1: Odd.", "job.yaml:3: Thin."], plan.Warnings.Select(w => w.ToString()));
    }

    [Fact]
    public async Task A_default_that_its_rule_would_take_out_of_its_range_is_held_there_and_told()
    {
        var large = Sample.Inspection with { Workload = SampleCatalogue.Workload with { TrainingExamples = 64_000 } };
        var plan = (await Plan(
            "workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: 5\ncandidates:\n  - nadamw\n  - sgd\nbatchSizes: [25600]",
            new PlayedSource { Answer = _ => large })).Plan!;
        Assert.Equal([.1, .2], plan.Spec.Candidates.Select(c => Math.Round(c.Hyperparameters["learningRate"], 9)));
        Assert.Equal(
            ["job.yaml:5: nadamw at batch size 25600: its rule for the batch size asks for learningRate 0.141, which is held at 0.1, the "
                + "greatest of its range."], plan.Warnings.Select(w => w.ToString()));
    }

    [Fact]
    public async Task Step_times_are_predicted_from_all_that_the_inspection_found()
    {
        async Task<StepTimeForecast> Predicted(WorkloadDescription workload) =>
            (await Plan(Sound, new PlayedSource { Answer = _ => Sample.Inspection with { Workload = workload } })).Plan!
                .SpecWithForecasts([]).StepTimes["sgd-b64"];
        var known = SampleCatalogue.Workload with
        {
            ForwardMultiplyAdds = 1e6,
            ValidationExamples = 1_000,
            Layers = [new LayerSize(1_000_000, 1_000, 1e6)],
        };
        var step = await Predicted(known);
        // Raw and averaged weights are evaluated: 2 (1 ms + 1000 · 1e6 / 2.5e10).
        Assert.Equal(.082, step.EvaluationSeconds, 1e-9);
        // Half a million parameters less take 4 · 5 bytes each less.
        var smaller = await Predicted(known with { Layers = [new LayerSize(500_000, 1_000, 1e6)] });
        Assert.Equal(5e5 * 20 / 8e9, step.MedianSeconds - smaller.MedianSeconds, 1e-9);
    }

    [Fact]
    public async Task Links_are_measured_for_the_most_ranks_and_not_for_a_file_that_is_refused()
    {
        var source = new PlayedSource();
        await Plan(Sound + "candidates: [nadamw, { strategy: sgd, ranks: [1, 4] }]\nprobe: { devices: 4 }\ncommit: { devices: 2 }", source);
        await Plan(Sound + "ranks: 4\nprobe: { devices: 4 }\nconfidence: 2", source);
        Assert.Equal([("toy-mlp", 4), ("toy-mlp", 0)], source.Asked);
    }
}
