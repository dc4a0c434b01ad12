namespace AutoSelect.Planning.Tests.JobFiles;

public class JobFileRuleTests
{
    [Theory]
    // Each row: what is added to a sound file (or, from "!" on, the whole file), the line, and a part of the only error.
    [InlineData("name: My Job", 4, "name is 'My Job': it must be 1 to 48 lower-case letters, digits and dashes")]
    [InlineData("name:", 4, "name has no value")]
    [InlineData("name: [a]", 4, "name is 'a list': it must be a single value")]
    [InlineData("confidence: 0.3", 4, "confidence is '0.3': it must be a probability from 0.5 to 0.999")]
    [InlineData("confidence: .nan", 4, "confidence is '.nan'")]
    [InlineData("confidence: NaN", 4, "confidence is 'NaN'")]
    [InlineData("candidates: some", 4, "candidates is 'some': it must be 'default' or a list of strategies")]
    [InlineData("candidates: { strategy: sgd }", 4, "candidates is 'a section': it must be 'default' or a list of strategies")]
    [InlineData("candidates: []", 4, "candidates is an empty list")]
    [InlineData("candidates:\n  - values: { interval: 5 }", 5, "'candidates[0].strategy' is missing")]
    [InlineData("candidates:\n  - [sgd]", 5, "candidates[0] is 'a list': it must be a section with strategy")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    value: { interval: 5 }", 6, "'value' is not a key of candidates[0]. Did you mean 'values'?")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    values: 5", 6, "candidates[0].values is '5': it must be a section of hyperparameter: value")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    values: { interval: 2.5 }", 6,
        "candidates[0].values.interval is '2.5': it must be an integer")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    values: { learningRate: fast }", 6,
        "learningRate is 'fast': it must be a number from 0.001 to 1")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { learningRate: wide }", 6, "learningRate is 'wide': it must be one of default")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { momentun: default }", 6,
        "'momentun' is not a hyperparameter of sgd. Known: learningRate, interval")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { learningRate: { min: 1 } }", 6,
        "'candidates[0].search.learningRate.max' is missing")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { learningRate: { min: 1, max: 0.1 } }", 6,
        "max is '0.1': it must be above min, which is 1")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { learningRate: { min: 0, max: 1, scale: logarithmic } }",
        6, "min is '0': it must be above 0 on a logarithmic scale")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { learningRate: { min: 0.1, max: 1, scale: log } }", 6,
        "scale is 'log': it must be one of linear, logarithmic, integer")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { interval: { min: 1.5, max: 4 } }", 6,
        "min is '1.5': it must be an integer on an integer scale")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { interval: { min: 1, max: 4.5 } }", 6,
        "max is '4.5': it must be an integer on an integer scale")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    values: { learningRate: 0.1 }\n    search: { learningRate: default }",
        7, "'learningRate' stands in both values and search")]
    [InlineData("candidates:\n  - strategy: sgd\n    points: some", 6, "points is 'some': it must be an integer from 1 to 64")]
    [InlineData("candidates:\n  - strategy: sgd\n    values: { interval: 0 }", 6, "interval is '0': it must be an integer from 1 to 100")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { learningRate: { min: 0.1, max: 9 } }", 6,
        "learningRate is 0.1 to 9: it must lie within 0.001 to 1")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    search: { learningRate: default }\n    points: 0", 7,
        "points is '0': it must be an integer from 1 to 64")]
    [InlineData("candidates:\n  - strategy: sgd\n    schedule: step", 6, "schedule is 'step': it must be one of constant, cosine, linear")]
    [InlineData("candidates:\n  - strategy: sgd\n    batchSizes: [0]", 6, "batchSizes[0] is '0': it must be an integer of at least 1")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    continues: nadamw", 6,
        "candidates[0].continues is 'nadamw': it must be a section with candidate, after, rewarm")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    continues: { candidate: nadamw }", 6,
        "'candidates[0].continues.after' is missing: give the share of the run")]
    [InlineData("candidates:\n  - strategy: sgd\n    continues: { after: 0.5 }", 6, "'candidates[0].continues.candidate' is missing")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    continues: { candidate: nadamw, after: [0.5, 1] }", 6,
        "after[1] is '1': it must be a share of the run above 0 and below 1")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    continues: { candidate: nadamw, after: 0.5, rewarm: -1 }", 6,
        "rewarm is '-1': it must be an integer of at least 0")]
    [InlineData("modifiers: { clip: 1 }", 4, "'clip' is not a key of modifiers")]
    [InlineData("modifiers: { labelSmoothing: 1 }", 4, "modifiers.labelSmoothing is '1': it must be none or a number above 0 and below 1")]
    [InlineData("modifiers: { clipNorm: [none, 1, 1] }", 4, "modifiers.clipNorm[2] is '1': it stands in the list already")]
    [InlineData("modifiers: { averaging: ema }", 4, "modifiers.averaging is 'ema': it must be one of polynomial, off, gpa")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    modifiers: { microBatch: 0 }", 6,
        "candidates[0].modifiers.microBatch is '0': it must be an integer of at least 1")]
    [InlineData("batchSizes: [64, 64]", 4, "batchSizes[1] is '64': it stands in the list already")]
    [InlineData("batchSizes: 12.5", 4, "batchSizes is '12.5': it must be an integer of at least 1")]
    [InlineData("points: -1", 4, "points is '-1': it must be an integer from 0 to 64")]
    [InlineData("seed: -1", 4, "seed is '-1': it must be an integer of at least 0")]
    [InlineData("seed: 99999999999999999999", 4, "seed is '99999999999999999999': it must be an integer")]
    [InlineData("baseline: [a]", 4, "baseline is 'a list'")]
    [InlineData("probe: 2", 4, "probe is '2': it must be a section with devices, insurance, price")]
    [InlineData("probe:", 4, "probe has no value: it must be a section")]
    [InlineData("probe: { devices: 0 }", 4, "probe.devices is '0': it must be an integer from 1 to 1024")]
    [InlineData("probe: { insurance: -1 }", 4, "probe.insurance is '-1': it must be a share from 0 to 1")]
    [InlineData("probe: { insurance: 50% }", 4, "probe.insurance is '50%': it must be a share from 0 to 1")]
    [InlineData("probe: { price: -1 }", 4, "probe.price is '-1': it must be a number of at least 0")]
    [InlineData("commit: { devices: 0 }", 4, "commit.devices is '0': it must be an integer from 1 to 1024")]
    [InlineData("ranks: 0", 4, "ranks is '0': it must be an integer from 1 to 1024")]
    [InlineData("ranks: [1, 2, 2]", 4, "ranks[2] is '2': it stands in the list already")]
    [InlineData(
        "communication: fp61", 4, "communication is 'fp61': it must be one of none, fp32, fp16, bf16, fp8-e4m3, fp8-e5m2, powersgd-<rank>, "
            + "topk-<percentage>, local-sgd-<steps>, diloco-<steps>, async, async-predicted, a parameter above 0. Did you mean 'fp16'?")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    ranks: 2\n    communication: [fp32, dilco-100]", 7,
        "candidates[0].communication[1] is 'dilco-100': it must be one of none")]
    [InlineData(
        "candidates:\n  - strategy: sgd\n    communication: powersgd-0", 6,
        "candidates[0].communication is 'powersgd-0': it must be one of")]
    [InlineData("candidates:\n  - strategy: sgd\n    rank: 2", 6, "'rank' is not a key of candidates[0]. Did you mean 'ranks'?")]
    [InlineData("checkpoints: { every: 10 }", 4, "checkpoints.every is '10': it must be a duration above 0 with units")]
    [InlineData("checkpoints: { every: 0s }", 4, "checkpoints.every is '0s': it must be a duration above 0")]
    [InlineData("checkpoints: { diskLimit: 4 }", 4, "checkpoints.diskLimit is '4': it must be a size above 0 with a unit")]
    [InlineData("evaluation: { perEpoch: 0 }", 4, "evaluation.perEpoch is '0': it must be a number above 0 and up to 1000")]
    [InlineData("policy: greedy", 4, "policy is 'greedy': it must be one of insured, exhaustive")]
    [InlineData("telemetry: { labels: x }", 4, "telemetry.labels is 'x': it must be a section of name: text")]
    [InlineData("telemetry: { label: { a: b } }", 4, "'label' is not a key of telemetry. Did you mean 'labels'?")]
    [InlineData("epoch: 4", 4, "'epoch' is not a key of a job file. Did you mean 'epochs'?")]
    [InlineData("batch_sizes: 4", 4, "'batch_sizes' is not a key of a job file. Did you mean 'batchSizes'?")]
    [InlineData("---\nname: second", 5, "2 documents: a job file holds one")]
    [InlineData("name: a\nname: b", 5, "Not valid YAML")]
    [InlineData("name: [a", 5, "Not valid YAML")]
    [InlineData("!objective: { best_by: 5m }\nepochs: 8", 1, "'workload' is missing")]
    [InlineData("!workload: toy-mlp\nepochs: 8", 1, "'objective' is missing")]
    [InlineData("!workload: toy-mlp\nobjective: { best_by: 5m }", 1, "'epochs' is missing")]
    [InlineData("!workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: []", 3, "epochs is an empty list")]
    [InlineData("!workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: [1, 1.0]", 3, "epochs[1] is '1.0': it stands in the list already")]
    [InlineData("!workload: toy-mlp\nobjective: { deadline: 5m }\nepochs: 8", 2, "objective has 0 of fastest_to, best_by and tradeoff")]
    [InlineData(
        "!workload: toy-mlp\nobjective: { best_by: 5m, fastest_to: 0.9 }\nepochs: 8", 2,
        "objective has 2 of fastest_to, best_by and tradeoff")]
    [InlineData("!workload: toy-mlp\nobjective: { best_by: 5m, deadline: 6m }\nepochs: 8", 2, "objective.deadline stands beside best_by")]
    [InlineData("!workload: toy-mlp\nobjective: fast\nepochs: 8", 2, "objective is 'fast': it must be a section with fastest_to")]
    [InlineData("!workload: toy-mlp\nobjective: { tradeoff: { gain: 0.1 } }\nepochs: 8", 2, "'objective.tradeoff.worth' is missing")]
    [InlineData(
        "!workload: toy-mlp\nobjective: { tradeoff: { gain: 0, worth: 5m } }\nepochs: 8", 2,
        "objective.tradeoff.gain is '0': it must be a number above 0")]
    [InlineData(
        "!workload: toy-mlp\nobjective: { fastest-to: 0.9, best_by: 1m }\nepochs: 8", 2,
        "'fastest-to' is not a key of objective. Did you mean 'fastest_to'?")]
    [InlineData(
        "!workload: [a]\nobjective: { best_by: 5m }\nepochs: 8", 1, "workload is 'a list': it must be a workload's name, or a section")]
    [InlineData("!workload: { options: { hidden: 2 } }\nobjective: { best_by: 5m }\nepochs: 8", 1, "'workload.name' is missing")]
    [InlineData(
        "!workload: { name: toy-mlp, options: { hiden: 2 } }\nobjective: { best_by: 5m }\nepochs: 8", 1,
        "'hiden' is not an option of workload toy-mlp. Did you mean 'hidden'?")]
    [InlineData(
        "!workload: { name: toy-mlp, options: [2] }\nobjective: { best_by: 5m }\nepochs: 8", 1,
        "workload.options is 'a list': it must be a section of option: value")]
    [InlineData("!workload: { type: A.B }\nobjective: { best_by: 5m }\nepochs: 8", 1, "'workload.assembly' is missing")]
    [InlineData(
        "!workload: { assembly: none.dll, type: A.B }\nobjective: { best_by: 5m }\nepochs: 8", 1,
        "workload.assembly is 'none.dll': it must be a file; build the project first")]
    [InlineData("![a, b]", 1, "The file is a list")]
    [InlineData("!just words", 1, "The file is a single value")]
    [InlineData("!", 1, "The file is empty")]
    [InlineData("!# nothing", 1, "The file is empty")]
    public void A_broken_rule_is_told_with_its_line(string text, int line, string message)
    {
        var reading = Sample.Read(text.StartsWith('!') ? text[1..] : JobFileReaderTests.Job(text), "job.yaml", Sample.Inspection);
        Assert.Null(reading.File);
        var error = Assert.Single(reading.Errors);
        Assert.Contains(message, error.Message);
        Assert.Equal(line, error.Line);
    }

    [Fact]
    public void A_catalogue_workload_and_an_own_one_do_not_mix()
    {
        var reading = Sample.Read("workload: { name: toy-mlp, assembly: none.dll, type: A.B }\nobjective: { best_by: 5m }\nepochs: 8",
            "job.yaml", Sample.Inspection);
        Assert.Contains(reading.Errors, e => e.Message.StartsWith("workload.name stands beside", StringComparison.Ordinal));
    }
}
