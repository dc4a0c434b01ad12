using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Testing;
using CsCheck;

namespace AutoSelect.Planning.Tests.JobFiles;

/// <summary>
/// Whatever a job file says becomes a plan or errors with their lines, and nothing is asked of the machine that is not allowed.
/// AUTOSELECT_BAD_INPUT is the number of files, by default few; a failure tells the seed, for CsCheck's own variable, CsCheck_Seed.
/// </summary>
public sealed class BadJobFileTests : IDisposable
{
    private const string Job =
        "name: toy\nworkload: { name: toy-mlp, options: { hidden: 8 } }\nobjective: { fastest_to: 0.9, deadline: 1h }\n"
        + "batchSizes: [64, 128]\nepochs: 5\nconfidence: 0.9\nbaseline: nadamw-b64\nprobe: { devices: 2, insurance: 0.1 }\n"
        + "commit: { devices: 2 }\nranks: [1, 2]\n"
        + "candidates:\n  - strategy: sgd\n    values: { learningRate: [0.1, 0.2] }\n  - nadamw\n"
        + "checkpoints: { every: 30s, diskLimit: 1GB }\nevaluation: { perEpoch: 2 }\npriority: high\n"
        + "notify: https://example.org/x\ntelemetry: { labels: { a: b } }\nseed: 3\n";

    private static readonly string[] Words =
    [
        "", "..", "../x", "\0", "\n", "\r", "'", "\"", "{}", "{", "}", "[", "]", ":", "- ", "\t", "&a", "*a", "&a [*a]", "<<: *a", "? ",
        "!!binary x", "!!int", "!<x> y", "|", ">", "%YAML 9", "---", "...", "NaN", ".inf", "-1", "0", "1e999", "-0.0",
        "9223372036854775808", "0x10", "1h", "1e9d", "null", "~", "true", "\uFEFF", "\u2028", "\u001b[2J", "\ud800", "é", "/etc/passwd",
        "/proc/self/environ", "assembly: /etc/passwd", "type: X", "data: ..", "model: /dev/zero",
        "continues: { candidate: x, after: 0.5 }", "fastest_to: 2",
        "best_by: 0s", "tradeoff: { gain: 1, worth: 1s }", "search: default", "points: 64", "modifiers: { clipNorm: 0 }",
        "communication: gossip", "schedule: x", "1: 2", "a: 1\na: 2",
    ];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.OneOf(Words), Gen.Char.Array[0, 12].Select(c => new string(c)), Gen.Int[1, 200].Select(n => new string('[', n)),
        Gen.Int[1, 5000].Select(n => new string('x', n)));

    private static readonly string[] Lines =
    [
        "workload: { name: toy-mlp, options: { hidden: 8 } }", "objective: { fastest_to: 0.9 }", "batchSizes: [64, 128]", "epochs: 5",
        "name: toy",
        "confidence: 0.9", "probe: { devices: 2, insurance: 0.1 }", "commit: { devices: 1 }", "checkpoints: { every: 30s, diskLimit: 1GB }",
        "evaluation: { perEpoch: 2 }", "priority: high", "notify: https://example.org/x", "telemetry: { labels: { a: b } }", "seed: 3",
        "candidates: [ sgd, nadamw ]",
    ];

    /// <summary>A right file without some of its lines, and with something else for the values of a few.</summary>
    private static readonly Gen<string> Values = Gen.Select(Gen.Int[0, 29].Array[Lines.Length], Piece).Select(
        (dice, put) => string.Concat(Lines.Select((line, i) => Line(line, i, dice[i], put))));

    /// <summary>A right file with some pieces cut out, put in, or moved.</summary>
    private static readonly Gen<string> Pieces = Gen.Select(Gen.Int[0, Job.Length], Gen.Int[0, 40], Piece).Array[1, 4].Select(changes =>
        changes.Aggregate(Job, (text, change) =>
        {
            var at = Math.Min(change.Item1, text.Length);
            return text[..at] + change.Item3 + text[Math.Min(text.Length, at + change.Item2)..];
        }));

    private static readonly Gen<string> Text = Gen.OneOf(Pieces, Values);

    private readonly TemporaryFolder folder = new();

    private static long Count { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("AUTOSELECT_BAD_INPUT"), CultureInfo.InvariantCulture, out var given)
            ? given : 400;

    public void Dispose() => folder.Dispose();

    private static string Line(string line, int number, int die, string put) =>
        die == 0 ? $"{line.Split(':')[0]}: {put}\n"
        : die < 10 && number > 3 ? "" : line + "\n";

    [Fact]
    public async Task Whatever_a_file_says_becomes_a_plan_or_errors()
    {
        var (plans, refusals) = (0, 0);
        var places = AllowedPlaces.Parse([folder.Path]);
        await Text.SampleAsync(async text =>
        {
            var source = new PlayedSource { Answer = Answer };
            var planner = new JobPlanner(source);
            var job = new JobText(text, "job.yaml", folder.Path) { Places = places };
            var planning = await planner.Plan(job, new Progress<DataProgress>(), default)
                .WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
            if (planning.Plan is { } plan)
            {
                plans++;
                Assert.True(places.Broken(plan.Spec.Workload) is null, plan.Spec.Workload.ToString());
                Assert.NotEmpty(plan.Spec.Candidates);
                return;
            }
            refusals++;
            Assert.All(planning.Errors, e => Assert.True(e.Line >= 1 && e.Message.Length > 0));
        }, iter: Count, threads: 1);
        TestContext.Current.SendDiagnosticMessage($"{plans} plans, {refusals} refusals");
        Assert.True(plans > 0 && refusals > 0, $"{plans} plans, {refusals} refusals");

        Inspection Answer(WorkloadReference? workload)
        {
            Assert.True(workload is null || places.Broken(workload) is null, $"{workload} was looked at.");
            return workload is null ? Sample.Inspection with { Workload = null }
                : workload.Name == "toy-mlp" ? Sample.Inspection
                : throw new WorkloadRefusedException($"There is no workload '{workload.Name}'.");
        }
    }

    [Fact]
    public async Task Whatever_is_to_join_a_job_becomes_candidates_or_errors()
    {
        var planner = new JobPlanner(new PlayedSource());
        var spec = (await planner.Plan(
            new JobText("workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n", "job.yaml", folder.Path),
            new Progress<DataProgress>(), TestContext.Current.CancellationToken)).Plan!.Spec;
        const string Addition = "candidates:\n  - strategy: sgd\n    values: { learningRate: [0.1, 0.2] }\nbatchSizes: [32]\nepochs: 3\n";
        await Gen.Select(Gen.Int[0, Addition.Length], Gen.Int[0, 20], Piece).SampleAsync(async (at, cut, put) =>
        {
            var text = Addition[..at] + put + Addition[Math.Min(Addition.Length, at + cut)..];
            var planning = await planner.PlanAddition(
                new JobText(text, "added", folder.Path), spec, new Progress<DataProgress>(), CancellationToken.None);
            Assert.True(planning.Plan is not null || planning.Errors.All(e => e.Line >= 1 && e.Message.Length > 0));
        }, iter: Math.Max(100, Count / 10), threads: 1);
    }
}
