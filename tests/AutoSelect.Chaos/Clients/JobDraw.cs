using AutoSelect.Chaos.Cluster;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Clients;

/// <summary>A job to be submitted, with what is to be asked of it.</summary>
/// <param name="Number">Counted from 0 in the run.</param>
/// <param name="Submitter">Who submits it.</param>
/// <param name="At">Seconds from the start of the run.</param>
/// <param name="Text">The job as YAML.</param>
/// <param name="IsReal">True for a job of real devices.</param>
/// <param name="IsSentTwice">True where two servers are asked at once.</param>
/// <param name="Asks">What is asked of it later; null for nothing.</param>
/// <param name="AsksAfter">Seconds after its submission.</param>
internal sealed record JobDraw(
    int Number, string Submitter, double At, string Text, bool IsReal, bool IsSentTwice, JobRequestKind? Asks, double AsksAfter)
{
    /// <summary>The submitter's own id of it; also a label of the job, by which doubles are found.</summary>
    public string Key => $"chaos-{Number}";
}

/// <summary>Draws the jobs of a run from a seed. Pure.</summary>
internal static class JobDraws
{
    /// <summary>Label of a job with its <see cref="JobDraw.Key"/>.</summary>
    public const string KeyLabel = "chaos";

    private static readonly JobRequestKind[] Requests =
        [JobRequestKind.Pause, JobRequestKind.StopTrial, JobRequestKind.CommitTo, JobRequestKind.Cancel];

    /// <param name="seed">Of the draws.</param>
    /// <param name="real">Jobs of real devices; they come first.</param>
    /// <param name="simulated">Jobs of simulated devices.</param>
    /// <param name="seconds">Time over which the simulated ones come.</param>
    /// <param name="submitters">Who submits.</param>
    public static IReadOnlyList<JobDraw> Create(int seed, int real, int simulated, double seconds, IReadOnlyList<string> submitters)
    {
        var random = new Random(seed ^ 0x5eed);
        return [.. Enumerable.Range(0, real + simulated).Select(number =>
        {
            var isReal = number < real;
            var at = isReal ? number : seconds * (number - real) / Math.Max(1, simulated);
            var text = isReal ? Real(number, random) : Simulated(number, random);
            JobRequestKind? asks = random.NextDouble() < .3 ? Requests[random.Next(Requests.Length)] : null;
            return new JobDraw(number, submitters[number % submitters.Count], at, text, isReal, random.NextDouble() < .2, asks,
                2 + (20 * random.NextDouble()));
        })];
    }

    private static string Real(int number, Random random) =>
        $$"""
        name: real-{{number}}
        workload:
          assembly: {{ChaosPaths.OwnWorkload}}
          type: OwnWorkload.TwoSpirals
          options: { turns: 2, width: 16, examples: 2000 }
        objective: { tradeoff: { gain: 0.01, worth: 5s } }
        candidates:
          - strategy: nadamw
            batchSizes: [50, 100]
          - strategy: sgd
            batchSizes: [50]
        epochs: 20
        checkpoints: { every: 1s }
        seed: {{random.Next(1000)}}
        telemetry: { labels: { {{KeyLabel}}: chaos-{{number}} } }
        """;

    private static string Simulated(int number, Random random)
    {
        string[] objectives =
        [
            "tradeoff: { gain: 0.01, worth: 5s }", "fastest_to: 0.7, deadline: 4m", "best_by: 45s", "fastest_to: 0.55",
        ];
        return
            $$"""
            name: simulated-{{number}}
            workload: { name: fashion-mnist-mlp, options: { dataset: synthetic, examples: 2000, hidden: 16 } }
            objective: { {{objectives[random.Next(objectives.Length)]}} }
            candidates:
              - strategy: sgd
                values: { learningRate: [{{Rate(random)}}, {{Rate(random)}}] }
                batchSizes: [20]
              - strategy: nadamw
                batchSizes: [20]
            epochs: {{random.Next(8, 17)}}
            checkpoints: { every: 1s }
            probe: { devices: {{random.Next(1, 4)}} }
            policy: {{(random.NextDouble() < .15 ? "exhaustive" : "insured")}}
            seed: {{random.Next(1000)}}
            telemetry: { labels: { {{KeyLabel}}: chaos-{{number}}, simulated: devices and curves } }
            """;
    }

    private static string Rate(Random random) => (.01 + (.001 * random.Next(1, 190))).ToString("0.000");
}
