using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>Job records with made-up measurements, for tests of what reads them. All carry the label that says so.</summary>
public static class JobRecords
{
    /// <summary>12 candidates on 2 devices, 6 rungs; a candidate diverges, K-FAC wins and reaches the target.</summary>
    public static JobRecord Typical()
    {
        var job = Probe(SimulatedCatalogue.Twelve);
        job.Finish();
        return job.ToRecord(JobPhase.Completed, job.Succeed());
    }

    /// <summary>The same job as it looks while trials run after the third rung.</summary>
    public static JobRecord Running()
    {
        var job = Halfway();
        job.Train();
        job.Halt(running: true);
        return job.ToRecord(JobPhase.Probing);
    }

    /// <summary>The same job, interrupted after the third rung.</summary>
    public static JobRecord Paused()
    {
        var job = Halfway();
        job.Halt(running: false);
        return job.ToRecord(JobPhase.Paused);
    }

    /// <summary>The winner's curve falls after the commit; the runner-up takes over.</summary>
    public static JobRecord WithFallback()
    {
        var job = Probe([.. SimulatedCatalogue.Twelve.Select(c => c.Candidate.Name == "kfac-b512" ? c with { BreaksAt = 3.2 } : c)]);
        job.Finish(upToEpoch: 4.5);
        job.FallBack();
        job.Finish();
        return job.ToRecord(JobPhase.Completed, job.Succeed());
    }

    /// <summary>Every candidate diverges before its first evaluation.</summary>
    public static JobRecord AllFailed()
    {
        var job = new SimulatedJob(
            Spec(SimulatedCatalogue.Twelve), [.. SimulatedCatalogue.Twelve.Select(c => c with { DivergesAt = 0.05 })]);
        job.Begin();
        job.Train();
        return job.ToRecord(
            JobPhase.Failed, new Outcome { ObjectiveMet = false, Summary = "All 12 candidates failed." }, "every candidate failed");
    }

    /// <summary>One candidate, which is the baseline too: committed at once.</summary>
    public static JobRecord SingleCandidate()
    {
        ImmutableArray<SimulatedCandidate> one = [SimulatedCatalogue.Twelve.First(c => c.Candidate.Name == SimulatedCatalogue.Baseline)];
        var job = new SimulatedJob(Spec(one), one);
        job.Begin();
        job.Train();
        job.Decide(1);
        job.Finish();
        return job.ToRecord(JobPhase.Completed, job.Succeed());
    }

    /// <summary>Submitted a moment ago: no devices, rungs or points.</summary>
    public static JobRecord NotStarted() =>
        new SimulatedJob(Spec(SimulatedCatalogue.Twelve), SimulatedCatalogue.Twelve)
            .ToRecord(JobPhase.Probing) with
        { Devices = [], ElapsedSeconds = 0 };

    /// <summary>A whole job with as many candidates as asked for, at least 12.</summary>
    public static JobRecord Many(int candidates)
    {
        var job = Probe(SimulatedCatalogue.Many(candidates));
        job.Finish();
        return job.ToRecord(JobPhase.Completed, job.Succeed());
    }

    /// <summary>A whole job among some of the candidates of <see cref="Typical"/>, by their names; the baseline is one of them.</summary>
    public static JobRecord Among(params IEnumerable<string> names)
    {
        var job = Probe([.. SimulatedCatalogue.Twelve.Where(c => names.Contains(c.Candidate.Name))]);
        job.Finish();
        return job.ToRecord(JobPhase.Completed, job.Succeed());
    }

    private static SimulatedJob Probe(ImmutableArray<SimulatedCandidate> candidates)
    {
        var job = new SimulatedJob(Spec(candidates), candidates);
        job.Begin();
        foreach (var keep in (int[])[candidates.Length, Math.Max(2, candidates.Length * 2 / 3), 5, 3, 1])
        {
            job.Train();
            job.Decide(keep);
        }
        return job;
    }

    private static SimulatedJob Halfway()
    {
        var job = new SimulatedJob(Spec(SimulatedCatalogue.Twelve), SimulatedCatalogue.Twelve);
        job.Begin();
        foreach (var keep in (int[])[12, 8])
        {
            job.Train();
            job.Decide(keep);
        }
        return job;
    }

    private static JobSpec Spec(ImmutableArray<SimulatedCandidate> candidates) => new()
    {
        Name = "fashion-mnist-1",
        Workload = new WorkloadReference
        {
            Name = "fashion-mnist-mlp",
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("hidden", "256"),
        },
        Objective = new Objective
        {
            Kind = ObjectiveKind.FastestTo,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            Target = 0.88,
            DeadlineSeconds = 600,
        },
        Candidates = [.. candidates.Select(c => c.Candidate)],
        Baseline = SimulatedCatalogue.Baseline,
        Seed = 1,
        TrainingExamples = 55_000,
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add(
            JobSpec.SimulatedLabel, "every curve and every time in this record is made up"),
    };
}
