using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Planning.Trials;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;

namespace AutoSelect.Planning.Previews;

/// <summary>What a job would do, as far as that is known without training.</summary>
public sealed record JobPreview
{
    public required JobSpec Spec { get; init; }
    public required ImmutableArray<CandidatePreview> Candidates { get; init; }

    /// <summary>
    /// Steps on several devices, of trials and of committed runs; empty where there are none, or nothing is known of links and layers.
    /// </summary>
    public required ImmutableArray<RankPreview> Ranks { get; init; }

    /// <summary>The path over which links were measured; null where they were not.</summary>
    public string? Transport { get; init; }

    /// <summary>Bytes of the model's gradients; 0 where its layers are not known.</summary>
    public required long GradientBytes { get; init; }

    /// <summary>What the policy says to begin with.</summary>
    public required string Opening { get; init; }

    /// <summary>The race as it can be foreseen; null where the policy insures nothing.</summary>
    public RaceForesight? Race { get; init; }

    /// <summary>
    /// Names of the challengers in the order in which they would be tried, that of <see cref="RaceForesight.Challengers"/>.
    /// </summary>
    public required ImmutableArray<string> Challengers { get; init; }

    /// <summary>On which earlier runs stands what is believed of the candidates.</summary>
    public required JobStanding Standing { get; init; }

    /// <summary>True where the devices are cores of one machine, which slow each other down.</summary>
    public required bool SharesMachine { get; init; }

    /// <summary>
    /// Step times measured in earlier jobs that the predictions rest on; 0 leaves them to a rule of thumb, good to a factor of about two.
    /// </summary>
    public required int Measurements { get; init; }

    /// <summary>What would be borrowed for it now; null where nothing is borrowed of anybody.</summary>
    public BorrowingPreview? Borrowing { get; init; }

    /// <param name="plan">The job.</param>
    /// <param name="earlier">Jobs of the store.</param>
    /// <param name="history">What the job learns from; null for the earlier jobs alone.</param>
    public static JobPreview FromPlan(JobPlan plan, IReadOnlyCollection<JobRecord> earlier, SelectionHistory? history = null)
    {
        var measurements = StepTimeHistory.FromJobs(earlier, plan).ToList();
        var model = new StepTimeModel(measurements);
        var shared = SharedSteps.FromForecast(RankForecasts.ForPlan(plan, model));
        var trials = PlannedTrials.ForPlan(plan, model, shared);
        var spec = plan.Spec;
        var known = history ?? JobHistory.Read(earlier);
        var (policy, input) = (PolicyCatalogue.Get(spec.Policy), PlannedTrials.Opening(spec, trials, known));
        var opening = policy.Decide(input);
        var race = policy.InsuresBaseline ? RaceForesight.FromInput(input) : null;
        ImmutableArray<CandidatePreview> candidates = [.. trials.Select(t => CandidatePreview.ForTrial(plan, t, opening))];
        return new JobPreview
        {
            Spec = spec,
            Candidates = candidates,
            Ranks = shared is null ? [] : [.. trials.SelectMany(t => RankPreview.ForTrial(plan, t, model, shared))],
            Transport = shared?.Transport,
            GradientBytes = 4 * plan.Inspection.Workload!.Layers.Sum(l => l.Parameters),
            Opening = opening.Summary,
            Race = race,
            Challengers = race is null ? [] : [.. race.Challengers.Select(c => trials.First(t => t.Trial == c.Trial).Candidate.Name)],
            Standing = JobStanding.FromHistory(known, spec),
            SharesMachine = PlannedTrials.Kind(plan) == DeviceKind.Cpu,
            Measurements = measurements.Count,
        };
    }
}
